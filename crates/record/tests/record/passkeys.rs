//! A passkey says what an officer says, in one form, for one site, and only once its user was verified.

use ringdown_record::audit::Verdict;
use ringdown_record::body::Body;
use ringdown_record::charter::{Custody, Officer};
use ringdown_record::encoding::DecodeError;
use ringdown_record::statement::{
    Assertion, CLIENT_DATA_LEN_MAX, ClientDataError, PasskeyKey, Purpose, ResponseError, Signature,
    Statement, StatementError, StatementTerms,
};
use ringdown_record::{Entry, Kind, Misbehaviour, Refusal, audit};
use sha2::{Digest, Sha256};

use crate::authenticator::{
    Answer, FLAGS, ORIGIN, RP_ID, base64url, charter_with_passkey, client_data, private_key, public_key,
    world,
};
use crate::world::{BLUE, CLERK, FIRST, FLASH, ROUTINE, SECOND, World, all_keys, blame, sign};

const TEXT: &[u8] = b"said by a passkey";

fn message(world: &World, statement: Statement) -> Result<Entry, Refusal> {
    world.check(&world.next(BLUE, Kind::MESSAGE, ROUTINE, &[]).saying([statement], TEXT).seal())
}

/// BLUE's second officer releases; `bend` gets the honest answer and the challenge.
fn released<'a>(
    world: &World,
    bend: impl FnOnce(Answer<'static>, &[u8; 32]) -> Answer<'a>,
) -> Result<Entry, Refusal> {
    let terms = world.terms(BLUE, SECOND, Purpose::Release, ROUTINE, TEXT);
    let answer = bend(Answer::to(&terms), &terms.digest());
    message(world, answer.statement(&terms, &private_key()))
}

/// The client data that `bend` makes of the honest ones, signed and stated.
fn released_saying(bend: impl FnOnce(String) -> String) -> Result<Entry, Refusal> {
    released(&world(), |answer, challenge| answer.saying(&bend(client_data(challenge, ORIGIN))))
}

// REC-25
#[test]
fn a_passkey_is_listed_with_its_site() {
    let verdict = |bend: &dyn Fn(&mut Officer)| {
        let [blue, green] = all_keys();
        charter_with_passkey(bend).sign(&blue.root, &green.root).verify().map(drop)
    };
    let at = |rp_id: &'static str, origin: &'static str| {
        verdict(&|officer| (officer.rp_id, officer.origin) = (rp_id.into(), origin.into()))
    };
    for (rp_id, origin) in [
        ("blue.example", "https://blue.example"),
        ("blue.example", "https://blue.example:8443"),
        ("blue.example", "https://a.b-1.blue.example"),
        ("localhost", "http://localhost:8700"),
        ("localhost", "http://localhost"),
        ("localhost", "https://localhost:8700"),
    ] {
        assert_eq!(at(rp_id, origin), Ok(()), "{rp_id} at {origin}");
    }
    for (rp_id, origin) in [
        ("", "https://blue.example"),
        ("blue.example", ""),
        ("Blue.example", "https://Blue.example"),
        ("blue_example", "https://blue_example"),
        ("blue..example", "https://blue..example"),
        ("-blue.example", "https://-blue.example"),
        ("blue-.example", "https://blue-.example"),
        ("127.0.0.1", "https://127.0.0.1"),
        ("blue.example", "https://green.example"),
        ("blue.example", "https://notblue.example"),
        ("console.blue.example", "https://blue.example"),
        ("blue.example", "http://blue.example"),
        ("localhost", "http://a.localhost"),
        ("blue.example", "ftp://blue.example"),
        ("blue.example", "blue.example"),
        ("blue.example", "https://blue.example/"),
        ("blue.example", "https://blue.example:"),
        ("blue.example", "https://blue.example:443"),
        ("localhost", "http://localhost:80"),
        ("blue.example", "https://blue.example:0443"),
        ("blue.example", "https://blue.example:0"),
        ("blue.example", "https://blue.example:+443"),
        ("blue.example", "https://blue.example:65536"),
        ("blue.example", "https://me@blue.example"),
    ] {
        let refused = Err(DecodeError::Invalid("relying party or origin of a passkey"));
        assert_eq!(at(rp_id, origin), refused, "{rp_id} at {origin}");
    }
    let held = verdict(&|officer| officer.custody = Custody::Node);
    assert_eq!(held, Err(DecodeError::Invalid("a passkey that the node holds")));
}

// REC-25
#[test]
fn a_passkeys_key_is_a_compressed_point() {
    let verdict = |key: Vec<u8>, algorithm: u8| {
        let [blue, green] = all_keys();
        let bend = |officer: &mut Officer| (officer.key, officer.algorithm) = (key, algorithm);
        charter_with_passkey(bend).sign(&blue.root, &green.root).verify().map(drop)
    };
    let good = public_key(&private_key()).to_bytes();
    assert_eq!(verdict(good.to_vec(), 2), Ok(()));
    let whole = private_key().verifying_key().to_sec1_point(false).as_bytes().to_vec();
    let mut hybrid = whole.clone();
    hybrid[0] = 6 + (whole[64] & 1);
    let mut off_the_curve = good;
    while PasskeyKey::from_bytes(&off_the_curve).is_some() {
        off_the_curve[32] ^= 1;
        off_the_curve[31] = off_the_curve[31].wrapping_add(1);
    }
    // x = p + 5, where 5 is the x of a point: a second way to write it.
    let p = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
    let mut five: Vec<u8> = (0..33).map(|at| if at == 32 { 5 } else { 2 * u8::from(at == 0) }).collect();
    assert!(PasskeyKey::from_bytes(&five).is_some(), "5 is the x of a point");
    five[1..].iter_mut().zip(0..32).for_each(|(byte, at)| {
        *byte = u8::from_str_radix(&p[2 * at..2 * at + 2], 16).expect("hex");
    });
    let mut carry = 5_u16;
    for byte in five[1..].iter_mut().rev() {
        carry += u16::from(*byte);
        *byte = carry as u8;
        carry >>= 8;
    }
    let ed25519 = all_keys()[0].officers[1].public().to_bytes().to_vec();
    for (what, key) in [
        ("uncompressed", whole),
        ("hybrid", hybrid),
        ("off the curve", off_the_curve.to_vec()),
        ("x above p", five),
        ("the point at infinity", vec![0]),
        ("nothing", vec![]),
        ("without its sign", good[1..].to_vec()),
        ("Ed25519", ed25519.clone()),
    ] {
        assert_eq!(verdict(key, 2), Err(DecodeError::Invalid("key of an officer")), "{what}");
    }
    assert_eq!(verdict(good.to_vec(), 1), Err(DecodeError::Invalid("key of an officer")));
    assert_eq!(verdict(good.to_vec(), 3), Err(DecodeError::Invalid("key of an officer")));
    assert_eq!(verdict(ed25519, 1), Ok(()), "an Ed25519 key may stand beside a site");
}

// REC-27, REC-28
#[test]
fn a_passkey_releases_and_acknowledges() {
    let mut world = world();
    let terms = world.terms(BLUE, SECOND, Purpose::Release, ROUTINE, TEXT);
    let said = Answer::to(&terms).statement(&terms, &private_key());
    world.write(world.next(BLUE, Kind::MESSAGE, ROUTINE, &[]).saying([said], TEXT));
    let terms = world.terms(BLUE, SECOND, Purpose::Acknowledge, ROUTINE, TEXT);
    let said = Answer::to(&terms).statement(&terms, &private_key());
    world.write(world.next(BLUE, Kind::ACT, ROUTINE, &[]).saying([said], TEXT));
    let audit = audit(&world.export(), Some(world.line()));
    assert!(matches!(audit.verdict, Verdict::Verified), "{:?}", audit.findings);
}

// REC-7, REC-27
#[test]
fn a_passkey_and_a_key_release_a_flash_together() {
    let world = world();
    let terms = world.terms(BLUE, SECOND, Purpose::Release, FLASH, TEXT);
    let second = Answer::to(&terms).statement(&terms, &private_key());
    let terms = world.terms(BLUE, FIRST, Purpose::Release, FLASH, TEXT);
    let terms = StatementTerms { over: Some(&second), ..terms };
    let first = sign(&terms, &world.of(BLUE).officers[0]);
    let both = world.next(BLUE, Kind::MESSAGE, FLASH, &[]).saying([first, second], TEXT);
    world.check(&both.seal()).expect("two releasers");
}

// REC-26
#[test]
fn form_2_has_these_bytes() {
    let world = world();
    let terms = world.terms(BLUE, SECOND, Purpose::Release, ROUTINE, TEXT);
    let answer = Answer { counter: 0x0102_0304, ..Answer::to(&terms) };
    let assertion = answer.assertion(&private_key());
    let head = [&[1, 2, 2, 2][..], &terms.nonce, &[1, 1]].concat();
    let short = [&head[..], &[5, 1, 2, 3, 4], &assertion.signature, &[0], TEXT].concat();
    assert_eq!(Body::write(&[answer.statement(&terms, &private_key())], TEXT), short);
    let json = client_data(&terms.digest(), ORIGIN).replace("}", r#","more":1}"#);
    let answer = answer.saying(&json);
    let signature = answer.assertion(&private_key()).signature;
    let length = [json.len() as u8 | 0x80, (json.len() >> 7) as u8];
    let long = [&head[..], &[5, 1, 2, 3, 4], &signature, &length, json.as_bytes(), TEXT].concat();
    assert_eq!(Body::write(&[answer.statement(&terms, &private_key())], TEXT), long);
    for bytes in [short, long] {
        let body = Body::read(&bytes).expect("a body");
        assert_eq!(Body::write(&body.statements, body.content), bytes);
    }
}

fn body_error(result: Result<Entry, Refusal>) -> &'static str {
    match blame(result) {
        Misbehaviour::Body(DecodeError::Invalid(what)) => what,
        other => panic!("blamed for {other:?}"),
    }
}

// REC-26
#[test]
fn a_user_who_was_not_verified_says_nothing() {
    let with = |flags| released(&world(), |answer, _| Answer { flags, ..answer });
    for flags in [FLAGS, FLAGS | 8, FLAGS | 8 | 16] {
        with(flags).unwrap_or_else(|refusal| panic!("flags {flags}: {refusal:?}"));
    }
    for flags in [0, 1, 4, 1 | 8, 4 | 8 | 16] {
        assert_eq!(
            body_error(with(flags)),
            "a user who was not verified in statement form 2",
            "flags {flags}"
        );
    }
    for flags in [FLAGS | 2, FLAGS | 32, FLAGS | 64, FLAGS | 128, FLAGS | 16] {
        assert_eq!(body_error(with(flags)), "flags in statement form 2", "flags {flags}");
    }
}

// REC-26
#[test]
fn of_two_values_of_s_only_the_lower_is_a_signature() {
    let high = released(&world(), |answer, _| Answer { high_s: true, ..answer });
    assert_eq!(body_error(high), "r or s in statement form 2");
    let world = world();
    let terms = world.terms(BLUE, SECOND, Purpose::Release, ROUTINE, TEXT);
    let good = Answer::to(&terms).statement(&terms, &private_key());
    let Signature::Passkey(assertion) = &good.signature else { panic!("a passkey's") };
    for range in [0..32, 32..64] {
        for fill in [0, 0xff] {
            let mut signature = assertion.signature;
            signature[range.clone()].fill(fill);
            let bent = Signature::Passkey(Assertion { signature, ..assertion.clone() });
            let refused = message(&world, Statement { signature: bent, ..good.clone() });
            assert_eq!(body_error(refused), "r or s in statement form 2", "{range:?} of {fill:02x}");
        }
    }
}

// REC-26
#[test]
fn the_counter_is_signed_and_not_judged() {
    let mut world = world();
    for counter in [7, 0, u32::MAX, 3, 3] {
        let terms = world.terms(BLUE, SECOND, Purpose::Release, ROUTINE, TEXT);
        let said = Answer { counter, ..Answer::to(&terms) }.statement(&terms, &private_key());
        let Signature::Passkey(assertion) = &said.signature else { panic!("a passkey's") };
        let other = Assertion { counter: counter ^ 1, ..assertion.clone() };
        let other = Statement { signature: Signature::Passkey(other), ..said.clone() };
        assert_eq!(
            blame(message(&world, other)),
            Misbehaviour::OfficerSignature,
            "another counter than signed"
        );
        world.write(world.next(BLUE, Kind::MESSAGE, ROUTINE, &[]).saying([said], TEXT));
    }
}

// REC-27
#[test]
fn a_passkey_of_another_site_or_person_is_blamed() {
    let other_site = released(&world(), |answer, _| Answer { rp_id: "green.example", ..answer });
    assert_eq!(blame(other_site), Misbehaviour::OfficerSignature);
    let world = world();
    let terms = world.terms(BLUE, SECOND, Purpose::Release, ROUTINE, TEXT);
    let other_key = p256::ecdsa::SigningKey::from_slice(&[43; 32]).expect("a private key");
    let by_other = Answer::to(&terms).statement(&terms, &other_key);
    assert_eq!(blame(message(&world, by_other)), Misbehaviour::OfficerSignature);
    let mut flags = Answer::to(&terms).statement(&terms, &private_key());
    let Signature::Passkey(assertion) = &mut flags.signature else { panic!("a passkey's") };
    assertion.flags |= 8;
    assert_eq!(blame(message(&world, flags)), Misbehaviour::OfficerSignature, "other flags than signed");
}

// REC-27
#[test]
fn a_key_signs_in_the_form_of_its_algorithm() {
    let world = world();
    let key = &world.of(BLUE).officers[1];
    let terms = world.terms(BLUE, SECOND, Purpose::Release, ROUTINE, TEXT);
    assert_eq!(
        blame(message(&world, sign(&terms, key))),
        Misbehaviour::OfficerSignature,
        "form 1 of a passkey"
    );
    let terms = world.terms(BLUE, FIRST, Purpose::Release, ROUTINE, TEXT);
    let said = Answer::to(&terms).statement(&terms, &private_key());
    assert_eq!(blame(message(&world, said)), Misbehaviour::OfficerSignature, "form 2 of an Ed25519 key");
    let terms = world.terms(BLUE, CLERK, Purpose::Release, ROUTINE, TEXT);
    let said = Answer::to(&terms).statement(&terms, &private_key());
    let role = Misbehaviour::Statement(StatementError::Role(CLERK));
    assert_eq!(blame(message(&world, said)), role);
}

// REC-27
#[test]
fn the_challenge_is_the_statements_hash() {
    let other = released(&world(), |answer, _| Answer { signed: client_data(&[7; 32], ORIGIN), ..answer });
    assert_eq!(
        blame(other),
        Misbehaviour::OfficerSignature,
        "left out, so the hash of the template was expected"
    );
    let other = released(&world(), |answer, _| answer.saying(&client_data(&[7; 32], ORIGIN)));
    assert_eq!(blame(other), Misbehaviour::ClientData(ClientDataError::Challenge));
    let world = world();
    let terms = world.terms(BLUE, SECOND, Purpose::Release, ROUTINE, b"another text");
    let moved = Answer::to(&terms).statement(&terms, &private_key());
    assert_eq!(blame(message(&world, moved)), Misbehaviour::OfficerSignature);
}

// REC-28
#[test]
fn client_data_that_a_browser_may_write_are_taken() {
    let accepted = |bend: &dyn Fn(String) -> String| {
        released_saying(bend).unwrap_or_else(|refusal| panic!("{}: {refusal:?}", bend(String::new())));
    };
    accepted(&|json| json.replace(r#","crossOrigin":false"#, ""));
    accepted(&|json| json.replace("}", r#","other_keys_can_be_added_here":"do not compare"}"#));
    accepted(&|json| json.replace("}", r#","a":1,"b":-2.5e3,"c":null,"d":true,"e":"\u00e9\"è"}"#));
    let other_order = |json: String| {
        let members: Vec<&str> = json[1..json.len() - 1].split(',').rev().collect();
        format!("{{{}}}", members.join(","))
    };
    accepted(&other_order);
    let full = |json: String| {
        let room = CLIENT_DATA_LEN_MAX - json.len() - r#","x":"""#.len();
        json.replace("}", &format!(r#","x":"{}"}}"#, "x".repeat(room)))
    };
    accepted(&full);
}

// REC-28
#[test]
fn client_data_of_another_page_or_in_another_form_are_blamed() {
    let blamed = |bend: &dyn Fn(String) -> String| match blame(released_saying(bend)) {
        Misbehaviour::ClientData(error) => error,
        other => panic!("blamed for {other:?}"),
    };
    let replaced = |from: &'static str, to: &'static str| {
        blamed(&move |json: String| {
            assert!(json.contains(from), "{from}");
            json.replacen(from, to, 1)
        })
    };
    assert_eq!(blamed(&|json| json), ClientDataError::Template);
    assert_eq!(replaced("webauthn.get", "webauthn.create"), ClientDataError::Type);
    assert_eq!(replaced(r#""type":"webauthn.get","#, ""), ClientDataError::Type);
    assert_eq!(replaced(ORIGIN, "https://blue.example"), ClientDataError::Origin);
    assert_eq!(replaced(ORIGIN, "https://console.blue.example.org"), ClientDataError::Origin);
    assert_eq!(replaced(r#""https:"#, r#""https:\/"#), ClientDataError::Origin);
    assert_eq!(replaced(":false", ":true"), ClientDataError::CrossOrigin);
    assert_eq!(replaced(":false", ":null"), ClientDataError::CrossOrigin);
    assert_eq!(
        replaced("}", r#","topOrigin":"https://console.blue.example"}"#),
        ClientDataError::CrossOrigin
    );
    for (from, to) in [
        ("}", r#","challenge":"AAAA"}"#),
        ("}", r#","crossOrigin":false}"#),
        ("}", r#","\u0074ype":"webauthn.create"}"#),
        ("}", r#","a":{}}"#),
        ("}", r#","a":["b"]}"#),
        ("}", "} "),
        ("{", "{ "),
        ("}", ""),
        ("{", "\u{feff}{"),
    ] {
        assert_eq!(replaced(from, to), ClientDataError::Json, "{to}");
    }
    let not_utf_8 = released(&world(), |answer, _| Answer { stated: Some(vec![b'{', 0xff, b'}']), ..answer });
    assert_eq!(blame(not_utf_8), Misbehaviour::ClientData(ClientDataError::Json));
    let padded = |json: String| json.replace("\",\"origin", "=\",\"origin");
    assert_eq!(blamed(&padded), ClientDataError::Challenge);
}

// REC-26
#[test]
fn client_data_have_a_longest_length() {
    let too_long = |json: String| {
        let room = CLIENT_DATA_LEN_MAX + 1 - json.len() - r#","x":"""#.len();
        json.replace("}", &format!(r#","x":"{}"}}"#, "x".repeat(room)))
    };
    assert_eq!(body_error(released_saying(too_long)), "length of client data");
}

// REC-27
#[test]
fn what_a_browser_returns_becomes_the_same_statement_whatever_s_it_has() {
    let world = world();
    let terms = world.terms(BLUE, SECOND, Purpose::Release, ROUTINE, TEXT);
    let challenge = terms.digest();
    let asked = (RP_ID, ORIGIN);
    let data = [&Sha256::digest(RP_ID)[..], &[FLAGS, 0, 0, 0, 9]].concat();
    let json = client_data(&challenge, ORIGIN);
    let der = |high_s| {
        let made = Answer { counter: 9, high_s, ..Answer::to(&terms) }.assertion(&private_key());
        p256::ecdsa::Signature::from_slice(&made.signature).expect("a signature").to_der().as_bytes().to_vec()
    };
    let of = |data: &[u8], json: &str, der: &[u8]| {
        Assertion::of_response(data, json.as_bytes(), der, asked, &challenge)
    };
    let made = of(&data, &json, &der(false)).expect("an assertion");
    assert_eq!(of(&data, &json, &der(true)), Ok(made.clone()), "browsers return either s");
    assert_eq!((made.counter, made.client_data.as_ref(), made.can_be_copied()), (9, None, false));
    let statement =
        Statement { signature: Signature::Passkey(made), ..sign(&terms, &world.of(BLUE).officers[1]) };
    message(&world, statement).expect("accepted");
    let more = json.replace("}", r#","more":1}"#);
    assert_eq!(of(&data, &more, &der(false)).expect("an assertion").client_data, Some(more.into_bytes()));
    let attached = [&data[..], &[0]].concat();
    assert_eq!(of(&attached, &json, &der(false)), Err(ResponseError::AuthenticatorData));
    let foreign = [&Sha256::digest("green.example")[..], &[FLAGS, 0, 0, 0, 9]].concat();
    assert_eq!(of(&foreign, &json, &der(false)), Err(ResponseError::RelyingParty));
    assert_eq!(of(&data, &json, &der(false)[1..]), Err(ResponseError::Signature));
    let mut absent = data.clone();
    absent[32] = 1;
    assert!(matches!(of(&absent, &json, &der(false)), Err(ResponseError::Form(_))));
    let elsewhere = client_data(&challenge, "https://green.example");
    let refused = Err(ResponseError::ClientData(ClientDataError::Origin));
    assert_eq!(of(&data, &elsewhere, &der(false)), refused);
    assert!(base64url(&challenge).len() == 43 && json.contains(&base64url(&challenge)));
}

// REC-23, REC-27
#[test]
fn an_auditor_says_what_a_passkey_shows() {
    let mut world = world();
    let said = |world: &World, flags| {
        let terms = world.terms(BLUE, SECOND, Purpose::Release, ROUTINE, TEXT);
        Answer { flags, ..Answer::to(&terms) }.statement(&terms, &private_key())
    };
    let notes = |world: &World| {
        let audit = audit(&world.export(), Some(world.line()));
        let texts = audit.findings.into_iter().map(|finding| finding.text);
        texts.filter(|text| text.starts_with("BLUE's officer 2 (Second officer)")).collect::<Vec<_>>()
    };
    let statement = said(&world, FLAGS);
    world.write(world.next(BLUE, Kind::MESSAGE, ROUTINE, &[]).saying([statement], TEXT));
    let [note] = &notes(&world)[..] else { panic!("one note") };
    assert!(note.contains("a passkey of blue.example, used at https://console.blue.example"), "{note}");
    assert!(note.contains("no attestation was checked") && !note.contains("hardware"), "{note}");
    let statement = said(&world, FLAGS | 8);
    world.write(world.next(BLUE, Kind::MESSAGE, ROUTINE, &[]).saying([statement], TEXT));
    let list = world.list_after(BLUE, |list| drop(list.officers.remove(1)));
    world.write(world.key_list(BLUE, list));
    let [first, second] = &notes(&world)[..] else {
        panic!("two notes, also once the officer is no longer listed")
    };
    assert_eq!(first, note);
    assert!(second.contains("can be copied to other devices"), "{second}");
}
