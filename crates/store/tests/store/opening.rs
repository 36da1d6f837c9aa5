//! Creating and opening: one record, one process, nothing invented and nothing lost.

use std::sync::Arc;

use ringdown_record::{Place, WallTime, audit};
use ringdown_store::{OpenError, Record};

use crate::world::{BLUE, Desk, FIRST, GREEN, World, entries, files, held, open, open_at_once};

// INV-4, R58: what the two sides signed at pairing is what the record begins with.
#[test]
fn a_created_record_gives_back_charter_and_entries_in_order() {
    let desk = Desk::new();
    let (record, seen) = open(&desk.path).expect("a good record");
    assert_eq!(record.charter(), &desk.world.paired.charter);
    assert_eq!(record.signed_charter(), &desk.world.paired.signed);
    assert_eq!(entries(&seen), desk.world.paired.entries);
    assert_eq!(seen.iter().map(|numbered| numbered.n).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert!(seen.iter().all(|numbered| numbered.arrived == numbered.entry.header().time));
    assert!(seen.iter().all(|numbered| numbered.sent.is_none()));
}

#[test]
fn opening_again_and_again_shows_the_same() {
    let desk = Desk::holding(|world| (0..10).map(|n| world.write(BLUE, &[n])).collect());
    let first = entries(&held(&desk.path));
    assert_eq!(first.len() as u64, FIRST + 10);
    for _ in 0..3 {
        assert_eq!(entries(&held(&desk.path)), first);
    }
}

// REC-19: two writers would use one place twice.
#[test]
fn a_second_open_is_refused_until_the_first_is_dropped() {
    let desk = Desk::new();
    let (record, _) = open(&desk.path).expect("a good record");
    match Record::open(&desk.path, |_| panic!("shown before the lock is held")) {
        Err(OpenError::InUse(path)) => assert_eq!(path, desk.path),
        other => panic!("not refused: {other:?}"),
    }
    drop(record);
    assert_eq!(held(&desk.path).len() as u64, FIRST);
}

#[test]
fn a_refused_second_open_does_not_free_the_lock() {
    let desk = Desk::new();
    let (_record, _) = open(&desk.path).expect("a good record");
    for _ in 0..3 {
        assert!(matches!(open_at_once(&desk.path), Err(OpenError::InUse(_))));
    }
}

#[test]
fn creating_over_a_record_is_refused_and_touches_nothing() {
    let desk = Desk::new();
    let before = files(desk.dir.path());
    let other = World::of_line(2).paired;
    match Record::create(&desk.path, &other.signed, &other.entries) {
        Err(OpenError::Exists(path)) => assert_eq!(path, desk.path),
        result => panic!("not refused: {result:?}"),
    }
    assert_eq!(files(desk.dir.path()), before);
    assert_eq!(entries(&held(&desk.path)), desk.world.paired.entries);
}

#[test]
fn creating_over_any_other_file_is_refused_and_touches_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("record.db");
    std::fs::write(&path, "notes of somebody").unwrap();
    let before = files(dir.path());
    let paired = World::new().paired;
    let result = Record::create(&path, &paired.signed, &paired.entries);
    assert!(matches!(result, Err(OpenError::Exists(_))), "{result:?}");
    assert_eq!(files(dir.path()), before);
}

// A new record would be another line, so a wrong path must never make one.
#[test]
fn opening_nothing_says_so_and_creates_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("record.db");
    match open(&path) {
        Err(OpenError::Missing(missing)) => assert_eq!(missing, path),
        other => panic!("not missing: {other:?}"),
    }
    assert!(files(dir.path()).is_empty());
    assert!(matches!(open(&dir.path().join("no/such/directory/record.db")), Err(OpenError::Missing(_))));
    assert!(files(dir.path()).is_empty());
}

#[test]
fn a_record_is_read_by_number_place_and_range() {
    let desk = Desk::holding(|world| {
        let mut entries: Vec<_> = (0..5).map(|n| world.write(BLUE, &[n])).collect();
        entries.push(world.write(GREEN, b"one of the other side"));
        entries
    });
    let all = held(&desk.path);
    let running = desk.run();
    let reader = running.reader.another().unwrap();
    for numbered in &all {
        let header = numbered.entry.header();
        let entry = |found: Option<ringdown_store::Numbered>| found.map(|found| found.entry);
        assert_eq!(entry(reader.numbered(numbered.n).unwrap()), Some(numbered.entry.clone()));
        assert_eq!(entry(reader.at(header.side, header.place).unwrap()), Some(numbered.entry.clone()));
    }
    assert!(reader.numbered(0).unwrap().is_none());
    assert!(reader.numbered(all.len() as u64 + 1).unwrap().is_none());
    assert!(reader.at(GREEN, Place::first(4)).unwrap().is_none());
    assert!(reader.at(BLUE, Place { incarnation: 2, seq: 1 }).unwrap().is_none());
    let range = reader.range(BLUE, Place::first(3), Place::first(5)).unwrap();
    assert_eq!(entries(&range), entries(&all[4..7]));
    assert_eq!(entries(&reader.after(3, 4).unwrap()), entries(&all[3..7]));
    assert!(reader.after(all.len() as u64, 10).unwrap().is_empty());
}

// REC-22, REC-23: the export of a record is a file that an auditor accepts, whatever the order on the disk.
#[test]
fn the_export_is_complete_and_passes_the_audit() {
    let desk = Desk::holding(|world| {
        let pairs = (0..20u8).flat_map(|n| [world.write(GREEN, &[n]), world.write(BLUE, &[n])]);
        pairs.collect()
    });
    let running = desk.run();
    let mut file = Vec::new();
    let write = |piece: &[u8]| {
        file.extend_from_slice(piece);
        Ok(())
    };
    running.reader.export(running.record.signed_charter(), write).unwrap();
    let audit = audit(&file, Some(desk.world.paired.charter.line_id()));
    assert!(!audit.findings.iter().any(|finding| finding.broken), "{:#?}", audit.findings);
    assert_eq!(audit.entries.len() as u64, FIRST + 40);
    let failing = |_: &[u8]| Err(std::io::Error::other("the paper is out"));
    let error = running.reader.export(running.record.signed_charter(), failing).unwrap_err();
    assert!(error.to_string().contains("the paper is out"), "{error}");
}

#[test]
fn an_entry_keeps_when_it_arrived_and_when_it_was_sent_first() {
    let mut desk = Desk::new();
    let running = desk.run();
    let entry = desk.world.write(BLUE, b"of ours");
    let later = desk.world.write(BLUE, b"never sent");
    running.writer.append(desk.world.batch(&[entry.clone(), later]), WallTime::from_ms(77));
    let (_, n) = running.durable();
    running.writer.note_sent(BLUE, entry.reference(), WallTime::from_ms(88));
    running.writer.note_sent(BLUE, entry.reference(), WallTime::from_ms(99));
    // Nothing stands there, so nothing is noted and nothing stops.
    running.writer.note_sent(GREEN, entry.reference(), WallTime::from_ms(99));
    drop(running);
    let running = desk.run();
    for numbered in [running.reader.numbered(n).unwrap(), held_again(&running, &entry)] {
        let numbered = numbered.unwrap();
        assert_eq!(numbered.arrived, WallTime::from_ms(77));
        assert_eq!(numbered.sent, Some(WallTime::from_ms(88)));
    }
    let sent = |n| running.reader.numbered(n).unwrap().unwrap().sent;
    assert!((1..=FIRST).chain([n + 1]).all(|n| sent(n).is_none()));
}

fn held_again(
    running: &crate::world::Running,
    entry: &Arc<ringdown_record::Entry>,
) -> Option<ringdown_store::Numbered> {
    running.reader.at(BLUE, entry.header().place).expect("readable")
}
