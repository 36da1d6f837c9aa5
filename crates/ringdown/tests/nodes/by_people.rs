//! Translations by people: the sender's goes with a message as a courtesy, the receiver's stays on its own side.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::world::{BLUE, GREEN, World, text};

fn file(world: &World, name: &str, content: &str) -> PathBuf {
    let path = world.dir.path().join(name);
    std::fs::write(&path, content).unwrap();
    path
}

/// BLUE sends this in Russian, with a courtesy translation that says another number and another place.
fn sent(world: &World) -> Value {
    let courtesy = file(world, "courtesy", "Your ship was hit at 10:00Z.\nNot by us.\u{202e}");
    let fields = [
        "event=attacked",
        "unit=Meridian",
        "named-is=one-ship",
        "when=081200Z JUN 27",
        "where=54.5° N 18.3° E",
        "cause=attack-by-whom-not-known",
        "forces-sent=WILL NOT",
    ];
    let mut words =
        vec!["send", "--precedence", "PRIORITY", "--form", "incident-report", "--subject", "Корабль"];
    words.extend(["--text", "Ваш корабль получил попадание.", "--language", "ru"]);
    words.extend(["--translation-language", "en", "--translation-file", text(&courtesy)]);
    words.extend(fields.iter().flat_map(|field| ["--field", field]));
    let sent = world.json(BLUE, &words);
    world.wait(BLUE, &sent, "stored");
    sent
}

// MSG-18
#[test]
fn a_courtesy_translation_goes_with_its_message_under_its_label_and_is_not_read_back() {
    let world = World::running();
    sent(&world);
    for side in [BLUE, GREEN] {
        let message = world.json(side, &["show", "BLUE", "T-0001"]);
        assert_eq!(message["text"], "Ваш корабль получил попадание.");
        let courtesy = json!({"language": "en", "text": "Your ship was hit at 10:00Z.\nNot by us.\u{202e}"});
        assert_eq!(message["courtesy"], courtesy);
    }
    let printed = world.ran(GREEN, &["show", "BLUE", "T-0001"]).out;
    let (original, translation) =
        printed.split_once("\nCOURTESY TRANSLATION BY SENDER - not binding (BLUE, en)\n").unwrap();
    assert!(original.contains("Ваш корабль"), "the original stands first: {printed}");
    assert!(translation.contains("\n| Not by us.[U+202E]"), "hidden characters are boxes: {printed}");
    // Read back from the message: all rows match, whatever the translation says.
    world.json(GREEN, &["acknowledge", "BLUE", "T-0001"]);
    let fields = ["event=attacked", "unit=Meridian", "named-is=one-ship", "when=081200Z JUN 27"];
    let more = ["where=54.5° N 18.3° E", "cause=attack-by-whom-not-known", "forces-sent=WILL NOT"];
    let mut words = vec!["read-back", "BLUE", "T-0001"];
    words.extend(fields.iter().chain(&more).flat_map(|field| ["--field", field]));
    let read_back = &world.json(GREEN, &words)["dialogue"]["read_backs"][0];
    assert_eq!(read_back["outcome"], "MATCHES");
    assert!(!read_back.to_string().contains("10:00Z"), "{read_back}");
}

// MSG-18, API-8
#[test]
fn a_courtesy_translation_that_cannot_go_is_refused_before_anything_is_signed() {
    let world = World::running();
    let (same, empty) = (file(&world, "same", "Is it yours?"), file(&world, "empty", " \n"));
    for (language, path, reason) in [
        ("en", &same, "is in the language of the message"),
        ("und", &same, "must be a tag"),
        ("ru", &empty, "has no text"),
    ] {
        let refused = world.ran(
            BLUE,
            &[
                "send",
                "--precedence",
                "ROUTINE",
                "--subject",
                "x",
                "--text",
                "Is it yours?",
                "--language",
                "en",
                "--translation-language",
                language,
                "--translation-file",
                text(path),
            ],
        );
        assert!(refused.exit == 2 && refused.err.contains(reason), "{}", refused.err);
    }
    assert_eq!(world.json(BLUE, &["outbox"]), json!([]));
}

// API-23
#[test]
fn our_own_translation_stays_here_is_named_and_can_be_corrected() {
    let mut world = World::running();
    sent(&world);
    let (heads, record) = (world.json(GREEN, &["status"])["head"].clone(), world.export(GREEN, "before"));
    let first = file(&world, "first", "Your ship received a guest.\n");
    let keep = ["translate", "BLUE", "T-0001", "--language", "en", "--file", text(&first)];
    world.json(GREEN, &keep);
    let kept = world.json(GREEN, &keep);
    assert_eq!(
        kept["our_translations"].as_array().map(Vec::len),
        Some(1),
        "the same once more changes nothing"
    );
    let right = ["translate", "BLUE", "T-0001", "--language", "en", "--text", "Your ship was hit."];
    let printed = world.ran(GREEN, &right).out;
    assert_eq!(world.json(GREEN, &["status"])["head"], heads, "nothing was signed or sent");
    // Another start of the node: it is on the disk.
    world.stop(GREEN);
    world.start(GREEN);
    let message = world.json(GREEN, &["show", "BLUE", "T-0001"]);
    let ours = message["our_translations"].as_array().unwrap();
    let texts: Vec<_> = ours.iter().map(|each| each["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["Your ship received a guest.\n", "Your ship was hit."], "the earlier stays readable");
    assert!(ours.iter().all(|each| each["officer"] == "Duty officer" && each["language"] == "en"));
    let at = ours[1]["at"].as_str().unwrap();
    let in_one_line = printed.split_whitespace().collect::<Vec<_>>().join(" ");
    let label =
        format!("TRANSLATED HERE by Duty officer, {at}, en - checked by nobody else | Your ship was hit.");
    assert!(in_one_line.contains(&label), "{printed}");
    assert!(in_one_line.contains("en - checked by nobody else - corrected below |"), "{printed}");
    let place = |words: &str| printed.find(words).unwrap();
    assert!(place("Ваш корабль") < place("COURTESY") && place("COURTESY") < place("TRANSLATED HERE"));
    // Nothing was put into the record.
    assert_eq!(world.export(GREEN, "after"), record);
    let theirs = world.json(BLUE, &["show", "BLUE", "T-0001"]);
    assert_eq!(theirs.get("our_translations"), None);
    assert_eq!(world.json(GREEN, &["inbox"])[0].get("our_translations"), None, "lists are short");
}

// API-23
#[test]
fn what_cannot_be_kept_beside_a_message_is_told() {
    let world = World::running();
    let message = sent(&world);
    let refused = |side: usize, words: &[&str], exit: i32, reason: &str| {
        let ran = world.ran(side, &[&["translate", "BLUE", "T-0001"], words].concat());
        assert!(ran.exit == exit && ran.err.contains(reason), "{words:?}: {}", ran.err);
    };
    refused(BLUE, &["--language", "en", "--text", "x"], 2, "This message is ours");
    refused(GREEN, &["--language", "e n", "--text", "x"], 2, "must be a tag");
    refused(GREEN, &["--language", "en", "--text", " "], 2, "has no text");
    let long = file(&world, "long", &"x".repeat(60_001));
    refused(GREEN, &["--language", "en", "--file", text(&long)], 2, "the most is 60000");
    refused(GREEN, &["--text", "x"], 2, "--language");
    for number in 0..8 {
        let words = ["--language", "en", "--text", &number.to_string()].map(str::to_owned);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        world.json(GREEN, &[&["translate", message["serial"].as_str().unwrap()], &words[..]].concat());
    }
    refused(GREEN, &["--language", "en", "--text", "one more"], 1, "as many as are kept");
    let kept = world.json(GREEN, &["show", "BLUE", "T-0001"]);
    assert_eq!(kept["our_translations"].as_array().map(Vec::len), Some(8));
}
