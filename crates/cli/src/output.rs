//! What is printed. Texts of the other side are shown so that no hidden character can act on the terminal.
#![expect(clippy::print_stderr, reason = "printing is what this module is for")]

use std::io::Write;

use ringdown_api::signing::Officer;
use ringdown_api::translation::{OurTranslation, Translation};
use ringdown_api::{
    ApiError, AtPeer, Dialogue, DraftState, FormShown, Message, Note, Noted, ReadBackShown, Status, Store,
    with_actor,
};
use ringdown_message::hidden::{Layout, visible};
use serde::Serialize;

/// Prints a line. Who reads no further, as `head` does, wants no more of it, and no panic.
macro_rules! say {
    ($($words:tt)*) => {
        if writeln!(std::io::stdout(), $($words)*).is_err() {
            std::process::exit(1);
        }
    };
}

/// One JSON value on one line.
pub fn json(value: &impl Serialize) {
    let text = serde_json::to_string(value).expect("our own types have a JSON form");
    say!("{text}");
    let _ = std::io::stdout().flush();
}

/// A line for people.
pub fn line(text: &str) {
    say!("{text}");
}

/// Lines for people or for a printer.
pub fn lines(lines: &[String]) {
    lines.iter().for_each(|text| line(text));
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

/// What a machine made of a message, marked as such at both ends.
pub fn translation(translation: &Translation) {
    let Translation { serial, language, subject, text, service } = translation;
    say!("MACHINE TRANSLATION of {serial} into {}, by {service}", one(language));
    say!("It is no part of the message, and nobody has checked it.\nWhat counts is the original.");
    say!("Subject: {}\n\n{}\n", one(subject), visible(text, Layout::Lines));
    say!("END OF MACHINE TRANSLATION. The original: ringdown show {serial}");
}

/// The status for people.
pub fn status(status: &Status) {
    let line = &status.line;
    say!("{} to {}   line {} since {}, says {}", status.side, status.peer, line.state, line.since, line.by);
    for carrier in &status.carriers {
        let heard = carrier.heard.as_deref().unwrap_or("not since this node started");
        say!("  {} {} since {}, last heard {heard}", carrier.name, carrier.state, carrier.since);
    }
    match &status.store {
        Store::Writable => {}
        Store::Full => say!("  CANNOT STORE: the disk is full; it goes on by itself once there is space"),
        Store::Stopped(reason) => {
            say!("  CANNOT STORE: {}; check the disk, then start the node anew", one(reason))
        }
    }
    if !status.peer_store_writable {
        say!("  {} CANNOT STORE and receives nothing", status.peer);
    }
    status.alarms.iter().for_each(|alarm| say!("  ALARM: {}", one(alarm)));
    let consoles = &status.consoles;
    say!(
        "  consoles: {} live, {} mute, {} hidden, {} dead{}",
        consoles.live,
        consoles.mute,
        consoles.hidden,
        consoles.dead,
        if consoles.unattended { "; UNATTENDED" } else { "" }
    );
    for each in &consoles.each {
        let input = each.input.as_deref().unwrap_or("not yet");
        say!("    {} {}, last touched by a person {input}", each.console, each.state);
    }
    if let Some(watch) = &status.watch {
        say!("  {} has the watch since {}", one(&watch.officer), watch.since);
    }
    say!("  {} of their messages wait for acknowledgement", status.waiting);
    say!("  {} of our messages are not yet stored by {}", status.unstored, status.peer);
    say!("  entries held without a gap: ours {}, theirs {}", status.head.own, status.head.peer);
    if status.refused_cells > 0 {
        say!("  {} datagrams could not be opened by any key of this line", status.refused_cells);
    }
    say!("  line id {}", line.id);
}

/// The log of the watch, oldest first.
pub fn log(notes: &[Note]) {
    if notes.is_empty() {
        say!("Nothing has been noted yet.");
    }
    for note in notes {
        say!("{}  {}", note.at, one(&noted(&note.what)));
    }
}

fn noted(what: &Noted) -> String {
    match what {
        Noted::Rung { why, message, called, .. } => {
            let of = message.as_ref().map_or_else(String::new, |message| format!("{}: ", message.serial));
            format!("{of}{why}{}", if *called { "; people were called" } else { "" })
        }
        Noted::Hook { why, serial, failed: None } => {
            format!("the program that calls people ended well: {why} {serial}")
        }
        Noted::Hook { why, serial, failed: Some(reason) } => {
            format!("the program that calls people FAILED: {why} {serial}: {reason}")
        }
        Noted::Silenced { console, serials } => {
            format!("silenced for 2 minutes on console {console}: {}", serials.join(", "))
        }
        Noted::WatchStarted { officer, console } => {
            format!("{officer} started the watch at console {console}")
        }
        Noted::Heard { officer, console } => {
            format!("{officer} said that he hears the sound of console {console}")
        }
        Noted::WatchEnded { officer, console } => format!("{officer} ended the watch at console {console}"),
        Noted::HandedOver { officer, console } => {
            format!("{officer} signed off at console {console} to hand over the watch")
        }
        Noted::WatchTaken { left, took, console } => {
            format!("{took} took the watch from {left} at console {console}")
        }
        Noted::Console { console, state } => format!("console {console} is {state}"),
        Noted::Unattended { unattended: true } => "UNATTENDED: no console is LIVE".into(),
        Noted::Unattended { unattended: false } => "a console is LIVE again".into(),
        Noted::LineBack => "the line is up again".into(),
        Noted::Unknown => "something that a newer program noted".into(),
    }
}

/// A list of messages for people.
pub fn messages(messages: &[Message], none: &str) {
    if messages.is_empty() {
        say!("{none}");
    }
    for message in messages {
        say!(
            "{:<14} {:<9} {:<8} {:<28} {}",
            name(message),
            message.precedence,
            message.class,
            one(&message.state),
            one(&message.subject)
        );
    }
}

/// Drafts for people.
pub fn drafts(drafts: &[DraftState]) {
    if drafts.is_empty() {
        say!("No drafts.");
    }
    for state in drafts {
        let class = state.draft.class.as_deref().unwrap_or("no class");
        say!("{}  {}", state.id, state.state);
        say!("  {} {class}  {}", state.draft.precedence, one(&state.draft.subject));
        if let Some(submitted) = &state.submitted {
            say!("  submitted by {} at {}", one(&submitted.name), submitted.at);
        }
    }
}

/// Officers for people.
pub fn officers(officers: &[Officer]) {
    for officer in officers {
        let asks = if officer.asks { "  (acts if none is named)" } else { "" };
        say!("{:>3}  {:<24} key held by {}{asks}", officer.officer, one(&officer.name), officer.held_by);
        say!("     may {}", officer.may.join(", "));
    }
}

/// One message for people.
pub fn message(message: &Message) {
    say!("{}   {} {} {}", name(message), message.precedence, message.class, message.marker);
    say!("From {}, released by {}", message.from, one(&message.officer));
    if let Some(drafter) = &message.drafter {
        say!("Written by {}", one(drafter));
    }
    if message.released_alone {
        say!("RELEASED BY ONE PERSON, where two are the rule");
    }
    say!("Subject: {}", one(&message.subject));
    for state in &message.states {
        let at_peer = state.at_peer.as_ref().map_or_else(String::new, at_peer);
        say!("  {}  {}  {}{at_peer}", state.at, one(&state.state), state.by);
    }
    say!("  entry {}", message.entry);
    if let Some(told) = &message.dialogue {
        dialogue(told);
    }
    if let Some(text) = &message.text {
        say!("\n{}", visible(text, Layout::Lines));
    }
    if let Some(courtesy) = &message.courtesy {
        say!("\nCOURTESY TRANSLATION by {}, {} - not the message", message.from, one(&courtesy.language));
        say!("{}", visible(&courtesy.text, Layout::Lines));
    }
    for (index, ours) in message.our_translations.iter().enumerate() {
        let earlier = if index + 1 < message.our_translations.len() { " - corrected below" } else { "" };
        let OurTranslation { officer, at, language, text } = ours;
        say!("\nOUR TRANSLATION by {}, {at}, {}{earlier}", one(officer), one(language));
        say!("{}", visible(text, Layout::Lines));
    }
    if let Some(raw) = &message.raw {
        say!("\nThis message cannot be shown as text. Its raw content:\n{raw}");
    }
}

/// Whether the peer's node has what our officer did.
fn at_peer(AtPeer { peer, since }: &AtPeer) -> String {
    match since {
        Some(since) => format!("; {peer}'s node has it since {since}"),
        None => format!("; not yet stored by {peer}"),
    }
}

/// What people did about a message, and what this side may do now.
fn dialogue(dialogue: &Dialogue) {
    let line = |name: &str, text: &Option<String>| {
        if let Some(text) = text {
            say!("  {name} {}", one(text));
        }
    };
    line("about", &dialogue.re);
    line("valid until", &dialogue.valid_until);
    line("answer wanted by", &dialogue.answer_by);
    line("form", &dialogue.form);
    for field in &dialogue.fields {
        let critical = if field.critical { "*" } else { " " };
        let here =
            if field.here == field.sent { String::new() } else { format!("   (here: {})", one(&field.here)) };
        let sent = with_actor(field.actor.as_deref(), &field.sent);
        say!("  {critical} {:<18} {}{here}", field.name, one(&sent));
    }
    dialogue.read_backs.iter().for_each(read_back);
    line("answered", &dialogue.answer);
    dialogue.asked.iter().for_each(|asked| say!("  THEY ASK: {}", one(asked)));
    dialogue.violations.iter().for_each(|text| say!("  AGAINST THE RULES: {}", one(text)));
    say!("  dialogue {}; you may: {}", dialogue.phase, dialogue.moves.join(", "));
}

fn read_back(read_back: &ReadBackShown) {
    let verdict = read_back.verdict.as_deref().unwrap_or("no word of the sender yet");
    say!("  read back by {} at {}: {} - {verdict}", one(&read_back.by), read_back.at, read_back.outcome);
    for row in &read_back.rows {
        let actor = row.actor.as_deref();
        say!(
            "    {:<10} {:<18} sent {:<20} read back {}",
            row.outcome,
            row.name,
            one(&with_actor(actor, &row.sent)),
            one(&with_actor(actor, &row.read_back))
        );
        if !row.difference.is_empty() {
            say!("               {}", one(&row.difference));
        }
    }
    if !read_back.words.is_empty() {
        say!("    in their words, understood, not agreed: {}", one(&read_back.words));
    }
}

/// The rows of the read-back that was just made.
pub fn last_read_back(message: &Message) {
    let last = message.dialogue.as_ref().and_then(|dialogue| dialogue.read_backs.last());
    if let Some(last) = last {
        read_back(last);
    }
}

/// The forms there are.
pub fn forms(forms: &[FormShown]) {
    for form in forms {
        say!("{:<26} {:<34} {}", form.id, form.title, form.markers.join(", "));
    }
}

/// One form with its fields.
pub fn form(form: &FormShown) {
    say!("{}   {}\n{}", form.version, form.title, form.purpose);
    say!("Markers: {}. Precedences: {}.", form.markers.join(", "), form.precedences.join(", "));
    say!("* is read back; a field in brackets may be left out.");
    for slot in &form.fields {
        let name = if slot.required { slot.name.clone() } else { format!("[{}]", slot.name) };
        let critical = if slot.critical { "*" } else { " " };
        say!("{critical} {name:<22} {:<10} {}", slot.kind, slot.label);
        if !slot.words.is_empty() {
            say!("  {:<22} one of {}", "", slot.words.join(", "));
        }
        if !slot.markers.is_empty() {
            say!("  {:<22} with {} only", "", slot.markers.join(", "));
        }
    }
    let text = if form.text_required { "must" } else { "may" };
    say!("A text {text} stand beside the fields.");
}

fn name(message: &Message) -> &str {
    if message.serial.is_empty() { &message.entry[..12] } else { &message.serial }
}

/// A name, a subject, a reason: one line, whatever stands in it.
pub fn one(text: &str) -> String {
    visible(text, Layout::OneLine)
}
