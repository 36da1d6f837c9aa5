//! Who speaks in an entry: how many officers, with which purposes and roles, each once and over exactly this content
//! (REC-7).

use std::fmt;

use crate::body::Body;
use crate::chain::{Chain, Misbehaviour, Missing, Refusal};
use crate::charter;
use crate::entry::{Header, Kind, Urgency};
use crate::statement::{Purpose, Statement};

/// Why the people who speak in an entry are not those who may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatementError {
    /// Fewer officers speak than must.
    TooFew {
        /// So many must.
        needed: u8,
        /// So many do.
        spoke: u8,
    },
    /// The header names another officer than the first statement.
    HeaderOfficer,
    /// A statement of this purpose has no place there.
    Purpose(Purpose),
    /// This officer is not in the key list, or has not the role for what he says.
    Role(u16),
    /// This officer speaks twice.
    Twice(u16),
    /// One officer released it alone, and the charter does not allow that.
    AloneNotAllowed,
    /// One officer released it as an emergency, though one is enough for it anyway.
    AloneNotNeeded,
    /// One officer released it alone, and another speaks too.
    NotAlone,
}

impl Chain {
    /// Who speaks, and whether what each says is his.
    pub(super) fn check_statements(
        &self,
        header: &Header,
        body: &Body<'_>,
        other: &Chain,
    ) -> Result<(), Refusal> {
        self.check_speakers(header, &body.statements).map_err(Misbehaviour::Statement)?;
        let (list, _) = self.key_list_at(header.place.seq);
        for (index, statement) in body.statements.iter().enumerate() {
            let officer = list.officer(statement.officer).expect("listed, as looked at above");
            if self.nonce_used(statement.officer, statement.nonce) {
                return Err(Misbehaviour::NonceUsedTwice.into());
            }
            if statement.on_screen > header.peer.place {
                return Err(Misbehaviour::OfficerSignature.into());
            }
            let on_screen = other.hash_at(statement.on_screen).ok_or(Refusal::Parked(Missing::Cited))?;
            statement.check(officer, header, on_screen, body.content, body.statements.get(index + 1))?;
        }
        Ok(())
    }

    fn check_speakers(&self, header: &Header, statements: &[Statement]) -> Result<(), StatementError> {
        match header.kind {
            Kind::MESSAGE => self.check_release(header.urgency, statements)?,
            Kind::ACT => check_number(1, statements)?,
            _ => {}
        }
        if statements.first().map_or(0, |first| first.officer) != header.officer {
            return Err(StatementError::HeaderOfficer);
        }
        let (list, _) = self.key_list_at(header.place.seq);
        for (index, Statement { officer, purpose, .. }) in statements.iter().enumerate() {
            let role = role_for(header.kind, index, *purpose)?;
            if list.officer(*officer).is_none_or(|listed| listed.roles & role != role) {
                return Err(StatementError::Role(*officer));
            }
            if statements[..index].iter().any(|before| before.officer == *officer) {
                return Err(StatementError::Twice(*officer));
            }
        }
        Ok(())
    }

    /// As many release a MESSAGE as the charter says; or one alone, who says so, where the charter allows it.
    fn check_release(&self, urgency: Urgency, statements: &[Statement]) -> Result<(), StatementError> {
        let needed = self.charter.releasers(urgency);
        let alone = statements.first().is_some_and(|first| first.purpose == Purpose::ReleaseAlone);
        match statements.len() {
            _ if !alone => check_number(needed, statements),
            _ if needed < 2 => Err(StatementError::AloneNotNeeded),
            _ if !self.charter.release_alone => Err(StatementError::AloneNotAllowed),
            1 => Ok(()),
            _ => Err(StatementError::NotAlone),
        }
    }
}

fn check_number(needed: u8, statements: &[Statement]) -> Result<(), StatementError> {
    let spoke = statements.len() as u8;
    if spoke < needed { Err(StatementError::TooFew { needed, spoke }) } else { Ok(()) }
}

/// The role that an officer must have who makes a statement of this purpose at this index.
fn role_for(kind: Kind, index: usize, purpose: Purpose) -> Result<u16, StatementError> {
    match (kind, purpose) {
        (Kind::MESSAGE, Purpose::Draft) if index > 0 => Ok(charter::ROLE_DRAFT),
        (Kind::MESSAGE, Purpose::ReleaseAlone) if index == 0 => Ok(charter::ROLE_RELEASE),
        (Kind::MESSAGE, Purpose::Release) => Ok(charter::ROLE_RELEASE),
        (Kind::ACT, Purpose::Acknowledge | Purpose::Answer) => Ok(charter::ROLE_ACKNOWLEDGE),
        (Kind::GATE, Purpose::Consent) => Ok(charter::ROLE_CONSENT),
        // A later version may let officers speak in kinds of its own; here only who spoke is checked.
        (kind, _) if !kind.is_examined() => Ok(0),
        _ => Err(StatementError::Purpose(purpose)),
    }
}

impl fmt::Display for StatementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StatementError::TooFew { needed: 1, .. } => f.write_str("no officer signed it"),
            StatementError::TooFew { needed, spoke } => {
                write!(f, "{needed} officers must sign it, and {spoke} did")
            }
            StatementError::HeaderOfficer => {
                f.write_str("its header names another officer than signed it first")
            }
            StatementError::Purpose(purpose) => {
                write!(f, "a statement of purpose {} has no place there", *purpose as u8)
            }
            StatementError::Role(officer) => {
                write!(f, "officer {officer} is not in the key list, or without the role")
            }
            StatementError::Twice(officer) => write!(f, "officer {officer} signed twice and counts once"),
            StatementError::AloneNotAllowed => {
                f.write_str("one officer released it alone, and the charter does not allow that")
            }
            StatementError::AloneNotNeeded => {
                f.write_str("one officer released it alone as an emergency, where one is enough")
            }
            StatementError::NotAlone => {
                f.write_str("one officer released it alone, and another signed it too")
            }
        }
    }
}
