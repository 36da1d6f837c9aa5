//! What is known of the way to the peer: carriers, whether it answers, how long an answer takes.

use std::time::Duration;

use crate::input::CarrierId;
use crate::limits::{PATH_SILENCE, REPEAT_MAX, ROUND_TRIP_INITIAL, ROUND_TRIP_MAX, ROUND_TRIP_MIN};
use crate::time::Instant;

/// One carrier as the endpoint sees it.
#[derive(Clone, Copy, Debug)]
pub struct CarrierState {
    /// Which.
    pub id: CarrierId,
    /// It can send.
    pub usable: bool,
    /// The peer was heard on it and does not owe an answer for long.
    pub up: bool,
    /// When the peer was last heard on it.
    pub heard: Option<Instant>,
}

/// All carriers of the line.
#[derive(Debug)]
pub(crate) struct Paths {
    carriers: Vec<CarrierState>,
    /// Since when something that wants an answer has none.
    unanswered: Option<Instant>,
    round_trip: Option<Duration>,
}

impl Paths {
    pub(crate) fn new(carriers: &[CarrierId]) -> Paths {
        let state = |id: &CarrierId| CarrierState { id: *id, usable: true, up: false, heard: None };
        Paths { carriers: carriers.iter().map(state).collect(), unanswered: None, round_trip: None }
    }

    pub(crate) fn carriers(&self) -> &[CarrierState] {
        &self.carriers
    }

    pub(crate) fn usable(&self) -> impl Iterator<Item = CarrierId> + '_ {
        self.carriers.iter().filter(|carrier| carrier.usable).map(|carrier| carrier.id)
    }

    /// A carrier can send, or no longer. True if that takes it down.
    pub(crate) fn set_usable(&mut self, id: CarrierId, usable: bool) -> bool {
        let Some(carrier) = self.carriers.iter_mut().find(|carrier| carrier.id == id) else { return false };
        carrier.usable = usable;
        !usable && std::mem::replace(&mut carrier.up, false)
    }

    /// True when the peer was heard and left, or fell silent: what waits is held back until it answers.
    pub(crate) fn is_down(&self) -> bool {
        self.carriers.iter().any(|carrier| carrier.heard.is_some())
            && !self.carriers.iter().any(|carrier| carrier.up)
    }

    /// Something authentic arrived. True if the carrier was down until now.
    pub(crate) fn heard(&mut self, now: Instant, id: CarrierId) -> bool {
        self.unanswered = None;
        let Some(carrier) = self.carriers.iter_mut().find(|carrier| carrier.id == id) else { return false };
        carrier.heard = Some(now);
        !std::mem::replace(&mut carrier.up, true)
    }

    /// Something that wants an answer was sent.
    pub(crate) fn asked(&mut self, now: Instant) {
        self.unanswered.get_or_insert(now);
    }

    /// How long the peer has owed an answer.
    pub(crate) fn owed(&self, now: Instant) -> Duration {
        self.unanswered.map_or(Duration::ZERO, |since| now.since(since))
    }

    /// True when the peer has owed an answer for so long that the path counts as down.
    pub(crate) fn is_silent(&self, now: Instant) -> bool {
        self.owed(now) >= self.silence()
    }

    fn silence(&self) -> Duration {
        PATH_SILENCE.max(self.round_trip() * 8)
    }

    /// The peer said that it leaves. True if that takes the carrier down.
    pub(crate) fn leaving(&mut self, id: CarrierId) -> bool {
        let carrier = self.carriers.iter_mut().find(|carrier| carrier.id == id);
        carrier.is_some_and(|carrier| std::mem::replace(&mut carrier.up, false))
    }

    /// Carriers that go down by silence now.
    pub(crate) fn fall_silent(&mut self, now: Instant) -> Vec<CarrierId> {
        if !self.is_silent(now) {
            return Vec::new();
        }
        let fallen = self.carriers.iter_mut().filter(|carrier| carrier.up);
        fallen
            .map(|carrier| {
                carrier.up = false;
                carrier.id
            })
            .collect()
    }

    pub(crate) fn silence_at(&self) -> Option<Instant> {
        let any_up = self.carriers.iter().any(|carrier| carrier.up);
        self.unanswered.filter(|_| any_up).map(|since| since + self.silence())
    }

    /// A question sent once was answered after this long.
    pub(crate) fn measured(&mut self, sample: Duration) {
        let sample = sample.clamp(ROUND_TRIP_MIN, ROUND_TRIP_MAX);
        self.round_trip = Some(match self.round_trip {
            None => sample,
            Some(mean) => (mean * 7 + sample) / 8,
        });
    }

    pub(crate) fn round_trip(&self) -> Duration {
        self.round_trip.unwrap_or(ROUND_TRIP_INITIAL)
    }

    /// How long to wait before the n-th repeat: two round trips, then up to a second more each time.
    pub(crate) fn patience(&self, repeats: u32) -> Duration {
        let base = self.round_trip() * 2 + crate::limits::RECEIPT_INTERVAL + Duration::from_millis(10);
        base + (base * (2u32.saturating_pow(repeats.min(16)) - 1)).min(REPEAT_MAX)
    }
}
