//! A stranger sends fifty thousand datagrams of 1,200 bytes a second at the receiving node.
//!
//! The row is the median latency of messages meanwhile, as in `latency`; its limit is the same median of the same
//! nodes between floods. Beside it: the rate that was reached, by which the first must be read, and how much the
//! flooded node grew. Both nodes, the stranger and the client share this machine's cores.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::Outcome;
use crate::machine::Bench;
use crate::nodes::Pair;
use crate::rows::latency;
use crate::sizes;
use crate::statistics::Samples;
use crate::table::{Row, Table};
use crate::timer::Timer;

const RATE: u64 = 50_000;
const DATAGRAM: usize = 1_200;
/// Longest flood; it ends sooner when the messages of its round are through.
const FLOOD: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(25);

pub fn measure(bench: &Bench, table: &mut Table) -> Outcome<()> {
    let mut pair = Pair::running(bench)?;
    let (mut writer, mut receiver) = (pair.blue.socket()?, pair.green.events()?);
    let (mut idle, mut flooded, mut rates) = (Samples::default(), Samples::default(), Samples::default());
    let text = sizes::text();
    let mut batch = |samples: &mut Samples| -> Outcome<()> {
        for _ in 0..bench.count(25, 15) {
            samples.add(latency::one(&mut writer, &mut receiver, &text)?);
            std::thread::sleep(PAUSE);
        }
        Ok(())
    };
    batch(&mut Samples::default())?;
    let (before, mut datagrams, mut processor) = (pair.green.resident()?, 0.0, 0.0);
    let mut most = before;
    for _ in 0..bench.count(6, 2) {
        batch(&mut idle)?;
        let (used, timer) = (pair.green.processor()?, Timer::start());
        let flood = Flood::start(pair.green.address)?;
        let measured = batch(&mut flooded);
        most = most.max(pair.green.resident()?);
        let rate = flood.stop()?;
        rates.add(rate);
        datagrams += rate * timer.elapsed().as_secs_f64();
        processor += pair.green.processor()? - used;
        measured?;
    }
    std::thread::sleep(Duration::from_millis(300));
    most = most.max(pair.green.resident()?);
    pair.stop()?;
    let row = Row::new("flood, median latency", "ms", flooded.median(), idle.median());
    table.row(row.goal("<= 1.5 x"));
    table.row(Row::new("flood, p99 latency", "ms", flooded.p99(), idle.p99()));
    table.row(Row::new("flood, datagrams sent", "1/s", rates.median(), RATE as f64));
    table.row(Row::bare("flood, processor time of the node", "us/dgram", processor / datagrams * 1e6));
    let grown = most.saturating_sub(before) as f64 / 1e6;
    table.row(Row::bare("flood, growth of the node", "MB", grown).goal("<= 8"));
    Ok(())
}

/// A thread that floods.
struct Flood {
    ended: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<f64>,
}

impl Flood {
    fn start(at: SocketAddr) -> Outcome<Flood> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        let ended = Arc::new(AtomicBool::new(false));
        let over = ended.clone();
        let thread = std::thread::spawn(move || flood(&socket, at, &over));
        Ok(Flood { ended, thread })
    }

    /// Ends it; gives the rate that it reached.
    fn stop(self) -> Outcome<f64> {
        self.ended.store(true, Ordering::SeqCst);
        Ok(self.thread.join().map_err(|_| "the stranger failed")?)
    }
}

/// Keeps to the rate millisecond by millisecond.
fn flood(socket: &UdpSocket, at: SocketAddr, ended: &AtomicBool) -> f64 {
    let mut datagram = [0xa5; DATAGRAM];
    let timer = Timer::start();
    let mut sent = 0u64;
    while !ended.load(Ordering::SeqCst) && timer.elapsed() < FLOOD {
        let due = (timer.elapsed().as_micros() as u64) * RATE / 1_000_000;
        while sent < due {
            datagram[..8].copy_from_slice(&sent.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
            datagram[DATAGRAM - 8..].copy_from_slice(&sent.wrapping_mul(0xd134_2543_de82_ef95).to_be_bytes());
            let _ = socket.send_to(&datagram, at);
            sent += 1;
        }
        std::thread::sleep(Duration::from_micros(500));
    }
    sent as f64 / timer.elapsed().as_secs_f64()
}
