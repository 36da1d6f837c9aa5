//! The words that all forms share, by language. On the wire they are the same in every language.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use ringdown_record::{Precedence, TrafficClass};
use serde::Deserialize;

use super::{FALLBACK_LANGUAGE, texts};
use crate::Marker;

static ALL: LazyLock<BTreeMap<String, Words>> = LazyLock::new(|| {
    toml::from_str(include_str!("../../forms/words.toml")).expect("forms/words.toml is tested to be sound")
});

/// The shared words in one language.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Words {
    /// Whether someone whose language it is has checked them.
    #[serde(rename = "checked_by_native_reader")]
    pub checked_by_native_reader: bool,
    /// WILL.
    pub will: String,
    /// WILL NOT.
    pub will_not: String,
    /// Stands at a field that has to be there.
    pub required: String,
    /// Stands at a field that has to be read back.
    pub critical: String,
    /// Stands at texts that no native reader has checked.
    pub not_checked: String,
    /// Stands above an example.
    pub example: String,
    precedences: BTreeMap<String, String>,
    classes: BTreeMap<String, String>,
    markers: BTreeMap<String, String>,
    asks: BTreeMap<String, String>,
    conditions: Conditions,
    answers: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Conditions {
    none: String,
    not_before: String,
    until: String,
    r#if: String,
}

/// The shared words in a language, or else in its primary language, or else in English.
pub fn words(language: &str) -> &'static Words {
    let wanted = texts::candidates(language).into_iter().find_map(|tag| ALL.get(&tag));
    wanted.unwrap_or_else(|| &ALL[FALLBACK_LANGUAGE])
}

impl Words {
    /// Tags of the languages that there are.
    pub fn languages() -> impl Iterator<Item = &'static str> {
        ALL.keys().map(String::as_str)
    }

    /// WILL or WILL NOT.
    pub fn polarity(&self, will: bool) -> &str {
        if will { &self.will } else { &self.will_not }
    }

    /// What people read for a precedence. LINE has no other word.
    pub fn precedence(&self, precedence: Precedence) -> &str {
        self.precedences.get(precedence.name()).map_or(precedence.name(), String::as_str)
    }

    /// What people read for a class.
    pub fn class(&self, class: TrafficClass) -> &str {
        self.classes.get(class.name()).map_or(class.name(), String::as_str)
    }

    /// What people read for a marker.
    pub fn marker(&self, marker: Marker) -> &str {
        self.markers.get(marker.name()).map_or(marker.name(), String::as_str)
    }

    /// What a message with this marker asks of its receiver: one thing.
    pub fn asks(&self, marker: Marker) -> &str {
        self.asks.get(marker.name()).map_or("", String::as_str)
    }

    /// What people read for the kinds of a condition: none, not before, until, if.
    pub fn conditions(&self) -> [&str; 4] {
        let kinds = &self.conditions;
        [&kinds.none, &kinds.not_before, &kinds.until, &kinds.r#if].map(String::as_str)
    }

    /// What people read for an answer (`roger-not-agreed`), if that is one.
    pub fn answer(&self, id: &str) -> Option<&str> {
        self.answers.get(id).map(String::as_str)
    }

    /// The ids of all answers.
    pub fn answers(&self) -> impl Iterator<Item = &str> {
        self.answers.keys().map(String::as_str)
    }
}
