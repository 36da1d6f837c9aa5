//! Why something is refused: in English as the crates below say it, with the key under which the console has it in its
//! other languages. A reason without a key does not compile; a key without words fails a test.

mod written;

use ringdown_line::SubmitError;
use ringdown_message::SerialError;
use ringdown_message::act::{ACT_TEXT_LEN_MAX, DeedFault, STANDBY_MINUTES_MAX};
use ringdown_message::dialogue::NotNow;
use ringdown_message::value::FIELDS_MAX;
use ringdown_record::Refusal;
use ringdown_record::audit::sentence::Sentence;
use ringdown_record::statement::ResponseError;
use ringdown_store::{ReadError, WriteError};

pub(crate) use written::{of_draft, of_form, of_form_alone, of_typed};

/// Why something may not be done now.
pub(crate) fn not_now(reason: NotNow) -> Sentence {
    let key = match reason {
        NotNow::NotInTable(Some(marker)) => {
            return Sentence::told("said-not-in-table", reason, [("marker", marker.name().into())]);
        }
        NotNow::AcknowledgeFirst => "said-not-acknowledged",
        NotNow::OtherSide => "said-not-ours",
        NotNow::NotInTable(None) => "said-not-answered-at-all",
        NotNow::Answered => "said-not-answered-twice",
        NotNow::Superseded => "said-not-superseded",
        NotNow::Delayed => "said-not-delayed",
        NotNow::Expired => "said-not-expired",
        NotNow::Standbys => "said-not-standbys",
        NotNow::ReadBackPending => "said-not-pending",
        NotNow::NothingToReadBack => "said-not-critical",
        NotNow::NoReadBack => "said-not-read-back",
        NotNow::NothingAsked => "said-not-asked",
        NotNow::Different => "said-not-different",
        NotNow::OtherFields => "said-not-other-fields",
        NotNow::TooMany => "said-not-so-often",
        NotNow::Flawed(flaw) => flaw.key(),
        NotNow::Done => "said-not-twice",
    };
    Sentence::told(key, reason, [])
}

/// What of an act is not as it must be.
pub(crate) fn of_deed(fault: DeedFault) -> Sentence {
    let of = |key, max: usize| Sentence::told(key, fault.name(), [("max", max.into())]);
    match fault {
        DeedFault::StandbyMinutes => of("said-deed-minutes", usize::from(STANDBY_MINUTES_MAX)),
        DeedFault::WordsBeside => Sentence::told("said-deed-words", fault.name(), []),
        DeedFault::AnswerLength => of("said-deed-answer-length", ACT_TEXT_LEN_MAX),
        DeedFault::FieldCount => of("said-deed-field-count", FIELDS_MAX),
        DeedFault::FieldNames => Sentence::told("said-deed-field-names", fault.name(), []),
        DeedFault::ReadBackLength => of("said-deed-read-back-length", ACT_TEXT_LEN_MAX),
        DeedFault::Language => Sentence::told("said-deed-language", fault.name(), []),
    }
}

/// Why a name is no message's.
pub(crate) fn of_serial(error: &SerialError) -> Sentence {
    let english = format!("{error}.");
    match error {
        SerialError::UnknownSide(name) => Sentence::told("said-no-side", english, [("name", name.into())]),
        SerialError::NotANumber(text) => Sentence::told("said-no-serial", english, [("text", text.into())]),
    }
}

/// Why the answer of an authenticator makes no statement.
pub(crate) fn of_passkey(error: ResponseError) -> Sentence {
    match error {
        ResponseError::AuthenticatorData => Sentence::told("said-passkey-data", error, []),
        ResponseError::RelyingParty => Sentence::told("said-passkey-site", error, []),
        ResponseError::Signature => Sentence::told("said-passkey-signature", error, []),
        // What a browser wrote wrong is of no use to an officer; the words help whoever mends it.
        ResponseError::Form(_) | ResponseError::ClientData(_) => {
            Sentence::told("said-passkey-form", error, [("reason", error.to_string().into())])
        }
    }
}

/// Why nothing can be written.
pub(crate) fn of_write(error: &WriteError) -> Sentence {
    match error {
        WriteError::Full => Sentence::told("said-disk-full", error, []),
        WriteError::Stopped(what) => Sentence::told("said-writing-stopped", error, [("reason", what.into())]),
    }
}

/// Why something cannot be read, as a sentence of its own.
pub(crate) fn of_read(error: &ReadError) -> Sentence {
    let english = format!("{error}.");
    match error {
        ReadError::Damaged(what) => Sentence::told("said-record-damaged", english, [("reason", what.into())]),
        ReadError::System(what) => {
            Sentence::told("said-record-unreadable", english, [("reason", what.into())])
        }
    }
}

/// Why an entry is not sealed.
pub(crate) fn of_submit(error: &SubmitError) -> Sentence {
    let key = match error {
        SubmitError::SerialTaken { next } => {
            return Sentence::told("said-serial-taken", error, [("next", next.to_string().into())]);
        }
        SubmitError::Refused(Refusal::Misbehaved(reason)) => {
            return Sentence::told("said-peer-would-refuse", error, [("why", reason.said().into())]);
        }
        SubmitError::Refused(Refusal::Parked(missing)) => {
            return Sentence::told("said-not-to-be-sealed", error, [("why", missing.said().into())]);
        }
        SubmitError::LineShut => "said-line-shut",
        SubmitError::OwnRecordIsOld => "said-record-is-old",
        SubmitError::CannotStore => "said-disk-takes-nothing",
        SubmitError::Content => "said-no-content",
        SubmitError::Refused(_) => "said-place-taken",
    };
    Sentence::told(key, error, [])
}
