//! An exported record: one file that an auditor needs besides the line's id.
//!
//! The file is a magic line, the signed charter with its length, then the entries of side 0 and of side 1, each in
//! ascending place. An entry is its pre-image, salt, signature and body, verbatim as signed. Nothing in the file
//! is outside a signature, a hash or a length, so no byte can change unnoticed.

use crate::charter::SignedCharter;
use crate::encoding::{DecodeError, Reader, from_cbor, to_cbor};
use crate::entry::{Entry, Header, PREIMAGE_LEN, UnverifiedEntry};
use crate::place::{Place, Side};

/// First bytes of every export.
pub const MAGIC: &[u8] = b"ringdown export 1\n";

/// A parsed export. Nothing in it is verified.
#[derive(Clone, Debug)]
pub struct Export {
    /// The charter with its signatures.
    pub charter: SignedCharter,
    /// Entries of side 0, then of side 1, each in ascending place.
    pub entries: Vec<UnverifiedEntry>,
}

/// Writes the head of an export; entries follow by [`write_entry`], side 0 first, each side in ascending place.
pub fn write_head(charter: &SignedCharter, out: &mut Vec<u8>) {
    let charter = to_cbor(charter);
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&(charter.len() as u32).to_be_bytes());
    out.extend_from_slice(&charter);
}

/// Writes one entry.
pub fn write_entry(entry: &Entry, out: &mut Vec<u8>) {
    out.extend_from_slice(&entry.header().preimage());
    out.extend_from_slice(entry.salt());
    out.extend_from_slice(entry.signature());
    out.extend_from_slice(entry.body());
}

impl Export {
    /// Takes a file apart. The error names the entry that could not be read.
    pub fn read(bytes: &[u8]) -> Result<Export, ExportError> {
        let mut r = Reader::new(bytes);
        if r.take(MAGIC.len()).ok() != Some(MAGIC) {
            return Err(ExportError::NotAnExport);
        }
        let charter = read_charter(&mut r).map_err(ExportError::Charter)?;
        let mut entries: Vec<UnverifiedEntry> = Vec::new();
        let mut last: Option<(Side, Place)> = None;
        while !r.is_empty() {
            let number = entries.len() + 1;
            let entry = read_entry(&mut r).map_err(|error| ExportError::Entry { number, error })?;
            let at = (entry.header.side, entry.header.place);
            if last.is_some_and(|last| last >= at) {
                return Err(ExportError::Entry { number, error: DecodeError::Invalid("order of entries") });
            }
            last = Some(at);
            entries.push(entry);
        }
        Ok(Export { charter, entries })
    }
}

fn read_charter(r: &mut Reader<'_>) -> Result<SignedCharter, DecodeError> {
    let len = u32::from_be_bytes(r.array()?) as usize;
    from_cbor(r.take(len)?)
}

fn read_entry(r: &mut Reader<'_>) -> Result<UnverifiedEntry, DecodeError> {
    let header = Header::from_preimage(&r.array::<PREIMAGE_LEN>()?)?;
    let (salt, signature) = (r.array()?, r.array()?);
    let body = r.take(header.body_len as usize)?.to_vec();
    Ok(UnverifiedEntry { header, salt, signature, body })
}

/// Why a file is no readable export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExportError {
    /// It does not begin like one.
    NotAnExport,
    /// Its charter cannot be read.
    Charter(DecodeError),
    /// An entry cannot be read, so nothing after it can.
    Entry {
        /// Counted from 1 in the file.
        number: usize,
        /// What is wrong with it.
        error: DecodeError,
    },
}
