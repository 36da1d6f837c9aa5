//! Letters of other scripts that look like Latin ones. They are never equal; this only says why.

/// Small letters of Cyrillic and Greek, and digits, that are drawn like a Latin letter in most faces.
const LOOKS: &[(char, char)] = &[
    ('а', 'a'),
    ('в', 'b'),
    ('с', 'c'),
    ('ԁ', 'd'),
    ('е', 'e'),
    ('ё', 'e'),
    ('һ', 'h'),
    ('н', 'h'),
    ('і', 'i'),
    ('ї', 'i'),
    ('ј', 'j'),
    ('к', 'k'),
    ('ӏ', 'l'),
    ('м', 'm'),
    ('о', 'o'),
    ('р', 'p'),
    ('ԛ', 'q'),
    ('ѕ', 's'),
    ('т', 't'),
    ('у', 'y'),
    ('ԝ', 'w'),
    ('х', 'x'),
    ('α', 'a'),
    ('β', 'b'),
    ('ε', 'e'),
    ('ζ', 'z'),
    ('η', 'h'),
    ('ι', 'i'),
    ('κ', 'k'),
    ('μ', 'm'),
    ('ν', 'n'),
    ('ο', 'o'),
    ('ρ', 'p'),
    ('τ', 't'),
    ('υ', 'y'),
    ('χ', 'x'),
    ('0', 'o'),
    ('1', 'l'),
    ('з', '3'),
];

fn look(c: char) -> char {
    let seen = LOOKS.iter().find(|(strange, _)| *strange == c).map_or(c, |(_, latin)| *latin);
    // 1, l and I are one stroke in many faces.
    if seen == 'i' { 'l' } else { seen }
}

/// Whether a letter of another script is drawn like a Latin one.
pub(super) fn looks_latin(c: char) -> bool {
    let latin = |small| LOOKS.iter().any(|(strange, look)| *strange == small && look.is_ascii_lowercase());
    c.to_lowercase().all(latin)
}

/// Whether two texts in lower case are drawn alike.
pub(super) fn same_look(one: &str, other: &str) -> bool {
    one.chars().map(look).eq(other.chars().map(look))
}

/// The letters in which two texts that are drawn alike differ.
pub(super) fn strange_letters(sent: &str, back: &str) -> Vec<(char, char)> {
    let letters = |text: &str| -> Vec<char> { text.split_whitespace().flat_map(str::chars).collect() };
    let pairs = letters(sent).into_iter().zip(letters(back));
    pairs.filter(|(one, other)| one.to_lowercase().ne(other.to_lowercase())).collect()
}
