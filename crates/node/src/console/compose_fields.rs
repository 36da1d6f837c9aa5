//! A form as the page for writing shows it: each field with what it is called, what goes into it, and what was typed.

use std::collections::BTreeMap;

use ringdown_api::with_actor;
use ringdown_message::Marker;
use ringdown_message::form::{Form, Forms, Kind, Slot, words};
use ringdown_message::value::{Place, PlaceFormat, Time, Unit};
use ringdown_record::WallTime;

use crate::acts::reference;
use crate::console::compose_problems::Problem;
use crate::line::Line;
use crate::text::Texts;

/// Forms that a watch needs most; they stand first.
const WATCH: [&str; 6] = [
    "line-check",
    "at-the-machine",
    "notice-of-activity",
    "incident-report",
    "question-on-activity",
    "correction",
];
const NOT_BEFORE: &str = "NOT BEFORE";

/// A form in the list of forms.
#[derive(Clone)]
pub struct Offered {
    pub id: String,
    pub title: String,
    pub purpose: String,
}

/// The form that is filled in.
pub struct FormView {
    /// Id and version.
    pub id: String,
    pub title: String,
    pub purpose: String,
    pub slots: Vec<SlotView>,
}

/// One field of it.
pub struct SlotView {
    pub name: String,
    pub label: String,
    pub hint: String,
    /// How to write it, with an example; empty if there is nothing to say.
    pub example: String,
    pub kind: &'static str,
    /// Words of a closed list, or kinds of a condition: what is sent, and what is read.
    pub words: Vec<(String, String)>,
    /// What was typed; of a condition what stands behind its kind.
    pub value: String,
    /// Kind of a condition.
    pub condition: String,
    pub required: bool,
    /// When it has to be there, in words.
    pub when: String,
    pub critical: bool,
    /// Markers of the page with which it is there.
    pub markers: String,
    /// It goes with the marker that is chosen.
    pub here: bool,
    /// What is wrong with it; empty if nothing is known.
    pub problem: String,
    /// In a message that is corrected or taken back: what it said there.
    pub was: Option<Was>,
}

/// See [`SlotView::was`].
pub struct Was {
    /// As it is typed.
    pub typed: String,
    /// As people read it.
    pub shown: String,
    /// It says something else now.
    pub changed: bool,
}

impl FormView {
    /// Says at each field what it was before.
    pub fn compare(&mut self, said: &BTreeMap<String, String>) {
        for slot in self.slots.iter_mut().filter(|_| !said.is_empty()) {
            let typed = said.get(&slot.name).cloned().unwrap_or_default();
            let word = slot.words.iter().find(|(word, _)| *word == typed);
            let shown = word.map_or_else(|| typed.clone(), |(_, words)| words.clone());
            let changed = condition(&slot.condition, &slot.value) != typed;
            slot.was = Some(Was { typed, shown, changed });
        }
    }
}

/// The forms that may be chosen: those of the watch, and all with those first.
pub fn offered(forms: &Forms, t: &Texts, fits: impl Fn(&Form) -> bool) -> (Vec<Offered>, Vec<Offered>) {
    let view = |form: &Form| {
        let texts = form.texts(t.tag());
        Offered { id: form.id().into(), title: texts.title.clone(), purpose: texts.purpose.clone() }
    };
    let all: Vec<&Form> = forms.offered().filter(|form| fits(form)).collect();
    let first = WATCH.iter().filter_map(|id| all.iter().find(|form| form.id() == *id));
    let watch: Vec<Offered> = first.map(|form| view(form)).collect();
    let rest = all.iter().filter(|form| !WATCH.contains(&form.id())).map(|form| view(form));
    let list = watch.iter().cloned().chain(rest).collect();
    (watch, list)
}

/// What a form asks for. `as_marker` says for each marker of the page which marker's fields it has.
pub fn view(
    line: &Line,
    t: &Texts,
    form: &Form,
    typed: &BTreeMap<String, String>,
    markers: &[(Marker, Marker)],
    chosen: Marker,
    problems: &[Problem],
) -> FormView {
    let texts = form.texts(t.tag());
    let slot = |slot: &Slot| {
        let with: Vec<_> = markers.iter().filter(|(_, fields_of)| slot.goes_with(*fields_of)).collect();
        let text = typed.get(&slot.name).cloned().unwrap_or_default();
        let (condition, value) = match &slot.kind {
            Kind::Condition => taken_apart(&text),
            _ => (String::new(), text),
        };
        let words = match &slot.kind {
            Kind::Word { words, .. } => {
                words.iter().map(|word| (word.clone(), texts.word(&slot.name, word).to_owned())).collect()
            }
            Kind::Condition => {
                let kinds = ["NONE", NOT_BEFORE, "UNTIL", "IF"].map(str::to_owned);
                kinds.into_iter().zip(words(t.tag()).conditions().map(str::to_owned)).collect()
            }
            Kind::Polarity => {
                let own = line.name(line.own);
                [true, false].map(|will| polarity(own, words(t.tag()).polarity(will))).into_iter().collect()
            }
            _ => Vec::new(),
        };
        let problem = problems.iter().find(|problem| problem.at == format!("field-{}", slot.name));
        SlotView {
            name: slot.name.clone(),
            label: texts.label(&slot.name).to_owned(),
            hint: texts.field(&slot.name).map(|label| label.hint.clone()).unwrap_or_default(),
            example: example(line, t, slot),
            kind: slot.kind.name(),
            words,
            value,
            condition,
            required: slot.required,
            when: slot.required_when.as_ref().map_or_else(String::new, |when| {
                let words: Vec<_> = when.words.iter().map(|word| texts.word(&when.field, word)).collect();
                let words = words.join(", ");
                let values = [("label", texts.label(&when.field)), ("words", words.as_str())];
                t.with("field-needed-when", &values)
            }),
            critical: slot.critical,
            markers: with.iter().map(|(marker, _)| marker.name()).collect::<Vec<_>>().join(" "),
            here: with.iter().any(|(marker, _)| *marker == chosen),
            problem: problem.map(|problem| problem.text.clone()).unwrap_or_default(),
            was: None,
        }
    };
    FormView {
        id: form.wire_id(),
        title: texts.title.clone(),
        purpose: texts.purpose.clone(),
        slots: form.slots().iter().map(slot).collect(),
    }
}

impl SlotView {
    /// The attributes that tie the input to its hint and to what is wrong with it.
    pub fn described(&self) -> String {
        let has_hint = !self.hint.is_empty() || !self.example.is_empty() || !self.when.is_empty();
        let hint = if has_hint { format!("hint-field-{}", self.name) } else { String::new() };
        match (self.problem.is_empty(), has_hint) {
            (true, false) => String::new(),
            (true, true) => format!(" aria-describedby=\"{hint}\""),
            // A group cannot be invalid; its description says what is wrong.
            (false, _) if self.kind == "polarity" => {
                format!(" aria-describedby=\"problem-field-{} {hint}\"", self.name)
            }
            (false, _) => {
                format!(" aria-invalid=\"true\" aria-describedby=\"problem-field-{} {hint}\"", self.name)
            }
        }
    }
}

fn polarity(own: &str, word: &str) -> (String, String) {
    (word.to_owned(), with_actor(Some(own), word))
}

/// How a value of this kind is written here.
fn example(line: &Line, t: &Texts, slot: &Slot) -> String {
    let habits = &line.site.habits;
    match &slot.kind {
        Kind::Number { dimension: None, .. } => t.get("field-number-any"),
        Kind::Number { dimension: Some(dimension), unit, .. } => {
            let unit = unit.map_or_else(|| habits.entry_unit(*dimension), |unit| habits.unit_for(unit));
            if unit == Unit::One {
                return t.get("field-number-count");
            }
            t.with("field-number-unit", &[("unit", unit.word()), ("symbol", unit.symbol())])
        }
        Kind::Time { .. } => t.one("field-time", "now", now(line)),
        Kind::Place => t.one("field-place", "place", place(habits.places())),
        Kind::Condition => t.one("field-condition", "now", now(line)),
        _ => String::new(),
    }
}

/// This minute as a date-time group.
pub fn now(line: &Line) -> String {
    time(line.clock.now().wall)
}

/// A moment as it is typed.
pub fn time(at: WallTime) -> String {
    reference(at).as_ref().map(Time::to_string).unwrap_or_default()
}

fn place(format: PlaceFormat) -> String {
    // As precise as the format says without further words.
    let precision = match format {
        PlaceFormat::Degrees => 111,
        PlaceFormat::Minutes => 185,
        PlaceFormat::Seconds => 30,
    };
    Place::new(54_500_000, 18_666_667, precision).map(|place| place.text(format)).unwrap_or_default()
}

/// A condition in one line, as it is kept.
pub fn condition(kind: &str, rest: &str) -> String {
    format!("{} {}", kind.trim(), rest.trim()).trim().to_owned()
}

/// Its kind, and what stands behind that.
fn taken_apart(text: &str) -> (String, String) {
    let kinds = [NOT_BEFORE, "UNTIL", "IF", "NONE"];
    let found = kinds.iter().find(|kind| {
        text.get(..kind.len()).is_some_and(|head| head.eq_ignore_ascii_case(kind))
            && text[kind.len()..].chars().next().is_none_or(char::is_whitespace)
    });
    match found {
        Some(kind) => ((*kind).to_owned(), text[kind.len()..].trim().to_owned()),
        None => (String::new(), text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_put_together_as_it_was_taken_apart() {
        for text in ["NOT BEFORE 232015Z NOV 26", "UNTIL 232015Z NOV 26", "IF the tug has left", "NONE", ""] {
            let (kind, rest) = taken_apart(text);
            assert_eq!(condition(&kind, &rest), text);
        }
        assert_eq!(taken_apart("if x"), ("IF".to_owned(), "x".to_owned()));
        assert_eq!(taken_apart("IFFY"), (String::new(), "IFFY".to_owned()), "no kind of a condition");
    }

    #[test]
    fn the_forms_of_the_watch_stand_first_and_none_is_lost() {
        let forms = Forms::of_the_program();
        let (watch, list) = offered(&forms, &Texts::english(), |_| true);
        assert_eq!(watch.len(), WATCH.len());
        assert!(list.iter().zip(WATCH).all(|(form, id)| form.id == id));
        assert_eq!(list.len(), forms.offered().count());
    }
}
