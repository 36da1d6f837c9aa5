//! Texts of people on a page: escaped, and hidden characters drawn as boxes.
//!
//! A box is text of the page (`U+202E`), so that a screen reader speaks it and a search finds it. The script puts the
//! original characters back when such a text is copied. Inside a text that runs from right to left, what is written in
//! ASCII with digits (a place, a time, a telephone number) keeps its own order: `31-23N 33-25E` would else be drawn
//! with its parts exchanged.

use std::fmt;

use askama::filters::HtmlSafe;
use ringdown_message::hidden::{Layout, Piece, code, pieces};

/// A text that a page shows.
pub struct Shown<'a> {
    text: &'a str,
    layout: Layout,
    /// Marks around values are the console's own.
    own_marks: bool,
}

/// A subject, a name, a state, a reason.
pub fn one_line(text: &str) -> Shown<'_> {
    Shown { text, layout: Layout::OneLine, own_marks: false }
}

/// A text of several lines.
pub fn lines(text: &str) -> Shown<'_> {
    Shown { text, layout: Layout::Lines, own_marks: false }
}

/// Words of the console with a value of somebody in them. The isolates around values stay; `Texts` sees to it that a
/// value has none of its own.
pub fn words(text: &str) -> Shown<'_> {
    Shown { text, layout: Layout::OneLine, own_marks: true }
}

/// A text that was written for paper (see [`written`]), with its lines and the isolates of the console's own words.
pub fn of_paper(text: &str) -> Shown<'_> {
    Shown { text, layout: Layout::Lines, own_marks: true }
}

/// A text for paper, where a box is written as `[U+202E]`. `own_marks` keeps the isolates of the console's own words.
pub fn written(text: &str, layout: Layout, own_marks: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for piece in pieces(text, layout) {
        match piece {
            Piece::Text(seen) => out.push_str(seen),
            Piece::Hidden(c @ ('\u{2068}' | '\u{2069}')) if own_marks => out.push(c),
            Piece::Hidden(c) => out.push_str(&format!("[{}]", code(c))),
        }
    }
    out
}

// Everything below is escaped or made of hex digits.
impl HtmlSafe for Shown<'_> {}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from_right = !self.own_marks && self.text.chars().any(runs_from_right);
        for piece in pieces(self.text, self.layout) {
            match piece {
                Piece::Text(seen) if from_right => keep_order(seen, f)?,
                Piece::Text(seen) => escape(seen, f)?,
                Piece::Hidden(c @ ('\u{2068}' | '\u{2069}')) if self.own_marks => write!(f, "{c}")?,
                Piece::Hidden(c) => {
                    write!(f, r#"<span class="hidden-char" dir="ltr" data-code="{}">"#, u32::from(c))?;
                    write!(f, "{}</span>", code(c))?;
                }
            }
        }
        Ok(())
    }
}

/// Letters of the scripts that run from right to left.
fn runs_from_right(c: char) -> bool {
    matches!(u32::from(c), 0x590..=0x8ff | 0xfb1d..=0xfdff | 0xfe70..=0xfefe | 0x10800..=0x10fff | 0x1e800..=0x1efff)
}

/// Writes a text, and puts each run of ASCII with a digit in it into an isolate of its own.
fn keep_order(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphanumeric() || c == '+') {
        let end = rest[start..]
            .find(|c: char| !c.is_ascii_graphic() && c != ' ')
            .map_or(rest.len(), |at| start + at);
        // What only follows, such as a full stop, belongs to the sentence around it.
        let run = rest[start..end].trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        escape(&rest[..start], f)?;
        if run.contains(|c: char| c.is_ascii_digit()) {
            f.write_str(r#"<bdi dir="ltr">"#)?;
            escape(run, f)?;
            f.write_str("</bdi>")?;
        } else {
            escape(run, f)?;
        }
        // A lone sign is left where it stands.
        let taken = start + run.len().max(1);
        escape(&rest[start + run.len()..taken], f)?;
        rest = &rest[taken..];
    }
    escape(rest, f)
}

fn escape(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut rest = text;
    while let Some(at) = rest.find(['<', '>', '&', '"', '\'']) {
        f.write_str(&rest[..at])?;
        f.write_str(match rest.as_bytes()[at] {
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'&' => "&amp;",
            b'"' => "&quot;",
            _ => "&#39;",
        })?;
        rest = &rest[at + 1..];
    }
    f.write_str(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_text_and_hidden_characters_are_boxes() {
        let shown = one_line("<b title='x'>\"&\u{202e}\n").to_string();
        let boxed = |code: u32, name: &str| {
            format!(r#"<span class="hidden-char" dir="ltr" data-code="{code}">{name}</span>"#)
        };
        let markup = "&lt;b title=&#39;x&#39;&gt;&quot;&amp;";
        assert_eq!(shown, format!("{markup}{}{}", boxed(0x202e, "U+202E"), boxed(10, "U+000A")));
        assert_eq!(lines("勇敢\n—").to_string(), "勇敢\n—");
    }

    #[test]
    fn the_consoles_own_marks_stay_in_its_words_alone() {
        let told = "من \u{2068}BLUE 0142\u{2069} \u{202e}";
        assert!(words(told).to_string().starts_with("من \u{2068}BLUE 0142\u{2069} <span"));
        assert!(one_line(told).to_string().contains("U+2068"));
    }

    #[test]
    fn places_and_times_keep_their_order_in_a_text_from_right_to_left() {
        let shown = lines("عند 31-23N 33-25E.\nالساعة 2100Z + ABC <b>").to_string();
        let isolate = |text: &str| format!(r#"<bdi dir="ltr">{text}</bdi>"#);
        let (place, time) = (isolate("31-23N 33-25E"), isolate("2100Z + ABC &lt;b"));
        assert_eq!(shown, format!("عند {place}.\nالساعة {time}&gt;"));
        assert_eq!(
            lines("at 31-23N, + 1").to_string(),
            "at 31-23N, + 1",
            "nothing is done where nothing runs from the right"
        );
        assert_eq!(lines("+ ش +").to_string(), "+ ش +");
    }
}
