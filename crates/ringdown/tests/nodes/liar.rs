//! A peer with valid keys that lies: its next entry, sealed with its own keys, put into the record of the other side's
//! stopped node as that node would have stored it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ringdown_message::Draft;
use ringdown_record::body::Body;
use ringdown_record::encoding::from_cbor;
use ringdown_record::statement::{Purpose, Statement, StatementTerms};
use ringdown_record::{
    Batch, BatchId, Entry, EntryRef, Kind, Place, SealContext, Secret, Side, SignedCharter, SigningKey,
    WallTime,
};
use ringdown_store::{Notice, Record};

/// Seals a message of the side whose home is `liar` and stores it in the record of `home`. Both nodes are stopped.
pub fn tell(liar: &Path, home: &Path, draft: &Draft, serial: u32) -> Arc<Entry> {
    let line = only(&home.join("lines"));
    let record_path = line.join("record.db");
    let mut heads = [EntryRef::NONE; 2];
    let mut last = WallTime::from_ms(0);
    let record = Record::open(&record_path, |numbered| {
        let header = numbered.entry.header();
        heads[header.side.index()] = numbered.entry.reference();
        last = last.max(header.time);
    });
    let record = record.unwrap();
    let signed: SignedCharter = from_cbor(&fs::read(line.join("charter")).unwrap()).unwrap();
    let charter = signed.verify().unwrap();
    let name = fs::read_to_string(liar.join("ringdown.toml")).unwrap();
    let side =
        if name.contains(&format!("{:?}", charter.party(Side::Zero).name)) { Side::Zero } else { Side::One };
    let (own, other) = (heads[side.index()], heads[side.other().index()]);
    let keys: toml::Table = fs::read_to_string(liar.join("keys.toml")).unwrap().parse().unwrap();
    let key = |name: &str| SigningKey::from_seed(&bytes(keys[name].as_str().unwrap()));
    let pairing = Secret(bytes(&fs::read_to_string(line.join("pairing.key")).unwrap()));
    let content = draft.content(serial);
    let terms = StatementTerms {
        line: charter.line_id(),
        side,
        incarnation: 1,
        officer: 1,
        purpose: Purpose::Release,
        urgency: draft.urgency(),
        nonce: [7; 8],
        on_screen: other,
        content: &content,
        over: None,
    };
    let statement = Statement {
        officer: 1,
        purpose: Purpose::Release,
        nonce: terms.nonce,
        on_screen: other.place,
        signature: SigningKey::from_seed(&bytes(keys["officers"][0]["secret"].as_str().unwrap()))
            .sign(&terms.digest())
            .into(),
    };
    let context = SealContext {
        line: charter.line_id(),
        side,
        place: Place { incarnation: 1, seq: own.place.seq + 1 },
        prev: own.hash,
        peer: other,
        time: WallTime::from_ms(last.ms() + 1),
        clock: 1 << 5 | 31,
        flags: 0,
        key_list: charter.party(side).key_list.hash(),
        salt_key: &pairing.salt_key(),
        node: &key("node"),
    };
    let body = Body::write(&[statement], &content);
    let entry = Arc::new(Entry::seal(&context, Kind::MESSAGE, draft.urgency(), 1, body));
    store(&record, entry.clone(), context.time);
    entry
}

fn store(record: &Record, entry: Arc<Entry>, arrived: WallTime) {
    let (told, heard) = std::sync::mpsc::channel();
    let writer = record.writer(move |notice| drop(told.send(notice))).unwrap();
    writer.append(Arc::new(Batch { id: BatchId(1), entries: vec![entry], released: Vec::new() }), arrived);
    let notice = heard.recv().unwrap();
    assert!(matches!(notice, Notice::Durable { .. }), "{notice:?}");
}

fn only(dir: &Path) -> PathBuf {
    fs::read_dir(dir).unwrap().next().unwrap().unwrap().path()
}

fn bytes(hex: &str) -> [u8; 32] {
    let hex = hex.trim();
    let byte = |at: usize| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap();
    std::array::from_fn(byte)
}
