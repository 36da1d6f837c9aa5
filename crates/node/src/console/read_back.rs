//! Reading back: the source is covered, and every critical field is typed as it was understood, in our own units.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Form, Json, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use ringdown_api as api;
use ringdown_api::{ApiError, Message};
use ringdown_message::Content;
use ringdown_message::form::{Form as MessageForm, Kind as SlotKind};
use ringdown_message::value::{Dimension, Field, Kind, PlaceFormat, Value};
use ringdown_record::Side;
use serde::Deserialize;

use crate::acts::reference;
use crate::console::fields::{content, label, value_words};
use crate::console::talk::Talk;
use crate::console::{Here, Page, failed, page, shown, sign, view};
use crate::http::{Failure, Node};
use crate::line::{Line, not_found};
use crate::text::Texts;
use crate::who::who;

#[derive(Template)]
#[template(path = "read_back.html")]
struct ReadBackPage<'a> {
    page: Page<'a>,
    t: &'a Texts,
    message: Message,
    boxes: Vec<Blank>,
    words: String,
    language: String,
    /// How often the message was opened again.
    looked: u8,
    /// How many read-backs there were before.
    round: usize,
    /// What is in the message, while it is open.
    opened: Option<Talk>,
    error: Option<ApiError>,
}

/// As many words to choose from stand open; more are folded into a list.
const CHOICES_OPEN_MAX: usize = 10;

/// One field to be typed.
struct Blank {
    name: String,
    label: String,
    /// What the box is: `choice` with all words open, `list` where they are many, `text`, or one `line`.
    sort: &'static str,
    /// Words to choose from, with what people read.
    choices: Vec<(String, String)>,
    /// Stands behind the box; empty if nothing does.
    unit: String,
    hint: String,
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

/// What is typed into one box.
#[derive(Deserialize)]
pub struct Typed {
    field: String,
    typed: String,
}

/// How what is typed into a box is understood, in words, for the script; nothing where it is no value yet. It tells of
/// what was typed alone.
pub async fn understood(
    State(node): State<Arc<Node>>,
    Path(name): Path<String>,
    Json(Typed { field, typed }): Json<Typed>,
) -> Response {
    let read = |line: &Line| -> Result<String, ApiError> {
        let (_, fields) = critical(line, &name)?;
        let field = fields.into_iter().find(|each| each.name == field).ok_or_else(|| not_found(&name))?;
        let habits = &line.site.habits;
        let value =
            Value::parse(field.value.kind_in(habits), typed.trim(), habits, reference(line.clock.now().wall));
        Ok(match value {
            Ok(Value::Place(place)) => place.with_tolerance(habits),
            Ok(value) => value.shown(habits),
            Err(_) => String::new(),
        })
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
    for field in critical(line, name)?.1 {
        let typed = typed(form, &field.name);
        if wrong(line, &field, typed).is_some() {
            return Ok(None);
        }
        fields.insert(field.name.clone(), with_unit(line, &field, typed));
    }
    let given = |name: &str| form.get(name).map(|text| text.trim().replace("\r\n", "\n")).unwrap_or_default();
    if fields.is_empty() && given("words").is_empty() {
        let t = &node.texts;
        return Err(ApiError::bad_request(t.get("read-back-wrong-what"), t.get("own-words-needed")));
    }
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

/// The message's content and its critical fields.
fn critical(line: &Line, name: &str) -> Result<(Content, Vec<Field>), ApiError> {
    let content = content(line, &line.find(name)?)?.ok_or_else(|| not_found(name))?;
    let fields = content.fields.iter().filter(|field| field.critical).cloned().collect();
    Ok((content, fields))
}

fn typed<'a>(form: &'a BTreeMap<String, String>, field: &str) -> &'a str {
    form.get(&format!("field.{field}")).map_or("", |text| text.trim())
}

/// What is wrong with what was typed into the box of a field.
fn wrong(line: &Line, field: &Field, typed: &str) -> Option<String> {
    let habits = &line.site.habits;
    let reference = reference(line.clock.now().wall);
    let error = Value::parse(field.value.kind_in(habits), typed, habits, reference).err()?;
    Some(error.to_string())
}

/// A number typed without its unit has the one that stands behind the box.
fn with_unit(line: &Line, field: &Field, typed: &str) -> String {
    let habits = &line.site.habits;
    match field.value.kind_in(habits) {
        Kind::NumberIn(unit) if Value::parse(field.value.kind(), typed, habits, None).is_err() => {
            format!("{typed} {}", unit.code())
        }
        _ => typed.to_owned(),
    }
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
    let (content, fields) = critical(line, name)?;
    let record = line.find(name)?;
    let from = (line, record.side);
    let sent = !form.is_empty() && !form.contains_key("step");
    let boxes: Vec<_> = fields.iter().map(|field| of_field(from, &content, field, form, sent, t)).collect();
    let is_wrong = boxes.iter().any(|each| !each.wrong.is_empty());
    let error = error.or_else(|| {
        is_wrong.then(|| ApiError::bad_request(t.get("read-back-wrong-what"), t.get("read-back-wrong-do")))
    });
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
        error,
    });
    Ok((status.unwrap_or(StatusCode::OK), body).into_response())
}

fn of_field(
    from: (&Line, Side),
    content: &Content,
    field: &Field,
    form: &BTreeMap<String, String>,
    sent: bool,
    t: &Texts,
) -> Blank {
    let (line, _) = from;
    let message_form = line.site.forms().by_wire_id(&content.form);
    let kind = field.value.kind_in(&line.site.habits);
    let typed = typed(form, &field.name).to_owned();
    let choices = choices(from, message_form, field, t);
    let sort = match kind {
        Kind::Word | Kind::Polarity if choices.len() > CHOICES_OPEN_MAX => "list",
        Kind::Word | Kind::Polarity if !choices.is_empty() => "choice",
        Kind::Text => "text",
        _ => "line",
    };
    let unit = match kind {
        Kind::NumberIn(unit) => unit.word().to_owned(),
        _ => String::new(),
    };
    let hint = match (kind, line.site.habits.places()) {
        (Kind::NumberIn(_), _) if !unit.is_empty() => t.one("hint-unit", "unit", &unit),
        (Kind::NumberIn(_), _) | (Kind::Number(Dimension::Count), _) => t.get("hint-count"),
        (Kind::Number(_), _) => t.get("hint-bearing"),
        (Kind::Time, _) => t.get("hint-time"),
        (Kind::Place, PlaceFormat::Degrees) => t.get("hint-place-degrees"),
        (Kind::Place, PlaceFormat::Minutes) => t.get("hint-place-minutes"),
        (Kind::Place, PlaceFormat::Seconds) => t.get("hint-place-seconds"),
        (Kind::Condition, _) => t.get("hint-condition"),
        (Kind::Name, _) => t.get("hint-name"),
        (Kind::Word, _) if choices.is_empty() => t.get("hint-word"),
        (Kind::Text, _) => t.get("hint-text"),
        (Kind::Word | Kind::Polarity, _) => String::new(),
    };
    let wrong = match (sent, sort) {
        (false, _) => String::new(),
        // No example here: it would be one of the answers.
        (true, "choice" | "list") if typed.is_empty() => t.get("nothing-chosen"),
        (true, _) => wrong(line, field, &typed).unwrap_or_default(),
    };
    let label = label(message_form, &field.name, t);
    Blank { name: field.name.clone(), label, sort, choices, unit, hint, typed, wrong }
}

/// What a box offers to choose from: words of the form's list, or both polarities.
fn choices(
    from: (&Line, Side),
    form: Option<&MessageForm>,
    field: &Field,
    t: &Texts,
) -> Vec<(String, String)> {
    let choice = |value: Value| {
        let sent = value.as_sent();
        let words = value_words(from, form, &Field { value, ..field.clone() }, &sent, t);
        (sent, words)
    };
    if matches!(field.value, Value::Polarity(_)) {
        return [true, false].map(|will| choice(Value::Polarity(will))).to_vec();
    }
    let slot = form.and_then(|form| form.slot(&field.name));
    let Some(SlotKind::Word { words, .. }) = slot.map(|slot| &slot.kind) else { return Vec::new() };
    words.iter().map(|word| choice(Value::Word(word.clone()))).collect()
}
