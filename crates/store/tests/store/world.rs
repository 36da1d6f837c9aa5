//! A line with fixed keys, entries of both its sides, and a record of it in a directory of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use ringdown_line::pairing::{Paired, SideKeys, pair};
use ringdown_record::body::Body;
use ringdown_record::charter::Officer;
use ringdown_record::{
    Batch, BatchId, DraftId, Entry, EntryRef, Kind, Place, Precedence, SealContext, Secret, Side, SigningKey,
    TrafficClass, Urgency, WallTime,
};
use ringdown_store::{Notice, Numbered, OpenError, Reader, Record, WriteError, Writer};
use tempfile::TempDir;

pub const BLUE: Side = Side::Zero;
pub const GREEN: Side = Side::One;

/// Entries with which every record begins.
pub const FIRST: u64 = 4;

/// Nothing here takes that long; a test that waits so long has failed.
pub const WAIT: Duration = Duration::from_secs(60);

/// The clock of this side for what arrives.
pub const ARRIVED: WallTime = WallTime::MAX;

/// Writes the entries of both sides.
pub struct World {
    pub paired: Paired,
    nodes: [SigningKey; 2],
    salt_key: Secret,
    heads: [EntryRef; 2],
    batches: u64,
}

fn side_keys(name: &str, seed: u8) -> SideKeys {
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
        World::of_line(1)
    }

    /// The same keys on another line, which only the charter's nonce tells apart.
    pub fn of_line(nonce: u8) -> World {
        let keys = [side_keys("BLUE", 10), side_keys("GREEN", 60)];
        let pairing = Secret([99; 32]);
        let paired = pair(&keys, [nonce; 16], &pairing, WallTime::from_ms(1_000));
        let mut world = World {
            nodes: [keys[0].node.clone(), keys[1].node.clone()],
            salt_key: pairing.salt_key(),
            heads: [EntryRef::NONE; 2],
            batches: 0,
            paired,
        };
        let first = world.paired.entries.clone();
        first.iter().for_each(|entry| world.follow(entry));
        world
    }

    /// Goes on after an entry that is on the disk already.
    pub fn follow(&mut self, entry: &Entry) {
        self.heads[entry.header().side.index()] = entry.reference();
    }

    /// The next entry of one side, of a kind that the record keeps as it is.
    pub fn write(&mut self, side: Side, content: &[u8]) -> Arc<Entry> {
        let entry = self.seal(side, self.heads[side.index()], content);
        self.follow(&entry);
        entry
    }

    /// Another entry for the place of one side's newest: what only a faulty node writes.
    pub fn write_again(&self, newest: &Entry, content: &[u8]) -> Arc<Entry> {
        let header = newest.header();
        let before = EntryRef { place: Place::first(header.place.seq - 1), hash: header.prev };
        self.seal(header.side, before, content)
    }

    fn seal(&self, side: Side, before: EntryRef, content: &[u8]) -> Arc<Entry> {
        let charter = &self.paired.charter;
        let place = Place::first(before.place.seq + 1);
        let context = SealContext {
            line: charter.line_id(),
            side,
            place,
            prev: before.hash,
            peer: self.heads[side.other().index()],
            time: WallTime::from_ms(1_000 * (place.seq + 1)),
            clock: 1 << 5 | 31,
            flags: 0,
            key_list: charter.party(side).key_list.hash(),
            salt_key: &self.salt_key,
            node: &self.nodes[side.index()],
        };
        let urgency = Urgency { precedence: Precedence::Routine, class: TrafficClass::Test };
        Arc::new(Entry::seal(&context, Kind(200), urgency, 0, Body::write(&[], content)))
    }

    pub fn batch(&mut self, entries: &[Arc<Entry>]) -> Arc<Batch> {
        self.releasing(entries, &[])
    }

    pub fn releasing(&mut self, entries: &[Arc<Entry>], released: &[(DraftId, usize)]) -> Arc<Batch> {
        self.batches += 1;
        Arc::new(Batch { id: BatchId(self.batches), entries: entries.to_vec(), released: released.to_vec() })
    }

    /// One batch with one new entry of BLUE.
    pub fn single(&mut self, content: &[u8]) -> Arc<Batch> {
        let entry = self.write(BLUE, content);
        self.batch(&[entry])
    }
}

/// A directory with a record that only the first entries are in.
pub struct Desk {
    pub world: World,
    pub dir: TempDir,
    pub path: PathBuf,
}

/// An open record with a reader and its writer; dropped in this order, so that the log is folded into the file.
pub struct Running {
    pub reader: Reader,
    pub writer: Writer,
    pub notices: Receiver<Notice>,
    pub record: Record,
}

impl Desk {
    pub fn new() -> Desk {
        let dir = tempfile::tempdir().expect("a directory");
        let (world, path) = (World::new(), dir.path().join("record.db"));
        Record::create(&path, &world.paired.signed, &world.paired.entries).expect("a new record");
        Desk { world, dir, path }
    }

    /// A record that holds these entries besides the first; closed.
    pub fn holding(write: impl FnOnce(&mut World) -> Vec<Arc<Entry>>) -> Desk {
        let mut desk = Desk::new();
        let entries = write(&mut desk.world);
        let running = desk.run();
        running.append(desk.world.batch(&entries));
        running.durable();
        drop(running);
        desk
    }

    pub fn run(&self) -> Running {
        Running::start(open(&self.path).expect("a good record").0)
    }

    /// A connection behind the record's back, with which the tests do harm.
    pub fn raw(&self) -> rusqlite::Connection {
        let raw = rusqlite::Connection::open(&self.path).expect("the file");
        raw.pragma_update(None, "synchronous", "OFF").expect("no synchronisation");
        raw
    }
}

impl Running {
    pub fn start(record: Record) -> Running {
        Running::try_start(record).expect("a writer and a reader")
    }

    pub fn try_start(record: Record) -> Result<Running, OpenError> {
        let (notify, notices) = channel();
        let writer = record.writer(move |notice| drop(notify.send(notice)))?;
        Ok(Running { reader: record.reader()?, writer, notices, record })
    }

    pub fn append(&self, batch: Arc<Batch>) {
        self.writer.append(batch, ARRIVED);
    }

    #[track_caller]
    pub fn notice(&self) -> Notice {
        self.notices.recv_timeout(WAIT).expect("a notice of the writer")
    }

    /// The next notice is of a durable batch: which, and the number of its first entry.
    #[track_caller]
    pub fn durable(&self) -> (BatchId, u64) {
        match self.notice() {
            Notice::Durable { batch, first } => (batch, first),
            other => panic!("not durable but {other:?}"),
        }
    }

    /// True if the writer says nothing for a while; a longer while would only find more.
    pub fn is_silent_for(&self, time: Duration) -> bool {
        self.notices.recv_timeout(time) == Err(RecvTimeoutError::Timeout)
    }

    /// Hands in a draft and waits for the answer.
    #[track_caller]
    pub fn draft(&self, id: DraftId, content: Option<&[u8]>) -> Result<(), WriteError> {
        self.draft_later(id, content).recv_timeout(WAIT).expect("every draft is answered")
    }

    pub fn draft_later(&self, id: DraftId, content: Option<&[u8]>) -> Receiver<Result<(), WriteError>> {
        let (answer, answered) = channel();
        self.writer.draft(id, content.map(<[u8]>::to_vec), move |result| drop(answer.send(result)));
        answered
    }
}

/// Opens a record and keeps all that it shows.
///
/// A process that the crash test is just starting holds copies of all open files of this one, locks included, until
/// it has become the other program. So a lock that was let go may last a moment longer.
pub fn open(path: &Path) -> Result<(Record, Vec<Numbered>), OpenError> {
    let (result, seen) = look(path);
    result.map(|record| (record, seen))
}

/// The same; what was shown before a failure is given back too.
pub fn look(path: &Path) -> (Result<Record, OpenError>, Vec<Numbered>) {
    for _ in 0..1_000 {
        let looked = look_at_once(path);
        if !matches!(looked.0, Err(OpenError::InUse(_))) {
            return looked;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    look_at_once(path)
}

fn look_at_once(path: &Path) -> (Result<Record, OpenError>, Vec<Numbered>) {
    let mut seen = Vec::new();
    (Record::open(path, |numbered| seen.push(numbered)), seen)
}

/// Opens a record; a lock that is held is final.
pub fn open_at_once(path: &Path) -> Result<(Record, Vec<Numbered>), OpenError> {
    let (result, seen) = look_at_once(path);
    result.map(|record| (record, seen))
}

/// What a record holds, closed again at once.
#[track_caller]
pub fn held(path: &Path) -> Vec<Numbered> {
    open(path).expect("a good record").1
}

/// The record is found damaged, and in these words.
#[track_caller]
pub fn damaged(path: &Path) -> String {
    match open(path) {
        Err(OpenError::Damaged(what)) => what,
        Err(other) => panic!("not called damaged but: {other:?}"),
        Ok((_, seen)) => panic!("opened with {} entries", seen.len()),
    }
}

pub fn entries(numbered: &[Numbered]) -> Vec<Arc<Entry>> {
    numbered.iter().map(|numbered| numbered.entry.clone()).collect()
}

/// Every file of a directory with its bytes.
pub fn files(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let listing = std::fs::read_dir(dir).expect("a directory");
    let paths = listing.map(|file| file.expect("a file").path());
    paths.map(|path| (path.clone(), std::fs::read(&path).expect("a readable file"))).collect()
}

/// A small repeatable generator.
pub fn chance(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    }
}
