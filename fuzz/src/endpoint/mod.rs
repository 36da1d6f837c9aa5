//! A real endpoint and whatever its surroundings do to it, one input after the other.
//!
//! Either two endpoints share a path that loses, doubles, delays, mutates and replays, with disks that take their
//! time and nodes that crash; or one endpoint faces a peer that has the session keys and its own node key, and says
//! what the fuzzer likes. After every input the checks of [`stage`] hold; in the end a good path heals everything.

mod rogue;
pub mod stage;

use std::time::Duration;

use ringdown_line::{Alarm, CarrierId, Input, Submission};
use ringdown_message::{Act, Draft};
use ringdown_record::body::Body;
use ringdown_record::statement::Purpose;
use ringdown_record::{EntryRef, Kind, Precedence, Side, TrafficClass, WallTime};

use crate::source::Source;
use crate::world::{WORLD, draft};

use rogue::Rogue;
use stage::{CARRIERS, Planted, Stage};

/// Things that happen in one run.
const STEPS_MAX: usize = 40;

/// The target.
pub fn run(bytes: &[u8]) {
    check(bytes, Planted::Nothing);
}

/// The target with a fault in the harness, which must be noticed.
pub fn check(bytes: &[u8], planted: Planted) {
    let mut source = Source(bytes);
    match source.byte() % 3 {
        0 => pair(source, planted),
        _ => one_and_a_rogue(source, planted),
    }
}

/// Two correct endpoints.
fn pair(mut source: Source<'_>, planted: Planted) {
    let mut stage = Stage::new(&[Side::Zero, Side::One], planted);
    for _ in 0..STEPS_MAX.min(source.0.len()) {
        let op = source.byte();
        step(&mut stage, &mut source, op % 32, usize::from(op / 128));
    }
    stage.heal();
    for node in &stage.nodes {
        assert!(node.alarms.is_empty(), "a correct peer is blamed: {:?}", node.alarms);
    }
}

/// One correct endpoint, and a peer with all its keys and no scruples.
fn one_and_a_rogue(mut source: Source<'_>, planted: Planted) {
    let mut stage = Stage::new(&[Side::Zero], planted);
    let mut rogue = Rogue::new();
    rogue.open_session(&mut stage);
    for _ in 0..STEPS_MAX.min(source.0.len()) {
        let op = source.byte();
        match op % 48 {
            op @ 0..32 => step(&mut stage, &mut source, op, 0),
            _ => rogue.act(&mut stage, &mut source),
        }
    }
    for alarm in &stage.nodes[0].alarms {
        let deserved = match alarm {
            Alarm::OwnRecordIsOld { .. } => rogue.showed_own,
            Alarm::TwoHistories { place } => rogue.signed_twice(*place),
            Alarm::PeerMisbehaved { .. } | Alarm::PeerHoldsOther { .. } => true,
        };
        assert!(deserved, "{alarm}");
    }
}

/// One thing that surroundings do. `index` says to whom.
fn step(stage: &mut Stage, source: &mut Source<'_>, op: u8, index: usize) {
    let index = index % stage.nodes.len();
    match op {
        0..8 => next_arrives(stage, source.byte()),
        8 => drop(stage.in_flight.pop()),
        9 => stage.in_flight.clear(),
        10 | 11 => replay(stage, source, index),
        12 => {
            let garbage = source.some(1300).to_vec();
            stage.deliver(index, source.pick(&CARRIERS), &garbage);
        }
        13..16 => stage.commit(index, false),
        16 | 17 => (0..stage.nodes.len()).for_each(|index| stage.commit(index, true)),
        18 => stage.writable(index, source.byte() % 2 == 0),
        19 => stage.input(index, Input::CarrierDown(source.pick(&CARRIERS))),
        20 => stage.input(index, Input::CarrierUp(source.pick(&CARRIERS))),
        21 | 22 => {
            let ms = [0, 1, 5, 20, 50, 100, 160, 300, 900, 1000, 2000, 5000, 30_000, 600_000, 3_700_000];
            stage.advance(stage.now + Duration::from_millis(source.pick(&ms)));
        }
        23 => stage.wall = WallTime::from_ms(source.eight() >> 24),
        24 | 25 => send(stage, source, index),
        26 => acknowledge(stage, source, index),
        27 => {
            stage.crash(index);
            stage.start(index);
        }
        28 => {
            stage.input(index, Input::Leaving);
            stage.crash(index);
        }
        29 => stage.start(index),
        30 => stage.input(index, Input::Timeout),
        _ => stage.input(index, Input::Recalled(Vec::new())),
    }
}

/// Mostly the oldest, sometimes a later one first.
fn next_arrives(stage: &mut Stage, which: u8) {
    if stage.in_flight.is_empty() {
        return;
    }
    let at = if which < 200 { 0 } else { usize::from(which) % stage.in_flight.len() };
    let datagram = stage.in_flight.remove(at);
    let to = datagram.from.other().index();
    if to < stage.nodes.len() {
        stage.deliver(to, datagram.carrier, &datagram.bytes);
    }
}

/// A recorded datagram, to anyone, on any carrier, perhaps changed.
fn replay(stage: &mut Stage, source: &mut Source<'_>, index: usize) {
    if stage.recorded.is_empty() {
        return;
    }
    let mut datagram = stage.recorded[source.below(stage.recorded.len())].clone();
    for _ in 0..source.below(3) {
        let at = usize::from(source.two()) % datagram.bytes.len();
        datagram.bytes[at] ^= source.byte();
    }
    if source.below(8) == 1 {
        datagram.bytes.truncate(usize::from(source.two()) % (datagram.bytes.len() + 1));
    }
    let carrier = if source.below(8) == 1 { CarrierId(source.byte()) } else { datagram.carrier };
    stage.deliver(index, carrier, &datagram.bytes);
}

/// An officer releases a message.
fn send(stage: &mut Stage, source: &mut Source<'_>, index: usize) {
    let words = [1, 1, 1, 40, 300, 1200];
    let draft = Draft {
        precedence: source.pick(&Precedence::ALL[1..]),
        ..draft(&"word ".repeat(source.pick(&words)))
    };
    let now = stage.stamp();
    let side = stage.nodes[index].side;
    let Some(endpoint) = &mut stage.nodes[index].endpoint else { return };
    let content = draft.content(endpoint.next_serial(TrafficClass::Test));
    let (nonce, on_screen) = (now.instant.0 ^ source.byte() as u64, endpoint.peer_head());
    let body = said(side, Purpose::Release, &draft, nonce, on_screen, &content);
    let urgency = draft.urgency();
    let submission = Submission { draft: None, kind: Kind::MESSAGE, urgency, officer: 1, body };
    let _ = endpoint.submit(now, submission);
    stage.drain(index);
}

/// An officer acknowledges something, or tries to seal what is no content.
fn acknowledge(stage: &mut Stage, source: &mut Source<'_>, index: usize) {
    let now = stage.stamp();
    let side = stage.nodes[index].side;
    let target = stage.nodes[index].disk[usize::from(source.byte()) % stage.nodes[index].disk.len()].hash();
    let Some(endpoint) = &mut stage.nodes[index].endpoint else { return };
    let (nonce, on_screen) = (now.instant.0 ^ 0xffff, endpoint.peer_head());
    let draft = draft("");
    let content = Act::acknowledge(target).content();
    let body = said(side, Purpose::Acknowledge, &draft, nonce, on_screen, &content);
    let kind = source.pick(&[Kind::ACT, Kind::ACT, Kind::ACT, Kind::RECEIPT, Kind::MESSAGE]);
    let submission = Submission { draft: None, kind, urgency: draft.urgency(), officer: 1, body };
    let _ = endpoint.submit(now, submission);
    stage.drain(index);
}

fn said(
    side: Side,
    purpose: Purpose,
    draft: &Draft,
    nonce: u64,
    on_screen: EntryRef,
    content: &[u8],
) -> Vec<u8> {
    let nonce = nonce.to_be_bytes();
    Body::write(&[WORLD.statement(side, purpose, draft.urgency(), nonce, on_screen, content)], content)
}
