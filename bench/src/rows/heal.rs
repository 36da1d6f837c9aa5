//! From the end of an outage until what waited is stored by the peer.
//!
//! The path is cut between the nodes, a message is released, and after a while the path passes again. Nobody is told:
//! the nodes find out. The clock runs from there to the event that the sender's record holds the receipt.
//!
//! The limit is two bare round trips and a second: one question may be on its way when the path heals, and the next
//! goes within a second.

use std::time::Duration;

use crate::Outcome;
use crate::limits::Echo;
use crate::machine::Bench;
use crate::nodes::{Pair, is_stored};
use crate::sizes;
use crate::statistics::Samples;
use crate::table::{Row, Table};
use crate::timer::Timer;

/// How many times each outage is made, and how long it is, in milliseconds.
const OUTAGES: &[(usize, u64)] = &[(7, 500), (7, 3_000), (3, 10_000), (1, 60_000)];
const OUTAGES_QUICK: &[(usize, u64)] = &[(3, 500), (3, 3_000)];

pub fn measure(bench: &Bench, table: &mut Table) -> Outcome<()> {
    let mut pair = Pair::tapped(bench)?;
    pair.start()?;
    let echo = Echo::new()?;
    for (times, outage) in if bench.quick { OUTAGES_QUICK } else { OUTAGES } {
        let (mut values, mut limits) = (Samples::default(), Samples::default());
        for round in 0..*times {
            // Rounds differ a little, so that they do not all end at one point between two questions.
            let outage = Duration::from_millis(outage + 130 * round as u64);
            values.add_ms(heal(&pair, outage)?);
            limits.add(echo.round_trip()?.as_secs_f64() * 1e3 * 2.0 + 1000.0);
        }
        let name = format!("heal after {} s, median", *outage as f64 / 1e3);
        table.row(Row::new(name, "ms", values.median(), limits.median()));
        let name = format!("heal after {} s, worst of {times}", *outage as f64 / 1e3);
        table.row(Row::new(name, "ms", values.max(), limits.median()).goal("<= 1 x"));
    }
    pair.stop()
}

fn heal(pair: &Pair, outage: Duration) -> Outcome<Duration> {
    let tap = pair.tap.as_ref().ok_or("no tap")?;
    let mut stored = pair.blue.events()?;
    tap.cut(true);
    let message = pair.blue.socket()?.send(&sizes::text())?;
    std::thread::sleep(outage);
    tap.cut(false);
    let timer = Timer::start();
    stored.until(|event| is_stored(event, &message.serial))?;
    Ok(timer.elapsed())
}
