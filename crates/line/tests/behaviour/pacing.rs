//! What goes next and when: order, window, repeats, receipts, summaries, and what silence means.

use std::time::Duration;

use ringdown_line::limits::{DOUBT, ROUND_TRIP_MAX, WINDOW_INITIAL};
use ringdown_line::{Alarm, Input, Instant, Submission, SubmitError};
use ringdown_record::body::{Body, Receipt, SeqRange};
use ringdown_record::{EntryHash, EntryRef, Kind, LineId, Place, Precedence, Side, Urgency};

use crate::alone::{Alone, RADIO, Said, Sent, entries_in, summaries_in};
use crate::pair::UDP;

const MS: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);
/// A cell that says nothing, and is heard.
const PADDING: [u8; 2] = [0xff, 0xff];

/// When cells with symbols went out, from `since` on.
fn symbol_times(alone: &Alone, since: Instant) -> Vec<Duration> {
    // A cell with one symbol or more has at least header, run, symbol and tag; a summary alone has fewer.
    let with_symbols = |sent: &&Sent| sent.at >= since && sent.bytes.len() >= 4 + 5 + 32 + 16;
    alone.sent.iter().filter(with_symbols).map(|sent| sent.at.since(since)).collect()
}

fn receipts_on_disk(alone: &Alone) -> usize {
    let own = alone.disk.iter().filter(|entry| entry.header().side == ringdown_record::Side::Zero);
    own.filter(|entry| entry.header().kind == Kind::RECEIPT).count()
}

#[test]
fn what_is_due_goes_by_precedence_then_receipts_then_age() {
    // SES-24. Nothing can be sent while no carrier is usable; then everything goes in one cell after the other.
    let mut alone = Alone::connected();
    alone.give(Input::CarrierDown(UDP));
    alone.give(Input::CarrierDown(RADIO));
    let routine = alone.send(Precedence::Routine, "first written");
    let priority = alone.send(Precedence::Priority, "second");
    let flash = alone.send(Precedence::Flash, "third");
    let other_flash = alone.send(Precedence::Flash, "fourth");
    alone.give(Input::CarrierUp(UDP));
    // The path counts as up again once something authentic came.
    let claim = alone.true_summary(0);
    alone.say_control(1, &claim);
    let order = [&flash, &other_flash, &priority, &routine].map(|entry| entry.header().place.seq);
    assert_eq!(entries_in(&alone.hear()), order);
}

#[test]
fn first_sendings_go_before_repeats() {
    // SES-24: of equal precedence, what was never sent goes first, even if it is younger.
    let mut alone = Alone::connected();
    let first = alone.send(Precedence::Routine, "sent, and lost");
    alone.lose();
    alone.give(Input::CarrierDown(UDP));
    alone.give(Input::CarrierDown(RADIO));
    let second = alone.send(Precedence::Routine, "never sent");
    alone.pass(MS * 900);
    alone.give(Input::CarrierUp(UDP));
    let claim = alone.true_summary(0);
    alone.lose();
    alone.say_control(1, &claim);
    let order = entries_in(&alone.hear());
    assert_eq!(order[..2], [second.header().place.seq, first.header().place.seq], "{order:?}");
}

#[test]
fn the_window_holds_back_what_is_not_urgent() {
    // SES-25. Nothing is receipted: ROUTINE goes until 128 KiB are on the way, a FLASH goes all the same.
    let mut alone = Alone::connected();
    let before = alone.sent.len();
    for _ in 0..100 {
        alone.send(Precedence::Routine, &"x".repeat(3_900));
    }
    let sent: usize = alone.sent[before..].iter().map(|sent| sent.bytes.len()).sum();
    assert!(sent > WINDOW_INITIAL && sent < WINDOW_INITIAL + 10_000, "{sent} bytes on the way");
    let flash = alone.send(Precedence::Flash, "past the window");
    assert_eq!(alone.said_sent.last(), Some(&flash.reference()));
}

#[test]
fn the_window_grows_with_what_is_receipted() {
    // SES-25: by 1,200 bytes for each entry.
    let mut alone = Alone::connected();
    for _ in 0..32 {
        alone.send(Precedence::Routine, &"x".repeat(3_900));
    }
    alone.receipt();
    let before = alone.sent.len();
    for _ in 0..100 {
        alone.send(Precedence::Routine, &"x".repeat(3_900));
    }
    let sent: usize = alone.sent[before..].iter().map(|sent| sent.bytes.len()).sum();
    let grown = WINDOW_INITIAL + 32 * 1_200;
    assert!(sent > grown && sent < grown + 12_000, "{sent} bytes on the way");
}

#[test]
fn repeats_come_after_patience() {
    // SES-26. The first sample replaces the guess: the summary was answered after 40 ms, so the base is 140 ms.
    let mut alone = Alone::connected();
    alone.pass(SECOND * 40);
    alone.lose();
    alone.give(Input::CarrierUp(UDP));
    alone.pass(MS * 40);
    let answer = alone.true_summary(0);
    alone.say_control(1, &answer);
    // A mean over what came before: what counts is that the waits follow from one base.
    let since = alone.now;
    alone.send(Precedence::Flash, "lost");
    alone.pass(MS * 1_900);
    let times = symbol_times(&alone, since);
    let base = times[1] - times[0];
    let patience = |repeats: u32| base + (base * (2u32.pow(repeats) - 1)).min(SECOND);
    let mut expected = Duration::ZERO;
    for (n, time) in times.iter().enumerate().take(4) {
        assert_eq!(*time, expected, "sending {n} of {times:?}");
        expected += patience(n as u32);
    }
    assert!(times.len() >= 4, "{times:?}");
}

#[test]
fn a_first_sample_replaces_the_guess_and_later_ones_count_an_eighth() {
    // SES-26: from a receipt of what was sent once.
    let mut alone = Alone::new();
    alone.hear();
    alone.hear();
    alone.pass(MS * 30);
    let answer = alone.true_summary(0);
    alone.say_control(1, &answer);
    alone.receipt();
    let base = |alone: &mut Alone| {
        let since = alone.now;
        alone.send(Precedence::Flash, "measured");
        alone.lose();
        alone.pass(MS * 400);
        let times = symbol_times(alone, since);
        alone.receipt();
        times[1]
    };
    // 30 ms from the summary that asked to its answer; the receipt behind it frees what went in message 1.
    let first = base(&mut alone);
    assert!(first >= MS * 120 && first < MS * 260, "no longer from the guess of 100 ms: {first:?}");
}

#[test]
fn an_answer_held_back_stretches_no_wait_beyond_a_limit() {
    // SES-26: no sample counts for more than 5 s, so no first repeat waits longer than 2 x 5 s + 60 ms.
    let mut alone = Alone::connected();
    for _ in 0..20 {
        alone.give(Input::CarrierUp(UDP));
        alone.pass(SECOND * 29);
        alone.lose();
        let answer = alone.true_summary(0);
        alone.say_control(1, &answer);
    }
    let since = alone.now;
    alone.send(Precedence::Flash, "lost");
    alone.pass(SECOND * 11);
    let times = symbol_times(&alone, since);
    assert!(times.len() >= 2 && times[1] <= ROUND_TRIP_MAX * 2 + MS * 60, "{times:?}");
    assert!(times[1] > ROUND_TRIP_MAX, "the answers were late: {times:?}");
}

#[test]
fn only_a_signed_receipt_frees_what_waits() {
    // SES-27, SES-29: a summary that says "held" stops the repeats, and frees nothing (INV-5).
    let mut alone = Alone::connected();
    let message = alone.send(Precedence::Routine, "held, it says");
    let held = message.reference();
    let claim = Alone::summary(0, alone.blue.peer_head().place, held, &[]);
    alone.say_control(1, &claim);
    alone.hear();
    alone.pass(SECOND);
    assert!(entries_in(&alone.hear()).is_empty(), "SES-29: what it holds is not repeated");
    let lacks = Alone::summary(0, alone.blue.peer_head().place, alone_before(&alone, held), &[]);
    alone.say_control(1, &lacks);
    assert_eq!(entries_in(&alone.hear()), [held.place.seq], "SES-27: it was still in the outbox");
    alone.receipt();
    alone.hear();
    let lacks = Alone::summary(0, alone.blue.peer_head().place, held, &[]);
    alone.say_control(1, &lacks);
    alone.pass(SECOND * 5);
    assert!(entries_in(&alone.hear()).iter().all(|seq| *seq != held.place.seq), "a receipt frees it");
}

/// BLUE's entry before this one.
fn alone_before(alone: &Alone, entry: EntryRef) -> EntryRef {
    let place = Place::first(entry.place.seq - 1);
    let before = alone
        .disk
        .iter()
        .find(|held| held.header().side == ringdown_record::Side::Zero && held.header().place == place);
    before.expect("BLUE wrote it").reference()
}

#[test]
fn a_receipt_by_range_frees_what_it_names() {
    // SES-27.
    let mut alone = Alone::connected();
    let first = alone.send(Precedence::Routine, "lost");
    let second = alone.send(Precedence::Routine, "arrived after a gap");
    let (from, before) = (second.header().place.seq, alone_before(&alone, first.reference()));
    let body = Receipt { beyond: vec![SeqRange { from, to: from }] }.to_body();
    let peer = alone.blue.peer_head();
    let receipt =
        alone.by_green_at(peer.place.seq + 1, peer.hash, before, Kind::RECEIPT, Urgency::LINE, body);
    alone.lose();
    alone.tell(&receipt);
    alone.pass(SECOND * 2);
    let repeated = entries_in(&alone.hear());
    assert!(repeated.contains(&first.header().place.seq) && !repeated.contains(&from), "{repeated:?}");
}

#[test]
fn receipts_are_spaced_and_urgent_ones_are_not() {
    // SES-28.
    let mut alone = Alone::connected();
    alone.pass(SECOND);
    let before = receipts_on_disk(&alone);
    for wanted in [1, 1] {
        let note = alone.note_by_green(Precedence::Routine);
        alone.tell(&note);
        assert_eq!(receipts_on_disk(&alone) - before, wanted, "the second waits 50 ms");
    }
    alone.pass(MS * 49);
    assert_eq!(receipts_on_disk(&alone) - before, 1);
    alone.pass(MS);
    assert_eq!(receipts_on_disk(&alone) - before, 2);
    let flash = alone.note_by_green(Precedence::Flash);
    alone.tell(&flash);
    assert_eq!(receipts_on_disk(&alone) - before, 3, "at once for a FLASH");
}

#[test]
fn a_receipt_wants_no_receipt() {
    // SES-28, REC-20.
    let mut alone = Alone::connected();
    alone.pass(SECOND);
    let before = receipts_on_disk(&alone);
    alone.receipt();
    alone.pass(SECOND * 10);
    assert_eq!(receipts_on_disk(&alone), before);
}

#[test]
fn a_message_of_ones_own_serves_as_receipt() {
    // SES-28: any own entry cites what is here.
    let mut alone = Alone::connected();
    let note = alone.note_by_green(Precedence::Routine);
    alone.tell(&note);
    let note = alone.note_by_green(Precedence::Routine);
    alone.tell(&note);
    let before = receipts_on_disk(&alone);
    let message = alone.send(Precedence::Routine, "cites it");
    assert_eq!(message.header().peer, note.reference());
    alone.pass(SECOND);
    assert_eq!(receipts_on_disk(&alone), before);
}

#[test]
fn summaries_go_every_half_minute_and_ask() {
    // SES-29.
    let mut alone = Alone::connected();
    alone.hear();
    alone.pass(SECOND * 29);
    let early = summaries_in(&alone.hear()).len();
    alone.pass(SECOND * 31);
    let summaries = summaries_in(&alone.hear());
    assert!(early + summaries.len() == 2 && summaries.iter().all(|summary| summary[0] & 1 == 1));
    assert_eq!(summaries[0].len(), 13, "without ranges");
}

#[test]
fn a_summary_that_asks_is_answered_and_one_that_does_not_is_not() {
    // SES-29: two that answered each other would never end.
    let mut alone = Alone::connected();
    alone.hear();
    for (flags, answers) in [(1, 1), (0, 0)] {
        alone.pass(SECOND);
        alone.hear();
        let summary = alone.true_summary(flags);
        alone.say_control(1, &summary);
        assert_eq!(summaries_in(&alone.hear()).len(), answers, "flags {flags}");
    }
}

#[test]
fn unknown_flags_of_a_summary_are_ignored() {
    // SES-29.
    let mut alone = Alone::connected();
    alone.pass(SECOND);
    alone.hear();
    let summary = alone.true_summary(0xf8 | 1);
    alone.say_control(1, &summary);
    assert_eq!(summaries_in(&alone.hear()).len(), 1);
}

#[test]
fn a_summary_says_when_the_disk_takes_nothing() {
    // SES-29: flag 2, at once, when that begins and when it ends.
    let mut alone = Alone::connected();
    alone.hear();
    for (writable, flag) in [(false, 2), (true, 0)] {
        alone.give(Input::StoreWritable(writable));
        let summaries = summaries_in(&alone.hear());
        assert_eq!(summaries.len(), 1);
        assert_eq!((summaries[0][0] & 1, summaries[0][0] & 2), (1, flag));
    }
}

#[test]
fn a_claim_to_hold_what_is_not_ours_stops_sealing_for_five_seconds_once() {
    // SES-29, SES-32: time for SHOWN, and no more than that.
    let mut alone = Alone::connected();
    let claim = EntryRef { place: Place::first(999), hash: EntryHash([1; 32]) };
    let claim = Alone::summary(0, alone.blue.peer_head().place, claim, &[]);
    let before = receipts_on_disk(&alone);
    alone.say_control(1, &claim);
    let note = alone.note_by_green(Precedence::Flash);
    alone.tell(&note);
    alone.pass(DOUBT - MS);
    assert_eq!(receipts_on_disk(&alone), before, "nothing is sealed");
    assert!(is_stopped(&mut alone));
    alone.pass(MS);
    assert_eq!(receipts_on_disk(&alone), before + 1);
    assert!(!is_stopped(&mut alone));
    alone.say_control(1, &claim);
    let note = alone.note_by_green(Precedence::Flash);
    alone.tell(&note);
    assert_eq!(receipts_on_disk(&alone), before + 2, "the second claim stops nothing");
    assert!(alone.alarms.is_empty());
}

#[test]
fn another_hash_at_a_place_of_ours_is_told_once() {
    // SES-29.
    let mut alone = Alone::connected();
    let other = EntryRef { hash: EntryHash([1; 32]), ..alone.blue.own_head() };
    let claim = Alone::summary(0, alone.blue.peer_head().place, other, &[]);
    alone.say_control(1, &claim);
    alone.say_control(1, &claim);
    assert_eq!(alone.alarms, [Alarm::PeerHoldsOther { place: other.place }]);
}

#[test]
fn who_is_behind_his_own_chain_is_shown_it_every_fifteen_seconds_at_most() {
    // SES-29, SES-32; SES-18: a control item of type 2.
    let mut alone = Alone::connected();
    let older = alone.blue.peer_head().place;
    let before = alone.note_by_green(Precedence::Routine);
    alone.tell(&before);
    let note = alone.note_by_green(Precedence::Routine);
    alone.tell(&note);
    alone.pass(SECOND);
    alone.hear();
    let shown = |cells: Vec<Vec<Said>>| -> Vec<Vec<u8>> {
        let kind_2 = |said: Said| match said {
            Said::Control { kind: 2, value } => Some(value),
            _ => None,
        };
        cells.concat().into_iter().filter_map(kind_2).collect()
    };
    let expected = [&note.header().preimage()[..], note.signature()].concat();
    for (wait, times) in [(SECOND, 1), (SECOND * 14, 0), (SECOND * 2, 1)] {
        alone.pass(wait);
        alone.hear();
        let claim = Alone::summary(0, older, alone.blue.own_head(), &[]);
        alone.say_control(1, &claim);
        assert_eq!(shown(alone.hear()), vec![expected.clone(); times], "{wait:?}");
    }
}

#[test]
fn only_an_entry_under_ones_own_key_shows_that_the_record_is_old() {
    // SES-32, REC-19.
    let mut alone = Alone::connected();
    let ours = (alone.paired.charter.line_id(), Side::Zero);
    let shown = |alone: &Alone, (line, side): (LineId, Side), key: usize, seq: u64| {
        let context = ringdown_record::SealContext {
            line,
            side,
            place: Place::first(seq),
            prev: EntryHash([1; 32]),
            peer: EntryRef::NONE,
            time: ringdown_record::WallTime::from_ms(1),
            clock: 63,
            flags: 0,
            key_list: [0; 32],
            salt_key: &alone.pairing.salt_key(),
            node: &alone.keys[key].node,
        };
        let entry =
            ringdown_record::Entry::seal(&context, Kind::RECEIPT, Urgency::LINE, 0, Body::write(&[], &[]));
        [&entry.header().preimage()[..], entry.signature()].concat()
    };
    for foreign in [
        shown(&alone, ours, 1, 50),
        shown(&alone, (LineId([9; 32]), Side::Zero), 0, 50),
        shown(&alone, (ours.0, Side::One), 0, 50),
    ] {
        alone.say_control(2, &foreign);
    }
    let held = alone.paired.entries[0].clone();
    alone.say_control(2, &[&held.header().preimage()[..], held.signature()].concat());
    assert!(alone.alarms.is_empty(), "another key's, line's and side's, and one that is held");
    let own = shown(&alone, ours, 0, 50);
    alone.say_control(2, &[&own[..], &[0]].concat());
    assert!(alone.alarms.is_empty(), "283 bytes, not one more");
    alone.say_control(2, &own);
    alone.say_control(2, &own);
    assert!(matches!(alone.alarms[..], [Alarm::OwnRecordIsOld { .. }]), "told once");
    assert!(is_stopped(&mut alone));
    let (note, before) = (alone.note_by_green(Precedence::Flash), receipts_on_disk(&alone));
    alone.tell(&note);
    alone.pass(SECOND * 60);
    assert_eq!(receipts_on_disk(&alone), before, "nothing more is sealed");
    let (seq, prev) = (note.header().place.seq, note.header().prev);
    let (cited, urgency) = (alone.blue.own_head(), note.header().urgency);
    let other = alone.by_green_at(seq, prev, cited, Kind::CHECKPOINT, urgency, vec![0, 7]);
    alone.tell(&other);
    assert!(matches!(alone.alarms[..], [_, Alarm::TwoHistories { .. }]), "{:?}", alone.alarms);
    assert!(!alone.disk.iter().any(|entry| entry.header().kind == Kind::EVIDENCE), "EVIDENCE neither");
}

/// True if nothing that an officer releases is taken, because this record may be an older copy.
fn is_stopped(alone: &mut Alone) -> bool {
    let (kind, urgency, body) = (Kind::ACT, Urgency::LINE, Vec::new());
    let submission = Submission { draft: None, kind, urgency, officer: 1, body };
    matches!(alone.blue.submit(alone.stamp(), submission), Err(SubmitError::OwnRecordIsOld))
}

#[test]
fn a_path_is_down_after_two_seconds_without_the_answer_that_is_owed() {
    // SES-30.
    let mut alone = Alone::connected();
    alone.pass(SECOND * 5);
    alone.say(&PADDING);
    alone.paths.clear();
    alone.send(Precedence::Routine, "unanswered");
    alone.pass(SECOND * 2 - MS);
    assert!(alone.paths.is_empty());
    alone.pass(MS);
    assert_eq!(alone.paths, [(UDP, false)]);
    let since = alone.now;
    alone.pass(SECOND * 10);
    assert_eq!(symbol_times(&alone, since), [], "SES-25: no entry goes while it is down");
    alone.lose();
    alone.say(&PADDING);
    assert_eq!(alone.paths.last(), Some(&(UDP, true)));
    assert_eq!(entries_in(&alone.hear()).len(), 1, "and then it goes");
}

#[test]
fn while_it_is_down_a_question_is_asked_every_900_ms() {
    // SES-29, SES-30.
    let mut alone = Alone::connected();
    alone.send(Precedence::Routine, "unanswered");
    alone.pass(SECOND * 10);
    let since = alone.now;
    alone.pass(SECOND * 9);
    let asked = alone.sent.iter().filter(|sent| sent.at >= since && sent.bytes.len() < 50).count();
    assert!((9..=11).contains(&asked), "{asked} questions in 9 seconds");
}

#[test]
fn a_carrier_that_cannot_send_is_down_and_others_are_used() {
    // SES-24: the first usable carrier. SES-30.
    let mut alone = Alone::connected();
    alone.give(Input::CarrierDown(UDP));
    assert_eq!(alone.paths.last(), Some(&(UDP, false)));
    let bytes = alone.green.seal(RADIO, &[0xff, 0xff]).expect("a session");
    alone.give(Input::Received { carrier: RADIO, bytes: &bytes });
    let before = alone.sent.len();
    alone.send(Precedence::Flash, "on the second");
    assert!(alone.sent.len() > before && alone.sent[before..].iter().all(|sent| sent.carrier == RADIO));
}

#[test]
fn a_peer_that_stops_is_down_on_that_carrier_and_the_rest_of_its_word_is_not_used() {
    // SES-29, SES-30, SES-33: flag 4.
    let mut alone = Alone::connected();
    let claim = EntryRef { place: Place::first(999), hash: EntryHash([1; 32]) };
    let farewell = Alone::summary(4 | 1, alone.blue.peer_head().place, claim, &[]);
    alone.hear();
    alone.say_control(1, &farewell);
    assert_eq!(alone.paths.last(), Some(&(UDP, false)));
    assert!(summaries_in(&alone.hear()).is_empty(), "it asked, and is not answered");
    alone.send(Precedence::Flash, "the claim in it stops nothing");
}

#[test]
fn a_node_that_stops_sends_one_last_summary() {
    // SES-33.
    let mut alone = Alone::connected();
    alone.hear();
    let before = alone.sent.len();
    alone.give(Input::Leaving);
    let summaries = summaries_in(&alone.hear());
    assert_eq!(alone.sent.len(), before + 1);
    assert_eq!((summaries.len(), summaries[0][0]), (1, 4));
    assert_eq!(alone.sent[before].carrier, UDP);
}
