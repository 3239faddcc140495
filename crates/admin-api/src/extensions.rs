//! The table of Postroom's own operations, `PostroomService.*`: what WorkMail has no API for.
//!
//! To add one: its line here, its shapes in `shapes/extension/`, its file in `ops/extension/`. The dispatcher is made
//! from this table, so an operation without its handler does not compile. Policies call it `postroom:<Operation>`,
//! unless WorkMail has a permission-only action of that name (`authorize.rs`).

use crate::shapes::extension::*;
use crate::wire::Service;

operations! { ($) OPERATIONS, for_each_extension;
    /// Says for every access control rule why it matches an attempt to open a mailbox or does not, and which rules decide.
    ExplainAccessControl(ExplainAccessControlRequest) -> ExplainAccessControlResponse {
        EntityNotFoundException, InvalidParameterException, OrganizationNotFoundException,
        OrganizationStateException, ResourceNotFoundException,
    }
    /// Says whether a device may synchronise, whether an override or the rules decide, and for every mobile device
    /// access rule why it matches or does not.
    ExplainMobileDeviceAccess(ExplainMobileDeviceAccessRequest) -> ExplainMobileDeviceAccessResponse {
        EntityNotFoundException, InvalidParameterException, OrganizationNotFoundException,
        OrganizationStateException,
    }
    /// Creates an access control rule with the dates that it had elsewhere. The same again changes nothing.
    ImportAccessControlRule(ImportAccessControlRuleRequest) -> ImportAccessControlRuleResponse {
        EntityNotFoundException, ImportConflictException, InvalidParameterException, LimitExceededException,
        OrganizationNotFoundException, OrganizationStateException, ResourceNotFoundException,
    }
    /// Creates a group with the id, addresses and dates that it had elsewhere, and adds members. The same again changes
    /// nothing.
    ImportGroup(ImportGroupRequest) -> ImportGroupResponse {
        EmailAddressInUseException, EntityNotFoundException, EntityStateException, ImportConflictException,
        InvalidParameterException, LimitExceededException, MailDomainNotFoundException, MailDomainStateException,
        NameAvailabilityException, OrganizationNotFoundException, OrganizationStateException,
        ReservedNameException,
    }
    /// Creates an impersonation role with the id and the dates that it had elsewhere. The same again changes nothing.
    ImportImpersonationRole(ImportImpersonationRoleRequest) -> ImportImpersonationRoleResponse {
        EntityNotFoundException, EntityStateException, ImportConflictException, InvalidParameterException,
        LimitExceededException, OrganizationNotFoundException, OrganizationStateException,
    }
    /// Creates an override for one person's one device with the dates that it had elsewhere. The same again changes
    /// nothing.
    ImportMobileDeviceAccessOverride(ImportMobileDeviceAccessOverrideRequest)
        -> ImportMobileDeviceAccessOverrideResponse {
        EntityNotFoundException, EntityStateException, ImportConflictException, InvalidParameterException,
        OrganizationNotFoundException, OrganizationStateException,
    }
    /// Creates a mobile device access rule with the id and the dates that it had elsewhere. The same again changes
    /// nothing.
    ImportMobileDeviceAccessRule(ImportMobileDeviceAccessRuleRequest) -> ImportMobileDeviceAccessRuleResponse {
        ImportConflictException, InvalidParameterException, LimitExceededException, OrganizationNotFoundException,
        OrganizationStateException,
    }
    /// Begins the creation of an organization with the id, the directory and the date that it had elsewhere, in the
    /// region of the request. The same again changes nothing.
    ImportOrganization(ImportOrganizationRequest) -> ImportOrganizationResponse {
        DirectoryInUseException, ImportConflictException, InvalidParameterException, LimitExceededException,
        NameAvailabilityException, OrganizationStateException,
    }
    /// Creates a resource with the id, booking options, addresses and dates that it had elsewhere, and adds delegates.
    /// The same again changes nothing.
    ImportResource(ImportResourceRequest) -> ImportResourceResponse {
        EmailAddressInUseException, EntityNotFoundException, EntityStateException, ImportConflictException,
        InvalidConfigurationException, InvalidParameterException, LimitExceededException,
        MailDomainNotFoundException, MailDomainStateException, NameAvailabilityException,
        OrganizationNotFoundException, OrganizationStateException, ReservedNameException,
    }
    /// Creates the organization's retention policy with the id that it had elsewhere. The same again changes nothing.
    ImportRetentionPolicy(ImportRetentionPolicyRequest) -> ImportRetentionPolicyResponse {
        ImportConflictException, InvalidParameterException, LimitExceededException, OrganizationNotFoundException,
        OrganizationStateException,
    }
    /// Creates a user with the id, attributes, addresses, roles and dates that it had elsewhere, and its mailbox, empty.
    /// The same again changes nothing; the password is not compared.
    ImportUser(ImportUserRequest) -> ImportUserResponse {
        EmailAddressInUseException, EntityStateException, ImportConflictException, InvalidParameterException,
        InvalidPasswordException, LimitExceededException, MailDomainNotFoundException, MailDomainStateException,
        NameAvailabilityException, OrganizationNotFoundException, OrganizationStateException,
        ReservedNameException,
    }
}

/// Postroom's extensions to the WorkMail API.
pub const POSTROOM: Service = Service {
    api_version: "2026-11-01",
    endpoint_prefix: "postroom",
    full_name: "Postroom",
    service_id: "Postroom",
    // The same credentials and the same scope as for WorkMail, so that one set of settings serves both.
    signing_name: "workmail",
    target_prefix: "PostroomService",
    operations: OPERATIONS,
};
