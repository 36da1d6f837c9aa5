//! From what a person typed to the fields of a message. All that is wrong is told at once, in the order of the form.

use super::{Form, FormProblem, Kind, Slot};
use crate::Marker;
use crate::value::{self, Dimension, Field, Habits, ParseError, Problem, Time, Value};

impl Form {
    /// The fields of a message with this marker, from names and what was typed, in the order of the form. What is left
    /// empty is not there. A number needs its unit. A day without month and year is the one nearest to `reference`.
    pub fn fields(
        &self,
        marker: Marker,
        typed: &[(String, String)],
        habits: &Habits,
        reference: Option<Time>,
    ) -> Result<Vec<Field>, Vec<FormProblem>> {
        if !self.markers.contains(&marker) {
            return Err(vec![FormProblem::Marker { allowed: self.markers.clone() }]);
        }
        let mut fields = Vec::new();
        let mut problems = self.strangers(marker, typed);
        for slot in self.slots_with(marker) {
            let text = typed.iter().find(|(name, _)| *name == slot.name).map_or("", |(_, text)| text.trim());
            if text.is_empty() {
                continue;
            }
            match slot.parse(text, habits, reference) {
                Ok(value) => fields.push(Field { name: slot.name.clone(), critical: slot.critical, value }),
                Err(error) => problems.push(FormProblem::Typed { field: slot.name.clone(), error }),
            }
        }
        let named: Vec<_> = problems.iter().filter_map(FormProblem::field).map(str::to_owned).collect();
        let of_fields = self.field_problems(marker, &fields);
        problems.extend(of_fields.into_iter().filter(|problem| {
            let field = problem.field().unwrap_or_default();
            !named.iter().any(|named| named == field)
        }));
        problems
            .sort_by_key(|problem| self.slots.iter().position(|slot| Some(&*slot.name) == problem.field()));
        if problems.is_empty() { Ok(fields) } else { Err(problems) }
    }

    /// Typed into fields that the form does not have, not with this marker, or twice.
    fn strangers(&self, marker: Marker, typed: &[(String, String)]) -> Vec<FormProblem> {
        let mut problems = Vec::new();
        for (index, (name, text)) in typed.iter().enumerate() {
            let field = name.clone();
            match self.slot(name) {
                None => {
                    let fields = self.slots_with(marker).map(|slot| slot.name.clone()).collect();
                    problems.push(FormProblem::Unknown { field, fields });
                }
                Some(slot) if !slot.goes_with(marker) && !text.trim().is_empty() => {
                    problems.push(FormProblem::NotWith { field, marker });
                }
                Some(_) if typed[..index].iter().any(|(earlier, _)| earlier == name) => {
                    problems.push(FormProblem::Twice { field });
                }
                Some(_) => {}
            }
        }
        problems
    }
}

impl Slot {
    /// What was typed into this slot. Lists, dimensions and the like are left to the check of the fields.
    fn parse(&self, text: &str, habits: &Habits, reference: Option<Time>) -> Result<Value, ParseError> {
        let kind = match &self.kind {
            Kind::Number { dimension: Some(dimension), .. } => value::Kind::Number(*dimension),
            Kind::Number { dimension: None, .. } => value::Kind::Number(measured(text, habits)),
            Kind::Time { .. } => value::Kind::Time,
            Kind::Place => value::Kind::Place,
            Kind::Polarity => value::Kind::Polarity,
            Kind::Word { .. } => value::Kind::Word,
            Kind::Condition => value::Kind::Condition,
            Kind::Text => value::Kind::Text,
            Kind::Name => value::Kind::Name,
        };
        Value::parse(kind, text, habits, reference)
    }
}

/// What a number measures, by the unit behind it. Without one it is a count.
fn measured(text: &str, habits: &Habits) -> Dimension {
    match Value::parse(value::Kind::Number(Dimension::Count), text, habits, None) {
        Err(ParseError { problem: Problem::OtherDimension(unit), .. }) => unit.dimension(),
        _ => Dimension::Count,
    }
}
