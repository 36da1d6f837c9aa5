//! Alarms that are about no message of the other side: ours that it has not stored, a line that is down, a watch check.

use ringdown_api::zulu;
use ringdown_message::MessageRecord;

use crate::console::conditions::other_way;
use crate::console::view::{Badge, clock};
use crate::line::Line;
use crate::text::Texts;
use crate::watch_check::Asked;

/// Serials that one alarm names.
const NAMED_MAX: usize = 3;

/// An alarm for the script of a page.
pub struct Fault {
    /// Another one with each rung, and with each message that comes to it.
    pub id: String,
    /// It sounds until it is silenced or over; else once.
    pub loud: bool,
    /// What is said of it.
    pub words: String,
}

/// What sounds now, the loud first.
pub fn faults(line: &Line, t: &Texts) -> Vec<Fault> {
    let [caution, alarm] = line.late();
    let peer = line.name(line.own.other());
    let mut faults = Vec::new();
    if let Some(asked) = line.watch_check().filter(Asked::sounds) {
        let words = t.with("fault-watch-check", &[("since", &clock(&zulu(asked.since)))]);
        faults.push(Fault { id: format!("watch-check-{}", asked.rung), loud: true, words });
    }
    for (messages, loud) in [(alarm, true), (caution, false)] {
        let Some(newest) = messages.last() else { continue };
        let words = t.with("fault-not-stored", &[("serials", &serials(line, &messages)), ("peer", peer)]);
        let kind = if loud { "alarm" } else { "caution" };
        faults.push(Fault { id: format!("{kind} {}", newest.hash), loud, words });
    }
    if let Some((rung, since)) = line.line_alarm() {
        let id = format!("line {} {rung}", since.ms());
        faults.push(Fault { id, loud: false, words: t.get("line-down-word") });
    }
    faults
}

/// The watch check, until somebody answers it.
pub fn watch_check(line: &Line, t: &Texts) -> Option<Badge> {
    let asked = line.watch_check()?;
    Some(Badge {
        level: if asked.sounds() { "serious" } else { "caution" },
        word: t.get("watch-check-word"),
        text: t.with("watch-check-text", &[("since", &clock(&zulu(asked.since)))]),
    })
}

/// What an officer must know on every page of messages that are not stored in time, worst first.
pub fn not_stored(line: &Line, t: &Texts) -> Vec<Badge> {
    let [caution, alarm] = line.late();
    let (peer, way) = (line.name(line.own.other()), other_way(line, t));
    let badge = |level, key: &str, messages: Vec<MessageRecord>| {
        let values = [("serials", serials(line, &messages)), ("peer", peer.to_owned()), ("way", way.clone())];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        let told = Badge { level, word: t.get("not-stored-word"), text: t.with(key, &values) };
        (!messages.is_empty()).then_some(told)
    };
    let alarm = badge("serious", "not-stored-alarm", alarm);
    alarm.into_iter().chain(badge("caution", "not-stored-caution", caution)).collect()
}

/// The oldest by name, and how many more there are.
fn serials(line: &Line, messages: &[MessageRecord]) -> String {
    let named = messages.iter().take(NAMED_MAX).filter_map(|message| message.serial);
    let named: Vec<_> = named.map(|serial| serial.text(&line.charter)).collect();
    let more = messages.len().saturating_sub(NAMED_MAX);
    let more = if more > 0 { format!(" +{more}") } else { String::new() };
    format!("{}{more}", named.join(", "))
}
