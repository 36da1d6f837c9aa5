//! The record page: both chains as they became durable here, and what the auditor says of them.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use ringdown_api::{ApiError, zulu};
use ringdown_message::{Act, Content, Deed, Ledger};
use ringdown_record::body::{Body, Gate, GatePosition, Incarnation, Receipt};
use ringdown_record::evidence::Evidence;
use ringdown_record::{Charter, Entry, Kind, Place, Precedence, Side};
use ringdown_store::Numbered;
use serde::Deserialize;

use crate::console::audit::{Examination, Outcome, newest_entry};
use crate::console::said::sentence;
use crate::console::{Here, Page, failed, page, shown, view};
use crate::http::{Failure, Node};
use crate::line::Line;
use crate::refusal::internal;
use crate::text::Texts;

use askama::Template;

/// Entries on one page.
const PAGE_LEN: u32 = 50;

#[derive(Template)]
#[template(path = "record.html")]
struct RecordPage<'a> {
    page: Page<'a>,
    t: &'a Texts,
    rows: Vec<Row>,
    examined: Examined,
    line_groups: Vec<String>,
    /// The specification's words on this page, and what they mean.
    names: Vec<(&'static str, String)>,
    /// The place in the list of the newest entry that is older than this page, if any.
    older: Option<u64>,
    newest: bool,
}

#[derive(Template)]
#[template(path = "record_part.html")]
struct RecordPart<'a> {
    t: &'a Texts,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "audit_part.html")]
struct AuditPart<'a> {
    t: &'a Texts,
    examined: Examined,
}

/// One entry as a row.
struct Row {
    place: String,
    /// What sort of entry it is, in plain words.
    sort: String,
    /// The specification's name of it.
    kind: &'static str,
    /// Precedence and class of what people said; empty for the nodes' own.
    urgency: Option<(&'static str, &'static str)>,
    /// Serial of the message that it is; empty for everything else.
    serial: String,
    /// What it says, in words.
    what: String,
    /// The message that it is or is about.
    message: Option<String>,
    officer: String,
    time: String,
    cites: String,
    short: String,
    hash: String,
}

/// An examination in words.
struct Examined {
    running: bool,
    level: &'static str,
    verdict: String,
    /// When the examination began, for the age; empty if there was none.
    at: String,
    clock: String,
    /// How many entries have come since it began, in words; empty if none.
    since: String,
    entries: String,
    /// Level and words.
    findings: Vec<(&'static str, String, String)>,
    more: usize,
}

#[derive(Deserialize)]
pub struct Before {
    before: Option<u64>,
}

pub async fn show(State(node): State<Arc<Node>>, Query(before): Query<Before>) -> Response {
    let line = match node.line("-") {
        Ok(line) => line,
        Err(error) => return Failure(error).into_response(),
    };
    let examination = node.auditor.of(&line);
    if examination.running.is_none() && examination.report.is_none() {
        node.auditor.start(&line);
    }
    let examined = match examined(&node, &line).await {
        Ok(examined) => examined,
        Err(error) => return failed(&node, &line, error),
    };
    let (rows, older) = match rows(&node, &line, before.before).await {
        Ok(found) => found,
        Err(error) => return failed(&node, &line, error),
    };
    page(&RecordPage {
        page: Page::of(&node, &line, Here::Record),
        t: &node.texts,
        rows,
        examined,
        line_groups: groups(&line.id.to_string()),
        names: names(&node.texts),
        older,
        newest: before.before.is_none(),
    })
}

pub async fn entries_part(State(node): State<Arc<Node>>) -> Response {
    let found = match node.line("-") {
        Ok(line) => rows(&node, &line, None).await,
        Err(error) => Err(error),
    };
    match found {
        Ok((rows, _)) => page(&RecordPart { t: &node.texts, rows }),
        Err(error) => Failure(error).into_response(),
    }
}

pub async fn audit_part(State(node): State<Arc<Node>>) -> Response {
    let found = match node.line("-") {
        Ok(line) => examined(&node, &line).await,
        Err(error) => Err(error),
    };
    match found {
        Ok(examined) => page(&AuditPart { t: &node.texts, examined }),
        Err(error) => Failure(error).into_response(),
    }
}

/// Begins an examination; the page tells when it is done.
pub async fn examine(State(node): State<Arc<Node>>) -> Response {
    match node.line("-") {
        Ok(line) => {
            node.auditor.start(&line);
            Redirect::to("/record").into_response()
        }
        Err(error) => Failure(error).into_response(),
    }
}

async fn examined(node: &Arc<Node>, line: &Arc<Line>) -> Result<Examined, ApiError> {
    let (node, line, language) = (node.clone(), line.clone(), node.texts.language());
    let read = move || {
        let newest = newest_entry(&line)?;
        Ok(Examined::of(
            &node.auditor.of(&line),
            newest,
            [line.name(Side::Zero), line.name(Side::One)],
            node.texts.of(language),
        ))
    };
    let done = tokio::task::spawn_blocking(read).await;
    done.unwrap_or_else(|error| Err(internal(error)))
}

async fn rows(
    node: &Arc<Node>,
    line: &Arc<Line>,
    before: Option<u64>,
) -> Result<(Vec<Row>, Option<u64>), ApiError> {
    let (node, line, language) = (node.clone(), line.clone(), node.texts.language());
    let read = move || {
        let found = line.entries_before(before.unwrap_or(u64::MAX), PAGE_LEN)?;
        let older = found.last().map(|last| last.n).filter(|n| *n > 1);
        let row = |numbered: &Numbered| {
            let texts = node.texts.of(language);
            line.with_ledger(|ledger| Row::of(&numbered.entry, &line.charter, ledger, texts))
        };
        Ok((found.iter().map(row).collect(), older))
    };
    let done = tokio::task::spawn_blocking(read).await;
    done.unwrap_or_else(|_| Ok((Vec::new(), None)))
}

impl Row {
    fn of(entry: &Entry, charter: &Charter, ledger: &Ledger, texts: &Texts) -> Row {
        let header = entry.header();
        let name = |side: Side| charter.party(side).name.as_str();
        let at = |side: Side, place: Place| match place {
            Place::NONE => texts.get("record-cites-nothing"),
            place => format!("{} {place}", name(side)),
        };
        let officer = charter.party(header.side).key_list.officer(header.officer);
        let hash = entry.hash().to_string();
        let message = match header.kind {
            Kind::MESSAGE => Some(hash.clone()),
            Kind::ACT => Act::of(entry).ok().map(|act| act.target.to_string()),
            _ => None,
        };
        let serial = ledger.find_entry(&entry.hash()).and_then(|message| message.serial);
        let of_people = header.urgency.precedence != Precedence::Line && header.officer != 0;
        Row {
            place: at(header.side, header.place),
            sort: sort(header.kind, texts),
            kind: header.kind.name(),
            urgency: of_people.then(|| (header.urgency.precedence.name(), header.urgency.class.name())),
            serial: serial.map_or_else(String::new, |serial| serial.text(charter)),
            what: what(entry, charter, ledger, texts),
            message,
            officer: officer.map_or_else(String::new, |officer| {
                texts.with("officer-of", &[("officer", &officer.name), ("side", name(header.side))])
            }),
            time: zulu(header.time),
            cites: at(header.side.other(), header.peer.place),
            short: hash[..12].to_owned(),
            hash,
        }
    }
}

/// The specification's words on the page of the record, each with what it means.
fn names(texts: &Texts) -> Vec<(&'static str, String)> {
    let kinds = [
        (Kind::MESSAGE, "name-message"),
        (Kind::ACT, "name-act"),
        (Kind::RECEIPT, "name-receipt"),
        (Kind::GATE, "name-gate"),
        (Kind::INCARNATION, "name-incarnation"),
        (Kind::KEY_LIST, "name-key-list"),
        (Kind::EVIDENCE, "name-evidence"),
    ];
    let kinds = kinds.iter().map(|(kind, key)| (kind.name(), texts.get(key)));
    kinds.chain([("1/7", texts.get("name-place"))]).collect()
}

/// What sort of entry this is, in words that need no specification.
fn sort(kind: Kind, texts: &Texts) -> String {
    texts.get(match kind {
        Kind::MESSAGE => "sort-message",
        Kind::ACT => "sort-act",
        Kind::RECEIPT => "sort-receipt",
        Kind::GATE => "sort-gate",
        Kind::INCARNATION => "sort-incarnation",
        Kind::KEY_LIST => "sort-key-list",
        Kind::EVIDENCE => "sort-evidence",
        _ => "record-unknown",
    })
}

/// What a person did about a message.
fn deed_key(deed: &Deed) -> &'static str {
    match deed {
        Deed::Acknowledge => "record-acknowledges",
        Deed::Standby { .. } => "record-stands-by",
        Deed::Answer { .. } => "record-answers",
        Deed::ReadBack(_) => "record-reads-back",
        Deed::ThatIsCorrect { .. } => "record-confirms",
        Deed::Wrong { .. } => "record-says-again",
        Deed::OurMessageWasWrong { .. } => "record-was-wrong",
        Deed::Notice(_) => "record-notice",
        Deed::Ask(_) => "record-asks",
        Deed::Reply { .. } => "record-replies",
    }
}

/// What an entry says, in a few words; nothing if its content cannot be read.
fn what(entry: &Entry, charter: &Charter, ledger: &Ledger, texts: &Texts) -> String {
    let header = entry.header();
    let peer = charter.party(header.side.other()).name.as_str();
    let unreadable = || texts.get("record-unreadable");
    let Ok(body) = Body::read(entry.body()) else { return unreadable() };
    match header.kind {
        Kind::MESSAGE => Content::read(body.content).map_or_else(|_| unreadable(), |content| content.subject),
        Kind::ACT => Act::of(entry).map_or_else(
            |_| unreadable(),
            |act| {
                let target = ledger.find_entry(&act.target).and_then(|message| message.serial);
                let serial = target.map_or_else(String::new, |serial| serial.text(charter));
                let word = match &act.deed {
                    Deed::Answer { word, .. } => word.name(),
                    _ => "",
                };
                texts.with(deed_key(&act.deed), &[("serial", &serial), ("word", word)])
            },
        ),
        Kind::RECEIPT => {
            let place = header.peer.place.to_string();
            let beyond = Receipt::read(body.content).map_or(0, |receipt| receipt.beyond.len());
            let key = if beyond == 0 { "record-holds" } else { "record-holds-beyond" };
            texts.with(key, &[("peer", peer), ("place", &place)])
        }
        Kind::GATE => Gate::read(body.content).map_or_else(
            |_| unreadable(),
            |gate| {
                let key = match gate.position {
                    GatePosition::Shut => "record-shut",
                    GatePosition::Ready => "record-ready",
                };
                let side = charter.party(header.side).name.as_str();
                let values = [("side", side), ("peer", peer), ("round", &gate.round.to_string())];
                let words = texts.with(key, &values);
                if gate.reason.is_empty() { words } else { format!("{words} {}", gate.reason) }
            },
        ),
        Kind::INCARNATION => {
            let number = ringdown_record::encoding::from_cbor::<Incarnation>(body.content)
                .map_or_else(|_| String::from("?"), |incarnation| incarnation.number.to_string());
            texts.with("record-incarnation", &[("number", &number)])
        }
        Kind::KEY_LIST => texts.get("record-key-list"),
        Kind::EVIDENCE => {
            let accused = Evidence::read(body.content).ok().and_then(|evidence| evidence.accused());
            accused.map_or_else(unreadable, |(side, place)| {
                let side = charter.party(side).name.as_str();
                texts.with("record-evidence", &[("side", side), ("place", &place.to_string())])
            })
        }
        _ => texts.get("record-unknown"),
    }
}

impl Examined {
    /// `newest` is the number of the newest entry now, `sides` the names of both sides.
    fn of(examination: &Examination, newest: u64, sides: [&str; 2], texts: &Texts) -> Examined {
        let mut examined = Examined {
            running: examination.running.is_some(),
            level: "off",
            verdict: texts.get("audit-never"),
            at: String::new(),
            clock: String::new(),
            since: String::new(),
            entries: String::new(),
            findings: Vec::new(),
            more: 0,
        };
        let Some(report) = &examination.report else { return examined };
        examined.at = zulu(report.at);
        examined.clock = view::clock(&examined.at);
        examined.level = "serious";
        match &report.outcome {
            Outcome::Failed(reason) => {
                examined.verdict = texts.with("audit-failed", &[("reason", reason)]);
            }
            Outcome::TooLong => examined.verdict = texts.get("audit-too-long"),
            Outcome::Examined { holds, entries, findings, more } => {
                let since = newest.saturating_sub(report.newest);
                let (level, verdict) = match (*holds, since) {
                    (false, _) => ("critical", texts.get("audit-broken")),
                    (true, 0) => ("normal", texts.get("audit-holds")),
                    (true, _) => ("off", texts.with("audit-held", &[("time", &examined.clock)])),
                };
                (examined.level, examined.verdict) = (level, verdict);
                if since > 0 {
                    let key = if since == 1 { "audit-since-one" } else { "audit-since" };
                    examined.since = texts.with(key, &[("count", &since.to_string())]);
                }
                let counts = [
                    ("a", entries[0].to_string()),
                    ("b", entries[1].to_string()),
                    ("side-a", sides[0].to_owned()),
                    ("side-b", sides[1].to_owned()),
                ];
                let counts = counts.each_ref().map(|(name, value)| (*name, value.as_str()));
                examined.entries = texts.with("audit-entries", &counts);
                let broken = |broken: bool| {
                    if broken { ("critical", "audit-word-broken") } else { ("off", "audit-word-note") }
                };
                examined.findings = findings
                    .iter()
                    .map(|finding| {
                        let (level, key) = broken(finding.broken);
                        let said: Vec<_> = finding.said.iter().map(|each| sentence(each, texts)).collect();
                        (level, texts.get(key), said.join(" "))
                    })
                    .collect();
                examined.more = *more;
            }
        }
        examined
    }
}

/// Sixteen groups of four digits, to be read aloud.
pub(super) fn groups(digits: &str) -> Vec<String> {
    digits.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use ringdown_record::WallTime;

    use super::*;
    use crate::console::audit::Report;

    #[test]
    fn a_verdict_is_green_only_while_nothing_has_come_since() {
        let examined = |holds, newest| {
            let outcome = Outcome::Examined { holds, entries: [6, 4], findings: Vec::new(), more: 0 };
            let at = WallTime::from_ms(46_000_000);
            let report = Some(Arc::new(Report { at, newest: 10, outcome }));
            Examined::of(&Examination { running: None, report }, newest, ["BLUE", "GREEN"], &Texts::english())
        };
        let now = examined(true, 10);
        assert_eq!((now.level, now.verdict.as_str(), now.since.as_str()), ("normal", "NOTHING BROKEN", ""));
        let later = examined(true, 13);
        assert_eq!((later.level, later.verdict.as_str()), ("off", "NOTHING BROKEN as of 12:46:40Z"));
        assert!(later.since.starts_with("3 entries since this check"), "{}", later.since);
        assert!(examined(true, 11).since.starts_with("1 entry since this check"));
        assert_eq!(examined(false, 13).level, "critical", "what is broken stays broken");
    }

    #[test]
    fn a_line_id_is_read_in_sixteen_groups() {
        let groups = groups(&"0123456789abcdef".repeat(4));
        assert_eq!(groups.len(), 16);
        assert_eq!(groups[..2], ["0123", "4567"]);
        assert_eq!(groups.concat().len(), 64);
    }
}
