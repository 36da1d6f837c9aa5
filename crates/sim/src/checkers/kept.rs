//! INV-4: a sealed entry is never altered, dropped or renumbered.
//!
//! Once an entry was durable on its writer's disk, it stands there byte for byte, and so it does on the
//! other disk once it is there.

use std::collections::BTreeMap;
use std::sync::Arc;

use ringdown_record::{Entry, Side};

use super::{Checker, Fact, Rest, describe, name};

/// See the module.
#[derive(Default)]
pub struct Kept {
    sealed: BTreeMap<(Side, u64), Arc<Entry>>,
}

impl Kept {
    fn compare(&self, disk: usize, entries: &[Arc<Entry>], whose: Option<usize>) -> Result<(), String> {
        let here: BTreeMap<_, _> =
            entries.iter().map(|entry| ((entry.header().side, entry.header().place.seq), entry)).collect();
        let wanted = |place: &(Side, u64)| whose.is_none_or(|side| side == place.0.index());
        for (place, sealed) in self.sealed.iter().filter(|(place, _)| wanted(place)) {
            match here.get(place) {
                // What has not arrived on the other disk is INV-8's matter.
                None if place.0.index() != disk => {}
                None => return Err(format!("{} is not on {}'s disk", describe(sealed), name(disk))),
                Some(entry) if !same(entry, sealed) => {
                    return Err(format!("{} is another on {}'s disk", describe(sealed), name(disk)));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }
}

fn same(a: &Entry, b: &Entry) -> bool {
    let signed = a.header().preimage() == b.header().preimage() && a.signature() == b.signature();
    signed && a.salt() == b.salt() && a.body() == b.body()
}

impl Checker for Kept {
    fn id(&self) -> &'static str {
        "INV-4"
    }

    fn words(&self) -> &'static str {
        "a sealed entry is never altered, dropped or renumbered"
    }

    fn see(&mut self, fact: &Fact) -> Result<(), String> {
        match fact {
            Fact::Durable { side, entries, .. } => {
                for entry in entries.iter().filter(|entry| entry.header().side.index() == *side) {
                    let place = (entry.header().side, entry.header().place.seq);
                    let known = self.sealed.entry(place).or_insert_with(|| entry.clone());
                    if !same(known, entry) {
                        return Err(format!("{} was another before", describe(entry)));
                    }
                }
                Ok(())
            }
            Fact::Started { side, disk } => self.compare(*side, disk, Some(*side)),
            _ => Ok(()),
        }
    }

    fn rest(&mut self, rest: &Rest<'_>) -> Result<(), String> {
        (0..2).try_for_each(|disk| self.compare(disk, rest.disks[disk], None))
    }
}

#[cfg(test)]
mod tests {
    use super::super::canary;
    use super::*;

    #[test]
    fn a_dropped_and_an_altered_entry_are_caught() {
        let mut checker = Kept::default();
        let entries = canary::chain(0, 3);
        canary::passes(&mut checker, &[canary::durable(0, &entries)]);
        canary::fails(&mut checker, &Fact::Started { side: 0, disk: entries[..2].to_vec() });
        canary::fails(&mut checker, &canary::durable(0, &[canary::entry(0, 2, "altered")]));
        let rest = canary::rest([&entries[..1], &entries]);
        assert!(checker.rest(&rest).is_err());
    }
}
