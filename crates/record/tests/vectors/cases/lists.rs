//! Key lists: what may follow, who signs it, who is under it.

use ringdown_record::body::SignedKeyList;
use ringdown_record::charter::{KeyList, Officer};
use ringdown_record::statement::Purpose;
use ringdown_record::{Kind, Place, SigningKey};

use crate::format::ExportVector;
use crate::make::{Raw, Title, at, bad, bytes_of, file, raw, vector, with_last, words};
use crate::world::{BLUE, GREEN, ROUTINE, SECOND, World, Writing, charter, key, sign};

pub fn all() -> Vec<ExportVector> {
    let mut all = following();
    all.extend(signing());
    all.extend(naming());
    all.extend(rules());
    all.extend([revoked_officer(), future_officer(), left_out(), after_a_gap(), named_before()]);
    all
}

fn without_second(world: &World) -> KeyList {
    world.list_after(BLUE, |list| list.officers.retain(|officer| officer.index != SECOND))
}

/// BLUE's KEYLIST with a list bent by `bend`, signed by the root and named by the entry.
fn bent(world: &World, bend: impl FnOnce(&mut KeyList)) -> Raw {
    raw(&world.key_list(BLUE, world.list_after(BLUE, bend)))
}

fn following() -> Vec<ExportVector> {
    let world = World::ready();
    let green = world.chain(GREEN).key_list().1;
    let of =
        |name, what, entry: Raw| bad(Title(name, "REC-15", what), &world, &entry, ("root-signature", ""));
    vec![
        of("keylist-number-skips", "Number 3 follows number 1.", bent(&world, |list| list.number = 3)),
        of("keylist-number-again", "Number 1 follows number 1.", bent(&world, |list| list.number = 1)),
        of(
            "keylist-previous-other",
            "It follows a list that never was.",
            bent(&world, |list| list.previous = [9; 32]),
        ),
        of(
            "keylist-previous-of-other-side",
            "It follows GREEN's list.",
            bent(&world, |list| list.previous = green),
        ),
    ]
}

fn signing() -> Vec<ExportVector> {
    let world = World::ready();
    let list = without_second(&world);
    let by = |line, side, root: &SigningKey| {
        let signed = SignedKeyList::sign(line, side, list.clone(), root);
        raw(&world.key_list_with(BLUE, list.hash(), &signed))
    };
    let (blue, green) = (world.of(BLUE), world.of(GREEN));
    let elsewhere = World::found(charter(2)).line();
    let of =
        |name, what, entry: Raw| bad(Title(name, "REC-15", what), &world, &entry, ("root-signature", ""));
    vec![
        of("keylist-by-node", "The node signed the list.", by(world.line(), BLUE, &blue.node)),
        of("keylist-by-officer", "An officer signed the list.", by(world.line(), BLUE, &blue.officers[0])),
        of("keylist-by-other-root", "GREEN's root signed the list.", by(world.line(), BLUE, &green.root)),
        of(
            "keylist-for-other-side",
            "The root signed the list for GREEN.",
            by(world.line(), GREEN, &blue.root),
        ),
        of(
            "keylist-for-other-line",
            "The root signed the list for another line.",
            by(elsewhere, BLUE, &blue.root),
        ),
    ]
}

fn naming() -> Vec<ExportVector> {
    let mut world = World::ready();
    let first = world.chain(BLUE).key_list().1;
    let entry = raw(&Writing { key_list: first, ..world.key_list(BLUE, without_second(&world)) });
    let wrong = ("wrong-key-list", "");
    let title = Title("keylist-names-the-old-list", "REC-15", "The KEYLIST entry names the list before it.");
    let mut all = vec![bad(title, &world, &entry, wrong)];
    let named = |world: &World, name, what, key_list| {
        bad(Title(name, "REC-8", what), world, &raw(&Writing { key_list, ..world.receipt(BLUE) }), wrong)
    };
    all.push(named(&world, "key-list-unknown", "It names a list that never was.", [5; 32]));
    let green = world.charter.party(GREEN).key_list.clone();
    // The two sides' lists differ by their keys.
    all.push(named(&world, "key-list-of-other-side", "It names GREEN's list.", green.hash()));
    world.write(world.key_list(BLUE, without_second(&world)));
    all.push(named(&world, "key-list-old", "After a KEYLIST it names the list before.", first));
    all
}

/// What a list may not contain (REC-14).
fn rules() -> Vec<ExportVector> {
    let world = World::ready();
    let vector = |(name, entry, detail, what): Row| {
        let of_key = name == "officer-key-not-canonical" || name == "officer-key-small-order";
        let rule = if of_key { "REC-10" } else { "REC-14" };
        bad(Title(name, rule, what), &world, &entry, ("body", detail))
    };
    of_lists(&world).into_iter().chain(of_officers(&world)).map(vector).collect()
}

/// Name, entry, detail, what.
type Row = (&'static str, Raw, &'static str, &'static str);

fn of_lists(world: &World) -> [Row; 4] {
    let order = bent(world, |list| list.officers.swap(0, 1));
    let same = bent(world, |list| list.officers[1].index = 1);
    let double = bent(world, |list| list.officers[1].key = list.officers[0].key.clone());
    let many = bent(world, |list| {
        let one = list.officers[0].clone();
        list.officers = (1..=257)
            .map(|index| Officer { index, name: "N".into(), key: seeded(index).into(), ..one.clone() })
            .collect();
    });
    [
        ("officers-out-of-order", order, "order of officers", "Officer 2 stands before officer 1."),
        ("officers-one-index", same, "order of officers", "Two officers with index 1."),
        ("officers-one-key", double, "one key for two officers", "Two officers with one key."),
        ("officers-257", many, "number of officers", "257 officers."),
    ]
}

fn of_officers(world: &World) -> [Row; 10] {
    let officer = |bend: &dyn Fn(&mut Officer)| bent(world, |list| bend(&mut list.officers[0]));
    let small: [u8; 32] = {
        let mut small = [0; 32];
        small[0] = 1;
        small
    };
    let mut doubled = [0xff; 32];
    (doubled[0], doubled[31]) = (0xf0, 0x7f);
    let name = "name or index of an officer";
    [
        ("officer-index-zero", officer(&|officer| officer.index = 0), name, "An officer with index 0."),
        ("officer-name-empty", officer(&|officer| officer.name.clear()), name, "An officer without a name."),
        (
            "officer-name-too-long",
            officer(&|officer| officer.name = "é".repeat(33)),
            name,
            "66 bytes of name.",
        ),
        (
            "officer-name-direction-mark",
            officer(&|officer| officer.name = "Duty\u{202e}officer".into()),
            name,
            "A name that turns the direction of writing.",
        ),
        (
            "officer-name-virama",
            officer(&|officer| officer.name = "ड्यूटी".into()),
            name,
            "A name with U+094D, which is neither Alphabetic nor a number.",
        ),
        (
            "officer-algorithm-unknown",
            officer(&|officer| officer.algorithm = 2),
            "key of an officer",
            "Algorithm 2.",
        ),
        (
            "officer-algorithm-three",
            officer(&|officer| officer.algorithm = 3),
            "key of an officer",
            "Algorithm 3.",
        ),
        (
            "officer-key-small-order",
            officer(&|officer| officer.key = small.into()),
            "key of an officer",
            "A key of order 1.",
        ),
        (
            "officer-key-not-canonical",
            officer(&|officer| officer.key = doubled.into()),
            "key of an officer",
            "The key's y is p + 3: a second encoding of a point.",
        ),
        (
            "officer-origin-too-long",
            officer(&|officer| officer.origin = "o".repeat(256)),
            "relying party of an officer",
            "256 bytes of origin.",
        ),
    ]
}

fn seeded(index: u16) -> [u8; 32] {
    let mut seed = [0; 32];
    seed[..2].copy_from_slice(&index.to_be_bytes());
    SigningKey::from_seed(&seed).public().to_bytes()
}

/// BLUE's second officer releases; his statement was made while he was listed.
fn of_second(world: &World) -> Writing {
    let content = words(1, "Released by the second officer.");
    let said = world.said(BLUE, SECOND, Purpose::Release, ROUTINE, &content);
    world.next(BLUE, Kind::MESSAGE, ROUTINE, &[]).saying([said], &content)
}

fn revoked_officer() -> ExportVector {
    let mut world = World::ready();
    let before = of_second(&world);
    world.write(world.key_list(BLUE, without_second(&world)));
    let late = world.next(BLUE, Kind::MESSAGE, ROUTINE, &before.body);
    let late = raw(&Writing { officer: SECOND, ..late });
    let what = "Sealed after the list that revokes the officer; he signed before it.";
    bad(Title("officer-revoked", "REC-7", what), &world, &late, ("statement", ""))
}

fn future_officer() -> ExportVector {
    let mut world = World::ready();
    let content = words(1, "Released by one who is not listed yet.");
    let said = sign(&world.terms(BLUE, 9, Purpose::Release, ROUTINE, &content), &key(150));
    let early = Raw::of(&world.next(BLUE, Kind::MESSAGE, ROUTINE, &[]).saying([said], &content).seal());
    world.write(world.receipt(BLUE));
    let new = Officer::held_by_node(9, "Deputy", &key(150).public());
    let list = world.list_after(BLUE, |list| list.officers.push(new));
    let list = Raw::of(
        &Writing { prev: ringdown_record::EntryHash(early.hash()), ..world.key_list(BLUE, list) }.seal(),
    );
    let [blue, green] = &world.entries;
    let entries: Vec<Vec<u8>> = blue[..2]
        .iter()
        .map(bytes_of)
        .chain([early.bytes(), list.bytes()])
        .chain(green.iter().map(bytes_of))
        .collect();
    let what = "The list that names the officer stands one place later.";
    vector(Title("officer-listed-later", "REC-7", what), &world, &file(&world.signed, &entries))
        .broken(Some((0, 1, 3)), ("statement", ""))
        .broken(Some((0, 1, 4)), ("missing-predecessor", ""))
        .accepted([2, 2])
}

fn left_out() -> ExportVector {
    let mut world = World::ready();
    world.write(world.key_list(BLUE, without_second(&world)));
    world.write(world.receipt(BLUE));
    let kept =
        world.all().into_iter().filter(|entry| (entry.header().side, entry.header().place.seq) != (BLUE, 3));
    let what = "The KEYLIST is left out; the entry after it names its list.";
    vector(Title("keylist-left-out", "REC-8", what), &world, &world.export_of(kept))
        .broken(Some((0, 1, 4)), ("missing-key-list", ""))
        .accepted([2, 2])
}

fn after_a_gap() -> ExportVector {
    let world = World::ready();
    let list = Writing { place: Place::first(5), ..world.key_list(BLUE, without_second(&world)) };
    let title = Title("keylist-after-a-gap", "REC-15", "A KEYLIST at 1/5; 1/3 and 1/4 are not in the file.");
    with_last(title, &world, &raw(&list)).broken(Some((0, 1, 5)), ("missing-predecessor", ""))
}

fn named_before() -> ExportVector {
    let world = World::ready();
    let hash = without_second(&world).hash();
    let early = raw(&world.receipt(BLUE)).with(at::KEY_LIST, &hash).sign(&world.of(BLUE).node);
    let title = Title(
        "key-list-named-too-early",
        "REC-8",
        "It names the list of a KEYLIST that comes only after it.",
    );
    bad(title, &world, &early, ("wrong-key-list", ""))
}
