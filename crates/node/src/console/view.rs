//! What a page shows, computed before a template sees it.

use std::cmp::Reverse;
use std::time::Duration;

use ringdown_api::{Carrier, Draft, Message, Status, Store, zulu};
use ringdown_message::hidden::{Layout, Piece, pieces};
use ringdown_message::{Ledger, MessageRecord, State};
use ringdown_record::{Precedence, TrafficClass, WallTime};

use crate::clock::{JUMP_MIN, Jump};
use crate::console::answers::{self, DueRow, Owes};
use crate::line::Line;
use crate::text::Texts;

/// Messages in the list of the last ones.
const LAST_MAX: usize = 10;
/// Messages in a list of waiting ones on the board; the rest is counted, and found on the page of messages.
const WAITING_MAX: usize = 5;
/// Own messages not stored on the board.
const UNSTORED_MAX: usize = 3;
/// Open dialogues on the board, for each side that owes something.
const OPEN_MAX: usize = 5;
/// How long a jump of the clock is told on every page; the board tells it as long as the node runs.
const JUMP_TOLD: Duration = Duration::from_secs(3600);
/// Drafts on the board.
const DRAFTS_MAX: usize = 4;
/// Messages on one page of the list.
const PAGE_LEN: usize = 25;

/// A status: one of six shapes, and a word. Colour only repeats them.
pub struct Badge {
    /// critical, serious, caution, normal, standby or off.
    pub level: &'static str,
    /// The word.
    pub word: String,
    /// What stands beside it: since when, and who says so.
    pub text: String,
}

/// The top of every page.
pub struct Head {
    /// As the API gives it.
    pub status: Status,
    /// The state of the line.
    pub line: Badge,
    /// Whether the peer answers on any path.
    pub peer: Badge,
    /// The most urgent message that waits.
    pub waiting: Badge,
    /// What the tab says before the name of the page; empty if nothing waits.
    pub title: String,
    /// Conditions that an officer must know on every page, worst first.
    pub conditions: Vec<Badge>,
}

/// Everything on the board.
pub struct Board {
    /// The state of the line, the peer's name, counts.
    pub head: Head,
    /// One badge for each path.
    pub paths: Vec<Badge>,
    /// Datagrams that no key opened, in words; empty if there were none.
    pub refused: String,
    /// How people reach the other side when this line does not.
    pub other_way: String,
    /// The last jump of the clock since the start, in words; empty if there was none.
    pub jump: String,
    /// Incoming, not acknowledged, most urgent first.
    pub waiting: Vec<Message>,
    /// How many more of them there are.
    pub waiting_more: usize,
    /// Open dialogues in which we owe something, most pressing first.
    pub owed: Vec<DueRow>,
    /// How many more of them there are.
    pub owed_more: usize,
    /// Open dialogues in which the other side owes something.
    pub expected: Vec<DueRow>,
    /// How many more of them there are.
    pub expected_more: usize,
    /// Own, not stored by the peer.
    pub unstored: Vec<Message>,
    /// How many more of them there are.
    pub unstored_more: usize,
    /// The last messages of both sides, newest first.
    pub last: Vec<Message>,
    /// Whether there are more than the last ones.
    pub last_more: bool,
    /// Drafts that were put aside: id and subject.
    pub drafts: Vec<(String, String)>,
    /// How many more of them there are.
    pub drafts_more: usize,
}

/// Which messages a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// Of both sides.
    #[default]
    All,
    /// Of the other side, not acknowledged; the most urgent first.
    Waiting,
    /// Open, and something is due from us; the most pressing first.
    Owed,
    /// Open, and something is due from the other side.
    Expected,
    /// Ours, not stored by the other side.
    Unstored,
    /// Of the other side.
    In,
    /// Ours.
    Out,
}

/// One page of a list of messages.
pub struct List {
    /// The messages.
    pub rows: Vec<Message>,
    /// How many there are on all pages.
    pub total: usize,
    /// This page, from 1.
    pub number: usize,
    /// The last page.
    pub last: usize,
}

impl Show {
    /// All, in the order of the page, each with its name in addresses.
    pub const ALL: [(Show, &'static str); 7] = [
        (Show::All, "all"),
        (Show::Waiting, "waiting"),
        (Show::Owed, "owed"),
        (Show::Expected, "expected"),
        (Show::Unstored, "unstored"),
        (Show::In, "in"),
        (Show::Out, "out"),
    ];

    /// By its name in an address; all if there is no such name.
    pub fn named(name: Option<&str>) -> Show {
        Show::ALL.iter().find(|(_, known)| Some(*known) == name).map_or(Show::All, |(show, _)| *show)
    }

    /// Its name in an address.
    pub fn name(self) -> &'static str {
        Show::ALL.iter().find(|(show, _)| *show == self).map_or("all", |(_, name)| *name)
    }

    fn takes(self, message: &MessageRecord, ledger: &Ledger) -> bool {
        let ours = message.side == ledger.own();
        match self {
            Show::All => true,
            // These are found from all messages together.
            Show::Owed | Show::Expected => false,
            Show::Waiting => !ours && message.acknowledged.is_none(),
            Show::Unstored => ours && matches!(ledger.state(message), State::Queued | State::Sent),
            Show::In => !ours,
            Show::Out => ours,
        }
    }
}

impl Head {
    /// The top of a page as things are now.
    pub fn of(line: &Line, texts: &Texts) -> Head {
        let status = line.status();
        let first = line.with_ledger(|ledger| {
            let waiting = ledger.messages().iter().filter(|message| Show::Waiting.takes(message, ledger));
            waiting.map(|message| message.urgency.precedence).min()
        });
        Head {
            line: line_badge(&status, texts),
            peer: peer_badge(&status, texts),
            waiting: waiting_badge(first, status.waiting),
            title: waiting_title(first, status.waiting, texts),
            conditions: conditions(&status, &other_way(line, texts), clock_faults(line, texts), texts),
            status,
        }
    }
}

impl Board {
    /// The board of a line as it is now.
    pub fn of(line: &Line, texts: &Texts) -> Board {
        let head = Head::of(line, texts);
        let (waiting, waiting_total) = messages(line, Show::Waiting, 0, WAITING_MAX);
        let (owed, owed_more) = open(line, Owes::Us, texts);
        let (expected, expected_more) = open(line, Owes::Them, texts);
        let (unstored, unstored_total) = messages(line, Show::Unstored, 0, UNSTORED_MAX);
        let (last, last_total) = messages(line, Show::All, 0, LAST_MAX);
        let mut drafts: Vec<_> = line
            .drafts()
            .unwrap_or_default()
            .into_iter()
            .map(|draft| (draft.id, draft.draft.subject))
            .collect();
        let drafts_more = drafts.len().saturating_sub(DRAFTS_MAX);
        drafts.truncate(DRAFTS_MAX);
        Board {
            paths: head.status.carriers.iter().map(|carrier| path_badge(carrier, texts)).collect(),
            refused: refused(&head.status, texts),
            other_way: other_way(line, texts),
            jump: line.clock.last_jump().map_or_else(String::new, |(jump, _)| jump_words(&jump, texts)),
            waiting_more: waiting_total - waiting.len(),
            waiting,
            owed,
            owed_more,
            expected,
            expected_more,
            unstored_more: unstored_total - unstored.len(),
            unstored,
            last_more: last_total > last.len(),
            last,
            drafts,
            drafts_more,
            head,
        }
    }
}

impl List {
    /// One page; a number that is too high gives the last one.
    pub fn of(line: &Line, show: Show, number: usize) -> List {
        let number = number.max(1);
        let (rows, total) = messages(line, show, (number - 1).saturating_mul(PAGE_LEN), PAGE_LEN);
        let last = total.div_ceil(PAGE_LEN).max(1);
        if number > last { List::of(line, show, last) } else { List { rows, total, number, last } }
    }
}

/// Open dialogues for the board, and how many more there are.
fn open(line: &Line, owes: Owes, texts: &Texts) -> (Vec<DueRow>, usize) {
    line.with_ledger(|ledger| {
        let found = answers::open(ledger, owes);
        let rows = found.iter().take(OPEN_MAX).map(|message| DueRow::of(line, ledger, message, texts));
        (rows.collect(), found.len().saturating_sub(OPEN_MAX))
    })
}

/// Messages of a kind from the `skip`-th on, and how many there are in all. The newest come first; of those that wait,
/// the most urgent and oldest; of those in which something is due, the most pressing.
fn messages(line: &Line, show: Show, skip: usize, most: usize) -> (Vec<Message>, usize) {
    line.with_ledger(|ledger| {
        let mut found: Vec<&MessageRecord> = match show {
            Show::Owed => answers::open(ledger, Owes::Us),
            Show::Expected => answers::open(ledger, Owes::Them),
            _ => ledger.messages().iter().filter(|message| show.takes(message, ledger)).collect(),
        };
        match show {
            Show::Waiting => found.sort_by_key(|message| (message.urgency.precedence, is_practice(message))),
            Show::Owed | Show::Expected => {}
            _ => found.reverse(),
        }
        let rows = found.iter().skip(skip).take(most).map(|message| line.message(ledger, message));
        (rows.collect(), found.len())
    })
}

/// True for what is not meant.
fn is_practice(message: &MessageRecord) -> bool {
    message.urgency.class != TrafficClass::Live
}

/// FLASH and IMMEDIATE messages that wait: what is meant before any practice, then the most urgent and oldest first.
pub fn urgent_waiting(line: &Line) -> Vec<Message> {
    line.with_ledger(|ledger| {
        let urgent = |message: &&MessageRecord| {
            message.urgency.precedence <= Precedence::Immediate && Show::Waiting.takes(message, ledger)
        };
        let mut found: Vec<&MessageRecord> = ledger.messages().iter().filter(urgent).collect();
        found.sort_by_key(|message| (is_practice(message), message.urgency.precedence));
        found.into_iter().map(|message| line.message(ledger, message)).collect()
    })
}

/// The officer who released a message, and whose he is.
pub fn officer(message: &Message, texts: &Texts) -> String {
    texts.with("officer-of", &[("officer", &message.officer), ("side", &message.from)])
}

/// Time of day of an API time: `20:15:09Z`.
pub fn clock(time: &str) -> String {
    time.get(11..19).map_or_else(|| time.to_owned(), |clock| format!("{clock}Z"))
}

/// Date and time of an API time: `23 NOV 2026 20:15:09Z`.
pub fn date_and_time(time: &str) -> String {
    const MONTHS: [&str; 12] =
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    let month = time.get(5..7).and_then(|month| month.parse::<usize>().ok());
    let month = month.and_then(|month| MONTHS.get(month.wrapping_sub(1)));
    match (time.get(8..10), month, time.get(0..4)) {
        (Some(day), Some(month), Some(year)) => format!("{day} {month} {year} {}", clock(time)),
        _ => time.to_owned(),
    }
}

/// Date of an API time: `23 NOV 2026`.
pub fn date(time: &str) -> String {
    let both = date_and_time(time);
    both.rsplit_once(' ').map_or(both.clone(), |(date, _)| date.to_owned())
}

/// True if a text of this message has characters that cannot be seen.
pub fn hides(message: &Message) -> bool {
    let hidden = |text: &str, layout| pieces(text, layout).any(|piece| matches!(piece, Piece::Hidden(_)));
    hidden(&message.subject, Layout::OneLine)
        || message.text.as_deref().is_some_and(|text| hidden(text, Layout::Lines))
}

/// When a message was sealed, by its sender's clock, as the API gives it.
pub fn first_at(message: &Message) -> &str {
    message.states.first().map_or("", |state| state.at.as_str())
}

/// When the last state of a message was reached, as the API gives it.
pub fn last_at(message: &Message) -> &str {
    message.states.last().map_or("", |state| state.at.as_str())
}

/// The level of a message's state.
pub fn level(message: &Message) -> &'static str {
    match message.state.as_str() {
        "READ BACK - DIFFERENT" | "USE VOICE" => "critical",
        "STORED HERE" => precedence_level(&message.precedence),
        "SENT" | "STORED BY PEER" | "READ BACK - MATCHES" => "standby",
        "CLOSED" | "SUPERSEDED" => "off",
        state if state.starts_with("DELAYED") => "serious",
        "QUEUED - NOT SENT" | "SAY AGAIN" | "QUESTION about it" => "caution",
        state if state.starts_with("READ-BACK WRONG") || state.starts_with("OUR MESSAGE") => "caution",
        state if state.starts_with("CANCELLED") => "caution",
        _ => "normal",
    }
}

/// The level of a message that waits for an officer here.
pub fn precedence_level(precedence: &str) -> &'static str {
    match precedence {
        "FLASH" => "critical",
        "IMMEDIATE" => "serious",
        _ => "caution",
    }
}

/// A page for a new message starts with this.
pub fn empty_draft() -> Draft {
    Draft {
        precedence: "ROUTINE".into(),
        marker: Some("INFORMATION".into()),
        language: Some("en".into()),
        ..Draft::default()
    }
}

fn waiting_badge(first: Option<Precedence>, count: usize) -> Badge {
    let level = first.map_or("off", |precedence| precedence_level(precedence.name()));
    Badge { level, word: count.to_string(), text: String::new() }
}

fn waiting_title(first: Option<Precedence>, count: usize, texts: &Texts) -> String {
    let count = count.to_string();
    match first {
        None => String::new(),
        Some(precedence @ (Precedence::Flash | Precedence::Immediate)) => {
            texts.with("title-urgent", &[("precedence", precedence.name()), ("count", &count)])
        }
        Some(_) => texts.with("title-waits", &[("count", &count)]),
    }
}

/// One word for the line: shut, or open but without a path, or open.
fn line_badge(status: &Status, texts: &Texts) -> Badge {
    let open = status.line.state == "OPEN";
    if open && up(status) == 0 {
        let values = [("since", &clock(&status.line.since)), ("by", &status.line.by)];
        let values = values.map(|(name, value)| (name, value.as_str()));
        return Badge {
            level: "serious",
            word: texts.get("line-no-path"),
            text: texts.with("line-open-but", &values),
        };
    }
    Badge {
        level: if open { "normal" } else { "serious" },
        word: texts.get(if open { "line-open" } else { "line-shut" }),
        text: texts.with("line-since", &[("since", &clock(&status.line.since)), ("by", &status.line.by)]),
    }
}

fn peer_badge(status: &Status, texts: &Texts) -> Badge {
    let peer = ("peer", status.peer.as_str());
    if up(status) > 0 {
        return Badge { level: "normal", word: texts.with("peer-answers", &[peer]), text: String::new() };
    }
    let since = ("since", down_since(status));
    let text = texts.with("peer-since", &[(since.0, &since.1)]);
    Badge { level: "serious", word: texts.with("peer-silent", &[peer]), text }
}

fn path_badge(carrier: &Carrier, texts: &Texts) -> Badge {
    let up = carrier.state == "UP";
    let since = clock(&carrier.since);
    let state = texts.with("path-since", &[("name", &carrier.name), ("since", &since)]);
    let heard = match &carrier.heard {
        Some(heard) => texts.with("path-heard", &[("heard", &clock(heard))]),
        None => texts.get("path-never"),
    };
    let word = texts.get(if up { "path-up" } else { "path-down" });
    Badge { level: if up { "normal" } else { "serious" }, word, text: format!("{state} {heard}") }
}

fn up(status: &Status) -> usize {
    status.carriers.iter().filter(|carrier| carrier.state == "UP").count()
}

fn down_since(status: &Status) -> String {
    let last = status.carriers.iter().filter(|carrier| carrier.state != "UP").max_by_key(|path| &path.since);
    last.map_or_else(String::new, |carrier| clock(&carrier.since))
}

fn refused(status: &Status, texts: &Texts) -> String {
    if status.refused_cells == 0 {
        return String::new();
    }
    texts.with("refused", &[("count", &status.refused_cells.to_string())])
}

/// How people reach the other side when this line does not, or where that is to be written down.
pub fn other_way(line: &Line, texts: &Texts) -> String {
    match &line.other_way {
        Some(way) => way.clone(),
        None => texts.with("other-way-none", &[("line", &line.id.to_string()[..8])]),
    }
}

/// What is wrong with the clock, word and text: a jump, for a while after it; a clock behind what this node signed.
fn clock_faults(line: &Line, texts: &Texts) -> Vec<(&'static str, String)> {
    let jump = line.clock.last_jump().filter(|(_, ago)| *ago < JUMP_TOLD).map(|(jump, _)| jump);
    let signed = line.with_ledger(|ledger| {
        let own = ledger.messages().iter().rev().find(|message| message.side == ledger.own());
        own.map(|message| message.sealed)
    });
    // A jump back that is told says this too.
    let behind = signed.filter(|_| jump.is_none_or(|jump| jump.is_forward()));
    let behind = behind.and_then(|signed| behind_words(signed, line.clock.now().wall, texts));
    let jump = jump.map(|jump| ("clock-jump-word", jump_words(&jump, texts)));
    jump.into_iter().chain(behind.map(|text| ("clock-behind-word", text))).collect()
}

/// How far the clock stands behind what this node signed last, as after a jump back while it did not run.
fn behind_words(signed: WallTime, now: WallTime, texts: &Texts) -> Option<String> {
    let by = Duration::from_millis(signed.ms().saturating_sub(now.ms()));
    if by < JUMP_MIN {
        return None;
    }
    let [signed, now] = [signed, now].map(|time| date_and_time(&zulu(time)));
    Some(texts.with("clock-behind", &[("by", &span(by)), ("signed", &signed), ("now", &now)]))
}

/// From where to where the clock jumped, and what that means.
fn jump_words(jump: &Jump, texts: &Texts) -> String {
    let [expected, found] = [zulu(jump.expected), zulu(jump.found)].map(|time| date_and_time(&time));
    let by = span(jump.by());
    let key = if jump.is_forward() { "clock-jump-forward" } else { "clock-jump-back" };
    texts.with(key, &[("by", &by), ("expected", &expected), ("found", &found)])
}

/// A span of time in its two largest units.
fn span(time: Duration) -> String {
    let (days, hours) = (time.as_secs() / 86_400, time.as_secs() / 3_600 % 24);
    let (minutes, seconds) = (time.as_secs() / 60 % 60, time.as_secs() % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min {seconds} s"),
        (0, ..) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}

/// What an officer must know on whatever page he is, worst first. Each says what happened, what it means, what to do.
fn conditions(status: &Status, other_way: &str, clock: Vec<(&str, String)>, texts: &Texts) -> Vec<Badge> {
    let peer = ("peer", status.peer.as_str());
    let way = ("way", other_way);
    let alarm = |alarm: &String| Badge {
        level: "critical",
        word: texts.get("alarm-word"),
        text: texts.with("alarm-text", &[("text", alarm)]),
    };
    let mut conditions: Vec<Badge> = status.alarms.iter().map(alarm).collect();
    let mut push = |level, word: &str, text: String| {
        conditions.push(Badge { level, word: texts.get(word), text });
    };
    match &status.store {
        Store::Writable => {}
        Store::Full => push("critical", "store-word", texts.with("store-full", &[peer])),
        Store::Stopped(reason) => {
            push("critical", "store-word", texts.with("store-stopped", &[("reason", reason), peer, way]));
        }
    }
    let (down, all) = (status.carriers.len() - up(status), status.carriers.len());
    let counts = [
        ("down", down.to_string()),
        ("all", all.to_string()),
        ("since", down_since(status)),
        ("unstored", status.unstored.to_string()),
        ("peer", status.peer.clone()),
        ("way", other_way.to_owned()),
    ];
    let counts = counts.each_ref().map(|(name, value)| (*name, value.as_str()));
    if down == all {
        let key = if status.unstored > 0 { "line-down-waits" } else { "line-down" };
        push("serious", "line-down-word", texts.with(key, &counts));
    } else if down > 0 {
        push("caution", "path-down-word", texts.with("path-down-one", &counts));
    }
    if !status.peer_store_writable {
        push("serious", "peer-store-word", texts.with("peer-store-full", &[peer, way]));
    }
    for (word, text) in clock {
        push("caution", word, text);
    }
    conditions.sort_by_key(|badge| Reverse(badge.level == "critical"));
    conditions
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringdown_api as api;

    fn status() -> Status {
        let path = |state: &str| Carrier {
            name: "udp".into(),
            state: state.into(),
            since: "2026-11-23T20:11:05.123Z".into(),
            heard: None,
            sent_bytes: 0,
        };
        Status {
            side: "BLUE".into(),
            peer: "GREEN".into(),
            line: api::Line {
                id: String::new(),
                state: "OPEN".into(),
                since: "2026-11-23T20:00:00.000Z".into(),
                by: "BLUE and GREEN".into(),
            },
            carriers: vec![path("UP")],
            head: api::Heads { own: "1/3".into(), peer: "1/3".into() },
            refused_cells: 0,
            store: Store::Writable,
            peer_store_writable: true,
            waiting: 0,
            unstored: 0,
            alarms: Vec::new(),
            now: "2026-11-23T20:15:09.123Z".into(),
        }
    }

    fn told(status: &Status) -> Vec<(&'static str, String)> {
        words(conditions(status, "telephone 112", Vec::new(), &Texts::english()))
    }

    fn words(conditions: Vec<Badge>) -> Vec<(&'static str, String)> {
        conditions.into_iter().map(|badge| (badge.level, format!("{}: {}", badge.word, badge.text))).collect()
    }

    #[test]
    fn nothing_is_told_while_all_is_well() {
        assert!(told(&status()).is_empty());
    }

    #[test]
    fn a_line_down_says_since_when_and_what_was_not_sent() {
        let mut status = Status { unstored: 3, ..status() };
        status.carriers[0].state = "DOWN".into();
        let told = told(&status);
        assert_eq!(told.len(), 1);
        let (level, text) = &told[0];
        assert_eq!(*level, "serious");
        for part in
            ["LINE DOWN", "1 of 1", "since 20:11:05Z", "3", "Reach GREEN by another way: telephone 112"]
        {
            assert!(text.contains(part), "{part} is not in: {text}");
        }
    }

    #[test]
    fn a_line_without_a_path_is_not_called_open() {
        let mut status = status();
        assert_eq!(line_badge(&status, &Texts::english()).word, "OPEN");
        status.carriers[0].state = "DOWN".into();
        let badge = line_badge(&status, &Texts::english());
        assert_eq!((badge.level, badge.word.as_str()), ("serious", "DOWN"));
        status.line.state = "SHUT".into();
        assert_eq!(line_badge(&status, &Texts::english()).word, "SHUT");
    }

    #[test]
    fn one_path_of_two_is_a_caution_not_a_line_down() {
        let mut status = status();
        status.carriers.push(Carrier { state: "DOWN".into(), ..status.carriers[0].clone() });
        let told = told(&status);
        assert_eq!(told[0].0, "caution");
        assert!(!told[0].1.contains("LINE DOWN"), "{}", told[0].1);
    }

    #[test]
    fn a_disk_that_takes_nothing_comes_first_and_says_what_to_do() {
        for store in [Store::Full, Store::Stopped("the disk was pulled".into())] {
            let mut status = Status { store, peer_store_writable: false, ..status() };
            status.carriers[0].state = "DOWN".into();
            let told = told(&status);
            assert_eq!(told.len(), 3);
            assert!(told[0].0 == "critical" && told[0].1.starts_with("CANNOT STORE"), "{told:?}");
        }
    }

    #[test]
    fn who_has_to_reach_the_peer_otherwise_is_told_how() {
        let mut down = status();
        down.carriers[0].state = "DOWN".into();
        let all = [
            down,
            Status { store: Store::Stopped("the disk was pulled".into()), ..status() },
            Status { peer_store_writable: false, ..status() },
        ];
        for status in all {
            assert!(told(&status)[0].1.contains("GREEN by another way: telephone 112"), "{status:?}");
        }
    }

    #[test]
    fn a_jump_of_the_clock_says_what_jumped_by_how_much_and_which_times_are_off() {
        let jump = |by: i64| {
            let expected = 46_000_000_u64;
            Jump {
                expected: WallTime::from_ms(expected),
                found: WallTime::from_ms(expected.saturating_add_signed(by)),
                steady: Duration::ZERO,
            }
        };
        for (by, parts) in [
            (21_600_000, ["put forward by 6 h 0 min", "01 JAN 2025 12:46:40Z", "01 JAN 2025 18:46:40Z"]),
            (-90_000, ["put back by 1 min 30 s", "01 JAN 2025 12:46:40Z", "01 JAN 2025 12:45:10Z"]),
        ] {
            let clock = vec![("clock-jump-word", jump_words(&jump(by), &Texts::english()))];
            let told = words(conditions(&status(), "", clock, &Texts::english()));
            assert_eq!((told.len(), told[0].0), (1, "caution"));
            for part in parts.into_iter().chain(["CLOCK JUMPED", "wall clock", "steady clock", "before"]) {
                assert!(told[0].1.contains(part), "{part} is not in: {}", told[0].1);
            }
        }
    }

    #[test]
    fn a_clock_behind_what_this_node_signed_is_told_from_the_limit_on() {
        let behind = |by: u64| {
            let now = WallTime::from_ms(46_000_000);
            behind_words(WallTime::from_ms(46_000_000 + by), now, &Texts::english())
        };
        assert_eq!((behind(0), behind(1_999)), (None, None));
        assert!(behind(2_000).is_some());
        let words = behind(3_600_000).unwrap();
        for part in ["1 h 0 min behind", "01 JAN 2025 13:46:40Z", "01 JAN 2025 12:46:40Z"] {
            assert!(words.contains(part), "{part} is not in: {words}");
        }
    }

    #[test]
    fn an_alarm_of_the_line_goes_to_the_supervisor() {
        let told = told(&Status { alarms: vec!["GREEN signed two histories".into()], ..status() });
        assert_eq!(told[0].0, "critical");
        assert!(told[0].1.contains("supervisor") && told[0].1.contains("GREEN signed two histories"));
    }

    #[test]
    fn times_are_zulu_with_date() {
        assert_eq!(date_and_time("2026-11-23T20:15:09.123Z"), "23 NOV 2026 20:15:09Z");
        assert_eq!(clock("2026-11-23T20:15:09.123Z"), "20:15:09Z");
        assert_eq!(date_and_time("soon"), "soon");
    }

    #[test]
    fn the_tab_tells_what_waits() {
        let texts = Texts::english();
        assert_eq!(waiting_title(None, 0, &texts), "");
        assert_eq!(waiting_title(Some(Precedence::Flash), 2, &texts), "FLASH WAITS (2)");
        assert_eq!(waiting_title(Some(Precedence::Routine), 1, &texts), "1 waits");
    }
}
