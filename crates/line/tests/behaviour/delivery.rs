//! Everything sealed arrives once, in order, whatever the path and the machines do.

use std::time::Duration;

use ringdown_record::{Kind, Precedence};

use crate::pair::{Pair, faults};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_message_is_stored_receipted_and_acknowledged() {
    let mut pair = Pair::new();
    pair.run(SECOND);
    let message = pair.send(0, Precedence::Priority, "Смело, 勇敢, شجاع — “quoted”");
    pair.run(SECOND);
    assert_eq!(pair.messages_on(1, 0), [message.hash()]);
    assert!(pair.receipted(0) >= message.header().place.seq, "the receipt is on BLUE's disk");
    let act = pair.acknowledge(1, &message);
    pair.run(SECOND);
    assert!(pair.nodes[0].disk.iter().any(|entry| entry.hash() == act.hash()));
    pair.audit(0);
    pair.audit(1);
}

#[test]
fn nothing_is_sent_before_it_is_durable() {
    // INV-3: what leaves the process can be proved by the disk.
    let mut pair = Pair::new();
    pair.run(SECOND);
    pair.nodes[0].commit = None;
    let message = pair.send(0, Precedence::Flash, "not yet");
    pair.run(SECOND * 40);
    assert!(!pair.nodes[0].sent.contains(&message.reference()));
    assert!(pair.messages_on(1, 0).is_empty());
}

#[test]
fn a_receipt_is_not_sent_before_what_it_cites_is_durable() {
    let mut pair = Pair::new();
    pair.run(SECOND);
    pair.nodes[1].commit = None;
    let message = pair.send(0, Precedence::Flash, "received, not stored");
    pair.run(SECOND * 10);
    assert!(pair.receipted(0) < message.header().place.seq, "no receipt without a commit");
}

#[test]
fn loss_reordering_and_doubling_harm_nothing() {
    // INV-6, INV-8. R22.
    for seed in 1..=20 {
        let mut pair = Pair::new();
        let mut random = faults(seed);
        pair.fate = Box::new(move |_, _| match random(10) {
            0..3 => vec![],
            3 => vec![Duration::from_millis(random(400)), Duration::from_millis(random(400))],
            _ => vec![Duration::from_millis(random(60))],
        });
        let mut sent = [Vec::new(), Vec::new()];
        for n in 0..30 {
            let from = n % 2;
            let text = "word ".repeat(1 + n * n * 13 % 1700);
            sent[from].push(pair.send(from, Precedence::Routine, &text).hash());
            pair.run(Duration::from_millis(120));
        }
        pair.run(SECOND * 60);
        for (from, sent) in sent.iter().enumerate() {
            let mut here = pair.messages_on(1 - from, from);
            assert_eq!(here.len(), 30 / 2, "seed {seed}: once each");
            here.sort();
            let mut all = sent.clone();
            all.sort();
            assert_eq!(here, all, "seed {seed}");
        }
        pair.audit(0);
        pair.audit(1);
    }
}

#[test]
fn either_side_may_crash_at_any_moment() {
    // INV-1, INV-4, INV-6.
    for seed in 1..=25 {
        let mut pair = Pair::new();
        let mut random = faults(seed);
        let mut link = faults(seed + 1000);
        pair.fate =
            Box::new(move |_, _| if link(6) == 0 { vec![] } else { vec![Duration::from_millis(link(20))] });
        for round in 0..12 {
            for from in 0..2 {
                pair.send(from, Precedence::Priority, &format!("round {round}"));
            }
            pair.run(Duration::from_micros(random(40_000)));
            let victim = random(2) as usize;
            pair.crash(victim);
            pair.run(Duration::from_micros(random(900_000)));
            pair.start(victim);
            pair.run(Duration::from_millis(random(300)));
        }
        pair.run(SECOND * 30);
        for from in 0..2 {
            assert!(pair.in_place_order(from, from) == pair.in_place_order(1 - from, from), "seed {seed}");
        }
        assert!(pair.nodes.iter().all(|node| node.alarms.is_empty()), "seed {seed}: nobody is blamed");
        pair.audit(0);
        pair.audit(1);
    }
}

#[test]
fn a_receipt_on_disk_means_the_message_is_on_the_other_disk() {
    // INV-3, over crashes of the receiver: STORED BY PEER is never taken back.
    for seed in 1..=25 {
        let mut pair = Pair::new();
        let mut random = faults(seed);
        for _ in 0..15 {
            pair.send(0, Precedence::Priority, "stored?");
            pair.run(Duration::from_micros(random(30_000)));
            pair.crash(1);
            let receipted = pair.receipted(0);
            let held =
                pair.nodes[1].disk.iter().filter(|entry| entry.header().side.index() == 0).count() as u64;
            assert!(receipted <= held, "seed {seed}: receipted {receipted}, on disk {held}");
            pair.start(1);
        }
    }
}

#[test]
fn flash_goes_ahead_of_lower_precedence() {
    // INV-15.
    let mut pair = Pair::new();
    pair.run(SECOND);
    pair.fate = Box::new(|_, _| vec![]);
    for _ in 0..200 {
        pair.send(0, Precedence::Routine, &"long ".repeat(800));
    }
    pair.run(SECOND * 3);
    let flash = pair.send(0, Precedence::Flash, "now");
    pair.fate = Box::new(|_, _| vec![Duration::from_millis(5)]);
    let mut arrived_before = None;
    for _ in 0..4000 {
        pair.run(Duration::from_millis(1));
        let here = pair.messages_on(1, 0);
        if here.contains(&flash.hash()) {
            arrived_before = Some(here.len() - 1);
            break;
        }
    }
    let before = arrived_before.expect("the FLASH arrives");
    assert!(before < 40, "{before} of 200 ROUTINE messages came first");
    pair.run(SECOND * 60);
    assert_eq!(pair.messages_on(1, 0).len(), 201, "and nothing is lost for it");
    pair.audit(1);
}

#[test]
fn a_healed_path_is_found_within_a_second() {
    let mut pair = Pair::new();
    pair.run(SECOND * 2);
    pair.fate = Box::new(|_, _| vec![]);
    let message = pair.send(0, Precedence::Routine, "waits");
    pair.run(SECOND * 3600);
    assert_eq!(pair.nodes[0].paths.last(), Some(&false), "the outage was told");
    pair.fate = Box::new(|_, _| vec![Duration::from_millis(50)]);
    pair.run(SECOND + Duration::from_millis(200));
    assert_eq!(pair.messages_on(1, 0), [message.hash()], "one second and two round trips after the heal");
    assert_eq!(pair.nodes[0].paths.last(), Some(&true));
}

#[test]
fn what_is_released_while_the_path_is_down_is_not_called_sent() {
    let mut pair = Pair::new();
    pair.run(SECOND);
    pair.fate = Box::new(|_, _| vec![]);
    pair.send(0, Precedence::Routine, "finds out");
    pair.run(SECOND * 5);
    let queued = pair.send(0, Precedence::Flash, "held");
    pair.run(SECOND * 60);
    assert!(!pair.nodes[0].sent.contains(&queued.reference()), "nothing of it was handed to a carrier");
    pair.fate = Box::new(|_, _| vec![Duration::from_millis(50)]);
    pair.run(SECOND + Duration::from_millis(200));
    assert!(pair.nodes[0].sent.contains(&queued.reference()));
    assert_eq!(pair.messages_on(1, 0).len(), 2);
}

#[test]
fn a_node_that_stops_says_so() {
    let mut pair = Pair::new();
    pair.run(SECOND);
    pair.input(1, ringdown_line::Input::Leaving);
    pair.crash(1);
    pair.run(Duration::from_millis(20));
    assert_eq!(pair.nodes[0].paths.last(), Some(&false), "BLUE need not wait for silence");
    let message = pair.send(0, Precedence::Routine, "waits");
    pair.run(SECOND);
    assert!(!pair.nodes[0].sent.contains(&message.reference()));
    pair.start(1);
    pair.run(SECOND);
    assert_eq!(pair.messages_on(1, 0), [message.hash()]);
}

#[test]
fn with_no_input_only_summaries_go() {
    // INV-28.
    let mut pair = Pair::new();
    pair.send(0, Precedence::Priority, "the last word");
    pair.run(SECOND * 120);
    let before: usize = pair.sent.iter().map(Vec::len).sum();
    let entries = pair.nodes[0].disk.len();
    pair.run(SECOND * 600);
    let cells = pair.sent.iter().map(Vec::len).sum::<usize>() - before;
    assert!((20..=80).contains(&cells), "{cells} cells in ten quiet minutes");
    assert_eq!(pair.nodes[0].disk.len(), entries, "and no entry was sealed");
}

#[test]
fn a_full_disk_loses_nothing_and_is_told() {
    let mut pair = Pair::new();
    pair.run(SECOND);
    pair.input(1, ringdown_line::Input::StoreWritable(false));
    pair.run(SECOND);
    assert!(!pair.endpoint(0).peer_writable(), "BLUE knows");
    let message = pair.send(0, Precedence::Immediate, "hold this");
    pair.run(SECOND * 20);
    assert!(pair.messages_on(1, 0).is_empty());
    pair.input(1, ringdown_line::Input::StoreWritable(true));
    pair.run(SECOND * 2);
    assert_eq!(pair.messages_on(1, 0), [message.hash()]);
    assert!(pair.endpoint(0).peer_writable());
}

#[test]
fn a_quiet_exchange_costs_one_receipt() {
    let mut pair = Pair::new();
    pair.run(SECOND);
    let before = pair.nodes[1].disk.len();
    pair.send(0, Precedence::Priority, "one");
    pair.run(SECOND * 5);
    let new: Vec<_> = pair.nodes[1].disk[before..].iter().map(|entry| entry.header().kind).collect();
    assert_eq!(new, [Kind::MESSAGE, Kind::RECEIPT], "a receipt is never receipted");
}
