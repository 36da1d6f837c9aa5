//! The sender's own translation: it goes with a message, and is not the message.

use ringdown_message::{Content, Courtesy, CourtesyError, Draft, DraftError, TEXT_LEN_MAX, Unreadable};

use crate::world::draft;

fn courtesy(language: &str, text: &str) -> Draft {
    let courtesy = Courtesy { language: language.into(), text: text.into() };
    Draft { courtesy: Some(courtesy), ..draft() }
}

// MSG-18: what is not said is left out, so that nothing that was signed before reads otherwise.
#[test]
fn a_message_without_a_courtesy_translation_has_the_bytes_that_it_always_had() {
    let bytes = draft().content(5);
    assert_eq!(bytes[0], 0x89, "nine items");
    assert_eq!(Content::read(&bytes).expect("good content").courtesy, None);
}

// MSG-18
#[test]
fn a_courtesy_translation_stands_at_the_end_and_changes_nothing_before_it() {
    let written = courtesy("ru", "Судно 104\nбез\u{202e} хода");
    let (with, without) = (written.content(5), draft().content(5));
    let tail = [&[0xf6, 0xf6, 0xf6, 0x82, 0x62][..], b"ru"].concat();
    assert_eq!(with[0], 0x8d, "thirteen items");
    assert_eq!(with[1..without.len()], without[1..]);
    assert_eq!(with[without.len()..][..tail.len()], tail);
    let read = Content::read(&with).expect("good content");
    assert_eq!(read.text, draft().text);
    assert_eq!(read.courtesy, written.courtesy, "byte for byte, hidden characters too");
}

// MSG-18
#[test]
fn a_writer_keeps_to_the_limits_and_a_reader_to_those_of_size() {
    let longest = TEXT_LEN_MAX - draft().text.len();
    for (written, refused) in [
        (courtesy("ru", "x"), None),
        (courtesy("ru", &"x".repeat(longest)), None),
        (courtesy("en-GB", "x"), None),
        (courtesy("en", "x"), Some(CourtesyError::SameLanguage)),
        (courtesy("EN", "x"), Some(CourtesyError::SameLanguage)),
        (courtesy("und", "x"), Some(CourtesyError::Language)),
        (courtesy("", "x"), Some(CourtesyError::Language)),
        (courtesy("r u", "x"), Some(CourtesyError::Language)),
        (courtesy("ru", " \n"), Some(CourtesyError::Empty)),
        (courtesy("ru", &"x".repeat(longest + 1)), Some(CourtesyError::TooLong { len: TEXT_LEN_MAX + 1 })),
    ] {
        assert_eq!(written.check().err(), refused.map(DraftError::Courtesy), "{:?}", written.courtesy);
    }
    for (what, written) in [
        ("no tag", courtesy("", "x")),
        ("no text", courtesy("ru", "")),
        ("too long together", courtesy("ru", &"x".repeat(longest + 1))),
    ] {
        let read = Content::read(&written.content(5));
        assert!(matches!(read, Err(Unreadable::Malformed(_))), "{what} was read");
    }
    // What only a writer keeps to, a reader takes: nobody is left without a message for it.
    assert!(Content::read(&courtesy("en", "x").content(5)).is_ok());
}

// MSG-18
#[test]
fn a_courtesy_translation_has_one_form() {
    let good = courtesy("ru", "x").content(5);
    let head = &good[..good.len() - 6];
    assert_eq!(good[head.len()..], [0x82, 0x62, b'r', b'u', 0x61, b'x']);
    for (what, tail) in [
        ("a text alone", &[0x81, 0x61, b'x'][..]),
        ("three items", &[0x83, 0x62, b'r', b'u', 0x61, b'x', 0xf6]),
        ("null at the end", &[0xf6]),
        ("a text for a list", &[0x61, b'x']),
        ("one more item", &[0x82, 0x62, b'r', b'u', 0x61, b'x', 0x80]),
    ] {
        let bytes = [head, tail].concat();
        assert!(matches!(Content::read(&bytes), Err(Unreadable::Malformed(_))), "{what} was read");
    }
}
