//! The auditor over the node's own record, on a thread of its own: the same checks as `ringdown verify`.
//!
//! What it says is what this node says about itself. The page tells how to check without trusting the node.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use ringdown_api::ApiError;
use ringdown_record::audit::{Audit, Finding, Verdict};
use ringdown_record::{LineId, Side, WallTime};

use crate::line::Line;

/// Longest export that is examined here; it lies in memory while it is.
const EXPORT_LEN_MAX: usize = 256 * 1024 * 1024;
/// Findings kept for the screen, the broken ones first; the rest is counted.
const FINDINGS_MAX: usize = 100;

/// Examinations of every line, the newest of each.
#[derive(Default)]
pub struct Auditor {
    lines: Mutex<BTreeMap<LineId, Examination>>,
}

/// Where the examination of one line stands.
#[derive(Clone, Default)]
pub struct Examination {
    /// Since when one runs; `None` if none does.
    pub running: Option<WallTime>,
    /// What the newest finished one said.
    pub report: Option<Arc<Report>>,
}

/// What one examination said.
pub struct Report {
    /// When it began; entries that came later are not in it.
    pub at: WallTime,
    /// Number of the newest entry when it began: those with higher numbers may not be in it.
    pub newest: u64,
    /// Its outcome.
    pub outcome: Outcome,
}

/// How an examination ended.
pub enum Outcome {
    /// The record was examined.
    Examined {
        /// True if nothing is broken.
        holds: bool,
        /// Verified entries by side.
        entries: [usize; 2],
        /// Broken ones first.
        findings: Vec<Finding>,
        /// How many more there are.
        more: usize,
    },
    /// It could not be read; the reason.
    Failed(String),
    /// It is longer than may lie in memory.
    TooLong,
}

impl Auditor {
    /// Where the examination of this line stands.
    pub fn of(&self, line: &Line) -> Examination {
        self.lines().get(&line.id).cloned().unwrap_or_default()
    }

    /// Starts an examination, unless one runs. `done` is called when it is finished.
    pub fn start(self: &Arc<Self>, line: &Arc<Line>) {
        let at = line.clock.now().wall;
        let mut lines = self.lines();
        let state = lines.entry(line.id).or_default();
        if state.running.is_some() {
            return;
        }
        state.running = Some(at);
        drop(lines);
        line.changed.send_modify(|count| *count += 1);
        let (auditor, line) = (self.clone(), line.clone());
        let thread = std::thread::Builder::new().name("audit".into());
        let started = thread.spawn({
            let (auditor, line) = (auditor.clone(), line.clone());
            move || {
                let newest = newest_entry(&line);
                let outcome = newest
                    .as_ref()
                    .map_or_else(|error| Outcome::Failed(error.what.clone()), |_| examine(&line));
                auditor.finished(&line, at, newest.unwrap_or(0), outcome);
            }
        });
        if let Err(error) = started {
            auditor.finished(&line, at, 0, Outcome::Failed(error.to_string()));
        }
    }

    fn finished(&self, line: &Line, at: WallTime, newest: u64, outcome: Outcome) {
        let report = Some(Arc::new(Report { at, newest, outcome }));
        self.lines().insert(line.id, Examination { running: None, report });
        line.changed.send_modify(|count| *count += 1);
    }

    fn lines(&self) -> MutexGuard<'_, BTreeMap<LineId, Examination>> {
        self.lines.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// Number of the newest entry in the record, as they became durable here; 0 if there is none. Reads the disk.
pub fn newest_entry(line: &Line) -> Result<u64, ApiError> {
    Ok(line.entries_before(u64::MAX, 1)?.first().map_or(0, |entry| entry.n))
}

fn examine(line: &Line) -> Outcome {
    let mut file = Vec::new();
    let mut too_long = false;
    let exported = line.another_reader().map(|reader| {
        reader.export(&line.signed, |piece| {
            too_long = file.len() + piece.len() > EXPORT_LEN_MAX;
            if too_long {
                return Err(std::io::Error::other("too long"));
            }
            file.extend_from_slice(piece);
            Ok(())
        })
    });
    match exported {
        Err(error) => Outcome::Failed(error.what),
        Ok(Err(_)) if too_long => Outcome::TooLong,
        Ok(Err(error)) => Outcome::Failed(error.to_string()),
        Ok(Ok(())) => examined(ringdown_message::audit(&file, Some(line.id))),
    }
}

fn examined(mut audit: Audit) -> Outcome {
    let of = |side: Side| audit.entries.iter().filter(|entry| entry.header().side == side).count();
    let entries = [of(Side::Zero), of(Side::One)];
    let more = audit.findings.len().saturating_sub(FINDINGS_MAX);
    audit.findings.truncate(FINDINGS_MAX);
    let holds = !matches!(audit.verdict, Verdict::Broken);
    Outcome::Examined { holds, entries, findings: audit.findings, more }
}
