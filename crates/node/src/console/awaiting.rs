//! A message that the first of two people signed: shown as the other side will see it, for the second to release or to
//! give back. And, loud, the way for one person in an emergency.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use ringdown_api as api;
use ringdown_api::signing::{self, SignAs};
use ringdown_api::{ApiError, Message};
use ringdown_message::Draft;
use ringdown_record::sentence;
use ringdown_record::{DraftId, charter};
use serde::Deserialize;

use crate::console::fields::{FieldRow, field_rows};
use crate::console::reading::{self, Reading, reading};
use crate::console::said::Spoken;
use crate::console::{Here, Page, failed, page, part, shown, sign, translation, view};
use crate::entropy::{hex, unhex};
use crate::http::{Failure, Node};
use crate::line::Line;
use crate::refusal::bad_request;
use crate::text::{Language, Texts};
use crate::who::who;

#[derive(Template)]
#[template(path = "awaiting.html")]
struct AwaitingPage<'a> {
    page: Page<'a>,
    t: &'a Texts,
    id: String,
    title: String,
    outcome: Outcome,
    as_seen: String,
    /// As it will be, for the part that shows texts.
    message: Message,
    fields: Vec<FieldRow>,
    /// What the other side reads, and the message in it unless the page is in it.
    language: Language,
    theirs: Option<Reading<'a>>,
    peer: String,
    valid_until: String,
    answer_by: String,
    /// True for an officer who may be the second.
    may_release: bool,
    /// True for the one who signed it.
    own: bool,
    /// True if he may release it alone.
    may_release_alone: bool,
    release_words: String,
    alone_words: String,
    alone_text: String,
    consequence: String,
    error: Option<Spoken>,
}

#[derive(Template)]
#[template(path = "awaiting_part.html")]
struct AwaitingPart<'a> {
    t: &'a Texts,
    id: String,
    outcome: Outcome,
}

/// What has become of it.
enum Outcome {
    /// It waits; who signed it, and when.
    Awaits(String),
    /// It is this message.
    Released(Box<Message>),
    /// It is written on, or was deleted.
    Returned,
}

impl Outcome {
    fn of(line: &Line, t: &Texts, id: DraftId) -> Result<Outcome, ApiError> {
        let Some(stored) = line.stored_draft(id)? else { return Ok(Outcome::Returned) };
        if let Some(number) = stored.released {
            return line.message_numbered(number).map(|message| Outcome::Released(Box::new(message)));
        }
        let state = line.draft(id)?;
        let Some(submitted) = state.submitted else { return Ok(Outcome::Returned) };
        let by = [
            ("officer", submitted.name.as_str()),
            ("time", &view::date_and_time(&submitted.at)),
            ("precedence", &state.draft.precedence),
        ];
        Ok(Outcome::Awaits(t.with("awaiting-by", &by)))
    }
}

impl<'a> AwaitingPage<'a> {
    fn new(
        node: &'a Node,
        line: &Line,
        state: api::DraftState,
        language: Option<&str>,
        error: Option<ApiError>,
    ) -> Result<AwaitingPage<'a>, ApiError> {
        let t = &node.texts;
        let page = Page::of(node, line, Here::Nowhere);
        let peer = page.head.status.peer.clone();
        let draft = line.read_draft(&state.draft)?;
        let submitted = state.submitted.unwrap_or_else(|| signing::Submitted {
            officer: 0,
            name: String::new(),
            at: String::new(),
            serial: String::new(),
        });
        let asking = line.officer_asking(who()).ok();
        let own = asking.is_some_and(|officer| officer.public.index == submitted.officer);
        let may_release = asking.is_some_and(|officer| officer.may(charter::ROLE_RELEASE));
        let message = as_message(line, &draft, &state.draft, &submitted.serial);
        let language = reading::language(line, &draft, language)?;
        let values =
            [("precedence", message.precedence.as_str()), ("peer", &peer), ("class", &message.class)];
        Ok(AwaitingPage {
            title: t.one("awaiting-title", "serial", &message.serial),
            outcome: Outcome::of(line, t, draft_id(&state.id)?)?,
            as_seen: t.one("awaiting-as-seen", "peer", &peer),
            fields: field_rows((line, line.own), &draft.form, &draft.fields, t),
            language,
            theirs: reading(node, line, &draft, language),
            valid_until: draft.valid_until.map_or_else(String::new, api::date_time_group),
            answer_by: draft.answer_by.map_or_else(String::new, api::date_time_group),
            may_release: may_release && !own,
            own,
            may_release_alone: may_release && line.charter.release_alone,
            release_words: t.with("compose-release", &values),
            alone_words: t.with("awaiting-alone", &values),
            alone_text: t.one("awaiting-alone-text", "peer", &peer),
            consequence: t.one("awaiting-consequence", "serial", &message.serial),
            id: state.id,
            message,
            peer,
            page,
            t,
            error: error.map(|error| Spoken::of(&error, t)),
        })
    }
}

/// A draft as the message that it will be.
pub fn as_message(line: &Line, draft: &Draft, kept: &api::Draft, serial: &str) -> Message {
    Message {
        serial: serial.to_owned(),
        entry: String::new(),
        from: line.name(line.own).to_owned(),
        officer: String::new(),
        drafter: None,
        released_alone: false,
        precedence: draft.precedence.name().into(),
        class: draft.class.name().into(),
        marker: draft.marker.name().into(),
        subject: draft.subject.clone(),
        language: Some(draft.language.clone()),
        text: Some(draft.text.clone()),
        courtesy: kept.courtesy.clone(),
        our_translations: Vec::new(),
        raw: None,
        state: "AWAITING RELEASE".into(),
        states: Vec::new(),
        dialogue: None,
    }
}

/// Where a draft awaits its second officer.
pub fn address(id: &str) -> String {
    format!("/release/{id}")
}

/// What may stand behind the address of the page.
#[derive(Deserialize)]
pub struct Asked {
    language: Option<String>,
}

pub async fn show(
    State(node): State<Arc<Node>>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    match node.line("-") {
        Ok(line) => shown_with(&node, &line, &id, asked.language.as_deref(), None),
        Err(error) => Failure(error).into_response(),
    }
}

/// What has become of it, for a page that is left open.
pub async fn show_part(State(node): State<Arc<Node>>, Path(id): Path<String>) -> Response {
    part(&node, |line| {
        let outcome = Outcome::of(line, &node.texts, draft_id(&id)?)?;
        Ok(AwaitingPart { t: &node.texts, id, outcome })
    })
}

fn shown_with(
    node: &Node,
    line: &Line,
    id: &str,
    language: Option<&str>,
    error: Option<ApiError>,
) -> Response {
    let status = error.as_ref().map_or(200, |error| error.error.status());
    let found = draft_id(id).and_then(|id| line.draft(id));
    let shown = match found {
        // Given back, or changed: it is written on.
        Ok(state) if state.submitted.is_none() => {
            return Redirect::to(&format!("/compose?draft={id}")).into_response();
        }
        Ok(state) => AwaitingPage::new(node, line, state, language, error),
        // Released meanwhile: the page of drafts says as what.
        Err(error) if error.error == api::ErrorCode::Conflict => {
            return Redirect::to(&format!("/compose?draft={id}")).into_response();
        }
        Err(error) => Err(error),
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    match shown {
        Ok(shown) => (status, page(&shown)).into_response(),
        Err(error) => failed(node, line, error),
    }
}

/// Does what a button of the page says.
pub async fn act(
    State(node): State<Arc<Node>>,
    Path(id): Path<String>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Response {
    let line = match node.line("-") {
        Ok(line) => line,
        Err(error) => return Failure(error).into_response(),
    };
    let button = form.get("do").map_or("", String::as_str);
    let language = form.get("language").map(String::as_str);
    let done = match draft_id(&id) {
        Ok(draft) => pressed(&node, &line, draft, button, language).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(answer) => answer,
        Err(error) => shown_with(&node, &line, &id, language, Some(error)),
    }
}

async fn pressed(
    node: &Node,
    line: &Line,
    id: DraftId,
    button: &str,
    language: Option<&str>,
) -> Result<Response, ApiError> {
    let (sign_as, alone) = match button {
        "release" => (SignAs::Release, false),
        "alone" => (SignAs::ReleaseAlone, true),
        // Anything else gives it back: that is safe.
        _ => {
            line.return_draft(id).await?;
            return Ok(Redirect::to(&format!("/compose?draft={}", hex(&id.0))).into_response());
        }
    };
    if let Some(to_sign) = sign::draft(node, line, id, sign_as, language).await? {
        return Ok(to_sign);
    }
    let message = line.send(who(), id, signing::Release { alone }).await?;
    Ok(Redirect::to(&format!("/messages/{}", message.entry)).into_response())
}

fn draft_id(id: &str) -> Result<DraftId, ApiError> {
    unhex(id).map(DraftId).ok_or_else(|| {
        bad_request(
            sentence!("said-no-draft-id", "'{text}' is no draft id.", text = id),
            sentence!("said-no-draft-id-board", "Go back to the board and open it there."),
        )
    })
}
