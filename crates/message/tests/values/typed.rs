//! What people type, kind by kind: what is taken, exactly, and what is refused, with which reason.

use ringdown_message::value::{
    Advice, Condition, Date, Dimension, Habits, Kind, Number, ParseError, Place, PlaceFormat, Problem,
    System, Time, Unit, UnitError, Value, ValueError,
};

fn parse(kind: Kind, text: &str) -> Result<Value, Problem> {
    Value::parse(kind, text, &Habits::default(), None).map_err(|error| error.problem)
}

fn number(mantissa: i64, exponent: i8, unit: Unit) -> Value {
    Value::Number(Number::new(mantissa, exponent, unit).expect("in range"))
}

fn length(text: &str) -> Result<Value, Problem> {
    parse(Kind::Number(Dimension::Length), text)
}

#[test]
fn the_last_digit_typed_is_the_resolution() {
    for (text, mantissa, exponent, unit) in [
        ("4921 ft", 4921, 0, Unit::Foot),
        ("4 921ft", 4921, 0, Unit::Foot),
        ("1.50 km", 150, -2, Unit::Kilometre),
        ("0.000001 m", 1, -6, Unit::Metre),
        ("-12 m", -12, 0, Unit::Metre),
        ("+12 m", 12, 0, Unit::Metre),
        ("- 12 m", -12, 0, Unit::Metre),
        ("999 999 999 999 m", 999_999_999_999, 0, Unit::Metre),
        ("1 000 000 000 000 m", 100_000_000_000, 1, Unit::Metre),
        ("-999999999999000000 m", -999_999_999_999, 6, Unit::Metre),
        ("FL330", 330, 0, Unit::FlightLevel),
        ("fl 330", 330, 0, Unit::FlightLevel),
        ("330 FL", 330, 0, Unit::FlightLevel),
        ("4900 ft to 100 ft", 49, 2, Unit::Foot),
        ("4900 ft TO 10 ft", 490, 1, Unit::Foot),
        ("4900 ft to 0.1 ft", 49_000, -1, Unit::Foot),
        ("4900 ft to 1 ft", 4900, 0, Unit::Foot),
        ("1.50 km to 0.1 km", 15, -1, Unit::Kilometre),
        ("3000000 m to 1 000 000 m", 3, 6, Unit::Metre),
        ("FL 330 to FL 10", 33, 1, Unit::FlightLevel),
    ] {
        assert_eq!(length(text), Ok(number(mantissa, exponent, unit)), "{text}");
    }
}

#[test]
fn a_number_that_may_mean_two_things_is_refused() {
    for (text, problem) in [
        ("", Problem::Empty),
        ("  ", Problem::Empty),
        ("1500", Problem::NoUnit),
        ("1,500 m", Problem::Comma),
        ("15 00 m", Problem::Grouping),
        ("1500 000 m", Problem::Grouping),
        ("1 5000 m", Problem::Grouping),
        ("m", Problem::NotANumber("m".into())),
        ("FL", Problem::NotANumber("".into())),
        ("high", Problem::NotANumber("high".into())),
        ("1. m", Problem::NotANumber("1.".into())),
        (".5 m", Problem::NotANumber(".5".into())),
        ("1.2.3 m", Problem::NotANumber("1.2.3".into())),
        ("--1 m", Problem::NotANumber("--1".into())),
        ("1'500 m", Problem::NotANumber("1'500".into())),
        ("1000000000001 m", Problem::TooManyDigits),
        ("1000000000001 m to 0.1 m", Problem::Range(ValueError::NumberRange)),
        ("10000000000000000000 m", Problem::TooManyDigits),
        ("0.0000001 m", Problem::TooManyDigits),
        ("99999999999999999999 m", Problem::TooManyDigits),
        ("12 furlongs", Problem::UnknownUnit("furlongs".into())),
        ("FL 330 m", Problem::UnknownUnit("m".into())),
        ("12 miles", Problem::AmbiguousUnit("miles".into(), Advice::Miles)),
        ("12 kg", Problem::OtherDimension(Unit::Kilogram)),
        ("4921 ft to 100 ft", Problem::FinerThanStated),
        ("4900 ft to 100 m", Problem::Resolution),
        ("4900 ft to 50 ft", Problem::Resolution),
        ("4900 ft to -10 ft", Problem::Resolution),
        ("4900 ft to 10000000 ft", Problem::Resolution),
        ("4900 ft to 100", Problem::NoUnit),
        ("999999999999 m to 0.1 m", Problem::Range(ValueError::NumberRange)),
        ("999999999999 m to 0.000001 m", Problem::Range(ValueError::NumberRange)),
        ("15\u{202e}00 m", Problem::Hidden("U+202E".into())),
        ("15\u{200b}00 m", Problem::Hidden("U+200B".into())),
    ] {
        assert_eq!(length(text), Err(problem), "{text}");
    }
    assert_eq!(length(&"1".repeat(201)), Err(Problem::TooLong));
    assert_eq!(length(&"1".repeat(200)), Err(Problem::TooManyDigits));
}

#[test]
fn a_unit_beside_the_box_may_be_left_out_and_another_one_counts() {
    let beside = |text| parse(Kind::NumberIn(Unit::Foot), text);
    assert_eq!(beside("1500"), Ok(number(1500, 0, Unit::Foot)));
    assert_eq!(beside("1500 m"), Ok(number(1500, 0, Unit::Metre)));
    assert_eq!(beside("1500 to 100"), Ok(number(15, 2, Unit::Foot)));
    assert_eq!(beside("1500 kg"), Err(Problem::OtherDimension(Unit::Kilogram)));
    assert_eq!(parse(Kind::Number(Dimension::Count), "12 000"), Ok(number(12_000, 0, Unit::One)));
    assert_eq!(parse(Kind::NumberIn(Unit::One), "12"), Ok(number(12, 0, Unit::One)));
    assert_eq!(parse(Kind::Number(Dimension::Count), "12 m"), Err(Problem::OtherDimension(Unit::Metre)));
    assert_eq!(parse(Kind::Number(Dimension::Count), "1.5"), Err(Problem::Range(ValueError::CountRange)));
    assert_eq!(parse(Kind::Number(Dimension::Count), "-1"), Err(Problem::Range(ValueError::CountRange)));
    let bearing = |text| parse(Kind::Number(Dimension::Bearing), text);
    assert_eq!(bearing("045 true"), Ok(number(45, 0, Unit::DegreeTrue)));
    assert_eq!(bearing("045.5° MAG"), Ok(number(455, -1, Unit::DegreeMagnetic)));
    assert_eq!(bearing("361 TRUE"), Err(Problem::Range(ValueError::BearingRange)));
}

#[test]
fn digits_and_signs_of_other_keyboards_are_read() {
    for (text, mantissa, exponent) in [
        ("١٢٣٤٥٦٧٨٩٠ m", 1_234_567_890, 0),
        ("۱۲۳۴۵۶۷۸۹۰ m", 1_234_567_890, 0),
        ("１２３４５６７８９０ｍ", 1_234_567_890, 0),
        ("١٢٫٥ m", 125, -1),
        ("١٬٥٠٠ m", 1500, 0),
        ("1\u{a0}500\u{202f}m", 1500, 0),
        ("1\u{2009}500\u{3000}m", 1500, 0),
        ("\u{2212}5 m", -5, 0),
        ("\t5\tm", 5, 0),
        ("１２．５ m", 125, -1),
    ] {
        assert_eq!(length(text), Ok(number(mantissa, exponent, Unit::Metre)), "{text}");
    }
    assert_eq!(length("1\u{60c}5 m"), Err(Problem::Comma));
    assert_eq!(length("१५ m"), Err(Problem::NotANumber("१५ m".into())));
    assert_eq!(length("\u{2013}5 m"), Err(Problem::NotANumber("\u{2013}5 m".into())));
    let share = parse(Kind::Number(Dimension::Share), "٨٠٪");
    assert_eq!(share, Ok(number(80, 0, Unit::Percent)));
}

#[test]
fn units_are_read_as_people_spell_them() {
    for unit in Unit::all().filter(|unit| *unit != Unit::One) {
        for spelling in [unit.code(), unit.symbol(), unit.word(), unit.word_for_one()] {
            assert_eq!(Unit::parse(spelling), Ok(unit), "{spelling}");
        }
        assert_eq!(Unit::from_code(unit.code()), Some(unit));
        assert!(unit.dimension().units().any(|other| other == unit));
    }
    assert_eq!(Unit::all().count(), 47);
    for (text, expected) in [
        ("FT", Ok(Unit::Foot)),
        ("nm", Ok(Unit::NauticalMile)),
        (" kts ", Ok(Unit::Knot)),
        ("Meters", Ok(Unit::Metre)),
        ("MSV", Err(UnitError::Ambiguous(Advice::Case))),
        ("msv", Ok(Unit::Millisievert)),
        ("mW", Err(UnitError::Ambiguous(Advice::Case))),
        ("mw", Err(UnitError::Ambiguous(Advice::Case))),
        ("Mw", Ok(Unit::Megawatt)),
        ("MHz", Err(UnitError::Ambiguous(Advice::Case))),
        ("mHZ", Ok(Unit::Millihertz)),
        ("MegaWatts", Ok(Unit::Megawatt)),
        ("megawatts", Ok(Unit::Megawatt)),
        ("kW", Ok(Unit::Kilowatt)),
        ("KW", Ok(Unit::Kilowatt)),
        ("mbq", Err(UnitError::Ambiguous(Advice::Case))),
        ("mwh", Err(UnitError::Ambiguous(Advice::Case))),
        ("MSv/h", Err(UnitError::Ambiguous(Advice::Case))),
        ("M", Err(UnitError::Ambiguous(Advice::CapitalM))),
        ("T", Err(UnitError::Ambiguous(Advice::CapitalT))),
        ("tons", Err(UnitError::Ambiguous(Advice::Tons))),
        ("Degrees", Err(UnitError::Ambiguous(Advice::Degrees))),
        ("gallons", Err(UnitError::Ambiguous(Advice::Gallons))),
        ("1", Err(UnitError::Unknown)),
        ("", Err(UnitError::Unknown)),
        ("parsec", Err(UnitError::Unknown)),
    ] {
        assert_eq!(Unit::parse(text), expected, "{text}");
    }
}

fn time(text: &str) -> Result<String, Problem> {
    Time::parse(text, None).map(|time| time.to_string()).map_err(|error| error.problem)
}

#[test]
fn times_are_read_in_the_usual_forms() {
    for text in [
        "232015Z NOV 26",
        "232015Z NOV 2026",
        "232015ZNOV26",
        "232015Z november 26",
        "232015Z NOVEMBER 26",
        "2026-11-23 2015Z",
        "2026-11-23 20:15Z",
        "2026-11-23T20:15Z",
        "2026-11-23T23:15+03:00",
        "2026-11-23T15:15-05",
        "2026年11月23日 20:15Z",
        "23 NOV 2026 2015Z",
        "23NOV26 2015Z",
        "23-NOV-2026 2015 UTC",
        "NOV 23 2026 2015 ZULU",
        "2015Z 23 NOV 26",
        "0415 +08 24 NOV 26",
        "0415+08 24 NOV 26",
        "0145 +0530 24 NOV 26",
        "1645 -03:30 23 NOV 26",
        "1015 +14 24 NOV 26",
    ] {
        assert_eq!(time(text).as_deref(), Ok("232015Z NOV 26"), "{text}");
    }
    assert_eq!(time("0030 +01 1 JAN 2025"), Err(Problem::NoSuchTime));
    assert_eq!(time("0130 +01 1 JAN 2025").as_deref(), Ok("010030Z JAN 25"));
    assert_eq!(time("2330 -01 31 DEC 2024").as_deref(), Ok("010030Z JAN 25"));
    assert_eq!(time("010000Z JAN 10191").as_deref(), Ok("010000Z JAN 10191"));
    assert_eq!(time("290000Z FEB 28").as_deref(), Ok("290000Z FEB 28"));
    assert_eq!(Time::parse("010000Z JAN 25", None).map(Time::minutes), Ok(0));
}

#[test]
fn a_time_that_may_mean_two_minutes_is_refused() {
    for (text, problem) in [
        ("", Problem::Empty),
        ("232015 NOV 26", Problem::NoZone),
        ("2026-11-23 20:15", Problem::NoZone),
        ("2015Z", Problem::NoDate),
        ("232015Z", Problem::NoDate),
        ("232015Z NOV", Problem::NoDate),
        ("2015Z 23 2026", Problem::NotATime("2026".into())),
        ("23 NOV 2026 Z", Problem::NoClock),
        ("2015 +0 +0 23 NOV 26", Problem::NotATime("+0".into())),
        ("2015Z 1016Z 23 NOV 26", Problem::NotATime("1016Z".into())),
        ("11/12/2026 2015Z", Problem::NumericDate),
        ("11.12.2026 2015Z", Problem::NumericDate),
        ("11-12-2026 2015Z", Problem::NumericDate),
        ("11-12 2015Z 2026", Problem::NumericDate),
        ("8 PM 23 NOV 26", Problem::HalfDay),
        ("2400Z 23 NOV 26", Problem::Hour),
        ("2360Z 23 NOV 26", Problem::NoSuchTime),
        ("20:15:30Z 23 NOV 26", Problem::Seconds),
        ("310000Z NOV 26", Problem::NoSuchTime),
        ("290000Z FEB 26", Problem::NoSuchTime),
        ("000000Z NOV 26", Problem::NoSuchTime),
        ("2026-13-01 0000Z", Problem::NoSuchTime),
        ("232015Z NOV 24", Problem::NoSuchTime),
        ("232015C NOV 26", Problem::ZoneName("C".into())),
        ("232015 MSK NOV 26", Problem::ZoneName("MSK".into())),
        ("MSK 2015", Problem::NotATime("MSK".into())),
        ("2015 +15 23 NOV 26", Problem::NotATime("+15".into())),
        ("2015 +0360 23 NOV 26", Problem::NotATime("+0360".into())),
        ("2015 +123 23 NOV 26", Problem::NotATime("+123".into())),
        ("2015 + 23 NOV 26", Problem::NotATime("+".into())),
        ("20:1Z 23 NOV 26", Problem::NotATime("20:1Z".into())),
        ("12345678Z NOV 26", Problem::NotATime("12345678Z".into())),
        ("noon", Problem::NotATime("NOON".into())),
    ] {
        assert_eq!(time(text), Err(problem), "{text}");
    }
}

#[test]
fn a_day_alone_is_the_one_nearest_to_the_reference() {
    let reference = |text| Some(Time::parse(text, None).unwrap());
    for (text, at, expected) in [
        ("232015Z", "231900Z NOV 26", "232015Z NOV 26"),
        ("010015Z", "302350Z NOV 26", "010015Z DEC 26"),
        ("302350Z", "010015Z DEC 26", "302350Z NOV 26"),
        ("010015Z", "312350Z DEC 26", "010015Z JAN 27"),
        ("312350Z", "010015Z JAN 27", "312350Z DEC 26"),
        ("310000Z", "150000Z NOV 26", "310000Z OCT 26"),
        ("0415 +08 24", "232000Z NOV 26", "232015Z NOV 26"),
    ] {
        let found = Time::parse(text, reference(at)).map(|time| time.to_string());
        assert_eq!(found.as_deref(), Ok(expected), "{text} at {at}");
    }
    let far = Time::parse("300000Z", reference("150000Z FEB 26")).map(|time| time.to_string());
    assert_eq!(far.as_deref(), Ok("300000Z JAN 26"));
}

#[test]
fn minutes_count_from_2025() {
    let date = |year, month, day, hour, minute| Time::from_date(Date { year, month, day, hour, minute });
    assert_eq!(date(2025, 1, 1, 0, 0).map(Time::minutes), Ok(0));
    assert_eq!(date(2026, 11, 23, 20, 15).map(Time::minutes), Ok(996_255));
    assert_eq!(date(2028, 2, 29, 0, 0).map(|time| time.date().day), Ok(29));
    assert_eq!(date(2100, 2, 29, 0, 0), Err(ValueError::TimeRange));
    assert_eq!(date(2024, 12, 31, 23, 59), Err(ValueError::TimeRange));
    assert_eq!(date(2026, 1, 1, 24, 0), Err(ValueError::TimeRange));
    assert_eq!(date(2026, 1, 1, 0, 60), Err(ValueError::TimeRange));
    assert_eq!(date(2026, 0, 1, 0, 0), Err(ValueError::TimeRange));
    assert_eq!(date(10_191, 2, 16, 4, 15).map(Time::minutes), Ok(u32::MAX));
    assert_eq!(date(10_191, 2, 16, 4, 16), Err(ValueError::TimeRange));
    assert_eq!(
        Time::from_unix_seconds(1_795_464_959).map(|time| time.to_string()),
        Ok("232015Z NOV 26".into())
    );
    assert_eq!(Time::from_unix_seconds(0), Err(ValueError::TimeRange));
    assert_eq!(Time::from_minutes(996_255).unix_seconds(), 1_795_464_900);
}

fn place(text: &str, format: PlaceFormat) -> Result<(i32, i32, u32), Problem> {
    let habits = Habits::default().with_places(format);
    match Value::parse(Kind::Place, text, &habits, None) {
        Ok(Value::Place(place)) => Ok((place.latitude(), place.longitude(), place.precision())),
        Ok(other) => panic!("{other:?}"),
        Err(error) => Err(error.problem),
    }
}

#[test]
fn bare_numbers_are_taken_as_the_box_says() {
    use PlaceFormat::{Degrees, Minutes, Seconds};
    for (text, format, expected) in [
        ("31.3817 N 033.3833 E", Degrees, (31_381_700, 33_383_300, 11)),
        ("31 N 33 W", Degrees, (31_000_000, -33_000_000, 111_120)),
        ("31 22.9 N 033 23.0 E", Minutes, (31_381_667, 33_383_333, 185)),
        ("31 22 N 033 23 E", Minutes, (31_366_667, 33_383_333, 1852)),
        ("31 22 54 S 033 23 00 E", Seconds, (-31_381_667, 33_383_333, 30)),
        ("31 22 54.5 N 033 23 00.5 E", Seconds, (31_381_806, 33_383_472, 3)),
        ("31.3817 N 033.3833 E", Minutes, (31_636_167, 33_638_833, 18)),
        ("31.38 N 033.38 E", Minutes, (31_633_333, 33_633_333, 1852)),
        ("31.3817 N 033.3833 E", Seconds, (31_638_056, 33_642_500, 30)),
        ("31.381725 N 033.383325 E", Seconds, (31_638_125, 33_642_569, 1)),
        ("90 N 180 W", Degrees, (90_000_000, 180_000_000, 111_120)),
        ("00 00.0 N 000 00.0 W", Minutes, (0, 0, 185)),
        ("31 22.90 N 033 23 E", Minutes, (31_381_667, 33_383_333, 1852)),
        ("31 22.9 N 033 23.0 E to 500 m", Minutes, (31_381_667, 33_383_333, 500)),
        ("31 22.9 N 033 23.0 E WGS 84 to 0.5 NM", Minutes, (31_381_667, 33_383_333, 926)),
        ("31 22.9 N 033 23.0 E wgs84 TO 1 ft", Minutes, (31_381_667, 33_383_333, 1)),
        ("31 22.9 N 033 23.0 E to 4 ft", Minutes, (31_381_667, 33_383_333, 2)),
    ] {
        assert_eq!(place(text, format), Ok(expected), "{text} {format:?}");
    }
}

#[test]
fn with_letters_and_marks_every_form_is_taken_in_every_box() {
    for format in PlaceFormat::ALL {
        for (text, expected) in [
            ("31.3817° N 033.3833° E", (31_381_700, 33_383_300, 11)),
            ("31°22.9'N 033°23.0'E", (31_381_667, 33_383_333, 185)),
            ("31° 22.9 N 033° 23.0 E", (31_381_667, 33_383_333, 185)),
            ("31° 22' 54\" N, 033° 23' 00\" E", (31_381_667, 33_383_333, 30)),
            ("31° 22' 54 N 033° 23' 0 E", (31_381_667, 33_383_333, 30)),
            ("31° 22' 54'' N 033° 23' 0'' E", (31_381_667, 33_383_333, 30)),
            ("31º22′54″N; 033º23′00″E", (31_381_667, 33_383_333, 30)),
            ("31 deg 22.9 min N 033 deg 23.0 min E", (31_381_667, 33_383_333, 185)),
            ("N 31° 22.9' E 033° 23.0'", (31_381_667, 33_383_333, 185)),
            ("E 033° 23.0' N 31° 22.9'", (31_381_667, 33_383_333, 185)),
        ] {
            assert_eq!(place(text, format), Ok(expected), "{text} {format:?}");
        }
    }
}

#[test]
fn a_place_that_may_be_two_is_refused() {
    use PlaceFormat::{Degrees, Minutes, Seconds};
    let range = Problem::Range(ValueError::PlaceRange);
    for (text, format, problem) in [
        ("", Minutes, Problem::Empty),
        ("31 22.9 033 23.0", Minutes, Problem::NoLetters),
        ("31 22.9 N", Minutes, Problem::NoLetters),
        ("N E", Minutes, Problem::NoLetters),
        ("31 22.9 N 033 23.0 S", Minutes, Problem::NoLetters),
        ("31 22.9 N 033 23.0 E 1", Minutes, Problem::NoLetters),
        ("31 22.9 N 033 23.0 E W", Minutes, Problem::NoLetters),
        ("31.9 N 033.9 E", Minutes, Problem::NotThisFormat),
        ("31 N 33 E", Minutes, Problem::NotThisFormat),
        ("31 22 54 N 033 23 00 E", Minutes, Problem::NotThisFormat),
        ("31 22.9 N 033 23.0 E", Degrees, Problem::NotThisFormat),
        ("31 22.9 N 033 23.0 E", Seconds, Problem::NotThisFormat),
        ("31.38 N 033.38 E", Seconds, Problem::NotThisFormat),
        ("31' 22.9 N 033' 23.0 E", Minutes, Problem::NotThisFormat),
        ("31 22.9' N 033 23.0' E", Minutes, Problem::NotThisFormat),
        ("31° 22' 54\" 1 N 033° 23' 0\" E", Minutes, Problem::NotThisFormat),
        ("31 60.0 N 033 23.0 E", Minutes, Problem::Sixty),
        ("31 22.9 N 033 86.0 E", Minutes, Problem::Sixty),
        ("31 229 N 033 230 E", Minutes, Problem::Sixty),
        ("31 022 N 033 023 E", Minutes, Problem::NotAPlace("022".into())),
        ("31 22 60 N 033 23 00 E", Seconds, Problem::Sixty),
        ("25.86 N 080.90 W", Minutes, Problem::Sixty),
        ("31.5 22.9 N 033 23.0 E", Minutes, Problem::PointTooEarly),
        ("31,38 N 033,38 E", Degrees, Problem::Comma),
        ("31. N 033 E", Degrees, Problem::NotAPlace("31.".into())),
        ("0031 N 033 E", Degrees, Problem::NotAPlace("0031".into())),
        ("1.2.3 N 033 E", Degrees, Problem::NotAPlace("1.2.3".into())),
        ("31.123456789 N 033 E", Degrees, Problem::TooManyDigits),
        ("91 N 033 E", Degrees, range.clone()),
        ("31 N 181 E", Degrees, range.clone()),
        ("90 00.1 N 033 00.0 E", Minutes, range.clone()),
        ("31 22.9 N 033 23.0 O", Minutes, Problem::NotAPlace("O".into())),
        ("31 22.9 N 033 23.0 E NAD27", Minutes, Problem::NotAPlace("NAD".into())),
        ("31 22.9 N 033 23.0 E to 5", Minutes, Problem::NoUnit),
        ("31 22.9 N 033 23.0 E to 2000 km", Minutes, range.clone()),
        ("31 22.9 N 033 23.0 E to 0 m", Minutes, range.clone()),
        ("31 22.9 N 033 23.0 E to -5 m", Minutes, range),
    ] {
        assert_eq!(place(text, format), Err(problem), "{text} {format:?}");
    }
}

#[test]
fn words_are_read_without_case_and_nothing_is_guessed() {
    assert_eq!(parse(Kind::Polarity, " will  NOT "), Ok(Value::Polarity(false)));
    assert_eq!(parse(Kind::Polarity, "Will"), Ok(Value::Polarity(true)));
    for text in ["yes", "no", "won't", "willnot", "will not not", "not"] {
        assert_eq!(parse(Kind::Polarity, text), Err(Problem::Polarity), "{text}");
    }
    assert_eq!(parse(Kind::Word, "Live Fire"), Ok(Value::Word("live-fire".into())));
    assert_eq!(parse(Kind::Word, "live_fire"), Ok(Value::Word("live-fire".into())));
    assert_eq!(parse(Kind::Word, "ogień"), Err(Problem::Range(ValueError::Word)));
    assert_eq!(parse(Kind::Text, "two\nlines"), Ok(Value::Text("two\nlines".into())));
    assert_eq!(parse(Kind::Text, " \n"), Err(Problem::Empty));
    assert_eq!(parse(Kind::Text, &"t".repeat(501)), Err(Problem::TooLong));
    assert!(parse(Kind::Text, &"t".repeat(500)).is_ok());
    assert_eq!(parse(Kind::Name, " EVER GIVEN "), Ok(Value::Name("EVER GIVEN".into())));
    assert_eq!(parse(Kind::Name, " "), Err(Problem::Empty));
    assert_eq!(parse(Kind::Name, &"n".repeat(65)), Err(Problem::TooLong));
    assert_eq!(parse(Kind::Name, "EVER\u{2066}GIVEN"), Err(Problem::Hidden("U+2066".into())));
}

#[test]
fn conditions_are_read_by_their_first_words() {
    let at = Time::parse("232015Z NOV 26", None).unwrap();
    for (text, expected) in [
        ("none", Condition::None),
        ("No Condition", Condition::None),
        ("not before 232015Z NOV 26", Condition::NotBefore(at)),
        ("NOT  BEFORE 2026-11-23 2015Z", Condition::NotBefore(at)),
        ("until 232015Z NOV 26", Condition::Until(at)),
        ("If the tug has left ", Condition::If("the tug has left".into())),
        ("IF if", Condition::If("if".into())),
    ] {
        assert_eq!(parse(Kind::Condition, text), Ok(Value::Condition(expected)), "{text}");
    }
    for (text, problem) in [
        ("", Problem::Empty),
        ("IF", Problem::Empty),
        ("IF a\u{200b}b", Problem::Hidden("U+200B".into())),
        ("ifthe tug", Problem::Condition),
        ("before 232015Z NOV 26", Problem::Condition),
        ("NOT BEFORE", Problem::Empty),
        ("UNTIL 232015 NOV 26", Problem::NoZone),
        ("232015Z NOV 26", Problem::Condition),
    ] {
        assert_eq!(parse(Kind::Condition, text), Err(problem), "{text}");
    }
    let long = format!("IF {}", "i".repeat(201));
    assert_eq!(parse(Kind::Condition, &long), Err(Problem::TooLong));
}

/// What is shown as right is right, for every kind and every unit.
#[test]
fn every_error_gives_an_example_that_is_right() {
    let mut kinds = vec![
        Kind::Time,
        Kind::Place,
        Kind::Polarity,
        Kind::Word,
        Kind::Text,
        Kind::Condition,
        Kind::Name,
        Kind::NumberIn(Unit::Foot),
    ];
    kinds.extend(Dimension::ALL.map(Kind::Number));
    for kind in kinds {
        for habits in PlaceFormat::ALL.map(|format| Habits::of(System::Nautical).with_places(format)) {
            let ParseError { example, .. } = Value::parse(kind, " ", &habits, None).unwrap_err();
            assert!(Value::parse(kind, example, &habits, None).is_ok(), "{kind:?}: {example}");
        }
    }
    let error = Value::parse(Kind::Condition, "IF", &Habits::default(), None).unwrap_err();
    assert!(Value::parse(Kind::Condition, error.example, &Habits::default(), None).is_ok());
}

#[test]
fn errors_say_what_is_wrong_and_what_is_right() {
    let told = |kind, text| Value::parse(kind, text, &Habits::default(), None).unwrap_err().to_string();
    assert_eq!(
        told(Kind::Number(Dimension::Length), "1500"),
        "a number needs its unit; right would be: 1500 m"
    );
    assert_eq!(
        told(Kind::Number(Dimension::Length), "12 miles"),
        "'miles' may mean two things: write NM for nautical miles, or km; right would be: 1500 m"
    );
    assert_eq!(
        told(Kind::Time, "232015 NOV 26"),
        "a time needs Z, or the offset of the local time; right would be: 232015Z NOV 26"
    );
    assert_eq!(
        told(Kind::Time, "232015 MSK NOV 26"),
        "'MSK' is neither Z nor an offset such as +03; turn the time into Zulu; right would be: 232015Z NOV 26"
    );
    assert_eq!(
        told(Kind::Place, "25.86 N 080.90 W"),
        "minutes and seconds run below 60; this may be a decimal fraction of a degree; right would be: \
         31 22.9 N 033 23.0 E"
    );
}

#[test]
fn a_place_is_built_in_range_only() {
    assert!(Place::new(90_000_000, 180_000_000, 1_000_000).is_ok());
    assert!(Place::new(-90_000_000, -179_999_999, 1).is_ok());
    for (n, e, p) in
        [(90_000_001, 0, 1), (0, 180_000_001, 1), (0, -180_000_000, 1), (0, 0, 0), (0, 0, 1_000_001)]
    {
        assert_eq!(Place::new(n, e, p), Err(ValueError::PlaceRange));
    }
}
