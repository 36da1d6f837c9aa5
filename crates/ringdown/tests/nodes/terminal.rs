//! The command line where somebody sits at a terminal: what it asks, and what it never shows.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::dialogue::{report, until};
use crate::world::{BLUE, GREEN, World, program, text};

/// How long a word may take to stand on the screen before the test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// A verb of one side, at a terminal of its own.
struct Terminal {
    keys: File,
    screen: Arc<(Mutex<String>, Condvar)>,
    /// How much of the screen was waited for.
    seen: usize,
    verb: Child,
}

impl Terminal {
    fn of(world: &World, side: usize, arguments: &[&str]) -> Terminal {
        let master =
            openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).expect("a terminal");
        grantpt(&master).and_then(|()| unlockpt(&master)).expect("a terminal that opens");
        let name = ptsname(&master, Vec::new()).expect("its name").into_string().expect("plain characters");
        let end =
            || Stdio::from(OpenOptions::new().read(true).write(true).open(&name).expect("its other end"));
        let home = text(&world.sides[side].home);
        let mut command = Command::new(program());
        command.args(["-C", home]).args(arguments).stdin(end()).stdout(end()).stderr(end());
        let verb = command.spawn().expect("ringdown runs");
        // The last of this process's own ends, so that the screen ends with the verb.
        drop(command);
        let keys = File::from(master);
        let mut from = keys.try_clone().expect("the terminal once more");
        let screen = Arc::new((Mutex::new(String::new()), Condvar::new()));
        let drawn = screen.clone();
        std::thread::spawn(move || {
            let mut piece = [0; 4096];
            let mut pending = Vec::new();
            while let Ok(length @ 1..) = from.read(&mut piece) {
                pending.extend_from_slice(&piece[..length]);
                let whole = pending.utf8_chunks().next().map_or(0, |chunk| chunk.valid().len());
                let words = String::from_utf8(pending.drain(..whole).collect()).expect("UTF-8");
                drawn.0.lock().unwrap().push_str(&words);
                drawn.1.notify_all();
            }
        });
        Terminal { keys, screen, seen: 0, verb }
    }

    /// Waits until these words stand on the screen, and gives all since those that were waited for before.
    fn reads(&mut self, words: &str) -> String {
        let (screen, drawn) = &*self.screen;
        let lacking = |screen: &mut String| !screen[self.seen..].contains(words);
        let (screen, late) =
            drawn.wait_timeout_while(screen.lock().unwrap(), PATIENCE, lacking).expect("the screen");
        assert!(!late.timed_out(), "'{words}' does not stand in: {}", &screen[self.seen..]);
        let end = self.seen + screen[self.seen..].find(words).expect("it stands there") + words.len();
        let since = screen[self.seen..end].to_owned();
        self.seen = end;
        since
    }

    fn types(&mut self, line: &str) {
        self.keys.write_all(format!("{line}\n").as_bytes()).expect("keys");
    }

    /// Waits for the end of the verb; gives its exit code.
    fn ended(mut self) -> i32 {
        self.verb.wait().expect("it ends").code().expect("it ends by itself")
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.verb.kill();
        let _ = self.verb.wait();
    }
}

/// What GREEN types for each field of the report, in the order in which it is asked: a word of a list by its number, by
/// what people read, or as it is sent.
const UNDERSTOOD: [(&str, &str); 7] = [
    ("What happened", "attacked"),
    ("Name", "USS Liberty"),
    ("The name above is that of", "One ship"),
    ("When it happened", "0800 -0400 08 JUN 27"),
    ("Where it happened", "31° 22' 54\" N 033° 23' 00\" E"),
    ("Cause as the sender knows it", "4"),
    ("Sending of forces to the place", "1"),
];

fn acknowledged_report() -> World {
    let world = World::running();
    report(&world);
    world.json(GREEN, &["acknowledge", "BLUE", "T-0001"]);
    world
}

// API-32: the read-back is blind, and a look is counted.
#[test]
fn a_read_back_at_the_terminal_never_shows_what_was_sent_and_counts_each_look() {
    let world = acknowledged_report();
    let mut green = Terminal::of(&world, GREEN, &["read-back", "BLUE", "T-0001"]);
    let mut asked = green.reads("1 of 7");
    for (label, typed) in UNDERSTOOD {
        asked += &green.reads(label);
        asked += &green.reads(">");
        if label == "When it happened" {
            for mistaken in ["", "soon"] {
                green.types(mistaken);
                asked += &green.reads("This cannot be read:");
                asked += &green.reads(">");
            }
        }
        if label == "Where it happened" {
            // Nothing of the message stands there but what GREEN typed itself.
            for sent in ["Ship attacked", "22.9", "33°"] {
                assert!(!asked.contains(sent), "{sent} is shown: {asked}");
            }
            assert_eq!(asked.matches("Liberty").count(), 2, "typed and understood: {asked}");
            green.types("?");
            let shown = green.reads("Message opened again: 1. Press Enter to cover it:");
            assert!(shown.contains("Ship attacked") && shown.contains("22.9"), "{shown}");
            green.types("");
            green.reads("\u{1b}[2J");
            green.reads(">");
        }
        green.types(typed);
        asked += &green.reads("Understood as:");
    }
    green.reads("In our words");
    green.reads(">");
    green.types("A ship of yours was hit.");
    green.reads("[en]:");
    green.types("");
    let signed = green.reads("SEND");
    for words in [
        "3  The name above is that of: One ship",
        "Sending of forces to the place: BLUE WILL",
        "opened again: 1",
    ] {
        assert!(signed.contains(words), "{words}: {signed}");
    }
    // Typed again before it is sent: what is wrong is mended here, and not by a second read-back.
    green.types("6");
    green.reads("Cause as the sender knows it");
    green.reads(">");
    green.types("attack-by-whom-not-known");
    green.reads("LEAVE leaves it unsent:");
    let before = world.json(GREEN, &["show", "BLUE", "T-0001"]);
    assert!(before["dialogue"]["read_backs"].is_null(), "nothing is sent that was not asked for");
    green.types("send");
    assert_eq!(green.ended(), 0);
    let seen = until(&world, BLUE, "BLUE T-0001", |message| message["state"] == "READ BACK - MATCHES");
    let round = &seen["dialogue"]["read_backs"][0];
    assert_eq!((&round["looked_again"], &round["words"]), (&1.into(), &"A ship of yours was hit.".into()));
}

// API-32.
#[test]
fn a_read_back_that_is_left_sends_nothing_and_one_without_a_look_says_so() {
    let world = World::running();
    let sent = world.send(BLUE, "FLASH", "Fire in hold 3.");
    world.wait(BLUE, &sent, "stored");
    let read_back = ["read-back", "BLUE", "T-0001"];
    let shown = |words: &str| world.ran(GREEN, &["show", "BLUE", "T-0001"]).out.contains(words);
    // A TEST has nothing that must be read back, and it is not acknowledged: neither is asked for.
    assert_eq!(Terminal::of(&world, GREEN, &read_back).ended(), 1);
    assert!(!shown("A read-back is typed without what stands above"));

    let world = acknowledged_report();
    let mut green = Terminal::of(&world, GREEN, &read_back);
    green.reads(">");
    // ^D.
    green.keys.write_all(&[4]).expect("keys");
    assert_eq!(green.ended(), 1);
    let round = |words: &str, last: &str| {
        let mut green = Terminal::of(&world, GREEN, &read_back);
        for (label, typed) in UNDERSTOOD {
            green.reads(label);
            green.reads(">");
            green.types(typed);
        }
        green.reads("In our words");
        green.reads(">");
        green.types(words);
        green.reads("LEAVE leaves it unsent:");
        green.types(last);
        green.ended()
    };
    assert_eq!(round("", "leave"), 1);
    let shown = world.ran(GREEN, &["show", "BLUE", "T-0001"]).out;
    assert!(
        shown.contains("A read-back is typed without what stands above") && !shown.contains("--field"),
        "{shown}"
    );
    let told = world.json(GREEN, &["show", "BLUE", "T-0001"]);
    assert!(told["dialogue"]["read_backs"].is_null(), "{told}");
    assert_eq!(round("", "SEND"), 0);
    let told = world.json(GREEN, &["show", "BLUE", "T-0001"]);
    assert_eq!(told["dialogue"]["read_backs"][0]["looked_again"], 0);
}

// API-19: "that is correct" is said of rows that somebody checked.
#[test]
fn that_is_correct_is_said_at_the_terminal_row_by_row() {
    let world = acknowledged_report();
    let mut words = vec!["read-back", "BLUE", "T-0001", "--words", "A ship was hit."];
    let fields = [
        "event=attacked",
        "unit=USS Liberty",
        "named-is=one-ship",
        "when=081200Z JUN 27",
        "where=31° 22.9' N 033° 23.0' E",
        "cause=attack-by-whom-not-known",
        "forces-sent=WILL",
    ];
    words.extend(fields.iter().flat_map(|field| ["--field", field]));
    world.json(GREEN, &words);
    until(&world, BLUE, "BLUE T-0001", |message| message["state"] == "READ BACK - MATCHES");
    let confirm = |ticks: usize, last: Option<&str>| {
        let mut blue = Terminal::of(&world, BLUE, &["confirm", "BLUE", "T-0001"]);
        let order = blue.reads("Read back by");
        assert!(order.contains("YOUR OWN ORDER, AS SENT") && order.contains("USS Liberty"), "{order}");
        blue.reads("Message opened again: 1");
        for row in 0..7 {
            blue.reads("y is checked:");
            blue.types(if row < ticks { "y" } else { "" });
            if row == ticks {
                break;
            }
        }
        if let Some(last) = last {
            assert!(blue.reads("Type CORRECT").contains("A ship was hit."));
            blue.types(last);
        }
        blue.ended()
    };
    assert_eq!(confirm(6, None), 1);
    assert_eq!(confirm(7, Some("y")), 1);
    let open = world.json(BLUE, &["show", "BLUE", "T-0001"]);
    assert!(open["dialogue"]["read_backs"][0]["verdict"].is_null(), "{open}");
    assert_eq!(confirm(7, Some("correct")), 0);
    let said = world.json(BLUE, &["show", "BLUE", "T-0001"]);
    assert_eq!(said["dialogue"]["read_backs"][0]["verdict"], "That is correct");
}

// 9.10: nothing LIVE goes out of a terminal before its precedence was typed once more.
#[test]
fn something_live_goes_out_of_a_terminal_only_after_its_precedence_was_typed_again() {
    let world = World::running();
    let send = ["send", "--precedence", "ROUTINE", "--class", "LIVE", "--subject", "s", "--text", "t"];
    let at_terminal = |arguments: &[&str], asked: &str, typed: &str| {
        let mut blue = Terminal::of(&world, BLUE, arguments);
        blue.reads(asked);
        blue.types(typed);
        blue.ended()
    };
    let count = |verb: &str| world.json(BLUE, &[verb]).as_array().map(Vec::len);
    let asks = "Type ROUTINE to release ROUTINE to GREEN - LIVE:";
    assert_eq!(at_terminal(&send, asks, "yes"), 1);
    assert_eq!((count("outbox"), count("drafts")), (Some(0), Some(0)), "nothing went, and nothing is left");
    assert_eq!(at_terminal(&send, asks, "routine"), 0);
    let practice = ["send", "--precedence", "FLASH", "--class", "TEST", "--subject", "s", "--text", "t"];
    assert_eq!(Terminal::of(&world, BLUE, &practice).ended(), 0, "a test is not asked for");
    assert_eq!(Terminal::of(&world, BLUE, &[&send[..], &["--yes"]].concat()).ended(), 0);
    // No terminal, nobody to ask.
    assert_eq!(world.ran(BLUE, &send).exit, 0);
    assert_eq!((count("outbox"), count("drafts")), (Some(4), Some(0)));
}

// 9.10, API-30: the second of two people is asked as well, and so is who releases alone.
#[test]
fn who_releases_what_another_submitted_is_asked_at_the_terminal_too() {
    let world = World::with_officers(&["Second"]);
    let send = [
        "send",
        "--precedence",
        "FLASH",
        "--class",
        "LIVE",
        "--subject",
        "Ship hit",
        "--text",
        "Is it one of yours?",
    ];
    let submitted = world.ran(BLUE, &[&send[..], &["--json"]].concat());
    assert_eq!(submitted.exit, 5, "{}", submitted.out);
    let drafts = world.json(BLUE, &["drafts"]);
    let id = drafts[0]["id"].as_str().expect("it awaits release");
    let release = |typed: &str| {
        let mut blue = Terminal::of(&world, BLUE, &["release", id, "--officer", "2"]);
        // What he signs stands there first.
        let shown = blue.reads("| Is it one of yours?");
        assert!(shown.contains("Written by: Duty officer") && shown.contains("Subject: Ship hit"), "{shown}");
        blue.reads("Type FLASH to release FLASH to GREEN - LIVE:");
        blue.types(typed);
        blue.ended()
    };
    assert_eq!(release("LIVE"), 1);
    assert_eq!(world.json(BLUE, &["drafts"])[0]["state"], "AWAITING RELEASE", "another's draft stays");
    assert_eq!(release("FLASH"), 0);
    let mut alone = Terminal::of(&world, BLUE, &[&send[..], &["--alone"]].concat());
    alone.reads("LIVE, ALONE, where two are the rule:");
    alone.types("FLASH");
    assert_eq!(alone.ended(), 0);
    assert_eq!(world.json(BLUE, &["outbox"])[1]["released_alone"], true);
}

#[test]
fn what_is_refused_leaves_no_draft_and_a_kept_one_goes_on() {
    let world = World::with_officers(&["Second", "Reader:acknowledge"]);
    let send = ["send", "--precedence", "FLASH", "--class", "LIVE", "--subject", "s", "--text", "t"];
    assert_eq!(world.ran(BLUE, &[&send[..], &["--officer", "3"]].concat()).exit, 5, "he may not");
    assert_eq!(world.json(BLUE, &["drafts"]).as_array().map(Vec::len), Some(0));

    assert_eq!(world.ran(BLUE, &send).exit, 5, "submitted, and kept");
    let id = world.json(BLUE, &["drafts"])[0]["id"].as_str().expect("it awaits release").to_owned();
    world.json(BLUE, &["return", &id]);
    assert_eq!(world.ran(BLUE, &["send", "--draft", &id]).exit, 5, "submitted again");
    assert_eq!(world.json(BLUE, &["drafts"])[0]["state"], "AWAITING RELEASE");
    assert_eq!(world.ran(BLUE, &["send", "--draft", &id, "--text", "other"]).exit, 2);
}

// API-34: the watch is for people, and a terminal is no console that sounds.
#[test]
fn the_watch_is_started_handed_over_and_ended_at_a_terminal_that_is_never_live() {
    let world = World::with_officers(&["Second"]);
    let refused = world.ran(BLUE, &["watch", "hand-over"]);
    assert!(refused.exit == 1 && refused.err.contains("Nobody has a watch here."), "{}", refused.err);
    let started = world.ran(BLUE, &["watch", "start"]);
    assert!(
        started.exit == 0 && started.out.starts_with("Duty officer has the watch since"),
        "{}",
        started.out
    );
    assert!(started.out.contains("is never LIVE: 0 consoles are."), "{}", started.out);
    let status = world.json(BLUE, &["status"]);
    assert_eq!(
        (&status["watch"]["officer"], &status["consoles"]["live"]),
        (&"Duty officer".into(), &0.into())
    );
    for act in ["start", "hand-over"] {
        let other = world.ran(BLUE, &["watch", act, "--officer", "2"]);
        assert!(other.exit == 1 && other.err.contains("Duty officer has the watch"), "{act}: {}", other.err);
    }
    let signed_off = world.ran(BLUE, &["watch", "hand-over"]).out;
    assert!(signed_off.contains("until it is taken at a console"), "{signed_off}");
    assert_eq!(world.json(BLUE, &["watch", "end"])["watch"], serde_json::Value::Null);
    // Notes go to the disk behind the answer.
    let logs = (0..200).map(|_| {
        std::thread::sleep(Duration::from_millis(50));
        world.json(BLUE, &["log"])
    });
    let log = logs.into_iter().find(|log| log.to_string().contains("watch-ended")).expect("it is noted");
    let noted = |what: &str| {
        let mut notes = log.as_array().unwrap().iter().filter(|note| note["what"] == what);
        notes.next().map(|note| (note["officer"].clone(), note["console"].clone()))
    };
    for what in ["watch-started", "handed-over", "watch-ended"] {
        assert_eq!(noted(what), Some(("Duty officer".into(), "TTY".into())), "{what}: {log}");
    }
}
