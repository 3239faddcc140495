//! Dates and times.

use super::cursor::{Cursor, Parsed};
use crate::{Date, DateTime};

/// `date = date-text / DQUOTE date-text DQUOTE`
pub(super) fn date(cursor: &mut Cursor<'_>) -> Parsed<Date> {
    let quoted = cursor.eat(b'"');
    let date = date_text(cursor)?;
    if quoted {
        cursor.byte(b'"', "a closing quote")?;
    }
    Ok(date)
}

/// `1*2DIGIT "-" date-month "-" 4DIGIT`
fn date_text(cursor: &mut Cursor<'_>) -> Parsed<Date> {
    const EXPECTED: &str = "a date such as 1-Feb-1994";
    let day = digits(cursor, 1..=2, EXPECTED)?;
    cursor.byte(b'-', EXPECTED)?;
    let month = cursor.characters(|byte| byte.is_ascii_alphabetic(), EXPECTED)?;
    let month = cursor.require(Date::month_of_name(month.as_bytes()), EXPECTED)?;
    cursor.byte(b'-', EXPECTED)?;
    let year = digits(cursor, 4..=4, EXPECTED)?;
    let day = u8::try_from(day).ok();
    cursor.require(day.and_then(|day| Date::new(year, month, day)), "a day that exists")
}

/// ```text
/// DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE
/// ```
///
/// A day of one digit is also taken without its space.
pub(super) fn date_time(cursor: &mut Cursor<'_>) -> Parsed<DateTime> {
    const EXPECTED: &str = "a time such as \" 1-Feb-1994 21:52:25 -0800\"";
    cursor.byte(b'"', EXPECTED)?;
    cursor.eat(b' ');
    let date = date_text(cursor)?;
    cursor.byte(b' ', EXPECTED)?;
    let hour = two_digits(cursor, EXPECTED)?;
    cursor.byte(b':', EXPECTED)?;
    let minute = two_digits(cursor, EXPECTED)?;
    cursor.byte(b':', EXPECTED)?;
    let second = two_digits(cursor, EXPECTED)?;
    cursor.byte(b' ', EXPECTED)?;
    let west = cursor.eat(b'-');
    if !west {
        cursor.byte(b'+', EXPECTED)?;
    }
    // `hhmm`
    let zone = digits(cursor, 4..=4, EXPECTED)?;
    cursor.byte(b'"', EXPECTED)?;
    let minutes = i16::try_from(zone / 100 * 60 + zone % 100).ok().filter(|_| zone % 100 < 60);
    let minutes = cursor.require(minutes, "a zone such as -0800")?;
    let time = DateTime::new(date, hour, minute, second, if west { -minutes } else { minutes });
    cursor.require(time, "a time that exists")
}

fn two_digits(cursor: &mut Cursor<'_>, expected: &'static str) -> Parsed<u8> {
    let number = digits(cursor, 2..=2, expected)?;
    cursor.require(u8::try_from(number).ok(), expected)
}

fn digits(
    cursor: &mut Cursor<'_>,
    count: std::ops::RangeInclusive<usize>,
    expected: &'static str,
) -> Parsed<u16> {
    let digits = cursor.characters(|byte| byte.is_ascii_digit(), expected)?;
    let number = digits.parse().ok().filter(|_| count.contains(&digits.len()));
    cursor.require(number, expected)
}
