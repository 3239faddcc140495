//! The plain values: booleans, times, free texts, lists and optional members.

use postroom_types::{Timestamp, Violation};

use super::{Checked, Field, Kind, Object, Shape, Wire, write};

/// The model's other name for a boolean; used in tables as `Option<bool> as BOOLEAN_OBJECT`.
pub const BOOLEAN_OBJECT: &Shape = &Shape { name: "BooleanObject", kind: Kind::Boolean };

/// Characters of the model's `String`.
const STRING_CHARACTERS_MAX: usize = 256;

impl Wire for bool {
    const SHAPE: &'static Shape = &Shape { name: "Boolean", kind: Kind::Boolean };
    fn build(value: Checked<'_>) -> Option<Self> {
        value.value().as_bool()
    }
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(if *self { b"true" } else { b"false" });
    }
}

impl Wire for Timestamp {
    const SHAPE: &'static Shape = &Shape { name: "Timestamp", kind: Kind::Timestamp };
    fn build(value: Checked<'_>) -> Option<Self> {
        let micros = value.value().as_f64()? * 1e6;
        #[expect(clippy::cast_possible_truncation, reason = "`check` bounds the seconds by 1e10")]
        Some(Self::from_micros(micros.round() as i64))
    }
    fn write(&self, out: &mut Vec<u8>) {
        write::double(self.wire_seconds(), out);
    }
}

/// The model's `String`: at most 256 characters when read. Answers may be longer; SDKs do not check them.
impl Wire for String {
    const SHAPE: &'static Shape = &Shape {
        name: "String",
        kind: Kind::Text {
            min: None,
            max: Some(STRING_CHARACTERS_MAX),
            pattern: None,
            sensitive: false,
            violations: string_violations,
        },
    };
    fn build(value: Checked<'_>) -> Option<Self> {
        value.value().as_str().map(str::to_owned)
    }
    fn write(&self, out: &mut Vec<u8>) {
        write::text(self, out);
    }
}

fn string_violations(text: &str) -> Vec<Violation> {
    let long = text.len() > STRING_CHARACTERS_MAX && text.chars().count() > STRING_CHARACTERS_MAX;
    if long { vec![Violation::TooLong(STRING_CHARACTERS_MAX)] } else { Vec::new() }
}

impl<T: Wire> Field for T {
    const SHAPE: &'static Shape = T::SHAPE;
    const REQUIRED: bool = true;
    fn build(value: Option<Checked<'_>>) -> Option<Self> {
        T::build(value?)
    }
    fn write(&self, name: &'static str, object: &mut Object<'_>) {
        T::write(self, object.key(name));
    }
}

impl<T: Wire> Field for Option<T> {
    const SHAPE: &'static Shape = T::SHAPE;
    const REQUIRED: bool = false;
    fn build(value: Option<Checked<'_>>) -> Option<Self> {
        match value {
            None => Some(None),
            Some(value) => T::build(value).map(Some),
        }
    }
    fn write(&self, name: &'static str, object: &mut Object<'_>) {
        if let Some(value) = self {
            T::write(value, object.key(name));
        }
    }
}

/// The elements of a checked list, for the `list!` table.
#[doc(hidden)]
pub fn build_list<T: Wire>(value: Checked<'_>) -> Option<Vec<T>> {
    value.elements()?.map(T::build).collect()
}

/// Appends a list, for the `list!` table.
#[doc(hidden)]
pub fn write_list<T: Wire>(elements: &[T], out: &mut Vec<u8>) {
    out.push(b'[');
    for (index, element) in elements.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        element.write(out);
    }
    out.push(b']');
}
