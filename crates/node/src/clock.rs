//! The one clock source: monotonic and wall time, both steppable in a lab.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ringdown_line::Now;
use ringdown_record::WallTime;

/// Cheap to clone; all clones step together.
#[derive(Clone, Debug)]
pub struct Clock {
    start: Instant,
    forward_ms: Arc<AtomicU64>,
}

impl Clock {
    /// The host's clocks.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the host's clocks")]
    pub fn host() -> Clock {
        Clock { start: Instant::now(), forward_ms: Arc::default() }
    }

    /// Both clocks now.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the host's clocks")]
    pub fn now(&self) -> Now {
        let forward_ms = self.forward_ms.load(Ordering::Relaxed);
        // One second ahead of zero: an instant of zero means "never" in the core.
        let running = self.start.elapsed() + Duration::from_secs(1) + Duration::from_millis(forward_ms);
        let unix = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let unix_ms = u64::try_from(unix.as_millis()).unwrap_or(u64::MAX).saturating_add(forward_ms);
        let nanos = u64::try_from(running.as_nanos()).unwrap_or(u64::MAX);
        Now { instant: ringdown_line::Instant(nanos), wall: WallTime::from_unix_ms(unix_ms) }
    }

    /// Moves both clocks.
    pub fn forward(&self, ms: u64) {
        self.forward_ms.fetch_add(ms, Ordering::Relaxed);
    }
}
