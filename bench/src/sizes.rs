//! The size function: how many bytes the format itself needs for a message, term by term.
//!
//! It is computed from `docs/spec/record.md` and `docs/spec/session.md`, not by running the product, so that a byte
//! that is sent for nothing shows as a ratio above 1.

/// Headers of IPv4 and UDP.
pub const IP_UDP: usize = 20 + 8;
/// The one line of all messages of the bench.
pub const SUBJECT: &str = "Report";
/// Their language.
pub const LANGUAGE: &str = "en";
/// Their precedence.
pub const PRECEDENCE: &str = "PRIORITY";

const CELL_HEADER: usize = 4;
const TAG: usize = 16;
const RUN: usize = 5;
const SYMBOL: usize = 32;
const OBJECT_LENGTH: usize = 4;
const OBJECT_TYPE: usize = 1;
const SIGNATURE: usize = 64;
const HANDSHAKE_MAC: usize = 6;
const NOISE_MESSAGE: usize = 32 + 16;
const ENTRY_LENGTH: usize = 4;
const CONTROL: usize = 5;
const SUMMARY: usize = 13;

/// A text of 200 bytes.
pub fn text() -> String {
    "The quick brown fox jumps over the lazy dog. ".chars().cycle().take(200).collect()
}

/// The numbers whose size is counted: they grow with the record.
#[derive(Clone, Copy, Debug)]
pub struct Numbers {
    /// The writer's place.
    pub seq: u64,
    /// The newest entry of the peer.
    pub peer: u64,
    /// Serial of the message.
    pub serial: u64,
}

/// A lone message early in a record.
pub fn lone() -> Numbers {
    Numbers { seq: 5, peer: 5, serial: 2 }
}

/// Named terms and their sum.
#[derive(Clone, Debug)]
pub struct Size {
    terms: Vec<(&'static str, usize)>,
}

impl Size {
    fn of(terms: &[(&'static str, usize)]) -> Size {
        Size { terms: terms.to_vec() }
    }

    /// All terms together.
    pub fn total(&self) -> usize {
        self.terms.iter().map(|(_, bytes)| bytes).sum()
    }

    /// The terms in words.
    pub fn words(&self) -> String {
        let terms: Vec<_> = self.terms.iter().map(|(name, bytes)| format!("{name} {bytes}")).collect();
        format!("{} = {}", terms.join(" + "), self.total())
    }
}

/// Bytes of a LEB128 number.
fn varint(number: u64) -> usize {
    (64 - number.max(1).leading_zeros()).div_ceil(7) as usize
}

/// Bytes of a CBOR head with this number.
fn cbor(number: usize) -> usize {
    match number {
        0..24 => 1,
        24..256 => 2,
        256..65_536 => 3,
        _ => 5,
    }
}

fn cbor_text(len: usize) -> usize {
    cbor(len) + len
}

/// What the officer signed, with his signature.
pub fn body(numbers: &Numbers) -> Size {
    let content = 1 + 1 + cbor(numbers.serial as usize) + 1; // array, version, serial, marker
    let nothing = 3; // no form, no fields, no attachments
    Size::of(&[
        ("count", 1),
        ("statement", 1 + 1 + 1 + 8 + 1 + varint(numbers.peer)),
        ("officer's signature", SIGNATURE),
        ("text", cbor_text(200)),
        ("subject", cbor_text(SUBJECT.len())),
        ("language", cbor_text(LANGUAGE.len())),
        ("other content", content + nothing),
    ])
}

fn entry_head(numbers: &Numbers, officer: u64, body: usize) -> usize {
    let fixed = 1 + 5 + 1 + 1 + 1 + 1; // form, time, clock, kind, urgency, flags
    fixed + varint(numbers.seq) + varint(numbers.peer) + varint(officer) + varint(body as u64)
}

/// A MESSAGE as it travels.
pub fn message(numbers: &Numbers) -> Size {
    let mut size = body(numbers);
    let body = size.total();
    size.terms.push(("entry's head", entry_head(numbers, 1, body)));
    size.terms.push(("node's signature", SIGNATURE));
    size
}

/// A RECEIPT without ranges as it travels.
pub fn receipt(numbers: &Numbers) -> Size {
    let body = 1 + 2; // no statements; a list with an empty list
    let head = entry_head(numbers, 0, body);
    Size::of(&[("body", body), ("entry's head", head), ("node's signature", SIGNATURE)])
}

/// An entry in a cell of its own, with everything from IP up.
fn in_a_cell(mut entry: Size) -> Size {
    let object = OBJECT_LENGTH + OBJECT_TYPE + entry.total();
    let padding = object.next_multiple_of(SYMBOL) - object;
    let around = [
        ("object", OBJECT_LENGTH + OBJECT_TYPE),
        ("whole symbols", padding),
        ("run", RUN),
        ("cell", CELL_HEADER + TAG),
        ("IP and UDP", IP_UDP),
    ];
    entry.terms.extend(around);
    entry
}

/// The datagram of a lone message.
pub fn message_cell(numbers: &Numbers) -> Size {
    in_a_cell(message(numbers))
}

/// The datagram of its receipt.
pub fn receipt_cell(numbers: &Numbers) -> Size {
    in_a_cell(receipt(numbers))
}

/// All datagrams from nothing to a receipted first message: message 1 with the MESSAGE in it, message 2, and the
/// first cells of both sides, each with its summary. `numbers` are those of the writer; the receipt goes in the other
/// side's first cell.
pub fn set_up(numbers: &Numbers) -> Size {
    let receipt_numbers = Numbers { seq: numbers.peer + 1, peer: numbers.seq, ..*numbers };
    let entry = message(numbers).total();
    let receipt = in_a_cell(receipt(&receipt_numbers)).total() - IP_UDP - CELL_HEADER - TAG;
    Size::of(&[
        ("message 1", IP_UDP + HANDSHAKE_MAC + NOISE_MESSAGE),
        ("the entry in it", ENTRY_LENGTH + entry),
        ("message 2", IP_UDP + HANDSHAKE_MAC + NOISE_MESSAGE),
        ("first cell, with a summary", IP_UDP + CELL_HEADER + TAG + CONTROL + SUMMARY),
        ("its answer, with a summary", IP_UDP + CELL_HEADER + TAG + CONTROL + SUMMARY),
        ("the receipt in it", receipt),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// docs/spec/record.md: a MESSAGE with a body of 186 bytes has 265 bytes on the wire, with 15 bytes of head.
    #[test]
    fn the_head_of_the_specification_has_its_size() {
        let numbers = Numbers { seq: 4, peer: 3, serial: 1 };
        assert_eq!(entry_head(&numbers, 1, 186), 15);
    }

    #[test]
    fn numbers_grow_as_the_encodings_say() {
        assert_eq!([0, 127, 128, 16_383, 16_384].map(varint), [1, 1, 2, 2, 3]);
        assert_eq!([23, 24, 255, 256].map(cbor), [1, 2, 2, 3]);
    }

    #[test]
    fn texts_have_two_hundred_bytes() {
        assert_eq!(text().len(), 200);
    }
}
