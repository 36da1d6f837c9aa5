//! Notes of the watch: kept over a restart, bounded in number, no part of the record.

use std::sync::mpsc::channel;

use ringdown_record::WallTime;
use ringdown_store::{NOTES_MAX, WriteError};

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
fn a_full_disk_refuses_a_note_at_once_so_that_they_do_not_pile_up() {
    let desk = Desk::new();
    let running = desk.run();
    running.writer.limit_pages(1);
    for _ in 0..2 {
        let (done, answer) = channel();
        running.writer.note(WallTime::from_ms(1), vec![0; 100_000], move |result| done.send(result).unwrap());
        assert_eq!(answer.recv_timeout(WAIT).unwrap(), Err(WriteError::Full));
    }
    assert_eq!(running.reader.notes_before(u64::MAX, 10).unwrap(), []);
}
