//! What an auditor says about meaning: serials, acts and gates of an already verified record.

use std::collections::BTreeMap;
use std::sync::Arc;

use ringdown_record::audit::sentence::Sentence;
use ringdown_record::audit::{Audit, Finding, Verdict, about, describe};
use ringdown_record::body::Body;
use ringdown_record::export::Export;
use ringdown_record::{Charter, Entry, EntryHash, Kind, LineId, Side, TrafficClass, sentence};

use crate::act::{Act, Deed};
use crate::content::{Content, Marker};
use crate::dialogue::Violation;
use crate::gate::Gates;
use crate::ledger::Ledger;
use crate::serial::Serial;

/// Audits one exported file as a whole: the record, and what its entries mean. What is broken comes first, and names
/// the message that it is about.
pub fn audit(file: &[u8], expected: Option<LineId>) -> Audit {
    let mut audit = ringdown_record::audit(file, expected);
    if let Some(charter) = audit.charter.clone() {
        let meaning = examine(&charter, &audit.entries);
        if meaning.iter().any(|finding| finding.broken) {
            audit.verdict = Verdict::Broken;
        }
        name_messages(&mut audit.findings, &charter, file);
        audit.findings.extend(meaning);
        audit.findings.sort_by_key(|finding| !finding.broken);
    }
    audit
}

/// Puts the serial that a message gives itself to what is broken about it. A message that does not verify may lie.
fn name_messages(findings: &mut [Finding], charter: &Charter, file: &[u8]) {
    if !findings.iter().any(|finding| finding.broken && finding.entry.is_some()) {
        return;
    }
    let entries = Export::read(file).map(|export| export.entries).unwrap_or_default();
    let messages = entries.iter().filter(|entry| entry.header.kind == Kind::MESSAGE);
    let messages: BTreeMap<_, _> =
        messages.map(|entry| ((entry.header.side, entry.header.place), entry)).collect();
    for finding in findings.iter_mut().filter(|finding| finding.broken) {
        let Some(entry) = finding.entry.and_then(|place| messages.get(&place)) else { continue };
        let content = Body::read(&entry.body).ok().and_then(|body| Content::read(body.content).ok());
        if let Some(Content { serial: number, .. }) = content {
            let serial = Serial { side: entry.header.side, class: entry.header.urgency.class, number };
            finding.add(sentence!(
                "said-found-number",
                "It gives itself the number {serial}.",
                serial = serial.text(charter)
            ));
        }
    }
}

/// Examines verified entries, each after everything it cites. A finding is "broken" where a correct node would not
/// have sealed the entry.
pub fn examine(charter: &Charter, entries: &[Entry]) -> Vec<Finding> {
    examine_all(charter, &entries.iter().collect::<Vec<_>>())
}

pub(crate) fn examine_all(charter: &Charter, entries: &[&Entry]) -> Vec<Finding> {
    let mut examination = Examination {
        charter,
        findings: Vec::new(),
        serials: BTreeMap::new(),
        messages: BTreeMap::new(),
        gates: [Gates::default(), Gates::default()],
        taken: [0, 0],
        asks: BTreeMap::new(),
    };
    let of_side = |side: Side| {
        entries.iter().copied().filter(move |entry| entry.header().side == side).collect::<Vec<_>>()
    };
    let chains = [of_side(Side::Zero), of_side(Side::One)];
    for entry in entries.iter().filter(|entry| entry.header().kind == Kind::MESSAGE) {
        examination.messages.insert(entry.hash(), entry.header().side);
    }
    for entry in entries {
        examination.entry(entry, &chains);
    }
    examination.dialogues(entries);
    examination.findings
}

struct Examination<'a> {
    charter: &'a Charter,
    findings: Vec<Finding>,
    serials: BTreeMap<Serial, EntryHash>,
    messages: BTreeMap<EntryHash, Side>,
    /// The gates as each side held them when it wrote its newest entry.
    gates: [Gates; 2],
    /// How many entries of the other side each side's gates have taken in.
    taken: [usize; 2],
    /// Acts that ask, with who asks.
    asks: BTreeMap<EntryHash, Side>,
}

impl Examination<'_> {
    fn entry(&mut self, entry: &Entry, chains: &[Vec<&Entry>; 2]) {
        let header = entry.header();
        let writer = header.side.index();
        let other = &chains[header.side.other().index()];
        while let Some(cited) = other.get(self.taken[writer]) {
            if cited.header().place > header.peer.place {
                break;
            }
            self.gates[writer].apply(cited);
            self.taken[writer] += 1;
        }
        self.gates[writer].apply(entry);
        match header.kind {
            Kind::MESSAGE => self.message(entry),
            Kind::ACT => self.act(entry),
            _ => {}
        }
    }

    fn message(&mut self, entry: &Entry) {
        let header = entry.header();
        // Its sender may have held a later gate beyond a gap, so this is no reproach.
        if !self.gates[header.side.index()].is_open() {
            let shut = sentence!(
                "said-found-shut",
                "released while the line was not open by the entries that it cites"
            );
            self.find(entry, false, shut);
        }
        let content = Body::read(entry.body()).ok().map(|body| Content::read(body.content));
        match content {
            Some(Ok(content)) => {
                let serial =
                    Serial { side: header.side, class: header.urgency.class, number: content.serial };
                let text = serial.text(self.charter);
                if content.marker == Marker::Test && header.urgency.class != TrafficClass::Test {
                    let test = sentence!("said-found-test", "marked TEST, but of another class");
                    self.find(entry, true, test);
                }
                if self.serials.insert(serial, entry.hash()).is_some() {
                    let second =
                        sentence!("said-found-second", "a second message numbered {serial}", serial = text);
                    self.find(entry, true, second);
                } else if content.serial > 1 {
                    let before = Serial { number: content.serial - 1, ..serial };
                    if !self.serials.contains_key(&before) {
                        let lone = sentence!(
                            "said-found-before",
                            "{serial} is here, the message before it is not",
                            serial = text
                        );
                        self.find(entry, false, lone);
                    }
                }
            }
            Some(Err(error)) => {
                let raw = sentence!(
                    "said-found-raw",
                    "its content is shown raw: {reason}",
                    reason = error.to_string()
                );
                self.find(entry, false, raw);
            }
            None => {}
        }
    }

    fn act(&mut self, entry: &Entry) {
        let act = match Act::of(entry) {
            Ok(act) => act,
            Err(error) => {
                let unread = sentence!(
                    "said-found-act-unreadable",
                    "this act cannot be read: {reason}",
                    reason = error.to_string()
                );
                return self.find(entry, false, unread);
            }
        };
        let side = entry.header().side;
        if let Deed::Ask(_) = act.deed {
            self.asks.insert(entry.hash(), side);
        }
        let (target, what) = match act.deed {
            Deed::Reply { .. } => (
                self.asks.get(&act.target),
                sentence!("said-found-reply", "a reply to what the other side did not ask"),
            ),
            _ => (
                self.messages.get(&act.target),
                sentence!("said-found-act", "an act on something that is no message of the other side"),
            ),
        };
        let fits = target.is_some_and(|target| act.deed.is_about(side, *target));
        if !fits {
            self.find(entry, true, what);
        }
    }

    /// What was said against the rules of a dialogue.
    fn dialogues(&mut self, entries: &[&Entry]) {
        let mut ledger = Ledger::new(Arc::new(self.charter.clone()), Side::Zero);
        for entry in entries {
            ledger.apply(entry, None);
        }
        let by_hash: BTreeMap<_, _> = entries.iter().map(|entry| (entry.hash(), *entry)).collect();
        for message in ledger.messages() {
            for (said, violation) in &message.dialogue().violations {
                // Whose act it may be was looked at where the act stands.
                let reported = *violation == Violation::WrongSide;
                if let Some(entry) = by_hash.get(&said.entry).filter(|_| !reported) {
                    self.find(entry, true, violation.said());
                }
            }
        }
    }

    fn find(&mut self, entry: &Entry, broken: bool, why: Sentence) {
        let header = entry.header();
        let at = (header.side, header.place);
        let said = about(describe(self.charter, at, header.kind), why);
        self.findings.push(Finding::new(broken, Some(at), said));
    }
}
