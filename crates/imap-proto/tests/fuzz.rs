//! Whatever a peer sends: no panic, nothing held beyond the limits, and no difference how the bytes are cut.

mod common;
mod mutation;

use common::{Seen, steps_accepting};
use mutation::{WORDS, mutate, mutation};
use postroom_imap_proto::{Decoder, DecoderLimits, Encoding, Stage, StageLimits};
use proptest::prelude::*;

/// Commands that clients send, with their literals.
const SEEDS: &[&str] = &[
    "a1 CAPABILITY\r\n",
    "a2 LOGIN {5}\r\nalice {3+}\r\nfoo\r\n",
    "a3 AUTHENTICATE PLAIN\r\nAHRlc3QAdGVzdA==\r\n",
    "a4 AUTHENTICATE PLAIN AHRlc3QAdGVzdA==\r\n",
    "a5 ID (\"name\" \"x\" \"version\" NIL)\r\n",
    "a6 ENABLE CONDSTORE UTF8=ACCEPT\r\n",
    "a7 SELECT INBOX (QRESYNC (67890007 90060115194045000 41:211 (1:29 3:99)))\r\n",
    "a8 LIST (SUBSCRIBED RECURSIVEMATCH) \"\" (\"INBOX\" Entw&APw-* %) RETURN (CHILDREN STATUS (MESSAGES))\r\n",
    "a9 CREATE \"a \\\"b\\\"\" (USE (\\Archive))\r\n",
    "b1 STATUS {4+}\r\nbox1 (MESSAGES UIDNEXT)\r\n",
    "b2 APPEND saved (\\Seen $x) \" 7-Feb-1994 21:52:25 -0800\" {10+}\r\nSubject: x {5}\r\nabcde\r\n",
    "b3 APPEND saved CATENATE (TEXT {1+}\r\na URL \"/INBOX/;UID=20\")\r\n",
    "b4 APPEND {5+}\r\nsaved UTF8 (~{4}\r\nx\0y\n)\r\n",
    "b5 IDLE\r\nDONE\r\n",
    "b6 UID SEARCH RETURN (MIN SAVE) CHARSET UTF-8 OR (NOT SEEN 1:*) HEADER {2}\r\nTo {3+}\r\nx\r\n UNDELETED\r\n",
    "b7 SEARCH MODSEQ \"/flags/\\\\draft\" all 62 SENTSINCE 1-Feb-1994 OLDER 3600 $\r\n",
    "b8 UID FETCH 1:*,7 (UID BODY.PEEK[1.2.HEADER.FIELDS (Date {4+}\r\nFrom)]<0.99> PREVIEW (LAZY)) (CHANGEDSINCE 1 VANISHED)\r\n",
    "b9 STORE 2:4 (UNCHANGEDSINCE 12) -FLAGS.SILENT (\\Deleted $a)\r\n",
    "c1 UID SORT RETURN (COUNT) (REVERSE DATE SUBJECT) UTF-8 ALL\r\n",
    "c2 THREAD REFERENCES UTF-8 TEXT x\r\n",
    "c3 GETMETADATA (DEPTH 1) INBOX (/shared/comment)\r\n",
    "c4 SETMETADATA INBOX (/private/comment ~{3+}\r\na\0b /shared/x NIL)\r\n",
    "c5 NOTIFY SET STATUS (selected (MessageNew (uid) MessageExpunge)) (mailboxes (a b) NONE)\r\n",
    "c6 SETACL INBOX fred +lrs\r\n",
    "c7 SETQUOTA \"\" (STORAGE 512)\r\n",
    "c8 UID REPLACE 7 INBOX {2+}\r\nab\r\n",
    "c9 UID MOVE 1:3 \"Entw&APw-rfe\"\r\n",
    "d1 NOSUCH {3+}\r\nabc {70+}\r\n x\r\n",
];

/// Several commands, some of them damaged.
fn conversation() -> impl Strategy<Value = Vec<u8>> {
    let commands = proptest::collection::vec(prop::sample::select(SEEDS), 1..6);
    let mutations = proptest::collection::vec(mutation(), 0..5);
    (commands, mutations).prop_map(|(commands, mutations)| {
        let mut bytes = commands.concat().into_bytes();
        for each in &mutations {
            mutate(&mut bytes, each);
        }
        bytes
    })
}

/// Limits that small input meets.
fn tight() -> DecoderLimits {
    let stage = StageLimits {
        line_bytes_max: 120,
        literal_bytes_max: 16,
        message_bytes_max: 64,
        literals_max: 3,
        command_bytes_max: 200,
        depth_max: 3,
        elements_max: 8,
        ranges_max: 4,
        discarded_bytes_max: 150,
    };
    DecoderLimits { not_authenticated: stage, authenticated: stage, non_synchronizing_bytes_max: 40 }
}

fn decoder(limits: DecoderLimits, stage: Stage, encoding: Encoding) -> Decoder {
    let mut decoder = Decoder::new(limits);
    decoder.set_stage(stage);
    decoder.set_encoding(encoding);
    decoder
}

/// The most that a decoder may hold when it needs more: an unfinished line, text that grew by doubling, literals.
fn held_bytes_max(limits: &StageLimits, piece_bytes: usize) -> usize {
    let literals = limits.literals_max.next_power_of_two().max(4) * 128;
    let octets = usize::try_from(limits.command_bytes_max).unwrap_or(usize::MAX);
    (limits.line_bytes_max + piece_bytes) + 2 * limits.line_bytes_max + literals + octets
}

/// What is seen of `bytes` in pieces of these sizes, over and over. With tight limits some literals are not accepted.
fn in_pieces(
    bytes: &[u8],
    sizes: &[usize],
    limits: DecoderLimits,
    stage: Stage,
    encoding: Encoding,
) -> Vec<Seen> {
    let (mut decoder, skips) = (decoder(limits, stage, encoding), limits == tight());
    let mut seen = Vec::new();
    let (mut rest, mut sizes) = (bytes, sizes.iter().cycle());
    while !rest.is_empty() {
        let size = sizes.next().map_or(1, |size| *size).min(rest.len());
        let (piece, after) = rest.split_at(size);
        decoder.receive(piece);
        seen.extend(steps_accepting(&mut decoder, |literal| !skips || literal.size_bytes % 4 != 3));
        let max = held_bytes_max(&limits.authenticated, size);
        assert!(decoder.buffered_bytes() <= max, "{} > {max}", decoder.buffered_bytes());
        rest = after;
    }
    seen
}

fn check(bytes: &[u8], sizes: &[usize]) -> Result<(), TestCaseError> {
    for limits in [DecoderLimits::default(), tight()] {
        for stage in [Stage::NotAuthenticated, Stage::Authenticated] {
            for encoding in [Encoding::SevenBit, Encoding::Utf8] {
                let at_once = in_pieces(bytes, &[bytes.len().max(1)], limits, stage, encoding);
                let pieces = in_pieces(bytes, sizes, limits, stage, encoding);
                prop_assert_eq!(&at_once, &pieces, "{}", bytes.escape_ascii());
                let fatal = at_once.iter().position(|seen| matches!(seen, Seen::Refused(_, _, true)));
                prop_assert!(fatal.is_none_or(|fatal| fatal + 1 == at_once.len()));
            }
        }
    }
    Ok(())
}

proptest! {
    // PROPTEST_CASES stands above this number.
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn damaged_commands(bytes in conversation(), sizes in proptest::collection::vec(1usize..40, 1..8)) {
        check(&bytes, &sizes)?;
    }

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300), sizes in proptest::collection::vec(1usize..40, 1..8)) {
        check(&bytes, &sizes)?;
    }

    #[test]
    fn any_words(words in proptest::collection::vec(prop::sample::select(WORDS), 0..40), sizes in proptest::collection::vec(1usize..9, 1..4)) {
        check(format!("a {}\r\nb NOOP\r\n", words.concat()).as_bytes(), &sizes)?;
    }
}

#[test]
fn undamaged_commands_are_all_commands() {
    let (last, whole) = SEEDS.split_last().expect("there are some");
    for seed in whole {
        let seen = in_pieces(
            seed.as_bytes(),
            &[7],
            DecoderLimits::default(),
            Stage::Authenticated,
            Encoding::SevenBit,
        );
        assert!(!seen.iter().any(|seen| matches!(seen, Seen::Refused(..))), "{seed}: {seen:?}");
        assert!(seen.iter().any(|seen| matches!(seen, Seen::Command(..))), "{seed}: {seen:?}");
    }
    let ended = format!("{last}{}\r\n", "x".repeat(70));
    let seen =
        in_pieces(ended.as_bytes(), &[7], DecoderLimits::default(), Stage::Authenticated, Encoding::SevenBit);
    assert!(matches!(seen.as_slice(), [Seen::Refused(..)]));
}
