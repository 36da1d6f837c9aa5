//! What a person does about a message: every act that the console has, in the same words.

use std::collections::BTreeMap;
use std::path::Path;

use ringdown_api::form::FormShown;
use ringdown_api::{Act, ApiError, Message};
use ringdown_message::reason::Reason;

use crate::args::{ActVerb, Asking, FormsArgs, Whereabouts, YesNo};
use crate::commands::key::OwnKey;
use crate::commands::{client, confirm, message_path, read_back};
use crate::{output, terminal};

/// Does it, and says what the message has come to.
pub(crate) fn run(home: &Path, verb: &ActVerb) -> Result<(), ApiError> {
    let on = verb.on();
    let one = &on.message;
    let (client, path) = (client(home, &one.common)?, message_path(&one.serial));
    let own = OwnKey::open(&client, &on.signer, one.common.officer)?;
    let act = match verb {
        ActVerb::ReadBack(typed) if typed.is_empty() && terminal::converses(one.common.json) => {
            read_back::asked(&client, &path, typed)?
        }
        ActVerb::Confirm(confirm) if confirm.rows.is_empty() && terminal::converses(one.common.json) => {
            confirm::asked(&client, &path)?
        }
        verb => act(verb)?,
    };
    let message: Message = match own {
        Some(own) => own.act(&path, act.clone())?,
        None => client.post(&format!("{path}/acts"), &act)?,
    };
    if one.common.json {
        output::json(&message);
    } else {
        output::line(&format!("{}: {}", message.serial, output::one(&message.state)));
        if matches!(act, Act::ReadBack { .. }) {
            output::last_read_back(&message);
        }
    }
    Ok(())
}

fn act(verb: &ActVerb) -> Result<Act, ApiError> {
    Ok(match verb {
        ActVerb::Acknowledge(_) => Act::Acknowledge,
        ActVerb::Answer(answer) => {
            Act::Answer { word: answer.word.clone(), text: Reason::with(&answer.reason, &answer.text) }
        }
        ActVerb::Standby(standby) => Act::Standby { minutes: standby.minutes },
        ActVerb::ReadBack(read_back) => Act::ReadBack {
            fields: fields(&read_back.fields)?,
            words: read_back.words.clone(),
            language: read_back.language.clone(),
            // Typed beside the message, for all that is known.
            looked_again: 1,
        },
        ActVerb::Confirm(confirm) => Act::ThatIsCorrect { rows: confirm.rows.clone() },
        ActVerb::Wrong(wrong) if wrong.ours => Act::OurMessageWasWrong,
        ActVerb::Wrong(_) => Act::Wrong,
        ActVerb::Notice(notice) => match notice.is {
            Whereabouts::HandedOn => Act::HandedOn,
            Whereabouts::InPreparation => Act::InPreparation,
        },
        ActVerb::Ask(ask) => match ask.what {
            Asking::StillValid => Act::AskStillValid,
            Asking::Voice => Act::AskVoice,
            Asking::DidYouGetIt => Act::DidYouGetIt,
        },
        ActVerb::Reply(reply) => Act::Reply { yes: reply.with == YesNo::Yes },
    })
}

/// `forms`: the list, or the fields of one.
pub(crate) fn forms(home: &Path, arguments: &FormsArgs) -> Result<(), ApiError> {
    let forms: Vec<FormShown> = client(home, &arguments.common)?.get("forms")?;
    let Some(id) = &arguments.id else {
        if arguments.common.json {
            output::json(&forms)
        } else {
            output::forms(&forms)
        }
        return Ok(());
    };
    let form = forms.iter().find(|form| form.id == *id || form.version == *id).ok_or_else(|| {
        ApiError::bad_request(
            format!("There is no form '{id}' here."),
            "Look at the forms there are with 'ringdown forms'.",
        )
    })?;
    if arguments.common.json {
        output::json(form)
    } else {
        output::form(form)
    }
    Ok(())
}

/// `name=value`, each name once.
pub(crate) fn fields(typed: &[String]) -> Result<BTreeMap<String, String>, ApiError> {
    let mut fields = BTreeMap::new();
    for text in typed {
        let (name, value) = text.split_once('=').ok_or_else(|| {
            ApiError::bad_request(
                format!("'{text}' is no field with its value."),
                "Write the field's name, an equals sign and the value: when=\"081200Z JUN 26\".",
            )
        })?;
        if fields.insert(name.trim().to_owned(), value.to_owned()).is_some() {
            return Err(ApiError::bad_request(
                format!("The field '{}' is there twice.", name.trim()),
                "Name each field once.",
            ));
        }
    }
    Ok(fields)
}
