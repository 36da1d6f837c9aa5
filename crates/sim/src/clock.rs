//! Two clocks: one that only goes forward, for intervals, and a wall clock for each side, which may be wrong and step.

use std::time::Duration;

use ringdown_line::{Instant, Now};
use ringdown_record::WallTime;

use crate::dice::Dice;

/// What the wall clocks show at the start, in milliseconds of the record's time.
const START_MS: i64 = 30_000_000_000;
const YEAR_MS: i64 = 365 * 24 * 3600 * 1000;

/// See the module.
#[derive(Clone, Debug)]
pub struct Clock {
    /// Time of the world.
    pub now: Instant,
    wrong_ms: [i64; 2],
}

impl Clock {
    /// A clock at the world's beginning.
    pub fn new() -> Clock {
        Clock { now: Instant(1_000_000_000), wrong_ms: [0, 0] }
    }

    /// Both clocks of a side.
    pub fn of(&self, side: usize) -> Now {
        let wall = START_MS + (self.now.0 / 1_000_000) as i64 + self.wrong_ms[side];
        Now { instant: self.now, wall: WallTime::from_ms(wall.max(0) as u64) }
    }

    /// The wall clock of a side steps: a little, by hours, by years; forward or back; or is set right.
    pub fn jump(&mut self, side: usize, dice: &mut Dice) {
        let most = dice.pick(&[50, 5_000, 3_600_000, YEAR_MS, 10 * YEAR_MS]);
        let by = dice.below(2 * most as u64) as i64 - most;
        self.wrong_ms[side] = if dice.below(4) == 0 { 0 } else { self.wrong_ms[side] + by };
    }

    /// Lets time pass.
    pub fn advance(&mut self, to: Instant) {
        self.now = self.now.max(to);
    }

    /// How long the world has run.
    pub fn elapsed(&self) -> Duration {
        Duration::from_nanos(self.now.0 - 1_000_000_000)
    }
}
