//! One seed's world: two sides, a path, a stranger, two clocks, and everything that befalls them.
//!
//! Time goes from one happening to the next. First faults and people are active; then both end, all is mended, and the
//! sides get time to come to rest; then they are watched at rest.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use ringdown_line::pairing::{Paired, SideKeys, pair};
use ringdown_line::{Input, Instant};
use ringdown_record::{Secret, WallTime};

use crate::adversary::Adversary;
use crate::chaos::Happening;
use crate::checkers::{Checker, Checkers, Fact, Receipted, Rest, Violation};
use crate::clock::Clock;
use crate::dice::Dice;
use crate::faults::Counts;
use crate::network::Network;
use crate::node::{self, Node};
use crate::plant::Plant;
use crate::swarm::Plan;
use crate::trace::{Record, Trace, What};
use crate::wire::{Keys, Wire};

/// How long the sides may take to come to rest after the last fault.
const REST_WITHIN: Duration = Duration::from_secs(600);
/// The same in words.
const REST_WITHIN_WORDS: &str = "10 minutes";
/// What is still under way when both records are equal and receipted: a late summary of the session before can bring
/// back an entry that is receipted, and it is repeated until the peer's next summary, half a minute at most.
const AFTERGLOW: Duration = Duration::from_secs(35);
/// How long they are watched at rest.
const WATCH: Duration = Duration::from_secs(95);
/// Wakes of a side at one instant.
const SPINS_MAX: u32 = 64;
/// Datagrams later than this when the faults end are lost.
const LATE_MAX: Duration = Duration::from_secs(2);

/// See the module.
pub struct World {
    pub(crate) plan: Plan,
    pub(crate) plant: Plant,
    pub(crate) meter: Option<fn() -> usize>,
    pub(crate) clock: Clock,
    pub(crate) heap: BinaryHeap<Reverse<Scheduled>>,
    pub(crate) order: u64,
    pub(crate) nodes: [Node; 2],
    pub(crate) network: Network,
    pub(crate) wire: Wire,
    pub(crate) adversary: Adversary,
    pub(crate) checkers: Checkers,
    pub(crate) trace: Trace,
    pub(crate) counts: Counts,
    pub(crate) chaos: Dice,
    pub(crate) seeds: Dice,
    pub(crate) disks: Dice,
    pub(crate) clocks: Dice,
    pub(crate) paired: Paired,
    pub(crate) keys: [SideKeys; 2],
    pub(crate) pairing: Secret,
    pub(crate) phase: Phase,
    pub(crate) violation: Option<Violation>,
}

/// How far the world is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Faults and people.
    Active,
    /// No more faults; people only end what they began.
    Closing,
    /// Nothing should happen.
    AtRest,
}

/// Something at a time; at one instant in the order in which it was planned.
pub struct Scheduled {
    at: Instant,
    order: u64,
    /// What.
    pub happening: Happening,
}

impl PartialEq for Scheduled {
    fn eq(&self, other: &Scheduled) -> bool {
        self.order == other.order
    }
}

impl Eq for Scheduled {}

impl PartialOrd for Scheduled {
    fn partial_cmp(&self, other: &Scheduled) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Scheduled {
    fn cmp(&self, other: &Scheduled) -> std::cmp::Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

impl World {
    /// The world of a plan, before anything happened.
    pub fn new(plan: Plan, plant: Plant, meter: Option<fn() -> usize>, trace: Trace) -> World {
        let keys = [0, 1].map(|index| node::side_keys(index, plan.officers));
        let pairing = Secret([99; 32]);
        let paired = pair(&keys, [1; 16], &pairing, WallTime::from_ms(1_000));
        let nodes = [0, 1].map(|index| Node::new(index, &paired, &plan));
        let channels = [keys[0].channel.clone(), keys[1].channel.clone()];
        let line = paired.charter.line_id();
        let dice = |purpose| Dice::new(plan.seed, purpose);
        World {
            clock: Clock::new(),
            heap: BinaryHeap::new(),
            order: 0,
            nodes,
            network: Network::new(plan.links, dice("network")),
            wire: Wire::new(Keys { line, pairing: pairing.clone(), channels }),
            adversary: Adversary::new(dice("adversary")),
            checkers: Checkers::all(),
            trace,
            counts: Counts::default(),
            chaos: dice("chaos"),
            seeds: dice("seeds"),
            disks: dice("disks"),
            clocks: dice("clocks"),
            paired,
            keys,
            pairing,
            phase: Phase::Active,
            violation: None,
            plan,
            plant,
            meter,
        }
    }

    /// Runs it to its end, or to the first violation. `lines` gets what is traced, if the trace prints.
    pub fn run(&mut self, lines: &mut dyn FnMut(&str)) {
        self.found();
        self.schedule_all();
        self.run_until(self.clock.now + self.plan.active, lines);
        self.calm();
        let limit = self.clock.now + REST_WITHIN;
        let mut in_time = false;
        while self.violation.is_none() && !in_time && self.clock.now < limit {
            self.run_until(self.clock.now + Duration::from_secs(1), lines);
            in_time = self.is_settled();
        }
        self.examine(in_time);
        self.run_until(self.clock.now + AFTERGLOW, lines);
        self.enter(Phase::AtRest, "watched at rest");
        if self.plant == Plant::Chatters {
            self.schedule(Duration::from_secs(1), Happening::Chatter);
        }
        self.run_until(self.clock.now + WATCH, lines);
        self.examine(in_time);
        self.trace.take_lines().iter().for_each(|line| lines(line));
        self.counts.simulated_ms += self.clock.elapsed().as_millis() as u64;
        self.counts.sessions += u64::from(self.wire.sessions());
        self.counts.entries += self.nodes[0].disk.entries().len() as u64;
        self.nodes[0].disk.entries().iter().for_each(|entry| self.counts.message(entry));
    }

    /// The entries that a line begins with are on both disks before anything happens.
    fn found(&mut self) {
        // Each entry first on its writer's disk: the books of the other ask for it there. They cite each other, so
        // they come in the order in which they were written.
        for entry in self.paired.entries.clone() {
            let side = entry.header().side.index();
            self.fact(Fact::Handed { side, entry: entry.clone() });
            for disk in [side, 1 - side] {
                self.fact(Fact::Durable { side: disk, entries: vec![entry.clone()], released: Vec::new() });
            }
        }
        (0..2).for_each(|side| self.start(side));
    }

    /// Lets time pass.
    pub(crate) fn run_until(&mut self, end: Instant, lines: &mut dyn FnMut(&str)) {
        while self.violation.is_none()
            && let Some(at) = self.next_time().filter(|at| *at <= end)
        {
            self.clock.advance(at);
            self.step();
            self.trace.take_lines().iter().for_each(|line| lines(line));
        }
        if self.violation.is_none() {
            self.clock.advance(end);
        }
    }

    fn next_time(&self) -> Option<Instant> {
        let happening = self.heap.peek().map(|Reverse(scheduled)| scheduled.at);
        let of_node = |node: &Node| {
            let timeout = node.timeout.map(|(at, _)| at);
            let disk = node.endpoint.is_some().then(|| node.disk.next()).flatten();
            timeout.into_iter().chain(disk).min()
        };
        happening.into_iter().chain(self.nodes.iter().filter_map(of_node)).min()
    }

    /// One thing of those whose time has come.
    fn step(&mut self) {
        let now = self.clock.now;
        if self.heap.peek().is_some_and(|Reverse(scheduled)| scheduled.at <= now)
            && let Some(Reverse(scheduled)) = self.heap.pop()
        {
            return self.happen(scheduled.happening);
        }
        for side in 0..2 {
            if self.nodes[side].endpoint.is_some() && self.nodes[side].disk.next().is_some_and(|at| at <= now)
            {
                return self.commit(side);
            }
            if let Some((_, reason)) = self.nodes[side].timeout.filter(|(at, _)| *at <= now) {
                return self.wake(side, reason);
            }
        }
    }

    fn wake(&mut self, side: usize, reason: &'static str) {
        let node = &mut self.nodes[side];
        node.timeout = None;
        let again = if node.spins.0 == self.clock.now { node.spins.1 + 1 } else { 0 };
        node.spins = (self.clock.now, again);
        if again > SPINS_MAX {
            self.fact(Fact::Spins { side, reason });
        }
        self.note(Some(side), What::Woke(reason), [0; 4]);
        self.give(side, Input::Timeout);
    }

    /// Plans a happening.
    pub(crate) fn schedule(&mut self, after: Duration, happening: Happening) {
        self.order += 1;
        self.heap.push(Reverse(Scheduled { at: self.clock.now + after, order: self.order, happening }));
    }

    /// All faults end; what was broken is mended.
    fn calm(&mut self) {
        if self.violation.is_some() {
            return;
        }
        self.enter(Phase::Closing, "faults end");
        self.network.calm();
        let latest = self.clock.now + LATE_MAX;
        let mut rest: Vec<_> = std::mem::take(&mut self.heap).into_vec();
        rest.retain(|Reverse(scheduled)| {
            scheduled.at <= latest && matches!(scheduled.happening, Happening::Arrive(_))
        });
        self.heap = rest.into();
        for side in 0..2 {
            self.nodes[side].crash_in = None;
            self.nodes[side].crash_writing = false;
            for carrier in 0..self.nodes[side].usable.len() {
                self.set_carrier(side, carrier, true);
            }
            self.set_full(side, false);
            if self.nodes[side].endpoint.is_none() {
                self.start(side);
            }
            self.schedule(Duration::from_millis(500), Happening::Person(side));
        }
    }

    fn enter(&mut self, phase: Phase, text: &'static str) {
        self.phase = phase;
        self.note(None, What::Phase(text), [0; 4]);
    }

    /// True when both disks hold the same and everything is receipted.
    fn is_settled(&mut self) -> bool {
        let [blue, green] = &self.nodes;
        let equal = blue.disk.ends().is_some() && blue.disk.ends() == green.disk.ends();
        let idle = |node: &Node| !node.disk.is_busy() && !node.people.has_drafts();
        if !equal || !idle(blue) || !idle(green) {
            return false;
        }
        Receipted.rest(&self.rest(true)).is_ok()
    }

    fn rest(&self, in_time: bool) -> Rest<'_> {
        let disks = [0, 1].map(|side: usize| self.nodes[side].disk.entries());
        Rest { disks, charter: &self.paired.signed, in_time, limit: REST_WITHIN_WORDS }
    }

    /// The checkers look at both disks.
    fn examine(&mut self, in_time: bool) {
        if self.violation.is_some() {
            return;
        }
        let mut checkers = std::mem::replace(&mut self.checkers, Checkers::none());
        self.violation = checkers.rest(self.clock.now, &self.rest(in_time));
        self.checkers = checkers;
    }

    /// Tells the checkers a fact.
    pub(crate) fn fact(&mut self, fact: Fact) {
        if self.violation.is_none() {
            self.violation = self.checkers.see(self.clock.now, &fact);
        }
    }

    /// Notes something in the trace.
    pub(crate) fn note(&mut self, side: Option<usize>, what: What, short: [u8; 4]) {
        self.trace.note(Record { at: self.clock.now, side, what, short });
    }
}
