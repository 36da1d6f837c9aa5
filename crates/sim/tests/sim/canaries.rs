//! Each checker catches a world in which something is wrong. Which seed shows it does not matter; one of a few must.

use ringdown_sim::{Options, Plant, run};

/// The invariants that a planted fault violates, over a few seeds.
fn caught(plant: Plant) -> Vec<&'static str> {
    let options = Options { plant, ..Options::default() };
    (1..=40)
        .filter_map(|seed| run(seed, options, &mut |_| {}).violation.map(|violation| violation.id))
        .collect()
}

fn assert_caught(plant: Plant, by: &[&str]) {
    let caught = caught(plant);
    assert!(!caught.is_empty(), "{plant:?} passes");
    assert!(caught.iter().any(|id| by.contains(id)), "{plant:?} is seen only as {caught:?}");
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
    assert_caught(Plant::ClockMovesTime, &["INV-24"]);
}

#[test]
fn chatter_at_rest_is_caught() {
    assert_caught(Plant::Chatters, &["INV-28"]);
}
