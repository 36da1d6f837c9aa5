//! Keys that follow from a pre-shared key, and the masks that make every cell look random.
//!
//! A stranger who sends or records cells can tell neither a handshake from a message nor a counter from noise.

use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};
use hmac::{Hmac, KeyInit, Mac};
use ringdown_record::{Secret, Side};
use sha2::Sha256;

const LABEL_MAC: &[u8] = b"ringdown/1 k mac";
const LABEL_HANDSHAKE: &[u8] = b"ringdown/1 k hs";
const LABEL_HEADER: &[u8] = b"ringdown/1 k hdr";

/// Length of a handshake cell's MAC.
pub const MAC_LEN: usize = 6;
/// Length of a Noise message of the handshake without payload: an ephemeral key and a tag.
const NOISE_LEN: usize = 32 + 16;
/// A handshake cell's MAC.
pub type CellMac = [u8; MAC_LEN];

/// First or second message of a handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum HandshakeType {
    /// From the initiator.
    One = 1,
    /// The answer.
    Two = 2,
}

/// The keys of one direction under one pre-shared key.
#[derive(Clone, Debug)]
pub struct DirectionKeys {
    mac: Secret,
    handshake: Secret,
    header: Secret,
}

impl DirectionKeys {
    /// Keys for cells that `sender` sends.
    pub fn new(psk: &Secret, sender: Side) -> DirectionKeys {
        let side = [sender.index() as u8];
        DirectionKeys {
            mac: psk.derive(&[LABEL_MAC, &side]),
            handshake: psk.derive(&[LABEL_HANDSHAKE, &side]),
            header: psk.derive(&[LABEL_HEADER, &side]),
        }
    }

    /// Wraps a Noise message: MAC, then the message under a stream cipher whose nonce is the MAC.
    pub fn wrap(&self, kind: HandshakeType, message: &[u8]) -> (CellMac, Vec<u8>) {
        let mac = self.mac(kind, message);
        let mut cell = mac.to_vec();
        cell.extend_from_slice(message);
        self.mask_handshake(mac, &mut cell[MAC_LEN..]);
        (mac, cell)
    }

    /// Undoes [`DirectionKeys::wrap`]; `None` for everything that no holder of the key made.
    pub fn unwrap(&self, cell: &[u8]) -> Option<(HandshakeType, CellMac, Vec<u8>)> {
        let (mac, body) = cell.split_first_chunk::<MAC_LEN>()?;
        let mut message = body.to_vec();
        self.mask_handshake(*mac, &mut message);
        let kinds = [HandshakeType::One, HandshakeType::Two];
        // Only a message 1 has a payload: a flood of long datagrams costs one MAC each and not two.
        let kinds = if body.len() == NOISE_LEN { &kinds[..] } else { &kinds[..1] };
        let made = |kind: &&HandshakeType| self.hmac(**kind, &message).verify_truncated_left(mac).is_ok();
        let kind = *kinds.iter().find(made)?;
        Some((kind, *mac, message))
    }

    /// The mask for a transport cell's header, from the end of its tag.
    pub fn header_mask(&self, tag_end: &[u8; 12]) -> [u8; 4] {
        let mut mask = [0; 4];
        ChaCha20::new((&self.header.0).into(), tag_end.into()).apply_keystream(&mut mask);
        mask
    }

    fn hmac(&self, kind: HandshakeType, message: &[u8]) -> Hmac<Sha256> {
        let mut hmac = Hmac::<Sha256>::new_from_slice(&self.mac.0).expect("HMAC takes any key length");
        hmac.update(&[kind as u8]);
        hmac.update(message);
        hmac
    }

    fn mac(&self, kind: HandshakeType, message: &[u8]) -> CellMac {
        let full = self.hmac(kind, message).finalize().into_bytes();
        full[..MAC_LEN].try_into().expect("HMAC-SHA-256 is longer")
    }

    fn mask_handshake(&self, mac: CellMac, body: &mut [u8]) {
        let mut nonce = [0; 12];
        nonce[..MAC_LEN].copy_from_slice(&mac);
        ChaCha20::new((&self.handshake.0).into(), &nonce.into()).apply_keystream(body);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // SES-2, SES-3.
    #[test]
    fn only_a_message_1_may_be_longer_than_a_noise_message_without_payload() {
        let keys = DirectionKeys::new(&Secret([7; 32]), Side::One);
        for (kind, len, known) in [
            (HandshakeType::One, NOISE_LEN, true),
            (HandshakeType::Two, NOISE_LEN, true),
            (HandshakeType::One, NOISE_LEN + 1, true),
            (HandshakeType::Two, NOISE_LEN + 1, false),
        ] {
            let message = vec![5; len];
            let (mac, cell) = keys.wrap(kind, &message);
            assert_eq!(keys.unwrap(&cell), known.then_some((kind, mac, message)), "{kind:?} {len}");
        }
        assert_eq!(keys.unwrap(&[0; 1200]), None);
    }
}
