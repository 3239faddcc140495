//! Values of the capabilities as members of an answer.

use postroom_directory::DirectoryError;
use postroom_directory::ops::RoleRule;
use postroom_policy::access_control::AccessAction;
use postroom_types::{
    AccessControlRuleAction, Constrained, EntityId, EntityType, MemberType, Timestamp, WorkMailIdentifier,
};

use crate::shapes::{ImpersonationRuleList, TargetUsers};

/// A text that was checked when it came in.
pub(crate) fn text<T: Constrained>(text: String) -> T {
    T::from_store(text)
}

/// An entity's id.
pub(crate) fn identifier(id: &EntityId) -> WorkMailIdentifier {
    WorkMailIdentifier::from_store(id.as_str().to_owned())
}

/// A list as a member that is left out when it is empty.
pub(crate) fn some_list<T, U, L: FromIterator<U>>(list: Vec<T>, member: impl Fn(T) -> U) -> Option<L> {
    (!list.is_empty()).then(|| list.into_iter().map(member).collect())
}

/// The protocol that an access control rule or question names; `Invalid` for a word that is none.
pub(crate) fn access_action(action: &AccessControlRuleAction) -> Result<AccessAction, DirectoryError> {
    AccessAction::try_from(action)
        .map_err(|error| DirectoryError::Invalid(format!("{}: {error}.", action.as_str())))
}

/// The rules of an impersonation role as the capability takes them.
pub(crate) fn role_rules(rules: ImpersonationRuleList) -> Vec<RoleRule> {
    let users = |list: Option<TargetUsers>| {
        let list = list.map_or_else(Vec::new, |list| list.0);
        list.into_iter().map(|user| user.as_str().to_owned()).collect()
    };
    let rules = rules.0.into_iter().map(|rule| RoleRule {
        id: rule.impersonation_rule_id,
        name: rule.name,
        description: rule.description,
        effect: rule.effect.into(),
        target_users: users(rule.target_users),
        not_target_users: users(rule.not_target_users),
    });
    rules.collect()
}

/// The kind of a member, delegate or grantee.
pub(crate) fn member_type(kind: EntityType) -> MemberType {
    match kind {
        EntityType::Group => MemberType::Group,
        EntityType::User => MemberType::User,
        EntityType::Resource => unreachable!("a resource is no member, delegate or grantee of anything"),
    }
}

/// A list that may be absent, as the capability takes it.
pub(crate) fn listed<T>(list: Option<Vec<T>>) -> Vec<T> {
    list.unwrap_or_default()
}

/// The dates of what is imported: what was not modified has one date, and without dates it is created now.
pub(crate) fn imported_dates(
    created: Option<Timestamp>,
    modified: Option<Timestamp>,
) -> Result<Option<(Timestamp, Timestamp)>, DirectoryError> {
    match (created, modified) {
        (Some(created), modified) => Ok(Some((created, modified.unwrap_or(created)))),
        (None, None) => Ok(None),
        (None, Some(_)) => Err(DirectoryError::Invalid("DateModified needs DateCreated.".to_owned())),
    }
}

/// The attributes of a user in a request that has them all.
macro_rules! user_attributes {
    ($input:ident) => {
        postroom_directory::user::UserAttributes {
            first_name: $input.first_name,
            last_name: $input.last_name,
            initials: $input.initials,
            telephone: $input.telephone,
            street: $input.street,
            job_title: $input.job_title,
            city: $input.city,
            company: $input.company,
            zip_code: $input.zip_code,
            department: $input.department,
            country: $input.country,
            office: $input.office,
        }
    };
}

/// The mobile device access rule `id` in a request that has it as a whole.
macro_rules! mobile_device_rule {
    ($id:expr, $input:ident) => {
        postroom_policy::mobile_device::MobileDeviceRule {
            description: $input.description,
            device_types: $crate::convert::listed($input.device_types.map(|list| list.0)),
            not_device_types: $crate::convert::listed($input.not_device_types.map(|list| list.0)),
            device_models: $crate::convert::listed($input.device_models.map(|list| list.0)),
            not_device_models: $crate::convert::listed($input.not_device_models.map(|list| list.0)),
            device_operating_systems: $crate::convert::listed(
                $input.device_operating_systems.map(|list| list.0),
            ),
            not_device_operating_systems: $crate::convert::listed(
                $input.not_device_operating_systems.map(|list| list.0),
            ),
            device_user_agents: $crate::convert::listed($input.device_user_agents.map(|list| list.0)),
            not_device_user_agents: $crate::convert::listed($input.not_device_user_agents.map(|list| list.0)),
            ..postroom_policy::mobile_device::MobileDeviceRule::new($id, $input.name, $input.effect.into())
        }
    };
}

pub(crate) use {mobile_device_rule, user_attributes};
