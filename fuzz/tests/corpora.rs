//! Every input that is kept passes its target again, and every target notices a fault that is planted for it.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use ringdown_fuzz::endpoint::stage::Planted;
use ringdown_fuzz::{TARGETS, body, cell, corpus, endpoint, entry, export, http, passkey};
use ringdown_line::cell::read;
use ringdown_record::encoding::DecodeError;
use ringdown_record::{Entry, Refusal, audit};

fn kept(target: &str) -> Vec<PathBuf> {
    let mut files: Vec<_> =
        fs::read_dir(corpus(target)).expect("a corpus").map(|file| file.expect("a file").path()).collect();
    files.sort();
    files
}

fn inputs(target: &str) -> impl Iterator<Item = Vec<u8>> {
    kept(target).into_iter().map(|path| fs::read(path).expect("an input"))
}

fn replay(name: &str) {
    let (_, run) = TARGETS.iter().find(|(target, _)| *target == name).expect("a target");
    let files = kept(name);
    assert!(files.len() > 10, "the corpus of {name} is there");
    for path in files {
        let bytes = fs::read(&path).expect("an input");
        let outcome = catch_unwind(|| run(&bytes));
        assert!(outcome.is_ok(), "{} fails", path.display());
    }
}

/// True if an input of a corpus makes a check fail. What it prints is captured with the test's output.
fn noticed(target: &str, check: impl Fn(&[u8])) -> bool {
    inputs(target).any(|bytes| catch_unwind(AssertUnwindSafe(|| check(&bytes))).is_err())
}

#[test]
fn kept_bodies_pass() {
    replay("body");
}

#[test]
fn kept_cells_pass() {
    replay("cell");
}

#[test]
fn kept_schedules_pass() {
    replay("endpoint");
}

#[test]
fn kept_entries_pass() {
    replay("entry");
}

#[test]
fn kept_exports_pass() {
    replay("export");
}

#[test]
fn kept_requests_pass() {
    replay("http");
}

#[test]
fn kept_passkeys_pass() {
    replay("passkey");
}

#[test]
fn kept_passkeys_reach_client_data_that_fit() {
    let fitting =
        |bytes: &Vec<u8>| bytes.first().is_some_and(|first| first % 3 == 1) && passkey::fits(&bytes[1..]);
    assert!(inputs("passkey").filter(fitting).count() > 3);
}

#[test]
fn a_reader_of_client_data_that_takes_all_is_noticed() {
    assert!(noticed("passkey", |bytes| passkey::check(bytes, |_| true)));
}

/// A browser's text with a second challenge behind the first: a reader that looks at the beginning alone takes it.
#[test]
fn a_reader_of_the_beginning_alone_is_noticed() {
    let check = |bytes: &[u8]| {
        passkey::check(bytes, |client_data| {
            let begins = format!(
                r#"{{"type":"webauthn.get","challenge":"{}""#,
                passkey::base64url(&passkey::CHALLENGE[..])
            );
            client_data.starts_with(begins.as_bytes())
        });
    };
    assert!(noticed("passkey", check));
}

#[test]
fn a_reader_that_takes_two_forms_is_noticed() {
    let lenient = |bytes: &[u8]| Some(bytes.first().copied().unwrap_or(0) & 0x7f);
    assert!(catch_unwind(|| body::one_form(&[0x85], lenient, |value| vec![*value])).is_err());
}

#[test]
fn a_reader_that_passes_over_bytes_is_noticed() {
    let check =
        |bytes: &[u8]| cell::check(bytes, |payload| read(payload.get(3..).ok_or(DecodeError::Truncated)?));
    assert!(noticed("cell", check));
}

#[test]
fn a_judge_without_rules_is_noticed() {
    let check = |bytes: &[u8]| {
        entry::check(bytes, |_, candidate, _| {
            let hash = candidate.header.hash();
            Entry::recall(candidate, &hash).map_err(|_| Refusal::AlreadyHeld)
        });
    };
    assert!(noticed("entry", check));
}

#[test]
fn an_auditor_who_overlooks_is_noticed() {
    let check = |bytes: &[u8]| {
        export::check(bytes, |file, expected| {
            let mut outcome = audit(file, expected);
            outcome.findings.retain(|finding| !finding.broken);
            outcome.verdict = match expected {
                Some(_) => audit::Verdict::Verified,
                None => audit::Verdict::ConsistentWithItself,
            };
            outcome
        });
    };
    assert!(noticed("export", check));
}

#[test]
fn a_door_that_lets_strangers_in_is_noticed() {
    assert!(noticed("http", |bytes| http::check(bytes, true)));
}

#[test]
fn a_disk_that_lies_is_noticed() {
    assert!(noticed("endpoint", |bytes| endpoint::check(bytes, Planted::LyingDisk)));
}

#[test]
fn an_entry_that_nobody_signed_is_noticed() {
    assert!(noticed("endpoint", |bytes| endpoint::check(bytes, Planted::ChangedBody)));
}

#[test]
fn a_second_history_of_ones_own_is_noticed() {
    assert!(noticed("endpoint", |bytes| endpoint::check(bytes, Planted::SecondHistory)));
}
