//! Runs seeds.

use crate::checkers::{Checkers, Violation};
use crate::faults::Counts;
use crate::plant::Plant;
use crate::swarm::Plan;
use crate::trace::Trace;
use crate::world::World;

/// One in so many worlds with clock jumps is run again without them.
const TWIN_EVERY: u64 = 8;

/// How to run.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Hand each line of the trace to the caller.
    pub print: bool,
    /// How many bytes are allocated; without it, INV-23 is not checked.
    pub meter: Option<fn() -> usize>,
    /// What is wrong with the world.
    pub plant: Plant,
}

/// What came of a seed.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The seed.
    pub seed: u64,
    /// What happened.
    pub counts: Counts,
    /// A hash of all that happened.
    pub hash: u64,
    /// What did not hold.
    pub violation: Option<Violation>,
    /// The end of the trace, for people.
    pub tail: Vec<String>,
}

impl Default for Options {
    fn default() -> Options {
        Options { print: false, meter: None, plant: Plant::Nothing }
    }
}

/// Runs the world of a seed. `lines` gets the trace if asked for.
pub fn run(seed: u64, options: Options, lines: &mut dyn FnMut(&str)) -> Outcome {
    let plan = Plan::of(seed);
    let twin = plan.has_clock_jumps() && seed.is_multiple_of(TWIN_EVERY);
    if options.print {
        lines(&format!("{plan:#?}"));
    }
    let mut world = World::new(plan.clone(), options.plant, options.meter, Trace::new(options.print, twin));
    world.run(lines);
    if twin && world.violation.is_none() {
        let mut other =
            World::new(plan.without_clock_jumps(), options.plant, options.meter, Trace::new(false, true));
        other.run(&mut |_| {});
        world.violation = crate::checkers::clocks::compare(world.trace.shapes(), other.trace.shapes());
    }
    outcome(seed, world)
}

/// Runs scenario 18 with a seed: GREEN's power is cut between receiving and `fsync`, and one thing is looked at, whether
/// a message that was shown as stored is lost.
pub fn run_power_cuts(seed: u64, plant: Plant) -> Outcome {
    let mut world = World::new(Plan::of_power_cuts(seed), plant, None, Trace::new(false, false));
    world.checkers = Checkers::of_power_cuts();
    world.run(&mut |_| {});
    outcome(seed, world)
}

fn outcome(seed: u64, world: World) -> Outcome {
    Outcome {
        seed,
        counts: world.counts,
        hash: world.trace.hash(),
        violation: world.violation,
        tail: world.trace.tail(),
    }
}

/// Seeds that failed once, each with why. They are run again by the tests, for good.
pub fn kept_seeds() -> Vec<(u64, &'static str)> {
    let lines = include_str!("../seeds.txt").lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (seed, why) = line.split_once(char::is_whitespace).expect("a seed and why");
            (seed.parse().expect("a number"), why.trim())
        })
        .collect()
}
