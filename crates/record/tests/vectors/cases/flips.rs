//! One bit flipped, nothing signed again: every field is under a signature, a hash or a length.

use crate::format::ExportVector;
use crate::make::{Raw, Title, at, bad, file, file_with_last, raw, ready, unreadable, vector, with_last};
use crate::world::World;

/// Name, offset and bit, rule, reason.
type Flip = (&'static str, usize, u8, &'static str, &'static str);

const FIELDS: [Flip; 15] = [
    ("flipped-line", at::LINE + 31, 0, "REC-1", "wrong-line"),
    ("flipped-incarnation", at::INCARNATION + 3, 1, "REC-1", "wrong-incarnation"),
    ("flipped-seq", at::SEQ + 7, 2, "REC-2", "node-signature"),
    ("flipped-prev", at::PREV, 7, "REC-2", "node-signature"),
    ("flipped-peer-incarnation", at::PEER_INCARNATION + 3, 1, "REC-2", "node-signature"),
    ("flipped-peer-seq", at::PEER_SEQ + 7, 0, "REC-2", "node-signature"),
    ("flipped-peer-hash", at::PEER_HASH + 16, 3, "REC-2", "node-signature"),
    ("flipped-time", at::TIME + 7, 0, "REC-2", "node-signature"),
    ("flipped-clock", at::CLOCK, 5, "REC-2", "node-signature"),
    ("flipped-kind", at::KIND, 6, "REC-2", "node-signature"),
    ("flipped-class", at::URGENCY, 1, "REC-2", "node-signature"),
    ("flipped-flags", at::FLAGS, 0, "REC-2", "node-signature"),
    ("flipped-officer", at::OFFICER + 1, 1, "REC-2", "node-signature"),
    ("flipped-commitment", at::COMMITMENT, 0, "REC-2", "body-commitment"),
    ("flipped-key-list", at::KEY_LIST + 31, 7, "REC-2", "node-signature"),
];

pub fn all() -> Vec<ExportVector> {
    let (world, message) = ready();
    let message = raw(&message);
    let what = "One bit of this field of BLUE's MESSAGE is flipped.";
    let mut all: Vec<ExportVector> = FIELDS
        .into_iter()
        .map(|(name, at, bit, rule, reason)| {
            bad(Title(name, rule, what), &world, &message.clone().flip(at, bit), (reason, ""))
        })
        .collect();
    all.extend(unreadables(&world, &message));
    all.extend(outside(&world, &message));
    all.extend(charter());
    all
}

/// The domain label, the side and the length: the file cannot be taken apart, or not in order.
fn unreadables(world: &World, message: &Raw) -> Vec<ExportVector> {
    let domain = Title("flipped-domain", "REC-11", "One bit of the domain label is flipped.");
    let side = Title("flipped-side", "REC-22", "The side is flipped: GREEN's 1/1 then follows GREEN's 1/3.");
    let length =
        Title("flipped-body-length", "REC-22", "The length says one byte less: what is left is no entry.");
    let number = |detail| ("entry-unreadable", detail);
    vec![
        unreadable(domain, world, &message.clone().flip(at::DOMAIN + 15, 0), "Entry 3"),
        with_last(side, world, &message.clone().flip(at::SIDE, 0))
            .broken(None, number("Entry 4"))
            .accepted([0, 0]),
        with_last(length, world, &message.clone().flip(at::BODY_LEN + 3, 0))
            .broken(None, number("Entry 4"))
            .accepted([0, 0]),
    ]
}

/// What stands beside the pre-image.
fn outside(world: &World, message: &Raw) -> Vec<ExportVector> {
    let bent = |bend: fn(&mut Raw)| {
        let mut raw = message.clone();
        bend(&mut raw);
        raw
    };
    let of = |name, what, reason, raw: &Raw| bad(Title(name, "REC-2", what), world, raw, (reason, ""));
    vec![
        of(
            "flipped-salt",
            "One bit of the salt is flipped.",
            "body-commitment",
            &bent(|raw| raw.salt[31] ^= 1),
        ),
        of(
            "flipped-signature-r",
            "One bit of R is flipped.",
            "node-signature",
            &bent(|raw| raw.signature[0] ^= 1),
        ),
        of(
            "flipped-signature-s",
            "One bit of S is flipped.",
            "node-signature",
            &bent(|raw| raw.signature[32] ^= 1),
        ),
        of(
            "flipped-statement",
            "One bit of the officer's signature is flipped.",
            "body-commitment",
            &bent(|raw| raw.body[40] ^= 1),
        ),
        of(
            "flipped-content",
            "One letter of the text is another.",
            "body-commitment",
            &bent(|raw| raw.body[110] ^= 0x20),
        ),
    ]
}

/// Head and charter: nothing is founded.
fn charter() -> Vec<ExportVector> {
    let world = World::begun();
    let good = world.export();
    let charter = 18 + 4;
    let mut all = Vec::new();
    let unreadable = "charter-unreadable";
    for (name, rule, byte, bit, reason) in [
        ("flipped-magic", "REC-22", 16, 0, "not-an-export"),
        ("flipped-charter-length", "REC-22", charter - 1, 0, unreadable),
        ("flipped-charter-nonce", "REC-12", charter + 10, 0, "charter"),
        ("flipped-charter-suite", "REC-13", charter + 5, 0, "charter"),
        ("flipped-charter-cbor", "REC-9", charter, 3, unreadable),
    ] {
        let mut bent = good.clone();
        bent[byte] ^= 1 << bit;
        let title = Title(name, rule, "One bit of the file's head is flipped.");
        all.push(vector(title, &world, &bent).broken(None, (reason, "")).accepted([0, 0]));
    }
    for (name, side) in [("flipped-charter-signature-0", 0), ("flipped-charter-signature-1", 1)] {
        let mut signed = world.signed.clone();
        let signature = if side == 0 { &mut signed.signature_0 } else { &mut signed.signature_1 };
        signature[63] ^= 1;
        let entries: Vec<Vec<u8>> = world.all().into_iter().map(crate::make::bytes_of).collect();
        let title = Title(name, "REC-12", "One bit of a root's signature over the charter is flipped.");
        all.push(vector(title, &world, &file(&signed, &entries)).broken(None, ("charter", "root signature")));
    }
    for vector in &mut all {
        vector.expected.entries = [0, 0];
    }
    let (world, message) = ready();
    let mut tail = file_with_last(&world, &raw(&message));
    tail.push(0);
    let title = Title("trailing-byte", "REC-22", "A byte follows the last entry.");
    all.push(vector(title, &world, &tail).broken(None, ("entry-unreadable", "Entry 6")).accepted([0, 0]));
    all
}
