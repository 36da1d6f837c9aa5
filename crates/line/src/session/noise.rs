//! The Noise handshake, with randomness handed in.
//!
//! `Noise_KKpsk0_25519_ChaChaPoly_SHA256`: both statics are known from the INCARNATION entries, 48 + 48 bytes, and
//! the pre-shared key keeps the session secret from whoever breaks X25519 later.

use std::sync::Mutex;

use ringdown_record::{LineId, Secret, Side};
use snow::params::{CipherChoice, DHChoice, HashChoice, NoiseParams};
use snow::resolvers::{CryptoResolver, DefaultResolver};
use snow::types::{Cipher, Dh, Hash, Random};
use snow::{Builder, HandshakeState, StatelessTransportState};

use crate::limits::CELL_LEN_MAX;
use crate::rng::Rng;

const PATTERN: &str = "Noise_KKpsk0_25519_ChaChaPoly_SHA256";

/// What both sides of a handshake know beforehand.
#[derive(Clone, Debug)]
pub struct HandshakeTerms {
    /// The line.
    pub line: LineId,
    /// This side.
    pub own: Side,
    /// Own and peer's incarnation, by side number.
    pub incarnations: [u32; 2],
    /// The pre-shared key.
    pub psk: Secret,
    /// Own static key.
    pub channel: Secret,
    /// The peer's static public key.
    pub peer_channel: [u8; 32],
}

/// The public half of a static channel key.
pub fn channel_public(secret: &Secret) -> [u8; 32] {
    let mut dh = DefaultResolver.resolve_dh(&DHChoice::Curve25519).expect("built in");
    dh.set(&secret.0);
    dh.pubkey().try_into().expect("X25519 keys have 32 bytes")
}

impl HandshakeTerms {
    /// Starts as initiator; gives message 1.
    pub fn initiate(&self, rng: &mut Rng, payload: &[u8]) -> (HandshakeState, Vec<u8>) {
        let mut state = self.build(self.own, rng);
        let message = write(&mut state, payload);
        (state, message)
    }

    /// Answers message 1; gives its payload, message 2 and the keys. `None` if the message does not authenticate.
    pub fn answer(
        &self,
        rng: &mut Rng,
        message: &[u8],
    ) -> Option<(Vec<u8>, Vec<u8>, StatelessTransportState)> {
        let mut state = self.build(self.own.other(), rng);
        let payload = read(&mut state, message)?;
        let answer = write(&mut state, &[]);
        Some((payload, answer, state.into_stateless_transport_mode().expect("both messages are done")))
    }

    fn build(&self, initiator: Side, rng: &mut Rng) -> HandshakeState {
        let mut prologue = b"ringdown/1".to_vec();
        prologue.extend_from_slice(&self.line.0);
        prologue.push(initiator.index() as u8);
        for incarnation in self.incarnations {
            prologue.extend_from_slice(&incarnation.to_be_bytes());
        }
        let params: NoiseParams = PATTERN.parse().expect("a pattern that snow knows");
        let resolver = SeededResolver(Mutex::new(Rng::from_seed(&rng.bytes())));
        let builder = Builder::with_resolver(params, Box::new(resolver));
        let built = builder
            .prologue(&prologue)
            .and_then(|builder| builder.psk(0, &self.psk.0))
            .and_then(|builder| builder.local_private_key(&self.channel.0))
            .and_then(|builder| builder.remote_public_key(&self.peer_channel))
            .and_then(|builder| {
                if initiator == self.own { builder.build_initiator() } else { builder.build_responder() }
            });
        built.expect("all parts of the pattern are set once")
    }
}

/// Finishes as initiator. `None` if the answer does not authenticate; the state can be used again.
pub fn finish(state: &mut HandshakeState, message: &[u8]) -> Option<()> {
    read(state, message).map(|_| ())
}

fn write(state: &mut HandshakeState, payload: &[u8]) -> Vec<u8> {
    let mut out = vec![0; payload.len() + 96];
    let len = state.write_message(payload, &mut out).expect("a payload below the Noise maximum");
    out.truncate(len);
    out
}

fn read(state: &mut HandshakeState, message: &[u8]) -> Option<Vec<u8>> {
    let mut payload = vec![0; CELL_LEN_MAX];
    let len = state.read_message(message, &mut payload).ok()?;
    payload.truncate(len);
    Some(payload)
}

struct SeededResolver(Mutex<Rng>);
struct SeededRandom(Rng);

impl Random for SeededRandom {
    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), snow::Error> {
        self.0.fill(dest);
        Ok(())
    }
}

impl CryptoResolver for SeededResolver {
    fn resolve_rng(&self) -> Option<Box<dyn Random>> {
        let seed = self.0.lock().ok()?.bytes();
        Some(Box::new(SeededRandom(Rng::from_seed(&seed))))
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
