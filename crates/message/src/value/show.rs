//! Values as people read them: in the habits of the reader, or as they were sent.

use super::number::power;
use super::{Condition, EXPONENT_MAX, EXPONENT_MIN, Habits, Number, Place, PlaceFormat, Time, Unit, Value};

pub(super) const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

impl Value {
    /// As this reader thinks of it: in his units and his form of places. Whoever types back what is shown, matches.
    pub fn shown(&self, habits: &Habits) -> String {
        match self {
            Value::Number(number) => {
                let told = number.told_in(habits.unit_for(number.unit())).unwrap_or(*number);
                if told.unit() == number.unit() { told.to_string() } else { told.plain() }
            }
            Value::Time(time) => time.to_string(),
            Value::Place(place) => place.text(habits.places()),
            Value::Polarity(will) => polarity(*will).to_owned(),
            Value::Word(text) | Value::Text(text) | Value::Name(text) => text.clone(),
            Value::Condition(condition) => condition.to_string(),
        }
    }

    /// As the sender said it: his unit and his digits; a place in degrees, as on the wire.
    pub fn as_sent(&self) -> String {
        match self {
            Value::Number(number) => number.to_string(),
            Value::Place(place) => place.text(PlaceFormat::Degrees),
            other => other.shown(&Habits::default()),
        }
    }
}

pub(super) fn polarity(will: bool) -> &'static str {
    if will { "WILL" } else { "WILL NOT" }
}

impl Number {
    /// The same in another unit, with the fewest digits that stay within the stated resolution; none if the unit does
    /// not fit or twelve digits do not suffice.
    pub fn told_in(&self, unit: Unit) -> Option<Number> {
        self.told_within(unit, self.resolution_in_base())
    }

    /// The same in another unit, with the fewest digits that stay within half of `resolution`, given in the base.
    pub(super) fn told_within(&self, unit: Unit, resolution: i128) -> Option<Number> {
        if unit == self.unit() {
            return Some(*self);
        }
        if !self.unit().converts_to(unit) {
            return None;
        }
        let base = self.in_base();
        (EXPONENT_MIN..=EXPONENT_MAX).rev().find_map(|exponent| {
            let step = power(exponent) * unit.scale();
            let mantissa = nearest(base - unit.offset(), step);
            let number = Number::new(i64::try_from(mantissa).ok()?, exponent, unit).ok()?;
            ((number.in_base() - base).abs() * 2 <= resolution).then_some(number)
        })
    }

    /// Digits with a decimal point, in groups of three from five digits on; bearings with three digits.
    pub fn digits(&self) -> String {
        let width = match self.unit() {
            Unit::DegreeTrue | Unit::DegreeMagnetic => 3,
            _ => 1,
        };
        decimal(self.mantissa(), self.exponent(), width)
    }

    /// Digits and unit, without the resolution.
    pub(super) fn plain(&self) -> String {
        with_unit(&self.digits(), self.unit())
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.plain())?;
        if self.exponent() > 0 {
            let step = decimal(1, self.exponent(), 1);
            write!(f, " to {}", with_unit(&step, self.unit()))?;
        }
        Ok(())
    }
}

fn with_unit(digits: &str, unit: Unit) -> String {
    match unit {
        Unit::FlightLevel => format!("FL {digits}"),
        Unit::DegreeTrue | Unit::DegreeMagnetic => format!("{digits}{}", unit.symbol()),
        Unit::One => digits.to_owned(),
        _ => format!("{digits} {}", unit.symbol()),
    }
}

fn nearest(value: i128, step: i128) -> i128 {
    (2 * value + step).div_euclid(2 * step)
}

/// mantissa x 10^exponent, its whole part padded to `width`.
fn decimal(mantissa: i64, exponent: i8, width: usize) -> String {
    let sign = if mantissa < 0 { "-" } else { "" };
    let mut digits = mantissa.unsigned_abs().to_string();
    if mantissa != 0 {
        digits.push_str(&"0".repeat(usize::try_from(exponent).unwrap_or(0)));
    }
    let decimals = usize::from(exponent.min(0).unsigned_abs());
    let digits = format!("{digits:0>least$}", least = width + decimals);
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{}{point}{fraction}", grouped(whole))
}

fn grouped(whole: &str) -> String {
    if whole.len() < 5 {
        return whole.to_owned();
    }
    let mut out = String::with_capacity(whole.len() * 4 / 3);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

impl std::fmt::Display for Time {
    /// `232015Z NOV 26`; years after 2099 in full.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let date = self.date();
        let month = usize::try_from(date.month - 1).ok().and_then(|month| MONTHS.get(month)).unwrap_or(&"");
        let year = if date.year < 2100 { date.year - 2000 } else { date.year };
        write!(f, "{:02}{:02}{:02}Z {month} {year}", date.day, date.hour, date.minute)
    }
}

impl std::fmt::Display for Condition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Condition::None => f.write_str("NO CONDITION"),
            Condition::NotBefore(time) => write!(f, "NOT BEFORE {time}"),
            Condition::Until(time) => write!(f, "UNTIL {time}"),
            Condition::If(text) => write!(f, "IF {text}"),
        }
    }
}

impl Place {
    /// With letters, marks and the datum; as many digits as the stated precision asks for, and the precision itself
    /// where the digits do not say it.
    pub fn text(&self, format: PlaceFormat) -> String {
        let decimals = format.decimals_for(self.precision());
        let latitude = coordinate(self.latitude(), format, decimals, 2);
        let longitude = coordinate(self.longitude(), format, decimals, 3);
        let north = if self.latitude() < 0 { 'S' } else { 'N' };
        let east = if self.longitude() < 0 { 'W' } else { 'E' };
        let precision = if format.precision_of(decimals) == self.precision() {
            String::new()
        } else {
            format!(" to {} m", grouped(&self.precision().to_string()))
        };
        format!("{latitude} {north} {longitude} {east} WGS 84{precision}")
    }

    /// As this reader thinks of it, and how exact the sender says that it is, in metres and in the reader's own unit.
    pub fn with_tolerance(&self, habits: &Habits) -> String {
        let text = self.text(habits.places());
        let place = text.split_once(" to ").map_or(text.as_str(), |(place, _)| place);
        let metres = self.precision();
        let own = match (habits.unit_for(Unit::Metre), metres) {
            (Unit::Metre, _) => String::new(),
            (_, ..185) => format!(" / {} ft", (u64::from(metres) * 10_000 + 1_524) / 3_048),
            _ => {
                let tenths = (u64::from(metres) * 10 + 926) / 1_852;
                format!(" / {}.{} NM", tenths / 10, tenths % 10)
            }
        };
        format!("{place} to {} m{own}", grouped(&metres.to_string()))
    }
}

impl PlaceFormat {
    /// The metres that one unit of the last of so many decimals stands for, northward; at least one.
    pub(super) fn precision_of(self, decimals: u32) -> u32 {
        let whole = match self {
            PlaceFormat::Degrees => 111_120,
            PlaceFormat::Minutes => 1852,
            PlaceFormat::Seconds => 30,
        };
        10u32.checked_pow(decimals).map_or(0, |parts| whole / parts).max(1)
    }

    fn decimals_for(self, precision: u32) -> u32 {
        (0..6).find(|decimals| self.precision_of(*decimals) <= precision).unwrap_or(6)
    }

    /// How many of the format's smallest whole part make a degree.
    fn parts(self) -> i64 {
        match self {
            PlaceFormat::Degrees => 1,
            PlaceFormat::Minutes => 60,
            PlaceFormat::Seconds => 3600,
        }
    }
}

fn coordinate(millionths: i32, format: PlaceFormat, decimals: u32, width: usize) -> String {
    let fine = 10i64.pow(decimals);
    let per_degree = format.parts() * fine;
    let total = (i64::from(millionths).abs() * per_degree + 500_000) / 1_000_000;
    let (degrees, rest) = (total / per_degree, total % per_degree);
    let last = |value: i64, width: usize| {
        let fraction = value % fine;
        let point =
            if decimals == 0 { String::new() } else { format!(".{fraction:0>w$}", w = decimals as usize) };
        format!("{:0>width$}{point}", value / fine)
    };
    match format {
        PlaceFormat::Degrees => format!("{}°", last(total, width)),
        PlaceFormat::Minutes => format!("{degrees:0>width$}° {}'", last(rest, 2)),
        PlaceFormat::Seconds => {
            let minute = 60 * fine;
            format!("{degrees:0>width$}° {:02}' {}\"", rest / minute, last(rest % minute, 2))
        }
    }
}
