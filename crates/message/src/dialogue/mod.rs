//! What became of one message: who answered what, what was read back, what is still open.
//!
//! A dialogue is folded from entries. Each side's deeds are taken in the order of that side's own chain, so both
//! sides come to the same dialogue from the same entries, in whatever order those arrived. A deed that its own writer
//! could know to be outside the rules is kept as a violation and changes nothing else; what the other side did
//! meanwhile is never held against it.

mod moves;
mod reference;
mod table;

pub use moves::{Circumstances, Move, NotNow};
pub use reference::{Flaw, Party, flaw};
pub use table::{Allowed, allowed};

use std::fmt;

use ringdown_record::audit::sentence::Sentence;
use ringdown_record::{EntryHash, Place, Side, WallTime};

use crate::act::{Answer, Ask, Deed, Notice, ReadBack};
use crate::content::Marker;
use crate::value::{Field, Outcome, compare};

/// Standbys to one message: the first and two renewals.
pub const STANDBYS_MAX: usize = 3;
/// Failed read-backs after which both sides are told to use voice.
pub const ROUNDS_MAX: usize = 3;
/// Deeds of one sort that are kept for one message; a peer that does more misbehaves.
pub const DEEDS_MAX: usize = 64;
/// Everything that is kept of what was said about one message: more than all sorts together may have.
const TOLD_MAX: usize = 1_024;

/// A person of a side did something, in this entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said {
    /// Whose officer.
    pub side: Side,
    /// Which officer, by the index in the key list.
    pub officer: u16,
    /// When, by that side's clock.
    pub at: WallTime,
    /// The entry.
    pub entry: EntryHash,
    /// Its place in the chain of that side.
    pub place: Place,
}

/// Something said about a message.
#[derive(Clone, Debug)]
pub enum Told {
    /// An act on it.
    Act(Deed),
    /// The reply to an act that asked about it.
    Reply(EntryHash, bool),
    /// A message of this marker that refers to it, and what is wrong with the reference.
    Message(Marker, Option<Flaw>),
}

/// Everything about one message but its content.
#[derive(Clone, Debug)]
pub struct Dialogue {
    /// Whose message it is.
    pub sender: Side,
    /// Whose answers are allowed; that of what is corrected, for a correction. `None` if only acknowledgement and
    /// read-back are.
    pub answered_as: Option<Marker>,
    /// The entry that the message refers to.
    pub re: Option<EntryHash>,
    /// After this it holds no longer.
    pub valid_until: Option<WallTime>,
    /// The sender wants an answer by then.
    pub answer_by: Option<WallTime>,
    /// What must be read back before the dialogue closes.
    pub critical: Vec<Field>,
    /// True if it is read back in own words where it has no critical fields: it is FLASH or IMMEDIATE, and no TEST.
    pub in_words: bool,
    /// The first acknowledgement by the receiver.
    pub acknowledged: Option<Said>,
    /// Standbys with their minutes.
    pub standbys: Vec<(Said, u16)>,
    /// The answer that closes.
    pub answer: Option<(Said, Given)>,
    /// Requests to say it again.
    pub say_again: Vec<Said>,
    /// Questions of the receiver about it, as messages.
    pub questions: Vec<Said>,
    /// Read-backs, oldest first.
    pub rounds: Vec<Round>,
    /// News about where it is.
    pub notices: Vec<(Said, Notice)>,
    /// Questions about the message itself.
    pub asks: Vec<Asked>,
    /// What took its place.
    pub superseded: Option<(Said, Marker)>,
    /// What was done against the rules.
    pub violations: Vec<(Said, Violation)>,
    /// All of it, in the order in which it counts.
    pub told: Vec<(Said, Told)>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// In one of the words, with what stands beside it.
    Word(Answer, String),
    /// As a message of its own: the entry that `Said` names.
    Message,
}

impl Given {
    /// The word alone.
    pub fn name(&self) -> &'static str {
        match self {
            Given::Word(word, _) => word.name(),
            Given::Message => Marker::Answer.name(),
        }
    }

    /// The word, with what stands beside it.
    pub fn text(&self) -> String {
        match self {
            Given::Word(word, text) if text.is_empty() => word.to_string(),
            Given::Word(word, text) => format!("{word}: {text}"),
            Given::Message => self.name().to_owned(),
        }
    }
}

/// One read-back and what the sender said of it.
#[derive(Clone, Debug)]
pub struct Round {
    /// Who read back.
    pub said: Said,
    /// What.
    pub read_back: ReadBack,
    /// What nodes find in it.
    pub found: Found,
    /// What the sender says of it.
    pub verdict: Option<(Said, Verdict)>,
}

/// What nodes find in a read-back, each by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// It is in words alone: nothing to compare, and only the sender can say whether it is right.
    OwnWords,
    /// No row is DIFFERENT.
    Matches,
    /// A row is DIFFERENT.
    Different,
}

impl Round {
    /// True if a row is DIFFERENT, so that the sender cannot confirm it.
    pub fn is_different(&self) -> bool {
        self.found == Found::Different
    }
}

/// What a sender says of a read-back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// That is correct.
    Correct,
    /// Wrong; the message stands.
    Wrong,
    /// Our message was wrong.
    OurMessageWasWrong,
}

/// A question about the message, and its answer.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Who asks.
    pub said: Said,
    /// What.
    pub ask: Ask,
    /// Yes or no.
    pub reply: Option<(Said, bool)>,
}

/// Why a deed does not count. Its writer could have known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Violation {
    /// This deed belongs to the other side.
    WrongSide,
    /// The marker does not allow this answer.
    NotInTable,
    /// It was answered before.
    AnsweredBefore,
    /// More standbys than are allowed.
    TooManyStandbys,
    /// A read-back that names other fields than the critical ones.
    OtherFields,
    /// A verdict on what is no read-back of this message, or has its verdict.
    NoSuchReadBack,
    /// "That is correct" about a read-back that is DIFFERENT.
    ConfirmsDifferent,
    /// A reply to what nobody asked, or replied to before.
    NothingAsked,
    /// An answer that no longer could be given, by its own time.
    Expired,
    /// More deeds than are kept.
    TooMany,
    /// A message that answers, corrects or cancels what it cannot.
    Reference,
    /// A message that is not fit to answer, correct or cancel this one.
    Flawed(Flaw),
}

impl Violation {
    /// The same words, with the key under which a console says them in other languages.
    pub fn said(self) -> Sentence {
        let key = match self {
            Violation::WrongSide => "said-breach-side",
            Violation::NotInTable => "said-breach-table",
            Violation::AnsweredBefore => "said-breach-answered",
            Violation::TooManyStandbys => "said-breach-standbys",
            Violation::OtherFields => "said-breach-fields",
            Violation::NoSuchReadBack => "said-breach-no-read-back",
            Violation::ConfirmsDifferent => "said-breach-different",
            Violation::NothingAsked => "said-breach-nothing-asked",
            Violation::Expired => "said-breach-expired",
            Violation::TooMany => "said-breach-too-many",
            Violation::Reference => "said-breach-reference",
            Violation::Flawed(flaw) => flaw.key(),
        };
        Sentence::told(key, self, [])
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Violation::Flawed(flaw) => return flaw.fmt(f),
            Violation::WrongSide => "an act that is for the other side to do",
            Violation::NotInTable => "an answer that the marker of the message does not allow",
            Violation::AnsweredBefore => "an answer to what was answered before",
            Violation::TooManyStandbys => "a fourth standby to one message",
            Violation::OtherFields => "a read-back of other fields than the critical ones",
            Violation::NoSuchReadBack => {
                "a word on a read-back that is none of this message, or had its word"
            }
            Violation::ConfirmsDifferent => "\"That is correct\" about a read-back that is DIFFERENT",
            Violation::NothingAsked => "a reply to what nobody asked, or to what was replied to",
            Violation::Expired => "WILCO to what was no longer valid",
            Violation::TooMany => "more acts on one message than are kept",
            Violation::Reference => "it answers, corrects or cancels what it cannot",
        })
    }
}

/// Where a dialogue stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Something is still to be said.
    Open,
    /// All was said.
    Closed,
    /// A later message of the sender took its place.
    Superseded,
    /// The sender took it back.
    Cancelled,
}

impl Dialogue {
    /// Of a message that nobody did anything about.
    pub const fn new(sender: Side, answered_as: Option<Marker>) -> Dialogue {
        Dialogue {
            sender,
            answered_as,
            re: None,
            valid_until: None,
            answer_by: None,
            critical: Vec::new(),
            in_words: false,
            acknowledged: None,
            standbys: Vec::new(),
            answer: None,
            say_again: Vec::new(),
            questions: Vec::new(),
            rounds: Vec::new(),
            notices: Vec::new(),
            asks: Vec::new(),
            superseded: None,
            violations: Vec::new(),
            told: Vec::new(),
        }
    }

    /// Takes in an act; gives what is against the rules in it.
    pub fn apply(&mut self, said: Said, deed: Deed) -> Result<(), Violation> {
        self.tell(said, Told::Act(deed))
    }

    /// Takes in a reply to this ask; gives what is against the rules in it.
    pub fn reply(&mut self, said: Said, ask: &EntryHash, yes: bool) -> Result<(), Violation> {
        self.tell(said, Told::Reply(*ask, yes))
    }

    /// Takes in a message of this marker that refers to it, with what is wrong with the reference; gives what is against
    /// the rules in it.
    pub fn refer(&mut self, said: Said, marker: Marker, flaw: Option<Flaw>) -> Result<(), Violation> {
        self.tell(said, Told::Message(marker, flaw))
    }

    /// Takes in what was said, whenever it came: all of it is folded again in the order in which it counts. What is
    /// against the rules is kept as such and changes nothing.
    fn tell(&mut self, said: Said, told: Told) -> Result<(), Violation> {
        if self.told.len() == TOLD_MAX {
            return Err(Violation::TooMany);
        }
        let turn = self.turn(&said, &told);
        let at = self.told.partition_point(|(said, told)| self.turn(said, told) <= turn);
        self.told.insert(at, (said, told));
        self.refold()[at]
    }

    /// What is asked, then the receiver's words in the order of his chain, then the sender's, which judge them, then the
    /// replies to what was asked.
    fn turn(&self, said: &Said, told: &Told) -> (u8, Side, Place) {
        let sort = match told {
            Told::Act(Deed::Ask(_)) => 0,
            Told::Reply(..) => 3,
            _ if said.side != self.sender => 1,
            _ => 2,
        };
        (sort, said.side, said.place)
    }

    /// Folds all that was said anew; gives what is against the rules in each.
    pub(crate) fn refold(&mut self) -> Vec<Result<(), Violation>> {
        let told = std::mem::take(&mut self.told);
        *self = Dialogue {
            re: self.re,
            valid_until: self.valid_until,
            answer_by: self.answer_by,
            critical: std::mem::take(&mut self.critical),
            in_words: self.in_words,
            acknowledged: self.acknowledged,
            ..Dialogue::new(self.sender, self.answered_as)
        };
        let mut results = Vec::with_capacity(told.len());
        for (said, told) in &told {
            let result = match told {
                Told::Act(deed) => self.take(*said, deed.clone()),
                Told::Reply(ask, yes) => self.take_reply(*said, ask, *yes),
                Told::Message(marker, flaw) => self.take_message(*said, *marker, *flaw),
            };
            if let Err(violation) = result
                && self.violations.len() < DEEDS_MAX
            {
                self.violations.push((*said, violation));
            }
            results.push(result);
        }
        self.violations.sort_by_key(|(said, _)| (said.at, said.side, said.place));
        self.told = told;
        results
    }

    fn take(&mut self, said: Said, deed: Deed) -> Result<(), Violation> {
        let for_reply = matches!(deed, Deed::Reply { .. });
        if !for_reply && !deed.is_about(said.side, self.sender) {
            return Err(Violation::WrongSide);
        }
        match deed {
            Deed::Acknowledge => drop(self.acknowledged.get_or_insert(said)),
            Deed::Standby { minutes } => self.standby(said, minutes)?,
            Deed::Answer { word, text } => self.answer(said, word, text)?,
            Deed::ReadBack(read_back) => self.read_back(said, read_back)?,
            Deed::ThatIsCorrect { read_back } => self.judge(said, read_back, Verdict::Correct)?,
            Deed::Wrong { read_back } => self.judge(said, read_back, Verdict::Wrong)?,
            Deed::OurMessageWasWrong { read_back } => {
                self.judge(said, read_back, Verdict::OurMessageWasWrong)?;
            }
            Deed::Notice(notice) => push(&mut self.notices, (said, notice))?,
            Deed::Ask(ask) => push(&mut self.asks, Asked { said, ask, reply: None })?,
            Deed::Reply { .. } => return Err(Violation::NothingAsked),
        }
        Ok(())
    }

    fn standby(&mut self, said: Said, minutes: u16) -> Result<(), Violation> {
        self.not_answered()?;
        if !self.answered_as.is_some_and(|marker| allowed(marker).standby) {
            return Err(Violation::NotInTable);
        }
        if self.standbys.len() == STANDBYS_MAX {
            return Err(Violation::TooManyStandbys);
        }
        self.standbys.push((said, minutes));
        Ok(())
    }

    fn answer(&mut self, said: Said, word: Answer, text: String) -> Result<(), Violation> {
        self.not_answered()?;
        if !self.answered_as.is_some_and(|marker| allowed(marker).words.contains(&word)) {
            return Err(Violation::NotInTable);
        }
        // What the sender replied, his own chain says; that he was asked, this one.
        let asked = self.asked_late().any(|asked| asked.said.place < said.place);
        if word == Answer::Wilco && self.is_expired(said.at) && !asked {
            return Err(Violation::Expired);
        }
        if !word.closes() {
            return push(&mut self.say_again, said);
        }
        self.answer = Some((said, Given::Word(word, text)));
        Ok(())
    }

    /// A message that refers to this one: an answer or a question of the receiver, a correction or cancellation of the
    /// sender.
    fn take_message(&mut self, said: Said, marker: Marker, flaw: Option<Flaw>) -> Result<(), Violation> {
        if let Some(flaw) = flaw {
            return Err(Violation::Flawed(flaw));
        }
        let by_sender = said.side == self.sender;
        let allowed = self.answered_as.map(allowed);
        match marker {
            Marker::Correction | Marker::Cancel if !by_sender || self.superseded.is_some() => {
                Err(Violation::Reference)
            }
            Marker::Correction | Marker::Cancel => {
                self.superseded = Some((said, marker));
                Ok(())
            }
            Marker::Answer if by_sender || !allowed.is_some_and(|row| row.answer) => {
                Err(Violation::Reference)
            }
            Marker::Answer => {
                self.not_answered()?;
                self.answer = Some((said, Given::Message));
                Ok(())
            }
            Marker::Question if by_sender || !allowed.is_some_and(|row| row.question) => {
                Err(Violation::Reference)
            }
            Marker::Question => push(&mut self.questions, said),
            _ => Ok(()),
        }
    }

    /// The answer to an ask; `entry` is the ask's.
    fn take_reply(&mut self, said: Said, entry: &EntryHash, yes: bool) -> Result<(), Violation> {
        match self.asks.iter_mut().find(|asked| asked.said.entry == *entry) {
            Some(asked) if asked.said.side == said.side => Err(Violation::WrongSide),
            Some(asked) if asked.reply.is_none() => {
                asked.reply = Some((said, yes));
                Ok(())
            }
            _ => Err(Violation::NothingAsked),
        }
    }

    fn not_answered(&self) -> Result<(), Violation> {
        if self.answer.is_some() { Err(Violation::AnsweredBefore) } else { Ok(()) }
    }

    fn read_back(&mut self, said: Said, read_back: ReadBack) -> Result<(), Violation> {
        if !self.names_critical(&read_back.fields) {
            return Err(Violation::OtherFields);
        }
        let mut rows = self.critical.iter().zip(&read_back.fields);
        let differs = |outcome| matches!(outcome, Outcome::Different(_));
        let found = match rows.any(|(sent, read)| differs(compare(&sent.value, &read.value))) {
            true => Found::Different,
            false if read_back.fields.is_empty() => Found::OwnWords,
            false => Found::Matches,
        };
        push(&mut self.rounds, Round { said, read_back, found, verdict: None })
    }

    /// True if these are the critical fields by name, in their order.
    fn names_critical(&self, fields: &[Field]) -> bool {
        self.critical.iter().map(|field| &field.name).eq(fields.iter().map(|field| &field.name))
    }

    fn judge(&mut self, said: Said, entry: EntryHash, verdict: Verdict) -> Result<(), Violation> {
        let round = self.rounds.iter_mut().find(|round| round.said.entry == entry);
        let round = round.filter(|round| round.verdict.is_none()).ok_or(Violation::NoSuchReadBack)?;
        if verdict == Verdict::Correct && round.is_different() {
            return Err(Violation::ConfirmsDifferent);
        }
        round.verdict = Some((said, verdict));
        Ok(())
    }

    /// The read-back that waits for the sender's word; the oldest, should there be more.
    pub fn pending(&self) -> Option<&Round> {
        self.rounds.iter().find(|round| round.verdict.is_none())
    }

    /// Questions of the other side about the message that wait for this side's reply, oldest first.
    pub fn asked_of(&self, side: Side) -> impl Iterator<Item = &Asked> {
        self.asks.iter().filter(move |asked| asked.said.side != side && asked.reply.is_none())
    }

    /// True if it closes only after a read-back that the sender confirmed.
    pub fn is_read_back(&self) -> bool {
        self.in_words || !self.critical.is_empty()
    }

    /// True once the sender has confirmed a read-back, or none is needed.
    pub fn is_understood(&self) -> bool {
        !self.is_read_back() || self.confirmed().is_some()
    }

    /// The read-back that the sender confirmed.
    pub fn confirmed(&self) -> Option<&Round> {
        self.rounds.iter().find(|round| matches!(round.verdict, Some((_, Verdict::Correct))))
    }

    /// Read-backs that did not pass.
    pub fn failed_rounds(&self) -> usize {
        let failed = |round: &&Round| {
            round.is_different() || round.verdict.is_some_and(|(_, verdict)| verdict != Verdict::Correct)
        };
        self.rounds.iter().filter(failed).count()
    }

    /// True when words have failed so often that voice is due.
    pub fn needs_voice(&self) -> bool {
        self.failed_rounds() >= ROUNDS_MAX && !self.is_understood()
    }

    /// True when the sender's own limit has passed.
    pub fn is_expired(&self, at: WallTime) -> bool {
        self.valid_until.is_some_and(|until| at > until)
    }

    /// Questions of the receiver, after it had run out, whether it still holds.
    fn asked_late(&self) -> impl Iterator<Item = &Asked> {
        let late = |asked: &&Asked| {
            asked.ask == Ask::StillValid && asked.said.side != self.sender && self.is_expired(asked.said.at)
        };
        self.asks.iter().filter(late)
    }

    /// True when it has run out and the sender did not say that it still holds.
    pub fn is_over(&self, at: WallTime) -> bool {
        let holds_on = self.asked_late().any(|asked| matches!(asked.reply, Some((_, true))));
        self.is_expired(at) && !holds_on
    }

    /// True if everything was said that the marker asks for.
    fn is_answered(&self) -> bool {
        match self.answered_as {
            Some(_) => self.answer.is_some(),
            None => self.acknowledged.is_some(),
        }
    }

    /// Where it stands. While something earlier of the sender is missing, that could be a correction of this: then it
    /// does not close.
    pub fn phase(&self, earlier_missing: bool) -> Phase {
        match self.superseded {
            Some((_, Marker::Cancel)) => Phase::Cancelled,
            Some(_) => Phase::Superseded,
            None if self.is_answered() && self.is_understood() && !earlier_missing => Phase::Closed,
            None => Phase::Open,
        }
    }
}

fn push<T>(list: &mut Vec<T>, item: T) -> Result<(), Violation> {
    if list.len() == DEEDS_MAX {
        return Err(Violation::TooMany);
    }
    list.push(item);
    Ok(())
}
