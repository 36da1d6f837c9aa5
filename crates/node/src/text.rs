//! Words of the console, by key, from Fluent files that are compiled in.

use std::borrow::Cow;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::langid;

const ENGLISH: &str = include_str!("../console/locales/en.ftl");

/// All words of one language.
pub struct Texts(FluentBundle<FluentResource>);

impl Texts {
    /// English, the language that every key has.
    pub fn english() -> Texts {
        let resource =
            FluentResource::try_new(ENGLISH.to_owned()).expect("the compiled-in file is checked by a test");
        let mut bundle = FluentBundle::new_concurrent(vec![langid!("en")]);
        // Isolation marks are for mixed scripts; values here stand in elements of their own.
        bundle.set_use_isolating(false);
        bundle.add_resource(resource).expect("keys are unique");
        Texts(bundle)
    }

    /// The words of a key. A key that is missing shows itself, so that a test and an officer can see it.
    pub fn get(&self, key: &str) -> String {
        self.with(key, &[])
    }

    /// The words of a key with one value in them; the form that templates use.
    pub fn one(&self, key: &str, name: &str, value: impl AsRef<str>) -> String {
        self.with(key, &[(name, value.as_ref())])
    }

    /// The words of a key with values in them.
    pub fn with(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut arguments = FluentArgs::new();
        for (name, value) in values {
            arguments.set(Cow::Borrowed(*name), FluentValue::from(*value));
        }
        let Some(pattern) = self.0.get_message(key).and_then(|message| message.value()) else {
            return format!("[{key}]");
        };
        let mut errors = Vec::new();
        self.0.format_pattern(pattern, Some(&arguments), &mut errors).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use ringdown_message::value::FlagKind;

    use super::*;

    #[test]
    fn values_stand_in_the_words() {
        let texts = Texts::english();
        assert_eq!(texts.with("compose-title", &[("peer", "GREEN")]), "New message to GREEN");
        assert_eq!(texts.get("no-such-key"), "[no-such-key]");
    }

    /// Words that are the same in every language.
    const FIELD_WORDS: [&str; 19] = [
        "FLASH",
        "IMMEDIATE",
        "PRIORITY",
        "ROUTINE",
        "LIVE",
        "EXERCISE",
        "TEST",
        "ZULU",
        "QUEUED",
        "NOT",
        "SENT",
        "STORED",
        "BY",
        "PEER",
        "HERE",
        "ACKNOWLEDGED",
        "Ctrl",
        "Esc",
        "Enter",
    ];
    /// Kebab-case literals of the sources that are no keys.
    const NO_KEYS: [&str; 15] = [
        "content-security-policy",
        "x-content-type-options",
        "referrer-policy",
        "cache-control",
        "cross-origin-opener-policy",
        "cross-origin-resource-policy",
        "same-origin",
        "no-store",
        "side-a",
        "side-b",
        "line-check",
        "at-the-machine",
        "notice-of-activity",
        "incident-report",
        "question-on-activity",
    ];

    fn console(dir: &str, extension: &str) -> Vec<(String, String)> {
        let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(dir);
        let files = std::fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path());
        let files = files.filter(|path| path.extension().is_some_and(|found| found == extension));
        files.map(|path| (path.display().to_string(), std::fs::read_to_string(path).unwrap())).collect()
    }

    fn sources() -> Vec<(String, String)> {
        let product = |(path, text): (String, String)| {
            let product = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
            (path, product)
        };
        console("src/console", "rs")
            .into_iter()
            .map(product)
            .chain(console("console/templates", "html"))
            .collect()
    }

    fn defined() -> BTreeSet<String> {
        let keys = ENGLISH.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
        keys.filter_map(|line| line.split_once(" = ")).map(|(key, _)| key.to_owned()).collect()
    }

    fn literals(text: &str) -> impl Iterator<Item = &str> {
        text.lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .flat_map(|line| line.split('"').skip(1).step_by(2))
    }

    /// Keys that a source asks for: in a call, or as a literal of the form of a key in Rust.
    fn used(path: &str, text: &str) -> BTreeSet<String> {
        let mut keys = BTreeSet::new();
        // Maps have a `get` too; words are asked of `t` and of `texts`.
        for call in ["t.get(\"", "texts.get(\"", ".with(\"", ".one(\""] {
            let asked = text.split(call).skip(1).filter_map(|rest| rest.split('"').next());
            keys.extend(asked.map(str::to_owned));
        }
        let is_key = |literal: &&str| {
            literal.contains('-')
                && literal
                    .split('-')
                    .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase()))
        };
        if path.ends_with(".rs") {
            keys.extend(
                literals(text).filter(is_key).filter(|word| !NO_KEYS.contains(word)).map(str::to_owned),
            );
        }
        keys
    }

    #[test]
    fn every_key_that_is_used_has_words_and_every_key_is_used() {
        let mut used: BTreeSet<String> = sources().iter().flat_map(|(path, text)| used(path, text)).collect();
        // Of hidden characters the page says more: `compose-hidden`.
        let flags = FlagKind::ALL.into_iter().filter(|kind| *kind != FlagKind::Hidden);
        used.extend(flags.map(|kind| kind.advice().to_owned()));
        let defined = defined();
        assert!(defined.len() > 200, "only {} keys were found", defined.len());
        assert_eq!(
            used.difference(&defined).collect::<Vec<_>>(),
            Vec::<&String>::new(),
            "keys without words"
        );
        assert_eq!(
            defined.difference(&used).collect::<Vec<_>>(),
            Vec::<&String>::new(),
            "words that nothing uses"
        );
    }

    #[test]
    fn a_key_without_words_is_found() {
        let planted =
            used("x.rs", "let key = if up { \"no-such-key\" } else { \"path-up\" }; t.get(\"single\")");
        let planted: Vec<_> = planted.iter().map(String::as_str).collect();
        assert_eq!(planted, ["no-such-key", "path-up", "single"]);
    }

    /// Words that stand in a template as they are: between tags, and in attributes that are read or shown.
    fn bare_words(template: &str) -> Vec<String> {
        let mut text = without(&without(template, "{%", "%}"), "{{", "}}");
        let mut shown = Vec::new();
        for attribute in [" title=\"", " aria-label=\"", " placeholder=\"", " alt=\""] {
            shown.extend(
                text.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned),
            );
        }
        text = without(&text, "<", ">");
        shown.push(text);
        let words = shown.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
        let is_bare = |word: &&str| {
            word.chars().filter(|c| c.is_alphabetic()).count() > 1 && !FIELD_WORDS.contains(word)
        };
        words.filter(is_bare).map(str::to_owned).collect()
    }

    /// A text without what stands between two marks.
    fn without(text: &str, open: &str, close: &str) -> String {
        let mut parts = text.split(open);
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |out, part| out + " " + part.split_once(close).map_or("", |(_, rest)| rest))
    }

    #[test]
    fn templates_hold_no_words_of_their_own() {
        for (path, template) in console("console/templates", "html") {
            let bare = bare_words(&template);
            // The command is the same in every language.
            let bare: Vec<_> = bare
                .into_iter()
                .filter(|word| {
                    !["ringdown", "verify", "record", "line"].contains(&word.as_str())
                        || !path.ends_with("record.html")
                })
                .collect();
            assert_eq!(bare, Vec::<String>::new(), "{path}");
        }
        assert_eq!(
            bare_words("<p title=\"Do it\">{{ t.get(\"x\") }} now <b>FLASH</b></p>"),
            ["Do", "it", "now"]
        );
    }

    #[test]
    fn words_that_the_script_asks_for_stand_in_a_page() {
        let pages: String = console("console/templates", "html").into_iter().map(|(_, text)| text).collect();
        let mut asked = 0;
        for (path, script) in console("console/assets", "js") {
            for rest in script.split("words.").skip(1) {
                let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric()).collect();
                if ["", "replace", "dataset"].contains(&name.as_str()) {
                    continue;
                }
                let kebab: String = name
                    .chars()
                    .flat_map(|c| {
                        if c.is_ascii_uppercase() { vec!['-', c.to_ascii_lowercase()] } else { vec![c] }
                    })
                    .collect();
                assert!(pages.contains(&format!(" data-{kebab}=\"")), "{path} asks for {name}");
                asked += 1;
            }
        }
        assert!(asked > 10, "only {asked} were found");
    }

    /// What the field does not say, or says of something else.
    #[test]
    fn buttons_say_what_they_do_and_a_receipt_is_no_acknowledgement() {
        let texts = Texts::english();
        let banned = ["OK", "Yes", "No", "Submit", "Confirm", "Are you sure?", "Dismiss", "Accept", "Reject"];
        for key in defined() {
            let words = texts.get(&key);
            assert!(!banned.iter().any(|word| word.eq_ignore_ascii_case(&words)), "{key}: {words}");
            let ack =
                words.split(|c: char| !c.is_alphanumeric()).any(|word| word.eq_ignore_ascii_case("ack"));
            assert!(!ack, "{key}: {words}");
        }
    }
}
