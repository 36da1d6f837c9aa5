//! How values are shown: in the reader's habits, as sent, spelled out.

use ringdown_message::value::{
    Condition, Dimension, Habits, Kind, Number, Place, PlaceFormat, System, Time, Unit, Value,
};

fn number(mantissa: i64, exponent: i8, unit: Unit) -> Number {
    Number::new(mantissa, exponent, unit).expect("in range")
}

#[test]
fn numbers_are_written_in_groups_with_their_signs() {
    for (mantissa, exponent, unit, expected) in [
        (1500, 0, Unit::Metre, "1500 m"),
        (12_500, 0, Unit::Metre, "12 500 m"),
        (-1_234_567, 0, Unit::Metre, "-1 234 567 m"),
        (1_234_567, -2, Unit::Metre, "12 345.67 m"),
        (5, -3, Unit::Metre, "0.005 m"),
        (-5, -1, Unit::Celsius, "-0.5 °C"),
        (0, 0, Unit::Metre, "0 m"),
        (0, -2, Unit::Metre, "0.00 m"),
        (0, 2, Unit::Metre, "0 m to 100 m"),
        (49, 2, Unit::Foot, "4900 ft to 100 ft"),
        (12, 3, Unit::Foot, "12 000 ft to 1000 ft"),
        (330, 0, Unit::FlightLevel, "FL 330"),
        (33, 1, Unit::FlightLevel, "FL 330 to FL 10"),
        (45, 0, Unit::DegreeTrue, "045° TRUE"),
        (455, -1, Unit::DegreeMagnetic, "045.5° MAG"),
        (4, 1, Unit::DegreeTrue, "040° TRUE to 10° TRUE"),
        (12, 0, Unit::One, "12"),
        (12_000, 0, Unit::One, "12 000"),
        (80, 0, Unit::Percent, "80 %"),
        (5, 0, Unit::CubicMetre, "5 m³"),
        (5, 0, Unit::Microsievert, "5 µSv"),
        (5, 0, Unit::MicrosievertPerHour, "5 µSv/h"),
        (5, 0, Unit::GallonUs, "5 US gal"),
        (50, 0, Unit::Fahrenheit, "50 °F"),
    ] {
        assert_eq!(number(mantissa, exponent, unit).to_string(), expected);
    }
    assert_eq!(number(12_500, -1, Unit::Metre).digits(), "1250.0");
}

#[test]
fn another_unit_has_the_fewest_digits_that_match() {
    for (sent, unit, expected) in [
        (number(1500, 0, Unit::Metre), Unit::Foot, Some("4920 ft")),
        (number(15000, -1, Unit::Metre), Unit::Foot, Some("4921.3 ft")),
        (number(15, 2, Unit::Metre), Unit::Foot, Some("5000 ft")),
        (number(4921, 0, Unit::Foot), Unit::Metre, Some("1500 m")),
        (number(1500, 0, Unit::Foot), Unit::Metre, Some("457.2 m")),
        (number(330, 0, Unit::FlightLevel), Unit::Metre, Some("10 060 m")),
        (number(12, 0, Unit::NauticalMile), Unit::Kilometre, Some("22 km")),
        (number(22_300, 0, Unit::Pound), Unit::Kilogram, Some("10 115 kg")),
        (number(40, 0, Unit::Celsius), Unit::Fahrenheit, Some("104 °F")),
        (number(-40, 0, Unit::Fahrenheit), Unit::Celsius, Some("-40 °C")),
        (number(32, 0, Unit::Fahrenheit), Unit::Celsius, Some("0 °C")),
        (number(1013, 0, Unit::Hectopascal), Unit::InchOfMercury, Some("29.9 inHg")),
        (number(1, 0, Unit::Curie), Unit::Gigabecquerel, Some("40 GBq")),
        (number(1, 0, Unit::Kilometre), Unit::Metre, Some("1000 m")),
        (number(1, 0, Unit::Metre), Unit::Metre, Some("1 m")),
        (number(1, 0, Unit::Metre), Unit::Kilogram, None),
        (number(45, 0, Unit::DegreeTrue), Unit::DegreeMagnetic, None),
        (number(1, -6, Unit::Becquerel), Unit::Curie, None),
        (number(999_999_999_999, -6, Unit::Kilometre), Unit::Yard, None),
    ] {
        let told = sent.told_in(unit).map(|told| told.to_string());
        let told = told.as_deref().map(|told| told.split(" to ").next().unwrap());
        assert_eq!(told, expected, "{sent} in {}", unit.code());
    }
}

#[test]
fn a_reader_sees_his_own_units_and_what_was_sent() {
    let metric = Habits::of(System::Metric);
    let nautical = Habits::of(System::Nautical);
    let sent = Value::Number(number(1500, 0, Unit::Metre));
    assert_eq!(sent.shown(&metric), "1500 m");
    assert_eq!(sent.shown(&nautical), "4920 ft");
    assert_eq!(sent.as_sent(), "1500 m");
    assert_eq!(sent.kind_in(&nautical), Kind::NumberIn(Unit::Foot));
    assert_eq!(sent.kind(), Kind::Number(Dimension::Length));
    let bearing = Value::Number(number(45, 0, Unit::DegreeTrue));
    assert_eq!(bearing.kind_in(&nautical), Kind::Number(Dimension::Bearing));
    assert_eq!(Value::Polarity(true).kind_in(&nautical), Kind::Polarity);
    let coarse = Value::Number(number(49, 2, Unit::Foot));
    assert_eq!(coarse.shown(&nautical), "4900 ft to 100 ft");
    assert_eq!(coarse.shown(&metric), "1500 m");
    let fine = Value::Number(number(1, -6, Unit::Becquerel));
    assert_eq!(fine.shown(&metric.clone().with_unit(Unit::Curie)), "0.000001 Bq");
}

#[test]
fn each_system_has_its_units() {
    let metric = Habits::of(System::Metric);
    let nautical = Habits::of(System::Nautical);
    assert_eq!(Habits::default(), metric);
    for (sent, in_metric, in_nautical) in [
        (Unit::Metre, Unit::Metre, Unit::Foot),
        (Unit::Kilometre, Unit::Kilometre, Unit::NauticalMile),
        (Unit::Foot, Unit::Metre, Unit::Foot),
        (Unit::NauticalMile, Unit::Kilometre, Unit::NauticalMile),
        (Unit::Yard, Unit::Metre, Unit::Foot),
        (Unit::FlightLevel, Unit::Metre, Unit::FlightLevel),
        (Unit::MetrePerSecond, Unit::MetrePerSecond, Unit::Knot),
        (Unit::KilometrePerHour, Unit::KilometrePerHour, Unit::Knot),
        (Unit::Knot, Unit::KilometrePerHour, Unit::Knot),
        (Unit::FootPerMinute, Unit::MetrePerSecond, Unit::FootPerMinute),
        (Unit::Kilogram, Unit::Kilogram, Unit::Pound),
        (Unit::Tonne, Unit::Tonne, Unit::Pound),
        (Unit::Pound, Unit::Kilogram, Unit::Pound),
        (Unit::Celsius, Unit::Celsius, Unit::Fahrenheit),
        (Unit::Fahrenheit, Unit::Celsius, Unit::Fahrenheit),
        (Unit::Hectopascal, Unit::Hectopascal, Unit::InchOfMercury),
        (Unit::InchOfMercury, Unit::Hectopascal, Unit::InchOfMercury),
        (Unit::Curie, Unit::Gigabecquerel, Unit::Curie),
        (Unit::Litre, Unit::Litre, Unit::GallonUs),
        (Unit::CubicMetre, Unit::CubicMetre, Unit::GallonUs),
        (Unit::GallonUs, Unit::Litre, Unit::GallonUs),
        (Unit::DegreeMagnetic, Unit::DegreeMagnetic, Unit::DegreeMagnetic),
        (Unit::Megawatt, Unit::Megawatt, Unit::Megawatt),
    ] {
        assert_eq!(metric.unit_for(sent), in_metric, "{}", sent.code());
        assert_eq!(nautical.unit_for(sent), in_nautical, "{}", sent.code());
    }
    for (dimension, in_metric, in_nautical) in [
        (Dimension::Length, Unit::Metre, Unit::Foot),
        (Dimension::Speed, Unit::KilometrePerHour, Unit::Knot),
        (Dimension::Mass, Unit::Kilogram, Unit::Pound),
        (Dimension::Bearing, Unit::DegreeTrue, Unit::DegreeTrue),
        (Dimension::Temperature, Unit::Celsius, Unit::Fahrenheit),
        (Dimension::Pressure, Unit::Hectopascal, Unit::InchOfMercury),
        (Dimension::Activity, Unit::Becquerel, Unit::Becquerel),
        (Dimension::Dose, Unit::Millisievert, Unit::Millisievert),
        (Dimension::DoseRate, Unit::MicrosievertPerHour, Unit::MicrosievertPerHour),
        (Dimension::Power, Unit::Megawatt, Unit::Megawatt),
        (Dimension::Energy, Unit::MegawattHour, Unit::MegawattHour),
        (Dimension::Voltage, Unit::Kilovolt, Unit::Kilovolt),
        (Dimension::Frequency, Unit::Hertz, Unit::Hertz),
        (Dimension::Duration, Unit::Minute, Unit::Minute),
        (Dimension::Volume, Unit::Litre, Unit::GallonUs),
        (Dimension::Share, Unit::Percent, Unit::Percent),
        (Dimension::Count, Unit::One, Unit::One),
    ] {
        assert_eq!(metric.entry_unit(dimension), in_metric);
        assert_eq!(nautical.entry_unit(dimension), in_nautical);
        assert_eq!(Dimension::from_code(dimension.code()), Some(dimension));
    }
    assert_eq!(Dimension::from_code("weight"), None);
}

#[test]
fn a_side_may_choose_units_of_its_own() {
    let habits = Habits::of(System::Metric).with_unit(Unit::Foot).with_unit(Unit::Knot);
    assert_eq!(habits.unit_for(Unit::Metre), Unit::Foot);
    assert_eq!(habits.unit_for(Unit::FlightLevel), Unit::Foot);
    assert_eq!(habits.unit_for(Unit::Kilometre), Unit::Kilometre);
    assert_eq!(habits.unit_for(Unit::MetrePerSecond), Unit::Knot);
    assert_eq!(habits.entry_unit(Dimension::Length), Unit::Foot);
    let habits = habits.with_unit(Unit::NauticalMile);
    assert_eq!(habits.unit_for(Unit::Kilometre), Unit::NauticalMile);
    assert_eq!(habits.unit_for(Unit::Metre), Unit::Foot);
    assert_eq!(habits.entry_unit(Dimension::Length), Unit::NauticalMile);
    let habits = habits.with_unit(Unit::Yard);
    assert_eq!(habits.unit_for(Unit::Metre), Unit::Yard);
    let habits = habits.with_unit(Unit::DegreeMagnetic);
    assert_eq!(habits.unit_for(Unit::DegreeTrue), Unit::DegreeTrue);
    assert_eq!(habits.entry_unit(Dimension::Bearing), Unit::DegreeMagnetic);
    for system in System::ALL {
        assert_eq!(System::from_code(system.code()), Some(system));
    }
    for format in PlaceFormat::ALL {
        assert_eq!(PlaceFormat::from_code(format.code()), Some(format));
        assert_eq!(Habits::default().with_places(format).places(), format);
    }
    assert_eq!(Habits::default().places(), PlaceFormat::Minutes);
    assert_eq!(System::from_code("imperial"), None);
}

#[test]
fn units_are_spelled_out() {
    assert_eq!((Unit::Metre.word_for_one(), Unit::Metre.word()), ("metre", "metres"));
    assert_eq!((Unit::Foot.word_for_one(), Unit::Foot.word()), ("foot", "feet"));
    assert_eq!(Unit::One.word(), "");
    assert_eq!(Unit::One.symbol(), "");
    assert!(Unit::Metre.converts_to(Unit::Foot));
    assert!(Unit::DegreeTrue.converts_to(Unit::DegreeTrue));
    assert!(!Unit::DegreeTrue.converts_to(Unit::DegreeMagnetic));
    assert!(!Unit::Metre.converts_to(Unit::Kilogram));
}

#[test]
fn places_have_letters_marks_and_the_datum() {
    use PlaceFormat::{Degrees, Minutes, Seconds};
    let place = |n, e, p| Place::new(n, e, p).unwrap();
    for (place, format, expected) in [
        (place(31_381_667, 33_383_333, 185), Minutes, "31° 22.9' N 033° 23.0' E WGS 84"),
        (place(31_381_667, 33_383_333, 185), Degrees, "31.382° N 033.383° E WGS 84 to 185 m"),
        (place(31_381_667, 33_383_333, 185), Seconds, "31° 22' 54\" N 033° 23' 00\" E WGS 84 to 185 m"),
        (place(-31_381_667, -33_383_333, 30), Seconds, "31° 22' 54\" S 033° 23' 00\" W WGS 84"),
        (place(31_381_667, 33_383_333, 3), Seconds, "31° 22' 54.0\" N 033° 23' 00.0\" E WGS 84"),
        (place(31_381_667, 33_383_333, 1), Minutes, "31° 22.900' N 033° 23.000' E WGS 84"),
        (place(31_381_667, 33_383_333, 1), Degrees, "31.38167° N 033.38333° E WGS 84"),
        (place(31_999_999, 33_999_999, 185), Minutes, "32° 00.0' N 034° 00.0' E WGS 84"),
        (place(31_999_999, 33_999_999, 30), Seconds, "32° 00' 00\" N 034° 00' 00\" E WGS 84"),
        (place(31_381_667, 33_383_333, 111_120), Degrees, "31° N 033° E WGS 84"),
        (place(31_381_667, 33_383_333, 1_000_000), Minutes, "31° 23' N 033° 23' E WGS 84 to 1 000 000 m"),
        (place(31_381_667, 33_383_333, 1852), Minutes, "31° 23' N 033° 23' E WGS 84"),
        (place(0, 180_000_000, 1852), Minutes, "00° 00' N 180° 00' E WGS 84"),
        (place(0, -179_999_999, 1852), Minutes, "00° 00' N 180° 00' W WGS 84"),
    ] {
        assert_eq!(place.text(format), expected);
        assert_eq!(Value::Place(place).shown(&Habits::default().with_places(format)), expected);
    }
    assert_eq!(
        Value::Place(place(31_381_667, 33_383_333, 185)).as_sent(),
        "31.382° N 033.383° E WGS 84 to 185 m"
    );
}

#[test]
fn how_exact_a_place_is_stands_in_the_readers_unit_and_can_be_typed_back() {
    let nautical = Habits::of(System::Nautical).with_places(PlaceFormat::Minutes);
    for (precision, expected) in [
        (185, "185 m / 0.1 NM"),
        (1852, "1852 m / 1.0 NM"),
        (30, "30 m / 98 ft"),
        (1_000_000, "1 000 000 m / 540.0 NM"),
    ] {
        let place = Place::new(31_381_667, 33_383_333, precision).unwrap();
        let shown = place.with_tolerance(&nautical);
        assert_eq!(shown.rsplit_once(" WGS 84 to ").map(|(_, tolerance)| tolerance), Some(expected));
        let typed = Value::parse(Kind::Place, &shown, &nautical, None).unwrap();
        assert!(matches!(typed, Value::Place(typed) if typed.precision() == precision));
    }
    let metric = Place::new(31_381_667, 33_383_333, 185).unwrap().with_tolerance(&Habits::default());
    assert!(metric.ends_with(" WGS 84 to 185 m"), "{metric}");
}

#[test]
fn the_other_kinds_are_shown_in_fixed_words() {
    let at = Time::parse("232015Z NOV 26", None).unwrap();
    let habits = Habits::default();
    for (value, expected) in [
        (Value::Time(at), "232015Z NOV 26"),
        (Value::Time(Time::from_minutes(0)), "010000Z JAN 25"),
        (Value::Time(Time::parse("2099-12-31 2359Z", None).unwrap()), "312359Z DEC 99"),
        (Value::Time(Time::parse("2100-01-01 0000Z", None).unwrap()), "010000Z JAN 2100"),
        (Value::Time(Time::from_minutes(u32::MAX)), "160415Z FEB 10191"),
        (Value::Polarity(true), "WILL"),
        (Value::Polarity(false), "WILL NOT"),
        (Value::Word("live-fire".into()), "live-fire"),
        (Value::Text("a\nb".into()), "a\nb"),
        (Value::Name("EVER GIVEN".into()), "EVER GIVEN"),
        (Value::Condition(Condition::None), "NO CONDITION"),
        (Value::Condition(Condition::NotBefore(at)), "NOT BEFORE 232015Z NOV 26"),
        (Value::Condition(Condition::Until(at)), "UNTIL 232015Z NOV 26"),
        (Value::Condition(Condition::If("it rains".into())), "IF it rains"),
    ] {
        assert_eq!(value.shown(&habits), expected);
        assert_eq!(value.as_sent(), expected);
    }
}
