//! What stands in a message, in the words of who reads it.

use ringdown_api::{ApiError, with_actor};
use ringdown_message::form::Form;
use ringdown_message::value::{Field, Value};
use ringdown_message::{Content, MessageRecord};
use ringdown_record::Side;
use ringdown_record::body::Body;

use crate::line::{Line, not_found};
use crate::text::Texts;

/// A field with its value.
pub struct FieldRow {
    pub label: String,
    pub critical: bool,
    pub sent: String,
    /// The sender's unit spelled out; empty where there is none.
    pub unit: &'static str,
    /// In our units; empty where that is the same.
    pub here: String,
}

impl FieldRow {
    /// In our units.
    pub fn as_here(&self) -> &str {
        if self.here.is_empty() { &self.sent } else { &self.here }
    }
}

/// The content of a message from the disk; `None` if it cannot be read.
pub fn content(line: &Line, record: &MessageRecord) -> Result<Option<Content>, ApiError> {
    let name = record.hash.to_string();
    let entry = line.entry_at(record.side, record.place)?.ok_or_else(|| not_found(&name))?;
    let body = Body::read(entry.body()).map_err(|_| not_found(&name))?;
    Ok(Content::read(body.content).ok())
}

/// What people read for a value of this sender's message: the words of a closed list in the form's own, a WILL or WILL
/// NOT with whose it is.
pub fn value_words(
    from: (&Line, Side),
    form: Option<&Form>,
    field: &Field,
    shown: &str,
    t: &Texts,
) -> String {
    let (line, sender) = from;
    match (form, &field.value) {
        (Some(form), Value::Word(word)) => form.texts(t.tag()).word(&field.name, word).to_owned(),
        _ => with_actor(line.actor(sender, &field.value), shown),
    }
}

/// What stands in a message of the record; nothing if it cannot be read.
pub fn field_rows_of(line: &Line, record: &MessageRecord, t: &Texts) -> Result<Vec<FieldRow>, ApiError> {
    let content = content(line, record)?;
    let rows = content.map(|content| field_rows((line, record.side), &content.form, &content.fields, t));
    Ok(rows.unwrap_or_default())
}

/// What stands in this sender's message on a form, as its reader sees it.
pub fn field_rows(from: (&Line, Side), form: &str, fields: &[Field], t: &Texts) -> Vec<FieldRow> {
    let form = from.0.site.forms().by_wire_id(form);
    fields.iter().map(|field| field_row(from, form, field, t)).collect()
}

fn field_row(from: (&Line, Side), form: Option<&Form>, field: &Field, t: &Texts) -> FieldRow {
    let sent = value_words(from, form, field, &field.value.as_sent(), t);
    let habits = &from.0.site.habits;
    let here = match &field.value {
        Value::Place(place) => place.with_tolerance(habits),
        value => value_words(from, form, field, &value.shown(habits), t),
    };
    let here = if here == sent { String::new() } else { here };
    let unit = match &field.value {
        Value::Number(number) => number.unit().word(),
        _ => "",
    };
    FieldRow { label: label(form, &field.name, t), critical: field.critical, sent, unit, here }
}

/// What a field of a form is called; its own name where there is no form.
pub fn label(form: Option<&Form>, field: &str, t: &Texts) -> String {
    form.map_or(field, |form| form.texts(t.tag()).label(field)).to_owned()
}
