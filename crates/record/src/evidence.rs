//! Two signed entries that cannot both be honest.
//!
//! A node that keeps the protocol never signs two different entries for one place (INV-1). Two such pre-images
//! with their signatures prove, to anyone who has the charter, that the key signed two histories. They do not say
//! who meant it: a stolen or restored node signs the same bytes as a lying one.

use minicbor::{Decode, Encode};

use crate::chain::Misbehaviour;
use crate::encoding::{DecodeError, from_cbor};
use crate::entry::{Entry, Header, PREIMAGE_LEN, node_message};
use crate::key::PublicKey;
use crate::place::{LineId, Place, Side};

/// Content of an EVIDENCE entry. Unchecked until [`Evidence::verify`].
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Evidence {
    /// The pre-image with the smaller hash.
    #[n(0)]
    first: SignedPreimage,
    /// The other.
    #[n(1)]
    second: SignedPreimage,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
struct SignedPreimage {
    #[cbor(n(0), with = "minicbor::bytes")]
    preimage: [u8; PREIMAGE_LEN],
    #[cbor(n(1), with = "minicbor::bytes")]
    signature: [u8; 64],
}

impl Evidence {
    /// From two entries of one place with different hashes; `None` if they are no contradiction.
    pub fn of(a: &Entry, b: &Entry) -> Option<Evidence> {
        let (first, second) = if a.hash() < b.hash() { (a, b) } else { (b, a) };
        let signed = |entry: &Entry| SignedPreimage {
            preimage: entry.header().preimage(),
            signature: *entry.signature(),
        };
        let same_place = a.header().side == b.header().side && a.header().place == b.header().place;
        (same_place && a.hash() != b.hash())
            .then(|| Evidence { first: signed(first), second: signed(second) })
    }

    /// Reads the canonical form.
    pub fn read(content: &[u8]) -> Result<Evidence, DecodeError> {
        from_cbor(content)
    }

    /// Whose node key it accuses, and where; without checking anything.
    pub fn accused(&self) -> Option<(Side, Place)> {
        Header::from_preimage(&self.first.preimage).ok().map(|header| (header.side, header.place))
    }

    /// Checks the contradiction; `node` gives the key of a side. Returns whose key signed twice, and where.
    pub fn verify(
        &self,
        line: LineId,
        node: impl Fn(Side) -> Option<PublicKey>,
    ) -> Result<(Side, Place), Misbehaviour> {
        let a = Header::from_preimage(&self.first.preimage).map_err(Misbehaviour::Body)?;
        let b = Header::from_preimage(&self.second.preimage).map_err(Misbehaviour::Body)?;
        let contradict = a.side == b.side && a.place == b.place && a.hash() < b.hash();
        if !contradict || a.line != line || b.line != line {
            return Err(Misbehaviour::Body(DecodeError::Invalid("evidence that contradicts nothing")));
        }
        let key = node(a.side).ok_or(Misbehaviour::NodeSignature)?;
        let signed = [(&a, &self.first), (&b, &self.second)]
            .iter()
            .all(|(header, signed)| key.verify(&node_message(&header.hash()), &signed.signature));
        if signed { Ok((a.side, a.place)) } else { Err(Misbehaviour::NodeSignature) }
    }
}
