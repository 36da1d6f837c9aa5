//! A line with fixed keys and a short story on it: what the targets mutate, and what was really signed.

use std::sync::{Arc, LazyLock};

use ringdown_line::pairing::{Paired, SideKeys, pair};
use ringdown_message::{Act, Draft, Marker};
use ringdown_record::body::{Body, Receipt};
use ringdown_record::charter::Officer;
use ringdown_record::statement::{Purpose, Statement, StatementTerms};
use ringdown_record::{
    Chain, Entry, EntryRef, Kind, LineId, Place, Precedence, SealContext, Secret, Side, SigningKey,
    TrafficClass, Urgency, WallTime, export,
};

/// Both sides, their keys, and the entries that they have written.
pub struct World {
    /// Keys of both sides.
    pub keys: [SideKeys; 2],
    /// The secret of both.
    pub pairing: Secret,
    /// Salts follow from it.
    pub salt_key: Secret,
    /// Charter and first entries.
    pub paired: Paired,
    /// The line.
    pub line: LineId,
    /// All that was signed, each entry behind what it cites.
    pub story: Vec<Arc<Entry>>,
}

/// The one world of this process.
pub static WORLD: LazyLock<World> = LazyLock::new(World::new);

/// Urgency of the story's messages.
pub const TEST_PRIORITY: Urgency = Urgency { precedence: Precedence::Priority, class: TrafficClass::Test };

/// The key of a side's officer.
pub fn officer_key(side: Side) -> SigningKey {
    SigningKey::from_seed(&[[14, 64][side.index()]; 32])
}

fn side_keys(name: &str, seed: u8) -> SideKeys {
    let key = |n: u8| SigningKey::from_seed(&[seed.wrapping_add(n); 32]);
    SideKeys {
        name: name.into(),
        root: key(1),
        node: key(2),
        channel: Secret([seed.wrapping_add(3); 32]),
        officers: vec![Officer::held_by_node(1, "Duty officer", &key(4).public())],
    }
}

impl World {
    fn new() -> World {
        let keys = [side_keys("BLUE", 10), side_keys("GREEN", 60)];
        let pairing = Secret([99; 32]);
        let paired = pair(&keys, [1; 16], &pairing, WallTime::from_ms(1_000));
        let line = paired.charter.line_id();
        let mut world = World {
            keys,
            salt_key: pairing.salt_key(),
            pairing,
            story: paired.entries.clone(),
            paired,
            line,
        };
        world.tell();
        world
    }

    /// BLUE asks, GREEN receipts, acknowledges and answers, BLUE receipts; then GREEN writes on.
    fn tell(&mut self) {
        let question = self.message(Side::Zero, 1, "Is it one of yours?");
        self.write(Side::Zero, Kind::MESSAGE, TEST_PRIORITY, &question);
        self.write(Side::One, Kind::RECEIPT, TEST_PRIORITY, &Receipt::default().to_body());
        let content = Act::acknowledge(self.story[4].hash()).content();
        let act = self.spoken(Side::One, Purpose::Acknowledge, TEST_PRIORITY, 1, &content);
        self.write(Side::One, Kind::ACT, TEST_PRIORITY, &act);
        self.write(Side::Zero, Kind::RECEIPT, TEST_PRIORITY, &Receipt::default().to_body());
        for serial in 1..=3 {
            let answer = self.message(Side::One, serial, "It is not. 不是。");
            self.write(Side::One, Kind::MESSAGE, TEST_PRIORITY, &answer);
        }
        self.write(Side::Zero, Kind::RECEIPT, TEST_PRIORITY, &Receipt::default().to_body());
    }

    fn write(&mut self, side: Side, kind: Kind, urgency: Urgency, body: &[u8]) {
        let context = self.context(side, self.head(side), self.head(side.other()));
        let officer =
            Body::read(body).ok().and_then(|body| body.statements.first().map(|first| first.officer));
        let entry = Entry::seal(&context, kind, urgency, officer.unwrap_or(0), body.to_vec());
        self.story.push(Arc::new(entry));
    }

    /// The newest entry of a side in the story.
    pub fn head(&self, side: Side) -> EntryRef {
        let newest = self.story.iter().rev().find(|entry| entry.header().side == side);
        newest.map_or(EntryRef::NONE, |entry| entry.reference())
    }

    /// All entries of a side in the story.
    pub fn written_by(&self, side: Side) -> impl Iterator<Item = &Arc<Entry>> {
        self.story.iter().filter(move |entry| entry.header().side == side)
    }

    /// What a correct node of this side would seal behind `prev`.
    pub fn context(&self, side: Side, prev: EntryRef, peer: EntryRef) -> SealContext<'_> {
        SealContext {
            line: self.line,
            side,
            place: Place::first(prev.place.seq + 1),
            prev: prev.hash,
            peer,
            time: WallTime::from_ms(2_000),
            clock: 63,
            flags: 0,
            key_list: self.paired.charter.party(side).key_list.hash(),
            salt_key: &self.salt_key,
            node: &self.keys[side.index()].node,
        }
    }

    /// A body in which the side's officer says this content.
    pub fn spoken(
        &self,
        side: Side,
        purpose: Purpose,
        urgency: Urgency,
        nonce: u64,
        content: &[u8],
    ) -> Vec<u8> {
        let (on_screen, nonce) = (self.head(side.other()), nonce.to_be_bytes());
        Body::write(&[self.statement(side, purpose, urgency, nonce, on_screen, content)], content)
    }

    /// A statement of the side's officer.
    pub fn statement(
        &self,
        side: Side,
        purpose: Purpose,
        urgency: Urgency,
        nonce: [u8; 8],
        on_screen: EntryRef,
        content: &[u8],
    ) -> Statement {
        let line = self.line;
        let terms = StatementTerms {
            line,
            side,
            incarnation: 1,
            officer: 1,
            purpose,
            urgency,
            nonce,
            on_screen,
            content,
            over: None,
        };
        let signature = officer_key(side).sign(&terms.digest()).into();
        Statement { officer: 1, purpose, nonce, on_screen: on_screen.place, signature }
    }

    /// The body of a released message.
    pub fn message(&self, side: Side, serial: u32, text: &str) -> Vec<u8> {
        let content = draft(text).content(serial);
        self.spoken(side, Purpose::Release, TEST_PRIORITY, 100 + u64::from(serial), &content)
    }

    /// One side's chain with the entries of the story that `held` takes.
    pub fn chain(&self, side: Side, held: impl Fn(u64) -> bool) -> Chain {
        let mut chain = Chain::new(self.paired.charter.clone(), side);
        for entry in self.written_by(side).filter(|entry| held(entry.header().place.seq)) {
            chain.add(entry);
        }
        chain
    }

    /// An export of these entries.
    pub fn export<'a>(&self, entries: impl Iterator<Item = &'a Arc<Entry>>) -> Vec<u8> {
        let mut file = Vec::new();
        export::write_head(&self.paired.signed, &mut file);
        let mut entries: Vec<_> = entries.collect();
        entries.sort_by_key(|entry| (entry.header().side, entry.header().place));
        entries.iter().for_each(|entry| export::write_entry(entry, &mut file));
        file
    }
}

/// A draft of the story.
pub fn draft(text: &str) -> Draft {
    Draft {
        precedence: Precedence::Priority,
        class: TrafficClass::Test,
        marker: Marker::Question,
        subject: "Ship hit".into(),
        language: "en".into(),
        text: text.into(),
        ..Draft::default()
    }
}
