//! One module for each row.

mod bytes;
mod flood;
mod heal;
mod latency;
mod memory;
mod startup;
mod throughput;
mod verify;

use crate::Outcome;
use crate::machine::Bench;
use crate::table::Table;

/// Measures one row.
type Measure = fn(&Bench, &mut Table) -> Outcome<()>;

/// In the order in which they run: those that a busy disk disturbs most come first.
pub const ALL: &[(&str, Measure)] = &[
    ("latency", latency::measure),
    ("throughput", throughput::measure),
    ("bytes", bytes::measure),
    ("heal", heal::measure),
    ("verify", verify::measure),
    ("memory", memory::measure),
    ("flood", flood::measure),
    ("startup", startup::measure),
];

/// Their names.
pub fn names() -> Vec<&'static str> {
    ALL.iter().map(|(name, _)| *name).collect()
}
