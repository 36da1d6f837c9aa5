//! A message on paper: a page of its own that is printed as it stands, and the same parts for the command line.
//!
//! Everything is text here. What cannot be seen is written as `[U+202E]`, and a machine's translation is no part of it.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use qrcodegen::{QrCode, QrCodeEcc};
use ringdown_api::paper::{Content, Paper, Part};
use ringdown_api::{ApiError, date_time_group};
use ringdown_message::hidden::Layout;
use ringdown_message::{Ledger, MessageRecord, State as MessageState};
use ringdown_record::WallTime;
use serde::Deserialize;

use crate::console::conditions::span;
use crate::console::fields::FieldRow;
use crate::console::record::groups;
use crate::console::said::{Seen, Stand};
use crate::console::shown::written;
use crate::console::talk::{Judged, Strip, Talk};
use crate::console::{Here, Page, failed, message, page, part, shown, translation, view};
use crate::http::{Failure, Node};
use crate::line::Line;
use crate::text::Texts;

/// Copies are numbered by whoever prints them, from 1.
pub const COPIES_MAX: u16 = 999;
/// Light modules around the code, as its standard wants them.
const QUIET_ZONE: i32 = 4;

#[derive(Template)]
#[template(path = "paper.html")]
struct PaperPage<'a> {
    page: Page<'a>,
    t: &'a Texts,
    paper: Paper,
    code: Code,
    copy: u16,
}

#[derive(Template)]
#[template(path = "paper_part.html")]
struct PaperPart<'a> {
    t: &'a Texts,
    paper: Paper,
    code: Code,
}

/// The hash of the entry as a code for cameras.
struct Code {
    /// Modules along a side.
    side: i32,
    /// Its dark modules, as the path of a drawing.
    path: String,
}

#[derive(Deserialize)]
pub struct Copy {
    copy: Option<u16>,
}

impl Copy {
    pub fn number(&self) -> u16 {
        self.copy.unwrap_or(1).clamp(1, COPIES_MAX)
    }
}

pub async fn show(
    State(node): State<Arc<Node>>,
    Path(name): Path<String>,
    Query(copy): Query<Copy>,
) -> Response {
    let line = match node.line("-") {
        Ok(line) => line,
        Err(error) => return Failure(error).into_response(),
    };
    match of(&line, &name, copy.number(), &node.texts) {
        Ok(paper) => page(&PaperPage {
            page: Page::of(&node, &line, Here::Messages),
            t: &node.texts,
            code: Code::of(&paper.entry),
            paper,
            copy: copy.number(),
        }),
        Err(error) => failed(&node, &line, error),
    }
}

pub async fn show_part(
    State(node): State<Arc<Node>>,
    Path(name): Path<String>,
    Query(copy): Query<Copy>,
) -> Response {
    part(&node, |line| {
        let paper = of(line, &name, copy.number(), &node.texts)?;
        Ok(PaperPart { t: &node.texts, code: Code::of(&paper.entry), paper })
    })
}

/// A message as it stands on paper now.
pub fn of(line: &Line, name: &str, copy: u16, t: &Texts) -> Result<Paper, ApiError> {
    let (message, talk) = message::looked_at(line, name, t)?;
    let record = line.find(&message.entry)?;
    let maker = Maker { line, message: &message, talk: &talk, t };
    let [sent, arrived, age] = line.with_ledger(|ledger| maker.times(ledger, &record));
    let name = match message.serial.as_str() {
        "" => message.entry[..12].to_owned(),
        serial => serial.to_owned(),
    };
    let urgency = match message.precedence.as_str() {
        "FLASH" => "FLASH FLASH",
        other => other,
    };
    Ok(Paper {
        marking: format!("{} - {urgency} - {name}", message.class),
        subject: one(&message.subject),
        parts: maker.parts(&name, [sent, arrived, age]),
        printed: printed(line, copy, t),
        entry: message.entry.clone(),
        name,
    })
}

/// When something was printed, by whom, and which copy it is.
pub fn printed(line: &Line, copy: u16, t: &Texts) -> String {
    let officer = one(line.officer_on_watch());
    let officer = t.with("officer-of", &[("officer", &officer), ("side", line.name(line.own))]);
    let time = date_time_group(line.clock.now().wall);
    t.with("paper-printed", &[("time", &time), ("officer", &officer), ("copy", &copy.to_string())])
}

struct Maker<'a> {
    line: &'a Line,
    message: &'a Seen,
    talk: &'a Talk,
    t: &'a Texts,
}

impl Maker<'_> {
    fn parts(&self, name: &str, times: [(String, String); 3]) -> Vec<Part> {
        let t = self.t;
        let mut parts = vec![facts("", self.facts(name, times))];
        let warnings: Vec<_> = self.talk.strips.iter().map(|strip| self.warning(strip)).collect();
        if !warnings.is_empty() {
            parts.push(Part { title: t.get("paper-first"), content: Content::Warnings(warnings) });
        }
        if !self.talk.fields.is_empty() {
            let columns = ["column-field", "column-sent", "column-here"].map(|key| t.get(key)).to_vec();
            let rows = self.talk.fields.iter().map(|field| self.field(field)).collect();
            parts.push(Part { title: t.get("paper-fields"), content: Content::Table { columns, rows } });
        }
        parts.push(self.original());
        parts.extend(self.translations());
        parts.extend(self.talk.rounds.iter().rev().flat_map(|round| self.round(round)));
        parts.extend(self.said());
        let columns = ["column-state", "column-time", "message-says"].map(|key| t.get(key)).to_vec();
        let says = |stand: &Stand| match view::at_peer(stand.at_peer.as_ref(), t) {
            at_peer if at_peer.is_empty() => self.own(&stand.by),
            at_peer => format!("{}; {}", self.own(&stand.by), self.own(&at_peer)),
        };
        let word = |stand: &Stand| match stand.field.as_str() {
            "" => self.own(&stand.words),
            field => format!("{} ({field})", self.own(&stand.words)),
        };
        let stands = self.message.stands.iter();
        let rows = stands.map(|stand| vec![word(stand), view::date_and_time(&stand.at), says(stand)]);
        let rows = rows.collect();
        parts.push(Part { title: t.get("message-states"), content: Content::Table { columns, rows } });
        let hash = groups(&self.message.entry).join(" ");
        let line_id = groups(&self.line.id.to_string()).join(" ");
        let mut proof = vec![(t.get("message-entry"), hash), (t.get("paper-line"), line_id)];
        proof.push((t.get("paper-check"), t.one("paper-check-text", "name", name)));
        parts.push(facts(&t.get("paper-proof"), proof));
        let blank = ["paper-action", "paper-information", "paper-reader", "paper-reader-two"];
        let blank = Content::Blank(blank.map(|key| t.get(key)).to_vec());
        parts.push(Part { title: t.get("paper-readers"), content: blank });
        parts
    }

    fn facts(&self, name: &str, times: [(String, String); 3]) -> Vec<(String, String)> {
        let (t, message) = (self.t, self.message);
        let to =
            if message.from == self.line.name(self.line.own) { self.line.own.other() } else { self.line.own };
        let mut facts = vec![
            (t.get("column-serial"), name.to_owned()),
            (t.get("column-precedence"), message.precedence.clone()),
            (t.get("column-class"), message.class.clone()),
            (t.get("paper-marker"), message.marker.clone()),
            (t.get("message-from"), message.from.clone()),
            (t.get("message-officer"), one(&message.officer)),
            (t.get("paper-to"), self.line.name(to).to_owned()),
        ];
        facts.extend(times);
        facts.extend(self.talk.terms.iter().map(|term| (term.label.clone(), term.time.clone())));
        if self.talk.terms.is_empty() {
            facts.push((t.get("term-valid"), t.get("paper-no-term")));
        }
        facts.extend(self.talk.links.iter().map(|link| (link.words.clone(), link.name.clone())));
        if !self.talk.form.is_empty() {
            facts.push((t.get("message-form"), self.talk.form.clone()));
        }
        facts
    }

    /// When it was sent, when it arrived, and how old it was then.
    fn times(&self, ledger: &Ledger, record: &MessageRecord) -> [(String, String); 3] {
        let t = self.t;
        let record = ledger.find_entry(&record.hash).unwrap_or(record);
        let told = |at: WallTime, side| {
            t.with("paper-by-clock", &[("time", &date_time_group(at)), ("side", self.line.name(side))])
        };
        let own = record.side == self.line.own;
        let stored = ledger.states(record).into_iter().find(|line| line.state == MessageState::StoredByPeer);
        let arrived = if own { stored.map(|line| line.at) } else { record.arrived };
        let age = |at: WallTime| span(Duration::from_millis(at.ms().saturating_sub(record.sealed.ms())));
        let unknown = || t.get(if own { "paper-not-stored" } else { "paper-unknown" });
        [
            (t.get("paper-sent"), told(record.sealed, record.side)),
            (t.get("paper-arrived"), arrived.map_or_else(unknown, |at| told(at, record.side.other()))),
            (t.get("paper-age"), arrived.map_or_else(unknown, age)),
        ]
    }

    fn warning(&self, strip: &Strip) -> String {
        let link = strip.link.as_ref().map_or_else(String::new, |link| format!(" {}", link.name));
        format!("{}: {}{link}", strip.word, self.own(&strip.text))
    }

    fn field(&self, field: &FieldRow) -> Vec<String> {
        let critical = self.t.get("mark-critical");
        let label =
            if field.critical { format!("{} ({critical})", field.label) } else { field.label.clone() };
        let unit = if field.unit.is_empty() { String::new() } else { format!(" ({})", field.unit) };
        vec![label, many(&field.sent) + &unit, many(&field.here)]
    }

    fn original(&self) -> Part {
        let t = self.t;
        let language = self.message.language.clone().unwrap_or_else(|| "und".into());
        let said = if language == "und" { t.get("language-unsaid") } else { language.clone() };
        let values = [("side", self.message.from.as_str()), ("language", said.as_str())];
        let title = t.with("paper-original", &values);
        let text = match (&self.message.text, &self.message.raw) {
            (Some(text), _) => many(text),
            (None, raw) => format!("{}\n{}", t.get("message-raw"), raw.as_deref().unwrap_or_default()),
        };
        Part { title, content: Content::Text { language, text } }
    }

    /// What people made of it, under whose it is; of ours the one that stands.
    fn translations(&self) -> Vec<Part> {
        let part = |label: &str, language: &str, text: &str| Part {
            title: self.own(label),
            content: Content::Text { language: language.to_owned(), text: many(text) },
        };
        let (message, t) = (self.message, self.t);
        let courtesy = message.courtesy.iter().map(|courtesy| {
            part(&translation::courtesy_label(message, courtesy, t), &courtesy.language, &courtesy.text)
        });
        let ours = message.our_translations.last().into_iter();
        let ours = ours.map(|ours| part(&translation::ours_label(ours, t), &ours.language, &ours.text));
        courtesy.chain(ours).collect()
    }

    fn round(&self, round: &Judged) -> Vec<Part> {
        let t = self.t;
        let keys = ["column-field", "column-sent", "column-back", "column-outcome"];
        let rows = round.rows.iter().map(|row| {
            let back = [row.back.as_str(), row.here.as_str()].map(many);
            let word = [many(&row.word), self.own(&row.note)];
            let both = |[first, second]: [String; 2], open, close| match second.as_str() {
                "" => first,
                _ => format!("{first}{open}{second}{close}"),
            };
            vec![row.label.clone(), many(&row.sent), both(back, " (", ")"), both(word, ": ", "")]
        });
        let content = Content::Table { columns: keys.map(|key| t.get(key)).to_vec(), rows: rows.collect() };
        let title = format!("{} - {} - {}", round.word, self.own(&round.by), view::date_and_time(&round.at));
        let mut parts = vec![Part { title, content }];
        let notes: Vec<_> =
            [&round.looked, &round.verdict].into_iter().filter(|note| !note.is_empty()).collect();
        if !notes.is_empty() {
            let notes = notes.into_iter().cloned().collect();
            parts.push(Part { title: String::new(), content: Content::Notes(notes) });
        }
        if !round.words.is_empty() {
            let content = Content::Text { language: round.language.clone(), text: many(&round.words) };
            parts.push(Part { title: t.get("own-words"), content });
        }
        parts
    }

    /// Questions about the message itself, and what it was answered.
    fn said(&self) -> Option<Part> {
        let t = self.t;
        let asks = self.talk.asks.iter().map(|ask| {
            let reply = if ask.reply.is_empty() { t.get("ask-open") } else { ask.reply.clone() };
            format!("{} {}: {} - {reply}", view::date_and_time(&ask.at), self.own(&ask.by), ask.words)
        });
        let link = self.talk.answer_link.as_ref().map_or_else(String::new, |link| format!(" {}", link.name));
        let answer = (!self.talk.answer.is_empty()).then(|| one(&self.talk.answer) + &link);
        let said: Vec<_> = asks.chain(answer).collect();
        let part = || Part { title: t.get("answer-title"), content: Content::Notes(said.clone()) };
        (!said.is_empty()).then(part)
    }

    /// The console's words with somebody's value in them.
    fn own(&self, words: &str) -> String {
        written(words, Layout::OneLine, self.t.direction() == "rtl")
    }
}

fn facts(title: &str, facts: Vec<(String, String)>) -> Part {
    Part { title: title.to_owned(), content: Content::Facts(facts) }
}

fn one(text: &str) -> String {
    written(text, Layout::OneLine, false)
}

fn many(text: &str) -> String {
    written(text, Layout::Lines, false)
}

impl Code {
    fn of(entry: &str) -> Code {
        // Sixty-four hex digits always fit; in capitals they take the least room.
        let Ok(code) = QrCode::encode_text(&entry.to_uppercase(), QrCodeEcc::Medium) else {
            return Code { side: 0, path: String::new() };
        };
        let mut path = String::new();
        for y in 0..code.size() {
            for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
                path.push_str(&format!("M{} {}h1v1h-1z", x + QUIET_ZONE, y + QUIET_ZONE));
            }
        }
        Code { side: code.size() + 2 * QUIET_ZONE, path }
    }
}
