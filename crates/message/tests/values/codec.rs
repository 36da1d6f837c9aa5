//! Values and fields on the wire: exactly one form, nothing out of range.

use ringdown_message::value::{Condition, Field, Number, Place, Time, Unit, Value, ValueError};
use ringdown_record::encoding::{DecodeError, from_cbor, to_cbor};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(|byte| *byte != b' ').collect();
    digits
        .chunks(2)
        .map(|two| u8::from_str_radix(std::str::from_utf8(two).expect("hex"), 16).expect("hex"))
        .collect()
}

// MSG-3, MSG-4.
#[test]
fn every_kind_has_the_form_that_the_spec_gives() {
    let number = |mantissa, exponent, unit| Value::Number(Number::new(mantissa, exponent, unit).unwrap());
    let cases = [
        (number(1500, 0, Unit::Metre), "84 01 19 05dc 00 61 6d"),
        (number(-5, -1, Unit::Celsius), "84 01 24 20 61 43"),
        (number(49, 2, Unit::Foot), "84 01 18 31 02 62 6674"),
        (Value::Time(Time::from_minutes(0)), "82 02 00"),
        (Value::Time(Time::from_minutes(u32::MAX)), "82 02 1a ffffffff"),
        (
            Value::Place(Place::new(31_381_667, 33_383_333, 185).unwrap()),
            "84 03 1a 01ded8a3 1a 01fd63a5 18 b9",
        ),
        (Value::Place(Place::new(-90_000_000, 180_000_000, 1).unwrap()), "84 03 3a 055d4a7f 1a 0aba9500 01"),
        (Value::Polarity(true), "82 04 f5"),
        (Value::Polarity(false), "82 04 f4"),
        (Value::word("live-fire").unwrap(), "82 05 69 6c6976652d66697265"),
        (Value::text("a\nb").unwrap(), "82 06 63 610a62"),
        (Value::Condition(Condition::None), "84 07 00 00 60"),
        (Value::Condition(Condition::NotBefore(Time::from_minutes(10))), "84 07 01 0a 60"),
        (Value::Condition(Condition::Until(Time::from_minutes(24))), "84 07 02 18 18 60"),
        (Value::Condition(Condition::If("fog".into())), "84 07 03 00 63 666f67"),
        (Value::name("EVER GIVEN").unwrap(), "82 08 6a 4556455220474956454e"),
    ];
    for (value, expected) in cases {
        assert_eq!(hex(&to_cbor(&value)), expected.replace(' ', ""), "{value:?}");
        assert_eq!(from_cbor::<Value>(&bytes(expected)), Ok(value));
    }
}

#[test]
fn a_field_has_the_form_that_the_spec_gives() {
    let field = Field::new("height-1", true, Value::Polarity(false)).unwrap();
    let expected = "83 68 6865696768742d31 f5 82 04 f4";
    assert_eq!(hex(&to_cbor(&field)), expected.replace(' ', ""));
    assert_eq!(from_cbor::<Field>(&bytes(expected)), Ok(field));
}

#[test]
fn what_no_constructor_makes_no_decoder_takes() {
    let invalid = DecodeError::Invalid("CBOR of this kind");
    for refused in [
        "81 01",                                // no items
        "82 00 00",                             // no kind 0
        "82 09 00",                             // no kind 9
        "85 01 01 00 61 6d 00",                 // an item too many
        "83 01 01 00",                          // no unit
        "84 01 1b 000000e8d4a51000 00 61 6d",   // 10^12
        "84 01 3b 000000e8d4a50fff 00 61 6d",   // -10^12
        "84 01 01 07 61 6d",                    // exponent 7
        "84 01 01 26 61 6d",                    // exponent -7
        "84 01 01 00 61 78",                    // unit x
        "84 01 01 00 61 4d",                    // unit M
        "84 01 19 0169 00 68 6465672d74727565", // 361 degrees true
        "84 01 20 00 67 6465672d6d6167",        // -1 degree magnetic
        "84 01 20 00 61 31",                    // a count of -1
        "84 01 01 20 61 31",                    // a count of 0.1
        "82 02 20",                             // minute -1
        "82 02 1b 0000000100000000",            // minute 2^32
        "84 03 1a 055d4a81 00 01",              // north of the pole
        "84 03 3a 055d4a80 00 01",              // south of the pole
        "84 03 00 1a 0aba9501 01",              // east of 180
        "84 03 00 3a 0aba94ff 01",              // -180 is written 180
        "84 03 00 00 00",                       // precision 0
        "84 03 00 00 1a 000f4241",              // precision above 1 000 km
        "82 04 00",                             // a polarity that is a number
        "82 05 60",                             // no word
        "82 05 61 41",                          // a capital
        "82 05 61 5f",                          // an underscore
        "82 06 60",                             // no text
        "82 06 61 20",                          // nothing to see
        "82 08 60",                             // no name
        "82 08 62 610a",                        // a name of two lines
        "82 08 64 41e2808e",                    // a name with a mark of direction
        "84 07 00 01 60",                       // no condition with a time
        "84 07 00 00 61 61",                    // no condition with a text
        "84 07 01 01 61 61",                    // NOT BEFORE with a text
        "84 07 02 01 61 61",                    // UNTIL with a text
        "84 07 03 00 60",                       // IF without a text
        "84 07 03 01 61 61",                    // IF with a time
        "84 07 04 00 60",                       // no kind of condition 4
        "84 07 03 00 62 610a",                  // IF of two lines
    ] {
        assert_eq!(from_cbor::<Value>(&bytes(refused)), Err(invalid), "{refused}");
    }
    for refused in [
        "82 61 61 f5",             // no value
        "84 61 61 f5 82 04 f4 00", // an item too many
        "83 60 f5 82 04 f4",       // no name
        "83 61 41 f5 82 04 f4",    // a capital
        "83 61 61 01 82 04 f4",    // critical is true or false
        "83 61 61 f5 82 05 60",    // a value that is none
    ] {
        assert_eq!(from_cbor::<Field>(&bytes(refused)), Err(invalid), "{refused}");
    }
}

#[test]
fn another_form_of_the_same_value_is_refused() {
    for other in [
        "84 01 18 01 00 61 6d",      // 1 in two bytes
        "84 01 01 18 00 61 6d",      // exponent in two bytes
        "98 02 04 f5",               // length in two bytes
        "82 18 04 f5",               // kind in two bytes
        "82 02 1b 0000000000000001", // minute 1 in nine bytes
        "82 05 78 01 61",            // length of a text in two bytes
    ] {
        assert_eq!(from_cbor::<Value>(&bytes(other)), Err(DecodeError::NotCanonical), "{other}");
    }
    // Indefinite length.
    assert!(from_cbor::<Value>(&bytes("9f 04 f5 ff")).is_err());
}

#[test]
fn limits_are_what_they_say() {
    let number = |mantissa, exponent, unit| Number::new(mantissa, exponent, unit).map(|_| ());
    assert_eq!(number(999_999_999_999, 6, Unit::Metre), Ok(()));
    assert_eq!(number(-999_999_999_999, -6, Unit::Metre), Ok(()));
    assert_eq!(number(1_000_000_000_000, 0, Unit::Metre), Err(ValueError::NumberRange));
    assert_eq!(number(0, 7, Unit::Metre), Err(ValueError::NumberRange));
    assert_eq!(number(0, -7, Unit::Metre), Err(ValueError::NumberRange));
    assert_eq!(number(360, 0, Unit::DegreeTrue), Ok(()));
    assert_eq!(number(36, 1, Unit::DegreeMagnetic), Ok(()));
    assert_eq!(number(360_000_001, -6, Unit::DegreeTrue), Err(ValueError::BearingRange));
    assert_eq!(number(-1, 0, Unit::DegreeMagnetic), Err(ValueError::BearingRange));
    assert_eq!(number(0, 0, Unit::One), Ok(()));
    assert_eq!(number(-1, 0, Unit::One), Err(ValueError::CountRange));
    assert_eq!(number(10, -1, Unit::One), Err(ValueError::CountRange));
    assert!(Value::word(&"w".repeat(32)).is_ok());
    assert_eq!(Value::word(&"w".repeat(33)), Err(ValueError::Word));
    assert_eq!(Value::word("émoi"), Err(ValueError::Word));
    assert!(Value::text(&"t".repeat(500)).is_ok());
    assert_eq!(Value::text(&"t".repeat(501)), Err(ValueError::TextLength));
    assert_eq!(Value::text(" \n"), Err(ValueError::TextLength));
    assert!(Value::name(&"n".repeat(64)).is_ok());
    assert_eq!(Value::name(&"n".repeat(65)), Err(ValueError::OneLine));
    assert_eq!(Value::name("a\tb"), Err(ValueError::OneLine));
    assert!(Value::Condition(Condition::If("i".repeat(200))).check().is_ok());
    assert_eq!(Value::Condition(Condition::If("i".repeat(201))).check(), Err(ValueError::OneLine));
    assert!(Field::new(&"f".repeat(32), false, Value::Polarity(true)).is_ok());
    assert_eq!(Field::new(&"f".repeat(33), false, Value::Polarity(true)), Err(ValueError::FieldName));
    assert_eq!(Field::new("two words", false, Value::Polarity(true)), Err(ValueError::FieldName));
    assert_eq!(Field::new("a", false, Value::Word("A".into())), Err(ValueError::Word));
}
