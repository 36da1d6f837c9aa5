//! What vectors are made of: entries as bytes that can be bent and signed again, and the parts of a stated verdict.

use ringdown_record::encoding::to_cbor;
use ringdown_record::export::{write_entry, write_head};
use ringdown_record::wire::{WireForm, write};
use ringdown_record::{Entry, PREIMAGE_LEN, SignedCharter, SigningKey};
use sha2::{Digest, Sha256};

use crate::format::{ExportExpected, ExportVector, Remark};
use crate::wire_format::{WireExpected, WireVector};
use crate::world::{BLUE, GREEN, World, Writing};

/// Where the fields of a pre-image begin.
pub mod at {
    pub const DOMAIN: usize = 0;
    pub const LINE: usize = 16;
    pub const SIDE: usize = 48;
    pub const INCARNATION: usize = 49;
    pub const SEQ: usize = 53;
    pub const PREV: usize = 61;
    pub const PEER_INCARNATION: usize = 93;
    pub const PEER_SEQ: usize = 97;
    pub const PEER_HASH: usize = 105;
    pub const TIME: usize = 137;
    pub const CLOCK: usize = 145;
    pub const KIND: usize = 146;
    pub const URGENCY: usize = 147;
    pub const FLAGS: usize = 148;
    pub const OFFICER: usize = 149;
    pub const BODY_LEN: usize = 151;
    pub const COMMITMENT: usize = 155;
    pub const KEY_LIST: usize = 187;
}

/// An entry as bytes.
#[derive(Clone)]
pub struct Raw {
    pub preimage: [u8; PREIMAGE_LEN],
    pub salt: [u8; 32],
    pub signature: [u8; 64],
    pub body: Vec<u8>,
}

impl Raw {
    pub fn of(entry: &Entry) -> Raw {
        Raw {
            preimage: entry.header().preimage(),
            salt: *entry.salt(),
            signature: *entry.signature(),
            body: entry.body().to_vec(),
        }
    }

    /// The pre-image with these bytes in it; not signed again.
    pub fn with(mut self, at: usize, bytes: &[u8]) -> Raw {
        self.preimage[at..at + bytes.len()].copy_from_slice(bytes);
        self
    }

    pub fn flip(mut self, at: usize, bit: u8) -> Raw {
        self.preimage[at] ^= 1 << bit;
        self
    }

    /// Another body, with length and commitment; not signed again.
    pub fn with_body(self, body: &[u8]) -> Raw {
        let commitment = Sha256::new()
            .chain_update(b"ringdown/1 body")
            .chain_update(self.salt)
            .chain_update(body)
            .finalize();
        let len = (body.len() as u32).to_be_bytes();
        let raw = self.with(at::BODY_LEN, &len).with(at::COMMITMENT, &commitment);
        Raw { body: body.to_vec(), ..raw }
    }

    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.preimage).into()
    }

    /// What a node signs.
    pub fn terms(&self) -> Vec<u8> {
        [&b"ringdown/1 node"[..], &self.hash()].concat()
    }

    pub fn sign(mut self, node: &SigningKey) -> Raw {
        self.signature = node.sign(&self.terms());
        self
    }

    pub fn bytes(&self) -> Vec<u8> {
        [&self.preimage[..], &self.salt, &self.signature, &self.body].concat()
    }

    /// Side, incarnation and sequence number as stated.
    pub fn place(&self) -> (u8, u32, u64) {
        let incarnation = self.preimage[at::INCARNATION..at::SEQ].try_into().expect("4 bytes");
        let seq = self.preimage[at::SEQ..at::PREV].try_into().expect("8 bytes");
        (self.preimage[at::SIDE], u32::from_be_bytes(incarnation), u64::from_be_bytes(seq))
    }
}

pub fn raw(writing: &Writing) -> Raw {
    Raw::of(&writing.seal())
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Name, deciding rule and a sentence.
#[derive(Clone, Copy)]
pub struct Title(pub &'static str, pub &'static str, pub &'static str);

/// Reason and detail.
pub type Because<'a> = (&'a str, &'a str);

fn remark(entry: Option<(u8, u32, u64)>, (reason, detail): Because<'_>) -> Remark {
    Remark { entry, reason: reason.into(), detail: detail.into() }
}

/// A file with a charter and entries as bytes, side 0 before side 1.
pub fn file(charter: &SignedCharter, entries: &[Vec<u8>]) -> Vec<u8> {
    let mut out = Vec::new();
    write_head(charter, &mut out);
    out.extend(entries.concat());
    out
}

pub fn bytes_of(entry: &Entry) -> Vec<u8> {
    let mut out = Vec::new();
    write_entry(entry, &mut out);
    out
}

/// A vector about a whole file, of whose line the auditor has the id. More is stated with the methods below.
pub fn vector(Title(name, rule, what): Title, world: &World, file: &[u8]) -> ExportVector {
    let entries = [0, 1].map(|side| world.entries[side].len());
    ExportVector {
        name: name.into(),
        what: what.into(),
        rule: rule.into(),
        line: Some(world.line().to_string()),
        expected: ExportExpected { verdict: "verified".into(), entries, broken: vec![], notes: vec![] },
        file: hex(file),
    }
}

/// A good record.
pub fn good(title: Title, world: &World) -> ExportVector {
    vector(title, world, &world.export())
}

/// The honest entries of a world and after BLUE's one more, which breaks the record for this reason.
pub fn bad(title: Title, world: &World, entry: &Raw, because: Because<'_>) -> ExportVector {
    with_last(title, world, entry).broken(Some(entry.place()), because)
}

/// As [`bad`], but the entry cannot even be read, so nothing is examined.
pub fn unreadable(title: Title, world: &World, entry: &Raw, detail: &str) -> ExportVector {
    with_last(title, world, entry).broken(None, ("entry-unreadable", detail)).accepted([0, 0])
}

/// The honest entries of a world and after BLUE's one more.
pub fn with_last(title: Title, world: &World, entry: &Raw) -> ExportVector {
    vector(title, world, &file_with_last(world, entry))
}

pub fn file_with_last(world: &World, entry: &Raw) -> Vec<u8> {
    let [blue, green] = &world.entries;
    let mut entries: Vec<Vec<u8>> = blue.iter().map(bytes_of).collect();
    entries.push(entry.bytes());
    entries.extend(green.iter().map(bytes_of));
    file(&world.signed, &entries)
}

impl ExportVector {
    pub fn broken(mut self, entry: Option<(u8, u32, u64)>, because: Because<'_>) -> ExportVector {
        self.expected.verdict = "broken".into();
        self.expected.broken.push(remark(entry, because));
        self
    }

    pub fn noted(mut self, entry: Option<(u8, u32, u64)>, because: Because<'_>) -> ExportVector {
        self.expected.notes.push(remark(entry, because));
        self
    }

    pub fn accepted(mut self, entries: [usize; 2]) -> ExportVector {
        self.expected.entries = entries;
        self
    }

    /// The auditor has no line id of his own.
    pub fn unasked(mut self) -> ExportVector {
        self.line = None;
        if self.expected.verdict == "verified" {
            self.expected.verdict = "consistent".into();
        }
        self
    }
}

/// All optional fields.
pub const LONG: WireForm = WireForm { incarnation: true, prev: true, peer_incarnation: true, key_list: true };
/// None of them.
pub const SHORT: WireForm =
    WireForm { incarnation: false, prev: false, peer_incarnation: false, key_list: false };

/// BLUE's wire form at GREEN, which holds what stands in `held`.
pub fn wire(Title(name, rule, what): Title, world: &World, held: &[u8], wire: &[u8]) -> WireVector {
    let expected = WireExpected { outcome: "taken".into(), reason: None, detail: String::new(), hash: None };
    WireVector {
        name: name.into(),
        what: what.into(),
        rule: rule.into(),
        salt_key: hex(&world.salt_key.0),
        writer: BLUE.index() as u8,
        held: hex(held),
        wire: hex(wire),
        expected,
    }
}

impl WireVector {
    pub fn taken(mut self, entry: &Entry) -> WireVector {
        self.expected.hash = Some(entry.hash().to_string());
        self
    }

    pub fn outcome(mut self, outcome: &str, (reason, detail): Because<'_>) -> WireVector {
        self.expected.outcome = outcome.into();
        self.expected.reason = Some(reason.into());
        self.expected.detail = detail.into();
        self
    }

    pub fn refused(self, because: Because<'_>) -> WireVector {
        self.outcome("refused", because)
    }

    pub fn unreadable(self, detail: &str) -> WireVector {
        self.outcome("refused", ("wire-unreadable", detail))
    }

    pub fn parked(self, reason: &str) -> WireVector {
        self.outcome("parked", (reason, ""))
    }
}

pub fn wired(entry: &Entry, form: WireForm) -> Vec<u8> {
    write(entry, form)
}

/// Content of a MESSAGE, version 1.
pub fn words(serial: u32, text: &str) -> Vec<u8> {
    words_marked(serial, 1, text)
}

pub fn words_marked(serial: u32, marker: u8, text: &str) -> Vec<u8> {
    let mut out = vec![0x89, 0x01];
    out.extend(to_cbor(&serial));
    out.push(marker);
    out.extend(to_cbor(&"WF 104"));
    out.extend(to_cbor(&"en"));
    out.extend(to_cbor(&text));
    out.extend([0x60, 0x80, 0x80]);
    out
}

/// Content of an ACT, version 1: a person has the entry with this hash.
pub fn acknowledges(target: &[u8; 32]) -> Vec<u8> {
    [&[0x83, 0x01, 0x01, 0x58, 0x20][..], target].concat()
}

/// Both sides READY, and BLUE's first message, which is not in the world yet.
pub fn ready() -> (World, Writing) {
    let world = World::ready();
    let message = world.message(BLUE, crate::world::ROUTINE, &words(1, "Is it one of yours?"));
    (world, message)
}

/// BLUE writes a message and GREEN acknowledges it.
pub fn talked() -> World {
    let (mut world, message) = ready();
    let message = world.write(message);
    world.write(world.act(GREEN, &acknowledges(&message.hash().0)));
    world
}
