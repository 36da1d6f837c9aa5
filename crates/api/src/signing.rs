//! Officers, what they sign, and their signatures.

use serde::{Deserialize, Serialize};

use crate::Act;

/// Names, on the local socket, the officer who asks: his number in the key list.
pub const OFFICER_HEADER: &str = "ringdown-officer";

/// An officer of this side, as the key list names him.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Officer {
    /// His number in the key list.
    pub officer: u16,
    /// His role as the other side reads it.
    pub name: String,
    /// What he may do: draft, release, acknowledge, suspend, consent, keys.
    pub may: Vec<String>,
    /// Who holds his key: `node`, `file` or `passkey`.
    pub held_by: String,
    /// His public key in hex.
    pub key: String,
    /// True if he is the one who asks.
    pub asks: bool,
}

/// The first of two people signed a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submitted {
    /// The officer's index in the key list.
    pub officer: u16,
    /// His role, as in the key list.
    pub name: String,
    /// When.
    pub at: String,
    /// The serial that the message will bear.
    pub serial: String,
}

/// How a draft is released by the key that the node holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Release {
    /// In an emergency, by one person where two are the rule. The other side is told.
    pub alone: bool,
}

/// As what an officer signs a draft.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignAs {
    /// He releases it; of two people the second.
    #[default]
    Release,
    /// He wrote it; another officer is to release it.
    Draft,
    /// He releases alone, in an emergency, what two release.
    ReleaseAlone,
}

/// What is to be signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Prepare {
    /// As what.
    #[serde(rename = "as")]
    pub sign_as: SignAs,
    /// Who signs; left out, who asks.
    pub officer: Option<u16>,
}

/// What an officer is about to sign. The node keeps nothing of it: it comes back with the signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prepared {
    /// The serial that the message will bear.
    pub serial: String,
    /// Its number.
    pub number: u32,
    /// Officer's index in the key list.
    pub officer: u16,
    /// As what he signs.
    #[serde(rename = "as", default)]
    pub sign_as: SignAs,
    /// Hex of 8 bytes, used once.
    pub nonce: String,
    /// The peer's newest entry here, as `incarnation/sequence`.
    pub on_screen: String,
    /// Hex of the 32 bytes to sign.
    pub digest: String,
}

/// An officer's signature, as his key makes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Signature {
    /// Hex of 64 bytes, by Ed25519 over the digest.
    Ed25519(String),
    /// What a passkey's authenticator answered to the digest as its challenge.
    Passkey(PasskeyAnswer),
}

/// The answer of an authenticator, each part in hex.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasskeyAnswer {
    /// 37 bytes.
    pub authenticator_data: String,
    /// The JSON that the browser made.
    pub client_data: String,
    /// In DER.
    pub signature: String,
}

/// The same with the signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    /// What was signed.
    pub prepared: Prepared,
    /// The signature.
    pub signature: Signature,
}

/// An act that an officer is about to sign with a key of his own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActToSign {
    /// The act.
    pub act: Act,
    /// Who signs; left out, who asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub officer: Option<u16>,
}

/// What he signs. The node keeps nothing of it: it comes back with the signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PreparedAct {
    /// The act.
    pub act: Act,
    /// Officer's index in the key list.
    pub officer: u16,
    /// Hex of 8 bytes, used once.
    pub nonce: String,
    /// The peer's newest entry here, as `incarnation/sequence`.
    pub on_screen: String,
    /// Hex of the 32 bytes to sign.
    pub digest: String,
}

/// The same with the signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedAct {
    /// What was signed.
    pub prepared: PreparedAct,
    /// The signature.
    pub signature: Signature,
}
