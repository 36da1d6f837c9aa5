//! `ringdown demo` in an empty directory, from its start until both sides say that they are ready.
//!
//! The limit: the same program started three times, doing nothing (the demo and its two nodes), and the files that
//! must be durable before a side may be called founded, written and flushed one after the other.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::Outcome;
use crate::machine::Bench;
use crate::nodes::ran;
use crate::statistics::Samples;
use crate::table::{Row, Table};
use crate::timer::{Timer, time};

/// Files of two homes that are flushed: keys, token and config, config anew when joined, line, secret, charter, record.
const FILES: usize = 2 * 8;

pub fn measure(bench: &Bench, table: &mut Table) -> Outcome<()> {
    let (mut values, mut again, mut limits) = (Samples::default(), Samples::default(), Samples::default());
    let mut starts = Samples::default();
    for _ in 0..bench.count(11, 3) {
        let dir = bench.directory()?;
        let (exec, said) = time(|| ran(Command::new(&bench.program).arg("--version")));
        said?;
        let (flushing, written) = time(|| write_files(dir.path()));
        written?;
        limits.add((exec * 3 + flushing).as_secs_f64() * 1e3);
        starts.add((exec * 3).as_secs_f64() * 1e3);
        values.add(demo(bench, dir.path())?);
        again.add(demo(bench, dir.path())?);
    }
    table.row(Row::new("start-up, a new demo", "ms", values.median(), limits.median()));
    table.row(Row::new("start-up, the same demo again", "ms", again.median(), starts.median()));
    Ok(())
}

fn demo(bench: &Bench, dir: &Path) -> Outcome<f64> {
    let mut ports = Vec::new();
    for _ in 0..2 {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        ports.push((socket.local_addr()?.port().to_string(), socket));
    }
    let [blue, green] = [ports[0].0.clone(), ports[1].0.clone()];
    drop(ports);
    let timer = Timer::start();
    let mut child = Command::new(&bench.program)
        .args(["demo", "--blue-port", &blue, "--green-port", &green, "--dir"])
        .arg(dir.join("demo"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let output = child.stdout.take().ok_or("no output")?;
    // Kept until the demo has ended: it says more after that it is ready, and somebody must be there to listen.
    let mut lines = BufReader::new(output).lines().map_while(Result::ok);
    let ready = lines.any(|line| line == "ready");
    let elapsed = timer.elapsed().as_secs_f64() * 1e3;
    // SIGTERM is how a demo is stopped: its nodes end with it.
    ran(Command::new("kill").args(["-TERM", &child.id().to_string()]))?;
    child.wait()?;
    drop(lines);
    if ready { Ok(elapsed) } else { Err("the demo did not become ready".into()) }
}

fn write_files(dir: &Path) -> Outcome<()> {
    for n in 0..FILES {
        let fresh = dir.join("fresh");
        let mut file = std::fs::File::create(&fresh)?;
        file.write_all(&[7; 300])?;
        file.sync_all()?;
        std::fs::rename(&fresh, dir.join(format!("file-{n}")))?;
    }
    Ok(())
}
