//! The example of `docs/spec/passkey.md` is the first statement in `vectors/export/good-passkey.json`.

use std::fs;
use std::path::Path;

use ringdown_record::audit;
use ringdown_record::body::Body;
use ringdown_record::statement::{Signature, StatementTerms};
use sha2::{Digest, Sha256};

use crate::authenticator::{ORIGIN, RP_ID, client_data, private_key, public_key};
use crate::format::{ExportVector, read_all};
use crate::make::hex;

// REC-26, REC-27
#[test]
fn the_example_of_the_passkey_page_is_true() {
    let vectors = read_all::<ExportVector>("export");
    let (_, vector) = vectors.into_iter().find(|(name, _)| name == "good-passkey").expect("a vector");
    let audit = audit(&vector.bytes(), vector.asked());
    let place = |side: usize, seq: u64| {
        let at = audit
            .entries
            .iter()
            .find(|entry| (entry.header().side.index(), entry.header().place.seq) == (side, seq));
        at.expect("an entry")
    };
    let (entry, green) = (place(0, 3), place(1, 2));
    let body = Body::read(entry.body()).expect("a body");
    let [said] = &body.statements[..] else { panic!("one statement") };
    let Signature::Passkey(assertion) = &said.signature else { panic!("a passkey's") };
    let terms = StatementTerms {
        line: entry.header().line,
        side: entry.header().side,
        incarnation: 1,
        officer: said.officer,
        purpose: said.purpose,
        urgency: entry.header().urgency,
        nonce: said.nonce,
        on_screen: green.reference(),
        content: body.content,
        over: None,
    };
    let challenge = terms.digest();
    let data = [&Sha256::digest(RP_ID)[..], &[assertion.flags], &assertion.counter.to_be_bytes()].concat();
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/spec/passkey.md");
    let page = fs::read_to_string(page).expect("the page");
    for (what, value) in [
        ("private key", hex(&private_key().to_bytes()[..1])),
        ("key", hex(&public_key(&private_key()).to_bytes())),
        ("digest", hex(&challenge)),
        ("client data", client_data(&challenge, ORIGIN)),
        ("authenticator data", hex(&data)),
        ("r", hex(&assertion.signature[..32])),
        ("s", hex(&assertion.signature[32..])),
    ] {
        assert!(page.contains(&format!("`{value}`")), "the page does not say {value}, the {what}");
    }
    let head = [&[1, 2, 2, 2][..], &said.nonce, &[1, 2, 5, 0, 0, 0, 7], &assertion.signature, &[0]].concat();
    assert!(entry.body().starts_with(&head), "the statement's bytes");
}
