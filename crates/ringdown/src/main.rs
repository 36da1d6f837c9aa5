//! `ringdown`: picks the verb, nothing else.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A direct line between two sides that do not trust each other
#[derive(Parser)]
#[command(version, about, max_term_width = 80, after_help = AFTER_HELP)]
struct Ringdown {
    /// The home of this side [default: the current directory]
    #[arg(short = 'C', long = "home", value_name = "DIR", global = true)]
    home: Option<PathBuf>,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    #[command(flatten)]
    Node(ringdown_node::Verb),
    #[command(flatten)]
    Cli(ringdown_cli::Verb),
}

const AFTER_HELP: &str = "First time: 'ringdown demo'.\n\n\
Exit codes: 0 done, 1 anything else, 2 usage, 3 the line is shut, 4 not paired or not trusted, 5 needs a second \
person, 6 timed out or expired.";

fn main() -> ExitCode {
    let arguments = Ringdown::parse();
    let home = arguments.home.unwrap_or_else(|| PathBuf::from("."));
    match arguments.verb {
        Verb::Node(verb) => ringdown_node::run(verb),
        Verb::Cli(verb) => ringdown_cli::run(&home, verb),
    }
}
