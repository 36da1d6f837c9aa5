//! One byte of a record's files is changed, each in turn: it is named, or nothing that is served has changed.
//!
//! What is signed is meant, and which entry has which number. Drafts and the local notes (when an entry arrived, when it
//! was sent) have no hash: a changed byte in their values is not found, and is counted here.
//!
//! `RINGDOWN_FLIPS=all` takes every byte of the file, and every seventh of the log; else it is every so many.

use std::io::Write;
use std::path::Path;
use std::sync::Mutex;

use ringdown_record::{DraftId, Place, Side, WallTime};
use ringdown_store::{Numbered, OpenError, StoredDraft};

use crate::shim::directory;
use crate::stops::for_each;
use crate::world::{BLUE, Desk, GREEN, Running, look};

const DRAFTS: [DraftId; 2] = [DraftId([1; 16]), DraftId([2; 16])];

/// Everything that a record gives out.
#[derive(Debug, PartialEq)]
struct Served {
    entries: Vec<String>,
    by_place: Vec<String>,
    export: Vec<u8>,
    unsigned: Unsigned,
}

#[derive(Debug, PartialEq)]
struct Unsigned {
    notes: Vec<(WallTime, Option<WallTime>)>,
    drafts: Vec<StoredDraft>,
}

fn in_words(numbered: &Numbered) -> String {
    let (entry, header) = (&numbered.entry, numbered.entry.header());
    format!("{} {:?} {} {:?}", numbered.n, header.side, header.place, entry.hash())
}

/// Reads it in every way there is; the first error ends it.
fn served(path: &Path) -> Result<Served, OpenError> {
    let (record, seen) = look(path);
    let record = record?;
    let reader = record.reader()?;
    let mut drafts = reader.drafts()?;
    for id in DRAFTS {
        drafts.extend(reader.draft(id)?);
    }
    let mut by_place = Vec::new();
    for side in [Side::Zero, Side::One] {
        let found = reader.range(side, Place::first(1), Place::first(1_000))?;
        for numbered in &found {
            let at = reader.at(side, numbered.entry.header().place)?;
            by_place.push(format!("{} {:?}", in_words(numbered), at.as_ref().map(in_words)));
        }
    }
    let after = reader.after(0, 1_000)?;
    let mut export = Vec::new();
    let write = |piece: &[u8]| {
        export.extend_from_slice(piece);
        Ok(())
    };
    reader.export(record.signed_charter(), write)?;
    let entries = seen.iter().chain(&after).map(in_words).collect();
    let notes = seen.iter().map(|numbered| (numbered.arrived, numbered.sent)).collect();
    Ok(Served { entries, by_place, export, unsigned: Unsigned { notes, drafts } })
}

/// A record of both sides, with a draft that waits, one that was released, and a note that an entry was sent.
fn filled(desk: &mut Desk) -> Running {
    let running = desk.run();
    running.draft(DRAFTS[0], Some(b"a draft that waits for its release")).unwrap();
    running.draft(DRAFTS[1], Some(b"a draft that was released")).unwrap();
    for n in 0..4u8 {
        let written = [desk.world.write(GREEN, &[n; 300]), desk.world.write(BLUE, &[n; 1_500])];
        let released: &[_] = if n == 2 { &[(DRAFTS[1], 1)] } else { &[] };
        running.append(desk.world.releasing(&written, released));
        running.durable();
        if n == 3 {
            running.writer.note_sent(BLUE, written[1].reference(), WallTime::from_ms(88));
            running.draft(DRAFTS[0], Some(b"a draft that waits for its release")).unwrap();
        }
    }
    running
}

/// The steps for the file and for the log, which is longer.
fn steps() -> (usize, usize) {
    if std::env::var("RINGDOWN_FLIPS").is_ok_and(|value| value == "all") { (1, 7) } else { (13, 61) }
}

/// What became of the flips of one file.
#[derive(Default)]
struct Flips {
    /// Something else was served, or the fault was not called damage.
    wrong: Vec<(usize, String)>,
    named: usize,
    /// A draft or a note reads otherwise.
    unsigned: usize,
}

/// Flips bytes of one of these files.
fn flip_each(files: &[(String, Vec<u8>)], which: usize, step: usize) -> Flips {
    let write = |dir: &Path, changed: Option<&[u8]>| {
        for (index, (name, bytes)) in files.iter().enumerate() {
            let bytes = changed.filter(|_| index == which).unwrap_or(bytes);
            std::fs::write(dir.join(name), bytes).unwrap();
        }
    };
    let dir = directory();
    write(dir.path(), None);
    let good = served(&dir.path().join("record.db")).expect("a good record");
    let flips = Mutex::new(Flips::default());
    let bytes = &files[which].1;
    let failed = for_each((0..bytes.len() as u64).step_by(step).collect(), |at| {
        let dir = directory();
        let (mut changed, at) = (bytes.clone(), at as usize);
        changed[at] ^= 1 << (at % 7);
        write(dir.path(), Some(&changed));
        let found = served(&dir.path().join("record.db"));
        let mut flips = flips.lock().expect("no panic");
        match found {
            Ok(found) if found == good => {}
            Ok(found) if is_signed_the_same(&found, &good) => flips.unsigned += 1,
            Ok(found) => flips.wrong.push((at, format!("{} entries", found.entries.len()))),
            Err(OpenError::Damaged(_) | OpenError::TooNew { .. }) => flips.named += 1,
            Err(other) => flips.wrong.push((at, format!("{other:?}"))),
        }
        Ok(())
    });
    assert!(failed.is_empty());
    let flips = flips.into_inner().expect("no panic");
    let (all, wrong) = (bytes.len().div_ceil(step), flips.wrong.len());
    let words = format!(
        "{}: {all} flips, {} named, {wrong} wrong, {} in unsigned values",
        files[which].0, flips.named, flips.unsigned
    );
    let _ = writeln!(std::io::stderr(), "{words}");
    flips
}

fn is_signed_the_same(found: &Served, good: &Served) -> bool {
    found.entries == good.entries && found.by_place == good.by_place && found.export == good.export
}

fn some(wrong: &[(usize, String)]) -> &[(usize, String)] {
    &wrong[..wrong.len().min(20)]
}

/// The files of a record whose process was killed.
fn left_by_a_kill(suffixes: &[&str]) -> Vec<(String, Vec<u8>)> {
    let mut desk = Desk::new();
    let _running = filled(&mut desk);
    let file = |suffix: &&str| {
        let name = format!("record.db{suffix}");
        let bytes = std::fs::read(desk.dir.path().join(&name)).unwrap();
        (name, bytes)
    };
    suffixes.iter().map(file).collect()
}

// "A changed byte on disk is named and never shown."
#[test]
fn a_flipped_byte_of_the_file_is_named_or_changes_nothing_that_was_signed() {
    let mut desk = Desk::new();
    drop(filled(&mut desk));
    let files = [("record.db".to_owned(), std::fs::read(&desk.path).unwrap())];
    let Flips { wrong, named, unsigned } = flip_each(&files, 0, steps().0);
    assert!(wrong.is_empty(), "{} flips: {:#?}", wrong.len(), some(&wrong));
    assert!(named * steps().0 > 10_000, "only {named} flips were named");
    // The two drafts and some dozen numbers: what is not found is no more than these.
    assert!(unsigned * steps().0 < 300, "{unsigned} flips changed a draft or a note");
}

// SQLite itself takes a log to end where a byte of it has changed, and drops what was durable behind it.
#[test]
fn a_flipped_byte_of_the_log_is_named_or_changes_nothing_that_is_served() {
    let Flips { wrong, named, unsigned } = flip_each(&left_by_a_kill(&["", "-wal", "-shm"]), 1, steps().1);
    assert!(wrong.is_empty() && unsigned == 0, "{} flips: {:#?}", wrong.len(), some(&wrong));
    assert!(named * steps().1 > 50_000, "only {named} flips were named");
}

// Without its index the last commit is indistinguishable from one that was under way when the power went.
#[test]
fn without_its_index_a_flipped_byte_of_the_log_can_only_hide_the_last_commit() {
    let files = left_by_a_kill(&["", "-wal"]);
    let (log, frame) = (&files[1].1, 4096 + 24);
    let is_commit = |at: &usize| log[at + 4..at + 8] != [0; 4];
    let commits: Vec<usize> = (32..log.len()).step_by(frame).filter(is_commit).collect();
    assert_eq!(commits[commits.len() - 1] + frame, log.len(), "the log was never begun anew");
    let last = commits[commits.len() - 2] + frame;
    let Flips { wrong, unsigned, .. } = flip_each(&files, 1, steps().1);
    let before: Vec<_> = wrong.iter().filter(|(at, _)| *at < last).cloned().collect();
    assert!(before.is_empty(), "{} flips: {:#?}", before.len(), some(&before));
    assert!(wrong.len() + unsigned > 0, "the last commit is found too: say so");
}
