//! Names for places in the record: which line, which side, which entry, and when.

use std::fmt;

/// A line: SHA-256 of its first charter. It never changes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineId(pub [u8; 32]);

/// One of the two sides of a line, in the order in which the charter names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The charter's first party.
    Zero,
    /// The charter's second party.
    One,
}

/// An entry's hash: SHA-256 of its signed pre-image.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryHash(pub [u8; 32]);

/// A place in one side's chain. Places are ordered: a later incarnation is after every earlier one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Number of the incarnation; 0 means "nothing yet".
    pub incarnation: u32,
    /// Sequence number in the incarnation, from 1 without gaps.
    pub seq: u64,
}

/// A place and what stands there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EntryRef {
    /// Where.
    pub place: Place,
    /// The entry's hash; zero when `place` is [`Place::NONE`].
    pub hash: EntryHash,
}

/// Wall time as the record states it: milliseconds since 2025-01-01T00:00:00Z, below 2^40.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct WallTime(u64);

impl Side {
    /// The other side.
    pub fn other(self) -> Side {
        match self {
            Side::Zero => Side::One,
            Side::One => Side::Zero,
        }
    }

    /// 0 or 1.
    pub fn index(self) -> usize {
        match self {
            Side::Zero => 0,
            Side::One => 1,
        }
    }

    /// The side with this number, if there is one.
    pub fn from_byte(byte: u8) -> Option<Side> {
        match byte {
            0 => Some(Side::Zero),
            1 => Some(Side::One),
            _ => None,
        }
    }
}

impl Place {
    /// Before the first entry.
    pub const NONE: Place = Place { incarnation: 0, seq: 0 };

    /// The place `seq` of the first incarnation.
    pub fn first(seq: u64) -> Place {
        Place { incarnation: 1, seq }
    }
}

impl EntryRef {
    /// "Nothing of the other side is held yet."
    pub const NONE: EntryRef = EntryRef { place: Place::NONE, hash: EntryHash([0; 32]) };
}

impl WallTime {
    /// The Unix time of the record's epoch, 2025-01-01T00:00:00Z, in milliseconds.
    pub const EPOCH_UNIX_MS: u64 = 1_735_689_600_000;
    /// The latest time that an entry can state.
    pub const MAX: WallTime = WallTime((1 << 40) - 1);

    /// From milliseconds since the record's epoch; later times are held at [`WallTime::MAX`].
    pub fn from_ms(ms: u64) -> WallTime {
        WallTime(ms.min(Self::MAX.0))
    }

    /// From Unix milliseconds; times before the epoch are held at it.
    pub fn from_unix_ms(ms: u64) -> WallTime {
        WallTime::from_ms(ms.saturating_sub(Self::EPOCH_UNIX_MS))
    }

    /// Milliseconds since the record's epoch.
    pub fn ms(self) -> u64 {
        self.0
    }

    /// Unix milliseconds.
    pub fn unix_ms(self) -> u64 {
        self.0 + Self::EPOCH_UNIX_MS
    }
}

impl EntryHash {
    /// The first 8 bytes, where a link cannot afford 32.
    pub fn short(&self) -> [u8; 8] {
        let mut short = [0; 8];
        short.copy_from_slice(&self.0[..8]);
        short
    }
}

fn write_hex(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

impl fmt::Display for LineId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, f)
    }
}

impl fmt::Debug for LineId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LineId({self})")
    }
}

impl fmt::Display for EntryHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, f)
    }
}

impl fmt::Debug for EntryHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EntryHash({self})")
    }
}

impl fmt::Display for Place {
    /// `1/42`: incarnation 1, sequence 42.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.incarnation, self.seq)
    }
}
