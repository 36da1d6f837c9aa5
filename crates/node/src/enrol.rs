//! `officer enrol`: one page on which an officer's authenticator makes his passkey, before the home is paired.
//!
//! The page lies under the address of the console, because a passkey signs for the pages of one origin. What it brings is
//! believed only with the token of this run, and only after the new key has signed a challenge of this run.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use askama::Template;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Json, Router};
use ringdown_api::signing::{self, PasskeyAnswer};
use ringdown_api::{ApiError, ErrorCode};
use ringdown_record::audit::sentence::Sentence;
use ringdown_record::sentence;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tokio::sync::watch;

use crate::clock::Clock;
use crate::config::{ConfigError, Home, HomeConfig};
use crate::console;
use crate::entropy::{hex, random, unhex_any};
use crate::home;
use crate::http::{self, Door, Entrance, Failure};
use crate::network::Network;
use crate::officers::{HomeOfficer, OfficerEntry, PasskeyEntry, roles_of};
use crate::serve::ServeError;
use crate::signing::checked_signature;
use crate::text::{Language, Texts};
use crate::verbs::say;

/// How long the page waits for the officer.
const PATIENCE: Duration = Duration::from_secs(15 * 60);
/// Longest request: a key and an answer of an authenticator take less than a tenth of it.
const REQUEST_LEN_MAX: usize = 16 * 1024;
/// What stands before the point in the public key of P-256 that a browser gives (SubjectPublicKeyInfo in DER).
const SPKI_OF_P256: [u8; 27] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
    0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
];

/// Whose passkey is made.
#[derive(Clone, Debug)]
pub struct Enrolment<'a> {
    /// The home, which has no line yet.
    pub dir: &'a Path,
    /// His role, as the other side will read it.
    pub name: &'a str,
    /// What he may do.
    pub may: &'a [String],
    /// The site's name under which he opens the console; without one it is `localhost`.
    pub site: Option<&'a str>,
}

/// Where the page is, and for what the passkey is made.
struct Place {
    entrances: Vec<Entrance>,
    door: Door,
    rp_id: String,
    origin: String,
}

/// One run.
struct Desk {
    home: Home,
    side: String,
    name: String,
    may: Vec<String>,
    rp_id: String,
    origin: String,
    token: String,
    challenge: [u8; 32],
    /// His number, once he is in the home.
    enrolled: watch::Sender<Option<u16>>,
    /// Held while he is being written: two requests make one officer.
    writing: Mutex<()>,
}

/// Serves the page until the officer is enrolled.
pub fn run(enrolment: &Enrolment<'_>, json: bool) -> Result<(), ServeError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| ServeError::new(format!("no runtime: {error}")))?;
    let ended = runtime.block_on(serve(enrolment, json));
    runtime.shutdown_timeout(Duration::from_millis(300));
    ended
}

async fn serve(enrolment: &Enrolment<'_>, json: bool) -> Result<(), ServeError> {
    let home = Home::at(enrolment.dir);
    let config = home.config()?;
    home.without_line()?;
    let may = home::roles_or_all(enrolment.may);
    roles_of(&may)?;
    let Place { entrances, door, rp_id, origin } = match enrolment.site {
        None => here(&home, &config).await?,
        Some(name) => at_site(&home, &config, name).await?,
    };
    let (enrolled, mut done) = watch::channel(None);
    let desk = Arc::new(Desk {
        side: config.side,
        name: enrolment.name.to_owned(),
        may,
        rp_id,
        origin,
        token: hex(&random::<16>()),
        challenge: random(),
        home,
        enrolled,
        writing: Mutex::new(()),
    });
    for entrance in entrances {
        let mut stopped = done.clone();
        let stop = async move { drop(stopped.wait_for(Option::is_some).await) };
        tokio::spawn(http::serve_router(entrance, router(desk.clone(), door.clone()), stop));
    }
    let Desk { name, origin, token, .. } = &*desk;
    let address = format!("{origin}/enrol#{token}");
    say(&if json {
        serde_json::json!({"address": address}).to_string()
    } else {
        format!("Let the {name} open this on his own computer, with his authenticator:\n{address}")
    });
    let index = tokio::time::timeout(PATIENCE, done.wait_for(Option::is_some)).await;
    let index = index.ok().and_then(Result::ok).and_then(|index| *index).ok_or_else(|| {
        ServeError::new(format!(
            "nobody enrolled within {} minutes; nothing was changed",
            PATIENCE.as_secs() / 60
        ))
    })?;
    if !json {
        say(&format!(
            "Officer {index}, {name}, has a passkey that works at {origin} and nowhere else: the console has to stay there."
        ));
    }
    Ok(())
}

/// On this machine. The port becomes the console's, because the passkey is good for it alone.
async fn here(home: &Home, config: &HomeConfig) -> Result<Place, ServeError> {
    let port = home::fixed_console_port(home, config)?;
    let entrances = http::bind_console(port).await.map_err(|error| {
        ServeError::new(format!("port {port} for the page cannot be used ({error}); stop what uses it"))
    })?;
    let origin = format!("http://localhost:{port}");
    Ok(Place { entrances, door: Door::loopback(port), rp_id: "localhost".into(), origin })
}

/// Under a name of the site, over TLS, where the console will be on the network.
async fn at_site(home: &Home, config: &HomeConfig, name: &str) -> Result<Place, ServeError> {
    let console = config.console.as_ref().filter(|console| console.names.iter().any(|known| known == name));
    let console = console.ok_or_else(|| {
        ServeError::new(format!(
            "'{name}' is no name of [console] in {}; write it there first, with its certificate",
            home.dir.join("ringdown.toml").display()
        ))
    })?;
    let now = Clock::host().now().wall;
    Network::make(home, config, now)?;
    let network = Network::of(home, config, now)?;
    let network = network.ok_or_else(|| ServeError::new("there is no console on the network"))?;
    let entrance = http::bind_network(&network).await.map_err(|error| {
        ServeError::new(format!(
            "{} for the page cannot be used ({error}); stop what uses it",
            network.listen
        ))
    })?;
    let places = console.names.iter().zip(network.door.addresses());
    let origin = places.into_iter().find(|(known, _)| *known == name).map(|(_, address)| address);
    let origin = origin.unwrap_or_default();
    Ok(Place { entrances: vec![entrance], door: network.door, rp_id: name.to_owned(), origin })
}

fn router(desk: Arc<Desk>, door: Door) -> Router {
    Router::new()
        .route("/enrol", get(show).post(enrol))
        .merge(console::assets())
        .layer(middleware::from_fn(own_pages))
        .layer(DefaultBodyLimit::max(REQUEST_LEN_MAX))
        .layer(middleware::from_fn(console::headers))
        .layer(Extension(door))
        .with_state(desk)
}

/// No page of another origin, and no name that was made to point here.
async fn own_pages(Extension(door): Extension<Door>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let reads = request.method() == axum::http::Method::GET;
    if door.is_own_host(headers) && (reads || door.is_own_origin(headers)) {
        return next.run(request).await;
    }
    (StatusCode::FORBIDDEN, format!("Open {}.", door.in_words())).into_response()
}

#[derive(Template)]
#[template(path = "enrol.html")]
struct EnrolPage<'a> {
    t: &'a Texts,
    desk: &'a Desk,
    challenge: String,
}

async fn show(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    let t = texts(&headers);
    console::page(&EnrolPage { t: &t, desk: &desk, challenge: hex(&desk.challenge) })
}

/// In the language that the browser prefers.
fn texts(headers: &HeaderMap) -> Texts {
    let wished = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Texts::new(wished.and_then(Language::accepted).unwrap_or_default())
}

/// What the page brings.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Made {
    /// The public key as the browser gives it, in hex.
    public: String,
    /// What the authenticator answered to the challenge of this run.
    answer: PasskeyAnswer,
}

async fn enrol(State(desk): State<Arc<Desk>>, headers: HeaderMap, Json(made): Json<Made>) -> Response {
    match desk.enrol(&headers, made) {
        Ok(index) => Json(serde_json::json!({"officer": index})).into_response(),
        Err(error) => Failure(console::spoken(&error, &texts(&headers))).into_response(),
    }
}

impl Desk {
    fn enrol(&self, headers: &HeaderMap, made: Made) -> Result<u16, ApiError> {
        let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let shown = shown.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
        // Comparing hashes tells a guesser nothing about how much was right.
        if Sha256::digest(shown) != Sha256::digest(&self.token) {
            return Err(ApiError::said(
                ErrorCode::NotSignedIn,
                sentence!(
                    "said-other-address",
                    "This is not the address that 'ringdown officer enrol' printed."
                ),
                nobody(),
                sentence!(
                    "said-other-address-do",
                    "Open it as it was printed, with all that stands behind the #."
                ),
            ));
        }
        let _one = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = *self.enrolled.borrow() {
            return Ok(index);
        }
        let key = unhex_any(&made.public).and_then(|spki| compressed(&spki)).ok_or_else(|| {
            let what =
                sentence!("said-other-curve", "The authenticator made a key of another kind than P-256.");
            let todo = sentence!("said-other-curve-do", "Use an authenticator that knows ES256.");
            ApiError::said(ErrorCode::BadRequest, what, nobody(), todo)
        })?;
        let passkey = PasskeyEntry::new(&key, &self.rp_id, &self.origin);
        let entry = OfficerEntry::with_passkey(&self.name, &self.may, passkey);
        let officer = HomeOfficer::of_entry(1, &entry).map_err(refused)?;
        checked_signature(&officer, &self.challenge, &signing::Signature::Passkey(made.answer))?;
        let index = self.home.add_officer(entry, random()).map_err(refused)?;
        self.enrolled.send_replace(Some(index));
        Ok(index)
    }
}

fn refused(error: ConfigError) -> ApiError {
    ApiError::said(
        ErrorCode::BadRequest,
        sentence!("said-not-enrolled", "{reason}.", reason = error.to_string()),
        nobody(),
        sentence!("said-not-enrolled-do", "Begin again: 'ringdown officer enrol'."),
    )
}

/// The one form of a point that a key list takes: its x, and whether its y is odd.
fn compressed(spki: &[u8]) -> Option<[u8; 33]> {
    let point: &[u8; 64] = spki.strip_prefix(&SPKI_OF_P256[..])?.try_into().ok()?;
    let mut key = [0; 33];
    key[0] = 2 | (point[63] & 1);
    key[1..].copy_from_slice(&point[..32]);
    Some(key)
}

fn nobody() -> Sentence {
    sentence!("said-nobody-enrolled", "Nobody was enrolled.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_has_one_form_in_the_key_list() {
        let mut spki = SPKI_OF_P256.to_vec();
        spki.extend((0..64).map(|byte| byte + 1));
        let key = compressed(&spki).unwrap();
        assert_eq!((key[0], &key[1..3], key[32]), (2, &[1, 2][..], 32));
        spki[90] = 65;
        assert_eq!(compressed(&spki).unwrap()[0], 3, "y is odd");
        assert_eq!(compressed(&spki[..90]), None);
        spki[10] ^= 1;
        assert_eq!(compressed(&spki), None, "another curve");
    }
}
