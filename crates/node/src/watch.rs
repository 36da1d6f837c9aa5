//! The ladder of what waits, and who watches meanwhile.
//!
//! Twice a second the node looks which rung each waiting message stands on, calls the host's program once for each, and
//! notes it, so that a new start does not call again.

use std::collections::BTreeMap;
use std::sync::{Arc, MutexGuard};
use std::time::Duration;

use ringdown_api as api;
use ringdown_api::{MessageName, Noted, zulu};
use ringdown_line::Instant;
use ringdown_message::MessageRecord;
use ringdown_record::{EntryHash, Precedence, WallTime};
use serde::Deserialize;
use tokio::sync::watch;
use tokio::time::sleep;

use crate::consoles::{Alive, Consoles, short};
use crate::hook::{self, Call, HooksConfig, Waiting, boxed};
use crate::ladder::{Timers, Why, calls_hook, rung};
use crate::line::Line;
use crate::notes::Before;

/// Calls of the program that run at a time.
const CALLS_MAX: usize = 8;
/// How often the ladder is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Messages that one silence names.
const SILENCED_MAX: usize = 16;

/// What is known about who watches this line.
#[derive(Debug)]
pub struct Watch {
    timers: Timers,
    pub(crate) consoles: Consoles,
    was_unattended: bool,
    called: BTreeMap<EntryHash, u64>,
    fault: Option<String>,
    calls: usize,
    on: Option<(String, WallTime)>,
}

/// What an officer does at a console that is for this side alone.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// As in [`Alive`].
    pub console: String,
    /// What he does.
    pub said: Saying,
    /// Entries of the messages that it is about.
    #[serde(default)]
    pub messages: Vec<String>,
}

/// See [`Said`].
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Saying {
    /// Silence (this console, 2 min).
    Silence,
    /// I heard it: the test sound of `Start watch`.
    Heard,
    /// End watch.
    End,
}

/// A message that waits, and for how many milliseconds.
type Waits = (EntryHash, Precedence, u64);

/// A rung that was reached: its number and why, the message that waits and its age, and whether people are called.
#[derive(Debug)]
struct Step {
    why: Why,
    about: Option<(EntryHash, u64)>,
    rung: u64,
    calls: bool,
}

impl Watch {
    /// Nobody watches yet.
    pub fn new(timers: Timers) -> Watch {
        Watch {
            timers,
            consoles: Consoles::new(&timers),
            was_unattended: false,
            called: BTreeMap::new(),
            fault: None,
            calls: 0,
            on: None,
        }
    }

    /// Takes over what was noted before the start of the node.
    pub fn recall(&mut self, before: Before) {
        self.called = before.rungs;
        self.on = before.watch;
    }

    /// Takes each message to its rung: what is new, and whether nobody watches. Of several rungs that are due at once,
    /// as after a start of the node, the newest is taken.
    fn climb(&mut self, waiting: &[Waits], now: Instant) -> (Vec<Step>, bool) {
        let unattended = self.consoles.count(now).unattended;
        let mut steps = Vec::new();
        if unattended && !self.was_unattended {
            steps.push(Step { why: Why::Unattended, about: None, rung: 1, calls: true });
        }
        self.was_unattended = unattended;
        self.called.retain(|hash, _| waiting.iter().any(|(waits, ..)| waits == hash));
        for (hash, precedence, age) in waiting {
            let rung = rung(*precedence, *age, &self.timers);
            let called = self.called.entry(*hash).or_insert(0);
            // A clock that is put back does not take a message down again.
            if rung.number > *called {
                *called = rung.number;
                let calls = calls_hook(*precedence, rung.why, unattended);
                let about = Some((*hash, *age));
                steps.push(Step { why: rung.why, about, rung: rung.number, calls });
            }
        }
        (steps, unattended)
    }
}

impl Line {
    /// Held for moments only, never across an await.
    pub(crate) fn watch(&self) -> MutexGuard<'_, Watch> {
        self.watch.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// A console says that it draws.
    pub fn console_alive(&self, alive: Alive) {
        let now = self.clock.now().instant;
        self.watch().consoles.heard(alive, now);
    }

    /// The consoles now, counted.
    pub fn consoles(&self) -> api::Consoles {
        let now = self.clock.now().instant;
        self.watch().consoles.count(now)
    }

    /// The consoles now, counted and each by itself.
    pub fn each_console(&self) -> api::Consoles {
        let counted = self.consoles();
        api::Consoles { each: self.watch().consoles.each(self.clock.now()), ..counted }
    }

    /// Who has the watch, and since when; `None` if nobody has started one.
    pub fn watch_on(&self) -> Option<api::WatchOn> {
        let (officer, since) = self.watch().on.clone()?;
        Some(api::WatchOn { officer, since: zulu(since) })
    }

    /// The officer who is on watch here, by the name that is noted.
    pub fn officer_on_watch(&self) -> &str {
        &self.officer.name
    }

    /// An officer does something at a console that is for this side alone.
    pub fn say(&self, said: Said) {
        let (officer, console) = (self.officer_on_watch().to_owned(), short(&said.console));
        match said.said {
            Saying::Silence => {
                let found = said.messages.iter().take(SILENCED_MAX);
                let serial = |name: &String| self.find(name).ok().and_then(|message| message.serial);
                let serials = found.filter_map(serial).map(|serial| serial.text(&self.charter)).collect();
                self.note(&Noted::Silenced { console, serials });
            }
            // A watch begins with a sound that a person hears.
            Saying::Heard => {
                self.note(&Noted::Heard { officer: officer.clone(), console: console.clone() });
                let now = self.clock.now().wall;
                if self.watch().on.is_none() {
                    self.watch().on = Some((officer.clone(), now));
                    self.note(&Noted::WatchStarted { officer, console });
                }
            }
            Saying::End => {
                if self.watch().on.take().is_some() {
                    self.note(&Noted::WatchEnded { officer, console });
                }
            }
        }
        self.touch();
    }

    /// What is wrong with the program that calls people, until it works again.
    pub fn hook_fault(&self) -> Option<String> {
        self.watch().fault.clone()
    }

    /// True if a FLASH has waited so long that it sounds without a pause.
    pub fn is_continuous(&self, message: &api::Message) -> bool {
        let found =
            self.watch().called.iter().any(|(hash, rung)| *rung > 1 && hash.to_string() == message.entry);
        found && message.precedence == Precedence::Flash.name()
    }

    /// Each message of the peer that nobody has acknowledged.
    fn unacknowledged(&self, now: WallTime) -> Vec<Waits> {
        self.with_ledger(|ledger| {
            if ledger.waiting() == 0 {
                return Vec::new();
            }
            let waits = |message: &&MessageRecord| message.side != self.own && message.acknowledged.is_none();
            let row = |message: &MessageRecord| {
                let arrived = message.arrived.unwrap_or(now);
                (message.hash, message.urgency.precedence, now.ms().saturating_sub(arrived.ms()))
            };
            ledger.messages().iter().filter(waits).map(row).collect()
        })
    }

    /// Takes everything to its rung, notes what is new with `hooked` as whether there is a program, and gives the
    /// calls that are due.
    fn look(&self, hooked: bool) -> Vec<Call> {
        let now = self.clock.now();
        let waiting = self.unacknowledged(now.wall);
        let (steps, unattended, changes) = {
            let mut watch = self.watch();
            let (steps, unattended) = watch.climb(&waiting, now.instant);
            (steps, unattended, watch.consoles.changes(now.instant))
        };
        if !steps.is_empty() || !changes.is_empty() {
            self.touch();
        }
        changes.iter().for_each(|change| self.note(change));
        let mut due = Vec::new();
        for Step { why, about, rung, calls } in steps {
            let message = about.and_then(|(hash, age)| self.told(&hash, age));
            let name = about.zip(message.as_ref());
            let name = name.map(|((hash, _), message)| MessageName {
                serial: message.serial.clone(),
                entry: hash.to_string(),
            });
            let called = calls && hooked;
            self.note(&Noted::Rung { why: why.word().into(), message: name, rung, called });
            if called {
                let side = self.name(self.own).to_owned();
                due.push(Call { why, side, message, unattended, at: zulu(now.wall) });
            }
        }
        due
    }

    fn told(&self, hash: &EntryHash, age_ms: u64) -> Option<Waiting> {
        let message =
            self.with_ledger(|ledger| ledger.find_entry(hash).map(|found| self.message(ledger, found)))?;
        Some(Waiting {
            serial: message.serial,
            from: message.from,
            precedence: message.precedence,
            class: message.class,
            subject: boxed(&message.subject),
            waits_s: age_ms / 1000,
        })
    }
}

/// Watches until the node stops. Nothing of the line waits for it.
pub async fn run(line: Arc<Line>, hooks: Option<HooksConfig>, stopped: watch::Receiver<bool>) {
    let mut shown = line.consoles();
    while !*stopped.borrow() {
        let due = line.look(hooks.is_some());
        if let Some(HooksConfig { program }) = &hooks {
            for call in due {
                if line.watch().calls == CALLS_MAX {
                    let failed = format!("{} is called too often to end in time", program.display());
                    ended(&line, &call, Err(failed));
                    continue;
                }
                line.watch().calls += 1;
                let (line, program) = (line.clone(), program.clone());
                tokio::spawn(async move {
                    let result = hook::call(&program, &call).await;
                    line.watch().calls -= 1;
                    ended(&line, &call, result);
                });
            }
        }
        let now = line.consoles();
        if now != shown {
            shown = now;
            line.touch();
        }
        sleep(LOOK_EVERY).await;
    }
}

/// Notes how a call ended, and keeps the last fault; the screens show what changed.
fn ended(line: &Line, call: &Call, result: Result<(), String>) {
    let failed = result.err();
    let serial = call.message.as_ref().map_or_else(String::new, |message| message.serial.clone());
    line.note(&Noted::Hook { why: call.why.word().into(), serial, failed: failed.clone() });
    let now = failed.map(|reason| {
        tracing::error!(reason, "hook");
        format!("CONSOLE FAULT: nobody was called: {reason}. Mend it, then try it with 'ringdown hook test'")
    });
    let before = std::mem::replace(&mut line.watch().fault, now.clone());
    if before != now {
        line.touch();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Instant {
        Instant(seconds * 1_000_000_000)
    }

    fn why(watch: &mut Watch, waiting: &[Waits], now: u64) -> Vec<Why> {
        let steps = watch.climb(waiting, at(now)).0;
        steps.into_iter().filter(|step| step.calls).map(|step| step.why).collect()
    }

    fn watched() -> Watch {
        let mut watch = Watch::new(Timers::default());
        watch.consoles.heard(Alive { console: "a".into(), visible: true, sound: true, idle_s: None }, at(0));
        watch
    }

    const FLASH: EntryHash = EntryHash([1; 32]);
    const ROUTINE: EntryHash = EntryHash([2; 32]);

    #[test]
    fn each_rung_is_called_once_and_an_arrival_at_once_while_nobody_watches() {
        let mut watch = watched();
        assert_eq!(why(&mut watch, &[(FLASH, Precedence::Flash, 0)], 0), [Why::Arrived]);
        assert_eq!(why(&mut watch, &[(FLASH, Precedence::Flash, 500)], 0), []);
        assert_eq!(why(&mut watch, &[(ROUTINE, Precedence::Routine, 0)], 1), []);
        assert_eq!(
            why(&mut watch, &[(FLASH, Precedence::Flash, 31_000)], 31),
            [Why::Unattended, Why::Backup]
        );
        let both = [(FLASH, Precedence::Flash, 32_000), (ROUTINE, Precedence::Routine, 0)];
        assert_eq!(why(&mut watch, &both, 32), [Why::Arrived], "the routine message");
        assert_eq!(why(&mut watch, &both, 33), []);
    }

    #[test]
    fn a_rung_that_was_noted_before_a_start_is_not_called_again_and_the_next_one_is() {
        let mut watch = watched();
        watch.recall(Before { rungs: BTreeMap::from([(FLASH, 3)]), watch: None });
        assert_eq!(why(&mut watch, &[(FLASH, Precedence::Flash, 31_000)], 1), []);
        assert_eq!(why(&mut watch, &[(FLASH, Precedence::Flash, 120_000)], 2), [Why::Supervisor]);
    }

    #[test]
    fn a_clock_that_is_put_back_calls_nobody_twice() {
        let mut watch = watched();
        assert_eq!(why(&mut watch, &[(FLASH, Precedence::Flash, 31_000)], 1), [Why::Backup]);
        assert_eq!(why(&mut watch, &[(FLASH, Precedence::Flash, 0)], 2), []);
        assert_eq!(why(&mut watch, &[(FLASH, Precedence::Flash, 31_000)], 3), []);
    }
}
