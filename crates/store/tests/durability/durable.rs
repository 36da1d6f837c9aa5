//! What was said to be durable is there.

use std::sync::mpsc::channel;

use ringdown_record::{DraftId, Place, Side, WallTime};
use ringdown_store::{Notice, OpenError, Record, WriteError};

use crate::world::{PATIENCE, World};

#[test]
fn a_record_gives_back_what_it_was_made_with_in_order() {
    let world = World::new();
    let entries = world.entries().unwrap();
    let hashes: Vec<_> = entries.iter().map(|numbered| numbered.entry.hash()).collect();
    let expected: Vec<_> = world.paired.entries.iter().map(|entry| entry.hash()).collect();
    assert_eq!(hashes, expected);
    assert_eq!(entries.iter().map(|numbered| numbered.n).collect::<Vec<_>>(), [1, 2, 3, 4]);
}

#[test]
fn a_second_opener_is_refused_until_the_first_is_gone() {
    let world = World::new();
    let open = world.open();
    assert!(matches!(world.entries(), Err(OpenError::InUse(_))));
    drop(open);
    assert!(world.entries().is_ok());
}

#[test]
fn nothing_is_made_over_a_record_and_nothing_out_of_nothing() {
    let world = World::new();
    let before = std::fs::read(world.path()).unwrap();
    let again = Record::create(&world.path(), &world.paired.signed, &world.paired.entries);
    assert!(matches!(again, Err(OpenError::Exists(_))));
    assert_eq!(std::fs::read(world.path()).unwrap(), before);
    let nowhere = world.dir.path().join("nowhere.db");
    assert!(matches!(Record::open(&nowhere, |_| ()), Err(OpenError::Missing(_))));
    assert!(!nowhere.exists());
}

#[test]
fn batches_become_durable_in_order_with_consecutive_numbers() {
    let mut world = World::new();
    let open = world.open();
    for _ in 0..200 {
        let entries = vec![world.entry(), world.entry()];
        open.writer.append(world.batch(entries, None), WallTime::from_ms(7));
    }
    for id in 1..=200 {
        let Notice::Durable { batch, first } = open.next() else { panic!("durable") };
        assert_eq!((batch.0, first), (id, 5 + (id - 1) * 2));
    }
    drop(open);
    let entries = world.entries().unwrap();
    assert_eq!(entries.len(), 404);
    assert!(entries[4..].iter().all(|numbered| numbered.arrived == WallTime::from_ms(7)));
}

#[test]
fn a_copy_taken_from_a_running_node_has_all_that_was_durable() {
    // As after kill -9: the write-ahead log was not folded in.
    let mut world = World::new();
    let open = world.open();
    for _ in 0..50 {
        let entry = world.entry();
        open.writer.append(world.batch(vec![entry], None), WallTime::from_ms(1));
        assert!(matches!(open.next(), Notice::Durable { .. }));
    }
    let copy = World::new();
    for suffix in ["", "-wal"] {
        let file = format!("record.db{suffix}");
        std::fs::copy(world.dir.path().join(&file), copy.dir.path().join(&file)).unwrap();
    }
    assert_eq!(copy.entries().unwrap().len(), 54);
}

#[test]
fn a_draft_becomes_one_entry_in_the_same_commit() {
    let mut world = World::new();
    let open = world.open();
    let (id, reader) = (DraftId([7; 16]), open.record.reader().unwrap());
    let keep = |content: &[u8]| {
        let (sender, done) = channel();
        open.writer.draft(id, Some(content.to_vec()), move |result| drop(sender.send(result)));
        done.recv_timeout(PATIENCE).unwrap()
    };
    assert_eq!(keep(b"one"), Ok(()));
    assert_eq!(keep(b"two"), Ok(()));
    assert_eq!(reader.drafts().unwrap().len(), 1);
    let entry = world.entry();
    open.writer.append(world.batch(vec![entry.clone()], Some(id)), WallTime::from_ms(1));
    let Notice::Durable { first, .. } = open.next() else { panic!("durable") };
    let stored = reader.draft(id).unwrap().unwrap();
    assert_eq!((stored.content.as_slice(), stored.released), (&b"two"[..], Some(first)));
    assert_eq!(keep(b"three"), Ok(()), "a late change of a released draft is no error");
    assert_eq!(reader.draft(id).unwrap().unwrap().content, b"two", "and no change");
    assert_eq!(reader.numbered(first).unwrap().unwrap().entry.hash(), entry.hash());
    assert!(reader.drafts().unwrap().is_empty());
}

#[test]
fn a_second_entry_for_one_place_stops_the_writer_and_not_the_readers() {
    // INV-1: the table itself refuses two histories.
    let mut world = World::new();
    let open = world.open();
    let first = world.entry();
    open.writer.append(world.batch(vec![first.clone()], None), WallTime::from_ms(1));
    assert!(matches!(open.next(), Notice::Durable { .. }));
    let second = world.entry_at(first.header().place.seq, 9);
    let after = world.entry();
    open.writer.append(world.batch(vec![after, second], None), WallTime::from_ms(1));
    assert!(matches!(open.next(), Notice::Stopped(_)));
    let reader = open.record.reader().unwrap();
    assert_eq!(reader.at(Side::Zero, Place::first(3)).unwrap().unwrap().entry.hash(), first.hash());
    assert!(
        reader.at(Side::Zero, Place::first(4)).unwrap().is_none(),
        "nothing of the refused batch is there"
    );
    let (sender, done) = channel();
    open.writer.draft(DraftId([1; 16]), Some(vec![1]), move |result| drop(sender.send(result)));
    assert!(matches!(done.recv_timeout(PATIENCE).unwrap(), Err(WriteError::Stopped(_))));
}

#[test]
fn the_note_that_a_message_was_sent_is_kept() {
    let mut world = World::new();
    let open = world.open();
    let entry = world.entry();
    open.writer.append(world.batch(vec![entry.clone()], None), WallTime::from_ms(1));
    assert!(matches!(open.next(), Notice::Durable { .. }));
    open.writer.note_sent(Side::Zero, entry.reference(), WallTime::from_ms(55));
    open.writer.note_sent(Side::Zero, entry.reference(), WallTime::from_ms(99));
    drop(open);
    let entries = world.entries().unwrap();
    assert_eq!(entries.last().unwrap().sent, Some(WallTime::from_ms(55)), "the first time counts");
}

#[test]
fn what_people_wrote_beside_an_entry_is_kept_and_is_in_no_export() {
    let world = World::new();
    let open = world.open();
    let entry = world.paired.entries[0].hash();
    let exported = |open: &crate::world::Open| {
        let mut bytes = Vec::new();
        let written = open.record.reader().unwrap().export(&world.paired.signed, |piece| {
            bytes.extend_from_slice(piece);
            Ok(())
        });
        written.unwrap();
        bytes
    };
    let before = exported(&open);
    for content in [&b"a word of ours"[..], b"a better word of ours"] {
        let (sender, done) = channel();
        open.writer.beside(entry, content.to_vec(), move |result| drop(sender.send(result)));
        assert_eq!(done.recv_timeout(PATIENCE).unwrap(), Ok(()));
        assert_eq!(open.record.reader().unwrap().beside(&entry).unwrap().as_deref(), Some(content));
    }
    assert_eq!(exported(&open), before);
    let other = world.paired.entries[1].hash();
    assert_eq!(open.record.reader().unwrap().beside(&other).unwrap(), None);
    drop(open);
    assert_eq!(world.entries().unwrap().len(), 4);
    let kept = world.open().record.reader().unwrap().beside(&entry).unwrap();
    assert_eq!(kept.as_deref(), Some(&b"a better word of ours"[..]));
}
