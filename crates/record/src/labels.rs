//! Every domain-separation label of the record, in one table.
//!
//! A label is the first thing under a hash or a signature, so that no signed byte string of one kind can be
//! read as one of another kind. The same table stands in `docs/spec/record.md`.

/// First 16 bytes of an entry's signed pre-image.
pub(crate) const ENTRY: &[u8; 16] = b"ringdown/1 entry";
/// Under the node's signature: label, then the entry's hash.
pub(crate) const NODE: &[u8] = b"ringdown/1 node";
/// Under a body commitment: label, salt, body.
pub(crate) const BODY: &[u8] = b"ringdown/1 body";
/// Under the hash that an officer signs.
pub(crate) const OFFICER: &[u8] = b"ringdown/1 officer";
/// Under both roots' signatures over a charter.
pub(crate) const CHARTER: &[u8] = b"ringdown/1 charter";
/// Under the root's signature over a key list.
pub(crate) const KEY_LIST: &[u8] = b"ringdown/1 keylist";
/// Under the root's signature over an incarnation.
pub(crate) const INCARNATION: &[u8] = b"ringdown/1 incarnation";
/// HKDF info that derives one entry's salt from the line's salt key.
pub(crate) const SALT: &[u8] = b"ringdown/1 salt";
/// HKDF info prefixes for the keys that follow from the pairing secret.
pub(crate) const PAIRING_PSK: &[u8] = b"ringdown/1 psk 0";
/// See [`PAIRING_PSK`].
pub(crate) const PAIRING_SALT: &[u8] = b"ringdown/1 k salt";
