//! Where the state of an operation is told: `docs/coverage.md` is generated from this table and the tables of
//! operations, by `tests/coverage.rs`.

/// What an operation stores that nothing acts on yet, and what will.
///
/// An operation that is not listed is in force as a whole.
pub const NOT_IN_FORCE: &[(&str, &str)] = &[
    ("AssociateDelegateToResource", "stored; bookings ask delegates once there are calendars"),
    ("CreateAlias", "the address is taken, and logs in; mail is delivered to it once mail is received"),
    ("CreateAvailabilityConfiguration", "stored; asked once there are free/busy queries"),
    ("CreateIdentityCenterApplication", "stored; log-in by a provider comes with the web client"),
    (
        "CreateImpersonationRole",
        "decides GetImpersonationRoleEffect and AssumeImpersonationRole; EWS asks it later",
    ),
    (
        "CreateMobileDeviceAccessRule",
        "decides GetMobileDeviceAccessEffect and explain; ActiveSync asks it later",
    ),
    ("DeleteMobileDeviceAccessOverride", "as PutMobileDeviceAccessOverride"),
    ("DeleteMobileDeviceAccessRule", "as CreateMobileDeviceAccessRule"),
    ("DeleteRetentionPolicy", "as PutRetentionPolicy"),
    (
        "PutAccessControlRule",
        "decides log-ins over IMAP, GetAccessControlEffect and explain; other protocols ask it as they come",
    ),
    ("PutEmailMonitoringConfiguration", "stored; events are written once mail is received"),
    (
        "PutIdentityProviderConfiguration",
        "decides which credentials log in; a provider's own log-in comes with the web client",
    ),
    ("PutInboundDmarcSettings", "stored; asked once mail arrives"),
    (
        "PutMailboxPermissions",
        "FULL_ACCESS opens the mailbox over IMAP; the rights to send are asked once mail is sent",
    ),
    ("PutMobileDeviceAccessOverride", "decides explain device-access; ActiveSync asks it later"),
    ("PutRetentionPolicy", "stored; the sweep that deletes by it comes later"),
    ("UpdateAvailabilityConfiguration", "as CreateAvailabilityConfiguration"),
    ("UpdateImpersonationRole", "as CreateImpersonationRole"),
    ("UpdateMobileDeviceAccessRule", "as CreateMobileDeviceAccessRule"),
    ("UpdateResource", "booking options are stored; bookings ask them once there are calendars"),
];
