//! The writer: durable when it says so, in order, all of a batch or nothing of it.

use std::sync::mpsc::channel;

use ringdown_record::{BatchId, DraftId, Place};
use ringdown_store::{Notice, WriteError};

use crate::world::{ARRIVED, BLUE, Desk, FIRST, GREEN, Running, WAIT, entries, held, open};

// INV-3, REC-18
#[test]
fn a_batch_is_there_when_it_is_called_durable_and_after_reopening() {
    let mut desk = Desk::new();
    let running = desk.run();
    let written = [
        desk.world.write(GREEN, b"received"),
        desk.world.write(BLUE, b"its receipt"),
        desk.world.write(BLUE, &[7; 60_000]),
    ];
    let batch = desk.world.batch(&written);
    running.append(batch.clone());
    assert_eq!(running.durable(), (batch.id, FIRST + 1));
    // A connection that did not exist before: it can only see what is committed.
    let fresh = running.record.reader().unwrap();
    let found = fresh.after(FIRST, 10).unwrap();
    assert_eq!(entries(&found), written);
    assert!(found.iter().all(|numbered| numbered.arrived == ARRIVED));
    drop((fresh, running));
    assert_eq!(entries(&held(&desk.path))[FIRST as usize..], written);
}

// INV-6: the number of an entry is the number of its event, so none is left out and none comes twice.
#[test]
fn many_batches_queued_at_once_become_durable_in_order_and_number_without_gap() {
    let mut desk = Desk::new();
    let running = desk.run();
    let mut expected = Vec::new();
    let mut next = FIRST + 1;
    for size in (1..=4).cycle().take(700) {
        let written: Vec<_> = (0..size).map(|n| desk.world.write(BLUE, &[n])).collect();
        let batch = desk.world.batch(&written);
        expected.push((batch.id, next));
        next += u64::from(size);
        running.append(batch);
    }
    let told: Vec<_> = expected.iter().map(|_| running.durable()).collect();
    assert_eq!(told, expected);
    drop(running);
    let numbers: Vec<_> = held(&desk.path).iter().map(|numbered| numbered.n).collect();
    assert_eq!(numbers, (1..next).collect::<Vec<_>>());
}

// What waits goes into one commit: else a burst would cost one flush for each batch.
#[test]
fn what_waits_is_committed_together() {
    const WAITING: usize = 3_000;
    let mut desk = Desk::new();
    let (record, _) = open(&desk.path).unwrap();
    let (told, notices) = channel();
    let (gate, held_back) = channel::<()>();
    // The writer's thread stands still in its first notice until the gate is gone.
    let notify = move |notice| {
        told.send(notice).unwrap();
        let _ = held_back.recv();
    };
    let writer = record.writer(notify).unwrap();
    writer.append(desk.world.single(b"first"), ARRIVED);
    notices.recv_timeout(WAIT).unwrap();
    let wal = desk.dir.path().join("record.db-wal");
    let before = std::fs::metadata(&wal).unwrap().len();
    for _ in 0..WAITING {
        writer.append(desk.world.single(b"small"), ARRIVED);
    }
    drop(gate);
    for n in 0..WAITING as u64 {
        let expected = Notice::Durable { batch: BatchId(n + 2), first: FIRST + 2 + n };
        assert_eq!(notices.recv_timeout(WAIT).unwrap(), expected);
    }
    // One commit writes at least one page of the table, however small the batch.
    let pages = (std::fs::metadata(&wal).unwrap().len() - before) / 4096;
    assert!(pages < WAITING as u64 / 2, "{pages} pages written for {WAITING} batches");
}

// "What was handed in is committed" when the writer is dropped.
#[test]
fn dropping_the_writer_commits_what_was_handed_in() {
    let mut desk = Desk::new();
    let running = desk.run();
    for _ in 0..2_500 {
        running.append(desk.world.single(b"at the last moment"));
    }
    let answer = running.draft_later(DraftId([1; 16]), Some(b"so was this"));
    let Running { reader, writer, notices, record } = running;
    drop((reader, writer, record));
    assert_eq!(notices.iter().count(), 2_500, "each was told before the drop came back");
    assert_eq!(answer.try_recv(), Ok(Ok(())));
    assert_eq!(held(&desk.path).len() as u64, FIRST + 2_500);
    assert_eq!(desk.run().reader.draft(DraftId([1; 16])).unwrap().unwrap().content, b"so was this");
}

#[test]
fn a_batch_without_entries_is_told_and_changes_nothing() {
    let mut desk = Desk::new();
    let running = desk.run();
    let empty = desk.world.batch(&[]);
    running.append(empty.clone());
    assert_eq!(running.durable().0, empty.id);
    running.append(desk.world.single(b"next"));
    assert_eq!(running.durable().1, FIRST + 1);
}

// INV-1: the disk itself refuses a second entry for one place, and the writer does not go on after it.
#[test]
fn a_second_entry_for_a_place_stops_the_writer() {
    let mut desk = Desk::new();
    let running = desk.run();
    let good = desk.world.write(BLUE, b"good");
    running.append(desk.world.batch(std::slice::from_ref(&good)));
    running.durable();
    let new = desk.world.write(GREEN, b"new, and in the bad batch");
    let second = desk.world.write_again(&good, b"another history");
    assert_eq!(second.header().place, good.header().place);
    running.append(desk.world.batch(&[new.clone(), second]));
    let Notice::Stopped(reason) = running.notice() else { panic!("not stopped") };
    assert!(!reason.is_empty());

    // Nothing of that batch is there, and nothing is taken any more.
    assert!(running.reader.numbered(FIRST + 2).unwrap().is_none());
    assert!(running.reader.at(GREEN, new.header().place).unwrap().is_none());
    assert_eq!(running.draft(DraftId([1; 16]), Some(b"late")), Err(WriteError::Stopped(reason)));
    running.append(desk.world.single(b"late"));
    let Running { reader, writer, notices, record } = running;
    drop(writer);
    assert_eq!(notices.iter().count(), 0, "a stopped writer tells nothing more");

    // Readers go on.
    let at = reader.at(BLUE, good.header().place).unwrap().unwrap();
    assert_eq!((at.n, at.entry), (FIRST + 1, good.clone()));
    drop((reader, record));
    assert_eq!(entries(&held(&desk.path))[FIRST as usize..], [good]);
}

#[test]
fn after_a_stop_the_record_opens_and_takes_the_next_entries() {
    let mut desk = Desk::new();
    let good = desk.world.write(BLUE, b"good");
    let running = desk.run();
    let second = desk.world.write_again(&good, b"another history");
    running.append(desk.world.batch(&[good.clone(), second]));
    assert!(matches!(running.notice(), Notice::Stopped(_)));
    drop(running);
    let running = desk.run();
    assert!(running.reader.at(BLUE, Place::first(3)).unwrap().is_none());
    running.append(desk.world.batch(std::slice::from_ref(&good)));
    assert_eq!(running.durable().1, FIRST + 1);
}

// A batch that was queued with the bad one is not called durable either, unless it was committed before.
#[test]
fn what_is_called_durable_before_a_stop_is_exactly_what_is_there() {
    for round in 0..10 {
        let mut desk = Desk::new();
        let running = desk.run();
        let good = desk.world.write(BLUE, b"good");
        running.append(desk.world.batch(std::slice::from_ref(&good)));
        for _ in 0..round {
            running.append(desk.world.single(b"more"));
        }
        let second = desk.world.write_again(&good, b"another history");
        running.append(desk.world.batch(&[second]));
        running.append(desk.world.single(b"too late"));
        let mut durable = FIRST;
        while let Notice::Durable { first, .. } = running.notice() {
            durable = first;
        }
        drop(running);
        assert_eq!(held(&desk.path).len() as u64, durable);
    }
}

// A screen shows the newest first and goes back from there.
#[test]
fn the_record_is_read_backwards_in_pages() {
    let mut desk = Desk::new();
    let running = desk.run();
    let written: Vec<_> = (0..7).map(|n| desk.world.write(BLUE, &[n])).collect();
    running.append(desk.world.batch(&written));
    running.durable();
    let reader = running.record.reader().unwrap();
    let newest = reader.before(u64::MAX, 3).unwrap();
    assert_eq!(
        newest.iter().map(|numbered| numbered.n).collect::<Vec<_>>(),
        [FIRST + 7, FIRST + 6, FIRST + 5]
    );
    assert_eq!(newest[0].entry, *written.last().unwrap());
    let older = reader.before(FIRST + 5, 2).unwrap();
    assert_eq!(older.iter().map(|numbered| numbered.n).collect::<Vec<_>>(), [FIRST + 4, FIRST + 3]);
    assert!(reader.before(1, 9).unwrap().is_empty());
}
