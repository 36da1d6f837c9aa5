//! The officers of a side, as its home keeps them: names, what each may do, and who holds the key.
//!
//! They stand in `keys.toml` in the order of their indexes, and go into the charter when the line is founded. Each has a
//! token of his own, so that a session says who sits there.

use std::path::Path;

use ringdown_record::charter::{self, Custody, Officer};
use ringdown_record::{PublicKey, SigningKey, statement::PasskeyKey};
use serde::{Deserialize, Serialize};

use crate::config::{ConfigError, only_for_its_owner};
use crate::entropy::{hex, unhex};

/// What officers may do, and the bit of each.
pub const ROLES: [(&str, u16); 6] = [
    ("draft", charter::ROLE_DRAFT),
    ("release", charter::ROLE_RELEASE),
    ("acknowledge", charter::ROLE_ACKNOWLEDGE),
    ("suspend", charter::ROLE_SUSPEND),
    ("consent", charter::ROLE_CONSENT),
    ("keys", charter::ROLE_KEYS),
];

/// An officer of this side.
#[derive(Clone, Debug)]
pub struct HomeOfficer {
    /// As the charter says it.
    pub public: Officer,
    /// His key, if the node holds it.
    pub key: Option<SigningKey>,
}

/// One officer in `keys.toml`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfficerEntry {
    name: String,
    /// Names of [`ROLES`].
    may: Vec<String>,
    /// The secret key, if the node holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    /// The public key, if the officer holds the secret one in a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    public: Option<String>,
    /// The public key of a passkey, with the site that it was made for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    passkey: Option<PasskeyEntry>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasskeyEntry {
    public: String,
    rp_id: String,
    origin: String,
}

impl PasskeyEntry {
    /// The compressed key, the relying party, and the origin of the console's pages.
    pub(crate) fn new(key: &[u8; 33], rp_id: &str, origin: &str) -> PasskeyEntry {
        PasskeyEntry { public: hex(key), rp_id: rp_id.into(), origin: origin.into() }
    }
}

/// Where an officer's key is.
#[derive(Clone, Debug)]
enum KeyOf {
    /// With the node.
    Node(SigningKey),
    /// In a file that the officer keeps.
    File(PublicKey),
    /// In an authenticator, for a relying party and the origin of the console's pages.
    Passkey(PasskeyKey, String, String),
}

impl OfficerEntry {
    /// An officer whose key the node holds.
    pub(crate) fn held_by_node(name: &str, may: &[String], seed: &[u8; 32]) -> OfficerEntry {
        OfficerEntry { secret: Some(hex(seed)), ..OfficerEntry::named(name, may) }
    }

    /// The one officer of a home that was made before a side had several.
    pub(crate) fn of_earlier_home(name: &str, secret: String) -> OfficerEntry {
        OfficerEntry { secret: Some(secret), ..OfficerEntry::named(name, &all_roles()) }
    }

    /// An officer who keeps his key in a file.
    pub(crate) fn held_in_file(name: &str, may: &[String], public: &PublicKey) -> OfficerEntry {
        OfficerEntry { public: Some(hex(&public.to_bytes())), ..OfficerEntry::named(name, may) }
    }

    /// An officer who signs with a passkey.
    pub(crate) fn with_passkey(name: &str, may: &[String], passkey: PasskeyEntry) -> OfficerEntry {
        OfficerEntry { passkey: Some(passkey), ..OfficerEntry::named(name, may) }
    }

    fn named(name: &str, may: &[String]) -> OfficerEntry {
        OfficerEntry { name: name.into(), may: may.to_vec(), secret: None, public: None, passkey: None }
    }
}

impl HomeOfficer {
    fn new(index: u16, name: &str, roles: u16, key: KeyOf) -> HomeOfficer {
        let named = |public: &PublicKey| Officer { roles, ..Officer::held_by_node(index, name, public) };
        match key {
            KeyOf::Node(key) => HomeOfficer { public: named(&key.public()), key: Some(key) },
            KeyOf::File(public) => {
                HomeOfficer { public: Officer { custody: Custody::Officer, ..named(&public) }, key: None }
            }
            KeyOf::Passkey(key, rp_id, origin) => {
                // The Ed25519 key that `named` wants is replaced at once.
                let none = SigningKey::from_seed(&[0; 32]).public();
                HomeOfficer { public: named(&none).with_passkey(&key, &rp_id, &origin), key: None }
            }
        }
    }

    /// True if he may do this.
    pub fn may(&self, role: u16) -> bool {
        self.public.roles & role == role
    }

    /// Names of what he may do.
    pub fn may_words(&self) -> Vec<&'static str> {
        ROLES.iter().filter(|(_, role)| self.may(*role)).map(|(name, _)| *name).collect()
    }

    /// Who holds his key, in a word.
    pub fn held_by(&self) -> &'static str {
        match (&self.key, self.public.rp_id.is_empty()) {
            (Some(_), _) => "node",
            (None, true) => "file",
            (None, false) => "passkey",
        }
    }

    /// Reads what stands in the file; `index` is its place there, from 1.
    pub(crate) fn of_entry(index: u16, entry: &OfficerEntry) -> Result<HomeOfficer, ConfigError> {
        let wrong = |what: &str| ConfigError(format!("officer {index} ({}): {what}", entry.name));
        let key = match (&entry.secret, &entry.public, &entry.passkey) {
            (Some(secret), None, None) => {
                let seed = unhex(secret).ok_or_else(|| wrong("'secret' is not 64 hex digits"))?;
                KeyOf::Node(SigningKey::from_seed(&seed))
            }
            (None, Some(public), None) => {
                let key = unhex(public).and_then(|bytes| PublicKey::from_bytes(&bytes));
                KeyOf::File(key.ok_or_else(|| wrong("'public' is no Ed25519 key"))?)
            }
            (None, None, Some(passkey)) => {
                let key = unhex::<33>(&passkey.public).and_then(|bytes| PasskeyKey::from_bytes(&bytes));
                let key = key.ok_or_else(|| wrong("'passkey' has no key on P-256"))?;
                KeyOf::Passkey(key, passkey.rp_id.clone(), passkey.origin.clone())
            }
            _ => return Err(wrong("he has exactly one of 'secret', 'public' and 'passkey'")),
        };
        let roles = roles_of(&entry.may)?;
        let officer = HomeOfficer::new(index, &entry.name, roles, key);
        officer.public.check().map_err(|error| wrong(&error.to_string()))?;
        Ok(officer)
    }
}

/// The public half of a key in a file that its officer keeps; it stands there in the clear.
pub(crate) fn public_half(path: &Path) -> Result<PublicKey, ConfigError> {
    only_for_its_owner(path)?;
    let name = path.display();
    let text = std::fs::read(path).map_err(|error| ConfigError(format!("{name} cannot be read: {error}")))?;
    let file = ssh_key::PrivateKey::from_openssh(&text).ok();
    let key = file.as_ref().and_then(|file| file.public_key().key_data().ed25519());
    key.and_then(|key| PublicKey::from_bytes(&key.0)).ok_or_else(|| {
        ConfigError(format!("{name} is no Ed25519 key of OpenSSH; make one with 'ringdown key new'"))
    })
}

/// All that officers may do, by name.
pub fn all_roles() -> Vec<String> {
    ROLES.iter().map(|(name, _)| String::from(*name)).collect()
}

/// The bits of roles by their names.
pub fn roles_of(names: &[String]) -> Result<u16, ConfigError> {
    names.iter().try_fold(0, |roles, name| {
        let known = ROLES.iter().find(|(known, _)| known == name);
        known.map(|(_, role)| roles | role).ok_or_else(|| {
            let all: Vec<_> = ROLES.iter().map(|(name, _)| *name).collect();
            ConfigError(format!("'{name}' is nothing that an officer may do; use {}", all.join(", ")))
        })
    })
}
