//! Measures ringdown beside what the machine could do at best, in the same run.
//!
//! Each row starts real nodes: the release program as processes, UDP on loopback, files on the disk under `target/`,
//! requests and event streams as any client would use them. Beside each figure stands its limit, which is measured
//! or computed in the same run, as near in time as can be: a busy machine slows both. A ratio is figure by limit.
//!
//! What the limits are is said by the module of each row. Nothing here asserts a time.

mod args;
mod http;
mod limits;
mod machine;
mod nodes;
mod rows;
mod sizes;
mod statistics;
mod table;
mod tap;
mod timer;

use std::process::ExitCode;

use clap::Parser;

use crate::args::Arguments;
use crate::machine::Bench;
use crate::table::Table;

/// What a row may fail with; it is printed as it is.
type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut table = Table::new(arguments.json);
    match run(&arguments, &mut table) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            table.complain(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

/// Runs the wanted rows. One that fails does not stop the others.
fn run(arguments: &Arguments, table: &mut Table) -> Outcome<()> {
    let bench = Bench::prepare(arguments.quick)?;
    table.head(&machine::words());
    let mut failed = Vec::new();
    for (name, row) in rows::ALL {
        if !arguments.wants(name) {
            continue;
        }
        match row(&bench, table) {
            Ok(()) => {}
            Err(error) => {
                table.complain(&format!("{name}: {error}"));
                failed.push(*name);
            }
        }
    }
    let path = bench.results();
    table.finish(&path)?;
    if failed.is_empty() { Ok(()) } else { Err(format!("not measured: {}", failed.join(", ")).into()) }
}
