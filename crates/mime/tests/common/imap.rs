//! Reads IMAP's parenthesised lists, strictly, and says whether they are what the grammar of RFC 9051 §9 allows.

/// A value of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Nil,
    Number(u64),
    Text(Vec<u8>),
    List(Vec<Value>),
}

impl Value {
    pub fn list(&self) -> &[Value] {
        match self {
            Value::List(values) => values,
            other => unreachable!("no list: {other:?}"),
        }
    }

    pub fn text(&self) -> &[u8] {
        match self {
            Value::Text(text) => text,
            other => unreachable!("no string: {other:?}"),
        }
    }

    pub fn number(&self) -> u64 {
        match self {
            Value::Number(number) => *number,
            other => unreachable!("no number: {other:?}"),
        }
    }

    fn is_nstring(&self) -> bool {
        matches!(self, Value::Nil | Value::Text(_))
    }
}

/// Reads one list, which must be all of `bytes`.
pub fn parse(bytes: &[u8]) -> Value {
    let mut open: Vec<Vec<Value>> = vec![Vec::new()];
    let mut at = 0;
    let mut may_follow = true;
    while at < bytes.len() {
        match bytes[at] {
            b'(' => {
                open.push(Vec::new());
                at += 1;
                may_follow = true;
                continue;
            }
            b')' => {
                let list = open.pop().expect("a list is open");
                assert!(!list.is_empty(), "an empty list at {at}");
                open.last_mut().expect("as many ( as )").push(Value::List(list));
                at += 1;
            }
            b' ' => {
                assert!(!may_follow, "a space too many at {at}");
                at += 1;
                assert!(!matches!(bytes.get(at), Some(b' ' | b')') | None), "a space too many at {at}");
                may_follow = true;
                continue;
            }
            _ => {
                assert!(may_follow, "a space is missing at {at}");
                let value = atom_or_string(bytes, &mut at);
                open.last_mut().expect("a list is open").push(value);
            }
        }
        may_follow = false;
    }
    assert_eq!(open.len(), 1, "a list is not closed");
    let mut values = open.remove(0);
    assert_eq!(values.len(), 1, "one list");
    values.remove(0)
}

fn atom_or_string(bytes: &[u8], at: &mut usize) -> Value {
    let rest = &bytes[*at..];
    match rest[0] {
        b'"' => {
            let mut text = Vec::new();
            let mut index = 1;
            while rest[index] != b'"' {
                if rest[index] == b'\\' {
                    index += 1;
                    assert!(matches!(rest[index], b'"' | b'\\'), "an escape that is none");
                }
                assert!(matches!(rest[index], 1..=127) && !b"\r\n".contains(&rest[index]), "not in quotes");
                text.push(rest[index]);
                index += 1;
            }
            *at += index + 1;
            Value::Text(text)
        }
        b'{' => {
            let close = rest.iter().position(|byte| *byte == b'}').expect("a literal's length ends");
            let length: usize =
                std::str::from_utf8(&rest[1..close]).expect("digits").parse().expect("a length");
            assert_eq!(&rest[close + 1..close + 3], b"\r\n");
            let text = rest[close + 3..close + 3 + length].to_vec();
            assert!(!text.contains(&0), "NUL in a literal");
            *at += close + 3 + length;
            Value::Text(text)
        }
        _ => {
            let end = rest.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(rest.len());
            *at += end.max(1);
            match &rest[..end] {
                b"NIL" => Value::Nil,
                digits => Value::Number(
                    std::str::from_utf8(digits).expect("ASCII").parse().expect("a number or NIL"),
                ),
            }
        }
    }
}

/// `envelope`.
pub fn check_envelope(value: &Value) {
    let fields = value.list();
    assert_eq!(fields.len(), 10, "{fields:?}");
    for (index, field) in fields.iter().enumerate() {
        if !(2..8).contains(&index) {
            assert!(field.is_nstring(), "{field:?}");
        } else if *field != Value::Nil {
            check_addresses(field.list());
        }
    }
}

/// `1*address`, with group marks in pairs.
fn check_addresses(addresses: &[Value]) {
    let mut in_group = false;
    for address in addresses {
        let fields = address.list();
        assert!(fields.len() == 4 && fields.iter().all(Value::is_nstring), "{fields:?}");
        if fields[3] == Value::Nil {
            assert_ne!(in_group, fields[2] != Value::Nil, "groups begin and end in turn");
            in_group = !in_group;
        }
    }
    assert!(!in_group, "a group is not over");
}

/// `body`. Returns how many parts it has.
pub fn check_body(value: &Value, extensible: bool) -> usize {
    let fields = value.list();
    let children = fields.iter().take_while(|field| matches!(field, Value::List(_))).count();
    if children > 0 {
        let parts: usize = fields[..children].iter().map(|child| check_body(child, extensible)).sum();
        assert!(!fields[children].text().is_empty());
        let rest = &fields[children + 1..];
        if extensible {
            check_parameters(&rest[0]);
        }
        check_end(rest, extensible);
        return parts + 1;
    }
    assert!(fields[..2].iter().all(|field| !field.text().is_empty()), "{fields:?}");
    check_parameters(&fields[2]);
    assert!(fields[3].is_nstring() && fields[4].is_nstring());
    assert!(!fields[5].text().is_empty());
    fields[6].number();
    let kind = String::from_utf8_lossy(fields[0].text()).to_ascii_lowercase();
    let subtype = String::from_utf8_lossy(fields[1].text()).to_ascii_lowercase();
    match kind.as_str() {
        "message" if subtype == "rfc822" || subtype == "global" => {
            check_envelope(&fields[7]);
            fields[9].number();
            check_end(&fields[10..], extensible);
            1 + check_body(&fields[8], extensible)
        }
        "text" => {
            fields[7].number();
            check_end(&fields[8..], extensible);
            1
        }
        _ => {
            check_end(&fields[7..], extensible);
            1
        }
    }
}

/// The four fields of extension data; the first one is checked by the caller where it is no string.
fn check_end(rest: &[Value], extensible: bool) {
    assert_eq!(rest.len(), if extensible { 4 } else { 0 }, "{rest:?}");
    if extensible {
        if rest[1] != Value::Nil {
            assert!(rest[1].list().len() == 2 && !rest[1].list()[0].text().is_empty());
            check_parameters(&rest[1].list()[1]);
        }
        assert!(rest[2].is_nstring() || rest[2].list().iter().all(|each| matches!(each, Value::Text(_))));
        assert!(rest[3].is_nstring());
    }
}

fn check_parameters(value: &Value) {
    if *value != Value::Nil {
        let words = value.list();
        assert!(words.len().is_multiple_of(2) && words.iter().all(|word| matches!(word, Value::Text(_))));
    }
}
