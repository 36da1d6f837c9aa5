//! INV-3: when a receipt leaves the process, what it cites is durable there; and so is the receipt.
//!
//! So also with screens: STORED BY PEER and ACKNOWLEDGED are shown only when the other disk, or a person, has it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ringdown_record::body::{Body, Receipt};
use ringdown_record::{Entry, EntryHash, Kind};

use super::{Checker, Fact, describe, name};
use crate::wire::Left;

/// See the module.
#[derive(Default)]
pub struct ReceiptTruth {
    /// What is durable, by disk.
    durable: [BTreeSet<EntryHash>; 2],
    /// The other side's sequence numbers that are durable, by disk.
    of_peer: [BTreeSet<u64>; 2],
    /// Up to where they are without a gap.
    without_gap: [u64; 2],
    /// Own entries by sequence number; more than one if a crash erased one.
    sealed: [BTreeMap<u64, Vec<Arc<Entry>>>; 2],
    /// By the end of the signature, those that are not yet known to be in order.
    by_signature: [BTreeMap<[u8; 8], u64>; 2],
    acknowledged: BTreeSet<EntryHash>,
}

impl ReceiptTruth {
    fn left(&self, side: usize, left: &Left) -> Result<(), String> {
        let end = &left.signature_end;
        let key = end.last_chunk::<8>();
        let seq = left.seq.or_else(|| key.and_then(|key| self.by_signature[side].get(key)).copied());
        let known = seq.and_then(|seq| self.sealed[side].get(&seq)).map_or(&[][..], Vec::as_slice);
        let fits = |entry: &&Arc<Entry>| entry.signature().ends_with(end);
        let durable = |entry: &&Arc<Entry>| self.durable[side].contains(&entry.hash());
        let Some(entry) = known.iter().filter(fits).find(durable) else {
            return Err(match known.iter().find(fits) {
                Some(entry) => format!("{} left before it was durable there", describe(entry)),
                None => format!("{} sent an entry that it never sealed", name(side)),
            });
        };
        let cited = entry.header().peer.place.seq;
        if cited > self.without_gap[side] {
            let here = self.without_gap[side];
            return Err(format!("{} left and cites {cited}, durable there is {here}", describe(entry)));
        }
        if entry.header().kind == Kind::RECEIPT {
            let receipt = Body::read(entry.body()).and_then(|body| Receipt::read(body.content));
            let ranges = receipt.map_err(|error| error.to_string())?.beyond;
            let mut named = ranges.iter().flat_map(|range| range.from..=range.to);
            if let Some(seq) = named.find(|seq| !self.of_peer[side].contains(seq)) {
                return Err(format!("{} left and names {seq}, which is not durable there", describe(entry)));
            }
        }
        Ok(())
    }
}

impl Checker for ReceiptTruth {
    fn id(&self) -> &'static str {
        "INV-3"
    }

    fn words(&self) -> &'static str {
        "when a receipt leaves the process, what it cites is durable there"
    }

    fn see(&mut self, fact: &Fact) -> Result<(), String> {
        match fact {
            Fact::Durable { side, entries, .. } => {
                for entry in entries {
                    self.durable[*side].insert(entry.hash());
                    if entry.header().side.index() != *side {
                        self.of_peer[*side].insert(entry.header().place.seq);
                    }
                }
                while self.of_peer[*side].contains(&(self.without_gap[*side] + 1)) {
                    self.without_gap[*side] += 1;
                }
                Ok(())
            }
            Fact::Handed { side, entry } if entry.header().side.index() == *side => {
                let seq = entry.header().place.seq;
                let end = *entry.signature().last_chunk().expect("a signature has 64 bytes");
                self.by_signature[*side].insert(end, seq);
                self.sealed[*side].entry(seq).or_default().push(entry.clone());
                Ok(())
            }
            Fact::Left { side, left } => self.left(*side, left),
            Fact::Acknowledged { hash, .. } => {
                self.acknowledged.insert(*hash);
                Ok(())
            }
            Fact::ShownStored { side, hash } if !self.durable[1 - side].contains(hash) => {
                Err(format!("{} shows STORED BY PEER, but the peer's disk does not have it", name(*side)))
            }
            Fact::ShownAcknowledged { side, hash } if !self.acknowledged.contains(hash) => {
                Err(format!("{} shows ACKNOWLEDGED, but no person did", name(*side)))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::canary;
    use super::*;

    #[test]
    fn what_leaves_before_it_is_durable_is_caught() {
        let entry = canary::entry(0, 1, "early");
        let left = Left { seq: None, signature_end: entry.signature().to_vec() };
        let left = Fact::Left { side: 0, left };
        let mut checker = ReceiptTruth::default();
        canary::passes(&mut checker, &[Fact::Handed { side: 0, entry: entry.clone() }]);
        canary::fails(&mut checker, &left);
        canary::passes(&mut checker, &[canary::durable(0, &[entry]), left]);
    }

    #[test]
    fn a_receipt_for_what_is_not_durable_is_caught() {
        let entry = canary::citing(0, 1, 5);
        let left = Left { seq: None, signature_end: entry.signature().to_vec() };
        let mut checker = ReceiptTruth::default();
        let known = [Fact::Handed { side: 0, entry: entry.clone() }, canary::durable(0, &[entry])];
        canary::passes(&mut checker, &known);
        canary::fails(&mut checker, &Fact::Left { side: 0, left });
    }

    #[test]
    fn a_screen_that_says_too_much_is_caught() {
        let hash = canary::entry(0, 1, "message").hash();
        canary::fails(&mut ReceiptTruth::default(), &Fact::ShownStored { side: 0, hash });
        canary::fails(&mut ReceiptTruth::default(), &Fact::ShownAcknowledged { side: 0, hash });
    }
}
