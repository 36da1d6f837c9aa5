//! `cargo xtask check`: format, clippy, docs and the source rules that no lint knows.
#![expect(clippy::print_stdout, reason = "a tool for the terminal")]

mod rules;
mod tidy;

use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let verb = std::env::args().nth(1).unwrap_or_default();
    let good = match verb.as_str() {
        "check" => check(),
        "tidy" => report(tidy::findings()),
        _ => {
            println!("usage: cargo xtask check | tidy");
            false
        }
    };
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn check() -> bool {
    cargo(&["fmt", "--all", "--check"])
        && cargo(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"])
        && cargo(&["doc", "--workspace", "--no-deps", "--quiet"])
        && report(tidy::findings())
}

fn cargo(arguments: &[&str]) -> bool {
    println!("cargo {}", arguments.join(" "));
    let doc_warnings = ("RUSTDOCFLAGS", "-D warnings");
    let status = Command::new("cargo").args(arguments).env(doc_warnings.0, doc_warnings.1).status();
    status.is_ok_and(|status| status.success())
}

fn report(findings: Vec<String>) -> bool {
    findings.iter().for_each(|finding| println!("tidy: {finding}"));
    println!("tidy: {} findings", findings.len());
    findings.is_empty()
}
