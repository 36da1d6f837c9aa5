//! Hostile input, target by target: what every byte that comes from outside may do, and what it must never do.
//!
//! Each target is a plain function of bytes that panics when something happened that must not. The programs in
//! `fuzz_targets` hand them what libFuzzer makes up; `tests/corpora.rs` hands them the inputs that are kept in
//! `corpus`, and shows with planted faults that each of them can fail. `README.md` has the commands.
//!
//! Plain bytes would not get past a signature or a seal. So the harness holds the keys of both sides: it signs what
//! the fuzzer makes up, or seals it under a live session, and the code behind is reached.

use std::path::{Path, PathBuf};

pub mod body;
pub mod cell;
pub mod endpoint;
pub mod entry;
pub mod export;
pub mod http;
pub mod passkey;
pub mod source;
pub mod world;

/// A target: its name, which is also that of its corpus, and its function.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 7] = [
    ("body", body::run),
    ("cell", cell::run),
    ("endpoint", endpoint::run),
    ("entry", entry::run),
    ("export", export::run),
    ("http", http::run),
    ("passkey", passkey::run),
];

/// Where the inputs of a target are kept.
pub fn corpus(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target)
}
