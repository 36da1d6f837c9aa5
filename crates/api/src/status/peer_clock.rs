//! How far the other side's clock is from ours, and how that is said.

use serde::{Deserialize, Serialize};

/// Bounds that are no further apart are an estimate; others only say what it is at least.
pub const CLOSE_MS: i64 = 4_000;
/// Clocks further apart are a caution.
const CAUTION_MS: u64 = 2_000;
/// And further apart, serious.
const SERIOUS_MS: u64 = 30_000;

/// By how many milliseconds the other side's clock is ahead of this node's; behind, if negative.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerClock {
    /// At least: an entry was written before it came.
    pub least_ms: i64,
    /// At most: it was written after the entry of ours that it cites; `null` if nobody here knows when that was.
    pub most_ms: Option<i64>,
    /// When the entry came of which this is known, by this node's clock.
    pub at: String,
}

/// What can be said of it, in whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Apart {
    /// Both clocks agree so far.
    Within(u64),
    /// The other is ahead, about.
    Ahead(u64),
    /// The other is behind, about.
    Behind(u64),
    /// The other is ahead, at least.
    LeastAhead(u64),
    /// The other is behind, at least.
    LeastBehind(u64),
}

impl PeerClock {
    /// What can be said; `None` if the bounds are too far apart to say anything.
    pub fn apart(&self) -> Option<Apart> {
        let seconds = |ms: i64| (ms.unsigned_abs() + 500) / 1_000;
        if let Some((middle, furthest)) = self.close() {
            return Some(match middle {
                _ if furthest <= CAUTION_MS || !self.differs() => {
                    Apart::Within(furthest.div_ceil(1_000).max(1))
                }
                ahead if ahead > 0 => Apart::Ahead(seconds(ahead)),
                behind => Apart::Behind(seconds(behind)),
            });
        }
        match (self.least_ms, self.most_ms) {
            (least, _) if least >= 1_000 => Some(Apart::LeastAhead(least.unsigned_abs() / 1_000)),
            (_, Some(most)) if most <= -1_000 => Some(Apart::LeastBehind(most.unsigned_abs() / 1_000)),
            _ => None,
        }
    }

    /// How bad that is, as a status level: `normal`, `caution` or `serious`.
    pub fn level(&self) -> &'static str {
        let proved = || self.least_ms.max(self.most_ms.map_or(0, i64::saturating_neg)).max(0).unsigned_abs();
        let apart = self.close().map_or_else(proved, |(middle, _)| middle.unsigned_abs());
        match (apart > CAUTION_MS, apart > SERIOUS_MS) {
            (_, true) => "serious",
            (true, _) => "caution",
            _ => "normal",
        }
    }

    /// True if the clocks cannot be the same.
    fn differs(&self) -> bool {
        self.least_ms > 0 || self.most_ms.is_some_and(|most| most < 0)
    }

    /// The middle of bounds that are close, and the further one.
    fn close(&self) -> Option<(i64, u64)> {
        let most = self.most_ms.filter(|most| most.saturating_sub(self.least_ms) <= CLOSE_MS)?;
        let furthest = self.least_ms.unsigned_abs().max(most.unsigned_abs());
        Some((i64::midpoint(self.least_ms, most), furthest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(least_ms: i64, most_ms: Option<i64>) -> PeerClock {
        PeerClock { least_ms, most_ms, at: String::new() }
    }

    #[test]
    fn close_bounds_are_said_as_an_estimate_and_wide_ones_as_what_is_sure() {
        for (least, most, said) in [
            (-20, Some(35), Some(Apart::Within(1))),
            (-1_900, Some(1_900), Some(Apart::Within(2))),
            (-20, Some(3_900), Some(Apart::Within(4))),
            (2_900, Some(3_100), Some(Apart::Ahead(3))),
            (-6_100, Some(-5_000), Some(Apart::Behind(6))),
            (60_000, None, Some(Apart::LeastAhead(60))),
            (5_500, Some(90_000), Some(Apart::LeastAhead(5))),
            (-90_000, Some(-7_100), Some(Apart::LeastBehind(7))),
            (-90_000, Some(90_000), None),
            (-90_000, None, None),
        ] {
            assert_eq!(clock(least, most).apart(), said, "{least} to {most:?}");
        }
    }

    #[test]
    fn over_two_seconds_is_a_caution_and_over_thirty_serious() {
        for (least, most, level) in [
            (1_900, Some(2_100), "normal"),
            (2_000, Some(2_100), "caution"),
            (-30_000, Some(-29_900), "caution"),
            (-30_100, Some(-30_000), "serious"),
            (2_001, None, "caution"),
            (30_001, None, "serious"),
            (-90_000, Some(-30_001), "serious"),
            (-90_000, Some(90_000), "normal"),
            (-90_000, None, "normal"),
        ] {
            assert_eq!(clock(least, most).level(), level, "{least} to {most:?}");
        }
    }
}
