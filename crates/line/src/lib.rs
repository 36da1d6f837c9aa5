//! The link: two endpoints that bring each other's entries over, whatever the path does.
//!
//! Sans-IO. The same inputs, times and seed give the same outputs. One [`Input`] at a time, then
//! [`Endpoint::poll`] until [`Output::Timeout`]:
//!
//! ```text
//! endpoint.handle(now, Input::Received { carrier, bytes });
//! loop {
//!     match endpoint.poll() {
//!         Output::Persist(batch) => disk.write(batch),            // later: Input::Persisted(batch.id)
//!         Output::Transmit { carrier, bytes } => socket.send(bytes),
//!         Output::Event(event) => tell(event),
//!         Output::Alarm(alarm) => ring(alarm),
//!         Output::Recall { .. } => disk.read(..),                 // later: Input::Recalled(entries)
//!         Output::Timeout(at) => break wait_until(at),
//!     }
//! }
//! ```
//!
//! What depends on a batch is not offered for sending until `Persisted`: never send what a crash could unsay.

// Hidden, but open to the tests and fuzz targets outside this crate: they feed each layer with bytes of their own.
#[doc(hidden)]
pub mod cell;
mod endpoint;
mod input;
pub mod limits;
#[doc(hidden)]
pub mod object;
mod output;
pub mod pairing;
#[doc(hidden)]
pub mod rng;
pub mod session;
mod time;

pub use endpoint::{CarrierState, Config, Endpoint, SubmitError};
pub use input::{CarrierId, Input, Submission};
pub use output::{Alarm, Event, Output};
pub use time::{Instant, Now};
