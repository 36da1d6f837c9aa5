//! Writes the first inputs of each corpus, from what the crates themselves make: `cargo run --example seeds`.

use ringdown_line::cell::{CellBuilder, ObjectNumber};
use ringdown_line::limits::SYMBOL_LEN;
use ringdown_line::object::cut;
use ringdown_message::Act;
use ringdown_record::Side;
use ringdown_record::body::{Body, Gate, GatePosition, Receipt, SeqRange, SignedKeyList};
use ringdown_record::encoding::to_cbor;
use ringdown_record::evidence::Evidence;
use ringdown_record::wire::{self, WireForm};

use ringdown_fuzz::corpus;
use ringdown_fuzz::passkey::{CHALLENGE, SITE, base64url};
use ringdown_fuzz::world::{WORLD, draft};

fn main() {
    for (target, seeds) in [
        ("cell", cells()),
        ("entry", entries()),
        ("body", bodies()),
        ("export", exports()),
        ("passkey", passkeys()),
    ] {
        keep(target, &seeds);
    }
}

fn keep(target: &str, seeds: &[Vec<u8>]) {
    let dir = corpus(target);
    std::fs::create_dir_all(&dir).expect("the corpus");
    for (number, seed) in seeds.iter().enumerate() {
        std::fs::write(dir.join(format!("seed-{number:02}")), seed).expect("a seed");
    }
}

fn full_form() -> WireForm {
    WireForm { incarnation: true, prev: true, peer_incarnation: true, key_list: true }
}

/// A length in two bytes, then the bytes.
fn some(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u16).to_be_bytes(), bytes].concat()
}

fn cells() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    let mut number = ObjectNumber::FIRST;
    for entry in &WORLD.story {
        let objects = cut(entry.header().place.seq, &wire::write(entry, full_form()));
        let mut cell = CellBuilder::default();
        cell.control(1, &[1, 1, 4, 1, 3, 1, 2, 3, 4, 5, 6, 7, 8, 2, 1]);
        for object in objects {
            let k = object.len() / SYMBOL_LEN;
            cell.symbols(number, k, 0, &object[..SYMBOL_LEN]);
            if k > 1 {
                cell.symbols(number, k, 1, &object[SYMBOL_LEN..]);
            }
            number = number.next();
        }
        let payload = [cell.take(), vec![0xff; 3]].concat();
        seeds.push([vec![0], some(&payload)].concat());
    }
    for times in [0, 14, 15] {
        let order = [0, 5, 3, 1, 2, 9, 0, 0, 35, 2, 1, 1];
        seeds.push([vec![1], some(&[7; 579]), vec![times], vec![0; 10], vec![11], order.to_vec()].concat());
    }
    seeds
}

fn passkeys() -> Vec<Vec<u8>> {
    let (challenge, origin) = (base64url(&CHALLENGE[..]), SITE.1);
    let of = |more: &str| {
        format!(r#"{{"type":"webauthn.get","challenge":"{challenge}","origin":"{origin}"{more}}}"#)
            .into_bytes()
    };
    let template = of(r#","crossOrigin":false"#);
    let texts = [
        "",
        r#","crossOrigin":false"#,
        r#","crossOrigin":false,"other_keys_can_be_added_here":"do not compare""#,
        r#","crossOrigin":false,"a":-1.5e+9,"b":null,"c":true,"d":"\u00e9\"è""#,
        r#","crossOrigin":true"#,
        r#","challenge":"AAAA""#,
        r#","\u0074ype":"webauthn.create""#,
        r#","a":{},"b":[]"#,
        r#","topOrigin":"http://localhost:8700""#,
        r#", "a":01"#,
        r#","n":"","m":0"#,
    ];
    let mut seeds: Vec<Vec<u8>> = texts.iter().map(|more| [&[1][..], &of(more)].concat()).collect();
    let mut signature = [7; 64];
    let statement = |signature: [u8; 64], client_data: &[u8]| {
        let head = [&[1, 2][..], &[0; 8], &[0, 0, 5, 0, 0, 0, 9], &signature].concat();
        let mut length = Vec::new();
        ringdown_record::encoding::put_varint(&mut length, client_data.len() as u64);
        [&[0][..], &head, &length, client_data, b"content"].concat()
    };
    seeds.extend([statement(signature, b""), statement(signature, &of(""))]);
    signature[32] = 0xff;
    seeds.push(statement(signature, b""));
    let der = [&[0x30, 0x44, 0x02, 0x20][..], &[7; 32], &[0x02, 0x20], &[7; 32]].concat();
    let hash = [
        0x49, 0x96, 0x0d, 0xe5, 0x88, 0x0e, 0x8c, 0x68, 0x74, 0x34, 0x17, 0x0f, 0x64, 0x76, 0x60, 0x5b, 0x8f,
        0xe4, 0xae, 0xb9, 0xa2, 0x86, 0x32, 0xc7, 0x99, 0x5c, 0xf3, 0xba, 0x83, 0x1d, 0x97, 0x63,
    ];
    for json in [&template, &of("")] {
        let data = [&hash[..], &[29, 0, 0, 0, 2]].concat();
        seeds.push([&[2][..], &some(&data), &some(&der), json].concat());
    }
    seeds
}

fn entries() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for (index, entry) in WORLD.written_by(Side::One).enumerate() {
        for form in [WireForm::default(), full_form()] {
            seeds.push([vec![0], wire::write(entry, form)].concat());
        }
        seeds.push(vec![6, index as u8, 15, 0]);
    }
    // Places 6 and 8, a sound predecessor and citation, then each content in its turn.
    for place in [1, 5] {
        for content in 0..9 {
            let head = [7, place, 1, 6, 0x32, 0, 0, 0, 0, 0, 0, 9, content, content];
            seeds.push([&head[..], &[0; 24], &[2, 0]].concat());
        }
    }
    seeds
}

fn bodies() -> Vec<Vec<u8>> {
    let mut seeds: Vec<Vec<u8>> = WORLD.story.iter().map(|entry| [&[0], entry.body()].concat()).collect();
    let content = |index: usize| Body::read(WORLD.story[index].body()).expect("a body").content.to_vec();
    let with = |kind: u8, bytes: Vec<u8>| [vec![kind], bytes].concat();
    let list = WORLD.paired.charter.party(Side::One).key_list.clone();
    let signed = SignedKeyList::sign(WORLD.line, Side::One, list.clone(), &WORLD.keys[1].root);
    let evidence = Evidence::of(&WORLD.story[4], &WORLD.story[4]).map(|evidence| to_cbor(&evidence));
    seeds.extend([
        with(1, to_cbor(&Receipt { beyond: vec![SeqRange { from: 3, to: 5 }, SeqRange { from: 9, to: 9 }] })),
        with(2, to_cbor(&Gate { position: GatePosition::Shut, round: 2, reason: "maintenance".into() })),
        with(3, content(0)),
        with(4, to_cbor(&signed)),
        with(5, evidence.unwrap_or_default()),
        with(6, draft("勇敢").content(3)),
        with(7, Act::acknowledge(WORLD.story[4].hash()).content()),
        with(8, to_cbor(&list)),
        with(9, to_cbor(&*WORLD.paired.charter)),
        with(10, to_cbor(&WORLD.paired.signed)),
        with(11, [some(b"subject"), some(b"en"), vec![2, 2, 3], b"text".to_vec()].concat()),
    ]);
    seeds
}

fn exports() -> Vec<Vec<u8>> {
    let whole = WORLD.export(WORLD.story.iter());
    let first = WORLD.export(WORLD.story[..4].iter());
    let mut seeds = vec![
        [vec![0, 0], whole.clone()].concat(),
        [vec![0, 29], whole].concat(),
        [vec![0, 29], first].concat(),
    ];
    for change in 0..4 {
        seeds.push(vec![1, 30, 1, 3, 5, change, 9]);
    }
    for change in 0..5 {
        seeds.push(vec![0, 2, 1, 2, 100, change, 1, 0, 3, 1, 2, 3]);
        seeds.push(vec![0, 31, 1, 2, 100, change, 1, 0, 3, 1, 2, 3]);
    }
    seeds
}
