//! What it costs to verify one signed JSON request of 300 bytes, step by step.
//!
//! `cargo run --release -p postroom-sigv4 --example verify_timing`

#![allow(clippy::unwrap_used, reason = "an example that measures; the request is its own")]

use std::convert::Infallible;
use std::hint::black_box;
use std::time::Instant;

use postroom_sigv4::{Accept, Body, Claim, DateTime, Head, Limits, Scope, SigningKey, SigningKeyCache, sign};
use postroom_types::Timestamp;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const ROUNDS: u32 = 20_000;
const REPEATS: usize = 9;

/// Runs `work` and prints the fastest and the median time of one call.
fn measure(name: &str, mut work: impl FnMut()) {
    let mut times: Vec<f64> = (0..REPEATS)
        .map(|_| {
            let start = Instant::now();
            (0..ROUNDS).for_each(|_| work());
            start.elapsed().as_secs_f64() * 1e9 / f64::from(ROUNDS)
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("{name:<44} {:>8.0} ns fastest {:>8.0} ns median", times[0], times[REPEATS / 2]);
}

fn main() {
    let now = Timestamp::from_seconds(1_440_938_160);
    let time = DateTime::of(now);
    let body = vec![b'x'; 300];
    let scope = Scope { date: time.date(), region: "us-east-1", service: "workmail" };
    let mut headers: Vec<(&str, &[u8])> = vec![
        ("Host", b"workmail.us-east-1.amazonaws.com"),
        ("X-Amz-Target", b"WorkMailService.PutMobileDeviceAccessOverride"),
        ("Content-Type", b"application/x-amz-json-1.1"),
        ("User-Agent", b"Boto3/1.43.11 md/Botocore#1.43.11 ua/2.1 os/linux lang/python#3.11.7"),
        ("X-Amz-Date", time.as_str().as_bytes()),
        ("amz-sdk-invocation-id", b"0b8d9c6e-6d3f-4d6f-9d9e-0a0b0c0d0e0f"),
        ("amz-sdk-request", b"attempt=1"),
        ("Content-Length", b"300"),
    ];
    let limits = Limits::default();
    let key = SigningKey::derive(SECRET.as_bytes(), &scope);
    let unsigned = Head { method: "POST", path: "/", query: "", headers: &headers };
    let authorization = sign(&unsigned, Body::Bytes(&body), "AKIDEXAMPLE", &key, &limits).unwrap();
    headers.push(("Authorization", authorization.as_bytes()));
    let head = Head { method: "POST", path: "/", query: "", headers: &headers };
    let accept = Accept { service: "workmail", region: &|region| region == "us-east-1" };
    let cache = SigningKeyCache::new(1000);

    let whole = || {
        let claim = Claim::parse(black_box(&head), &limits).unwrap();
        let checked = claim.check(now, &accept, &limits).unwrap();
        let key = cache.key_for(&checked, 1, || Ok::<_, Infallible>(SECRET)).unwrap();
        checked.verify(&key, Body::Bytes(black_box(&body))).unwrap();
    };
    measure("parse, check, cached key, verify", whole);
    measure("parse", || drop(black_box(Claim::parse(black_box(&head), &limits).unwrap())));
    let claim = Claim::parse(&head, &limits).unwrap();
    measure("check", || {
        black_box(claim.check(now, &accept, &limits).unwrap());
    });
    let checked = claim.check(now, &accept, &limits).unwrap();
    measure("cached key", || drop(black_box(cache.key_for(&checked, 1, || Ok::<_, Infallible>(SECRET)))));
    measure("verify", || {
        black_box(checked.verify(&key, Body::Bytes(black_box(&body))).unwrap());
    });
    measure("derive a key (what the cache saves)", || {
        drop(black_box(SigningKey::derive(SECRET.as_bytes(), &scope)));
    });
}
