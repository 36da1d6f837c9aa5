//! Words of the console, by key, from Fluent files that are compiled in.

use std::borrow::Cow;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::langid;

const ENGLISH: &str = include_str!("../console/locales/en.ftl");

/// All words of one language.
pub struct Texts(FluentBundle<FluentResource>);

impl Texts {
    /// English, the language that every key has.
    pub fn english() -> Texts {
        let resource =
            FluentResource::try_new(ENGLISH.to_owned()).expect("the compiled-in file is checked by a test");
        let mut bundle = FluentBundle::new_concurrent(vec![langid!("en")]);
        // Isolation marks are for mixed scripts; values here stand in elements of their own.
        bundle.set_use_isolating(false);
        bundle.add_resource(resource).expect("keys are unique");
        Texts(bundle)
    }

    /// The words of a key. A key that is missing shows itself, so that a test and an officer can see it.
    pub fn get(&self, key: &str) -> String {
        self.with(key, &[])
    }

    /// The words of a key with one value in them; the form that templates use.
    pub fn one(&self, key: &str, name: &str, value: impl AsRef<str>) -> String {
        self.with(key, &[(name, value.as_ref())])
    }

    /// The words of a key with values in them.
    pub fn with(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut arguments = FluentArgs::new();
        for (name, value) in values {
            arguments.set(Cow::Borrowed(*name), FluentValue::from(*value));
        }
        let Some(pattern) = self.0.get_message(key).and_then(|message| message.value()) else {
            return format!("[{key}]");
        };
        let mut errors = Vec::new();
        self.0.format_pattern(pattern, Some(&arguments), &mut errors).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_in_the_words() {
        let texts = Texts::english();
        assert_eq!(texts.with("compose-title", &[("peer", "GREEN")]), "New message to GREEN");
        assert_eq!(texts.get("no-such-key"), "[no-such-key]");
    }

    #[test]
    fn every_key_that_a_page_names_has_words() {
        let texts = Texts::english();
        let sources = [
            include_str!("console/mod.rs"),
            include_str!("console/view.rs"),
            include_str!("../console/templates/board.html"),
            include_str!("../console/templates/board_part.html"),
            include_str!("../console/templates/incoming_part.html"),
            include_str!("../console/templates/bar_part.html"),
            include_str!("../console/templates/layout.html"),
            include_str!("../console/templates/message.html"),
            include_str!("../console/templates/message_part.html"),
            include_str!("../console/templates/compose.html"),
            include_str!("../console/templates/error.html"),
            include_str!("../console/templates/sign_in.html"),
        ];
        let mut keys = 0;
        for source in sources {
            for call in ["t.get(\"", "t.with(\"", "t.one(\"", "texts.get(\"", "texts.with(\""] {
                for rest in source.split(call).skip(1) {
                    let key = rest.split('"').next().unwrap_or_default();
                    assert_ne!(texts.get(key), format!("[{key}]"), "{key} has no words");
                    keys += 1;
                }
            }
        }
        assert!(keys > 40, "only {keys} keys were found in the pages");
    }
}
