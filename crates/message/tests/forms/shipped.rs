//! The shipped forms: each reads, and its examples keep to it whoever types them.

use minicbor::{Decode, Encode};
use ringdown_message::dialogue::allowed;
use ringdown_message::form::{Form, Kind, shipped};
use ringdown_message::value::{FIELDS_MAX, Field, Habits, Outcome, PlaceFormat, System, Value, compare};
use ringdown_message::{Marker, SUBJECT_LEN_MAX};
use ringdown_record::Precedence;
use ringdown_record::encoding::{from_cbor, to_cbor};

#[derive(Debug, PartialEq, Encode, Decode)]
struct Message(#[n(0)] Vec<Field>);

/// All habits of a console: both systems of units with each form of places.
fn habits() -> Vec<Habits> {
    let each = |system| PlaceFormat::ALL.map(|places| Habits::of(system).with_places(places));
    System::ALL.into_iter().flat_map(each).collect()
}

fn form(id: &str) -> &'static Form {
    shipped().iter().find(|form| form.id() == id).unwrap_or_else(|| panic!("{id} is not shipped"))
}

#[test]
fn there_are_twenty_one_in_order() {
    let expected = [
        "line-check/1",
        "at-the-machine/1",
        "receipt/1",
        "stand-by/1",
        "request-for-call/1",
        "decline/1",
        "notice-of-activity/1",
        "change-of-activity/1",
        "incident-report/1",
        "question-on-activity/1",
        "unintended-act/1",
        "not-ours/1",
        "cyber-inquiry/1",
        "infrastructure-emergency/1",
        "distress/1",
        "conjunction-warning/1",
        "grid-instruction/1",
        "exercise-boundary/1",
        "line-suspension/1",
        "correction/1",
        "visit-or-meeting/1",
    ];
    let found: Vec<_> = shipped().iter().map(Form::wire_id).collect();
    assert_eq!(found, expected);
    let numbers: Vec<_> = shipped().iter().map(Form::number).collect();
    assert_eq!(numbers, (1..=21).collect::<Vec<_>>());
}

#[test]
fn the_line_check_offers_another_agreed_text_each_day_and_together_they_have_every_letter() {
    let check = form("line-check");
    let offered = check.offered_texts();
    let days: Vec<_> = (0..8).map(|day| check.offered_text(20_000 + day).unwrap()).collect();
    assert_eq!(days[..4], days[4..], "they come round");
    assert!((0..4).all(|day| offered.iter().filter(|text| *text == days[day]).count() == 1));
    let all = offered.concat();
    let letters = ('A'..='Z').chain('0'..='9').chain('А'..='Я').chain('а'..='я').chain("Ёё".chars());
    let arabic = ('\u{621}'..='\u{64A}').filter(|letter| !('\u{63B}'..='\u{640}').contains(letter));
    for letter in letters.chain(arabic) {
        assert!(all.contains(letter), "{letter} is missing");
    }
    assert!(shipped().iter().filter(|form| form.offered_text(0).is_some()).eq([check]));
}

#[test]
fn each_example_keeps_to_its_form_in_every_habit_and_means_the_same() {
    for form in shipped() {
        for example in form.examples() {
            let typed = |habits: &Habits| form.fields(example.marker, &example.typed, habits, None);
            let usual = typed(&Habits::default()).expect("the reader has tried it");
            for habits in habits() {
                let fields = typed(&habits).unwrap_or_else(|problems| panic!("{}: {problems:?}", form.id()));
                assert_eq!(fields, usual, "{} {habits:?}", form.id());
                assert_eq!(form.check(example.marker, example.precedence, &fields, &example.text), Ok(()));
            }
        }
    }
}

#[test]
fn each_example_survives_the_codec() {
    let mut fields_seen = 0;
    for form in shipped() {
        for example in form.examples() {
            let fields =
                form.fields(example.marker, &example.typed, &Habits::default(), None).expect("sound");
            fields_seen += fields.len();
            let message = Message(fields);
            let back: Message = from_cbor(&to_cbor(&message)).expect("canonical");
            assert_eq!(back, message, "{}", form.id());
        }
    }
    assert!(fields_seen > 130, "only {fields_seen} fields in all examples");
}

#[test]
fn what_an_example_says_matches_when_it_is_read_back_in_any_habit() {
    for form in shipped() {
        for example in form.examples() {
            let fields =
                form.fields(example.marker, &example.typed, &Habits::default(), None).expect("sound");
            for (field, habits) in
                fields.iter().flat_map(|field| habits().into_iter().map(move |h| (field, h)))
            {
                let shown = field.value.shown(&habits);
                let here = format!("{} {} {shown} {habits:?}", form.id(), field.name);
                let back = Value::parse(field.value.kind(), &shown, &habits, None);
                let back = back.unwrap_or_else(|error| panic!("{here}: {error}"));
                let outcome = compare(&field.value, &back);
                let expected = match field.value {
                    Value::Text(_) => Outcome::ForAPerson,
                    _ => Outcome::Match,
                };
                assert_eq!(outcome, expected, "{here}");
            }
        }
    }
}

#[test]
fn every_marker_of_a_form_has_few_fields_and_an_example_where_they_differ() {
    for form in shipped() {
        for marker in form.markers() {
            let slots: Vec<_> = form.slots_with(*marker).collect();
            assert!((1..=FIELDS_MAX).contains(&slots.len()), "{} {marker:?}", form.id());
            let own = slots.iter().any(|slot| !slot.markers.is_empty());
            let shown = form.examples().iter().any(|example| example.marker == *marker);
            assert!(shown || !own, "{} has no example with {marker:?}", form.id());
        }
    }
}

#[test]
fn who_what_polarity_number_time_place_and_condition_are_read_back() {
    // What a reader may get wrong without harm.
    let not_critical = [
        ("line-check", "officer"),
        ("line-check", "carrier"),
        ("request-for-call", "topic"),
        ("request-for-call", "length"),
        ("request-for-call", "interpreter"),
        ("question-on-activity", "equipment"),
        ("cyber-inquiry", "contact"),
        ("conjunction-warning", "next-message"),
        ("grid-instruction", "issuer"),
        ("visit-or-meeting", "reciprocal-of"),
        ("visit-or-meeting", "agenda"),
    ];
    let mut found = Vec::new();
    for form in shipped() {
        for slot in form.slots().iter().filter(|slot| !slot.critical) {
            assert_ne!(slot.kind, Kind::Polarity, "{} {}", form.id(), slot.name);
            found.push((form.id(), slot.name.as_str()));
        }
    }
    assert_eq!(found, not_critical);
}

#[test]
fn the_name_of_a_ship_comes_with_what_it_names() {
    for (id, own) in [("incident-report", "one-ship"), ("distress", "one-ship")] {
        let form = form(id);
        let Kind::Word { words, .. } = &form.slot("named-is").expect("it tells names apart").kind else {
            panic!("a closed list")
        };
        assert!(words.contains(&own.to_owned()) && words.contains(&"class-of-ships".to_owned()), "{id}");
        let slot = form.slot("unit").expect("a name");
        assert!(slot.required && slot.critical && slot.kind == Kind::Name, "{id}");
    }
}

#[test]
fn the_line_check_is_the_only_test_and_no_form_is_on_precedence_line() {
    for form in shipped() {
        let tests = form.markers().contains(&Marker::Test);
        assert_eq!(tests, form.id() == "line-check");
        assert!(!form.precedences().contains(&Precedence::Line), "{}", form.id());
        assert!(form.precedences().contains(&form.default_precedence()), "{}", form.id());
        for example in form.examples() {
            assert!(example.subject.len() <= SUBJECT_LEN_MAX / 2, "{}: {}", form.id(), example.subject);
            assert!(example.text.split_whitespace().count() <= 60, "{}", form.id());
        }
    }
}

#[test]
fn a_question_and_its_answer_share_a_form() {
    let form = form("question-on-activity");
    assert_eq!(form.markers(), [Marker::Question, Marker::Answer]);
    let names = |marker| form.slots_with(marker).map(|slot| slot.name.as_str()).collect::<Vec<_>>();
    assert_eq!(names(Marker::Question), ["seen", "seen-at", "area", "answer-by"]);
    assert_eq!(
        names(Marker::Answer),
        [
            "area",
            "purpose",
            "ends",
            "designation",
            "subordination",
            "formations",
            "type-of-formations",
            "equipment"
        ]
    );
}

#[test]
fn a_field_that_is_left_out_is_missed_if_it_is_required_and_only_then() {
    let mut missed = 0;
    for form in shipped() {
        for example in form.examples() {
            let fields =
                form.fields(example.marker, &example.typed, &Habits::default(), None).expect("sound");
            for left_out in 0..fields.len() {
                let mut fewer = fields.clone();
                let name = fewer.remove(left_out).name;
                let slot = form.slot(&name).expect("of the form");
                let needed = |word: &str| Value::word(word).expect("a word");
                let is_needed = slot.required_when.as_ref().is_some_and(|when| {
                    let other = fewer.iter().find(|field| field.name == when.field);
                    other.is_some_and(|other| when.words.iter().any(|word| other.value == needed(word)))
                });
                let found = form.check(example.marker, example.precedence, &fewer, "A text.");
                assert_eq!(found.is_err(), slot.required || is_needed, "{} {name}: {found:?}", form.id());
                if let Err(problem) = found {
                    assert_eq!(problem.field(), Some(name.as_str()), "{}", form.id());
                    missed += 1;
                }
            }
        }
    }
    assert!(missed > 100, "only {missed} fields were missed");
}

// R13, R24: what is asked on one form can be answered on the form that is for it.
#[test]
fn a_form_that_answers_another_may_answer_it() {
    let pairs = [
        ("at-the-machine", "at-the-machine"),
        ("request-for-call", "decline"),
        ("question-on-activity", "question-on-activity"),
        ("question-on-activity", "not-ours"),
        ("cyber-inquiry", "cyber-inquiry"),
    ];
    for (asked, answered) in pairs {
        let asks = form(asked).markers()[0];
        assert!(allowed(asks).answer, "{asked} is a {asks:?}, which no message answers");
        assert!(form(answered).markers().contains(&Marker::Answer), "{answered} is no answer");
    }
}
