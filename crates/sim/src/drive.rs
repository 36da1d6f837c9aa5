//! Inputs into an endpoint and its outputs, as a driver handles them.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use ringdown_line::{CarrierId, Event, Input, Output};
use ringdown_message::Change;
use ringdown_record::body::Receipt;
use ringdown_record::{Batch, Entry, EntryRef, Kind, Place, SealContext, Urgency};

use crate::adversary::Recorded;
use crate::chaos::{Arrival, Happening};
use crate::checkers::{Fact, Violation, name};
use crate::disk::Commit;
use crate::faults::Fault;
use crate::node::{self, side_of};
use crate::people::{Deed, Desk};
use crate::plant::Plant;
use crate::trace::{Fate, What};
use crate::wire::{self, Class};
use crate::world::{Phase, World};

impl World {
    /// Starts a side.
    pub(crate) fn start(&mut self, side: usize) {
        let seed = self.seeds.seed();
        let config = node::config(side, &self.paired, &self.keys[side], &self.pairing, self.plan.carriers);
        let now = self.clock.of(side);
        self.wire.started(side, &seed);
        let disk = self.nodes[side].disk.entries().to_vec();
        self.note(Some(side), What::Start(disk.len()), [0; 4]);
        self.fact(Fact::Started { side, disk });
        self.nodes[side].start(config, now, &seed);
        if self.nodes[side].run > 1 {
            self.counts.restarts += 1;
        }
        for carrier in 0..self.nodes[side].usable.len() {
            if !self.nodes[side].usable[carrier] {
                self.give(side, Input::CarrierDown(CarrierId(carrier as u8 + 1)));
            }
        }
        self.give(side, Input::Timeout);
    }

    /// Hands an input to a side, if it runs, and takes its outputs.
    pub(crate) fn give(&mut self, side: usize, input: Input<'_>) {
        let now = self.clock.of(side);
        if let Some(endpoint) = &mut self.nodes[side].endpoint {
            endpoint.handle(now, input);
            self.drain(side);
        }
    }

    /// Polls an endpoint dry. It may crash on the way.
    pub(crate) fn drain(&mut self, side: usize) {
        while self.violation.is_none() {
            let Some(endpoint) = &mut self.nodes[side].endpoint else { return };
            let output = endpoint.poll();
            if let Output::Timeout(at) = output {
                self.nodes[side].timeout = at;
                return;
            }
            match &mut self.nodes[side].crash_in {
                Some(0) => return self.crash(side, Fault::CrashInside),
                Some(left) => *left -= 1,
                None => {}
            }
            self.perform(side, output);
        }
    }

    fn perform(&mut self, side: usize, output: Output) {
        if let Some(capture) = &mut self.nodes[side].capture
            && let Some(deed) = in_words(&output)
        {
            capture.push(deed);
        }
        match output {
            Output::Persist(batch) => self.persist(side, batch),
            Output::Transmit { carrier, bytes } => self.transmit(side, carrier, bytes),
            Output::Recall { side: whose, from, to } => {
                self.note(Some(side), What::Recall(whose.index(), from.seq, to.seq), [0; 4]);
                let entries = self.nodes[side].disk.range(whose, from, to);
                let now = self.clock.of(side);
                if let Some(endpoint) = &mut self.nodes[side].endpoint {
                    endpoint.handle(now, Input::Recalled(entries));
                }
            }
            Output::Event(event) => self.event(side, event),
            Output::Alarm(alarm) => {
                self.note(Some(side), What::Alarm, [0; 4]);
                self.fact(Fact::Alarmed { side, alarm });
            }
            Output::Timeout(_) => {}
        }
    }

    fn persist(&mut self, side: usize, batch: Arc<Batch>) {
        self.note(Some(side), What::Persist(batch.id.0, batch.entries.len()), [0; 4]);
        for entry in &batch.entries {
            self.note_entry(side, entry);
            self.nodes[side].held.extend(node::end_of_peers(side_of(side), entry));
            self.fact(Fact::Handed { side, entry: entry.clone() });
        }
        let machine = self.plan.machines[side];
        let mut takes = machine.commit;
        if self.phase == Phase::Active && self.disks.chance(machine.slow) {
            self.counts.fault(Fault::SlowCommit);
            takes += self.disks.around(Duration::from_millis(800));
        }
        if std::mem::take(&mut self.nodes[side].crash_writing) {
            let run = self.nodes[side].run;
            let after = Duration::from_nanos(self.disks.below(takes.as_nanos() as u64 * 2));
            self.schedule(after, Happening::CrashWriting(side, run));
        }
        let early = (self.plant == Plant::ConfirmsEarly).then_some(batch.id);
        self.nodes[side].disk.append(self.clock.now, takes, batch);
        if let Some(id) = early
            && let Some(endpoint) = &mut self.nodes[side].endpoint
        {
            endpoint.handle(self.clock.of(side), Input::Persisted(id));
        }
    }

    fn note_entry(&mut self, side: usize, entry: &Entry) {
        let header = entry.header();
        let what = What::Entry(
            header.side.index(),
            header.place.seq,
            header.kind.name(),
            header.urgency.precedence.name(),
        );
        self.note(Some(side), what, first(&entry.hash().0));
    }

    /// A commit comes to its end.
    pub(crate) fn commit(&mut self, side: usize) {
        match self.nodes[side].disk.commit(self.clock.now) {
            None => {}
            Some(Commit::Full) => {
                self.note(Some(side), What::Writable(false), [0; 4]);
                self.give(side, Input::StoreWritable(false));
            }
            Some(Commit::Durable(batch)) => {
                self.durable(side, &batch);
                self.give(side, Input::Persisted(batch.id));
            }
        }
    }

    /// A batch is on the disk of a side.
    pub(crate) fn durable(&mut self, side: usize, batch: &Batch) {
        self.note(Some(side), What::Durable(batch.id.0), [0; 4]);
        let released =
            batch.released.iter().map(|(draft, index)| (*draft, batch.entries[*index].hash())).collect();
        self.fact(Fact::Durable { side, entries: batch.entries.clone(), released });
        if self.plant == Plant::ForeignEntry {
            let entries = vec![self.foreign(1 - side)];
            self.fact(Fact::Durable { side, entries, released: Vec::new() });
        }
    }

    /// An entry at the next place of a side that it never wrote, though its key signed it.
    fn foreign(&self, writer: usize) -> Arc<Entry> {
        let disk = &self.nodes[writer].disk;
        let own = |entry: &&Arc<Entry>| entry.header().side == side_of(writer);
        let last = disk.entries().iter().rfind(own).expect("a chain begins with its INCARNATION");
        let context = SealContext {
            line: last.header().line,
            side: last.header().side,
            place: Place::first(last.header().place.seq + 1),
            prev: last.hash(),
            peer: EntryRef::NONE,
            time: last.header().time,
            clock: 0,
            flags: 0,
            key_list: last.header().key_list,
            salt_key: &self.pairing.salt_key(),
            node: &self.keys[writer].node,
        };
        Arc::new(Entry::seal(&context, Kind::RECEIPT, Urgency::LINE, 0, Receipt::default().to_body()))
    }

    fn transmit(&mut self, side: usize, carrier: CarrierId, bytes: Vec<u8>) {
        let seen = match self.wire.read(side, carrier.0, &bytes) {
            Ok(seen) => seen,
            Err(seen) => {
                let words = "every datagram is a handshake or a cell of the line";
                let seen = format!("{}: {seen}", name(side));
                self.violation = Some(Violation { id: "WIRE", words, seen, at: self.clock.now });
                return;
            }
        };
        if seen.class == Class::Message2 {
            self.nodes[side].answers += 1;
        } else if let Some(capture) = &mut self.nodes[side].capture {
            capture.push(format!("it sent {} bytes", bytes.len()));
        }
        let ends = seen.left.iter().filter_map(|left| left.signature_end.last_chunk().copied());
        let carries: Rc<[[u8; 8]]> = match seen.class {
            Class::Message1 => ends.collect(),
            _ => Rc::new([]),
        };
        let at_rest = self.phase == Phase::AtRest;
        let class = seen.class;
        for left in seen.left {
            self.fact(Fact::Left { side, left });
        }
        let tag = last(&bytes);
        self.trace.remark(|| format!("{} ({})", wire::in_words(&seen.payload), name(side)));
        let (carrier, payload) = (carrier.0, seen.payload);
        self.fact(Fact::Sent { side, carrier, class, bytes: bytes.clone(), payload, at_rest });
        self.counts.datagrams += 1;
        let recorded = Recorded {
            bytes: bytes.into(),
            from: side,
            carrier,
            class,
            to_run: self.nodes[1 - side].run,
            opened_in: Rc::default(),
            carries,
        };
        self.adversary.record(recorded.clone());
        self.travel(recorded, tag);
    }

    /// A datagram goes over the path.
    fn travel(&mut self, recorded: Recorded, tag: [u8; 4]) {
        let (side, len) = (recorded.from, recorded.bytes.len());
        let mut outcome = self.network.send(side, &mut self.counts);
        if self.plant == Plant::NeverHeals && self.phase != Phase::Active && side == 0 && len > 100 {
            outcome.copies.clear();
        }
        let fate = Fate {
            lost: outcome.lost,
            copies: outcome.copies.iter().map(|copy| copy.delay.as_micros() as u64).collect(),
            damaged: outcome.copies.iter().any(|copy| copy.damage.is_some()),
        };
        self.note(Some(side), What::Send(recorded.class, len, recorded.carrier, fate), tag);
        for copy in outcome.copies {
            let arrival = match copy.damage {
                None => Arrival::Genuine(recorded.clone()),
                Some(damage) => Arrival::Damaged {
                    to: 1 - side,
                    carrier: recorded.carrier,
                    bytes: damage.apply(&recorded.bytes).into(),
                },
            };
            self.schedule(copy.delay, Happening::Arrive(arrival));
        }
    }

    fn event(&mut self, side: usize, event: Event) {
        match event {
            Event::Durable(entries) => {
                for entry in entries {
                    self.told(side, &entry);
                }
            }
            Event::Sent(_) => {}
            Event::Path { carrier, up } => self.note(Some(side), What::Path(carrier.0, up), [0; 4]),
            Event::PeerWritable(yes) => self.note(Some(side), What::PeerWritable(yes), [0; 4]),
        }
    }

    /// The screens of a side learn that an entry is durable.
    fn told(&mut self, side: usize, entry: &Arc<Entry>) {
        self.fact(Fact::Told { side, entry: entry.clone() });
        if self.plant == Plant::TellsTwice {
            self.fact(Fact::Told { side, entry: entry.clone() });
        }
        let node = &mut self.nodes[side];
        node.note_shown(side_of(side), entry);
        node.people.durable(entry);
        for change in node.ledger.apply(entry, None) {
            let message = |index: usize| &self.nodes[side].ledger.messages()[index];
            match change {
                Change::Message(index) if entry.header().kind == Kind::MESSAGE => {
                    let (hash, seq) = (message(index).hash, message(index).place.seq);
                    self.note(Some(side), What::Shown("a message", seq), first(&hash.0));
                }
                Change::Stored(index) => {
                    let (hash, seq) = (message(index).hash, message(index).place.seq);
                    self.note(Some(side), What::Shown("STORED BY PEER", seq), first(&hash.0));
                    self.fact(Fact::ShownStored { side, hash });
                }
                Change::Acknowledged(index) => {
                    let (hash, seq) = (message(index).hash, message(index).place.seq);
                    self.note(Some(side), What::Shown("ACKNOWLEDGED", seq), first(&hash.0));
                    self.fact(Fact::ShownAcknowledged { side, hash });
                }
                Change::Message(_) | Change::Dialogue(_) | Change::Line => {}
            }
        }
    }

    /// A person of a side acts.
    pub(crate) fn person(&mut self, side: usize) {
        let now = self.clock.of(side);
        let closing = self.phase != Phase::Active;
        let node = &mut self.nodes[side];
        if let Some(endpoint) = &mut node.endpoint {
            let desk =
                Desk { endpoint, disk: &node.disk, ledger: &node.ledger, on_screen: node.on_screen, now };
            let deed = node.people.act(desk, closing);
            self.note_deed(side, &deed);
            self.drain(side);
        }
        let pause = match self.phase {
            Phase::Active => self.nodes[side].people.pause(),
            _ => Duration::from_millis(500),
        };
        if self.phase == Phase::Active || self.nodes[side].people.has_drafts() {
            self.schedule(pause, Happening::Person(side));
        }
    }

    fn note_deed(&mut self, side: usize, deed: &Deed) {
        let (what, done) = match deed {
            Deed::Nothing => return,
            Deed::FoundReleased => ("asks again, the message is in the record", true),
            Deed::Released(entry) => ("releases a message", entry.is_some()),
            Deed::Acknowledged(hash, entry) => {
                if entry.is_some() {
                    self.fact(Fact::Acknowledged { side, hash: *hash });
                }
                ("acknowledges a message", entry.is_some())
            }
        };
        self.note(Some(side), What::Asked(what, done), [0; 4]);
    }
}

/// What an output does, for telling what a stranger caused; datagrams are told where they are read.
fn in_words(output: &Output) -> Option<String> {
    Some(match output {
        Output::Persist(batch) => format!("it wrote {} entries", batch.entries.len()),
        Output::Recall { .. } => "it read its disk".into(),
        Output::Event(event) => format!("it told {event:?}"),
        Output::Alarm(alarm) => format!("it raised an alarm: {alarm}"),
        Output::Transmit { .. } | Output::Timeout(_) => return None,
    })
}

pub(crate) fn first(bytes: &[u8]) -> [u8; 4] {
    std::array::from_fn(|index| bytes.get(index).copied().unwrap_or(0))
}

pub(crate) fn last(bytes: &[u8]) -> [u8; 4] {
    bytes.last_chunk().copied().unwrap_or([0; 4])
}
