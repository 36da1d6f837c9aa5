//! The operator's command line: the same words as the console, without the node's keys.
//!
//! With `--json` every verb prints exactly one value on standard output (`events`: one a line); errors too. Exit
//! codes stand in `ringdown --help`.

mod args;
mod commands;
mod keyfile;
mod offered;
mod output;
mod paper;
mod passphrase;
mod terminal;

use std::path::Path;
use std::process::ExitCode;

pub use args::Verb;

/// Runs a verb against the node of a home.
pub fn run(home: &Path, verb: Verb) -> ExitCode {
    let json = verb.json();
    match commands::run(home, verb) {
        Ok(exit) => ExitCode::from(exit),
        Err(error) => {
            output::error(&error, json);
            ExitCode::from(error.error.exit())
        }
    }
}
