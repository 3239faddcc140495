//! What an operation's file implements.

use std::future::Future;

use postroom_types::OrganizationId;

use crate::call::Call;
use crate::wire::{Fault, Operation};

/// What a request is about; it decides the resource of the IAM decision and what is looked up before the handler.
#[derive(Debug, Clone, Copy)]
pub enum Target<'a> {
    /// An organization that must be active.
    Active(&'a OrganizationId),
    /// An organization in whatever state.
    AnyState(&'a OrganizationId),
    /// The organization with this ARN, in whatever state; `ResourceNotFoundException` when there is none.
    Arn(&'a str),
    /// The AWS account itself (`*` in policies).
    Account,
}

impl Target<'_> {
    /// The id of the organization that it names; empty when it names none.
    pub fn organization_id(&self) -> &str {
        match self {
            Self::Active(id) | Self::AnyState(id) => id.as_str(),
            Self::Arn(arn) => arn.split_once(":organization/").map_or("", |(_, id)| id),
            Self::Account => "",
        }
    }
}

/// Condition keys that an operation adds to the IAM decision: name and values.
pub type Conditions = Vec<(String, Vec<String>)>;

/// An operation that Postroom carries out: one file in `ops` each.
pub trait Handle: Operation {
    /// What the request is about.
    fn target(input: &Self::Input) -> Target<'_>;

    /// Condition keys beside the ones that every request has.
    fn conditions(_input: &Self::Input) -> Conditions {
        Vec::new()
    }

    /// Carries it out. The caller is permitted, and the organization of [`Handle::target`] is in `call`.
    fn handle(call: Call, input: Self::Input) -> impl Future<Output = Result<Self::Output, Fault>> + Send;
}
