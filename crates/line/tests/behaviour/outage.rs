//! Long outages of one direction only: what was answered and never heard of again must not end the line.

use std::time::Duration;

use ringdown_record::Precedence;

use crate::pair::Pair;

const SECOND: Duration = Duration::from_secs(1);

/// Only what this side sends arrives.
fn one_way(pair: &mut Pair, from: usize) {
    pair.fate = Box::new(move |sender, _| match sender == from {
        true => vec![Duration::from_millis(5)],
        false => Vec::new(),
    });
}

fn good(pair: &mut Pair) {
    pair.fate = Box::new(|_, _| vec![Duration::from_millis(5)]);
}

// SES-5, INV-8: BLUE answers GREEN's message 1 again and again, and none of it arrives. After eleven minutes BLUE has
// dropped the answer, and has nothing to say that would make it begin a session itself.
#[test]
fn an_answer_that_is_gone_does_not_keep_the_peer_out() {
    let mut pair = Pair::new();
    pair.run(SECOND);
    pair.crash(1);
    pair.start(1);
    one_way(&mut pair, 1);
    pair.run(SECOND * 60 * 11);
    good(&mut pair);
    pair.run(SECOND * 60);
    let message = pair.send(1, Precedence::Flash, "heard again");
    pair.run(SECOND);
    assert_eq!(pair.messages_on(0, 1), [message.hash()]);
}

// The same when both have lost their sessions, each way cut for long in its turn.
#[test]
fn two_sides_that_answered_in_vain_come_together() {
    let mut pair = Pair::new();
    for from in [0, 1, 0] {
        for index in [0, 1] {
            pair.crash(index);
            pair.start(index);
        }
        one_way(&mut pair, from);
        pair.run(SECOND * 60 * 70);
    }
    good(&mut pair);
    pair.run(SECOND * 60);
    let messages = [0, 1].map(|from| pair.send(from, Precedence::Flash, "heard again").hash());
    pair.run(SECOND);
    assert_eq!([pair.messages_on(1, 0), pair.messages_on(0, 1)], messages.map(|hash| vec![hash]));
}
