//! The rules of docs/spec/api.md on the local socket, asked by hand: what is taken, what is refused, and in which words.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use serde_json::Value;

use crate::hooks::until;
use crate::world::{BLUE, GREEN, World};

const DRAFT: &str = r#"{"precedence":"PRIORITY","subject":"s","text":"t"}"#;

/// Status and JSON of one request; `path` is below `/v1/lines/`.
fn ask(world: &World, side: usize, method: &str, path: &str, body: &str) -> (u16, Value) {
    let mut stream = UnixStream::connect(world.sides[side].home.join("ringdown.sock")).unwrap();
    let json = "Content-Type: application/json\r\nHost: localhost\r\nConnection: close";
    let length = body.len();
    let request = format!("{method} /v1/lines/{path} HTTP/1.1\r\n{json}\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    // A node that refuses a body by its length does not read it.
    let _ = stream.write_all(body.as_bytes());
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap_or(Value::Null))
}

fn id(n: u64) -> String {
    format!("{n:032x}")
}

fn release(world: &World, side: usize, n: u64, draft: &str) -> Value {
    let path = format!("-/drafts/{}", id(n));
    assert_eq!(ask(world, side, "PUT", &path, draft).0, 200);
    let prepared = ask(world, side, "POST", &format!("{path}/prepare"), "").1;
    let signed = ask(world, side, "POST", &format!("{path}/sign"), &prepared.to_string()).1;
    let (status, message) = ask(world, side, "POST", &format!("{path}/release"), &signed.to_string());
    assert_eq!(status, 200, "{message}");
    message
}

// API-1, API-5.
#[test]
fn a_line_and_a_message_are_found_by_each_of_their_names() {
    let world = World::running();
    let socket = std::fs::metadata(world.sides[BLUE].home.join("ringdown.sock")).unwrap();
    assert_eq!(socket.permissions().mode() & 0o777, 0o600);
    let message = release(&world, BLUE, 1, DRAFT);
    let line = ask(&world, BLUE, "GET", "-/status", "").1["line"]["id"].as_str().unwrap().to_owned();
    let entry = message["entry"].as_str().unwrap();
    for name in ["BLUE%20T-0001", "blue%20t-1", entry] {
        for line in ["-", &line] {
            let (status, found) = ask(&world, BLUE, "GET", &format!("{line}/messages/{name}"), "");
            assert_eq!((status, &found["entry"]), (200, &message["entry"]), "{line} {name}");
        }
    }
    let (status, error) = ask(&world, BLUE, "GET", &format!("{}/status", "ab".repeat(32)), "");
    assert_eq!((status, error["error"].as_str()), (404, Some("not-found")));
}

// API-6, API-7.
#[test]
fn what_is_not_understood_is_refused_in_three_sentences() {
    let world = World::running();
    let path = format!("-/drafts/{}", id(1));
    let text = "x".repeat(300_000);
    let too_long = format!(r#"{{"precedence":"PRIORITY","subject":"s","text":"{text}"}}"#);
    for (method, path, body, status) in [
        ("PUT", path.as_str(), r#"{"precedence":"PRIORITY","subject":"s","text":"t","urgent":true}"#, 400),
        ("PUT", &path, "not JSON", 400),
        ("PUT", &path, &too_long, 400),
        ("PUT", "-/drafts/short", DRAFT, 400),
        ("GET", "-/messages?box=all", "", 400),
        ("GET", "-/messages/BLUE%20T-0009", "", 404),
        ("POST", "-/messages/RED%201/acknowledge", "", 400),
    ] {
        let (found, error) = ask(&world, BLUE, method, path, body);
        assert_eq!(found, status, "{method} {path}: {error}");
        for sentence in ["what", "means", "do"] {
            assert!(error[sentence].as_str().is_some_and(|text| text.ends_with('.')), "{sentence}: {error}");
        }
    }
    // Good but for its length.
    let padded = format!("{DRAFT}{}", " ".repeat(256 * 1024));
    assert_ne!(ask(&world, BLUE, "PUT", &path, &padded).0, 200, "API-6: at most 256 KiB");
    assert_eq!(ask(&world, BLUE, "GET", "-/drafts", "").1, Value::Array(Vec::new()), "nothing was kept");
}

// API-8: what is left out, and limits that hold at once.
#[test]
fn what_a_draft_leaves_out_is_filled_in_by_rule() {
    let world = World::running();
    let message = release(&world, BLUE, 1, DRAFT);
    let filled = ["class", "marker", "language"].map(|field| message[field].as_str().unwrap());
    assert_eq!(filled, ["TEST", "INFORMATION", "und"]);
    let two_lines = r#"{"precedence":"PRIORITY","subject":"two\nlines","text":"t"}"#;
    assert_eq!(ask(&world, BLUE, "PUT", &format!("-/drafts/{}", id(2)), two_lines).0, 400);
}

// API-9, API-10.
#[test]
fn a_draft_becomes_one_message_and_a_taken_number_is_a_conflict() {
    let world = World::running();
    let paths = [1, 2].map(|n| format!("-/drafts/{}", id(n)));
    let signed = paths.each_ref().map(|path| {
        assert_eq!(ask(&world, BLUE, "PUT", path, DRAFT).0, 200);
        let prepared = ask(&world, BLUE, "POST", &format!("{path}/prepare"), "").1;
        ask(&world, BLUE, "POST", &format!("{path}/sign"), &prepared.to_string()).1
    });
    let release =
        |n: usize| ask(&world, BLUE, "POST", &format!("{}/release", paths[n]), &signed[n].to_string());
    let (first, again, other) = (release(0), release(0), release(1));
    assert_eq!((first.0, again.0, &first.1["entry"]), (200, 200, &again.1["entry"]));
    assert_eq!((other.0, other.1["error"].as_str()), (409, Some("conflict")), "{}", other.1);
    assert_eq!(ask(&world, BLUE, "GET", "-/messages?box=out", "").1.as_array().unwrap().len(), 1);
    assert_eq!(ask(&world, BLUE, "PUT", &paths[0], DRAFT).0, 409, "a message cannot be changed");
    assert_eq!(ask(&world, BLUE, "DELETE", &paths[0], "").0, 200);
    assert_eq!(release(0).1["entry"], first.1["entry"], "nor forgotten");
}

// API-18, API-9.
#[test]
fn many_sent_at_once_are_numbered_without_gaps_and_none_is_refused() {
    let world = World::running();
    let sent: Vec<(u16, Value)> = std::thread::scope(|scope| {
        // Each of eight drafts is sent by two clients at once.
        let threads: Vec<_> = (0..16)
            .map(|n| {
                let world = &world;
                scope.spawn(move || {
                    let path = format!("-/drafts/{}", id(n / 2));
                    ask(world, BLUE, "PUT", &path, DRAFT);
                    ask(world, BLUE, "POST", &format!("{path}/send"), "")
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let mut serials = Vec::new();
    for twice in sent.chunks(2) {
        assert_eq!((twice[0].0, twice[1].0), (200, 200), "{twice:?}");
        assert_eq!(twice[0].1["entry"], twice[1].1["entry"], "one draft is one message");
        serials.push(twice[0].1["serial"].as_str().unwrap().to_owned());
    }
    serials.sort();
    assert_eq!(serials, (1..9).map(|n| format!("BLUE T-{n:04}")).collect::<Vec<_>>());
    assert_eq!(ask(&world, BLUE, "POST", &format!("-/drafts/{}/send", id(99)), "").0, 404);
}

// API-11, API-12.
#[test]
fn an_acknowledgement_is_for_the_other_sides_messages_and_counts_once() {
    let world = World::running();
    let sent = world.send(BLUE, "PRIORITY", "one");
    world.wait(BLUE, &sent, "stored");
    let path = "-/messages/BLUE%20T-0001/acknowledge";
    assert_eq!(ask(&world, BLUE, "POST", path, "").0, 400, "our own");
    let (first, again) = (ask(&world, GREEN, "POST", path, "").1, ask(&world, GREEN, "POST", path, "").1);
    // Whether BLUE's node has it may have changed meanwhile.
    let said = |message: &Value| {
        let states = message["states"].as_array().unwrap().iter();
        states.map(|line| ["state", "at", "by"].map(|part| line[part].clone())).collect::<Vec<_>>()
    };
    assert_eq!(said(&first), said(&again));
    let states: Vec<_> = said(&first).into_iter().map(|[state, ..]| state).collect();
    assert_eq!(states, ["SENT", "STORED HERE", "ACKNOWLEDGED by Duty officer of GREEN"]);
}

// API-13, API-14.
#[test]
fn the_status_counts_and_only_a_demo_can_be_disturbed() {
    let mut world = World::running();
    let sent = world.send(BLUE, "PRIORITY", "one");
    world.wait(BLUE, &sent, "stored");
    let counts = |world: &World, side| {
        let status = ask(world, side, "GET", "-/status", "").1;
        ["waiting", "unstored"].map(|count| status[count].as_u64().unwrap())
    };
    assert_eq!((counts(&world, BLUE), counts(&world, GREEN)), ([0, 0], [1, 0]));
    assert!(ask(&world, BLUE, "GET", "-/status", "").1["carriers"][0]["sent_bytes"].as_u64().unwrap() > 28);
    world.stop(GREEN);
    world.send(BLUE, "PRIORITY", "two");
    assert_eq!(counts(&world, BLUE), [0, 1]);
    assert_eq!(ask(&world, BLUE, "POST", "-/lab", r#"{"cut":true}"#).0, 400);
}

// API-15, API-16, API-17.
#[test]
fn the_event_stream_lives_and_misses_nothing() {
    let mut world = World::running();
    let sent = world.send(BLUE, "PRIORITY", "one");
    world.wait(BLUE, &sent, "stored");
    let mut stream = UnixStream::connect(world.sides[BLUE].home.join("ringdown.sock")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let request = "GET /v1/lines/-/events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: 2\r\n\r\n";
    stream.write_all(request.as_bytes()).unwrap();
    let mut numbers = Vec::new();
    let mut changes = Vec::new();
    let mut ticks = 0;
    let mut is_tick = false;
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    for line in lines.by_ref() {
        if let Some(data) =
            line.strip_prefix("data:").and_then(|data| serde_json::from_str::<Value>(data).ok())
        {
            numbers.extend(data["event"].as_u64());
            changes.extend(data["changes"].as_array().into_iter().flatten().cloned());
            ticks += u32::from(is_tick && data["now"].as_u64().is_some_and(|now| now > 1_700_000_000_000));
        }
        is_tick = line == "event: tick";
        if ticks == 2 {
            break;
        }
    }
    let expected: Vec<u64> = (3..3 + numbers.len() as u64).collect();
    assert_eq!(numbers, expected, "what the client named comes first, then all after it");
    let of_message = |kind: &str| serde_json::json!({"change": kind, "serial": "BLUE T-0001"});
    assert!(
        changes.contains(&of_message("message")) && changes.contains(&of_message("stored")),
        "{changes:?}"
    );
    assert!(changes.contains(&serde_json::json!({"change": "line"})), "{changes:?}");
    world.stop(GREEN);
    let is_down = |world: &World| ask(world, BLUE, "GET", "-/status", "").1["carriers"][0]["state"] == "DOWN";
    for _ in 0..100 {
        if is_down(&world) {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    world.stop(BLUE);
    let rest: Vec<_> = lines.filter(|line| line == "event: touch" || line == "event: stopping").collect();
    assert!(rest.len() >= 2 && rest.iter().any(|line| line == "event: touch"), "{rest:?}");
    assert_eq!(rest.last().map(String::as_str), Some("event: stopping"));
}

// MSG-14, API-8, API-19: a question is answered once, whichever way is slower.
#[test]
fn an_answer_that_was_signed_before_another_was_given_is_not_released() {
    let world = World::running();
    let question = r#"{"precedence":"PRIORITY","marker":"QUESTION","subject":"s","text":"Is it?"}"#;
    let asked = release(&world, BLUE, 1, question);
    world.wait(BLUE, &asked, "stored");
    let path = "-/messages/BLUE%20T-0001/acts";
    let act = |act: &str| ask(&world, GREEN, "POST", path, act).0;
    assert_eq!(act(r#"{"act":"acknowledge"}"#), 200);
    let draft = format!("-/drafts/{}", id(2));
    let answer =
        r#"{"precedence":"PRIORITY","marker":"ANSWER","subject":"s","text":"It is.","re":"BLUE T-0001"}"#;
    assert_eq!(ask(&world, GREEN, "PUT", &draft, answer).0, 200);
    let prepared = ask(&world, GREEN, "POST", &format!("{draft}/prepare"), "").1;
    let signed = ask(&world, GREEN, "POST", &format!("{draft}/sign"), &prepared.to_string()).1.to_string();
    assert_eq!(act(r#"{"act":"answer","word":"AFFIRM"}"#), 200);
    for (step, body) in [("release", signed.as_str()), ("send", ""), ("prepare", "")] {
        let (status, error) = ask(&world, GREEN, "POST", &format!("{draft}/{step}"), body);
        assert_eq!((status, error["error"].as_str()), (409, Some("conflict")), "{step}");
        assert!(error["what"].as_str().unwrap().contains("it was answered"), "{step}: {error}");
    }
    let shown = ask(&world, GREEN, "GET", "-/messages/BLUE%20T-0001", "").1;
    assert_eq!(shown["dialogue"]["violations"], Value::Null);
}

/// More than any queue of requests to a node holds.
const BURST: u64 = 300;

// API-27.
#[test]
fn a_burst_of_rungs_is_noted_without_a_gap() {
    let mut world = World::paired();
    let path = world.sides[GREEN].home.join("ringdown.toml");
    let config = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("lab = true\n{config}")).unwrap();
    world.start(BLUE);
    world.start(GREEN);
    let draft = DRAFT.replace("PRIORITY", "ROUTINE");
    for n in 1..=BURST {
        let path = format!("-/drafts/{}", id(n));
        ask(&world, BLUE, "PUT", &path, &draft);
        assert_eq!(ask(&world, BLUE, "POST", &format!("{path}/send"), "").0, 200);
    }
    until("the messages", || {
        let status = ask(&world, GREEN, "GET", "-/status", "").1;
        (status["waiting"] == BURST).then_some(())
    });
    // All of them have waited for an hour at the same moment.
    assert_eq!(ask(&world, GREEN, "POST", "-/lab", r#"{"clock":{"forward_ms":3600000}}"#).0, 200);
    let backups = |log: &Value| -> std::collections::BTreeSet<String> {
        let rungs = log.as_array().unwrap().iter().filter(|note| note["why"] == "BACKUP");
        rungs.filter_map(|note| note["message"]["serial"].as_str().map(str::to_owned)).collect()
    };
    let all = (1..=BURST).map(|n| format!("BLUE T-{n:04}")).collect();
    until("a rung of the last message", || {
        backups(&world.json(GREEN, &["log"])).contains(&format!("BLUE T-{BURST:04}")).then_some(())
    });
    assert_eq!(backups(&world.json(GREEN, &["log"])), all);
}
