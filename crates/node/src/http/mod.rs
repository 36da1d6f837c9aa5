//! The HTTP side: the API on a local socket, API and console on loopback and, with TLS, on a network.
//!
//! Whoever may open the socket file is the operator. Elsewhere a request needs the token or a session that was
//! opened with it, names an allowed host, and if it changes something comes from our own pages.

mod accept;
mod api;
mod auth;
mod door;
mod events;

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use ringdown_api::{ApiError, ErrorCode};
use ringdown_record::sentence;
use tokio::net::{TcpListener, UnixListener};
use tokio_rustls::TlsAcceptor;

use crate::console;
use crate::line::Line;
use crate::network::Network;
use crate::text::Tongues;

pub use accept::{
    BODY_TIME, CONNECTIONS_MAX, HANDSHAKE_PACE, HANDSHAKE_TIME, HEADERS_LEN_MAX, HEADERS_TIME, UNREAD_TIME,
};
pub use auth::Gatekeeper;
pub use door::{Door, Entrance};
pub use events::EVENT_STREAMS_MAX;

/// Longest request body.
pub const REQUEST_LEN_MAX: usize = 256 * 1024;

/// All that handlers need.
pub struct Node {
    /// The lines of this side, by id.
    pub lines: Vec<Arc<Line>>,
    /// Words of the console.
    pub texts: Tongues,
    /// Who may come in over TCP.
    pub gatekeeper: Gatekeeper,
    /// Examines the record for the console.
    pub auditor: Arc<console::Auditor>,
    /// True once the node stops.
    pub stopped: tokio::sync::watch::Receiver<bool>,
}

impl Node {
    /// The line of this id; `-` is the only one.
    pub fn line(&self, id: &str) -> Result<Arc<Line>, ApiError> {
        let found = match (id, self.lines.as_slice()) {
            ("-", [only]) => Some(only),
            (id, lines) => lines.iter().find(|line| line.id.to_string() == id),
        };
        found.cloned().ok_or_else(|| {
            ApiError::said(
                ErrorCode::NotFound,
                sentence!("said-no-line", "This node has no line '{line}'.", line = id),
                sentence!("said-no-line-means", "Nothing was done."),
                sentence!(
                    "said-no-line-do",
                    "Leave the line out if there is only one, or name its id as 'status' shows it."
                ),
            )
        })
    }
}

/// An [`ApiError`] as an HTTP answer.
pub struct Failure(pub ApiError);

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Failure(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let Failure(error) = self;
        (status, Extension(error.clone()), axum::Json(error)).into_response()
    }
}

/// The API, without any check of who asks.
fn api_routes() -> Router<Arc<Node>> {
    let line = Router::new()
        .route("/status", get(api::status))
        .route("/messages", get(api::messages))
        .route("/messages/{serial}", get(api::message))
        .route("/messages/{serial}/raw", get(api::raw))
        .route("/messages/{serial}/read-back", get(api::to_read_back))
        .route("/messages/{serial}/read-back/understood", post(api::understood))
        .route("/messages/{serial}/acknowledge", post(api::acknowledge))
        .route("/messages/{serial}/paper", get(api::paper))
        .route("/messages/{serial}/acts", post(api::act))
        .route("/messages/{serial}/acts/prepare", post(api::prepare_act))
        .route("/messages/{serial}/acts/signed", post(api::act_signed))
        .route("/messages/{serial}/translation", post(api::translation))
        .route("/messages/{serial}/our-translation", post(api::our_translation))
        .route("/forms", get(api::forms))
        .route("/drafts", get(api::drafts))
        .route("/drafts/{id}", get(api::draft).put(api::put_draft).delete(api::delete_draft))
        .route("/drafts/{id}/prepare", post(api::prepare))
        .route("/drafts/{id}/sign", post(api::sign))
        .route("/drafts/{id}/submit", post(api::submit))
        .route("/drafts/{id}/return", post(api::return_draft))
        .route("/drafts/{id}/release", post(api::release))
        .route("/drafts/{id}/send", post(api::send))
        .route("/watch/start", post(api::start_watch))
        .route("/watch/hand-over", post(api::hand_over_watch))
        .route("/watch/end", post(api::end_watch))
        .route("/log", get(api::log))
        .route("/officers", get(api::officers))
        .route("/events", get(events::stream))
        .route("/transcript", get(api::transcript))
        .route("/export", get(api::export))
        .route("/lab", post(api::lab));
    Router::new().route("/v1/lines", get(api::lines)).nest("/v1/lines/{line}", line)
}

/// Binds the local socket, in place of one that a killed node left. Only the owner of the home may open it.
pub fn bind_socket(path: &Path) -> std::io::Result<UnixListener> {
    use std::os::unix::fs::PermissionsExt;
    let _ = std::fs::remove_file(path);
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Serves the local socket until `stop` resolves.
pub async fn serve_socket(
    node: Arc<Node>,
    listener: UnixListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let router = api_routes()
        .layer(axum::middleware::from_fn(auth::operator))
        .layer(DefaultBodyLimit::max(REQUEST_LEN_MAX))
        .with_state(node);
    axum::serve(listener, router).with_graceful_shutdown(stop).await
}

/// Binds the console's port on loopback, on both address families where there are two.
pub async fn bind_console(port: u16) -> std::io::Result<Vec<Entrance>> {
    let v4 = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
    let v6 = TcpListener::bind(SocketAddr::from((Ipv6Addr::LOCALHOST, port))).await;
    let door = Door::loopback(port);
    let listeners = [Some(v4), v6.ok()].into_iter().flatten();
    Ok(listeners.map(|listener| Entrance::plain(listener, &door)).collect())
}

/// Binds the console's address on the network.
pub async fn bind_network(network: &Network) -> std::io::Result<Entrance> {
    let listener = TcpListener::bind(network.listen).await?;
    let tls = TlsAcceptor::from(network.tls.clone());
    Ok(Entrance::with_tls(listener, network.door.clone(), tls))
}

/// Serves API and console at one entrance until `stop` resolves.
pub async fn serve_console(
    node: Arc<Node>,
    entrance: Entrance,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let router = console_router(node, entrance.door.clone());
    serve_router(entrance, router, stop).await
}

/// Serves other pages at an entrance until `stop` resolves.
pub async fn serve_router(
    entrance: Entrance,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    accept::serve(entrance, router, stop).await
}

/// API and console as they are behind a door: every request is judged before its body is read.
pub fn console_router(node: Arc<Node>, door: Door) -> Router {
    let signed_in = api_routes()
        .merge(console::routes())
        .layer(axum::middleware::from_fn(accept::whole_body))
        .layer(axum::middleware::from_fn_with_state(node.clone(), auth::require_sign_in));
    let open = Router::new().route("/sign-in", post(auth::sign_in)).merge(console::assets());
    let open = open.layer(axum::middleware::from_fn(accept::whole_body));
    signed_in
        .merge(open)
        .layer(axum::middleware::from_fn_with_state(node.clone(), auth::check_host_and_origin))
        .layer(DefaultBodyLimit::max(REQUEST_LEN_MAX))
        .layer(axum::middleware::from_fn_with_state(node.clone(), console::in_words_of_the_page))
        .layer(axum::middleware::from_fn_with_state(node.clone(), console::in_language))
        .layer(axum::middleware::from_fn(console::headers))
        .layer(Extension(door))
        .with_state(node)
}
