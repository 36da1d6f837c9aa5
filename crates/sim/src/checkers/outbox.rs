//! INV-5: only a verified receipt frees the sender's outbox.
//!
//! From outside: at rest a side sends nothing more, so it has let go of everything. Then a signed entry of the peer
//! on its own disk must receipt each entry of its own; a RECEIPT alone needs none.

use std::collections::BTreeSet;

use ringdown_record::Kind;
use ringdown_record::body::{Body, Receipt};

use super::{Checker, Fact, Rest, describe};

/// See the module.
pub struct Receipted;

impl Checker for Receipted {
    fn id(&self) -> &'static str {
        "INV-5"
    }

    fn words(&self) -> &'static str {
        "only a verified receipt frees the sender's outbox"
    }

    fn see(&mut self, _: &Fact) -> Result<(), String> {
        Ok(())
    }

    fn rest(&mut self, rest: &Rest<'_>) -> Result<(), String> {
        for (side, disk) in rest.disks.iter().enumerate() {
            let of_peer = disk.iter().filter(|entry| entry.header().side.index() != side);
            let mut up_to = 0;
            let mut beyond = BTreeSet::new();
            for entry in of_peer {
                up_to = up_to.max(entry.header().peer.place.seq);
                if entry.header().kind == Kind::RECEIPT {
                    let receipt = Body::read(entry.body()).and_then(|body| Receipt::read(body.content));
                    let ranges = receipt.map_err(|error| error.to_string())?.beyond;
                    beyond.extend(ranges.iter().flat_map(|range| range.from..=range.to));
                }
            }
            let mut own = disk.iter().filter(|entry| entry.header().side.index() == side);
            let open = own.find(|entry| {
                let (seq, kind) = (entry.header().place.seq, entry.header().kind);
                kind != Kind::RECEIPT && seq > up_to && !beyond.contains(&seq)
            });
            if let Some(open) = open {
                return Err(format!("{} has no receipt on its writer's disk", describe(open)));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::canary;
    use super::*;

    #[test]
    fn an_entry_without_a_receipt_is_caught() {
        let entries = canary::chain(0, 2);
        assert!(Receipted.rest(&canary::rest([&entries, &[]])).is_err());
        let receipted = [entries, vec![canary::citing(1, 1, 2)]].concat();
        // The answer itself is no RECEIPT and so wants one of its own.
        let answered = [receipted.clone(), vec![canary::citing(0, 3, 1)]].concat();
        assert_eq!(Receipted.rest(&canary::rest([&receipted, &answered])), Ok(()));
    }
}
