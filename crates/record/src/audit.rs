//! The auditor: one exported file in, findings in words out.
//!
//! It applies [`Chain::check`], the rule by which a node accepts entries, to every entry of both sides, in an order
//! in which each entry's citations come first. It never answers with a bare yes: what was not shown is said too.

pub mod sentence;

use std::collections::VecDeque;
use std::sync::Arc;

use self::sentence::Sentence;

use crate::body::Body;
use crate::chain::{Chain, Misbehaviour, Missing, Refusal};
use crate::charter::{Charter, Custody, Officer, OfficerKey};
use crate::entry::{Entry, FLAG_TIME_HELD, Kind, UnverifiedEntry};
use crate::evidence::Evidence;
use crate::export::{Export, ExportError};
use crate::place::{LineId, Place, Side};
use crate::sentence;
use crate::statement::{Purpose, Signature, Statement};

/// The whole outcome.
#[derive(Debug)]
pub enum Verdict {
    /// Every check passed and the line is the one the auditor expected.
    Verified,
    /// Every check passed, but nothing outside the file says which line it should be.
    ConsistentWithItself,
    /// At least one check failed.
    Broken,
}

/// What the auditor saw.
#[derive(Debug)]
pub struct Audit {
    /// The whole outcome.
    pub verdict: Verdict,
    /// The line that the file is about, once its charter verified.
    pub line: Option<LineId>,
    /// The charter, once verified.
    pub charter: Option<Arc<Charter>>,
    /// In the order in which they were made.
    pub findings: Vec<Finding>,
    /// Verified entries, each after everything it cites.
    pub entries: Vec<Entry>,
}

/// One observation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// True if the record does not hold up because of it; false for things to know.
    pub broken: bool,
    /// The entry it is about.
    pub entry: Option<(Side, Place)>,
    /// In words.
    pub text: String,
    /// The sentences that these are, for who reads another language too.
    pub said: Vec<Sentence>,
}

impl Finding {
    /// One that is this sentence.
    pub fn new(broken: bool, entry: Option<(Side, Place)>, said: Sentence) -> Finding {
        Finding { broken, entry, text: said.english.clone(), said: vec![said] }
    }

    /// Adds a sentence.
    pub fn add(&mut self, said: Sentence) {
        self.text = format!("{} {said}", self.text);
        self.said.push(said);
    }
}

/// Audits one exported file. `expected` is the line id from the auditor's own signed charter.
pub fn audit(file: &[u8], expected: Option<LineId>) -> Audit {
    let mut audit = Audit {
        verdict: Verdict::Broken,
        line: None,
        charter: None,
        findings: Vec::new(),
        entries: Vec::new(),
    };
    if let Some(export) = audit.read(file) {
        audit.examine(export, expected);
    }
    audit.conclude(expected);
    audit
}

impl Audit {
    fn broken(&mut self, entry: Option<(Side, Place)>, said: Sentence) {
        self.findings.push(Finding::new(true, entry, said));
    }

    fn note(&mut self, entry: Option<(Side, Place)>, said: Sentence) {
        self.findings.push(Finding::new(false, entry, said));
    }

    fn read(&mut self, file: &[u8]) -> Option<Export> {
        match Export::read(file) {
            Ok(export) => Some(export),
            Err(ExportError::NotAnExport) => {
                self.broken(None, sentence!("said-found-no-export", "This file is not a ringdown export."));
                None
            }
            Err(ExportError::Charter(error)) => {
                self.broken(
                    None,
                    sentence!(
                        "said-found-charter-unreadable",
                        "The charter in the file cannot be read: {reason}.",
                        reason = error.to_string()
                    ),
                );
                None
            }
            Err(ExportError::Entry { number, error }) => {
                self.broken(
                    None,
                    sentence!(
                        "said-found-unreadable",
                        "Entry {number} of the file cannot be read ({reason}); nothing was examined.",
                        number = number.to_string(),
                        reason = error.to_string()
                    ),
                );
                None
            }
        }
    }

    fn examine(&mut self, export: Export, expected: Option<LineId>) {
        let charter = match export.charter.verify() {
            Ok(charter) => Arc::new(charter),
            Err(error) => {
                self.broken(
                    None,
                    sentence!(
                        "said-found-charter-broken",
                        "The charter does not hold: {reason}.",
                        reason = error.to_string()
                    ),
                );
                return;
            }
        };
        let line = charter.line_id();
        self.line = Some(line);
        self.charter = Some(charter.clone());
        if expected.is_some_and(|expected| expected != line) {
            self.broken(
                None,
                sentence!(
                    "said-found-other-line",
                    "The file is about line {line}, not about the line asked for.",
                    line = line.to_string()
                ),
            );
        }
        let mut chains = [Chain::new(charter.clone(), Side::Zero), Chain::new(charter.clone(), Side::One)];
        self.walk(&charter, export.entries, &mut chains);
        let released = self.entries.iter().filter_map(|entry| released(&charter, &chains, entry));
        let (alone, together): (Vec<_>, Vec<_>) = released.partition(|(alone, _)| *alone);
        // Nothing else that is no fault matters as much, and nothing less than who released together.
        self.findings.splice(0..0, alone.into_iter().map(|(_, finding)| finding));
        for side in [Side::Zero, Side::One] {
            self.report_chain(&charter, &chains[side.index()], &chains[side.other().index()]);
        }
        self.findings.extend(together.into_iter().map(|(_, finding)| finding));
    }

    /// Checks both chains side by side: an entry waits while the other side's entries that it cites come first.
    fn walk(&mut self, charter: &Charter, entries: Vec<UnverifiedEntry>, chains: &mut [Chain; 2]) {
        let (zero, one): (VecDeque<_>, VecDeque<_>) =
            entries.into_iter().partition(|entry| entry.header.side == Side::Zero);
        let mut queues = [zero, one];
        loop {
            let mut progressed = false;
            for side in [Side::Zero, Side::One] {
                while let Some(candidate) = queues[side.index()].front() {
                    let result = chains[side.index()].check(candidate.clone(), &chains[side.other().index()]);
                    let waits = matches!(result, Err(Refusal::Parked(Missing::Cited | Missing::Incarnation)));
                    if waits {
                        break;
                    }
                    let candidate = queues[side.index()].pop_front().expect("at the front above");
                    progressed = true;
                    match result {
                        Ok(entry) => {
                            chains[side.index()].add(&entry);
                            self.remark(charter, &entry);
                            self.entries.push(entry);
                        }
                        Err(refusal) => self.refused(charter, &candidate, refusal),
                    }
                }
            }
            if !progressed && !self.give_up(charter, &mut queues, chains) {
                break;
            }
        }
    }

    /// When neither side's next entry can be checked, gives up one that nothing in the file can help, so that what
    /// stands after it is checked as after a gap. False when no entry is left.
    fn give_up(
        &mut self,
        charter: &Charter,
        queues: &mut [VecDeque<UnverifiedEntry>; 2],
        chains: &[Chain; 2],
    ) -> bool {
        let hopeless = |side: &Side| {
            let later = &queues[side.other().index()];
            let cites = |entry: &UnverifiedEntry| entry.header.peer.place;
            queues[side.index()].front().is_some_and(|entry| {
                later.binary_search_by_key(&cites(entry), |other| other.header.place).is_err()
            })
        };
        let side = [Side::Zero, Side::One].into_iter().find(hopeless).unwrap_or(Side::Zero);
        let Some(candidate) = queues[side.index()].pop_front() else { return false };
        let result = chains[side.index()].check(candidate.clone(), &chains[side.other().index()]);
        self.refused(charter, &candidate, result.err().unwrap_or(Refusal::Parked(Missing::Cited)));
        true
    }

    fn refused(&mut self, charter: &Charter, candidate: &UnverifiedEntry, refusal: Refusal) {
        let at = (candidate.header.side, candidate.header.place);
        let name = describe(charter, at, candidate.header.kind);
        let said = match refusal {
            Refusal::Misbehaved(Misbehaviour::WrongLine) => sentence!(
                "said-found-wrong-line",
                "{entry}: it belongs to another line than the charter in this file.",
                entry = name
            ),
            Refusal::Misbehaved(reason) => about(name, reason.said()),
            Refusal::Parked(missing) => sentence!(
                "said-found-unchecked",
                "{entry} cannot be checked: {why}.",
                entry = name,
                why = missing.said()
            ),
            Refusal::TwoHistories(_) => sentence!(
                "said-found-two",
                "{entry}: the same key signed two entries for this place.",
                entry = name
            ),
            Refusal::AlreadyHeld => {
                sentence!("said-found-doubled", "{entry} stands in the file twice.", entry = name)
            }
        };
        self.broken(Some(at), said);
    }

    fn remark(&mut self, charter: &Charter, entry: &Entry) {
        let header = entry.header();
        let at = (header.side, header.place);
        let name = || describe(charter, at, header.kind);
        if header.kind == Kind::EVIDENCE {
            let body = Body::read(entry.body()).ok();
            let evidence = body.and_then(|body| Evidence::read(body.content).ok());
            let whose = evidence.and_then(|evidence| evidence.accused());
            if let Some((side, place)) = whose {
                let accused = &charter.party(side).name;
                self.note(
                    Some(at),
                    sentence!(
                        "said-found-evidence",
                        "{entry} shows two histories under {accused}'s node key at {place}.",
                        entry = name(),
                        accused = accused,
                        place = place.to_string()
                    ),
                );
            }
        }
        if header.flags & FLAG_TIME_HELD != 0 {
            let said = sentence!(
                "said-found-clock",
                "{entry}: the writer's clock had stepped back.",
                entry = name()
            );
            self.note(Some(at), said);
        }
        if !header.kind.is_examined() {
            let said = sentence!(
                "said-found-kind",
                "{entry}: this verifier does not know kind {kind}; its content was not examined.",
                entry = name(),
                kind = header.kind.0.to_string()
            );
            self.note(Some(at), said);
        }
    }

    fn report_chain(&mut self, charter: &Charter, chain: &Chain, other: &Chain) {
        let name = &charter.party(chain.side()).name;
        let other_name = &charter.party(other.side()).name;
        let said = match chain.head().place {
            Place::NONE => {
                sentence!("said-found-nothing", "Nothing that {side} wrote is in this file.", side = name)
            }
            head => sentence!(
                "said-found-chain",
                "{side}'s entries are here without a gap up to {head}; {peer}'s newest entry here shows that {peer} \
                 held them up to {held}. What came later, this file does not show.",
                side = name,
                head = head.to_string(),
                peer = other_name,
                held = other.cited().to_string()
            ),
        };
        self.note(None, said);
        for range in chain.ranges_beyond() {
            self.note(
                None,
                sentence!(
                    "said-found-gap",
                    "{side}'s entries {from} to {to} are here, but entries before them are not.",
                    side = name,
                    from = range.from.to_string(),
                    to = range.to.to_string()
                ),
            );
        }
        self.report_officers(name, chain);
    }

    /// What a signature shows of each officer who is listed, or was.
    fn report_officers(&mut self, name: &str, chain: &Chain) {
        let mut told: Vec<&Officer> = Vec::new();
        for officer in chain.key_lists().flat_map(|list| &list.officers) {
            if told.iter().any(|before| before.index == officer.index && before.key == officer.key) {
                continue;
            }
            told.push(officer);
            let who = officer_named(name, officer.index, &officer.name);
            if officer.custody == Custody::Node {
                self.note(
                    None,
                    sentence!(
                        "said-found-node-key",
                        "{who} has a key that the node holds: a signature shows that the node of {side} signed for \
                         this officer, not that the person acted.",
                        who = who.clone(),
                        side = name
                    ),
                );
            }
            match officer.public_key() {
                Some(OfficerKey::Passkey(_)) => self.report_passkey(name, who, chain.side(), officer),
                Some(OfficerKey::Ed25519(_)) if officer.custody == Custody::Officer => self.note(
                    None,
                    sentence!(
                        "said-found-own-key",
                        "{who} keeps the key, as {side} says: a signature shows that whoever has it approved the hash \
                         of the statement. It does not show who that was, or what the screen said.",
                        who = who,
                        side = name
                    ),
                ),
                _ => {}
            }
        }
    }

    fn report_passkey(&mut self, name: &str, who: Sentence, side: Side, officer: &Officer) {
        self.note(
            None,
            sentence!(
                "said-found-passkey",
                "{who} has a passkey of {site}, used at {origin}: a signature shows that the authenticator registered \
                 for this officer approved the hash of the statement after it had verified its user. It does not show \
                 who the user was, what the screen said, or what kind of device it is: no attestation was checked.",
                who = who.clone(),
                site = &officer.rp_id,
                origin = &officer.origin
            ),
        );
        let of_side = |entry: &&Entry| entry.header().side == side;
        let copied = self.entries.iter().filter(of_side).any(|entry| says_copied(entry, officer.index));
        if copied {
            self.note(
                None,
                sentence!(
                    "said-found-copied",
                    "{who} signed with an authenticator which says that its key can be copied to other devices; {side} \
                     decides where it is.",
                    who = who,
                    side = name
                ),
            );
        }
    }

    fn conclude(&mut self, expected: Option<LineId>) {
        if self.findings.iter().any(|finding| finding.broken) {
            self.verdict = Verdict::Broken;
            return;
        }
        if expected.is_some() {
            self.verdict = Verdict::Verified;
        } else {
            self.verdict = Verdict::ConsistentWithItself;
            self.note(
                None,
                sentence!(
                    "said-found-itself",
                    "This file is consistent with itself only. Compare the line id with your signed charter."
                ),
            );
        }
        self.note(
            None,
            sentence!(
                "said-found-suite",
                "All signatures are Ed25519, those of passkeys ECDSA on P-256 (suite 0); this record is not evidence \
                 against someone with a quantum computer."
            ),
        );
    }
}

/// Who released a MESSAGE, if one did so alone where two are the rule (true), or if another signed it too (false).
fn released(charter: &Charter, chains: &[Chain; 2], entry: &Entry) -> Option<(bool, Finding)> {
    let header = entry.header();
    if header.kind != Kind::MESSAGE {
        return None;
    }
    let at = (header.side, header.place);
    let (list, _) = chains[header.side.index()].key_list_at(header.place.seq);
    let officer = |statement: &Statement| {
        let name = list.officer(statement.officer).map_or("", |officer| &officer.name);
        officer_named(&charter.party(header.side).name, statement.officer, name)
    };
    let name = describe(charter, at, header.kind);
    let (alone, said) = match &Body::read(entry.body()).ok()?.statements[..] {
        [lone] if lone.purpose == Purpose::ReleaseAlone => {
            let said = sentence!(
                "said-found-alone",
                "{entry}: {who} released it ALONE. Two are the rule; the charter allows it in an emergency.",
                entry = name,
                who = officer(lone)
            );
            (true, said)
        }
        [first, second] => {
            let (first, other) = (officer(first), officer(second));
            let said = match second.purpose {
                Purpose::Draft => sentence!(
                    "said-found-wrote",
                    "{entry}: {who} released it, {other} wrote it.",
                    entry = name,
                    who = first,
                    other = other
                ),
                _ => sentence!(
                    "said-found-together",
                    "{entry}: {who} released it, {other} released it too.",
                    entry = name,
                    who = first,
                    other = other
                ),
            };
            (false, said)
        }
        _ => return None,
    };
    Some((alone, Finding::new(false, Some(at), said)))
}

/// True if this officer's statement in the entry comes from an authenticator whose key can be copied.
fn says_copied(entry: &Entry, officer: u16) -> bool {
    let statements = Body::read(entry.body()).map(|body| body.statements).unwrap_or_default();
    statements.iter().any(|statement| {
        let copied =
            matches!(&statement.signature, Signature::Passkey(assertion) if assertion.can_be_copied());
        statement.officer == officer && copied
    })
}

/// `BLUE's officer 2 (Watch officer)`.
fn officer_named(side: &str, index: u16, name: &str) -> Sentence {
    sentence!(
        "said-found-officer",
        "{side}'s officer {number} ({name})",
        side = side,
        number = index,
        name = name
    )
}

/// `BLUE's entry 1/7 (MESSAGE)`.
pub fn describe(charter: &Charter, (side, place): (Side, Place), kind: Kind) -> Sentence {
    sentence!(
        "said-found-entry",
        "{side}'s entry {place} ({kind})",
        side = &charter.party(side).name,
        place = place.to_string(),
        kind = kind.name()
    )
}

/// What is found about an entry.
pub fn about(entry: Sentence, why: Sentence) -> Sentence {
    sentence!("said-found-about", "{entry}: {why}.", entry = entry, why = why)
}
