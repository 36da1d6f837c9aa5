//! Nodes on a stage: endpoints, their disks, and the checks that hold after every single input.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use ringdown_line::{Alarm, CarrierId, Config, Endpoint, Event, Input, Instant, Now, Output};
use ringdown_record::{Batch, Entry, EntryHash, EntryRef, Kind, Place, Side, WallTime};

use crate::world::WORLD;

/// The carriers of the line.
pub const CARRIERS: [CarrierId; 2] = [CarrierId(1), CarrierId(2)];
/// Outputs of one input, above which an endpoint counts as never coming to rest.
const OUTPUTS_MAX: usize = 4_000;
/// Datagrams that are remembered for replay.
const RECORDED_MAX: usize = 64;

/// Inputs that endpoints were given in this process.
pub static INPUTS: AtomicU64 = AtomicU64::new(0);

/// Faults that a test plants in the harness, to see that it notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planted {
    /// None: as in every run.
    Nothing,
    /// What was handed to the disk counts as durable for the node, and is lost in a crash all the same.
    LyingDisk,
    /// Entries of the peer are handed to the checks with one byte of the body changed.
    ChangedBody,
    /// Own entries are handed to the checks twice under different hashes.
    SecondHistory,
}

/// A datagram on its way, or recorded.
#[derive(Clone, Debug)]
pub struct Datagram {
    /// Who sent it.
    pub from: Side,
    /// On which carrier.
    pub carrier: CarrierId,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// One endpoint and its machine.
pub struct Node {
    /// Which side.
    pub side: Side,
    /// The endpoint; none while it is stopped.
    pub endpoint: Option<Endpoint>,
    /// What is durable, in order.
    pub disk: Vec<Arc<Entry>>,
    pending: Vec<Arc<Batch>>,
    writable: bool,
    timeout: Option<Instant>,
    starts: u8,
    /// Places of the own chain that were sealed in this run or are durable.
    sealed: BTreeMap<Place, EntryHash>,
    /// Alarms of this run.
    pub alarms: Vec<Alarm>,
}

/// All nodes, the time, and what is between them.
pub struct Stage {
    /// Side 0, and side 1 if it is played by an endpoint.
    pub nodes: Vec<Node>,
    /// Virtual time.
    pub now: Instant,
    /// The wall clock, which may be anything.
    pub wall: WallTime,
    /// On their way.
    pub in_flight: Vec<Datagram>,
    /// For replay.
    pub recorded: Vec<Datagram>,
    /// All that was signed for a side by someone other than its endpoint.
    pub signed: BTreeSet<EntryHash>,
    planted: Planted,
}

/// The story up to its sixth entry: what every disk begins with.
static BEGINNING: LazyLock<Vec<Arc<Entry>>> = LazyLock::new(|| WORLD.story[..6].to_vec());

impl Stage {
    /// One endpoint or two, as just started.
    pub fn new(sides: &[Side], planted: Planted) -> Stage {
        let mut stage = Stage {
            nodes: Vec::new(),
            now: Instant(1_000_000_000),
            wall: WallTime::from_ms(10_000),
            in_flight: Vec::new(),
            recorded: Vec::new(),
            signed: BEGINNING.iter().map(|entry| entry.hash()).collect(),
            planted,
        };
        for side in sides {
            stage.nodes.push(Node {
                side: *side,
                endpoint: None,
                disk: BEGINNING.clone(),
                pending: Vec::new(),
                writable: true,
                timeout: None,
                starts: 0,
                sealed: BTreeMap::new(),
                alarms: Vec::new(),
            });
            stage.start(stage.nodes.len() - 1);
        }
        stage
    }

    /// Starts a node from its disk.
    pub fn start(&mut self, index: usize) {
        let now = self.stamp();
        let node = &mut self.nodes[index];
        if node.endpoint.is_some() {
            return;
        }
        node.starts = node.starts.wrapping_add(1);
        let keys = &WORLD.keys[node.side.index()];
        let config = Config {
            charter: WORLD.paired.charter.clone(),
            side: node.side,
            node: keys.node.clone(),
            channel: keys.channel.clone(),
            pairing: WORLD.pairing.clone(),
            carriers: CARRIERS.to_vec(),
        };
        let own = node.disk.iter().filter(|entry| entry.header().side == node.side);
        node.sealed = own.map(|entry| (entry.header().place, entry.hash())).collect();
        let seed = [node.starts ^ (node.side.index() as u8) << 7; 32];
        node.endpoint = Some(Endpoint::recover(config, node.disk.iter().cloned(), now, &seed));
        self.input(index, Input::Timeout);
    }

    /// As by kill -9: what the disk does not have is gone.
    pub fn crash(&mut self, index: usize) {
        let node = &mut self.nodes[index];
        node.endpoint = None;
        node.pending.clear();
        node.timeout = None;
        node.writable = true;
        node.alarms.clear();
    }

    /// Both clocks.
    pub fn stamp(&self) -> Now {
        Now { instant: self.now, wall: self.wall }
    }

    /// Gives one input, and takes what comes of it.
    pub fn input(&mut self, index: usize, input: Input<'_>) {
        let now = self.stamp();
        if let Some(endpoint) = &mut self.nodes[index].endpoint {
            INPUTS.fetch_add(1, Ordering::Relaxed);
            endpoint.handle(now, input);
            self.drain(index);
        }
    }

    /// Hands a datagram to a node.
    pub fn deliver(&mut self, index: usize, carrier: CarrierId, bytes: &[u8]) {
        self.input(index, Input::Received { carrier, bytes });
    }

    /// The oldest batch becomes durable, or with `all` every one that waits.
    pub fn commit(&mut self, index: usize, all: bool) {
        let node = &mut self.nodes[index];
        if node.pending.is_empty() || !node.writable {
            return;
        }
        let count = if all { node.pending.len() } else { 1 };
        let done: Vec<_> = node.pending.drain(..count).collect();
        for batch in &done {
            if self.planted != Planted::LyingDisk {
                node.disk.extend(batch.entries.iter().cloned());
            }
        }
        let last = done.last().expect("at least one").id;
        self.input(index, Input::Persisted(last));
    }

    /// The disk takes nothing, or takes again.
    pub fn writable(&mut self, index: usize, writable: bool) {
        self.nodes[index].writable = writable;
        self.input(index, Input::StoreWritable(writable));
    }

    /// Time goes on to `at`, with each timeout at its time.
    pub fn advance(&mut self, at: Instant) {
        for _ in 0..200 {
            let due = |node: &Node| node.timeout.filter(|time| *time <= at);
            let next =
                (0..self.nodes.len()).filter_map(|index| Some((due(&self.nodes[index])?, index))).min();
            let Some((time, index)) = next else { break };
            self.now = self.now.max(time);
            self.nodes[index].timeout = None;
            self.input(index, Input::Timeout);
            // What is due at once, again and again, would keep a processor busy.
            let timeout = self.nodes[index].timeout;
            assert!(timeout.is_none_or(|next| next > self.now), "an endpoint spins");
        }
        self.now = self.now.max(at);
    }

    /// Polls until the endpoint rests.
    pub fn drain(&mut self, index: usize) {
        for _ in 0..OUTPUTS_MAX {
            let Some(endpoint) = &mut self.nodes[index].endpoint else { return };
            match endpoint.poll() {
                Output::Persist(batch) => self.persist(index, batch),
                Output::Transmit { carrier, bytes } => self.transmit(index, carrier, bytes),
                Output::Recall { side, from, to } => {
                    let wanted = |entry: &&Arc<Entry>| {
                        entry.header().side == side && (from..=to).contains(&entry.header().place)
                    };
                    let found = self.nodes[index].disk.iter().filter(wanted).cloned().collect();
                    let now = self.stamp();
                    self.nodes[index].endpoint.as_mut().expect("it runs").handle(now, Input::Recalled(found));
                }
                Output::Event(Event::Sent(entry)) => self.was_sent(index, entry),
                Output::Event(_) => {}
                Output::Alarm(alarm) => self.nodes[index].alarms.push(alarm),
                Output::Timeout(at) => {
                    self.nodes[index].timeout = at.map(|(at, _)| at);
                    return;
                }
            }
        }
        panic!("an endpoint does not come to rest");
    }

    fn transmit(&mut self, index: usize, carrier: CarrierId, bytes: Vec<u8>) {
        assert!(!bytes.is_empty() && bytes.len() <= 1200, "a datagram of {} bytes", bytes.len());
        let datagram = Datagram { from: self.nodes[index].side, carrier, bytes };
        if self.recorded.len() == RECORDED_MAX {
            self.recorded.remove(0);
        }
        self.recorded.push(datagram.clone());
        self.in_flight.push(datagram);
    }

    /// SENT is said of what is durable.
    fn was_sent(&mut self, index: usize, sent: EntryRef) {
        if self.planted == Planted::LyingDisk {
            return;
        }
        let durable = self.nodes[index].disk.iter().any(|entry| entry.reference() == sent);
        assert!(durable, "sent before it was durable");
    }

    /// What an endpoint wants to keep: the peer's entries are the peer's, its own stand at places of their own, and
    /// nothing cites what is not kept before it.
    fn persist(&mut self, index: usize, batch: Arc<Batch>) {
        let entries: Vec<Arc<Entry>> =
            batch.entries.iter().map(|entry| self.tampered(index, entry)).collect();
        let side = self.nodes[index].side;
        for (at, entry) in entries.iter().enumerate() {
            let header = entry.header();
            if header.side == side {
                let before = self.nodes[index].sealed.insert(header.place, entry.hash());
                assert!(before.is_none(), "two entries of one's own at {}", header.place);
            } else {
                assert!(self.is_genuine(entry), "an entry was taken that nobody signed");
                let same_place = |other: &&Arc<Entry>| {
                    other.header().side == header.side && other.header().place == header.place
                };
                let held = self.kept(index).chain(&entries[..at]).find(same_place);
                assert!(held.is_none(), "two entries at one place");
            }
            if header.peer != EntryRef::NONE {
                let mut before = self.kept(index).chain(&entries[..at]);
                assert!(
                    before.any(|kept| kept.reference() == header.peer),
                    "cites what is not kept before it"
                );
            }
        }
        self.nodes[index].pending.push(batch);
    }

    fn kept(&self, index: usize) -> impl Iterator<Item = &Arc<Entry>> {
        let node = &self.nodes[index];
        node.disk.iter().chain(node.pending.iter().flat_map(|batch| &batch.entries))
    }

    /// Durable on its writer's disk, or signed by the harness in the writer's place.
    fn is_genuine(&self, entry: &Entry) -> bool {
        let writer = self.nodes.iter().find(|node| node.side == entry.header().side);
        let durable = writer.is_some_and(|node| node.disk.iter().any(|kept| **kept == *entry));
        let key = WORLD.keys[entry.header().side.index()].node.public();
        durable || self.signed.contains(&entry.hash()) && entry.signed_by(&key)
    }

    fn tampered(&self, index: usize, entry: &Arc<Entry>) -> Arc<Entry> {
        let own = entry.header().side == self.nodes[index].side;
        let at_fault = match self.planted {
            Planted::ChangedBody => !own,
            Planted::SecondHistory => own && entry.header().place.seq > 4,
            Planted::Nothing | Planted::LyingDisk => false,
        };
        if !at_fault {
            return entry.clone();
        }
        let header = entry.header();
        let mut context = WORLD.context(header.side, EntryRef::NONE, header.peer);
        context.place = if own { Place::first(header.place.seq - 1) } else { header.place };
        Arc::new(Entry::seal(&context, Kind::RECEIPT, header.urgency, 0, vec![0, 1]))
    }

    /// The whole path works again for a while: then both hold the same (INV-8).
    pub fn heal(&mut self) {
        for index in 0..self.nodes.len() {
            self.start(index);
            self.writable(index, true);
            CARRIERS.iter().for_each(|carrier| self.input(index, Input::CarrierUp(*carrier)));
        }
        for _ in 0..2_000 {
            (0..self.nodes.len()).for_each(|index| self.commit(index, true));
            for datagram in std::mem::take(&mut self.in_flight).into_iter().take(100) {
                self.deliver(datagram.from.other().index(), datagram.carrier, &datagram.bytes);
            }
            let at_rest = self.in_flight.is_empty() && self.nodes.iter().all(|node| node.pending.is_empty());
            if at_rest && self.agree() {
                return;
            }
            self.advance(self.now + Duration::from_millis(if at_rest { 1000 } else { 100 }));
        }
        panic!("a good path does not bring both records together");
    }

    fn agree(&self) -> bool {
        let places = |node: &Node| -> BTreeMap<_, _> {
            let messages = node.disk.iter().filter(|entry| entry.header().kind != Kind::RECEIPT);
            messages.map(|entry| ((entry.header().side, entry.header().place), entry.hash())).collect()
        };
        self.nodes.iter().all(|node| places(node) == places(&self.nodes[0]))
    }
}
