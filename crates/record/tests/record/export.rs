//! An exported record: a good one holds, any change is found, and what cannot be found is not claimed. (R58)

use ringdown_record::audit::{Audit, Verdict};
use ringdown_record::body::{Body, GatePosition};
use ringdown_record::evidence::Evidence;
use ringdown_record::export::{Export, MAGIC};
use ringdown_record::statement::Purpose;
use ringdown_record::{Entry, FLAG_TIME_HELD, Kind, LineId, Place, SEQ_MAX, Side, WallTime, audit};

use crate::world::{BLUE, CLERK, FIRST, FLASH, GREEN, ROUTINE, SECOND, SIDES, World, charter};

/// Few entries, so that every bit can be tried; BLUE has the last word and nobody cites it.
fn small() -> World {
    let mut world = World::begun();
    world.write(world.message(BLUE, ROUTINE, b"hi"));
    world.write(world.receipt(GREEN));
    world.write(world.receipt(BLUE));
    world
}

fn is_broken(file: &[u8]) -> bool {
    matches!(audit(file, None).verdict, Verdict::Broken)
}

fn words(audit: &Audit) -> String {
    audit.findings.iter().map(|finding| finding.text.as_str()).collect::<Vec<_>>().join("\n")
}

fn broken_words(audit: &Audit) -> String {
    let broken = audit.findings.iter().filter(|finding| finding.broken);
    broken.map(|finding| finding.text.as_str()).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn assert_says(audit: &Audit, text: &str) {
    let words = words(audit);
    assert!(words.contains(text), "{text:?} is not among:\n{words}");
}

/// The file without the entry of this side and number.
fn without(world: &World, side: Side, seq: u64) -> Vec<u8> {
    let place = Place::first(seq);
    let kept = |entry: &&Entry| (entry.header().side, entry.header().place) != (side, place);
    world.export_of(world.all().into_iter().filter(kept))
}

// REC-23
#[test]
fn a_good_export_is_verified_for_whoever_knows_the_line() {
    let world = World::story();
    let audit = audit(&world.export(), Some(world.line()));
    assert!(matches!(audit.verdict, Verdict::Verified), "{:#?}", audit.findings);
    assert_eq!(audit.line, Some(world.line()));
    assert_eq!(audit.entries.len(), world.all().len());
}

/// BLUE's entries by these officers, and the officer who goes afterwards.
fn released(people: &[&[(u16, Purpose)]]) -> World {
    let mut world = World::of_one_alone();
    for speakers in people {
        let said = world.said_by(BLUE, speakers, FLASH, b"Stand off.");
        world.write(world.next(BLUE, Kind::MESSAGE, FLASH, &[]).saying(said, b"Stand off."));
    }
    let list = world.list_after(BLUE, |list| list.officers.truncate(1));
    world.write(world.key_list(BLUE, list));
    world
}

// REC-23
#[test]
fn who_released_alone_is_told_before_all_else() {
    let both: &[_] = &[(FIRST, Purpose::Release), (CLERK, Purpose::Draft)];
    let world = released(&[both, &[(SECOND, Purpose::ReleaseAlone)]]);
    let audit = audit(&world.export(), Some(world.line()));
    assert!(matches!(audit.verdict, Verdict::Verified), "{:#?}", audit.findings);
    let first = &audit.findings[0];
    assert_eq!(
        first.text,
        "BLUE's entry 1/4 (MESSAGE): BLUE's officer 2 (Second officer) released it ALONE. Two are the rule; the charter \
         allows it in an emergency."
    );
    assert_eq!(first.entry, Some((BLUE, Place::first(4))));
    assert_eq!(words(&audit).matches("ALONE").count(), 1, "of the other message nobody says so");
}

// REC-23
#[test]
fn both_who_signed_a_message_are_named() {
    let world = released(&[
        &[(FIRST, Purpose::Release), (CLERK, Purpose::Draft)],
        &[(SECOND, Purpose::Release), (FIRST, Purpose::Release)],
    ]);
    let audit = audit(&world.export(), Some(world.line()));
    let (first, second) = ("BLUE's officer 1 (Duty officer)", "BLUE's officer 2 (Second officer)");
    let wrote = format!("1/3 (MESSAGE): {first} released it, BLUE's officer 3 (Clerk) wrote it.");
    assert_says(&audit, &wrote);
    assert_says(&audit, &format!("1/4 (MESSAGE): {second} released it, {first} released it too."));
}

#[test]
fn a_good_export_alone_is_only_consistent_with_itself() {
    let audit = audit(&World::story().export(), None);
    assert!(matches!(audit.verdict, Verdict::ConsistentWithItself), "{:#?}", audit.findings);
    assert_says(&audit, "consistent with itself only");
}

// REC-23
#[test]
fn a_good_export_of_another_line_is_broken() {
    let world = World::story();
    let audit = audit(&world.export(), Some(LineId([7; 32])));
    assert!(matches!(audit.verdict, Verdict::Broken));
    assert_says(&audit, "not about the line asked for");
}

// REC-11
#[test]
fn an_export_holds_every_entry_verbatim() {
    let world = World::story();
    let export = Export::read(&world.export()).expect("readable");
    assert_eq!(export.charter, world.signed);
    let expected: Vec<_> = world.all().into_iter().map(crate::world::unverified).collect();
    assert_eq!(export.entries, expected);
}

// REC-23
#[test]
fn the_auditor_returns_each_entry_after_all_that_it_cites() {
    let audit = audit(&World::story().export(), None);
    let mut heads = [0; 2];
    for entry in &audit.entries {
        let header = entry.header();
        assert!(header.peer.place.seq <= heads[header.side.other().index()], "{header:?}");
        assert_eq!(header.place.seq, heads[header.side.index()] + 1, "own entries in order");
        heads[header.side.index()] = header.place.seq;
    }
}

// REC-11, REC-22
#[test]
fn every_flipped_bit_is_found() {
    let good = small().export();
    assert!(!is_broken(&good));
    let mut file = good.clone();
    for bit in 0..good.len() * 8 {
        file[bit / 8] ^= 1 << (bit % 8);
        assert!(is_broken(&file), "bit {} of byte {} of {}", bit % 8, bit / 8, good.len());
        file[bit / 8] = good[bit / 8];
    }
}

// REC-22
#[test]
fn every_truncation_is_found_but_for_entries_that_nobody_cited() {
    let world = small();
    let good = world.export();
    let fine: Vec<usize> = (0..good.len()).filter(|len| !is_broken(&good[..*len])).collect();
    // The charter alone, and the charter with the one entry that cites nothing: nobody is left to miss the rest.
    let nothing = world.export_of([]).len();
    let first = world.export_of([world.entry(BLUE, 1)]).len();
    assert_eq!(fine, [nothing, first]);
}

// REC-22
#[test]
fn every_trailing_byte_is_found() {
    let good = small().export();
    for byte in 0..=255 {
        assert!(is_broken(&[&good[..], &[byte]].concat()), "trailing {byte:#04x}");
    }
    for len in [2, 219, 314, 315, 1000] {
        assert!(is_broken(&[&good[..], &vec![0; len]].concat()), "{len} trailing zeroes");
    }
}

// REC-22
#[test]
fn entries_that_changed_places_are_found() {
    let world = World::story();
    let entries = world.all();
    for first in 0..entries.len() {
        for second in first + 1..entries.len() {
            let mut swapped = entries.clone();
            swapped.swap(first, second);
            assert!(is_broken(&world.export_of(swapped)), "{first} and {second}");
        }
    }
    let sides_swapped = world.entries[1].iter().chain(&world.entries[0]);
    assert!(is_broken(&world.export_of(sides_swapped)));
}

// REC-22
#[test]
fn an_entry_that_stands_twice_is_found() {
    let world = World::story();
    let entries = world.all();
    for index in 0..entries.len() {
        let mut doubled = entries.clone();
        doubled.insert(index, entries[index]);
        assert!(is_broken(&world.export_of(doubled)), "entry {index} next to itself");
        let mut doubled = entries.clone();
        doubled.push(entries[index]);
        assert!(is_broken(&world.export_of(doubled)), "entry {index} again at the end");
    }
}

#[test]
fn an_entry_missing_in_the_middle_is_reported() {
    let world = World::story();
    for side in SIDES {
        let last = world.entries[side.index()].len() as u64;
        for seq in 1..last {
            let audit = audit(&without(&world, side, seq), Some(world.line()));
            let gap = words(&audit).contains("entries before them are not");
            let broken = matches!(audit.verdict, Verdict::Broken);
            assert!(gap || broken, "{side:?} {seq}: {:#?}", audit.findings);
        }
    }
}

// REC-22, REC-23
#[test]
fn a_missing_entry_that_nobody_cited_is_a_gap() {
    let mut world = World::ready();
    for _ in 0..4 {
        world.write(world.receipt(BLUE));
    }
    let audit = audit(&without(&world, BLUE, 4), None);
    assert!(!matches!(audit.verdict, Verdict::Broken), "{:#?}", audit.findings);
    assert_says(&audit, "BLUE's entries 5 to 6 are here, but entries before them are not.");
}

// REC-23
#[test]
fn a_missing_entry_that_the_other_side_cited_breaks_the_record() {
    // Omission up to a receipt can be proved.
    let world = small();
    let audit = audit(&without(&world, BLUE, 2), None);
    assert!(matches!(audit.verdict, Verdict::Broken));
    assert_says(&audit, "GREEN's entry 1/2 (RECEIPT) cannot be checked: it cites an entry that is not here");
}

// REC-23
#[test]
fn every_gap_is_reported_however_many_there_are() {
    let mut world = World::ready();
    for _ in 0..90 {
        world.write(world.receipt(BLUE));
    }
    // Every second entry is gone: what is left are 45 single entries after a gap.
    let kept = |entry: &&Entry| entry.header().place.seq <= 2 || entry.header().place.seq.is_multiple_of(2);
    let audit = audit(&world.export_of(world.all().into_iter().filter(kept)), None);
    let gaps = audit.findings.iter().filter(|finding| finding.text.contains("entries before them are not"));
    assert_eq!(gaps.count(), 45, "{:#?}", audit.findings);
}

#[test]
fn a_removed_tail_that_nobody_cited_is_not_claimed_as_found() {
    // The documented limit: nothing in the file can show it.
    let world = small();
    let audit = audit(&without(&world, BLUE, 3), Some(world.line()));
    assert!(matches!(audit.verdict, Verdict::Verified), "{:#?}", audit.findings);
    assert_eq!(broken_words(&audit), "");
}

#[test]
fn a_removed_tail_that_the_other_side_cited_is_found() {
    let world = small();
    assert!(is_broken(&without(&world, GREEN, 2)));
}

// REC-1
#[test]
fn entries_of_another_line_with_the_same_keys_are_found() {
    // Transplanted: same sides, same keys, only the charter's nonce differs.
    let world = World::ready();
    let mut other = World::found(charter(2)).begin();
    SIDES.into_iter().for_each(|side| drop(other.write(other.gate(side, GatePosition::Ready))));
    let audit = audit(&world.export_of(other.all()), Some(world.line()));
    assert!(matches!(audit.verdict, Verdict::Broken));
    assert_says(&audit, "it belongs to another line than the charter in this file");
    assert!(audit.entries.is_empty());
}

// REC-12
#[test]
fn a_charter_that_one_root_did_not_sign_founds_nothing() {
    let mut world = World::ready();
    world.signed.signature_1 = world.signed.signature_0;
    let audit = audit(&world.export(), Some(world.line()));
    assert!(matches!(audit.verdict, Verdict::Broken));
    assert_says(&audit, "The charter does not hold");
    assert_eq!(audit.line, None);
    assert!(audit.entries.is_empty());
}

#[test]
fn another_file_is_said_not_to_be_an_export() {
    let version_2: Vec<u8> = MAGIC.iter().map(|byte| if *byte == b'1' { b'2' } else { *byte }).collect();
    for file in [&b""[..], b"From: someone", &MAGIC[..5], &version_2] {
        let audit = audit(file, None);
        assert!(matches!(audit.verdict, Verdict::Broken));
        assert_says(&audit, "not a ringdown export");
    }
}

#[test]
fn an_entry_at_the_last_place_there_is_does_not_stop_the_auditor() {
    let world = World::ready();
    let mut last = world.receipt(BLUE);
    last.place = Place::first(SEQ_MAX);
    let last = last.seal();
    let entries = world.entries[0].iter().chain([&last]).chain(&world.entries[1]);
    let audit = audit(&world.export_of(entries), None);
    assert_says(&audit, "entries before them are not");
}

// REC-23
#[test]
fn the_auditor_says_who_holds_each_officers_key() {
    let audit = audit(&World::ready().export(), None);
    assert_says(&audit, "BLUE's officer 1 (Duty officer) has a key that the node holds");
    assert_says(&audit, "GREEN's officer 3 (Clerk) has a key that the node holds");
    assert_says(&audit, "BLUE's officer 2 (Second officer) keeps the key, as BLUE says");
    assert!(!words(&audit).contains("Second officer) has a key that the node holds"));
}

// REC-23
#[test]
fn the_auditor_says_what_it_does_not_know() {
    let audit = audit(&World::story().export(), None);
    assert_says(&audit, "BLUE's entry 1/7 (UNKNOWN): this verifier does not know kind 200");
    assert_says(&audit, "this record is not evidence against someone with a quantum computer");
}

// REC-23
#[test]
fn the_auditor_says_when_a_clock_had_stepped_back() {
    let mut world = World::ready();
    let mut held = world.receipt(BLUE);
    held.time = WallTime::default();
    held.flags = FLAG_TIME_HELD;
    world.write(held);
    let audit = audit(&world.export(), Some(world.line()));
    assert!(matches!(audit.verdict, Verdict::Verified), "{:#?}", audit.findings);
    assert_says(&audit, "BLUE's entry 1/3 (RECEIPT): the writer's clock had stepped back.");
}

// REC-23
#[test]
fn the_auditor_says_whose_key_signed_two_histories() {
    // INV-9.
    let mut world = World::ready();
    let other = world.next(GREEN, Kind(99), ROUTINE, &Body::write(&[], b"other")).seal();
    let held = world.write(world.receipt(GREEN));
    let evidence = Evidence::of(&held, &other).expect("a contradiction");
    world.write(world.evidence(BLUE, &evidence));
    let audit = audit(&world.export(), Some(world.line()));
    assert!(matches!(audit.verdict, Verdict::Verified), "{:#?}", audit.findings);
    assert_says(&audit, "BLUE's entry 1/3 (EVIDENCE) shows two histories under GREEN's node key at 1/3.");
}
