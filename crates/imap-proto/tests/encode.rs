//! Responses, byte for byte. Most are examples of the specifications, or like them.

use std::num::NonZeroU32;

use postroom_imap_proto::encode::{
    self, Code, ESearch, FetchWriter, Found, ListAttribute, ListResponse, Namespace, QuotaUsage, Status,
    StatusValue, ThreadMember,
};
use postroom_imap_proto::{
    Date, DateTime, Encoding, EntryName, Flag, HeaderName, MailboxName, MetadataTarget, NumberSet, Numbers,
    ObjectId, QuotaResource, Rights, Section, SectionText, SpecialUse, StatusItem, Tag,
};

#[track_caller]
fn check(expected: &str, write: impl FnOnce(&mut Vec<u8>)) {
    let mut out = Vec::new();
    write(&mut out);
    assert_eq!(String::from_utf8_lossy(&out), expected);
}

fn tag() -> Tag {
    Tag::new(b"A1").expect("a tag")
}

fn name(text: &str) -> MailboxName {
    MailboxName::new(text).expect("a name")
}

fn id(text: &str) -> ObjectId {
    ObjectId::new(text).expect("an id")
}

fn set(numbers: &[u32]) -> NumberSet {
    numbers.iter().copied().collect()
}

fn rights(letters: &str) -> Rights {
    Rights::new(letters).expect("rights")
}

fn part(numbers: &[u32]) -> Box<[NonZeroU32]> {
    numbers.iter().filter_map(|number| NonZeroU32::new(*number)).collect()
}

#[test]
fn status_responses_are_one_line() {
    check("A1 OK done\r\n", |out| encode::tagged(out, &tag(), Status::Ok, None, "done"));
    check("* BYE [UNAVAILABLE] later\r\n", |out| {
        encode::untagged(out, Status::Bye, Some(&Code::Unavailable), "later");
    });
    check("A1 NO two  lines? ?\r\n", |out| {
        encode::tagged(out, &tag(), Status::No, None, "two\r\nlines\0 é");
    });
    check("A1 BAD BAD\r\n", |out| encode::tagged(out, &tag(), Status::Bad, None, ""));
    check("* OK ALERT] no code\r\n", |out| encode::untagged(out, Status::Ok, None, "[ALERT] no code"));
    check("* PREAUTH hello\r\n", |out| encode::untagged(out, Status::PreAuth, None, "hello"));
    check("+ \r\n", |out| encode::continuation(out, ""));
}

#[test]
fn codes_have_their_arguments() {
    let check_code = |expected: &str, code: Code| {
        check(&format!("* OK [{expected}] x\r\n"), |out| encode::untagged(out, Status::Ok, Some(&code), "x"));
    };
    check_code("APPENDUID 38505 3955", Code::AppendUid { uid_validity: 38_505, uids: set(&[3955]) });
    check_code(
        "COPYUID 38505 304,319:320 3956:3958",
        Code::CopyUid { uid_validity: 38_505, from: set(&[304, 319, 320]), to: set(&[3956, 3957, 3958]) },
    );
    check_code(
        "PERMANENTFLAGS (\\Deleted \\Seen \\*)",
        Code::PermanentFlags { flags: vec![Flag::Deleted, Flag::Seen], new_keywords: true },
    );
    check_code("PERMANENTFLAGS ()", Code::PermanentFlags { flags: vec![], new_keywords: false });
    check_code("CAPABILITY IMAP4rev2 IDLE", Code::Capability(vec!["IMAP4rev2".into(), "IDLE".into()]));
    check_code("BADCHARSET (US-ASCII UTF-8)", Code::BadCharset);
    check_code("HIGHESTMODSEQ 715194045007", Code::HighestModSeq(715_194_045_007));
    check_code("MODIFIED 7,9", Code::Modified(set(&[7, 9])));
    check_code(
        "MAILBOXID (F2212ea87-6097-4256-9d51-71338625)",
        Code::MailboxId(id("F2212ea87-6097-4256-9d51-71338625")),
    );
    check_code("INPROGRESS", Code::InProgress { tag: None, done: None, goal: None });
    check_code(
        "INPROGRESS (\"A1\" 454 1000)",
        Code::InProgress { tag: Some(tag()), done: Some(454), goal: Some(1000) },
    );
    check_code("INPROGRESS (\"A1\" NIL NIL)", Code::InProgress { tag: Some(tag()), done: None, goal: None });
    check_code("METADATA LONGENTRIES 2199", Code::MetadataLongEntries(2199));
    check_code("METADATA TOOMANY", Code::MetadataTooMany);
    check_code("UIDVALIDITY 3857529045", Code::UidValidity(3_857_529_045));
    check_code("BADURL \"/INBOX;UID=1/;SECTION=%5D\"", Code::BadUrl("/INBOX;UID=1/;SECTION=]".into()));
    check_code("UNKNOWN-CTE", Code::UnknownCte);
    check_code("READ-ONLY", Code::ReadOnly);
}

#[test]
fn strings_take_the_form_that_is_safe() {
    let check_string = |bytes: &[u8], encoding, expected: &str| {
        check(expected, |out| encode::string(out, bytes, encoding));
    };
    check_string(b"", Encoding::SevenBit, "\"\"");
    check_string(b"a\\b \"c\"", Encoding::SevenBit, "\"a\\\\b \\\"c\\\"\"");
    check_string(b"a\r\nb", Encoding::SevenBit, "{4}\r\na\r\nb");
    check_string(b"a\r\nb", Encoding::Utf8, "{4}\r\na\r\nb");
    check_string("é".as_bytes(), Encoding::SevenBit, "{2}\r\né");
    check_string("é".as_bytes(), Encoding::Utf8, "\"é\"");
    check_string(b"\xff", Encoding::Utf8, "{1}\r\n\u{fffd}");
    check_string(b"\0", Encoding::Utf8, "{1}\r\n\0");
    check("NIL", |out| encode::nstring(out, None, Encoding::SevenBit));
    for (text, expected) in [
        ("box", "box"),
        ("", "\"\""),
        ("nil", "\"nil\""),
        ("a]b", "a]b"),
        ("a b", "\"a b\""),
        ("a*", "\"a*\""),
    ] {
        check(expected, |out| encode::astring(out, text.as_bytes(), Encoding::SevenBit));
    }
    check("\"a?b?\"", |out| encode::quoted(out, "a\nb\0"));
    let long = "x".repeat(4097);
    check(&format!("{{4097}}\r\n{long}"), |out| encode::string(out, long.as_bytes(), Encoding::SevenBit));
}

#[test]
fn mailbox_names_follow_the_encoding() {
    check("\"Entw&APw-rfe 1\"", |out| encode::mailbox_name(out, &name("Entwürfe 1"), Encoding::SevenBit));
    check("\"Entwürfe\"", |out| encode::mailbox_name(out, &name("Entwürfe"), Encoding::Utf8));
    check("R&-D", |out| encode::mailbox_name(out, &name("R&D"), Encoding::SevenBit));
    check("R&D", |out| encode::mailbox_name(out, &name("R&D"), Encoding::Utf8));
    check("INBOX", |out| encode::mailbox_name(out, &name("inbox"), Encoding::SevenBit));
}

#[test]
fn mailboxes_are_listed() {
    let mut response = ListResponse {
        attributes: vec![ListAttribute::HasChildren, ListAttribute::Use(SpecialUse::Sent)],
        delimiter: Some('/'),
        mailbox: name("Sent"),
        child_subscribed: false,
        old_name: None,
    };
    check("* LIST (\\HasChildren \\Sent) \"/\" Sent\r\n", |out| {
        encode::list(out, &response, Encoding::SevenBit)
    });
    check("* LSUB (\\HasChildren \\Sent) \"/\" Sent\r\n", |out| {
        encode::lsub(out, &response, Encoding::SevenBit)
    });
    response.attributes = vec![];
    response.child_subscribed = true;
    check("* LIST () \"/\" Sent (\"CHILDINFO\" (\"SUBSCRIBED\"))\r\n", |out| {
        encode::list(out, &response, Encoding::SevenBit);
    });
    response.old_name = Some(name("Old Sent"));
    check("* LIST () \"/\" Sent (\"CHILDINFO\" (\"SUBSCRIBED\") \"OLDNAME\" (\"Old Sent\"))\r\n", |out| {
        encode::list(out, &response, Encoding::SevenBit);
    });
    response.child_subscribed = false;
    response.delimiter = None;
    check("* LIST () NIL Sent (\"OLDNAME\" (\"Old Sent\"))\r\n", |out| {
        encode::list(out, &response, Encoding::SevenBit);
    });
    let spaces = |prefix: &str| Namespace { prefix: name(prefix), delimiter: Some('/') };
    check("* NAMESPACE ((\"\" \"/\")) ((\"Other Users/\" \"/\")) NIL\r\n", |out| {
        encode::namespace(out, &[spaces("")], &[spaces("Other Users/")], &[], Encoding::SevenBit);
    });
}

#[test]
fn the_state_of_a_mailbox_is_told() {
    let values = [
        StatusValue::Number(StatusItem::Messages, 231),
        StatusValue::Number(StatusItem::DeletedStorage, 8),
        StatusValue::MailboxId(id("F1")),
        StatusValue::NoAppendLimit,
    ];
    check(
        "* STATUS \"blurdy bloop\" (MESSAGES 231 DELETED-STORAGE 8 MAILBOXID (F1) APPENDLIMIT NIL)\r\n",
        |out| {
            encode::mailbox_status(out, &name("blurdy bloop"), &values, Encoding::SevenBit);
        },
    );
    check("* FLAGS (\\Answered $Forwarded)\r\n", |out| encode::flags(out, ["\\Answered", "$Forwarded"]));
    check("* 23 EXISTS\r\n* 5 RECENT\r\n* 44 EXPUNGE\r\n", |out| {
        encode::exists(out, 23);
        encode::recent(out, 5);
        encode::expunge(out, 44);
    });
    check("* VANISHED (EARLIER) 41,43:45\r\n* VANISHED 1\r\n", |out| {
        encode::vanished(out, true, &set(&[41, 43, 44, 45]));
        encode::vanished(out, false, &set(&[1]));
        encode::vanished(out, false, &set(&[]));
    });
}

#[test]
fn results_are_told() {
    check("* SEARCH 2 3 6 (MODSEQ 917162500)\r\n", |out| {
        encode::search(out, &set(&[2, 3, 6]), Some(917_162_500))
    });
    check("* SEARCH\r\n", |out| encode::search(out, &set(&[]), Some(5)));
    check("* SORT 5 3 4 1 2\r\n", |out| encode::sort(out, &[5, 3, 4, 1, 2], None));
    let tag = tag();
    let empty = ESearch {
        tag: Some(&tag),
        numbers: Numbers::Sequence,
        min: None,
        max: None,
        all: None,
        count: None,
        mod_seq: None,
    };
    check("* ESEARCH (TAG \"A1\")\r\n", |out| {
        encode::esearch(out, &ESearch { all: Some(Found::Set(&set(&[]))), ..empty });
    });
    check("* ESEARCH (TAG \"A1\") UID MIN 4 MAX 3800 COUNT 5 ALL 4:18,21 MODSEQ 7\r\n", |out| {
        let found: NumberSet = [4..=18, 21..=21].into_iter().collect();
        encode::esearch(
            out,
            &ESearch {
                numbers: Numbers::Uid,
                min: Some(4),
                max: Some(3800),
                all: Some(Found::Set(&found)),
                count: Some(5),
                mod_seq: Some(7),
                ..empty
            },
        );
    });
    check("* ESEARCH COUNT 7 ALL 23,7:9,4,3,1\r\n", |out| {
        encode::esearch(
            out,
            &ESearch {
                tag: None,
                all: Some(Found::Sorted(&[23, 7, 8, 9, 4, 3, 1])),
                count: Some(7),
                ..empty
            },
        );
    });
}

#[test]
fn threads_are_bracketed() {
    let check_thread = |expected: &str, members: &[(u32, u32)]| {
        let members: Vec<ThreadMember> = members
            .iter()
            .map(|(depth, number)| ThreadMember { depth: *depth, number: (*number > 0).then_some(*number) })
            .collect();
        check(expected, |out| encode::thread(out, &members));
    };
    check_thread("* THREAD\r\n", &[]);
    check_thread(
        "* THREAD (2)(3 6 (4 23)(44 7 96))\r\n",
        &[(0, 2), (0, 3), (1, 6), (2, 4), (3, 23), (2, 44), (3, 7), (4, 96)],
    );
    check_thread("* THREAD ((3)(5))\r\n", &[(0, 0), (1, 3), (1, 5)]);
    check_thread(
        "* THREAD (1 (2 (3)(4))(5 6))(7)\r\n",
        &[(0, 1), (1, 2), (2, 3), (2, 4), (1, 5), (2, 6), (0, 7)],
    );
    let deep: Vec<ThreadMember> = (0..100_000).map(|depth| ThreadMember { depth, number: Some(1) }).collect();
    let mut out = Vec::new();
    encode::thread(&mut out, &deep);
    assert_eq!(out.len(), "* THREAD ()\r\n".len() + 2 * deep.len() - 1);
}

#[test]
fn a_message_is_told_item_by_item() {
    let date = Date::new(1996, 7, 7).expect("a day");
    let time = DateTime::new(date, 2, 4, 25, -7 * 60 - 30).expect("a time");
    check(
        "* 12 FETCH (UID 6 FLAGS (\\Seen) INTERNALDATE \" 7-Jul-1996 02:04:25 -0730\" RFC822.SIZE 4286 MODSEQ (65402) EMAILID (M1) THREADID NIL SAVEDATE NIL PREVIEW {3}\r\n\u{20ac})\r\n",
        |out| {
            let mut writer = FetchWriter::new(out, 12, Encoding::SevenBit);
            writer.uid(6);
            writer.flags(["\\Seen"]);
            writer.internal_date(time);
            writer.size(4286);
            writer.mod_seq(65_402);
            writer.email_id(&id("M1"));
            writer.thread_id(None);
            writer.save_date(None);
            writer.preview(Some("\u{20ac}"));
            writer.finish();
        },
    );
    let fields = Section {
        part: part(&[1, 2]),
        text: Some(SectionText::HeaderFields(
            ["From", "X(1)"].map(|name| HeaderName::new(name).expect("a name")).into(),
        )),
    };
    check(
        "* 1 FETCH (BODY[1.2.HEADER.FIELDS (From \"X(1)\")]<5> {2}\r\nab BODY[] NIL BODY[3.MIME] {1}\r\nx ENVELOPE NIL)\r\n",
        |out| {
            let mut writer = FetchWriter::new(out, 1, Encoding::SevenBit);
            writer.body_section(&fields, Some(5), Some(b"ab"));
            writer.body_section(&Section { part: part(&[]), text: None }, None, None);
            let mime = Section { part: part(&[3]), text: Some(SectionText::Mime) };
            writer.body_section_head(&mime, None, 1).push(b'x');
            encode::nil(writer.item("ENVELOPE"));
            writer.finish();
        },
    );
    check(
        "* 1 FETCH (BINARY[1]<0> {1}\r\nx BINARY[] ~{1}\r\n\0 BINARY.SIZE[2.3] 7 RFC822.TEXT {1}\r\ny)\r\n",
        |out| {
            let mut writer = FetchWriter::new(out, 1, Encoding::SevenBit);
            writer.binary(&part(&[1]), Some(0), Some(b"x"));
            writer.binary(&part(&[]), None, Some(b"\0"));
            writer.binary_size(&part(&[2, 3]), 7);
            writer.old_name("RFC822.TEXT", b"y");
            writer.finish();
        },
    );
    check("", |out| FetchWriter::new(out, 1, Encoding::SevenBit).finish());
    check("* 2 EXISTS\r\n", |out| {
        encode::exists(out, 2);
        // Given up in the middle: a part whose encoding nobody knows.
        let mut writer = FetchWriter::new(out, 1, Encoding::SevenBit);
        writer.uid(7);
        assert_eq!(writer.size_bytes(), "* 1 FETCH (UID 7".len());
    });
}

#[test]
fn the_server_tells_of_itself() {
    check("* CAPABILITY IMAP4rev1 IDLE\r\n", |out| encode::capability(out, ["IMAP4rev1", "IDLE"]));
    check("* ENABLED CONDSTORE\r\n* ENABLED\r\n", |out| {
        encode::enabled(out, ["CONDSTORE"]);
        encode::enabled(out, []);
    });
    check("* ID (\"name\" \"Postroom\" \"support-url\" NIL)\r\n* ID NIL\r\n", |out| {
        encode::id(out, [("name", Some("Postroom")), ("support-url", None)], Encoding::SevenBit);
        encode::id(out, [], Encoding::SevenBit);
    });
}

#[test]
fn rights_quotas_and_annotations_are_told() {
    let inbox = name("INBOX");
    check("* ACL INBOX anna lrsw bert \"\"\r\n", |out| {
        encode::acl(out, &inbox, [("anna", rights("lrsw")), ("bert", rights(""))], Encoding::SevenBit);
    });
    check("* LISTRIGHTS INBOX anna la r s w\r\n", |out| {
        let optional = ["r", "s", "w"].map(rights);
        encode::list_rights(out, &inbox, "anna", rights("la"), &optional, Encoding::SevenBit);
    });
    check("* MYRIGHTS INBOX lrsip\r\n", |out| {
        encode::my_rights(out, &inbox, rights("psirl"), Encoding::SevenBit)
    });
    let usage = QuotaUsage { resource: QuotaResource::Storage, used: 10, limit: 512 };
    check("* QUOTA \"\" (STORAGE 10 512)\r\n* QUOTAROOT INBOX \"\"\r\n", |out| {
        encode::quota(out, "", &[usage], Encoding::SevenBit);
        encode::quota_root(out, &inbox, [""], Encoding::SevenBit);
    });
    let comment = EntryName::new("/shared/Comment").expect("a name");
    let color = EntryName::new("/private/color").expect("a name");
    check("* METADATA INBOX (/shared/comment \"mine\" /private/color NIL)\r\n", |out| {
        let entries = [(&comment, Some(b"mine".as_slice())), (&color, None)];
        encode::metadata(out, &MetadataTarget::Mailbox(inbox.clone()), entries, Encoding::SevenBit);
    });
    check("* METADATA \"\" /shared/comment /private/color\r\n", |out| {
        encode::metadata_names(out, &MetadataTarget::Server, [&comment, &color], Encoding::SevenBit);
    });
}
