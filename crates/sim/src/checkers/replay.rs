//! INV-21: a recorded cell, sent again anywhere at any time, changes nothing but counters.
//!
//! A side is looked at before and after one such datagram, at one instant: everything that can be asked of it, and
//! all that it puts out. A message 1 may draw one message 2, which only its true initiator could use (SES-31).

use super::{Checker, Fact, name};
use crate::faults::Strange;
use crate::wire::Class;

/// See the module.
pub struct Replay;

impl Checker for Replay {
    fn id(&self) -> &'static str {
        "INV-21"
    }

    fn words(&self) -> &'static str {
        "a recorded cell, sent again anywhere at any time, changes nothing but counters"
    }

    fn see(&mut self, fact: &Fact) -> Result<(), String> {
        let Fact::Strange { side, kind, class, views, did, answers } = fact else { return Ok(()) };
        let what = match (kind, class) {
            (Strange::Garbage, _) => "garbage",
            (_, Some(Class::Message1)) => "an old message 1",
            (_, Some(Class::Message2)) => "an old message 2",
            _ => "an old cell",
        };
        let allowed = usize::from(*kind == Strange::Replay && *class == Some(Class::Message1));
        if *answers > allowed {
            return Err(format!("{} answered {what} with a message 2", name(*side)));
        }
        if let Some(deed) = did.first() {
            return Err(format!("{what} made {} do something: {deed}", name(*side)));
        }
        let [before, after] = views.as_ref();
        if before != after {
            return Err(format!("{what} changed {}: {before:?} became {after:?}", name(*side)));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{View, canary};
    use super::*;

    fn fact(class: Class, answers: usize, change: impl Fn(&mut View)) -> Fact {
        let view = View {
            heads: Default::default(),
            carriers: Vec::new(),
            serials: [1; 3],
            open: true,
            peer_writable: true,
            timeout: None,
        };
        let mut after = view.clone();
        change(&mut after);
        let (kind, views) = (Strange::Replay, Box::new([view, after]));
        Fact::Strange { side: 0, kind, class: Some(class), views, did: Vec::new(), answers }
    }

    #[test]
    fn a_replay_that_changes_something_is_caught() {
        let cell = Class::Cell { session: 1, counter: 1 };
        canary::passes(&mut Replay, &[fact(cell, 0, |_| {}), fact(Class::Message1, 1, |_| {})]);
        canary::fails(&mut Replay, &fact(cell, 1, |_| {}));
        canary::fails(&mut Replay, &fact(cell, 0, |view| view.peer_writable = false));
        canary::fails(&mut Replay, &fact(Class::Message1, 0, |view| view.serials[0] = 2));
    }
}
