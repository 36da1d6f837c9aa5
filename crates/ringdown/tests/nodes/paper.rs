//! What comes out of a printer: a message and the transcript, in plain words.

use ringdown_api::client::{Client, segment};
use serde_json::Value;

use crate::api::Console;
use crate::hooks::until;
use crate::liar;
use crate::world::{BLUE, GREEN, World, one_value, ringdown, text};

fn paper(world: &World, side: usize, serial: &str) -> Value {
    let client = Client::new(&world.sides[side].home, None).unwrap();
    client.get(&format!("messages/{}/paper?copy=2", segment(serial))).unwrap()
}

// API-25.
#[test]
fn a_message_on_paper_has_both_times_who_says_what_and_no_hidden_character() {
    let world = World::running();
    let sent = world.json(
        BLUE,
        &["send", "--precedence", "FLASH", "--subject", "a\u{202e}b", "--text", "勇敢\n\u{200b}second line"],
    );
    world.wait(BLUE, &sent, "stored");
    world.json(GREEN, &["acknowledge", "BLUE T-0001"]);
    world.wait(BLUE, &sent, "acknowledged");
    for side in [BLUE, GREEN] {
        let paper = paper(&world, side, "BLUE T-0001");
        assert_eq!(paper["marking"], "TEST - FLASH FLASH - BLUE T-0001");
        assert_eq!((&paper["subject"], &paper["entry"]), (&"a[U+202E]b".into(), &sent["entry"]));
        let words = paper.to_string();
        let name = ["BLUE", "GREEN"][side];
        for expected in [
            "by BLUE's clock",
            "by GREEN's clock",
            "勇敢\\n[U+200B]second line",
            "ACKNOWLEDGED by Duty officer of GREEN",
            "GREEN's officer (signed)",
            &format!("by Duty officer of {name}, copy 2"),
        ] {
            assert!(words.contains(expected), "{expected}: {words}");
        }
        assert!(!words.contains(['\u{202e}', '\u{200b}']), "{words}");
    }
}

// API-25.
#[test]
fn what_the_other_side_is_not_known_to_have_is_printed_as_such() {
    let mut world = World::paired();
    world.start(BLUE);
    world.send(BLUE, "ROUTINE", "nobody is there");
    let words = paper(&world, BLUE, "BLUE T-0001").to_string();
    assert!(words.contains("[\"Arrived\",\"not known to be stored by the other side\"]"), "{words}");
}

/// What a verb prints for people; it must succeed.
fn printed(world: &World, side: usize, arguments: &[&str]) -> String {
    let ran = world.ran(side, arguments);
    assert_eq!(ran.exit, 0, "{arguments:?}: {}{}", ran.out, ran.err);
    ran.out
}

/// Fit for a terminal and for a line printer.
fn is_plain(paper: &str) {
    let control = |c: char| c.is_control() && c != '\n';
    assert!(!paper.contains(control) && !paper.contains(['\u{202e}', '\u{200b}', '\u{2066}']), "{paper:?}");
    let wide = paper.lines().filter(|line| line.chars().count() > 80).collect::<Vec<_>>();
    assert_eq!(wide, Vec::<&str>::new());
}

/// The lines of a transcript that are no notes.
fn entries(transcript: &Value) -> Vec<Value> {
    let lines = transcript["lines"].as_array().unwrap().iter();
    lines.filter(|line| line["kind"] != "NOTE").cloned().collect()
}

// API-25, API-26, R58: a form that is read without the program.
#[test]
fn print_and_transcript_fit_a_line_printer_and_say_the_same_as_the_api() {
    let world = World::running();
    let text = format!("{}\n\u{200b}\u{1b}[31mred\tend", "勇敢".repeat(60));
    let sent = world.json(
        BLUE,
        &["send", "--precedence", "FLASH", "--subject", "a\u{202e}b", "--text", &text, "--class", "EXERCISE"],
    );
    world.wait(BLUE, &sent, "stored");
    world.json(GREEN, &["acknowledge", "BLUE X-0001"]);
    world.wait(BLUE, &sent, "acknowledged");
    let message = printed(&world, BLUE, &["print", "BLUE", "X-0001", "--copy", "4"]);
    is_plain(&message);
    assert_eq!(message.matches("EXERCISE - FLASH FLASH - BLUE X-0001").count(), 2, "{message}");
    for words in
        ["a[U+202E]b", "| [U+200B][U+001B][31mred", "by Duty officer of BLUE, copy 4", "Read by (name"]
    {
        assert!(message.contains(words), "{words}: {message}");
    }
    let seen = |text: &str| text.chars().filter(|c| *c == '勇').count();
    assert_eq!(seen(&message), 60, "nothing of a text is lost");
    let as_json = world.json(BLUE, &["print", "BLUE", "X-0001"]);
    assert_eq!(as_json["entry"], sent["entry"]);
    let transcript = printed(&world, BLUE, &["transcript"]);
    is_plain(&transcript);
    for words in
        ["TRANSCRIPT - BLUE / GREEN - EXERCISE", "a[U+202E]b", "acknowledges BLUE X-0001", "Arrived 20"]
    {
        assert!(transcript.contains(words), "{words}: {transcript}");
    }
    let line = world.json(BLUE, &["status"])["line"]["id"].as_str().unwrap().to_owned();
    let command = format!("ringdown verify record.ringdown --line {line}");
    let one_line = transcript.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(one_line.contains(&command) && one_line.contains("This paper proves nothing"), "{transcript}");
    let as_json = world.json(BLUE, &["transcript"]);
    assert_eq!(entries(&as_json).len(), transcript.matches("  Written 20").count());
    assert!(entries(&as_json).iter().all(|line| line["hash"].as_str().is_some_and(|hash| hash.len() == 64)));
}

// API-26.
#[test]
fn a_transcript_is_of_whole_days_or_of_a_span_and_a_wrong_time_is_told() {
    let world = World::running();
    let sent = world.send(BLUE, "ROUTINE", "today");
    world.wait(BLUE, &sent, "stored");
    let whole = entries(&world.json(BLUE, &["transcript"]));
    let day = |line: &Value| line["written"].as_str().unwrap()[..10].to_owned();
    let lines = |arguments: &[&str]| entries(&world.json(BLUE, &[&["transcript"], arguments].concat())).len();
    let (first, last) = (day(whole.first().unwrap()), day(whole.last().unwrap()));
    assert!(whole.len() >= 6);
    assert_eq!(lines(&["--from", &first, "--to", &last]), whole.len());
    assert_eq!(lines(&["--to", "1 JAN 2026"]), 0);
    let wrong = world.ran(BLUE, &["transcript", "--from", "11/12"]);
    assert_eq!(wrong.exit, 2, "{}", wrong.out);
    assert!(wrong.err.contains("23 NOV 2026"), "{}", wrong.err);
}

// R58: years later, without a node.
#[test]
fn a_file_is_printed_without_a_node_with_the_same_hashes_and_a_broken_one_says_so() {
    let mut world = World::running();
    let sent = world.send(BLUE, "ROUTINE", "kept for ever");
    let noted = || world.json(GREEN, &["log"]).to_string().contains("\"ARRIVED\"");
    until("the rung of the message", || noted().then_some(()));
    world.json(GREEN, &["acknowledge", "BLUE T-0001"]);
    world.wait(BLUE, &sent, "acknowledged");
    let mut file = world.export(BLUE, "record");
    let of_node = world.json(BLUE, &["transcript"]);
    // GREEN's node noted the rung of the message for itself: it is among the entries, and in no file.
    let rung = "BLUE T-0001: ARRIVED";
    let notes = world.json(GREEN, &["transcript"]);
    let note =
        notes["lines"].as_array().unwrap().iter().find(|line| line["words"].to_string().contains(rung));
    let place_of =
        |kind: &str| notes["lines"].as_array().unwrap().iter().position(|line| line["kind"] == kind);
    assert_eq!(note.map(|note| &note["kind"]), Some(&Value::from("NOTE")), "{notes}");
    assert!(place_of("MESSAGE") < place_of("NOTE") && place_of("NOTE") < place_of("ACT"), "{notes}");
    assert!(!of_node.to_string().contains(rung));
    let of_green = world.export(GREEN, "record-green");
    assert!(!of_green.windows(7).any(|window| window == b"ARRIVED"));
    world.stop(BLUE);
    world.stop(GREEN);
    let path = world.dir.path().join("record");
    let of_file = ringdown(&["transcript", "--file", text(&path), "--json"]);
    assert_eq!(of_file.exit, 0, "{}", of_file.err);
    let of_file = one_value(&of_file.out);
    let hashes = |transcript: &Value| {
        let mut hashes: Vec<_> =
            entries(transcript).iter().map(|line| line["hash"].as_str().unwrap().to_owned()).collect();
        hashes.sort();
        hashes
    };
    assert_eq!(hashes(&of_file), hashes(&of_node));
    assert_eq!(of_file["end"], of_node["end"]);
    assert!(
        of_file.to_string().contains("kept for ever") && !of_file.to_string().contains("\"arrived\":\"2")
    );
    let at = file.windows(13).position(|window| window == b"kept for ever").unwrap();
    file[at] ^= 1;
    std::fs::write(&path, file).unwrap();
    let verified = ringdown(&["verify", text(&path)]);
    assert_eq!(verified.exit, 1);
    assert!(verified.out.starts_with("BROKEN") && verified.out.contains("BLUE T-0001"), "{}", verified.out);
    let broken = ringdown(&["transcript", "--file", text(&path)]);
    assert_eq!(broken.exit, 1);
    assert!(
        broken.out.contains("THIS FILE IS BROKEN") && broken.out.contains("BLUE T-0001"),
        "{}",
        broken.out
    );
    std::fs::write(&path, "no record").unwrap();
    let none = ringdown(&["transcript", "--file", text(&path)]);
    assert_eq!(none.exit, 2);
    assert!(none.err.contains("not a ringdown export"), "{}", none.err);
}

// Scenario 16 of the console.
#[test]
fn a_peer_that_lies_about_a_number_is_told_and_both_messages_are_kept_and_printed() {
    let mut world = World::running();
    let sent = world.send(GREEN, "PRIORITY", "we go north");
    world.wait(GREEN, &sent, "stored");
    world.stop(GREEN);
    world.stop(BLUE);
    let [blue, green] = [BLUE, GREEN].map(|side| world.sides[side].home.clone());
    let draft = ringdown_message::Draft {
        precedence: ringdown_record::Precedence::Priority,
        class: ringdown_record::TrafficClass::Test,
        marker: ringdown_message::Marker::Information,
        subject: "test".into(),
        language: "en".into(),
        text: "we go south".into(),
        ..Default::default()
    };
    let second = liar::tell(&green, &blue, &draft, 1);
    world.start(BLUE);
    let inbox = world.json(BLUE, &["inbox"]);
    let texts: Vec<_> = inbox.as_array().unwrap().iter().map(|message| &message["text"]).collect();
    assert_eq!(texts, ["we go north", "we go south"], "both are kept");
    let transcript = printed(&world, BLUE, &["transcript"]);
    for words in
        ["| we go north", "| we go south", "!!! GREEN's entry", "a second message numbered GREEN T-0001"]
    {
        assert!(transcript.contains(words), "{words}: {transcript}");
    }
    let paper = printed(&world, BLUE, &["print", &second.hash().to_string()]);
    assert!(
        paper.contains("!!! TWO MESSAGES UNDER ONE NUMBER") && paper.contains("| we go south"),
        "{paper}"
    );
    let console = Console::of(&world);
    let bearer = format!("Bearer {}", console.token);
    let (_, board) = console.ask("GET /", &[("Authorization", &bearer)], "");
    assert!(board.contains("TWO MESSAGES UNDER ONE NUMBER"), "the alarm is on every page: {board}");
}
