//! Texts on a terminal of 80 columns: how wide they are, and where they are broken.

use unicode_width::UnicodeWidthChar;

/// Columns of the terminal that every line fits into.
pub const COLUMNS: usize = 80;

fn of_char(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// Columns that a text takes.
pub fn width(text: &str) -> usize {
    text.chars().map(of_char).sum()
}

/// A text and blanks up to so many columns.
pub fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// One line in as many as it needs: broken at blanks, between wide characters, and within a word only if the word alone
/// is wider than a line. What goes on is indented so far.
pub fn wrapped(line: &str, indent: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = line;
    let mut margin = String::new();
    while margin.len() + width(rest) > COLUMNS {
        let end = break_at(rest, COLUMNS - margin.len());
        lines.push(format!("{margin}{}", rest[..end].trim_end_matches(' ')));
        rest = rest[end..].trim_start_matches(' ');
        margin = " ".repeat(indent.min(COLUMNS / 2));
    }
    if !rest.is_empty() || lines.is_empty() {
        lines.push(format!("{margin}{rest}"));
    }
    lines
}

/// Where a text that is too wide is broken: after the last blank or wide character that fits, else where it must be.
fn break_at(text: &str, columns: usize) -> usize {
    let (mut taken, mut good, mut end) = (0, 0, 0);
    let mut seen = false;
    for (at, c) in text.char_indices() {
        taken += of_char(c);
        if taken > columns && (c != ' ' || taken > columns + 1) {
            break;
        }
        end = at + c.len_utf8();
        seen |= c != ' ';
        // Blanks at the front are the text's own indent.
        if seen && (c == ' ' || of_char(c) > 1) {
            good = end;
        }
    }
    match (good, end) {
        (0, 0) => text.chars().next().map_or(0, char::len_utf8),
        (0, end) => end,
        (good, _) => good,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_take_two_columns_and_marks_none() {
        for (text, columns) in
            [("", 0), ("abc", 3), ("勇敢", 4), ("e\u{301}", 1), ("судно", 5), ("ｆ", 2), ("한", 2)]
        {
            assert_eq!(width(text), columns, "{text}");
        }
        assert_eq!(padded("勇敢", 6), "勇敢  ");
        assert_eq!(padded("abc", 2), "abc");
    }

    #[test]
    fn a_line_is_broken_at_a_blank_and_goes_on_indented() {
        let words = format!("{} {}", "a".repeat(60), "b".repeat(40));
        assert_eq!(wrapped(&words, 2), ["a".repeat(60), format!("  {}", "b".repeat(40))]);
        assert_eq!(wrapped("short", 4), ["short"]);
        assert_eq!(wrapped("", 4), [""]);
        assert_eq!(wrapped(&"x".repeat(80), 4), ["x".repeat(80)]);
        // The blank at the break may stand beyond the edge, where nobody sees it.
        assert_eq!(wrapped(&format!("{} y", "x".repeat(80)), 0), ["x".repeat(80), "y".into()]);
    }

    #[test]
    fn no_line_is_wider_whatever_stands_in_it() {
        let long = "long ".repeat(100);
        let texts =
            ["x".repeat(500), "勇".repeat(200), long, " ".repeat(300), format!("   {}", "ش".repeat(300))];
        for text in &texts {
            for indent in [0, 8, 500] {
                let lines = wrapped(text, indent);
                assert!(lines.iter().all(|line| width(line) <= COLUMNS), "{lines:?}");
                let kept = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
                assert_eq!(kept(&lines.concat()), kept(text), "nothing is lost");
            }
        }
    }
}
