//! From asking for a release until the receiving side's event, durable on both sides.
//!
//! The draft is written and signed before. The clock runs from the request for its release, over BLUE's commit, one
//! datagram and GREEN's commit, to the event on GREEN's stream as a client reads it.
//!
//! The limit: half a bare UDP round trip and two commits of the store, one after the other, each of one entry, on the
//! same disk between the same messages. Beside it, the same with a bare write and `fdatasync` in place of a commit:
//! what any database adds stands between the two.

use ringdown_api::Message;

use crate::Outcome;
use crate::http::{Connection, Events};
use crate::limits::{Commits, Echo, Flushes};
use crate::machine::Bench;
use crate::nodes::Pair;
use crate::sizes;
use crate::statistics::Samples;
use crate::table::{Row, Table};
use crate::timer::Timer;

/// Messages that warm everything up.
const WARM: usize = 10;
/// Commits and flushes between two messages, so that receipts have gone before the next.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(55);

/// One message; milliseconds from the request to the event at the other side.
pub fn one(writer: &mut Connection, receiver: &mut Events, text: &str) -> Outcome<f64> {
    let (path, signed) = writer.signed(text)?;
    let serial = signed.prepared.serial.clone();
    let timer = Timer::start();
    writer.release(&path, &signed)?;
    receiver.until(|event| {
        let is_it = |change: &ringdown_api::Change| {
            matches!(change, ringdown_api::Change::Message { serial: other } if *other == serial)
        };
        event.changes.iter().any(is_it)
    })?;
    let elapsed = timer.elapsed();
    let _: Message = writer.json_answer()?;
    Ok(elapsed.as_secs_f64() * 1e3)
}

pub fn measure(bench: &Bench, table: &mut Table) -> Outcome<()> {
    let mut pair = Pair::running(bench)?;
    let (mut writer, mut receiver) = (pair.blue.socket()?, pair.green.events()?);
    let (echo, mut commits, mut flushes) = (Echo::new()?, Commits::new(bench)?, Flushes::new(bench)?);
    let text = sizes::text();
    let [mut values, mut limits, mut bare, mut commit, mut trip] = [(); 5].map(|()| Samples::default());
    for round in 0..WARM + bench.count(400, 60) {
        let value = one(&mut writer, &mut receiver, &text)?;
        let rested = Timer::start();
        let half = echo.round_trip()?.as_secs_f64() * 1e3 / 2.0;
        let pairs = [
            [commits.one()?, commits.one()?].map(|time| time.as_secs_f64() * 1e3),
            [flushes.one()?, flushes.one()?].map(|time| time.as_secs_f64() * 1e3),
        ];
        if round >= WARM {
            values.add(value);
            trip.add(half * 2.0);
            commit.add(pairs[0][0]);
            limits.add(half + pairs[0].iter().sum::<f64>());
            bare.add(half + pairs[1].iter().sum::<f64>());
        }
        std::thread::sleep(PAUSE.saturating_sub(rested.elapsed()));
    }
    pair.stop()?;
    table.row(Row::new("latency min", "ms", values.min(), limits.min()));
    table.row(Row::new("latency median", "ms", values.median(), limits.median()).goal("<= 2 x"));
    table.row(Row::new("latency p99", "ms", values.p99(), limits.p99()));
    table.row(Row::new("latency median, bare disk", "ms", values.median(), bare.median()));
    table.note(&format!(
        "limit: half a round trip of {:.3} ms + two commits of {:.3} ms (medians)",
        trip.median(),
        commit.median()
    ));
    Ok(())
}
