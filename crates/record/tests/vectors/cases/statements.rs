//! What officers say: missing, moved, of others, twice, or not in its one form.

use ringdown_record::body::{Body, GatePosition};
use ringdown_record::statement::{Purpose, Statement, StatementTerms};
use ringdown_record::{EntryHash, Kind, LineId, Place, Precedence, TrafficClass, Urgency};

use crate::format::ExportVector;
use crate::make::{Raw, Title, acknowledges, bad, raw, ready, talked, words};
use crate::world::{BLUE, CLERK, FIRST, FLASH, GREEN, ROUTINE, SECOND, World, Writing, charter, sign};

pub fn all() -> Vec<ExportVector> {
    let mut all = missing();
    all.extend(moved());
    all.extend(foreign());
    all.extend(wrong_role());
    all.extend(form());
    all.extend([nonce_again(), nonce_other_words(), saw_too_much(), saw_what_is_nowhere()]);
    all
}

fn text() -> Vec<u8> {
    words(1, "Said by an officer.")
}

fn message(world: &World, urgency: Urgency, statements: &[Statement]) -> Raw {
    raw(&world.next(BLUE, Kind::MESSAGE, urgency, &[]).saying(statements.to_vec(), &text()))
}

fn released(world: &World, officer: u16, urgency: Urgency) -> Statement {
    world.said(BLUE, officer, Purpose::Release, urgency, &text())
}

fn of(world: &World, name: &'static str, what: &'static str, entry: Raw, reason: &str) -> ExportVector {
    bad(Title(name, "REC-7", what), world, &entry, (reason, ""))
}

fn missing() -> Vec<ExportVector> {
    let world = World::ready();
    let by = |speakers: &[(u16, Purpose)], urgency| world.said_by(BLUE, speakers, urgency, &text());
    let both = by(&[(FIRST, Purpose::Release), (SECOND, Purpose::Release)], FLASH);
    let twice = by(&[(FIRST, Purpose::Release), (FIRST, Purpose::Release)], FLASH);
    let act = raw(&world.next(BLUE, Kind::ACT, ROUTINE, &Body::write(&[], &acknowledges(&[7; 32]))));
    let draft = world.said(BLUE, FIRST, Purpose::Draft, ROUTINE, &text());
    let of_two = [world.said(BLUE, SECOND, Purpose::Draft, FLASH, &text())];
    let clerk = by(&[(CLERK, Purpose::Draft), (FIRST, Purpose::Release)], ROUTINE);
    let header = |officer| raw(&Writing { officer, ..world.message(BLUE, ROUTINE, &text()) });
    let none = raw(&Writing { officer: FIRST, ..world.receipt(BLUE) });
    let say = |name, what, entry| of(&world, name, what, entry, "statement");
    vec![
        say("statement-stripped", "Both releasers' statements are gone.", message(&world, FLASH, &[])),
        say(
            "statement-one-of-two-stripped",
            "A FLASH with the second releaser's alone.",
            message(&world, FLASH, &both[1..]),
        ),
        say(
            "statement-second-stripped",
            "A FLASH with the first releaser's alone.",
            message(&world, FLASH, &both[..1]),
        ),
        say("statement-missing-in-act", "An ACT that nobody signed.", act),
        say(
            "statement-one-officer-twice",
            "One officer releases a FLASH twice.",
            message(&world, FLASH, &twice),
        ),
        say("statement-draft-alone", "A draft in place of a release.", message(&world, ROUTINE, &[draft])),
        say(
            "statement-draft-alone-of-two",
            "A FLASH that one wrote and nobody releases.",
            message(&world, FLASH, &of_two),
        ),
        say(
            "statement-draft-before-release",
            "The drafter's statement stands first.",
            message(&world, ROUTINE, &clerk),
        ),
        say("officer-of-header-other", "The header names officer 2, officer 1 speaks.", header(SECOND)),
        say("officer-of-header-none", "The header names nobody, officer 1 speaks.", header(0)),
        say("officer-of-header-without-statement", "The header names officer 1, nobody speaks.", none),
    ]
}

/// The officer signed something, but not this.
fn moved() -> Vec<ExportVector> {
    let world = World::ready();
    let other = |precedence, class| Urgency { precedence, class };
    type Bend<'a> = &'a dyn Fn(&mut StatementTerms<'_>);
    let another = words(1, "Another text.");
    let elsewhere = World::found(charter(2)).line();
    let bends: [(&str, &str, Bend<'_>); 9] = [
        ("statement-over-other-text", "Over another text.", &|terms| terms.content = b"another text"),
        ("statement-over-other-line", "Over another line.", &|terms| terms.line = elsewhere),
        ("statement-over-no-line", "Over line 0.", &|terms| terms.line = LineId([0; 32])),
        ("statement-over-other-precedence", "Over PRIORITY.", &|terms| {
            terms.urgency = other(Precedence::Priority, TrafficClass::Test);
        }),
        ("statement-over-other-class", "Over class LIVE.", &|terms| {
            terms.urgency = other(Precedence::Routine, TrafficClass::Live);
        }),
        ("statement-over-other-side", "Over side GREEN.", &|terms| terms.side = GREEN),
        ("statement-over-other-incarnation", "Over incarnation 2.", &|terms| terms.incarnation = 2),
        ("statement-over-other-screen", "With another entry on screen.", &|terms| {
            terms.on_screen.hash = EntryHash([1; 32]);
        }),
        ("statement-over-no-content", "Over nothing.", &|terms| terms.content = b""),
    ];
    let content = text();
    let mut all = Vec::new();
    for (name, what, bend) in bends {
        let mut terms = world.terms(BLUE, FIRST, Purpose::Release, ROUTINE, &content);
        bend(&mut terms);
        let said = sign(&terms, &world.of(BLUE).officers[0]);
        all.push(of(&world, name, what, message(&world, ROUTINE, &[said]), "officer-signature"));
    }
    let said = released(&world, FIRST, ROUTINE);
    let onto = raw(&world.next(BLUE, Kind::MESSAGE, ROUTINE, &[]).saying([said.clone()], &another));
    all.push(of(
        &world,
        "statement-moved-to-other-text",
        "A release of one text before another.",
        onto,
        "officer-signature",
    ));
    let acts = Statement { purpose: Purpose::Acknowledge, ..said.clone() };
    let act = raw(&world.next(BLUE, Kind::ACT, ROUTINE, &[]).saying([acts], &text()));
    all.push(of(
        &world,
        "statement-release-as-acknowledgement",
        "A release called an acknowledgement.",
        act,
        "officer-signature",
    ));
    let as_second = Statement { officer: SECOND, ..said.clone() };
    all.push(of(
        &world,
        "statement-under-other-name",
        "Officer 1 signed, officer 2 is named.",
        message(&world, ROUTINE, &[as_second]),
        "officer-signature",
    ));
    let mut renumbered = said;
    renumbered.nonce[0] ^= 1;
    all.push(of(
        &world,
        "statement-other-nonce",
        "Another nonce than the one signed.",
        message(&world, ROUTINE, &[renumbered]),
        "officer-signature",
    ));
    all
}

/// Signed by a key that does not speak for this officer.
fn foreign() -> Vec<ExportVector> {
    let world = World::ready();
    let content = text();
    let by = |side, key: &ringdown_record::SigningKey| {
        let mut terms = world.terms(BLUE, FIRST, Purpose::Release, ROUTINE, &content);
        terms.side = side;
        message(&world, ROUTINE, &[sign(&terms, key)])
    };
    let (blue, green) = (world.of(BLUE), world.of(GREEN));
    let say = |name, what, entry| of(&world, name, what, entry, "officer-signature");
    vec![
        say(
            "statement-by-other-sides-officer",
            "GREEN's officer 1 signs for BLUE's.",
            by(BLUE, &green.officers[0]),
        ),
        say(
            "statement-of-other-side",
            "GREEN's officer 1 signs for himself; BLUE seals it.",
            by(GREEN, &green.officers[0]),
        ),
        say("statement-by-node", "The node signs in place of the officer.", by(BLUE, &blue.node)),
        say("statement-by-root", "The root signs in place of the officer.", by(BLUE, &blue.root)),
    ]
}

fn wrong_role() -> Vec<ExportVector> {
    let world = World::ready();
    let gate_body = world.gate(BLUE, GatePosition::Ready).body;
    let gate = Body::read(&gate_body).expect("a body").content.to_vec();
    let spoken = |kind, urgency, officer, purpose, content: &[u8]| {
        let said = world.said(BLUE, officer, purpose, urgency, content);
        raw(&world.next(BLUE, kind, urgency, &[]).saying([said], content))
    };
    let act = acknowledges(&[7; 32]);
    let line = Urgency::LINE;
    let unlisted = |kind| {
        let said = sign(&world.terms(BLUE, 4, Purpose::Release, ROUTINE, &text()), &crate::world::key(150));
        raw(&world.next(BLUE, kind, ROUTINE, &[]).saying([said], &text()))
    };
    let say = |name, what, entry| of(&world, name, what, entry, "statement");
    vec![
        say(
            "role-clerk-releases",
            "An officer without role 2 releases.",
            spoken(Kind::MESSAGE, ROUTINE, CLERK, Purpose::Release, &text()),
        ),
        say(
            "role-clerk-acknowledges",
            "An officer without role 4 acknowledges.",
            spoken(Kind::ACT, ROUTINE, CLERK, Purpose::Acknowledge, &act),
        ),
        say(
            "role-clerk-consents",
            "An officer without role 16 consents to a gate.",
            spoken(Kind::GATE, line, CLERK, Purpose::Consent, &gate),
        ),
        say(
            "purpose-acknowledge-in-message",
            "An acknowledgement in a MESSAGE.",
            spoken(Kind::MESSAGE, ROUTINE, FIRST, Purpose::Acknowledge, &text()),
        ),
        say(
            "purpose-release-in-act",
            "A release in an ACT.",
            spoken(Kind::ACT, ROUTINE, FIRST, Purpose::Release, &act),
        ),
        say(
            "purpose-release-in-gate",
            "A release in a GATE.",
            spoken(Kind::GATE, line, FIRST, Purpose::Release, &gate),
        ),
        say(
            "statement-in-receipt",
            "A statement in a RECEIPT.",
            spoken(Kind::RECEIPT, ROUTINE, FIRST, Purpose::Release, b"\x81\x80"),
        ),
        say("officer-not-listed", "Officer 4 is in no list.", unlisted(Kind::MESSAGE)),
        say("officer-not-listed-in-unknown-kind", "Officer 4 speaks in an unknown kind.", unlisted(Kind(99))),
    ]
}

/// The bytes of a statement: count, form, officer, purpose, nonce, place on screen, signature.
fn form() -> Vec<ExportVector> {
    let (world, honest) = ready();
    let body = honest.body.clone();
    let node = &world.of(BLUE).node;
    let (count, form, officer, purpose, incarnation, seq) = (0, 1, 2, 3, 12, 13);
    assert_eq!((body[count], body[form], body[officer], body[incarnation], body[seq]), (1, 1, 1, 1, 2));
    let set = |at: usize, byte: u8| {
        let mut body = body.clone();
        body[at] = byte;
        raw(&honest).with_body(&body).sign(node)
    };
    let padded = |at: usize| {
        let mut body = body.clone();
        body[at] |= 0x80;
        body.insert(at + 1, 0);
        raw(&honest).with_body(&body).sign(node)
    };
    let large = {
        let body = [&body[..officer], &[0x80, 0x80, 0x04], &body[officer + 1..]].concat();
        raw(&honest).with_body(&body).sign(node)
    };
    let cut = raw(&honest).with_body(&body[..40]).sign(node);
    let nothing = raw(&honest).with_body(b"").sign(node);
    let table: [(&str, Raw, &str, &str); 14] = [
        (
            "statement-varint-officer",
            padded(officer),
            "one canonical form",
            "The officer in one byte too many.",
        ),
        (
            "statement-varint-incarnation",
            padded(incarnation),
            "one canonical form",
            "The incarnation on screen likewise.",
        ),
        ("statement-varint-seq", padded(seq), "one canonical form", "The number on screen likewise."),
        ("statement-officer-2-16", large, "not allowed: officer", "Officer 65,536."),
        (
            "statement-count-three",
            set(count, 3),
            "number of statements",
            "A body says that it has three statements.",
        ),
        ("statement-form-unknown", set(form, 2), "statement form", "Form 2."),
        ("statement-form-three", set(form, 3), "statement form", "Form 3."),
        ("statement-purpose-zero", set(purpose, 0), "purpose", "Purpose 0."),
        ("statement-purpose-unknown", set(purpose, 7), "purpose", "Purpose 7."),
        ("statement-screen-without-seq", set(seq, 0), "place on screen", "On screen was 1/0."),
        (
            "statement-screen-without-incarnation",
            set(incarnation, 0),
            "place on screen",
            "On screen was 0/2.",
        ),
        ("statement-truncated", cut, "end too early", "The body ends within the statement."),
        ("statement-count-two", set(count, 2), "", "A body says two statements, one is there."),
        ("body-empty", nothing, "end too early", "A body without even a count."),
    ];
    let vector = |(name, entry, detail, what): (&'static str, Raw, &str, &'static str)| {
        let rule = if detail == "one canonical form" { "REC-9" } else { "REC-7" };
        bad(Title(name, rule, what), &world, &entry, ("body", detail))
    };
    table.into_iter().map(vector).collect()
}

fn nonce_again() -> ExportVector {
    let (mut world, honest) = ready();
    world.write(honest.clone());
    let again = Writing { officer: FIRST, ..world.next(BLUE, Kind::MESSAGE, ROUTINE, &honest.body) };
    of(
        &world,
        "nonce-same-words-again",
        "The same statement over the same words, in a second entry.",
        raw(&again),
        "nonce-used-twice",
    )
}

fn nonce_other_words() -> ExportVector {
    let (mut world, honest) = ready();
    world.write(honest.clone());
    let nonce = Body::read(&honest.body).expect("a body").statements[0].nonce;
    let content = words(2, "Other words.");
    let mut terms = world.terms(BLUE, FIRST, Purpose::Release, ROUTINE, &content);
    terms.nonce = nonce;
    let said = sign(&terms, &world.of(BLUE).officers[0]);
    let entry = raw(&world.next(BLUE, Kind::MESSAGE, ROUTINE, &[]).saying([said], &content));
    of(
        &world,
        "nonce-other-words",
        "Other words of one officer under a nonce that he used.",
        entry,
        "nonce-used-twice",
    )
}

fn saw_too_much() -> ExportVector {
    let mut world = World::ready();
    let before = world.chain(GREEN).head();
    world.write(world.receipt(GREEN));
    let said = released(&world, FIRST, ROUTINE);
    let entry = world.next(BLUE, Kind::MESSAGE, ROUTINE, &[]).saying([said], &text());
    let entry = raw(&Writing { peer: before, ..entry });
    of(
        &world,
        "screen-beyond-the-citation",
        "On screen was more than the entry cites.",
        entry,
        "officer-signature",
    )
}

/// GREEN's 1/3 is left out, though it was on screen; what the entry cites is here.
fn saw_what_is_nowhere() -> ExportVector {
    let mut world = talked();
    world.write(world.receipt(GREEN));
    let content = words(2, "On screen was 1/3.");
    let mut terms = world.terms(BLUE, FIRST, Purpose::Release, ROUTINE, &content);
    terms.on_screen = world.entry(GREEN, 3).reference();
    assert_eq!(terms.on_screen.place, Place::first(3));
    let said = sign(&terms, &world.of(BLUE).officers[0]);
    world.write(world.next(BLUE, Kind::MESSAGE, ROUTINE, &[]).saying([said], &content));
    let kept =
        world.all().into_iter().filter(|entry| (entry.header().side, entry.header().place.seq) != (GREEN, 3));
    let title = Title("screen-not-here", "REC-7", "What was on screen is not in the file; what is cited is.");
    crate::make::vector(title, &world, &world.export_of(kept))
        .broken(Some((0, 1, 4)), ("missing-cited", ""))
        .noted(None, ("gap", "GREEN's entries 4 to 4 are here"))
        .accepted([3, 3])
}
