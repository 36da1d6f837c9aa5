//! `ringdown demo`: two sides on one machine, each in a process of its own, as in earnest.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};

use crate::config::{Home, HomeConfig};
use crate::home::{self, Ports};
use crate::play;
use crate::replay;
use crate::serve::ServeError;
use crate::verbs::{say, tell};

/// How often a node that ended is started again.
const RESTARTS_MAX: usize = 100;
/// How long a node that ended is missed before it is started again: long enough to be seen on the other console.
const MISSED: Duration = Duration::from_secs(4);
const LOOK: Duration = Duration::from_millis(250);
/// Who releases with the duty officer what two people release.
const SECOND_OFFICER: &str = "Watch officer";

/// What the user asked for.
pub struct Demo {
    /// Keeps `blue` and `green`.
    pub dir: PathBuf,
    /// Console ports, if named.
    pub ports: Ports,
    /// Send the messages of 1967.
    pub replay: bool,
    /// Play the exchange about USS Liberty.
    pub play: bool,
    /// Say one JSON value instead of words.
    pub json: bool,
}

/// Runs the demo until it is stopped.
pub fn run(demo: &Demo) -> Result<(), ServeError> {
    let homes = [demo.dir.join("blue"), demo.dir.join("green")];
    make_homes(&homes, demo.ports)?;
    let mut nodes = Vec::new();
    let mut addresses = Vec::new();
    for (home, name) in homes.iter().zip(["BLUE", "GREEN"]) {
        let (child, lines) = start(home)?;
        nodes.push(Node { name, home, child, restarts: 0, missed: None });
        addresses.push(lines);
    }
    if demo.json {
        let first =
            |lines: &Vec<String>| lines.first().and_then(|line| line.split(' ').nth(1)).map(String::from);
        let consoles: Vec<_> = addresses.iter().filter_map(first).collect();
        say(&serde_json::json!({"consoles": consoles, "homes": homes, "ready": true}).to_string());
    } else {
        greet(&addresses, &homes[0], &demo.dir);
    }
    if demo.replay {
        replay::run(&homes[0], &homes[1], demo.json)
            .map_err(|error| ServeError { text: error.to_string(), exit: error.error.exit() })?;
    }
    if demo.play {
        play::liberty(&homes[0], &homes[1], demo.json)
            .map_err(|error| ServeError { text: error.to_string(), exit: error.error.exit() })?;
    }
    let ended = wait(&mut nodes, demo.json);
    for Node { child, .. } in &mut nodes {
        // Their input ends, so they stop by themselves.
        drop(child.stdin.take());
        let _ = child.wait();
    }
    ended
}

struct Node<'a> {
    name: &'static str,
    home: &'a Path,
    child: Child,
    restarts: usize,
    /// Since it ended, as counted by looks.
    missed: Option<Duration>,
}

impl Node<'_> {
    /// Starts the node again some time after it ended, as by kill -9; tells when something changed.
    fn look(&mut self) -> Result<Option<String>, ServeError> {
        match self.missed {
            None => {
                let Ok(Some(status)) = self.child.try_wait() else { return Ok(None) };
                self.missed = Some(Duration::ZERO);
                Ok(Some(format!(
                    "{} ended ({status}). It starts again in {} s.",
                    self.name,
                    MISSED.as_secs()
                )))
            }
            Some(_) if self.restarts == RESTARTS_MAX => {
                Err(ServeError::new(format!("the node of {} keeps ending; the demo was stopped", self.name)))
            }
            Some(missed) if missed >= MISSED => {
                self.child = start(self.home)?.0;
                self.missed = None;
                self.restarts += 1;
                Ok(Some(format!("{} runs again.", self.name)))
            }
            Some(missed) => {
                self.missed = Some(missed + LOOK);
                Ok(None)
            }
        }
    }
}

fn make_homes(homes: &[PathBuf; 2], ports: Ports) -> Result<(), ServeError> {
    let exist = homes.iter().map(|dir| Home::at(dir).exists()).collect::<Vec<_>>();
    let paired = !Home::at(&homes[0]).lines()?.is_empty() && !Home::at(&homes[1]).lines()?.is_empty();
    if exist == [true, true] && paired {
        return keep_homes(homes, ports);
    }
    if exist.contains(&true) {
        return Err(ServeError::new(format!(
            "{} holds half a demo; name another directory with --dir, or remove it",
            homes[0].parent().unwrap_or(&homes[0]).display()
        )));
    }
    for (home, name) in homes.iter().zip(["BLUE", "GREEN"]) {
        home::init(home, name, true)?;
        home::add_officer(home, SECOND_OFFICER, &[])?;
    }
    home::join(&homes[0], &homes[1], ports)?;
    Ok(())
}

/// Homes of an earlier demo go on; only the console ports may change.
fn keep_homes(homes: &[PathBuf; 2], ports: Ports) -> Result<(), ServeError> {
    for (dir, port) in homes.iter().zip([ports.a, ports.b]) {
        let home = Home::at(dir);
        let config = home.config()?;
        if let Some(console_port) = port {
            home.write_config(&HomeConfig { console_port, ..config })?;
        }
    }
    Ok(())
}

/// Starts a node and waits until it says that it is ready; gives the lines with its addresses too.
fn start(home: &Path) -> Result<(Child, Vec<String>), ServeError> {
    let program = std::env::current_exe()
        .map_err(|error| ServeError::new(format!("this program cannot find itself: {error}")))?;
    let mut child = Command::new(program)
        .arg("serve")
        .arg(home)
        .arg("--until-stdin-ends")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| {
            ServeError::new(format!("the node of {} cannot be started: {error}", home.display()))
        })?;
    let output = child.stdout.take().expect("the output was asked for");
    let mut addresses = Vec::new();
    for line in BufReader::new(output).lines().map_while(Result::ok) {
        if line == "ready" {
            return Ok((child, addresses));
        }
        addresses.push(line);
    }
    let _ = child.wait();
    Err(ServeError::new(format!("the node of {} did not start; its own words are above", home.display())))
}

/// Until a signal. A node that ends, as by kill -9, is started again: nothing of its record is lost.
fn wait(nodes: &mut [Node<'_>], quiet: bool) -> Result<(), ServeError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| ServeError::new(format!("no runtime: {error}")))?;
    runtime.block_on(async {
        let signals = signal(SignalKind::terminate()).and_then(|a| Ok((a, signal(SignalKind::interrupt())?)));
        let (mut terminate, mut interrupt) = signals.map_err(|error| ServeError::new(error.to_string()))?;
        loop {
            tokio::select! {
                _ = terminate.recv() => return Ok(()),
                _ = interrupt.recv() => return Ok(()),
                () = tokio::time::sleep(LOOK) => {}
            }
            for node in nodes.iter_mut() {
                if let Some(told) = node.look()?.filter(|_| !quiet) {
                    tell(&told);
                }
            }
        }
    })
}

/// The first officer of each side stands first.
fn greet(addresses: &[Vec<String>], blue: &Path, dir: &Path) {
    let first = addresses.iter().filter_map(|lines| lines.first());
    let others = addresses.iter().flat_map(|lines| lines.iter().skip(1));
    let list = first.chain(others).map(String::as_str).collect::<Vec<_>>().join("\n");
    say(&format!("{list}\nready"));
    say("\n\
        Open the first two side by side, press Start watch and I heard it on each, and\n\
        send a message. What is urgent and LIVE is released by two: the other officers\n\
        sign in in a window of their own. Or in another terminal:");
    say(&format!(
        "  ringdown -C {} send \\\n    --precedence PRIORITY --subject Hello --text 'Can you read this?'",
        blue.display()
    ));
    tell(&format!("^C stops both nodes; the homes stay in {}.", dir.display()));
}
