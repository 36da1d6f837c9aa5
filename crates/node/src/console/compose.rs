//! Writing: a draft that the node keeps, and its release.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Form, Json, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use ringdown_api::signing::{Release, SignAs};
use ringdown_api::translation::Translated;
use ringdown_api::{ApiError, Draft, ErrorCode, Message};
use ringdown_message::form::{self, words};
use ringdown_message::{Marker, MessageRecord, SUBJECT_LEN_MAX};
use ringdown_record::DraftId;
use serde::Deserialize;

use crate::console::compose_choices::{Choices, urgencies};
use crate::console::compose_fields::{self, FormView, Offered};
use crate::console::compose_notes::Notes;
use crate::console::compose_problems::{self, Problem, named};
use crate::console::compose_release::{GoesOut, ReleaseButton};
use crate::console::fields::{FieldRow, field_rows_of};
use crate::console::said::{self, Spoken};
use crate::console::{Here, Page, awaiting, failed, page, restate, shown, sign, view};
use crate::desk::Kept;
use crate::draft::fields_of;
use crate::entropy::{hex, random, unhex};
use crate::http::{Failure, Node};
use crate::line::Line;
use crate::text::Texts;
use crate::who::who;

const DAY_MS: u64 = 86_400_000;

#[derive(Template)]
#[template(path = "compose.html")]
struct ComposePage<'a> {
    page: Page<'a>,
    t: &'a Texts,
    id: String,
    title: String,
    /// The writer's own translation.
    courtesy: Option<Translated>,
    draft: Draft,
    error: Option<Spoken>,
    problems: Vec<Problem>,
    /// The message that this one refers to, so that nobody answers from memory.
    about: Option<Message>,
    /// What stands in that one.
    about_fields: Vec<FieldRow>,
    /// What is said of a correction or cancellation.
    restates: String,
    /// The form that is filled in, those that a watch needs most, and all that may be chosen.
    form: Option<FormView>,
    watch: Vec<Offered>,
    forms: Vec<Offered>,
    /// False if the fields may stand without a text.
    text_needed: bool,
    /// True if the message may name one that it refers to.
    may_refer: bool,
    button: ReleaseButton,
    goes_out: GoesOut,
    notes: Notes,
    now: String,
    /// Words of every class and precedence that it may have.
    classes: Choices,
    precedences: Choices,
    /// Every marker, its words, and what it asks of the receiver.
    markers: Vec<(&'static str, String, &'static str)>,
    asks: &'static str,
}

#[derive(Template)]
#[template(path = "compose_notes.html")]
struct NotesPart<'a> {
    t: &'a Texts,
    notes: Notes,
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
    /// The message that a new one is about though nothing more may be said of it, such as one that is closed.
    about: Option<String>,
    /// What the new one does about it.
    marker: Option<String>,
    /// The form to fill in.
    form: Option<String>,
}

#[derive(Deserialize)]
pub struct DeleteForm {
    id: String,
}

/// The form as a browser sends it.
struct Typed {
    id: String,
    /// The button that was pressed: `release`, `show`, or `form:` and the form to change to.
    button: String,
    draft: Draft,
}

/// What a form led to.
enum Sent {
    /// This is the message.
    Now(Message),
    /// The first of two people signed it.
    Awaits,
    /// The officer has to sign it with his passkey: this page.
    ToSign(Response),
    /// The draft had become this message before; true if with other words than the form's.
    Before(Message, bool),
}

impl Typed {
    fn of(pairs: Vec<(String, String)>) -> Typed {
        let mut typed = Typed { id: String::new(), button: "release".into(), draft: Draft::default() };
        let some = |text: String| Some(text).filter(|text| !text.trim().is_empty());
        for (name, value) in pairs {
            // Browsers send CRLF for every line break; the officer wrote one.
            let value = value.replace("\r\n", "\n");
            let draft = &mut typed.draft;
            match name.as_str() {
                "id" => typed.id = value,
                "do" => typed.button = value,
                "precedence" => draft.precedence = value,
                "class" => draft.class = some(value),
                "marker" => draft.marker = some(value),
                "subject" => draft.subject = value,
                "language" => draft.language = Some(value),
                "text" => draft.text = value,
                "form" => draft.form = some(value),
                "re" => draft.re = some(value),
                "valid_until" => draft.valid_until = some(value),
                "answer_by" => draft.answer_by = some(value),
                "courtesy" => draft.courtesy.get_or_insert_default().text = value,
                "courtesy_language" => draft.courtesy.get_or_insert_default().language = value,
                name => typed.field(name, &value),
            }
        }
        typed.draft.fields.retain(|_, text| !text.trim().is_empty());
        // A language alone is no translation.
        typed.draft.courtesy = typed.draft.courtesy.filter(|given| !given.text.trim().is_empty());
        typed
    }

    /// A field of the form. A condition comes in two parts, the kind first.
    fn field(&mut self, name: &str, value: &str) {
        let Some(name) = name.strip_prefix("field-") else { return };
        let (name, value) = match name.strip_suffix(".rest") {
            Some(name) => {
                let kind = self.draft.fields.get(name).cloned().unwrap_or_default();
                (name, compose_fields::condition(&kind, value))
            }
            None => (name, value.to_owned()),
        };
        self.draft.fields.insert(name.to_owned(), value);
    }
}

/// The message that a draft refers to, as the ledger and as the page have it.
struct About {
    record: MessageRecord,
    message: Message,
}

fn about(line: &Line, draft: &Draft) -> Result<Option<About>, ApiError> {
    let Some(re) = draft.re.as_deref() else { return Ok(None) };
    Ok(Some(About { record: line.find(re)?, message: line.message_with_text(re)? }))
}

/// Markers that a message may have: those of its form, and of these what may be said about the other message.
fn markers(line: &Line, form: Option<&form::Form>, about: Option<&MessageRecord>) -> Vec<Marker> {
    let fits = |marker: &Marker| match (form, about) {
        (Some(form), _) => form.markers().contains(&fields_of(form, *marker, about)),
        (None, None) => !marker.refers(),
        (None, Some(_)) => true,
    };
    let legal = |marker: &Marker| match about {
        None => true,
        Some(record) => {
            let ours = record.side == line.own;
            let changes = matches!(marker, Marker::Correction | Marker::Cancel);
            ours == changes && line.may_refer(*marker, &record.hash).is_ok()
        }
    };
    Marker::ALL.into_iter().filter(fits).filter(legal).collect()
}

fn marker_words(t: &Texts, marker: Marker) -> (&'static str, String, &'static str) {
    let key = match marker {
        Marker::Information => "marker-information",
        Marker::Warning => "marker-warning",
        Marker::Question => "marker-question",
        Marker::Answer => "marker-answer",
        Marker::Request => "marker-request",
        Marker::Intention => "marker-intention",
        Marker::Correction => "marker-correction",
        Marker::Cancel => "marker-cancel",
        Marker::Test => "marker-test",
    };
    (marker.name(), t.get(key), words(t.tag()).asks(marker))
}

impl<'a> ComposePage<'a> {
    fn new(
        node: &'a Node,
        line: &Line,
        id: String,
        mut draft: Draft,
        about: Option<About>,
        problems: Vec<Problem>,
    ) -> ComposePage<'a> {
        let t = &node.texts;
        let page = Page::of(node, line, Here::Compose);
        let peer = page.head.status.peer.clone();
        let form = draft.form.as_deref().and_then(|name| line.form(name).ok());
        let record = about.as_ref().map(|about| &about.record);
        let mut markers = markers(line, form, record);
        let typed = draft.marker.as_deref().and_then(|name| named(&Marker::ALL, Marker::name, name));
        // What was chosen stays to be seen, even if it may not be; then the release says why.
        markers.extend(typed.filter(|marker| !markers.contains(marker)));
        let marker = typed.or(markers.first().copied()).unwrap_or(Marker::Information);
        draft.marker = Some(marker.name().into());
        let fields_of: Vec<_> = markers
            .iter()
            .map(|marker| (*marker, form.map_or(*marker, |form| fields_of(form, *marker, record))))
            .collect();
        let mut form_view = form
            .map(|form| compose_fields::view(line, t, form, &draft.fields, &fields_of, marker, &problems));
        let own = record.filter(|record| record.side == line.own);
        if let (Some(view), Some(form), Some(own)) = (&mut form_view, form, own) {
            view.compare(&restate::said(line, own, form));
        }
        let may_be =
            |form: &form::Form| record.is_none() || !self::markers(line, Some(form), record).is_empty();
        let (watch, forms) = compose_fields::offered(line.site.forms(), t, may_be);
        let (classes, precedences) = urgencies(t, form, record, marker, &draft);
        ComposePage {
            t,
            title: title(t, &peer, marker, about.as_ref().map(|about| &about.message)),
            restates: restates(t, marker, about.as_ref().map(|about| &about.message)),
            button: ReleaseButton::of(line, t, &peer, &draft),
            goes_out: GoesOut::of(t, &peer, &draft, marker, form_view.as_ref()),
            notes: Notes::of(t, &peer, &draft),
            now: compose_fields::now(line),
            classes,
            precedences,
            may_refer: about.is_none()
                && (markers.iter().any(|marker| marker.refers()) || draft.re.is_some()),
            asks: words(t.tag()).asks(marker),
            markers: markers.into_iter().map(|marker| marker_words(t, marker)).collect(),
            about_fields: record.and_then(|record| field_rows_of(line, record, t).ok()).unwrap_or_default(),
            about: about.map(|about| about.message),
            text_needed: form.is_none_or(form::Form::is_text_required),
            form: form_view,
            watch,
            forms,
            page,
            id,
            courtesy: draft.courtesy.clone(),
            draft,
            error: None,
            problems,
        }
    }

    /// What is wrong with a field that is no field of a form; empty if nothing is known.
    fn problem(&self, at: &str) -> &str {
        self.problems.iter().find(|problem| problem.at == at).map_or("", |problem| &problem.text)
    }

    /// The attributes that tie an input to what is wrong with it, and to what else describes it.
    fn marked(&self, at: &str, also: &str) -> String {
        match (self.problem(at).is_empty(), also.is_empty()) {
            (true, true) => String::new(),
            (true, false) => format!(" aria-describedby=\"{also}\""),
            (false, _) => format!(" aria-invalid=\"true\" aria-describedby=\"problem-{at} {also}\""),
        }
    }

    fn problem_count(&self) -> String {
        self.problems.len().to_string()
    }
}

fn title(t: &Texts, peer: &str, marker: Marker, about: Option<&Message>) -> String {
    let Some(message) = about else { return t.one("compose-title", "peer", peer) };
    let key = match marker {
        Marker::Question => "compose-question-title",
        Marker::Correction => "compose-correction-title",
        Marker::Cancel => "compose-cancel-title",
        Marker::Answer => "compose-answer-title",
        _ => "compose-about-title",
    };
    t.one(key, "serial", &message.serial)
}

fn restates(t: &Texts, marker: Marker, about: Option<&Message>) -> String {
    match (marker, about) {
        (Marker::Correction, Some(message)) => t.one("compose-corrects", "serial", &message.serial),
        (Marker::Cancel, Some(message)) => t.one("compose-cancels", "serial", &message.serial),
        _ => String::new(),
    }
}

/// A fresh draft, or one that was put aside.
pub async fn show(State(node): State<Arc<Node>>, Query(which): Query<Which>) -> Response {
    let line = match node.line("-") {
        Ok(line) => line,
        Err(error) => return Failure(error).into_response(),
    };
    let (id, draft) = match &which.draft {
        None => (hex(&random::<16>()), begin(&line, &which)),
        Some(id) => match kept(&node, &line, id) {
            Ok(Ok(kept)) if kept.submitted.is_some() => {
                return Redirect::to(&awaiting::address(id)).into_response();
            }
            Ok(Ok(kept)) => (id.clone(), Ok(kept.draft)),
            Ok(Err(message)) => return released_page(&node, &line, message, false),
            Err(error) => (id.clone(), Err(error)),
        },
    };
    let both = draft.and_then(|draft| about(&line, &draft).map(|about| (draft, about)));
    match both {
        Ok((draft, about)) => page(&ComposePage::new(&node, &line, id, draft, about, Vec::new())),
        Err(error) => failed(&node, &line, error),
    }
}

/// What a new draft begins with.
fn begin(line: &Line, which: &Which) -> Result<Draft, ApiError> {
    let mut draft = match (&which.re, &which.about) {
        (Some(re), _) => answer(line, re, which.marker.as_deref())?,
        (None, Some(name)) => anew(line, name)?,
        (None, None) => view::empty_draft(),
    };
    if let Some(name) = &which.form {
        choose(line, &mut draft, name)?;
    }
    Ok(draft)
}

/// A draft about a message: as urgent, and of its class, so that an exercise is not answered in earnest.
fn answer(line: &Line, re: &str, marker: Option<&str>) -> Result<Draft, ApiError> {
    let record = line.find(re)?;
    let message = line.message_with_text(re)?;
    let legal = markers(line, None, Some(&record));
    let wanted = marker.and_then(|name| named(&Marker::ALL, Marker::name, name));
    if let Some(wanted) = wanted.filter(|wanted| !legal.contains(wanted)) {
        line.may_refer(wanted, &record.hash)?;
    }
    let usual = [Marker::Answer, Marker::Question, Marker::Correction];
    let marker = wanted.filter(|wanted| legal.contains(wanted));
    let marker = marker.or_else(|| usual.into_iter().find(|marker| legal.contains(marker)));
    let marker = marker.or(legal.first().copied()).unwrap_or(Marker::Information);
    let mut draft = Draft { marker: Some(marker.name().into()), ..regarding(message) };
    restate::fill(line, &record, marker, &mut draft)?;
    Ok(draft)
}

/// A draft that tells more about a message, which it names if it may.
fn anew(line: &Line, name: &str) -> Result<Draft, ApiError> {
    let record = line.find(name)?;
    let may = markers(line, None, Some(&record)).contains(&Marker::Information);
    let draft = regarding(line.message_with_text(name)?);
    Ok(Draft { re: draft.re.filter(|_| may), ..draft })
}

/// What every draft about a message begins with.
fn regarding(message: Message) -> Draft {
    let mut subject = format!("RE {} - {}", message.serial, message.subject);
    subject.truncate(subject.floor_char_boundary(SUBJECT_LEN_MAX));
    Draft {
        precedence: message.precedence,
        class: Some(message.class),
        subject,
        re: Some(message.serial).filter(|serial| !serial.is_empty()).or(Some(message.entry)),
        ..view::empty_draft()
    }
}

/// Puts a draft on a form, or on none. What does not go with the form gives way to what is usual with it.
fn choose(line: &Line, draft: &mut Draft, name: &str) -> Result<(), ApiError> {
    let before = draft.form.as_deref().and_then(|name| line.form(name).ok());
    if before.is_some_and(|form| form.offered_texts().contains(&draft.text)) {
        draft.text.clear();
    }
    if name.is_empty() {
        draft.form = None;
        return Ok(());
    }
    let form = line.form(name)?;
    let record = draft.re.as_deref().map(|re| line.find(re)).transpose()?;
    let may = markers(line, Some(form), record.as_ref());
    let of = |name: &str| named(&Marker::ALL, Marker::name, name);
    if !draft.marker.as_deref().and_then(of).is_some_and(|marker| may.contains(&marker)) {
        // In the order of the form: the first is the usual one.
        let usual = form.markers().iter().find(|marker| may.contains(marker)).or(may.first());
        draft.marker = usual.map(|marker| marker.name().into());
    }
    let untouched = draft.re.is_none() && draft.precedence == view::empty_draft().precedence;
    let fits = form.precedences().iter().any(|each| each.name() == draft.precedence);
    if untouched || !fits {
        draft.precedence = form.default_precedence().name().into();
    }
    let today = line.clock.now().wall.ms() / DAY_MS;
    if let Some(text) = form.offered_text(today).filter(|_| draft.text.trim().is_empty()) {
        draft.text = text.to_owned();
    }
    draft.form = Some(form.wire_id());
    Ok(())
}

/// The draft of this id, or the message that it became.
fn kept(node: &Node, line: &Line, id: &str) -> Result<Result<Kept, Message>, ApiError> {
    let missing = || {
        let t = &node.texts;
        said::error(t, ErrorCode::NotFound, ["no-draft-what", "no-draft-means", "no-draft-do"])
    };
    let stored = line.stored_draft(unhex(id).map(DraftId).ok_or_else(missing)?)?.ok_or_else(missing)?;
    match stored.released {
        Some(number) => Ok(Err(line.message_numbered(number)?)),
        None => Kept::read(&stored).map(Ok).map_err(|_| missing()),
    }
}

/// Releases what the form holds, or shows it again. The same form sent twice is one message: the draft's id is in it.
pub async fn release(State(node): State<Arc<Node>>, Form(pairs): Form<Vec<(String, String)>>) -> Response {
    let line = match node.line("-") {
        Ok(line) => line,
        Err(error) => return Failure(error).into_response(),
    };
    let Typed { id, button, mut draft } = Typed::of(pairs);
    let chosen = button.strip_prefix("form:").map(|name| choose(&line, &mut draft, name));
    let found = chosen.transpose().and_then(|_| about(&line, &draft));
    let (about, error) = match found {
        Ok(about) => (about, None),
        Err(error) => (None, Some(error)),
    };
    let spoken = |error: ApiError| Spoken::of(&error, &node.texts);
    if button != "release" || error.is_some() {
        let status = if error.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
        let error = error.map(spoken);
        let shown = ComposePage { error, ..ComposePage::new(&node, &line, id, draft, about, Vec::new()) };
        return (status, page(&shown)).into_response();
    }
    only_with_marker(&line, &mut draft, about.as_ref().map(|about| &about.record));
    let record = about.as_ref().map(|about| &about.record);
    let (status, problems, error) = match release_draft(&node, &line, &id, &draft, record).await {
        Ok(Ok(Sent::Now(message) | Sent::Before(message, false))) => {
            return Redirect::to(&format!("/messages/{}", message.entry)).into_response();
        }
        Ok(Ok(Sent::ToSign(to_sign))) => return to_sign,
        Ok(Ok(Sent::Awaits)) => return Redirect::to(&awaiting::address(&id)).into_response(),
        Ok(Ok(Sent::Before(message, true))) => {
            return (StatusCode::CONFLICT, released_page(&node, &line, message, true)).into_response();
        }
        Ok(Err(problems)) => (StatusCode::BAD_REQUEST, problems, None),
        Err(error) => {
            let status = StatusCode::from_u16(error.error.status()).unwrap_or(StatusCode::BAD_REQUEST);
            (status, Vec::new(), Some(error))
        }
    };
    let error = error.map(spoken);
    let shown = ComposePage { error, ..ComposePage::new(&node, &line, id, draft, about, problems) };
    (status, page(&shown)).into_response()
}

/// Takes out what was typed into fields that do not go with the marker.
fn only_with_marker(line: &Line, draft: &mut Draft, record: Option<&MessageRecord>) {
    let form = draft.form.as_deref().and_then(|name| line.form(name).ok());
    let marker = draft.marker.as_deref().and_then(|name| named(&Marker::ALL, Marker::name, name));
    match (form, marker) {
        (Some(form), Some(marker)) => {
            let marker = fields_of(form, marker, record);
            draft.fields.retain(|name, _| form.slot(name).is_some_and(|slot| slot.goes_with(marker)));
        }
        (None, _) => draft.fields.clear(),
        _ => {}
    }
}

async fn release_draft(
    node: &Node,
    line: &Line,
    id: &str,
    draft: &Draft,
    record: Option<&MessageRecord>,
) -> Result<Result<Sent, Vec<Problem>>, ApiError> {
    let id = unhex(id)
        .map(DraftId)
        .ok_or_else(|| said::refused(&node.texts, "no-draft-id-what", "no-draft-id-do"))?;
    if let Some(stored) = line.stored_draft(id)?
        && let Some(number) = stored.released
    {
        let differs = Kept::read(&stored).ok().map(|kept| kept.draft).as_ref() != Some(draft);
        return Ok(Ok(Sent::Before(line.message_numbered(number)?, differs)));
    }
    // What is wrong is kept too: nothing that was typed may be lost.
    line.keep_draft(id, draft).await?;
    let problems = compose_problems::problems(line, &node.texts, draft, record);
    if !problems.is_empty() {
        return Ok(Err(problems));
    }
    line.put_draft(id, draft).await?;
    let two = line.people(line.read_draft(draft)?.urgency()) == 2;
    let sign_as = if two { SignAs::Draft } else { SignAs::Release };
    if let Some(to_sign) = sign::draft(node, line, id, sign_as, None).await? {
        return Ok(Ok(Sent::ToSign(to_sign)));
    }
    if two {
        return line.submit_draft_here(who(), id).await.map(|_| Ok(Sent::Awaits));
    }
    line.send(who(), id, Release::default()).await.map(|message| Ok(Sent::Now(message)))
}

/// Keeps what is written so far.
pub async fn keep(
    State(node): State<Arc<Node>>,
    Path(id): Path<String>,
    Json(draft): Json<Draft>,
) -> Response {
    let Some(id) = unhex(&id).map(DraftId) else { return StatusCode::BAD_REQUEST.into_response() };
    let kept = match node.line("-") {
        Ok(line) => line.keep_draft(id, &draft).await,
        Err(error) => Err(error),
    };
    match kept {
        Ok(_) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => Failure(error).into_response(),
    }
}

/// What may be misunderstood in what is written so far, for the script.
pub async fn notes(State(node): State<Arc<Node>>, Json(draft): Json<Draft>) -> Response {
    match node.line("-") {
        Ok(line) => {
            let t = &node.texts;
            page(&NotesPart { t, notes: Notes::of(t, line.name(line.own.other()), &draft) })
        }
        Err(error) => Failure(error).into_response(),
    }
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
