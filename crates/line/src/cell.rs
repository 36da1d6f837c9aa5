//! What stands inside a transport cell: runs of symbols, control items, padding.
//!
//! A run is `object u16 · k-1 u8 · first index u8 · count u8 · count symbols`. Object 0 introduces a control item,
//! `type u8 · length u16 · value`. Object 0xFFFF pads to the end. Parity symbols will carry indexes from k on.

use ringdown_record::encoding::{DecodeError, Reader};

use crate::limits::{CELL_LEN_MAX, CELL_OVERHEAD, SYMBOL_LEN, SYMBOLS_MAX};

/// Bytes before the symbols of a run.
pub const RUN_OVERHEAD: usize = 5;
/// Bytes that fit in one cell.
pub const PAYLOAD_LEN_MAX: usize = CELL_LEN_MAX - CELL_OVERHEAD;
const CONTROL: u16 = 0;
const PADDING: u16 = 0xffff;

/// Names an object on the wire within one session: 1 to 0xFFFE.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectNumber(pub u16);

/// One item of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// Consecutive symbols of one object.
    Symbols {
        /// Which object.
        object: ObjectNumber,
        /// How many source symbols it has.
        k: usize,
        /// Index of the first symbol here.
        first: usize,
        /// Whole symbols, one after the other.
        symbols: &'a [u8],
    },
    /// A control item.
    Control {
        /// Its type.
        kind: u8,
        /// Its value.
        value: &'a [u8],
    },
}

/// Fills one cell.
#[derive(Debug, Default)]
pub struct CellBuilder {
    payload: Vec<u8>,
}

impl ObjectNumber {
    /// The first number of a session.
    pub const FIRST: ObjectNumber = ObjectNumber(1);

    /// The number after this one; after the last, the first.
    pub fn next(self) -> ObjectNumber {
        if self.0 >= PADDING - 1 { ObjectNumber::FIRST } else { ObjectNumber(self.0 + 1) }
    }
}

impl CellBuilder {
    /// True when nothing is in the cell.
    pub fn is_empty(&self) -> bool {
        self.payload.is_empty()
    }

    /// How many symbols of a new run still fit.
    pub fn room(&self) -> usize {
        (PAYLOAD_LEN_MAX - self.payload.len()).saturating_sub(RUN_OVERHEAD) / SYMBOL_LEN
    }

    /// Adds a run; `symbols` must fit [`CellBuilder::room`].
    pub fn symbols(&mut self, object: ObjectNumber, k: usize, first: usize, symbols: &[u8]) {
        let count = symbols.len() / SYMBOL_LEN;
        assert!(count > 0 && count <= self.room(), "a run was built above the cell's room");
        self.payload.extend_from_slice(&object.0.to_be_bytes());
        self.payload.extend_from_slice(&[(k - 1) as u8, first as u8, count as u8]);
        self.payload.extend_from_slice(symbols);
    }

    /// Adds a control item if it fits.
    pub fn control(&mut self, kind: u8, value: &[u8]) -> bool {
        let fits = self.payload.len() + 5 + value.len() <= PAYLOAD_LEN_MAX;
        if fits {
            self.payload.extend_from_slice(&CONTROL.to_be_bytes());
            self.payload.push(kind);
            self.payload.extend_from_slice(&(value.len() as u16).to_be_bytes());
            self.payload.extend_from_slice(value);
        }
        fits
    }

    /// The payload, leaving the builder empty for the next cell.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.payload)
    }
}

/// All items of a payload, or the reason why it is malformed; then none of it counts.
pub fn read(payload: &[u8]) -> Result<Vec<Item<'_>>, DecodeError> {
    let mut items = Vec::new();
    let mut r = Reader::new(payload);
    while !r.is_empty() {
        match u16::from_be_bytes(r.array()?) {
            PADDING => break,
            CONTROL => {
                let kind = r.byte()?;
                let len = u16::from_be_bytes(r.array()?);
                items.push(Item::Control { kind, value: r.take(usize::from(len))? });
            }
            object => {
                let [k, first, count] = r.array()?.map(usize::from);
                let k = k + 1;
                if k > SYMBOLS_MAX || count == 0 || first + count > k {
                    return Err(DecodeError::Invalid("run of symbols"));
                }
                let symbols = r.take(count * SYMBOL_LEN)?;
                items.push(Item::Symbols { object: ObjectNumber(object), k, first, symbols });
            }
        }
    }
    Ok(items)
}
