//! See `ringdown_fuzz::entry`.
#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ringdown_fuzz::entry::run(bytes));

#[cfg(not(fuzzing))]
fn main() {}
