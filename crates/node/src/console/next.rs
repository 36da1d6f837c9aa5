//! What is left to do about a message: one line, and the three steps of every dialogue with how far each is. All of it is
//! read off the dialogue; nothing is guessed.

use ringdown_api::zulu;
use ringdown_message::dialogue::{Dialogue, Found, Phase};

use crate::console::answers::{Due, Owes, due};
use crate::console::{said, view};
use crate::line::Line;
use crate::text::Texts;

/// See the module.
pub struct Next {
    /// caution if it is for us, else off.
    pub level: &'static str,
    /// The line.
    pub words: String,
    /// Acknowledged, read back, answered: those that this message takes.
    pub steps: Vec<Step>,
}

/// One step.
pub struct Step {
    /// Which.
    pub what: String,
    /// normal once it is done, standby while it waits for the other side's word, off while it is open.
    pub level: &'static str,
    /// How far it is.
    pub text: String,
}

/// Names the officer of an act.
type Named<'a> = &'a dyn Fn(&ringdown_message::dialogue::Said) -> String;

impl Next {
    /// Of a dialogue in this phase. `in_doubt` is true while the officer has yet to ask whether the message still holds;
    /// `asked` is the serial of a question of ours about it that is not answered.
    pub fn of(
        line: &Line,
        dialogue: &Dialogue,
        phase: Phase,
        in_doubt: bool,
        asked: Option<String>,
        officer: Named<'_>,
        t: &Texts,
    ) -> Next {
        let steps = steps(dialogue, officer, t);
        let peer = line.name(line.own.other());
        let (level, words) = match (phase, due(dialogue, line.own)) {
            (Phase::Closed, _) if asked.is_some() => {
                ("off", t.one("next-closed-asked", "serial", asked.unwrap_or_default()))
            }
            (Phase::Closed, _) => ("off", t.get("next-closed")),
            (Phase::Superseded | Phase::Cancelled, _) => ("off", t.get("next-over")),
            (Phase::Open, (Owes::Us, _)) if in_doubt => ("caution", t.get("next-still-valid")),
            (Phase::Open, (Owes::Us, what)) => ("caution", t.one("next-us", "what", t.get(what.key()))),
            (Phase::Open, (Owes::Them, Due::Reply)) if dialogue.sender != line.own => {
                let is_read_back = dialogue.is_understood() || dialogue.pending().is_some();
                ("off", t.one(if is_read_back { "next-asked" } else { "next-asked-meanwhile" }, "peer", peer))
            }
            (Phase::Open, (Owes::Them, what)) => {
                let what = t.get(what.key());
                ("off", t.with("next-them", &[("peer", peer), ("what", &what)]))
            }
        };
        Next { level, words, steps }
    }
}

fn steps(dialogue: &Dialogue, officer: Named<'_>, t: &Texts) -> Vec<Step> {
    let step = |key: &str, level, text| Step { what: t.get(key), level, text };
    let open = |key: &str| step(key, "off", t.get("step-open"));
    let who = |said| format!("{} \u{2068}{}\u{2069}", officer(said), view::clock(&zulu(said.at)));
    let acknowledged = match &dialogue.acknowledged {
        Some(said) => step("step-acknowledged", "normal", who(said)),
        None => open("step-acknowledged"),
    };
    let mut steps = vec![acknowledged];
    if dialogue.is_read_back() {
        let last = dialogue.confirmed().or(dialogue.rounds.last());
        steps.push(last.map_or_else(
            || open("step-read-back"),
            |round| {
                let found = t.get(match round.found {
                    Found::OwnWords => "row-person",
                    Found::Matches => "row-match",
                    Found::Different => "row-different",
                });
                let verdict = round.verdict.map(|(_, verdict)| verdict);
                let level = match verdict {
                    _ if dialogue.is_understood() => "normal",
                    _ if round.is_different() => "critical",
                    _ => "standby",
                };
                step("step-read-back", level, format!("{found}. {}", t.get(view::verdict_key(verdict))))
            },
        ));
    }
    if dialogue.answered_as.is_some() {
        steps.push(dialogue.answer.as_ref().map_or_else(
            || open("step-answered"),
            |(said, given)| {
                step("step-answered", "normal", format!("{}. {}", said::given_word(given, t), who(said)))
            },
        ));
    }
    steps
}
