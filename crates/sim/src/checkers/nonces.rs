//! INV-19: no key and counter seal two cells, ever.
//!
//! The world opens every cell with the session's own key. One side's cells under one key, carrier and counter are
//! one cell, byte for byte.

use std::collections::BTreeMap;

use super::{Checker, Fact, name};
use crate::wire::Class;

/// Cells remembered of one session, side and carrier. Counters are handed out in order, so the oldest can go.
const REMEMBERED: usize = 4096;

/// See the module.
#[derive(Default)]
pub struct Nonces {
    seen: BTreeMap<(u32, usize, u8), BTreeMap<u64, [u8; 16]>>,
}

impl Checker for Nonces {
    fn id(&self) -> &'static str {
        "INV-19"
    }

    fn words(&self) -> &'static str {
        "no key and counter seal two cells, ever"
    }

    fn see(&mut self, fact: &Fact) -> Result<(), String> {
        let Fact::Sent { side, carrier, class: Class::Cell { session, counter }, bytes, .. } = fact else {
            return Ok(());
        };
        let tag = *bytes.last_chunk().ok_or("a cell without a tag")?;
        let seen = self.seen.entry((*session, *side, *carrier)).or_default();
        let oldest = seen.first_key_value().map_or(0, |(oldest, _)| *oldest);
        let gone = seen.len() == REMEMBERED && *counter < oldest;
        let known = *seen.entry(*counter).or_insert(tag);
        if gone || known != tag {
            return Err(format!(
                "{} sealed two cells with counter {counter} on carrier {carrier} in session {session}",
                name(*side)
            ));
        }
        if seen.len() > REMEMBERED {
            seen.pop_first();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::canary;
    use super::*;

    fn cell(counter: u64, fill: u8) -> Fact {
        let class = Class::Cell { session: 1, counter };
        Fact::Sent { side: 0, carrier: 1, class, bytes: vec![fill; 40], payload: Vec::new(), at_rest: false }
    }

    #[test]
    fn a_counter_used_twice_is_caught_now_and_long_after() {
        let mut checker = Nonces::default();
        canary::passes(&mut checker, &[cell(0, 1), cell(1, 2), cell(1, 2)]);
        canary::fails(&mut checker, &cell(1, 3));
        (2..10_000).for_each(|counter| canary::passes(&mut checker, &[cell(counter, 4)]));
        canary::fails(&mut checker, &cell(0, 5));
    }
}
