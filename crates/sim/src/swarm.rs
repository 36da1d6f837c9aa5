//! Swarm: each seed draws which faults are on in its world, and how hard.
//!
//! Worlds in which everything is on at once never come to some places; worlds with two or three kinds do.

use std::time::Duration;

use crate::dice::{Dice, PPM};

/// Everything that a seed decides before its world begins.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The seed.
    pub seed: u64,
    /// How long faults and people are active.
    pub active: Duration,
    /// Carriers of the line, 1 or 2.
    pub carriers: u8,
    /// What the path does, by sender.
    pub links: [LinkPlan; 2],
    /// Mean time between cuts, and their mean length; both directions at once, or one.
    pub cuts: Option<Every>,
    /// Mean time between carriers that say they cannot send, and for how long.
    pub carrier_flaps: Option<Every>,
    /// Each side's machine.
    pub machines: [MachinePlan; 2],
    /// Each side's officers.
    pub people: [PeoplePlan; 2],
    /// Strangers' datagrams: how often, and how many at once.
    pub garbage: Option<(Duration, u64)>,
    /// Replays likewise.
    pub replays: Option<(Duration, u64)>,
    /// Floods that are measured.
    pub floods: Option<Duration>,
    /// Officers of each side: with two, two release what is urgent.
    pub officers: u16,
}

/// Something that begins every so often and lasts for a while.
#[derive(Clone, Copy, Debug)]
pub struct Every {
    /// Mean time between beginnings.
    pub mean: Duration,
    /// Mean length.
    pub length: Duration,
}

/// One direction of the path.
#[derive(Clone, Copy, Debug, Default)]
pub struct LinkPlan {
    /// How long every datagram takes.
    pub base: Duration,
    /// Chances in a million.
    pub loss: u64,
    /// Chance of loss within a burst.
    pub burst_loss: u64,
    /// Chance at each datagram that a burst begins; that it ends.
    pub burst: (u64, u64),
    /// Chance of another copy; up to two more.
    pub duplicate: u64,
    /// Chance of more delay, and its mean.
    pub delay: u64,
    /// Mean of it.
    pub delay_mean: Duration,
    /// Chance of flipped bits.
    pub flip: u64,
    /// Chance of a cut end.
    pub truncate: u64,
}

/// One side's machine.
#[derive(Clone, Copy, Debug)]
pub struct MachinePlan {
    /// Mean time between crashes, and until the restart.
    pub crashes: Option<Every>,
    /// Chance that a crash comes between two outputs.
    pub inside: u64,
    /// Chance that it comes just after a batch was handed to the disk.
    pub writing: u64,
    /// Chance that it is an orderly stop.
    pub orderly: u64,
    /// How long a commit takes.
    pub commit: Duration,
    /// Chance that it takes much longer.
    pub slow: u64,
    /// Full disks.
    pub full: Option<Every>,
    /// Mean time between steps of the wall clock.
    pub clock: Option<Duration>,
}

/// One side's officers.
#[derive(Clone, Copy, Debug)]
pub struct PeoplePlan {
    /// Mean time between two acts of a person.
    pub pace: Duration,
    /// Chance that the act is a message rather than an acknowledgement.
    pub message: u64,
    /// Chance that a message is long: up to 4,000 bytes; very long: up to the maximum.
    pub long: (u64, u64),
    /// No more messages while so many wait for the peer's disk.
    pub patience: usize,
    /// No more messages than this.
    pub most: u64,
}

impl Plan {
    /// The plan of a seed.
    pub fn of(seed: u64) -> Plan {
        let mut dice = Dice::new(seed, "plan");
        let d = &mut dice;
        let active = pick_duration(d, 30, 1800);
        let base = Duration::from_micros(d.pick(&[200, 5_000, 20_000, 80_000, 300_000, 900_000]));
        let both = link(d, base);
        let links = if d.below(3) == 0 { [both, link(d, base)] } else { [both, both] };
        let scale =
            |d: &mut Dice, part: u64| Duration::from_nanos(active.as_nanos() as u64 / (1 + d.below(part)));
        Plan {
            seed,
            active,
            carriers: if d.below(4) == 0 { 2 } else { 1 },
            links,
            cuts: maybe(d, 2, |d| Every { mean: scale(d, 12), length: pick_duration(d, 1, 90) }),
            carrier_flaps: maybe(d, 5, |d| Every { mean: scale(d, 12), length: pick_duration(d, 1, 60) }),
            machines: [machine(d, active), machine(d, active)],
            people: [people(d, active), people(d, active)],
            garbage: maybe(d, 3, |d| (scale(d, 40), d.between(1, 40))),
            replays: maybe(d, 2, |d| (scale(d, 80), d.between(1, 12))),
            floods: maybe(d, 6, |d| scale(d, 4)),
            // Drawn last: the rest of a world is the same with one officer and with two.
            officers: 1 + d.below(2) as u16,
        }
    }

    /// The plan of scenario 18: BLUE sends, and again and again GREEN's power is cut around a commit, while it holds what
    /// its disk does not have yet.
    pub fn of_power_cuts(seed: u64) -> Plan {
        let mut dice = Dice::new(seed, "power cuts");
        let d = &mut dice;
        let base = Duration::from_micros(d.pick(&[200, 5_000, 80_000]));
        let loss = d.pick(&[0, 0, 100_000]);
        let link = LinkPlan { base, loss, ..LinkPlan::default() };
        let commit = Duration::from_micros(d.pick(&[500, 4_000, 25_000, 100_000]));
        let steady = MachinePlan {
            crashes: None,
            inside: 0,
            writing: 0,
            orderly: 0,
            commit,
            slow: 0,
            full: None,
            clock: None,
        };
        let crashes = Some(Every {
            mean: Duration::from_millis(d.between(300, 3_000)),
            length: pick_duration(d, 1, 4),
        });
        let sends = PeoplePlan {
            pace: Duration::from_millis(d.between(200, 1_000)),
            message: PPM,
            long: (PPM / 10, PPM / 20),
            patience: 100,
            most: 30,
        };
        Plan {
            seed,
            active: Duration::from_secs(30),
            carriers: 1,
            links: [link; 2],
            cuts: None,
            carrier_flaps: None,
            machines: [steady, MachinePlan { crashes, writing: PPM, ..steady }],
            people: [sends, PeoplePlan { most: 0, message: 0, ..sends }],
            garbage: None,
            replays: None,
            floods: None,
            officers: 1,
        }
    }

    /// The same world without what touches the wall clock.
    pub fn without_clock_jumps(mut self) -> Plan {
        self.machines.iter_mut().for_each(|machine| machine.clock = None);
        self
    }

    /// True if a wall clock steps in it.
    pub fn has_clock_jumps(&self) -> bool {
        self.machines.iter().any(|machine| machine.clock.is_some())
    }
}

fn maybe<T>(dice: &mut Dice, one_in: u64, make: impl FnOnce(&mut Dice) -> T) -> Option<T> {
    (dice.below(one_in) == 0).then(|| make(dice))
}

/// Seconds between two limits, each doubling as likely as the last.
fn pick_duration(dice: &mut Dice, low: u64, high: u64) -> Duration {
    let doublings = (high / low).max(1).ilog2();
    let from = low << dice.below(u64::from(doublings) + 1);
    Duration::from_millis(dice.between(from * 1000, (from * 2000).min(high * 1000)))
}

fn link(d: &mut Dice, base: Duration) -> LinkPlan {
    let mut on =
        |one_in: u64, low: u64, high: u64| if d.below(one_in) == 0 { d.between(low, high) } else { 0 };
    let loss = on(2, 20_000, 700_000);
    let burst = (on(3, 500, 30_000), on(1, 10_000, 200_000));
    let duplicate = on(2, 50_000, 800_000);
    let delay = on(2, 50_000, 950_000);
    let flip = on(4, 500, 200_000);
    let truncate = on(6, 500, 50_000);
    LinkPlan {
        base,
        loss,
        burst_loss: d.between(PPM / 2, PPM - 10_000),
        burst,
        duplicate,
        delay,
        delay_mean: Duration::from_millis(d.pick(&[1, 10, 60, 300, 1_500, 8_000])),
        flip,
        truncate,
    }
}

fn machine(d: &mut Dice, active: Duration) -> MachinePlan {
    let often =
        |d: &mut Dice, part: u64| Duration::from_nanos(active.as_nanos() as u64 / (1 + d.below(part)));
    MachinePlan {
        crashes: maybe(d, 2, |d| Every { mean: often(d, 24), length: pick_duration(d, 1, 40) }),
        inside: d.pick(&[0, PPM / 2, PPM]),
        writing: d.pick(&[0, PPM / 2, PPM]),
        orderly: d.pick(&[0, 0, PPM / 3, PPM]),
        commit: Duration::from_micros(d.pick(&[50, 500, 4_000, 25_000])),
        slow: d.pick(&[0, 0, 1_000, 50_000]),
        full: maybe(d, 5, |d| Every { mean: often(d, 8), length: pick_duration(d, 1, 60) }),
        clock: maybe(d, 3, |d| often(d, 20)),
    }
}

fn people(d: &mut Dice, active: Duration) -> PeoplePlan {
    let most = d.pick(&[0, 5, 30, 60, 120]);
    PeoplePlan {
        pace: active / (most as u32 * 2 + 4),
        message: d.pick(&[PPM / 4, PPM / 2, PPM * 3 / 4, PPM]),
        long: (d.pick(&[0, PPM / 10, PPM / 2, PPM]), d.pick(&[0, 0, PPM / 20, PPM / 4, PPM / 2])),
        patience: d.pick(&[4, 20, 100]),
        most,
    }
}
