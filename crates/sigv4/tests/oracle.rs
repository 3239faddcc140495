//! Whatever AWS's own signer signs is verified here, and nothing of it can be changed.
//!
//! `aws-sigv4` is the signing half of the AWS SDK for Rust: an independent reading of the same rules.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::time::{Duration, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use common::{ACCESS_KEY_ID, NOW_SECONDS, REGION, Request, SECRET, SERVICE};
use postroom_sigv4::{Form, Refusal};
use proptest::prelude::*;

const EXPIRES_SECONDS: u64 = 900;

#[derive(Debug, Clone)]
struct Signing {
    form: Form,
    session_token: Option<String>,
    with_digest: bool,
}

/// Signs as the AWS SDK does and puts the signature where it belongs.
fn sign_with_sdk(mut request: Request, signing: &Signing) -> Request {
    let credentials =
        Credentials::new(ACCESS_KEY_ID, SECRET, signing.session_token.clone(), None, "oracle test");
    let identity: Identity = credentials.into();
    let mut settings = SigningSettings::default();
    if signing.with_digest {
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    if signing.form == Form::Query {
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(Duration::from_secs(EXPIRES_SECONDS));
    }
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(REGION)
        .name(SERVICE)
        .time(UNIX_EPOCH + Duration::from_secs(NOW_SECONDS.unsigned_abs()))
        .settings(settings)
        .build()
        .unwrap()
        .into();
    let question_mark = if request.query.is_empty() { "" } else { "?" };
    let uri = format!("https://example.com{}{question_mark}{}", request.path, request.query);
    let headers =
        request.headers.iter().map(|(name, value)| (name.as_str(), std::str::from_utf8(value).unwrap()));
    let signable =
        SignableRequest::new(&request.method, uri, headers, SignableBody::Bytes(&request.body)).unwrap();
    let (instructions, _) = sign(signable, &params).unwrap().into_parts();
    let (headers, parameters) = instructions.into_parts();
    for header in headers {
        request = request.header(header.name(), header.value());
    }
    for (name, value) in parameters {
        let separator = if request.query.is_empty() { "" } else { "&" };
        request.query.push_str(&format!("{separator}{name}={}", encoded(&value)));
    }
    request
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

fn path() -> impl Strategy<Value = String> {
    let segment = prop_oneof![
        4 => "[a-zA-Z0-9._~!$'()*+,;=:@-]{0,8}",
        1 => Just(".".to_owned()),
        1 => Just("..".to_owned()),
        1 => Just(String::new()),
        2 => any::<String>().prop_map(|text| encoded(&text.chars().take(6).collect::<String>())),
        1 => "(%[0-9a-f]{2}){1,3}",
    ];
    prop::collection::vec(segment, 0..6).prop_map(|segments| format!("/{}", segments.join("/")))
}

fn query() -> impl Strategy<Value = String> {
    let piece = || {
        prop_oneof![
            3 => "[a-cA-C0-2._~!$'()*,;:@/?+-]{0,4}",
            1 => any::<String>().prop_map(|text| encoded(&text.chars().take(4).collect::<String>())),
            1 => Just("%zz%2".to_owned()),
        ]
    };
    let parameter = prop_oneof![
        4 => (piece(), piece()).prop_map(|(name, value)| format!("{name}={value}")),
        1 => piece(),
        1 => Just("a=1".to_owned()),
    ];
    prop::collection::vec(parameter, 0..6).prop_map(|parameters| parameters.join("&"))
}

fn headers() -> impl Strategy<Value = Vec<(String, Vec<u8>)>> {
    let name = prop_oneof![
        3 => "[a-zA-Z][a-zA-Z0-9-]{0,10}",
        1 => Just("X-Amz-Target".to_owned()),
        1 => "[xX]-[aA]mz-[a-z]{1,6}1",
        1 => Just("Content-Type".to_owned()),
    ]
    .prop_filter("headers with a meaning of their own", |name| {
        !["host", "authorization", "te", "date"].contains(&name.to_ascii_lowercase().as_str())
    });
    // Tabs are left out: the SDKs do not agree on them.
    let value = prop_oneof!["[ -~]{0,20}", " {0,3}[a-z]{0,3} {1,4}[a-z\"]{0,3} {0,3}"];
    prop::collection::vec((name, value.prop_map(String::into_bytes)), 0..8)
}

fn request() -> impl Strategy<Value = Request> {
    let method = prop_oneof![Just("POST".to_owned()), Just("GET".to_owned()), "[A-Z]{3,7}"];
    let body = prop::collection::vec(any::<u8>(), 0..300);
    let host = prop_oneof![Just("127.0.0.1:4566".to_owned()), "[a-z]{1,9}\\.example"];
    (method, path(), query(), headers(), body, host).prop_map(|(method, path, query, headers, body, host)| {
        let request = Request { method, path, query, headers, body };
        request.header("Host", &host).header("User-Agent", "made by a proxy")
    })
}

fn signing() -> impl Strategy<Value = Signing> {
    let form = prop_oneof![Just(Form::Header), Just(Form::Query)];
    let session_token = prop::option::of("[a-zA-Z0-9+/]{1,60}={0,2}");
    (form, session_token, any::<bool>()).prop_map(|(form, session_token, with_digest)| Signing {
        form,
        session_token,
        with_digest,
    })
}

/// A change that the signature must not survive. The number picks the place.
#[derive(Debug, Clone)]
enum Change {
    Method,
    Path,
    Query,
    Header(usize),
    HeaderGone(usize),
    HeaderTwice(usize),
    Body(usize),
    BodyLonger,
    AmzHeaderAdded,
    Signature(usize, usize),
    Credential(usize),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        Just(Change::Method),
        Just(Change::Path),
        Just(Change::Query),
        any::<usize>().prop_map(Change::Header),
        any::<usize>().prop_map(Change::HeaderGone),
        any::<usize>().prop_map(Change::HeaderTwice),
        any::<usize>().prop_map(Change::Body),
        Just(Change::BodyLonger),
        Just(Change::AmzHeaderAdded),
        (0..64_usize, 0..15_usize).prop_map(|(place, digit)| Change::Signature(place, digit)),
        any::<usize>().prop_map(Change::Credential),
    ]
}

/// Applies `change`; `None` where the request has nothing to change in that way.
fn changed(mut request: Request, form: Form, change: &Change) -> Option<Request> {
    let is_signed = |(name, _): &(String, Vec<u8>)| {
        !["user-agent", "authorization"].contains(&name.to_ascii_lowercase().as_str())
    };
    let signed: Vec<usize> =
        (0..request.headers.len()).filter(|index| is_signed(&request.headers[*index])).collect();
    let place = |number: usize| signed[number % signed.len()];
    match *change {
        Change::Method => request.method.push('X'),
        Change::Path => request.path.push_str("/x"),
        Change::Query => request.query.push_str("&x"),
        Change::Header(number) => request.headers[place(number)].1.push(b'x'),
        Change::HeaderGone(number) => drop(request.headers.remove(place(number))),
        Change::HeaderTwice(number) => {
            let again = request.headers[place(number)].clone();
            request.headers.push(again);
        }
        Change::Body(number) => {
            let length = request.body.len();
            *request.body.get_mut(number.checked_rem(length)?)? ^= 1;
        }
        Change::BodyLonger => request.body.push(0),
        Change::AmzHeaderAdded => return Some(request.header("x-amz-added-on-the-way", "1")),
        Change::Signature(place, digit) => {
            request = edit_signature(request, form, "Signature=", |text| {
                let old = text.as_bytes()[place];
                let other = b"0123456789abcdef".iter().filter(|new| **new != old).nth(digit).unwrap();
                text.replace_range(place..=place, &char::from(*other).to_string());
            });
        }
        Change::Credential(number) => {
            request = edit_signature(request, form, "Credential=", |text| {
                let end = text.find([',', '&']).unwrap();
                let place = number % end;
                let new = if &text[place..=place] == "7" { "8" } else { "7" };
                text.replace_range(place..=place, new);
            });
        }
    }
    Some(request)
}

/// Edits what follows `name` in the header or query that holds the signature.
fn edit_signature(mut request: Request, form: Form, name: &str, edit: impl FnOnce(&mut String)) -> Request {
    let mut whole = match form {
        Form::Header => request.value("authorization").to_owned(),
        Form::Query => request.query.clone(),
    };
    let from = whole.find(name).unwrap() + name.len();
    let mut rest = whole.split_off(from);
    edit(&mut rest);
    whole.push_str(&rest);
    match form {
        Form::Header => request.set_header("authorization", &whole),
        Form::Query => request.query = whole,
    }
    request
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn what_the_sdk_signs_is_verified(request in request(), signing in signing(), age in -300_i64..=300) {
        let request = sign_with_sdk(request, &signing);
        let caller = request.verify(NOW_SECONDS + age);
        let caller = caller.map_err(|refusal| TestCaseError::fail(format!("{refusal:?}: {request:?}")))?;
        prop_assert_eq!(caller.access_key_id, ACCESS_KEY_ID);
        prop_assert_eq!(caller.session_token, signing.session_token);
    }

    #[test]
    fn what_was_changed_is_refused(request in request(), signing in signing(), change in change()) {
        let signed = sign_with_sdk(request, &signing);
        let Some(tampered) = changed(signed.clone(), signing.form, &change) else { return Ok(()) };
        prop_assert_ne!(&tampered, &signed);
        let refusal = tampered.verify(NOW_SECONDS);
        prop_assert!(refusal.is_err(), "{:?} went unnoticed: {:?}", change, tampered);
    }

    #[test]
    fn unsigned_ordinary_headers_may_change(request in request(), signing in signing()) {
        // By chance it has the header that the proxy adds, and signs it.
        prop_assume!(!request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("via")));
        let mut request = sign_with_sdk(request, &signing);
        request.set_header("user-agent", "changed by a proxy");
        prop_assert!(request.header("Via", "1.1 proxy").verify(NOW_SECONDS).is_ok());
    }

    #[test]
    fn a_signature_lasts_as_long_as_it_says(request in request(), signing in signing()) {
        let request = sign_with_sdk(request, &signing);
        let window = match signing.form { Form::Header => 300, Form::Query => 900 };
        prop_assert!(request.verify(NOW_SECONDS + window).is_ok());
        let is_expired = matches!(request.verify(NOW_SECONDS + window + 1), Err(Refusal::Expired { .. }));
        prop_assert!(is_expired);
        prop_assert!(request.verify(NOW_SECONDS - 300).is_ok());
        let is_early = matches!(request.verify(NOW_SECONDS - 301), Err(Refusal::NotYetCurrent { .. }));
        prop_assert!(is_early);
    }
}
