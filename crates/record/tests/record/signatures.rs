//! A signature has one form: what a lax verifier would take and a strict one would not is refused everywhere.

use ringdown_record::body::{Body, SignedKeyList};
use ringdown_record::encoding::{DecodeError, from_cbor, to_cbor};
use ringdown_record::{Entry, Kind, Misbehaviour, Refusal, UnverifiedEntry};

use crate::keys::hex;
use crate::world::{BLUE, GREEN, ROUTINE, World, blame, ed25519, key, unverified};

/// Adds the order of the Ed25519 group to a signature's S: the same signature to a lax verifier.
pub fn with_large_s(signature: &[u8; 64]) -> [u8; 64] {
    const L: u128 = 27_742_317_777_372_353_535_851_937_790_883_648_493;
    let mut order = [0; 32];
    order[..16].copy_from_slice(&L.to_le_bytes());
    order[31] = 0x10;
    let mut out = *signature;
    let mut carry = 0u16;
    for (byte, add) in out[32..].iter_mut().zip(order) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = sum as u8;
        carry = sum >> 8;
    }
    out
}

fn judged(world: &World, candidate: UnverifiedEntry) -> Result<Entry, Refusal> {
    world.chain(BLUE).check(candidate, world.chain(GREEN))
}

#[test]
fn a_good_signature_is_good() {
    let (public, signature) = (key(7).public(), key(7).sign(b"words"));
    assert!(public.verify(b"words", &signature));
    assert!(!public.verify(b"word", &signature));
    assert!(!key(8).public().verify(b"words", &signature));
}

// REC-10
#[test]
fn every_flipped_bit_of_a_signature_is_refused() {
    let good = key(7).sign(b"words");
    for bit in 0..512 {
        let mut signature = good;
        signature[bit / 8] ^= 1 << (bit % 8);
        assert!(!key(7).public().verify(b"words", &signature), "bit {bit}");
    }
}

// REC-10
#[test]
fn s_above_the_group_order_is_refused() {
    let good = key(7).sign(b"words");
    let large = with_large_s(&good);
    assert_ne!(large, good);
    assert_eq!(large[..32], good[..32]);
    assert!(!key(7).public().verify(b"words", &large));
}

// REC-10
#[test]
fn r_of_small_order_is_refused() {
    // R is the neutral element and S = k * a: [S]B = R + [k]A holds, so verification that is not strict accepts it.
    // Computed once in Python for the key of seed 07..07.
    let public = key(7).public();
    assert_eq!(public.to_bytes(), hex("ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c"));
    let mut signature = [0; 64];
    signature[0] = 1;
    let s: [u8; 32] = hex("e63fa27d9a8e2c52ac19916b5e54267ce1374163b3c34d873c09db097826f008");
    signature[32..].copy_from_slice(&s);
    assert!(!public.verify(b"small R", &signature));
}

// REC-10
#[test]
fn a_node_signature_has_one_form() {
    let world = World::ready();
    let mut candidate = unverified(&world.receipt(BLUE).seal());
    candidate.signature = with_large_s(&candidate.signature);
    assert_eq!(blame(judged(&world, candidate)), Misbehaviour::NodeSignature);
}

// REC-10
#[test]
fn an_officers_signature_has_one_form() {
    let world = World::ready();
    let body = world.message(BLUE, ROUTINE, b"words").body;
    let mut statements = Body::read(&body).expect("a body").statements;
    let signature = ed25519(&mut statements[0]);
    *signature = with_large_s(signature);
    let entry = world.next(BLUE, Kind::MESSAGE, ROUTINE, &[]).saying(statements, b"words").seal();
    assert_eq!(blame(world.check(&entry)), Misbehaviour::OfficerSignature);
}

// REC-10
#[test]
fn a_roots_signature_on_a_list_has_one_form() {
    let world = World::ready();
    let writing = world.key_list(BLUE, world.list_after(BLUE, |_| {}));
    let content = Body::read(&writing.body).expect("a body").content;
    let mut signed: SignedKeyList = from_cbor(content).expect("a list");
    assert!(signed.verify(world.line(), BLUE, &world.of(BLUE).root.public()));
    signed.root_signature = with_large_s(&signed.root_signature);
    let entry = world.key_list_with(BLUE, writing.key_list, &signed).seal();
    assert_eq!(blame(world.check(&entry)), Misbehaviour::RootSignature);
}

// REC-10
#[test]
fn a_roots_signature_on_node_keys_has_one_form() {
    let world = World::found(crate::world::charter(1));
    let writing = world.incarnation(BLUE);
    let content = Body::read(&writing.body).expect("a body").content;
    let mut incarnation: ringdown_record::body::Incarnation = from_cbor(content).expect("node keys");
    incarnation.root_signature = with_large_s(&incarnation.root_signature);
    let body = Body::write(&[], &to_cbor(&incarnation));
    let entry = crate::world::Writing { body, ..writing }.seal();
    assert_eq!(blame(world.check(&entry)), Misbehaviour::RootSignature);
}

// REC-10, REC-12
#[test]
fn a_roots_signature_on_the_charter_has_one_form() {
    let refused = Err(DecodeError::Invalid("root signature on the charter"));
    let good = World::ready().signed;
    assert!(good.verify().is_ok());
    let mut large = good.clone();
    large.signature_0 = with_large_s(&good.signature_0);
    assert_eq!(large.verify(), refused);
    let mut large = good.clone();
    large.signature_1 = with_large_s(&good.signature_1);
    assert_eq!(large.verify(), refused);
}

// REC-12
#[test]
fn a_charter_needs_both_roots_each_in_its_place() {
    let refused = Err(DecodeError::Invalid("root signature on the charter"));
    let good = World::ready().signed;
    let mut swapped = good.clone();
    std::mem::swap(&mut swapped.signature_0, &mut swapped.signature_1);
    assert_eq!(swapped.verify(), refused);
    let one = World::ready().charter.sign(&key(10), &key(10));
    assert_eq!(one.verify(), refused);
}

#[test]
fn an_entry_read_back_is_the_one_that_was_kept() {
    let world = World::story();
    for entry in world.all() {
        assert_eq!(&Entry::recall(unverified(entry), &entry.hash()).expect("unchanged"), entry);
    }
    let entry = world.entry(BLUE, 3);
    let changed = |change: fn(&mut UnverifiedEntry)| {
        let mut candidate = unverified(entry);
        change(&mut candidate);
        Entry::recall(candidate, &entry.hash())
    };
    assert_eq!(changed(|entry| entry.header.clock ^= 1), Err(DecodeError::Invalid("entry hash")));
    assert_eq!(changed(|entry| entry.salt[0] ^= 1), Err(DecodeError::Invalid("body commitment")));
    assert_eq!(changed(|entry| entry.body[80] ^= 1), Err(DecodeError::Invalid("body commitment")));
    assert_eq!(changed(|entry| entry.body.push(0)), Err(DecodeError::Invalid("body commitment")));
    // The hash does not cover the signature; whoever reads back asks for it apart.
    let node = world.of(BLUE).node.public();
    let unsigned = changed(|entry| entry.signature[0] ^= 1).expect("not seen by the hash");
    assert!(entry.signed_by(&node) && !unsigned.signed_by(&node));
}

#[test]
fn a_header_alone_shows_who_signed_it() {
    let world = World::story();
    let (entry, other) = (world.entry(BLUE, 3), world.entry(BLUE, 4));
    let (blue, green) = (world.of(BLUE).node.public(), world.of(GREEN).node.public());
    assert!(entry.header().signed_by(&blue, entry.signature()));
    assert!(!entry.header().signed_by(&green, entry.signature()));
    assert!(!other.header().signed_by(&blue, entry.signature()));
}
