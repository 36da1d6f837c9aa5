//! What is said about a message: acts of either side, and the dialogue that both come to.

use std::sync::Arc;

use ringdown_message::act::{Answer, Deed, ReadBack};
use ringdown_message::dialogue::{Circumstances, Dialogue, Phase, Violation};
use ringdown_message::value::{Field, Number, Unit, Value};
use ringdown_message::{Act, Draft, Ledger, Marker, MessageRecord};
use ringdown_record::statement::Purpose;
use ringdown_record::{Entry, Kind, Side, WallTime};

use crate::world::{GREEN, ROUTINE, SIDES, World, draft};

/// So many metres, critical.
pub fn altitude(metres: i64) -> Field {
    let number = Number::new(metres, 0, Unit::Metre).expect("a length");
    Field::new("altitude", true, Value::Number(number)).expect("a field")
}

pub fn asked(marker: Marker) -> Draft {
    Draft { marker, ..draft() }
}

/// With a critical field, 1 500 m, so that it has to be read back.
pub fn with_field(marker: Marker) -> Draft {
    Draft { form: "notice/1".into(), fields: vec![altitude(1500)], ..asked(marker) }
}

pub fn read_back_of(fields: Vec<Field>) -> Deed {
    Deed::ReadBack(ReadBack { fields, language: "en".into(), words: "height".into(), looked_again: 0 })
}

/// With a text where the word needs one.
pub fn answer_of(word: Answer) -> Deed {
    let text = if word.needs_text() { "because" } else { "" };
    Deed::Answer { word, text: text.into() }
}

impl World {
    /// What a side says of an entry, whatever it holds.
    pub fn say(&mut self, by: Side, target: ringdown_record::EntryHash, deed: Deed) -> Arc<Entry> {
        self.said(by, Kind::ACT, Purpose::Answer, ROUTINE, &Act { target, deed }.content())
    }

    /// What a side says that holds everything.
    pub fn act(&mut self, by: Side, target: &Entry, deed: Deed) -> Arc<Entry> {
        self.deliver_to(by);
        self.say(by, target.hash(), deed)
    }

    pub fn answer(&mut self, by: Side, target: &Entry, word: Answer) -> Arc<Entry> {
        self.act(by, target, answer_of(word))
    }

    pub fn read_back(&mut self, target: &Entry, metres: i64) -> Arc<Entry> {
        self.act(GREEN, target, read_back_of(vec![altitude(metres)]))
    }

    /// The dialogue about a message as both sides hold it; it is the same.
    #[track_caller]
    pub fn talk(&self, message: &Entry) -> (Dialogue, Phase) {
        let [ours, theirs] = SIDES.map(|side| {
            let ledger = self.whole_ledger(side);
            let record = ledger.find_entry(&message.hash()).expect("a message");
            (record.dialogue().into_owned(), ledger.phase(record))
        });
        assert_eq!(format!("{ours:?}"), format!("{theirs:?}"));
        ours
    }

    pub fn violations(&self, message: &Entry) -> Vec<Violation> {
        self.talk(message).0.violations.into_iter().map(|(_, violation)| violation).collect()
    }
}

pub fn calm() -> Circumstances {
    Circumstances { now: WallTime::from_ms(1), delayed: false, earlier_missing: false }
}

#[track_caller]
pub fn record<'a>(ledger: &'a Ledger, entry: &Entry) -> &'a MessageRecord {
    ledger.find_entry(&entry.hash()).expect("a message of this ledger")
}
