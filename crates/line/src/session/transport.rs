//! One session's cells: sealing, opening, nonces, replay windows.
//!
//! The nonce is the carrier number and a counter that this object hands out once. The object is never saved, so
//! no restart and no restored disk can use a nonce twice (INV-19).

use snow::StatelessTransportState;

use ringdown_record::Side;

use crate::input::CarrierId;
use crate::limits::{CELL_LEN_MAX, CELL_OVERHEAD, SESSION_CELLS};
use crate::session::SessionNumber;
use crate::session::keys::DirectionKeys;
use crate::session::replay::ReplayWindow;
use crate::time::Instant;

const HEADER_LEN: usize = 4;
const COUNTER_BITS: u32 = 24;

/// Keys and counters of one session.
pub struct Session {
    transport: StatelessTransportState,
    /// Which one of this run.
    pub number: SessionNumber,
    /// Who sent message 1.
    pub initiator: Side,
    /// When message 1 was first sent or received here.
    pub begun: Instant,
    /// When it became live here.
    pub live: Instant,
    /// When it last opened a cell.
    pub heard: Option<Instant>,
    paths: Vec<Path>,
}

/// An authentic cell.
pub enum Opened {
    /// Seen for the first time; its counter.
    Payload(Vec<u8>, u64),
    /// Opened before, or too old to tell. Its contents are not looked at.
    Repeat,
}

struct Path {
    carrier: CarrierId,
    next: u64,
    window: ReplayWindow,
}

impl Session {
    /// From finished keys.
    pub fn new(
        transport: StatelessTransportState,
        number: SessionNumber,
        initiator: Side,
        begun: Instant,
    ) -> Session {
        Session { transport, number, initiator, begun, live: begun, heard: None, paths: Vec::new() }
    }

    /// Seals a payload as one cell.
    pub fn seal(&mut self, keys: &DirectionKeys, carrier: CarrierId, payload: &[u8]) -> Vec<u8> {
        assert!(payload.len() + CELL_OVERHEAD <= CELL_LEN_MAX, "a payload was built above the cell's size");
        let path = self.path(carrier);
        let counter = path.next;
        path.next += 1;
        let mut cell = vec![0; payload.len() + CELL_OVERHEAD];
        let low = (counter as u32) & 0x00ff_ffff;
        cell[..HEADER_LEN].copy_from_slice(&(low << 8 | u32::from(carrier.0)).to_be_bytes());
        self.transport
            .write_message(nonce(carrier, counter), payload, &mut cell[HEADER_LEN..])
            .expect("the cell has room for payload and tag");
        mask_header(keys, &mut cell);
        cell
    }

    /// Opens a cell whose header was unmasked to `header`. `None` if it is none of this session's.
    pub fn open(
        &mut self,
        carrier: CarrierId,
        header: [u8; HEADER_LEN],
        cell: &[u8],
        now: Instant,
    ) -> Option<Opened> {
        let low = u64::from(u32::from_be_bytes(header) >> 8);
        let path = self.path(carrier);
        let counter = path.window.expand(low, COUNTER_BITS);
        let fresh = path.window.is_fresh(counter);
        let mut payload = vec![0; cell.len() - CELL_OVERHEAD];
        self.transport.read_message(nonce(carrier, counter), &cell[HEADER_LEN..], &mut payload).ok()?;
        if !fresh {
            return Some(Opened::Repeat);
        }
        self.path(carrier).window.mark(counter);
        self.heard = Some(now);
        Some(Opened::Payload(payload, counter))
    }

    /// True when so many cells were sent that the session should be replaced.
    pub fn is_worn(&self) -> bool {
        self.paths.iter().any(|path| path.next >= SESSION_CELLS)
    }

    fn path(&mut self, carrier: CarrierId) -> &mut Path {
        let index = self.paths.iter().position(|path| path.carrier == carrier).unwrap_or_else(|| {
            self.paths.push(Path { carrier, next: 0, window: ReplayWindow::new() });
            self.paths.len() - 1
        });
        &mut self.paths[index]
    }
}

/// The header of a transport cell, or `None` if it cannot be one from this carrier.
pub fn unmask_header(keys: &DirectionKeys, carrier: CarrierId, cell: &[u8]) -> Option<[u8; HEADER_LEN]> {
    if cell.len() <= CELL_OVERHEAD || cell.len() > CELL_LEN_MAX {
        return None;
    }
    let mut copy = [0; HEADER_LEN];
    copy.copy_from_slice(&cell[..HEADER_LEN]);
    let mask = keys.header_mask(cell.last_chunk()?);
    copy.iter_mut().zip(mask).for_each(|(byte, mask)| *byte ^= mask);
    (copy[HEADER_LEN - 1] == carrier.0).then_some(copy)
}

fn mask_header(keys: &DirectionKeys, cell: &mut [u8]) {
    let mask = keys.header_mask(cell.last_chunk().expect("a cell is longer than its tag"));
    cell.iter_mut().zip(mask).for_each(|(byte, mask)| *byte ^= mask);
}

fn nonce(carrier: CarrierId, counter: u64) -> u64 {
    u64::from(carrier.0) << 56 | (counter & 0x00ff_ffff_ffff_ffff)
}

#[cfg(test)]
mod tests {
    use ringdown_record::{LineId, Secret};

    use super::*;
    use crate::rng::Rng;
    use crate::session::noise::{HandshakeTerms, channel_public};

    #[test]
    fn a_session_is_worn_by_so_many_cells_on_one_carrier() {
        // SES-13.
        let channels = [Secret([1; 32]), Secret([2; 32])];
        let terms = |own: Side| HandshakeTerms {
            line: LineId([3; 32]),
            own,
            incarnations: [1, 1],
            psk: Secret([4; 32]),
            channel: channels[own.index()].clone(),
            peer_channel: channel_public(&channels[own.other().index()]),
        };
        let mut rng = Rng::from_seed(&[5; 32]);
        let (_, message) = terms(Side::Zero).initiate(&mut rng, &[]);
        let (_, _, transport) = terms(Side::One).answer(&mut rng, &message).expect("a good message 1");
        let mut session = Session::new(transport, SessionNumber(1), Side::Zero, Instant(0));
        let keys = DirectionKeys::new(&Secret([4; 32]), Side::One);
        session.path(CarrierId(2)).next = SESSION_CELLS - 1;
        session.seal(&keys, CarrierId(1), &[0xff, 0xff]);
        assert!(!session.is_worn(), "a cell on another carrier");
        session.seal(&keys, CarrierId(2), &[0xff, 0xff]);
        assert!(session.is_worn());
    }
}
