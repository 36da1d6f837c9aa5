//! The program of the host that calls people: it works, fails, hangs, is missing; it is called once for each rung, and
//! that is noted.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use crate::world::{BLUE, GREEN, World};

/// Short timers, so that the rungs come within seconds; a side without a console is UNATTENDED after one.
const TIMERS: &str =
    "flash_continuous = 1\nflash_backup = 2\nflash_supervisor = 3\nflash_again = 600\nunattended = 1\n";
/// How often a test looks for what it waits for, and how many times at most.
const LOOK_EVERY: Duration = Duration::from_millis(100);
const LOOKS_MAX: u32 = 200;

/// GREEN calls a program with this text.
fn world(script: &str) -> World {
    let world = World::paired();
    let program = world.dir.path().join("call");
    std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    settings(&world, &program.display().to_string());
    world
}

fn settings(world: &World, program: &str) {
    let path = world.sides[GREEN].home.join("ringdown.toml");
    let config = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{config}\n[hooks]\nprogram = \"{program}\"\n[alarms]\n{TIMERS}")).unwrap();
}

fn called(world: &World) -> PathBuf {
    world.dir.path().join("called")
}

/// A program that writes down its argument and what it reads, in one piece.
const KEEPS: &str = "dir=$(dirname \"$0\")
{ echo \"$1\"; cat; echo; } > \"$dir/one.$$\"
cat \"$dir/one.$$\" >> \"$dir/called\"";

/// Each call: its argument, and the value that it read.
fn calls(world: &World) -> Vec<(String, Value)> {
    let text = std::fs::read_to_string(called(world)).unwrap_or_default();
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    let pairs = lines.chunks_exact(2);
    pairs.map(|pair| (pair[0].to_owned(), serde_json::from_str(pair[1]).unwrap())).collect()
}

pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    for _ in 0..LOOKS_MAX {
        if let Some(found) = look() {
            return found;
        }
        std::thread::sleep(LOOK_EVERY);
    }
    panic!("{what} did not come");
}

#[test]
fn each_rung_calls_once_and_an_acknowledgement_ends_the_ladder() {
    let mut world = world(KEEPS);
    world.start(BLUE);
    world.start(GREEN);
    until("UNATTENDED", || calls(&world).iter().any(|(why, _)| why == "UNATTENDED").then_some(()));
    let status = world.json(GREEN, &["status"]);
    assert_eq!(status["consoles"]["unattended"], true, "API-21");
    let flash = ["send", "--precedence", "FLASH", "--subject", "Is it \u{202e}yours", "--text", "x"];
    let sent = world.json(BLUE, &flash);
    until("SUPERVISOR", || calls(&world).iter().any(|(why, _)| why == "SUPERVISOR").then_some(()));
    let of_message: Vec<(String, Value)> =
        calls(&world).into_iter().filter(|(_, read)| !read["message"].is_null()).collect();
    let words: Vec<&str> = of_message.iter().map(|(why, _)| why.as_str()).collect();
    assert_eq!(words, ["ARRIVED", "BACKUP", "SUPERVISOR"]);
    for (why, read) in &of_message {
        assert_eq!((&read["why"], read["side"].as_str()), (&Value::from(why.as_str()), Some("GREEN")));
        assert_eq!(read["message"]["serial"], sent["serial"]);
        assert_eq!(read["message"]["precedence"], "FLASH");
        assert_eq!(read["message"]["subject"], "Is it [U+202E]yours");
    }
    // What arrives while nobody watches calls at once, whatever its precedence.
    let routine = world.send(BLUE, "ROUTINE", "nobody is here");
    until("the routine message", || {
        calls(&world).into_iter().find(|(_, read)| read["message"]["serial"] == routine["serial"])
    });
    assert_eq!(world.json(GREEN, &["status"])["alarms"], Value::Array(Vec::new()));
    // API-27: the node calls for a rung once, over a new start too: it has noted that. What comes later is called.
    world.json(GREEN, &["acknowledge", routine["serial"].as_str().unwrap()]);
    let noted = |world: &World| rungs(&world.json(GREEN, &["log"]), &sent["serial"]);
    until("the notes", || noted(&world).contains(&"SUPERVISOR called".into()).then_some(()));
    assert_eq!(noted(&world), ["ARRIVED called", "CONTINUOUS", "BACKUP called", "SUPERVISOR called"]);
    let log = world.json(GREEN, &["log"]);
    assert!(log.as_array().unwrap().iter().any(|note| note["what"] == "hook" && note["failed"].is_null()));
    world.stop(GREEN);
    std::fs::remove_file(called(&world)).unwrap();
    world.start(GREEN);
    let later = world.send(BLUE, "FLASH", "after the start");
    until("a rung of the later message", || {
        let found = |(why, read): &(String, Value)| {
            why == "SUPERVISOR" && read["message"]["serial"] == later["serial"]
        };
        calls(&world).iter().any(found).then_some(())
    });
    assert!(
        calls(&world).iter().all(|(_, read)| read["message"]["serial"] != sent["serial"]),
        "called again"
    );
    assert!(calls(&world).iter().all(|(why, _)| why != "UNATTENDED"), "it was so before the start, and is");
    assert_eq!(noted(&world).len(), 4);
    // Nothing of it is in the record or reaches the other side.
    assert!(world.json(BLUE, &["log"]).as_array().unwrap().iter().all(|note| note["message"].is_null()));
}

#[test]
fn a_line_that_is_still_down_after_a_start_is_not_called_anew_and_one_that_came_back_is() {
    let mut world = world(KEEPS);
    let path = world.sides[GREEN].home.join("ringdown.toml");
    let config = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{config}line_hook = 1\nline_backup = 600\nline_supervisor = 601\n"))
        .unwrap();
    world.start(GREEN);
    let of_line = |world: &World| calls(world).iter().filter(|(why, _)| why == "LINE-DOWN").count();
    until("LINE-DOWN", || (of_line(&world) == 1).then_some(()));
    let noted = |world: &World, member: &str, word: &str| {
        world.json(GREEN, &["log"]).as_array().unwrap().iter().filter(|note| note[member] == word).count()
    };
    let down = [("fault", "LINE-DOWN"), ("what", "line-back")];
    let noted = |world: &World| down.map(|(member, word)| noted(world, member, word));
    until("the note", || (noted(&world) == [1, 0]).then_some(()));
    world.stop(GREEN);
    world.start(GREEN);
    // The line is down for longer than it takes to call.
    std::thread::sleep(Duration::from_secs(3));
    world.start(BLUE);
    until("the line", || (noted(&world)[1] == 1).then_some(()));
    assert_eq!(noted(&world), [1, 1], "API-27");
    world.stop(BLUE);
    until("LINE-DOWN again", || (of_line(&world) == 2).then_some(()));
}

#[test]
fn a_time_that_the_charter_makes_void_is_refused_with_both_times() {
    let mut world = World::paired();
    let (home, path) =
        (world.sides[GREEN].home.display().to_string(), world.sides[GREEN].home.join("ringdown.toml"));
    let config = std::fs::read_to_string(&path).unwrap();
    let with = |line: &str| std::fs::write(&path, format!("{config}\n[alarms]\n{line}\n")).unwrap();
    with("immediate_backup = 181\nimmediate_supervisor = 300");
    for verb in ["serve", "doctor"] {
        let refused = world.ran(GREEN, &[verb, &home]);
        let told = format!("{}{}", refused.out, refused.err);
        assert_eq!(refused.exit, 1, "{told}");
        for part in ["ringdown.toml", "immediate_backup", "is 181 s", "charter", "after 180 s"] {
            assert!(told.contains(part), "{part} is not in: {told}");
        }
    }
    with("immediate_backup = 170");
    world.start(GREEN);
}

/// The rungs that the log has of a message.
fn rungs(log: &Value, serial: &Value) -> Vec<String> {
    let of_message =
        |note: &&Value| note["what"] == "rung" && note["message"]["serial"] == *serial && !serial.is_null();
    let words = |note: &Value| {
        let called = if note["called"] == true { " called" } else { "" };
        format!("{}{called}", note["why"].as_str().unwrap())
    };
    log.as_array().unwrap().iter().filter(of_message).map(words).collect()
}

/// What `hook test` and `status` say of a program.
fn fault(world: &mut World) -> (String, String) {
    let home = world.sides[GREEN].home.display().to_string();
    let tried = world.ran(GREEN, &["hook", "test", &home]);
    assert_eq!(tried.exit, 1, "{}", tried.out);
    world.start(BLUE);
    world.start(GREEN);
    let alarm =
        until("a CONSOLE FAULT", || world.json(GREEN, &["status"])["alarms"][0].as_str().map(str::to_owned));
    // The line does not wait for the program.
    let sent = world.send(BLUE, "FLASH", "while it fails");
    assert_eq!(world.wait(BLUE, &sent, "stored")["state"], "STORED BY PEER");
    (tried.err, alarm)
}

#[test]
fn a_program_that_fails_is_a_fault_of_the_console() {
    let (tried, alarm) = fault(&mut world("exit 3"));
    for told in [tried, alarm] {
        assert!(
            told.contains("CONSOLE FAULT: nobody was called") && told.contains("exit status: 3"),
            "{told}"
        );
    }
}

#[test]
fn a_program_that_is_missing_is_a_fault_of_the_console() {
    let mut world = World::paired();
    settings(&world, "/nowhere/call");
    let (tried, alarm) = fault(&mut world);
    for told in [tried, alarm] {
        assert!(told.contains("/nowhere/call could not be started"), "{told}");
    }
    // What went wrong stands in the log too.
    let log = world.json(GREEN, &["log"]);
    let failed = |note: &Value| note["failed"].as_str().is_some_and(|told| told.contains("/nowhere/call"));
    assert!(log.as_array().unwrap().iter().any(failed), "{log}");
}

#[test]
fn a_program_that_hangs_is_stopped_and_is_a_fault_of_the_console() {
    let (tried, alarm) = fault(&mut world("exec sleep 600"));
    for told in [tried, alarm] {
        assert!(told.contains("had not ended after 10 s and was stopped"), "{told}");
    }
}

#[test]
fn a_test_of_a_program_that_works_says_so_and_bad_settings_are_refused() {
    let mut world = world("test \"$1\" = TEST");
    let home = world.sides[GREEN].home.display().to_string();
    let tried = world.json(GREEN, &["hook", "test", &home]);
    assert_eq!(tried["ended"], 0);
    let none = world.ran(BLUE, &["hook", "test", &world.sides[BLUE].home.display().to_string()]);
    assert!(none.exit == 1 && none.err.contains("names no program that calls people"), "{}", none.err);
    let path = world.sides[GREEN].home.join("ringdown.toml");
    let config = std::fs::read_to_string(&path).unwrap();
    for (bad, told) in [
        (config.replace("flash_backup = 2", "flash_backup = 9"), "the timers in [alarms]"),
        (config.replace("flash_backup = 2", "flash_bakup = 2"), "flash_bakup"),
        (config.replace("program = \"/", "program = \""), "is no full path of a program"),
    ] {
        assert_ne!(bad, config);
        std::fs::write(&path, bad).unwrap();
        let refused = world.ran(GREEN, &["hook", "test", &home]);
        assert!(refused.exit == 1 && refused.err.contains(told), "{told}: {}", refused.err);
    }
    std::fs::write(&path, config).unwrap();
    world.start(GREEN);
}
