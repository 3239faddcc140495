//! IMAP's BODY and BODYSTRUCTURE. Spec: RFC 9051 §7.5.2 and §9 (`body`).

use super::{Content, Disposition, Parameter, Part, Structure};
use crate::imap::{push_nstring, push_string};

/// What is still to be written: a part with all that is in it, or what stands behind what is in it.
enum Step {
    Open(usize),
    Close(usize),
}

/// See [`Structure::body`]. Does not recurse.
pub fn body(structure: &Structure, extensible: bool) -> Vec<u8> {
    let mut out = Vec::new();
    let mut steps = vec![Step::Open(0)];
    while let Some(step) = steps.pop() {
        match step {
            Step::Open(index) => {
                let part = &structure.parts[index];
                out.push(b'(');
                match &part.content {
                    Content::Multipart => {}
                    Content::Message { envelope, .. } => {
                        push_basic(&mut out, part);
                        out.push(b' ');
                        out.extend_from_slice(envelope);
                        out.push(b' ');
                    }
                    Content::Text { .. } | Content::Other => push_basic(&mut out, part),
                }
                steps.push(Step::Close(index));
                let start = steps.len();
                steps.extend(structure.children(index).map(Step::Open));
                steps[start..].reverse();
            }
            Step::Close(index) => {
                push_end(&mut out, &structure.parts[index], extensible);
                out.push(b')');
            }
        }
    }
    out
}

/// `media SP body-fields`.
fn push_basic(out: &mut Vec<u8>, part: &Part) {
    push_string(out, part.media_type.as_bytes());
    out.push(b' ');
    push_string(out, part.subtype.as_bytes());
    out.push(b' ');
    push_parameters(out, &part.parameters);
    for text in [&part.id, &part.description] {
        out.push(b' ');
        push_nstring(out, text.as_deref());
    }
    out.push(b' ');
    push_string(out, part.encoding.as_bytes());
    out.extend_from_slice(format!(" {}", part.end - part.body_start).as_bytes());
}

/// What follows `body-fields` or the parts of a multipart: lines or the subtype, then the extension data.
fn push_end(out: &mut Vec<u8>, part: &Part, extensible: bool) {
    match &part.content {
        Content::Text { lines } | Content::Message { lines, .. } => {
            out.extend_from_slice(format!(" {lines}").as_bytes());
        }
        Content::Multipart => {
            out.push(b' ');
            push_string(out, part.subtype.as_bytes());
        }
        Content::Other => {}
    }
    if extensible {
        out.push(b' ');
        match part.content {
            Content::Multipart => push_parameters(out, &part.parameters),
            _ => push_nstring(out, part.md5.as_deref()),
        }
        out.push(b' ');
        push_disposition(out, part.disposition.as_ref());
        out.push(b' ');
        push_languages(out, &part.language);
        out.push(b' ');
        push_nstring(out, part.location.as_deref());
    }
}

/// `"(" string SP string *(SP string SP string) ")" / nil`.
fn push_parameters(out: &mut Vec<u8>, parameters: &[Parameter]) {
    if parameters.is_empty() {
        out.extend_from_slice(b"NIL");
        return;
    }
    for (index, parameter) in parameters.iter().enumerate() {
        out.push(if index == 0 { b'(' } else { b' ' });
        push_string(out, parameter.name.as_bytes());
        out.push(b' ');
        push_string(out, &parameter.value);
    }
    out.push(b')');
}

/// `"(" string SP body-fld-param ")" / nil`.
fn push_disposition(out: &mut Vec<u8>, disposition: Option<&Disposition>) {
    match disposition {
        Some(disposition) => {
            out.push(b'(');
            push_string(out, disposition.kind.as_bytes());
            out.push(b' ');
            push_parameters(out, &disposition.parameters);
            out.push(b')');
        }
        None => out.extend_from_slice(b"NIL"),
    }
}

/// `nstring / "(" string *(SP string) ")"`.
fn push_languages(out: &mut Vec<u8>, languages: &[String]) {
    match languages {
        [] => out.extend_from_slice(b"NIL"),
        [one] => push_string(out, one.as_bytes()),
        [first, rest @ ..] => {
            out.push(b'(');
            push_string(out, first.as_bytes());
            for language in rest {
                out.push(b' ');
                push_string(out, language.as_bytes());
            }
            out.push(b')');
        }
    }
}
