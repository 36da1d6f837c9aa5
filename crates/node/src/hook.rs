//! The host's program that calls people: a lamp, a pager, a telephone gateway.
//!
//! It is started with the reason as its only argument, gets one JSON value on standard input, and has to end with 0.
//! It runs beside the line: whatever it does, nothing waits for it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use ringdown_message::hidden::{Layout, Piece, code, pieces};
use serde::{Deserialize, Serialize};
use tokio::time::{sleep, timeout};

use crate::ladder::Why;

/// The program must have started by then.
const START_MAX: Duration = Duration::from_secs(2);
/// How often it is asked whether it has ended.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// How often it is asked at most: 10 s. Then it is ended.
const LOOKS_MAX: u32 = 200;

/// `[hooks]` in `ringdown.toml`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HooksConfig {
    /// Full path of a program on this machine.
    pub program: PathBuf,
}

impl HooksConfig {
    /// Whether it is there is seen when it is called; here only that it can be meant.
    pub fn check(&self) -> Result<(), String> {
        if self.program.is_absolute() {
            return Ok(());
        }
        Err(format!(
            "'{}' in [hooks] is no full path of a program; write for example program = \"/etc/ringdown/call\"",
            self.program.display()
        ))
    }
}

/// What the program reads. Texts of people have their hidden characters as boxes.
#[derive(Clone, Debug, Serialize)]
pub struct Call {
    /// As its argument.
    pub why: Why,
    /// This side.
    pub side: String,
    /// The message that waits; `None` if it is not about one.
    pub message: Option<Waiting>,
    /// While the line is down: since when, how many messages are not stored there, and the other way.
    pub fault: Option<String>,
    /// True while no console is LIVE.
    pub unattended: bool,
    /// The node's clock.
    pub at: String,
}

/// A message that waits.
#[derive(Clone, Debug, Serialize)]
pub struct Waiting {
    /// Its serial.
    pub serial: String,
    /// Who sent it.
    pub from: String,
    /// Its precedence.
    pub precedence: String,
    /// LIVE, EXERCISE or TEST.
    pub class: String,
    /// Its subject.
    pub subject: String,
    /// For how many seconds it waits.
    pub waits_s: u64,
}

/// A text in which each hidden character is its code in brackets.
pub fn boxed(text: &str) -> String {
    let shown = pieces(text, Layout::OneLine).map(|piece| match piece {
        Piece::Text(seen) => seen.to_owned(),
        Piece::Hidden(c) => format!("[{}]", code(c)),
    });
    shown.collect()
}

/// Calls the program and waits for its end. The error says what went wrong with it.
pub async fn call(program: &Path, call: &Call) -> Result<(), String> {
    let name = program.display();
    let text = serde_json::to_vec(call).map_err(|error| error.to_string())?;
    let (path, word) = (program.to_owned(), call.why.word());
    let started = tokio::task::spawn_blocking(move || start(&path, word, &text));
    let mut child = match timeout(START_MAX, started).await {
        Err(_) => return Err(format!("{name} did not start within {} s", START_MAX.as_secs())),
        Ok(Err(error)) => return Err(format!("{name} could not be started: {error}")),
        Ok(Ok(Err(error))) => return Err(format!("{name} could not be started: {error}")),
        Ok(Ok(Ok(child))) => child,
    };
    for _ in 0..LOOKS_MAX {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(format!("{name} ended with {status}, not 0")),
            Ok(None) => sleep(LOOK_EVERY).await,
            Err(error) => return Err(format!("{name} cannot be watched: {error}")),
        }
    }
    let _ = child.kill();
    let _ = child.wait();
    let most = (LOOK_EVERY * LOOKS_MAX).as_secs();
    Err(format!("{name} had not ended after {most} s and was stopped"))
}

/// The value is shorter than a pipe is deep, so writing it does not wait for a reader.
fn start(program: &Path, word: &str, text: &[u8]) -> std::io::Result<Child> {
    let mut child = Command::new(program)
        .arg(word)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    if let Some(mut input) = child.stdin.take() {
        // A program that reads nothing is no fault by itself.
        let _ = input.write_all(text);
    }
    Ok(child)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_without_a_full_path_is_refused() {
        let of = |program: &str| HooksConfig { program: program.into() }.check();
        assert_eq!(of("/bin/true"), Ok(()));
        assert!(of("call").is_err_and(|text| text.contains("[hooks]")));
    }

    #[test]
    fn a_hidden_character_reaches_the_program_as_its_code() {
        assert_eq!(boxed("a\u{202e}b"), "a[U+202E]b");
    }
}
