//! Whether a message keeps to its form. Everything that is wrong is named at once, in the order of the form.

use std::fmt;

use ringdown_record::Precedence;

use super::{Form, Kind, Slot, resolution};
use crate::Marker;
use crate::value::{Dimension, FIELDS_MAX, Field, ParseError, Unit, Value, ValueError};

/// Why a message does not keep to its form. The text says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormProblem {
    /// The form is not for this speech act.
    Marker {
        /// What it may be.
        allowed: Vec<Marker>,
    },
    /// The form may not have this precedence.
    Precedence {
        /// What it may have.
        allowed: Vec<Precedence>,
    },
    /// The form wants a text.
    NoText,
    /// This word says nothing without a text.
    WordNeedsText {
        /// The field.
        field: String,
        /// The word in it.
        word: String,
    },
    /// More fields than a message has.
    TooMany,
    /// The form has no such field.
    Unknown {
        /// The field.
        field: String,
        /// Those that it has.
        fields: Vec<String>,
    },
    /// The field is not for this speech act.
    NotWith {
        /// The field.
        field: String,
        /// The marker of the message.
        marker: Marker,
    },
    /// The field is there more than once.
    Twice {
        /// The field.
        field: String,
    },
    /// The fields do not stand in the order of the form.
    Order {
        /// The field.
        field: String,
        /// The field before which it belongs.
        before: String,
    },
    /// The field has to be there.
    Missing {
        /// The field.
        field: String,
    },
    /// The field has to be there, because of another.
    MissingWhen {
        /// The field.
        field: String,
        /// The other field.
        other: String,
        /// The word in it.
        word: String,
    },
    /// The field holds another kind of value.
    Kind {
        /// The field.
        field: String,
        /// What it has to hold.
        wanted: &'static str,
    },
    /// The number measures something else.
    Dimension {
        /// The field.
        field: String,
        /// What it has to measure.
        wanted: Dimension,
    },
    /// The number is stated more finely than the form has it.
    TooFine {
        /// The field.
        field: String,
        /// The finest resolution, as a power of ten.
        finest: i8,
        /// The unit that it was written in.
        unit: Unit,
    },
    /// The number is below zero.
    Negative {
        /// The field.
        field: String,
    },
    /// Not a word of the list.
    NotInList {
        /// The field.
        field: String,
        /// The list.
        words: Vec<String>,
    },
    /// The message says otherwise than the form whether the field is read back.
    Critical {
        /// The field.
        field: String,
        /// What the form says.
        critical: bool,
    },
    /// The end is not later than the beginning.
    NotAfter {
        /// The field.
        field: String,
        /// The field that has to be earlier.
        other: String,
    },
    /// The value is not one.
    Value {
        /// The field.
        field: String,
        /// Why.
        error: ValueError,
    },
    /// What was typed cannot be read.
    Typed {
        /// The field.
        field: String,
        /// Why, and how to write it.
        error: ParseError,
    },
}

impl Form {
    /// Whether a message keeps to the form; if not, the first thing that is wrong.
    pub fn check(
        &self,
        marker: Marker,
        precedence: Precedence,
        fields: &[Field],
        text: &str,
    ) -> Result<(), FormProblem> {
        match self.problems(marker, precedence, fields, text).into_iter().next() {
            Some(problem) => Err(problem),
            None => Ok(()),
        }
    }

    /// Everything in which a message does not keep to the form.
    pub fn problems(
        &self,
        marker: Marker,
        precedence: Precedence,
        fields: &[Field],
        text: &str,
    ) -> Vec<FormProblem> {
        if !self.markers.contains(&marker) {
            return vec![FormProblem::Marker { allowed: self.markers.clone() }];
        }
        let mut problems = Vec::new();
        if !self.precedences.contains(&precedence) {
            problems.push(FormProblem::Precedence { allowed: self.precedences.clone() });
        }
        problems.extend(self.field_problems(marker, fields));
        problems.extend(self.text_problems(fields, text));
        problems
    }

    /// What is wrong with the fields alone.
    pub(super) fn field_problems(&self, marker: Marker, fields: &[Field]) -> Vec<FormProblem> {
        if fields.len() > FIELDS_MAX {
            return vec![FormProblem::TooMany];
        }
        let mut problems = self.places(marker, fields);
        for field in fields {
            if let Some(slot) = self.slot(&field.name) {
                problems.extend(slot.problem(field));
            }
        }
        for slot in self.slots_with(marker) {
            problems.extend(slot.missing(fields));
            problems.extend(slot.not_after(fields));
        }
        problems
    }

    /// Fields that the form does not have, not here, not twice, or not in this order.
    fn places(&self, marker: Marker, fields: &[Field]) -> Vec<FormProblem> {
        let mut problems = Vec::new();
        let mut last: Option<usize> = None;
        for field in fields {
            let name = || field.name.clone();
            let Some(at) = self.slots.iter().position(|slot| slot.name == field.name) else {
                let names = self.slots_with(marker).map(|slot| slot.name.clone()).collect();
                problems.push(FormProblem::Unknown { field: name(), fields: names });
                continue;
            };
            if !self.slots[at].goes_with(marker) {
                problems.push(FormProblem::NotWith { field: name(), marker });
            } else if last == Some(at) {
                problems.push(FormProblem::Twice { field: name() });
            } else if let Some(before) = last.filter(|last| at < *last) {
                let before = self.slots[before].name.clone();
                problems.push(FormProblem::Order { field: name(), before });
            } else {
                last = Some(at);
            }
        }
        problems
    }

    pub(super) fn text_problems(&self, fields: &[Field], text: &str) -> Vec<FormProblem> {
        if !text.trim().is_empty() {
            return Vec::new();
        }
        if self.text_required {
            return vec![FormProblem::NoText];
        }
        let needing = fields.iter().filter_map(|field| {
            let Kind::Word { need_text, .. } = &self.slot(&field.name)?.kind else { return None };
            let Value::Word(word) = &field.value else { return None };
            let (field, word) = (field.name.clone(), word.clone());
            need_text.contains(&word).then_some(FormProblem::WordNeedsText { field, word })
        });
        needing.collect()
    }
}

impl Slot {
    /// What is wrong with a field in this slot.
    fn problem(&self, field: &Field) -> Option<FormProblem> {
        let name = || self.name.clone();
        if let Err(error) = field.check() {
            return Some(FormProblem::Value { field: name(), error });
        }
        if field.critical != self.critical {
            return Some(FormProblem::Critical { field: name(), critical: self.critical });
        }
        match (&self.kind, &field.value) {
            (Kind::Number { dimension, finest, negative, .. }, Value::Number(number)) => match dimension {
                Some(wanted) if number.unit().dimension() != *wanted => {
                    Some(FormProblem::Dimension { field: name(), wanted: *wanted })
                }
                _ if number.exponent() < *finest => {
                    Some(FormProblem::TooFine { field: name(), finest: *finest, unit: number.unit() })
                }
                _ if number.mantissa() < 0 && !negative => Some(FormProblem::Negative { field: name() }),
                _ => None,
            },
            (Kind::Word { words, .. }, Value::Word(word)) => {
                let known = words.contains(word);
                (!known).then(|| FormProblem::NotInList { field: name(), words: words.clone() })
            }
            (Kind::Time { .. }, Value::Time(_))
            | (Kind::Place, Value::Place(_))
            | (Kind::Polarity, Value::Polarity(_))
            | (Kind::Condition, Value::Condition(_))
            | (Kind::Text, Value::Text(_))
            | (Kind::Name, Value::Name(_)) => None,
            _ => Some(FormProblem::Kind { field: name(), wanted: self.kind.name() }),
        }
    }

    fn missing(&self, fields: &[Field]) -> Option<FormProblem> {
        if fields.iter().any(|field| field.name == self.name) {
            return None;
        }
        let field = self.name.clone();
        if self.required {
            return Some(FormProblem::Missing { field });
        }
        let when = self.required_when.as_ref()?;
        let other = fields.iter().find(|field| field.name == when.field)?;
        match &other.value {
            Value::Word(word) if when.words.contains(word) => {
                Some(FormProblem::MissingWhen { field, other: when.field.clone(), word: word.clone() })
            }
            _ => None,
        }
    }

    fn not_after(&self, fields: &[Field]) -> Option<FormProblem> {
        let Kind::Time { after: Some(other) } = &self.kind else { return None };
        let time = |name: &str| match fields.iter().find(|field| field.name == name)?.value {
            Value::Time(time) => Some(time),
            _ => None,
        };
        let (first, last) = (time(other)?, time(&self.name)?);
        (last <= first).then(|| FormProblem::NotAfter { field: self.name.clone(), other: other.clone() })
    }
}

impl FormProblem {
    /// The field that it is about, so that a screen can show it there.
    pub fn field(&self) -> Option<&str> {
        match self {
            FormProblem::Marker { .. }
            | FormProblem::Precedence { .. }
            | FormProblem::NoText
            | FormProblem::TooMany => None,
            FormProblem::WordNeedsText { field, .. }
            | FormProblem::Unknown { field, .. }
            | FormProblem::NotWith { field, .. }
            | FormProblem::Twice { field }
            | FormProblem::Order { field, .. }
            | FormProblem::Missing { field }
            | FormProblem::Negative { field }
            | FormProblem::MissingWhen { field, .. }
            | FormProblem::Kind { field, .. }
            | FormProblem::Dimension { field, .. }
            | FormProblem::TooFine { field, .. }
            | FormProblem::NotInList { field, .. }
            | FormProblem::Critical { field, .. }
            | FormProblem::NotAfter { field, .. }
            | FormProblem::Value { field, .. }
            | FormProblem::Typed { field, .. } => Some(field),
        }
    }

    /// What is wrong and what to do, without the field's name.
    pub fn reason(&self) -> String {
        match self {
            FormProblem::Marker { allowed } => {
                let names: Vec<_> = allowed.iter().map(|marker| marker.name()).collect();
                format!("the form is not for this marker; choose {}", either(&names))
            }
            FormProblem::Precedence { allowed } => {
                let names: Vec<_> = allowed.iter().map(|precedence| precedence.name()).collect();
                format!("the form does not have this precedence; choose {}", either(&names))
            }
            FormProblem::NoText => "the form wants a text; write one".to_owned(),
            FormProblem::WordNeedsText { word, .. } => {
                format!("{word} says nothing by itself; say in the text what is meant")
            }
            FormProblem::TooMany => {
                format!("a message has at most {FIELDS_MAX} fields; put the rest into the text")
            }
            FormProblem::Unknown { fields, .. } => {
                format!("the form has no such field; it has {}", list(fields))
            }
            FormProblem::NotWith { marker, .. } => {
                format!("not part of this form with {}; leave it out", marker.name())
            }
            FormProblem::Twice { .. } => "there more than once; say it once".to_owned(),
            FormProblem::Order { before, .. } => {
                format!("out of order; put it before '{before}', as the form has it")
            }
            FormProblem::Missing { .. } => "has to be filled in".to_owned(),
            FormProblem::MissingWhen { other, word, .. } => {
                format!("has to be filled in, because '{other}' is {word}")
            }
            FormProblem::Kind { wanted, .. } => format!("has to be a {wanted}"),
            FormProblem::Dimension { wanted, .. } => {
                let units: Vec<_> = wanted.units().map(Unit::code).collect();
                format!("measures something else; give a {} in {}", wanted.code(), either(&units))
            }
            FormProblem::TooFine { finest, unit, .. } => {
                format!("stated too finely; round it to {} {}", resolution(*finest), unit.code())
            }
            FormProblem::Negative { .. } => "cannot be below zero; correct it".to_owned(),
            FormProblem::NotInList { words, .. } => {
                format!("not a word of the list; choose {}", either(words))
            }
            FormProblem::Critical { critical: true, .. } => {
                "has to be marked as read back; the form says so".to_owned()
            }
            FormProblem::Critical { .. } => "is not read back; the form says so".to_owned(),
            FormProblem::NotAfter { other, .. } => {
                format!("has to be later than '{other}'; correct one of them")
            }
            FormProblem::Value { error, .. } => error.to_string(),
            FormProblem::Typed { error, .. } => error.to_string(),
        }
    }
}

impl fmt::Display for FormProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(field) = self.field() {
            write!(f, "field '{field}': ")?;
        }
        f.write_str(&self.reason())
    }
}

impl std::error::Error for FormProblem {}

/// a, b or c
pub(super) fn either<S: AsRef<str>>(names: &[S]) -> String {
    match names {
        [] => "none".to_owned(),
        [one] => one.as_ref().to_owned(),
        [first @ .., last] => format!("{} or {}", list(first), last.as_ref()),
    }
}

/// a, b, c
pub(super) fn list<S: AsRef<str>>(names: &[S]) -> String {
    names.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ")
}
