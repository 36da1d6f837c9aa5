//! `send`: puts a draft and has it released; or submitted, where a second officer has to release it.

use std::io::Read;
use std::path::Path;

use ringdown_api::client::Client;
use ringdown_api::translation::Translated;
use ringdown_api::{ApiError, Draft, DraftState, ErrorCode, Message};
use serde_json::{Value, json};

use crate::args::Send;
use crate::commands::act::fields;
use crate::commands::key::OwnKey;
use crate::commands::{client, drafts, hex, random};

/// Longest text that is read from a file; the node's own limit is lower.
const FILE_LEN_MAX: u64 = 1024 * 1024;

pub(crate) fn run(home: &Path, arguments: &Send) -> Result<(), ApiError> {
    let client = client(home, &arguments.common)?;
    let own = OwnKey::open(&client, &arguments.signer, arguments.common.officer)?;
    let state: DraftState = match &arguments.draft {
        Some(id) => client.get(&format!("drafts/{id}"))?,
        None => client.put(&format!("drafts/{}", hex(&random::<16>()?)), &draft(arguments)?)?,
    };
    let (done, nothing_done) = match drafts::asked(&client, &state, arguments.alone, arguments.yes) {
        Err(left) => (Err(left), true),
        Ok(()) => {
            let done = released_or_submitted(&client, own.as_ref(), &state, arguments);
            let nothing_done = done.as_ref().is_err_and(leaves_nothing);
            (done, nothing_done)
        }
    };
    if nothing_done && arguments.draft.is_none() {
        // What cannot be deleted now stays in the list of drafts; the reason why nothing was sent is what counts.
        let _: Result<Value, _> = client.delete(&format!("drafts/{}", state.id));
    }
    match done? {
        Done::Sent(message) => drafts::sent(&message, arguments.common.json),
        Done::Submitted(state) => return Err(awaiting(&state)),
    }
    Ok(())
}

/// What a draft has come to.
enum Done {
    Sent(Box<Message>),
    Submitted(Box<DraftState>),
}

fn released_or_submitted(
    client: &Client,
    own: Option<&OwnKey<'_>>,
    state: &DraftState,
    arguments: &Send,
) -> Result<Done, ApiError> {
    let path = format!("drafts/{}", state.id);
    let refused = match drafts::released(client, own, &path, arguments.alone) {
        Ok(message) => return Ok(Done::Sent(Box::new(message))),
        Err(error) if error.error == ErrorCode::SecondPerson && !arguments.alone => error,
        Err(error) => return Err(error),
    };
    let submitted = match own {
        Some(own) => own.submit(&path),
        None => client.post(&format!("{path}/submit"), &json!({})),
    };
    match submitted {
        Ok(state) => Ok(Done::Submitted(Box::new(state))),
        Err(why_not) if leaves_nothing(&why_not) && why_not.error != ErrorCode::SecondPerson => Err(refused),
        Err(why_not) => Err(why_not),
    }
}

/// Whether this error is the answer of a node that did nothing. Of any other nobody knows what was done.
fn leaves_nothing(error: &ApiError) -> bool {
    use ErrorCode::{BadRequest, Conflict, LineShut, NotTrusted, SecondPerson};
    matches!(error.error, BadRequest | Conflict | LineShut | NotTrusted | SecondPerson)
}

fn draft(arguments: &Send) -> Result<Draft, ApiError> {
    Ok(Draft {
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
        courtesy: courtesy(arguments)?,
    })
}

/// Submitted is not sent: the exit code says that a second person is needed.
fn awaiting(state: &DraftState) -> ApiError {
    let by = state.submitted.as_ref().map_or("", |submitted| submitted.name.as_str());
    ApiError::new(
        ErrorCode::SecondPerson,
        format!("AWAITING RELEASE: submitted by the {by} as {}.", state.id),
        "It is not sent. Two people release a message as urgent as this.",
        format!("Another officer releases it: ringdown release {} with --officer N or --key FILE", state.id),
    )
}

fn text(arguments: &Send) -> Result<String, ApiError> {
    match &arguments.text.file {
        Some(path) => read(path),
        None => Ok(arguments.text.text.clone().unwrap_or_default()),
    }
}

fn courtesy(arguments: &Send) -> Result<Option<Translated>, ApiError> {
    let (Some(language), Some(path)) = (&arguments.translation_language, &arguments.translation_file) else {
        return Ok(None);
    };
    Ok(Some(Translated { language: language.clone(), text: read(path)? }))
}

/// A text from a file, or from standard input.
pub(crate) fn read(path: &Path) -> Result<String, ApiError> {
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
