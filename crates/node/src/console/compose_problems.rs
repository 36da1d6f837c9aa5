//! What keeps a draft from being released: all of it at once, each at the field that it is about.

use ringdown_api as api;
use ringdown_message::form::{Form, FormProblem, Kind};
use ringdown_message::value::{Field, Time, Value};
use ringdown_message::{Draft, DraftError, Marker, MessageRecord};
use ringdown_record::audit::sentence::Sentence;
use ringdown_record::{Precedence, TrafficClass, WallTime};

use crate::acts::reference;
use crate::console::said;
use crate::draft::{courtesy, fields_of};
use crate::line::Line;
use crate::reasons;
use crate::text::Texts;

/// One thing that is wrong.
pub struct Problem {
    /// Id of the field on the page.
    pub at: String,
    /// What the field is called.
    pub label: String,
    /// What is wrong, and what to do.
    pub text: String,
}

/// Looks at one draft.
struct Check<'a> {
    line: &'a Line,
    t: &'a Texts,
    draft: &'a api::Draft,
    found: Vec<Problem>,
}

/// Everything that is wrong, in the order of the page.
pub fn problems(line: &Line, t: &Texts, draft: &api::Draft, about: Option<&MessageRecord>) -> Vec<Problem> {
    let mut check = Check { line, t, draft, found: Vec::new() };
    let precedence = named(&Precedence::ALL, Precedence::name, &draft.precedence);
    let class = draft.class.as_deref().and_then(|name| named(&TrafficClass::ALL, TrafficClass::name, name));
    let marker = draft.marker.as_deref().and_then(|name| named(&Marker::ALL, Marker::name, name));
    check.head(class, marker, about);
    check.probe("subject", "missing-subject", draft.subject.trim().is_empty(), |stub| {
        stub.subject.clone_from(&draft.subject);
    });
    let form = draft.form.as_deref().and_then(|name| line.form(name).ok());
    if let (Some(form), Some(marker), Some(precedence)) = (form, marker, precedence) {
        check.form(form, fields_of(form, marker, about), precedence);
    }
    check.text(form, precedence);
    check.courtesy();
    check.times();
    check.found
}

impl Check<'_> {
    fn add(&mut self, at: &str, label: String, text: String) {
        self.found.push(Problem { at: at.to_owned(), label, text });
    }

    fn label(&self, at: &str) -> String {
        self.t.get(match at {
            "class" => "compose-class",
            "precedence" => "compose-precedence",
            "marker" => "compose-marker",
            "language" => "compose-language",
            "subject" => "compose-subject",
            "re" => "compose-re",
            "valid_until" => "compose-valid-until",
            "answer_by" => "compose-answer-by",
            "courtesy" => "compose-courtesy",
            _ => "compose-text",
        })
    }

    fn say(&mut self, at: &str, text: String) {
        let label = self.label(at);
        self.add(at, label, text);
    }

    /// What a part of the message alone is refused for.
    fn probe(&mut self, at: &str, missing: &str, is_missing: bool, set: impl FnOnce(&mut Draft)) {
        if is_missing {
            return self.say(at, self.t.get(missing));
        }
        let mut stub =
            Draft { subject: "x".into(), text: "x".into(), language: "und".into(), ..Draft::default() };
        set(&mut stub);
        if let Err(error) = stub.check() {
            self.say(at, self.sentence(&reasons::of_draft(&error)));
        }
    }

    /// A reason of the node, as a sentence.
    fn sentence(&self, reason: &Sentence) -> String {
        sentence(&said::sentence(reason, self.t))
    }

    fn head(&mut self, class: Option<TrafficClass>, marker: Option<Marker>, about: Option<&MessageRecord>) {
        let language = self.draft.language.clone().unwrap_or_default();
        if class.is_none() {
            self.say("class", self.t.get("missing-class"));
        }
        match marker {
            Some(Marker::Test) if class.is_some_and(|class| class != TrafficClass::Test) => {
                self.say("marker", self.t.get("problem-marker-test"));
            }
            Some(marker) if marker.refers() && about.is_none() => {
                self.say("re", self.t.get("problem-re"));
            }
            _ => {}
        }
        self.probe("language", "missing-language", language.is_empty(), |stub| {
            stub.language = language.clone()
        });
    }

    fn form(&mut self, form: &Form, marker: Marker, precedence: Precedence) {
        let typed: Vec<_> =
            self.draft.fields.iter().map(|(name, text)| (name.clone(), text.clone())).collect();
        let now = reference(self.line.clock.now().wall);
        let read = form.fields(marker, &typed, &self.line.site.habits, now);
        let mut found = read.as_ref().err().cloned().unwrap_or_default();
        // What could be read decides whether a word asks for a text, even where other fields are wrong.
        let fields = read.unwrap_or_else(|_| self.words_alone(&typed));
        let rest = form.problems(marker, precedence, &fields, &self.draft.text);
        found.extend(rest.into_iter().filter(|problem| {
            matches!(
                problem,
                FormProblem::Precedence { .. } | FormProblem::WordNeedsText { .. } | FormProblem::NoText
            )
        }));
        for problem in found {
            self.of_form(form, &problem);
        }
        self.names(form, &typed);
    }

    /// A name with a letter that looks like another, even where other fields are wrong.
    fn names(&mut self, form: &Form, typed: &[(String, String)]) {
        let name = |(name, text): &(String, String)| {
            let is_name = form.slot(name).is_some_and(|slot| matches!(slot.kind, Kind::Name));
            let value = Value::name(text.trim()).ok().filter(|_| is_name)?;
            Some(Field { name: name.clone(), critical: true, value })
        };
        let fields = typed.iter().filter_map(name).collect();
        let stub =
            Draft { subject: "x".into(), text: "x".into(), form: form.wire_id(), fields, ..Draft::default() };
        let Err(error) = stub.check() else { return };
        if let DraftError::StrangeLetter { field, .. } = &error {
            let label = form.texts(self.t.tag()).label(field).to_owned();
            self.add(&format!("field-{field}"), label, self.sentence(&reasons::of_draft(&error)));
        }
    }

    fn words_alone(&self, typed: &[(String, String)]) -> Vec<Field> {
        let word = |(name, text): &(String, String)| {
            Some(Field { name: name.clone(), critical: true, value: Value::word(text.trim()).ok()? })
        };
        typed.iter().filter_map(word).collect()
    }

    fn of_form(&mut self, form: &Form, problem: &FormProblem) {
        let texts = form.texts(self.t.tag());
        let text = match problem {
            FormProblem::Missing { .. } => self.t.get("problem-missing"),
            FormProblem::MissingWhen { other, word, .. } => {
                let values = [("label", texts.label(other)), ("word", texts.word(other, word))];
                self.t.with("problem-missing-when", &values)
            }
            FormProblem::NotAfter { other, .. } => {
                self.t.one("problem-not-after", "label", texts.label(other))
            }
            FormProblem::WordNeedsText { field, word } => {
                self.t.one("problem-word-needs-text", "word", texts.word(field, word))
            }
            FormProblem::NoText => self.t.get("problem-form-text"),
            other => self.sentence(&reasons::of_form_alone(other)),
        };
        match problem {
            FormProblem::Marker { .. } => self.say("marker", text),
            FormProblem::Precedence { .. } => self.say("precedence", text),
            FormProblem::NoText | FormProblem::WordNeedsText { .. } => self.say("text", text),
            _ => match problem.field().filter(|name| form.slot(name).is_some()) {
                Some(name) => self.add(&format!("field-{name}"), texts.label(name).to_owned(), text),
                None => self.say("text", self.sentence(&reasons::of_form(problem))),
            },
        }
    }

    fn text(&mut self, form: Option<&Form>, precedence: Option<Precedence>) {
        let empty = self.draft.text.trim().is_empty();
        if self.found.iter().any(|problem| problem.at == "text") || (empty && form.is_some()) {
            return;
        }
        let text = self.draft.text.clone();
        self.probe("text", "missing-text", empty, |stub| {
            stub.text = text;
            stub.precedence = precedence.unwrap_or(Precedence::Routine);
        });
    }

    fn courtesy(&mut self) {
        let Some(given) = self.draft.courtesy.as_ref().map(courtesy) else { return };
        let language = self.draft.language.as_deref().unwrap_or("und");
        if let Err(error) = given.check(language, &self.draft.text) {
            let reason = reasons::of_draft(&DraftError::Courtesy(error));
            self.say("courtesy", self.sentence(&reason));
        }
    }

    fn times(&mut self) {
        let draft = self.draft;
        let until = self.time("valid_until", draft.valid_until.as_deref());
        let by = self.time("answer_by", draft.answer_by.as_deref());
        if let (Some(until), Some(by)) = (until, by)
            && by > until
        {
            self.say("answer_by", self.t.get("problem-times"));
        }
    }

    /// A time to come; what else was typed is a problem.
    fn time(&mut self, at: &str, text: Option<&str>) -> Option<WallTime> {
        let text = text.map(str::trim).filter(|text| !text.is_empty())?;
        let now = self.line.clock.now().wall;
        match Time::parse(text, reference(now)) {
            Ok(time) => {
                let time = WallTime::from_ms(u64::from(time.minutes()) * 60_000);
                if time <= now {
                    self.say(at, self.t.get("problem-past"));
                }
                Some(time)
            }
            Err(error) => {
                self.say(at, self.sentence(&reasons::of_typed(&error)));
                None
            }
        }
    }
}

pub(super) fn named<T: Copy>(all: &[T], name: fn(T) -> &'static str, wanted: &str) -> Option<T> {
    all.iter().copied().find(|value| name(*value).eq_ignore_ascii_case(wanted))
}

/// With a capital letter and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let end = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_becomes_a_sentence() {
        assert_eq!(sentence("a number needs its unit"), "A number needs its unit.");
        assert_eq!(sentence("write it so."), "Write it so.");
        assert_eq!(sentence(""), ".");
    }
}
