//! Resident memory of a node, idle and with ten thousand messages.
//!
//! The limit of the idle node is the same program, waiting on its standard input before it has done anything: what
//! the program's own pages cost. The limit with messages is the size of the record on disk: a node that kept all of
//! it in memory would need that much.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::Outcome;
use crate::machine::Bench;
use crate::nodes::{self, Pair};
use crate::rows::throughput::send_many;
use crate::statistics::Samples;
use crate::table::{Row, Table};

const MB: f64 = 1e6;
/// So long after its start a node has settled.
const SETTLED: Duration = Duration::from_millis(700);

pub fn measure(bench: &Bench, table: &mut Table) -> Outcome<()> {
    let (mut idle, mut nothing) = (Samples::default(), Samples::default());
    for _ in 0..bench.count(5, 2) {
        let mut pair = Pair::running(bench)?;
        std::thread::sleep(SETTLED);
        idle.add(pair.blue.resident()? as f64 / MB);
        idle.add(pair.green.resident()? as f64 / MB);
        nothing.add(waiting_program(bench, &pair.blue.home)? as f64 / MB);
        pair.stop()?;
    }
    table.row(Row::new("memory, idle node", "MB", idle.median(), nothing.median()).goal("<= 12"));
    let count = bench.count(10_000, 1_000);
    let mut pair = Pair::running(bench)?;
    send_many(&pair, count)?;
    std::thread::sleep(SETTLED);
    let live = [pair.blue.resident()?, pair.green.resident()?];
    pair.stop()?;
    let record = std::fs::metadata(pair.blue.record()?)?.len() as f64 / MB;
    pair.start()?;
    std::thread::sleep(SETTLED);
    let fresh = [pair.blue.resident()?, pair.green.resident()?];
    pair.stop()?;
    for (when, sides) in [("sent and received", live), ("started anew", fresh)] {
        for (side, bytes) in ["writer", "receiver"].into_iter().zip(sides) {
            let name = format!("memory, {count} messages {when}, {side}");
            table.row(Row::new(name, "MB", bytes as f64 / MB, record));
        }
    }
    Ok(())
}

/// Resident bytes of the program while it waits for its input, before it has spoken to a node.
fn waiting_program(bench: &Bench, home: &Path) -> Outcome<u64> {
    let mut child = Command::new(&bench.program)
        .arg("--home")
        .arg(home)
        .args(["send", "--precedence", "FLASH", "--subject", "none", "--file", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    std::thread::sleep(Duration::from_millis(200));
    let resident = nodes::resident(child.id());
    child.kill()?;
    child.wait()?;
    resident
}
