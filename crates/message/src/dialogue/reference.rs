//! Whether what answers, asks about, corrects or cancels a message is fit to: decided by the two messages alone.

use std::fmt;

use ringdown_record::{TrafficClass, Urgency};

use crate::content::Marker;
use crate::value::Field;

/// What counts of a message that refers to another, and of that one.
#[derive(Clone, Copy, Debug)]
pub struct Party<'a> {
    /// How urgent it is, and of which class.
    pub urgency: Urgency,
    /// Its critical fields.
    pub critical: &'a [Field],
}

/// Why a reference does not hold, whoever makes it and whenever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It is of another class, as if an exercise could be answered in earnest or a test take back what is meant.
    OtherClass,
    /// It is less urgent than what it changes, so that fewer people could take back what more released.
    LessUrgent,
    /// It does not say again every critical field of what it changes.
    NotInFull,
}

/// What is wrong with a message of this marker that refers to another; `None` if nothing is.
pub fn flaw(marker: Marker, this: Party<'_>, that: Party<'_>) -> Option<Flaw> {
    let same_class = this.urgency.class == that.urgency.class;
    let restates = |field: &Field| {
        let same = |again: &Field| again.name == field.name && again.value.kind() == field.value.kind();
        this.critical.iter().any(same)
    };
    match marker {
        Marker::Answer | Marker::Question if !same_class => Some(Flaw::OtherClass),
        Marker::Correction | Marker::Cancel => {
            if !same_class && this.urgency.class != TrafficClass::Live {
                Some(Flaw::OtherClass)
            } else if this.urgency.precedence > that.urgency.precedence {
                Some(Flaw::LessUrgent)
            } else if !that.critical.iter().all(restates) {
                Some(Flaw::NotInFull)
            } else {
                None
            }
        }
        _ => None,
    }
}

impl Flaw {
    /// The key under which a console says it in other languages.
    pub fn key(self) -> &'static str {
        match self {
            Flaw::OtherClass => "said-flaw-class",
            Flaw::LessUrgent => "said-flaw-urgency",
            Flaw::NotInFull => "said-flaw-in-full",
        }
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Flaw::OtherClass => {
                "what refers to a message is of its class; only a correction or cancellation may be LIVE instead"
            }
            Flaw::LessUrgent => "a correction or cancellation is at least as urgent as what it changes",
            Flaw::NotInFull => {
                "a correction or cancellation says every critical field of the message again, on its form"
            }
        })
    }
}
