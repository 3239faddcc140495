//! Each way in which a request can be refused, with the name and the words of the answer.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::{NOW_SECONDS, REGION, Request, SECRET, SERVICE};
use postroom_sigv4::{Form, Limits, Protocol, Refusal};

const INCOMPLETE: &str = "IncompleteSignatureException";
const INVALID: &str = "InvalidSignatureException";

fn unsigned() -> Request {
    Request::new("POST", "/")
        .header("Host", "workmail.example")
        .header("Content-Type", "application/x-amz-json-1.1")
        .header("X-Amz-Target", "WorkMailService.ListUsers")
        .body(br#"{"OrganizationId":"m-0123456789abcdef0123456789abcdef"}"#)
}

fn signed() -> Request {
    unsigned().signed(NOW_SECONDS)
}

/// A signed request whose `Authorization` header has `old` replaced by `new`.
fn edited(old: &str, new: &str) -> Request {
    let mut request = signed();
    let value = request.value("authorization").to_owned();
    assert!(value.contains(old), "{value}");
    request.set_header("authorization", &value.replacen(old, new, 1));
    request
}

/// A presigned query with the given parameters; the signature is not a real one.
fn presigned(parameters: &[(&str, &str)]) -> Request {
    let query: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
    Request::new("GET", &format!("/?{}", query.join("&"))).header("Host", "workmail.example")
}

const PRESIGNED: [(&str, &str); 6] = [
    ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
    ("X-Amz-Credential", "AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fservice%2Faws4_request"),
    ("X-Amz-Date", "20150830T123600Z"),
    ("X-Amz-Expires", "60"),
    ("X-Amz-SignedHeaders", "host"),
    ("X-Amz-Signature", "0000000000000000000000000000000000000000000000000000000000000000"),
];

#[track_caller]
fn check(request: &Request, error_name: &str, message: &str) {
    check_at(NOW_SECONDS, request, error_name, message);
}

#[track_caller]
fn check_at(now_seconds: i64, request: &Request, error_name: &str, message: &str) {
    let refusal = request.verify(now_seconds).unwrap_err();
    assert_eq!((refusal.error_name(), refusal.to_string().as_str()), (error_name, message), "{refusal:?}");
    assert_eq!(refusal.http_status(Protocol::AwsJson), 400);
    assert_eq!(refusal.http_status(Protocol::RestJson), 403);
    assert!(message.chars().count() <= 600, "{message}");
}

#[test]
fn a_good_request_passes() {
    signed().verify(NOW_SECONDS).unwrap();
}

#[test]
fn no_signature() {
    let name = "MissingAuthenticationTokenException";
    let message = "Request is missing Authentication Token";
    check(&unsigned(), name, message);
    check(&unsigned().header("Authorization", ""), name, message);
    check(&unsigned().header("Authorization", "Basic dXNlcjpwYXNz"), name, message);
    check(&unsigned().header("Authorization", "Bearer abc.def"), name, message);
    check(&Request::new("GET", "/?Action=List&X-Amz-Date=20150830T123600Z"), name, message);
}

#[test]
fn missing_parts_are_named_together() {
    check(
        &Request::new("POST", "/").header("Host", "h").header("Authorization", "AWS4-HMAC-SHA256"),
        INCOMPLETE,
        "Authorization header requires 'Credential' parameter. \
         Authorization header requires 'Signature' parameter. \
         Authorization header requires 'SignedHeaders' parameter. \
         Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ",
    );
    check(
        &presigned(&PRESIGNED[..1]),
        INCOMPLETE,
        "AWS query-string parameters must include 'X-Amz-Credential'. \
         AWS query-string parameters must include 'X-Amz-Signature'. \
         AWS query-string parameters must include 'X-Amz-SignedHeaders'. \
         AWS query-string parameters must include 'X-Amz-Date'. \
         AWS query-string parameters must include 'X-Amz-Expires'. \
         Re-examine the query-string parameters.",
    );
}

#[test]
fn each_part_of_a_query_is_needed() {
    for index in 0..PRESIGNED.len() {
        let mut parameters = PRESIGNED.to_vec();
        let (name, _) = parameters.remove(index);
        let message = format!(
            "AWS query-string parameters must include '{name}'. Re-examine the query-string parameters."
        );
        check(&presigned(&parameters), INCOMPLETE, &message);
    }
}

#[test]
fn malformed_header() {
    check(
        &edited("Credential=", "Credential"),
        INCOMPLETE,
        "'CredentialAKIDEXAMPLE/20150830/us-east-1/service/aws4_request' \
         not a valid key=value pair (missing equal-sign) in Authorization header.",
    );
    check(
        &edited("Credential=", "Cred\u{202e}ential="),
        INCOMPLETE,
        "'Cred?ential' is not a parameter of the Authorization header.",
    );
    let mut not_text = signed();
    not_text.headers.last_mut().unwrap().1.push(0xff);
    check(&not_text, INCOMPLETE, "'authorization' must be UTF-8 text.");
    check(&edited("SignedHeaders=", "Signature="), INCOMPLETE, "'Signature' may be given only once.");
    let twice = signed().header("authorization", "Basic dXNlcjpwYXNz");
    check(&twice, INCOMPLETE, "'authorization' may be given only once.");
}

#[test]
fn two_signatures() {
    let mut request = signed();
    request.query = "X-Amz-Algorithm=AWS4-HMAC-SHA256".into();
    check(
        &request,
        INVALID,
        "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
    );
    let mut parameters = PRESIGNED.to_vec();
    parameters.push(("X-Amz-Signature", "00"));
    check(&presigned(&parameters), INCOMPLETE, "'X-Amz-Signature' may be given only once.");
}

#[test]
fn algorithm() {
    check(
        &edited("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"),
        INCOMPLETE,
        "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256' (only AWS4-HMAC-SHA256 for now). ",
    );
    check(
        &edited("AWS4-HMAC-SHA256", "AWS4-hmac-sha256"),
        INCOMPLETE,
        "Unsupported AWS 'algorithm': 'AWS4-hmac-sha256' (only AWS4-HMAC-SHA256 for now). ",
    );
}

#[test]
fn credential_shape() {
    for credential in [
        "AKIDEXAMPLE/20150830/us-east-1/aws4_request",
        "a/b/20150830/r/s/aws4_request",
        "a/d//s/t",
        "a/b/c/d/",
        "x",
    ] {
        let message = format!(
            "Credential must have exactly 5 slash-delimited elements, \
             e.g. keyid/date/region/service/term, got '{credential}'"
        );
        let request = edited("AKIDEXAMPLE/20150830/us-east-1/service/aws4_request", credential);
        check(&request, INCOMPLETE, &message);
    }
}

#[test]
fn time_shape() {
    let mut request = signed();
    request.set_header("x-amz-date", "2015-08-30T12:36:00Z");
    check(
        &request,
        INCOMPLETE,
        "Date must be in ISO-8601 'basic format'. Got '2015-08-30T12:36:00Z'. \
         See http://en.wikipedia.org/wiki/ISO_8601",
    );
}

#[test]
fn expires_range() {
    for expires in ["0", "604801", "-1", "+60", "1e3", "", "99999999999999999999"] {
        let mut parameters = PRESIGNED;
        parameters[3].1 = expires;
        // A bare `+` in a query is a space.
        let shown = expires.replace('+', " ");
        let message = format!("'X-Amz-Expires' must be a number of seconds from 1 to 604800, got '{shown}'");
        check(&presigned(&parameters), INCOMPLETE, &message);
    }
    for expires in ["1", "604800"] {
        let mut parameters = PRESIGNED;
        parameters[3].1 = expires;
        assert_eq!(presigned(&parameters).verify(NOW_SECONDS), Err(Refusal::SignatureMismatch));
    }
}

#[test]
fn clock() {
    check_at(
        NOW_SECONDS + 301,
        &signed(),
        INVALID,
        "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)",
    );
    check_at(
        NOW_SECONDS - 301,
        &signed(),
        INVALID,
        "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z \
         (20150830T123059Z + 5 min.)",
    );
    let mut parameters = PRESIGNED;
    parameters[3].1 = "90";
    check_at(
        NOW_SECONDS + 91,
        &presigned(&parameters),
        INVALID,
        "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T123731Z - 90 sec.)",
    );
    let limits = Limits { clock_skew: std::time::Duration::from_secs(900), ..Limits::default() };
    signed().verify_for(NOW_SECONDS + 900, SERVICE, &limits).unwrap();
    for now_seconds in [i64::MIN, i64::MAX] {
        assert_eq!(signed().verify(now_seconds).unwrap_err().error_name(), INVALID);
    }
}

#[test]
fn headers_that_must_be_signed() {
    check(
        &edited("host;", ""),
        INVALID,
        "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    );
    check(
        &edited(";x-amz-target", ""),
        INVALID,
        "There were headers present in the request which were not signed: 'x-amz-target'",
    );
    check(
        &signed().header("X-AMZ-Later", "1"),
        INVALID,
        "There were headers present in the request which were not signed: 'x-amz-later'",
    );
    check(
        &edited("content-type;host", "content-type;etag;host"),
        INVALID,
        "The header 'etag' is listed in 'SignedHeaders' but is not in the request.",
    );
}

#[test]
fn a_date_header_that_gives_the_time_must_be_signed() {
    let time = "Sun, 30 Aug 2015 12:36:00 GMT";
    let mut request = unsigned().header("Date", time).signed(NOW_SECONDS);
    // A signer that uses `Date` in place of `X-Amz-Date` makes the same string to sign, without that line.
    request.headers.retain(|(name, _)| name != "X-Amz-Date");
    let value = request.value("authorization").replace(";x-amz-date", "");
    request.set_header("authorization", &value);
    assert_eq!(request.verify(NOW_SECONDS), Err(Refusal::SignatureMismatch));
    request.set_header("authorization", &value.replace(";date", ""));
    check(&request, INVALID, "There were headers present in the request which were not signed: 'date'");
}

#[test]
fn signed_headers_shape() {
    let message = "'SignedHeaders' must be a sorted list of different lower-case header names.";
    for list in
        ["host;content-type", "content-type;Host", "host;host", "", "host;", ";host", "ho st", "h\u{f6}st"]
    {
        check(&edited("content-type;host;x-amz-date;x-amz-target", list), INCOMPLETE, message);
    }
}

#[test]
fn scope_faults_are_named_together() {
    check(
        &edited("20150830/us-east-1/service/aws4_request", "20150829/eu-west-1/s3/aws5_request"),
        INVALID,
        "Credential should be scoped to a valid region, not 'eu-west-1'. \
         Credential should be scoped to correct service: 'service'. \
         Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'. \
         Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: \
         '20150829' != '20150830', from '20150830T123600Z'.",
    );
}

#[test]
fn scope_faults_one_by_one() {
    check(
        &unsigned().signed_by(NOW_SECONDS, SECRET, "eu-west-1", SERVICE),
        INVALID,
        "Credential should be scoped to a valid region, not 'eu-west-1'. ",
    );
    check(
        &unsigned().signed_by(NOW_SECONDS, SECRET, REGION, "iam"),
        INVALID,
        "Credential should be scoped to correct service: 'service'. ",
    );
    check(
        &edited("aws4_request", "aws4"),
        INVALID,
        "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws4'. ",
    );
    check(
        &edited("20150830/", "20150831/"),
        INVALID,
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: \
         '20150831' != '20150830', from '20150830T123600Z'.",
    );
}

#[test]
fn payload_forms() {
    let with = |digest: &str| unsigned().header("X-Amz-Content-Sha256", digest).signed(NOW_SECONDS);
    for form in
        ["UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"]
    {
        let message = format!("The payload must be signed as a whole; '{form}' is not accepted.");
        check(&with(form), INVALID, &message);
    }
    let digest_of_nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let message =
        "The value passed in 'x-amz-content-sha256' does not match the SHA-256 digest of the payload.";
    check(&with(digest_of_nothing), INVALID, message);
    check(&with(""), INVALID, message);
    let mut parameters = PRESIGNED.to_vec();
    parameters.push(("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"));
    check(
        &presigned(&parameters),
        INVALID,
        "The payload must be signed as a whole; 'UNSIGNED-PAYLOAD' is not accepted.",
    );
}

#[test]
fn wrong_secret_and_wrong_signatures() {
    let message = "The request signature we calculated does not match the signature you provided. \
                   Check your AWS Secret Access Key and signing method. \
                   Consult the service documentation for details.";
    check(&unsigned().signed_by(NOW_SECONDS, "another secret", REGION, SERVICE), INVALID, message);
    let mut request = signed();
    let good = request.value("authorization").to_owned();
    let (before, signature) = good.split_once("Signature=").unwrap();
    for bad in
        ["", "0", &signature[1..], &format!("{signature}0"), &signature.to_uppercase(), &"g".repeat(64)]
    {
        request.set_header("authorization", &format!("{before}Signature={bad}"));
        check(&request, INVALID, message);
    }
}

#[test]
fn unknown_key_and_session_token() {
    let name = "UnrecognizedClientException";
    check(
        &edited("AKIDEXAMPLE", "AKIDELSEWHERE"),
        name,
        "The security token included in the request is invalid.",
    );
    let caller =
        unsigned().header("X-Amz-Security-Token", "a token").signed(NOW_SECONDS).verify(NOW_SECONDS).unwrap();
    assert_eq!(caller.session_token.as_deref(), Some("a token"));
    assert_eq!(Refusal::SessionToken.error_name(), name);
    assert!(
        Refusal::SessionToken
            .to_string()
            .starts_with("The security token included in the request is invalid.")
    );
}

#[test]
fn sizes_are_limited() {
    let limits = Limits::default();
    let refused = |request: Request, what: &str, max: usize| {
        let refusal = request.verify(NOW_SECONDS).unwrap_err();
        assert_eq!(refusal.error_name(), INCOMPLETE);
        assert_eq!(refusal.to_string(), format!("The {what} must not exceed {max}."));
    };
    refused(Request::new("GET", &"/".repeat(2049)), "bytes of the path", limits.path_bytes_max);
    refused(
        Request::new("GET", &format!("/?{}", "a".repeat(8193))),
        "bytes of the query",
        limits.query_bytes_max,
    );
    refused(Request::new("GET", &format!("/?{}", "a&".repeat(65))), "number of query parameters", 64);
    let many = (0..101).fold(unsigned(), |request, number| request.header(&format!("a-{number}"), ""));
    refused(many, "number of headers", limits.headers_max);
    let long = format!("AWS4-HMAC-SHA256 Credential={}", "a".repeat(4096));
    refused(unsigned().header("Authorization", &long), "bytes of the Authorization header", 4096);
    refused(edited("AKIDEXAMPLE", &"A".repeat(257)), "bytes of the credential", limits.credential_bytes_max);
    let names: Vec<String> = (100..151).map(|number| format!("a{number}")).collect();
    let sent = "content-type;host;x-amz-date;x-amz-target";
    refused(edited(sent, &names.join(";")), "number of signed headers", limits.signed_headers_max);
}

#[test]
fn a_claim_can_be_read_before_it_is_believed() {
    let request = signed();
    request.with_head(|head| {
        let claim = postroom_sigv4::Claim::parse(head, &Limits::default()).unwrap();
        assert_eq!(claim.form(), Form::Header);
        assert_eq!(claim.access_key_id(), "AKIDEXAMPLE");
        let scope = claim.scope();
        assert_eq!((scope.date, scope.region, scope.service), ("20150830", REGION, SERVICE));
        assert_eq!(claim.signed_at().seconds(), NOW_SECONDS);
        let names: Vec<&str> = claim.signed_headers().collect();
        assert_eq!(names, ["content-type", "host", "x-amz-date", "x-amz-target"]);
        let printed = format!("{claim:?}");
        assert!(!printed.contains("Authorization") && !printed.contains("signature"), "{printed}");
    });
}

#[test]
fn white_space_of_any_kind_is_one_space() {
    let good = unsigned().header("My-Header", "one two three").signed(NOW_SECONDS);
    for value in ["one\ttwo\t\tthree", "\tone  two \x0b\x0c three ", "one\r\n two\n three"] {
        let mut request = good.clone();
        request.set_header("my-header", value);
        request.verify(NOW_SECONDS).unwrap();
    }
    // So no value can pass for another line of the canonical request.
    let mut request = good.clone();
    request.set_header("my-header", "one two three\nx-other:1");
    assert_eq!(request.verify(NOW_SECONDS), Err(Refusal::SignatureMismatch));
}

#[test]
fn spacing_of_the_header_is_free() {
    for (old, new) in
        [(", ", ","), (", ", " ,\t "), (", ", ", , "), ("AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256\t  ")]
    {
        let mut request = signed();
        let value = request.value("authorization").replace(old, new);
        request.set_header("authorization", &format!(" {value}, "));
        request.verify(NOW_SECONDS).unwrap_or_else(|refusal| panic!("{value}: {refusal:?}"));
    }
}
