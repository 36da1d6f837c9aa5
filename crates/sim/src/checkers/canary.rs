//! Entries and disks with something wrong, for showing that each checker can fail.

use std::sync::{Arc, OnceLock};

use ringdown_line::pairing::{Paired, pair};
use ringdown_record::body::Body;
use ringdown_record::{
    Entry, EntryHash, EntryRef, Kind, LineId, Place, Precedence, SealContext, Secret, TrafficClass, Urgency,
    WallTime,
};

use super::{Checker, Fact, Rest};
use crate::node::{side_keys, side_of};

/// A line that has begun.
pub(crate) fn founded() -> Paired {
    let keys = [side_keys(0, 1), side_keys(1, 1)];
    pair(&keys, [1; 16], &Secret([99; 32]), WallTime::from_ms(1_000))
}

fn seal(side: usize, seq: u64, prev: EntryHash, cited: u64, kind: Kind, text: &str) -> Arc<Entry> {
    let keys = side_keys(side, 1);
    let hash = if cited == 0 { EntryHash::default() } else { EntryHash([7; 32]) };
    let place = if cited == 0 { Place::NONE } else { Place::first(cited) };
    let context = SealContext {
        line: LineId([3; 32]),
        side: side_of(side),
        place: Place::first(seq),
        prev,
        peer: EntryRef { place, hash },
        time: WallTime::from_ms(5),
        clock: 0,
        flags: 0,
        key_list: [0; 32],
        salt_key: &Secret([99; 32]),
        node: &keys.node,
    };
    let urgency = Urgency { precedence: Precedence::Routine, class: TrafficClass::Test };
    Arc::new(Entry::seal(&context, kind, urgency, 0, Body::write(&[], text.as_bytes())))
}

/// An entry that names no predecessor.
pub(crate) fn entry(side: usize, seq: u64, text: &str) -> Arc<Entry> {
    seal(side, seq, EntryHash::default(), 0, Kind::ACT, text)
}

/// An entry that cites something of the other side.
pub(crate) fn citing(side: usize, seq: u64, cited: u64) -> Arc<Entry> {
    seal(side, seq, EntryHash::default(), cited, Kind::ACT, "")
}

/// Entries that follow one another.
pub(crate) fn chain(side: usize, count: u64) -> Vec<Arc<Entry>> {
    let mut prev = EntryHash::default();
    let next = |seq| {
        let entry = seal(side, seq, prev, 0, Kind::ACT, "");
        prev = entry.hash();
        entry
    };
    (1..=count).map(next).collect()
}

/// Entries became durable.
pub(crate) fn durable(side: usize, entries: &[Arc<Entry>]) -> Fact {
    Fact::Durable { side, entries: entries.to_vec(), released: Vec::new() }
}

/// Both disks at rest.
pub(crate) fn rest<'a>(disks: [&'a [Arc<Entry>]; 2]) -> Rest<'a> {
    static LINE: OnceLock<Paired> = OnceLock::new();
    rest_of(LINE.get_or_init(founded), disks)
}

/// The same on a line.
pub(crate) fn rest_of<'a>(paired: &'a Paired, disks: [&'a [Arc<Entry>]; 2]) -> Rest<'a> {
    Rest { disks, charter: &paired.signed, in_time: true, limit: "a while" }
}

/// The checker has nothing to say.
pub(crate) fn passes(checker: &mut dyn Checker, facts: &[Fact]) {
    facts.iter().for_each(|fact| assert_eq!(checker.see(fact), Ok(()), "{fact:?}"));
}

/// The checker complains.
pub(crate) fn fails(checker: &mut dyn Checker, fact: &Fact) {
    assert!(checker.see(fact).is_err(), "{} did not see it: {fact:?}", checker.id());
}
