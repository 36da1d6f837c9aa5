//! What a person of each side said last: the only sign in the record that somebody is there.

use ringdown_record::{EntryHash, Side};

use super::{Ledger, MessageRecord};
use crate::act::Deed;
use crate::dialogue::Said;

/// A message that a person released, or an act of his. What a node signs by itself is no word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastWord {
    /// Who, when, and where it stands.
    pub said: Said,
    /// The message; for an act the entry that it is about.
    pub about: EntryHash,
    /// What he did; `None` for a message.
    pub deed: Option<Deed>,
}

impl LastWord {
    pub(super) fn message(message: &MessageRecord) -> LastWord {
        LastWord { said: message.said(), about: message.hash, deed: None }
    }
}

impl Ledger {
    /// What a person of this side said last, by its place in the chain of that side; `None` if none has spoken yet.
    pub fn last_word(&self, side: Side) -> Option<&LastWord> {
        self.last_words[side.index()].as_ref()
    }

    /// Entries may come in any order: what stands later was said later.
    pub(super) fn note_word(&mut self, word: LastWord) {
        let last = &mut self.last_words[word.said.side.index()];
        if last.as_ref().is_none_or(|last| last.said.place < word.said.place) {
            *last = Some(word);
        }
    }
}
