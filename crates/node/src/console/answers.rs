//! Open dialogues by what is due: what we owe the other side, and what it owes us.

use ringdown_message::act::Ask;
use ringdown_message::dialogue::{Dialogue, Verdict};
use ringdown_message::{Ledger, MessageRecord};
use ringdown_record::{Side, TrafficClass, WallTime};

use crate::console::said::Seen;
use crate::line::Line;
use crate::text::Texts;

/// Who has to do something next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owes {
    /// This side.
    Us,
    /// The other side.
    Them,
}

/// What is due, in the order in which it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    /// Our word on a read-back that is DIFFERENT.
    VerdictDifferent,
    /// Our word on a read-back that matches.
    Verdict,
    /// The correction that was announced.
    Correction,
    /// A reply to a question about the message.
    Reply,
    /// To say it again.
    SayAgain,
    /// A read-back, and then an answer.
    ReadBackAndAnswer,
    /// A read-back.
    ReadBack,
    /// An answer.
    Answer,
    /// Acknowledgement.
    Acknowledge,
    /// Something that was sent earlier and is not here.
    Earlier,
}

/// A dialogue on the board.
pub struct DueRow {
    /// The message.
    pub message: Seen,
    /// critical, serious, caution or off.
    pub level: &'static str,
    /// What is due, in words.
    pub words: String,
    /// By when, or since when, in words before the time.
    pub term: String,
    /// By when; empty if nobody said.
    pub by: String,
    /// The same as a time.
    pub due_at: Option<WallTime>,
    /// Since when, as the API gives it.
    pub since: String,
}

impl Due {
    /// The words for this on the board.
    pub fn key(self) -> &'static str {
        match self {
            Due::VerdictDifferent => "due-different",
            Due::Verdict => "due-verdict",
            Due::Correction => "due-correction",
            Due::Reply => "due-reply",
            Due::SayAgain => "due-say-again",
            Due::ReadBackAndAnswer => "due-both",
            Due::ReadBack => "due-read-back",
            Due::Answer => "due-answer",
            Due::Acknowledge => "due-acknowledge",
            Due::Earlier => "due-earlier",
        }
    }
}

/// What is due about an open dialogue, and who owes it.
pub fn due(dialogue: &Dialogue, own: Side) -> (Owes, Due) {
    let asked = |by: Side| dialogue.asked_of(by.other()).next().map(|asked| asked.ask);
    let pending = dialogue.pending();
    let answered = dialogue.answered_as.is_none() || dialogue.answer.is_some();
    let receiver = match (pending, dialogue.is_understood(), answered) {
        (None, false, false) => Some(Due::ReadBackAndAnswer),
        (None, false, true) => Some(Due::ReadBack),
        (_, _, false) => Some(Due::Answer),
        (_, _, true) => None,
    };
    if dialogue.sender == own {
        let owed = match (pending, dialogue.rounds.last().and_then(|round| round.verdict)) {
            (Some(round), _) => Some(if round.is_different() { Due::VerdictDifferent } else { Due::Verdict }),
            (None, Some((_, Verdict::OurMessageWasWrong))) => Some(Due::Correction),
            _ => asked(own.other()).map(|_| Due::Reply),
        };
        let again = (dialogue.answer.is_none() && !dialogue.say_again.is_empty()).then_some(Due::SayAgain);
        if let Some(owed) = owed.or(again) {
            return (Owes::Us, owed);
        }
        let theirs = if dialogue.acknowledged.is_none() { Some(Due::Acknowledge) } else { receiver };
        return (Owes::Them, theirs.unwrap_or(Due::Earlier));
    }
    if dialogue.acknowledged.is_none() {
        return (Owes::Us, Due::Acknowledge);
    }
    if asked(own.other()).is_some() {
        return (Owes::Us, Due::Reply);
    }
    // Who asked whether it still holds waits for that first.
    if asked(own) == Some(Ask::StillValid) {
        return (Owes::Them, Due::Reply);
    }
    match (receiver, pending) {
        (Some(owed), _) => (Owes::Us, owed),
        (None, Some(_)) => (Owes::Them, Due::Verdict),
        (None, None) => (Owes::Them, Due::Earlier),
    }
}

/// Open dialogues for which this side owes something: what waits for a word of ours first, then what is meant before any
/// practice, the most urgent first. What only waits for acknowledgement has a place of its own.
pub fn open(ledger: &Ledger, owes: Owes) -> Vec<&MessageRecord> {
    let own = ledger.own();
    let rank = |message: &&MessageRecord| {
        let (who, due) = due(&message.dialogue(), own);
        let ours = who == Owes::Us && due != Due::Acknowledge;
        (if owes == Owes::Us { ours } else { who == owes }).then_some(due)
    };
    let mut found: Vec<_> = ledger.open().filter_map(|message| Some((rank(&message)?, message))).collect();
    found.sort_by_key(|(due, message)| {
        let practice = message.urgency.class != TrafficClass::Live;
        let word_first = *due <= Due::Reply;
        let by = message.answer_due();
        (!word_first, practice, message.urgency.precedence, *due, by.is_none(), by)
    });
    found.into_iter().map(|(_, message)| message).collect()
}

impl DueRow {
    /// The row of an open dialogue.
    pub fn of(line: &Line, ledger: &Ledger, record: &MessageRecord, t: &Texts) -> DueRow {
        let dialogue = record.dialogue();
        let (owes, due) = due(&dialogue, line.own);
        let message = Seen::of(line, ledger, record, t);
        let by = record.answer_due().filter(|_| matches!(due, Due::Answer | Due::ReadBackAndAnswer));
        let late = by.is_some_and(|by| line.clock.now().wall > by);
        let level = match (owes, due) {
            (_, Due::VerdictDifferent) => "critical",
            _ if late => "serious",
            (Owes::Us, _) if dialogue.needs_voice() => "critical",
            (Owes::Us, _) => "caution",
            (Owes::Them, _) => "off",
        };
        let is_passed = |late: bool| t.get(if late { "due-passed" } else { "due-by" });
        DueRow {
            level,
            words: t.get(due.key()),
            term: by.map_or_else(String::new, |_| is_passed(late)),
            by: by.map_or_else(String::new, ringdown_api::date_time_group),
            due_at: by,
            since: message.last().map_or_else(String::new, |last| last.at.clone()),
            message,
        }
    }
}

#[cfg(test)]
mod tests {
    use ringdown_message::Marker;
    use ringdown_message::act::{Answer, Deed, ReadBack};
    use ringdown_message::dialogue::Said;
    use ringdown_message::value::{Field, Value};
    use ringdown_record::{EntryHash, Place};

    use super::*;

    fn said(side: Side, entry: u8) -> Said {
        Said {
            side,
            officer: 1,
            at: WallTime::from_ms(u64::from(entry)),
            entry: EntryHash([entry; 32]),
            place: Place::first(entry.into()),
        }
    }

    fn will(is: bool) -> Field {
        Field::new("forces", true, Value::Polarity(is)).unwrap()
    }

    fn read_back(is: bool) -> Deed {
        let (fields, language) = (vec![will(is)], "en".into());
        Deed::ReadBack(ReadBack { fields, language, words: String::new(), looked_again: 0 })
    }

    #[test]
    fn who_is_to_act_goes_back_and_forth_until_all_is_said() {
        let (sender, receiver) = (Side::Zero, Side::One);
        let mut dialogue = Dialogue::new(sender, Some(Marker::Request));
        dialogue.critical = vec![will(true)];
        let both = |dialogue: &Dialogue| [due(dialogue, sender), due(dialogue, receiver)];
        let mut step = |by: Side, entry: u8, deed: Deed, sees: [(Owes, Due); 2]| {
            dialogue.apply(said(by, entry), deed).unwrap();
            assert_eq!(both(&dialogue), sees, "after entry {entry}");
        };
        step(
            receiver,
            1,
            Deed::Acknowledge,
            [(Owes::Them, Due::ReadBackAndAnswer), (Owes::Us, Due::ReadBackAndAnswer)],
        );
        step(receiver, 2, read_back(false), [(Owes::Us, Due::VerdictDifferent), (Owes::Us, Due::Answer)]);
        let wrong = Deed::Wrong { read_back: EntryHash([2; 32]) };
        step(sender, 3, wrong, [(Owes::Them, Due::ReadBackAndAnswer), (Owes::Us, Due::ReadBackAndAnswer)]);
        let wilco = Deed::Answer { word: Answer::Wilco, text: "we go".into() };
        step(receiver, 4, wilco, [(Owes::Them, Due::ReadBack), (Owes::Us, Due::ReadBack)]);
        step(receiver, 5, read_back(true), [(Owes::Us, Due::Verdict), (Owes::Them, Due::Verdict)]);
        step(sender, 6, Deed::Ask(Ask::Voice), [(Owes::Us, Due::Verdict), (Owes::Us, Due::Reply)]);
    }

    #[test]
    fn who_asked_if_it_still_holds_waits_for_that() {
        let mut dialogue = Dialogue::new(Side::Zero, Some(Marker::Request));
        assert_eq!(due(&dialogue, Side::One), (Owes::Us, Due::Acknowledge));
        assert_eq!(due(&dialogue, Side::Zero), (Owes::Them, Due::Acknowledge));
        dialogue.apply(said(Side::One, 1), Deed::Acknowledge).unwrap();
        dialogue.apply(said(Side::One, 2), Deed::Ask(Ask::StillValid)).unwrap();
        assert_eq!(due(&dialogue, Side::One), (Owes::Them, Due::Reply));
        assert_eq!(due(&dialogue, Side::Zero), (Owes::Us, Due::Reply));
    }
}
