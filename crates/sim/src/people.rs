//! Officers: they send at all precedences and classes, acknowledge, and ask again for a release after a crash.

use std::collections::BTreeMap;
use std::sync::Arc;

use ringdown_line::{Endpoint, Now, Submission};
use ringdown_message::{Act, Draft, Ledger, Marker};
use ringdown_record::body::Body;
use ringdown_record::statement::{Purpose, Statement, StatementTerms};
use ringdown_record::{
    DraftId, Entry, EntryHash, EntryRef, Kind, LineId, Precedence, Side, SigningKey, TrafficClass, Urgency,
};

use crate::dice::Dice;
use crate::disk::Disk;
use crate::swarm::PeoplePlan;

/// The officers of one side.
#[derive(Debug)]
pub struct People {
    line: LineId,
    side: Side,
    /// The first is officer 1.
    keys: Vec<SigningKey>,
    plan: PeoplePlan,
    dice: Dice,
    nonce: u64,
    written: u64,
    /// Drafts that are not known to be in the record.
    drafts: BTreeMap<DraftId, DraftInHand>,
    /// Acknowledgements under way: the message, and the act's entry.
    acts: BTreeMap<EntryHash, EntryHash>,
}

#[derive(Debug)]
struct DraftInHand {
    draft: Draft,
    /// The entry that was sealed from it in this run.
    sealed: Option<EntryHash>,
}

/// What a person did, for the trace and the checkers.
#[derive(Debug)]
pub enum Deed {
    /// A draft was sealed, or the release was refused.
    Released(Option<Arc<Entry>>),
    /// A draft turned out to be in the record already.
    FoundReleased,
    /// A message was acknowledged, or that was refused.
    Acknowledged(EntryHash, Option<Arc<Entry>>),
    /// Nothing was to be done.
    Nothing,
}

/// What a person sees and touches.
pub struct Desk<'a> {
    /// The node.
    pub endpoint: &'a mut Endpoint,
    /// Its disk, for drafts that were released.
    pub disk: &'a Disk,
    /// What its screens show.
    pub ledger: &'a Ledger,
    /// The newest entry of the peer that can be on a screen.
    pub on_screen: EntryRef,
    /// The time there.
    pub now: Now,
}

/// Words in several scripts; texts are cut from here.
static WORDS: &str = "The ship is one of ours and turned back at noon. 我们的船已经返回。 Наш корабль повернул назад. \
                      عادت سفينتنا. Two aircraft without transponder, heading 270, flight level 310, no hostile intent. ";

impl People {
    /// The officers of a side.
    pub fn new(line: LineId, side: Side, keys: Vec<SigningKey>, plan: PeoplePlan, dice: Dice) -> People {
        People {
            line,
            side,
            keys,
            plan,
            dice,
            nonce: 0,
            written: 0,
            drafts: BTreeMap::new(),
            acts: BTreeMap::new(),
        }
    }

    /// The node stopped: nobody knows what became of what was under way.
    pub fn node_stopped(&mut self) {
        self.drafts.values_mut().for_each(|draft| draft.sealed = None);
        self.acts.clear();
    }

    /// These entries are durable: what was waited for is done.
    pub fn durable(&mut self, entry: &Entry) {
        self.drafts.retain(|_, draft| draft.sealed != Some(entry.hash()));
        self.acts.retain(|_, act| *act != entry.hash());
    }

    /// True while a release was asked for and is not known to be in the record.
    pub fn has_drafts(&self) -> bool {
        !self.drafts.is_empty()
    }

    /// When a person acts next.
    pub fn pause(&mut self) -> std::time::Duration {
        self.dice.around(self.plan.pace)
    }

    /// A person acts. With `closing`, only what was begun is brought to an end.
    pub fn act(&mut self, desk: Desk<'_>, closing: bool) -> Deed {
        let open = self.drafts.iter().find(|(_, draft)| draft.sealed.is_none()).map(|(id, _)| *id);
        if let Some(id) = open {
            return self.release(id, desk);
        }
        if closing {
            return Deed::Nothing;
        }
        let messages = desk.ledger.messages();
        let own = messages.iter().filter(|message| message.side == self.side);
        let own_count = own.clone().count();
        let waiting = own.rev().take_while(|message| !is_stored(desk.ledger, message)).count();
        let may_write = self.written < self.plan.most && waiting < self.plan.patience && own_count < 100_000;
        if may_write && self.dice.chance(self.plan.message) {
            let id = DraftId(self.dice.seed()[..16].try_into().expect("half of 32 bytes"));
            let draft = self.write();
            self.drafts.insert(id, DraftInHand { draft, sealed: None });
            self.written += 1;
            return self.release(id, desk);
        }
        self.acknowledge(desk)
    }

    fn write(&mut self) -> Draft {
        let d = &mut self.dice;
        let len = match (d.chance(self.plan.long.1), d.chance(self.plan.long.0)) {
            (true, _) => d.between(4_000, 59_000),
            (false, true) => d.between(400, 4_000),
            (false, false) => d.between(1, 300),
        };
        let mut start = d.below(WORDS.len() as u64) as usize;
        while !WORDS.is_char_boundary(start) {
            start -= 1;
        }
        let mut text = WORDS[start..].to_owned();
        while text.len() < len as usize {
            text.push_str(WORDS);
        }
        let mut end = len as usize;
        while !text.is_char_boundary(end) {
            end += 1;
        }
        text.truncate(end);
        let class = d.pick(&TrafficClass::ALL);
        let marker = if class == TrafficClass::Test { Marker::Test } else { Marker::Information };
        Draft {
            precedence: d.pick(&[
                Precedence::Flash,
                Precedence::Immediate,
                Precedence::Priority,
                Precedence::Routine,
            ]),
            class,
            marker,
            subject: "Of the day".into(),
            language: "en".into(),
            text,
            ..Draft::default()
        }
    }

    /// As the driver does: a draft becomes one message, however often its release is asked for.
    fn release(&mut self, id: DraftId, desk: Desk<'_>) -> Deed {
        if desk.disk.released(id).is_some() {
            self.drafts.remove(&id);
            return Deed::FoundReleased;
        }
        let draft = &self.drafts[&id].draft;
        let serial = desk.endpoint.next_serial(draft.class);
        let (urgency, content) = (draft.urgency(), draft.content(serial));
        let speakers = self.releasers(usize::from(desk.ledger.charter().releasers(urgency)));
        let body = self.sign(&speakers, urgency, desk.on_screen, &content);
        let officer = speakers[0].0;
        let submission = Submission { draft: Some(id), kind: Kind::MESSAGE, urgency, officer, body };
        let sealed = desk.endpoint.submit(desk.now, submission).ok();
        if let Some(draft) = self.drafts.get_mut(&id) {
            draft.sealed = sealed.as_ref().map(|entry| entry.hash());
        }
        Deed::Released(sealed)
    }

    /// Who signs a message that needs so many: mostly as many, and sometimes one alone.
    fn releasers(&mut self, needed: usize) -> Vec<(u16, Purpose)> {
        use Purpose::{Draft, Release, ReleaseAlone};
        if needed < 2 {
            return vec![(1, Release)];
        }
        let ways: [&[(u16, Purpose)]; 4] = [
            &[(1, Release), (2, Draft)],
            &[(2, Release), (1, Draft)],
            &[(1, Release), (2, Release)],
            &[(2, ReleaseAlone)],
        ];
        self.dice.pick(&ways).to_vec()
    }

    fn acknowledge(&mut self, desk: Desk<'_>) -> Deed {
        let open = desk.ledger.messages().iter().find(|message| {
            message.side != self.side
                && message.acknowledged.is_none()
                && !self.acts.contains_key(&message.hash)
        });
        let Some((target, urgency)) = open.map(|message| (message.hash, message.urgency)) else {
            return Deed::Nothing;
        };
        let content = Act::acknowledge(target).content();
        let body = self.sign(&[(1, Purpose::Acknowledge)], urgency, desk.on_screen, &content);
        let submission = Submission { draft: None, kind: Kind::ACT, urgency, officer: 1, body };
        let sealed = desk.endpoint.submit(desk.now, submission).ok();
        self.acts.extend(sealed.as_ref().map(|act| (target, act.hash())));
        Deed::Acknowledged(target, sealed)
    }

    /// The body in which these officers speak, in this order: each signs what follows too.
    fn sign(
        &mut self,
        speakers: &[(u16, Purpose)],
        urgency: Urgency,
        on_screen: EntryRef,
        content: &[u8],
    ) -> Vec<u8> {
        let (line, side) = (self.line, self.side);
        let mut said: Vec<Statement> = Vec::new();
        for &(officer, purpose) in speakers.iter().rev() {
            self.nonce += 1;
            let nonce = self.nonce.to_be_bytes();
            let terms = StatementTerms {
                line,
                side,
                incarnation: 1,
                officer,
                purpose,
                urgency,
                nonce,
                on_screen,
                content,
                over: said.first(),
            };
            let signature = self.keys[usize::from(officer) - 1].sign(&terms.digest()).into();
            said.insert(0, Statement { officer, purpose, nonce, on_screen: on_screen.place, signature });
        }
        Body::write(&said, content)
    }
}

fn is_stored(ledger: &Ledger, message: &ringdown_message::MessageRecord) -> bool {
    use ringdown_message::State;
    matches!(ledger.state(message), State::StoredByPeer | State::Acknowledged { .. })
}
