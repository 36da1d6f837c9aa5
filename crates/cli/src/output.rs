//! What is printed. Texts of the other side are shown so that no hidden character can act on the terminal.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "printing is what this module is for")]

use std::io::Write;

use ringdown_api::{ApiError, Message, Status, Store};
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
        eprintln!("ringdown: {}\n  {}\n  {}", error.what, error.means, error.action);
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
            println!("  CANNOT STORE: {reason}; check the disk, then start the node anew")
        }
    }
    if !status.peer_store_writable {
        println!("  {} CANNOT STORE and receives nothing", status.peer);
    }
    status.alarms.iter().for_each(|alarm| println!("  ALARM: {}", visible(alarm)));
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
            visible(&message.state),
            visible(&message.subject)
        );
    }
}

/// One message for people.
pub fn message(message: &Message) {
    println!("{}   {} {} {}", name(message), message.precedence, message.class, message.marker);
    println!("From {}, released by {}", message.from, visible(&message.officer));
    println!("Subject: {}", visible(&message.subject));
    for state in &message.states {
        println!("  {}  {}  {}", state.at, visible(&state.state), state.by);
    }
    println!("  entry {}", message.entry);
    if let Some(text) = &message.text {
        println!("\n{}", visible(text));
    }
    if let Some(raw) = &message.raw {
        println!("\nThis message cannot be shown as text. Its raw content:\n{raw}");
    }
}

fn name(message: &Message) -> &str {
    if message.serial.is_empty() { &message.entry[..12] } else { &message.serial }
}

/// Shows control, bidirectional and invisible characters by their code, so that a text cannot act on a terminal.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let hidden = matches!(c,
            '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
        if hidden || c.is_control() && c != '\n' && c != '\t' {
            out.push_str(&format!("[U+{:04X}]", c as u32));
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_show_themselves() {
        assert_eq!(visible("a\u{202e}b\u{1b}[2Jc"), "a[U+202E]b[U+001B][2Jc");
        assert_eq!(visible("Смело, 勇敢 — “да”\n\tok"), "Смело, 勇敢 — “да”\n\tok");
    }
}
