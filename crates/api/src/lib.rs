//! What an operator may see and ask: requests, responses, events and errors of the node's HTTP API, version 1.
//!
//! All resources of a line lie under `/v1/lines/{line}/`; `{line}` is the line's id in hex, or `-` for the only one.
//! Times are Zulu, as `2026-11-23T20:15:09.123Z`. Unknown fields in requests are refused.
//!
//! | method | path | asks | answers |
//! |---|---|---|---|
//! | GET | `status` | | [`Status`] |
//! | GET | `messages?box=in` or `out` | | list of [`Message`] |
//! | GET | `messages/{serial}` | | [`Message`] |
//! | GET | `messages/{serial}/paper?copy=1` | | [`paper::Paper`] |
//! | GET | `messages/{serial}/raw` | | [`raw::Raw`] |
//! | GET | `messages/{serial}/read-back` | | [`read_back::ToReadBack`] |
//! | POST | `messages/{serial}/read-back/understood` | [`read_back::Typed`] | [`read_back::Understood`] |
//! | POST | `messages/{serial}/acknowledge` | | [`Message`] |
//! | POST | `messages/{serial}/acts` | [`Act`] | [`Message`] |
//! | POST | `messages/{serial}/acts/prepare` | [`signing::ActToSign`] | [`signing::PreparedAct`] |
//! | POST | `messages/{serial}/acts/signed` | [`signing::SignedAct`] | [`Message`] |
//! | POST | `messages/{serial}/translation` | | [`translation::Translation`] |
//! | POST | `messages/{serial}/our-translation` | [`translation::Translated`] | [`Message`] |
//! | GET | `forms` | | list of [`form::FormShown`] |
//! | PUT | `drafts/{id}` | [`Draft`] | [`DraftState`] |
//! | GET | `drafts` | | list of [`DraftState`] |
//! | DELETE | `drafts/{id}` | | |
//! | POST | `drafts/{id}/prepare` | [`signing::Prepare`] | [`signing::Prepared`] |
//! | POST | `drafts/{id}/sign` | [`signing::Prepared`] | [`signing::Signed`] |
//! | POST | `drafts/{id}/submit` | [`signing::Signed`], or nothing to sign with the node's key | [`DraftState`] |
//! | POST | `drafts/{id}/return` | | [`DraftState`] |
//! | POST | `drafts/{id}/release` | [`signing::Signed`] | [`Message`] |
//! | POST | `drafts/{id}/send` | [`signing::Release`] | [`Message`] |
//! | POST | `watch/start`, `watch/hand-over`, `watch/end` | | [`Status`] |
//! | GET | `log` | | list of [`Note`], oldest first |
//! | GET | `officers` | | list of [`signing::Officer`] |
//! | GET | `events` | header `Last-Event-ID` | stream of [`Event`] |
//! | GET | `transcript?from=&to=` | | `ringdown_message::transcript::Transcript` |
//! | GET | `export` | | the file that `ringdown verify` takes |
//! | POST | `lab` | [`lab::Lab`] | only in homes made by `ringdown demo` |

pub mod client;
mod dialogue;
mod error;
mod event;
pub mod form;
pub mod lab;
mod log;
mod message;
pub mod paper;
pub mod raw;
pub mod read_back;
pub mod signing;
mod status;
mod time;
pub mod translation;

pub use dialogue::{Act, Dialogue, FieldShown, ReadBackShown, RowShown, with_actor};
pub use error::{ApiError, ErrorCode};
pub use event::{Change, Event};
pub use log::{MessageName, Note, Noted};
pub use message::{AtPeer, Draft, DraftState, Message, StateAt};
pub use status::{Carrier, ConsoleSeen, Consoles, Heads, Line, Status, Store, WatchOn};
pub use time::{date_time_group, zulu, zulu_clock};

/// File name of the socket in a home.
pub const SOCKET_NAME: &str = "ringdown.sock";
