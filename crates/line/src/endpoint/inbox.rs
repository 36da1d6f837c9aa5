//! Entries that arrive: put together, completed, checked, parked when something they need is not here.

use std::collections::BTreeMap;
use std::sync::Arc;

use ringdown_record::wire::WireEntry;
use ringdown_record::{Chain, Entry, LineId, Misbehaviour, Refusal, Secret};

use crate::limits::PARKED_MAX;
use crate::object::Assembler;
use crate::session::SessionNumber;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Inbox {
    assemblers: BTreeMap<SessionNumber, Assembler>,
    parked: BTreeMap<u64, WireEntry>,
}

/// What became of an arriving entry.
#[derive(Debug)]
pub(crate) enum Arrival {
    /// Checked and taken into the chain.
    Taken(Arc<Entry>),
    /// Here already.
    AlreadyHeld,
    /// Waits for something.
    Parked,
    /// Proof of two histories: this one, and the one held.
    TwoHistories(Box<Entry>),
    /// Not from a correct node.
    Misbehaved(u64, Misbehaviour),
}

/// What checking needs to know.
pub(crate) struct Context<'a> {
    pub line: LineId,
    pub own: &'a Chain,
    pub salt_key: &'a Secret,
}

impl Inbox {
    /// Objects of one session. The two newest sessions are kept: the one before may still deliver.
    pub(crate) fn assembler(&mut self, session: SessionNumber) -> &mut Assembler {
        if !self.assemblers.contains_key(&session) && self.assemblers.len() == 2 {
            self.assemblers.pop_first();
        }
        self.assemblers.entry(session).or_default()
    }

    /// Checks one entry and then all parked ones that it makes checkable.
    pub(crate) fn arrive(
        &mut self,
        entry: WireEntry,
        peer: &mut Chain,
        context: &Context<'_>,
    ) -> Vec<Arrival> {
        let mut arrivals = vec![self.check(entry, peer, context)];
        while let Some(next) = self.next_checkable(arrivals.last(), peer) {
            arrivals.push(self.check(next, peer, context));
        }
        arrivals
    }

    /// The parked entry after the one just taken, or after the head.
    fn next_checkable(&mut self, last: Option<&Arrival>, peer: &Chain) -> Option<WireEntry> {
        let Some(Arrival::Taken(taken)) = last else { return None };
        let after = taken.header().place.seq + 1;
        self.parked.remove(&after).or_else(|| self.parked.remove(&(peer.head().place.seq + 1)))
    }

    fn check(&mut self, entry: WireEntry, peer: &mut Chain, context: &Context<'_>) -> Arrival {
        let seq = entry.seq();
        let completed = entry.complete(context.line, peer, context.own, context.salt_key);
        let checked = completed.and_then(|unverified| peer.check(unverified, context.own));
        match checked {
            Ok(checked) => {
                peer.add(&checked);
                Arrival::Taken(Arc::new(checked))
            }
            Err(Refusal::AlreadyHeld) => Arrival::AlreadyHeld,
            Err(Refusal::TwoHistories(other)) => Arrival::TwoHistories(other),
            Err(Refusal::Misbehaved(reason)) => Arrival::Misbehaved(seq, reason),
            Err(Refusal::Parked(_)) => {
                self.park(seq, entry);
                Arrival::Parked
            }
        }
    }

    /// True while something waits.
    pub(crate) fn has_parked(&self) -> bool {
        !self.parked.is_empty()
    }

    fn park(&mut self, seq: u64, entry: WireEntry) {
        if self.parked.len() == PARKED_MAX && !self.parked.contains_key(&seq) {
            self.parked.pop_last();
        }
        self.parked.insert(seq, entry);
    }
}
