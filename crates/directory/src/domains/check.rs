//! Looking at a domain's records, and what that means for its status.

use std::time::Duration;

use postroom_types::DnsRecordVerificationStatus::{self as Verification, Failed, Pending, Verified};
use postroom_types::Timestamp;

use super::records::{dkim_host, ownership_host};
use super::{DkimKey, DkimRole, DomainStatus, Hosts, MailDomain, RecordStatus};
use crate::dns::{DnsError, DnsLookup, same_host};
use crate::limits::{
    CHECK_PAUSE_LOST, CHECK_PAUSE_PROVED, CHECK_PAUSE_UNPROVED, PROOF_LOST_MAX, PROOF_TIME_MAX,
};

/// What the DNS says about a record; `None`: nobody could tell.
pub(crate) type Seen<T> = Option<T>;

/// What the DNS says about a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Findings {
    /// Whether the organization's token is published.
    pub(crate) proved: Seen<bool>,
    /// Which selectors are published with their keys.
    pub(crate) keys: Vec<(String, Seen<bool>)>,
    /// Where mail goes.
    pub(crate) mx: Seen<RecordStatus>,
    /// Where clients go.
    pub(crate) autodiscover: Seen<RecordStatus>,
}

/// Asks the DNS about `domain`: everything at once, since a silent name server takes its full time for each question.
pub(crate) async fn look(
    dns: &dyn DnsLookup,
    hosts: &Hosts,
    domain: &MailDomain,
    keys: &[DkimKey],
) -> Findings {
    let name = domain.name.as_str();
    let (proved, keys, mx, autodiscover) = tokio::join!(
        is_proved(dns, domain),
        published_keys(dns, name, keys),
        async { seen(name, dns.mx(name).await) },
        async { seen(name, dns.cname(&format!("autodiscover.{name}")).await) },
    );
    let mx = mx.map(|exchangers| {
        let ours = exchangers.iter().any(|(_, exchanger)| same_host(exchanger, &hosts.mx));
        status(!exchangers.is_empty(), ours)
    });
    let autodiscover = autodiscover.map(|target| {
        let ours = target.as_ref().is_some_and(|target| same_host(target, &hosts.autodiscover));
        status(target.is_some(), ours)
    });
    Findings { proved, keys, mx, autodiscover }
}

/// Which selectors are published with their keys.
async fn published_keys(dns: &dyn DnsLookup, domain: &str, keys: &[DkimKey]) -> Vec<(String, Seen<bool>)> {
    let mut published = Vec::with_capacity(keys.len());
    for key in keys {
        let texts = seen(domain, dns.txt(&dkim_host(domain, &key.selector)).await);
        let found = texts.map(|texts| texts.iter().any(|text| key.is_published_by(text)));
        published.push((key.selector.clone(), found));
    }
    published
}

/// Whether the token is published: below the domain, or at its apex for zones that take no underscore (WB §6.2).
async fn is_proved(dns: &dyn DnsLookup, domain: &MailDomain) -> Seen<bool> {
    let name = domain.name.as_str();
    let has_token = |texts: Vec<String>| texts.iter().any(|text| text.trim() == domain.token);
    let below = ownership_host(name);
    let (below, apex) = tokio::join!(dns.txt(&below), dns.txt(name));
    match (seen(name, below).map(has_token), seen(name, apex).map(has_token)) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        // Only when both say no it is a no.
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

fn status(is_there: bool, is_ours: bool) -> RecordStatus {
    match (is_there, is_ours) {
        (false, _) => RecordStatus::Missing,
        (true, true) => RecordStatus::Verified,
        (true, false) => RecordStatus::Inconsistent,
    }
}

fn seen<T>(domain: &str, answer: Result<T, DnsError>) -> Seen<T> {
    answer.map_err(|error| tracing::info!(domain, %error, "a record could not be looked up")).ok()
}

/// The status after `findings`; `owns` says whether the directory has the organization as the domain's owner.
///
/// A proof that is lost does not unroute: mail goes on, and after [`PROOF_LOST_MAX`] a person is told.
pub(crate) fn judge(
    domain: &MailDomain,
    keys: &[DkimKey],
    findings: &Findings,
    owns: bool,
    now: Timestamp,
) -> DomainStatus {
    let before = &domain.status;
    let overdue = elapsed(domain.registered_at, now) >= PROOF_TIME_MAX;
    let (ownership, lost_at) = match (before.ownership, findings.proved) {
        (Verified, Some(true)) => (Verified, None),
        (Verified, Some(false)) => (Verified, before.lost_at.or(Some(now))),
        (Verified, None) => (Verified, before.lost_at),
        (_, Some(true)) if owns => (Verified, None),
        // Somebody else has proved the domain first.
        (_, Some(true)) => (Failed, None),
        (_, Some(false)) => (unproved(overdue), None),
        (other, None) => (other, None),
    };
    let active = keys.iter().find(|key| key.role == DkimRole::Active);
    let signs = match active {
        Some(active) => findings
            .keys
            .iter()
            .find(|(selector, _)| *selector == active.selector)
            .and_then(|(_, seen)| *seen),
        None => Some(false),
    };
    let (dkim, dkim_lost_at) = match (before.dkim, signs) {
        (_, Some(true)) => (Verified, None),
        (Verified, Some(false)) => {
            let lost_at = before.dkim_lost_at.unwrap_or(now);
            let gone = elapsed(lost_at, now) >= PROOF_LOST_MAX;
            if gone { (Failed, Some(lost_at)) } else { (Verified, Some(lost_at)) }
        }
        (Failed, Some(false)) => (Failed, before.dkim_lost_at),
        (Pending, Some(false)) => (unproved(overdue), None),
        (other, None) => (other, before.dkim_lost_at),
    };
    let verified_at = if ownership == Verified { before.verified_at.or(Some(now)) } else { None };
    DomainStatus {
        ownership,
        dkim,
        mx: findings.mx.unwrap_or(before.mx),
        autodiscover: findings.autodiscover.unwrap_or(before.autodiscover),
        verified_at,
        checked_at: Some(now),
        lost_at,
        dkim_lost_at,
    }
}

fn unproved(overdue: bool) -> Verification {
    if overdue { Failed } else { Pending }
}

/// Whether a person should be told that the domain's proof is lost.
pub(crate) fn is_alarming(status: &DomainStatus, now: Timestamp) -> bool {
    status.lost_at.is_some_and(|lost_at| elapsed(lost_at, now) >= PROOF_LOST_MAX)
}

/// How long until the next look: soon after the registration (an administrator waits), rarely when all is well.
pub(crate) fn pause(status: &DomainStatus, registered_at: Timestamp, now: Timestamp) -> Duration {
    let proved = status.ownership == Verified && status.dkim == Verified;
    if status.lost_at.is_some() || status.dkim_lost_at.is_some() {
        CHECK_PAUSE_LOST
    } else if proved {
        CHECK_PAUSE_PROVED
    } else {
        let (shortest, longest) = CHECK_PAUSE_UNPROVED;
        (elapsed(registered_at, now) / 4).clamp(shortest, longest)
    }
}

fn elapsed(since: Timestamp, now: Timestamp) -> Duration {
    Duration::from_micros(u64::try_from(now.micros() - since.micros()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000_000;

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_micros(hours * HOUR)
    }

    fn domain() -> MailDomain {
        MailDomain {
            name: "example.com".to_owned(),
            is_test: false,
            is_default: false,
            token: "token".to_owned(),
            status: DomainStatus {
                ownership: Pending,
                dkim: Pending,
                mx: RecordStatus::Missing,
                autodiscover: RecordStatus::Missing,
                verified_at: None,
                checked_at: None,
                lost_at: None,
                dkim_lost_at: None,
            },
            registered_at: at(0),
        }
    }

    fn key(selector: &str, role: DkimRole) -> DkimKey {
        DkimKey {
            selector: selector.to_owned(),
            role,
            public_key: "k".to_owned(),
            published: false,
            created_at: at(0),
        }
    }

    fn findings(proved: Seen<bool>, active: Seen<bool>) -> Findings {
        Findings {
            proved,
            keys: vec![("n".to_owned(), Some(true)), ("a".to_owned(), active)],
            mx: None,
            autodiscover: None,
        }
    }

    fn judged(
        domain: &MailDomain,
        proved: Seen<bool>,
        active: Seen<bool>,
        owns: bool,
        hours: i64,
    ) -> DomainStatus {
        let keys = [key("a", DkimRole::Active), key("n", DkimRole::Next)];
        judge(domain, &keys, &findings(proved, active), owns, at(hours))
    }

    #[test]
    fn a_domain_is_verified_by_the_first_proof_only() {
        let mine = judged(&domain(), Some(true), Some(false), true, 1);
        assert_eq!((mine.ownership, mine.verified_at, mine.dkim), (Verified, Some(at(1)), Pending));
        let theirs = judged(&domain(), Some(true), Some(true), false, 1);
        assert_eq!((theirs.ownership, theirs.verified_at, theirs.dkim), (Failed, None, Verified));
    }

    #[test]
    fn what_is_not_proved_fails_after_three_days_and_may_be_proved_later() {
        let mut domain = domain();
        assert_eq!(judged(&domain, Some(false), Some(false), false, 71).ownership, Pending);
        domain.status = judged(&domain, Some(false), Some(false), false, 72);
        assert_eq!((domain.status.ownership, domain.status.dkim), (Failed, Failed));
        assert_eq!(judged(&domain, None, None, false, 80).ownership, Failed);
        let later = judged(&domain, Some(true), Some(true), true, 100);
        assert_eq!((later.ownership, later.dkim), (Verified, Verified));
    }

    #[test]
    fn silence_of_the_dns_changes_nothing() {
        let mut domain = domain();
        assert_eq!(judged(&domain, None, None, false, 100).ownership, Pending);
        domain.status = judged(&domain, Some(true), Some(true), true, 1);
        let silent = judged(&domain, None, None, true, 1_000);
        assert_eq!((silent.ownership, silent.dkim, silent.lost_at), (Verified, Verified, None));
    }

    #[test]
    fn a_lost_proof_alarms_after_three_days_and_never_unroutes() {
        let mut domain = domain();
        domain.status = judged(&domain, Some(true), Some(true), true, 1);
        domain.status = judged(&domain, Some(false), Some(false), true, 10);
        assert_eq!((domain.status.ownership, domain.status.lost_at), (Verified, Some(at(10))));
        assert!(!is_alarming(&domain.status, at(81)));
        domain.status = judged(&domain, Some(false), Some(false), true, 82);
        assert!(is_alarming(&domain.status, at(82)));
        assert_eq!((domain.status.ownership, domain.status.lost_at), (Verified, Some(at(10))));
        assert_eq!(domain.status.dkim, Failed);
        let back = judged(&domain, Some(true), Some(true), true, 90);
        assert_eq!((back.lost_at, back.dkim, back.dkim_lost_at), (None, Verified, None));
    }

    #[test]
    fn looks_become_rarer() {
        let pending = domain().status;
        let paused = |hours| pause(&pending, at(0), at(hours)).as_secs();
        assert_eq!((paused(0), paused(1), paused(4), paused(400)), (5, 900, 3_600, 3_600));
        let proved = judged(&domain(), Some(true), Some(true), true, 1);
        assert_eq!(pause(&proved, at(0), at(1)), CHECK_PAUSE_PROVED);
    }
}
