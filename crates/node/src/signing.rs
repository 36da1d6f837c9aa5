//! Who acts, and what he signs: by a key that the node holds, or by one of his own that it never sees.

use ringdown_api::signing::{self, SignAs};
use ringdown_api::{ApiError, ErrorCode};
use ringdown_record::charter::{self, OfficerKey};
use ringdown_record::sentence;
use ringdown_record::statement::{Assertion, Purpose, Signature, Statement, StatementTerms};
use ringdown_record::{EntryRef, Place, SigningKey, Urgency};

use crate::entropy::{hex, random, unhex, unhex_any};
use crate::line::Line;
use crate::officers::HomeOfficer;
use crate::reasons;
use crate::refusal::{bad_request, nothing_signed};
use crate::who::Who;

/// What a statement binds, besides line and side.
#[derive(Clone, Copy)]
pub(crate) struct ToSign<'a> {
    pub officer: u16,
    pub purpose: Purpose,
    pub urgency: Urgency,
    pub nonce: [u8; 8],
    pub on_screen: EntryRef,
    pub content: &'a [u8],
    /// The statement of the first of two people, which the second signs too.
    pub over: Option<&'a Statement>,
}

impl Line {
    /// The officers as the one who asks sees them.
    pub fn officers_shown(&self, who: Who) -> Vec<signing::Officer> {
        let asks = self.officer_asking(who).map(|officer| officer.public.index).ok();
        let shown = |officer: &HomeOfficer| signing::Officer {
            officer: officer.public.index,
            name: officer.public.name.clone(),
            may: officer.may_words().into_iter().map(String::from).collect(),
            held_by: officer.held_by().into(),
            key: hex(&officer.public.key),
            asks: asks == Some(officer.public.index),
        };
        self.officers.iter().map(shown).collect()
    }

    /// The officer of this number.
    pub(crate) fn officer(&self, index: u16) -> Result<&HomeOfficer, ApiError> {
        self.officers.iter().find(|officer| officer.public.index == index).ok_or_else(|| {
            bad_request(
                sentence!("said-no-officer", "There is no officer {officer} on this side.", officer = index),
                sentence!("said-no-officer-do", "See 'ringdown officers' for those there are."),
            )
        })
    }

    /// The officer who asks. An operator who names none is the first whose key the node holds.
    pub(crate) fn officer_asking(&self, who: Who) -> Result<&HomeOfficer, ApiError> {
        match who {
            Who::Officer(index) | Who::Operator(Some(index)) => self.officer(index),
            Who::Operator(None) => {
                let held = self.officers.iter().find(|officer| officer.key.is_some());
                held.or(self.officers.first()).ok_or_else(only_looks)
            }
            Who::Viewer => Err(only_looks()),
        }
    }

    /// The officer who is to sign as `role` allows: the one named, else who asks.
    pub(crate) fn signer(&self, who: Who, named: Option<u16>, role: u16) -> Result<&HomeOfficer, ApiError> {
        let asking = self.officer_asking(who)?;
        let officer = match (named, who) {
            (Some(index), Who::Operator(_)) => self.officer(index)?,
            (Some(index), _) if index != asking.public.index => {
                return Err(ApiError::said(
                    ErrorCode::SecondPerson,
                    sentence!(
                        "said-other-session",
                        "This session is {own}'s, not officer {other}'s.",
                        own = &asking.public.name,
                        other = index
                    ),
                    nothing_signed(),
                    sentence!("said-other-session-do", "Let the other officer sign in with his own address."),
                ));
            }
            _ => asking,
        };
        if officer.may(role) {
            return Ok(officer);
        }
        let what = charter_word(role);
        Err(ApiError::said(
            ErrorCode::SecondPerson,
            sentence!(
                "said-may-not",
                "The {officer} of this side may not {role}.",
                officer = &officer.public.name,
                role = what
            ),
            nothing_signed(),
            sentence!(
                "said-may-not-do",
                "An officer with the role '{role}' has to do this; 'ringdown officers' shows them.",
                role = what
            ),
        ))
    }

    /// The 32 bytes that an officer signs.
    pub(crate) fn digest(&self, to_sign: &ToSign<'_>) -> [u8; 32] {
        let ToSign { officer, purpose, urgency, nonce, on_screen, content, over } = *to_sign;
        let (line, side) = (self.id, self.own);
        StatementTerms {
            line,
            side,
            incarnation: 1,
            officer,
            purpose,
            urgency,
            nonce,
            on_screen,
            content,
            over,
        }
        .digest()
    }

    /// A statement, signed with a key that the node holds.
    pub(crate) fn stated(&self, key: &SigningKey, to_sign: ToSign<'_>) -> Statement {
        let signature = key.sign(&self.digest(&to_sign)).into();
        statement(&to_sign, signature)
    }

    /// A statement with a signature that was made elsewhere, if it is this officer's.
    pub(crate) fn stated_by(
        &self,
        officer: &HomeOfficer,
        to_sign: ToSign<'_>,
        signature: &signing::Signature,
    ) -> Result<Statement, ApiError> {
        let signature = checked_signature(officer, &self.digest(&to_sign), signature)?;
        Ok(statement(&to_sign, signature))
    }

    /// The peer's entry that was on the screen of who signed.
    pub(crate) fn on_screen(&self, text: &str) -> Result<EntryRef, ApiError> {
        let place = parse_place(text).ok_or_else(|| bad_field("on_screen"))?;
        if place == Place::NONE {
            return Ok(EntryRef::NONE);
        }
        let found = self.entry_at(self.own.other(), place)?;
        found.map(|entry| entry.reference()).ok_or_else(|| bad_field("on_screen"))
    }
}

/// A nonce of an officer, used once.
pub(crate) fn new_nonce() -> [u8; 8] {
    random()
}

pub(crate) fn read_nonce(text: &str) -> Result<[u8; 8], ApiError> {
    unhex(text).ok_or_else(|| bad_field("nonce"))
}

pub(crate) fn purpose_of(sign_as: SignAs) -> (Purpose, u16) {
    match sign_as {
        SignAs::Release => (Purpose::Release, charter::ROLE_RELEASE),
        SignAs::ReleaseAlone => (Purpose::ReleaseAlone, charter::ROLE_RELEASE),
        SignAs::Draft => (Purpose::Draft, charter::ROLE_DRAFT),
    }
}

fn statement(to_sign: &ToSign<'_>, signature: Signature) -> Statement {
    Statement {
        officer: to_sign.officer,
        purpose: to_sign.purpose,
        nonce: to_sign.nonce,
        on_screen: to_sign.on_screen.place,
        signature,
    }
}

/// A signature in the form of the record, if it is by this officer's key.
pub(crate) fn checked_signature(
    officer: &HomeOfficer,
    digest: &[u8; 32],
    signature: &signing::Signature,
) -> Result<Signature, ApiError> {
    let signature = read_signature(officer, digest, signature)?;
    if signature.check(&officer.public, digest).is_err() {
        return Err(bad_request(
            sentence!(
                "said-other-key",
                "The signature is not by the key of {officer}.",
                officer = &officer.public.name
            ),
            sentence!("said-other-key-do", "Sign again, with the key that stands in the key list."),
        ));
    }
    Ok(signature)
}

/// Brings a signature into the form of the record.
fn read_signature(
    officer: &HomeOfficer,
    digest: &[u8; 32],
    signature: &signing::Signature,
) -> Result<Signature, ApiError> {
    let answer = match (signature, officer.public.public_key()) {
        (signing::Signature::Ed25519(text), Some(OfficerKey::Ed25519(_))) => {
            return unhex::<64>(text).map(Signature::from).ok_or_else(|| bad_field("signature"));
        }
        (signing::Signature::Passkey(answer), Some(OfficerKey::Passkey(_))) => answer,
        _ => {
            let held = officer.held_by();
            return Err(bad_request(
                sentence!(
                    "said-other-kind-of-key",
                    "The key of {officer} is of another kind ({held}).",
                    officer = &officer.public.name,
                    held = held
                ),
                sentence!("said-other-kind-of-key-do", "Sign with the key that stands in the key list."),
            ));
        }
    };
    let bytes = |text: &str| unhex_any(text).ok_or_else(|| bad_field("signature"));
    let site = (officer.public.rp_id.as_str(), officer.public.origin.as_str());
    let (data, client, der) =
        (bytes(&answer.authenticator_data)?, bytes(&answer.client_data)?, bytes(&answer.signature)?);
    Assertion::of_response(&data, &client, &der, site, digest).map(Signature::Passkey).map_err(|error| {
        bad_request(
            sentence!(
                "said-passkey-unusable",
                "The answer of the passkey cannot be used: {why}.",
                why = reasons::of_passkey(error)
            ),
            sentence!(
                "said-passkey-unusable-do",
                "Use the console under the address that the passkey was made for, and try again."
            ),
        )
    })
}

/// How a digest, a nonce and a place stand in an answer.
pub(crate) fn written(nonce: &[u8; 8], on_screen: EntryRef, digest: &[u8; 32]) -> [String; 3] {
    [hex(nonce), on_screen.place.to_string(), hex(digest)]
}

fn parse_place(text: &str) -> Option<Place> {
    let (incarnation, seq) = text.split_once('/')?;
    Some(Place { incarnation: incarnation.parse().ok()?, seq: seq.parse().ok()? })
}

fn charter_word(role: u16) -> &'static str {
    crate::officers::ROLES.iter().find(|(_, bit)| *bit == role).map_or("do this", |(name, _)| name)
}

/// The answer to an act in a session that only looks.
pub(crate) fn only_looks() -> ApiError {
    ApiError::said(
        ErrorCode::SecondPerson,
        sentence!("said-only-looks", "This session only looks."),
        sentence!("said-only-looks-means", "Nothing was signed, sent or changed."),
        sentence!("said-only-looks-do", "Sign in with an officer's own address to act."),
    )
}

/// The officer's key, if the node holds it.
pub(crate) fn key_here(officer: &HomeOfficer) -> Result<&SigningKey, ApiError> {
    officer.key.as_ref().ok_or_else(|| own_key(officer))
}

fn own_key(officer: &HomeOfficer) -> ApiError {
    let (name, how) = (&officer.public.name, officer.held_by());
    let action = match how {
        "passkey" => sentence!("said-sign-with-passkey", "Sign on the console, with the passkey."),
        _ => sentence!("said-name-key-file", "Name the key file with --key FILE."),
    };
    ApiError::said(
        ErrorCode::SecondPerson,
        sentence!("said-own-key", "The {officer} holds the key, not the node.", officer = name),
        nothing_signed(),
        action,
    )
}

pub(crate) fn bad_field(name: &str) -> ApiError {
    bad_request(
        sentence!("said-bad-field", "The field '{name}' is not as the node gave it.", name = name),
        sentence!("said-bad-field-do", "Prepare it again and send back what the node answers."),
    )
}
