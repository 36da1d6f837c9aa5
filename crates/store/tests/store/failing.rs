//! A disk that fails: "full" makes the writer wait, anything else stops it loudly, and the readers go on.
//!
//! Each write and each sync of a scenario fails once, or from then on. A sync that failed is never taken for done, not
//! even by the next process, which can read what it has left in memory.

use crate::scenario::{LONG_LOG, Scenario, Step};
use crate::shim::{CRASHED, Disk, EIO, ENOSPC, Ended, Shim, directory, shim};
use crate::stops::{check, confirmed, for_each, is_long, on_threads};

const ROUNDS: u64 = 4;
const FOR_EVER: u64 = 1 << 40;

fn failing(kind: &'static str, first: u64, count: u64, errno: i32, name: &'static str) -> Disk {
    Disk { fail: Some((kind, first, count, errno, name)), ..Disk::default() }
}

/// How many operations of a kind the scenario has on such files.
fn how_many(shim: &Shim, kind: &'static str, name: &'static str) -> u64 {
    let dir = directory();
    let (_, count) = shim.count(dir.path(), &ROUNDS.to_string(), &failing(kind, FOR_EVER, 1, EIO, name));
    assert!(count > 0, "no {kind} of {name}");
    count
}

fn stopped(ended: &Ended) -> Option<&str> {
    ended.told.iter().find_map(|word| word.strip_prefix("stopped: "))
}

/// Runs the scenario on a disk that fails; gives what it told, after checking what it has left.
fn run(shim: &Shim, disk: &Disk) -> Result<Ended, String> {
    let dir = directory();
    let ended = shim.run(dir.path(), &ROUNDS.to_string(), disk);
    if ended.code != Some(0) {
        return Err(format!("{disk:?}: ended with {:?}: {:?} {}", ended.code, ended.told, ended.errors));
    }
    check(ROUNDS, dir.path(), &ended.told).map_err(|what| format!("{disk:?}: {what}: {:?}", ended.told))?;
    Ok(ended)
}

fn is_whole(ended: &Ended) -> bool {
    confirmed(&ended.told) == Some(Scenario::of(ROUNDS).steps.len())
}

// A write or sync of the log that fails, once, is told at once: nothing is confirmed after it. When the log is folded in
// outside the writer, by a step of the scenario or at the end, it is synced too; what is in it was synced before.
#[test]
fn a_failing_write_or_sync_of_the_log_stops_the_writer_with_the_reason() {
    let Some(shim) = shim() else { return };
    let is_fold = |step: &&Step| matches!(step, Step::Checkpoint | Step::Reopen);
    let folds = Scenario::of(ROUNDS).steps.iter().filter(is_fold).count();
    for (kind, may_go_on) in [("write", 0), ("sync", folds)] {
        let firsts = (1..=how_many(shim, kind, "record.db-wal")).collect();
        let wrong = for_each(firsts, |first| {
            let ended = run(shim, &failing(kind, first, 1, EIO, "record.db-wal"))?;
            match stopped(&ended) {
                Some(reason) if reason.contains("disk I/O error") => Ok(()),
                None if is_whole(&ended) => Err(format!("went on: {kind} {first}")),
                other => Err(format!("{kind} {first}: {other:?}, {:?}", ended.told)),
            }
        });
        let went_on = wrong.iter().filter(|what| what.starts_with("went on")).count();
        assert!(went_on <= may_go_on && went_on == wrong.len(), "{wrong:#?}");
    }
}

// What fails in other files: when a record is made or its log is folded in. It is told, or nothing was lost by it.
#[test]
fn a_failing_write_or_sync_anywhere_loses_nothing_that_was_confirmed() {
    let Some(shim) = shim() else { return };
    for (kind, count) in [("write", 1), ("write", FOR_EVER), ("sync", 1), ("sync", FOR_EVER)] {
        let firsts = (1..=how_many(shim, kind, "")).collect();
        let wrong = for_each(firsts, |first| {
            let ended = run(shim, &failing(kind, first, count, EIO, ""))?;
            match stopped(&ended) {
                None if !is_whole(&ended) => {
                    Err(format!("{kind} {first}: neither stopped nor done: {:?}", ended.told))
                }
                _ => Ok(()),
            }
        });
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

/// Children that mostly wait until a full disk is tried again.
const WAITING: u64 = 12;

// No space at any write, three times: everything waits, and all is there in the end without anybody's help.
#[test]
fn without_space_at_any_write_everything_waits_and_is_done_in_the_end() {
    let Some(shim) = shim() else { return };
    let firsts: Vec<u64> = (1..=how_many(shim, "write", "")).step_by(if is_long() { 1 } else { 3 }).collect();
    let total = firsts.len();
    let waited = std::sync::atomic::AtomicUsize::new(0);
    let wrong = on_threads(WAITING, firsts, |first| {
        let ended = run(shim, &failing("write", first, 3, ENOSPC, ""))?;
        let is_told = ended.told.iter().any(|word| word == "full");
        waited.fetch_add(usize::from(is_told), std::sync::atomic::Ordering::Relaxed);
        match stopped(&ended) {
            // Making or opening a record fails as a whole, in words, and is asked for again by whoever wanted it.
            Some(reason) if reason.contains("is full") || reason.contains("No space") => Ok(()),
            Some(reason) => Err(format!("write {first}: stopped: {reason}")),
            None if !is_whole(&ended) => Err(format!("write {first}: {:?}", ended.told)),
            _ => Ok(()),
        }
    });
    assert!(wrong.is_empty(), "{wrong:#?}");
    let waited = waited.into_inner();
    assert!(waited * 8 > total, "the disk was called full in {waited} of {total} runs");
}

// SQLite's own folding after a commit says nothing when it fails; the writer's does.
#[test]
fn a_log_that_cannot_be_folded_into_the_file_stops_the_writer() {
    let Some(shim) = shim() else { return };
    let steps = format!("24{LONG_LOG}");
    let fails = |kind, first| {
        let (dir, count) = (directory(), if first == FOR_EVER { 0 } else { 1 });
        (shim.run(dir.path(), &steps, &failing(kind, first, count, EIO, "record.db")), dir)
    };
    for kind in ["write", "sync"] {
        let (ended, _dir) = fails(kind, 1);
        let reason = stopped(&ended).unwrap_or_else(|| panic!("{kind}: not stopped: {:?}", ended.told));
        assert!(reason.contains("disk I/O error"), "{reason}");
        assert!(confirmed(&ended.told) > Some(5), "it was folded too soon: {:?}", ended.told);
    }
    let (ended, _dir) = fails("write", FOR_EVER);
    assert_eq!(
        (stopped(&ended), confirmed(&ended.told)),
        (None, Some(24)),
        "without a fault it goes through"
    );
}

/// A sync of the log fails, the next process goes on with what it can read, and the power goes at one of its operations.
/// That process may be told once that the log is synced, although nothing of it is kept.
fn restart_after_a_failed_sync(shim: &Shim, first: u64, at: u64, lies: u32) -> Result<bool, String> {
    let steps = ROUNDS.to_string();
    let (dir, medium) = (directory(), directory());
    let on = |disk: Disk| Disk { medium: Some(medium.path().to_owned()), ..disk };
    let before = shim.run(dir.path(), &steps, &on(failing("sync", first, 1, EIO, "record.db-wal")));
    let drops_sync = (lies > 0).then_some((lies, "record.db-wal"));
    let after = shim.run(
        dir.path(),
        &steps,
        &on(Disk { at, how: Some("power".into()), drops_sync, ..Disk::default() }),
    );
    if after.code == Some(0) {
        return Ok(false);
    }
    assert_eq!(after.code, Some(CRASHED), "{:?} {}", after.told, after.errors);
    let told = [before.told, after.told].concat();
    check(ROUNDS, dir.path(), &told).map_err(|what| format!("sync {first}, then power at {at}: {what}"))?;
    Ok(true)
}

// INV-3. The kernel lets a process read what it could not write, and calls it clean. The next process reads it too;
// what it then shows must not vanish with the power.
#[test]
fn what_a_failed_sync_left_in_memory_is_shown_only_when_it_is_on_the_medium() {
    let Some(shim) = shim() else { return };
    let firsts: Vec<u64> = (1..=how_many(shim, "sync", "record.db-wal")).collect();
    let wrong = for_each(firsts.clone(), |first| {
        for at in (1..).step_by(if is_long() { 1 } else { 7 }).take(60) {
            if !restart_after_a_failed_sync(shim, first, at, 0)? {
                break;
            }
        }
        Ok(())
    });
    assert!(wrong.is_empty(), "{wrong:#?}");
    // The canary: without that first sync of the next process, what it shows is lost.
    let wrong = for_each(firsts, |first| restart_after_a_failed_sync(shim, first, 4, 1).map(drop));
    let is_lost = |what: &String| what.contains("steps were confirmed, it shows the state after");
    assert!(wrong.len() >= 3 && wrong.iter().all(is_lost), "{wrong:#?}");
}
