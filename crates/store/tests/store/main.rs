//! The disk of a record: what it promises to the writer, to readers, and to whoever opens it after a crash.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first thing that is not as told")]

mod crash;
mod damage;
mod drafts;
mod failing;
mod files;
mod flips;
mod full;
mod notes;
mod opening;
mod scenario;
mod shim;
mod stops;
mod wal;
mod world;
mod writing;
