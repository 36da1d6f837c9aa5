//! Signatures and keys that a lax verifier would take, and two lax verifiers would judge differently (REC-10).

use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::scalar::{Scalar, clamp_integer};
use curve25519_dalek::{EdwardsPoint, edwards::CompressedEdwardsY};
use ringdown_record::body::{Body, Incarnation, SignedKeyList};
use ringdown_record::encoding::{from_cbor, to_cbor};
use ringdown_record::statement::{Purpose, Statement};
use ringdown_record::{Charter, Kind, SignedCharter};
use sha2::{Digest, Sha256, Sha512};

use crate::format::ExportVector;
use crate::make::{Raw, Title, bad, bytes_of, file, good, raw, ready, vector, with_last, words};
use crate::world::{BLUE, ROUTINE, World, Writing, all_keys, charter, ed25519};

pub fn all() -> Vec<ExportVector> {
    let mut all = large_s();
    all.extend(small_r());
    all.extend(mixed_order());
    all.extend(node_keys());
    all
}

/// S + L: the same signature to a verifier that does not look.
pub fn with_large_s(signature: &[u8; 64]) -> [u8; 64] {
    const L: u128 = 27_742_317_777_372_353_535_851_937_790_883_648_493;
    let mut order = [0; 32];
    order[..16].copy_from_slice(&L.to_le_bytes());
    order[31] = 0x10;
    let mut out = *signature;
    let mut carry = 0u16;
    for (byte, add) in out[32..].iter_mut().zip(order) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = sum as u8;
        carry = sum >> 8;
    }
    out
}

fn large_s() -> Vec<ExportVector> {
    let (world, message) = ready();
    let mut node = raw(&message);
    node.signature = with_large_s(&node.signature);
    let mut statements = Body::read(&message.body).expect("a body").statements;
    let signature = ed25519(&mut statements[0]);
    *signature = with_large_s(signature);
    let content = Body::read(&message.body).expect("a body").content;
    let officer = raw(&world.next(BLUE, Kind::MESSAGE, ROUTINE, &[]).saying(statements, content));
    let list = world.key_list(BLUE, world.list_after(BLUE, |_| {}));
    let mut signed: SignedKeyList =
        from_cbor(Body::read(&list.body).expect("a body").content).expect("a list");
    signed.root_signature = with_large_s(&signed.root_signature);
    let list = raw(&world.key_list_with(BLUE, list.key_list, &signed));
    let empty = World::found(charter(1));
    let first = empty.incarnation(BLUE);
    let mut keys: Incarnation =
        from_cbor(Body::read(&first.body).expect("a body").content).expect("node keys");
    keys.root_signature = with_large_s(&keys.root_signature);
    let first = raw(&Writing { body: Body::write(&[], &to_cbor(&keys)), ..first });
    let of = |name, what| Title(name, "REC-10", what);
    let mut all = vec![
        bad(
            of("s-large-node", "S of the node's signature is not below L."),
            &world,
            &node,
            ("node-signature", ""),
        ),
        bad(
            of("s-large-officer", "S of the officer's signature is not below L."),
            &world,
            &officer,
            ("officer-signature", ""),
        ),
        bad(
            of("s-large-root-on-list", "S of the root's signature is not below L."),
            &world,
            &list,
            ("root-signature", ""),
        ),
        bad(
            of("s-large-root-on-node-keys", "S of the root's signature is not below L."),
            &empty,
            &first,
            ("root-signature", ""),
        ),
    ];
    let signed = |name, bend: &dyn Fn(&mut SignedCharter)| {
        let world = World::begun();
        let mut charter = world.signed.clone();
        bend(&mut charter);
        let entries: Vec<Vec<u8>> = world.all().into_iter().map(bytes_of).collect();
        vector(
            of(name, "S of a root's signature over the charter is not below L."),
            &world,
            &file(&charter, &entries),
        )
        .broken(None, ("charter", "root signature on the charter"))
        .accepted([0, 0])
    };
    all.push(signed("s-large-charter-0", &|charter| {
        charter.signature_0 = with_large_s(&charter.signature_0)
    }));
    all.push(signed("s-large-charter-1", &|charter| {
        charter.signature_1 = with_large_s(&charter.signature_1)
    }));
    all
}

/// The secret scalar of a seed.
fn scalar(seed: u8) -> Scalar {
    let hash = Sha512::digest([seed; 32]);
    let half: [u8; 32] = hash[..32].try_into().expect("32 bytes");
    Scalar::from_bytes_mod_order(clamp_integer(half))
}

fn challenge(r: &CompressedEdwardsY, key: &[u8; 32], message: &[u8]) -> Scalar {
    let hash = Sha512::new().chain_update(r.0).chain_update(key).chain_update(message).finalize();
    Scalar::from_bytes_mod_order_wide(&hash.into())
}

/// R is this point of small order, S = k * a: the equation holds if the point is neutral, or with the cofactor.
fn with_small_r(seed: u8, point: EdwardsPoint, message: &[u8]) -> [u8; 64] {
    let a = scalar(seed);
    let key = EdwardsPoint::mul_base(&a).compress();
    let r = point.compress();
    let s = challenge(&r, &key.0, message) * a;
    [r.0, s.to_bytes()].concat().try_into().expect("64 bytes")
}

fn small_r() -> Vec<ExportVector> {
    let (world, message) = ready();
    // Seeds as in the world: BLUE's node is 11, its first officer 12.
    assert_eq!(EdwardsPoint::mul_base(&scalar(11)).compress().0, world.of(BLUE).node.public().to_bytes());
    let mut all = Vec::new();
    for (name, order) in [("r-neutral-node", 0), ("r-order-2-node", 4), ("r-order-8-node", 1)] {
        let mut entry = raw(&message);
        entry.signature = with_small_r(11, EIGHT_TORSION[order], &entry.terms());
        let title =
            Title(name, "REC-10", "R of the node's signature is a point of small order, and S fits it.");
        all.push(bad(title, &world, &entry, ("node-signature", "")));
    }
    let content = words(1, "Signed without a nonce point.");
    let terms = world.terms(BLUE, 1, Purpose::Release, ROUTINE, &content);
    let signature = with_small_r(12, EIGHT_TORSION[0], &terms.digest()).into();
    let said = Statement { signature, ..crate::world::sign(&terms, &world.of(BLUE).officers[0]) };
    let entry = raw(&world.next(BLUE, Kind::MESSAGE, ROUTINE, &[]).saying([said], &content));
    let title = Title("r-neutral-officer", "REC-10", "R of the officer's signature is the neutral point.");
    all.push(bad(title, &world, &entry, ("officer-signature", "")));
    all
}

/// A key that is a point of large order plus one of order 8, and a signature whose R is honest.
fn mixed_key(seed: u8) -> [u8; 32] {
    (EdwardsPoint::mul_base(&scalar(seed)) + EIGHT_TORSION[1]).compress().0
}

/// S = r + k * a. Holds without the cofactor exactly if k is a multiple of 8; with it, always.
fn sign_mixed(seed: u8, message: &[u8], multiple_of_8: bool) -> [u8; 64] {
    let (a, key) = (scalar(seed), mixed_key(seed));
    let signature = |n: u64| {
        let r = Scalar::from(n);
        let point = EdwardsPoint::mul_base(&r).compress();
        let k = challenge(&point, &key, message);
        let fits = k.to_bytes()[0].is_multiple_of(8) == multiple_of_8;
        fits.then(|| [point.0, (r + k * a).to_bytes()].concat().try_into().expect("64 bytes"))
    };
    (1000..2000).find_map(signature).expect("one in eight fits")
}

/// An officer of BLUE has such a key: it is valid, and not of small order.
fn mixed_order() -> Vec<ExportVector> {
    let mut charter: Charter = charter(1);
    charter.parties[0].key_list.officers[0].key = mixed_key(12).into();
    let say = |world: &World, fits| {
        let content = words(1, "Signed by a key with a part of small order.");
        let terms = world.terms(BLUE, 1, Purpose::Release, ROUTINE, &content);
        let said = Statement {
            signature: sign_mixed(12, &terms.digest(), fits).into(),
            ..crate::world::sign(&terms, &world.of(BLUE).officers[0])
        };
        world.next(BLUE, Kind::MESSAGE, ROUTINE, &[]).saying([said], &content)
    };
    let mut world = World::found(charter).begin();
    let cofactor = raw(&say(&world, false));
    let title =
        Title("equation-with-cofactor", "REC-10", "The signature holds only if multiplied by the cofactor.");
    let refused = bad(title, &world, &cofactor, ("officer-signature", ""));
    let without = say(&world, true);
    world.write(without);
    // The gates are not READY in this world; the message says so of itself.
    let title = Title(
        "good-key-of-mixed-order",
        "REC-10",
        "The same key; this signature holds without the cofactor.",
    );
    let place = Some((0, 1, 2));
    vec![refused, good(title, &world).noted(place, ("line-shut", ""))]
}

fn node_keys() -> Vec<ExportVector> {
    let empty = World::found(charter(1));
    let mut doubled = [0xff; 32];
    (doubled[0], doubled[31]) = (0xf0, 0x7f);
    let of = |name, what, node: [u8; 32]| {
        let terms = [
            &b"ringdown/1 incarnation"[..],
            &empty.line().0,
            &[0],
            &1u32.to_be_bytes(),
            &[0],
            &node,
            &[1; 32],
        ];
        let root_signature = empty.of(BLUE).root.sign(&terms.concat());
        let content = Incarnation { number: 1, reason: 0, node, channel: [1; 32], root_signature };
        let first = Writing { body: Body::write(&[], &to_cbor(&content)), ..empty.incarnation(BLUE) };
        (Title(name, "REC-10", what), raw(&first))
    };
    let bad_keys = [
        of("node-key-small-order", "The node key is a point of order 8.", EIGHT_TORSION[1].compress().0),
        of("node-key-not-canonical", "The node key's y is p + 3: a second encoding of a point.", doubled),
        of("node-key-no-point", "The node key is no point of the curve.", no_point()),
    ];
    let mut all: Vec<ExportVector> = bad_keys
        .into_iter()
        .map(|(title, first): (Title, Raw)| bad(title, &empty, &first, ("root-signature", "")))
        .collect();
    let good_first = of("good-node-key-by-hand", "", empty.of(BLUE).node.public().to_bytes()).1;
    let title =
        Title("good-node-keys-signed-by-hand", "REC-2", "What a root signs, laid out as the page says.");
    all.push(with_last(title, &empty, &good_first).accepted([1, 0]));
    all.extend(roots());
    all
}

fn no_point() -> [u8; 32] {
    let candidate = |n: u8| {
        let mut bytes = [0; 32];
        bytes[0] = n;
        CompressedEdwardsY(bytes)
    };
    (2..).map(candidate).find(|point| point.decompress().is_none()).expect("half of all are none").0
}

/// Root keys in the charter.
fn roots() -> Vec<ExportVector> {
    let mut doubled = [0xff; 32];
    (doubled[0], doubled[31]) = (0xf0, 0x7f);
    let of = |name, what, root: [u8; 32]| {
        let mut charter = charter(1);
        charter.parties[1].root = root;
        let keys = all_keys();
        let signed = charter.sign(&keys[0].root, &keys[1].root);
        let world = World::begun();
        let asked = ringdown_record::LineId(Sha256::digest(&signed.charter).into());
        let mut vector = vector(Title(name, "REC-10", what), &world, &file(&signed, &[]))
            .broken(None, ("charter", "root key"))
            .accepted([0, 0]);
        vector.line = Some(asked.to_string());
        vector
    };
    vec![
        of("root-key-small-order", "GREEN's root is a point of order 4.", EIGHT_TORSION[2].compress().0),
        of("root-key-not-canonical", "GREEN's root is in a second encoding.", doubled),
    ]
}
