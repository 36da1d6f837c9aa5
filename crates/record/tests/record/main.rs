//! What the record promises, one file per promise.

mod charter;
mod codecs;
mod entries;
mod export;
mod histories;
mod keys;
mod properties;
mod secrets;
mod signatures;
mod statements;
mod wire;
mod world;
