//! The console: pages made here, kept up to date by fragments when the event stream says so.
//!
//! Every byte that a browser gets is in this crate: plain HTML, one style sheet, one script. The content-security
//! policy has no exceptions. Drafts live on the node; a page can be closed at any moment.

mod view;

use std::sync::Arc;

use askama::Template;
use axum::extract::{Form, Path, Query, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Router, response};
use ringdown_api::{ApiError, Draft, Message};
use ringdown_record::DraftId;
use serde::Deserialize;

use crate::entropy::{hex, random, unhex};
use crate::http::Node;
use crate::line::Line;
use crate::text::Texts;

use view::Board;

const STYLE: &str = include_str!("../../console/assets/console.css");
const SCRIPT: &str = include_str!("../../console/assets/console.js");
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Pages for those who are signed in.
pub fn routes() -> Router<Arc<Node>> {
    Router::new()
        .route("/", get(board))
        .route("/fragments/board", get(board_part))
        .route("/fragments/bar", get(bar_part))
        .route("/fragments/incoming", get(incoming_part))
        .route("/fragments/messages/{serial}", get(message_part))
        .route("/messages/{serial}", get(message))
        .route("/compose", get(compose).post(release))
}

/// What the sign-in page needs too.
pub fn assets() -> Router<Arc<Node>> {
    Router::new()
        .route(
            "/assets/console.css",
            get(|| async { ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE) }),
        )
        .route(
            "/assets/console.js",
            get(|| async { ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT) }),
        )
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }))
}

/// Headers of every answer on loopback.
pub async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        // Not "no-referrer": a form would then say that its origin is "null", and be refused.
        ("referrer-policy", "same-origin"),
        ("cache-control", "no-store"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage<'a> {
    t: &'a Texts,
    side: &'a str,
    wrong: bool,
}

#[derive(Template)]
#[template(path = "board.html")]
struct BoardPage<'a> {
    t: &'a Texts,
    board: Board,
}

#[derive(Template)]
#[template(path = "board_part.html")]
struct BoardPart<'a> {
    t: &'a Texts,
    board: Board,
}

#[derive(Template)]
#[template(path = "bar_part.html")]
struct BarPart<'a> {
    t: &'a Texts,
    board: Board,
}

#[derive(Template)]
#[template(path = "incoming_part.html")]
struct IncomingPart<'a> {
    t: &'a Texts,
    message: Option<Message>,
    more: usize,
}

#[derive(Template)]
#[template(path = "message.html")]
struct MessagePage<'a> {
    t: &'a Texts,
    board: Board,
    message: Message,
    waits: bool,
}

#[derive(Template)]
#[template(path = "message_part.html")]
struct MessagePart<'a> {
    t: &'a Texts,
    message: Message,
    waits: bool,
}

#[derive(Template)]
#[template(path = "compose.html")]
struct ComposePage<'a> {
    t: &'a Texts,
    board: Board,
    id: String,
    draft: Draft,
    error: Option<ApiError>,
    /// What the button says, with `%p` and `%c` for precedence and class: the script fills them in.
    release_words: String,
    release_label: String,
}

impl<'a> ComposePage<'a> {
    fn new(t: &'a Texts, board: Board, id: String, draft: Draft, error: Option<ApiError>) -> ComposePage<'a> {
        let words = |precedence: &str, class: &str| {
            let values = [("precedence", precedence), ("peer", &board.status.peer), ("class", class)];
            t.with("compose-release", &values)
        };
        let release_words = words("%p", "%c");
        let release_label = words(&draft.precedence, draft.class.as_deref().unwrap_or("?"));
        ComposePage { t, board, id, draft, error, release_words, release_label }
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    t: &'a Texts,
    board: Board,
    error: ApiError,
}

/// The page for those who are not signed in.
pub fn sign_in_page(node: &Node, wrong: bool) -> Response {
    let side = node.lines.first().map_or("", |line| line.name(line.own));
    page(&SignInPage { t: &node.texts, side, wrong })
}

#[derive(Deserialize)]
struct LineChoice {
    line: Option<String>,
}

impl LineChoice {
    fn of(&self, node: &Node) -> Result<Arc<Line>, ApiError> {
        node.line(self.line.as_deref().unwrap_or("-"))
    }
}

type Choice = Query<LineChoice>;

async fn board(State(node): State<Arc<Node>>, Query(choice): Choice) -> Response {
    match choice.of(&node) {
        Ok(line) => page(&BoardPage { t: &node.texts, board: Board::of(&line, &node.texts) }),
        Err(error) => (StatusCode::NOT_FOUND, error.to_string()).into_response(),
    }
}

async fn board_part(State(node): State<Arc<Node>>, Query(choice): Choice) -> Response {
    match choice.of(&node) {
        Ok(line) => page(&BoardPart { t: &node.texts, board: Board::of(&line, &node.texts) }),
        Err(error) => crate::http::Failure(error).into_response(),
    }
}

async fn bar_part(State(node): State<Arc<Node>>, Query(choice): Choice) -> Response {
    match choice.of(&node) {
        Ok(line) => page(&BarPart { t: &node.texts, board: Board::of(&line, &node.texts) }),
        Err(error) => crate::http::Failure(error).into_response(),
    }
}

/// The most urgent FLASH or IMMEDIATE message that nobody has acknowledged; empty if there is none.
async fn incoming_part(State(node): State<Arc<Node>>, Query(choice): Choice) -> Response {
    let found = choice.of(&node).and_then(|line| {
        let waiting = view::urgent_waiting(&line);
        let more = waiting.len().saturating_sub(1);
        let first = waiting.first().map(|message| line.message_with_text(&message.entry)).transpose()?;
        Ok((first, more))
    });
    match found {
        Ok((message, more)) => page(&IncomingPart { t: &node.texts, message, more }),
        Err(error) => crate::http::Failure(error).into_response(),
    }
}

async fn message(
    State(node): State<Arc<Node>>,
    Query(choice): Choice,
    Path(serial): Path<String>,
) -> Response {
    let line = match choice.of(&node) {
        Ok(line) => line,
        Err(error) => return crate::http::Failure(error).into_response(),
    };
    let board = Board::of(&line, &node.texts);
    match line.message_with_text(&serial) {
        Ok(message) => {
            let waits = view::waits(&line, &message);
            page(&MessagePage { t: &node.texts, board, message, waits })
        }
        Err(error) => failed_page(&node, board, error),
    }
}

async fn message_part(
    State(node): State<Arc<Node>>,
    Query(choice): Choice,
    Path(serial): Path<String>,
) -> Response {
    let found = choice.of(&node).and_then(|line| {
        let message = line.message_with_text(&serial)?;
        let waits = view::waits(&line, &message);
        Ok((message, waits))
    });
    match found {
        Ok((message, waits)) => page(&MessagePart { t: &node.texts, message, waits }),
        Err(error) => crate::http::Failure(error).into_response(),
    }
}

#[derive(Deserialize)]
struct ComposeChoice {
    line: Option<String>,
    draft: Option<String>,
}

/// A fresh draft, or one that was put aside.
async fn compose(State(node): State<Arc<Node>>, Query(choice): Query<ComposeChoice>) -> Response {
    let line = match (LineChoice { line: choice.line }).of(&node) {
        Ok(line) => line,
        Err(error) => return crate::http::Failure(error).into_response(),
    };
    let board = Board::of(&line, &node.texts);
    let kept = choice.draft.and_then(|id| {
        let drafts = line.drafts().ok()?;
        drafts.into_iter().find(|draft| draft.id == id)
    });
    let (id, draft) = match kept {
        Some(kept) => (kept.id, kept.draft),
        None => (hex(&random::<16>()), view::empty_draft()),
    };
    page(&ComposePage::new(&node.texts, board, id, draft, None))
}

#[derive(Deserialize)]
struct ComposeForm {
    line: Option<String>,
    id: String,
    precedence: String,
    class: String,
    marker: String,
    subject: String,
    language: String,
    text: String,
}

/// Releases what the form holds. The same form sent twice is one message: the draft's id is in it.
async fn release(State(node): State<Arc<Node>>, Form(form): Form<ComposeForm>) -> Response {
    let line = match (LineChoice { line: form.line.clone() }).of(&node) {
        Ok(line) => line,
        Err(error) => return crate::http::Failure(error).into_response(),
    };
    let draft = Draft {
        precedence: form.precedence,
        class: Some(form.class),
        marker: Some(form.marker),
        subject: form.subject,
        language: Some(form.language),
        // Browsers send CRLF for every line break; the officer wrote one.
        text: form.text.replace("\r\n", "\n"),
    };
    match release_draft(&line, &form.id, &draft).await {
        Ok(message) => Redirect::to(&format!("/messages/{}", message.entry)).into_response(),
        Err(error) => {
            let status = StatusCode::from_u16(error.error.status()).unwrap_or(StatusCode::BAD_REQUEST);
            let board = Board::of(&line, &node.texts);
            let body = page(&ComposePage::new(&node.texts, board, form.id, draft, Some(error)));
            (status, body).into_response()
        }
    }
}

async fn release_draft(line: &Line, id: &str, draft: &Draft) -> Result<Message, ApiError> {
    let id = unhex(id).map(DraftId);
    let id = id.ok_or_else(|| {
        ApiError::bad_request("The form has no draft id.", "Open the page for a new message again.")
    })?;
    let released = line.stored_draft(id)?.is_some_and(|stored| stored.released.is_some());
    if !released {
        line.put_draft(id, draft).await?;
    }
    line.send(id).await
}

fn failed_page(node: &Node, board: Board, error: ApiError) -> Response {
    let status = StatusCode::from_u16(error.error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, page(&ErrorPage { t: &node.texts, board, error })).into_response()
}

fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => response::Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be made");
            (StatusCode::INTERNAL_SERVER_ERROR, Html("This page could not be made.")).into_response()
        }
    }
}
