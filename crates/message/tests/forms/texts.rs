//! The texts of the shipped forms: four languages, complete, of their own, readable.

use std::collections::BTreeMap;

use ringdown_message::Marker;
use ringdown_message::form::{Form, Kind, Words, shipped, words};
use ringdown_record::{Precedence, TrafficClass};

const LANGUAGES: [&str; 4] = ["ar", "en", "ru", "zh"];

/// All texts of a form in a language, by where they stand.
fn all(form: &Form, language: &str) -> BTreeMap<String, String> {
    let texts = form.texts(language);
    assert_eq!(texts.language, language, "{} has {language}", form.id());
    let mut all = BTreeMap::new();
    let mut put = |at: String, text: &str| assert_eq!(all.insert(at, text.to_owned()), None);
    put("title".to_owned(), &texts.title);
    put("purpose".to_owned(), &texts.purpose);
    for slot in form.slots() {
        let label = texts.field(&slot.name).expect("a form has texts for each of its fields");
        put(format!("{}.label", slot.name), &label.label);
        put(format!("{}.hint", slot.name), &label.hint);
        if let Kind::Word { words, .. } = &slot.kind {
            assert_eq!(label.words.len(), words.len(), "{} {}", form.id(), slot.name);
        }
        for (word, text) in &label.words {
            put(format!("{}.words.{word}", slot.name), text);
        }
    }
    all
}

/// Letters of the language's own script.
fn own_letters(text: &str, language: &str) -> usize {
    let is_own = |c: char| match language {
        "zh" => ('\u{4e00}'..='\u{9fff}').contains(&c),
        "ru" => ('\u{0400}'..='\u{04ff}').contains(&c),
        "ar" => ('\u{0600}'..='\u{06ff}').contains(&c) && c.is_alphabetic(),
        _ => c.is_ascii_alphabetic(),
    };
    text.chars().filter(|c| is_own(*c)).count()
}

/// Letters of a script that has no place in the language: a letter that only looks right.
fn foreign_letter(text: &str, language: &str) -> Option<char> {
    let is_foreign = |c: &char| {
        let own = own_letters(&c.to_string(), language) > 0;
        c.is_alphabetic() && !own && !c.is_ascii_alphabetic()
    };
    text.chars().find(is_foreign)
}

#[test]
fn every_shipped_form_has_all_four_languages() {
    for form in shipped() {
        assert_eq!(form.languages().collect::<Vec<_>>(), LANGUAGES, "{}", form.id());
        let keys = all(form, "en").into_keys().collect::<Vec<_>>();
        for language in LANGUAGES {
            assert_eq!(all(form, language).into_keys().collect::<Vec<_>>(), keys, "{} {language}", form.id());
        }
    }
}

#[test]
fn every_text_is_in_its_own_language() {
    for form in shipped() {
        let english = all(form, "en");
        for language in LANGUAGES {
            for (at, text) in all(form, language) {
                let here = format!("{} {language} {at}: {text}", form.id());
                assert!(own_letters(&text, language) > 0, "no letter of the language in {here}");
                assert_eq!(foreign_letter(&text, language), None, "{here}");
                assert!(language == "en" || text != english[&at], "left in English: {here}");
            }
        }
    }
}

#[test]
fn two_languages_never_share_a_text() {
    for form in shipped() {
        for (one, other) in [("ar", "ru"), ("ar", "zh"), ("ru", "zh")] {
            let others = all(form, other);
            let same: Vec<_> = all(form, one).into_iter().filter(|(at, text)| others[at] == *text).collect();
            assert_eq!(same, [], "{} {one} {other}", form.id());
        }
    }
}

#[test]
fn numbers_in_texts_are_the_same_in_every_language() {
    let digits = |text: &str| {
        let runs = text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
        let mut runs: Vec<_> = runs.map(str::to_owned).collect();
        runs.sort();
        runs
    };
    for form in shipped() {
        let english = all(form, "en");
        for language in LANGUAGES {
            for (at, text) in all(form, language) {
                assert!(
                    !text.chars().any(|c| c.is_numeric() && !c.is_ascii_digit()),
                    "{} {language} {at}",
                    form.id()
                );
                assert_eq!(digits(&text), digits(&english[&at]), "{} {language} {at}: {text}", form.id());
            }
        }
    }
}

#[test]
fn the_two_polarities_are_said_in_the_words_that_the_value_has() {
    for form in shipped() {
        for slot in form.slots().iter().filter(|slot| slot.kind == Kind::Polarity) {
            for language in LANGUAGES {
                let words = words(language);
                let hint = &form.texts(language).field(&slot.name).expect("complete").hint;
                let here = format!("{} {} {language}: {hint}", form.id(), slot.name);
                let not = hint.find(&words.will_not).unwrap_or_else(|| panic!("no WILL NOT in {here}"));
                let will = hint.find(&words.will).unwrap_or_else(|| panic!("no WILL in {here}"));
                assert!(will < not, "WILL stands first: {here}");
            }
        }
    }
}

#[test]
fn no_label_of_a_polarity_is_itself_negative() {
    let negations = [
        ("en", ["not", "no", "never", "without"].as_slice()),
        ("zh", &["不", "未", "无", "禁止", "拒绝"]),
        ("ru", &["не", "нет", "без", "запрет", "отказ"]),
        ("ar", &["لا", "لن", "لم", "عدم", "غير", "دون"]),
    ];
    for form in shipped() {
        for slot in form.slots().iter().filter(|slot| slot.kind == Kind::Polarity) {
            for (language, words) in negations {
                let label = form.texts(language).label(&slot.name).to_lowercase();
                let tokens: Vec<_> = label.split(|c: char| !c.is_alphabetic()).collect();
                let found = words.iter().find(|word| match language {
                    "zh" => label.contains(**word),
                    _ => tokens.contains(*word),
                });
                assert_eq!(found, None, "a double negation waits in {} {language}: {label}", form.id());
            }
        }
    }
}

#[test]
fn only_english_is_said_to_be_checked() {
    for form in shipped() {
        for language in LANGUAGES {
            assert_eq!(form.texts(language).checked_by_native_reader, language == "en", "{}", form.id());
        }
    }
    for language in LANGUAGES {
        assert_eq!(words(language).checked_by_native_reader, language == "en", "{language}");
    }
}

#[test]
fn a_language_that_is_not_there_falls_back() {
    let form = &shipped()[0];
    assert_eq!(form.texts("zh-Hans-CN").language, "zh");
    assert_eq!(form.texts("RU").language, "ru");
    assert_eq!(form.texts("fr").language, "en");
    assert_eq!(form.texts("").language, "en");
    assert_eq!(words("ar-EG").will_not, words("ar").will_not);
    assert_eq!(words("fr").will_not, "WILL NOT");
    assert_eq!(form.texts("zh").label("clock"), "我方时钟");
    assert_eq!(form.texts("zh").word("carrier", "main"), "主用通路");
    assert_eq!(form.texts("zh").word("carrier", "third"), "third");
    assert_eq!(form.texts("zh").label("no-such"), "no-such");
}

#[test]
fn the_shared_words_are_complete_and_tell_things_apart() {
    assert_eq!(Words::languages().collect::<Vec<_>>(), LANGUAGES);
    let answers: Vec<_> = words("en").answers().collect();
    assert_eq!(answers.len(), 11);
    for language in LANGUAGES {
        let words = words(language);
        assert_eq!(words.answers().collect::<Vec<_>>(), answers, "{language}");
        let distinct = |texts: &[&str]| {
            for (index, text) in texts.iter().enumerate() {
                assert!(!text.trim().is_empty() && !texts[..index].contains(text), "{language}: {text}");
                assert!(own_letters(text, language) > 0, "{language}: {text}");
                assert_eq!(foreign_letter(text, language), None, "{language}: {text}");
            }
        };
        distinct(&[words.polarity(true), words.polarity(false)]);
        distinct(&Precedence::ALL[1..].iter().map(|one| words.precedence(*one)).collect::<Vec<_>>());
        distinct(&TrafficClass::ALL.map(|one| words.class(one)));
        distinct(&Marker::ALL.map(|one| words.marker(one)));
        distinct(&Marker::ALL.map(|one| words.asks(one)));
        distinct(&words.conditions());
        distinct(&answers.iter().map(|id| words.answer(id).expect("listed")).collect::<Vec<_>>());
        distinct(&[&words.required, &words.critical, &words.not_checked, &words.example]);
    }
}

#[test]
fn the_word_of_the_wire_stands_beside_its_translation() {
    for language in ["ar", "ru", "zh"] {
        let words = words(language);
        for precedence in &Precedence::ALL[1..] {
            assert!(words.precedence(*precedence).contains(precedence.name()), "{language}");
        }
        for class in TrafficClass::ALL {
            assert!(words.class(class).contains(class.name()), "{language}");
        }
        for marker in Marker::ALL {
            assert!(words.marker(marker).contains(marker.name()), "{language}");
        }
    }
}

#[test]
fn received_is_told_apart_from_agreed() {
    let expected = [
        ("en", "Received, not agreed"),
        ("zh", "已收到，不表示同意"),
        ("ru", "Получено, это не согласие"),
        ("ar", "استلمنا، ولا يعني ذلك الموافقة"),
    ];
    for (language, text) in expected {
        assert_eq!(words(language).answer("roger-not-agreed"), Some(text));
        assert_eq!(words(language).answer("accepted"), None);
    }
}
