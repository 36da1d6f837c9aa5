//! The one clock source: monotonic and wall time, both steppable in a lab. It notices when the wall clock jumps.
//!
//! A jump is seen by comparing the wall clock with a steady one that nobody sets. What happens while the node does not
//! run is not seen: no steady clock lasts over a start.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ringdown_line::Now;
use ringdown_record::WallTime;

/// From so much on, the wall clock jumped. A time service that keeps a clock right moves it by 500 parts in a million
/// at most, which is 1.8 seconds in an hour.
pub const JUMP_MIN: Duration = Duration::from_secs(2);
/// Both clocks are compared over so long, so that many small steps are one jump.
const JUMP_WITHIN: Duration = Duration::from_secs(3600);

/// Cheap to clone; all clones step together.
#[derive(Clone, Debug)]
pub struct Clock {
    start: Instant,
    forward_ms: Arc<AtomicU64>,
    jumps: Arc<Mutex<Jumps>>,
}

/// The wall clock moved by more than the steady one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jump {
    /// What the wall clock would say, had it not jumped.
    pub expected: WallTime,
    /// What it said.
    pub found: WallTime,
    /// The steady clock when it was noticed.
    pub steady: Duration,
}

/// Looks for jumps in a row of readings.
#[derive(Debug, Default)]
struct Jumps {
    /// The reading that later ones are compared with.
    base: Option<(Duration, WallTime)>,
    last: Option<Jump>,
    count: u64,
}

impl Jump {
    /// True if the clock was put forward.
    pub fn is_forward(&self) -> bool {
        self.found > self.expected
    }

    /// By how much.
    pub fn by(&self) -> Duration {
        Duration::from_millis(self.found.ms().abs_diff(self.expected.ms()))
    }
}

impl Jumps {
    /// Takes in one reading of both clocks.
    fn look(&mut self, steady: Duration, found: WallTime) {
        let Some((base, base_wall)) = self.base else {
            self.base = Some((steady, found));
            return;
        };
        let ran = steady.saturating_sub(base);
        let ran_ms = u64::try_from(ran.as_millis()).unwrap_or(u64::MAX);
        let expected = WallTime::from_ms(base_wall.ms().saturating_add(ran_ms));
        let jump = Jump { expected, found, steady };
        let jumped = jump.by() >= JUMP_MIN;
        if jumped {
            self.last = Some(jump);
            self.count += 1;
        }
        if jumped || ran >= JUMP_WITHIN {
            self.base = Some((steady, found));
        }
    }
}

impl Clock {
    /// The host's clocks.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the host's clocks")]
    pub fn host() -> Clock {
        Clock { start: Instant::now(), forward_ms: Arc::default(), jumps: Arc::default() }
    }

    /// Both clocks now.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the host's clocks")]
    pub fn now(&self) -> Now {
        let forward_ms = self.forward_ms.load(Ordering::Relaxed);
        // One second ahead of zero: an instant of zero means "never" in the core.
        let steady = self.start.elapsed();
        let running = steady + Duration::from_secs(1) + Duration::from_millis(forward_ms);
        let unix = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let unix_ms = u64::try_from(unix.as_millis()).unwrap_or(u64::MAX).saturating_add(forward_ms);
        let nanos = u64::try_from(running.as_nanos()).unwrap_or(u64::MAX);
        let wall = WallTime::from_unix_ms(unix_ms);
        // A step in the lab moves what the core takes for steady; the host's own steady clock stays.
        self.jumps().look(steady, wall);
        Now { instant: ringdown_line::Instant(nanos), wall }
    }

    /// Moves both clocks.
    pub fn forward(&self, ms: u64) {
        self.forward_ms.fetch_add(ms, Ordering::Relaxed);
    }

    /// The last jump since the start, and how long ago it was noticed by the steady clock.
    pub fn last_jump(&self) -> Option<(Jump, Duration)> {
        let last = self.jumps().last?;
        Some((last, self.start.elapsed().saturating_sub(last.steady)))
    }

    /// How often the wall clock jumped since the start.
    pub fn jump_count(&self) -> u64 {
        self.jumps().count
    }

    fn jumps(&self) -> std::sync::MutexGuard<'_, Jumps> {
        self.jumps.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: u64 = 1_000_000_000;

    /// Looks at pairs of seconds of the steady clock and milliseconds after noon of the wall clock.
    fn looked(readings: &[(u64, i64)]) -> Jumps {
        let mut jumps = Jumps::default();
        for (steady, wall) in readings {
            let wall = WallTime::from_ms(NOON.saturating_add_signed(*wall));
            jumps.look(Duration::from_secs(*steady), wall);
        }
        jumps
    }

    #[test]
    fn a_clock_that_runs_on_has_not_jumped() {
        assert_eq!(looked(&[(0, 0), (2, 2_000), (3_600, 3_600_000), (90_000, 90_000_000)]).count, 0);
        // The fastest that a time service sets right, hour by hour.
        let slewed: Vec<(u64, i64)> =
            (0..100).map(|hour| (hour * 3_600, i64::try_from(hour).unwrap() * 3_601_800)).collect();
        assert_eq!(looked(&slewed).count, 0);
    }

    #[test]
    fn a_jump_says_from_where_to_where_and_is_told_once() {
        let jumps = looked(&[(0, 0), (10, 10_000), (12, 12_000 + 21_600_000), (14, 14_000 + 21_600_000)]);
        let last = jumps.last.unwrap();
        assert_eq!((jumps.count, last.is_forward(), last.by()), (1, true, Duration::from_secs(6 * 3_600)));
        assert_eq!((last.expected.ms(), last.found.ms()), (NOON + 12_000, NOON + 12_000 + 21_600_000));
        assert_eq!(last.steady, Duration::from_secs(12));
        let back = looked(&[(0, 0), (10, -50_000)]).last.unwrap();
        assert_eq!((back.is_forward(), back.by()), (false, Duration::from_secs(60)));
    }

    #[test]
    fn small_steps_add_up_and_the_limit_is_the_limit() {
        assert_eq!(looked(&[(0, 0), (10, 11_999)]).count, 0);
        assert_eq!(looked(&[(0, 0), (10, 12_000)]).count, 1);
        assert_eq!(looked(&[(0, 0), (10, 10_700), (20, 21_400), (30, 32_100)]).count, 1);
    }
}
