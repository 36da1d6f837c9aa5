//! Sealing entries and gathering them in batches.
//!
//! The order for every entry: place reserved in memory, signed, committed, only then shown to anyone. What is
//! durable is said by the driver; until then a batch waits here and nothing of it leaves the process.

use std::collections::VecDeque;
use std::sync::Arc;

use ringdown_record::{Batch, BatchId, DraftId, Entry};

/// Batches that are open, or on their way to the disk.
#[derive(Debug)]
pub(crate) struct Writer {
    open: Batch,
    waiting: VecDeque<Arc<Batch>>,
    waiting_bytes: usize,
    pub(crate) writable: bool,
}

impl Writer {
    pub(crate) fn new() -> Writer {
        Writer { open: empty(BatchId(1)), waiting: VecDeque::new(), waiting_bytes: 0, writable: true }
    }

    /// Adds an entry to the open batch.
    pub(crate) fn add(&mut self, entry: Arc<Entry>, draft: Option<DraftId>) {
        self.waiting_bytes += entry.body().len() + 512;
        self.open.released.extend(draft.map(|draft| (draft, self.open.entries.len())));
        self.open.entries.push(entry);
    }

    /// Closes the open batch, if there is something in it.
    pub(crate) fn close(&mut self) -> Option<Arc<Batch>> {
        if self.open.entries.is_empty() {
            return None;
        }
        let next = empty(BatchId(self.open.id.0 + 1));
        let batch = Arc::new(std::mem::replace(&mut self.open, next));
        self.waiting.push_back(batch.clone());
        Some(batch)
    }

    /// Batches that are durable now.
    pub(crate) fn persisted(&mut self, id: BatchId) -> Vec<Arc<Batch>> {
        let count = self.waiting.partition_point(|batch| batch.id <= id);
        let done: Vec<_> = self.waiting.drain(..count).collect();
        let bytes: usize =
            done.iter().flat_map(|batch| &batch.entries).map(|entry| entry.body().len() + 512).sum();
        self.waiting_bytes -= bytes;
        done
    }

    /// Bytes that wait for the disk.
    pub(crate) fn waiting_bytes(&self) -> usize {
        self.waiting_bytes
    }
}

fn empty(id: BatchId) -> Batch {
    Batch { id, entries: Vec::new(), released: Vec::new() }
}
