//! What a page announces when it happens: an urgent message was acknowledged, read back, confirmed or answered by the
//! other side, a read-back is DIFFERENT or wrong, something was against the rules, the line went or came back.
//!
//! The page remembers what it told, by the numbers of events, so that a change of pages loses nothing and repeats
//! nothing.

use ringdown_api::{Change, Event};
use ringdown_message::act::Deed;
use ringdown_message::dialogue::{Found, Phase, Said, Told as Act};
use ringdown_message::{MessageRecord, Serial, State};
use ringdown_record::Precedence;

use crate::console::said::{self, Seen, Stand};
use crate::console::view;
use crate::line::Line;
use crate::text::Texts;

/// News that a page is given; who comes back later than that finds them in the list of messages.
const NEWS_MAX: usize = 8;

/// See the module.
pub struct News {
    /// The newest event that could be told; 0 if there was none since the start.
    pub newest: u64,
    /// What the other side's officers did that is told, the oldest first.
    pub told: Vec<Told>,
    /// True if the peer answers on any path.
    pub up: bool,
    /// What is said when the line comes back.
    pub back: String,
    /// What is said when it goes.
    pub lost: String,
}

/// One thing that happened to a message.
pub struct Told {
    /// Number of the event.
    pub event: u64,
    /// The message's entry.
    pub entry: String,
    /// What the link to it says.
    pub open: String,
    /// What is said.
    pub words: String,
    /// critical or normal.
    pub level: &'static str,
}

impl News {
    /// What can be told now.
    pub fn of(line: &Line, texts: &Texts) -> News {
        let all = line.changes_by_peer();
        let newest = all.last().map_or(0, |event| event.event);
        let news = all.iter().rev().flat_map(|event| event_told(line, event, texts));
        let mut told: Vec<Told> = news.take(NEWS_MAX).collect();
        told.reverse();
        let status = line.status();
        let since =
            status.carriers.iter().filter(|path| path.state == "UP").map(|path| path.since.as_str()).min();
        let peer = ("peer", status.peer.as_str());
        News {
            newest,
            told,
            up: since.is_some(),
            back: texts.with("news-line-back", &[peer, ("since", &view::clock(since.unwrap_or_default()))]),
            lost: texts.with("news-line-lost", &[peer]),
        }
    }
}

/// What is told of an event.
fn event_told(line: &Line, event: &Event, texts: &Texts) -> Vec<Told> {
    let of_change = |change: &Change| match change {
        Change::Acknowledged { serial } => acknowledged(line, event.event, serial, texts),
        Change::Dialogue { serial } => dialogue(line, event, serial, texts),
        _ => None,
    };
    event.changes.iter().filter_map(of_change).collect()
}

/// What a person of the other side said about a message, or what is against the rules.
fn dialogue(line: &Line, event: &Event, serial: &str, texts: &Texts) -> Option<Told> {
    let named = Serial::parse(serial, &line.charter).ok()?;
    line.with_ledger(|ledger| {
        let record = ledger.find(&named)?;
        let dialogue = record.dialogue();
        let is_this = |said: &Said| said.entry.to_string() == event.entry;
        let violation = dialogue.violations.iter().find(|(said, _)| is_this(said));
        let deed = dialogue.told.iter().find_map(|(said, told)| match told {
            Act::Act(deed) if is_this(said) => Some(deed),
            _ => None,
        });
        let values =
            [("serial", serial), ("peer", line.name(line.own.other())), ("time", &view::clock(&event.at))];
        let urgent = record.urgency.precedence <= Precedence::Immediate;
        let (level, mut words) = match (violation, deed) {
            (Some((_, violation)), _) => {
                let what = said::violation(*violation, texts);
                let values = [values[0], values[1], values[2], ("what", &what)];
                ("critical", texts.with("news-violation", &values))
            }
            (None, Some(deed)) => {
                let found =
                    dialogue.rounds.iter().find(|round| is_this(&round.said)).map(|round| round.found);
                let (level, key) = key(deed, found)?;
                let answer = dialogue.answer.as_ref();
                let word = answer.map_or_else(String::new, |(_, given)| said::given_word(given, texts));
                (level, texts.with(key, &[values[0], values[1], values[2], ("word", &word)]))
            }
            (None, None) => return None,
        };
        if level == "normal" && !urgent {
            return None;
        }
        if ledger.phase(record) == Phase::Closed {
            words = format!("{words} {}", texts.get("news-closed"));
        }
        let open = texts.one("open-message", "serial", serial);
        let entry = record.hash.to_string();
        Some(Told { event: event.event, entry, open, words, level })
    })
}

/// How loud a deed of the other side is told, and in which words; `None` for what is not told on every page. `found` is
/// what nodes find in a read-back.
fn key(deed: &Deed, found: Option<Found>) -> Option<(&'static str, &'static str)> {
    match deed {
        Deed::ReadBack(_) => Some(match found? {
            Found::OwnWords => ("normal", "news-in-words"),
            Found::Matches => ("normal", "news-matches"),
            Found::Different => ("critical", "news-different"),
        }),
        Deed::ThatIsCorrect { .. } => Some(("normal", "news-confirmed")),
        Deed::Wrong { .. } => Some(("critical", "news-wrong")),
        Deed::OurMessageWasWrong { .. } => Some(("critical", "news-was-wrong")),
        Deed::Answer { .. } => Some(("normal", "news-answered")),
        _ => None,
    }
}

/// The acknowledgement of this message in words, if it is urgent.
fn acknowledged(line: &Line, event: u64, serial: &str, texts: &Texts) -> Option<Told> {
    let named = Serial::parse(serial, &line.charter).ok()?;
    line.with_ledger(|ledger| {
        let is_urgent = |message: &&MessageRecord| message.urgency.precedence <= Precedence::Immediate;
        let message = Seen::of(line, ledger, ledger.find(&named).filter(is_urgent)?, texts);
        let is_acknowledged = |stand: &&Stand| matches!(stand.state, State::Acknowledged { .. });
        let last = message.stands.iter().find(is_acknowledged)?;
        let values = [
            ("serial", serial),
            ("precedence", &message.precedence),
            ("class", &message.class),
            ("state", &last.words),
            ("time", &view::clock(&last.at)),
        ];
        let words = texts.with("news-acknowledged", &values);
        let open = texts.one("open-message", "serial", serial);
        Some(Told { event, entry: message.entry.clone(), open, words, level: "normal" })
    })
}
