//! INV-28: with no input, traffic ends at signs of life.
//!
//! At rest a side sends summaries and nothing else, each half minute one and an answer to the peer's; and renews its
//! session each hour. A side that wants to be woken without end is a violation too.

use super::{Checker, Fact, name};
use crate::wire::Class;

/// Summaries that a side may send at rest in the time for which the world watches, which is 95 s: three of its own,
/// one more at the edge, and as many answers.
const MOST: usize = 8;

/// See the module.
#[derive(Default)]
pub struct Quiet {
    sent: [usize; 2],
}

impl Checker for Quiet {
    fn id(&self) -> &'static str {
        "INV-28"
    }

    fn words(&self) -> &'static str {
        "with no input, traffic ends at signs of life"
    }

    fn see(&mut self, fact: &Fact) -> Result<(), String> {
        match fact {
            Fact::Spins { side, reason } => {
                Err(format!("{} wants to be woken without time passing, for '{reason}'", name(*side)))
            }
            Fact::Sent { side, class: Class::Cell { .. }, payload, at_rest: true, .. } => {
                self.sent[*side] += 1;
                if !is_summary(payload) {
                    return Err(format!("{} is at rest and sends more than a summary", name(*side)));
                }
                if self.sent[*side] > MOST {
                    return Err(format!(
                        "{} is at rest and sent {} summaries",
                        name(*side),
                        self.sent[*side]
                    ));
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

/// One control item of type 1 and nothing else.
fn is_summary(payload: &[u8]) -> bool {
    match payload {
        [0, 0, 1, high, low, rest @ ..] => usize::from(u16::from_be_bytes([*high, *low])) == rest.len(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::canary;
    use super::*;

    fn cell(payload: &[u8]) -> Fact {
        let class = Class::Cell { session: 1, counter: 1 };
        let payload = payload.to_vec();
        Fact::Sent { side: 0, carrier: 1, class, bytes: vec![0; 40], payload, at_rest: true }
    }

    #[test]
    fn chatter_at_rest_is_caught() {
        let mut checker = Quiet::default();
        canary::fails(&mut checker, &cell(&[0, 1, 0, 0, 1, 7]));
        let mut checker = Quiet::default();
        (0..MOST).for_each(|_| canary::passes(&mut checker, &[cell(&[0, 0, 1, 0, 1, 7])]));
        canary::fails(&mut checker, &cell(&[0, 0, 1, 0, 1, 7]));
        canary::fails(&mut Quiet::default(), &Fact::Spins { side: 0, reason: "probe" });
    }
}
