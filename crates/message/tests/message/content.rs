//! The signed content of a MESSAGE and of an ACT: one form for each, and anything else is shown raw.

use ringdown_message::{Act, Content, Deed, Draft, Marker, SUBJECT_LEN_MAX, TEXT_LEN_MAX, Unreadable};
use ringdown_record::EntryHash;
use ringdown_record::encoding::DecodeError;

use crate::world::{BLUE, World, draft};

/// A field `a`, critical, WILL.
const WILL: &[u8] = &[0x83, 0x61, b'a', 0xf5, 0x82, 4, 0xf5];

fn bent(bend: impl FnOnce(&mut Draft)) -> Vec<u8> {
    let mut draft = draft();
    bend(&mut draft);
    draft.content(5)
}

#[track_caller]
fn malformed(bytes: &[u8]) -> DecodeError {
    match Content::read(bytes) {
        Err(Unreadable::Malformed(error)) => error,
        other => panic!("not malformed: {other:?}"),
    }
}

/// The content of [`draft`] with serial 5, spelled out: what another implementation would write.
fn spelled_out() -> Vec<u8> {
    let mut bytes = vec![0x89, 1, 5, 1, 0x6d];
    bytes.extend_from_slice(b"WF 104 adrift\x62en\x78\x2d");
    bytes.extend_from_slice(b"WF 104 has lost steering at 54 30 N 018 40 E.");
    bytes.extend_from_slice(&[0x60, 0x80, 0x80]);
    bytes
}

// REC-9
#[test]
fn content_has_exactly_these_bytes() {
    assert_eq!(draft().content(5), spelled_out());
}

#[test]
fn what_was_written_is_read_back() {
    for marker in Marker::ALL {
        for serial in [1, 23, 24, 255, 256, 65_536, u32::MAX] {
            let draft = Draft { marker, ..draft() };
            let bytes = draft.content(serial);
            let read = Content::read(&bytes).expect("good content");
            assert_eq!((read.serial, read.marker), (serial, marker));
            assert_eq!(
                (&read.subject, &read.language, &read.text),
                (&draft.subject, &draft.language, &draft.text)
            );
            assert_eq!(draft.content(serial), bytes, "the same words are the same bytes");
        }
    }
}

// R2: the original is authoritative, so no byte of it changes on the way.
#[test]
fn a_text_comes_back_byte_for_byte() {
    let texts = [
        "lines\r\nand\ttabs\n\n",
        "e\u{301} is not \u{e9}",
        "\u{feff}mark \u{202e}reversed\u{202c} \u{200b}",
        "судно 104 без хода",
        "失控船只 104",
        "السفينة 104",
        " spaces around ",
        "\0\u{7f}\u{10ffff}",
    ];
    for text in texts {
        let read = Content::read(&bent(|draft| draft.text = text.into())).expect("good content");
        assert_eq!(read.text.as_bytes(), text.as_bytes());
    }
}

#[test]
fn every_cut_and_every_longer_form_is_malformed() {
    let good = spelled_out();
    for len in 0..good.len() {
        malformed(&good[..len]);
    }
    for more in [&[0][..], &[0xf6], &[0x80], b"x"] {
        malformed(&[&good, more].concat());
    }
    assert!(Content::read(&good).is_ok());
}

// REC-9: one byte string for a value, so that two readers cannot differ about what was signed.
#[test]
fn what_is_not_canonical_is_malformed() {
    let good = spelled_out();
    let tail = &good[3..];
    let forms: [(&str, Vec<u8>); 6] = [
        ("serial in two bytes", [&[0x89, 1, 0x18, 5], tail].concat()),
        ("serial in five bytes", [&[0x89, 1, 0x1a, 0, 0, 0, 5], tail].concat()),
        ("array of indefinite length", [&[0x9f], &good[1..], &[0xff]].concat()),
        ("length of the array in two bytes", [&[0x98, 9], &good[1..]].concat()),
        ("subject in pieces", {
            let pieces = [&good[..4], &[0x7f, 0x6d], &good[5..18], &[0xff], &good[18..]];
            pieces.concat()
        }),
        ("a tag before the serial", [&[0x89, 1, 0xc1, 5], tail].concat()),
    ];
    for (what, bytes) in forms {
        assert!(matches!(Content::read(&bytes), Err(Unreadable::Malformed(_))), "{what} was read");
    }
}

// MSG-3.
#[test]
fn what_stands_behind_the_text_has_one_form() {
    let good = spelled_out();
    let head = &good[..good.len() - 3];
    for (what, tail) in [
        ("a form that is no id", &[0x61, b'F', 0x80, 0x80][..]),
        ("a field that is none", &[0x60, 0x81, 1, 0x80]),
        ("an attachment", &[0x60, 0x80, 0x81, 1]),
        ("a list too few", &[0x60, 0x80]),
        ("a list too many", &[0x60, 0x80, 0x80, 0x80]),
        ("null for a list", &[0x60, 0xf6, 0x80]),
        ("a field without a form", &[&[0x60, 0x81], WILL, &[0x80]].concat()),
        ("two fields of one name", &[&[0x61, b'f', 0x82], WILL, WILL, &[0x80]].concat()),
    ] {
        let bytes = [head, tail].concat();
        assert!(matches!(Content::read(&bytes), Err(Unreadable::Malformed(_))), "{what} was read");
    }
    let ten = [&[0x8a], &good[1..], &[0x80]].concat();
    malformed(&ten);
    let null_at_the_end = [&[0x8a], &good[1..], &[0xf6]].concat();
    malformed(&null_at_the_end);
    let good = [&[0x89], &head[1..], &[0x61, b'f', 0x81], WILL, &[0x80]].concat();
    let read = Content::read(&good).expect("a form with a field");
    assert_eq!((read.form.as_str(), read.fields[0].name.as_str()), ("f", "a"));
}

// A later version is known by its number, whatever follows it.
#[test]
fn a_later_version_is_named() {
    for (version, bytes) in [
        (2, vec![0x89, 2]),
        (2, vec![0x81, 2]),
        (24, vec![0x83, 0x18, 24, 0xa1, 1, 2, 0xf6]),
        (65_536, vec![0x9f, 0x1a, 0, 1, 0, 0, 0xff]),
        (0, vec![0x89, 0]),
    ] {
        let error = Content::read(&bytes).unwrap_err();
        assert_eq!(error, Unreadable::Version(version), "{bytes:x?}");
        assert!(error.to_string().contains(&format!("version {version}")));
    }
    let mut whole = spelled_out();
    whole[1] = 3;
    assert_eq!(Content::read(&whole), Err(Unreadable::Version(3)));
}

#[test]
fn what_is_no_message_at_all_is_malformed() {
    for bytes in [&b""[..], b"hello", &[0x80], &[0xa1, 1, 1], &[0x81, 0x20], &[0x81, 0x61, b'1'], &[0xff; 64]]
    {
        malformed(bytes);
    }
}

// MSG-1.
#[test]
fn each_limit_holds_for_what_is_read_too() {
    let good = bent(|draft| draft.text = "x".repeat(TEXT_LEN_MAX));
    assert_eq!(Content::read(&good).expect("the longest").text.len(), TEXT_LEN_MAX);
    let good = bent(|draft| draft.subject = "x".repeat(SUBJECT_LEN_MAX));
    assert!(Content::read(&good).is_ok());
    let bad: [(&str, Vec<u8>); 10] = [
        ("no serial", draft().content(0)),
        ("no subject", bent(|draft| draft.subject.clear())),
        ("a subject of two lines", bent(|draft| draft.subject = "two\nlines".into())),
        ("a control character", bent(|draft| draft.subject = "escape\u{1b}[2J".into())),
        ("a line separator", bent(|draft| draft.subject = "two\u{2028}lines".into())),
        ("a long subject", bent(|draft| draft.subject = "x".repeat(SUBJECT_LEN_MAX + 1))),
        ("no text", bent(|draft| draft.text.clear())),
        ("a long text", bent(|draft| draft.text = "x".repeat(TEXT_LEN_MAX + 1))),
        ("no language", bent(|draft| draft.language.clear())),
        ("no language tag", bent(|draft| draft.language = "en GB".into())),
    ];
    for (what, bytes) in bad {
        assert!(matches!(Content::read(&bytes), Err(Unreadable::Malformed(_))), "{what} was read");
    }
    for marker in [0, 10, 23] {
        let mut bytes = spelled_out();
        bytes[3] = marker;
        malformed(&bytes);
    }
    let mut not_utf8 = spelled_out();
    not_utf8[7] = 0xff;
    malformed(&not_utf8);
}

// R50
#[test]
fn markers_have_the_numbers_and_words_of_the_specification() {
    let words = "INFORMATION WARNING QUESTION ANSWER REQUEST INTENTION CORRECTION CANCEL TEST";
    for ((marker, word), number) in Marker::ALL.into_iter().zip(words.split(' ')).zip(1..) {
        assert_eq!(marker.name(), word);
        assert_eq!(Draft { marker, ..draft() }.content(5)[3], number);
    }
}

#[test]
fn an_act_is_read_back_and_has_one_form() {
    let mut world = World::new();
    let target = EntryHash([7; 32]);
    let content = Act::acknowledge(target).content();
    assert_eq!(content, [&[0x83, 1, 1, 0x58, 32][..], &[7; 32]].concat());
    let act = Act::of(&world.raw_act(BLUE, &content)).expect("a good act");
    assert_eq!((act.deed, act.target), (Deed::Acknowledge, target));
    let with = |index: usize, byte: u8| {
        let mut bad = content.clone();
        bad[index] = byte;
        bad
    };
    let bad: [(&str, Vec<u8>); 6] = [
        ("another version", with(1, 2)),
        ("another kind", with(2, 2)),
        ("a short target", [&[0x83, 1, 1, 0x57], &[7; 23][..]].concat()),
        ("a byte too many", [&content[..], &[0]].concat()),
        ("a byte too few", content[..content.len() - 1].to_vec()),
        ("a long number", [&[0x83, 0x18, 1], &content[2..]].concat()),
    ];
    for (what, bytes) in bad {
        assert!(Act::of(&world.raw_act(BLUE, &bytes)).is_err(), "{what} was read");
    }
}
