//! Why an entry does not hold, or cannot be judged, with the key under which a console says it in other languages.

use crate::audit::sentence::Sentence;
use crate::chain::{Misbehaviour, Missing, StatementError};

impl Misbehaviour {
    /// The same words, for who reads another language too. Bytes that are not as they must be are told in English.
    pub fn said(&self) -> Sentence {
        let key = match self {
            Misbehaviour::Statement(error) => {
                return Sentence::told("said-wrong-statement", self, [("why", error.said().into())]);
            }
            Misbehaviour::ClientData(error) => {
                return Sentence::told(
                    "said-wrong-client-data",
                    self,
                    [("reason", error.to_string().into())],
                );
            }
            Misbehaviour::Body(error) => {
                return Sentence::told("said-wrong-body", self, [("reason", error.to_string().into())]);
            }
            Misbehaviour::WrongLine => "said-wrong-line",
            Misbehaviour::WrongSide => "said-wrong-side",
            Misbehaviour::IncarnationPlace => "said-wrong-incarnation",
            Misbehaviour::RootSignature => "said-wrong-root",
            Misbehaviour::NodeSignature => "said-wrong-node",
            Misbehaviour::BodyCommitment => "said-wrong-commitment",
            Misbehaviour::WrongPredecessor => "said-wrong-predecessor",
            Misbehaviour::CitesOtherHistory => "said-wrong-citation",
            Misbehaviour::CitesLess => "said-wrong-cites-less",
            Misbehaviour::WrongKeyList => "said-wrong-key-list",
            Misbehaviour::OfficerSignature => "said-wrong-officer",
            Misbehaviour::NonceUsedTwice => "said-wrong-nonce",
        };
        Sentence::told(key, self, [])
    }
}

impl Missing {
    /// The same words, for who reads another language too.
    pub fn said(&self) -> Sentence {
        let key = match self {
            Missing::Predecessor => "said-lacks-predecessor",
            Missing::Cited => "said-lacks-cited",
            Missing::KeyList => "said-lacks-key-list",
            Missing::Incarnation => "said-lacks-node-keys",
        };
        Sentence::told(key, self, [])
    }
}

impl StatementError {
    fn said(&self) -> Sentence {
        let key = match self {
            StatementError::TooFew { needed, spoke } if *needed != 1 => {
                let values = [("needed", usize::from(*needed).into()), ("spoke", usize::from(*spoke).into())];
                return Sentence::told("said-statements-too-few", self, values);
            }
            StatementError::Purpose(purpose) => {
                let purpose = usize::from(*purpose as u8);
                return Sentence::told("said-statements-purpose", self, [("purpose", purpose.into())]);
            }
            StatementError::Role(officer) => {
                return Sentence::told("said-statements-role", self, [("officer", (*officer).into())]);
            }
            StatementError::Twice(officer) => {
                return Sentence::told("said-statements-twice", self, [("officer", (*officer).into())]);
            }
            StatementError::TooFew { .. } => "said-statements-none",
            StatementError::HeaderOfficer => "said-statements-header",
            StatementError::AloneNotAllowed => "said-statements-alone",
            StatementError::AloneNotNeeded => "said-statements-alone-needless",
            StatementError::NotAlone => "said-statements-not-alone",
        };
        Sentence::told(key, self, [])
    }
}
