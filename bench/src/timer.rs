//! The one place of the bench that reads a clock.

use std::time::{Duration, Instant};

/// Runs from where it was made.
#[derive(Clone, Copy, Debug)]
pub struct Timer(Instant);

impl Timer {
    /// Starts now.
    #[expect(clippy::disallowed_methods, reason = "the bench measures; this is its one clock")]
    pub fn start() -> Timer {
        Timer(Instant::now())
    }

    /// Time since the start.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// How long `work` takes.
pub fn time<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let timer = Timer::start();
    let result = work();
    (timer.elapsed(), result)
}
