//! `send`: draft, prepare, sign, release, and again from the second step if another message took the number.

use std::io::Read;
use std::path::Path;

use ringdown_api::client::Client;
use ringdown_api::{ApiError, Draft, DraftState, ErrorCode, Message, Prepared, Signed};
use serde_json::json;

use crate::args::Send;
use crate::commands::act::fields;
use crate::commands::client;
use crate::output;

/// How often a release is tried while other messages take the number.
const TRIES: usize = 20;
/// Longest text that is read from a file; the node's own limit is lower.
const FILE_LEN_MAX: u64 = 1024 * 1024;

pub(crate) fn run(home: &Path, arguments: &Send) -> Result<(), ApiError> {
    let draft = Draft {
        precedence: arguments.precedence.clone(),
        class: arguments.class.clone(),
        marker: arguments.marker.clone(),
        subject: arguments.subject.clone(),
        language: arguments.language.clone(),
        text: text(arguments)?,
        form: arguments.form.clone(),
        fields: fields(&arguments.fields)?,
        re: arguments.re.clone(),
        valid_until: arguments.valid_until.clone(),
        answer_by: arguments.answer_by.clone(),
    };
    let client = client(home, &arguments.common)?;
    let path = format!("drafts/{}", new_id()?);
    let _: DraftState = client.put(&path, &draft)?;
    let message = release(&client, &path)?;
    if arguments.common.json {
        output::json(&json!({"serial": message.serial, "entry": message.entry, "state": message.state}));
    } else {
        output::line(&format!("{}: {}", message.serial, output::one(&message.state)));
    }
    Ok(())
}

fn release(client: &Client, path: &str) -> Result<Message, ApiError> {
    let mut tries = 0;
    loop {
        tries += 1;
        let prepared: Prepared = client.post(&format!("{path}/prepare"), &json!({}))?;
        let signed: Signed = client.post(&format!("{path}/sign"), &prepared)?;
        match client.post(&format!("{path}/release"), &signed) {
            Err(ApiError { error: ErrorCode::Conflict, .. }) if tries < TRIES => {}
            result => return result,
        }
    }
}

fn text(arguments: &Send) -> Result<String, ApiError> {
    let Some(path) = &arguments.text.file else {
        return Ok(arguments.text.text.clone().unwrap_or_default());
    };
    let mut bytes = Vec::new();
    let read = if path.as_os_str() == "-" {
        std::io::stdin().take(FILE_LEN_MAX).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(FILE_LEN_MAX).read_to_end(&mut bytes))
    };
    read.map_err(|error| {
        ApiError::bad_request(format!("{} cannot be read: {error}.", path.display()), "Name a readable file.")
    })?;
    String::from_utf8(bytes).map_err(|_| {
        ApiError::bad_request(format!("{} is not UTF-8 text.", path.display()), "Convert it to UTF-8 first.")
    })
}

/// The draft's name, so that a repeated request is recognised.
#[expect(clippy::disallowed_methods, reason = "the command line has no node to hand it randomness")]
fn new_id() -> Result<String, ApiError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| {
        ApiError::new(
            ErrorCode::Failed,
            format!("The system gives no randomness: {error}."),
            "Nothing was sent.",
            "Try again.",
        )
    })?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
