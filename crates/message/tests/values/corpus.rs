//! The corpus of misunderstandings: none may compare as the same, and nothing that means the same as different.

use std::collections::BTreeMap;

use ringdown_message::value::{
    Aspect, Dimension, FlagKind, Habits, Kind, Outcome, PlaceFormat, System, Unit, Value, compare, flags,
};
use serde::Deserialize;

const MISUNDERSTANDINGS: &str = include_str!("../corpus/misunderstandings.toml");
const EQUIVALENTS: &str = include_str!("../corpus/equivalents.toml");
const FREE_TEXT: &str = include_str!("../corpus/free-text.toml");

#[derive(Deserialize)]
struct Pairs {
    case: Vec<Pair>,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Pair {
    id: String,
    kind: String,
    language: String,
    sent: String,
    sent_habits: String,
    read_back: String,
    read_back_habits: String,
    r#box: Option<String>,
    expect: String,
    aspect: Option<String>,
    why: String,
    #[serde(default)]
    source: Option<String>,
}

#[derive(Deserialize)]
struct Texts {
    case: Vec<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    id: String,
    language: String,
    text: String,
    why: String,
    flag: String,
}

fn pairs(text: &str) -> Vec<Pair> {
    toml::from_str::<Pairs>(text).expect("a well-formed corpus").case
}

fn habits(text: &str) -> Habits {
    let mut words = text.split(' ');
    let system =
        System::from_code(words.next().expect("a well-formed corpus")).expect("a well-formed corpus");
    let habits = Habits::of(system);
    words.next().map_or(habits.clone(), |places| {
        habits.with_places(PlaceFormat::from_code(places).expect("a well-formed corpus"))
    })
}

fn kind(name: &str) -> Kind {
    match name {
        "time" => Kind::Time,
        "place" => Kind::Place,
        "polarity" => Kind::Polarity,
        "word" => Kind::Word,
        "condition" => Kind::Condition,
        "name" => Kind::Name,
        dimension => Kind::Number(Dimension::from_code(dimension).expect("a well-formed corpus")),
    }
}

/// `match`, `different` or `refused`, and in what they differ.
fn judged(pair: &Pair) -> (&'static str, Option<Aspect>) {
    let sent = Value::parse(kind(&pair.kind), &pair.sent, &habits(&pair.sent_habits), None);
    let sent = sent.unwrap_or_else(|error| panic!("{}: what was sent is no value: {error}", pair.id));
    let beside =
        pair.r#box.as_ref().map(|code| Kind::NumberIn(Unit::from_code(code).expect("a well-formed corpus")));
    let asked = beside.unwrap_or_else(|| kind(&pair.kind));
    let Ok(read_back) = Value::parse(asked, &pair.read_back, &habits(&pair.read_back_habits), None) else {
        return ("refused", None);
    };
    match compare(&sent, &read_back) {
        Outcome::Match => ("match", None),
        Outcome::Different(difference) => ("different", Some(difference.aspect)),
        Outcome::ForAPerson => ("for a person", None),
    }
}

/// The pairs that are not judged as they should be.
fn misjudged(pairs: &[Pair]) -> Vec<String> {
    let told = |pair: &Pair| {
        let (found, aspect) = judged(pair);
        let right = found == pair.expect
            && pair.aspect.as_deref().is_none_or(|wanted| aspect.map(Aspect::code) == Some(wanted));
        (!right).then(|| {
            format!(
                "{}: '{}' and '{}' ({}): {found}, not {}",
                pair.id, pair.sent, pair.read_back, pair.why, pair.expect
            )
        })
    };
    pairs.iter().filter_map(told).collect()
}

fn group(id: &str) -> &str {
    id.rsplit_once('-').expect("a well-formed corpus").0
}

#[expect(clippy::print_stdout, reason = "the figures are what this test is read for")]
fn report(what: &str, pairs: &[Pair]) {
    let mut groups: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for pair in pairs {
        *groups.entry(group(&pair.id)).or_default().entry(judged(pair).0).or_default() += 1;
    }
    for (group, counts) in &groups {
        println!("{what} {group:12} {counts:?}");
    }
}

#[test]
fn no_misunderstanding_of_a_field_compares_as_the_same() {
    let pairs = pairs(MISUNDERSTANDINGS);
    report("misunderstanding", &pairs);
    let found = misjudged(&pairs);
    assert!(found.is_empty(), "{} of {}:\n{}", found.len(), pairs.len(), found.join("\n"));
    assert!(pairs.iter().all(|pair| pair.expect != "match"));
    assert_eq!(pairs.iter().filter(|pair| pair.expect == "different").count(), DIFFERENT);
    assert_eq!(pairs.iter().filter(|pair| pair.expect == "refused").count(), REFUSED);
}

#[test]
fn what_means_the_same_compares_as_the_same() {
    let pairs = pairs(EQUIVALENTS);
    report("equivalent", &pairs);
    let found = misjudged(&pairs);
    assert!(found.is_empty(), "{} of {}:\n{}", found.len(), pairs.len(), found.join("\n"));
    assert!(pairs.iter().all(|pair| pair.expect == "match"));
    assert_eq!(pairs.len(), SAME);
}

const DIFFERENT: usize = 262;
const REFUSED: usize = 37;
const SAME: usize = 238;

#[test]
fn every_pair_stands_once_with_a_reason_in_four_languages() {
    for text in [MISUNDERSTANDINGS, EQUIVALENTS] {
        let pairs = pairs(text);
        let mut seen = BTreeMap::new();
        for pair in &pairs {
            assert!(pair.why.len() > 3, "{}", pair.id);
            assert!(pair.source.as_ref().is_none_or(|source| source.len() > 10), "{}", pair.id);
            let typed = (&pair.kind, &pair.sent, &pair.read_back, &pair.why, &pair.r#box);
            assert_eq!(seen.insert(typed, &pair.id), None, "{}", pair.id);
        }
        for language in ["en", "ru", "zh", "ar"] {
            let count = pairs.iter().filter(|pair| pair.language == language).count();
            assert!(count >= 10, "{language}: {count}");
        }
    }
}

/// Each file would be seen to be wrong: turned round, every pair is misjudged.
#[test]
fn the_corpus_can_fail() {
    for (text, other) in [(MISUNDERSTANDINGS, "match"), (EQUIVALENTS, "different")] {
        let mut turned = pairs(text);
        for pair in &mut turned {
            pair.expect = other.into();
        }
        assert_eq!(misjudged(&turned).len(), turned.len());
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "the figures are what this test is read for")]
fn flags_find_some_of_what_fields_cannot_hold() {
    let texts = toml::from_str::<Texts>(FREE_TEXT).unwrap().case;
    let mut flagged = 0;
    for text in &texts {
        let found: Vec<&str> =
            flags(&text.text, &text.language).iter().map(|flag| flag.kind.advice()).collect();
        let relevant = format!("flag-{}", text.flag);
        let known = FlagKind::ALL.iter().any(|kind| kind.advice() == relevant);
        assert!(known || text.flag == "none", "{}: {}", text.id, text.flag);
        assert!(text.why.len() > 3, "{}", text.id);
        if text.flag == "none" {
            assert!(found.is_empty(), "{}: '{}' is flagged {found:?}", text.id, text.text);
        } else {
            assert!(found.contains(&relevant.as_str()), "{}: '{}' is flagged {found:?}", text.id, text.text);
            flagged += 1;
        }
        // No comparison ever sees a free text.
        let value = Value::text(&text.text).unwrap();
        assert_eq!(compare(&value, &value), Outcome::ForAPerson);
    }
    println!("free texts: {} in all, {flagged} flagged, 0 compared", texts.len());
    assert_eq!((texts.len(), flagged), (33, 21));
}
