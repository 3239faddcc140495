//! Requests with signatures that AWS has published: the example of the SigV4 documentation (IAM's `ListUsers`) and
//! cases of the SigV4 test suite; also requests that botocore 1.43.11 signed with the same key.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::{NOW_SECONDS, Request};
use postroom_sigv4::Limits;

const TOKEN: &str = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267";

fn get(target: &str) -> Request {
    Request::new("GET", target)
        .header("Host", "example.amazonaws.com")
        .header("X-Amz-Date", "20150830T123600Z")
}

#[track_caller]
fn check_header(request: Request, signed_headers: &str, signature: &str) {
    let request = request.header(
        "Authorization",
        &format!(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
             SignedHeaders={signed_headers}, Signature={signature}"
        ),
    );
    request.verify(NOW_SECONDS).unwrap();
}

#[track_caller]
fn check_query(parameters: &str, rest: &str, signature: &str) {
    let query = format!(
        "{parameters}X-Amz-Algorithm=AWS4-HMAC-SHA256\
         &X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fservice%2Faws4_request\
         &X-Amz-Date=20150830T123600Z&X-Amz-SignedHeaders=host&X-Amz-Expires=3600{rest}&X-Amz-Signature={signature}"
    );
    let request = Request::new("GET", &format!("/?{query}")).header("Host", "example.amazonaws.com");
    request.verify(NOW_SECONDS + 3600).unwrap();
}

#[test]
fn documentation_list_users() {
    let request = Request::new("GET", "/?Action=ListUsers&Version=2010-05-08")
        .header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
        .header("Host", "iam.amazonaws.com")
        .header("X-Amz-Date", "20150830T123600Z")
        .header(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date, \
             Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
        );
    request.verify_for(NOW_SECONDS, "iam", &Limits::default()).unwrap();
}

#[test]
fn vanilla() {
    let signature = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
    check_header(get("/"), "host;x-amz-date", signature);
    check_header(get(""), "host;x-amz-date", signature);
}

#[test]
fn paths_are_normalised_and_encoded() {
    let vanilla = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
    let slashes = "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84";
    let utf8 = "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85";
    let space = "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741";
    check_header(get("/example1/example2/../.."), "host;x-amz-date", vanilla);
    check_header(get("//example//"), "host;x-amz-date", slashes);
    check_header(get("/\u{1234}"), "host;x-amz-date", utf8);
    check_header(get("/example space/"), "host;x-amz-date", space);
}

#[test]
fn queries_are_sorted_as_encoded() {
    let empty_key = "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb";
    let order = "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac";
    let unreserved = "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197";
    let all = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    check_header(get("/?Param1=value1"), "host;x-amz-date", empty_key);
    check_header(get("/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1"), "host;x-amz-date", order);
    check_header(get(&format!("/?{all}={all}")), "host;x-amz-date", unreserved);
}

#[test]
fn header_values_are_joined_and_folded() {
    let duplicate = "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea";
    let request =
        get("/").header("My-Header1", "value2").header("My-Header1", "value2").header("My-Header1", "value1");
    check_header(request, "host;my-header1;x-amz-date", duplicate);

    let trim = "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736";
    let request = get("/").header("My-Header1", " value1").header("My-Header2", " \"a   b   c\"");
    check_header(request, "host;my-header1;my-header2;x-amz-date", trim);

    let sort = "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c";
    let mut request = get("/").header("My-Header1", "value1");
    request.method = "POST".into();
    check_header(request, "host;my-header1;x-amz-date", sort);
}

#[test]
fn body_with_its_digest() {
    let mut request = get("/")
        .header("Content-Type", "application/x-www-form-urlencoded")
        .header("Content-Length", "13")
        .header("x-amz-content-sha256", "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e")
        .body(b"Param1=value1");
    request.method = "POST".into();
    check_header(
        request,
        "content-length;content-type;host;x-amz-content-sha256;x-amz-date",
        "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b",
    );
}

#[test]
fn session_token_in_the_header() {
    check_header(
        get("/").header("X-Amz-Security-Token", TOKEN),
        "host;x-amz-date;x-amz-security-token",
        "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8",
    );
}

#[test]
fn presigned() {
    check_query(
        "Param2=value2&Param1=value1&",
        "",
        "86012e2c9ad4d77369f5d81c11f75158aae4f895a085212cc6d3f923d300bed5",
    );
    check_query(
        "Param-3=Value3&Param=Value2&%E1%88%B4=Value1&",
        "",
        "c5f1848ceec943ac2ca68ee720460c23aaae30a2300586597ada94c4a65e4787",
    );
    check_query("\u{1234}=bar&", "", "0bdd809b1519ac4f0c1dc3540e2cc46bd0c7f778eda408b2ebf3b913d21ff600");
    check_query(
        "",
        &format!("&X-Amz-Security-Token={TOKEN}"),
        "7ff2b50b376cb4d151970630573d6291dc128cc5c2a12ffb237f73cc53f67b6c",
    );
}

/// botocore moves the time into `Date`, with the zone `-0000`, where the caller has set such a header.
#[test]
fn botocore_with_a_date_header() {
    let request = Request::new("POST", "/")
        .header("Host", "example.com")
        .header("Content-Type", "application/x-amz-json-1.1")
        .header("Date", "Sun, 30 Aug 2015 12:36:00 -0000")
        .body(b"{}");
    check_header(
        request,
        "content-type;date;host",
        "739fe7f1277dbf68305efd6d5937d33b8fde58df6c17ba245d49cb66c0b2bd4d",
    );
}

#[test]
fn botocore_json_request() {
    let request = Request::new("POST", "/")
        .header("Host", "example.com")
        .header("X-Amz-Target", "WorkMailService.ListUsers")
        .header("Content-Type", "application/x-amz-json-1.1")
        .header("X-Amz-Date", "20150830T123600Z")
        .body(b"{}");
    check_header(
        request,
        "content-type;host;x-amz-date;x-amz-target",
        "f201779a2a0e09c6f1426ad480bde6a358ae0926a82367b6656a92e1d8c38119",
    );
}

#[test]
fn botocore_presigned() {
    let target = "/messages/a%20b?x=1&a=%C3%A9&X-Amz-Algorithm=AWS4-HMAC-SHA256\
                  &X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fservice%2Faws4_request\
                  &X-Amz-Date=20150830T123600Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-amz-target\
                  &X-Amz-Signature=ec4b38c34d5fc4552ef66800834fc539b386ee8431c5653bd868e1da263cd8c1";
    let request = Request::new("GET", target).header("Host", "example.com").header("X-Amz-Target", "A");
    request.verify(NOW_SECONDS + 60).unwrap();
}
