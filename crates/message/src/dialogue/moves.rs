//! What each side may do next about a message. Console, command line and interface offer this and nothing else.

use std::fmt;

use ringdown_record::{EntryHash, Side, WallTime};

use super::{DEEDS_MAX, Dialogue, Flaw, Phase, STANDBYS_MAX, Verdict, allowed};
use crate::act::{Answer, Ask, Deed, Notice};
use crate::content::Marker;

/// One thing that a side may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// Acknowledge - I have it.
    Acknowledge,
    /// Read back.
    ReadBack,
    /// An answer in a word.
    Answer(Answer),
    /// An answer as a message.
    AnswerByMessage,
    /// A question about it, as a message.
    QuestionByMessage,
    /// Standby, with minutes.
    Standby,
    /// That is correct, about this read-back.
    ThatIsCorrect(EntryHash),
    /// Wrong - I say again.
    Wrong(EntryHash),
    /// Our message was wrong.
    OurMessageWasWrong(EntryHash),
    /// Handed to the principal, reply in preparation.
    Notice(Notice),
    /// Ask if still valid, ask for voice, did you get it.
    Ask(Ask),
    /// Yes or no to this ask.
    Reply(EntryHash, Ask),
    /// A message that corrects it.
    Correct,
    /// A message that cancels it.
    Cancel,
}

/// What the record alone does not say about a message.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances {
    /// The time here.
    pub now: WallTime,
    /// It came later than its precedence allows.
    pub delayed: bool,
    /// Something earlier of its sender is missing.
    pub earlier_missing: bool,
}

/// Why a deed is not legal now. Nothing was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotNow {
    /// Nobody has acknowledged it.
    AcknowledgeFirst,
    /// This belongs to the other side.
    OtherSide,
    /// The marker does not allow this answer.
    NotInTable(Option<Marker>),
    /// It was answered.
    Answered,
    /// It was corrected or cancelled.
    Superseded,
    /// It came late, and whether it still holds is not known.
    Delayed,
    /// It holds no longer.
    Expired,
    /// All standbys are used up.
    Standbys,
    /// A read-back waits for the sender's word.
    ReadBackPending,
    /// There is nothing to read back.
    NothingToReadBack,
    /// There is no read-back that waits for this.
    NoReadBack,
    /// No question of the other side waits for a reply.
    NothingAsked,
    /// The read-back is DIFFERENT, so it cannot be correct.
    Different,
    /// A read-back that names other fields than the critical ones, or in another order.
    OtherFields,
    /// A message that is not fit to answer, correct or cancel this one.
    Flawed(Flaw),
    /// As many of this sort as are kept.
    TooMany,
    /// It was done before.
    Done,
}

impl Dialogue {
    /// Everything that this side may do now, in the order of the buttons.
    pub fn moves(&self, side: Side, here: Circumstances) -> Vec<Move> {
        let mut moves = if side == self.sender { self.sender_moves() } else { self.receiver_moves(here) };
        moves.extend(self.asked_of(side).map(|asked| Move::Reply(asked.said.entry, asked.ask)));
        if self.may_ask_for_voice(side, here).is_ok() {
            moves.push(Move::Ask(Ask::Voice));
        }
        if side == self.sender && self.superseded.is_none() {
            moves.extend([Move::Correct, Move::Cancel]);
        }
        moves
    }

    fn receiver_moves(&self, here: Circumstances) -> Vec<Move> {
        if self.acknowledged.is_none() {
            return vec![Move::Acknowledge];
        }
        let mut moves = Vec::new();
        if self.may_read_back().is_ok() {
            moves.push(Move::ReadBack);
        }
        if self.superseded.is_some() {
            return moves;
        }
        if let (Some(marker), None) = (self.answered_as, &self.answer) {
            let row = allowed(marker);
            let words = row.words.iter().copied();
            moves.extend(words.filter(|word| self.may_answer(*word, here).is_ok()).map(Move::Answer));
            moves.extend(row.answer.then_some(Move::AnswerByMessage));
            moves.extend(row.question.then_some(Move::QuestionByMessage));
            moves.extend(self.may_standby().is_ok().then_some(Move::Standby));
            let notices = [Notice::HandedOn, Notice::InPreparation];
            moves.extend(notices.into_iter().filter(|notice| !self.has_notice(*notice)).map(Move::Notice));
        }
        if self.may_ask_if_valid(here).is_ok() {
            moves.push(Move::Ask(Ask::StillValid));
        }
        moves
    }

    fn sender_moves(&self) -> Vec<Move> {
        let mut moves = Vec::new();
        for round in self.rounds.iter().filter(|round| round.verdict.is_none()) {
            let entry = round.said.entry;
            moves.extend((!round.is_different()).then_some(Move::ThatIsCorrect(entry)));
            moves.extend([Move::Wrong(entry), Move::OurMessageWasWrong(entry)]);
        }
        if self.acknowledged.is_none() && !self.has_asked(self.sender, Ask::DidYouGetIt) {
            moves.push(Move::Ask(Ask::DidYouGetIt));
        }
        moves
    }

    /// True if this side may do this now; else why not.
    pub fn may(&self, side: Side, deed: &Deed, here: Circumstances) -> Result<(), NotNow> {
        let by_sender = side == self.sender;
        let receivers_turn = || match (by_sender, &self.acknowledged) {
            (true, _) => Err(NotNow::OtherSide),
            (false, None) => Err(NotNow::AcknowledgeFirst),
            (false, Some(_)) => Ok(()),
        };
        match deed {
            Deed::Acknowledge if by_sender => Err(NotNow::OtherSide),
            Deed::Acknowledge if self.acknowledged.is_some() => Err(NotNow::Done),
            Deed::Acknowledge => Ok(()),
            Deed::Standby { .. } => receivers_turn().and_then(|()| self.may_standby()),
            Deed::Answer { word, .. } => receivers_turn().and_then(|()| self.may_answer(*word, here)),
            Deed::ReadBack(read_back) => {
                receivers_turn().and_then(|()| self.may_read_back())?;
                if self.names_critical(&read_back.fields) { Ok(()) } else { Err(NotNow::OtherFields) }
            }
            Deed::Notice(notice) => {
                receivers_turn()?;
                self.is_unanswered()?;
                if self.answered_as.is_none() {
                    return Err(NotNow::NotInTable(None));
                }
                if self.has_notice(*notice) { Err(NotNow::Done) } else { Ok(()) }
            }
            Deed::ThatIsCorrect { read_back } => self.may_judge(by_sender, read_back, Verdict::Correct),
            Deed::Wrong { read_back } => self.may_judge(by_sender, read_back, Verdict::Wrong),
            Deed::OurMessageWasWrong { read_back } => {
                self.may_judge(by_sender, read_back, Verdict::OurMessageWasWrong)
            }
            Deed::Ask(Ask::StillValid) => receivers_turn().and_then(|()| self.may_ask_if_valid(here)),
            Deed::Ask(Ask::DidYouGetIt) if !by_sender => Err(NotNow::OtherSide),
            Deed::Ask(Ask::DidYouGetIt) if self.acknowledged.is_some() => Err(NotNow::Done),
            Deed::Ask(Ask::DidYouGetIt) if self.has_asked(side, Ask::DidYouGetIt) => Err(NotNow::Done),
            Deed::Ask(Ask::DidYouGetIt) => Ok(()),
            Deed::Ask(Ask::Voice) => self.may_ask_for_voice(side, here),
            // Which ask it replies to stands in the target; see [`Dialogue::may_reply`].
            Deed::Reply { .. } => Err(NotNow::NothingAsked),
        }
    }

    /// True if this side may reply to this ask.
    pub fn may_reply(&self, side: Side, entry: &EntryHash) -> Result<(), NotNow> {
        match self.asks.iter().find(|asked| asked.said.entry == *entry) {
            Some(asked) if asked.said.side == side => Err(NotNow::OtherSide),
            Some(asked) if asked.reply.is_some() => Err(NotNow::Done),
            Some(_) => Ok(()),
            None => Err(NotNow::NothingAsked),
        }
    }

    fn is_unanswered(&self) -> Result<(), NotNow> {
        match (&self.superseded, &self.answer) {
            (Some(_), _) => Err(NotNow::Superseded),
            (None, Some(_)) => Err(NotNow::Answered),
            (None, None) => Ok(()),
        }
    }

    fn may_standby(&self) -> Result<(), NotNow> {
        self.is_unanswered()?;
        if !self.answered_as.is_some_and(|marker| allowed(marker).standby) {
            return Err(NotNow::NotInTable(self.answered_as));
        }
        if self.standbys.len() < STANDBYS_MAX { Ok(()) } else { Err(NotNow::Standbys) }
    }

    fn may_answer(&self, word: Answer, here: Circumstances) -> Result<(), NotNow> {
        self.is_unanswered()?;
        if !self.answered_as.is_some_and(|marker| allowed(marker).words.contains(&word)) {
            return Err(NotNow::NotInTable(self.answered_as));
        }
        match word {
            Answer::Wilco if self.is_over(here.now) => Err(NotNow::Expired),
            Answer::Wilco if here.delayed && self.still_valid() != Some(true) => Err(NotNow::Delayed),
            Answer::SayAgain if self.say_again.len() == DEEDS_MAX => Err(NotNow::TooMany),
            _ => Ok(()),
        }
    }

    /// Whether a message of this marker may answer it, or ask about it.
    pub fn may_be_answered_by(&self, side: Side, marker: Marker) -> Result<(), NotNow> {
        if side == self.sender {
            return Err(NotNow::OtherSide);
        }
        if self.acknowledged.is_none() {
            return Err(NotNow::AcknowledgeFirst);
        }
        self.is_unanswered()?;
        let row = self.answered_as.map(allowed);
        let in_table = row.is_some_and(|row| match marker {
            Marker::Answer => row.answer,
            Marker::Question => row.question,
            _ => false,
        });
        if in_table { Ok(()) } else { Err(NotNow::NotInTable(self.answered_as)) }
    }

    fn may_read_back(&self) -> Result<(), NotNow> {
        if !self.is_read_back() {
            return Err(NotNow::NothingToReadBack);
        }
        if self.superseded.is_some() {
            return Err(NotNow::Superseded);
        }
        if self.is_understood() {
            return Err(NotNow::Done);
        }
        match self.pending().is_some() {
            true => Err(NotNow::ReadBackPending),
            false if self.rounds.len() == DEEDS_MAX => Err(NotNow::TooMany),
            false => Ok(()),
        }
    }

    fn may_judge(&self, by_sender: bool, entry: &EntryHash, verdict: Verdict) -> Result<(), NotNow> {
        if !by_sender {
            return Err(NotNow::OtherSide);
        }
        let round = self.rounds.iter().find(|round| round.said.entry == *entry);
        let round = round.filter(|round| round.verdict.is_none()).ok_or(NotNow::NoReadBack)?;
        if verdict == Verdict::Correct && round.is_different() { Err(NotNow::Different) } else { Ok(()) }
    }

    fn may_ask_if_valid(&self, here: Circumstances) -> Result<(), NotNow> {
        self.is_unanswered()?;
        let in_doubt = here.delayed || self.is_expired(here.now);
        let asked = match self.is_expired(here.now) {
            // What was said before it ran out no longer helps.
            true => self.asked_late().next().is_some(),
            false => self.has_asked(self.sender.other(), Ask::StillValid),
        };
        if in_doubt && !asked { Ok(()) } else { Err(NotNow::Done) }
    }

    fn may_ask_for_voice(&self, side: Side, here: Circumstances) -> Result<(), NotNow> {
        let open = self.phase(here.earlier_missing) == Phase::Open;
        match (open, self.has_asked(side, Ask::Voice)) {
            (true, false) => Ok(()),
            (true, true) => Err(NotNow::Done),
            (false, _) => Err(self.is_unanswered().err().unwrap_or(NotNow::Done)),
        }
    }

    fn has_notice(&self, notice: Notice) -> bool {
        self.notices.iter().any(|(_, known)| *known == notice)
    }

    /// True while or after this side asked this, and no answer allows asking again.
    fn has_asked(&self, side: Side, ask: Ask) -> bool {
        self.asks.iter().any(|asked| asked.said.side == side && asked.ask == ask)
    }

    /// What the sender replied to "still valid?".
    pub fn still_valid(&self) -> Option<bool> {
        let replies = self.asks.iter().filter(|asked| asked.ask == Ask::StillValid);
        replies.filter_map(|asked| asked.reply.map(|(_, yes)| yes)).next_back()
    }
}

impl fmt::Display for NotNow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotNow::AcknowledgeFirst => f.write_str("acknowledge it first"),
            NotNow::OtherSide => f.write_str("this is for the other side to do"),
            NotNow::NotInTable(Some(marker)) => {
                write!(f, "a message marked {} is not answered so", marker.name())
            }
            NotNow::NotInTable(None) => f.write_str("it is acknowledged and read back, not answered"),
            NotNow::Answered => f.write_str("it was answered"),
            NotNow::Superseded => f.write_str("a later message took its place"),
            NotNow::Delayed => f.write_str("it came late; ask first if it is still valid"),
            NotNow::Expired => f.write_str("it is no longer valid; ask if it still is, or say why not"),
            NotNow::Standbys => f.write_str("standby was said three times; answer, or ask for voice"),
            NotNow::ReadBackPending => f.write_str("a read-back waits for the sender's word"),
            NotNow::NothingToReadBack => {
                f.write_str("it needs no read-back: it has no critical fields, and is not FLASH or IMMEDIATE")
            }
            NotNow::NoReadBack => f.write_str("no read-back waits for this"),
            NotNow::NothingAsked => f.write_str("no question of the other side waits for a reply"),
            NotNow::Different => f.write_str("the read-back is DIFFERENT, so it cannot be correct"),
            NotNow::OtherFields => f.write_str("a read-back names every critical field, in their order"),
            NotNow::Flawed(flaw) => flaw.fmt(f),
            NotNow::TooMany => f.write_str("it was done as often as is kept; ask for voice"),
            NotNow::Done => f.write_str("it was done before"),
        }
    }
}
