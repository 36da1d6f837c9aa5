//! A full disk: batches wait, drafts are refused, readers go on, and nobody has to send anything again.
//!
//! The file is held at the size that it has; to SQLite that is the same as a disk without space.

use std::time::Duration;

use ringdown_record::{BatchId, DraftId};
use ringdown_store::{Notice, WriteError};

use crate::stops::on_threads;
use crate::world::{BLUE, Desk, FIRST, GREEN, Running, WAIT, entries, held};

const ID: DraftId = DraftId([1; 16]);
/// More than any free space in a page that is there already.
static BIG: [u8; 60_000] = [7; 60_000];
/// As good as none.
const NO_LIMIT: u32 = 1 << 30;

/// No page may be added; the first batch that waits for one.
fn fill(desk: &mut Desk, running: &Running) -> BatchId {
    running.writer.limit_pages(1);
    let batch = desk.world.single(&BIG);
    running.append(batch.clone());
    assert_eq!(running.notice(), Notice::Writable(false));
    batch.id
}

// INV-4: what waits is neither lost nor called durable.
#[test]
fn on_a_full_disk_batches_wait_drafts_are_refused_and_readers_go_on() {
    let mut desk = Desk::new();
    let running = desk.run();
    assert_eq!(running.draft(ID, Some(b"words")), Ok(()));
    fill(&mut desk, &running);
    running.append(desk.world.single(b"waits behind the first"));
    assert_eq!(running.draft(ID, Some(&BIG)), Err(WriteError::Full));
    assert_eq!(running.draft(DraftId([2; 16]), Some(&BIG)), Err(WriteError::Full));
    assert!(running.is_silent_for(Duration::from_secs(2)), "told once, and nothing is called durable");
    let fresh = running.record.reader().unwrap();
    for reader in [&running.reader, &fresh] {
        assert_eq!(entries(&reader.after(0, 100).unwrap()), desk.world.paired.entries);
        assert_eq!(reader.draft(ID).unwrap().unwrap().content, b"words");
        assert_eq!(reader.drafts().unwrap().len(), 1);
    }
}

// "Batches wait and are tried again": when there is space, all that waits becomes durable in its order.
#[test]
fn when_there_is_space_again_what_waited_becomes_durable_by_itself() {
    let mut desk = Desk::new();
    let running = desk.run();
    let first = fill(&mut desk, &running);
    let more = [desk.world.single(&BIG), desk.world.single(b"small"), desk.world.single(&BIG)];
    more.iter().for_each(|batch| running.append(batch.clone()));
    assert_eq!(running.draft(ID, Some(&BIG)), Err(WriteError::Full));
    running.writer.limit_pages(NO_LIMIT);
    assert_eq!(running.notice(), Notice::Writable(true));
    assert_eq!(running.durable(), (first, FIRST + 1));
    for (batch, n) in more.iter().zip(FIRST + 2..) {
        assert_eq!(running.durable(), (batch.id, n));
    }
    assert_eq!(running.draft(ID, Some(&BIG)), Ok(()));
    drop(running);
    let numbers: Vec<_> = held(&desk.path).iter().map(|numbered| numbered.n).collect();
    assert_eq!(numbers, (1..=FIRST + 4).collect::<Vec<_>>());
}

#[test]
fn with_nothing_waiting_the_end_of_the_shortage_is_told_too() {
    let mut desk = Desk::new();
    let running = desk.run();
    running.writer.limit_pages(1);
    assert_eq!(running.draft(ID, Some(&BIG)), Err(WriteError::Full));
    assert_eq!(running.notice(), Notice::Writable(false));
    running.writer.limit_pages(NO_LIMIT);
    assert_eq!(running.notice(), Notice::Writable(true));
    assert_eq!(running.draft(ID, Some(&BIG)), Ok(()));
    running.append(desk.world.single(&BIG));
    assert_eq!(running.durable().1, FIRST + 1);
}

// Space that somebody else freed is found without anything being handed in.
#[test]
fn freed_space_is_found_with_nothing_waiting() {
    let desk = Desk::new();
    let running = desk.run();
    assert_eq!(running.draft(ID, Some(&[7; 400_000])), Ok(()));
    running.writer.limit_pages(1);
    assert_eq!(running.draft(ID, None), Ok(()), "the limit is a commit of its own");
    assert_eq!(running.draft(ID, Some(&[7; 400_000])), Ok(()), "in the space that it left");
    let other = DraftId([2; 16]);
    assert_eq!(running.draft(other, Some(&BIG)), Err(WriteError::Full));
    assert_eq!(running.notice(), Notice::Writable(false));
    assert!(running.is_silent_for(Duration::from_secs(2)), "there is no space yet");
    desk.raw().execute("DELETE FROM draft", []).unwrap();
    assert_eq!(running.notice(), Notice::Writable(true));
    assert_eq!(running.draft(other, Some(&BIG)), Ok(()));
}

// INV-4: an entry with its receipt and the draft that it was, all in one commit, also when it was tried before.
#[test]
fn a_batch_that_waited_is_whole() {
    let mut desk = Desk::new();
    let running = desk.run();
    assert_eq!(running.draft(ID, Some(b"words")), Ok(()));
    fill(&mut desk, &running);
    let written = [desk.world.write(GREEN, b"received"), desk.world.write(BLUE, &BIG)];
    running.append(desk.world.releasing(&written, &[(ID, 1)]));
    assert_eq!(running.draft(ID, Some(&BIG)), Err(WriteError::Full));
    assert_eq!(running.reader.draft(ID).unwrap().unwrap().released, None);
    running.writer.limit_pages(NO_LIMIT);
    assert_eq!(running.notice(), Notice::Writable(true));
    running.durable();
    assert_eq!(running.durable().1, FIRST + 2);
    assert_eq!(running.reader.draft(ID).unwrap().unwrap().released, Some(FIRST + 3));
}

// The officer who wrote it has to learn that it is not kept.
#[test]
fn a_draft_handed_in_before_the_writer_is_dropped_is_answered_on_a_full_disk_too() {
    for _ in 0..5 {
        let mut desk = Desk::new();
        let running = desk.run();
        fill(&mut desk, &running);
        let answer = running.draft_later(ID, Some(&BIG));
        drop(running);
        assert_eq!(answer.try_recv(), Ok(Err(WriteError::Full)), "no answer before the drop came back");
    }
}

#[test]
fn a_writer_dropped_on_a_full_disk_comes_back_and_the_record_opens() {
    let mut desk = Desk::new();
    let running = desk.run();
    fill(&mut desk, &running);
    running.append(desk.world.single(b"waits behind the first"));
    drop(running);
    // Never called durable, so it may be lost, but not in part.
    assert_eq!(entries(&held(&desk.path)), desk.world.paired.entries);
}

// "When dropped, what was handed in is committed": there is space again, even if nobody has tried it yet.
#[test]
fn a_writer_dropped_when_there_is_space_again_commits_what_waited() {
    let mut desk = Desk::new();
    let running = desk.run();
    fill(&mut desk, &running);
    running.append(desk.world.single(b"waits behind the first"));
    running.writer.limit_pages(NO_LIMIT);
    drop(running);
    assert_eq!(held(&desk.path).len() as u64, FIRST + 2);
}

/// More than the writer takes into one commit.
const MANY: usize = 1_500;

// However much waits, a draft is answered at once and the writer comes to an end.
#[test]
fn with_more_waiting_than_one_commit_takes_drafts_are_still_refused() {
    let mut desk = Desk::new();
    let running = desk.run();
    fill(&mut desk, &running);
    (0..MANY).for_each(|_| running.append(desk.world.single(b"waits")));
    let answer = running.draft_later(ID, Some(&BIG)).recv_timeout(WAIT);
    running.writer.limit_pages(NO_LIMIT);
    assert_eq!(answer, Ok(Err(WriteError::Full)), "not answered while the disk is full");
}

#[test]
fn with_more_waiting_than_one_commit_takes_space_is_found_again() {
    let mut desk = Desk::new();
    let running = desk.run();
    let mut last = fill(&mut desk, &running);
    for _ in 0..MANY {
        let batch = desk.world.single(b"waits");
        last = batch.id;
        running.append(batch);
    }
    running.writer.limit_pages(NO_LIMIT);
    assert_eq!(running.notice(), Notice::Writable(true));
    while running.durable().0 != last {}
}

#[test]
fn with_more_waiting_than_one_commit_takes_the_writer_can_be_dropped() {
    let mut desk = Desk::new();
    let running = desk.run();
    fill(&mut desk, &running);
    (0..MANY).for_each(|_| running.append(desk.world.single(b"waits")));
    let (ended, end) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        drop(running);
        let _ = ended.send(());
    });
    assert_eq!(end.recv_timeout(WAIT), Ok(()), "dropping the writer does not come back");
}

/// From no page more than there are, to more than the batches below fill.
const LIMITS: std::ops::RangeInclusive<u64> = 1..=50;
/// Mostly they wait for the writer to try again.
const THREADS: u64 = 12;
const BATCHES: u8 = 8;

// INV-3, INV-4: wherever the disk ends, what was confirmed is there, and the rest comes when there is space.
#[test]
fn at_every_limit_nothing_confirmed_is_lost_and_it_goes_on_alone() {
    let full = std::sync::atomic::AtomicUsize::new(0);
    let wrong = on_threads(THREADS, LIMITS.collect(), |limit| {
        let was_full = fill_up_to(limit as u32).map_err(|what| format!("{limit} pages: {what}"))?;
        full.fetch_add(usize::from(was_full), std::sync::atomic::Ordering::Relaxed);
        Ok(())
    });
    assert!(wrong.is_empty(), "{wrong:#?}");
    let full = full.into_inner();
    assert!(full > 10 && full < LIMITS.count(), "{full} limits were felt");
}

/// Batches with a draft each, until they are all there; true if the disk was full in between.
fn fill_up_to(limit: u32) -> Result<bool, String> {
    let mut desk = Desk::new();
    let running = desk.run();
    running.writer.limit_pages(limit);
    let (mut whole, mut kept, mut was_full) = (desk.world.paired.entries.clone(), Vec::new(), false);
    for n in 0..BATCHES {
        let id = DraftId([n + 1; 16]);
        match running.draft(id, Some(&[n; 1_000])) {
            Ok(()) => kept.push((id, whole.len() as u64 + 2)),
            Err(WriteError::Full) => was_full = true,
            Err(other) => return Err(other.to_string()),
        }
        let written = [desk.world.write(GREEN, &[n; 2_500]), desk.world.write(BLUE, &[n; 3_500])];
        running.append(desk.world.releasing(&written, &[(id, 1)]));
        whole.extend(written);
        // One way or the other: durable, or full until there is space.
        loop {
            match running.notice() {
                Notice::Durable { .. } => break,
                Notice::Writable(true) => {}
                Notice::Writable(false) => {
                    was_full = true;
                    let there = entries(&running.reader.after(0, 1_000).map_err(|error| error.to_string())?);
                    let before = whole.len() - 2;
                    if there != whole[..before] {
                        return Err(format!("{before} entries were confirmed, {} are there", there.len()));
                    }
                    running.writer.limit_pages(NO_LIMIT);
                }
                Notice::Stopped(reason) => return Err(reason),
            }
        }
    }
    drop(running);
    if entries(&held(&desk.path)) != whole {
        return Err("not everything is there in the end".into());
    }
    let running = desk.run();
    for (id, n) in kept {
        let released =
            running.reader.draft(id).map_err(|error| error.to_string())?.and_then(|draft| draft.released);
        if released != Some(n) {
            return Err(format!("{id:?} was kept, and is {released:?} instead of {n}"));
        }
    }
    Ok(was_full)
}
