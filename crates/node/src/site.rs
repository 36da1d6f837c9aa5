//! What a site chooses for its own people: units, the form of places, and forms besides those of the program.
//!
//! Nothing of it is ever signed or sent: a value that was typed in feet is a value in feet to the other side.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use ringdown_api::form::{FormShown, SlotShown};
use ringdown_message::form::{FORM_LEN_MAX, Form, Forms, Kind, SITE_FORMS_MAX, Slot};
use ringdown_message::value::{Habits, PlaceFormat, System};

use crate::config::{ConfigError, Home, HomeConfig};
use crate::line::Line;
use crate::translate::Translator;

/// Habits and forms of one home.
#[derive(Clone, Debug)]
pub struct Site {
    /// Units and places as people here think of them.
    pub habits: Habits,
    /// Who translates texts, if anyone.
    pub translator: Option<Translator>,
    forms: OnceLock<Forms>,
}

impl Site {
    /// From the home's settings and its folder `forms`.
    pub fn of(home: &Home, config: &HomeConfig) -> Result<Site, ConfigError> {
        let mut site = Site::with_habits(habits(config)?);
        let translator = config.translation.as_ref().map(Translator::of).transpose();
        site.translator = translator.map_err(|text| ConfigError(format!("ringdown.toml: {text}")))?;
        if let Some(forms) = forms(&home.dir.join("forms"))? {
            let _ = site.forms.set(forms);
        }
        Ok(site)
    }

    /// With the forms of the program and no others.
    pub fn with_habits(habits: Habits) -> Site {
        Site { habits, translator: None, forms: OnceLock::new() }
    }

    /// All forms. Those of the program take megabytes, so a node that is never asked for one does not read them.
    pub fn forms(&self) -> &Forms {
        self.forms.get_or_init(Forms::of_the_program)
    }
}

impl Line {
    /// The newest version of each form, in the words of the API.
    pub fn forms(&self) -> Vec<FormShown> {
        self.site.forms().offered().map(form_shown).collect()
    }
}

fn form_shown(form: &Form) -> FormShown {
    let texts = form.texts("en");
    let slot = |slot: &Slot| SlotShown {
        name: slot.name.clone(),
        label: texts.label(&slot.name).to_owned(),
        hint: texts.field(&slot.name).map(|label| label.hint.clone()).unwrap_or_default(),
        kind: slot.kind.name().into(),
        required: slot.required,
        critical: slot.critical,
        words: match &slot.kind {
            Kind::Word { words, .. } => words.clone(),
            _ => Vec::new(),
        },
        markers: slot.markers.iter().map(|marker| marker.name().into()).collect(),
    };
    FormShown {
        id: form.id().into(),
        version: form.wire_id(),
        title: texts.title.clone(),
        purpose: texts.purpose.clone(),
        markers: form.markers().iter().map(|marker| marker.name().into()).collect(),
        precedences: form.precedences().iter().map(|precedence| precedence.name().into()).collect(),
        text_required: form.is_text_required(),
        offered_texts: form.offered_texts().to_vec(),
        fields: form.slots().iter().map(slot).collect(),
    }
}

fn habits(config: &HomeConfig) -> Result<Habits, ConfigError> {
    let system = match &config.units {
        None => System::Metric,
        Some(code) => System::from_code(code).ok_or_else(|| {
            ConfigError(format!(
                "ringdown.toml: '{code}' is no system of units; write units = \"metric\" or \"nautical\""
            ))
        })?,
    };
    let mut habits = Habits::of(system);
    if let Some(code) = &config.places {
        let format = PlaceFormat::from_code(code).ok_or_else(|| {
            let known = PlaceFormat::ALL.map(|format| format!("\"{}\"", format.code())).join(", ");
            ConfigError(format!(
                "ringdown.toml: '{code}' is no form of places; write places = one of {known}"
            ))
        })?;
        habits = habits.with_places(format);
    }
    Ok(habits)
}

/// Forms of the program and those of the folder, if there is one. All that is wrong is told at once.
fn forms(folder: &Path) -> Result<Option<Forms>, ConfigError> {
    let failed = |error: std::io::Error| ConfigError(format!("{} cannot be read: {error}", folder.display()));
    if !folder.exists() {
        return Ok(None);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        if files.len() == SITE_FORMS_MAX {
            return Err(ConfigError(format!(
                "{} holds more than {SITE_FORMS_MAX} forms; take some away",
                folder.display()
            )));
        }
        let len = fs::metadata(&path).map_err(failed)?.len();
        if len > FORM_LEN_MAX as u64 {
            return Err(ConfigError(format!(
                "{} is longer than the {FORM_LEN_MAX} bytes that a form may have",
                path.display()
            )));
        }
        let text = fs::read_to_string(&path)
            .map_err(|error| ConfigError(format!("{} cannot be read: {error}", path.display())))?;
        files.push((path.display().to_string(), text));
    }
    files.sort();
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Forms::with_site(&files)
        .map(Some)
        .map_err(|errors| ConfigError(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))
}
