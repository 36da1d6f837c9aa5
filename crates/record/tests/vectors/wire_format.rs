//! The files of `vectors/wire/`.

use serde::{Deserialize, Serialize};

/// One wire form, what its receiver holds, and what becomes of it there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WireVector {
    pub name: String,
    pub what: String,
    pub rule: String,
    pub salt_key: String,
    pub writer: u8,
    pub held: String,
    pub wire: String,
    pub expected: WireExpected,
}

/// What becomes of a wire form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WireExpected {
    pub outcome: String,
    pub reason: Option<String>,
    pub detail: String,
    pub hash: Option<String>,
}
