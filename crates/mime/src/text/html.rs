//! HTML as text: what a person would read, for previews and for the full-text index. No rendering.

use mail_parser::decoders::html::add_html_token;

/// Elements whose content nobody reads.
const HIDDEN: &[&str] = &["head", "style", "script", "template", "title", "noscript"];

/// Elements that stand in a line with what is around them. Every other one separates words.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd",
    "mark", "o:p", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var",
    "wbr",
];

/// Longest entity name that is looked up (`&CounterClockwiseContourIntegral;`).
const ENTITY_BYTES_MAX: usize = 34;

/// The text of `html`: elements that make a block begin a line, entities are characters. White space is as it comes.
///
/// Takes time that grows as `html` does: every byte is looked at a bounded number of times.
pub fn to_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len() / 2);
    let mut rest = html;
    // The hidden element that we are in; its end is the only tag that counts there.
    let mut hidden: Option<&'static str> = None;
    while let Some(mark) = memchr::memchr2(b'<', b'&', rest.as_bytes()) {
        let (before, from_mark) = rest.split_at(mark);
        if hidden.is_none() {
            text.push_str(before);
        }
        rest = if from_mark.starts_with('&') {
            let (length, entity) = entity(from_mark);
            if hidden.is_none() {
                add_html_token(&mut text, &entity.as_bytes()[..length], false);
            }
            &from_mark[length..]
        } else if let Some(comment) =
            from_mark.strip_prefix("<!--").filter(|_| hidden.is_none_or(|in_it| in_it == "head"))
        {
            memchr::memmem::find(comment.as_bytes(), b"-->").map_or("", |end| &comment[end + 3..])
        } else {
            tag(from_mark, &mut text, &mut hidden)
        };
    }
    if hidden.is_none() {
        text.push_str(rest);
    }
    text
}

/// The entity at the beginning of `text`: its length, and a text that begins with it.
fn entity(text: &str) -> (usize, &str) {
    let bytes = &text.as_bytes()[..text.len().min(ENTITY_BYTES_MAX)];
    let end = bytes.iter().skip(1).position(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'#'));
    match end {
        Some(end) if bytes[end + 1] == b';' => (end + 2, text),
        _ => (1, text),
    }
}

/// Goes over the tag at the beginning of `text` and returns what follows.
fn tag<'a>(text: &'a str, out: &mut String, hidden: &mut Option<&'static str>) -> &'a str {
    let inner = &text[1..];
    let (closing, name_start) = match inner.strip_prefix('/') {
        Some(rest) => (true, rest),
        None => (false, inner),
    };
    if !name_start.starts_with(|first: char| first.is_ascii_alphabetic() || matches!(first, '!' | '?')) {
        if hidden.is_none() {
            out.push('<');
        }
        return inner;
    }
    let name_end =
        name_start.bytes().take(16).position(|byte| !(byte.is_ascii_alphanumeric() || byte == b':'));
    let name = name_start.as_bytes()[..name_end.unwrap_or(0)].to_ascii_lowercase();
    let is = |each: &&&str| each.as_bytes() == name;
    if let Some(open) = *hidden {
        // Nothing else there is a tag: scripts compare with `<`.
        let ends = closing && open.as_bytes() == name || open == "head" && name == b"body";
        if !ends {
            return inner;
        }
        *hidden = None;
    } else if !closing {
        *hidden = HIDDEN.iter().find(is).copied();
    }
    if hidden.is_none() && INLINE.iter().find(is).is_none() {
        out.push('\n');
    }
    memchr::memchr(b'>', inner.as_bytes()).map_or("", |end| &inner[end + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_read_text_and_not_marks() {
        for (html, text) in [
            ("a <b>b</b>c", "a bc"),
            ("<p>one</p><p>two</p>", "\none\n\ntwo\n"),
            ("<td>a</td><td>b</td>", "\na\n\nb\n"),
            ("<html><head><title>t</title></head><body>x</body>", "\n\n\nx\n"),
            ("<head><style>p{}</style><body>x", "\nx"),
            ("a<style>b</style>c<script>if (a<b) d</script>e", "a\nc\ne"),
            ("a<!-- <p> -- > -->b", "ab"),
            ("1 < 2 &lt; 3 &amp;&#65;&#x42; &bogus; & &", "1 < 2 < 3 &AB &bogus; & &"),
            ("a<br/>b<unclosed", "a\nb\n"),
            ("<!DOCTYPE html>x", "\nx"),
            ("a<!-- never closed", "a"),
            ("ä&uuml;", "äü"),
        ] {
            assert_eq!(to_text(html), text, "{html}");
        }
    }
}
