//! Strangers get nothing; a lying peer gets caught.

use std::sync::Arc;
use std::time::Duration;

use ringdown_line::{Alarm, Input};
use ringdown_record::body::{Body, Receipt};
use ringdown_record::{Entry, Kind, Precedence, SealContext, Secret, Side};

use crate::pair::{Pair, UDP, faults};

const SECOND: Duration = Duration::from_secs(1);

// R40: what did not come over the line is never shown as if it had.
#[test]
fn garbage_gets_no_answer_and_is_counted() {
    let mut pair = Pair::new();
    pair.run(SECOND);
    let sent = pair.sent[0].len();
    let refused = pair.endpoint(0).refused_cells();
    let mut random = faults(3);
    for len in (0..1400).step_by(7) {
        let bytes: Vec<u8> = (0..len).map(|_| random(256) as u8).collect();
        pair.input(0, Input::Received { carrier: UDP, bytes: &bytes });
    }
    assert_eq!(pair.sent[0].len(), sent, "silent to strangers");
    assert_eq!(pair.endpoint(0).refused_cells() - refused, 200);
}

#[test]
fn a_wrong_key_is_no_silent_mystery() {
    let mut pair = Pair::new();
    let mut other = Pair::new();
    other.keys[0].channel = Secret([200; 32]);
    other.crash(0);
    other.start(0);
    for cell in other.sent[0].clone() {
        pair.input(1, Input::Received { carrier: UDP, bytes: &cell });
    }
    assert!(pair.endpoint(1).refused_cells() > 0);
}

#[test]
fn every_flipped_bit_of_a_cell_is_refused() {
    // SES-16.
    let mut pair = Pair::new();
    pair.run(SECOND);
    pair.fate = Box::new(|_, _| vec![]);
    pair.send(0, Precedence::Flash, "flip me");
    pair.run(Duration::from_millis(10));
    let cell = pair.sent[0].last().expect("the cell").clone();
    let disk = pair.nodes[1].disk.len();
    for bit in 0..cell.len() * 8 {
        let mut flipped = cell.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        pair.input(1, Input::Received { carrier: UDP, bytes: &flipped });
    }
    pair.run(Duration::from_millis(1));
    assert_eq!(pair.nodes[1].disk.len(), disk);
    pair.input(1, Input::Received { carrier: UDP, bytes: &cell });
    pair.run(Duration::from_millis(1));
    assert!(pair.nodes[1].disk.len() > disk, "the cell itself is good");
}

/// An entry under GREEN's real keys, at a place of the liar's choice.
fn forged(pair: &Pair, seq: u64, prev: &Entry, peer: &Entry) -> Entry {
    let context = SealContext {
        line: pair.paired.charter.line_id(),
        side: Side::One,
        place: ringdown_record::Place::first(seq),
        prev: prev.hash(),
        peer: peer.reference(),
        time: ringdown_record::WallTime::from_ms(77),
        clock: 0,
        flags: 0,
        key_list: pair.paired.charter.party(Side::One).key_list.hash(),
        salt_key: &Secret([99; 32]).salt_key(),
        node: &pair.keys[1].node,
    };
    let body = Receipt::default().to_body();
    Entry::seal(&context, Kind::RECEIPT, ringdown_record::Urgency::LINE, 0, body)
}

#[test]
fn two_histories_are_proved_and_told() {
    // INV-9. GREEN shows BLUE one entry, crashes, and comes back with another for the same place.
    let mut pair = Pair::new();
    pair.run(SECOND);
    pair.send(0, Precedence::Priority, "receipt this");
    pair.run(SECOND);
    let of_green: Vec<_> =
        pair.nodes[1].disk.iter().filter(|entry| entry.header().side == Side::One).cloned().collect();
    let last = of_green.last().expect("a receipt").clone();
    let before = of_green[of_green.len() - 2].clone();
    let blue_first = pair.paired.entries[0].clone();
    let other = forged(&pair, last.header().place.seq, &before, &blue_first);
    pair.crash(1);
    pair.nodes[1].disk.retain(|entry| entry.hash() != last.hash());
    pair.nodes[1].disk.push(Arc::new(other));
    pair.start(1);
    pair.run(SECOND * 5);
    assert!(pair.nodes[0].alarms.iter().any(|alarm| matches!(alarm, Alarm::TwoHistories { .. })));
    let evidence = pair.nodes[0].disk.iter().find(|entry| entry.header().kind == Kind::EVIDENCE);
    let body = Body::read(evidence.expect("sealed").body()).unwrap().content;
    let evidence = ringdown_record::evidence::Evidence::read(body).unwrap();
    let node = pair.keys[1].node.public();
    let proved = evidence.verify(pair.paired.charter.line_id(), |side| (side == Side::One).then_some(node));
    assert_eq!(proved.unwrap(), (Side::One, last.header().place));
    pair.audit(0);
}

// REC-19, SES-32
#[test]
fn an_older_copy_of_the_own_record_seals_nothing() {
    // INV-1 over an undetected restore: the peer's summary shows that this record is behind.
    let mut pair = Pair::new();
    pair.run(SECOND);
    let copy = pair.nodes[0].disk.clone();
    pair.send(0, Precedence::Priority, "after the backup");
    pair.run(SECOND);
    pair.crash(0);
    pair.nodes[0].disk = copy;
    pair.start(0);
    pair.run(SECOND * 3);
    assert!(pair.nodes[0].alarms.iter().any(|alarm| matches!(alarm, Alarm::OwnRecordIsOld { .. })));
    let sealed = pair.nodes[0].disk.iter().filter(|entry| entry.header().side == Side::Zero).count();
    pair.run(SECOND * 60);
    let after = pair.nodes[0].disk.iter().filter(|entry| entry.header().side == Side::Zero).count();
    assert_eq!(sealed, after, "nothing more is sealed");
    assert!(pair.nodes[1].alarms.is_empty(), "and GREEN has nothing to blame");
}

#[test]
fn a_claim_to_hold_more_of_our_chain_mutes_nobody() {
    // GREEN's record holds an entry of BLUE that BLUE never signed: its summary claims what it cannot show.
    let mut pair = Pair::new();
    pair.run(SECOND);
    pair.crash(1);
    let mut other = Pair::new();
    other.run(SECOND);
    other.send(0, Precedence::Priority, "of another BLUE");
    other.run(SECOND);
    let claimed: Vec<_> =
        other.nodes[1].disk.iter().filter(|entry| entry.header().side == Side::Zero).cloned().collect();
    let foreign = Pair::foreign_blue(&claimed);
    pair.nodes[1].disk.push(foreign);
    pair.start(1);
    pair.run(SECOND * 10);
    assert!(!pair.nodes[0].alarms.iter().any(|alarm| matches!(alarm, Alarm::OwnRecordIsOld { .. })));
    pair.send(0, Precedence::Flash, "we speak on");
}

#[test]
fn a_flash_after_a_lost_receipt_is_shown_as_stored() {
    // The RECEIPT before the FLASH is lost, so the FLASH arrives after a gap and is receipted by range.
    let mut pair = Pair::new();
    pair.run(SECOND);
    pair.send(1, Precedence::Priority, "receipt me");
    pair.fate = Box::new(|from, _| if from == 0 { vec![] } else { vec![Duration::from_millis(5)] });
    pair.run(Duration::from_millis(15));
    pair.fate = Box::new(|_, _| vec![Duration::from_millis(5)]);
    let flash = pair.send(0, Precedence::Flash, "now");
    pair.run(SECOND * 3);
    let mut ledger = ringdown_message::Ledger::new(pair.paired.charter.clone(), Side::Zero);
    pair.nodes[0].disk.iter().for_each(|entry| drop(ledger.apply(entry, None)));
    let message = ledger.find_entry(&flash.hash()).expect("in the ledger").clone();
    assert_eq!(ledger.state(&message), ringdown_message::State::StoredByPeer);
    assert!(pair.receipted(0) >= flash.header().place.seq, "and cited once the gap was filled");
}
