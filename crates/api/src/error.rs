//! Errors: a closed list, each with one HTTP status, one exit code, and three sentences for the reader.

use std::fmt;

use serde::{Deserialize, Serialize};

use ringdown_record::audit::sentence::Sentence;

/// What happened, what it means, what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiError {
    /// For programs.
    pub error: ErrorCode,
    /// What happened.
    pub what: String,
    /// What it means for the line.
    pub means: String,
    /// What to do.
    #[serde(rename = "do")]
    pub action: String,
    /// How another language says these three, where that is known; no part of the API.
    #[serde(skip)]
    pub said: Option<Box<[Sentence; 3]>>,
}

/// The closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorCode {
    /// The request is not of the form that the API takes.
    BadRequest,
    /// No or a wrong token, or a page of another origin.
    NotSignedIn,
    /// There is no such line, message or draft.
    NotFound,
    /// Somebody else was faster; ask again.
    Conflict,
    /// The line is shut.
    LineShut,
    /// The home is not paired, or what it holds cannot be trusted.
    NotTrusted,
    /// Another officer must do this, or a second one.
    SecondPerson,
    /// It did not happen in time.
    TimedOut,
    /// The disk takes nothing.
    CannotStore,
    /// The node does not answer.
    NodeUnreachable,
    /// Anything else.
    Failed,
}

impl ErrorCode {
    /// The HTTP status.
    pub fn status(self) -> u16 {
        match self {
            ErrorCode::BadRequest => 400,
            ErrorCode::NotSignedIn => 401,
            ErrorCode::SecondPerson | ErrorCode::NotTrusted => 403,
            ErrorCode::NotFound => 404,
            ErrorCode::Conflict | ErrorCode::LineShut => 409,
            ErrorCode::TimedOut => 408,
            ErrorCode::CannotStore => 507,
            ErrorCode::NodeUnreachable | ErrorCode::Failed => 500,
        }
    }

    /// The exit code of `ringdown`.
    pub fn exit(self) -> u8 {
        match self {
            ErrorCode::LineShut => 3,
            ErrorCode::NotTrusted => 4,
            ErrorCode::SecondPerson => 5,
            ErrorCode::TimedOut => 6,
            ErrorCode::BadRequest => 2,
            _ => 1,
        }
    }
}

impl ApiError {
    /// All three sentences.
    pub fn new(
        error: ErrorCode,
        what: impl Into<String>,
        means: impl Into<String>,
        action: impl Into<String>,
    ) -> ApiError {
        ApiError { error, what: what.into(), means: means.into(), action: action.into(), said: None }
    }

    /// The same, for who reads another language too.
    pub fn said(error: ErrorCode, what: Sentence, means: Sentence, action: Sentence) -> ApiError {
        let said = Box::new([what, means, action]);
        let [what, means, action] = said.each_ref().map(|sentence| sentence.english.clone());
        ApiError { error, what, means, action, said: Some(said) }
    }

    /// A request that could not be understood; nothing was done.
    pub fn bad_request(what: impl Into<String>, action: impl Into<String>) -> ApiError {
        ApiError::new(ErrorCode::BadRequest, what, "Nothing was sent or changed.", action)
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}\n{}", self.what, self.means, self.action)
    }
}

impl std::error::Error for ApiError {}
