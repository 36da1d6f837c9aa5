//! Which answers a marker allows. What is not in this table does not exist.

use crate::act::Answer;
use crate::content::Marker;

/// What the receiver of a message may answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// Words, in the order of the buttons.
    pub words: &'static [Answer],
    /// An answer will come later.
    pub standby: bool,
    /// A message with marker ANSWER.
    pub answer: bool,
    /// A message with marker QUESTION.
    pub question: bool,
}

const NOTHING: Allowed = Allowed { words: &[], standby: false, answer: false, question: false };

/// The row of a marker. CORRECTION and CANCEL are acknowledged and read back; a correction is answered as what it
/// corrects, and then this is asked for that marker.
pub fn allowed(marker: Marker) -> Allowed {
    let row = |words, question| Allowed { words, standby: true, answer: false, question };
    match marker {
        Marker::Information => row(&[Answer::Roger, Answer::SayAgain], false),
        Marker::Warning => row(&[Answer::Roger], true),
        Marker::Question => {
            Allowed { answer: true, ..row(&[Answer::Affirm, Answer::Negative, Answer::Unable], false) }
        }
        Marker::Answer => row(&[Answer::Roger, Answer::SayAgain], true),
        Marker::Request => Allowed { answer: true, ..row(&[Answer::Wilco, Answer::Unable], true) },
        Marker::Intention => row(&[Answer::Roger, Answer::Objection], true),
        Marker::Correction | Marker::Cancel => NOTHING,
        Marker::Test => Allowed { words: &[Answer::CheckOk, Answer::CheckGarbled], ..NOTHING },
    }
}
