//! Scenario 18: no message that a screen shows as STORED BY PEER is ever lost.
//!
//! Alone with it a world says what a person would see: not that a receipt was early, but that the message is gone.

use std::collections::BTreeSet;
use std::sync::Arc;

use ringdown_record::{Entry, EntryHash};

use super::{Checker, Fact, Rest, name};

/// See the module.
#[derive(Default)]
pub struct StoredStays {
    /// What was shown as stored, by the side that showed it.
    shown: [BTreeSet<EntryHash>; 2],
}

impl StoredStays {
    fn on(&self, disk: usize, entries: &[Arc<Entry>]) -> Result<(), String> {
        let here: BTreeSet<EntryHash> = entries.iter().map(|entry| entry.hash()).collect();
        let sender = 1 - disk;
        match self.shown[sender].difference(&here).count() {
            0 => Ok(()),
            lost => {
                let (sender, disk) = (name(sender), name(disk));
                Err(format!("{lost} messages that {sender} shows as STORED BY PEER are not on {disk}'s disk"))
            }
        }
    }
}

impl Checker for StoredStays {
    fn id(&self) -> &'static str {
        "scenario 18"
    }

    fn words(&self) -> &'static str {
        "no message that a screen shows as STORED BY PEER is ever lost"
    }

    fn see(&mut self, fact: &Fact) -> Result<(), String> {
        match fact {
            Fact::ShownStored { side, hash } => {
                self.shown[*side].insert(*hash);
                Ok(())
            }
            Fact::Started { side, disk } => self.on(*side, disk),
            _ => Ok(()),
        }
    }

    fn rest(&mut self, rest: &Rest<'_>) -> Result<(), String> {
        (0..2).try_for_each(|disk| self.on(disk, rest.disks[disk]))
    }
}

#[cfg(test)]
mod tests {
    use super::super::canary;
    use super::*;

    #[test]
    fn a_stored_message_that_is_gone_is_caught() {
        let entry = canary::entry(0, 1, "message");
        let mut checker = StoredStays::default();
        canary::passes(&mut checker, &[Fact::ShownStored { side: 0, hash: entry.hash() }]);
        canary::passes(&mut checker, &[Fact::Started { side: 1, disk: vec![entry.clone()] }]);
        canary::fails(&mut checker, &Fact::Started { side: 1, disk: Vec::new() });
        assert!(checker.rest(&canary::rest([&[entry], &[]])).is_err());
    }
}
