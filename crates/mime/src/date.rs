//! The `Date` field. The forms that programs write are mail-parser's knowledge. Spec: RFC 5322 §3.3 and §4.3.

use mail_parser::{DateTime, HeaderValue, parsers::MessageStream};
use postroom_types::Timestamp;

/// A day as the sender's clock showed it, without a zone. RFC 9051 §6.4.4: `SENTBEFORE` and its like compare it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SentDate {
    /// 1900 to 3000.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

/// When the message says it was sent, and the day; `None` when that is no date.
pub fn read(value: &[u8]) -> Option<(Timestamp, SentDate)> {
    // The reader stops at a line end.
    let mut line = with_seconds(&value[..value.len().min(200)]);
    line.push(b'\n');
    let HeaderValue::DateTime(date) = MessageStream::new(&line).parse_date() else { return None };
    // RFC 5322 §4.3: a year of three digits counts from 1900, as programs wrote it in 2000.
    let date =
        if (100..1000).contains(&date.year) { DateTime { year: date.year + 1900, ..date } } else { date };
    // A leap second is the second before it; a zone that is none is UTC (RFC 5322 §4.3).
    let date = DateTime { second: date.second.min(59), ..date };
    let date = if date.tz_hour > 23 || date.tz_minute > 59 {
        DateTime { tz_hour: 0, tz_minute: 0, ..date }
    } else {
        date
    };
    if !date.is_valid() || date.day > days_in(date.year, date.month) {
        return None;
    }
    let day = SentDate { year: date.year, month: date.month, day: date.day };
    Some((Timestamp::from_seconds(date.to_timestamp()), day))
}

/// `value` with seconds, which may be left out (RFC 5322 §3.3): without them the reader takes no zone that is a name.
fn with_seconds(value: &[u8]) -> Vec<u8> {
    let minutes = value.iter().position(|byte| *byte == b':').map(|colon| colon + 1..colon + 3);
    let found = minutes.filter(|at| {
        let digits = value.get(at.clone()).is_some_and(|two| two.iter().all(u8::is_ascii_digit));
        digits && value.get(at.end).is_none_or(|next| !next.is_ascii_digit() && *next != b':')
    });
    let (minutes, zone) = value.split_at(found.as_ref().map_or(value.len(), |at| at.end));
    [minutes, if found.is_some() { b":00" } else { b"" }, zone].concat()
}

fn days_in(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read() {
        for (text, seconds, day) in [
            ("Fri, 21 Nov 1997 09:55:06 -0600", 880_127_706, (1997, 11, 21)),
            ("21 Nov 97 09:55:06 GMT", 880_106_106, (1997, 11, 21)),
            ("Wed, 01 Mar 100 10:00:00 GMT", 951_904_800, (2000, 3, 1)),
            ("Thu, 13 Feb 1969 23:32 -0330", -27_723_480, (1969, 2, 13)),
            ("1 Jan 99 00:00 EST", 915_166_800, (1999, 1, 1)),
            ("Fri, 1 Jan 1999 5:07 (early) GMT", 915_167_220, (1999, 1, 1)),
            ("Thu, 13\r\n Feb\r\n 1969 23:32:00\r\n -0330 (Newfoundland Time)", -27_723_480, (1969, 2, 13)),
            ("Wed, 31 Dec 2025 23:59:60 +0000", 1_767_225_599, (2025, 12, 31)),
        ] {
            let (at, date) = read(text.as_bytes()).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((at.seconds(), (date.year, date.month, date.day)), (seconds, day), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in
            ["", "tomorrow", "30 Feb 2020 10:00:00 +0000", "1 Jan 3500 00:00:00 +0000", "99 Foo 1", "1"]
        {
            assert_eq!(read(text.as_bytes()), None, "{text}");
        }
    }
}
