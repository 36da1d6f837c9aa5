//! From what an officer wrote to a draft that can be sealed: words, limits, form, and what it refers to.

use ringdown_api as api;
use ringdown_api::ApiError;
use ringdown_message::dialogue::NotNow;
use ringdown_message::form::{Form, FormProblem};
use ringdown_message::value::{Field, Time};
use ringdown_message::{Courtesy, Draft, Ledger, Marker, MessageRecord};
use ringdown_record::sentence;
use ringdown_record::{EntryHash, Precedence, TrafficClass, WallTime};
use tokio::sync::MutexGuard;

use crate::acts::reference;
use crate::line::Line;
use crate::reasons;
use crate::refusal::{bad_request, nothing_signed};

impl Line {
    /// Checks the words and limits of a draft.
    pub(crate) fn read_draft(&self, draft: &api::Draft) -> Result<Draft, ApiError> {
        let class = match draft.class.as_ref().or(self.default_class.as_ref()) {
            Some(word) => parse_word(word, &TrafficClass::ALL, TrafficClass::name, "class")?,
            None => {
                return Err(bad_request(
                    sentence!("said-no-class", "The message has no class."),
                    sentence!(
                        "said-no-class-do",
                        "Say whether it is meant: LIVE, EXERCISE or TEST (--class on the command line)."
                    ),
                ));
            }
        };
        let form = draft.form.as_ref().map(|name| self.form(name)).transpose()?;
        let usual = form.and_then(|form| form.markers().first().copied()).unwrap_or(Marker::Information);
        let marker = match &draft.marker {
            Some(word) => parse_word(word, &Marker::ALL, Marker::name, "marker")?,
            None => usual,
        };
        let precedence =
            parse_word(&draft.precedence, &Precedence::ALL[1..], Precedence::name, "precedence")?;
        let re = draft.re.as_ref().map(|name| self.find(name)).transpose()?;
        let as_marker = form.map_or(marker, |form| fields_of(form, marker, re.as_ref()));
        let checked = Draft {
            precedence,
            class,
            marker,
            subject: draft.subject.clone(),
            language: draft.language.clone().unwrap_or_else(|| "und".into()),
            text: draft.text.clone(),
            form: form.map(Form::wire_id).unwrap_or_default(),
            fields: self.fields(form, as_marker, draft)?,
            re: re.map(|message| message.hash),
            valid_until: self.time(draft.valid_until.as_ref(), "valid_until")?,
            answer_by: self.time(draft.answer_by.as_ref(), "answer_by")?,
            courtesy: draft.courtesy.as_ref().map(courtesy),
        };
        checked.check().map_err(|error| {
            bad_request(
                sentence!(
                    "said-draft-refused",
                    "The message cannot be sent: {why}.",
                    why = reasons::of_draft(&error)
                ),
                sentence!("said-draft-refused-do", "Change it and send it again."),
            )
        })?;
        if let Some(form) = form {
            let result = form.check(as_marker, precedence, &checked.fields, &checked.text);
            result.map_err(|problem| refused_by(form, &[problem]))?;
        }
        Ok(checked)
    }

    /// The form of this id, or of this id and version.
    pub(crate) fn form(&self, name: &str) -> Result<&Form, ApiError> {
        let forms = self.site.forms();
        forms.by_wire_id(name).or_else(|| forms.newest(name)).ok_or_else(|| {
            bad_request(
                sentence!("said-no-form", "There is no form '{name}' here.", name = name),
                sentence!("said-no-form-do", "Look at the forms there are with 'ringdown forms'."),
            )
        })
    }

    fn fields(
        &self,
        form: Option<&Form>,
        marker: Marker,
        draft: &api::Draft,
    ) -> Result<Vec<Field>, ApiError> {
        let Some(form) = form else {
            if draft.fields.is_empty() {
                return Ok(Vec::new());
            }
            return Err(bad_request(
                sentence!("said-fields-without-form", "Fields belong to a form, and none is named."),
                sentence!("said-fields-without-form-do", "Name the form; 'ringdown forms' lists them."),
            ));
        };
        let typed: Vec<_> = draft.fields.iter().map(|(name, text)| (name.clone(), text.clone())).collect();
        let reference = reference(self.clock.now().wall);
        form.fields(marker, &typed, &self.site.habits, reference)
            .map_err(|problems| refused_by(form, &problems))
    }

    fn time(&self, text: Option<&String>, name: &str) -> Result<Option<WallTime>, ApiError> {
        let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return Ok(None) };
        let time = Time::parse(text, reference(self.clock.now().wall)).map_err(|error| {
            bad_request(
                sentence!(
                    "said-no-time",
                    "'{text}' is no time for {name}: {why}.",
                    text = text,
                    name = name,
                    why = reasons::of_typed(&error)
                ),
                sentence!(
                    "said-no-time-do",
                    "Write it as a date-time group in Zulu time, such as {example}.",
                    example = "232015Z NOV 26"
                ),
            )
        })?;
        Ok(Some(WallTime::from_ms(u64::from(time.minutes()) * 60_000)))
    }

    /// While a message that refers to another is sealed, nobody else acts. Refused if it may not refer to that one.
    pub(crate) async fn turn_for(&self, draft: &Draft) -> Result<Option<MutexGuard<'_, ()>>, ApiError> {
        if draft.re.is_none() {
            return Ok(None);
        }
        let turn = self.turn.lock().await;
        self.may_be_sent(draft)?;
        Ok(Some(turn))
    }

    /// Refused if a message of this marker may not refer to that one.
    pub(crate) fn may_refer(&self, marker: Marker, re: &EntryHash) -> Result<(), ApiError> {
        self.permitted(re, |ledger, message| ledger.may_refer(marker, message))
    }

    /// Refused if this may not refer to what it refers to.
    pub(crate) fn may_be_sent(&self, draft: &Draft) -> Result<(), ApiError> {
        let Some(re) = draft.re else { return Ok(()) };
        self.permitted(&re, |ledger, message| ledger.may_be_sent(draft, message))
    }

    fn permitted(
        &self,
        re: &EntryHash,
        may: impl FnOnce(&Ledger, &MessageRecord) -> Result<(), NotNow>,
    ) -> Result<(), ApiError> {
        let (result, serial) = self.with_ledger(|ledger| {
            let message = ledger.find_entry(re);
            let serial = message.and_then(|message| message.serial).map(|serial| serial.text(&self.charter));
            (message.map(|message| may(ledger, message)), serial)
        });
        match result {
            None | Some(Ok(())) => Ok(()),
            Some(Err(reason)) => Err(ApiError::said(
                api::ErrorCode::Conflict,
                sentence!(
                    "said-may-not-refer",
                    "This cannot be said about {serial}: {why}.",
                    serial = serial.unwrap_or_default(),
                    why = reasons::not_now(reason)
                ),
                nothing_signed(),
                sentence!("said-may-not-refer-do", "Look at that message for what may be done now."),
            )),
        }
    }
}

/// The marker whose fields a message on this form has. What corrects or cancels a message says it again in full, so it
/// may stand on the form of that message, with the fields that go with that.
pub(crate) fn fields_of(form: &Form, marker: Marker, re: Option<&MessageRecord>) -> Marker {
    let restates = matches!(marker, Marker::Correction | Marker::Cancel) && !form.markers().contains(&marker);
    let restated = re.and_then(|message| message.dialogue().answered_as.or(message.marker));
    restated.filter(|_| restates).unwrap_or(marker)
}

/// What a writer gave as his own translation, as it goes into the message.
pub(crate) fn courtesy(translated: &api::translation::Translated) -> Courtesy {
    Courtesy { language: translated.language.trim().into(), text: translated.text.clone() }
}

fn refused_by(form: &Form, problems: &[FormProblem]) -> ApiError {
    let problems: Vec<_> = problems.iter().map(reasons::of_form).collect();
    bad_request(
        sentence!(
            "said-not-the-form",
            "The message does not keep to the form '{form}': {why}.",
            form = form.id(),
            why = problems
        ),
        sentence!("said-not-the-form-do", "See 'ringdown forms {form}' for its fields.", form = form.id()),
    )
}

fn parse_word<T: Copy>(
    word: &str,
    all: &[T],
    name: fn(T) -> &'static str,
    what: &str,
) -> Result<T, ApiError> {
    all.iter().copied().find(|value| name(*value).eq_ignore_ascii_case(word)).ok_or_else(|| {
        let known: Vec<_> = all.iter().map(|value| name(*value)).collect();
        bad_request(
            sentence!("said-no-word", "'{word}' is no {what}.", word = word, what = what),
            sentence!("said-use-one-of", "Use one of {known}.", known = known.join(", ")),
        )
    })
}
