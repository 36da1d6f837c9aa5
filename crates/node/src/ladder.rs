//! The ladder of alarms: who is to be called when a message waits and nobody acknowledges it.
//!
//! A pure function of precedence, the age of the arrival and the timers. The age is counted from the arrival that the
//! record keeps, so that neither a reload of a page nor a new start of the node begins the ladder anew. Only an
//! acknowledgement ends it.

use ringdown_record::Precedence;
use serde::{Deserialize, Serialize};

/// `[alarms]` in `ringdown.toml`: the timers of the ladder in seconds. What is left out has its default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Timers {
    /// A FLASH sounds without a pause from here on.
    pub flash_continuous: u32,
    /// The backup officer is called for a FLASH.
    pub flash_backup: u32,
    /// The supervisor is called for a FLASH.
    pub flash_supervisor: u32,
    /// Everybody is called again for a FLASH, from here on.
    pub flash_again: u32,
    /// How often, then.
    pub flash_again_every: u32,
    /// The backup officer is called for an IMMEDIATE.
    pub immediate_backup: u32,
    /// The supervisor is called for an IMMEDIATE.
    pub immediate_supervisor: u32,
    /// The backup officer is called for a PRIORITY.
    pub priority_backup: u32,
    /// A console that was not heard for so long is DEAD.
    pub console_dead: u32,
    /// Without a LIVE console for so long the side is UNATTENDED.
    pub unattended: u32,
}

impl Default for Timers {
    fn default() -> Timers {
        Timers {
            flash_continuous: 15,
            flash_backup: 30,
            flash_supervisor: 120,
            flash_again: 180,
            flash_again_every: 60,
            immediate_backup: 60,
            immediate_supervisor: 180,
            priority_backup: 900,
            console_dead: 15,
            unattended: 30,
        }
    }
}

impl Timers {
    /// Refuses timers that would never call anyone, or in the wrong order. The text names what to write.
    pub fn check(&self) -> Result<(), String> {
        let rising = |steps: &[u32]| steps.windows(2).all(|pair| pair[0] < pair[1]) && steps[0] > 0;
        let flash = [self.flash_continuous, self.flash_backup, self.flash_supervisor, self.flash_again];
        let is_good = rising(&flash)
            && rising(&[self.immediate_backup, self.immediate_supervisor])
            && [self.flash_again_every, self.priority_backup, self.console_dead, self.unattended]
                .iter()
                .all(|seconds| *seconds > 0);
        is_good.then_some(()).ok_or_else(|| {
            "the timers in [alarms] are whole seconds from 1 on; flash_continuous, flash_backup, flash_supervisor and \
             flash_again rise in this order, and immediate_backup comes before immediate_supervisor"
                .to_owned()
        })
    }
}

/// What is done on a rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Why {
    /// It has just arrived.
    Arrived,
    /// The sound goes on without a pause; nobody else is called.
    Continuous,
    /// The backup officer.
    Backup,
    /// The supervisor.
    Supervisor,
    /// Everybody, again.
    Again,
    /// No console is LIVE.
    Unattended,
    /// A person tries the hook.
    Test,
}

impl Why {
    /// The word that the hook gets as its argument.
    pub fn word(self) -> &'static str {
        match self {
            Why::Arrived => "ARRIVED",
            Why::Continuous => "CONTINUOUS",
            Why::Backup => "BACKUP",
            Why::Supervisor => "SUPERVISOR",
            Why::Again => "AGAIN",
            Why::Unattended => "UNATTENDED",
            Why::Test => "TEST",
        }
    }
}

/// The rung that a message stands on: its number, counted from 1, and what is done on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rung {
    /// It only rises.
    pub number: u64,
    /// What is done.
    pub why: Why,
}

/// Where an unacknowledged message of this precedence stands, so many milliseconds after its arrival.
pub fn rung(precedence: Precedence, age_ms: u64, timers: &Timers) -> Rung {
    let steps: &[(u32, Why)] = match precedence {
        Precedence::Line | Precedence::Flash => &[
            (timers.flash_continuous, Why::Continuous),
            (timers.flash_backup, Why::Backup),
            (timers.flash_supervisor, Why::Supervisor),
            (timers.flash_again, Why::Again),
        ],
        Precedence::Immediate => {
            &[(timers.immediate_backup, Why::Backup), (timers.immediate_supervisor, Why::Supervisor)]
        }
        Precedence::Priority => &[(timers.priority_backup, Why::Backup)],
        Precedence::Routine => &[],
    };
    let age = age_ms / 1000;
    let mut rung = Rung { number: 1, why: Why::Arrived };
    for (after, why) in steps.iter().filter(|(after, _)| age >= u64::from(*after)) {
        rung = Rung { number: rung.number + 1, why: *why };
        if *why == Why::Again {
            rung.number += (age - u64::from(*after)) / u64::from(timers.flash_again_every.max(1));
        }
    }
    rung
}

/// True if the host's program is called on this rung. An arrival calls it for a FLASH, and for all when nobody watches.
pub fn calls_hook(precedence: Precedence, why: Why, unattended: bool) -> bool {
    match why {
        Why::Continuous => false,
        Why::Arrived => unattended || matches!(precedence, Precedence::Line | Precedence::Flash),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn climbed(precedence: Precedence, seconds: std::ops::RangeInclusive<u64>) -> Vec<(u64, &'static str)> {
        let timers = Timers::default();
        let mut told: Vec<(u64, &'static str)> = Vec::new();
        let mut last = 0;
        for second in seconds {
            let rung = rung(precedence, second * 1000, &timers);
            assert!(rung.number >= last, "the ladder only rises");
            if rung.number > last {
                told.push((second, rung.why.word()));
            }
            last = rung.number;
        }
        told
    }

    #[test]
    fn each_precedence_climbs_at_the_seconds_of_the_table() {
        let flash = climbed(Precedence::Flash, 0..=300);
        let wanted = [
            (0, "ARRIVED"),
            (15, "CONTINUOUS"),
            (30, "BACKUP"),
            (120, "SUPERVISOR"),
            (180, "AGAIN"),
            (240, "AGAIN"),
            (300, "AGAIN"),
        ];
        assert_eq!(flash, wanted);
        let immediate = climbed(Precedence::Immediate, 0..=3600);
        assert_eq!(immediate, [(0, "ARRIVED"), (60, "BACKUP"), (180, "SUPERVISOR")]);
        assert_eq!(climbed(Precedence::Priority, 0..=3600), [(0, "ARRIVED"), (900, "BACKUP")]);
        assert_eq!(climbed(Precedence::Routine, 0..=86_400), [(0, "ARRIVED")]);
    }

    #[test]
    fn a_node_that_starts_late_finds_the_rung_that_is_due_and_not_the_first() {
        let found = rung(Precedence::Flash, 130_000, &Timers::default());
        assert_eq!(found, Rung { number: 4, why: Why::Supervisor });
    }

    #[test]
    fn an_arrival_calls_the_host_for_a_flash_and_for_everything_while_nobody_watches() {
        assert!(calls_hook(Precedence::Flash, Why::Arrived, false));
        assert!(!calls_hook(Precedence::Immediate, Why::Arrived, false));
        assert!(calls_hook(Precedence::Routine, Why::Arrived, true));
        assert!(!calls_hook(Precedence::Flash, Why::Continuous, true));
        assert!(calls_hook(Precedence::Priority, Why::Backup, false));
    }

    #[test]
    fn timers_that_would_never_call_or_call_in_the_wrong_order_are_refused() {
        assert_eq!(Timers::default().check(), Ok(()));
        for bad in [
            Timers { flash_continuous: 0, ..Timers::default() },
            Timers { flash_backup: 120, ..Timers::default() },
            Timers { flash_again_every: 0, ..Timers::default() },
            Timers { immediate_backup: 180, ..Timers::default() },
            Timers { unattended: 0, ..Timers::default() },
        ] {
            assert!(bad.check().is_err_and(|text| text.contains("[alarms]")), "{bad:?}");
        }
    }
}
