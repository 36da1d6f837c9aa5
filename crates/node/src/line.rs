//! One line as the HTTP side sees it: what the driver keeps up to date, and how it is put into words.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use ringdown_api as api;
use ringdown_api::translation::Translated;
use ringdown_api::{Change, ErrorCode, zulu};
use ringdown_line::{CarrierId, Endpoint};
use ringdown_message::{AtPeer, Content, Ledger, LineState, MessageRecord, Serial, Voice};
use ringdown_record::body::Body;
use ringdown_record::sentence;
use ringdown_record::{Charter, DraftId, Entry, EntryHash, LineId, Place, Side, SignedCharter, WallTime};
use ringdown_store::{Numbered, ReadError, Reader, StoredDraft, StoredNote};
use tokio::sync::{broadcast, mpsc, watch};

use crate::carrier::UdpCarrier;
use crate::clock::Clock;
use crate::driver::Command;
use crate::ladder::Timers;
use crate::notes::{Kept, RefusedNotes};
use crate::officers::HomeOfficer;
use crate::reasons;
use crate::refusal::bad_request;
use crate::site::Site;
use crate::watch::Watch;

/// Events kept for clients that come back; older ones are computed from the record again.
const RECENT_EVENTS_MAX: usize = 512;
/// Alarms kept for the screen; all are in the diagnostics too.
const ALARMS_MAX: usize = 32;

/// Shared between the driver, which writes, and requests, which read.
pub struct Line {
    /// Its id.
    pub id: LineId,
    /// Which side this is.
    pub own: Side,
    /// The charter.
    pub charter: Arc<Charter>,
    /// The charter as signed, for exports.
    pub signed: SignedCharter,
    /// This side's officers, in the order of their indexes.
    pub officers: Vec<HomeOfficer>,
    /// Class for messages that name none: only in homes for practice.
    pub default_class: Option<String>,
    /// How people reach the other side when this line does not; `None` if nobody wrote it down.
    pub other_way: Option<String>,
    /// True in homes made by `demo`.
    pub lab: bool,
    /// The node's clock.
    pub clock: Clock,
    /// Requests to the driver.
    pub commands: mpsc::Sender<Command>,
    /// Notes of the watch to the driver.
    pub(crate) notes: mpsc::UnboundedSender<Kept>,
    /// Notes that were refused.
    pub(crate) refused_notes: Mutex<RefusedNotes>,
    /// Durable events as they happen.
    pub events: broadcast::Sender<Arc<api::Event>>,
    /// Counts up when anything on a screen may have changed.
    pub changed: watch::Sender<u64>,
    /// Units, places and forms of this site.
    pub site: Arc<Site>,
    /// Whose turn it is to act: one officer looks, decides and signs at a time.
    pub(crate) turn: tokio::sync::Mutex<()>,
    /// Who watches, and whom the ladder has called.
    pub(crate) watch: Mutex<Watch>,
    shared: Mutex<Shared>,
    reader: Mutex<Reader>,
}

/// What a line begins with.
pub struct LineSetup {
    /// The charter.
    pub charter: Arc<Charter>,
    /// The charter as signed.
    pub signed: SignedCharter,
    /// This side's officers.
    pub officers: Vec<HomeOfficer>,
    /// Made of the record.
    pub ledger: Ledger,
    /// Reads the record.
    pub reader: Reader,
    /// Only looked at.
    pub carriers: Vec<UdpCarrier>,
    /// The node's clock.
    pub clock: Clock,
    /// Requests to the driver.
    pub commands: mpsc::Sender<Command>,
    /// Notes of the watch to the driver; nobody waits for one, so the queue has no end of its own: what may be noted has.
    pub notes: mpsc::UnboundedSender<Kept>,
    /// Class for messages that name none.
    pub default_class: Option<String>,
    /// How people reach the other side when this line does not.
    pub other_way: Option<String>,
    /// True in homes made by `demo`.
    pub lab: bool,
    /// Units, places and forms of this site.
    pub site: Arc<Site>,
    /// Of the ladder of alarms.
    pub timers: Timers,
}

/// What the driver keeps up to date.
struct Shared {
    /// Messages with their states.
    ledger: Ledger,
    /// Everything else on the status.
    live: Live,
    recent: VecDeque<Arc<api::Event>>,
}

struct Live {
    carriers: Vec<LiveCarrier>,
    heads: [Place; 2],
    refused: u64,
    repeated: u64,
    store: api::Store,
    peer_writable: bool,
    alarms: Vec<String>,
    /// How many jumps of the clock the screens were told of.
    jumps: u64,
}

struct LiveCarrier {
    carrier: UdpCarrier,
    up: bool,
    since: WallTime,
    heard: Option<WallTime>,
}

impl Line {
    /// A line whose record was read into the ledger of `setup`.
    pub fn new(setup: LineSetup) -> Line {
        let LineSetup { charter, signed, officers, ledger, reader, carriers, clock, commands, .. } = setup;
        let LineSetup { notes, default_class, other_way, lab, site, timers, .. } = setup;
        let since = clock.now().wall;
        let live_carrier = |carrier| LiveCarrier { carrier, up: false, since, heard: None };
        let carriers = carriers.into_iter().map(live_carrier).collect();
        let live = Live {
            carriers,
            heads: [Place::NONE; 2],
            refused: 0,
            repeated: 0,
            store: api::Store::Writable,
            peer_writable: true,
            alarms: Vec::new(),
            jumps: 0,
        };
        Line {
            id: charter.line_id(),
            own: ledger.own(),
            charter,
            signed,
            officers,
            default_class,
            other_way,
            lab,
            clock,
            commands,
            notes,
            refused_notes: Mutex::default(),
            events: broadcast::channel(1024).0,
            changed: watch::channel(0).0,
            site,
            turn: tokio::sync::Mutex::new(()),
            watch: Mutex::new(Watch::new(timers)),
            shared: Mutex::new(Shared { ledger, live, recent: VecDeque::new() }),
            reader: Mutex::new(reader),
        }
    }

    /// What the driver wrote last. Held for moments only, never across an await.
    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Reads the record. The lock is held for this one reading: it never leaves this function, so that no caller can
    /// come back for it while holding it.
    fn read<T>(&self, reading: impl FnOnce(&Reader) -> Result<T, ReadError>) -> Result<T, api::ApiError> {
        let reader = self.reader.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        reading(&reader).map_err(unreadable)
    }

    /// A draft as stored.
    pub fn stored_draft(&self, id: DraftId) -> Result<Option<StoredDraft>, api::ApiError> {
        self.read(|reader| reader.draft(id))
    }

    /// What people of this side wrote beside an entry.
    pub fn beside(&self, entry: &EntryHash) -> Result<Option<Vec<u8>>, api::ApiError> {
        self.read(|reader| reader.beside(entry))
    }

    /// All stored drafts that were not released.
    pub fn stored_drafts(&self) -> Result<Vec<StoredDraft>, api::ApiError> {
        self.read(Reader::drafts)
    }

    /// Up to `limit` notes before the `n`-th, newest first.
    pub(crate) fn stored_notes(&self, n: u64, limit: u32) -> Result<Vec<StoredNote>, api::ApiError> {
        self.read(|reader| reader.notes_before(n, limit))
    }

    /// The entry at a place.
    pub fn entry_at(&self, side: Side, place: Place) -> Result<Option<Arc<Entry>>, api::ApiError> {
        Ok(self.read(|reader| reader.at(side, place))?.map(|numbered| numbered.entry))
    }

    /// Up to `limit` entries before the `n`-th, newest first.
    pub fn entries_before(&self, n: u64, limit: u32) -> Result<Vec<Numbered>, api::ApiError> {
        self.read(|reader| reader.before(n, limit))
    }

    /// A reader of its own, for long reading on another thread.
    pub fn another_reader(&self) -> Result<Reader, api::ApiError> {
        self.read(Reader::another)
    }

    /// Name of a side.
    pub fn name(&self, side: Side) -> &str {
        &self.charter.party(side).name
    }

    /// Looks at the messages. No longer than a look: the driver waits meanwhile.
    pub fn with_ledger<T>(&self, look: impl FnOnce(&Ledger) -> T) -> T {
        look(&self.shared().ledger)
    }

    /// Something on a screen may have changed.
    pub(crate) fn touch(&self) {
        self.changed.send_modify(|count| *count += 1);
    }

    /// An entry became durable.
    pub(crate) fn durable(&self, number: u64, entry: &Entry, now: WallTime) {
        let mut shared = self.shared();
        let noted = (entry.header().side != self.own).then_some(now);
        let changes = shared.ledger.apply(entry, noted);
        let event = Arc::new(event(&self.charter, &shared.ledger, number, entry, &changes));
        if shared.recent.len() == RECENT_EVENTS_MAX {
            shared.recent.pop_front();
        }
        shared.recent.push_back(event.clone());
        drop(shared);
        let _ = self.events.send(event);
        self.touch();
    }

    /// An own entry was handed to a carrier. True if it is a message.
    pub(crate) fn sent(&self, hash: &EntryHash, at: WallTime) -> bool {
        let is_message = self.shared().ledger.note_sent(hash, at);
        if is_message {
            self.touch();
        }
        is_message
    }

    pub(crate) fn path(&self, id: CarrierId, up: bool, clock: &Clock) {
        let mut shared = self.shared();
        for carrier in shared.live.carriers.iter_mut().filter(|live| live.carrier.id == id) {
            carrier.up = up;
            carrier.since = clock.now().wall;
        }
        drop(shared);
        tracing::info!(carrier = id.0, up, "path");
        self.touch();
    }

    /// Since when no way to the other side works; `None` while one does.
    pub(crate) fn down_since(&self) -> Option<WallTime> {
        let shared = self.shared();
        let carriers = &shared.live.carriers;
        let down = carriers.iter().all(|live| !live.up);
        carriers.iter().map(|live| live.since).max().filter(|_| down)
    }

    pub(crate) fn store_full(&self, full: bool) {
        tracing::warn!(full, "store");
        self.shared().live.store = if full { api::Store::Full } else { api::Store::Writable };
        self.touch();
    }

    pub(crate) fn store_stopped(&self, reason: &str) {
        tracing::error!(reason, "store stopped");
        self.shared().live.store = api::Store::Stopped(reason.to_owned());
        self.touch();
    }

    pub(crate) fn alarm(&self, text: &str) {
        tracing::error!(text, "alarm");
        let mut shared = self.shared();
        if shared.live.alarms.len() < ALARMS_MAX && !shared.live.alarms.iter().any(|known| known == text) {
            shared.live.alarms.push(text.to_owned());
        }
        drop(shared);
        self.touch();
    }

    /// Looks at the clock, and tells the screens if it jumped.
    pub(crate) fn watch_clock(&self) -> WallTime {
        let now = self.clock.now().wall;
        let jumps = self.clock.jump_count();
        let told = std::mem::replace(&mut self.shared().live.jumps, jumps);
        if told != jumps {
            tracing::warn!(jumps, "the wall clock jumped");
            self.touch();
        }
        now
    }

    /// Events of the other side that changed a message, as far as events are kept since the start; the newest last.
    pub fn changes_by_peer(&self) -> Vec<Arc<api::Event>> {
        let shared = self.shared();
        let peer = self.name(self.own.other());
        let tells = |change: &Change| matches!(change, Change::Acknowledged { .. } | Change::Dialogue { .. });
        let of_peer = |event: &&Arc<api::Event>| event.from == peer && event.changes.iter().any(tells);
        shared.recent.iter().filter(of_peer).cloned().collect()
    }

    /// Takes over what the endpoint knows, after each step of the driver.
    pub(crate) fn update(&self, endpoint: &Endpoint, clock: &Clock) {
        let now = clock.now();
        let mut shared = self.shared();
        shared.live.heads = [endpoint.own_head().place, endpoint.peer_head().place];
        shared.live.refused = endpoint.refused_cells();
        shared.live.repeated = endpoint.repeated_cells();
        let peer_changed = shared.live.peer_writable != endpoint.peer_writable();
        shared.live.peer_writable = endpoint.peer_writable();
        for state in endpoint.carriers() {
            let heard = state.heard.map(|at| {
                let ago = now.instant.since(at).as_millis();
                WallTime::from_ms(now.wall.ms().saturating_sub(u64::try_from(ago).unwrap_or(0)))
            });
            if let Some(carrier) = shared.live.carriers.iter_mut().find(|live| live.carrier.id == state.id) {
                carrier.heard = heard;
            }
        }
        drop(shared);
        if peer_changed {
            self.touch();
        }
        self.watch_clock();
    }

    /// The status in words.
    pub fn status(&self) -> api::Status {
        let (consoles, fault, watch) = (self.each_console(), self.hook_fault(), self.watch_on());
        let shared = self.shared();
        let live = &shared.live;
        let ledger = &shared.ledger;
        let carrier = |live: &LiveCarrier| api::Carrier {
            name: "udp".into(),
            state: if live.up { "UP" } else { "DOWN" }.into(),
            since: zulu(live.since),
            heard: live.heard.map(zulu),
            sent_bytes: live.carrier.sent_bytes(),
        };
        api::Status {
            side: self.name(self.own).to_owned(),
            peer: self.name(self.own.other()).to_owned(),
            line: self.line_status(ledger),
            carriers: live.carriers.iter().map(carrier).collect(),
            head: api::Heads { own: live.heads[0].to_string(), peer: live.heads[1].to_string() },
            refused_cells: live.refused,
            repeated_cells: live.repeated,
            store: live.store.clone(),
            peer_store_writable: live.peer_writable,
            waiting: ledger.waiting(),
            unstored: ledger.unstored(),
            alarms: live.alarms.iter().cloned().chain(fault).collect(),
            consoles,
            watch,
            now: zulu(self.clock.now().wall),
        }
    }

    /// The names of both sides.
    pub(crate) fn both(&self) -> String {
        format!("{} and {}", self.name(Side::Zero), self.name(Side::One))
    }

    fn line_status(&self, ledger: &Ledger) -> api::Line {
        let both = || self.both();
        let (state, since, by) = match ledger.gates().state() {
            LineState::Open { since, .. } => ("OPEN", since, both()),
            LineState::Shut { since, by: Some(side) } => ("SHUT", since, self.name(side).to_owned()),
            LineState::Shut { since, by: None } => ("SHUT", since, both()),
        };
        api::Line { id: self.id.to_string(), state: state.into(), since: zulu(since), by }
    }

    /// A message with its states; the text is added by [`Line::message_with_text`].
    pub fn message(&self, ledger: &Ledger, message: &MessageRecord) -> api::Message {
        let officer = self.charter.party(message.side).key_list.officer(message.officer);
        let states: Vec<api::StateAt> = ledger
            .states(message)
            .into_iter()
            .map(|line| api::StateAt {
                state: line.state.text(),
                at: zulu(line.at),
                by: self.voice(line.voice),
                at_peer: line.at_peer.map(|at_peer| self.at_peer(at_peer)),
            })
            .collect();
        api::Message {
            serial: message.serial.map_or_else(String::new, |serial| serial.text(&self.charter)),
            entry: message.hash.to_string(),
            from: self.name(message.side).to_owned(),
            officer: officer.map_or_else(String::new, |officer| officer.name.clone()),
            drafter: message.drafter.map(|index| {
                let officer = self.charter.party(message.side).key_list.officer(index);
                officer.map_or_else(|| index.to_string(), |officer| officer.name.clone())
            }),
            released_alone: message.released_alone,
            precedence: message.urgency.precedence.name().into(),
            class: message.urgency.class.name().into(),
            marker: message.marker.map_or("UNKNOWN", |marker| marker.name()).into(),
            subject: message.subject.clone(),
            language: None,
            text: None,
            courtesy: None,
            our_translations: Vec::new(),
            raw: None,
            state: states.last().map_or_else(String::new, |last| last.state.clone()),
            states,
            dialogue: None,
        }
    }

    /// All messages of one side, oldest first, without texts.
    pub fn messages(&self, side: Side) -> Vec<api::Message> {
        let shared = self.shared();
        let of_side = shared.ledger.messages().iter().filter(|message| message.side == side);
        of_side.map(|message| self.message(&shared.ledger, message)).collect()
    }

    /// All messages of one side with their texts, oldest first. Reads the disk for each.
    pub fn messages_with_text(&self, side: Side) -> Result<Vec<api::Message>, api::ApiError> {
        let of_side = self.messages(side);
        of_side.iter().map(|message| self.message_with_text(&message.entry)).collect()
    }

    /// One message with its text from the disk. `name` is its serial, or its entry's hash in hex.
    pub fn message_with_text(&self, name: &str) -> Result<api::Message, api::ApiError> {
        let record = self.find(name)?;
        let entry = self.entry_at(record.side, record.place)?;
        let entry = entry.ok_or_else(|| not_found(name))?;
        let body = Body::read(entry.body()).map_err(|_| not_found(name))?;
        let content = Content::read(body.content).ok();
        let shared = self.shared();
        let current = shared.ledger.find_entry(&record.hash).unwrap_or(&record);
        let mut message = self.message(&shared.ledger, current);
        message.dialogue = Some(self.dialogue(&shared.ledger, current, content.as_ref()));
        drop(shared);
        match content {
            Some(content) => {
                message.language = Some(content.language);
                message.text = Some(content.text);
                let courtesy = content.courtesy;
                message.courtesy =
                    courtesy.map(|given| Translated { language: given.language, text: given.text });
            }
            None => message.raw = Some(crate::entropy::hex(body.content)),
        }
        Ok(message)
    }

    /// Finds a message by serial, or by its entry's hash in hex.
    pub fn find(&self, name: &str) -> Result<MessageRecord, api::ApiError> {
        let shared = self.shared();
        if let Some(hash) = crate::entropy::unhex::<32>(name) {
            return shared.ledger.find_entry(&EntryHash(hash)).cloned().ok_or_else(|| not_found(name));
        }
        let serial = Serial::parse(name, &self.charter).map_err(|error| {
            let (a, b) = (self.name(Side::Zero), self.name(Side::One));
            bad_request(
                reasons::of_serial(&error),
                sentence!(
                    "said-name-a-message",
                    "Name a message by its side and number, such as '{a} 0142' or '{b} T-0003'.",
                    a = a,
                    b = b
                ),
            )
        })?;
        shared.ledger.find(&serial).cloned().ok_or_else(|| not_found(&serial.text(&self.charter)))
    }

    /// The message that an entry with this number is.
    pub fn message_numbered(&self, number: u64) -> Result<api::Message, api::ApiError> {
        let numbered = self.read(|reader| reader.numbered(number))?;
        let hash = numbered.ok_or_else(|| not_found("the released draft"))?.entry.hash();
        self.message_with_text(&hash.to_string())
    }

    /// Events after a number, from memory or, further back, from the record. Reads the disk.
    pub fn events_after(&self, after: u64) -> Result<Vec<Arc<api::Event>>, api::ApiError> {
        {
            let shared = self.shared();
            if shared.recent.front().is_some_and(|first| first.event <= after + 1) {
                return Ok(shared.recent.iter().filter(|event| event.event > after).cloned().collect());
            }
        }
        let mut ledger = Ledger::new(self.charter.clone(), self.own);
        let mut events = Vec::new();
        let mut last = 0;
        loop {
            let page = self.read(|reader| reader.after(last, 256))?;
            let Some(newest) = page.last() else { return Ok(events) };
            last = newest.n;
            for numbered in page {
                let changes = ledger.apply(&numbered.entry, None);
                if numbered.n > after {
                    let event = event(&self.charter, &ledger, numbered.n, &numbered.entry, &changes);
                    events.push(Arc::new(event));
                }
            }
        }
    }

    pub(crate) fn at_peer(&self, at_peer: AtPeer) -> api::AtPeer {
        let since = match at_peer {
            AtPeer::NotYet => None,
            AtPeer::Since(at) => Some(zulu(at)),
        };
        api::AtPeer { peer: self.name(self.own.other()).to_owned(), since }
    }

    pub(crate) fn voice(&self, voice: Voice) -> String {
        match voice {
            Voice::Record => "follows from the record".to_owned(),
            Voice::OurNote => format!("{}'s node (own note, not signed)", self.name(self.own)),
            Voice::Node(side) => format!("{}'s node (signed)", self.name(side)),
            Voice::Officer(side) => format!("{}'s officer (signed)", self.name(side)),
        }
    }
}

fn event(
    charter: &Charter,
    ledger: &Ledger,
    number: u64,
    entry: &Entry,
    changes: &[ringdown_message::Change],
) -> api::Event {
    let serial = |index: &usize| {
        let serial = ledger.messages()[*index].serial;
        serial.map_or_else(String::new, |serial| serial.text(charter))
    };
    let changes = changes
        .iter()
        .map(|change| match change {
            ringdown_message::Change::Message(index) => Change::Message { serial: serial(index) },
            ringdown_message::Change::Stored(index) => Change::Stored { serial: serial(index) },
            ringdown_message::Change::Acknowledged(index) => Change::Acknowledged { serial: serial(index) },
            ringdown_message::Change::Dialogue(index) => Change::Dialogue { serial: serial(index) },
            ringdown_message::Change::Line => Change::Line,
        })
        .collect();
    let header = entry.header();
    api::Event {
        event: number,
        entry: entry.hash().to_string(),
        from: charter.party(header.side).name.clone(),
        kind: header.kind.name().into(),
        at: zulu(header.time),
        changes,
    }
}

/// There is nothing of this name.
pub fn not_found(name: &str) -> api::ApiError {
    api::ApiError::said(
        ErrorCode::NotFound,
        sentence!("said-no-message", "There is no message {name} in this record.", name = name),
        sentence!("said-no-message-means", "It was not sent, or has not arrived here."),
        sentence!("said-no-message-do", "Look at the inbox and the outbox for the messages there are."),
    )
}

/// The disk gave something back that was not written there, or nothing.
pub(crate) fn unreadable(error: ReadError) -> api::ApiError {
    api::ApiError::said(
        ErrorCode::Failed,
        reasons::of_read(&error),
        sentence!("said-unreadable-means", "Nothing wrong is shown; what is damaged is not shown at all."),
        sentence!(
            "said-unreadable-do",
            "Stop the node, keep the file, and restore the home from its newest copy."
        ),
    )
}
