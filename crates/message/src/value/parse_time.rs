//! Reading times: `232015Z NOV 26`, `2026-11-23 2015Z`, `0415 +03 24 NOV 26`. Without Z or offset there is no time.

use super::fold::typed;
use super::show::MONTHS;
use super::time::days_of;
use super::{Date, ParseError, Problem, Time};

const EXAMPLE: &str = "232015Z NOV 26";
const MINUTES_A_DAY: i64 = 24 * 60;

/// What has been read so far. Each part may come once.
#[derive(Default)]
struct Parts {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    clock: Option<(i64, i64)>,
    /// Minutes that the local time is ahead of Zulu.
    offset: Option<i64>,
}

impl Time {
    /// Reads a time. A day without month and year is the one nearest to `reference`.
    pub fn parse(text: &str, reference: Option<Time>) -> Result<Time, ParseError> {
        read(&typed(text, EXAMPLE)?, reference).map_err(|problem| ParseError::new(problem, EXAMPLE))
    }
}

fn read(text: &str, reference: Option<Time>) -> Result<Time, Problem> {
    let text = text.to_uppercase().replace(['年', '月'], "-").replace('日', " ");
    let text =
        MONTHS.iter().fold(text, |text, name| text.replace(&format!("-{name}-"), &format!(" {name} ")));
    let mut parts = Parts::default();
    for word in text.split_whitespace() {
        parts.take(word)?;
    }
    let (hour, minute) = parts.clock.ok_or(Problem::NoClock)?;
    if hour > 23 {
        return Err(Problem::Hour);
    }
    let offset = parts.offset.ok_or(Problem::NoZone)?;
    let day = parts.day.ok_or(Problem::NoDate)?;
    let clock = hour * 60 + minute;
    match (parts.month, parts.year, reference) {
        (Some(month), Some(year), _) => {
            at(year, month, day, clock - offset, minute).ok_or(Problem::NoSuchTime)
        }
        (None, None, Some(reference)) => {
            nearest(day, clock - offset, minute, reference).ok_or(Problem::NoSuchTime)
        }
        _ => Err(Problem::NoDate),
    }
}

/// So many minutes after the day began, or before it.
fn at(year: i64, month: i64, day: i64, clock: i64, minute: i64) -> Option<Time> {
    let valid = (1..=12).contains(&month) && (1..=days_of(year, month)).contains(&day) && minute < 60;
    if !valid {
        return None;
    }
    // The day itself, or one beside it when an offset crosses midnight. The first day of 2025 may begin in 2024.
    let start = Time::from_date(Date { year, month, day, hour: 0, minute: 0 }).map(Time::minutes);
    let start = match start {
        Ok(minutes) => i64::from(minutes),
        Err(_) if (year, month, day) == (2024, 12, 31) => -MINUTES_A_DAY,
        Err(_) => return None,
    };
    u32::try_from(start + clock).ok().map(Time::from_minutes)
}

/// The day of this number that is nearest to the reference.
fn nearest(day: i64, clock: i64, minute: i64, reference: Time) -> Option<Time> {
    let date = reference.date();
    let months = date.year * 12 + date.month - 1;
    [months - 1, months, months + 1]
        .into_iter()
        .filter_map(|months| at(months.div_euclid(12), months.rem_euclid(12) + 1, day, clock, minute))
        .min_by_key(|time| time.minutes().abs_diff(reference.minutes()))
}

impl Parts {
    /// Takes one word; parts that are written together are taken apart.
    fn take(&mut self, word: &str) -> Result<(), Problem> {
        let refused = || Problem::NotATime(word.to_owned());
        if let Some((year, month, day, rest)) = iso_date(word) {
            set(&mut self.year, year).ok_or_else(refused)?;
            set(&mut self.month, month).ok_or_else(refused)?;
            set(&mut self.day, day).ok_or_else(refused)?;
            return if rest.is_empty() { Ok(()) } else { self.take(rest.strip_prefix('T').unwrap_or(rest)) };
        }
        if word.starts_with(['+', '-']) {
            let offset = offset(word).ok_or_else(refused)?;
            return set(&mut self.offset, offset).ok_or_else(refused);
        }
        let (digits, rest) = word.split_at(word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len()));
        if digits.is_empty() {
            return self.take_letters(word);
        }
        if rest.starts_with(['/', '.']) || (digits.len() <= 2 && rest.starts_with(['-', '+'])) {
            return Err(Problem::NumericDate);
        }
        let number: i64 = digits.parse().map_err(|_| refused())?;
        match (digits.len(), rest.strip_prefix(':')) {
            (2, Some(rest)) => {
                let minute = rest.get(..2).filter(|two| two.bytes().all(|byte| byte.is_ascii_digit()));
                let minute = minute.and_then(|two| two.parse().ok()).ok_or_else(refused)?;
                set(&mut self.clock, (number, minute)).ok_or_else(refused)?;
                return self.take_rest(&rest[2..]);
            }
            (6, None) => {
                set(&mut self.day, number / 10_000).ok_or_else(refused)?;
                set(&mut self.clock, (number % 10_000 / 100, number % 100)).ok_or_else(refused)?;
            }
            (4 | 5, None) if self.month.is_some() && self.year.is_none() && rest.is_empty() => {
                self.year = Some(number);
            }
            (4, None) => set(&mut self.clock, (number / 100, number % 100)).ok_or_else(refused)?,
            (2, None) if self.month.is_some() && self.day.is_some() => {
                set(&mut self.year, 2000 + number).ok_or_else(refused)?;
            }
            (1 | 2, None) => set(&mut self.day, number).ok_or_else(refused)?,
            _ => return Err(refused()),
        }
        self.take_rest(rest)
    }

    /// What is written behind a clock without a blank.
    fn take_rest(&mut self, rest: &str) -> Result<(), Problem> {
        if rest.is_empty() {
            return Ok(());
        }
        if rest.starts_with(':') {
            return Err(Problem::Seconds);
        }
        match rest.strip_prefix('Z') {
            Some(rest) if self.clock.is_some() => {
                self.take("+00")?;
                if rest.is_empty() { Ok(()) } else { self.take(rest) }
            }
            _ => self.take(rest),
        }
    }

    fn take_letters(&mut self, word: &str) -> Result<(), Problem> {
        let letters = word.len() - word.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
        let (letters, rest) = word.split_at(letters);
        let month = MONTHS.iter().zip(1..).find(|(name, _)| is_month(letters, name));
        if let Some((_, month)) = month {
            set(&mut self.month, month).ok_or_else(|| Problem::NotATime(word.to_owned()))?;
            return if rest.is_empty() { Ok(()) } else { self.take(rest) };
        }
        match word {
            "Z" | "UTC" | "ZULU" => self.take("+00"),
            "AM" | "PM" => Err(Problem::HalfDay),
            _ if self.clock.is_some() => Err(Problem::ZoneName(word.to_owned())),
            _ => Err(Problem::NotATime(word.to_owned())),
        }
    }
}

/// Sets what was not set yet.
fn set<T>(part: &mut Option<T>, value: T) -> Option<()> {
    if part.is_some() {
        return None;
    }
    *part = Some(value);
    Some(())
}

fn is_month(letters: &str, name: &str) -> bool {
    const FULL: [&str; 12] = [
        "JANUARY",
        "FEBRUARY",
        "MARCH",
        "APRIL",
        "MAY",
        "JUNE",
        "JULY",
        "AUGUST",
        "SEPTEMBER",
        "OCTOBER",
        "NOVEMBER",
        "DECEMBER",
    ];
    letters == name || FULL.iter().any(|full| *full == letters && full.starts_with(name))
}

/// `2026-11-23` and what follows it.
fn iso_date(word: &str) -> Option<(i64, i64, i64, &str)> {
    let year = word.split('-').next()?;
    let mut parts = word.splitn(3, '-').skip(1);
    let (month, rest) = (parts.next()?, parts.next()?);
    let (day, rest) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()));
    let number = |text: &str, lengths: [usize; 2]| {
        let fits = lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| text.parse::<i64>().ok()).flatten()
    };
    Some((number(year, [4, 5])?, number(month, [2, 1])?, number(day, [2, 1])?, rest))
}

/// `+03`, `+0330`, `-03:30`: minutes.
fn offset(text: &str) -> Option<i64> {
    let (sign, digits) = text.split_at(1);
    let digits = digits.replacen(':', "", 1);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = digits.parse().ok()?;
    let (hours, minutes) = match digits.len() {
        1 | 2 => (number, 0),
        4 => (number / 100, number % 100),
        _ => return None,
    };
    let valid = hours <= 14 && minutes < 60;
    let total = hours * 60 + minutes;
    valid.then_some(if sign == "-" { -total } else { total })
}
