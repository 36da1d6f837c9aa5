//! Faults that a demo home can make.

use serde::{Deserialize, Serialize};

/// What to change on the path, or the clock. Only what is named changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lab {
    /// Percent of outgoing datagrams that are lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loss_percent: Option<u8>,
    /// Milliseconds that outgoing datagrams take longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u32>,
    /// True: nothing passes. False: all passes again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cut: Option<bool>,
    /// Moves the node's clocks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<LabClock>,
}

/// A step of both clocks of the node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabClock {
    /// Forward by so many milliseconds.
    pub forward_ms: u64,
}
