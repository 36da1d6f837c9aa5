//! Two homes and the processes that serve them.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use ringdown_api::signing::{Prepared, Signed};
use ringdown_api::{Draft, DraftState, Message};
use serde::de::DeserializeOwned;
use serde_json::json;
use tempfile::TempDir;

use crate::Outcome;
use crate::http::{Connection, Events, line_path};
use crate::machine::Bench;
use crate::sizes;
use crate::tap::Tap;

/// Linux counts processor time in hundredths of a second for all programs.
const TICKS_PER_SECOND: f64 = 100.0;

/// BLUE writes, GREEN receives, unless a row says otherwise.
pub struct Pair {
    /// Side 0.
    pub blue: Node,
    /// Side 1.
    pub green: Node,
    /// Between them, if asked for.
    pub tap: Option<Tap>,
    _dir: TempDir,
}

/// One side.
pub struct Node {
    /// Its home.
    pub home: PathBuf,
    /// Where it receives.
    pub address: SocketAddr,
    program: PathBuf,
    child: Option<Child>,
}

impl Pair {
    /// Paired homes; no node runs yet.
    pub fn new(bench: &Bench) -> Outcome<Pair> {
        let dir = bench.directory()?;
        let homes = [dir.path().join("blue"), dir.path().join("green")];
        for (home, name) in homes.iter().zip(["BLUE", "GREEN"]) {
            ran(Command::new(&bench.program).arg("init").arg(home).args(["--side", name, "--json"]))?;
        }
        ran(Command::new(&bench.program).arg("join").args(&homes).arg("--json"))?;
        let [blue, green] = homes.map(|home| Node::of(home, &bench.program));
        Ok(Pair { blue: blue?, green: green?, tap: None, _dir: dir })
    }

    /// Paired, and both nodes run and hear each other.
    pub fn running(bench: &Bench) -> Outcome<Pair> {
        let mut pair = Pair::new(bench)?;
        pair.start()?;
        Ok(pair)
    }

    /// Paired homes whose path goes through a tap; no node runs yet.
    pub fn tapped(bench: &Bench) -> Outcome<Pair> {
        let mut pair = Pair::new(bench)?;
        let tap = Tap::between([pair.blue.address, pair.green.address])?;
        pair.blue.set_peer(tap.faces[0])?;
        pair.green.set_peer(tap.faces[1])?;
        pair.tap = Some(tap);
        Ok(pair)
    }

    /// Starts both and sends one message over, so that a session is live.
    pub fn start(&mut self) -> Outcome<()> {
        self.green.start()?;
        self.blue.start()?;
        let mut stored = self.blue.events()?;
        let message = self.blue.socket()?.send("The line is up.")?;
        stored.until(|event| is_stored(event, &message.serial))?;
        Ok(())
    }

    /// Stops both in good order.
    pub fn stop(&mut self) -> Outcome<()> {
        self.blue.stop()?;
        self.green.stop()
    }
}

/// True for the event by which a message of ours is stored by the peer.
pub fn is_stored(event: &ringdown_api::Event, of: &str) -> bool {
    event
        .changes
        .iter()
        .any(|change| matches!(change, ringdown_api::Change::Stored { serial } if serial == of))
}

impl Node {
    fn of(home: PathBuf, program: &Path) -> Outcome<Node> {
        // The first free port of many is everyone's first choice; a port from the system is nobody's.
        let console = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let path = home.join("ringdown.toml");
        let mut config: toml::Table = toml::from_str(&std::fs::read_to_string(&path)?)?;
        config.insert("console_port".into(), toml::Value::Integer(console.into()));
        std::fs::write(&path, toml::to_string(&config)?)?;
        let carrier = carrier(&line_config(&home)?.1)?.clone();
        let listen = carrier.get("listen").and_then(toml::Value::as_str).ok_or("no address to receive at")?;
        let (address, program) = (listen.parse()?, program.to_owned());
        Ok(Node { address, program, child: None, home })
    }

    fn set_peer(&self, peer: SocketAddr) -> Outcome<()> {
        let (path, mut config) = line_config(&self.home)?;
        let carriers = config.get_mut("carriers").and_then(toml::Value::as_array_mut);
        let carrier = carriers.and_then(|list| list.first_mut()).and_then(toml::Value::as_table_mut);
        carrier.ok_or("no carrier")?.insert("peer".into(), toml::Value::String(peer.to_string()));
        std::fs::write(path, toml::to_string(&config)?)?;
        Ok(())
    }

    /// Starts the process and waits until it is ready.
    pub fn start(&mut self) -> Outcome<()> {
        let mut child = Command::new(&self.program)
            .arg("serve")
            .arg(&self.home)
            .arg("--until-stdin-ends")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().ok_or("no output")?;
        self.child = Some(child);
        let ready = BufReader::new(output).lines().map_while(Result::ok).any(|line| line == "ready");
        if ready { Ok(()) } else { Err("a node did not become ready".into()) }
    }

    /// Ends the process by the end of its input.
    pub fn stop(&mut self) -> Outcome<()> {
        if let Some(mut child) = self.child.take() {
            drop(child.stdin.take());
            child.wait()?;
        }
        Ok(())
    }

    /// A connection to its local socket.
    pub fn socket(&self) -> Outcome<Connection> {
        Connection::socket(&self.home)
    }

    /// Its events from now on.
    pub fn events(&self) -> Outcome<Events> {
        self.socket()?.events()
    }

    /// Its id, while it runs.
    pub fn id(&self) -> Outcome<u32> {
        Ok(self.child.as_ref().ok_or("the node does not run")?.id())
    }

    /// Resident bytes.
    pub fn resident(&self) -> Outcome<u64> {
        resident(self.id()?)
    }

    /// Seconds of processor time that it has used.
    pub fn processor(&self) -> Outcome<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.id()?))?;
        // The name may hold anything, also spaces; what follows it may not.
        let fields: Vec<_> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<f64>().ok());
        let (user, system) = (ticks(11).ok_or("no user time")?, ticks(12).ok_or("no system time")?);
        Ok((user + system) / TICKS_PER_SECOND)
    }

    /// Its one record.
    pub fn record(&self) -> Outcome<PathBuf> {
        Ok(line_dir(&self.home)?.join("record.db"))
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Connection {
    /// Writes a draft and has it signed; gives its path and what to release it with.
    pub fn signed(&mut self, text: &str) -> Outcome<(String, Signed)> {
        let path = format!("drafts/{}", new_id()?);
        let _: DraftState = self.json("PUT", &path, &draft(text))?;
        let prepared: Prepared = self.json("POST", &format!("{path}/prepare"), &json!({}))?;
        let signed = self.json("POST", &format!("{path}/sign"), &prepared)?;
        Ok((path, signed))
    }

    /// Sends a text in all its steps.
    pub fn send(&mut self, text: &str) -> Outcome<Message> {
        let (path, signed) = self.signed(text)?;
        self.json("POST", &format!("{path}/release"), &signed)
    }

    /// Asks for a release and does not wait for the answer.
    pub fn release(&mut self, path: &str, signed: &Signed) -> Outcome<()> {
        let path = line_path(&format!("{path}/release"));
        self.request("POST", &path, &serde_json::to_vec(signed)?)
    }

    /// Asks for the status.
    pub fn status<T: DeserializeOwned>(&mut self) -> Outcome<T> {
        self.json("GET", "status", &json!({}))
    }
}

/// A draft with this text, as all rows send them.
pub fn draft(text: &str) -> Draft {
    Draft {
        precedence: sizes::PRECEDENCE.into(),
        subject: sizes::SUBJECT.into(),
        language: Some(sizes::LANGUAGE.into()),
        text: text.into(),
        ..Draft::default()
    }
}

/// A new draft id: 32 hex digits from the system.
pub fn new_id() -> Outcome<String> {
    use std::io::Read;
    let mut bytes = [0; 16];
    std::fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Resident bytes of a process.
pub fn resident(id: u32) -> Outcome<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .ok_or("no resident memory: the program has ended")?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib * 1024)
}

fn line_dir(home: &Path) -> Outcome<PathBuf> {
    let mut lines = std::fs::read_dir(home.join("lines"))?;
    Ok(lines.next().ok_or("no line in the home")??.path())
}

fn line_config(home: &Path) -> Outcome<(PathBuf, toml::Table)> {
    let path = line_dir(home)?.join("line.toml");
    let config = toml::from_str(&std::fs::read_to_string(&path)?)?;
    Ok((path, config))
}

fn carrier(config: &toml::Table) -> Outcome<&toml::Table> {
    let carriers = config.get("carriers").and_then(toml::Value::as_array);
    Ok(carriers.and_then(|list| list.first()).and_then(toml::Value::as_table).ok_or("no carrier")?)
}

/// Runs a program that must succeed; gives what it printed.
pub fn ran(command: &mut Command) -> Outcome<String> {
    let output = command.output()?;
    if !output.status.success() {
        return Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}
