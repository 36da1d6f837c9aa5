//! What is wrong with what an officer wrote: a message, its fields, a value.

use ringdown_message::form::FormProblem;
use ringdown_message::hidden::code;
use ringdown_message::value::{Advice, FIELDS_MAX, ParseError, Problem, ValueError};
use ringdown_message::{CourtesyError, DraftError, SUBJECT_LEN_MAX, TEXT_LEN_MAX, URGENT_WORDS_MAX};
use ringdown_record::audit::sentence::{Sentence, Value};
use ringdown_record::sentence;

/// Why a draft cannot become a message.
pub(crate) fn of_draft(error: &DraftError) -> Sentence {
    let key = match error {
        DraftError::Words { words } => {
            let values = [("words", (*words).into()), ("max", URGENT_WORDS_MAX.into())];
            return Sentence::told("said-draft-words", error, values);
        }
        DraftError::Fields => {
            return Sentence::told("said-draft-fields", error, [("max", FIELDS_MAX.into())]);
        }
        DraftError::Subject => {
            return Sentence::told("said-draft-subject", error, [("max", SUBJECT_LEN_MAX.into())]);
        }
        DraftError::Text { len } if *len > 0 => {
            let values = [("len", (*len).into()), ("max", TEXT_LEN_MAX.into())];
            return Sentence::told("said-draft-text-long", error, values);
        }
        DraftError::StrangeLetter { field, letter } => {
            let values = [
                ("field", field.into()),
                ("letter", letter.to_string().into()),
                ("code", code(*letter).into()),
            ];
            return Sentence::told("said-draft-letter", error, values);
        }
        DraftError::Courtesy(error) => return of_courtesy(*error),
        DraftError::Precedence => "said-draft-precedence",
        DraftError::MarkerNeedsClassTest => "said-draft-test",
        DraftError::Reference => "said-draft-reference",
        DraftError::Times => "said-draft-times",
        DraftError::Text { .. } => "said-draft-no-text",
        DraftError::Language => "said-draft-language",
    };
    Sentence::told(key, error, [])
}

fn of_courtesy(error: CourtesyError) -> Sentence {
    match error {
        CourtesyError::Language => Sentence::told("said-courtesy-language", error, []),
        CourtesyError::SameLanguage => Sentence::told("said-courtesy-same", error, []),
        CourtesyError::Empty => Sentence::told("said-courtesy-empty", error, []),
        CourtesyError::TooLong { len } => {
            Sentence::told("said-courtesy-long", error, [("len", len.into()), ("max", TEXT_LEN_MAX.into())])
        }
    }
}

/// What is wrong with a message on a form.
pub(crate) fn of_form(problem: &FormProblem) -> Sentence {
    let why = of_form_alone(problem);
    match problem.field() {
        Some(field) => sentence!("said-form-field", "field '{field}': {why}", field = field, why = why),
        None => why,
    }
}

/// The same without the name of the field.
pub(crate) fn of_form_alone(problem: &FormProblem) -> Sentence {
    let one = |key, name, value: Value| Sentence::told(key, problem.reason(), [(name, value)]);
    let key = match problem {
        FormProblem::Marker { allowed } => {
            return one("said-form-marker", "known", list(allowed.iter().map(|marker| marker.name())));
        }
        FormProblem::Precedence { allowed } => {
            return one("said-form-precedence", "known", list(allowed.iter().map(|each| each.name())));
        }
        FormProblem::WordNeedsText { word, .. } => {
            return one("said-form-word-needs-text", "word", word.into());
        }
        FormProblem::TooMany => return one("said-form-too-many", "max", FIELDS_MAX.into()),
        FormProblem::Unknown { fields, .. } => {
            return one("said-form-unknown", "known", list(fields.iter().map(String::as_str)));
        }
        FormProblem::NotWith { marker, .. } => {
            return one("said-form-not-with", "marker", marker.name().into());
        }
        FormProblem::Order { before, .. } => return one("said-form-order", "before", before.into()),
        FormProblem::MissingWhen { other, word, .. } => {
            let values = [("other", other.into()), ("word", word.into())];
            return Sentence::told("said-form-missing-when", problem.reason(), values);
        }
        FormProblem::Kind { wanted, .. } => return one("said-form-kind", "kind", (*wanted).into()),
        FormProblem::Dimension { wanted, .. } => {
            let values =
                [("kind", wanted.code().into()), ("known", list(wanted.units().map(|unit| unit.code())))];
            return Sentence::told("said-form-dimension", problem.reason(), values);
        }
        FormProblem::TooFine { unit, .. } => return one("said-form-too-fine", "unit", unit.code().into()),
        FormProblem::NotInList { words, .. } => {
            return one("said-form-not-in-list", "known", list(words.iter().map(String::as_str)));
        }
        FormProblem::NotAfter { other, .. } => return one("said-form-not-after", "other", other.into()),
        FormProblem::Value { error, .. } => return of_value(*error),
        FormProblem::Typed { error, .. } => return of_typed(error),
        FormProblem::NoText => "said-form-no-text",
        FormProblem::Twice { .. } => "said-form-twice",
        FormProblem::Missing { .. } => "said-form-missing",
        FormProblem::Negative { .. } => "said-form-negative",
        FormProblem::Critical { critical: true, .. } => "said-form-critical",
        FormProblem::Critical { critical: false, .. } => "said-form-not-critical",
    };
    Sentence::told(key, problem.reason(), [])
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> Value {
    names.collect::<Vec<_>>().join(", ").into()
}

/// What is wrong with what was typed, and what would have been right.
pub(crate) fn of_typed(error: &ParseError) -> Sentence {
    sentence!(
        "said-typed",
        "{why}; right would be: {example}",
        why = of_problem(&error.problem),
        example = error.example
    )
}

fn of_problem(problem: &Problem) -> Sentence {
    let text = |key, text: &str| Sentence::told(key, problem, [("text", text.into())]);
    let key = match problem {
        Problem::Hidden(code) => return text("said-typed-hidden", code),
        Problem::NotANumber(typed) => return text("said-typed-not-a-number", typed),
        Problem::UnknownUnit(typed) => return text("said-typed-unknown-unit", typed),
        Problem::AmbiguousUnit(typed, advice) => {
            let advice = Sentence::told(advice_key(*advice), advice.text(), []);
            let values = [("text", typed.into()), ("advice", advice.into())];
            return Sentence::told("said-typed-ambiguous-unit", problem, values);
        }
        Problem::OtherDimension(unit) => return text("said-typed-other-dimension", unit.code()),
        Problem::ZoneName(typed) => return text("said-typed-zone-name", typed),
        Problem::NotATime(typed) => return text("said-typed-not-a-time", typed),
        Problem::NotAPlace(typed) => return text("said-typed-not-a-place", typed),
        Problem::Range(error) => return of_value(*error),
        Problem::Empty => "said-typed-empty",
        Problem::TooLong => "said-typed-too-long",
        Problem::Comma => "said-typed-comma",
        Problem::Grouping => "said-typed-grouping",
        Problem::TooManyDigits => "said-typed-too-many-digits",
        Problem::NoUnit => "said-typed-no-unit",
        Problem::Resolution => "said-typed-resolution",
        Problem::FinerThanStated => "said-typed-finer",
        Problem::NoZone => "said-typed-no-zone",
        Problem::NumericDate => "said-typed-numeric-date",
        Problem::NoDate => "said-typed-no-date",
        Problem::NoClock => "said-typed-no-clock",
        Problem::Hour => "said-typed-hour",
        Problem::HalfDay => "said-typed-half-day",
        Problem::Seconds => "said-typed-seconds",
        Problem::NoSuchTime => "said-typed-no-such-time",
        Problem::NoLetters => "said-typed-no-letters",
        Problem::NotThisFormat => "said-typed-other-format",
        Problem::Sixty => "said-typed-sixty",
        Problem::PointTooEarly => "said-typed-point-too-early",
        Problem::Polarity => "said-typed-polarity",
        Problem::Condition => "said-typed-condition",
    };
    Sentence::told(key, problem, [])
}

fn of_value(error: ValueError) -> Sentence {
    let key = match error {
        ValueError::NumberRange => "said-value-number",
        ValueError::BearingRange => "said-value-bearing",
        ValueError::CountRange => "said-value-count",
        ValueError::PlaceRange => "said-value-place",
        ValueError::TimeRange => "said-value-time",
        ValueError::Word => "said-value-word",
        ValueError::TextLength => "said-value-text",
        ValueError::OneLine => "said-value-one-line",
        ValueError::FieldName => "said-value-field-name",
    };
    Sentence::told(key, error, [])
}

fn advice_key(advice: Advice) -> &'static str {
    match advice {
        Advice::Degrees => "said-unit-degrees",
        Advice::Miles => "said-unit-miles",
        Advice::Tons => "said-unit-tons",
        Advice::Gallons => "said-unit-gallons",
        Advice::Li => "said-unit-li",
        Advice::Jin => "said-unit-jin",
        Advice::Chi => "said-unit-chi",
        Advice::CapitalM => "said-unit-capital-m",
        Advice::CapitalT => "said-unit-capital-t",
        Advice::Megahertz => "said-unit-megahertz",
        Advice::Milliwatt => "said-unit-milliwatt",
        Advice::SmallWatt => "said-unit-small-watt",
        Advice::Megasievert => "said-unit-megasievert",
        Advice::Case => "said-unit-case",
    }
}

#[cfg(test)]
mod tests {
    use ringdown_message::Marker;
    use ringdown_message::value::{Dimension, Unit};

    use super::*;
    use crate::console::sentence;
    use crate::text::{Language, Texts};

    /// One of each whose words have a value in them.
    fn with_values() -> Vec<Sentence> {
        let field = || "unit".to_owned();
        let drafts = [
            DraftError::Words { words: 99 },
            DraftError::Fields,
            DraftError::Subject,
            DraftError::Text { len: 70_000 },
            DraftError::StrangeLetter { field: field(), letter: '\u{435}' },
            DraftError::Courtesy(CourtesyError::TooLong { len: 70_000 }),
        ];
        let forms = [
            FormProblem::Marker { allowed: vec![Marker::Warning] },
            FormProblem::Precedence { allowed: vec![ringdown_record::Precedence::Flash] },
            FormProblem::WordNeedsText { field: field(), word: "other".into() },
            FormProblem::TooMany,
            FormProblem::Unknown { field: field(), fields: vec![field()] },
            FormProblem::NotWith { field: field(), marker: Marker::Warning },
            FormProblem::Order { field: field(), before: "when".into() },
            FormProblem::MissingWhen { field: field(), other: "when".into(), word: "other".into() },
            FormProblem::Kind { field: field(), wanted: "time" },
            FormProblem::Dimension { field: field(), wanted: Dimension::Length },
            FormProblem::TooFine { field: field(), finest: 0, unit: Unit::Metre },
            FormProblem::NotInList { field: field(), words: vec!["other".into()] },
            FormProblem::NotAfter { field: field(), other: "when".into() },
        ];
        let typed = [
            Problem::Hidden("U+202E".into()),
            Problem::NotANumber("x".into()),
            Problem::UnknownUnit("x".into()),
            Problem::AmbiguousUnit("mi".into(), Advice::Miles),
            Problem::OtherDimension(Unit::Metre),
            Problem::ZoneName("EST".into()),
            Problem::NotATime("x".into()),
            Problem::NotAPlace("x".into()),
        ];
        let typed = typed.map(|problem| of_typed(&ParseError { problem, example: "12 km" }));
        drafts.iter().map(of_draft).chain(forms.iter().map(of_form)).chain(typed).collect()
    }

    #[test]
    fn reasons_with_values_have_them_in_every_language() {
        for language in Language::ALL {
            let t = Texts::new(language);
            for reason in with_values() {
                let words = sentence(&reason, &t);
                assert!(!words.contains(['{', '[']), "{}: {words}", language.tag());
                let other = language == Language::English || words != reason.english;
                assert!(other, "{}: {words}", language.tag());
            }
        }
    }
}
