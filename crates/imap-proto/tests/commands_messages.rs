//! Commands about messages: examples of the specifications, or like them, and what is next to them.

mod common;

use std::num::{NonZeroU32, NonZeroU64};

use common::{command, command_in, expected};
use postroom_imap_proto::command::{
    Append, AppendData, AppendMessage, CatenatePart, EventGroup, Fetch, FetchItem, MailboxFilter,
    NotifyEvent, NotifySet, Replace, Store, StoreAction,
};
use postroom_imap_proto::{
    Command, Date, DateTime, Encoding, Flag, HeaderName, Keyword, MailboxName, Numbers, Partial, Section,
    SectionText, SeqNumber, SeqRange, SequenceSet,
};

fn name(text: &str) -> MailboxName {
    MailboxName::new(text).expect("a name")
}

fn number(number: u32) -> SeqNumber {
    NonZeroU32::new(number).map_or(SeqNumber::Largest, SeqNumber::Number)
}

/// 0 is `*`.
fn set(ranges: &[(u32, u32)]) -> SequenceSet {
    SequenceSet::Ranges(
        ranges.iter().map(|(first, last)| SeqRange { first: number(*first), last: number(*last) }).collect(),
    )
}

fn part(numbers: &[u32]) -> Box<[NonZeroU32]> {
    numbers.iter().filter_map(|number| NonZeroU32::new(*number)).collect()
}

fn keyword(text: &str) -> Flag {
    Flag::Keyword(Keyword::new(text).expect("a keyword"))
}

#[test]
fn sets_of_numbers() {
    let expunge = |text: &str| match command(&format!("UID EXPUNGE {text}")) {
        Command::UidExpunge(set) => set,
        other => panic!("{other:?}"),
    };
    assert_eq!(expunge("2,4:7,9,12:*"), set(&[(2, 2), (4, 7), (9, 9), (12, 0)]));
    assert_eq!(expunge("*:4294967295"), set(&[(0, u32::MAX)]));
    assert_eq!(expunge("$"), SequenceSet::Saved);
    assert_eq!(expunge("007"), set(&[(7, 7)]));
    for bad in [
        "0",
        "1:0",
        "4294967296",
        "99999999999999999999999",
        "1,",
        ",1",
        "1:",
        ":",
        "1:2:3",
        "-1",
        "1 2",
        "$,1",
        "a",
        "",
    ] {
        expected(&format!("UID EXPUNGE {bad}"));
    }
    let resolved = |text: &str, largest| expunge(text).resolve(largest).map(|set| set.ranges().to_vec());
    assert_eq!(resolved("2,4:7,9,12:*", 15), Some(vec![2..=2, 4..=7, 9..=9, 12..=15]));
    assert_eq!(resolved("*:4,5:7", 10), Some(vec![4..=10]));
    assert_eq!(resolved("20:*", 10), Some(vec![10..=20]));
    assert_eq!(resolved("*,5", 0), Some(vec![5..=5]));
    assert_eq!(resolved("$", 10), None);
}

#[test]
fn messages_are_read() {
    let fetch = |items: &[FetchItem]| Fetch {
        numbers: Numbers::Sequence,
        set: set(&[(2, 4)]),
        items: items.to_vec(),
        changed_since: None,
        vanished: false,
    };
    let full = [
        FetchItem::Flags,
        FetchItem::InternalDate,
        FetchItem::Rfc822Size,
        FetchItem::Envelope,
        FetchItem::Body,
    ];
    assert_eq!(command("FETCH 2:4 FAST"), Command::Fetch(fetch(&full[..3])));
    assert_eq!(command("FETCH 2:4 all"), Command::Fetch(fetch(&full[..4])));
    assert_eq!(command("FETCH 2:4 FULL"), Command::Fetch(fetch(&full)));
    assert_eq!(
        command("FETCH 2:4 (UID FLAGS uid)"),
        Command::Fetch(fetch(&[FetchItem::Uid, FetchItem::Flags]))
    );
    for (text, item) in [
        ("RFC822", FetchItem::Rfc822),
        ("RFC822.HEADER", FetchItem::Rfc822Header),
        ("RFC822.TEXT", FetchItem::Rfc822Text),
        ("RFC822.SIZE", FetchItem::Rfc822Size),
        ("BODY", FetchItem::Body),
        ("BODYSTRUCTURE", FetchItem::BodyStructure),
        ("MODSEQ", FetchItem::ModSeq),
        ("EMAILID", FetchItem::EmailId),
        ("THREADID", FetchItem::ThreadId),
        ("SAVEDATE", FetchItem::SaveDate),
        ("PREVIEW", FetchItem::Preview { lazy: false }),
        ("PREVIEW (LAZY)", FetchItem::Preview { lazy: true }),
        ("BINARY.SIZE[1.2]", FetchItem::BinarySize(part(&[1, 2]))),
        ("BINARY[]", FetchItem::Binary { part: part(&[]), partial: None, peek: false }),
    ] {
        assert_eq!(command(&format!("FETCH 2:4 {text}")), Command::Fetch(fetch(std::slice::from_ref(&item))));
        assert_eq!(
            command(&format!("FETCH 2:4 (UID {text})")),
            Command::Fetch(fetch(&[FetchItem::Uid, item]))
        );
    }
    let changed = Fetch { changed_since: Some(12_345), ..fetch(&[FetchItem::Preview { lazy: false }]) };
    assert_eq!(command("FETCH 2:4 PREVIEW (CHANGEDSINCE 12345)"), Command::Fetch(changed.clone()));
    let vanished = Fetch { numbers: Numbers::Uid, vanished: true, ..changed };
    assert_eq!(command("UID FETCH 2:4 (PREVIEW) (CHANGEDSINCE 12345 VANISHED)"), Command::Fetch(vanished));
    for bad in [
        "FETCH 1",
        "FETCH 1 ",
        "FETCH 1 ()",
        "FETCH 1 (ALL)",
        "FETCH 1 NOSUCH",
        "FETCH 1 FLAGS UID",
        "FETCH 1 (FLAGS UID",
        "FETCH 1 FLAGS (CHANGEDSINCE 0)",
        "FETCH 1 FLAGS (CHANGEDSINCE 1 VANISHED)",
        "UID FETCH 1 FLAGS (VANISHED)",
        "FETCH 1 FLAGS ()",
        "FETCH 1 ALLX",
        "FETCH 1 PREVIEW (LAZY",
    ] {
        expected(bad);
    }
}

#[test]
fn sections_of_messages() {
    let item = |text: &str| match command(&format!("FETCH 1 {text}")) {
        Command::Fetch(mut fetch) => fetch.items.remove(0),
        other => panic!("{other:?}"),
    };
    let body = |numbers: &[u32], text: Option<SectionText>| FetchItem::BodySection {
        section: Section { part: part(numbers), text },
        partial: None,
        peek: false,
    };
    let names = ["Date", "From"].map(|name| HeaderName::new(name).expect("a name"));
    assert_eq!(item("BODY[]"), body(&[], None));
    assert_eq!(item("body[header]"), body(&[], Some(SectionText::Header)));
    assert_eq!(item("BODY[TEXT]"), body(&[], Some(SectionText::Text)));
    assert_eq!(item("BODY[4.1.MIME]"), body(&[4, 1], Some(SectionText::Mime)));
    assert_eq!(item("BODY[4.2.2.1]"), body(&[4, 2, 2, 1], None));
    assert_eq!(
        item("BODY[3.HEADER.FIELDS (Date {4+}\r\nFrom)]"),
        body(&[3], Some(SectionText::HeaderFields(names.clone().into())))
    );
    assert_eq!(
        item("BODY[HEADER.FIELDS.NOT (Date \"From\")]"),
        body(&[], Some(SectionText::HeaderFieldsNot(names.into())))
    );
    let partial = Partial { offset_bytes: 0, size_bytes: NonZeroU64::new(2048).expect("above 0") };
    assert_eq!(
        item("BODY.PEEK[1]<0.2048>"),
        FetchItem::BodySection {
            section: Section { part: part(&[1]), text: None },
            partial: Some(partial),
            peek: true,
        }
    );
    assert_eq!(
        item("BINARY.PEEK[1]<0.2048>"),
        FetchItem::Binary { part: part(&[1]), partial: Some(partial), peek: true }
    );
    for bad in [
        "BODY[",
        "BODY[0]",
        "BODY[1.]",
        "BODY[.1]",
        "BODY[MIME]",
        "BODY[NOSUCH]",
        "BODY[HEADER.FIELDS]",
        "BODY[HEADER.FIELDS ()]",
        "BODY[HEADER.FIELDS (a:b)]",
        "BODY[HEADER.FIELDS (\"\")]",
        "BODY[]<0>",
        "BODY[]<0.0>",
        "BODY[]<1.9223372036854775808>",
        "BODY.PEEK",
        "BODY[1 .2]",
        "BINARY[1.TEXT]",
        "BINARY[1.]",
        "BINARY",
        "BINARY.SIZE[1]<0.1>",
        "BODY[1.TEXT.2]",
    ] {
        expected(&format!("FETCH 1 {bad}"));
    }
}

#[test]
fn flags_are_changed() {
    let store = |action, flags: &[Flag]| Store {
        numbers: Numbers::Sequence,
        set: set(&[(2, 4)]),
        unchanged_since: None,
        action,
        silent: false,
        flags: flags.to_vec(),
    };
    assert_eq!(
        command(r"STORE 2:4 +FLAGS (\Deleted)"),
        Command::Store(store(StoreAction::Add, &[Flag::Deleted]))
    );
    assert_eq!(command(r"STORE 2:4 FLAGS ()"), Command::Store(store(StoreAction::Replace, &[])));
    assert_eq!(
        command(r"UID STORE 2:4 (UNCHANGEDSINCE 320162338) -flags.silent \seen $Forwarded"),
        Command::Store(Store {
            numbers: Numbers::Uid,
            unchanged_since: Some(320_162_338),
            silent: true,
            ..store(StoreAction::Remove, &[Flag::Seen, keyword("$Forwarded")])
        })
    );
    assert_eq!(
        command(r"STORE 2:4 (UNCHANGEDSINCE 0) FLAGS (\Answered \Flagged \Draft)"),
        Command::Store(Store {
            unchanged_since: Some(0),
            ..store(StoreAction::Replace, &[Flag::Answered, Flag::Flagged, Flag::Draft])
        })
    );
    for bad in [
        r"STORE 1 +FLAGS (\Recent)",
        r"STORE 1 +FLAGS (\NoSuch)",
        r"STORE 1 +FLAGS \",
        "STORE 1 +FLAGS",
        "STORE 1 +FLAGS ",
        r"STORE 1 *FLAGS (\Seen)",
        "STORE 1 FLAGS.LOUD (a)",
        "STORE 1 FLAGS (a b",
        "STORE 1 FLAGS (a])",
        "STORE 1 () FLAGS (a)",
        "STORE 1 (UNCHANGEDSINCE 1 UNCHANGEDSINCE 1) FLAGS (a)",
        "STORE 0 FLAGS (a)",
    ] {
        expected(bad);
    }
    let long = "x".repeat(256);
    expected(&format!("STORE 1 FLAGS ({long})"));
    command(&format!("STORE 1 FLAGS ({})", &long[1..]));
    let (set, mailbox) = (set(&[(2, 4)]), name("MEETING"));
    let copy = Command::Copy { numbers: Numbers::Sequence, set: set.clone(), mailbox: mailbox.clone() };
    assert_eq!(command("COPY 2:4 MEETING"), copy);
    assert_eq!(command("UID MOVE 2:4 MEETING"), Command::Move { numbers: Numbers::Uid, set, mailbox });
}

#[test]
fn messages_are_added() {
    let date = Date::new(1994, 2, 7).expect("a day");
    let time = DateTime::new(date, 21, 52, 25, -8 * 60).expect("a time");
    let message = |data| AppendMessage { flags: vec![], received_at: None, data };
    let append = |messages: Vec<AppendMessage>| Command::Append(Append { mailbox: name("saved"), messages });
    let literal = |text: &str| AppendData::Literal(text.as_bytes().to_vec());
    assert_eq!(command("APPEND saved {3+}\r\na\r\n"), append(vec![message(literal("a\r\n"))]));
    assert_eq!(
        command("APPEND saved (\\Seen $MDNSent) \" 7-Feb-1994 21:52:25 -0800\" {3+}\r\nabc"),
        append(vec![AppendMessage {
            flags: vec![Flag::Seen, keyword("$MDNSent")],
            received_at: Some(time),
            data: literal("abc")
        }])
    );
    assert_eq!(
        command("APPEND saved () \"7-Feb-1994 21:52:25 -0800\" ~{3+}\r\na\0c (\\Draft) {1+}\r\nd"),
        append(vec![
            AppendMessage { received_at: Some(time), ..message(AppendData::Literal8(b"a\0c".to_vec())) },
            AppendMessage { flags: vec![Flag::Draft], ..message(literal("d")) },
        ])
    );
    assert_eq!(
        command("APPEND saved UTF8 (~{2+}\r\n\u{e9})"),
        append(vec![message(AppendData::Utf8("\u{e9}".into()))])
    );
    assert_eq!(
        command("APPEND saved CATENATE (TEXT {1+}\r\na URL \"/INBOX/;UID=20\" TEXT {1+}\r\nb)"),
        append(vec![message(AppendData::Catenate(vec![
            CatenatePart::Text(b"a".to_vec()),
            CatenatePart::Url("/INBOX/;UID=20".into()),
            CatenatePart::Text(b"b".to_vec()),
        ]))])
    );
    assert_eq!(
        command("UID REPLACE 20 saved (\\Seen) {1+}\r\na"),
        Command::Replace(Replace {
            numbers: Numbers::Uid,
            number: number(20),
            mailbox: name("saved"),
            message: AppendMessage { flags: vec![Flag::Seen], ..message(literal("a")) },
        })
    );
    for bad in [
        "APPEND saved",
        "APPEND saved text",
        "APPEND saved \"text\"",
        "APPEND saved UTF8 ({1+}\r\na)",
        "APPEND saved {3+}\r\na\0c",
        "APPEND saved {1+}\r\na {3+}\r\na\0c",
        "APPEND saved CATENATE (TEXT {3+}\r\na\0c)",
        "UID REPLACE 1 saved {3+}\r\na\0c",
        "SEARCH SUBJECT {3+}\r\na\0c",
        "SETMETADATA x (/private/comment {3+}\r\na\0c)",
        "APPEND saved CATENATE ()",
        "APPEND saved (\\Recent) {1+}\r\na",
        "APPEND saved {1+}\r\na ",
        "REPLACE 0 saved {1+}\r\na",
        "REPLACE 1:2 saved {1+}\r\na",
        "APPEND saved \"30-Feb-1994 21:52:25 -0800\" {1+}\r\na",
        "APPEND saved \" 7-Feb-1994 24:52:25 -0800\" {1+}\r\na",
        "APPEND saved \" 7-Feb-1994 21:52:25 -0860\" {1+}\r\na",
        "APPEND saved \" 7-Feb-1994 21:52:25 0800\" {1+}\r\na",
        "APPEND saved \" 7-Feb-94 21:52:25 -0800\" {1+}\r\na",
        "REPLACE 1 saved {1+}\r\na {1+}\r\nb",
    ] {
        expected(bad);
    }
}

#[test]
fn notifications_are_asked_for() {
    let fetch = |fetch: &[FetchItem]| NotifyEvent::MessageNew { fetch: fetch.to_vec() };
    let gone = NotifyEvent::MessageExpunge;
    assert_eq!(
        command("NOTIFY SET STATUS (selected (MessageNew (uid flags) MessageExpunge))"),
        Command::NotifySet(NotifySet {
            status: true,
            groups: vec![EventGroup {
                mailboxes: MailboxFilter::Selected,
                events: vec![fetch(&[FetchItem::Uid, FetchItem::Flags]), gone.clone()],
            }],
        })
    );
    assert_eq!(
        command(
            "NOTIFY SET (mailboxes (INBOX Entw&APw-rfe) (MessageNew MessageExpunge FlagChange)) (subtree Lists NONE) (personal (MailboxName SubscriptionChange))"
        ),
        Command::NotifySet(NotifySet {
            status: false,
            groups: vec![
                EventGroup {
                    mailboxes: MailboxFilter::Mailboxes(vec![name("INBOX"), name("Entwürfe")]),
                    events: vec![fetch(&[]), gone.clone(), NotifyEvent::FlagChange],
                },
                EventGroup { mailboxes: MailboxFilter::Subtree(vec![name("Lists")]), events: vec![] },
                EventGroup {
                    mailboxes: MailboxFilter::Personal,
                    events: vec![NotifyEvent::MailboxName, NotifyEvent::SubscriptionChange],
                },
            ],
        })
    );
    // RFC 5465 §8, event-ext: to be refused by who knows the events that there are.
    assert_eq!(
        command("NOTIFY SET (personal (NoSuch-Event))"),
        Command::NotifySet(NotifySet {
            status: false,
            groups: vec![EventGroup { mailboxes: MailboxFilter::Personal, events: vec![NotifyEvent::Other] }],
        })
    );
    assert_eq!(
        command("NOTIFY SET (personal (AnnotationChange))"),
        command("NOTIFY SET (personal (NoSuch-Event))")
    );
    for bad in [
        "NOTIFY",
        "NOTIFY SET (selected (MessageNew MessageExpunge)) (selected-delayed (MessageNew MessageExpunge))",
        "NOTIFY SET",
        "NOTIFY SET STATUS",
        "NOTIFY SET (nosuch NONE)",
        "NOTIFY SET (selected ())",
        "NOTIFY SET (selected (MessageNew))",
        "NOTIFY SET (selected (FlagChange))",
        "NOTIFY SET (selected (\"NoSuch\"))",
        "NOTIFY SET (personal (MessageNew (FLAGS) MessageExpunge))",
        "NOTIFY SET (mailboxes () NONE)",
    ] {
        expected(bad);
    }
}

#[test]
fn only_utf_8_is_text() {
    assert!(command_in(b"SEARCH SUBJECT {1+}\r\n\xff".as_slice(), Encoding::Utf8).is_err());
    assert!(command_in("SEARCH SUBJECT {2+}\r\n\u{e9}", Encoding::SevenBit).is_ok());
}
