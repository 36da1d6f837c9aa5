//! The check of a message against its form: every kind of mistake, the field, and what to do.

use ringdown_message::Marker;
use ringdown_message::form::{Form, FormProblem};
use ringdown_message::value::{Field, Habits, Number, Time, Unit, Value};
use ringdown_record::Precedence;

use crate::site::DEPTH;

fn form() -> Form {
    Form::read("depth.toml", DEPTH).expect("a sound file")
}

fn field(name: &str, critical: bool, value: Value) -> Field {
    Field { name: name.to_owned(), critical, value }
}

fn metres(mantissa: i64, exponent: i8) -> Value {
    Value::Number(Number::new(mantissa, exponent, Unit::Metre).expect("in range"))
}

fn time(minutes: u32) -> Value {
    Value::Time(Time::from_minutes(minutes))
}

fn sound() -> Vec<Field> {
    vec![
        field("depth", true, metres(18, 0)),
        field("gas", false, Value::Word("air".to_owned())),
        field("divers", true, Value::Polarity(true)),
    ]
}

/// The first problem of the fields with marker WARNING, precedence PRIORITY and this text, in words.
fn problem(fields: &[Field], text: &str) -> String {
    let result = form().check(Marker::Warning, Precedence::Priority, fields, text);
    result.expect_err("must be refused").to_string()
}

fn with(name: &str, value: Value) -> Vec<Field> {
    let mut fields = sound();
    let found = fields.iter_mut().find(|field| field.name == name).expect("one of the sound fields");
    found.value = value;
    fields
}

// MSG-16.
#[test]
fn a_sound_message_passes() {
    assert_eq!(form().check(Marker::Warning, Precedence::Priority, &sound(), ""), Ok(()));
}

#[test]
fn another_marker_or_precedence_is_refused() {
    let check =
        |marker, precedence| form().check(marker, precedence, &sound(), "").map_err(|e| e.to_string());
    assert_eq!(
        check(Marker::Question, Precedence::Priority),
        Err("the form is not for this marker; choose WARNING or INFORMATION".to_owned())
    );
    assert_eq!(
        check(Marker::Warning, Precedence::Flash),
        Err("the form does not have this precedence; choose IMMEDIATE or PRIORITY".to_owned())
    );
    assert_eq!(
        check(Marker::Information, Precedence::Priority),
        Err("field 'gas': not part of this form with INFORMATION; leave it out".to_owned())
    );
}

#[test]
fn what_has_to_be_there_is_asked_for() {
    assert_eq!(problem(&sound()[1..], ""), "field 'depth': has to be filled in");
    let mixed = with("gas", Value::Word("mixed".to_owned()));
    assert_eq!(problem(&mixed, "Trimix."), "field 'from': has to be filled in, because 'gas' is mixed");
}

#[test]
fn a_word_that_says_nothing_by_itself_wants_a_text() {
    let mut mixed = with("gas", Value::Word("mixed".to_owned()));
    mixed.insert(2, field("from", true, time(10)));
    assert_eq!(form().check(Marker::Warning, Precedence::Priority, &mixed, "Trimix."), Ok(()));
    assert_eq!(
        problem(&mixed, " \n"),
        "field 'gas': mixed says nothing by itself; say in the text what is meant"
    );
}

#[test]
fn a_form_that_wants_a_text_gets_one() {
    let form = Form::read(
        "x",
        &DEPTH.replace("text = \"optional\"", "text = \"required\"").replace("text = \"\"", "text = \"x\""),
    );
    let form = form.expect("a sound file");
    let check =
        |text| form.check(Marker::Warning, Precedence::Priority, &sound(), text).map_err(|e| e.to_string());
    assert_eq!(check("Pier 4."), Ok(()));
    assert_eq!(check(""), Err("the form wants a text; write one".to_owned()));
}

#[test]
fn the_wrong_value_is_named_with_what_is_right() {
    let cases = [
        (with("depth", time(3)), "field 'depth': has to be a number"),
        (with("divers", Value::Word("will".to_owned())), "field 'divers': has to be a polarity"),
        (
            with("gas", Value::Word("helium".to_owned())),
            "field 'gas': not a word of the list; choose air or mixed",
        ),
        (
            with("gas", Value::Word("Air".to_owned())),
            "field 'gas': a word of a list has 1 to 32 characters of a-z, 0-9 and '-'",
        ),
        (
            with("depth", Value::Number(Number::new(18, 0, Unit::Knot).expect("in range"))),
            "field 'depth': measures something else; give a length in m, km, ft, NM, yd or FL",
        ),
        (with("depth", metres(185, -1)), "field 'depth': stated too finely; round it to 1 m"),
        (with("depth", metres(-18, 0)), "field 'depth': cannot be below zero; correct it"),
    ];
    for (fields, expected) in cases {
        assert_eq!(problem(&fields, ""), expected);
    }
}

#[test]
fn strangers_doubles_and_disorder_are_named() {
    let mut fields = sound();
    fields.push(field("colour", false, Value::Word("red".to_owned())));
    assert_eq!(
        problem(&fields, ""),
        "field 'colour': the form has no such field; it has depth, gas, from, until, divers"
    );
    let mut fields = sound();
    fields.insert(1, fields[0].clone());
    assert_eq!(problem(&fields, ""), "field 'depth': there more than once; say it once");
    let mut fields = sound();
    fields.swap(0, 1);
    assert_eq!(problem(&fields, ""), "field 'depth': out of order; put it before 'gas', as the form has it");
    let many = vec![sound()[0].clone(); 9];
    assert_eq!(problem(&many, ""), "a message has at most 8 fields; put the rest into the text");
}

#[test]
fn what_is_read_back_is_what_the_form_says() {
    let mut fields = sound();
    fields[0].critical = false;
    assert_eq!(problem(&fields, ""), "field 'depth': has to be marked as read back; the form says so");
    let mut fields = sound();
    fields[1].critical = true;
    assert_eq!(problem(&fields, ""), "field 'gas': is not read back; the form says so");
}

#[test]
fn an_end_is_later_than_its_beginning() {
    let with_times = |from, until| {
        let mut fields = sound();
        fields.insert(2, field("from", true, time(from)));
        fields.insert(3, field("until", true, time(until)));
        fields
    };
    assert_eq!(form().check(Marker::Warning, Precedence::Priority, &with_times(5, 6), ""), Ok(()));
    assert_eq!(
        problem(&with_times(6, 6), ""),
        "field 'until': has to be later than 'from'; correct one of them"
    );
}

#[test]
fn all_that_was_typed_wrongly_is_told_at_once_in_the_order_of_the_form() {
    let typed = [("colour", "red"), ("divers", "maybe"), ("gas", "helium"), ("depth", "18"), ("gas", "air")];
    let typed = typed.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let problems = form().fields(Marker::Warning, &typed, &Habits::default(), None).expect_err("refused");
    let fields: Vec<_> = problems.iter().map(|problem| problem.field().unwrap_or_default()).collect();
    assert_eq!(fields, ["colour", "depth", "gas", "divers"]);
    assert!(matches!(problems[1], FormProblem::Typed { .. }), "a bare number has no unit: {}", problems[1]);
    assert!(matches!(problems[2], FormProblem::Twice { .. }));
    assert!(matches!(problems[3], FormProblem::Typed { .. }));
}

#[test]
fn what_is_left_empty_is_not_there_and_the_order_of_typing_does_not_matter() {
    let typed = [("divers", "WILL NOT"), ("until", "  "), ("gas", ""), ("depth", "60 ft")];
    let typed = typed.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let fields = form().fields(Marker::Warning, &typed, &Habits::default(), None).expect("sound");
    let expected = vec![
        field("depth", true, Value::Number(Number::new(60, 0, Unit::Foot).expect("in range"))),
        field("divers", true, Value::Polarity(false)),
    ];
    assert_eq!(fields, expected);
    assert_eq!(form().check(Marker::Warning, Precedence::Immediate, &fields, ""), Ok(()));
}

#[test]
fn a_number_of_any_dimension_takes_the_unit_that_was_typed() {
    let correction = ringdown_message::form::shipped().iter().find(|form| form.id() == "correction");
    let correction = correction.expect("shipped");
    let number = |text: &str| {
        let typed = [("message", "BLUE 0142"), ("wrong", "number-or-unit"), ("right-number", text)];
        let typed = typed.map(|(name, text)| (name.to_owned(), text.to_owned()));
        let fields = correction.fields(Marker::Correction, &typed, &Habits::default(), None);
        fields.map(|fields| fields[2].value.as_sent()).map_err(|problems| problems[0].to_string())
    };
    assert_eq!(number("1500 ft"), Ok("1500 ft".to_owned()));
    assert_eq!(number("0.5 mSv"), Ok("0.5 mSv".to_owned()));
    assert_eq!(number("34"), Ok("34".to_owned()));
    assert!(number("1500 furlongs").is_err());
    assert_eq!(
        number(""),
        Err("field 'right-number': has to be filled in, because 'wrong' is number-or-unit".to_owned())
    );
}
