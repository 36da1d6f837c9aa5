//! Characters that a reader cannot see, or that move what he sees: shown by their code, on every surface.
//!
//! A text is shown as [`pieces`]: what can be seen, and each hidden character by itself. Whoever draws them decides
//! how a hidden one looks; it must look like no part of the text. The text itself is never changed.

/// Closed ranges, ascending: controls, marks of direction, zero widths, fillers and blanks, tags, variation selectors,
/// and code points to which no standard gives a look (private use, noncharacters).
///
/// From the Unicode Character Database: general categories Cc, Cf, Zl, Zp and Co, `Default_Ignorable_Code_Point` and
/// `Noncharacter_Code_Point`, without the `Prepended_Concatenation_Mark`s of Arabic and Syriac, which are seen; and
/// three that are drawn as nothing (U+2800, U+16FE4, U+1D159).
const HIDDEN: &[(u32, u32)] = &[
    (0x0000, 0x001f),
    (0x007f, 0x009f),
    (0x00ad, 0x00ad),
    (0x034f, 0x034f),
    (0x061c, 0x061c),
    (0x115f, 0x1160),
    (0x17b4, 0x17b5),
    (0x180b, 0x180f),
    (0x200b, 0x200f),
    (0x2028, 0x202e),
    (0x2060, 0x206f),
    (0x2800, 0x2800),
    (0x3164, 0x3164),
    (0xe000, 0xf8ff),
    (0xfdd0, 0xfdef),
    (0xfe00, 0xfe0f),
    (0xfeff, 0xfeff),
    (0xffa0, 0xffa0),
    (0xfff0, 0xfffb),
    (0x13430, 0x1343f),
    (0x16fe4, 0x16fe4),
    (0x1bca0, 0x1bca3),
    (0x1d159, 0x1d159),
    (0x1d173, 0x1d17a),
    (0xe0000, 0xe0fff),
    (0xf0000, 0x10ffff),
];

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Can be seen as it is.
    Text(&'a str),
    /// Cannot, and is to be shown by its code.
    Hidden(char),
}

/// Where a text stands: what breaks a line may be part of it, or may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// A subject, a name, a reason: a line break and a tab are hidden characters too.
    OneLine,
    /// A text: line feeds and tabs are as they are.
    Lines,
}

/// A text taken apart. Put together again, the pieces are the text.
pub fn pieces(text: &str, layout: Layout) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        if is_hidden(first, layout) {
            rest = &rest[first.len_utf8()..];
            return Some(Piece::Hidden(first));
        }
        let (seen, left) = rest.split_at(rest.find(|c| is_hidden(c, layout)).unwrap_or(rest.len()));
        rest = left;
        Some(Piece::Text(seen))
    })
}

/// A text for a surface that has nothing but characters: hidden ones as `[U+202E]`.
pub fn visible(text: &str, layout: Layout) -> String {
    let mut out = String::with_capacity(text.len());
    for piece in pieces(text, layout) {
        match piece {
            Piece::Text(seen) => out.push_str(seen),
            Piece::Hidden(c) => out.push_str(&format!("[{}]", code(c))),
        }
    }
    out
}

/// `U+202E`
pub fn code(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

fn is_hidden(c: char, layout: Layout) -> bool {
    if matches!(c, '\n' | '\t') {
        return layout == Layout::OneLine;
    }
    let point = u32::from(c);
    let after = HIDDEN.partition_point(|(first, _)| *first <= point);
    let in_range = after > 0 && point <= HIDDEN[after - 1].1;
    // The last two code points of every plane are noncharacters.
    in_range || point & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ranges_ascend() {
        assert!(HIDDEN.iter().all(|(first, last)| first <= last));
        assert!(HIDDEN.windows(2).all(|pair| pair[0].1 < pair[1].0));
    }
}
