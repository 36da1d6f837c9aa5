//! INV-8: if cells get through again and again, both sides end with all entries.
//!
//! The world's faults end, and from then on every datagram arrives. Within the time that the world gives, both disks
//! hold the same entries, and with them everything that was ever durable on either.

use std::collections::BTreeMap;
use std::sync::Arc;

use ringdown_record::{Entry, EntryHash};

use super::{Checker, Fact, Rest, describe, name};

/// See the module.
#[derive(Default)]
pub struct Convergence {
    written: BTreeMap<EntryHash, Arc<Entry>>,
}

impl Checker for Convergence {
    fn id(&self) -> &'static str {
        "INV-8"
    }

    fn words(&self) -> &'static str {
        "if cells get through again and again, both sides end with all entries"
    }

    fn see(&mut self, fact: &Fact) -> Result<(), String> {
        if let Fact::Durable { entries, .. } = fact {
            self.written.extend(entries.iter().map(|entry| (entry.hash(), entry.clone())));
        }
        Ok(())
    }

    fn rest(&mut self, rest: &Rest<'_>) -> Result<(), String> {
        for (side, disk) in rest.disks.iter().enumerate() {
            let mut missing = self.written.clone();
            disk.iter().for_each(|entry| drop(missing.remove(&entry.hash())));
            if let Some(entry) = missing.values().next() {
                let (count, limit) = (missing.len(), rest.limit);
                return Err(format!(
                    "{limit} after the last fault, {} lacks {count} entries; one is {}",
                    name(side),
                    describe(entry)
                ));
            }
        }
        if rest.in_time {
            return Ok(());
        }
        Err(format!("{} after the last fault, the world is not at rest", rest.limit))
    }
}

#[cfg(test)]
mod tests {
    use super::super::canary;
    use super::*;

    #[test]
    fn an_entry_that_never_arrives_is_caught() {
        let entries = canary::chain(0, 2);
        let mut checker = Convergence::default();
        canary::passes(&mut checker, &[canary::durable(0, &entries)]);
        assert_eq!(checker.rest(&canary::rest([&entries, &entries])), Ok(()));
        assert!(checker.rest(&canary::rest([&entries, &entries[..1]])).is_err());
    }
}
