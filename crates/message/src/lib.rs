//! What entries mean to people: messages and their states, acts on them, the line's gates.
//!
//! Everything here is a pure function of entries and local notes. No IO, no clock, no cryptography of its own. The
//! state that a screen shows for a message is computed by [`Ledger`] and can be computed again from the record at
//! any time.

pub mod act;
pub mod columns;
pub mod dialogue;
pub mod form;
pub mod hidden;
pub mod reason;
pub mod transcript;
pub mod value;

mod content;
mod courtesy;
mod examine;
mod gate;
mod ledger;
mod serial;
mod state;

pub use act::{Act, Deed};
pub use content::{
    Content, Draft, DraftError, Marker, SUBJECT_LEN_MAX, TEXT_LEN_MAX, URGENT_WORDS_MAX, Unreadable, words,
};
pub use courtesy::{Courtesy, CourtesyError};
pub use examine::{audit, examine};
pub use gate::{Gates, LineState};
pub use ledger::{Change, Ledger, MessageRecord};
pub use serial::{Serial, SerialError};
pub use state::{AtPeer, State, StateLine, Voice};
