//! What is done to a record while its disk is stopped or broken: a fixed list of steps, and what is there after each.
//!
//! The child makes a record, or goes on with one that it finds, step by step. It begins a step when the one before is
//! confirmed, and says so on a line `told k`. So the disk holds what is there after k steps, or after k + 1.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ringdown_record::{DraftId, Entry};
use ringdown_store::{Notice, OpenError, Record, WriteError};

use crate::world::{BLUE, Desk, GREEN, Running, World, entries, open};

pub const DIR: &str = "RINGDOWN_STORE_SCENARIO_DIR";
/// How many steps, or what else to do.
pub const STEPS: &str = "RINGDOWN_STORE_SCENARIO_STEPS";

/// What an officer's node asks of its disk.
pub enum Step {
    Create,
    Draft(DraftId, Option<Vec<u8>>),
    /// Entries, which of them were drafts, and whether the sending of the last own one is noted with it.
    Append(Vec<Arc<Entry>>, Vec<(DraftId, usize)>),
    /// The log is folded into the file while the record is open.
    Checkpoint,
    Reopen,
}

/// What a record shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    pub entries: Option<Vec<Arc<Entry>>>,
    pub drafts: BTreeMap<[u8; 16], (Vec<u8>, Option<u64>)>,
}

/// A list of steps with what is shown before the first and after each.
pub struct Scenario {
    pub world: World,
    pub steps: Vec<Step>,
    pub shown: Vec<Shown>,
}

impl Scenario {
    /// So many rounds, each of a draft, a batch that releases it, and what else an officer does.
    pub fn of(rounds: u64) -> Scenario {
        let mut scenario = Scenario { world: World::new(), steps: Vec::new(), shown: vec![Shown::default()] };
        scenario.add(Step::Create);
        for round in 1..=rounds {
            let id = DraftId([round as u8; 16]);
            scenario.add(Step::Draft(id, Some(vec![1; 40])));
            if round % 3 == 1 {
                scenario.add(Step::Draft(id, Some(vec![2; 3_000])));
            }
            let side = if round % 3 == 0 { GREEN } else { BLUE };
            let text = |part: u8| vec![part; (round as usize * 811 + usize::from(part) * 97) % 3_000];
            let written =
                (0..1 + round as u8 % 3).map(|part| scenario.world.write(side, &text(part))).collect();
            scenario.add(Step::Append(written, vec![(id, 0)]));
            match round % 6 {
                2 => scenario.add(Step::Checkpoint),
                4 => scenario.add(Step::Reopen),
                // One draft stays, one is forgotten.
                5 => {
                    let (stays, goes) = (DraftId([100 + round as u8; 16]), DraftId([200 + round as u8; 16]));
                    scenario.add(Step::Draft(stays, Some(vec![3; 700])));
                    scenario.add(Step::Draft(goes, Some(vec![4; 700])));
                    scenario.add(Step::Draft(goes, None));
                }
                _ => {}
            }
        }
        scenario.add(Step::Reopen);
        scenario
    }

    fn add(&mut self, step: Step) {
        let mut shown = self.shown.last().expect("the first").clone();
        match &step {
            Step::Create => shown.entries = Some(self.world.paired.entries.clone()),
            Step::Draft(id, Some(content)) => drop(shown.drafts.insert(id.0, (content.clone(), None))),
            Step::Draft(id, None) => drop(shown.drafts.remove(&id.0)),
            Step::Append(written, released) => {
                let entries = shown.entries.as_mut().expect("a record");
                let first = entries.len() as u64 + 1;
                entries.extend(written.iter().cloned());
                for (id, index) in released {
                    shown.drafts.get_mut(&id.0).expect("a draft").1 = Some(first + *index as u64);
                }
            }
            Step::Checkpoint | Step::Reopen => {}
        }
        self.steps.push(step);
        self.shown.push(shown);
    }

    /// How many steps led to what a record shows; none if no steps of this list do.
    pub fn steps_behind(&self, shown: &Shown) -> Option<usize> {
        self.shown.iter().rposition(|expected| expected == shown)
    }

    /// All that a record at this path shows, and the record, open.
    pub fn look(&self, path: &Path) -> Result<(Shown, Option<Running>), OpenError> {
        let (record, seen) = match open(path) {
            Ok(opened) => opened,
            Err(OpenError::Missing(_)) => return Ok((Shown::default(), None)),
            Err(error) => return Err(error),
        };
        assert!(seen.iter().zip(1..).all(|(numbered, n)| numbered.n == n), "the numbers have a gap");
        let running = Running::try_start(record)?;
        let mut shown = Shown { entries: Some(entries(&seen)), ..Shown::default() };
        let mut ids: Vec<_> = self.shown.iter().flat_map(|shown| shown.drafts.keys().copied()).collect();
        ids.extend(running.reader.drafts().expect("readable").iter().map(|draft| draft.id.0));
        for id in ids {
            if let Some(draft) = running.reader.draft(DraftId(id)).expect("readable") {
                shown.drafts.insert(id, (draft.content, draft.released));
            }
        }
        Ok((shown, Some(running)))
    }

    /// Does the steps from the `done`-th on, and says each when it is confirmed; stops where the writer does.
    fn go_on(&mut self, path: &Path, done: usize, running: &mut Option<Running>) -> Result<(), String> {
        for (index, step) in self.steps.iter().enumerate().skip(done) {
            match (step, &*running) {
                (Step::Create, _) => {
                    let paired = &self.world.paired;
                    Record::create(path, &paired.signed, &paired.entries)
                        .map_err(|error| error.to_string())?;
                    *running = Some(start(path).map_err(|error| error.to_string())?);
                }
                (Step::Draft(id, content), Some(running)) => draft(running, *id, content.as_deref())?,
                (Step::Append(written, released), Some(running)) => {
                    let batch = ringdown_record::Batch {
                        id: ringdown_record::BatchId(index as u64),
                        entries: written.clone(),
                        released: released.clone(),
                    };
                    running.append(Arc::new(batch));
                    durable(running)?;
                }
                (Step::Checkpoint, _) => {
                    // Nothing depends on whether it succeeds.
                    let raw = rusqlite::Connection::open(path).map_err(|error| error.to_string())?;
                    let _ = raw.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
                }
                (Step::Reopen, _) => {
                    drop(running.take());
                    *running = Some(start(path).map_err(|error| error.to_string())?);
                }
                (_, None) => unreachable!("a record is made first"),
            }
            tell(&(index + 1).to_string());
        }
        Ok(())
    }
}

fn start(path: &Path) -> Result<Running, OpenError> {
    Running::try_start(open(path)?.0)
}

/// A full disk refuses a draft; it is asked again until there is space.
fn draft(running: &Running, id: DraftId, content: Option<&[u8]>) -> Result<(), String> {
    loop {
        match running.draft(id, content) {
            Ok(()) => return Ok(()),
            Err(WriteError::Full) => tell("full"),
            Err(WriteError::Stopped(reason)) => return Err(reason),
        }
    }
}

fn durable(running: &Running) -> Result<(), String> {
    loop {
        match running.notice() {
            Notice::Durable { .. } => return Ok(()),
            Notice::Writable(false) => tell("full"),
            Notice::Writable(true) => {}
            Notice::Stopped(reason) => return Err(reason),
        }
    }
}

/// One line, in one write.
pub fn tell(what: &str) {
    let line = format!("\ntold {what}\n");
    let mut out = std::io::stdout().lock();
    out.write_all(line.as_bytes()).and_then(|()| out.flush()).expect("somebody listens");
}

#[test]
#[ignore = "the child of the tests with a shim, which start it"]
fn child() {
    let (Some(dir), Ok(steps)) = (std::env::var_os(DIR), std::env::var(STEPS)) else { return };
    let path = PathBuf::from(dir).join("record.db");
    let Some(rounds) = steps.split(' ').next().and_then(|rounds| rounds.parse().ok()) else {
        return drop(Desk::new());
    };
    if steps.ends_with(LONG_LOG) {
        return fold_a_long_log(&path, rounds);
    }
    let mut scenario = Scenario::of(rounds);
    let (shown, mut running) = scenario.look(&path).expect("a good record");
    let done = scenario.steps_behind(&shown).expect("what steps of the list have left");
    tell(&done.to_string());
    if let Err(reason) = scenario.go_on(&path, done, &mut running) {
        tell(&format!("stopped: {reason}"));
        let Some(running) = &running else { return };
        // The screens go on, with a connection that is there and with a new one.
        let reader = running.record.reader().expect("a new reader");
        for reader in [&running.reader, &reader] {
            let shown = entries(&reader.after(0, 1_000).expect("readable"));
            let known = scenario.shown.iter().any(|state| state.entries.as_ref() == Some(&shown));
            assert!(known, "readers show {} entries", shown.len());
        }
        tell("readers go on");
        assert!(matches!(running.draft(DraftId([0; 16]), None), Err(WriteError::Stopped(_))));
    }
    // As after a kill: nothing is closed in order, and the log stays.
    std::mem::forget(running);
}

/// Asks for batches so long that the writer folds its log into the file by itself.
pub const LONG_LOG: &str = " long";

fn fold_a_long_log(path: &Path, batches: u64) {
    let mut world = World::new();
    Record::create(path, &world.paired.signed, &world.paired.entries).expect("a record");
    let running = Running::start(open(path).expect("a good record").0);
    for n in 1..=batches {
        let written: Vec<_> = (0..6).map(|part| world.write(BLUE, &vec![part; 60_000])).collect();
        running.append(world.batch(&written));
        match durable(&running) {
            Ok(()) => tell(&n.to_string()),
            Err(reason) => return tell(&format!("stopped: {reason}")),
        }
    }
}
