//! Forms: what a message of one kind has to say, as data. A form is a file; a site adds its own without code.
//!
//! [`Form::read`] refuses a file that is not complete and sound, so that a [`Form`] in hand needs no further checks.
//! The node reads the files and hands in names and texts. What stands in a message is the form's [`Form::wire_id`] and
//! the typed values; labels are looked up by each side in its own language.

mod check;
mod file;
mod library;
mod texts;
mod typed;
mod words;

use std::collections::BTreeMap;
use std::fmt;

use ringdown_record::Precedence;

pub use check::FormProblem;
pub use library::{Forms, SITE_FORMS_MAX, shipped};
pub use texts::{Label, Texts};
pub use words::{Words, words};

use crate::Marker;
use crate::value::{Dimension, Unit};

/// Longest file of a form, in bytes.
pub const FORM_LEN_MAX: usize = 65_536;
/// Most fields in a file. A message has at most [`crate::value::FIELDS_MAX`] of them; a form for a question and its
/// answer has the fields of both.
pub const SLOTS_MAX: usize = 24;
/// Most words of one closed list.
pub const WORDS_MAX: usize = 16;
/// Most languages of a form.
pub const LANGUAGES_MAX: usize = 16;
/// Most examples of a form.
pub const EXAMPLES_MAX: usize = 8;
/// Most texts that a form offers.
pub const OFFERED_TEXTS_MAX: usize = 31;
/// The language that every form has, shown where another is missing.
pub const FALLBACK_LANGUAGE: &str = "en";

/// A form, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    id: String,
    version: u32,
    number: u32,
    markers: Vec<Marker>,
    precedences: Vec<Precedence>,
    default_precedence: Precedence,
    text_required: bool,
    offered_texts: Vec<String>,
    slots: Vec<Slot>,
    texts: BTreeMap<String, Texts>,
    examples: Vec<Example>,
}

/// A place in a form that a field of the message fills.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Name of the field.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// It has to be there.
    pub required: bool,
    /// It has to be there when another field holds one of these words.
    pub required_when: Option<When>,
    /// It has to be read back.
    pub critical: bool,
    /// It is there with these markers only; with any if empty.
    pub markers: Vec<Marker>,
}

/// A word in another field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    /// The other field.
    pub field: String,
    /// Any of these words in it.
    pub words: Vec<String>,
}

/// What a slot takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number of one dimension; of any, if it has none.
    Number {
        /// What is measured.
        dimension: Option<Dimension>,
        /// The unit that a screen offers first.
        unit: Option<Unit>,
        /// Finest resolution that may be stated, as a power of ten.
        finest: i8,
        /// It may be below zero.
        negative: bool,
    },
    /// A minute.
    Time {
        /// Later than the time in this field, if both are there.
        after: Option<String>,
    },
    /// A place.
    Place,
    /// WILL or WILL NOT.
    Polarity,
    /// A word of this list.
    Word {
        /// The list.
        words: Vec<String>,
        /// Those that say nothing without the message's text.
        need_text: Vec<String>,
    },
    /// When or whether it holds.
    Condition,
    /// Free text, not compared.
    Text,
    /// A proper name or call sign.
    Name,
}

/// A message on the form, as a person types it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Its speech act.
    pub marker: Marker,
    /// Its precedence.
    pub precedence: Precedence,
    /// Its subject.
    pub subject: String,
    /// Its text, which may be empty.
    pub text: String,
    /// Names of fields, and what is typed into them.
    pub typed: Vec<(String, String)>,
}

/// Why a file is not a form. It reads: file, place in it, reason and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormError {
    /// The file.
    pub file: String,
    /// The line, or the key with the names that lead to it.
    pub place: String,
    /// What is wrong, and what to do.
    pub reason: String,
}

impl Form {
    /// Reads and checks a file. The name only serves the errors.
    pub fn read(file_name: &str, text: &str) -> Result<Form, FormError> {
        file::read(file_name, text)
    }

    /// Name of the form, the same in all its versions.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Counts up with each change of its fields.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Number in the list of forms.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// What stands in a message: `notice-of-activity/1`.
    pub fn wire_id(&self) -> String {
        format!("{}/{}", self.id, self.version)
    }

    /// Speech acts that the form is for; the first is the usual one.
    pub fn markers(&self) -> &[Marker] {
        &self.markers
    }

    /// Precedences that it may have.
    pub fn precedences(&self) -> &[Precedence] {
        &self.precedences
    }

    /// The precedence that a screen offers first.
    pub fn default_precedence(&self) -> Precedence {
        self.default_precedence
    }

    /// Whether the message must have a text beside its fields.
    pub fn is_text_required(&self) -> bool {
        self.text_required
    }

    /// Texts that both sides agreed on, for a message whose text means nothing: a screen offers one a day.
    pub fn offered_texts(&self) -> &[String] {
        &self.offered_texts
    }

    /// The one of a day, counted from any day; `None` if the form offers none.
    pub fn offered_text(&self, day: u64) -> Option<&str> {
        let count = u64::try_from(self.offered_texts.len()).ok().filter(|count| *count > 0)?;
        usize::try_from(day % count).ok().map(|index| self.offered_texts[index].as_str())
    }

    /// All slots, in order.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// The slots that go with a marker, in order; at most as many as a message has fields.
    pub fn slots_with(&self, marker: Marker) -> impl Iterator<Item = &Slot> {
        self.slots.iter().filter(move |slot| slot.goes_with(marker))
    }

    /// The slot of this name.
    pub fn slot(&self, name: &str) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.name == name)
    }

    /// Filled-in messages, of which each passes the form's own check.
    pub fn examples(&self) -> &[Example] {
        &self.examples
    }

    /// Tags of the languages that the form has.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }

    /// The texts in a language, or else in its primary language, or else in English.
    pub fn texts(&self, language: &str) -> &Texts {
        let wanted = texts::candidates(language).into_iter().find_map(|tag| self.texts.get(&tag));
        wanted.unwrap_or_else(|| &self.texts[FALLBACK_LANGUAGE])
    }
}

impl Slot {
    /// Whether a message with this marker has it.
    pub fn goes_with(&self, marker: Marker) -> bool {
        self.markers.is_empty() || self.markers.contains(&marker)
    }
}

impl Kind {
    /// The name in files.
    pub fn name(&self) -> &'static str {
        match self {
            Kind::Number { .. } => "number",
            Kind::Time { .. } => "time",
            Kind::Place => "place",
            Kind::Polarity => "polarity",
            Kind::Word { .. } => "word",
            Kind::Condition => "condition",
            Kind::Text => "text",
            Kind::Name => "name",
        }
    }
}

impl fmt::Display for FormError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.file, self.place, self.reason)
    }
}

impl std::error::Error for FormError {}

/// A resolution as it is written: 0.01, 1, 100.
pub(crate) fn resolution(exponent: i8) -> String {
    let zeros = "0".repeat(exponent.unsigned_abs().into());
    match exponent {
        ..=-1 => format!("0.{}1", &zeros[1..]),
        _ => format!("1{zeros}"),
    }
}
