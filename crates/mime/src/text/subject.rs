//! The subject without what replies and forwards add to it. Spec: RFC 5256 §2.1.

use crate::limits;

/// The base subject of a decoded subject. Its case is kept; comparing is up to the caller.
pub fn base(subject: &str) -> String {
    read(subject).0
}

/// The base subject, and whether the subject is one of a reply or a forward.
///
/// The steps are numbered as in RFC 5256 §2.1.
pub fn read(subject: &str) -> (String, bool) {
    // Step 1: white space becomes one space. The limit keeps the steps below, which repeat, cheap.
    let end = subject.floor_char_boundary(limits::FIELD_BYTES_MAX);
    let collapsed: Vec<&str> =
        subject[..end].split([' ', '\t', '\r', '\n']).filter(|word| !word.is_empty()).collect();
    let collapsed = collapsed.join(" ");
    let (mut text, mut is_reply) = (collapsed.as_str(), false);
    loop {
        let before = text.trim_end_matches(' ');
        text = without_trailers(text);
        is_reply |= text.len() < before.len();
        let (base, led) = without_leaders(text);
        text = base;
        is_reply |= led;
        // Step 6: `[fwd: … ]` around all of it.
        match strip_prefix(text, "[fwd:").and_then(|inner| inner.strip_suffix(']')) {
            Some(inner) => (text, is_reply) = (inner, true),
            None => return (text.to_owned(), is_reply),
        }
    }
}

/// Step 2: `subj-trailer = "(fwd)" / WSP`, as often as it is there.
fn without_trailers(mut text: &str) -> &str {
    loop {
        text = text.trim_end_matches(' ');
        match text.len().checked_sub(5).and_then(|start| text.get(start..)) {
            Some(end) if end.eq_ignore_ascii_case("(fwd)") => text = &text[..text.len() - 5],
            _ => return text,
        }
    }
}

/// Steps 3 to 5: `subj-leader = (*subj-blob subj-refwd) / WSP` and, where something is left behind it, `subj-blob`, as
/// often as they are there.
///
/// A row of blobs is gone through once: a leader that begins anywhere in it ends behind the same `subj-refwd`. Answers
/// also whether there was such a leader.
fn without_leaders(mut text: &str) -> (&str, bool) {
    let mut is_reply = false;
    loop {
        text = text.trim_start_matches(' ');
        let (mut last_blob, mut behind) = (text, text);
        while let Some(rest) = after_blob(behind) {
            (last_blob, behind) = (behind, rest);
        }
        match after_refwd(behind) {
            Some(rest) => (text, is_reply) = (rest, true),
            None if behind.is_empty() => return (last_blob, is_reply),
            None => return (behind, is_reply),
        }
    }
}

/// `subj-refwd = ("re" / ("fw" ["d"])) *WSP [subj-blob] ":"`.
fn after_refwd(text: &str) -> Option<&str> {
    let rest = ["re", "fwd", "fw"].iter().find_map(|prefix| strip_prefix(text, prefix))?;
    let rest = rest.trim_start_matches(' ');
    after_blob(rest).unwrap_or(rest).strip_prefix(':')
}

/// `subj-blob = "[" *BLOBCHAR "]" *WSP`.
fn after_blob(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('[')?;
    let end = inner.find(['[', ']'])?;
    Some(inner[end..].strip_prefix(']')?.trim_start_matches(' '))
}

fn strip_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_replies_and_forwards_add_goes() {
        for (subject, expected) in [
            ("", ""),
            ("Hello", "Hello"),
            ("Re: Hello", "Hello"),
            ("RE : re[2]: Fw: FWD: Hello  \t World", "Hello World"),
            ("Hello (fwd) (FWD) ", "Hello"),
            ("[list] Re: [list] Hello", "Hello"),
            ("[only blob]", "[only blob]"),
            ("Re: [only blob]", "[only blob]"),
            ("[fwd: Hello]", "Hello"),
            ("[Fwd: Re: [a] Hello (fwd)] (fwd)", "Hello"),
            ("Regarding", "Regarding"),
            ("Re Hello", "Re Hello"),
            ("[a [b] c", "[a [b] c"),
            ("Re:", ""),
            ("é", "é"),
        ] {
            assert_eq!(base(subject), expected, "{subject}");
        }
    }

    #[test]
    fn replies_and_forwards_are_told_from_others() {
        for (subject, expected) in [
            ("Hello", false),
            ("[list] Hello ", false),
            ("Re: Hello", true),
            ("[list] Fw: Hello", true),
            ("Hello (fwd)", true),
            ("[fwd: Hello]", true),
            ("Regarding", false),
        ] {
            assert_eq!(read(subject).1, expected, "{subject}");
        }
    }

    #[test]
    fn a_long_row_of_blobs_is_cheap() {
        assert_eq!(base(&format!("{}x", "[a]".repeat(100_000))).len(), 2);
    }
}
