//! The one writer: a thread that commits whatever waits, together, and says when it is durable.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use ringdown_record::{Batch, BatchId, DraftId, Entry, EntryHash, EntryRef, Side, WallTime};
use rusqlite::{Connection, ErrorCode, Transaction, params};

use crate::error::{OpenError, WriteError};
use crate::read::beside_key;

/// Jobs in one commit.
const GROUP_MAX: usize = 1024;
/// How long a note may wait for a commit to go with.
const NOTE_DELAY: Duration = Duration::from_millis(250);
/// Notes that are kept; an older one goes for each that comes beyond it.
pub const NOTES_MAX: u64 = 10_000;
/// Notes that wait for a disk that is full; the oldest is refused for each that comes beyond it.
pub const NOTES_WAITING_MAX: usize = 4_096;
/// Pages in the log from which on it is folded into the file after each commit.
const LOG_PAGES: i64 = 1000;
/// How often a full disk is tried again.
const FULL_RETRY: Duration = Duration::from_millis(500);

/// What the writer thread tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A batch is durable; its entries have the numbers from `first` on.
    Durable {
        /// Which batch.
        batch: BatchId,
        /// Number of its first entry.
        first: u64,
    },
    /// The disk is full (`false`), or takes again (`true`).
    Writable(bool),
    /// The writer has stopped for good; the reason.
    Stopped(String),
}

/// Hands work to the writer thread. When dropped, what was handed in is committed and the file is closed.
#[derive(Debug)]
pub struct Writer {
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

type Done = Box<dyn FnOnce(Result<(), WriteError>) + Send>;

enum Job {
    Append(Arc<Batch>, WallTime),
    Draft(DraftId, Option<Vec<u8>>, Done),
    Beside(EntryHash, Vec<u8>, Done),
    Sent(Side, EntryRef, WallTime),
    Note(WallTime, Vec<u8>, Done),
    PageLimit(u32),
}

impl std::fmt::Debug for Job {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Job")
    }
}

impl Writer {
    pub(crate) fn start(
        connection: Connection,
        notify: Box<dyn Fn(Notice) + Send>,
    ) -> Result<Writer, OpenError> {
        let (jobs, queue) = channel();
        let mut state = State { connection, notify, full: false };
        let thread = std::thread::Builder::new()
            .name("store".into())
            .spawn(move || state.run(&queue))
            .map_err(|error| OpenError::System(error.to_string()))?;
        Ok(Writer { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Makes a batch durable; [`Notice::Durable`] says when.
    pub fn append(&self, batch: Arc<Batch>, arrived: WallTime) {
        self.send(Job::Append(batch, arrived));
    }

    /// Keeps a draft, or with `None` forgets it; `done` is called from the writer thread.
    pub fn draft(
        &self,
        id: DraftId,
        content: Option<Vec<u8>>,
        done: impl FnOnce(Result<(), WriteError>) + Send + 'static,
    ) {
        self.send(Job::Draft(id, content, Box::new(done)));
    }

    /// Keeps what people of this side wrote beside an entry, in place of what stood there before; `done` is called from the
    /// writer thread. It is no part of the record: it is in no export.
    pub fn beside(
        &self,
        entry: EntryHash,
        content: Vec<u8>,
        done: impl FnOnce(Result<(), WriteError>) + Send + 'static,
    ) {
        self.send(Job::Beside(entry, content, Box::new(done)));
    }

    /// Notes when an own entry was first handed to a carrier. It may be lost in a crash; it is no evidence.
    pub fn note_sent(&self, side: Side, entry: EntryRef, at: WallTime) {
        self.send(Job::Sent(side, entry, at));
    }

    /// Keeps a note beside the record, and forgets the oldest beyond [`NOTES_MAX`]. It waits for a commit to go with, and
    /// for a disk that is full; `done` is called from the writer thread when it is durable, or was refused because too many
    /// wait.
    pub fn note(
        &self,
        at: WallTime,
        content: Vec<u8>,
        done: impl FnOnce(Result<(), WriteError>) + Send + 'static,
    ) {
        self.send(Job::Note(at, content, Box::new(done)));
    }

    /// Limits the file to so many pages, as a full disk would. For tests.
    pub fn limit_pages(&self, pages: u32) {
        self.send(Job::PageLimit(pages));
    }

    /// A stopped writer drops what it gets; it said so by [`Notice::Stopped`].
    fn send(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            let _ = jobs.send(job);
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct State {
    connection: Connection,
    notify: Box<dyn Fn(Notice) + Send>,
    full: bool,
}

impl State {
    fn run(&mut self, queue: &Receiver<Job>) {
        let mut group = Vec::new();
        while let Some(ended) = gather(queue, &mut group, self.full) {
            match self.commit(&group) {
                Ok(durable) => {
                    self.tell_full(false);
                    self.committed(group.drain(..), durable);
                    // Without space the log grows, until that is refused too.
                    if let Err(WriteError::Stopped(reason)) = self.fold_log().map_err(classify) {
                        return self.stop(reason, group, queue);
                    }
                }
                Err(WriteError::Full) => {
                    self.tell_full(true);
                    if let Err(WriteError::Stopped(reason)) = self.commit_without_notes(&mut group) {
                        return self.stop(reason, group, queue);
                    }
                    group = refuse_small(group, &WriteError::Full);
                    // Nothing more will come, and this was the last try.
                    if ended {
                        refuse_notes(group, &WriteError::Full);
                        return;
                    }
                }
                Err(WriteError::Stopped(reason)) => return self.stop(reason, group, queue),
            }
        }
    }

    /// Nothing else waits for the space that notes take: the record goes first. The group keeps what was not committed.
    fn commit_without_notes(&mut self, group: &mut Vec<Job>) -> Result<(), WriteError> {
        let (mut notes, others): (Vec<_>, Vec<_>) =
            group.drain(..).partition(|job| matches!(job, Job::Note(..)));
        let may_help = !notes.is_empty() && !others.is_empty();
        match if may_help { self.commit(&others) } else { Err(WriteError::Full) } {
            Ok(durable) => {
                group.append(&mut notes);
                self.committed(others.into_iter(), durable);
                Ok(())
            }
            Err(error) => {
                group.extend(others.into_iter().chain(notes));
                Err(error)
            }
        }
    }

    /// Says why, and refuses what comes until nobody can hand in anything any more.
    fn stop(&mut self, reason: String, group: Vec<Job>, queue: &Receiver<Job>) {
        (self.notify)(Notice::Stopped(reason.clone()));
        let stopped = WriteError::Stopped(reason);
        refuse_notes(refuse_small(group, &stopped), &stopped);
        while let Ok(job) = queue.recv() {
            refuse_notes(refuse_small(vec![job], &stopped), &stopped);
        }
    }

    /// Folds a long log into the file. SQLite's own checkpoint after a commit would keep its failures to itself.
    fn fold_log(&self) -> rusqlite::Result<()> {
        let pages = |how: &str| -> rusqlite::Result<i64> {
            let mut statement = self.connection.prepare_cached(&format!("PRAGMA wal_checkpoint({how})"))?;
            statement.query_row([], |row| row.get(1))
        };
        if pages("NOOP")? >= LOG_PAGES { pages("PASSIVE").map(|_| ()) } else { Ok(()) }
    }

    fn committed(&mut self, jobs: impl Iterator<Item = Job>, durable: Vec<Notice>) {
        for job in jobs {
            if let Job::Draft(_, _, done) | Job::Note(_, _, done) | Job::Beside(_, _, done) = job {
                done(Ok(()));
            }
        }
        durable.into_iter().for_each(|notice| (self.notify)(notice));
    }

    fn tell_full(&mut self, full: bool) {
        if std::mem::replace(&mut self.full, full) != full {
            (self.notify)(Notice::Writable(!full));
        }
    }

    fn commit(&mut self, jobs: &[Job]) -> Result<Vec<Notice>, WriteError> {
        // A limit is no part of a transaction: a raised one must help the batch that waits before it in the queue.
        for job in jobs {
            if let Job::PageLimit(pages) = job {
                self.connection.pragma_update(None, "max_page_count", pages).map_err(classify)?;
            }
        }
        let transaction = self.connection.transaction().map_err(classify)?;
        let mut durable = Vec::new();
        if jobs.is_empty() {
            probe(&transaction).map_err(classify)?;
        }
        for job in jobs {
            durable.extend(perform(&transaction, job).map_err(classify)?);
        }
        transaction.commit().map_err(classify)?;
        Ok(durable)
    }
}

/// Adds what waits to the group, in order: at once if there is a batch, a draft or what people wrote, else after a while. On a full disk
/// everything is taken after a pause, so that a draft is answered however many batches wait before it. True if nothing
/// more will come; `None` if nothing is left to do either.
fn gather(queue: &Receiver<Job>, group: &mut Vec<Job>, full: bool) -> Option<bool> {
    if full {
        std::thread::sleep(FULL_RETRY);
    } else {
        group.push(queue.recv().ok()?);
        while group.iter().all(|job| matches!(job, Job::Sent(..) | Job::Note(..))) && group.len() < GROUP_MAX
        {
            match queue.recv_timeout(NOTE_DELAY) {
                Ok(job) => group.push(job),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
            }
        }
    }
    while full || group.len() < GROUP_MAX {
        match queue.try_recv() {
            Ok(job) => group.push(job),
            Err(TryRecvError::Empty) => return Some(false),
            Err(TryRecvError::Disconnected) => return Some(true),
        }
    }
    Some(false)
}

/// Answers drafts with the error, and the oldest notes if too many wait; what belongs to the record waits on.
fn refuse_small(jobs: Vec<Job>, error: &WriteError) -> Vec<Job> {
    let notes = jobs.iter().filter(|job| matches!(job, Job::Note(..))).count();
    let mut beyond = notes.saturating_sub(NOTES_WAITING_MAX);
    let mut kept = Vec::new();
    for job in jobs {
        match job {
            Job::Draft(_, _, done) | Job::Beside(_, _, done) => done(Err(error.clone())),
            Job::Note(_, _, done) if beyond > 0 => {
                beyond -= 1;
                done(Err(error.clone()));
            }
            job => kept.push(job),
        }
    }
    kept
}

/// Answers notes with the error: nothing will be written any more.
fn refuse_notes(jobs: Vec<Job>, error: &WriteError) {
    for job in jobs {
        if let Job::Note(_, _, done) = job {
            done(Err(error.clone()));
        }
    }
}

fn perform(transaction: &Transaction<'_>, job: &Job) -> rusqlite::Result<Option<Notice>> {
    match job {
        Job::Append(batch, arrived) => return append(transaction, batch, *arrived).map(Some),
        Job::Draft(id, Some(content), _) => {
            let sql = "INSERT INTO draft (id, content) VALUES (?1, ?2)
                       ON CONFLICT (id) DO UPDATE SET content = excluded.content WHERE released IS NULL";
            transaction.prepare_cached(sql)?.execute(params![id.0, content])?;
        }
        Job::Draft(id, None, _) => {
            let sql = "DELETE FROM draft WHERE id = ?1 AND released IS NULL";
            transaction.prepare_cached(sql)?.execute([id.0])?;
        }
        Job::Beside(entry, content, _) => {
            let sql = "INSERT INTO meta (key, value) VALUES (?1, ?2)
                       ON CONFLICT (key) DO UPDATE SET value = excluded.value";
            transaction.prepare_cached(sql)?.execute(params![beside_key(entry), content])?;
        }
        Job::Sent(side, entry, at) => {
            let sql = "INSERT INTO sent (n, at_ms) SELECT n, ?4 FROM entry
                       WHERE side = ?1 AND incarnation = ?2 AND seq = ?3 ON CONFLICT (n) DO NOTHING";
            let place = entry.place;
            transaction.prepare_cached(sql)?.execute(params![
                side.index(),
                place.incarnation,
                place.seq,
                at.ms()
            ])?;
        }
        Job::Note(at, content, _) => {
            let sql = "INSERT INTO note (at_ms, content) VALUES (?1, ?2)";
            transaction.prepare_cached(sql)?.execute(params![at.ms(), content])?;
            let kept = transaction.last_insert_rowid().saturating_sub(NOTES_MAX as i64);
            transaction.prepare_cached("DELETE FROM note WHERE n <= ?1")?.execute([kept])?;
        }
        Job::PageLimit(_) => {}
    }
    Ok(None)
}

/// Asks a disk that was full, when nothing waits, whether it takes again: writes some pages and frees them later.
fn probe(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    let sql = "INSERT INTO meta (key, value) VALUES ('probe', zeroblob(65536))
               ON CONFLICT (key) DO UPDATE SET value = zeroblob(65536 + (length(value) + 1) % 2)";
    transaction.execute(sql, []).map(|_| ())
}

fn append(transaction: &Transaction<'_>, batch: &Batch, arrived: WallTime) -> rusqlite::Result<Notice> {
    let mut numbers = Vec::with_capacity(batch.entries.len());
    for entry in &batch.entries {
        numbers.push(insert_entry(transaction, entry, arrived.ms())?);
    }
    for (draft, index) in &batch.released {
        let sql = "UPDATE draft SET released = ?2 WHERE id = ?1 AND released IS NULL";
        transaction.prepare_cached(sql)?.execute(params![draft.0, numbers[*index]])?;
    }
    Ok(Notice::Durable { batch: batch.id, first: numbers.first().copied().unwrap_or(0) })
}

/// Inserts an entry; a second one for the same place is refused by the table itself.
pub(crate) fn insert_entry(
    transaction: &Transaction<'_>,
    entry: &Entry,
    arrived_ms: u64,
) -> rusqlite::Result<u64> {
    let header = entry.header();
    let sql = "INSERT INTO entry (side, incarnation, seq, hash, preimage, salt, signature, body, arrived_ms)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    transaction.prepare_cached(sql)?.execute(params![
        header.side.index(),
        header.place.incarnation,
        header.place.seq,
        entry.hash().0,
        header.preimage(),
        entry.salt(),
        entry.signature(),
        entry.body(),
        arrived_ms,
    ])?;
    Ok(transaction.last_insert_rowid() as u64)
}

fn classify(error: rusqlite::Error) -> WriteError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => WriteError::Full,
        _ => WriteError::Stopped(error.to_string()),
    }
}
