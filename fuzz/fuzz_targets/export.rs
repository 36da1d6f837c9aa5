//! See `ringdown_fuzz::export`.
#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ringdown_fuzz::export::run(bytes));

#[cfg(not(fuzzing))]
fn main() {}
