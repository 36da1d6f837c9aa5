//! A full disk: nothing is lost, everyone is told, and it goes on by itself.

use std::sync::mpsc::channel;

use ringdown_record::{DraftId, WallTime};
use ringdown_store::{Notice, WriteError};

use crate::world::{PATIENCE, World};

#[test]
fn a_full_disk_waits_and_goes_on_by_itself() {
    let mut world = World::new();
    let open = world.open();
    open.writer.limit_pages(1);
    let mut waiting = 0;
    let full = loop {
        let entries: Vec<_> = (0..200).map(|_| world.entry()).collect();
        open.writer.append(world.batch(entries, None), WallTime::from_ms(1));
        waiting += 1;
        match open.next() {
            Notice::Durable { .. } => waiting -= 1,
            notice => break notice,
        }
        assert!(waiting < 100, "the limit is felt");
    };
    assert_eq!(full, Notice::Writable(false));
    let (sender, done) = channel();
    open.writer.draft(DraftId([1; 16]), Some(vec![0; 100]), move |result| drop(sender.send(result)));
    assert_eq!(
        done.recv_timeout(PATIENCE).unwrap(),
        Err(WriteError::Full),
        "a draft is refused, not forgotten"
    );
    assert!(open.record.reader().unwrap().after(0, 10).is_ok(), "readers go on");
    open.writer.limit_pages(1 << 20);
    let mut told = Vec::new();
    while told.len() < waiting + 1 {
        told.push(open.next());
    }
    assert_eq!(told[0], Notice::Writable(true));
    assert!(told[1..].iter().all(|notice| matches!(notice, Notice::Durable { .. })), "{told:?}");
    drop(open);
    let last = world.entries().unwrap().len() as u64;
    assert_eq!(world.entry().header().place.seq, last - 4 + 2 + 1, "everything that waited is there");
}
