//! Lines, literals, refusals: how commands are found in the bytes.

mod common;

use common::{Seen, command, decoder, seen, steps};
use postroom_imap_proto::command::{Append, AppendData, AppendMessage};
use postroom_imap_proto::{
    Announced, Command, Decoder, DecoderLimits, Destination, Encoding, Fault, Limit, LiteralUse, MailboxName,
    Numbers, SeqNumber, Stage, Step, Tag,
};

fn noop(tag: &str) -> Seen {
    Seen::Command(tag.into(), Command::Noop)
}

fn create(tag: &str, name: &str) -> Seen {
    let mailbox = MailboxName::new(name).expect("a name");
    Seen::Command(tag.into(), Command::Create { mailbox, uses: Vec::new() })
}

fn append(tag: &str, messages: &[&str]) -> Seen {
    let message = |octets: &&str| AppendMessage {
        flags: Vec::new(),
        received_at: None,
        data: AppendData::Literal(octets.as_bytes().to_vec()),
    };
    let mailbox = MailboxName::new("INBOX").expect("a name");
    Seen::Command(
        tag.into(),
        Command::Append(Append { mailbox, messages: messages.iter().map(message).collect() }),
    )
}

#[track_caller]
fn check(input: &str, expected: &[Seen]) {
    assert_eq!(seen(input), expected, "{input:?}");
}

#[track_caller]
fn check_refused(input: &str, tag: Option<&str>, then: &[Seen]) {
    let mut all = seen(input);
    let first = all.remove(0);
    assert!(
        matches!(&first, Seen::Refused(found, _, false) if found.as_deref() == tag),
        "{input:?}: {first:?}"
    );
    assert_eq!(all, then, "{input:?}");
}

#[test]
fn commands_come_one_after_the_other() {
    check("a NOOP\r\nb noop\r\n", &[noop("a"), noop("b")]);
    check("a NOO", &[]);
    check("a NOOP\r", &[]);
}

#[test]
fn a_literal_is_asked_for_when_its_client_waits() {
    check("a CREATE {3}\r\n", &[Seen::Continue]);
    check("a CREATE {3}\r\nbox\r\n", &[Seen::Continue, create("a", "box")]);
    check("a CREATE {3+}\r\nbox\r\n", &[create("a", "box")]);
    check("a CREATE {0}\r\n\r\nb NOOP\r\n", &[Seen::Continue, create("a", ""), noop("b")]);
    check(
        "a RENAME {1}\r\na {1+}\r\nb\r\n",
        &[Seen::Continue, Seen::Command("a".into(), command("RENAME a b"))],
    );
    check(
        "a LOGIN {1+}\r\nu{1+}\r\np\r\n",
        &[Seen::Refused(Some("a".into()), Fault::Malformed { expected: "a space", at_byte: 8 }, false)],
    );
}

#[test]
fn messages_come_in_literals_of_their_own_size() {
    let message = "x".repeat(100_000);
    check(
        &format!("a APPEND INBOX {{100000}}\r\n{message}\r\n"),
        &[Seen::Continue, append("a", &[&message])],
    );
    check(
        "a APPEND {5+}\r\ninbox {3+}\r\none {3}\r\ntwo\r\n",
        &[Seen::Continue, append("a", &["one", "two"])],
    );
    // Only the message may be large.
    check_refused("a APPEND {100000}\r\nb NOOP\r\n", Some("a"), &[noop("b")]);
    check_refused("a CREATE {100000}\r\nb NOOP\r\n", Some("a"), &[noop("b")]);
}

#[test]
fn a_message_over_the_limit_is_too_big() {
    let too_big = Seen::Refused(Some("a".into()), Fault::TooBig { max_bytes: 25 << 20 }, false);
    check("a APPEND INBOX {26214401}\r\nb NOOP\r\n", &[too_big, noop("b")]);
    check("a APPEND INBOX {26214400}\r\n", &[Seen::Continue]);
    let too_big = Seen::Refused(Some("a".into()), Fault::TooBig { max_bytes: 25 << 20 }, true);
    check("a APPEND INBOX {99999999999999999999999+}\r\nb NOOP\r\n", &[too_big]);
}

#[test]
fn what_is_refused_before_its_literal_is_not_asked_for() {
    check_refused("a NOSUCH {3}\r\nb NOOP\r\n", Some("a"), &[noop("b")]);
    check_refused("a SELECT box {3}\r\nb NOOP\r\n", Some("a"), &[noop("b")]);
    check_refused("a NOOP{3}\r\nb NOOP\r\n", Some("a"), &[noop("b")]);
    check_refused("a NOOP {3}\r\nb NOOP\r\n", Some("a"), &[noop("b")]);
    check_refused("{3}\r\nb NOOP\r\n", None, &[noop("b")]);
}

#[test]
fn what_comes_unasked_behind_a_refusal_is_skipped() {
    check_refused("a NOSUCH {3+}\r\nx\r\n\r\nb NOOP\r\n", Some("a"), &[noop("b")]);
    check_refused("a NOSUCH {3+}\r\nxxx {8+}\r\nc NOOP\r\n\r\nb NOOP\r\n", Some("a"), &[noop("b")]);
    // The client waits for leave, and sees the refusal instead.
    check_refused("a NOSUCH {3+}\r\nxxx {8}\r\nb NOOP\r\n", Some("a"), &[noop("b")]);
}

#[test]
fn more_than_can_be_skipped_ends_it() {
    let fatal = |input: &str| matches!(seen(input).as_slice(), [.., Seen::Refused(_, _, true)]);
    assert!(fatal("a NOSUCH {1048577+}\r\n"));
    assert!(!fatal("a NOSUCH {1048576+}\r\n"));
    assert!(fatal("a NOSUCH {1048000+}\r\nb NOOP\r\n".replace("b NOOP", &"x".repeat(1_048_577)).as_str()));
    assert!(fatal(&"x".repeat(1_048_577)));
    assert!(!fatal(&"x".repeat(1_048_576)));
    let mut decoder = common::decoder(DecoderLimits::default(), Encoding::SevenBit);
    decoder.receive(b"a NOSUCH {1048577+}\r\nb NOOP\r\n");
    assert_eq!(steps(&mut decoder).len(), 1);
    decoder.receive(b"c NOOP\r\n");
    assert_eq!(steps(&mut decoder), []);
    assert_eq!(decoder.buffered_bytes(), 0);
}

#[test]
fn a_long_line_is_refused_and_skipped() {
    let long = format!("a CREATE {}\r\nb NOOP\r\n", "x".repeat(65_536));
    let over = |max| Seen::Refused(Some("a".into()), Fault::OverLimit { what: Limit::LineBytes, max }, false);
    check(&long, &[over(65_536), noop("b")]);
    let fits = format!("a CREATE {}\r\nb NOOP\r\n", "x".repeat(65_536 - 11));
    assert!(matches!(seen(&fits).as_slice(), [Seen::Command(..), Seen::Command(..)]));
    // A literal at the end of it is skipped with it.
    let literal = format!("a CREATE {} {{8+}}\r\nc NOOP\r\n\r\nb NOOP\r\n", "x".repeat(65_536));
    check(&literal, &[over(65_536), noop("b")]);
}

#[test]
fn strangers_have_tighter_limits() {
    let mut decoder = Decoder::new(DecoderLimits::default());
    decoder.receive(b"a LOGIN {1024}\r\n");
    assert_eq!(steps(&mut decoder), [Seen::Continue]);
    let mut decoder = Decoder::new(DecoderLimits::default());
    decoder.receive(b"a LOGIN {1025}\r\nb APPEND INBOX {1}\r\nc SEARCH ((((((ALL))))))\r\n");
    assert!(matches!(
        steps(&mut decoder).as_slice(),
        [
            Seen::Refused(_, Fault::OverLimit { what: Limit::LiteralBytes, max: 1024 }, false),
            Seen::Refused(_, Fault::TooBig { max_bytes: 0 }, false),
            Seen::Refused(_, Fault::OverLimit { what: Limit::Depth, max: 4 }, false),
        ]
    ));
    decoder.set_stage(Stage::Authenticated);
    decoder.receive(b"a CREATE {1025}\r\n");
    assert_eq!(steps(&mut decoder), [Seen::Continue]);
}

#[test]
fn literals_without_waiting_may_be_limited() {
    let limits = DecoderLimits { non_synchronizing_bytes_max: 4096, ..DecoderLimits::default() };
    let mut decoder = common::decoder(limits, Encoding::SevenBit);
    decoder.receive(b"a APPEND INBOX {4097+}\r\n");
    decoder.receive(&[b'x'; 4097]);
    decoder.receive(b"\r\nb NOOP\r\nc APPEND INBOX {4096+}\r\n");
    decoder.receive(&[b'x'; 4096]);
    decoder.receive(b"\r\nd APPEND INBOX {4097}\r\n");
    let all = steps(&mut decoder);
    let over = Fault::OverLimit { what: Limit::NonSynchronizingBytes, max: 4096 };
    assert_eq!(all[0], Seen::Refused(Some("a".into()), over, false));
    assert!(matches!(all[1..], [Seen::Command(..), Seen::Command(..), Seen::Continue]));
}

/// What is seen of `input` when no literal is accepted.
fn skipped(input: &str) -> Vec<Seen> {
    let mut decoder = decoder(DecoderLimits::default(), Encoding::SevenBit);
    decoder.receive(input.as_bytes());
    common::steps_accepting(&mut decoder, |_| false)
}

#[test]
fn what_is_not_accepted_does_not_come_or_is_skipped() {
    let over = Seen::Skipped("a".into());
    assert_eq!(skipped("a APPEND INBOX {3}\r\nb NOOP\r\n"), [over.clone(), noop("b")]);
    // What comes unasked is read to its end before anything is said.
    assert_eq!(skipped("a APPEND INBOX {3+}\r\nx\r\n"), []);
    assert_eq!(skipped("a APPEND INBOX {3+}\r\nx\r\n\r\nb NOOP\r\n"), [over.clone(), noop("b")]);
    let several = "a APPEND INBOX {3+}\r\nxxx {8+}\r\nc NOOP\r\n\r\nb NOOP\r\n";
    assert_eq!(skipped(several), [over.clone(), noop("b")]);
    assert_eq!(skipped("a APPEND INBOX {3+}\r\nxxx {8}\r\nb NOOP\r\n"), [over, noop("b")]);
    let too_much = format!("a APPEND INBOX {{3+}}\r\nxxx{}\r\n", "x".repeat(1 << 20));
    assert!(matches!(skipped(&too_much).as_slice(), [Seen::Refused(Some(tag), _, true)] if tag == "a"));
}

#[test]
fn what_is_announced_says_what_it_is_for() {
    let announced = |decoder: &mut Decoder, input: &str| {
        decoder.receive(input.as_bytes());
        match decoder.step() {
            Step::Announced(announced) => announced,
            _ => unreachable!("nothing is announced in {input}"),
        }
    };
    let to = |mailbox, replaces| {
        let mailbox = MailboxName::new(mailbox).expect("a name");
        LiteralUse::Message(Box::new(Destination { mailbox, replaces }))
    };
    let mut all = decoder(DecoderLimits::default(), Encoding::SevenBit);
    let tag = Tag::new(b"a").expect("a tag");
    let expected = Announced {
        tag,
        size_bytes: 3,
        before_bytes: 0,
        messages_bytes: 0,
        synchronizing: true,
        used: LiteralUse::Text,
    };
    assert_eq!(announced(&mut all, "a APPEND {3}\r\n"), expected);
    // Nothing is read before somebody has decided.
    all.receive(b"box");
    assert!(matches!(all.step(), Step::NeedInput));
    all.accept();
    let second =
        Announced { size_bytes: 5, before_bytes: 3, synchronizing: false, used: to("box", None), ..expected };
    assert_eq!(announced(&mut all, " (\\Seen) {5+}\r\n"), second);
    all.accept();
    let third =
        Announced { size_bytes: 7, before_bytes: 8, messages_bytes: 5, synchronizing: true, ..second };
    assert_eq!(announced(&mut all, "12345 {7}\r\n"), third);
    let mut replaces = decoder(DecoderLimits::default(), Encoding::SevenBit);
    let fourth = announced(&mut replaces, "a UID REPLACE * box ~{1}\r\n");
    assert_eq!(fourth.used, to("box", Some((Numbers::Uid, SeqNumber::Largest))));
}

#[test]
fn a_line_ends_with_both_bytes() {
    let refused = |at_byte, tag: Option<&str>| {
        Seen::Refused(tag.map(Into::into), Fault::Malformed { expected: "CRLF", at_byte }, false)
    };
    check("a NOOP\nb NOOP\r\n", &[refused(6, Some("a")), noop("b")]);
    check(
        "\n\r\nb NOOP\r\n",
        &[
            refused(0, None),
            Seen::Refused(None, Fault::Malformed { expected: "a tag", at_byte: 0 }, false),
            noop("b"),
        ],
    );
}

#[test]
fn idle_ends_with_a_line_that_is_no_command() {
    check(
        "a IDLE\r\nDONE\r\nb NOOP\r\n",
        &[Seen::Command("a".into(), Command::Idle), Seen::Line(b"DONE".to_vec()), noop("b")],
    );
    let mut decoder = Decoder::new(DecoderLimits::default());
    decoder.expect_line();
    decoder.receive("x".repeat(16 << 10).as_bytes());
    assert_eq!(steps(&mut decoder), []);
    decoder.receive(b"x\r\na NOOP\r\n");
    let over = Fault::OverLimit { what: Limit::LineBytes, max: 16 << 10 };
    assert_eq!(steps(&mut decoder), [Seen::Refused(None, over, false), noop("a")]);
}

#[test]
fn between_commands_nothing_is_held() {
    let mut decoder = common::decoder(DecoderLimits::default(), Encoding::SevenBit);
    for input in [
        "a NOOP\r\n",
        "a CREATE {3+}\r\nbox\r\n",
        "a NOSUCH\r\n",
        "a APPEND INBOX {3+}\r\nbox\r\n",
        "a IDLE\r\n",
    ] {
        decoder.receive(input.as_bytes());
        assert_eq!(steps(&mut decoder).len(), 1);
        assert_eq!(decoder.buffered_bytes(), 0, "{input}");
    }
    assert!(size_of::<Decoder>() <= 512, "{}", size_of::<Decoder>());
}

#[test]
fn an_announced_literal_takes_no_memory_before_it_comes() {
    let mut decoder = common::decoder(DecoderLimits::default(), Encoding::SevenBit);
    decoder.receive(b"a APPEND INBOX {26214400}\r\n");
    assert_eq!(steps(&mut decoder), [Seen::Continue]);
    assert!(decoder.buffered_bytes() < 1000, "{}", decoder.buffered_bytes());
    decoder.receive(b"x");
    assert_eq!(steps(&mut decoder), []);
    assert!(decoder.buffered_bytes() < 70_000, "{}", decoder.buffered_bytes());
}

#[test]
fn a_large_literal_is_moved_once() {
    let mut decoder = common::decoder(DecoderLimits::default(), Encoding::SevenBit);
    decoder.receive(b"a APPEND INBOX {1000000}\r\n");
    assert_eq!(steps(&mut decoder), [Seen::Continue]);
    let mut places = std::collections::BTreeSet::new();
    for _ in 0..999 {
        decoder.receive(&[b'x'; 1000]);
        assert_eq!(steps(&mut decoder), []);
        places.insert(decoder.buffered_bytes());
    }
    assert_eq!(places.len(), 2, "{places:?}");
    assert!(places.last().is_some_and(|most| *most < 1_001_000), "{places:?}");
}

#[test]
fn what_was_received_can_be_taken_back() {
    let mut decoder = Decoder::new(DecoderLimits::default());
    decoder.receive(b"a STARTTLS\r\nb LOGIN u p\r\n");
    assert!(matches!(decoder.step(), Step::Command(_)));
    assert!(decoder.has_input());
    decoder.forget_input();
    assert!(!decoder.has_input());
    assert_eq!(steps(&mut decoder), []);
    decoder.receive(b"a NOOP\r\n\x01\x02");
    assert!(matches!(decoder.step(), Step::Command(_)));
    assert_eq!(decoder.take_input(), [1, 2]);
}

#[test]
fn it_is_known_whether_a_command_has_begun() {
    let mut decoder = decoder(DecoderLimits::default(), Encoding::SevenBit);
    for (bytes, is_amid) in [
        ("", false),
        ("a", true),
        (" NOOP\r\n", false),
        ("a APPEND x {3}\r\n", true),
        ("ab", true),
        ("c", true),
        ("\r\n", false),
        ("a NOSUCH {3+}\r\nx", true),
        ("xx\r\n", false),
    ] {
        decoder.receive(bytes.as_bytes());
        steps(&mut decoder);
        assert_eq!(decoder.is_amid_command(), is_amid, "{bytes}");
    }
}
