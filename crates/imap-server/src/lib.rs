//! IMAP sessions (RFC 9051, RFC 3501): authenticate, decide, one capability call, encode.
//!
//! What it is: the life of a connection from greeting to BYE. What it is not: it parses no bytes (`imap-proto` does) and
//! has no rule of its own about folders, items, quotas or rights (`mailbox`, `directory` have). It holds the only state
//! that IMAP needs beside the store: what a session knows of the folder that it has selected.
//!
//! Entry points: [`Imap`], [`serve`].

mod admission;
mod audit;
mod connection;
mod deflate;
mod doors;
mod failure;
pub mod limits;
mod names;
mod needs;
mod notify;
mod ops;
mod out;
mod pattern;
mod places;
mod progress;
mod respond;
mod room;
mod selected;
mod session;
mod special_uses;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use postroom_directory::log_in::LogIns;
use postroom_mailbox::Mailboxes;

pub use connection::{Ended, serve};
pub use names::is_among_others;
pub use places::{Places, StrangersPlace, UsersPlace};
pub use room::Room;

/// What all IMAP sessions of a process share.
pub struct Imap {
    /// Who may log in.
    pub log_ins: Arc<LogIns>,
    /// What they see.
    pub mailboxes: Mailboxes,
    /// How many connections there may be.
    pub places: Places,
    /// How much memory there is for what clients send.
    pub room: Arc<Room>,
    /// How long a connection may last until somebody has logged in: then BYE.
    pub log_in_time_max: Duration,
    /// How long a client may be silent in the middle of a command: then BYE. How long it waits for leave to send: then NO.
    pub stall_time_max: Duration,
}

/// Who is at the other end of a connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer {
    /// Its address; IPv4-mapped IPv6 is already IPv4.
    pub address: IpAddr,
    /// Whether nobody can listen: TLS, or a connection within this machine.
    pub secure: bool,
    /// Whether STARTTLS would make it so.
    pub may_start_tls: bool,
}
