//! What is not sent yet: drafts, what awaits its second officer, and its release.

use std::path::Path;

use ringdown_api::client::Client;
use ringdown_api::signing::{Officer, Release};
use ringdown_api::{ApiError, Draft, DraftState, Message, Status};
use serde_json::{Value, json};

use crate::args::{Common, OneDraft, ReleaseArgs};
use crate::commands::client;
use crate::commands::key::OwnKey;
use crate::{output, terminal};

/// `drafts`.
pub(crate) fn list(home: &Path, common: &Common) -> Result<(), ApiError> {
    let drafts: Vec<DraftState> = client(home, common)?.get("drafts")?;
    if common.json {
        output::json(&drafts)
    } else {
        output::drafts(&drafts)
    }
    Ok(())
}

/// `officers`.
pub(crate) fn officers(home: &Path, common: &Common) -> Result<(), ApiError> {
    let officers: Vec<Officer> = client(home, common)?.get("officers")?;
    if common.json {
        output::json(&officers)
    } else {
        output::officers(&officers)
    }
    Ok(())
}

/// `release`: the second of two people, or one alone in an emergency.
pub(crate) fn release(home: &Path, arguments: &ReleaseArgs) -> Result<(), ApiError> {
    let client = client(home, &arguments.one.common)?;
    let own = OwnKey::open(&client, &arguments.signer, arguments.one.common.officer)?;
    let path = format!("drafts/{}", arguments.one.id);
    if terminal::answers() && !arguments.yes {
        let state: DraftState = client.get(&path)?;
        terminal::tell(&to_be_signed(&state));
        asked(&client, &state, arguments.alone, false)?;
    }
    let message = released(&client, own.as_ref(), &path, arguments.alone)?;
    sent(&message, arguments.one.common.json);
    Ok(())
}

/// A draft as it was typed, for who is about to sign it.
fn to_be_signed(DraftState { draft, submitted, .. }: &DraftState) -> String {
    let class = draft.class.as_deref().unwrap_or_default();
    let marker = draft.marker.as_deref().unwrap_or("INFORMATION");
    let mut lines = vec![format!("{} {class} {marker}", draft.precedence)];
    let mut named =
        |name: &str, value: Option<&str>| lines.extend(value.map(|value| format!("{name}: {value}")));
    named("Written by", submitted.as_ref().map(|by| by.name.as_str()));
    named("Subject", Some(&draft.subject));
    named("About", draft.re.as_deref());
    named("Valid until", draft.valid_until.as_deref());
    named("Answer by", draft.answer_by.as_deref());
    named("Form", draft.form.as_deref());
    lines.extend(draft.fields.iter().map(|(name, value)| format!("  {name:<18} {value}")));
    lines.extend(draft.text.lines().map(|line| format!("| {line}")));
    if let Some(courtesy) = &draft.courtesy {
        lines.push(format!("COURTESY TRANSLATION BY SENDER - not binding ({})", courtesy.language));
        lines.extend(courtesy.text.lines().map(|line| format!("| {line}")));
    }
    lines.join("\n")
}

/// At a terminal, something LIVE goes out only after who sits there has typed its precedence once more.
pub(crate) fn asked(client: &Client, state: &DraftState, alone: bool, yes: bool) -> Result<(), ApiError> {
    let Draft { precedence, class, .. } = &state.draft;
    let is_live = class.as_ref().is_some_and(|class| class.eq_ignore_ascii_case("live"));
    if !is_live || yes || !terminal::answers() {
        return Ok(());
    }
    let precedence = precedence.to_uppercase();
    let status: Status = client.get("status")?;
    let alone = if alone { ", ALONE, where two are the rule" } else { "" };
    let words = format!("Type {precedence} to release {precedence} to {} - LIVE{alone}:", status.peer);
    if terminal::ask(&words)?.eq_ignore_ascii_case(&precedence) {
        return Ok(());
    }
    Err(terminal::left(&format!("{precedence} was not typed.")))
}

/// Has a draft released, with the officer's own key if he named one.
pub(crate) fn released(
    client: &Client,
    own: Option<&OwnKey<'_>>,
    draft: &str,
    alone: bool,
) -> Result<Message, ApiError> {
    match own {
        Some(own) => own.release(draft, alone),
        None => client.post(&format!("{draft}/send"), &Release { alone }),
    }
}

/// `return`: gives a draft that awaits release back to its drafter.
pub(crate) fn give_back(home: &Path, one: &OneDraft) -> Result<(), ApiError> {
    let state: DraftState =
        client(home, &one.common)?.post(&format!("drafts/{}/return", one.id), &json!({}))?;
    if one.common.json {
        output::json(&state);
    } else {
        output::line(&format!("{}: {}", state.id, state.state));
    }
    Ok(())
}

/// `delete`: forgets a draft.
pub(crate) fn delete(home: &Path, one: &OneDraft) -> Result<(), ApiError> {
    let _: Value = client(home, &one.common)?.delete(&format!("drafts/{}", one.id))?;
    if one.common.json {
        output::json(&json!({"deleted": one.id}));
    } else {
        output::line("Deleted. Nothing was sent.");
    }
    Ok(())
}

/// Says what a released message has come to.
pub(crate) fn sent(message: &Message, json: bool) {
    if json {
        let alone = message.released_alone;
        output::json(&json!({
            "serial": message.serial, "entry": message.entry, "state": message.state, "released_alone": alone
        }));
        return;
    }
    output::line(&format!("{}: {}", message.serial, output::one(&message.state)));
    if message.released_alone {
        output::line("RELEASED BY ONE PERSON: the other side sees that, and it stays in the record.");
    }
}
