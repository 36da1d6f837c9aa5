//! The exchange of 8 June 1967 as it would have gone with a read-back.
//!
//! Washington wrote that "USS Liberty, an auxiliary ship" had been torpedoed; Moscow answered about the "Liberty Type
//! Ship", a class of ship, and nobody on either end noticed (Foreign Relations of the United States, 1964-1968,
//! Volume XIX, documents 212 and 216). Here the name and what it names are fields. The day is today's, because a
//! record does not reach back before 2025; the minute of the attack is the one that the form asks for.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use ringdown_api::client::{Client, segment};
use ringdown_api::{Act, ApiError, Draft, DraftState, ErrorCode, Message, ReadBackShown, Status, with_actor};
use ringdown_message::columns::{COLUMNS, padded, width};
use ringdown_message::value::Time;

use crate::acts::reference;
use crate::clock::Clock;
use crate::entropy::{hex, random};
use crate::verbs::tell;

/// How long one step may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// What BLUE, as Washington, tells of the incident. The time stands in front of it.
const REPORT: [(&str, &str); 6] = [
    ("event", "attacked"),
    ("unit", "USS Liberty"),
    ("named-is", "one-ship"),
    ("where", "31° 23.0' N 033° 23.0' E"),
    ("cause", "attack-by-those-in-the-text"),
    ("forces-sent", "WILL"),
];
const TEXT: &str = "We have just learned that USS Liberty, an auxiliary ship, has apparently been torpedoed by \
                    Israel forces in error off Port Said. Aircraft of our carrier Saratoga go to the scene to \
                    investigate. Investigation is the sole purpose of this flight.";

/// Plays it between two homes whose nodes run. With `quiet` nothing is printed.
pub fn liberty(blue: &Path, green: &Path, quiet: bool) -> Result<(), ApiError> {
    let say = |text: &str| {
        if !quiet {
            tell(text);
        }
    };
    let (blue, green) = (Client::new(blue, None)?, Client::new(green, None)?);
    for side in [&blue, &green] {
        let up = |status: &Status| status.carriers.iter().any(|carrier| carrier.state == "UP");
        side.wait("status", Some(PATIENCE), up)?;
    }
    let when = today(&Clock::host(), 12 * 60).to_string();
    let message = report(&blue, &when)?;
    let path = format!("messages/{}", message.entry);
    say(&format!("\n{}   FLASH WARNING by BLUE (Washington)\n  {TEXT}", message.serial));
    let told = |name: &str| {
        format!(
            "  {name:<12} {}",
            REPORT.iter().find(|(key, _)| *key == name).map_or(&*when, |field| field.1)
        )
    };
    ["unit", "named-is", "when", "where", "forces-sent"].iter().for_each(|name| say(&told(name)));

    wait(&green, &path, |_| true)?;
    act(&green, &path, &Act::Acknowledge)?;
    say("\nGREEN (Moscow) acknowledges, and reads back what it understood: a ship of the Liberty type.");
    act(
        &green,
        &path,
        &read_back("class-of-ships", &when, "An American ship of the Liberty type was torpedoed."),
    )?;
    for (name, side) in [("GREEN", &green), ("BLUE", &blue)] {
        let seen = wait(side, &path, |message| message.state == "READ BACK - DIFFERENT")?;
        say(&format!("\nOn {name}'s console:"));
        rows(&seen, say);
    }
    act(&blue, &path, &Act::Wrong)?;
    say("\nBLUE: Wrong - I say again.");
    wait(&green, &path, |message| message.state.starts_with("READ-BACK WRONG"))?;
    act(&green, &path, &read_back("one-ship", &when, "One American ship, named Liberty, was torpedoed."))?;
    let seen = wait(&blue, &path, |message| message.state == "READ BACK - MATCHES")?;
    say("\nGREEN reads back again. On BLUE's console:");
    rows(&seen, say);
    let rows = REPORT.iter().map(|(name, _)| (*name).to_owned()).chain(["when".into()]).collect();
    act(&blue, &path, &Act::ThatIsCorrect { rows })?;
    wait(&green, &path, |message| message.state == "READ-BACK CONFIRMED")?;
    act(&green, &path, &Act::Answer { word: "ROGER".into(), text: String::new() })?;
    wait(&blue, &path, |message| message.state.starts_with("CLOSED"))?;
    say("\nBLUE: That is correct. GREEN: Roger - received. CLOSED on both sides.");
    say(&format!("Both consoles show it under /messages/{}.", segment(&message.entry)));
    Ok(())
}

fn report(blue: &Client, when: &str) -> Result<Message, ApiError> {
    let mut fields: BTreeMap<_, _> =
        REPORT.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    fields.insert("when".into(), when.to_owned());
    let draft = Draft {
        precedence: "FLASH".into(),
        marker: Some("WARNING".into()),
        subject: "USS Liberty torpedoed".into(),
        language: Some("en".into()),
        text: TEXT.into(),
        form: Some("incident-report".into()),
        fields,
        ..Draft::default()
    };
    let path = format!("drafts/{}", hex(&random::<16>()));
    let _: DraftState = blue.put(&path, &draft)?;
    blue.post(&format!("{path}/send"), &())
}

/// What GREEN understood; it is sure of all but what the name names.
fn read_back(named_is: &str, when: &str, words: &str) -> Act {
    let mut fields: BTreeMap<_, _> =
        REPORT.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    fields.insert("named-is".into(), named_is.to_owned());
    fields.insert("when".into(), when.to_owned());
    Act::ReadBack { fields, words: words.into(), language: Some("en".into()), looked_again: 0 }
}

/// This minute of the current day.
fn today(clock: &Clock, minute: u32) -> Time {
    let now = reference(clock.now().wall).map_or(0, Time::minutes);
    Time::from_minutes(now - now % 1440 + minute)
}

fn act(side: &Client, path: &str, act: &Act) -> Result<(), ApiError> {
    let _: Message = side.post(&format!("{path}/acts"), act)?;
    Ok(())
}

/// The message once it is here and as wanted.
fn wait(side: &Client, path: &str, wanted: impl Fn(&Message) -> bool) -> Result<Message, ApiError> {
    let entry = path.rsplit('/').next().unwrap_or_default();
    let here = |messages: &Vec<Message>| messages.iter().any(|message| message.entry == entry);
    if side.get::<Message>(path).is_err() {
        side.wait("messages?box=in", Some(PATIENCE), here)?;
    }
    let (message, done) = side.wait(path, Some(PATIENCE), &wanted)?;
    if done {
        return Ok(message);
    }
    Err(ApiError::new(
        ErrorCode::Failed,
        format!("The play ended early: {} did not come to its next state.", message.serial),
        "What was said so far stands in both records.",
        "Look at both consoles, then run it again.",
    ))
}

/// The last read-back, row by row.
fn rows(message: &Message, say: impl Fn(&str)) {
    let last = message.dialogue.as_ref().and_then(|dialogue| dialogue.read_backs.last());
    let Some(ReadBackShown { outcome, rows, words, .. }) = last else { return };
    say(&format!("  READ BACK - {outcome}   \"{words}\""));
    for row in rows {
        let whose = |value| with_actor(row.actor.as_deref(), value);
        let head = format!("  {:<10} {:<12} sent {}", row.outcome, row.name, whose(&row.sent));
        let back = format!("read back {}", whose(&row.read_back));
        if width(&head) < 50 && 50 + width(&back) <= COLUMNS {
            say(&format!("{} {back}", padded(&head, 49)));
        } else {
            say(&head);
            say(&format!("{}{back}", " ".repeat(26)));
        }
    }
}
