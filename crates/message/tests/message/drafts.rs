//! Drafts: every limit, and what the officer is told to change.

use ringdown_message::value::{Field, Value};
use ringdown_message::{Draft, DraftError, Marker, SUBJECT_LEN_MAX, TEXT_LEN_MAX};
use ringdown_record::{EntryHash, Precedence, TrafficClass, WallTime};

use crate::world::draft;

fn checked(bend: impl FnOnce(&mut Draft)) -> Result<(), DraftError> {
    let mut draft = draft();
    bend(&mut draft);
    draft.check()
}

#[test]
fn a_good_draft_of_each_precedence_class_and_marker_passes() {
    for precedence in &Precedence::ALL[1..] {
        for class in TrafficClass::ALL {
            for marker in Marker::ALL {
                let result = checked(|draft| {
                    (draft.precedence, draft.class, draft.marker) = (*precedence, class, marker);
                    draft.re = Some(EntryHash([7; 32]));
                });
                let mixed = marker == Marker::Test && class != TrafficClass::Test;
                let expected = if mixed { Err(DraftError::MarkerNeedsClassTest) } else { Ok(()) };
                assert_eq!(result, expected, "{precedence:?} {class:?} {marker:?}");
            }
        }
    }
}

// REC-4: precedence LINE is the nodes' own.
#[test]
fn nobody_writes_with_precedence_line() {
    assert_eq!(checked(|draft| draft.precedence = Precedence::Line), Err(DraftError::Precedence));
}

// R47: "this is a test" and "this is meant" cannot be said of one message.
#[test]
fn a_live_or_exercise_message_is_never_marked_test() {
    for class in [TrafficClass::Live, TrafficClass::Exercise] {
        let result = checked(|draft| (draft.class, draft.marker) = (class, Marker::Test));
        assert_eq!(result, Err(DraftError::MarkerNeedsClassTest));
    }
}

#[test]
fn a_subject_is_one_line_that_says_something() {
    let longest = "x".repeat(SUBJECT_LEN_MAX);
    let two_bytes_each = "ж".repeat(SUBJECT_LEN_MAX / 2);
    let good = [
        "x",
        "судно без хода",
        "失控船只",
        "سفينة بلا قيادة",
        " x",
        "\u{ad}x",
        "\u{a0}x",
        &longest,
        &two_bytes_each,
    ];
    for subject in good {
        assert_eq!(checked(|draft| draft.subject = subject.into()), Ok(()), "{subject:?}");
    }
    let over = "x".repeat(SUBJECT_LEN_MAX + 1);
    let over_in_bytes = "ж".repeat(SUBJECT_LEN_MAX / 2 + 1);
    let bad = [
        "",
        " ",
        "\u{3000}\u{a0}",
        "two\nlines",
        "two\r\nlines",
        "line\n",
        "a\ttab",
        "nul\0",
        "bell\u{7}",
        "escape\u{1b}[2J",
        "delete\u{7f}",
        "next line\u{85}",
        "csi\u{9b}31m",
        "line\u{2028}separator",
        "paragraph\u{2029}separator",
        &over,
        &over_in_bytes,
    ];
    for subject in bad {
        assert_eq!(checked(|draft| draft.subject = subject.into()), Err(DraftError::Subject), "{subject:?}");
    }
}

// R2: the text is the sender's own, in any script, byte for byte; only its length is limited.
#[test]
fn a_text_is_anything_from_1_to_60_000_bytes() {
    let longest = "x".repeat(TEXT_LEN_MAX);
    for text in ["x", "\n", "lines\nand\ttabs\r\n", "\u{202e}right to left", "слово", longest.as_str()] {
        assert_eq!(checked(|draft| draft.text = text.into()), Ok(()));
    }
    assert_eq!(checked(|draft| draft.text = String::new()), Err(DraftError::Text { len: 0 }));
    let over = TEXT_LEN_MAX + 1;
    assert_eq!(checked(|draft| draft.text = "x".repeat(over)), Err(DraftError::Text { len: over }));
    let over_in_bytes = "ж".repeat(TEXT_LEN_MAX / 2 + 1);
    let len = over_in_bytes.len();
    assert_eq!(checked(|draft| draft.text = over_in_bytes), Err(DraftError::Text { len }));
}

#[test]
fn a_language_is_a_tag() {
    let longest = "a".repeat(35);
    for language in ["und", "en", "zh-Hans", "de-CH-1996", "AR", &longest] {
        assert_eq!(checked(|draft| draft.language = language.into()), Ok(()), "{language}");
    }
    let over = "a".repeat(36);
    for language in ["", " ", "en ", "en_GB", "русский", "en\n", "e.n", &over] {
        assert_eq!(
            checked(|draft| draft.language = language.into()),
            Err(DraftError::Language),
            "{language:?}"
        );
    }
}

#[test]
fn each_error_says_what_to_change() {
    let words = |error: DraftError| error.to_string();
    assert!(words(DraftError::Precedence).contains("FLASH, IMMEDIATE, PRIORITY or ROUTINE"));
    assert!(words(DraftError::MarkerNeedsClassTest).contains("another marker or class TEST"));
    assert!(words(DraftError::Subject).contains("200 bytes"));
    assert!(words(DraftError::Text { len: 0 }).contains("write one"));
    assert!(words(DraftError::Text { len: 60_001 }).contains("60001") && TEXT_LEN_MAX == 60_000);
    assert!(words(DraftError::Text { len: 60_001 }).contains("shorten it or send it in parts"));
    assert!(words(DraftError::Language).contains("tag such as en"));
}

#[test]
fn the_urgency_of_the_header_is_that_of_the_draft() {
    let mut draft = draft();
    (draft.precedence, draft.class) = (Precedence::Flash, TrafficClass::Exercise);
    assert_eq!(draft.urgency().to_byte(), 0x11);
}

// MSG-2.
#[test]
fn what_a_writer_may_not_say_is_told_with_the_limit() {
    let words = |count: usize| ["word"; 201][..count].join(" ");
    for precedence in [Precedence::Flash, Precedence::Immediate] {
        let with = |text: String| checked(|draft| (draft.precedence, draft.text) = (precedence, text));
        assert_eq!(with(words(200)), Ok(()));
        assert_eq!(with(words(201)), Err(DraftError::Words { words: 201 }));
        assert_eq!(with("\u{8239}".repeat(201)), Err(DraftError::Words { words: 201 }), "ideographs");
    }
    assert_eq!(checked(|draft| draft.text = words(201)), Ok(()), "ROUTINE has time to read");
    for marker in [Marker::Answer, Marker::Correction, Marker::Cancel] {
        assert_eq!(checked(|draft| draft.marker = marker), Err(DraftError::Reference), "{marker:?}");
    }
    let times = |until, by| {
        checked(|draft| {
            draft.valid_until = Some(WallTime::from_ms(until));
            draft.answer_by = Some(WallTime::from_ms(by));
        })
    };
    assert_eq!(times(5, 5), Ok(()));
    assert_eq!(times(5, 6), Err(DraftError::Times));
    assert_eq!(checked(|draft| draft.form = "Form".into()), Err(DraftError::Fields));
}

// MSG-21: a letter that looks like its neighbours names another ship; a name in any one script is a name.
#[test]
fn a_name_has_letters_of_one_script() {
    let named = |name: &str| {
        let field = Field::new("unit", true, Value::Name(name.into())).expect("a name");
        Draft { form: "notice/1".into(), fields: vec![field], ..draft() }.check()
    };
    for (name, letter) in [("USS Lib\u{435}rty", '\u{435}'), ("\u{410}LFA 7", 'L'), ("\u{39d}orra", 'o')] {
        let refused = Err(DraftError::StrangeLetter { field: "unit".into(), letter });
        assert_eq!(named(name), refused, "{name}");
    }
    // Cyrillic to the last letter: alone a name, beside Latin words perhaps another ship's.
    for (name, letter) in
        [("USS \u{41e}\u{421}\u{415}\u{410}\u{41d}", '\u{41e}'), ("Route \u{410}", '\u{410}')]
    {
        let refused = Err(DraftError::StrangeLetter { field: "unit".into(), letter });
        assert_eq!(named(name), refused, "{name}");
    }
    for name in [
        "\u{41e}\u{421}\u{415}\u{410}\u{41d}",
        "МВ Аврора 7",
        "Смелый 12",
        "USS Liberty и Смелый",
        "Ἄργος",
        "勇敢",
        "شجاع",
        "São Gabriel",
        "B-52",
    ] {
        assert_eq!(named(name), Ok(()), "{name}");
    }
}
