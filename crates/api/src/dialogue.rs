//! What people do about a message, and what it comes to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What an officer does about a message. Anything else does not exist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Act {
    /// Acknowledge - I have it.
    Acknowledge,
    /// An answer will come within this many minutes.
    Standby {
        /// 1 to 1440.
        minutes: u16,
    },
    /// An answer in a word that the marker allows.
    Answer {
        /// ROGER, SAY AGAIN, AFFIRM, NEGATIVE, WILCO, UNABLE, OBJECTION, CHECK OK or CHECK GARBLED.
        word: String,
        /// What will be done (WILCO) or why not (UNABLE, OBJECTION); else left out.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
    },
    /// The critical fields as they were understood, typed in one's own units.
    ReadBack {
        /// Names of the fields and what was typed.
        fields: BTreeMap<String, String>,
        /// One sentence in one's own words.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        words: String,
        /// Language tag of the words; `und` if left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<String>,
        /// How often the message was opened again meanwhile. Who does not say had it beside him.
        #[serde(default = "once")]
        looked_again: u8,
    },
    /// That is correct, about the read-back that waits.
    ThatIsCorrect {
        /// Names of the fields that were held against one's own order: all that were read back.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        rows: Vec<String>,
    },
    /// Wrong - I say again, about the read-back that waits.
    Wrong,
    /// Our message was wrong, about the read-back that waits. A CORRECTION follows.
    OurMessageWasWrong,
    /// Handed to the principal.
    HandedOn,
    /// Reply in preparation.
    InPreparation,
    /// Ask if still valid.
    AskStillValid,
    /// Ask for voice.
    AskVoice,
    /// Did you get it?
    DidYouGetIt,
    /// The answer to the other side's question about the message.
    Reply {
        /// Yes or no.
        yes: bool,
    },
}

fn once() -> u8 {
    1
}

/// Everything about a message but its text and its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dialogue {
    /// OPEN, CLOSED, SUPERSEDED or CANCELLED.
    pub phase: String,
    /// What this side may do now, as names of acts; `answer WILCO` for a word, `answer`, `question`, `correct` and
    /// `cancel` for messages.
    pub moves: Vec<String>,
    /// The message that it refers to; its entry's hash if that is not here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub re: Option<String>,
    /// The marker as which it is answered; left out for what is acknowledged and read back alone. A correction is
    /// answered as what it corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_as: Option<String>,
    /// After this it holds no longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<String>,
    /// The sender wants an answer by then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer_by: Option<String>,
    /// Id and version of its form; left out for free text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// The fields of the form.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldShown>,
    /// Read-backs, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub read_backs: Vec<ReadBackShown>,
    /// The answer's word, with what stands beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Questions about the message that wait for this side's reply.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asked: Vec<String>,
    /// What was done against the rules, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<String>,
}

/// One field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldShown {
    /// Its name in the form.
    pub name: String,
    /// Its label, in English if the form has no other.
    pub label: String,
    /// It has to be read back.
    pub critical: bool,
    /// As the sender stated it.
    pub sent: String,
    /// In this side's own units.
    pub here: String,
    /// Who WILL or WILL NOT, the sender; left out where the field says neither.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
}

/// A value as people read it: a WILL or WILL NOT is never without whose it is.
pub fn with_actor(actor: Option<&str>, value: &str) -> String {
    actor.map_or_else(|| value.to_owned(), |actor| format!("{actor} {value}"))
}

/// One read-back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadBackShown {
    /// Who read back.
    pub by: String,
    /// When, by that side's clock.
    pub at: String,
    /// MATCHES or DIFFERENT.
    pub outcome: String,
    /// Each critical field.
    pub rows: Vec<RowShown>,
    /// In their words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
    /// How often the message was opened again meanwhile.
    pub looked_again: u8,
    /// What the sender said of it; left out while that is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<String>,
}

/// One field of a read-back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowShown {
    /// The field's name.
    pub name: String,
    /// Its label.
    pub label: String,
    /// As the sender stated it.
    pub sent: String,
    /// As it was read back.
    pub read_back: String,
    /// MATCH, DIFFERENT, or FOR A PERSON where only a person can say.
    pub outcome: String,
    /// How they differ; empty if they do not.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub difference: String,
    /// Who WILL or WILL NOT, the sender; left out where the field says neither.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    // API-32.
    #[test]
    fn who_did_not_count_his_looks_had_one() {
        let looked = |json: &str| match serde_json::from_str(json) {
            Ok(Act::ReadBack { looked_again, .. }) => looked_again,
            other => panic!("{other:?}"),
        };
        assert_eq!(looked(r#"{"act":"read-back","fields":{}}"#), 1);
        assert_eq!(looked(r#"{"act":"read-back","fields":{},"looked_again":0}"#), 0);
    }
}
