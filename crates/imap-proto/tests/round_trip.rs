//! What the encoder writes, the decoder reads as the same value.

mod common;

use std::num::NonZeroU32;

use common::command_of;
use postroom_imap_proto::command::{AppendMessage, FetchItem, Login};
use postroom_imap_proto::{
    Command, DateTime, Encoding, EntryName, Flag, HeaderName, MailboxName, MetadataTarget, NumberSet,
    ObjectId, Rights, RightsChange, SearchKey, Section, SectionText, encode,
};
use proptest::prelude::*;

/// `{word} {what is written}`, decoded.
fn read(word: &str, encoding: Encoding, write: impl FnOnce(&mut Vec<u8>)) -> Command {
    let mut text = format!("{word} ").into_bytes();
    write(&mut text);
    command_of(&text, encoding)
}

fn encoding() -> impl Strategy<Value = Encoding> {
    prop_oneof![Just(Encoding::SevenBit), Just(Encoding::Utf8)]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[a-z&é日😀\"\\\\ \r\n%*(){}\\]]{0,12}", "(?i:nil)|inbox"]
}

fn section() -> impl Strategy<Value = Section> {
    let part = proptest::collection::vec(1u32.., 0..4);
    let names = || proptest::collection::vec("[!-9;-~]{1,9}", 1..4);
    let header_names = |names: Vec<String>| -> Box<[HeaderName]> {
        names.iter().filter_map(|name| HeaderName::new(name)).collect()
    };
    let text = prop_oneof![
        Just(None),
        Just(Some(SectionText::Header)),
        Just(Some(SectionText::Text)),
        Just(Some(SectionText::Mime)),
        names().prop_map(move |names| Some(SectionText::HeaderFields(header_names(names)))),
        names().prop_map(move |names| Some(SectionText::HeaderFieldsNot(header_names(names)))),
    ];
    (part, text).prop_filter_map("MIME is of a part", |(part, text)| {
        let part = part.into_iter().filter_map(NonZeroU32::new).collect::<Box<[_]>>();
        (!part.is_empty() || text != Some(SectionText::Mime)).then_some(Section { part, text })
    })
}

proptest! {
    #[test]
    fn names_of_mailboxes(text in text(), encoding in encoding()) {
        match MailboxName::new(&text) {
            None => {
                let refused = |letter: char| letter.is_control() || ['\u{2028}', '\u{2029}'].contains(&letter);
                prop_assert!(text.chars().any(refused));
            }
            Some(name) => {
                let command = read("DELETE", encoding, |out| encode::mailbox_name(out, &name, encoding));
                prop_assert_eq!(command, Command::Delete(name));
            }
        }
    }

    #[test]
    fn strings_of_any_bytes_but_nul(
        bytes in prop_oneof![
            proptest::collection::vec(1..=u8::MAX, 0..40),
            proptest::collection::vec(b' '..=b'~', 4090..4100),
            text().prop_map(|text| text.replace('\0', "").into_bytes()),
        ],
        encoding in encoding(),
    ) {
        for write in [encode::string, encode::astring] {
            let command = read("LOGIN u", encoding, |out| write(out, &bytes, encoding));
            let Command::Login(Login { password, .. }) = command else { unreachable!("another command") };
            prop_assert_eq!(password.expose(), bytes.as_slice());
        }
    }

    #[test]
    fn text_to_search(text in text(), encoding in encoding()) {
        let text = text.replace('\0', "");
        let command = read("SEARCH SUBJECT", encoding, |out| encode::string(out, text.as_bytes(), encoding));
        let Command::Search(search) = command else { unreachable!("another command") };
        prop_assert_eq!(search.key, SearchKey::Subject(text.into()));
    }

    #[test]
    fn quoted_text_is_one_line(text in text()) {
        let mut out = Vec::new();
        encode::quoted(&mut out, &text);
        prop_assert!(out.is_ascii() && !out.contains(&b'\r') && !out.contains(&b'\n'));
        let command = read("LOGIN u", Encoding::SevenBit, |line| line.extend(&out));
        prop_assert!(matches!(command, Command::Login(_)));
    }

    #[test]
    fn sets_of_numbers(numbers in proptest::collection::vec(1u32..200, 1..60), large in 1u32..) {
        let set: NumberSet = numbers.into_iter().chain([large]).collect();
        let command = read("UID EXPUNGE", Encoding::SevenBit, |out| encode::number_set(out, &set));
        let Command::UidExpunge(read) = command else { unreachable!("another command") };
        prop_assert_eq!(read.resolve(1), Some(set.clone()));
        prop_assert_eq!(Option::from(&set), Some(read));
    }

    #[test]
    fn times(seconds in -62_167_219_200i64..=253_402_300_799) {
        let time = DateTime::from_unix_seconds(seconds).expect("within the years");
        prop_assert_eq!(time.unix_seconds(), seconds);
        prop_assert_eq!(append_time(time), time);
    }

    #[test]
    fn times_with_zones(day in 1u8..=28, hour in 0u8..24, minute in 0u8..60, second in 0u8..=60, zone in -5999i16..=5999) {
        let date = postroom_imap_proto::Date::new(1997, 12, day).expect("a day");
        let time = DateTime::new(date, hour, minute, second, zone).expect("a time");
        prop_assert_eq!(append_time(time), time);
    }

    #[test]
    fn sections_of_messages(section in section(), encoding in encoding()) {
        let mut text = b"FETCH 1 BODY.PEEK".to_vec();
        encode::section(&mut text, &section, encoding);
        let Command::Fetch(fetch) = command_of(&text, encoding) else { unreachable!("another command") };
        prop_assert_eq!(fetch.items, [FetchItem::BodySection { section, partial: None, peek: true }]);
    }

    #[test]
    fn flags(name in "[!-~]{1,8}|\\\\(?i:seen|draft|deleted|answered|flagged|recent)") {
        if let Some(flag) = Flag::new(&name) {
            let command = read("STORE 1 FLAGS", Encoding::SevenBit, |out| out.extend(flag.as_str().bytes()));
            let Command::Store(store) = command else { unreachable!("another command") };
            prop_assert_eq!(store.flags, [flag]);
        }
    }

    #[test]
    fn identifiers(id in "[A-Za-z0-9_-]{1,255}", letters in "[a-z0-9]{0,40}", name in "(/[ -~]{1,6}){1,3}") {
        let id = ObjectId::new(&id).expect("an id");
        let Command::Search(search) = command_of(format!("SEARCH EMAILID {}", id.as_str()).as_bytes(), Encoding::SevenBit)
        else { unreachable!("another command") };
        prop_assert_eq!(search.key, SearchKey::EmailId(id));
        let rights = Rights::new(&letters).expect("rights");
        let letters: String = rights.letters().collect();
        let command = command_of(format!("SETACL a b \"{letters}\"").as_bytes(), Encoding::SevenBit);
        let is_same = matches!(command, Command::SetAcl { rights: RightsChange::Replace(read), .. } if read == rights);
        prop_assert!(is_same);
        if let Some(name) = EntryName::new(&name) {
            let command = read("GETMETADATA \"\"", Encoding::SevenBit, |out| {
                encode::astring(out, name.as_str().as_bytes(), Encoding::SevenBit);
            });
            let Command::GetMetadata { target, entries, .. } = command else { unreachable!("another command") };
            prop_assert_eq!((target, entries), (MetadataTarget::Server, vec![name]));
        }
    }
}

fn append_time(time: DateTime) -> DateTime {
    let command = read("APPEND a", Encoding::SevenBit, |out| {
        encode::date_time(out, time);
        out.extend(b" {1+}\r\nx");
    });
    let Command::Append(mut append) = command else { unreachable!("another command") };
    let AppendMessage { received_at, .. } = append.messages.remove(0);
    received_at.expect("it was written")
}
