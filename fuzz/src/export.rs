//! An exported record in the hands of someone who wants it to say something else.
//!
//! The audit ends and does not panic. It says "verified" of no file whose entries are not, byte for byte, entries
//! that their nodes signed, in places of their own. Cutting off the end is the one thing that no auditor can see.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use ringdown_record::audit::{Audit, Verdict};
use ringdown_record::body::Receipt;
use ringdown_record::export::Export;
use ringdown_record::{Entry, EntryHash, Kind, LineId, Side, UnverifiedEntry, audit, export};

use crate::source::Source;
use crate::world::{TEST_PRIORITY, WORLD};

/// The auditor that is tried.
pub type Auditor = fn(&[u8], Option<LineId>) -> Audit;

/// Good exports: the first entries of a line, and the whole story. With the entries, each as it stands in the file.
struct Good {
    file: Vec<u8>,
    head_len: usize,
    entries: Vec<Vec<u8>>,
}

static GOOD: LazyLock<[Good; 2]> = LazyLock::new(|| {
    [4, WORLD.story.len()].map(|count| {
        let mut story: Vec<_> = WORLD.story[..count].iter().collect();
        story.sort_by_key(|entry| (entry.header().side, entry.header().place));
        let mut head = Vec::new();
        export::write_head(&WORLD.paired.signed, &mut head);
        let entries: Vec<_> = story.iter().map(|entry| as_exported(entry)).collect();
        Good { file: [head.clone(), entries.concat()].concat(), head_len: head.len(), entries }
    })
});

static SIGNED: LazyLock<BTreeSet<EntryHash>> =
    LazyLock::new(|| WORLD.story.iter().map(|entry| entry.hash()).collect());

fn as_exported(entry: &Entry) -> Vec<u8> {
    let mut bytes = Vec::new();
    export::write_entry(entry, &mut bytes);
    bytes
}

/// The target.
pub fn run(bytes: &[u8]) {
    check(bytes, audit);
}

/// The target with an auditor of one's own.
pub fn check(bytes: &[u8], auditor: Auditor) {
    let mut source = Source(bytes);
    let (good, known) = (&GOOD[source.below(2)], &mut BTreeSet::new());
    // An audit costs a signature for each entry: most inputs are only taken apart.
    let file = match source.byte() % 32 {
        29 => source.0.to_vec(),
        30 => reordered(&mut source, good, known),
        31 => mutated(&mut source, good),
        0 => return taken_apart(source.0),
        _ => return taken_apart(&mutated(&mut source, good)),
    };
    let expected = if source.below(8) == 1 { None } else { Some(WORLD.line) };
    let outcome = auditor(&file, expected);
    let broken = outcome.findings.iter().any(|finding| finding.broken);
    assert_eq!(broken, matches!(outcome.verdict, Verdict::Broken), "verdict and findings say the same");
    if broken {
        return;
    }
    assert_eq!(matches!(outcome.verdict, Verdict::Verified), expected.is_some());
    let mut places = BTreeSet::new();
    for entry in &outcome.entries {
        assert!(
            SIGNED.contains(&entry.hash()) || known.contains(&entry.hash()),
            "verified, and never signed"
        );
        assert!(places.insert((entry.header().side, entry.header().place)), "two entries at one place");
    }
    // Nothing of the file is outside what was verified.
    let mut entries: Vec<_> = outcome.entries.iter().collect();
    entries.sort_by_key(|entry| (entry.header().side, entry.header().place));
    let written: Vec<u8> = entries.into_iter().flat_map(as_exported).collect();
    assert!(
        file == [&good.file[..good.head_len], &written].concat(),
        "verified, with other bytes in the file"
    );
    if let Some(charter) = &outcome.charter {
        ringdown_message::examine(charter, &outcome.entries);
    }
}

/// What can be taken apart is what is written for it: entries in order, no byte between or behind them.
fn taken_apart(file: &[u8]) {
    let Ok(parts) = Export::read(file) else { return };
    let mut written = Vec::new();
    export::write_head(&parts.charter, &mut written);
    for entry in &parts.entries {
        written.extend_from_slice(&entry.header.preimage());
        written.extend_from_slice(&entry.salt);
        written.extend_from_slice(&entry.signature);
        written.extend_from_slice(&entry.body);
    }
    assert!(written == file, "two files for one export");
    let at = |entry: &UnverifiedEntry| (entry.header.side, entry.header.place);
    assert!(parts.entries.windows(2).all(|pair| at(&pair[0]) < at(&pair[1])), "not in order");
}

/// Entries left out, doubled and in another order, and one that GREEN's node signs for whoever holds its key.
fn reordered(source: &mut Source<'_>, good: &Good, known: &mut BTreeSet<EntryHash>) -> Vec<u8> {
    let mut entries = good.entries.clone();
    for _ in 0..source.below(4) {
        let (a, b) = (source.below(entries.len()), source.below(entries.len()));
        match source.below(4) {
            0 => drop(entries.remove(a)),
            1 => entries.swap(a, b),
            2 => entries.insert(a, entries[b].clone()),
            _ => {
                let (prev, peer) = (WORLD.head(Side::One), WORLD.head(Side::Zero));
                let body = Receipt::default().to_body();
                let mut context = WORLD.context(Side::One, prev, peer);
                context.clock = source.byte();
                let more = Entry::seal(&context, Kind::RECEIPT, TEST_PRIORITY, 0, body);
                known.insert(more.hash());
                entries.push(as_exported(&more));
            }
        }
        if entries.is_empty() {
            break;
        }
    }
    [&good.file[..good.head_len], &entries.concat()].concat()
}

/// A few bytes changed, added, taken away.
fn mutated(source: &mut Source<'_>, good: &Good) -> Vec<u8> {
    let mut file = good.file.clone();
    for _ in 0..=source.below(4) {
        let at = usize::from(source.two()) % (file.len() + 1);
        match source.below(5) {
            0 | 1 => {
                let new = source.byte();
                file.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= new);
            }
            2 => drop(file.splice(at..at, source.some(64).iter().copied())),
            3 => drop(file.drain(at..(at + usize::from(source.byte())).min(file.len()))),
            _ => {
                let with = source.some(64);
                let end = (at + with.len()).min(file.len());
                drop(file.splice(at..end, with.iter().copied()));
            }
        }
    }
    file
}
