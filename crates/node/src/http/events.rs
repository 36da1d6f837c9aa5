//! The event stream: what became durable, by number; between that, signs of life.
//!
//! `id:` is the number of an entry, so a client that names the last one it saw misses nothing. `event: tick` every two
//! seconds carries the node's clock and proves that the stream lives; `event: touch` says that something that is not
//! in the record may have changed (a path, the disk, a note). `event: stopping` is the last word of a node that was
//! asked to stop.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Sse;
use axum::response::sse::Event as Frame;
use tokio::sync::{broadcast, mpsc, watch};
use tokio_stream::wrappers::ReceiverStream;

use crate::http::{Failure, Node};
use crate::line::Line;

const TICK: Duration = Duration::from_secs(2);
/// Frames that wait for a slow client; then its stream ends and it comes back with its last number.
const FRAMES_MAX: usize = 64;
/// Streams at a time: each screen has one, and each program that waits for something.
pub const EVENT_STREAMS_MAX: usize = 64;

pub async fn stream(
    State(node): State<Arc<Node>>,
    Path(line): Path<String>,
    headers: HeaderMap,
) -> Result<Sse<ReceiverStream<Result<Frame, Infallible>>>, Failure> {
    let line = node.line(&line)?;
    let seat = node.gatekeeper.stream_seat()?;
    let last =
        headers.get("last-event-id").and_then(|value| value.to_str().ok()).and_then(|id| id.parse().ok());
    let events = line.events.subscribe();
    let missed = match last {
        None => Vec::new(),
        Some(last) => {
            let line = line.clone();
            let read = tokio::task::spawn_blocking(move || line.events_after(last)).await;
            read.unwrap_or_else(|_| Ok(Vec::new()))?
        }
    };
    let (frames, receiver) = mpsc::channel(FRAMES_MAX);
    let follow = follow(line, node.stopped.clone(), frames, events, missed, last.unwrap_or(0));
    tokio::spawn(async move {
        follow.await;
        drop(seat);
    });
    Ok(Sse::new(ReceiverStream::new(receiver)))
}

type Frames = mpsc::Sender<Result<Frame, Infallible>>;

async fn follow(
    line: Arc<Line>,
    mut stopped: watch::Receiver<bool>,
    frames: Frames,
    mut events: broadcast::Receiver<Arc<ringdown_api::Event>>,
    missed: Vec<Arc<ringdown_api::Event>>,
    mut last: u64,
) {
    let mut changed = line.changed.subscribe();
    let mut tick = tokio::time::interval(TICK);
    for event in missed {
        last = event.event;
        if frames.send(Ok(frame(&event))).await.is_err() {
            return;
        }
    }
    loop {
        let next = tokio::select! {
            biased;
            event = events.recv() => match event {
                // Already sent with the missed ones.
                Ok(event) if event.event <= last => continue,
                Ok(event) => frame(&event),
                Err(_) => return,
            },
            touched = changed.changed() => {
                if touched.is_err() {
                    return;
                }
                Frame::default().event("touch").data("{}")
            }
            () = until(&mut stopped) => {
                let _ = frames.send(Ok(Frame::default().event("stopping").data("{}"))).await;
                return;
            }
            _ = tick.tick() => {
                let now = line.watch_clock().unix_ms();
                Frame::default().event("tick").data(format!("{{\"now\":{now}}}"))
            }
        };
        if frames.send(Ok(next)).await.is_err() {
            return;
        }
    }
}

async fn until(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

fn frame(event: &ringdown_api::Event) -> Frame {
    let data = serde_json::to_string(event).unwrap_or_default();
    Frame::default().id(event.event.to_string()).data(data)
}
