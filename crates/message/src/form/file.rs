//! The file of a form: its keys, and all that has to be so before it is a [`Form`].

use std::collections::{BTreeMap, BTreeSet};

use ringdown_record::Precedence;
use serde::Deserialize;

use super::check::{either, list};
use super::texts::{Label, Texts};
use super::{
    EXAMPLES_MAX, Example, FALLBACK_LANGUAGE, FORM_LEN_MAX, Form, FormError, Kind, LANGUAGES_MAX,
    OFFERED_TEXTS_MAX, SLOTS_MAX, Slot, WORDS_MAX, When,
};
use crate::hidden::{Layout, Piece, pieces};
use crate::value::{
    Dimension, EXPONENT_MAX, EXPONENT_MIN, FIELD_NAME_LEN_MAX, FIELDS_MAX, Habits, Unit, WORD_LEN_MAX,
};
use crate::{Marker, SUBJECT_LEN_MAX, TEXT_LEN_MAX};

/// Longest id of a form, in bytes.
const ID_LEN_MAX: usize = 32;
const VERSION_MAX: u32 = 9_999;
/// Longest texts, in characters.
const TITLE_MAX: usize = 80;
const PURPOSE_MAX: usize = 160;
const LABEL_MAX: usize = 64;
const HINT_MAX: usize = 160;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FormFile {
    id: String,
    version: u32,
    number: u32,
    markers: Vec<String>,
    precedences: Vec<String>,
    default_precedence: String,
    text: String,
    #[serde(default)]
    offered_texts: Vec<String>,
    fields: Vec<FieldFile>,
    examples: Vec<ExampleFile>,
    texts: BTreeMap<String, TextsFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldFile {
    name: String,
    kind: String,
    dimension: Option<String>,
    unit: Option<String>,
    resolution: Option<String>,
    negative: Option<bool>,
    words: Option<Vec<String>>,
    needs_text: Option<Vec<String>>,
    after: Option<String>,
    required: bool,
    required_when: Option<WhenFile>,
    critical: bool,
    markers: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WhenFile {
    field: String,
    words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExampleFile {
    marker: String,
    precedence: String,
    subject: String,
    text: String,
    fields: Vec<(String, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TextsFile {
    title: String,
    purpose: String,
    checked_by_native_reader: bool,
    #[serde(default)]
    fields: BTreeMap<String, LabelFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LabelFile {
    label: String,
    hint: String,
    #[serde(default)]
    words: BTreeMap<String, String>,
}

/// Place and reason of what is wrong; the file's name is added at the end.
type Fault = (String, String);

pub(super) fn read(file_name: &str, text: &str) -> Result<Form, FormError> {
    form(text).map_err(|(place, reason)| FormError { file: file_name.to_owned(), place, reason })
}

fn form(text: &str) -> Result<Form, Fault> {
    if text.len() > FORM_LEN_MAX {
        return fault("length", format!("{} bytes, the most is {FORM_LEN_MAX}; shorten it", text.len()));
    }
    let file: FormFile = toml::from_str(text).map_err(|error| of_toml(&error, text))?;
    if !is_id(&file.id, ID_LEN_MAX) {
        return fault("id", format!("'{}' is not 1 to {ID_LEN_MAX} characters of a-z, 0-9 and '-'", file.id));
    }
    if !(1..=VERSION_MAX).contains(&file.version) {
        return fault("version", format!("{} is not between 1 and {VERSION_MAX}", file.version));
    }
    let markers = markers("markers", &file.markers)?;
    let precedences = precedences("precedences", &file.precedences)?;
    let default_precedence = precedence("default_precedence", &file.default_precedence)?;
    if !precedences.contains(&default_precedence) {
        return fault(
            "default_precedence",
            format!("{} is not among the precedences; add it or choose another", default_precedence.name()),
        );
    }
    let text_required = match file.text.as_str() {
        "required" => true,
        "optional" => false,
        other => return fault("text", format!("'{other}' is neither required nor optional")),
    };
    offered_texts(&file.offered_texts)?;
    let slots = slots(&file.fields, &markers)?;
    let texts = texts(file.texts, &slots)?;
    let mut form = Form {
        id: file.id,
        version: file.version,
        number: file.number,
        markers,
        precedences,
        default_precedence,
        text_required,
        offered_texts: file.offered_texts,
        slots,
        texts,
        examples: Vec::new(),
    };
    form.examples = examples(file.examples, &form)?;
    Ok(form)
}

/// What the reader of TOML found, with the line and what to do.
fn of_toml(error: &toml::de::Error, text: &str) -> Fault {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let message = error.message().replace('\n', "; ");
    let advice = match message.split('`').next().unwrap_or_default() {
        "missing field " => "; add it",
        "unknown field " => "; drop it or correct it",
        "duplicate key" => "; drop one",
        _ => "; correct it",
    };
    (format!("line {}", before.matches('\n').count() + 1), format!("{message}{advice}"))
}

fn offered_texts(texts: &[String]) -> Result<(), Fault> {
    if texts.len() > OFFERED_TEXTS_MAX {
        return fault("offered_texts", format!("{} texts; the most is {OFFERED_TEXTS_MAX}", texts.len()));
    }
    texts.iter().try_for_each(|text| readable("offered_texts", text, TEXT_LEN_MAX))
}

fn slots(fields: &[FieldFile], markers: &[Marker]) -> Result<Vec<Slot>, Fault> {
    if fields.is_empty() || fields.len() > SLOTS_MAX {
        return fault("fields", format!("{} fields; a form has 1 to {SLOTS_MAX}", fields.len()));
    }
    let mut slots: Vec<Slot> = Vec::new();
    for field in fields {
        let slot = slot(field, &slots, markers)?;
        slots.push(slot);
    }
    for marker in markers {
        let count = slots.iter().filter(|slot| slot.goes_with(*marker)).count();
        if !(1..=FIELDS_MAX).contains(&count) {
            return fault(
                "fields",
                format!(
                    "{count} fields with {}; a message has 1 to {FIELDS_MAX}; drop some or put them into the text",
                    marker.name()
                ),
            );
        }
    }
    Ok(slots)
}

fn slot(field: &FieldFile, before: &[Slot], form_markers: &[Marker]) -> Result<Slot, Fault> {
    let at = |key: &str| format!("fields.{}.{key}", field.name);
    if !is_id(&field.name, FIELD_NAME_LEN_MAX) {
        return fault(
            "fields",
            format!("name '{}' is not 1 to {FIELD_NAME_LEN_MAX} characters of a-z, 0-9 and '-'", field.name),
        );
    }
    if before.iter().any(|slot| slot.name == field.name) {
        return fault(&at("name"), "there is a field of this name already; name it otherwise");
    }
    let kind = kind(field, before)?;
    let markers = match &field.markers {
        None => Vec::new(),
        Some(names) => markers(&at("markers"), names)?,
    };
    if let Some(other) = markers.iter().find(|marker| !form_markers.contains(marker)) {
        return fault(&at("markers"), format!("the form is not for {}; leave it out", other.name()));
    }
    let required_when =
        field.required_when.as_ref().map(|when| self::when(field, when, before)).transpose()?;
    Ok(Slot {
        name: field.name.clone(),
        kind,
        required: field.required,
        required_when,
        critical: field.critical,
        markers,
    })
}

fn when(field: &FieldFile, when: &WhenFile, before: &[Slot]) -> Result<When, Fault> {
    let at = format!("fields.{}.required_when", field.name);
    if field.required {
        return fault(&at, "the field is always required; drop this key or set required = false");
    }
    let Some(other) = before.iter().find(|slot| slot.name == when.field) else {
        return fault(&at, format!("no field '{}' stands before this one; name one that does", when.field));
    };
    let Kind::Word { words, .. } = &other.kind else {
        return fault(&at, format!("field '{}' is not of kind word", when.field));
    };
    if when.words.is_empty() {
        return fault(&at, "names no word; name at least one");
    }
    match when.words.iter().find(|word| !words.contains(word)) {
        Some(word) => {
            fault(&at, format!("field '{}' has no word '{word}'; choose {}", when.field, either(words)))
        }
        None => Ok(When { field: when.field.clone(), words: when.words.clone() }),
    }
}

/// The kind, with the keys that it needs and no others.
fn kind(field: &FieldFile, before: &[Slot]) -> Result<Kind, Fault> {
    let at = |key: &str| format!("fields.{}.{key}", field.name);
    let keys = [
        ("dimension", field.dimension.is_some(), "number"),
        ("unit", field.unit.is_some(), "number"),
        ("resolution", field.resolution.is_some(), "number"),
        ("negative", field.negative.is_some(), "number"),
        ("words", field.words.is_some(), "word"),
        ("needs_text", field.needs_text.is_some(), "word"),
        ("after", field.after.is_some(), "time"),
    ];
    for (key, is_there, kind) in keys {
        let optional = matches!(key, "needs_text" | "after" | "negative");
        if is_there && kind != field.kind {
            return fault(&at(key), format!("goes with kind {kind} only, not {}; leave it out", field.kind));
        }
        if !is_there && kind == field.kind && !optional {
            return fault(&at(key), format!("kind {kind} needs this key; add it"));
        }
    }
    match field.kind.as_str() {
        "number" => number(field),
        "time" => match &field.after {
            Some(other) if !is_time(before, other) => {
                fault(&at("after"), format!("no field '{other}' of kind time stands before this one"))
            }
            after => Ok(Kind::Time { after: after.clone() }),
        },
        "place" => Ok(Kind::Place),
        "polarity" => Ok(Kind::Polarity),
        "word" => words(field),
        "condition" => Ok(Kind::Condition),
        "text" if field.critical => {
            fault(&at("critical"), "a text is not compared by machine; use another kind, or critical = false")
        }
        "text" => Ok(Kind::Text),
        "name" => Ok(Kind::Name),
        other => fault(
            &at("kind"),
            format!(
                "'{other}' is no kind; choose number, time, place, polarity, word, condition, text or name"
            ),
        ),
    }
}

fn is_time(before: &[Slot], name: &str) -> bool {
    before.iter().any(|slot| slot.name == name && matches!(slot.kind, Kind::Time { .. }))
}

fn number(field: &FieldFile) -> Result<Kind, Fault> {
    let at = |key: &str| format!("fields.{}.{key}", field.name);
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let (dimension, unit, step) = (text(&field.dimension), text(&field.unit), text(&field.resolution));
    let Some(finest) = (EXPONENT_MIN..=EXPONENT_MAX).find(|exponent| super::resolution(*exponent) == step)
    else {
        return fault(
            &at("resolution"),
            format!("'{step}' is no step; write 0.000001, 0.1, 1, 10 up to 1000000"),
        );
    };
    let negative = field.negative.unwrap_or(false);
    if dimension == "any" && unit == "any" {
        return Ok(Kind::Number { dimension: None, unit: None, finest, negative });
    }
    let Some(dimension) = Dimension::from_code(&dimension) else {
        let all: Vec<_> = Dimension::ALL.iter().map(|dimension| dimension.code()).collect();
        return fault(
            &at("dimension"),
            format!("'{dimension}' is no dimension; choose {} or any", list(&all)),
        );
    };
    let units: Vec<_> = dimension.units().map(Unit::code).collect();
    match Unit::from_code(&unit) {
        Some(unit) if unit.dimension() == dimension => {
            Ok(Kind::Number { dimension: Some(dimension), unit: Some(unit), finest, negative })
        }
        _ => fault(
            &at("unit"),
            format!("'{unit}' is no unit of {}; choose {}", dimension.code(), either(&units)),
        ),
    }
}

fn words(field: &FieldFile) -> Result<Kind, Fault> {
    let at = |key: &str| format!("fields.{}.{key}", field.name);
    let words = field.words.clone().unwrap_or_default();
    if words.len() < 2 || words.len() > WORDS_MAX {
        return fault(&at("words"), format!("{} words; a list has 2 to {WORDS_MAX}", words.len()));
    }
    for (index, word) in words.iter().enumerate() {
        if !is_id(word, WORD_LEN_MAX) {
            return fault(
                &at("words"),
                format!("'{word}' is not 1 to {WORD_LEN_MAX} characters of a-z, 0-9 and '-'"),
            );
        }
        if words[..index].contains(word) {
            return fault(&at("words"), format!("'{word}' stands twice; drop one"));
        }
    }
    let need_text = field.needs_text.clone().unwrap_or_default();
    match need_text.iter().find(|word| !words.contains(word)) {
        Some(word) => {
            fault(&at("needs_text"), format!("'{word}' is not in the list; choose {}", either(&words)))
        }
        None => Ok(Kind::Word { words, need_text }),
    }
}

fn texts(files: BTreeMap<String, TextsFile>, slots: &[Slot]) -> Result<BTreeMap<String, Texts>, Fault> {
    if !files.contains_key(FALLBACK_LANGUAGE) {
        return fault(
            "texts",
            format!("texts.{FALLBACK_LANGUAGE} is missing; it is shown where others are not"),
        );
    }
    if files.len() > LANGUAGES_MAX {
        return fault("texts", format!("{} languages, the most is {LANGUAGES_MAX}", files.len()));
    }
    let mut texts = BTreeMap::new();
    for (language, file) in files {
        if !is_id(&language, 35) {
            return fault(
                "texts",
                format!("'{language}' is no language tag in lower case, such as en or zh-hant"),
            );
        }
        texts.insert(language.clone(), one_language(&language, file, slots)?);
    }
    Ok(texts)
}

fn one_language(language: &str, file: TextsFile, slots: &[Slot]) -> Result<Texts, Fault> {
    let at = |key: &str| format!("texts.{language}.{key}");
    readable(&at("title"), &file.title, TITLE_MAX)?;
    readable(&at("purpose"), &file.purpose, PURPOSE_MAX)?;
    if let Some(name) = file.fields.keys().find(|name| slots.iter().all(|slot| slot.name != **name)) {
        return fault(
            &at(&format!("fields.{name}")),
            "the form has no such field; drop it or correct its name",
        );
    }
    let mut labels = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut files = file.fields;
    for slot in slots {
        let at = |key: &str| format!("texts.{language}.fields.{}{key}", slot.name);
        let Some(file) = files.remove(&slot.name) else {
            return fault(&at(""), "the field has no texts in this language; add label and hint");
        };
        readable(&at(".label"), &file.label, LABEL_MAX)?;
        readable(&at(".hint"), &file.hint, HINT_MAX)?;
        if !seen.insert(file.label.clone()) {
            return fault(&at(".label"), format!("'{}' stands at another field already", file.label));
        }
        word_labels(&at(".words"), slot, &file.words)?;
        let label = Label { label: file.label, hint: file.hint, words: file.words };
        labels.insert(slot.name.clone(), label);
    }
    Ok(Texts {
        language: language.to_owned(),
        title: file.title,
        purpose: file.purpose,
        checked_by_native_reader: file.checked_by_native_reader,
        labels,
    })
}

fn word_labels(at: &str, slot: &Slot, labels: &BTreeMap<String, String>) -> Result<(), Fault> {
    let words: &[String] = match &slot.kind {
        Kind::Word { words, .. } => words,
        _ => &[],
    };
    if let Some(word) = labels.keys().find(|word| !words.contains(word)) {
        return fault(&format!("{at}.{word}"), "the field has no such word; drop it or correct it");
    }
    let mut seen = BTreeSet::new();
    for word in words {
        let at = format!("{at}.{word}");
        let Some(label) = labels.get(word) else {
            return fault(&at, "the word has no text in this language; add one");
        };
        readable(&at, label, LABEL_MAX)?;
        if !seen.insert(label) {
            return fault(&at, format!("'{label}' stands at another word already"));
        }
    }
    Ok(())
}

fn examples(files: Vec<ExampleFile>, form: &Form) -> Result<Vec<Example>, Fault> {
    if files.is_empty() || files.len() > EXAMPLES_MAX {
        return fault("examples", format!("{} examples; a form has 1 to {EXAMPLES_MAX}", files.len()));
    }
    let mut examples = Vec::new();
    for (index, file) in files.into_iter().enumerate() {
        let at = |key: &str| format!("examples.{}{key}", index + 1);
        let example = Example {
            marker: marker(&at(".marker"), &file.marker)?,
            precedence: precedence(&at(".precedence"), &file.precedence)?,
            subject: file.subject,
            text: file.text,
            typed: file.fields,
        };
        readable(&at(".subject"), &example.subject, SUBJECT_LEN_MAX)?;
        if example.text.len() > TEXT_LEN_MAX {
            return fault(&at(".text"), format!("more than {TEXT_LEN_MAX} bytes; shorten it"));
        }
        let fields = form.fields(example.marker, &example.typed, &Habits::default(), None);
        let problem = match fields {
            Err(problems) => problems.into_iter().next(),
            Ok(fields) => form.check(example.marker, example.precedence, &fields, &example.text).err(),
        };
        if let Some(problem) = problem {
            return fault(&at(""), format!("does not keep to the form: {problem}"));
        }
        examples.push(example);
    }
    let bare = |slot: &&Slot| examples.iter().all(|example| !slot.goes_with(example.marker));
    match form.slots.iter().find(bare) {
        Some(slot) => fault(
            "examples",
            format!(
                "no example has a marker with which field '{}' goes; add one with {}",
                slot.name,
                slot.markers[0].name()
            ),
        ),
        None => Ok(examples),
    }
}

fn markers(place: &str, names: &[String]) -> Result<Vec<Marker>, Fault> {
    let all = names.iter().map(|name| marker(place, name)).collect::<Result<Vec<_>, _>>()?;
    if all.is_empty() || all.iter().enumerate().any(|(index, one)| all[..index].contains(one)) {
        return fault(place, "names none, or one twice; name each once");
    }
    Ok(all)
}

fn marker(place: &str, name: &str) -> Result<Marker, Fault> {
    let names = Marker::ALL.map(Marker::name);
    let known = Marker::ALL.into_iter().find(|marker| marker.name() == name);
    known.ok_or_else(|| (place.to_owned(), format!("'{name}' is no marker; choose {}", either(&names))))
}

fn precedences(place: &str, names: &[String]) -> Result<Vec<Precedence>, Fault> {
    let all = names.iter().map(|name| precedence(place, name)).collect::<Result<Vec<_>, _>>()?;
    if all.is_empty() || all.windows(2).any(|pair| pair[0] >= pair[1]) {
        return fault(place, "name at least one, each once, the most urgent first");
    }
    Ok(all)
}

fn precedence(place: &str, name: &str) -> Result<Precedence, Fault> {
    let people = [Precedence::Flash, Precedence::Immediate, Precedence::Priority, Precedence::Routine];
    let known = people.into_iter().find(|precedence| precedence.name() == name);
    let names = people.map(Precedence::name);
    known.ok_or_else(|| (place.to_owned(), format!("'{name}' is no precedence; choose {}", either(&names))))
}

/// One line that can be seen, of so many characters.
fn readable(place: &str, text: &str, most: usize) -> Result<(), Fault> {
    let count = text.chars().count();
    if text.trim().is_empty() || count > most {
        return fault(place, format!("has {count} characters; write 1 to {most}"));
    }
    if text.trim() != text {
        return fault(place, "begins or ends with a space; drop it");
    }
    let hidden = pieces(text, Layout::OneLine).find_map(|piece| match piece {
        Piece::Hidden(char) => Some(char),
        Piece::Text(_) => None,
    });
    match hidden {
        Some(char) => fault(place, format!("holds U+{:04X}, which cannot be seen; drop it", u32::from(char))),
        None => Ok(()),
    }
}

fn is_id(id: &str, most: usize) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=most).contains(&id.len()) && id.bytes().all(allowed)
}

fn fault<T>(place: &str, reason: impl Into<String>) -> Result<T, Fault> {
    Err((place.to_owned(), reason.into()))
}
