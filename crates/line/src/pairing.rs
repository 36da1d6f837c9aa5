//! Pairing of two sides on one machine: the charter, and the four entries with which a line begins.
//!
//! Each side's INCARNATION comes first and goes into both records. Each side then seals READY(1) citing the other's,
//! so that the line is open by the rule itself. Nothing here is random; all secrets are handed in.

use std::sync::Arc;

use ringdown_record::body::{Body, Gate, GatePosition, Incarnation};
use ringdown_record::charter::{KeyList, Officer, Party, PrecedenceRule, ROLE_RELEASE, SUITE_ONE_MACHINE};
use ringdown_record::encoding::to_cbor;
use ringdown_record::{
    Charter, Entry, EntryHash, EntryRef, Kind, Place, SealContext, Secret, Side, SignedCharter, SigningKey,
    Urgency, WallTime,
};

use crate::session::noise::channel_public;

/// What one side brings.
#[derive(Clone, Debug)]
pub struct SideKeys {
    /// Its name in the charter.
    pub name: String,
    /// Its root key.
    pub root: SigningKey,
    /// Its node's signing key.
    pub node: SigningKey,
    /// Its node's X25519 secret.
    pub channel: Secret,
    /// Its officers, as the first key list names them.
    pub officers: Vec<Officer>,
}

/// A line that has begun.
#[derive(Clone, Debug)]
pub struct Paired {
    /// Signed by both roots.
    pub signed: SignedCharter,
    /// The same, verified.
    pub charter: Arc<Charter>,
    /// The entries that both records begin with, in order.
    pub entries: Vec<Arc<Entry>>,
}

/// Default rules, for urgent messages (FLASH, IMMEDIATE) and others: how many release, and after how many seconds
/// silence is remarked upon.
fn rules(urgent: u8) -> [PrecedenceRule; 4] {
    [
        PrecedenceRule { releasers: urgent, stored_caution_s: 10, stored_alarm_s: 60, acknowledge_s: 60 },
        PrecedenceRule { releasers: urgent, stored_caution_s: 30, stored_alarm_s: 120, acknowledge_s: 180 },
        PrecedenceRule { releasers: 1, stored_caution_s: 120, stored_alarm_s: 600, acknowledge_s: 900 },
        PrecedenceRule { releasers: 1, stored_caution_s: 600, stored_alarm_s: 3600, acknowledge_s: 3600 },
    ]
}

/// True if each side has two officers who may release: then two release what is urgent, or one alone in an emergency.
fn two_release(sides: &[SideKeys; 2]) -> bool {
    let may_release = |officer: &&Officer| officer.roles & ROLE_RELEASE != 0;
    sides.iter().all(|side| side.officers.iter().filter(may_release).count() >= 2)
}

/// Founds a line between two sides whose keys are all at hand.
pub fn pair(sides: &[SideKeys; 2], nonce: [u8; 16], pairing: &Secret, time: WallTime) -> Paired {
    let release_alone = two_release(sides);
    let charter = Charter {
        suite: SUITE_ONE_MACHINE,
        nonce,
        parties: [party(&sides[0]), party(&sides[1])],
        rules: rules(if release_alone { 2 } else { 1 }),
        release_alone,
    };
    let signed = charter.sign(&sides[0].root, &sides[1].root);
    let mut start =
        Start { charter: &charter, salt_key: pairing.salt_key(), time, heads: [EntryRef::NONE; 2] };
    let mut entries = Vec::new();
    for side in [Side::Zero, Side::One] {
        let keys = &sides[side.index()];
        let channel = channel_public(&keys.channel);
        let incarnation =
            Incarnation::sign(charter.line_id(), side, 1, &keys.node.public(), channel, &keys.root);
        entries.push(start.seal(side, keys, Kind::INCARNATION, &to_cbor(&incarnation), EntryRef::NONE));
    }
    let incarnations = start.heads;
    for side in [Side::Zero, Side::One] {
        let gate = Gate { position: GatePosition::Ready, round: 1, reason: String::new() };
        let peer = incarnations[side.other().index()];
        entries.push(start.seal(side, &sides[side.index()], Kind::GATE, &to_cbor(&gate), peer));
    }
    Paired { signed, charter: Arc::new(charter), entries }
}

struct Start<'a> {
    charter: &'a Charter,
    salt_key: Secret,
    time: WallTime,
    heads: [EntryRef; 2],
}

impl Start<'_> {
    fn seal(
        &mut self,
        side: Side,
        keys: &SideKeys,
        kind: Kind,
        content: &[u8],
        peer: EntryRef,
    ) -> Arc<Entry> {
        let head = &mut self.heads[side.index()];
        let context = SealContext {
            line: self.charter.line_id(),
            side,
            place: Place::first(head.place.seq + 1),
            prev: if head.place == Place::NONE { EntryHash::default() } else { head.hash },
            peer,
            time: self.time,
            clock: 1 << 5 | 31,
            flags: 0,
            key_list: self.charter.party(side).key_list.hash(),
            salt_key: &self.salt_key,
            node: &keys.node,
        };
        let entry = Entry::seal(&context, kind, Urgency::LINE, 0, Body::write(&[], content));
        *head = entry.reference();
        Arc::new(entry)
    }
}

fn party(keys: &SideKeys) -> Party {
    Party {
        name: keys.name.clone(),
        root: keys.root.public().to_bytes(),
        key_list: KeyList { number: 1, previous: [0; 32], officers: keys.officers.clone() },
    }
}
