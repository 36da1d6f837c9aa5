//! Waiting costs nothing: an endpoint with nothing to do asks for no attention.

use std::time::Duration;

use ringdown_line::Input;
use ringdown_record::{Entry, Kind, Precedence, Side};

use crate::pair::{Pair, UDP, faults};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_message_without_a_carrier_waits_without_work() {
    // A pulled cable: the probe of SES-29 has no carrier to go on, and must not be due again and again.
    let mut pair = Pair::new();
    pair.run(SECOND);
    pair.input(0, Input::CarrierDown(UDP));
    let message = pair.send(0, Precedence::Flash, "waits for a carrier");
    pair.run(SECOND * 60);
    assert!(pair.messages_on(1, 0).is_empty());
    pair.input(0, Input::CarrierUp(UDP));
    pair.run(SECOND);
    assert_eq!(pair.messages_on(1, 0), [message.hash()]);
}

/// Cells that both sides send in an idle minute.
fn in_an_idle_minute(pair: &mut Pair) -> usize {
    let sent = |pair: &Pair| pair.sent.iter().map(Vec::len).sum::<usize>();
    let before = sent(pair);
    pair.run(SECOND * 60);
    sent(pair) - before
}

#[test]
fn two_receipts_do_not_call_for_each_other_for_ever() {
    // SES-27. The path becomes slower than both sides believe, so both repeat; each then has a RECEIPT open that was
    // sent long enough ago to go out again whenever the other's comes.
    let mut pair = Pair::new();
    pair.run(SECOND);
    pair.fate = Box::new(|_, _| vec![Duration::from_millis(400)]);
    let messages = [0, 1].map(|from| pair.send(from, Precedence::Flash, "at once").hash());
    pair.run(SECOND * 60);
    assert_eq!([pair.messages_on(1, 0), pair.messages_on(0, 1)], messages.map(|hash| vec![hash]));
    let cells = in_an_idle_minute(&mut pair);
    assert!(cells <= 10, "{cells} cells");
}

#[test]
fn a_summary_that_was_overtaken_brings_nothing_back() {
    // SES-29. An old summary of GREEN comes late: it says that GREEN lacks what it has receipted since.
    let mut pair = Pair::new();
    pair.run(SECOND);
    pair.fate = Box::new(|_, _| vec![SECOND * 10]);
    pair.input(1, Input::CarrierUp(UDP));
    pair.fate = Box::new(|_, _| vec![Duration::from_millis(5)]);
    for n in 0..4 {
        pair.send(0, Precedence::Routine, &format!("message {n}"));
        pair.run(SECOND);
    }
    pair.run(SECOND * 20);
    let cells = in_an_idle_minute(&mut pair);
    assert!(cells <= 10, "{cells} cells");
}

#[test]
fn more_gaps_than_a_receipt_can_name_are_filled() {
    // SES-28. GREEN misses every second one of the ROUTINE messages; what it has is in more ranges than one RECEIPT
    // names. BLUE must learn of all of them, or it repeats the FLASH messages for ever and the window never opens.
    let mut pair = Pair::new();
    pair.run(SECOND);
    let mut lose = false;
    pair.fate = Box::new(move |from, bytes| {
        let routine = from == 0 && bytes.len() < 1_000;
        lose ^= routine;
        if routine && lose { vec![] } else { vec![Duration::from_millis(5)] }
    });
    let text = "x".repeat(6_000);
    for n in 0..50 {
        pair.send(0, Precedence::Routine, &format!("{n}"));
        pair.send(0, Precedence::Immediate, &text);
        pair.run(Duration::from_millis(1));
    }
    pair.run(SECOND * 60);
    let cells = in_an_idle_minute(&mut pair);
    assert!(cells <= 10, "{cells} cells");
    assert_eq!(pair.messages_on(1, 0).len(), 100);
}

#[test]
fn a_round_trip_of_no_time_is_not_believed() {
    // SES-26. GREEN's summary crosses BLUE's question and comes at the same instant. A round trip of zero would have
    // BLUE repeat message 1 without a pause.
    let mut pair = Pair::new();
    pair.run(SECOND);
    pair.fate = Box::new(|_, _| vec![Duration::ZERO]);
    for _ in 0..20 {
        pair.input(0, Input::CarrierUp(UDP));
        pair.run(SECOND);
    }
    pair.crash(1);
    pair.fate = Box::new(|_, _| vec![]);
    pair.send(0, Precedence::Flash, "to nobody");
    let before = pair.sent[0].len();
    pair.run(SECOND * 20);
    assert!(pair.sent[0].len() - before < 100, "{} cells", pair.sent[0].len() - before);
}

#[test]
fn a_record_with_named_gaps_comes_back_with_them() {
    // SES-24: after a restart of BLUE, what GREEN's RECEIPTs name after a gap is not sent again.
    let mut pair = Pair::new();
    pair.run(SECOND);
    let mut first = true;
    pair.fate = Box::new(move |from, bytes| {
        let lost = from == 0 && bytes.len() < 1_000 && std::mem::take(&mut first);
        if lost { vec![] } else { vec![Duration::from_millis(5)] }
    });
    pair.send(0, Precedence::Routine, "lost");
    pair.run(Duration::from_millis(2));
    pair.send(0, Precedence::Immediate, &"y".repeat(3_000));
    pair.run(Duration::from_millis(40));
    let of_green = |entry: &Entry| entry.header().side == Side::One && entry.header().kind == Kind::RECEIPT;
    let named = pair.nodes[0].disk.iter().any(|entry| of_green(entry) && entry.header().peer.place.seq == 3);
    assert!(named, "GREEN's RECEIPT for what came after the gap is on BLUE's disk");
    pair.crash(0);
    pair.in_flight.clear();
    let before = pair.sent[0].len();
    pair.start(0);
    pair.run(SECOND);
    let bytes: usize = pair.sent[0][before..].iter().map(Vec::len).sum();
    assert!(bytes < 1_500, "{bytes} bytes");
    assert_eq!(pair.messages_on(1, 0).len(), 2);
}

#[test]
fn a_large_entry_does_not_keep_out_what_it_waits_for() {
    // SES-22. The PRIORITY message fills the window alone and cannot be taken before the ROUTINE message in front of it,
    // unless it brings that one's hash.
    let mut pair = Pair::new();
    pair.run(SECOND);
    pair.fate = Box::new(|from, bytes| match (from, bytes.len()) {
        (0, ..1_000) => vec![],
        _ => vec![Duration::from_millis(5)],
    });
    pair.send(0, Precedence::Routine, "in front");
    pair.run(Duration::from_millis(2));
    pair.send(0, Precedence::Priority, &"z".repeat(36_000));
    pair.run(SECOND * 20);
    pair.fate = Box::new(|_, _| vec![Duration::from_millis(5)]);
    pair.run(SECOND * 20);
    assert_eq!(pair.messages_on(1, 0).len(), 2);
}

#[test]
fn the_chunks_of_a_repeated_entry_fit_together() {
    // SES-22: an entry in chunks is cut once in a session, also if its predecessor is missing when it is repeated.
    let mut pair = Pair::new();
    pair.run(SECOND);
    let mut random = faults(5);
    pair.fate = Box::new(move |from, bytes| match (from, bytes.len()) {
        (0, ..1_000) => vec![],
        (0, _) if random(2) == 0 => vec![],
        _ => vec![Duration::from_millis(5)],
    });
    pair.send(0, Precedence::Routine, "in front");
    pair.run(Duration::from_millis(2));
    pair.send(0, Precedence::Priority, &"z".repeat(36_000));
    pair.run(SECOND * 20);
    pair.fate = Box::new(|_, _| vec![Duration::from_millis(5)]);
    pair.run(SECOND * 20);
    assert_eq!(pair.messages_on(1, 0).len(), 2);
    assert_eq!(pair.nodes[1].alarms, []);
}
