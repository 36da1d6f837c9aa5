//! Who may come in over TCP: token, session cookie, allowed hosts, our own pages.
//!
//! Each officer has a token, and one more only looks; a session is of the token that opened it.
//! Any page that a browser shows can send requests to localhost, and a name that the page's owner controls can be
//! made to point there. So a request must name a host from the list, and one that changes something must say that it
//! comes from our own pages, unless it carries the token itself.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use ringdown_api::signing::OFFICER_HEADER;
use ringdown_api::{ApiError, ErrorCode};
use ringdown_record::Secret;
use ringdown_record::audit::sentence::Sentence;
use ringdown_record::sentence;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::console;
use crate::entropy::{hex, random, unhex};
use crate::http::{Door, EVENT_STREAMS_MAX, Failure, Node};
use crate::refusal::{bad_request, nothing_shown};
use crate::who::{Who, asked_by};

/// What one who only looks may post all the same: it changes nothing of the line.
const VIEWER_POSTS: [&str; 3] = ["/alive", "/settings/language", "/record/examine"];

/// Pages that are there for acts alone, by how their path begins or ends.
const ACT_PAGES: [&str; 3] = ["/compose", "/release/", "/watch/handover"];
const ACT_PAGE_END: &str = "/read-back";

/// Knows the tokens, and the port on loopback, which names the cookies.
pub struct Gatekeeper {
    tokens: Vec<(Who, String)>,
    port: u16,
    streams: Arc<Semaphore>,
}

impl Gatekeeper {
    /// For the console on this port.
    pub fn new(tokens: Vec<(Who, String)>, port: u16) -> Gatekeeper {
        Gatekeeper { tokens, port, streams: Arc::new(Semaphore::new(EVENT_STREAMS_MAX)) }
    }

    /// A place for one more event stream, until it is dropped.
    pub(super) fn stream_seat(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        self.streams.clone().try_acquire_owned().map_err(|_| {
            ApiError::said(
                ErrorCode::Conflict,
                sentence!(
                    "said-streams-taken",
                    "{count} event streams are open, and no more are given.",
                    count = EVENT_STREAMS_MAX
                ),
                sentence!(
                    "said-streams-taken-means",
                    "Nothing is lost: events are numbered and can be read later."
                ),
                sentence!("said-streams-taken-do", "Close pages or programs that are no longer needed."),
            )
        })
    }

    /// Cookies ignore ports: two consoles on one host would overwrite each other's without the port in the name.
    fn cookie_name(&self) -> String {
        format!("ringdown-{}", self.port)
    }

    /// Where a browser keeps the language that it chose.
    pub fn language_cookie(&self) -> String {
        format!("ringdown-language-{}", self.port)
    }

    /// Whose token this is.
    fn of_token(&self, offered: &str) -> Option<Who> {
        // Comparing hashes tells a guesser nothing about how much was right.
        let offered = Sha256::digest(offered);
        self.tokens.iter().find(|(_, token)| Sha256::digest(token) == offered).map(|(who, _)| *who)
    }

    /// A session: a random id and a keyed hash of it. It outlives a restart of the node and dies with the token.
    fn new_session(token: &str) -> String {
        let id: [u8; 16] = random();
        format!("{}.{}", hex(&id), hex(&session_key(token, &id).0))
    }

    fn of_session(&self, session: &str) -> Option<Who> {
        let (id, key) = session.split_once('.')?;
        let (id, key) = (unhex::<16>(id)?, Sha256::digest(unhex::<32>(key)?));
        let opened = |token: &str| Sha256::digest(session_key(token, &id).0) == key;
        self.tokens.iter().find(|(_, token)| opened(token)).map(|(who, _)| *who)
    }

    /// Who sends the token itself.
    fn bearer(&self, headers: &HeaderMap) -> Option<Who> {
        let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        value.and_then(|value| value.strip_prefix("Bearer ")).and_then(|token| self.of_token(token))
    }

    fn signed_in(&self, headers: &HeaderMap) -> Option<Who> {
        let name = self.cookie_name();
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        cookies
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='))
            .filter(|(key, _)| *key == name)
            .find_map(|(_, value)| self.of_session(value))
    }
}

fn session_key(token: &str, id: &[u8; 16]) -> Secret {
    Secret(Sha256::digest(token).into()).derive(&[b"console session", id])
}

/// Refuses foreign host names always, and foreign or missing origins for everything that changes something.
pub async fn check_host_and_origin(
    State(node): State<Arc<Node>>,
    Extension(door): Extension<Door>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    if !door.is_own_host(headers) {
        return refuse(
            sentence!("said-other-host", "The request names a host that is not this console."),
            sentence!("said-other-host-do", "Open {address}.", address = door.in_words()),
        );
    }
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if !reads && !door.is_own_origin(headers) && node.gatekeeper.bearer(headers).is_none() {
        return refuse(
            sentence!("said-other-page", "The request does not come from a page of this console."),
            sentence!(
                "said-other-page-do",
                "Use the console's own pages, or send the token in an Authorization header."
            ),
        );
    }
    next.run(request).await
}

fn refuse(what: Sentence, todo: Sentence) -> Response {
    let error = ApiError::said(ErrorCode::NotSignedIn, what, nothing_shown(), todo);
    (StatusCode::FORBIDDEN, Failure(error)).into_response()
}

/// Lets requests with token or session through; shows others the sign-in page, or an error to programs.
pub async fn require_sign_in(State(node): State<Arc<Node>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let gatekeeper = &node.gatekeeper;
    if let Some(who) = gatekeeper.bearer(headers).or_else(|| gatekeeper.signed_in(headers)) {
        if who == Who::Viewer && is_act(&request) {
            let method = request.method().clone();
            return asked_by(who, async move { console::only_looks_page(&node, &method) }).await;
        }
        return asked_by(who, next.run(request)).await;
    }
    if request.uri().path().starts_with("/v1/") || request.method() != Method::GET {
        let error = ApiError::said(
            ErrorCode::NotSignedIn,
            sentence!("said-nobody-signed-in", "Nobody is signed in here."),
            nothing_shown(),
            sentence!(
                "said-nobody-signed-in-do",
                "Open the address that 'ringdown serve' printed, or send the home's token as 'Authorization: Bearer ...'."
            ),
        );
        return Failure(error).into_response();
    }
    (StatusCode::UNAUTHORIZED, console::sign_in_page(&node, false)).into_response()
}

/// True for what one who only looks may not ask for.
fn is_act(request: &Request) -> bool {
    let path = request.uri().path();
    match *request.method() {
        Method::GET | Method::HEAD => {
            path.ends_with(ACT_PAGE_END) || ACT_PAGES.iter().any(|page| path.starts_with(page))
        }
        _ => !VIEWER_POSTS.contains(&path),
    }
}

/// Whoever may open the socket file is the operator; he may name the officer that he is.
pub async fn operator(request: Request, next: Next) -> Response {
    let Some(named) = request.headers().get(OFFICER_HEADER) else {
        return asked_by(Who::Operator(None), next.run(request)).await;
    };
    match named.to_str().ok().and_then(|index| index.parse().ok()) {
        Some(index) => asked_by(Who::Operator(Some(index)), next.run(request)).await,
        None => Failure(bad_request(
            sentence!(
                "said-officer-header",
                "The header {header} does not name an officer.",
                header = OFFICER_HEADER
            ),
            sentence!("said-officer-header-do", "Name the officer's number in the key list, such as 2."),
        ))
        .into_response(),
    }
}

#[derive(Deserialize)]
pub struct SignIn {
    token: String,
}

/// Opens a session for whoever has the token.
pub async fn sign_in(
    State(node): State<Arc<Node>>,
    Extension(door): Extension<Door>,
    Form(form): Form<SignIn>,
) -> Response {
    let gatekeeper = &node.gatekeeper;
    let token = form.token.trim();
    if gatekeeper.of_token(token).is_none() {
        return (StatusCode::UNAUTHORIZED, console::sign_in_page(&node, true)).into_response();
    }
    let cookie = format!(
        "{}={}; {}; Max-Age=2592000",
        gatekeeper.cookie_name(),
        Gatekeeper::new_session(token),
        door.cookie_terms()
    );
    ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(header::HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_session_belongs_to_one_token_and_one_port() {
        let keeper = |token: &str, port| Gatekeeper::new(vec![(Who::Officer(1), token.into())], port);
        let session = Gatekeeper::new_session("token");
        let cookie = format!("other=1; ringdown-4101={session}");
        let headers = headers(&[(header::COOKIE, &cookie)]);
        assert_eq!(keeper("token", 4101).signed_in(&headers), Some(Who::Officer(1)));
        assert_eq!(keeper("token", 4102).signed_in(&headers), None);
        assert_eq!(keeper("rotated", 4101).signed_in(&headers), None);
        let forged = session.replacen(&session[..1], if session.starts_with('0') { "1" } else { "0" }, 1);
        assert_eq!(keeper("token", 4101).of_session(&forged), None);
    }

    #[test]
    fn a_session_is_of_whoever_has_the_token() {
        let tokens = [(Who::Officer(1), "a"), (Who::Officer(2), "b"), (Who::Viewer, "c")];
        let gatekeeper = Gatekeeper::new(tokens.map(|(who, token)| (who, token.into())).into(), 4101);
        for (who, token) in tokens {
            assert_eq!(gatekeeper.of_token(token), Some(who));
            assert_eq!(gatekeeper.of_session(&Gatekeeper::new_session(token)), Some(who));
        }
        assert_eq!(gatekeeper.of_token("d"), None);
    }

    // API-29
    #[test]
    fn every_act_is_known_as_one() {
        let request = |method: Method, path: &str| {
            Request::builder().method(method).uri(path).body(axum::body::Body::empty()).unwrap()
        };
        for path in
            ["/compose", "/compose?re=x", "/release/00", "/messages/BLUE%200001/read-back", "/watch/handover"]
        {
            assert!(is_act(&request(Method::GET, path)), "{path}");
        }
        for path in ["/", "/messages/BLUE%200001", "/watch", "/record", "/v1/lines/-/status"] {
            assert!(!is_act(&request(Method::GET, path)), "{path}");
            assert!(is_act(&request(Method::POST, path)) && is_act(&request(Method::DELETE, path)), "{path}");
        }
        assert!(!is_act(&request(Method::POST, "/alive")));
    }
}
