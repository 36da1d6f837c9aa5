//! Who watches: the consoles by their signs of life, and the ladder of what waits.
//!
//! A console speaks from its rendering path, so that a page that draws nothing is not LIVE, whatever its sockets do.
//! Twice a second the node looks which rung each waiting message stands on, and calls the host's program once for each.

use std::collections::BTreeMap;
use std::sync::{Arc, MutexGuard};
use std::time::Duration;

use ringdown_api as api;
use ringdown_api::zulu;
use ringdown_line::Instant;
use ringdown_message::MessageRecord;
use ringdown_record::{EntryHash, Precedence, WallTime};
use serde::Deserialize;
use tokio::sync::watch;
use tokio::time::sleep;

use crate::hook::{self, Call, HooksConfig, Waiting, boxed};
use crate::ladder::{Timers, Why, calls_hook, rung};
use crate::line::Line;

/// Consoles that are remembered; the one not heard for longest makes room.
const CONSOLES_MAX: usize = 32;
/// Longest name that a console gives itself.
const NAME_LEN_MAX: usize = 64;
/// Calls of the program that run at a time.
const CALLS_MAX: usize = 8;
/// How often the ladder is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// A console that is gone is told of for so many times [`Timers::console_dead`], then forgotten.
const DEAD_TOLD: u32 = 4;

/// A sign of life of one console.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alive {
    /// Made by the page, the same until it is closed.
    pub console: String,
    /// What the page knows of its own visibility.
    pub visible: bool,
    /// Whether its sound runs.
    pub sound: bool,
}

#[derive(Clone, Debug)]
struct Console {
    heard: Instant,
    visible: bool,
    sound: bool,
}

/// What is known about who watches this line.
#[derive(Debug)]
pub struct Watch {
    timers: Timers,
    consoles: BTreeMap<String, Console>,
    live_last: Option<Instant>,
    was_unattended: bool,
    called: BTreeMap<EntryHash, u64>,
    fault: Option<String>,
    calls: usize,
}

impl Watch {
    /// Nobody watches yet.
    pub fn new(timers: Timers) -> Watch {
        Watch {
            timers,
            consoles: BTreeMap::new(),
            live_last: None,
            was_unattended: false,
            called: BTreeMap::new(),
            fault: None,
            calls: 0,
        }
    }

    /// A console says that it draws.
    pub fn heard(&mut self, alive: Alive, now: Instant) {
        if alive.console.is_empty() || alive.console.len() > NAME_LEN_MAX {
            return;
        }
        if self.consoles.len() >= CONSOLES_MAX && !self.consoles.contains_key(&alive.console) {
            let oldest = self.consoles.iter().min_by_key(|(_, console)| console.heard);
            if let Some(name) = oldest.map(|(name, _)| name.clone()) {
                self.consoles.remove(&name);
            }
        }
        let Alive { console, visible, sound } = alive;
        self.consoles.insert(console, Console { heard: now, visible, sound });
    }

    fn dead_after(&self) -> Duration {
        Duration::from_secs(u64::from(self.timers.console_dead))
    }

    /// Counts the consoles; the first look begins the time without any.
    pub fn count(&mut self, now: Instant) -> api::Consoles {
        let dead_after = self.dead_after();
        self.consoles.retain(|_, console| now.since(console.heard) < dead_after * DEAD_TOLD);
        let mut counted = api::Consoles { live: 0, mute: 0, hidden: 0, dead: 0, unattended: false };
        for console in self.consoles.values() {
            match console {
                console if now.since(console.heard) >= dead_after => counted.dead += 1,
                Console { visible: false, .. } => counted.hidden += 1,
                Console { sound: false, .. } => counted.mute += 1,
                _ => counted.live += 1,
            }
        }
        if counted.live > 0 {
            self.live_last = Some(now);
        }
        let since = *self.live_last.get_or_insert(now);
        counted.unattended = now.since(since) >= Duration::from_secs(u64::from(self.timers.unattended));
        counted
    }

    /// Takes each message to its rung. Gives whom to call, whether any message climbed, and whether nobody watches.
    /// Of several rungs that are due at once, as after a start of the node, the newest is called.
    fn climb(&mut self, waiting: &[(EntryHash, Precedence, u64)], now: Instant) -> (Vec<Step>, bool, bool) {
        let unattended = self.count(now).unattended;
        let mut steps = Vec::new();
        let mut climbed = false;
        if unattended && !self.was_unattended {
            steps.push((Why::Unattended, None));
        }
        self.was_unattended = unattended;
        self.called.retain(|hash, _| waiting.iter().any(|(waits, ..)| waits == hash));
        for (hash, precedence, age) in waiting {
            let rung = rung(*precedence, *age, &self.timers);
            let before = self.called.insert(*hash, rung.number).unwrap_or(0);
            climbed |= rung.number > before;
            if rung.number > before && calls_hook(*precedence, rung.why, unattended) {
                steps.push((rung.why, Some((*hash, *age))));
            }
        }
        (steps, climbed, unattended)
    }
}

/// Why somebody is called, and for which message of which age.
type Step = (Why, Option<(EntryHash, u64)>);

impl Line {
    /// Held for moments only, never across an await.
    fn watch(&self) -> MutexGuard<'_, Watch> {
        self.watch.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// A console says that it draws.
    pub fn console_alive(&self, alive: Alive) {
        let now = self.clock.now().instant;
        self.watch().heard(alive, now);
    }

    /// The consoles now.
    pub fn consoles(&self) -> api::Consoles {
        let now = self.clock.now().instant;
        self.watch().count(now)
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

    /// Each message of the peer that nobody has acknowledged, with its precedence and its age in milliseconds.
    fn unacknowledged(&self, now: WallTime) -> Vec<(EntryHash, Precedence, u64)> {
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

    /// All calls that are due now and were not made.
    fn calls_due(&self) -> Vec<Call> {
        let now = self.clock.now();
        let waiting = self.unacknowledged(now.wall);
        let (steps, climbed, unattended) = self.watch().climb(&waiting, now.instant);
        if climbed {
            self.touch();
        }
        let call = |(why, about): (Why, Option<(EntryHash, u64)>)| Call {
            why,
            side: self.name(self.own).to_owned(),
            message: about.and_then(|(hash, age)| self.told(&hash, age)),
            unattended,
            at: zulu(now.wall),
        };
        steps.into_iter().map(call).collect()
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
        let due = line.calls_due();
        if let Some(HooksConfig { program }) = &hooks {
            for call in due {
                if line.watch().calls == CALLS_MAX {
                    fault(&line, Err(format!("{} is called too often to end in time", program.display())));
                    continue;
                }
                line.watch().calls += 1;
                let (line, program) = (line.clone(), program.clone());
                tokio::spawn(async move {
                    let ended = hook::call(&program, &call).await;
                    line.watch().calls -= 1;
                    fault(&line, ended);
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

/// Keeps how the last call ended; the screens show what changed.
fn fault(line: &Line, ended: Result<(), String>) {
    let now = ended.err().map(|reason| {
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

    fn alive(console: &str, visible: bool, sound: bool) -> Alive {
        Alive { console: console.into(), visible, sound }
    }

    #[test]
    fn a_console_is_live_only_while_it_draws_is_seen_and_sounds() {
        let mut watch = Watch::new(Timers::default());
        watch.count(at(0));
        watch.heard(alive("a", true, true), at(10));
        watch.heard(alive("b", true, false), at(10));
        watch.heard(alive("c", false, true), at(10));
        let counted = watch.count(at(24));
        assert_eq!((counted.live, counted.mute, counted.hidden, counted.dead), (1, 1, 1, 0));
        let counted = watch.count(at(25));
        assert_eq!((counted.live, counted.mute, counted.hidden, counted.dead), (0, 0, 0, 3));
        assert!(!counted.unattended, "it was live a second ago");
        assert!(!watch.count(at(53)).unattended);
        assert!(watch.count(at(54)).unattended);
        watch.heard(alive("a", true, true), at(60));
        assert!(!watch.count(at(60)).unattended);
    }

    #[test]
    fn each_rung_is_called_once_and_an_arrival_at_once_while_nobody_watches() {
        let mut watch = Watch::new(Timers::default());
        let (flash, routine) = (EntryHash([1; 32]), EntryHash([2; 32]));
        watch.heard(alive("a", true, true), at(0));
        let why = |watch: &mut Watch, waiting: &[_], now| {
            watch.climb(waiting, at(now)).0.iter().map(|(why, _)| *why).collect::<Vec<_>>()
        };
        assert_eq!(why(&mut watch, &[(flash, Precedence::Flash, 0)], 0), [Why::Arrived]);
        assert_eq!(why(&mut watch, &[(flash, Precedence::Flash, 500)], 0), []);
        assert_eq!(why(&mut watch, &[(routine, Precedence::Routine, 0)], 1), []);
        assert_eq!(
            why(&mut watch, &[(flash, Precedence::Flash, 31_000)], 31),
            [Why::Unattended, Why::Backup]
        );
        let both = [(flash, Precedence::Flash, 32_000), (routine, Precedence::Routine, 0)];
        assert_eq!(why(&mut watch, &both, 32), [Why::Arrived], "the routine message");
        assert_eq!(why(&mut watch, &both, 33), []);
    }

    #[test]
    fn the_table_of_consoles_has_a_limit() {
        let mut watch = Watch::new(Timers::default());
        for index in 0..=CONSOLES_MAX {
            watch.heard(alive(&index.to_string(), true, true), at(u64::try_from(index).unwrap() / 8));
        }
        assert_eq!(watch.count(at(5)).live, CONSOLES_MAX);
        watch.heard(alive(&"x".repeat(NAME_LEN_MAX + 1), true, true), at(5));
        assert_eq!(watch.count(at(5)).live, CONSOLES_MAX);
    }
}
