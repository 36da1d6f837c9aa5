//! The command line over ssh, on a screen of 80 columns and 24 lines: every line fits, and whatever the console offers is
//! offered here in the same words.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;

use ringdown_message::columns::{COLUMNS, width};
use serde_json::Value;

use crate::world::{self, BLUE, GREEN, Ran, World, demo, ended, ringdown, text};

/// Lines that do not fit.
fn too_wide(text: &str) -> Vec<String> {
    text.lines().filter(|line| width(line) > COLUMNS).map(str::to_owned).collect()
}

#[track_caller]
fn fits(what: &[&str], ran: &Ran) {
    assert_eq!(too_wide(&ran.out), Vec::<String>::new(), "{what:?}");
    assert_eq!(too_wide(&ran.err_lines), Vec::<String>::new(), "{what:?}");
}

/// The commands that a help lists.
fn commands(help: &str) -> Vec<String> {
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let listed = lines.take_while(|line| !line.is_empty()).filter(|line| !line.starts_with("    "));
    listed.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[test]
fn every_help_fits_80_columns() {
    let verbs = commands(&ringdown(&["--help"]).out);
    assert!(verbs.len() > 25, "{verbs:?}");
    let mut seen = 0;
    let mut left: Vec<Vec<String>> = vec![vec![]];
    while let Some(verb) = left.pop() {
        for help in ["--help", "-h"] {
            let words: Vec<&str> = verb.iter().map(String::as_str).chain([help]).collect();
            let ran = ringdown(&words);
            assert_eq!(ran.exit, 0, "{words:?}");
            fits(&words, &ran);
            if help == "--help" {
                let below = commands(&ran.out).into_iter().filter(|name| name != "help");
                left.extend(below.map(|name| [verb.clone(), vec![name]].concat()));
                seen += 1;
            }
        }
    }
    assert!(seen > verbs.len(), "the verbs below 'hook' and 'lab' too: {seen}");
}

/// Two nodes whose texts are as bad for a screen as texts can be.
fn crowded() -> World {
    let world = World::running();
    let file = world.dir.path().join("text");
    let long =
        format!("{}\n{} {}\n\tx\u{202e}\u{1b}[2J\n", "勇敢".repeat(90), "word ".repeat(60), "x".repeat(300));
    std::fs::write(&file, &long).unwrap();
    let subject = "失".repeat(60);
    let fields = [
        "event=attacked",
        "unit=Technical research ship Liberty of the United States",
        "named-is=class-of-ships",
        "when=081200Z JUN 27",
        "where=54.5° N 18.3° E",
        "cause=attack-by-those-in-the-text",
        "forces-sent=WILL NOT",
    ];
    let mut words =
        vec!["send", "--precedence", "PRIORITY", "--form", "incident-report", "--subject", &subject];
    words.extend(["--language", "zh", "--file", text(&file)]);
    words.extend(["--translation-language", "ru", "--translation-file", text(&file)]);
    words.extend(fields.iter().flat_map(|field| ["--field", field]));
    let sent = world.json(BLUE, &words);
    world.wait(BLUE, &sent, "stored");
    world.json(GREEN, &["translate", "BLUE", "T-0001", "--language", "en", "--file", text(&file)]);
    world.json(GREEN, &["acknowledge", "BLUE", "T-0001"]);
    let own_words = "in our own words ".repeat(20);
    let mut words = vec!["read-back", "BLUE", "T-0001", "--words", &own_words];
    let other = ["event=attacked", "unit=Some other ship of the same navy, of which there are many"];
    words.extend(other.iter().chain(&fields[2..]).flat_map(|field| ["--field", field]));
    fits(&words, &world.ran(GREEN, &words));
    world
}

#[test]
fn every_verb_fits_80_columns_whatever_the_other_side_wrote() {
    let world = crowded();
    let out = world.dir.path().join("record");
    let line = world.json(GREEN, &["status"])["line"]["id"].as_str().unwrap().to_owned();
    let forms = world.json(GREEN, &["forms"]);
    let of_forms = forms.as_array().unwrap().iter().map(|form| vec!["forms", form["id"].as_str().unwrap()]);
    let verbs = [
        vec!["status"],
        vec!["inbox"],
        vec!["outbox"],
        vec!["drafts"],
        vec!["forms"],
        vec!["show", "BLUE", "T-0001"],
        vec!["show", "BLUE", "T-0001", "--raw"],
        vec!["answer", "BLUE", "T-0001", "--with", "roger"],
        vec!["wait", "BLUE", "T-0001", "--for", "stored"],
        vec!["ask", "BLUE", "T-0001", "--for", "voice"],
        vec!["notice", "BLUE", "T-0001", "--is", "handed-on"],
        vec!["standby", "BLUE", "T-0001", "--minutes", "9"],
        vec!["translate", "BLUE", "T-0001"],
        vec!["translate", "BLUE", "T-0001", "--language", "en", "--text", "short"],
        vec!["export", text(&out)],
        vec!["verify", text(&out)],
        vec!["verify", text(&out), "--line", &line],
        vec!["show", "BLUE", "T-0999"],
        vec!["show", &line],
        vec!["send", "--precedence", "NONE", "--subject", "x", "--text", "x"],
        vec!["log"],
        vec!["officers"],
        vec!["print", "BLUE", "T-0001"],
        vec!["transcript"],
        vec!["send"],
        vec!["export", text(&out)],
    ];
    for verb in verbs.into_iter().chain(of_forms) {
        fits(&verb, &world.ran(GREEN, &verb));
    }
    for verb in [vec!["show", "BLUE", "T-0001"], vec!["outbox"], vec!["wrong", "BLUE", "T-0001", "--ours"]] {
        fits(&verb, &world.ran(BLUE, &verb));
    }
    fits(&["drafts"], &world.ran(GREEN, &["drafts"]));
    fits(&["init"], &ringdown(&["init", text(world.dir.path())]));
    fits(&["serve"], &ringdown(&["serve", text(&out)]));
    fits(&["status"], &ringdown(&["-C", "/", "status"]));
    let shown = world.ran(GREEN, &["show", "BLUE", "T-0001"]).out;
    let theirs = shown.lines().filter(|line| line.contains("勇敢") || line.contains("word word"));
    assert!(theirs.clone().count() > 9 && theirs.clone().all(|line| line.starts_with(['|', ':'])), "{shown}");
    assert!(shown.contains("x[U+202E][U+001B][2J"), "hidden characters are boxes: {shown}");
}

#[test]
fn a_demo_and_its_plays_fit_80_columns() {
    for (play, last) in [("--play=liberty", "/messages/"), ("--replay=1967", "record of GREEN")] {
        let dir = tempfile::TempDir::new().unwrap();
        let (child, lines) = demo(dir.path(), &[play]);
        let seen = world::until(lines, |line| line.contains(last));
        assert!(ended(child));
        assert!(seen.len() > 12, "{seen:#?}");
        assert_eq!(too_wide(&seen.join("\n")), Vec::<String>::new());
    }
}

/// Canary: the measure sees what is too wide.
#[test]
fn a_line_that_does_not_fit_is_seen() {
    assert_eq!(too_wide(&format!("{}\n{}\n{}", "x".repeat(80), "勇".repeat(41), "勇".repeat(40))).len(), 1);
}

#[test]
fn a_list_shows_the_newest_last_and_as_many_as_are_asked_for() {
    let world = World::running();
    for number in 1..=23 {
        world.json(
            BLUE,
            &["send", "--precedence", "ROUTINE", "--subject", &format!("{number}."), "--text", "x"],
        );
    }
    let shown = |words: &[&str]| world.ran(BLUE, &[&["outbox"], words].concat()).out;
    let usual = shown(&[]);
    assert!(usual.starts_with("3 older ones are not shown; all of them: --limit 23\nBLUE T-0004"), "{usual}");
    assert!(usual.ends_with(" 23.\n") && usual.lines().count() == 21, "{usual}");
    assert_eq!(shown(&["--limit", "23"]).lines().count(), 23);
    assert!(shown(&["--limit", "1"]).ends_with(" 23.\n"));
    assert_eq!(world.json(BLUE, &["outbox"]).as_array().map(Vec::len), Some(23));
    assert_eq!(world.json(BLUE, &["outbox", "--limit", "2"])[1]["serial"], "BLUE T-0023");
}

/// The page of a message as a browser gets it.
fn page(world: &World, side: usize, entry: &str) -> String {
    let home = &world.sides[side].home;
    let config = std::fs::read_to_string(home.join("ringdown.toml")).unwrap();
    let port = config.lines().find_map(|line| line.strip_prefix("console_port = ")).unwrap();
    let token = std::fs::read_to_string(home.join("token")).unwrap();
    let mut stream = TcpStream::connect(("127.0.0.1", port.parse::<u16>().unwrap())).unwrap();
    let request = format!(
        "GET /messages/{entry} HTTP/1.1\r\nhost: localhost:{port}\r\nauthorization: Bearer {}\r\nconnection: close\r\n\r\n",
        token.trim()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    answer
}

/// Each act that may be done about a message now: as `show` offers it, in words that stand on the page too.
fn offered(world: &World, side: usize, message: &Value, seen: &mut BTreeSet<String>) {
    let entry = message["entry"].as_str().unwrap();
    let told = world.json(side, &["show", entry]);
    let moves: Vec<&str> =
        told["dialogue"]["moves"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    let shown = world.ran(side, &["show", entry]).out;
    let page = page(world, side, entry);
    let list: Vec<&str> = match shown.split_once("You may now:\n") {
        Some((_, list)) => list.lines().collect(),
        None => Vec::new(),
    };
    assert_eq!(list.len(), moves.len() * 2, "{moves:?}: {shown}");
    for (name, lines) in moves.iter().zip(list.chunks(2)) {
        for words in lines[0].trim().split(" | ") {
            assert!(page.contains(words), "{name}: '{words}' is not what the page says");
        }
        let command = lines[1].trim().strip_prefix("ringdown ").unwrap();
        let verb = command.split(' ').next().unwrap();
        assert_ne!(verb, "show", "{name} cannot be typed");
        let help = ringdown(&[verb, "--help"]);
        assert_eq!(help.exit, 0, "{name}: {command}");
        for option in command.split(' ').filter(|word| word.starts_with("--")) {
            assert!(help.out.contains(option), "{name}: {command}");
        }
        seen.insert((*name).to_owned());
    }
}

#[test]
fn every_act_that_the_console_offers_can_be_typed_in_the_same_words() {
    let world = World::running();
    let mut seen = BTreeSet::new();
    for marker in ["INFORMATION", "WARNING", "QUESTION", "REQUEST", "INTENTION", "TEST"] {
        let words = ["send", "--precedence", "ROUTINE", "--subject", "x", "--text", "x", "--marker", marker];
        let sent = world.json(BLUE, &words);
        let serial = sent["serial"].as_str().unwrap();
        offered(&world, BLUE, &sent, &mut seen);
        world.wait(BLUE, &sent, "stored");
        offered(&world, BLUE, &sent, &mut seen);
        offered(&world, GREEN, &sent, &mut seen);
        world.json(GREEN, &["acknowledge", serial]);
        offered(&world, GREEN, &sent, &mut seen);
        world.json(GREEN, &["ask", serial, "--for", "voice"]);
        world.json(BLUE, &["wait", serial, "--for", "acknowledged", "--timeout", "60"]);
        offered(&world, GREEN, &sent, &mut seen);
    }
    // A read-back that is due. Whether it still holds is asked only about what came late.
    let fields = ["event=attacked", "unit=Liberty", "named-is=one-ship", "when=081200Z JUN 27"];
    let fields =
        fields.iter().chain(&["where=54.5° N 18.3° E", "cause=attack-by-whom-not-known", "forces-sent=WILL"]);
    let mut words = vec!["send", "--precedence", "PRIORITY", "--form", "incident-report", "--subject", "x"];
    words.extend(fields.flat_map(|field| ["--field", field]));
    let sent = world.json(BLUE, &words);
    world.wait(BLUE, &sent, "stored");
    world.json(GREEN, &["acknowledge", sent["serial"].as_str().unwrap()]);
    offered(&world, GREEN, &sent, &mut seen);
    // A read-back, and a question that waits for a reply.
    let world = crowded();
    let about = world.json(GREEN, &["show", "BLUE", "T-0001"]);
    offered(&world, GREEN, &about, &mut seen);
    world.json(GREEN, &["ask", "BLUE", "T-0001", "--for", "voice"]);
    for _ in 0..200 {
        let told = world.json(BLUE, &["show", "BLUE", "T-0001"]);
        if told["dialogue"]["asked"].is_array() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    offered(&world, BLUE, &about, &mut seen);
    let words = [
        "acknowledge",
        "answer",
        "answer AFFIRM",
        "answer CHECK GARBLED",
        "answer CHECK OK",
        "answer NEGATIVE",
        "answer OBJECTION",
        "answer ROGER",
        "answer SAY AGAIN",
        "answer UNABLE",
        "answer WILCO",
        "ask-voice",
        "cancel",
        "correct",
        "did-you-get-it",
        "handed-on",
        "in-preparation",
        "our-message-was-wrong",
        "question",
        "read-back",
        "reply",
        "standby",
        "wrong",
    ];
    let missing: Vec<&str> = words.into_iter().filter(|name| !seen.contains(*name)).collect();
    assert_eq!(missing, Vec::<&str>::new(), "seen: {seen:?}");
}
