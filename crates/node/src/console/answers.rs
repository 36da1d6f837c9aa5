//! Which questions of the other side have no answer of ours yet.
//!
//! Nothing in the record binds an answer to its question, so this goes by what both sides can read: a message of ours,
//! later in our record, of the same class, with the marker ANSWER, whose subject names the question's serial. The page
//! for an answer writes such a subject. The board says this rule beside the list.

use std::collections::BTreeMap;

use ringdown_message::{Ledger, Marker, MessageRecord, Serial};

/// Questions and requests of the other side that were acknowledged here and not answered, as they came.
pub fn unanswered(ledger: &Ledger) -> Vec<&MessageRecord> {
    let answered = answered(ledger);
    let open = |(index, message): (usize, &'_ MessageRecord)| {
        let asks = matches!(message.marker, Some(Marker::Question | Marker::Request));
        let has_answer =
            message.serial.is_some_and(|serial| answered.get(&serial).is_some_and(|at| *at > index));
        message.side != ledger.own() && message.acknowledged.is_some() && asks && !has_answer
    };
    ledger.messages().iter().enumerate().filter(|each| open(*each)).map(|(_, message)| message).collect()
}

/// Serials that our answers name, each with the place in the ledger of the last answer.
fn answered(ledger: &Ledger) -> BTreeMap<Serial, usize> {
    let ours = |message: &&(usize, &MessageRecord)| {
        message.1.side == ledger.own() && message.1.marker == Some(Marker::Answer)
    };
    let mut answered = BTreeMap::new();
    let messages: Vec<(usize, &MessageRecord)> = ledger.messages().iter().enumerate().collect();
    for (index, message) in messages.iter().filter(ours) {
        for serial in named(&message.subject, ledger) {
            if serial.class == message.urgency.class {
                answered.insert(serial, *index);
            }
        }
    }
    answered
}

/// Serials of the other side that stand in a subject.
fn named(subject: &str, ledger: &Ledger) -> Vec<Serial> {
    let words: Vec<&str> = subject.split_whitespace().collect();
    let serial = |pair: &[&str]| {
        let number = pair[1].trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        Serial::parse(&format!("{} {number}", pair[0]), ledger.charter()).ok()
    };
    words.windows(2).filter_map(serial).filter(|serial| serial.side != ledger.own()).collect()
}
