//! Records that hold.

use ringdown_record::body::{Body, Gate, GatePosition, Receipt, SeqRange};
use ringdown_record::charter::Officer;
use ringdown_record::encoding::to_cbor;
use ringdown_record::evidence::Evidence;
use ringdown_record::statement::Purpose;
use ringdown_record::{EntryHash, EntryRef, FLAG_TIME_HELD, Kind, Place, SEQ_MAX, Urgency, WallTime};

use crate::format::ExportVector;
use crate::make::{Raw, Title, acknowledges, good, raw, ready, talked, vector, with_last, words};
use crate::world::{BLUE, CLERK, FIRST, FLASH, GREEN, ROUTINE, SECOND, World, Writing, charter, key, sign};

pub fn all() -> Vec<ExportVector> {
    let mut all = lines();
    all.extend([both_ways(), receipts_with_gaps(), key_list_change(), evidence(), unknown_kinds()]);
    all.extend([gates(), draft_behind_release(), one_nonce_two_officers(), screens(), names()]);
    all.extend([gap(), last_place(), time_held()]);
    all
}

fn lines() -> Vec<ExportVector> {
    let begun = World::begun();
    let empty = World::found(charter(1));
    let one = {
        let mut world = World::found(charter(1));
        world.write(world.incarnation(BLUE));
        world
    };
    let minimal = Title("good-minimal-line", "REC-2", "Both sides have node keys and have said nothing.");
    let alone = Title(
        "good-minimal-line-not-asked",
        "REC-23",
        "The same file; the auditor has no line id of his own.",
    );
    vec![
        good(minimal, &begun),
        good(alone, &begun).unasked(),
        good(Title("good-charter-alone", "REC-12", "A charter and no entry."), &empty),
        good(Title("good-one-side", "REC-2", "Only BLUE has written."), &one),
    ]
}

fn both_ways() -> ExportVector {
    let mut world = talked();
    let flash = world.write(world.message(GREEN, FLASH, &words(1, "Yes. Stand off.")));
    let act = acknowledges(&flash.hash().0);
    world.write(world.act(BLUE, &act));
    world.write(world.receipt(GREEN));
    let what = "A message each way, each acknowledged; the FLASH is released by two officers.";
    good(Title("good-messages-both-ways", "REC-7", what), &world)
}

fn receipts_with_gaps() -> ExportVector {
    let mut world = World::ready();
    for _ in 0..2 {
        world.write(world.receipt(GREEN));
        world.write(world.receipt(BLUE));
    }
    let range = |from, to| SeqRange { from, to };
    let lists =
        [vec![range(6, 6)], vec![range(6, 7), range(9, 9)], (1..=32).map(|n| range(n * 3, n * 3)).collect()];
    for beyond in lists {
        let body = Receipt { beyond }.to_body();
        world.write(world.next(BLUE, Kind::RECEIPT, ROUTINE, &body));
    }
    let what = "Receipts that name what is held after a gap: one range, two, and as many as there may be.";
    good(Title("good-receipts-with-ranges", "REC-6", what), &world)
}

fn key_list_change() -> ExportVector {
    let (mut world, message) = ready();
    world.write(message);
    let list = world.list_after(BLUE, |list| {
        list.officers.retain(|officer| officer.index != SECOND);
        list.officers.push(Officer::held_by_node(9, "Deputy", &key(150).public()));
    });
    world.write(world.key_list(BLUE, list));
    let content = words(2, "Said by a new officer.");
    let statement = sign(&world.terms(BLUE, 9, Purpose::Release, ROUTINE, &content), &key(150));
    world.write(world.next(BLUE, Kind::MESSAGE, ROUTINE, &[]).saying([statement], &content));
    let third = world.list_after(BLUE, |list| list.officers.truncate(1));
    world.write(world.key_list(BLUE, third));
    world.write(world.receipt(BLUE));
    good(Title("good-key-list-change", "REC-8", "Two key lists; what stands after each is under it."), &world)
}

fn evidence() -> ExportVector {
    let mut world = World::ready();
    let other = Writing { time: WallTime::MAX, ..world.receipt(GREEN) }.seal();
    let held = world.write(world.receipt(GREEN));
    let evidence = Evidence::of(&held, &other).expect("a contradiction");
    let entry = world.write(world.evidence(BLUE, &evidence));
    let what = "BLUE shows that GREEN's node key signed two entries for one place.";
    let place = Raw::of(&entry).place();
    good(Title("good-evidence", "REC-17", what), &world)
        .noted(Some(place), ("evidence", "shows two histories under GREEN's node key at 1/3"))
}

fn unknown_kinds() -> ExportVector {
    let mut world = World::ready();
    let mut kinds = Vec::new();
    for (kind, body) in [
        (7, Body::write(&[], b"\xff is no CBOR")),
        (10, vec![]),
        (12, vec![255, 1, 2, 3]),
        (14, Body::write(&[], b"")),
        (255, vec![1, 9]),
    ] {
        kinds.push(Raw::of(&world.write(world.next(BLUE, Kind(kind), ROUTINE, &body))).place());
    }
    let close = world.write(world.next(BLUE, Kind::CLOSE, Urgency::LINE, &Body::write(&[], b"")));
    let said = world.said(BLUE, CLERK, Purpose::Answer, ROUTINE, b"later");
    let spoken = world.write(world.next(BLUE, Kind(99), ROUTINE, &[]).saying([said], b"later"));
    kinds.extend([Raw::of(&close).place(), Raw::of(&spoken).place()]);
    let what =
        "Reserved and unknown kinds, with bodies that are none known here, and with an officer's statement.";
    let vector = good(Title("good-unknown-kinds", "REC-6", what), &world);
    kinds.into_iter().fold(vector, |vector, place| vector.noted(Some(place), ("unknown-kind", "")))
}

fn gates() -> ExportVector {
    let mut world = World::ready();
    let gate = |position, round, reason: &str| to_cbor(&Gate { position, round, reason: reason.into() });
    let shut = gate(GatePosition::Shut, 1, &"x".repeat(256));
    world.write(world.next(GREEN, Kind::GATE, Urgency::LINE, &Body::write(&[], &shut)));
    for side in [BLUE, GREEN] {
        let content = gate(GatePosition::Ready, u32::MAX, "");
        let speakers = [FIRST, SECOND].map(|officer| (officer, Purpose::Consent));
        let said = world.said_by(side, &speakers, Urgency::LINE, &content);
        world.write(world.next(side, Kind::GATE, Urgency::LINE, &[]).saying(said, &content));
    }
    good(
        Title("good-gates", "REC-6", "A gate is shut with the longest reason, and opened by consent."),
        &world,
    )
}

fn draft_behind_release() -> ExportVector {
    let mut world = World::ready();
    let content = words(1, "Typed by one, released by another.");
    let said = world.said_by(BLUE, &[(FIRST, Purpose::Release), (CLERK, Purpose::Draft)], ROUTINE, &content);
    world.write(world.next(BLUE, Kind::MESSAGE, ROUTINE, &[]).saying(said, &content));
    good(
        Title("good-draft-behind-release", "REC-7", "The drafter's statement stands behind the releaser's."),
        &world,
    )
}

fn one_nonce_two_officers() -> ExportVector {
    let mut world = World::ready();
    for (number, officer) in [(1, FIRST), (2, SECOND)] {
        let content = words(number, "One nonce.");
        let mut terms = world.terms(BLUE, officer, Purpose::Release, ROUTINE, &content);
        terms.nonce = [7; 8];
        let said = sign(&terms, &world.of(BLUE).officers[usize::from(officer) - 1]);
        world.write(world.next(BLUE, Kind::MESSAGE, ROUTINE, &[]).saying([said], &content));
    }
    good(
        Title("good-one-nonce-two-officers", "REC-7", "Two officers used the same nonce, each once."),
        &world,
    )
}

fn screens() -> ExportVector {
    let mut world = World::ready();
    for (number, on_screen) in [(1, EntryRef::NONE), (2, world.entry(GREEN, 1).reference())] {
        let content = words(number, "Typed a while ago.");
        let mut terms = world.terms(BLUE, FIRST, Purpose::Release, ROUTINE, &content);
        terms.on_screen = on_screen;
        let said = sign(&terms, &world.of(BLUE).officers[0]);
        world.write(world.next(BLUE, Kind::MESSAGE, ROUTINE, &[]).saying([said], &content));
    }
    let what = "Officers had less before them than the entry cites, and nothing at all.";
    good(Title("good-older-screens", "REC-7", what), &world)
}

fn names() -> ExportVector {
    let mut charter = charter(1);
    let officers = &mut charter.parties[1].key_list.officers;
    officers[0].name = "Дежурный д'О-1/2.".into();
    officers[1].name = "值班军官 Ⅷ".into();
    // Vowel signs are Alphabetic, though they are no letters.
    officers[2].name = "अधिकारी".into();
    let world = World::found(charter).begin();
    let what =
        "Officers' names in other scripts, with vowel signs, a letter number and all marks that are allowed.";
    good(Title("good-officer-names", "REC-14", what), &world)
}

fn gap() -> ExportVector {
    let mut world = World::ready();
    (0..4).for_each(|_| drop(world.write(world.receipt(BLUE))));
    let kept =
        world.all().into_iter().filter(|entry| (entry.header().side, entry.header().place.seq) != (BLUE, 4));
    let file = world.export_of(kept);
    vector(
        Title("good-gap", "REC-22", "BLUE's entry 1/4, which nobody cites, is not in the file."),
        &world,
        &file,
    )
    .accepted([5, 2])
    .noted(None, ("gap", "BLUE's entries 5 to 6 are here"))
}

fn last_place() -> ExportVector {
    let world = World::ready();
    let place = Place::first(SEQ_MAX);
    let last = Writing { place, prev: EntryHash([9; 32]), time: WallTime::MAX, ..world.receipt(BLUE) };
    let title = Title(
        "good-last-place",
        "REC-4",
        "An entry after a gap at the highest number, with the latest time.",
    );
    with_last(title, &world, &raw(&last))
        .accepted([3, 2])
        .noted(None, ("gap", "BLUE's entries 281474976710655"))
}

fn time_held() -> ExportVector {
    let mut world = World::ready();
    let held = Writing { time: world.chain(BLUE).time(), flags: FLAG_TIME_HELD, ..world.receipt(BLUE) };
    let held = Raw::of(&world.write(held));
    world.write(Writing { time: WallTime::default(), ..world.receipt(BLUE) });
    let what = "A clock stepped back and said so; the next stamp lies before it, which breaks nothing.";
    good(Title("good-time-held", "REC-4", what), &world).noted(Some(held.place()), ("time-held", ""))
}
