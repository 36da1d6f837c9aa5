//! What a person types, read as a value of the kind that the box asks for. What could mean two things is refused.

use std::fmt;

use super::fold::typed;
use super::{
    Advice, CONDITION_LEN_MAX, Condition, Dimension, FIELD_TEXT_LEN_MAX, Habits, Number, PROPER_NAME_LEN_MAX,
    Place, Time, Unit, Value, ValueError,
};
use crate::hidden::{Layout, Piece, code, pieces};

/// What a box asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number with its unit behind it.
    Number(Dimension),
    /// A number whose unit stands beside the box; another unit of its dimension may be typed and then counts.
    NumberIn(Unit),
    /// A minute.
    Time,
    /// A place.
    Place,
    /// WILL or WILL NOT.
    Polarity,
    /// A word of a closed list, by its id.
    Word,
    /// Free text.
    Text,
    /// When or whether.
    Condition,
    /// A proper name or call sign.
    Name,
}

/// Why what was typed is not a value: what is wrong, and one example that is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// What is wrong.
    pub problem: Problem,
    /// What would have been right.
    pub example: &'static str,
}

/// What is wrong with a typed value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Nothing was typed.
    Empty,
    /// More than any value of this kind has.
    TooLong,
    /// A character that cannot be seen; its code.
    Hidden(String),
    /// A comma may be a decimal mark or a separator.
    Comma,
    /// Not digits.
    NotANumber(String),
    /// Blanks stand within the digits, but not in front of each three.
    Grouping,
    /// More digits than a number may have.
    TooManyDigits,
    /// A number, and nothing that says of what.
    NoUnit,
    /// Not a unit of the list.
    UnknownUnit(String),
    /// A unit that may mean two things, and what to write instead.
    AmbiguousUnit(String, Advice),
    /// A unit of something else.
    OtherDimension(Unit),
    /// The resolution is not 1, 10, 100 and so on of the number's own unit.
    Resolution,
    /// The number has digits below the resolution.
    FinerThanStated,
    /// A time without Z or offset.
    NoZone,
    /// A zone given by a letter or a name.
    ZoneName(String),
    /// A date in numbers with strokes or points.
    NumericDate,
    /// No day, month or year.
    NoDate,
    /// No hour and minute.
    NoClock,
    /// The hour is above 23; midnight is 0000 of the day that begins.
    Hour,
    /// Twelve-hour clock.
    HalfDay,
    /// Seconds.
    Seconds,
    /// No such day or minute.
    NoSuchTime,
    /// Something else in a time.
    NotATime(String),
    /// A latitude and a longitude with their letters are needed.
    NoLetters,
    /// Not the numbers that this box takes for a coordinate without marks.
    NotThisFormat,
    /// Sixty minutes or seconds, or more.
    Sixty,
    /// Something else in a place.
    NotAPlace(String),
    /// Only the last part of a coordinate may have a decimal point.
    PointTooEarly,
    /// Not WILL or WILL NOT.
    Polarity,
    /// Not NOT BEFORE, UNTIL, IF or NONE.
    Condition,
    /// Outside the range of its kind.
    Range(ValueError),
}

impl ParseError {
    pub(super) fn new(problem: Problem, example: &'static str) -> ParseError {
        ParseError { problem, example }
    }
}

impl Value {
    /// The kind of box in which this value is read back. A number's unit is left to who types.
    pub fn kind(&self) -> Kind {
        match self {
            Value::Number(number) => Kind::Number(number.unit().dimension()),
            Value::Time(_) => Kind::Time,
            Value::Place(_) => Kind::Place,
            Value::Polarity(_) => Kind::Polarity,
            Value::Word(_) => Kind::Word,
            Value::Text(_) => Kind::Text,
            Value::Condition(_) => Kind::Condition,
            Value::Name(_) => Kind::Name,
        }
    }

    /// The same, with the reader's usual unit beside the box. A bearing's box names no unit: north is for who types.
    pub fn kind_in(&self, habits: &Habits) -> Kind {
        match self {
            Value::Number(number) if number.unit().dimension() != Dimension::Bearing => {
                Kind::NumberIn(habits.unit_for(number.unit()))
            }
            other => other.kind(),
        }
    }

    /// Reads what a person typed. A day without month and year is the one nearest to `reference`.
    pub fn parse(
        kind: Kind,
        text: &str,
        habits: &Habits,
        reference: Option<Time>,
    ) -> Result<Value, ParseError> {
        match kind {
            Kind::Number(dimension) => Number::parse(text, dimension, None).map(Value::Number),
            Kind::NumberIn(unit) => Number::parse(text, unit.dimension(), Some(unit)).map(Value::Number),
            Kind::Time => Time::parse(text, reference).map(Value::Time),
            Kind::Place => Place::parse(text, habits.places()).map(Value::Place),
            Kind::Polarity => polarity(text).map(Value::Polarity),
            Kind::Word => word(text),
            Kind::Text if text.trim().is_empty() => Err(ParseError::new(Problem::Empty, TEXT)),
            Kind::Text if text.len() > FIELD_TEXT_LEN_MAX => Err(ParseError::new(Problem::TooLong, TEXT)),
            Kind::Text => Ok(Value::Text(text.to_owned())),
            Kind::Condition => Condition::parse(text, reference).map(Value::Condition),
            Kind::Name => one_line(text, PROPER_NAME_LEN_MAX, NAME).map(Value::Name),
        }
    }
}

const TEXT: &str = "Two vessels left the area.";
const NAME: &str = "EVER GIVEN";
const WORD: &str = "live-fire";
const POLARITY: &str = "WILL NOT";
const CONDITION: &str = "NOT BEFORE 232015Z NOV 26";

fn polarity(text: &str) -> Result<bool, ParseError> {
    match typed(text, POLARITY)?.to_lowercase().as_str() {
        "will" => Ok(true),
        "will not" => Ok(false),
        _ => Err(ParseError::new(Problem::Polarity, POLARITY)),
    }
}

fn word(text: &str) -> Result<Value, ParseError> {
    let id = typed(text, WORD)?.to_lowercase().replace([' ', '_'], "-");
    Value::word(&id).map_err(|error| ParseError::new(Problem::Range(error), WORD))
}

fn one_line(text: &str, most: usize, example: &'static str) -> Result<String, ParseError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ParseError::new(Problem::Empty, example));
    }
    if text.len() > most {
        return Err(ParseError::new(Problem::TooLong, example));
    }
    for piece in pieces(text, Layout::OneLine) {
        if let Piece::Hidden(c) = piece {
            return Err(ParseError::new(Problem::Hidden(code(c)), example));
        }
    }
    Ok(text.to_owned())
}

impl Condition {
    /// Reads `NONE`, `NOT BEFORE` and a time, `UNTIL` and a time, or `IF` and a text.
    pub fn parse(text: &str, reference: Option<Time>) -> Result<Condition, ParseError> {
        let trimmed = text.trim();
        if let Some(rest) = after(trimmed, &["IF"]) {
            return one_line(rest, CONDITION_LEN_MAX, "IF the tug has left").map(Condition::If);
        }
        let folded = typed(text, CONDITION)?;
        if let Some(rest) = after(&folded, &["NOT", "BEFORE"]) {
            return Time::parse(rest, reference).map(Condition::NotBefore);
        }
        if let Some(rest) = after(&folded, &["UNTIL"]) {
            return Time::parse(rest, reference).map(Condition::Until);
        }
        if folded.eq_ignore_ascii_case("none") || folded.eq_ignore_ascii_case("no condition") {
            return Ok(Condition::None);
        }
        Err(ParseError::new(Problem::Condition, CONDITION))
    }
}

/// What follows these words.
fn after<'a>(text: &'a str, words: &[&str]) -> Option<&'a str> {
    words.iter().try_fold(text, |rest, word| {
        let rest = rest.trim_start();
        let head = rest.get(..word.len()).filter(|head| head.eq_ignore_ascii_case(word))?;
        let tail = &rest[head.len()..];
        (tail.is_empty() || tail.starts_with(char::is_whitespace)).then_some(tail)
    })
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; right would be: {}", self.problem, self.example)
    }
}

impl std::error::Error for ParseError {}

impl Problem {
    /// The key under which a language has its own text.
    pub fn code(&self) -> &'static str {
        match self {
            Problem::Empty => "empty",
            Problem::TooLong => "too-long",
            Problem::Hidden(_) => "hidden",
            Problem::Comma => "comma",
            Problem::NotANumber(_) => "not-a-number",
            Problem::Grouping => "grouping",
            Problem::TooManyDigits => "too-many-digits",
            Problem::NoUnit => "no-unit",
            Problem::UnknownUnit(_) => "unknown-unit",
            Problem::AmbiguousUnit(..) => "ambiguous-unit",
            Problem::OtherDimension(_) => "other-dimension",
            Problem::Resolution => "resolution",
            Problem::FinerThanStated => "finer-than-stated",
            Problem::NoZone => "no-zone",
            Problem::ZoneName(_) => "zone-name",
            Problem::NumericDate => "numeric-date",
            Problem::NoDate => "no-date",
            Problem::NoClock => "no-clock",
            Problem::Hour => "hour",
            Problem::HalfDay => "half-day",
            Problem::Seconds => "seconds",
            Problem::NoSuchTime => "no-such-time",
            Problem::NotATime(_) => "not-a-time",
            Problem::NoLetters => "no-letters",
            Problem::NotThisFormat => "not-this-format",
            Problem::Sixty => "sixty",
            Problem::NotAPlace(_) => "not-a-place",
            Problem::PointTooEarly => "point-too-early",
            Problem::Polarity => "polarity",
            Problem::Condition => "condition",
            Problem::Range(_) => "range",
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Problem::Empty => "nothing is typed",
            Problem::TooLong => "this is too long",
            Problem::Hidden(code) => return write!(f, "{code} is a character that cannot be seen"),
            Problem::Comma => "a comma may be a decimal mark or a separator; write a point or a blank",
            Problem::NotANumber(text) => return write!(f, "'{text}' is no number"),
            Problem::Grouping => "blanks within a number stand in front of each three digits",
            Problem::TooManyDigits => "a number has at most 12 digits, 6 of them behind the point",
            Problem::NoUnit => "a number needs its unit",
            Problem::UnknownUnit(text) => return write!(f, "'{text}' is no unit of the list"),
            Problem::AmbiguousUnit(text, advice) => {
                return write!(f, "'{text}' may mean two things: {}", advice.text());
            }
            Problem::OtherDimension(unit) => return write!(f, "'{}' measures something else", unit.code()),
            Problem::Resolution => "a resolution is 1, 10, 100 and so on in the number's own unit",
            Problem::FinerThanStated => "the number has digits below the resolution that is stated",
            Problem::NoZone => "a time needs Z, or the offset of the local time",
            Problem::ZoneName(text) => {
                return write!(f, "'{text}' is neither Z nor an offset such as +03; turn the time into Zulu");
            }
            Problem::NumericDate => {
                "a date in numbers alone is read in two orders; write the month in letters"
            }
            Problem::NoDate => "a time needs day, month and year",
            Problem::NoClock => "a time needs hour and minute as four digits",
            Problem::Hour => "hours run from 00 to 23; midnight is 0000 of the day that begins",
            Problem::HalfDay => "write the hour from 00 to 23",
            Problem::Seconds => "times are to the minute; leave the seconds out",
            Problem::NoSuchTime => "there is no such day or minute, or it is before 2025",
            Problem::NotATime(text) => return write!(f, "'{text}' is no part of a time"),
            Problem::NoLetters => "a place needs a latitude with N or S and a longitude with E or W",
            Problem::NotThisFormat => {
                "this box takes another form of places; type its numbers or write ° ' \""
            }
            Problem::Sixty => "minutes and seconds run below 60; this may be a decimal fraction of a degree",
            Problem::NotAPlace(text) => return write!(f, "'{text}' is no part of a place"),
            Problem::PointTooEarly => "only the last part of a coordinate may have a decimal point",
            Problem::Polarity => "write WILL or WILL NOT",
            Problem::Condition => {
                "a condition is NONE, NOT BEFORE and a time, UNTIL and a time, or IF and a text"
            }
            Problem::Range(error) => return write!(f, "{error}"),
        })
    }
}
