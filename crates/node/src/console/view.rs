//! What a page shows, computed before a template sees it.

use ringdown_api::{AtPeer, Draft, DraftState, Message, Status};
use ringdown_message::dialogue::Verdict;
use ringdown_message::hidden::{Layout, Piece, pieces};
use ringdown_message::{Ledger, MessageRecord, State};
use ringdown_record::{Precedence, TrafficClass};

use crate::console::answers::{self, DueRow, Owes};
use crate::console::conditions::{
    clock_faults, conditions, jump_words, line_badge, number_faults, other_way, path_badge, peer_badge,
    refused,
};
use crate::console::faults::{not_stored, watch_check};
use crate::console::said::{self, Seen};
use crate::console::watch::on_watch;
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
    /// The watch check, until somebody answers it.
    pub watch_check: Option<Badge>,
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
    /// Who has the watch, in words.
    pub watch: String,
    /// The last jump of the clock since the start, in words; empty if there was none.
    pub jump: String,
    /// Incoming, not acknowledged, most urgent first.
    pub waiting: Vec<Seen>,
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
    pub unstored: Vec<Seen>,
    /// How many more of them there are.
    pub unstored_more: usize,
    /// The last messages of both sides, newest first.
    pub last: Vec<Seen>,
    /// Whether there are more than the last ones.
    pub last_more: bool,
    /// Messages that the first of two people signed: id, precedence, class, subject, and who signed.
    pub awaiting: Vec<Awaiting>,
    /// Drafts that were put aside: id and subject.
    pub drafts: Vec<(String, String)>,
    /// How many more of them there are.
    pub drafts_more: usize,
}

/// A message that awaits its second officer.
pub struct Awaiting {
    /// Of the draft.
    pub id: String,
    /// What was written.
    pub draft: Draft,
    /// Who signed it, in words.
    pub by: String,
}

impl Awaiting {
    fn of(state: DraftState, texts: &Texts) -> Awaiting {
        let name = state.submitted.map_or_else(String::new, |submitted| submitted.name);
        Awaiting { id: state.id, draft: state.draft, by: texts.one("awaiting-of", "officer", &name) }
    }
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
    pub rows: Vec<Seen>,
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
        let mut status = line.status();
        status.line.by = said::moved_by(line, &status.line.by, texts);
        let first = line.with_ledger(|ledger| {
            let waiting = ledger.messages().iter().filter(|message| Show::Waiting.takes(message, ledger));
            waiting.map(|message| message.urgency.precedence).min()
        });
        let numbers = line.with_ledger(|ledger| number_faults(ledger, texts));
        let more = [clock_faults(line, texts), numbers].concat();
        let mut conditions = conditions(&status, &other_way(line, texts), more, texts);
        conditions.extend(not_stored(line, texts));
        conditions.sort_by_key(|badge| match badge.level {
            "critical" => 0,
            "serious" => 1,
            _ => 2,
        });
        Head {
            line: line_badge(&status, texts),
            peer: peer_badge(&status, texts),
            waiting: waiting_badge(first, status.waiting),
            title: waiting_title(first, status.waiting, texts),
            conditions,
            watch_check: watch_check(line, texts),
            status,
        }
    }
}

impl Board {
    /// The board of a line as it is now.
    pub fn of(line: &Line, texts: &Texts) -> Board {
        let head = Head::of(line, texts);
        let (waiting, waiting_total) = messages(line, Show::Waiting, 0, WAITING_MAX, texts);
        let (owed, owed_more) = open(line, Owes::Us, texts);
        let (expected, expected_more) = open(line, Owes::Them, texts);
        let (unstored, unstored_total) = messages(line, Show::Unstored, 0, UNSTORED_MAX, texts);
        let (last, last_total) = messages(line, Show::All, 0, LAST_MAX, texts);
        let (awaiting, drafts): (Vec<_>, Vec<_>) =
            line.drafts().unwrap_or_default().into_iter().partition(|draft| draft.submitted.is_some());
        let awaiting = awaiting.into_iter().map(|draft| Awaiting::of(draft, texts)).collect();
        let mut drafts: Vec<_> = drafts.into_iter().map(|draft| (draft.id, draft.draft.subject)).collect();
        let drafts_more = drafts.len().saturating_sub(DRAFTS_MAX);
        drafts.truncate(DRAFTS_MAX);
        Board {
            paths: head.status.carriers.iter().map(|carrier| path_badge(carrier, texts)).collect(),
            refused: refused(&head.status, texts),
            other_way: other_way(line, texts),
            watch: on_watch(line, texts),
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
            awaiting,
            drafts,
            drafts_more,
            head,
        }
    }
}

impl List {
    /// One page; a number that is too high gives the last one.
    pub fn of(line: &Line, show: Show, number: usize, texts: &Texts) -> List {
        let number = number.max(1);
        let (rows, total) = messages(line, show, (number - 1).saturating_mul(PAGE_LEN), PAGE_LEN, texts);
        let last = total.div_ceil(PAGE_LEN).max(1);
        if number > last { List::of(line, show, last, texts) } else { List { rows, total, number, last } }
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
fn messages(line: &Line, show: Show, skip: usize, most: usize, texts: &Texts) -> (Vec<Seen>, usize) {
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
        let rows = found.iter().skip(skip).take(most).map(|message| Seen::of(line, ledger, message, texts));
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

/// `dir` of a text in a language: that of its script where the tag says it, else what the text itself begins with.
pub fn direction(language: &str) -> &'static str {
    const FROM_RIGHT: [&str; 12] =
        ["ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "syr", "ug", "ur", "yi"];
    let mut parts = language.split('-');
    let primary = parts.next().unwrap_or_default().to_ascii_lowercase();
    let other_script = parts.any(|part| part.len() == 4 && !["Arab", "Hebr", "Syrc", "Thaa"].contains(&part));
    if FROM_RIGHT.contains(&primary.as_str()) && !other_script { "rtl" } else { "auto" }
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

/// Whether the peer's node has what our officer did, in words; empty for what nobody here did.
pub fn at_peer(at_peer: Option<&AtPeer>, texts: &Texts) -> String {
    let words = |AtPeer { peer, since }: &AtPeer| match since {
        Some(since) => texts.with("at-peer", &[("peer", peer), ("time", &clock(since))]),
        None => texts.one("at-peer-not", "peer", peer),
    };
    at_peer.map_or_else(String::new, words)
}

/// The same of all that our officer did about a message together: the peer has it once it has the last of it.
pub fn all_at_peer(message: &Message, texts: &Texts) -> String {
    let acts = message.states.iter().filter_map(|state| state.at_peer.as_ref());
    let last = acts.max_by_key(|act| (act.since.is_none(), &act.since));
    match last {
        Some(AtPeer { peer, since: Some(since) }) => {
            texts.with("at-peer-all", &[("peer", peer), ("time", &clock(since))])
        }
        _ => at_peer(last, texts),
    }
}

/// The words for what a sender said of a read-back.
pub fn verdict_key(verdict: Option<Verdict>) -> &'static str {
    match verdict {
        None => "verdict-open",
        Some(Verdict::Correct) => "verdict-correct",
        Some(Verdict::Wrong) => "verdict-wrong",
        Some(Verdict::OurMessageWasWrong) => "verdict-was-wrong",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_zulu_with_date() {
        assert_eq!(date_and_time("2026-11-23T20:15:09.123Z"), "23 NOV 2026 20:15:09Z");
        assert_eq!(clock("2026-11-23T20:15:09.123Z"), "20:15:09Z");
        assert_eq!(date_and_time("soon"), "soon");
    }

    #[test]
    fn a_language_that_runs_from_the_right_does_so_whatever_its_text_begins_with() {
        for language in ["ar", "AR-EG", "fa", "he-Hebr", "ur"] {
            assert_eq!(direction(language), "rtl", "{language}");
        }
        for language in ["en", "und", "", "arn", "ar-Latn", "zh-Hans"] {
            assert_eq!(direction(language), "auto", "{language}");
        }
    }

    #[test]
    fn the_tab_tells_what_waits() {
        let texts = Texts::english();
        assert_eq!(waiting_title(None, 0, &texts), "");
        assert_eq!(waiting_title(Some(Precedence::Flash), 2, &texts), "FLASH WAITS (2)");
        assert_eq!(waiting_title(Some(Precedence::Routine), 1, &texts), "1 waits");
    }
}
