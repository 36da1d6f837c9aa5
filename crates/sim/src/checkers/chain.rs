//! INV-2: every entry follows its predecessor and cites what is there; citations never go back.

use std::collections::BTreeMap;

use ringdown_record::{EntryHash, Place};

use super::{Checker, Fact, describe};

/// See the module.
#[derive(Default)]
pub struct Links {
    /// Hash and citation of each entry on its writer's disk.
    chains: [BTreeMap<u64, (EntryHash, Place)>; 2],
}

impl Checker for Links {
    fn id(&self) -> &'static str {
        "INV-2"
    }

    fn words(&self) -> &'static str {
        "every entry follows its predecessor and cites what is there; citations never go back"
    }

    fn see(&mut self, fact: &Fact) -> Result<(), String> {
        let Fact::Durable { side, entries, .. } = fact else { return Ok(()) };
        for entry in entries.iter().filter(|entry| entry.header().side.index() == *side) {
            let header = entry.header();
            let seq = header.place.seq;
            let before = match seq {
                1 => (EntryHash::default(), Place::NONE),
                _ => *self.chains[*side].get(&(seq - 1)).ok_or_else(|| {
                    format!("{} is on its writer's disk, the entry before it is not", describe(entry))
                })?,
            };
            if header.prev != before.0 {
                return Err(format!("{} names another predecessor than {}", describe(entry), seq - 1));
            }
            if header.peer.place < before.1 {
                return Err(format!(
                    "{} cites {}, its predecessor {}",
                    describe(entry),
                    header.peer.place,
                    before.1
                ));
            }
            if header.peer.place != Place::NONE {
                let cited = self.chains[1 - *side].get(&header.peer.place.seq);
                if cited.map(|(hash, _)| *hash) != Some(header.peer.hash) {
                    let place = header.peer.place;
                    return Err(format!(
                        "{} cites {place}, but that is not what stands there",
                        describe(entry)
                    ));
                }
            }
            self.chains[*side].insert(seq, (entry.hash(), header.peer.place));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::canary;
    use super::*;

    #[test]
    fn a_wrong_predecessor_is_caught() {
        let mut checker = Links::default();
        canary::passes(&mut checker, &[canary::durable(0, &canary::chain(0, 3))]);
        canary::fails(&mut checker, &canary::durable(0, &[canary::entry(0, 4, "names no predecessor")]));
    }

    #[test]
    fn a_citation_of_nothing_is_caught() {
        let mut checker = Links::default();
        canary::fails(&mut checker, &canary::durable(0, &[canary::citing(0, 1, 7)]));
    }
}
