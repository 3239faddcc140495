//! Nothing that a peer can send makes the reader panic, and nothing that it makes up is believed.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::{NOW_SECONDS, Request, SERVICE};
use postroom_sigv4::Limits;
use proptest::prelude::*;

/// Pieces of signatures, to get past the first checks.
fn piece() -> impl Strategy<Value = String> {
    let words = [
        "AWS4-HMAC-SHA256",
        " ",
        "\t",
        ", ",
        ",",
        "=",
        ";",
        "&",
        "/",
        "%",
        "%2F",
        "%2",
        "+",
        "Credential=",
        "SignedHeaders=",
        "Signature=",
        "X-Amz-Algorithm=",
        "X-Amz-Credential=",
        "X-Amz-Date=",
        "X-Amz-Expires=",
        "X-Amz-SignedHeaders=",
        "X-Amz-Signature=",
        "X-Amz-Security-Token=",
        "AKIDEXAMPLE/20150830/us-east-1/service/aws4_request",
        "host",
        "host;x-amz-date",
        "20150830T123600Z",
        "60",
        "aws4_request",
        "UNSIGNED-PAYLOAD",
        "Sun, 30 Aug 2015 12:36:00 GMT",
        "0000000000000000000000000000000000000000000000000000000000000000",
    ];
    prop_oneof![6 => prop::sample::select(words.to_vec()).prop_map(str::to_owned), 1 => any::<String>()]
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..14).prop_map(|pieces| pieces.concat())
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![text().prop_map(String::into_bytes), prop::collection::vec(any::<u8>(), 0..80)]
}

fn header() -> impl Strategy<Value = (String, Vec<u8>)> {
    let names = [
        "Authorization",
        "authorization",
        "X-Amz-Date",
        "Date",
        "Host",
        "x-amz-content-sha256",
        "X-Amz-Security-Token",
    ];
    let name =
        prop_oneof![9 => prop::sample::select(names.to_vec()).prop_map(str::to_owned), 1 => any::<String>()];
    (name, bytes())
}

/// Small limits, so that their borders are met as well.
fn limits() -> impl Strategy<Value = Limits> {
    let small = Limits {
        authorization_bytes_max: 200,
        credential_bytes_max: 40,
        path_bytes_max: 8,
        query_bytes_max: 300,
        query_parameters_max: 7,
        headers_max: 4,
        signed_headers_max: 2,
        ..Limits::default()
    };
    prop_oneof![3 => Just(Limits::default()), 1 => Just(small)]
}

fn request() -> impl Strategy<Value = Request> {
    let headers = prop::collection::vec(header(), 0..7);
    (any::<String>(), any::<String>(), text(), headers, prop::collection::vec(any::<u8>(), 0..40))
        .prop_map(|(method, path, query, headers, body)| Request { method, path, query, headers, body })
}

/// What kind of edit is made to a good `Authorization` header, and where.
#[derive(Debug, Clone)]
struct Edit {
    from: usize,
    length: usize,
    with: Vec<u8>,
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let edit = (0..300_usize, 0..6_usize, prop_oneof![bytes(), Just(Vec::new())])
        .prop_map(|(from, length, with)| Edit { from, length, with });
    prop::collection::vec(edit, 1..4)
}

fn apply(value: &mut Vec<u8>, edit: &Edit) {
    let from = edit.from.min(value.len());
    let to = (from + edit.length).min(value.len());
    value.splice(from..to, edit.with.iter().copied());
}

/// The parameters of an `Authorization` header without the spacing that is free.
fn parameters(value: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(value);
    let (algorithm, rest) = text.trim_ascii().split_once([' ', '\t']).unwrap_or((&text, ""));
    let mut found: Vec<String> = rest
        .split(',')
        .map(|part| part.split('=').map(str::trim_ascii).collect::<Vec<_>>().join("="))
        .filter(|part| !part.is_empty())
        .collect();
    found.push(algorithm.to_owned());
    found.sort();
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, ..ProptestConfig::default() })]

    #[test]
    fn made_up_requests_are_refused(request in request(), limits in limits(), now in any::<i64>()) {
        for now_seconds in [NOW_SECONDS, now] {
            let refusal = request.verify_for(now_seconds, SERVICE, &limits).unwrap_err();
            prop_assert!(!refusal.error_name().is_empty());
            prop_assert!(refusal.to_string().len() < 700, "{}", refusal);
        }
    }

    #[test]
    fn an_edited_authorization_header_is_refused(edits in edits()) {
        let good = Request::new("POST", "/").header("Host", "h").body(b"{}").signed(NOW_SECONDS);
        let mut edited = good.clone();
        for edit in &edits {
            apply(&mut edited.headers.last_mut().unwrap().1, edit);
        }
        let same = parameters(&good.headers.last().unwrap().1) == parameters(&edited.headers.last().unwrap().1);
        prop_assert_eq!(edited.verify(NOW_SECONDS).is_ok(), same, "{:?}", edited);
    }

    #[test]
    fn a_query_with_edits_is_read_without_panic(edits in edits()) {
        let mut query = b"X-Amz-Algorithm=AWS4-HMAC-SHA256\
            &X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fservice%2Faws4_request\
            &X-Amz-Date=20150830T123600Z&X-Amz-SignedHeaders=host&X-Amz-Expires=3600\
            &X-Amz-Signature=0000000000000000000000000000000000000000000000000000000000000000".to_vec();
        for edit in &edits {
            apply(&mut query, edit);
        }
        let query = String::from_utf8_lossy(&query).into_owned();
        let request = Request::new("GET", &format!("/?{query}")).header("Host", "h");
        prop_assert!(request.verify(NOW_SECONDS).is_err());
    }
}
