//! What is asked of who reads back, and how what he types is understood; never what was sent.

use ringdown_api::ApiError;
use ringdown_api::read_back::{Blank, Choice, ToReadBack, Understood};
use ringdown_message::Content;
use ringdown_message::form::{Form as MessageForm, Kind as SlotKind};
use ringdown_message::value::{Dimension, Field, Kind, ParseError, PlaceFormat, Value};
use ringdown_record::Side;
use ringdown_record::sentence;

use crate::acts::reference;
use crate::console::fields::{content, label, value_words};
use crate::console::said;
use crate::line::{Line, not_found};
use crate::reasons;
use crate::refusal::bad_request;
use crate::text::Texts;

/// Everything that is asked, if the message may be read back now.
pub fn to_read_back(line: &Line, name: &str, t: &Texts) -> Result<ToReadBack, ApiError> {
    line.may_read_back(name)?;
    let message = line.message_with_text(name)?;
    Ok(ToReadBack {
        blanks: of_message(line, name, t)?,
        serial: message.serial,
        precedence: message.precedence,
        class: message.class,
        marker: message.marker,
    })
}

/// Every critical field, in the order of the message.
pub fn of_message(line: &Line, name: &str, t: &Texts) -> Result<Vec<Blank>, ApiError> {
    let (content, fields) = critical(line, name)?;
    let from = (line, line.find(name)?.side);
    Ok(fields.iter().map(|field| blank(from, &content, field, t)).collect())
}

/// How what was typed is understood; what is wrong with it, in words, where it is no value.
pub fn understood(line: &Line, name: &str, field: &str, typed: &str) -> Result<Understood, ApiError> {
    let (_, fields) = critical(line, name)?;
    let field = fields.into_iter().find(|each| each.name == field).ok_or_else(|| not_found(name))?;
    let habits = &line.site.habits;
    let typed = typed.trim();
    let value = parsed(line, &field, typed).map_err(|wrong| {
        bad_request(
            sentence!("said-box-unreadable", "This cannot be read: {why}.", why = reasons::of_typed(&wrong)),
            sentence!("said-box-unreadable-do", "Type it again as you understood it."),
        )
    })?;
    let words = match value {
        Value::Place(place) => place.with_tolerance(habits),
        value => value.shown(habits),
    };
    Ok(Understood { typed: with_unit(line, &field, typed), words })
}

/// The message's content and its critical fields.
pub fn critical(line: &Line, name: &str) -> Result<(Content, Vec<Field>), ApiError> {
    let content = content(line, &line.find(name)?)?.ok_or_else(|| not_found(name))?;
    let fields = content.fields.iter().filter(|field| field.critical).cloned().collect();
    Ok((content, fields))
}

/// What is wrong with what was typed for a field.
pub fn wrong(line: &Line, field: &Field, typed: &str, t: &Texts) -> Option<String> {
    parsed(line, field, typed).err().map(|error| said::sentence(&reasons::of_typed(&error), t))
}

fn parsed(line: &Line, field: &Field, typed: &str) -> Result<Value, ParseError> {
    let habits = &line.site.habits;
    let reference = reference(line.clock.now().wall);
    Value::parse(field.value.kind_in(habits), typed, habits, reference)
}

/// A number typed without its unit has the one that stands behind the box.
pub fn with_unit(line: &Line, field: &Field, typed: &str) -> String {
    let habits = &line.site.habits;
    match field.value.kind_in(habits) {
        Kind::NumberIn(unit) if Value::parse(field.value.kind(), typed, habits, None).is_err() => {
            format!("{typed} {}", unit.code())
        }
        _ => typed.to_owned(),
    }
}

fn blank(from: (&Line, Side), content: &Content, field: &Field, t: &Texts) -> Blank {
    let (line, _) = from;
    let message_form = line.site.forms().by_wire_id(&content.form);
    let kind = field.value.kind_in(&line.site.habits);
    let choices = choices(from, message_form, field, t);
    let unit = match kind {
        Kind::NumberIn(unit) => unit.word().to_owned(),
        _ => String::new(),
    };
    let hint = match (kind, line.site.habits.places()) {
        (Kind::NumberIn(_), _) if !unit.is_empty() => t.one("hint-unit", "unit", &unit),
        (Kind::NumberIn(_), _) | (Kind::Number(Dimension::Count), _) => t.get("hint-count"),
        (Kind::Number(_), _) => t.get("hint-bearing"),
        (Kind::Time, _) => t.get("hint-time"),
        (Kind::Place, PlaceFormat::Degrees) => t.get("hint-place-degrees"),
        (Kind::Place, PlaceFormat::Minutes) => t.get("hint-place-minutes"),
        (Kind::Place, PlaceFormat::Seconds) => t.get("hint-place-seconds"),
        (Kind::Condition, _) => t.get("hint-condition"),
        (Kind::Name, _) => t.get("hint-name"),
        (Kind::Word, _) if choices.is_empty() => t.get("hint-word"),
        (Kind::Text, _) => t.get("hint-text"),
        (Kind::Word | Kind::Polarity, _) => String::new(),
    };
    let label = label(message_form, &field.name, t);
    Blank { name: field.name.clone(), label, choices, unit, hint, long: matches!(kind, Kind::Text) }
}

/// What may be chosen from: words of the form's list, or both polarities.
fn choices(from: (&Line, Side), form: Option<&MessageForm>, field: &Field, t: &Texts) -> Vec<Choice> {
    let choice = |value: Value| {
        let sent = value.as_sent();
        let words = value_words(from, form, &Field { value, ..field.clone() }, &sent, t);
        Choice { value: sent, words }
    };
    if matches!(field.value, Value::Polarity(_)) {
        return [true, false].map(|will| choice(Value::Polarity(will))).to_vec();
    }
    let slot = form.and_then(|form| form.slot(&field.name));
    let Some(SlotKind::Word { words, .. }) = slot.map(|slot| &slot.kind) else { return Vec::new() };
    words.iter().map(|word| choice(Value::Word(word.clone()))).collect()
}
