//! Times as people and programs read them.

use postroom_types::Timestamp;

/// RFC 3339 in UTC, whole seconds.
pub(crate) fn text(time: Timestamp) -> String {
    jiff::Timestamp::from_second(time.seconds()).unwrap_or_default().to_string()
}
