//! The other side, as far as it can be told from here: its last word of a person, and its clock.

use std::time::Duration;

use ringdown_api::Status;
use ringdown_api::status::peer_clock::Apart;

use crate::console::conditions::span;
use crate::console::said;
use crate::console::view::{self, Badge};
use crate::line::Line;
use crate::peer_word::Did;
use crate::text::Texts;

/// What a person of the other side said last.
pub struct LastWord {
    /// What, about which message, who and when.
    pub words: String,
    /// When, as the API gives it.
    pub at: String,
    /// What stands before its age, and behind it.
    pub around: (String, String),
    /// The message's entry, and what the link to it says; `None` if it is not here.
    pub link: Option<(String, String)>,
}

impl LastWord {
    /// `None` if none has spoken on this line yet.
    pub fn of(line: &Line, t: &Texts) -> Option<LastWord> {
        line.with_ledger(|ledger| {
            let word = line.peer_word(ledger)?;
            let last = ledger.last_word(line.own.other())?;
            let about = ledger.about(last);
            let what = said::did(&Did::of(last, about), t);
            let named = if word.serial.is_empty() { &word.entry[..12] } else { word.serial.as_str() };
            let values = [
                ("peer", line.name(line.own.other())),
                ("what", &what),
                ("serial", named),
                ("officer", &word.officer),
                ("time", &view::moment(&word.at, line)),
            ];
            let ago = t.one("peer-word-ago", "age", "%t");
            let (before, after) = ago.split_once("%t").unwrap_or((ago.as_str(), ""));
            // The age has an isolate of its own.
            let bare = |part: &str| part.replace(['\u{2068}', '\u{2069}'], "");
            let around = (bare(before), bare(after));
            let link = about.map(|_| (word.entry.clone(), t.one("open-message", "serial", named)));
            Some(LastWord { words: t.with("peer-word", &values), at: word.at.clone(), around, link })
        })
    }
}

/// The other side's clock against ours.
pub fn clock(status: &Status, t: &Texts) -> Badge {
    let peer = ("peer", status.peer.as_str());
    let known = status.peer_clock.as_ref().and_then(|clock| Some((clock, clock.apart()?)));
    let Some((clock, apart)) = known else {
        return Badge { level: "off", word: t.with("peer-clock-none", &[peer]), text: String::new() };
    };
    let (key, seconds) = match apart {
        Apart::Within(seconds) => ("peer-clock-within", seconds),
        Apart::Ahead(seconds) => ("peer-clock-ahead", seconds),
        Apart::Behind(seconds) => ("peer-clock-behind", seconds),
        Apart::LeastAhead(seconds) => ("peer-clock-least-ahead", seconds),
        Apart::LeastBehind(seconds) => ("peer-clock-least-behind", seconds),
    };
    let word = t.with(key, &[peer, ("by", &span(Duration::from_secs(seconds)))]);
    Badge { level: clock.level(), word, text: t.one("peer-clock-how", "time", view::clock(&clock.at)) }
}

#[cfg(test)]
mod tests {
    use ringdown_api::status::peer_clock::PeerClock;

    use super::*;
    use crate::console::conditions::tests::status;

    #[test]
    fn the_clock_of_the_other_side_says_which_way_and_how_bad() {
        let told = |known: Option<(i64, Option<i64>)>| {
            let peer_clock = known.map(|(least_ms, most_ms)| PeerClock {
                least_ms,
                most_ms,
                at: "2026-11-23T20:11:05.123Z".into(),
            });
            let badge = clock(&Status { peer_clock, ..status() }, &Texts::english());
            (badge.level, badge.word)
        };
        let none = ("off", "no news of GREEN's clock".to_owned());
        assert_eq!(told(None), none);
        assert_eq!(told(Some((-90_000, None))), none);
        for (known, level, word) in [
            ((-10, Some(30)), "normal", "GREEN's clock: within 1 s of ours"),
            ((2_900, Some(3_100)), "caution", "GREEN's clock: about 3 s ahead"),
            ((-95_500, Some(-95_400)), "serious", "GREEN's clock: about 1 min 35 s behind"),
            ((60_000, None), "serious", "GREEN's clock: at least 1 min 0 s ahead"),
            ((-90_000, Some(-5_000)), "caution", "GREEN's clock: at least 5 s behind"),
        ] {
            assert_eq!(told(Some(known)), (level, word.to_owned()));
        }
    }
}
