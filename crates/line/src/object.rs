//! Objects: cutting what is to be delivered into symbols, and putting it together again.
//!
//! An object is a 4-byte length, the bytes, and zeros up to whole symbols. Its first byte says whether it is a whole
//! entry or a chunk of one. Numbers and partial objects belong to one session and go with it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use ringdown_record::encoding::{DecodeError, Reader};
use ringdown_record::wire::WIRE_LEN_MAX;

use crate::cell::ObjectNumber;
use crate::limits::{ASSEMBLIES_MAX, CHUNKED_MAX, COMPLETED_MAX, OBJECT_LEN_MAX, SYMBOL_LEN};

const WHOLE: u8 = 1;
const CHUNK: u8 = 2;
/// Type, sequence number, index and count before a chunk's bytes.
const CHUNK_HEAD: usize = 1 + 8 + 1 + 1;
/// A number this far from a new one belongs to an object of long ago: numbers are used again after 65,534.
const NUMBERS_BACK_MAX: u16 = 16_384;
const CHUNK_LEN: usize = OBJECT_LEN_MAX - CHUNK_HEAD;

/// Cuts an entry's wire form into objects, each padded to whole symbols. `seq` names the entry.
pub fn cut(seq: u64, wire: &[u8]) -> Vec<Vec<u8>> {
    if wire.len() < OBJECT_LEN_MAX {
        return vec![pad(&[&[WHOLE], wire])];
    }
    let chunks = wire.chunks(CHUNK_LEN);
    let count = chunks.len() as u8;
    let seq = seq.to_be_bytes();
    chunks.zip(0u8..).map(|(chunk, index)| pad(&[&[CHUNK], &seq, &[index, count], chunk])).collect()
}

fn pad(parts: &[&[u8]]) -> Vec<u8> {
    let len: usize = parts.iter().map(|part| part.len()).sum();
    let mut object = (len as u32).to_be_bytes().to_vec();
    parts.iter().for_each(|part| object.extend_from_slice(part));
    object.resize(object.len().next_multiple_of(SYMBOL_LEN), 0);
    object
}

/// What a run of symbols brought.
#[derive(Debug, PartialEq, Eq)]
pub enum Assembled {
    /// More symbols are missing.
    Incomplete,
    /// The object was complete before: the peer repeats it.
    Repeat,
    /// The wire form of an entry is complete. Say [`Assembler::done`] if the entry need not come again.
    Entry(Vec<u8>),
}

/// Objects that are arriving in one session.
#[derive(Debug, Default)]
pub struct Assembler {
    partial: BTreeMap<ObjectNumber, Partial>,
    /// Arrival order of `partial`, for dropping the oldest.
    order: VecDeque<ObjectNumber>,
    completed: BTreeSet<ObjectNumber>,
    /// Those of `completed` that were RECEIPTs.
    receipts: BTreeSet<ObjectNumber>,
    completed_order: VecDeque<ObjectNumber>,
    chunked: BTreeMap<u64, Vec<Option<Vec<u8>>>>,
}

#[derive(Debug)]
struct Partial {
    bytes: Vec<u8>,
    here: Vec<bool>,
    missing: usize,
}

impl Assembler {
    /// Takes a run of symbols. `held` tells whether an entry of a sequence number is here already.
    pub fn symbols(
        &mut self,
        number: ObjectNumber,
        k: usize,
        first: usize,
        symbols: &[u8],
        held: impl Fn(u64) -> bool,
    ) -> Result<Assembled, DecodeError> {
        if self.completed.contains(&number) {
            return Ok(Assembled::Repeat);
        }
        if self.partial.get(&number).is_none_or(|partial| partial.here.len() != k) {
            self.start(number, k);
        }
        let partial = self.partial.get_mut(&number).expect("started above");
        for (offset, symbol) in symbols.chunks_exact(SYMBOL_LEN).enumerate() {
            let index = first + offset;
            if !std::mem::replace(&mut partial.here[index], true) {
                partial.bytes[index * SYMBOL_LEN..][..SYMBOL_LEN].copy_from_slice(symbol);
                partial.missing -= 1;
            }
        }
        if partial.missing > 0 {
            return Ok(Assembled::Incomplete);
        }
        let partial = self.partial.remove(&number).expect("found above");
        self.order.retain(|other| *other != number);
        self.object(&partial.bytes, held)
    }

    /// Symbols of this object are repeats from now on. What was dropped or is parked is not done: it may come again.
    pub fn done(&mut self, number: ObjectNumber) {
        if self.completed_order.len() == COMPLETED_MAX
            && let Some(oldest) = self.completed_order.pop_front()
        {
            self.completed.remove(&oldest);
            self.receipts.remove(&oldest);
        }
        if self.completed.insert(number) {
            self.completed_order.push_back(number);
        }
    }

    /// The same for an entry that wants no receipt: to repeat it says nothing about one that was lost.
    pub fn done_receipt(&mut self, number: ObjectNumber) {
        self.done(number);
        self.receipts.insert(number);
    }

    /// True if this number is done and was a RECEIPT.
    pub fn was_receipt(&self, number: ObjectNumber) -> bool {
        self.receipts.contains(&number)
    }

    fn start(&mut self, number: ObjectNumber, k: usize) {
        self.order.retain(|other| *other != number);
        while let Some(oldest) = self.order.front().copied() {
            let back = number.0.wrapping_sub(oldest.0);
            let is_stale = (NUMBERS_BACK_MAX..u16::MAX - NUMBERS_BACK_MAX).contains(&back);
            if self.order.len() < ASSEMBLIES_MAX && !is_stale {
                break;
            }
            self.order.pop_front();
            self.partial.remove(&oldest);
        }
        self.order.push_back(number);
        self.partial
            .insert(number, Partial { bytes: vec![0; k * SYMBOL_LEN], here: vec![false; k], missing: k });
    }

    fn object(&mut self, bytes: &[u8], held: impl Fn(u64) -> bool) -> Result<Assembled, DecodeError> {
        let mut r = Reader::new(bytes);
        let len = u32::from_be_bytes(r.array()?) as usize;
        let mut object = Reader::new(r.take(len)?);
        let padding = r.rest();
        if padding.len() >= SYMBOL_LEN || padding.iter().any(|byte| *byte != 0) {
            return Err(DecodeError::Invalid("padding of an object"));
        }
        match object.byte()? {
            WHOLE => Ok(Assembled::Entry(object.rest().to_vec())),
            CHUNK => {
                let seq = u64::from_be_bytes(object.array()?);
                let [index, count] = object.array()?.map(usize::from);
                if held(seq) {
                    return Ok(Assembled::Repeat);
                }
                self.chunk(seq, index, count, object.rest())
            }
            _ => Err(DecodeError::Invalid("type of an object")),
        }
    }

    fn chunk(
        &mut self,
        seq: u64,
        index: usize,
        count: usize,
        bytes: &[u8],
    ) -> Result<Assembled, DecodeError> {
        if count < 2 || count > WIRE_LEN_MAX.div_ceil(CHUNK_LEN) || index >= count {
            return Err(DecodeError::Invalid("chunk"));
        }
        if self.chunked.len() == CHUNKED_MAX && !self.chunked.contains_key(&seq) {
            // The lowest are needed first; the rest comes again.
            self.chunked.pop_last();
        }
        let chunks = self.chunked.entry(seq).or_default();
        if chunks.len() != count {
            *chunks = vec![None; count];
        }
        chunks[index] = Some(bytes.to_vec());
        if chunks.iter().any(Option::is_none) {
            return Ok(Assembled::Incomplete);
        }
        let chunks = self.chunked.remove(&seq).unwrap_or_default();
        Ok(Assembled::Entry(chunks.into_iter().flatten().flatten().collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deliver(wire: &[u8], mut keep: impl FnMut(usize) -> bool) -> Option<Vec<u8>> {
        let mut assembler = Assembler::default();
        let mut sent = 0;
        for _ in 0..20 {
            for (number, object) in (1u16..).zip(cut(7, wire)) {
                let k = object.len() / SYMBOL_LEN;
                for (index, symbol) in object.chunks(SYMBOL_LEN).enumerate().rev() {
                    sent += 1;
                    if keep(sent) {
                        let got =
                            assembler.symbols(ObjectNumber(number), k, index, symbol, |_| false).unwrap();
                        if let Assembled::Entry(wire) = got {
                            return Some(wire);
                        }
                    }
                }
            }
        }
        None
    }

    #[test]
    fn entries_of_every_size_survive_cutting_loss_and_repeats() {
        for len in [1, 27, 28, OBJECT_LEN_MAX - 1, OBJECT_LEN_MAX, CHUNK_LEN * 2, WIRE_LEN_MAX] {
            let wire: Vec<u8> = (0..len).map(|i| (i * 7 % 251) as u8).collect();
            let one_in_three_lost = |n: usize| n.wrapping_mul(2_654_435_761) >> 9 & 0xff > 85;
            assert!(deliver(&wire, |_| true).as_ref() == Some(&wire), "{len}");
            assert!(deliver(&wire, one_in_three_lost).as_ref() == Some(&wire), "{len} with loss");
        }
    }
}
