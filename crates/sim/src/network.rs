//! What the path does with a datagram: lose, double, delay, damage; alone, in bursts, in one direction or both.

use std::time::Duration;

use crate::dice::Dice;
use crate::faults::{Counts, Fault};
use crate::swarm::LinkPlan;

/// Copies of one datagram at most.
const COPIES_MAX: usize = 3;

/// See the module.
#[derive(Debug)]
pub struct Network {
    links: [LinkPlan; 2],
    dice: Dice,
    in_burst: [bool; 2],
    /// Which senders are cut off.
    cut: [bool; 2],
    calm: bool,
}

/// A copy on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copy {
    /// How long it takes.
    pub delay: Duration,
    /// What happens to its bytes.
    pub damage: Option<Damage>,
}

/// Damage on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// So many bits flip, at places that follow from the number.
    Flip(u64),
    /// Only so many parts in a million of its length arrive.
    Truncate(u64),
}

/// What becomes of a datagram.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Why it is lost; empty if it is not.
    pub lost: &'static str,
    /// The copies that arrive.
    pub copies: Vec<Copy>,
}

impl Network {
    /// A path between two sides.
    pub fn new(links: [LinkPlan; 2], dice: Dice) -> Network {
        Network { links, dice, in_burst: [false; 2], cut: [false; 2], calm: false }
    }

    /// From now on every datagram arrives once, after the base delay.
    pub fn calm(&mut self) {
        self.calm = true;
        self.cut = [false; 2];
    }

    /// Cuts what a side sends, or lets it through.
    pub fn cut(&mut self, from: usize, cut: bool) {
        self.cut[from] = cut && !self.calm;
    }

    /// What becomes of a datagram that a side sends.
    pub fn send(&mut self, from: usize, counts: &mut Counts) -> Outcome {
        let link = self.links[from];
        if self.calm {
            return Outcome { lost: "", copies: vec![Copy { delay: link.base, damage: None }] };
        }
        if self.cut[from] {
            let (fault, lost) = match self.cut[1 - from] {
                true => (Fault::LossCut, "partition"),
                false => (Fault::LossOneWay, "one-way path"),
            };
            counts.fault(fault);
            return Outcome { lost, copies: Vec::new() };
        }
        let turns = self.dice.chance(if self.in_burst[from] { link.burst.1 } else { link.burst.0 });
        self.in_burst[from] ^= turns;
        let loss = if self.in_burst[from] { link.burst_loss } else { link.loss };
        if self.dice.chance(loss) {
            counts.fault(Fault::Loss);
            let lost = if self.in_burst[from] { "burst" } else { "chance" };
            return Outcome { lost, copies: Vec::new() };
        }
        let mut copies = vec![self.copy(&link, counts)];
        while copies.len() < COPIES_MAX && self.dice.chance(link.duplicate) {
            counts.fault(Fault::Duplicate);
            copies.push(self.copy(&link, counts));
        }
        Outcome { lost: "", copies }
    }

    fn copy(&mut self, link: &LinkPlan, counts: &mut Counts) -> Copy {
        let mut delay = link.base;
        if self.dice.chance(link.delay) {
            counts.fault(Fault::Delay);
            delay += self.dice.around(link.delay_mean);
        }
        let damage = if self.dice.chance(link.flip) {
            counts.fault(Fault::Flip);
            Some(Damage::Flip(self.dice.next()))
        } else if self.dice.chance(link.truncate) {
            counts.fault(Fault::Truncate);
            Some(Damage::Truncate(self.dice.below(1_000_000)))
        } else {
            None
        };
        Copy { delay, damage }
    }
}

impl Damage {
    /// The damaged bytes.
    pub fn apply(self, bytes: &[u8]) -> Vec<u8> {
        let mut out = bytes.to_vec();
        match self {
            Damage::Flip(places) => {
                let mut dice = Dice::new(places, "flip");
                // An odd number of single bits: they cannot all cancel out.
                for _ in 0..dice.pick(&[1, 3, 17]) {
                    let bit = dice.below(out.len() as u64 * 8);
                    out[(bit / 8) as usize] ^= 1 << (bit % 8);
                }
            }
            Damage::Truncate(part) => out.truncate((bytes.len() as u64 * part / 1_000_000) as usize),
        }
        out
    }
}
