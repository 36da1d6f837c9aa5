//! Bytes on the wire for a lone message with its receipt, and for a session with its first message.
//!
//! Counted by a tap between the nodes, both ways, with 28 bytes of IP and UDP for each datagram. The limit is the
//! size function of `sizes`: what the format needs, term by term.

use std::time::Duration;

use ringdown_api::{Message, Status};

use crate::Outcome;
use crate::machine::Bench;
use crate::nodes::Pair;
use crate::rows::throughput::send_one;
use crate::sizes::{self, Numbers};
use crate::statistics::Samples;
use crate::table::{Row, Table};
use crate::tap::{self, Tap};

/// So long after a receipt nothing more is expected.
const QUIET: Duration = Duration::from_millis(150);

pub fn measure(bench: &Bench, table: &mut Table) -> Outcome<()> {
    established(bench, table)?;
    set_up(bench, table)
}

/// Numbers that BLUE's next message will bear.
fn numbers(pair: &Pair) -> Outcome<Numbers> {
    let status: Status = pair.blue.socket()?.status()?;
    let seq = |place: &str| place.split('/').nth(1).and_then(|seq| seq.parse().ok()).unwrap_or(0);
    let seen = (seq(&status.head.own), seq(&status.head.peer));
    Ok(Numbers { seq: seen.0 + 1, peer: seen.1, serial: 2 })
}

fn established(bench: &Bench, table: &mut Table) -> Outcome<()> {
    let mut pair = Pair::tapped(bench)?;
    pair.start()?;
    let (mut values, mut limits, mut seen) = (Samples::default(), Samples::default(), String::new());
    let mut terms = Vec::new();
    for _ in 0..bench.count(15, 5) {
        std::thread::sleep(QUIET);
        let numbers = numbers(&pair)?;
        tap(&pair)?.take();
        send_one(&pair)?;
        std::thread::sleep(QUIET);
        let passed = tap(&pair)?.take();
        let back = Numbers { seq: numbers.peer + 1, peer: numbers.seq, ..numbers };
        let sizes = [sizes::message_cell(&numbers), sizes::receipt_cell(&back)];
        values.add(tap::bytes(&passed) as f64);
        seen = tap::words(&passed);
        limits.add(sizes.iter().map(sizes::Size::total).sum::<usize>() as f64);
        terms = sizes.iter().map(sizes::Size::words).collect();
    }
    pair.stop()?;
    let row = Row::new("bytes of a message and its receipt", "B", values.median(), limits.median());
    table.row(row.goal("<= 620"));
    table.note(&format!("least {:.0} B, most {:.0} B; the last: {seen}", values.min(), values.max()));
    table.note(&format!("message: {}", terms[0]));
    table.note(&format!("receipt: {}", terms[1]));
    Ok(())
}

/// BLUE comes back with a message that waits; GREEN has been up all the time. Counting begins with BLUE's first
/// datagram.
fn set_up(bench: &Bench, table: &mut Table) -> Outcome<()> {
    let (mut values, mut limits, mut seen) = (Samples::default(), Samples::default(), String::new());
    let mut pair = Pair::tapped(bench)?;
    pair.start()?;
    let mut terms = String::new();
    for serial in 2..bench.count(9, 5) as u64 {
        std::thread::sleep(QUIET);
        pair.blue.stop()?;
        tap(&pair)?.cut(true);
        pair.blue.start()?;
        let numbers = Numbers { serial, ..numbers(&pair)? };
        let message = pair.blue.socket()?.send(&sizes::text())?;
        pair.blue.stop()?;
        tap(&pair)?.cut(false);
        tap(&pair)?.take();
        pair.blue.start()?;
        wait_until_stored(&pair, &message.entry)?;
        std::thread::sleep(QUIET);
        let passed = tap(&pair)?.take();
        values.add(tap::bytes(&passed) as f64);
        seen = tap::words(&passed);
        let size = sizes::set_up(&numbers);
        limits.add(size.total() as f64);
        terms = size.words();
    }
    pair.stop()?;
    let row = Row::new("bytes of a session and its first message", "B", values.median(), limits.median());
    table.row(row.goal("<= 840"));
    table.note(&format!("least {:.0} B, most {:.0} B; the last: {seen}", values.min(), values.max()));
    table.note(&terms);
    Ok(())
}

/// Asks until a message is stored; BLUE's event of it may have come before anyone could listen.
fn wait_until_stored(pair: &Pair, entry: &str) -> Outcome<()> {
    let mut blue = pair.blue.socket()?;
    for _ in 0..2000 {
        let message: Message = blue.json("GET", &format!("messages/{entry}"), &serde_json::json!({}))?;
        if message.state == "STORED BY PEER" {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Err("the message was not stored within ten seconds".into())
}

fn tap(pair: &Pair) -> Outcome<&Tap> {
    Ok(pair.tap.as_ref().ok_or("no tap")?)
}
