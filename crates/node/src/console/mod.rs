//! The console: pages made here, kept up to date by fragments when the event stream says so.
//!
//! Every byte that a browser gets is in this crate: plain HTML, one style sheet, scripts without a build step. The
//! content-security policy has no exceptions. Drafts live on the node; a page can be closed at any moment. Texts of
//! people go through `shown`, words of the console through [`Texts`].

mod answers;
mod audit;
mod awaiting;
pub(crate) mod blanks;
mod compose;
mod compose_choices;
mod compose_fields;
mod compose_notes;
mod compose_problems;
mod compose_release;
mod conditions;
mod faults;
mod fields;
mod handover;
mod language;
mod message;
mod moves;
mod news;
mod next;
pub(crate) mod paper;
mod read_back;
mod reading;
mod record;
mod restate;
mod said;
mod shown;
mod sign;
mod talk;
pub(crate) mod transcript;
mod translation;
mod view;
mod watch;

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use ringdown_api::{ApiError, ErrorCode, Message};
use serde::Deserialize;

use crate::consoles::Alive;
use crate::http::{Failure, Node};
use crate::line::Line;
use crate::text::{Language, Texts};
use crate::who::{may_act, who};

use faults::Fault;
use news::News;
use said::{Seen, Spoken};
use talk::Talk;
use view::{Board, Head, List, Show};

pub use audit::Auditor;
pub use language::{in_language, in_words_of_the_page};
pub use said::{sentence, spoken};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
/// Everything that a page names.
const ASSETS: [(&str, &str, &str); 15] = [
    ("/assets/console.css", CSS, include_str!("../../console/assets/console.css")),
    ("/assets/paper.css", CSS, include_str!("../../console/assets/paper.css")),
    ("/assets/preferences.js", JS, include_str!("../../console/assets/preferences.js")),
    ("/assets/console.js", JS, include_str!("../../console/assets/console.js")),
    ("/assets/alarm.js", JS, include_str!("../../console/assets/alarm.js")),
    ("/assets/alive.js", JS, include_str!("../../console/assets/alive.js")),
    ("/assets/incoming.js", JS, include_str!("../../console/assets/incoming.js")),
    ("/assets/compose.js", JS, include_str!("../../console/assets/compose.js")),
    ("/assets/compose_fields.js", JS, include_str!("../../console/assets/compose_fields.js")),
    ("/assets/read_back.js", JS, include_str!("../../console/assets/read_back.js")),
    ("/assets/notices.js", JS, include_str!("../../console/assets/notices.js")),
    ("/assets/keys.js", JS, include_str!("../../console/assets/keys.js")),
    ("/assets/passkey.js", JS, include_str!("../../console/assets/passkey.js")),
    ("/assets/enrol.js", JS, include_str!("../../console/assets/enrol.js")),
    ("/assets/settings.js", JS, include_str!("../../console/assets/settings.js")),
];

/// Pages for those who are signed in.
pub fn routes() -> Router<Arc<Node>> {
    Router::new()
        .route("/", get(board))
        .route("/messages", get(messages))
        .route("/messages/{serial}", get(message::show).post(message::act))
        .route("/messages/{serial}/read-back", get(read_back::show).post(read_back::send))
        .route("/messages/{serial}/read-back/understood", post(read_back::understood))
        .route("/messages/{serial}/translation", post(translation::show))
        .route("/messages/{serial}/paper", get(paper::show))
        .route("/messages/{serial}/our-translation", post(message::keep_translation))
        .route("/compose", get(compose::show).post(compose::release))
        .route("/compose/delete", post(compose::delete))
        .route("/release/{id}", get(awaiting::show).post(awaiting::act))
        .route("/compose/notes", post(compose::notes))
        .route("/compose/drafts/{id}", put(compose::keep))
        .route("/record", get(record::show))
        .route("/record/transcript", get(transcript::show))
        .route("/record/examine", post(record::examine))
        .route("/alive", post(alive))
        .route("/watch", get(watch::show).post(watch::say))
        .route("/watch/end", post(watch::end))
        .route("/watch/handover", get(handover::show).post(handover::hand))
        .route("/watch/take", post(handover::take))
        .route("/settings", get(settings))
        .route("/settings/language", post(language::choose))
        .route("/fragments/board", get(board_part))
        .route("/fragments/bar", get(bar_part))
        .route("/fragments/conditions", get(conditions_part))
        .route("/fragments/incoming", get(incoming_part))
        .route("/fragments/messages", get(messages_part))
        .route("/fragments/messages/{serial}", get(message::show_part))
        .route("/fragments/messages/{serial}/paper", get(paper::show_part))
        .route("/fragments/release/{id}", get(awaiting::show_part))
        .route("/fragments/record", get(record::entries_part))
        .route("/fragments/watch", get(watch::show_part))
        .route("/fragments/handover", get(handover::show_part))
        .route("/fragments/audit", get(record::audit_part))
        .fallback(no_such_page)
}

/// What the sign-in page needs too.
pub fn assets<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let router = Router::new().route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }));
    ASSETS.into_iter().fold(router, |router, (path, kind, text)| {
        router.route(path, get(move || async move { ([(header::CONTENT_TYPE, kind)], text) }))
    })
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

/// Which of the pages in the navigation this is, or belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Here {
    Board,
    Messages,
    Compose,
    Record,
    Settings,
    Nowhere,
}

/// What the frame around every page needs.
pub(crate) struct Page<'a> {
    t: &'a Texts,
    head: Head,
    news: News,
    here: Here,
    /// How people reach the other side when this line does not.
    other_way: String,
    /// The officer who is signed in.
    officer: String,
    /// The site and the origin of his passkey, if he signs with one.
    passkey: Option<(String, String)>,
    /// How local time is said, with `%t` and `%z` for the script.
    local_words: String,
    /// How an acknowledgement is confirmed, with `%s` and `%t`.
    done_words: String,
}

impl<'a> Page<'a> {
    pub(crate) fn of(node: &'a Node, line: &Line, here: Here) -> Page<'a> {
        let t = &node.texts;
        let local_words = t.with("clock-local", &[("time", "%t"), ("zone", "%z")]);
        let head = Head::of(line, t);
        let done_words = t.with("acknowledged-done", &[("serial", "%s"), ("time", "%t")]);
        let (news, other_way) = (News::of(line, t), conditions::other_way(line, t));
        let passkey = sign::with_passkey(line).map(|officer| &officer.public);
        let passkey = passkey.map(|officer| (officer.rp_id.clone(), officer.origin.clone()));
        let asking = line.officer_asking(who());
        let officer = asking.map_or_else(|_| t.get("looks-only"), |officer| officer.public.name.clone());
        Page { t, head, news, here, other_way, officer, passkey, local_words, done_words }
    }

    /// `aria-current` of a link in the navigation.
    fn current(&self, here: Here) -> &'static str {
        if self.here == here { "page" } else { "false" }
    }
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
    page: Page<'a>,
    board: Board,
    t: &'a Texts,
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
    page: Page<'a>,
}

#[derive(Template)]
#[template(path = "conditions_part.html")]
struct ConditionsPart<'a> {
    page: Page<'a>,
}

#[derive(Template)]
#[template(path = "incoming_part.html")]
struct IncomingPart<'a> {
    t: &'a Texts,
    message: Option<(Seen, Talk)>,
    /// How each that waits is told while the dialog is not open, whether it sounds without a pause, and the message.
    waiting: Vec<(String, bool, Message)>,
    faults: Vec<Fault>,
}

#[derive(Template)]
#[template(path = "messages.html")]
struct MessagesPage<'a> {
    page: Page<'a>,
    t: &'a Texts,
    /// Name in the address, words, and `aria-current` of each list there is.
    choices: Vec<(&'static str, String, &'static str)>,
    list: List,
    show: Show,
    count: String,
    back: String,
    on: String,
}

#[derive(Template)]
#[template(path = "messages_part.html")]
struct MessagesPart<'a> {
    t: &'a Texts,
    list: List,
    show: Show,
    /// How many there are, and which page this is.
    count: String,
    /// What the links to the page before and after say.
    back: String,
    on: String,
}

impl<'a> MessagesPart<'a> {
    fn new(t: &'a Texts, line: &Line, which: &Which) -> MessagesPart<'a> {
        let show = Show::named(which.show.as_deref());
        let list = List::of(line, show, which.page.unwrap_or(1), t);
        let numbers = [list.total, list.number, list.last].map(|number| number.to_string());
        let [total, number, last] = numbers.each_ref().map(String::as_str);
        let count = t.with("list-count", &[("total", total), ("number", number), ("last", last)]);
        let (back, on) = match show {
            Show::Waiting | Show::Owed | Show::Expected => (t.get("list-previous"), t.get("list-next")),
            _ => (t.get("list-newer"), t.get("list-older")),
        };
        MessagesPart { t, list, show, count, back, on }
    }
}

#[derive(Template)]
#[template(path = "settings.html")]
struct SettingsPage<'a> {
    page: Page<'a>,
    languages: [Language; 4],
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    page: Page<'a>,
    title: String,
    error: Spoken,
}

/// The page for those who are not signed in.
pub fn sign_in_page(node: &Node, wrong: bool) -> Response {
    let side = node.lines.first().map_or("", |line| line.name(line.own));
    page(&SignInPage { t: &node.texts, side, wrong })
}

async fn board(State(node): State<Arc<Node>>) -> Response {
    match node.line("-") {
        Ok(line) => page(&BoardPage {
            page: Page::of(&node, &line, Here::Board),
            board: Board::of(&line, &node.texts),
            t: &node.texts,
        }),
        Err(error) => (StatusCode::NOT_FOUND, error.to_string()).into_response(),
    }
}

async fn board_part(State(node): State<Arc<Node>>) -> Response {
    part(&node, |line| Ok(BoardPart { t: &node.texts, board: Board::of(line, &node.texts) }))
}

async fn bar_part(State(node): State<Arc<Node>>) -> Response {
    match node.line("-") {
        Ok(line) => page(&BarPart { page: Page::of(&node, &line, Here::Nowhere) }),
        Err(error) => Failure(error).into_response(),
    }
}

async fn conditions_part(State(node): State<Arc<Node>>) -> Response {
    part(&node, |line| Ok(ConditionsPart { page: Page::of(&node, line, Here::Nowhere) }))
}

/// A sign of life from the rendering path of a page. A screen that only shows attends nothing.
async fn alive(State(node): State<Arc<Node>>, Json(alive): Json<Alive>) -> StatusCode {
    if !may_act() {
        return StatusCode::NO_CONTENT;
    }
    for line in &node.lines {
        line.console_alive(alive.clone());
    }
    StatusCode::NO_CONTENT
}

/// All FLASH and IMMEDIATE messages that nobody has acknowledged, and the text of the most urgent one.
async fn incoming_part(State(node): State<Arc<Node>>) -> Response {
    part(&node, |line| {
        let waiting = view::urgent_waiting(line);
        let first = waiting.first();
        let message =
            first.map(|message| message::looked_at(line, &message.entry, &node.texts)).transpose()?;
        let words = |message: &Message| {
            let values = [
                ("precedence", message.precedence.as_str()),
                ("class", message.class.as_str()),
                ("from", message.from.as_str()),
            ];
            node.texts.with("incoming-waits", &values)
        };
        let waiting = waiting.into_iter();
        let waiting =
            waiting.map(|message| (words(&message), line.is_continuous(&message), message)).collect();
        let faults = faults::faults(line, &node.texts);
        Ok(IncomingPart { t: &node.texts, message, waiting, faults })
    })
}

#[derive(Deserialize)]
struct Which {
    show: Option<String>,
    page: Option<usize>,
}

async fn messages(State(node): State<Arc<Node>>, Query(which): Query<Which>) -> Response {
    let line = match node.line("-") {
        Ok(line) => line,
        Err(error) => return Failure(error).into_response(),
    };
    let t = &node.texts;
    let MessagesPart { list, show, count, back, on, .. } = MessagesPart::new(t, &line, &which);
    let peer = line.name(line.own.other());
    let words = |each| match each {
        Show::All => t.get("show-all"),
        Show::Waiting => t.get("show-waiting"),
        Show::Owed => t.get("show-owed"),
        Show::Expected => t.one("show-expected", "peer", peer),
        Show::Unstored => t.one("show-unstored", "peer", peer),
        Show::In => t.one("show-in", "peer", peer),
        Show::Out => t.get("show-out"),
    };
    let current = |each| if each == show { "page" } else { "false" };
    let choices = Show::ALL.iter().map(|(each, name)| (*name, words(*each), current(*each))).collect();
    page(&MessagesPage {
        page: Page::of(&node, &line, Here::Messages),
        t,
        choices,
        list,
        show,
        count,
        back,
        on,
    })
}

async fn messages_part(State(node): State<Arc<Node>>, Query(which): Query<Which>) -> Response {
    part(&node, |line| Ok(MessagesPart::new(&node.texts, line, &which)))
}

async fn settings(State(node): State<Arc<Node>>) -> Response {
    match node.line("-") {
        Ok(line) => {
            page(&SettingsPage { page: Page::of(&node, &line, Here::Settings), languages: Language::ALL })
        }
        Err(error) => Failure(error).into_response(),
    }
}

/// Nothing is at this address: a page for people, an error for programs.
async fn no_such_page(State(node): State<Arc<Node>>, request: Request) -> Response {
    let t = &node.texts;
    let error = said::error(t, ErrorCode::NotFound, ["no-page-what", "no-page-means", "no-page-do"]);
    match node.line("-") {
        Ok(line) if !request.uri().path().starts_with("/v1/") => failed(&node, &line, error),
        _ => Failure(error).into_response(),
    }
}

/// Who only looks is told so, as a page or as an error for programs.
pub fn only_looks_page(node: &Node, method: &Method) -> Response {
    let t = &node.texts;
    let error = said::error(t, ErrorCode::SecondPerson, ["looks-what", "looks-means", "looks-do"]);
    match node.line("-") {
        Ok(line) if *method == Method::GET => failed(node, &line, error),
        _ => Failure(error).into_response(),
    }
}

/// What went wrong, as a page with the status of the error.
pub(crate) fn failed(node: &Node, line: &Line, error: ApiError) -> Response {
    let status = StatusCode::from_u16(error.error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let key = if error.error == ErrorCode::NotFound { "error-not-found" } else { "error-title" };
    let title = node.texts.get(key);
    let error = Spoken::of(&error, &node.texts);
    (status, page(&ErrorPage { page: Page::of(node, line, Here::Nowhere), title, error })).into_response()
}

/// A part of a page, for the script.
pub(crate) fn part<T: Template>(node: &Node, make: impl FnOnce(&Line) -> Result<T, ApiError>) -> Response {
    match node.line("-").and_then(|line| make(&line)) {
        Ok(template) => page(&template),
        Err(error) => Failure(error).into_response(),
    }
}

pub(crate) fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be made");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
