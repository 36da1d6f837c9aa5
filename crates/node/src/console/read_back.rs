//! Reading back: the source is covered, and every critical field is typed as it was understood, in our own units.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Form, Json, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use ringdown_api as api;
use ringdown_api::read_back::{Blank, Typed};
use ringdown_api::{ApiError, ErrorCode, Message};
use ringdown_message::value::Field;

use crate::console::said::{self, Spoken};
use crate::console::talk::Talk;
use crate::console::{Here, Page, blanks, failed, page, shown, sign, view};
use crate::http::{Failure, Node};
use crate::line::Line;
use crate::text::Texts;
use crate::who::who;

#[derive(Template)]
#[template(path = "read_back.html")]
struct ReadBackPage<'a> {
    page: Page<'a>,
    t: &'a Texts,
    message: Message,
    boxes: Vec<FieldBox>,
    words: String,
    language: String,
    /// How often the message was opened again.
    looked: u8,
    /// How many read-backs there were before.
    round: usize,
    /// What is in the message, while it is open.
    opened: Option<Talk>,
    error: Option<Spoken>,
}

/// As many words to choose from stand open; more are folded into a list.
const CHOICES_OPEN_MAX: usize = 10;

/// One field to be typed.
struct FieldBox {
    blank: Blank,
    /// What the box is: `choice` with all words open, `list` where they are many, `text`, or one `line`.
    sort: &'static str,
    typed: String,
    /// What is wrong with what was typed; empty if nothing is.
    wrong: String,
}

pub async fn show(State(node): State<Arc<Node>>, Path(name): Path<String>) -> Response {
    let line = match node.line("-") {
        Ok(line) => line,
        Err(error) => return Failure(error).into_response(),
    };
    match drawn(&node, &line, &name, &BTreeMap::new(), Opened::Covered(0), None) {
        Ok(response) => response,
        Err(error) => failed(&node, &line, error),
    }
}

/// Whether the message can be seen, and how often it was opened again so far.
#[derive(Clone, Copy)]
enum Opened {
    Covered(u8),
    Open(u8),
}

/// Sends what was typed; or opens the message again, or covers it, and keeps what was typed.
pub async fn send(
    State(node): State<Arc<Node>>,
    Path(name): Path<String>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Response {
    let line = match node.line("-") {
        Ok(line) => line,
        Err(error) => return Failure(error).into_response(),
    };
    let looked = form.get("looked").and_then(|looked| looked.parse::<u8>().ok()).unwrap_or(0);
    let opened = match form.get("step").map(String::as_str) {
        Some("look") => Some(Opened::Open(looked.saturating_add(1))),
        Some("cover") => Some(Opened::Covered(looked)),
        _ => None,
    };
    let answered = match opened {
        Some(opened) => drawn(&node, &line, &name, &form, opened, None),
        None => match sealed(&node, &line, &name, &form, looked).await {
            Ok(Some(answer)) => return answer,
            Ok(None) => drawn(&node, &line, &name, &form, Opened::Covered(looked), None),
            Err(error) => drawn(&node, &line, &name, &form, Opened::Covered(looked), Some(error)),
        },
    };
    answered.unwrap_or_else(|error| failed(&node, &line, error))
}

/// How what is typed into a box is understood, in words, for the script; nothing where it is no value yet. It tells of
/// what was typed alone.
pub async fn understood(
    State(node): State<Arc<Node>>,
    Path(name): Path<String>,
    Json(Typed { field, typed }): Json<Typed>,
) -> Response {
    let read = |line: &Line| match blanks::understood(line, &name, &field, &typed) {
        Ok(understood) => Ok(understood.words),
        Err(error) if error.error == ErrorCode::BadRequest => Ok(String::new()),
        Err(error) => Err(error),
    };
    match node.line("-").and_then(|line| read(&line)) {
        Ok(words) => words.into_response(),
        Err(error) => Failure(error).into_response(),
    }
}

/// Seals what was typed, or shows it to be signed; `None` if a box holds what is no value.
async fn sealed(
    node: &Node,
    line: &Line,
    name: &str,
    form: &BTreeMap<String, String>,
    looked: u8,
) -> Result<Option<Response>, ApiError> {
    let mut fields = BTreeMap::new();
    for field in blanks::critical(line, name)?.1 {
        let typed = typed(form, &field.name);
        if blanks::wrong(line, &field, typed, &node.texts).is_some() {
            return Ok(None);
        }
        fields.insert(field.name.clone(), blanks::with_unit(line, &field, typed));
    }
    let given = |name: &str| form.get(name).map(|text| text.trim().replace("\r\n", "\n")).unwrap_or_default();
    let act = api::Act::ReadBack {
        fields,
        words: given("words"),
        language: Some(given("language")).filter(|language| !language.is_empty()),
        looked_again: looked,
    };
    // Who goes back finds what he typed, and the message covered.
    let cover = ("step".to_owned(), "cover".to_owned());
    let kept = form.clone().into_iter().chain([cover]).collect();
    if let Some(to_sign) = sign::act(node, line, name, &act, kept).await? {
        return Ok(Some(to_sign));
    }
    let message = line.act(who(), name, &act).await?;
    Ok(Some(Redirect::to(&format!("/messages/{}", message.entry)).into_response()))
}

fn typed<'a>(form: &'a BTreeMap<String, String>, field: &str) -> &'a str {
    form.get(&format!("field.{field}")).map_or("", |text| text.trim())
}

fn drawn(
    node: &Node,
    line: &Line,
    name: &str,
    form: &BTreeMap<String, String>,
    opened: Opened,
    error: Option<ApiError>,
) -> Result<Response, ApiError> {
    let t = &node.texts;
    let message = line.message_with_text(name)?;
    let record = line.find(name)?;
    let fields = blanks::critical(line, name)?.1;
    let sent = !form.is_empty() && !form.contains_key("step");
    let boxes: Vec<_> = blanks::of_message(line, name, t)?
        .into_iter()
        .zip(&fields)
        .map(|(blank, field)| of_field(line, blank, field, form, sent, t))
        .collect();
    let is_wrong = boxes.iter().any(|each| !each.wrong.is_empty());
    let error =
        error.or_else(|| is_wrong.then(|| said::refused(t, "read-back-wrong-what", "read-back-wrong-do")));
    let (looked, opened) = match opened {
        Opened::Covered(looked) => (looked, None),
        Opened::Open(looked) => (looked, Some(Talk::of(line, &message, t, &BTreeMap::new())?)),
    };
    let status = error.as_ref().and_then(|error| StatusCode::from_u16(error.error.status()).ok());
    let given = |name: &str| form.get(name).cloned();
    let body = page(&ReadBackPage {
        page: Page::of(node, line, Here::Messages),
        t,
        message,
        boxes,
        words: given("words").unwrap_or_default(),
        language: given("language").unwrap_or_else(|| "en".into()),
        looked,
        round: record.dialogue().rounds.len(),
        opened,
        error: error.map(|error| Spoken::of(&error, t)),
    });
    Ok((status.unwrap_or(StatusCode::OK), body).into_response())
}

fn of_field(
    line: &Line,
    blank: Blank,
    field: &Field,
    form: &BTreeMap<String, String>,
    sent: bool,
    t: &Texts,
) -> FieldBox {
    let typed = typed(form, &field.name).to_owned();
    let sort = match blank.choices.len() {
        0 if blank.long => "text",
        0 => "line",
        1..=CHOICES_OPEN_MAX => "choice",
        _ => "list",
    };
    let wrong = match (sent, sort) {
        (false, _) => String::new(),
        // No example here: it would be one of the answers.
        (true, "choice" | "list") if typed.is_empty() => t.get("nothing-chosen"),
        (true, _) => blanks::wrong(line, field, &typed, t).unwrap_or_default(),
    };
    FieldBox { blank, sort, typed, wrong }
}
