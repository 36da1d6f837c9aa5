//! What a comparison says, in words, and where its limits lie.

use ringdown_message::value::{
    Aspect, Condition, Habits, Kind, Number, Outcome, Place, PlaceFormat, Time, Unit, Value, compare,
};

fn number(mantissa: i64, exponent: i8, unit: Unit) -> Value {
    Value::Number(Number::new(mantissa, exponent, unit).expect("in range"))
}

fn place(latitude: i32, longitude: i32, precision: u32) -> Value {
    Value::Place(Place::new(latitude, longitude, precision).expect("in range"))
}

fn told(sent: &Value, back: &Value) -> (Aspect, String) {
    match compare(sent, back) {
        Outcome::Different(difference) => (difference.aspect, difference.to_string()),
        other => panic!("{sent:?} {back:?}: {other:?}"),
    }
}

// MSG-5.
#[test]
fn numbers_are_the_same_within_half_of_the_senders_last_digit() {
    let sent = number(1500, 0, Unit::Metre);
    for (same, back) in [
        (true, number(4921, 0, Unit::Foot)),
        (true, number(4920, 0, Unit::Foot)),
        (false, number(4919, 0, Unit::Foot)),
        (true, number(4922, 0, Unit::Foot)),
        (false, number(4923, 0, Unit::Foot)),
        (true, number(15_005, -1, Unit::Metre)),
        (true, number(14_995, -1, Unit::Metre)),
        (false, number(150_051, -2, Unit::Metre)),
        (false, number(149_949, -2, Unit::Metre)),
        (true, number(15, 2, Unit::Metre)),
        (true, number(15, -1, Unit::Kilometre)),
        (false, number(1500, 0, Unit::Foot)),
        (false, number(-1500, 0, Unit::Metre)),
    ] {
        assert_eq!(compare(&sent, &back) == Outcome::Match, same, "{back:?}");
    }
    // What the reader states does not widen what the sender stated.
    assert_ne!(compare(&sent, &number(2, 3, Unit::Metre)), Outcome::Match);
    assert_eq!(compare(&number(2, 3, Unit::Metre), &sent), Outcome::Match);
}

#[test]
fn bearings_go_round_and_keep_their_north() {
    let bearing = |mantissa, exponent| number(mantissa, exponent, Unit::DegreeTrue);
    assert_eq!(compare(&bearing(0, 0), &bearing(360, 0)), Outcome::Match);
    assert_eq!(compare(&bearing(360, 0), &bearing(4, -1)), Outcome::Match);
    assert_eq!(compare(&bearing(0, 0), &bearing(3595, -1)), Outcome::Match);
    assert_ne!(compare(&bearing(0, 0), &bearing(3594, -1)), Outcome::Match);
    assert_ne!(compare(&bearing(0, 0), &bearing(180, 0)), Outcome::Match);
    let magnetic = number(45, 0, Unit::DegreeMagnetic);
    assert_eq!(
        told(&bearing(45, 0), &magnetic),
        (Aspect::North, "sent 045° TRUE, read back 045° MAG".into())
    );
    // Only bearings go round.
    assert_ne!(compare(&number(0, 0, Unit::Metre), &number(360, 0, Unit::Metre)), Outcome::Match);
    assert_ne!(compare(&number(0, 0, Unit::Celsius), &number(360, 0, Unit::Celsius)), Outcome::Match);
}

#[test]
fn a_difference_is_told_in_the_senders_unit() {
    for (sent, back, aspect, expected) in [
        (
            number(1500, 0, Unit::Metre),
            number(1500, 0, Unit::Foot),
            Aspect::Number,
            "sent 1500 m, read back 457.2 m (1500 ft)",
        ),
        (
            number(1500, 0, Unit::Metre),
            number(49, 2, Unit::Foot),
            Aspect::Number,
            "sent 1500 m, read back 1494 m (4900 ft to 100 ft)",
        ),
        (
            number(1500, 0, Unit::Metre),
            number(1501, 0, Unit::Metre),
            Aspect::Number,
            "sent 1500 m, read back 1501 m",
        ),
        (
            number(12, 0, Unit::NauticalMile),
            number(12, 0, Unit::Kilometre),
            Aspect::Number,
            "sent 12 NM, read back 6.5 NM (12 km)",
        ),
        (
            number(22_300, 0, Unit::Kilogram),
            number(22_300, 0, Unit::Pound),
            Aspect::Number,
            "sent 22 300 kg, read back 10 115 kg (22 300 lb)",
        ),
        (
            number(40, 0, Unit::Celsius),
            number(40, 0, Unit::Fahrenheit),
            Aspect::Number,
            "sent 40 °C, read back 4.4 °C (40 °F)",
        ),
        (
            number(1, 0, Unit::Curie),
            number(1, 0, Unit::Becquerel),
            Aspect::Number,
            "sent 1 Ci, read back 1 Bq",
        ),
        (
            number(1500, 0, Unit::Metre),
            number(1500, 0, Unit::Kilogram),
            Aspect::Dimension,
            "sent 1500 m, read back 1500 kg",
        ),
        (number(12, 0, Unit::One), Value::Polarity(true), Aspect::Kind, "sent 12, read back WILL"),
        (Value::Polarity(false), Value::Polarity(true), Aspect::Polarity, "sent WILL NOT, read back WILL"),
        (
            Value::Word("live".into()),
            Value::Word("exercise".into()),
            Aspect::Word,
            "sent live, read back exercise",
        ),
    ] {
        assert_eq!(told(&sent, &back), (aspect, expected.to_owned()));
    }
}

#[test]
fn times_are_exact_to_the_minute() {
    let at = |text| Value::Time(Time::parse(text, None).unwrap());
    let sent = at("232015Z NOV 26");
    assert_eq!(compare(&sent, &at("0415 +08 24 NOV 26")), Outcome::Match);
    for (back, note) in [
        ("232016Z NOV 26", "1 min later"),
        ("231956Z NOV 26", "19 min earlier"),
        ("232115Z NOV 26", "1 h 00 min later"),
        ("231910Z NOV 26", "1 h 05 min earlier"),
        ("242015Z NOV 26", "1 d 0 h 00 min later"),
        ("211914Z NOV 26", "2 d 1 h 01 min earlier"),
    ] {
        let expected = format!("sent 232015Z NOV 26, read back {back}: {note}");
        assert_eq!(told(&sent, &at(back)), (Aspect::Time, expected));
    }
}

#[test]
fn places_are_the_same_within_a_tenth_of_a_mile_or_what_was_stated() {
    let sent = place(31_381_667, 33_383_333, 1);
    for (back, same) in [
        (place(31_383_334, 33_383_333, 1), true),
        (place(31_383_336, 33_383_333, 1), false),
        (place(31_380_000, 33_383_333, 1), true),
        (place(31_379_998, 33_383_333, 1), false),
        // In longitude a degree is shorter here: 0.1 NM are 1.952 thousandths.
        (place(31_381_667, 33_385_285, 1), true),
        (place(31_381_667, 33_385_291, 1), false),
    ] {
        assert_eq!(compare(&sent, &back) == Outcome::Match, same, "{back:?}");
    }
    let coarse = place(31_381_667, 33_383_333, 1852);
    assert_eq!(compare(&coarse, &place(31_398_333, 33_383_333, 1)), Outcome::Match);
    assert_ne!(compare(&coarse, &place(31_398_340, 33_383_333, 1)), Outcome::Match);
    assert_ne!(compare(&place(31_398_333, 33_383_333, 1), &coarse), Outcome::Match);
}

#[test]
fn distances_are_right_everywhere() {
    for (one, other, expected) in [
        // A minute of latitude; a degree; a degree of longitude on the equator, at 60 degrees and at 89 degrees.
        ((0, 0), (16_667, 0), "1.0 NM apart"),
        ((0, 0), (1_000_000, 0), "60.0 NM apart"),
        ((0, 0), (0, 1_000_000), "60.0 NM apart"),
        ((60_000_000, 0), (60_000_000, 1_000_000), "30.0 NM apart"),
        ((89_000_000, 0), (89_000_000, 90_000_000), "84.9 NM apart"),
        ((89_000_000, 0), (89_000_000, 180_000_000), "120.0 NM apart"),
        // Over the antimeridian, over the pole, around the earth.
        ((0, 179_990_000), (0, -179_990_000), "1.2 NM apart"),
        ((-17_500_000, 179_500_000), (-17_500_000, -179_500_000), "57.2 NM apart"),
        ((89_990_000, 10_000_000), (89_990_000, -170_000_000), "1.2 NM apart"),
        ((0, 0), (0, 180_000_000), "10800.0 NM apart"),
        ((90_000_000, 0), (-90_000_000, 0), "10800.0 NM apart"),
        ((90_000_000, 0), (0, 77_000_000), "5400.0 NM apart"),
        // New York to London, and Paris to Tokyo, on the sphere, by other programs.
        ((40_712_800, -74_006_000), (51_507_400, -127_800), "3005.7 NM apart"),
        ((48_856_600, 2_352_200), (35_676_200, 139_650_300), "5240.4 NM apart"),
    ] {
        let (_, text) = told(&place(one.0, one.1, 1), &place(other.0, other.1, 1));
        assert!(text.ends_with(&format!(": {expected}")), "{text}, not {expected}");
    }
    // Every meridian meets at the pole.
    assert_eq!(compare(&place(90_000_000, 0, 1), &place(90_000_000, 123_456_789, 1)), Outcome::Match);
    let (aspect, text) = told(&place(31_381_667, 33_383_333, 185), &place(31_636_167, 33_638_833, 185));
    assert_eq!(aspect, Aspect::Place);
    assert_eq!(
        text,
        "sent 31° 22.9' N 033° 23.0' E WGS 84, read back 31° 38.2' N 033° 38.3' E WGS 84: 20.1 NM apart"
    );
}

#[test]
fn decimal_degrees_typed_as_minutes_are_found() {
    let habits = |format| Habits::default().with_places(format);
    let read = |format| Value::parse(Kind::Place, "25.3170 N 080.4520 W", &habits(format), None).unwrap();
    let (aspect, text) = told(&read(PlaceFormat::Degrees), &read(PlaceFormat::Minutes));
    assert_eq!(aspect, Aspect::Place);
    assert_eq!(
        text,
        "sent 25° 19.020' N 080° 27.120' W WGS 84 to 11 m, read back 25° 31.70' N 080° 45.20' W WGS 84: 20.7 NM apart"
    );
}

#[test]
fn conditions_are_the_same_in_kind_and_in_content() {
    let condition = |text| Value::parse(Kind::Condition, text, &Habits::default(), None).unwrap();
    let at = "NOT BEFORE 232015Z NOV 26";
    assert_eq!(compare(&condition("none"), &Value::Condition(Condition::None)), Outcome::Match);
    assert_eq!(compare(&condition(at), &condition("not before 2315 +03 23 NOV 26")), Outcome::Match);
    assert_eq!(compare(&condition("IF  The tug"), &condition("if the TUG")), Outcome::Match);
    for (sent, back, aspect, expected) in [
        (
            at,
            "UNTIL 232015Z NOV 26",
            Aspect::ConditionKind,
            "sent NOT BEFORE 232015Z NOV 26, read back UNTIL 232015Z NOV 26",
        ),
        ("none", at, Aspect::ConditionKind, "sent NO CONDITION, read back NOT BEFORE 232015Z NOV 26"),
        (
            at,
            "NOT BEFORE 232016Z NOV 26",
            Aspect::ConditionTime,
            "sent NOT BEFORE 232015Z NOV 26, read back NOT BEFORE 232016Z NOV 26: 1 min later",
        ),
        (
            "UNTIL 232015Z NOV 26",
            "UNTIL 231915Z NOV 26",
            Aspect::ConditionTime,
            "sent UNTIL 232015Z NOV 26, read back UNTIL 231915Z NOV 26: 1 h 00 min earlier",
        ),
        ("IF it rains", "IF it snows", Aspect::ConditionText, "sent IF it rains, read back IF it snows"),
    ] {
        assert_eq!(told(&condition(sent), &condition(back)), (aspect, expected.to_owned()));
    }
}

#[test]
fn names_are_the_same_letter_by_letter_but_for_case_and_width() {
    let name = |text: &str| Value::name(text).unwrap();
    for back in ["Ever Given", " EVER   GIVEN", "ＥＶＥＲ ＧＩＶＥＮ"] {
        assert_eq!(compare(&name("EVER GIVEN"), &name(back)), Outcome::Match, "{back}");
    }
    assert_eq!(compare(&name("IR ٦٥٥"), &name("ir 655")), Outcome::Match);
    assert_eq!(compare(&name("IR ۶۵۵"), &name("ir ６５５")), Outcome::Match);
    assert_eq!(
        told(&name("EVER GIVEN"), &name("EVER GREEN")),
        (Aspect::Name, "sent EVER GIVEN, read back EVER GREEN".into())
    );
    assert_eq!(
        told(&name("ALPHA"), &name("АLPHA")),
        (
            Aspect::LookAlike,
            "sent ALPHA, read back АLPHA: the letters look alike: A (U+0041) is not А (U+0410)".into()
        )
    );
    assert_eq!(
        told(&name("B 0I"), &name("b oL")),
        (
            Aspect::LookAlike,
            "sent B 0I, read back b oL: the letters look alike: 0 (U+0030) is not o (U+006F), \
             I (U+0049) is not L (U+004C)"
                .into()
        )
    );
    // Every letter of the list is another letter than the one it looks like.
    for (strange, latin) in
        "авсԁеһнкморԛѕтуԝхαβεζηικμνορτυχ".chars().zip("abcdehhkmopqstywxabezhikmnoptyx".chars())
    {
        let (aspect, _) = told(&name(&format!("x{strange}")), &name(&format!("x{latin}")));
        assert_eq!(aspect, Aspect::LookAlike, "{strange}");
    }
}

#[test]
fn free_text_is_for_a_person() {
    let text = |text| Value::text(text).unwrap();
    assert_eq!(compare(&text("a"), &text("a")), Outcome::ForAPerson);
    assert_eq!(compare(&text("a"), &text("b")), Outcome::ForAPerson);
    assert_eq!(told(&text("a"), &Value::name("a").unwrap()).0, Aspect::Kind);
    assert_eq!(told(&Value::name("a").unwrap(), &text("a")).0, Aspect::Kind);
}
