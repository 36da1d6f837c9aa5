//! The watch: who has it, and the log of what was noted in it.

use std::sync::Arc;

use askama::Template;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use ringdown_api::{ApiError, Note, Noted};
use ringdown_store::NOTES_MAX;
use serde::Deserialize;

use crate::console::{Here, Page, failed, page, part, said, shown, view};
use crate::http::{Failure, Node};
use crate::line::Line;
use crate::text::Texts;
use crate::watch::{Said, Saying};

/// Notes on one page.
const PAGE_LEN: u32 = 50;

#[derive(Template)]
#[template(path = "watch.html")]
struct WatchPage<'a> {
    page: Page<'a>,
    t: &'a Texts,
    watch: String,
    on: bool,
    rows: Vec<Row>,
    limit: String,
    /// The newest note that is older than this page, if any.
    older: Option<u64>,
    newest: bool,
}

#[derive(Template)]
#[template(path = "watch_part.html")]
struct WatchPart<'a> {
    t: &'a Texts,
    rows: Vec<Row>,
}

/// One note as a row.
pub(crate) struct Row {
    pub(super) at: String,
    pub(super) words: String,
    /// The message that it is about.
    pub(super) message: Option<String>,
}

#[derive(Deserialize)]
pub struct Before {
    before: Option<u64>,
}

pub async fn show(State(node): State<Arc<Node>>, Query(Before { before }): Query<Before>) -> Response {
    let line = match node.line("-") {
        Ok(line) => line,
        Err(error) => return Failure(error).into_response(),
    };
    let t = &node.texts;
    let (rows, older) = match rows(&line, before, t) {
        Ok(found) => found,
        Err(error) => return failed(&node, &line, error),
    };
    page(&WatchPage {
        page: Page::of(&node, &line, Here::Board),
        t,
        watch: on_watch(&line, t),
        on: line.watch_on().is_some(),
        rows,
        limit: t.one("log-text", "max", NOTES_MAX.to_string()),
        older,
        newest: before.is_none(),
    })
}

pub async fn show_part(State(node): State<Arc<Node>>) -> Response {
    part(&node, |line| Ok(WatchPart { t: &node.texts, rows: rows(line, None, &node.texts)?.0 }))
}

/// What an officer does at a console that is for this side alone.
pub async fn say(State(node): State<Arc<Node>>, Json(said): Json<Said>) -> StatusCode {
    for line in &node.lines {
        line.say(said.clone());
    }
    StatusCode::NO_CONTENT
}

/// `End watch`, from the page's own form.
pub async fn end(State(node): State<Arc<Node>>, axum::Form(console): axum::Form<Where>) -> Response {
    for line in &node.lines {
        let Where { console } = console.clone();
        line.say(Said { console, said: Saying::End, messages: Vec::new() });
    }
    Redirect::to("/watch").into_response()
}

/// At which console.
#[derive(Clone, Deserialize)]
pub struct Where {
    #[serde(default)]
    pub(super) console: String,
}

/// Who has the watch, in words.
pub(super) fn on_watch(line: &Line, t: &Texts) -> String {
    match line.watch_on() {
        Some(on) => {
            t.with("watch-on", &[("officer", &on.officer), ("since", &view::date_and_time(&on.since))])
        }
        None => t.get("watch-off"),
    }
}

/// One page of notes, newest first, and the newest that is older.
fn rows(line: &Line, before: Option<u64>, t: &Texts) -> Result<(Vec<Row>, Option<u64>), ApiError> {
    let notes = line.notes_before(before.unwrap_or(u64::MAX), PAGE_LEN + 1)?;
    let shown = notes.iter().take(PAGE_LEN as usize);
    let older = notes.get(PAGE_LEN as usize).map(|note| note.note + 1);
    Ok((shown.map(|note| row(note, t)).collect(), older))
}

pub(super) fn row(note: &Note, t: &Texts) -> Row {
    let message = match &note.what {
        Noted::Rung { message: Some(message), .. } => Some(message.entry.clone()),
        _ => None,
    };
    Row { at: note.at.clone(), words: words(&note.what, t), message }
}

/// A note as a sentence.
pub(super) fn words(noted: &Noted, t: &Texts) -> String {
    let of =
        |key: &str, officer: &str, console: &str| t.with(key, &[("officer", officer), ("console", console)]);
    match noted {
        Noted::Rung { why, message, fault, called, .. } => {
            let fault = fault.as_ref().filter(|fault| *fault != why).map(|fault| said::why(fault, t));
            let of = message.as_ref().map(|message| message.serial.clone()).or(fault);
            let key = match (&of, called) {
                (Some(_), true) => "log-rung-called",
                (Some(_), false) => "log-rung",
                (None, true) => "log-fault-called",
                (None, false) => "log-fault",
            };
            t.with(key, &[("why", &said::why(why, t)), ("serial", &of.unwrap_or_default())])
        }
        Noted::Hook { why, serial, failed: None } => {
            t.with("log-hook", &[("why", &said::why(why, t)), ("serial", serial)])
        }
        Noted::Hook { why, serial, failed: Some(reason) } => {
            let why = said::why(why, t);
            t.with("log-hook-failed", &[("why", &why), ("serial", serial), ("reason", reason)])
        }
        Noted::Silenced { console, serials } => {
            t.with("log-silenced", &[("console", console), ("serials", &serials.join(", "))])
        }
        Noted::WatchStarted { officer, console } => of("log-watch-started", officer, console),
        Noted::Heard { officer, console } => of("log-heard", officer, console),
        Noted::WatchEnded { officer, console } => of("log-watch-ended", officer, console),
        Noted::WatchAnswered { officer, console } => of("log-watch-answered", officer, console),
        Noted::HandedOver { officer, console } => of("log-handed-over", officer, console),
        Noted::WatchTaken { left, took, console } => {
            t.with("log-watch-taken", &[("left", left), ("took", took), ("console", console)])
        }
        Noted::Console { console, state } => {
            t.with("log-console", &[("console", console), ("state", &said::console_state(state, t))])
        }
        Noted::Unattended { unattended: true } => t.get("log-unattended"),
        Noted::Unattended { unattended: false } => t.get("log-attended"),
        Noted::LineBack => t.get("log-line-back"),
        Noted::NotKept { notes, first, last } => {
            t.with("log-not-kept", &[("notes", &notes.to_string()), ("first", first), ("last", last)])
        }
        Noted::Unknown => t.get("log-unknown"),
    }
}
