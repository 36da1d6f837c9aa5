//! Sessions form from any start, and never because of something recorded.

use std::time::Duration;

use ringdown_line::Input;
use ringdown_line::session::keys::DirectionKeys;
use ringdown_record::{EntryHash, Precedence};

use crate::pair::{Pair, UDP, faults, side};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_session_forms_when_both_begin_at_once() {
    for delay in [0, 1, 30, 300, 1500] {
        let mut pair = Pair::new();
        pair.fate = Box::new(move |_, _| vec![Duration::from_millis(delay)]);
        pair.run(SECOND * 12);
        let message = pair.send(0, Precedence::Flash, "to one");
        let answer = pair.send(1, Precedence::Flash, "to zero");
        pair.run(SECOND * 12);
        assert_eq!(pair.messages_on(1, 0), [message.hash()], "{delay} ms");
        assert_eq!(pair.messages_on(0, 1), [answer.hash()], "{delay} ms");
    }
}

#[test]
fn the_first_message_travels_with_the_handshake() {
    let mut pair = Pair::new();
    pair.crash(0);
    pair.crash(1);
    pair.in_flight.clear();
    pair.start(1);
    pair.start(0);
    pair.in_flight.clear();
    let message = pair.send(0, Precedence::Flash, "first");
    pair.crash(0);
    pair.in_flight.clear();
    pair.nodes[0].disk.push(message.clone());
    pair.start(0);
    let first = pair.sent[0].last().expect("message 1").len();
    assert!(first > 300, "message 1 carries the entry: {first} bytes");
    pair.run(Duration::from_millis(30));
    assert_eq!(pair.messages_on(1, 0), [message.hash()]);
}

#[test]
fn a_session_forms_under_heavy_loss() {
    for seed in 1..=10 {
        let mut pair = Pair::new();
        let mut random = faults(seed);
        pair.fate = Box::new(
            move |_, _| if random(2) == 0 { vec![] } else { vec![Duration::from_millis(random(100))] },
        );
        let message = pair.send(1, Precedence::Routine, "through");
        pair.run(SECOND * 30);
        assert_eq!(pair.messages_on(0, 1), [message.hash()], "seed {seed}");
    }
}

#[test]
fn replayed_datagrams_change_nothing_and_displace_nothing() {
    // INV-21.
    let mut pair = Pair::new();
    pair.run(SECOND);
    for n in 0..5 {
        pair.send(0, Precedence::Priority, &format!("{n}"));
        pair.run(SECOND);
    }
    let recorded = [pair.sent[0].clone(), pair.sent[1].clone()];
    let disks = [pair.nodes[0].disk.len(), pair.nodes[1].disk.len()];
    for round in 0..3 {
        for (from, datagrams) in recorded.iter().enumerate() {
            for bytes in datagrams {
                // To its addressee, and reflected to its own sender.
                pair.input(1 - from, Input::Received { carrier: UDP, bytes });
                pair.input(from, Input::Received { carrier: UDP, bytes });
            }
        }
        pair.run(SECOND);
        assert_eq!([pair.nodes[0].disk.len(), pair.nodes[1].disk.len()], disks, "round {round}");
    }
    let refused = [pair.endpoint(0).refused_cells(), pair.endpoint(1).refused_cells()];
    let repeated = pair.endpoint(1).repeated_cells();
    let cell = recorded[0].last().expect("a cell").clone();
    pair.input(1, Input::Received { carrier: UDP, bytes: &cell });
    assert_eq!(pair.endpoint(1).refused_cells(), refused[1], "a repeat is no mystery of keys");
    assert_eq!(pair.endpoint(1).repeated_cells(), repeated + 1, "it is counted as what it is");
    let message = pair.send(0, Precedence::Flash, "still there");
    pair.run(Duration::from_millis(100));
    assert_eq!(pair.messages_on(1, 0).last(), Some(&message.hash()), "the session went on");
}

#[test]
fn a_replayed_message_1_gets_at_most_the_identical_message_2() {
    let mut pair = Pair::new();
    pair.run(SECOND);
    let message_1 = pair.sent[0][0].clone();
    let answers_before = pair.sent[1].len();
    for _ in 0..50 {
        pair.input(1, Input::Received { carrier: UDP, bytes: &message_1 });
    }
    let answers: Vec<_> = pair.sent[1][answers_before..].to_vec();
    assert!(answers.len() <= 1, "rate-limited: {}", answers.len());
    assert!(answers.iter().all(|answer| pair.sent[1][..answers_before].contains(answer)), "identical");
}

#[test]
fn a_session_is_replaced_after_an_hour_without_a_gap() {
    // SES-5, SES-13: cells of the worn session do not end the handshake.
    let mut pair = Pair::new();
    pair.run(SECOND);
    let handshakes = |pair: &Pair| pair.sent.iter().flatten().filter(|cell| cell.len() == 54).count();
    let before = handshakes(&pair);
    for n in 0..80 {
        pair.run(SECOND * 60);
        let message = pair.send(n % 2, Precedence::Routine, "every minute");
        pair.run(SECOND);
        assert_eq!(pair.messages_on(1 - n % 2, n % 2).last(), Some(&message.hash()));
    }
    let renewals = handshakes(&pair) - before;
    assert!((2..=3).contains(&renewals), "{renewals} handshake cells in 80 minutes");
}

#[test]
fn a_replayed_message_1_draws_no_entry() {
    // INV-21, SES-3. BLUE begins anew with an entry in message 1. It is recorded, and sent again after GREEN has
    // forgotten its MAC in a restart, when GREEN has an entry open that BLUE has not receipted.
    let mut pair = Pair::new();
    pair.crash(0);
    pair.in_flight.clear();
    pair.start(0);
    let message_1 = pair.sent[0].last().expect("message 1").clone();
    assert!(message_1.len() > 100, "it carries an entry: {} bytes", message_1.len());
    pair.run(SECOND);
    pair.crash(1);
    pair.start(1);
    pair.run(SECOND);
    pair.fate = Box::new(|from, _| if from == 1 { vec![] } else { vec![Duration::from_millis(5)] });
    pair.send(1, Precedence::Flash, "open");
    pair.run(Duration::from_millis(350));
    let before = pair.sent[1].len();
    pair.input(1, Input::Received { carrier: UDP, bytes: &message_1 });
    let lengths: Vec<usize> = pair.sent[1][before..].iter().map(Vec::len).collect();
    assert!(lengths.iter().all(|len| *len == 54), "more than a message 2: {lengths:?}");
}

/// Two sessions, the first begun by BLUE, the second by GREEN. BLUE hears of GREEN's when its own is live, so it goes
/// over to GREEN's; BLUE's first cell comes late, so GREEN goes over to BLUE's.
fn each_on_the_session_that_the_other_began() -> (Pair, [usize; 2]) {
    let mut pair = Pair::new();
    pair.run(SECOND);
    pair.fate = Box::new(|_, _| vec![]);
    let since = [pair.sent[0].len(), pair.sent[1].len()];
    [0, 1].into_iter().for_each(|index| pair.crash(index));
    [0, 1].into_iter().for_each(|index| pair.start(index));
    let begun = [0, 1].map(|index: usize| pair.sent[index].last().expect("a message 1").clone());
    let give = |pair: &mut Pair, to: usize, cells: &[Vec<u8>]| {
        pair.run(Duration::from_millis(1));
        let before = pair.sent[to].len();
        for bytes in cells {
            pair.input(to, Input::Received { carrier: UDP, bytes });
        }
        pair.sent[to][before..].to_vec()
    };
    let answer = give(&mut pair, 1, &begun[..1]);
    assert_eq!(answer.len(), 1, "SES-11: side 1 answers");
    let late = give(&mut pair, 0, &answer);
    let answer = give(&mut pair, 0, &begun[1..]);
    let first = give(&mut pair, 1, &answer);
    give(&mut pair, 0, &first);
    give(&mut pair, 1, &late);
    pair.fate = Box::new(|_, _| vec![Duration::from_millis(5)]);
    (pair, since)
}

/// In how many sessions each side has sent, from these cells on: counters begin at 0 in each.
fn sessions_used(pair: &Pair, since: [usize; 2]) -> [usize; 2] {
    [0, 1].map(|index| {
        let keys = DirectionKeys::new(&pair.pairing.psk_0(), side(index));
        let is_first = |cell: &&Vec<u8>| {
            let mask = keys.header_mask(cell.last_chunk().expect("a tag"));
            cell[..3] == mask[..3] && cell[3] ^ mask[3] == UDP.0
        };
        pair.sent[index][since[index]..].iter().filter(is_first).count()
    })
}

#[test]
fn what_is_missing_comes_when_each_side_sends_on_another_session() {
    // SES-11, SES-29, INV-8. BLUE's first RECEIPT is lost and its second comes: nobody repeats anything, and only GREEN's
    // summary tells BLUE what is missing.
    let (mut pair, since) = each_on_the_session_that_the_other_began();
    pair.run(SECOND);
    pair.fate = Box::new(|from, _| if from == 0 { vec![] } else { vec![Duration::from_millis(5)] });
    pair.send(1, Precedence::Flash, "its receipt is lost");
    pair.run(Duration::from_millis(15));
    pair.fate = Box::new(|_, _| vec![Duration::from_millis(5)]);
    pair.send(1, Precedence::Flash, "its receipt arrives");
    pair.run(Duration::from_millis(15));
    let of_blue = |pair: &Pair, disk: usize| -> Vec<EntryHash> {
        let of_blue = pair.nodes[disk].disk.iter().filter(|entry| entry.header().side == side(0));
        of_blue.map(|entry| entry.hash()).collect()
    };
    assert_eq!(of_blue(&pair, 0).len(), of_blue(&pair, 1).len() + 1, "one RECEIPT is missing");
    pair.run(SECOND * 60);
    let (there, mut here) = (of_blue(&pair, 0), of_blue(&pair, 1));
    here.sort_by_key(|hash| there.iter().position(|other| other == hash));
    assert_eq!(here, there);
    assert_eq!(sessions_used(&pair, since), [2, 2], "each went over to the other's, once");
}
