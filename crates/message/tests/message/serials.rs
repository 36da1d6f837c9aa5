//! Serials: the names that people read to each other over a telephone.

use ringdown_message::{Serial, SerialError};
use ringdown_record::TrafficClass;

use crate::world::{BLUE, GREEN, SIDES, World};

// R20, R47: numbers per direction and class, and the class can be heard in the number.
#[test]
fn a_serial_is_written_as_people_say_it() {
    let world = World::new();
    let text = |side, class, number| Serial { side, class, number }.text(world.charter());
    assert_eq!(text(BLUE, TrafficClass::Live, 142), "BLUE 0142");
    assert_eq!(text(BLUE, TrafficClass::Exercise, 7), "BLUE X-0007");
    assert_eq!(text(GREEN, TrafficClass::Test, 3), "GREEN T-0003");
    assert_eq!(text(GREEN, TrafficClass::Live, 12_345), "GREEN 12345");
}

#[test]
fn every_serial_reads_back_as_itself() {
    let world = World::new();
    for side in SIDES {
        for class in TrafficClass::ALL {
            for number in [1, 9, 10, 999, 1_000, 9_999, 10_000, 4_294_967_294, u32::MAX] {
                let serial = Serial { side, class, number };
                assert_eq!(Serial::parse(&serial.text(world.charter()), world.charter()), Ok(serial));
            }
        }
    }
}

#[test]
fn case_zeros_and_white_space_do_not_matter() {
    let world = World::new();
    let expected = Ok(Serial { side: BLUE, class: TrafficClass::Test, number: 3 });
    for text in ["BLUE T-0003", "blue t-3", "Blue t-0000003", "  BLUE   T-03 ", "BLUE\tT-3", "bLuE T-3\n"] {
        assert_eq!(Serial::parse(text, world.charter()), expected, "{text:?}");
    }
    let live = Ok(Serial { side: GREEN, class: TrafficClass::Live, number: 142 });
    for text in ["GREEN 0142", "green 142", "GREEN  000142"] {
        assert_eq!(Serial::parse(text, world.charter()), live, "{text:?}");
    }
    let exercise = Ok(Serial { side: GREEN, class: TrafficClass::Exercise, number: 1 });
    assert_eq!(Serial::parse("green x-1", world.charter()), exercise);
}

#[test]
fn a_name_of_neither_side_is_called_that() {
    let world = World::new();
    for (text, name) in [
        ("RED 0001", "RED"),
        ("BLUE-GREEN 1", "BLUE-GREEN"),
        ("BLUET-0003", "BLUET-0003"),
        ("0142", "0142"),
        ("", ""),
    ] {
        let error = Serial::parse(text, world.charter()).unwrap_err();
        assert_eq!(error, SerialError::UnknownSide(name.into()), "{text:?}");
        assert!(error.to_string().contains(name));
    }
}

#[test]
fn what_is_no_number_is_called_that() {
    let world = World::new();
    let bad = [
        "BLUE",
        "BLUE ",
        "BLUE x",
        "BLUE 0",
        "BLUE 0000",
        "BLUE T-0",
        "BLUE T-",
        "BLUE X-",
        "BLUE -1",
        "BLUE +1",
        "BLUE T-+1",
        "BLUE T--1",
        "BLUE T-T-1",
        "BLUE X-T-1",
        "BLUE L-1",
        "BLUE TX-1",
        "BLUE T 1",
        "BLUE 1 2",
        "BLUE 1.0",
        "BLUE 0x1",
        "BLUE 1_000",
        "BLUE 4294967296",
        "BLUE 99999999999999999999999",
        "BLUE \u{661}",
        "BLUE \u{ff11}",
        "BLUE T\u{2013}1",
    ];
    for text in bad {
        let error = Serial::parse(text, world.charter()).unwrap_err();
        assert!(matches!(error, SerialError::NotANumber(_)), "{text:?}: {error:?}");
        assert!(error.to_string().contains("0142"), "the words show what a number looks like");
    }
}

#[test]
fn serials_sort_by_side_class_and_number() {
    let serial = |side, class, number| Serial { side, class, number };
    let sorted = [
        serial(BLUE, TrafficClass::Live, 2),
        serial(BLUE, TrafficClass::Live, 10),
        serial(BLUE, TrafficClass::Exercise, 1),
        serial(BLUE, TrafficClass::Test, 1),
        serial(GREEN, TrafficClass::Live, 1),
    ];
    assert!(sorted.is_sorted());
}
