//! What the link promises, each promise told as a story of two sides.

mod delivery;
mod hostile;
mod pair;
mod sessions;
mod spec;
