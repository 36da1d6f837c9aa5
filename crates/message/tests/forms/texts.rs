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

/// A letter of a script that has no place in the language, or a word that mixes its script with Latin letters: letters
/// that only look right.
fn strange_word<'a>(text: &'a str, language: &str) -> Option<&'a str> {
    let words = text.split(|c: char| !c.is_alphabetic());
    let is_strange = |word: &&str| {
        let own = own_letters(word, language);
        let latin = word.chars().filter(char::is_ascii_alphabetic).count();
        let letters = word.chars().count();
        letters > 0 && own != letters && latin != letters
    };
    words.into_iter().find(is_strange)
}

fn digits(text: &str) -> Vec<&str> {
    let mut runs: Vec<_> = text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).collect();
    runs.sort_unstable();
    runs
}

/// Words that deny, which have no place before WILL NOT.
const NEGATIONS: [(&str, &[&str]); 4] = [
    ("en", &["not", "no", "never", "without"]),
    ("zh", &["不", "未", "无", "禁止", "拒绝"]),
    ("ru", &["не", "нет", "без", "запрет", "отказ"]),
    ("ar", &["لا", "لن", "لم", "عدم", "غير", "دون"]),
];

/// True for a text that calls its writer "we": whoever reads it at the other side takes himself for that.
fn says_we(text: &str, language: &str) -> bool {
    let text = text.to_lowercase();
    let mut tokens = text.split(|c: char| !c.is_alphabetic());
    match language {
        "zh" => text.contains('我'),
        "ru" => tokens.any(|word| ["мы", "нас", "нам", "нами"].contains(&word) || word.starts_with("наш")),
        "ar" => tokens.any(|word| word == "نحن" || word.ends_with("نا")),
        _ => tokens.any(|word| ["we", "our", "ours", "us"].contains(&word)),
    }
}

/// Everything in which one text is not as it has to be.
fn text_faults(text: &str, english: &str, language: &str) -> Vec<&'static str> {
    let mut faults = Vec::new();
    let mut put = |is_fault: bool, fault| {
        if is_fault {
            faults.push(fault)
        }
    };
    put(own_letters(text, language) == 0, "no letter of the language");
    put(strange_word(text, language).is_some(), "a letter of another script");
    put(language != "en" && text == english, "left in English");
    put(digits(text) != digits(english), "other numbers than in English");
    put(text.chars().any(|c| c.is_numeric() && !c.is_ascii_digit()), "digits of another script");
    put(language == "zh" && text.contains([',', ';', ':', '?', '(', ')']), "punctuation of another script");
    put(language == "ar" && text.contains([',', ';', '?']), "punctuation of another script");
    faults
}

/// What is wrong with the label and the hint of a polarity.
fn polarity_faults(label: &str, hint: &str, language: &str) -> Vec<&'static str> {
    let words = words(language);
    let mut faults = Vec::new();
    match (hint.find(&words.will), hint.rfind(&words.will_not)) {
        (Some(will), Some(not)) if will < not => {}
        _ => faults.push("WILL and then WILL NOT are not explained"),
    }
    let label = label.to_lowercase();
    let tokens: Vec<_> = label.split(|c: char| !c.is_alphabetic()).collect();
    let negations = NEGATIONS.iter().find(|(tag, _)| *tag == language).map_or(&[][..], |(_, words)| words);
    let denies = |word: &&str| if language == "zh" { label.contains(*word) } else { tokens.contains(word) };
    if negations.iter().any(denies) {
        faults.push("a double negation");
    }
    faults
}

/// Everything in which the texts of a form are not as they have to be.
fn faults(form: &Form) -> Vec<String> {
    let english = all(form, "en");
    let mut faults = Vec::new();
    for language in LANGUAGES {
        for (at, text) in all(form, language) {
            let found = text_faults(&text, &english[&at], language);
            faults.extend(found.into_iter().map(|fault| format!("{language} {at}: {fault}: {text}")));
            // The purpose and the hints are for the writer alone.
            let read_there = at != "purpose" && !at.ends_with(".hint");
            if read_there && says_we(&text, language) {
                faults.push(format!("{language} {at}: \"we\" is another at the other side: {text}"));
            }
        }
        for slot in form.slots().iter().filter(|slot| slot.kind == Kind::Polarity) {
            let label = form.texts(language).field(&slot.name).expect("complete");
            let found = polarity_faults(&label.label, &label.hint, language);
            faults.extend(found.into_iter().map(|fault| format!("{language} {}: {fault}", slot.name)));
        }
    }
    faults
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
fn the_texts_of_every_shipped_form_are_as_they_have_to_be() {
    for form in shipped() {
        assert_eq!(faults(form), Vec::<String>::new(), "{}", form.id());
    }
}

#[test]
fn a_planted_fault_in_a_text_is_found() {
    const FILE: &str = include_str!("../../forms/09-incident-report.toml");
    let planted = [
        ("label = \"Название\"", "label = \"Name\"", "ru unit.label: no letter of the language: Name"),
        (
            "label = \"Название\"",
            "label = \"Hазвание\"",
            "ru unit.label: a letter of another script: Hазвание",
        ),
        ("label = \"名称\"", "label = \"名称имя\"", "zh unit.label: a letter of another script: 名称имя"),
        ("label = \"名称\"", "label = \"Name\"", "zh unit.label: no letter of the language: Name"),
        ("label = \"الاسم\"", "label = \"الاسم 7\"", "ar unit.label: other numbers than in English: الاسم 7"),
        (
            "label = \"الاسم\"",
            "label = \"الاسم, الرقم\"",
            "ar unit.label: punctuation of another script: الاسم, الرقم",
        ),
        (
            "\"不是报告时间。\"",
            "\"不是报告时间(见正文)。\"",
            "zh when.hint: punctuation of another script: 不是报告时间(见正文)。",
        ),
        ("0 означает", "Ноль означает", "ru dead-or-missing.hint: other numbers than in English"),
        ("WILL: ours go there", "Ours go there", "en forces-sent: WILL and then WILL NOT are not explained"),
        (
            "ДА, БУДЕТ: наши",
            "НЕТ, НЕ БУДЕТ: наши",
            "ru forces-sent: WILL and then WILL NOT are not explained",
        ),
        ("label = \"派兵力前往现场\"", "label = \"不派兵力前往现场\"", "zh forces-sent: a double negation"),
        ("label = \"Направление сил", "label = \"Без направления сил", "ru forces-sent: a double negation"),
        ("label = \"إرسال قوات", "label = \"عدم إرسال قوات", "ar forces-sent: a double negation"),
        (
            "Cause as the sender knows",
            "Cause as we know",
            "en cause.label: \"we\" is another at the other side",
        ),
        ("\"发方所知原因\"", "\"我方所知原因\"", "zh cause.label: \"we\" is another at the other side"),
        ("\"Ошибка отправителя\"", "\"Наша ошибка\"", "ru cause.words.own-fault: \"we\" is another"),
        ("بحسب علم المرسِل", "بحسب علمنا", "ar cause.label: \"we\" is another at the other side"),
        (
            "label = \"Sending of forces",
            "label = \"No sending of forces",
            "en forces-sent: a double negation",
        ),
    ];
    for (from, to, expected) in planted {
        assert!(FILE.contains(from), "the file does not say {from}");
        let form =
            Form::read("planted", &FILE.replacen(from, to, 1)).expect("the reader does not judge texts");
        let found = faults(&form);
        assert!(found.iter().any(|fault| fault.starts_with(expected)), "{expected} not in {found:?}");
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
    assert_eq!(form.texts("zh").label("clock"), "发方时钟");
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
                assert_eq!(strange_word(text, language), None, "{language}: {text}");
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
