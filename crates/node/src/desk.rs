//! What an officer does: write, sign, release, acknowledge. Used by the API and by the console alike.

use ringdown_api as api;
use ringdown_api::{ApiError, ErrorCode};
use ringdown_line::{Submission, SubmitError};
use ringdown_message::{Draft, Serial};
use ringdown_record::body::Body;
use ringdown_record::statement::{Purpose, Statement, StatementTerms};
use ringdown_record::{DraftId, EntryHash, EntryRef, Kind, Place, TrafficClass, Urgency};
use ringdown_store::{StoredDraft, WriteError};
use tokio::sync::oneshot;

use crate::driver::{Command, Compose, SubmitFailure, Terms};
use crate::entropy::{hex, random, unhex};
use crate::line::{Line, unreadable};

impl Line {
    /// Keeps a draft under the writer's own id; doing it again changes it. A released draft is not changed.
    pub async fn put_draft(&self, id: DraftId, draft: &api::Draft) -> Result<api::DraftState, ApiError> {
        // A draft may still be without a class; a message may not.
        let class = draft.class.clone().or_else(|| Some(TrafficClass::Test.name().into()));
        self.read_draft(&api::Draft { class, ..draft.clone() })?;
        self.keep_draft(id, draft).await
    }

    /// Keeps what is written so far, complete or not: nobody may lose half a form. It is checked when it is released.
    pub async fn keep_draft(&self, id: DraftId, draft: &api::Draft) -> Result<api::DraftState, ApiError> {
        if self.stored_draft(id)?.is_some_and(|stored| stored.released.is_some()) {
            return Err(conflict("This draft was released; it is a message now."));
        }
        let content =
            serde_json::to_vec(draft).map_err(|error| ApiError::bad_request(error.to_string(), ""))?;
        let (reply, done) = oneshot::channel();
        self.command(Command::Draft(id, Some(content), reply)).await?;
        done.await.map_err(|_| stopping())?.map_err(cannot_store)?;
        Ok(api::DraftState { id: hex(&id.0), draft: draft.clone(), state: "DRAFT".into() })
    }

    /// All drafts that were not released.
    pub fn drafts(&self) -> Result<Vec<api::DraftState>, ApiError> {
        let stored = self.stored_drafts()?;
        Ok(stored
            .into_iter()
            .filter_map(|stored| {
                let draft = serde_json::from_slice(&stored.content).ok()?;
                Some(api::DraftState { id: hex(&stored.id.0), draft, state: "DRAFT".into() })
            })
            .collect())
    }

    /// Forgets a draft.
    pub async fn delete_draft(&self, id: DraftId) -> Result<(), ApiError> {
        let (reply, done) = oneshot::channel();
        self.command(Command::Draft(id, None, reply)).await?;
        done.await.map_err(|_| stopping())?.map_err(cannot_store)
    }

    /// What the officer is to sign so that this draft goes out as the next message.
    pub async fn prepare(&self, id: DraftId) -> Result<api::Prepared, ApiError> {
        let draft = self.draft_to_release(id)?;
        // Said before anyone signs, and asked again when it is sealed.
        if let Some(re) = draft.re {
            self.may_refer(draft.marker, &re)?;
        }
        let terms = self.terms(draft.class).await?;
        let nonce: [u8; 8] = random();
        let content = draft.content(terms.number);
        let statement =
            self.statement_terms(Purpose::Release, draft.urgency(), nonce, terms.on_screen, &content);
        let serial = Serial { side: self.own, class: draft.class, number: terms.number };
        Ok(api::Prepared {
            serial: serial.text(&self.charter),
            number: terms.number,
            officer: self.officer.index,
            nonce: hex(&nonce),
            on_screen: terms.on_screen.place.to_string(),
            digest: hex(&statement.digest()),
        })
    }

    /// Signs with the officer's key that the node holds. The digest is computed here again, from the draft.
    pub fn sign(&self, id: DraftId, prepared: api::Prepared) -> Result<api::Signed, ApiError> {
        let draft = self.draft_to_release(id)?;
        let nonce = unhex(&prepared.nonce).ok_or_else(|| bad_field("nonce"))?;
        let place = parse_place(&prepared.on_screen).ok_or_else(|| bad_field("on_screen"))?;
        let on_screen = self.peer_entry(place)?;
        let content = draft.content(prepared.number);
        let terms = self.statement_terms(Purpose::Release, draft.urgency(), nonce, on_screen, &content);
        let signature = hex(&self.officer.key.sign(&terms.digest()));
        Ok(api::Signed { prepared, signature })
    }

    /// Seals the message. However often it is asked for, a draft becomes one message.
    pub async fn release(&self, id: DraftId, signed: &api::Signed) -> Result<api::Message, ApiError> {
        let stored = self.stored_draft(id)?.ok_or_else(no_draft)?;
        if let Some(number) = stored.released {
            return self.message_numbered(number);
        }
        let draft = self.read_stored(&stored)?;
        let _turn = self.turn_for(&draft).await?;
        let prepared = &signed.prepared;
        let statement = Statement {
            officer: prepared.officer,
            purpose: Purpose::Release,
            nonce: unhex(&prepared.nonce).ok_or_else(|| bad_field("nonce"))?,
            on_screen: parse_place(&prepared.on_screen).ok_or_else(|| bad_field("on_screen"))?,
            signature: unhex::<64>(&signed.signature).ok_or_else(|| bad_field("signature"))?.into(),
        };
        let submission = Submission {
            draft: Some(id),
            kind: Kind::MESSAGE,
            urgency: draft.urgency(),
            officer: prepared.officer,
            body: Body::write(&[statement], &draft.content(prepared.number)),
        };
        match self.submit(submission).await? {
            Ok(hash) => self.message_with_text(&hash.to_string()),
            Err(SubmitFailure::Released(number)) => self.message_numbered(number),
            Err(failure) => Err(submit_error(failure)),
        }
    }

    /// All three steps with the key that the node holds, in one: no other message can take the number in between.
    pub async fn send(&self, id: DraftId) -> Result<api::Message, ApiError> {
        let stored = self.stored_draft(id)?.ok_or_else(no_draft)?;
        if let Some(number) = stored.released {
            return self.message_numbered(number);
        }
        let draft = self.read_stored(&stored)?;
        let _turn = self.turn_for(&draft).await?;
        let class = draft.class;
        let compose = move |line: &Line, terms: Terms| {
            let content = draft.content(terms.number);
            let statement = line.stated(Purpose::Release, draft.urgency(), terms.on_screen, &content);
            Submission {
                draft: Some(id),
                kind: Kind::MESSAGE,
                urgency: draft.urgency(),
                officer: statement.officer,
                body: Body::write(&[statement], &content),
            }
        };
        match self.compose(Some(id), class, Box::new(compose)).await? {
            Ok(hash) => self.message_with_text(&hash.to_string()),
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

    /// A statement of the officer whose key the node holds, signed.
    pub(crate) fn stated(
        &self,
        purpose: Purpose,
        urgency: Urgency,
        on_screen: EntryRef,
        content: &[u8],
    ) -> Statement {
        let nonce: [u8; 8] = random();
        let terms = self.statement_terms(purpose, urgency, nonce, on_screen, content);
        Statement {
            officer: self.officer.index,
            purpose,
            nonce,
            on_screen: on_screen.place,
            signature: self.officer.key.sign(&terms.digest()).into(),
        }
    }

    async fn terms(&self, class: TrafficClass) -> Result<Terms, ApiError> {
        let (reply, done) = oneshot::channel();
        self.command(Command::Terms(class, reply)).await?;
        done.await.map_err(|_| stopping())
    }

    /// Hands a command to the driver.
    pub async fn command(&self, command: Command) -> Result<(), ApiError> {
        self.commands.send(command).await.map_err(|_| stopping())
    }

    fn statement_terms<'a>(
        &self,
        purpose: Purpose,
        urgency: Urgency,
        nonce: [u8; 8],
        on_screen: EntryRef,
        content: &'a [u8],
    ) -> StatementTerms<'a> {
        StatementTerms {
            line: self.id,
            side: self.own,
            incarnation: 1,
            officer: self.officer.index,
            purpose,
            urgency,
            nonce,
            on_screen,
            content,
            over: None,
        }
    }

    fn peer_entry(&self, place: Place) -> Result<EntryRef, ApiError> {
        let found = self.entry_at(self.own.other(), place)?;
        found.map(|entry| entry.reference()).ok_or_else(|| bad_field("on_screen"))
    }

    fn draft_to_release(&self, id: DraftId) -> Result<Draft, ApiError> {
        self.read_stored(&self.stored_draft(id)?.ok_or_else(no_draft)?)
    }

    fn read_stored(&self, stored: &StoredDraft) -> Result<Draft, ApiError> {
        let draft: api::Draft = serde_json::from_slice(&stored.content).map_err(|_| bad_field("draft"))?;
        self.read_draft(&draft)
    }
}

fn parse_place(text: &str) -> Option<Place> {
    let (incarnation, seq) = text.split_once('/')?;
    Some(Place { incarnation: incarnation.parse().ok()?, seq: seq.parse().ok()? })
}

fn bad_field(name: &str) -> ApiError {
    ApiError::bad_request(
        format!("The field '{name}' is not as the node gave it."),
        "Prepare the draft again and send back what the node answers.",
    )
}

fn no_draft() -> ApiError {
    ApiError::new(
        ErrorCode::NotFound,
        "There is no such draft.",
        "Nothing was sent.",
        "Put the draft first, then prepare, sign and release it.",
    )
}

fn conflict(what: &str) -> ApiError {
    ApiError::new(ErrorCode::Conflict, what, "Nothing was sent by this request.", "Prepare and sign again.")
}

fn stopping() -> ApiError {
    ApiError::new(
        ErrorCode::Failed,
        "The node is stopping.",
        "Nothing is known of the outcome.",
        "Start it again; releasing the same draft again cannot send it twice.",
    )
}

fn cannot_store(error: WriteError) -> ApiError {
    ApiError::new(
        ErrorCode::CannotStore,
        format!("CANNOT STORE: {error}."),
        "Nothing was kept or sent. Receiving has stopped and the peer was told.",
        "Free space on the disk, or start the node anew after checking it.",
    )
}

fn submit_error(failure: SubmitFailure) -> ApiError {
    let refused = match failure {
        SubmitFailure::Refused(refused) => refused,
        SubmitFailure::Releasing => return conflict("This draft is being released by another request."),
        SubmitFailure::Released(_) => return conflict("This draft was released."),
        SubmitFailure::Unreadable(error) => return unreadable(error),
        SubmitFailure::NotDurable => return cannot_store(WriteError::Stopped("the disk failed".into())),
    };
    let what = format!("Nothing was signed or sent: {refused}.");
    match refused {
        SubmitError::SerialTaken { .. } => conflict(&what),
        SubmitError::LineShut => ApiError::new(
            ErrorCode::LineShut,
            what,
            "Drafts are kept; receipts and acknowledgements still pass.",
            "Wait until both sides are ready again.",
        ),
        SubmitError::CannotStore => cannot_store(WriteError::Full),
        SubmitError::OwnRecordIsOld => ApiError::new(
            ErrorCode::NotTrusted,
            what,
            "Signing on an old copy would make two histories.",
            "Stop the node and restore the newest copy of the home.",
        ),
        SubmitError::Content | SubmitError::Refused(_) => {
            ApiError::bad_request(what, "Prepare the draft again and sign what the node answers.")
        }
    }
}
