//! What happened, in order: for the hash that shows that a seed means one world, and for people.

use std::collections::VecDeque;
use std::fmt;
use std::hash::{Hash, Hasher};

use ringdown_line::Instant;

use crate::wire::Class;

/// Records kept for the tail that a violation prints.
const TAIL: usize = 120;

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct Record {
    /// When.
    pub at: Instant,
    /// To which side; `None` for the world.
    pub side: Option<usize>,
    /// What.
    pub what: What,
    /// The first bytes of a hash or the end of a tag. They differ with stamps, all else does not.
    pub short: [u8; 4],
}

/// Kinds of happenings.
#[derive(Clone, Debug, Hash)]
pub enum What {
    /// The world's faults begin or end; people stop.
    Phase(&'static str),
    /// A side started; entries on its disk.
    Start(usize),
    /// A side stopped; how.
    Stop(&'static str),
    /// A timer fired; which.
    Woke(&'static str),
    /// A datagram was sent: what, length, carrier, what became of it.
    Send(Class, usize, u8, Fate),
    /// A datagram arrived: length, carrier, and whether no key opened it.
    Arrive(usize, u8, bool),
    /// A stranger's datagram arrived: what, length.
    Strange(&'static str, usize),
    /// A batch was handed to the disk: number, entries.
    Persist(u64, usize),
    /// A batch is durable: number.
    Durable(u64),
    /// A batch is gone.
    Lost(u64),
    /// An entry: side, place, kind and precedence.
    Entry(usize, u64, &'static str, &'static str),
    /// Entries were asked back: side, from, to.
    Recall(usize, u64, u64),
    /// The path to the peer is up or down.
    Path(u8, bool),
    /// The peer's disk takes entries, or not.
    PeerWritable(bool),
    /// A person asked for something; the outcome.
    Asked(&'static str, bool),
    /// A screen changed; how, and sequence number of the message.
    Shown(&'static str, u64),
    /// The disk takes nothing, or takes again.
    Writable(bool),
    /// A carrier can send, or not.
    Carrier(u8, bool),
    /// A direction is cut, or not.
    Cut(bool),
    /// An alarm.
    Alarm,
}

/// What became of a sent datagram.
#[derive(Clone, Debug, Default, Hash)]
pub struct Fate {
    /// Why it was lost; empty if it was not.
    pub lost: &'static str,
    /// When each copy arrives, in microseconds from now.
    pub copies: Vec<u64>,
    /// One copy was damaged.
    pub damaged: bool,
}

/// See the module.
pub struct Trace {
    hash: Fnv,
    shape: Fnv,
    count: u64,
    tail: VecDeque<Record>,
    shapes: Option<Vec<(Instant, u64)>>,
    print: bool,
    lines: Vec<String>,
}

/// A small hash that is the same in every run; it need not withstand anyone.
#[derive(Clone, Copy, Debug)]
struct Fnv(u64);

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0 ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    }
    fn write_usize(&mut self, value: usize) {
        self.write_u64(value as u64);
    }
    fn write_isize(&mut self, value: isize) {
        self.write_u64(value as u64);
    }
}

impl Trace {
    /// An empty trace.
    pub fn new(print: bool, shapes: bool) -> Trace {
        let start = Fnv(0xcbf2_9ce4_8422_2325);
        Trace {
            hash: start,
            shape: start,
            count: 0,
            tail: VecDeque::new(),
            shapes: shapes.then(Vec::new),
            print,
            lines: Vec::new(),
        }
    }

    /// Notes what happened.
    pub fn note(&mut self, record: Record) {
        self.count += 1;
        record.at.0.hash(&mut self.shape);
        record.side.map_or(2, |side| side).hash(&mut self.shape);
        record.what.hash(&mut self.shape);
        (self.shape.0 ^ u64::from(u32::from_be_bytes(record.short))).hash(&mut self.hash);
        if let Some(shapes) = &mut self.shapes {
            shapes.push((record.at, self.shape.0));
        }
        if self.print {
            self.lines.push(record.to_string());
        }
        if self.tail.len() == TAIL {
            self.tail.pop_front();
        }
        self.tail.push_back(record);
    }

    /// A line for people only: no part of the hash.
    pub fn remark(&mut self, remark: impl FnOnce() -> String) {
        if self.print {
            self.lines.push(format!("{:>26}{}", "", remark()));
        }
    }

    /// A hash of everything so far.
    pub fn hash(&self) -> u64 {
        self.hash.0
    }

    /// A running hash without stamps after each record, if asked for.
    pub fn shapes(&self) -> &[(Instant, u64)] {
        self.shapes.as_deref().unwrap_or_default()
    }

    /// The last records, for people.
    pub fn tail(&self) -> Vec<String> {
        self.tail.iter().map(Record::to_string).collect()
    }

    /// Lines noted since the last call, if printing was asked for.
    pub fn take_lines(&mut self) -> Vec<String> {
        std::mem::take(&mut self.lines)
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = match self.side {
            Some(0) => "BLUE ",
            Some(_) => "GREEN",
            None => "world",
        };
        write!(f, "{:>16}  {side}  ", self.at.to_string())?;
        let [a, b, c, d] = self.short;
        let short = format!("{a:02x}{b:02x}{c:02x}{d:02x}");
        let name = |side: &usize| if *side == 0 { "BLUE" } else { "GREEN" };
        match &self.what {
            What::Phase(text) => f.write_str(text),
            What::Start(entries) => write!(f, "starts with {entries} entries on its disk"),
            What::Stop(how) => write!(f, "stops: {how}"),
            What::Woke(reason) => write!(f, "wakes: {reason}"),
            What::Send(class, len, carrier, fate) => {
                match class {
                    Class::Message1 => f.write_str("sends message 1")?,
                    Class::Message2 => f.write_str("sends message 2")?,
                    Class::Cell { session, counter } => write!(f, "sends cell {session}:{counter}")?,
                }
                write!(f, " {short}, {len} bytes on {carrier}: {fate}")
            }
            What::Arrive(len, carrier, refused) => {
                let end = if *refused { ", refused" } else { "" };
                write!(f, "gets {short}, {len} bytes on {carrier}{end}")
            }
            What::Strange(kind, len) => write!(f, "gets {len} bytes from a stranger: {kind}"),
            What::Persist(batch, entries) => write!(f, "asks for batch {batch} of {entries} to be durable"),
            What::Durable(batch) => write!(f, "batch {batch} is durable"),
            What::Lost(batch) => write!(f, "batch {batch} is lost"),
            What::Entry(side, seq, kind, precedence) => {
                write!(f, "  {}'s {seq} {kind} {precedence} {short}", name(side))
            }
            What::Recall(side, from, to) => write!(f, "reads {}'s {from} to {to}", name(side)),
            What::Path(carrier, up) => write!(f, "path {carrier} is {}", if *up { "up" } else { "down" }),
            What::PeerWritable(yes) => {
                write!(f, "hears that the peer's disk takes {}", if *yes { "again" } else { "nothing" })
            }
            What::Asked(what, done) => {
                write!(f, "officer: {what}{}", if *done { "" } else { ", refused" })
            }
            What::Shown(state, seq) => write!(f, "screen: {state}, message at {seq}"),
            What::Writable(yes) => write!(f, "disk takes {}", if *yes { "again" } else { "nothing" }),
            What::Carrier(carrier, up) => {
                write!(f, "carrier {carrier} {}", if *up { "can send" } else { "cannot send" })
            }
            What::Cut(cut) => write!(f, "what it sends is {}", if *cut { "cut off" } else { "let through" }),
            What::Alarm => f.write_str("raises an alarm"),
        }
    }
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.lost.is_empty() {
            return write!(f, "lost ({})", self.lost);
        }
        for (index, copy) in self.copies.iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            write!(f, "{comma}+{}.{:03} ms", copy / 1000, copy % 1000)?;
        }
        if self.damaged { f.write_str(", damaged") } else { Ok(()) }
    }
}
