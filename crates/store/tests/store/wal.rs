//! The write-ahead log of a record whose process was killed: what was called durable is in it.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use ringdown_record::DraftId;

use crate::world::{BLUE, Desk, FIRST, GREEN, Running, entries, held, open};

/// What kill -9 leaves behind: the files of a live record, the log cut to a length, no process.
struct Remains {
    _dir: TempDir,
    path: PathBuf,
}

impl Remains {
    fn of(path: &Path, log_len: Option<usize>) -> Remains {
        let dir = tempfile::tempdir().expect("a directory");
        let copy = dir.path().join("record.db");
        std::fs::copy(path, &copy).expect("a copy");
        let mut log = log(path);
        log.truncate(log_len.unwrap_or(usize::MAX));
        std::fs::write(dir.path().join("record.db-wal"), log).expect("a log");
        Remains { _dir: dir, path: copy }
    }
}

fn log(path: &Path) -> Vec<u8> {
    std::fs::read(path.with_extension("db-wal")).unwrap_or_default()
}

// INV-3: durable is what a dead process has left behind, not what it would have closed in order.
#[test]
fn everything_called_durable_is_in_the_files_of_a_live_record() {
    let mut desk = Desk::new();
    let running = desk.run();
    let mut durable = desk.world.paired.entries.clone();
    for n in 0..30u8 {
        let written = [desk.world.write(GREEN, &[n; 100]), desk.world.write(BLUE, &[n; 900])];
        running.append(desk.world.batch(&written));
        running.durable();
        durable.extend(written);
        let remains = Remains::of(&desk.path, None);
        assert_eq!(entries(&held(&remains.path)), durable);
    }
    assert!(log(&desk.path).len() > 30 * 4096, "the entries were in the log, not in the file");
    assert_eq!(held(&Remains::of(&desk.path, Some(0)).path).len() as u64, FIRST);
}

// INV-4: a log that ends anywhere opens, with all that had been told by then, and each batch whole or not at all.
#[test]
fn a_log_torn_anywhere_opens_with_all_that_was_told_before() {
    let mut desk = Desk::new();
    let running = desk.run();
    // How long the log was, and how many entries were durable, after each commit.
    let mut told = vec![(0, FIRST)];
    let mut whole = desk.world.paired.entries.clone();
    for n in 0..12u8 {
        let written = [desk.world.write(GREEN, &[n; 50]), desk.world.write(BLUE, &vec![n; 500 * n as usize])];
        running.append(desk.world.batch(&written));
        let (_, first) = running.durable();
        whole.extend(written);
        told.push((log(&desk.path).len(), first + 1));
    }
    let lens: Vec<usize> = told.iter().flat_map(|(len, _)| [len.saturating_sub(1), *len, len + 1]).collect();
    let anywhere = (0..log(&desk.path).len()).step_by(1_777);
    for cut in anywhere.chain(lens) {
        let seen = entries(&held(&Remains::of(&desk.path, Some(cut)).path));
        let least = told.iter().rev().find(|(len, _)| *len <= cut).expect("the first was told at once").1;
        assert!(seen.len() as u64 >= least, "cut at {cut}: {} entries, {least} were told", seen.len());
        assert!(seen.len().is_multiple_of(2), "cut at {cut}: half a batch");
        assert!(seen == whole[..seen.len()], "cut at {cut}: other entries");
    }
}

// What was not told yet may be there or not; what is there is whole.
#[test]
fn what_was_not_told_yet_is_there_whole_or_not_at_all() {
    let mut desk = Desk::new();
    let running = desk.run();
    let mut whole = desk.world.paired.entries.clone();
    for n in 0..200u8 {
        let written: Vec<_> = (0..3).map(|part| desk.world.write(BLUE, &[n, part])).collect();
        running.append(desk.world.batch(&written));
        whole.extend(written);
    }
    let mut told = FIRST;
    for round in 0..200 {
        told = running.durable().1 + 2;
        if round % 20 == 0 {
            let seen = entries(&held(&Remains::of(&desk.path, None).path));
            assert!(seen.len() as u64 >= told, "{} entries, {told} were told", seen.len());
            assert_eq!((seen.len() as u64 - FIRST) % 3, 0, "a part of a batch");
            assert!(seen == whole[..seen.len()]);
        }
    }
    assert_eq!(told, whole.len() as u64);
}

#[test]
fn a_draft_and_its_release_survive_in_the_log() {
    let mut desk = Desk::new();
    let running = desk.run();
    let (kept, gone) = (DraftId([1; 16]), DraftId([2; 16]));
    running.draft(kept, Some(b"kept")).unwrap();
    running.draft(gone, Some(b"released")).unwrap();
    let entry = desk.world.write(BLUE, b"from the draft");
    running.append(desk.world.releasing(&[entry], &[(gone, 0)]));
    running.durable();
    let remains = Remains::of(&desk.path, None);
    let other = Running::start(open(&remains.path).unwrap().0);
    assert_eq!(other.reader.draft(gone).unwrap().unwrap().released, Some(FIRST + 1));
    assert_eq!(other.reader.drafts().unwrap()[0].content, b"kept");
}

// The writer goes on in the copy as it would have gone on in the original.
#[test]
fn a_record_left_by_a_dead_process_is_written_on() {
    let mut desk = Desk::new();
    let running = desk.run();
    running.append(desk.world.single(b"before"));
    running.durable();
    let remains = Remains::of(&desk.path, None);
    let other = Running::start(open(&remains.path).unwrap().0);
    other.append(desk.world.single(b"after"));
    assert_eq!(other.durable().1, FIRST + 2);
    drop(other);
    assert_eq!(held(&remains.path).len() as u64, FIRST + 2);
}
