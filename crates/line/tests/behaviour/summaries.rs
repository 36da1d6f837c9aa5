//! The rules about summaries and silence, one clause at a time.

use std::time::Duration;

use ringdown_line::Input;
use ringdown_line::cell::{CellBuilder, ObjectNumber};
use ringdown_line::limits::{RECALL_MAX, SESSION_AGE, SYMBOL_LEN};
use ringdown_line::object::cut;
use ringdown_record::wire::{self, WireForm};
use ringdown_record::{Entry, EntryHash, EntryRef, Kind, Place, Precedence, TrafficClass, Urgency};

use crate::alone::{Alone, RADIO, entries_in, summaries_in};
use crate::pair::UDP;

const MS: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);
const ROUTINE: Urgency = Urgency { precedence: Precedence::Routine, class: TrafficClass::Test };

/// GREEN's entries behind the last that BLUE holds, that receipt nothing new.
fn chain(alone: &Alone, count: u64) -> Vec<Entry> {
    let (mut last, cited) = (alone.blue.peer_head(), alone.blue.own_head());
    let next = |_| {
        let entry =
            alone.by_green_at(last.place.seq + 1, last.hash, cited, Kind::CHECKPOINT, ROUTINE, vec![0]);
        last = entry.reference();
        entry
    };
    (0..count).map(next).collect()
}

fn say_summary(alone: &mut Alone, flags: u8, held: EntryRef, beyond: &[(u64, u64)]) {
    let summary = Alone::summary(flags, alone.blue.peer_head().place, held, beyond);
    alone.say_control(1, &summary);
}

fn quiet() -> Alone {
    let mut alone = Alone::connected();
    alone.pass(SECOND);
    alone.say(&[0xff, 0xff]);
    alone.lose();
    alone.paths.clear();
    alone
}

#[test]
fn a_carrier_that_can_send_again_is_a_reason_to_ask() {
    // SES-29.
    let mut alone = quiet();
    alone.give(Input::CarrierDown(RADIO));
    assert_eq!(summaries_in(&alone.hear()).len(), 0);
    alone.give(Input::CarrierUp(RADIO));
    assert_eq!(summaries_in(&alone.hear()).iter().map(|summary| summary[0]).collect::<Vec<_>>(), [1]);
}

#[test]
fn a_summary_goes_when_the_peer_has_more_or_an_entry_cannot_be_taken() {
    // SES-29: at most every 20 ms.
    let mut alone = quiet();
    let more = Place::first(alone.blue.peer_head().place.seq + 3);
    let summary = Alone::summary(0, more, alone.blue.own_head(), &[]);
    alone.say_control(1, &summary);
    assert_eq!(summaries_in(&alone.hear()).len(), 1, "the peer has more");
    alone.pass(SECOND);
    let entries = chain(&alone, 4);
    for (number, (wait, summaries)) in (1u16..).zip([(MS, 1), (MS * 20, 0), (MS, 1)]) {
        alone.pass(wait);
        let entry = &entries[usize::from(number)];
        let bare = cut(entry.header().place.seq, &wire::write(entry, WireForm::default())).remove(0);
        alone.say_symbols(ObjectNumber(900 + number), &bare);
        assert_eq!(summaries_in(&alone.hear()).len(), summaries, "parked entry {number}");
    }
}

#[test]
fn while_a_gap_is_left_a_summary_goes_again_and_again() {
    // SES-29: first after patience(0), then after each patience(8). The round trip is 30 ms.
    let mut alone = Alone::new();
    alone.hear();
    alone.hear();
    alone.pass(MS * 30);
    let answer = alone.true_summary(0);
    alone.say_control(1, &answer);
    alone.receipt();
    alone.pass(SECOND);
    let (begun, from) = (alone.now, alone.sent.len());
    let entries = chain(&alone, 2);
    alone.tell(&entries[1]);
    alone.pass(SECOND * 3);
    let summaries = alone.sent[from..].iter().filter(|sent| sent.bytes.len() < 54);
    let times: Vec<_> = summaries.map(|sent| sent.at.since(begun)).collect();
    assert_eq!(times, [120, 1_240, 2_360].map(Duration::from_millis));
}

#[test]
fn an_overtaken_summary_is_answered_and_not_used() {
    // SES-29. It asks, and says that a message is missing which the peer has receipted since.
    let mut alone = quiet();
    let older = alone.blue.own_head();
    let seal = |alone: &mut Alone, summary: Vec<u8>| {
        let mut cell = CellBuilder::default();
        cell.control(1, &summary);
        alone.green.seal(UDP, &cell.take()).expect("a session")
    };
    let claim = Alone::summary(1, alone.blue.peer_head().place, older, &[]);
    let late = seal(&mut alone, claim);
    alone.send(Precedence::Flash, "receipted");
    alone.receipt();
    let newer = alone.true_summary(0);
    alone.say_control(1, &newer);
    alone.pass(SECOND);
    alone.lose();
    alone.give(Input::Received { carrier: UDP, bytes: &late });
    let cells = alone.hear();
    assert_eq!((summaries_in(&cells).len(), entries_in(&cells).len()), (1, 0));
}

#[test]
fn of_a_summary_with_another_hash_the_rest_is_not_used() {
    // SES-29. It asks.
    let mut alone = quiet();
    let other = EntryRef { hash: EntryHash([1; 32]), ..alone.blue.own_head() };
    say_summary(&mut alone, 1, other, &[]);
    assert_eq!(alone.hear().len(), 0);
}

#[test]
fn what_the_peer_lacks_goes_again_unless_it_was_sent_just_now() {
    // SES-29. It holds the second and the third.
    let mut alone = quiet();
    let older = alone.blue.own_head();
    let seq = older.place.seq + 1;
    for text in ["lost", "held", "held"] {
        alone.send(Precedence::Flash, text);
    }
    alone.lose();
    say_summary(&mut alone, 0, older, &[(seq + 1, seq + 2)]);
    assert_eq!(entries_in(&alone.hear()), [], "sent just now");
    alone.pass(SECOND);
    let repeated = entries_in(&alone.hear());
    assert!(!repeated.is_empty() && repeated.iter().all(|repeated| *repeated == seq), "{repeated:?}");
}

#[test]
fn what_the_peer_lost_is_read_from_the_record_and_leaves_the_outbox_again() {
    // SES-29: 256 of what it receipted at a time.
    let mut alone = quiet();
    let done = chain(&alone, 1).remove(0);
    let form = WireForm { incarnation: true, prev: true, peer_incarnation: true, key_list: true };
    let object = cut(done.header().place.seq, &wire::write(&done, form)).remove(0);
    alone.say_symbols(ObjectNumber(900), &object);
    let older = alone.blue.own_head();
    for _ in 0..300 {
        alone.send(Precedence::Flash, "receipted");
    }
    alone.receipt();
    let before = alone.said_sent.len();
    say_summary(&mut alone, 0, older, &[]);
    let again = alone.said_sent[before..].iter().map(|entry| entry.place.seq);
    let first = older.place.seq + 1;
    assert_eq!(again.collect::<Vec<_>>(), (first..first + RECALL_MAX).collect::<Vec<_>>());
    let truth = alone.blue.own_head();
    say_summary(&mut alone, 0, truth, &[]);
    alone.pass(SECOND);
    alone.lose();
    let mut cell = CellBuilder::default();
    cell.symbols(ObjectNumber(900), object.len() / SYMBOL_LEN, 0, &object[..SYMBOL_LEN]);
    alone.say(&cell.take());
    assert_eq!(entries_in(&alone.hear()), [], "a repeat of the peer's brings none of them back");
}

#[test]
fn a_summary_names_four_ranges_after_the_gap() {
    // SES-29.
    let mut alone = quiet();
    let entries = chain(&alone, 10);
    entries.iter().skip(1).step_by(2).for_each(|entry| alone.tell(entry));
    alone.pass(MS * 60);
    alone.lose();
    let asks = alone.true_summary(1);
    alone.say_control(1, &asks);
    let seq = alone.blue.peer_head().place.seq;
    let ranges = [2, 4, 6, 8].map(|n| (seq + n, seq + n));
    let expected = Alone::summary(0, alone.blue.own_head().place, alone.blue.peer_head(), &ranges);
    assert_eq!(summaries_in(&alone.hear()), [expected]);
}

#[test]
fn the_peer_says_whether_its_disk_takes_entries() {
    // SES-29: flag 2.
    let mut alone = quiet();
    for (flags, writable) in [(2, false), (0, true)] {
        let summary = alone.true_summary(flags);
        alone.say_control(1, &summary);
        assert_eq!(alone.blue.peer_writable(), writable);
    }
}

#[test]
fn message_1_wants_an_answer() {
    // SES-30. Nothing waits; the session is worn.
    let mut alone = quiet();
    let from = alone.sent.len();
    let is_begun = |alone: &Alone| alone.sent[from..].iter().any(|sent| sent.bytes.len() == 54);
    while !is_begun(&alone) {
        assert!(alone.now.0 < (SESSION_AGE * 2).as_nanos() as u64, "no message 1");
        alone.pass(SECOND * 10);
        alone.say(&[0xff, 0xff]);
    }
    alone.paths.clear();
    alone.pass(SECOND * 2);
    assert_eq!(alone.paths, [(UDP, false)]);
}

#[test]
fn a_question_wants_an_answer_and_a_receipt_does_not() {
    // SES-30.
    let mut alone = quiet();
    let note = alone.note_by_green(Precedence::Routine);
    alone.tell(&note);
    assert_eq!(entries_in(&alone.hear()).len(), 1, "a RECEIPT");
    alone.pass(SECOND * 5);
    assert_eq!(alone.paths, []);
    alone.give(Input::CarrierUp(RADIO));
    alone.pass(SECOND * 2);
    assert_eq!(alone.paths, [(UDP, false)]);
}

#[test]
fn eight_round_trips_of_silence_if_they_are_longer() {
    // SES-30. The first sample is 1 s.
    let mut alone = Alone::new();
    alone.hear();
    assert_eq!(alone.paths, [(UDP, true)], "message 2 is an answer");
    alone.hear();
    alone.pass(SECOND);
    let answer = alone.true_summary(0);
    alone.say_control(1, &answer);
    alone.receipt();
    alone.paths.clear();
    alone.send(Precedence::Routine, "unanswered");
    alone.pass(SECOND * 8 - MS);
    assert_eq!(alone.paths, []);
    alone.pass(MS);
    assert_eq!(alone.paths, [(UDP, false)]);
}

#[test]
fn silence_takes_all_carriers_down() {
    // SES-30.
    let mut alone = quiet();
    let bytes = alone.green.seal(RADIO, &[0xff, 0xff]).expect("a session");
    alone.give(Input::Received { carrier: RADIO, bytes: &bytes });
    assert_eq!(alone.paths, [(RADIO, true)]);
    alone.send(Precedence::Routine, "unanswered");
    alone.pass(SECOND * 2);
    assert_eq!(alone.paths[1..], [(UDP, false), (RADIO, false)]);
}

#[test]
fn a_peer_that_stops_on_one_carrier_is_up_on_the_other() {
    // SES-30.
    let mut alone = quiet();
    let bytes = alone.green.seal(RADIO, &[0xff, 0xff]).expect("a session");
    alone.give(Input::Received { carrier: RADIO, bytes: &bytes });
    let farewell = alone.true_summary(4);
    alone.say_control(1, &farewell);
    assert_eq!(alone.blue.carriers().iter().map(|carrier| carrier.up).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn neither_noise_nor_a_message_1_brings_a_path_up() {
    // SES-30, SES-31: who has recorded the line can send a message 1 again.
    let mut alone = quiet();
    alone.send(Precedence::Routine, "unanswered");
    alone.pass(SECOND * 3);
    assert_eq!(alone.paths, [(UDP, false)]);
    let (refused, before) = (alone.blue.refused_cells(), alone.sent.len());
    alone.give(Input::Received { carrier: UDP, bytes: &[7; 100] });
    assert_eq!(
        (alone.blue.refused_cells(), alone.sent.len()),
        (refused + 1, before),
        "SES-31: one more on a counter"
    );
    let mut green = alone.another_green();
    green.initiate(alone.now, &mut alone.rng, &[]);
    let message_1 = green.repeat(alone.now, SECOND, SECOND).expect("due at once");
    alone.pass(SECOND);
    alone.give(Input::Received { carrier: UDP, bytes: &message_1 });
    assert_eq!(alone.paths, [(UDP, false)]);
}
