//! One entry of the transcript in words.

use ringdown_record::body::{Body, Gate, GatePosition, Incarnation, Receipt};
use ringdown_record::encoding::from_cbor;
use ringdown_record::evidence::Evidence;
use ringdown_record::statement::{Purpose, Statement};
use ringdown_record::{Charter, Entry, EntryHash, Header, Kind, Place, Side, WallTime};

use super::{Kept, Line, LocalNote, Source};
use crate::act::{Act, Ask, Deed, Notice, ReadBack};
use crate::content::Content;
use crate::hidden::{Layout, visible};
use crate::ledger::Ledger;
use crate::state::State;
use crate::value::{Field, Outcome, Value, compare};

pub(super) struct Printer<'a> {
    pub(super) charter: &'a Charter,
    pub(super) ledger: &'a Ledger,
    pub(super) source: Source,
    pub(super) zulu: fn(WallTime) -> String,
}

impl Printer<'_> {
    pub(super) fn note(&self, note: &LocalNote, own: Side) -> Line {
        Line {
            kind: "NOTE".into(),
            place: self.name(own).into(),
            written: (self.zulu)(note.at),
            words: vec![one(&note.words)],
            ..Line::default()
        }
    }

    pub(super) fn line(&self, kept: &Kept<'_>) -> Line {
        let entry = kept.entry;
        let header = entry.header();
        let hash = entry.hash();
        let message = self.ledger.find_entry(&hash);
        let arrived = kept.arrived.filter(|_| self.source != Source::Node(header.side));
        let of_people = matches!(header.kind, Kind::MESSAGE | Kind::ACT);
        let held = self.ledger.receipt_of(header.side, header.place).filter(|_| of_people);
        let (words, text) = self.said(entry);
        Line {
            kind: header.kind.name().into(),
            place: format!("{} {}", self.name(header.side), header.place),
            serial: message
                .and_then(|message| message.serial)
                .map_or_else(String::new, |serial| serial.text(self.charter)),
            written: (self.zulu)(header.time),
            arrived: arrived.map_or_else(String::new, self.zulu),
            held: held.map_or_else(String::new, self.zulu),
            words,
            text,
            hash: hash.to_string(),
            ..Line::default()
        }
    }

    fn name(&self, side: Side) -> &str {
        &self.charter.party(side).name
    }

    fn officer(&self, side: Side, index: u16) -> String {
        let officer = self.charter.party(side).key_list.officer(index);
        let officer = officer.map_or_else(|| format!("officer {index}"), |officer| one(&officer.name));
        format!("{officer} of {}", self.name(side))
    }

    /// Serial of a message, or the first digits of what is not one or not here.
    fn about(&self, target: &EntryHash) -> String {
        let serial = self.ledger.find_entry(target).and_then(|message| message.serial);
        serial.map_or_else(
            || format!("entry {}", &target.to_string()[..12]),
            |serial| serial.text(self.charter),
        )
    }

    /// Sentences, and the text of a person.
    fn said(&self, entry: &Entry) -> (Vec<String>, String) {
        let header = entry.header();
        let name = self.name(header.side);
        let unreadable =
            || (vec!["Its content cannot be read as what it claims to be.".to_owned()], String::new());
        let Ok(body) = Body::read(entry.body()) else { return unreadable() };
        let sentence = |words: String| (vec![words], String::new());
        match header.kind {
            Kind::MESSAGE => match Content::read(body.content) {
                Ok(content) => self.message(header, &body.statements, &content),
                Err(_) => unreadable(),
            },
            Kind::ACT => Act::of(entry).map_or_else(|_| unreadable(), |act| self.act(entry, &act)),
            Kind::RECEIPT => sentence(self.receipt(header, body.content)),
            Kind::GATE => from_cbor::<Gate>(body.content).map_or_else(
                |_| unreadable(),
                |gate| {
                    let does = match gate.position {
                        GatePosition::Shut => "shuts its end of the line",
                        GatePosition::Ready => "opens its end of the line",
                    };
                    let words = format!("{name} {does}, opening number {}.", gate.round);
                    let reason = (!gate.reason.is_empty()).then(|| format!("Reason: {}", one(&gate.reason)));
                    ([Some(words), reason].into_iter().flatten().collect(), String::new())
                },
            ),
            Kind::INCARNATION => from_cbor::<Incarnation>(body.content).map_or_else(
                |_| unreadable(),
                |incarnation| {
                    sentence(format!(
                        "{name}'s node begins to sign, beginning number {}.",
                        incarnation.number
                    ))
                },
            ),
            Kind::KEY_LIST => sentence(format!("{name} lists the keys of its officers anew.")),
            Kind::EVIDENCE => {
                let accused = Evidence::read(body.content).ok().and_then(|evidence| evidence.accused());
                accused.map_or_else(unreadable, |(side, place)| sentence(self.two_histories(side, place)))
            }
            other => sentence(format!("An entry of kind {}, which this version does not know.", other.0)),
        }
    }

    fn two_histories(&self, side: Side, place: Place) -> String {
        format!(
            "Two different entries were signed with the key of {}'s node for the place {place}.",
            self.name(side)
        )
    }

    fn receipt(&self, header: &Header, content: &[u8]) -> String {
        let peer = self.name(header.side.other());
        let beyond = Receipt::read(content).map(|receipt| receipt.beyond).unwrap_or_default();
        let beyond: Vec<_> = beyond.iter().map(|range| format!("{} to {}", range.from, range.to)).collect();
        let more = if beyond.is_empty() {
            String::new()
        } else {
            format!(", and beyond a gap {}", beyond.join(", "))
        };
        format!("{}'s node holds {peer}'s entries up to {}{more}.", self.name(header.side), header.peer.place)
    }

    /// Who signed a message, and as what.
    fn signed(&self, header: &Header, statements: &[Statement]) -> String {
        let signed = statements.iter().map(|statement| {
            let what = match statement.purpose {
                Purpose::Draft => "drafted by",
                Purpose::ReleaseAlone => "RELEASED ALONE, in an emergency, by",
                _ => "released by",
            };
            format!("{what} {}", self.officer(header.side, statement.officer))
        });
        signed.collect::<Vec<_>>().join(", ")
    }

    fn message(&self, header: &Header, statements: &[Statement], content: &Content) -> (Vec<String>, String) {
        let urgency = (header.urgency.precedence.name(), header.urgency.class.name());
        let mut words = vec![
            format!(
                "{} {} {}, {}.",
                urgency.0,
                urgency.1,
                content.marker.name(),
                self.signed(header, statements)
            ),
            format!("Subject: {}", one(&content.subject)),
        ];
        words.extend(content.re().map(|re| format!("It refers to {}.", self.about(&re))));
        words.extend(content.valid_until().map(|at| format!("It holds until {}.", (self.zulu)(at))));
        words.extend(content.answer_by().map(|at| format!("An answer is wanted by {}.", (self.zulu)(at))));
        if !content.form.is_empty() {
            words.push(format!("Form: {}", one(&content.form)));
        }
        words.extend(content.fields.iter().map(|field| {
            let critical = if field.critical { ", critical" } else { "" };
            format!("Field {}{critical}: {}", one(&field.name), self.value(header.side, field))
        }));
        if content.language != "und" && !content.text.is_empty() {
            words.push(format!("Language of the text: {}", one(&content.language)));
        }
        (words, visible(&content.text, Layout::Lines))
    }

    fn act(&self, entry: &Entry, act: &Act) -> (Vec<String>, String) {
        let officer = self.officer(entry.header().side, entry.header().officer);
        let about = self.about(&act.target);
        let said = |what: &str| (vec![format!("{officer} {what}")], String::new());
        match &act.deed {
            Deed::Acknowledge => said(&format!("acknowledges {about}: a person has it.")),
            Deed::Standby { minutes } => {
                said(&format!("says STANDBY to {about}: an answer comes within {minutes} minutes."))
            }
            Deed::Answer { word, text } if text.is_empty() => said(&format!("answers {about}: {word}.")),
            Deed::Answer { word, text } => said(&format!("answers {about}: {word}: {}", one(text))),
            Deed::ReadBack(back) => self.read_back(entry, &act.target, back),
            Deed::ThatIsCorrect { .. } => {
                said(&format!("says of the read-back of {about}: that is correct."))
            }
            Deed::Wrong { .. } => said(&format!(
                "says of the read-back of {about}: wrong - I say again. The message stands as sent."
            )),
            Deed::OurMessageWasWrong { .. } => said(&format!(
                "says of the read-back of {about}: our message was wrong. A correction follows."
            )),
            Deed::Notice(Notice::HandedOn) => said(&format!("says that {about} is with the principal.")),
            Deed::Notice(Notice::InPreparation) => {
                said(&format!("says that a reply to {about} is in preparation."))
            }
            Deed::Ask(Ask::StillValid) => said(&format!("asks about {about}: is it still valid?")),
            Deed::Ask(Ask::Voice) => said(&format!("asks about {about}: shall we speak by voice?")),
            Deed::Ask(Ask::DidYouGetIt) => said(&format!("asks about {about}: did you get it?")),
            Deed::Reply { yes: true } => said("replies to that question: AFFIRM."),
            Deed::Reply { yes: false } => said("replies to that question: NEGATIVE."),
        }
    }

    /// A value of this sender's message: a WILL or WILL NOT with whose it is.
    fn value(&self, sender: Side, field: &Field) -> String {
        let value = one(&field.value.as_sent());
        match field.value {
            Value::Polarity(_) => format!("{} {value}", self.name(sender)),
            _ => value,
        }
    }

    /// Row by row, as both nodes compare it.
    fn read_back(&self, entry: &Entry, target: &EntryHash, back: &ReadBack) -> (Vec<String>, String) {
        let message = self.ledger.find_entry(target);
        let dialogue = message.map(|message| message.dialogue());
        let rounds = dialogue.as_ref().map_or(&[][..], |dialogue| &dialogue.rounds);
        let round = rounds.iter().find(|round| round.said.entry == entry.hash());
        let verdict = match round {
            Some(round) => State::ReadBack(round.found).text(),
            None => "not compared".into(),
        };
        let officer = self.officer(entry.header().side, entry.header().officer);
        // Who reads back speaks of the other side's message.
        let sender = entry.header().side.other();
        let mut words = vec![format!("{officer} reads {} back: {verdict}.", self.about(target))];
        let critical =
            dialogue.as_ref().filter(|_| round.is_some()).map_or(&[][..], |dialogue| &dialogue.critical);
        for (index, field) in back.fields.iter().enumerate() {
            let (name, value) = (one(&field.name), self.value(sender, field));
            let Some(sent) = critical.get(index) else {
                words.push(format!("Field {name}: read back {value}"));
                continue;
            };
            let outcome = match compare(&sent.value, &field.value) {
                Outcome::Match => "MATCH",
                Outcome::Different(_) => "DIFFERENT",
                Outcome::ForAPerson => "FOR A PERSON",
            };
            words.push(format!("{outcome} {name}: sent {}, read back {value}", self.value(sender, sent)));
        }
        if back.looked_again > 0 {
            words.push(format!(
                "The message was opened again while reading back: {} times.",
                back.looked_again
            ));
        }
        if !back.words.is_empty() {
            words.push(format!("In their words ({}), understood, not agreed:", one(&back.language)));
        }
        (words, visible(&back.words, Layout::Lines))
    }
}

fn one(text: &str) -> String {
    visible(text, Layout::OneLine)
}
