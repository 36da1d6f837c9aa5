//! Whatever bytes come: what was written is read, what is read was written so, and nothing panics.

use proptest::prelude::*;
use ringdown_line::cell::{CellBuilder, Item, ObjectNumber, PAYLOAD_LEN_MAX, read};
use ringdown_line::limits::SYMBOL_LEN;
use ringdown_line::object::{Assembled, Assembler, cut};
use ringdown_line::rng::Rng;
use ringdown_line::session::noise::{HandshakeTerms, channel_public};
use ringdown_line::session::{Received, Sessions};
use ringdown_line::{CarrierId, Instant};
use ringdown_record::wire::WIRE_LEN_MAX;
use ringdown_record::{LineId, Secret, Side};

use crate::alone::Alone;
use crate::pair::UDP;

#[derive(Clone, Debug)]
enum Written {
    Symbols { object: u16, k: usize, first: usize, symbols: Vec<u8> },
    Control { kind: u8, value: Vec<u8> },
}

fn written() -> impl Strategy<Value = Written> {
    let run = (1u16..0xffff, 1usize..=128)
        .prop_flat_map(|(object, k)| (Just(object), Just(k), 0..k))
        .prop_flat_map(|(object, k, first)| (Just((object, k, first)), 1..=(k - first).min(6)))
        .prop_flat_map(|((object, k, first), count)| {
            let symbols = prop::collection::vec(any::<u8>(), count * SYMBOL_LEN);
            symbols.prop_map(move |symbols| Written::Symbols { object, k, first, symbols })
        });
    let control = (any::<u8>(), prop::collection::vec(any::<u8>(), 0..80));
    prop_oneof![run, control.prop_map(|(kind, value)| Written::Control { kind, value })]
}

fn write(items: &[Written]) -> (Vec<u8>, usize) {
    let mut cell = CellBuilder::default();
    let mut count = 0;
    for item in items {
        match item {
            Written::Symbols { object, k, first, symbols } => {
                if symbols.len() / SYMBOL_LEN > cell.room() {
                    break;
                }
                cell.symbols(ObjectNumber(*object), *k, *first, symbols);
            }
            Written::Control { kind, value } => {
                if !cell.control(*kind, value) {
                    break;
                }
            }
        }
        count += 1;
    }
    (cell.take(), count)
}

/// Both ends of a live session.
fn sessions() -> [Sessions; 2] {
    let channels = [Secret([1; 32]), Secret([2; 32])];
    let terms = |own: Side| HandshakeTerms {
        line: LineId([3; 32]),
        own,
        incarnations: [1, 1],
        psk: Secret([4; 32]),
        channel: channels[own.index()].clone(),
        peer_channel: channel_public(&channels[own.other().index()]),
    };
    let [mut a, mut b] = [Sessions::new(terms(Side::Zero)), Sessions::new(terms(Side::One))];
    let (mut rng, now) = (Rng::from_seed(&[5; 32]), Instant(1_000_000_000));
    let wait = std::time::Duration::from_secs(1);
    a.initiate(now, &mut rng, &[]);
    let message_1 = a.repeat(now, wait, wait).expect("due");
    let Received::Answer { cell, .. } = b.receive(now, &mut rng, UDP, &message_1) else {
        panic!("an answer")
    };
    assert!(matches!(a.receive(now, &mut rng, UDP, &cell), Received::Started));
    let first = a.seal(UDP, &[0xff, 0xff]).expect("live");
    assert!(matches!(b.receive(now, &mut rng, UDP, &first), Received::Cell { started: true, .. }));
    [a, b]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_payload_that_was_written_is_read(items in prop::collection::vec(written(), 0..12), padding in 0usize..40) {
        // SES-18.
        let (payload, count) = write(&items);
        prop_assert!(payload.len() <= PAYLOAD_LEN_MAX);
        let padded = match padding {
            0..2 => payload.clone(),
            _ => [&payload[..], &[0xff; 2], &vec![7; padding - 2]].concat(),
        };
        let found = read(&padded).expect("it was written");
        prop_assert_eq!(found.len(), count);
        for (item, written) in found.iter().zip(&items) {
            let same = match (item, written) {
                (Item::Symbols { object, k, first, symbols }, Written::Symbols { object: o, k: l, first: f, symbols: s }) => {
                    (object.0, *k, *first, *symbols) == (*o, *l, *f, &s[..])
                }
                (Item::Control { kind, value }, Written::Control { kind: k, value: v }) => (*kind, *value) == (*k, &v[..]),
                _ => false,
            };
            prop_assert!(same);
        }
    }

    #[test]
    fn arbitrary_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..1200)) {
        let mut assembler = Assembler::default();
        for item in read(&bytes).unwrap_or_default() {
            if let Item::Symbols { object, k, first, symbols } = item {
                let _ = assembler.symbols(object, k, first, symbols, |_| false);
            }
        }
    }

    #[test]
    fn what_was_cut_is_put_together_in_any_order(
        wire in prop_oneof![
            9 => prop::collection::vec(any::<u8>(), 0..9000),
            1 => prop::collection::vec(any::<u8>(), WIRE_LEN_MAX - 1..=WIRE_LEN_MAX),
        ],
        seq in any::<u64>(),
        start in 1u16..0xffff,
        shuffle in any::<u64>(),
    ) {
        // SES-19, SES-20.
        let objects = cut(seq, &wire);
        let numbers: Vec<_> = std::iter::successors(Some(ObjectNumber(start)), |number| Some(number.next()))
            .take(objects.len())
            .collect();
        prop_assert!(numbers.iter().all(|number| (1..0xffff).contains(&number.0)));
        let mut symbols: Vec<_> = (0..objects.len())
            .flat_map(|at| (0..objects[at].len() / SYMBOL_LEN).map(move |index| (at, index)))
            .collect();
        let mut random = crate::pair::faults(shuffle);
        symbols.sort_by_cached_key(|_| random(u64::MAX));
        let mut assembler = Assembler::default();
        let mut whole = Vec::new();
        for (at, index) in symbols {
            let (object, k) = (&objects[at], objects[at].len() / SYMBOL_LEN);
            let symbol = &object[index * SYMBOL_LEN..][..SYMBOL_LEN];
            match assembler.symbols(numbers[at], k, index, symbol, |_| false) {
                Ok(Assembled::Entry(bytes)) => whole.push(bytes),
                other => prop_assert_eq!(other, Ok(Assembled::Incomplete)),
            }
        }
        prop_assert!(whole == [wire]);
    }

    #[test]
    fn each_cell_opens_once_whatever_the_order(
        cells in prop::collection::vec((1u8..=254, prop::collection::vec(any::<u8>(), 1..60)), 1..40),
        shuffle in any::<u64>(),
    ) {
        // SES-15, SES-16, SES-17: header, nonce and window, for every carrier number.
        let [mut a, mut b] = sessions();
        let (mut rng, now) = (Rng::from_seed(&[6; 32]), Instant(2_000_000_000));
        let mut sealed: Vec<_> = cells
            .iter()
            .map(|(carrier, payload)| (*carrier, payload, a.seal(CarrierId(*carrier), payload).expect("live")))
            .collect();
        let mut random = crate::pair::faults(shuffle);
        sealed.sort_by_cached_key(|_| random(u64::MAX));
        for (carrier, payload, cell) in &sealed {
            prop_assert_eq!(cell.len(), payload.len() + 20);
            match b.receive(now, &mut rng, CarrierId(*carrier), cell) {
                Received::Cell { payload: opened, .. } => prop_assert_eq!(&opened, *payload),
                _ => prop_assert!(false, "it does not open"),
            }
            prop_assert!(matches!(b.receive(now, &mut rng, CarrierId(*carrier), cell), Received::Repeat));
        }
        prop_assert_eq!(b.refused(), 0);
    }

    #[test]
    fn arbitrary_control_items_harm_nothing(kind in 0u8..4, value in prop::collection::vec(any::<u8>(), 0..300)) {
        // SES-18, SES-29, SES-32.
        let mut alone = Alone::connected();
        alone.say_control(kind, &value);
        // The value may be a summary that claims more than there is: that costs one pause.
        alone.pass(ringdown_line::limits::DOUBT);
        alone.send(ringdown_record::Precedence::Flash, "still there");
    }
}

#[test]
fn the_checks_of_this_file_can_fail() {
    let (payload, _) = write(&[Written::Control { kind: 1, value: vec![1, 2, 3] }]);
    let mut longer = payload.clone();
    longer[4] += 1;
    assert!(read(&longer).is_err() && read(&payload[..payload.len() - 1]).is_err());
    let [mut a, mut b] = sessions();
    let mut cell = a.seal(UDP, &[1]).expect("live");
    cell[0] ^= 1;
    let received = b.receive(Instant(2_000_000_000), &mut Rng::from_seed(&[6; 32]), UDP, &cell);
    assert!(matches!(received, Received::Refused));
}
