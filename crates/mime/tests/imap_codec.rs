//! What we write for IMAP is what somebody else's parser of responses reads.

mod common;

use common::damage::damaged;
use common::{Chance, Sample, naming, samples};
use imap_codec::ResponseCodec;
use imap_codec::decode::Decoder;
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

/// How deep imap-codec reads a structure.
const DEPTH_READ: usize = 8;

/// How deep the structure is, the message itself counted.
fn depth(structure: &Structure, index: usize) -> usize {
    1 + structure.children(index).map(|child| depth(structure, child)).max().unwrap_or(0)
}

/// Whether the parser reads what we write of `message`, and as it is. `false`: the structure is too deep for it.
fn check(message: &[u8]) -> bool {
    let read = ingest(message);
    if depth(&read.structure, 0) > DEPTH_READ {
        return false;
    }
    let mut response = b"* 1 FETCH (ENVELOPE ".to_vec();
    response.extend(read.envelope.to_imap());
    response.extend_from_slice(b" BODYSTRUCTURE ");
    response.extend(read.structure.body(true));
    response.extend_from_slice(b")\r\n");
    let items: Vec<_> = match ResponseCodec::default().decode(&response) {
        Ok((b"", Response::Data(Data::Fetch { items, .. }))) => items.into_iter().collect(),
        other => unreachable!("{other:?}\n{}", String::from_utf8_lossy(&response)),
    };
    let [MessageDataItem::Envelope(envelope), MessageDataItem::BodyStructure(body)] = items.as_slice() else {
        unreachable!("{items:?}");
    };
    // An address in a group counts, and so do the two marks around them.
    assert!(envelope.to.len() >= read.envelope.to.len());
    let mut theirs = Vec::new();
    parts(body, &mut theirs);
    assert_eq!(our_parts(&read.structure), theirs);
    true
}

#[test]
fn envelopes_and_structures_are_read_by_another_parser() {
    let Some(samples) = samples() else { return };
    for sample in &samples {
        naming(&sample.name, || assert!(check(&sample.bytes), "too deep"));
    }
}

#[test]
fn so_are_those_of_damaged_messages() {
    let Some(samples) = samples() else { return };
    let small: Vec<&Sample> = samples.iter().filter(|sample| sample.bytes.len() < 64 * 1024).collect();
    let mut compared = 0;
    for seed in 0..2_000 {
        let mut chance = Chance::new(seed + 1);
        let sample = small[chance.below(small.len())];
        let message = damaged(sample, &small, &mut chance);
        compared += usize::from(naming(&format!("seed {seed}, {}", sample.name), || check(&message)));
    }
    assert!(compared > 1_900, "only {compared}");
}
