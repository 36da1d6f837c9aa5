//! The sender's own translation of a message. It goes with the message as a courtesy and is not the message: nothing is
//! read back, compared or answered from it.

use std::fmt;

use minicbor::{Decode, Encode};

use crate::content::{TEXT_LEN_MAX, is_language};

/// A text in another language than the message's own, signed with it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Courtesy {
    /// Language tag of the translation.
    #[n(0)]
    pub language: String,
    /// The translation.
    #[n(1)]
    pub text: String,
}

/// Why a courtesy translation cannot go with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CourtesyError {
    /// No language tag, or `und`.
    Language,
    /// It is in the language of the message.
    SameLanguage,
    /// Nothing is written in it.
    Empty,
    /// Together with the text it is too long.
    TooLong {
        /// How many bytes both have.
        len: usize,
    },
}

impl Courtesy {
    /// Checks what a writer keeps to, beside a text in this language.
    pub fn check(&self, language: &str, text: &str) -> Result<(), CourtesyError> {
        let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let len = text.len() + self.text.len();
        if !is_language(&self.language) || primary(&self.language) == "und" {
            Err(CourtesyError::Language)
        } else if self.language.eq_ignore_ascii_case(language) {
            Err(CourtesyError::SameLanguage)
        } else if self.text.trim().is_empty() {
            Err(CourtesyError::Empty)
        } else if len > TEXT_LEN_MAX {
            Err(CourtesyError::TooLong { len })
        } else {
            Ok(())
        }
    }

    /// What a reader asks of it: a tag, a text, and both texts within the limit.
    pub(crate) fn is_readable(&self, text: &str) -> bool {
        is_language(&self.language) && !self.text.is_empty() && text.len() + self.text.len() <= TEXT_LEN_MAX
    }
}

impl fmt::Display for CourtesyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CourtesyError::Language => {
                f.write_str("the language of the courtesy translation must be a tag such as en, zh, ru or ar")
            }
            CourtesyError::SameLanguage => {
                f.write_str("the courtesy translation is in the language of the message; name its own")
            }
            CourtesyError::Empty => {
                f.write_str("the courtesy translation has no text; write one or leave it out")
            }
            CourtesyError::TooLong { len } => write!(
                f,
                "text and courtesy translation have {len} bytes together, the most is {TEXT_LEN_MAX}; shorten them"
            ),
        }
    }
}

impl std::error::Error for CourtesyError {}
