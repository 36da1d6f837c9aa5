//! Forms, as a screen or a program needs them to write a message.

use serde::{Deserialize, Serialize};

/// One form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormShown {
    /// Its id, such as `incident-report`.
    pub id: String,
    /// Id and version, as it stands in a message.
    pub version: String,
    /// Its title in English.
    pub title: String,
    /// What it is for.
    pub purpose: String,
    /// Markers that it goes with; the first is the usual one.
    pub markers: Vec<String>,
    /// Precedences that it goes with.
    pub precedences: Vec<String>,
    /// True if a text must stand beside the fields.
    pub text_required: bool,
    /// Texts that both sides agreed on, of which the console offers one a day; empty for most forms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offered_texts: Vec<String>,
    /// Its fields, in order.
    pub fields: Vec<SlotShown>,
}

/// One field of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotShown {
    /// Its name.
    pub name: String,
    /// Its label in English.
    pub label: String,
    /// What to write.
    pub hint: String,
    /// number, time, place, polarity, word, condition, text or name.
    pub kind: String,
    /// It has to be there.
    pub required: bool,
    /// It has to be read back.
    pub critical: bool,
    /// Words of a closed list; empty for other kinds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
    /// Markers that it goes with; all of the form's if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub markers: Vec<String>,
}
