//! Dates and times in IMAP's forms.

/// Days before each month in a year that is no leap year, March first.
const DAYS_FROM_MARCH: [u16; 12] = [0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const SECONDS_A_DAY: i64 = 24 * 60 * 60;

/// A day of the civil calendar: `1-Feb-1994`. RFC 9051 §9, `date`. Exists in the calendar; years 0 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// A moment with the zone it was written in: ` 1-Feb-1994 21:52:25 -0800`. RFC 9051 §9, `date-time`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DateTime {
    date: Date,
    /// Second of the day, 0 to 86,400: a leap second is taken as the one after it.
    second: u32,
    /// East of UTC, -5,999 to 5,999.
    zone_minutes: i16,
}

impl Date {
    /// The day, if it exists. `month` and `day` count from 1.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        (year <= 9999 && (1..=days).contains(&day)).then_some(Self { year, month, day })
    }

    /// The month of this three-letter English name, in any case, from 1.
    pub fn month_of_name(name: &[u8]) -> Option<u8> {
        let index = MONTHS.iter().position(|month| month.as_bytes().eq_ignore_ascii_case(name))?;
        u8::try_from(index + 1).ok()
    }

    /// Its year.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// Its month, from 1.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// Its month in three letters.
    pub fn month_name(self) -> &'static str {
        MONTHS[usize::from(self.month) - 1]
    }

    /// Its day of the month, from 1.
    pub const fn day(self) -> u8 {
        self.day
    }

    /// Days since 1970-01-01.
    pub fn unix_days(self) -> i64 {
        // Years from March on, so that a leap day is the last of its year.
        let (year, month) = match self.month {
            1 | 2 => (i64::from(self.year) - 1, usize::from(self.month) + 9),
            month => (i64::from(self.year), usize::from(month) - 3),
        };
        let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        const DAYS_TO_1970: i64 = 719_469;
        year * 365 + leap_days + i64::from(DAYS_FROM_MARCH[month]) + i64::from(self.day) - DAYS_TO_1970
    }

    /// The day that begins this many days after 1970-01-01, if its year is 0 to 9999.
    pub fn from_unix_days(days: i64) -> Option<Self> {
        const DAYS_IN_400_YEARS: i64 = 146_097;
        // Counted from 0000-03-01.
        let days = days.checked_add(719_468)?;
        let (era, day_of_era) = (days.div_euclid(DAYS_IN_400_YEARS), days.rem_euclid(DAYS_IN_400_YEARS));
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524
            - day_of_era / (DAYS_IN_400_YEARS - 1))
            / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = DAYS_FROM_MARCH.iter().rposition(|start| i64::from(*start) <= day_of_year)?;
        let day = day_of_year - i64::from(DAYS_FROM_MARCH[month]) + 1;
        let (next_year, month) = if month >= 10 { (1, month - 9) } else { (0, month + 3) };
        let year = era.checked_mul(400)?.checked_add(year_of_era + next_year)?;
        Self::new(u16::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
    }
}

impl DateTime {
    /// The moment, if it exists and its year in UTC is 0 to 9999, too. A 60th second is taken as the second after the 59th.
    pub fn new(date: Date, hour: u8, minute: u8, second: u8, zone_minutes: i16) -> Option<Self> {
        let fits = hour < 24 && minute < 60 && second <= 60 && zone_minutes.unsigned_abs() < 100 * 60;
        let second = (u32::from(hour) * 60 + u32::from(minute)) * 60 + u32::from(second);
        let time = Self { date, second, zone_minutes };
        (fits && Self::from_unix_seconds(time.unix_seconds()).is_some()).then_some(time)
    }

    /// The moment in UTC, if its year is 0 to 9999.
    pub fn from_unix_seconds(seconds: i64) -> Option<Self> {
        let date = Date::from_unix_days(seconds.div_euclid(SECONDS_A_DAY))?;
        let second = u32::try_from(seconds.rem_euclid(SECONDS_A_DAY)).ok()?;
        Some(Self { date, second, zone_minutes: 0 })
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub fn unix_seconds(self) -> i64 {
        self.date.unix_days() * SECONDS_A_DAY + i64::from(self.second) - i64::from(self.zone_minutes) * 60
    }

    /// The day in the zone it was written in.
    pub const fn date(self) -> Date {
        self.date
    }

    /// East of UTC.
    pub const fn zone_minutes(self) -> i16 {
        self.zone_minutes
    }

    /// Hour, minute and second as they are written.
    pub const fn clock(self) -> (u32, u32, u32) {
        // The leap second at a day's end has no other form.
        if self.second == 86_400 {
            return (23, 59, 60);
        }
        (self.second / 3600, self.second / 60 % 60, self.second % 60)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn days_that_do_not_exist_are_refused() {
        assert!(Date::new(2024, 2, 29).is_some() && Date::new(2000, 2, 29).is_some());
        assert!(Date::new(2023, 2, 29).is_none() && Date::new(1900, 2, 29).is_none());
        for (month, day) in [(0, 1), (13, 1), (4, 31), (1, 0), (1, 32)] {
            assert!(Date::new(2023, month, day).is_none(), "{month} {day}");
        }
    }

    #[test]
    fn moments_are_counted_from_1970() {
        let at = |year, month, day| Date::new(year, month, day).map(Date::unix_days);
        assert_eq!(at(1970, 1, 1), Some(0));
        assert_eq!(at(1969, 12, 31), Some(-1));
        assert_eq!(at(2000, 3, 1), Some(11_017));
        assert_eq!(at(0, 1, 1), Some(-719_528));
        let date = Date::new(1996, 7, 17).expect("it exists");
        let moment = DateTime::new(date, 2, 44, 25, -7 * 60).expect("it exists");
        assert_eq!(moment.unix_seconds(), 837_596_665);
        assert_eq!(DateTime::new(date, 24, 0, 0, 0), None);
        assert_eq!(DateTime::new(date, 0, 60, 0, 0), None);
    }

    #[test]
    fn what_no_year_of_four_digits_holds_is_refused() {
        let last = Date::new(9999, 12, 31).expect("it exists").unix_days();
        assert_eq!(Date::from_unix_days(last + 1), None);
        assert_eq!(Date::from_unix_days(-719_529), None);
        assert_eq!(Date::from_unix_days(i64::MAX), None);
        assert_eq!(Date::from_unix_days(i64::MIN), None);
        let date = Date::new(9999, 12, 31).expect("it exists");
        assert!(DateTime::new(date, 23, 59, 59, 0).is_some());
        assert_eq!(DateTime::new(date, 23, 59, 59, -1), None, "that is in the year 10000");
    }

    proptest! {
        #[test]
        fn days_go_there_and_back(days in -719_528i64..=2_932_896) {
            let date = Date::from_unix_days(days).expect("within the years");
            prop_assert_eq!(date.unix_days(), days);
            let next = Date::from_unix_days(days + 1);
            prop_assert!(next.is_none_or(|next| next > date));
        }
    }
}
