//! The cache of signing keys: what it finds, what it never finds, and how large it gets.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::cell::Cell;
use std::convert::Infallible;
use std::sync::Arc;

use common::{NOW_SECONDS, Request, SECRET, SERVICE};
use postroom_sigv4::{Accept, Body, Claim, Limits, SigningKey, SigningKeyCache};
use postroom_types::Timestamp;

const DAY_SECONDS: i64 = 24 * 60 * 60;

/// Asks `cache` for the key of a request of `access_key_id` in `region` on day `day`; says whether it had to derive.
fn ask(
    cache: &SigningKeyCache,
    access_key_id: &str,
    generation: u64,
    region: &str,
    day: i64,
) -> (Arc<SigningKey>, bool) {
    let now_seconds = NOW_SECONDS + day * DAY_SECONDS;
    let mut request =
        Request::new("POST", "/").header("Host", "h").signed_by(now_seconds, SECRET, region, SERVICE);
    let value = request.value("authorization").replace("AKIDEXAMPLE", access_key_id);
    request.set_header("authorization", &value);
    request.with_head(|head| {
        let limits = Limits::default();
        let claim = Claim::parse(head, &limits).unwrap();
        let accept = Accept { service: SERVICE, region: &|_| true };
        let checked = claim.check(Timestamp::from_seconds(now_seconds), &accept, &limits).unwrap();
        let derived = Cell::new(false);
        let key = cache
            .key_for(&checked, generation, || {
                derived.set(true);
                Ok::<_, Infallible>(SECRET)
            })
            .unwrap();
        checked.verify(&key, Body::Bytes(b"")).unwrap();
        (key, derived.get())
    })
}

fn derives(cache: &SigningKeyCache, access_key_id: &str, generation: u64, region: &str, day: i64) -> bool {
    ask(cache, access_key_id, generation, region, day).1
}

#[test]
fn a_key_is_derived_once_for_each_of_its_names() {
    let cache = SigningKeyCache::new(8);
    let asked = [("A", "r1", 0), ("A", "r2", 0), ("A", "r1", 1), ("B", "r1", 0)];
    for expected in [true, false, false] {
        for (access_key_id, region, day) in asked {
            assert_eq!(
                derives(&cache, access_key_id, 1, region, day),
                expected,
                "{access_key_id} {region} {day}"
            );
        }
    }
    assert_eq!(cache.len(), 2);
    let (first, _) = ask(&cache, "A", 1, "r1", 0);
    let (again, _) = ask(&cache, "A", 1, "r1", 0);
    assert!(Arc::ptr_eq(&first, &again));
}

#[test]
fn a_new_generation_ends_all_keys_of_the_old() {
    let cache = SigningKeyCache::new(8);
    assert!(derives(&cache, "A", 1, "r1", 0));
    assert!(derives(&cache, "A", 1, "r2", 0));
    assert!(derives(&cache, "A", 2, "r1", 0));
    assert!(!derives(&cache, "A", 2, "r1", 0));
    assert!(derives(&cache, "A", 2, "r2", 0), "the other region's key was of the old generation");
    // A reader that lags behind gets its own key and does not displace the new one.
    assert!(derives(&cache, "A", 1, "r1", 0));
    assert!(derives(&cache, "A", 1, "r1", 0));
    assert!(!derives(&cache, "A", 2, "r1", 0));
    assert!(derives(&cache, "A", 1, "r3", 0));
    assert!(derives(&cache, "A", 2, "r3", 0), "the old generation's key must not pass for the new one's");
}

#[test]
fn a_secret_that_cannot_be_had_is_an_error_and_is_not_remembered() {
    let cache = SigningKeyCache::new(8);
    let request = Request::new("POST", "/").header("Host", "h").signed(NOW_SECONDS);
    request.with_head(|head| {
        let limits = Limits::default();
        let claim = Claim::parse(head, &limits).unwrap();
        let accept = Accept { service: SERVICE, region: &|_| true };
        let checked = claim.check(Timestamp::from_seconds(NOW_SECONDS), &accept, &limits).unwrap();
        let answer = cache.key_for(&checked, 1, || Err::<&str, _>("sealed"));
        assert_eq!(answer.err(), Some("sealed"));
    });
    assert!(cache.is_empty());
}

#[test]
fn access_keys_are_bounded_and_those_in_use_stay() {
    let cache = SigningKeyCache::new(4);
    for number in 0..200 {
        derives(&cache, "BUSY", 1, "r1", 0);
        derives(&cache, &format!("RARE{number}"), 1, "r1", 0);
        assert!(cache.len() <= 4);
        assert!(number == 0 || !derives(&cache, "BUSY", 1, "r1", 0), "lost after {number}");
    }
}

#[test]
fn scopes_of_one_access_key_are_bounded() {
    let cache = SigningKeyCache::new(1);
    for day in 0..20 {
        assert!(derives(&cache, "A", 1, "r1", day));
        assert!(!derives(&cache, "A", 1, "r1", day));
    }
    assert!(derives(&cache, "A", 1, "r1", 0), "twenty days do not fit");
    assert_eq!(cache.len(), 1);
}

#[test]
fn a_forgotten_access_key_is_gone_and_the_others_are_found() {
    let cache = SigningKeyCache::new(8);
    for access_key_id in ["A", "B", "C"] {
        derives(&cache, access_key_id, 1, "r1", 0);
    }
    cache.forget("A");
    cache.forget("NEVER");
    assert_eq!(cache.len(), 2);
    assert!(!derives(&cache, "B", 1, "r1", 0));
    assert!(!derives(&cache, "C", 1, "r1", 0));
    assert!(derives(&cache, "A", 1, "r1", 0));
    assert_eq!(cache.len(), 3);
}

#[test]
fn nothing_secret_is_printed() {
    let cache = SigningKeyCache::new(8);
    let (key, _) = ask(&cache, "A", 1, "r1", 0);
    assert_eq!(format!("{key:?}"), r#"SigningKey { scope: "20150830/r1/service/aws4_request", .. }"#);
    assert_eq!(format!("{cache:?}"), "SigningKeyCache { access_keys_max: 8, .. }");
}

#[test]
fn many_threads_agree() {
    let cache = SigningKeyCache::new(3);
    std::thread::scope(|scope| {
        for thread in 0..4_u64 {
            let cache = &cache;
            scope.spawn(move || {
                for turn in 0..50_u64 {
                    // `ask` verifies with what it gets, so a wrong key fails here.
                    ask(
                        cache,
                        &format!("K{}", (thread + turn) % 5),
                        turn / 20,
                        "r1",
                        i64::from(turn % 3 == 0),
                    );
                }
            });
        }
    });
    assert!(cache.len() <= 3);
}
