//! A draft in the words of the language that the other side reads, beside our own: what two people sign, both see.

use ringdown_api as api;
use ringdown_message::Draft;

use crate::console::fields::{FieldRow, content, field_rows};
use crate::http::Node;
use crate::line::Line;
use crate::text::{Language, Texts};

/// As many of the other side's newest messages are asked for its language.
const NEWEST: usize = 20;

/// The parts of a draft that are our words, not its writer's, in another language.
pub struct Reading<'a> {
    pub t: &'a Texts,
    pub as_seen: String,
    pub fields: Vec<FieldRow>,
    pub terms: Vec<(String, String)>,
}

/// A draft in that language; `None` if the page is in it already.
pub fn reading<'a>(node: &'a Node, line: &Line, draft: &Draft, language: Language) -> Option<Reading<'a>> {
    let t = node.texts.of(language);
    (language != node.texts.language()).then(|| Reading {
        t,
        as_seen: t.one("awaiting-as-seen", "peer", line.name(line.own.other())),
        fields: field_rows((line, line.own), &draft.form, &draft.fields, t),
        terms: terms(t, draft),
    })
}

/// The times that a draft states.
pub fn terms(t: &Texts, draft: &Draft) -> Vec<(String, String)> {
    let times = [("compose-valid-until", draft.valid_until), ("compose-answer-by", draft.answer_by)];
    let stated = times.into_iter().filter_map(|(key, at)| Some((t.get(key), api::date_time_group(at?))));
    stated.collect()
}

/// What the other side reads, as far as it is known: chosen by hand, or the language in which it wrote last, or for
/// which the draft is translated, or in which it is written.
pub fn language(line: &Line, draft: &Draft, chosen: Option<&str>) -> Result<Language, api::ApiError> {
    if let Some(chosen) = chosen.and_then(Language::of_tag) {
        return Ok(chosen);
    }
    let peer = line.own.other();
    let newest: Vec<_> = line.with_ledger(|ledger| {
        let theirs = ledger.messages().iter().rev().filter(|message| message.side == peer);
        theirs.take(NEWEST).cloned().collect()
    });
    for message in &newest {
        if let Some(said) = content(line, message)?.and_then(|content| Language::of_tag(&content.language)) {
            return Ok(said);
        }
    }
    let translated = draft.courtesy.as_ref().and_then(|courtesy| Language::of_tag(&courtesy.language));
    Ok(translated.or_else(|| Language::of_tag(&draft.language)).unwrap_or_default())
}
