//! What is asked at the terminal of who sits there. Questions go to standard error: standard output is for what was
//! asked for.
#![expect(clippy::print_stderr, reason = "asking is what this module is for")]

use std::io::{BufRead, IsTerminal, Read, Write};

use ringdown_api::{ApiError, ErrorCode};
use ringdown_message::columns::wrapped;
use ringdown_message::hidden::{Layout, visible};

/// Longest line that is read.
const LINE_LEN_MAX: u64 = 64 * 1024;
/// How often something is asked again that was answered with what cannot be read.
pub(crate) const ASKED_MOST: usize = 100;

/// Whether somebody sits there who can be asked.
pub(crate) fn answers() -> bool {
    std::io::stdin().is_terminal()
}

/// Whether a whole form can be gone through: somebody is there, and what is printed goes nowhere else.
pub(crate) fn converses(json: bool) -> bool {
    !json && answers() && std::io::stdout().is_terminal()
}

/// Words for who sits there; hidden characters are boxes.
pub(crate) fn tell(text: &str) {
    for line in visible(text, Layout::Lines).lines().flat_map(|line| wrapped(line, 2)) {
        eprintln!("{line}");
    }
}

/// A line that is typed after these words. No line at all, as after ^D, leaves everything undone.
pub(crate) fn ask(words: &str) -> Result<String, ApiError> {
    let lines: Vec<String> =
        visible(&format!("{words} "), Layout::Lines).lines().flat_map(|line| wrapped(line, 2)).collect();
    eprint!("{} ", lines.join("\n").trim_end());
    let _ = std::io::stderr().flush();
    let mut line = String::new();
    match std::io::stdin().lock().take(LINE_LEN_MAX).read_line(&mut line) {
        Ok(length) if length > 0 => Ok(line.trim().to_owned()),
        _ => {
            eprintln!();
            Err(left("Nothing was typed."))
        }
    }
}

/// Covers what stands on the screen.
pub(crate) fn cover() {
    eprint!("\x1b[2J\x1b[H");
}

/// Who was asked left it.
pub(crate) fn left(what: &str) -> ApiError {
    ApiError::new(
        ErrorCode::Failed,
        what,
        "Nothing was signed or sent.",
        "Type the command again when you are ready.",
    )
}
