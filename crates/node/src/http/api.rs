//! Handlers of the API: words in, words out. What they do is in `desk` and `line`.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{Json, extract::rejection::JsonRejection};
use ringdown_api::form::FormShown;
use ringdown_api::lab::Lab;
use ringdown_api::paper::Paper;
use ringdown_api::raw::Raw;
use ringdown_api::read_back::{ToReadBack, Typed, Understood};
use ringdown_api::signing::{ActToSign, PreparedAct, SignedAct};
use ringdown_api::signing::{Officer, Prepared, Signed};
use ringdown_api::translation::{Translated, Translation};
use ringdown_api::{Act, ApiError, Draft, DraftState, ErrorCode, Message, Note, Status};
use ringdown_message::transcript::Transcript;
use ringdown_record::DraftId;
use ringdown_record::sentence;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::{mpsc, oneshot};

use crate::console::{blanks, paper, transcript};
use crate::driver::Command;
use crate::entropy::unhex;
use crate::http::{Failure, Node};
use crate::refusal::{bad_request, see_the_api};
use crate::text::Language;
use crate::watch::{Said, Saying};
use crate::who::who;

type Answer<T> = Result<Json<T>, Failure>;

pub async fn lines(State(node): State<Arc<Node>>) -> Json<Vec<String>> {
    Json(node.lines.iter().map(|line| line.id.to_string()).collect())
}

pub async fn status(State(node): State<Arc<Node>>, Path(line): Path<String>) -> Answer<Status> {
    Ok(Json(node.line(&line)?.status()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Which {
    r#box: MessageBox,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum MessageBox {
    In,
    Out,
}

pub async fn messages(
    State(node): State<Arc<Node>>,
    Path(line): Path<String>,
    which: Result<Query<Which>, axum::extract::rejection::QueryRejection>,
) -> Answer<Vec<Message>> {
    let line = node.line(&line)?;
    let which = which.map_err(|_| {
        bad_request(
            sentence!("said-no-box", "It is not said which box."),
            sentence!("said-no-box-do", "Ask for ?box=in or ?box=out."),
        )
    })?;
    let side = match which.r#box {
        MessageBox::In => line.own.other(),
        MessageBox::Out => line.own,
    };
    // Reading many texts must not hold up the loop that receives.
    let read = tokio::task::spawn_blocking(move || line.messages_with_text(side)).await;
    Ok(Json(read.unwrap_or_else(|_| Ok(Vec::new()))?))
}

pub async fn message(
    State(node): State<Arc<Node>>,
    Path((line, serial)): Path<(String, String)>,
) -> Answer<Message> {
    Ok(Json(node.line(&line)?.message_with_notes(&serial)?))
}

pub async fn paper(
    State(node): State<Arc<Node>>,
    Path((line, serial)): Path<(String, String)>,
    Query(copy): Query<paper::Copy>,
) -> Answer<Paper> {
    let line = node.line(&line)?;
    let english = node.texts.of(Language::English);
    Ok(Json(paper::of(&line, &serial, copy.number(), english)?))
}

pub async fn raw(State(node): State<Arc<Node>>, Path((line, serial)): Path<(String, String)>) -> Answer<Raw> {
    Ok(Json(node.line(&line)?.raw(&serial)?))
}

pub async fn to_read_back(
    State(node): State<Arc<Node>>,
    Path((line, serial)): Path<(String, String)>,
) -> Answer<ToReadBack> {
    let english = node.texts.of(Language::English);
    Ok(Json(blanks::to_read_back(&*node.line(&line)?, &serial, english)?))
}

pub async fn understood(
    State(node): State<Arc<Node>>,
    Path((line, serial)): Path<(String, String)>,
    typed: Result<Json<Typed>, JsonRejection>,
) -> Answer<Understood> {
    let Typed { field, typed } = body(typed)?;
    Ok(Json(blanks::understood(&*node.line(&line)?, &serial, &field, &typed)?))
}

pub async fn acknowledge(
    State(node): State<Arc<Node>>,
    Path((line, serial)): Path<(String, String)>,
) -> Answer<Message> {
    Ok(Json(node.line(&line)?.act(who(), &serial, &Act::Acknowledge).await?))
}

pub async fn translation(
    State(node): State<Arc<Node>>,
    Path((line, serial)): Path<(String, String)>,
) -> Answer<Translation> {
    Ok(Json(node.line(&line)?.translation(&serial).await?))
}

pub async fn our_translation(
    State(node): State<Arc<Node>>,
    Path((line, serial)): Path<(String, String)>,
    translated: Result<Json<Translated>, JsonRejection>,
) -> Answer<Message> {
    let translated = body(translated)?;
    Ok(Json(node.line(&line)?.keep_translation(who(), &serial, translated).await?))
}

pub async fn act(
    State(node): State<Arc<Node>>,
    Path((line, serial)): Path<(String, String)>,
    act: Result<Json<Act>, JsonRejection>,
) -> Answer<Message> {
    let act = body(act)?;
    Ok(Json(node.line(&line)?.act(who(), &serial, &act).await?))
}

pub async fn prepare_act(
    State(node): State<Arc<Node>>,
    Path((line, serial)): Path<(String, String)>,
    request: Result<Json<ActToSign>, JsonRejection>,
) -> Answer<PreparedAct> {
    Ok(Json(node.line(&line)?.prepare_act(who(), &serial, body(request)?).await?))
}

pub async fn act_signed(
    State(node): State<Arc<Node>>,
    Path((line, serial)): Path<(String, String)>,
    signed: Result<Json<SignedAct>, JsonRejection>,
) -> Answer<Message> {
    Ok(Json(node.line(&line)?.act_signed(&serial, &body(signed)?).await?))
}

pub async fn officers(State(node): State<Arc<Node>>, Path(line): Path<String>) -> Answer<Vec<Officer>> {
    Ok(Json(node.line(&line)?.officers_shown(who())))
}

pub async fn forms(State(node): State<Arc<Node>>, Path(line): Path<String>) -> Answer<Vec<FormShown>> {
    Ok(Json(node.line(&line)?.forms()))
}

pub async fn drafts(State(node): State<Arc<Node>>, Path(line): Path<String>) -> Answer<Vec<DraftState>> {
    Ok(Json(node.line(&line)?.drafts()?))
}

pub async fn put_draft(
    State(node): State<Arc<Node>>,
    Path((line, id)): Path<(String, String)>,
    draft: Result<Json<Draft>, JsonRejection>,
) -> Answer<DraftState> {
    let draft = body(draft)?;
    Ok(Json(node.line(&line)?.put_draft(draft_id(&id)?, &draft).await?))
}

pub async fn delete_draft(
    State(node): State<Arc<Node>>,
    Path((line, id)): Path<(String, String)>,
) -> Answer<serde_json::Value> {
    node.line(&line)?.delete_draft(draft_id(&id)?).await?;
    Ok(Json(serde_json::json!({})))
}

pub async fn draft(
    State(node): State<Arc<Node>>,
    Path((line, id)): Path<(String, String)>,
) -> Answer<DraftState> {
    Ok(Json(node.line(&line)?.draft(draft_id(&id)?)?))
}

pub async fn prepare(
    State(node): State<Arc<Node>>,
    Path((line, id)): Path<(String, String)>,
    request: Bytes,
) -> Answer<Prepared> {
    Ok(Json(node.line(&line)?.prepare(who(), draft_id(&id)?, &optional(&request)?).await?))
}

pub async fn sign(
    State(node): State<Arc<Node>>,
    Path((line, id)): Path<(String, String)>,
    prepared: Result<Json<Prepared>, JsonRejection>,
) -> Answer<Signed> {
    Ok(Json(node.line(&line)?.sign(who(), draft_id(&id)?, body(prepared)?)?))
}

pub async fn submit(
    State(node): State<Arc<Node>>,
    Path((line, id)): Path<(String, String)>,
    signed: Bytes,
) -> Answer<DraftState> {
    let (line, id) = (node.line(&line)?, draft_id(&id)?);
    Ok(Json(match optional::<Option<Signed>>(&signed)? {
        Some(signed) => line.submit_draft(id, signed).await?,
        None => line.submit_draft_here(who(), id).await?,
    }))
}

pub async fn return_draft(
    State(node): State<Arc<Node>>,
    Path((line, id)): Path<(String, String)>,
) -> Answer<DraftState> {
    Ok(Json(node.line(&line)?.return_draft(draft_id(&id)?).await?))
}

pub async fn release(
    State(node): State<Arc<Node>>,
    Path((line, id)): Path<(String, String)>,
    signed: Result<Json<Signed>, JsonRejection>,
) -> Answer<Message> {
    Ok(Json(node.line(&line)?.release(draft_id(&id)?, &body(signed)?).await?))
}

pub async fn send(
    State(node): State<Arc<Node>>,
    Path((line, id)): Path<(String, String)>,
    release: Bytes,
) -> Answer<Message> {
    Ok(Json(node.line(&line)?.send(who(), draft_id(&id)?, optional(&release)?).await?))
}

/// A body that may be left out.
fn optional<T: DeserializeOwned + Default>(bytes: &[u8]) -> Result<T, ApiError> {
    if bytes.is_empty() || bytes == b"null" || bytes == b"{}" {
        return Ok(T::default());
    }
    serde_json::from_slice(bytes).map_err(|error| unreadable(error.to_string()))
}

pub async fn log(State(node): State<Arc<Node>>, Path(line): Path<String>) -> Answer<Vec<Note>> {
    let line = node.line(&line)?;
    let read = tokio::task::spawn_blocking(move || line.notes()).await;
    Ok(Json(read.unwrap_or_else(|_| Ok(Vec::new()))?))
}

/// What the log of the watch calls the place where an officer types.
const TERMINAL: &str = "TTY";

pub async fn start_watch(State(node): State<Arc<Node>>, Path(line): Path<String>) -> Answer<Status> {
    let line = node.line(&line)?;
    line.start_watch(TERMINAL)?;
    Ok(Json(line.status()))
}

pub async fn hand_over_watch(State(node): State<Arc<Node>>, Path(line): Path<String>) -> Answer<Status> {
    let line = node.line(&line)?;
    line.hand_over(TERMINAL)?;
    Ok(Json(line.status()))
}

pub async fn end_watch(State(node): State<Arc<Node>>, Path(line): Path<String>) -> Answer<Status> {
    let line = node.line(&line)?;
    line.say(Said { console: TERMINAL.into(), said: Saying::End, messages: Vec::new() });
    Ok(Json(line.status()))
}

pub async fn transcript(
    State(node): State<Arc<Node>>,
    Path(line): Path<String>,
    Query(wanted): Query<transcript::Wanted>,
) -> Answer<Transcript> {
    let line = node.line(&line)?;
    Ok(Json(transcript::of(&node, &line, &wanted).await?))
}

/// The export is written to the connection as it is read from the disk, through a connection of its own.
pub async fn export(State(node): State<Arc<Node>>, Path(line): Path<String>) -> Result<Response, Failure> {
    let line = node.line(&line)?;
    let (pieces, receiver) = mpsc::channel::<Result<Bytes, std::io::Error>>(16);
    let reader = line.another_reader()?;
    tokio::task::spawn_blocking(move || {
        let mut pending = Vec::new();
        let send = |bytes: Vec<u8>| {
            pieces
                .blocking_send(Ok(Bytes::from(bytes)))
                .map_err(|_| std::io::Error::other("the client went away"))
        };
        let written = reader.export(&line.signed, |piece| {
            pending.extend_from_slice(piece);
            if pending.len() < 64 * 1024 { Ok(()) } else { send(std::mem::take(&mut pending)) }
        });
        // A client that sees the body break off knows that the file is not whole.
        let _ = match written {
            Ok(()) => send(pending),
            Err(error) => pieces
                .blocking_send(Err(std::io::Error::other(error.to_string())))
                .map_err(std::io::Error::other),
        };
    });
    let stream = tokio_stream::wrappers::ReceiverStream::new(receiver);
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"record.ringdown\""),
    ];
    Ok((headers, Body::from_stream(stream)).into_response())
}

pub async fn lab(
    State(node): State<Arc<Node>>,
    Path(line): Path<String>,
    lab: Result<Json<Lab>, JsonRejection>,
) -> Answer<serde_json::Value> {
    let line = node.line(&line)?;
    if !line.lab {
        return Err(Failure(ApiError::said(
            ErrorCode::BadRequest,
            sentence!("said-no-demo", "This home is not a demo."),
            sentence!("said-no-demo-means", "Nothing was disturbed."),
            sentence!("said-no-demo-do", "Faults can be made only in homes made by 'ringdown demo'."),
        )));
    }
    let lab = body(lab)?;
    if lab.loss_percent.is_some_and(|percent| percent > 100) {
        return Err(Failure(bad_request(
            sentence!("said-more-than-all", "More than all cannot be lost."),
            sentence!("said-more-than-all-do", "Name 0 to 100 percent."),
        )));
    }
    let (reply, done) = oneshot::channel();
    line.command(Command::Lab(lab, reply)).await?;
    let _ = done.await;
    Ok(Json(serde_json::json!({})))
}

fn draft_id(text: &str) -> Result<DraftId, ApiError> {
    unhex(text).map(DraftId).ok_or_else(|| {
        bad_request(
            sentence!("said-no-draft-id", "'{text}' is no draft id.", text = text),
            sentence!("said-no-draft-id-do", "Use 32 hex digits of your own choice."),
        )
    })
}

fn body<T: DeserializeOwned>(json: Result<Json<T>, JsonRejection>) -> Result<T, ApiError> {
    json.map(|Json(value)| value).map_err(|error| unreadable(error.body_text()))
}

fn unreadable(reason: String) -> ApiError {
    let what = sentence!("said-request-unreadable", "The request cannot be read: {reason}.", reason = reason);
    bad_request(what, see_the_api())
}
