//! Messages and drafts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Dialogue;
use crate::signing::Submitted;
use crate::translation::{OurTranslation, Translated};

/// One message, of either side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Such as `BLUE T-0001`; empty if the content cannot be read.
    pub serial: String,
    /// Hash of its entry in hex.
    pub entry: String,
    /// The sending side.
    pub from: String,
    /// The officer who released it.
    pub officer: String,
    /// The other officer who signed it: who wrote it, or released it too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drafter: Option<String>,
    /// True if one person released in an emergency what two release.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub released_alone: bool,
    /// FLASH, IMMEDIATE, PRIORITY or ROUTINE.
    pub precedence: String,
    /// LIVE, EXERCISE or TEST.
    pub class: String,
    /// The speech act.
    pub marker: String,
    /// One line.
    pub subject: String,
    /// Language tag; left out if the content cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The text, byte for byte; left out likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The sender's own translation. It is not the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub courtesy: Option<Translated>,
    /// What officers of this side made of it, oldest first; the last one stands. Only here, never at the other side; left
    /// out in lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub our_translations: Vec<OurTranslation>,
    /// The content in hex, if it cannot be read as a message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
    /// The last state.
    pub state: String,
    /// All states, oldest first.
    pub states: Vec<StateAt>,
    /// What people did about it, and what may be done; left out in events and lists without texts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialogue: Option<Dialogue>,
}

/// A state, when, and who says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateAt {
    /// In words.
    pub state: String,
    /// By the clock of whoever says so.
    pub at: String,
    /// Whose node or officer says so, and whether it is signed.
    pub by: String,
    /// Whether the peer's node has it; only with what our own officer did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_peer: Option<AtPeer>,
}

/// Whether the peer's node has what our officer did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AtPeer {
    /// The peer's name.
    pub peer: String,
    /// When its node first signed that it has it; left out until it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
}

/// What an officer writes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// FLASH, IMMEDIATE, PRIORITY or ROUTINE.
    pub precedence: String,
    /// LIVE, EXERCISE or TEST. Left out it is TEST in a home that `demo` or `join` made for practice, else an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// The speech act; INFORMATION if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
    /// One line.
    pub subject: String,
    /// Language tag; `und` if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The text; may be left out beside fields.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Id of a form, such as `incident-report`, with or without its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// Names of the form's fields, and what is typed into them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
    /// Serial of the message that it answers, asks about, corrects or cancels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub re: Option<String>,
    /// A Zulu time after which it holds no longer, such as `232015Z NOV 26`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<String>,
    /// A Zulu time by which an answer is wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_by: Option<String>,
    /// The writer's own translation, as a courtesy. It is not the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub courtesy: Option<Translated>,
}

/// A draft with its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftState {
    /// 32 hex digits, chosen by the writer.
    pub id: String,
    /// What was written.
    pub draft: Draft,
    /// `DRAFT`, or `AWAITING RELEASE` once one of two people has signed it. A released draft is a message.
    pub state: String,
    /// Who signed it so far, and the serial that was signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted: Option<Submitted>,
}
