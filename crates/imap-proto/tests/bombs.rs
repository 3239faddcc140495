//! Commands made to be expensive are refused at their limit, not later.

mod common;

use common::{Seen, command_in, decoder, steps};
use postroom_imap_proto::{Command, DecoderLimits, Encoding, Fault, Limit};

#[track_caller]
fn check(text: String, what: Limit, max: u64) {
    assert_eq!(command_in(text, Encoding::SevenBit), Err(Fault::OverLimit { what, max }));
}

#[test]
fn sets_of_many_ranges() {
    let ranges = |count: usize| format!("UID EXPUNGE 1{}", ",1".repeat(count - 1));
    // The line is the closer limit of the two.
    check(ranges(32_768), Limit::LineBytes, 65_536);
    let limits = |ranges_max| {
        let mut limits = DecoderLimits::default();
        limits.authenticated.ranges_max = ranges_max;
        limits
    };
    for (max, fits) in [(100, true), (99, false)] {
        let mut decoder = decoder(limits(max), Encoding::SevenBit);
        decoder.receive(format!("a {}\r\n", ranges(100)).as_bytes());
        let seen = steps(&mut decoder);
        assert_eq!(matches!(seen.as_slice(), [Seen::Command(..)]), fits, "{seen:?}");
    }
    // Few bytes mean many messages; resolving them takes no more room.
    let Ok(Command::UidExpunge(set)) = command_in("UID EXPUNGE 1:4294967295,*", Encoding::SevenBit) else {
        unreachable!("another command")
    };
    assert_eq!(set.resolve(7).map(|set| set.ranges().len()), Some(1));
}

#[test]
fn lists_of_many_elements() {
    let elements = 2048;
    for (begin, each, end) in [
        ("SEARCH ALL", " ALL", ""),
        ("SEARCH (ALL", " ALL", ")"),
        ("STORE 1 FLAGS (a", " a", ")"),
        ("STORE 1 FLAGS a", " a", ""),
        ("FETCH 1 (UID", " UID", ")"),
        ("FETCH 1 BODY[1", ".1", "]"),
        ("ENABLE x", " x", ""),
        ("STATUS x (SIZE", " SIZE", ")"),
        ("LIST \"\" (x", " x", ")"),
        ("NOTIFY SET (mailboxes (x", " x", ") NONE)"),
        ("SORT (TO", " TO", ") UTF-8 ALL"),
        ("GETMETADATA x (/a", " /a", ")"),
        ("ID (\"a\" NIL", " \"a\" NIL", ")"),
    ] {
        let text = |count: usize| format!("{begin}{}{end}", each.repeat(count));
        assert!(command_in(text(100), Encoding::SevenBit).is_ok(), "{begin}");
        check(text(elements), Limit::Elements, 2048);
    }
}

#[test]
fn commands_of_many_literals() {
    let mut decoder = decoder(DecoderLimits::default(), Encoding::SevenBit);
    decoder.receive(b"a SEARCH SUBJECT ");
    for _ in 0..128 {
        decoder.receive(b"{1+}\r\nx TEXT ");
        assert_eq!(steps(&mut decoder), []);
    }
    decoder.receive(b"{1+}\r\nx\r\nb NOOP\r\n");
    let over = Fault::OverLimit { what: Limit::Literals, max: 128 };
    let noop = Seen::Command("b".into(), Command::Noop);
    assert_eq!(steps(&mut decoder), [Seen::Refused(Some("a".into()), over, false), noop]);
}

#[test]
fn commands_of_many_messages() {
    let mut limits = DecoderLimits::default();
    limits.authenticated.command_bytes_max = 1_000_000;
    let mut decoder = decoder(limits, Encoding::SevenBit);
    decoder.receive(b"a APPEND x");
    let message = [b'x'; 300_000];
    for _ in 0..3 {
        decoder.receive(b" {300000}\r\n");
        assert_eq!(steps(&mut decoder), [Seen::Continue]);
        decoder.receive(&message);
        assert_eq!(steps(&mut decoder), []);
        assert!(decoder.buffered_bytes() <= 1_000_000, "{}", decoder.buffered_bytes());
    }
    decoder.receive(b" {300000}\r\n");
    let over = Fault::OverLimit { what: Limit::CommandBytes, max: 1_000_000 };
    assert_eq!(steps(&mut decoder), [Seen::Refused(Some("a".into()), over, false)]);
    assert_eq!(decoder.buffered_bytes(), 0);
}

#[test]
fn many_small_strings_take_little_room() {
    // Each string is as large as it is, not as large as what is left of the line.
    let text = format!("SEARCH{}", " TEXT \"\\\\\"".repeat(2000));
    assert!(command_in(text, Encoding::SevenBit).is_ok());
}

#[test]
fn endless_lines_and_literals_end() {
    let mut decoder = decoder(DecoderLimits::default(), Encoding::SevenBit);
    let piece = [b'x'; 4096];
    let mut seen = Vec::new();
    for _ in 0..1000 {
        decoder.receive(&piece);
        seen.extend(steps(&mut decoder));
        assert!(decoder.buffered_bytes() <= 2 * 65_536 + 2 * 4096, "{}", decoder.buffered_bytes());
    }
    assert!(
        matches!(seen.as_slice(), [Seen::Refused(None, _, false), Seen::Refused(None, _, true)]),
        "{seen:?}"
    );
}

#[test]
fn numbers_do_not_overflow() {
    for text in [
        "FETCH 1 BODY[4294967296]",
        "FETCH 1 BODY[]<18446744073709551616.1>",
        "FETCH 1 FLAGS (CHANGEDSINCE 9223372036854775808)",
        "SEARCH LARGER 18446744073709551616",
        "SEARCH OLDER 4294967296",
        "SELECT x (QRESYNC (4294967296 1))",
        "SETQUOTA x (STORAGE 99999999999999999999999999)",
        "SEARCH ON 99-Feb-1994",
        "SEARCH ON 1-Feb-99999",
        "GETMETADATA (MAXSIZE 4294967296) x /a",
    ] {
        assert!(matches!(command_in(text, Encoding::SevenBit), Err(Fault::Malformed { .. })), "{text}");
    }
}
