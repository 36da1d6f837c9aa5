//! A client of a node, as small as can be: what it costs is part of every figure.
//!
//! One connection for many requests, blocking, no more than HTTP/1.1 as the node speaks it.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use ringdown_api::Event;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Outcome;

/// No answer takes so long; who waits longer waits for nothing.
const PATIENCE: Duration = Duration::from_secs(120);
const JSON: &str = "application/json";

/// A connection to a node.
pub struct Connection {
    stream: BufReader<UnixStream>,
}

impl Connection {
    /// To the local socket of a home.
    pub fn socket(home: &Path) -> Outcome<Connection> {
        let stream = UnixStream::connect(home.join(ringdown_api::SOCKET_NAME))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Connection { stream: BufReader::new(stream) })
    }

    /// Writes a request and does not wait.
    pub fn request(&mut self, method: &str, path: &str, body: &[u8]) -> Outcome<()> {
        let len = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {JSON}\r\nContent-Length: {len}\r\n\r\n"
        );
        let whole = [head.as_bytes(), body].concat();
        self.stream.get_mut().write_all(&whole)?;
        Ok(())
    }

    /// Reads an answer: its status and body.
    pub fn answer(&mut self) -> Outcome<(u16, Vec<u8>)> {
        let head = self.head()?;
        let mut body = Vec::new();
        if head.chunked {
            while let Some(chunk) = self.chunk()? {
                body.extend_from_slice(&chunk);
            }
        } else {
            body.resize(head.length, 0);
            self.stream.read_exact(&mut body)?;
        }
        Ok((head.status, body))
    }

    /// Asks and reads JSON. Paths are below the line.
    pub fn json<T: DeserializeOwned>(
        &mut self,
        method: &str,
        path: &str,
        body: &impl Serialize,
    ) -> Outcome<T> {
        self.request(method, &line_path(path), &serde_json::to_vec(body)?)?;
        self.json_answer()
    }

    /// Reads JSON from an answer that must be a good one.
    pub fn json_answer<T: DeserializeOwned>(&mut self) -> Outcome<T> {
        let (status, body) = self.answer()?;
        if status != 200 {
            return Err(format!("status {status}: {}", String::from_utf8_lossy(&body)).into());
        }
        Ok(serde_json::from_slice(&body)?)
    }

    /// Makes an event stream of the connection, from now on.
    pub fn events(mut self) -> Outcome<Events> {
        self.request("GET", &line_path("events"), b"")?;
        let head = self.head()?;
        if head.status != 200 || !head.chunked {
            return Err(format!("no event stream: status {}", head.status).into());
        }
        Ok(Events { connection: self, pending: String::new() })
    }

    fn head(&mut self) -> Outcome<Head> {
        let mut head = Head { status: 0, length: 0, chunked: false };
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        head.status = line.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or("no HTTP answer")?;
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else { return Ok(head) };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => head.length = value.trim().parse()?,
                "transfer-encoding" => head.chunked = value.trim() == "chunked",
                _ => {}
            }
        }
    }

    fn chunk(&mut self) -> Outcome<Option<Vec<u8>>> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let len = usize::from_str_radix(line.trim(), 16).map_err(|_| "the stream ended")?;
        let mut chunk = vec![0; len + 2];
        self.stream.read_exact(&mut chunk)?;
        chunk.truncate(len);
        Ok((len > 0).then_some(chunk))
    }
}

struct Head {
    status: u16,
    length: usize,
    chunked: bool,
}

/// Where a resource of the only line is.
pub fn line_path(path: &str) -> String {
    format!("/v1/lines/-/{path}")
}

/// What becomes durable at a node, as it does.
pub struct Events {
    connection: Connection,
    pending: String,
}

impl Events {
    /// The next numbered event; signs of life are passed over.
    pub fn next(&mut self) -> Outcome<Event> {
        loop {
            while let Some(end) = self.pending.find("\n\n") {
                let block: String = self.pending.drain(..end + 2).collect();
                let data = block.lines().find_map(|line| line.strip_prefix("data:"));
                if let Some(data) = data.filter(|_| block.lines().any(|line| line.starts_with("id:"))) {
                    return Ok(serde_json::from_str(data)?);
                }
            }
            let chunk = self.connection.chunk()?.ok_or("the event stream ended")?;
            self.pending.push_str(&String::from_utf8(chunk)?);
        }
    }

    /// Goes on until an event is as wanted.
    pub fn until(&mut self, wanted: impl Fn(&Event) -> bool) -> Outcome<Event> {
        loop {
            let event = self.next()?;
            if wanted(&event) {
                return Ok(event);
            }
        }
    }
}
