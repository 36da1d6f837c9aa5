//! `translate`: our own translation is kept beside a message; without one the site's service is asked for its.

use std::path::Path;

use ringdown_api::translation::{Translated, Translation};
use ringdown_api::{ApiError, Message};
use serde_json::json;

use crate::args::Translate;
use crate::commands::{client, message_path, print_message, send};
use crate::output;

pub(crate) fn run(home: &Path, arguments: &Translate) -> Result<(), ApiError> {
    let (client, as_json) = (client(home, &arguments.one.common)?, arguments.one.common.json);
    let path = message_path(&arguments.one.serial);
    let text = match (&arguments.text, &arguments.file) {
        (Some(text), _) => text.clone(),
        (None, Some(file)) => send::read(file)?,
        (None, None) => {
            let translation: Translation = client.post(&format!("{path}/translation"), &json!({}))?;
            if as_json {
                output::json(&translation)
            } else {
                output::translation(&translation)
            }
            return Ok(());
        }
    };
    let ours = Translated { language: arguments.language.clone().unwrap_or_default(), text };
    let message: Message = client.post(&format!("{path}/our-translation"), &ours)?;
    print_message(&message, as_json);
    Ok(())
}
