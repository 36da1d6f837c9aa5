//! The transcript: both directions of a line as plain words, in one order, with what is missing, twice or against the
//! rules printed where it stands. Readable without the program.
//!
//! A node and the command line print the same from the same entries; what nobody signed is said to be so. Every hidden
//! character is written as `[U+202E]`.

mod entry;
mod print;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use ringdown_record::{Charter, Entry, Place, Side, TrafficClass, WallTime};
use serde::{Deserialize, Serialize};

use crate::examine::examine_all;
use crate::ledger::Ledger;
use crate::value::{ParseError, Time};

pub use print::Section;

/// Missing serials and entries that are named for each side.
const MISSING_MAX: usize = 100;
const MINUTE_MS: u64 = 60_000;
const MINUTES_A_DAY: u64 = 24 * 60;

/// An entry with what was noted here when it came.
#[derive(Clone, Copy, Debug)]
pub struct Kept<'a> {
    /// The entry.
    pub entry: &'a Entry,
    /// When it became durable here, by this node's clock; `None` where nobody noted it, as in an exported file.
    pub arrived: Option<WallTime>,
}

/// Something that this side noted for itself, at its place among the entries. Nobody signed it.
#[derive(Clone, Debug)]
pub struct LocalNote {
    /// When, by this node's clock.
    pub at: WallTime,
    /// What.
    pub words: String,
}

/// Which entries are printed: by when they came, or, where that was not noted, by when they were written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Span {
    /// Not before this.
    pub from: Option<WallTime>,
    /// Not at this time or later.
    pub to: Option<WallTime>,
}

/// Whose record is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// That of the node of this side, in the order of arrival there.
    Node(Side),
    /// An exported file, in the order of [`in_order`].
    File,
}

/// The whole, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transcript {
    /// What stands at the top and at the bottom of every sheet.
    pub marking: String,
    /// Of which line this is.
    pub title: String,
    /// Whose record, in which order, and which part of it.
    pub about: Vec<String>,
    /// The line's id in hex.
    pub line: String,
    /// The newest entry of each side before the first that is printed.
    pub start: Vec<Head>,
    /// Entries and notes.
    pub lines: Vec<Line>,
    /// The newest entry of each side with the last that is printed.
    pub end: Vec<Head>,
    /// What the whole record shows to be missing.
    pub missing: Vec<String>,
    /// How to check it without trusting whoever printed it.
    pub check: Vec<String>,
    /// What a checked record shows.
    pub proves: Vec<String>,
    /// What it does not show.
    pub proves_not: Vec<String>,
}

/// Where the chain of a side stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Whose.
    pub side: String,
    /// Such as `1/7`; empty if there is no entry.
    pub place: String,
    /// Its hash in hex; empty likewise.
    pub hash: String,
}

/// An entry, or a note.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its number in this order, from 1; 0 for a note.
    pub number: u64,
    /// As the specification calls it; NOTE for what nobody signed.
    pub kind: String,
    /// Such as `BLUE 1/7`; the side alone for a note.
    pub place: String,
    /// Such as `BLUE 0142`, for a message.
    pub serial: String,
    /// When it was written, by its writer's clock; for a note, by the clock of the node that noted it.
    pub written: String,
    /// When it became durable here, a note of this node; empty if that is not known.
    pub arrived: String,
    /// When the other side's node signed that it holds it, by that node's clock; empty if it did not, or need not.
    pub held: String,
    /// What it says, in sentences.
    pub words: Vec<String>,
    /// The text of a message, or the words of a read-back; empty if there is none.
    pub text: String,
    /// What is missing before it, stands twice, or is against the rules.
    pub attention: Vec<String>,
    /// Its hash in hex; empty for a note.
    pub hash: String,
}

/// Puts verified entries of both sides into one order: each after what it cites where that is there, and else by the
/// writers' clocks.
pub fn in_order<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Vec<&'a Entry> {
    let entries: Vec<_> = entries.into_iter().collect();
    let of_side = |side: Side| {
        let mut of_side: Vec<_> =
            entries.iter().copied().filter(|entry| entry.header().side == side).collect();
        of_side.sort_by_key(|entry| entry.header().place);
        of_side.into_iter().peekable()
    };
    let mut queues = [of_side(Side::Zero), of_side(Side::One)];
    let mut taken = [Place::NONE; 2];
    let mut ordered = Vec::with_capacity(entries.len());
    loop {
        let [zero, one] = &mut queues;
        let heads = [zero.peek().copied(), one.peek().copied()];
        let ready = |side: Side| {
            let cites = |entry: &Entry| entry.header().peer.place;
            heads[side.index()].filter(|entry| cites(entry) <= taken[side.other().index()])
        };
        let time = |entry: &&Entry| (entry.header().time, entry.header().side.index());
        let ready = [ready(Side::Zero), ready(Side::One)].into_iter().flatten().min_by_key(time);
        // What neither can wait for is not here.
        let Some(next) = ready.or_else(|| heads.into_iter().flatten().min_by_key(time)) else {
            return ordered;
        };
        let header = next.header();
        taken[header.side.index()] = header.place;
        queues[header.side.index()].next();
        ordered.push(next);
    }
}

impl Transcript {
    /// Of a record as it is kept: `kept` holds all of it, in the order in which it is printed, and `zulu` tells a time
    /// in words.
    pub fn of(
        charter: &Arc<Charter>,
        source: Source,
        kept: &[Kept<'_>],
        notes: &[LocalNote],
        span: Span,
        zulu: fn(WallTime) -> String,
    ) -> Transcript {
        let own = if let Source::Node(side) = source { side } else { Side::Zero };
        let mut ledger = Ledger::new(charter.clone(), own);
        for Kept { entry, arrived } in kept {
            ledger.apply(entry, *arrived);
        }
        let (first, last) = (span.first(kept), span.end(kept));
        let mut attention = attention(charter, kept);
        let printer = entry::Printer { charter, ledger: &ledger, source, zulu };
        let mut lines = Vec::new();
        let mut notes = notes.iter().filter(|note| span.takes(note.at)).peekable();
        for (index, each) in kept.iter().enumerate().filter(|(_, each)| span.takes(each.time())) {
            while let Some(note) = notes.next_if(|note| note.at < each.time()) {
                lines.push(printer.note(note, own));
            }
            let number = u64::try_from(index + 1).unwrap_or(u64::MAX);
            let attention = attention.remove(&index).unwrap_or_default();
            lines.push(Line { number, attention, ..printer.line(each) });
        }
        lines.extend(notes.map(|note| printer.note(note, own)));
        Transcript {
            marking: format!("TRANSCRIPT - {} - {}", both(charter, " / "), classes(&ledger)),
            title: format!("Transcript of the line between {}", both(charter, " and ")),
            about: words::about(charter, source, span, zulu, kept.len(), lines.len()),
            line: charter.line_id().to_string(),
            start: heads(charter, &kept[..first]),
            lines,
            end: heads(charter, &kept[..last.max(first)]),
            missing: missing(charter, &ledger, kept),
            check: words::check(charter),
            proves: words::proves(),
            proves_not: words::proves_not(charter),
        }
    }
}

impl Kept<'_> {
    /// By which it is chosen and put among notes.
    fn time(&self) -> WallTime {
        self.arrived.unwrap_or(self.entry.header().time)
    }
}

impl Span {
    /// From what people write: a time, or a day, which counts whole.
    pub fn parse(from: Option<&str>, to: Option<&str>) -> Result<Span, ParseError> {
        let from = from.map(|from| begins(from).map(|(at, _)| at)).transpose()?;
        let to = to.map(|to| begins(to).map(|(at, length)| at + length)).transpose()?;
        let wall = |minutes: u64| WallTime::from_ms(minutes * MINUTE_MS);
        Ok(Span { from: from.map(wall), to: to.map(wall) })
    }

    fn takes(&self, at: WallTime) -> bool {
        self.from.is_none_or(|from| at >= from) && self.to.is_none_or(|to| at < to)
    }

    /// How many entries stand before it.
    fn first(&self, kept: &[Kept<'_>]) -> usize {
        let begun = |each: &Kept<'_>| self.from.is_none_or(|from| each.time() >= from);
        kept.iter().position(begun).unwrap_or(kept.len())
    }

    /// How many entries stand before its end.
    fn end(&self, kept: &[Kept<'_>]) -> usize {
        let in_time = |each: &Kept<'_>| self.to.is_none_or(|to| each.time() < to);
        kept.iter().rposition(in_time).map_or(0, |last| last + 1)
    }
}

/// The minute in which a time or a day begins, and how many minutes it is long.
fn begins(text: &str) -> Result<(u64, u64), ParseError> {
    let minutes = |time: Time| u64::from(time.minutes());
    let time = Time::parse(text, None).map(|time| (minutes(time), 0));
    time.or_else(|error| {
        let day = Time::parse(&format!("{text} 0000Z"), None);
        day.map(|day| (minutes(day), MINUTES_A_DAY)).map_err(|_| error)
    })
}

fn both(charter: &Charter, between: &str) -> String {
    [Side::Zero, Side::One].map(|side| charter.party(side).name.as_str()).join(between)
}

/// The classes of the messages there are.
fn classes(ledger: &Ledger) -> String {
    let all = [TrafficClass::Live, TrafficClass::Exercise, TrafficClass::Test];
    let has = |class: &TrafficClass| ledger.messages().iter().any(|message| message.urgency.class == *class);
    let names: Vec<_> = all.iter().filter(|class| has(class)).map(|class| class.name()).collect();
    if names.is_empty() { "NO MESSAGES".into() } else { names.join(" ") }
}

fn heads(charter: &Charter, kept: &[Kept<'_>]) -> Vec<Head> {
    let head = |side: Side| {
        let of_side = kept.iter().map(|each| each.entry).filter(|entry| entry.header().side == side);
        let newest = of_side.max_by_key(|entry| entry.header().place);
        Head {
            side: charter.party(side).name.clone(),
            place: newest.map_or_else(String::new, |entry| entry.header().place.to_string()),
            hash: newest.map_or_else(String::new, |entry| entry.hash().to_string()),
        }
    };
    vec![head(Side::Zero), head(Side::One)]
}

/// What the auditor says of single entries, and which came out of their order, by index.
fn attention(charter: &Charter, kept: &[Kept<'_>]) -> BTreeMap<usize, Vec<String>> {
    let mut found: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let mut newest = [Place::NONE; 2];
    let mut at = BTreeMap::new();
    for (index, each) in kept.iter().enumerate() {
        let header = each.entry.header();
        let before = &mut newest[header.side.index()];
        let same = before.incarnation == header.place.incarnation;
        if let Some(words) = words::order(&charter.party(header.side).name, header.place, *before, same) {
            found.entry(index).or_default().push(words);
        }
        *before = header.place.max(*before);
        at.insert((header.side, header.place), index);
    }
    for finding in examine_all(charter, &in_order(kept.iter().map(|each| each.entry))) {
        if let Some(index) = finding.entry.and_then(|place| at.get(&place)) {
            found.entry(*index).or_default().push(finding.text);
        }
    }
    found
}

/// Serials and entries that later ones show to be missing.
fn missing(charter: &Charter, ledger: &Ledger, kept: &[Kept<'_>]) -> Vec<String> {
    let mut missing = Vec::new();
    for side in [Side::Zero, Side::One] {
        let name = &charter.party(side).name;
        let places = kept.iter().map(|each| each.entry.header()).filter(|header| header.side == side);
        let mut places: Vec<_> = places.map(|header| header.place).collect();
        places.sort_unstable();
        let mut before = Place::NONE;
        for place in places {
            let next = if place.incarnation == before.incarnation { before.seq + 1 } else { 1 };
            if place.seq > next && missing.len() < MISSING_MAX {
                missing.push(words::gap(
                    name,
                    Place { seq: next, ..place },
                    Place { seq: place.seq - 1, ..place },
                ));
            }
            before = place;
        }
        let serials = ledger.missing(side, MISSING_MAX);
        missing.extend(serials.iter().map(|serial| words::missing(&serial.text(charter))));
    }
    missing
}
