//! The page of one message: what is in it, what was said about it, and exactly what may be done about it now.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use ringdown_api as api;
use ringdown_api::ApiError;
use ringdown_api::raw::{Raw, RawText};
use ringdown_message::act::STANDBY_MINUTES_MAX;
use ringdown_message::reason::Reason;

use crate::console::said::{self, Seen, Spoken};
use crate::console::talk::{Judged, Talk};
use crate::console::translation::OursForm;
use crate::console::{Here, Page, failed, page, part, shown, sign, translation, view};
use crate::http::{Failure, Node};
use crate::line::Line;
use crate::text::Texts;
use crate::who::who;

#[derive(Template)]
#[template(path = "message.html")]
struct MessagePage<'a> {
    page: Page<'a>,
    t: &'a Texts,
    message: Seen,
    talk: Talk,
    raw: RawShown,
    /// Why what was asked for did not happen.
    error: Option<Spoken>,
}

#[derive(Template)]
#[template(path = "message_part.html")]
struct MessagePart<'a> {
    t: &'a Texts,
    message: Seen,
    talk: Talk,
}

/// A message as it is on the disk, with its texts named in the language of the page.
struct RawShown {
    raw: Raw,
    points: Vec<(String, String)>,
}

impl RawShown {
    fn of(raw: Raw, t: &Texts) -> RawShown {
        let named = |text: &RawText| match text.name.as_str() {
            "subject" => t.get("raw-name-subject"),
            "text" => t.get("raw-name-text"),
            "courtesy" => t.get("raw-name-courtesy"),
            field => field.to_owned(),
        };
        let points =
            raw.texts.iter().map(|text| (t.one("raw-points", "name", named(text)), text.points.clone()));
        RawShown { points: points.collect(), raw }
    }
}

/// A message with its dialogue, as a page shows it.
pub fn looked_at(line: &Line, name: &str, t: &Texts) -> Result<(Seen, Talk), ApiError> {
    with_typed(line, name, t, &BTreeMap::new())
}

/// The same, with what a form held that was refused.
fn with_typed(
    line: &Line,
    name: &str,
    t: &Texts,
    typed: &BTreeMap<String, String>,
) -> Result<(Seen, Talk), ApiError> {
    let message = line.message_with_notes(name)?;
    let talk = Talk::of(line, &message, t, typed)?;
    Ok((Seen::found(line, message, t)?, talk))
}

pub async fn show(State(node): State<Arc<Node>>, Path(name): Path<String>) -> Response {
    let line = match node.line("-") {
        Ok(line) => line,
        Err(error) => return Failure(error).into_response(),
    };
    match drawn(&node, &line, &name, &BTreeMap::new(), None) {
        Ok(page) => page,
        Err(error) => failed(&node, &line, error),
    }
}

fn drawn(
    node: &Node,
    line: &Line,
    name: &str,
    typed: &BTreeMap<String, String>,
    error: Option<&ApiError>,
) -> Result<Response, ApiError> {
    let (message, talk) = with_typed(line, name, &node.texts, typed)?;
    let (frame, t) = (Page::of(node, line, Here::Messages), &node.texts);
    let raw = RawShown::of(line.raw(name)?, t);
    let error = error.map(|error| Spoken::of(error, t));
    Ok(page(&MessagePage { page: frame, t, message, talk, raw, error }))
}

pub async fn show_part(State(node): State<Arc<Node>>, Path(name): Path<String>) -> Response {
    part(&node, |line| {
        let (message, talk) = looked_at(line, &name, &node.texts)?;
        Ok(MessagePart { t: &node.texts, message, talk })
    })
}

/// Does what a button of the page says, and shows the page again; with the reason, if it did not happen.
pub async fn act(
    State(node): State<Arc<Node>>,
    Path(name): Path<String>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Response {
    let line = match node.line("-") {
        Ok(line) => line,
        Err(error) => return Failure(error).into_response(),
    };
    let done = match asked(&node, &line, &name, &form) {
        Ok(act) => done(&node, &line, &name, &act).await,
        Err(error) => Err(error),
    };
    done.unwrap_or_else(|error| refused(&node, &line, &name, &form, error))
}

/// Does it, or shows what the officer has to sign so that it is done.
async fn done(node: &Node, line: &Line, name: &str, act: &api::Act) -> Result<Response, ApiError> {
    if let Some(to_sign) = sign::act(node, line, name, act, Vec::new()).await? {
        return Ok(to_sign);
    }
    let entry = line.act(who(), name, act).await?.entry;
    Ok(match act {
        api::Act::OurMessageWasWrong => {
            Redirect::to(&format!("/compose?re={entry}&marker=CORRECTION")).into_response()
        }
        _ => Redirect::to(&format!("/messages/{entry}")).into_response(),
    })
}

/// The act that a form names; with the rows that were ticked, if there are any.
fn asked(
    node: &Node,
    line: &Line,
    name: &str,
    form: &BTreeMap<String, String>,
) -> Result<api::Act, ApiError> {
    let mut fields = serde_json::Map::new();
    let reason = form.get("reason").map_or("", String::as_str);
    let of_page = |key: &str| key.starts_with("row-") || key == "reason";
    for (key, value) in form.iter().filter(|(key, _)| !of_page(key)) {
        let value = match key.as_str() {
            "text" => serde_json::Value::from(Reason::with(reason, &value.replace("\r\n", "\n"))),
            "minutes" => serde_json::Value::from(minutes(value, &node.texts)?),
            "yes" => serde_json::Value::from(value == "true"),
            // Browsers send CRLF for every line break; the officer wrote one.
            _ => serde_json::Value::from(value.replace("\r\n", "\n")),
        };
        fields.insert(key.clone(), value);
    }
    let ticked: Vec<_> = form.keys().filter_map(|key| key.strip_prefix("row-")).collect();
    if !ticked.is_empty() {
        fields.insert("rows".into(), ticked.into());
    }
    let unknown = || said::refused(&node.texts, "act-unknown-what", "act-unknown-do");
    let act = serde_json::from_value(fields.into()).map_err(|_| unknown())?;
    // The marks of the page keep a browser from sending these; here is said in words what is missing.
    let t = &node.texts;
    match &act {
        api::Act::Answer { text, .. } if form.contains_key("text") && text.trim().is_empty() => {
            return Err(said::refused(t, "beside-what", "beside-do"));
        }
        api::Act::Standby { minutes } if !(1..=STANDBY_MINUTES_MAX).contains(minutes) => {
            return Err(said::refused(t, "minutes-what", "minutes-do"));
        }
        _ => {}
    }
    match &act {
        api::Act::ThatIsCorrect { rows } if rows.len() < Judged::rows_of(line, name)? => {
            Err(said::refused(t, "tick-what", "tick-do"))
        }
        _ => Ok(act),
    }
}

fn minutes(text: &str, t: &Texts) -> Result<u16, ApiError> {
    let number = text.trim().parse::<u16>().ok();
    number.ok_or_else(|| said::refused(t, "minutes-what", "minutes-do"))
}

/// Keeps what an officer made of a message, and shows the page again; with the reason, if it was not kept.
pub async fn keep_translation(
    State(node): State<Arc<Node>>,
    Path(name): Path<String>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Response {
    let line = match node.line("-") {
        Ok(line) => line,
        Err(error) => return Failure(error).into_response(),
    };
    match line.keep_translation(who(), &name, OursForm::typed(&form)).await {
        Ok(message) => Redirect::to(&format!("/messages/{}", message.entry)).into_response(),
        Err(error) => refused(&node, &line, &name, &form, error),
    }
}

fn refused(
    node: &Node,
    line: &Line,
    name: &str,
    form: &BTreeMap<String, String>,
    error: ApiError,
) -> Response {
    let status = StatusCode::from_u16(error.error.status()).unwrap_or(StatusCode::BAD_REQUEST);
    match drawn(node, line, name, form, Some(&error)) {
        Ok(page) => (status, page).into_response(),
        Err(_) => failed(node, line, error),
    }
}
