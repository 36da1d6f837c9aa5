//! What goes along with an entry, how it is cut, and what becomes of one that arrives before its time.

use std::time::Duration;

use ringdown_line::cell::ObjectNumber;
use ringdown_line::limits::PARKED_MAX;
use ringdown_line::object::{Assembled, Assembler, cut};
use ringdown_line::session::Received;
use ringdown_line::{Alarm, Input};
use ringdown_record::body::{Body, SignedKeyList};
use ringdown_record::charter::KeyList;
use ringdown_record::encoding::to_cbor;
use ringdown_record::wire::{self, WireEntry, WireForm};
use ringdown_record::{
    Entry, EntryHash, EntryRef, Kind, Precedence, SealContext, Side, TrafficClass, Urgency, WallTime,
};

use crate::alone::{Alone, RADIO, Said, entries_in, summaries_in};
use crate::pair::UDP;

const MS: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);
const ROUTINE: Urgency = Urgency { precedence: Precedence::Routine, class: TrafficClass::Test };
/// Bits of the form byte.
const INCARNATIONS: u8 = 1 | 4;
const PREV: u8 = 2;
const KEY_LIST: u8 = 8;

/// Sequence number, form byte and object number of every entry that was said, in the order in which they were
/// complete.
fn sent_forms(cells: Vec<Vec<Said>>) -> Vec<(u64, u8, u16)> {
    let mut assembler = Assembler::default();
    let mut forms = Vec::new();
    for said in cells.concat() {
        let Said::Symbols { object, k, first, symbols } = said else { continue };
        let got = assembler.symbols(ObjectNumber(object), k, first, &symbols, |_| false);
        if let Ok(Assembled::Entry(wire)) = got {
            forms.push((WireEntry::read(&wire).expect("an entry").seq(), wire[0], object));
        }
    }
    forms
}

/// The form in which an entry went.
fn form_of(alone: &mut Alone, entry: &Entry) -> Vec<u8> {
    let seq = entry.header().place.seq;
    let forms = sent_forms(alone.hear());
    forms.into_iter().filter(|form| form.0 == seq).map(|form| form.1).collect()
}

#[test]
fn incarnations_go_along_until_the_peer_has_cited_something() {
    // SES-22.
    let mut alone = Alone::connected();
    alone.disk.retain(|entry| entry.header().side == Side::Zero || entry.header().peer == EntryRef::NONE);
    alone.restart();
    let message_1 = alone.sent.last().expect("message 1").bytes.clone();
    let Received::Answer { payload, .. } = alone.green.receive(alone.now, &mut alone.rng, UDP, &message_1)
    else {
        panic!("a message 1")
    };
    assert_eq!(payload[4] & INCARNATIONS, INCARNATIONS);
}

#[test]
fn prev_goes_along_as_urgency_and_size_call_for_it() {
    // SES-22. In front of each there is an entry that was sent and is not receipted.
    let after_one = |precedence: Precedence, text: &str| {
        let mut alone = Alone::connected();
        alone.send(Precedence::Routine, "in front");
        alone.hear();
        let entry = alone.send(precedence, text);
        (form_of(&mut alone, &entry), entry.body().len())
    };
    for (precedence, form) in
        [(Precedence::Routine, 0), (Precedence::Priority, 0), (Precedence::Immediate, PREV)]
    {
        assert_eq!(after_one(precedence, "short").0, [form], "{precedence:?}");
    }
    let frame = after_one(Precedence::Routine, &"x".repeat(3_000)).1 - 3_000;
    for (body, form) in [(3_836, 0), (3_837, PREV)] {
        assert_eq!(after_one(Precedence::Routine, &"x".repeat(body - frame)), (vec![form], body));
    }
}

#[test]
fn prev_goes_along_if_the_predecessor_was_not_sent() {
    // SES-22. The PRIORITY goes ahead of the ROUTINE in front of it.
    let mut alone = Alone::connected();
    for carrier in [UDP, RADIO] {
        alone.give(Input::CarrierDown(carrier));
    }
    alone.send(Precedence::Routine, "goes later");
    let priority = alone.send(Precedence::Priority, "goes first");
    alone.give(Input::CarrierUp(UDP));
    alone.say(&[0xff, 0xff]);
    assert_eq!(form_of(&mut alone, &priority), [PREV]);
}

/// A KEYLIST behind this entry, with the officers of the first list.
fn second_list(alone: &Alone, side: Side, before: EntryRef, peer: EntryRef) -> Entry {
    let (line, keys) = (alone.paired.charter.line_id(), &alone.keys[side.index()]);
    let first = &alone.paired.charter.party(side).key_list;
    let list = KeyList { number: 2, previous: first.hash(), officers: first.officers.clone() };
    let context = SealContext {
        line,
        side,
        place: ringdown_record::Place::first(before.place.seq + 1),
        prev: before.hash,
        peer,
        time: WallTime::from_ms(3_000),
        clock: 63,
        flags: 0,
        key_list: list.hash(),
        salt_key: &alone.pairing.salt_key(),
        node: &keys.node,
    };
    let signed = SignedKeyList::sign(line, side, list, &keys.root);
    Entry::seal(&context, Kind::KEY_LIST, Urgency::LINE, 0, Body::write(&[], &to_cbor(&signed)))
}

#[test]
fn the_key_list_goes_along_with_a_keylist_and_until_the_peer_has_cited_an_entry_under_it() {
    // SES-22.
    let mut alone = Alone::connected();
    let (older, peer) = (alone.blue.own_head(), alone.blue.peer_head());
    let key_list = second_list(&alone, Side::Zero, older, peer);
    alone.disk.push(std::sync::Arc::new(key_list.clone()));
    alone.restart();
    alone.hear();
    alone.hear();
    let under = alone.send(Precedence::Flash, "the list is not cited");
    assert_eq!(form_of(&mut alone, &under), [PREV | KEY_LIST]);
    alone.receipt();
    let after = alone.send(Precedence::Flash, "the list is cited");
    assert_eq!(form_of(&mut alone, &after), [0]);
    let lacks = Alone::summary(0, alone.blue.peer_head().place, older, &[]);
    alone.say_control(1, &lacks);
    assert_eq!(form_of(&mut alone, &key_list), [KEY_LIST]);
}

#[test]
fn a_repeat_that_is_the_first_to_need_prev_has_a_new_number() {
    // SES-22.
    let mut alone = Alone::connected();
    alone.send(Precedence::Routine, "in front");
    let entry = alone.send(Precedence::Routine, "behind");
    alone.pass(SECOND);
    let forms = sent_forms(alone.hear());
    let mut of_it: Vec<_> = forms.into_iter().filter(|form| form.0 == entry.header().place.seq).collect();
    of_it.dedup();
    assert_eq!(of_it.iter().map(|form| form.1).collect::<Vec<_>>(), [0, PREV]);
    assert_ne!(of_it[0].2, of_it[1].2);
}

#[test]
fn an_entry_in_chunks_is_cut_once_in_a_session() {
    // SES-22. Its predecessor was receipted when it was cut, and comes back because the peer lost it.
    let mut alone = Alone::connected();
    let older = alone.blue.own_head();
    alone.send(Precedence::Routine, "receipted, then lost");
    alone.receipt();
    alone.pass(SECOND);
    alone.lose();
    let entry = alone.send(Precedence::Routine, &"x".repeat(6_000));
    let (seq, runs) = (entry.header().place.seq, alone.hear());
    let numbers = |cells: &[Vec<Said>]| -> Vec<u16> {
        let of = |said: &Said| match said {
            Said::Symbols { object, k, .. } if *k > 60 => Some(*object),
            _ => None,
        };
        let mut numbers: Vec<_> = cells.iter().flatten().filter_map(of).collect();
        numbers.sort();
        numbers.dedup();
        numbers
    };
    let first = numbers(&runs);
    assert_eq!(first.len(), 2, "two chunks");
    alone.pass(SECOND);
    alone.lose();
    let lacks = Alone::summary(0, alone.blue.peer_head().place, older, &[]);
    alone.say_control(1, &lacks);
    alone.pass(SECOND);
    let again = alone.hear();
    assert!(entries_in(&again).contains(&(seq - 1)), "the predecessor goes again");
    assert_eq!(numbers(&again), first);
}

#[test]
fn a_symbol_of_what_is_done_counts_as_a_repeat() {
    // SES-21, SES-27: taken, held and refused entries are done; each repeat calls for what may have been lost.
    let form = WireForm { incarnation: true, prev: true, peer_incarnation: true, key_list: true };
    for kind in ["taken", "held", "refused"] {
        let mut alone = Alone::connected();
        let note = alone.note_by_green(Precedence::Routine);
        let seq = note.header().place.seq;
        let object = match kind {
            "refused" => {
                let own = alone.blue.own_head();
                let wrong =
                    alone.by_green_at(seq, EntryHash([3; 32]), own, Kind::CHECKPOINT, ROUTINE, vec![0]);
                cut(seq, &wire::write(&wrong, form)).remove(0)
            }
            _ => cut(seq, &wire::write(&note, form)).remove(0),
        };
        if kind == "held" {
            alone.tell(&note);
        }
        alone.say_symbols(ObjectNumber(700), &object);
        alone.pass(SECOND * 2);
        alone.hear();
        let mut cell = ringdown_line::cell::CellBuilder::default();
        cell.symbols(ObjectNumber(700), object.len() / 32, 0, &object[..32]);
        alone.say(&cell.take());
        let answer = alone.hear();
        assert!(!entries_in(&answer).is_empty() || !summaries_in(&answer).is_empty(), "{kind}");
    }
}

#[test]
fn what_was_left_or_gave_way_may_come_again_under_its_number() {
    // SES-21: parked entries and those too far above the head are not done.
    let mut alone = Alone::connected();
    let first = alone.note_by_green(Precedence::Routine);
    let (seq, own) = (first.header().place.seq, alone.blue.own_head());
    let mut chain = vec![first];
    for _ in 0..=PARKED_MAX {
        let before = chain.last().expect("one");
        let next = before.header().place.seq + 1;
        chain.push(alone.by_green_at(next, before.hash(), own, Kind::CHECKPOINT, ROUTINE, vec![0]));
    }
    let bare =
        |entry: &Entry| cut(entry.header().place.seq, &wire::write(entry, WireForm::default())).remove(0);
    let highest = bare(chain.last().expect("many"));
    alone.say_symbols(ObjectNumber(99), &highest);
    for (number, entry) in (100u16..).zip(&chain[1..=PARKED_MAX]) {
        alone.say_symbols(ObjectNumber(number), &bare(entry));
    }
    alone.tell(&chain[0]);
    assert_eq!(alone.blue.peer_head().place.seq, seq + PARKED_MAX as u64, "the highest gave way");
    alone.say_symbols(ObjectNumber(99), &highest);
    assert_eq!(alone.blue.peer_head().place.seq, seq + PARKED_MAX as u64 + 1);
}

#[test]
fn what_was_too_far_above_the_head_may_come_again_under_its_number() {
    // SES-21.
    let mut alone = Alone::connected();
    let note = alone.note_by_green(Precedence::Routine);
    let (head, own) = (alone.blue.peer_head().place.seq, alone.blue.own_head());
    let far = head + ringdown_line::limits::BEYOND_MAX + 1;
    let far = alone.by_green_at(far, EntryHash([1; 32]), own, Kind::CHECKPOINT, ROUTINE, vec![0]);
    let form = WireForm { incarnation: true, prev: true, peer_incarnation: true, key_list: true };
    let object = cut(far.header().place.seq, &wire::write(&far, form)).remove(0);
    for taken in [false, true] {
        alone.say_symbols(ObjectNumber(800), &object);
        assert_eq!(alone.disk.iter().any(|entry| entry.hash() == far.hash()), taken);
        alone.tell(&note);
    }
}

#[test]
fn the_entry_after_an_accepted_one_is_tried_also_beyond_a_gap() {
    // SES-23.
    let mut alone = Alone::connected();
    let first = alone.note_by_green(Precedence::Routine);
    let (seq, own) = (first.header().place.seq, alone.blue.own_head());
    let second = alone.by_green_at(seq + 1, first.hash(), own, Kind::CHECKPOINT, ROUTINE, vec![0]);
    let third = alone.by_green_at(seq + 2, second.hash(), own, Kind::CHECKPOINT, ROUTINE, vec![0]);
    let bare = cut(seq + 2, &wire::write(&third, WireForm::default())).remove(0);
    alone.say_symbols(ObjectNumber(40), &bare);
    alone.tell(&second);
    assert!(alone.disk.iter().any(|entry| entry.hash() == third.hash()), "it waited for the second only");
    assert_eq!(alone.blue.peer_head().place.seq, seq - 1);
}

#[test]
fn the_entry_above_the_head_is_tried_when_a_gap_is_filled() {
    // SES-23. A KEYLIST is not taken after a gap, though the entry before it is.
    let mut alone = Alone::connected();
    let first = alone.note_by_green(Precedence::Routine);
    let (seq, own) = (first.header().place.seq, alone.blue.own_head());
    let second = alone.by_green_at(seq + 1, first.hash(), own, Kind::CHECKPOINT, ROUTINE, vec![0]);
    let list = second_list(&alone, Side::One, second.reference(), own);
    alone.tell(&second);
    alone.tell(&list);
    assert!(!alone.disk.iter().any(|entry| entry.hash() == list.hash()), "it waits");
    alone.tell(&first);
    assert_eq!(alone.blue.peer_head(), list.reference());
}

#[test]
fn refused_entries_are_told_of_at_most_1024_places() {
    // SES-23.
    let mut alone = Alone::connected();
    let (head, own) = (alone.blue.peer_head().place.seq, alone.blue.own_head());
    for seq in head + 1..=head + PARKED_MAX as u64 + 1 {
        let context = SealContext {
            line: alone.paired.charter.line_id(),
            side: Side::One,
            place: ringdown_record::Place::first(seq),
            prev: EntryHash([1; 32]),
            peer: own,
            time: WallTime::from_ms(77),
            clock: 63,
            flags: 0,
            key_list: alone.paired.charter.party(Side::One).key_list.hash(),
            salt_key: &alone.pairing.salt_key(),
            node: &alone.keys[0].node,
        };
        alone.tell(&Entry::seal(&context, Kind::CHECKPOINT, ROUTINE, 0, vec![0]));
    }
    assert_eq!(alone.alarms.len(), PARKED_MAX);
    assert!(alone.alarms.iter().all(|alarm| matches!(alarm, Alarm::PeerMisbehaved { .. })));
    alone.pass(MS);
}
