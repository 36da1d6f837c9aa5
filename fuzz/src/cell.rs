//! What stands inside a cell: items, and the objects that are put together of their symbols.
//!
//! A payload that is read can be written again, byte for byte up to its padding. What is put together was sent, under
//! its number and at its index. What was cut arrives whole, once, in any order and over any repeats.

use std::collections::{BTreeMap, BTreeSet};

use ringdown_line::cell::{CellBuilder, Item, ObjectNumber, PAYLOAD_LEN_MAX, read};
use ringdown_line::limits::{SYMBOL_LEN, SYMBOLS_MAX};
use ringdown_line::object::{Assembled, Assembler, cut};
use ringdown_record::encoding::DecodeError;
use ringdown_record::wire::{WIRE_LEN_MAX, WireEntry};

use crate::source::Source;

/// Longest entry that chunks can spell: 17 of them.
const ASSEMBLED_LEN_MAX: usize = 17 * 4081;

/// Cells, and runs of symbols, in one input: enough to finish an object out of order, few enough to be quick.
const STEPS_MAX: usize = 12;

/// The reader that is tried.
pub type Read = for<'a> fn(&'a [u8]) -> Result<Vec<Item<'a>>, DecodeError>;

/// The target.
pub fn run(bytes: &[u8]) {
    check(bytes, read);
}

/// The target with a reader of one's own.
pub fn check(bytes: &[u8], read: Read) {
    let mut source = Source(bytes);
    if source.byte() % 2 == 0 { payloads(source, read) } else { delivery(source) }
}

/// Symbols that were sent under a number: how many the object has, index, bytes.
type Sent<'a> = BTreeMap<ObjectNumber, BTreeSet<(usize, usize, &'a [u8])>>;

fn payloads(mut source: Source<'_>, read: Read) {
    let mut assembler = Assembler::default();
    let mut sent = Sent::default();
    for _ in 0..STEPS_MAX {
        let payload = source.some(PAYLOAD_LEN_MAX + 1);
        let Ok(items) = read(payload) else { continue };
        let written = write(&items);
        assert_eq!(written, payload[..written.len()], "an item was read that was not written so");
        let rest = &payload[written.len()..];
        assert!(rest.is_empty() || rest.starts_with(&[0xff, 0xff]), "bytes between items were passed over");
        for item in items {
            let Item::Symbols { object, k, first, symbols } = item else { continue };
            assert!(k <= SYMBOLS_MAX && first + symbols.len() / SYMBOL_LEN <= k, "a run beyond its object");
            for (offset, symbol) in symbols.chunks(SYMBOL_LEN).enumerate() {
                sent.entry(object).or_default().insert((k, first + offset, symbol));
            }
            let held = |seq: u64| seq % 7 == 3;
            if let Ok(Assembled::Entry(wire)) = assembler.symbols(object, k, first, symbols, held) {
                assert!(wire.len() <= ASSEMBLED_LEN_MAX, "an entry of {} bytes", wire.len());
                assert!(was_sent(&sent, object, k, &wire), "put together of what was not sent");
                if WireEntry::read(&wire).is_ok() || symbols[0] & 1 == 0 {
                    assembler.done(object);
                }
            }
        }
    }
}

/// True if each symbol of this object came under its number. A chunk's object names other objects; it passes.
fn was_sent(sent: &Sent<'_>, number: ObjectNumber, k: usize, wire: &[u8]) -> bool {
    let Some([object]) = cut_whole(wire) else { return true };
    let of_number = &sent[&number];
    let last_is_chunk = of_number.iter().any(|(_, index, symbol)| *index == 0 && symbol[4] == 2);
    last_is_chunk
        || object.len() == k * SYMBOL_LEN
            && object.chunks(SYMBOL_LEN).enumerate().all(|(at, symbol)| of_number.contains(&(k, at, symbol)))
}

fn cut_whole(wire: &[u8]) -> Option<[Vec<u8>; 1]> {
    if wire.len() > WIRE_LEN_MAX {
        return None;
    }
    cut(1, wire).try_into().ok()
}

fn write(items: &[Item<'_>]) -> Vec<u8> {
    let mut builder = CellBuilder::default();
    for item in items {
        match item {
            Item::Symbols { object, k, first, symbols } => builder.symbols(*object, *k, *first, symbols),
            Item::Control { kind, value } => assert!(builder.control(*kind, value), "more than a cell holds"),
        }
    }
    builder.take()
}

/// An entry that the fuzzer makes up is cut, delivered as the fuzzer likes, and then once more in order.
fn delivery(mut source: Source<'_>) {
    let seed = source.some(580);
    let times = source.pick(&[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 7, 8, 119]);
    let wire = seed.repeat(times);
    let wire = &wire[..wire.len().min(WIRE_LEN_MAX)];
    let objects = cut(source.eight(), wire);
    let first_number = source.two() % 0xfffe + 1;
    let numbers: Vec<_> =
        std::iter::successors(Some(ObjectNumber(first_number)), |number| Some(number.next()))
            .take(objects.len())
            .collect();
    let mut assembler = Assembler::default();
    let mut whole = 0;
    let mut deliver = |at: usize, first: usize, count: usize| {
        let object = &objects[at];
        let k = object.len() / SYMBOL_LEN;
        let (first, count) = (first % k, 1 + count % 36);
        let count = count.min(k - first);
        let symbols = &object[first * SYMBOL_LEN..(first + count) * SYMBOL_LEN];
        match assembler.symbols(numbers[at], k, first, symbols, |_| false) {
            Ok(Assembled::Entry(bytes)) => {
                assert!(bytes == wire, "what was put together is not what was cut");
                whole += 1;
                assembler.done(numbers[at]);
            }
            Ok(Assembled::Incomplete | Assembled::Repeat) => {}
            Err(error) => panic!("a good object was refused: {error}"),
        }
    };
    for _ in 0..source.below(STEPS_MAX) {
        let (at, first, count) = (source.below(objects.len()), source.below(128), source.below(36));
        deliver(at, first, count);
    }
    for (at, object) in objects.iter().enumerate() {
        (0..object.len() / SYMBOL_LEN).step_by(36).for_each(|first| deliver(at, first, 35));
    }
    assert_eq!(whole, 1, "an entry arrives once");
}
