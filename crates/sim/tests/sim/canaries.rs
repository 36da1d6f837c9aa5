//! Each checker catches a world in which something is wrong. Which seed shows it does not matter; one of a few must.

use ringdown_sim::{Options, Plant, run};

/// Seeds that are tried for a planted fault: not every world has what shows it.
const SEEDS: u64 = 64;

fn assert_caught(plant: Plant, by: &[&str]) {
    assert_caught_in(1..=SEEDS, plant, by);
}

fn assert_caught_in(seeds: impl Iterator<Item = u64>, plant: Plant, by: &[&str]) {
    let options = Options { plant, ..Options::default() };
    let mut other = Vec::new();
    for seed in seeds {
        match run(seed, options, &mut |_| {}).violation {
            Some(violation) if by.contains(&violation.id) => return,
            violation => other.extend(violation.map(|violation| (seed, violation.id, violation.seen))),
        }
    }
    panic!("{plant:?} passes; seen otherwise: {other:?}");
}

#[test]
fn a_disk_that_forgets_is_caught() {
    assert_caught(Plant::DiskForgets, &["INV-1", "INV-4"]);
}

#[test]
fn a_disk_that_confirms_early_is_caught() {
    assert_caught(Plant::ConfirmsEarly, &["INV-3"]);
}

#[test]
fn an_entry_told_twice_is_caught() {
    assert_caught(Plant::TellsTwice, &["INV-6"]);
}

#[test]
fn a_foreign_entry_is_caught() {
    assert_caught(Plant::ForeignEntry, &["INV-7"]);
}

#[test]
fn a_path_that_never_heals_is_caught() {
    assert_caught(Plant::NeverHeals, &["INV-8"]);
}

#[test]
fn a_counter_used_twice_is_caught() {
    assert_caught(Plant::CounterUsedTwice, &["INV-19"]);
}

#[test]
fn a_replay_that_acts_is_caught() {
    assert_caught(Plant::ReplayActs, &["INV-21"]);
}

#[test]
fn a_clock_that_moves_time_is_caught() {
    // Only these are run with and without clock jumps.
    assert_caught_in((8..=SEEDS * 8).step_by(8), Plant::ClockMovesTime, &["INV-24"]);
}

#[test]
fn chatter_at_rest_is_caught() {
    assert_caught(Plant::Chatters, &["INV-28"]);
}
