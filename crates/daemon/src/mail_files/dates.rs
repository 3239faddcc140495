//! When a message came, as files say it.

use jiff::fmt::{rfc2822, strtime};
use postroom_types::Timestamp;

/// Dates of mail are lenient: a wrong day of the week is no reason to lose the rest.
const PARSER: rfc2822::DateTimeParser = rfc2822::DateTimeParser::new().relaxed_weekday(true);

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The date at the end of the topmost `Received` field, else `Date` (RFC 5322 §3.6.7).
pub(crate) fn of_headers(message: &[u8]) -> Option<Timestamp> {
    let field = |wanted: &str| {
        let mut value: Option<String> = None;
        for line in message.split(|byte| *byte == b'\n') {
            let line = String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)).into_owned();
            match &mut value {
                Some(value) if line.starts_with([' ', '\t']) => value.push_str(&line),
                Some(_) => break,
                None if line.is_empty() => break,
                None => {
                    let found = line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
                    value = found.map(|(_, rest)| rest.to_owned());
                }
            }
        }
        value
    };
    let received = field("Received").and_then(|value| parse(value.rsplit_once(';')?.1));
    received.or_else(|| parse(&field("Date")?))
}

fn parse(text: &str) -> Option<Timestamp> {
    let zoned = PARSER.parse_zoned(text.trim()).ok()?;
    Some(Timestamp::from_seconds(zoned.timestamp().as_second()))
}

/// The date of the line that begins a message in an mbox file, in UTC: `From sender Sat Nov 21 20:25:00 2026`. Some
/// programs leave the seconds out, or say a zone in front of the year or behind it; a line without such a date begins no
/// message.
pub(crate) fn of_from_line(line: &str) -> Option<Timestamp> {
    let words: Vec<&str> = line.strip_prefix("From ")?.split_ascii_whitespace().collect();
    words.windows(5).enumerate().find_map(|(at, date)| {
        let &[day_of_week, month, day, time, _] = date else { return None };
        let in_list =
            |list: &[&str], word: &str| list.iter().position(|known| known.eq_ignore_ascii_case(word));
        in_list(&DAYS, day_of_week)?;
        let month = i8::try_from(in_list(&MONTHS, month)? + 1).ok()?;
        let mut clock = time.split(':').map(|part| part.parse::<i8>().ok());
        let (hour, minute) = (clock.next()??, clock.next()??);
        let second = clock.next().unwrap_or(Some(0))?.min(59);
        let behind = &words[at + 4..words.len().min(at + 7)];
        let year =
            behind.iter().find(|word| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit()))?;
        let date = jiff::civil::Date::new(year.parse().ok()?, month, day.parse().ok()?).ok()?;
        let time = jiff::civil::Time::new(hour, minute, second, 0).ok()?;
        let at = date.to_datetime(time).to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second();
        let ahead = behind.iter().find_map(|word| seconds_ahead(word)).unwrap_or(0);
        Some(Timestamp::from_seconds(at - ahead))
    })
}

/// How far ahead of UTC a zone like `+0100` is.
fn seconds_ahead(zone: &str) -> Option<i64> {
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let number: i64 = zone.get(1..).filter(|digits| digits.len() == 4)?.parse().ok()?;
    Some(sign * (number / 100 * 3_600 + number % 100 * 60))
}

/// The line that begins a message in an mbox file.
pub(crate) fn from_line(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_second(at.seconds()).unwrap_or_default();
    format!("From MAILER-DAEMON {}", strtime::format("%a %b %e %H:%M:%S %Y", at).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read() {
        let at = Timestamp::from_seconds(1_795_292_700);
        let line = from_line(at);
        assert_eq!(of_from_line(&line), Some(at), "{line}");
        assert_eq!(of_from_line("From "), None);
        assert_eq!(of_from_line("From a b c d e f"), None);
        for line in [
            "From bob@example.com Sat Nov 21 20:25:00 2026",
            "From - Sat Nov 21 20:25:00 2026",
            "From bob  sat nov 21 21:25:00 +0100 2026",
            "From \"b o b\"@example.com Sat Nov 21 16:25:00 2026 -0400",
            "From bob Sat Nov 21 20:25 GMT 2026 remote from example",
        ] {
            assert_eq!(of_from_line(line), Some(at), "{line}");
        }
        for line in [
            "From my point of view, Sat is a day",
            "From bob Sat Nov 21 2026",
            "From bob Sat Nov 31 20:25:00 2026",
            "From bob Sat Nov 21 25:25:00 2026",
            "From bob Sat Nov 21 20:25:00 in the evening of 2026",
            "Sat Nov 21 20:25:00 2026 ",
        ] {
            assert_eq!(of_from_line(line), None, "{line}");
        }
        let message =
            b"Subject: x\r\nReceived: from a by b (c; d);\r\n\tTue, 24 Nov 2026 20:25:00 +0100 (CET)\r\n\
            Received: by z; Mon, 23 Nov 2026 00:00:00 +0000\r\nDate: Sun, 22 Nov 2026 00:00:00 +0000\r\n\r\n";
        assert_eq!(of_headers(message), Some(Timestamp::from_seconds(1_795_548_300)));
        assert_eq!(
            of_headers(b"Date: Sun, 22 Nov 2026 00:00:00 +0000\n\n"),
            Some(Timestamp::from_seconds(1_795_305_600))
        );
        assert_eq!(of_headers(b"Subject: none\n\nDate: Sun, 22 Nov 2026 00:00:00 +0000\n"), None);
    }
}
