//! What the machine can do at best, measured bare: a round trip, a commit, a flush, a signature.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use ringdown_line::pairing::{Paired, SideKeys, pair};
use ringdown_record::charter::Officer;
use ringdown_record::{
    Batch, BatchId, Entry, EntryRef, Kind, Place, PublicKey, SealContext, Secret, Side, SigningKey, Urgency,
    WallTime,
};
use ringdown_store::{Notice, Record, Writer};
use tempfile::TempDir;

use crate::Outcome;
use crate::machine::Bench;
use crate::sizes;
use crate::timer::{Timer, time};

const PATIENCE: Duration = Duration::from_secs(10);

/// A socket that sends everything back, on a thread of its own.
pub struct Echo {
    socket: UdpSocket,
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Echo {
    /// Starts the thread.
    pub fn new() -> Outcome<Echo> {
        let (socket, other) =
            (UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?, UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?);
        socket.connect(other.local_addr()?)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        other.set_read_timeout(Some(Duration::from_millis(100)))?;
        let ended = Arc::new(AtomicBool::new(false));
        let over = ended.clone();
        let thread = std::thread::spawn(move || {
            let mut buffer = [0; 2048];
            while !over.load(Ordering::SeqCst) {
                let got: std::io::Result<(usize, SocketAddr)> = other.recv_from(&mut buffer);
                if let Ok((len, from)) = got {
                    let _ = other.send_to(&buffer[..len], from);
                }
            }
        });
        Ok(Echo { socket, ended, thread: Some(thread) })
    }

    /// Time of a datagram of a lone message's size, there and back.
    pub fn round_trip(&self) -> Outcome<Duration> {
        let datagram = vec![7; sizes::message_cell(&sizes::lone()).total() - sizes::IP_UDP];
        let mut buffer = [0; 2048];
        let timer = Timer::start();
        self.socket.send(&datagram)?;
        self.socket.recv(&mut buffer)?;
        Ok(timer.elapsed())
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The store's writer with nothing around it: one entry of a 200-byte message in each commit.
pub struct Commits {
    writer: Option<Writer>,
    durable: Receiver<Notice>,
    pairing: Secret,
    sides: [SideKeys; 2],
    paired: Paired,
    head: EntryRef,
    batch: u64,
    _record: Record,
    _dir: TempDir,
}

impl Commits {
    /// A new record on the measured disk.
    pub fn new(bench: &Bench) -> Outcome<Commits> {
        let dir = bench.directory()?;
        let path = dir.path().join("record.db");
        let (sides, pairing) = ([side("BLUE", 10), side("GREEN", 60)], Secret([99; 32]));
        let paired = pair(&sides, [1; 16], &pairing, WallTime::from_ms(1000));
        Record::create(&path, &paired.signed, &paired.entries)?;
        let record = Record::open(&path, |_| {})?;
        let (notify, durable): (Sender<Notice>, _) = channel();
        let writer = Some(record.writer(move |notice| drop(notify.send(notice)))?);
        let head = paired.entries[2].reference();
        Ok(Commits { writer, durable, pairing, sides, paired, head, batch: 0, _record: record, _dir: dir })
    }

    /// Time of one commit, from handing it in until it is said to be durable.
    pub fn one(&mut self) -> Outcome<Duration> {
        let entry = Arc::new(self.entry());
        self.head = entry.reference();
        self.batch += 1;
        let batch = Batch { id: BatchId(self.batch), entries: vec![entry], released: Vec::new() };
        let batch = Arc::new(batch);
        let writer = self.writer.as_ref().ok_or("closed")?;
        let timer = Timer::start();
        writer.append(batch, WallTime::from_ms(3000));
        match self.durable.recv_timeout(PATIENCE)? {
            Notice::Durable { .. } => Ok(timer.elapsed()),
            other => Err(format!("the disk failed: {other:?}").into()),
        }
    }

    fn entry(&self) -> Entry {
        let pairing = self.pairing.salt_key();
        let context = SealContext {
            line: self.paired.charter.line_id(),
            side: Side::Zero,
            place: Place::first(self.head.place.seq + 1),
            prev: self.head.hash,
            peer: self.paired.entries[3].reference(),
            time: WallTime::from_ms(2000),
            clock: 0,
            flags: 0,
            key_list: self.paired.charter.party(Side::Zero).key_list.hash(),
            salt_key: &pairing,
            node: &self.sides[0].node,
        };
        let body = vec![7; sizes::body(&sizes::lone()).total()];
        Entry::seal(&context, Kind::MESSAGE, Urgency::LINE, 0, body)
    }
}

fn side(name: &str, seed: u8) -> SideKeys {
    let key = |n: u8| SigningKey::from_seed(&[seed + n; 32]);
    SideKeys {
        name: name.into(),
        root: key(1),
        node: key(2),
        channel: Secret([seed + 3; 32]),
        officers: vec![Officer::held_by_node(1, "Duty officer", &key(4).public())],
    }
}

/// A file that is written and flushed without any database: what a commit costs the disk alone.
pub struct Flushes {
    file: File,
    at: u64,
    _dir: TempDir,
}

/// Bytes of one flush: four pages of a log with their heads, as a commit of one entry writes them.
const FLUSH_LEN: usize = 4 * (4096 + 24);
const FLUSHES_IN_FILE: u64 = 256;

impl Flushes {
    /// A file that has its size already.
    pub fn new(bench: &Bench) -> Outcome<Flushes> {
        let dir = bench.directory()?;
        let mut file = File::options().create_new(true).write(true).open(dir.path().join("flushed"))?;
        file.write_all(&vec![1; FLUSH_LEN * FLUSHES_IN_FILE as usize])?;
        file.sync_all()?;
        Ok(Flushes { file, at: 0, _dir: dir })
    }

    /// Time to write and flush.
    pub fn one(&mut self) -> Outcome<Duration> {
        self.file.seek(SeekFrom::Start(self.at % FLUSHES_IN_FILE * FLUSH_LEN as u64))?;
        self.at += 1;
        let bytes = vec![self.at as u8; FLUSH_LEN];
        let timer = Timer::start();
        self.file.write_all(&bytes)?;
        self.file.sync_data()?;
        Ok(timer.elapsed())
    }
}

/// Seconds for one signature made, and for one checked by the strict rule, of a message as long as a node signs.
pub struct Signatures {
    /// Making one.
    pub sign: f64,
    /// Checking one.
    pub verify: f64,
}

/// Measures signatures on this thread.
pub fn signatures(count: usize) -> Outcome<Signatures> {
    let key = SigningKey::from_seed(&[7; 32]);
    let public = PublicKey::from_bytes(&key.public().to_bytes()).ok_or("no key")?;
    let messages: Vec<Vec<u8>> =
        (0..count).map(|n| [&b"ringdown/1 node"[..], &[n as u8; 32]].concat()).collect();
    let (signing, signed) = time(|| messages.iter().map(|message| key.sign(message)).collect::<Vec<_>>());
    let (verifying, good) =
        time(|| messages.iter().zip(&signed).filter(|(m, s)| public.verify(m, s)).count());
    if good != count {
        return Err("a good signature was refused".into());
    }
    let each = |time: Duration| time.as_secs_f64() / count as f64;
    Ok(Signatures { sign: each(signing), verify: each(verifying) })
}
