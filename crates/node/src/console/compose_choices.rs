//! Of which class and precedence a message may be, in words.

use ringdown_api::Draft;
use ringdown_message::form::Form;
use ringdown_message::{Marker, MessageRecord};
use ringdown_record::{Precedence, TrafficClass, Urgency};

use crate::text::Texts;

/// Words of the protocol, with what people read.
pub type Choices = Vec<(&'static str, String)>;

/// Classes and precedences that the message may have: those of its form, and what may be said so of the other message.
/// What was chosen stays to be seen.
pub fn urgencies(
    t: &Texts,
    form: Option<&Form>,
    about: Option<&MessageRecord>,
    marker: Marker,
    draft: &Draft,
) -> (Choices, Choices) {
    let takes =
        |class, precedence| about.is_none_or(|record| record.takes(marker, Urgency { precedence, class }));
    let of_class = |class| Precedence::ALL.into_iter().any(|precedence| takes(class, precedence));
    let of_precedence = |precedence| TrafficClass::ALL.into_iter().any(|class| takes(class, precedence));
    let on_form = |each| form.is_none_or(|form| form.precedences().contains(&each));
    let classes = TrafficClass::ALL.into_iter();
    let classes = classes.filter(|each| of_class(*each) || draft.class.as_deref() == Some(each.name()));
    let precedences = Precedence::ALL.into_iter();
    let precedences =
        precedences.filter(|each| on_form(*each) && of_precedence(*each) || each.name() == draft.precedence);
    (
        classes.map(|class| class_words(t, class)).collect(),
        precedences.filter_map(|each| precedence_words(t, each)).collect(),
    )
}

fn precedence_words(t: &Texts, precedence: Precedence) -> Option<(&'static str, String)> {
    let key = match precedence {
        Precedence::Flash => "precedence-flash",
        Precedence::Immediate => "precedence-immediate",
        Precedence::Priority => "precedence-priority",
        Precedence::Routine => "precedence-routine",
        Precedence::Line => return None,
    };
    Some((precedence.name(), t.get(key)))
}

fn class_words(t: &Texts, class: TrafficClass) -> (&'static str, String) {
    let key = match class {
        TrafficClass::Live => "compose-class-live",
        TrafficClass::Exercise => "compose-class-exercise",
        TrafficClass::Test => "compose-class-test",
    };
    (class.name(), t.get(key))
}
