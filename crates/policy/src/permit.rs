//! Rights as values: only the authenticator makes an [`Authenticated`], only a decision turns it into a
//! [`Permitted`], and operations take one. Forgetting a check does not compile.

use std::fmt;
use std::sync::Arc;

/// A caller that has proved who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticated<C>(C);

impl<C> Authenticated<C> {
    /// For authenticators only: `caller` has just proved itself with a signature, a password or a token.
    ///
    /// The name is long so that a search finds every place that claims this.
    pub fn by_authenticator(caller: C) -> Self {
        Self(caller)
    }

    /// Who it is.
    pub fn caller(&self) -> &C {
        &self.0
    }
}

/// An AWS account's id: 12 digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AwsAccountId([u8; 12]);

impl AwsAccountId {
    /// The id of `text`; `None` unless it is 12 digits.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: [u8; 12] = text.as_bytes().try_into().ok()?;
        digits.iter().all(u8::is_ascii_digit).then_some(Self(digits))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("digits, checked in `parse`")
    }
}

impl fmt::Display for AwsAccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for AwsAccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AwsAccountId({self})")
    }
}

/// Who calls the API: an access key of an AWS account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The account that the key belongs to.
    pub aws_account: AwsAccountId,
    /// `account/key`.
    name: Arc<str>,
}

impl Caller {
    /// The access key `access_key_id` of `aws_account`.
    pub fn new(aws_account: AwsAccountId, access_key_id: &str) -> Self {
        Self { aws_account, name: format!("{aws_account}/{access_key_id}").into() }
    }

    /// The key's public half.
    pub fn access_key_id(&self) -> &str {
        self.name.split_once('/').map_or("", |(_, access_key_id)| access_key_id)
    }

    /// `account/key`, as the audit trail has it.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// Leave to carry out one action; made by a decision, the local operator or a background job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permitted {
    granted: Granted,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Granted {
    /// By the policies of the caller's key.
    Caller { caller: Caller, action: &'static str, resource: Arc<str> },
    /// To whoever runs the program on the machine itself.
    Operator { actor: Arc<str> },
    /// To Postroom's own background work.
    System { actor: Arc<str> },
    /// To somebody who has logged in, for an action on what is theirs or what its owner lets them do.
    Person { actor: Arc<str>, action: &'static str },
}

impl Permitted {
    /// Leave of the person at the machine's command line.
    pub fn operator(reason: &str) -> Self {
        Self { granted: Granted::Operator { actor: format!("operator: {reason}").into() } }
    }

    /// Leave of one of Postroom's own background jobs.
    pub fn system(reason: &str) -> Self {
        Self { granted: Granted::System { actor: format!("system: {reason}").into() } }
    }

    /// Leave of the user of this id for `action`, whose operation asks in its transaction whether the user may do it: it is
    /// about mail, of which policies say nothing.
    pub fn person(user: &str, action: &'static str) -> Self {
        Self { granted: Granted::Person { actor: format!("user: {user}").into(), action } }
    }

    /// Leave of a caller for whom the policies have been asked: only `iam::permit` may call this.
    pub(crate) fn caller(caller: &Authenticated<Caller>, action: &'static str, resource: &Arc<str>) -> Self {
        let (caller, resource) = (caller.caller().clone(), Arc::clone(resource));
        Self { granted: Granted::Caller { caller, action, resource } }
    }

    /// Who acts, for the audit record: `account/key`, `operator: …`, `system: …` or `user: …`.
    pub fn actor(&self) -> &str {
        match &self.granted {
            Granted::Caller { caller, .. } => caller.name(),
            Granted::Operator { actor } | Granted::System { actor } | Granted::Person { actor, .. } => actor,
        }
    }

    /// The access key that acts; `None` for people, the operator and background jobs.
    pub fn access_key(&self) -> Option<&Caller> {
        match &self.granted {
            Granted::Caller { caller, .. } => Some(caller),
            Granted::Operator { .. } | Granted::System { .. } | Granted::Person { .. } => None,
        }
    }

    /// The action it is for; `*` for the operator and for background jobs.
    pub fn action(&self) -> &'static str {
        match &self.granted {
            Granted::Caller { action, .. } | Granted::Person { action, .. } => action,
            Granted::Operator { .. } | Granted::System { .. } => "*",
        }
    }

    /// The ARN it is for; `*` for an action that has none, for people, the operator and background jobs.
    pub fn resource(&self) -> &str {
        match &self.granted {
            Granted::Caller { resource, .. } => resource,
            Granted::Operator { .. } | Granted::System { .. } | Granted::Person { .. } => "*",
        }
    }

    /// Whether it is for `action`. An operation that is handed leave for another one is a bug of its caller.
    pub fn is_for(&self, action: &str) -> bool {
        matches!(self.granted, Granted::Operator { .. } | Granted::System { .. }) || self.action() == action
    }
}
