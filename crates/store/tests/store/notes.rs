//! Notes of the watch: kept over a restart, bounded in number, no part of the record.

use std::sync::mpsc::channel;

use ringdown_record::{DraftId, WallTime};
use ringdown_store::{NOTES_MAX, NOTES_WAITING_MAX, Notice, WriteError};

use crate::world::{Desk, WAIT};

#[test]
fn notes_are_kept_over_a_restart_and_are_no_part_of_the_record() {
    let desk = Desk::new();
    let running = desk.run();
    let exported = |reader: &ringdown_store::Reader| {
        let mut bytes = Vec::new();
        let write = |piece: &[u8]| {
            bytes.extend_from_slice(piece);
            Ok(())
        };
        reader.export(&desk.world.paired.signed, write).unwrap();
        bytes
    };
    let before = exported(&running.reader);
    let (done, answer) = channel();
    let tell = move |result| done.send(result).unwrap();
    running.writer.note(WallTime::from_ms(7), b"BLUE 0001 was called".to_vec(), tell);
    assert_eq!(answer.recv_timeout(WAIT).unwrap(), Ok(()), "it is durable when it is told");
    running.writer.note(WallTime::from_ms(8), b"second".to_vec(), |_| {});
    drop(running);
    let running = desk.run();
    let notes = running.reader.notes_before(u64::MAX, 10).unwrap();
    let told: Vec<_> = notes.iter().map(|note| (note.n, note.at.ms(), note.content.as_slice())).collect();
    assert_eq!(told, [(2, 8, &b"second"[..]), (1, 7, &b"BLUE 0001 was called"[..])]);
    assert_eq!(running.reader.notes_before(2, 10).unwrap(), notes[1..]);
    assert_eq!(exported(&running.reader), before);
}

#[test]
fn beyond_the_limit_the_oldest_notes_go_and_no_number_comes_again() {
    let desk = Desk::new();
    let running = desk.run();
    for n in 0..NOTES_MAX + 3 {
        running.writer.note(WallTime::from_ms(n), Vec::new(), |_| {});
    }
    drop(running);
    let running = desk.run();
    let notes = running.reader.notes_before(u64::MAX, u32::MAX).unwrap();
    assert_eq!(notes.len() as u64, NOTES_MAX);
    assert_eq!((notes[0].n, notes[notes.len() - 1].n), (NOTES_MAX + 3, 4));
}

#[test]
fn notes_wait_for_a_full_disk_and_beyond_a_limit_the_oldest_is_refused() {
    let desk = Desk::new();
    let running = desk.run();
    running.writer.limit_pages(1);
    let (done, answers) = channel();
    let all = NOTES_WAITING_MAX as u64 + 3;
    for n in 1..=all {
        let done = done.clone();
        let tell = move |result: Result<(), WriteError>| done.send((n, result)).unwrap();
        running.writer.note(WallTime::from_ms(n), vec![0; 100], tell);
    }
    let answered = |count: usize| -> Vec<(u64, Result<(), WriteError>)> {
        (0..count).map(|_| answers.recv_timeout(WAIT).unwrap()).collect()
    };
    assert_eq!(answered(3), (1..=3).map(|n| (n, Err(WriteError::Full))).collect::<Vec<_>>());
    assert_eq!(running.reader.notes_before(u64::MAX, 10).unwrap(), []);
    running.writer.limit_pages(1_000_000);
    assert_eq!(answered(NOTES_WAITING_MAX), (4..=all).map(|n| (n, Ok(()))).collect::<Vec<_>>());
    let kept = running.reader.notes_before(u64::MAX, u32::MAX).unwrap();
    assert_eq!(kept.len(), NOTES_WAITING_MAX);
    assert_eq!((kept[0].at.ms(), kept[kept.len() - 1].at.ms()), (all, 4), "in the order in which they came");
}

#[test]
fn a_note_that_no_disk_takes_is_refused_when_the_writer_ends() {
    let desk = Desk::new();
    let running = desk.run();
    running.writer.limit_pages(1);
    let (done, answer) = channel();
    running.writer.note(WallTime::from_ms(1), vec![0; 100_000], move |result| done.send(result).unwrap());
    drop(running);
    assert_eq!(answer.recv_timeout(WAIT).unwrap(), Err(WriteError::Full));
}

#[test]
fn an_entry_and_a_draft_do_not_wait_for_the_space_that_notes_take() {
    let mut desk = Desk::new();
    let running = desk.run();
    let batch = desk.world.single(b"first");
    running.writer.limit_pages(64);
    // Longer than the pages that are left; the others go with it, in one commit that fails.
    running.writer.note(WallTime::from_ms(1), vec![0; 1_000_000], |_| {});
    running.append(batch.clone());
    let (done, answer) = channel();
    let tell = move |result| done.send(result).unwrap();
    running.writer.draft(DraftId([1; 16]), Some(b"draft".to_vec()), tell);
    assert_eq!(running.notice(), Notice::Writable(false));
    assert_eq!(running.durable().0, batch.id);
    assert_eq!(answer.recv_timeout(WAIT).unwrap(), Ok(()));
    running.writer.limit_pages(1_000_000);
    assert_eq!(running.notice(), Notice::Writable(true));
    assert_eq!(running.reader.notes_before(u64::MAX, 10).unwrap().len(), 1);
}
