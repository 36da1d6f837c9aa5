//! Laws over random values: what is shown and typed again matches, what is equal compares equal, nothing panics.

use proptest::prelude::*;
use ringdown_message::value::{
    Condition, Dimension, FLAGS_MAX, Field, Habits, Kind, Number, Outcome, Place, PlaceFormat, System, Time,
    Unit, Value, compare, flags,
};
use ringdown_record::encoding::{from_cbor, to_cbor};

fn unit() -> impl Strategy<Value = Unit> {
    prop::sample::select(Unit::all().collect::<Vec<_>>())
}

/// Numbers of every unit, small and great; what is out of range for bearings and counts is folded into it.
fn number() -> impl Strategy<Value = Number> {
    let mantissa = prop_oneof![
        -30_000i64..=30_000,
        -999_999_999_999i64..=999_999_999_999,
        prop::sample::select(vec![0i64, 1, -1, 999_999_999_999, -999_999_999_999]),
    ];
    (mantissa, -6..=6i8, unit()).prop_map(|(mantissa, exponent, unit)| match unit.dimension() {
        Dimension::Bearing => {
            let exponent = exponent.min(1);
            let most = 360_000_000 / 10i64.pow((exponent + 6).unsigned_abs().into());
            Number::new(mantissa.rem_euclid(most + 1), exponent, unit).expect("in range")
        }
        Dimension::Count => Number::new(mantissa.abs(), exponent.abs(), unit).expect("in range"),
        _ => Number::new(mantissa, exponent, unit).expect("in range"),
    })
}

fn place() -> impl Strategy<Value = Place> {
    let latitude =
        prop_oneof![8 => -90_000_000..=90_000_000i32, 1 => Just(90_000_000), 1 => Just(-90_000_000)];
    let longitude = prop_oneof![8 => -179_999_999..=180_000_000i32, 1 => Just(180_000_000), 1 => -179_999_999..=-179_999_000i32];
    let precision =
        prop_oneof![1..=1_000_000u32, 1..=3000u32, prop::sample::select(vec![1u32, 18, 30, 111, 185, 1852])];
    (latitude, longitude, precision).prop_map(|(n, e, p)| Place::new(n, e, p).expect("in range"))
}

fn time() -> impl Strategy<Value = Time> {
    prop_oneof![any::<u32>(), 0..6_000_000u32].prop_map(Time::from_minutes)
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => number().prop_map(Value::Number),
        2 => time().prop_map(Value::Time),
        3 => place().prop_map(Value::Place),
        1 => any::<bool>().prop_map(Value::Polarity),
        1 => "[a-z0-9-]{1,32}".prop_map(Value::Word),
        1 => "\\PC{0,40}[a-z]".prop_map(Value::Text),
        1 => "[A-Za-zА-яΑ-ω0-9 -]{0,20}[A-ZΑΒСЕ米]".prop_map(Value::Name),
        1 => time().prop_map(|time| Value::Condition(Condition::NotBefore(time))),
        1 => time().prop_map(|time| Value::Condition(Condition::Until(time))),
        1 => Just(Value::Condition(Condition::None)),
        1 => "[A-Za-z][A-Za-zа-я ]{0,30}".prop_map(|text| Value::Condition(Condition::If(text))),
    ]
}

fn habits() -> impl Strategy<Value = Habits> {
    let system = prop::sample::select(&System::ALL[..]);
    let places = prop::sample::select(&PlaceFormat::ALL[..]);
    (system, places, prop::collection::vec(unit(), 0..4)).prop_map(|(system, places, units)| {
        units.into_iter().fold(Habits::of(system).with_places(places), Habits::with_unit)
    })
}

/// What a comparison says of a value and itself.
fn itself(value: &Value) -> Outcome {
    if matches!(value, Value::Text(_)) { Outcome::ForAPerson } else { Outcome::Match }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn a_value_is_the_same_as_itself(value in value()) {
        prop_assert_eq!(value.check(), Ok(()));
        prop_assert_eq!(compare(&value, &value), itself(&value));
    }

    #[test]
    fn what_is_shown_and_typed_again_matches(value in value(), habits in habits()) {
        let shown = value.shown(&habits);
        let typed = Value::parse(value.kind(), &shown, &habits, None);
        let typed = typed.map_err(|error| TestCaseError::fail(format!("{shown}: {error}")))?;
        prop_assert_eq!(compare(&value, &typed), itself(&value), "{:?} {}", &value, shown);
    }

    #[test]
    fn what_is_shown_beside_its_unit_and_typed_without_it_matches(number in number(), habits in habits()) {
        let told = number.told_in(habits.unit_for(number.unit())).unwrap_or(number);
        let typed = Value::parse(Kind::NumberIn(told.unit()), &told.digits(), &habits, None).unwrap();
        prop_assert_eq!(compare(&Value::Number(number), &typed), Outcome::Match);
    }

    #[test]
    fn as_sent_says_the_value_itself(value in value(), habits in habits()) {
        let habits = habits.with_places(PlaceFormat::Degrees);
        let typed = Value::parse(value.kind(), &value.as_sent(), &habits, None).unwrap();
        match (&value, &typed) {
            (Value::Place(sent), Value::Place(typed)) => prop_assert_eq!(sent.precision(), typed.precision()),
            (Value::Name(sent), Value::Name(typed)) => prop_assert_eq!(sent.trim(), typed),
            (Value::Condition(Condition::If(sent)), Value::Condition(Condition::If(typed))) => {
                prop_assert_eq!(sent.trim(), typed);
            }
            (Value::Number(sent), Value::Number(typed)) if sent.mantissa() == 0 => {
                prop_assert_eq!((typed.mantissa(), typed.unit()), (0, sent.unit()));
            }
            _ => prop_assert_eq!(&value, &typed),
        }
    }

    #[test]
    fn another_unit_tells_the_number_with_the_fewest_digits(number in number(), unit in unit()) {
        if let Some(told) = number.told_in(unit).filter(|_| unit != number.unit()) {
            prop_assert_eq!(compare(&Value::Number(number), &Value::Number(told)), Outcome::Match);
            if told.exponent() < 6 {
                // With a digit less it would not match: neither rounded down nor up.
                let down = told.mantissa().div_euclid(10);
                for coarser in [down, down + 1] {
                    let coarser = Number::new(coarser, told.exponent() + 1, unit).map(Value::Number);
                    let fits = coarser.is_ok_and(|n| compare(&Value::Number(number), &n) == Outcome::Match);
                    prop_assert!(!fits, "{} {}", number, told);
                }
            }
        }
    }

    #[test]
    fn a_digit_more_or_less_is_different(number in number(), step in prop::sample::select(vec![-1i64, 1])) {
        if let Ok(other) = Number::new(number.mantissa() + step, number.exponent(), number.unit()) {
            let outcome = compare(&Value::Number(number), &Value::Number(other));
            let full_circle = number.unit().dimension() == Dimension::Bearing && number.exponent() > 1;
            prop_assert!(full_circle || matches!(outcome, Outcome::Different(_)), "{} {}", number, other);
        }
    }

    #[test]
    fn a_difference_does_not_look_like_what_was_sent(one in number(), other in number()) {
        if let Outcome::Different(difference) = compare(&Value::Number(one), &Value::Number(other)) {
            let back = difference.read_back.split(" (").next().unwrap_or_default().to_owned();
            let sent = one.to_string().split(" to ").next().unwrap_or_default().to_owned();
            prop_assert_ne!(back, sent);
            prop_assert_ne!(&difference.sent, &difference.read_back);
        }
    }

    #[test]
    fn a_value_of_another_kind_is_different(one in value(), other in value()) {
        if one.kind() != other.kind() {
            prop_assert!(matches!(compare(&one, &other), Outcome::Different(_)));
        }
    }

    #[test]
    fn metres_typed_as_feet_are_different(metres in 1..=99_999i64) {
        let sent = Value::Number(Number::new(metres, 0, Unit::Metre).unwrap());
        let typed = Value::parse(Kind::NumberIn(Unit::Foot), &metres.to_string(), &Habits::default(), None).unwrap();
        prop_assert!(matches!(compare(&sent, &typed), Outcome::Different(_)), "{}", metres);
    }

    // Where the fraction of a degree is small the minutes come out close to it; up to 0.1 NM both are the same place.
    #[test]
    fn decimal_degrees_typed_as_minutes_are_different(
        (north, east) in (0..89i32, 0..179i32),
        (north_part, east_part) in (100..600i32, 0..600i32),
    ) {
        // 31.381 degrees, typed into a box of degrees and minutes: 31 degrees 38.1 minutes.
        let sent = Place::new(north * 1_000_000 + north_part * 1000, east * 1_000_000 + east_part * 1000, 111).unwrap();
        let text = format!("{north}.{north_part:03} N {east}.{east_part:03} E");
        let habits = Habits::default().with_places(PlaceFormat::Minutes);
        let typed = Value::parse(Kind::Place, &text, &habits, None).unwrap();
        let outcome = compare(&Value::Place(sent), &typed);
        prop_assert!(matches!(outcome, Outcome::Different(_)), "{}", text);
        let as_degrees = Value::parse(Kind::Place, &text, &habits.with_places(PlaceFormat::Degrees), None).unwrap();
        prop_assert_eq!(compare(&Value::Place(sent), &as_degrees), Outcome::Match);
    }

    #[test]
    fn minutes_of_sixty_and_more_are_refused(whole in 60..100u32, tenth in 0..10u32) {
        let text = format!("31 {whole}.{tenth} N 033 23.0 E");
        prop_assert!(Value::parse(Kind::Place, &text, &Habits::default(), None).is_err());
        let text = format!("31.{whole}{tenth} N 033.230 E");
        prop_assert!(Value::parse(Kind::Place, &text, &Habits::default(), None).is_err());
    }

    #[test]
    fn distance_is_the_same_both_ways_and_grows_with_the_latitude(one in place(), other in place(), step in 3000..9000i32) {
        let (a, b) = (Value::Place(one), Value::Place(other));
        let note = |outcome| if let Outcome::Different(difference) = outcome { Some(difference.note) } else { None };
        let fine = |place: Place| Value::Place(Place::new(place.latitude(), place.longitude(), 1).unwrap());
        prop_assert_eq!(note(compare(&fine(one), &fine(other))), note(compare(&fine(other), &fine(one))));
        prop_assert_eq!(note(compare(&a, &a)), None);
        // 0.003 degrees northward are 333 m: more than 0.1 NM everywhere on earth.
        let north = one.latitude() + if one.latitude() > 0 { -step } else { step };
        let away = Place::new(north, one.longitude(), 1).unwrap();
        prop_assert!(matches!(compare(&fine(one), &Value::Place(away)), Outcome::Different(_)));
        drop(b);
    }

    #[test]
    fn a_time_is_written_and_read_in_every_form(time in time(), offset in -840..=840i64) {
        let date = time.date();
        let iso = format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}Z", date.year, date.month, date.day, date.hour, date.minute
        );
        prop_assert_eq!(Time::parse(&iso, None), Ok(time));
        prop_assert_eq!(Time::parse(&time.to_string(), None), Ok(time));
        prop_assert_eq!(Time::from_unix_seconds(time.unix_seconds() + 59), Ok(time));
        let local = u32::try_from(i64::from(time.minutes()) + offset).map(Time::from_minutes);
        if let Ok(local) = local {
            let date = local.date();
            let (sign, hours, minutes) = (if offset < 0 { '-' } else { '+' }, offset.abs() / 60, offset.abs() % 60);
            let text = format!(
                "{:04}-{:02}-{:02} {:02}{:02} {sign}{hours:02}{minutes:02}",
                date.year, date.month, date.day, date.hour, date.minute
            );
            prop_assert_eq!(Time::parse(&text, None), Ok(time), "{}", text);
        }
    }

    #[test]
    fn no_text_makes_a_reader_panic(text in "\\PC{0,60}", habits in habits()) {
        read_as_everything(&text, &habits);
    }

    #[test]
    fn no_text_of_the_right_letters_makes_a_reader_panic(
        text in "[0-9NSEWZTLF°'\".,:+/ \u{661}\u{ff11}年月日度ACVOEto-]{0,40}",
        habits in habits(),
    ) {
        read_as_everything(&text, &habits);
    }

    #[test]
    fn a_field_has_one_form(
        (name, critical, value) in ("[a-z0-9-]{1,32}", any::<bool>(), value()),
        (at, byte, how) in (any::<prop::sample::Index>(), any::<u8>(), 0..3u8),
    ) {
        let field = Field::new(&name, critical, value).unwrap();
        let mut bytes = to_cbor(&field);
        prop_assert_eq!(from_cbor::<Field>(&bytes), Ok(field));
        match how {
            0 => { let at = at.index(bytes.len()); bytes[at] = byte; }
            1 => bytes.insert(at.index(bytes.len() + 1), byte),
            _ => drop(bytes.remove(at.index(bytes.len()))),
        }
        if let Ok(other) = from_cbor::<Field>(&bytes) {
            prop_assert_eq!(other.check(), Ok(()));
            prop_assert_eq!(to_cbor(&other), bytes);
        }
    }

    #[test]
    fn no_bytes_make_a_decoder_panic(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        if let Ok(value) = from_cbor::<Value>(&bytes) {
            prop_assert_eq!(to_cbor(&value), bytes);
        }
    }
}

fn read_as_everything(text: &str, habits: &Habits) {
    let kinds =
        [Kind::Time, Kind::Place, Kind::Polarity, Kind::Word, Kind::Text, Kind::Condition, Kind::Name];
    let numbers = Dimension::ALL.into_iter().map(Kind::Number);
    let beside = Unit::all().map(Kind::NumberIn);
    for kind in kinds.into_iter().chain(numbers).chain(beside) {
        for reference in [None, Some(Time::from_minutes(0)), Some(Time::from_minutes(u32::MAX))] {
            if let Ok(value) = Value::parse(kind, text, habits, reference) {
                assert_eq!(value.check(), Ok(()), "{text}");
            }
        }
    }
}

/// The law of typing again would see a number of another unit, or one that is rounded too coarsely.
#[test]
fn the_laws_can_fail() {
    let sent = Value::Number(Number::new(1500, 0, Unit::Metre).unwrap());
    let rounded = Value::Number(Number::new(49, 2, Unit::Foot).unwrap());
    let shown = Value::Number(Number::new(492, 1, Unit::Foot).unwrap());
    assert!(matches!(compare(&sent, &rounded), Outcome::Different(_)));
    assert_eq!(compare(&sent, &shown), Outcome::Match);
    let somewhere = Value::Place(Place::new(31_381_000, 33_383_000, 111).unwrap());
    let habits = Habits::default().with_places(PlaceFormat::Degrees);
    let typed = Value::parse(Kind::Place, "31.381 N 033.383 E", &habits, None).unwrap();
    assert_eq!(compare(&somewhere, &typed), Outcome::Match);
}

proptest! {
    #[test]
    fn flags_of_any_text_lie_within_it(
        text in "[a-z0-9:/°.'nΑ今晚不会点م؟?\u{200b} -]{0,60}|\\PC{0,60}",
        language in prop::sample::select(vec!["en", "ru", "zh", "ar", "de", ""]),
    ) {
        let found = flags(&text, language);
        prop_assert!(found.len() <= FLAGS_MAX);
        for flag in found {
            prop_assert!(text.get(flag.range.clone()).is_some_and(|part| !part.is_empty()), "{:?}", flag);
        }
    }
}
