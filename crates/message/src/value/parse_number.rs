//! Reading numbers: `4 921 ft`, `FL 330`, `4900 ft to 100 ft`. The last digit typed is the resolution.

use super::fold::typed;
use super::{
    Dimension, EXPONENT_MAX, EXPONENT_MIN, MANTISSA_MAX, Number, ParseError, Problem, Unit,
    spelling::UnitError,
};

impl Number {
    /// Reads a number of this dimension; `beside` is the unit that stands beside the box, if one does.
    pub fn parse(text: &str, dimension: Dimension, beside: Option<Unit>) -> Result<Number, ParseError> {
        let example = example(dimension, beside);
        let fail = |problem| ParseError::new(problem, example);
        let text = typed(text, example)?;
        let (number, resolution) = match split_resolution(&text) {
            Some((number, resolution)) => (number, Some(resolution)),
            None => (text.as_str(), None),
        };
        let read = |text: &str| quantity(text, dimension, beside).map_err(fail);
        let (mantissa, exponent, unit) = read(number)?;
        let stated = match resolution {
            None => shortened(mantissa, exponent).ok_or_else(|| fail(Problem::TooManyDigits))?,
            Some(text) => {
                let (step, power, step_unit) = read(text)?;
                let step = (step_unit == unit).then(|| power_of_ten(step, power)).flatten();
                let step = step.ok_or_else(|| fail(Problem::Resolution))?;
                restate(mantissa, exponent, step).map_err(fail)?
            }
        };
        Number::new(stated.0, stated.1, unit).map_err(|error| fail(Problem::Range(error)))
    }
}

fn example(dimension: Dimension, beside: Option<Unit>) -> &'static str {
    match dimension {
        _ if beside.is_some() => "1500",
        Dimension::Length => "1500 m",
        Dimension::Speed => "12 kn",
        Dimension::Mass => "22 300 kg",
        Dimension::Bearing => "045 TRUE",
        Dimension::Temperature => "-5 C",
        Dimension::Pressure => "1013 hPa",
        Dimension::Activity => "37 GBq",
        Dimension::Dose => "2 mSv",
        Dimension::DoseRate => "0.5 uSv/h",
        Dimension::Power => "300 MW",
        Dimension::Energy => "50 MWh",
        Dimension::Voltage => "400 kV",
        Dimension::Frequency => "49.9 Hz",
        Dimension::Duration => "30 min",
        Dimension::Volume => "500 l",
        Dimension::Share => "80 %",
        Dimension::Count => "12",
    }
}

/// `4900 ft to 100 ft`: the number and its resolution.
fn split_resolution(text: &str) -> Option<(&str, &str)> {
    let at = text.to_ascii_lowercase().find(" to ")?;
    Some((&text[..at], text[at + 4..].trim()))
}

/// Mantissa, exponent and unit of one number.
fn quantity(text: &str, dimension: Dimension, beside: Option<Unit>) -> Result<(i64, i8, Unit), Problem> {
    let (text, prefixed) = match text.get(..2).filter(|head| head.eq_ignore_ascii_case("fl")) {
        Some(_) => (text[2..].trim_start(), Some(Unit::FlightLevel)),
        None => (text, None),
    };
    let of_number = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '.' | ',' | '-' | '+' | '\'');
    let (digits, unit) = text.split_at(text.find(|c| !of_number(c)).unwrap_or(text.len()));
    if digits.trim().is_empty() {
        return Err(Problem::NotANumber(text.to_owned()));
    }
    let (mantissa, exponent) = decimal(digits.trim())?;
    let unit = match (unit.trim(), prefixed) {
        ("", Some(unit)) => unit,
        ("", None) if dimension == Dimension::Count => Unit::One,
        ("", None) => beside.ok_or(Problem::NoUnit)?,
        (other, Some(_)) => return Err(Problem::UnknownUnit(other.to_owned())),
        (spelled, None) => match Unit::parse(spelled) {
            Ok(unit) => unit,
            Err(UnitError::Unknown) => return Err(Problem::UnknownUnit(spelled.to_owned())),
            Err(UnitError::Ambiguous(advice)) => {
                return Err(Problem::AmbiguousUnit(spelled.to_owned(), advice));
            }
        },
    };
    if unit.dimension() == dimension {
        Ok((mantissa, exponent, unit))
    } else {
        Err(Problem::OtherDimension(unit))
    }
}

/// Digits, in groups or not, with a decimal point or not.
fn decimal(text: &str) -> Result<(i64, i8), Problem> {
    if text.contains(',') {
        return Err(Problem::Comma);
    }
    let refused = || Problem::NotANumber(text.to_owned());
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text).trim_start()),
    };
    let (whole, fraction) = unsigned.split_once('.').map_or((unsigned, None), |(a, b)| (a, Some(b)));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut groups = whole.split(' ');
    let first = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    if !all_digits(first) || !rest.iter().all(|group| all_digits(group)) || !fraction.is_none_or(all_digits) {
        return Err(refused());
    }
    if !rest.is_empty() && (first.len() > 3 || rest.iter().any(|group| group.len() != 3)) {
        return Err(Problem::Grouping);
    }
    let fraction = fraction.unwrap_or_default();
    let exponent = i8::try_from(fraction.len()).map(|decimals| -decimals).unwrap_or(i8::MIN);
    let digits = format!("{}{fraction}", whole.replace(' ', ""));
    match digits.parse::<i64>() {
        Ok(value) if exponent >= EXPONENT_MIN => Ok((if negative { -value } else { value }, exponent)),
        _ => Err(Problem::TooManyDigits),
    }
}

/// Zeros beyond twelve digits say that the number is stated no finer.
fn shortened(mut mantissa: i64, mut exponent: i8) -> Option<(i64, i8)> {
    while mantissa.abs() > MANTISSA_MAX && mantissa % 10 == 0 {
        mantissa /= 10;
        exponent += 1;
    }
    (mantissa.abs() <= MANTISSA_MAX).then_some((mantissa, exponent))
}

/// The exponent of 1, 10, 100, 0.1 and so on.
fn power_of_ten(mantissa: i64, exponent: i8) -> Option<i8> {
    let zeros = (0..=12).find(|zeros| mantissa == 10i64.pow(*zeros))?;
    let exponent = exponent + i8::try_from(zeros).ok()?;
    (EXPONENT_MIN..=EXPONENT_MAX).contains(&exponent).then_some(exponent)
}

/// The same number stated to 10^step.
fn restate(mantissa: i64, exponent: i8, step: i8) -> Result<(i64, i8), Problem> {
    let factor = 10i64.pow((step - exponent).unsigned_abs().into());
    if step <= exponent {
        let finer = mantissa.checked_mul(factor).ok_or(Problem::TooManyDigits)?;
        return Ok((finer, step));
    }
    if mantissa % factor == 0 { Ok((mantissa / factor, step)) } else { Err(Problem::FinerThanStated) }
}
