//! What an officer of this side makes of a message of the other side: a note on this side's disk beside it. It is never
//! sent, signed or exported, and nothing is read back or compared from it. A correction stands behind what it corrects.

use ringdown_api as api;
use ringdown_api::translation::{OurTranslation, Translated};
use ringdown_api::{ApiError, ErrorCode, zulu};
use ringdown_message::{Courtesy, CourtesyError, TEXT_LEN_MAX};
use ringdown_record::EntryHash;
use ringdown_record::sentence;
use tokio::sync::oneshot;

use crate::desk::{cannot_store, stopping};
use crate::draft::courtesy;
use crate::driver::Command;
use crate::line::Line;
use crate::refusal::{bad_request, internal};
use crate::who::Who;

/// Translations that are kept beside one message, corrected ones included.
pub const OURS_MAX: usize = 8;

impl Line {
    /// A message with its text, and what officers of this side made of it.
    pub fn message_with_notes(&self, name: &str) -> Result<api::Message, ApiError> {
        let mut message = self.message_with_text(name)?;
        message.our_translations = self.our_translations(&self.find(&message.entry)?.hash)?;
        Ok(message)
    }

    fn our_translations(&self, entry: &EntryHash) -> Result<Vec<OurTranslation>, ApiError> {
        let Some(kept) = self.beside(entry)? else { return Ok(Vec::new()) };
        serde_json::from_slice(&kept).map_err(|error| {
            ApiError::said(
                ErrorCode::Failed,
                sentence!(
                    "said-ours-unreadable",
                    "The translations kept beside this message cannot be read: {reason}.",
                    reason = error.to_string()
                ),
                sentence!("said-message-as-it-was", "The message itself is as it was."),
                sentence!("said-restore", "Restore the home from its newest copy."),
            )
        })
    }

    /// Keeps what an officer made of a message of the other side, and gives the message as it is then. The same once
    /// more changes nothing.
    pub async fn keep_translation(
        &self,
        who: Who,
        name: &str,
        given: Translated,
    ) -> Result<api::Message, ApiError> {
        // Two at once must not lose one of them.
        let _turn = self.turn.lock().await;
        let officer = &self.officer_asking(who)?.public.name;
        let message = self.find(name)?;
        if message.side == self.own {
            return Err(bad_request(
                sentence!(
                    "said-ours-only-theirs",
                    "This message is ours; only the other side's are translated here."
                ),
                sentence!(
                    "said-ours-only-theirs-do",
                    "Give a translation of an own message with it, when it is sent."
                ),
            ));
        }
        let given = courtesy(&given);
        checked(&given)?;
        let Courtesy { language, text } = given;
        let mut kept = self.our_translations(&message.hash)?;
        if kept.last().is_some_and(|last| last.language == language && last.text == text) {
            return self.message_with_notes(name);
        }
        if kept.len() >= OURS_MAX {
            return Err(ApiError::said(
                ErrorCode::Conflict,
                sentence!(
                    "said-ours-full",
                    "There are {max} translations beside this message, as many as are kept.",
                    max = OURS_MAX
                ),
                sentence!(
                    "said-ours-full-means",
                    "What was written now was not kept; the earlier ones are there."
                ),
                sentence!("said-ours-full-do", "Write it down elsewhere."),
            ));
        }
        let at = zulu(self.clock.now().wall);
        kept.push(OurTranslation { officer: officer.clone(), at, language, text });
        let content = serde_json::to_vec(&kept).map_err(internal)?;
        let (reply, done) = oneshot::channel();
        self.command(Command::Beside(message.hash, content, reply)).await?;
        done.await.map_err(|_| stopping())?.map_err(cannot_store)?;
        self.touch();
        self.message_with_notes(name)
    }
}

fn checked(given: &Courtesy) -> Result<(), ApiError> {
    // It keeps to what a courtesy translation does, beside nothing.
    let what = match given.check("", "") {
        Ok(()) => return Ok(()),
        Err(CourtesyError::Empty) => sentence!("said-ours-empty", "it has no text"),
        Err(CourtesyError::TooLong { len }) => sentence!(
            "said-ours-too-long",
            "it has {len} bytes, the most is {max}",
            len = len,
            max = TEXT_LEN_MAX
        ),
        Err(CourtesyError::Language | CourtesyError::SameLanguage) => {
            sentence!("said-ours-language", "its language must be a tag such as en, zh, ru or ar")
        }
    };
    Err(bad_request(
        sentence!("said-ours-not-kept", "The translation was not kept: {why}.", why = what),
        sentence!("said-ours-not-kept-do", "Change it and keep it again."),
    ))
}
