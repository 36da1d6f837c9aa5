//! INV-1: a side never signs two entries for one place.
//!
//! What a crash erased before anyone outside the process could see it does not count: its place is signed again, and
//! nobody can ever tell. So the books hold what reached a disk or the wire.

use std::collections::BTreeMap;
use std::sync::Arc;

use ringdown_record::{Entry, EntryHash};

use super::{Checker, Fact, describe};

/// See the module.
#[derive(Default)]
pub struct Forks {
    /// Who stands at a place, by side and sequence number.
    at: BTreeMap<(usize, u64), EntryHash>,
    /// What was sealed, by signature, for telling what leaves.
    sealed: BTreeMap<[u8; 64], Arc<Entry>>,
}

impl Forks {
    fn note(&mut self, entry: &Entry) -> Result<(), String> {
        let place = (entry.header().side.index(), entry.header().place.seq);
        let known = *self.at.entry(place).or_insert(entry.hash());
        if known == entry.hash() {
            return Ok(());
        }
        Err(format!("{} stands there twice: {known:.0?} and {:.0?}", describe(entry), entry.hash()))
    }
}

impl Checker for Forks {
    fn id(&self) -> &'static str {
        "INV-1"
    }

    fn words(&self) -> &'static str {
        "a correct side never signs two entries for one place"
    }

    fn see(&mut self, fact: &Fact) -> Result<(), String> {
        match fact {
            Fact::Handed { side, entry } if entry.header().side.index() == *side => {
                self.sealed.insert(*entry.signature(), entry.clone());
                Ok(())
            }
            Fact::Durable { entries, .. } => entries.iter().try_for_each(|entry| self.note(entry)),
            Fact::Left { left, .. } => {
                let signature = left.signature_end.first_chunk::<64>();
                let sealed = signature.and_then(|signature| self.sealed.get(signature)).cloned();
                sealed.map_or(Ok(()), |entry| self.note(&entry))
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
    fn a_second_entry_at_a_place_is_caught() {
        let mut checker = Forks::default();
        canary::passes(&mut checker, &[canary::durable(0, &[canary::entry(0, 3, "one")])]);
        canary::fails(&mut checker, &canary::durable(1, &[canary::entry(0, 3, "two")]));
    }
}
