//! A message's dialogue in words, for the API and the console.

use ringdown_api as api;
use ringdown_api::{FieldShown, ReadBackShown, RowShown};
use ringdown_message::act::{Ask, Notice};
use ringdown_message::dialogue::{Dialogue, Found, Move, Phase, Round, Verdict};
use ringdown_message::value::{Field, Outcome, Value, compare};
use ringdown_message::{Content, Ledger, MessageRecord};
use ringdown_record::Side;

use crate::line::Line;

/// The name of a move in the API, on the command line and in the console's forms.
pub fn move_name(possible: Move) -> String {
    match possible {
        Move::Answer(word) => return format!("answer {word}"),
        Move::Acknowledge => "acknowledge",
        Move::ReadBack => "read-back",
        Move::AnswerByMessage => "answer",
        Move::QuestionByMessage => "question",
        Move::Standby => "standby",
        Move::ThatIsCorrect(_) => "that-is-correct",
        Move::Wrong(_) => "wrong",
        Move::OurMessageWasWrong(_) => "our-message-was-wrong",
        Move::Notice(Notice::HandedOn) => "handed-on",
        Move::Notice(Notice::InPreparation) => "in-preparation",
        Move::Ask(Ask::StillValid) => "ask-still-valid",
        Move::Ask(Ask::Voice) => "ask-voice",
        Move::Ask(Ask::DidYouGetIt) => "did-you-get-it",
        Move::Reply(..) => "reply",
        Move::Correct => "correct",
        Move::Cancel => "cancel",
    }
    .to_owned()
}

fn phase_name(phase: Phase) -> &'static str {
    match phase {
        Phase::Open => "OPEN",
        Phase::Closed => "CLOSED",
        Phase::Superseded => "SUPERSEDED",
        Phase::Cancelled => "CANCELLED",
    }
}

/// What an ask says, as the side that has to reply reads it.
pub fn ask_text(ask: Ask) -> &'static str {
    match ask {
        Ask::StillValid => "Is it still valid?",
        Ask::Voice => "Shall we speak by voice?",
        Ask::DidYouGetIt => "Did you get it?",
    }
}

impl Line {
    /// The dialogue of a message whose content is at hand.
    pub fn dialogue(
        &self,
        ledger: &Ledger,
        message: &MessageRecord,
        content: Option<&Content>,
    ) -> api::Dialogue {
        let dialogue = message.dialogue();
        let here = ledger.circumstances(message, self.clock.now().wall);
        let fields = content.map_or(&[][..], |content| &content.fields);
        let form = content.map(|content| content.form.clone()).filter(|form| !form.is_empty());
        let label = |name: &str| self.label(form.as_deref().unwrap_or_default(), name);
        api::Dialogue {
            phase: phase_name(ledger.phase(message)).into(),
            moves: dialogue.moves(self.own, here).into_iter().map(move_name).collect(),
            re: dialogue.re.map(|re| {
                let known = ledger.find_entry(&re).and_then(|message| message.serial);
                known.map_or_else(|| re.to_string(), |serial| serial.text(&self.charter))
            }),
            answered_as: dialogue.answered_as.map(|marker| marker.name().into()),
            valid_until: dialogue.valid_until.map(api::date_time_group),
            answer_by: dialogue.answer_by.map(api::date_time_group),
            fields: fields.iter().map(|field| self.field(message.side, field, label(&field.name))).collect(),
            read_backs: dialogue
                .rounds
                .iter()
                .map(|round| self.read_back(&dialogue, round, &label))
                .collect(),
            answer: dialogue.answer.as_ref().map(|(_, given)| given.text()),
            asked: dialogue.asked_of(self.own).map(|asked| ask_text(asked.ask).into()).collect(),
            violations: dialogue
                .violations
                .iter()
                .map(|(said, violation)| format!("{}: {violation}", self.name(said.side)))
                .collect(),
            form,
        }
    }

    /// The label of a field in its form; the field's name where the form is not known here.
    pub fn label(&self, form: &str, field: &str) -> String {
        let form = self.site.forms().by_wire_id(form);
        form.map_or_else(|| field.to_owned(), |form| form.texts("en").label(field).to_owned())
    }

    /// Whose a WILL or WILL NOT is: always its sender's. `None` for other values.
    pub fn actor(&self, sender: Side, value: &Value) -> Option<&str> {
        matches!(value, Value::Polarity(_)).then(|| self.name(sender))
    }

    fn field(&self, sender: Side, field: &Field, label: String) -> FieldShown {
        FieldShown {
            actor: self.actor(sender, &field.value).map(str::to_owned),
            name: field.name.clone(),
            label,
            critical: field.critical,
            sent: field.value.as_sent(),
            here: field.value.shown(&self.site.habits),
        }
    }

    fn read_back(
        &self,
        dialogue: &Dialogue,
        round: &Round,
        label: &impl Fn(&str) -> String,
    ) -> ReadBackShown {
        let row = |(sent, back): (&Field, &Field)| {
            let actor = self.actor(dialogue.sender, &sent.value);
            let (outcome, difference) = match compare(&sent.value, &back.value) {
                Outcome::Match => ("MATCH", String::new()),
                Outcome::Different(mut difference) => {
                    difference.sent = api::with_actor(actor, &difference.sent);
                    difference.read_back = api::with_actor(actor, &difference.read_back);
                    ("DIFFERENT", difference.to_string())
                }
                Outcome::ForAPerson => ("FOR A PERSON", String::new()),
            };
            RowShown {
                actor: actor.map(str::to_owned),
                name: sent.name.clone(),
                label: label(&sent.name),
                sent: sent.value.as_sent(),
                read_back: back.value.as_sent(),
                outcome: outcome.into(),
                difference,
            }
        };
        ReadBackShown {
            by: self.officer_of(round.said.side, round.said.officer),
            at: api::zulu(round.said.at),
            outcome: match round.found {
                Found::OwnWords => "IN OWN WORDS",
                Found::Matches => "MATCHES",
                Found::Different => "DIFFERENT",
            }
            .into(),
            rows: dialogue.critical.iter().zip(&round.read_back.fields).map(row).collect(),
            words: round.read_back.words.clone(),
            looked_again: round.read_back.looked_again,
            verdict: round.verdict.map(|(_, verdict)| {
                match verdict {
                    Verdict::Correct => "That is correct",
                    Verdict::Wrong => "Wrong - I say again",
                    Verdict::OurMessageWasWrong => "Our message was wrong",
                }
                .into()
            }),
        }
    }

    fn officer_of(&self, side: Side, index: u16) -> String {
        let officer = self.charter.party(side).key_list.officer(index);
        let name = officer.map_or_else(|| format!("officer {index}"), |officer| officer.name.clone());
        format!("{name} of {}", self.name(side))
    }
}
