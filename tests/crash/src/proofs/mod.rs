//! The proofs, one file each.

mod database;
mod fsck;
mod kill;
mod mail;
mod nodes;
mod notices;
mod races;

use std::fmt;

use crate::problem::Result;
use crate::run::{Engine, Run};

/// A proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Proof {
    /// The process is killed under load.
    Kill,
    /// The process is killed while mail is written.
    Mail,
    /// PostgreSQL is killed under load.
    Database,
    /// Many claim the same.
    Races,
    /// What one node is told is in force on the other.
    Nodes,
    /// What is done through one node reaches IDLE and NOTIFY on the other.
    Notices,
}

impl Proof {
    /// In this order.
    pub const ALL: &[Self] =
        &[Self::Kill, Self::Mail, Self::Database, Self::Races, Self::Nodes, Self::Notices];

    /// One line about it.
    pub fn about(self) -> &'static str {
        match self {
            Self::Kill => "kill -9 at random under 16 writers",
            Self::Mail => "kill -9 at random under 8 writers and 2 readers over IMAP",
            Self::Database => "the database killed at random under 16 writers",
            Self::Races => {
                "16 clients claim the same name, address, alias, domain, token; two nodes on PostgreSQL"
            }
            Self::Nodes => "what one node is told is in force on the other within a second",
            Self::Notices => "what is done in a mailbox is told over IMAP by the other node within a second",
        }
    }

    /// Whether it means anything on `engine`.
    pub fn runs_on(self, engine: Engine) -> bool {
        match self {
            Self::Kill | Self::Mail | Self::Races => true,
            Self::Database | Self::Nodes | Self::Notices => engine == Engine::Postgres,
        }
    }

    /// Makes it; answers what was seen.
    pub fn prove(self, run: &Run, engine: Engine) -> Result<String> {
        match self {
            Self::Kill => kill::prove(run, engine),
            Self::Mail => mail::prove(run, engine),
            Self::Database => database::prove(run),
            Self::Races => races::prove(run, engine),
            Self::Nodes => nodes::prove(run),
            Self::Notices => notices::prove(run),
        }
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kill => "kill",
            Self::Mail => "mail",
            Self::Database => "database",
            Self::Races => "races",
            Self::Nodes => "nodes",
            Self::Notices => "notices",
        })
    }
}
