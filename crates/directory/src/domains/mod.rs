//! Mail domains: what an organization must publish, and how it proves that a domain is its own.
//!
//! A domain lies in two stores. The directory knows which organization of an AWS account has registered it (at most
//! one) and which organization of all has proved it first and so owns it; everything else is in the organization. An
//! unverified registration reserves nothing against other accounts, and only verified domains route.

mod check;
mod check_job;
mod dkim;
mod flow;
mod hosts;
mod mail_domain;
mod new;
mod ownership;
mod records;
mod settle;

pub use dkim::{DkimKey, DkimRole, NewDkimKey, dkim_keys, signing_key};
pub(crate) use dkim::{is_pair, open_private};
pub(crate) use flow::CHECK;
pub use flow::Domains;
pub(crate) use flow::is_being_settled;
pub use hosts::Hosts;
pub use mail_domain::{DomainStatus, MailDomain, RecordStatus, find_domain};
pub(crate) use mail_domain::{default_domain, must_find};
pub use new::NewDomain;
pub use ownership::owner;
pub(crate) use ownership::{claim_ownership, is_owned_in_account, register_free, registrant, release};
pub use records::{DnsRecord, key_record, records};
pub(crate) use settle::settle;

/// Kind of the alarm that a domain's proof is lost.
pub const ALARM_PROOF_LOST: &str = "domain.proof_lost";
