//! What answers, asks about, corrects or cancels a message has to be fit to.

use ringdown_message::dialogue::{Flaw, NotNow, Phase, Violation};
use ringdown_message::value::{Field, Value};
use ringdown_message::{Draft, Marker};
use ringdown_record::{Entry, Precedence, TrafficClass};

use crate::talks::{altitude, asked, record, with_field};
use crate::world::{BLUE, GREEN, World};

/// What corrects or cancels `of`, sent by BLUE; and whether BLUE's node would send it.
fn changes(world: &mut World, of: &Entry, draft: &Draft, serial: u32) -> (Result<(), NotNow>, Phase) {
    let draft = Draft { re: Some(of.hash()), ..draft.clone() };
    let ledger = world.whole_ledger(BLUE);
    let may = ledger.may_be_sent(&draft, record(&ledger, of));
    world.send(BLUE, &draft, serial);
    (may, world.talk(of).1)
}

// R48: what two people released is not taken back by one, nor by an exercise.
// MSG-19.
#[test]
fn a_correction_or_cancellation_is_no_less_than_what_it_changes() {
    use Precedence::{Flash, Immediate, Priority};
    use TrafficClass::{Exercise, Live, Test};
    let rows = [
        ((Immediate, Live), (Immediate, Live), None),
        ((Immediate, Live), (Flash, Live), None),
        ((Immediate, Live), (Priority, Live), Some(Flaw::LessUrgent)),
        ((Immediate, Live), (Immediate, Exercise), Some(Flaw::OtherClass)),
        ((Immediate, Live), (Flash, Test), Some(Flaw::OtherClass)),
        ((Immediate, Exercise), (Immediate, Live), None),
        ((Immediate, Exercise), (Immediate, Test), Some(Flaw::OtherClass)),
        ((Priority, Test), (Flash, Live), None),
    ];
    for ((precedence, class), by, flaw) in rows {
        for marker in [Marker::Correction, Marker::Cancel] {
            let mut world = World::new();
            let of = world.send(BLUE, &Draft { precedence, class, ..asked(Marker::Request) }, 1);
            let draft = Draft { precedence: by.0, class: by.1, ..asked(marker) };
            let (may, phase) = changes(&mut world, &of, &draft, 2);
            assert_eq!(may, flaw.map_or(Ok(()), |flaw| Err(NotNow::Flawed(flaw))), "{class:?} {by:?}");
            let violations: Vec<_> = flaw.into_iter().map(Violation::Flawed).collect();
            assert_eq!(world.violations(&of), violations, "{class:?} {by:?}");
            assert_eq!(phase == Phase::Open, flaw.is_some(), "{class:?} {by:?}");
        }
    }
}

// R48: a correction or cancellation says it all again.
// MSG-19.
#[test]
fn a_correction_or_cancellation_has_every_critical_field() {
    let named = |name: &str, value: Value| Field::new(name, true, value).expect("a field");
    let number = altitude(900).value;
    let rows = [
        (vec![altitude(900)], None),
        (vec![named("name", Value::Name("Liberty".into())), altitude(900)], None),
        (vec![], Some(Flaw::NotInFull)),
        (vec![named("depth", number.clone())], Some(Flaw::NotInFull)),
        (vec![Field { critical: false, ..altitude(900) }], Some(Flaw::NotInFull)),
        (vec![named("altitude", Value::Polarity(true))], Some(Flaw::NotInFull)),
    ];
    for (fields, flaw) in rows {
        for marker in [Marker::Correction, Marker::Cancel] {
            let mut world = World::new();
            let of = world.send(BLUE, &with_field(Marker::Request), 1);
            let form = if fields.is_empty() { String::new() } else { "notice/1".into() };
            let (may, phase) =
                changes(&mut world, &of, &Draft { form, fields: fields.clone(), ..asked(marker) }, 2);
            assert_eq!(may, flaw.map_or(Ok(()), |flaw| Err(NotNow::Flawed(flaw))), "{fields:?}");
            assert_eq!(phase == Phase::Open, flaw.is_some(), "{fields:?}");
        }
    }
}

// MSG-19: an exercise is not answered in earnest, nor what is meant in an exercise.
#[test]
fn an_answer_or_question_is_of_the_class_of_its_message() {
    for marker in [Marker::Answer, Marker::Question] {
        for class in TrafficClass::ALL {
            for of in TrafficClass::ALL {
                let mut world = World::new();
                let message = world.send(BLUE, &Draft { class: of, ..asked(Marker::Question) }, 1);
                world.acknowledge(GREEN, &message);
                let draft = Draft { class, re: Some(message.hash()), ..asked(marker) };
                let ledger = world.whole_ledger(GREEN);
                let may = ledger.may_be_sent(&draft, record(&ledger, &message));
                world.send(GREEN, &draft, 1);
                let flawed = Flaw::OtherClass;
                let in_table = marker == Marker::Answer;
                match class == of {
                    true => assert_eq!(may.is_ok(), in_table, "{marker:?} {class:?}"),
                    false if in_table => assert_eq!(may, Err(NotNow::Flawed(flawed))),
                    false => assert!(may.is_err()),
                }
                let held = world.violations(&message).contains(&Violation::Flawed(flawed));
                assert_eq!(held, class != of, "{marker:?} {class:?} to {of:?}");
            }
        }
    }
}
