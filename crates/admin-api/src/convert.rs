//! Values of the capabilities as members of an answer.

use postroom_types::{Constrained, EntityId, WorkMailIdentifier};

/// A text that was checked when it came in.
pub(crate) fn text<T: Constrained>(text: String) -> T {
    T::from_store(text)
}

/// An entity's id.
pub(crate) fn identifier(id: &EntityId) -> WorkMailIdentifier {
    WorkMailIdentifier::from_store(id.as_str().to_owned())
}
