//! Typed values: their form on the wire, what people type and see, and what compares equal.

mod codec;
mod compared;
mod corpus;
mod flagged;
mod laws;
mod shown;
mod typed;
