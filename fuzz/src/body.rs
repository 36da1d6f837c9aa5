//! Bodies and everything that stands in them: statements, the content of each kind, charters.
//!
//! There is one byte string for a value: what can be read is what is written for it. Drafts that pass their check
//! can be read back from the content that is made of them.

use ringdown_message::{Act, Content, CourtesyError, Draft, DraftError, Marker};
use ringdown_record::body::{BODY_LEN_MAX, Body, Gate, Incarnation, Receipt, SignedKeyList};
use ringdown_record::charter::{KeyList, OfficerKey};
use ringdown_record::encoding::{from_cbor, to_cbor};
use ringdown_record::evidence::Evidence;
use ringdown_record::{Charter, Entry, Kind, Precedence, Side, SignedCharter, TrafficClass, Urgency};

use crate::source::Source;
use crate::world::WORLD;

/// The target.
pub fn run(bytes: &[u8]) {
    let mut source = Source(bytes);
    match source.below(12) {
        0 => statements(source.0),
        1 => one_form(source.0, |bytes| Receipt::read(bytes).ok(), to_cbor),
        2 => one_form(source.0, |bytes| Gate::read(bytes).ok(), to_cbor),
        3 => one_form(source.0, |bytes| from_cbor::<Incarnation>(bytes).ok(), to_cbor),
        4 => one_form(source.0, |bytes| from_cbor::<SignedKeyList>(bytes).ok(), to_cbor),
        5 => evidence(source.0),
        6 => message(source.0),
        7 => act(source.0),
        8 => key_list(source.0),
        9 => one_form(source.0, |bytes| from_cbor::<Charter>(bytes).ok(), to_cbor),
        10 => signed_charter(source.0),
        _ => draft(source),
    }
}

/// What `read` takes is what `write` gives for it, and nothing else.
pub fn one_form<T>(bytes: &[u8], read: impl Fn(&[u8]) -> Option<T>, write: impl Fn(&T) -> Vec<u8>) {
    if let Some(value) = read(bytes) {
        assert_eq!(write(&value), bytes, "two byte strings for one value");
    }
}

fn statements(bytes: &[u8]) {
    if let Ok(body) = Body::read(bytes) {
        assert!(body.statements.len() <= ringdown_record::body::STATEMENTS_MAX);
        assert_eq!(Body::write(&body.statements, body.content), bytes, "two byte strings for one body");
    }
}

fn evidence(bytes: &[u8]) {
    one_form(bytes, |bytes| Evidence::read(bytes).ok(), to_cbor);
    let Ok(evidence) = Evidence::read(bytes) else { return };
    let node = |side: Side| Some(WORLD.keys[side.index()].node.public());
    if let Ok(proved) = evidence.verify(WORLD.line, node) {
        assert_eq!(Some(proved), evidence.accused(), "evidence accuses whom it proves");
        let held = WORLD.story.iter().filter(|entry| (entry.header().side, entry.header().place) == proved);
        assert!(held.count() <= 1, "nobody in the story signed twice");
    }
}

fn message(bytes: &[u8]) {
    one_form(bytes, |bytes| Content::read(bytes).ok(), to_cbor);
    let Ok(content) = Content::read(bytes) else { return };
    let (re, valid_until, answer_by) = (content.re(), content.valid_until(), content.answer_by());
    let Content { serial, marker, subject, language, text, form, fields, courtesy, .. } = content;
    let (precedence, class) = (Precedence::Routine, TrafficClass::Test);
    let draft = Draft {
        precedence,
        class,
        marker,
        subject,
        language,
        text,
        form,
        fields,
        re,
        valid_until,
        answer_by,
        courtesy,
    };
    // A reader takes what refers to nothing, times that contradict each other, and an odd courtesy translation.
    let outcome = draft.check();
    let taken = match outcome {
        Ok(()) | Err(DraftError::Reference | DraftError::Times) => true,
        Err(DraftError::Courtesy(error)) => !matches!(error, CourtesyError::TooLong { .. }),
        Err(_) => false,
    };
    assert!(taken, "what is read as a message could have been written as one: {outcome:?}");
    assert_eq!(draft.content(serial), bytes);
}

fn act(bytes: &[u8]) {
    if bytes.len() >= BODY_LEN_MAX {
        return;
    }
    let head = WORLD.head(Side::Zero);
    let body = Body::write(&[], bytes);
    let entry = Entry::seal(&WORLD.context(Side::Zero, head, head), Kind::ACT, Urgency::LINE, 0, body);
    if let Ok(act) = Act::of(&entry) {
        assert_eq!(act.content(), bytes, "two byte strings for one act");
    }
}

fn key_list(bytes: &[u8]) {
    one_form(bytes, |bytes| from_cbor::<KeyList>(bytes).ok(), to_cbor);
    let Ok(list) = from_cbor::<KeyList>(bytes) else { return };
    let named = |index| list.officers.iter().any(|officer| officer.index == index);
    (0..300).for_each(|index| assert_eq!(list.officer(index).is_some(), named(index)));
    for key in list.officers.iter().filter_map(|officer| officer.public_key()) {
        let bytes = match &key {
            OfficerKey::Ed25519(key) => key.to_bytes().to_vec(),
            OfficerKey::Passkey(key) => key.to_bytes().to_vec(),
        };
        assert!(list.officers.iter().any(|officer| officer.key == bytes), "a key in another encoding");
    }
}

fn signed_charter(bytes: &[u8]) {
    one_form(bytes, |bytes| from_cbor::<SignedCharter>(bytes).ok(), to_cbor);
    let Ok(signed) = from_cbor::<SignedCharter>(bytes) else { return };
    if let Ok(charter) = signed.verify() {
        assert_eq!(charter.line_id(), WORLD.line, "both roots signed one charter only");
    }
}

fn draft(mut source: Source<'_>) {
    let (subject, language) = (source.some(260), source.some(50));
    let draft = Draft {
        precedence: source.pick(&Precedence::ALL),
        class: source.pick(&TrafficClass::ALL),
        marker: source.pick(&Marker::ALL),
        subject: String::from_utf8_lossy(subject).into_owned(),
        language: String::from_utf8_lossy(language).into_owned(),
        text: String::from_utf8_lossy(source.0).into_owned(),
        ..Draft::default()
    };
    if draft.check().is_ok() {
        let read = Content::read(&draft.content(7)).expect("a checked draft is a message");
        assert_eq!((read.subject, read.text), (draft.subject, draft.text));
    }
}
