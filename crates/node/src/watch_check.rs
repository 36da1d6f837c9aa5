//! The watch check: a watch during which nobody touches a console is asked whether somebody is there.

use ringdown_record::WallTime;

use crate::ladder::{Rung, Timers, check_rung};

/// From this rung on it is heard.
const SOUNDS: u64 = 2;
/// From this rung on nobody watches.
const UNATTENDED: u64 = 3;

/// A watch check that nobody has answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// When it was asked.
    pub since: WallTime,
    /// The rung that it has reached.
    pub rung: u64,
}

impl Asked {
    /// Takes it to its rung; gives that if it is a new one. A clock that is put back takes it down no more.
    pub fn climb(&mut self, now: WallTime, timers: &Timers) -> Option<Rung> {
        let rung = check_rung(now.ms().saturating_sub(self.since.ms()), timers);
        let rung = rung.filter(|rung| rung.number > self.rung)?;
        self.rung = rung.number;
        Some(rung)
    }

    /// It is heard, besides being seen.
    pub fn sounds(&self) -> bool {
        self.rung >= SOUNDS
    }

    /// Nobody watches.
    pub fn is_unattended(&self) -> bool {
        self.rung >= UNATTENDED
    }
}
