//! AWS JSON 1.1 on the wire: shapes as tables, reading with every violation reported, writing, faults, the model.
//!
//! A shape is one line of a table (`structure!`, `list!`, `number!`; the constrained strings and choices are
//! tables of `postroom-types`). The line makes the Rust type *and* its static [`Shape`]. Everything that is the same
//! for all shapes (checking, wording, random values, the printed service model) walks the static shape, once, without
//! generics; only building and writing a value is code per type.
//!
//! Reading is two steps: [`decode`] checks the JSON against the shape and collects every violation, then builds the
//! value from what was checked. A value that exists is therefore valid, and handlers never check shapes again.
//!
//! This module knows neither sockets nor stores.

mod check;
mod fault;
pub mod limits;
mod model;
pub(crate) mod numbers;
mod operation;
#[doc(hidden)]
pub mod random;
mod redact;
mod report;
mod shape;
pub(crate) mod values;
pub(crate) mod write;

#[macro_use]
mod tables;

use serde_json_borrow::{ObjectAsVec, Value};

pub use check::Checked;
pub use fault::{ErrorName, Fault};
pub use model::{Service, service_model};
#[doc(hidden)]
pub use operation::echo;
pub use operation::{Operation, OperationShape};
pub use redact::redacted;
pub use shape::{Kind, Member, Number, Shape};
pub use values::BOOLEAN_OBJECT;
pub use write::Object;

/// A value of the model: it can be read from and written to the wire.
pub trait Wire: Sized {
    /// What the model says about it.
    const SHAPE: &'static Shape;
    /// The value of JSON that has been checked against [`Wire::SHAPE`].
    ///
    /// `None` only where `check` and this disagree, which is a bug; [`decode`] answers it as one.
    fn build(value: Checked<'_>) -> Option<Self>;
    /// Appends the value as JSON.
    fn write(&self, out: &mut Vec<u8>);
}

/// A member of a structure: a [`Wire`] value (required) or an `Option` of one.
pub trait Field: Sized {
    /// The shape of the value.
    const SHAPE: &'static Shape;
    /// Whether the member must be there.
    const REQUIRED: bool;
    /// The member's value; `value` is `None` where it is absent or null.
    fn build(value: Option<Checked<'_>>) -> Option<Self>;
    /// Appends the member to `object`, unless it is absent.
    fn write(&self, name: &'static str, object: &mut Object<'_>);
}

/// Reads the body of a request.
///
/// Unknown members are ignored, null counts as absent, the last of duplicate keys wins.
///
/// `SerializationException`: not JSON, or JSON of another type than the shape's. `ValidationException`: one or more
/// constraints broken; the message names them all, up to the caps in [`limits`].
pub fn decode<T: Wire>(body: &[u8]) -> Result<T, Fault> {
    from_value(&parse(body)?)
}

/// The JSON of a body; an empty one stands for `{}`. `SerializationException`: not JSON.
pub fn parse(body: &[u8]) -> Result<Value<'_>, Fault> {
    // RFC 8259 §2: no other white space than this.
    if body.iter().all(|byte| b" \t\r\n".contains(byte)) {
        return Ok(Value::Object(ObjectAsVec::default()));
    }
    serde_json::from_slice(body)
        .map_err(|_| Fault::new(ErrorName::SerializationException, "The request body is not valid JSON."))
}

/// The member `name` of an object; the last of several.
pub(crate) fn member<'a>(object: &'a ObjectAsVec<'a>, name: &str) -> Option<&'a Value<'a>> {
    object.iter().filter(|(other, _)| *other == name).last().map(|(_, value)| value)
}

/// Reads a value from JSON that is already parsed; see [`decode`].
pub fn from_value<T: Wire>(value: &Value<'_>) -> Result<T, Fault> {
    let checked = check::check(T::SHAPE, value)?;
    T::build(checked).ok_or_else(|| {
        tracing::error!(shape = T::SHAPE.name, "checked JSON could not be built");
        Fault::internal()
    })
}

/// The body of an answer: JSON, or nothing at all when the structure has no members (WB §0.1).
pub fn encode<T: Wire>(value: &T) -> Vec<u8> {
    let mut out = Vec::new();
    if !matches!(T::SHAPE.kind, Kind::Structure([])) {
        out.reserve(512);
        value.write(&mut out);
    }
    out
}
