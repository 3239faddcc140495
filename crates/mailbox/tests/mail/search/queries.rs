//! What queries find.

use postroom_mailbox::MailError;
use postroom_mailbox::limits::{SEARCH_QUERY_DEPTH_MAX, SEARCH_QUERY_PARTS_MAX};
use postroom_mailbox::search::{Field, TextQuery};
use postroom_store::on_both_engines;
use postroom_store::testing::TestStore;

use crate::fixture::{Fixture, modules};
use crate::search::support::{any, field, not, prefix};

const LETTER: &str = "From: Ann Lee <ann.lee@a.example>\r\nTo: bert@b.example\r\nCc: \"Carl C.\" <carl@c.example>\r\n\
    Bcc: dora@d.example\r\nSubject: =?utf-8?q?Caf=C3=A9_meeting?=\r\n\r\nWe meet at four, not five.\r\n";

on_both_engines! { modules();
    fn words_are_found_in_their_fields(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let inbox = fixture.inbox();
        fixture.deliver(inbox, LETTER);
        fixture.deliver_text(inbox, "other", "nothing of it");
        let yes = [
            any("four"), any("FOUR"), any("cafe"), any("CAFÉ"), any("cafe\u{301}"), any("four, cafe!"), any("ann.lee@A.example"),
            field(Field::Subject, "meeting"), field(Field::From, "Ann"), field(Field::From, "lee@a.example"),
            field(Field::To, "bert"), field(Field::Cc, "carl"), field(Field::Bcc, "dora"), field(Field::Body, "five"),
            prefix("mee"), prefix("four caf"), prefix("four meeting"), prefix("f"),
        ];
        for query in yes {
            assert_eq!(fixture.found(inbox, &query), [1], "{query:?}");
        }
        let no = [
            any("fou"), any("our"), any("four six"), any("six"), any("!?"), any("\0"), prefix("our"), prefix("caf four."),
            field(Field::Subject, "four"), field(Field::To, "ann"), field(Field::Body, "cafe"), TextQuery::Any(Vec::new()),
        ];
        for query in no {
            assert_eq!(fixture.found(inbox, &query), [0; 0], "{query:?}");
        }
        assert_eq!(fixture.found(inbox, &any("")), [1, 2], "the empty string is everywhere");
    }

    fn queries_are_joined(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let inbox = fixture.inbox();
        for body in ["red green", "red blue", "green blue", ""] {
            fixture.deliver_text(inbox, "", body);
        }
        let all = |parts: &[TextQuery]| TextQuery::All(parts.to_vec());
        let either = |parts: &[TextQuery]| TextQuery::Any(parts.to_vec());
        let (red, green, blue) = (any("red"), any("green"), any("blue"));
        let cases: [(TextQuery, &[u32]); 11] = [
            (all(&[red.clone(), green.clone()]), &[1]),
            (either(&[red.clone(), green.clone()]), &[1, 2, 3]),
            (not(red.clone()), &[3, 4]),
            (not(not(red.clone())), &[1, 2]),
            (all(&[red.clone(), not(green.clone())]), &[2]),
            (all(&[not(red.clone()), not(green.clone())]), &[4]),
            (either(&[not(red.clone()), all(&[red.clone(), blue.clone()])]), &[2, 3, 4]),
            (either(&[]), &[]),
            (all(&[]), &[1, 2, 3, 4]),
            (not(all(&[])), &[]),
            (not(either(&[])), &[1, 2, 3, 4]),
        ];
        for (query, wanted) in cases {
            assert_eq!(fixture.found(inbox, &query), wanted, "{query:?}");
        }
    }

    fn nothing_that_is_typed_is_syntax(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let inbox = fixture.inbox();
        fixture.deliver_text(inbox, "and", "or not near \"quoted\" a:b NEAR(c d) terms 'x' & | ! :* q'z");
        let words = ["AND", "OR", "NOT", "NEAR", "\"", "\"quoted\"", "'", "NEAR(c d)", "a:b", "{a b}: c", "^a", "a + b", "terms:*", "-x", "x*", "q'z", "\\", "$1", "''; --"];
        for text in words {
            let wanted: &[u32] = if text.chars().any(char::is_alphanumeric) && text != "$1" && text != "''; --" { &[1] } else { &[] };
            assert_eq!(fixture.found(inbox, &any(text)), wanted, "{text:?}");
            fixture.found(inbox, &prefix(text));
        }
        assert_eq!(fixture.found(inbox, &any("a\0b")), [1], "a NUL parts words");
    }

    fn pieces_of_scripts_without_spaces_are_found(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let inbox = fixture.inbox();
        fixture.deliver_text(inbox, "東京都の天気", "明日は晴れ🎉");
        fixture.deliver_text(inbox, "京都", "กินข้าว");
        let cases: [(&str, &[u32]); 9] = [
            ("東京", &[1]), ("京都", &[1, 2]), ("都", &[1, 2]), ("東", &[1]), ("東都", &[]), ("東京都の天気", &[1]), ("🎉", &[1]), ("ข้าว", &[2]), ("気明", &[]),
        ];
        for (text, wanted) in cases {
            assert_eq!(fixture.found(inbox, &any(text)), wanted, "{text}");
        }
    }

    fn a_search_is_only_so_large(store: &mut TestStore) {
        let fixture = Fixture::new(store);
        let inbox = fixture.inbox();
        let body: Vec<String> = (0..SEARCH_QUERY_PARTS_MAX).map(|number| format!("w{number}")).collect();
        fixture.deliver_text(inbox, "", &body.join(" "));
        assert_eq!(fixture.found(inbox, &any(&body[1..].join(" "))), [1], "one is for what joins them");
        assert!(matches!(fixture.contents(&any(&body.join(" "))), Err(MailError::Limit(_))));
        let many = TextQuery::Any(vec![TextQuery::Any(Vec::new()); SEARCH_QUERY_PARTS_MAX]);
        assert!(matches!(fixture.contents(&many), Err(MailError::Limit(_))));
        let nest = |depth| {
            (0..depth).fold(any(""), |query, level| {
                if level % 2 == 0 { TextQuery::Any(vec![query, any("w1")]) } else { TextQuery::All(vec![query, any("w2")]) }
            })
        };
        assert_eq!(fixture.found(inbox, &nest(SEARCH_QUERY_DEPTH_MAX - 1)), [1]);
        assert_eq!(fixture.found(inbox, &(0..SEARCH_QUERY_DEPTH_MAX).fold(any("w1"), |query, _| not(query))), [1]);
        assert!(matches!(fixture.contents(&nest(SEARCH_QUERY_DEPTH_MAX + 1)), Err(MailError::Limit(_))));
        assert!(matches!(fixture.contents(&nest(1_000)), Err(MailError::Limit(_))));
    }
}
