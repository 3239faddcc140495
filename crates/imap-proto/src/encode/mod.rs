//! Responses of a server, written into a `Vec<u8>`.
//!
//! A function for a whole line ends it with CRLF. Text of status responses never carries CR, LF or NUL, whatever it is
//! made of; strings are quoted where that is safe and literals elsewhere.

mod access;
mod code;
mod fetch;
mod mailbox;
mod metadata;
mod quota;
mod search;
mod server;
mod status;
mod text;
mod thread;

pub use access::{acl, list_rights, my_rights};
pub use code::Code;
pub use fetch::{FetchWriter, section, vanished};
pub use mailbox::{
    ListAttribute, ListResponse, StatusValue, exists, expunge, flags, list, lsub, mailbox_status, recent,
};
pub use metadata::{metadata, metadata_names};
pub use quota::{QuotaUsage, quota, quota_root};
pub use search::{ESearch, Found, esearch, search, sort};
pub use server::{Namespace, capability, enabled, id, namespace};
pub use status::{Status, continuation, tagged, untagged};
pub use text::{
    astring, date_time, list_of, literal, literal8, mailbox_name, nil, nstring, number, number_set, quoted,
    string,
};
pub use thread::{ThreadMember, thread};
