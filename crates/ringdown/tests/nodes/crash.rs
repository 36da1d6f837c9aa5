//! kill -9 of real nodes in mid-stream: nothing lost, doubled or out of order, and STORED is never taken back.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ringdown_api::client::{Client, segment};
use ringdown_api::signing::{Prepared, Signed};
use ringdown_api::signing::{SignAs, Signature};
use ringdown_api::{ApiError, Draft, DraftState, Message};

use crate::world::{BLUE, GREEN, World};

/// Rounds in the ordinary test; `RINGDOWN_KILLS` asks for more.
const ROUNDS: usize = 10;
/// Then two new homes are made: each round looks at all messages, so its time grows with the record.
const ROUNDS_PER_RECORD: usize = 100;

fn draft(text: &str) -> Draft {
    Draft {
        precedence: "PRIORITY".into(),
        class: Some("TEST".into()),
        subject: "load".into(),
        text: text.into(),
        ..Draft::default()
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
            sign_as: SignAs::Release,
            nonce: "00".repeat(8),
            on_screen: "1/1".into(),
            digest: String::new(),
        };
        client.post(
            &format!("{path}/release"),
            &Signed { prepared, signature: Signature::Ed25519("00".repeat(64)) },
        )
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
    let rounds: usize =
        std::env::var("RINGDOWN_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(ROUNDS);
    let mut total = Tally::default();
    for done in (0..rounds).step_by(ROUNDS_PER_RECORD) {
        total.add(&kill_again_and_again(ROUNDS_PER_RECORD.min(rounds - done)));
    }
    let _ = writeln!(std::io::stdout(), "{rounds} kills: {total:?}");
}

/// So many kills of two nodes under load, in turn, and what became of all messages.
fn kill_again_and_again(rounds: usize) -> Tally {
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
    let mut total = Tally::default();
    for from in [BLUE, GREEN] {
        let sent = messages(&world, from, "out");
        let tally = Tally::of(&confirmed[from], &sent, &by_serial(&world, 1 - from));
        assert!(tally.is_clean(), "{}: {tally:?}", ["BLUE", "GREEN"][from]);
        assert!(
            confirmed[from].len() + 1 >= sent.len(),
            "{} confirmed, {} sent",
            confirmed[from].len(),
            sent.len()
        );
        assert!(sent.len() > rounds, "there was load: {}", sent.len());
        let verdict = ringdown_record::audit(&world.export(from, &format!("{from}.out")), None);
        assert!(!verdict.findings.iter().any(|finding| finding.broken), "{:#?}", verdict.findings);
        total.add(&tally);
    }
    total
}

/// What became of the messages of one side, or of both.
#[derive(Debug, Default, PartialEq)]
struct Tally {
    messages: usize,
    lost: usize,
    doubled: usize,
    reordered: usize,
    never_sent: usize,
}

impl Tally {
    /// Compares what a sender was told, in the order in which it asked, what its record says that it sent, and what the
    /// peer shows under its numbers. A message may arrive before an earlier one; it never has a number before it.
    fn of(confirmed: &[String], sent: &[String], arrived: &[String]) -> Tally {
        let distinct: BTreeSet<_> = arrived.iter().collect();
        let known: BTreeSet<_> = sent.iter().collect();
        let lost = |entries: &[String], among: &BTreeSet<&String>| {
            entries.iter().filter(|entry| !among.contains(entry)).count()
        };
        let doubled = |entries: &[String], among: &BTreeSet<&String>| entries.len() - among.len();
        // Neighbours that stand the other way round at the sender.
        let swapped = |entries: &[String]| {
            let place = |entry: &String| sent.iter().position(|other| other == entry);
            let places: Vec<_> = entries.iter().filter_map(place).collect();
            places.windows(2).filter(|pair| pair[0] > pair[1]).count()
        };
        Tally {
            messages: sent.len(),
            lost: lost(confirmed, &known) + lost(sent, &distinct),
            doubled: doubled(sent, &known) + doubled(arrived, &distinct),
            reordered: swapped(arrived) + swapped(confirmed),
            never_sent: lost(arrived, &known),
        }
    }

    fn is_clean(&self) -> bool {
        *self == Tally { messages: self.messages, ..Tally::default() }
    }

    fn add(&mut self, other: &Tally) {
        self.messages += other.messages;
        self.lost += other.lost;
        self.doubled += other.doubled;
        self.reordered += other.reordered;
        self.never_sent += other.never_sent;
    }
}

// The canary: the tally of this test finds what a kill must not do.
#[test]
fn the_tally_finds_a_lost_a_doubled_a_swapped_and_an_invented_message() {
    let sent: Vec<String> = (0..6).map(|n| format!("entry {n}")).collect();
    let edited = |edit: fn(&mut Vec<String>)| {
        let mut entries = sent.clone();
        edit(&mut entries);
        entries
    };
    assert!(Tally::of(&sent, &sent, &sent).is_clean());
    let one_short = edited(|entries| drop(entries.remove(2)));
    assert_eq!(Tally::of(&sent, &sent, &one_short).lost, 1);
    assert_eq!(Tally::of(&sent, &one_short, &one_short).lost, 1);
    let twice = edited(|entries| entries.push(entries[5].clone()));
    assert_eq!(Tally::of(&sent, &sent, &twice).doubled, 1);
    assert_eq!(Tally::of(&sent, &twice, &twice).doubled, 2);
    let swapped = edited(|entries| entries.swap(2, 3));
    assert_eq!(Tally::of(&sent, &sent, &swapped).reordered, 1);
    assert_eq!(Tally::of(&swapped, &sent, &sent).reordered, 1);
    let invented = edited(|entries| entries.push("entry 7".into()));
    assert_eq!(Tally::of(&sent, &sent, &invented).never_sent, 1);
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

/// The peer's messages in the order of their numbers.
fn by_serial(world: &World, side: usize) -> Vec<String> {
    let client = Client::new(&world.sides[side].home, None).expect("a home");
    let mut all: Vec<Message> = client.get("messages?box=in").expect("the node answers");
    let number = |message: &Message| -> u64 {
        let digits = message.serial.rsplit('-').next().expect("a number");
        digits.parse().expect("a number")
    };
    all.sort_by_key(number);
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
