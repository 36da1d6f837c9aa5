//! A side's node: the only place with an async runtime, clocks, sockets, keys on disk and a web server.
//!
//! [`serve`] reads a home, checks the record, and runs one [`driver`] for each line beside the HTTP servers. The
//! driver is where clock, sockets, disk and endpoint meet; it decides nothing. What officers do is in [`desk`], what
//! screens show in [`mod@line`] and [`console`].

mod acts;
pub mod carrier;
pub mod certificate;
pub mod clock;
pub mod config;
pub mod console;
pub mod consoles;
mod demo;
pub mod desk;
mod dialogue;
mod doctor;
mod draft;
pub mod driver;
pub mod enrol;
mod entropy;
pub mod home;
pub mod hook;
pub mod http;
pub mod ladder;
pub mod line;
pub mod network;
pub mod notes;
pub mod officers;
mod our_translation;
mod play;
mod raw;
mod reasons;
mod refusal;
mod replay;
mod serve;
mod signing;
pub mod site;
pub mod text;
mod translate;
mod verbs;
pub mod watch;
mod watch_check;
pub mod who;

pub use serve::serve;
pub use verbs::{Verb, run};
