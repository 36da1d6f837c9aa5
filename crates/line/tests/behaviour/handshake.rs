//! Who begins a session, how often he says so, what an answer costs, and which session is live.

use std::time::Duration;

use ringdown_line::cell::ObjectNumber;
use ringdown_line::object::cut;
use ringdown_line::session::{Received, Sessions};
use ringdown_line::{Input, Instant, limits};
use ringdown_record::wire::WireEntry;
use ringdown_record::{Kind, Precedence, WallTime};

use crate::alone::{Alone, RADIO, Said, Sent, entries_in, said, summaries_in};
use crate::pair::UDP;

const MS: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);

/// A message 1 of GREEN's with this payload, from a session of its own.
fn message_1(alone: &mut Alone, payload: &[u8]) -> (Sessions, Vec<u8>) {
    let mut green = alone.another_green();
    green.initiate(alone.now, &mut alone.rng, payload);
    let cell = green.repeat(alone.now, SECOND, SECOND).expect("due at once");
    (green, cell)
}

/// What BLUE answers to a datagram on UDP: the datagrams of its length that come of it.
fn answers(alone: &mut Alone, bytes: &[u8]) -> Vec<Vec<u8>> {
    let before = alone.sent.len();
    alone.give(Input::Received { carrier: UDP, bytes });
    alone.sent[before..].iter().map(|sent| sent.bytes.clone()).filter(|bytes| bytes.len() == 54).collect()
}

fn handshake_times(alone: &Alone) -> Vec<u64> {
    let first = alone.sent[0].bytes.clone();
    let same = alone.sent.iter().filter(|sent| sent.carrier == UDP && sent.bytes == first);
    same.map(|sent| (sent.at.0 - 1_000_000_000) / 1_000_000).collect()
}

#[test]
fn the_seed_is_the_only_randomness() {
    // SES-1.
    let first = |seed: u8| Alone::with_seed([seed; 32]).sent[0].bytes.clone();
    assert_eq!(first(7), first(7));
    assert_ne!(first(7), first(8));
}

#[test]
fn message_1_goes_out_on_all_carriers_and_is_repeated_unchanged() {
    // SES-5, SES-26. The round trip is 100 ms until it is measured; something waits, so no wait is longer than a second.
    let mut alone = Alone::new();
    alone.pass(SECOND * 4);
    assert_eq!(handshake_times(&alone), [0, 200, 600, 1400, 2400, 3400]);
    let on = |carrier| alone.sent.iter().filter(|sent| sent.carrier == carrier).count();
    assert_eq!((on(UDP), on(RADIO)), (6, 6), "SES-5: the same on each carrier");
    assert!(alone.sent.iter().all(|sent| sent.bytes == alone.sent[0].bytes));
    alone.hear();
    assert!(alone.green.is_live() || !summaries_in(&alone.hear()).is_empty(), "the session is there");
    let count = handshake_times(&alone).len();
    alone.pass(SECOND * 3);
    assert_eq!(handshake_times(&alone).len(), count, "SES-5: message 2 ends it");
}

#[test]
fn with_nothing_to_say_message_1_is_repeated_every_five_seconds() {
    // SES-5, with the session long worn and all that was written receipted.
    let mut alone = Alone::connected();
    let before = alone.sent.len();
    alone.pass(limits::SESSION_AGE + SECOND * 60);
    let worn = alone.sent[before..].iter().filter(|sent| sent.bytes.len() == 54 && sent.carrier == UDP);
    let times: Vec<_> = worn.map(|sent| sent.at).collect();
    let gaps: Vec<_> = times.windows(2).map(|pair| pair[1].since(pair[0])).collect();
    assert!(gaps.windows(2).all(|pair| pair[1] == (pair[0] * 2).min(SECOND * 5)), "{gaps:?}");
    assert_eq!(gaps.last(), Some(&(SECOND * 5)));
}

#[test]
fn entries_that_are_due_travel_in_message_1_in_order() {
    // SES-3, SES-24. The FLASH fits and goes first; the PRIORITY does not fit and ends it, though the ROUTINE would.
    let mut alone = Alone::connected();
    alone.send(Precedence::Routine, "short");
    alone.send(Precedence::Priority, &"long ".repeat(400));
    let flash = alone.send(Precedence::Flash, "short");
    alone.restart();
    let cell = alone.sent.last().expect("message 1").bytes.clone();
    let Received::Answer { payload, .. } = alone.green.receive(alone.now, &mut alone.rng, UDP, &cell) else {
        panic!("a message 1");
    };
    assert_eq!(seqs(&payload), [flash.header().place.seq]);
    assert!(payload.len() <= limits::CELL_LEN_MAX - 54);
}

#[test]
fn message_1_has_room_for_1142_bytes_of_entries() {
    // SES-3: of 1,146 bytes four stay free, and each entry has its length before it.
    let wire_len =
        |entry: &ringdown_record::Entry| ringdown_record::wire::write(entry, Default::default()).len();
    let frame = wire_len(&Alone::connected().send(Precedence::Flash, &"x".repeat(600))) - 600;
    for (len, goes) in [(1_138, true), (1_139, false)] {
        let mut alone = Alone::connected();
        let flash = alone.send(Precedence::Flash, &"x".repeat(len - frame));
        assert_eq!(wire_len(&flash), len);
        alone.restart();
        let cell = alone.sent.last().expect("message 1").bytes.len();
        assert_eq!(cell, if goes { 6 + 48 + 4 + len } else { 54 }, "{len}");
    }
}

fn seqs(mut payload: &[u8]) -> Vec<u64> {
    let mut seqs = Vec::new();
    while let Some((len, rest)) = payload.split_first_chunk::<4>() {
        let (wire, rest) = rest.split_at(u32::from_be_bytes(*len) as usize);
        seqs.push(WireEntry::read(wire).expect("a whole entry").seq());
        payload = rest;
    }
    seqs
}

#[test]
fn the_payload_of_message_1_is_read_up_to_what_makes_no_sense() {
    // SES-3.
    let entry = |alone: &Alone| {
        let entry = alone.note_by_green(Precedence::Routine);
        let wire = ringdown_record::wire::write(&entry, Default::default());
        [&(wire.len() as u32).to_be_bytes()[..], &wire].concat()
    };
    for (broken, taken) in [(vec![], true), (vec![0, 0, 0, 0], false), (vec![0, 0, 9, 9, 1], false)] {
        let mut alone = Alone::connected();
        let head = alone.blue.peer_head().place.seq;
        let payload = [broken, entry(&alone)].concat();
        let (_, cell) = message_1(&mut alone, &payload);
        alone.give(Input::Received { carrier: UDP, bytes: &cell });
        assert_eq!(alone.blue.peer_head().place.seq > head, taken);
        alone.give(Input::Received { carrier: UDP, bytes: &cell });
        assert_eq!(alone.blue.peer_head().place.seq > head, taken, "SES-3: a replay changes nothing");
    }
}

#[test]
fn all_entries_of_a_message_1_are_taken_up_to_one_that_is_not_all_there() {
    // SES-3.
    let framed = |entry: &ringdown_record::Entry, more: usize| {
        let wire = ringdown_record::wire::write(entry, Default::default());
        [&((wire.len() + more) as u32).to_be_bytes()[..], &wire].concat()
    };
    for (more, taken) in [(0, 2), (1, 1)] {
        let mut alone = Alone::connected();
        let first = alone.note_by_green(Precedence::Routine);
        let (seq, own) = (first.header().place.seq, alone.blue.own_head());
        let (urgency, body) = (first.header().urgency, vec![0]);
        let second = alone.by_green_at(seq + 1, first.hash(), own, Kind::CHECKPOINT, urgency, body);
        let payload = [framed(&first, 0), framed(&second, more)].concat();
        let (_, cell) = message_1(&mut alone, &payload);
        alone.give(Input::Received { carrier: UDP, bytes: &cell });
        assert_eq!(alone.blue.peer_head().place.seq, seq - 1 + taken, "a length {more} beyond the end");
    }
}

#[test]
fn while_the_disk_takes_nothing_entries_in_message_1_are_left() {
    // SES-21.
    let mut alone = Alone::connected();
    let note = alone.note_by_green(Precedence::Routine);
    let wire = ringdown_record::wire::write(&note, Default::default());
    let payload = [&(wire.len() as u32).to_be_bytes()[..], &wire].concat();
    for writable in [false, true] {
        alone.give(Input::StoreWritable(writable));
        let (_, cell) = message_1(&mut alone, &payload);
        alone.give(Input::Received { carrier: UDP, bytes: &cell });
        assert_eq!(alone.blue.peer_head() == note.reference(), writable);
    }
}

#[test]
fn a_peer_that_owes_an_answer_too_long_is_asked_for_a_session() {
    // SES-4 (c), SES-26: patience(1) is twice the base, 2 x (2 round trips + 60 ms).
    let mut alone = Alone::connected();
    let before = alone.sent.len();
    alone.send(Precedence::Routine, "nobody answers");
    let begun = alone.now;
    alone.pass(SECOND * 3);
    let first = alone.sent[before..].iter().find(|sent| sent.bytes.len() == 54).expect("SES-4: a message 1");
    let waited = first.at.since(begun);
    assert!(waited > MS * 120 && waited < SECOND, "{waited:?}");
    assert!(first.bytes.len() == 54, "SES-3: without a payload, a session being live");
}

#[test]
fn an_answer_is_owed_too_long_after_the_second_patience() {
    // SES-4 (c), SES-26: the first repeat shows patience(0), which is the base; patience(1) is twice that.
    let mut alone = Alone::connected();
    let (begun, before) = (alone.now, alone.sent.len());
    alone.send(Precedence::Routine, "nobody answers");
    alone.pass(MS * 350);
    let base = alone.sent[before + 1].at.since(begun);
    for (late, handshakes) in [(Duration::ZERO, 0), (MS, 1)] {
        let mut alone = Alone::connected();
        alone.send(Precedence::Routine, "nobody answers");
        for wait in [base + MS, base - MS + late] {
            alone.pass(wait);
            alone.give(Input::Timeout);
        }
        let cells = alone.sent[before..].iter().filter(|sent| sent.bytes.len() == 54 && sent.carrier == UDP);
        assert_eq!(cells.count(), handshakes, "{late:?} after patience(1) of {:?}", base * 2);
    }
}

#[test]
fn a_cell_of_the_peer_ends_a_begun_handshake() {
    // SES-5.
    let mut alone = Alone::connected();
    let before = alone.sent.len();
    alone.send(Precedence::Routine, "answered late");
    alone.pass(SECOND * 3);
    assert!(alone.sent[before..].iter().any(|sent| sent.bytes.len() == 54), "begun");
    let before = alone.sent.len();
    alone.receipt();
    alone.pass(SECOND * 60);
    assert!(alone.sent[before..].iter().all(|sent| sent.bytes.len() != 54), "and given up");
}

#[test]
fn a_message_1_of_a_minute_gives_way_to_a_new_one_at_the_same_pace() {
    // SES-5. It has no payload, because the peer may hold the old one, whose answer may be gone.
    let mut alone = Alone::new();
    let first = alone.sent[0].bytes.clone();
    assert!(first.len() > 54, "it carries what waits");
    alone.pass(limits::MESSAGE_1_AGE + SECOND * 3);
    let on_udp: Vec<_> = alone.sent.iter().filter(|sent| sent.carrier == UDP).collect();
    let (old, new): (Vec<&Sent>, Vec<&Sent>) = on_udp.into_iter().partition(|sent| sent.bytes == first);
    let since_start = |at: Instant| (at.0 - 1_000_000_000) / 1_000_000;
    assert_eq!(old.last().map(|sent| since_start(sent.at)), Some(59_400));
    assert_eq!(new.iter().map(|sent| since_start(sent.at)).collect::<Vec<_>>(), [60_400, 61_400, 62_400]);
    assert!(new.iter().all(|sent| sent.bytes.len() == 54 && sent.bytes == new[0].bytes));
}

#[test]
fn message_1_is_not_repeated_within_a_round_trip() {
    // SES-5. The round trip is near 5 s, so it counts and not the second.
    let mut alone = Alone::connected();
    for _ in 0..20 {
        alone.give(Input::CarrierUp(UDP));
        alone.pass(SECOND * 29);
        alone.lose();
        let answer = alone.true_summary(0);
        alone.say_control(1, &answer);
    }
    let before = alone.sent.len();
    alone.send(Precedence::Flash, "nobody answers");
    alone.pass(SECOND * 50);
    let begun = alone.sent[before..].iter().filter(|sent| sent.carrier == UDP && sent.bytes.len() == 54);
    let times: Vec<_> = begun.map(|sent| sent.at).collect();
    let gaps: Vec<_> = times.windows(2).map(|pair| pair[1].since(pair[0])).collect();
    assert!(gaps.len() >= 3 && gaps.iter().all(|gap| *gap > SECOND * 4 && *gap <= SECOND * 5), "{gaps:?}");
}

#[test]
fn with_nothing_waiting_no_session_is_asked_for() {
    // SES-4: RECEIPTs and summaries alone are no reason.
    let mut alone = Alone::connected();
    let before = alone.sent.len();
    let note = alone.note_by_green(Precedence::Routine);
    alone.tell(&note);
    alone.pass(SECOND * 120);
    assert!(alone.sent[before..].iter().all(|sent| sent.bytes.len() != 54));
}

#[test]
fn a_message_1_longer_than_a_cell_is_refused() {
    // SES-16.
    let mut alone = Alone::connected();
    for (len, refused) in [(limits::CELL_LEN_MAX, 0), (limits::CELL_LEN_MAX + 1, 1)] {
        let (_, cell) = message_1(&mut alone, &vec![0; len - 54]);
        assert_eq!(cell.len(), len);
        let before = alone.blue.refused_cells();
        assert_eq!(answers(&mut alone, &cell).len(), 1 - refused);
        assert_eq!(alone.blue.refused_cells() - before, refused as u64, "{len}");
    }
}

#[test]
fn message_2_goes_where_message_1_came_from() {
    // SES-6.
    let mut alone = Alone::connected();
    let (_, cell) = message_1(&mut alone, &[]);
    let before = alone.sent.len();
    alone.give(Input::Received { carrier: RADIO, bytes: &cell });
    let answers: Vec<_> = alone.sent[before..].iter().filter(|sent| sent.bytes.len() == 54).collect();
    assert_eq!(answers.len(), 1);
    assert_eq!(answers[0].carrier, RADIO);
}

#[test]
fn a_repeated_message_1_gets_the_identical_answer_and_not_too_often() {
    // SES-7.
    let mut alone = Alone::connected();
    let (_, cell) = message_1(&mut alone, &[]);
    let first = answers(&mut alone, &cell);
    assert_eq!(first.len(), 1);
    assert!(answers(&mut alone, &cell).is_empty(), "within 100 ms");
    alone.pass(MS * 99);
    assert!(answers(&mut alone, &cell).is_empty(), "within 100 ms");
    alone.pass(MS);
    assert_eq!(answers(&mut alone, &cell), first, "the same bytes: no new Diffie-Hellman");
}

#[test]
fn a_known_message_1_whose_answer_is_gone_is_dropped() {
    // SES-7, SES-9: four newer answers displaced it.
    let mut alone = Alone::connected();
    alone.pass(SECOND * 2);
    let cells: Vec<_> = (0..5).map(|_| message_1(&mut alone, &[]).1).collect();
    assert!(cells.iter().all(|cell| answers(&mut alone, cell).len() == 1));
    alone.pass(SECOND);
    assert_eq!([0, 4].map(|index: usize| answers(&mut alone, &cells[index]).len()), [0, 1]);
}

#[test]
fn the_macs_of_1024_message_1s_are_remembered() {
    // SES-7.
    let mut alone = Alone::connected();
    let (_, first) = message_1(&mut alone, &[]);
    let mut answered = answers(&mut alone, &first).len();
    while answered < limits::MAC_CACHE_MAX {
        alone.pass(SECOND / 8);
        let (_, cell) = message_1(&mut alone, &[]);
        answered += answers(&mut alone, &cell).len();
    }
    alone.pass(SECOND);
    assert!(answers(&mut alone, &first).is_empty(), "the oldest of 1,024");
    let (_, cell) = message_1(&mut alone, &[]);
    assert_eq!(answers(&mut alone, &cell).len(), 1);
    assert_eq!(answers(&mut alone, &first).len(), 1, "of 1,025 the oldest is forgotten");
}

#[test]
fn new_message_1s_are_answered_from_a_budget() {
    // SES-8, SES-31: whoever replays or floods costs eight Diffie-Hellmans a second, no more.
    let mut alone = Alone::connected();
    alone.pass(SECOND * 2);
    let cells: Vec<_> = (0..9).map(|_| message_1(&mut alone, &[]).1).collect();
    let answered: Vec<_> = cells.iter().map(|cell| answers(&mut alone, cell).len()).collect();
    assert_eq!(answered, [1, 1, 1, 1, 1, 1, 1, 1, 0]);
    alone.pass(MS * 124);
    assert_eq!(answers(&mut alone, &cells[8]).len(), 0);
    alone.pass(MS * 125);
    assert_eq!(
        answers(&mut alone, &cells[8]).len(),
        1,
        "it was not remembered: its repeat has another chance"
    );
}

/// The peer's answer to BLUE's answer: a cell under the session of that message 1.
fn first_cell(alone: &mut Alone, green: &mut Sessions, message_2: &[u8]) -> Vec<u8> {
    assert!(matches!(green.receive(alone.now, &mut alone.rng, UDP, message_2), Received::Started));
    let summary = alone.true_summary(1);
    let mut cell = ringdown_line::cell::CellBuilder::default();
    cell.control(1, &summary);
    green.seal(UDP, &cell.take()).expect("it is live there")
}

#[test]
fn four_answers_are_kept_and_a_fifth_displaces_the_oldest() {
    // SES-9.
    let mut alone = Alone::connected();
    alone.pass(SECOND * 2);
    let mut begun: Vec<_> = (0..5).map(|_| message_1(&mut alone, &[])).collect();
    let replies: Vec<_> = begun.iter().map(|(_, cell)| cell.clone()).collect::<Vec<_>>();
    let replies: Vec<_> = replies.iter().map(|cell| answers(&mut alone, cell).remove(0)).collect();
    let refused = alone.blue.refused_cells();
    let oldest = first_cell(&mut alone, &mut begun[0].0, &replies[0]);
    alone.give(Input::Received { carrier: UDP, bytes: &oldest });
    assert_eq!(alone.blue.refused_cells(), refused + 1, "its answer is not kept");
    let second = first_cell(&mut alone, &mut begun[1].0, &replies[1]);
    alone.give(Input::Received { carrier: UDP, bytes: &second });
    assert_eq!(alone.blue.refused_cells(), refused + 1, "it opens, and its session is live");
}

#[test]
fn an_answer_without_a_cell_ends_after_ten_minutes() {
    // SES-9.
    for (wait, opens) in [(limits::PREVIOUS_SESSION, true), (limits::PREVIOUS_SESSION + SECOND, false)] {
        let mut alone = Alone::connected();
        let (mut green, cell) = message_1(&mut alone, &[]);
        let reply = answers(&mut alone, &cell).remove(0);
        alone.pass(wait);
        let refused = alone.blue.refused_cells();
        let late = first_cell(&mut alone, &mut green, &reply);
        alone.give(Input::Received { carrier: UDP, bytes: &late });
        assert_eq!(alone.blue.refused_cells() == refused, opens, "{wait:?}");
    }
}

#[test]
fn an_answerer_goes_on_in_the_old_session_until_a_cell_opens() {
    // SES-10, SES-11: a message 1, recorded or not, displaces nothing; a cell under it does.
    let mut alone = Alone::connected();
    let (mut green, cell) = message_1(&mut alone, &[]);
    let reply = answers(&mut alone, &cell).remove(0);
    let message = alone.send(Precedence::Flash, "in the old session");
    assert_eq!(entries_in(&alone.hear()), [message.header().place.seq]);
    let opened = first_cell(&mut alone, &mut green, &reply);
    alone.give(Input::Received { carrier: UDP, bytes: &opened });
    let message = alone.send(Precedence::Flash, "in the new one");
    assert!(entries_in(&alone.hear()).is_empty(), "the old session hears no more");
    let last = alone.sent.last().expect("sent").bytes.clone();
    let heard = green.receive(alone.now, &mut alone.rng, UDP, &last);
    assert!(matches!(heard, Received::Cell { .. }), "{}", message.header().place);
}

#[test]
fn the_previous_session_opens_cells_for_ten_minutes_after_its_last() {
    // SES-12, SES-16.
    for (wait, opens) in [(limits::PREVIOUS_SESSION, true), (limits::PREVIOUS_SESSION + SECOND, false)] {
        let mut alone = Alone::connected();
        let (mut green, cell) = message_1(&mut alone, &[]);
        let reply = answers(&mut alone, &cell).remove(0);
        let live = first_cell(&mut alone, &mut green, &reply);
        alone.give(Input::Received { carrier: UDP, bytes: &live });
        // The last cell in the session that is now the previous one: the ten minutes count from here.
        alone.pass(SECOND * 300);
        alone.say_control(9, b"unknown");
        alone.pass(wait);
        let refused = alone.blue.refused_cells();
        alone.say_control(9, b"late");
        assert_eq!(alone.blue.refused_cells() == refused, opens, "{wait:?}");
    }
}

#[test]
fn answers_older_than_the_session_that_became_live_are_dropped() {
    // SES-12.
    let mut alone = Alone::connected();
    let (mut old, cell) = message_1(&mut alone, &[]);
    let old_reply = answers(&mut alone, &cell).remove(0);
    alone.pass(MS);
    let (mut new, cell) = message_1(&mut alone, &[]);
    let new_reply = answers(&mut alone, &cell).remove(0);
    let refused = alone.blue.refused_cells();
    let live = first_cell(&mut alone, &mut new, &new_reply);
    alone.give(Input::Received { carrier: UDP, bytes: &live });
    assert_eq!(alone.blue.refused_cells(), refused);
    let late = first_cell(&mut alone, &mut old, &old_reply);
    alone.give(Input::Received { carrier: UDP, bytes: &late });
    assert_eq!(alone.blue.refused_cells(), refused + 1, "the older answer is gone");
}

#[test]
fn a_worn_session_stays_live_until_its_successor_is() {
    // SES-13. BLUE's message 1 is not answered.
    let mut alone = Alone::connected();
    alone.pass(limits::SESSION_AGE + SECOND * 60);
    alone.hear_cells_only();
    alone.say(&[0xff, 0xff]);
    let message = alone.send(Precedence::Flash, "in the worn session");
    assert_eq!(entries_in(&alone.hear_cells_only()), [message.header().place.seq]);
}

#[test]
fn a_worn_session_is_replaced_by_its_initiator_first() {
    // SES-13, SES-4 (b): BLUE began this session, so it renews it after an hour.
    let mut alone = Alone::connected();
    let live = Instant(1_000_000_000);
    let before = alone.sent.len();
    alone.pass(limits::SESSION_AGE + SECOND * 31);
    let renewal = alone.sent[before..].iter().find(|sent| sent.bytes.len() == 54).expect("a message 1");
    assert!(renewal.at.since(live) > limits::SESSION_AGE);
    assert!(renewal.at.since(live) < limits::SESSION_AGE + SECOND * 31);
}

#[test]
fn a_worn_session_of_the_peers_is_replaced_ten_minutes_later() {
    // SES-13: GREEN began it and does not renew it.
    let mut alone = Alone::connected();
    let (mut green, cell) = message_1(&mut alone, &[]);
    let reply = answers(&mut alone, &cell).remove(0);
    let live = first_cell(&mut alone, &mut green, &reply);
    alone.give(Input::Received { carrier: UDP, bytes: &live });
    let (since, before) = (alone.now, alone.sent.len());
    alone.pass(limits::SESSION_AGE + limits::PREVIOUS_SESSION);
    assert!(alone.sent[before..].iter().all(|sent| sent.bytes.len() != 54), "not before");
    alone.pass(SECOND * 31);
    let renewal = alone.sent[before..].iter().find(|sent| sent.bytes.len() == 54).expect("a message 1");
    assert!(renewal.at.since(since) > limits::SESSION_AGE + limits::PREVIOUS_SESSION);
}

#[test]
fn a_new_session_begins_with_a_summary_and_object_1() {
    // SES-14, SES-29: the initiator's first summary asks.
    let mut alone = Alone::new();
    let cells = alone.hear();
    let first = cells.first().and_then(|cell| cell.first()).expect("a first cell");
    assert!(matches!(first, Said::Control { kind: 1, value } if value[0] & 1 == 1), "{first:?}");
    alone.send(Precedence::Flash, "behind what waited");
    let cells = [cells, alone.hear()].concat();
    let said = cells.iter().flatten().find_map(|said| match said {
        Said::Symbols { object, .. } => Some(*object),
        Said::Control { .. } => None,
    });
    assert_eq!(said, Some(1));
}

#[test]
fn a_second_session_counts_objects_from_1_and_only_its_initiator_asks() {
    // SES-14. What was sent in the old session is sent in the new one under a new number.
    let mut alone = Alone::connected();
    let older = alone.blue.own_head();
    alone.send(Precedence::Flash, "sent in the old session");
    let (mut green, cell) = message_1(&mut alone, &[]);
    let reply = answers(&mut alone, &cell).remove(0);
    let opened = first_cell(&mut alone, &mut green, &reply);
    let before = alone.sent.len();
    alone.give(Input::Received { carrier: UDP, bytes: &opened });
    alone.pass(SECOND);
    let mut lacks = ringdown_line::cell::CellBuilder::default();
    lacks.control(1, &Alone::summary(0, alone.blue.peer_head().place, older, &[]));
    let lacks = green.seal(UDP, &lacks.take()).expect("a session");
    alone.give(Input::Received { carrier: UDP, bytes: &lacks });
    let in_new = alone.sent[before..].iter().filter_map(|sent| {
        match green.receive(alone.now, &mut alone.rng, UDP, &sent.bytes) {
            Received::Cell { payload, .. } => Some(said(&payload)),
            _ => None,
        }
    });
    let in_new: Vec<_> = in_new.flatten().collect();
    assert!(matches!(&in_new[0], Said::Control { kind: 1, value } if value[0] == 0), "{:?}", in_new[0]);
    let objects = in_new.iter().filter_map(|said| match said {
        Said::Symbols { object, .. } => Some(*object),
        Said::Control { .. } => None,
    });
    let objects: Vec<_> = objects.collect();
    assert!(!objects.is_empty() && objects.iter().all(|object| *object == 1), "{objects:?}");
}

#[test]
fn objects_of_two_sessions_are_kept_apart() {
    // SES-14. The same number means another object in the session before.
    let mut alone = Alone::connected();
    let first = alone.note_by_green(Precedence::Routine);
    let (seq, own, urgency) = (first.header().place.seq, alone.blue.own_head(), first.header().urgency);
    let second = alone.by_green_at(seq + 1, first.hash(), own, Kind::CHECKPOINT, urgency, vec![0]);
    let (mut green, cell) = message_1(&mut alone, &[]);
    let reply = answers(&mut alone, &cell).remove(0);
    let opened = first_cell(&mut alone, &mut green, &reply);
    alone.give(Input::Received { carrier: UDP, bytes: &opened });
    let form = ringdown_record::wire::WireForm { prev: true, ..Default::default() };
    for half in [0, 1] {
        for (sessions, entry) in [(&mut alone.green, &first), (&mut green, &second)] {
            let object = cut(entry.header().place.seq, &ringdown_record::wire::write(entry, form)).remove(0);
            let k = object.len() / limits::SYMBOL_LEN;
            let symbols = [0..k / 2, k / 2..k][half].clone();
            let bytes = &object[symbols.start * limits::SYMBOL_LEN..symbols.end * limits::SYMBOL_LEN];
            let mut cell = ringdown_line::cell::CellBuilder::default();
            cell.symbols(ObjectNumber(500), k, symbols.start, bytes);
            let bytes = sessions.seal(UDP, &cell.take()).expect("a session");
            let stamp = ringdown_line::Now { instant: alone.now, wall: WallTime::from_ms(3_000) };
            alone.blue.handle(stamp, Input::Received { carrier: UDP, bytes: &bytes });
        }
    }
    assert_eq!(alone.blue.peer_head(), second.reference());
}

#[test]
fn side_0_answers_side_1_only_after_its_own_third_sending() {
    // SES-11: both began at once. BLUE is side 0 and sends at 0, 200, 600 and 1,400 ms.
    let mut alone = Alone::new();
    for (wait, answered) in [(0, 0), (200, 0), (400, 0), (799, 0), (1, 1)] {
        alone.pass(MS * wait);
        let (_, cell) = message_1(&mut alone, &[]);
        alone.lose();
        let before = alone.sent.len();
        alone.give(Input::Received { carrier: RADIO, bytes: &cell });
        let answers = alone.sent[before..].iter().filter(|sent| sent.bytes.len() == 54).count();
        assert_eq!(answers, answered, "after {} ms", (alone.now.0 - 1_000_000_000) / 1_000_000);
    }
}

#[test]
fn of_two_sessions_begun_at_once_that_of_side_0_sends() {
    // SES-11, SES-12: GREEN's session becomes ready later and was begun before BLUE's became live.
    let mut alone = Alone::new();
    alone.pass(MS * 1_500);
    let (mut green, cell) = message_1(&mut alone, &[]);
    alone.give(Input::Received { carrier: UDP, bytes: &cell });
    let reply = alone.sent.last().expect("an answer").bytes.clone();
    alone.pass(MS);
    // BLUE's own handshake, begun before, is answered now: its session is live.
    alone.hear();
    alone.receipt();
    let late = first_cell(&mut alone, &mut green, &reply);
    let refused = alone.blue.refused_cells();
    alone.give(Input::Received { carrier: UDP, bytes: &late });
    assert_eq!(alone.blue.refused_cells(), refused, "GREEN's session opens cells");
    alone.hear();
    let message = alone.send(Precedence::Flash, "under BLUE's");
    assert_eq!(entries_in(&alone.hear()), [message.header().place.seq], "and does not send");
}
