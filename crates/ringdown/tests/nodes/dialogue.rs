//! What people do about a message, between two running nodes: answers, read-back, forms, and what is refused.

use serde_json::Value;

use crate::world::{self, BLUE, GREEN, World, demo, ended, one_value, ringdown, text};

/// An incident report by BLUE, critical fields and all.
pub fn report(world: &World) -> Value {
    let fields = [
        "event=attacked",
        "unit=USS Liberty",
        "named-is=one-ship",
        "when=081200Z JUN 27",
        "where=31° 22.9' N 033° 23.0' E",
        "cause=attack-by-whom-not-known",
        "forces-sent=WILL",
    ];
    let mut arguments =
        vec!["send", "--precedence", "FLASH", "--form", "incident-report", "--subject", "Ship attacked"];
    fields.iter().for_each(|field| arguments.extend(["--field", field]));
    let sent = world.json(BLUE, &arguments);
    world.wait(BLUE, &sent, "stored");
    sent
}

fn read_back(world: &World, named_is: &str) -> Value {
    let named_is = format!("named-is={named_is}");
    let fields = [
        "event=attacked",
        "unit=USS Liberty",
        named_is.as_str(),
        "when=0800 -0400 08 JUN 27",
        "where=31° 22' 54\" N 033° 23' 00\" E",
        "cause=attack-by-whom-not-known",
        "forces-sent=WILL",
    ];
    let mut arguments = vec!["read-back", "BLUE", "T-0001", "--words", "A ship of yours was hit."];
    fields.iter().for_each(|field| arguments.extend(["--field", field]));
    world.json(GREEN, &arguments)
}

pub fn until(world: &World, side: usize, name: &str, there: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..600 {
        let message = world.json(side, &["show", name]);
        if there(&message) {
            return message;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("{name} did not come to that: {}", world.json(side, &["show", name]));
}

// R59: read back in one's own words and formats, compared, confirmed, closed; the same on both sides.
#[test]
fn a_message_is_read_back_wrong_then_right_then_closed() {
    let world = World::running();
    report(&world);
    world.json(GREEN, &["acknowledge", "BLUE", "T-0001"]);
    let lacking = [
        "read-back",
        "BLUE",
        "T-0001",
        "--field",
        "event=attacked",
        "--field",
        "cause=attack-by-whom-not-known",
    ];
    let lacking = world.ran(GREEN, &lacking);
    let words = "The read-back lacks: unit, named-is, when, where, forces-sent.";
    assert!(lacking.exit == 2 && lacking.err.contains(words), "{}", lacking.err);
    let wrong = read_back(&world, "class-of-ships");
    let rows = wrong["dialogue"]["read_backs"][0]["rows"].as_array().unwrap();
    let different: Vec<_> =
        rows.iter().filter(|row| row["outcome"] == "DIFFERENT").map(|row| row["name"].clone()).collect();
    assert_eq!(different, ["named-is"], "{rows:#?}");
    let seen = until(&world, BLUE, "BLUE T-0001", |message| message["state"] == "READ BACK - DIFFERENT");
    // API-32: typed in a command, so nobody knows what stood beside it.
    assert_eq!(seen["dialogue"]["read_backs"][0]["looked_again"], 1);
    // API-24: whose forces, on both sides; what is typed is the value alone.
    for side in [BLUE, GREEN] {
        let shown = world.ran(side, &["show", "BLUE", "T-0001"]).out;
        assert_eq!(shown.matches("BLUE WILL").count(), 3, "{shown}");
    }
    let forces =
        seen["dialogue"]["fields"].as_array().unwrap().iter().find(|row| row["name"] == "forces-sent");
    assert_eq!(forces.map(|row| (&row["sent"], &row["actor"])), Some((&"WILL".into(), &"BLUE".into())));
    let moves = seen["dialogue"]["moves"].as_array().unwrap();
    assert!(moves.contains(&"wrong".into()) && !moves.contains(&"that-is-correct".into()), "{moves:?}");

    let refused = world.ran(BLUE, &["confirm", "BLUE", "T-0001", "--json"]);
    assert_eq!((refused.exit, one_value(&refused.out)["error"].as_str()), (1, Some("conflict")));
    world.json(BLUE, &["wrong", "BLUE", "T-0001"]);
    until(&world, GREEN, "BLUE T-0001", |message| {
        message["state"].as_str().unwrap().starts_with("READ-BACK WRONG")
    });
    read_back(&world, "one-ship");
    until(&world, BLUE, "BLUE T-0001", |message| message["state"] == "READ BACK - MATCHES");
    // API-19: a program names every row that was held against one's own order.
    let hasty = world.ran(BLUE, &["confirm", "BLUE", "T-0001", "--row", "event", "--json"]);
    assert_eq!(hasty.exit, 2, "{}", hasty.out);
    assert!(
        hasty.out.contains("Not every row of the read-back is checked: unit, named-is, when"),
        "{}",
        hasty.out
    );
    let rows = ["event", "unit", "named-is", "when", "where", "cause", "forces-sent"];
    let confirm: Vec<_> = rows.iter().flat_map(|row| ["--row", row]).collect();
    world.json(BLUE, &[&["confirm", "BLUE", "T-0001"], &confirm[..]].concat());
    let open = until(&world, GREEN, "BLUE T-0001", |message| message["state"] == "READ-BACK CONFIRMED");
    assert_eq!(open["dialogue"]["phase"], "OPEN", "understood, and not answered");
    world.json(GREEN, &["answer", "BLUE", "T-0001", "--with", "roger"]);
    let [here, there] = [BLUE, GREEN].map(|side| {
        until(&world, side, "BLUE T-0001", |message| message["dialogue"]["phase"] == "CLOSED")["dialogue"]
            .clone()
    });
    assert_eq!(here["read_backs"], there["read_backs"]);
    let status = world.json(GREEN, &["status"]);
    assert_eq!(status["alarms"], Value::Array(Vec::new()));
}

// MSG-17, API-12: a machine's word that our answer arrived, and nothing of the kind before.
#[test]
fn an_answer_is_at_the_peer_once_the_node_there_has_it() {
    let mut world = World::running();
    let ask =
        ["send", "--precedence", "FLASH", "--marker", "QUESTION", "--subject", "s", "--text", "Is it yours?"];
    let sent = world.json(BLUE, &ask);
    world.wait(BLUE, &sent, "stored");
    world.json(GREEN, &["acknowledge", "BLUE", "T-0001"]);
    until(&world, BLUE, "BLUE T-0001", |message| message["states"].as_array().unwrap().len() == 4);
    world.stop(BLUE);
    let answered = world.json(GREEN, &["answer", "BLUE", "T-0001", "--with", "negative"]);
    let state = |message: &Value, words: &str| {
        let states = message["states"].as_array().unwrap();
        states.iter().find(|state| state["state"].as_str().unwrap().starts_with(words)).unwrap().clone()
    };
    assert_eq!(state(&answered, "ANSWERED")["at_peer"], serde_json::json!({ "peer": "BLUE" }));
    // In one line, however narrow the terminal.
    let shown = |world: &World| {
        let out = world.ran(GREEN, &["show", "BLUE", "T-0001"]).out;
        out.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let told = shown(&world);
    assert!(told.contains("ANSWERED: NEGATIVE GREEN's officer (signed); not yet stored by BLUE"), "{told}");
    world.sides[BLUE].start();
    let there = until(&world, GREEN, "BLUE T-0001", |message| {
        state(message, "ANSWERED")["at_peer"]["since"].is_string()
    });
    assert_eq!(state(&there, "SENT")["at_peer"], Value::Null, "nobody here did that");
    let told = shown(&world);
    assert!(told.contains("GREEN's officer (signed); BLUE's node has it since 20"), "{told}");
}

// R18, API-19: an answer outside the table does not exist.
#[test]
fn what_is_not_in_the_table_is_refused_with_what_to_do() {
    let world = World::running();
    let ask =
        ["send", "--precedence", "ROUTINE", "--marker", "QUESTION", "--subject", "s", "--text", "Is it?"];
    let sent = world.json(BLUE, &ask);
    world.wait(BLUE, &sent, "stored");
    let refused = |side: usize, arguments: &[&str], exit: i32, words: &str| {
        let ran = world.ran(side, arguments);
        assert_eq!(ran.exit, exit, "{arguments:?}: {}", ran.err);
        assert!(ran.err.contains(words), "{arguments:?}: {}", ran.err);
    };
    let answer = |word| ["answer", "BLUE", "T-0001", "--with", word];
    refused(GREEN, &answer("affirm"), 1, "acknowledge it first");
    world.json(GREEN, &["acknowledge", "BLUE", "T-0001"]);
    refused(GREEN, &answer("wilco"), 1, "a message marked QUESTION is not answered so");
    refused(GREEN, &answer("perhaps"), 2, "'perhaps' is no answer");
    refused(GREEN, &[&answer("unable")[..], &["--text", " "]].concat(), 2, "words beside an answer");
    refused(
        GREEN,
        &[&answer("unable")[..], &["--text", "Fog"]].concat(),
        2,
        "UNABLE has no reason of the list",
    );
    refused(GREEN, &[&answer("unable")[..], &["--reason", "other"]].concat(), 2, "'other' needs words");
    refused(BLUE, &answer("affirm"), 2, "this is for the other side to do");
    refused(GREEN, &["confirm", "BLUE", "T-0001"], 1, "no read-back waits for this");
    refused(GREEN, &["read-back", "BLUE", "T-0001", "--field", "a=b"], 2, "no critical field 'a'");
    refused(GREEN, &["reply", "BLUE", "T-0001", "--with", "yes"], 1, "no question of the other side");
    let send =
        |more: &[&'static str]| [&["send", "--precedence", "ROUTINE", "--subject", "s"], more].concat();
    refused(GREEN, &send(&["--text", "t", "--marker", "ANSWER"]), 2, "names the message that it answers");
    refused(GREEN, &send(&["--form", "no-such-form"]), 2, "There is no form 'no-such-form'");
    refused(GREEN, &send(&["--form", "incident-report"]), 2, "does not keep to the form");
    // MSG-19.
    let live = send(&["--class", "LIVE", "--text", "t", "--marker", "ANSWER", "--re", "BLUE T-0001"]);
    refused(GREEN, &live, 1, "is of its class");
    world.json(GREEN, &["standby", "BLUE", "T-0001", "--minutes", "5"]);
    world.json(GREEN, &send(&["--text", "It is.", "--marker", "ANSWER", "--re", "BLUE T-0001"]));
    let closed = until(&world, BLUE, "BLUE T-0001", |message| message["dialogue"]["phase"] == "CLOSED");
    assert_eq!(closed["dialogue"]["answer"], "ANSWER");
    refused(GREEN, &answer("negative"), 1, "it was answered");
    let again = send(&["--text", "It is not.", "--marker", "ANSWER", "--re", "BLUE T-0001"]);
    refused(GREEN, &again, 1, "it was answered");
    let theirs = send(&["--text", "t", "--marker", "CANCEL", "--re", "BLUE T-0001"]);
    refused(GREEN, &theirs, 1, "this is for the other side to do");
    let answered = world.json(BLUE, &["show", "GREEN", "T-0001"]);
    assert_eq!(answered["dialogue"]["re"], "BLUE T-0001");
}

// Two requests at once: only one answer is sealed.
// MSG-14.
#[test]
fn two_answers_at_once_are_one_answer() {
    let world = World::running();
    let ask =
        ["send", "--precedence", "ROUTINE", "--marker", "QUESTION", "--subject", "s", "--text", "Is it?"];
    let sent = world.json(BLUE, &ask);
    world.wait(BLUE, &sent, "stored");
    world.json(GREEN, &["acknowledge", "BLUE", "T-0001"]);
    let exits = std::thread::scope(|scope| {
        let tries = ["affirm", "negative", "affirm", "negative"]
            .map(|word| scope.spawn(|| world.ran(GREEN, &["answer", "BLUE", "T-0001", "--with", word]).exit));
        tries.map(|ran| ran.join().expect("a verb"))
    });
    assert_eq!(exits.iter().filter(|exit| **exit == 0).count(), 1, "{exits:?}");
    let message = world.json(GREEN, &["show", "BLUE", "T-0001"]);
    assert!(message["dialogue"]["violations"].is_null(), "{message}");
}

// The exchange of 8 June 1967: the row that nobody saw is DIFFERENT on both sides, and the dialogue closes on both.
#[test]
fn the_play_of_liberty_shows_the_row_that_nobody_saw() {
    let dir = tempfile::TempDir::new().unwrap();
    let (child, lines) = demo(dir.path(), &["--play", "liberty"]);
    let seen = world::until(lines, |line| line.contains("CLOSED on both sides"));
    let different: Vec<_> = seen.iter().filter(|line| line.trim_start().starts_with("DIFFERENT")).collect();
    assert_eq!(different.len(), 2, "one row, on each console: {seen:#?}");
    assert!(different.iter().all(|line| line.contains("named-is") && line.contains("class-of-ships")));
    let phases = ["blue", "green"].map(|side| {
        let shown = ringdown(&["-C", text(&dir.path().join(side)), "show", "BLUE", "T-0001", "--json"]);
        let message = one_value(&shown.out);
        (message["dialogue"]["phase"].clone(), message["dialogue"]["read_backs"].clone())
    });
    assert!(ended(child));
    assert_eq!(phases[0].0, "CLOSED");
    assert_eq!(phases[0], phases[1]);
}
