//! Conditions: when or whether what a message says holds.

use super::{CONDITION_LEN_MAX, Time, ValueError, is_one_line};

/// When or whether what is said holds. A condition has its own field so that nobody overlooks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// At once and without condition.
    None,
    /// From this minute on.
    NotBefore(Time),
    /// Up to this minute.
    Until(Time),
    /// Only if this is so.
    If(String),
}

impl Condition {
    /// Checks the text of an IF.
    pub fn check(&self) -> Result<(), ValueError> {
        match self {
            Condition::If(text) if !is_one_line(text, CONDITION_LEN_MAX) => Err(ValueError::OneLine),
            _ => Ok(()),
        }
    }
}
