//! Passkeys: how they are listed, and statements of form 2, each with one thing wrong.

use ringdown_record::charter::{Custody, Officer};
use ringdown_record::statement::{Assertion, CLIENT_DATA_LEN_MAX, Purpose, Signature, Statement};
use ringdown_record::{Kind, SigningKey};

use crate::authenticator::{
    Answer, FLAGS, ORIGIN, charter_with_passkey, client_data, private_key, public_key, world,
};
use crate::format::ExportVector;
use crate::make::{Raw, Title, acknowledges, bad, good, raw, words};
use crate::world::{BLUE, FIRST, GREEN, ROUTINE, SECOND, World, key, sign};

pub fn all() -> Vec<ExportVector> {
    let mut all = listed();
    all.extend(form());
    all.extend(signed());
    all.extend(client_datas());
    all.extend([good_template(), good_written_out(), good_list()]);
    all
}

/// BLUE's second officer releases; `bend` gets the honest answer and the challenge.
fn released(world: &World, bend: impl FnOnce(Answer<'static>, &[u8; 32]) -> Answer<'static>) -> Raw {
    let content = words(1, "Said with a passkey.");
    let terms = world.terms(BLUE, SECOND, Purpose::Release, ROUTINE, &content);
    let answer = bend(Answer::to(&terms), &terms.digest());
    let said = answer.statement(&terms, &private_key());
    raw(&world.next(BLUE, Kind::MESSAGE, ROUTINE, &[]).saying([said], &content))
}

/// As [`released`], but the statement is bent once it is signed.
fn bent(world: &World, bend: impl FnOnce(&mut Assertion)) -> Raw {
    let content = words(1, "Said with a passkey.");
    let terms = world.terms(BLUE, SECOND, Purpose::Release, ROUTINE, &content);
    let mut said = Answer::to(&terms).statement(&terms, &private_key());
    if let Signature::Passkey(assertion) = &mut said.signature {
        bend(assertion);
    }
    raw(&world.next(BLUE, Kind::MESSAGE, ROUTINE, &[]).saying([said], &content))
}

fn listed() -> Vec<ExportVector> {
    let point = private_key().verifying_key().to_sec1_point(false).as_bytes().to_vec();
    let (key, site) = ("key of an officer", "relying party or origin of a passkey");
    type Bend<'a> = &'a dyn Fn(&mut Officer);
    let table: [(&str, Bend<'_>, &str, &str); 8] = [
        (
            "passkey-key-uncompressed",
            &|officer| officer.key = point.clone(),
            key,
            "The key is a point of P-256 in its long form.",
        ),
        (
            "passkey-key-not-on-curve",
            &|officer| officer.key = [&[2][..], &[0; 30], &[0, 1]].concat(),
            key,
            "No point of the curve has this x.",
        ),
        (
            "passkey-key-ed25519",
            &|officer| officer.key = SigningKey::from_seed(&[1; 32]).public().to_bytes().into(),
            key,
            "An Ed25519 key with the algorithm of passkeys.",
        ),
        ("passkey-algorithm-ed25519", &|officer| officer.algorithm = 1, key, "A passkey with algorithm 1."),
        (
            "passkey-without-site",
            &|officer| officer.rp_id.clear(),
            site,
            "A passkey without a relying party.",
        ),
        (
            "passkey-origin-of-other-site",
            &|officer| officer.origin = "https://notblue.example".into(),
            site,
            "The origin is not at or below the relying party.",
        ),
        (
            "passkey-origin-without-tls",
            &|officer| officer.origin = "http://blue.example".into(),
            site,
            "An origin without TLS that is not localhost.",
        ),
        (
            "passkey-held-by-node",
            &|officer| officer.custody = Custody::Node,
            "a passkey that the node holds",
            "Custody 0.",
        ),
    ];
    let of = |(name, bend, detail, what): (&'static str, Bend<'_>, &str, &'static str)| {
        super::charters::of(
            Title(name, "REC-25", what),
            &super::charters::signed(&charter_with_passkey(|officer| bend(officer))),
            ("charter", detail),
        )
    };
    table.into_iter().map(of).collect()
}

fn form() -> Vec<ExportVector> {
    let world = world();
    let flags = |flags| released(&world, |answer, _| Answer { flags, ..answer });
    let unverified = "a user who was not verified";
    let long = |json: String| {
        let room = CLIENT_DATA_LEN_MAX + 1 - json.len() - r#","x":"""#.len();
        json.replace('}', &format!(r#","x":"{}"}}"#, "x".repeat(room)))
    };
    let oversize = released(&world, |answer, challenge| answer.saying(&long(client_data(challenge, ORIGIN))));
    let mut padded = bent(&world, |_| {});
    let length = 1 + 1 + 1 + 1 + 8 + 1 + 1 + 5 + 64;
    assert_eq!(padded.body[length], 0, "client data that equal the template");
    let mut body = padded.body.clone();
    body[length] = 0x80;
    body.insert(length + 1, 0);
    padded = padded.with_body(&body).sign(&world.of(BLUE).node);
    let table: [(&str, Raw, &str, &str); 10] = [
        ("passkey-user-not-verified", flags(1), unverified, "The authenticator did not verify its user."),
        ("passkey-user-not-present", flags(4), unverified, "Verified, but nobody was present."),
        ("passkey-flags-reserved", flags(FLAGS | 2), "flags in statement", "A reserved flag."),
        ("passkey-flags-extensions", flags(FLAGS | 0x80), "flags in statement", "Extensions are announced."),
        (
            "passkey-flags-copied-unable",
            flags(FLAGS | 0x10),
            "flags in statement",
            "A key is copied that cannot be.",
        ),
        (
            "passkey-s-high",
            released(&world, |answer, _| Answer { high_s: true, ..answer }),
            "r or s in statement",
            "The higher s, which fits as well.",
        ),
        ("passkey-s-zero", bent(&world, |said| said.signature[32..].fill(0)), "r or s", "s is 0."),
        (
            "passkey-r-above-order",
            bent(&world, |said| said.signature[..32].fill(0xff)),
            "r or s",
            "r is above n.",
        ),
        ("passkey-client-data-too-long", oversize, "length of client data", "513 bytes of client data."),
        ("passkey-varint-length", padded, "one canonical form", "Length 0 in one byte too many."),
    ];
    let of = |(name, entry, detail, what): (&'static str, Raw, &str, &'static str)| {
        bad(Title(name, "REC-26", what), &world, &entry, ("body", detail))
    };
    table.into_iter().map(of).collect()
}

fn signed() -> Vec<ExportVector> {
    let world = world();
    let content = words(1, "Said with a passkey.");
    let message =
        |said: Statement| raw(&world.next(BLUE, Kind::MESSAGE, ROUTINE, &[]).saying([said], &content));
    let terms = |officer| world.terms(BLUE, officer, Purpose::Release, ROUTINE, &content);
    let (of_first, of_second) = (terms(FIRST), terms(SECOND));
    let other = p256::ecdsa::SigningKey::from_slice(&[43; 32]).expect("a private key");
    assert_ne!(public_key(&other), public_key(&private_key()));
    let table: [(&str, Raw, &str); 8] = [
        (
            "passkey-relying-party-other",
            released(&world, |answer, _| Answer { rp_id: "green.example", ..answer }),
            "The hash of another relying party was signed.",
        ),
        (
            "passkey-challenge-other-left-out",
            released(&world, |answer, _| Answer { signed: client_data(&[7; 32], ORIGIN), ..answer }),
            "Another challenge was signed; the client data are left out as if they equalled the template.",
        ),
        (
            "passkey-origin-other-left-out",
            released(&world, |answer, challenge| Answer {
                signed: client_data(challenge, "https://blue.example"),
                ..answer
            }),
            "Signed on a page of another origin; the client data are left out likewise.",
        ),
        (
            "passkey-key-other",
            message(Answer::to(&of_second).statement(&of_second, &other)),
            "Another passkey signed.",
        ),
        ("passkey-counter-changed", bent(&world, |said| said.counter += 1), "Another counter than signed."),
        ("passkey-flags-changed", bent(&world, |said| said.flags |= 8), "Other flags than signed."),
        (
            "passkey-form-1",
            message(sign(&of_second, &key(13))),
            "A statement of form 1 by one with a passkey.",
        ),
        (
            "passkey-form-2-of-a-key",
            message(Answer::to(&of_first).statement(&of_first, &private_key())),
            "A statement of form 2 by one with an Ed25519 key.",
        ),
    ];
    let of = |(name, entry, what): (&'static str, Raw, &'static str)| {
        bad(Title(name, "REC-27", what), &world, &entry, ("officer-signature", ""))
    };
    table.into_iter().map(of).collect()
}

fn client_datas() -> Vec<ExportVector> {
    let world = world();
    let replaced = |from: &str, to: &str| {
        released(&world, |answer, challenge| {
            let honest = client_data(challenge, ORIGIN);
            assert!(honest.contains(from), "{from}");
            answer.saying(&honest.replacen(from, to, 1))
        })
    };
    let other = released(&world, |answer, _| answer.saying(&client_data(&[7; 32], ORIGIN)));
    let (json, top) = ("one flat JSON object", r#","topOrigin":"https://console.blue.example"}"#);
    let table: [(&str, Raw, &str, &str); 14] = [
        (
            "passkey-template-written-out",
            replaced("", ""),
            "equal the template",
            "The template, byte for byte.",
        ),
        ("passkey-challenge-other", other, "another statement", "The challenge is another hash."),
        (
            "passkey-type-create",
            replaced(".get", ".create"),
            "not about an assertion",
            "Made at a registration.",
        ),
        (
            "passkey-origin-other",
            replaced(ORIGIN, "https://blue.example"),
            "another origin",
            "Signed on a page of another origin.",
        ),
        (
            "passkey-origin-escaped",
            replaced("https:", r"https:\/\/"),
            "another origin",
            "The origin with characters escaped.",
        ),
        ("passkey-cross-origin", replaced(":false", ":true"), "within a page", "Signed within another page."),
        ("passkey-cross-origin-null", replaced(":false", ":null"), "within a page", "crossOrigin is null."),
        ("passkey-top-origin", replaced("}", top), "within a page", "A page around it is named."),
        (
            "passkey-challenge-twice",
            replaced("}", r#","challenge":"AAAA"}"#),
            json,
            "Two challenges: readers would differ on which counts.",
        ),
        (
            "passkey-name-escaped",
            replaced("}", r#","\u0074ype":"webauthn.create"}"#),
            json,
            "A second type, its name written with an escape.",
        ),
        ("passkey-member-object", replaced("}", r#","a":{}}"#), json, "A member that is an object."),
        ("passkey-white-space", replaced(",", ", "), json, "White space between members."),
        ("passkey-json-cut", replaced("}", ""), json, "Client data without their end."),
        ("passkey-json-followed", replaced("}", "}}"), json, "Client data with something after their end."),
    ];
    let of = |(name, entry, detail, what): (&'static str, Raw, &str, &'static str)| {
        bad(Title(name, "REC-28", what), &world, &entry, ("client-data", detail))
    };
    table.into_iter().map(of).collect()
}

/// A message and an acknowledgement; the counter goes back in between.
fn good_template() -> ExportVector {
    let mut world = ready();
    let said = |world: &World, purpose, content: &[u8], counter| {
        let terms = world.terms(BLUE, SECOND, purpose, ROUTINE, content);
        Answer { counter, ..Answer::to(&terms) }.statement(&terms, &private_key())
    };
    let content = words(1, "Said with a passkey.");
    let release = said(&world, Purpose::Release, &content, 7);
    world.write(world.next(BLUE, Kind::MESSAGE, ROUTINE, &[]).saying([release], &content));
    let asked = words(1, "Is it one of yours?");
    let asked = world.write(world.message(GREEN, ROUTINE, &asked));
    let content = acknowledges(&asked.hash().0);
    let has = said(&world, Purpose::Acknowledge, &content, 3);
    world.write(world.next(BLUE, Kind::ACT, ROUTINE, &[]).saying([has], &content));
    let what = "A passkey releases and acknowledges; its counter goes back, which is not judged.";
    good(Title("good-passkey", "REC-26", what), &world)
}

fn good_written_out() -> ExportVector {
    let mut world = ready();
    for (serial, from, to) in [
        (1, "}", r#","other_keys_can_be_added_here":"do not compare"}"#),
        (2, r#","crossOrigin":false"#, ""),
        (3, "}", r#","a":-1.5e+9,"b":null,"c":true,"d":"\u00e9\"è"}"#),
    ] {
        let content = words(serial, "Said with a passkey.");
        let terms = world.terms(BLUE, SECOND, Purpose::Release, ROUTINE, &content);
        let json = client_data(&terms.digest(), ORIGIN).replacen(from, to, 1);
        let said = Answer { flags: FLAGS | 8 | 16, ..Answer::to(&terms) }.saying(&json);
        let said = said.statement(&terms, &private_key());
        world.write(world.next(BLUE, Kind::MESSAGE, ROUTINE, &[]).saying([said], &content));
    }
    let what = "Client data with members added or left out stand as they are; the key can be copied and is.";
    good(Title("good-passkey-client-data", "REC-28", what), &world)
}

fn good_list() -> ExportVector {
    let mut world = World::ready();
    let officer = Officer::held_by_node(4, "By passkey", &key(1).public());
    let officer = officer.with_passkey(&public_key(&private_key()), "localhost", "http://localhost:8700");
    let list = world.list_after(BLUE, |list| list.officers.push(officer));
    world.write(world.key_list(BLUE, list));
    let content = words(1, "Said with a passkey that came later.");
    let terms = world.terms(BLUE, 4, Purpose::Release, ROUTINE, &content);
    let signed = client_data(&terms.digest(), "http://localhost:8700");
    let said = Answer { rp_id: "localhost", signed, ..Answer::to(&terms) }.statement(&terms, &private_key());
    world.write(world.next(BLUE, Kind::MESSAGE, ROUTINE, &[]).saying([said], &content));
    good(Title("good-passkey-listed-later", "REC-25", "A passkey of localhost comes with a KEYLIST."), &world)
}

/// As the world of passkeys, and both gates are READY.
fn ready() -> World {
    let mut world = world();
    for side in crate::world::SIDES {
        world.write(world.gate(side, ringdown_record::body::GatePosition::Ready));
    }
    world
}
