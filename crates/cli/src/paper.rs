//! Paper for a terminal and for a line printer: plain characters in 80 columns, whatever script a text is in.
//!
//! What is printed comes with its hidden characters written as `[U+202E]`, from the node or from
//! `ringdown_message::transcript`.

use ringdown_api::paper::{Content, Paper, Part};
use ringdown_message::transcript::{Line, Section, Transcript};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

const WIDTH: usize = 80;
/// Room for a label beside what belongs to it.
const LABEL: usize = 22;
const TAB: usize = 8;

/// A message as it stands on paper.
pub fn message(paper: &Paper) -> Vec<String> {
    let mut lines = marking(&paper.marking);
    lines.extend(wrapped(&paper.subject, WIDTH));
    for part in &paper.parts {
        lines.push(String::new());
        if !part.title.is_empty() {
            lines.extend(wrapped(&part.title, WIDTH));
        }
        lines.extend(self::part(part));
    }
    lines.push(String::new());
    lines.extend(wrapped(&paper.printed, WIDTH));
    lines.extend(marking(&paper.marking));
    lines
}

/// The transcript as it stands on paper.
pub fn transcript(transcript: &Transcript) -> Vec<String> {
    let mut lines = marking(&transcript.marking);
    lines.extend(wrapped(&transcript.title, WIDTH));
    lines.extend(transcript.above().iter().flat_map(section));
    lines.extend(transcript.lines.iter().flat_map(entry));
    lines.extend(transcript.below().iter().flat_map(section));
    lines.push(String::new());
    lines.extend(marking(&transcript.marking));
    lines
}

fn section(section: &Section) -> Vec<String> {
    let mut lines = vec![String::new(), section.title.to_owned()];
    let sentence = |sentence: &String| if section.loud { loud("", sentence) } else { item(sentence) };
    lines.extend(section.sentences.iter().flat_map(sentence));
    lines.extend(section.facts.iter().flat_map(|(label, text)| beside(label, text)));
    lines
}

fn loud(indent: &str, words: &str) -> Vec<String> {
    prefixed(&format!("{indent}!!! "), &format!("{indent}    "), words)
}

fn marking(marking: &str) -> Vec<String> {
    let rule = "=".repeat(WIDTH);
    [vec![rule.clone()], wrapped(marking, WIDTH), vec![rule]].concat()
}

fn part(part: &Part) -> Vec<String> {
    match &part.content {
        Content::Facts(facts) => facts.iter().flat_map(|(label, text)| beside(label, text)).collect(),
        Content::Warnings(warnings) => warnings.iter().flat_map(|words| loud("", words)).collect(),
        Content::Table { columns, rows } => table(columns, rows),
        Content::Text { text, .. } => quoted(text, ""),
        Content::Notes(notes) => notes.iter().flat_map(|note| item(note)).collect(),
        Content::Blank(labels) => {
            let line = |label: &String| {
                let room = WIDTH.saturating_sub(label.width() + 1);
                [String::new(), format!("{label} {}", "_".repeat(room))]
            };
            labels.iter().flat_map(line).collect()
        }
    }
}

fn entry(line: &Line) -> Vec<String> {
    const INDENT: &str = "    ";
    let mut lines = vec![String::new()];
    lines.extend(prefixed("", INDENT, &line.name()));
    lines.extend(line.times().iter().flat_map(|time| prefixed(INDENT, INDENT, time)));
    lines.extend(line.attention.iter().flat_map(|words| loud("", words)));
    lines.extend(line.words.iter().flat_map(|words| prefixed(INDENT, "      ", words)));
    if !line.text.is_empty() {
        lines.extend(quoted(&line.text, INDENT));
    }
    lines.extend(prefixed(INDENT, INDENT, &line.hash_groups()));
    lines
}

fn beside(label: &str, text: &str) -> Vec<String> {
    let label = padded(label, LABEL - 1) + " ";
    let indent = " ".repeat(LABEL);
    prefixed(&label, &indent, text)
}

fn item(sentence: &str) -> Vec<String> {
    prefixed("- ", "  ", sentence)
}

/// The words of a person: `|` begins each line as it was written, `:` what did not fit on it.
pub fn quoted(text: &str, indent: &str) -> Vec<String> {
    let room = WIDTH.saturating_sub(indent.len() + 2);
    let line = |line: &str| {
        let mark = |at: usize| if at == 0 { '|' } else { ':' };
        let pieces = wrapped(line, room).into_iter().enumerate();
        pieces
            .map(|(at, piece)| format!("{indent}{} {piece}", mark(at)).trim_end().to_owned())
            .collect::<Vec<_>>()
    };
    text.split('\n').flat_map(line).collect()
}

fn prefixed(first: &str, rest: &str, text: &str) -> Vec<String> {
    let room = WIDTH.saturating_sub(first.width().max(rest.width())).max(1);
    let pieces = text.split('\n').flat_map(|line| wrapped(line, room)).enumerate();
    let line = |(at, piece)| format!("{}{piece}", if at == 0 { first } else { rest }).trim_end().to_owned();
    pieces.map(line).collect()
}

fn table(columns: &[String], rows: &[Vec<String>]) -> Vec<String> {
    let widest = |at: usize| {
        let cells = rows.iter().filter_map(|row| row.get(at)).chain(columns.get(at));
        cells.flat_map(|cell| cell.split('\n')).map(|line| line.width()).max().unwrap_or(0).max(1)
    };
    let mut widths: Vec<usize> = (0..columns.len()).map(widest).collect();
    let room = WIDTH.saturating_sub(2 * columns.len().saturating_sub(1));
    // The widest column gives way, one place at a time.
    while widths.iter().sum::<usize>() > room {
        let Some(most) = widths.iter_mut().max().filter(|most| **most > 1) else { break };
        *most -= 1;
    }
    let rule = widths.iter().map(|width| "-".repeat(*width)).collect::<Vec<_>>();
    let row = |cells: &[String]| cells_beside(cells, &widths);
    [row(columns), vec![rule.join("  ")], rows.iter().flat_map(|cells| row(cells)).collect()].concat()
}

fn cells_beside(cells: &[String], widths: &[usize]) -> Vec<String> {
    let wrap = |(cell, width): (&String, &usize)| {
        cell.split('\n').flat_map(|line| wrapped(line, *width)).collect::<Vec<_>>()
    };
    let wrapped: Vec<Vec<String>> = cells.iter().zip(widths).map(wrap).collect();
    let height = wrapped.iter().map(Vec::len).max().unwrap_or(0);
    let line = |at: usize| {
        let cells = wrapped.iter().zip(widths);
        let cells = cells.map(|(cell, width)| padded(cell.get(at).map_or("", String::as_str), *width));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    (0..height).map(line).collect()
}

/// Filled up with spaces; what is wider stays as it is.
fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// One line in pieces no wider than `width`, broken after a space where there is one. A space at a break is left out;
/// nothing else is.
fn wrapped(line: &str, width: usize) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut piece = String::new();
    for c in line.chars() {
        let c_width = if c == '\t' { TAB - piece.width() % TAB } else { c.width().unwrap_or(0) };
        if piece.width() + c_width > width && !piece.is_empty() {
            let (whole, begun) = match piece.rfind(' ').filter(|_| c != ' ') {
                Some(at) if !piece[..at].trim().is_empty() => {
                    (piece[..at].to_owned(), piece[at + 1..].to_owned())
                }
                _ => (std::mem::take(&mut piece), String::new()),
            };
            pieces.push(whole);
            piece = begun;
            if c == ' ' {
                continue;
            }
        }
        if c == '\t' {
            piece.push_str(&" ".repeat(c_width.min(width)));
        } else {
            piece.push(c);
        }
    }
    pieces.push(piece);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_wider_than_the_paper_and_nothing_is_lost() {
        for text in [
            "勇敢".repeat(60),
            "word ".repeat(50),
            "x".repeat(200),
            "a\u{301}".repeat(90),
            "\ta\tb".repeat(9),
        ] {
            let pieces = wrapped(&text, 20);
            assert!(pieces.iter().all(|piece| piece.width() <= 20), "{pieces:?}");
            let seen = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            assert_eq!(seen(&pieces.concat()), seen(&text));
        }
        assert_eq!(wrapped("", 20), [""]);
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("  indented words", 12), ["  indented", "words"]);
    }

    #[test]
    fn a_table_fits_with_wide_and_long_cells() {
        let columns = ["Field", "As sent"].map(String::from);
        let rows =
            vec![vec!["名称".to_owned(), "x ".repeat(90)], vec!["b".to_owned(), "two\nlines".to_owned()]];
        let lines = table(&columns, &rows);
        assert!(lines.iter().all(|line| line.width() <= WIDTH), "{lines:?}");
        assert_eq!(lines[0], "Field  As sent");
        assert_eq!(lines[lines.len() - 2..], ["b      two", "       lines"]);
    }

    #[test]
    fn a_line_that_was_written_is_told_from_one_that_did_not_fit() {
        assert_eq!(
            quoted(&format!("{} end\nnext", "y".repeat(76)), ""),
            [format!("| {}", "y".repeat(76)), ": end".to_owned(), "| next".to_owned()]
        );
    }
}
