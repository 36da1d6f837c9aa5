//! Hidden characters: each is shown, nothing else is touched, and no text can act on what surrounds it.

use proptest::prelude::*;
use ringdown_message::hidden::{Layout, Piece, pieces, visible};

/// What moves, hides or deletes text in browsers and terminals, from the places where such tricks were described.
const TRICKS: &[char] = &[
    '\0',
    '\u{7}',
    '\u{8}',
    '\r',
    '\u{1b}',
    '\u{7f}',
    '\u{85}',
    '\u{9b}',
    '\u{ad}',
    '\u{34f}',
    '\u{61c}',
    '\u{115f}',
    '\u{180e}',
    '\u{200b}',
    '\u{200c}',
    '\u{200d}',
    '\u{200e}',
    '\u{200f}',
    '\u{2028}',
    '\u{2029}',
    '\u{202a}',
    '\u{202b}',
    '\u{202c}',
    '\u{202d}',
    '\u{202e}',
    '\u{2060}',
    '\u{2066}',
    '\u{2067}',
    '\u{2068}',
    '\u{2069}',
    '\u{206a}',
    '\u{2800}',
    '\u{3164}',
    '\u{e000}',
    '\u{fdd0}',
    '\u{fe0f}',
    '\u{feff}',
    '\u{ffa0}',
    '\u{fff9}',
    '\u{ffff}',
    '\u{1d173}',
    '\u{1fffe}',
    '\u{e0001}',
    '\u{e0041}',
    '\u{e0100}',
    '\u{f0000}',
    '\u{10fffd}',
];

fn texts() -> impl Strategy<Value = String> {
    let tricky = prop::collection::vec(prop_oneof![prop::sample::select(TRICKS), any::<char>()], 0..60);
    prop_oneof![any::<String>(), tricky.prop_map(String::from_iter)]
}

fn layouts() -> impl Strategy<Value = Layout> {
    prop_oneof![Just(Layout::OneLine), Just(Layout::Lines)]
}

#[test]
fn every_known_trick_is_shown_by_its_code() {
    for trick in TRICKS {
        for layout in [Layout::OneLine, Layout::Lines] {
            let shown = visible(&format!("a{trick}b"), layout);
            assert_eq!(shown, format!("a[U+{:04X}]b", u32::from(*trick)));
        }
    }
    assert_eq!(visible("a\u{202e}b\u{1b}[2Jc", Layout::Lines), "a[U+202E]b[U+001B][2Jc");
}

#[test]
fn what_people_write_stays_as_it_is() {
    for text in [
        "Смело, 勇敢 — “да”\n\tok",
        "31-23N 33-25E, 1 500 m, ±5 °C, №7",
        "شجاع ١٢٣ \u{6dd} ﷽",
        "नमस्ते ไทย 한국어 ひらがな é e\u{301} 🚢 \u{a0}\u{3000}.",
    ] {
        assert_eq!(visible(text, Layout::Lines), text);
    }
    assert_eq!(visible("two\nlines\t.", Layout::OneLine), "two[U+000A]lines[U+0009].");
}

proptest! {
    #[test]
    fn the_pieces_are_the_text(text in texts(), layout in layouts()) {
        let mut again = String::new();
        for piece in pieces(&text, layout) {
            match piece {
                Piece::Text(seen) => again.push_str(seen),
                Piece::Hidden(c) => again.push(c),
            }
        }
        prop_assert_eq!(again, text);
    }

    #[test]
    fn what_is_shown_hides_nothing_more(text in texts(), layout in layouts()) {
        let shown = visible(&text, layout);
        prop_assert!(!shown.chars().any(|c| TRICKS.contains(&c)));
        prop_assert!(!shown.chars().any(|c| c.is_control() && (layout == Layout::OneLine || c != '\n' && c != '\t')));
        prop_assert_eq!(visible(&shown, layout), shown);
    }

    #[test]
    fn a_hidden_character_stands_alone(text in texts(), layout in layouts()) {
        let pieces: Vec<_> = pieces(&text, layout).collect();
        prop_assert!(pieces.iter().all(|piece| *piece != Piece::Text("")));
        let joined = pieces.windows(2).all(|pair| !matches!(pair, [Piece::Text(_), Piece::Text(_)]));
        prop_assert!(joined, "two visible pieces in a row");
    }
}
