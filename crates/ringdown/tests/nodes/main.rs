//! Two real nodes as two processes, over UDP and SQLite, driven by the command line as a person would.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first thing that is not as told")]

mod alone;
mod api;
mod by_people;
mod cli;
mod crash;
mod dialogue;
mod eighty;
mod homes;
mod hooks;
mod hostile;
mod keys;
mod liar;
mod network;
mod paper;
mod people;
mod requests;
mod terminal;
mod translation;
mod world;
