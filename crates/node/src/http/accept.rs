//! Connections to the console. Every program on the machine, or on the network, can open one, so until it has shown the
//! token each may hold little, and for a short time.
//!
//! A seat is what one connection takes. Whoever says nothing, or says it too slowly, or does not read what he asked
//! for, loses his. The local socket has no part in this: only the owner of the home can open it.

use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use ringdown_api::{ApiError, ErrorCode};
use ringdown_record::sentence;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::Sleep;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tower::ServiceExt;

use crate::http::{Door, Entrance, Failure, REQUEST_LEN_MAX};
use crate::refusal::{bad_request, nothing_shown};

/// Connections at a time; one more is closed at once.
pub const CONNECTIONS_MAX: usize = 256;
/// Bytes of a request's first line and headers that are kept while they are not whole.
pub const HEADERS_LEN_MAX: usize = 32 * 1024;
/// How long a connection with TLS may take until both ends have their keys.
pub const HANDSHAKE_TIME: Duration = Duration::from_secs(8);
/// Least time between two connections with TLS. Each costs a signature, which must not hold up the line.
pub const HANDSHAKE_PACE: Duration = Duration::from_millis(20);
/// How long the headers of the next request may take, and so how long a connection may idle.
pub const HEADERS_TIME: Duration = Duration::from_secs(8);
/// How long the body of a request may take.
pub const BODY_TIME: Duration = Duration::from_secs(8);
/// How long a client may leave an answer unread.
pub const UNREAD_TIME: Duration = Duration::from_secs(8);
/// Pause after the system gave no connection, such as when it has no file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// Serves until `stop` resolves, then lets open requests end.
pub(super) async fn serve(
    entrance: Entrance,
    router: Router,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let Entrance { listener, door, tls } = entrance;
    let seats = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let (stopping, stopped) = watch::channel(false);
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            biased;
            () = &mut stop => break,
            accepted = listener.accept() => accepted,
        };
        match (accepted, seats.clone().try_acquire_owned()) {
            (Ok((stream, _)), Ok(seat)) => {
                let stream = Impatient { stream, unread: None };
                let (router, stopped) = (router.clone(), stopped.clone());
                match tls.clone() {
                    None => tokio::spawn(seated(converse(stream, router, stopped), seat)),
                    Some(tls) => {
                        tokio::spawn(seated(shake_hands(tls, door.clone(), stream, router, stopped), seat))
                    }
                };
            }
            // Closed by being dropped.
            (Ok(_), Err(_)) => tracing::debug!(CONNECTIONS_MAX, "all connections are taken"),
            (Err(error), _) => {
                tracing::warn!(%error, "no connection could be taken");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
        if tls.is_some() {
            tokio::time::sleep(HANDSHAKE_PACE).await;
        }
    }
    let _ = stopping.send(true);
    let all = u32::try_from(CONNECTIONS_MAX).unwrap_or(u32::MAX);
    let _ = seats.acquire_many(all).await;
    Ok(())
}

async fn seated(connection: impl Future<Output = ()>, seat: OwnedSemaphorePermit) {
    connection.await;
    drop(seat);
}

/// One connection with TLS, to its end.
async fn shake_hands(
    tls: TlsAcceptor,
    door: Door,
    stream: Impatient,
    router: Router,
    mut stopped: watch::Receiver<bool>,
) {
    let shaken = tokio::select! {
        shaken = tokio::time::timeout(HANDSHAKE_TIME, begin_tls(tls, door, stream)) => shaken,
        () = stop_asked(&mut stopped) => return,
    };
    match shaken {
        Ok(Ok(stream)) => converse(stream, router, stopped).await,
        Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
        Err(_) => tracing::debug!("a TLS handshake did not end in time"),
    }
}

/// Whoever speaks plain HTTP, as a browser does where `http://` was typed, is told the address in plain HTTP.
async fn begin_tls(tls: TlsAcceptor, door: Door, mut stream: Impatient) -> io::Result<TlsStream<Impatient>> {
    let mut first = [0; 1];
    stream.stream.peek(&mut first).await?;
    if !first[0].is_ascii_uppercase() {
        return tls.accept(stream).await;
    }
    // What was sent is read, or the system would throw the answer away with it.
    let _ = stream.read(&mut [0; 4096]).await?;
    let told = format!("This console speaks https. Open {}.\n", door.in_words());
    let head = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length";
    stream.write_all(format!("{head}: {}\r\n\r\n{told}", told.len()).as_bytes()).await?;
    stream.shutdown().await?;
    Err(io::Error::other("it was plain HTTP"))
}

/// One connection whose requests can be read, to its end.
async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    router: Router,
    mut stopped: watch::Receiver<bool>,
) {
    let service =
        TowerToHyperService::new(router.map_request(|request: Request<Incoming>| request.map(Body::new)));
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_TIME)
        .max_buf_size(HEADERS_LEN_MAX)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop_asked(&mut stopped) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

async fn stop_asked(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// Reads a request's body whole, before anything acts on it, or gives up.
pub(super) async fn whole_body(request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    match tokio::time::timeout(BODY_TIME, axum::body::to_bytes(body, REQUEST_LEN_MAX)).await {
        Ok(Ok(bytes)) => next.run(Request::from_parts(head, Body::from(bytes))).await,
        Ok(Err(_)) => Failure(bad_request(
            sentence!(
                "said-body-too-long",
                "The body of the request breaks off or has more than {max} bytes.",
                max = REQUEST_LEN_MAX
            ),
            sentence!("said-body-too-long-do", "Send less in one request."),
        ))
        .into_response(),
        Err(_) => Failure(ApiError::said(
            ErrorCode::TimedOut,
            sentence!("said-body-late", "The body of the request did not come in time."),
            nothing_shown(),
            sentence!("said-body-late-do", "Send it again."),
        ))
        .into_response(),
    }
}

/// A stream that fails when its other end reads nothing for [`UNREAD_TIME`] while something waits to be written.
struct Impatient {
    stream: TcpStream,
    unread: Option<Pin<Box<Sleep>>>,
}

impl Impatient {
    fn watched<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.unread = None;
            return written;
        }
        let unread = self.unread.get_or_insert_with(|| Box::pin(tokio::time::sleep(UNREAD_TIME)));
        ready!(unread.as_mut().poll(cx));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client does not read")))
    }
}

impl AsyncRead for Impatient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Impatient {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.watched(cx, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
