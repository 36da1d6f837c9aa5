//! The command line against two running nodes.

use std::time::Duration;

use sha2::Digest;

use crate::world::{BLUE, GREEN, World, demo, ended, one_value, ringdown, text, until};

#[test]
fn a_message_goes_from_release_to_acknowledgement() {
    // R20, R23, and R17 in part: machine and person are told apart.
    let world = World::running();
    let sent = world.send(BLUE, "FLASH", "Can you read this?");
    assert_eq!(sent["serial"], "BLUE T-0001");
    let stored = world.wait(BLUE, &sent, "stored");
    let states: Vec<_> =
        stored["states"].as_array().unwrap().iter().map(|line| line["state"].as_str().unwrap()).collect();
    assert!(
        states.contains(&"STORED BY PEER") && !states.iter().any(|state| state.starts_with("ACKNOWLEDGED"))
    );
    let inbox = world.json(GREEN, &["inbox"]);
    assert_eq!((&inbox[0]["serial"], &inbox[0]["state"]), (&sent["serial"], &"STORED HERE".into()));
    for key in ["from", "precedence", "class", "marker", "subject", "text", "states"] {
        assert!(!inbox[0][key].is_null(), "{key} is in the list");
    }
    let acknowledged = world.json(GREEN, &["acknowledge", "BLUE", "T-0001"]);
    assert_eq!(acknowledged["state"], "ACKNOWLEDGED by Duty officer of GREEN");
    let seen = world.wait(BLUE, &sent, "acknowledged");
    let last = seen["states"].as_array().unwrap().last().unwrap();
    assert_eq!(last["by"], "GREEN's officer (signed)");
    assert!(last["at"].as_str().unwrap().ends_with('Z'), "Zulu");
    for side in [BLUE, GREEN] {
        let line = world.json(side, &["status"])["line"]["id"].as_str().unwrap().to_owned();
        world.export(side, &format!("{side}.ringdown"));
        let path = world.dir.path().join(format!("{side}.ringdown"));
        let verified = ringdown(&["verify", text(&path), "--line", &line, "--json"]);
        assert_eq!(verified.exit, 0, "{}", verified.out);
        assert_eq!(one_value(&verified.out)["verdict"], "VERIFIED");
        let charter = world.sides[side].home.join("lines").join(&line).join("charter");
        assert_eq!(ringdown(&["verify", text(&path), "--charter", text(&charter)]).exit, 0);
        let alone = ringdown(&["verify", text(&path)]);
        assert!(alone.out.starts_with("CONSISTENT WITH ITSELF ONLY"), "{}", alone.out);
        let other = ringdown(&["verify", text(&path), "--line", &"ab".repeat(32)]);
        assert_eq!(other.exit, 1, "another line: {}", other.out);
    }
}

// REC-23
#[test]
fn verify_says_before_all_else_who_released_alone_and_names_two_who_did_not() {
    let dir = tempfile::tempdir().unwrap();
    let verified = |name: &str| {
        let vector = concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors/export").to_owned() + "/" + name;
        let vector = std::fs::read_to_string(vector + ".json").unwrap();
        let vector: serde_json::Value = serde_json::from_str(&vector).unwrap();
        let hex = vector["file"].as_str().unwrap();
        let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
        let path = dir.path().join(name);
        std::fs::write(&path, (0..hex.len()).step_by(2).map(byte).collect::<Vec<_>>()).unwrap();
        let ran = ringdown(&["verify", text(&path), "--line", vector["line"].as_str().unwrap()]);
        assert!(ran.exit == 0 && ran.out.starts_with("VERIFIED"), "{}", ran.out);
        ran.out
    };
    let alone = unwrapped(&verified("good-released-alone"));
    let told = &alone[alone.find(" note ").unwrap()..];
    let first =
        "BLUE's entry 1/3 (MESSAGE): BLUE's officer 1 (Duty officer) released it ALONE. Two are the rule";
    assert!(told.trim_start_matches(" note ").starts_with(first), "before all else: {alone}");
    let both = unwrapped(&verified("good-draft-and-release"));
    assert!(!both.contains("ALONE"), "{both}");
    let names = "BLUE's officer 1 (Duty officer) released it, BLUE's officer 3 (Clerk) wrote it.";
    assert!(both.contains(names), "{both}");
}

/// What was wrapped for a narrow terminal, in one line.
fn unwrapped(out: &str) -> String {
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

// R1: the text is the message and the record.
#[test]
fn texts_arrive_byte_for_byte() {
    let world = World::running();
    let long = "勇敢 — ".repeat(5000);
    let texts = [
        "Смелость — это “не бояться”…\n\tдве строки\r\nи ещё",
        "我们没有对你们的船只开火。",
        "لم نطلق النار على سفينتكم \u{200f}31°23′ شمالًا",
        "quotes ' \" ` $ \\ % {} and \u{202e}hidden\u{200b} ones, e\u{301} uncomposed",
        long.trim_end(),
    ];
    for (index, words) in texts.iter().enumerate() {
        let from = index % 2;
        let file = world.dir.path().join("text");
        std::fs::write(&file, words).unwrap();
        let sent =
            world.json(from, &["send", "--precedence", "PRIORITY", "--subject", "—", "--file", text(&file)]);
        world.wait(from, &sent, "stored");
        let shown = world.json(1 - from, &["show", sent["serial"].as_str().unwrap()]);
        assert!(shown["text"].as_str() == Some(*words), "text {index}");
    }
}

// API-33: bytes, hash and code points, so that nobody has to trust what he sees.
#[test]
fn a_message_is_shown_raw_with_the_bytes_that_its_hash_is_of() {
    let world = World::running();
    let words = "It is\u{202e} ours";
    let sent = world.json(BLUE, &["send", "--precedence", "ROUTINE", "--subject", "е", "--text", words]);
    world.wait(BLUE, &sent, "stored");
    let [ours, theirs] = [BLUE, GREEN].map(|side| world.json(side, &["show", "BLUE", "T-0001", "--raw"]));
    assert_eq!(ours, theirs, "byte for byte on both sides");
    let bytes = |name: &str| -> Vec<u8> {
        let hex = ours[name].as_str().unwrap();
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
    };
    let hash: String =
        sha2::Sha256::digest(bytes("header")).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!((&ours["entry"], &ours["entry"]), (&hash.into(), &sent["entry"]));
    let body = bytes("body");
    assert!(body.windows(words.len()).any(|window| window == words.as_bytes()), "the text as it was written");
    let texts = [
        ("subject", "U+0435"),
        ("text", "U+0049 U+0074 U+0020 U+0069 U+0073 U+202E U+0020 U+006F U+0075 U+0072 U+0073"),
    ];
    let texts: Vec<_> =
        texts.map(|(name, points)| serde_json::json!({"name": name, "points": points})).into();
    assert_eq!(ours["texts"], serde_json::Value::Array(texts));
    let shown = unwrapped(&world.ran(GREEN, &["show", "BLUE", "T-0001", "--raw"]).out);
    let entry = sent["entry"].as_str().unwrap();
    assert!(shown.contains(entry) && shown.contains("U+202E"), "{shown}");
}

#[test]
fn every_flipped_byte_of_an_export_is_found() {
    // R58.
    let world = World::running();
    let sent = world.send(BLUE, "ROUTINE", "evidence");
    world.wait(BLUE, &sent, "stored");
    world.json(GREEN, &["acknowledge", "BLUE T-0001"]);
    world.wait(BLUE, &sent, "acknowledged");
    let file = world.export(BLUE, "whole");
    for at in 0..file.len() {
        let mut flipped = file.clone();
        flipped[at] ^= 1 << (at % 8);
        let audit = ringdown_record::audit(&flipped, None);
        assert!(matches!(audit.verdict, ringdown_record::audit::Verdict::Broken), "byte {at}");
    }
    let mut flipped = file.clone();
    flipped[file.len() / 2] ^= 4;
    let path = world.dir.path().join("flipped");
    std::fs::write(&path, flipped).unwrap();
    let ran = ringdown(&["verify", text(&path)]);
    assert_eq!(ran.exit, 1);
    assert!(ran.out.starts_with("BROKEN") && ran.out.contains("entry"), "it says which: {}", ran.out);
}

#[test]
fn what_is_sent_without_a_peer_is_queued_and_goes_later() {
    let mut world = World::paired();
    world.start(BLUE);
    std::thread::sleep(Duration::from_millis(300));
    let sent = world.send(BLUE, "IMMEDIATE", "are you there?");
    assert_eq!(sent["state"], "QUEUED - NOT SENT");
    let too_soon = world.ran(BLUE, &["wait", "BLUE T-0001", "--for", "stored", "--timeout", "1", "--json"]);
    assert_eq!(too_soon.exit, 6, "timed out: {}", too_soon.out);
    assert_eq!(one_value(&too_soon.out)["error"], "timed-out");
    let status = world.json(BLUE, &["status"]);
    assert_eq!((&status["unstored"], &status["carriers"][0]["state"]), (&1.into(), &"DOWN".into()));
    world.start(GREEN);
    world.wait(BLUE, &sent, "stored");
    assert_eq!(world.json(GREEN, &["inbox"]).as_array().unwrap().len(), 1);
}

#[test]
fn mistakes_are_told_with_what_to_do() {
    let mut world = World::paired();
    let stopped = world.ran(BLUE, &["status"]);
    assert_eq!(stopped.exit, 1);
    assert!(stopped.err.contains("ringdown serve"), "{}", stopped.err);
    world.start(BLUE);
    for (arguments, exit, words) in [
        (&["show", "BLUE T-0009"][..], 1, "no message BLUE T-0009"),
        (&["show", "RED 1"], 2, "the name of neither side"),
        (&["acknowledge", "nonsense"], 2, "BLUE 0142"),
        (&["send", "--precedence", "LOUD", "--subject", "s", "--text", "t"], 2, "FLASH, IMMEDIATE"),
        (&["send", "--precedence", "FLASH", "--subject", "two\nlines", "--text", "t"], 2, "one line"),
        (&["send", "--precedence", "FLASH", "--subject", "s", "--text", ""], 2, "has no text"),
        (&["send", "--precedence", "FLASH", "--subject", "s"], 2, "--text"),
        (
            &[
                "send",
                "--precedence",
                "FLASH",
                "--class",
                "LIVE",
                "--marker",
                "TEST",
                "--subject",
                "s",
                "--text",
                "t",
            ],
            2,
            "class TEST",
        ),
    ] {
        let ran = world.ran(BLUE, arguments);
        assert_eq!(ran.exit, exit, "{arguments:?}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains(words), "{arguments:?}: {}", ran.err);
    }
    assert_eq!(world.json(BLUE, &["outbox"]).as_array().unwrap().len(), 0, "nothing was sent");
    let nowhere = ringdown(&["-C", "/nonexistent", "status", "--json"]);
    assert_eq!((nowhere.exit, one_value(&nowhere.out)["error"].as_str()), (4, Some("not-trusted")));
    let twice = ringdown(&["join", text(&world.sides[0].home), text(&world.sides[1].home)]);
    assert_eq!(twice.exit, 1);
    assert!(twice.err.contains("has a line already"), "{}", twice.err);
    let second = ringdown(&["serve", text(&world.sides[0].home)]);
    assert_eq!(second.exit, 1);
    assert!(
        second.err.contains("console_port") || second.err.contains("another ringdown process"),
        "{}",
        second.err
    );
}

#[test]
fn an_export_overwrites_nothing() {
    let world = World::running();
    let path = world.dir.path().join("precious");
    std::fs::write(&path, "precious").unwrap();
    let ran = world.ran(BLUE, &["export", text(&path)]);
    assert_eq!(ran.exit, 1);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "precious");
}

#[test]
fn events_are_numbered_and_can_be_resumed() {
    let world = World::running();
    let sent = world.send(BLUE, "PRIORITY", "one");
    world.wait(BLUE, &sent, "stored");
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_ringdown"))
        .args(["-C", text(&world.sides[BLUE].home), "events", "--after", "0", "--json"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
    let mut numbers = Vec::new();
    let mut changes = String::new();
    for line in lines.map_while(Result::ok) {
        let event = one_value(&line);
        numbers.push(event["event"].as_u64().unwrap());
        changes += &event["changes"].to_string();
        if changes.contains("stored") {
            break;
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let expected: Vec<u64> = (1..=numbers.len() as u64).collect();
    assert_eq!(numbers, expected, "from the first entry on, without a gap");
    assert!(numbers.len() >= 6, "four entries of the beginning, the message, its receipt");
}

#[test]
fn the_messages_of_1967_arrive_in_order_and_direction() {
    // The demo's own processes, its own table.
    let dir = tempfile::TempDir::new().unwrap();
    let (child, lines) = demo(dir.path(), &["--replay", "1967"]);
    let seen = until(lines, |line| line.starts_with("record of GREEN: verified"));
    let rows = seen.iter().filter(|line| line.contains("Moscow") && line.contains('>')).count();
    let addresses = seen.iter().filter(|line| line.contains("http://localhost:")).count();
    let in_order = ["BLUE", "GREEN"].map(|side| {
        let home = dir.path().join(side.to_lowercase());
        let out = ringdown(&["-C", text(&home), "outbox", "--json"]);
        assert_eq!(out.exit, 0, "{side}: {} after {seen:#?}", out.out);
        let messages = one_value(&out.out);
        let all = messages.as_array().unwrap().clone();
        all.iter().all(|message| message["state"].as_str().unwrap().starts_with("ACKNOWLEDGED"))
            && all
                .iter()
                .enumerate()
                .all(|(n, message)| message["serial"] == format!("{side} T-{:04}", n + 1))
    });
    let clean = ended(child);
    assert_eq!((rows, addresses), (12, 6), "two officers and one to look only a side: {seen:#?}");
    assert_eq!(in_order, [true, true]);
    assert!(seen.iter().any(|line| line == "ready") && clean);
}

// INV-4: a newcomer kills a node to see what happens.
#[test]
fn a_node_of_the_demo_that_is_killed_comes_back_with_its_record() {
    let dir = tempfile::TempDir::new().unwrap();
    let (demo, mut lines) = demo(dir.path(), &[]);
    assert!(lines.any(|line| line == "ready"));
    let home = |side: &str| text(&dir.path().join(side)).to_owned();
    let send = |text: &str| {
        let words = ["send", "--precedence", "PRIORITY", "--subject", "s", "--text", text, "--json"];
        one_value(&ringdown(&[&["-C", &home("blue")], &words[..]].concat()).out)["serial"].clone()
    };
    let stored = |serial: &serde_json::Value| {
        let serial = serial.as_str().unwrap();
        ringdown(&["-C", &home("blue"), "wait", serial, "--for", "stored", "--timeout", "60"]).exit
    };
    assert_eq!(stored(&send("before")), 0);
    // GREEN is the second child.
    let children = std::fs::read_to_string(format!("/proc/{0}/task/{0}/children", demo.id())).unwrap();
    let green = children.split_whitespace().nth(1).unwrap();
    assert!(std::process::Command::new("kill").args(["-KILL", green]).status().unwrap().success());
    let while_gone = send("while gone");
    assert!(
        lines.any(|line| line.starts_with("GREEN ended")) && lines.any(|line| line == "GREEN runs again.")
    );
    assert_eq!(stored(&while_gone), 0);
    let inbox = one_value(&ringdown(&["-C", &home("green"), "inbox", "--json"]).out);
    let texts: Vec<_> = inbox.as_array().unwrap().iter().map(|message| &message["text"]).collect();
    assert_eq!(texts, ["before", "while gone"]);
    assert!(ended(demo));
}
