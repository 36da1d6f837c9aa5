//! What an officer does: write, sign, release, acknowledge. Used by the API and by the console alike.

use ringdown_api as api;
use ringdown_api::signing::{self, SignAs};
use ringdown_api::{ApiError, ErrorCode, zulu};
use ringdown_line::{Submission, SubmitError};
use ringdown_message::{Draft, Serial};
use ringdown_record::audit::sentence::Sentence;
use ringdown_record::body::Body;
use ringdown_record::charter::ROLE_RELEASE;
use ringdown_record::sentence;
use ringdown_record::statement::{Purpose, Statement};
use ringdown_record::{DraftId, EntryHash, Kind, TrafficClass, Urgency, WallTime};
use ringdown_store::{StoredDraft, WriteError};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

use crate::driver::{Command, Compose, SubmitFailure, Terms};
use crate::entropy::hex;
use crate::line::{Line, unreadable};
use crate::reasons;
use crate::refusal::{bad_request, internal, nothing_sent, nothing_signed};
use crate::signing::{ToSign, bad_field, key_here, new_nonce, purpose_of, read_nonce, written};
use crate::who::Who;

/// A draft as it is kept: what was written, and who signed it so far.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub draft: api::Draft,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted: Option<SubmittedDraft>,
}

/// The first of two people signed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SubmittedDraft {
    pub signed: signing::Signed,
    /// When, in milliseconds of the record's clock.
    pub at_ms: u64,
}

impl Kept {
    pub(crate) fn read(stored: &StoredDraft) -> Result<Kept, ApiError> {
        let plain = || serde_json::from_slice(&stored.content).map(|draft| Kept { draft, submitted: None });
        serde_json::from_slice(&stored.content).or_else(|_| plain()).map_err(|_| bad_field("draft"))
    }
}

impl Line {
    /// Keeps a draft under the writer's own id; doing it again changes it. A released draft is not changed.
    pub async fn put_draft(&self, id: DraftId, draft: &api::Draft) -> Result<api::DraftState, ApiError> {
        // A draft may still be without a class; a message may not.
        let class = draft.class.clone().or_else(|| Some(TrafficClass::Test.name().into()));
        self.read_draft(&api::Draft { class, ..draft.clone() })?;
        self.keep_draft(id, draft).await
    }

    /// Keeps what is written so far, complete or not: nobody may lose half a form. It is checked when it is released.
    /// What is changed has to be signed again.
    pub async fn keep_draft(&self, id: DraftId, draft: &api::Draft) -> Result<api::DraftState, ApiError> {
        let before = self.open_draft(id)?;
        let kept = match before {
            Some(kept) if kept.draft == *draft => kept,
            _ => Kept { draft: draft.clone(), submitted: None },
        };
        self.keep(id, kept).await
    }

    async fn keep(&self, id: DraftId, kept: Kept) -> Result<api::DraftState, ApiError> {
        let content = serde_json::to_vec(&kept).map_err(internal)?;
        let (reply, done) = oneshot::channel();
        self.command(Command::Draft(id, Some(content), reply)).await?;
        done.await.map_err(|_| stopping())?.map_err(cannot_store)?;
        Ok(self.draft_state(id, kept))
    }

    fn draft_state(&self, id: DraftId, kept: Kept) -> api::DraftState {
        let submitted = kept.submitted.as_ref().map(|submitted| {
            let prepared = &submitted.signed.prepared;
            let officer = self.officers.iter().find(|officer| officer.public.index == prepared.officer);
            signing::Submitted {
                officer: prepared.officer,
                name: officer.map_or_else(String::new, |officer| officer.public.name.clone()),
                at: zulu(WallTime::from_ms(submitted.at_ms)),
                serial: prepared.serial.clone(),
            }
        });
        let state = if submitted.is_some() { "AWAITING RELEASE" } else { "DRAFT" };
        api::DraftState { id: hex(&id.0), draft: kept.draft, state: state.into(), submitted }
    }

    /// A draft that is not released; `None` if nothing is kept under this id.
    fn open_draft(&self, id: DraftId) -> Result<Option<Kept>, ApiError> {
        match self.stored_draft(id)? {
            Some(stored) if stored.released.is_some() => Err(conflict(sentence!(
                "said-draft-is-message",
                "This draft was released; it is a message now."
            ))),
            Some(stored) => Kept::read(&stored).map(Some),
            None => Ok(None),
        }
    }

    /// One draft that was not released.
    pub fn draft(&self, id: DraftId) -> Result<api::DraftState, ApiError> {
        Ok(self.draft_state(id, self.open_draft(id)?.ok_or_else(no_draft)?))
    }

    /// All drafts that were not released.
    pub fn drafts(&self) -> Result<Vec<api::DraftState>, ApiError> {
        let stored = self.stored_drafts()?;
        let readable = stored.into_iter().filter_map(|stored| Some((stored.id, Kept::read(&stored).ok()?)));
        Ok(readable.map(|(id, kept)| self.draft_state(id, kept)).collect())
    }

    /// Forgets a draft.
    pub async fn delete_draft(&self, id: DraftId) -> Result<(), ApiError> {
        let (reply, done) = oneshot::channel();
        self.command(Command::Draft(id, None, reply)).await?;
        done.await.map_err(|_| stopping())?.map_err(cannot_store)?;
        self.touch();
        Ok(())
    }

    /// How many people release a message of this urgency.
    pub fn people(&self, urgency: Urgency) -> u8 {
        self.charter.releasers(urgency)
    }

    /// What an officer is to sign so that this draft goes out as the next message, or awaits its second officer.
    pub async fn prepare(
        &self,
        who: Who,
        id: DraftId,
        request: &signing::Prepare,
    ) -> Result<signing::Prepared, ApiError> {
        let kept = self.open_draft(id)?.ok_or_else(no_draft)?;
        let draft = self.read_draft(&kept.draft)?;
        // Said before anyone signs, and asked again when it is sealed.
        self.may_be_sent(&draft)?;
        let (purpose, role) = purpose_of(request.sign_as);
        let officer = self.signer(who, request.officer, role)?.public.index;
        let terms = self.terms(draft.class).await?;
        let over = self.first_of_two(&draft, &kept, officer, request.sign_as)?;
        if let Some(first) = &kept.submitted
            && over.is_some()
            && first.signed.prepared.number != terms.number
        {
            return Err(number_taken(&first.signed.prepared.serial));
        }
        let content = draft.content(terms.number);
        let urgency = draft.urgency();
        let (nonce, on_screen) = (new_nonce(), terms.on_screen);
        let to_sign =
            ToSign { officer, purpose, urgency, nonce, on_screen, content: &content, over: over.as_ref() };
        let [nonce, on_screen, digest] = written(&nonce, on_screen, &self.digest(&to_sign));
        let serial = Serial { side: self.own, class: draft.class, number: terms.number };
        let serial = serial.text(&self.charter);
        let (number, sign_as) = (terms.number, request.sign_as);
        Ok(signing::Prepared { serial, number, officer, sign_as, nonce, on_screen, digest })
    }

    /// Whom an officer would sign after: of two people the first. Refused if he may not sign this, or not yet.
    fn first_of_two(
        &self,
        draft: &Draft,
        kept: &Kept,
        officer: u16,
        sign_as: SignAs,
    ) -> Result<Option<Statement>, ApiError> {
        let two = self.people(draft.urgency()) == 2;
        match (sign_as, &kept.submitted) {
            (SignAs::ReleaseAlone, _) if !two => Err(one_is_enough()),
            (SignAs::ReleaseAlone, _) if !self.charter.release_alone => Err(never_alone(draft)),
            (SignAs::ReleaseAlone | SignAs::Draft, _) => Ok(None),
            (SignAs::Release, Some(first)) if first.signed.prepared.officer == officer => {
                Err(second_person(draft, sentence!("said-not-both", "The same officer cannot be both.")))
            }
            (SignAs::Release, Some(first)) => {
                self.signed_statement(draft, &first.signed, None).map(|(statement, _)| Some(statement))
            }
            (SignAs::Release, None) if two => Err(second_person(
                draft,
                sentence!("said-first-submits", "The first has to submit it: 'as' is 'draft'."),
            )),
            (SignAs::Release, None) => Ok(None),
        }
    }

    /// The statement that a request brings, and the content that it is about.
    fn signed_statement(
        &self,
        draft: &Draft,
        signed: &signing::Signed,
        over: Option<&Statement>,
    ) -> Result<(Statement, Vec<u8>), ApiError> {
        let prepared = &signed.prepared;
        let officer = self.officer(prepared.officer)?;
        let content = draft.content(prepared.number);
        let to_sign = ToSign {
            officer: prepared.officer,
            purpose: purpose_of(prepared.sign_as).0,
            urgency: draft.urgency(),
            nonce: read_nonce(&prepared.nonce)?,
            on_screen: self.on_screen(&prepared.on_screen)?,
            content: &content,
            over,
        };
        Ok((self.stated_by(officer, to_sign, &signed.signature)?, content))
    }

    /// Signs with the officer's key that the node holds. The digest is computed here again, from the draft.
    pub fn sign(
        &self,
        who: Who,
        id: DraftId,
        prepared: signing::Prepared,
    ) -> Result<signing::Signed, ApiError> {
        let kept = self.open_draft(id)?.ok_or_else(no_draft)?;
        let draft = self.read_draft(&kept.draft)?;
        let (purpose, role) = purpose_of(prepared.sign_as);
        let officer = self.signer(who, Some(prepared.officer), role)?;
        let over = self.first_of_two(&draft, &kept, prepared.officer, prepared.sign_as)?;
        let content = draft.content(prepared.number);
        let to_sign = ToSign {
            officer: prepared.officer,
            purpose,
            urgency: draft.urgency(),
            nonce: read_nonce(&prepared.nonce)?,
            on_screen: self.on_screen(&prepared.on_screen)?,
            content: &content,
            over: over.as_ref(),
        };
        let signature = hex(&key_here(officer)?.sign(&self.digest(&to_sign)));
        Ok(signing::Signed { prepared, signature: signing::Signature::Ed25519(signature) })
    }

    /// The first of two people has signed: the draft awaits its release by another.
    pub async fn submit_draft(
        &self,
        id: DraftId,
        signed: signing::Signed,
    ) -> Result<api::DraftState, ApiError> {
        let kept = self.open_draft(id)?.ok_or_else(no_draft)?;
        let draft = self.read_draft(&kept.draft)?;
        if self.people(draft.urgency()) != 2 {
            return Err(one_is_enough());
        }
        if signed.prepared.sign_as != SignAs::Draft {
            return Err(bad_field("as"));
        }
        self.signed_statement(&draft, &signed, None)?;
        let at_ms = self.clock.now().wall.ms();
        let submitted = Some(SubmittedDraft { signed, at_ms });
        let state = self.keep(id, Kept { submitted, ..kept }).await?;
        self.touch();
        Ok(state)
    }

    /// The same with the key that the node holds.
    pub async fn submit_draft_here(&self, who: Who, id: DraftId) -> Result<api::DraftState, ApiError> {
        let request = signing::Prepare { sign_as: SignAs::Draft, officer: None };
        let prepared = self.prepare(who, id, &request).await?;
        let signed = self.sign(who, id, prepared)?;
        self.submit_draft(id, signed).await
    }

    /// Gives a draft that awaits release back to whoever writes it.
    pub async fn return_draft(&self, id: DraftId) -> Result<api::DraftState, ApiError> {
        let kept = self.open_draft(id)?.ok_or_else(no_draft)?;
        let state = self.keep(id, Kept { submitted: None, ..kept }).await?;
        self.touch();
        Ok(state)
    }

    /// Seals the message. However often it is asked for, a draft becomes one message.
    pub async fn release(&self, id: DraftId, signed: &signing::Signed) -> Result<api::Message, ApiError> {
        let stored = self.stored_draft(id)?.ok_or_else(no_draft)?;
        if let Some(number) = stored.released {
            return self.message_numbered(number);
        }
        let kept = Kept::read(&stored)?;
        let draft = self.read_draft(&kept.draft)?;
        let _turn = self.turn_for(&draft).await?;
        let prepared = &signed.prepared;
        if prepared.sign_as == SignAs::Draft {
            return Err(second_person(
                &draft,
                sentence!("said-signed-as-writer", "This officer signed that he wrote it."),
            ));
        }
        let first = self.first_of_two(&draft, &kept, prepared.officer, prepared.sign_as)?;
        if let Some(submitted) = &kept.submitted
            && first.is_some()
            && submitted.signed.prepared.number != prepared.number
        {
            return Err(number_taken(&submitted.signed.prepared.serial));
        }
        let (statement, content) = self.signed_statement(&draft, signed, first.as_ref())?;
        let statements: Vec<Statement> = [Some(statement), first].into_iter().flatten().collect();
        let submission = Submission {
            draft: Some(id),
            kind: Kind::MESSAGE,
            urgency: draft.urgency(),
            officer: prepared.officer,
            body: Body::write(&statements, &content),
        };
        self.released(self.submit(submission).await?)
    }

    /// All steps with the key that the node holds. Where one person releases, no other message can take the number in
    /// between.
    pub async fn send(
        &self,
        who: Who,
        id: DraftId,
        release: signing::Release,
    ) -> Result<api::Message, ApiError> {
        let stored = self.stored_draft(id)?.ok_or_else(no_draft)?;
        if let Some(number) = stored.released {
            return self.message_numbered(number);
        }
        let kept = Kept::read(&stored)?;
        let draft = self.read_draft(&kept.draft)?;
        if release.alone || self.people(draft.urgency()) == 2 {
            let sign_as = if release.alone { SignAs::ReleaseAlone } else { SignAs::Release };
            let prepared = self.prepare(who, id, &signing::Prepare { sign_as, officer: None }).await?;
            let signed = self.sign(who, id, prepared)?;
            return self.release(id, &signed).await;
        }
        let officer = self.signer(who, None, ROLE_RELEASE)?;
        let (officer, key) = (officer.public.index, key_here(officer)?.clone());
        let _turn = self.turn_for(&draft).await?;
        let class = draft.class;
        let compose = move |line: &Line, terms: Terms| {
            let content = draft.content(terms.number);
            let (urgency, on_screen) = (draft.urgency(), terms.on_screen);
            let (purpose, nonce) = (Purpose::Release, new_nonce());
            let to_sign =
                ToSign { officer, purpose, urgency, nonce, on_screen, content: &content, over: None };
            let body = Body::write(&[line.stated(&key, to_sign)], &content);
            Submission { draft: Some(id), kind: Kind::MESSAGE, urgency, officer, body }
        };
        self.released(self.compose(Some(id), class, Box::new(compose)).await?)
    }

    fn released(&self, sealed: Result<EntryHash, SubmitFailure>) -> Result<api::Message, ApiError> {
        match sealed {
            Ok(hash) => {
                self.touch();
                self.message_with_text(&hash.to_string())
            }
            Err(SubmitFailure::Released(number)) => self.message_numbered(number),
            Err(failure) => Err(submit_error(failure)),
        }
    }

    async fn submit(&self, submission: Submission) -> Result<Result<EntryHash, SubmitFailure>, ApiError> {
        let (reply, done) = oneshot::channel();
        self.command(Command::Submit(submission, reply)).await?;
        done.await.map_err(|_| stopping())
    }

    /// Seals what `compose` makes, and waits until it is durable.
    pub(crate) async fn sealed(&self, class: TrafficClass, compose: Compose) -> Result<EntryHash, ApiError> {
        self.compose(None, class, compose).await?.map_err(submit_error)
    }

    async fn compose(
        &self,
        draft: Option<DraftId>,
        class: TrafficClass,
        compose: Compose,
    ) -> Result<Result<EntryHash, SubmitFailure>, ApiError> {
        let (reply, done) = oneshot::channel();
        self.command(Command::Compose(draft, class, compose, reply)).await?;
        done.await.map_err(|_| stopping())
    }

    pub(crate) async fn terms(&self, class: TrafficClass) -> Result<Terms, ApiError> {
        let (reply, done) = oneshot::channel();
        self.command(Command::Terms(class, reply)).await?;
        done.await.map_err(|_| stopping())
    }

    /// Hands a command to the driver.
    pub async fn command(&self, command: Command) -> Result<(), ApiError> {
        self.commands.send(command).await.map_err(|_| stopping())
    }
}

fn no_draft() -> ApiError {
    ApiError::said(
        ErrorCode::NotFound,
        sentence!("said-no-draft", "There is no such draft."),
        nothing_sent(),
        sentence!("said-no-draft-do", "Put the draft first, then prepare, sign and release it."),
    )
}

/// Two people are the rule, and this is one.
fn second_person(draft: &Draft, why: Sentence) -> ApiError {
    let precedence = draft.precedence.name();
    ApiError::said(
        ErrorCode::SecondPerson,
        sentence!(
            "said-two-people",
            "A {precedence} message is released by two people. {why}",
            precedence = precedence,
            why = why
        ),
        nothing_sent(),
        sentence!(
            "said-two-people-do",
            "Another officer releases it, with his own key: 'ringdown release ID', or the board of his console."
        ),
    )
}

fn never_alone(draft: &Draft) -> ApiError {
    second_person(
        draft,
        sentence!(
            "said-never-alone",
            "The charter of this line does not let one person release it in an emergency."
        ),
    )
}

fn one_is_enough() -> ApiError {
    ApiError::said(
        ErrorCode::Conflict,
        sentence!("said-one-is-enough", "One person releases this message."),
        nothing_signed(),
        sentence!("said-one-is-enough-do", "Release it: no second officer is needed."),
    )
}

fn number_taken(serial: &str) -> ApiError {
    ApiError::said(
        ErrorCode::Conflict,
        sentence!(
            "said-number-taken",
            "Another message took the number {serial} after this one was submitted under it.",
            serial = serial
        ),
        sentence!("said-number-taken-means", "Nothing was sent; what was written is kept."),
        sentence!(
            "said-number-taken-do",
            "Return it to the drafter, who submits it again under the next number."
        ),
    )
}

fn conflict(what: Sentence) -> ApiError {
    let means = sentence!("said-nothing-by-this", "Nothing was sent by this request.");
    let todo = sentence!("said-prepare-again", "Prepare and sign again.");
    ApiError::said(ErrorCode::Conflict, what, means, todo)
}

pub(crate) fn stopping() -> ApiError {
    ApiError::said(
        ErrorCode::Failed,
        sentence!("said-stopping", "The node is stopping."),
        sentence!("said-stopping-means", "Nothing is known of the outcome."),
        sentence!("said-stopping-do", "Start it again; releasing the same draft again cannot send it twice."),
    )
}

pub(crate) fn cannot_store(error: WriteError) -> ApiError {
    ApiError::said(
        ErrorCode::CannotStore,
        sentence!("said-cannot-store", "CANNOT STORE: {why}.", why = reasons::of_write(&error)),
        sentence!(
            "said-cannot-store-means",
            "Nothing was kept or sent. Receiving has stopped and the peer was told."
        ),
        sentence!(
            "said-cannot-store-do",
            "Free space on the disk, or start the node anew after checking it."
        ),
    )
}

fn submit_error(failure: SubmitFailure) -> ApiError {
    let refused = match failure {
        SubmitFailure::Refused(refused) => refused,
        SubmitFailure::Releasing => {
            return conflict(sentence!(
                "said-draft-is-releasing",
                "This draft is being released by another request."
            ));
        }
        SubmitFailure::Released(_) => {
            return conflict(sentence!("said-draft-was-released", "This draft was released."));
        }
        SubmitFailure::Unreadable(error) => return unreadable(error),
        SubmitFailure::NotDurable => return cannot_store(WriteError::Stopped("the disk failed".into())),
    };
    let what = sentence!(
        "said-not-sealed",
        "Nothing was signed or sent: {why}.",
        why = reasons::of_submit(&refused)
    );
    match refused {
        SubmitError::SerialTaken { .. } => conflict(what),
        SubmitError::LineShut => ApiError::said(
            ErrorCode::LineShut,
            what,
            sentence!("said-shut-means", "Drafts are kept; receipts and acknowledgements still pass."),
            sentence!("said-shut-do", "Wait until both sides are ready again."),
        ),
        SubmitError::CannotStore => cannot_store(WriteError::Full),
        SubmitError::OwnRecordIsOld => ApiError::said(
            ErrorCode::NotTrusted,
            what,
            sentence!("said-old-copy-means", "Signing on an old copy would make two histories."),
            sentence!("said-old-copy-do", "Stop the node and restore the newest copy of the home."),
        ),
        SubmitError::Content | SubmitError::Refused(_) => bad_request(
            what,
            sentence!("said-prepare-draft-again", "Prepare the draft again and sign what the node answers."),
        ),
    }
}
