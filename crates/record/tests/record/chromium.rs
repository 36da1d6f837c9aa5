//! Assertions that a real browser made: `fixtures/chromium.json`, from `tests/browser/assertions.mjs`.
//!
//! Their challenges are the hashes of statements in the world below. Both passkeys come into the key list after what was
//! on screen, so that the challenges do not depend on the keys that the browser makes.

use ringdown_record::audit::Verdict;
use ringdown_record::charter::Officer;
use ringdown_record::statement::{Assertion, PasskeyKey, Purpose, Signature, Statement};
use ringdown_record::{Kind, audit};
use serde::Deserialize;

use crate::world::{BLUE, ROUTINE, World, key, sign};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fixture {
    passkeys: Vec<Passkey>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Passkey {
    rp_id: String,
    origin: String,
    challenge: String,
    public_key: String,
    answers: Vec<Response>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    authenticator_data: String,
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    signature: String,
}

fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.chars().map(|c| c.to_digit(16).expect("hex") as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

/// The last 64 bytes of a SubjectPublicKeyInfo of P-256 are the coordinates.
fn public_key(spki: &str) -> PasskeyKey {
    let spki = unhex(spki);
    let (x, y) = spki[spki.len() - 64..].split_at(32);
    PasskeyKey::from_coordinates(x.try_into().expect("x"), y.try_into().expect("y")).expect("a point")
}

const SAID: [(u16, Purpose, Kind, &[u8]); 2] = [
    (4, Purpose::Release, Kind::MESSAGE, b"released with a passkey of localhost"),
    (5, Purpose::Acknowledge, Kind::ACT, b"acknowledged with a passkey of a site"),
];

/// BLUE has listed both passkeys.
fn listed(fixture: &Fixture) -> World {
    let mut world = World::ready();
    let officers = fixture.passkeys.iter().zip(SAID).map(|(passkey, (index, ..))| {
        let officer = Officer::held_by_node(index, "By passkey", &key(200).public());
        officer.with_passkey(&public_key(&passkey.public_key), &passkey.rp_id, &passkey.origin)
    });
    let list = world.list_after(BLUE, |list| list.officers.extend(officers));
    world.write(world.key_list(BLUE, list));
    world
}

// REC-26, REC-27, REC-28
#[test]
fn what_chromium_signed_is_accepted() {
    let fixture: Fixture = serde_json::from_str(include_str!("fixtures/chromium.json")).expect("a fixture");
    let (mut templates, mut written_out, mut copied) = (0, 0, 0);
    for (passkey, (officer, purpose, kind, content)) in fixture.passkeys.iter().zip(SAID) {
        for response in &passkey.answers {
            let mut world = listed(&fixture);
            let mut terms = world.terms(BLUE, officer, purpose, ROUTINE, content);
            terms.nonce = [officer as u8; 8];
            let challenge = terms.digest();
            assert_eq!(
                passkey.challenge,
                challenge.map(|byte| format!("{byte:02x}")).concat(),
                "make them anew"
            );
            let assertion = Assertion::of_response(
                &unhex(&response.authenticator_data),
                response.client_data.as_bytes(),
                &unhex(&response.signature),
                (&passkey.rp_id, &passkey.origin),
                &challenge,
            );
            let assertion = assertion.expect("what a browser returns");
            templates += u32::from(assertion.client_data.is_none());
            written_out += u32::from(assertion.client_data.is_some());
            copied += u32::from(assertion.can_be_copied());
            let signature = Signature::Passkey(assertion);
            let statement = Statement { signature, ..sign(&terms, &key(200)) };
            world.write(world.next(BLUE, kind, ROUTINE, &[]).saying([statement], content));
            let audit = audit(&world.export(), Some(world.line()));
            assert!(matches!(audit.verdict, Verdict::Verified), "{:?}", audit.findings);
        }
    }
    assert_eq!((templates, written_out, copied), (2, 2, 2), "each passkey with and without an added member");
}
