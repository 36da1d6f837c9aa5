//! `verify`: an exported record, offline, findings in words. It speaks with no node.

use std::path::Path;

use ringdown_api::{ApiError, ErrorCode};
use ringdown_record::audit::{Audit, Finding, Verdict};
use ringdown_record::encoding::from_cbor;
use ringdown_record::{Charter, LineId, Side, SignedCharter};
use serde_json::{Value, json};

use crate::args::Verify;
use crate::commands::unhex;
use crate::output;

pub(crate) fn run(arguments: &Verify) -> Result<u8, ApiError> {
    let file = read(&arguments.file)?;
    let expected = expected_line(arguments)?;
    let audit = ringdown_message::audit(&file, expected);
    if arguments.json {
        output::json(&as_json(&audit))
    } else {
        print(arguments, &audit)
    }
    Ok(if matches!(audit.verdict, Verdict::Broken) { 1 } else { 0 })
}

fn expected_line(arguments: &Verify) -> Result<Option<LineId>, ApiError> {
    if let Some(path) = &arguments.charter {
        let signed = from_cbor::<SignedCharter>(&read(path)?).and_then(|signed| signed.verify());
        return signed.map(|charter| Some(charter.line_id())).map_err(|error| {
            ApiError::bad_request(
                format!("{} is no charter signed by both sides: {error}.", path.display()),
                "Name the file 'charter' of your home's line, or the one that was archived at pairing.",
            )
        });
    }
    let Some(text) = &arguments.line else { return Ok(None) };
    unhex(text).map(|id| Some(LineId(id))).ok_or_else(|| {
        ApiError::bad_request(
            format!("'{text}' is no line id."),
            "A line id has 64 hex digits; it stands on the signed charter and in 'ringdown status'.",
        )
    })
}

pub(crate) fn read(path: &Path) -> Result<Vec<u8>, ApiError> {
    std::fs::read(path).map_err(|error| {
        ApiError::new(
            ErrorCode::BadRequest,
            format!("{} cannot be read: {error}.", path.display()),
            "Nothing was verified.",
            "Name a file written by 'ringdown export'.",
        )
    })
}

fn verdict(audit: &Audit) -> &'static str {
    match audit.verdict {
        Verdict::Verified => "VERIFIED",
        Verdict::ConsistentWithItself => "CONSISTENT WITH ITSELF ONLY",
        Verdict::Broken => "BROKEN",
    }
}

fn as_json(audit: &Audit) -> Value {
    let finding = |finding: &Finding| {
        let side = finding.entry.and_then(|(side, _)| Some(audit.charter.as_ref()?.party(side).name.clone()));
        json!({
            "level": if finding.broken { "broken" } else { "note" },
            "side": side,
            "entry": finding.entry.map(|(_, place)| place.to_string()),
            "text": finding.text,
        })
    };
    json!({
        "verdict": verdict(audit),
        "line": audit.line.map(|line| line.to_string()),
        "findings": audit.findings.iter().map(finding).collect::<Vec<_>>(),
        "entries": counts(audit),
    })
}

/// Verified entries by side, and in total.
fn counts(audit: &Audit) -> Value {
    let of = |side: Side| audit.entries.iter().filter(|entry| entry.header().side == side).count();
    let mut counts = serde_json::Map::new();
    if let Some(charter) = audit.charter.as_deref() {
        for side in [Side::Zero, Side::One] {
            counts.insert(name(charter, side), json!(of(side)));
        }
    }
    counts.insert("total".into(), json!(audit.entries.len()));
    Value::Object(counts)
}

fn name(charter: &Charter, side: Side) -> String {
    charter.party(side).name.clone()
}

fn print(arguments: &Verify, audit: &Audit) {
    output::line(&format!("{}: {}", verdict(audit), arguments.file.display()));
    if let Some(line) = audit.line {
        output::line(&format!("line {line}"));
    }
    if let Some(charter) = audit.charter.as_deref() {
        let of = |side: Side| audit.entries.iter().filter(|entry| entry.header().side == side).count();
        let sides = [Side::Zero, Side::One].map(|side| format!("{} of {}", of(side), name(charter, side)));
        output::line(&format!("entries verified: {}", sides.join(", ")));
    }
    for finding in &audit.findings {
        let level = if finding.broken { "BROKEN" } else { "note" };
        output::further(&format!("{level:<7} {}", output::one(&finding.text)), 8);
    }
}
