//! A correction or cancellation says a message again in full; an answer stands on the form of its question. What of
//! that is known is filled in.

use std::collections::BTreeMap;

use ringdown_api::{ApiError, Draft};
use ringdown_message::form::Form;
use ringdown_message::value::{Habits, Value};
use ringdown_message::{Content, Marker, MessageRecord};
use ringdown_record::WallTime;

use crate::acts::reference;
use crate::console::compose_fields;
use crate::console::fields::content;
use crate::draft::fields_of;
use crate::line::Line;

/// Fills in what a message with this marker takes over from the one that it is about.
pub fn fill(line: &Line, record: &MessageRecord, marker: Marker, draft: &mut Draft) -> Result<(), ApiError> {
    let Some(content) = content(line, record)? else { return Ok(()) };
    let Some(form) = line.site.forms().by_wire_id(&content.form) else {
        if matches!(marker, Marker::Correction | Marker::Cancel) {
            say_again(line, &content, marker, draft);
        }
        return Ok(());
    };
    match marker {
        Marker::Correction | Marker::Cancel => {
            say_again(line, &content, marker, draft);
            if form.markers().contains(&fields_of(form, marker, Some(record))) {
                draft.form = Some(form.wire_id());
                draft.fields = fields(line, &content);
            }
        }
        Marker::Answer if form.markers().contains(&Marker::Answer) => draft.form = Some(form.wire_id()),
        _ => {}
    }
    Ok(())
}

fn say_again(line: &Line, content: &Content, marker: Marker, draft: &mut Draft) {
    draft.text.clone_from(&content.text);
    draft.language = Some(content.language.clone());
    // What is taken back holds no longer in any case, and what is past would only be refused.
    let now = line.clock.now().wall;
    let to_come = |at: Option<WallTime>| {
        at.filter(|at| marker == Marker::Correction && *at > now).map(compose_fields::time)
    };
    draft.valid_until = to_come(content.valid_until());
    draft.answer_by = to_come(content.answer_by());
}

/// What the fields of a message on this form say, as they are typed here; nothing if it is on another.
pub fn said(line: &Line, record: &MessageRecord, form: &Form) -> BTreeMap<String, String> {
    let content = content(line, record).ok().flatten().filter(|content| content.form == form.wire_id());
    content.map(|content| fields(line, &content)).unwrap_or_default()
}

fn fields(line: &Line, content: &Content) -> BTreeMap<String, String> {
    let now = line.clock.now().wall;
    let fields = content.fields.iter();
    fields.map(|field| (field.name.clone(), typed(&field.value, &line.site.habits, now))).collect()
}

/// A value as it is typed here: in this side's own habits if that loses nothing, else as it was sent.
fn typed(value: &Value, habits: &Habits, now: WallTime) -> String {
    let own = value.shown(habits);
    let same = Value::parse(value.kind(), &own, habits, reference(now)).as_ref() == Ok(value);
    if same { own } else { value.as_sent() }
}
