//! Predecessors, citations, first entries and what stands in a file twice.

use ringdown_record::body::{Body, Incarnation};
use ringdown_record::encoding::to_cbor;
use ringdown_record::{EntryHash, EntryRef, Kind, Place, Urgency, WallTime};

use crate::format::ExportVector;
use crate::make::{Raw, Title, at, bad, bytes_of, file, raw, talked, unreadable, vector};
use crate::world::{BLUE, GREEN, World, Writing, charter, key};

pub fn all() -> Vec<ExportVector> {
    let mut all = predecessors();
    all.extend(citations());
    all.extend(firsts());
    all.extend(later_node_keys());
    all.extend(bodies());
    all.extend([second_history(), gap_that_is_cited(), all_before_the_node_keys()]);
    all.extend([checked_after_what_cannot_be(), cited_in_a_circle()]);
    all
}

fn predecessors() -> Vec<ExportVector> {
    let world = World::ready();
    let follows = |prev| raw(&Writing { prev, ..world.receipt(BLUE) });
    let wrong = ("wrong-predecessor", "");
    let title = |name, what| Title(name, "REC-3", what);
    let mut all = vec![
        bad(
            title("prev-other", "Its predecessor is no entry of the record."),
            &world,
            &follows(EntryHash([9; 32])),
            wrong,
        ),
        bad(title("prev-zero", "It follows nothing, at 1/3."), &world, &follows(EntryHash::default()), wrong),
        bad(
            title("prev-skipped", "It follows 1/1 instead of 1/2."),
            &world,
            &follows(world.entry(BLUE, 1).hash()),
            wrong,
        ),
        bad(
            title("prev-of-the-other-side", "It follows GREEN's 1/2."),
            &world,
            &follows(world.entry(GREEN, 2).hash()),
            wrong,
        ),
    ];
    let empty = World::found(charter(1));
    let first = Writing { prev: EntryHash([9; 32]), ..empty.incarnation(BLUE) };
    all.push(bad(
        title("prev-before-the-first", "A first entry that follows something."),
        &empty,
        &raw(&first),
        wrong,
    ));
    all
}

fn citations() -> Vec<ExportVector> {
    let mut world = World::ready();
    world.write(world.receipt(GREEN));
    world.write(world.receipt(BLUE));
    let cites = |peer| raw(&Writing { peer, ..world.receipt(BLUE) });
    let head = world.chain(GREEN).head();
    let later = EntryRef { place: Place::first(4), hash: EntryHash([4; 32]) };
    let other = EntryRef { hash: EntryHash([9; 32]), ..head };
    let own = EntryRef { hash: world.entry(BLUE, 3).hash(), ..head };
    let second = EntryRef { place: Place { incarnation: 2, seq: 1 }, hash: head.hash };
    let at_rule =
        |name, rule, what, peer, reason| bad(Title(name, rule, what), &world, &cites(peer), (reason, ""));
    let less = world.entry(GREEN, 2).reference();
    let mut all = vec![
        at_rule(
            "cites-less",
            "REC-3",
            "It cites GREEN's 1/2; the entry before it cites 1/3.",
            less,
            "cites-less",
        ),
        at_rule(
            "cites-nothing-again",
            "REC-3",
            "It cites nothing; the entry before it does.",
            EntryRef::NONE,
            "cites-less",
        ),
        at_rule(
            "cites-other-history",
            "REC-5",
            "It cites GREEN's 1/3 with another hash.",
            other,
            "cites-other-history",
        ),
        at_rule("cites-own-entry", "REC-5", "It cites its own 1/3 as GREEN's.", own, "cites-other-history"),
        at_rule(
            "cites-what-is-not-here",
            "REC-5",
            "It cites GREEN's 1/4, which is not in the file.",
            later,
            "missing-cited",
        ),
        at_rule(
            "cites-incarnation-two",
            "REC-5",
            "It cites an incarnation that never began.",
            second,
            "missing-cited",
        ),
    ];
    let beyond =
        Writing { place: Place::first(9), prev: EntryHash([9; 32]), peer: less, ..world.receipt(BLUE) };
    let title =
        Title("cites-less-after-a-gap", "REC-3", "After a gap it cites less than what is before the gap.");
    all.push(bad(title, &world, &raw(&beyond), ("cites-less", "")));
    all
}

fn firsts() -> Vec<ExportVector> {
    let empty = World::found(charter(1));
    let incarnation_with = |bend: &dyn Fn(&mut Incarnation)| {
        let keys = empty.of(BLUE);
        let mut content = Incarnation::sign(empty.line(), BLUE, 1, &keys.node.public(), [1; 32], &keys.root);
        bend(&mut content);
        Writing { body: Body::write(&[], &to_cbor(&content)), ..empty.incarnation(BLUE) }
    };
    let signed_by = |number, root| {
        let node = empty.of(BLUE).node.public();
        let content = Incarnation::sign(empty.line(), BLUE, number, &node, [1; 32], root);
        raw(&Writing { body: Body::write(&[], &to_cbor(&content)), ..empty.incarnation(BLUE) })
    };
    let of = |name, what, entry: Raw, reason| bad(Title(name, "REC-2", what), &empty, &entry, (reason, ""));
    let (root, green) = (&empty.of(BLUE).root, &empty.of(GREEN).root);
    vec![
        of(
            "first-entry-is-no-incarnation",
            "BLUE's first entry is a RECEIPT.",
            raw(&empty.receipt(BLUE)),
            "incarnation-place",
        ),
        of(
            "incarnation-number-two",
            "The first INCARNATION has number 2.",
            signed_by(2, root),
            "root-signature",
        ),
        of(
            "incarnation-by-other-root",
            "GREEN's root signed BLUE's node keys.",
            signed_by(1, green),
            "root-signature",
        ),
        of(
            "incarnation-other-channel-key",
            "The X25519 key is not the one that the root signed.",
            raw(&incarnation_with(&|content| content.channel[0] ^= 1)),
            "root-signature",
        ),
        of(
            "incarnation-other-reason",
            "The reason is not the one that the root signed.",
            raw(&incarnation_with(&|content| content.reason = 1)),
            "root-signature",
        ),
        of(
            "incarnation-signed-by-other-node",
            "Another key than the one that it declares signed the first entry.",
            raw(&Writing { node: key(200), ..empty.incarnation(BLUE) }),
            "node-signature",
        ),
    ]
}

/// Node keys where there may be none, and entries that the node did not sign.
fn later_node_keys() -> Vec<ExportVector> {
    let ready = World::ready();
    let place = "incarnation-place";
    let second = Writing { urgency: Urgency::LINE, kind: Kind::INCARNATION, ..ready.receipt(BLUE) };
    let second = Writing { body: ready.incarnation(BLUE).body, ..second };
    let cites = EntryRef { place: Place::first(1), hash: ready.entry(GREEN, 1).hash() };
    let mut half = World::found(charter(1));
    half.write(half.incarnation(GREEN));
    let citing = raw(&Writing { peer: cites, ..half.incarnation(BLUE) });
    vec![
        bad(
            Title("incarnation-second", "REC-2", "A second INCARNATION, at 1/3."),
            &ready,
            &raw(&second),
            (place, ""),
        ),
        bad(
            Title("incarnation-cites", "REC-5", "An INCARNATION that cites GREEN's 1/1."),
            &half,
            &citing,
            (place, ""),
        ),
        bad(
            Title("node-other", "REC-2", "Another key than BLUE's node signed it."),
            &ready,
            &raw(&Writing { node: key(200), ..ready.receipt(BLUE) }),
            ("node-signature", ""),
        ),
        bad(
            Title("node-is-the-root", "REC-2", "BLUE's root signed it in place of the node."),
            &ready,
            &raw(&Writing { node: ready.of(BLUE).root.clone(), ..ready.receipt(BLUE) }),
            ("node-signature", ""),
        ),
    ]
}

fn bodies() -> Vec<ExportVector> {
    let (world, message) = crate::make::ready();
    let sealed = raw(&message);
    let node = &world.of(BLUE).node;
    let mut swapped = sealed.clone();
    let end = swapped.body.len() - 4;
    swapped.body[end - 7..end].copy_from_slice(b"theirs?");
    let unlabelled = {
        let commitment = [sealed.salt.to_vec(), sealed.body.clone()].concat();
        use sha2::Digest;
        sealed.clone().with(at::COMMITMENT, &sha2::Sha256::digest(commitment)).sign(node)
    };
    let len = sealed.body.len() as u32;
    let says = |len: u32| sealed.clone().with(at::BODY_LEN, &len.to_be_bytes()).sign(node);
    let last = |raw: &Raw| {
        let [blue, _] = &world.entries;
        let entries: Vec<Vec<u8>> = blue.iter().map(bytes_of).chain([raw.bytes()]).collect();
        file(&world.signed, &entries)
    };
    let of = |name, what| Title(name, "REC-2", what);
    let cut = |name, what, raw: &Raw, detail| {
        vector(Title(name, "REC-22", what), &world, &last(raw))
            .broken(None, ("entry-unreadable", detail))
            .accepted([0, 0])
    };
    vec![
        bad(
            of("body-swapped", "The text is another of equal length."),
            &world,
            &swapped,
            ("body-commitment", ""),
        ),
        bad(
            of("commitment-without-label", "The commitment was made without its label."),
            &world,
            &unlabelled,
            ("body-commitment", ""),
        ),
        cut(
            "body-length-too-long",
            "The length, signed, is one more than what the file has.",
            &says(len + 1),
            "Entry 3 of the file cannot be read (the bytes end too early)",
        ),
        cut(
            "body-length-too-short",
            "The length, signed, is one less: what is left is no entry.",
            &says(len - 1),
            "Entry 4 of the file cannot be read (the bytes end too early)",
        ),
    ]
}

/// The other history cannot stand in the file beside the first: places ascend.
fn second_history() -> ExportVector {
    let mut world = World::ready();
    let other = raw(&Writing { time: WallTime::MAX, ..world.receipt(BLUE) });
    world.write(world.receipt(BLUE));
    let title = Title("seq-used-twice", "REC-22", "Two entries of BLUE, both signed, for 1/3.");
    unreadable(title, &world, &other, "Entry 4 of the file cannot be read (not allowed: order of entries)")
}

fn gap_that_is_cited() -> ExportVector {
    let world = talked();
    let kept =
        world.all().into_iter().filter(|entry| (entry.header().side, entry.header().place.seq) != (BLUE, 3));
    let title = Title("gap-that-is-cited", "REC-23", "BLUE's message is left out; GREEN's act cites it.");
    vector(title, &world, &world.export_of(kept))
        .broken(Some((1, 1, 3)), ("missing-cited", ""))
        .accepted([2, 2])
}

/// GREEN's 1/3 is left out. BLUE's 1/3 cites it and cannot be checked; BLUE's 1/4 cites GREEN's 1/4 and can.
fn checked_after_what_cannot_be() -> ExportVector {
    let mut world = World::ready();
    world.write(world.receipt(GREEN));
    world.write(world.receipt(BLUE));
    world.write(Writing { peer: world.entry(BLUE, 2).reference(), ..world.receipt(GREEN) });
    world.write(world.receipt(BLUE));
    let kept =
        world.all().into_iter().filter(|entry| (entry.header().side, entry.header().place.seq) != (GREEN, 3));
    let what =
        "GREEN's 1/3 is left out: BLUE's 1/3, which cites it, cannot be checked; the entries after both can.";
    vector(Title("gap-that-is-cited-once", "REC-23", what), &world, &world.export_of(kept))
        .broken(Some((0, 1, 3)), ("missing-cited", ""))
        .noted(None, ("gap", "BLUE's entries 4 to 4 are here"))
        .noted(None, ("gap", "GREEN's entries 4 to 4 are here"))
        .accepted([3, 3])
}

/// Each of two entries cites the other's place: neither can come first.
fn cited_in_a_circle() -> ExportVector {
    let world = World::ready();
    let later = EntryRef { place: Place::first(3), hash: EntryHash([3; 32]) };
    let [blue, green] = [BLUE, GREEN].map(|side| raw(&Writing { peer: later, ..world.receipt(side) }));
    let [first, second] = &world.entries;
    let entries: Vec<Vec<u8>> = first
        .iter()
        .map(bytes_of)
        .chain([blue.bytes()])
        .chain(second.iter().map(bytes_of))
        .chain([green.bytes()])
        .collect();
    let title = Title("cited-in-a-circle", "REC-23", "BLUE's and GREEN's 1/3 cite each other's place.");
    vector(title, &world, &file(&world.signed, &entries))
        .broken(Some((0, 1, 3)), ("missing-cited", ""))
        .broken(Some((1, 1, 3)), ("missing-cited", ""))
}

fn all_before_the_node_keys() -> ExportVector {
    let mut world = World::begun();
    world.write(Writing { peer: EntryRef::NONE, ..world.receipt(BLUE) });
    let kept =
        world.all().into_iter().filter(|entry| (entry.header().side, entry.header().place.seq) != (BLUE, 1));
    let title = Title("incarnation-left-out", "REC-2", "BLUE's INCARNATION is left out of the file.");
    vector(title, &world, &world.export_of(kept))
        .broken(Some((0, 1, 2)), ("missing-incarnation", ""))
        .accepted([0, 1])
}
