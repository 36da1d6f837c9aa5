//! Dialogues: what each side may do about a message, what it comes to, and what is against the rules.

use ringdown_message::act::{Answer, Ask, Deed, Notice, ReadBack};
use ringdown_message::dialogue::{Circumstances, Found, Move, NotNow, Phase, Violation, allowed};
use ringdown_message::value::Field;
use ringdown_message::{Act, Draft, Marker, State};
use ringdown_record::{Entry, EntryHash, Kind, Precedence, TrafficClass, WallTime};

use crate::talks::{altitude, asked, calm, read_back_of, record, with_field};
use crate::world::{BLUE, GREEN, SIDES, World, draft};

// R18, R50: the table of legal answers, row by row.
// MSG-7.
#[test]
fn each_marker_allows_exactly_the_answers_of_its_row() {
    use Answer::*;
    let rows: [(Marker, &[Answer], bool, bool, bool); 9] = [
        (Marker::Information, &[Roger, SayAgain], true, false, false),
        (Marker::Warning, &[Roger], true, false, true),
        (Marker::Question, &[Affirm, Negative, Unable], true, true, false),
        (Marker::Answer, &[Roger, SayAgain], true, false, true),
        (Marker::Request, &[Wilco, Unable], true, true, true),
        (Marker::Intention, &[Roger, Objection], true, false, true),
        (Marker::Correction, &[], false, false, false),
        (Marker::Cancel, &[], false, false, false),
        (Marker::Test, &[CheckOk, CheckGarbled], false, false, false),
    ];
    for (marker, words, standby, answer, question) in rows {
        let row = allowed(marker);
        assert_eq!((row.words, row.standby, row.answer, row.question), (words, standby, answer, question));
        for word in Answer::ALL {
            let mut world = World::new();
            let draft = Draft { re: Some(EntryHash([9; 32])), ..asked(marker) };
            let message = world.send(BLUE, &draft, 1);
            world.acknowledge(GREEN, &message);
            world.answer(GREEN, &message, word);
            let expected = if words.contains(&word) { vec![] } else { vec![Violation::NotInTable] };
            assert_eq!(world.violations(&message), expected, "{marker:?} {word:?}");
        }
    }
}

#[test]
fn what_may_be_done_next_follows_the_table_and_the_dialogue() {
    let mut world = World::new();
    let message = world.send(BLUE, &with_field(Marker::Request), 1);
    let moves = |world: &World, side| world.talk(&message).0.moves(side, calm());
    let voice = Move::Ask(Ask::Voice);
    let ask = Move::Ask(Ask::DidYouGetIt);
    assert_eq!(moves(&world, GREEN), [Move::Acknowledge, voice]);
    assert_eq!(moves(&world, BLUE), [ask, voice, Move::Correct, Move::Cancel]);
    world.acknowledge(GREEN, &message);
    let notices = [Move::Notice(Notice::HandedOn), Move::Notice(Notice::InPreparation)];
    let answers = [
        Move::Answer(Answer::Wilco),
        Move::Answer(Answer::Unable),
        Move::AnswerByMessage,
        Move::QuestionByMessage,
        Move::Standby,
        notices[0],
        notices[1],
    ];
    assert_eq!(moves(&world, GREEN), [&[Move::ReadBack], &answers[..], &[voice]].concat());
    assert_eq!(moves(&world, BLUE), [voice, Move::Correct, Move::Cancel]);

    let wrong = world.read_back(&message, 457).hash();
    assert_eq!(moves(&world, GREEN), [&answers[..], &[voice]].concat());
    let judge = [Move::Wrong(wrong), Move::OurMessageWasWrong(wrong)];
    assert_eq!(moves(&world, BLUE), [&judge[..], &[voice, Move::Correct, Move::Cancel]].concat());
    world.act(BLUE, &message, Deed::Wrong { read_back: wrong });
    assert_eq!(moves(&world, GREEN)[0], Move::ReadBack);

    let right = world.read_back(&message, 1500).hash();
    assert_eq!(moves(&world, BLUE)[0], Move::ThatIsCorrect(right));
    world.act(BLUE, &message, Deed::ThatIsCorrect { read_back: right });
    assert_eq!(moves(&world, GREEN), [&answers[..], &[voice]].concat());
    world.act(GREEN, &message, Deed::Notice(Notice::HandedOn));
    assert!(!moves(&world, GREEN).contains(&notices[0]));
    world.answer(GREEN, &message, Answer::Wilco);
    assert_eq!(moves(&world, GREEN), []);
    assert_eq!(moves(&world, BLUE), [Move::Correct, Move::Cancel]);
    assert_eq!(world.talk(&message).1, Phase::Closed);
    assert_eq!(world.violations(&message), []);
}

// R59: it blocks closing, never acting.
// MSG-9, MSG-10.
#[test]
fn a_dialogue_closes_when_it_is_answered_and_the_read_back_is_confirmed() {
    let mut world = World::new();
    let message = world.send(BLUE, &with_field(Marker::Request), 1);
    world.acknowledge(GREEN, &message);
    world.answer(GREEN, &message, Answer::Wilco);
    assert_eq!(world.talk(&message).1, Phase::Open, "answered, but not read back");
    let different = world.read_back(&message, 457);
    world.act(BLUE, &message, Deed::Wrong { read_back: different.hash() });
    assert_eq!(world.talk(&message).1, Phase::Open);
    let same = world.read_back(&message, 1500);
    assert_eq!(world.talk(&message).1, Phase::Open, "silence is no assent");
    world.act(BLUE, &message, Deed::ThatIsCorrect { read_back: same.hash() });
    assert_eq!(world.talk(&message).1, Phase::Closed);
    let (dialogue, _) = world.talk(&message);
    assert_eq!((dialogue.rounds[0].found, dialogue.rounds[1].found), (Found::Different, Found::Matches));
    assert_eq!(dialogue.confirmed().expect("confirmed").said.entry, same.hash());

    let ledger = world.whole_ledger(GREEN);
    let words: Vec<_> =
        ledger.states(record(&ledger, &message)).iter().map(|line| line.state.text()).collect();
    assert_eq!(
        words[2..],
        [
            "ACKNOWLEDGED by Watch of GREEN of GREEN",
            "ANSWERED: WILCO",
            "READ BACK - DIFFERENT",
            "READ-BACK WRONG - WE SAY AGAIN",
            "READ BACK - MATCHES",
            "READ-BACK CONFIRMED",
            "CLOSED - WILCO"
        ]
    );
}

#[test]
fn without_critical_fields_the_answer_closes() {
    let mut world = World::new();
    let message = world.send(BLUE, &asked(Marker::Information), 1);
    world.acknowledge(GREEN, &message);
    assert_eq!(world.talk(&message).1, Phase::Open);
    world.answer(GREEN, &message, Answer::SayAgain);
    assert_eq!(world.talk(&message).1, Phase::Open, "to say it again closes nothing");
    world.answer(GREEN, &message, Answer::Roger);
    assert_eq!(world.talk(&message).1, Phase::Closed);
    let ledgers = SIDES.map(|side| world.whole_ledger(side));
    assert!(ledgers.iter().all(|ledger| ledger.open().count() == 0));
}

// MSG-8, MSG-15.
#[test]
fn what_a_side_must_not_do_is_kept_as_a_violation_and_changes_nothing() {
    let mut world = World::new();
    let message = world.send(BLUE, &with_field(Marker::Question), 1);
    world.acknowledge(GREEN, &message);
    let other = Field::new("speed", true, altitude(1500).value).expect("a field");
    let fields = |fields| {
        Deed::ReadBack(ReadBack { fields, language: "en".into(), words: "x".into(), looked_again: 0 })
    };
    let none = EntryHash([3; 32]);
    let mut expect = Vec::new();
    let mut wrong = |world: &mut World, by, deed, violation| {
        expect.push(violation);
        world.act(by, &message, deed);
        assert_eq!(world.violations(&message), expect);
    };
    wrong(&mut world, BLUE, Deed::Standby { minutes: 5 }, Violation::WrongSide);
    wrong(&mut world, BLUE, Deed::Acknowledge, Violation::WrongSide);
    wrong(&mut world, GREEN, Deed::ThatIsCorrect { read_back: none }, Violation::WrongSide);
    wrong(&mut world, GREEN, Deed::Ask(Ask::DidYouGetIt), Violation::WrongSide);
    wrong(&mut world, BLUE, Deed::Ask(Ask::StillValid), Violation::WrongSide);
    wrong(&mut world, BLUE, Deed::ThatIsCorrect { read_back: none }, Violation::NoSuchReadBack);
    wrong(&mut world, GREEN, fields(vec![other]), Violation::OtherFields);
    wrong(&mut world, GREEN, fields(vec![]), Violation::OtherFields);
    let different = world.read_back(&message, 1).hash();
    wrong(&mut world, BLUE, Deed::ThatIsCorrect { read_back: different }, Violation::ConfirmsDifferent);
    world.act(BLUE, &message, Deed::Wrong { read_back: different });
    wrong(&mut world, BLUE, Deed::Wrong { read_back: different }, Violation::NoSuchReadBack);
    for minutes in 1..=3 {
        world.act(GREEN, &message, Deed::Standby { minutes });
    }
    wrong(&mut world, GREEN, Deed::Standby { minutes: 4 }, Violation::TooManyStandbys);
    world.answer(GREEN, &message, Answer::Affirm);
    let negative = Deed::Answer { word: Answer::Negative, text: String::new() };
    wrong(&mut world, GREEN, negative, Violation::AnsweredBefore);
    wrong(&mut world, GREEN, Deed::Standby { minutes: 4 }, Violation::AnsweredBefore);
    assert_eq!(world.talk(&message).0.standbys.len(), 3);

    let findings = world.examined();
    let broken: Vec<_> = findings.iter().filter(|finding| finding.broken).collect();
    assert_eq!(broken.len(), expect.len(), "{broken:#?}");
    assert!(broken.iter().any(|finding| finding.text.contains("answer to what was answered before")));
}

#[test]
fn an_answer_by_message_closes_a_question_and_only_that() {
    let mut world = World::new();
    let question = world.send(BLUE, &asked(Marker::Question), 1);
    world.acknowledge(GREEN, &question);
    let answer = Draft { marker: Marker::Answer, re: Some(question.hash()), ..draft() };
    let answered = world.send(GREEN, &answer, 1);
    assert_eq!(world.talk(&question).1, Phase::Closed);
    let ledger = world.whole_ledger(BLUE);
    assert!(
        ledger.states(record(&ledger, &question)).iter().any(|line| line.state == State::AnsweredByMessage)
    );
    assert_eq!(world.talk(&answered).0.re, Some(question.hash()));
    assert_eq!(world.talk(&answered).1, Phase::Open, "an answer wants a Roger");
    world.acknowledge(BLUE, &answered);
    world.answer(BLUE, &answered, Answer::Roger);
    assert_eq!(world.talk(&answered).1, Phase::Closed);

    let again = Draft { re: Some(question.hash()), ..answer.clone() };
    world.send(GREEN, &again, 2);
    assert_eq!(world.violations(&question), [Violation::AnsweredBefore]);
    let warning = world.send(BLUE, &asked(Marker::Warning), 2);
    world.send(GREEN, &Draft { re: Some(warning.hash()), ..answer }, 3);
    assert_eq!(world.violations(&warning), [Violation::Reference]);
    let asks = Draft { marker: Marker::Question, re: Some(warning.hash()), ..draft() };
    world.send(GREEN, &asks, 4);
    assert_eq!(world.talk(&warning).1, Phase::Open, "a question about it answers nothing");
    assert_eq!(world.talk(&warning).0.questions.len(), 1);
}

// R48: a correction restates in full and is answered as what it corrects.
// MSG-11.
#[test]
fn a_correction_supersedes_and_takes_over_the_answers() {
    let mut world = World::new();
    let first = world.send(BLUE, &with_field(Marker::Request), 1);
    let correction =
        Draft { marker: Marker::Correction, re: Some(first.hash()), ..with_field(Marker::Request) };
    let second = world.send(BLUE, &correction, 2);
    assert_eq!(world.talk(&first).1, Phase::Superseded);
    assert_eq!(world.talk(&second).0.answered_as, Some(Marker::Request));
    world.acknowledge(GREEN, &second);
    world.answer(GREEN, &second, Answer::Wilco);
    let read_back = world.read_back(&second, 1500).hash();
    world.act(BLUE, &second, Deed::ThatIsCorrect { read_back });
    assert_eq!(world.talk(&second).1, Phase::Closed);
    let third = world.send(BLUE, &Draft { re: Some(second.hash()), ..correction.clone() }, 3);
    assert_eq!(world.talk(&third).0.answered_as, Some(Marker::Request), "through any number of corrections");
    assert_eq!(world.violations(&first), []);
    world.send(BLUE, &Draft { re: Some(second.hash()), ..correction.clone() }, 4);
    assert_eq!(world.violations(&second), [Violation::Reference], "corrected twice");
    world.send(GREEN, &Draft { re: Some(third.hash()), ..correction }, 1);
    assert_eq!(world.violations(&third), [Violation::Reference], "the other side's message");
}

// MSG-10, MSG-11.
#[test]
fn a_cancellation_is_acknowledged_and_not_answered() {
    let mut world = World::new();
    let message = world.send(BLUE, &asked(Marker::Intention), 1);
    let cancel = world.send(BLUE, &Draft { marker: Marker::Cancel, re: Some(message.hash()), ..draft() }, 2);
    let state = |world: &World, entry: &Entry| {
        let ledger = world.whole_ledger(BLUE);
        ledger.state(record(&ledger, entry)).text()
    };
    assert_eq!(world.talk(&message).1, Phase::Cancelled);
    assert_eq!(state(&world, &message), "CANCELLED (not yet acknowledged)");
    world.acknowledge(GREEN, &cancel);
    assert_eq!(state(&world, &message), "CANCELLED (acknowledged)");
    assert_eq!(world.talk(&cancel).1, Phase::Closed);
    let (dialogue, _) = world.talk(&message);
    assert_eq!(dialogue.may(GREEN, &Deed::Standby { minutes: 1 }, calm()), Err(NotNow::AcknowledgeFirst));
}

/// What came before it is joined when it comes, in whatever order.
// MSG-8, MSG-13.
#[test]
fn entries_in_another_order_come_to_the_same_dialogue() {
    let mut world = World::new();
    let question = world.send(BLUE, &with_field(Marker::Question), 1);
    world.acknowledge(GREEN, &question);
    let answer = Draft { marker: Marker::Answer, re: Some(question.hash()), ..draft() };
    world.send(GREEN, &answer, 1);
    let ask = world.act(BLUE, &question, Deed::Ask(Ask::Voice));
    world.act(GREEN, &ask, Deed::Reply { yes: true });
    let correction =
        Draft { marker: Marker::Correction, re: Some(question.hash()), ..with_field(Marker::Question) };
    let last = world.send(BLUE, &correction, 2);
    let (start, told) = world.entries.split_at(world.entries.len() - 6);
    let expected = format!("{:?}", world.talk(&question).0);
    for turn in 0..told.len() {
        let mut order: Vec<_> = start.to_vec();
        // Each side's acts stay in the order of its chain; the messages move.
        let (messages, acts): (Vec<_>, Vec<_>) =
            told.iter().cloned().partition(|entry| entry.header().kind == Kind::MESSAGE);
        let mut rest: Vec<_> = acts;
        for (index, message) in messages.into_iter().enumerate() {
            rest.insert((turn + index * 2) % (rest.len() + 1), message);
        }
        order.extend(rest);
        let ledger = world.ledger(GREEN, &order);
        assert_eq!(format!("{:?}", record(&ledger, &question).dialogue()), expected, "turn {turn}");
        assert_eq!(record(&ledger, &last).dialogue().answered_as, Some(Marker::Question));
    }
}

// R59: what is FLASH or IMMEDIATE is read back whatever stands in it; without fields, in own words.
// MSG-9.
#[test]
fn what_is_urgent_and_has_no_fields_is_read_back_in_own_words() {
    use Precedence::{Flash, Immediate, Priority, Routine};
    use TrafficClass::{Exercise, Live, Test};
    for precedence in [Flash, Immediate, Priority, Routine] {
        for class in [Live, Exercise, Test] {
            let mut world = World::new();
            let draft = Draft { precedence, class, ..asked(Marker::Information) };
            let message = world.send(BLUE, &draft, 1);
            world.acknowledge(GREEN, &message);
            world.answer(GREEN, &message, Answer::Roger);
            let needed = matches!(precedence, Flash | Immediate) && class != Test;
            let open = if needed { Phase::Open } else { Phase::Closed };
            assert_eq!(world.talk(&message).1, open, "{precedence:?} {class:?}");
            assert_eq!(world.talk(&message).0.may(GREEN, &read_back_of(vec![]), calm()).is_ok(), needed);
            if !needed {
                continue;
            }
            for verdict in [false, true] {
                let read_back = world.act(GREEN, &message, read_back_of(vec![])).hash();
                let ledger = world.whole_ledger(BLUE);
                assert_eq!(ledger.state(record(&ledger, &message)).text(), "READ BACK - IN OWN WORDS");
                let moves = world.talk(&message).0.moves(BLUE, calm());
                assert_eq!(moves[0], Move::ThatIsCorrect(read_back), "only its sender can judge words");
                let deed = match verdict {
                    true => Deed::ThatIsCorrect { read_back },
                    false => Deed::Wrong { read_back },
                };
                world.act(BLUE, &message, deed);
                let expected = if verdict { Phase::Closed } else { Phase::Open };
                assert_eq!(world.talk(&message).1, expected);
            }
            assert_eq!(world.violations(&message), []);
        }
    }
}

// MSG-10, MSG-13.
#[test]
fn a_dialogue_does_not_close_while_something_earlier_is_missing() {
    let mut world = World::new();
    let missing = world.message(BLUE, 1);
    let message = world.send(BLUE, &asked(Marker::Information), 2);
    world.acknowledge(GREEN, &message);
    world.answer(GREEN, &message, Answer::Roger);
    let without: Vec<_> =
        world.entries.iter().filter(|entry| entry.hash() != missing.hash()).cloned().collect();
    let mut ledger = world.ledger(GREEN, &without);
    assert!(ledger.earlier_missing(record(&ledger, &message)));
    assert_eq!(ledger.phase(record(&ledger, &message)), Phase::Open);
    assert_eq!(ledger.open().count(), 1);
    assert_eq!(ledger.missing(BLUE, 10), [world.serial(BLUE, 1)]);
    ledger.apply(&missing, None);
    assert_eq!(ledger.phase(record(&ledger, &message)), Phase::Closed);
    let open: Vec<_> = ledger.open().map(|message| message.hash).collect();
    assert_eq!(open, [missing.hash()]);
    assert_eq!(ledger.missing(BLUE, 10), []);
}

// R49: validity. WILCO to what no longer holds cannot be said.
// MSG-12.
#[test]
fn what_is_late_or_over_is_not_agreed_to() {
    let mut world = World::new();
    let until = Draft { valid_until: Some(WallTime::from_ms(1)), ..asked(Marker::Request) };
    let message = world.send(BLUE, &until, 1);
    world.acknowledge(GREEN, &message);
    let wilco = Deed::Answer { word: Answer::Wilco, text: "we will".into() };
    let may = |world: &World, here| world.talk(&message).0.may(GREEN, &wilco, here);
    let late = Circumstances { now: WallTime::from_ms(2), ..calm() };
    assert_eq!(may(&world, late), Err(NotNow::Expired));
    assert_eq!(may(&world, calm()), Ok(()));
    let delayed = Circumstances { delayed: true, ..calm() };
    assert_eq!(may(&world, delayed), Err(NotNow::Delayed));
    assert!(world.talk(&message).0.moves(GREEN, delayed).contains(&Move::Ask(Ask::StillValid)));
    let ask = world.act(GREEN, &message, Deed::Ask(Ask::StillValid));
    let reply = Move::Reply(ask.hash(), Ask::StillValid);
    assert!(world.talk(&message).0.moves(BLUE, calm()).contains(&reply));
    world.act(BLUE, &ask, Deed::Reply { yes: false });
    assert_eq!(may(&world, delayed), Err(NotNow::Delayed));
    world.act(BLUE, &ask, Deed::Reply { yes: true });
    assert_eq!(world.violations(&message), [Violation::NothingAsked], "replied to twice");
    let unasked = world.send(BLUE, &until, 5);
    world.acknowledge(GREEN, &unasked);
    world.answer(GREEN, &unasked, Answer::Wilco);
    assert_eq!(world.violations(&unasked), [Violation::Expired]);

    // Asked after it had run out, the sender may say that it still holds.
    for (serial, yes) in [(2, true), (3, false)] {
        let over = world.send(BLUE, &until, serial);
        world.acknowledge(GREEN, &over);
        let ask = world.act(GREEN, &over, Deed::Ask(Ask::StillValid));
        let reply = world.act(BLUE, &ask, Deed::Reply { yes });
        world.act(BLUE, &ask, Deed::Reply { yes: true });
        let talk = world.talk(&over).0;
        let expected = if yes { Ok(()) } else { Err(NotNow::Expired) };
        assert_eq!(talk.may(GREEN, &wilco, late), expected);
        assert!(
            !talk.moves(GREEN, late).contains(&Move::Ask(Ask::StillValid)),
            "asked once after it ran out"
        );
        world.answer(GREEN, &over, Answer::Wilco);
        let held = world.violations(&over).contains(&Violation::Expired);
        assert!(!held, "who asked first is held to his node's rule alone: {reply:?}");
    }

    let on_time = world.send(BLUE, &asked(Marker::Request), 4);
    world.acknowledge(GREEN, &on_time);
    let ask = world.act(GREEN, &on_time, Deed::Ask(Ask::StillValid));
    world.act(BLUE, &ask, Deed::Reply { yes: true });
    assert_eq!(world.talk(&on_time).0.may(GREEN, &wilco, delayed), Ok(()));
}

#[test]
fn three_failed_rounds_call_for_voice() {
    let mut world = World::new();
    let message = world.send(BLUE, &with_field(Marker::Information), 1);
    world.acknowledge(GREEN, &message);
    for round in 1..=3 {
        assert!(!world.talk(&message).0.needs_voice(), "round {round}");
        let read_back = world.read_back(&message, round).hash();
        world.act(BLUE, &message, Deed::Wrong { read_back });
    }
    assert!(world.talk(&message).0.needs_voice());
    let ledger = world.whole_ledger(BLUE);
    assert_eq!(ledger.state(record(&ledger, &message)).text(), "USE VOICE");
    let read_back = world.read_back(&message, 1500).hash();
    world.act(BLUE, &message, Deed::ThatIsCorrect { read_back });
    assert!(!world.talk(&message).0.needs_voice());
}

// MSG-13.
#[test]
fn two_messages_under_one_serial_are_both_kept_and_shown() {
    let mut world = World::new();
    let first = world.message(BLUE, 7);
    let second = world.send(BLUE, &Draft { text: "another".into(), ..draft() }, 7);
    let ledger = world.whole_ledger(GREEN);
    assert_eq!(ledger.find(&world.serial(BLUE, 7)).expect("the first").hash, first.hash());
    let conflicts: Vec<_> = ledger.conflicts().map(|message| message.hash).collect();
    assert_eq!(conflicts, [second.hash()]);
    assert_eq!(ledger.missing(BLUE, 3).len(), 3, "no more than asked for");
}

// R18, MSG-20.
#[test]
fn an_answer_is_due_by_standby_by_the_senders_word_or_as_is_usual() {
    use Precedence::{Flash, Immediate, Priority, Routine};
    for (precedence, minutes) in [(Flash, 10), (Immediate, 30), (Priority, 180), (Routine, 360)] {
        let mut world = World::new();
        let urgent = Draft { precedence, class: TrafficClass::Live, ..asked(Marker::Request) };
        let wanted = Draft { answer_by: Some(WallTime::from_ms(77)), ..urgent.clone() };
        let usual = world.send(BLUE, &urgent, 1);
        let wanted = world.send(BLUE, &wanted, 2);
        let test = world.send(BLUE, &Draft { class: TrafficClass::Test, ..urgent.clone() }, 1);
        let cancel = Draft { marker: Marker::Cancel, re: Some(usual.hash()), ..urgent };
        let cancel = world.send(BLUE, &cancel, 3);
        world.acknowledge(GREEN, &wanted);
        let due = |world: &World, entry: &Entry| {
            let ledger = world.whole_ledger(GREEN);
            record(&ledger, entry).answer_due().map(WallTime::ms)
        };
        assert_eq!(due(&world, &usual), Some(usual.header().time.ms() + minutes * 60_000), "{precedence:?}");
        assert_eq!(due(&world, &wanted), Some(77));
        assert_eq!((due(&world, &test), due(&world, &cancel)), (None, None));
        let standby = world.act(GREEN, &wanted, Deed::Standby { minutes: 5 });
        assert_eq!(due(&world, &wanted), Some(standby.header().time.ms() + 5 * 60_000));
    }
}

// MSG-12.
#[test]
fn a_message_is_late_by_its_precedence() {
    let limits = [
        (Precedence::Flash, 60),
        (Precedence::Immediate, 300),
        (Precedence::Priority, 900),
        (Precedence::Routine, 3_600),
    ];
    for (precedence, seconds) in limits {
        let mut world = World::new();
        let message = world.send(BLUE, &Draft { precedence, ..draft() }, 1);
        let sealed = message.header().time.ms();
        for (late, ms) in [(false, seconds * 1_000), (true, seconds * 1_000 + 1)] {
            let mut ledger = world.ledger(GREEN, &world.entries[..4]);
            ledger.apply(&message, Some(WallTime::from_ms(sealed + ms)));
            assert_eq!(record(&ledger, &message).is_delayed(), late, "{precedence:?} {ms}");
            let words: Vec<_> =
                ledger.states(record(&ledger, &message)).iter().map(|line| line.state.text()).collect();
            assert_eq!(words.iter().any(|word| word.starts_with("DELAYED")), late);
        }
        let ours = world.whole_ledger(BLUE);
        assert!(!record(&ours, &message).is_delayed(), "the sender does not know");
    }
}

/// Every act has one form on the wire, and each limit of its own.
// MSG-6.
#[test]
fn acts_have_one_form_and_hold_their_limits() {
    let (target, read_back) = (EntryHash([7; 32]), EntryHash([9; 32]));
    let words = |word, text: &str| Deed::Answer { word, text: text.into() };
    let back = |fields: Vec<Field>, words: &str, language: &str| {
        Deed::ReadBack(ReadBack { fields, language: language.into(), words: words.into(), looked_again: 2 })
    };
    let good = [
        (Deed::Acknowledge, &[0x83, 1, 1][..], &[][..]),
        (Deed::Standby { minutes: 1_440 }, &[0x84, 1, 2], &[0x19, 5, 0xa0]),
        (words(Answer::Wilco, "go"), &[0x85, 1, 3], &[5, 0x62, b'g', b'o']),
        (words(Answer::Roger, ""), &[0x85, 1, 3], &[1, 0x60]),
        (back(vec![], "x", "en"), &[0x87, 1, 4], &[0x80, 0x62, b'e', b'n', 0x61, b'x', 2]),
        (Deed::Notice(Notice::InPreparation), &[0x84, 1, 8], &[2]),
        (Deed::Ask(Ask::DidYouGetIt), &[0x84, 1, 9], &[3]),
        (Deed::Reply { yes: true }, &[0x84, 1, 10], &[0xf5]),
    ];
    for (deed, head, tail) in good {
        let bytes = [head, &[0x58, 32], &target.0, tail].concat();
        let act = Act { target, deed };
        assert_eq!(act.content(), bytes, "{act:?}");
        assert_eq!(Act::read(&bytes), Ok(act.clone()));
        assert!(
            Act::read(&bytes[..bytes.len() - 1]).is_err() && Act::read(&[&bytes[..], &[0]].concat()).is_err()
        );
        assert_eq!(act.deed.check(), Ok(()));
    }
    for (deed, number) in [
        (Deed::ThatIsCorrect { read_back }, 5),
        (Deed::Wrong { read_back }, 6),
        (Deed::OurMessageWasWrong { read_back }, 7),
    ] {
        let bytes = Act { target, deed: deed.clone() }.content();
        assert_eq!((bytes[2], &bytes[bytes.len() - 32..]), (number, &read_back.0[..]));
        assert_eq!(Act::read(&bytes).map(|act| act.deed), Ok(deed));
    }
    let long = "x".repeat(1_001);
    let bad = [
        Deed::Standby { minutes: 0 },
        Deed::Standby { minutes: 1_441 },
        words(Answer::Wilco, "  "),
        words(Answer::Unable, ""),
        words(Answer::Objection, ""),
        words(Answer::Roger, "and agreed"),
        words(Answer::Wilco, &long),
        back(vec![], " ", "en"),
        back(vec![], &long, "en"),
        back(vec![altitude(1), altitude(2)], "x", "en"),
        back(vec![], "x", "en GB"),
    ];
    for deed in bad {
        assert!(deed.check().is_err(), "{deed:?}");
        assert!(Act::read(&Act { target, deed }.content()).is_err());
    }
    assert_eq!(words(Answer::Wilco, &long[..1_000]).check(), Ok(()));
}

// MSG-8: a FLASH answer overtakes a standby of lower precedence; nobody is blamed for the order in which they came.
#[test]
fn what_overtakes_on_the_way_is_held_against_nobody() {
    let mut world = World::new();
    let question = world.send(BLUE, &with_field(Marker::Question), 1);
    let (start, _) = world.entries.split_at(world.entries.len());
    let start = start.to_vec();
    world.acknowledge(GREEN, &question);
    let standby = world.act(GREEN, &question, Deed::Standby { minutes: 5 });
    let read_back = world.read_back(&question, 1500);
    let answer = Draft { marker: Marker::Answer, re: Some(question.hash()), ..draft() };
    let answer = world.send(GREEN, &answer, 1);
    let confirmed = world.act(BLUE, &question, Deed::ThatIsCorrect { read_back: read_back.hash() });
    let expected = format!("{:?}", world.talk(&question).0);
    assert_eq!(world.violations(&question), []);
    let order = [&answer, &confirmed, &read_back, &standby];
    for turn in 0..order.len() {
        let mut entries = start.clone();
        entries.push(world.entries[start.len()].clone());
        entries.extend((0..order.len()).map(|index| order[(index + turn) % order.len()].clone()));
        let ledger = world.ledger(BLUE, &entries);
        assert_eq!(format!("{:?}", record(&ledger, &question).dialogue()), expected, "turn {turn}");
    }
}

// MSG-11, MSG-13: what is corrected comes last, behind two corrections of it.
#[test]
fn a_late_original_gives_its_answers_to_every_correction_of_it() {
    let mut world = World::new();
    let first = world.send(BLUE, &asked(Marker::Request), 1);
    let corrects =
        |re: &Entry| Draft { marker: Marker::Correction, re: Some(re.hash()), ..asked(Marker::Request) };
    let second = world.send(BLUE, &corrects(&first), 2);
    let third = world.send(BLUE, &corrects(&second), 3);
    let mut late: Vec<_> =
        world.entries.iter().filter(|entry| entry.hash() != first.hash()).cloned().collect();
    late.push(first);
    let ledger = world.ledger(GREEN, &late);
    for correction in [&second, &third] {
        assert_eq!(record(&ledger, correction).dialogue().answered_as, Some(Marker::Request));
    }
}
