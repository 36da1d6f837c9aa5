//! The files of `vectors/`, how they are read, and how a verdict is compared with the one that a file states.
//!
//! Shared with the tests of `ringdown-message`, which judge the same files together with what MESSAGE and ACT say.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use ringdown_record::audit::{Audit, Finding, Verdict};
use ringdown_record::encoding::DecodeError;
use ringdown_record::statement::{ClientDataError, StatementError};
use ringdown_record::{LineId, Misbehaviour, Missing};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// An exported record and what an auditor must say of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportVector {
    pub name: String,
    pub what: String,
    pub rule: String,
    pub line: Option<String>,
    pub expected: ExportExpected,
    pub file: String,
}

/// The whole outcome of an audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportExpected {
    pub verdict: String,
    /// How many entries of side 0 and of side 1 were accepted.
    pub entries: [usize; 2],
    /// What broke the record; the first one decides under `rule`, the others follow from it.
    pub broken: Vec<Remark>,
    /// What is to be known, but for what every audit says.
    pub notes: Vec<Remark>,
}

/// One finding, in the words of the vectors.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remark {
    /// Side, incarnation, sequence number.
    pub entry: Option<(u8, u32, u64)>,
    pub reason: String,
    pub detail: String,
}

/// Reasons that come from what MESSAGE and ACT say; the record does not read these.
const OF_MEANING: [&str; 6] =
    ["serial-twice", "marker-test", "act-target", "serial-gap", "unreadable-content", "line-shut"];

/// What stands in findings, and the reason that it gives. The first that fits counts.
fn phrases() -> Vec<(String, &'static str)> {
    let said = |text: &str, reason| (text.to_owned(), reason);
    let mut all = vec![
        said("This file is not a ringdown export", "not-an-export"),
        said("The charter in the file cannot be read", "charter-unreadable"),
        said("The charter does not hold", "charter"),
        said("nothing was examined", "entry-unreadable"),
        said("not about the line asked for", "other-line"),
        said("the same key signed two entries for this place", "two-histories"),
        said("entries before them are not", "gap"),
        said("shows two histories under", "evidence"),
        said("the writer's clock had stepped back", "time-held"),
        said("this verifier does not know kind", "unknown-kind"),
        said("released it ALONE", "released-alone"),
        said("a second message numbered", "serial-twice"),
        said("marked TEST, but of another class", "marker-test"),
        said("an act on something that is no message of the other side", "act-target"),
        said("the message before it is not", "serial-gap"),
        said("its content is shown raw", "unreadable-content"),
        said("this act cannot be read", "unreadable-content"),
        said("released while the line was not open", "line-shut"),
    ];
    all.extend(MISSING.map(|missing| (missing.to_string(), missing_reason(missing))));
    all.extend(MISBEHAVIOURS.map(|reason| {
        let words = match reason {
            Misbehaviour::Body(_) => "its body cannot be read".to_owned(),
            Misbehaviour::ClientData(_) => "client data do not fit".to_owned(),
            Misbehaviour::Statement(_) => "its officers' statements do not fit".to_owned(),
            other => other.to_string(),
        };
        (words, reason_of(reason))
    }));
    all
}

const MISSING: [Missing; 4] = [Missing::Predecessor, Missing::Cited, Missing::KeyList, Missing::Incarnation];

const MISBEHAVIOURS: [Misbehaviour; 15] = [
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
    Misbehaviour::Body(DecodeError::Truncated),
];

/// The vectors' word for what has to come first.
pub fn missing_reason(missing: Missing) -> &'static str {
    match missing {
        Missing::Predecessor => "missing-predecessor",
        Missing::Cited => "missing-cited",
        Missing::KeyList => "missing-key-list",
        Missing::Incarnation => "missing-incarnation",
    }
}

/// The vectors' word for what no correct node would send.
pub fn reason_of(reason: Misbehaviour) -> &'static str {
    match reason {
        Misbehaviour::WrongLine => "wrong-line",
        Misbehaviour::WrongSide => "wrong-incarnation",
        Misbehaviour::IncarnationPlace => "incarnation-place",
        Misbehaviour::RootSignature => "root-signature",
        Misbehaviour::NodeSignature => "node-signature",
        Misbehaviour::BodyCommitment => "body-commitment",
        Misbehaviour::WrongPredecessor => "wrong-predecessor",
        Misbehaviour::CitesOtherHistory => "cites-other-history",
        Misbehaviour::CitesLess => "cites-less",
        Misbehaviour::WrongKeyList => "wrong-key-list",
        Misbehaviour::Statement(_) => "statement",
        Misbehaviour::OfficerSignature => "officer-signature",
        Misbehaviour::ClientData(_) => "client-data",
        Misbehaviour::NonceUsedTwice => "nonce-used-twice",
        Misbehaviour::Body(_) => "body",
    }
}

pub fn folder(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors").join(kind)
}

/// Every file of `vectors/export` or `vectors/wire`, by name. A file that is no vector is an error.
pub fn read_all<T: DeserializeOwned>(kind: &str) -> Vec<(String, T)> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder(kind))
        .expect("vectors are here")
        .map(|entry| entry.expect("entry").path())
        .collect();
    paths.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a readable vector");
        let vector =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        (path.file_stem().expect("a name").to_string_lossy().into_owned(), vector)
    };
    paths.into_iter().map(read).collect()
}

pub fn unhex(text: &str) -> Vec<u8> {
    let digit =
        |c: u8| (c as char).to_digit(16).filter(|_| !c.is_ascii_uppercase()).expect("lower-case hex") as u8;
    assert!(text.len().is_multiple_of(2), "hex digits come in pairs");
    text.as_bytes().chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

impl ExportVector {
    pub fn bytes(&self) -> Vec<u8> {
        unhex(&self.file)
    }

    /// The line that the auditor asks for.
    pub fn asked(&self) -> Option<LineId> {
        self.line.as_ref().map(|line| LineId(unhex(line).try_into().expect("a line id has 32 bytes")))
    }

    /// What differs between the audit and what the file states; empty if nothing does. Without `meaning` only what
    /// the record itself says is compared.
    pub fn differences(&self, audit: &Audit, meaning: bool) -> Vec<String> {
        let mut out = Vec::new();
        let wanted = |remarks: &[Remark]| -> Vec<Remark> {
            let counts = |remark: &&Remark| meaning || !OF_MEANING.contains(&remark.reason.as_str());
            remarks.iter().filter(counts).cloned().collect()
        };
        let broken = wanted(&self.expected.broken);
        let of_meaning = broken.is_empty() && !self.expected.broken.is_empty();
        let verdict = match (&self.expected.verdict[..], of_meaning, &self.line) {
            ("broken", true, Some(_)) => "verified",
            ("broken", true, None) => "consistent",
            (stated, ..) => stated,
        };
        if verdict != verdict_word(audit) {
            out.push(format!("verdict {} instead of {verdict}", verdict_word(audit)));
        }
        let of = |side| audit.entries.iter().filter(|entry| entry.header().side.index() == side).count();
        if [of(0), of(1)] != self.expected.entries {
            out.push(format!("{:?} entries instead of {:?}", [of(0), of(1)], self.expected.entries));
        }
        let (bad, good): (Vec<_>, Vec<_>) = audit.findings.iter().partition(|finding| finding.broken);
        compare(&bad, &broken, &mut out);
        let special = |finding: &&Finding| !finding_reason(finding).is_empty();
        let good: Vec<&Finding> = good.into_iter().filter(special).collect();
        compare(&good, &wanted(&self.expected.notes), &mut out);
        out
    }
}

fn compare(found: &[&Finding], stated: &[Remark], out: &mut Vec<String>) {
    let key = |entry: Option<(u8, u32, u64)>, reason: &str| (entry, reason.to_owned());
    let was: BTreeSet<_> =
        found.iter().map(|finding| key(place_of(finding), finding_reason(finding))).collect();
    let should: BTreeSet<_> = stated.iter().map(|remark| key(remark.entry, &remark.reason)).collect();
    if was != should || found.len() != stated.len() {
        out.push(format!("found {found:?} instead of {stated:?}"));
        return;
    }
    for remark in stated {
        let says =
            |finding: &&&Finding| place_of(finding) == remark.entry && finding.text.contains(&remark.detail);
        if !found.iter().any(|finding| says(&finding)) {
            out.push(format!("nothing about {:?} says {:?}: {found:?}", remark.entry, remark.detail));
        }
    }
}

fn place_of(finding: &Finding) -> Option<(u8, u32, u64)> {
    finding.entry.map(|(side, place)| (side.index() as u8, place.incarnation, place.seq))
}

/// The reason in a finding; empty for what every audit says.
fn finding_reason(finding: &Finding) -> &'static str {
    phrases().iter().find(|(words, _)| finding.text.contains(words)).map_or("", |(_, reason)| reason)
}

fn verdict_word(audit: &Audit) -> &'static str {
    match audit.verdict {
        Verdict::Verified => "verified",
        Verdict::ConsistentWithItself => "consistent",
        Verdict::Broken => "broken",
    }
}
