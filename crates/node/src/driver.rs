//! The loop where clock, sockets, disk and endpoint meet. It decides nothing.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use ringdown_api::lab::Lab;
use ringdown_line::{CarrierId, Endpoint, Event, Input, Output, Submission, SubmitError};
use ringdown_record::{DraftId, EntryHash, EntryRef, TrafficClass};
use ringdown_store::{Notice, ReadError, Reader, WriteError, Writer};
use tokio::sync::{mpsc, oneshot};

use crate::carrier::UdpCarrier;
use crate::clock::Clock;
use crate::line::Line;
use crate::notes::Kept;

/// Datagrams that wait for the loop; beyond it they are left to the system's own buffer, and then lost.
const DATAGRAMS_MAX: usize = 2048;
/// Datagrams that are dealt with before anything else gets its turn.
const DATAGRAMS_AT_ONCE: usize = 16;
/// Notes that are handed to the writer before anything else gets its turn.
const NOTES_AT_ONCE: usize = 1024;
/// Requests that wait for the loop.
pub const COMMANDS_MAX: usize = 256;
/// How long a driver may sleep with nothing to do.
const IDLE: Duration = Duration::from_secs(3600);

/// What the HTTP side asks of the loop.
pub enum Command {
    /// What an officer's statement must name.
    Terms(TrafficClass, oneshot::Sender<Terms>),
    /// Seal something; the reply comes when it is durable.
    Submit(Submission, Reply),
    /// Seal what is composed from the terms of this moment, so that nobody can take the number in between. Who asks
    /// for a draft that is being released is answered with that release.
    Compose(Option<DraftId>, TrafficClass, Compose, Reply),
    /// Keep a draft, or forget it.
    Draft(DraftId, Option<Vec<u8>>, oneshot::Sender<Result<(), WriteError>>),
    /// Keep what people of this side wrote beside an entry.
    Beside(EntryHash, Vec<u8>, oneshot::Sender<Result<(), WriteError>>),
    /// Disturb path or clock.
    Lab(Lab, oneshot::Sender<()>),
}

/// Who waits for an entry to be durable.
pub type Reply = oneshot::Sender<Result<EntryHash, SubmitFailure>>;
/// See [`Command::Compose`].
pub type Compose = Box<dyn FnOnce(&Line, Terms) -> Submission + Send>;

/// See [`Command::Terms`].
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// Number of the next own message of the class.
    pub number: u32,
    /// The peer's newest durable entry here.
    pub on_screen: EntryRef,
}

/// Why nothing was sealed, or nothing is known of it.
#[derive(Debug)]
pub enum SubmitFailure {
    /// The endpoint refused.
    Refused(SubmitError),
    /// This draft is being released by another request.
    Releasing,
    /// This draft is a message already; its number in the record.
    Released(u64),
    /// The record could not be read.
    Unreadable(ReadError),
    /// The writer stopped before it was durable.
    NotDurable,
}

/// See the module.
pub struct Driver {
    endpoint: Endpoint,
    writer: Writer,
    reader: Reader,
    carriers: Vec<UdpCarrier>,
    datagrams: VecDeque<(CarrierId, Vec<u8>)>,
    clock: Clock,
    line: Arc<Line>,
    waiting: BTreeMap<EntryHash, Waiting>,
    releasing: BTreeSet<DraftId>,
    /// Number of the next durable entry, as the store counts.
    next_number: u64,
    /// The peer's newest entry that is durable with all before it: the newest that can have been on a screen.
    shown: EntryRef,
}

struct Waiting {
    draft: Option<DraftId>,
    replies: Vec<Reply>,
}

/// Resolves when a datagram waits here, or may be at a carrier. The first lets other tasks run before it does.
async fn arrived(carriers: &[UdpCarrier], waiting: &VecDeque<(CarrierId, Vec<u8>)>) {
    if !waiting.is_empty() {
        tokio::task::yield_now().await;
        return;
    }
    poll_fn(|context| {
        let ready = carriers.iter().any(|carrier| carrier.poll_ready(context).is_ready());
        if ready { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// Notes that were made together, which the writer commits together.
async fn next_notes(notes: &mut mpsc::UnboundedReceiver<Kept>) -> Vec<Kept> {
    let mut together = Vec::new();
    notes.recv_many(&mut together, NOTES_AT_ONCE).await;
    together
}

impl Driver {
    /// Puts the parts together.
    pub fn new(
        endpoint: Endpoint,
        writer: Writer,
        reader: Reader,
        carriers: Vec<UdpCarrier>,
        clock: Clock,
        line: Arc<Line>,
    ) -> Driver {
        Driver {
            shown: endpoint.peer_head(),
            endpoint,
            writer,
            reader,
            carriers,
            datagrams: VecDeque::new(),
            clock,
            line,
            waiting: BTreeMap::new(),
            releasing: BTreeSet::new(),
            next_number: 0,
        }
    }

    /// Runs until `stop` resolves. What was handed to the writer is durable when this returns.
    pub async fn run(
        mut self,
        mut notices: mpsc::UnboundedReceiver<Notice>,
        mut commands: mpsc::Receiver<Command>,
        mut notes: mpsc::UnboundedReceiver<Kept>,
        stop: impl Future<Output = ()>,
    ) {
        tokio::pin!(stop);
        let mut wake = self.give(Input::Timeout);
        loop {
            tokio::select! {
                biased;
                () = &mut stop => {
                    self.give(Input::Leaving);
                    // What was noted just before the end is kept too.
                    while let Ok(note) = notes.try_recv() {
                        self.keep(note);
                    }
                    break;
                }
                Some(notice) = notices.recv() => wake = self.take_notice(notice),
                Some(command) = commands.recv() => {
                    self.take_command(command);
                    wake = self.drain();
                }
                noted = next_notes(&mut notes) => noted.into_iter().for_each(|note| self.keep(note)),
                () = arrived(&self.carriers, &self.datagrams) => wake = self.take_datagrams(wake),
                () = tokio::time::sleep(wake) => wake = self.give(Input::Timeout),
            }
            self.line.update(&self.endpoint, &self.clock);
        }
    }

    /// Empties the system's buffer, which is small, then deals with some of what waits.
    fn take_datagrams(&mut self, mut wake: Duration) -> Duration {
        for carrier in &self.carriers {
            while self.datagrams.len() < DATAGRAMS_MAX
                && let Some(bytes) = carrier.receive()
            {
                self.datagrams.push_back((carrier.id, bytes));
            }
        }
        for _ in 0..DATAGRAMS_AT_ONCE {
            let Some((carrier, bytes)) = self.datagrams.pop_front() else { break };
            wake = self.give(Input::Received { carrier, bytes: &bytes });
        }
        wake
    }

    fn give(&mut self, input: Input<'_>) -> Duration {
        self.endpoint.handle(self.clock.now(), input);
        self.drain()
    }

    /// Polls the endpoint dry; gives the time to sleep. What is for disk and peer goes first, then screens are told.
    fn drain(&mut self) -> Duration {
        let mut events = Vec::new();
        let wake = loop {
            match self.endpoint.poll() {
                Output::Persist(batch) => self.writer.append(batch, self.clock.now().wall),
                Output::Transmit { carrier, bytes } => {
                    if let Some(carrier) = self.carriers.iter().find(|known| known.id == carrier) {
                        carrier.send(bytes);
                    }
                }
                Output::Recall { side, from, to } => match self.reader.range(side, from, to) {
                    Ok(found) => {
                        let entries = found.into_iter().map(|numbered| numbered.entry).collect();
                        self.endpoint.handle(self.clock.now(), Input::Recalled(entries));
                    }
                    Err(error) => {
                        self.line.alarm(&format!("{error}. Restore the home from its newest copy."))
                    }
                },
                Output::Event(event) => events.push(event),
                Output::Alarm(alarm) => self.line.alarm(&alarm.to_string()),
                Output::Timeout(None) => break IDLE,
                Output::Timeout(Some((at, _))) => break at.since(self.clock.now().instant).min(IDLE),
            }
        };
        events.into_iter().for_each(|event| self.take_event(event));
        wake
    }

    fn take_event(&mut self, event: Event) {
        match event {
            Event::Durable(entries) => {
                for entry in entries {
                    self.line.durable(self.next_number, &entry, self.clock.now().wall);
                    self.next_number += 1;
                    let (side, place) = (entry.header().side, entry.header().place);
                    let without_gap = place <= self.endpoint.peer_head().place;
                    if side != self.line.own && without_gap && place > self.shown.place {
                        self.shown = entry.reference();
                    }
                    if let Some(waiting) = self.waiting.remove(&entry.hash()) {
                        waiting.draft.map(|draft| self.releasing.remove(&draft));
                        for reply in waiting.replies {
                            let _ = reply.send(Ok(entry.hash()));
                        }
                    }
                }
            }
            Event::Sent(entry) => {
                let at = self.clock.now().wall;
                if self.line.sent(&entry.hash, at) {
                    self.writer.note_sent(self.line.own, entry, at);
                }
            }
            Event::Path { carrier, up } => self.line.path(carrier, up, &self.clock),
            Event::PeerWritable(_) => {}
        }
    }

    fn keep(&self, Kept { at, content }: Kept) {
        let line = self.line.clone();
        self.writer.note(at, content, move |kept| line.note_answered(at, kept));
    }

    fn take_notice(&mut self, notice: Notice) -> Duration {
        match notice {
            Notice::Durable { batch, first } => {
                self.next_number = first;
                self.give(Input::Persisted(batch))
            }
            Notice::Writable(writable) => {
                self.line.store_full(!writable);
                self.give(Input::StoreWritable(writable))
            }
            Notice::Stopped(reason) => {
                self.line.store_stopped(&reason);
                self.releasing.clear();
                let waiting = std::mem::take(&mut self.waiting).into_values();
                for reply in waiting.flat_map(|waiting| waiting.replies) {
                    let _ = reply.send(Err(SubmitFailure::NotDurable));
                }
                self.give(Input::StoreWritable(false))
            }
        }
    }

    fn take_command(&mut self, command: Command) {
        match command {
            Command::Terms(class, reply) => drop(reply.send(self.terms(class))),
            Command::Submit(submission, reply) => self.submit(submission, reply),
            Command::Compose(draft, class, compose, reply) => self.compose(draft, class, compose, reply),
            Command::Draft(id, content, reply) => {
                self.writer.draft(id, content, |result| drop(reply.send(result)));
            }
            Command::Beside(entry, content, reply) => {
                self.writer.beside(entry, content, |result| drop(reply.send(result)));
            }
            Command::Lab(lab, reply) => {
                self.carriers.iter().for_each(|carrier| carrier.disturb(&lab));
                if let Some(cut) = lab.cut {
                    self.carriers_usable(!cut);
                }
                if let Some(step) = lab.clock {
                    self.clock.forward(step.forward_ms);
                }
                let _ = reply.send(());
            }
        }
    }

    /// A cut in the lab is a pulled cable: the carrier itself says so.
    fn carriers_usable(&mut self, usable: bool) {
        for id in self.carriers.iter().map(|carrier| carrier.id).collect::<Vec<_>>() {
            let input = if usable { Input::CarrierUp(id) } else { Input::CarrierDown(id) };
            self.give(input);
        }
    }

    fn terms(&self, class: TrafficClass) -> Terms {
        Terms { number: self.endpoint.next_serial(class), on_screen: self.shown }
    }

    fn compose(&mut self, draft: Option<DraftId>, class: TrafficClass, compose: Compose, reply: Reply) {
        let begun = self.waiting.values_mut().find(|waiting| draft.is_some() && waiting.draft == draft);
        if let Some(waiting) = begun {
            waiting.replies.push(reply);
            return;
        }
        let submission = compose(&self.line, self.terms(class));
        self.submit(submission, reply);
    }

    /// A draft becomes one message, however often its release is asked for.
    fn submit(&mut self, submission: Submission, reply: Reply) {
        let draft = submission.draft;
        let result = match draft {
            Some(id) if self.releasing.contains(&id) => Err(SubmitFailure::Releasing),
            Some(id) => match self.reader.draft(id) {
                Ok(Some(stored)) if stored.released.is_some() => {
                    Err(SubmitFailure::Released(stored.released.unwrap_or_default()))
                }
                Ok(_) => Ok(()),
                Err(error) => Err(SubmitFailure::Unreadable(error)),
            },
            None => Ok(()),
        };
        let sealed = result.and_then(|()| {
            self.endpoint.submit(self.clock.now(), submission).map_err(SubmitFailure::Refused)
        });
        match sealed {
            Ok(entry) => {
                self.releasing.extend(draft);
                self.waiting.insert(entry.hash(), Waiting { draft, replies: vec![reply] });
            }
            Err(failure) => drop(reply.send(Err(failure))),
        }
    }
}
