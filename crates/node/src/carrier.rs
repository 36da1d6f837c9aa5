//! Carriers: bytes in, bytes out. So far UDP, with the faults that a lab can put on it.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use ringdown_api::lab::Lab;
use ringdown_line::CarrierId;
use tokio::net::UdpSocket;

use crate::entropy::random;

/// Room for any datagram that may come; larger ones than a cell are refused by the endpoint.
const DATAGRAM_MAX: usize = 2048;
/// Errors of earlier sendings that are passed over at a time.
const ERRORS_MAX: usize = 16;

/// One datagram, one cell, to one peer.
#[derive(Clone, Debug)]
pub struct UdpCarrier {
    /// Its number in nonces.
    pub id: CarrierId,
    socket: Arc<UdpSocket>,
    peer: SocketAddr,
    faults: Arc<Mutex<Faults>>,
    sent_bytes: Arc<AtomicU64>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Faults {
    loss_percent: u8,
    delay_ms: u32,
    cut: bool,
}

impl UdpCarrier {
    /// Binds the socket.
    pub async fn open(number: u8, listen: SocketAddr, peer: SocketAddr) -> std::io::Result<UdpCarrier> {
        let socket = Arc::new(UdpSocket::bind(listen).await?);
        Ok(UdpCarrier {
            id: CarrierId(number),
            socket,
            peer,
            faults: Arc::default(),
            sent_bytes: Arc::default(),
        })
    }

    /// Sends a datagram. A network that takes none now loses it, which the endpoint expects of any carrier.
    pub fn send(&self, bytes: Vec<u8>) {
        let headers = if self.peer.is_ipv4() { 20 + 8 } else { 40 + 8 };
        self.sent_bytes.fetch_add((bytes.len() + headers) as u64, Ordering::Relaxed);
        let faults = self.current_faults();
        let lost =
            faults.loss_percent > 0 && u32::from_be_bytes(random()) % 100 < u32::from(faults.loss_percent);
        if faults.cut || lost {
            return;
        }
        if faults.delay_ms == 0 {
            let _ = self.socket.try_send_to(&bytes, self.peer);
            return;
        }
        let (socket, peer) = (self.socket.clone(), self.peer);
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(faults.delay_ms.into())).await;
            let _ = socket.try_send_to(&bytes, peer);
        });
    }

    /// Bytes sent so far, with the headers of IP and UDP.
    pub fn sent_bytes(&self) -> u64 {
        self.sent_bytes.load(Ordering::Relaxed)
    }

    /// Ready when a datagram may be here.
    pub fn poll_ready(&self, context: &mut Context<'_>) -> Poll<()> {
        self.socket.poll_recv_ready(context).map(drop)
    }

    /// A datagram that is here, from anyone: only its contents say who sent it.
    pub fn receive(&self) -> Option<Vec<u8>> {
        let mut buffer = [0; DATAGRAM_MAX];
        for _ in 0..ERRORS_MAX {
            // An error reports an earlier sending ("port unreachable") and is gone when read; the socket stays good.
            match self.socket.try_recv_from(&mut buffer) {
                Ok((len, _)) => return Some(buffer[..len].to_vec()),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => return None,
                Err(_) => {}
            }
        }
        None
    }

    /// Puts faults on what is sent from now on.
    pub fn disturb(&self, lab: &Lab) {
        let mut faults = self.faults.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        faults.loss_percent = lab.loss_percent.unwrap_or(faults.loss_percent);
        faults.delay_ms = lab.delay_ms.unwrap_or(faults.delay_ms);
        match lab.cut {
            Some(false) => *faults = Faults::default(),
            Some(true) => faults.cut = true,
            None => {}
        }
    }

    fn current_faults(&self) -> Faults {
        *self.faults.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
