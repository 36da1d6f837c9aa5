//! What keyboards of other scripts type, in the characters that the rest reads: digits, wide letters, blanks, minus.

use super::{ParseError, Problem};
use crate::hidden::{Layout, Piece, code, pieces};

/// Longest text that a box takes, in bytes, apart from free text.
pub(super) const TYPED_LEN_MAX: usize = 200;

/// A typed text with ASCII digits, ASCII letters for their wide forms, and single blanks, trimmed.
pub(super) fn typed(text: &str, example: &'static str) -> Result<String, ParseError> {
    if text.len() > TYPED_LEN_MAX {
        return Err(ParseError::new(Problem::TooLong, example));
    }
    let folded: String = text.chars().map(|c| if c == '\t' { ' ' } else { fold(c) }).collect();
    for piece in pieces(&folded, Layout::OneLine) {
        if let Piece::Hidden(c) = piece {
            return Err(ParseError::new(Problem::Hidden(code(c)), example));
        }
    }
    let text = single_blanks(&folded);
    if text.is_empty() { Err(ParseError::new(Problem::Empty, example)) } else { Ok(text) }
}

/// For comparing names and conditions: folded, lower case, single blanks. Letters of other scripts stay what they are.
pub(super) fn normal(text: &str) -> String {
    let lower: String = text.chars().map(fold).flat_map(char::to_lowercase).collect();
    single_blanks(&lower)
}

fn single_blanks(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn fold(c: char) -> char {
    let digit = |zero: u32| char::from_digit(u32::from(c) - zero, 10).unwrap_or(c);
    match c {
        // Arabic-Indic, its eastern form, wide digits.
        '\u{660}'..='\u{669}' => digit(0x660),
        '\u{6f0}'..='\u{6f9}' => digit(0x6f0),
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{66b}' => '.',
        '\u{66c}' | '\u{3000}' | '\u{a0}' | '\u{202f}' | '\u{2009}' => ' ',
        '\u{66a}' => '%',
        '\u{60c}' => ',',
        '\u{2212}' => '-',
        _ => c,
    }
}
