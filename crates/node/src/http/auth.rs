//! Who may come in over TCP: token, session cookie, allowed hosts, our own pages.
//!
//! Any page that a browser shows can send requests to localhost, and a name that the page's owner controls can be
//! made to point there. So a request must name a host from the list, and one that changes something must say that it
//! comes from our own pages, unless it carries the token itself.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use ringdown_api::{ApiError, ErrorCode};
use ringdown_record::Secret;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::console;
use crate::entropy::{hex, random, unhex};
use crate::http::{Door, EVENT_STREAMS_MAX, Failure, Node};

/// Knows the token, and the port on loopback, which names the cookies.
pub struct Gatekeeper {
    token: String,
    port: u16,
    streams: Arc<Semaphore>,
}

impl Gatekeeper {
    /// For the console on this port.
    pub fn new(token: String, port: u16) -> Gatekeeper {
        Gatekeeper { token, port, streams: Arc::new(Semaphore::new(EVENT_STREAMS_MAX)) }
    }

    /// A place for one more event stream, until it is dropped.
    pub(super) fn stream_seat(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        self.streams.clone().try_acquire_owned().map_err(|_| {
            ApiError::new(
                ErrorCode::Conflict,
                format!("{EVENT_STREAMS_MAX} event streams are open, and no more are given."),
                "Nothing is lost: events are numbered and can be read later.",
                "Close pages or programs that are no longer needed.",
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

    fn knows_token(&self, offered: &str) -> bool {
        // Comparing hashes tells a guesser nothing about how much was right.
        Sha256::digest(offered) == Sha256::digest(&self.token)
    }

    /// A session: a random id and a keyed hash of it. It outlives a restart of the node and dies with the token.
    fn new_session(&self) -> String {
        let id: [u8; 16] = random();
        format!("{}.{}", hex(&id), hex(&self.session_key(&id).0))
    }

    fn knows_session(&self, session: &str) -> bool {
        let parts = session.split_once('.');
        parts
            .and_then(|(id, key)| Some((unhex::<16>(id)?, unhex::<32>(key)?)))
            .is_some_and(|(id, key)| Sha256::digest(key) == Sha256::digest(self.session_key(&id).0))
    }

    fn session_key(&self, id: &[u8; 16]) -> Secret {
        Secret(Sha256::digest(&self.token).into()).derive(&[b"console session", id])
    }

    fn has_token(&self, headers: &HeaderMap) -> bool {
        let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        value.and_then(|value| value.strip_prefix("Bearer ")).is_some_and(|token| self.knows_token(token))
    }

    fn has_session(&self, headers: &HeaderMap) -> bool {
        let name = self.cookie_name();
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        cookies
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='))
            .any(|(key, value)| key == name && self.knows_session(value))
    }
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
        let action = format!("Open {}.", door.in_words());
        return refuse("The request names a host that is not this console.", action);
    }
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if !reads && !door.is_own_origin(headers) && !node.gatekeeper.has_token(headers) {
        return refuse(
            "The request does not come from a page of this console.",
            "Use the console's own pages, or send the token in an Authorization header.".into(),
        );
    }
    next.run(request).await
}

fn refuse(what: &str, action: String) -> Response {
    let error = ApiError::new(ErrorCode::NotSignedIn, what, "Nothing was shown or changed.", action);
    (StatusCode::FORBIDDEN, axum::Json(error)).into_response()
}

/// Lets requests with token or session through; shows others the sign-in page, or an error to programs.
pub async fn require_sign_in(State(node): State<Arc<Node>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    if node.gatekeeper.has_token(headers) || node.gatekeeper.has_session(headers) {
        return next.run(request).await;
    }
    if request.uri().path().starts_with("/v1/") || request.method() != Method::GET {
        let error = ApiError::new(
            ErrorCode::NotSignedIn,
            "Nobody is signed in here.",
            "Nothing was shown or changed.",
            "Open the address that 'ringdown serve' printed, or send the home's token as 'Authorization: Bearer ...'.",
        );
        return Failure(error).into_response();
    }
    (StatusCode::UNAUTHORIZED, console::sign_in_page(&node, false)).into_response()
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
    if !gatekeeper.knows_token(form.token.trim()) {
        return (StatusCode::UNAUTHORIZED, console::sign_in_page(&node, true)).into_response();
    }
    let cookie = format!(
        "{}={}; {}; Max-Age=2592000",
        gatekeeper.cookie_name(),
        gatekeeper.new_session(),
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
        let gatekeeper = Gatekeeper::new("token".into(), 4101);
        let session = gatekeeper.new_session();
        let cookie = format!("other=1; ringdown-4101={session}");
        assert!(gatekeeper.has_session(&headers(&[(header::COOKIE, &cookie)])));
        assert!(!Gatekeeper::new("token".into(), 4102).has_session(&headers(&[(header::COOKIE, &cookie)])));
        assert!(!Gatekeeper::new("rotated".into(), 4101).has_session(&headers(&[(header::COOKIE, &cookie)])));
        let forged = session.replacen(&session[..1], if session.starts_with('0') { "1" } else { "0" }, 1);
        assert!(!gatekeeper.knows_session(&forged));
    }
}
