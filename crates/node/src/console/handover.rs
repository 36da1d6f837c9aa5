//! Handover: what the officer who takes the watch must know, the test of the sound, and the sign-off of both.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use ringdown_api::{ApiError, Noted, zulu};
use ringdown_message::{Ledger, MessageRecord};
use ringdown_record::WallTime;
use ringdown_store::NOTES_MAX;

use crate::console::answers::DueRow;
use crate::console::conditions::{path_badge, span};
use crate::console::view::{self, Badge};
use crate::console::watch::{Row, Where, on_watch, row};
use crate::console::{Here, Page, failed, page, part, shown};
use crate::http::{Failure, Node};
use crate::line::Line;
use crate::text::Texts;

/// Open dialogues, alarms and acknowledgements that are shown of each; the rest is counted.
const ROWS_MAX: usize = 20;

#[derive(Template)]
#[template(path = "handover.html")]
struct HandoverPage<'a> {
    page: Page<'a>,
    t: &'a Texts,
    state: Handover,
}

#[derive(Template)]
#[template(path = "handover_part.html")]
struct HandoverPart<'a> {
    t: &'a Texts,
    state: Handover,
}

/// What is handed over.
struct Handover {
    watch: String,
    /// A watch is on.
    on: bool,
    /// The one who has it has signed off.
    handing: bool,
    /// Who asks is the one who has it.
    holds: bool,
    /// Who asks may take it.
    may_take: bool,
    /// Who would take it, in words.
    takes: String,
    open: Shortened<DueRow>,
    alarms: Shortened<Row>,
    acknowledged: Shortened<Acknowledged>,
    paths: Vec<Badge>,
}

/// The first of many, and how many more there are.
struct Shortened<T> {
    rows: Vec<T>,
    more: usize,
}

impl<T> Shortened<T> {
    fn of(mut rows: Vec<T>) -> Shortened<T> {
        let more = rows.len().saturating_sub(ROWS_MAX);
        rows.truncate(ROWS_MAX);
        Shortened { rows, more }
    }
}

/// How long a message waited for a person.
struct Acknowledged {
    entry: String,
    serial: String,
    precedence: &'static str,
    after: String,
    /// True if that was longer than the charter says.
    late: bool,
}

impl Handover {
    fn of(line: &Line, t: &Texts) -> Result<Handover, ApiError> {
        let since = line.watch_since();
        let (mut open, acknowledged) = line.with_ledger(|ledger| {
            let open = ledger.open().map(|message| DueRow::of(line, ledger, message, t));
            (open.collect::<Vec<_>>(), acknowledged(line, ledger, since))
        });
        // What has a time comes first, by that; the order of the others stays.
        open.sort_by_key(|row| (row.due_at.is_none(), row.due_at));
        let (status, may_take) = (line.status(), line.may_take());
        Ok(Handover {
            watch: on_watch(line, t),
            on: since.is_some(),
            handing: line.is_handing_over(),
            holds: line.watch_on().is_some_and(|on| on.officer == line.officer_on_watch()),
            may_take,
            takes: match may_take || since.is_none() {
                true => t.one("handover-takes", "officer", line.officer_on_watch()),
                false => t.get("handover-other"),
            },
            open: Shortened::of(open),
            alarms: Shortened::of(alarms(line, since, t)?),
            acknowledged: Shortened::of(acknowledged),
            paths: status.carriers.iter().map(|carrier| path_badge(carrier, t)).collect(),
        })
    }
}

/// What rang, failed or was silenced in this watch, newest first.
fn alarms(line: &Line, since: Option<WallTime>, t: &Texts) -> Result<Vec<Row>, ApiError> {
    let Some(since) = since.map(zulu) else { return Ok(Vec::new()) };
    let rings = |what: &Noted| match what {
        Noted::Rung { why, .. } => why != "ARRIVED",
        Noted::Hook { failed, .. } => failed.is_some(),
        Noted::Console { state, .. } => state == "DEAD",
        Noted::Unattended { unattended } => *unattended,
        Noted::Silenced { .. } | Noted::LineBack | Noted::NotKept { .. } => true,
        _ => false,
    };
    let notes = line.notes_before(u64::MAX, NOTES_MAX as u32)?;
    let of_watch = notes.iter().take_while(|note| note.at >= since);
    Ok(of_watch.filter(|note| rings(&note.what)).map(|note| row(note, t)).collect())
}

/// Messages of the other side that were acknowledged in this watch, newest first.
fn acknowledged(line: &Line, ledger: &Ledger, since: Option<WallTime>) -> Vec<Acknowledged> {
    let messages = ledger.messages().iter().rev().filter(|message| message.side != ledger.own());
    let row = |message: &MessageRecord| {
        let (arrived, at) = (message.arrived?, message.acknowledged.as_ref()?.at);
        let after = std::time::Duration::from_millis(at.ms().saturating_sub(arrived.ms()));
        let rule = line.charter.rule(message.urgency.precedence);
        since.is_some_and(|since| at >= since).then(|| Acknowledged {
            entry: message.hash.to_string(),
            serial: message.serial.map_or_else(String::new, |serial| serial.text(&line.charter)),
            precedence: message.urgency.precedence.name(),
            after: span(after),
            late: after.as_secs() > u64::from(rule.acknowledge_s),
        })
    };
    messages.filter_map(row).collect()
}

pub async fn show(State(node): State<Arc<Node>>) -> Response {
    let line = match node.line("-") {
        Ok(line) => line,
        Err(error) => return Failure(error).into_response(),
    };
    match Handover::of(&line, &node.texts) {
        Ok(state) => page(&HandoverPage { page: Page::of(&node, &line, Here::Board), t: &node.texts, state }),
        Err(error) => failed(&node, &line, error),
    }
}

pub async fn show_part(State(node): State<Arc<Node>>) -> Response {
    part(&node, |line| Ok(HandoverPart { t: &node.texts, state: Handover::of(line, &node.texts)? }))
}

/// The sign-off of the officer who leaves.
pub async fn hand(State(node): State<Arc<Node>>, Form(Where { console }): Form<Where>) -> Response {
    for line in &node.lines {
        if let Err(error) = line.hand_over(&console) {
            return failed(&node, line, error);
        }
    }
    Redirect::to("/watch/handover").into_response()
}

/// The sign-off of the one who takes it.
pub async fn take(State(node): State<Arc<Node>>, Form(Where { console }): Form<Where>) -> Response {
    for line in &node.lines {
        if let Err(error) = line.take_watch(&console) {
            return failed(&node, line, error);
        }
    }
    Redirect::to("/watch").into_response()
}
