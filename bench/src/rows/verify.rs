//! Signatures that `ringdown verify` checks in a second, beside what one thread of this machine checks in a second.
//!
//! The record is one of real messages, exported by a node. Each entry has its node's signature, each message its
//! officer's too. The time is that of the whole program: starting, reading, hashing, deciding, printing.

use std::process::Command;

use ringdown_api::Status;

use crate::Outcome;
use crate::limits;
use crate::machine::Bench;
use crate::nodes::{Pair, ran};
use crate::rows::throughput::send_many;
use crate::statistics::Samples;
use crate::table::{Row, Table};
use crate::timer::time;

pub fn measure(bench: &Bench, table: &mut Table) -> Outcome<()> {
    let mut pair = Pair::running(bench)?;
    let messages = bench.count(4000, 800);
    send_many(&pair, messages)?;
    let dir = bench.directory()?;
    let file = dir.path().join("record.ringdown");
    let status: Status = pair.blue.socket()?.status()?;
    ran(Command::new(&bench.program).arg("-C").arg(&pair.blue.home).arg("export").arg(&file))?;
    pair.stop()?;
    let entries = [&status.head.own, &status.head.peer]
        .map(|place| place.split('/').nth(1).and_then(|seq| seq.parse::<usize>().ok()).unwrap_or_default());
    // One statement in each message; the line's first message is one more.
    let signatures = entries.iter().sum::<usize>() + messages + 1;
    let (mut rates, mut limits) = (Samples::default(), Samples::default());
    for _ in 0..bench.count(9, 3) {
        limits.add(1.0 / limits::signatures(1500)?.verify);
        let mut verify = Command::new(&bench.program);
        verify.arg("verify").arg(&file).args(["--line", &status.line.id, "--json"]);
        let (elapsed, said) = time(|| ran(&mut verify));
        said?;
        rates.add(signatures as f64 / elapsed.as_secs_f64());
    }
    let row = Row::new("verify, one thread", "sig/s", rates.median(), limits.median());
    table.row(row.goal(">= 0.9 x"));
    table.note(&format!("{signatures} signatures in {} bytes", std::fs::metadata(&file)?.len()));
    Ok(())
}
