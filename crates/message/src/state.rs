//! The states of a message in words, each with its time and who says so.

use ringdown_record::{Side, WallTime};

use crate::act::{Answer, Notice};
use crate::dialogue::{Dialogue, Found, Given, Phase, Said, Verdict};
use crate::ledger::{Ledger, MessageRecord};

/// The state of a message. The words are the screen's and the API's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Sealed here, not yet handed to any carrier.
    Queued,
    /// Handed to a carrier.
    Sent,
    /// The receiving node has it on disk and signed so.
    StoredByPeer,
    /// It is on our disk; nobody has acknowledged it.
    StoredHere,
    /// It came later than its precedence allows.
    Delayed {
        /// Minutes from sealing to storing.
        minutes: u64,
    },
    /// An officer of the receiving side has it.
    Acknowledged {
        /// The officer's name in the key list.
        officer: String,
        /// The name of his side: both sides may have an officer of that name.
        side: String,
    },
    /// The one whom it concerns has it.
    HandedOn,
    /// An answer is being written.
    InPreparation,
    /// An answer will come.
    Standby {
        /// Until then.
        until: WallTime,
    },
    /// The receiver asks to say it again.
    SayAgain,
    /// The receiver asks about it.
    Question,
    /// It was read back, with what nodes find in that.
    ReadBack(Found),
    /// The sender confirmed the read-back.
    Confirmed,
    /// The sender says that the read-back is wrong.
    Wrong,
    /// The sender says that the message was wrong.
    OurMessageWasWrong,
    /// It was answered in a word.
    Answered(Answer),
    /// It was answered by a message.
    AnsweredByMessage,
    /// Words have failed three times.
    UseVoice,
    /// Nothing more is to be said.
    Closed {
        /// What it was answered with; `None` for what takes no answer.
        answer: Option<Given>,
    },
    /// A later message took its place.
    Superseded,
    /// The sender took it back.
    Cancelled {
        /// Whether an officer of the other side has the cancellation.
        acknowledged: bool,
    },
}

/// Who says that a state was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    /// Our node, unsigned.
    OurNote,
    /// Nobody by himself: it follows from what was signed.
    Record,
    /// A node, signed in the record.
    Node(Side),
    /// An officer, signed in the record.
    Officer(Side),
}

/// One state with its time and voice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateLine {
    /// The state.
    pub state: State,
    /// When, by the clock of whoever says so.
    pub at: WallTime,
    /// Who says so.
    pub voice: Voice,
    /// Whether the other side's node has it, for what a person of our side did; `None` for all else.
    pub at_peer: Option<AtPeer>,
}

/// Whether the other side's node has what a person of our side did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtPeer {
    /// It has not said so.
    NotYet,
    /// It signed so, first at this time.
    Since(WallTime),
}

impl State {
    /// The words.
    pub fn text(&self) -> String {
        match self {
            State::Queued => "QUEUED - NOT SENT".into(),
            State::Sent => "SENT".into(),
            State::StoredByPeer => "STORED BY PEER".into(),
            State::StoredHere => "STORED HERE".into(),
            State::Delayed { minutes } => format!("DELAYED {} h {:02} min", minutes / 60, minutes % 60),
            State::Acknowledged { officer, side } => format!("ACKNOWLEDGED by {officer} of {side}"),
            State::HandedOn => "HANDED TO THE PRINCIPAL".into(),
            State::InPreparation => "REPLY IN PREPARATION".into(),
            State::Standby { until } => format!("STANDBY until {}", minute(*until)),
            State::SayAgain => "SAY AGAIN".into(),
            State::Question => "QUESTION about it".into(),
            State::ReadBack(Found::OwnWords) => "READ BACK - IN OWN WORDS".into(),
            State::ReadBack(Found::Matches) => "READ BACK - MATCHES".into(),
            State::ReadBack(Found::Different) => "READ BACK - DIFFERENT".into(),
            State::Confirmed => "READ-BACK CONFIRMED".into(),
            State::Wrong => "READ-BACK WRONG - WE SAY AGAIN".into(),
            State::OurMessageWasWrong => "OUR MESSAGE WAS WRONG - CORRECTION FOLLOWS".into(),
            State::Answered(word) => format!("ANSWERED: {word}"),
            State::AnsweredByMessage => "ANSWERED: ANSWER".into(),
            State::UseVoice => "USE VOICE".into(),
            State::Closed { answer: None } => "CLOSED".into(),
            State::Closed { answer: Some(given) } => format!("CLOSED - {}", given.name()),
            State::Superseded => "SUPERSEDED".into(),
            State::Cancelled { acknowledged: true } => "CANCELLED (acknowledged)".into(),
            State::Cancelled { acknowledged: false } => "CANCELLED (not yet acknowledged)".into(),
        }
    }
}

/// `2015Z`
fn minute(at: WallTime) -> String {
    let minutes = at.ms() / 60_000 % 1440;
    format!("{:02}{:02}Z", minutes / 60, minutes % 60)
}

impl Ledger {
    /// All states that a message reached, oldest first, each with who says so.
    pub fn states(&self, message: &MessageRecord) -> Vec<StateLine> {
        let mut lines = self.ways(message);
        let dialogue = message.dialogue();
        let mut said = self.said(message, &dialogue);
        said.sort_by_key(|line| line.at);
        lines.append(&mut said);
        lines.extend(self.end(message, &dialogue));
        lines
    }

    /// From sealing to storing.
    fn ways(&self, message: &MessageRecord) -> Vec<StateLine> {
        let mut lines = Vec::new();
        let mut push = |state, at, voice| lines.push(StateLine { state, at, voice, at_peer: None });
        if message.side == self.own() {
            push(State::Queued, message.sealed, Voice::Node(self.own()));
            if let Some(at) = message.sent {
                push(State::Sent, at, Voice::OurNote);
            }
            if let Some(at) = self.receipt_of(message.side, message.place) {
                push(State::StoredByPeer, at, Voice::Node(self.own().other()));
            }
        } else {
            push(State::Sent, message.sealed, Voice::Node(message.side));
            let arrived = message.arrived.unwrap_or(message.sealed);
            push(State::StoredHere, arrived, Voice::OurNote);
            if message.is_delayed() {
                let minutes = arrived.ms().saturating_sub(message.sealed.ms()) / 60_000;
                push(State::Delayed { minutes }, arrived, Voice::OurNote);
            }
        }
        lines
    }

    /// What people said.
    fn said(&self, message: &MessageRecord, dialogue: &Dialogue) -> Vec<StateLine> {
        let mut lines = Vec::new();
        let mut push = |state, said: &Said| lines.push(self.by_officer(state, said));
        if let Some(said) = &message.acknowledged {
            push(self.acknowledged(said), said);
        }
        for (said, notice) in &dialogue.notices {
            let handed = *notice == Notice::HandedOn;
            push(if handed { State::HandedOn } else { State::InPreparation }, said);
        }
        for (said, minutes) in &dialogue.standbys {
            let until = WallTime::from_ms(said.at.ms() + u64::from(*minutes) * 60_000);
            push(State::Standby { until }, said);
        }
        dialogue.say_again.iter().for_each(|said| push(State::SayAgain, said));
        dialogue.questions.iter().for_each(|said| push(State::Question, said));
        for round in &dialogue.rounds {
            push(State::ReadBack(round.found), &round.said);
            if let Some((said, verdict)) = &round.verdict {
                let state = match verdict {
                    Verdict::Correct => State::Confirmed,
                    Verdict::Wrong => State::Wrong,
                    Verdict::OurMessageWasWrong => State::OurMessageWasWrong,
                };
                push(state, said);
            }
        }
        match &dialogue.answer {
            Some((said, Given::Word(word, _))) => push(State::Answered(*word), said),
            Some((said, Given::Message)) => push(State::AnsweredByMessage, said),
            None => {}
        }
        lines
    }

    /// What follows from all of it.
    fn end(&self, message: &MessageRecord, dialogue: &Dialogue) -> Option<StateLine> {
        let superseded = |state| {
            let (said, _) = dialogue.superseded.as_ref()?;
            Some(self.by_officer(state, said))
        };
        match self.phase(message) {
            Phase::Cancelled => {
                let (said, _) = dialogue.superseded.as_ref()?;
                let cancel = self.find_entry(&said.entry);
                let acknowledged = cancel.is_some_and(|cancel| cancel.acknowledged.is_some());
                superseded(State::Cancelled { acknowledged })
            }
            Phase::Superseded => superseded(State::Superseded),
            Phase::Closed => {
                let at = self.last_said(message, dialogue);
                let answer = dialogue.answer.as_ref().map(|(_, given)| given.clone());
                Some(StateLine { state: State::Closed { answer }, at, voice: Voice::Record, at_peer: None })
            }
            Phase::Open if dialogue.needs_voice() => {
                let at = self.last_said(message, dialogue);
                Some(StateLine { state: State::UseVoice, at, voice: Voice::Record, at_peer: None })
            }
            Phase::Open => None,
        }
    }

    /// A state that an officer brought about.
    fn by_officer(&self, state: State, said: &Said) -> StateLine {
        let stored = || self.receipt_of(said.side, said.place).map_or(AtPeer::NotYet, AtPeer::Since);
        let at_peer = (said.side == self.own()).then(stored);
        StateLine { state, at: said.at, voice: Voice::Officer(said.side), at_peer }
    }

    fn last_said(&self, message: &MessageRecord, dialogue: &Dialogue) -> WallTime {
        let said = self.said(message, dialogue);
        said.into_iter().map(|line| line.at).max().unwrap_or(message.sealed)
    }

    /// The last state that a message reached. Lists ask this of thousands at a time.
    pub fn state(&self, message: &MessageRecord) -> State {
        if message.dialogue.is_some() || self.phase(message) != Phase::Open {
            return self.states(message).pop().map_or(State::Queued, |line| line.state);
        }
        if let Some(said) = &message.acknowledged {
            return self.acknowledged(said);
        }
        match (message.side == self.own(), message.sent) {
            (false, _) => State::StoredHere,
            (true, _) if self.is_receipted(message) => State::StoredByPeer,
            (true, Some(_)) => State::Sent,
            (true, None) => State::Queued,
        }
    }

    fn acknowledged(&self, said: &Said) -> State {
        let party = self.charter().party(said.side);
        let officer = party.key_list.officer(said.officer);
        let unnamed = || format!("officer {}", said.officer);
        let officer = officer.map_or_else(unnamed, |officer| officer.name.clone());
        State::Acknowledged { officer, side: party.name.clone() }
    }
}
