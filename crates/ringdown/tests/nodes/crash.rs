//! kill -9 of real nodes in mid-stream: nothing lost, doubled or out of order, and STORED is never taken back.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ringdown_api::client::{Client, segment};
use ringdown_api::{ApiError, Draft, DraftState, Message, Prepared, Signed};

use crate::world::{BLUE, GREEN, World};

/// Rounds in the ordinary test; `RINGDOWN_KILLS` asks for more.
const ROUNDS: usize = 10;

fn draft(text: &str) -> Draft {
    Draft {
        precedence: "PRIORITY".into(),
        class: Some("TEST".into()),
        marker: None,
        subject: "load".into(),
        language: None,
        text: text.into(),
    }
}

/// Sends under a draft id of its own, again after every failure, until the node says which message it became.
fn send(client: &Client, id: u128, text: &str, stop: &AtomicBool) -> Option<String> {
    let path = format!("drafts/{id:032x}");
    let try_once = || -> Result<Message, ApiError> {
        let kept: Result<DraftState, ApiError> = client.put(&path, &draft(text));
        // After a crash the draft may be a message already: then it cannot be changed, only released again.
        if kept.is_ok() {
            let prepared: Prepared = client.post(&format!("{path}/prepare"), &())?;
            let signed: Signed = client.post(&format!("{path}/sign"), &prepared)?;
            return client.post(&format!("{path}/release"), &signed);
        }
        let prepared = Prepared {
            serial: String::new(),
            number: 1,
            officer: 1,
            nonce: "00".repeat(8),
            on_screen: "1/1".into(),
            digest: String::new(),
        };
        client.post(&format!("{path}/release"), &Signed { prepared, signature: "00".repeat(64) })
    };
    while !stop.load(Ordering::Relaxed) {
        if let Ok(message) = try_once() {
            return Some(message.entry);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    None
}

/// Sends one message after the other until told to stop; gives the entries that the node confirmed.
fn load(home: &Path, stop: &AtomicBool) -> Vec<String> {
    let client = Client::new(home, None).expect("a home");
    let side = u128::from(home.ends_with("green"));
    let one = |n: u128| {
        std::thread::sleep(Duration::from_millis(10));
        send(&client, side << 64 | n, &format!("message {n}"), stop)
    };
    (0..).map_while(one).collect()
}

#[test]
fn kill_minus_nine_loses_doubles_and_reorders_nothing() {
    // INV-1, INV-3, INV-4, INV-6 on real processes and files.
    let rounds = std::env::var("RINGDOWN_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(ROUNDS);
    let mut world = World::running();
    let stop = AtomicBool::new(false);
    let homes = [world.sides[BLUE].home.clone(), world.sides[GREEN].home.clone()];
    let confirmed = std::thread::scope(|scope| {
        let senders = homes.map(|home| {
            let stop = &stop;
            scope.spawn(move || load(&home, stop))
        });
        // Should a check fail, the senders end too.
        let _ends = StopAtEnd(&stop);
        for round in 0..rounds {
            std::thread::sleep(Duration::from_millis(60 + (round as u64 * 37) % 90));
            let victim = round % 2;
            let stored_before = stored_messages(&world, 1 - victim);
            world.kill(victim);
            world.start(victim);
            let held = messages(&world, victim, "in");
            for entry in stored_before {
                assert!(held.contains(&entry), "round {round}: STORED BY PEER, and the peer has it not");
            }
        }
        stop.store(true, Ordering::Relaxed);
        senders.map(|sender| sender.join().expect("a sender ends"))
    });
    settle(&world);
    for from in [BLUE, GREEN] {
        let (sent, arrived) = (messages(&world, from, "out"), messages(&world, 1 - from, "in"));
        let mut numbered = arrived.clone();
        numbered.sort_by_key(|entry| sent.iter().position(|other| other == entry));
        assert_eq!(numbered, sent, "everything sealed arrived once");
        assert!(confirmed[from].iter().all(|entry| sent.contains(entry)), "everything confirmed is there");
        assert!(
            confirmed[from].len() + 1 >= sent.len(),
            "{} confirmed, {} sent",
            confirmed[from].len(),
            sent.len()
        );
        assert!(sent.len() > rounds, "there was load: {}", sent.len());
        let verdict = ringdown_record::audit(&world.export(from, &format!("{from}.out")), None);
        assert!(!verdict.findings.iter().any(|finding| finding.broken), "{:#?}", verdict.findings);
    }
}

struct StopAtEnd<'a>(&'a AtomicBool);

impl Drop for StopAtEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Entries of one box, oldest first.
fn messages(world: &World, side: usize, which: &str) -> Vec<String> {
    let client = Client::new(&world.sides[side].home, None).expect("a home");
    let all: Vec<Message> = client.get(&format!("messages?box={which}")).expect("the node answers");
    all.into_iter().map(|message| message.entry).collect()
}

fn stored_messages(world: &World, side: usize) -> Vec<String> {
    let client = Client::new(&world.sides[side].home, None).expect("a home");
    let all: Vec<Message> = client.get("messages?box=out").expect("the node answers");
    let is_stored = |message: &Message| message.states.iter().any(|line| line.state == "STORED BY PEER");
    all.into_iter().filter(is_stored).map(|message| message.entry).collect()
}

/// Waits until the last message of each side is stored by the other.
fn settle(world: &World) {
    for side in [BLUE, GREEN] {
        let client = Client::new(&world.sides[side].home, None).expect("a home");
        for entry in messages(world, side, "out") {
            let path = format!("messages/{}", segment(&entry));
            let stored = |message: &Message| message.states.iter().any(|line| line.state == "STORED BY PEER");
            let (_, done) =
                client.wait(&path, Some(Duration::from_secs(60)), stored).expect("the node answers");
            assert!(done, "everything is stored in the end");
        }
    }
}

#[test]
fn a_retry_after_release_cannot_double() {
    let mut world = World::running();
    let home = world.sides[BLUE].home.clone();
    let client = Client::new(&home, None).unwrap();
    let path = format!("drafts/{:032x}", 7);
    let _: DraftState = client.put(&path, &draft("once")).unwrap();
    let prepared: Prepared = client.post(&format!("{path}/prepare"), &()).unwrap();
    let signed: Signed = client.post(&format!("{path}/sign"), &prepared).unwrap();
    let first: Message = client.post(&format!("{path}/release"), &signed).unwrap();
    let again: Message = client.post(&format!("{path}/release"), &signed).unwrap();
    world.kill(BLUE);
    world.start(BLUE);
    let later: Message = client.post(&format!("{path}/release"), &signed).unwrap();
    assert_eq!((&first.entry, &first.entry), (&again.entry, &later.entry));
    assert_eq!(messages(&world, BLUE, "out"), [first.entry]);
    let changed: Result<DraftState, ApiError> = client.put(&path, &draft("twice"));
    assert!(changed.is_err(), "a released draft cannot be changed");
}

#[test]
fn a_clean_stop_is_noticed_by_the_peer_and_loses_nothing() {
    let mut world = World::running();
    let first = world.send(BLUE, "PRIORITY", "before");
    world.wait(BLUE, &first, "stored");
    world.stop(GREEN);
    let client = Client::new(&world.sides[BLUE].home, None).unwrap();
    let down = |status: &ringdown_api::Status| status.carriers[0].state == "DOWN";
    assert!(client.wait("status", Some(Duration::from_secs(30)), down).unwrap().1);
    let second = world.send(BLUE, "PRIORITY", "while away");
    assert_eq!(second["state"], "QUEUED - NOT SENT");
    world.start(GREEN);
    world.wait(BLUE, &second, "stored");
    assert_eq!(messages(&world, GREEN, "in").len(), 2);
}
