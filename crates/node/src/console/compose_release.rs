//! What is said of a message before it is released: what goes out, and what the button does.

use ringdown_api::Draft;
use ringdown_message::Marker;
use ringdown_record::{Precedence, TrafficClass};

use crate::console::compose_fields::{FormView, SlotView};
use crate::line::Line;
use crate::text::Texts;

/// What is said once more before the release, with `%` and a letter where the script fills in.
pub(super) struct GoesOut {
    pub words: String,
    pub none: String,
    pub one: String,
    pub many: String,
    pub now: String,
    pub back_now: String,
}

/// The button that releases, or that submits where another officer has to release. `%p` and `%c` stand for precedence and
/// class: the script fills them in.
pub(super) struct ReleaseButton {
    pub release: String,
    pub submit: String,
    /// What it says now.
    pub label: String,
    /// Precedences that two people release, with a space between.
    pub by_two: String,
    /// That, said where the precedence is chosen; empty if one person releases everything.
    pub which: String,
    /// True if two people release what is written now.
    pub two: bool,
}

impl ReleaseButton {
    pub fn of(line: &Line, t: &Texts, peer: &str, draft: &Draft) -> ReleaseButton {
        let of_two = |each: &&Precedence| line.charter.rule(**each).releasers == 2;
        let by_two: Vec<_> = Precedence::ALL[1..].iter().filter(of_two).map(|each| each.name()).collect();
        let is_test = draft.class.as_deref() == Some(TrafficClass::Test.name());
        let two = !is_test && by_two.contains(&draft.precedence.as_str());
        let words = |two: bool, precedence: &str, class: &str| {
            let key = if two { "compose-submit" } else { "compose-release" };
            t.with(key, &[("precedence", precedence), ("peer", peer), ("class", class)])
        };
        let class = draft.class.clone().unwrap_or_else(|| t.get("compose-class-none"));
        ReleaseButton {
            release: words(false, "%p", "%c"),
            submit: words(true, "%p", "%c"),
            label: words(two, &draft.precedence, &class),
            which: match by_two.is_empty() {
                true => String::new(),
                false => t.one("compose-two-which", "precedences", by_two.join(", ")),
            },
            by_two: by_two.join(" "),
            two,
        }
    }
}

impl GoesOut {
    pub fn of(t: &Texts, peer: &str, draft: &Draft, marker: Marker, form: Option<&FormView>) -> GoesOut {
        let words = |precedence: &str, class: &str, marker: &str| {
            let values = [("precedence", precedence), ("class", class), ("peer", peer), ("marker", marker)];
            t.with("compose-goes-out", &values)
        };
        let filled = |slot: &&SlotView| {
            slot.here && slot.critical && !(slot.value.is_empty() && slot.condition.is_empty())
        };
        let count = form.map_or(0, |form| form.slots.iter().filter(filled).count());
        let none = t.get("compose-reads-none");
        let one = t.one("compose-reads-one", "peer", peer);
        let many = |count: &str| t.with("compose-reads-many", &[("peer", peer), ("count", count)]);
        let back_now = match count {
            0 => none.clone(),
            1 => one.clone(),
            count => many(&count.to_string()),
        };
        let class = draft.class.clone().unwrap_or_else(|| t.get("compose-class-none"));
        GoesOut {
            words: words("%p", "%c", "%m"),
            now: words(&draft.precedence, &class, marker.name()),
            many: many("%n"),
            none,
            one,
            back_now,
        }
    }
}
