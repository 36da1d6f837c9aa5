//! The sync summary: in at most 40 bytes, what a side has written and what it holds of the other.
//!
//! It is a control item, protected by the session but signed by nobody: it restarts what is missing and frees nothing.

use ringdown_record::body::SeqRange;
use ringdown_record::encoding::{DecodeError, Reader, put_varint};
use ringdown_record::{Chain, Place};

use crate::limits::{SUMMARY_LEN_MAX, SUMMARY_RANGES_MAX};

/// Control item type of a summary.
pub(crate) const KIND: u8 = 1;
const ANSWER_WANTED: u8 = 1;
const CANNOT_STORE: u8 = 2;
const LEAVING: u8 = 4;

/// See the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Summary {
    /// Please send yours.
    pub answer_wanted: bool,
    /// The sender's disk takes nothing.
    pub cannot_store: bool,
    /// The sender stops.
    pub leaving: bool,
    /// The sender's own head.
    pub own: Place,
    /// How far the sender holds the receiver's chain without a gap.
    pub held: Place,
    /// First bytes of the hash there; zero at the start.
    pub held_hash: [u8; 8],
    /// What it holds beyond.
    pub beyond: Vec<SeqRange>,
}

impl Summary {
    pub(crate) fn of(own: &Chain, peer: &Chain, answer_wanted: bool, cannot_store: bool) -> Summary {
        let held = peer.head();
        let mut beyond = peer.ranges_beyond();
        beyond.truncate(SUMMARY_RANGES_MAX);
        Summary {
            answer_wanted,
            cannot_store,
            leaving: false,
            own: own.head().place,
            held: held.place,
            held_hash: held.hash.short(),
            beyond,
        }
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let flag = |set: bool, bit: u8| if set { bit } else { 0 };
        let asks = flag(self.answer_wanted, ANSWER_WANTED);
        let mut out = vec![asks | flag(self.cannot_store, CANNOT_STORE) | flag(self.leaving, LEAVING)];
        for place in [self.own, self.held] {
            put_varint(&mut out, u64::from(place.incarnation));
            put_varint(&mut out, place.seq);
        }
        out.extend_from_slice(&self.held_hash);
        let mut last = self.held.seq;
        for range in &self.beyond {
            let mut pair = Vec::new();
            put_varint(&mut pair, range.from - last);
            put_varint(&mut pair, range.to - range.from);
            if out.len() + pair.len() > SUMMARY_LEN_MAX {
                break;
            }
            out.extend_from_slice(&pair);
            last = range.to;
        }
        out
    }

    pub(crate) fn read(bytes: &[u8]) -> Result<Summary, DecodeError> {
        let mut r = Reader::new(bytes);
        let flags = r.byte()?;
        let own = read_place(&mut r)?;
        let held = read_place(&mut r)?;
        if (held.incarnation == 0) != (held.seq == 0) {
            return Err(DecodeError::Invalid("place held"));
        }
        let held_hash = r.array()?;
        let mut beyond = Vec::new();
        let mut last = held.seq;
        while !r.is_empty() {
            let step = |from: u64, by: u64| from.checked_add(by).ok_or(DecodeError::Invalid("range"));
            let from = step(last, r.varint()?)?;
            let to = step(from, r.varint()?)?;
            if from <= last || beyond.len() == SUMMARY_RANGES_MAX {
                return Err(DecodeError::Invalid("ranges of a summary"));
            }
            beyond.push(SeqRange { from, to });
            last = to;
        }
        let has = |bit: u8| flags & bit != 0;
        let (answer_wanted, cannot_store, leaving) = (has(ANSWER_WANTED), has(CANNOT_STORE), has(LEAVING));
        Ok(Summary { answer_wanted, cannot_store, leaving, own, held, held_hash, beyond })
    }
}

fn read_place(r: &mut Reader<'_>) -> Result<Place, DecodeError> {
    Ok(Place { incarnation: r.varint_as("incarnation")?, seq: r.varint()? })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place() -> impl Strategy<Value = Place> {
        (1u32.., 1u64..1 << 48).prop_map(|(incarnation, seq)| Place { incarnation, seq })
    }

    fn summary() -> impl Strategy<Value = Summary> {
        let held = prop_oneof![4 => place(), 1 => Just(Place::NONE)];
        let steps = prop::collection::vec((1u64..1 << 20, 0u64..1 << 20), 0..=SUMMARY_RANGES_MAX);
        (any::<[bool; 3]>(), place(), held, any::<[u8; 8]>(), steps).prop_map(
            |([answer_wanted, cannot_store, leaving], own, held, held_hash, steps)| {
                let mut last = held.seq;
                let beyond = steps.into_iter().map(|(gap, len)| {
                    let from = last + gap;
                    last = from + len;
                    SeqRange { from, to: last }
                });
                let beyond = beyond.collect();
                Summary { answer_wanted, cannot_store, leaving, own, held, held_hash, beyond }
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_written_is_read_less_the_ranges_that_did_not_fit(summary in summary()) {
            // SES-29: at most 40 bytes; 13 without ranges while all numbers are small.
            let bytes = summary.to_bytes();
            prop_assert!(bytes.len() <= SUMMARY_LEN_MAX, "{} bytes", bytes.len());
            let read = Summary::read(&bytes).expect("it was written");
            prop_assert!(summary.beyond.starts_with(&read.beyond));
            prop_assert_eq!(Summary { beyond: summary.beyond.clone(), ..read }, summary);
        }

        #[test]
        fn what_is_read_was_written_so(
            bytes in prop::collection::vec(prop_oneof![0u8..4, any::<u8>()], 0..=SUMMARY_LEN_MAX),
        ) {
            let Ok(summary) = Summary::read(&bytes) else { return Ok(()) };
            let known = ANSWER_WANTED | CANNOT_STORE | LEAVING;
            let mut expected = bytes;
            expected[0] &= known;
            prop_assert_eq!(summary.to_bytes(), expected, "two byte strings for one summary");
        }
    }

    #[test]
    fn round_trips_within_forty_bytes() {
        let summary = Summary {
            answer_wanted: true,
            cannot_store: true,
            leaving: true,
            own: Place { incarnation: 1, seq: 2_000_000 },
            held: Place { incarnation: 1, seq: 2_000_000 },
            held_hash: [7; 8],
            beyond: (0..4u64)
                .map(|n| SeqRange { from: 2_000_010 + n * 500, to: 2_000_200 + n * 500 })
                .collect(),
        };
        let bytes = summary.to_bytes();
        assert!(bytes.len() <= 40, "{}", bytes.len());
        assert_eq!(Summary::read(&bytes), Ok(summary));
    }
}
