//! What the record promises, one file per promise.

mod authenticator;
mod charter;
mod chromium;
mod codecs;
mod entries;
mod export;
mod histories;
mod keys;
mod passkeys;
mod properties;
mod secrets;
mod signatures;
mod statements;
mod wire;
mod world;
