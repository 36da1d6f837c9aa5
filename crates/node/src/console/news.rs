//! What a page announces when it happens: an urgent message of ours was acknowledged, the line went or came back.
//!
//! The page remembers what it told, by the numbers of events, so that a change of pages loses nothing and repeats
//! nothing.

use ringdown_message::{MessageRecord, Serial};
use ringdown_record::Precedence;

use crate::console::view;
use crate::line::Line;
use crate::text::Texts;

/// Acknowledgements that a page is given; who comes back later than that finds them in the list of messages.
const NEWS_MAX: usize = 8;

/// See the module.
pub struct News {
    /// The newest event that could be told; 0 if there was none since the start.
    pub newest: u64,
    /// Acknowledgements of own FLASH and IMMEDIATE messages, the oldest first.
    pub acknowledged: Vec<Acknowledged>,
    /// True if the peer answers on any path.
    pub up: bool,
    /// What is said when the line comes back.
    pub back: String,
    /// What is said when it goes.
    pub lost: String,
}

/// One acknowledgement.
pub struct Acknowledged {
    /// Number of the event.
    pub event: u64,
    /// The message's entry.
    pub entry: String,
    /// What the link to it says.
    pub open: String,
    /// What is said.
    pub words: String,
}

impl News {
    /// What can be told now.
    pub fn of(line: &Line, texts: &Texts) -> News {
        let all = line.acknowledged_by_peer();
        let newest = all.last().map_or(0, |(event, _)| *event);
        let mut acknowledged: Vec<Acknowledged> = all
            .iter()
            .rev()
            .filter_map(|(event, serial)| told(line, *event, serial, texts))
            .take(NEWS_MAX)
            .collect();
        acknowledged.reverse();
        let status = line.status();
        let since =
            status.carriers.iter().filter(|path| path.state == "UP").map(|path| path.since.as_str()).min();
        let peer = ("peer", status.peer.as_str());
        News {
            newest,
            acknowledged,
            up: since.is_some(),
            back: texts.with("news-line-back", &[peer, ("since", &view::clock(since.unwrap_or_default()))]),
            lost: texts.with("news-line-lost", &[peer]),
        }
    }
}

/// The acknowledgement of this message in words, if it is urgent.
fn told(line: &Line, event: u64, serial: &str, texts: &Texts) -> Option<Acknowledged> {
    let named = Serial::parse(serial, &line.charter).ok()?;
    line.with_ledger(|ledger| {
        let is_urgent = |message: &&MessageRecord| message.urgency.precedence <= Precedence::Immediate;
        let message = line.message(ledger, ledger.find(&named).filter(is_urgent)?);
        let last = message.states.last()?;
        let values = [
            ("serial", serial),
            ("precedence", &message.precedence),
            ("class", &message.class),
            ("state", &last.state),
            ("time", &view::clock(&last.at)),
        ];
        let words = texts.with("news-acknowledged", &values);
        let open = texts.one("open-message", "serial", serial);
        Some(Acknowledged { event, entry: message.entry.clone(), open, words })
    })
}
