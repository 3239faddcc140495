//! Bodies that are nearly what an operation takes.

use postroom_admin_api::wire::Shape;
use postroom_admin_api::wire::random::Generator;
use serde_json::Value;

/// Stands in a text for a place that is to be written by hand.
const PLACE: &str = "--place--";

/// What no value of `serde_json` can say: numbers at their borders and beyond, and what is no number.
const NUMBERS: &[&str] = &[
    "1e999",
    "-1e999",
    "1e-999",
    "-0",
    "-0.0",
    "0.1",
    "1E+2",
    "1e2",
    "2147483648",
    "-2147483649",
    "9223372036854775808",
    "-9223372036854775809",
    "18446744073709551616",
    "123456789012345678901234567890",
    "253402300800",
    "1e15",
    "00",
    "01",
    "0x1",
    "1.",
    ".5",
    "-",
    "+1",
    "NaN",
    "Infinity",
    "1_000",
];

/// Texts as JSON may write them, and as it may not.
const TEXTS: &[&str] = &[
    r#""""#,
    r#""\u0000""#,
    r#""\ud800""#,
    r#""\udc00\ud800""#,
    r#""\ud83d\ude00""#,
    r#""\uFEFFname""#,
    r#""\u202egnp.exe""#,
    r#""a\u0301\u0301\u0301""#,
    r#""\u212a\u017f\u0130\ufb03""#,
    r#""\u0061lice""#,
    r#""%00""#,
    r#""' OR 1=1 --""#,
    r#""../../etc/passwd""#,
    r#""$1 %s {} \\""#,
    r#""\x41""#,
    r#""\u12""#,
    "\"a\u{1}b\"",
    "\"tab\there\"",
    "\"open",
    "'single'",
    "True",
    "undefined",
    "nul",
];

/// Whole bodies.
const BODIES: &[&[u8]] = &[
    b"",
    b" \r\n\t ",
    b"null",
    b"true",
    b"0",
    b"\"\"",
    b"[]",
    b"{}",
    b"{}{}",
    b"{},",
    b"{",
    b"}",
    b"[{}]",
    b"{\"\":{}}",
    b"{\"a\":1,}",
    b"{/**/}",
    b"\xef\xbb\xbf{}",
    b"\xff\xfe{\0}\0",
    b"\0",
    b"\xc0\xaf",
    b"{\"\xed\xa0\x80\":1}",
    b"%7B%7D",
    b"<xml/>",
];

/// A body near one that `shape` takes.
pub fn mutated(generator: &mut Generator, shape: &'static Shape) -> Vec<u8> {
    match generator.below(16) {
        0..4 => generator.mutated_body(shape),
        4 => renamed(generator, shape),
        5 => twice(generator, shape),
        6 => written(generator, shape, NUMBERS),
        7 | 8 => written(generator, shape, TEXTS),
        9 => nested(generator, shape),
        10..13 => bytes(generator, shape),
        13 => pick(generator, BODIES).to_vec(),
        14 => swapped(generator, shape),
        _ => long(generator, shape),
    }
}

fn pick<T: Copy>(generator: &mut Generator, items: &[T]) -> T {
    items[generator.below(items.len() as u64) as usize]
}

/// A member has another name.
fn renamed(generator: &mut Generator, shape: &'static Shape) -> Vec<u8> {
    let mut value = generator.valid(shape);
    if let Value::Object(members) = &mut value
        && !members.is_empty()
    {
        let at = generator.below(members.len() as u64) as usize;
        if let Some(name) = members.keys().nth(at).cloned() {
            let member = members.remove(&name).unwrap_or_default();
            let other = match generator.below(5) {
                0 => name.to_ascii_lowercase(),
                1 => format!("{name} "),
                2 => format!("\u{feff}{name}"),
                3 => name.chars().rev().collect(),
                _ => String::new(),
            };
            members.insert(other, member);
        }
    }
    value.to_string().into_bytes()
}

/// A member is there twice, first with another value.
fn twice(generator: &mut Generator, shape: &'static Shape) -> Vec<u8> {
    let (first, second) = (generator.valid(shape).to_string(), generator.mutated(shape).to_string());
    let (first, second) = (first.trim_end_matches('}'), second.trim_start_matches('{'));
    format!("{first},{second}").into_bytes()
}

/// Something in the value is replaced by one of `literals`, byte by byte.
fn written(generator: &mut Generator, shape: &'static Shape, literals: &[&str]) -> Vec<u8> {
    let mut value = generator.valid(shape);
    put(generator, &mut value, Value::from(PLACE));
    let literal = pick(generator, literals);
    value.to_string().replacen(&format!("\"{PLACE}\""), literal, 1).into_bytes()
}

/// Puts `new` in the place of a value, at any depth.
fn put(generator: &mut Generator, value: &mut Value, new: Value) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            let at = generator.below(members.len() as u64) as usize;
            members.values_mut().skip(at).take(1).for_each(|member| put(generator, member, new.clone()));
        }
        Value::Array(elements) if !elements.is_empty() && generator.below(4) != 0 => {
            let at = generator.below(elements.len() as u64) as usize;
            put(generator, &mut elements[at], new);
        }
        other => *other = new,
    }
}

/// A value is deep in others.
fn nested(generator: &mut Generator, shape: &'static Shape) -> Vec<u8> {
    let depth = pick(generator, &[1, 2, 126, 127, 128, 129, 1_000, 100_000]);
    let (open, close) = pick(generator, &[("[", "]"), ("{\"a\":", "}")]);
    let mut value = generator.valid(shape);
    put(generator, &mut value, Value::from(PLACE));
    let deep = format!("{}1{}", open.repeat(depth), close.repeat(depth));
    value.to_string().replacen(&format!("\"{PLACE}\""), &deep, 1).into_bytes()
}

/// Some bytes are changed, left out or put in.
fn bytes(generator: &mut Generator, shape: &'static Shape) -> Vec<u8> {
    let mut body = generator.valid(shape).to_string().into_bytes();
    for _ in 0..=generator.below(3) {
        change(generator, &mut body);
    }
    body
}

/// Changes bytes at one place.
pub fn change(generator: &mut Generator, bytes: &mut Vec<u8>) {
    let at = generator.below(bytes.len() as u64 + 1) as usize;
    let some = generator.bits().to_le_bytes();
    let length = generator.below(6) as usize;
    let end = (at + length).min(bytes.len());
    match generator.below(5) {
        0 => bytes.truncate(at),
        1 => bytes.splice(at..at, some[..length + 1].iter().copied()).for_each(drop),
        2 => bytes.splice(at..end, []).for_each(drop),
        3 => bytes.splice(at..end, some[..length].iter().copied()).for_each(drop),
        _ => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << (some[7] % 8);
            }
        }
    }
}

/// Two members have each other's value.
fn swapped(generator: &mut Generator, shape: &'static Shape) -> Vec<u8> {
    let mut value = generator.valid(shape);
    if let Value::Object(members) = &mut value {
        let names: Vec<String> = members.keys().cloned().collect();
        if names.len() > 1 {
            let one = generator.below(names.len() as u64) as usize;
            let other = (one + 1) % names.len();
            let kept = members[&names[one]].clone();
            members[&names[one]] = members[&names[other]].clone();
            members[&names[other]] = kept;
        }
    }
    value.to_string().into_bytes()
}

/// A text, a list or the object itself is far longer than anybody writes.
fn long(generator: &mut Generator, shape: &'static Shape) -> Vec<u8> {
    let size = pick(generator, &[257, 1_025, 5_000, 50_000]);
    let mut value = generator.valid(shape);
    let new = match generator.below(3) {
        0 => Value::from("\u{e9}".repeat(size)),
        1 => (0..size).collect(),
        _ => {
            if let Value::Object(members) = &mut value {
                members.extend((0..size).map(|number| (format!("Member{number}"), Value::Null)));
            }
            return value.to_string().into_bytes();
        }
    };
    put(generator, &mut value, new);
    value.to_string().into_bytes()
}
