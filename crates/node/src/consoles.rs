//! The consoles of this side, by their signs of life.
//!
//! A console speaks from its rendering path, so that a page that draws nothing is not LIVE, whatever its sockets do.

use std::collections::BTreeMap;
use std::time::Duration;

use ringdown_api as api;
use ringdown_api::{Noted, zulu};
use ringdown_line::{Instant, Now};
use ringdown_record::WallTime;
use serde::Deserialize;

use crate::ladder::Timers;

/// Consoles that are remembered; the one not heard for longest makes room.
const CONSOLES_MAX: usize = 32;
/// Longest name that a console gives itself.
const NAME_LEN_MAX: usize = 64;
/// Characters of it that people see.
const SHORT_LEN: usize = 4;
/// A console that is gone is told of for so many times [`Timers::console_dead`], then forgotten.
const DEAD_TOLD: u32 = 4;
/// A state is noted once it lasted so long: a change of pages is none.
const NOTED_AFTER: Duration = Duration::from_secs(5);

/// A sign of life of one console.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alive {
    /// Made by the page, the same until it is closed.
    pub console: String,
    /// What the page knows of its own visibility.
    pub visible: bool,
    /// Whether its sound runs, and a person said that it is heard.
    pub sound: bool,
    /// For how many seconds no person has touched it; `None` if none has yet.
    #[serde(default)]
    pub idle_s: Option<u64>,
}

/// What a console is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It draws, is seen and sounds.
    Live,
    /// It draws and is seen.
    Mute,
    /// It is not seen, or does not draw.
    Hidden,
    /// It is not heard.
    Dead,
}

impl State {
    /// By its word.
    pub fn of(word: &str) -> Option<State> {
        let all = [State::Live, State::Mute, State::Hidden, State::Dead];
        all.into_iter().find(|state| state.word() == word)
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            State::Live => "LIVE",
            State::Mute => "MUTE",
            State::Hidden => "HIDDEN",
            State::Dead => "DEAD",
        }
    }
}

#[derive(Clone, Debug)]
struct Console {
    heard: Instant,
    visible: bool,
    sound: bool,
    input: Option<Instant>,
    /// When a person said here that he hears it.
    proved: Option<Instant>,
    /// Its state at the last look, and since when.
    state: State,
    since: Instant,
    noted: Option<State>,
    /// It has been LIVE, and its death was not told since.
    attended: bool,
}

/// All that were heard of, and since when none is LIVE.
#[derive(Debug)]
pub struct Consoles {
    dead_after: Duration,
    unattended_after: Duration,
    all: BTreeMap<String, Console>,
    live_last: Option<Instant>,
    was_unattended: bool,
    /// The side was UNATTENDED before this start of the node, and no console has been LIVE since.
    still_unattended: bool,
    /// Nobody has answered the watch check for too long.
    pub unanswered: bool,
    /// For how long nobody had touched any of them, and when that was so.
    idle: Option<(Instant, Duration)>,
}

/// The name of a console as people see it.
pub fn short(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).take(SHORT_LEN).collect()
}

impl Console {
    fn now(&self, now: Instant, dead_after: Duration) -> State {
        match self {
            console if now.since(console.heard) >= dead_after => State::Dead,
            Console { visible: false, .. } => State::Hidden,
            Console { sound: false, .. } => State::Mute,
            _ => State::Live,
        }
    }
}

impl Consoles {
    /// None yet.
    pub fn new(timers: &Timers) -> Consoles {
        let seconds = |seconds: u32| Duration::from_secs(u64::from(seconds));
        Consoles {
            dead_after: seconds(timers.console_dead),
            unattended_after: seconds(timers.unattended),
            all: BTreeMap::new(),
            live_last: None,
            was_unattended: false,
            still_unattended: false,
            unanswered: false,
            idle: None,
        }
    }

    /// The side was UNATTENDED before this start of the node: it is so until a console is LIVE.
    pub fn recall_unattended(&mut self) {
        (self.was_unattended, self.still_unattended) = (true, true);
    }

    /// For how long nobody has touched any console, as far as that is known.
    pub fn idle(&self, now: Instant) -> Option<Duration> {
        self.idle.map(|(at, idle)| idle + now.since(at))
    }

    /// A person touched a console so long ago.
    pub fn touched(&mut self, ago: Duration, now: Instant) {
        self.idle = Some((now, self.idle(now).map_or(ago, |known| known.min(ago))));
    }

    /// A console says that it draws.
    pub fn heard(&mut self, alive: Alive, now: Instant) {
        if short(&alive.console).is_empty() || alive.console.len() > NAME_LEN_MAX {
            return;
        }
        if self.all.len() >= CONSOLES_MAX && !self.all.contains_key(&alive.console) {
            let oldest = self.all.iter().min_by_key(|(_, console)| console.heard);
            if let Some(name) = oldest.map(|(name, _)| name.clone()) {
                self.all.remove(&name);
            }
        }
        let Alive { console, visible, sound, idle_s } = alive;
        if let Some(seconds) = idle_s {
            self.touched(Duration::from_secs(seconds), now);
        }
        let ago = |seconds: u64| Instant(now.0.saturating_sub(seconds.saturating_mul(1_000_000_000)));
        let known = self.all.entry(console).or_insert(Console {
            heard: now,
            visible,
            sound,
            input: None,
            proved: None,
            state: State::Hidden,
            since: now,
            noted: None,
            attended: false,
        });
        (known.heard, known.visible, known.sound, known.input) = (now, visible, sound, idle_s.map(ago));
        known.take_state(now, self.dead_after);
    }

    /// Counts them; the first look begins the time without any.
    pub fn count(&mut self, now: Instant) -> api::Consoles {
        let dead_after = self.dead_after;
        self.all.retain(|_, console| now.since(console.heard) < dead_after * DEAD_TOLD);
        let mut counted = api::Consoles::default();
        for console in self.all.values_mut() {
            match console.take_state(now, dead_after) {
                State::Live => counted.live += 1,
                State::Mute => counted.mute += 1,
                State::Hidden => counted.hidden += 1,
                State::Dead => counted.dead += 1,
            }
        }
        if counted.live > 0 {
            self.live_last = Some(now);
            self.still_unattended = false;
        }
        let since = *self.live_last.get_or_insert(now);
        let is_without = self.still_unattended || now.since(since) >= self.unattended_after;
        counted.unattended = is_without || self.unanswered;
        counted
    }

    /// A person says at a console that he hears it.
    pub fn prove(&mut self, name: &str, now: Instant) {
        self.touched(Duration::ZERO, now);
        if let Some(console) = self.all.get_mut(name) {
            console.proved = Some(now);
            console.sound = true;
        }
    }

    /// True if this console is LIVE.
    pub fn is_live(&mut self, name: &str, now: Instant) -> bool {
        let dead_after = self.dead_after;
        self.all.get_mut(name).is_some_and(|console| console.take_state(now, dead_after) == State::Live)
    }

    /// True if this console is LIVE and a person has heard it since then.
    pub fn is_proved(&mut self, name: &str, since: Instant, now: Instant) -> bool {
        let proved = self.all.get(name).and_then(|console| console.proved);
        proved.is_some_and(|at| at >= since) && self.is_live(name, now)
    }

    /// True once when a console that has been LIVE is heard no more, and none is LIVE. A browser that is closed says first
    /// that it is hidden.
    pub fn last_one_died(&mut self, now: Instant) -> bool {
        let live = self.count(now).live;
        let dead = self.all.values_mut().filter(|console| console.state == State::Dead);
        let died = dead.filter_map(|console| std::mem::take(&mut console.attended).then_some(()));
        died.count() > 0 && live == 0
    }

    /// Each of them, as of the last look.
    pub fn each(&self, now: Now) -> Vec<api::ConsoleSeen> {
        let at = |instant: Instant| {
            let ago = u64::try_from(now.instant.since(instant).as_millis()).unwrap_or(u64::MAX);
            zulu(WallTime::from_ms(now.wall.ms().saturating_sub(ago)))
        };
        let seen = |(name, console): (&String, &Console)| api::ConsoleSeen {
            console: short(name),
            state: console.state.word().to_owned(),
            heard: at(console.heard),
            input: console.input.map(at),
        };
        self.all.iter().map(seen).collect()
    }

    /// What has changed since the last call, and lasts.
    pub fn changes(&mut self, now: Instant) -> Vec<Noted> {
        let unattended = self.count(now).unattended;
        let mut changes = Vec::new();
        for (name, console) in &mut self.all {
            let lasts = console.state == State::Dead || now.since(console.since) >= NOTED_AFTER;
            if lasts && console.noted != Some(console.state) {
                console.noted = Some(console.state);
                changes.push(Noted::Console { console: short(name), state: console.state.word().into() });
            }
        }
        if std::mem::replace(&mut self.was_unattended, unattended) != unattended {
            changes.push(Noted::Unattended { unattended });
        }
        changes
    }
}

impl Console {
    fn take_state(&mut self, now: Instant, dead_after: Duration) -> State {
        let state = self.now(now, dead_after);
        if state != self.state {
            self.attended |= self.state == State::Live;
            (self.state, self.since) = (state, now);
        }
        state
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Instant {
        Instant(seconds * 1_000_000_000)
    }

    fn alive(console: &str, visible: bool, sound: bool) -> Alive {
        Alive { console: console.into(), visible, sound, idle_s: None }
    }

    fn consoles() -> Consoles {
        Consoles::new(&Timers::default())
    }

    #[test]
    fn a_console_is_live_only_while_it_draws_is_seen_and_sounds() {
        let mut consoles = consoles();
        consoles.count(at(0));
        consoles.heard(alive("a", true, true), at(10));
        consoles.heard(alive("b", true, false), at(10));
        consoles.heard(alive("c", false, true), at(10));
        let counted = consoles.count(at(24));
        assert_eq!((counted.live, counted.mute, counted.hidden, counted.dead), (1, 1, 1, 0));
        let counted = consoles.count(at(25));
        assert_eq!((counted.live, counted.mute, counted.hidden, counted.dead), (0, 0, 0, 3));
        assert!(!counted.unattended, "it was live a second ago");
        assert!(!consoles.count(at(53)).unattended);
        assert!(consoles.count(at(54)).unattended);
        consoles.heard(alive("a", true, true), at(60));
        assert!(!consoles.count(at(60)).unattended);
    }

    #[test]
    fn a_change_of_pages_is_not_noted_and_a_console_that_dies_is() {
        let mut consoles = consoles();
        let console = |state: &str| Noted::Console { console: "a".into(), state: state.into() };
        consoles.heard(alive("a", true, false), at(0));
        assert_eq!(consoles.changes(at(1)), [], "its sound may come in a moment");
        consoles.heard(alive("a", true, true), at(2));
        consoles.heard(alive("a", true, true), at(6));
        assert_eq!(consoles.changes(at(7)), [console("LIVE")]);
        consoles.heard(alive("a", true, false), at(8));
        assert_eq!(consoles.changes(at(9)), []);
        consoles.heard(alive("a", true, true), at(10));
        assert_eq!(consoles.changes(at(16)), []);
        assert_eq!(consoles.changes(at(24)), []);
        assert_eq!(consoles.changes(at(25)), [console("DEAD")]);
        assert_eq!(consoles.changes(at(60)), [Noted::Unattended { unattended: true }]);
        assert_eq!(consoles.changes(at(61)), []);
    }

    #[test]
    fn the_last_live_console_that_dies_is_told_once_and_one_that_was_never_live_is_not() {
        let mut consoles = consoles();
        consoles.heard(alive("a", true, true), at(0));
        consoles.heard(alive("b", true, true), at(5));
        consoles.heard(alive("c", false, true), at(5));
        assert!(!consoles.last_one_died(at(16)), "b is LIVE");
        assert!(consoles.last_one_died(at(20)));
        assert!(!consoles.last_one_died(at(21)));
        consoles.heard(alive("c", false, true), at(22));
        assert!(!consoles.last_one_died(at(40)));
        consoles.heard(alive("d", true, true), at(40));
        consoles.heard(alive("d", false, true), at(41));
        assert!(consoles.last_one_died(at(56)), "it was closed");
    }

    #[test]
    fn a_console_is_proved_once_a_person_heard_it_and_only_while_it_is_live() {
        let mut consoles = consoles();
        consoles.prove("a", at(0));
        consoles.heard(alive("a", true, false), at(1));
        assert!(!consoles.is_proved("a", at(0), at(2)), "it was not there yet");
        consoles.prove("a", at(2));
        assert!(consoles.is_proved("a", at(2), at(3)));
        assert!(!consoles.is_proved("a", at(3), at(3)), "that was before");
        assert!(!consoles.is_proved("b", at(0), at(3)));
        assert!(!consoles.is_proved("a", at(0), at(20)), "it is dead");
    }

    #[test]
    fn the_last_touch_of_a_person_is_told_for_each_console() {
        let mut consoles = consoles();
        consoles.heard(Alive { idle_s: Some(40), ..alive("abcdef", true, true) }, at(100));
        consoles.heard(alive("b", true, false), at(103));
        let now = Now { instant: at(104), wall: WallTime::from_ms(1_000_000) };
        let each = consoles.each(now);
        assert_eq!((each[0].console.as_str(), each[0].state.as_str()), ("abcd", "LIVE"));
        assert_eq!(each[0].input, Some(zulu(WallTime::from_ms(1_000_000 - 44_000))));
        assert_eq!(each[0].heard, zulu(WallTime::from_ms(1_000_000 - 4_000)));
        assert_eq!((each[1].state.as_str(), each[1].input.as_ref()), ("MUTE", None));
    }

    #[test]
    fn the_last_touch_at_any_console_counts_and_a_page_that_says_it_again_begins_nothing_anew() {
        let mut consoles = consoles();
        assert_eq!(consoles.idle(at(1)), None);
        consoles.heard(Alive { idle_s: Some(40), ..alive("a", true, true) }, at(100));
        consoles.heard(Alive { idle_s: Some(3_000), ..alive("b", true, true) }, at(101));
        consoles.heard(Alive { idle_s: Some(42), ..alive("a", true, true) }, at(102));
        assert_eq!(consoles.idle(at(104)), Some(Duration::from_secs(44)));
        consoles.prove("b", at(105));
        assert_eq!(consoles.idle(at(105)), Some(Duration::ZERO));
    }

    #[test]
    fn a_side_that_was_unattended_before_a_start_is_so_until_a_console_is_live() {
        let mut consoles = consoles();
        consoles.recall_unattended();
        assert!(consoles.count(at(1)).unattended);
        assert_eq!(consoles.changes(at(1)), []);
        consoles.heard(alive("a", true, true), at(2));
        assert!(!consoles.count(at(2)).unattended);
        assert_eq!(consoles.changes(at(2)), [Noted::Unattended { unattended: false }]);
    }

    #[test]
    fn the_table_of_consoles_has_a_limit() {
        let mut consoles = consoles();
        for index in 0..=CONSOLES_MAX {
            consoles.heard(alive(&index.to_string(), true, true), at(u64::try_from(index).unwrap() / 8));
        }
        assert_eq!(consoles.count(at(5)).live, CONSOLES_MAX);
        consoles.heard(alive(&"x".repeat(NAME_LEN_MAX + 1), true, true), at(5));
        consoles.heard(alive("\u{202e}", true, true), at(5));
        assert_eq!(consoles.count(at(5)).live, CONSOLES_MAX);
    }
}
