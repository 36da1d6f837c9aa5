//! Wire forms whose fate depends on what the receiver holds: gaps, other histories, lists that come late.

use ringdown_record::charter::KeyList;
use ringdown_record::wire::WireForm;
use ringdown_record::{Entry, EntryHash, Kind, Place, WallTime};

use crate::make::{LONG, SHORT, Title, wire, wired};
use crate::wire_format::WireVector;
use crate::world::{BLUE, GREEN, ROUTINE, SECOND, SIDES, World, Writing};

pub fn all() -> Vec<WireVector> {
    let mut all = waiting();
    all.extend(held());
    all.extend(around_a_gap());
    all.extend(lists());
    all
}

/// What a receiver holds who lacks these of BLUE and of GREEN.
fn without(world: &World, blue: &[u64], green: &[u64]) -> Vec<u8> {
    let lacks = [blue, green];
    let kept = |entry: &&Entry| !lacks[entry.header().side.index()].contains(&entry.header().place.seq);
    world.export_of(world.all().into_iter().filter(kept))
}

fn waiting() -> Vec<WireVector> {
    let mut world = World::ready();
    world.write(world.receipt(GREEN));
    world.write(world.receipt(BLUE));
    let entry = world.write(world.receipt(BLUE));
    let gap = without(&world, &[3, 4], &[]);
    let less = without(&world, &[3, 4], &[3]);
    let begun = without(&world, &[1, 2, 3, 4], &[2, 3]);
    let named = WireForm { prev: true, ..SHORT };
    let of =
        |name, what, held: &[u8], form| wire(Title(name, "REC-16", what), &world, held, &wired(&entry, form));
    vec![
        of("parked-predecessor", "1/4 without its predecessor's hash; 1/3 is not held.", &gap, SHORT)
            .parked("missing-predecessor"),
        of("good-after-a-gap", "1/4 with its predecessor's hash; 1/3 is not held.", &gap, named)
            .taken(&entry),
        of("parked-cited", "It cites GREEN's 1/3, which is not held.", &less, LONG).parked("missing-cited"),
        incarnation_first(&world, &begun),
    ]
}

/// An entry that cites only what is held, of a side whose INCARNATION is not.
fn incarnation_first(world: &World, held: &[u8]) -> WireVector {
    let second = world.entry(BLUE, 2);
    assert_eq!(second.header().peer.place, Place::first(1));
    let title = Title("parked-incarnation", "REC-2", "1/2; the node's keys in 1/1 are not held.");
    wire(title, world, held, &wired(second, LONG)).parked("missing-incarnation")
}

fn held() -> Vec<WireVector> {
    let mut world = World::ready();
    let other = Writing { time: WallTime::MAX, ..world.receipt(BLUE) }.seal();
    let forged = Writing { time: WallTime::MAX, node: crate::world::key(200), ..world.receipt(BLUE) }.seal();
    let entry = world.write(world.receipt(BLUE));
    let all = world.export();
    let beyond = without(&world, &[2], &[2]);
    let of = |name, rule, what, held: &[u8], entry: &Entry| {
        wire(Title(name, rule, what), &world, held, &wired(entry, LONG))
    };
    vec![
        of("held-already", "REC-17", "The entry itself once more.", &all, &entry)
            .outcome("held", ("already-held", "")),
        of("two-histories", "REC-17", "Another entry for 1/3, signed.", &all, &other)
            .outcome("two-histories", ("two-histories", "")),
        of("two-histories-forged", "REC-17", "Another entry for 1/3, not signed by the node.", &all, &forged)
            .refused(("node-signature", "")),
        two_histories_after_a_gap(&world, &beyond, &other),
    ]
}

/// The held entry stands after a gap: 1/2 and what cites it are not held.
fn two_histories_after_a_gap(world: &World, held: &[u8], other: &Entry) -> WireVector {
    let kept = Writing { peer: world.entry(GREEN, 1).reference(), ..world.receipt(BLUE) };
    let kept = Writing { place: Place::first(3), prev: world.entry(BLUE, 2).hash(), ..kept }.seal();
    let mut blue = world.export_of([world.entry(BLUE, 1), &kept]);
    blue.extend(crate::make::bytes_of(world.entry(GREEN, 1)));
    assert_ne!(blue, held);
    let other =
        Writing { peer: world.entry(GREEN, 1).reference(), time: WallTime::MAX, ..bent(world, other) };
    let title = Title("two-histories-after-a-gap", "REC-17", "Another entry for 1/3; 1/2 is not held.");
    wire(title, world, &blue, &wired(&other.seal(), LONG)).outcome("two-histories", ("two-histories", ""))
}

fn bent(world: &World, entry: &Entry) -> Writing {
    let header = entry.header();
    Writing { place: header.place, prev: header.prev, ..world.receipt(BLUE) }
}

/// BLUE's 1/3 is not held, 1/4 is.
fn around_a_gap() -> Vec<WireVector> {
    let mut world = World::ready();
    let other = world.next(BLUE, Kind(99), ROUTINE, &[0]).seal();
    world.write(world.receipt(BLUE));
    world.write(world.receipt(BLUE));
    let gap = without(&world, &[3], &[]);
    let third = world.entry(BLUE, 3).clone();
    let title = |name, what| Title(name, "REC-3", what);
    let mut all = vec![
        wire(title("good-into-a-gap", "1/3, which 1/4 follows."), &world, &gap, &wired(&third, SHORT))
            .taken(&third),
        wire(
            title("successor-other", "A 1/3 that the held 1/4 does not follow."),
            &world,
            &gap,
            &wired(&other, LONG),
        )
        .refused(("wrong-predecessor", "")),
    ];
    let mut world = World::ready();
    world.write(world.receipt(BLUE));
    let more = world.write(world.receipt(GREEN)).reference();
    let far = Writing { place: Place::first(9), prev: EntryHash([9; 32]), ..world.receipt(BLUE) };
    let held = Writing { peer: world.entry(GREEN, 2).reference(), ..far }.seal();
    let file = {
        let [blue, green] = &world.entries;
        world.export_of(blue.iter().chain([&held]).chain(green))
    };
    let between =
        Writing { place: Place::first(5), prev: EntryHash([5; 32]), peer: more, ..world.receipt(BLUE) }
            .seal();
    let less = Writing { place: Place::first(11), prev: EntryHash([5; 32]), ..world.receipt(BLUE) };
    let less = Writing { peer: world.entry(GREEN, 1).reference(), ..less }.seal();
    all.push(
        wire(
            title("cites-more-than-after", "1/5 cites more than the held 1/9."),
            &world,
            &file,
            &wired(&between, LONG),
        )
        .refused(("cites-less", "")),
    );
    all.push(
        wire(
            title("cites-less-than-before", "1/11 cites less than the held 1/9."),
            &world,
            &file,
            &wired(&less, LONG),
        )
        .refused(("cites-less", "")),
    );
    all
}

fn without_second(world: &World) -> KeyList {
    world.list_after(BLUE, |list| list.officers.retain(|officer| officer.index != SECOND))
}

fn lists() -> Vec<WireVector> {
    let mut world = World::ready();
    let list = world.write(world.key_list(BLUE, without_second(&world)));
    let after = world.write(world.receipt(BLUE));
    SIDES.into_iter().for_each(|side| assert!(!world.entries[side.index()].is_empty()));
    let gap = without(&world, &[3, 4], &[]);
    let mut far = World::ready();
    far.write(far.receipt(BLUE));
    let late = far.write(far.key_list(BLUE, without_second(&far)));
    let far_gap = without(&far, &[3, 4], &[]);
    let overtaken = overtaken(&list);
    vec![
        wire(
            Title("parked-key-list", "REC-8", "1/4 names a list that is not held; 1/3 is missing."),
            &world,
            &gap,
            &wired(&after, LONG),
        )
        .parked("missing-key-list"),
        wire(
            Title("parked-keylist", "REC-15", "A KEYLIST at 1/4; 1/3 is not held."),
            &far,
            &far_gap,
            &wired(&late, LONG),
        )
        .parked("missing-predecessor"),
        overtaken,
    ]
}

/// 1/4 was sealed after the KEYLIST at 1/3 but names the list before; it came first.
fn overtaken(list: &Entry) -> WireVector {
    let world = World::ready();
    let fourth = Writing { place: Place::first(4), prev: list.hash(), ..world.receipt(BLUE) }.seal();
    let [blue, green] = &world.entries;
    let held = world.export_of(blue.iter().chain([&fourth]).chain(green));
    let title =
        Title("keylist-overtaken", "REC-15", "A KEYLIST at 1/3; the held 1/4 does not name its list.");
    wire(title, &world, &held, &wired(list, LONG)).refused(("wrong-key-list", ""))
}
