//! What a writer should look at again before he sends: words that depend on the reader, times and numbers that lack
//! something, negations in prose. A flag never stops a message; it says what may be misunderstood and what to do.

use std::ops::Range;

use super::Unit;
use super::flag_words::{ARABIC, CHINESE, ENGLISH, MONTHS, PAIRS, RUSSIAN, Words};
use super::lookalike::looks_latin;
use super::spelling::UnitError;
use crate::hidden::{Layout, Piece, pieces};

/// Most flags for one text: nobody reads more.
pub const FLAGS_MAX: usize = 100;

/// A place in a text that may be misunderstood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// Where, in bytes of the text.
    pub range: Range<usize>,
    /// Why.
    pub kind: FlagKind,
}

/// Why a text may be misunderstood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FlagKind {
    /// `tonight`, `here`, `several`: use a time, a place, a number.
    Relative,
    /// A time of day without Z or offset.
    TimeWithoutZone,
    /// A number with nothing behind it.
    NumberWithoutUnit,
    /// A unit that may mean two things.
    AmbiguousUnit,
    /// `11/12`
    NumericDate,
    /// Degrees that may be from true or from magnetic north.
    DegreesWithoutNorth,
    /// A number that is taken for another in this language: 15 and 50.
    LookAlikeNumber,
    /// `not` in prose: use the field WILL / WILL NOT.
    Negation,
    /// A second question: ask one thing.
    SecondQuestion,
    /// A character that cannot be seen.
    Hidden,
    /// Letters of two scripts in one word.
    MixedScript,
}

impl FlagKind {
    /// All, in this order.
    pub const ALL: [FlagKind; 11] = [
        FlagKind::Relative,
        FlagKind::TimeWithoutZone,
        FlagKind::NumberWithoutUnit,
        FlagKind::AmbiguousUnit,
        FlagKind::NumericDate,
        FlagKind::DegreesWithoutNorth,
        FlagKind::LookAlikeNumber,
        FlagKind::Negation,
        FlagKind::SecondQuestion,
        FlagKind::Hidden,
        FlagKind::MixedScript,
    ];

    /// The key of the advice in the texts of a language.
    pub fn advice(self) -> &'static str {
        match self {
            FlagKind::Relative => "flag-relative",
            FlagKind::TimeWithoutZone => "flag-time-without-zone",
            FlagKind::NumberWithoutUnit => "flag-number-without-unit",
            FlagKind::AmbiguousUnit => "flag-ambiguous-unit",
            FlagKind::NumericDate => "flag-numeric-date",
            FlagKind::DegreesWithoutNorth => "flag-degrees-without-north",
            FlagKind::LookAlikeNumber => "flag-look-alike-number",
            FlagKind::Negation => "flag-negation",
            FlagKind::SecondQuestion => "flag-second-question",
            FlagKind::Hidden => "flag-hidden",
            FlagKind::MixedScript => "flag-mixed-script",
        }
    }
}

/// The flags of a text in this language, in the order of the text; at most [`FLAGS_MAX`]. A text whose language has no
/// lists is read for numbers, dates, questions and characters all the same.
pub fn flags(text: &str, language: &str) -> Vec<Flag> {
    let language = language.split('-').next().unwrap_or_default().to_ascii_lowercase();
    let words = match language.as_str() {
        "en" => Some(&ENGLISH),
        "ru" => Some(&RUSSIAN),
        "zh" => Some(&CHINESE),
        "ar" => Some(&ARABIC),
        _ => None,
    };
    let tokens = tokens(text);
    let mut found = Vec::new();
    hidden(text, &mut found);
    questions(text, &mut found);
    for at in 0..tokens.len() {
        numbers(&tokens, at, words, &mut found);
        if !belongs_to_name(&tokens, at) && !is_said_whole(&tokens, at, words) {
            pairs(&tokens[at], &language, &mut found);
        }
        if is_mixed(tokens[at].text) {
            found.push(Flag { range: tokens[at].range(), kind: FlagKind::MixedScript });
        }
    }
    if let Some(words) = words {
        let lists = [(words.relative, FlagKind::Relative), (words.negations, FlagKind::Negation)];
        for (list, kind) in lists {
            if language == "zh" {
                substrings(text, list, kind, &mut found)
            } else {
                phrases(&tokens, list, kind, &mut found)
            }
        }
    }
    found.sort_by_key(|flag| (flag.range.start, flag.kind, flag.range.end));
    found.dedup();
    found.truncate(FLAGS_MAX);
    found
}

/// A run of letters, a run of digits with what may stand within a number, or one other sign.
#[derive(Clone, Copy, Debug)]
struct Token<'a> {
    start: usize,
    text: &'a str,
    /// A blank stands in front of it, or the text begins.
    apart: bool,
}

impl Token<'_> {
    fn range(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }

    fn is_number(&self) -> bool {
        self.text.starts_with(|c: char| digit(c).is_some())
    }

    fn is_word(&self) -> bool {
        self.text.starts_with(char::is_alphabetic)
    }
}

fn digit(c: char) -> Option<u32> {
    let point = u32::from(c);
    match c {
        '0'..='9' => Some(point - 0x30),
        '\u{660}'..='\u{669}' => Some(point - 0x660),
        '\u{6f0}'..='\u{6f9}' => Some(point - 0x6f0),
        '\u{ff10}'..='\u{ff19}' => Some(point - 0xff10),
        _ => None,
    }
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let mut start = 0;
    let mut apart = true;
    while let Some(c) = text[start..].chars().next() {
        let rest = &text[start..];
        if c.is_whitespace() {
            apart = true;
            start += c.len_utf8();
            continue;
        }
        let end = if digit(c).is_some() {
            number_end(rest)
        } else if c.is_alphabetic() {
            let in_word = |c: char| (c.is_alphabetic() && digit(c).is_none()) || matches!(c, '\'' | '’');
            rest.find(|c| !in_word(c)).unwrap_or(rest.len())
        } else {
            c.len_utf8()
        };
        tokens.push(Token { start, text: &rest[..end], apart });
        apart = false;
        start += end;
    }
    tokens
}

/// Digits, with signs within them that digits follow: `20:15`, `11/12`, `1.5`, `2026-11-23`.
fn number_end(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    let mut end = 0;
    while let Some((at, c)) = chars.next() {
        let digit_follows = chars.peek().is_some_and(|(_, next)| digit(*next).is_some());
        if digit(c).is_some() {
            end = at + c.len_utf8();
        } else if !(matches!(c, ':' | '：' | '/' | '.' | ',' | '-') && digit_follows) {
            break;
        }
    }
    end
}

fn hidden(text: &str, found: &mut Vec<Flag>) {
    let mut at = 0;
    for piece in pieces(text, Layout::Lines) {
        let len = match piece {
            Piece::Text(seen) => seen.len(),
            Piece::Hidden(c) => {
                found.push(Flag { range: at..at + c.len_utf8(), kind: FlagKind::Hidden });
                c.len_utf8()
            }
        };
        at += len;
    }
}

fn questions(text: &str, found: &mut Vec<Flag>) {
    let mut marks = text.char_indices().filter(|(_, c)| matches!(c, '?' | '？' | '؟'));
    // Marks in a row are one question.
    let mut last = marks.next().map(|(at, c)| at + c.len_utf8());
    for (at, c) in marks {
        if last != Some(at) {
            found.push(Flag { range: at..at + c.len_utf8(), kind: FlagKind::SecondQuestion });
        }
        last = Some(at + c.len_utf8());
    }
}

fn pairs(token: &Token<'_>, language: &str, found: &mut Vec<Flag>) {
    let text = plain(token.text);
    let list = PAIRS.iter().find(|(of, _)| *of == language).map_or(&[][..], |(_, list)| list);
    if list.iter().any(|(one, other)| *one == text || *other == text) {
        found.push(Flag { range: token.range(), kind: FlagKind::LookAlikeNumber });
    }
}

/// Small letters, ASCII digits and colons.
fn plain(text: &str) -> String {
    let ascii = |c| match digit(c).and_then(|value| char::from_digit(value, 10)) {
        Some(digit) => digit,
        None if c == '：' => ':',
        None => c,
    };
    text.chars().map(ascii).collect::<String>().to_lowercase()
}

/// Latin, Greek and Cyrillic, which have letters that look alike.
const SCRIPTS: [std::ops::RangeInclusive<char>; 3] =
    ['A'..='\u{24f}', '\u{370}'..='\u{3ff}', '\u{400}'..='\u{52f}'];

fn script(c: char) -> Option<usize> {
    SCRIPTS.iter().position(|range| c.is_alphabetic() && range.contains(&c))
}

/// The first letter of a word that is of another script than the letters before it.
fn strange(word: &str) -> Option<char> {
    let mut letters = word.chars().filter_map(|c| Some((c, script(c)?)));
    let (_, first) = letters.next()?;
    letters.find(|(_, script)| *script != first).map(|(c, _)| c)
}

/// Latin beside Cyrillic or Greek.
fn is_mixed(word: &str) -> bool {
    strange(word).is_some()
}

/// The first letter that stands in a word whose letters before it are of another script, and may look like them; or that
/// begins a word which looks Latin to its last letter, and is not, beside words that are.
pub(super) fn strange_letter(text: &str) -> Option<char> {
    let tokens = tokens(text);
    let words = || tokens.iter().map(|token| token.text);
    let has_latin = words().any(|word| word.chars().find_map(script) == Some(0));
    let disguised = || words().find_map(disguised).filter(|_| has_latin);
    words().find_map(strange).or_else(disguised)
}

/// The first letter of a word of another script than Latin, if every letter of it is drawn like a Latin one.
fn disguised(word: &str) -> Option<char> {
    let mut letters = word.chars().filter(|c| c.is_alphabetic());
    let first = letters.clone().next()?;
    letters.all(|c| script(c) != Some(0) && looks_latin(c)).then_some(first)
}

fn phrases(tokens: &[Token<'_>], list: &[&str], kind: FlagKind, found: &mut Vec<Flag>) {
    for at in 0..tokens.len() {
        let longest = list.iter().filter_map(|phrase| matched(&tokens[at..], phrase)).max();
        let contracted =
            kind == FlagKind::Negation && plain(tokens[at].text).replace('’', "'").ends_with("n't");
        if let Some(count) = longest.or(contracted.then_some(1)) {
            let range = tokens[at].start..tokens[at + count - 1].range().end;
            found.push(Flag { range, kind });
        }
    }
}

/// How many tokens the phrase takes at the front of these.
fn matched(tokens: &[Token<'_>], phrase: &str) -> Option<usize> {
    let words: Vec<&str> = phrase.split(' ').collect();
    let fits = words.len() <= tokens.len()
        && words.iter().zip(tokens).all(|(word, token)| *word == plain(token.text));
    fits.then_some(words.len())
}

/// Chinese has no blanks between words.
fn substrings(text: &str, list: &[&str], kind: FlagKind, found: &mut Vec<Flag>) {
    for word in list {
        found.extend(text.match_indices(word).map(|(at, _)| Flag { range: at..at + word.len(), kind }));
    }
}

fn numbers(tokens: &[Token<'_>], at: usize, words: Option<&Words>, found: &mut Vec<Flag>) {
    let token = tokens[at];
    if !token.is_number() || belongs_to_name(tokens, at) || is_named(tokens, at) || is_year(tokens, at) {
        return;
    }
    let mut flag = |end: usize, kind| found.push(Flag { range: token.start..end, kind });
    let own_end = token.range().end;
    let next = tokens.get(at + 1);
    let next_text = next.map(|next| plain(next.text)).unwrap_or_default();
    let text = plain(token.text);
    if is_numeric_date(&text) {
        return flag(own_end, FlagKind::NumericDate);
    }
    let offset = matches!(next_text.as_str(), "+" | "-")
        && tokens.get(at + 2).is_some_and(|after| after.is_number() && !after.apart);
    let has_zone = next_text.starts_with('z') || next_text == "utc" || offset;
    if is_clock(&text) && !has_zone {
        return flag(own_end, FlagKind::TimeWithoutZone);
    }
    if has_zone || is_iso_date(&text) {
        return;
    }
    if words.is_some_and(|words| words.clocks.iter().any(|clock| is_or_begins(&next_text, clock))) {
        let hour = text.parse::<u32>().is_ok_and(|value| value <= 2400);
        let has_zone = tokens
            .get(at + 2)
            .is_some_and(|after| matches!(plain(after.text).as_str(), "z" | "utc" | "zulu"));
        let end = next.map_or(own_end, |next| next.range().end);
        if hour && !has_zone {
            flag(end, FlagKind::TimeWithoutZone);
        }
        return;
    }
    let Some(next) = next else { return flag(own_end, FlagKind::NumberWithoutUnit) };
    if is_degree(&next_text) {
        if !has_direction(&tokens[at + 2..]) {
            flag(next.range().end, FlagKind::DegreesWithoutNorth);
        }
        return;
    }
    if Unit::parse(next.text).is_ok() {
        return;
    }
    if let Err(UnitError::Ambiguous(_)) = Unit::parse(next.text) {
        return flag(next.range().end, FlagKind::AmbiguousUnit);
    }
    let joint = words.is_some_and(|words| words.joints.contains(&next_text.as_str()));
    let grouped = next.is_number() && next.apart;
    let counted = next.is_word() && !joint;
    if !counted && !grouped && !matches!(next.text, "'" | "\"" | "′" | "″") {
        flag(own_end, FlagKind::NumberWithoutUnit);
    }
}

/// In Chinese the word goes on without a blank.
fn is_or_begins(text: &str, word: &str) -> bool {
    text == word
        || (!word.is_ascii()
            && word.chars().count() == 1
            && text.starts_with(word)
            && !text.starts_with("时间"))
}

fn is_degree(text: &str) -> bool {
    matches!(text, "°" | "º" | "degree" | "degrees" | "deg" | "градусов" | "градуса" | "градус" | "درجة")
        || text.starts_with('度')
}

/// What follows degrees says from where they count, or that they are a temperature or part of a place.
fn has_direction(rest: &[Token<'_>]) -> bool {
    let Some(next) = rest.first() else { return false };
    let known = ["true", "mag", "magnetic", "t", "m", "c", "f", "celsius", "fahrenheit", "n", "s", "e", "w"];
    next.is_number() || known.contains(&plain(next.text).as_str())
}

/// Part of a name, a serial or an offset: `BLUE 0142`, `FL 330`, `F-16`, `20:15 +03`.
fn belongs_to_name(tokens: &[Token<'_>], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| tokens[before]) else { return false };
    let capitals = |token: Token<'_>| token.is_word() && token.text.chars().all(|c| c.is_uppercase());
    let hyphen =
        before.text == "-" && !before.apart && at >= 2 && tokens[at - 2].is_word() && !tokens[at].apart;
    let number_sign = matches!(before.text, "#" | "№");
    let glued = before.is_word() && !tokens[at].apart;
    let is_time = |text: &str| is_clock(text) || text.chars().count() == 4;
    let offset = matches!(before.text, "+" | "-") && at >= 2 && is_time(&plain(tokens[at - 2].text));
    hyphen
        || number_sign
        || offset
        || (glued && capitals(before))
        || (capitals(before) && before.text.len() > 1)
}

/// The number of a thing that is called by it, within a sentence: `the ship Tern 7`. A time or date is none.
fn is_named(tokens: &[Token<'_>], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| tokens[before]) else { return false };
    let ends = |token: &Token<'_>| matches!(token.text, "." | "!" | "?" | "…" | ":");
    let begins_sentence = at < 2 || ends(&tokens[at - 2]);
    let mut letters = before.text.chars();
    let is_name = letters.next().is_some_and(char::is_uppercase)
        && before.text.chars().count() > 1
        && letters.all(char::is_lowercase)
        && !is_month(&plain(before.text));
    is_name && !begins_sentence && tokens[at].apart && tokens[at].text.chars().all(|c| digit(c).is_some())
}

/// `2026` behind its month.
fn is_year(tokens: &[Token<'_>], at: usize) -> bool {
    let year = plain(tokens[at].text);
    let behind_month = at.checked_sub(1).is_some_and(|before| is_month(&plain(tokens[before].text)));
    behind_month && year.len() == 4 && (year.starts_with("19") || year.starts_with("20"))
}

fn is_month(word: &str) -> bool {
    MONTHS.contains(&word)
}

/// Written so that nobody takes it for another number: with its unit in digits, as a name or as the day of a month.
fn is_said_whole(tokens: &[Token<'_>], at: usize, words: Option<&Words>) -> bool {
    if !tokens[at].is_number() {
        return false;
    }
    let word = |ahead: usize| tokens.get(at + ahead).map_or_else(String::new, |token| plain(token.text));
    // `12 hours` may be a time of day.
    let clock = words.is_some_and(|words| words.clocks.contains(&word(1).as_str()));
    let unit = Unit::parse(&word(1)).is_ok() || Unit::parse(&format!("{} {}", word(1), word(2))).is_ok();
    (unit && !clock) || is_month(&word(1)) || is_named(tokens, at)
}

/// Two parts with a stroke, or three parts of which the first is not a year.
fn is_numeric_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['/', '.', '-']).collect();
    let short = |part: &&str| (1..=2).contains(&part.len());
    match parts[..] {
        [_, _] => text.contains('/') && parts.iter().all(short),
        [_, _, year] => parts[..2].iter().all(short) && matches!(year.len(), 2 | 4) && !text.contains(':'),
        _ => false,
    }
}

fn is_iso_date(text: &str) -> bool {
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    parts == [4, 2, 2]
}

/// `20:15`
fn is_clock(text: &str) -> bool {
    text.split_once(':').is_some_and(|(hour, rest)| hour.len() <= 2 && rest.len() >= 2)
}
