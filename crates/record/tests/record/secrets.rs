//! What follows from the pairing secret differs for every use, and no secret shows itself.

use std::collections::BTreeSet;

use ringdown_record::{EntryHash, LineId, Place, Secret};

use crate::world::{BLUE, GREEN, SIDES, World, key};

#[test]
fn every_place_has_its_own_salt() {
    // One entry can be shown to a third party without letting it guess the neighbours.
    let secret = Secret([99; 32]).salt_key();
    let mut salts = BTreeSet::new();
    for side in SIDES {
        for incarnation in [1, 2, 256] {
            for seq in [1, 2, 256, 1 << 32] {
                assert!(salts.insert(secret.entry_salt(side, Place { incarnation, seq })));
            }
        }
    }
    assert_ne!(
        secret.entry_salt(BLUE, Place::first(1)),
        Secret([98; 32]).salt_key().entry_salt(BLUE, Place::first(1))
    );
}

#[test]
fn equal_bodies_have_different_commitments() {
    let mut world = World::ready();
    let first = *world.write(world.receipt(GREEN)).header();
    let second = *world.write(world.receipt(GREEN)).header();
    assert_eq!(world.entry(GREEN, 3).body(), world.entry(GREEN, 4).body());
    assert_ne!(first.body_commitment, second.body_commitment);
}

#[test]
fn one_secret_gives_unlike_keys() {
    let pairing = Secret([99; 32]);
    assert_ne!(pairing.psk_0(), pairing.salt_key());
    assert_ne!(pairing.psk_0(), pairing);
    assert_ne!(pairing.derive(&[b"ab"]), pairing.derive(&[b"a"]));
    assert_eq!(pairing.derive(&[b"a", b"b"]), pairing.derive(&[b"ab"]), "parts are strung together");
}

#[test]
fn secrets_do_not_show_themselves() {
    let seed = [0xab; 32];
    for shown in [format!("{:?}", Secret(seed)), format!("{:?}", key(0xab))] {
        let shown = shown.to_lowercase();
        assert!(!shown.contains("abab") && !shown.contains("ab, ab") && !shown.contains("171"), "{shown}");
    }
}

#[test]
fn what_is_shown_of_a_key_is_its_public_half() {
    // Seed 07..07, as in signatures.rs.
    assert_eq!(format!("{:?}", key(7).public()), "PublicKey([ea, 4a, 6c, 63]..)");
    assert_eq!(format!("{:?}", key(7)), "SigningKey(of PublicKey([ea, 4a, 6c, 63]..))");
    assert_eq!(format!("{:?}", Secret([7; 32])), "Secret(..)");
}

#[test]
fn hashes_and_places_are_shown_as_people_write_them() {
    let digits = "ab".repeat(32);
    assert_eq!(LineId([0xab; 32]).to_string(), digits);
    assert_eq!(format!("{:?}", LineId([0xab; 32])), format!("LineId({digits})"));
    assert_eq!(EntryHash([0xab; 32]).to_string(), digits);
    assert_eq!(format!("{:?}", EntryHash([0xab; 32])), format!("EntryHash({digits})"));
    assert_eq!(EntryHash([0xab; 32]).short(), [0xab; 8]);
    assert_eq!(Place { incarnation: 1, seq: 42 }.to_string(), "1/42");
}
