//! Held against a codec that others wrote: `imap-codec`.

mod common;
mod mutation;

use common::{Seen, decoder, steps};
use imap_codec::decode::Decoder as _;
use imap_codec::encode::Encoder as _;
use imap_codec::{CommandCodec, ResponseCodec};
use postroom_imap_proto::encode::{
    self, Code, FetchWriter, ListAttribute, ListResponse, QuotaUsage, Status, StatusValue, ThreadMember,
};
use postroom_imap_proto::{
    DateTime, DecoderLimits, Encoding, Fault, Flag, HeaderName, MailboxName, NumberSet, ObjectId,
    QuotaResource, Section, SectionText, StatusItem, Tag,
};
use proptest::prelude::*;

/// Commands that both know.
const COMMANDS: &[&str] = &[
    "a CAPABILITY\r\n",
    "a NOOP\r\n",
    "a LOGIN alice \"p \\\" w\"\r\n",
    "a LOGIN {5+}\r\nalice {3+}\r\nf o\r\n",
    "a SELECT INBOX (CONDSTORE)\r\n",
    "a EXAMINE \"a b\" (QRESYNC (67890007 90060115194045000 41:211,7 (1:29 3:99)))\r\n",
    "a CREATE Entw&APw-rfe\r\n",
    "a RENAME a/b {3+}\r\nc d\r\n",
    "a LIST \"\" %\r\n",
    "a LSUB \"#news.\" \"*\"\r\n",
    "a STATUS box (MESSAGES UIDNEXT UIDVALIDITY UNSEEN DELETED DELETED-STORAGE HIGHESTMODSEQ)\r\n",
    "a APPEND saved (\\Seen $x) \" 7-Feb-1994 21:52:25 -0800\" {10+}\r\nSubject: x\r\n",
    "a UID EXPUNGE 1,3:5\r\n",
    "a SEARCH CHARSET UTF-8 OR (NOT SEEN 1:*) HEADER {2+}\r\nTo {3+}\r\nx\r\n UNDELETED\r\n",
    "a UID SEARCH SENTSINCE 1-Feb-1994 LARGER 7 KEYWORD $a UID 7,9:* BEFORE 31-Dec-1999 TEXT \"x\"\r\n",
    "a FETCH 1:* FULL\r\n",
    "a UID FETCH 1:*,7 (UID BODY.PEEK[1.2.HEADER.FIELDS (Date From)]<0.99> RFC822.SIZE BODY[TEXT] BODY[4.MIME])\r\n",
    "a UID FETCH 1 (FLAGS BINARY[1.2] BINARY.PEEK[]<5.6> BINARY.SIZE[1]) (CHANGEDSINCE 5 VANISHED)\r\n",
    "a STORE 2:4 -FLAGS.SILENT (\\Deleted $a)\r\n",
    "a UID STORE 2:4 (UNCHANGEDSINCE 12) FLAGS (\\Seen)\r\n",
    "a UID COPY 2:4 \"Entw&APw-rfe\"\r\n",
    "a MOVE 2:4 box\r\n",
    "a SORT (REVERSE DATE SUBJECT) UTF-8 ALL\r\n",
    "a UID THREAD REFERENCES UTF-8 ALL\r\n",
    "a GETQUOTAROOT INBOX\r\n",
    "a SETQUOTA \"\" (STORAGE 512)\r\n",
    "a ID (\"name\" \"x\" \"version\" NIL)\r\n",
    "a ENABLE CONDSTORE UTF8=ACCEPT\r\n",
    "a GETMETADATA INBOX (/shared/comment /private/x)\r\n",
    "a SETMETADATA INBOX (/private/comment {3+}\r\na b /shared/x NIL)\r\n",
    "a COMPRESS DEFLATE\r\n",
];

/// What we make of a command, without leave to go on.
fn ours(bytes: &[u8]) -> Vec<Seen> {
    let mut decoder = decoder(DecoderLimits::default(), Encoding::SevenBit);
    decoder.receive(bytes);
    let mut seen = steps(&mut decoder);
    seen.retain(|seen| *seen != Seen::Continue);
    seen
}

/// The same command as the other codec reads and writes it; `None` if it is none to it.
fn theirs(bytes: &[u8]) -> Option<Vec<u8>> {
    match CommandCodec::default().decode(bytes) {
        Ok((b"", command)) => Some(CommandCodec::default().encode(&command).dump()),
        Ok(_) | Err(_) => None,
    }
}

#[test]
fn what_both_know_is_read_alike() {
    for command in COMMANDS {
        let again = theirs(command.as_bytes()).unwrap_or_else(|| unreachable!("unknown there: {command}"));
        let (first, second) = (ours(command.as_bytes()), ours(&again));
        assert!(matches!(first.as_slice(), [Seen::Command(..)]), "{command}: {first:?}");
        assert_eq!(first, second, "{command} {}", again.escape_ascii());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn what_is_a_command_there_is_one_here(
        command in prop::sample::select(COMMANDS),
        damage in proptest::collection::vec(mutation::mutation(), 0..3),
    ) {
        let mut bytes = command.as_bytes().to_vec();
        for each in &damage {
            mutation::mutate(&mut bytes, each);
        }
        if let Some(again) = theirs(&bytes) {
            match ours(&bytes).as_slice() {
                first @ [Seen::Command(..)] => {
                    prop_assert_eq!(first, ours(&again), "{} {}", bytes.escape_ascii(), again.escape_ascii());
                }
                [Seen::Refused(_, fault, false)] if stricter(fault) => {}
                other => prop_assert!(false, "{} {other:?}", bytes.escape_ascii()),
            }
        }
    }
}

/// Where we ask for more than the grammar does: values are checked here, and there by whoever uses them.
fn stricter(fault: &Fault) -> bool {
    match fault {
        Fault::UnknownCharset => true,
        Fault::Malformed { expected, .. } => [
            // Longer than 255 bytes.
            "a tag",
            "a keyword",
            "a flag: a keyword or one of",
            "a mailbox name in modified UTF-7",
            "a reference name",
            "a pattern of mailbox names",
            "the name of an entry",
            "the name of a header field",
            "ORDEREDSUBJECT or REFERENCES",
            "CHANGEDSINCE or VANISHED, once",
            "UNCHANGEDSINCE, once",
            "UID and CHANGEDSINCE beside VANISHED",
            "CONDSTORE or QRESYNC",
            "UTF-8",
            // Sixty minutes and more.
            "a zone such as -0800",
        ]
        .iter()
        .any(|begin| expected.starts_with(begin)),
        Fault::UnknownCommand | Fault::OverLimit { .. } | Fault::TooBig { .. } => false,
    }
}

/// What is written is a response to others, all of it.
#[track_caller]
fn check(write: impl FnOnce(&mut Vec<u8>)) {
    let mut out = Vec::new();
    write(&mut out);
    let mut rest = out.as_slice();
    while !rest.is_empty() {
        match ResponseCodec::default().decode(rest) {
            Ok((after, response)) => {
                let unknown = format!("{response:?}").contains("code: Some(Other(");
                assert!(!unknown || !KNOWN_THERE.iter().any(|word| contains(rest, word)), "{response:?}");
                rest = after;
            }
            Err(error) => unreachable!("{} {error:?}", rest.escape_ascii()),
        }
    }
}

fn contains(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|window| window == word.as_bytes())
}

/// Codes that are more than text to the other codec.
const KNOWN_THERE: &[&str] = &["APPENDUID", "COPYUID", "HIGHESTMODSEQ", "UIDNEXT", "PERMANENTFLAGS"];

#[test]
fn what_is_written_is_read_there() {
    let name = |text: &str| MailboxName::new(text).expect("a name");
    let tag = Tag::new(b"a1").expect("a tag");
    let set: NumberSet = [1..=3, 7..=7].into_iter().collect();
    let copied = Code::CopyUid { uid_validity: 7, from: set.clone(), to: set.clone() };
    for code in [
        Code::Alert,
        // It knows no set there.
        Code::AppendUid { uid_validity: 7, uids: [7..=7].into_iter().collect() },
        copied,
        Code::HighestModSeq(7),
        Code::Modified(set.clone()),
        Code::PermanentFlags { flags: vec![Flag::Seen], new_keywords: true },
        Code::UidNext(7),
        Code::MailboxId(ObjectId::new("F1").expect("an id")),
        Code::TryCreate,
        Code::BadCharset,
    ] {
        check(|out| encode::tagged(out, &tag, Status::Ok, Some(&code), "[x] done"));
        check(|out| encode::untagged(out, Status::No, Some(&code), ""));
    }
    check(|out| encode::untagged(out, Status::Bye, None, "[x"));
    check(|out| encode::continuation(out, "go on"));
    check(|out| encode::capability(out, ["IMAP4rev1", "LITERAL+", "STATUS=SIZE"]));
    for mailbox in ["INBOX", "Entwürfe 1", "", "a\"b\\", "nil"] {
        let response = ListResponse {
            attributes: vec![ListAttribute::HasNoChildren, ListAttribute::NoSelect],
            delimiter: Some('/'),
            mailbox: name(mailbox),
            child_subscribed: false,
            old_name: None,
        };
        check(|out| encode::list(out, &response, Encoding::SevenBit));
        check(|out| encode::lsub(out, &response, Encoding::SevenBit));
        let values =
            [StatusValue::Number(StatusItem::Messages, 1), StatusValue::Number(StatusItem::UidNext, 2)];
        check(|out| encode::mailbox_status(out, &name(mailbox), &values, Encoding::SevenBit));
        check(|out| encode::quota_root(out, &name(mailbox), ["", "a b"], Encoding::SevenBit));
    }
    check(|out| encode::flags(out, ["\\Seen", "$x"]));
    check(|out| encode::exists(out, 3));
    check(|out| encode::expunge(out, 3));
    check(|out| encode::search(out, &set, None));
    check(|out| encode::search(out, &NumberSet::new(), None));
    check(|out| encode::sort(out, &[3, 1, 2], None));
    check(|out| encode::enabled(out, ["CONDSTORE"]));
    check(|out| encode::id(out, [("name", Some("x \"y\"")), ("z", None)], Encoding::SevenBit));
    let usage = QuotaUsage { resource: QuotaResource::Storage, used: 1, limit: 2 };
    check(|out| encode::quota(out, "", &[usage], Encoding::SevenBit));
    check(|out| encode::vanished(out, true, &set));
    let namespace = encode::Namespace { prefix: name("Other Users/"), delimiter: Some('/') };
    check(|out| encode::namespace(out, &[], &[namespace], &[], Encoding::SevenBit));
    let member = |depth, number| ThreadMember { depth, number };
    let threads = [
        (0, Some(3)),
        (1, Some(6)),
        (2, Some(4)),
        (2, Some(44)),
        (3, Some(7)),
        (0, None),
        (1, Some(8)),
        (1, Some(9)),
    ];
    check(|out| encode::thread(out, &threads.map(|(depth, number)| member(depth, number))));
}

#[test]
fn what_is_fetched_is_read_there() {
    let names = ["From", "X(1)"].map(|name| HeaderName::new(name).expect("a name"));
    let text = Some(SectionText::HeaderFields(names.into()));
    let section = Section { part: [std::num::NonZeroU32::MIN].into(), text };
    check(|out| {
        let mut writer = FetchWriter::new(out, 12, Encoding::SevenBit);
        writer.uid(6);
        writer.flags(["\\Seen", "$x"]);
        writer.internal_date(DateTime::from_unix_seconds(837_596_665).expect("a time"));
        writer.size(4286);
        writer.mod_seq(65_402);
        writer.body_section(&section, Some(5), Some(b"a)\r\n"));
        writer.body_section(&Section { part: [].into(), text: None }, None, None);
        writer.binary(&section.part, None, Some(b"x\0"));
        writer.binary_size(&section.part, 2);
        writer.old_name("RFC822.TEXT", b"y");
        writer.finish();
    });
}
