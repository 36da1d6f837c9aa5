//! What is printed. No line for people is wider than 80 columns. Texts of people stand behind a mark, so that none of
//! them can pass for words of this program, and no hidden character in them acts on the terminal.
#![expect(clippy::print_stderr, reason = "printing is what this module is for")]

use std::io::Write;

use ringdown_api::form::FormShown;
use ringdown_api::raw::Raw;
use ringdown_api::signing::Officer;
use ringdown_api::translation::{OurTranslation, Translation};
use ringdown_api::{
    ApiError, AtPeer, Dialogue, DraftState, FieldShown, Message, Note, Noted, ReadBackShown, RowShown,
    StateAt, Status, Store, with_actor,
};
use ringdown_message::columns::{COLUMNS, padded, width, wrapped};
use ringdown_message::hidden::{Layout, visible};
use serde::Serialize;

use crate::offered::offered;
use crate::paper::quoted;

/// Prints a line as it is. Who reads no further, as `head` does, wants no more of it, and no panic.
macro_rules! put {
    ($($words:tt)*) => {
        if writeln!(std::io::stdout(), $($words)*).is_err() {
            std::process::exit(1);
        }
    };
}

/// Prints a line for people in as many as it needs.
macro_rules! say {
    ($($words:tt)*) => { line(&format!($($words)*)) };
}

/// One JSON value on one line.
pub fn json(value: &impl Serialize) {
    let text = serde_json::to_string(value).expect("our own types have a JSON form");
    put!("{text}");
    let _ = std::io::stdout().flush();
}

/// A line for people; what goes on stands two columns further in than it begins.
pub fn line(text: &str) {
    further(text, text.len() - text.trim_start_matches(' ').len() + 2);
}

/// A line for people that goes on so far in.
pub fn further(text: &str, indent: usize) {
    lines(&wrapped(text, indent));
}

/// Lines that fit, for people or for a printer.
pub fn lines(lines: &[String]) {
    lines.iter().for_each(|text| put!("{text}"));
}

/// What is typed in a shell: in one line if that fits, else with its last part on a line of its own.
pub fn command(first: &str, last: &str) {
    if width(first) + width(last) < COLUMNS {
        put!("  {first} {last}");
    } else {
        put!("  {first} \\\n    {last}");
    }
}

/// A text that a person wrote.
pub fn quote(text: &str) {
    lines(&quoted(&visible(text, Layout::Lines), ""));
}

/// An error: for people on standard error, for programs on standard output.
pub fn error(error: &ApiError, as_json: bool) {
    if as_json {
        json(error);
        return;
    }
    let told = format!("ringdown: {}\n  {}\n  {}", error.what, error.means, error.action);
    for line in visible(&told, Layout::Lines).lines().flat_map(|line| wrapped(line, 4)) {
        eprintln!("{line}");
    }
}

/// What a machine made of a message, marked as such at both ends.
pub fn translation(translation: &Translation) {
    let Translation { serial, language, subject, text, service } = translation;
    say!("MACHINE TRANSLATION - NOT CHECKED - do not act on this alone");
    say!("Of {serial}, into {}, by {service}. It is no part of the message.", one(language));
    say!("What counts is the original.");
    say!("Subject: {}", one(subject));
    quote(text);
    say!("END OF MACHINE TRANSLATION. The original: ringdown show {serial}");
}

/// The status for people.
pub fn status(status: &Status) {
    let line = &status.line;
    say!("{} to {}   line {} since {},", status.side, status.peer, line.state, line.since);
    say!("  says {}", line.by);
    for carrier in &status.carriers {
        let heard = carrier.heard.as_deref().unwrap_or("not since this node started");
        say!("  {} {} since {},", carrier.name, carrier.state, carrier.since);
        say!("    last heard {heard}");
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

/// Who has the watch; and what a terminal is not.
pub fn watch(status: &Status, handed_over: bool) {
    match &status.watch {
        Some(on) if handed_over => {
            say!("{} has signed off and has the watch until it is taken at a console.", one(&on.officer))
        }
        Some(on) => {
            say!("{} has the watch since {}.", one(&on.officer), on.since);
            say!("This terminal has no sound and is never LIVE: {} consoles are.", status.consoles.live);
            say!("What calls people is the program under [hooks]: try 'ringdown hook test HOME'.");
        }
        None => say!("Nobody has the watch."),
    }
}

/// The log of the watch, oldest first.
pub fn log(notes: &[Note]) {
    if notes.is_empty() {
        say!("Nothing has been noted yet.");
    }
    for note in notes {
        further(&format!("{}  {}", note.at, one(&noted(&note.what))), 26);
    }
}

fn noted(what: &Noted) -> String {
    match what {
        Noted::Rung { why, message, fault, called, .. } => {
            let fault = fault.as_ref().filter(|fault| *fault != why);
            let of = message.as_ref().map(|message| &message.serial).or(fault);
            let of = of.map_or_else(String::new, |of| format!("{of}: "));
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
        Noted::WatchAnswered { officer, console } => {
            format!("{officer} answered the watch check at console {console}")
        }
        Noted::HandedOver { officer, console } => {
            format!("{officer} signed off at console {console} to hand over the watch")
        }
        Noted::WatchTaken { left, took, console } => {
            format!("{took} took the watch from {left} at console {console}")
        }
        Noted::Console { console, state } => format!("console {console} is {state}"),
        Noted::Unattended { unattended: true } => "UNATTENDED: nobody watches at a LIVE console".into(),
        Noted::Unattended { unattended: false } => "somebody watches at a LIVE console again".into(),
        Noted::LineBack => "the line is up again".into(),
        Noted::NotKept { notes, first, last } => {
            format!("the disk was full: {notes} notes from {first} to {last} were not kept")
        }
        Noted::Unknown => "something that a newer program noted".into(),
    }
}

/// The newest of a list of messages for people, oldest first, and how many there are besides.
pub fn messages(messages: &[Message], none: &str, limit: usize) {
    if messages.is_empty() {
        say!("{none}");
    }
    let skipped = messages.len().saturating_sub(limit);
    if skipped > 0 {
        say!("{skipped} older ones are not shown; all of them: --limit {}", messages.len());
    }
    for message in &messages[skipped..] {
        let (precedence, class) = (&message.precedence, &message.class);
        let head = format!("{:<14} {precedence:<9} {class:<8} {}", name(message), one(&message.state));
        let (head, subject) = (padded(&head, 62), one(&message.subject));
        if width(&head) + 1 + width(&subject) <= COLUMNS {
            put!("{head} {subject}");
        } else {
            say!("{}", head.trim_end());
            further(&format!("    {subject}"), 6);
        }
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
        further(&format!("  {} {class}  {}", one(&state.draft.precedence), one(&state.draft.subject)), 4);
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

/// One message for people, with what this side may do about it.
pub fn message(message: &Message) {
    message_alone(message);
    if let Some(told) = message.dialogue.as_ref().filter(|told| !told.moves.is_empty()) {
        put!();
        moves(told, message);
    }
}

/// What went out of ours, for who holds a read-back against it.
pub fn order(message: &Message) {
    say!("{}   {} {} {}", name(message), message.precedence, message.class, message.marker);
    say!("YOUR OWN ORDER, AS SENT");
    further(&format!("Subject: {}", one(&message.subject)), 9);
    message.dialogue.iter().flat_map(|told| &told.fields).for_each(field);
    if let Some(text) = message.text.as_ref().filter(|text| !text.is_empty()) {
        quote(text);
    }
}

/// One message for people.
pub fn message_alone(message: &Message) {
    say!("{}   {} {} {}", name(message), message.precedence, message.class, message.marker);
    say!("From {}, released by {}", message.from, one(&message.officer));
    if let Some(drafter) = &message.drafter {
        say!("Written by {}", one(drafter));
    }
    if message.released_alone {
        say!("RELEASED BY ONE PERSON, where two are the rule");
    }
    further(&format!("Subject: {}", one(&message.subject)), 9);
    message.states.iter().for_each(state);
    say!("  entry {}", message.entry);
    if let Some(told) = &message.dialogue {
        dialogue(told);
    }
    if let Some(text) = message.text.as_ref().filter(|text| !text.is_empty()) {
        put!();
        quote(text);
    }
    translations(message);
    if let Some(raw) = &message.raw {
        put!();
        say!("This message cannot be shown as text. Its raw content:");
        further(raw, 0);
    }
}

/// What people translated, under whose it is.
fn translations(message: &Message) {
    if let Some(courtesy) = &message.courtesy {
        put!();
        say!("COURTESY TRANSLATION BY SENDER - not binding ({}, {})", message.from, one(&courtesy.language));
        quote(&courtesy.text);
    }
    for (index, ours) in message.our_translations.iter().enumerate() {
        let earlier = if index + 1 < message.our_translations.len() { " - corrected below" } else { "" };
        let OurTranslation { officer, at, language, text } = ours;
        put!();
        say!(
            "TRANSLATED HERE by {}, {at}, {} - checked by nobody else{earlier}",
            one(officer),
            one(language)
        );
        quote(text);
    }
}

/// A message as it is on the disk.
pub fn raw(raw: &Raw) {
    let Raw { serial, entry, header, salt, signature, body, texts } = raw;
    say!("{serial}   entry {entry}");
    let bytes = [
        ("Header; its SHA-256 is the hash of the entry", header),
        ("Salt of the body", salt),
        ("Signature of the node", signature),
        ("Body: the officers' statements, then the content", body),
    ];
    for (name, hex) in bytes {
        say!("{name}, {} bytes:", hex.len() / 2);
        further(&format!("  {hex}"), 2);
    }
    for text in texts {
        say!("Code points of {}:", one(&text.name));
        further(&format!("  {}", text.points), 2);
    }
}

/// When, which state, and who says so; the last on a line of its own where it does not fit.
fn state(StateAt { state, at, by, at_peer }: &StateAt) {
    let by = by.clone() + &at_peer.as_ref().map_or_else(String::new, self::at_peer);
    let head = format!("  {at}  {}", one(state));
    if width(&head) + 2 + width(&by) <= COLUMNS {
        put!("{head}  {by}");
    } else {
        further(&head, 28);
        further(&format!("{}{by}", " ".repeat(28)), 28);
    }
}

/// Whether the peer's node has what our officer did.
fn at_peer(AtPeer { peer, since }: &AtPeer) -> String {
    match since {
        Some(since) => format!("; {peer}'s node has it since {since}"),
        None => format!("; not yet stored by {peer}"),
    }
}

/// What people did about a message.
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
    dialogue.fields.iter().for_each(field);
    dialogue.read_backs.iter().for_each(read_back);
    line("answered", &dialogue.answer);
    dialogue.asked.iter().for_each(|asked| say!("  THEY ASK: {}", one(asked)));
    dialogue.violations.iter().for_each(|text| say!("  AGAINST THE RULES: {}", one(text)));
    say!("  dialogue {}", dialogue.phase);
}

fn field(field: &FieldShown) {
    let critical = if field.critical { "*" } else { " " };
    let sent = with_actor(field.actor.as_deref(), &field.sent);
    further(&format!("  {critical} {:<18} {}", field.name, one(&sent)), 23);
    if field.here != field.sent {
        further(&format!("{}(here: {})", " ".repeat(23), one(&field.here)), 23);
    }
}

/// What this side may do now: the words of the console's buttons, and what is typed.
fn moves(dialogue: &Dialogue, message: &Message) {
    // A message that cannot be read has no serial.
    let serial = if message.serial.is_empty() { &message.entry } else { &message.serial };
    if dialogue.moves.iter().any(|name| name == "read-back") {
        say!("A read-back is typed without what stands above: 'ringdown read-back {serial}' covers it,");
        say!("asks for each field, and counts each further look.");
    }
    say!("You may now:");
    for each in &dialogue.moves {
        let marker = dialogue.answered_as.as_deref().unwrap_or(&message.marker);
        let offered = offered(each, serial, marker);
        say!("  {}", offered.words);
        say!("    ringdown {}", offered.command);
    }
}

fn read_back(read_back: &ReadBackShown) {
    let verdict = read_back.verdict.as_deref().unwrap_or("no word of the sender yet");
    say!("  read back by {} at {}:", one(&read_back.by), read_back.at);
    say!("    {} - {verdict}", read_back.outcome);
    read_back.rows.iter().for_each(row);
    if !read_back.words.is_empty() {
        say!("    in their words, understood, not agreed:");
        quote(&read_back.words);
    }
}

/// A field, sent and read back: side by side where both fit, else one below the other.
pub fn row(row: &RowShown) {
    let actor = row.actor.as_deref();
    let (sent, back) = (one(&with_actor(actor, &row.sent)), one(&with_actor(actor, &row.read_back)));
    let head = format!("    {:<10} {:<16}", row.outcome, row.name);
    let beside = format!("{head} sent {} read back {back}", padded(&sent, 18));
    if width(&beside) <= COLUMNS {
        put!("{beside}");
    } else {
        say!("{}", head.trim_end());
        further(&format!("      sent      {sent}"), 16);
        further(&format!("      read back {back}"), 16);
    }
    if !row.difference.is_empty() {
        further(&format!("      {}", one(&row.difference)), 8);
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
        further(&format!("{:<26} {}", form.id, one(&form.title)), 27);
    }
}

/// One form with its fields.
pub fn form(form: &FormShown) {
    say!("{}   {}", form.version, one(&form.title));
    further(&one(&form.purpose), 0);
    say!("Markers: {}. Precedences: {}.", form.markers.join(", "), form.precedences.join(", "));
    say!("* is read back; a field in brackets may be left out.");
    for slot in &form.fields {
        let name = if slot.required { slot.name.clone() } else { format!("[{}]", slot.name) };
        let critical = if slot.critical { "*" } else { " " };
        further(&format!("{critical} {name:<22} {:<10} {}", slot.kind, one(&slot.label)), 36);
        if !slot.words.is_empty() {
            further(&format!("  {:<22} one of {}", "", slot.words.join(", ")), 32);
        }
        if !slot.markers.is_empty() {
            further(&format!("  {:<22} with {} only", "", slot.markers.join(", ")), 32);
        }
    }
    let text = if form.text_required { "must" } else { "may" };
    say!("A text {text} stand beside the fields.");
    if !form.offered_texts.is_empty() {
        say!("Agreed texts, of which the console offers another each day:");
        form.offered_texts.iter().for_each(|text| further(&format!("  {}", one(text)), 2));
    }
}

fn name(message: &Message) -> &str {
    if message.serial.is_empty() { &message.entry[..12] } else { &message.serial }
}

/// A name, a subject, a reason: one line, whatever stands in it.
pub fn one(text: &str) -> String {
    visible(text, Layout::OneLine)
}
