//! Translations of a message: its sender's, ours, and a machine's. None of them is the message.

use serde::{Deserialize, Serialize};

/// A person's translation of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Translated {
    /// Language tag of the translation.
    pub language: String,
    /// The translation.
    pub text: String,
}

/// A translation that an officer of this side made of a message of the other side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OurTranslation {
    /// Who wrote it.
    pub officer: String,
    /// When, by the clock of this side's node.
    pub at: String,
    /// Language tag of the translation.
    pub language: String,
    /// The translation.
    pub text: String,
}

/// A machine's translation of a message. It is no part of it: nobody signed or checked it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Translation {
    /// Which message.
    pub serial: String,
    /// The language of the translation.
    pub language: String,
    /// The subject, translated.
    pub subject: String,
    /// The text, translated.
    pub text: String,
    /// Who made it: the address of the site's service.
    pub service: String,
}
