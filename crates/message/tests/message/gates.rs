//! Gates (REC-21): two single writers, one rule, and nothing else that opens a line.

use std::sync::Arc;

use ringdown_message::{Gates, LineState};
use ringdown_record::body::{Body, GatePosition, Incarnation};
use ringdown_record::encoding::to_cbor;
use ringdown_record::{Entry, Kind, Place, Side, SigningKey, Urgency, WallTime};

use crate::world::{BLUE, GREEN, PAIRED_AT, ROUTINE, SIDES, World, gate_body};

use GatePosition::{Ready, Shut};

fn after<'a>(entries: impl IntoIterator<Item = &'a Arc<Entry>>) -> Gates {
    let mut gates = Gates::default();
    entries.into_iter().for_each(|entry| gates.apply(entry));
    gates
}

fn shut_by(gates: &Gates) -> Option<Side> {
    match gates.state() {
        LineState::Shut { by, .. } => by,
        open => panic!("{open:?}"),
    }
}

fn at(incarnation: u32, seq: u64) -> Place {
    Place { incarnation, seq }
}

/// An INCARNATION entry at the beginning of this incarnation of a side.
fn incarnation(world: &mut World, side: Side, number: u32) -> Arc<Entry> {
    let key = SigningKey::from_seed(&[77; 32]);
    let content = Incarnation::sign(world.charter().line_id(), side, number, &key.public(), [5; 32], &key);
    let body = Body::write(&[], &to_cbor(&content));
    world.seal(side, at(number, 1), Kind::INCARNATION, Urgency::LINE, 0, body)
}

/// A READY of a side at any place, citing an incarnation of the other.
fn ready(world: &mut World, side: Side, place: Place, round: u32, cites: u32) -> Arc<Entry> {
    let before = world.held[side.index()];
    world.held[side.index()].place.incarnation = cites;
    let gate = world.seal(side, place, Kind::GATE, Urgency::LINE, 0, gate_body(Ready, round));
    world.held[side.index()] = before;
    gate
}

// INV-12: two consents, each given knowing the other's current keys.
#[test]
fn a_paired_line_is_open_in_round_1_by_the_rule_itself() {
    let world = World::new();
    let gates = after(&world.entries);
    assert_eq!(gates.state(), LineState::Open { round: 1, since: WallTime::from_ms(PAIRED_AT) });
    assert!(gates.is_open());
}

#[test]
fn it_takes_both_gates() {
    let world = World::new();
    assert!(!after(&[]).is_open());
    assert_eq!(after(&[]).state(), LineState::Shut { since: WallTime::default(), by: None });
    // Every part of the four first entries in which no gate stands before its INCARNATION; the chain sees to that.
    for held in (0..15u32).filter(|held| held >> 2 & !held == 0) {
        let entries = world.entries.iter().enumerate().filter(|(index, _)| held >> index & 1 == 1);
        let gates = after(entries.map(|(_, entry)| entry));
        assert!(!gates.is_open(), "open with the entries {held:04b}");
    }
}

#[test]
fn who_is_not_ready_is_named() {
    for side in SIDES {
        let mut world = World::new();
        let shut = world.gate(side, Shut, 2);
        let gates = after(&world.entries);
        assert_eq!(gates.state(), LineState::Shut { since: shut.header().time, by: Some(side) });
        world.gate(side.other(), Shut, 2);
        assert_eq!(shut_by(&after(&world.entries)), None, "both");
    }
}

// INV-13: SHUT wins, alone, and until both consent anew.
#[test]
fn shut_needs_nobody_and_ready_needs_both_in_one_round() {
    let mut world = World::new();
    world.gate(BLUE, Shut, 2);
    assert!(!after(&world.entries).is_open());
    // What the other side was ready for before does not open the new round.
    world.deliver_to(GREEN);
    world.gate(BLUE, Ready, 2);
    assert!(!after(&world.entries).is_open(), "GREEN is READY in round 1 only");
    world.gate(GREEN, Ready, 3);
    assert!(!after(&world.entries).is_open(), "rounds 2 and 3 are two rounds");
    world.deliver_to(BLUE);
    let last = world.gate(BLUE, Ready, 3);
    assert_eq!(after(&world.entries).state(), LineState::Open { round: 3, since: last.header().time });
}

#[test]
fn a_stale_ready_opens_nothing() {
    let mut world = World::new();
    world.gate(BLUE, Shut, 2);
    world.gate(GREEN, Ready, 1);
    assert!(!after(&world.entries).is_open());
    world.gate(BLUE, Shut, 3);
    world.gate(GREEN, Ready, 3);
    assert!(!after(&world.entries).is_open());
    assert_eq!(shut_by(&after(&world.entries)), Some(BLUE));
}

// INV-13: entries come with gaps and late; the newest gate of a side counts, whenever the older ones come.
#[test]
fn an_older_gate_that_arrives_late_changes_nothing() {
    let mut world = World::new();
    let ready = world.gate(GREEN, Ready, 2);
    let shut = world.gate(GREEN, Shut, 3);
    let mut gates = after(&world.entries[..4]);
    gates.apply(&shut);
    let state = gates.state();
    assert_eq!(state, LineState::Shut { since: shut.header().time, by: Some(GREEN) });
    for late in world.entries[..4].iter().chain([&ready, &shut]) {
        gates.apply(late);
        assert_eq!(gates.state(), state);
    }
}

#[test]
fn the_order_in_which_gates_arrive_does_not_matter() {
    let mut world = World::new();
    world.gate(BLUE, Shut, 2);
    world.deliver_to(GREEN);
    world.gate(GREEN, Ready, 2);
    world.deliver_to(BLUE);
    world.gate(BLUE, Ready, 2);
    let in_order = after(&world.entries).state();
    assert!(matches!(in_order, LineState::Open { round: 2, .. }));
    // INCARNATION comes first in every chain; the gates behind it in every rotation.
    let (first, gates) = world.entries.split_at(2);
    for turn in 0..gates.len() {
        let mut turned = gates.to_vec();
        turned.rotate_left(turn);
        assert_eq!(after(first.iter().chain(&turned)).state(), in_order);
        assert_eq!(after(first.iter().chain(turned.iter().rev())).state(), in_order);
    }
}

#[test]
fn no_other_kind_moves_a_gate() {
    let mut world = World::new();
    let state = after(&world.entries).state();
    let message = world.message(BLUE, 1);
    world.deliver_to(GREEN);
    world.acknowledge(GREEN, &message);
    world.receipt(GREEN, &[]);
    world.write(BLUE, Kind(200), ROUTINE, 0, gate_body(Shut, 2));
    world.write(BLUE, Kind::CLOSE, Urgency::LINE, 0, gate_body(Shut, 2));
    world.raw_message(BLUE, ROUTINE, b"SHUT");
    assert_eq!(after(&world.entries).state(), state);
}

#[test]
fn a_gate_that_cannot_be_read_changes_nothing() {
    let mut world = World::new();
    let state = after(&world.entries).state();
    for body in [vec![], vec![0], Body::write(&[], b"open sesame"), gate_body(Ready, 2)[..3].to_vec()] {
        world.write(BLUE, Kind::GATE, Urgency::LINE, 0, body);
        assert_eq!(after(&world.entries).state(), state);
    }
}

// A restored side reopens only by fresh consent of both, each citing the other's current incarnation.
#[test]
fn a_new_incarnation_shuts_the_line_until_both_consent_anew() {
    let mut world = World::new();
    let mut entries = world.entries.clone();
    entries.push(incarnation(&mut world, BLUE, 2));
    assert_eq!(shut_by(&after(&entries)), Some(BLUE));
    entries.push(ready(&mut world, BLUE, at(2, 2), 1, 1));
    assert!(!after(&entries).is_open(), "GREEN's READY cites BLUE's old incarnation");
    let stale = ready(&mut world, GREEN, at(1, 3), 1, 1);
    assert!(!after(entries.iter().chain([&stale])).is_open(), "so does this one");
    entries.push(ready(&mut world, GREEN, at(1, 4), 1, 2));
    assert!(after(&entries).is_open());
}

#[test]
fn citing_an_incarnation_that_is_not_here_yet_does_not_open() {
    let mut world = World::new();
    let mut entries = world.entries.clone();
    entries.push(ready(&mut world, GREEN, at(1, 3), 1, 2));
    assert!(!after(&entries).is_open());
}

// A gate entry of incarnation 2 shows that 2 is current, even while its INCARNATION is behind a gap.
#[test]
fn a_gate_ahead_of_its_incarnation_does_not_open_on_consent_to_the_old_one() {
    let mut world = World::new();
    let mut gates = after(&world.entries);
    assert!(gates.is_open());
    gates.apply(&ready(&mut world, BLUE, at(2, 2), 1, 1));
    assert!(!gates.is_open(), "GREEN's READY cites incarnation 1 of BLUE, whose current one is 2");
    // What fills the gap is older and changes nothing; fresh consent does.
    gates.apply(&incarnation(&mut world, BLUE, 2));
    assert!(!gates.is_open());
    gates.apply(&ready(&mut world, GREEN, at(1, 3), 1, 2));
    assert!(gates.is_open(), "GREEN consented to BLUE's current incarnation");
}
