//! What each verb does.

mod act;
mod confirm;
mod drafts;
mod key;
mod print;
mod read_back;
mod send;
mod translate;
mod verify;
mod wait;

use std::fs::File;
use std::io::Write;
use std::path::Path;

use ringdown_api::client::{Client, segment};
use ringdown_api::lab::{Lab, LabClock};
use ringdown_api::raw::Raw;
use ringdown_api::{ApiError, ErrorCode, Message, Note, Status};
use serde_json::json;

use crate::args::{Common, Events, Export, Fault, Lab as LabArgs, List, Show, Verb, WatchAct};
use crate::output;

/// Messages that a list shows to people who name no number: with the prompt they fit a screen of 24 lines.
const LISTED: usize = 20;

/// Runs a verb; gives the exit code.
pub fn run(home: &Path, verb: Verb) -> Result<u8, ApiError> {
    match verb {
        Verb::Status(common) => status(home, &common)?,
        Verb::Send(arguments) => send::run(home, &arguments)?,
        Verb::Inbox(arguments) => list(home, &arguments, "in", "No messages yet.")?,
        Verb::Outbox(arguments) => list(home, &arguments, "out", "Nothing was sent yet.")?,
        Verb::Drafts(common) => drafts::list(home, &common)?,
        Verb::Release(arguments) => drafts::release(home, &arguments)?,
        Verb::Return(one) => drafts::give_back(home, &one)?,
        Verb::Delete(one) => drafts::delete(home, &one)?,
        Verb::Officers(common) => drafts::officers(home, &common)?,
        Verb::Show(arguments) => show(home, &arguments)?,
        Verb::Translate(arguments) => translate::run(home, &arguments)?,
        Verb::Act(verb) => act::run(home, &verb)?,
        Verb::Forms(arguments) => act::forms(home, &arguments)?,
        Verb::Wait(arguments) => wait::run(home, &arguments)?,
        Verb::Log(common) => {
            let notes: Vec<Note> = client(home, &common)?.get("log")?;
            if common.json { output::json(&notes) } else { output::log(&notes) }
        }
        Verb::Watch { act } => watch(home, &act)?,
        Verb::Events(arguments) => events(home, &arguments)?,
        Verb::Print(arguments) => print::message(home, &arguments)?,
        Verb::Transcript(arguments) => return print::transcript(home, &arguments),
        Verb::Export(arguments) => export(home, &arguments)?,
        Verb::Verify(arguments) => return verify::run(&arguments),
        Verb::Key { act } => key::run(&act)?,
        Verb::Lab(arguments) => lab(&arguments)?,
    }
    Ok(0)
}

/// Speaks with the node of a home.
pub(crate) fn client(home: &Path, common: &Common) -> Result<Client, ApiError> {
    Ok(Client::new(home, common.line.as_deref())?.as_officer(common.officer))
}

/// Path of a message whose serial may be typed in one or two words.
pub(crate) fn message_path(serial: &[String]) -> String {
    format!("messages/{}", segment(&serial.join(" ")))
}

/// Random bytes: ids of drafts, so that a repeated request is recognised, and new keys.
#[expect(clippy::disallowed_methods, reason = "the command line has no node to hand it randomness")]
pub(crate) fn random<const N: usize>() -> Result<[u8; N], ApiError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| {
        ApiError::new(
            ErrorCode::Failed,
            format!("The system gives no randomness: {error}."),
            "Nothing was sent.",
            "Try again.",
        )
    })?;
    Ok(bytes)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Exactly `N` bytes of hex.
pub(crate) fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits: Vec<u8> =
        text.chars().map(|c| c.to_digit(16).map(|digit| digit as u8)).collect::<Option<_>>()?;
    let bytes: Vec<u8> =
        digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect();
    if digits.len() == 2 * N { bytes.try_into().ok() } else { None }
}

pub(crate) fn print_message(message: &Message, json: bool) {
    if json { output::json(message) } else { output::message(message) }
}

fn show(home: &Path, Show { one, raw }: &Show) -> Result<(), ApiError> {
    let (client, path) = (client(home, &one.common)?, message_path(&one.serial));
    if !raw {
        let message: Message = client.get(&path)?;
        print_message(&message, one.common.json);
        return Ok(());
    }
    let raw: Raw = client.get(&format!("{path}/raw"))?;
    if one.common.json {
        output::json(&raw)
    } else {
        output::raw(&raw)
    }
    Ok(())
}

fn status(home: &Path, common: &Common) -> Result<(), ApiError> {
    let status: Status = client(home, common)?.get("status")?;
    if common.json {
        output::json(&status)
    } else {
        output::status(&status)
    }
    Ok(())
}

fn list(home: &Path, arguments: &List, which: &str, none: &str) -> Result<(), ApiError> {
    let client = client(home, &arguments.common)?;
    let messages: Vec<Message> = client.get(&format!("messages?box={which}"))?;
    if arguments.common.json {
        let skipped = arguments.limit.map_or(0, |limit| messages.len().saturating_sub(limit));
        output::json(&messages[skipped..].iter().collect::<Vec<_>>());
    } else {
        output::messages(&messages, none, arguments.limit.unwrap_or(LISTED));
    }
    Ok(())
}

fn watch(home: &Path, act: &WatchAct) -> Result<(), ApiError> {
    let (name, common) = act.parts();
    let status: Status = client(home, common)?.post(&format!("watch/{name}"), &json!({}))?;
    if common.json {
        output::json(&status)
    } else {
        output::watch(&status, matches!(act, WatchAct::HandOver(_)))
    }
    Ok(())
}

fn events(home: &Path, arguments: &Events) -> Result<(), ApiError> {
    let client = client(home, &arguments.common)?;
    client.events(arguments.after, |event| {
        output::json(&event);
        true
    })
}

/// Writes to a new file, so that no earlier export is lost; an incomplete one is removed.
fn export(home: &Path, arguments: &Export) -> Result<(), ApiError> {
    let path = &arguments.file;
    let client = client(home, &arguments.common)?;
    let status: Status = client.get("status")?;
    let failed = |error: std::io::Error| {
        ApiError::new(
            ErrorCode::Failed,
            format!("{} cannot be written: {error}.", path.display()),
            "The record itself is untouched.",
            "Name a file that does not exist, on a disk with space.",
        )
    };
    let mut file = File::create_new(path).map_err(failed)?;
    let mut bytes = 0u64;
    let written = client.download("export", |piece| {
        bytes += piece.len() as u64;
        file.write_all(piece)
    });
    if let Err(error) = written.and_then(|()| file.sync_all().map_err(failed)) {
        let _ = std::fs::remove_file(path);
        return Err(error);
    }
    if arguments.common.json {
        output::json(&json!({"file": path, "bytes": bytes, "line": status.line.id}));
    } else {
        output::line(&format!("{bytes} bytes written to {}.", path.display()));
        output::line("Check it with:");
        output::command(
            &format!("ringdown verify {}", path.display()),
            &format!("--line {}", status.line.id),
        );
    }
    Ok(())
}

fn lab(arguments: &LabArgs) -> Result<(), ApiError> {
    let change = match &arguments.fault {
        Fault::Loss { percent } => Lab { loss_percent: Some(*percent), ..Lab::default() },
        Fault::Delay { ms } => Lab { delay_ms: Some(*ms), ..Lab::default() },
        Fault::Cut => Lab { cut: Some(true), ..Lab::default() },
        Fault::Heal => Lab { cut: Some(false), ..Lab::default() },
        Fault::Clock { step } => {
            let forward_ms = parse_step(step).ok_or_else(|| {
                ApiError::bad_request(
                    format!("'{step}' is no step of a clock."),
                    "Write it as +6h, +30m or +45s.",
                )
            })?;
            Lab { clock: Some(LabClock { forward_ms }), ..Lab::default() }
        }
    };
    for side in ["blue", "green"] {
        let _: serde_json::Value = Client::new(&arguments.dir.join(side), None)?.post("lab", &change)?;
    }
    if arguments.json {
        output::json(&change);
    } else {
        output::line("Done, on both sides.");
    }
    Ok(())
}

fn parse_step(text: &str) -> Option<u64> {
    let text = text.strip_prefix('+')?;
    let unit = text.chars().next_back()?;
    let number: u64 = text[..text.len() - unit.len_utf8()].parse().ok()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        _ => return None,
    };
    number.checked_mul(seconds * 1000)
}
