//! What the link promises, each promise told as a story of two sides.

mod alone;
mod cells;
mod delivery;
mod forms;
mod handshake;
mod hostile;
mod outage;
mod pace;
mod pacing;
mod pair;
mod pairing;
mod properties;
mod rest;
mod sessions;
mod spec;
mod summaries;
mod wire_bytes;
