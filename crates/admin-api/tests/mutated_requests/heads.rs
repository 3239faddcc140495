//! Heads that are nearly those of a signed request.

use postroom_admin_api::wire::random::Generator;

use crate::bodies::change;
use crate::request::Request;

const HEADERS: &[&str] = &["authorization", "x-amz-date", "x-amz-target", "content-type", "host"];

/// Values that some client or scanner sends.
const VALUES: &[(&str, &[&str])] = &[
    (
        "authorization",
        &[
            "",
            "AWS4-HMAC-SHA256",
            "AWS4-HMAC-SHA256 Credential=,SignedHeaders=,Signature=",
            "AWS4-HMAC-SHA256 Credential=AKIA/20200101/us-east-1/workmail/aws4_request, SignedHeaders=host, Signature=00",
            "AWS4-HMAC-SHA256 Credential=%41/////, SignedHeaders=;;;host, Signature=zz",
            "AWS4-ECDSA-P256-SHA256 Credential=a/b/c/d, SignedHeaders=host, Signature=00",
            "Basic YTpi",
            "Bearer x",
            "AWS AKIDEXAMPLE:frJIUN8DYpKDtOLCwo//yllqDzg=",
        ],
    ),
    (
        "x-amz-date",
        &[
            "",
            "0",
            "20261121T000000",
            "20261121T000000Z ",
            "99991231T235959Z",
            "00000101T000000Z",
            "20260230T250000Z",
            "-",
        ],
    ),
    (
        "x-amz-target",
        &[
            "",
            ".",
            "WorkMailService",
            "WorkMailService.",
            "WorkMailService.listusers",
            "WorkMailService.ListUsers.ListUsers",
            "workmailservice.ListUsers",
            "PostroomService.ListUsers",
            "WorkMailService.ExplainAccessControl",
            "WorkMailService.StartMailboxExportJob",
            "DynamoDB_20120810.ListTables",
            "\u{7f}",
        ],
    ),
    (
        "content-type",
        &[
            "",
            ";",
            "text/plain",
            "application/json",
            "application/x-amz-json-1.0",
            "application/x-amz-json-1.1;charset=utf-16",
            "APPLICATION/X-AMZ-JSON-1.1",
            "application/x-www-form-urlencoded",
        ],
    ),
    ("host", &["", "workmail.us-east-1.amazonaws.com", "[::1]:1", "a, b", "127.0.0.1:99999", "xn--"]),
    ("x-amz-security-token", &["", "token"]),
    ("x-amz-content-sha256", &["", "UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "e3b0"]),
    ("content-length", &["", "-1", "0", "18446744073709551616", "1, 1", "0x10"]),
    ("transfer-encoding", &["chunked", "identity", "gzip, chunked"]),
    ("content-encoding", &["gzip", "aws-chunked"]),
    ("expect", &["100-continue"]),
    ("x-http-method-override", &["DELETE"]),
];

/// Changes the head at one place; also the body, when `signed`: the signature is made then, and does not cover that.
pub fn mutate(generator: &mut Generator, request: &mut Request, signed: bool) {
    match generator.below(if signed { 14 } else { 10 }) {
        0..3 => header_bytes(generator, request),
        3..5 => given_value(generator, request),
        5 => drop_header(generator, request),
        6 => repeat_header(generator, request),
        7 => line(generator, request),
        8 => long(generator, request),
        9 => request.too_large = generator.below(4) == 0,
        10 | 11 => change(generator, &mut request.body),
        12 => into_query(generator, request),
        _ => parts_of_authorization(generator, request),
    }
}

fn pick<T: Copy>(generator: &mut Generator, items: &[T]) -> T {
    items[generator.below(items.len() as u64) as usize]
}

fn header_bytes(generator: &mut Generator, request: &mut Request) {
    let name = pick(generator, HEADERS);
    for (_, value) in request.headers.iter_mut().filter(|(other, _)| other == name) {
        change(generator, value);
    }
}

fn given_value(generator: &mut Generator, request: &mut Request) {
    let (name, values) = pick(generator, VALUES);
    let value = pick(generator, values);
    request.headers.retain(|(other, _)| other != name);
    request.push(name, value);
}

fn drop_header(generator: &mut Generator, request: &mut Request) {
    let name = pick(generator, HEADERS);
    request.headers.retain(|(other, _)| other != name);
}

fn repeat_header(generator: &mut Generator, request: &mut Request) {
    let name = pick(generator, HEADERS);
    if let Some(value) = request.value(name).map(<[u8]>::to_vec) {
        let times = pick(generator, &[1, 2, 99]);
        for _ in 0..times {
            request.headers.push((name.to_ascii_uppercase(), value.clone()));
        }
    }
}

/// Method, path or query.
fn line(generator: &mut Generator, request: &mut Request) {
    match generator.below(3) {
        0 => request.method = pick(generator, &["GET", "PUT", "DELETE", "OPTIONS", "TRACE", "X"]).to_owned(),
        1 => request.path = pick(generator, &["//", "/a", "/%2e", "/../", "*", "/%ff", "/%zz"]).to_owned(),
        _ => request.query = pick(generator, &["a", "a=b&a=c", "&&&", "%", "X-Amz-Signature=0"]).to_owned(),
    }
}

fn long(generator: &mut Generator, request: &mut Request) {
    let name = pick(generator, HEADERS);
    let size = pick(generator, &[300, 5_000, 60_000]);
    for (_, value) in request.headers.iter_mut().filter(|(other, _)| other == name) {
        let more = value.iter().copied().cycle().take(size).collect::<Vec<u8>>();
        value.extend(more);
    }
}

/// The signature goes from the header to the query, as in a link, with or without one change.
fn into_query(generator: &mut Generator, request: &mut Request) {
    let Some(value) = request.value("authorization") else { return };
    let value = String::from_utf8_lossy(value).into_owned();
    let part = |name: &str| {
        let found = value.split([' ', ',']).find_map(|part| part.strip_prefix(name));
        found.unwrap_or_default().replace('/', "%2F").replace(';', "%3B")
    };
    let date = String::from_utf8_lossy(request.value("x-amz-date").unwrap_or_default()).into_owned();
    let mut query = format!(
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={}&X-Amz-Date={date}&X-Amz-Expires=60\
         &X-Amz-SignedHeaders={}&X-Amz-Signature={}",
        part("Credential="),
        part("SignedHeaders="),
        part("Signature=")
    )
    .into_bytes();
    if generator.below(2) == 0 {
        change(generator, &mut query);
    }
    request.query = String::from_utf8_lossy(&query).into_owned();
    if generator.below(4) != 0 {
        request.headers.retain(|(name, _)| name != "authorization");
    }
}

/// One part of the header `Authorization` is left out, repeated or empty.
fn parts_of_authorization(generator: &mut Generator, request: &mut Request) {
    for (_, value) in request.headers.iter_mut().filter(|(name, _)| name == "authorization") {
        let text = String::from_utf8_lossy(value).into_owned();
        let mut parts: Vec<String> = text.split([' ', ',', '/', ';', '=']).map(str::to_owned).collect();
        let separators: Vec<char> = text.chars().filter(|letter| " ,/;=".contains(*letter)).collect();
        let at = generator.below(parts.len() as u64) as usize;
        parts[at] = match generator.below(3) {
            0 => String::new(),
            1 => parts[at].repeat(2),
            _ => parts[generator.below(parts.len() as u64) as usize].clone(),
        };
        let mut changed = String::new();
        for (index, part) in parts.iter().enumerate() {
            changed += part;
            changed.extend(separators.get(index));
        }
        *value = changed.into_bytes();
    }
}
