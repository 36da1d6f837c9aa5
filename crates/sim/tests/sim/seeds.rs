//! A modest number of worlds; many more are run by the program.

use ringdown_sim::{Counts, Options, kept_seeds, run};

const SEEDS: u64 = 16;

#[test]
fn every_invariant_holds_in_some_worlds() {
    let mut total = Counts::default();
    for seed in 1..=SEEDS {
        let outcome = run(seed, Options::default(), &mut |_| {});
        assert_eq!(outcome.violation, None, "seed {seed}\n{}", outcome.tail.join("\n"));
        total.add(&outcome.counts);
    }
    // The worlds are not empty ones.
    assert!(total.total() > 10_000 && total.restarts > 30 && total.messages > 200, "{total:?}");
    // REC-7: in some, two release what is urgent, or one alone.
    assert!(total.by_two > 30 && total.by_one_alone > 10, "{total:?}");
}

#[test]
fn the_same_seed_is_the_same_world() {
    for seed in [3, 17, 40] {
        let [one, two] = [(); 2].map(|()| run(seed, Options::default(), &mut |_| {}));
        assert_eq!((one.hash, &one.counts), (two.hash, &two.counts), "seed {seed}");
        assert_ne!(one.hash, run(seed + 1, Options::default(), &mut |_| {}).hash);
    }
}

#[test]
fn seeds_that_once_failed_pass() {
    for (seed, why) in kept_seeds() {
        let outcome = run(seed, Options::default(), &mut |_| {});
        assert_eq!(outcome.violation, None, "seed {seed}, once: {why}\n{}", outcome.tail.join("\n"));
    }
}
