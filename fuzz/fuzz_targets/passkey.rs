//! See `ringdown_fuzz::passkey`.
#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ringdown_fuzz::passkey::run(bytes));

#[cfg(not(fuzzing))]
fn main() {}
