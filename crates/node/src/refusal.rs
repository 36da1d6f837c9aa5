//! What the node refuses, in the words that several refusals share. The console says each in its own language.

use std::fmt::Display;

use ringdown_api::{ApiError, ErrorCode};
use ringdown_record::audit::sentence::Sentence;
use ringdown_record::sentence;

/// A request that asks for what cannot be.
pub(crate) fn bad_request(what: Sentence, todo: Sentence) -> ApiError {
    let means = sentence!("said-nothing-sent-or-changed", "Nothing was sent or changed.");
    ApiError::said(ErrorCode::BadRequest, what, means, todo)
}

/// What the node itself could not do.
pub(crate) fn internal(reason: impl Display) -> ApiError {
    ApiError::said(
        ErrorCode::Failed,
        sentence!("said-internal", "The node could not do this: {reason}.", reason = reason.to_string()),
        sentence!("said-internal-means", "What was sent and kept before is as it was."),
        sentence!("said-internal-do", "Try it again; if it stays so, look at the diagnostics of the node."),
    )
}

pub(crate) fn nothing_signed() -> Sentence {
    sentence!("said-nothing-signed", "Nothing was signed or sent.")
}

pub(crate) fn nothing_sent() -> Sentence {
    sentence!("said-nothing-sent", "Nothing was sent.")
}

pub(crate) fn nothing_shown() -> Sentence {
    sentence!("said-nothing-shown", "Nothing was shown or changed.")
}

/// What is to be done about a request of a program.
pub(crate) fn see_the_api() -> Sentence {
    sentence!("said-see-the-api", "See the API page of the documentation.")
}
