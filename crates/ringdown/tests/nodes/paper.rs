//! What comes out of a printer: a message and the transcript, in plain words.

use ringdown_api::client::{Client, segment};
use serde_json::Value;

use crate::world::{BLUE, GREEN, World};

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
