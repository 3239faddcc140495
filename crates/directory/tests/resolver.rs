//! The resolver against a name server: what is there, what is not, and when nobody can tell.
#![allow(missing_docs, clippy::unwrap_used, reason = "fixtures may fail")]

#[path = "support/dns.rs"]
#[allow(dead_code, reason = "other tests use more of it")]
mod dns;

use dns::DnsServer;
use hickory_resolver::proto::op::ResponseCode;
use postroom_directory::dns::{DnsLookup, Resolver};

#[tokio::test]
async fn records_are_found_and_absence_is_an_answer() {
    let server = DnsServer::start().await;
    let resolver = Resolver::new(&[server.address]).unwrap();
    assert_eq!(resolver.txt("example.com").await, Ok(Vec::new()));
    assert_eq!(resolver.mx("example.com").await, Ok(Vec::new()));
    assert_eq!(resolver.cname("www.example.com").await, Ok(None));
    let long = "k".repeat(600);
    server.txt("example.com", &long);
    server.txt("example.com", "short");
    server.mx("example.com", 10, "mx.example.net");
    server.cname("www.example.com", "example.com");
    let mut texts = resolver.txt("Example.COM").await.unwrap();
    texts.sort();
    assert_eq!(texts, [long.clone(), "short".to_owned()], "strings are put together, nothing is remembered");
    assert_eq!(resolver.mx("example.com").await, Ok(vec![(10, "mx.example.net.".to_owned())]));
    assert_eq!(resolver.cname("www.example.com").await, Ok(Some("example.com.".to_owned())));
    assert_eq!(resolver.txt("www.example.com").await.unwrap().len(), 2, "an alias is followed");
}

#[tokio::test]
async fn a_server_that_fails_says_nothing() {
    let server = DnsServer::start().await;
    let resolver = Resolver::new(&[server.address]).unwrap();
    server.txt("example.com", "text");
    server.answer_with(ResponseCode::ServFail);
    assert!(resolver.txt("example.com").await.is_err());
    server.answer_with(ResponseCode::Refused);
    assert!(resolver.txt("example.com").await.is_err());
    server.answer_with(ResponseCode::NoError);
    assert_eq!(resolver.txt("example.com").await, Ok(vec!["text".to_owned()]));
}

#[tokio::test]
async fn a_name_that_is_none_is_refused() {
    let server = DnsServer::start().await;
    let resolver = Resolver::new(&[server.address]).unwrap();
    assert!(resolver.txt(&"a".repeat(64)).await.is_err());
}
