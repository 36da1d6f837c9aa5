//! What a person of each side said last.

use ringdown_message::act::Ask;
use ringdown_message::{Act, Deed, Ledger};
use ringdown_record::Entry;

use crate::world::{BLUE, GREEN, World};

/// The entry in which GREEN's last word stands, and the message that it is about.
#[track_caller]
fn last(ledger: &Ledger, word: &Entry, about: &Entry) {
    let last = ledger.last_word(GREEN).expect("a person of GREEN spoke");
    assert_eq!((last.said.entry, last.said.officer), (word.hash(), 1));
    assert_eq!(ledger.about(last).map(|message| message.hash), Some(about.hash()));
}

#[test]
fn what_nodes_sign_by_themselves_is_no_word_of_a_person() {
    let mut world = World::new();
    let message = world.message(BLUE, 1);
    world.deliver_to(GREEN);
    world.receipt(GREEN, &[]);
    let ledger = world.whole_ledger(BLUE);
    assert_eq!(ledger.last_word(GREEN), None);
    assert_eq!(ledger.last_word(BLUE).map(|word| word.about), Some(message.hash()));
    let message = ledger.find_entry(&message.hash()).unwrap();
    assert!(message.has_word_of(BLUE) && !message.has_word_of(GREEN));
}

#[test]
fn the_word_that_stands_last_counts_whatever_came_first() {
    let mut world = World::new();
    let (first, second) = (world.message(BLUE, 1), world.message(BLUE, 2));
    world.deliver_to(GREEN);
    let acknowledged = world.acknowledge(GREEN, &first);
    let own = world.message(GREEN, 1);
    let asked = world.raw_act(GREEN, &Act { target: second.hash(), deed: Deed::Ask(Ask::Voice) }.content());
    let mut ledger = world.ledger(BLUE, &world.entries[..6]);
    ledger.apply(&acknowledged, None);
    last(&ledger, &acknowledged, &first);
    ledger.apply(&asked, None);
    last(&ledger, &asked, &second);
    // What came late stands before it.
    ledger.apply(&own, None);
    last(&ledger, &asked, &second);
    assert!(
        ledger.find_entry(&second.hash()).unwrap().has_word_of(GREEN),
        "he asked, and has not acknowledged"
    );
    let reply = world.raw_act(BLUE, &Act { target: asked.hash(), deed: Deed::Reply { yes: true } }.content());
    ledger.apply(&reply, None);
    let word = ledger.last_word(BLUE).unwrap();
    assert_eq!(
        ledger.about(word).map(|message| message.hash),
        Some(second.hash()),
        "of the question's message"
    );
}
