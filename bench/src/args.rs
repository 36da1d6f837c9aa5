//! What can be typed.

use clap::Parser;
use clap::builder::PossibleValuesParser;

use crate::rows;

/// Measures ringdown beside what the machine could do at best
#[derive(Debug, Parser)]
#[command(max_term_width = 100, after_help = AFTER_HELP)]
pub struct Arguments {
    /// Fewer rounds: a first impression, not a figure to quote
    #[arg(long)]
    pub quick: bool,
    /// Only this row; may be given several times
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(rows::names()))]
    pub only: Vec<String>,
    /// Print the list of results as JSON instead of a table
    #[arg(long)]
    pub json: bool,
}

const AFTER_HELP: &str =
    "The results are written to target/bench.json too. bench/README.md says what each row is.";

impl Arguments {
    /// True for a row that was asked for.
    pub fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == name)
    }
}
