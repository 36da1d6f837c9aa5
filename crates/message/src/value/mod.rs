//! Typed values: what a form's field holds, so that a machine can compare what was meant with what was understood.
//!
//! A value is built by a constructor that checks it, or decoded from the signed content. What a person types is read
//! by [`Value::parse`], shown by [`Value::shown`], and compared by [`compare`]. All arithmetic is in whole numbers, so
//! that two nodes never come to different results.

mod codec;
mod compare;
mod condition;
mod distance;
mod flag_words;
mod flags;
mod fold;
mod habits;
mod lookalike;
mod number;
mod parse;
mod parse_number;
mod parse_place;
mod parse_time;
mod place;
mod show;
mod spelling;
mod time;
mod unit;

use std::fmt;

pub use compare::{Aspect, Difference, Note, Outcome, compare};
pub use condition::Condition;
pub use flags::{FLAGS_MAX, Flag, FlagKind, flags};
pub use habits::{Habits, PlaceFormat, System};
pub use number::{EXPONENT_MAX, EXPONENT_MIN, MANTISSA_MAX, Number};
pub use parse::{Kind, ParseError, Problem};
pub use place::{PRECISION_MAX, Place};
pub use spelling::{Advice, UnitError};
pub use time::{Date, Time};
pub use unit::{Dimension, Unit};

use crate::hidden::{Layout, Piece, pieces};

/// Most fields of a message.
pub const FIELDS_MAX: usize = 8;
/// Longest name of a field, in bytes.
pub const FIELD_NAME_LEN_MAX: usize = 32;
/// Longest word of a closed list, in bytes.
pub const WORD_LEN_MAX: usize = 32;
/// Longest free text of a field, in bytes of UTF-8.
pub const FIELD_TEXT_LEN_MAX: usize = 500;
/// Longest text of an IF condition, in bytes of UTF-8.
pub const CONDITION_LEN_MAX: usize = 200;
/// Longest proper name or call sign, in bytes of UTF-8.
pub const PROPER_NAME_LEN_MAX: usize = 64;

/// A typed value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A number with its unit and the resolution to which it is stated.
    Number(Number),
    /// A minute.
    Time(Time),
    /// A place on earth.
    Place(Place),
    /// WILL, or WILL NOT.
    Polarity(bool),
    /// A word of a closed list.
    Word(String),
    /// Free text, never compared by machine.
    Text(String),
    /// When or whether what is said holds.
    Condition(Condition),
    /// A proper name or call sign.
    Name(String),
}

/// A value under its name in the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Name in the form: a-z, 0-9 and '-'.
    pub name: String,
    /// It has to be read back.
    pub critical: bool,
    /// What it holds.
    pub value: Value,
}

/// Why something is not a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueError {
    /// The number has too many digits, or is stated too finely or too coarsely.
    NumberRange,
    /// A bearing runs from 0 to 360 degrees.
    BearingRange,
    /// A count is a whole number that is not negative.
    CountRange,
    /// Not on the earth, or a precision below one metre or above 1 000 km.
    PlaceRange,
    /// Not a minute between 2025 and the last that can be written.
    TimeRange,
    /// Not a word of a-z, 0-9 and '-'.
    Word,
    /// Empty or too long.
    TextLength,
    /// Empty, too long, more than one line, or with characters that cannot be seen.
    OneLine,
    /// The name of a field is not a-z, 0-9 and '-'.
    FieldName,
}

impl Value {
    /// A word of a closed list.
    pub fn word(word: &str) -> Result<Value, ValueError> {
        Value::Word(word.to_owned()).checked()
    }

    /// Free text.
    pub fn text(text: &str) -> Result<Value, ValueError> {
        Value::Text(text.to_owned()).checked()
    }

    /// A proper name or call sign.
    pub fn name(name: &str) -> Result<Value, ValueError> {
        Value::Name(name.to_owned()).checked()
    }

    /// Checks what the type alone does not.
    pub fn check(&self) -> Result<(), ValueError> {
        match self {
            Value::Number(_) | Value::Time(_) | Value::Place(_) | Value::Polarity(_) => Ok(()),
            Value::Word(word) if is_word(word, WORD_LEN_MAX) => Ok(()),
            Value::Word(_) => Err(ValueError::Word),
            Value::Text(text) if text.trim().is_empty() || text.len() > FIELD_TEXT_LEN_MAX => {
                Err(ValueError::TextLength)
            }
            Value::Text(_) => Ok(()),
            Value::Condition(condition) => condition.check(),
            Value::Name(name) if is_one_line(name, PROPER_NAME_LEN_MAX) => Ok(()),
            Value::Name(_) => Err(ValueError::OneLine),
        }
    }

    fn checked(self) -> Result<Value, ValueError> {
        self.check().map(|()| self)
    }
}

impl Field {
    /// A field whose name and value are checked.
    pub fn new(name: &str, critical: bool, value: Value) -> Result<Field, ValueError> {
        let field = Field { name: name.to_owned(), critical, value };
        field.check().map(|()| field)
    }

    /// The letter of a name that stands beside letters of another script, if it has one.
    pub(crate) fn strange_letter(&self) -> Option<char> {
        match &self.value {
            Value::Name(name) => flags::strange_letter(name),
            _ => None,
        }
    }

    /// Checks the name and the value.
    pub fn check(&self) -> Result<(), ValueError> {
        if !is_word(&self.name, FIELD_NAME_LEN_MAX) {
            return Err(ValueError::FieldName);
        }
        self.value.check()
    }
}

fn is_word(word: &str, most: usize) -> bool {
    !word.is_empty()
        && word.len() <= most
        && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Something to see, on one line, with nothing that cannot be seen.
fn is_one_line(text: &str, most: usize) -> bool {
    !text.trim().is_empty()
        && text.len() <= most
        && pieces(text, Layout::OneLine).all(|piece| matches!(piece, Piece::Text(_)))
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ValueError::NumberRange => {
                "the number has more than 12 digits, or is stated finer than 0.000001 or coarser than 1 000 000"
            }
            ValueError::BearingRange => "a bearing runs from 0 to 360 degrees",
            ValueError::CountRange => "a count is a whole number and not negative",
            ValueError::PlaceRange => {
                "a latitude runs to 90 degrees, a longitude to 180, a precision from 1 m to 1 000 km"
            }
            ValueError::TimeRange => "a time must be a minute from 2025-01-01 on",
            ValueError::Word => "a word of a list has 1 to 32 characters of a-z, 0-9 and '-'",
            ValueError::TextLength => "a text has 1 to 500 bytes",
            ValueError::OneLine => {
                "this must be one line, not too long, without characters that cannot be seen"
            }
            ValueError::FieldName => "the name of a field has 1 to 32 characters of a-z, 0-9 and '-'",
        })
    }
}

impl std::error::Error for ValueError {}
