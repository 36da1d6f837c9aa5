//! What must become durable together.
//!
//! The link decides what belongs in one commit; the store makes it durable; neither names the other. A batch is
//! data, so a simulator can keep it, lose it or tear it.

use std::sync::Arc;

use crate::entry::Entry;

/// Counts batches of one run; durable in this order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct BatchId(pub u64);

/// A draft's name, chosen by whoever wrote it, so that a repeated request is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DraftId(pub [u8; 16]);

/// One atomic commit.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Its number.
    pub id: BatchId,
    /// Entries of both sides, in the order in which they are to be shown.
    pub entries: Vec<Arc<Entry>>,
    /// For each entry sealed from a draft: the draft, and the entry's index in `entries`.
    pub released: Vec<(DraftId, usize)>,
}
