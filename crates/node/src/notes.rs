//! The log of the watch: what this side notes for itself, kept by the store beside the record.

use std::collections::BTreeMap;

use ringdown_api::{ApiError, MessageName, Note, Noted, zulu};
use ringdown_record::{EntryHash, WallTime};
use ringdown_store::{NOTES_MAX, StoredNote, WriteError};

use crate::entropy::unhex;
use crate::ladder::Why;
use crate::line::Line;
use crate::watch_check::Asked;

/// A note that is to be kept.
#[derive(Debug)]
pub struct Kept {
    /// When it was made.
    pub at: WallTime,
    /// As it is stored.
    pub content: Vec<u8>,
}

/// Notes that were refused because the disk was full and too many waited.
#[derive(Debug, Default)]
pub(crate) struct RefusedNotes {
    count: u64,
    /// When the first and the last of them were made.
    times: Option<(WallTime, WallTime)>,
}

impl RefusedNotes {
    /// A note that was made at this time was kept or refused. Gives what is to be noted of those that were refused, once
    /// one is kept again.
    fn answered(&mut self, at: WallTime, is_kept: bool) -> Option<Noted> {
        if !is_kept {
            self.count += 1;
            self.times = Some((self.times.map_or(at, |(first, _)| first), at));
            return None;
        }
        let RefusedNotes { count, times } = std::mem::take(self);
        times.map(|(first, last)| Noted::NotKept { notes: count, first: zulu(first), last: zulu(last) })
    }
}

/// What a node that starts must know of the watch before.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Before {
    /// The highest rung of each message of which one was reached.
    pub rungs: BTreeMap<EntryHash, u64>,
    /// Who has the watch, and since when.
    pub watch: Option<(String, WallTime)>,
    /// The highest rung of a line that did not come back since; 0 if there is none.
    pub line: u64,
    /// People were called because nobody watches, and nobody has watched since.
    pub unattended: bool,
    /// The watch check that nobody has answered.
    pub asked: Option<Asked>,
}

impl Before {
    /// From the notes, oldest first.
    fn of(notes: impl Iterator<Item = StoredNote>) -> Before {
        let mut before = Before::default();
        notes.for_each(|note| before.read(note.at, noted(&note)));
        before
    }

    fn read(&mut self, at: WallTime, noted: Noted) {
        match noted {
            Noted::Rung { message: Some(MessageName { entry, .. }), rung, .. } => {
                let Some(hash) = unhex(&entry).map(EntryHash) else { return };
                let known = self.rungs.entry(hash).or_insert(0);
                *known = rung.max(*known);
            }
            // An earlier program named no fault, and its first rung is called as the fault is.
            Noted::Rung { message: None, fault, why, rung, .. } => match Why::of(&fault.unwrap_or(why)) {
                Some(Why::LineDown) => self.line = rung.max(self.line),
                Some(Why::Unattended) => self.unattended = true,
                Some(Why::WatchCheck) => {
                    let asked = self.asked.get_or_insert(Asked { since: at, rung });
                    asked.rung = rung.max(asked.rung);
                }
                _ => {}
            },
            Noted::LineBack => self.line = 0,
            Noted::Unattended { unattended: false } => self.unattended = false,
            Noted::WatchStarted { officer, .. } => self.watch_of(Some((officer, at))),
            Noted::WatchTaken { took, .. } => self.watch_of(Some((took, at))),
            Noted::WatchEnded { .. } => self.watch_of(None),
            Noted::WatchAnswered { .. } => self.asked = None,
            _ => {}
        }
    }

    /// Whoever begins or ends a watch is asked nothing more.
    fn watch_of(&mut self, watch: Option<(String, WallTime)>) {
        (self.watch, self.asked) = (watch, None);
    }
}

/// What a note says. What a later program wrote is shown as unknown.
fn noted(note: &StoredNote) -> Noted {
    serde_json::from_slice(&note.content).unwrap_or(Noted::Unknown)
}

impl Line {
    /// Keeps a note; nobody waits for it. Only a node that stops keeps none, and says so in the diagnostics.
    pub(crate) fn note(&self, what: &Noted) {
        let at = self.clock.now().wall;
        let content = serde_json::to_vec(what).expect("our own types have a JSON form");
        if self.notes.send(Kept { at, content }).is_err() {
            tracing::error!(?what, "a note was not kept: the node stops");
        }
    }

    /// The writer has kept a note that was made at this time, or refused it.
    pub(crate) fn note_answered(&self, at: WallTime, answer: Result<(), WriteError>) {
        if let Err(error) = &answer {
            tracing::error!(%error, "a note was not kept");
        }
        let mut refused = self.refused_notes.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(noted) = refused.answered(at, answer.is_ok()) {
            self.note(&noted);
        }
        self.touch();
    }

    /// Up to `limit` notes before the `n`-th, newest first. Reads the disk.
    pub fn notes_before(&self, n: u64, limit: u32) -> Result<Vec<Note>, ApiError> {
        let stored = self.stored_notes(n, limit)?;
        let note = |note: StoredNote| Note { note: note.n, at: zulu(note.at), what: noted(&note) };
        Ok(stored.into_iter().map(note).collect())
    }

    /// When each note was made that is kept, and what it says, oldest first. Reads the disk.
    pub(crate) fn times_of_notes(&self) -> Result<Vec<(WallTime, Noted)>, ApiError> {
        let stored = self.stored_notes(u64::MAX, NOTES_MAX as u32)?;
        Ok(stored.into_iter().rev().map(|note| (note.at, noted(&note))).collect())
    }

    /// All notes that are kept, oldest first. Reads the disk.
    pub fn notes(&self) -> Result<Vec<Note>, ApiError> {
        let mut notes = self.notes_before(u64::MAX, NOTES_MAX as u32)?;
        notes.reverse();
        Ok(notes)
    }

    /// Takes over what was noted before this start.
    pub(crate) fn recall_watch(&self) -> Result<(), ApiError> {
        let before = Before::of(self.stored_notes(u64::MAX, NOTES_MAX as u32)?.into_iter().rev());
        self.watch().recall(before);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_finds_the_highest_rung_of_each_message_and_fault_and_who_has_the_watch() {
        let entry = EntryHash([7; 32]);
        let rung = |rung| Noted::Rung {
            why: "BACKUP".into(),
            message: Some(MessageName { serial: "BLUE 0001".into(), entry: entry.to_string() }),
            fault: None,
            rung,
            called: true,
        };
        let (officer, console) = (String::from("Duty officer"), String::from("a1b2"));
        let started = Noted::WatchStarted { officer: officer.clone(), console: console.clone() };
        let ended = Noted::WatchEnded { officer: officer.clone(), console };
        let before = |notes: &[Noted]| {
            let stored = |(n, noted): (usize, &Noted)| StoredNote {
                n: n as u64 + 1,
                at: WallTime::from_ms(n as u64),
                content: serde_json::to_vec(noted).unwrap(),
            };
            Before::of(notes.iter().enumerate().map(stored))
        };
        let found = before(&[started.clone(), rung(2), rung(3)]);
        assert_eq!(found.rungs, BTreeMap::from([(entry, 3)]));
        assert_eq!(found.watch, Some((officer, WallTime::from_ms(0))));
        assert_eq!(before(&[started.clone(), ended.clone()]).watch, None);
        assert!(before(&[started.clone(), ended, started.clone()]).watch.is_some());
        let taken = Noted::WatchTaken { left: "A".into(), took: "B".into(), console: String::new() };
        assert_eq!(before(&[started.clone(), taken]).watch, Some(("B".into(), WallTime::from_ms(1))));
        let fault = |why: &str, of: &str, rung| Noted::Rung {
            why: why.into(),
            message: None,
            fault: Some(of.into()),
            rung,
            called: true,
        };
        let down = [fault("LINE-DOWN", "LINE-DOWN", 1), fault("BACKUP", "LINE-DOWN", 2), Noted::LineBack];
        assert_eq!((before(&down[..2]).line, before(&down).line), (2, 0));
        let unattended = [fault("UNATTENDED", "UNATTENDED", 1), Noted::Unattended { unattended: false }];
        assert_eq!((before(&unattended[..1]).unattended, before(&unattended).unattended), (true, false));
        let (officer, console) = (String::from("Duty officer"), String::from("a1b2"));
        let asked = [
            started,
            fault("WATCH-CHECK", "WATCH-CHECK", 1),
            fault("SUPERVISOR", "WATCH-CHECK", 4),
            Noted::WatchAnswered { officer, console },
        ];
        let found = before(&asked[..3]);
        assert_eq!(found.asked, Some(Asked { since: WallTime::from_ms(1), rung: 4 }));
        assert_eq!((found.line, before(&asked).asked), (0, None));
    }

    #[test]
    fn notes_that_were_refused_are_noted_as_one_when_the_next_is_kept() {
        let mut refused = RefusedNotes::default();
        let at = WallTime::from_ms;
        assert_eq!(refused.answered(at(1_000), true), None);
        assert_eq!([2_000, 3_000, 4_000].map(|ms| refused.answered(at(ms), false)), [None, None, None]);
        let noted = Noted::NotKept { notes: 3, first: zulu(at(2_000)), last: zulu(at(4_000)) };
        assert_eq!(refused.answered(at(5_000), true), Some(noted));
        assert_eq!(refused.answered(at(6_000), true), None);
    }

    #[test]
    fn a_note_of_a_later_program_is_unknown_and_not_lost() {
        let of = |content: &str| {
            noted(&StoredNote { n: 1, at: WallTime::from_ms(0), content: content.as_bytes().to_vec() })
        };
        assert_eq!(of("{\"what\":\"eclipse\",\"of\":\"the moon\"}"), Noted::Unknown);
        assert_eq!(of("{\"what\":\"hook\"}"), Noted::Unknown);
        assert_eq!(of("\u{0}"), Noted::Unknown);
    }
}
