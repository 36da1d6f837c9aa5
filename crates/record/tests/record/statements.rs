//! What an officer says counts once, for one content in one place of the record, and only within the officer's role.

use ringdown_record::body::{Body, GatePosition};
use ringdown_record::statement::{Purpose, Statement, StatementTerms};
use ringdown_record::{
    Entry, EntryHash, Kind, LineId, Misbehaviour, Place, Precedence, Refusal, SigningKey, TrafficClass,
    Urgency,
};

use crate::world::{BLUE, CLERK, FIRST, FLASH, GREEN, ROUTINE, SECOND, World, blame, ed25519, sign};

const TEXT: &[u8] = b"any bytes: the record does not parse what a message says";

/// A MESSAGE with these statements.
fn message(
    world: &World,
    urgency: Urgency,
    statements: &[Statement],
    content: &[u8],
) -> Result<Entry, Refusal> {
    let writing = world.next(BLUE, Kind::MESSAGE, urgency, &[]);
    world.check(&writing.saying(statements.to_vec(), content).seal())
}

/// A MESSAGE of ROUTINE precedence, released by a statement over terms bent by `bend`.
fn bent(world: &World, bend: impl FnOnce(&mut StatementTerms<'_>)) -> Result<Entry, Refusal> {
    bent_by(world, &world.of(BLUE).officers[0], bend)
}

fn bent_by(
    world: &World,
    key: &SigningKey,
    bend: impl FnOnce(&mut StatementTerms<'_>),
) -> Result<Entry, Refusal> {
    let mut terms = world.terms(BLUE, FIRST, Purpose::Release, ROUTINE, TEXT);
    bend(&mut terms);
    message(world, ROUTINE, &[sign(&terms, key)], TEXT)
}

fn released(world: &World, officer: u16, urgency: Urgency) -> Statement {
    world.said(BLUE, officer, Purpose::Release, urgency, TEXT)
}

// REC-7
#[test]
fn a_released_message_is_taken() {
    let world = World::ready();
    bent(&world, |_| {}).expect("honest");
    bent_by(&world, &world.of(BLUE).officers[1], |terms| terms.officer = SECOND).expect("honest");
    message(&world, FLASH, &[released(&world, FIRST, FLASH), released(&world, SECOND, FLASH)], TEXT)
        .expect("two releasers");
}

// REC-7
#[test]
fn a_release_may_stand_before_its_draft() {
    let world = World::ready();
    let draft = world.said(BLUE, CLERK, Purpose::Draft, ROUTINE, TEXT);
    let release = released(&world, FIRST, ROUTINE);
    message(&world, ROUTINE, &[release.clone(), draft.clone()], TEXT).expect("released and drafted");
    let refused = message(&world, ROUTINE, &[draft, release], TEXT);
    assert_eq!(blame(refused), Misbehaviour::Statement, "the releaser answers for it and comes first");
}

// REC-7
#[test]
fn a_missing_statement_is_blamed() {
    let world = World::ready();
    assert_eq!(blame(message(&world, ROUTINE, &[], TEXT)), Misbehaviour::Statement);
    let act = world.next(BLUE, Kind::ACT, ROUTINE, &Body::write(&[], TEXT)).seal();
    assert_eq!(blame(world.check(&act)), Misbehaviour::Statement);
    let one_of_two = message(&world, FLASH, &[released(&world, FIRST, FLASH)], TEXT);
    assert_eq!(blame(one_of_two), Misbehaviour::Statement, "FLASH needs two releasers");
}

// REC-7
#[test]
fn a_stripped_statement_is_blamed() {
    // The node seals again what an officer signed, without the signature, or with one of two.
    let world = World::ready();
    let both = [released(&world, FIRST, FLASH), released(&world, SECOND, FLASH)];
    message(&world, FLASH, &both, TEXT).expect("whole");
    for stripped in [&both[..0], &both[..1], &both[1..]] {
        assert_eq!(blame(message(&world, FLASH, stripped, TEXT)), Misbehaviour::Statement);
    }
}

// REC-7
#[test]
fn a_draft_does_not_count_as_a_release() {
    let world = World::ready();
    let draft = |officer, urgency| world.said(BLUE, officer, Purpose::Draft, urgency, TEXT);
    assert_eq!(blame(message(&world, ROUTINE, &[draft(FIRST, ROUTINE)], TEXT)), Misbehaviour::Statement);
    let half = [released(&world, FIRST, FLASH), draft(SECOND, FLASH)];
    assert_eq!(blame(message(&world, FLASH, &half, TEXT)), Misbehaviour::Statement);
}

// REC-7
#[test]
fn a_wrong_purpose_is_blamed() {
    let world = World::ready();
    for purpose in [Purpose::Acknowledge, Purpose::Answer, Purpose::Consent] {
        let statement = world.said(BLUE, FIRST, purpose, ROUTINE, TEXT);
        assert_eq!(
            blame(message(&world, ROUTINE, &[statement], TEXT)),
            Misbehaviour::Statement,
            "{purpose:?}"
        );
    }
    for (kind, urgency, purpose) in [
        (Kind::ACT, ROUTINE, Purpose::Release),
        (Kind::ACT, ROUTINE, Purpose::Consent),
        (Kind::ACT, ROUTINE, Purpose::Draft),
        (Kind::GATE, Urgency::LINE, Purpose::Release),
        (Kind::GATE, Urgency::LINE, Purpose::Acknowledge),
    ] {
        let refused = spoken(&world, kind, urgency, FIRST, purpose);
        assert_eq!(blame(refused), Misbehaviour::Statement, "{purpose:?} in {}", kind.name());
    }
}

/// An entry of this kind with one honest statement.
fn spoken(
    world: &World,
    kind: Kind,
    urgency: Urgency,
    officer: u16,
    purpose: Purpose,
) -> Result<Entry, Refusal> {
    let gate = world.gate(BLUE, GatePosition::Ready);
    let content = if kind == Kind::GATE { Body::read(&gate.body).expect("a body").content } else { TEXT };
    let statement = world.said(BLUE, officer, purpose, urgency, content);
    world.check(&world.next(BLUE, kind, urgency, &[]).saying([statement], content).seal())
}

// REC-7
#[test]
fn a_statement_in_a_kind_where_nobody_speaks_is_blamed() {
    let world = World::ready();
    let statement = world.said(BLUE, FIRST, Purpose::Release, ROUTINE, b"\x81\x80");
    let receipt = world.next(BLUE, Kind::RECEIPT, ROUTINE, &[]).saying([statement], b"\x81\x80").seal();
    assert_eq!(blame(world.check(&receipt)), Misbehaviour::Statement);
}

// REC-7
#[test]
fn acts_and_gates_carry_their_own_purposes() {
    let world = World::ready();
    spoken(&world, Kind::ACT, ROUTINE, FIRST, Purpose::Acknowledge).expect("an acknowledgement");
    spoken(&world, Kind::ACT, ROUTINE, FIRST, Purpose::Answer).expect("an answer");
    spoken(&world, Kind::GATE, Urgency::LINE, FIRST, Purpose::Consent).expect("a consent");
}

// REC-7
#[test]
fn an_officer_without_the_role_is_blamed() {
    let world = World::ready();
    for (kind, urgency, purpose) in [
        (Kind::MESSAGE, ROUTINE, Purpose::Release),
        (Kind::ACT, ROUTINE, Purpose::Acknowledge),
        (Kind::ACT, ROUTINE, Purpose::Answer),
        (Kind::GATE, Urgency::LINE, Purpose::Consent),
    ] {
        let refused = spoken(&world, kind, urgency, CLERK, purpose);
        assert_eq!(blame(refused), Misbehaviour::Statement, "{purpose:?} in {}", kind.name());
    }
}

// REC-7
#[test]
fn an_unknown_officer_is_blamed() {
    let world = World::ready();
    for officer in [0, 4, u16::MAX] {
        let refused = bent(&world, |terms| terms.officer = officer);
        assert_eq!(blame(refused), Misbehaviour::Statement, "officer {officer}");
    }
}

// REC-7
#[test]
fn the_header_names_the_first_officer() {
    let world = World::ready();
    for officer in [0, SECOND] {
        let writing = world.message(BLUE, ROUTINE, TEXT);
        let entry = crate::world::Writing { officer, ..writing }.seal();
        assert_eq!(blame(world.check(&entry)), Misbehaviour::Statement, "officer {officer}");
    }
}

// REC-7
#[test]
fn two_statements_of_one_officer_count_once() {
    let world = World::ready();
    let twice = [released(&world, FIRST, FLASH), released(&world, FIRST, FLASH)];
    assert_eq!(blame(message(&world, FLASH, &twice, TEXT)), Misbehaviour::Statement);
    let draft = world.said(BLUE, FIRST, Purpose::Draft, ROUTINE, TEXT);
    let both_roles = [released(&world, FIRST, ROUTINE), draft];
    assert_eq!(blame(message(&world, ROUTINE, &both_roles, TEXT)), Misbehaviour::Statement);
}

// REC-7
#[test]
fn a_statement_over_something_else_is_blamed() {
    let world = World::ready();
    let other = |precedence, class| Urgency { precedence, class };
    type Bend<'a> = &'a dyn Fn(&mut StatementTerms<'_>);
    let bends: [(&str, Bend<'_>); 8] = [
        ("content", &|terms| terms.content = b"another text"),
        ("no content", &|terms| terms.content = b""),
        ("precedence", &|terms| terms.urgency = other(Precedence::Priority, TrafficClass::Test)),
        ("class", &|terms| terms.urgency = other(Precedence::Routine, TrafficClass::Live)),
        ("line", &|terms| terms.line = LineId([1; 32])),
        ("side", &|terms| terms.side = GREEN),
        ("incarnation", &|terms| terms.incarnation = 2),
        ("entry on screen", &|terms| terms.on_screen.hash = EntryHash([1; 32])),
    ];
    for (what, bend) in bends {
        assert_eq!(blame(bent(&world, bend)), Misbehaviour::OfficerSignature, "another {what}");
    }
}

// REC-7
#[test]
fn a_changed_field_of_a_statement_is_blamed() {
    let world = World::ready();
    let good = released(&world, FIRST, ROUTINE);
    let mut changed = vec![good.clone(), good.clone(), good.clone(), good.clone()];
    changed[0].officer = SECOND;
    changed[1].nonce[7] ^= 0x80;
    changed[2].on_screen = Place::first(1);
    ed25519(&mut changed[3])[40] ^= 1;
    for statement in changed {
        let refused = message(&world, ROUTINE, std::slice::from_ref(&statement), TEXT);
        assert_eq!(blame(refused), Misbehaviour::OfficerSignature, "{statement:?}");
    }
    let act = Statement { purpose: Purpose::Acknowledge, ..good };
    let act = world.next(BLUE, Kind::ACT, ROUTINE, &[]).saying([act], TEXT).seal();
    assert_eq!(blame(world.check(&act)), Misbehaviour::OfficerSignature, "a release is no acknowledgement");
}

// REC-7
#[test]
fn the_other_sides_officer_does_not_speak_here() {
    let world = World::ready();
    let foreign = &world.of(GREEN).officers[0];
    assert_eq!(blame(bent_by(&world, foreign, |_| {})), Misbehaviour::OfficerSignature);
    let refused = bent_by(&world, foreign, |terms| terms.side = GREEN);
    assert_eq!(blame(refused), Misbehaviour::OfficerSignature);
    assert_eq!(blame(bent_by(&world, &world.of(BLUE).node, |_| {})), Misbehaviour::OfficerSignature);
}

// REC-7
#[test]
fn a_nonce_is_used_once() {
    let mut world = World::ready();
    let writing = world.message(BLUE, ROUTINE, TEXT);
    let nonce = Body::read(&writing.body).expect("a body").statements[0].nonce;
    assert!(!world.chain(BLUE).nonce_used(FIRST, nonce));
    world.write(writing.clone());
    assert!(world.chain(BLUE).nonce_used(FIRST, nonce));
    let again = world.next(BLUE, Kind::MESSAGE, ROUTINE, &writing.body);
    let again = crate::world::Writing { officer: FIRST, peer: writing.peer, ..again }.seal();
    assert_eq!(blame(world.check(&again)), Misbehaviour::NonceUsedTwice, "the same words said again");
    let new_words = bent(&world, |terms| terms.nonce = nonce);
    assert_eq!(blame(new_words), Misbehaviour::NonceUsedTwice, "other words under the same nonce");
}

// REC-7
#[test]
fn another_officer_may_use_the_same_nonce() {
    let mut world = World::ready();
    let said = released(&world, FIRST, ROUTINE);
    let writing = world.next(BLUE, Kind::MESSAGE, ROUTINE, &[]).saying([said.clone()], TEXT);
    world.write(writing);
    let second = &world.of(BLUE).officers[1];
    bent_by(&world, second, |terms| (terms.officer, terms.nonce) = (SECOND, said.nonce)).expect("its own");
}

// REC-7
#[test]
fn nobody_saw_more_than_the_entry_cites() {
    let mut world = World::ready();
    let before = world.chain(GREEN).head();
    let after = world.write(world.receipt(GREEN)).reference();
    let statement = released(&world, FIRST, ROUTINE);
    assert_eq!(statement.on_screen, after.place);
    let writing = world.next(BLUE, Kind::MESSAGE, ROUTINE, &[]).saying([statement], TEXT);
    let entry = crate::world::Writing { peer: before, ..writing }.seal();
    assert_eq!(blame(world.check(&entry)), Misbehaviour::OfficerSignature);
}

// REC-7
#[test]
fn nobody_saw_more_than_the_entry_cites_even_if_it_is_not_here() {
    // Nothing that may still arrive can make such an entry good: waiting for it would be for ever.
    let world = World::ready();
    let refused = bent(&world, |terms| terms.on_screen.place = Place::first(1000));
    assert_eq!(blame(refused), Misbehaviour::OfficerSignature);
}

#[test]
fn a_place_that_cannot_exist_was_on_no_screen() {
    // As for a header's peer reference (REC-4): incarnation and number are both zero or neither is.
    let world = World::ready();
    for place in [Place { incarnation: 0, seq: 1 }, Place { incarnation: 1, seq: 0 }] {
        blame(bent(&world, |terms| terms.on_screen.place = place));
    }
}

// REC-7
#[test]
fn an_officer_may_have_seen_less_than_the_entry_cites() {
    let world = World::ready();
    bent(&world, |terms| terms.on_screen = world.entry(GREEN, 1).reference()).expect("typed a while ago");
    bent(&world, |terms| terms.on_screen = ringdown_record::EntryRef::NONE).expect("an empty screen");
}

// REC-7
#[test]
fn more_statements_than_two_are_no_body() {
    let world = World::ready();
    let mut body = world.message(BLUE, FLASH, TEXT).body;
    body[0] = 3;
    let entry = crate::world::Writing { body, ..world.message(BLUE, FLASH, TEXT) }.seal();
    assert!(matches!(blame(world.check(&entry)), Misbehaviour::Body(_)));
}
