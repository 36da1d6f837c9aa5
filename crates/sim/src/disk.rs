//! A model disk: commits take time, one after another; a crash keeps what was confirmed and any first part of the rest.
//!
//! It keeps whole batches or nothing of them, as the store's one transaction for a batch does. It never forgets what
//! it confirmed, and gives back the bytes that it took.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use ringdown_line::Instant;
use ringdown_record::{Batch, DraftId, Entry, EntryHash, Place, Side};

use crate::dice::Dice;

/// See the module.
#[derive(Debug)]
pub struct Disk {
    entries: Vec<Arc<Entry>>,
    by_place: [BTreeMap<Place, Arc<Entry>>; 2],
    released: BTreeMap<DraftId, EntryHash>,
    pending: VecDeque<Pending>,
    /// It takes nothing.
    pub full: bool,
    /// The node was told so: a write failed.
    pub told: bool,
}

#[derive(Debug)]
struct Pending {
    at: Instant,
    batch: Arc<Batch>,
}

/// What became of a batch.
#[derive(Debug)]
pub enum Commit {
    /// It is durable.
    Durable(Arc<Batch>),
    /// The disk is full; it waits.
    Full,
}

/// What a crash left of what was under way.
#[derive(Debug, Default)]
pub struct Remains {
    /// Batches that are there, though nobody had confirmed them.
    pub kept: Vec<Arc<Batch>>,
    /// Batches that are gone.
    pub lost: Vec<Arc<Batch>>,
}

impl Disk {
    /// A disk with the entries that a line begins with.
    pub fn new(entries: &[Arc<Entry>]) -> Disk {
        let mut disk = Disk {
            entries: Vec::new(),
            by_place: [BTreeMap::new(), BTreeMap::new()],
            released: BTreeMap::new(),
            pending: VecDeque::new(),
            full: false,
            told: false,
        };
        entries.iter().for_each(|entry| disk.put(entry));
        disk
    }

    fn put(&mut self, entry: &Arc<Entry>) {
        self.by_place[entry.header().side.index()].insert(entry.header().place, entry.clone());
        self.entries.push(entry.clone());
    }

    /// Takes a batch; it is durable after `takes`, and not before those handed in earlier.
    pub fn append(&mut self, now: Instant, takes: Duration, batch: Arc<Batch>) {
        let before = self.pending.back().map_or(now, |pending| pending.at);
        self.pending.push_back(Pending { at: before.max(now + takes), batch });
    }

    /// When the next batch is durable, or fails to be.
    pub fn next(&self) -> Option<Instant> {
        self.pending.front().filter(|_| !(self.full && self.told)).map(|pending| pending.at)
    }

    /// What became of the next batch, if it is time.
    pub fn commit(&mut self, now: Instant) -> Option<Commit> {
        self.next().filter(|at| *at <= now)?;
        if self.full {
            self.told = true;
            return Some(Commit::Full);
        }
        let batch = self.pending.pop_front()?.batch;
        self.keep(&batch);
        Some(Commit::Durable(batch))
    }

    /// An orderly stop: all that is under way is made durable.
    pub fn close(&mut self) -> Vec<Arc<Batch>> {
        let batches: Vec<_> =
            std::mem::take(&mut self.pending).into_iter().map(|pending| pending.batch).collect();
        batches.iter().for_each(|batch| self.keep(batch));
        batches
    }

    fn keep(&mut self, batch: &Batch) {
        batch.entries.iter().for_each(|entry| self.put(entry));
        for (draft, index) in &batch.released {
            self.released.insert(*draft, batch.entries[*index].hash());
        }
    }

    /// True while something is under way.
    pub fn is_busy(&self) -> bool {
        !self.pending.is_empty()
    }

    /// A crash: any first part of what was under way is there afterwards.
    pub fn crash(&mut self, dice: &mut Dice) -> Remains {
        let kept = dice.below(self.pending.len() as u64 + 1) as usize;
        // A full disk keeps nothing that it had not taken.
        let kept = if self.full { 0 } else { kept };
        self.told = false;
        let mut remains = Remains::default();
        for (index, pending) in std::mem::take(&mut self.pending).into_iter().enumerate() {
            if index < kept {
                self.keep(&pending.batch);
                remains.kept.push(pending.batch);
            } else {
                remains.lost.push(pending.batch);
            }
        }
        remains
    }

    /// All entries in the order in which they became durable.
    pub fn entries(&self) -> &[Arc<Entry>] {
        &self.entries
    }

    /// Entries of one side from one place to another.
    pub fn range(&self, side: Side, from: Place, to: Place) -> Vec<Arc<Entry>> {
        if from > to {
            return Vec::new();
        }
        self.by_place[side.index()].range(from..=to).map(|(_, entry)| entry.clone()).collect()
    }

    /// The ends of both chains, if everything before them is here.
    pub fn ends(&self) -> Option<[u64; 2]> {
        let end = |side: usize| {
            let last = self.by_place[side].last_key_value().map_or(0, |(place, _)| place.seq);
            (last == self.by_place[side].len() as u64).then_some(last)
        };
        Some([end(0)?, end(1)?])
    }

    /// The entry that a draft became.
    pub fn released(&self, draft: DraftId) -> Option<EntryHash> {
        self.released.get(&draft).copied()
    }

    /// Plants a fault: forgets the newest entry of one side although it was confirmed.
    pub fn forget_newest(&mut self, side: Side) -> Option<Arc<Entry>> {
        let (_, entry) = self.by_place[side.index()].pop_last()?;
        self.entries.retain(|kept| kept.hash() != entry.hash());
        Some(entry)
    }
}
