//! One record in a temporary directory, and entries that BLUE writes into it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use ringdown_line::pairing::{Paired, SideKeys, pair};
use ringdown_record::body::Receipt;
use ringdown_record::charter::Officer;
use ringdown_record::{
    Batch, BatchId, DraftId, Entry, EntryRef, Kind, Place, SealContext, Secret, Side, SigningKey, Urgency,
    WallTime,
};
use ringdown_store::{Notice, Numbered, OpenError, Record, Writer};
use tempfile::TempDir;

/// Long enough for any disk; a test that waits this long has failed.
pub const PATIENCE: Duration = Duration::from_secs(30);

pub struct World {
    pub dir: TempDir,
    pub paired: Paired,
    keys: [SideKeys; 2],
    head: EntryRef,
    batches: u64,
}

pub struct Open {
    pub record: Record,
    pub writer: Writer,
    pub notices: Receiver<Notice>,
}

fn keys(name: &str, seed: u8) -> SideKeys {
    let key = |n: u8| SigningKey::from_seed(&[seed + n; 32]);
    SideKeys {
        name: name.into(),
        root: key(1),
        node: key(2),
        channel: Secret([seed + 3; 32]),
        officers: vec![Officer::held_by_node(1, "Duty officer", &key(4).public())],
    }
}

impl World {
    pub fn new() -> World {
        let keys = [keys("BLUE", 10), keys("GREEN", 60)];
        let paired = pair(&keys, [1; 16], &Secret([99; 32]), WallTime::from_ms(1000));
        let dir = TempDir::new().unwrap();
        let head = paired.entries[2].reference();
        let world = World { dir, paired, keys, head, batches: 0 };
        Record::create(&world.path(), &world.paired.signed, &world.paired.entries).unwrap();
        world
    }

    pub fn path(&self) -> PathBuf {
        self.dir.path().join("record.db")
    }

    /// The next entry of BLUE.
    pub fn entry(&mut self) -> Arc<Entry> {
        let entry = self.entry_at(self.head.place.seq + 1, 0);
        self.head = entry.reference();
        entry
    }

    /// An entry of BLUE at a place, different for each `flavour`.
    pub fn entry_at(&self, seq: u64, flavour: u64) -> Arc<Entry> {
        let context = SealContext {
            line: self.paired.charter.line_id(),
            side: Side::Zero,
            place: Place::first(seq),
            prev: self.head.hash,
            peer: self.paired.entries[3].reference(),
            time: WallTime::from_ms(2000 + flavour),
            clock: 0,
            flags: 0,
            key_list: self.paired.charter.party(Side::Zero).key_list.hash(),
            salt_key: &Secret([99; 32]).salt_key(),
            node: &self.keys[0].node,
        };
        Arc::new(Entry::seal(&context, Kind::RECEIPT, Urgency::LINE, 0, Receipt::default().to_body()))
    }

    /// A batch of these entries; the first is sealed from `draft`, if one is named.
    pub fn batch(&mut self, entries: Vec<Arc<Entry>>, draft: Option<DraftId>) -> Arc<Batch> {
        self.batches += 1;
        let released = draft.map(|draft| (draft, 0)).into_iter().collect();
        Arc::new(Batch { id: BatchId(self.batches), entries, released })
    }

    pub fn open(&self) -> Open {
        let record = Record::open(&self.path(), |_| ()).unwrap();
        let (sender, notices) = channel();
        let writer = record.writer(move |notice| drop(sender.send(notice))).unwrap();
        Open { record, writer, notices }
    }

    pub fn entries(&self) -> Result<Vec<Numbered>, OpenError> {
        let mut entries = Vec::new();
        Record::open(&self.path(), |numbered| entries.push(numbered)).map(|_| entries)
    }
}

impl Open {
    pub fn next(&self) -> Notice {
        self.notices.recv_timeout(PATIENCE).expect("the writer says something")
    }
}
