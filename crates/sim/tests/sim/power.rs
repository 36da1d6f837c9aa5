//! Scenario 18: power-cut node B between receive and fsync, 1,000 seeds: no message A shows as STORED is ever lost.

use ringdown_sim::{Counts, Fault, Plant, run_power_cuts};

const SEEDS: u64 = 1_000;

#[test]
fn scenario_18_no_message_that_a_shows_as_stored_is_lost_by_a_power_cut_of_b() {
    let mut total = Counts::default();
    for seed in 1..=SEEDS {
        let outcome = run_power_cuts(seed, Plant::Nothing);
        assert_eq!(outcome.violation, None, "seed {seed}\n{}", outcome.tail.join("\n"));
        total.add(&outcome.counts);
    }
    // Messages became durable, and very often the power went while some were received and not yet on the disk.
    assert!(total.messages > 10 * SEEDS, "{total:?}");
    assert!(total.of(Fault::Crash) > 5 * SEEDS && total.of(Fault::LostWrite) > SEEDS, "{total:?}");
}

/// Canary: a disk that says durable before it is loses such a message, and it is seen.
#[test]
fn a_disk_that_confirms_early_loses_a_message_that_was_shown_as_stored() {
    let seen = (1..=SEEDS).find_map(|seed| run_power_cuts(seed, Plant::ConfirmsEarly).violation);
    assert_eq!(seen.map(|violation| violation.id), Some("scenario 18"));
}
