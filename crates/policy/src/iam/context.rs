//! What is known about a request beside action and resource: IAM's condition keys.

use std::net::IpAddr;

use postroom_types::Timestamp;

use crate::ip::canonical;
use crate::permit::AwsAccountId;

/// A request's condition keys. What is `None` or not listed is absent, as IAM understands it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    /// `aws:SourceIp`
    pub source_ip: Option<IpAddr>,
    /// `aws:CurrentTime` and `aws:EpochTime`
    pub current_time: Option<Timestamp>,
    /// `aws:SecureTransport`
    pub secure_transport: Option<bool>,
    /// `aws:RequestedRegion`
    pub requested_region: Option<&'a str>,
    /// Keys of the operation and the resource, compared without case: `aws:ResourceTag/<key>`,
    /// `aws:RequestTag/<key>`, `aws:TagKeys` (the one with several values) and `workmail:ImpersonationRoleId`.
    pub values: &'a [(String, Vec<String>)],
}

/// A condition key that a policy may name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    SourceIp,
    CurrentTime,
    EpochTime,
    SecureTransport,
    RequestedRegion,
    PrincipalAccount,
    /// Of [`Context::values`], with one value.
    Single(Box<str>),
    /// Of [`Context::values`], with several.
    TagKeys,
    /// Of another service; requests here never carry it.
    Foreign,
}

const TAG_KEYS: &str = "aws:TagKeys";

impl Key {
    /// The key that `name` writes. Key names compare without case.
    pub(super) fn parse(name: &str) -> Result<Self, String> {
        let folded = name.to_ascii_lowercase();
        let Some((service, rest)) = folded.split_once(':') else {
            return Err(format!("{name:?} is no condition key: write service:Key"));
        };
        Ok(match folded.as_str() {
            "aws:sourceip" => Self::SourceIp,
            "aws:currenttime" => Self::CurrentTime,
            "aws:epochtime" => Self::EpochTime,
            "aws:securetransport" => Self::SecureTransport,
            "aws:requestedregion" => Self::RequestedRegion,
            "aws:principalaccount" => Self::PrincipalAccount,
            "aws:tagkeys" => Self::TagKeys,
            "workmail:impersonationroleid" => Self::Single(name.into()),
            _ if matches!(rest.split_once('/'), Some(("resourcetag" | "requesttag", tag)) if !tag.is_empty())
                && service == "aws" =>
            {
                Self::Single(name.into())
            }
            _ if ["aws", "workmail", "workmailmessageflow", "postroom"].contains(&service) => {
                return Err(format!("requests never carry the key {name}"));
            }
            _ => Self::Foreign,
        })
    }
}

/// One value of a key.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    Text(&'a str),
    Address(IpAddr),
    Time(Timestamp),
    Bool(bool),
}

impl<'a> Context<'a> {
    /// Calls `look` with each value of `key`; answers whether there was one.
    pub(super) fn each(
        &self,
        key: &Key,
        principal_account: &AwsAccountId,
        look: &mut dyn FnMut(Value<'_>),
    ) -> bool {
        let one = match key {
            Key::SourceIp => self.source_ip.map(|address| Value::Address(canonical(address))),
            Key::CurrentTime | Key::EpochTime => self.current_time.map(Value::Time),
            Key::SecureTransport => self.secure_transport.map(Value::Bool),
            Key::RequestedRegion => self.requested_region.map(Value::Text),
            Key::PrincipalAccount => Some(Value::Text(principal_account.as_str())),
            Key::Single(name) => self.texts(name).first().map(|text| Value::Text(text)),
            Key::Foreign => None,
            Key::TagKeys => {
                let texts = self.texts(TAG_KEYS);
                texts.iter().for_each(|text| look(Value::Text(text)));
                return !texts.is_empty();
            }
        };
        one.map(look).is_some()
    }

    fn texts(&self, name: &str) -> &'a [String] {
        let found = self.values.iter().find(|value| value.0.eq_ignore_ascii_case(name));
        found.map_or(&[], |value| &value.1)
    }
}
