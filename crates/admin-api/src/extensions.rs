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
    /// Creates the organization's retention policy with the id that it had elsewhere. The same again changes nothing.
    ImportRetentionPolicy(ImportRetentionPolicyRequest) -> ImportRetentionPolicyResponse {
        ImportConflictException, InvalidParameterException, LimitExceededException, OrganizationNotFoundException,
        OrganizationStateException,
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
