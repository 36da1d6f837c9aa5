//! Times: whole minutes, always Zulu.

use super::ValueError;

const MINUTES_A_DAY: i64 = 24 * 60;
/// 2025-01-01, counted in days from 1970-01-01.
const FIRST_DAY: i64 = 20_089;

/// A minute, counted from 2025-01-01 0000Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(u32);

/// A minute as people write it, in Zulu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    /// Four digits, or five.
    pub year: i64,
    /// 1 to 12.
    pub month: i64,
    /// 1 to 31.
    pub day: i64,
    /// 0 to 23.
    pub hour: i64,
    /// 0 to 59.
    pub minute: i64,
}

impl Time {
    /// So many minutes after 2025-01-01 0000Z.
    pub fn from_minutes(minutes: u32) -> Time {
        Time(minutes)
    }

    /// Minutes after 2025-01-01 0000Z.
    pub fn minutes(self) -> u32 {
        self.0
    }

    /// From seconds after 1970, as a clock gives them; seconds beyond the minute are dropped.
    pub fn from_unix_seconds(seconds: i64) -> Result<Time, ValueError> {
        let minutes = seconds.div_euclid(60) - FIRST_DAY * MINUTES_A_DAY;
        u32::try_from(minutes).map(Time).map_err(|_| ValueError::TimeRange)
    }

    /// Seconds after 1970.
    pub fn unix_seconds(self) -> i64 {
        (i64::from(self.0) + FIRST_DAY * MINUTES_A_DAY) * 60
    }

    /// The minute of a date in Zulu.
    pub fn from_date(date: Date) -> Result<Time, ValueError> {
        let in_month =
            (1..=12).contains(&date.month) && (1..=days_of(date.year, date.month)).contains(&date.day);
        let in_day = (0..24).contains(&date.hour) && (0..60).contains(&date.minute);
        if !in_month || !in_day || !(1970..=20_000).contains(&date.year) {
            return Err(ValueError::TimeRange);
        }
        let days = days_before(date.year, date.month) + date.day - 1 - FIRST_DAY;
        let minutes = days * MINUTES_A_DAY + date.hour * 60 + date.minute;
        u32::try_from(minutes).map(Time).map_err(|_| ValueError::TimeRange)
    }

    /// The date in Zulu.
    pub fn date(self) -> Date {
        let minutes = i64::from(self.0);
        let days = minutes / MINUTES_A_DAY + FIRST_DAY;
        // No year is longer than 366 days, so the guess is never too late; the loop runs a few dozen times at most.
        let mut year = 1970 + days / 366;
        while days_before(year + 1, 1) <= days {
            year += 1;
        }
        let month = (1..=12).rev().find(|month| days_before(year, *month) <= days).unwrap_or(1);
        Date {
            year,
            month,
            day: days - days_before(year, month) + 1,
            hour: minutes % MINUTES_A_DAY / 60,
            minute: minutes % 60,
        }
    }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub(super) fn days_of(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to the first of this month.
fn days_before(year: i64, month: i64) -> i64 {
    let past = year - 1;
    let years = past * 365 + past / 4 - past / 100 + past / 400 - 719_162;
    years + (1..month).map(|month| days_of(year, month)).sum::<i64>()
}
