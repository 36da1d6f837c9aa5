//! What a person does about a message: every act that the console has, in the same words.

use std::collections::BTreeMap;
use std::path::Path;

use ringdown_api::{Act, ApiError, FormShown, Message};

use crate::args::{Asking, FormsArgs, OneMessage, Verb, Whereabouts, YesNo};
use crate::commands::{client, message_path};
use crate::output;

/// The act of a verb; none if the verb is no act.
pub(crate) fn of(verb: &Verb) -> Result<Option<(&OneMessage, Act)>, ApiError> {
    Ok(Some(match verb {
        Verb::Acknowledge(one) => (one, Act::Acknowledge),
        Verb::Answer(answer) => {
            (&answer.one, Act::Answer { word: answer.word.clone(), text: answer.text.clone() })
        }
        Verb::Standby(standby) => (&standby.one, Act::Standby { minutes: standby.minutes }),
        Verb::ReadBack(read_back) => {
            let act = Act::ReadBack {
                fields: fields(&read_back.fields)?,
                words: read_back.words.clone(),
                language: read_back.language.clone(),
                looked_again: 0,
            };
            (&read_back.one, act)
        }
        Verb::Confirm(one) => (one, Act::ThatIsCorrect),
        Verb::Wrong(wrong) if wrong.ours => (&wrong.one, Act::OurMessageWasWrong),
        Verb::Wrong(wrong) => (&wrong.one, Act::Wrong),
        Verb::Notice(notice) => {
            let act = match notice.is {
                Whereabouts::HandedOn => Act::HandedOn,
                Whereabouts::InPreparation => Act::InPreparation,
            };
            (&notice.one, act)
        }
        Verb::Ask(ask) => {
            let act = match ask.what {
                Asking::StillValid => Act::AskStillValid,
                Asking::Voice => Act::AskVoice,
                Asking::DidYouGetIt => Act::DidYouGetIt,
            };
            (&ask.one, act)
        }
        Verb::Reply(reply) => (&reply.one, Act::Reply { yes: reply.with == YesNo::Yes }),
        _ => return Ok(None),
    }))
}

/// Does it, and says what the message has come to.
pub(crate) fn run(home: &Path, one: &OneMessage, act: &Act) -> Result<(), ApiError> {
    let path = format!("{}/acts", message_path(&one.serial));
    let message: Message = client(home, &one.common)?.post(&path, act)?;
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
