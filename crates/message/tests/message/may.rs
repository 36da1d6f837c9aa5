//! What a side may not do now, each with its own reason, and limits that only a flood reaches.

use ringdown_message::act::{Answer, Ask, Deed, Notice};
use ringdown_message::dialogue::{Circumstances, Dialogue, Given, Move, NotNow, Said, Violation};
use ringdown_message::{Ledger, Marker};
use ringdown_record::{EntryHash, Place, Side, WallTime};

use crate::talks::{altitude, answer_of, calm, read_back_of};
use crate::world::{BLUE, GREEN, World};

fn said(side: Side, number: u8) -> Said {
    Said {
        side,
        officer: 1,
        at: WallTime::from_ms(u64::from(number)),
        entry: EntryHash([number; 32]),
        place: Place::first(number.into()),
    }
}

/// A request of BLUE with a critical field that GREEN has acknowledged.
fn request() -> Dialogue {
    let mut talk = Dialogue { critical: vec![altitude(1500)], ..Dialogue::new(BLUE, Some(Marker::Request)) };
    assert_eq!(talk.apply(said(GREEN, 1), Deed::Acknowledge), Ok(()));
    talk
}

fn judged(number: u8) -> [Deed; 3] {
    let read_back = EntryHash([number; 32]);
    [Deed::ThatIsCorrect { read_back }, Deed::Wrong { read_back }, Deed::OurMessageWasWrong { read_back }]
}

const STANDBY: Deed = Deed::Standby { minutes: 5 };
const STILL_VALID: Deed = Deed::Ask(Ask::StillValid);
const VOICE: Deed = Deed::Ask(Ask::Voice);
const DID_YOU_GET_IT: Deed = Deed::Ask(Ask::DidYouGetIt);

#[track_caller]
fn may(talk: &Dialogue, side: Side, deed: &Deed) -> Result<(), NotNow> {
    talk.may(side, deed, calm())
}

// MSG-7.
#[test]
fn before_the_acknowledgement_there_is_little_to_do() {
    let talk = Dialogue::new(BLUE, Some(Marker::Request));
    let same = read_back_of(vec![altitude(1500)]);
    for deed in [&STANDBY, &same, &STILL_VALID, &answer_of(Answer::Wilco), &Deed::Notice(Notice::HandedOn)] {
        assert_eq!(may(&talk, GREEN, deed), Err(NotNow::AcknowledgeFirst), "{deed:?}");
        assert_eq!(may(&talk, BLUE, deed), Err(NotNow::OtherSide), "{deed:?}");
    }
    assert_eq!(may(&talk, BLUE, &Deed::Acknowledge), Err(NotNow::OtherSide));
    assert_eq!(may(&talk, GREEN, &Deed::Acknowledge), Ok(()));
    assert_eq!(may(&talk, GREEN, &DID_YOU_GET_IT), Err(NotNow::OtherSide));
    assert_eq!(may(&talk, BLUE, &DID_YOU_GET_IT), Ok(()));
    assert_eq!((may(&talk, BLUE, &VOICE), may(&talk, GREEN, &VOICE)), (Ok(()), Ok(())));
    for deed in judged(9) {
        assert_eq!(may(&talk, GREEN, &deed), Err(NotNow::OtherSide));
        assert_eq!(may(&talk, BLUE, &deed), Err(NotNow::NoReadBack));
    }
    assert_eq!(may(&talk, GREEN, &Deed::Reply { yes: true }), Err(NotNow::NothingAsked));
    assert_eq!(talk.may_be_answered_by(GREEN, Marker::Question), Err(NotNow::AcknowledgeFirst));
    assert_eq!(talk.may_be_answered_by(BLUE, Marker::Question), Err(NotNow::OtherSide));

    let mut asked = talk;
    assert_eq!(asked.apply(said(BLUE, 2), DID_YOU_GET_IT), Ok(()));
    assert_eq!(may(&asked, BLUE, &DID_YOU_GET_IT), Err(NotNow::Done));
    assert_eq!(may(&asked, BLUE, &VOICE), Ok(()), "another question");
}

#[test]
fn after_the_acknowledgement_the_table_and_the_clock_decide() {
    let mut talk = request();
    assert_eq!(may(&talk, GREEN, &Deed::Acknowledge), Err(NotNow::Done));
    assert_eq!(may(&talk, BLUE, &DID_YOU_GET_IT), Err(NotNow::Done));
    let not_in_table = Err(NotNow::NotInTable(Some(Marker::Request)));
    assert_eq!(may(&talk, GREEN, &answer_of(Answer::Affirm)), not_in_table);
    assert_eq!(talk.may_be_answered_by(GREEN, Marker::Answer), Ok(()));
    assert_eq!(talk.may_be_answered_by(GREEN, Marker::Information), not_in_table);
    assert_eq!(talk.may_be_answered_by(GREEN, Marker::Question), Ok(()));
    assert_eq!(may(&talk, GREEN, &STILL_VALID), Err(NotNow::Done), "nothing is in doubt");
    talk.valid_until = Some(WallTime::from_ms(5));
    let at = |ms| Circumstances { now: WallTime::from_ms(ms), ..calm() };
    assert_eq!(talk.may(GREEN, &STILL_VALID, at(5)), Err(NotNow::Done));
    assert_eq!(talk.may(GREEN, &STILL_VALID, at(6)), Ok(()));
    assert_eq!(talk.may(GREEN, &answer_of(Answer::Wilco), at(6)), Err(NotNow::Expired));
    assert_eq!(talk.may(GREEN, &answer_of(Answer::Unable), at(6)), Ok(()));
    for number in 2..=4 {
        assert_eq!(may(&talk, GREEN, &STANDBY), Ok(()));
        assert_eq!(talk.apply(said(GREEN, number), STANDBY), Ok(()));
    }
    assert_eq!(may(&talk, GREEN, &STANDBY), Err(NotNow::Standbys));
    let question = Dialogue { answered_as: Some(Marker::Question), ..talk };
    assert_eq!(question.may_be_answered_by(GREEN, Marker::Answer), Ok(()));
    assert_eq!(
        question.may_be_answered_by(GREEN, Marker::Question),
        Err(NotNow::NotInTable(Some(Marker::Question)))
    );
    let test = Dialogue { answered_as: Some(Marker::Test), standbys: vec![], ..question };
    assert_eq!(may(&test, GREEN, &STANDBY), Err(NotNow::NotInTable(Some(Marker::Test))));
}

// MSG-9.
#[test]
fn a_read_back_waits_for_its_word_and_names_the_critical_fields() {
    let mut talk = request();
    let same = read_back_of(vec![altitude(1500)]);
    let speed = ringdown_message::value::Field::new("speed", true, altitude(1).value).expect("a field");
    for fields in [vec![], vec![speed.clone()], vec![altitude(1500), speed]] {
        assert_eq!(may(&talk, GREEN, &read_back_of(fields)), Err(NotNow::OtherFields));
    }
    assert_eq!(may(&talk, GREEN, &same), Ok(()));
    assert_eq!(talk.apply(said(GREEN, 2), read_back_of(vec![altitude(457)])), Ok(()));
    assert_eq!(may(&talk, GREEN, &same), Err(NotNow::ReadBackPending));
    assert_eq!(judged(2).map(|deed| may(&talk, BLUE, &deed)), [Err(NotNow::Different), Ok(()), Ok(())]);
    assert_eq!(judged(3).map(|deed| may(&talk, BLUE, &deed)), [Err(NotNow::NoReadBack); 3]);
    assert_eq!(talk.apply(said(BLUE, 3), judged(2)[1].clone()), Ok(()));
    assert_eq!(judged(2).map(|deed| may(&talk, BLUE, &deed)), [Err(NotNow::NoReadBack); 3]);
    assert_eq!(talk.apply(said(GREEN, 4), same.clone()), Ok(()));
    assert_eq!(judged(4).map(|deed| may(&talk, BLUE, &deed)), [Ok(()); 3]);
    assert_eq!(talk.apply(said(BLUE, 5), judged(4)[0].clone()), Ok(()));
    assert_eq!(may(&talk, GREEN, &same), Err(NotNow::Done));
    let plain = Dialogue { critical: vec![], ..talk };
    assert_eq!(may(&plain, GREEN, &same), Err(NotNow::NothingToReadBack));
}

#[test]
fn only_a_read_back_that_did_not_pass_is_a_failed_one() {
    let mut talk = request();
    let rounds =
        [(1500, None), (1500, Some(1)), (457, None), (1500, Some(0)), (1500, Some(2)), (457, Some(1))];
    let mut failed = Vec::new();
    for (number, (metres, word)) in (10..).step_by(2).zip(rounds) {
        talk.apply(said(GREEN, number), read_back_of(vec![altitude(metres)])).expect("a read-back");
        if let Some(word) = word {
            talk.apply(said(BLUE, number + 1), judged(number)[word].clone()).expect("a word");
        }
        failed.push(talk.failed_rounds());
    }
    assert_eq!(failed, [0, 1, 2, 2, 3, 4]);
}

#[test]
fn what_was_asked_is_replied_to_once_and_by_the_other_side() {
    let mut talk = request();
    assert_eq!(talk.apply(said(GREEN, 2), VOICE), Ok(()));
    let ask = EntryHash([2; 32]);
    let reply = Move::Reply(ask, Ask::Voice);
    assert_eq!((may(&talk, GREEN, &VOICE), may(&talk, BLUE, &VOICE)), (Err(NotNow::Done), Ok(())));
    assert_eq!(may(&talk, BLUE, &DID_YOU_GET_IT), Err(NotNow::Done));
    assert_eq!((talk.may_reply(GREEN, &ask), talk.may_reply(BLUE, &ask)), (Err(NotNow::OtherSide), Ok(())));
    assert_eq!(talk.may_reply(BLUE, &EntryHash([3; 32])), Err(NotNow::NothingAsked));
    let offered = |talk: &Dialogue| [BLUE, GREEN].map(|side| talk.moves(side, calm()).contains(&reply));
    assert_eq!(offered(&talk), [true, false]);
    assert_eq!(talk.reply(said(GREEN, 3), &ask, true), Err(Violation::WrongSide));
    assert_eq!(talk.asks[0].reply, None);
    assert_eq!(talk.reply(said(BLUE, 4), &ask, true), Ok(()));
    assert_eq!((talk.may_reply(BLUE, &ask), offered(&talk)), (Err(NotNow::Done), [false, false]));
    assert_eq!(talk.reply(said(BLUE, 5), &ask, false), Err(Violation::NothingAsked));
    assert_eq!(talk.asks[0].reply, Some((said(BLUE, 4), true)));
}

#[test]
fn what_is_over_is_not_talked_about() {
    let deeds = [STANDBY, STILL_VALID, answer_of(Answer::Unable), Deed::Notice(Notice::InPreparation)];
    let mut answered = Dialogue { critical: vec![], ..request() };
    assert_eq!(answered.apply(said(GREEN, 2), answer_of(Answer::Unable)), Ok(()));
    let mut cancelled = request();
    assert_eq!(cancelled.refer(said(BLUE, 2), Marker::Cancel, None), Ok(()));
    for (talk, reason) in [(&answered, NotNow::Answered), (&cancelled, NotNow::Superseded)] {
        assert_eq!(deeds.clone().map(|deed| may(talk, GREEN, &deed)), [Err(reason); 4]);
        assert_eq!(talk.may_be_answered_by(GREEN, Marker::Question), Err(reason));
        assert_eq!([BLUE, GREEN].map(|side| may(talk, side, &VOICE)), [Err(reason); 2]);
    }
    assert_eq!(may(&cancelled, GREEN, &read_back_of(vec![altitude(1500)])), Err(NotNow::Superseded));
    let gap = Circumstances { earlier_missing: true, ..calm() };
    assert_eq!(answered.may(GREEN, &VOICE, gap), Ok(()), "it is not closed yet");

    let mut bare = Dialogue { critical: vec![], answered_as: None, ..request() };
    assert_eq!(may(&bare, GREEN, &Deed::Notice(Notice::HandedOn)), Err(NotNow::NotInTable(None)));
    assert_eq!(may(&bare, GREEN, &VOICE), Err(NotNow::Done));
    bare.acknowledged = None;
    assert_eq!(may(&bare, GREEN, &VOICE), Ok(()));
}

// MSG-8.
#[test]
fn a_message_answers_only_as_the_table_says() {
    let mut question = Dialogue { answered_as: Some(Marker::Question), ..request() };
    let mut by_message = |side, marker| question.refer(said(side, 2), marker, None);
    assert_eq!(by_message(BLUE, Marker::Answer), Err(Violation::Reference), "its own question");
    assert_eq!(by_message(GREEN, Marker::Question), Err(Violation::Reference), "a question about a question");
    assert_eq!(by_message(GREEN, Marker::Information), Ok(()));
    assert_eq!(by_message(GREEN, Marker::Answer), Ok(()));
    assert_eq!(by_message(GREEN, Marker::Answer), Err(Violation::AnsweredBefore));
    assert_eq!((question.answer, question.questions.len()), (Some((said(GREEN, 2), Given::Message)), 0));
    assert_eq!(question.violations.len(), 3);
}

// MSG-8: what is kept has a limit, and what is permitted stays within it.
#[test]
fn a_flood_is_kept_to_its_limit_and_not_offered() {
    let mut talk = Dialogue { answered_as: Some(Marker::Information), ..request() };
    let (again, same) = (answer_of(Answer::SayAgain), read_back_of(vec![altitude(1500)]));
    for number in 0..64 {
        assert_eq!((may(&talk, GREEN, &again), may(&talk, GREEN, &same)), (Ok(()), Ok(())), "{number}");
        assert_eq!(talk.apply(said(GREEN, number), again.clone()), Ok(()));
        assert_eq!(talk.apply(said(GREEN, number), same.clone()), Ok(()));
        assert_eq!(talk.apply(said(BLUE, 100 + number), judged(number)[1].clone()), Ok(()));
    }
    for (deed, one) in [(again, Move::Answer(Answer::SayAgain)), (same, Move::ReadBack)] {
        assert_eq!(may(&talk, GREEN, &deed), Err(NotNow::TooMany));
        assert!(!talk.moves(GREEN, calm()).contains(&one));
        assert_eq!(talk.apply(said(GREEN, 70), deed), Err(Violation::TooMany));
    }
    assert_eq!((talk.say_again.len(), talk.rounds.len(), talk.violations.len()), (64, 64, 2));
    for number in 0..70 {
        assert_eq!(talk.apply(said(BLUE, number), STANDBY), Err(Violation::WrongSide));
    }
    assert_eq!(talk.violations.len(), 64);
}

#[test]
fn each_reason_says_what_stands_in_the_way() {
    let words = [
        (NotNow::AcknowledgeFirst, "acknowledge it first"),
        (NotNow::OtherSide, "this is for the other side to do"),
        (NotNow::NotInTable(Some(Marker::Warning)), "a message marked WARNING is not answered so"),
        (NotNow::NotInTable(None), "it is acknowledged and read back, not answered"),
        (NotNow::Answered, "it was answered"),
        (NotNow::Superseded, "a later message took its place"),
        (NotNow::Delayed, "it came late; ask first if it is still valid"),
        (NotNow::Expired, "it is no longer valid; ask if it still is, or say why not"),
        (NotNow::Standbys, "standby was said three times; answer, or ask for voice"),
        (NotNow::ReadBackPending, "a read-back waits for the sender's word"),
        (
            NotNow::NothingToReadBack,
            "it needs no read-back: it has no critical fields, and is not FLASH or IMMEDIATE",
        ),
        (NotNow::NoReadBack, "no read-back waits for this"),
        (NotNow::NothingAsked, "no question of the other side waits for a reply"),
        (NotNow::Different, "the read-back is DIFFERENT, so it cannot be correct"),
        (NotNow::OtherFields, "a read-back names every critical field, in their order"),
        (NotNow::TooMany, "it was done as often as is kept; ask for voice"),
        (NotNow::Done, "it was done before"),
    ];
    words.iter().for_each(|(reason, words)| assert_eq!(reason.to_string(), *words));
}

// MSG-13: acts on messages that are not here are kept up to a limit, and joined ones make room.
#[test]
fn early_acts_are_kept_to_their_limit() {
    let mut world = World::new();
    let [message, other] = [1, 2].map(|number| world.message(BLUE, number));
    let mut ledger = world.ledger(GREEN, &world.entries[..4]);
    let mut ask = |ledger: &mut Ledger, target| drop(ledger.apply(&world.say(BLUE, target, VOICE), None));
    let asks = |ledger: &Ledger, of: usize| ledger.messages()[of].dialogue().asks.len();
    ask(&mut ledger, message.hash());
    (2..=255).for_each(|_| ask(&mut ledger, EntryHash([3; 32])));
    ask(&mut ledger, other.hash());
    ask(&mut ledger, other.hash());
    ledger.apply(&message, None);
    assert_eq!(asks(&ledger, 0), 1, "the first was kept");
    ask(&mut ledger, other.hash());
    ask(&mut ledger, other.hash());
    ledger.apply(&other, None);
    assert_eq!(
        asks(&ledger, 1),
        2,
        "the 256th, and the one that came when there was room; the others found none"
    );
}
