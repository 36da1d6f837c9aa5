//! What an auditor says about meaning. The record under each finding is in order; only what it says is not.

use ringdown_message::{Act, Draft, Marker};
use ringdown_record::audit::Finding;
use ringdown_record::body::GatePosition;
use ringdown_record::{Entry, EntryHash, TrafficClass};

use crate::world::{BLUE, GREEN, ROUTINE, SIDES, World, draft};

/// The one finding there is, about this entry.
#[track_caller]
fn the_finding(world: &World, about: &Entry) -> Finding {
    let findings = world.examined();
    let [finding] = &findings[..] else { panic!("not one finding: {findings:#?}") };
    let header = about.header();
    assert_eq!(finding.entry, Some((header.side, header.place)));
    let name = &world.charter().party(header.side).name;
    let place = format!("{name}'s entry {} ({})", header.place, header.kind.name());
    assert!(finding.text.starts_with(&place), "{}", finding.text);
    finding.clone()
}

#[track_caller]
fn is_broken(world: &World, about: &Entry, words: &str) {
    let finding = the_finding(world, about);
    assert!(finding.broken && finding.text.contains(words), "{finding:?}");
}

#[track_caller]
fn is_a_note(world: &World, about: &Entry, words: &str) {
    let finding = the_finding(world, about);
    assert!(!finding.broken && finding.text.contains(words), "{finding:?}");
}

#[test]
fn an_honest_talk_gives_no_finding() {
    let mut world = World::new();
    assert_eq!(world.examined(), []);
    for round in 1..=5 {
        let messages = SIDES.map(|side| world.message(side, round));
        SIDES.into_iter().for_each(|side| world.deliver_to(side));
        world.acknowledge(GREEN, &messages[0]);
        world.acknowledge(BLUE, &messages[1]);
        world.receipt(BLUE, &[]);
    }
    assert_eq!(world.examined(), []);
}

// R20
#[test]
fn a_number_used_twice_is_broken() {
    let mut world = World::new();
    world.message(BLUE, 1);
    let second = world.message(BLUE, 1);
    is_broken(&world, &second, "a second message numbered BLUE T-0001");
}

#[test]
fn the_same_number_in_another_class_or_direction_is_another_number() {
    let mut world = World::new();
    for class in TrafficClass::ALL {
        SIDES.into_iter().for_each(|side| drop(world.send(side, &Draft { class, ..draft() }, 1)));
    }
    assert_eq!(world.examined(), []);
}

#[test]
fn each_further_use_of_a_number_is_found() {
    let mut world = World::new();
    (0..4).for_each(|_| drop(world.message(BLUE, 1)));
    let findings = world.examined();
    assert_eq!(findings.len(), 3);
    assert!(findings.iter().all(|finding| finding.broken));
}

// R20: "gaps are shown"; the record says nothing of why.
#[test]
fn a_missing_number_is_a_note() {
    let mut world = World::new();
    world.message(BLUE, 1);
    let third = world.message(BLUE, 3);
    world.message(BLUE, 4);
    is_a_note(&world, &third, "BLUE T-0003 is here, the message before it is not");
}

#[test]
fn a_first_message_that_is_not_number_1_is_a_note() {
    let mut world = World::new();
    let message = world.message(GREEN, 7);
    is_a_note(&world, &message, "GREEN T-0007");
}

#[test]
fn an_act_on_an_own_message_is_broken() {
    let mut world = World::new();
    let message = world.message(BLUE, 1);
    let act = world.acknowledge(BLUE, &message);
    is_broken(&world, &act, "no message of the other side");
}

#[test]
fn an_act_on_what_is_no_message_is_broken() {
    for pick in 0..2 {
        let mut world = World::new();
        world.message(BLUE, 1);
        world.deliver_to(GREEN);
        let target = [world.entries[2].hash(), EntryHash([7; 32])][pick];
        let act = world.raw_act(GREEN, &Act::acknowledge(target).content());
        is_broken(&world, &act, "no message of the other side");
    }
}

#[test]
fn an_act_on_a_message_that_cannot_be_read_is_in_order() {
    let mut world = World::new();
    let message = world.raw_message(BLUE, ROUTINE, b"of a later version");
    world.deliver_to(GREEN);
    world.acknowledge(GREEN, &message);
    is_a_note(&world, &message, "shown raw");
}

#[test]
fn content_that_cannot_be_read_is_a_note_and_says_why() {
    let mut world = World::new();
    let message = world.raw_message(BLUE, ROUTINE, &[0x82, 2, 0]);
    is_a_note(&world, &message, "shown raw: written in format version 2");
    let mut world = World::new();
    let message = world.raw_message(BLUE, ROUTINE, b"no message");
    is_a_note(&world, &message, "shown raw: not a message");
}

#[test]
fn an_act_that_cannot_be_read_is_a_note() {
    let mut world = World::new();
    let message = world.message(BLUE, 1);
    world.deliver_to(GREEN);
    let mut later = Act::acknowledge(message.hash()).content();
    later[1] = 2;
    let act = world.raw_act(GREEN, &later);
    is_a_note(&world, &act, "this act cannot be read");
}

// INV-12, REC-21: judged by what the entry cites; its writer may have known more, so it is no reproach.
#[test]
fn a_message_released_after_the_own_gate_was_shut_is_noted() {
    let mut world = World::new();
    world.gate(BLUE, GatePosition::Shut, 2);
    let message = world.message(BLUE, 1);
    is_a_note(&world, &message, "while the line was not open");
}

#[test]
fn a_message_released_after_the_other_gate_was_held_shut_is_noted() {
    let mut world = World::new();
    world.gate(GREEN, GatePosition::Shut, 2);
    // Concurrent with the SHUT: not held yet, so in order.
    world.message(BLUE, 1);
    assert_eq!(world.examined(), []);
    world.deliver_to(BLUE);
    let late = world.message(BLUE, 2);
    is_a_note(&world, &late, "while the line was not open");
}

#[test]
fn after_both_are_ready_again_messages_are_in_order() {
    let mut world = World::new();
    world.gate(BLUE, GatePosition::Shut, 2);
    world.deliver_to(GREEN);
    world.gate(GREEN, GatePosition::Ready, 2);
    world.deliver_to(BLUE);
    world.gate(BLUE, GatePosition::Ready, 2);
    world.message(BLUE, 1);
    assert_eq!(world.examined(), []);
    // GREEN does not hold BLUE's READY yet.
    let early = world.message(GREEN, 1);
    is_a_note(&world, &early, "while the line was not open");
}

#[test]
fn acts_and_receipts_pass_while_the_line_is_shut() {
    let mut world = World::new();
    let message = world.message(BLUE, 1);
    world.gate(BLUE, GatePosition::Shut, 2);
    world.deliver_to(GREEN);
    world.acknowledge(GREEN, &message);
    world.receipt(GREEN, &[]);
    assert_eq!(world.examined(), []);
}

// "Marker TEST is written with class TEST only": a correct node would not have sealed it.
#[test]
fn a_live_message_marked_test_is_broken() {
    for class in [TrafficClass::Live, TrafficClass::Exercise] {
        let mut world = World::new();
        let message = world.send(BLUE, &Draft { class, marker: Marker::Test, ..draft() }, 1);
        is_broken(&world, &message, "TEST");
    }
}

// INV-11: the same record, the same words.
#[test]
fn examining_twice_gives_the_same() {
    let mut world = World::new();
    world.message(BLUE, 1);
    world.message(BLUE, 1);
    world.message(GREEN, 5);
    assert_eq!(world.examined().len(), 2);
    assert_eq!(world.examined(), world.examined());
}
