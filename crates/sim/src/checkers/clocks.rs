//! INV-24: the clock changes stamps, pacing and display only.
//!
//! The same world is run with and without jumps of the wall clocks. What happened, when, to whom, and how long every
//! datagram was is the same; only hashes and tags, which cover the stamps, differ. The jumps themselves are no part of
//! the trace.

use ringdown_line::Instant;

use super::Violation;

const ID: &str = "INV-24";
const WORDS: &str = "the clock changes stamps, pacing and display only";

/// Compares two traces without stamps, as running hashes with times.
pub(crate) fn compare(with: &[(Instant, u64)], without: &[(Instant, u64)]) -> Option<Violation> {
    let differs = with.iter().zip(without).position(|(a, b)| a != b);
    let index = match differs {
        Some(index) => index,
        None if with.len() == without.len() => return None,
        None => with.len().min(without.len()),
    };
    let at = with.get(index).or(without.get(index)).map_or(Instant(0), |(at, _)| *at);
    let seen = format!("the world with clock jumps parts from the one without at {at}, record {index}");
    Some(Violation { id: ID, words: WORDS, seen, at })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worlds_that_part_are_caught() {
        let a = [(Instant(1), 7), (Instant(2), 8)];
        assert_eq!(compare(&a, &a), None);
        assert!(compare(&a, &[(Instant(1), 7), (Instant(3), 8)]).is_some());
        assert!(compare(&a, &a[..1]).is_some());
        assert!(compare(&[], &a).is_some());
    }
}
