//! The forms that come with the program, and those of a site.

use std::sync::LazyLock;

use super::{Form, FormError};

/// Most forms that a site adds.
pub const SITE_FORMS_MAX: usize = 200;

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("../../forms/", $name)))),+]
    };
}

const SHIPPED: [(&str, &str); 21] = files![
    "01-line-check.toml",
    "02-at-the-machine.toml",
    "03-receipt.toml",
    "04-stand-by.toml",
    "05-request-for-call.toml",
    "06-decline.toml",
    "07-notice-of-activity.toml",
    "08-change-of-activity.toml",
    "09-incident-report.toml",
    "10-question-on-activity.toml",
    "11-unintended-act.toml",
    "12-not-ours.toml",
    "13-cyber-inquiry.toml",
    "14-infrastructure-emergency.toml",
    "15-distress.toml",
    "16-conjunction-warning.toml",
    "17-grid-instruction.toml",
    "18-exercise-boundary.toml",
    "19-line-suspension.toml",
    "20-correction.toml",
    "21-visit-or-meeting.toml",
];

static FORMS: LazyLock<Vec<Form>> = LazyLock::new(|| {
    let read =
        |(name, text): (&str, &str)| Form::read(name, text).expect("a shipped form is tested to be sound");
    SHIPPED.into_iter().map(read).collect()
});

/// The forms that come with the program, by number.
pub fn shipped() -> &'static [Form] {
    &FORMS
}

/// All forms of a node: the shipped ones and the site's own.
#[derive(Clone, Debug)]
pub struct Forms {
    /// By number, then id, then version.
    all: Vec<Form>,
}

impl Forms {
    /// The shipped forms alone.
    pub fn of_the_program() -> Forms {
        Forms { all: shipped().to_vec() }
    }

    /// The shipped forms and the site's files, as (name, text). What is wrong is told of all files at once.
    ///
    /// A file with the id of a shipped form needs a higher version; both stay, so that a message on the older one can
    /// still be shown.
    pub fn with_site(files: &[(&str, &str)]) -> Result<Forms, Vec<FormError>> {
        if files.len() > SITE_FORMS_MAX {
            let reason = format!("{} forms, the most is {SITE_FORMS_MAX}; remove some", files.len());
            let file = "the site's forms".to_owned();
            return Err(vec![FormError { file, place: "number of files".to_owned(), reason }]);
        }
        let mut forms = Forms::of_the_program();
        let mut errors = Vec::new();
        let mut added: Vec<(String, String)> = Vec::new();
        for (name, text) in files {
            let result = Form::read(name, text).and_then(|form| forms.fits(name, form, &added));
            match result {
                Ok(form) => {
                    added.push((form.wire_id(), (*name).to_owned()));
                    forms.all.push(form);
                }
                Err(error) => errors.push(error),
            }
        }
        forms.all.sort_by(|a, b| (a.number, &a.id, a.version).cmp(&(b.number, &b.id, b.version)));
        if errors.is_empty() { Ok(forms) } else { Err(errors) }
    }

    /// The form that a message names, if it is here: `notice-of-activity/1`.
    pub fn by_wire_id(&self, wire_id: &str) -> Option<&Form> {
        self.all.iter().find(|form| form.wire_id() == wire_id)
    }

    /// The newest version of a form.
    pub fn newest(&self, id: &str) -> Option<&Form> {
        self.all.iter().filter(|form| form.id == id).max_by_key(|form| form.version)
    }

    /// What a screen offers for a new message: the newest version of each form, by number.
    pub fn offered(&self) -> impl Iterator<Item = &Form> {
        let is_newest =
            |form: &&Form| self.newest(&form.id).is_some_and(|newest| newest.version == form.version);
        self.all.iter().filter(is_newest)
    }

    fn fits(&self, name: &str, form: Form, added: &[(String, String)]) -> Result<Form, FormError> {
        let error = |place: &str, reason: String| {
            Err(FormError { file: name.to_owned(), place: place.to_owned(), reason })
        };
        let wire_id = form.wire_id();
        if let Some((_, other)) = added.iter().find(|(taken, _)| *taken == wire_id) {
            return error("id", format!("{wire_id} stands in {other} already; choose another id or version"));
        }
        if let Some(own) = shipped().iter().find(|own| own.id == form.id && own.version >= form.version) {
            return error(
                "version",
                format!(
                    "{} is a shipped form in version {}; give this one a higher version or another id",
                    form.id, own.version
                ),
            );
        }
        let clash = self.all.iter().find(|other| other.number == form.number && other.id != form.id);
        match clash {
            Some(other) => error(
                "number",
                format!("{} is the number of {}; choose one from 100 on", form.number, other.id),
            ),
            None => Ok(form),
        }
    }
}
