//! The replay window of one carrier in one session: no cell is opened twice.

use crate::limits::REPLAY_WINDOW;

const WORDS: usize = (REPLAY_WINDOW / 64) as usize;

/// Remembers which of the last [`REPLAY_WINDOW`] counters were seen.
#[derive(Clone, Debug)]
pub struct ReplayWindow {
    /// One above the highest counter seen.
    next: u64,
    seen: Box<[u64; WORDS]>,
}

impl ReplayWindow {
    /// Nothing seen.
    pub(crate) fn new() -> ReplayWindow {
        ReplayWindow { next: 0, seen: Box::new([0; WORDS]) }
    }

    /// The counter nearest to the window whose low `bits` bits are `low`.
    pub fn expand(&self, low: u64, bits: u32) -> u64 {
        let span = 1u64 << bits;
        let base = self.next & !(span - 1);
        let candidate = base | low;
        if candidate + span / 2 < self.next {
            candidate + span
        } else if candidate >= self.next + span / 2 && candidate >= span {
            candidate - span
        } else {
            candidate
        }
    }

    /// True if a cell with this counter may still be opened.
    pub fn is_fresh(&self, counter: u64) -> bool {
        if counter >= self.next {
            return true;
        }
        self.next - counter <= REPLAY_WINDOW && self.seen[word(counter)] & bit(counter) == 0
    }

    /// Marks a counter; only after its cell was authenticated.
    pub fn mark(&mut self, counter: u64) {
        if counter >= self.next {
            let from = self.next.max(counter.saturating_sub(REPLAY_WINDOW - 1));
            for skipped in from..=counter {
                self.seen[word(skipped)] &= !bit(skipped);
            }
            self.next = counter + 1;
        }
        self.seen[word(counter)] |= bit(counter);
    }
}

fn word(counter: u64) -> usize {
    (counter / 64) as usize % WORDS
}

fn bit(counter: u64) -> u64 {
    1 << (counter % 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_each_counter_once_and_forgets_the_far_past() {
        let mut window = ReplayWindow::new();
        for counter in [0, 5, 3, REPLAY_WINDOW + 10] {
            assert!(window.is_fresh(counter), "{counter}");
            window.mark(counter);
            assert!(!window.is_fresh(counter), "{counter}");
        }
        assert!(!window.is_fresh(10), "below the window");
        assert!(window.is_fresh(11), "in the window and never seen");
    }

    #[test]
    fn expands_low_bits_to_the_nearest_counter() {
        let mut window = ReplayWindow::new();
        window.mark((3 << 24) - 1);
        assert_eq!(window.expand(0, 24), 3 << 24);
        assert_eq!(window.expand((1 << 24) - 1, 24), (3 << 24) - 1);
        assert_eq!(ReplayWindow::new().expand((1 << 24) - 1, 24), (1 << 24) - 1);
    }
}
