//! Writing: a draft that the node keeps, and its release.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use ringdown_api::{ApiError, Draft, ErrorCode, Message};
use ringdown_message::SUBJECT_LEN_MAX;
use ringdown_record::DraftId;
use serde::Deserialize;

use crate::console::{Here, Page, failed, page, shown, view};
use crate::entropy::{hex, random, unhex};
use crate::http::{Failure, Node};
use crate::line::Line;

#[derive(Template)]
#[template(path = "compose.html")]
struct ComposePage<'a> {
    page: Page<'a>,
    id: String,
    draft: Draft,
    error: Option<ApiError>,
    /// The message that is being answered, so that nobody answers from memory.
    about: Option<Message>,
    /// What the button says, with `%p` and `%c` for precedence and class: the script fills them in.
    release_words: String,
    release_label: String,
    /// What is said of hidden characters, with `%c` for their codes.
    hidden_words: String,
    /// Words of every precedence and marker.
    precedences: Vec<(&'static str, String)>,
    markers: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "released.html")]
struct ReleasedPage<'a> {
    page: Page<'a>,
    message: Message,
    /// True if something else was written here than went out.
    differs: bool,
}

#[derive(Deserialize)]
pub struct Which {
    draft: Option<String>,
    /// The message that a new one is about.
    re: Option<String>,
}

#[derive(Deserialize)]
pub struct ComposeForm {
    id: String,
    precedence: String,
    class: String,
    marker: String,
    subject: String,
    language: String,
    text: String,
    /// Serial of the message that it is about; empty for none.
    #[serde(default)]
    re: String,
}

#[derive(Deserialize)]
pub struct DeleteForm {
    id: String,
}

/// What a form led to.
enum Sent {
    /// This is the message.
    Now(Message),
    /// The draft had become this message before; true if with other words than the form's.
    Before(Message, bool),
}

impl<'a> ComposePage<'a> {
    fn new(
        node: &'a Node,
        line: &Line,
        id: String,
        draft: Draft,
        error: Option<ApiError>,
    ) -> ComposePage<'a> {
        let t = &node.texts;
        let page = Page::of(node, line, Here::Compose);
        let words = |precedence: &str, class: &str| {
            let values =
                [("precedence", precedence), ("peer", page.head.status.peer.as_str()), ("class", class)];
            t.with("compose-release", &values)
        };
        let chosen = draft.class.clone().unwrap_or_else(|| t.get("compose-class-none"));
        let precedences = [
            ("FLASH", t.get("precedence-flash")),
            ("IMMEDIATE", t.get("precedence-immediate")),
            ("PRIORITY", t.get("precedence-priority")),
            ("ROUTINE", t.get("precedence-routine")),
        ];
        let markers = [
            ("INFORMATION", t.get("marker-information")),
            ("WARNING", t.get("marker-warning")),
            ("QUESTION", t.get("marker-question")),
            ("ANSWER", t.get("marker-answer")),
            ("REQUEST", t.get("marker-request")),
            ("INTENTION", t.get("marker-intention")),
            ("CORRECTION", t.get("marker-correction")),
            ("CANCEL", t.get("marker-cancel")),
            ("TEST", t.get("marker-test")),
        ];
        ComposePage {
            release_words: words("%p", "%c"),
            hidden_words: t.with("compose-hidden", &[("codes", "%c"), ("peer", &page.head.status.peer)]),
            release_label: words(&draft.precedence, &chosen),
            precedences: precedences.into(),
            markers: markers.into(),
            page,
            id,
            draft,
            error,
            about: None,
        }
    }
}

/// A fresh draft, or one that was put aside.
pub async fn show(State(node): State<Arc<Node>>, Query(which): Query<Which>) -> Response {
    let line = match node.line("-") {
        Ok(line) => line,
        Err(error) => return Failure(error).into_response(),
    };
    let Some(id) = which.draft else {
        let id = hex(&random::<16>());
        let about = which.re.map(|entry| line.message_with_text(&entry)).transpose();
        return match about {
            Ok(about) => {
                let draft = about.as_ref().map_or_else(view::empty_draft, answer);
                page(&ComposePage { about, ..ComposePage::new(&node, &line, id, draft, None) })
            }
            Err(error) => failed(&node, &line, error),
        };
    };
    match kept(&node, &line, &id) {
        Ok(Ok(draft)) => page(&ComposePage::new(&node, &line, id, draft, None)),
        Ok(Err(message)) => released_page(&node, &line, message, false),
        Err(error) => failed(&node, &line, error),
    }
}

/// A draft about a message: as urgent, and of its class, so that an exercise is not answered in earnest.
fn answer(message: &Message) -> Draft {
    let may = |what: &str| {
        message.dialogue.as_ref().is_some_and(|dialogue| dialogue.moves.iter().any(|m| m == what))
    };
    let marker = match (may("answer"), may("question")) {
        (true, _) => "ANSWER",
        (false, true) => "QUESTION",
        (false, false) => "INFORMATION",
    };
    let mut subject = format!("RE {} - {}", message.serial, message.subject);
    subject.truncate(subject.floor_char_boundary(SUBJECT_LEN_MAX));
    Draft {
        precedence: message.precedence.clone(),
        class: Some(message.class.clone()),
        marker: Some(marker.into()),
        subject,
        re: Some(message.serial.clone()).filter(|serial| !serial.is_empty()),
        ..view::empty_draft()
    }
}

/// The draft of this id, or the message that it became.
fn kept(node: &Node, line: &Line, id: &str) -> Result<Result<Draft, Message>, ApiError> {
    let missing = || {
        let t = &node.texts;
        let [what, means, action] = [t.get("no-draft-what"), t.get("no-draft-means"), t.get("no-draft-do")];
        ApiError::new(ErrorCode::NotFound, what, means, action)
    };
    let stored = line.stored_draft(unhex(id).map(DraftId).ok_or_else(missing)?)?.ok_or_else(missing)?;
    match stored.released {
        Some(number) => Ok(Err(line.message_numbered(number)?)),
        None => serde_json::from_slice(&stored.content).map(Ok).map_err(|_| missing()),
    }
}

/// Releases what the form holds. The same form sent twice is one message: the draft's id is in it.
pub async fn release(State(node): State<Arc<Node>>, Form(form): Form<ComposeForm>) -> Response {
    let line = match node.line("-") {
        Ok(line) => line,
        Err(error) => return Failure(error).into_response(),
    };
    let draft = Draft {
        precedence: form.precedence,
        class: Some(form.class),
        marker: Some(form.marker),
        subject: form.subject,
        language: Some(form.language),
        // Browsers send CRLF for every line break; the officer wrote one.
        text: form.text.replace("\r\n", "\n"),
        re: Some(form.re).filter(|re| !re.is_empty()),
        ..Draft::default()
    };
    match release_draft(&node, &line, &form.id, &draft).await {
        Ok(Sent::Now(message) | Sent::Before(message, false)) => {
            Redirect::to(&format!("/messages/{}", message.entry)).into_response()
        }
        Ok(Sent::Before(message, true)) => {
            (StatusCode::CONFLICT, released_page(&node, &line, message, true)).into_response()
        }
        Err(error) => {
            let status = StatusCode::from_u16(error.error.status()).unwrap_or(StatusCode::BAD_REQUEST);
            let body = page(&ComposePage::new(&node, &line, form.id, draft, Some(error)));
            (status, body).into_response()
        }
    }
}

async fn release_draft(node: &Node, line: &Line, id: &str, draft: &Draft) -> Result<Sent, ApiError> {
    let id = unhex(id).map(DraftId).ok_or_else(|| {
        ApiError::bad_request(node.texts.get("no-draft-id-what"), node.texts.get("no-draft-id-do"))
    })?;
    if let Some(stored) = line.stored_draft(id)?
        && let Some(number) = stored.released
    {
        let differs = serde_json::from_slice::<Draft>(&stored.content).ok().as_ref() != Some(draft);
        return Ok(Sent::Before(line.message_numbered(number)?, differs));
    }
    line.put_draft(id, draft).await?;
    line.send(id).await.map(Sent::Now)
}

/// Forgets a draft, if it was kept at all.
pub async fn delete(State(node): State<Arc<Node>>, Form(form): Form<DeleteForm>) -> Response {
    let line = match node.line("-") {
        Ok(line) => line,
        Err(error) => return Failure(error).into_response(),
    };
    let Some(id) = unhex(&form.id).map(DraftId) else { return Redirect::to("/").into_response() };
    match line.delete_draft(id).await {
        Ok(()) => Redirect::to("/").into_response(),
        Err(error) => failed(&node, &line, error),
    }
}

fn released_page(node: &Node, line: &Line, message: Message, differs: bool) -> Response {
    page(&ReleasedPage { page: Page::of(node, line, Here::Nowhere), message, differs })
}
