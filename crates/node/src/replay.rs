//! The messages of the Washington-Moscow line, 5-10 June 1967, sent again over a demo's line.
//!
//! Source and rights stand in the data file. Each message is released, acknowledged on the other side, and timed from
//! release to the receiving node's event; 1967's minutes are from transmission to receipt.

use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use ringdown_api::client::{Client, segment};
use ringdown_api::signing::{Prepared, Signed};
use ringdown_api::{ApiError, Change, Draft, DraftState, ErrorCode, Message, Status};
use ringdown_record::audit;
use serde::Deserialize;

use crate::clock::Clock;
use crate::entropy::{hex, random};
use crate::verbs::say;

const DATA: &str = include_str!("../data/hotline-1967.json");
/// How long one message may take before the replay gives up waiting for it.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Deserialize)]
struct Hotline {
    messages: Vec<Historic>,
}

#[derive(Deserialize)]
struct Historic {
    document: u32,
    from: String,
    language_of_text: String,
    transmitted_utc: Option<String>,
    received_utc: Option<String>,
    text: String,
}

/// One side of the replay.
struct Desk {
    client: Client,
    /// Serials of the other side's messages, with the clock's nanoseconds, as they arrive here.
    arrivals: Receiver<(String, u64)>,
}

/// Replays into two homes whose nodes run: BLUE is Washington, GREEN is Moscow.
/// With `quiet` nothing is printed: the demo has said its one value.
pub fn run(blue: &Path, green: &Path, quiet: bool) -> Result<(), ApiError> {
    let say = |text: &str| {
        if !quiet {
            say(text)
        }
    };
    let hotline: Hotline = serde_json::from_str(DATA).map_err(|error| failed(&error.to_string()))?;
    let clock = Clock::host();
    let desks = [Desk::open(blue, &clock)?, Desk::open(green, &clock)?];
    for desk in &desks {
        let up = |status: &Status| status.carriers.iter().any(|carrier| carrier.state == "UP");
        desk.client.wait("status", Some(PATIENCE), up)?;
    }
    say("\ndocument  direction              bytes  1967 min   our ms  wire bytes");
    for historic in &hotline.messages {
        let from = usize::from(historic.from == "Moscow");
        let row = send(historic, &desks[from], &desks[1 - from], &clock)?;
        let to = if from == 0 { "Moscow" } else { "Washington" };
        say(&format!(
            "{:>8}  {:<21} {:>6}  {:>8}  {:>7.1}  {:>10}",
            historic.document,
            format!("{} > {to}", historic.from),
            historic.text.len(),
            historic.minutes().map_or("-".into(), |minutes| minutes.to_string()),
            row.milliseconds,
            row.wire_bytes
        ));
    }
    for (name, desk) in ["BLUE", "GREEN"].iter().zip(&desks) {
        let entries = verify(name, desk)?;
        say(&format!("record of {name}: verified, {entries} entries"));
    }
    Ok(())
}

impl Historic {
    /// Minutes from transmission to receipt, where the source has both.
    fn minutes(&self) -> Option<i64> {
        let minute = |time: &Option<String>| {
            let time = time.as_ref()?;
            let (days, hours) =
                (time.get(8..10)?.parse::<i64>().ok()?, time.get(11..13)?.parse::<i64>().ok()?);
            Some((days * 24 + hours) * 60 + time.get(14..16)?.parse::<i64>().ok()?)
        };
        Some(minute(&self.received_utc)? - minute(&self.transmitted_utc)?)
    }
}

impl Desk {
    fn open(home: &Path, clock: &Clock) -> Result<Desk, ApiError> {
        let (sender, arrivals) = channel();
        let (follower, clock) = (Client::new(home, None)?, clock.clone());
        let side = follower.get::<Status>("status")?.side;
        std::thread::spawn(move || {
            let _ = follower.events(None, |event| {
                for change in event.changes {
                    if let Change::Message { serial } = change
                        && event.from != side
                    {
                        let _ = sender.send((serial, clock.now().instant.0));
                    }
                }
                true
            });
        });
        Ok(Desk { client: Client::new(home, None)?, arrivals })
    }

    fn sent_bytes(&self) -> Result<u64, ApiError> {
        let status: Status = self.client.get("status")?;
        Ok(status.carriers.iter().map(|carrier| carrier.sent_bytes).sum())
    }

    /// Waits until a message of this desk's side has this state.
    fn wait(&self, serial: &str, state: &str) -> Result<(), ApiError> {
        let path = format!("messages/{}", segment(serial));
        let reached = |message: &Message| message.states.iter().any(|line| line.state.starts_with(state));
        let (_, done) = self.client.wait(&path, Some(PATIENCE), reached)?;
        if done { Ok(()) } else { Err(failed(&format!("{serial} was not {state} in time"))) }
    }
}

struct Row {
    milliseconds: f64,
    wire_bytes: u64,
}

fn send(historic: &Historic, from: &Desk, to: &Desk, clock: &Clock) -> Result<Row, ApiError> {
    let before = from.sent_bytes()? + to.sent_bytes()?;
    let draft = Draft {
        precedence: "PRIORITY".into(),
        class: Some("TEST".into()),
        marker: Some("INFORMATION".into()),
        subject: format!("FRUS 1964-1968 XIX, document {}", historic.document),
        language: Some(historic.language_of_text.clone()),
        text: historic.text.clone(),
        ..Draft::default()
    };
    let path = format!("drafts/{}", hex(&random::<16>()));
    let _: DraftState = from.client.put(&path, &draft)?;
    let prepared: Prepared = from.client.post(&format!("{path}/prepare"), &())?;
    let signed: Signed = from.client.post(&format!("{path}/sign"), &prepared)?;
    let released = clock.now().instant.0;
    let message: Message = from.client.post(&format!("{path}/release"), &signed)?;
    let arrived = loop {
        let arrival = to.arrivals.recv_timeout(PATIENCE);
        let (serial, at) = arrival.map_err(|_| failed(&format!("{} did not arrive", message.serial)))?;
        if serial == message.serial {
            break at;
        }
    };
    let acknowledge = format!("messages/{}/acknowledge", segment(&message.serial));
    let _: Message = to.client.post(&acknowledge, &())?;
    from.wait(&message.serial, "STORED BY PEER")?;
    from.wait(&message.serial, "ACKNOWLEDGED")?;
    let after = from.sent_bytes()? + to.sent_bytes()?;
    Ok(Row { milliseconds: arrived.saturating_sub(released) as f64 / 1e6, wire_bytes: after - before })
}

/// Gives the number of verified entries.
fn verify(name: &str, desk: &Desk) -> Result<usize, ApiError> {
    let status: Status = desk.client.get("status")?;
    let mut file = Vec::new();
    desk.client.download("export", |piece| {
        file.extend_from_slice(piece);
        Ok(())
    })?;
    let audit = ringdown_record::audit(&file, None);
    let mut broken: Vec<_> = audit.findings.iter().filter(|finding| finding.broken).cloned().collect();
    if let Some(charter) = &audit.charter {
        let meaning = ringdown_message::examine(charter, &audit.entries);
        broken.extend(meaning.into_iter().filter(|finding| finding.broken));
    }
    let same_line = audit.line.is_some_and(|line| line.to_string() == status.line.id);
    if !broken.is_empty() || !same_line || matches!(audit.verdict, audit::Verdict::Broken) {
        let first = broken.first().map_or("it is about another line", |finding| &finding.text);
        return Err(failed(&format!("the record of {name} does not hold: {first}")));
    }
    Ok(audit.entries.len())
}

fn failed(what: &str) -> ApiError {
    ApiError::new(
        ErrorCode::Failed,
        format!("The replay ended early: {what}."),
        "Messages sent so far stand in both records.",
        "Look at both consoles, then run it again.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_has_twelve_messages_and_their_minutes() {
        let hotline: Hotline = serde_json::from_str(DATA).unwrap();
        assert_eq!(hotline.messages.len(), 12);
        let minutes: Vec<_> = hotline.messages.iter().map(Historic::minutes).collect();
        assert_eq!(minutes[..2], [Some(12), Some(18)]);
        assert!(minutes.iter().flatten().all(|minutes| (0..=60).contains(minutes)), "{minutes:?}");
    }
}
