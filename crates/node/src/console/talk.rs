//! A dialogue as a page shows it: fields, links, loud strips, read-backs row by row, and the moves that are legal now.

use std::collections::BTreeMap;

use ringdown_api::{ApiError, Message, date_time_group, zulu};
use ringdown_message::act::{Answer, Ask, Deed, Notice};
use ringdown_message::dialogue::{
    Asked, Circumstances, Dialogue, Found, Given, Move, NotNow, Phase, ROUNDS_MAX, Round, STANDBYS_MAX, Said,
    allowed,
};
use ringdown_message::form::Form;
use ringdown_message::reason::Reason;
use ringdown_message::value::{Difference, Field, Note, Outcome, Value, compare};
use ringdown_message::{Content, Ledger, Marker, MessageRecord};
use ringdown_record::{EntryHash, Side, WallTime};

use crate::console::answers::{Due, Owes, due};
use crate::console::fields::{FieldRow, content, field_rows, label, value_words};
use crate::console::moves::{Moves, WordButton};
use crate::console::next::Next;
use crate::console::translation::{OursForm, Unread};
use crate::console::{conditions, said, view};
use crate::dialogue::move_name;
use crate::line::Line;
use crate::text::Texts;

/// Everything about a message but its text and its states.
pub struct Talk {
    /// Title of its form; empty for free text.
    pub form: String,
    /// Its fields.
    pub fields: Vec<FieldRow>,
    /// What must be seen first: violations, what took its place, what is missing.
    pub strips: Vec<Strip>,
    /// What it refers to, and what refers to it.
    pub links: Vec<Link>,
    /// Until when it holds and by when an answer is wanted.
    pub terms: Vec<Term>,
    /// Read-backs, the newest first.
    pub rounds: Vec<Judged>,
    /// Questions about the message itself.
    pub asks: Vec<AskRow>,
    /// What it was answered, in words; empty if it was not.
    pub answer: String,
    /// The answer, as a message.
    pub answer_link: Option<Link>,
    /// What is left to do.
    pub next: Next,
    /// What may be done now.
    pub moves: Moves,
    /// Whether two people release a message as urgent as this one.
    pub by_two: bool,
    /// Whether a machine translates here.
    pub translated: bool,
    /// That a text of the other side may be read by nobody here, and what to do.
    pub unread: Option<Unread>,
    /// What our officer may write beside a message of the other side.
    pub ours: Option<OursForm>,
}

/// Something loud.
pub struct Strip {
    pub level: &'static str,
    pub word: String,
    pub text: String,
    pub link: Option<Link>,
}

/// Another message.
pub struct Link {
    pub words: String,
    pub entry: String,
    /// Its serial; its entry's first digits where it is not here.
    pub name: String,
    pub here: bool,
}

/// A time that the sender set.
pub struct Term {
    pub label: String,
    pub time: String,
    pub passed: bool,
}

/// A read-back, and what the sender says of it.
pub struct Judged {
    pub by: String,
    pub at: String,
    pub level: &'static str,
    pub word: String,
    pub rows: Vec<CompareRow>,
    pub words: String,
    pub language: String,
    /// How often the message was opened again; empty if it was not.
    pub looked: String,
    /// What the sender says; empty while that is open.
    pub verdict: String,
    /// True if our officer has to say now what he thinks of it.
    pub waits: bool,
    /// True if he may say that it is correct.
    pub may_be_correct: bool,
}

/// A critical field, sent and read back.
pub struct CompareRow {
    pub name: String,
    pub label: String,
    pub sent: String,
    pub back: String,
    /// What was read back, in our units; empty where that is the same.
    pub here: String,
    pub level: &'static str,
    pub word: String,
    pub note: String,
}

/// A question about the message, and its answer.
pub struct AskRow {
    pub words: String,
    pub by: String,
    pub at: String,
    /// What was replied; empty if nothing was.
    pub reply: String,
    /// True if it is ours to reply, now.
    pub ours_to_reply: bool,
}

impl Talk {
    /// The dialogue of a message as it is now. `typed` is what a form held that was refused.
    pub fn of(
        line: &Line,
        message: &Message,
        t: &Texts,
        typed: &BTreeMap<String, String>,
    ) -> Result<Talk, ApiError> {
        let record = line.find(&message.entry)?;
        let content = content(line, &record)?;
        let now = line.clock.now().wall;
        let talk = line.with_ledger(|ledger| {
            let record = ledger.find_entry(&record.hash).unwrap_or(&record);
            let page =
                Maker { line, ledger, record, dialogue: &record.dialogue(), now, t, content: &content };
            page.talk(typed)
        });
        if record.side == line.own {
            return Ok(talk);
        }
        Ok(Talk { unread: Unread::of(message, t), ours: Some(OursForm::of(message, t, typed)), ..talk })
    }
}

impl Talk {
    /// True if a read-back waits for what our officer says of it.
    pub fn waits_for_word(&self) -> bool {
        self.rounds.iter().any(|round| round.waits)
    }
}

struct Maker<'a> {
    line: &'a Line,
    ledger: &'a Ledger,
    record: &'a MessageRecord,
    dialogue: &'a Dialogue,
    now: WallTime,
    t: &'a Texts,
    content: &'a Option<Content>,
}

impl Maker<'_> {
    fn talk(&self, typed: &BTreeMap<String, String>) -> Talk {
        let form = self.form();
        let fields = self.content.as_ref().map(|content| (&content.form, &content.fields));
        let from = (self.line, self.record.side);
        let here = self.ledger.circumstances(self.record, self.now);
        let moves = self.dialogue.moves(self.line.own, here);
        let (answer, answer_link) = self.answer();
        Talk {
            form: form.map_or_else(String::new, |form| form.texts(self.t.tag()).title.clone()),
            fields: fields.map_or_else(Vec::new, |(form, fields)| field_rows(from, form, fields, self.t)),
            strips: self.strips(),
            links: self.links(),
            terms: self.terms(),
            rounds: self.dialogue.rounds.iter().rev().map(|round| self.judged(round, &moves)).collect(),
            asks: self.asks(),
            answer,
            answer_link,
            next: self.next(&moves),
            moves: self.moves(&moves, here, typed),
            by_two: self.line.people(self.record.urgency) == 2,
            translated: self.line.site.translator.is_some(),
            unread: None,
            ours: None,
        }
    }

    fn next(&self, moves: &[Move]) -> Next {
        let phase = self.dialogue.phase(self.ledger.earlier_missing(self.record));
        let in_doubt = self.record.is_delayed() && moves.contains(&Move::Ask(Ask::StillValid));
        let officer = |said: &Said| self.officer(said.side, said.officer);
        Next::of(self.line, self.dialogue, phase, in_doubt, self.asked(), &officer, self.t)
    }

    /// The serial of a question of ours about it that is still open.
    fn asked(&self) -> Option<String> {
        let ours = self.dialogue.questions.iter().filter(|said| said.side == self.line.own);
        let mut known = ours.filter_map(|said| self.ledger.find_entry(&said.entry));
        let open = known.find(|question| self.ledger.phase(question) == Phase::Open)?;
        open.serial.map(|serial| serial.text(&self.line.charter))
    }

    fn form(&self) -> Option<&Form> {
        let form = self.content.as_ref().map(|content| content.form.as_str())?;
        self.line.site.forms().by_wire_id(form)
    }

    fn label(&self, field: &str) -> String {
        label(self.form(), field, self.t)
    }

    fn words(&self, field: &Field, shown: &str) -> String {
        value_words((self.line, self.record.side), self.form(), field, shown, self.t)
    }

    fn link(&self, words: String, entry: &EntryHash) -> Link {
        let known = self.ledger.find_entry(entry);
        let serial = known.and_then(|message| message.serial).map(|serial| serial.text(&self.line.charter));
        let entry = entry.to_string();
        let name = serial.unwrap_or_else(|| entry[..12].to_owned());
        Link { words, name, entry, here: known.is_some() }
    }

    /// The other side's answer is late: what comes next.
    fn overdue(&self) -> Option<Strip> {
        let t = self.t;
        let by = self.record.answer_due()?;
        let open = self.dialogue.phase(self.ledger.earlier_missing(self.record)) == Phase::Open;
        let awaited =
            matches!(due(self.dialogue, self.line.own), (Owes::Them, Due::Answer | Due::ReadBackAndAnswer));
        if !open || !awaited || self.line.clock.now().wall <= by {
            return None;
        }
        let way = conditions::other_way(self.line, t);
        let by = date_time_group(by);
        let values = [("peer", self.line.name(self.line.own.other())), ("by", &by), ("way", &way)];
        let text = t.with("overdue-text", &values);
        Some(Strip { level: "serious", word: t.get("overdue-word"), text, link: None })
    }

    fn strips(&self) -> Vec<Strip> {
        let t = self.t;
        let mut strips = Vec::new();
        for (said, violation) in &self.dialogue.violations {
            let values = [
                ("side", self.line.name(said.side).to_owned()),
                ("what", said::violation(*violation, t)),
                ("time", view::date_and_time(&zulu(said.at))),
            ];
            let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
            strips.push(Strip {
                level: "critical",
                word: t.get("violation-word"),
                text: t.with("violation-text", &values),
                link: None,
            });
        }
        strips.extend(self.twice());
        strips.extend(self.overdue());
        if self.record.released_alone {
            let side = self.line.name(self.record.side);
            strips.push(Strip {
                level: "serious",
                word: t.get("alone-word"),
                text: t.one("alone-text", "side", side),
                link: None,
            });
        }
        if let Some((said, marker)) = &self.dialogue.superseded {
            let cancelled = *marker == Marker::Cancel;
            let word = t.get(if cancelled { "cancelled-word" } else { "superseded-word" });
            let text = t.get(if cancelled { "cancelled-text" } else { "superseded-text" });
            let link = Some(self.link(String::new(), &said.entry));
            strips.push(Strip { level: "caution", word, text, link });
        }
        if self.dialogue.needs_voice() {
            let way = conditions::other_way(self.line, t);
            let values = [
                ("peer", self.line.name(self.line.own.other())),
                ("way", &way),
                ("count", &ROUNDS_MAX.to_string()),
            ];
            strips.push(Strip {
                level: "critical",
                word: t.get("voice-word"),
                text: t.with("voice-text", &values),
                link: None,
            });
        }
        let open = self.dialogue.answer.is_none() && self.dialogue.superseded.is_none();
        if self.record.is_delayed() && open && self.dialogue.still_valid() != Some(true) {
            let from = self.line.name(self.record.side);
            strips.push(Strip {
                level: "serious",
                word: t.get("delayed-word"),
                text: t.one("delayed-text", "from", from),
                link: None,
            });
        }
        if self.ledger.earlier_missing(self.record) {
            let from = self.line.name(self.record.side);
            strips.push(Strip {
                level: "caution",
                word: t.get("missing-word"),
                text: t.one("missing-earlier", "from", from),
                link: None,
            });
        }
        strips
    }

    /// Another message bears its serial.
    fn twice(&self) -> Option<Strip> {
        let serial = self.record.serial?;
        self.ledger.conflicts().find(|conflict| conflict.serial == Some(serial))?;
        let bears = |other: &&MessageRecord| other.serial == Some(serial) && other.hash != self.record.hash;
        let other = self.ledger.messages().iter().find(bears)?;
        let (peer, serial) = (self.line.name(self.record.side), serial.text(&self.line.charter));
        Some(Strip {
            level: "critical",
            word: self.t.get("numbers-twice-word"),
            text: self.t.with("numbers-twice", &[("peer", peer), ("serials", &serial)]),
            link: Some(Link {
                name: other.hash.to_string()[..12].to_owned(),
                ..self.link(String::new(), &other.hash)
            }),
        })
    }

    fn links(&self) -> Vec<Link> {
        let t = self.t;
        let mut links = Vec::new();
        if let Some(re) = &self.dialogue.re {
            let key = match self.record.marker {
                Some(Marker::Answer) => "link-answers",
                Some(Marker::Question) => "link-asks",
                Some(Marker::Correction) => "link-corrects",
                Some(Marker::Cancel) => "link-cancels",
                _ => "link-refers",
            };
            links.push(self.link(t.get(key), re));
        }
        links.extend(self.dialogue.questions.iter().map(|said| self.link(t.get("link-asked"), &said.entry)));
        links
    }

    fn terms(&self) -> Vec<Term> {
        let term = |key: &str, at: WallTime, matters: bool| Term {
            label: self.t.get(key),
            time: ringdown_api::date_time_group(at),
            passed: matters && self.now > at,
        };
        let open = self.dialogue.answer.is_none() && self.dialogue.superseded.is_none();
        let until = self.dialogue.valid_until.map(|at| term("term-valid", at, true));
        let by = self.dialogue.answer_by.map(|at| term("term-answer", at, open));
        until.into_iter().chain(by).collect()
    }

    fn officer(&self, side: Side, index: u16) -> String {
        let officer = self.line.charter.party(side).key_list.officer(index);
        let officer = officer.map_or_else(|| index.to_string(), |officer| officer.name.clone());
        self.t.with("officer-of", &[("officer", &officer), ("side", self.line.name(side))])
    }

    fn judged(&self, round: &Round, moves: &[Move]) -> Judged {
        let t = self.t;
        let entry = round.said.entry;
        let looked = match round.read_back.looked_again {
            0 => String::new(),
            times => t.one("looked-again", "count", times.to_string()),
        };
        let verdict =
            round.verdict.map_or_else(String::new, |(_, verdict)| t.get(view::verdict_key(Some(verdict))));
        let pairs = self.dialogue.critical.iter().zip(&round.read_back.fields);
        Judged {
            by: self.officer(round.said.side, round.said.officer),
            at: zulu(round.said.at),
            level: match round.found {
                Found::OwnWords => "caution",
                Found::Matches => "normal",
                Found::Different => "critical",
            },
            word: t.get(match round.found {
                Found::OwnWords => "round-in-words",
                Found::Matches => "round-matches",
                Found::Different => "round-different",
            }),
            rows: pairs.map(|(sent, back)| self.compared(sent, back)).collect(),
            words: round.read_back.words.clone(),
            language: round.read_back.language.clone(),
            looked,
            verdict,
            waits: moves.contains(&Move::Wrong(entry)),
            may_be_correct: moves.contains(&Move::ThatIsCorrect(entry)),
        }
    }

    fn compared(&self, sent: &Field, back: &Field) -> CompareRow {
        let words = |field: &Field| self.words(field, &field.value.as_sent());
        let here = back.value.shown(&self.line.site.habits);
        let here = if here == back.value.as_sent() { String::new() } else { here };
        let (level, key, difference) = match compare(&sent.value, &back.value) {
            Outcome::Match => ("normal", "row-match", None),
            Outcome::Different(difference) => ("critical", "row-different", Some(difference)),
            Outcome::ForAPerson => ("caution", "row-person", None),
        };
        let is_word = matches!(sent.value, Value::Word(_) | Value::Polarity(_));
        let (sent_words, back_words, note) = match difference {
            Some(Difference { sent, read_back, note, .. }) if !is_word => (sent, read_back, note),
            _ => (words(sent), words(back), Note::Nothing),
        };
        CompareRow {
            name: sent.name.clone(),
            label: self.label(&sent.name),
            sent: sent_words,
            here: if is_word || back_words.contains(&here) { String::new() } else { here },
            back: back_words,
            level,
            word: self.t.get(key),
            note: said::note(&note, self.t),
        }
    }

    fn asks(&self) -> Vec<AskRow> {
        let t = self.t;
        // A reply goes to the first of the other side's asks that has none.
        let first = self.dialogue.asked_of(self.line.own).next().map(|asked| asked.said.entry);
        let row = |asked: &Asked| AskRow {
            words: said::ask(asked.ask, t),
            by: self.officer(asked.said.side, asked.said.officer),
            at: zulu(asked.said.at),
            reply: match asked.reply {
                Some((_, true)) => t.get("move-affirm"),
                Some((_, false)) => t.get("move-negative"),
                None => String::new(),
            },
            ours_to_reply: first == Some(asked.said.entry),
        };
        self.dialogue.asks.iter().map(row).collect()
    }

    fn answer(&self) -> (String, Option<Link>) {
        let Some((said, given)) = &self.dialogue.answer else { return (String::new(), None) };
        let by_message = *given == Given::Message;
        (said::given(given, self.t), by_message.then(|| self.link(String::new(), &said.entry)))
    }

    fn moves(&self, moves: &[Move], here: Circumstances, typed: &BTreeMap<String, String>) -> Moves {
        let t = self.t;
        let given = |name: &str| typed.get(name).cloned().unwrap_or_default();
        let serial = self.record.serial.map_or_else(String::new, |serial| serial.text(&self.line.charter));
        let left = STANDBYS_MAX - self.dialogue.standbys.len().min(STANDBYS_MAX);
        let mut all = Moves { locked: self.locked(here), ..Moves::default() };
        for each in moves {
            match each {
                Move::Acknowledge => all.acknowledge = true,
                Move::ReadBack => all.read_back = true,
                Move::Answer(word) => all.words.push(self.word(*word, typed)),
                Move::Standby => {
                    all.standby = Some(given("minutes"));
                    all.standbys_left = t.one("standbys-left", "count", left.to_string());
                }
                Move::AnswerByMessage => all.messages.push(("ANSWER", t.get("message-answer"))),
                Move::QuestionByMessage => all.messages.push(("QUESTION", t.get("message-question"))),
                Move::Correct => {
                    all.messages.push(("CORRECTION", t.one("message-correct", "serial", &serial)))
                }
                Move::Cancel => all.messages.push(("CANCEL", t.one("message-cancel", "serial", &serial))),
                Move::Notice(notice) => {
                    let key = match notice {
                        Notice::HandedOn => "move-handed-on",
                        Notice::InPreparation => "move-in-preparation",
                    };
                    all.plain.push((move_name(*each), t.get(key)));
                }
                Move::Ask(Ask::StillValid) => all.still_valid = true,
                Move::Ask(Ask::Voice) => all.plain.push((move_name(*each), t.get("move-voice"))),
                Move::Ask(Ask::DidYouGetIt) => all.plain.push((move_name(*each), t.get("move-did-you"))),
                // They stand beside what they are about.
                Move::ThatIsCorrect(_) | Move::Wrong(_) | Move::OurMessageWasWrong(_) | Move::Reply(..) => {}
            }
        }
        all
    }

    /// WILCO belongs to this marker, and may not be said now.
    fn locked(&self, here: Circumstances) -> String {
        let marker =
            self.dialogue.answered_as.filter(|marker| allowed(*marker).words.contains(&Answer::Wilco));
        let open = self.dialogue.answer.is_none() && self.dialogue.superseded.is_none();
        if marker.is_none()
            || !open
            || self.record.side == self.line.own
            || self.dialogue.acknowledged.is_none()
        {
            return String::new();
        }
        let wilco = Deed::Answer { word: Answer::Wilco, text: String::new() };
        let asked = self.dialogue.asks.iter().any(|asked| asked.ask == Ask::StillValid);
        match self.dialogue.may(self.line.own, &wilco, here).err() {
            None => String::new(),
            Some(NotNow::Delayed) if asked => {
                let key = if self.dialogue.still_valid().is_none() { "locked-asked" } else { "locked-no" };
                self.t.one(key, "peer", self.line.name(self.line.own.other()))
            }
            Some(reason) => self.t.one("wilco-locked", "reason", said::not_now(reason, self.t)),
        }
    }

    fn word(&self, word: Answer, typed: &BTreeMap<String, String>) -> WordButton {
        let t = self.t;
        let marker = self.dialogue.answered_as;
        let key = match word {
            Answer::Roger if marker == Some(Marker::Intention) => "move-roger-intention",
            Answer::Roger => "move-roger",
            Answer::SayAgain => "move-say-again",
            Answer::Affirm => "move-affirm",
            Answer::Negative => "move-negative",
            Answer::Wilco => "move-wilco",
            Answer::Unable if marker == Some(Marker::Question) => "move-unable-answer",
            Answer::Unable => "move-unable",
            Answer::Objection => "move-objection",
            Answer::CheckOk => "move-check-good",
            Answer::CheckGarbled => "move-check-garbled",
        };
        let beside = match word {
            Answer::Wilco => t.get("beside-wilco"),
            Answer::Unable => t.get("beside-more"),
            Answer::Objection => t.get("beside-reason"),
            _ => String::new(),
        };
        let reasons = match word {
            Answer::Unable => Reason::ALL.map(|each| (each.code(), said::reason(each, t))).to_vec(),
            _ => Vec::new(),
        };
        let was_this = typed.get("word").is_some_and(|typed| typed == word.name());
        let text = typed.get("text").filter(|_| was_this).cloned().unwrap_or_default();
        let id = format!("word-{}", word.name().to_lowercase().replace(' ', "_"));
        let reason = typed.get("reason").filter(|_| was_this).cloned().unwrap_or_default();
        WordButton { word: word.name(), words: t.get(key), beside, typed: text, reasons, reason, id }
    }
}

impl Judged {
    /// How many rows the read-back has that waits for our word.
    pub fn rows_of(line: &Line, name: &str) -> Result<usize, ApiError> {
        let record = line.find(name)?;
        let dialogue = record.dialogue();
        Ok(dialogue.pending().map_or(0, |round| round.read_back.fields.len()))
    }
}
