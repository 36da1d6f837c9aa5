//! The record: what both sides of a line keep, sign and can later prove.
//!
//! A line has two chains, one written by each side. Every [`Entry`] is signed by its side's node, names its own
//! predecessor by hash and names the newest entry of the other side that was durable when it was sealed. That
//! reference *is* the receipt.
//!
//! This crate performs no IO, reads no clock and draws no randomness. An auditor needs nothing else: [`audit()`]
//! takes the bytes of one exported file and returns findings in words.
//!
//! Parsing never yields the type that logic accepts: bytes become a [`wire::WireEntry`] or an
//! [`UnverifiedEntry`], and only [`Chain::check`] turns those into an [`Entry`].

pub mod audit;
pub mod body;
pub mod charter;
pub mod encoding;
pub mod evidence;
pub mod export;
pub mod statement;
pub mod wire;

mod batch;
mod chain;
mod client_data;
mod entry;
mod key;
mod labels;
mod passkey;
mod place;
mod reasons;

pub use audit::audit;
pub use batch::{Batch, BatchId, DraftId};
pub use chain::{Chain, Misbehaviour, Missing, Refusal};
pub use charter::{Charter, SignedCharter};
pub use entry::{
    Entry, FLAG_TIME_HELD, Header, Kind, PREIMAGE_LEN, Precedence, SEQ_MAX, SealContext, TrafficClass,
    UnverifiedEntry, Urgency,
};
pub use key::{PublicKey, Secret, SigningKey};
pub use place::{EntryHash, EntryRef, LineId, Place, Side, WallTime};
