//! How far the other side's clock is from ours, estimated from signed times alone.
//!
//! An entry of the other side was written after the entry of ours that it cites, and before it came here. Its time, less
//! our time at these two moments, is the most and the least by which that clock is ahead. On a line on which something
//! goes to and fro both are close together. What waited on its way makes the bounds wide, never wrong.

use std::collections::VecDeque;

use ringdown_api::status::peer_clock::{CLOSE_MS, PeerClock};
use ringdown_api::zulu;
use ringdown_record::{FLAG_TIME_HELD, Header, Place, WallTime};

/// Own entries whose time is kept; an older one is cited only by what waited long.
const OURS_MAX: usize = 256;

/// See the module.
#[derive(Debug, Default)]
pub struct PeerClocks {
    ours: VecDeque<(Place, WallTime)>,
    known: Option<Bounds>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bounds {
    least: i64,
    most: Option<i64>,
    at: WallTime,
}

impl PeerClocks {
    /// An entry of ours is durable. One that bears the time of an earlier entry says nothing of the clock.
    pub fn wrote(&mut self, header: &Header) {
        if is_held(header) {
            return;
        }
        if self.ours.len() == OURS_MAX {
            self.ours.pop_front();
        }
        self.ours.push_back((header.place, header.time));
    }

    /// An entry of the other side came.
    pub fn came(&mut self, header: &Header, now: WallTime) {
        if is_held(header) {
            return;
        }
        let cited = self.ours.iter().rev().find(|(place, _)| *place == header.peer.place);
        let most = cited.map(|(_, written)| ahead(header.time, *written));
        let found = Bounds { least: ahead(header.time, now), most, at: now };
        self.known = Some(self.known.map_or(found, |known| known.after(found)));
    }

    /// Our own clock jumped: nothing that was measured by it before holds.
    pub fn forget(&mut self) {
        *self = PeerClocks::default();
    }

    /// What is known now.
    pub fn known(&self) -> Option<PeerClock> {
        let Bounds { least, most, at } = self.known?;
        Some(PeerClock { least_ms: least, most_ms: most, at: zulu(at) })
    }
}

impl Bounds {
    /// What is known after more was found: it narrows what was known, or shows that this no longer holds.
    fn after(self, found: Bounds) -> Bounds {
        let least = self.least.max(found.least);
        let most = self.most.into_iter().chain(found.most).min();
        if most.is_some_and(|most| most < least) {
            return found;
        }
        let close = found.most.is_some_and(|most| most.saturating_sub(found.least) <= CLOSE_MS);
        Bounds { least, most, at: if close { found.at } else { self.at } }
    }
}

fn is_held(header: &Header) -> bool {
    header.flags & FLAG_TIME_HELD != 0
}

fn ahead(theirs: WallTime, ours: WallTime) -> i64 {
    theirs.ms().cast_signed().wrapping_sub(ours.ms().cast_signed())
}

#[cfg(test)]
mod tests {
    use ringdown_record::{EntryHash, EntryRef, Kind, LineId, Side, Urgency};

    use super::*;

    /// An entry at this place of its side, written at this time, that cites the other side's at that place.
    fn header(seq: u64, time: u64, cites: u64) -> Header {
        let entry = |seq| EntryRef { place: Place::first(seq), ..EntryRef::NONE };
        Header {
            line: LineId([0; 32]),
            side: Side::Zero,
            place: Place::first(seq),
            prev: EntryHash::default(),
            peer: entry(cites),
            time: WallTime::from_ms(time),
            clock: 0,
            kind: Kind::RECEIPT,
            urgency: Urgency::LINE,
            flags: 0,
            officer: 0,
            body_len: 0,
            body_commitment: [0; 32],
            key_list: [0; 32],
        }
    }

    fn known(clocks: &PeerClocks) -> Option<(i64, Option<i64>)> {
        clocks.known().map(|clock| (clock.least_ms, clock.most_ms))
    }

    #[test]
    fn a_message_and_its_receipt_bound_the_other_clock_from_both_sides() {
        let mut clocks = PeerClocks::default();
        assert_eq!(known(&clocks), None);
        // Theirs is 3 s ahead: written at 10.0 s here, receipted at 10.1 s, which came at 10.2 s.
        clocks.wrote(&header(7, 10_000, 0));
        clocks.came(&header(5, 13_100, 7), WallTime::from_ms(10_200));
        assert_eq!(known(&clocks), Some((2_900, Some(3_100))));
        // A person there acknowledges three seconds later.
        clocks.came(&header(6, 16_100, 7), WallTime::from_ms(13_150));
        assert_eq!(known(&clocks), Some((2_950, Some(3_100))), "the narrower bound holds on");
    }

    #[test]
    fn what_waited_on_its_way_does_not_move_the_clock_nor_does_a_held_time() {
        let mut clocks = PeerClocks::default();
        clocks.wrote(&header(7, 10_000, 0));
        // Receipted at once, and an hour on its way: their clock could be an hour behind, or right.
        clocks.came(&header(5, 10_100, 7), WallTime::from_ms(3_610_100));
        assert_eq!(known(&clocks), Some((-3_600_000, Some(100))));
        // Of what cites nothing that is known here only the least is sure; it may be surer than that before.
        clocks.came(&header(6, 4_000_000, 3), WallTime::from_ms(4_000_050));
        assert_eq!(known(&clocks), Some((-50, Some(100))));
        let held = Header { flags: FLAG_TIME_HELD, ..header(8, 99_000_000, 7) };
        clocks.wrote(&held);
        clocks.came(&held, WallTime::from_ms(4_100_000));
        clocks.came(&header(9, 4_199_900, 8), WallTime::from_ms(4_200_000));
        assert_eq!(known(&clocks), Some((-50, Some(100))));
    }

    #[test]
    fn what_no_longer_holds_is_dropped() {
        let mut clocks = PeerClocks::default();
        clocks.wrote(&header(7, 10_000, 0));
        clocks.came(&header(5, 10_100, 7), WallTime::from_ms(10_200));
        // Their clock was put forward by a minute since: at least so far ahead is sure.
        clocks.came(&header(6, 80_000, 7), WallTime::from_ms(20_100));
        assert_eq!(known(&clocks), Some((59_900, Some(70_000))));
        clocks.wrote(&header(8, 30_000, 0));
        clocks.came(&header(7, 90_050, 8), WallTime::from_ms(30_100));
        assert_eq!(known(&clocks), Some((59_950, Some(60_050))));
        clocks.forget();
        assert_eq!(known(&clocks), None);
        clocks.came(&header(8, 99_000, 8), WallTime::from_ms(39_000));
        assert_eq!(
            known(&clocks),
            Some((60_000, None)),
            "what was written before our clock jumped bounds nothing"
        );
    }
}
