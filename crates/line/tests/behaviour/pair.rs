//! Two endpoints, a link between them, a disk for each, and virtual time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use ringdown_line::pairing::{Paired, SideKeys, pair};
use ringdown_line::{Alarm, CarrierId, Config, Endpoint, Event, Input, Instant, Now, Output, Submission};
use ringdown_message::{Act, Draft, Marker};
use ringdown_record::body::Body;
use ringdown_record::charter::Officer;
use ringdown_record::statement::{Purpose, Statement, StatementTerms};
use ringdown_record::{
    Batch, Chain, Entry, EntryHash, EntryRef, Kind, Precedence, Secret, Side, SigningKey, TrafficClass,
    Urgency, WallTime,
};

pub const UDP: CarrierId = CarrierId(1);

/// What the link does with a datagram: deliver after these delays (none: lost, two: doubled).
pub type Fate = Box<dyn FnMut(usize, &[u8]) -> Vec<Duration>>;

pub struct Pair {
    pub nodes: [Node; 2],
    pub now: Instant,
    pub fate: Fate,
    pub in_flight: BTreeMap<(Instant, u64), (usize, Vec<u8>)>,
    pub sent: [Vec<Vec<u8>>; 2],
    pub paired: Paired,
    pub keys: [SideKeys; 2],
    pub pairing: Secret,
    counter: u64,
}

pub struct Node {
    pub endpoint: Option<Endpoint>,
    pub disk: Vec<Arc<Entry>>,
    pub sent: Vec<EntryRef>,
    pub alarms: Vec<Alarm>,
    pub paths: Vec<bool>,
    /// How long a commit takes; `None`: the disk takes nothing.
    pub commit: Option<Duration>,
    pending: Vec<(Instant, Arc<Batch>)>,
    timeout: Option<Instant>,
}

/// The key of a side's officer.
pub fn officer_key(side: usize) -> SigningKey {
    SigningKey::from_seed(&[[14, 64][side]; 32])
}

pub fn side_keys(name: &str, seed: u8) -> SideKeys {
    let key = |n: u8| SigningKey::from_seed(&[seed.wrapping_add(n); 32]);
    SideKeys {
        name: name.into(),
        root: key(1),
        node: key(2),
        channel: Secret([seed.wrapping_add(3); 32]),
        officers: vec![Officer::held_by_node(1, "Duty officer", &key(4).public())],
    }
}

impl Pair {
    pub fn new() -> Pair {
        let keys = [side_keys("BLUE", 10), side_keys("GREEN", 60)];
        let pairing = Secret([99; 32]);
        let paired = pair(&keys, [1; 16], &pairing, WallTime::from_ms(1_000));
        let node = || Node {
            endpoint: None,
            disk: paired.entries.clone(),
            sent: Vec::new(),
            alarms: Vec::new(),
            paths: Vec::new(),
            commit: Some(Duration::from_micros(500)),
            pending: Vec::new(),
            timeout: None,
        };
        let nodes = [node(), node()];
        let mut pair = Pair {
            nodes,
            now: Instant(1_000_000_000),
            fate: Box::new(|_, _| vec![Duration::from_millis(5)]),
            in_flight: BTreeMap::new(),
            sent: [Vec::new(), Vec::new()],
            paired,
            keys,
            pairing,
            counter: 0,
        };
        pair.start(0);
        pair.start(1);
        pair
    }

    pub fn stamp(&self) -> Now {
        Now { instant: self.now, wall: WallTime::from_ms(self.now.0 / 1_000_000) }
    }

    pub fn start(&mut self, index: usize) {
        self.counter += 1;
        let mut seed = [index as u8; 32];
        seed[..8].copy_from_slice(&self.counter.to_be_bytes());
        let keys = &self.keys[index];
        let config = Config {
            charter: self.paired.charter.clone(),
            side: side(index),
            node: keys.node.clone(),
            channel: keys.channel.clone(),
            pairing: self.pairing.clone(),
            carriers: vec![UDP],
        };
        let disk = self.nodes[index].disk.clone();
        self.nodes[index].endpoint = Some(Endpoint::recover(config, disk, self.stamp(), &seed));
        self.input(index, Input::Timeout);
    }

    /// As by kill -9: what the disk does not have is gone.
    pub fn crash(&mut self, index: usize) {
        let node = &mut self.nodes[index];
        node.endpoint = None;
        node.pending.clear();
        node.timeout = None;
    }

    pub fn endpoint(&mut self, index: usize) -> &mut Endpoint {
        self.nodes[index].endpoint.as_mut().expect("the node runs")
    }

    pub fn input(&mut self, index: usize, input: Input<'_>) {
        let now = self.stamp();
        if self.nodes[index].endpoint.is_some() {
            self.endpoint(index).handle(now, input);
            self.drain(index);
        }
    }

    fn drain(&mut self, index: usize) {
        loop {
            match self.endpoint(index).poll() {
                Output::Persist(batch) => {
                    let at = self.now + self.nodes[index].commit.unwrap_or(Duration::from_secs(1 << 30));
                    self.nodes[index].pending.push((at, batch));
                }
                Output::Transmit { bytes, .. } => self.transmit(index, bytes),
                Output::Event(Event::Sent(entry)) => self.nodes[index].sent.push(entry),
                Output::Event(Event::Path { up, .. }) => self.nodes[index].paths.push(up),
                Output::Event(_) => {}
                Output::Alarm(alarm) => self.nodes[index].alarms.push(alarm),
                Output::Recall { side, from, to } => {
                    let wanted = |entry: &&Arc<Entry>| {
                        entry.header().side == side && (from..=to).contains(&entry.header().place)
                    };
                    let entries = self.nodes[index].disk.iter().filter(wanted).cloned().collect();
                    let now = self.stamp();
                    self.endpoint(index).handle(now, Input::Recalled(entries));
                }
                Output::Timeout(at) => {
                    self.nodes[index].timeout = at.map(|(at, _)| at);
                    break;
                }
            }
        }
    }

    fn transmit(&mut self, from: usize, bytes: Vec<u8>) {
        for delay in (self.fate)(from, &bytes) {
            self.counter += 1;
            self.in_flight.insert((self.now + delay, self.counter), (1 - from, bytes.clone()));
        }
        self.sent[from].push(bytes);
    }

    /// Lets time pass.
    pub fn run(&mut self, duration: Duration) {
        let end = self.now + duration;
        let mut steps = 0u32;
        while let Some(at) = self.next_event().filter(|at| *at <= end) {
            steps += 1;
            assert!(steps < 2_000_000, "the pair does not come to rest");
            self.now = self.now.max(at);
            self.step();
        }
        self.now = end;
    }

    fn next_event(&self) -> Option<Instant> {
        let arrivals = self.in_flight.keys().next().map(|(at, _)| *at);
        let of_node = |node: &Node| node.pending.iter().map(|(at, _)| *at).chain(node.timeout).min();
        arrivals.into_iter().chain(self.nodes.iter().filter_map(of_node)).min()
    }

    fn step(&mut self) {
        let now = self.now;
        while let Some(entry) = self.in_flight.first_entry().filter(|entry| entry.key().0 <= now) {
            let (to, bytes) = entry.remove();
            self.input(to, Input::Received { carrier: UDP, bytes: &bytes });
        }
        for index in 0..2 {
            let node = &mut self.nodes[index];
            let due: Vec<_> = node.pending.extract_if(.., |(at, _)| *at <= now).collect();
            for (_, batch) in due {
                self.nodes[index].disk.extend(batch.entries.iter().cloned());
                self.input(index, Input::Persisted(batch.id));
            }
            if self.nodes[index].timeout.is_some_and(|at| at <= now) {
                self.nodes[index].timeout = None;
                self.input(index, Input::Timeout);
            }
        }
    }

    /// Sends a message of one side; true if it was sealed.
    pub fn send(&mut self, from: usize, precedence: Precedence, text: &str) -> Arc<Entry> {
        let serial = self.endpoint(from).next_serial(TrafficClass::Test);
        let draft = Draft {
            precedence,
            class: TrafficClass::Test,
            marker: Marker::Information,
            subject: "test".into(),
            language: "en".into(),
            text: text.into(),
            ..Draft::default()
        };
        let content = draft.content(serial);
        self.submit(from, Kind::MESSAGE, Purpose::Release, draft.urgency(), &content)
    }

    pub fn acknowledge(&mut self, by: usize, target: &Entry) -> Arc<Entry> {
        let content = Act::acknowledge(target.hash()).content();
        self.submit(by, Kind::ACT, Purpose::Acknowledge, target.header().urgency, &content)
    }

    pub fn submit(
        &mut self,
        from: usize,
        kind: Kind,
        purpose: Purpose,
        urgency: Urgency,
        content: &[u8],
    ) -> Arc<Entry> {
        self.counter += 1;
        let on_screen = self.endpoint(from).peer_head();
        let terms = StatementTerms {
            line: self.paired.charter.line_id(),
            side: side(from),
            incarnation: 1,
            officer: 1,
            purpose,
            urgency,
            nonce: self.counter.to_be_bytes(),
            on_screen,
            content,
            over: None,
        };
        let statement = Statement {
            officer: 1,
            purpose,
            nonce: terms.nonce,
            on_screen: on_screen.place,
            signature: officer_key(from).sign(&terms.digest()).into(),
        };
        let body = Body::write(&[statement], content);
        let submission = Submission { draft: None, kind, urgency, officer: 1, body };
        let now = self.stamp();
        let entry = self.endpoint(from).submit(now, submission).expect("a good submission");
        self.drain(from);
        entry
    }

    /// An entry at BLUE's next place that BLUE's node never signed; it can only come from a damaged or lying record.
    pub fn foreign_blue(blue: &[Arc<Entry>]) -> Arc<Entry> {
        let last = blue.last().expect("BLUE wrote something");
        let context = ringdown_record::SealContext {
            line: last.header().line,
            side: Side::Zero,
            place: ringdown_record::Place::first(3),
            prev: blue[1].hash(),
            peer: EntryRef::NONE,
            time: WallTime::from_ms(5),
            clock: 0,
            flags: 0,
            key_list: last.header().key_list,
            salt_key: &Secret([99; 32]).salt_key(),
            node: &SigningKey::from_seed(&[123; 32]),
        };
        let body = ringdown_record::body::Receipt::default().to_body();
        Arc::new(Entry::seal(&context, Kind::RECEIPT, Urgency::LINE, 0, body))
    }

    /// Hashes of all messages of one side on one disk, in the order of their arrival there.
    pub fn messages_on(&self, disk: usize, from: usize) -> Vec<EntryHash> {
        let wanted =
            |entry: &&Arc<Entry>| entry.header().kind == Kind::MESSAGE && entry.header().side == side(from);
        self.nodes[disk].disk.iter().filter(wanted).map(|entry| entry.hash()).collect()
    }

    /// The same in the order in which they were written.
    pub fn in_place_order(&self, disk: usize, from: usize) -> Vec<EntryHash> {
        let here = self.messages_on(disk, from);
        let mut entries: Vec<_> =
            self.nodes[disk].disk.iter().filter(|entry| here.contains(&entry.hash())).collect();
        entries.sort_by_key(|entry| entry.header().place);
        entries.iter().map(|entry| entry.hash()).collect()
    }

    /// How far one disk's entries of the other side receipt this side's chain.
    pub fn receipted(&self, by_disk: usize) -> u64 {
        let peer = self.nodes[by_disk].disk.iter().filter(|entry| entry.header().side != side(by_disk));
        peer.map(|entry| entry.header().peer.place.seq).max().unwrap_or(0)
    }

    /// Every entry of a disk passes the rule by which entries are judged, in the order of the disk.
    pub fn audit(&self, disk: usize) -> [Chain; 2] {
        let mut file = Vec::new();
        ringdown_record::export::write_head(&self.paired.signed, &mut file);
        let mut entries = self.nodes[disk].disk.clone();
        entries.sort_by_key(|entry| (entry.header().side, entry.header().place));
        entries.iter().for_each(|entry| ringdown_record::export::write_entry(entry, &mut file));
        let audit = ringdown_record::audit(&file, Some(self.paired.charter.line_id()));
        assert!(!audit.findings.iter().any(|finding| finding.broken), "{:#?}", audit.findings);
        let mut chains = [Side::Zero, Side::One].map(|side| Chain::new(self.paired.charter.clone(), side));
        audit.entries.iter().for_each(|entry| chains[entry.header().side.index()].add(entry));
        chains
    }
}

pub fn side(index: usize) -> Side {
    [Side::Zero, Side::One][index]
}

/// A small repeatable generator for link faults.
pub fn faults(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    }
}
