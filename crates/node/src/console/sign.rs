//! What an officer signs with his passkey: shown in words on a page of its own, with one button.
//!
//! His key is not here, so the node cannot sign for him. The page prepares anew when he presses the button, has his
//! authenticator sign that, and hands it in by the API. Whoever leaves the page has signed nothing.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::Response;
use ringdown_api::signing::{ActToSign, Prepare, SignAs};
use ringdown_api::{Act, ApiError, Message, with_actor};
use ringdown_message::MessageRecord;
use ringdown_message::value::Value;
use ringdown_record::DraftId;

use crate::acts::answer;
use crate::console::fields::{FieldRow, content, field_rows, field_rows_of, label};
use crate::console::reading::{self, Reading, reading, terms};
use crate::console::{Here, Page, awaiting, page, said, shown, translation, view};
use crate::entropy::hex;
use crate::http::Node;
use crate::line::Line;
use crate::officers::HomeOfficer;
use crate::text::Texts;
use crate::who::who;

#[derive(Template)]
#[template(path = "sign.html")]
struct SignPage<'a> {
    page: Page<'a>,
    t: &'a Texts,
    /// What the signature says.
    says: String,
    /// What goes with it.
    rows: Vec<(String, String)>,
    /// The message that is acted on, or that goes out.
    message: Message,
    fields: Vec<FieldRow>,
    /// What is released, as the other side reads it.
    theirs: Option<Reading<'a>>,
    /// A read-back is blind here too.
    covered: bool,
    consequence: String,
    /// Where to prepare, what to ask there, and where to hand in.
    prepare: String,
    request: String,
    hand_in: String,
    /// Where it goes on; `%entry` is the entry of the message that came of it.
    next: String,
    /// The way back without signing, and what a form there held; without that it is a link.
    back: String,
    kept: Vec<(String, String)>,
    rp_id: String,
    origin: String,
}

/// Who is signed in, if he signs with a passkey.
pub fn with_passkey(line: &Line) -> Option<&HomeOfficer> {
    line.officer_asking(who()).ok().filter(|officer| !officer.public.rp_id.is_empty())
}

/// The page for an act, if it is legal now; `None` if the node signs for who is here. `kept` is what he typed into the page
/// of a read-back, so that he finds it there when he goes back.
pub async fn act(
    node: &Node,
    line: &Line,
    name: &str,
    act: &Act,
    kept: Vec<(String, String)>,
) -> Result<Option<Response>, ApiError> {
    let Some(officer) = with_passkey(line) else { return Ok(None) };
    let request = ActToSign { act: act.clone(), officer: None };
    // What is not legal is said before anyone signs.
    line.prepare_act(who(), name, request.clone()).await?;
    let t = &node.texts;
    let message = line.message_with_text(name)?;
    let entry = message.entry.clone();
    let path = format!("/v1/lines/-/messages/{entry}");
    let next = match act {
        Act::OurMessageWasWrong => format!("/compose?re={entry}&marker=CORRECTION"),
        _ => format!("/messages/{entry}"),
    };
    let record = line.find(name)?;
    Ok(Some(page(&SignPage {
        page: Page::of(node, line, Here::Nowhere),
        t,
        says: says(t, act),
        rows: rows(line, &record, act, t)?,
        fields: field_rows_of(line, &record, t)?,
        message,
        theirs: None,
        covered: matches!(act, Act::ReadBack { .. }),
        consequence: t.get("sign-consequence"),
        prepare: format!("{path}/acts/prepare"),
        request: as_json(&request),
        hand_in: format!("{path}/acts/signed"),
        back: if kept.is_empty() {
            format!("/messages/{entry}")
        } else {
            format!("/messages/{entry}/read-back")
        },
        kept,
        next,
        rp_id: officer.public.rp_id.clone(),
        origin: officer.public.origin.clone(),
    })))
}

/// The page for a draft that is submitted or released. `language` is what the officer chose as the other side's.
pub async fn draft(
    node: &Node,
    line: &Line,
    id: DraftId,
    sign_as: SignAs,
    language: Option<&str>,
) -> Result<Option<Response>, ApiError> {
    let Some(officer) = with_passkey(line) else { return Ok(None) };
    let request = Prepare { sign_as, officer: None };
    let prepared = line.prepare(who(), id, &request).await?;
    let kept = line.draft(id)?.draft;
    let draft = line.read_draft(&kept)?;
    let t = &node.texts;
    let frame = Page::of(node, line, Here::Nowhere);
    let values = [
        ("precedence", draft.precedence.name()),
        ("peer", &frame.head.status.peer),
        ("class", draft.class.name()),
    ];
    let id = hex(&id.0);
    let path = format!("/v1/lines/-/drafts/{id}");
    let (key, hand_in, next) = match sign_as {
        SignAs::Draft => ("compose-submit", "submit", awaiting::address(&id)),
        SignAs::Release => ("compose-release", "release", "/messages/%entry".into()),
        SignAs::ReleaseAlone => ("awaiting-alone", "release", "/messages/%entry".into()),
    };
    let consequence = match sign_as {
        SignAs::Draft => t.get("compose-two"),
        SignAs::Release => t.get("sign-release"),
        SignAs::ReleaseAlone => t.one("awaiting-alone-text", "peer", &frame.head.status.peer),
    };
    Ok(Some(page(&SignPage {
        t,
        says: t.with(key, &values),
        rows: terms(t, &draft),
        fields: field_rows((line, line.own), &draft.form, &draft.fields, t),
        message: awaiting::as_message(line, &draft, &kept, &prepared.serial),
        theirs: match sign_as {
            SignAs::Draft => None,
            _ => reading(node, line, &draft, reading::language(line, &draft, language)?),
        },
        covered: false,
        consequence,
        prepare: format!("{path}/prepare"),
        request: as_json(&request),
        hand_in: format!("{path}/{hand_in}"),
        next,
        back: format!("/compose?draft={id}"),
        kept: Vec::new(),
        rp_id: officer.public.rp_id.clone(),
        origin: officer.public.origin.clone(),
        page: frame,
    })))
}

fn as_json(request: &impl serde::Serialize) -> String {
    serde_json::to_string(request).unwrap_or_default()
}

/// The act in the words of its button; an answer in its own word.
fn says(t: &Texts, act: &Act) -> String {
    let key = match act {
        Act::Acknowledge => "acknowledge",
        Act::Standby { .. } => "move-standby",
        Act::Answer { word, .. } => {
            return answer(word).map_or_else(|_| word.clone(), |word| said::answer(word, t));
        }
        Act::ReadBack { .. } => "move-read-back",
        Act::ThatIsCorrect { .. } => "that-is-correct",
        Act::Wrong => "wrong",
        Act::OurMessageWasWrong => "our-message-was-wrong",
        Act::HandedOn => "move-handed-on",
        Act::InPreparation => "move-in-preparation",
        Act::AskStillValid => "move-still-valid",
        Act::AskVoice => "move-voice",
        Act::DidYouGetIt => "move-did-you",
        Act::Reply { yes: true } => "move-affirm",
        Act::Reply { yes: false } => "move-negative",
    };
    t.get(key)
}

/// What an act brings with it.
fn rows(
    line: &Line,
    record: &MessageRecord,
    act: &Act,
    t: &Texts,
) -> Result<Vec<(String, String)>, ApiError> {
    Ok(match act {
        Act::Standby { minutes } => vec![(t.get("standby-minutes"), minutes.to_string())],
        Act::Answer { text, .. } if !text.is_empty() => vec![(t.get("compose-text"), text.clone())],
        Act::ReadBack { fields, words, looked_again, .. } => {
            let mut rows = typed_rows(line, record, fields, t)?;
            if !words.is_empty() {
                rows.push((t.get("own-words"), words.clone()));
            }
            if *looked_again > 0 {
                rows.push((t.one("looked-again", "count", looked_again.to_string()), String::new()));
            }
            rows
        }
        _ => Vec::new(),
    })
}

/// What was typed into a read-back, in the order of the message and in the words of its form.
fn typed_rows(
    line: &Line,
    record: &MessageRecord,
    typed: &BTreeMap<String, String>,
    t: &Texts,
) -> Result<Vec<(String, String)>, ApiError> {
    let Some(content) = content(line, record)? else { return Ok(Vec::new()) };
    let form = line.site.forms().by_wire_id(&content.form);
    let rows = content.fields.iter().filter_map(|field| {
        let typed = typed.get(&field.name)?;
        let words = match (form, &field.value) {
            (Some(form), Value::Word(_)) => form.texts(t.tag()).word(&field.name, typed).to_owned(),
            (_, value) => with_actor(line.actor(record.side, value), typed),
        };
        Some((label(form, &field.name, t), words))
    });
    Ok(rows.collect())
}
