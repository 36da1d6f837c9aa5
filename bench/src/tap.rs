//! A piece of the path between two nodes: counts what passes, and can be cut.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::Outcome;
use crate::sizes::IP_UDP;

/// How soon a tap notices that it is no longer wanted.
const LOOK_UP: Duration = Duration::from_millis(50);
/// Datagrams that are remembered; what passes after them is not counted, which no row comes near.
const DATAGRAMS_MAX: usize = 1_000_000;

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
    passed: Mutex<Vec<Datagram>>,
}

/// One that passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Datagram {
    /// Which node sent it: 0 or 1.
    pub from: usize,
    /// Bytes with the headers of IP and UDP.
    pub bytes: usize,
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

    /// What passed since this was last asked.
    pub fn take(&self) -> Vec<Datagram> {
        std::mem::take(&mut self.state.passed.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// All bytes of some datagrams.
pub fn bytes(passed: &[Datagram]) -> usize {
    passed.iter().map(|datagram| datagram.bytes).sum()
}

/// Who sent how much, in order.
pub fn words(passed: &[Datagram]) -> String {
    let word = |datagram: &Datagram| format!("{} {}", ["BLUE", "GREEN"][datagram.from], datagram.bytes);
    passed.iter().map(word).collect::<Vec<_>>().join(", ")
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
        let mut passed = state.passed.lock().unwrap_or_else(PoisonError::into_inner);
        if passed.len() < DATAGRAMS_MAX {
            passed.push(Datagram { from, bytes: len + IP_UDP });
        }
        drop(passed);
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
        let passed = tap.take();
        assert_eq!((words(&passed).as_str(), bytes(&passed)), ("BLUE 128", 128));
        assert!(tap.take().is_empty());
    }
}
