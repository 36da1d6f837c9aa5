//! Who releases what needs two: two whose statements are one whole, or one alone who says so.

use ringdown_record::charter::ROLE_ACKNOWLEDGE;
use ringdown_record::statement::{Purpose, Statement};
use ringdown_record::{Kind, TrafficClass, Urgency};

use crate::format::ExportVector;
use crate::make::{Raw, Title, acknowledges, bad, good, raw, words};
use crate::world::{BLUE, CLERK, FIRST, FLASH, ROUTINE, SECOND, World, charter};

/// Who speaks in a message, the first in front.
type Speakers<'a> = &'a [(u16, Purpose)];

const RELEASE: (u16, Purpose) = (FIRST, Purpose::Release);
const ALONE: (u16, Purpose) = (FIRST, Purpose::ReleaseAlone);
const DRAFT: (u16, Purpose) = (CLERK, Purpose::Draft);
/// A TEST needs one at any precedence.
const TEST: Urgency = Urgency { class: TrafficClass::Test, ..FLASH };

pub fn all() -> Vec<ExportVector> {
    let mut all = released();
    all.extend(together());
    all.extend(apart());
    all.extend(alone());
    all.extend([draft_without_role(), alone_not_allowed(), alone_unsaid(), alone_in_act()]);
    all
}

fn text() -> Vec<u8> {
    words(1, "Stand off.")
}

fn message(world: &World, urgency: Urgency, statements: &[Statement]) -> Raw {
    raw(&world.next(BLUE, Kind::MESSAGE, urgency, &[]).saying(statements.to_vec(), &text()))
}

/// A message in which these speak, each over what follows.
fn said(world: &World, urgency: Urgency, speakers: Speakers<'_>) -> Raw {
    message(world, urgency, &world.said_by(BLUE, speakers, urgency, &text()))
}

fn refused(
    world: &World,
    (name, what): (&'static str, &'static str),
    entry: &Raw,
    reason: &str,
) -> ExportVector {
    bad(Title(name, "REC-7", what), world, entry, (reason, ""))
}

/// All ways in which a message is released as it should be.
fn released() -> Vec<ExportVector> {
    let told: [(&str, &str, Speakers<'_>, Urgency); 4] = [
        (
            "good-draft-and-release",
            "A FLASH that one officer wrote and another released, over the writer's statement.",
            &[RELEASE, DRAFT],
            FLASH,
        ),
        (
            "good-release-and-release",
            "A FLASH that two officers released, the first over the second's statement.",
            &[RELEASE, (SECOND, Purpose::Release)],
            FLASH,
        ),
        ("good-test-by-one", "A TEST with precedence FLASH, released by one.", &[RELEASE], TEST),
        ("good-released-alone", "One released a FLASH alone, which the charter allows.", &[ALONE], FLASH),
    ];
    let vector = |(name, what, speakers, urgency): (&'static str, &'static str, Speakers<'_>, Urgency)| {
        let mut world = if speakers == [ALONE] { World::of_one_alone() } else { World::ready() };
        let said = world.said_by(BLUE, speakers, urgency, &text());
        let entry = world.write(world.next(BLUE, Kind::MESSAGE, urgency, &[]).saying(said, &text()));
        let vector = good(Title(name, "REC-7", what), &world);
        if speakers != [ALONE] {
            return vector;
        }
        let told = ("released-alone", "BLUE's officer 1 (Duty officer) released it ALONE");
        vector.noted(Some(Raw::of(&entry).place()), told)
    };
    told.into_iter().map(vector).collect()
}

/// Two who speak, and are not the two who may.
fn together() -> Vec<ExportVector> {
    let world = World::ready();
    let say =
        |name, what, speakers| refused(&world, (name, what), &said(&world, FLASH, speakers), "statement");
    vec![
        say(
            "statement-two-drafts",
            "A FLASH that two wrote and nobody releases.",
            &[(FIRST, Purpose::Draft), (SECOND, Purpose::Draft)],
        ),
        say(
            "statement-one-officer-wrote-and-released",
            "One officer releases a FLASH that he wrote.",
            &[RELEASE, (FIRST, Purpose::Draft)],
        ),
        say(
            "statement-second-release-without-role",
            "The second releaser has the role of a drafter only.",
            &[RELEASE, (CLERK, Purpose::Release)],
        ),
        say(
            "statement-draft-of-two-first",
            "The drafter's statement of a FLASH stands first.",
            &[DRAFT, RELEASE],
        ),
    ]
}

/// Statements of two who may, which do not belong together.
fn apart() -> Vec<ExportVector> {
    let world = World::ready();
    let by = |speakers| world.said_by(BLUE, speakers, FLASH, &text());
    let [whole, other] = [by(&[RELEASE, DRAFT]), by(&[DRAFT])];
    let [mut turned, lone] = [by(&[RELEASE, (SECOND, Purpose::Release)]), by(&[RELEASE])];
    turned.reverse();
    let covered = world.said_by(BLUE, &[RELEASE, DRAFT], ROUTINE, &text());
    let say = |name, what, urgency, statements: &[Statement]| {
        refused(&world, (name, what), &message(&world, urgency, statements), "officer-signature")
    };
    vec![
        say(
            "statement-release-not-over-draft",
            "The releaser's signature does not cover the drafter's statement.",
            FLASH,
            &[lone[0].clone(), whole[1].clone()],
        ),
        say(
            "statement-release-over-another-draft",
            "The releaser's signature covers another statement of the drafter than the one behind it.",
            FLASH,
            &[whole[0].clone(), other[0].clone()],
        ),
        say(
            "statement-releases-turned",
            "Who signed first stands first: neither covers the statement behind it.",
            FLASH,
            &turned,
        ),
        say(
            "statement-draft-taken-away",
            "One is enough, but the releaser signed over a drafter's statement that is gone.",
            ROUTINE,
            &covered[..1],
        ),
    ]
}

/// The charter allows a release by one alone, but not this one.
fn alone() -> Vec<ExportVector> {
    let world = World::of_one_alone();
    let say = |name, what, urgency, speakers| {
        refused(&world, (name, what), &said(&world, urgency, speakers), "statement")
    };
    vec![
        say(
            "alone-where-one-is-enough",
            "One releases a ROUTINE alone, as if it needed two.",
            ROUTINE,
            &[ALONE],
        ),
        say("alone-in-a-test", "One releases a TEST alone, which needs one anyway.", TEST, &[ALONE]),
        say(
            "alone-without-role",
            "A clerk releases a FLASH alone.",
            FLASH,
            &[(CLERK, Purpose::ReleaseAlone)],
        ),
        say(
            "alone-with-a-drafter",
            "One releases a FLASH alone, and a drafter signed it too.",
            FLASH,
            &[ALONE, DRAFT],
        ),
        say(
            "alone-behind-a-release",
            "A release by one alone stands behind another's release.",
            FLASH,
            &[(SECOND, Purpose::Release), ALONE],
        ),
    ]
}

fn draft_without_role() -> ExportVector {
    let mut charter = charter(1);
    charter.parties[0].key_list.officers[2].roles = ROLE_ACKNOWLEDGE;
    let world = World::found(charter).begin_ready();
    let title = ("statement-draft-without-role", "The drafter of a FLASH has not the role to draft.");
    refused(&world, title, &said(&world, FLASH, &[RELEASE, DRAFT]), "statement")
}

fn alone_not_allowed() -> ExportVector {
    let world = World::ready();
    let title = ("alone-not-allowed", "One releases a FLASH alone, which the charter does not allow.");
    refused(&world, title, &said(&world, FLASH, &[ALONE]), "statement")
}

fn alone_unsaid() -> ExportVector {
    let world = World::of_one_alone();
    let title = ("alone-unsaid", "One releases a FLASH and does not say that he is alone.");
    refused(&world, title, &said(&world, FLASH, &[RELEASE]), "statement")
}

fn alone_in_act() -> ExportVector {
    let world = World::of_one_alone();
    let act = acknowledges(&[7; 32]);
    let said = world.said_by(BLUE, &[ALONE], ROUTINE, &act);
    let entry = raw(&world.next(BLUE, Kind::ACT, ROUTINE, &[]).saying(said, &act));
    refused(&world, ("purpose-alone-in-act", "A release by one alone in an ACT."), &entry, "statement")
}
