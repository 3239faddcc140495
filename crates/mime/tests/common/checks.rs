//! What must hold for whatever bytes are ingested.

use postroom_mime::{
    Content, Ingested, Part, SectionText, Structure, decode_part, header_fields, ingest, limits, search_text,
};

use super::imap;

/// Ingests `message` and checks everything that must hold for any bytes.
pub fn check(message: &[u8]) -> Ingested {
    let read = ingest(message);
    let structure = &read.structure;
    spans(message, structure);
    let stored = structure.to_bytes();
    assert_eq!(Structure::from_bytes(&stored).as_ref(), Ok(structure), "structure round trip");
    imap::check_envelope(&imap::parse(&read.envelope.to_imap()));
    for extensible in [false, true] {
        let parts = imap::check_body(&imap::parse(&structure.body(extensible)), extensible);
        assert_eq!(parts, structure.parts().len());
    }
    sections(message, structure);
    assert!(read.preview.chars().count() <= limits::PREVIEW_CHARACTERS_MAX);
    assert!(!read.preview.contains(['\r', '\n', '\0']));
    assert!(read.references.len() <= limits::REFERENCES_MAX);
    assert!(!read.envelope.subject.contains(['\r', '\n', '\0']));
    assert_eq!(read.sent_at.is_some(), read.sent_date.is_some());
    let text = search_text(message, structure);
    assert!(text.body.len() <= limits::SEARCH_TEXT_BYTES_MAX);
    assert_eq!(text.subject, read.envelope.subject);
    read
}

/// Every part lies inside the message, inside its container and behind the part before it.
fn spans(message: &[u8], structure: &Structure) {
    let root = structure.root();
    assert_eq!((root.header_start, root.end), (0, message.len() as u64), "the root is all of the message");
    assert!(structure.parts().len() <= limits::PARTS_MAX);
    for (index, part) in structure.parts().iter().enumerate() {
        assert!(
            part.header_start <= part.body_start && part.body_start <= part.end,
            "part {index}: {part:?}"
        );
        let mut from = part.body_start;
        for child in structure.children(index) {
            let child = &structure.parts()[child];
            assert!(from <= child.header_start && child.end <= part.end, "in part {index}: {child:?}");
            from = child.end;
        }
        assert_eq!(part.content == Content::Multipart, part.media_type.eq_ignore_ascii_case("multipart"));
        let _ = decode_part(part.body_of(message), &part.encoding);
    }
}

/// Every part has a part specifier, and each specifier means what the tree says.
fn sections(message: &[u8], structure: &Structure) {
    let section = |path: &[u32], what| structure.section(path, what);
    let whole = section(&[], SectionText::Whole).expect("BODY[]");
    assert_eq!(whole.of(message), message);
    let header = section(&[], SectionText::Header).expect("BODY[HEADER]");
    let text = section(&[], SectionText::Text).expect("BODY[TEXT]");
    assert_eq!([header.of(message), text.of(message)].concat(), message);
    assert_eq!(section(&[], SectionText::Mime), None);
    assert!(header_fields::<&str>(header.of(message), &[], true).ends_with(b"\r\n"));
    let mut seen = 0;
    for (path, part) in paths(structure) {
        let body = section(&path, SectionText::Whole).expect("a part's body");
        assert_eq!((body.start, body.end), (part.body_start, part.end), "{path:?}");
        assert_eq!(body.len() as usize, body.of(message).len());
        let mime = section(&path, SectionText::Mime).expect("a part's header");
        assert_eq!((mime.start, mime.end), (part.header_start, part.body_start), "{path:?}");
        assert_eq!(structure.part(&path), Some(part));
        let inner = section(&path, SectionText::Header).zip(section(&path, SectionText::Text));
        match (&part.content, inner) {
            (Content::Message { .. }, Some((header, text))) => {
                assert_eq!([header.of(message), text.of(message)].concat(), part.body_of(message));
            }
            (Content::Message { .. }, None) => unreachable!("{path:?} holds a message"),
            (_, inner) => assert_eq!(inner, None, "{path:?} holds no message"),
        }
        let none = [path.as_slice(), &[0]].concat();
        assert_eq!(section(&none, SectionText::Whole), None, "there is no part 0");
        seen += 1;
    }
    assert!(seen > 0);
}

/// The part specifiers of all parts that have one, by RFC 9051 §6.4.5.1 and told from the tree alone.
pub fn paths(structure: &Structure) -> Vec<(Vec<u32>, &Part)> {
    let mut found = Vec::new();
    // A message at this index, and the specifier of the part that holds it.
    let mut messages = vec![(0, Vec::new())];
    while let Some((index, prefix)) = messages.pop() {
        let root = &structure.parts()[index];
        let mut parts = Vec::new();
        if root.content == Content::Multipart {
            parts.push((index, prefix));
        } else {
            let path = [prefix.as_slice(), &[1]].concat();
            if matches!(root.content, Content::Message { .. }) {
                messages.push((index + 1, path.clone()));
            }
            found.push((path, root));
        }
        while let Some((container, prefix)) = parts.pop() {
            for (number, child) in structure.children(container).enumerate() {
                let path = [prefix.as_slice(), &[number as u32 + 1]].concat();
                let part = &structure.parts()[child];
                match part.content {
                    Content::Multipart => parts.push((child, path.clone())),
                    Content::Message { .. } => messages.push((child + 1, path.clone())),
                    Content::Text { .. } | Content::Other => {}
                }
                found.push((path, part));
            }
        }
    }
    found
}
