//! Where a dialogue may stand, and what it may become by one entry; each law with a bend that it finds.

use std::collections::BTreeSet;

use ringdown_message::Marker;
use ringdown_message::act::{Answer, Ask, Deed, Notice};
use ringdown_message::dialogue::{
    Asked, Dialogue, Found, Given, Phase, Round, Said, Verdict, Violation, allowed,
};
use ringdown_message::value::{Field, Outcome, compare};
use ringdown_record::{EntryHash, Place, Side, WallTime};

use crate::talks::{altitude, read_back_of};
use crate::world::{BLUE, GREEN};

/// Whether a dialogue is one that the table and the rules allow. The row is read here, not asked of the dialogue.
pub fn may_stand(dialogue: &Dialogue, phase: Phase) -> Result<(), &'static str> {
    let row = dialogue.answered_as.map(allowed);
    let has_word = |word: &Answer| row.is_some_and(|row| row.words.contains(word));
    let asked_late = |wilco: &Said| {
        dialogue.asks.iter().any(|Asked { said, ask, .. }| {
            *ask == Ask::StillValid
                && said.side == wilco.side
                && said.place < wilco.place
                && dialogue.is_expired(said.at)
        })
    };
    let late = |said: &Said| dialogue.is_expired(said.at) && !asked_late(said);
    let answer_fits = match &dialogue.answer {
        None => true,
        Some((said, Given::Word(word, _))) => {
            has_word(word) && word.closes() && !(*word == Answer::Wilco && late(said))
        }
        Some((_, Given::Message)) => row.is_some_and(|row| row.answer),
    };
    let rounds = || dialogue.rounds.iter();
    let equal = |read: &[Field]| {
        let pairs = dialogue.critical.iter().zip(read);
        read.len() == dialogue.critical.len()
            && pairs.into_iter().all(|(sent, read)| !is_different(sent, read) && sent.name == read.name)
    };
    let confirmed = rounds().any(|round| {
        matches!(round.verdict, Some((said, Verdict::Correct)) if said.side == dialogue.sender)
            && equal(&round.read_back.fields)
    });
    let correct = |round: &&Round| matches!(round.verdict, Some((_, Verdict::Correct)));
    let entries = rounds().map(|round| round.said.entry).collect::<BTreeSet<_>>();
    let receiver = dialogue.sender.other();
    let by_receiver = dialogue.standbys.iter().map(|(said, _)| said).chain(&dialogue.say_again);
    let mut by_receiver = by_receiver.chain(&dialogue.questions).chain(rounds().map(|round| &round.said));
    let answered = dialogue.answer.is_some() || row.is_none() && dialogue.acknowledged.is_some();
    let closed = phase == Phase::Closed;
    let laws = [
        (answer_fits, "an answer that is not in the row"),
        (dialogue.say_again.is_empty() || has_word(&Answer::SayAgain), "SAY AGAIN is not in the row"),
        (dialogue.questions.is_empty() || row.is_some_and(|row| row.question), "no question in the row"),
        (dialogue.standbys.is_empty() || row.is_some_and(|row| row.standby), "no standby in the row"),
        (dialogue.standbys.len() <= 3, "more than three standbys"),
        (!closed || answered, "closed without an answer"),
        (!closed || dialogue.critical.is_empty() || confirmed, "closed without a confirmed read-back"),
        (!closed || dialogue.superseded.is_none(), "closed, but something took its place"),
        (rounds().filter(correct).all(|round| equal(&round.read_back.fields)), "DIFFERENT, but correct"),
        (entries.len() == dialogue.rounds.len(), "one read-back twice"),
        (by_receiver.all(|said| said.side == receiver), "the sender answers itself"),
    ];
    laws.iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, what)| Err(*what))
}

fn is_different(sent: &Field, read: &Field) -> bool {
    matches!(compare(&sent.value, &read.value), Outcome::Different(_))
}

/// Whether a dialogue may become this by one entry: nothing that was said is unsaid or said anew, and what was against
/// the rules changed nothing.
pub fn may_follow(old: &Dialogue, new: &Dialogue) -> Result<(), &'static str> {
    fn stays<T: std::fmt::Debug>(old: Option<&T>, new: Option<&T>) -> bool {
        old.is_none_or(|old| new.is_some_and(|new| format!("{old:?}") == format!("{new:?}")))
    }
    fn grows<T: std::fmt::Debug>(old: &[T], new: &[T]) -> bool {
        new.len() >= old.len()
            && old.iter().zip(new).all(|(old, new)| format!("{old:?}") == format!("{new:?}"))
    }
    let verdicts = old.rounds.iter().zip(&new.rounds);
    let asked = |old: &Asked| new.asks.iter().find(|new| new.said.entry == old.said.entry);
    let mut replies = old.asks.iter();
    let unchanged = Dialogue { violations: old.violations.clone(), told: old.told.clone(), ..new.clone() };
    let broken = new.violations.len() - old.violations.len().min(new.violations.len());
    let laws = [
        (stays(old.acknowledged.as_ref(), new.acknowledged.as_ref()), "acknowledged anew"),
        (stays(old.answer.as_ref(), new.answer.as_ref()), "answered anew"),
        (stays(old.superseded.as_ref(), new.superseded.as_ref()), "superseded anew"),
        (
            new.rounds.len() >= old.rounds.len()
                && verdicts.into_iter().all(|(old, new)| stays(old.verdict.as_ref(), new.verdict.as_ref())),
            "a second verdict",
        ),
        (
            new.asks.len() >= old.asks.len()
                && replies
                    .all(|old| asked(old).is_some_and(|new| stays(old.reply.as_ref(), new.reply.as_ref()))),
            "a second reply",
        ),
        (grows(&old.standbys, &new.standbys), "a standby is unsaid"),
        (grows(&old.say_again, &new.say_again), "SAY AGAIN is unsaid"),
        (grows(&old.notices, &new.notices), "a notice is unsaid"),
        (old.violations.iter().all(|old| new.violations.contains(old)), "a violation is unsaid"),
        (broken <= 1, "one entry, two violations"),
        (broken == 0 || format!("{unchanged:?}") == format!("{old:?}"), "a violation changed something"),
    ];
    laws.iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, what)| Err(*what))
}

/// What a dialogue of a question is bent to, and the law that then says so.
type Bend = (fn(&mut Dialogue), &'static str);

fn said(side: Side, number: u8) -> Said {
    Said {
        side,
        officer: 1,
        at: WallTime::from_ms(9_000),
        entry: EntryHash([number; 32]),
        place: Place::first(number.into()),
    }
}

fn round(metres: i64, found: Found, verdict: Option<Verdict>) -> Round {
    let Deed::ReadBack(read_back) = read_back_of(vec![altitude(metres)]) else { unreachable!("it is one") };
    let verdict = verdict.map(|verdict| (said(BLUE, 8), verdict));
    Round { said: said(GREEN, 7), read_back, found, verdict }
}

/// Answered, read back and confirmed.
fn closed() -> Dialogue {
    Dialogue {
        critical: vec![altitude(1500)],
        acknowledged: Some(said(GREEN, 5)),
        answer: Some((said(GREEN, 6), Given::Word(Answer::Affirm, String::new()))),
        rounds: vec![round(1500, Found::Matches, Some(Verdict::Correct))],
        ..Dialogue::new(BLUE, Some(Marker::Question))
    }
}

/// Canary: each law on where a dialogue stands finds what breaks it.
#[test]
fn a_dialogue_outside_the_table_is_noticed() {
    assert_eq!(may_stand(&closed(), Phase::Closed), Ok(()));
    let word = |word| Some((said(GREEN, 6), Given::Word(word, String::new())));
    let bends: [Bend; 10] = [
        (|talk| talk.answered_as = Some(Marker::Warning), "an answer that is not in the row"),
        (|talk| talk.say_again.push(said(GREEN, 5)), "SAY AGAIN is not in the row"),
        (|talk| talk.questions.push(said(GREEN, 5)), "no question in the row"),
        (
            |talk| talk.standbys = (0..4).map(|number| (said(GREEN, number), 1)).collect(),
            "more than three standbys",
        ),
        (|talk| talk.answer = None, "closed without an answer"),
        (|talk| talk.rounds.clear(), "closed without a confirmed read-back"),
        (
            |talk| talk.superseded = Some((said(BLUE, 5), Marker::Cancel)),
            "closed, but something took its place",
        ),
        (
            |talk| talk.rounds.insert(0, round(457, Found::Matches, Some(Verdict::Correct))),
            "DIFFERENT, but correct",
        ),
        (|talk| talk.rounds.push(round(457, Found::Different, None)), "one read-back twice"),
        (|talk| talk.standbys.push((said(BLUE, 5), 1)), "the sender answers itself"),
    ];
    for (bend, law) in bends {
        let mut talk = closed();
        bend(&mut talk);
        assert_eq!(may_stand(&talk, Phase::Closed), Err(law));
    }
    let late = Dialogue {
        valid_until: Some(WallTime::from_ms(8_999)),
        answer: word(Answer::Wilco),
        ..Dialogue::new(BLUE, Some(Marker::Request))
    };
    assert_eq!(may_stand(&late, Phase::Open), Err("an answer that is not in the row"));
    let by_message = Dialogue {
        answer: Some((said(GREEN, 6), Given::Message)),
        ..Dialogue::new(BLUE, Some(Marker::Warning))
    };
    assert_eq!(may_stand(&by_message, Phase::Open), Err("an answer that is not in the row"));
    let test = Dialogue { standbys: vec![(said(GREEN, 5), 1)], ..Dialogue::new(BLUE, Some(Marker::Test)) };
    assert_eq!(may_stand(&test, Phase::Open), Err("no standby in the row"));
}

/// Canary: each law on what may follow finds what breaks it.
#[test]
fn what_is_unsaid_or_said_anew_is_noticed() {
    let old = Dialogue {
        standbys: vec![(said(GREEN, 1), 5)],
        say_again: vec![said(GREEN, 2)],
        notices: vec![(said(GREEN, 3), Notice::HandedOn)],
        asks: vec![Asked { said: said(GREEN, 4), ask: Ask::Voice, reply: Some((said(BLUE, 5), true)) }],
        superseded: Some((said(BLUE, 6), Marker::Correction)),
        violations: vec![(said(BLUE, 7), Violation::WrongSide)],
        ..closed()
    };
    assert_eq!(may_follow(&old, &old), Ok(()));
    let bends: [Bend; 11] = [
        (|talk| talk.acknowledged = None, "acknowledged anew"),
        (|talk| talk.answer = Some((said(GREEN, 9), Given::Message)), "answered anew"),
        (|talk| talk.superseded = Some((said(BLUE, 9), Marker::Cancel)), "superseded anew"),
        (|talk| talk.rounds[0].verdict = Some((said(BLUE, 8), Verdict::Wrong)), "a second verdict"),
        (|talk| talk.asks[0].reply = Some((said(BLUE, 9), false)), "a second reply"),
        (|talk| talk.standbys.clear(), "a standby is unsaid"),
        (|talk| talk.say_again.clear(), "SAY AGAIN is unsaid"),
        (|talk| talk.notices[0].1 = Notice::InPreparation, "a notice is unsaid"),
        (|talk| talk.violations.clear(), "a violation is unsaid"),
        (
            |talk| talk.violations.extend([(said(BLUE, 9), Violation::WrongSide); 2]),
            "one entry, two violations",
        ),
        (
            |talk| {
                talk.violations.push((said(GREEN, 9), Violation::TooManyStandbys));
                talk.standbys.push((said(GREEN, 9), 5));
            },
            "a violation changed something",
        ),
    ];
    for (bend, law) in bends {
        let mut new = old.clone();
        bend(&mut new);
        assert_eq!(may_follow(&old, &new), Err(law));
    }
}
