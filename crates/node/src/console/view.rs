//! What a page shows, computed before a template sees it.

use ringdown_api::{Draft, Message, Status, Store};

use crate::line::Line;
use crate::text::Texts;

/// Messages in the list of the last ones.
const LAST_MAX: usize = 9;
/// Messages in a list of waiting ones; the rest is counted.
const WAITING_MAX: usize = 4;

/// Everything on the board, and the bar on top of every page.
pub struct Board {
    /// As the API gives it.
    pub status: Status,
    /// Words and shape of the line's state.
    pub line: Badge,
    /// The one word of the line's state.
    pub line_word: String,
    /// Whether the peer answers on any path.
    pub peer: Badge,
    /// The level of the most urgent message that waits.
    pub waiting_level: &'static str,
    /// One badge for each path.
    pub paths: Vec<Badge>,
    /// Conditions that an officer must know, worst first.
    pub conditions: Vec<Badge>,
    /// Incoming, not acknowledged, most urgent first.
    pub waiting: Vec<Message>,
    /// How many more of them there are.
    pub waiting_more: usize,
    /// Own, not stored by the peer.
    pub unstored: Vec<Message>,
    /// How many more of them there are.
    pub unstored_more: usize,
    /// The last messages of both sides, newest first.
    pub last: Vec<Message>,
    /// Drafts that were put aside: id and subject.
    pub drafts: Vec<(String, String)>,
}

/// A status: one of six shapes, and words. Colour only repeats them.
pub struct Badge {
    /// critical, serious, caution, normal, standby or off.
    pub level: &'static str,
    /// The words.
    pub text: String,
}

impl Board {
    /// The board of a line as it is now.
    pub fn of(line: &Line, texts: &Texts) -> Board {
        let status = line.status();
        let inbox = line.messages(line.own.other());
        let outbox = line.messages(line.own);
        let (waiting, waiting_more) = limited(by_urgency(unacknowledged(&inbox)), WAITING_MAX);
        let not_stored = outbox.iter().filter(|message| is_unstored(message)).cloned().collect();
        let (unstored, unstored_more) = limited(by_urgency(not_stored), WAITING_MAX);
        let drafts = line.drafts().unwrap_or_default();
        Board {
            line: line_badge(&status, texts),
            line_word: texts.get(if status.line.state == "OPEN" { "line-open" } else { "line-shut" }),
            peer: peer_badge(&status, texts),
            waiting_level: waiting.first().map_or("off", level),
            paths: status.carriers.iter().map(|carrier| path_badge(carrier, texts)).collect(),
            conditions: conditions(&status, texts),
            waiting,
            waiting_more,
            unstored,
            unstored_more,
            last: last(inbox, outbox),
            drafts: drafts.into_iter().map(|draft| (draft.id, draft.draft.subject)).collect(),
            status,
        }
    }
}

/// Time of day of an API time: `20:15:09Z`.
pub fn clock(time: &str) -> String {
    time.get(11..19).map_or_else(|| time.to_owned(), |clock| format!("{clock}Z"))
}

/// Time of the last state of a message.
pub fn last_time(message: &Message) -> String {
    message.states.last().map_or_else(String::new, |state| clock(&state.at))
}

/// The level of a message's state.
pub fn level(message: &Message) -> &'static str {
    match message.state.as_str() {
        "QUEUED - NOT SENT" => "caution",
        "STORED HERE" if matches!(message.precedence.as_str(), "FLASH" | "IMMEDIATE") => "critical",
        "STORED HERE" => "serious",
        "SENT" | "STORED BY PEER" => "standby",
        _ => "normal",
    }
}

/// True if an officer here may acknowledge this message now.
pub fn waits(line: &Line, message: &Message) -> bool {
    message.from != line.name(line.own) && !message.state.starts_with("ACKNOWLEDGED")
}

/// FLASH and IMMEDIATE messages that wait, most urgent and oldest first.
pub fn urgent_waiting(line: &Line) -> Vec<Message> {
    let inbox = line.messages(line.own.other());
    let urgent = |message: &Message| matches!(message.precedence.as_str(), "FLASH" | "IMMEDIATE");
    by_urgency(unacknowledged(&inbox).into_iter().filter(urgent).collect())
}

/// A page for a new message starts with this.
pub fn empty_draft() -> Draft {
    Draft {
        precedence: "ROUTINE".into(),
        class: None,
        marker: Some("INFORMATION".into()),
        subject: String::new(),
        language: Some("en".into()),
        text: String::new(),
    }
}

fn unacknowledged(inbox: &[Message]) -> Vec<Message> {
    inbox.iter().filter(|message| message.state == "STORED HERE").cloned().collect()
}

fn is_unstored(message: &Message) -> bool {
    matches!(message.state.as_str(), "QUEUED - NOT SENT" | "SENT")
}

fn by_urgency(mut messages: Vec<Message>) -> Vec<Message> {
    let rank = |message: &Message| {
        ["FLASH", "IMMEDIATE", "PRIORITY", "ROUTINE"].iter().position(|word| *word == message.precedence)
    };
    messages.sort_by_key(rank);
    messages
}

fn limited(mut messages: Vec<Message>, most: usize) -> (Vec<Message>, usize) {
    let more = messages.len().saturating_sub(most);
    messages.truncate(most);
    (messages, more)
}

fn last(inbox: Vec<Message>, outbox: Vec<Message>) -> Vec<Message> {
    let mut all: Vec<Message> = inbox.into_iter().chain(outbox).collect();
    let sealed = |message: &Message| message.states.first().map(|state| state.at.clone());
    all.sort_by_key(|message| std::cmp::Reverse(sealed(message)));
    all.truncate(LAST_MAX);
    all
}

fn line_badge(status: &Status, texts: &Texts) -> Badge {
    let open = status.line.state == "OPEN";
    let state = texts.get(if open { "line-open" } else { "line-shut" });
    let since = clock(&status.line.since);
    let text = texts.with("line-since", &[("state", &state), ("since", &since), ("by", &status.line.by)]);
    Badge { level: if open { "normal" } else { "serious" }, text }
}

fn peer_badge(status: &Status, texts: &Texts) -> Badge {
    let peer = ("peer", status.peer.as_str());
    if status.carriers.iter().any(|carrier| carrier.state == "UP") {
        return Badge { level: "normal", text: texts.with("peer-answers", &[peer]) };
    }
    let since = status.carriers.iter().map(|carrier| clock(&carrier.since)).max().unwrap_or_default();
    Badge { level: "serious", text: texts.with("peer-silent", &[peer, ("since", &since)]) }
}

fn path_badge(carrier: &ringdown_api::Carrier, texts: &Texts) -> Badge {
    let up = carrier.state == "UP";
    let since = clock(&carrier.since);
    let key = if up { "path-up" } else { "path-down" };
    let state = texts.with(key, &[("name", &carrier.name), ("since", &since)]);
    let heard = match &carrier.heard {
        Some(heard) => texts.with("path-heard", &[("heard", &clock(heard))]),
        None => texts.get("path-never"),
    };
    Badge { level: if up { "normal" } else { "serious" }, text: format!("{state}, {heard}") }
}

fn conditions(status: &Status, texts: &Texts) -> Vec<Badge> {
    let peer = [("peer", status.peer.as_str())];
    let mut conditions: Vec<Badge> =
        status.alarms.iter().map(|alarm| Badge { level: "critical", text: alarm.clone() }).collect();
    match &status.store {
        Store::Writable => {}
        Store::Full => conditions.push(Badge { level: "critical", text: texts.with("store-full", &peer) }),
        Store::Stopped(reason) => {
            let text = texts.with("store-stopped", &[("reason", reason)]);
            conditions.push(Badge { level: "critical", text });
        }
    }
    if status.carriers.iter().all(|carrier| carrier.state != "UP") {
        conditions.push(Badge { level: "serious", text: texts.with("line-down", &peer) });
    }
    if !status.peer_store_writable {
        conditions.push(Badge { level: "serious", text: texts.with("peer-store-full", &peer) });
    }
    if status.refused_cells > 0 {
        let count = status.refused_cells.to_string();
        conditions.push(Badge { level: "off", text: texts.with("refused", &[("count", &count)]) });
    }
    conditions
}
