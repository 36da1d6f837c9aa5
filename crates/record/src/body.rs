//! Bodies: the officers' statements, then content in canonical CBOR.
//!
//! The record reads statements and the content of its own kinds (receipt, gate, key list, incarnation, evidence).
//! What a MESSAGE or an ACT says is the business of `ringdown-message`.

use minicbor::{Decode, Encode};

use crate::charter::KeyList;
use crate::encoding::{DecodeError, Reader, from_cbor, to_cbor};
use crate::key::{PublicKey, SigningKey};
use crate::labels;
use crate::place::{LineId, Side};
use crate::statement::Statement;

/// Longest body.
pub const BODY_LEN_MAX: usize = 65_535;
/// Most statements in one body.
pub const STATEMENTS_MAX: usize = 2;
/// Most ranges in one receipt.
pub const RECEIPT_RANGES_MAX: usize = 32;
/// Longest reason in a gate entry, in bytes.
pub const GATE_REASON_LEN_MAX: usize = 256;

/// Statements and content, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body<'a> {
    /// Officers' statements, the releaser's first; each is signed over the one that follows.
    pub statements: Vec<Statement>,
    /// Everything after them.
    pub content: &'a [u8],
}

/// Entries held beyond the contiguous head, as closed ranges of sequence numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Receipt {
    /// Ascending, apart from each other.
    #[n(0)]
    pub beyond: Vec<SeqRange>,
}

/// `from` to `to`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct SeqRange {
    /// First.
    #[n(0)]
    pub from: u64,
    /// Last.
    #[n(1)]
    pub to: u64,
}

/// One side's gate.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Gate {
    /// Position.
    #[n(0)]
    pub position: GatePosition,
    /// Round.
    #[n(1)]
    pub round: u32,
    /// Why, in words; may be empty.
    #[n(2)]
    pub reason: String,
}

/// Where a gate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum GatePosition {
    /// This side does not let messages pass.
    #[n(0)]
    Shut,
    /// This side is ready to let messages pass.
    #[n(1)]
    Ready,
}

/// New node keys, signed by the side's root.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Incarnation {
    /// Number, from 1.
    #[n(0)]
    pub number: u32,
    /// Why there is a new one; 0 for the first.
    #[n(1)]
    pub reason: u8,
    /// The node's Ed25519 key.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub node: [u8; 32],
    /// The node's X25519 key.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub channel: [u8; 32],
    /// The root's signature.
    #[cbor(n(4), with = "minicbor::bytes")]
    pub root_signature: [u8; 64],
}

/// A key list and the root's signature over it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct SignedKeyList {
    /// The list.
    #[n(0)]
    pub list: KeyList,
    /// The root's signature.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub root_signature: [u8; 64],
}

impl<'a> Body<'a> {
    /// Takes a body apart; the content is not looked at.
    pub fn read(bytes: &'a [u8]) -> Result<Body<'a>, DecodeError> {
        let mut r = Reader::new(bytes);
        let count = usize::from(r.byte()?);
        if count > STATEMENTS_MAX {
            return Err(DecodeError::Invalid("number of statements"));
        }
        let statements = (0..count).map(|_| Statement::read(&mut r)).collect::<Result<_, _>>()?;
        Ok(Body { statements, content: r.rest() })
    }

    /// The body's bytes.
    pub fn write(statements: &[Statement], content: &[u8]) -> Vec<u8> {
        assert!(statements.len() <= STATEMENTS_MAX, "more statements than a body holds");
        let mut out = vec![statements.len() as u8];
        statements.iter().for_each(|statement| statement.write(&mut out));
        out.extend_from_slice(content);
        out
    }
}

impl Receipt {
    /// Reads a receipt and checks that its ranges ascend without touching.
    pub fn read(content: &[u8]) -> Result<Receipt, DecodeError> {
        let receipt: Receipt = from_cbor(content)?;
        let ascending = receipt.beyond.windows(2).all(|pair| pair[0].to.saturating_add(1) < pair[1].from);
        let whole = receipt.beyond.iter().all(|range| 0 < range.from && range.from <= range.to);
        if !ascending || !whole || receipt.beyond.len() > RECEIPT_RANGES_MAX {
            return Err(DecodeError::Invalid("receipt ranges"));
        }
        Ok(receipt)
    }

    /// A body without statements.
    pub fn to_body(&self) -> Vec<u8> {
        Body::write(&[], &to_cbor(self))
    }
}

impl Gate {
    /// Reads a gate.
    pub fn read(content: &[u8]) -> Result<Gate, DecodeError> {
        let gate: Gate = from_cbor(content)?;
        if gate.round == 0 || gate.reason.len() > GATE_REASON_LEN_MAX {
            return Err(DecodeError::Invalid("gate"));
        }
        Ok(gate)
    }
}

impl Incarnation {
    /// Signs new node keys with the side's root.
    pub fn sign(
        line: LineId,
        side: Side,
        number: u32,
        node: &PublicKey,
        channel: [u8; 32],
        root: &SigningKey,
    ) -> Incarnation {
        let mut incarnation =
            Incarnation { number, reason: 0, node: node.to_bytes(), channel, root_signature: [0; 64] };
        incarnation.root_signature = root.sign(&incarnation.terms(line, side));
        incarnation
    }

    /// Checks the root's signature and the keys; gives the node key.
    pub fn verify(&self, line: LineId, side: Side, root: &PublicKey) -> Option<PublicKey> {
        let signed = root.verify(&self.terms(line, side), &self.root_signature);
        if signed { PublicKey::from_bytes(&self.node) } else { None }
    }

    fn terms(&self, line: LineId, side: Side) -> Vec<u8> {
        let mut out = labels::INCARNATION.to_vec();
        out.extend_from_slice(&line.0);
        out.push(side.index() as u8);
        out.extend_from_slice(&self.number.to_be_bytes());
        out.push(self.reason);
        out.extend_from_slice(&self.node);
        out.extend_from_slice(&self.channel);
        out
    }
}

impl SignedKeyList {
    /// Signs a list that follows the one with hash `list.previous`.
    pub fn sign(line: LineId, side: Side, list: KeyList, root: &SigningKey) -> SignedKeyList {
        let root_signature = root.sign(&list.terms(line, side));
        SignedKeyList { list, root_signature }
    }

    /// True when the root signed this list for this side of this line.
    pub fn verify(&self, line: LineId, side: Side, root: &PublicKey) -> bool {
        root.verify(&self.list.terms(line, side), &self.root_signature)
    }
}
