//! The buttons of a message's page: what may be done now, in words, and nothing else.

/// Buttons, and no others.
#[derive(Default)]
pub struct Moves {
    pub acknowledge: bool,
    pub read_back: bool,
    /// Answers in a word.
    pub words: Vec<WordButton>,
    /// An answer will come: the label before the minutes, and what was typed there.
    pub standby: Option<String>,
    /// How many standbys may still be said, in words.
    pub standbys_left: String,
    /// Whether it still holds may be asked.
    pub still_valid: bool,
    /// Acts that need nothing beside them: name and words.
    pub plain: Vec<(String, String)>,
    /// Messages: the marker in the address and words.
    pub messages: Vec<(&'static str, String)>,
    /// Why WILCO cannot be said now; empty if it can, or never could.
    pub locked: String,
}

/// An answer in a word.
pub struct WordButton {
    pub word: &'static str,
    pub words: String,
    /// What is written beside it; empty if nothing is.
    pub beside: String,
    pub typed: String,
    /// Reasons to choose from, with what people read; the one that was chosen.
    pub reasons: Vec<(&'static str, String)>,
    pub reason: String,
    /// Its id on the page.
    pub id: String,
}

impl Moves {
    /// True if nothing is left to be said about the message itself, such as when it is closed.
    pub fn is_over(&self) -> bool {
        let answered = self.words.is_empty() && self.standby.is_none() && self.locked.is_empty();
        answered && self.messages.is_empty() && !self.acknowledge && !self.read_back
    }

    /// True if it may be answered in more than a word.
    pub fn may_answer_by_message(&self) -> bool {
        self.messages.iter().any(|(marker, _)| *marker == "ANSWER")
    }

    /// True if it may be asked about in a message.
    pub fn may_ask_by_message(&self) -> bool {
        self.messages.iter().any(|(marker, _)| *marker == "QUESTION")
    }

    /// True if something can be said in a word alone.
    pub fn has_bare_words(&self) -> bool {
        self.words.iter().any(|each| each.beside.is_empty())
    }
}
