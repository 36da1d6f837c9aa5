//! `key`: an officer's key in a file of his own; and what is signed with it here instead of by the node.

use std::path::Path;

use ringdown_api::client::Client;
use ringdown_api::signing::{
    ActToSign, Officer, Prepare, Prepared, PreparedAct, SignAs, Signature, Signed, SignedAct,
};
use ringdown_api::{Act, ApiError, DraftState, ErrorCode, Message};
use ringdown_record::SigningKey;
use serde_json::json;
use zeroize::Zeroizing;

use crate::args::{KeyAct, KeyFileArgs, Signer};
use crate::commands::hex;
use crate::keyfile::{Fresh, KeyFile, NOTHING_SIGNED};
use crate::{output, passphrase};

/// How often a release is signed anew because another message took its number meanwhile.
const SIGNED_MOST: u32 = 5;

/// `key new` and `key show`.
pub(crate) fn run(act: &KeyAct) -> Result<(), ApiError> {
    match act {
        KeyAct::New { file, passphrase_file } => {
            let passphrase = passphrase::ask_new(passphrase_file.as_deref())?;
            let key = KeyFile::create(&file.file, &fresh()?, &passphrase)?;
            say(file, &key);
        }
        KeyAct::Show { file } => say(file, &KeyFile::read(&file.file)?),
    }
    Ok(())
}

fn fresh() -> Result<Fresh, ApiError> {
    Ok(Fresh { seed: Zeroizing::new(super::random()?), salt: super::random()?, check: super::random()? })
}

fn say(arguments: &KeyFileArgs, key: &KeyFile) {
    let (file, public) = (arguments.file.display(), hex(&key.public().to_bytes()));
    if arguments.json {
        return output::json(&json!({"file": arguments.file, "public": public}));
    }
    output::line(&format!("{file}: Ed25519, public half {public}"));
    output::line("The home gets it with:");
    output::command("ringdown officer add HOME --name ROLE", &format!("--public {public}"));
}

/// An officer's key, open, and the node that hands out what it is to sign.
pub(crate) struct OwnKey<'a> {
    client: &'a Client,
    officer: u16,
    key: SigningKey,
}

impl<'a> OwnKey<'a> {
    /// Opens the file that was named, if one was. The officer is known by its public half.
    pub(crate) fn open(
        client: &'a Client,
        signer: &Signer,
        named: Option<u16>,
    ) -> Result<Option<OwnKey<'a>>, ApiError> {
        let Some(path) = &signer.key else { return Ok(None) };
        let file = KeyFile::read(path)?;
        let public = hex(&file.public().to_bytes());
        let officers: Vec<Officer> = client.get("officers")?;
        let officer = officers.iter().find(|officer| officer.key == public);
        let officer = officer.ok_or_else(|| not_of(path, "no officer of this side"))?.officer;
        if let Some(other) = named.filter(|named| *named != officer) {
            return Err(not_of(path, &format!("officer {officer}, not of officer {other}")));
        }
        let passphrase = passphrase::ask(path, signer.passphrase_file.as_deref())?;
        Ok(Some(OwnKey { client, officer, key: file.open(path, &passphrase)? }))
    }

    /// Does something about a message.
    pub(crate) fn act(&self, message: &str, act: Act) -> Result<Message, ApiError> {
        let to_sign = ActToSign { act, officer: Some(self.officer) };
        let prepared: PreparedAct = self.client.post(&format!("{message}/acts/prepare"), &to_sign)?;
        let signature = self.sign(&prepared.digest)?;
        self.client.post(&format!("{message}/acts/signed"), &SignedAct { prepared, signature })
    }

    /// Releases a draft: as the second of two, as the only one, or alone in an emergency.
    pub(crate) fn release(&self, draft: &str, alone: bool) -> Result<Message, ApiError> {
        let sign_as = if alone { SignAs::ReleaseAlone } else { SignAs::Release };
        for _ in 1..SIGNED_MOST {
            let signed = self.signed(draft, sign_as)?;
            match self.client.post(&format!("{draft}/release"), &signed) {
                Err(error) if error.error == ErrorCode::Conflict => {}
                done => return done,
            }
        }
        let signed = self.signed(draft, sign_as)?;
        self.client.post(&format!("{draft}/release"), &signed)
    }

    /// Signs as the first of two people.
    pub(crate) fn submit(&self, draft: &str) -> Result<DraftState, ApiError> {
        let signed = self.signed(draft, SignAs::Draft)?;
        self.client.post(&format!("{draft}/submit"), &signed)
    }

    fn signed(&self, draft: &str, sign_as: SignAs) -> Result<Signed, ApiError> {
        let request = Prepare { sign_as, officer: Some(self.officer) };
        let prepared: Prepared = self.client.post(&format!("{draft}/prepare"), &request)?;
        let signature = self.sign(&prepared.digest)?;
        Ok(Signed { prepared, signature })
    }

    fn sign(&self, digest: &str) -> Result<Signature, ApiError> {
        let digest: [u8; 32] = super::unhex(digest).ok_or_else(|| {
            ApiError::new(
                ErrorCode::Failed,
                "The node's answer has no digest to sign.",
                NOTHING_SIGNED,
                "Use a node and a command line of the same version.",
            )
        })?;
        Ok(Signature::Ed25519(hex(&self.key.sign(&digest))))
    }
}

fn not_of(path: &Path, whose: &str) -> ApiError {
    ApiError::new(
        ErrorCode::BadRequest,
        format!("{} is the key of {whose}.", path.display()),
        NOTHING_SIGNED,
        "See 'ringdown officers' for those there are; 'ringdown key show FILE' shows the public half.",
    )
}
