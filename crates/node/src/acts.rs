//! What an officer does about a message: checked against the dialogue, signed, sealed. One at a time.

use std::collections::BTreeMap;

use ringdown_api as api;
use ringdown_api::{ApiError, ErrorCode, signing};
use ringdown_line::Submission;
use ringdown_message::act::{Answer, Ask, Deed, Notice, ReadBack};
use ringdown_message::dialogue::{Dialogue, NotNow};
use ringdown_message::reason::Reason;
use ringdown_message::value::{Field, Time, Value};
use ringdown_message::{Act, MessageRecord};
use ringdown_record::audit::sentence::Sentence;
use ringdown_record::body::Body;
use ringdown_record::charter::ROLE_ACKNOWLEDGE;
use ringdown_record::sentence;
use ringdown_record::statement::{Purpose, Statement};
use ringdown_record::{EntryHash, EntryRef, Kind, Urgency, WallTime};

use crate::driver::Terms;
use crate::line::Line;
use crate::reasons;
use crate::refusal::{bad_request, nothing_signed};
use crate::signing::{ToSign, key_here, new_nonce, read_nonce, written};
use crate::who::Who;

/// A time for the parsers, which take a day without month and year as the nearest.
pub fn reference(now: WallTime) -> Option<Time> {
    u32::try_from(now.ms() / 60_000).ok().map(Time::from_minutes)
}

/// An act, before it is signed.
struct Said {
    message: EntryHash,
    urgency: Urgency,
    purpose: Purpose,
    content: Vec<u8>,
}

impl Said {
    fn to_sign(&self, officer: u16, nonce: [u8; 8], on_screen: EntryRef) -> ToSign<'_> {
        let Said { urgency, purpose, .. } = *self;
        ToSign { officer, purpose, urgency, nonce, on_screen, content: &self.content, over: None }
    }

    fn submission(&self, statement: Statement) -> Submission {
        let (officer, body) = (statement.officer, Body::write(&[statement], &self.content));
        Submission { draft: None, kind: Kind::ACT, urgency: self.urgency, officer, body }
    }
}

impl Line {
    /// Does this about the message of this name with the key that the node holds, and gives the message as it is then.
    /// Acknowledging what is acknowledged changes nothing.
    pub async fn act(&self, who: Who, name: &str, act: &api::Act) -> Result<api::Message, ApiError> {
        // Whoever acts looks first at what was done; two at once must not see the same.
        let _turn = self.turn.lock().await;
        let officer = self.signer(who, None, ROLE_ACKNOWLEDGE)?;
        let Some(said) = self.legal(name, act)? else { return self.message_with_text(name) };
        let (officer, key) = (officer.public.index, key_here(officer)?.clone());
        let (urgency, hash) = (said.urgency, said.message);
        let compose = move |line: &Line, terms: Terms| {
            let statement = line.stated(&key, said.to_sign(officer, new_nonce(), terms.on_screen));
            said.submission(statement)
        };
        self.sealed(urgency.class, Box::new(compose)).await?;
        self.message_with_text(&hash.to_string())
    }

    /// What an officer is to sign with a key of his own to do this.
    pub async fn prepare_act(
        &self,
        who: Who,
        name: &str,
        request: signing::ActToSign,
    ) -> Result<signing::PreparedAct, ApiError> {
        let officer = self.signer(who, request.officer, ROLE_ACKNOWLEDGE)?.public.index;
        let said = self.legal(name, &request.act)?.ok_or_else(done_before)?;
        let on_screen = self.terms(said.urgency.class).await?.on_screen;
        let nonce = new_nonce();
        let digest = self.digest(&said.to_sign(officer, nonce, on_screen));
        let [nonce, on_screen, digest] = written(&nonce, on_screen, &digest);
        Ok(signing::PreparedAct { act: request.act, officer, nonce, on_screen, digest })
    }

    /// Does what an officer signed with a key of his own.
    pub async fn act_signed(
        &self,
        name: &str,
        signed: &signing::SignedAct,
    ) -> Result<api::Message, ApiError> {
        let _turn = self.turn.lock().await;
        let prepared = &signed.prepared;
        let officer = self.officer(prepared.officer)?;
        let Some(said) = self.legal(name, &prepared.act)? else { return self.message_with_text(name) };
        let (nonce, on_screen) = (read_nonce(&prepared.nonce)?, self.on_screen(&prepared.on_screen)?);
        let to_sign = said.to_sign(prepared.officer, nonce, on_screen);
        let statement = self.stated_by(officer, to_sign, &signed.signature)?;
        let (urgency, hash) = (said.urgency, said.message);
        let compose = move |_: &Line, _: Terms| said.submission(statement);
        self.sealed(urgency.class, Box::new(compose)).await?;
        self.message_with_text(&hash.to_string())
    }

    /// What is signed to do this, if it is legal now; `None` if it was done before.
    fn legal(&self, name: &str, act: &api::Act) -> Result<Option<Said>, ApiError> {
        let message = self.find(name)?;
        if matches!(act, api::Act::Acknowledge) && message.acknowledged.is_some() {
            return Ok(None);
        }
        let dialogue = message.dialogue().into_owned();
        let (target, deed) = self.deed(&message, &dialogue, act)?;
        self.may(&message, &dialogue, target, &deed)?;
        if let api::Act::ThatIsCorrect { rows } = act {
            all_checked(&dialogue, rows)?;
        }
        if let Err(fault) = deed.check() {
            return Err(bad_request(
                sentence!("said-deed-refused", "This cannot be said: {why}.", why = reasons::of_deed(fault)),
                sentence!(
                    "said-deed-refused-do",
                    "See 'ringdown answer --help' for what stands beside each answer."
                ),
            ));
        }
        with_reason(&deed)?;
        let purpose = if deed == Deed::Acknowledge { Purpose::Acknowledge } else { Purpose::Answer };
        let content = Act { target, deed }.content();
        Ok(Some(Said { message: message.hash, urgency: message.urgency, purpose, content }))
    }

    /// The deed that a request names, and the entry that it is about.
    fn deed(
        &self,
        message: &MessageRecord,
        dialogue: &Dialogue,
        act: &api::Act,
    ) -> Result<(EntryHash, Deed), ApiError> {
        let pending = || {
            let round = dialogue.pending();
            round.map(|round| round.said.entry).ok_or_else(|| not_now(NotNow::NoReadBack))
        };
        let deed = match act {
            api::Act::Acknowledge => Deed::Acknowledge,
            api::Act::Standby { minutes } => Deed::Standby { minutes: *minutes },
            api::Act::Answer { word, text } => Deed::Answer { word: answer(word)?, text: text.trim().into() },
            api::Act::ReadBack { fields, words, language, looked_again } => Deed::ReadBack(ReadBack {
                fields: self.read_back_fields(dialogue, fields, words)?,
                language: language.clone().unwrap_or_else(|| "und".into()),
                words: words.trim().into(),
                looked_again: *looked_again,
            }),
            api::Act::ThatIsCorrect { .. } => Deed::ThatIsCorrect { read_back: pending()? },
            api::Act::Wrong => Deed::Wrong { read_back: pending()? },
            api::Act::OurMessageWasWrong => Deed::OurMessageWasWrong { read_back: pending()? },
            api::Act::HandedOn => Deed::Notice(Notice::HandedOn),
            api::Act::InPreparation => Deed::Notice(Notice::InPreparation),
            api::Act::AskStillValid => Deed::Ask(Ask::StillValid),
            api::Act::AskVoice => Deed::Ask(Ask::Voice),
            api::Act::DidYouGetIt => Deed::Ask(Ask::DidYouGetIt),
            api::Act::Reply { yes } => {
                let asked = dialogue.asked_of(self.own).next();
                let asked = asked.ok_or_else(|| not_now(NotNow::NothingAsked))?;
                return Ok((asked.said.entry, Deed::Reply { yes: *yes }));
            }
        };
        Ok((message.hash, deed))
    }

    /// Whether the message may be read back now, before anyone types anything.
    pub fn may_read_back(&self, name: &str) -> Result<(), ApiError> {
        let message = self.find(name)?;
        let dialogue = message.dialogue().into_owned();
        let as_sent = ReadBack {
            fields: dialogue.critical.clone(),
            language: String::new(),
            words: String::new(),
            looked_again: 0,
        };
        self.may(&message, &dialogue, message.hash, &Deed::ReadBack(as_sent))
    }

    fn may(
        &self,
        message: &MessageRecord,
        dialogue: &Dialogue,
        target: EntryHash,
        deed: &Deed,
    ) -> Result<(), ApiError> {
        let result = match deed {
            Deed::Reply { .. } => dialogue.may_reply(self.own, &target),
            _ => {
                let now = self.clock.now().wall;
                let here = self.with_ledger(|ledger| ledger.circumstances(message, now));
                dialogue.may(self.own, deed, here)
            }
        };
        result.map_err(not_now)
    }

    /// Every critical field, in the message's order, read in this side's own habits.
    fn read_back_fields(
        &self,
        dialogue: &Dialogue,
        typed: &BTreeMap<String, String>,
        words: &str,
    ) -> Result<Vec<Field>, ApiError> {
        let critical = &dialogue.critical[..];
        if let Some(stranger) = typed.keys().find(|name| !critical.iter().any(|field| field.name == **name)) {
            return Err(bad_request(
                sentence!(
                    "said-no-critical-field",
                    "The message has no critical field '{field}'.",
                    field = stranger
                ),
                sentence!("said-read-back-these", "Read back: {fields}.", fields = names(critical)),
            ));
        }
        if dialogue.is_read_back() {
            says_something(critical, typed, words)?;
        }
        let reference = reference(self.clock.now().wall);
        let mut fields = Vec::new();
        let mut problems = Vec::new();
        for field in critical {
            let text = typed.get(&field.name).map_or("", |text| text.trim());
            match Value::parse(field.value.kind(), text, &self.site.habits, reference) {
                Ok(value) => fields.push(Field { name: field.name.clone(), critical: true, value }),
                Err(error) => problems.push(sentence!(
                    "said-of-field",
                    "{field}: {why}",
                    field = &field.name,
                    why = reasons::of_typed(&error)
                )),
            }
        }
        if problems.is_empty() {
            return Ok(fields);
        }
        Err(bad_request(
            sentence!("said-read-back-unreadable", "The read-back cannot be read: {why}.", why = problems),
            sentence!(
                "said-read-back-unreadable-do",
                "Type every critical field as you understood it: {fields}.",
                fields = names(critical)
            ),
        ))
    }
}

/// "That is correct" is said of what a person held against his own order, row by row.
fn all_checked(dialogue: &Dialogue, rows: &[String]) -> Result<(), ApiError> {
    let read_back = dialogue.pending().map_or(&[][..], |round| &round.read_back.fields);
    let left = names(read_back.iter().filter(|field| !rows.contains(&field.name)));
    if left.is_empty() {
        return Ok(());
    }
    Err(bad_request(
        sentence!("said-rows-left", "Not every row of the read-back is checked: {fields}.", fields = left),
        sentence!(
            "said-rows-left-do",
            "Hold each row against your own order. On a terminal 'ringdown confirm' asks row by row; a program names \
             each with --row NAME."
        ),
    ))
}

/// UNABLE says why in a word of the list.
fn with_reason(deed: &Deed) -> Result<(), ApiError> {
    let Deed::Answer { word: Answer::Unable, text } = deed else { return Ok(()) };
    if Reason::given(text).is_some() {
        return Ok(());
    }
    Err(bad_request(
        sentence!("said-no-reason", "UNABLE has no reason of the list."),
        sentence!(
            "said-no-reason-do",
            "Give one of {known} with --reason, and words with --text; 'other' needs words.",
            known = Reason::ALL.map(Reason::code).join(", ")
        ),
    ))
}

/// Names of fields, one after another.
fn names<'a>(fields: impl IntoIterator<Item = &'a Field>) -> String {
    fields.into_iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// A read-back has every critical field of the message; of a message without any it says something in words.
fn says_something(critical: &[Field], typed: &BTreeMap<String, String>, words: &str) -> Result<(), ApiError> {
    let is_typed = |field: &&Field| typed.get(&field.name).is_some_and(|text| !text.trim().is_empty());
    let missing = names(critical.iter().filter(|field| !is_typed(field)));
    if critical.is_empty() && words.trim().is_empty() {
        return Err(bad_request(
            sentence!("said-read-back-empty", "The read-back says nothing."),
            sentence!(
                "said-read-back-empty-do",
                "Say in a sentence of your own what the message tells you and what it asks (--words)."
            ),
        ));
    }
    if missing.is_empty() {
        return Ok(());
    }
    Err(bad_request(
        sentence!("said-read-back-missing", "The read-back lacks: {fields}.", fields = missing),
        sentence!(
            "said-read-back-unreadable-do",
            "Type every critical field as you understood it: {fields}.",
            fields = names(critical)
        ),
    ))
}

fn done_before() -> ApiError {
    ApiError::said(
        ErrorCode::Conflict,
        sentence!("said-done-before", "This was done before."),
        nothing_signed(),
        sentence!("said-done-before-do", "Look at the message: it says who did it, and when."),
    )
}

pub(crate) fn answer(word: &str) -> Result<Answer, ApiError> {
    let plain = word.trim().replace(['-', '_'], " ");
    Answer::ALL.into_iter().find(|known| known.name().eq_ignore_ascii_case(&plain)).ok_or_else(|| {
        let known = Answer::ALL.map(Answer::name).join(", ");
        bad_request(
            sentence!("said-no-answer", "'{word}' is no answer.", word = word),
            sentence!("said-use-one-of", "Use one of {known}.", known = known),
        )
    })
}

fn not_now(reason: NotNow) -> ApiError {
    let (code, todo) = match reason {
        NotNow::OtherSide => (
            ErrorCode::BadRequest,
            sentence!("said-see-inbox", "Look at the inbox for messages that wait for you."),
        ),
        _ => (ErrorCode::Conflict, what_to_do(reason)),
    };
    let what = sentence!("said-not-now", "This cannot be done now: {why}.", why = reasons::not_now(reason));
    ApiError::said(code, what, nothing_signed(), todo)
}

fn what_to_do(reason: NotNow) -> Sentence {
    match reason {
        NotNow::AcknowledgeFirst => sentence!("said-acknowledge-then", "Acknowledge it, then answer."),
        NotNow::Expired | NotNow::Delayed => {
            sentence!("said-ask-if-valid", "Ask if it is still valid, or answer UNABLE with a reason.")
        }
        NotNow::Different => sentence!(
            "said-say-it-is-wrong",
            "Say that the read-back is wrong, or that the message was wrong."
        ),
        _ => sentence!("said-see-message", "Look at the message for what may be done now."),
    }
}
