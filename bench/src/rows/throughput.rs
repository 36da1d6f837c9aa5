//! Messages a second, each signed by an officer and a node, receipted, and durable on both sides.
//!
//! Many messages are under way at once. Each is two requests, one that writes a draft and one that sends it, on a
//! connection that is kept. The clock runs until the sender's record holds the receipt for the last of them.
//!
//! The limit: all cores doing nothing but what no implementation can leave out, two signatures made and two checked
//! for each message, and one more of each for each receipt, as many as there were.

use std::collections::VecDeque;

use ringdown_api::Status;

use crate::Outcome;
use crate::http::{Connection, Events, line_path};
use crate::limits;
use crate::machine::{self, Bench};
use crate::nodes::{self, Pair, is_stored, new_id};
use crate::sizes;
use crate::statistics::Samples;
use crate::table::{Row, Table};
use crate::timer::Timer;

/// Releases under way at once.
const CONNECTIONS: usize = 32;

/// Has BLUE send so many messages and waits until all are stored by GREEN. Gives the seconds.
pub fn send_many(pair: &Pair, count: usize) -> Outcome<f64> {
    let mut events = pair.blue.events()?;
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        connections.push(pair.blue.socket()?);
    }
    let timer = Timer::start();
    let reader = std::thread::spawn(move || stored(&mut events, count).map_err(|error| error.to_string()));
    release_all(connections, count)?;
    reader.join().map_err(|_| "the thread that reads failed")??;
    Ok(timer.elapsed().as_secs_f64())
}

/// Reads until so many messages are stored by the peer.
fn stored(events: &mut Events, count: usize) -> Outcome<()> {
    let mut left = count;
    while left > 0 {
        let changes = events.next()?.changes;
        let stored = changes.iter().filter(|change| matches!(change, ringdown_api::Change::Stored { .. }));
        left = left.saturating_sub(stored.count());
    }
    Ok(())
}

/// What a connection waits for.
enum Step {
    Nothing,
    Drafting(String),
    Sending,
}

/// All connections in turn, on each the next request when the last is answered.
fn release_all(connections: Vec<Connection>, count: usize) -> Outcome<()> {
    let draft = serde_json::to_vec(&nodes::draft(&sizes::text()))?;
    let mut begun = 0;
    let mut lanes: VecDeque<_> = connections.into_iter().map(|lane| (lane, Step::Nothing)).collect();
    while let Some((mut lane, step)) = lanes.pop_front() {
        if !matches!(step, Step::Nothing) {
            let (status, body) = lane.answer()?;
            if status != 200 {
                return Err(format!("status {status}: {}", String::from_utf8_lossy(&body)).into());
            }
        }
        let next = match step {
            Step::Drafting(id) => {
                lane.request("POST", &line_path(&format!("drafts/{id}/send")), b"")?;
                Step::Sending
            }
            _ if begun < count => {
                begun += 1;
                let id = new_id()?;
                lane.request("PUT", &line_path(&format!("drafts/{id}")), &draft)?;
                Step::Drafting(id)
            }
            _ => continue,
        };
        lanes.push_back((lane, next));
    }
    Ok(())
}

pub fn measure(bench: &Bench, table: &mut Table) -> Outcome<()> {
    let mut pair = Pair::running(bench)?;
    let count = bench.count(4000, 800);
    send_many(&pair, 200)?;
    let (mut rates, mut limits) = (Samples::default(), Samples::default());
    let (mut receipts, mut used, mut needed) = (Samples::default(), Samples::default(), Samples::default());
    for _ in 0..bench.count(5, 2) {
        let before = heads(&pair)?;
        let bare = limits::signatures(1000)?;
        let processor = pair.blue.processor()? + pair.green.processor()?;
        let seconds = send_many(&pair, count)?;
        let processor = pair.blue.processor()? + pair.green.processor()? - processor;
        let after = heads(&pair)?;
        let share = (after - before) as f64 / count as f64;
        let work = (2.0 + share) * bare.sign + (2.0 + share) * bare.verify;
        receipts.add(share);
        used.add(processor / count as f64 * 1e6);
        needed.add(work * 1e6);
        rates.add(count as f64 / seconds);
        limits.add(machine::cores() as f64 / work);
    }
    pair.stop()?;
    let row = Row::new("throughput", "msg/s", rates.median(), limits.median());
    table.row(row.goal(">= 2,600"));
    table.row(Row::new("throughput, processor time of both nodes", "us/msg", used.median(), needed.median()));
    table.note(&format!("limit: {} cores, {:.3} receipts a message", machine::cores(), receipts.median()));
    Ok(())
}

/// How many entries GREEN has written.
fn heads(pair: &Pair) -> Outcome<u64> {
    let status: Status = pair.green.socket()?.status()?;
    let seq = status.head.own.split('/').nth(1).ok_or("no head")?;
    Ok(seq.parse()?)
}

/// Sends one message and waits until it is stored by the peer.
pub fn send_one(pair: &Pair) -> Outcome<()> {
    let mut stored = pair.blue.events()?;
    let message = pair.blue.socket()?.send(&sizes::text())?;
    stored.until(|event| is_stored(event, &message.serial))?;
    Ok(())
}
