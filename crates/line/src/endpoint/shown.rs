//! Showing the peer an entry that it signed and no longer has.
//!
//! A summary is signed by nobody, so what it claims must stop nobody. An entry under one's own key is different: a
//! node that is shown one that it lacks runs on an older copy of its record and must not sign on.

use ringdown_record::encoding::Reader;
use ringdown_record::{Chain, Entry, EntryRef, Header, LineId, PREIMAGE_LEN, PublicKey};

/// Control item type.
pub(crate) const KIND: u8 = 2;

/// Pre-image and signature.
pub(crate) fn write(entry: &Entry) -> Vec<u8> {
    [&entry.header().preimage()[..], entry.signature()].concat()
}

/// The place and hash of an entry of our own that carries our node's signature; `None` for anything else.
pub(crate) fn read(value: &[u8], line: LineId, own: &Chain, node: &PublicKey) -> Option<EntryRef> {
    let mut r = Reader::new(value);
    let header = Header::from_preimage(&r.array::<PREIMAGE_LEN>().ok()?).ok()?;
    let signature = r.array().ok()?;
    r.finish().ok()?;
    let ours = header.line == line && header.side == own.side();
    (ours && header.signed_by(node, &signature))
        .then(|| EntryRef { place: header.place, hash: header.hash() })
}
