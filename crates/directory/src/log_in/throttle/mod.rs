//! How fast passwords may be guessed: failed log-ins are counted, and each makes the next one wait longer.
//!
//! Three counters, each with its own numbers in [`limits`]:
//!
//! - an account from one address: somebody who tries one password after the other;
//! - an address, over all accounts: somebody who tries one password on many accounts. Of each account only the first
//!   few failures count, so that one forgotten telephone does not shut an office out;
//! - an account, over all addresses: many machines that try one account.
//!
//! Where an account was opened from before, the last two do not hold: whoever guesses at an account from elsewhere does
//! not shut its owner out, neither does a neighbour behind the same address. An attempt is counted when it begins
//! and taken back when it succeeds, so many at once are no way around. Unknown accounts are counted like known ones.
//! Where the access control rules let nobody in whatever the password is, attempts are counted apart, right and wrong
//! alike: they make nobody wait where the rules let in, and say nothing of the password.
//! Counters are this process's own and end with it.

use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use postroom_policy::access_control::AccessAction;
use postroom_policy::ip::canonical;
use postroom_store::seal::Secret;
use postroom_types::{FoldKey, Timestamp};

use super::table::Table;
use crate::limits;

/// Whose failures make an attempt wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThrottledBy {
    /// Those on this account from this address.
    AccountFromAddress,
    /// Those of this address.
    Address,
    /// Those on this account.
    Account,
}

impl ThrottledBy {
    /// The word for it in an authentication log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AccountFromAddress => "ThrottledAccountFromAddress",
            Self::Address => "ThrottledAddress",
            Self::Account => "ThrottledAccount",
        }
    }
}

/// How failures of one kind make wait.
#[derive(Debug, Clone, Copy)]
pub struct Backoff {
    /// So many failures do not make wait.
    pub free: u32,
    /// How long the first one beyond makes wait; each further one doubles it.
    pub wait_first: Duration,
    /// Longest wait.
    pub wait_max: Duration,
    /// One failure is forgotten in this time.
    pub forgiven_every: Duration,
}

/// A name in the tables; they hold no addresses of people.
type Name = [u8; 16];

/// Who tries to open what from where.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source {
    pair: Name,
    address: Name,
    account: Name,
}

/// An attempt that was let through to the password check. It counts as failed until it is taken back.
#[derive(Debug)]
#[must_use]
pub(super) struct Charge {
    source: Source,
    pair: Count,
    address: Option<Count>,
    account: Option<Count>,
}

/// What there is to wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wait {
    pub(super) retry_after: Duration,
    pub(super) by: ThrottledBy,
}

/// Failures of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Count {
    failures: u32,
    /// Up to when failures were forgiven.
    since: Timestamp,
    /// Nothing is looked at before.
    not_before: Timestamp,
}

impl Count {
    fn forgive(&mut self, backoff: &Backoff, now: Timestamp) {
        let every = i64::try_from(backoff.forgiven_every.as_micros()).unwrap_or(i64::MAX).max(1);
        let forgiven = (now.micros() - self.since.micros()).max(0) / every;
        if forgiven >= i64::from(self.failures) {
            *self = Self { failures: 0, since: now, not_before: self.not_before };
        } else {
            self.failures -= u32::try_from(forgiven).unwrap_or(0);
            self.since = Timestamp::from_micros(self.since.micros() + forgiven * every);
        }
    }

    /// What is left to wait. A clock that went back does not make it longer than the longest wait.
    fn wait(&self, backoff: &Backoff, now: Timestamp) -> Option<Duration> {
        let left = u64::try_from(self.not_before.micros() - now.micros()).unwrap_or(0);
        (left > 0).then(|| Duration::from_micros(left).min(backoff.wait_max))
    }

    fn add(&mut self, backoff: &Backoff, now: Timestamp) {
        self.forgive(backoff, now);
        self.failures = self.failures.saturating_add(1);
        if let Some(beyond) = self.failures.checked_sub(backoff.free.max(1)) {
            let doubled = backoff.wait_first.saturating_mul(1 << beyond.min(30));
            self.not_before = now.plus(doubled.min(backoff.wait_max));
        }
    }
}

/// Counts failures.
pub(super) struct Throttle {
    naming: Secret,
    counts: Mutex<Counts>,
}

struct Counts {
    pairs: Table<Name, Count>,
    addresses: Table<Name, Count>,
    accounts: Table<Name, Count>,
    /// When an account was last opened from an address; apart, so that failures cannot push it out.
    welcome: Table<Name, Timestamp>,
}

impl Counts {
    fn is_welcome(&self, pair: &Name, now: Timestamp) -> bool {
        let since = now.minus(limits::WELCOME_FOR);
        self.welcome.find(pair).is_some_and(|at| *at > since)
    }

    /// Which counters hold for an attempt.
    fn bounds(&self, source: &Source, guessable: bool, now: Timestamp) -> Bounds {
        let welcome = self.is_welcome(&source.pair, now);
        Bounds { by_address: !welcome, by_account: !welcome && guessable }
    }

    fn wait(&self, source: &Source, bounds: Bounds, now: Timestamp) -> Option<Wait> {
        let look = |count: Option<&Count>, backoff: &Backoff, by| {
            let retry_after = count?.wait(backoff, now)?;
            Some(Wait { retry_after, by })
        };
        let pair = look(self.pairs.find(&source.pair), &limits::PAIR, ThrottledBy::AccountFromAddress);
        let address = || look(self.addresses.find(&source.address), &limits::ADDRESS, ThrottledBy::Address);
        let account = || look(self.accounts.find(&source.account), &limits::ACCOUNT, ThrottledBy::Account);
        pair.or_else(|| bounds.by_address.then(address).flatten())
            .or_else(|| bounds.by_account.then(account).flatten())
    }
}

#[derive(Clone, Copy)]
struct Bounds {
    by_address: bool,
    by_account: bool,
}

impl Throttle {
    /// Nothing is counted yet. `naming` is a key of this process.
    pub(super) fn new(naming: Secret) -> Self {
        let counts = Counts {
            pairs: Table::new(limits::PAIRS_COUNTED_MAX),
            addresses: Table::new(limits::ADDRESSES_COUNTED_MAX),
            accounts: Table::new(limits::ACCOUNTS_COUNTED_MAX),
            welcome: Table::new(limits::WELCOME_MAX),
        };
        Self { naming, counts: Mutex::new(counts) }
    }

    /// Somebody at `from` who names `account`. IPv6 addresses count by their network of 64 bits: whoever has one has
    /// all of it.
    ///
    /// `denied_by`: the protocol by which the rules let nobody in there. What fails there makes nobody wait elsewhere:
    /// a telephone that a rule keeps out is no guesser.
    pub(super) fn source(&self, account: &FoldKey, from: IpAddr, denied_by: Option<AccessAction>) -> Source {
        let network: Vec<u8> = match canonical(from) {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets()[..8].to_vec(),
        };
        let (account, territory) = (account.as_bytes(), denied_by.map_or("", |action| action.as_str()));
        Source {
            pair: self.name(b'p', &[&network, account, territory.as_bytes()]),
            address: self.name(b'a', &[&network, territory.as_bytes()]),
            account: self.name(b'u', &[account, territory.as_bytes()]),
        }
    }

    /// What an attempt has to wait for, without counting it. `guessable`: it shows a password and no token, which has
    /// too many bits to be guessed by many machines either.
    pub(super) fn wait(&self, source: &Source, guessable: bool, now: Timestamp) -> Option<Wait> {
        let counts = self.counts();
        counts.wait(source, counts.bounds(source, guessable, now), now)
    }

    /// Counts an attempt as failed and lets it through, or says what it has to wait for.
    pub(super) fn admit(&self, source: Source, guessable: bool, now: Timestamp) -> Result<Charge, Wait> {
        let mut counts = self.counts();
        let bounds = counts.bounds(&source, guessable, now);
        if let Some(wait) = counts.wait(&source, bounds, now) {
            return Err(wait);
        }
        let pair = charge(counts.pairs.entry(&source.pair), &limits::PAIR, now);
        let broad = bounds.by_address && pair.failures < limits::PAIR.free;
        let address = broad.then(|| charge(counts.addresses.entry(&source.address), &limits::ADDRESS, now));
        let account =
            bounds.by_account.then(|| charge(counts.accounts.entry(&source.account), &limits::ACCOUNT, now));
        Ok(Charge { source, pair, address, account })
    }

    /// The attempt has succeeded.
    pub(super) fn succeeded(&self, charge: &Charge, now: Timestamp) {
        self.take_back(charge);
        self.opened(&charge.source, now);
    }

    /// The account was opened from the address: its failures from there are forgotten, and the address is welcome.
    pub(super) fn opened(&self, source: &Source, now: Timestamp) {
        let mut counts = self.counts();
        counts.pairs.remove(&source.pair);
        *counts.welcome.entry(&source.pair) = now;
    }

    /// Nobody has looked at the password: the attempt does not count.
    pub(super) fn take_back(&self, charge: &Charge) {
        let mut counts = self.counts();
        give_back(counts.pairs.entry(&charge.source.pair), &charge.pair);
        if let Some(before) = &charge.address {
            give_back(counts.addresses.entry(&charge.source.address), before);
        }
        if let Some(before) = &charge.account {
            give_back(counts.accounts.entry(&charge.source.account), before);
        }
    }

    fn name(&self, kind: u8, parts: &[&[u8]]) -> Name {
        let mut text = vec![kind];
        for part in parts {
            text.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
            text.extend_from_slice(part);
        }
        let mut name = Name::default();
        name.copy_from_slice(&self.naming.mac(&text)[..16]);
        name
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        // A panic while the lock is held leaves whole tables behind.
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Adds a failure; answers the count before it.
fn charge(count: &mut Count, backoff: &Backoff, now: Timestamp) -> Count {
    count.forgive(backoff, now);
    let before = *count;
    count.add(backoff, now);
    before
}

/// Takes one failure back. What others have added since stays.
fn give_back(count: &mut Count, before: &Count) {
    count.failures = count.failures.saturating_sub(1);
    if count.failures <= before.failures {
        count.not_before = before.not_before;
    }
}

#[cfg(test)]
mod tests;
