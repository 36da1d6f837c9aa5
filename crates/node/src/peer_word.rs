//! What a person of the other side said last: whether somebody is there, as far as that side reports it.

use ringdown_api::status::PeerWord;
use ringdown_api::zulu;
use ringdown_message::act::{Answer, Ask, Notice};
use ringdown_message::dialogue::Said;
use ringdown_message::{Deed, LastWord, Ledger, MessageRecord, State};
use ringdown_record::WallTime;

use crate::dialogue::ask_text;
use crate::line::Line;

/// What he did, in the words of the states where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Did {
    /// A state that he brought about, or `SENT` for a message.
    State(State),
    /// He acknowledged it; who he is stands beside it.
    Acknowledged,
    /// He read it back against the rules, so that nothing was compared.
    ReadBack,
    /// He asked about it.
    Asked(Ask),
    /// He replied to a question about it.
    Replied(Answer),
}

impl Did {
    /// What this word did to that message.
    pub(crate) fn of(word: &LastWord, about: Option<&MessageRecord>) -> Did {
        let Some(deed) = &word.deed else { return Did::State(State::Sent) };
        match deed {
            Deed::Acknowledge => Did::Acknowledged,
            Deed::Standby { minutes } => Did::State(State::Standby { until: later(&word.said, *minutes) }),
            Deed::Answer { word, .. } => Did::State(State::Answered(*word)),
            Deed::ReadBack(_) => {
                let dialogue = about.map(MessageRecord::dialogue);
                let mut rounds = dialogue.iter().flat_map(|dialogue| &dialogue.rounds);
                let round = rounds.find(|round| round.said.entry == word.said.entry);
                round.map_or(Did::ReadBack, |round| Did::State(State::ReadBack(round.found)))
            }
            Deed::ThatIsCorrect { .. } => Did::State(State::Confirmed),
            Deed::Wrong { .. } => Did::State(State::Wrong),
            Deed::OurMessageWasWrong { .. } => Did::State(State::OurMessageWasWrong),
            Deed::Notice(Notice::HandedOn) => Did::State(State::HandedOn),
            Deed::Notice(Notice::InPreparation) => Did::State(State::InPreparation),
            Deed::Ask(ask) => Did::Asked(*ask),
            Deed::Reply { yes } => Did::Replied(if *yes { Answer::Affirm } else { Answer::Negative }),
        }
    }

    /// In English, as the API says it.
    pub(crate) fn text(&self) -> String {
        match self {
            Did::State(state) => state.text(),
            Did::Acknowledged => "ACKNOWLEDGED".into(),
            Did::ReadBack => "READ BACK".into(),
            Did::Asked(ask) => format!("ASKED: {}", ask_text(*ask)),
            Did::Replied(word) => format!("REPLIED: {word}"),
        }
    }
}

fn later(said: &Said, minutes: u16) -> WallTime {
    WallTime::from_ms(said.at.ms().saturating_add(u64::from(minutes) * 60_000))
}

impl Line {
    /// What a person of the other side said last; `None` if none has spoken on this line yet.
    pub(crate) fn peer_word(&self, ledger: &Ledger) -> Option<PeerWord> {
        let word = ledger.last_word(self.own.other())?;
        let about = ledger.about(word);
        let officer = self.charter.party(word.said.side).key_list.officer(word.said.officer);
        let serial = about.and_then(|message| message.serial);
        Some(PeerWord {
            what: Did::of(word, about).text(),
            serial: serial.map_or_else(String::new, |serial| serial.text(&self.charter)),
            entry: about.map_or(word.about, |message| message.hash).to_string(),
            officer: officer.map_or_else(|| word.said.officer.to_string(), |officer| officer.name.clone()),
            at: zulu(word.said.at),
        })
    }
}
