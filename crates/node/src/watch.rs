//! The ladder of what waits, and who watches meanwhile.
//!
//! Twice a second the node looks which rung each waiting message stands on, calls the host's program once for each, and
//! notes it, so that a new start does not call again.

use std::collections::BTreeMap;
use std::sync::{Arc, MutexGuard};
use std::time::Duration;

use ringdown_api as api;
use ringdown_api::{ApiError, ErrorCode, MessageName, Noted, zulu, zulu_clock};
use ringdown_line::{Instant, Now};
use ringdown_message::MessageRecord;
use ringdown_record::audit::sentence::Sentence;
use ringdown_record::charter::PrecedenceRule;
use ringdown_record::sentence;
use ringdown_record::{EntryHash, Precedence, WallTime};
use serde::Deserialize;
use tokio::sync::watch;
use tokio::time::sleep;

use crate::consoles::{Alive, Consoles, short};
use crate::hook::{self, Call, HooksConfig, Waiting, boxed};
use crate::ladder::{Rung, Timers, Why, calls_hook, line_rung, rung, unstored_rung};
use crate::line::Line;
use crate::notes::Before;
use crate::watch_check::Asked;
use crate::who::who;

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
    /// The rung for a line that is down; 0 while it is up.
    line_called: u64,
    fault: Option<String>,
    calls: usize,
    on: Option<(String, WallTime)>,
    /// When the officer who has it said that he hands it over.
    handing: Option<Instant>,
    /// The watch check that nobody has answered.
    asked: Option<Asked>,
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
    /// Watch check - I am here.
    Here,
    /// End watch.
    End,
}

/// A message that waits: its precedence, what both sides signed about that, and for how many milliseconds it waits.
#[derive(Clone, Copy, Debug)]
struct Waits {
    hash: EntryHash,
    precedence: Precedence,
    rule: PrecedenceRule,
    age_ms: u64,
}

/// All that may call people.
#[derive(Debug, Default)]
struct Situation {
    /// Messages of the other side that nobody has acknowledged.
    waiting: Vec<Waits>,
    /// Messages of ours that the other side is not known to have.
    unstored: Vec<Waits>,
    /// For how many milliseconds no way to the other side works.
    down_ms: Option<u64>,
}

/// A rung that was reached: its number and why, the message that waits and its age or the fault, and whether people are
/// called.
#[derive(Debug)]
struct Step {
    why: Why,
    about: Option<(EntryHash, u64)>,
    fault: Option<Why>,
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
            line_called: 0,
            fault: None,
            calls: 0,
            on: None,
            handing: None,
            asked: None,
        }
    }

    /// Takes over what was noted before the start of the node.
    pub fn recall(&mut self, before: Before) {
        self.called = before.rungs;
        self.on = before.watch;
        self.line_called = before.line;
        self.asked = before.asked;
        self.was_unattended = before.unattended;
        if before.unattended {
            self.consoles.recall_unattended();
        }
    }

    /// Takes everything to its rung: what is new, and whether nobody watches. Of several rungs that are due at once, as
    /// after a start of the node, the newest is taken.
    fn climb(&mut self, situation: &Situation, now: Now) -> (Vec<Step>, bool) {
        let fault = |fault, Rung { number, why }: Rung| {
            let calls = !matches!(why, Why::WatchCheck | Why::Continuous);
            Step { why, about: None, fault: Some(fault), rung: number, calls }
        };
        let once = |why| fault(why, Rung { number: 1, why });
        // That the side is UNATTENDED then is a fault of its own.
        let check = self.check(now).filter(|rung| rung.why != Why::Unattended);
        let mut steps: Vec<Step> = check.map(|rung| fault(Why::WatchCheck, rung)).into_iter().collect();
        let unattended = self.consoles.count(now.instant).unattended;
        if self.consoles.last_one_died(now.instant) && self.on.is_some() {
            steps.push(once(Why::ConsoleDead));
        }
        if unattended && !self.was_unattended {
            steps.push(once(Why::Unattended));
        }
        self.was_unattended = unattended;
        // While it is down its rung only rises: after a start of the node the time that it is down begins anew.
        let line = situation.down_ms.and_then(|down_ms| line_rung(down_ms, &self.timers));
        let line = line.filter(|rung| rung.number > self.line_called);
        self.line_called = match (situation.down_ms, line) {
            (None, _) => 0,
            (Some(_), line) => line.map_or(self.line_called, |rung| rung.number),
        };
        steps.extend(line.map(|rung| fault(Why::LineDown, rung)));
        let Situation { waiting, unstored, .. } = situation;
        self.called.retain(|hash, _| waiting.iter().chain(unstored).any(|waits| waits.hash == *hash));
        for waits in waiting {
            let rung = rung(waits.precedence, waits.age_ms, &self.timers, &waits.rule);
            steps.extend(self.step(waits, rung, unattended));
        }
        for waits in unstored {
            let rung = unstored_rung(waits.age_ms, &waits.rule);
            steps.extend(rung.and_then(|rung| self.step(waits, rung, unattended)));
        }
        (steps, unattended)
    }

    /// A message is on this rung; gives the step if it was below. A clock that is put back takes none down again.
    fn step(&mut self, waits: &Waits, Rung { number, why }: Rung, unattended: bool) -> Option<Step> {
        let called = self.called.entry(waits.hash).or_insert(0);
        if number <= *called {
            return None;
        }
        *called = number;
        let calls = calls_hook(waits.precedence, why, unattended);
        Some(Step { why, about: Some((waits.hash, waits.age_ms)), fault: None, rung: number, calls })
    }

    /// Asks whoever has the watch whether he is there, once nobody has touched a console for long while one is LIVE. Once
    /// asked it goes on, whatever becomes of the consoles. Gives the rung that it reached, if it is a new one.
    fn check(&mut self, now: Now) -> Option<Rung> {
        let interval = Duration::from_secs(u64::from(self.timers.watch_check));
        let is_due = self.consoles.count(now.instant).live > 0
            && self.consoles.idle(now.instant).is_some_and(|idle| idle >= interval);
        self.asked = match (&self.on, self.asked) {
            (None, _) => None,
            (Some(_), None) => is_due.then_some(Asked { since: now.wall, rung: 0 }),
            (Some(_), asked) => asked,
        };
        let rung = self.asked.as_mut().and_then(|asked| asked.climb(now.wall, &self.timers));
        self.consoles.unanswered = self.asked.is_some_and(|asked| asked.is_unattended());
        rung
    }

    /// A person answers the watch check. Only at a LIVE console is he there to hear an alarm.
    fn answer(&mut self, console: &str, now: Instant) -> bool {
        let answered = self.consoles.is_live(console, now) && self.asked.take().is_some();
        if answered {
            self.attended(now);
        }
        answered
    }

    /// A person is there: nothing is asked for a while.
    fn attended(&mut self, now: Instant) {
        (self.asked, self.consoles.unanswered) = (None, false);
        self.consoles.touched(Duration::ZERO, now);
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

    /// Since when the watch is on.
    pub fn watch_since(&self) -> Option<WallTime> {
        self.watch().on.as_ref().map(|(_, since)| *since)
    }

    /// The officer who asks, by the name that is noted.
    pub fn officer_on_watch(&self) -> &str {
        self.officer_asking(who()).map_or("", |officer| &officer.public.name)
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
                let now = self.clock.now();
                let starts = {
                    let mut watch = self.watch();
                    watch.consoles.prove(&said.console, now.instant);
                    watch.on.is_none().then(|| watch.on = Some((officer.clone(), now.wall)))
                };
                if starts.is_some() {
                    self.note(&Noted::WatchStarted { officer, console });
                }
            }
            Saying::Here => {
                let now = self.clock.now().instant;
                let answered = self.watch().answer(&said.console, now);
                if answered {
                    self.note(&Noted::WatchAnswered { officer, console });
                }
            }
            Saying::End => {
                self.watch().handing = None;
                if self.watch().on.take().is_some() {
                    self.note(&Noted::WatchEnded { officer, console });
                }
            }
        }
        self.touch();
    }

    /// Start the watch where there is no sound, as at a terminal: no console becomes LIVE by it.
    pub fn start_watch(&self, console: &str) -> Result<(), ApiError> {
        let (officer, now) = (self.officer_on_watch().to_owned(), self.clock.now().wall);
        let before = {
            let mut watch = self.watch();
            let before = watch.on.clone();
            watch.on.get_or_insert((officer.clone(), now));
            before
        };
        if let Some((holder, _)) = before {
            return Err(not_taken(
                sentence!("said-watch-is-on", "{holder} has the watch already.", holder = &holder),
                sentence!(
                    "said-watch-is-on-do",
                    "Let the one who has it hand it over; if he is gone, end the watch."
                ),
            ));
        }
        self.note(&Noted::WatchStarted { officer, console: short(console) });
        self.touch();
        Ok(())
    }

    /// True once the officer who has the watch said that he hands it over.
    pub fn is_handing_over(&self) -> bool {
        self.watch().handing.is_some()
    }

    /// Hand over the watch: the sign-off of the officer who leaves.
    pub fn hand_over(&self, console: &str) -> Result<(), ApiError> {
        let (officer, now) = (self.officer_on_watch().to_owned(), self.clock.now().instant);
        {
            let mut watch = self.watch();
            match &watch.on {
                Some((holder, _)) if *holder == officer => {}
                Some((holder, _)) => {
                    return Err(not_taken(
                        sentence!(
                            "said-other-has-watch",
                            "{holder} has the watch, not {officer}.",
                            holder = holder,
                            officer = &officer
                        ),
                        sentence!(
                            "said-other-has-watch-do",
                            "Let the one who has it hand it over; if he is gone, end the watch."
                        ),
                    ));
                }
                None => {
                    return Err(not_taken(
                        sentence!("said-no-watch", "Nobody has a watch here."),
                        sentence!("said-no-watch-do", "Start watch at a console."),
                    ));
                }
            }
            if watch.handing.replace(now).is_some() {
                return Ok(());
            }
        }
        self.note(&Noted::HandedOver { officer, console: short(console) });
        self.touch();
        Ok(())
    }

    /// True if the officer who asks may be the one who takes it: where a side has several, not the one who leaves.
    pub fn may_take(&self) -> bool {
        let alone = self.officers.len() < 2;
        self.watch().on.as_ref().is_some_and(|(holder, _)| alone || holder != self.officer_on_watch())
    }

    /// Take the watch at a console: after the one who leaves has signed off, and only where the sound was heard.
    pub fn take_watch(&self, console: &str) -> Result<(), ApiError> {
        let now = self.clock.now();
        let took = self.officer_on_watch().to_owned();
        let may_take = self.may_take();
        let left = {
            let mut watch = self.watch();
            let Some(((left, _), since)) = watch.on.clone().zip(watch.handing) else {
                return Err(not_taken(
                    sentence!("said-not-handed-over", "Nobody has handed the watch over."),
                    sentence!(
                        "said-not-handed-over-do",
                        "The officer who leaves presses 'Hand over the watch'; if he is gone, end the watch and start a new one."
                    ),
                ));
            };
            if !may_take {
                return Err(not_taken(
                    sentence!("said-takes-it-himself", "Who hands the watch over does not take it himself."),
                    sentence!(
                        "said-takes-it-himself-do",
                        "Let the officer who takes it sign in with his own address."
                    ),
                ));
            }
            if !watch.consoles.is_proved(console, since, now.instant) {
                return Err(not_taken(
                    sentence!(
                        "said-not-heard",
                        "The sound of this console was not heard by a person since the watch was handed over."
                    ),
                    sentence!(
                        "said-not-heard-do",
                        "Play the test sound at this console, press 'I heard it', then take the watch."
                    ),
                ));
            }
            watch.on = Some((took.clone(), now.wall));
            watch.handing = None;
            watch.attended(now.instant);
            left
        };
        self.note(&Noted::WatchTaken { left, took, console: short(console) });
        self.touch();
        Ok(())
    }

    /// The watch check that nobody has answered.
    pub fn watch_check(&self) -> Option<Asked> {
        self.watch().asked
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

    fn situation(&self, now: WallTime) -> Situation {
        let waits = |message: &MessageRecord, since: WallTime| Waits {
            hash: message.hash,
            precedence: message.urgency.precedence,
            rule: *self.charter.rule(message.urgency.precedence),
            age_ms: now.ms().saturating_sub(since.ms()),
        };
        let down_ms = self.down_since().map(|since| now.ms().saturating_sub(since.ms()));
        self.with_ledger(|ledger| {
            let unacknowledged =
                |message: &&MessageRecord| message.side != self.own && message.acknowledged.is_none();
            // Where none waits, none of many is looked at.
            let all = if ledger.waiting() == 0 { &[] } else { ledger.messages() };
            let waiting = all.iter().filter(unacknowledged);
            let waiting = waiting.map(|message| waits(message, message.arrived.unwrap_or(now))).collect();
            let unstored = ledger.unstored_messages().map(|message| waits(message, message.sealed)).collect();
            Situation { waiting, unstored, down_ms }
        })
    }

    /// Messages of ours that the other side has not confirmed to have stored in the times of the charter, oldest first:
    /// those that are worth caution, and those that are serious.
    pub fn late(&self) -> [Vec<MessageRecord>; 2] {
        let unstored = self.with_ledger(|ledger| ledger.unstored_messages().cloned().collect::<Vec<_>>());
        let watch = self.watch();
        let rung = |message: &MessageRecord| watch.called.get(&message.hash).copied().unwrap_or(0);
        let on = |number: u64| unstored.iter().filter(|message| rung(message) == number).cloned().collect();
        [on(1), on(2)]
    }

    /// The rung of a line that is down, and since when; `None` if nobody has been called for it.
    pub fn line_alarm(&self) -> Option<(u64, WallTime)> {
        let called = self.watch().line_called;
        self.down_since().filter(|_| called > 0).map(|since| (called, since))
    }

    /// Takes everything to its rung, notes what is new with `hooked` as whether there is a program, and gives the
    /// calls that are due.
    fn look(&self, hooked: bool) -> Vec<Call> {
        let now = self.clock.now();
        let situation = self.situation(now.wall);
        let (steps, unattended, changes) = {
            let mut watch = self.watch();
            let line_before = watch.line_called;
            let (steps, unattended) = watch.climb(&situation, now);
            let back = (line_before > 0 && watch.line_called == 0).then_some(Noted::LineBack);
            let changes = watch.consoles.changes(now.instant).into_iter().chain(back);
            (steps, unattended, changes.collect::<Vec<_>>())
        };
        if !steps.is_empty() || !changes.is_empty() {
            self.touch();
        }
        changes.iter().for_each(|change| self.note(change));
        let mut due = Vec::new();
        for Step { why, about, fault, rung, calls } in steps {
            let message = about.and_then(|(hash, age)| self.told(&hash, age));
            let name = about.zip(message.as_ref());
            let name = name.map(|((hash, _), message)| MessageName {
                serial: message.serial.clone(),
                entry: hash.to_string(),
            });
            let called = calls && hooked;
            let fault = fault.map(|fault| fault.word().to_owned());
            self.note(&Noted::Rung { why: why.word().into(), message: name, fault, rung, called });
            if called {
                let side = self.name(self.own).to_owned();
                let fault = self.faults(&situation);
                due.push(Call { why, side, message, fault, unattended, at: zulu(now.wall) });
            }
        }
        due
    }

    /// What is wrong besides a message, for whoever is called.
    fn faults(&self, situation: &Situation) -> Option<String> {
        let check = self.watch_check().filter(Asked::is_unattended);
        let check = check.map(|asked| {
            format!("WATCH CHECK at {}: nobody has answered at a console.", zulu_clock(asked.since))
        });
        let down = situation.down_ms.map(|_| self.line_fault(situation.unstored.len()));
        let all: Vec<String> = check.into_iter().chain(down).collect();
        (!all.is_empty()).then(|| all.join(" "))
    }

    /// That the line is down, for whoever is called.
    fn line_fault(&self, unstored: usize) -> String {
        let since = self.down_since().map_or_else(String::new, zulu_clock);
        let way = self.other_way.as_deref().unwrap_or("none is written down");
        format!(
            "LINE DOWN since {since}. NOT STORED by the other side: {unstored}. Fallback: {}.",
            boxed(way)
        )
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

fn not_taken(what: Sentence, todo: Sentence) -> ApiError {
    let means = sentence!("said-watch-not-taken", "The watch was not taken; who had it has it still.");
    ApiError::said(ErrorCode::Conflict, what, means, todo)
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

    fn moment(seconds: u64) -> Now {
        Now { instant: at(seconds), wall: WallTime::from_ms(seconds * 1000) }
    }

    fn waits(hash: EntryHash, precedence: Precedence, age_ms: u64) -> Waits {
        let rule =
            PrecedenceRule { releasers: 1, stored_caution_s: 10, stored_alarm_s: 60, acknowledge_s: 3600 };
        Waits { hash, precedence, rule, age_ms }
    }

    fn why(watch: &mut Watch, waiting: &[(EntryHash, Precedence, u64)], now: u64) -> Vec<Why> {
        let waiting = waiting.iter().map(|(hash, precedence, age)| waits(*hash, *precedence, *age));
        called(watch, &Situation { waiting: waiting.collect(), ..Situation::default() }, now)
    }

    fn called(watch: &mut Watch, situation: &Situation, now: u64) -> Vec<Why> {
        let steps = watch.climb(situation, moment(now)).0;
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
        watch.recall(Before { rungs: BTreeMap::from([(FLASH, 3)]), ..Before::default() });
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

    #[test]
    fn a_message_that_is_not_stored_calls_once_and_a_line_that_comes_back_begins_anew() {
        let mut watch = watched();
        let mut look = |age_ms: u64, down_ms| {
            let unstored = vec![waits(FLASH, Precedence::Flash, age_ms)];
            called(&mut watch, &Situation { unstored, down_ms, ..Situation::default() }, 1)
        };
        assert_eq!(look(10_000, Some(10_000)), [], "a caution calls nobody");
        assert_eq!(look(60_000, Some(59_000)), [Why::LineDown, Why::NotStored]);
        assert_eq!(look(61_000, Some(60_000)), [Why::Backup]);
        assert_eq!(look(62_000, None), []);
        assert_eq!(look(90_000, Some(30_000)), [Why::LineDown]);
    }

    #[test]
    fn the_last_console_of_a_watch_that_dies_calls_though_nothing_waits() {
        let mut watch = watched();
        let nothing = Situation::default();
        assert_eq!(called(&mut watch, &nothing, 1), []);
        watch.on = Some(("Duty officer".into(), WallTime::from_ms(0)));
        assert_eq!(called(&mut watch, &nothing, 15), [Why::ConsoleDead]);
        assert_eq!(called(&mut watch, &nothing, 16), []);
        assert_eq!(called(&mut watch, &nothing, 31), [Why::Unattended]);
    }

    #[test]
    fn a_console_that_dies_while_no_watch_is_on_calls_nobody_by_that_alone() {
        assert_eq!(called(&mut watched(), &Situation::default(), 15), []);
    }

    /// LIVE, on watch, and last touched when this begins.
    fn on_watch() -> Watch {
        let mut watch = Watch::new(Timers { console_dead: 1_000_000, ..Timers::default() });
        let alive = Alive { console: "a".into(), visible: true, sound: true, idle_s: Some(0) };
        watch.consoles.heard(alive, at(0));
        watch.on = Some(("Duty officer".into(), WallTime::from_ms(0)));
        watch
    }

    #[test]
    fn a_watch_that_nobody_touches_is_asked_and_calls_until_a_person_answers_at_a_live_console() {
        let (mut watch, nothing) = (on_watch(), Situation::default());
        assert_eq!(called(&mut watch, &nothing, 3_599), []);
        assert_eq!(watch.asked, None);
        assert_eq!(called(&mut watch, &nothing, 3_600), [], "it is asked");
        assert_eq!(watch.asked.map(|asked| (asked.rung, asked.sounds())), Some((1, false)));
        assert_eq!(called(&mut watch, &nothing, 3_615), [], "it sounds");
        assert!(watch.asked.is_some_and(|asked| asked.sounds()));
        assert_eq!(called(&mut watch, &nothing, 3_630), [Why::Unattended]);
        assert_eq!(called(&mut watch, &nothing, 3_720), [Why::Supervisor]);
        assert_eq!(called(&mut watch, &nothing, 9_999), []);
        assert!(!watch.answer("b", at(9_999)), "no such console");
        watch
            .consoles
            .heard(Alive { console: "b".into(), visible: true, sound: false, idle_s: Some(0) }, at(9_999));
        assert!(!watch.answer("b", at(9_999)), "no sound there");
        assert!(watch.consoles.count(at(9_999)).unattended);
        assert!(watch.answer("a", at(9_999)));
        assert!(!watch.consoles.count(at(9_999)).unattended);
        assert_eq!(called(&mut watch, &nothing, 13_598), []);
        assert_eq!(watch.asked, None);
        assert_eq!(called(&mut watch, &nothing, 13_599), []);
        assert!(watch.asked.is_some(), "an hour later it is asked again");
    }

    #[test]
    fn a_touch_puts_the_watch_check_off_and_does_not_answer_it() {
        let (mut watch, nothing) = (on_watch(), Situation::default());
        let touch = || Alive { console: "a".into(), visible: true, sound: true, idle_s: Some(0) };
        watch.consoles.heard(touch(), at(1_000));
        called(&mut watch, &nothing, 4_599);
        assert_eq!(watch.asked, None);
        called(&mut watch, &nothing, 4_600);
        watch.consoles.heard(touch(), at(4_601));
        called(&mut watch, &nothing, 4_602);
        assert!(watch.asked.is_some());
        watch.on = None;
        called(&mut watch, &nothing, 4_603);
        assert_eq!(watch.asked, None, "with the watch it ends");
        called(&mut watch, &nothing, 20_000);
        assert_eq!(watch.asked, None, "nobody has the watch");
    }

    #[test]
    fn what_was_called_before_a_start_is_not_called_again_while_it_lasts() {
        let mut watch = Watch::new(Timers::default());
        let before = Before { unattended: true, line: 1, ..Before::default() };
        watch.recall(before);
        let down = |seconds: u64| Situation { down_ms: Some(seconds * 1000), ..Situation::default() };
        assert_eq!(called(&mut watch, &down(0), 1), []);
        assert_eq!(called(&mut watch, &down(31), 32), []);
        assert_eq!(called(&mut watch, &down(60), 61), [Why::Backup]);
        assert_eq!(called(&mut watch, &Situation::default(), 62), []);
        assert_eq!(called(&mut watch, &down(30), 92), [Why::LineDown], "it was up meanwhile");
        let live = Alive { console: "a".into(), visible: true, sound: true, idle_s: None };
        watch.consoles.heard(live, at(100));
        assert_eq!(called(&mut watch, &Situation::default(), 100), []);
        assert_eq!(
            called(&mut watch, &Situation::default(), 131),
            [Why::Unattended],
            "it was watched meanwhile"
        );
    }

    #[test]
    fn a_watch_check_goes_on_over_a_start() {
        let mut watch = Watch::new(Timers::default());
        let asked = Some(Asked { since: WallTime::from_ms(0), rung: 2 });
        let on = Some(("Duty officer".into(), WallTime::from_ms(0)));
        watch.recall(Before { watch: on, asked, unattended: true, ..Before::default() });
        assert_eq!(called(&mut watch, &Situation::default(), 31), []);
        assert_eq!(called(&mut watch, &Situation::default(), 120), [Why::Supervisor]);
    }
}
