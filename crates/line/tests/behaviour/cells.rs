//! What stands in a cell, and what becomes of it: runs, objects, control items, and the limits of each.

use std::time::Duration;

use ringdown_line::cell::{CellBuilder, ObjectNumber, PAYLOAD_LEN_MAX};
use ringdown_line::limits::{
    ASSEMBLIES_MAX, BEYOND_MAX, CELL_LEN_MAX, CHUNKED_MAX, COMPLETED_MAX, OBJECT_LEN_MAX, PARKED_MAX,
    REPLAY_WINDOW, SYMBOL_LEN, UNPERSISTED_MAX,
};
use ringdown_line::object::{Assembled, Assembler, cut};
use ringdown_line::{Alarm, Input};
use ringdown_record::wire::{self, WireForm};
use ringdown_record::{EntryHash, Kind, Precedence, TrafficClass, Urgency};

use crate::alone::{Alone, RADIO, Said, summaries_in, whole_entry};
use crate::pair::UDP;

const MS: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);
const ROUTINE: Urgency = Urgency { precedence: Precedence::Routine, class: TrafficClass::Test };

fn opened(alone: &mut Alone, asks: impl FnOnce(&mut Alone)) -> bool {
    alone.pass(SECOND);
    alone.hear();
    asks(alone);
    !summaries_in(&alone.hear()).is_empty()
}

#[test]
fn a_cell_belongs_to_the_carrier_it_was_sealed_for() {
    // SES-15, SES-16: the carrier's number stands in header and nonce.
    let mut alone = Alone::connected();
    let refused = alone.blue.refused_cells();
    let cell = alone.green.seal(UDP, &[0xff, 0xff]).expect("a session");
    alone.give(Input::Received { carrier: RADIO, bytes: &cell });
    assert_eq!(alone.blue.refused_cells(), refused + 1);
    alone.give(Input::Received { carrier: UDP, bytes: &cell });
    assert_eq!(alone.blue.refused_cells(), refused + 1, "on its own carrier it opens");
}

#[test]
fn what_is_longer_than_a_cell_is_refused_unread() {
    // SES-16.
    let mut alone = Alone::connected();
    let refused = alone.blue.refused_cells();
    let cell = alone.green.seal(UDP, &[0xff; PAYLOAD_LEN_MAX]).expect("a session");
    assert_eq!(cell.len(), CELL_LEN_MAX);
    alone.give(Input::Received { carrier: UDP, bytes: &[&cell[..], &[0]].concat() });
    assert_eq!(alone.blue.refused_cells(), refused + 1);
    alone.give(Input::Received { carrier: UDP, bytes: &cell });
    alone.give(Input::Received { carrier: UDP, bytes: &cell });
    assert_eq!(alone.blue.refused_cells(), refused + 1, "SES-16: a repeat is not counted as refused");
}

#[test]
fn a_counter_is_opened_once_and_not_far_below_the_highest() {
    // SES-17. Each cell asks for a summary; only what was opened is answered.
    let mut alone = Alone::connected();
    let asks: Vec<_> = (0..=REPLAY_WINDOW + 1)
        .map(|_| {
            let mut cell = CellBuilder::default();
            cell.control(1, &alone.true_summary(1));
            alone.green.seal(UDP, &cell.take()).expect("a session")
        })
        .collect();
    let give = |alone: &mut Alone, index: usize| {
        opened(alone, |alone| alone.give(Input::Received { carrier: UDP, bytes: &asks[index] }))
    };
    let last = asks.len() - 1;
    assert!(give(&mut alone, last), "the highest");
    assert!(!give(&mut alone, last), "again");
    assert!(!give(&mut alone, 0) && !give(&mut alone, 1), "4,096 below the highest, and more");
    assert!(give(&mut alone, 2), "4,095 below the highest");
    assert!(!give(&mut alone, 2), "again");
}

#[test]
fn a_forged_cell_uses_up_no_counter() {
    // SES-17: the header shows the counter of the cell that was changed on its way.
    let mut alone = Alone::connected();
    let mut cell = CellBuilder::default();
    cell.control(1, &alone.true_summary(1));
    let cell = alone.green.seal(UDP, &cell.take()).expect("a session");
    let mut forged = cell.clone();
    forged[4] ^= 1;
    let refused = alone.blue.refused_cells();
    assert!(!opened(&mut alone, |alone| alone.give(Input::Received { carrier: UDP, bytes: &forged })));
    assert_eq!(alone.blue.refused_cells(), refused + 1);
    assert!(opened(&mut alone, |alone| alone.give(Input::Received { carrier: UDP, bytes: &cell })));
}

#[test]
fn a_cell_has_room_for_1180_bytes() {
    // SES-18.
    for (len, fits) in [(1_175, true), (1_176, false)] {
        assert_eq!(
            CellBuilder::default().control(9, &vec![0; len]),
            fits,
            "a control item of {} bytes",
            len + 5
        );
    }
    assert_eq!(PAYLOAD_LEN_MAX, 1_180);
}

#[test]
fn a_payload_that_does_not_parse_is_dropped_whole() {
    // SES-18.
    // Behind the four runs stand symbols and padding, so that nothing else is wrong with them.
    let broken: [(&[u8], usize); 6] = [
        (&[0, 1, 128, 0, 1], 70),
        (&[0, 1, 3, 0, 0], 70),
        (&[0, 1, 0, 0, 2], 70),
        (&[0, 1, 3, 4, 1], 70),
        (&[0, 0, 1, 0, 9, 1], 0),
        (&[7], 0),
    ];
    for (index, (broken, behind)) in broken.into_iter().enumerate() {
        let mut alone = Alone::connected();
        let mut cell = CellBuilder::default();
        cell.control(1, &alone.true_summary(1));
        let good = cell.take();
        let padded = [&good[..], broken, &vec![0xff; behind]].concat();
        assert!(
            !opened(&mut alone, |alone| alone.say(&padded)),
            "{index}: the good item before it counts for nothing"
        );
        assert!(opened(&mut alone, |alone| alone.say(&good)), "{index}: and it costs only itself");
    }
}

#[test]
fn unknown_control_items_and_padding_are_passed_over() {
    // SES-18.
    let mut alone = Alone::connected();
    let mut cell = CellBuilder::default();
    cell.control(77, b"of a later version");
    cell.control(1, &alone.true_summary(1));
    let payload = [cell.take(), vec![0xff, 0xff, 0, 1, 128, 0]].concat();
    assert!(opened(&mut alone, |alone| alone.say(&payload)));
}

#[test]
fn objects_are_laid_out_as_the_page_says() {
    // SES-19.
    for (len, count) in [(1, 1), (4_091, 1), (4_092, 2), (4_081 * 2, 2), (4_081 * 2 + 1, 3), (65_685, 17)] {
        let wire: Vec<u8> = (0..len).map(|at| at as u8).collect();
        let objects = cut(0x0102, &wire);
        assert_eq!(objects.len(), count, "{len}");
        let mut whole = Vec::new();
        for (index, object) in objects.iter().enumerate() {
            let (length, rest) = object.split_first_chunk::<4>().expect("a length");
            let length = u32::from_be_bytes(*length) as usize;
            assert!(object.len() % SYMBOL_LEN == 0 && length <= OBJECT_LEN_MAX && object.len() <= 4_096);
            assert!(rest[length..].iter().all(|byte| *byte == 0) && rest.len() - length < SYMBOL_LEN);
            let head =
                if count == 1 { vec![1] } else { vec![2, 0, 0, 0, 0, 0, 0, 1, 2, index as u8, count as u8] };
            assert_eq!(rest[..head.len()], head);
            whole.extend_from_slice(&rest[head.len()..length]);
        }
        assert!(whole == wire, "{len}");
    }
}

#[test]
fn an_object_with_bytes_after_its_end_is_refused() {
    // SES-19: zeros up to whole symbols, and no symbol more.
    let object = cut(1, &[5; 20]).remove(0);
    let take = |object: &[u8]| {
        Assembler::default().symbols(ObjectNumber(1), object.len() / SYMBOL_LEN, 0, object, |_| false)
    };
    assert_eq!(take(&object), Ok(Assembled::Entry(vec![5; 20])));
    let mut dirty = object.clone();
    dirty[SYMBOL_LEN - 1] = 1;
    assert!(take(&dirty).is_err());
    assert!(take(&[object, vec![0; SYMBOL_LEN]].concat()).is_err(), "one byte string for one object");
}

#[test]
fn what_is_no_object_of_the_page_is_refused() {
    // SES-19: the first byte, and 2 to 17 chunks of one entry.
    let take = |bytes: &[u8]| {
        let mut object = (bytes.len() as u32).to_be_bytes().to_vec();
        object.extend_from_slice(bytes);
        object.resize(object.len().next_multiple_of(SYMBOL_LEN), 0);
        Assembler::default().symbols(ObjectNumber(1), object.len() / SYMBOL_LEN, 0, &object, |_| false)
    };
    let chunk = |index: u8, count: u8| take(&[2, 0, 0, 0, 0, 0, 0, 0, 9, index, count, 5]);
    assert!(matches!(take(&[1, 5]), Ok(Assembled::Entry(_))));
    assert!(take(&[0, 5]).is_err() && take(&[3, 5]).is_err() && take(&[]).is_err());
    assert!(chunk(0, 2).is_ok() && chunk(16, 17).is_ok());
    assert!(chunk(0, 0).is_err() && chunk(0, 1).is_err() && chunk(0, 18).is_err() && chunk(2, 2).is_err());
}

#[test]
fn objects_are_numbered_in_the_order_in_which_they_are_first_sent() {
    // SES-20. The second message is in two chunks.
    let mut alone = Alone::connected();
    alone.send(Precedence::Flash, "one");
    alone.send(Precedence::Flash, &"two ".repeat(1_500));
    alone.send(Precedence::Flash, "three");
    let mut numbers: Vec<u16> = Vec::new();
    for said in alone.hear().concat() {
        if let Said::Symbols { object, .. } = said {
            numbers.push(object);
        }
    }
    numbers.dedup();
    assert_eq!(numbers, (numbers[0]..numbers[0] + 4).collect::<Vec<_>>());
}

#[test]
fn numbers_come_round_to_1() {
    // SES-20.
    let after = |number: u16| ObjectNumber(number).next().0;
    assert_eq!([1, 0xfffd, 0xfffe].map(after), [2, 0xfffe, 1]);
}

#[test]
fn a_repeat_is_the_same_bytes_under_the_same_number() {
    // SES-20, SES-26: what is not receipted goes again.
    let mut alone = Alone::connected();
    alone.send(Precedence::Flash, "again and again");
    alone.pass(SECOND * 2);
    let runs: Vec<_> =
        alone.hear().concat().into_iter().filter(|said| matches!(said, Said::Symbols { .. })).collect();
    assert!(runs.len() >= 3, "{}", runs.len());
    assert!(runs.iter().all(|run| *run == runs[0]));
}

#[test]
fn objects_partly_here_are_kept_up_to_a_number() {
    // SES-21. Two symbols make an object; the first object's first symbol is dropped by the 1,025th.
    let object = cut(1, &[9; 50]).remove(0);
    let (first, second) = object.split_at(SYMBOL_LEN);
    for (others, kept) in [(ASSEMBLIES_MAX - 1, true), (ASSEMBLIES_MAX, false)] {
        let mut assembler = Assembler::default();
        let mut symbol = |number: usize, index, bytes| {
            assembler.symbols(ObjectNumber(number as u16), 2, index, bytes, |_| false)
        };
        assert_eq!(symbol(1, 0, first), Ok(Assembled::Incomplete));
        for number in 2..2 + others {
            assert_eq!(symbol(number, 0, first), Ok(Assembled::Incomplete));
        }
        let finished = matches!(symbol(1, 1, second), Ok(Assembled::Entry(_)));
        assert_eq!(finished, kept, "{others}");
    }
}

#[test]
fn a_number_of_long_ago_is_another_object() {
    // SES-21, SES-20: numbers are used again after 65,534.
    let object = cut(1, &[9; 50]).remove(0);
    let (first, second) = object.split_at(SYMBOL_LEN);
    for (far, kept) in [(16_383, true), (16_384, false)] {
        let mut assembler = Assembler::default();
        let mut symbol =
            |number: u16, index, bytes| assembler.symbols(ObjectNumber(number), 2, index, bytes, |_| false);
        assert_eq!(symbol(10, 0, first), Ok(Assembled::Incomplete));
        assert_eq!(symbol(10 + far, 0, first), Ok(Assembled::Incomplete));
        assert_eq!(matches!(symbol(10, 1, second), Ok(Assembled::Entry(_))), kept, "{far}");
    }
}

#[test]
fn chunks_of_many_entries_give_way_from_the_highest() {
    // SES-21.
    let whole = |got: Result<Assembled, _>| matches!(got, Ok(Assembled::Entry(_)));
    for (others, kept) in [(CHUNKED_MAX - 1, true), (CHUNKED_MAX, false)] {
        let mut assembler = Assembler::default();
        let mut number = 0;
        let mut chunk = |seq: u64, index: usize| {
            number += 1;
            let object = &cut(seq, &[3; 5_000])[index];
            assembler.symbols(ObjectNumber(number), object.len() / SYMBOL_LEN, 0, object, |_| false)
        };
        for seq in (99 - others as u64..=99).rev() {
            assert_eq!(chunk(seq, 0), Ok(Assembled::Incomplete));
        }
        assert_eq!(whole(chunk(99, 1)), kept, "the highest of {}", others + 1);
        assert!(whole(chunk(99 - others as u64, 1)), "the lowest");
        assert!(!whole(chunk(7, 0)) && whole(chunk(7, 1)));
    }
}

#[test]
fn chunks_of_a_held_entry_are_repeats() {
    // SES-21.
    let object = cut(7, &[3; 5_000]).remove(0);
    let k = object.len() / SYMBOL_LEN;
    let mut assembler = Assembler::default();
    assert_eq!(assembler.symbols(ObjectNumber(1), k, 0, &object, |seq| seq == 7), Ok(Assembled::Repeat));
}

#[test]
fn numbers_that_are_done_are_remembered_up_to_a_number() {
    // SES-21.
    let object = cut(1, &[9; 20]).remove(0);
    let mut assembler = Assembler::default();
    (1..=COMPLETED_MAX as u16).for_each(|number| assembler.done(ObjectNumber(number)));
    let first = |assembler: &mut Assembler| assembler.symbols(ObjectNumber(1), 1, 0, &object, |_| false);
    assert_eq!(first(&mut assembler), Ok(Assembled::Repeat));
    assembler.done(ObjectNumber(5_000));
    assert!(matches!(first(&mut assembler), Ok(Assembled::Entry(_))), "the oldest is forgotten");
}

#[test]
fn what_was_parked_may_come_again_under_the_same_number() {
    // SES-21, SES-23: an entry whose predecessor is missing is parked, and is taken once that came.
    let mut alone = Alone::connected();
    let first = alone.note_by_green(Precedence::Routine);
    let seq = first.header().place.seq;
    let own = alone.blue.own_head();
    let second = alone.by_green_at(seq + 1, first.hash(), own, Kind::CHECKPOINT, ROUTINE, vec![0]);
    let bare = cut(seq + 1, &wire::write(&second, WireForm::default())).remove(0);
    alone.say_symbols(ObjectNumber(40), &bare);
    assert_eq!(alone.blue.peer_head().place.seq, seq - 1);
    alone.tell(&first);
    assert_eq!(alone.blue.peer_head(), second.reference(), "SES-23: the next seq is tried by itself");
}

#[test]
fn parked_entries_give_way_from_the_highest() {
    // SES-23.
    let mut alone = Alone::connected();
    let first = alone.note_by_green(Precedence::Routine);
    let (seq, own) = (first.header().place.seq, alone.blue.own_head());
    let mut chain = vec![first];
    for _ in 0..=PARKED_MAX {
        let before = chain.last().expect("one");
        let next = before.header().place.seq + 1;
        chain.push(alone.by_green_at(next, before.hash(), own, Kind::CHECKPOINT, ROUTINE, vec![0]));
    }
    for (number, entry) in (100u16..).zip(chain[1..].iter().rev()) {
        let bare = cut(entry.header().place.seq, &wire::write(entry, WireForm::default())).remove(0);
        alone.say_symbols(ObjectNumber(number), &bare);
    }
    alone.tell(&chain[0]);
    assert_eq!(alone.blue.peer_head().place.seq, seq + PARKED_MAX as u64, "all but the highest were kept");
}

#[test]
fn an_entry_far_above_the_head_is_left_to_come_again() {
    // SES-21.
    for (above, taken) in [(BEYOND_MAX, true), (BEYOND_MAX + 1, false)] {
        let mut alone = Alone::connected();
        let (head, own) = (alone.blue.peer_head().place.seq, alone.blue.own_head());
        let far =
            alone.by_green_at(head + above, EntryHash([1; 32]), own, Kind::CHECKPOINT, ROUTINE, vec![0]);
        let before = alone.disk.len();
        alone.tell(&far);
        assert_eq!(alone.disk[before..].iter().any(|entry| entry.hash() == far.hash()), taken, "{above}");
    }
}

#[test]
fn while_the_disk_takes_nothing_everything_is_left_to_come_again() {
    // SES-21.
    let mut alone = Alone::connected();
    alone.give(Input::StoreWritable(false));
    let note = alone.note_by_green(Precedence::Flash);
    alone.tell(&note);
    assert!(alone.blue.peer_head() != note.reference());
    alone.give(Input::StoreWritable(true));
    alone.tell(&note);
    assert!(alone.blue.peer_head() == note.reference());
}

#[test]
fn more_than_eight_mebibytes_never_wait_for_the_disk() {
    // SES-21.
    let mut alone = Alone::connected();
    alone.keeps = false;
    let body = vec![0; 60_000];
    let mut taken = 0;
    for _ in 0..200 {
        let entry = alone.by_green(Kind::CHECKPOINT, ROUTINE, body.clone());
        alone.tell(&entry);
        taken += usize::from(alone.blue.peer_head() == entry.reference());
    }
    assert_eq!(taken, UNPERSISTED_MAX / (60_000 + 512) + 1, "the one that exceeds it is the last");
}

#[test]
fn a_refused_entry_is_not_kept_and_told_once() {
    // SES-23.
    let mut alone = Alone::connected();
    let own = alone.blue.own_head();
    let seq = alone.blue.peer_head().place.seq + 1;
    let before = alone.disk.len();
    for round in 0..3 {
        let wrong = EntryHash([round; 32]);
        let entry = alone.by_green_at(seq, wrong, own, Kind::CHECKPOINT, ROUTINE, vec![round]);
        alone.tell(&entry);
    }
    assert_eq!(alone.alarms.len(), 1, "{:?}", alone.alarms);
    assert!(matches!(alone.alarms[0], Alarm::PeerMisbehaved { .. }));
    assert_eq!(alone.disk.len(), before);
}

#[test]
fn optional_fields_go_along_as_long_as_they_may_be_missing() {
    // SES-22: bit 1 incarnation, 2 prev, 4 peer incarnation, 8 key list.
    let form = |said: &[Vec<Said>]| said.iter().flatten().filter_map(whole_entry).map(|wire| wire[0]).next();
    let mut alone = Alone::connected();
    alone.send(Precedence::Routine, "alone");
    assert_eq!(form(&alone.hear()), Some(0), "the peer has cited us and holds the one before");
    alone.send(Precedence::Routine, "behind one that was sent");
    assert_eq!(form(&alone.hear()), Some(0), "ROUTINE may wait for its predecessor");
    alone.send(Precedence::Flash, "behind one that may be lost");
    assert_eq!(form(&alone.hear()), Some(2), "a FLASH brings what it needs to be judged");
    alone.pass(MS);
}

#[test]
fn a_second_history_is_proved_even_if_the_first_was_not_on_the_disk_yet() {
    // SES-21, INV-9: what could not be proved is not done; the peer's repeat, under the same number, proves it.
    let mut alone = Alone::connected();
    alone.keeps = false;
    let first = alone.note_by_green(Precedence::Routine);
    let seq = first.header().place.seq;
    let (prev, own) = (alone.blue.peer_head().hash, alone.blue.own_head());
    alone.tell(&first);
    let second = alone.by_green_at(seq, prev, own, Kind::CHECKPOINT, ROUTINE, vec![0, 7]);
    let form = WireForm { incarnation: true, prev: true, peer_incarnation: true, key_list: true };
    let object = cut(seq, &wire::write(&second, form)).remove(0);
    alone.say_symbols(ObjectNumber(900), &object);
    assert!(alone.alarms.is_empty(), "the first cannot be shown from the disk");
    alone.commit();
    alone.say_symbols(ObjectNumber(900), &object);
    assert!(matches!(alone.alarms[..], [Alarm::TwoHistories { .. }]), "{:?}", alone.alarms);
    alone.say_symbols(ObjectNumber(900), &object);
    assert_eq!(alone.alarms.len(), 1, "told once");
}
