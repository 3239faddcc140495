"""Which operations are not there yet, and which declared errors cannot occur here, each with its reason."""

# They come with their capability and answer an honest error until then; `docs/coverage.md` says so too.
MISSING = {
    "CancelMailboxExportJob",
    "DescribeMailboxExportJob",
    "ListMailboxExportJobs",
    "StartMailboxExportJob",
    "TestAvailabilityConfiguration",
}

# Errors that no operation can answer here.
NOWHERE = {
    "DirectoryServiceAuthenticationFailedException": "there is no directory service behind Postroom to refuse it",
    "DirectoryUnavailableException": "the directory is in the same store as everything else",
    "InvalidCustomSesConfigurationException": "there are no SES receipt rules to rewrite",
    "UnsupportedOperationException": "every directory takes writes: there is no AD Connector and no interoperability",
}

# Operations that declare InvalidParameterException although every rule of their input is one of shape, which is
# answered as ValidationException.
SHAPE_ONLY = [
    "CreateGroup",
    "DeleteEmailMonitoringConfiguration",
    "DeleteGroup",
    "DeleteIdentityCenterApplication",
    "DeleteIdentityProviderConfiguration",
    "DeleteImpersonationRole",
    "DeleteMailboxPermissions",
    "DeleteMobileDeviceAccessOverride",
    "DeleteMobileDeviceAccessRule",
    "DeletePersonalAccessToken",
    "DeleteResource",
    "DeleteRetentionPolicy",
    "DeleteUser",
    "DeregisterFromWorkMail",
    "DeregisterMailDomain",
    "DescribeEmailMonitoringConfiguration",
    "DescribeEntity",
    "DescribeGroup",
    "DescribeIdentityProviderConfiguration",
    "DescribeOrganization",
    "DescribeResource",
    "DescribeUser",
    "DisassociateMemberFromGroup",
    "GetDefaultRetentionPolicy",
    "GetImpersonationRole",
    "GetImpersonationRoleEffect",
    "GetMailDomain",
    "GetMailboxDetails",
    "GetMobileDeviceAccessEffect",
    "GetMobileDeviceAccessOverride",
    "GetPersonalAccessTokenMetadata",
    "ListMobileDeviceAccessRules",
    "PutEmailMonitoringConfiguration",
    "UpdateDefaultMailDomain",
    "UpdateGroup",
]

# (operation, error): why it cannot occur there.
EXCEPTIONS = {
    ("AssumeImpersonationRole", "InvalidParameterException"): "only for one more than 10,000 tokens in force",
    ("DeleteIdentityCenterApplication", "OrganizationStateException"): "an application belongs to no organization",
    ("ListGroups", "EntityNotFoundException"): "the request names no entity",
    ("UpdateImpersonationRole", "LimitExceededException"): "it makes no role more",
    ("PutEmailMonitoringConfiguration", "ResourceNotFoundException"): "log groups and roles are not looked up",
    ("UpdateResource", "EmailAddressInUseException"): "a new name does not move the address",
    ("UpdateResource", "MailDomainNotFoundException"): "a new name does not move the address",
    ("UpdateResource", "MailDomainStateException"): "a new name does not move the address",
} | {(operation, "InvalidParameterException"): "every rule is one of shape" for operation in SHAPE_ONLY}

# Errors of NOWHERE that one operation answers all the same, and must then be shown.
SOMEWHERE = {("CreateOrganization", "DirectoryUnavailableException")}
