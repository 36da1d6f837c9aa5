//! Laws that hold for all values: codecs round-trip, a value has one form, no bytes make a reader panic, and the
//! order of arrival does not matter.

use proptest::collection::vec;
use proptest::prelude::*;
use ringdown_record::audit::Verdict;
use ringdown_record::body::{Body, Gate, GatePosition, Incarnation, Receipt, SeqRange, SignedKeyList};
use ringdown_record::charter::KeyList;
use ringdown_record::encoding::{DecodeError, Reader, from_cbor, put_varint, to_cbor};
use ringdown_record::evidence::Evidence;
use ringdown_record::export::{Export, MAGIC};
use ringdown_record::wire::{WireEntry, WireForm, write};
use ringdown_record::{
    Chain, Charter, Entry, EntryHash, EntryRef, Header, Kind, LineId, PREIMAGE_LEN, Place, Precedence, Side,
    SignedCharter, TrafficClass, Urgency, WallTime, audit,
};

use crate::world::{BLUE, GREEN, SIDES, World, charter, unverified};

fn side() -> impl Strategy<Value = Side> {
    prop::sample::select(&SIDES[..])
}

fn place() -> impl Strategy<Value = Place> {
    (1..=u32::MAX, 1..=ringdown_record::SEQ_MAX).prop_map(|(incarnation, seq)| Place { incarnation, seq })
}

fn cited() -> impl Strategy<Value = EntryRef> {
    let some =
        (place(), any::<[u8; 32]>()).prop_map(|(place, hash)| EntryRef { place, hash: EntryHash(hash) });
    prop_oneof![Just(EntryRef::NONE), some]
}

fn urgency() -> impl Strategy<Value = Urgency> {
    let precedence = prop::sample::select(&Precedence::ALL[1..]);
    let class = prop::sample::select(&TrafficClass::ALL[..]);
    (precedence, class).prop_map(|(precedence, class)| Urgency { precedence, class })
}

prop_compose! {
    /// Any header whose fields have allowed values.
    fn header()(
        (line, prev, body_commitment, key_list) in any::<([u8; 32], [u8; 32], [u8; 32], [u8; 32])>(),
        (side, place, peer, urgency) in (side(), place(), cited(), urgency()),
        time in 0..1u64 << 40,
        kind in any::<u8>().prop_filter("of the line", |kind| !Kind(*kind).belongs_to_line()),
        (clock, flags, officer, body_len) in (any::<u8>(), 0..2u8, any::<u16>(), 0..65_536u32),
    ) -> Header {
        Header {
            line: LineId(line), side, place, prev: EntryHash(prev), peer, time: WallTime::from_ms(time), clock,
            kind: Kind(kind), urgency, flags, officer, body_len, body_commitment, key_list,
        }
    }
}

fn receipt() -> impl Strategy<Value = Receipt> {
    let step = (2..1000u64, 0..1000u64);
    vec(step, 0..=32).prop_map(|steps| {
        let mut last = 0;
        let range = |(gap, len): (u64, u64)| {
            let range = SeqRange { from: last + gap, to: last + gap + len };
            last = range.to;
            range
        };
        Receipt { beyond: steps.into_iter().map(range).collect() }
    })
}

fn gate() -> impl Strategy<Value = Gate> {
    let position = prop::sample::select(&[GatePosition::Shut, GatePosition::Ready][..]);
    (position, 1..=u32::MAX, "[ -~é]{0,60}").prop_map(|(position, round, reason)| Gate {
        position,
        round,
        reason,
    })
}

/// One change of a byte string: a byte replaced, put in or taken out.
#[derive(Clone, Debug)]
pub enum Change {
    Replace(prop::sample::Index, u8),
    Insert(prop::sample::Index, u8),
    Remove(prop::sample::Index),
}

pub fn change() -> impl Strategy<Value = Change> {
    let index = any::<prop::sample::Index>;
    prop_oneof![
        (index(), any::<u8>()).prop_map(|(at, byte)| Change::Replace(at, byte)),
        (index(), any::<u8>()).prop_map(|(at, byte)| Change::Insert(at, byte)),
        index().prop_map(Change::Remove),
    ]
}

pub fn changed(bytes: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for change in changes {
        let len = out.len();
        match change {
            Change::Replace(at, byte) if len > 0 => out[at.index(len)] = *byte,
            Change::Remove(at) if len > 0 => drop(out.remove(at.index(len))),
            Change::Insert(at, byte) => out.insert(at.index(len + 1), *byte),
            _ => {}
        }
    }
    out
}

/// What is read from these bytes, if anything, is written as these bytes.
fn one_form<T>(bytes: &[u8]) -> bool
where
    T: for<'b> minicbor::Decode<'b, ()> + minicbor::Encode<()>,
{
    from_cbor::<T>(bytes).is_ok_and(|value| to_cbor(&value) != bytes)
}

/// Bytes that begin like this and go on at random.
pub fn like(head: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let index = 0..=head.len();
    (index, vec(any::<u8>(), 1..400)).prop_map(move |(keep, tail)| [&head[..keep], &tail].concat())
}

/// Arrival in this order, each time trying again what had to wait; the chain then held.
fn arrive(world: &World, side: Side, order: &[usize]) -> (Chain, Vec<Entry>) {
    let mut chain = Chain::new(world.charter.clone(), side);
    let mut waiting: Vec<&Entry> = order.iter().map(|index| &world.entries[side.index()][*index]).collect();
    let mut taken = Vec::new();
    loop {
        let before = waiting.len();
        waiting.retain(|entry| match chain.check(unverified(entry), world.chain(side.other())) {
            Ok(entry) => {
                chain.add(&entry);
                taken.push(entry);
                false
            }
            Err(ringdown_record::Refusal::Parked(_)) => true,
            Err(refusal) => panic!("an honest entry is blamed: {refusal:?}"),
        });
        if waiting.len() == before {
            return (chain, taken);
        }
    }
}

proptest! {
    #[test]
    fn varints_round_trip(value: u64, shift in 0..64u32) {
        let value = value >> shift;
        let mut bytes = Vec::new();
        put_varint(&mut bytes, value);
        let mut reader = Reader::new(&bytes);
        prop_assert_eq!(reader.varint(), Ok(value));
        prop_assert!(reader.finish().is_ok());
        prop_assert!(bytes.len() <= 10);
    }

    // REC-9
    #[test]
    fn a_varint_has_one_form(bytes in vec(any::<u8>(), 0..12)) {
        let mut reader = Reader::new(&bytes);
        if let Ok(value) = reader.varint() {
            let mut again = Vec::new();
            put_varint(&mut again, value);
            prop_assert_eq!(&again[..], &bytes[..bytes.len() - reader.rest().len()]);
        }
    }

    #[test]
    fn preimages_round_trip(header in header()) {
        let preimage = header.preimage();
        prop_assert_eq!(Header::from_preimage(&preimage), Ok(header));
    }

    // REC-11
    #[test]
    fn a_preimage_has_one_form(header in header(), at in 0..PREIMAGE_LEN, byte: u8) {
        let mut bytes = header.preimage();
        bytes[at] = byte;
        if let Ok(header) = Header::from_preimage(&bytes) {
            prop_assert_eq!(header.preimage(), bytes);
        }
    }

    #[test]
    fn receipts_round_trip(receipt in receipt()) {
        prop_assert_eq!(Receipt::read(&to_cbor(&receipt)), Ok(receipt));
    }

    #[test]
    fn gates_round_trip(gate in gate()) {
        prop_assert_eq!(Gate::read(&to_cbor(&gate)), Ok(gate));
    }

    // REC-9
    #[test]
    fn a_changed_receipt_or_gate_is_none_or_another(
        (receipt, gate) in (receipt(), gate()),
        changes in vec(change(), 1..3),
    ) {
        let bytes = changed(&to_cbor(&receipt), &changes);
        if let Ok(receipt) = Receipt::read(&bytes) {
            prop_assert_eq!(to_cbor(&receipt), bytes);
        }
        let bytes = changed(&to_cbor(&gate), &changes);
        if let Ok(gate) = Gate::read(&bytes) {
            prop_assert_eq!(to_cbor(&gate), bytes);
        }
    }

    // REC-9, REC-12
    #[test]
    fn a_changed_charter_is_none(changes in vec(change(), 1..3)) {
        let good = World::found(charter(1)).signed;
        let bytes = changed(&good.charter, &changes);
        if let Ok(charter) = from_cbor::<Charter>(&bytes) {
            prop_assert_eq!(to_cbor(&charter), bytes.clone());
        }
        if bytes != good.charter {
            let other = SignedCharter { charter: bytes, ..good };
            prop_assert!(other.verify().is_err());
        }
    }

    // REC-9
    #[test]
    fn a_changed_body_is_none_or_another(which in 0..4usize, changes in vec(change(), 1..3)) {
        let world = World::begun();
        let bodies = [
            world.message(BLUE, crate::world::FLASH, b"words").body,
            world.act(BLUE, b"words").body,
            world.receipt(BLUE).body,
            world.gate(BLUE, GatePosition::Shut).body,
        ];
        let bytes = changed(&bodies[which], &changes);
        if let Ok(body) = Body::read(&bytes) {
            prop_assert_eq!(Body::write(&body.statements, body.content), bytes);
        }
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in vec(any::<u8>(), 0..600)) {
        let _ = Export::read(&bytes);
        let _ = WireEntry::read(&bytes);
        let _ = Body::read(&bytes);
        let _ = Evidence::read(&bytes);
        prop_assert!(!one_form::<Charter>(&bytes) && !one_form::<SignedCharter>(&bytes));
        prop_assert!(!one_form::<KeyList>(&bytes) && !one_form::<SignedKeyList>(&bytes));
        prop_assert!(!one_form::<Incarnation>(&bytes) && !one_form::<Evidence>(&bytes));
        let verdict = audit(&[MAGIC, &bytes].concat(), None).verdict;
        prop_assert!(matches!(verdict, Verdict::Broken));
    }

    #[test]
    fn no_preimage_makes_the_reader_panic(bytes in vec(any::<u8>(), PREIMAGE_LEN)) {
        let mut preimage: [u8; PREIMAGE_LEN] = bytes.try_into().expect("the length asked for");
        prop_assert!(Header::from_preimage(&preimage).is_err());
        preimage[..16].copy_from_slice(b"ringdown/1 entry");
        let _ = Header::from_preimage(&preimage);
    }

    #[test]
    fn no_wire_form_makes_the_receiver_panic(entry in 0..8usize, changes in vec(change(), 1..4)) {
        let world = World::story();
        let entries = world.all();
        let form = WireForm { incarnation: true, prev: true, peer_incarnation: true, key_list: true };
        let wire = changed(&write(entries[entry], form), &changes);
        if let Ok(wire) = WireEntry::read(&wire) {
            for side in SIDES {
                let (chain, own) = (world.chain(side), world.chain(side.other()));
                if let Ok(entry) = wire.complete(world.line(), chain, own, &world.salt_key) {
                    let _ = chain.check(entry, own);
                }
            }
        }
    }

    #[test]
    fn no_export_makes_the_auditor_panic(bytes in like(World::story().export())) {
        prop_assert!(matches!(audit(&bytes, None).verdict, Verdict::Broken));
    }

    // REC-22
    #[test]
    fn a_changed_export_is_broken(changes in vec(change(), 1..3)) {
        let good = World::story().export();
        let bytes = changed(&good, &changes);
        prop_assume!(bytes != good);
        prop_assert!(matches!(audit(&bytes, None).verdict, Verdict::Broken));
    }

    // REC-3, REC-8
    #[test]
    fn the_order_of_arrival_does_not_matter(
        blue in Just((0..7).collect::<Vec<usize>>()).prop_shuffle(),
        green in Just((0..6).collect::<Vec<usize>>()).prop_shuffle(),
    ) {
        // INV-7, INV-8.
        let world = World::story();
        for (side, order) in [(BLUE, &blue), (GREEN, &green)] {
            prop_assert_eq!(order.len(), world.entries[side.index()].len());
            let (chain, taken) = arrive(&world, side, order);
            prop_assert_eq!(chain.head(), world.chain(side).head());
            prop_assert_eq!(taken.len(), order.len());
            prop_assert_eq!(chain.key_list().1, world.chain(side).key_list().1);
        }
    }
}

// REC-9
#[test]
fn cbor_in_another_than_the_canonical_form_is_refused() {
    let one_range = to_cbor(&Receipt { beyond: vec![SeqRange { from: 2, to: 3 }] });
    assert_eq!(one_range, b"\x81\x81\x82\x02\x03");
    for bytes in [
        &b"\x9f\x81\x82\x02\x03\xff"[..],
        b"\x81\x9f\x82\x02\x03\xff",
        b"\x81\x81\x82\x18\x02\x03",
        b"\x81\x98\x01\x82\x02\x03",
        b"\x98\x01\x81\x82\x02\x03",
        b"\x81\x81\x83\x02\x03\x04",
        b"\x82\x81\x82\x02\x03\x00",
        b"\x81\x81\x82\x02\x03\x00",
    ] {
        assert_eq!(Receipt::read(bytes), Err(DecodeError::NotCanonical), "{bytes:x?}");
    }
}

#[test]
fn the_checks_of_this_file_can_fail() {
    // Canaries: a second form and a blamed order would be seen.
    let loose = minicbor::decode::<Receipt>(b"\x9f\x80\xff").expect("a lax decoder takes it");
    assert_ne!(to_cbor(&loose), b"\x9f\x80\xff");
    assert!(from_cbor::<Receipt>(b"\x9f\x80\xff").is_err());
    let (chain, taken) = arrive(&World::story(), BLUE, &[0, 1, 3, 4, 5, 6]);
    assert_eq!((chain.head().place.seq, taken.len()), (2, 3), "the KEYLIST at 5 waits, and what is under it");
}
