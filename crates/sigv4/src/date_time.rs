//! The signature's own form of time: `YYYYMMDDTHHMMSSZ`.

use jiff::civil;
use jiff::fmt::rfc2822;
use jiff::tz::Offset;
use postroom_types::Timestamp;

const RFC_2822: rfc2822::DateTimeParser = rfc2822::DateTimeParser::new();

/// A time in UTC with whole seconds, in ISO 8601's basic format: `20150830T123600Z`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DateTime {
    text: [u8; 16],
    seconds: i64,
}

impl DateTime {
    /// Reads `YYYYMMDDTHHMMSSZ`; `None` if it has another shape or names no real time.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: &[u8; 16] = text.as_bytes().try_into().ok()?;
        if bytes[8] != b'T' || bytes[15] != b'Z' {
            return None;
        }
        let number = |from: usize, to: usize| {
            bytes[from..to].iter().try_fold(0_i16, |sum, digit| {
                digit.is_ascii_digit().then(|| sum * 10 + i16::from(digit - b'0'))
            })
        };
        let small = |from: usize| number(from, from + 2).and_then(|number| i8::try_from(number).ok());
        let civil =
            civil::DateTime::new(number(0, 4)?, small(4)?, small(6)?, small(9)?, small(11)?, small(13)?, 0)
                .ok()?;
        let seconds = Offset::UTC.to_timestamp(civil).ok()?.as_second();
        Some(Self { text: *bytes, seconds })
    }

    /// Reads the value of an HTTP `Date` header: the basic format above, or that of RFC 9110 §5.6.7.
    pub(crate) fn parse_http_date(text: &str) -> Option<Self> {
        if let Some(basic) = Self::parse(text) {
            return Some(basic);
        }
        let parsed = RFC_2822.parse_timestamp(text).ok()?;
        Self::from_seconds(parsed.as_second())
    }

    /// The time `seconds` after the epoch; `None` outside of the years 0 to 9999.
    fn from_seconds(seconds: i64) -> Option<Self> {
        let civil = Offset::UTC.to_datetime(jiff::Timestamp::from_second(seconds).ok()?);
        let mut text = *b"00000000T000000Z";
        let mut put = |at: usize, digits: usize, mut number: u16| {
            for place in text[at..at + digits].iter_mut().rev() {
                // A remainder by ten fits any integer.
                *place = b'0' + (number % 10) as u8;
                number /= 10;
            }
        };
        put(0, 4, u16::try_from(civil.year()).ok()?);
        for (at, number) in [
            (4, civil.month()),
            (6, civil.day()),
            (9, civil.hour()),
            (11, civil.minute()),
            (13, civil.second()),
        ] {
            put(at, 2, u16::from(number.unsigned_abs()));
        }
        Some(Self { text, seconds })
    }

    /// `time` without its fraction of a second; the epoch for a time outside of the years 0 to 9999.
    pub fn of(time: Timestamp) -> Self {
        Self::from_seconds(time.seconds()).unwrap_or(Self { text: *b"19700101T000000Z", seconds: 0 })
    }

    /// `YYYYMMDDTHHMMSSZ`.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.text).unwrap_or_default()
    }

    /// `YYYYMMDD`.
    pub fn date(&self) -> &str {
        self.as_str().get(..8).unwrap_or_default()
    }

    /// Seconds since the epoch.
    pub const fn seconds(&self) -> i64 {
        self.seconds
    }

    /// The same as a [`Timestamp`].
    pub const fn timestamp(&self) -> Timestamp {
        Timestamp::from_seconds(self.seconds)
    }

    /// This time and `seconds` (which may be negative) later.
    pub(crate) fn shifted(&self, seconds: i64) -> Self {
        Self::of(Timestamp::from_seconds(self.seconds.saturating_add(seconds)))
    }
}

impl std::fmt::Debug for DateTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::fmt::Display for DateTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_times_are_read_and_others_are_not() {
        let read = |text: &str| DateTime::parse(text).map(|time| time.seconds());
        assert_eq!(read("19700101T000000Z"), Some(0));
        assert_eq!(read("20150830T123600Z"), Some(1_440_938_160));
        assert_eq!(read("20160229T235959Z"), Some(1_456_790_399));
        for text in [
            "",
            "20150830T123600",
            "20150830 123600Z",
            "20150230T123600Z",
            "20151301T000000Z",
            "20150830T240000Z",
            "20150830T123660Z",
            "2015-8-3T123600Z",
            "2015083\u{660}T12360Z",
            "+0150830T123600Z",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_date_header_may_have_the_form_of_http() {
        let read = |text: &str| DateTime::parse_http_date(text).map(|time| time.to_string());
        assert_eq!(read("Sun, 30 Aug 2015 12:36:00 GMT").as_deref(), Some("20150830T123600Z"));
        assert_eq!(read("20150830T123600Z").as_deref(), Some("20150830T123600Z"));
        assert_eq!(read("30 August 2015"), None);
    }

    #[test]
    fn writing_is_the_inverse_of_reading() {
        for seconds in [0, 1, 951_782_399, 951_782_400, 1_440_938_160, 4_102_444_799, 253_402_207_200] {
            let written = DateTime::of(Timestamp::from_seconds(seconds));
            assert_eq!(DateTime::parse(written.as_str()), Some(written));
            assert_eq!(written.seconds(), seconds);
        }
        assert_eq!(DateTime::of(Timestamp::from_micros(i64::MAX)).as_str(), "19700101T000000Z");
    }
}
