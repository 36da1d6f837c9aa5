//! The file as a whole: order, ends, another line than the one asked for.

use ringdown_record::Side;

use crate::format::ExportVector;
use crate::make::{Because, Title, bytes_of, file, talked, vector};
use crate::world::{BLUE, GREEN, World, charter};

pub fn all() -> Vec<ExportVector> {
    let world = talked();
    let mut all = heads(&world);
    all.extend(ends(&world));
    all.extend(orders(&world));
    all.push(other_line(&world));
    all.push(other_charter(&bytes(&world, BLUE), &bytes(&world, GREEN)));
    all
}

fn bytes(world: &World, side: Side) -> Vec<Vec<u8>> {
    world.entries[side.index()].iter().map(bytes_of).collect()
}

fn broken(
    world: &World,
    name: &'static str,
    what: &'static str,
    bytes: &[u8],
    because: Because<'_>,
) -> ExportVector {
    vector(Title(name, "REC-22", what), world, bytes).broken(None, because).accepted([0, 0])
}

fn heads(world: &World) -> Vec<ExportVector> {
    let good = world.export();
    let head = world.export_of([]).len();
    let broken =
        |name, what, bytes: &[u8], reason, detail| broken(world, name, what, bytes, (reason, detail));
    let long = {
        let mut long = good.clone();
        long[18..22].copy_from_slice(&[0xff; 4]);
        long
    };
    let version = [&b"ringdown export 2\n"[..], &good[18..]].concat();
    vec![
        broken("file-empty", "No bytes at all.", b"", "not-an-export", ""),
        broken("file-other", "Another file.", b"From: someone\n", "not-an-export", ""),
        broken("file-version-two", "The head of a later version.", &version, "not-an-export", ""),
        broken(
            "file-head-alone",
            "The first line and nothing else.",
            &good[..18],
            "charter-unreadable",
            "end too early",
        ),
        broken(
            "file-charter-truncated",
            "The file ends within the charter.",
            &good[..head - 1],
            "charter-unreadable",
            "end too early",
        ),
        broken(
            "file-charter-length-huge",
            "The charter's length is 2^32 - 1.",
            &long,
            "charter-unreadable",
            "end too early",
        ),
    ]
}

fn ends(world: &World) -> Vec<ExportVector> {
    let good = world.export();
    let head = world.export_of([]).len();
    let first_body = head + 219 + 32 + 64 + 10;
    let entry = "entry-unreadable";
    let broken =
        |name, what, bytes: &[u8], reason, detail| broken(world, name, what, bytes, (reason, detail));
    vec![
        broken(
            "truncated-preimage",
            "The file ends within a pre-image.",
            &good[..head + 218],
            entry,
            "Entry 1",
        ),
        broken("truncated-salt", "The file ends within a salt.", &good[..head + 219 + 31], entry, "Entry 1"),
        broken(
            "truncated-signature",
            "The file ends within a signature.",
            &good[..head + 219 + 95],
            entry,
            "Entry 1",
        ),
        broken("truncated-body", "The file ends within a body.", &good[..first_body], entry, "Entry 1"),
        broken("truncated-last-byte", "The last byte is missing.", &good[..good.len() - 1], entry, "Entry 6"),
        broken(
            "trailing-preimage",
            "219 zero bytes follow.",
            &[&good[..], &[0; 219]].concat(),
            entry,
            "Entry 7",
        ),
    ]
}

fn orders(world: &World) -> Vec<ExportVector> {
    let (blue, green) = (bytes(world, BLUE), bytes(world, GREEN));
    let mut swapped = [blue.clone(), green.clone()].concat();
    swapped.swap(1, 2);
    let sides = [green.clone(), blue.clone()].concat();
    let mut doubled = [blue.clone(), green].concat();
    doubled.insert(3, blue[2].clone());
    let (entry, order) = ("entry-unreadable", "order of entries");
    let broken =
        |name, what, bytes: &[u8], reason, detail| broken(world, name, what, bytes, (reason, detail));
    vec![
        broken("entries-swapped", "BLUE's 1/3 before its 1/2.", &file(&world.signed, &swapped), entry, order),
        broken("entries-green-first", "Side 1 before side 0.", &file(&world.signed, &sides), entry, order),
        broken("entry-twice", "BLUE's 1/3 stands twice.", &file(&world.signed, &doubled), entry, order),
    ]
}

/// A good file, but not about the line that the auditor asked for.
fn other_line(world: &World) -> ExportVector {
    let mut asked = vector(
        Title("line-not-asked-for", "REC-23", "A good file about another line."),
        world,
        &world.export(),
    )
    .broken(None, ("other-line", ""));
    asked.line = Some(World::found(charter(2)).line().to_string());
    asked
}

/// The same entries under a charter that differs in one timer.
fn other_charter(blue: &[Vec<u8>], green: &[Vec<u8>]) -> ExportVector {
    let mut other = charter(1);
    other.rules[3].acknowledge_s += 1;
    let other = World::found(other);
    let title = Title("charter-other-timer", "REC-1", "Entries under a charter that differs in one number.");
    let bytes = file(&other.signed, &[blue, green].concat());
    let places = [(0, 1, 1), (0, 1, 2), (0, 1, 3), (1, 1, 1), (1, 1, 2), (1, 1, 3)];
    let vector = vector(title, &other, &bytes);
    places.into_iter().fold(vector, |vector, place| vector.broken(Some(place), ("wrong-line", "")))
}
