//! One side: its endpoint, disk, screens and officers. The glue is that of a driver and decides nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use ringdown_line::pairing::{Paired, SideKeys};
use ringdown_line::{CarrierId, Config, Endpoint, Instant, Now};
use ringdown_message::Ledger;
use ringdown_record::charter::Officer;
use ringdown_record::{Entry, EntryRef, Secret, Side, SigningKey, TrafficClass};

use crate::checkers::View;
use crate::dice::Dice;
use crate::disk::Disk;
use crate::people::People;
use crate::swarm::Plan;

/// See the module.
pub struct Node {
    /// `None` while it is down.
    pub endpoint: Option<Endpoint>,
    /// Counts starts, from 1.
    pub run: u64,
    /// What survives.
    pub disk: Disk,
    /// When and why it wants to be woken.
    pub timeout: Option<(Instant, &'static str)>,
    /// What its screens show.
    pub ledger: Ledger,
    /// The newest entry of the peer that can be on a screen.
    pub on_screen: EntryRef,
    /// Its officers.
    pub people: People,
    /// Which carriers can send.
    pub usable: Vec<bool>,
    /// It crashes before its next output but so many.
    pub crash_in: Option<u64>,
    /// It crashes while the next batch is under way.
    pub crash_writing: bool,
    /// Ends of signatures of the peer's entries that this run has, durable or not.
    pub held: BTreeSet<[u8; 8]>,
    /// Wakes at one instant.
    pub spins: (Instant, u32),
    /// Message 2s that it sent.
    pub answers: u64,
    /// While one datagram of a stranger is looked at: what it made the side do, in words; message 2s apart.
    pub capture: Option<Vec<String>>,
    /// A planted fault: what strangers sent is kept.
    pub hoard: Vec<Vec<u8>>,
}

fn seed(index: usize, n: u8) -> [u8; 32] {
    [10 + 50 * index as u8 + n; 32]
}

/// The keys of a side's officers, in their order.
fn officer_keys(index: usize, count: u16) -> Vec<SigningKey> {
    (0..count).map(|officer| SigningKey::from_seed(&seed(index, 4 + officer as u8))).collect()
}

/// Keys of a side with so many officers, from its number.
pub fn side_keys(index: usize, officers: u16) -> SideKeys {
    let key = |n: u8| seed(index, n);
    let officer = |(number, key): (u16, SigningKey)| {
        let name = ["Duty officer", "Second officer"][usize::from(number) - 1];
        Officer::held_by_node(number, name, &key.public())
    };
    SideKeys {
        name: ["BLUE", "GREEN"][index].into(),
        root: SigningKey::from_seed(&key(1)),
        node: SigningKey::from_seed(&key(2)),
        channel: Secret(key(3)),
        officers: (1..).zip(officer_keys(index, officers)).map(officer).collect(),
    }
}

/// Sides by number.
pub fn side_of(index: usize) -> Side {
    [Side::Zero, Side::One][index]
}

impl Node {
    /// A side that has not started yet.
    pub fn new(index: usize, paired: &Paired, plan: &Plan) -> Node {
        let line = paired.charter.line_id();
        let dice = Dice::new(plan.seed, ["people of BLUE", "people of GREEN"][index]);
        Node {
            endpoint: None,
            run: 0,
            disk: Disk::new(&paired.entries),
            timeout: None,
            ledger: Ledger::new(paired.charter.clone(), side_of(index)),
            on_screen: EntryRef::NONE,
            people: People::new(
                line,
                side_of(index),
                officer_keys(index, plan.officers),
                plan.people[index],
                dice,
            ),
            usable: vec![true; usize::from(plan.carriers)],
            crash_in: None,
            crash_writing: false,
            held: BTreeSet::new(),
            spins: (Instant(0), 0),
            answers: 0,
            capture: None,
            hoard: Vec::new(),
        }
    }

    /// Starts on what the disk has.
    pub fn start(&mut self, config: Config, now: Now, seed: &[u8; 32]) {
        let own = config.side;
        let mut ledger = Ledger::new(config.charter.clone(), own);
        self.held.clear();
        for entry in self.disk.entries() {
            ledger.apply(entry, None);
            self.held.extend(end_of_peers(own, entry));
        }
        self.ledger = ledger;
        let endpoint = Endpoint::recover(config, self.disk.entries().to_vec(), now, seed);
        self.on_screen = endpoint.peer_head();
        self.endpoint = Some(endpoint);
        self.run += 1;
    }

    /// It is gone; what the disk has stays.
    pub fn gone(&mut self) {
        self.endpoint = None;
        self.timeout = None;
        self.crash_in = None;
        self.crash_writing = false;
        self.hoard.clear();
        self.people.node_stopped();
    }

    /// Everything that can be asked of the endpoint.
    pub fn view(&self) -> Option<View> {
        let endpoint = self.endpoint.as_ref()?;
        let heads = [endpoint.own_head(), endpoint.peer_head()].map(|head| (head.place, head.hash));
        let carriers = endpoint.carriers().iter();
        Some(View {
            heads,
            carriers: carriers.map(|state| (state.id.0, state.usable, state.up, state.heard)).collect(),
            serials: TrafficClass::ALL.map(|class| endpoint.next_serial(class)),
            open: endpoint.gates().is_open(),
            peer_writable: endpoint.peer_writable(),
            timeout: self.timeout,
        })
    }

    /// Keeps track of what the peer can be shown to hold.
    pub fn note_shown(&mut self, own: Side, entry: &Entry) {
        let head = self.endpoint.as_ref().map(|endpoint| endpoint.peer_head().place);
        let header = entry.header();
        let without_gap = head.is_some_and(|head| header.place <= head);
        if header.side != own && without_gap && header.place > self.on_screen.place {
            self.on_screen = entry.reference();
        }
    }
}

/// The end of the signature of an entry of the peer.
pub fn end_of_peers(own: Side, entry: &Entry) -> Option<[u8; 8]> {
    (entry.header().side != own).then(|| entry.signature().last_chunk().copied()).flatten()
}

/// What an endpoint is made of.
pub fn config(index: usize, paired: &Paired, keys: &SideKeys, pairing: &Secret, carriers: u8) -> Config {
    Config {
        charter: Arc::clone(&paired.charter),
        side: side_of(index),
        node: keys.node.clone(),
        channel: keys.channel.clone(),
        pairing: pairing.clone(),
        carriers: (1..=carriers).map(CarrierId).collect(),
    }
}
