//! Texts of people on a page: escaped, and hidden characters drawn as boxes.
//!
//! A box is text of the page (`U+202E`), so that a screen reader speaks it and a search finds it. The script puts the
//! original characters back when such a text is copied.

use std::fmt;

use askama::filters::HtmlSafe;
use ringdown_message::hidden::{Layout, Piece, code, pieces};

/// A text that a page shows.
pub struct Shown<'a> {
    text: &'a str,
    layout: Layout,
}

/// A subject, a name, a state, a reason.
pub fn one_line(text: &str) -> Shown<'_> {
    Shown { text, layout: Layout::OneLine }
}

/// A text of several lines.
pub fn lines(text: &str) -> Shown<'_> {
    Shown { text, layout: Layout::Lines }
}

// Everything below is escaped or made of hex digits.
impl HtmlSafe for Shown<'_> {}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in pieces(self.text, self.layout) {
            match piece {
                Piece::Text(seen) => escape(seen, f)?,
                Piece::Hidden(c) => {
                    write!(f, r#"<span class="hidden-char" dir="ltr" data-code="{}">"#, u32::from(c))?;
                    write!(f, "{}</span>", code(c))?;
                }
            }
        }
        Ok(())
    }
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
}
