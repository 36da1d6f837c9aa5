//! See `ringdown_fuzz::endpoint`. Says now and then how many inputs the endpoints were given: a run has many.
#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    use std::sync::atomic::{AtomicU64, Ordering};
    static SAID: AtomicU64 = AtomicU64::new(0);
    ringdown_fuzz::endpoint::run(bytes);
    let inputs = ringdown_fuzz::endpoint::stage::INPUTS.load(Ordering::Relaxed);
    if inputs >= SAID.load(Ordering::Relaxed) + (1 << 20) {
        SAID.store(inputs, Ordering::Relaxed);
        eprintln!("inputs: {inputs}");
    }
});

#[cfg(not(fuzzing))]
fn main() {}
