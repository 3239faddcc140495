//! Retention policies.

use postroom_types::*;

use super::*;

structure!(DeleteRetentionPolicyRequest {
    organization_id "OrganizationId": OrganizationId,
    id "Id": ShortString,
});
structure!(DeleteRetentionPolicyResponse: Default {});
structure!(GetDefaultRetentionPolicyRequest {
    organization_id "OrganizationId": OrganizationId,
});
structure!(GetDefaultRetentionPolicyResponse: Default {
    id "Id": Option<ShortString>,
    name "Name": Option<ShortString>,
    description "Description": Option<String>,
    folder_configurations "FolderConfigurations": Option<FolderConfigurations>,
});
list!(FolderConfigurations of FolderConfiguration, _, _);
structure!(FolderConfiguration {
    name "Name": FolderName,
    action "Action": RetentionAction,
    period "Period": Option<RetentionPeriod>,
});
structure!(PutRetentionPolicyRequest {
    organization_id "OrganizationId": OrganizationId,
    id "Id": Option<ShortString>,
    name "Name": ShortString,
    description "Description": Option<PolicyDescription>,
    folder_configurations "FolderConfigurations": FolderConfigurations,
});
structure!(PutRetentionPolicyResponse: Default {});
