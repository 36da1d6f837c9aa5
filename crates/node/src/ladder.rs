//! The ladders of alarms: who is to be called when a message waits and nobody acknowledges it, when the other side does
//! not store a message of ours, when the line is down.
//!
//! Pure functions of precedence, age, the charter's rule and the timers of this side. The age of a message is counted
//! from times that the record keeps, so that neither a reload of a page nor a new start of the node begins the ladder
//! anew. What both sides signed rules: a timer of this side may only call sooner.

use ringdown_record::charter::PrecedenceRule;
use ringdown_record::{Charter, Precedence};
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
    /// People are called because the line is down.
    pub line_hook: u32,
    /// The backup officer is called for that.
    pub line_backup: u32,
    /// The supervisor is called for that.
    pub line_supervisor: u32,
    /// A console that was not heard for so long is DEAD.
    pub console_dead: u32,
    /// Without a LIVE console for so long the side is UNATTENDED.
    pub unattended: u32,
    /// Whoever has the watch is asked whether he is there when nobody has touched a console for so long.
    pub watch_check: u32,
    /// The question sounds when it was not answered for so long.
    pub watch_check_sound: u32,
    /// The side is UNATTENDED then.
    pub watch_check_unattended: u32,
    /// The supervisor is called then.
    pub watch_check_supervisor: u32,
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
            line_hook: 30,
            line_backup: 60,
            line_supervisor: 120,
            console_dead: 15,
            unattended: 30,
            watch_check: 3600,
            watch_check_sound: 15,
            watch_check_unattended: 30,
            watch_check_supervisor: 120,
        }
    }
}

impl Timers {
    /// Refuses timers that would never call anyone, or in the wrong order. The text names what to write.
    pub fn check(&self) -> Result<(), String> {
        let rising = |steps: &[u32]| steps.windows(2).all(|pair| pair[0] < pair[1]) && steps[0] > 0;
        let flash = [self.flash_continuous, self.flash_backup, self.flash_supervisor, self.flash_again];
        let check = [self.watch_check_sound, self.watch_check_unattended, self.watch_check_supervisor];
        let alone = [
            self.flash_again_every,
            self.priority_backup,
            self.console_dead,
            self.unattended,
            self.watch_check,
        ];
        let is_good = rising(&flash)
            && rising(&[self.immediate_backup, self.immediate_supervisor])
            && rising(&[self.line_hook, self.line_backup, self.line_supervisor])
            && rising(&check)
            && alone.iter().all(|seconds| *seconds > 0);
        is_good.then_some(()).ok_or_else(|| {
            "the timers in [alarms] are whole seconds from 1 on; flash_continuous, flash_backup, flash_supervisor and \
             flash_again rise in this order, so do line_hook, line_backup and line_supervisor, and watch_check_sound, \
             watch_check_unattended and watch_check_supervisor, and immediate_backup comes before immediate_supervisor"
                .to_owned()
        })
    }

    /// Refuses a time that somebody wrote and that has no effect, because what both sides signed calls sooner.
    pub fn check_against(&self, charter: &Charter) -> Result<(), String> {
        let usual = Timers::default();
        let backups = [
            ("flash_backup", self.flash_backup, usual.flash_backup, Precedence::Flash),
            ("immediate_backup", self.immediate_backup, usual.immediate_backup, Precedence::Immediate),
            ("priority_backup", self.priority_backup, usual.priority_backup, Precedence::Priority),
        ];
        for (name, own, usual, precedence) in backups {
            let signed = charter.rule(precedence).acknowledge_s;
            if own != usual && own > signed {
                return Err(format!(
                    "{name} in [alarms] is {own} s, but by the charter that both sides signed the backup officer is called \
                     for {} after {signed} s, so that {own} s would have no effect; write {signed} or less, or leave it out",
                    precedence.name()
                ));
            }
        }
        Ok(())
    }
}

/// What is done on a rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING-KEBAB-CASE")]
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
    /// The other side has not confirmed in time that it stored a message of ours.
    NotStoredCaution,
    /// Nor in the time in which it is serious.
    NotStored,
    /// No way to the other side works.
    LineDown,
    /// The last LIVE console of a watch is not heard any more.
    ConsoleDead,
    /// No console is LIVE.
    Unattended,
    /// Whoever has the watch is asked whether he is there.
    WatchCheck,
    /// A person tries the hook.
    Test,
}

impl Why {
    const ALL: [Why; 12] = [
        Why::Arrived,
        Why::Continuous,
        Why::Backup,
        Why::Supervisor,
        Why::Again,
        Why::NotStoredCaution,
        Why::NotStored,
        Why::LineDown,
        Why::ConsoleDead,
        Why::Unattended,
        Why::WatchCheck,
        Why::Test,
    ];

    /// By its word, as a note keeps it.
    pub fn of(word: &str) -> Option<Why> {
        Why::ALL.into_iter().find(|why| why.word() == word)
    }

    /// The word that the hook gets as its argument.
    pub fn word(self) -> &'static str {
        match self {
            Why::Arrived => "ARRIVED",
            Why::Continuous => "CONTINUOUS",
            Why::Backup => "BACKUP",
            Why::Supervisor => "SUPERVISOR",
            Why::Again => "AGAIN",
            Why::NotStoredCaution => "NOT-STORED-CAUTION",
            Why::NotStored => "NOT-STORED",
            Why::LineDown => "LINE-DOWN",
            Why::ConsoleDead => "CONSOLE-DEAD",
            Why::Unattended => "UNATTENDED",
            Why::WatchCheck => "WATCH-CHECK",
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

/// Where an unacknowledged message of this precedence stands, so many milliseconds after its arrival. The backup officer
/// is called at the latest when the time is over in which a person should acknowledge.
pub fn rung(precedence: Precedence, age_ms: u64, timers: &Timers, rule: &PrecedenceRule) -> Rung {
    let backup = |own: u32| (own.min(rule.acknowledge_s), Why::Backup);
    let mut steps = match precedence {
        Precedence::Line | Precedence::Flash => vec![
            (timers.flash_continuous, Why::Continuous),
            backup(timers.flash_backup),
            (timers.flash_supervisor, Why::Supervisor),
            (timers.flash_again, Why::Again),
        ],
        Precedence::Immediate => {
            vec![backup(timers.immediate_backup), (timers.immediate_supervisor, Why::Supervisor)]
        }
        Precedence::Priority => vec![backup(timers.priority_backup)],
        Precedence::Routine => vec![backup(u32::MAX)],
    };
    steps.sort_by_key(|(after, _)| *after);
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

/// Where a message of ours stands that the other side has not confirmed to have stored, so many milliseconds after its
/// release; `None` while there is nothing to remark upon.
pub fn unstored_rung(age_ms: u64, rule: &PrecedenceRule) -> Option<Rung> {
    match age_ms / 1000 {
        age if age >= u64::from(rule.stored_alarm_s) => Some(Rung { number: 2, why: Why::NotStored }),
        age if age >= u64::from(rule.stored_caution_s) => {
            Some(Rung { number: 1, why: Why::NotStoredCaution })
        }
        _ => None,
    }
}

/// Where a line stands that is down for so many milliseconds; `None` while nobody is called for it.
pub fn line_rung(down_ms: u64, timers: &Timers) -> Option<Rung> {
    let steps = [
        (timers.line_hook, Why::LineDown),
        (timers.line_backup, Why::Backup),
        (timers.line_supervisor, Why::Supervisor),
    ];
    newest_due(&steps, down_ms)
}

/// Where a watch check stands that nobody has answered for so many milliseconds.
pub fn check_rung(asked_ms: u64, timers: &Timers) -> Option<Rung> {
    let steps = [
        (0, Why::WatchCheck),
        (timers.watch_check_sound, Why::Continuous),
        (timers.watch_check_unattended, Why::Unattended),
        (timers.watch_check_supervisor, Why::Supervisor),
    ];
    newest_due(&steps, asked_ms)
}

/// The last of these steps, each with its seconds, that is due after so many milliseconds.
fn newest_due(steps: &[(u32, Why)], ms: u64) -> Option<Rung> {
    let due = steps.iter().filter(|(after, _)| ms / 1000 >= u64::from(*after));
    due.zip(1..).last().map(|((_, why), number)| Rung { number, why: *why })
}

/// True if the host's program is called on this rung. An arrival calls it for a FLASH, and for all when nobody watches.
pub fn calls_hook(precedence: Precedence, why: Why, unattended: bool) -> bool {
    match why {
        Why::Continuous | Why::NotStoredCaution | Why::WatchCheck => false,
        Why::Arrived => unattended || matches!(precedence, Precedence::Line | Precedence::Flash),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As a line is made with.
    fn rule(acknowledge_s: u32) -> PrecedenceRule {
        PrecedenceRule { releasers: 1, stored_caution_s: 10, stored_alarm_s: 60, acknowledge_s }
    }

    fn climbed(precedence: Precedence, seconds: std::ops::RangeInclusive<u64>) -> Vec<(u64, &'static str)> {
        climbed_by(precedence, seconds, rule(3600))
    }

    fn climbed_by(
        precedence: Precedence,
        seconds: std::ops::RangeInclusive<u64>,
        rule: PrecedenceRule,
    ) -> Vec<(u64, &'static str)> {
        let timers = Timers::default();
        let mut told: Vec<(u64, &'static str)> = Vec::new();
        let mut last = 0;
        for second in seconds {
            let rung = rung(precedence, second * 1000, &timers, &rule);
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
        assert_eq!(climbed(Precedence::Routine, 0..=86_400), [(0, "ARRIVED"), (3600, "BACKUP")]);
    }

    // API-28
    #[test]
    fn what_both_sides_signed_calls_at_the_latest_and_a_timer_of_this_side_only_sooner() {
        let flash = climbed_by(Precedence::Flash, 0..=130, rule(5));
        assert_eq!(flash, [(0, "ARRIVED"), (5, "BACKUP"), (15, "CONTINUOUS"), (120, "SUPERVISOR")]);
        let flash = climbed_by(Precedence::Flash, 0..=130, rule(60));
        assert_eq!(flash, [(0, "ARRIVED"), (15, "CONTINUOUS"), (30, "BACKUP"), (120, "SUPERVISOR")]);
        assert_eq!(climbed_by(Precedence::Priority, 0..=999, rule(9)), [(0, "ARRIVED"), (9, "BACKUP")]);
        assert_eq!(climbed_by(Precedence::Routine, 0..=999, rule(7)), [(0, "ARRIVED"), (7, "BACKUP")]);
    }

    // API-28
    #[test]
    fn a_message_that_is_not_stored_is_a_caution_and_then_an_alarm_at_the_times_of_the_charter() {
        let at = |seconds: u64| unstored_rung(seconds * 1000, &rule(1)).map(|rung| rung.why.word());
        assert_eq!([at(0), at(9)], [None, None]);
        assert_eq!([at(10), at(59)], [Some("NOT-STORED-CAUTION"); 2]);
        assert_eq!([at(60), at(86_400)], [Some("NOT-STORED"); 2]);
    }

    #[test]
    fn a_line_that_is_down_calls_the_host_the_backup_and_the_supervisor_in_this_order() {
        let timers = Timers::default();
        let at = |seconds: u64| line_rung(seconds * 1000, &timers).map(|rung| (rung.number, rung.why.word()));
        assert_eq!([at(0), at(29)], [None, None]);
        assert_eq!([at(30), at(59)], [Some((1, "LINE-DOWN")); 2]);
        assert_eq!([at(60), at(120)], [Some((2, "BACKUP")), Some((3, "SUPERVISOR"))]);
    }

    #[test]
    fn a_watch_check_sounds_leaves_the_side_unattended_and_calls_the_supervisor_in_this_order() {
        let at = |seconds: u64| check_rung(seconds * 1000, &Timers::default()).map(|rung| rung.why.word());
        assert_eq!([at(0), at(14)], [Some("WATCH-CHECK"); 2]);
        assert_eq!([at(15), at(29)], [Some("CONTINUOUS"); 2]);
        assert_eq!([at(30), at(119)], [Some("UNATTENDED"); 2]);
        assert_eq!(at(120), Some("SUPERVISOR"));
    }

    #[test]
    fn a_node_that_starts_late_finds_the_rung_that_is_due_and_not_the_first() {
        let found = rung(Precedence::Flash, 130_000, &Timers::default(), &rule(60));
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
            Timers { line_backup: 30, ..Timers::default() },
            Timers { immediate_backup: 180, ..Timers::default() },
            Timers { unattended: 0, ..Timers::default() },
            Timers { watch_check: 0, ..Timers::default() },
            Timers { watch_check_unattended: 15, ..Timers::default() },
        ] {
            assert!(bad.check().is_err_and(|text| text.contains("[alarms]")), "{bad:?}");
        }
    }
}
