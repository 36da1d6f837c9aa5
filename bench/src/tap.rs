//! A piece of the path between two nodes: counts what passes, and can be cut.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::Outcome;
use crate::sizes::IP_UDP;

/// How soon a tap notices that it is no longer wanted.
const LOOK_UP: Duration = Duration::from_millis(50);

/// Two sockets, one facing each node.
#[derive(Debug)]
pub struct Tap {
    /// Where each node is to send.
    pub faces: [SocketAddr; 2],
    state: Arc<State>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct State {
    cut: AtomicBool,
    ended: AtomicBool,
    bytes: [AtomicU64; 2],
    datagrams: [AtomicU64; 2],
}

/// What passed in both directions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// Bytes with the headers of IP and UDP.
    pub bytes: u64,
    /// Datagrams.
    pub datagrams: u64,
}

impl Tap {
    /// Between two nodes that receive at these addresses.
    pub fn between(nodes: [SocketAddr; 2]) -> Outcome<Tap> {
        let sockets =
            [UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?, UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?];
        let faces = [sockets[0].local_addr()?, sockets[1].local_addr()?];
        let state = Arc::new(State::default());
        let mut threads = Vec::new();
        for (from, socket) in sockets.into_iter().enumerate() {
            socket.set_read_timeout(Some(LOOK_UP))?;
            let (state, to) = (state.clone(), nodes[1 - from]);
            threads.push(std::thread::spawn(move || pass(&socket, from, to, &state)));
        }
        Ok(Tap { faces, state, threads })
    }

    /// True: nothing passes. False: all passes.
    pub fn cut(&self, cut: bool) {
        self.state.cut.store(cut, Ordering::SeqCst);
    }

    /// So far.
    pub fn passed(&self) -> Passed {
        let sum = |counts: &[AtomicU64; 2]| counts.iter().map(|count| count.load(Ordering::SeqCst)).sum();
        Passed { bytes: sum(&self.state.bytes), datagrams: sum(&self.state.datagrams) }
    }
}

impl Passed {
    /// What passed since an earlier look.
    pub fn since(self, earlier: Passed) -> Passed {
        Passed { bytes: self.bytes - earlier.bytes, datagrams: self.datagrams - earlier.datagrams }
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.state.ended.store(true, Ordering::SeqCst);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn pass(socket: &UdpSocket, from: usize, to: SocketAddr, state: &State) {
    let mut buffer = [0; 2048];
    while !state.ended.load(Ordering::SeqCst) {
        let Ok((len, _)) = socket.recv_from(&mut buffer) else { continue };
        if state.cut.load(Ordering::SeqCst) {
            continue;
        }
        state.bytes[from].fetch_add((len + IP_UDP) as u64, Ordering::SeqCst);
        state.datagrams[from].fetch_add(1, Ordering::SeqCst);
        let _ = socket.send_to(&buffer[..len], to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_passes_and_only_that() {
        let ends = [0, 1].map(|_| UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap());
        ends.iter().for_each(|end| end.set_read_timeout(Some(Duration::from_secs(10))).unwrap());
        let tap = Tap::between([ends[0].local_addr().unwrap(), ends[1].local_addr().unwrap()]).unwrap();
        ends[0].send_to(&[7; 100], tap.faces[0]).unwrap();
        let mut buffer = [0; 200];
        assert_eq!(ends[1].recv(&mut buffer).unwrap(), 100);
        tap.cut(true);
        ends[1].send_to(&[8; 100], tap.faces[1]).unwrap();
        ends[0].set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        assert!(ends[0].recv(&mut buffer).is_err(), "a cut path lets nothing pass");
        assert_eq!(tap.passed(), Passed { bytes: 128, datagrams: 1 });
    }
}
