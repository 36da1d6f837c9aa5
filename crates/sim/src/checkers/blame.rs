//! INV-10: no input makes anyone convict a correct side.
//!
//! Both sides of every world are correct. So no alarm may ever be raised, and the auditor must verify both exports.

use ringdown_record::audit::Verdict;
use ringdown_record::{audit, export};

use super::{Checker, Fact, Rest, name};

/// See the module.
pub struct Blame;

impl Checker for Blame {
    fn id(&self) -> &'static str {
        "INV-10"
    }

    fn words(&self) -> &'static str {
        "no input makes an auditor convict a correct side, and no alarm is raised about one"
    }

    fn see(&mut self, fact: &Fact) -> Result<(), String> {
        match fact {
            Fact::Alarmed { side, alarm } => Err(format!("{} raises an alarm: {alarm}", name(*side))),
            _ => Ok(()),
        }
    }

    fn rest(&mut self, rest: &Rest<'_>) -> Result<(), String> {
        let line = rest.charter.verify().map_err(|error| error.to_string())?.line_id();
        let mut before: Option<Vec<u8>> = None;
        for (side, disk) in rest.disks.iter().enumerate() {
            let mut file = Vec::new();
            export::write_head(rest.charter, &mut file);
            let mut entries: Vec<_> = disk.iter().collect();
            entries.sort_by_key(|entry| (entry.header().side, entry.header().place));
            entries.iter().for_each(|entry| export::write_entry(entry, &mut file));
            // Two equal files have one verdict.
            if before.as_ref() == Some(&file) {
                continue;
            }
            let audit = audit(&file, Some(line));
            if !matches!(audit.verdict, Verdict::Verified) {
                let broken = audit.findings.iter().find(|finding| finding.broken);
                let text = broken.map_or("nothing in particular", |finding| finding.text.as_str());
                return Err(format!("{}'s export does not verify: {text}", name(side)));
            }
            before = Some(file);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::canary;
    use super::*;

    #[test]
    fn a_broken_export_and_an_alarm_are_caught() {
        let good = canary::founded();
        assert_eq!(Blame.rest(&canary::rest_of(&good, [&good.entries, &good.entries])), Ok(()));
        let bad = [good.entries.clone(), vec![canary::entry(0, 3, "of another line")]].concat();
        assert!(Blame.rest(&canary::rest_of(&good, [&good.entries, &bad])).is_err());
        let place = ringdown_record::Place::first(1);
        let alarm = ringdown_line::Alarm::TwoHistories { place };
        canary::fails(&mut Blame, &Fact::Alarmed { side: 0, alarm });
    }
}
