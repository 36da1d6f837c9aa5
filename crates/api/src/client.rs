//! A client of a node's local socket, for the CLI and for tests. It blocks.

use std::path::{Path, PathBuf};
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::net::UnixStream;
use tokio::runtime::Runtime;

use crate::signing::OFFICER_HEADER;
use crate::{ApiError, ErrorCode, Event, SOCKET_NAME};

/// Longest answer taken into memory; exports are written as they come.
const ANSWER_LEN_MAX: usize = 64 * 1024 * 1024;

/// Speaks with the node of one home about one line.
pub struct Client {
    runtime: Runtime,
    socket: PathBuf,
    line: String,
    officer: Option<u16>,
}

impl Client {
    /// For the node that serves `home`. `line` is an id, or `None` for the only one.
    pub fn new(home: &Path, line: Option<&str>) -> Result<Client, ApiError> {
        if !home.join("ringdown.toml").exists() {
            return Err(ApiError::new(
                ErrorCode::NotTrusted,
                format!("{} is no home of a ringdown side.", home.display()),
                "There is no line to speak of.",
                "Name the home with -C DIR, or make one with 'ringdown init DIR --side NAME'.",
            ));
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| failed(&error.to_string()))?;
        Ok(Client {
            runtime,
            socket: home.join(SOCKET_NAME),
            line: line.unwrap_or("-").to_owned(),
            officer: None,
        })
    }

    /// Asks as this officer; without one, as the first whose key the node holds.
    pub fn as_officer(self, officer: Option<u16>) -> Client {
        Client { officer, ..self }
    }

    /// Asks for a resource.
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ApiError> {
        self.json(Method::GET, path, Bytes::new())
    }

    /// Sends something.
    pub fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, ApiError> {
        self.json(Method::POST, path, to_json(body)?)
    }

    /// Puts something at a name.
    pub fn put<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, ApiError> {
        self.json(Method::PUT, path, to_json(body)?)
    }

    /// Takes something away.
    pub fn delete<T: DeserializeOwned>(&self, path: &str) -> Result<T, ApiError> {
        self.json(Method::DELETE, path, Bytes::new())
    }

    /// Reads a resource piece by piece.
    pub fn download(
        &self,
        path: &str,
        mut take: impl FnMut(&[u8]) -> std::io::Result<()>,
    ) -> Result<(), ApiError> {
        self.runtime.block_on(async {
            let mut response = self.send(Method::GET, path, Bytes::new(), None).await?;
            if !response.status().is_success() {
                return Err(error_of(response).await);
            }
            while let Some(frame) = response.frame().await {
                let frame = frame.map_err(|error| failed(&error.to_string()))?;
                if let Some(data) = frame.data_ref() {
                    take(data).map_err(|error| failed(&error.to_string()))?;
                }
            }
            Ok(())
        })
    }

    /// Follows the event stream after event `after` (`None`: from now on) until `take` returns false.
    pub fn events(&self, after: Option<u64>, mut take: impl FnMut(Event) -> bool) -> Result<(), ApiError> {
        self.runtime.block_on(async {
            let mut response = self.send(Method::GET, "events", Bytes::new(), after).await?;
            if !response.status().is_success() {
                return Err(error_of(response).await);
            }
            let mut lines = EventLines::default();
            while let Some(frame) = response.frame().await {
                let frame = frame.map_err(|error| failed(&error.to_string()))?;
                for event in lines.push(frame.data_ref().map_or(&[][..], |data| data)) {
                    if !take(event) {
                        return Ok(());
                    }
                }
            }
            Err(unreachable_node("the event stream ended"))
        })
    }

    /// Asks for a resource, and again after each event and each sign of life, until it is as wanted or `patience`
    /// has passed. Gives its last form, and whether it is as wanted.
    pub fn wait<T: DeserializeOwned>(
        &self,
        path: &str,
        patience: Option<Duration>,
        wanted: impl Fn(&T) -> bool,
    ) -> Result<(T, bool), ApiError> {
        self.runtime.block_on(async {
            let mut last: T = self.fetch(Method::GET, path, Bytes::new()).await?;
            let follow = async {
                // The stream is open before the resource is asked for again: nothing in between is missed.
                let mut response = self.send(Method::GET, "events", Bytes::new(), None).await?;
                while !wanted(&last) {
                    let frame = response.frame().await;
                    frame
                        .ok_or_else(|| unreachable_node("the event stream ended"))?
                        .map_err(|error| failed(&error.to_string()))?;
                    last = self.fetch(Method::GET, path, Bytes::new()).await?;
                }
                Ok::<(), ApiError>(())
            };
            if let Some(patience) = patience {
                if let Ok(done) = tokio::time::timeout(patience, follow).await {
                    done?;
                }
            } else {
                follow.await?;
            }
            let done = wanted(&last);
            Ok((last, done))
        })
    }

    fn json<T: DeserializeOwned>(&self, method: Method, path: &str, body: Bytes) -> Result<T, ApiError> {
        self.runtime.block_on(self.fetch(method, path, body))
    }

    async fn fetch<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> Result<T, ApiError> {
        let response = self.send(method, path, body, None).await?;
        if !response.status().is_success() {
            return Err(error_of(response).await);
        }
        let bytes = collect(response).await?;
        serde_json::from_slice(&bytes)
            .map_err(|error| failed(&format!("the node's answer cannot be read: {error}")))
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
        last_event: Option<u64>,
    ) -> Result<Response<Incoming>, ApiError> {
        let stream = UnixStream::connect(&self.socket)
            .await
            .map_err(|error| unreachable_node(&format!("{}: {error}", self.socket.display())))?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|error| unreachable_node(&error.to_string()))?;
        tokio::spawn(connection);
        let uri = format!("/v1/lines/{}/{path}", self.line);
        let mut request = Request::builder().method(method).uri(uri).header("host", "localhost");
        request = request.header("content-type", "application/json");
        if let Some(last) = last_event {
            request = request.header("last-event-id", last);
        }
        if let Some(officer) = self.officer {
            request = request.header(OFFICER_HEADER, officer);
        }
        let request = request.body(Full::new(body)).map_err(|error| failed(&error.to_string()))?;
        sender.send_request(request).await.map_err(|error| unreachable_node(&error.to_string()))
    }
}

/// Percent-encodes one segment of a path.
pub fn segment(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Cuts a server-sent event stream into events; signs of life are passed over.
#[derive(Default)]
struct EventLines {
    rest: Vec<u8>,
}

impl EventLines {
    fn push(&mut self, bytes: &[u8]) -> Vec<Event> {
        self.rest.extend_from_slice(bytes);
        let mut events = Vec::new();
        while let Some(end) = self.rest.windows(2).position(|pair| pair == b"\n\n") {
            let block: Vec<u8> = self.rest.drain(..end + 2).collect();
            let text = String::from_utf8_lossy(&block);
            let data = text.lines().filter_map(|line| line.strip_prefix("data:")).next();
            events.extend(data.and_then(|data| serde_json::from_str::<Event>(data.trim()).ok()));
        }
        events
    }
}

async fn collect(response: Response<Incoming>) -> Result<Bytes, ApiError> {
    let body = http_body_util::Limited::new(response.into_body(), ANSWER_LEN_MAX);
    let collected = body.collect().await.map_err(|error| failed(&error.to_string()))?;
    Ok(collected.to_bytes())
}

async fn error_of(response: Response<Incoming>) -> ApiError {
    let status = response.status();
    let bytes = collect(response).await.unwrap_or_default();
    serde_json::from_slice(&bytes)
        .unwrap_or_else(|_| failed(&format!("the node answered with status {status}")))
}

fn to_json(body: &impl Serialize) -> Result<Bytes, ApiError> {
    serde_json::to_vec(body).map(Bytes::from).map_err(|error| failed(&error.to_string()))
}

fn failed(what: &str) -> ApiError {
    ApiError::new(
        ErrorCode::Failed,
        format!("The request failed: {what}."),
        "Nothing is known of its outcome.",
        "Try again.",
    )
}

fn unreachable_node(what: &str) -> ApiError {
    ApiError::new(
        ErrorCode::NodeUnreachable,
        format!("The node of this home does not answer ({what})."),
        "Messages may be arriving that nobody sees.",
        "Start it with 'ringdown serve DIR', or look at the terminal where it runs.",
    )
}
