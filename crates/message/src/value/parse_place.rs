//! Reading places. With letters and marks every form is taken; bare numbers are taken as the box says, and only so:
//! whoever types decimal degrees into a box of degrees and minutes gets another place, which the comparison finds.

use super::fold::typed;
use super::{Dimension, Number, ParseError, Place, PlaceFormat, Problem, Unit};

/// Most digits behind the point of a coordinate.
const DECIMALS_MAX: usize = 8;

/// What other scripts write for letters and marks.
const SIGNS: &[(&str, &str)] = &[
    ("北纬", " N "),
    ("南纬", " S "),
    ("东经", " E "),
    ("西经", " W "),
    ("с.ш.", " N "),
    ("ю.ш.", " S "),
    ("в.д.", " E "),
    ("з.д.", " W "),
    ("شمالا", " N "),
    ("جنوبا", " S "),
    ("شرقا", " E "),
    ("غربا", " W "),
    ("''", "\""),
    ("’’", "\""),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Degree,
    Minute,
    Second,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Number(String),
    Mark(Mark),
    Letter(char),
}

impl Place {
    /// Reads a place; `format` says how bare numbers are taken.
    pub fn parse(text: &str, format: PlaceFormat) -> Result<Place, ParseError> {
        let example = match format {
            PlaceFormat::Degrees => "31.3817 N 033.3833 E",
            PlaceFormat::Minutes => "31 22.9 N 033 23.0 E",
            PlaceFormat::Seconds => "31 22 54 N 033 23 00 E",
        };
        let text = typed(text, example)?;
        read(&text, format).map_err(|problem| ParseError::new(problem, example))
    }
}

fn read(text: &str, format: PlaceFormat) -> Result<Place, Problem> {
    let (text, stated) = match text.rfind(" to ").or_else(|| text.rfind(" TO ")) {
        Some(at) => (&text[..at], Some(precision(&text[at + 4..])?)),
        None => (text, None),
    };
    let text = text.trim_end();
    let upper = text.to_ascii_uppercase();
    let datum = ["WGS 84", "WGS84", "WGS-84"].into_iter().find(|datum| upper.ends_with(datum));
    let text = &text[..text.len() - datum.map_or(0, str::len)];
    let tokens = tokens(text)?;
    let [one, other] = coordinates(&tokens).ok_or(Problem::NoLetters)?;
    let (north, east) = if matches!(one.0, 'N' | 'S') { (one, other) } else { (other, one) };
    if !matches!(north.0, 'N' | 'S') || !matches!(east.0, 'E' | 'W') {
        return Err(Problem::NoLetters);
    }
    let latitude = coordinate(north.1, format)?;
    let longitude = coordinate(east.1, format)?;
    let signed =
        |millionths: i64, negative: bool| i32::try_from(if negative { -millionths } else { millionths });
    let range = |_| Problem::Range(super::ValueError::PlaceRange);
    let longitude_signed = signed(longitude.0, east.0 == 'W').map_err(range)?;
    let longitude_signed = if longitude_signed == -180_000_000 { 180_000_000 } else { longitude_signed };
    let latitude_signed = signed(latitude.0, north.0 == 'S').map_err(range)?;
    let precision = stated.unwrap_or(latitude.1.max(longitude.1));
    Place::new(latitude_signed, longitude_signed, precision).map_err(Problem::Range)
}

/// `500 m` or `1 NM`, rounded up to whole metres; `185 m / 0.1 NM`, as it is shown, is what stands first.
fn precision(text: &str) -> Result<u32, Problem> {
    let text = text.split_once(" / ").map_or(text, |(first, _)| first);
    let number = Number::parse(text, Dimension::Length, None).map_err(|error| error.problem)?;
    let metre = Unit::Metre.scale() * 1_000_000;
    let metres = -(-number.in_base()).div_euclid(metre);
    u32::try_from(metres).map_err(|_| Problem::Range(super::ValueError::PlaceRange))
}

fn tokens(text: &str) -> Result<Vec<Token>, Problem> {
    let mut text = text.to_owned();
    for (sign, meaning) in SIGNS {
        text = text.replace(sign, meaning);
    }
    let mut tokens = Vec::new();
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        let len = if c.is_ascii_digit() {
            let of_number = |c: char| c.is_ascii_digit() || c == '.';
            rest.find(|c| !of_number(c)).unwrap_or(rest.len())
        } else if c.is_ascii_alphabetic() {
            rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len())
        } else {
            c.len_utf8()
        };
        let (word, after) = rest.split_at(len);
        rest = after;
        let digit_follows = rest.starts_with(|c: char| c.is_ascii_digit());
        tokens.push(match word.to_ascii_uppercase().as_str() {
            " " => continue,
            "," if digit_follows && matches!(tokens.last(), Some(Token::Number(_))) => {
                return Err(Problem::Comma);
            }
            "," | ";" => continue,
            "N" | "S" | "E" | "W" => Token::Letter(c.to_ascii_uppercase()),
            "°" | "º" | "˚" | "DEG" | "度" => Token::Mark(Mark::Degree),
            "'" | "′" | "’" | "MIN" | "分" => Token::Mark(Mark::Minute),
            "\"" | "″" | "”" | "SEC" | "秒" => Token::Mark(Mark::Second),
            _ if c.is_ascii_digit() => Token::Number(word.to_owned()),
            _ => return Err(Problem::NotAPlace(word.to_owned())),
        });
    }
    Ok(tokens)
}

type Lettered<'a> = (char, &'a [Token]);

/// The two coordinates, each with its letter in front or, both of them, behind.
fn coordinates(tokens: &[Token]) -> Option<[Lettered<'_>; 2]> {
    let at: Vec<(usize, char)> = tokens
        .iter()
        .enumerate()
        .filter_map(|(at, token)| if let Token::Letter(letter) = token { Some((at, *letter)) } else { None })
        .collect();
    let [(first, one), (second, other)] = at[..] else { return None };
    if first == 0 {
        return Some([(one, &tokens[1..second]), (other, &tokens[second + 1..])]);
    }
    let ends = second + 1 == tokens.len();
    ends.then(|| [(one, &tokens[..first]), (other, &tokens[first + 1..second])])
}

/// Millionths of a degree, and metres of its last digit.
fn coordinate(tokens: &[Token], format: PlaceFormat) -> Result<(i64, u32), Problem> {
    let mut numbers: Vec<&str> = Vec::new();
    let mut marks = Vec::new();
    for token in tokens {
        match token {
            Token::Number(number) => numbers.push(number),
            // A mark stands behind the number that it is of.
            Token::Mark(mark) => marks.push((*mark, numbers.len())),
            Token::Letter(_) => return Err(Problem::NoLetters),
        }
    }
    if numbers.is_empty() {
        return Err(Problem::NoLetters);
    }
    let expected = [Mark::Degree, Mark::Minute, Mark::Second];
    let in_order =
        marks.iter().zip(expected).zip(1..).all(|((mark, expected), place)| *mark == (expected, place));
    // The last number may do without its mark when one stands in front of it: 31° 22.9 N.
    let marked = !marks.is_empty() && in_order && marks.len() <= 3;
    let complete = marks.len() == numbers.len() || marks.len() + 1 == numbers.len();
    let asked = match format {
        PlaceFormat::Degrees => 1,
        PlaceFormat::Minutes => 2,
        PlaceFormat::Seconds => 3,
    };
    if marked && complete && numbers.len() <= 3 {
        return value(&numbers);
    }
    if !marks.is_empty() {
        return Err(Problem::NotThisFormat);
    }
    match numbers[..] {
        [one] if asked > 1 => {
            let parts = compact(one, asked).ok_or(Problem::NotThisFormat)?;
            value(&parts.iter().map(String::as_str).collect::<Vec<_>>())
        }
        _ if numbers.len() == asked => value(&numbers),
        _ => Err(Problem::NotThisFormat),
    }
}

/// `31.3817` in a box of degrees and minutes: 31 degrees, 38.17 minutes, as the box says.
fn compact(number: &str, asked: usize) -> Option<Vec<String>> {
    let (degrees, mut rest) = number.split_once('.')?;
    let mut parts = vec![degrees.to_owned()];
    while parts.len() < asked {
        let (two, after) = rest.split_at_checked(2)?;
        parts.push(two.to_owned());
        rest = after;
    }
    if !rest.is_empty() {
        let last = parts.pop()?;
        parts.push(format!("{last}.{rest}"));
    }
    Some(parts)
}

/// Degrees, minutes, seconds: as many as there are.
fn value(parts: &[&str]) -> Result<(i64, u32), Problem> {
    let mut total = 0i128;
    let mut per_degree = 1i128;
    let mut decimals = 0;
    for (index, part) in parts.iter().enumerate() {
        let refused = || Problem::NotAPlace((*part).to_owned());
        let (whole, fraction) = match part.split_once('.') {
            Some(_) if index + 1 < parts.len() => return Err(Problem::PointTooEarly),
            Some((_, "")) => return Err(refused()),
            Some((whole, fraction)) => (whole, fraction),
            None => (*part, ""),
        };
        let (longest, sixty) = if index > 0 { (2, 60) } else { (3, 1) };
        let number: i128 = whole.parse().map_err(|_| refused())?;
        if fraction.len() > DECIMALS_MAX {
            return Err(Problem::TooManyDigits);
        }
        let below: i128 = if fraction.is_empty() { 0 } else { fraction.parse().map_err(|_| refused())? };
        if index > 0 && number >= 60 {
            return Err(Problem::Sixty);
        }
        if whole.len() > longest {
            return Err(refused());
        }
        decimals = u32::try_from(fraction.len()).map_err(|_| Problem::TooManyDigits)?;
        let finer = 10i128.pow(decimals);
        total = (total * sixty + number) * finer + below;
        per_degree *= sixty * finer;
    }
    let millionths = (total * 2_000_000 + per_degree) / (per_degree * 2);
    let format = [PlaceFormat::Degrees, PlaceFormat::Minutes, PlaceFormat::Seconds][parts.len() - 1];
    let millionths = i64::try_from(millionths).map_err(|_| Problem::TooManyDigits)?;
    Ok((millionths, format.precision_of(decimals)))
}
