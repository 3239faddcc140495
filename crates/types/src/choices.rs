//! The closed choices of the WorkMail model, one line each.

choice!(AccessControlRuleEffect { Allow = "ALLOW", Deny = "DENY" });
choice!(AccessEffect { Allow = "ALLOW", Deny = "DENY" });
choice!(AvailabilityProviderType { Ews = "EWS", Lambda = "LAMBDA" });
choice!(DnsRecordVerificationStatus { Pending = "PENDING", Verified = "VERIFIED", Failed = "FAILED" });
choice!(EntityState { Enabled = "ENABLED", Disabled = "DISABLED", Deleted = "DELETED" });
choice!(EntityType { Group = "GROUP", User = "USER", Resource = "RESOURCE" });
choice!(FolderName { Inbox = "INBOX", DeletedItems = "DELETED_ITEMS", SentItems = "SENT_ITEMS", Drafts = "DRAFTS", JunkEmail = "JUNK_EMAIL" });
choice!(IdentityProviderAuthenticationMode { IdentityProviderOnly = "IDENTITY_PROVIDER_ONLY", IdentityProviderAndDirectory = "IDENTITY_PROVIDER_AND_DIRECTORY" });
choice!(ImpersonationRoleType { FullAccess = "FULL_ACCESS", ReadOnly = "READ_ONLY" });
choice!(MailboxExportJobState { Running = "RUNNING", Completed = "COMPLETED", Failed = "FAILED", Cancelled = "CANCELLED" });
choice!(MemberType { Group = "GROUP", User = "USER" });
choice!(MobileDeviceAccessRuleEffect { Allow = "ALLOW", Deny = "DENY" });
choice!(PermissionType { FullAccess = "FULL_ACCESS", SendAs = "SEND_AS", SendOnBehalf = "SEND_ON_BEHALF" });
choice!(PersonalAccessTokenConfigurationStatus { Active = "ACTIVE", Inactive = "INACTIVE" });
choice!(ResourceType { Room = "ROOM", Equipment = "EQUIPMENT" });
choice!(RetentionAction { None = "NONE", Delete = "DELETE", PermanentlyDelete = "PERMANENTLY_DELETE" });
choice!(UserRole { User = "USER", Resource = "RESOURCE", SystemUser = "SYSTEM_USER", RemoteUser = "REMOTE_USER" });
