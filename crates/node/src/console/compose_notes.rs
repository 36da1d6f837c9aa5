//! What a writer should look at again, told while he writes: how long the text is, and what may be misunderstood.

use ringdown_api::Draft;
use ringdown_message::hidden::code;
use ringdown_message::value::{FlagKind, flags};
use ringdown_message::{URGENT_WORDS_MAX, words};

use crate::text::Texts;

/// Most places of a text that one advice names.
const PLACES_MAX: usize = 6;

/// See the module.
pub struct Notes {
    /// How many words the text has.
    pub count: String,
    /// True if it has more than its precedence allows.
    pub too_long: bool,
    /// What of the text is meant, and the advice.
    pub flags: Vec<(Vec<String>, String)>,
    /// What is said of hidden characters; empty if there are none.
    pub hidden: String,
}

impl Notes {
    /// Of what is written so far.
    pub fn of(t: &Texts, peer: &str, draft: &Draft) -> Notes {
        let count = words(&draft.text);
        let urgent = matches!(draft.precedence.as_str(), "FLASH" | "IMMEDIATE");
        let too_long = urgent && count > URGENT_WORDS_MAX;
        let (words, most) = (count.to_string(), URGENT_WORDS_MAX.to_string());
        let values =
            [("count", words.as_str()), ("most", most.as_str()), ("precedence", draft.precedence.as_str())];
        let key = match (urgent, too_long) {
            (true, true) => "words-too-many",
            (true, false) => "words-of-most",
            (false, _) => "words-count",
        };
        let language = draft.language.as_deref().unwrap_or_default();
        let courtesy = draft.courtesy.as_ref().map_or("", |given| given.text.as_str());
        Notes {
            count: t.with(key, &values),
            too_long,
            flags: grouped(t, &draft.text, language),
            hidden: hidden(t, peer, &[&draft.subject, &draft.text, courtesy]),
        }
    }
}

/// One advice for all that it is about, in the order of the text.
fn grouped(t: &Texts, text: &str, language: &str) -> Vec<(Vec<String>, String)> {
    let found = flags(text, language);
    let mut kinds: Vec<FlagKind> = Vec::new();
    for flag in &found {
        if flag.kind != FlagKind::Hidden && !kinds.contains(&flag.kind) {
            kinds.push(flag.kind);
        }
    }
    let of_kind = |kind: FlagKind| {
        let mut places: Vec<String> = Vec::new();
        for flag in found.iter().filter(|flag| flag.kind == kind) {
            let words = text.get(flag.range.clone()).unwrap_or_default().to_owned();
            if !places.contains(&words) && places.len() < PLACES_MAX {
                places.push(words);
            }
        }
        (places, t.get(kind.advice()))
    };
    kinds.into_iter().map(of_kind).collect()
}

fn hidden(t: &Texts, peer: &str, texts: &[&str]) -> String {
    let of = |text: &&str| {
        let hidden = flags(text, "").into_iter().filter(|flag| flag.kind == FlagKind::Hidden);
        let codes = hidden.filter_map(|flag| text.get(flag.range)).flat_map(str::chars).map(code);
        codes.collect::<Vec<_>>()
    };
    let mut codes: Vec<String> = Vec::new();
    for code in texts.iter().flat_map(of) {
        if !codes.contains(&code) && codes.len() < PLACES_MAX {
            codes.push(code);
        }
    }
    if codes.is_empty() {
        return String::new();
    }
    let codes = codes.join(", ");
    t.with("compose-hidden", &[("codes", &codes), ("peer", peer)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_are_meant_stand_beside_one_advice() {
        let t = Texts::english();
        let text = "We leave tonight at 0415. We do not stop here.\u{200b}";
        let draft = Draft {
            precedence: "FLASH".into(),
            language: Some("en".into()),
            text: text.into(),
            ..Draft::default()
        };
        let notes = Notes::of(&t, "GREEN", &draft);
        let relative = notes.flags.iter().find(|(_, advice)| *advice == t.get("flag-relative"));
        assert_eq!(relative.map(|(words, _)| words.clone()), Some(vec!["tonight".into(), "here".into()]));
        assert!(notes.flags.iter().any(|(_, advice)| *advice == t.get("flag-negation")));
        assert!(notes.hidden.contains("U+200B"), "{}", notes.hidden);
        let courtesy =
            ringdown_api::translation::Translated { language: "ru".into(), text: "\u{202e}".into() };
        let notes = Notes::of(&t, "GREEN", &Draft { courtesy: Some(courtesy), ..draft });
        assert!(notes.hidden.contains("U+202E"), "in a translation too: {}", notes.hidden);
        assert!(!notes.too_long);
    }

    #[test]
    fn the_limit_holds_for_what_is_urgent() {
        let t = Texts::english();
        let text = "word ".repeat(201);
        let too_long = |precedence: &str, text: &str| {
            let draft = Draft { precedence: precedence.into(), text: text.into(), ..Draft::default() };
            Notes::of(&t, "GREEN", &draft).too_long
        };
        assert!(too_long("FLASH", &text) && too_long("IMMEDIATE", &text));
        assert!(!too_long("PRIORITY", &text) && !too_long("FLASH", &text[5..]));
    }
}
