//! A message as it is on the disk: bytes and code points, for who doubts what he sees.

use serde::{Deserialize, Serialize};

/// One message's entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raw {
    /// Its serial; empty if the content cannot be read.
    pub serial: String,
    /// Its hash in hex: SHA-256 of the header.
    pub entry: String,
    /// The header in hex, 219 bytes.
    pub header: String,
    /// The salt of the body in hex.
    pub salt: String,
    /// The node's signature in hex.
    pub signature: String,
    /// The body in hex: the officers' statements, then the content.
    pub body: String,
    /// Every text in it.
    pub texts: Vec<RawText>,
}

/// One text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawText {
    /// `subject`, `text`, `courtesy`, or the name of a field.
    pub name: String,
    /// Its code points, as `U+0049 U+0073`.
    pub points: String,
}
