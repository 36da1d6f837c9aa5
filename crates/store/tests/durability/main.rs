//! What the disk promises: what was said to be durable is there, and nothing wrong is ever given back.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first thing that is not as told")]

mod damage;
mod durable;
mod full;
mod world;
