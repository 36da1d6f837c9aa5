//! What people read on a form, in one language.

use std::collections::BTreeMap;

/// The texts of a form in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts {
    /// Tag of the language, for the screen that shows them.
    pub language: String,
    /// Name of the form.
    pub title: String,
    /// What it is for, in one line.
    pub purpose: String,
    /// Whether someone whose language it is has checked them. Where not, the screen says so.
    pub checked_by_native_reader: bool,
    pub(super) labels: BTreeMap<String, Label>,
}

/// The texts of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Stands before the value.
    pub label: String,
    /// What to write, in one line.
    pub hint: String,
    /// For each word of the closed list, what people read.
    pub words: BTreeMap<String, String>,
}

impl Texts {
    /// The texts of a field of the form.
    pub fn field(&self, name: &str) -> Option<&Label> {
        self.labels.get(name)
    }

    /// What stands before the value of a field; its name, if the form does not have the field.
    pub fn label<'a>(&'a self, name: &'a str) -> &'a str {
        self.labels.get(name).map_or(name, |label| &label.label)
    }

    /// What people read for a word; the word itself, if the list does not have it.
    pub fn word<'a>(&'a self, name: &str, word: &'a str) -> &'a str {
        self.labels.get(name).and_then(|label| label.words.get(word)).map_or(word, String::as_str)
    }
}

/// A language tag and its primary language, in lower case.
pub(super) fn candidates(language: &str) -> [String; 2] {
    let tag = language.to_ascii_lowercase();
    let primary = tag.split('-').next().unwrap_or_default().to_owned();
    [tag, primary]
}
