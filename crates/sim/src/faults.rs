//! What was injected, counted by kind. One injected loss, duplicate, delay, crash and so on is one.

use ringdown_record::body::Body;
use ringdown_record::statement::Purpose;
use ringdown_record::{Entry, Kind};

/// Faults on real traffic, disks, nodes and clocks; and, apart from them, what strangers sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// A datagram was lost by chance, alone or in a burst.
    Loss,
    /// A datagram was lost because both directions were cut.
    LossCut,
    /// A datagram was lost because its direction was cut.
    LossOneWay,
    /// One more copy of a datagram was delivered.
    Duplicate,
    /// A copy came later than the base delay, which also reorders.
    Delay,
    /// Some bits of a copy were flipped.
    Flip,
    /// A copy was cut short.
    Truncate,
    /// A carrier said that it cannot send.
    CarrierDown,
    /// A side was stopped as by kill -9, between two inputs.
    Crash,
    /// The same between two outputs of one input.
    CrashInside,
    /// A side was stopped in order.
    Stop,
    /// A batch that was handed to the disk was not there after the crash.
    LostWrite,
    /// A batch whose commit nobody had confirmed was there after the crash.
    UnconfirmedWrite,
    /// Of the batches under way in a crash some were there and some were not.
    TornWrite,
    /// A commit took much longer than usual.
    SlowCommit,
    /// The disk took nothing for a while.
    DiskFull,
    /// The wall clock of a side stepped.
    ClockJump,
}

/// Datagrams that came from a stranger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strange {
    /// Random bytes, or real datagrams taken apart.
    Garbage,
    /// A recorded datagram, sent again to its receiver.
    Replay,
    /// A recorded datagram, sent back to its sender.
    Reflection,
}

impl Fault {
    /// All kinds.
    pub const ALL: [Fault; 17] = [
        Fault::Loss,
        Fault::LossCut,
        Fault::LossOneWay,
        Fault::Duplicate,
        Fault::Delay,
        Fault::Flip,
        Fault::Truncate,
        Fault::CarrierDown,
        Fault::Crash,
        Fault::CrashInside,
        Fault::Stop,
        Fault::LostWrite,
        Fault::UnconfirmedWrite,
        Fault::TornWrite,
        Fault::SlowCommit,
        Fault::DiskFull,
        Fault::ClockJump,
    ];

    /// In words, as in the summary.
    pub fn name(self) -> &'static str {
        match self {
            Fault::Loss => "datagrams lost by chance or in a burst",
            Fault::LossCut => "datagrams lost in a partition",
            Fault::LossOneWay => "datagrams lost on a one-way path",
            Fault::Duplicate => "datagrams doubled",
            Fault::Delay => "datagrams delayed beyond the base",
            Fault::Flip => "datagrams with flipped bits",
            Fault::Truncate => "datagrams cut short",
            Fault::CarrierDown => "carriers down",
            Fault::Crash => "crashes between inputs",
            Fault::CrashInside => "crashes between outputs of one input",
            Fault::Stop => "orderly stops",
            Fault::LostWrite => "batches lost in a crash",
            Fault::UnconfirmedWrite => "batches kept though unconfirmed",
            Fault::TornWrite => "crashes that tore what was under way",
            Fault::SlowCommit => "slow commits",
            Fault::DiskFull => "full disks",
            Fault::ClockJump => "clock jumps",
        }
    }
}

impl Strange {
    /// All kinds.
    pub const ALL: [Strange; 3] = [Strange::Garbage, Strange::Replay, Strange::Reflection];

    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Strange::Garbage => "garbage datagrams",
            Strange::Replay => "replayed datagrams",
            Strange::Reflection => "reflected datagrams",
        }
    }
}

/// What happened in one world or in many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    faults: [u64; Fault::ALL.len()],
    strange: [u64; Strange::ALL.len()],
    /// Simulated time in milliseconds.
    pub simulated_ms: u64,
    /// Datagrams that both sides sent.
    pub datagrams: u64,
    /// Messages that became durable.
    pub messages: u64,
    /// Those of them that two officers signed.
    pub by_two: u64,
    /// Those that one released alone where two are the rule.
    pub by_one_alone: u64,
    /// All entries of both records.
    pub entries: u64,
    /// Starts after the first.
    pub restarts: u64,
    /// Sessions whose handshake was answered.
    pub sessions: u64,
}

impl Counts {
    /// One more fault.
    pub fn fault(&mut self, fault: Fault) {
        self.faults[fault as usize] += 1;
    }

    /// One more datagram of a stranger.
    pub fn strange(&mut self, strange: Strange) {
        self.strange[strange as usize] += 1;
    }

    /// An entry of the record; only messages count.
    pub fn message(&mut self, entry: &Entry) {
        if entry.header().kind != Kind::MESSAGE {
            return;
        }
        self.messages += 1;
        let said = Body::read(entry.body()).map(|body| body.statements).unwrap_or_default();
        self.by_two += u64::from(said.len() == 2);
        self.by_one_alone += u64::from(said.iter().any(|said| said.purpose == Purpose::ReleaseAlone));
    }

    /// How many of one kind.
    pub fn of(&self, fault: Fault) -> u64 {
        self.faults[fault as usize]
    }

    /// How many of one kind of strangers' datagrams.
    pub fn of_strange(&self, strange: Strange) -> u64 {
        self.strange[strange as usize]
    }

    /// All faults, without what strangers sent.
    pub fn total(&self) -> u64 {
        self.faults.iter().sum()
    }

    /// All that strangers sent.
    pub fn total_strange(&self) -> u64 {
        self.strange.iter().sum()
    }

    /// Adds another world's counts.
    pub fn add(&mut self, other: &Counts) {
        self.faults.iter_mut().zip(other.faults).for_each(|(sum, more)| *sum += more);
        self.strange.iter_mut().zip(other.strange).for_each(|(sum, more)| *sum += more);
        self.simulated_ms += other.simulated_ms;
        self.datagrams += other.datagrams;
        self.messages += other.messages;
        self.by_two += other.by_two;
        self.by_one_alone += other.by_one_alone;
        self.entries += other.entries;
        self.restarts += other.restarts;
        self.sessions += other.sessions;
    }
}
