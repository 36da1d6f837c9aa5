//! Damaged files and files of other versions: said in words, never a panic, and the file is left as it was.

use std::path::Path;

use ringdown_store::OpenError;

use crate::world::{BLUE, Desk, GREEN, chance, damaged, entries, held, open, open_at_once};

fn desk() -> Desk {
    Desk::holding(|world| {
        let pairs = (0..12u8).flat_map(|n| [world.write(GREEN, &[n; 700]), world.write(BLUE, &[n; 3_000])]);
        pairs.collect()
    })
}

/// Bytes 16 and 17 of a database say how long its pages are.
fn page_size_of(file: &[u8]) -> usize {
    usize::from(u16::from_be_bytes([file[16], file[17]]))
}

/// All that a record consists of: its file, and the log that a dead process may have left. SQLite may put an empty log
/// and an index of it beside them, which hold nothing.
fn file_and_log(path: &Path) -> [Vec<u8>; 2] {
    [path.to_owned(), path.with_extension("db-wal")].map(|path| std::fs::read(path).unwrap_or_default())
}

/// After a damaged record was refused, it is as it was: "nothing was changed".
#[track_caller]
fn damaged_and_left_alone(desk: &Desk, how: &str) {
    let before = file_and_log(&desk.path);
    match open(&desk.path) {
        Err(OpenError::Damaged(_)) => {}
        other => panic!("{how}: not called damaged but {:?}", other.map(drop)),
    }
    assert!(file_and_log(&desk.path) == before, "{how}: a damaged record was changed");
}

#[test]
fn a_truncated_file_is_damaged() {
    let desk = desk();
    let good = std::fs::read(&desk.path).unwrap();
    let whole_pages = (0..good.len()).step_by(page_size_of(&good));
    for len in whole_pages.chain([1, 15, 16, 17, 50, 99, 100, 101, 511, 512, 513, 5_000]) {
        std::fs::write(&desk.path, &good[..len]).unwrap();
        damaged_and_left_alone(&desk, &format!("{len} bytes"));
    }
}

// The end of the last page may hold nothing.
#[test]
fn a_file_cut_in_its_last_page_is_damaged_or_has_every_entry() {
    let desk = desk();
    let good = std::fs::read(&desk.path).unwrap();
    let whole = entries(&held(&desk.path));
    for cut in (1..page_size_of(&good)).step_by(97) {
        std::fs::write(&desk.path, &good[..good.len() - cut]).unwrap();
        match open(&desk.path) {
            Ok((_, seen)) => assert!(entries(&seen) == whole, "{cut} bytes cut: other entries"),
            Err(OpenError::Damaged(_)) => {}
            Err(other) => panic!("{cut} bytes cut: {other:?}"),
        }
    }
}

#[test]
fn an_overwritten_page_is_damaged() {
    let desk = desk();
    let good = std::fs::read(&desk.path).unwrap();
    let size = page_size_of(&good);
    assert!(good.len() >= 10 * size, "a file of several pages");
    let mut chance = chance(1);
    for start in (0..good.len()).step_by(size) {
        let noise: Vec<u8> = (0..size).map(|_| chance(256) as u8).collect();
        for fill in [vec![0; size], vec![0xff; size], noise] {
            let mut bad = good.clone();
            bad[start..start + size].copy_from_slice(&fill);
            std::fs::write(&desk.path, &bad).unwrap();
            damaged_and_left_alone(&desk, &format!("page at {start}"));
        }
    }
}

#[test]
fn a_file_that_never_was_a_record_is_damaged() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("record.db");
    let mut chance = chance(2);
    let noise = (0..20_000).map(|_| chance(256) as u8).collect();
    for bytes in [b"notes of somebody".to_vec(), vec![0; 8_192], noise, Vec::new()] {
        std::fs::write(&path, &bytes).unwrap();
        damaged(&path);
        assert_eq!(std::fs::read(&path).unwrap(), bytes);
    }
}

/// A database of somebody else, with one table and this version of a schema.
fn foreign(path: &Path, version: i32) {
    let raw = rusqlite::Connection::open(path).unwrap();
    raw.execute_batch("CREATE TABLE things (name TEXT); INSERT INTO things VALUES ('a thing')").unwrap();
    raw.pragma_update(None, "user_version", version).unwrap();
}

#[test]
fn a_database_of_something_else_is_damaged_and_left_alone() {
    for version in [0, 1, -1] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("record.db");
        foreign(&path, version);
        let before = std::fs::read(&path).unwrap();
        let error = open(&path).map(drop).unwrap_err();
        assert!(matches!(error, OpenError::Damaged(_)), "version {version}: {error:?}");
        if version != 1 {
            assert!(std::fs::read(&path).unwrap() == before, "version {version}: changed");
        }
    }
}

/// The files of a live record in a directory of their own: its log was not folded in, as after kill -9.
fn with_its_log(version: u32) -> Desk {
    let desk = desk();
    let running = desk.run();
    assert_eq!(running.draft(ringdown_record::DraftId([1; 16]), Some(b"in the log")), Ok(()));
    desk.raw().pragma_update(None, "user_version", version).unwrap();
    let copy = Desk::new();
    for name in ["record.db", "record.db-wal"] {
        std::fs::copy(desk.dir.path().join(name), copy.dir.path().join(name)).unwrap();
    }
    copy
}

// "Nothing was changed": also not the log that a dead process left behind.
#[test]
fn a_damaged_record_with_a_log_is_left_as_it_was() {
    let desk = with_its_log(1);
    let mut file = std::fs::read(&desk.path).unwrap();
    let size = page_size_of(&file);
    let last = file.len() - size;
    file[last..].fill(0xff);
    std::fs::write(&desk.path, file).unwrap();
    let before = file_and_log(&desk.path);
    damaged(&desk.path);
    assert!(file_and_log(&desk.path) == before, "a damaged record was changed");
}

#[test]
fn a_record_of_a_later_version_with_a_log_is_left_as_it_was() {
    let desk = with_its_log(2);
    let before = file_and_log(&desk.path);
    assert!(matches!(open(&desk.path), Err(OpenError::TooNew { found: 2, known: 1 })));
    assert!(file_and_log(&desk.path) == before, "a later program's record was changed");
}

// A later program's record is not damaged, and this one must not touch it.
#[test]
fn a_record_of_a_later_version_is_named_with_both_versions_and_left_alone() {
    for version in [2, 7, i32::MAX] {
        let desk = desk();
        desk.raw().pragma_update(None, "user_version", version).unwrap();
        let before = file_and_log(&desk.path);
        let error = open(&desk.path).map(drop).unwrap_err();
        let OpenError::TooNew { found, known } = error else { panic!("{error:?}") };
        assert_eq!((found, known), (version as u32, 1));
        let words = error.to_string();
        assert!(words.contains(&version.to_string()) && words.contains("knows 1"), "{words}");
        assert!(file_and_log(&desk.path) == before, "a later program's record was changed");
    }
}

// Bit rot anywhere: it is found, or it changed nothing that was signed.
#[test]
fn one_flipped_bit_anywhere_never_panics_and_never_changes_an_entry() {
    let desk = Desk::holding(|world| vec![world.write(BLUE, &[1; 300]), world.write(GREEN, &[2; 5_000])]);
    let good = std::fs::read(&desk.path).unwrap();
    let whole = entries(&held(&desk.path));
    let mut chance = chance(3);
    let (mut found, mut wrong) = (0, Vec::new());
    for _ in 0..1_500 {
        let (at, bit) = (chance(good.len() as u64) as usize, chance(8));
        let mut bad = good.clone();
        bad[at] ^= 1 << bit;
        for beside in ["record.db-wal", "record.db-shm"] {
            let _ = std::fs::remove_file(desk.dir.path().join(beside));
        }
        std::fs::write(&desk.path, &bad).unwrap();
        match open(&desk.path) {
            Ok((_, seen)) if entries(&seen) == whole => {}
            Ok((_, seen)) => wrong.push(format!("byte {at}, bit {bit}: {} other entries", seen.len())),
            Err(OpenError::System(what)) => wrong.push(format!("byte {at}, bit {bit}: the system: {what}")),
            Err(_) => found += 1,
        }
    }
    assert!(wrong.is_empty(), "{} of the flips: {wrong:#?}", wrong.len());
    assert!(found > 100, "only {found} of the flips were found; does the check look at the file at all?");
}

#[test]
fn a_directory_in_place_of_the_record_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("record.db");
    std::fs::create_dir(&path).unwrap();
    assert!(open(&path).is_err());
    assert!(path.is_dir());
}

// What the operator reads names the file or the damage, and says what to do.
#[test]
fn the_words_of_each_refusal_say_what_to_do() {
    let desk = Desk::new();
    let path = desk.path.display().to_string();
    let missing = open(&desk.dir.path().join("other.db")).map(drop).unwrap_err().to_string();
    assert!(missing.contains("other.db") && missing.contains("restore"), "{missing}");
    let record = open(&desk.path).unwrap();
    let in_use = open_at_once(&desk.path).map(drop).unwrap_err().to_string();
    assert!(in_use.contains(&path) && in_use.contains("stop the other process"), "{in_use}");
    drop(record);
    std::fs::write(&desk.path, "noise").unwrap();
    let broken = open(&desk.path).map(drop).unwrap_err().to_string();
    assert!(broken.contains("damaged") && broken.contains("restore"), "{broken}");
}
