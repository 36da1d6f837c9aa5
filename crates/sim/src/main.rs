//! `ringdown-sim`: runs seeds, counts faults, and says which invariant failed and how to see it again.

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use peak_alloc::PeakAlloc;
use ringdown_sim::checkers::Violation;
use ringdown_sim::{Counts, Fault, Options, Outcome, Strange, run};

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// Two sides of a line in seeded worlds of faults, watched by checkers of the line's invariants
#[derive(Parser)]
#[command(version, about, max_term_width = 100, after_help = AFTER_HELP)]
struct Arguments {
    /// Run so many seeds [default: 100, or as many as --faults needs]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    seeds: Option<u64>,
    /// The first seed
    #[arg(long, value_name = "S", default_value_t = 1)]
    from: u64,
    /// Run until at least so many faults were injected
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    faults: Option<u64>,
    /// Run one seed and print its trace
    #[arg(long, value_name = "S", conflicts_with_all = ["seeds", "from", "faults"])]
    seed: Option<u64>,
    /// Print one JSON value and nothing else on standard output
    #[arg(long)]
    json: bool,
}

const AFTER_HELP: &str = "A seed means one world. One injected loss, duplicate, delay, crash and so on is one fault; \
what a stranger sends is counted apart.\n\nExit codes: 0 every invariant held, 1 one did not, 2 usage.";

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.seed {
        Some(seed) => replay(seed, arguments.json),
        None => run_many(&arguments),
    };
    match done {
        Ok(code) => code,
        // Whoever reads the output has gone.
        Err(_) => ExitCode::FAILURE,
    }
}

fn options(print: bool) -> Options {
    Options { print, meter: Some(|| ALLOCATED.current_usage()), ..Options::default() }
}

/// One seed, with its trace.
fn replay(seed: u64, json: bool) -> std::io::Result<ExitCode> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut failed = Ok(());
    let outcome = run(seed, options(!json), &mut |line| {
        if failed.is_ok() {
            failed = writeln!(out, "{line}");
        }
    });
    failed?;
    if json {
        let value = value(&outcome.counts, 1, Duration::ZERO, Some(&outcome));
        writeln!(out, "{value}")?;
    } else {
        writeln!(out, "trace hash {:016x}", outcome.hash)?;
        match &outcome.violation {
            None => writeln!(out, "Every invariant held.")?,
            Some(violation) => writeln!(out, "{}", in_words(violation))?,
        }
    }
    out.flush()?;
    Ok(if outcome.violation.is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn run_many(arguments: &Arguments) -> std::io::Result<ExitCode> {
    let watch = Watch::start();
    let mut err = std::io::stderr().lock();
    let mut total = Counts::default();
    let mut seeds = 0;
    let most = arguments.seeds.unwrap_or(if arguments.faults.is_some() { u64::MAX } else { 100 });
    let mut failed = None;
    let mut told = Duration::ZERO;
    while seeds < most && arguments.faults.is_none_or(|faults| total.total() < faults) {
        let seed = arguments.from.wrapping_add(seeds);
        let outcome = run(seed, options(false), &mut |_| {});
        seeds += 1;
        total.add(&outcome.counts);
        if outcome.violation.is_some() {
            failed = Some(outcome);
            break;
        }
        if watch.elapsed() >= told + Duration::from_secs(2) {
            told = watch.elapsed();
            writeln!(
                err,
                "{seeds} seeds from {}, {} faults, {:.1} line-hours, {} messages, {} restarts, 0 violations, {:.0} s",
                arguments.from,
                total.total(),
                hours(&total),
                total.messages,
                total.restarts,
                told.as_secs_f64()
            )?;
        }
    }
    let mut out = std::io::stdout().lock();
    if arguments.json {
        writeln!(out, "{}", value(&total, seeds, watch.elapsed(), failed.as_ref()))?;
    } else {
        if let Some(outcome) = &failed {
            tell_failure(&mut out, outcome)?;
        }
        summary(&mut out, &total, seeds, watch.elapsed(), failed.is_some())?;
    }
    Ok(if failed.is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn tell_failure(out: &mut dyn Write, outcome: &Outcome) -> std::io::Result<()> {
    let Some(violation) = &outcome.violation else { return Ok(()) };
    for line in &outcome.tail {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "\nSeed {}: {}", outcome.seed, in_words(violation))?;
    writeln!(out, "See it again: cargo run --release -p ringdown-sim -- --seed {}\n", outcome.seed)
}

fn in_words(violation: &Violation) -> String {
    let Violation { id, words, seen, at } = violation;
    format!("VIOLATED at {at}: {id}, {words}.\nSeen: {seen}.")
}

fn hours(counts: &Counts) -> f64 {
    counts.simulated_ms as f64 / 3_600_000.0
}

fn summary(
    out: &mut dyn Write,
    counts: &Counts,
    seeds: u64,
    elapsed: Duration,
    failed: bool,
) -> std::io::Result<()> {
    writeln!(out, "{:>14}  seeds", seeds)?;
    writeln!(out, "{:>14.1}  line-hours simulated", hours(counts))?;
    writeln!(out, "{:>14}  datagrams sent", counts.datagrams)?;
    writeln!(out, "{:>14}  sessions", counts.sessions)?;
    writeln!(out, "{:>14}  messages", counts.messages)?;
    writeln!(out, "{:>14}    that two officers signed", counts.by_two)?;
    writeln!(out, "{:>14}    that one released alone where two are the rule", counts.by_one_alone)?;
    writeln!(out, "{:>14}  entries", counts.entries)?;
    writeln!(out, "{:>14}  restarts", counts.restarts)?;
    for fault in Fault::ALL {
        writeln!(out, "{:>14}    {}", counts.of(fault), fault.name())?;
    }
    writeln!(out, "{:>14}  faults injected", counts.total())?;
    for strange in Strange::ALL {
        writeln!(out, "{:>14}    {}", counts.of_strange(strange), strange.name())?;
    }
    writeln!(out, "{:>14}  datagrams of strangers, not counted as faults", counts.total_strange())?;
    writeln!(out, "{:>14}  violations", u8::from(failed))?;
    writeln!(out, "{:>14.1}  seconds", elapsed.as_secs_f64())
}

fn value(counts: &Counts, seeds: u64, elapsed: Duration, one: Option<&Outcome>) -> serde_json::Value {
    let faults: serde_json::Map<_, _> =
        Fault::ALL.iter().map(|fault| (format!("{fault:?}"), counts.of(*fault).into())).collect();
    let strangers: serde_json::Map<_, _> =
        Strange::ALL.iter().map(|kind| (format!("{kind:?}"), counts.of_strange(*kind).into())).collect();
    let violation = one.and_then(|outcome| {
        let violation = outcome.violation.as_ref()?;
        Some(serde_json::json!({
            "seed": outcome.seed,
            "invariant": violation.id,
            "words": violation.words,
            "seen": violation.seen,
            "at_ns": violation.at.0,
            "tail": outcome.tail,
        }))
    });
    serde_json::json!({
        "seeds": seeds,
        "line_hours": hours(counts),
        "datagrams": counts.datagrams,
        "sessions": counts.sessions,
        "messages": counts.messages,
        "messages_by_two": counts.by_two,
        "messages_by_one_alone": counts.by_one_alone,
        "entries": counts.entries,
        "restarts": counts.restarts,
        "faults": faults,
        "faults_total": counts.total(),
        "strangers": strangers,
        "strangers_total": counts.total_strange(),
        "violation": violation,
        "seconds": elapsed.as_secs_f64(),
    })
}

/// How long the program has run, for people.
struct Watch(std::time::Instant);

impl Watch {
    #[expect(clippy::disallowed_methods, reason = "the program tells how long it ran; no world sees it")]
    fn start() -> Watch {
        Watch(std::time::Instant::now())
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}
