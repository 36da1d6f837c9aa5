//! What a person does about a message. So far: acknowledge it.

use minicbor::{Decode, Encode};
use ringdown_record::encoding::{DecodeError, from_cbor, to_cbor};
use ringdown_record::{Entry, EntryHash, body::Body};

const VERSION: u32 = 1;

/// The content of an ACT.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Act {
    #[n(0)]
    version: u32,
    /// What was done.
    #[n(1)]
    pub kind: ActKind,
    #[cbor(n(2), with = "minicbor::bytes")]
    target: [u8; 32],
}

/// What can be done about a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum ActKind {
    /// A person has it. Not "read", not "understood", not "agreed".
    #[n(1)]
    Acknowledge,
}

impl Act {
    /// "I have it", about the entry with this hash.
    pub fn acknowledge(target: EntryHash) -> Act {
        Act { version: VERSION, kind: ActKind::Acknowledge, target: target.0 }
    }

    /// The entry that the act is about.
    pub fn target(&self) -> EntryHash {
        EntryHash(self.target)
    }

    /// The canonical content; what the officer signs.
    pub fn content(&self) -> Vec<u8> {
        to_cbor(self)
    }

    /// Reads the content of an ACT entry.
    pub fn of(entry: &Entry) -> Result<Act, DecodeError> {
        let body = Body::read(entry.body())?;
        let act: Act = from_cbor(body.content)?;
        if act.version == VERSION { Ok(act) } else { Err(DecodeError::Invalid("version of an act")) }
    }
}
