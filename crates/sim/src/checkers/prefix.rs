//! INV-7: what is held of a chain without a gap is a prefix of it; the rest are entries of that chain.
//!
//! Whatever of the other side is durable here was durable at its writer before, at the same place.

use std::collections::BTreeMap;

use ringdown_record::EntryHash;

use super::{Checker, Fact, describe, name};

/// See the module.
#[derive(Default)]
pub struct Prefix {
    /// What stands on its writer's disk.
    written: BTreeMap<(usize, u64), EntryHash>,
}

impl Checker for Prefix {
    fn id(&self) -> &'static str {
        "INV-7"
    }

    fn words(&self) -> &'static str {
        "what is held of a chain without a gap is a prefix of it; the rest are entries of that chain"
    }

    fn see(&mut self, fact: &Fact) -> Result<(), String> {
        let Fact::Durable { side, entries, .. } = fact else { return Ok(()) };
        for entry in entries {
            let writer = entry.header().side.index();
            let place = (writer, entry.header().place.seq);
            if writer == *side {
                self.written.insert(place, entry.hash());
            } else if self.written.get(&place) != Some(&entry.hash()) {
                return Err(format!(
                    "{} is on {}'s disk and not in its writer's chain",
                    describe(entry),
                    name(*side)
                ));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::canary;
    use super::*;

    #[test]
    fn an_entry_that_its_writer_does_not_have_is_caught() {
        let mut checker = Prefix::default();
        let entry = canary::entry(0, 1, "true");
        canary::passes(
            &mut checker,
            &[canary::durable(0, std::slice::from_ref(&entry)), canary::durable(1, &[entry])],
        );
        canary::fails(&mut checker, &canary::durable(1, &[canary::entry(0, 2, "foreign")]));
    }
}
