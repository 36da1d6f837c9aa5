//! An officer's key in a file of its own: the private key format of OpenSSH, closed by a passphrase.
//!
//! Relies on `ssh-key` for the format and its encryption. The public half stands in the file in the clear.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use ringdown_api::{ApiError, ErrorCode};
use ringdown_record::{PublicKey, SigningKey};
use ssh_key::private::{Ed25519Keypair, Ed25519PrivateKey, KeypairData};
use ssh_key::public::Ed25519PublicKey;
use ssh_key::{Cipher, Kdf, LineEnding, PrivateKey};
use zeroize::Zeroizing;

/// Longest file that is read: a key with a long comment has less than a tenth of it.
pub(crate) const FILE_LEN_MAX: u64 = 16 * 1024;
/// Rounds of bcrypt between a passphrase and its key: some tenths of a second for each guess.
const ROUNDS: u32 = 64;
/// Stands in the file beside the key.
const COMMENT: &str = "ringdown officer";

/// What is random in a new file.
pub(crate) struct Fresh {
    pub seed: Zeroizing<[u8; 32]>,
    pub salt: [u8; 16],
    pub check: [u8; 4],
}

/// A key file as it is read, still closed.
pub(crate) struct KeyFile {
    key: PrivateKey,
    public: PublicKey,
}

impl KeyFile {
    /// Writes a new file, which must not exist.
    pub(crate) fn create(path: &Path, fresh: &Fresh, passphrase: &[u8]) -> Result<KeyFile, ApiError> {
        let public = SigningKey::from_seed(&fresh.seed).public();
        let pair = Ed25519Keypair {
            public: Ed25519PublicKey(public.to_bytes()),
            private: Ed25519PrivateKey::from_bytes(&fresh.seed),
        };
        let kdf = Kdf::Bcrypt { salt: fresh.salt.to_vec(), rounds: ROUNDS };
        let check = u32::from_be_bytes(fresh.check);
        let closed = PrivateKey::new(KeypairData::Ed25519(pair), COMMENT)
            .and_then(|open| open.encrypt_with(Cipher::Aes256Ctr, kdf, check, passphrase))
            .and_then(|key| Ok((key.to_openssh(LineEnding::LF)?, key)));
        let (text, key) = closed.map_err(|error| {
            ApiError::new(
                ErrorCode::Failed,
                format!("The key cannot be closed: {error}."),
                NO_FILE,
                "Try again.",
            )
        })?;
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        let written =
            file.and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()));
        written.map_err(|error| {
            let what = format!("{} cannot be written: {error}.", path.display());
            ApiError::new(
                ErrorCode::Failed,
                what,
                NO_FILE,
                "Name a file that does not exist, in a folder of yours.",
            )
        })?;
        Ok(KeyFile { key, public })
    }

    /// Reads a file that only its owner may read, and whose key has a passphrase.
    pub(crate) fn read(path: &Path) -> Result<KeyFile, ApiError> {
        let text = read_private(path)?;
        let name = path.display();
        let other = |what: &str, action: String| ApiError::bad_request(format!("{name} {what}."), action);
        let key = PrivateKey::from_openssh(&text[..]).map_err(|_| {
            other("is no private key of OpenSSH", "Name a file that 'ringdown key new' made.".into())
        })?;
        let public =
            key.public_key().key_data().ed25519().and_then(|public| PublicKey::from_bytes(&public.0));
        let public = public.ok_or_else(|| {
            other("holds a key of another kind than Ed25519", "Make one with 'ringdown key new FILE'.".into())
        })?;
        if !key.is_encrypted() {
            return Err(other("has no passphrase", format!("Give it one: ssh-keygen -p -f {name}")));
        }
        Ok(KeyFile { key, public })
    }

    /// The public half, as the key list has it.
    pub(crate) fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The key itself.
    pub(crate) fn open(&self, path: &Path, passphrase: &[u8]) -> Result<SigningKey, ApiError> {
        let refused = |what: &str, action: &str| {
            ApiError::new(
                ErrorCode::BadRequest,
                format!("{what} {}.", path.display()),
                NOTHING_SIGNED,
                action,
            )
        };
        let wrong = || refused("That is not the passphrase of", "Type it again.");
        let open = self.key.decrypt(passphrase).map_err(|_| wrong())?;
        let pair = open.key_data().ed25519().ok_or_else(wrong)?;
        let key = SigningKey::from_seed(&Zeroizing::new(pair.private.to_bytes()));
        if key.public() != self.public {
            return Err(refused("Two halves of different keys are in", "Take the file from its backup."));
        }
        Ok(key)
    }
}

/// Reads a file that nobody but its owner may read.
pub(crate) fn read_private(path: &Path) -> Result<Zeroizing<Vec<u8>>, ApiError> {
    let name = path.display();
    let unreadable = |error: std::io::Error| {
        let what = format!("{name} cannot be read: {error}.");
        ApiError::new(
            ErrorCode::BadRequest,
            what,
            NOTHING_SIGNED,
            "Name the file as it lies on this machine.",
        )
    };
    let mut file = File::open(path).map_err(unreadable)?;
    if file.metadata().map_err(unreadable)?.mode() & 0o077 != 0 {
        return Err(ApiError::new(
            ErrorCode::BadRequest,
            format!("{name} is open to others than its owner."),
            NOTHING_SIGNED,
            format!("Close it, and think about who may have read it: chmod 600 {name}"),
        ));
    }
    let mut bytes = Zeroizing::new(Vec::new());
    Read::by_ref(&mut file).take(FILE_LEN_MAX).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

pub(crate) const NOTHING_SIGNED: &str = "Nothing was signed or sent.";
const NO_FILE: &str = "No key was made.";
