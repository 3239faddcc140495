//! What every import has in common: what is there already must be the same, and dates must be possible.
//!
//! An import is repeatable without a token: its id is its key. What an importer asks for a second time has no second
//! effect; what it asks for differently is refused, so that it never writes over what an administrator has changed.

use std::fmt;

use postroom_types::Timestamp;

use crate::DirectoryError;

/// Refuses to import `what` when it is there already and one of its `members` is not as asked for: `Differs`.
///
/// Members are named by their names on the wire, and their values are not told.
pub fn must_equal(what: impl fmt::Display, members: &[(&str, bool)]) -> Result<(), DirectoryError> {
    match members.iter().find(|(_, equal)| !equal) {
        Some((member, _)) => {
            Err(DirectoryError::Differs(format!("{what} is there already, with another {member}.")))
        }
        None => Ok(()),
    }
}

/// Whether the date `there` is the one that is asked for; without one, any date is.
pub fn same_date(there: Option<Timestamp>, asked: Option<Timestamp>) -> bool {
    asked.is_none() || there == asked
}

/// As [`same_date`] for the dates of a rule: creation and modification.
pub fn same_dates(there: (Timestamp, Timestamp), asked: Option<(Timestamp, Timestamp)>) -> bool {
    asked.is_none_or(|asked| there == asked)
}

/// Refuses a date that lies in the future or before 1970: `Invalid`.
pub fn check_date(now: Timestamp, member: &str, date: Option<Timestamp>) -> Result<(), DirectoryError> {
    match date {
        Some(date) if date > now => Err(DirectoryError::Invalid(format!("{member} lies in the future."))),
        Some(date) if date < Timestamp::default() => {
            Err(DirectoryError::Invalid(format!("{member} lies before 1970.")))
        }
        _ => Ok(()),
    }
}

/// Refuses dates of creation and modification that cannot be: `Invalid`.
pub fn check_dates(now: Timestamp, dates: Option<(Timestamp, Timestamp)>) -> Result<(), DirectoryError> {
    let Some((created_at, modified_at)) = dates else { return Ok(()) };
    check_date(now, "DateCreated", Some(created_at))?;
    check_date(now, "DateModified", Some(modified_at))?;
    if modified_at < created_at {
        return Err(DirectoryError::Invalid("DateModified lies before DateCreated.".to_owned()));
    }
    Ok(())
}
