//! Reads what both sides send, as nobody on a real path can: the world knows every key and every seed.
//!
//! A side's ephemeral keys follow from the seed that the world handed it. So the session keys can be made again here,
//! with the Noise library and the words of `docs/spec/session.md` alone, and each cell opened. What does not open is
//! a violation by itself: then INV-19 cannot be judged.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};
use ringdown_line::session::keys::{DirectionKeys, HandshakeType};
use ringdown_line::session::noise::channel_public;
use ringdown_record::{LineId, Secret, Side};
use snow::params::{CipherChoice, DHChoice, HashChoice};
use snow::resolvers::{CryptoResolver, DefaultResolver};
use snow::types::{Cipher, Dh, Hash, Random};
use snow::{Builder, HandshakeState, StatelessTransportState};

const PATTERN: &str = "Noise_KKpsk0_25519_ChaChaPoly_SHA256";
const CELL_OVERHEAD: usize = 20;
const SYMBOL_LEN: usize = 32;
/// Sessions whose cells can still come: the one that sends, and many that were answered and never came to live.
const SESSIONS_KEPT: usize = 64;
/// Message 1s that may still be answered: a stranger can send an old one again, to a side that restarted since.
const HANDSHAKES_KEPT: usize = 1 << 14;
/// Ephemeral keys of one run that are tried before giving up.
const EPHEMERALS_MAX: usize = 1 << 14;

/// What a datagram is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// The first message of a handshake.
    Message1,
    /// The answer.
    Message2,
    /// A transport cell.
    Cell {
        /// Which session, counted in the world.
        session: u32,
        /// Its counter.
        counter: u64,
    },
}

/// An object that left whole: an entry, or a chunk of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Sequence number of the entry, for a chunk; the wire form of a whole entry has it inside.
    pub seq: Option<u64>,
    /// The end of the entry's node signature, as far as it stands here; empty for a chunk before the last.
    pub signature_end: Vec<u8>,
}

/// What one datagram showed.
#[derive(Debug)]
pub struct Seen {
    /// What it is.
    pub class: Class,
    /// What a cell says; empty for handshakes.
    pub payload: Vec<u8>,
    /// Objects that are complete with it for the first time in a session; entries in a message 1.
    pub left: Vec<Left>,
}

/// Secrets of the line, as the world made them.
pub struct Keys {
    /// The line.
    pub line: LineId,
    /// The secret from pairing.
    pub pairing: Secret,
    /// Both static X25519 secrets.
    pub channels: [Secret; 2],
}

/// See the module.
pub struct Wire {
    keys: Keys,
    masks: [DirectionKeys; 2],
    psk: Secret,
    publics: [[u8; 32]; 2],
    runs: [Ephemerals; 2],
    /// Message 1s by sender, newest last.
    offers: [VecDeque<(Vec<u8>, Vec<Left>)>; 2],
    /// Message 2s that were read already.
    answers: BTreeSet<Vec<u8>>,
    sessions: VecDeque<Session>,
    count: u32,
}

struct Session {
    number: u32,
    initiator: usize,
    /// As the answerer holds it.
    transport: StatelessTransportState,
    objects: [BTreeMap<u16, Object>; 2],
}

/// An object on its way.
#[derive(Default)]
struct Object {
    symbols: Vec<Option<[u8; SYMBOL_LEN]>>,
    missing: usize,
}

/// The ephemeral keys of one run of a side, made from its seed as needed.
struct Ephemerals {
    stream: ChaCha20,
    known: BTreeMap<[u8; 32], [u8; 32]>,
}

impl Ephemerals {
    fn new(seed: &[u8; 32]) -> Ephemerals {
        Ephemerals { stream: stream(seed), known: BTreeMap::new() }
    }

    /// The secret of a public ephemeral key.
    fn secret(&mut self, public: &[u8; 32]) -> Option<[u8; 32]> {
        while !self.known.contains_key(public) && self.known.len() < EPHEMERALS_MAX {
            // One draw for the handshake's generator, one from that for its only key.
            let handshake = draw(&mut self.stream);
            let secret = draw(&mut stream(&draw(&mut stream(&handshake))));
            let made = channel_public(&Secret(secret));
            self.known.insert(made, secret);
        }
        self.known.get(public).copied()
    }
}

fn stream(seed: &[u8; 32]) -> ChaCha20 {
    ChaCha20::new(seed.into(), &[0; 12].into())
}

fn draw(stream: &mut ChaCha20) -> [u8; 32] {
    let mut out = [0; 32];
    stream.apply_keystream(&mut out);
    out
}

impl Wire {
    /// An observer of a line.
    pub fn new(keys: Keys) -> Wire {
        let psk = keys.pairing.psk_0();
        Wire {
            masks: [Side::Zero, Side::One].map(|side| DirectionKeys::new(&psk, side)),
            publics: [0, 1].map(|index| channel_public(&keys.channels[index])),
            psk,
            keys,
            runs: [Ephemerals::new(&[0; 32]), Ephemerals::new(&[0; 32])],
            offers: [VecDeque::new(), VecDeque::new()],
            answers: BTreeSet::new(),
            sessions: VecDeque::new(),
            count: 0,
        }
    }

    /// A side starts with this seed.
    pub fn started(&mut self, side: usize, seed: &[u8; 32]) {
        self.runs[side] = Ephemerals::new(seed);
    }

    /// How many handshakes were answered.
    pub fn sessions(&self) -> u32 {
        self.count
    }

    /// Reads a datagram that a side sends on a carrier.
    pub fn read(&mut self, from: usize, carrier: u8, bytes: &[u8]) -> Result<Seen, String> {
        if let Some((index, counter, payload)) = self.open(from, carrier, bytes) {
            // The one used last stands last: it is tried first and forgotten last.
            if index + 1 < self.sessions.len()
                && let Some(session) = self.sessions.remove(index)
            {
                self.sessions.push_back(session);
            }
            let session = self.sessions.back_mut().expect("it opened the cell");
            let number = session.number;
            let left = session.runs(from, &payload)?;
            return Ok(Seen { class: Class::Cell { session: number, counter }, payload, left });
        }
        match self.masks[from].unwrap(bytes) {
            Some((HandshakeType::One, _, message)) => self.message_1(from, message),
            Some((HandshakeType::Two, _, message)) => self.message_2(from, message),
            None => Err("it sent a datagram that none of the line's keys opens".into()),
        }
    }

    /// Seals a payload as a side would, under any session and counter: for planted faults.
    pub fn forge(&self, from: usize, carrier: u8, counter: u64, payload: &[u8]) -> Option<Vec<u8>> {
        let session = self.sessions.back().filter(|session| session.initiator != from)?;
        let mut cell = vec![0; payload.len() + CELL_OVERHEAD];
        cell[..4].copy_from_slice(&header(carrier, counter));
        session.transport.write_message(nonce(carrier, counter), payload, &mut cell[4..]).ok()?;
        let mask = self.masks[from].header_mask(cell.last_chunk()?);
        cell.iter_mut().zip(mask).for_each(|(byte, mask)| *byte ^= mask);
        Some(cell)
    }

    /// Index of the session, counter and payload, if it is a cell of one that is known.
    fn open(&self, from: usize, carrier: u8, bytes: &[u8]) -> Option<(usize, u64, Vec<u8>)> {
        if bytes.len() <= CELL_OVERHEAD {
            return None;
        }
        let mask = self.masks[from].header_mask(bytes.last_chunk()?);
        let header: [u8; 4] = std::array::from_fn(|index| bytes[index] ^ mask[index]);
        if header[3] != carrier {
            return None;
        }
        // No simulated session comes near 2^24 cells, so the low bits are the counter.
        let counter = u64::from(u32::from_be_bytes(header) >> 8);
        let nonce = nonce(carrier, counter);
        (0..self.sessions.len()).rev().find_map(|index| {
            let session = &self.sessions[index];
            let payload = session.read(from, nonce, &bytes[4..])?;
            Some((index, counter, payload))
        })
    }

    fn message_1(&mut self, from: usize, message: Vec<u8>) -> Result<Seen, String> {
        if let Some((_, left)) = self.offers[from].iter().find(|(offer, _)| *offer == message) {
            return Ok(Seen { class: Class::Message1, payload: Vec::new(), left: left.clone() });
        }
        let mut left = Vec::new();
        if message.len() > 48 {
            let mut state = self.answerer(1 - from, &[9; 32]);
            let payload = read(&mut state, &message).ok_or("its message 1 does not authenticate")?;
            left = whole_entries(&payload);
        }
        if self.offers[from].len() == HANDSHAKES_KEPT {
            self.offers[from].pop_front();
        }
        self.offers[from].push_back((message, left.clone()));
        Ok(Seen { class: Class::Message1, payload: Vec::new(), left })
    }

    fn message_2(&mut self, from: usize, message: Vec<u8>) -> Result<Seen, String> {
        let seen = Seen { class: Class::Message2, payload: Vec::new(), left: Vec::new() };
        if self.answers.contains(&message) {
            return Ok(seen);
        }
        let public: [u8; 32] = message.first_chunk().copied().ok_or("its message 2 is short")?;
        let secret = self.runs[from].secret(&public).ok_or("its ephemeral key is not of its seed")?;
        for index in (0..self.offers[1 - from].len()).rev() {
            let mut state = self.answerer(from, &secret);
            if read(&mut state, &self.offers[1 - from][index].0).is_none() {
                continue;
            }
            let mut again = vec![0; 96];
            let len = state.write_message(&[], &mut again).map_err(|error| error.to_string())?;
            if again[..len] != message[..] {
                continue;
            }
            let transport = state.into_stateless_transport_mode().map_err(|error| error.to_string())?;
            self.count += 1;
            let objects = [BTreeMap::new(), BTreeMap::new()];
            self.sessions.push_back(Session { number: self.count, initiator: 1 - from, transport, objects });
            if self.sessions.len() > SESSIONS_KEPT {
                self.sessions.pop_front();
            }
            self.answers.insert(message);
            return Ok(seen);
        }
        Err("its message 2 answers no message 1 that the other side sent".into())
    }

    fn answerer(&self, side: usize, ephemeral: &[u8; 32]) -> HandshakeState {
        let mut prologue = b"ringdown/1".to_vec();
        prologue.extend_from_slice(&self.keys.line.0);
        prologue.push(1 - side as u8);
        prologue.extend_from_slice(&[0, 0, 0, 1, 0, 0, 0, 1]);
        let params = PATTERN.parse().expect("a pattern that snow knows");
        let built = Builder::with_resolver(params, Box::new(NoDice))
            .fixed_ephemeral_key_for_testing_only(ephemeral)
            .prologue(&prologue)
            .and_then(|builder| builder.psk(0, &self.psk.0))
            .and_then(|builder| builder.local_private_key(&self.keys.channels[side].0))
            .and_then(|builder| builder.remote_public_key(&self.publics[1 - side]))
            .and_then(|builder| builder.build_responder());
        built.expect("all parts of the pattern are set once")
    }
}

/// Handshakes here draw nothing: every key is given.
struct NoDice;

impl Random for NoDice {
    fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), snow::Error> {
        Err(snow::Error::Rng)
    }
}

impl CryptoResolver for NoDice {
    fn resolve_rng(&self) -> Option<Box<dyn Random>> {
        Some(Box::new(NoDice))
    }

    fn resolve_dh(&self, choice: &DHChoice) -> Option<Box<dyn Dh>> {
        DefaultResolver.resolve_dh(choice)
    }

    fn resolve_hash(&self, choice: &HashChoice) -> Option<Box<dyn Hash>> {
        DefaultResolver.resolve_hash(choice)
    }

    fn resolve_cipher(&self, choice: &CipherChoice) -> Option<Box<dyn Cipher>> {
        DefaultResolver.resolve_cipher(choice)
    }
}

fn read(state: &mut HandshakeState, message: &[u8]) -> Option<Vec<u8>> {
    let mut payload = vec![0; message.len()];
    let len = state.read_message(message, &mut payload).ok()?;
    payload.truncate(len);
    Some(payload)
}

fn nonce(carrier: u8, counter: u64) -> u64 {
    u64::from(carrier) << 56 | counter
}

fn header(carrier: u8, counter: u64) -> [u8; 4] {
    ((counter as u32) << 8 | u32::from(carrier)).to_be_bytes()
}

/// The entries in the payload of a message 1.
fn whole_entries(mut payload: &[u8]) -> Vec<Left> {
    let mut left = Vec::new();
    while let Some((len, rest)) = payload.split_first_chunk::<4>() {
        let len = u32::from_be_bytes(*len) as usize;
        if len == 0 || len > rest.len() {
            break;
        }
        left.push(Left { seq: None, signature_end: rest[len.saturating_sub(64)..len].to_vec() });
        payload = &rest[len..];
    }
    left
}

impl Session {
    fn read(&self, from: usize, nonce: u64, sealed: &[u8]) -> Option<Vec<u8>> {
        let mut payload = vec![0; sealed.len() - 16];
        if from == self.initiator {
            self.transport.read_message(nonce, sealed, &mut payload).ok()?;
            return Some(payload);
        }
        // The answerer's own direction can only be sealed with this state. Sealing zeros gives the key stream, and
        // sealing what that makes of the cell gives the same cell if it is one.
        let mut again = vec![0; sealed.len()];
        self.transport.write_message(nonce, &payload, &mut again).ok()?;
        payload.iter_mut().zip(sealed).zip(&again).for_each(|((out, cell), key)| *out = cell ^ key);
        self.transport.write_message(nonce, &payload, &mut again).ok()?;
        (again == sealed).then_some(payload)
    }

    /// Takes the symbols of a payload; gives objects that are complete for the first time.
    fn runs(&mut self, from: usize, mut payload: &[u8]) -> Result<Vec<Left>, String> {
        let mut left = Vec::new();
        let short = || String::from("it sent a cell that ends within an item");
        while let Some((number, rest)) = payload.split_first_chunk::<2>() {
            match u16::from_be_bytes(*number) {
                0xffff => break,
                0 => {
                    let (head, rest) = rest.split_first_chunk::<3>().ok_or_else(short)?;
                    let len = usize::from(u16::from_be_bytes([head[1], head[2]]));
                    payload = rest.get(len..).ok_or_else(short)?;
                }
                number => {
                    let (head, rest) = rest.split_first_chunk::<3>().ok_or_else(short)?;
                    let [k, first, count] = head.map(usize::from);
                    let symbols = rest.get(..count * SYMBOL_LEN).ok_or_else(short)?;
                    payload = &rest[count * SYMBOL_LEN..];
                    left.extend(self.symbols(from, number, k + 1, first, symbols)?);
                }
            }
        }
        Ok(left)
    }

    fn symbols(
        &mut self,
        from: usize,
        number: u16,
        k: usize,
        first: usize,
        symbols: &[u8],
    ) -> Result<Option<Left>, String> {
        let fresh = || Object { symbols: vec![None; k], missing: k };
        let object = self.objects[from].entry(number).or_insert_with(fresh);
        for (index, symbol) in (first..).zip(symbols.chunks_exact(SYMBOL_LEN)) {
            let symbol: [u8; SYMBOL_LEN] = symbol.try_into().expect("chunks of that length");
            let known = object.symbols.get_mut(index).ok_or("it sent a symbol beyond its object")?;
            match known {
                Some(known) if *known != symbol => {
                    return Err(format!("it sent other bytes under object {number} than before"));
                }
                Some(_) => {}
                None => {
                    *known = Some(symbol);
                    object.missing -= 1;
                    if object.missing == 0 {
                        let bytes: Vec<u8> = object.symbols.iter().flatten().flatten().copied().collect();
                        return Ok(Some(Left::of(&bytes)?));
                    }
                }
            }
        }
        Ok(None)
    }
}

/// What a cell says, for people.
pub fn in_words(mut payload: &[u8]) -> String {
    let mut said = Vec::new();
    while let Some((number, rest)) = payload.split_first_chunk::<2>() {
        let Some((head, rest)) = rest.split_first_chunk::<3>() else { break };
        match u16::from_be_bytes(*number) {
            0xffff => break,
            0 => {
                let len = usize::from(u16::from_be_bytes([head[1], head[2]]));
                let value = rest.get(..len).unwrap_or_default();
                said.push(if head[0] == 1 { summary_in_words(value) } else { format!("item {}", head[0]) });
                payload = rest.get(len..).unwrap_or_default();
            }
            number => {
                let [k, first, count] = head.map(usize::from);
                said.push(format!("object {number} {first}..{} of {}", first + count, k + 1));
                payload = rest.get(count * SYMBOL_LEN..).unwrap_or_default();
            }
        }
    }
    said.join(", ")
}

/// Own head, what is held without a gap, and ranges after it.
fn summary_in_words(value: &[u8]) -> String {
    let mut varints = Vec::new();
    let mut rest = value.get(1..).unwrap_or_default();
    let mut number = 0u64;
    let mut shift = 0;
    while let Some((byte, after)) = rest.split_first() {
        number |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        rest = after;
        if byte & 0x80 == 0 {
            varints.push(number);
            (number, shift) = (0, 0);
            if varints.len() == 4 {
                rest = rest.get(8..).unwrap_or_default();
            }
        }
    }
    let flags = value.first().copied().unwrap_or(0);
    let word = |bit: u8, word: &'static str| if flags & bit != 0 { word } else { "" };
    let mut said = format!("summary{}{}{}", word(1, " asking"), word(2, " disk full"), word(4, " leaving"));
    if let [_, own, _, held, ranges @ ..] = varints.as_slice() {
        said.push_str(&format!(" own {own} held {held}"));
        let mut last = *held;
        for range in ranges.chunks_exact(2) {
            let from = last + range[0];
            last = from + range[1];
            said.push_str(&format!(" {from}-{last}"));
        }
    }
    said
}

impl Left {
    fn of(object: &[u8]) -> Result<Left, String> {
        let bad = || String::from("it sent an object that is neither an entry nor a chunk of one");
        let (len, rest) = object.split_first_chunk::<4>().ok_or_else(bad)?;
        let bytes = rest.get(..u32::from_be_bytes(*len) as usize).ok_or_else(bad)?;
        match bytes.split_first() {
            Some((1, wire)) => {
                Ok(Left { seq: None, signature_end: wire[wire.len().saturating_sub(64)..].to_vec() })
            }
            Some((2, chunk)) => {
                let (seq, rest) = chunk.split_first_chunk::<8>().ok_or_else(bad)?;
                let (place, rest) = rest.split_first_chunk::<2>().ok_or_else(bad)?;
                let last = place[0] + 1 == place[1];
                let end = if last { rest[rest.len().saturating_sub(64)..].to_vec() } else { Vec::new() };
                Ok(Left { seq: Some(u64::from_be_bytes(*seq)), signature_end: end })
            }
            _ => Err(bad()),
        }
    }
}
