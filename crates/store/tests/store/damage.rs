//! Damaged rows: every byte of an entry is hashed again whenever it is read, and named when it is wrong.

use std::sync::Arc;

use rusqlite::{Connection, params};

use ringdown_record::encoding::to_cbor;
use ringdown_record::{Entry, Place, Side};
use ringdown_store::{Numbered, OpenError, ReadError, Reader, Record};

use crate::world::{BLUE, Desk, FIRST, GREEN, Running, World, damaged, entries, held, look};

/// The entry that is damaged: neither the first nor the last of its chain or of the record.
const N: u64 = FIRST + 2;

fn desk() -> Desk {
    Desk::holding(|world| {
        vec![
            world.write(GREEN, b"before"),
            world.write(BLUE, b"a text of some length, every byte of which counts"),
            world.write(BLUE, b"after"),
            world.write(GREEN, b"after"),
        ]
    })
}

fn column(raw: &Connection, n: u64, column: &str) -> Vec<u8> {
    raw.query_row(&format!("SELECT {column} FROM entry WHERE n = ?1"), [n], |row| row.get(0)).unwrap()
}

fn set(raw: &Connection, n: u64, column: &str, value: &[u8]) {
    let changed =
        raw.execute(&format!("UPDATE entry SET {column} = ?2 WHERE n = ?1"), params![n, value]).unwrap();
    assert_eq!(changed, 1);
}

/// Every way to change one byte of a column a little, each undone after `see` has seen it.
fn with_each_byte_flipped(raw: &Connection, n: u64, name: &str, mut see: impl FnMut(&str)) {
    let good = column(raw, n, name);
    assert!(!good.is_empty());
    for index in 0..good.len() {
        let mut bad = good.clone();
        bad[index] ^= 1 << (index % 8);
        set(raw, n, name, &bad);
        see(&format!("{name}, byte {index}"));
    }
    set(raw, n, name, &good);
}

fn names_entry(what: &str) -> bool {
    what.contains(&format!("entry number {N}:"))
}

const COLUMNS: [&str; 4] = ["preimage", "salt", "body", "hash"];

// INV-4, INV-10: a changed byte is never shown as if it had been signed.
#[test]
fn a_flipped_byte_of_an_entry_is_found_at_open() {
    let desk = desk();
    let raw = desk.raw();
    for name in COLUMNS {
        with_each_byte_flipped(&raw, N, name, |flip| {
            let what = damaged(&desk.path);
            assert!(names_entry(&what), "{flip}: {what}");
        });
    }
    assert_eq!(held(&desk.path).len() as u64, FIRST + 4, "put back, it is a good record again");
}

// R58: what is read long after the start was hashed again too.
#[test]
fn a_flipped_byte_of_an_entry_is_found_when_it_is_read() {
    let desk = desk();
    let running = desk.run();
    let good = running.reader.numbered(N).unwrap().unwrap();
    let raw = desk.raw();
    for name in COLUMNS {
        with_each_byte_flipped(&raw, N, name, |flip| {
            for found in every_way_to_read(&running, good.entry.header().side, good.entry.header().place) {
                match found {
                    Err(ReadError::Damaged(what)) => assert!(names_entry(&what), "{flip}: {what}"),
                    other => panic!("{flip}: {other:?}"),
                }
            }
            let others = running.reader.after(N, 100).unwrap();
            assert_eq!(others.len(), 2, "{flip}: the other entries can still be read");
        });
    }
    assert_eq!(running.reader.numbered(N).unwrap().unwrap().entry, good.entry);
}

fn every_way_to_read(running: &Running, side: Side, place: Place) -> Vec<Result<(), ReadError>> {
    fn nothing<T>(result: Result<T, ReadError>) -> Result<(), ReadError> {
        result.map(drop)
    }
    let reader: &Reader = &running.reader;
    vec![
        nothing(reader.numbered(N)),
        nothing(reader.at(side, place)),
        nothing(reader.range(side, Place::first(1), place)),
        nothing(reader.after(0, 100)),
        nothing(reader.another().and_then(|reader| reader.numbered(N))),
        nothing(reader.export(running.record.signed_charter(), |_| Ok(()))),
    ]
}

// INV-1: "the signatures of the last 256 entries of each side" are checked at every start.
#[test]
fn a_flipped_byte_of_a_recent_signature_is_found_at_open() {
    let desk = desk();
    let raw = desk.raw();
    let place = held(&desk.path)[N as usize - 1].entry.header().place;
    with_each_byte_flipped(&raw, N, "signature", |flip| {
        let what = damaged(&desk.path);
        assert!(what.contains(&format!("BLUE's entry {place} ")), "{flip}: {what}");
    });
    held(&desk.path);
}

#[test]
fn the_last_256_signatures_of_each_side_count_however_long_the_other_chain_is() {
    let desk = Desk::holding(|world| (0..400u32).map(|n| world.write(BLUE, &n.to_be_bytes())).collect());
    let raw = desk.raw();
    let last = |side: Side| -> u64 {
        raw.query_row("SELECT max(seq) FROM entry WHERE side = ?1", [side.index()], |row| row.get(0)).unwrap()
    };
    let oldest_checked = [(BLUE, "BLUE", last(BLUE) - 255), (BLUE, "BLUE", last(BLUE)), (GREEN, "GREEN", 1)];
    for (side, name, seq) in oldest_checked {
        let sql = "SELECT n FROM entry WHERE side = ?1 AND seq = ?2";
        let n: u64 = raw.query_row(sql, params![side.index(), seq], |row| row.get(0)).unwrap();
        let good = column(&raw, n, "signature");
        let mut bad = good.clone();
        bad[40] ^= 1;
        set(&raw, n, "signature", &bad);
        let what = damaged(&desk.path);
        assert!(what.contains(&format!("{name}'s entry 1/{seq} ")), "{what}");
        set(&raw, n, "signature", &good);
    }
    held(&desk.path);
}

// A column that has lost or gained bytes is damage too, not a fault of the system.
#[test]
fn a_column_of_another_length_is_damage() {
    let desk = desk();
    let raw = desk.raw();
    for name in ["preimage", "salt", "signature", "body", "hash"] {
        let good = column(&raw, N, name);
        for bad in [&good[..good.len() - 1], &[&good[..], &[0]].concat(), &[]] {
            set(&raw, N, name, bad);
            let what = damaged(&desk.path);
            assert!(names_entry(&what), "{name} of {} bytes: {what}", bad.len());
        }
        set(&raw, N, name, &good);
    }
    held(&desk.path);
}

// Reading by place goes by columns beside the signed header, so they have to agree with it.
#[test]
fn an_entry_filed_under_another_place_is_damage() {
    let desk = desk();
    let raw = desk.raw();
    let seq = |seq: u64| raw.execute("UPDATE entry SET seq = ?2 WHERE n = ?1", [N, seq]).unwrap();
    let place = held(&desk.path)[N as usize - 1].entry.header().place;
    let filed: [(&str, u64); 3] = [("seq", place.seq + 1_000), ("incarnation", 2), ("side", 7)];
    for (name, value) in filed {
        let good: u64 =
            raw.query_row(&format!("SELECT {name} FROM entry WHERE n = ?1"), [N], |row| row.get(0)).unwrap();
        let sql = format!("UPDATE entry SET {name} = ?2 WHERE n = ?1");
        raw.execute(&sql, [N, value]).unwrap();
        let what = damaged(&desk.path);
        assert!(names_entry(&what), "{name}: {what}");
        raw.execute(&sql, [N, good]).unwrap();
    }
    assert_eq!(seq(place.seq), 1);
    held(&desk.path);
}

#[test]
fn an_entry_read_by_place_is_the_entry_of_that_place() {
    let desk = desk();
    let running = desk.run();
    let last = running.reader.numbered(N + 1).unwrap().unwrap().entry.header().place;
    let wrong = Place::first(last.seq + 1);
    desk.raw().execute("UPDATE entry SET seq = ?2 WHERE n = ?1", [N + 1, wrong.seq]).unwrap();
    match running.reader.at(BLUE, wrong) {
        Err(ReadError::Damaged(_)) => {}
        Ok(Some(Numbered { entry, .. })) => panic!("{} was given out as {wrong}", entry.header().place),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_negative_time_is_damage() {
    let desk = desk();
    let raw = desk.raw();
    raw.execute("UPDATE entry SET arrived_ms = -1 WHERE n = ?1", [N]).unwrap();
    let what = damaged(&desk.path);
    assert!(names_entry(&what), "{what}");
}

// INCARNATION comes first in a chain: without it there is no key to check the others with.
#[test]
fn a_record_without_the_first_entry_of_a_side_is_damaged() {
    for (side, name) in [(BLUE, "BLUE"), (GREEN, "GREEN")] {
        let (dir, world) = (tempfile::tempdir().unwrap(), World::new());
        for first in [1, 2] {
            let kept = |entry: &&Arc<Entry>| {
                let header = entry.header();
                header.side != side || header.place.seq > first
            };
            let entries: Vec<_> = world.paired.entries.iter().filter(kept).cloned().collect();
            let path = dir.path().join(format!("without-{first}.db"));
            Record::create(&path, &world.paired.signed, &entries).unwrap();
            let what = damaged(&path);
            assert!(what.contains(name), "{what}");
        }
    }
}

// A row that was lost leaves a hole in the numbers, which the writer never makes.
#[test]
fn a_lost_row_in_the_middle_is_damage() {
    let desk = desk();
    desk.raw().execute("DELETE FROM entry WHERE n = ?1", [N]).unwrap();
    let what = damaged(&desk.path);
    assert!(what.contains(&N.to_string()), "{what}");
}

#[test]
fn a_missing_or_unreadable_charter_is_damage() {
    let desk = desk();
    let raw = desk.raw();
    let good: Vec<u8> =
        raw.query_row("SELECT value FROM meta WHERE key = 'charter'", [], |row| row.get(0)).unwrap();
    let set = |value: &[u8]| {
        raw.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('charter', ?1)", [value]).unwrap()
    };
    for index in 0..good.len() {
        let mut bad = good.clone();
        bad[index] ^= 1 << (index % 8);
        set(&bad);
        let what = damaged(&desk.path);
        assert!(what.contains("charter"), "byte {index}: {what}");
    }
    raw.execute("DELETE FROM meta", []).unwrap();
    assert!(damaged(&desk.path).contains("charter"));
    set(&good);
    held(&desk.path);
}

// The charter of another line, signed by the same roots, is good in itself; the entries do not belong to it.
#[test]
fn the_charter_of_another_line_is_damage() {
    let desk = desk();
    let other = World::of_line(2).paired.signed;
    let sql = "UPDATE meta SET value = ?1 WHERE key = 'charter'";
    desk.raw().execute(sql, [to_cbor(&other)]).unwrap();
    let what = damaged(&desk.path);
    assert!(what.contains("line"), "{what}");
}

// Entries of another line, each good in itself.
#[test]
fn an_entry_of_another_line_is_damage() {
    let desk = desk();
    let stranger = Desk { world: World::of_line(2), ..Desk::new() };
    let mut world = stranger.world;
    let foreign = (0..5).map(|n| world.write(BLUE, &[n])).last().unwrap();
    let header = foreign.header();
    let sql = "INSERT INTO entry (side, incarnation, seq, hash, preimage, salt, signature, body, arrived_ms)
               VALUES (0, 1, ?1, ?2, ?3, ?4, ?5, ?6, 0)";
    let row = params![
        header.place.seq,
        foreign.hash().0,
        header.preimage(),
        foreign.salt(),
        foreign.signature(),
        foreign.body()
    ];
    desk.raw().execute(sql, row).unwrap();
    let what = damaged(&desk.path);
    assert!(what.contains(&(FIRST + 5).to_string()) && what.contains("line"), "{what}");
}

#[test]
fn entries_before_the_damage_were_shown_and_none_after() {
    let desk = desk();
    let good = held(&desk.path);
    let raw = desk.raw();
    let mut body = column(&raw, N, "body");
    body[3] ^= 0x20;
    set(&raw, N, "body", &body);
    let (result, seen) = look(&desk.path);
    assert!(matches!(result, Err(OpenError::Damaged(_))), "{result:?}");
    assert_eq!(entries(&seen), entries(&good[..N as usize - 1]));
}
