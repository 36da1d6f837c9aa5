//! The files of `vectors/`: made from fixed keys, read back, and judged as they say.
//!
//! `RINGDOWN_VECTORS=write cargo test -p ringdown-record --test vectors` writes them anew.

#[path = "../record/authenticator.rs"]
mod authenticator;
mod cases;
mod format;
mod make;
mod passkey_page;
mod wire_format;
#[path = "../record/world.rs"]
#[expect(dead_code, reason = "shared with the tests of the record, which use the rest")]
mod world;

use std::collections::BTreeSet;
use std::fs;

use ringdown_record::statement::{ClientDataError, StatementError};
use ringdown_record::wire::WireEntry;
use ringdown_record::{Chain, Entry, Misbehaviour, Missing, Refusal, Secret, Side, audit};
use serde::Serialize;

use crate::format::{ExportVector, folder, missing_reason, read_all, reason_of, unhex};
use crate::wire_format::WireVector;

/// Rules that say how a record is written, not how it is judged.
const NOT_JUDGED: [u32; 3] = [18, 19, 20];

fn text(vector: &impl Serialize) -> String {
    serde_json::to_string_pretty(vector).expect("JSON") + "\n"
}

/// Name and text of every vector, as made now.
fn made() -> Vec<(&'static str, String, String)> {
    let exports = cases::exports().into_iter().map(|vector| ("export", vector.name.clone(), text(&vector)));
    let wires = cases::wires().into_iter().map(|vector| ("wire", vector.name.clone(), text(&vector)));
    exports.chain(wires).collect()
}

#[test]
fn the_files_are_what_the_fixed_keys_make() {
    let made = made();
    if std::env::var("RINGDOWN_VECTORS").is_ok_and(|word| word == "write") {
        for (kind, name, text) in &made {
            fs::write(folder(kind).join(format!("{name}.json")), text).expect("written");
        }
    }
    let names: BTreeSet<_> = made.iter().map(|(kind, name, _)| (*kind, name.clone())).collect();
    assert_eq!(names.len(), made.len(), "two vectors of one name");
    for (kind, name, text) in &made {
        let path = folder(kind).join(format!("{name}.json"));
        let stands = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(stands == *text, "{} is not what is made now", path.display());
    }
    for kind in ["export", "wire"] {
        let files = fs::read_dir(folder(kind)).expect("vectors").count();
        assert_eq!(
            files,
            made.iter().filter(|(of, ..)| *of == kind).count(),
            "files in {kind} that nobody made"
        );
    }
}

fn judged(vector: &ExportVector) -> Vec<String> {
    vector.differences(&audit(&vector.bytes(), vector.asked()), false)
}

// REC-22, REC-23
#[test]
fn every_export_gets_the_verdict_that_it_states() {
    let vectors = read_all::<ExportVector>("export");
    assert!(vectors.len() > 200, "{} vectors", vectors.len());
    let mut failed = Vec::new();
    for (name, vector) in vectors {
        assert_eq!(name, vector.name, "a file is named as its vector");
        let differences = judged(&vector);
        if !differences.is_empty() {
            failed.push(format!("{name}: {}", differences.join("; ")));
        }
    }
    assert!(failed.is_empty(), "{} failed:\n{}", failed.len(), failed.join("\n"));
}

/// What the receiver holds of one side.
fn chain(held: &[u8], side: Side) -> Chain {
    let audit = audit(held, None);
    let broken: Vec<_> = audit.findings.iter().filter(|finding| finding.broken).collect();
    assert!(broken.is_empty(), "what is held is in order: {broken:?}");
    let mut chain = Chain::new(audit.charter.expect("a charter"), side);
    let of_side = |entry: &&Entry| entry.header().side == side;
    audit.entries.iter().filter(of_side).for_each(|entry| chain.add(entry));
    chain
}

/// Outcome, reason, detail, hash.
type Received = (&'static str, Option<&'static str>, String, Option<String>);

fn received(vector: &WireVector) -> Received {
    let wire = match WireEntry::read(&unhex(&vector.wire)) {
        Ok(wire) => wire,
        Err(error) => return ("refused", Some("wire-unreadable"), error.to_string(), None),
    };
    let held = unhex(&vector.held);
    let writer = [Side::Zero, Side::One][usize::from(vector.writer)];
    let (chain, own) = (chain(&held, writer), chain(&held, writer.other()));
    let salt_key = Secret(unhex(&vector.salt_key).try_into().expect("32 bytes"));
    let line = audit(&held, None).line.expect("a line");
    let result = wire.complete(line, &chain, &own, &salt_key).and_then(|entry| chain.check(entry, &own));
    match result {
        Ok(entry) => ("taken", None, String::new(), Some(entry.hash().to_string())),
        Err(Refusal::AlreadyHeld) => ("held", Some("already-held"), String::new(), None),
        Err(Refusal::TwoHistories(_)) => ("two-histories", Some("two-histories"), String::new(), None),
        Err(Refusal::Parked(missing)) => ("parked", Some(missing_reason(missing)), missing.to_string(), None),
        Err(Refusal::Misbehaved(reason)) => ("refused", Some(reason_of(reason)), reason.to_string(), None),
    }
}

fn wire_difference(vector: &WireVector) -> Option<String> {
    let (outcome, reason, detail, hash) = received(vector);
    let expected = &vector.expected;
    let fits = expected.outcome == outcome
        && expected.reason.as_deref() == reason
        && detail.contains(&expected.detail)
        && expected.hash == hash;
    (!fits)
        .then(|| format!("{}: {outcome} {reason:?} {detail:?} {hash:?} instead of {expected:?}", vector.name))
}

// REC-16
#[test]
fn every_wire_form_has_the_outcome_that_it_states() {
    let vectors = read_all::<WireVector>("wire");
    assert!(vectors.len() > 50, "{} vectors", vectors.len());
    let failed: Vec<String> = vectors
        .iter()
        .inspect(|(name, vector)| assert_eq!(name, &vector.name, "a file is named as its vector"))
        .filter_map(|(_, vector)| wire_difference(vector))
        .collect();
    assert!(failed.is_empty(), "{} failed:\n{}", failed.len(), failed.join("\n"));
}

/// Canary: whatever a vector states wrongly is noticed, in every vector.
#[test]
fn a_wrong_expectation_is_noticed() {
    for (name, vector) in read_all::<ExportVector>("export") {
        let wrong = |bend: &dyn Fn(&mut ExportVector)| {
            let mut bent = vector.clone();
            bend(&mut bent);
            assert!(!judged(&bent).is_empty(), "{name}: a wrong expectation passes");
        };
        let of_record = vector.rule != "REC-24";
        if of_record {
            wrong(&|vector| {
                let other = if vector.expected.verdict == "broken" { "verified" } else { "broken" };
                vector.expected.verdict = other.into();
            });
        }
        wrong(&|vector| vector.expected.entries[0] += 1);
        wrong(&|vector| {
            let mut more = vector.expected.broken.first().cloned().unwrap_or_else(|| format::Remark {
                entry: None,
                reason: String::new(),
                detail: String::new(),
            });
            more.reason = "wrong-nothing".into();
            vector.expected.broken.push(more);
        });
        if of_record && !vector.expected.broken.is_empty() {
            wrong(&|vector| vector.expected.broken[0].reason = "wrong-nothing".into());
            wrong(&|vector| vector.expected.broken[0].entry = Some((1, 9, 9)));
            wrong(&|vector| vector.expected.broken[0].detail = "no finding says this".into());
            wrong(&|vector| drop(vector.expected.broken.remove(0)));
        }
    }
    for (name, vector) in read_all::<WireVector>("wire") {
        let wrong = |bend: &dyn Fn(&mut WireVector)| {
            let mut bent = vector.clone();
            bend(&mut bent);
            assert!(wire_difference(&bent).is_some(), "{name}: a wrong expectation passes");
        };
        wrong(&|vector| vector.expected.outcome = "wrong".into());
        wrong(&|vector| vector.expected.reason = Some("wrong".into()));
        wrong(&|vector| vector.expected.detail = "nothing says this".into());
        wrong(&|vector| vector.expected.hash = Some("00".into()));
    }
}

#[test]
fn every_rule_and_every_reason_decides_a_vector() {
    let exports = read_all::<ExportVector>("export");
    let wires = read_all::<WireVector>("wire");
    let rules: BTreeSet<String> = exports
        .iter()
        .map(|(_, vector)| vector.rule.clone())
        .chain(wires.iter().map(|(_, vector)| vector.rule.clone()))
        .collect();
    let wanted = (1..=28).filter(|rule| !NOT_JUDGED.contains(rule)).map(|rule| format!("REC-{rule}"));
    assert_eq!(rules, wanted.collect(), "rules that decide a vector");
    let reasons: BTreeSet<&str> = exports
        .iter()
        .flat_map(|(_, vector)| vector.expected.broken.iter().map(|remark| remark.reason.as_str()))
        .chain(wires.iter().filter_map(|(_, vector)| vector.expected.reason.as_deref()))
        .collect();
    let misbehaviours = [
        Misbehaviour::WrongLine,
        Misbehaviour::WrongSide,
        Misbehaviour::IncarnationPlace,
        Misbehaviour::RootSignature,
        Misbehaviour::NodeSignature,
        Misbehaviour::BodyCommitment,
        Misbehaviour::WrongPredecessor,
        Misbehaviour::CitesOtherHistory,
        Misbehaviour::CitesLess,
        Misbehaviour::WrongKeyList,
        Misbehaviour::Statement(StatementError::HeaderOfficer),
        Misbehaviour::OfficerSignature,
        Misbehaviour::ClientData(ClientDataError::Json),
        Misbehaviour::NonceUsedTwice,
    ];
    let missing = [Missing::Predecessor, Missing::Cited, Missing::KeyList, Missing::Incarnation];
    for reason in misbehaviours.map(reason_of).into_iter().chain(missing.map(missing_reason)) {
        assert!(reasons.contains(reason), "no vector is decided by {reason}");
    }
}
