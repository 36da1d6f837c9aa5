//! What the link promises, each promise told as a story of two sides.

mod delivery;
mod hostile;
mod pair;
mod rest;
mod sessions;
mod spec;
