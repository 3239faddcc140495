//! What the model says about a value, as static data.

use postroom_types::{Choice, Constrained, Violation};

/// A shape: its name and what it may hold.
#[derive(Debug)]
pub struct Shape {
    /// The name in the model.
    pub name: &'static str,
    /// What it may hold.
    pub kind: Kind,
}

/// What a shape may hold.
#[derive(Debug)]
pub enum Kind {
    /// Named members, in the table's order.
    Structure(&'static [Member]),
    /// A list of one shape, with bounds on its length.
    List {
        /// The shape of an element.
        of: &'static Shape,
        /// Fewest elements.
        min: Option<usize>,
        /// Most elements.
        max: Option<usize>,
    },
    /// A text with bounds in characters and a pattern for the whole of it.
    Text {
        /// Fewest characters.
        min: Option<usize>,
        /// Most characters.
        max: Option<usize>,
        /// The pattern as the model prints it.
        pattern: Option<&'static str>,
        /// Whether it may never be printed.
        sensitive: bool,
        /// All rules that a text breaks.
        violations: fn(&str) -> Vec<Violation>,
    },
    /// One of a closed set of texts.
    Choice(&'static [&'static str]),
    /// A number with bounds.
    Number {
        /// Which numbers.
        number: Number,
        /// Smallest value.
        min: Option<i64>,
        /// Largest value.
        max: Option<i64>,
    },
    /// `true` or `false`.
    Boolean,
    /// Seconds since 1970-01-01T00:00:00 UTC, with milliseconds.
    Timestamp,
}

/// Which numbers a number shape holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Number {
    /// 32 bits, signed.
    Integer,
    /// 64 bits, signed.
    Long,
    /// A 64-bit float.
    Double,
}

/// A member of a structure.
#[derive(Debug)]
pub struct Member {
    /// Its name on the wire.
    pub name: &'static str,
    /// Its shape.
    pub shape: &'static Shape,
    /// Whether it must be there.
    pub required: bool,
}

impl Member {
    /// Whether SDKs fill the member when the caller does not. In the model that goes with the shape.
    pub fn is_idempotency_token(&self) -> bool {
        self.shape.name == "IdempotencyClientToken"
    }
}

impl Shape {
    /// The shape of a constrained string.
    pub const fn text<T: Constrained>() -> Self {
        Self {
            name: T::SHAPE,
            kind: Kind::Text {
                min: T::MIN,
                max: T::MAX,
                pattern: T::PATTERN,
                sensitive: T::SENSITIVE,
                violations: T::violations,
            },
        }
    }

    /// The shape of a choice.
    pub const fn choice<T: Choice>() -> Self {
        Self { name: T::SHAPE, kind: Kind::Choice(T::VALUES) }
    }

    /// The shapes that a value of this one is made of; empty for all but structures and lists.
    pub fn parts(&self) -> Vec<&'static Shape> {
        match self.kind {
            Kind::Structure(members) => members.iter().map(|member| member.shape).collect(),
            Kind::List { of, .. } => vec![of],
            _ => Vec::new(),
        }
    }
}
