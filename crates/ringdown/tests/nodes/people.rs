//! Several officers: two people release what is urgent, one alone only in an emergency and loudly, and nobody does what
//! his role does not let him.

use serde_json::Value;

use crate::world::{BLUE, GREEN, Ran, World, ringdown, text};

pub const FLASH: [&str; 9] =
    ["send", "--precedence", "FLASH", "--class", "LIVE", "--subject", "Ship hit", "--text", "Is it yours?"];

/// The one draft that awaits its second officer.
pub fn awaiting(world: &World, side: usize) -> Value {
    let drafts = world.json(side, &["drafts"]);
    let awaiting = |draft: &&Value| draft["state"] == "AWAITING RELEASE";
    drafts.as_array().unwrap().iter().find(awaiting).expect("a draft that awaits release").clone()
}

fn submitted(world: &World) -> String {
    let ran = world.ran(BLUE, &FLASH);
    assert_eq!(ran.exit, 5, "a second person is needed: {}{}", ran.out, ran.err);
    assert!(ran.err.contains("AWAITING RELEASE: submitted by the Duty officer"), "{}", ran.err);
    awaiting(world, BLUE)["id"].as_str().unwrap().to_owned()
}

pub fn refused(ran: &Ran, exit: i32, words: &str) {
    assert_eq!(ran.exit, exit, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains(words), "{words}: {}", ran.err);
}

// API-30, REC-7.
#[test]
fn two_people_release_a_flash_and_the_record_names_both() {
    let world = World::with_officers(&["Watch officer"]);
    let id = submitted(&world);
    assert_eq!(world.json(BLUE, &["outbox"]), Value::Array(Vec::new()), "submitted is not sent");
    refused(&world.ran(BLUE, &["release", &id]), 5, "The same officer cannot be both.");

    let message = world.json(BLUE, &["release", &id, "--officer", "2"]);
    assert_eq!((&message["serial"], &message["released_alone"]), (&"BLUE 0001".into(), &false.into()));
    world.wait(BLUE, &message, "stored");
    for side in [BLUE, GREEN] {
        let seen = world.json(side, &["show", "BLUE", "0001"]);
        assert_eq!((&seen["officer"], &seen["drafter"]), (&"Watch officer".into(), &"Duty officer".into()));
    }
    let again = world.json(BLUE, &["release", &id, "--officer", "2"]);
    assert_eq!(again["serial"], "BLUE 0001", "a draft becomes one message");
    world.export(GREEN, "record");
    let path = world.dir.path().join("record");
    let verified = ringdown(&["verify", text(&path)]);
    assert_eq!(verified.exit, 0, "{}", verified.out);
}

#[test]
fn one_person_alone_is_loud_on_both_sides_and_in_the_record() {
    let world = World::with_officers(&["Watch officer"]);
    let sent = world.json(BLUE, &[&FLASH[..], &["--alone"]].concat());
    assert_eq!(sent["released_alone"], true);
    world.wait(BLUE, &sent, "stored");
    for side in [BLUE, GREEN] {
        let shown = world.ran(side, &["show", "BLUE", "0001"]);
        assert!(shown.out.contains("RELEASED BY ONE PERSON"), "{}", shown.out);
    }
    // Where one person is the rule anyway, there is no emergency.
    let plain =
        ["send", "--precedence", "ROUTINE", "--class", "LIVE", "--subject", "s", "--text", "t", "--alone"];
    refused(&world.ran(BLUE, &plain), 1, "One person releases this message.");
}

#[test]
fn a_test_is_released_by_one_whatever_its_precedence() {
    let world = World::with_officers(&["Watch officer"]);
    assert_eq!(world.send(BLUE, "FLASH", "x")["serial"], "BLUE T-0001");
}

#[test]
fn what_is_changed_or_overtaken_after_it_was_signed_is_signed_again() {
    let world = World::with_officers(&["Watch officer"]);
    let id = submitted(&world);
    // Another message takes the number that the first officer signed.
    world
        .json(BLUE, &["send", "--precedence", "ROUTINE", "--class", "LIVE", "--subject", "s", "--text", "t"]);
    refused(&world.ran(BLUE, &["release", &id, "--officer", "2"]), 1, "took the number BLUE 0001");
    let returned = world.json(BLUE, &["return", &id]);
    assert_eq!((&returned["state"], &returned["draft"]["subject"]), (&"DRAFT".into(), &"Ship hit".into()));

    let client = ringdown_api::client::Client::new(&world.sides[BLUE].home, None).unwrap();
    let path = format!("drafts/{id}");
    let submit = || client.post::<Value>(&format!("{path}/submit"), &()).unwrap();
    assert_eq!(submit()["submitted"]["serial"], "BLUE 0002");
    let mut draft = returned["draft"].clone();
    let same: Value = client.put(&path, &draft).unwrap();
    assert_eq!(same["state"], "AWAITING RELEASE", "kept once more as it is");
    draft["text"] = "Something else".into();
    let changed: Value = client.put(&path, &draft).unwrap();
    assert_eq!(changed["state"], "DRAFT", "nobody signed these words");
    refused(&world.ran(BLUE, &["release", &id, "--officer", "2"]), 5, "The first has to submit it");
    submit();
    assert_eq!(world.json(BLUE, &["release", &id, "--officer", "2"])["serial"], "BLUE 0002");
    let seen = world.json(BLUE, &["show", "BLUE", "0002"]);
    assert_eq!(seen["text"], "Something else");
}

// API-31.
#[test]
fn an_officer_does_only_what_his_role_lets_him() {
    let world = World::with_officers(&["Watch officer", "Clerk:draft", "Listener:acknowledge"]);
    let [clerk, listener] = ["--officer=3", "--officer=4"];
    refused(&world.ran(BLUE, &[&FLASH[..], &[listener]].concat()), 5, "The Listener of this side may not");
    refused(
        &world.ran(BLUE, &[&FLASH[..], &[clerk, "--alone"]].concat()),
        5,
        "The Clerk of this side may not release",
    );
    assert_eq!(world.ran(BLUE, &[&FLASH[..], &[clerk]].concat()).exit, 5, "he may write and submit");
    let draft = awaiting(&world, BLUE);
    assert_eq!(draft["submitted"]["name"], "Clerk");
    let id = draft["id"].as_str().unwrap();
    refused(&world.ran(BLUE, &["release", id, listener]), 5, "may not release");
    let message = world.json(BLUE, &["release", id, "--officer", "1"]);
    world.wait(BLUE, &message, "stored");
    let seen = world.json(BLUE, &["show", "BLUE", "0001"]);
    assert_eq!((&seen["officer"], &seen["drafter"]), (&"Duty officer".into(), &"Clerk".into()));
    refused(&world.ran(GREEN, &["acknowledge", "BLUE", "0001", clerk]), 5, "may not acknowledge");
    let acknowledged = world.json(GREEN, &["acknowledge", "BLUE", "0001", listener]);
    assert_eq!(acknowledged["state"], "ACKNOWLEDGED by Listener of GREEN");
    refused(&world.ran(BLUE, &["officers", "--officer=9"]), 0, "");
    refused(&world.ran(GREEN, &["acknowledge", "BLUE", "0001", "--officer=9"]), 2, "There is no officer 9");
}

#[test]
fn the_officers_of_a_line_stand_in_its_charter() {
    let world = World::with_officers(&["Watch officer"]);
    let home = text(&world.sides[BLUE].home);
    refused(&ringdown(&["officer", "add", home, "--name", "Late"]), 1, "add officers before 'ringdown join'");
    let officers = world.json(BLUE, &["officers"]);
    let named: Vec<_> = officers.as_array().unwrap().iter().map(|officer| &officer["name"]).collect();
    assert_eq!(named, ["Duty officer", "Watch officer"]);
    let dir = world.dir.path().join("other");
    assert_eq!(ringdown(&["init", text(&dir), "--side", "RED"]).exit, 0);
    let twice = ["officer", "add", text(&dir), "--name", "X", "--may", "draft,fly"];
    refused(&ringdown(&twice), 1, "'fly' is nothing that an officer may do");
    refused(
        &ringdown(&["officer", "add", text(&dir), "--name", "\u{202e}"]),
        1,
        "name or index of an officer",
    );
}
