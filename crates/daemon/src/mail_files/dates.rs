//! When a message came, as files say it.

use jiff::fmt::{rfc2822, strtime};
use postroom_types::Timestamp;

/// Dates of mail are lenient: a wrong day of the week is no reason to lose the rest.
const PARSER: rfc2822::DateTimeParser = rfc2822::DateTimeParser::new().relaxed_weekday(true);

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

/// The date of the line that begins a message in an mbox file, in UTC: `From sender Sat Nov 21 20:25:00 2026`.
pub(crate) fn of_from_line(line: &str) -> Option<Timestamp> {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let date = words.get(words.len().checked_sub(5)?..)?.join(" ");
    let broken = strtime::parse("%a %b %d %H:%M:%S %Y", date).ok()?;
    let seconds = broken.to_datetime().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second();
    Some(Timestamp::from_seconds(seconds))
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
