//! Every decoder takes exactly one byte string for a value, gives back what was written, and never panics. (REC-9)

use std::fmt::Debug;

use proptest::collection::vec;
use proptest::prelude::*;
use ringdown_record::body::{Body, Gate, Incarnation, Receipt, STATEMENTS_MAX, SignedKeyList};
use ringdown_record::charter::{
    Charter, Custody, KeyList, Officer, Party, PrecedenceRule, ROLE_DRAFT, ROLE_RELEASE,
};
use ringdown_record::encoding::{DecodeError, from_cbor, to_cbor};
use ringdown_record::evidence::Evidence;
use ringdown_record::export::{Export, MAGIC};
use ringdown_record::statement::{Assertion, Purpose, Signature, Statement};
use ringdown_record::wire::{WireEntry, WireForm, write};
use ringdown_record::{Place, SignedCharter, SigningKey, Urgency, WallTime};

use crate::properties::{change, changed, like};
use crate::world::{BLUE, GREEN, World, Writing, all_keys, key};

fn bytes<const N: usize>() -> impl Strategy<Value = [u8; N]> {
    vec(any::<u8>(), N).prop_map(|bytes| bytes.try_into().expect("the length asked for"))
}

prop_compose! {
    /// An officer with the key of this index, so that no two have one key.
    fn officer(index: u16)(
        (name, roles, held) in ("[A-Za-zéЖ0-9 .'/-]{1,20}", any::<u16>(), any::<bool>()),
        (rp_id, origin) in ("[ -~]{0,40}", "[ -~é]{0,40}"),
    ) -> Officer {
        let mut seed = [0; 32];
        seed[..2].copy_from_slice(&index.to_be_bytes());
        let custody = if held { Custody::Node } else { Custody::Officer };
        let key = SigningKey::from_seed(&seed).public();
        Officer { roles, custody, rp_id, origin, ..Officer::held_by_node(index, &name, &key) }
    }
}

fn key_list(fewest: usize) -> impl Strategy<Value = KeyList> {
    let indices = proptest::collection::btree_set(1..=u16::MAX, fewest..6);
    let officers = indices.prop_flat_map(|indices| indices.into_iter().map(officer).collect::<Vec<_>>());
    officers.prop_map(|officers| KeyList { number: 1, previous: [0; 32], officers })
}

prop_compose! {
    fn rule()(releasers in 1..=2u8, caution: u32, alarm: u32, acknowledge: u32) -> PrecedenceRule {
        PrecedenceRule { releasers, stored_caution_s: caution, stored_alarm_s: alarm, acknowledge_s: acknowledge }
    }
}

prop_compose! {
    fn founded()(
        nonce in bytes(),
        names in ("[A-Z][A-Z0-9-]{0,7}A", "[A-Z][A-Z0-9-]{0,7}B"),
        mut lists in (key_list(2), key_list(2)),
        rules in [rule(), rule(), rule(), rule()],
        release_alone: bool,
    ) -> Charter {
        let keys = all_keys();
        for officers in [&mut lists.0.officers, &mut lists.1.officers] {
            officers[0].roles |= ROLE_RELEASE;
            officers[1].roles |= ROLE_DRAFT;
        }
        let release_alone = release_alone && rules.iter().any(|rule| rule.releasers == 2);
        let party = |name, key: &SigningKey, key_list| Party { name, root: key.public().to_bytes(), key_list };
        let parties = [party(names.0, &keys[0].root, lists.0), party(names.1, &keys[1].root, lists.1)];
        Charter { suite: 0, nonce, parties, rules, release_alone }
    }
}

fn purpose() -> impl Strategy<Value = Purpose> {
    use Purpose::{Acknowledge, Answer, Consent, Draft, Release, ReleaseAlone};
    prop::sample::select(&[Draft, Release, Acknowledge, Answer, Consent, ReleaseAlone][..])
}

/// Any r and s that are below half of the order fit the form.
fn signature() -> impl Strategy<Value = Signature> {
    let half = || (1..=0x7e_u8, bytes::<31>()).prop_map(|(first, rest)| [&[first][..], &rest].concat());
    let passkey =
        (prop::sample::select(&[5_u8, 13, 29][..]), any::<u32>(), [half(), half()], vec(any::<u8>(), 0..600));
    let passkey = passkey.prop_map(|(flags, counter, [r, s], json)| {
        let signature = [r, s].concat().try_into().expect("64 bytes");
        let client_data = (1..=512).contains(&json.len()).then_some(json);
        Signature::Passkey(Assertion { flags, counter, signature, client_data })
    });
    prop_oneof![bytes().prop_map(Signature::Ed25519), passkey]
}

prop_compose! {
    fn statement()(
        officer: u16,
        purpose in purpose(),
        nonce in bytes(),
        screen in prop_oneof![Just((0, 0)), (1..=u32::MAX, 1..=u64::MAX)],
        signature in signature(),
    ) -> Statement {
        let on_screen = Place { incarnation: screen.0, seq: screen.1 };
        Statement { officer, purpose, nonce, on_screen, signature }
    }
}

prop_compose! {
    fn incarnation()(number: u32, reason: u8, node in bytes(), channel in bytes(), root_signature in bytes())
        -> Incarnation { Incarnation { number, reason, node, channel, root_signature } }
}

fn form() -> impl Strategy<Value = WireForm> {
    any::<[bool; 4]>().prop_map(|[incarnation, prev, peer_incarnation, key_list]| WireForm {
        incarnation,
        prev,
        peer_incarnation,
        key_list,
    })
}

/// What is read from these bytes, if anything, is written as these bytes.
fn keeps_its_form<T>(bytes: &[u8]) -> Result<(), TestCaseError>
where
    T: for<'b> minicbor::Decode<'b, ()> + minicbor::Encode<()> + Debug,
{
    if let Ok(value) = from_cbor::<T>(bytes) {
        prop_assert_eq!(to_cbor(&value), bytes);
    }
    Ok(())
}

/// The file that an export would be written as again.
fn again(export: &Export) -> Vec<u8> {
    let charter = to_cbor(&export.charter);
    let mut out = [MAGIC, &(charter.len() as u32).to_be_bytes(), &charter].concat();
    for entry in &export.entries {
        out.extend(entry.header.preimage());
        out.extend(entry.salt);
        out.extend(entry.signature);
        out.extend(&entry.body);
    }
    out
}

fn evidence() -> Evidence {
    let world = World::ready();
    let later = Writing { time: WallTime::MAX, ..world.receipt(GREEN) }.seal();
    Evidence::of(&world.receipt(GREEN).seal(), &later).expect("a contradiction")
}

proptest! {
    #[test]
    fn charters_round_trip(charter in founded()) {
        let keys = all_keys();
        let signed = charter.sign(&keys[0].root, &keys[1].root);
        prop_assert_eq!(signed.verify(), Ok(charter.clone()));
        prop_assert_eq!(from_cbor::<SignedCharter>(&to_cbor(&signed)), Ok(signed.clone()));
        prop_assert_eq!(to_cbor(&charter), signed.charter);
    }

    #[test]
    fn key_lists_round_trip(list in key_list(0), changes in vec(change(), 1..3)) {
        let world = World::ready();
        let signed = SignedKeyList::sign(world.line(), BLUE, list.clone(), &world.of(BLUE).root);
        prop_assert_eq!(from_cbor::<KeyList>(&to_cbor(&list)), Ok(list.clone()));
        prop_assert_eq!(from_cbor::<SignedKeyList>(&to_cbor(&signed)), Ok(signed.clone()));
        keeps_its_form::<SignedKeyList>(&changed(&to_cbor(&signed), &changes))?;
        let other = changed(&to_cbor(&list), &changes);
        if let Ok(other) = from_cbor::<KeyList>(&other) {
            prop_assert_eq!(other == list, other.hash() == list.hash());
        }
    }

    #[test]
    fn statements_round_trip(
        statements in vec(statement(), 0..=STATEMENTS_MAX),
        content in vec(any::<u8>(), 0..40),
        changes in vec(change(), 1..3),
    ) {
        let body = Body::write(&statements, &content);
        prop_assert_eq!(Body::read(&body), Ok(Body { statements, content: &content }));
        let body = changed(&body, &changes);
        if let Ok(read) = Body::read(&body) {
            prop_assert_eq!(Body::write(&read.statements, read.content), body);
        }
    }

    #[test]
    fn incarnations_round_trip(incarnation in incarnation(), changes in vec(change(), 1..3)) {
        let bytes = to_cbor(&incarnation);
        prop_assert_eq!(from_cbor::<Incarnation>(&bytes), Ok(incarnation));
        keeps_its_form::<Incarnation>(&changed(&bytes, &changes))?;
    }

    #[test]
    fn changed_evidence_is_none_or_another(changes in vec(change(), 1..3)) {
        let world = World::ready();
        let good = evidence();
        let bytes = changed(&to_cbor(&good), &changes);
        keeps_its_form::<Evidence>(&bytes)?;
        if let Ok(evidence) = Evidence::read(&bytes) {
            let node = |side| world.chain(side).node().copied();
            prop_assert_eq!(evidence.verify(world.line(), node).is_ok(), evidence == good);
        }
    }

    // REC-16
    #[test]
    fn a_wire_form_has_one_form(entry in 0..13usize, form in form(), changes in vec(change(), 1..3)) {
        let world = World::story();
        let bytes = write(world.all()[entry], form);
        let read = WireEntry::read(&bytes);
        prop_assert!(read.is_ok());
        let other = changed(&bytes, &changes);
        prop_assert_eq!(WireEntry::read(&other) == read, other == bytes, "two forms of one entry");
    }

    // REC-22
    #[test]
    fn an_export_has_one_form(changes in vec(change(), 1..3)) {
        let good = World::story().export();
        prop_assert_eq!(&again(&Export::read(&good).expect("readable")), &good);
        let bytes = changed(&good, &changes);
        if let Ok(export) = Export::read(&bytes) {
            prop_assert_eq!(again(&export), bytes);
        }
    }

    #[test]
    fn no_bytes_make_a_decoder_panic(tail in vec(any::<u8>(), 0..300), lists in like(to_cbor(&list()))) {
        keeps_its_form::<Charter>(&tail)?;
        keeps_its_form::<SignedCharter>(&tail)?;
        keeps_its_form::<KeyList>(&lists)?;
        keeps_its_form::<SignedKeyList>(&lists)?;
        keeps_its_form::<Incarnation>(&tail)?;
        keeps_its_form::<Receipt>(&tail)?;
        keeps_its_form::<Gate>(&tail)?;
        keeps_its_form::<Evidence>(&tail)?;
    }

    // REC-4
    #[test]
    fn an_urgency_has_one_byte(byte: u8) {
        if let Ok(urgency) = Urgency::from_byte(byte) {
            prop_assert_eq!(urgency.to_byte(), byte);
        } else {
            prop_assert!(byte >> 4 > 4 || byte & 0x0f > 2);
        }
    }
}

fn list() -> SignedKeyList {
    let world = World::ready();
    SignedKeyList::sign(world.line(), BLUE, world.list_after(BLUE, |_| {}), &key(10))
}

/// Canary: a decoder that keeps two forms would be seen.
#[test]
fn a_lax_decoder_would_be_noticed() {
    let lax = |bytes: &[u8]| minicbor::decode::<Receipt>(bytes).map(|receipt| to_cbor(&receipt) == bytes);
    assert_eq!(lax(b"\x81\x80").ok(), Some(true));
    assert_eq!(lax(b"\x9f\x80\xff").ok(), Some(false), "this is what the laws above forbid");
    assert_eq!(from_cbor::<Receipt>(b"\x9f\x80\xff"), Err(DecodeError::NotCanonical));
}
