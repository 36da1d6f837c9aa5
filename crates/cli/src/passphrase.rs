//! Passphrases: typed at the terminal without being shown, or read from a file for scripts.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;

use ringdown_api::{ApiError, ErrorCode};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use crate::keyfile::{NOTHING_SIGNED, read_private};

/// A passphrase.
pub(crate) type Passphrase = Zeroizing<Vec<u8>>;

/// Fewer characters are not taken for a new key.
const LEN_MIN: usize = 12;
const LEN_MAX: usize = 1024;
const END_OF_TEXT: u8 = 3;
const BACKSPACE: [u8; 2] = [8, 127];

/// For a key that there is already.
pub(crate) fn ask(key: &Path, file: Option<&Path>) -> Result<Passphrase, ApiError> {
    match file {
        Some(file) => from_file(file),
        None => typed(&format!("Passphrase of {}: ", key.display())),
    }
}

/// For a new key: typed twice.
pub(crate) fn ask_new(file: Option<&Path>) -> Result<Passphrase, ApiError> {
    let passphrase = match file {
        Some(file) => from_file(file)?,
        None => {
            let first = typed("Passphrase for the new key: ")?;
            if typed("Once more: ")? != first {
                return Err(ApiError::bad_request("These were two different passphrases.", "Begin again."));
            }
            first
        }
    };
    if String::from_utf8_lossy(&passphrase).chars().count() < LEN_MIN {
        return Err(ApiError::bad_request(
            format!("A passphrase has at least {LEN_MIN} characters."),
            "Take some words that nobody would put together.",
        ));
    }
    Ok(passphrase)
}

/// The first line of a file that only its owner may read.
fn from_file(path: &Path) -> Result<Passphrase, ApiError> {
    let mut bytes = read_private(path)?;
    let end = bytes.iter().position(|byte| b"\r\n".contains(byte)).unwrap_or(bytes.len());
    bytes.truncate(end);
    Ok(bytes)
}

/// What is typed at the terminal of this process, whatever standard input is.
fn typed(prompt: &str) -> Result<Passphrase, ApiError> {
    let no_terminal = |_| {
        ApiError::new(
            ErrorCode::Failed,
            "There is no terminal to ask for the passphrase.",
            NOTHING_SIGNED,
            "Name a file that holds it: --passphrase-file FILE",
        )
    };
    let terminal = OpenOptions::new().read(true).write(true).open("/dev/tty").map_err(no_terminal)?;
    let quiet = Quiet::begin(&terminal).map_err(|error| no_terminal(error.into()))?;
    let line = write(&terminal, prompt).and_then(|()| read_line(&terminal));
    drop(quiet);
    let _ = write(&terminal, "\n");
    line.map_err(|_| {
        ApiError::new(ErrorCode::Failed, "No passphrase was typed.", NOTHING_SIGNED, "Type it, then Enter.")
    })
}

fn write(mut terminal: &File, text: &str) -> std::io::Result<()> {
    terminal.write_all(text.as_bytes())
}

/// One key after another: ^C comes as a key too, so that the terminal is put right before anything ends.
fn read_line(mut terminal: &File) -> std::io::Result<Passphrase> {
    let mut line = Zeroizing::new(Vec::with_capacity(LEN_MAX));
    let mut key = [0];
    while line.len() < LEN_MAX {
        terminal.read_exact(&mut key)?;
        match key[0] {
            b'\r' | b'\n' => return Ok(line),
            END_OF_TEXT => break,
            byte if BACKSPACE.contains(&byte) => forget_last(&mut line),
            byte => line.push(byte),
        }
    }
    Err(std::io::ErrorKind::Interrupted.into())
}

/// Takes the last character away, of however many bytes.
fn forget_last(line: &mut Vec<u8>) {
    let is_start = |byte: &u8| byte & 0xc0 != 0x80;
    line.truncate(line.iter().rposition(is_start).unwrap_or(0));
}

/// A terminal that shows nothing of what is typed, as long as this lives.
struct Quiet<'a> {
    terminal: &'a File,
    before: Termios,
}

impl Quiet<'_> {
    fn begin(terminal: &File) -> rustix::io::Result<Quiet<'_>> {
        let before = tcgetattr(terminal)?;
        let mut quiet = before.clone();
        quiet.local_modes &= !(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG);
        tcsetattr(terminal, OptionalActions::Flush, &quiet)?;
        Ok(Quiet { terminal, before })
    }
}

impl Drop for Quiet<'_> {
    fn drop(&mut self) {
        let _ = tcsetattr(self.terminal, OptionalActions::Flush, &self.before);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_character_is_taken_away_whole() {
        let mut line = "a\u{e9}\u{4e2d}".as_bytes().to_vec();
        let left: Vec<String> = (0..4)
            .map(|_| {
                forget_last(&mut line);
                String::from_utf8(line.clone()).expect("whole characters")
            })
            .collect();
        assert_eq!(left, ["a\u{e9}", "a", "", ""]);
    }
}
