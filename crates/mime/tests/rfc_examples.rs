//! Examples of the specifications.

mod common;

use common::checks::check;
use postroom_mime::{Content, SectionText, header_fields, ingest, search_text};

fn body(message: &str) -> String {
    String::from_utf8(check(message.as_bytes()).structure.body(false)).expect("ASCII")
}

fn envelope(message: &str) -> String {
    String::from_utf8(check(message.as_bytes()).envelope.to_imap()).expect("ASCII")
}

/// RFC 9051 §8, the envelope of the example's message 12.
#[test]
fn the_envelope_of_rfc_9051() {
    let message = "Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\r\n\
        From: Terry Gray <gray@cac.washington.edu>\r\n\
        Subject: IMAP4rev2 WG mtg summary and minutes\r\n\
        To: imap@cac.washington.edu\r\n\
        cc: minutes@CNRI.Reston.VA.US,\r\n   John Klensin <KLENSIN@MIT.EDU>\r\n\
        Message-Id: <B27397-0100000@cac.washington.edu>\r\n\
        MIME-Version: 1.0\r\n\
        Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\r\n\r\n";
    assert_eq!(
        envelope(message),
        "(\"Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\" \"IMAP4rev2 WG mtg summary and minutes\" \
         ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) \
         ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) \
         ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) \
         ((NIL NIL \"imap\" \"cac.washington.edu\")) \
         ((NIL NIL \"minutes\" \"CNRI.Reston.VA.US\")(\"John Klensin\" NIL \"KLENSIN\" \"MIT.EDU\")) \
         NIL NIL \"<B27397-0100000@cac.washington.edu>\")"
    );
    let long = format!("{message}{}", format!("{}\r\n", "x".repeat(31)).repeat(92));
    assert_eq!(body(&long), "(\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7bit\" 3036 92)");
}

/// What the `From`, `To` … of a header become in an envelope.
fn addresses(value: &str) -> String {
    let all = envelope(&format!("To: {value}\r\n\r\n"));
    let inner =
        all.strip_prefix("(NIL NIL NIL NIL NIL ").and_then(|rest| rest.strip_suffix(" NIL NIL NIL NIL)"));
    inner.unwrap_or(&all).to_owned()
}

/// RFC 5322 appendix A.1 and A.5.
#[test]
fn the_addresses_of_rfc_5322() {
    for (value, expected) in [
        (
            "Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>",
            "((\"Mary Smith\" NIL \"mary\" \"x.test\")(NIL NIL \"jdoe\" \"example.org\")(\"Who?\" NIL \"one\" \"y.test\"))",
        ),
        (
            "<boss@nil.test>, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>",
            "((NIL NIL \"boss\" \"nil.test\")(\"Giant; \\\"Big\\\" Box\" NIL \"sysservices\" \"example.net\"))",
        ),
        (
            "A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;",
            "((NIL NIL \"A Group\" NIL)(\"Ed Jones\" NIL \"c\" \"a.test\")(NIL NIL \"joe\" \"where.test\")\
             (\"John\" NIL \"jdoe\" \"one.test\")(NIL NIL NIL NIL))",
        ),
        ("Undisclosed recipients:;", "((NIL NIL \"Undisclosed recipients\" NIL)(NIL NIL NIL NIL))"),
        (
            "Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>",
            "((\"Pete\" NIL \"pete\" \"silly.test\"))",
        ),
        (
            "A Group(Some people)\r\n     :Chris Jones <c@(Chris's host.)public.example>,\r\n         joe@example.org,\r\n  \
             John <jdoe@one.test> (my dear friend); (the end of the group)",
            "((NIL NIL \"A Group\" NIL)(\"Chris Jones\" NIL \"c\" \"public.example\")(NIL NIL \"joe\" \"example.org\")\
             (\"John\" NIL \"jdoe\" \"one.test\")(NIL NIL NIL NIL))",
        ),
        (
            "(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;",
            "((NIL NIL \"Hidden recipients\" NIL)(NIL NIL NIL NIL))",
        ),
        (
            "Joe Q. Public <john.q.public@example.com>",
            "((\"Joe Q. Public\" NIL \"john.q.public\" \"example.com\"))",
        ),
        (
            "Mary Smith <@node.test,@b.test:mary@example.net>, , jdoe@test  . example",
            "((\"Mary Smith\" \"@node.test,@b.test\" \"mary\" \"example.net\")(NIL NIL \"jdoe\" \"test.example\"))",
        ),
    ] {
        assert_eq!(addresses(value), expected, "{value}");
    }
}

#[test]
fn bad_addresses_break_nothing() {
    for (value, expected) in [
        ("root", "((NIL NIL \"root\" \"\"))"),
        ("fred@x.test (Fred Foo)", "((\"Fred Foo\" NIL \"fred\" \"x.test\"))"),
        ("<>", "((NIL NIL \"\" \"\"))"),
        ("Fred <fred@x.test", "((\"Fred\" NIL \"fred\" \"x.test\"))"),
        ("Fred <fred@x.test, ann@x.test", "((\"Fred\" NIL \"fred\" \"x.test\")(NIL NIL \"ann\" \"x.test\"))"),
        ("\"a@b\"@x.test", "((NIL NIL \"a@b\" \"x.test\"))"),
        ("joe@[10.0.0.1]", "((NIL NIL \"joe\" \"[10.0.0.1]\"))"),
        ("=?utf-8?q?=C3=BC?= <u@x.test>", "((\"=?utf-8?q?=C3=BC?=\" NIL \"u\" \"x.test\"))"),
        ("g:a@x.test", "((NIL NIL \"g\" NIL)(NIL NIL \"a\" \"x.test\")(NIL NIL NIL NIL))"),
        (" , ;; ", "NIL"),
    ] {
        assert_eq!(addresses(value), expected, "{value}");
    }
    let read = check("To: Grüße <g@x.test>, \"a b\"@x.test\r\nSubject: ü\r\n\r\n".as_bytes());
    assert!(
        String::from_utf8_lossy(&read.envelope.to_imap()).contains("(({7}\r\nGrüße NIL \"g\" \"x.test\")")
    );
    let addresses: Vec<&str> = read.envelope.to.iter().map(|each| each.address.as_str()).collect();
    assert_eq!(addresses, ["g@x.test", "\"a b\"@x.test"]);
    assert_eq!((read.envelope.to[0].display.as_str(), read.envelope.subject.as_str()), ("Grüße", "ü"));
}

/// RFC 2046 §5.1.1, with its preamble and epilogue.
const MIXED: &str = "From: Nathaniel Borenstein <nsb@bellcore.com>\r\n\
    Subject: Sample message\r\n\
    MIME-Version: 1.0\r\n\
    Content-type: multipart/mixed; boundary=\"simple boundary\"\r\n\r\n\
    This is the preamble.\r\n\r\n\
    --simple boundary\r\n\r\n\
    This is implicitly typed plain US-ASCII text.\r\nIt does NOT end with a linebreak.\r\n\
    --simple boundary\r\n\
    Content-type: text/plain; charset=us-ascii\r\n\r\n\
    This is explicitly typed plain US-ASCII text.\r\nIt DOES end with a linebreak.\r\n\r\n\
    --simple boundary--\r\n\r\n\
    This is the epilogue.\r\n";

#[test]
fn the_multipart_of_rfc_2046() {
    assert_eq!(
        body(MIXED),
        "((\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 80 2)\
         (\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 78 2) \"mixed\")"
    );
    let read = ingest(MIXED.as_bytes());
    let section = |path: &[u32], what| {
        let span = read.structure.section(path, what)?;
        Some(String::from_utf8_lossy(span.of(MIXED.as_bytes())).into_owned())
    };
    let first = "This is implicitly typed plain US-ASCII text.\r\nIt does NOT end with a linebreak.";
    assert_eq!(section(&[1], SectionText::Whole).as_deref(), Some(first));
    assert_eq!(section(&[1], SectionText::Mime).as_deref(), Some("\r\n"));
    assert!(
        section(&[2], SectionText::Whole)
            .is_some_and(|text| text.ends_with("DOES end with a linebreak.\r\n"))
    );
    assert_eq!(section(&[3], SectionText::Whole), None);
    assert_eq!(section(&[1, 1], SectionText::Whole), None);
    assert_eq!(section(&[1], SectionText::Header), None);
    assert_eq!(read.preview, first.replace("\r\n", " "));
}

/// The nesting of the example in RFC 9051 §6.4.5.1: part 3 and part 4.2 are messages.
#[test]
fn the_numbers_of_rfc_9051() {
    let inner = "Subject: inner\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\none\r\n--i\r\n\
         Content-Type: application/octet-stream\r\n\r\ntwo\r\n--i--";
    let plain = "Subject: plain\r\n\r\nthe only part";
    let message = format!(
        "Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n\r\nfirst\r\n--o\r\nContent-Type: a/b\r\n\r\nsecond\r\n\
         --o\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n--o\r\nContent-Type: multipart/mixed; boundary=n\r\n\r\n\
         --n\r\nContent-Type: image/gif\r\n\r\ngif\r\n--n\r\nContent-Type: message/rfc822\r\n\r\n{plain}\r\n--n--\r\n--o--\r\n"
    );
    let structure = check(message.as_bytes()).structure;
    let section = |path: &[u32], what| {
        let span = structure.section(path, what)?;
        Some(std::str::from_utf8(span.of(message.as_bytes())).expect("ASCII"))
    };
    for (path, what, expected) in [
        (&[1][..], SectionText::Whole, Some("first")),
        (&[3], SectionText::Whole, Some(inner)),
        (&[3], SectionText::Header, Some(&inner[..inner.find("--i").expect("a boundary")])),
        (&[3], SectionText::Text, Some(&inner[inner.find("--i").expect("a boundary")..])),
        (&[3], SectionText::Mime, Some("Content-Type: message/rfc822\r\n\r\n")),
        (&[3, 1], SectionText::Whole, Some("one")),
        (&[3, 2], SectionText::Whole, Some("two")),
        (&[3, 2], SectionText::Mime, Some("Content-Type: application/octet-stream\r\n\r\n")),
        (&[3, 3], SectionText::Whole, None),
        (&[4, 1], SectionText::Whole, Some("gif")),
        (&[4, 2], SectionText::Header, Some("Subject: plain\r\n\r\n")),
        (&[4, 2], SectionText::Text, Some("the only part")),
        (&[4, 2, 1], SectionText::Whole, Some("the only part")),
        (&[4, 2, 1], SectionText::Mime, Some("Subject: plain\r\n\r\n")),
        (&[4, 2, 2], SectionText::Whole, None),
        (&[4], SectionText::Text, None),
    ] {
        assert_eq!(section(path, what), expected, "{path:?} {what:?}");
    }
    assert_eq!(structure.part(&[3]).map(|part| part.subtype.as_str()), Some("rfc822"));
    assert!(
        structure.parts().iter().filter(|part| matches!(part.content, Content::Message { .. })).count() == 2
    );
}

/// RFC 2046 §5.1.5: in a digest a part is a message unless it says otherwise.
#[test]
fn the_digest_of_rfc_2046() {
    let message = "Content-Type: multipart/digest; boundary=\"---- next message ----\"\r\n\r\n\
        ------ next message ----\r\n\r\nFrom: someone-else\r\nSubject: my opinion\r\n\r\n...body goes here ...\r\n\
        ------ next message ------\r\n";
    assert_eq!(
        body(message),
        "((\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 64 (NIL \"my opinion\" ((NIL NIL \"someone-else\" \"\")) \
         ((NIL NIL \"someone-else\" \"\")) ((NIL NIL \"someone-else\" \"\")) NIL NIL NIL NIL NIL) \
         (\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 21 1) 4) \"digest\")"
    );
}

/// A part of a message as BODYSTRUCTURE shows it.
#[test]
fn extension_data() {
    let message = "Content-Type: application/pdf; name=\"a b.pdf\"\r\nContent-ID: <1@x>\r\nContent-Description: A =?utf-8?q?=C3=BC?=\r\n\
        Content-Transfer-Encoding: BASE64; x=y\r\nContent-MD5: Q2hlY2s=\r\nContent-Language: en, fr\r\nContent-Location: http://x.test/\r\n\
        Content-Disposition: attachment; filename*=utf-8''%C3%BC.pdf; size=3\r\n\r\nQUJD";
    let read = check(message.as_bytes());
    assert_eq!(
        String::from_utf8_lossy(&read.structure.body(true)),
        "(\"application\" \"pdf\" (\"name\" \"a b.pdf\") \"<1@x>\" \"A =?utf-8?q?=C3=BC?=\" \"BASE64\" 4 \"Q2hlY2s=\" \
         (\"attachment\" (\"filename*\" \"utf-8''%C3%BC.pdf\" \"size\" \"3\")) (\"en\" \"fr\") \"http://x.test/\")"
    );
    assert_eq!(read.structure.root().file_name().as_deref(), Some("ü.pdf"));
    assert!(read.has_attachment);
}

/// What is no message, or hardly one.
#[test]
fn what_is_no_message_is_text() {
    for text in [
        "",
        "\r\n",
        "\n\n",
        "Just some text.\r\nAnd more: of it.\r\n",
        "\0\u{1}\u{2}",
        ":",
        "\r",
        "--",
        "--\r\n--",
    ] {
        let structure = check(text.as_bytes()).structure;
        assert!(structure.root().is("text", "plain"), "{text:?}");
    }
    let text = "Just some text.\r\n\r\nFrom: nobody\r\n";
    let read = check(text.as_bytes());
    assert_eq!((read.structure.root().body_start, read.envelope.from.len()), (0, 0));
    assert_eq!(read.preview, "Just some text. From: nobody");
    assert_eq!(check(b"From ann Mon\r\nSubject: x\r\n\r\ny").envelope.subject, "x");
    // A multipart without a boundary, or without parts, is text.
    for kind in ["multipart/mixed", "multipart/mixed; boundary=\"\"", "multipart/mixed; boundary=b"] {
        let message = format!("Content-Type: {kind}\r\n\r\n--c\r\n");
        assert_eq!(body(&message), "(\"text\" \"plain\" NIL NIL NIL \"7bit\" 5 1)");
    }
}

#[test]
fn previews_and_text_for_searching() {
    let message = "From: =?utf-8?q?J=C3=B6rg?= <j@x.test>\r\nTo: a@x.test, Bo <b@x.test>\r\nSubject: =?iso-8859-1?q?gr=FC=DFe?=\r\n\
        Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\
        Content-Type: text/plain; charset=iso-8859-1\r\n\r\n> quoted\r\nna=EFve  =\r\n text\r\n--b\r\nContent-Type: text/html\r\n\r\n\
        <p>caf&eacute;</p><p>noir</p>\r\n--b--\r\n";
    let read = check(message.as_bytes());
    assert_eq!(read.preview, "naïve text");
    let text = search_text(message.as_bytes(), &read.structure);
    assert_eq!(
        (text.subject.as_str(), text.from.as_str(), text.to.as_str()),
        ("grüße", "Jörg j@x.test", "a@x.test\nBo b@x.test")
    );
    assert!(
        text.body.contains("> quoted") && text.body.contains("naïve") && text.body.contains("café\n\nnoir")
    );
    let html =
        "Content-Type: text/html; charset=utf-8\r\n\r\n<head><title>no</title></head><body>a <b>b</b>&nbsp;c";
    assert_eq!(check(html.as_bytes()).preview, "a b c");
    assert_eq!(check(b"\r\n> only\r\n> quotes\r\n").preview, "> only > quotes");
    let fields = header_fields(message.as_bytes(), &["subject", "TO"], false);
    assert_eq!(fields, b"To: a@x.test, Bo <b@x.test>\r\nSubject: =?iso-8859-1?q?gr=FC=DFe?=\r\n\r\n");
}

#[test]
fn what_a_paper_clip_is_for() {
    let mixed = |part: &str| {
        let message = format!(
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b\r\n{part}\r\n\r\ny\r\n--b--\r\n"
        );
        check(message.as_bytes()).has_attachment
    };
    for (part, expected) in [
        ("Content-Type: application/pdf", true),
        ("Content-Disposition: attachment", true),
        ("Content-Type: message/rfc822", true),
        ("Content-Type: text/csv; name=a.csv", true),
        ("Content-Type: text/html", false),
        ("Content-Type: image/png\r\nContent-ID: <a>", false),
        ("Content-Type: image/png", true),
        ("Content-Type: application/pgp-signature; name=signature.asc", false),
    ] {
        assert_eq!(mixed(part), expected, "{part}");
    }
}
