//! Content of the record's own kinds that is not what its kind requires, or not in its one form.

use ringdown_record::body::{Body, Gate, GatePosition, Receipt, SeqRange};
use ringdown_record::encoding::to_cbor;
use ringdown_record::{Entry, EntryRef, Kind, LineId, Place, Urgency, WallTime};

use crate::format::ExportVector;
use crate::make::{Because, Raw, Title, at, bad, raw};
use crate::world::{BLUE, GREEN, World, Writing, charter, key};

pub fn all() -> Vec<ExportVector> {
    let world = World::ready();
    let mut all = receipts(&world);
    all.extend(gates(&world));
    all.extend(canonical(&world));
    all.extend(evidence(&world));
    all.push(evidence_too_early());
    all
}

/// BLUE's next entry, of the line's precedence, with this content.
fn of_kind(world: &World, kind: Kind, content: &[u8]) -> Raw {
    raw(&world.next(BLUE, kind, Urgency::LINE, &Body::write(&[], content)))
}

fn receipts(world: &World) -> Vec<ExportVector> {
    let list = |ranges: &[(u64, u64)]| {
        let beyond = ranges.iter().map(|&(from, to)| SeqRange { from, to }).collect();
        to_cbor(&Receipt { beyond })
    };
    let many: Vec<(u64, u64)> = (1..=33).map(|n| (n * 2, n * 2)).collect();
    let table: [(&str, Vec<u8>, &str); 7] = [
        ("receipt-ranges-descend", list(&[(8, 9), (4, 5)]), "Ranges 8-9 and 4-5, in this order."),
        ("receipt-ranges-touch", list(&[(4, 5), (6, 7)]), "Ranges 4-5 and 6-7, which are one."),
        ("receipt-ranges-overlap", list(&[(4, 9), (6, 7)]), "Range 6-7 lies within 4-9."),
        ("receipt-range-from-zero", list(&[(0, 4)]), "A range from 0."),
        ("receipt-range-backwards", list(&[(5, 4)]), "A range from 5 to 4."),
        (
            "receipt-range-to-the-end",
            list(&[(4, u64::MAX), (6, 7)]),
            "A range behind one that reaches 2^64 - 1.",
        ),
        ("receipt-33-ranges", list(&many), "One range more than there may be."),
    ];
    let vector = |(name, content, what): (&'static str, Vec<u8>, &'static str)| {
        let entry = of_kind(world, Kind::RECEIPT, &content);
        bad(Title(name, "REC-6", what), world, &entry, ("body", "receipt ranges"))
    };
    table.into_iter().map(vector).collect()
}

fn gates(world: &World) -> Vec<ExportVector> {
    let gate =
        |round, reason: &str| to_cbor(&Gate { position: GatePosition::Ready, round, reason: reason.into() });
    let mut position = gate(1, "");
    position[1] = 2;
    let table: [(&str, Vec<u8>, &str); 4] = [
        ("gate-round-zero", gate(0, ""), "Round 0."),
        ("gate-reason-too-long", gate(1, &"x".repeat(257)), "A reason of 257 bytes."),
        ("gate-position-unknown", position, "Position 2."),
        ("gate-round-above-2-32", b"\x83\x01\x1b\0\0\0\x01\0\0\0\0\x60".to_vec(), "Round 2^32."),
    ];
    let vector = |(name, content, what): (&'static str, Vec<u8>, &'static str)| {
        bad(Title(name, "REC-6", what), world, &of_kind(world, Kind::GATE, &content), ("body", ""))
    };
    table.into_iter().map(vector).collect()
}

/// Other CBOR for the same values, and what is no CBOR of this kind.
fn canonical(world: &World) -> Vec<ExportVector> {
    let table: [(&str, Kind, &[u8], &str); 17] = [
        ("cbor-long-integer", Kind::RECEIPT, b"\x81\x81\x82\x18\x05\x06", "5 in two bytes."),
        (
            "cbor-longest-integer",
            Kind::RECEIPT,
            b"\x81\x81\x82\x1b\0\0\0\0\0\0\0\x05\x06",
            "5 in nine bytes.",
        ),
        ("cbor-long-array-length", Kind::RECEIPT, b"\x98\x01\x80", "The length of an array in two bytes."),
        ("cbor-indefinite-array", Kind::RECEIPT, b"\x9f\x80\xff", "An array of indefinite length."),
        (
            "cbor-indefinite-inner-array",
            Kind::RECEIPT,
            b"\x81\x9f\xff",
            "An inner array of indefinite length.",
        ),
        ("cbor-map", Kind::RECEIPT, b"\xa1\x00\x80", "A map in place of an array."),
        ("cbor-array-too-long", Kind::RECEIPT, b"\x82\x80\x00", "A field more than there is."),
        ("cbor-array-too-short", Kind::RECEIPT, b"\x80", "A field less than there is."),
        ("cbor-range-of-three", Kind::RECEIPT, b"\x81\x81\x83\x05\x06\x07", "A range with three numbers."),
        ("cbor-trailing-byte", Kind::RECEIPT, b"\x81\x80\x00", "A byte behind the content."),
        ("cbor-truncated", Kind::RECEIPT, b"\x81\x81\x82\x05", "The content ends too early."),
        ("cbor-nothing", Kind::RECEIPT, b"", "No content at all."),
        ("cbor-float", Kind::RECEIPT, b"\x81\x81\x82\xf9\x45\x00\x06", "5.0 in place of 5."),
        ("cbor-negative", Kind::RECEIPT, b"\x81\x81\x82\x24\x06", "-5 in place of 5."),
        ("cbor-tag", Kind::GATE, b"\x83\x01\xc1\x01\x60", "A tag before the round."),
        ("cbor-indefinite-text", Kind::GATE, b"\x83\x01\x01\x7f\x61x\xff", "A text of indefinite length."),
        ("cbor-text-is-no-utf-8", Kind::GATE, b"\x83\x01\x01\x61\xff", "A text that is no UTF-8."),
    ];
    let vector = |(name, kind, content, what): (&'static str, Kind, &[u8], &'static str)| {
        bad(Title(name, "REC-9", what), world, &of_kind(world, kind, content), ("body", ""))
    };
    table.into_iter().map(vector).collect()
}

/// [[bytes(219), bytes(64)], [bytes(219), bytes(64)]], by hand.
fn evidence_of(first: &Raw, second: &Raw) -> Vec<u8> {
    let signed = |raw: &Raw| [&[0x82, 0x58, 219][..], &raw.preimage, &[0x58, 64], &raw.signature].concat();
    [&[0x82][..], &signed(first), &signed(second)].concat()
}

fn evidence(world: &World) -> Vec<ExportVector> {
    let node = &world.of(GREEN).node;
    let (a, b) = (raw(&world.receipt(GREEN)), raw(&Writing { time: WallTime::MAX, ..world.receipt(GREEN) }));
    let (low, high) = if a.hash() < b.hash() { (&a, &b) } else { (&b, &a) };
    let held = |seq| Raw::of(world.entry(GREEN, seq));
    let forged = high.clone().sign(&key(200));
    let line = LineId([1; 32]);
    let elsewhere = Writing { line, ..world.receipt(GREEN) };
    let pair = |other: &Raw| {
        if low.hash() < other.hash() { evidence_of(low, other) } else { evidence_of(other, low) }
    };
    let field = high.clone().with(at::FLAGS, &[4]).sign(node);
    let nothing = ("body", "evidence that contradicts nothing");
    let table: [(&str, Vec<u8>, Because<'_>, &str); 7] = [
        ("evidence-same-twice", evidence_of(low, low), nothing, "The same pre-image twice."),
        ("evidence-larger-first", evidence_of(high, low), nothing, "The larger hash stands first."),
        ("evidence-two-places", pair(&held(2)), nothing, "Two entries of one side, at 1/3 and 1/2."),
        (
            "evidence-two-sides",
            pair(&raw(&world.receipt(BLUE))),
            nothing,
            "Entries of the two sides, both at 1/3.",
        ),
        ("evidence-other-line", pair(&raw(&elsewhere)), nothing, "One of the two is about another line."),
        (
            "evidence-forged",
            evidence_of(low, &forged),
            ("node-signature", ""),
            "One of the two is not signed by GREEN's node.",
        ),
        (
            "evidence-with-unknown-flags",
            pair(&field),
            ("body", "flags"),
            "One of the two could not be an entry.",
        ),
    ];
    let mut all: Vec<ExportVector> = table
        .into_iter()
        .map(|(name, content, because, what)| {
            bad(Title(name, "REC-6", what), world, &of_kind(world, Kind::EVIDENCE, &content), because)
        })
        .collect();
    let mut first = low.clone();
    first.signature = forged.signature;
    let title = Title(
        "evidence-forged-first",
        "REC-6",
        "The first of the two carries a signature that is not its own.",
    );
    let content = evidence_of(&first, high);
    all.push(bad(title, world, &of_kind(world, Kind::EVIDENCE, &content), ("node-signature", "")));
    all
}

/// GREEN's node key is not in the file.
fn evidence_too_early() -> ExportVector {
    let mut world = World::found(charter(1));
    world.write(world.incarnation(BLUE));
    let elsewhere = World::ready();
    let (a, b): (Entry, Entry) =
        (elsewhere.receipt(GREEN).seal(), Writing { time: WallTime::MAX, ..elsewhere.receipt(GREEN) }.seal());
    let (a, b) = if a.hash() < b.hash() { (Raw::of(&a), Raw::of(&b)) } else { (Raw::of(&b), Raw::of(&a)) };
    let content = evidence_of(&a, &b);
    let entry = world.next(BLUE, Kind::EVIDENCE, Urgency::LINE, &Body::write(&[], &content));
    let entry = raw(&Writing { peer: EntryRef::NONE, place: Place::first(2), ..entry });
    let title = Title(
        "evidence-without-node-key",
        "REC-6",
        "Evidence about a side whose node key is not in the file.",
    );
    bad(title, &world, &entry, ("missing-incarnation", ""))
}
