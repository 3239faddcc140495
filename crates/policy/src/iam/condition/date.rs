//! Dates in conditions: the W3C profile of ISO 8601, or seconds since 1970.
//!
//! ```text
//! date = year ["-" month ["-" day ["T" hour ":" minute [":" second ["." 1*9digit]] zone]]]
//! zone = "Z" / ("+" / "-") hour ":" minute
//! ```

use postroom_types::Timestamp;

/// The time that `text` writes. A part left out is the first there is; four digits are a year.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.len() != 4 && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().map(Timestamp::from_seconds);
    }
    let mut rest = text;
    let year = number(&mut rest, 4)?;
    let month = if skip(&mut rest, '-') { number(&mut rest, 2)? } else { 1 };
    let day = if rest.starts_with('-') && skip(&mut rest, '-') { number(&mut rest, 2)? } else { 1 };
    let days = days_since_1970(year, month, day)?;
    if rest.is_empty() {
        return Some(Timestamp::from_seconds(days * 86_400));
    }
    // A time of day stands only after a whole date.
    if text.len() - rest.len() != "2026-01-31".len() || !skip(&mut rest, 'T') {
        return None;
    }
    let (hour, minute) = hour_and_minute(&mut rest)?;
    let second = if skip(&mut rest, ':') { number(&mut rest, 2).filter(|&second| second <= 59)? } else { 0 };
    let micros = if skip(&mut rest, '.') { fraction(&mut rest)? } else { 0 };
    let offset_minutes = zone(rest)?;
    let seconds = days * 86_400 + hour * 3_600 + (minute - offset_minutes) * 60 + second;
    Some(Timestamp::from_micros(seconds * 1_000_000 + micros))
}

fn skip(rest: &mut &str, character: char) -> bool {
    let after = rest.strip_prefix(character);
    *rest = after.unwrap_or(rest);
    after.is_some()
}

/// A number of exactly `digit_count` digits.
fn number(rest: &mut &str, digit_count: usize) -> Option<i64> {
    let digits = rest.get(..digit_count).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    *rest = &rest[digit_count..];
    digits.parse().ok()
}

fn hour_and_minute(rest: &mut &str) -> Option<(i64, i64)> {
    let hour = number(rest, 2).filter(|&hour| hour <= 23)?;
    let minute = skip(rest, ':').then(|| number(rest, 2)).flatten().filter(|&minute| minute <= 59)?;
    Some((hour, minute))
}

/// One to nine digits as microseconds, rounded down.
fn fraction(rest: &mut &str) -> Option<i64> {
    let digit_count = rest.bytes().take_while(u8::is_ascii_digit).count();
    let digits = rest.get(..digit_count).filter(|digits| (1..=9).contains(&digits.len()))?;
    *rest = &rest[digit_count..];
    format!("{digits:0<6}")[..6].parse().ok()
}

/// Minutes east of UTC of a zone that ends the text.
fn zone(mut rest: &str) -> Option<i64> {
    let minutes = match rest.chars().next()? {
        'Z' => {
            rest = &rest[1..];
            0
        }
        sign @ ('+' | '-') => {
            rest = &rest[1..];
            let (hour, minute) = hour_and_minute(&mut rest)?;
            if sign == '-' { -(hour * 60 + minute) } else { hour * 60 + minute }
        }
        _ => return None,
    };
    rest.is_empty().then_some(minutes)
}

/// Days from 1970-01-01 to a date of the Gregorian calendar; `None` when there is no such date.
fn days_since_1970(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let february = if leap { 29 } else { 28 };
    let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let month_index = usize::try_from(month - 1).ok().filter(|&index| index < 12)?;
    if day < 1 || day > months[month_index] {
        return None;
    }
    // Leap days in the years from 1 to the one before `year`.
    let leap_days = |year: i64| year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let year_days = (year - 1970) * 365 + leap_days(year - 1) - leap_days(1969);
    Some(year_days + months[..month_index].iter().sum::<i64>() + day - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, micros: Option<i64>) {
        assert_eq!(parse(text).map(Timestamp::micros), micros, "{text}");
    }

    #[test]
    fn dates_and_times() {
        const SECOND: i64 = 1_000_000;
        const DAY: i64 = 86_400 * SECOND;
        check("1970", Some(0));
        check("1970-02", Some(31 * DAY));
        check("1969-12-31", Some(-DAY));
        check("2000-03-01", Some(11_017 * DAY));
        check("2100-03-01", Some(47_541 * DAY));
        check("0000-01-01", Some(-719_528 * DAY));
        check("2026-07-01T12:34:56Z", Some(1_782_909_296 * SECOND));
        check("2026-07-01T14:34:56+02:00", Some(1_782_909_296 * SECOND));
        check("2026-07-01T12:34Z", Some(1_782_909_240 * SECOND));
        check("2026-07-01T12:34:56.789012999-00:00", Some(1_782_909_296 * SECOND + 789_012));
        check("2026-07-01T12:34:56.5Z", Some(1_782_909_296 * SECOND + 500_000));
        check("1782909296", Some(1_782_909_296 * SECOND));
        check("-1", Some(-SECOND));
        for bad in [
            "",
            "-",
            "20260",
            "2026-",
            "2026-13",
            "2026-00",
            "2026-02-29",
            "2026-04-31",
            "2026-1-1",
            "2026T12:00Z",
            "2026-07-01T",
            "2026-07-01T12Z",
            "2026-07-01T12:34",
            "2026-07-01T24:00Z",
            "2026-07-01T12:60Z",
            "2026-07-01T12:34:60Z",
            "2026-07-01T12:34:56.Z",
            "2026-07-01T12:34Zx",
            "2026-07-01 12:34Z",
            "\u{e9}2026",
            "2026-07-01T12:34+2:00",
        ] {
            if bad == "20260" {
                check(bad, Some(20_260 * SECOND));
            } else {
                check(bad, None);
            }
        }
    }
}
