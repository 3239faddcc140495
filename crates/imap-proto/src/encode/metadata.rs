//! Annotations. RFC 5464 §4.4.

use super::text::{astring, line_end, list_of, literal8, mailbox_name, nil, plain, string};
use crate::{Encoding, EntryName, MetadataTarget};

/// `* METADATA name (entry value …)`; `None`: the entry is not there.
pub fn metadata<'a>(
    out: &mut Vec<u8>,
    target: &MetadataTarget,
    entries: impl IntoIterator<Item = (&'a EntryName, Option<&'a [u8]>)>,
    encoding: Encoding,
) {
    begin(out, target, encoding);
    list_of(out, entries, |out, (name, value)| {
        astring(out, name.as_str().as_bytes(), encoding);
        out.push(b' ');
        match value {
            Some(value) if value.contains(&0) => literal8(out, value),
            Some(value) => string(out, value, encoding),
            None => nil(out),
        }
    });
    line_end(out);
}

/// `* METADATA name entry …`: these have changed. Never without an entry.
pub fn metadata_names<'a>(
    out: &mut Vec<u8>,
    target: &MetadataTarget,
    names: impl IntoIterator<Item = &'a EntryName>,
    encoding: Encoding,
) {
    begin(out, target, encoding);
    for (index, name) in names.into_iter().enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        astring(out, name.as_str().as_bytes(), encoding);
    }
    line_end(out);
}

fn begin(out: &mut Vec<u8>, target: &MetadataTarget, encoding: Encoding) {
    plain(out, "* METADATA ");
    match target {
        MetadataTarget::Server => plain(out, "\"\""),
        MetadataTarget::Mailbox(mailbox) => mailbox_name(out, mailbox, encoding),
    }
    out.push(b' ');
}
