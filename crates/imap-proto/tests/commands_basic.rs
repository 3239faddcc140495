//! Commands that are not about messages: examples of the specifications, or like them, and what is next to them.

mod common;

use std::num::{NonZeroU32, NonZeroU64};

use common::{command, command_in, expected};
use postroom_imap_proto::command::{
    Authenticate, EnableItem, EntryValue, List, ListPattern, ListReturns, ListSelection, Login, Lsub,
    MetadataDepth, MetadataOptions, QResync, Select,
};
use postroom_imap_proto::{
    Command, Encoding, EntryName, Fault, MailboxName, MetadataTarget, QuotaResource, Rights, RightsChange,
    Secret, SeqNumber, SeqRange, SequenceSet, SpecialUse, StatusItem,
};

fn name(text: &str) -> MailboxName {
    MailboxName::new(text).expect("a name")
}

fn pattern(text: &str) -> ListPattern {
    ListPattern::new(text).expect("a pattern")
}

fn entry(text: &str) -> EntryName {
    EntryName::new(text).expect("an entry")
}

fn set(first: u32, last: u32) -> SequenceSet {
    let number = |number| SeqNumber::Number(NonZeroU32::new(number).expect("above 0"));
    SequenceSet::Ranges([SeqRange { first: number(first), last: number(last) }].into())
}

#[test]
fn words_alone() {
    for (text, wanted) in [
        ("CAPABILITY", Command::Capability),
        ("noop", Command::Noop),
        ("LogOut", Command::Logout),
        ("STARTTLS", Command::StartTls),
        ("NAMESPACE", Command::Namespace),
        ("CHECK", Command::Check),
        ("CLOSE", Command::Close),
        ("UNSELECT", Command::Unselect),
        ("EXPUNGE", Command::Expunge),
        ("UNAUTHENTICATE", Command::Unauthenticate),
        ("COMPRESS DEFLATE", Command::CompressDeflate),
        ("NOTIFY NONE", Command::NotifyNone),
        ("ID NIL", Command::Id(vec![])),
        ("ID ()", Command::Id(vec![])),
    ] {
        assert_eq!(command(text), wanted);
    }
    assert_eq!(expected("NOOP x"), "the end of the line");
    assert_eq!(expected("NOOP "), "the end of the line");
    assert_eq!(expected(" NOOP"), "a command");
    assert_eq!(expected("COMPRESS GZIP"), "DEFLATE");
    for unknown in ["NOSUCH", "XNOOP x", "UID NOOP", "UID", "AVERYLONGWORDTHATISNOCOMMANDATALL"] {
        let fault = command_in(unknown, Encoding::SevenBit).expect_err(unknown);
        assert!(
            matches!(fault, Fault::UnknownCommand | Fault::Malformed { expected: "a space", .. }),
            "{fault:?}"
        );
    }
}

#[test]
fn log_in_in_all_forms_of_strings() {
    let login = |user: &str, password: &[u8]| {
        Command::Login(Login { user: user.into(), password: Secret::new(password.to_vec()) })
    };
    assert_eq!(command("LOGIN SMITH SESAME"), login("SMITH", b"SESAME"));
    assert_eq!(command(r#"LOGIN "a \"b\" \\c" "p w""#), login(r#"a "b" \c"#, b"p w"));
    assert_eq!(command("LOGIN {11+}\r\nFRED FOOBAR {7+}\r\nfat man"), login("FRED FOOBAR", b"fat man"));
    assert_eq!(command(r#"LOGIN a@example.org """#), login("a@example.org", b""));
    let bytes = [b"LOGIN u {2+}\r\n".as_slice(), b"\xff\x01"].concat();
    assert_eq!(command_in(bytes, Encoding::SevenBit), Ok(login("u", b"\xff\x01")));
    assert_eq!(expected("LOGIN u {2+}\r\na\0"), "text without NUL");
    assert_eq!(command_in("LOGIN u \"pä\"", Encoding::Utf8), Ok(login("u", "pä".as_bytes())));
    assert_eq!(expected("LOGIN u \"pä\""), "ASCII, or a literal");
    assert_eq!(expected(r#"LOGIN u "p"#), "a closing quote");
    assert_eq!(expected(r#"LOGIN u "\p""#), "\\\" or \\\\");
    assert_eq!(expected("LOGIN u"), "a space");
    assert_eq!(expected("LOGIN u ~{1+}\r\np"), "a password");
    assert_eq!(format!("{:?}", command("LOGIN u secret")), "Login(Login { user: \"u\", .. })");
}

#[test]
fn sasl() {
    let authenticate = |response: Option<&[u8]>| {
        let initial_response = response.map(|bytes| Secret::new(bytes.to_vec()));
        Command::Authenticate(Authenticate { mechanism: "PLAIN".into(), initial_response })
    };
    assert_eq!(command("AUTHENTICATE PLAIN"), authenticate(None));
    assert_eq!(command("authenticate plain ="), authenticate(Some(b"")));
    assert_eq!(command("AUTHENTICATE PLAIN AHRlc3QAdGVzdA=="), authenticate(Some(b"\0test\0test")));
    assert_eq!(expected("AUTHENTICATE PLAIN AHRlc3QAdGVzdA"), "base64");
    assert_eq!(expected("AUTHENTICATE PLAIN *"), "base64");
    assert_eq!(format!("{:?}", command("AUTHENTICATE PLAIN AHRlc3QAdGVzdA==")).find("test"), None);
}

#[test]
fn what_is_spoken() {
    assert_eq!(
        command("ENABLE condstore UTF8=ACCEPT IMAP4rev2 QRESYNC X-GOOD"),
        Command::Enable(vec![
            EnableItem::CondStore,
            EnableItem::Utf8Accept,
            EnableItem::Imap4Rev2,
            EnableItem::QResync,
            EnableItem::Other("X-GOOD".into()),
        ])
    );
    assert_eq!(expected("ENABLE "), "a capability");
    assert_eq!(
        command(r#"ID ("name" "sodr" "version" NIL)"#),
        Command::Id(vec![("name".into(), Some("sodr".into())), ("version".into(), None)])
    );
    assert_eq!(expected(r#"ID ("name")"#), "a space");
}

#[test]
fn mailboxes_are_opened() {
    let plain = Select { mailbox: name("INBOX"), condstore: false, qresync: None };
    assert_eq!(command("SELECT inbox"), Command::Select(plain.clone()));
    assert_eq!(
        command("EXAMINE INBOX (CONDSTORE)"),
        Command::Examine(Select { condstore: true, ..plain.clone() })
    );
    let mut qresync = QResync {
        uid_validity: NonZeroU32::new(67_890_007).expect("above 0"),
        mod_seq: NonZeroU64::new(90_060_115_194_045_000).expect("above 0"),
        known_uids: None,
        known_messages: None,
    };
    let with =
        |qresync: &QResync| Command::Select(Select { qresync: Some(qresync.clone()), ..plain.clone() });
    assert_eq!(command("SELECT INBOX (QRESYNC (67890007 90060115194045000))"), with(&qresync));
    qresync.known_uids = Some(set(41, 211));
    assert_eq!(command("SELECT INBOX (QRESYNC (67890007 90060115194045000 41:211))"), with(&qresync));
    let messages = postroom_imap_proto::command::KnownMessages { sequence: set(1, 29), uids: set(3, 99) };
    qresync.known_messages = Some(messages);
    let both = "SELECT INBOX (QRESYNC (67890007 90060115194045000 41:211 (1:29 3:99)))";
    assert_eq!(command(both), with(&qresync));
    for bad in [
        "SELECT INBOX ()",
        "SELECT INBOX (QRESYNC (0 1))",
        "SELECT INBOX (QRESYNC (1 0))",
        "SELECT INBOX (QRESYNC (1 1 1:*))",
        "SELECT INBOX (QRESYNC (1 1) QRESYNC (1 1))",
        "SELECT INBOX (NOSUCH)",
        "SELECT",
    ] {
        expected(bad);
    }
}

#[test]
fn names_of_mailboxes_follow_the_encoding() {
    let create = |text: &str| Command::Create { mailbox: name(text), uses: vec![] };
    assert_eq!(command("CREATE Entw&APw-rfe"), create("Entwürfe"));
    assert_eq!(command_in("CREATE Entw&APw-rfe", Encoding::Utf8), Ok(create("Entw&APw-rfe")));
    assert_eq!(command_in("CREATE \"Entwürfe\"", Encoding::Utf8), Ok(create("Entwürfe")));
    assert_eq!(command_in("CREATE {9+}\r\nEntwürfe", Encoding::Utf8), Ok(create("Entwürfe")));
    assert_eq!(expected("CREATE {9+}\r\nEntwürfe"), "a mailbox name in modified UTF-7");
    assert_eq!(expected("CREATE R&D"), "a mailbox name in modified UTF-7");
    assert_eq!(expected("CREATE \"a\tb\""), "a mailbox name in modified UTF-7");
    for separator in ["CREATE {2+}\r\n\u{85}", "CREATE {3+}\r\n\u{2028}", "CREATE {3+}\r\n\u{2029}"] {
        assert!(command_in(separator, Encoding::Utf8).is_err());
    }
    assert_eq!(command("CREATE InBoX/a"), create("InBoX/a"));
    assert_eq!(
        command(r"CREATE MyArchive (USE (\Archive \junk))"),
        Command::Create {
            mailbox: name("MyArchive"),
            uses: vec![Some(SpecialUse::Archive), Some(SpecialUse::Junk)]
        }
    );
    let unknown = Command::Create { mailbox: name("x"), uses: vec![None, Some(SpecialUse::All)] };
    assert_eq!(command(r"CREATE x (USE (\NoSuch \all))"), unknown);
    assert_eq!(expected(r"CREATE x (USE (NoSuch))"), "a special use");
    assert_eq!(command("RENAME a {1+}\r\nb"), Command::Rename { from: name("a"), to: name("b") });
    assert_eq!(command("DELETE \"a b\""), Command::Delete(name("a b")));
    assert_eq!(command("SUBSCRIBE #news"), Command::Subscribe(name("#news")));
    assert_eq!(command("UNSUBSCRIBE x"), Command::Unsubscribe(name("x")));
}

#[test]
fn mailboxes_are_listed() {
    let plain = List {
        selection: ListSelection::default(),
        reference: "".into(),
        patterns: vec![pattern("*")],
        returns: ListReturns::default(),
        extended: false,
    };
    assert_eq!(command(r#"LIST "" *"#), Command::List(plain.clone()));
    assert_eq!(command(r#"LIST "" "*""#), Command::List(plain.clone()));
    assert_eq!(
        command(r#"LIST ~/Mail/ %"#),
        Command::List(List { reference: "~/Mail/".into(), patterns: vec![pattern("%")], ..plain.clone() })
    );
    assert_eq!(
        command(
            r#"LIST (SUBSCRIBED RECURSIVEMATCH) "" ("INBOX" Entw&APw-* %) RETURN (CHILDREN STATUS (MESSAGES UNSEEN) SPECIAL-USE MYRIGHTS SUBSCRIBED)"#
        ),
        Command::List(List {
            selection: ListSelection { subscribed: true, recursive_match: true, ..ListSelection::default() },
            patterns: vec![pattern("INBOX"), pattern("Entwü*"), pattern("%")],
            returns: ListReturns {
                subscribed: true,
                children: true,
                special_use: true,
                my_rights: true,
                status: vec![StatusItem::Messages, StatusItem::Unseen],
            },
            extended: true,
            ..plain.clone()
        })
    );
    assert_eq!(command(r#"LIST () "" * RETURN ()"#), Command::List(List { extended: true, ..plain }));
    assert_eq!(
        expected(r#"LIST (RECURSIVEMATCH REMOTE) "" *"#),
        "SUBSCRIBED or SPECIAL-USE beside RECURSIVEMATCH"
    );
    assert_eq!(expected(r#"LIST "" ()"#), "a pattern of mailbox names");
    assert_eq!(
        command(r##"LSUB "#news." "%""##),
        Command::Lsub(Lsub { reference: "#news.".into(), pattern: pattern("%") })
    );
}

#[test]
fn states_are_asked_for() {
    let all = StatusItem::ALL.map(StatusItem::as_str).join(" ");
    assert_eq!(
        command(&format!("STATUS blurdybloop ({all} size)")),
        Command::Status { mailbox: name("blurdybloop"), items: StatusItem::ALL.to_vec() }
    );
    assert_eq!(expected("STATUS a ()"), "a status item");
    assert_eq!(expected("STATUS a (NOSUCH)"), "a status item");
}

#[test]
fn quotas_and_rights() {
    assert_eq!(command("GETQUOTA \"\""), Command::GetQuota("".into()));
    assert_eq!(command("GETQUOTAROOT inbox"), Command::GetQuotaRoot(name("INBOX")));
    assert_eq!(
        command("SETQUOTA \"!partition/sda4\" (STORAGE 512 x-new 9223372036854775807)"),
        Command::SetQuota {
            root: "!partition/sda4".into(),
            limits: vec![
                (QuotaResource::Storage, 512),
                (QuotaResource::Other("x-new".into()), i64::MAX as u64)
            ],
        }
    );
    assert_eq!(expected("SETQUOTA x (STORAGE 9223372036854775808)"), "a number below 2^63");
    let lr = Rights::new("lr").expect("rights");
    let set_acl = |rights| Command::SetAcl { mailbox: name("INBOX"), identifier: "-Fred".into(), rights };
    assert_eq!(command("SETACL INBOX -Fred lr"), set_acl(RightsChange::Replace(lr)));
    assert_eq!(command("SETACL INBOX -Fred +lr"), set_acl(RightsChange::Add(lr)));
    assert_eq!(command("SETACL INBOX -Fred -lr"), set_acl(RightsChange::Remove(lr)));
    assert_eq!(command("SETACL INBOX -Fred \"\""), set_acl(RightsChange::Replace(Rights::default())));
    assert_eq!(expected("SETACL INBOX Fred L"), "rights: lower-case letters and digits");
    assert_eq!(expected("SETACL INBOX \"\" l"), "an identifier");
    assert_eq!(command("GETACL a"), Command::GetAcl(name("a")));
    assert_eq!(command("DELETEACL a b"), Command::DeleteAcl { mailbox: name("a"), identifier: "b".into() });
    assert_eq!(command("LISTRIGHTS a b"), Command::ListRights { mailbox: name("a"), identifier: "b".into() });
    assert_eq!(command("MYRIGHTS a"), Command::MyRights(name("a")));
}

#[test]
fn annotations() {
    let get = |target, options, names: &[&str]| Command::GetMetadata {
        target,
        options,
        entries: names.iter().map(|name| entry(name)).collect(),
    };
    let inbox = || MetadataTarget::Mailbox(name("INBOX"));
    let none = MetadataOptions::default();
    assert_eq!(
        command("GETMETADATA \"\" /shared/comment"),
        get(MetadataTarget::Server, none, &["/shared/comment"])
    );
    assert_eq!(
        command("GETMETADATA \"INBOX\" (/shared/comment /Private/comment)"),
        get(inbox(), none, &["/shared/comment", "/private/comment"])
    );
    let sized = MetadataOptions { size_bytes_max: Some(1024), depth: MetadataDepth::One };
    for text in [
        "GETMETADATA (MAXSIZE 1024 DEPTH 1) INBOX (/shared/comment)",
        "GETMETADATA INBOX (DEPTH 1 MAXSIZE 1024) (/shared/comment)",
    ] {
        assert_eq!(command(text), get(inbox(), sized, &["/shared/comment"]));
    }
    assert_eq!(
        command(
            "SETMETADATA INBOX (/private/comment {33+}\r\nMy new comment across\r\ntwo lines. /shared/comment NIL /shared/b ~{1+}\r\n\0)"
        ),
        Command::SetMetadata {
            target: inbox(),
            entries: vec![
                EntryValue {
                    name: entry("/private/comment"),
                    value: Some(b"My new comment across\r\ntwo lines.".to_vec())
                },
                EntryValue { name: entry("/shared/comment"), value: None },
                EntryValue { name: entry("/shared/b"), value: Some(vec![0]) },
            ],
        }
    );
    for bad in ["shared/x", "/", "/a//b", "/a/", "\"/a*\"", "\"\""] {
        expected(&format!("GETMETADATA INBOX {bad}"));
    }
    assert_eq!(expected("GETMETADATA (DEPTH 2) INBOX /a"), "0, 1 or infinity");
}
