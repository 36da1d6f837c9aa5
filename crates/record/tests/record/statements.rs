//! What an officer says counts once, for one content in one place of the record, and only within the officer's role.

use ringdown_record::body::{Body, GatePosition};
use ringdown_record::statement::{Purpose, Statement, StatementError, StatementTerms};
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

/// A FLASH's release by two officers.
fn both(world: &World) -> Vec<Statement> {
    world.said_by(BLUE, &[(FIRST, Purpose::Release), (SECOND, Purpose::Release)], FLASH, TEXT)
}

/// What is wrong with who speaks.
#[track_caller]
fn fault(result: Result<Entry, Refusal>) -> StatementError {
    match blame(result) {
        Misbehaviour::Statement(error) => error,
        other => panic!("blamed for something else: {other}"),
    }
}

// REC-7
#[test]
fn a_released_message_is_taken() {
    let world = World::ready();
    bent(&world, |_| {}).expect("honest");
    bent_by(&world, &world.of(BLUE).officers[1], |terms| terms.officer = SECOND).expect("honest");
    message(&world, FLASH, &both(&world), TEXT).expect("two releasers");
}

// REC-7
#[test]
fn a_release_may_stand_before_its_draft() {
    let world = World::ready();
    let speakers = [(FIRST, Purpose::Release), (CLERK, Purpose::Draft)];
    for urgency in [ROUTINE, FLASH] {
        let said = world.said_by(BLUE, &speakers, urgency, TEXT);
        message(&world, urgency, &said, TEXT).expect("released and drafted");
        let said = world.said_by(BLUE, &[speakers[1], speakers[0]], urgency, TEXT);
        let refused = message(&world, urgency, &said, TEXT);
        let first = StatementError::Purpose(Purpose::Draft);
        assert_eq!(fault(refused), first, "the releaser answers for it and comes first");
    }
}

// REC-7
#[test]
fn a_missing_statement_is_blamed() {
    let world = World::ready();
    let none = StatementError::TooFew { needed: 1, spoke: 0 };
    assert_eq!(fault(message(&world, ROUTINE, &[], TEXT)), none);
    let act = world.next(BLUE, Kind::ACT, ROUTINE, &Body::write(&[], TEXT)).seal();
    assert_eq!(fault(world.check(&act)), none);
    let one_of_two = message(&world, FLASH, &[released(&world, FIRST, FLASH)], TEXT);
    let one = StatementError::TooFew { needed: 2, spoke: 1 };
    assert_eq!(fault(one_of_two), one, "FLASH needs two releasers");
}

// REC-7
#[test]
fn a_stripped_statement_is_blamed() {
    // The node seals again what an officer signed, without the signature, or with one of two.
    let world = World::ready();
    let both = both(&world);
    message(&world, FLASH, &both, TEXT).expect("whole");
    for stripped in [&both[..0], &both[..1], &both[1..]] {
        let spoke = stripped.len() as u8;
        let refused = message(&world, FLASH, stripped, TEXT);
        assert_eq!(fault(refused), StatementError::TooFew { needed: 2, spoke });
    }
}

// REC-7
#[test]
fn a_draft_does_not_count_as_a_release() {
    let world = World::ready();
    let drafts = [(FIRST, Purpose::Draft), (SECOND, Purpose::Draft)];
    for (urgency, drafts) in [(ROUTINE, &drafts[..1]), (FLASH, &drafts[..])] {
        let said = world.said_by(BLUE, drafts, urgency, TEXT);
        let refused = fault(message(&world, urgency, &said, TEXT));
        assert_eq!(refused, StatementError::Purpose(Purpose::Draft));
    }
}

// REC-7
#[test]
fn a_test_is_released_by_one_though_the_rule_says_two() {
    let world = World::ready();
    let test = Urgency { class: TrafficClass::Test, ..FLASH };
    message(&world, test, &[released(&world, FIRST, test)], TEXT).expect("only a test");
    let exercise = Urgency { class: TrafficClass::Exercise, ..FLASH };
    let one = message(&world, exercise, &[released(&world, FIRST, exercise)], TEXT);
    let error = StatementError::TooFew { needed: 2, spoke: 1 };
    assert_eq!(fault(one), error, "an exercise is done as it would be meant");
}

// REC-7
#[test]
fn who_stands_first_signed_the_statement_behind_too() {
    let world = World::ready();
    for second in [(SECOND, Purpose::Release), (CLERK, Purpose::Draft)] {
        let alone = |(officer, purpose)| world.said(BLUE, officer, purpose, FLASH, TEXT);
        let apart = [alone((FIRST, Purpose::Release)), alone(second)];
        assert_eq!(blame(message(&world, FLASH, &apart, TEXT)), Misbehaviour::OfficerSignature);
        let said = world.said_by(BLUE, &[(FIRST, Purpose::Release), second], FLASH, TEXT);
        message(&world, FLASH, &said, TEXT).expect("signed by the first after the second");
        let exchanged = [said[0].clone(), alone(second)];
        let refused = message(&world, FLASH, &exchanged, TEXT);
        assert_eq!(blame(refused), Misbehaviour::OfficerSignature, "another statement of the same man");
    }
    let said = both(&world);
    let turned = [said[1].clone(), said[0].clone()];
    assert_eq!(blame(message(&world, FLASH, &turned, TEXT)), Misbehaviour::OfficerSignature);
}

// REC-7
#[test]
fn who_signed_last_cannot_be_shown_without_the_other() {
    // Where one is enough, the drafter's statement cannot be taken away behind the releaser's back either.
    let world = World::ready();
    let said = world.said_by(BLUE, &[(FIRST, Purpose::Release), (CLERK, Purpose::Draft)], ROUTINE, TEXT);
    message(&world, ROUTINE, &said, TEXT).expect("whole");
    let refused = message(&world, ROUTINE, &said[..1], TEXT);
    assert_eq!(blame(refused), Misbehaviour::OfficerSignature);
}

// REC-7
#[test]
fn two_who_consent_sign_as_two_who_release_do() {
    let world = World::ready();
    let gate = world.gate(BLUE, GatePosition::Ready);
    let content = Body::read(&gate.body).expect("a body").content;
    let consent = |said: Vec<Statement>| {
        world.check(&world.next(BLUE, Kind::GATE, Urgency::LINE, &[]).saying(said, content).seal())
    };
    let speakers = [(FIRST, Purpose::Consent), (SECOND, Purpose::Consent)];
    consent(world.said_by(BLUE, &speakers, Urgency::LINE, content)).expect("both");
    let apart = speakers.map(|(officer, purpose)| world.said(BLUE, officer, purpose, Urgency::LINE, content));
    assert_eq!(blame(consent(apart.into())), Misbehaviour::OfficerSignature);
}

fn alone(world: &World, officer: u16, urgency: Urgency) -> Result<Entry, Refusal> {
    let said = world.said(BLUE, officer, Purpose::ReleaseAlone, urgency, TEXT);
    message(world, urgency, &[said], TEXT)
}

// REC-7
#[test]
fn one_alone_releases_in_an_emergency_where_the_charter_allows_it() {
    let world = World::of_one_alone();
    alone(&world, FIRST, FLASH).expect("allowed");
    alone(&world, SECOND, Urgency { class: TrafficClass::Exercise, ..FLASH }).expect("done as meant");
    let quietly = message(&world, FLASH, &[released(&world, FIRST, FLASH)], TEXT);
    let error = StatementError::TooFew { needed: 2, spoke: 1 };
    assert_eq!(fault(quietly), error, "he must say that he is alone");
    assert_eq!(fault(alone(&world, CLERK, FLASH)), StatementError::Role(CLERK));
    message(&world, FLASH, &both(&world), TEXT).expect("two may as before");
}

// REC-7
#[test]
fn one_alone_releases_nothing_where_the_charter_does_not_allow_it() {
    assert_eq!(fault(alone(&World::ready(), FIRST, FLASH)), StatementError::AloneNotAllowed);
}

// REC-7
#[test]
fn an_emergency_is_not_cried_where_one_is_enough() {
    let world = World::of_one_alone();
    for urgency in [ROUTINE, Urgency { class: TrafficClass::Test, ..FLASH }] {
        assert_eq!(fault(alone(&world, FIRST, urgency)), StatementError::AloneNotNeeded);
    }
}

// REC-7
#[test]
fn who_released_alone_was_alone() {
    let world = World::of_one_alone();
    let with = |speakers: &[(u16, Purpose)]| {
        fault(message(&world, FLASH, &world.said_by(BLUE, speakers, FLASH, TEXT), TEXT))
    };
    let lone = (FIRST, Purpose::ReleaseAlone);
    assert_eq!(with(&[lone, (CLERK, Purpose::Draft)]), StatementError::NotAlone);
    assert_eq!(with(&[lone, (SECOND, Purpose::Release)]), StatementError::NotAlone);
    let behind = with(&[(SECOND, Purpose::Release), lone]);
    assert_eq!(behind, StatementError::Purpose(Purpose::ReleaseAlone));
    let act = spoken(&world, Kind::ACT, ROUTINE, FIRST, Purpose::ReleaseAlone);
    assert_eq!(fault(act), StatementError::Purpose(Purpose::ReleaseAlone));
}

// REC-7
#[test]
fn a_refusal_says_which_people_are_missing_or_too_many() {
    let reason = |result| blame(result).to_string();
    let world = World::ready();
    let one = reason(message(&world, FLASH, &[released(&world, FIRST, FLASH)], TEXT));
    assert_eq!(one, "its officers' statements do not fit: 2 officers must sign it, and 1 did");
    let none = reason(message(&world, ROUTINE, &[], TEXT));
    assert_eq!(none, "its officers' statements do not fit: no officer signed it");
    assert!(reason(alone(&world, FIRST, FLASH)).ends_with("alone, and the charter does not allow that"));
}

// REC-7
#[test]
fn a_wrong_purpose_is_blamed() {
    let world = World::ready();
    for purpose in [Purpose::Acknowledge, Purpose::Answer, Purpose::Consent] {
        let statement = world.said(BLUE, FIRST, purpose, ROUTINE, TEXT);
        let refused = message(&world, ROUTINE, &[statement], TEXT);
        assert_eq!(fault(refused), StatementError::Purpose(purpose));
    }
    for (kind, urgency, purpose) in [
        (Kind::ACT, ROUTINE, Purpose::Release),
        (Kind::ACT, ROUTINE, Purpose::Consent),
        (Kind::ACT, ROUTINE, Purpose::Draft),
        (Kind::GATE, Urgency::LINE, Purpose::Release),
        (Kind::GATE, Urgency::LINE, Purpose::Acknowledge),
    ] {
        let refused = spoken(&world, kind, urgency, FIRST, purpose);
        assert_eq!(fault(refused), StatementError::Purpose(purpose), "in {}", kind.name());
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
    assert_eq!(fault(world.check(&receipt)), StatementError::Purpose(Purpose::Release));
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
        assert_eq!(fault(refused), StatementError::Role(CLERK), "{purpose:?} in {}", kind.name());
    }
}

// REC-7
#[test]
fn an_unknown_officer_is_blamed() {
    let world = World::ready();
    for officer in [0, 4, u16::MAX] {
        let refused = bent(&world, |terms| terms.officer = officer);
        assert_eq!(fault(refused), StatementError::Role(officer));
    }
}

// REC-7
#[test]
fn the_header_names_the_first_officer() {
    let world = World::ready();
    for officer in [0, SECOND] {
        let writing = world.message(BLUE, ROUTINE, TEXT);
        let entry = crate::world::Writing { officer, ..writing }.seal();
        assert_eq!(fault(world.check(&entry)), StatementError::HeaderOfficer, "officer {officer}");
    }
}

// REC-7
#[test]
fn two_statements_of_one_officer_count_once() {
    let world = World::ready();
    let release = (FIRST, Purpose::Release);
    for (urgency, second) in [(FLASH, Purpose::Release), (FLASH, Purpose::Draft), (ROUTINE, Purpose::Draft)] {
        let twice = world.said_by(BLUE, &[release, (FIRST, second)], urgency, TEXT);
        assert_eq!(fault(message(&world, urgency, &twice, TEXT)), StatementError::Twice(FIRST));
    }
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
