//! SEARCH, SORT and THREAD: examples of the specifications, or like them, and what is next to them.

mod common;

use std::num::NonZeroU32;

use common::{command, command_in, expected};
use postroom_imap_proto::command::{
    Search, SearchReturns, Sort, SortCriterion, SortKey, Thread, ThreadAlgorithm,
};
use postroom_imap_proto::{
    Charset, Command, Date, Encoding, Fault, Flag, HeaderName, Keyword, Limit, ModSeqEntry, ModSeqEntryKind,
    Numbers, ObjectId, SearchKey, SeqNumber, SeqRange, SequenceSet,
};

fn key(text: &str) -> SearchKey {
    let Command::Search(search) = command(&format!("SEARCH {text}")) else { unreachable!("another command") };
    search.key
}

fn seven() -> SequenceSet {
    let seven = NonZeroU32::new(7).map(SeqNumber::Number).expect("above 0");
    SequenceSet::Ranges([SeqRange::one(seven)].into())
}

fn id(text: &str) -> ObjectId {
    ObjectId::new(text).expect("an id")
}

#[test]
fn every_key_has_its_word() {
    let day = Date::new(1994, 2, 1).expect("a day");
    let keyword = Flag::Keyword(Keyword::new("$Work").expect("a keyword"));
    let header = HeaderName::new("Message-ID").expect("a name");
    let text = || "Smith".into();
    for (words, wanted) in [
        ("ALL", SearchKey::All),
        ("ANSWERED", SearchKey::Has(Flag::Answered)),
        ("DELETED", SearchKey::Has(Flag::Deleted)),
        ("DRAFT", SearchKey::Has(Flag::Draft)),
        ("flagged", SearchKey::Has(Flag::Flagged)),
        ("SEEN", SearchKey::Has(Flag::Seen)),
        ("UNANSWERED", SearchKey::Lacks(Flag::Answered)),
        ("UNDELETED", SearchKey::Lacks(Flag::Deleted)),
        ("UNDRAFT", SearchKey::Lacks(Flag::Draft)),
        ("UNFLAGGED", SearchKey::Lacks(Flag::Flagged)),
        ("UNSEEN", SearchKey::Lacks(Flag::Seen)),
        ("KEYWORD $Work", SearchKey::Has(keyword.clone())),
        ("UNKEYWORD $Work", SearchKey::Lacks(keyword)),
        ("RECENT", SearchKey::Recent),
        ("NEW", SearchKey::New),
        ("OLD", SearchKey::Old),
        ("7", SearchKey::Sequence(seven())),
        ("$", SearchKey::Sequence(SequenceSet::Saved)),
        ("UID 7", SearchKey::Uid(seven())),
        ("BCC Smith", SearchKey::Bcc(text())),
        ("CC Smith", SearchKey::Cc(text())),
        ("FROM \"Smith\"", SearchKey::From(text())),
        ("TO Smith", SearchKey::To(text())),
        ("SUBJECT Smith", SearchKey::Subject(text())),
        ("BODY Smith", SearchKey::Body(text())),
        ("TEXT {5+}\r\nSmith", SearchKey::Text(text())),
        ("HEADER Message-ID Smith", SearchKey::Header(header.clone(), text())),
        ("HEADER \"Message-ID\" \"\"", SearchKey::Header(header, "".into())),
        ("BEFORE 1-Feb-1994", SearchKey::Before(day)),
        ("ON \"1-Feb-1994\"", SearchKey::On(day)),
        ("SINCE 01-feb-1994", SearchKey::Since(day)),
        ("SENTBEFORE 1-Feb-1994", SearchKey::SentBefore(day)),
        ("SENTON 1-Feb-1994", SearchKey::SentOn(day)),
        ("SENTSINCE 1-Feb-1994", SearchKey::SentSince(day)),
        ("SAVEDBEFORE 1-Feb-1994", SearchKey::SavedBefore(day)),
        ("SAVEDON 1-Feb-1994", SearchKey::SavedOn(day)),
        ("SAVEDSINCE 1-Feb-1994", SearchKey::SavedSince(day)),
        ("SAVEDATESUPPORTED", SearchKey::SaveDateSupported),
        ("OLDER 3600", SearchKey::Older(3600)),
        ("YOUNGER 3600", SearchKey::Younger(3600)),
        ("LARGER 4294967296", SearchKey::Larger(1 << 32)),
        ("SMALLER 0", SearchKey::Smaller(0)),
        ("MODSEQ 620162338", SearchKey::ModSeq(None, 620_162_338)),
        (
            "MODSEQ \"/flags/\\\\draft\" all 620162338",
            SearchKey::ModSeq(
                Some(ModSeqEntry { flag: Flag::Draft, kind: ModSeqEntryKind::All }),
                620_162_338,
            ),
        ),
        ("EMAILID M6d99ac", SearchKey::EmailId(id("M6d99ac"))),
        ("THREADID T64b478", SearchKey::ThreadId(id("T64b478"))),
    ] {
        assert_eq!(key(words), wanted);
        assert_eq!(key(&format!("NOT {words}")), SearchKey::Not(Box::new(wanted.clone())));
        assert_eq!(key(&format!("({words})")), wanted);
        let twice = key(&format!("OR {words} {words}"));
        assert_eq!(twice, SearchKey::Or(Box::new(wanted.clone()), Box::new(wanted.clone())));
        assert_eq!(key(&format!("{words} (DRAFT {words})")), {
            let inner = SearchKey::And(vec![SearchKey::Has(Flag::Draft), wanted.clone()]);
            SearchKey::And(vec![wanted, inner])
        });
    }
}

#[test]
fn what_is_no_key_is_refused() {
    for bad in [
        "",
        " ALL",
        "ALL ",
        "()",
        "(ALL",
        "ALL)",
        "NOT",
        "OR ALL",
        "NOSUCH",
        "UNALL",
        "0",
        "KEYWORD \\Seen",
        "HEADER \"\" x",
        "HEADER x",
        "BEFORE 31-Feb-1994",
        "BEFORE 1994-02-01",
        "ON \"1-Feb-1994",
        "ON 1-Feb-94",
        "ON 001-Feb-1994",
        "OLDER 0",
        "OLDER 4294967296",
        "LARGER -1",
        "LARGER 9223372036854775808",
        "MODSEQ",
        "MODSEQ \"/flags/\\\\nosuch\" all 1",
        "MODSEQ \"/flags/a\" some 1",
        "EMAILID a.b",
        "EMAILID \"a\"",
        "UID",
        "SUBJECT",
        "CHARSET UTF-8",
        "RETURN (MIN)",
    ] {
        assert!(command_in(format!("SEARCH {bad}"), Encoding::SevenBit).is_err(), "{bad}");
    }
}

#[test]
fn depth_is_bounded() {
    let nested = |depth: usize| format!("SEARCH {}ALL{}", "(".repeat(depth), ")".repeat(depth));
    let negated = |depth: usize| format!("SEARCH {}ALL", "NOT ".repeat(depth));
    let either = |depth: usize| format!("SEARCH {}ALL{}", "OR ".repeat(depth), " ALL".repeat(depth));
    for make in [nested, negated, either] {
        command(&make(100));
        assert_eq!(
            command_in(make(101), Encoding::SevenBit),
            Err(Fault::OverLimit { what: Limit::Depth, max: 100 })
        );
        assert!(command_in(make(8000), Encoding::SevenBit).is_err());
    }
}

#[test]
fn searches_say_what_is_told() {
    let search = |returns| Search { numbers: Numbers::Sequence, returns, charset: None, key: SearchKey::All };
    let none = SearchReturns::default();
    let all = SearchReturns { all: true, ..none };
    assert_eq!(command("SEARCH ALL"), Command::Search(search(None)));
    assert_eq!(command("SEARCH RETURN () ALL"), Command::Search(search(Some(all))));
    assert_eq!(
        command("SEARCH RETURN (SAVE) ALL"),
        Command::Search(search(Some(SearchReturns { save: true, ..none })))
    );
    let every = SearchReturns { min: true, max: true, all: true, count: true, save: true };
    assert_eq!(
        command("UID SEARCH RETURN (MIN max ALL COUNT SAVE) CHARSET utf-8 ALL"),
        Command::Search(Search {
            numbers: Numbers::Uid,
            charset: Some(Charset::Utf8),
            ..search(Some(every))
        })
    );
    expected("SEARCH RETURN (NOSUCH) ALL");
    assert_eq!(command_in("SEARCH CHARSET KOI8-R ALL", Encoding::SevenBit), Err(Fault::UnknownCharset));
}

#[test]
fn messages_are_sorted_and_threaded() {
    let criterion = |key, reverse| SortCriterion { key, reverse };
    assert_eq!(
        command("SORT (REVERSE DATE SUBJECT) US-ASCII UNDELETED"),
        Command::Sort(Sort {
            numbers: Numbers::Sequence,
            returns: None,
            criteria: vec![criterion(SortKey::Date, true), criterion(SortKey::Subject, false)],
            charset: Charset::UsAscii,
            key: SearchKey::Lacks(Flag::Deleted),
        })
    );
    assert_eq!(
        command("UID SORT RETURN (COUNT) (ARRIVAL CC DISPLAYFROM DISPLAYTO FROM SIZE TO) UTF-8 ALL"),
        Command::Sort(Sort {
            numbers: Numbers::Uid,
            returns: Some(SearchReturns { count: true, ..SearchReturns::default() }),
            criteria: [
                SortKey::Arrival,
                SortKey::Cc,
                SortKey::DisplayFrom,
                SortKey::DisplayTo,
                SortKey::From,
                SortKey::Size,
                SortKey::To,
            ]
            .map(|key| criterion(key, false))
            .to_vec(),
            charset: Charset::Utf8,
            key: SearchKey::All,
        })
    );
    assert_eq!(
        command("UID THREAD REFERENCES UTF-8 SINCE 5-MAR-2000"),
        Command::Thread(Thread {
            numbers: Numbers::Uid,
            algorithm: ThreadAlgorithm::References,
            charset: Charset::Utf8,
            key: SearchKey::Since(Date::new(2000, 3, 5).expect("a day")),
        })
    );
    assert!(matches!(
        command("THREAD ORDEREDSUBJECT US-ASCII ALL"),
        Command::Thread(Thread { algorithm: ThreadAlgorithm::OrderedSubject, .. })
    ));
    for bad in [
        "SORT () UTF-8 ALL",
        "SORT (REVERSE) UTF-8 ALL",
        "SORT (NOSUCH) UTF-8 ALL",
        "SORT (DATE) ALL",
        "SORT (DATE) UTF-8",
        "THREAD NOSUCH UTF-8 ALL",
    ] {
        assert!(command_in(bad, Encoding::SevenBit).is_err(), "{bad}");
    }
}
