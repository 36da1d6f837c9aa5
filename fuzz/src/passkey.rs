//! What a browser and an authenticator hand over for a passkey, and statements of form 2.
//!
//! A body of form 2 has one byte string. Client data that pass are JSON in which a JSON reader that is not ours finds the
//! same type, challenge and origin, and no name twice. What is made of a response can be written and read back.

use std::fmt;
use std::sync::LazyLock;

use ringdown_record::body::Body;
use ringdown_record::charter::Officer;
use ringdown_record::statement::{Assertion, PasskeyKey, Purpose, Signature, Statement, StatementTerms};
use ringdown_record::{EntryRef, Header, LineId, Misbehaviour, Place, Side};
use serde::Deserializer;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use crate::source::Source;
use crate::world::WORLD;

/// The relying party and origin of the passkey.
pub const SITE: (&str, &str) = ("localhost", "http://localhost:8700");
const CONTENT: &[u8] = b"said with a passkey";

/// Says whether client data fit.
pub type Judge = fn(&[u8]) -> bool;

static OFFICER: LazyLock<Officer> = LazyLock::new(|| {
    // x = 5 is that of a point.
    let mut key = [0; 33];
    (key[0], key[32]) = (2, 5);
    let key = PasskeyKey::from_bytes(&key).expect("a point");
    let officer = WORLD.paired.charter.party(Side::One).key_list.officers[0].clone();
    officer.with_passkey(&key, SITE.0, SITE.1)
});

/// What the passkey is asked to sign.
pub static CHALLENGE: LazyLock<[u8; 32]> = LazyLock::new(|| {
    let header = header();
    let terms = StatementTerms {
        line: header.line,
        side: header.side,
        incarnation: header.place.incarnation,
        officer: 1,
        purpose: Purpose::Release,
        urgency: header.urgency,
        nonce: [0; 8],
        on_screen: EntryRef::NONE,
        content: CONTENT,
        over: None,
    };
    terms.digest()
});

/// The target.
pub fn run(bytes: &[u8]) {
    check(bytes, fits);
}

/// The target with a judge of one's own.
pub fn check(bytes: &[u8], judge: Judge) {
    let mut source = Source(bytes);
    match source.below(3) {
        0 => one_form(source.0),
        1 if judge(source.0) => agreed(source.0),
        1 => {}
        _ => response(source),
    }
}

/// Of another line, so that the challenge stays the same whatever signs the world: kept inputs name it.
fn header() -> Header {
    let last = WORLD.written_by(Side::One).last().expect("GREEN wrote");
    Header { line: LineId([7; 32]), ..*last.header() }
}

fn said(assertion: Assertion) -> Statement {
    let signature = Signature::Passkey(assertion);
    Statement { officer: 1, purpose: Purpose::Release, nonce: [0; 8], on_screen: Place::NONE, signature }
}

/// The record's own judge: these client data are not what the statement fails for.
pub fn fits(client_data: &[u8]) -> bool {
    let mut signature = [0; 64];
    (signature[31], signature[63]) = (1, 1);
    let statement =
        said(Assertion { flags: 5, counter: 0, signature, client_data: Some(client_data.to_vec()) });
    let verdict = statement.check(&OFFICER, &header(), EntryRef::NONE.hash, CONTENT, None);
    assert!(verdict.is_err(), "nobody signed it");
    !matches!(verdict, Err(Misbehaviour::ClientData(_)))
}

fn one_form(bytes: &[u8]) {
    let bytes = [&[1, 2], bytes].concat();
    let Ok(body) = Body::read(&bytes) else { return };
    assert!(Body::write(&body.statements, body.content) == bytes, "two byte strings for one body");
    let Signature::Passkey(assertion) = &body.statements[0].signature else {
        panic!("form 2 is a passkey's")
    };
    assert_eq!(assertion.flags & 5, 5, "the user was verified");
}

/// Another reader of JSON finds the same.
fn agreed(client_data: &[u8]) {
    let mut reader = serde_json::Deserializer::from_slice(client_data);
    let members = reader.deserialize_map(Members).expect("what fits is a JSON object");
    reader.end().expect("and nothing else");
    let find =
        |name: &str| members.iter().find(|(found, _)| found == name).and_then(|(_, value)| value.as_ref());
    let names = members.iter().map(|(name, _)| name).collect::<std::collections::BTreeSet<_>>();
    assert_eq!(names.len(), members.len(), "a name stands twice");
    assert_eq!(find("type"), Some(&Value::from("webauthn.get")));
    assert_eq!(find("challenge"), Some(&Value::from(base64url(&CHALLENGE[..]))));
    assert_eq!(find("origin"), Some(&Value::from(SITE.1)));
    assert!(find("crossOrigin").is_none_or(|value| value.as_bool() == Some(false)));
    assert!(!names.contains(&"topOrigin".to_owned()), "within another page");
}

/// Names, with the values of those that matter.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(String, Option<Value>)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            let matters = ["type", "challenge", "origin", "crossOrigin"].contains(&name.as_str());
            let value = if matters {
                Some(map.next_value()?)
            } else {
                map.next_value::<IgnoredAny>().map(|_| None)?
            };
            members.push((name, value));
        }
        Ok(members)
    }
}

/// What is made of a response stands in a body as it was made.
fn response(mut source: Source<'_>) {
    let (data, der) = (source.some(48), source.some(80));
    let Ok(assertion) = Assertion::of_response(data, source.0, der, SITE, &CHALLENGE) else { return };
    let statement = said(assertion);
    let bytes = Body::write(std::slice::from_ref(&statement), CONTENT);
    let read = Body::read(&bytes).expect("what is made of a response can be read");
    assert_eq!(read.statements, [statement]);
}

/// RFC 4648 section 5, without padding.
pub fn base64url(bytes: &[u8]) -> String {
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bits: Vec<u8> =
        bytes.iter().flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1)).collect();
    bits.resize(bits.len().next_multiple_of(6), 0);
    let digit = |six: &[u8]| six.iter().fold(0, |sum, bit| sum << 1 | usize::from(*bit));
    bits.chunks(6).map(|six| char::from(digits[digit(six)])).collect()
}
