//! The transcript: what stands in it, in which order, and what it says of gaps, conflicts and violations.

use ringdown_message::transcript::{Kept, LocalNote, Source, Span, Transcript, in_order};
use ringdown_message::{Act, Deed, Draft};
use ringdown_record::{Entry, WallTime};

use crate::world::{BLUE, GREEN, World, draft, noted};

fn time(at: WallTime) -> String {
    format!("t{}", at.ms())
}

/// As BLUE holds these entries, in this order.
fn printed<'a>(world: &World, entries: impl IntoIterator<Item = &'a Entry>, span: Span) -> Transcript {
    let kept: Vec<_> = entries.into_iter().map(|entry| Kept { entry, arrived: Some(noted(entry)) }).collect();
    Transcript::of(world.charter(), Source::Node(BLUE), &kept, &[], span, time)
}

fn whole(world: &World) -> Transcript {
    printed(world, world.entries.iter().map(|entry| &**entry), Span::default())
}

fn attention(transcript: &Transcript) -> Vec<(&str, &str)> {
    let of = |line: &'_ ringdown_message::transcript::Line| line.attention.len();
    let lines = transcript.lines.iter().filter(|line| of(line) > 0);
    lines.flat_map(|line| line.attention.iter().map(|words| (line.serial.as_str(), words.as_str()))).collect()
}

#[test]
fn both_directions_stand_in_one_order_with_both_times_and_who_speaks() {
    let mut world = World::new();
    let message = world.message(BLUE, 1);
    world.deliver_to(GREEN);
    let receipt = world.receipt(GREEN, &[]);
    let act = world.acknowledge(GREEN, &message);
    let transcript = whole(&world);
    let line = |entry: &Entry| {
        let hash = entry.hash().to_string();
        transcript.lines.iter().find(|line| line.hash == hash).unwrap()
    };
    let sent = line(&message);
    assert_eq!((sent.kind.as_str(), sent.serial.as_str(), sent.number), ("MESSAGE", "BLUE T-0001", 5));
    assert_eq!(sent.written, time(message.header().time));
    assert_eq!((sent.arrived.as_str(), &sent.held), ("", &time(receipt.header().time)));
    assert_eq!(sent.text, draft().text);
    assert_eq!(sent.words[0], "ROUTINE TEST INFORMATION, released by Watch of BLUE of BLUE.");
    let said = line(&act);
    assert_eq!(said.words, ["Watch of GREEN of GREEN acknowledges BLUE T-0001: a person has it."]);
    assert_eq!((&said.written, &said.arrived), (&time(act.header().time), &time(noted(&act))));
    assert_eq!(attention(&transcript), []);
    assert_eq!(transcript.marking, "TRANSCRIPT - BLUE / GREEN - TEST");
    let numbers: Vec<_> = transcript.lines.iter().map(|line| line.number).collect();
    assert_eq!(numbers, (1..=7).collect::<Vec<_>>());
    assert_eq!(transcript.end[0].hash, message.hash().to_string());
    assert_eq!(transcript.end[1].hash, act.hash().to_string());
    assert!(transcript.start.iter().all(|head| head.hash.is_empty()));
}

// Scenario 16 of the console, at its core.
#[test]
fn two_messages_under_one_serial_are_both_printed_and_told() {
    let mut world = World::new();
    let first = world.send(GREEN, &Draft { text: "we go north".into(), ..draft() }, 1);
    let second = world.send(GREEN, &Draft { text: "we go south".into(), ..draft() }, 1);
    let transcript = whole(&world);
    let texts: Vec<_> = transcript.lines.iter().filter(|line| line.serial == "GREEN T-0001").collect();
    let shown: Vec<_> = texts.iter().map(|line| (line.text.as_str(), line.hash.clone())).collect();
    let expected = [("we go north", first.hash().to_string()), ("we go south", second.hash().to_string())];
    assert_eq!(shown, expected);
    let told = attention(&transcript);
    assert_eq!(told.len(), 1);
    assert!(told[0].1.contains("a second message numbered GREEN T-0001"), "{told:?}");
}

#[test]
fn a_gap_is_told_where_it_shows_and_filled_where_it_is_filled() {
    let mut world = World::new();
    let before: Vec<_> = world.entries.clone();
    let messages: Vec<_> = (1..=3).map(|number| world.message(GREEN, number)).collect();
    let order = before.iter().chain([&messages[0], &messages[2], &messages[1]]).map(|entry| &**entry);
    let transcript = printed(&world, order, Span::default());
    assert_eq!(
        attention(&transcript),
        [
            ("GREEN T-0003", "GAP: GREEN's entry 1/4 had not come before this one."),
            ("GREEN T-0002", "It came late, after later entries of GREEN."),
        ]
    );
    assert_eq!(transcript.missing, Vec::<String>::new());
    let order = before.iter().chain([&messages[2]]).map(|entry| &**entry);
    let transcript = printed(&world, order, Span::default());
    assert_eq!(
        transcript.missing,
        [
            "GAP: GREEN's entries 1/3 to 1/4 are not in this record; a later one is.",
            "MISSING: GREEN T-0001 is not in this record; a later one is.",
            "MISSING: GREEN T-0002 is not in this record; a later one is.",
        ]
    );
}

#[test]
fn what_is_against_the_rules_is_told_at_its_entry() {
    let mut world = World::new();
    let message = world.message(BLUE, 1);
    world.deliver_to(GREEN);
    // INFORMATION takes no WILCO.
    let wilco = Deed::Answer { word: ringdown_message::act::Answer::Wilco, text: "at once".into() };
    world.raw_act(GREEN, &Act { target: message.hash(), deed: wilco }.content());
    let transcript = whole(&world);
    let last = transcript.lines.last().unwrap();
    assert_eq!(last.words, ["Watch of GREEN of GREEN answers BLUE T-0001: WILCO: at once"]);
    assert!(last.attention[0].contains("an answer that the marker of the message does not allow"));
}

#[test]
fn a_part_of_it_begins_and_ends_with_the_heads_of_that_time() {
    let mut world = World::new();
    let messages: Vec<_> = (1..=3).map(|number| world.message(BLUE, number)).collect();
    let span = Span { from: Some(noted(&messages[1])), to: Some(noted(&messages[2])) };
    let entries: Vec<_> = world.entries.iter().map(|entry| &**entry).collect();
    let transcript = printed(&world, entries.iter().copied(), span);
    let hashes: Vec<_> = transcript.lines.iter().map(|line| line.hash.clone()).collect();
    assert_eq!(hashes, [messages[1].hash().to_string()]);
    assert_eq!(transcript.lines[0].number, 6);
    assert_eq!(transcript.start[0].hash, messages[0].hash().to_string());
    assert_eq!(transcript.end[0].hash, messages[1].hash().to_string());
    let never = Span { from: Some(WallTime::from_ms(0)), to: Some(WallTime::from_ms(1)) };
    let transcript = printed(&world, entries.iter().copied(), never);
    assert!(transcript.lines.is_empty() && transcript.end.iter().all(|head| head.hash.is_empty()));
    let later = Span { from: Some(WallTime::MAX), to: None };
    let transcript = printed(&world, entries, later);
    assert_eq!(transcript.start, transcript.end);
    assert_eq!(transcript.start[0].hash, messages[2].hash().to_string());
}

#[test]
fn a_day_counts_whole_and_a_time_is_a_time() {
    let day = Span::parse(Some("2 JAN 2025"), Some("2025-01-02")).unwrap();
    let ms = |hours: u64| Some(WallTime::from_ms(hours * 3_600_000));
    assert_eq!((day.from, day.to), (ms(24), ms(48)));
    let hour = Span::parse(Some("020100Z JAN 25"), Some("020200Z JAN 25")).unwrap();
    assert_eq!((hour.from, hour.to), (ms(25), ms(26)));
    for wrong in ["11/12", "020100 JAN 25", "tomorrow", ""] {
        assert!(Span::parse(Some(wrong), None).is_err(), "{wrong}");
    }
}

#[test]
fn a_note_stands_at_its_time_and_no_character_is_hidden() {
    let mut world = World::new();
    let text = "north\u{202e}htuos\nnext\u{200b}";
    let bent = Draft { subject: "a\u{2066}b".into(), text: text.into(), ..draft() };
    let message = world.send(GREEN, &bent, 1);
    let kept: Vec<_> =
        world.entries.iter().map(|entry| Kept { entry, arrived: Some(noted(entry)) }).collect();
    let before = WallTime::from_ms(noted(&message).ms() - 1);
    let note = |at, words: &str| LocalNote { at, words: words.into() };
    let notes = [note(before, "the clock \u{202e}jumped"), note(WallTime::MAX, "later")];
    let source = Source::Node(BLUE);
    let transcript = Transcript::of(world.charter(), source, &kept, &notes, Span::default(), time);
    let lines: Vec<_> = transcript.lines.iter().rev().take(3).rev().collect();
    assert_eq!(lines.iter().map(|line| line.kind.as_str()).collect::<Vec<_>>(), ["NOTE", "MESSAGE", "NOTE"]);
    assert_eq!((lines[0].words[0].as_str(), lines[0].number), ("the clock [U+202E]jumped", 0));
    assert_eq!(lines[0].name(), "NOTE  BLUE's own, not signed");
    assert_eq!(lines[1].words[1], "Subject: a[U+2066]b");
    assert_eq!(lines[1].text, "north[U+202E]htuos\nnext[U+200B]");
}

#[test]
fn a_file_is_printed_each_entry_after_what_it_had_seen() {
    let mut world = World::new();
    let first = world.message(BLUE, 1);
    world.deliver_to(GREEN);
    let answer = world.message(GREEN, 1);
    world.deliver_to(BLUE);
    let last = world.message(BLUE, 2);
    let mut entries: Vec<&Entry> = world.entries.iter().map(|entry| &**entry).collect();
    // As a file has them: side by side.
    entries.sort_by_key(|entry| (entry.header().side.index(), entry.header().place));
    let ordered: Vec<_> = in_order(entries).iter().map(|entry| entry.hash()).collect();
    assert_eq!(ordered[ordered.len() - 3..], [first.hash(), answer.hash(), last.hash()]);
    assert_eq!(ordered.len(), world.entries.len());
}
