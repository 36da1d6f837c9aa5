//! What the API and the command line say in English too, in the language of the page.
//!
//! The English stands where it is made, in `crates/message` and in this crate; the other languages have it under keys
//! that begin with `said-`. Each is found by its value, never by its English words.

use std::ops::Deref;

use ringdown_api::{ApiError, AtPeer, ErrorCode, Message, zulu};
use ringdown_message::act::{Answer, Ask};
use ringdown_message::dialogue::{Found, Given, NotNow, Violation};
use ringdown_message::hidden::{Layout, code};
use ringdown_message::reason::Reason;
use ringdown_message::value::Note;
use ringdown_message::{Ledger, MessageRecord, State, StateLine, Voice};
use ringdown_record::Side;
use ringdown_record::audit::sentence::{Sentence, Value};

use crate::console::shown::written;
use crate::console::view;
use crate::consoles::State as ConsoleState;
use crate::dialogue::ask_text;
use crate::ladder::Why;
use crate::line::Line;
use crate::reasons;
use crate::text::{Language, Texts};

/// A person has it.
const ACKNOWLEDGED: &str = "ACKNOWLEDGED";

/// A message with its states as a page shows them.
pub struct Seen {
    message: Message,
    /// The states that it reached, oldest first.
    pub stands: Vec<Stand>,
}

/// A state that a message reached.
pub struct Stand {
    /// Which.
    pub state: State,
    /// In the language of the page.
    pub words: String,
    /// As the other side's officer may say it by telephone: in English; empty where that is the language of the page.
    pub field: String,
    /// When, as the API gives it.
    pub at: String,
    /// Who says so, in the language of the page.
    pub by: String,
    /// Whether the other side's node has it, if a person of our side did it.
    pub at_peer: Option<AtPeer>,
}

impl Deref for Seen {
    type Target = Message;

    fn deref(&self) -> &Message {
        &self.message
    }
}

impl Seen {
    /// A message of the ledger, without its text.
    pub fn of(line: &Line, ledger: &Ledger, record: &MessageRecord, t: &Texts) -> Seen {
        Seen::with(line, ledger, record, line.message(ledger, record), t)
    }

    /// The same of a message with what was read of it from the disk.
    pub fn found(line: &Line, message: Message, t: &Texts) -> Result<Seen, ApiError> {
        let record = line.find(&message.entry)?;
        Ok(line.with_ledger(|ledger| {
            let record = ledger.find_entry(&record.hash).unwrap_or(&record);
            Seen::with(line, ledger, record, message, t)
        }))
    }

    fn with(line: &Line, ledger: &Ledger, record: &MessageRecord, message: Message, t: &Texts) -> Seen {
        let stands = ledger.states(record).into_iter();
        let stands = stands.map(|state| Stand::of(line, state, t)).collect();
        Seen { message, stands }
    }

    /// The state that it has now.
    pub fn last(&self) -> Option<&Stand> {
        self.stands.last()
    }

    /// The level of that state.
    pub fn level(&self) -> &'static str {
        self.last().map_or("normal", |stand| match &stand.state {
            State::ReadBack(Found::Different) | State::UseVoice => "critical",
            State::StoredHere => view::precedence_level(&self.precedence),
            State::Sent | State::StoredByPeer | State::ReadBack(_) => "standby",
            State::Closed { .. } | State::Superseded => "off",
            State::Delayed { .. } => "serious",
            State::Queued | State::SayAgain | State::Question => "caution",
            State::Wrong | State::OurMessageWasWrong | State::Cancelled { .. } => "caution",
            _ => "normal",
        })
    }

    /// Whether the other side's node has our answer, in words.
    pub fn answer_at_peer(&self, t: &Texts) -> String {
        let is_answer = |stand: &&Stand| matches!(stand.state, State::Answered(_) | State::AnsweredByMessage);
        let answer = self.stands.iter().find(is_answer);
        view::at_peer(answer.and_then(|answer| answer.at_peer.as_ref()), t)
    }
}

impl Stand {
    fn of(line: &Line, StateLine { state, at, voice: by, at_peer }: StateLine, t: &Texts) -> Stand {
        let words = state_words(&state, t);
        let english = written(&state.text(), Layout::OneLine, false);
        let field = if t.language() == Language::English { String::new() } else { english };
        let (by, at_peer) = (voice(line, by, t), at_peer.map(|at_peer| line.at_peer(at_peer)));
        Stand { state, words, field, at: zulu(at), by, at_peer }
    }
}

/// A state in words.
pub fn state_words(state: &State, t: &Texts) -> String {
    let english = state.text();
    let plain = |key: &str| t.said(key, &english, &[]);
    match state {
        State::Queued => plain("said-queued"),
        State::Sent => plain("said-sent"),
        State::StoredByPeer => plain("said-stored-by-peer"),
        State::StoredHere => plain("said-stored-here"),
        State::Delayed { minutes } => {
            let (hours, minutes) = ((minutes / 60).to_string(), format!("{:02}", minutes % 60));
            t.said("said-delayed", &english, &[("hours", &hours), ("minutes", &minutes)])
        }
        State::Acknowledged { officer, side } => {
            t.said("said-acknowledged", &english, &[("officer", officer), ("side", side)])
        }
        State::HandedOn => plain("said-handed-on"),
        State::InPreparation => plain("said-in-preparation"),
        State::Standby { until } => {
            let until = zulu(*until);
            let until = until.get(11..16).unwrap_or_default().replace(':', "") + "Z";
            t.said("said-standby", &english, &[("until", &until)])
        }
        State::SayAgain => plain("said-say-again"),
        State::Question => plain("said-question"),
        State::ReadBack(Found::OwnWords) => plain("said-read-back-in-words"),
        State::ReadBack(Found::Matches) => plain("said-read-back-matches"),
        State::ReadBack(Found::Different) => plain("said-read-back-different"),
        State::Confirmed => plain("said-read-back-confirmed"),
        State::Wrong => plain("said-read-back-wrong"),
        State::OurMessageWasWrong => plain("said-message-was-wrong"),
        State::Answered(word) => t.said("said-answered", &english, &[("word", &answer(*word, t))]),
        State::AnsweredByMessage => plain("said-answered-by-message"),
        State::UseVoice => plain("said-use-voice"),
        State::Closed { answer: None } => plain("said-closed"),
        State::Closed { answer: Some(given) } => {
            t.said("said-closed-with", &english, &[("word", &given_word(given, t))])
        }
        State::Superseded => plain("said-superseded"),
        State::Cancelled { acknowledged: true } => plain("said-cancelled-acknowledged"),
        State::Cancelled { acknowledged: false } => plain("said-cancelled"),
    }
}

/// The states that the help explains: level, words, English words, and what it says.
pub fn explained(t: &Texts) -> Vec<(&'static str, String, String, String)> {
    let of = |level, state: State, key: &str| {
        let field = if t.language() == Language::English { String::new() } else { state.text() };
        (level, state_words(&state, t), field, t.get(key))
    };
    let acknowledged = t.said("said-acknowledged-word", ACKNOWLEDGED, &[]);
    let field = if t.language() == Language::English { "" } else { ACKNOWLEDGED };
    vec![
        of("caution", State::Queued, "help-queued"),
        of("standby", State::Sent, "help-sent"),
        of("standby", State::StoredByPeer, "help-stored"),
        of("critical", State::StoredHere, "help-stored-here"),
        ("normal", acknowledged, field.to_owned(), t.get("help-acknowledged")),
    ]
}

fn voice(line: &Line, voice: Voice, t: &Texts) -> String {
    let (key, side) = match voice {
        Voice::Record => ("said-by-record", line.own),
        Voice::OurNote => ("said-by-own-note", line.own),
        Voice::Node(side) => ("said-by-node", side),
        Voice::Officer(side) => ("said-by-officer", side),
    };
    t.said(key, &line.voice(voice), &[("side", line.name(side))])
}

/// The word of an answer.
pub fn answer(word: Answer, t: &Texts) -> String {
    let key = match word {
        Answer::Roger => "said-roger",
        Answer::SayAgain => "said-word-say-again",
        Answer::Affirm => "said-affirm",
        Answer::Negative => "said-negative",
        Answer::Wilco => "said-wilco",
        Answer::Unable => "said-unable",
        Answer::Objection => "said-objection",
        Answer::CheckOk => "said-check-good",
        Answer::CheckGarbled => "said-check-garbled",
    };
    t.said(key, word.name(), &[])
}

/// The word of an answer alone.
pub fn given_word(given: &Given, t: &Texts) -> String {
    match given {
        Given::Word(word, _) => answer(*word, t),
        Given::Message => t.said("said-answer-message", given.name(), &[]),
    }
}

/// An answer with what stands beside it.
pub fn given(given: &Given, t: &Texts) -> String {
    match given {
        Given::Word(Answer::Unable, text) => format!("{}: {}", given_word(given, t), why_unable(text, t)),
        Given::Word(_, text) if !text.is_empty() => format!("{}: {text}", given_word(given, t)),
        _ => given_word(given, t),
    }
}

/// Why not, as the other side's officer reads it: the words of the list in his language, and what was written.
fn why_unable(text: &str, t: &Texts) -> String {
    match Reason::given(text) {
        Some((Reason::Other, words)) => words.to_owned(),
        Some((each, "")) => reason(each, t),
        Some((each, words)) => format!("{}. {words}", reason(each, t)),
        None => text.to_owned(),
    }
}

/// A word of the list of reasons.
pub fn reason(reason: Reason, t: &Texts) -> String {
    let key = match reason {
        Reason::NoAuthority => "said-reason-authority",
        Reason::NotPossible => "said-reason-possible",
        Reason::TooLate => "said-reason-late",
        Reason::NotKnown => "said-reason-known",
        Reason::NotWilling => "said-reason-willing",
        Reason::Other => "said-reason-other",
    };
    t.said(key, reason.words(), &[])
}

/// A question about the message itself.
pub fn ask(ask: Ask, t: &Texts) -> String {
    let key = match ask {
        Ask::StillValid => "said-still-valid",
        Ask::Voice => "said-voice",
        Ask::DidYouGetIt => "said-did-you-get-it",
    };
    t.said(key, ask_text(ask), &[])
}

/// What is against the rules.
pub fn violation(violation: Violation, t: &Texts) -> String {
    sentence(&violation.said(), t)
}

/// Why something may not be done now.
pub fn not_now(reason: NotNow, t: &Texts) -> String {
    sentence(&reasons::not_now(reason), t)
}

/// A sentence of the node in the language of the page. A sentence within it is in that language too.
pub fn sentence(said: &Sentence, t: &Texts) -> String {
    if t.language() == Language::English {
        return said.english.clone();
    }
    let value = |value: &Value| match value {
        Value::Text(text) => text.clone(),
        Value::Sentences(sentences) => {
            let words: Vec<_> = sentences.iter().map(|each| sentence(each, t)).collect();
            words.join("; ")
        }
    };
    let values: Vec<_> = said.values.iter().map(|(name, each)| (*name, value(each))).collect();
    let values: Vec<_> = values.iter().map(|(name, each)| (*name, each.as_str())).collect();
    t.with(said.key, &values)
}

/// What happened, what it means and what to do, in the language of the page.
pub struct Spoken {
    pub what: String,
    pub means: String,
    pub action: String,
}

impl Spoken {
    /// An error of the node, or one that was made in the language of the page.
    pub fn of(error: &ApiError, t: &Texts) -> Spoken {
        let [what, means, action] = match &error.said {
            Some(said) => said.each_ref().map(|each| sentence(each, t)),
            None => [&error.what, &error.means, &error.action].map(String::clone),
        };
        Spoken { what, means, action }
    }
}

/// The same as an error for a script of the console.
pub fn spoken(error: &ApiError, t: &Texts) -> ApiError {
    let Spoken { what, means, action } = Spoken::of(error, t);
    let [what, means, action] = [what, means, action].map(|text| written(&text, Layout::OneLine, true));
    ApiError::new(error.error, what, means, action)
}

/// An error that the console makes, of its own words.
pub fn error(t: &Texts, code: ErrorCode, [what, means, action]: [&str; 3]) -> ApiError {
    ApiError::new(code, t.get(what), t.get(means), t.get(action))
}

/// The same of a form that was not filled in as it must be.
pub fn refused(t: &Texts, what: &str, action: &str) -> ApiError {
    error(t, ErrorCode::BadRequest, [what, "nothing-sent-or-changed", action])
}

/// What is said beside two values that differ; the two themselves are the field's own.
pub fn note(note: &Note, t: &Texts) -> String {
    let english = note.to_string();
    match note {
        Note::Nothing => String::new(),
        Note::Later(minutes) => t.said("said-later", &english, &[("span", &Note::span(*minutes))]),
        Note::Earlier(minutes) => t.said("said-earlier", &english, &[("span", &Note::span(*minutes))]),
        Note::Apart(tenths) => {
            t.said("said-apart", &english, &[("miles", &format!("{}.{}", tenths / 10, tenths % 10))])
        }
        Note::LookAlike(letters) => {
            let letter =
                |(one, other): &(char, char)| format!("{one} ({}) / {other} ({})", code(*one), code(*other));
            let letters: Vec<_> = letters.iter().map(letter).collect();
            t.said("said-look-alike", &english, &[("letters", &letters.join(", "))])
        }
    }
}

/// Who opened or shut the line: a side, or both.
pub fn moved_by(line: &Line, by: &str, t: &Texts) -> String {
    let both = line.both();
    if by != both {
        return by.to_owned();
    }
    t.said("said-both", &both, &[("one", line.name(Side::Zero)), ("other", line.name(Side::One))])
}

/// Why people were called, or would have been; `word` as a note keeps it.
pub fn why(word: &str, t: &Texts) -> String {
    let key = match Why::of(word) {
        Some(Why::Arrived) => "said-why-arrived",
        Some(Why::Continuous) => "said-why-continuous",
        Some(Why::Backup) => "said-why-backup",
        Some(Why::Supervisor) => "said-why-supervisor",
        Some(Why::Again) => "said-why-again",
        Some(Why::NotStoredCaution) => "said-why-not-stored-caution",
        Some(Why::NotStored) => "said-why-not-stored",
        Some(Why::LineDown) => "said-why-line-down",
        Some(Why::ConsoleDead) => "said-why-console-dead",
        Some(Why::Unattended) => "said-why-unattended",
        Some(Why::WatchCheck) => "said-why-watch-check",
        Some(Why::Test) => "said-why-test",
        // Of a newer program.
        None => return word.to_owned(),
    };
    t.said(key, word, &[])
}

/// How a console is; `word` as a note and the API have it.
pub fn console_state(word: &str, t: &Texts) -> String {
    let key = match ConsoleState::of(word) {
        Some(ConsoleState::Live) => "said-console-live",
        Some(ConsoleState::Mute) => "said-console-mute",
        Some(ConsoleState::Hidden) => "said-console-hidden",
        Some(ConsoleState::Dead) => "said-console-dead",
        // Of a newer program.
        None => return word.to_owned(),
    };
    t.said(key, word, &[])
}
