//! Messages made to be expensive take about as long as plain ones of their size.

mod common;

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use common::checks;
use postroom_mime::{Content, limits};

/// Large enough for a quadratic reader to show (minutes), small enough for a build without optimisation.
const BYTES: usize = 4 * 1024 * 1024;

/// How much more processor time than a plain message a bomb may take, and what is allowed in any case in a build
/// without optimisation. A plain message of this size takes a few milliseconds.
const TIMES_MAX: u32 = 12;
const ALLOWED: Duration = Duration::from_millis(1_500);

/// Twice the bytes may take this many times the processor time, and a little. Quadratic work takes four times.
const TIMES_OF_HALF_MAX: u32 = 3;
const SLACK: Duration = Duration::from_millis(100);

/// `piece` again and again, up to the size.
fn filled(head: &str, piece: &str) -> Vec<u8> {
    let mut message = head.as_bytes().to_vec();
    while message.len() < BYTES {
        message.extend_from_slice(piece.as_bytes());
    }
    message
}

/// Processor time of this thread, so that a busy machine changes nothing; where the kernel does not count it, time.
fn now() -> Duration {
    static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);
    let counted = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = counted.split(' ').next().and_then(|first| first.parse().ok());
    nanoseconds.map_or_else(|| STARTED.elapsed(), Duration::from_nanos)
}

/// The time of reading and of everything that is asked about the result.
fn time(message: &[u8]) -> Duration {
    let start = now();
    let read = postroom_mime::ingest(message);
    let stored = read.structure.to_bytes();
    assert_eq!(postroom_mime::Structure::from_bytes(&stored).as_ref(), Ok(&read.structure));
    assert!(!read.envelope.to_imap().is_empty() && !read.structure.body(true).is_empty());
    let text = postroom_mime::search_text(message, &read.structure);
    let took = now() - start;
    assert!(stored.len() < message.len() + 1024 && text.body.len() <= limits::SEARCH_TEXT_BYTES_MAX);
    took
}

fn plain() -> Vec<u8> {
    filled(
        "From: a@b.example\r\nSubject: x\r\n\r\n",
        "An ordinary line of text, of the usual length of a line.\r\n",
    )
}

#[track_caller]
fn check(what: &str, message: &[u8]) {
    let plain = time(&plain());
    let half = time(&message[..message.len() / 2]);
    let took = time(message);
    assert!(took <= half * TIMES_OF_HALF_MAX + SLACK, "{what}: {took:?}, half of it {half:?}");
    let most = (plain * TIMES_MAX).max(ALLOWED);
    assert!(took <= most, "{what}: {took:?}, a plain message of its size {plain:?}");
    checks::check(message);
}

#[test]
fn a_million_parts() {
    let message = filled("Content-Type: multipart/mixed; boundary=b\r\n\r\n", "--b\r\n\r\n\r\n");
    check("parts", &message);
    let read = postroom_mime::ingest(&message);
    assert_eq!(read.structure.parts().len(), limits::PARTS_MAX);
    let last = read.structure.parts().last().expect("parts");
    assert!(last.is("application", "octet-stream") && last.end == message.len() as u64);
}

#[test]
fn many_nested_multiparts() {
    let mut message = Vec::new();
    let mut depth = 0;
    while message.len() < BYTES {
        message.extend_from_slice(
            format!("Content-Type: multipart/mixed; boundary=b{depth}\r\n\r\n--b{depth}\r\n").as_bytes(),
        );
        depth += 1;
    }
    check("nested multiparts", &message);
    let parts = postroom_mime::ingest(&message).structure;
    assert_eq!(parts.parts().len(), limits::DEPTH_MAX + 1);
    assert_eq!(parts.parts()[limits::DEPTH_MAX].content, Content::Other);
}

#[test]
fn nested_messages() {
    check("nested messages", &filled("", "Content-Type: message/rfc822\r\n\r\n"));
    check(
        "messages in a digest",
        &filled("Content-Type: multipart/digest; boundary=b\r\n\r\n", "--b\r\n\r\n\r\n"),
    );
}

#[test]
fn a_digest_of_addresses() {
    let lists: String =
        ["From", "To", "Cc", "Bcc"].map(|name| format!("{name}: {}\r\n", "a,".repeat(1_000))).concat();
    let message =
        filled("Content-Type: multipart/digest; boundary=b\r\n\r\n", &format!("--b\r\n\r\n{lists}\r\n"));
    check("a digest of addresses", &message);
    let stored = postroom_mime::ingest(&message).structure.to_bytes();
    assert!(stored.len() < 2 * limits::ENVELOPES_BYTES_MAX, "{} bytes", stored.len());
}

#[test]
fn boundaries_that_never_come_or_almost_come() {
    let long = "b".repeat(1_000);
    let mut head = String::new();
    for depth in 0..limits::DEPTH_MAX {
        head.push_str(&format!(
            "Content-Type: multipart/mixed; boundary={long}{depth}\r\n\r\n--{long}{depth}\r\n"
        ));
    }
    check("almost boundaries", &filled(&head, &format!("--{long}\r\n")));
    check("short almost boundaries", &filled(&head, "--\n"));
    check(
        "boundaries with spaces",
        &filled("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", "--b          x\r\n"),
    );
    let alone = filled("", "Content-Type: multipart/mixed; boundary=nowhere\r\n\r\n");
    check("multiparts without parts", &alone);
}

#[test]
fn endless_headers() {
    check("one line", &filled("Subject: ", "x"));
    check("one folded field", &filled("To: ", "a\r\n "));
    check("many fields", &filled("", "To: a@b.example\r\n"));
    check("no fields", &filled("A: b\r\n", "no field\r\n"));
    check("spaces", &filled("Subject: ", " "));
    check("empty lines in folding", &filled("Subject: ", "\r\n \r\n\t"));
}

#[test]
fn a_million_addresses() {
    check("addresses", &filled("To: ", "a@b.example, "));
    check("short addresses", &filled("To: ", "a,"));
    check("groups", &filled("To: ", "a:;"));
    check("open comments", &filled("To: ", "("));
    check("open quotes and brackets", &filled("To: ", "<\"["));
    check("words", &filled("To: ", "a "));
    let fields = filled("", "Cc: a@b.example, c@d.example\r\nFrom: <\r\nSender: (\r\n");
    check("many lists", &fields);
    let read = postroom_mime::ingest(&filled("To: ", "a@b.example, "));
    assert_eq!(read.envelope.to.len(), limits::ADDRESSES_MAX);
}

#[test]
fn words_parameters_and_ids() {
    check("encoded words", &filled("Subject: ", "=?utf-8?q?=C3?= "));
    check("open encoded words", &filled("Subject: ", "=?utf-8?b?"));
    check("blobs", &filled("Subject: ", "[a]"));
    check("parameters", &filled("Content-Type: a/b", "; a*0=b"));
    check("semicolons", &filled("Content-Type: multipart/mixed", ";("));
    check("references", &filled("References: ", "<a@b>"));
    check("open references", &filled("References: ", "<"));
}

#[test]
fn text_that_is_hard_to_read() {
    let html = "Content-Type: text/html\r\n\r\n";
    for piece in ["<", "<a", "&", "<!--", "<style>", "<b ", "&#1", "</", "<script><", "<p>\u{200b}"] {
        check(piece, &filled(html, piece));
    }
    let base64 = "Content-Transfer-Encoding: base64\r\n\r\n";
    check("base64 of nothing", &filled(base64, "===="));
    check("base64", &filled(base64, "QUFB\r\n"));
    check("quoted-printable", &filled("Content-Transfer-Encoding: quoted-printable\r\n\r\n", "= \t"));
    for charset in
        ["iso-2022-jp", "utf-7", "utf-16", "gb18030", "big5", "shift_jis", "iso-2022-kr", "hz-gb-2312"]
    {
        let head = format!("Content-Type: text/plain; charset={charset}\r\n\r\n");
        check(charset, &filled(&head, "\u{1b}$B+A~{\u{80}"));
    }
}
