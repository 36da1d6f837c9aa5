//! The process ends at every single write, truncation, sync, creation, removal and renaming of a scenario.
//!
//! After each: the record opens, shows exactly what the confirmed steps led to, or that and the whole of the step that
//! was under way, and can be written on. `RINGDOWN_STOPS=long` does more of everything.

use std::io::Write;
use std::path::Path;

use crate::scenario::Scenario;
use crate::shim::{CRASHED, Disk, Shim, directory, shim};
use crate::world::{BLUE, held};

/// Threads that start children, when these work all the time.
const THREADS: u64 = 2;

pub fn is_long() -> bool {
    std::env::var("RINGDOWN_STOPS").is_ok_and(|value| value == "long")
}

fn rounds() -> u64 {
    if is_long() { 24 } else { 8 }
}

/// The number of the last step that a process called done; it tells with how many it began, so that is at least 0.
pub fn confirmed(told: &[String]) -> Option<usize> {
    told.iter().rev().find_map(|word| word.parse().ok())
}

/// What must hold after the process was stopped; what does not is said in words.
pub fn check(rounds: u64, dir: &Path, told: &[String]) -> Result<(), String> {
    let mut scenario = Scenario::of(rounds);
    let path = dir.join("record.db");
    let (shown, running) = scenario.look(&path).map_err(|error| format!("does not open: {error}"))?;
    let done = confirmed(told).unwrap_or(0);
    let next = (done + 1).min(scenario.steps.len());
    if shown != scenario.shown[done] && shown != scenario.shown[next] {
        let behind = scenario.steps_behind(&shown);
        return Err(format!("{done} steps were confirmed, it shows the state after {behind:?}"));
    }
    let Some(running) = running else {
        // Nothing is there yet, and whatever lies around does not hinder the next attempt.
        let paired = &scenario.world.paired;
        ringdown_store::Record::create(&path, &paired.signed, &paired.entries)
            .map_err(|error| format!("cannot be made: {error}"))?;
        return Ok(());
    };
    let mut whole = shown.entries.expect("a record");
    whole.iter().for_each(|entry| scenario.world.follow(entry));
    let entry = scenario.world.write(BLUE, b"after the crash");
    running.append(scenario.world.batch(std::slice::from_ref(&entry)));
    let n = running.durable().1;
    drop(running);
    whole.push(entry);
    let seen = held(&path);
    match n == whole.len() as u64 && crate::world::entries(&seen) == whole {
        true => Ok(()),
        false => Err("cannot be written on".into()),
    }
}

/// Stops a process at the n-th operation, and looks.
fn stop_at(shim: &Shim, rounds: u64, disk: &Disk) -> Result<(), String> {
    let dir = directory();
    let ended = shim.run(dir.path(), &rounds.to_string(), disk);
    assert_eq!(ended.code, Some(CRASHED), "{disk:?}: {:?} {}", ended.told, ended.errors);
    check(rounds, dir.path(), &ended.told).map_err(|what| format!("{disk:?}: {what}"))
}

/// Does something for each number on several threads; gives back what went wrong.
pub fn for_each(numbers: Vec<u64>, work: impl Fn(u64) -> Result<(), String> + Sync) -> Vec<String> {
    on_threads(THREADS, numbers, work)
}

/// The same on so many threads.
pub fn on_threads(
    threads: u64,
    numbers: Vec<u64>,
    work: impl Fn(u64) -> Result<(), String> + Sync,
) -> Vec<String> {
    let next = std::sync::Mutex::new(numbers.into_iter());
    std::thread::scope(|scope| {
        let (work, next) = (&work, &next);
        let take = move || next.lock().expect("no panic").next();
        let threads = (0..threads).map(|_| {
            scope.spawn(move || std::iter::from_fn(take).filter_map(|n| work(n).err()).collect::<Vec<_>>())
        });
        let threads: Vec<_> = threads.collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    })
}

fn operations(shim: &Shim) -> u64 {
    let dir = directory();
    let (operations, _) = shim.count(dir.path(), &rounds().to_string(), &Disk::default());
    assert!(operations > 100, "only {operations} operations: does the shim see them?");
    operations
}

/// Every operation, in each of these ways to stop.
fn at_every_operation(hows: &[&str]) {
    let Some(shim) = shim() else { return };
    let operations = operations(shim);
    for how in hows {
        let disk = |at| Disk { at, how: Some((*how).into()), ..Disk::default() };
        let wrong = for_each((1..=operations).collect(), |at| stop_at(shim, rounds(), &disk(at)));
        assert!(wrong.is_empty(), "{} of {operations}: {:#?}", wrong.len(), &wrong[..wrong.len().min(10)]);
        let _ = writeln!(std::io::stderr(), "{how}: stopped at each of {operations} operations");
    }
}

// INV-3, INV-4: the process dies, the system lives.
#[test]
fn a_process_stopped_at_any_operation_loses_nothing_and_leaves_nothing_in_part() {
    at_every_operation(&["kill", "tear"]);
}

// INV-3, INV-4: what was not synced is gone, or what the disk happened to have written is there.
#[test]
fn power_lost_at_any_operation_loses_nothing_confirmed_and_leaves_nothing_in_part() {
    let seeds = if is_long() { 10 } else { 1 };
    let scattered: Vec<String> = (1..=seeds).map(|seed| format!("scatter/{seed}")).collect();
    let hows: Vec<&str> = std::iter::once("power").chain(scattered.iter().map(String::as_str)).collect();
    at_every_operation(&hows);
}

// The canary: on a disk that says "synced" of the log and does nothing, the same check finds what is gone.
#[test]
fn the_check_finds_what_a_disk_that_lies_about_syncs_has_lost() {
    let Some(shim) = shim() else { return };
    let some: Vec<u64> = (1..=operations(shim)).step_by(15).collect();
    for (name, lost) in
        [("-wal", "steps were confirmed, it shows the state after Some"), ("record.db.new", "does not open")]
    {
        let lying = |at| Disk {
            at,
            how: Some("power".into()),
            drops_sync: Some((u32::MAX, name)),
            ..Disk::default()
        };
        let wrong = for_each(some.clone(), |at| stop_at(shim, rounds(), &lying(at)));
        assert!(wrong.len() >= 3, "{name}: only {wrong:#?}");
        assert!(wrong.iter().any(|what| what.contains(lost)), "{name}: {wrong:#?}");
    }
}

// The start after a crash writes too: it is stopped at each of its operations as well.
#[test]
fn a_start_that_is_stopped_too_loses_nothing() {
    let Some(shim) = shim() else { return };
    let operations = operations(shim);
    let firsts = (1..=operations).step_by(if is_long() { 5 } else { 61 }).collect();
    let wrong = for_each(firsts, |first| {
        for second in (1..).step_by(if is_long() { 1 } else { 3 }).take(40) {
            let dir = directory();
            let power = |at| Disk { at, how: Some("power".into()), ..Disk::default() };
            let before = shim.run(dir.path(), &rounds().to_string(), &power(first));
            let ended = shim.run(dir.path(), &rounds().to_string(), &power(second));
            if ended.code == Some(0) {
                break;
            }
            assert_eq!(ended.code, Some(CRASHED), "{:?} {}", ended.told, ended.errors);
            let told = [before.told, ended.told].concat();
            check(rounds(), dir.path(), &told)
                .map_err(|what| format!("at {first}, then at {second}: {what}"))?;
        }
        Ok(())
    });
    assert!(wrong.is_empty(), "{wrong:#?}");
}
