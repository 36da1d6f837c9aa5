//! Own entries that the peer has not receipted, and which of them goes next.
//!
//! Only a verified receipt frees an entry (INV-5). Until then it is due, or waits for a report and becomes due again.
//! LINE and FLASH go before everything else and are not held by the window.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use ringdown_record::body::SeqRange;
use ringdown_record::wire::{self, WireForm};
use ringdown_record::{Entry, EntryRef, Kind, Precedence};

use crate::cell::{CellBuilder, ObjectNumber};
use crate::limits::{CELL_LEN_MAX, OBJECT_LEN_MAX, SYMBOL_LEN, WINDOW_INITIAL, WINDOW_MAX, WINDOW_MIN};
use crate::object;
use crate::time::Instant;

/// See the module.
#[derive(Debug)]
pub(crate) struct Outbox {
    entries: BTreeMap<u64, Outgoing>,
    due: BTreeSet<Rank>,
    timers: BTreeSet<(Instant, u64)>,
    cutting: Option<Cutting>,
    next_object: ObjectNumber,
    window: usize,
    on_the_way: usize,
    window_cut: Instant,
}

/// Order among due entries: urgency, receipts first, first sendings before repeats, oldest first.
type Rank = (Precedence, bool, bool, u64);

fn is_receipt(rank: &Rank) -> bool {
    !rank.1
}

#[derive(Debug)]
struct Outgoing {
    entry: Arc<Entry>,
    /// Object number and form in this session: symbols of a repeat must be the same symbols.
    cut: Option<(ObjectNumber, WireForm)>,
    sends: u32,
    last: Instant,
    timer: Option<Instant>,
    rank: Option<Rank>,
    bytes: usize,
}

#[derive(Debug)]
struct Cutting {
    seq: u64,
    number: ObjectNumber,
    objects: Vec<Vec<u8>>,
    object: usize,
    symbol: usize,
}

/// What a receipt freed.
#[derive(Debug, Default)]
pub(crate) struct Freed {
    /// Time from the only sending of the newest freed entry.
    pub round_trip: Option<Duration>,
}

impl Outbox {
    pub(crate) fn new() -> Outbox {
        Outbox {
            entries: BTreeMap::new(),
            due: BTreeSet::new(),
            timers: BTreeSet::new(),
            cutting: None,
            next_object: ObjectNumber::FIRST,
            window: WINDOW_INITIAL,
            on_the_way: 0,
            window_cut: Instant(0),
        }
    }

    /// Takes a durable entry for sending.
    pub(crate) fn offer(&mut self, entry: Arc<Entry>) {
        let seq = entry.header().place.seq;
        let outgoing =
            Outgoing { entry, cut: None, sends: 0, last: Instant(0), timer: None, rank: None, bytes: 0 };
        self.entries.entry(seq).or_insert(outgoing);
        self.make_due(seq);
    }

    /// True when something waits that is more than a bare receipt.
    pub(crate) fn wants_answer(&self) -> bool {
        self.entries.values().any(|outgoing| outgoing.entry.header().kind != Kind::RECEIPT)
    }

    /// The lowest sequence number without a receipt.
    pub(crate) fn lowest(&self) -> Option<u64> {
        self.entries.keys().next().copied()
    }

    /// A verified receipt covers everything up to `seq`.
    pub(crate) fn receipted(&mut self, now: Instant, seq: u64) -> Freed {
        let rest = self.entries.split_off(&(seq + 1));
        let freed = std::mem::replace(&mut self.entries, rest);
        let mut result = Freed::default();
        for outgoing in freed.into_values() {
            // Only what was repeated by no timer and held back by no summary tells how long an answer takes.
            if outgoing.sends == 1 && outgoing.timer.is_some() {
                result.round_trip = Some(now.since(outgoing.last));
            }
            self.forget(outgoing);
        }
        result
    }

    /// A verified receipt covers these entries beyond a gap.
    pub(crate) fn receipted_beyond(&mut self, ranges: &[SeqRange]) {
        for range in ranges {
            let seqs: Vec<u64> = self.entries.range(range.from..=range.to).map(|(seq, _)| *seq).collect();
            for seq in seqs {
                if let Some(outgoing) = self.entries.remove(&seq) {
                    self.forget(outgoing);
                }
            }
        }
    }

    fn forget(&mut self, outgoing: Outgoing) {
        let seq = outgoing.entry.header().place.seq;
        self.on_the_way = self.on_the_way.saturating_sub(outgoing.bytes);
        self.window = (self.window + CELL_LEN_MAX).min(WINDOW_MAX);
        if let Some(rank) = outgoing.rank {
            self.due.remove(&rank);
        }
        if let Some(timer) = outgoing.timer {
            self.timers.remove(&(timer, seq));
        }
        self.cutting.take_if(|cutting| cutting.seq == seq);
    }

    /// A new session: numbers and partial symbols of the old one mean nothing.
    pub(crate) fn new_session(&mut self) {
        self.next_object = ObjectNumber::FIRST;
        self.on_the_way = 0;
        if let Some(cutting) = self.cutting.take() {
            self.make_due(cutting.seq);
        }
        for outgoing in self.entries.values_mut() {
            outgoing.cut = None;
            outgoing.bytes = 0;
        }
    }

    /// The peer says what it holds: what it lacks and was sent a while ago starts again, what it holds only waits
    /// for its signed receipt. Frees nothing.
    pub(crate) fn summarized(&mut self, now: Instant, held: u64, beyond: &[SeqRange], patience: Duration) {
        let seqs: Vec<u64> = self.entries.keys().copied().collect();
        for seq in seqs {
            let is_held = seq <= held || beyond.iter().any(|range| (range.from..=range.to).contains(&seq));
            let outgoing = self.entries.get_mut(&seq).expect("listed above");
            if is_held {
                if let Some(timer) = outgoing.timer.take() {
                    self.timers.remove(&(timer, seq));
                }
                self.on_the_way = self.on_the_way.saturating_sub(std::mem::take(&mut outgoing.bytes));
            } else if outgoing.sends > 0 && now.since(outgoing.last) > patience {
                self.make_due(seq);
            }
        }
    }

    /// The peer repeats what it has a receipt for: ours was lost. Everything sent a while ago starts again.
    pub(crate) fn peer_repeats(&mut self, now: Instant, patience: Duration) {
        let late = |outgoing: &&Outgoing| outgoing.sends > 0 && now.since(outgoing.last) > patience;
        let seqs: Vec<u64> = self
            .entries
            .values()
            .filter(late)
            .take(64)
            .map(|outgoing| outgoing.entry.header().place.seq)
            .collect();
        seqs.into_iter().for_each(|seq| self.make_due(seq));
    }

    fn make_due(&mut self, seq: u64) {
        let Some(outgoing) = self.entries.get_mut(&seq) else { return };
        if let Some(timer) = outgoing.timer.take() {
            self.timers.remove(&(timer, seq));
        }
        self.on_the_way = self.on_the_way.saturating_sub(std::mem::take(&mut outgoing.bytes));
        let header = outgoing.entry.header();
        let rank = (header.urgency.precedence, header.kind != Kind::RECEIPT, outgoing.sends > 0, seq);
        if let Some(old) = outgoing.rank.replace(rank) {
            self.due.remove(&old);
        }
        self.due.insert(rank);
    }

    /// Entries whose report is overdue become due again.
    pub(crate) fn expire(&mut self, now: Instant, round_trip: Duration) {
        while let Some((at, seq)) = self.timers.first().copied().filter(|(at, _)| *at <= now) {
            self.timers.remove(&(at, seq));
            if now.since(self.window_cut) > round_trip {
                self.window = (self.window / 2).max(WINDOW_MIN);
                self.window_cut = now;
            }
            self.make_due(seq);
        }
    }

    /// When [`Outbox::expire`] has something next.
    pub(crate) fn next_timer(&self) -> Option<Instant> {
        self.timers.first().map(|(at, _)| *at)
    }

    fn next_due(&self) -> Option<Rank> {
        let room = self.on_the_way < self.window;
        let passes = |rank: &&Rank| room || rank.0 <= Precedence::Flash || is_receipt(rank);
        self.due.iter().find(passes).copied()
    }

    /// Puts as much as fits into a cell. Returns entries whose last byte went out for the first time, and whether
    /// anything that wants an answer went out.
    pub(crate) fn fill(
        &mut self,
        now: Instant,
        cell: &mut CellBuilder,
        peer_knows: PeerKnows,
        patience: impl Fn(u32) -> Duration,
    ) -> Filled {
        let mut filled = Filled::default();
        while cell.room() > 0 {
            let Some(mut cutting) = self.cutting.take().or_else(|| self.start(peer_knows)) else { break };
            while let Some(object) = cutting.objects.get(cutting.object) {
                let k = object.len() / SYMBOL_LEN;
                let count = cell.room().min(k - cutting.symbol);
                if count == 0 {
                    break;
                }
                let range = cutting.symbol * SYMBOL_LEN..(cutting.symbol + count) * SYMBOL_LEN;
                cell.symbols(cutting.number, k, cutting.symbol, &object[range]);
                cutting.symbol += count;
                if cutting.symbol == k {
                    cutting.object += 1;
                    cutting.symbol = 0;
                    cutting.number = cutting.number.next();
                }
            }
            if cutting.object < cutting.objects.len() {
                self.cutting = Some(cutting);
                break;
            }
            self.sent(now, &cutting, &patience, &mut filled);
        }
        filled
    }

    fn start(&mut self, peer_knows: PeerKnows) -> Option<Cutting> {
        let rank = self.next_due()?;
        self.due.remove(&rank);
        let seq = rank.3;
        let (next_object, new_form) = (self.next_object, self.form_of(seq, peer_knows));
        let outgoing = self.entries.get_mut(&seq).expect("due entries are in the outbox");
        outgoing.rank = None;
        // It may be all there and wait for its predecessor, which is less urgent and kept out by its repeats.
        // One in chunks is never cut anew: the receiver could not tell the chunks of two cuts apart.
        let whole = !in_chunks(&outgoing.entry);
        outgoing.cut.take_if(|(_, form)| whole && new_form.prev && !form.prev);
        let (number, form) = *outgoing.cut.get_or_insert((next_object, new_form));
        let objects = object::cut(seq, &wire::write(&outgoing.entry, form));
        if number == next_object {
            self.next_object = objects.iter().fold(number, |number, _| number.next());
        }
        Some(Cutting { seq, number, objects, object: 0, symbol: 0 })
    }

    /// What to send along with an entry that goes out for the first time in a session.
    fn form_of(&self, seq: u64, peer_knows: PeerKnows) -> WireForm {
        let header = self.entries[&seq].entry.header();
        let before = self.entries.get(&(seq - 1));
        let urgent = header.urgency.precedence <= Precedence::Immediate;
        let again = self.entries[&seq].sends > 0 || in_chunks(&self.entries[&seq].entry);
        WireForm {
            incarnation: !peer_knows.incarnation,
            prev: before.is_some_and(|before| before.sends == 0 || urgent || again),
            peer_incarnation: !peer_knows.incarnation,
            key_list: header.kind == Kind::KEY_LIST || seq >= peer_knows.key_list_before,
        }
    }

    fn sent(
        &mut self,
        now: Instant,
        cutting: &Cutting,
        patience: &impl Fn(u32) -> Duration,
        filled: &mut Filled,
    ) {
        let Some(outgoing) = self.entries.get_mut(&cutting.seq) else { return };
        let bytes: usize = cutting.objects.iter().map(Vec::len).sum();
        if outgoing.sends == 0 {
            filled.first.push(outgoing.entry.reference());
        }
        outgoing.sends += 1;
        outgoing.last = now;
        // A lost RECEIPT shows itself: the peer repeats what it was for.
        if outgoing.entry.header().kind != Kind::RECEIPT {
            filled.wants_answer = true;
            self.on_the_way += bytes;
            outgoing.bytes += bytes;
            let at = now + patience(outgoing.sends - 1);
            outgoing.timer = Some(at);
            self.timers.insert((at, cutting.seq));
        }
    }

    /// Whole due entries for the payload of a message 1, as long as they fit `room`; they count as sent.
    pub(crate) fn whole(
        &mut self,
        now: Instant,
        mut room: usize,
        peer_knows: PeerKnows,
        patience: impl Fn(u32) -> Duration,
    ) -> (Vec<u8>, Filled) {
        let mut payload = Vec::new();
        let mut filled = Filled::default();
        while let Some(rank) = self.next_due() {
            let form = self.form_of(rank.3, peer_knows);
            let wire = wire::write(&self.entries[&rank.3].entry, form);
            if wire.len() + 8 > room {
                break;
            }
            room -= wire.len() + 4;
            payload.extend_from_slice(&(wire.len() as u32).to_be_bytes());
            payload.extend_from_slice(&wire);
            self.due.remove(&rank);
            if let Some(outgoing) = self.entries.get_mut(&rank.3) {
                outgoing.rank = None;
            }
            let cutting =
                Cutting { seq: rank.3, number: self.next_object, objects: vec![wire], object: 1, symbol: 0 };
            self.sent(now, &cutting, &patience, &mut filled);
        }
        (payload, filled)
    }
}

/// True if an entry may be too long for one object: more than its body are at most so many bytes.
fn in_chunks(entry: &Entry) -> bool {
    entry.body().len() + 256 > OBJECT_LEN_MAX
}

/// What need not be sent along because the peer has shown that it knows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PeerKnows {
    /// Our incarnation.
    pub incarnation: bool,
    /// Entries below this sequence number are under a list that the peer has cited.
    pub key_list_before: u64,
}

/// What a cell took.
#[derive(Debug, Default)]
pub(crate) struct Filled {
    /// Entries that went out whole for the first time in this run.
    pub first: Vec<EntryRef>,
    /// Something in it wants an answer.
    pub wants_answer: bool,
}
