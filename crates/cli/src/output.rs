//! What is printed. Texts of the other side are shown so that no hidden character can act on the terminal.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "printing is what this module is for")]

use std::io::Write;

use ringdown_api::{ApiError, Message, Status, Store};
use ringdown_message::hidden::{Layout, visible};
use serde::Serialize;

/// One JSON value on one line.
pub fn json(value: &impl Serialize) {
    let text = serde_json::to_string(value).expect("our own types have a JSON form");
    println!("{text}");
    let _ = std::io::stdout().flush();
}

/// A line for people.
pub fn line(text: &str) {
    println!("{text}");
}

/// An error: for people on standard error, for programs on standard output.
pub fn error(error: &ApiError, as_json: bool) {
    if as_json {
        json(error);
    } else {
        let line = |text| visible(text, Layout::Lines);
        eprintln!("ringdown: {}\n  {}\n  {}", line(&error.what), line(&error.means), line(&error.action));
    }
}

/// The status for people.
pub fn status(status: &Status) {
    let line = &status.line;
    println!(
        "{} to {}   line {} since {}, says {}",
        status.side, status.peer, line.state, line.since, line.by
    );
    for carrier in &status.carriers {
        let heard = carrier.heard.as_deref().unwrap_or("not since this node started");
        println!("  {} {} since {}, last heard {heard}", carrier.name, carrier.state, carrier.since);
    }
    match &status.store {
        Store::Writable => {}
        Store::Full => println!("  CANNOT STORE: the disk is full; it goes on by itself once there is space"),
        Store::Stopped(reason) => {
            println!("  CANNOT STORE: {}; check the disk, then start the node anew", one(reason))
        }
    }
    if !status.peer_store_writable {
        println!("  {} CANNOT STORE and receives nothing", status.peer);
    }
    status.alarms.iter().for_each(|alarm| println!("  ALARM: {}", one(alarm)));
    println!("  {} of their messages wait for acknowledgement", status.waiting);
    println!("  {} of our messages are not yet stored by {}", status.unstored, status.peer);
    println!("  entries held without a gap: ours {}, theirs {}", status.head.own, status.head.peer);
    if status.refused_cells > 0 {
        println!("  {} datagrams could not be opened by any key of this line", status.refused_cells);
    }
    println!("  line id {}", line.id);
}

/// A list of messages for people.
pub fn messages(messages: &[Message], none: &str) {
    if messages.is_empty() {
        println!("{none}");
    }
    for message in messages {
        println!(
            "{:<14} {:<9} {:<8} {:<28} {}",
            name(message),
            message.precedence,
            message.class,
            one(&message.state),
            one(&message.subject)
        );
    }
}

/// One message for people.
pub fn message(message: &Message) {
    println!("{}   {} {} {}", name(message), message.precedence, message.class, message.marker);
    println!("From {}, released by {}", message.from, one(&message.officer));
    println!("Subject: {}", one(&message.subject));
    for state in &message.states {
        println!("  {}  {}  {}", state.at, one(&state.state), state.by);
    }
    println!("  entry {}", message.entry);
    if let Some(text) = &message.text {
        println!("\n{}", visible(text, Layout::Lines));
    }
    if let Some(raw) = &message.raw {
        println!("\nThis message cannot be shown as text. Its raw content:\n{raw}");
    }
}

fn name(message: &Message) -> &str {
    if message.serial.is_empty() { &message.entry[..12] } else { &message.serial }
}

/// A name, a subject, a reason: one line, whatever stands in it.
pub fn one(text: &str) -> String {
    visible(text, Layout::OneLine)
}
