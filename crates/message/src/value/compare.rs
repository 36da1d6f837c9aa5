//! What was sent against what was read back. Whole numbers only: two nodes never disagree about it.

use std::fmt;

use super::distance::millimetres;
use super::fold::normal;
use super::lookalike::{same_look, strange_letters};
use super::show::polarity;
use super::{Condition, Dimension, Number, Place, PlaceFormat, Time, Value};
use crate::hidden::code;

/// Two places closer than this are the same, whatever precision was stated: 0.1 nautical miles, in millimetres.
const PLACE_TOLERANCE: i128 = 185_200;
/// By so much the rounding to millionths of a degree may part two places: 0.1' must not become more than 0.1 NM.
const PLACE_ROUNDING: i128 = 200;

/// What a comparison says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The same, within what the sender stated.
    Match,
    /// Not the same.
    Different(Difference),
    /// Free text: a person has to say.
    ForAPerson,
}

/// How a value that was read back differs from the one that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// In what.
    pub aspect: Aspect,
    /// The value that was sent, as the sender said it.
    pub sent: String,
    /// The value that was read back, where possible in the sender's unit, with what was typed in brackets.
    pub read_back: String,
    /// How far apart they are, or what to look at.
    pub note: Note,
}

/// What is said beside two values that differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The two say it all.
    Nothing,
    /// What was read back is later, by so many minutes.
    Later(u32),
    /// Or earlier.
    Earlier(u32),
    /// So many tenths of a nautical mile lie between them.
    Apart(i128),
    /// Letters that look alike and are not the same: the sent and the other.
    LookAlike(Vec<(char, char)>),
}

/// In what two values differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aspect {
    /// A time for a place, and the like.
    Kind,
    /// A length for a mass, and the like.
    Dimension,
    /// True for magnetic.
    North,
    /// The number.
    Number,
    /// The minute.
    Time,
    /// The place.
    Place,
    /// WILL for WILL NOT.
    Polarity,
    /// The word of the list.
    Word,
    /// NOT BEFORE for UNTIL, and the like.
    ConditionKind,
    /// The minute of a condition.
    ConditionTime,
    /// The text of an IF.
    ConditionText,
    /// The name.
    Name,
    /// The name, and the letters look the same.
    LookAlike,
}

impl Aspect {
    /// The key under which a language has its own text.
    pub fn code(self) -> &'static str {
        match self {
            Aspect::Kind => "kind",
            Aspect::Dimension => "dimension",
            Aspect::North => "north",
            Aspect::Number => "number",
            Aspect::Time => "time",
            Aspect::Place => "place",
            Aspect::Polarity => "polarity",
            Aspect::Word => "word",
            Aspect::ConditionKind => "condition-kind",
            Aspect::ConditionTime => "condition-time",
            Aspect::ConditionText => "condition-text",
            Aspect::Name => "name",
            Aspect::LookAlike => "look-alike",
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sent {}, read back {}", self.sent, self.read_back)?;
        if self.note == Note::Nothing { Ok(()) } else { write!(f, ": {}", self.note) }
    }
}

impl Note {
    /// Minutes in words: `1 d 1 h 30 min`.
    pub fn span(minutes: u32) -> String {
        match (minutes / 1440, minutes % 1440 / 60, minutes % 60) {
            (0, 0, minutes) => format!("{minutes} min"),
            (0, hours, minutes) => format!("{hours} h {minutes:02} min"),
            (days, hours, minutes) => format!("{days} d {hours} h {minutes:02} min"),
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::Nothing => Ok(()),
            Note::Later(minutes) => write!(f, "{} later", Note::span(*minutes)),
            Note::Earlier(minutes) => write!(f, "{} earlier", Note::span(*minutes)),
            Note::Apart(tenths) => write!(f, "{}.{} NM apart", tenths / 10, tenths % 10),
            Note::LookAlike(letters) => {
                let letter = |(one, other): &(char, char)| {
                    format!("{one} ({}) is not {other} ({})", code(*one), code(*other))
                };
                let letters: Vec<_> = letters.iter().map(letter).collect();
                write!(f, "the letters look alike: {}", letters.join(", "))
            }
        }
    }
}

/// Compares what was read back with what was sent.
pub fn compare(sent: &Value, read_back: &Value) -> Outcome {
    match (sent, read_back) {
        (Value::Number(sent), Value::Number(back)) => numbers(sent, back),
        (Value::Time(sent), Value::Time(back)) => times(*sent, *back, Aspect::Time, ["", ""]),
        (Value::Place(sent), Value::Place(back)) => places(*sent, *back),
        (Value::Polarity(sent), Value::Polarity(back)) => {
            told(sent == back, Aspect::Polarity, polarity(*sent), polarity(*back))
        }
        (Value::Word(sent), Value::Word(back)) => told(sent == back, Aspect::Word, sent, back),
        (Value::Text(_), Value::Text(_)) => Outcome::ForAPerson,
        (Value::Condition(sent), Value::Condition(back)) => conditions(sent, back),
        (Value::Name(sent), Value::Name(back)) => names(sent, back),
        _ => different(Aspect::Kind, sent.as_sent(), read_back.as_sent(), Note::Nothing),
    }
}

fn different(aspect: Aspect, sent: String, read_back: String, note: Note) -> Outcome {
    Outcome::Different(Difference { aspect, sent, read_back, note })
}

fn told(same: bool, aspect: Aspect, sent: &str, back: &str) -> Outcome {
    if same { Outcome::Match } else { different(aspect, sent.to_owned(), back.to_owned(), Note::Nothing) }
}

fn numbers(sent: &Number, back: &Number) -> Outcome {
    let (unit, other) = (sent.unit(), back.unit());
    if unit.dimension() != other.dimension() {
        return different(Aspect::Dimension, sent.to_string(), back.to_string(), Note::Nothing);
    }
    if !other.converts_to(unit) {
        return different(Aspect::North, sent.to_string(), back.to_string(), Note::Nothing);
    }
    let mut apart = (sent.in_base() - back.in_base()).abs();
    if unit.dimension() == Dimension::Bearing {
        // 360 is 000.
        let circle = 360_000_000 * unit.scale();
        apart = apart.min(circle - apart);
    }
    let resolution = sent.resolution_in_base();
    if apart * 2 <= resolution {
        return Outcome::Match;
    }
    // Told so finely that it cannot look like what was sent.
    let near = back.told_within(unit, resolution.min(back.resolution_in_base()));
    let read_back = match near {
        Some(near) if other != unit => format!("{} ({back})", near.plain()),
        _ => back.to_string(),
    };
    different(Aspect::Number, sent.to_string(), read_back, Note::Nothing)
}

fn times(sent: Time, back: Time, aspect: Aspect, words: [&str; 2]) -> Outcome {
    if sent == back {
        return Outcome::Match;
    }
    let minutes = sent.minutes().abs_diff(back.minutes());
    let note = if back > sent { Note::Later(minutes) } else { Note::Earlier(minutes) };
    different(aspect, format!("{}{sent}", words[0]), format!("{}{back}", words[1]), note)
}

fn places(sent: Place, back: Place) -> Outcome {
    let apart = millimetres(sent, back);
    if apart <= PLACE_TOLERANCE.max(i128::from(sent.precision()) * 1000) + PLACE_ROUNDING {
        return Outcome::Match;
    }
    // Tenths of a nautical mile, rounded; above 0.1 NM by what was said before.
    let tenths = (apart * 10 + 926_000) / 1_852_000;
    let text = |place: Place| place.text(PlaceFormat::Minutes);
    different(Aspect::Place, text(sent), text(back), Note::Apart(tenths))
}

fn conditions(sent: &Condition, back: &Condition) -> Outcome {
    match (sent, back) {
        (Condition::None, Condition::None) => Outcome::Match,
        (Condition::NotBefore(sent), Condition::NotBefore(back)) => {
            times(*sent, *back, Aspect::ConditionTime, ["NOT BEFORE "; 2])
        }
        (Condition::Until(sent), Condition::Until(back)) => {
            times(*sent, *back, Aspect::ConditionTime, ["UNTIL "; 2])
        }
        (Condition::If(one), Condition::If(other)) => {
            let same = normal(one) == normal(other);
            told(same, Aspect::ConditionText, &sent.to_string(), &back.to_string())
        }
        _ => different(Aspect::ConditionKind, sent.to_string(), back.to_string(), Note::Nothing),
    }
}

fn names(sent: &str, back: &str) -> Outcome {
    let (one, other) = (normal(sent), normal(back));
    if one == other {
        return Outcome::Match;
    }
    let (aspect, note) = if same_look(&one, &other) {
        (Aspect::LookAlike, Note::LookAlike(strange_letters(sent, back)))
    } else {
        (Aspect::Name, Note::Nothing)
    };
    different(aspect, sent.to_owned(), back.to_owned(), note)
}
