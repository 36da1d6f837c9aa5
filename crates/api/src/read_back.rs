//! Reading back without seeing what was sent: what is asked, and how what is typed is understood.

use serde::{Deserialize, Serialize};

/// What is asked of who reads a message back. It holds nothing of what was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToReadBack {
    /// The message.
    pub serial: String,
    /// Its precedence.
    pub precedence: String,
    /// Its class.
    pub class: String,
    /// Its marker.
    pub marker: String,
    /// Its critical fields, in order. Where there are none, it is read back in own words alone.
    pub blanks: Vec<Blank>,
}

/// One field to be typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blank {
    /// Its name in the form.
    pub name: String,
    /// What it is called.
    pub label: String,
    /// Words of a closed list; empty for other kinds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// What a number without a unit is in, in this home's habits; empty if nothing is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// What to write; empty where there are words to choose from.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hint: String,
    /// It may have several lines.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub long: bool,
}

/// A word of a closed list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// As it is typed.
    pub value: String,
    /// As people read it.
    pub words: String,
}

/// What was typed for one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    /// The field's name.
    pub field: String,
    /// What was typed.
    pub typed: String,
}

/// How it is understood. It tells of what was typed alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Understood {
    /// As the read-back takes it: with the unit that was left out.
    pub typed: String,
    /// As people read it.
    pub words: String,
}
