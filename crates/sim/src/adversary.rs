//! A stranger on the path: records everything, sends it again anywhere at any time, and sends garbage.
//!
//! He has no keys. What he sends is counted apart from faults on real traffic.

use std::cell::Cell;
use std::collections::VecDeque;
use std::rc::Rc;

use crate::dice::Dice;
use crate::faults::Strange;
use crate::wire::Class;

/// Recent datagrams kept.
const RECENT: usize = 256;
/// Old ones kept, chosen at random.
const OLD: usize = 256;

/// A datagram as it was sent.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Its bytes.
    pub bytes: Rc<[u8]>,
    /// Who sent it.
    pub from: usize,
    /// On which carrier.
    pub carrier: u8,
    /// What it is.
    pub class: Class,
    /// The run of its receiver when it was sent.
    pub to_run: u64,
    /// In which run of its receiver it was taken as genuine; 0 for none.
    pub opened_in: Rc<Cell<u64>>,
    /// Ends of the signatures of the entries in a message 1.
    pub carries: Rc<[[u8; 8]]>,
}

/// See the module.
#[derive(Debug)]
pub struct Adversary {
    dice: Dice,
    recent: VecDeque<Recorded>,
    old: Vec<Recorded>,
    seen: u64,
}

impl Adversary {
    /// One who knows nothing yet.
    pub fn new(dice: Dice) -> Adversary {
        Adversary { dice, recent: VecDeque::new(), old: Vec::new(), seen: 0 }
    }

    /// Records a datagram.
    pub fn record(&mut self, datagram: Recorded) {
        self.seen += 1;
        if self.recent.len() == RECENT
            && let Some(aged) = self.recent.pop_front()
        {
            if self.old.len() < OLD {
                self.old.push(aged);
            } else if self.dice.below(self.seen) < OLD as u64 {
                let index = self.dice.below(OLD as u64) as usize;
                self.old[index] = aged;
            }
        }
        self.recent.push_back(datagram);
    }

    /// Something recorded, and to whom it goes this time.
    pub fn replay(&mut self) -> Option<(Recorded, usize, Strange)> {
        let from_old = !self.old.is_empty() && self.dice.below(2) == 0;
        let recorded = if from_old {
            self.old[self.dice.below(self.old.len() as u64) as usize].clone()
        } else {
            let count = self.recent.len() as u64;
            self.recent.get(self.dice.below(count) as usize)?.clone()
        };
        let reflect = self.dice.below(4) == 0;
        let to = if reflect { recorded.from } else { 1 - recorded.from };
        Some((recorded, to, if reflect { Strange::Reflection } else { Strange::Replay }))
    }

    /// Bytes that no key of the line made: random, or real ones taken apart and put together wrongly.
    pub fn garbage(&mut self) -> Vec<u8> {
        let d = &mut self.dice;
        let model = match d.below(self.recent.len() as u64 + 1) as usize {
            0 => None,
            index => self.recent.get(index - 1).map(|recorded| recorded.bytes.clone()),
        };
        let len = d.pick(&[0, 1, 5, 20, 21, 53, 54, 60, 1_199, 1_200, 1_201, 9_000]);
        let Some(model) = model else { return d.bytes(len) };
        let mut bytes = model.to_vec();
        match d.below(4) {
            0 => bytes.truncate(d.below(bytes.len() as u64) as usize),
            1 => bytes.extend_from_slice(&model),
            2 => bytes.extend(d.bytes(1)),
            _ => {
                let bit = d.below(bytes.len() as u64 * 8);
                bytes[(bit / 8) as usize] ^= 1 << (bit % 8);
            }
        }
        bytes
    }

    /// A number for the world's own choices.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.dice.below(limit)
    }
}
