//! Laws of MESSAGE and ACT content: what is written is read, in exactly one form, and nothing makes a reader panic.

mod dialogue;
mod standing;
#[path = "../message/talks.rs"]
#[expect(dead_code, reason = "the tests by hand use the rest")]
mod talks;
#[path = "../message/world.rs"]
#[expect(dead_code, reason = "the tests by hand use the rest")]
mod world;

use proptest::collection::vec;
use proptest::prelude::*;
use ringdown_message::{Act, Content, Draft, Marker, SUBJECT_LEN_MAX};
use ringdown_record::encoding::{from_cbor, to_cbor};
use ringdown_record::{EntryHash, Precedence, TrafficClass};

prop_compose! {
    /// Drafts that mostly obey the limits; those that do not are refused by writer and reader alike.
    fn draft()(
        precedence in prop::sample::select(&Precedence::ALL[1..]),
        class in prop::sample::select(&TrafficClass::ALL[..]),
        marker in prop::sample::select(&Marker::ALL[..8]),
        subject in prop_oneof![9 => "[ -~é\u{3000}]{0,210}", 1 => "[\\x00-\\x20\u{85}\u{2028}\u{2029}]{0,3}"],
        language in "[a-zA-Z0-9 é-]{0,37}",
        text in "\\PC{0,80}",
    ) -> Draft {
        let re = marker.refers().then_some(EntryHash([7; 32]));
        Draft { precedence, class, marker, subject, language, text, re, ..Draft::default() }
    }
}

/// One byte replaced, put in or taken out.
fn changed(bytes: &[u8], at: prop::sample::Index, byte: u8, how: u8) -> Vec<u8> {
    let mut out = bytes.to_vec();
    match how {
        0 => out[at.index(bytes.len())] = byte,
        1 => out.insert(at.index(bytes.len() + 1), byte),
        _ => drop(out.remove(at.index(bytes.len()))),
    }
    out
}

proptest! {
    // REC-9
    #[test]
    fn what_a_draft_may_say_is_what_a_reader_takes(draft in draft(), serial in 1..=u32::MAX) {
        let read = Content::read(&draft.content(serial));
        prop_assert_eq!(draft.check().is_ok(), read.is_ok(), "{:?} {:?}", draft.check(), read);
        if let Ok(content) = read {
            prop_assert_eq!((content.serial, content.marker), (serial, draft.marker));
            prop_assert_eq!(&content.subject, &draft.subject);
            prop_assert_eq!((&content.language, &content.text), (&draft.language, &draft.text));
            prop_assert!(content.subject.len() <= SUBJECT_LEN_MAX);
            prop_assert_eq!(to_cbor(&content), draft.content(serial));
        }
    }

    // REC-9
    #[test]
    fn content_has_one_form(
        (subject, text) in ("[a-z]{1,30}", "[a-z]{1,60}"),
        (at, byte, how) in (any::<prop::sample::Index>(), any::<u8>(), 0..3u8),
    ) {
        let draft = Draft {
            precedence: Precedence::Routine,
            class: TrafficClass::Test,
            marker: Marker::Information,
            subject,
            language: "en".into(),
            text,
            ..Draft::default()
        };
        let good = draft.content(7);
        let bytes = changed(&good, at, byte, how);
        let read = Content::read(&bytes);
        prop_assert_eq!(read == Content::read(&good), bytes == good, "two forms of one content");
        if let Ok(content) = read {
            prop_assert_eq!(to_cbor(&content), bytes);
        }
    }

    // REC-9
    #[test]
    fn an_act_has_one_form(
        target in prop::array::uniform32(any::<u8>()),
        (at, byte, how) in (any::<prop::sample::Index>(), any::<u8>(), 0..3u8),
    ) {
        let act = Act::acknowledge(EntryHash(target));
        let good = act.content();
        prop_assert_eq!(from_cbor::<Act>(&good), Ok(act.clone()));
        prop_assert_eq!(act.target, EntryHash(target));
        let bytes = changed(&good, at, byte, how);
        if let Ok(other) = from_cbor::<Act>(&bytes) {
            prop_assert_eq!(other == act, bytes == good);
            prop_assert_eq!(to_cbor(&other), bytes);
        }
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in vec(any::<u8>(), 0..200), keep in 0..20usize) {
        let _ = Content::read(&bytes);
        let good = Act::acknowledge(EntryHash([7; 32])).content();
        let _ = from_cbor::<Act>(&[&good[..keep], &bytes].concat());
        // The head of version 1, so that more than the head is tried.
        let read = Content::read(&[&[0x89, 0x01, 0x01, 0x01][..], &bytes].concat());
        prop_assert!(read.is_err() || bytes.len() > 5);
    }
}

/// Canary: both outcomes of the first law occur.
#[test]
fn some_drafts_are_good_and_some_are_not() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let checks: Vec<bool> =
        (0..200).map(|_| draft().new_tree(&mut runner).expect("a draft").current().check().is_ok()).collect();
    let good = checks.iter().filter(|good| **good).count();
    assert!((1..200).contains(&good), "{good} of 200");
}
