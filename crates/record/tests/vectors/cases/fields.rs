//! Single fields with values that no entry may have, signed by the node all the same.

use ringdown_record::body::{Body, GatePosition};
use ringdown_record::{Entry, EntryRef, Kind, LineId, Urgency};

use crate::format::ExportVector;
use crate::make::{Raw, Title, at, bad, good, raw, talked, unreadable, words};
use crate::world::{BLUE, GREEN, ROUTINE, World, Writing};

pub fn all() -> Vec<ExportVector> {
    let world = World::ready();
    let mut all = numbers(&world);
    all.extend(urgencies(&world));
    all.extend(origins(&world));
    all
}

fn signed(world: &World, bent: Raw) -> Raw {
    bent.sign(&world.of(BLUE).node)
}

/// Name, entry, detail, what.
type Row = (&'static str, Raw, &'static str, &'static str);

fn numbers(world: &World) -> Vec<ExportVector> {
    let vector = |(name, bent, detail, what): Row| {
        let rule = if name.starts_with("domain") || name.starts_with("side") { "REC-11" } else { "REC-4" };
        let mut bent = signed(world, bent);
        if name == "body-length-above-maximum" {
            bent.body.clear();
        }
        unreadable(Title(name, rule, what), world, &bent, detail)
    };
    let receipt = raw(&world.receipt(BLUE));
    of_places(&receipt).into_iter().chain(of_values(&receipt)).map(vector).collect()
}

fn of_places(receipt: &Raw) -> [Row; 7] {
    let receipt = || receipt.clone();
    let over_seq = (1u64 << 48).to_be_bytes();
    let zero = [0; 44];
    [
        ("seq-zero", receipt().with(at::SEQ, &zero[..8]), "not allowed: place", "The sequence number is 0."),
        (
            "seq-above-2-48",
            receipt().with(at::SEQ, &over_seq),
            "not allowed: place",
            "The sequence number is 2^48.",
        ),
        (
            "incarnation-zero",
            receipt().with(at::INCARNATION, &zero[..4]),
            "not allowed: place",
            "Incarnation 0.",
        ),
        (
            "peer-seq-above-2-48",
            receipt().with(at::PEER_SEQ, &over_seq),
            "not allowed: place",
            "It cites number 2^48.",
        ),
        (
            "peer-without-incarnation",
            receipt().with(at::PEER_INCARNATION, &zero[..4]),
            "not allowed: peer reference",
            "It cites number 2 of incarnation 0.",
        ),
        (
            "peer-without-seq",
            receipt().with(at::PEER_SEQ, &zero[..8]),
            "not allowed: peer reference",
            "It cites number 0 of incarnation 1.",
        ),
        (
            "peer-nothing-with-hash",
            receipt().with(at::PEER_INCARNATION, &zero[..12]),
            "not allowed: peer reference",
            "It cites nothing, but with a hash.",
        ),
    ]
}

fn of_values(receipt: &Raw) -> [Row; 7] {
    let receipt = || receipt.clone();
    [
        (
            "time-2-40",
            receipt().with(at::TIME, &(1u64 << 40).to_be_bytes()),
            "not allowed: time",
            "The time is 2^40.",
        ),
        ("time-highest", receipt().with(at::TIME, &[255; 8]), "not allowed: time", "The time is 2^64 - 1."),
        (
            "flags-unknown",
            receipt().with(at::FLAGS, &[2]),
            "not allowed: flags",
            "Flag 2 is set; only 1 is known.",
        ),
        (
            "flags-unknown-high",
            receipt().with(at::FLAGS, &[0x81]),
            "not allowed: flags",
            "Flags 1 and 128 are set.",
        ),
        (
            "body-length-above-maximum",
            receipt().with_body(&[0; 65_536]),
            "not allowed: body length",
            "The body has 65,536 bytes; the file holds none of them.",
        ),
        ("side-two", receipt().with(at::SIDE, &[2]), "not allowed: side", "A third side."),
        (
            "domain-other",
            receipt().with(at::DOMAIN, b"ringdown/2"),
            "not allowed: domain label",
            "A later format.",
        ),
    ]
}

fn urgencies(world: &World) -> Vec<ExportVector> {
    let own = "not allowed: precedence for this kind";
    let with = |writing: Writing, urgency: u8| signed(world, raw(&writing).with(at::URGENCY, &[urgency]));
    let list = world.key_list(BLUE, world.list_after(BLUE, |_| {}));
    let close = world.next(BLUE, Kind::CLOSE, Urgency::LINE, &Body::write(&[], b""));
    let evidence = world.next(BLUE, Kind::EVIDENCE, Urgency::LINE, &Body::write(&[], b""));
    let message = world.message(BLUE, Urgency::LINE, &words(1, "Of the line."));
    let table: [(&str, Raw, &str, &str); 9] = [
        ("message-precedence-line", with(message, 0), own, "A MESSAGE with precedence LINE."),
        (
            "gate-precedence-flash",
            with(world.gate(BLUE, GatePosition::Shut), 0x10),
            own,
            "A GATE with precedence FLASH.",
        ),
        ("keylist-precedence-routine", with(list, 0x40), own, "A KEYLIST with precedence ROUTINE."),
        ("evidence-precedence-routine", with(evidence, 0x40), own, "An EVIDENCE with precedence ROUTINE."),
        ("close-precedence-routine", with(close, 0x40), own, "A CLOSE with precedence ROUTINE."),
        ("precedence-unknown", with(world.receipt(BLUE), 0x52), "not allowed: precedence", "Precedence 5."),
        ("precedence-highest", with(world.receipt(BLUE), 0xf2), "not allowed: precedence", "Precedence 15."),
        ("class-unknown", with(world.receipt(BLUE), 0x43), "not allowed: class", "Class 3."),
        ("class-highest", with(world.receipt(BLUE), 0x4f), "not allowed: class", "Class 15."),
    ];
    let mut all: Vec<ExportVector> = table
        .into_iter()
        .map(|(name, bent, detail, what)| unreadable(Title(name, "REC-4", what), world, &bent, detail))
        .collect();
    all.push(incarnation_with_precedence());
    all.push(good(
        Title("good-receipt-of-the-line", "REC-4", "A RECEIPT with precedence LINE."),
        &receipt_line(),
    ));
    all
}

fn receipt_line() -> World {
    let mut world = World::ready();
    world.write(Writing { urgency: Urgency::LINE, ..world.receipt(BLUE) });
    world
}

fn incarnation_with_precedence() -> ExportVector {
    let world = World::found(crate::world::charter(1));
    let first = raw(&world.incarnation(BLUE)).with(at::URGENCY, &[ROUTINE.to_byte()]);
    let title = Title("incarnation-precedence-routine", "REC-4", "An INCARNATION with precedence ROUTINE.");
    unreadable(title, &world, &signed(&world, first), "not allowed: precedence for this kind")
}

/// Line, side and incarnation are others.
fn origins(world: &World) -> Vec<ExportVector> {
    let other = World::found(crate::world::charter(2));
    let line = Writing { line: LineId(other.line().0), ..world.receipt(BLUE) };
    let title = Title("line-other", "REC-1", "It names another line of the same two sides, and is signed.");
    let mut all = vec![bad(title, world, &raw(&line), ("wrong-line", ""))];
    let second = raw(&world.receipt(BLUE)).with(at::INCARNATION, &[0, 0, 0, 2]);
    let title = Title("incarnation-two", "REC-1", "Place 2/3, in an incarnation that was never declared.");
    all.push(bad(title, world, &signed(world, second), ("wrong-incarnation", "")));
    all.push(other_sides_entry());
    all.push(transplanted());
    all
}

/// BLUE's node signs an entry as GREEN.
fn other_sides_entry() -> ExportVector {
    let world = World::ready();
    let node = world.of(BLUE).node.clone();
    let forged = Raw::of(&Writing { node, ..world.receipt(GREEN) }.seal());
    let entries: Vec<Vec<u8>> =
        world.all().into_iter().map(crate::make::bytes_of).chain([forged.bytes()]).collect();
    let file = crate::make::file(&world.signed, &entries);
    let title = Title("side-other", "REC-2", "BLUE's node signed an entry that names GREEN as its side.");
    crate::make::vector(title, &world, &file).broken(Some(forged.place()), ("node-signature", ""))
}

/// A whole line of the same keys under another charter.
fn transplanted() -> ExportVector {
    let mut other = World::found(crate::world::charter(2)).begin();
    let message = other.write(Writing { peer: EntryRef::NONE, ..other.receipt(BLUE) });
    let world = talked();
    let file = world.export_of(other.all());
    let title =
        Title("line-transplanted", "REC-1", "Entries of another line with the same keys under this charter.");
    let all: Vec<&Entry> = other.all();
    assert_eq!((all.len(), &message), (3, all[1]));
    let vector = crate::make::vector(title, &world, &file).accepted([0, 0]);
    all.into_iter()
        .fold(vector, |vector, entry| vector.broken(Some(Raw::of(entry).place()), ("wrong-line", "")))
}
