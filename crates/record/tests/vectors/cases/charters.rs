//! Charters that found no line.

use ringdown_record::charter::{ROLE_ACKNOWLEDGE, ROLE_DRAFT};
use ringdown_record::encoding::to_cbor;
use ringdown_record::{Charter, LineId, SignedCharter};
use sha2::{Digest, Sha256};

use crate::format::ExportVector;
use crate::make::{Because, Title, file, vector};
use crate::world::{World, all_keys, charter, key};

pub fn all() -> Vec<ExportVector> {
    let mut all = rules();
    all.extend(lists());
    all.extend(signatures());
    all.extend(forms());
    all
}

/// A file with this charter alone; the auditor asks for its line.
pub fn of(title: Title, signed: &SignedCharter, because: Because<'_>) -> ExportVector {
    let mut vector =
        vector(title, &World::begun(), &file(signed, &[])).broken(None, because).accepted([0, 0]);
    vector.line = Some(LineId(Sha256::digest(&signed.charter).into()).to_string());
    vector
}

pub fn signed(charter: &Charter) -> SignedCharter {
    let keys = all_keys();
    charter.sign(&keys[0].root, &keys[1].root)
}

/// Signs bytes that need not be the charter's one form.
fn signed_bytes(bytes: Vec<u8>) -> SignedCharter {
    let terms = [&b"ringdown/1 charter"[..], &Sha256::digest(&bytes)].concat();
    let keys = all_keys();
    SignedCharter {
        signature_0: keys[0].root.sign(&terms),
        signature_1: keys[1].root.sign(&terms),
        charter: bytes,
    }
}

fn bent(bend: &dyn Fn(&mut Charter)) -> SignedCharter {
    let mut charter = charter(1);
    bend(&mut charter);
    signed(&charter)
}

type Bend<'a> = &'a dyn Fn(&mut Charter);

fn rules() -> Vec<ExportVector> {
    let name = "name of a side";
    let table: [(&str, &str, &str, Bend<'_>); 14] = [
        ("charter-suite-one", "Suite 1.", "suite", &|charter| charter.suite = 1),
        ("charter-name-small-letters", "A side named blue.", name, &|charter| {
            charter.parties[0].name = "blue".into()
        }),
        ("charter-name-empty", "A side without a name.", name, &|charter| {
            charter.parties[0].name = String::new()
        }),
        ("charter-name-digit-first", "A side named 1BLUE.", name, &|charter| {
            charter.parties[1].name = "1BLUE".into()
        }),
        ("charter-name-too-long", "17 letters.", name, &|charter| charter.parties[1].name = "A".repeat(17)),
        ("charter-name-look-alike", "A Cyrillic letter.", name, &|charter| {
            charter.parties[1].name = "ВLUE".into()
        }),
        ("charter-names-equal", "Both sides are BLUE.", "two parties that are one", &|charter| {
            charter.parties[1].name = "BLUE".into();
        }),
        ("charter-releasers-zero", "Nobody releases a ROUTINE.", "release rule", &|charter| {
            charter.rules[3].releasers = 0;
        }),
        ("charter-releasers-three", "Three release a FLASH.", "release rule", &|charter| {
            charter.rules[0].releasers = 3
        }),
        (
            "charter-releasers-more-than-officers",
            "Two release, GREEN has one officer.",
            "release rule",
            &|charter| {
                charter.parties[1].key_list.officers.truncate(1);
            },
        ),
        ("charter-nobody-releases", "GREEN's officers may draft only.", "release rule", &|charter| {
            charter.parties[1].key_list.officers.iter_mut().for_each(|officer| officer.roles = ROLE_DRAFT);
        }),
        (
            "charter-second-without-role",
            "Two release, and of GREEN's officers one may release and none draft beside him.",
            "release rule",
            &|charter| {
                let others = &mut charter.parties[1].key_list.officers[1..];
                others.iter_mut().for_each(|officer| officer.roles = ROLE_ACKNOWLEDGE);
            },
        ),
        (
            "charter-alone-where-no-rule-says-two",
            "One may release alone, and no rule asks for two.",
            "release by one alone",
            &|charter| {
                charter.rules[0].releasers = 1;
                charter.release_alone = true;
            },
        ),
        ("charter-without-officers", "GREEN has no officer.", "release rule", &|charter| {
            charter.parties[1].key_list.officers.clear();
        }),
    ];
    let mut all: Vec<ExportVector> = table
        .into_iter()
        .map(|(name, what, detail, bend)| of(Title(name, "REC-13", what), &bent(bend), ("charter", detail)))
        .collect();
    let mut same = charter(1);
    same.parties[1].root = same.parties[0].root;
    let root = &all_keys()[0].root;
    let title = Title("charter-roots-equal", "REC-13", "Both sides have one root, and it signed twice.");
    all.push(of(title, &same.sign(root, root), ("charter", "two parties that are one")));
    all
}

fn lists() -> Vec<ExportVector> {
    let number = "number of the first key list";
    let table: [(&str, &str, &str, &str, Bend<'_>); 4] = [
        ("charter-list-number-two", "REC-13", "A first list with number 2.", number, &|charter| {
            charter.parties[1].key_list.number = 2;
        }),
        ("charter-list-with-previous", "REC-13", "A first list that follows another.", number, &|charter| {
            charter.parties[0].key_list.previous = [1; 32];
        }),
        (
            "charter-officers-out-of-order",
            "REC-14",
            "Officer 2 before officer 1.",
            "order of officers",
            &|charter| {
                charter.parties[1].key_list.officers.swap(0, 1);
            },
        ),
        (
            "charter-officers-one-key",
            "REC-14",
            "Two officers, one key.",
            "one key for two officers",
            &|charter| {
                let officers = &mut charter.parties[0].key_list.officers;
                officers[1].key = officers[0].key.clone();
            },
        ),
    ];
    table
        .into_iter()
        .map(|(name, rule, what, detail, bend)| of(Title(name, rule, what), &bent(bend), ("charter", detail)))
        .collect()
}

fn signatures() -> Vec<ExportVector> {
    let because = ("charter", "root signature on the charter");
    let good = bent(&|_| {});
    let mut swapped = good.clone();
    std::mem::swap(&mut swapped.signature_0, &mut swapped.signature_1);
    let other = charter(1).sign(&all_keys()[0].root, &key(200));
    let bare = {
        let keys = all_keys();
        let hash = Sha256::digest(&good.charter);
        SignedCharter {
            signature_0: keys[0].root.sign(&hash),
            signature_1: keys[1].root.sign(&hash),
            charter: good.charter.clone(),
        }
    };
    let title = |name, what| Title(name, "REC-12", what);
    vec![
        of(
            title("charter-signatures-swapped", "Each root's signature in the other's place."),
            &swapped,
            because,
        ),
        of(title("charter-one-root-alone", "The second signature is by another key."), &other, because),
        of(title("charter-signed-without-label", "Both roots signed the bare hash."), &bare, because),
    ]
}

/// Another form of the same charter, correctly signed.
fn forms() -> Vec<ExportVector> {
    let bytes = to_cbor(&charter(1));
    assert_eq!(bytes[..3], [0x84, 0x00, 0x50]);
    let title = |name, what| Title(name, "REC-9", what);
    let long_array = [&[0x98, 4], &bytes[1..]].concat();
    let long_suite = [&[0x84, 0x18, 0x00], &bytes[2..]].concat();
    let indefinite = [&[0x9f], &bytes[1..], &[0xff]].concat();
    let map = [&[0xa4], &bytes[1..]].concat();
    let trailing = [&bytes[..], &[0]].concat();
    let tagged = [&[0xd9, 0xd9, 0xf7], &bytes[..]].concat();
    let canonical = ("charter", "not in its one canonical form");
    let unreadable = ("charter", "");
    let mut all = vec![
        of(
            title("charter-long-array-length", "The array's length in two bytes."),
            &signed_bytes(long_array),
            canonical,
        ),
        of(title("charter-long-integer", "Suite 0 in two bytes."), &signed_bytes(long_suite), canonical),
        of(
            title("charter-indefinite", "An array of indefinite length."),
            &signed_bytes(indefinite),
            canonical,
        ),
        of(title("charter-map", "A map in place of the array."), &signed_bytes(map), unreadable),
        of(title("charter-trailing-byte", "A byte behind the charter."), &signed_bytes(trailing), canonical),
        of(title("charter-tagged", "The self-described tag before it."), &signed_bytes(tagged), unreadable),
        of(
            title("charter-alone-false", "That nobody may release alone is written out."),
            &signed_bytes([&[0x85], &bytes[1..], &[0xf4]].concat()),
            canonical,
        ),
        of(
            title("charter-alone-null", "Whether one may release alone is null."),
            &signed_bytes([&[0x85], &bytes[1..], &[0xf6]].concat()),
            unreadable,
        ),
    ];
    // The signed charter around it: nobody signs this form, but the file has one form all the same.
    let good = to_cbor(&bent(&|_| {}));
    let outer = [&[0x9f], &good[1..], &[0xff]].concat();
    let mut bytes = b"ringdown export 1\n".to_vec();
    bytes.extend((outer.len() as u32).to_be_bytes());
    bytes.extend(outer);
    let world = World::found(charter(1));
    let name = title(
        "signed-charter-indefinite",
        "The charter with its signatures in an array of indefinite length.",
    );
    all.push(vector(name, &world, &bytes).broken(None, ("charter-unreadable", "one canonical form")));
    all
}
