//! Words of the console, by key, in each of its languages, from Fluent files that are compiled in.
//!
//! The language is that of the request that is being answered: [`spoken_in`] sets it, and [`Tongues`] reads it. A key
//! that a language lacks is said in English.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

/// A language that the console speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    /// What every other falls back to.
    English,
    /// In simplified characters.
    Chinese,
    /// Cyrillic.
    Russian,
    /// From right to left.
    Arabic,
}

tokio::task_local! {
    static SPOKEN: Language;
}

/// Answers a request in a language.
pub async fn spoken_in<F: Future>(language: Language, answer: F) -> F::Output {
    SPOKEN.scope(language, answer).await
}

impl Language {
    /// In the order in which they are offered.
    pub const ALL: [Language; 4] =
        [Language::English, Language::Chinese, Language::Russian, Language::Arabic];

    /// As HTML and HTTP name it.
    pub fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Chinese => "zh",
            Language::Russian => "ru",
            Language::Arabic => "ar",
        }
    }

    /// How its speakers call it.
    pub fn own_name(self) -> &'static str {
        match self {
            Language::English => "English",
            Language::Chinese => "中文",
            Language::Russian => "Русский",
            Language::Arabic => "العربية",
        }
    }

    /// Where its lines begin, as HTML says it.
    pub fn direction(self) -> &'static str {
        if self == Language::Arabic { "rtl" } else { "ltr" }
    }

    /// The language of a tag such as `zh-Hant-TW`, by its first part.
    pub fn of_tag(tag: &str) -> Option<Language> {
        let first = tag.split('-').next()?.trim();
        Language::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(first))
    }

    /// The best of those that an `Accept-Language` header names.
    pub fn accepted(header: &str) -> Option<Language> {
        let wish = |part: &str| {
            let (tag, weight) = part.split_once(';').unwrap_or((part, "q=1"));
            let weight: f32 = weight.trim().strip_prefix("q=")?.parse().ok()?;
            (weight > 0.0).then_some((Language::of_tag(tag)?, weight))
        };
        // Of equal weights the first counts.
        let best = |best: (Language, f32), next: (Language, f32)| if next.1 > best.1 { next } else { best };
        header.split(',').filter_map(wish).reduce(best).map(|(language, _)| language)
    }

    fn words(self) -> &'static str {
        match self {
            Language::English => include_str!("../console/locales/en.ftl"),
            Language::Chinese => concat!(
                include_str!("../console/locales/zh.ftl"),
                include_str!("../console/locales/refused.zh.ftl")
            ),
            Language::Russian => concat!(
                include_str!("../console/locales/ru.ftl"),
                include_str!("../console/locales/refused.ru.ftl")
            ),
            Language::Arabic => concat!(
                include_str!("../console/locales/ar.ftl"),
                include_str!("../console/locales/refused.ar.ftl")
            ),
        }
    }

    fn bundle(self) -> FluentBundle<FluentResource> {
        let resource = FluentResource::try_new(self.words().to_owned());
        let resource = resource.expect("the compiled-in files are checked by a test");
        let tag: LanguageIdentifier = self.tag().parse().expect("the tags are well formed");
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        // In a text from right to left a value keeps its own order; elsewhere marks would be in the way.
        bundle.set_use_isolating(self.direction() == "rtl");
        bundle.add_resource(resource).expect("keys are unique");
        bundle
    }
}

/// The words of all languages; read as those of the request that is being answered. A language that nobody asks for
/// takes no memory.
#[derive(Default)]
pub struct Tongues([OnceLock<Texts>; Language::ALL.len()]);

impl Tongues {
    /// The words of one language, for work that goes on outside of the request.
    pub fn of(&self, language: Language) -> &Texts {
        self.0[language as usize].get_or_init(|| Texts::new(language))
    }
}

impl Deref for Tongues {
    type Target = Texts;

    fn deref(&self) -> &Texts {
        self.of(SPOKEN.try_get().unwrap_or_default())
    }
}

/// All words of one language.
pub struct Texts {
    language: Language,
    words: FluentBundle<FluentResource>,
    /// Says what the others lack.
    english: Option<FluentBundle<FluentResource>>,
}

/// Put around a value in a text from right to left.
const ISOLATE: (char, char) = ('\u{2068}', '\u{2069}');

impl Texts {
    /// Reads the file of one language.
    pub fn new(language: Language) -> Texts {
        let english = (language != Language::English).then(|| Language::English.bundle());
        Texts { language, words: language.bundle(), english }
    }

    /// English, the language that every key has.
    pub fn english() -> Texts {
        Texts::new(Language::English)
    }

    /// Which one this is.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Its tag, for `lang` and for the texts of forms.
    pub fn tag(&self) -> &'static str {
        self.language.tag()
    }

    /// `ltr` or `rtl`.
    pub fn direction(&self) -> &'static str {
        self.language.direction()
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
            arguments.set(Cow::Borrowed(*name), FluentValue::from(self.guarded(value)));
        }
        let bundles = std::iter::once(&self.words).chain(&self.english);
        let found = bundles.filter_map(|bundle| Some((bundle, bundle.get_message(key)?.value()?))).next();
        let Some((bundle, pattern)) = found else { return format!("[{key}]") };
        let mut errors = Vec::new();
        bundle.format_pattern(pattern, Some(&arguments), &mut errors).into_owned()
    }

    /// What the API says in English too: that English, or the words of the key in this language.
    pub fn said(&self, key: &str, english: &str, values: &[(&str, &str)]) -> String {
        if self.language == Language::English { english.to_owned() } else { self.with(key, values) }
    }

    /// A value that cannot end the isolate around it: marks that do not pair are shown by their code.
    fn guarded<'a>(&self, value: &'a str) -> Cow<'a, str> {
        let step = |depth: Option<u32>, c: char| match c {
            c if c == ISOLATE.0 => depth.map(|depth| depth + 1),
            c if c == ISOLATE.1 => depth.and_then(|depth| depth.checked_sub(1)),
            _ => depth,
        };
        if self.direction() == "ltr" || value.chars().fold(Some(0), step) == Some(0) {
            return Cow::Borrowed(value);
        }
        Cow::Owned(value.replace(ISOLATE.0, "[U+2068]").replace(ISOLATE.1, "[U+2069]"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use ringdown_message::value::FlagKind;

    use super::*;

    /// The keys of a file with the values that each takes. A text goes on in lines that are indented.
    fn keys(file: &str) -> std::collections::BTreeMap<&str, BTreeSet<&str>> {
        let lines = file.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
        lines
            .filter_map(|line| line.split_once(" = "))
            .map(|(key, words)| {
                let taken = words.split("{ $").skip(1).filter_map(|rest| rest.split(" }").next());
                (key, taken.collect())
            })
            .collect()
    }

    /// What the API says too stands in English in the code: its keys are in the other languages alone.
    const SAID: &str = "said-";

    #[test]
    fn every_language_has_every_key_with_the_same_values() {
        let mut english = keys(Language::English.words());
        assert!(english.len() > 400, "only {} keys were found", english.len());
        assert!(!english.keys().any(|key| key.starts_with(SAID)), "a second English");
        let said = keys(Language::Russian.words());
        english.extend(said.into_iter().filter(|(key, _)| key.starts_with(SAID)));
        for language in Language::ALL.into_iter().filter(|language| *language != Language::English) {
            let own = keys(language.words());
            let differs = |key: &&&str| own.get(**key) != english.get(**key);
            let all: BTreeSet<&str> = english.keys().chain(own.keys()).copied().collect();
            let all: Vec<&&str> = all.iter().filter(differs).collect();
            assert_eq!(all, Vec::<&&str>::new(), "{}", language.tag());
        }
        // A key that is missing, and a value that is, are seen.
        let planted = keys("board = x\nline-since = seit { $since }");
        assert_ne!(planted.get("line-since"), english.get("line-since"));
        assert_eq!(planted.get("board"), english.get("board"));
        assert!(!planted.contains_key("skip"));
    }

    #[test]
    fn words_that_a_language_lacks_are_english() {
        let lacking = Texts {
            language: Language::Russian,
            words: FluentBundle::new_concurrent(vec![]),
            english: Some(Language::English.bundle()),
        };
        assert_eq!(lacking.get("board"), "Board");
        assert_eq!(lacking.get("no-such-key"), "[no-such-key]");
    }

    /// Received, understood, agreed and refused are four different words in every language.
    #[test]
    fn words_of_buttons_are_told_apart_in_every_language() {
        const BUTTONS: [&str; 19] = [
            "acknowledge",
            "silence",
            "move-read-back",
            "move-roger",
            "move-roger-intention",
            "move-say-again",
            "move-affirm",
            "move-negative",
            "move-wilco",
            "move-unable",
            "move-unable-answer",
            "move-objection",
            "move-check-good",
            "move-check-garbled",
            "move-handed-on",
            "move-in-preparation",
            "that-is-correct",
            "wrong",
            "our-message-was-wrong",
        ];
        for language in Language::ALL {
            let texts = Texts::new(language);
            let words: BTreeSet<String> = BUTTONS.iter().map(|key| texts.get(key)).collect();
            assert_eq!(words.len(), BUTTONS.len(), "{}", language.tag());
        }
    }

    #[test]
    fn a_value_in_a_text_from_right_to_left_stands_by_itself_and_cannot_break_out() {
        let arabic = Texts::new(Language::Arabic);
        let told = arabic.with("read-back-title", &[("serial", "BLUE 0142")]);
        assert!(told.contains("\u{2068}BLUE 0142\u{2069}"), "{told:?}");
        let hostile = arabic.with("read-back-title", &[("serial", "a\u{2069}b")]);
        assert!(hostile.contains("\u{2068}a[U+2069]b\u{2069}"), "{hostile:?}");
        assert_eq!(Texts::english().one("read-back-title", "serial", "x"), "Read back x");
    }

    #[tokio::test]
    async fn a_request_is_answered_in_its_own_language() {
        let tongues = Tongues::default();
        assert_eq!(tongues.language(), Language::English);
        let spoken = spoken_in(Language::Russian, async { tongues.language() }).await;
        assert_eq!(spoken, Language::Russian);
    }

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
    /// What stands in the log of the watch is read by officers who may know no English.
    #[test]
    fn the_log_of_the_watch_has_no_english_word_in_another_language() {
        let english = |line: &str| {
            let text = line.split_once(" = ").map_or("", |(_, text)| text);
            let plain: String =
                text.split('{').map(|part| part.rsplit('}').next().unwrap_or_default()).collect();
            let words = plain.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| word.len() > 1);
            words.filter(|word| !FIELD_WORDS.contains(word)).map(str::to_owned).collect::<Vec<_>>()
        };
        for language in Language::ALL.into_iter().filter(|language| *language != Language::English) {
            let notes = language.words().lines().filter(|line| line.starts_with("log-"));
            let found: Vec<_> = notes.map(|line| (line, english(line))).collect();
            assert!(found.len() > 10, "{}", language.tag());
            let found: Vec<_> = found.into_iter().filter(|(_, words)| !words.is_empty()).collect();
            assert_eq!(found, [], "{}", language.tag());
        }
        assert_eq!(english("log-x = { $serial }: UNATTENDED { $why } LIVE"), ["UNATTENDED"]);
    }

    /// Kebab-case literals of the sources that are no keys.
    const NO_KEYS: [&str; 16] = [
        "ringdown-page",
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

    /// Sources of the node, and of those below it that say sentences, without their tests: what follows `src`, and texts.
    fn crate_sources() -> Vec<(String, String)> {
        let own = ["src", "src/http", "src/reasons", "src/console"];
        let others = ["../record/src", "../message/src", "../message/src/dialogue"];
        let all = own.iter().chain(&others).flat_map(|dir| console(dir, "rs"));
        let product = |text: String| text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
        let name = |path: String| path.rsplit_once("/src/").map_or(path.clone(), |(_, rest)| rest.to_owned());
        all.map(|(path, text)| (name(path), product(text))).collect()
    }

    /// Of English, and of what the others have alone.
    fn defined() -> BTreeSet<String> {
        let said = keys(Language::Russian.words()).into_keys().filter(|key| key.starts_with(SAID));
        keys(Language::English.words()).into_keys().chain(said).map(str::to_owned).collect()
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
        let sources = crate_sources();
        let elsewhere = sources.iter().flat_map(|(_, text)| literals(text));
        used.extend(elsewhere.filter(|literal| literal.starts_with(SAID)).map(str::to_owned));
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

    /// Key and English of each sentence that a source makes. The English has no quotes but single ones.
    fn sentences(text: &str) -> Vec<(&str, &str)> {
        let calls = text.split("sentence!(").skip(1);
        calls
            .map(|call| call.split('"').skip(1).step_by(2))
            .filter_map(|mut each| Some((each.next()?, each.next()?)))
            .collect()
    }

    #[test]
    fn every_sentence_of_the_node_takes_the_same_values_in_every_language() {
        let words = keys(Language::Russian.words());
        let named = |english: &str| -> BTreeSet<String> {
            english.split('{').skip(1).filter_map(|rest| rest.split('}').next()).map(str::to_owned).collect()
        };
        let mut found = 0;
        for (path, text) in crate_sources() {
            for (key, english) in sentences(&text) {
                let taken: BTreeSet<String> =
                    words.get(key).into_iter().flatten().map(|name| (*name).to_owned()).collect();
                assert_eq!(taken, named(english), "{path}: {key}");
                found += 1;
            }
        }
        assert!(found > 150, "only {found} were found");
    }

    /// An error without a key would be English on every console. The command line speaks English alone.
    #[test]
    fn every_error_of_the_node_can_be_said_in_every_language() {
        const ENGLISH_ALONE: [&str; 2] = ["play.rs", "replay.rs"];
        let without_key =
            |text: &str| text.contains("ApiError::new(") || text.contains("ApiError::bad_request(");
        let found: BTreeSet<String> =
            crate_sources().into_iter().filter(|(_, text)| without_key(text)).map(|(path, _)| path).collect();
        // Words of the page itself, and words that were already put into its language.
        let known = ENGLISH_ALONE.into_iter().chain(["console/said.rs"]).map(str::to_owned).collect();
        assert_eq!(found, known);
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
        for key in keys(Language::English.words()).into_keys() {
            let words = texts.get(key);
            assert!(!banned.iter().any(|word| word.eq_ignore_ascii_case(&words)), "{key}: {words}");
            let ack =
                words.split(|c: char| !c.is_alphanumeric()).any(|word| word.eq_ignore_ascii_case("ack"));
            assert!(!ack, "{key}: {words}");
        }
    }
}
