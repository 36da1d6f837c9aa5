//! The same rules as in pacing.rs, one clause at a time: round trips, the window, repeats and receipts.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use ringdown_line::Input;
use ringdown_line::cell::{CellBuilder, ObjectNumber};
use ringdown_line::limits::{SYMBOL_LEN, WINDOW_INITIAL, WINDOW_MAX, WINDOW_MIN};
use ringdown_line::object::cut;
use ringdown_record::body::{Body, RECEIPT_RANGES_MAX, Receipt};
use ringdown_record::wire::{self, WireForm};
use ringdown_record::{Entry, EntryRef, Kind, Precedence, Side, TrafficClass, Urgency};

use crate::alone::{Alone, RADIO, Said, entries_in, summaries_in};
use crate::pair::UDP;

const MS: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);
const PADDING: [u8; 2] = [0xff, 0xff];

/// When cells with symbols went, after the `from`th datagram.
fn symbol_times(alone: &Alone, from: usize) -> Vec<Duration> {
    let sent = &alone.sent[from..];
    let times = sent.iter().filter(|sent| sent.bytes.len() >= 57).map(|sent| sent.at);
    times.clone().map(|at| at.since(times.clone().next().unwrap_or(at))).collect()
}

fn receipts(alone: &Alone) -> Vec<&Entry> {
    let own = alone.disk.iter().filter(|entry| entry.header().side == Side::Zero);
    own.filter(|entry| entry.header().kind == Kind::RECEIPT).map(|entry| &**entry).collect()
}

/// A note of GREEN's that receipts nothing of BLUE's after `cited`.
fn note(alone: &Alone, precedence: Precedence, cited: EntryRef) -> Entry {
    let peer = alone.blue.peer_head();
    note_behind(alone, peer, precedence, cited)
}

fn note_behind(alone: &Alone, before: EntryRef, precedence: Precedence, cited: EntryRef) -> Entry {
    let urgency = Urgency { precedence, class: TrafficClass::Test };
    alone.by_green_at(before.place.seq + 1, before.hash, cited, Kind::CHECKPOINT, urgency, vec![0])
}

/// The peer sends the first symbol of an entry that it sent under this number.
fn say_again(alone: &mut Alone, number: u16, entry: &Entry) {
    let object = object_of(entry);
    let mut cell = CellBuilder::default();
    cell.symbols(ObjectNumber(number), object.len() / SYMBOL_LEN, 0, &object[..SYMBOL_LEN]);
    alone.say(&cell.take());
}

fn object_of(entry: &Entry) -> Vec<u8> {
    let form = WireForm { incarnation: true, prev: true, peer_incarnation: true, key_list: true };
    cut(entry.header().place.seq, &wire::write(entry, form)).remove(0)
}

/// The first round trip measured is 30 ms.
fn after_30_ms() -> Alone {
    let mut alone = Alone::new();
    alone.hear();
    alone.hear();
    alone.pass(MS * 30);
    let answer = alone.true_summary(0);
    alone.say_control(1, &answer);
    alone.receipt();
    alone.lose();
    alone
}

/// The first wait of a FLASH that is not answered, and then receipted.
fn base(alone: &mut Alone) -> Duration {
    let from = alone.sent.len();
    alone.send(Precedence::Flash, "measures the wait");
    alone.pass(MS * 200);
    let times = symbol_times(alone, from);
    alone.receipt();
    alone.lose();
    times[1]
}

#[test]
fn the_wait_follows_from_the_samples_that_count() {
    // SES-26: 2 x round trip + 60 ms.
    let mut alone = after_30_ms();
    assert_eq!(base(&mut alone), MS * 120, "the first sample replaces the guess");
    assert_eq!(base(&mut alone), MS * 120, "the receipt of what was sent twice is no sample");
    alone.send(Precedence::Flash, "receipted after 110 ms");
    alone.pass(MS * 110);
    alone.receipt();
    assert_eq!(base(&mut alone), MS * 140, "(7 x 30 ms + 110 ms) / 8 are 40 ms");
    let held = alone.send(Precedence::Flash, "held back by a summary").reference();
    alone.pass(MS * 20);
    let claim = Alone::summary(0, alone.blue.peer_head().place, held, &[]);
    alone.say_control(1, &claim);
    alone.pass(MS * 70);
    alone.receipt();
    assert_eq!(base(&mut alone), MS * 140, "what a summary held back is no sample");
    alone.give(Input::CarrierUp(UDP));
    alone.pass(MS * 10);
    let asks = alone.true_summary(1);
    alone.say_control(1, &asks);
    assert_eq!(base(&mut alone), MS * 140, "a summary that asks is no answer");
    alone.give(Input::CarrierUp(UDP));
    alone.pass(MS * 120);
    let answer = alone.true_summary(0);
    alone.say_control(1, &answer);
    assert_eq!(base(&mut alone), MS * 160, "one that does not ask is: (7 x 40 ms + 120 ms) / 8 are 50 ms");
}

#[test]
fn waits_grow_by_a_second_at_most_and_never_end() {
    // SES-26. The peer is heard all the time and receipts nothing.
    let mut alone = after_30_ms();
    let from = alone.sent.len();
    alone.send(Precedence::Flash, "again and again");
    for _ in 0..85 {
        alone.pass(MS * 100);
        alone.say(&PADDING);
    }
    let expected = [0, 120, 360, 840, 1_800, 2_920, 4_040, 5_160, 6_280, 7_400].map(Duration::from_millis);
    assert_eq!(symbol_times(&alone, from), expected);
}

#[test]
fn receipts_go_before_others_of_their_precedence_and_all_share_a_cell() {
    // SES-24.
    let mut alone = Alone::connected();
    for carrier in [UDP, RADIO] {
        alone.give(Input::CarrierDown(carrier));
    }
    let cited = alone.blue.own_head();
    let first = alone.send(Precedence::Flash, "written first");
    let second = alone.send(Precedence::Flash, "written second");
    let flash = note(&alone, Precedence::Flash, cited);
    alone.tell(&flash);
    let receipt = receipts(&alone).last().expect("a RECEIPT").header().place.seq;
    alone.lose();
    alone.give(Input::CarrierUp(UDP));
    let cells = alone.hear();
    assert_eq!(entries_in(&cells[..1]), [receipt, first.header().place.seq, second.header().place.seq]);
}

#[test]
fn cells_go_on_the_first_carrier() {
    // SES-24.
    let mut alone = Alone::connected();
    let before = alone.sent.len();
    alone.send(Precedence::Flash, "on the first");
    assert!(alone.sent.len() > before && alone.sent[before..].iter().all(|sent| sent.carrier == UDP));
}

#[test]
fn only_line_flash_and_receipts_pass_a_full_window() {
    // SES-25.
    let mut alone = Alone::connected();
    let cited = alone.blue.own_head();
    for _ in 0..40 {
        alone.send(Precedence::Routine, &"x".repeat(3_900));
    }
    alone.pass(MS * 60);
    alone.lose();
    let immediate = alone.send(Precedence::Immediate, "waits");
    assert_eq!(entries_in(&alone.hear()), []);
    let routine = note(&alone, Precedence::Routine, cited);
    alone.tell(&routine);
    let receipt = receipts(&alone).last().expect("a RECEIPT").header().place.seq;
    assert!(receipt > immediate.header().place.seq);
    assert_eq!(entries_in(&alone.hear()), [receipt]);
}

#[test]
fn receipts_do_not_fill_the_window() {
    // SES-25: 1,500 of them have more bytes than the window.
    let mut alone = Alone::connected();
    let cited = alone.blue.own_head();
    let before: usize = alone.sent.iter().map(|sent| sent.bytes.len()).sum();
    for _ in 0..1_500 {
        let flash = note(&alone, Precedence::Flash, cited);
        alone.tell(&flash);
    }
    let sent = alone.sent.iter().map(|sent| sent.bytes.len()).sum::<usize>() - before;
    assert!(sent > WINDOW_INITIAL, "{sent} bytes");
    let message = alone.send(Precedence::Routine, "goes at once");
    assert_eq!(alone.said_sent.last(), Some(&message.reference()));
}

#[test]
fn what_a_summary_holds_makes_room() {
    // SES-25.
    let mut alone = Alone::connected();
    for _ in 0..60 {
        alone.send(Precedence::Routine, &"x".repeat(3_900));
    }
    let sent = alone.said_sent.clone();
    let last = *sent.last().expect("many");
    assert!(last != alone.blue.own_head(), "the window is full");
    let claim = Alone::summary(0, alone.blue.peer_head().place, last, &[]);
    alone.say_control(1, &claim);
    assert_eq!(alone.said_sent.last(), Some(&alone.blue.own_head()), "the rest goes");
}

#[test]
fn the_window_is_halved_once_when_repeats_fall_due_and_not_below_its_least() {
    // SES-25. Nothing is receipted; the peer is heard all the time.
    let mut alone = Alone::connected();
    let from = alone.sent.len();
    for _ in 0..100 {
        alone.send(Precedence::Routine, &"x".repeat(3_900));
    }
    for _ in 0..40 {
        alone.pass(MS * 50);
        alone.say(&PADDING);
    }
    let mut bursts = BTreeMap::<_, usize>::new();
    for sent in alone.sent[from..].iter().filter(|sent| sent.bytes.len() >= 57) {
        *bursts.entry(sent.at).or_default() += sent.bytes.len();
    }
    let bursts: Vec<usize> = bursts.into_values().take(4).collect();
    for (burst, window) in bursts.iter().zip([WINDOW_INITIAL, WINDOW_INITIAL / 2, WINDOW_MIN, WINDOW_MIN]) {
        assert!((window..window + 10_000).contains(burst), "{bursts:?}");
    }
    assert_eq!(bursts.len(), 4);
}

#[test]
fn the_window_grows_to_a_mebibyte() {
    // SES-25.
    let mut alone = Alone::connected();
    for _ in 0..10 {
        for _ in 0..100 {
            alone.send(Precedence::Routine, "makes it grow");
        }
        alone.receipt();
    }
    let from = alone.sent.len();
    for _ in 0..300 {
        alone.send(Precedence::Routine, &"x".repeat(3_900));
    }
    let sent: usize = alone.sent[from..].iter().map(|sent| sent.bytes.len()).sum();
    assert!((WINDOW_MAX..WINDOW_MAX + 40_000).contains(&sent), "{sent} bytes on the way");
}

#[test]
fn what_is_receipted_is_not_repeated() {
    // SES-27.
    let mut alone = Alone::connected();
    alone.send(Precedence::Flash, "receipted");
    alone.receipt();
    alone.lose();
    alone.pass(SECOND * 5);
    assert_eq!(entries_in(&alone.hear()), []);
}

#[test]
fn a_repeat_of_the_peers_brings_back_what_a_summary_held_back() {
    // SES-27: that frees nothing, so up to 64 of them become due again, if they were sent a while ago.
    let mut alone = Alone::connected();
    let cited = alone.blue.own_head();
    let done = note(&alone, Precedence::Routine, cited);
    alone.say_symbols(ObjectNumber(900), &object_of(&done));
    alone.pass(SECOND);
    for _ in 0..100 {
        alone.send(Precedence::Flash, "held, it says");
    }
    let last = alone.blue.own_head();
    let claim = Alone::summary(0, alone.blue.peer_head().place, last, &[]);
    alone.say_control(1, &claim);
    alone.lose();
    say_again(&mut alone, 900, &done);
    let flashes = |alone: &mut Alone| {
        let seqs = entries_in(&alone.hear());
        seqs.into_iter().filter(|seq| *seq > last.place.seq - 100).count()
    };
    assert_eq!(flashes(&mut alone), 0, "sent just now");
    alone.pass(SECOND);
    alone.lose();
    say_again(&mut alone, 900, &done);
    // With them goes BLUE's RECEIPT for the note, which is older.
    assert_eq!(flashes(&mut alone), 63);
}

#[test]
fn with_nothing_open_a_repeat_draws_a_summary() {
    // SES-27: the peer may only believe that we lost it.
    let mut alone = Alone::connected();
    let done = alone.note_by_green(Precedence::Routine);
    alone.say_symbols(ObjectNumber(900), &object_of(&done));
    alone.receipt();
    alone.pass(SECOND);
    alone.lose();
    say_again(&mut alone, 900, &done);
    let cells = alone.hear();
    assert_eq!((summaries_in(&cells).len(), entries_in(&cells).len()), (1, 0));
}

#[test]
fn while_something_is_parked_every_repeat_draws_a_summary() {
    // SES-27: also that of a RECEIPT.
    let mut alone = Alone::connected();
    let cited = alone.blue.own_head();
    let receipt = alone.by_green(Kind::RECEIPT, Urgency::LINE, Receipt::default().to_body());
    alone.say_symbols(ObjectNumber(900), &object_of(&receipt));
    let missing = note(&alone, Precedence::Routine, cited);
    let waits = note_behind(&alone, missing.reference(), Precedence::Routine, cited);
    let bare = cut(waits.header().place.seq, &wire::write(&waits, WireForm::default())).remove(0);
    alone.say_symbols(ObjectNumber(901), &bare);
    alone.pass(SECOND);
    alone.lose();
    say_again(&mut alone, 900, &receipt);
    assert_eq!(summaries_in(&alone.hear()).len(), 1);
}

#[test]
fn a_receipt_is_not_repeated_by_itself() {
    // SES-27.
    let mut alone = Alone::connected();
    let cited = alone.blue.own_head();
    let flash = note(&alone, Precedence::Flash, cited);
    alone.tell(&flash);
    assert_eq!(entries_in(&alone.hear()).len(), 1);
    alone.pass(SECOND * 20);
    assert_eq!(entries_in(&alone.hear()), []);
}

#[test]
fn a_receipt_has_the_urgency_of_the_most_urgent_and_only_flash_does_not_wait() {
    // SES-28.
    let mut alone = Alone::connected();
    alone.pass(SECOND);
    let before = receipts(&alone).len();
    for precedence in [Precedence::Routine, Precedence::Immediate, Precedence::Routine] {
        let note = alone.note_by_green(precedence);
        alone.tell(&note);
    }
    assert_eq!(receipts(&alone).len(), before + 1, "IMMEDIATE waits for 50 ms");
    alone.pass(MS * 50);
    let sealed = receipts(&alone).into_iter().skip(before);
    let precedences: Vec<_> = sealed.map(|entry| entry.header().urgency.precedence).collect();
    assert_eq!(precedences, [Precedence::Routine, Precedence::Immediate]);
}

#[test]
fn a_receipt_goes_when_it_is_durable() {
    // SES-28.
    let mut alone = Alone::connected();
    alone.keeps = false;
    let flash = alone.note_by_green(Precedence::Flash);
    alone.tell(&flash);
    assert_eq!(entries_in(&alone.hear()), []);
    alone.commit();
    assert_eq!(entries_in(&alone.hear()).len(), 1);
}

#[test]
fn a_filled_gap_is_receipted_once_more() {
    // SES-28. What fills it is a RECEIPT and wants none itself.
    let mut alone = Alone::connected();
    let cited = alone.blue.own_head();
    let first = alone.by_green(Kind::RECEIPT, Urgency::LINE, Receipt::default().to_body());
    let second = note_behind(&alone, first.reference(), Precedence::Routine, cited);
    alone.tell(&second);
    alone.pass(SECOND);
    let before = receipts(&alone).len();
    alone.tell(&first);
    alone.pass(MS * 50);
    assert_eq!(receipts(&alone).len(), before + 1);
    assert_eq!(receipts(&alone)[before].header().peer, second.reference());
}

#[test]
fn while_a_gap_is_left_only_a_receipt_serves() {
    // SES-28.
    let mut alone = Alone::connected();
    alone.pass(SECOND);
    let cited = alone.blue.own_head();
    let first = note(&alone, Precedence::Routine, cited);
    let second = note_behind(&alone, first.reference(), Precedence::Routine, cited);
    let third = note_behind(&alone, second.reference(), Precedence::Routine, cited);
    alone.tell(&first);
    alone.tell(&third);
    let before = receipts(&alone).len();
    alone.send(Precedence::Routine, "cites the first and cannot name the third");
    alone.pass(MS * 50);
    assert_eq!(receipts(&alone).len(), before + 1);
}

#[test]
fn a_receipt_stays_wanted_until_all_ranges_are_named() {
    // SES-28: more ranges than one RECEIPT names come at once.
    let mut alone = Alone::connected();
    alone.pass(SECOND);
    let (before, cited, mut last) = (receipts(&alone).len(), alone.blue.own_head(), alone.blue.peer_head());
    let mut held = BTreeSet::new();
    for n in 0..2 * (RECEIPT_RANGES_MAX as u64 + 5) {
        let entry = note_behind(&alone, last, Precedence::Routine, cited);
        last = entry.reference();
        if n % 2 == 1 {
            held.insert(last.place.seq);
            alone.tell(&entry);
        }
    }
    alone.pass(SECOND);
    let mut named = BTreeSet::new();
    for receipt in &receipts(&alone)[before..] {
        let body = Body::read(receipt.body()).expect("a body").content;
        let ranges = Receipt::read(body).expect("a RECEIPT").beyond;
        ranges.iter().for_each(|range| named.extend(range.from..=range.to));
    }
    assert_eq!(named, held);
}

#[test]
fn a_cell_takes_as_many_symbols_as_fit() {
    // SES-24: all cells of a long entry but the last are full.
    let mut alone = Alone::connected();
    let from = alone.sent.len();
    alone.send(Precedence::Flash, &"x".repeat(20_000));
    let lengths: Vec<usize> = alone.sent[from..].iter().map(|sent| sent.bytes.len()).collect();
    let (last, full) = lengths.split_last().expect("cells");
    assert!(*last <= 1_200 && full.iter().all(|len| 1_200 - len < SYMBOL_LEN + 5), "{lengths:?}");
    let runs = alone.hear().concat();
    assert!(runs.iter().all(|said| matches!(said, Said::Symbols { .. })));
}
