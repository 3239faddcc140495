//! `Content-Type` and `Content-Disposition`: a value and its parameters. Spec: RFC 2045 §5.1, RFC 2183, RFC 2231.

use crate::decode::hex;
use crate::limits;
use crate::lines::{is_space, trim};
use crate::text::{charset, words};

/// A parameter as it stands in the message, without its quotes. The name may end in RFC 2231's `*`, `*0`, `*0*` …
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Never empty.
    pub name: String,
    /// Any bytes but NUL, CR and LF.
    pub value: Vec<u8>,
}

/// Splits an unfolded field at its first `;` into the value and its parameters.
pub fn split(field: &[u8]) -> (Vec<u8>, Vec<Parameter>) {
    let (value, mut rest) = value(field);
    let mut parameters = Vec::new();
    // As many tries as could be parameters, so that a row of `;` ends soon.
    for _ in 0..limits::PARAMETERS_MAX {
        rest = skip(rest);
        let Some(after) = rest.strip_prefix(b";") else { break };
        rest = skip(after);
        let end = rest.iter().position(|byte| matches!(byte, b'=' | b';')).unwrap_or(rest.len());
        let name = token(&rest[..end]);
        rest = &rest[end..];
        let Some(after) = rest.strip_prefix(b"=") else { continue };
        let (text, after) = self::value(after);
        rest = after;
        if let Some(name) = name
            && text.len() <= limits::PARAMETER_BYTES_MAX
        {
            parameters.push(Parameter { name, value: text });
        }
    }
    (value, parameters)
}

/// `text` as a token: without comments and spaces around it, not empty, not over the limit, ASCII without controls.
pub fn token(text: &[u8]) -> Option<String> {
    let text = trim(text);
    let text = text.split(|byte| *byte == b'(').next().map(trim)?;
    let fits = !text.is_empty()
        && text.len() <= limits::TOKEN_BYTES_MAX
        && text.iter().all(|b| matches!(b, 32..=126));
    fits.then(|| String::from_utf8_lossy(text).into_owned())
}

/// Skips spaces and comments.
fn skip(mut text: &[u8]) -> &[u8] {
    loop {
        match text.first() {
            Some(byte) if is_space(*byte) => text = &text[1..],
            Some(b'(') => {
                text = memchr::memchr(b')', text).map_or(&[], |end| &text[end + 1..]);
            }
            _ => return text,
        }
    }
}

/// A quoted string, or what stands before the next `;` without a comment at its end; and what follows.
fn value(text: &[u8]) -> (Vec<u8>, &[u8]) {
    let text = skip(text);
    if let Some(quoted) = text.strip_prefix(b"\"") {
        let mut value = Vec::new();
        let mut bytes = quoted.iter().enumerate();
        while let Some((index, &byte)) = bytes.next() {
            match byte {
                // What stands between the closing quote and the next `;` says nothing.
                b'"' => {
                    let rest = &quoted[index + 1..];
                    return (value, memchr::memchr(b';', rest).map_or(&[], |next| &rest[next..]));
                }
                b'\\' => value.extend(bytes.next().map(|(_, byte)| *byte)),
                _ => value.push(byte),
            }
        }
        return (value, &[]);
    }
    let end = memchr::memchr(b';', text).unwrap_or(text.len());
    let comment = memchr::memmem::find(&text[..end], b" (").unwrap_or(end);
    (trim(&text[..comment]).to_vec(), &text[end..])
}

/// The value of the parameter `name`: whole, with a charset, or put together from its pieces. RFC 2231 §3, §4.
pub fn decoded(parameters: &[Parameter], name: &str) -> Option<String> {
    let (mut bytes, mut charset, mut found) = (Vec::new(), None, false);
    for number in 0..=limits::PARAMETERS_MAX {
        let piece = |star: &str| find(parameters, &format!("{name}*{number}{star}"));
        if let Some(value) = piece("*") {
            let text = if number == 0 { without_charset(value, &mut charset) } else { value };
            unescape(text, &mut bytes);
        } else if let Some(value) = piece("") {
            bytes.extend_from_slice(value);
        } else {
            break;
        }
        found = true;
    }
    if !found && let Some(value) = find(parameters, &format!("{name}*")) {
        let text = without_charset(value, &mut charset);
        unescape(text, &mut bytes);
        found = true;
    }
    if found {
        return Some(charset::decode(&bytes, charset));
    }
    find(parameters, name).map(words::decode)
}

fn find<'a>(parameters: &'a [Parameter], name: &str) -> Option<&'a [u8]> {
    let found = parameters.iter().find(|parameter| parameter.name.eq_ignore_ascii_case(name))?;
    Some(&found.value)
}

/// `charset'language'text`.
fn without_charset<'a>(value: &'a [u8], charset: &mut Option<&'a [u8]>) -> &'a [u8] {
    let mut pieces = value.splitn(3, |byte| *byte == b'\'');
    match (pieces.next(), pieces.next(), pieces.next()) {
        (Some(named), Some(_), Some(text)) => {
            *charset = Some(named);
            text
        }
        _ => value,
    }
}

/// `%` and two digits.
fn unescape(text: &[u8], out: &mut Vec<u8>) {
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match rest {
            [high, low, ..] if byte == b'%' && high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                out.push(hex(*high) << 4 | hex(*low));
                rest = &rest[2..];
            }
            _ => out.push(byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(field: &str) -> Vec<(String, String)> {
        let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        split(field.as_bytes()).1.into_iter().map(|each| (each.name, text(&each.value))).collect()
    }

    fn check(field: &str, expected: &[(&str, &str)]) {
        let expected: Vec<_> = expected.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        assert_eq!(parameters(field), expected, "{field}");
    }

    #[test]
    fn parameters_are_read_as_people_write_them() {
        check("text/plain; charset=us-ascii (Plain text)", &[("charset", "us-ascii")]);
        check("text/plain; charset=\"us-ascii\"; a=b", &[("charset", "us-ascii"), ("a", "b")]);
        check("a/b; name=\"x \\\"y\\\" ; z\" junk; c=d", &[("name", "x \"y\" ; z"), ("c", "d")]);
        check("a/b; name=my file.txt ;; ; x; =y; z = 1 ;", &[("name", "my file.txt"), ("z", "1")]);
        check("a/b; (comment) name=(other) x", &[("name", "x")]);
        check("a/b; name=\"open", &[("name", "open")]);
        check("a/b", &[]);
    }

    #[test]
    fn a_row_of_semicolons_is_cheap_and_parameters_are_bounded() {
        assert_eq!(parameters(&format!("a/b{}", "; x=1".repeat(10_000))).len(), limits::PARAMETERS_MAX);
    }

    #[test]
    fn the_examples_of_rfc_2231() {
        let field = b"application/x-stuff; title*0*=us-ascii'en'This%20is%20even%20more%20; \
                      title*1*=%2A%2A%2Afun%2A%2A%2A%20; title*2=\"isn't it!\"";
        let title = decoded(&split(field).1, "title");
        assert_eq!(title.as_deref(), Some("This is even more ***fun*** isn't it!"));
        let one = split(b"application/x-stuff; title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A").1;
        assert_eq!(decoded(&one, "TITLE").as_deref(), Some("This is ***fun***"));
        let url =
            split(b"message/external-body; access-type=URL; URL*0=\"ftp://\"; URL*1=\"cs.utk.edu/x\"").1;
        assert_eq!(decoded(&url, "url").as_deref(), Some("ftp://cs.utk.edu/x"));
        let word = split(b"a/b; name=\"=?utf-8?q?=C3=BC?=.txt\"").1;
        assert_eq!(decoded(&word, "name").as_deref(), Some("ü.txt"));
    }
}
