//! Worlds as a whole: seeds that must pass, planted faults that must not, and seeds that once failed.

mod canaries;
mod power;
mod seeds;
