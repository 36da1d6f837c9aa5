//! STORED BY PEER: said only when an entry of the other side's node says so (REC-20, INV-3, INV-5).

use std::sync::Arc;

use ringdown_message::act::{Answer, Deed};
use ringdown_message::{Act, AtPeer, Change, Ledger, Marker, State, StateLine};
use ringdown_record::body::GatePosition;
use ringdown_record::{Entry, Kind, WallTime};

use crate::world::{BLUE, GREEN, ROUTINE, SIDES, World, draft};

/// When the other side first signed that it has each message of BLUE, in the order of the messages.
fn stored_at(ledger: &Ledger) -> Vec<Option<WallTime>> {
    let at = |lines: Vec<StateLine>| {
        lines.into_iter().find(|line| line.state == State::StoredByPeer).map(|line| line.at)
    };
    ledger.messages().iter().map(|message| at(ledger.states(message))).collect()
}

fn all_states(ledger: &Ledger) -> Vec<Vec<StateLine>> {
    ledger.messages().iter().map(|message| ledger.states(message)).collect()
}

fn time(entry: &Entry) -> Option<WallTime> {
    Some(entry.header().time)
}

fn seq(entry: &Entry) -> u64 {
    entry.header().place.seq
}

#[test]
fn nothing_is_stored_there_until_the_peer_cites_it() {
    let mut world = World::new();
    let messages: Vec<_> = (1..=3).map(|serial| world.message(BLUE, serial)).collect();
    // GREEN speaks, but holds nothing of it.
    world.message(GREEN, 1);
    world.receipt(GREEN, &[]);
    let mut ledger = world.whole_ledger(BLUE);
    let stored = |ledger: &Ledger| stored_at(ledger)[..3].to_vec();
    assert_eq!(stored(&ledger), [None, None, None]);
    world.held[GREEN.index()] = messages[0].reference();
    let first = world.receipt(GREEN, &[]);
    assert_eq!(ledger.apply(&first, None), [Change::Stored(0)]);
    assert_eq!(stored(&ledger), [time(&first), None, None]);
    world.deliver_to(GREEN);
    let second = world.receipt(GREEN, &[]);
    assert_eq!(ledger.apply(&second, None), [Change::Stored(1), Change::Stored(2)]);
    assert_eq!(stored(&ledger), [time(&first), time(&second), time(&second)]);
    // Saying it again changes nothing, whoever says it.
    world.deliver_to(BLUE);
    for entry in [world.receipt(GREEN, &[]), world.receipt(BLUE, &[])] {
        assert_eq!(ledger.apply(&entry, None), []);
    }
    assert_eq!(stored(&ledger), [time(&first), time(&second), time(&second)]);
}

// "The peer reference is the receipt": any entry of the other side is one.
#[test]
fn an_entry_of_any_kind_is_a_receipt() {
    type Write = fn(&mut World) -> Arc<Entry>;
    let kinds: [Write; 5] = [
        |world| world.message(GREEN, 1),
        |world| world.gate(GREEN, GatePosition::Shut, 2),
        |world| world.receipt(GREEN, &[]),
        |world| world.raw_act(GREEN, b"not to be read"),
        |world| world.write(GREEN, Kind(200), ROUTINE, 0, vec![0]),
    ];
    for write in kinds {
        let mut world = World::new();
        world.message(BLUE, 1);
        let mut ledger = world.whole_ledger(BLUE);
        world.deliver_to(GREEN);
        let entry = write(&mut world);
        assert!(ledger.apply(&entry, None).contains(&Change::Stored(0)), "{}", entry.header().kind.name());
        assert_eq!(stored_at(&ledger)[0], time(&entry));
    }
}

#[test]
fn own_entries_are_no_receipt_for_own_messages() {
    let mut world = World::new();
    world.message(BLUE, 1);
    world.message(GREEN, 1);
    world.deliver_to(BLUE);
    world.receipt(BLUE, &[(1, 100)]);
    assert_eq!(stored_at(&world.whole_ledger(BLUE)), [None, None]);
    // Nor when the range names the place of an own message that is above all that the receipt cites.
    let mut world = World::new();
    let message = world.message(BLUE, 1);
    let receipt = world.receipt(BLUE, &[(1, 100)]);
    assert!(message.header().place > receipt.header().peer.place);
    assert_eq!(stored_at(&world.whole_ledger(BLUE)), [None]);
}

#[test]
fn a_message_of_the_other_side_is_never_stored_by_the_peer() {
    let mut world = World::new();
    world.message(GREEN, 1);
    world.deliver_to(BLUE);
    world.receipt(BLUE, &[]);
    assert_eq!(stored_at(&world.whole_ledger(BLUE)), [None]);
}

/// Three messages of BLUE, of which GREEN holds nothing yet.
fn three() -> (World, Vec<Arc<Entry>>, Ledger) {
    let mut world = World::new();
    let messages: Vec<_> = (1..=3).map(|serial| world.message(BLUE, serial)).collect();
    let ledger = world.whole_ledger(BLUE);
    (world, messages, ledger)
}

// A FLASH may overtake; its receipt does not wait for what is missing before it.
#[test]
fn a_receipt_names_messages_beyond_a_gap() {
    let (mut world, messages, mut ledger) = three();
    let third = seq(&messages[2]);
    let receipt = world.receipt(GREEN, &[(third, third)]);
    assert_eq!(ledger.apply(&receipt, None), [Change::Stored(2)]);
    assert_eq!(stored_at(&ledger), [None, None, time(&receipt)]);
    // Naming it again changes nothing.
    assert_eq!(ledger.apply(&world.receipt(GREEN, &[(third, third)]), None), []);
    // When the gap is filled, only what was in it is new.
    world.deliver_to(GREEN);
    let whole = world.receipt(GREEN, &[]);
    assert_eq!(ledger.apply(&whole, None), [Change::Stored(0), Change::Stored(1)]);
    assert_eq!(stored_at(&ledger), [time(&whole), time(&whole), time(&receipt)]);
}

#[test]
fn ranges_name_exactly_what_is_in_them() {
    let (mut world, messages, mut ledger) = three();
    let [first, second, third] = [0, 1, 2].map(|index| seq(&messages[index]));
    for (from, to) in [(1, first - 1), (third + 1, third + 100)] {
        assert_eq!(ledger.apply(&world.receipt(GREEN, &[(from, to)]), None), []);
    }
    let receipt = world.receipt(GREEN, &[(first, first), (third, u64::MAX)]);
    let mut changes = ledger.apply(&receipt, None);
    changes.sort_by_key(|change| format!("{change:?}"));
    assert_eq!(changes, [Change::Stored(0), Change::Stored(2)]);
    let later = world.receipt(GREEN, &[(first, second)]);
    assert_eq!(ledger.apply(&later, None), [Change::Stored(1)]);
    assert_eq!(stored_at(&ledger), [time(&receipt), time(&later), time(&receipt)]);
}

#[test]
fn a_receipt_that_cannot_be_read_names_nothing() {
    let (mut world, messages, mut ledger) = three();
    let third = seq(&messages[2]);
    let good = world.receipt(GREEN, &[(third, third)]).body().to_vec();
    let touching = world.receipt(GREEN, &[(third, third), (third + 1, third + 1)]).body().to_vec();
    for body in [touching, [&good[..], &[0]].concat(), good[..good.len() - 1].to_vec()] {
        let receipt = world.write(GREEN, Kind::RECEIPT, ROUTINE, 0, body);
        assert_eq!(ledger.apply(&receipt, None), []);
    }
    // The ranges of a RECEIPT in an entry of another kind are no receipt.
    let other = world.write(GREEN, Kind(200), ROUTINE, 0, good);
    assert_eq!(ledger.apply(&other, None), []);
    assert_eq!(stored_at(&ledger), [None, None, None]);
}

/// Entries of GREEN that cite BLUE's messages one by one; BLUE gets the last one first.
fn one_by_one() -> (World, Vec<Arc<Entry>>) {
    let mut world = World::new();
    let messages: Vec<_> = (1..=3).map(|serial| world.message(BLUE, serial)).collect();
    let receipts = messages.iter().map(|message| {
        world.held[GREEN.index()] = message.reference();
        world.receipt(GREEN, &[])
    });
    let receipts = receipts.collect();
    (world, receipts)
}

// INV-22: what was said does not depend on the order in which it came.
#[test]
fn what_is_stored_does_not_depend_on_the_order_in_which_receipts_come() {
    let (world, receipts) = one_by_one();
    let in_order = stored_at(&world.whole_ledger(BLUE));
    assert_eq!(in_order, receipts.iter().map(|receipt| time(receipt)).collect::<Vec<_>>());
    for order in [[2, 0, 1], [2, 1, 0], [0, 2, 1], [1, 0, 2], [1, 2, 0]] {
        let mut ledger = world.ledger(BLUE, &world.entries[..7]);
        let mut changes: Vec<_> =
            order.iter().flat_map(|index| ledger.apply(&receipts[*index], None)).collect();
        changes.sort_by_key(|change| format!("{change:?}"));
        assert_eq!(changes, [Change::Stored(0), Change::Stored(1), Change::Stored(2)], "{order:?}");
        let stored = stored_at(&ledger);
        assert!(stored.iter().all(Option::is_some), "{order:?}");
        // "When the other side's node first signed that it holds this message."
        assert_eq!(stored, in_order, "receipts came in the order {order:?}");
    }
}

// A RECEIPT that was overtaken says nothing new.
#[test]
fn a_message_becomes_stored_once() {
    let (mut world, messages, mut ledger) = three();
    let third = seq(&messages[2]);
    let overtaken = world.receipt(GREEN, &[(third, third)]);
    world.deliver_to(GREEN);
    let newer = world.receipt(GREEN, &[]);
    assert_eq!(ledger.apply(&newer, None), [Change::Stored(0), Change::Stored(1), Change::Stored(2)]);
    assert_eq!(ledger.apply(&overtaken, None), [], "told as new a second time");
    assert_eq!(stored_at(&ledger), [time(&newer), time(&newer), time(&overtaken)]);
}

/// Both sides talk, with late deliveries, gaps, acknowledgements and a shut gate.
fn talk() -> World {
    let mut world = World::new();
    for round in 1..=6 {
        let ours = world.message(BLUE, round);
        let theirs = world.message(GREEN, round);
        if round % 2 == 0 {
            SIDES.into_iter().for_each(|side| world.deliver_to(side));
            world.acknowledge(GREEN, &ours);
            world.acknowledge(BLUE, &theirs);
        } else {
            world.receipt(GREEN, &[(seq(&ours), seq(&ours))]);
        }
    }
    world.gate(BLUE, GatePosition::Shut, 2);
    world
}

// "Computed by Ledger and can be computed again from the record at any time."
#[test]
fn computing_it_again_gives_the_same() {
    let world = talk();
    for own in SIDES {
        let (ledger, again) = (world.whole_ledger(own), world.whole_ledger(own));
        assert_eq!(format!("{ledger:?}"), format!("{again:?}"));
        assert!(all_states(&ledger).iter().any(|states| states.len() == 4), "the talk reaches every state");
    }
}

// A restart in the middle is no event: what was computed before it is what is computed after it.
#[test]
fn a_ledger_that_was_computed_step_by_step_is_the_one_computed_at_once() {
    let world = talk();
    for own in SIDES {
        for cut in 4..=world.entries.len() {
            let mut stepwise = world.ledger(own, &world.entries[..cut]);
            world.entries[cut..].iter().for_each(|entry| {
                drop(stepwise.apply(entry, Some(crate::world::noted(entry))));
            });
            assert_eq!(all_states(&stepwise), all_states(&world.whole_ledger(own)));
        }
    }
}

// A note of sending made while running or read from the disk at the start is the same.
#[test]
fn a_note_taken_with_the_entry_is_the_same_as_one_taken_later() {
    let world = talk();
    let mut later = Ledger::new(world.charter().clone(), BLUE);
    for entry in &world.entries {
        let is_own = entry.header().side == BLUE;
        later.apply(entry, Some(crate::world::noted(entry)).filter(|_| !is_own));
    }
    for entry in &world.entries {
        if entry.header().side == BLUE {
            later.note_sent(&entry.hash(), crate::world::noted(entry));
        }
    }
    assert_eq!(all_states(&later), all_states(&world.whole_ledger(BLUE)));
}

// The other side's stamps may be anything; order and states do not hang on them.
#[test]
fn the_two_ledgers_agree_on_what_both_can_know() {
    let world = talk();
    let [ours, theirs] = SIDES.map(|own| world.whole_ledger(own));
    assert_eq!(ours.messages().len(), theirs.messages().len());
    for (here, there) in ours.messages().iter().zip(theirs.messages()) {
        assert_eq!(
            (here.hash, here.serial, here.acknowledged),
            (there.hash, there.serial, there.acknowledged)
        );
    }
    assert_eq!(ours.gates().state(), theirs.gates().state());
}

// What lists and counts say is computed in a shorter way than the states themselves; both say the same at any moment.
#[test]
fn counts_and_last_states_agree_with_the_states() {
    let mut world = World::new();
    let own: Vec<_> = (1..=4).map(|serial| world.message(BLUE, serial)).collect();
    let mut ledger = Ledger::new(world.charter().clone(), BLUE);
    world.entries.iter().for_each(|entry| drop(ledger.apply(entry, None)));
    let mut seen = Vec::new();
    let mut check = |ledger: &Ledger| {
        let last: Vec<State> =
            ledger.messages().iter().map(|message| ledger.states(message).pop().unwrap().state).collect();
        let states: Vec<State> = ledger.messages().iter().map(|message| ledger.state(message)).collect();
        assert_eq!(states, last);
        let count = |wanted: &[State]| last.iter().filter(|state| wanted.contains(state)).count();
        assert_eq!(ledger.unstored(), count(&[State::Queued, State::Sent]));
        assert_eq!(ledger.waiting(), count(&[State::StoredHere]));
        seen.push((ledger.unstored(), ledger.waiting()));
    };
    check(&ledger);
    ledger.note_sent(&own[0].hash(), WallTime::from_ms(5));
    check(&ledger);
    // The third is held beyond a gap, then the first is cited, then all.
    let third = seq(&own[2]);
    let beyond = world.receipt(GREEN, &[(third, third)]);
    ledger.apply(&beyond, None);
    check(&ledger);
    world.held[GREEN.index()] = own[0].reference();
    let theirs = world.message(GREEN, 1);
    ledger.apply(&theirs, Some(WallTime::from_ms(9)));
    check(&ledger);
    world.deliver_to(GREEN);
    let acknowledged = world.acknowledge(GREEN, &own[1]);
    ledger.apply(&acknowledged, None);
    check(&ledger);
    world.deliver_to(BLUE);
    let done = world.acknowledge(BLUE, &theirs);
    ledger.apply(&done, None);
    check(&ledger);
    assert_eq!(seen, [(4, 0), (4, 0), (3, 0), (2, 1), (0, 1), (0, 0)]);
}

/// What a ledger says of the other side's node about each act on the first message, of ours alone.
fn acts_at_peer(ledger: &Ledger) -> Vec<(String, AtPeer)> {
    let lines = ledger.states(&ledger.messages()[0]).into_iter();
    lines.filter_map(|line| Some((line.state.text(), line.at_peer?))).collect()
}

/// A question of BLUE that GREEN acknowledges, then answers; BLUE holds nothing of it yet.
fn answered() -> (World, [Arc<Entry>; 2], Ledger) {
    let mut world = World::new();
    let question = world.send(BLUE, &ringdown_message::Draft { marker: Marker::Question, ..draft() }, 1);
    world.deliver_to(GREEN);
    let acknowledged = world.acknowledge(GREEN, &question);
    let deed = Deed::Answer { word: Answer::Negative, text: String::new() };
    let answer = world.raw_act(GREEN, &Act { target: question.hash(), deed }.content());
    let ledger = world.whole_ledger(GREEN);
    (world, [acknowledged, answer], ledger)
}

// MSG-17
#[test]
fn an_act_of_ours_is_at_the_peer_once_an_entry_of_the_peer_cites_it() {
    let (mut world, [acknowledged, _], mut ledger) = answered();
    let states = |first, second| {
        let of = |state: &str, at_peer| (state.to_owned(), at_peer);
        vec![of("ACKNOWLEDGED by Watch of GREEN of GREEN", first), of("ANSWERED: NEGATIVE", second)]
    };
    assert_eq!(acts_at_peer(&ledger), states(AtPeer::NotYet, AtPeer::NotYet));
    // What our own node writes says nothing of theirs.
    world.deliver_to(GREEN);
    ledger.apply(&world.receipt(GREEN, &[]), None);
    assert_eq!(acts_at_peer(&ledger), states(AtPeer::NotYet, AtPeer::NotYet));
    world.held[BLUE.index()] = acknowledged.reference();
    let first = world.message(BLUE, 2);
    ledger.apply(&first, None);
    let has = |entry: &Entry| AtPeer::Since(entry.header().time);
    assert_eq!(acts_at_peer(&ledger), states(has(&first), AtPeer::NotYet));
    world.deliver_to(BLUE);
    let second = world.receipt(BLUE, &[]);
    ledger.apply(&second, None);
    ledger.apply(&world.receipt(BLUE, &[]), None);
    assert_eq!(acts_at_peer(&ledger), states(has(&first), has(&second)));
    // Of the other side's acts a side says nothing of the kind.
    assert_eq!(acts_at_peer(&world.whole_ledger(BLUE)), []);
}

// MSG-17: an answer may overtake what was written before it.
#[test]
fn a_receipt_names_an_act_beyond_a_gap() {
    let (mut world, [_, answer], mut ledger) = answered();
    let at = |ledger: &Ledger| acts_at_peer(ledger).into_iter().map(|(_, at)| at).collect::<Vec<_>>();
    let wrong = world.receipt(BLUE, &[(seq(&answer) + 1, seq(&answer) + 9)]);
    ledger.apply(&wrong, None);
    assert_eq!(at(&ledger), [AtPeer::NotYet, AtPeer::NotYet]);
    let receipt = world.receipt(BLUE, &[(seq(&answer), seq(&answer))]);
    ledger.apply(&receipt, None);
    assert_eq!(at(&ledger), [AtPeer::NotYet, AtPeer::Since(receipt.header().time)]);
    world.deliver_to(BLUE);
    let whole = world.receipt(BLUE, &[]);
    ledger.apply(&whole, None);
    let times = [AtPeer::Since(whole.header().time), AtPeer::Since(receipt.header().time)];
    assert_eq!(at(&ledger), times);
    assert_eq!(at(&world.whole_ledger(GREEN)), times, "the record alone says the same");
}
