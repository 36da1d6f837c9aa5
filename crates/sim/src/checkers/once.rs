//! INV-6: each entry enters the other side's record exactly once; and a draft becomes one message.

use std::collections::{BTreeMap, BTreeSet};

use ringdown_message::Content;
use ringdown_record::body::Body;
use ringdown_record::{DraftId, EntryHash, Kind, TrafficClass};

use super::{Checker, Fact, Rest, describe, name};

/// See the module.
#[derive(Default)]
pub struct Once {
    /// By disk.
    durable: [BTreeSet<EntryHash>; 2],
    /// Told to the screens by the side's present run, or on its disk when that began.
    told: [BTreeSet<EntryHash>; 2],
    released: BTreeMap<DraftId, EntryHash>,
}

impl Checker for Once {
    fn id(&self) -> &'static str {
        "INV-6"
    }

    fn words(&self) -> &'static str {
        "each entry enters the other side's record exactly once"
    }

    fn see(&mut self, fact: &Fact) -> Result<(), String> {
        match fact {
            Fact::Durable { side, entries, released } => {
                for entry in entries {
                    if !self.durable[*side].insert(entry.hash()) {
                        return Err(format!("{} went to {}'s disk twice", describe(entry), name(*side)));
                    }
                }
                for (draft, hash) in released {
                    if *self.released.entry(*draft).or_insert(*hash) != *hash {
                        return Err(format!("{} released one draft as two messages", name(*side)));
                    }
                }
                Ok(())
            }
            Fact::Started { side, disk } => {
                self.told[*side] = disk.iter().map(|entry| entry.hash()).collect();
                Ok(())
            }
            Fact::Told { side, entry } if !self.told[*side].insert(entry.hash()) => {
                Err(format!("{} was told to {}'s screens twice", describe(entry), name(*side)))
            }
            _ => Ok(()),
        }
    }

    fn rest(&mut self, rest: &Rest<'_>) -> Result<(), String> {
        for (side, disk) in rest.disks.iter().enumerate() {
            let mut next: BTreeMap<(usize, TrafficClass), u32> = BTreeMap::new();
            let mut messages: Vec<_> =
                disk.iter().filter(|entry| entry.header().kind == Kind::MESSAGE).collect();
            messages.sort_by_key(|entry| entry.header().place);
            for entry in messages {
                let body = Body::read(entry.body()).map_err(|error| error.to_string())?;
                let content = Content::read(body.content);
                let number = content.map_err(|_| format!("{} cannot be read", describe(entry)))?.serial;
                let count =
                    next.entry((entry.header().side.index(), entry.header().urgency.class)).or_insert(0);
                *count += 1;
                if number != *count {
                    let reader = name(side);
                    return Err(format!(
                        "{} has number {number} on {reader}'s disk, not {count}",
                        describe(entry)
                    ));
                }
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
    fn an_entry_that_comes_twice_is_caught() {
        let entry = canary::entry(0, 1, "once");
        let mut checker = Once::default();
        let first =
            [canary::durable(1, std::slice::from_ref(&entry)), Fact::Told { side: 1, entry: entry.clone() }];
        canary::passes(&mut checker, &first);
        first.iter().for_each(|again| canary::fails(&mut checker, again));
    }

    #[test]
    fn a_draft_that_becomes_two_messages_is_caught() {
        let [one, two] = [canary::entry(0, 1, "one"), canary::entry(0, 2, "two")];
        let released = |entry: &std::sync::Arc<ringdown_record::Entry>| Fact::Durable {
            side: 0,
            entries: vec![entry.clone()],
            released: vec![(DraftId([1; 16]), entry.hash())],
        };
        let mut checker = Once::default();
        canary::passes(&mut checker, &[released(&one)]);
        canary::fails(&mut checker, &released(&two));
    }
}
