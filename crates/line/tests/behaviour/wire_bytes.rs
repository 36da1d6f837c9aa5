//! The bytes of handshake and cell, built here from the page and not with this crate: what BLUE answers shows that the
//! page is right.

use std::sync::Mutex;

use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};
use hmac::{Hmac, KeyInit, Mac};
use ringdown_line::session::noise::channel_public;
use ringdown_line::{CarrierId, Input};
use ringdown_record::{Precedence, Secret, Side};
use sha2::Sha256;
use snow::params::{CipherChoice, DHChoice, HashChoice};
use snow::resolvers::{CryptoResolver, DefaultResolver};
use snow::types::{Cipher, Dh, Hash, Random};
use snow::{Builder, HandshakeState, StatelessTransportState};

use crate::alone::Alone;
use crate::pair::{Pair, UDP};

const PAGE: &str = include_str!("../../../../docs/spec/session.md");

/// Ephemeral keys that are the same in every run.
struct Fixed(Mutex<u8>);

impl Random for Fixed {
    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), snow::Error> {
        let next = self.0.get_mut().map_err(|_| snow::Error::Input)?;
        *next = next.wrapping_add(1);
        out.fill(*next);
        Ok(())
    }
}

impl CryptoResolver for Fixed {
    fn resolve_rng(&self) -> Option<Box<dyn Random>> {
        Some(Box::new(Fixed(Mutex::new(200))))
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

/// GREEN as the page describes it.
struct ByThePage {
    psk: Secret,
    state: Option<HandshakeState>,
}

impl ByThePage {
    fn new(alone: &Alone) -> ByThePage {
        let psk = Secret(alone.pairing.derive(&[b"ringdown/1 psk 0"]).0);
        let mut prologue = b"ringdown/1".to_vec();
        prologue.extend_from_slice(&alone.paired.charter.line_id().0);
        prologue.push(1);
        prologue.extend_from_slice(&[0, 0, 0, 1, 0, 0, 0, 1]);
        assert_eq!(prologue.len(), 51);
        let pattern = "Noise_KKpsk0_25519_ChaChaPoly_SHA256".parse().expect("the pattern of SES-2");
        let blue = channel_public(&alone.keys[0].channel);
        let built = Builder::with_resolver(pattern, Box::new(Fixed(Mutex::new(0))))
            .prologue(&prologue)
            .and_then(|builder| builder.psk(0, &psk.0))
            .and_then(|builder| builder.local_private_key(&alone.keys[1].channel.0))
            .and_then(|builder| builder.remote_public_key(&blue))
            .and_then(Builder::build_initiator);
        ByThePage { state: Some(built.expect("a handshake")), psk }
    }

    fn key(&self, label: &[u8], sender: u8) -> [u8; 32] {
        self.psk.derive(&[label, &[sender]]).0
    }

    fn mac6(&self, sender: u8, kind: u8, message: &[u8]) -> [u8; 6] {
        let mut hmac =
            Hmac::<Sha256>::new_from_slice(&self.key(b"ringdown/1 k mac", sender)).expect("any length");
        hmac.update(&[kind]);
        hmac.update(message);
        hmac.finalize().into_bytes()[..6].try_into().expect("six of 32")
    }

    fn xor(&self, sender: u8, mac: [u8; 6], bytes: &mut [u8]) {
        let mut nonce = [0; 12];
        nonce[..6].copy_from_slice(&mac);
        ChaCha20::new(&self.key(b"ringdown/1 k hs", sender).into(), &nonce.into()).apply_keystream(bytes);
    }

    fn mask(&self, sender: u8, cell: &mut [u8]) {
        let nonce: [u8; 12] = cell[cell.len() - 12..].try_into().expect("twelve");
        let cipher = &mut ChaCha20::new(&self.key(b"ringdown/1 k hdr", sender).into(), &nonce.into());
        cipher.apply_keystream(&mut cell[..4]);
    }

    fn message_1(&mut self) -> Vec<u8> {
        let mut message = [0; 48];
        let state = self.state.as_mut().expect("before the answer");
        assert_eq!(state.write_message(&[], &mut message), Ok(48));
        let mac = self.mac6(1, 1, &message);
        self.xor(1, mac, &mut message);
        [&mac[..], &message].concat()
    }

    fn take_message_2(&mut self, cell: &[u8]) -> StatelessTransportState {
        let mac: [u8; 6] = cell[..6].try_into().expect("a MAC");
        let mut message = cell[6..].to_vec();
        self.xor(0, mac, &mut message);
        assert_eq!(self.mac6(0, 2, &message), mac);
        let mut state = self.state.take().expect("once");
        assert_eq!(state.read_message(&message, &mut []), Ok(0), "its payload is empty");
        state.into_stateless_transport_mode().expect("both messages are done")
    }

    fn seal(&self, keys: &StatelessTransportState, carrier: u8, counter: u64, payload: &[u8]) -> Vec<u8> {
        let low = (counter as u32).to_be_bytes();
        let mut cell = vec![low[1], low[2], low[3], carrier];
        cell.resize(4 + payload.len() + 16, 0);
        let nonce = u64::from(carrier) << 56 | counter;
        assert_eq!(keys.write_message(nonce, payload, &mut cell[4..]), Ok(payload.len() + 16));
        self.mask(1, &mut cell);
        cell
    }

    fn open(&self, keys: &StatelessTransportState, cell: &[u8]) -> (u8, u64, Vec<u8>) {
        let mut cell = cell.to_vec();
        self.mask(0, &mut cell);
        let (counter, carrier) = (u64::from(u32::from_be_bytes([0, cell[0], cell[1], cell[2]])), cell[3]);
        let mut payload = vec![0; cell.len() - 20];
        let opened = keys.read_message(u64::from(carrier) << 56 | counter, &cell[4..], &mut payload);
        assert_eq!(opened, Ok(cell.len() - 20));
        (carrier, counter, payload)
    }
}

#[test]
fn a_peer_written_from_the_page_is_understood() {
    // SES-1, SES-2, SES-15, SES-29 and the layout of cells.
    let mut alone = Alone::connected();
    let mut green = ByThePage::new(&alone);
    let message_1 = green.message_1();
    assert_eq!(message_1.len(), 54);
    let before = alone.sent.len();
    alone.give(Input::Received { carrier: UDP, bytes: &message_1 });
    let message_2 = alone.sent[before].bytes.clone();
    assert_eq!(message_2.len(), 54);
    let keys = green.take_message_2(&message_2);
    let refused = alone.blue.refused_cells();
    let summary = alone.true_summary(1);
    let payload = [&[0, 0, 1, 0, summary.len() as u8], &summary[..]].concat();
    let before = alone.sent.len();
    // Counters may be left out: the receiver takes the one nearest to what it expects.
    for (carrier, counter) in [(1, 0), (1, 5), (2, 0)] {
        let cell = green.seal(&keys, carrier, counter, &payload);
        alone.give(Input::Received { carrier: CarrierId(carrier), bytes: &cell });
        alone.pass(std::time::Duration::from_secs(1));
    }
    assert_eq!(alone.blue.refused_cells(), refused, "each opens");
    let answers: Vec<_> = alone.sent[before..].iter().map(|sent| green.open(&keys, &sent.bytes)).collect();
    assert!(answers.len() >= 3, "each asks, each is answered");
    for (expected, (carrier, counter, payload)) in answers.iter().enumerate() {
        assert_eq!((*carrier, *counter), (1, expected as u64), "SES-15: counters from 0, each once");
        assert_eq!(payload[..5], [0, 0, 1, 0, 13], "SES-18: a control item of type 1; SES-29: 13 bytes");
    }
}

#[test]
fn of_a_counter_the_nearest_to_the_expected_one_is_taken() {
    // SES-17: the header has 24 bits of it.
    let mut alone = Alone::connected();
    let mut green = ByThePage::new(&alone);
    let (message_1, before) = (green.message_1(), alone.sent.len());
    alone.give(Input::Received { carrier: UDP, bytes: &message_1 });
    let message_2 = alone.sent[before].bytes.clone();
    let keys = green.take_message_2(&message_2);
    let refused = alone.blue.refused_cells();
    for counter in [0x70_0000, 0xe0_0000, 0x150_0000, 0x1c0_0000, 0x200_0000, 0x1ff_fff0, 0x200_0001] {
        let cell = green.seal(&keys, 1, counter, &[0xff, 0xff]);
        alone.give(Input::Received { carrier: CarrierId(1), bytes: &cell });
        assert_eq!(alone.blue.refused_cells(), refused, "{counter:x}");
    }
}

#[test]
fn another_prologue_is_refused() {
    // SES-2: the line, the initiator and both incarnations are bound.
    let mut alone = Alone::connected();
    let mut other = Alone::connected();
    other.paired.charter = {
        let mut charter = (*other.paired.charter).clone();
        charter.nonce = [2; 16];
        std::sync::Arc::new(charter)
    };
    let message_1 = ByThePage::new(&other).message_1();
    let (before, refused) = (alone.sent.len(), alone.blue.refused_cells());
    alone.give(Input::Received { carrier: UDP, bytes: &message_1 });
    assert_eq!((alone.sent.len(), alone.blue.refused_cells()), (before, refused + 1));
}

#[test]
fn the_keys_of_the_example_are_true() {
    // SES-2.
    let psk = Secret([0x63; 32]).psk_0();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert!(PAGE.contains(&hex(&psk.0)), "PSK_0");
    assert!(
        PAGE.contains(&hex(&psk.derive(&[b"ringdown/1 k mac", &[Side::Zero.index() as u8]]).0)),
        "K_mac(0)"
    );
}

#[test]
fn the_datagrams_of_the_example_have_their_lengths() {
    // The example of the session page, from the restart on.
    let mut pair = Pair::new();
    pair.run(std::time::Duration::from_secs(2));
    let message = pair.send(0, Precedence::Priority, "receipted before the restart");
    pair.run(std::time::Duration::from_secs(2));
    assert!(pair.receipted(0) >= message.header().place.seq);
    pair.crash(0);
    pair.in_flight.clear();
    let before = [pair.sent[0].len(), pair.sent[1].len()];
    pair.start(0);
    pair.run(std::time::Duration::from_millis(30));
    let lengths = |side: usize| pair.sent[side][before[side]..].iter().map(Vec::len).collect::<Vec<_>>();
    assert_eq!((lengths(0), lengths(1)), (vec![54, 38], vec![54, 38]));
}
