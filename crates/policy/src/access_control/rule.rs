//! Plain rules and attempts.

use std::fmt;
use std::net::IpAddr;

use postroom_types::{
    AccessControlRuleAction, AccessControlRuleDescription, AccessControlRuleName, EntityId,
    ImpersonationRoleId,
};

use crate::Effect;
use crate::ip::{Ipv4Range, Ipv6Range};

/// What access control rules tell apart: the protocols that open a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the value of the WorkMail model with the same name")]
pub enum AccessAction {
    ActiveSync,
    AutoDiscover,
    Ews,
    Imap,
    Smtp,
    WindowsOutlook,
    WebMail,
}

/// A well-formed action that WorkMail does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownAction;

impl fmt::Display for UnknownAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unknown action: use one of")?;
        AccessAction::ALL.iter().try_for_each(|action| write!(f, " {action}"))
    }
}

impl std::error::Error for UnknownAction {}

impl AccessAction {
    /// All of them, in the documentation's order.
    pub const ALL: [Self; 7] = [
        Self::ActiveSync,
        Self::AutoDiscover,
        Self::Ews,
        Self::Imap,
        Self::Smtp,
        Self::WindowsOutlook,
        Self::WebMail,
    ];

    /// The text of the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ActiveSync => "ActiveSync",
            Self::AutoDiscover => "AutoDiscover",
            Self::Ews => "EWS",
            Self::Imap => "IMAP",
            Self::Smtp => "SMTP",
            Self::WindowsOutlook => "WindowsOutlook",
            Self::WebMail => "WebMail",
        }
    }

    /// The action of the API's text, compared exactly.
    pub fn parse(text: &str) -> Result<Self, UnknownAction> {
        Self::ALL.into_iter().find(|action| action.as_str() == text).ok_or(UnknownAction)
    }
}

impl fmt::Display for AccessAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl TryFrom<&AccessControlRuleAction> for AccessAction {
    type Error = UnknownAction;
    fn try_from(action: &AccessControlRuleAction) -> Result<Self, UnknownAction> {
        Self::parse(action)
    }
}

/// One access control rule. An empty list is no condition; a rule matches when all its conditions hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessControlRule {
    /// The key within the organization.
    pub name: AccessControlRuleName,
    /// What a match asks for.
    pub effect: Effect,
    /// For people only.
    pub description: Option<AccessControlRuleDescription>,
    /// The address is in one of these, or in one of `ipv6_ranges`.
    pub ip_ranges: Vec<Ipv4Range>,
    /// The address is in none of these, nor of `not_ipv6_ranges`.
    pub not_ip_ranges: Vec<Ipv4Range>,
    /// Beyond WorkMail: ranges that go with `ip_ranges` as one list.
    pub ipv6_ranges: Vec<Ipv6Range>,
    /// Beyond WorkMail: ranges that go with `not_ip_ranges` as one list.
    pub not_ipv6_ranges: Vec<Ipv6Range>,
    /// The action is one of these.
    pub actions: Vec<AccessAction>,
    /// The action is none of these.
    pub not_actions: Vec<AccessAction>,
    /// The principal is one of these users.
    pub user_ids: Vec<EntityId>,
    /// The principal is a user and none of these.
    pub not_user_ids: Vec<EntityId>,
    /// The principal is one of these impersonation roles.
    pub impersonation_role_ids: Vec<ImpersonationRoleId>,
    /// The principal is an impersonation role and none of these.
    pub not_impersonation_role_ids: Vec<ImpersonationRoleId>,
}

impl AccessControlRule {
    /// A rule without conditions.
    pub fn new(name: AccessControlRuleName, effect: Effect) -> Self {
        Self {
            name,
            effect,
            description: None,
            ip_ranges: Vec::new(),
            not_ip_ranges: Vec::new(),
            ipv6_ranges: Vec::new(),
            not_ipv6_ranges: Vec::new(),
            actions: Vec::new(),
            not_actions: Vec::new(),
            user_ids: Vec::new(),
            not_user_ids: Vec::new(),
            impersonation_role_ids: Vec::new(),
            not_impersonation_role_ids: Vec::new(),
        }
    }
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Principal<'a> {
    /// A user, by id.
    User(&'a EntityId),
    /// An application that has assumed an impersonation role.
    ImpersonationRole(&'a ImpersonationRoleId),
}

/// One attempt to open a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessAttempt<'a> {
    /// The protocol.
    pub action: AccessAction,
    /// The client's address; an IPv4-mapped IPv6 address counts as the IPv4 address.
    pub ip_address: IpAddr,
    /// Who asks.
    pub principal: Principal<'a>,
}
