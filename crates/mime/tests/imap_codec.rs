//! What we write for IMAP is what somebody else's parser of responses reads.

mod common;

use common::{Sample, samples};
use imap_codec::ResponseCodec;
use imap_codec::decode::Decoder;
use imap_codec::imap_types::IntoStatic;
use imap_codec::imap_types::body::{BodyStructure, SpecificFields};
use imap_codec::imap_types::fetch::MessageDataItem;
use imap_codec::imap_types::response::{Data, Response};
use postroom_mime::{Content, Structure, ingest};

/// The parts that the parser saw, each as `type/subtype size`.
fn parts(body: &BodyStructure<'_>, found: &mut Vec<String>) {
    match body {
        BodyStructure::Single { body, .. } => {
            let size = body.basic.size;
            match &body.specific {
                SpecificFields::Basic { r#type, subtype } => {
                    found.push(format!("{}/{} {size}", text(r#type.as_ref()), text(subtype.as_ref())));
                }
                SpecificFields::Message { body_structure, .. } => {
                    found.push(format!("message/rfc822 {size}"));
                    parts(body_structure, found);
                }
                SpecificFields::Text { subtype, number_of_lines } => {
                    found.push(format!("text/{} {size} {number_of_lines}", text(subtype.as_ref())));
                }
            }
        }
        BodyStructure::Multi { bodies, subtype, .. } => {
            found.push(format!("multipart/{}", text(subtype.as_ref())));
            bodies.as_ref().iter().for_each(|body| parts(body, found));
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).to_ascii_lowercase()
}

/// The same of our structure.
fn our_parts(structure: &Structure) -> Vec<String> {
    let line = |part: &postroom_mime::Part| {
        let kind = format!("{}/{}", part.media_type, part.subtype).to_ascii_lowercase();
        let size = part.end - part.body_start;
        match &part.content {
            Content::Multipart => kind,
            Content::Text { lines } => format!("{kind} {size} {lines}"),
            Content::Message { .. } | Content::Other => format!("{kind} {size}"),
        }
    };
    structure.parts().iter().map(line).collect()
}

/// The items of a response that is read whole.
fn read(sample: &Sample, response: &[u8]) -> Vec<MessageDataItem<'static>> {
    match ResponseCodec::default().decode(response) {
        Ok((b"", Response::Data(Data::Fetch { items, .. }))) => {
            items.into_iter().map(IntoStatic::into_static).collect()
        }
        other => unreachable!("{}: {other:?}\n{}", sample.name, String::from_utf8_lossy(response)),
    }
}

#[test]
fn envelopes_and_structures_are_read_by_another_parser() {
    let Some(samples) = samples() else { return };
    for sample in &samples {
        let message = ingest(&sample.bytes);
        let mut response = b"* 1 FETCH (ENVELOPE ".to_vec();
        response.extend(message.envelope.to_imap());
        response.extend_from_slice(b" BODYSTRUCTURE ");
        response.extend(message.structure.body(true));
        response.extend_from_slice(b")\r\n");
        let items = read(sample, &response);
        let [MessageDataItem::Envelope(envelope), MessageDataItem::BodyStructure(body)] = items.as_slice()
        else {
            unreachable!("{}: {items:?}", sample.name);
        };
        // An address in a group counts, and so do the two marks around them.
        assert!(envelope.to.len() >= message.envelope.to.len(), "{}", sample.name);
        let mut theirs = Vec::new();
        parts(body, &mut theirs);
        assert_eq!(our_parts(&message.structure), theirs, "{}", sample.name);
    }
}
