//! Which messages of the other side a person here has, and somebody still has to say something about.

use ringdown_message::{Ledger, MessageRecord};

/// Messages of the other side that were acknowledged here and whose dialogue is open, as they came.
pub fn unanswered(ledger: &Ledger) -> Vec<&MessageRecord> {
    let ours = |message: &&MessageRecord| message.side != ledger.own() && message.acknowledged.is_some();
    ledger.open().filter(ours).collect()
}
