//! INV-23 needs an allocator that counts, and nothing beside it that allocates: so it has a process of its own.

use peak_alloc::PeakAlloc;
use ringdown_sim::{Options, Plant, run};

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// Seeds tried: one world in six is flooded.
const SEEDS: u64 = 64;

fn violations(plant: Plant, seeds: u64) -> Vec<(u64, &'static str)> {
    let options = Options { plant, meter: Some(|| ALLOCATED.current_usage()), ..Options::default() };
    let worlds = (1..=seeds).map(|seed| (seed, run(seed, options, &mut |_| {}).violation));
    let violated = worlds.filter_map(|(seed, violation)| Some((seed, violation?.id)));
    // The first one is enough.
    violated.take(1).collect()
}

#[test]
fn a_flood_of_strangers_takes_no_memory_and_keeping_it_is_caught() {
    assert_eq!(violations(Plant::Nothing, 16), []);
    let kept = violations(Plant::KeepsGarbage, SEEDS);
    assert!(kept.iter().any(|(_, id)| *id == "INV-23"), "kept garbage is seen as {kept:?}");
}
