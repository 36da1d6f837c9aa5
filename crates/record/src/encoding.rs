//! Bytes in, bytes out: the varint, a reader that never panics, and canonical CBOR.
//!
//! Every decoder of the record accepts exactly one byte string for a value. Varints must be minimal; CBOR is
//! decoded, encoded again and compared; nothing may follow the last field.

use std::fmt;

/// Why bytes were not a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// The bytes end before the value does.
    Truncated,
    /// Bytes follow the value.
    TrailingBytes,
    /// A number is written longer than necessary, or CBOR is not in its one canonical form.
    NotCanonical,
    /// The field named here has a value that the format does not allow.
    Invalid(&'static str),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecodeError::Truncated => f.write_str("the bytes end too early"),
            DecodeError::TrailingBytes => f.write_str("bytes follow the end"),
            DecodeError::NotCanonical => f.write_str("not in its one canonical form"),
            DecodeError::Invalid(what) => write!(f, "not allowed: {what}"),
        }
    }
}

impl std::error::Error for DecodeError {}

/// Reads a byte string from front to back.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Starts at the first byte.
    pub fn new(bytes: &'a [u8]) -> Self {
        Reader { rest: bytes }
    }

    /// The next `len` bytes.
    pub fn take(&mut self, len: usize) -> Result<&'a [u8], DecodeError> {
        let (head, rest) = self.rest.split_at_checked(len).ok_or(DecodeError::Truncated)?;
        self.rest = rest;
        Ok(head)
    }

    /// The next `N` bytes as an array.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let (head, rest) = self.rest.split_first_chunk::<N>().ok_or(DecodeError::Truncated)?;
        self.rest = rest;
        Ok(*head)
    }

    /// One byte.
    pub fn byte(&mut self) -> Result<u8, DecodeError> {
        Ok(self.array::<1>()?[0])
    }

    /// A minimal LEB128 varint of at most ten bytes.
    pub fn varint(&mut self) -> Result<u64, DecodeError> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                return Err(DecodeError::Invalid("varint above 2^64"));
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                let padded = byte == 0 && shift > 0;
                return if padded { Err(DecodeError::NotCanonical) } else { Ok(value) };
            }
        }
        Err(DecodeError::Invalid("varint longer than ten bytes"))
    }

    /// A varint that must fit `T`; `field` names it in the error.
    pub fn varint_as<T: TryFrom<u64>>(&mut self, field: &'static str) -> Result<T, DecodeError> {
        T::try_from(self.varint()?).map_err(|_| DecodeError::Invalid(field))
    }

    /// All that is left.
    pub fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.rest)
    }

    /// True when every byte was read.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Refuses trailing bytes.
    pub fn finish(self) -> Result<(), DecodeError> {
        if self.rest.is_empty() { Ok(()) } else { Err(DecodeError::TrailingBytes) }
    }
}

/// Appends a minimal LEB128 varint.
pub fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value as u8 & 0x7f) | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// The canonical CBOR of a value: arrays of definite length, shortest integers, no floats, no maps.
pub fn to_cbor<T: minicbor::Encode<()>>(value: &T) -> Vec<u8> {
    let mut out = Vec::new();
    // Encoding into a Vec has no failure of its own; the types of this project return none either.
    minicbor::encode(value, &mut out).expect("encoding to memory");
    out
}

/// Decodes a value and insists on the one canonical form and on no trailing bytes.
pub fn from_cbor<T>(bytes: &[u8]) -> Result<T, DecodeError>
where
    T: for<'b> minicbor::Decode<'b, ()> + minicbor::Encode<()>,
{
    let value: T = minicbor::decode(bytes).map_err(|_| DecodeError::Invalid("CBOR of this kind"))?;
    if to_cbor(&value) == bytes { Ok(value) } else { Err(DecodeError::NotCanonical) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varints_have_one_form() {
        for (bytes, expected) in [
            (&[0x00][..], Ok(0)),
            (&[0x7f], Ok(127)),
            (&[0x80, 0x01], Ok(128)),
            (&[0x80, 0x00], Err(DecodeError::NotCanonical)),
            (&[0x80], Err(DecodeError::Truncated)),
            (&[0xff; 11], Err(DecodeError::Invalid("varint above 2^64"))),
        ] {
            assert_eq!(Reader::new(bytes).varint(), expected, "{bytes:x?}");
        }
        let mut out = Vec::new();
        put_varint(&mut out, u64::MAX);
        assert_eq!(Reader::new(&out).varint(), Ok(u64::MAX));
    }
}
