//! A machine's translation: only where the site names a service, only when asked, and never more than a help.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread::JoinHandle;

use serde_json::{Value, json};

use crate::world::{BLUE, GREEN, World};

/// Answers one request as LibreTranslate would, with this status and body; gives what it was asked.
fn service(status: &'static str, answer: String) -> (SocketAddr, JoinHandle<Value>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        let mut piece = [0; 4096];
        loop {
            let read = stream.read(&mut piece).unwrap();
            assert!(read > 0, "the request is whole before the node hangs up");
            request.extend_from_slice(&piece[..read]);
            let text = String::from_utf8_lossy(&request).into_owned();
            let Some((_, body)) = text.split_once("\r\n\r\n") else { continue };
            let Ok(asked) = serde_json::from_str(body) else { continue };
            assert!(text.starts_with("POST /translate HTTP/1.1\r\n"), "{text}");
            let head =
                format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", answer.len());
            stream.write_all((head + &answer).as_bytes()).unwrap();
            return asked;
        }
    });
    (address, thread)
}

/// GREEN asks this service, and has a message of BLUE.
fn world(address: SocketAddr) -> World {
    let mut world = World::paired();
    let path = world.sides[GREEN].home.join("ringdown.toml");
    let config = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{config}\n[translation]\nurl = \"http://{address}\"\nto = \"en\"\n"))
        .unwrap();
    world.start(BLUE);
    world.start(GREEN);
    let sent = world.json(
        BLUE,
        &[
            "send",
            "--precedence",
            "ROUTINE",
            "--subject",
            "Вопрос",
            "--text",
            "Это ваш корабль?",
            "--language",
            "ru",
        ],
    );
    world.wait(BLUE, &sent, "stored");
    world
}

// API-20.
#[test]
fn a_translation_is_made_by_the_sites_own_service_and_marked_as_such() {
    let answer = json!({"translatedText": ["Question", "Is it your ship?\u{202e}"]}).to_string();
    let (address, thread) = service("200 OK", answer);
    let world = world(address);
    let before = world.json(GREEN, &["status"])["head"].clone();
    let printed = world.ran(GREEN, &["translate", "BLUE", "T-0001"]);
    assert_eq!(printed.exit, 0, "{}", printed.err);
    let asked = thread.join().unwrap();
    let wanted =
        json!({"q": ["Вопрос", "Это ваш корабль?"], "source": "ru", "target": "en", "format": "text"});
    assert_eq!(asked, wanted);
    assert!(
        printed.out.starts_with(
            "MACHINE TRANSLATION - NOT CHECKED - do not act on this alone\nOf BLUE T-0001, into en, by 127.0.0.1:"
        ),
        "{}",
        printed.out
    );
    assert!(printed.out.contains("Is it your ship?[U+202E]"), "hidden characters are boxes: {}", printed.out);
    // Nothing was signed, and the message is as it was.
    assert_eq!(world.json(GREEN, &["status"])["head"], before);
    let message = world.json(GREEN, &["show", "BLUE", "T-0001"]);
    assert_eq!(message["text"], "Это ваш корабль?");
}

// API-20.
#[test]
fn what_the_service_cannot_do_is_told_and_changes_nothing() {
    for (status, answer, reason) in [
        ("429 Too Many Requests", "{}".to_owned(), "it answered 429"),
        ("200 OK", "{\"error\": \"no\"}".to_owned(), "something else than a translation"),
        ("200 OK", format!("[\"{}\"]", "x".repeat(300 * 1024)), "length limit exceeded"),
    ] {
        let (address, thread) = service(status, answer);
        let world = world(address);
        let refused = world.ran(GREEN, &["translate", "BLUE", "T-0001"]);
        assert_eq!(refused.exit, 1);
        assert!(refused.err.contains(reason) && refused.err.contains("Read the original"), "{}", refused.err);
        drop(thread.join());
        // Nobody listens any more.
        let refused = world.ran(GREEN, &["translate", "BLUE", "T-0001"]);
        assert!(refused.err.contains("Connection refused"), "{}", refused.err);
        assert_eq!(world.json(GREEN, &["show", "BLUE", "T-0001"])["state"], "STORED HERE");
    }
}

#[test]
fn a_site_that_names_no_service_asks_nobody() {
    let mut world = World::running();
    let sent = world.send(BLUE, "ROUTINE", "x");
    world.wait(BLUE, &sent, "stored");
    let refused = world.ran(GREEN, &["translate", "BLUE", "T-0001"]);
    assert!(refused.err.contains("This site has no machine translation"), "{}", refused.err);
    world.stop(GREEN);
    let path = world.sides[GREEN].home.join("ringdown.toml");
    let config = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{config}\n[translation]\nurl = \"https://elsewhere\"\nto = \"en\"\n"))
        .unwrap();
    let refused = world.ran(GREEN, &["serve", world.sides[GREEN].home.to_str().unwrap()]);
    assert!(refused.exit == 1 && refused.err.contains("is no address of a service"), "{}", refused.err);
}
