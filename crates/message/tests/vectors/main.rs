//! The exported records of `vectors/`, judged as `ringdown verify` does: the record, and what MESSAGE and ACT say.

#[path = "../../../record/tests/vectors/format.rs"]
mod format;

use ringdown_message::audit;

use crate::format::{ExportVector, read_all};

fn judged(vector: &ExportVector) -> Vec<String> {
    vector.differences(&audit(&vector.bytes(), vector.asked()), true)
}

// REC-21, REC-24
#[test]
fn every_export_gets_the_verdict_that_it_states() {
    let vectors = read_all::<ExportVector>("export");
    assert!(vectors.len() > 200, "{} vectors", vectors.len());
    let failed: Vec<String> = vectors
        .iter()
        .map(|(name, vector)| format!("{name}: {}", judged(vector).join("; ")))
        .filter(|text| !text.ends_with(": "))
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
        wrong(&|vector| {
            let other = if vector.expected.verdict == "broken" { "verified" } else { "broken" };
            vector.expected.verdict = other.into();
        });
        if !vector.expected.broken.is_empty() {
            wrong(&|vector| vector.expected.broken[0].reason = "wrong-nothing".into());
            wrong(&|vector| drop(vector.expected.broken.remove(0)));
        }
        if !vector.expected.notes.is_empty() {
            wrong(&|vector| vector.expected.notes[0].entry = Some((1, 9, 9)));
            wrong(&|vector| drop(vector.expected.notes.remove(0)));
        }
    }
}
