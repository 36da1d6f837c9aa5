//! kill -9 in mid-stream, again and again on one file: what was told durable is there, and nothing is torn.
//!
//! The child is this test binary itself. It writes without end and prints the number of each durable entry. What it
//! printed is the truth that it told the world; the parent looks whether the disk agrees.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use ringdown_record::{Chain, DraftId, Entry, EntryHash, Place};
use ringdown_store::OpenError;

use crate::world::{ARRIVED, BLUE, Desk, FIRST, GREEN, Running, WAIT, World, chance, open, open_at_once};

const RECORD: &str = "RINGDOWN_STORE_CRASH_RECORD";
/// How often to kill; 20 if it is not set.
const ROUNDS: &str = "RINGDOWN_KILLS";
/// Batches that wait in the child at a time, so that commits hold one or several.
const WAITING: usize = 8;
/// A child that nobody kills ends by itself.
const BATCHES_MAX: u64 = 100_000;

/// Entries of the batch with this number, and the length of their texts: sizes that fill the log every few rounds.
fn plan(batch: u64) -> (u8, usize) {
    ((1 + batch % 4) as u8, (batch * 997 % 9_000) as usize)
}

/// The text of one entry: which batch, which part of it, of how many.
fn text(batch: u64, part: u8) -> Vec<u8> {
    let (parts, len) = plan(batch);
    let mut text = batch.to_be_bytes().to_vec();
    text.extend([part, parts]);
    text.resize(10 + len, part);
    text
}

fn draft_id(batch: u64) -> DraftId {
    let mut id = [0; 16];
    id[8..].copy_from_slice(&batch.to_be_bytes());
    DraftId(id)
}

#[test]
#[ignore = "the child of the crash test, which starts it"]
fn child() {
    let Some(path) = std::env::var_os(RECORD) else { return };
    let (record, seen) = open(Path::new(&path)).expect("a good record");
    let mut world = World::new();
    seen.iter().for_each(|numbered| world.follow(&numbered.entry));
    let done =
        seen.iter().rev().find_map(|numbered| written_as(&numbered.entry)).map_or(0, |(batch, ..)| batch);
    drop(seen);
    let (notify, notices) = channel();
    let writer = record.writer(move |notice| drop(notify.send(notice))).expect("a writer");
    for batch in done + 1..done + BATCHES_MAX {
        let (parts, _) = plan(batch);
        let side = if batch.is_multiple_of(3) { GREEN } else { BLUE };
        let entries: Vec<_> = (0..parts).map(|part| world.write(side, &text(batch, part))).collect();
        writer.draft(draft_id(batch), Some(batch.to_be_bytes().to_vec()), |_| {});
        writer.append(world.releasing(&entries, &[(draft_id(batch), 0)]), ARRIVED);
        let oldest = batch.saturating_sub(WAITING as u64);
        if oldest > done {
            tell(notices.recv_timeout(WAIT).expect("a notice"), plan(oldest).0);
        }
    }
}

/// One line, in one write, for each durable batch: the number of its last entry.
fn tell(notice: ringdown_store::Notice, parts: u8) {
    let ringdown_store::Notice::Durable { first, .. } = notice else { panic!("{notice:?}") };
    let line = format!("\ndurable {}\n", first + u64::from(parts) - 1);
    let mut out = std::io::stdout().lock();
    out.write_all(line.as_bytes()).and_then(|()| out.flush()).expect("somebody listens");
}

fn start(path: &Path) -> Child {
    let program = std::env::current_exe().expect("this program");
    Command::new(program)
        .args(["--exact", "crash::child", "--ignored", "--nocapture", "--test-threads=1"])
        .env(RECORD, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("a child")
}

/// The number that a line tells; a line without its end was cut by the kill and tells nothing.
fn number(line: &str) -> Option<u64> {
    line.strip_suffix('\n')?.strip_prefix("durable ")?.parse().ok()
}

/// Lets a child write, kills it after so many numbers and a moment, and gives back the last number that it printed.
fn run_and_kill(path: &Path, numbers: u64, moment: Duration) -> Option<u64> {
    let mut child = start(path);
    let mut out = BufReader::new(child.stdout.take().expect("its output"));
    let (mut told, mut last) = (0, None);
    while told < numbers {
        let mut line = String::new();
        assert!(out.read_line(&mut line).expect("its output") > 0, "the child ended by itself");
        if let Some(number) = number(&line) {
            assert!(last < Some(number), "{number} was told after {last:?}");
            (told, last) = (told + 1, Some(number));
        }
    }
    if told > 0 {
        assert!(matches!(open_at_once(path), Err(OpenError::InUse(_))), "two processes on one record");
    }
    std::thread::sleep(moment);
    child.kill().expect("killed");
    child.wait().expect("dead");
    let mut line = String::new();
    while out.read_line(&mut line).expect("its output") > 0 {
        last = number(&line).or(last);
        line.clear();
    }
    last
}

/// Batch, part and number of parts, for what the child writes.
fn written_as(entry: &Entry) -> Option<(u64, u8, u8)> {
    if entry.header().kind.0 != 200 {
        return None;
    }
    let (batch, rest) = entry.body()[1..].split_first_chunk::<8>()?;
    Some((u64::from_be_bytes(*batch), rest[0], rest[1]))
}

/// The entries follow each other without gap, signed, batch by batch, and begin with those that were there before.
fn check(world: &World, seen: &[Arc<Entry>], before: &[Arc<Entry>]) {
    assert!(seen.len() >= before.len() && seen[..before.len()] == *before, "what was there has changed");
    let mut chains = [BLUE, GREEN].map(|side| Chain::new(world.paired.charter.clone(), side));
    let mut batches = FIRST as usize..seen.len();
    for (index, entry) in seen.iter().enumerate() {
        let header = entry.header();
        let chain = &mut chains[header.side.index()];
        let head = chain.head();
        assert_eq!(header.place, Place::first(head.place.seq + 1), "a gap");
        assert_eq!(header.prev, if head.place == Place::NONE { EntryHash::default() } else { head.hash });
        chain.add(entry);
        let node = chain.node().expect("the first entry brings it");
        assert!(index < before.len() || entry.signed_by(node), "entry number {}", index + 1);
    }
    let mut next = 1;
    while let Some(start) = batches.next() {
        let (batch, part, parts) = written_as(&seen[start]).expect("written by the child");
        assert_eq!((batch, part), (next, 0), "a batch is missing or doubled");
        for rest in 1..parts {
            let entry = batches.next().unwrap_or_else(|| panic!("batch {batch} is torn"));
            assert_eq!(written_as(&seen[entry]), Some((batch, rest, parts)));
        }
        next += 1;
    }
}

/// A draft is released exactly if its batch is there, and then names its first entry.
fn check_drafts(running: &Running, seen: &[Arc<Entry>]) {
    let mut batches = 0;
    for (index, entry) in seen.iter().enumerate() {
        if let Some((batch, 0, _)) = written_as(entry) {
            batches = batch;
            let draft = running.reader.draft(draft_id(batch)).unwrap().expect("a draft of each batch");
            assert_eq!(draft.released, Some(index as u64 + 1), "draft of batch {batch}");
        }
    }
    for waiting in running.reader.drafts().unwrap() {
        let batch = u64::from_be_bytes(waiting.content.try_into().expect("eight bytes"));
        assert!(batch > batches, "the draft of batch {batch} waits, its entry is there");
    }
}

/// What the child would write in its first batches.
fn written(world: &mut World, batches: u64) -> Vec<Arc<Entry>> {
    let mut entries = world.paired.entries.clone();
    for batch in 1..=batches {
        let side = if batch.is_multiple_of(3) { GREEN } else { BLUE };
        entries.extend((0..plan(batch).0).map(|part| world.write(side, &text(batch, part))));
    }
    entries
}

// The canary: the check of this test finds what a kill must not do.
#[test]
fn the_check_finds_a_lost_a_doubled_a_swapped_and_a_torn_entry() {
    let mut world = World::new();
    let good = written(&mut world, 8);
    let before = &good[..FIRST as usize + 3];
    check(&world, &good, before);
    let finds = |what: &str, edit: fn(&mut Vec<Arc<Entry>>)| {
        let mut bad = good.clone();
        edit(&mut bad);
        let check = std::panic::AssertUnwindSafe(|| check(&world, &bad, before));
        assert!(std::panic::catch_unwind(check).is_err(), "{what} was not found");
    };
    finds("a lost entry", |entries| drop(entries.remove(10)));
    finds("a doubled entry", |entries| entries.push(entries[10].clone()));
    finds("two swapped entries", |entries| entries.swap(9, 10));
    finds("a torn batch", |entries| entries.truncate(FIRST as usize + 4));
    finds("a lost end", |entries| entries.truncate(FIRST as usize));
    finds("a lost side", |entries| entries.retain(|entry| entry.header().side == BLUE));
}

// INV-1, INV-3, INV-4, INV-6: "kill -9 of a real node in mid-stream: nothing lost, doubled or reordered".
#[test]
fn what_was_told_durable_survives_kill_after_kill() {
    let desk = Desk::new();
    let mut chance = chance(20);
    let mut before = desk.world.paired.entries.clone();
    let mut kills_in_mid_stream = 0;
    let rounds = std::env::var(ROUNDS).map_or(20, |rounds| rounds.parse().expect("a number of rounds"));
    for round in 0..rounds {
        let numbers = if round % 5 == 0 { 0 } else { 1 + chance(120) };
        let last = run_and_kill(&desk.path, numbers, Duration::from_micros(chance(20_000)));
        let (record, seen) = open(&desk.path).unwrap_or_else(|error| panic!("round {round}: {error}"));
        for (index, numbered) in seen.iter().enumerate() {
            assert_eq!(numbered.n, index as u64 + 1, "round {round}: a number is missing");
        }
        let seen: Vec<_> = seen.into_iter().map(|numbered| numbered.entry).collect();
        let told = last.unwrap_or(0);
        assert!(seen.len() as u64 >= told, "round {round}: {told} was told, {} are there", seen.len());
        check(&desk.world, &seen, &before);
        check_drafts(&Running::start(record), &seen);
        kills_in_mid_stream += u64::from(seen.len() as u64 > told && told > 0);
        before = seen;
    }
    assert!(before.len() as u64 > FIRST + 500, "the children wrote only {} entries", before.len());
    assert!(kills_in_mid_stream > 0, "no kill fell between a commit and its line");
}
