//! Two homes in a temporary directory and the processes that serve them.

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

pub const BLUE: usize = 0;
pub const GREEN: usize = 1;

pub struct World {
    pub dir: TempDir,
    pub sides: [Side; 2],
}

pub struct Side {
    pub home: PathBuf,
    pub node: Option<Child>,
}

pub struct Ran {
    pub exit: i32,
    pub out: String,
    /// The words of standard error, wherever its lines were broken.
    pub err: String,
    /// Standard error as it was.
    pub err_lines: String,
}

impl World {
    /// Homes that are paired, of one officer each; no node runs yet.
    pub fn paired() -> World {
        World::paired_with(&[])
    }

    /// Both nodes run, and each side has these officers besides its duty officer: a name, or `name:roles`.
    pub fn with_officers(officers: &[&str]) -> World {
        let mut world = World::paired_with(officers);
        world.start(BLUE);
        world.start(GREEN);
        world
    }

    fn paired_with(officers: &[&str]) -> World {
        let dir = TempDir::new().expect("a temporary directory");
        let homes = [dir.path().join("blue"), dir.path().join("green")];
        for (home, name) in homes.iter().zip(["BLUE", "GREEN"]) {
            let made = ringdown(&["init", text(home), "--side", name, "--json"]);
            assert_eq!((made.exit, one_value(&made.out)["side"].as_str()), (0, Some(name)));
            for officer in officers {
                let (name, may) = officer.split_once(':').unwrap_or((officer, ""));
                let may = if may.is_empty() { vec![] } else { vec!["--may", may] };
                let add = [&["officer", "add", text(home), "--name", name][..], &may].concat();
                assert_eq!(ringdown(&add).exit, 0, "{officer}");
            }
        }
        World::joined(dir, homes)
    }

    /// These two homes, paired; no node runs yet.
    pub fn joined(dir: TempDir, homes: [PathBuf; 2]) -> World {
        let joined = ringdown(&["join", text(&homes[0]), text(&homes[1]), "--json"]);
        assert_eq!(one_value(&joined.out)["line"].as_str().map(str::len), Some(64), "{}", joined.err);
        homes.iter().for_each(|home| take_a_port_of_its_own(home));
        World { dir, sides: homes.map(|home| Side { home, node: None }) }
    }

    /// Paired, and both nodes run.
    pub fn running() -> World {
        let mut world = World::paired();
        world.start(BLUE);
        world.start(GREEN);
        world
    }

    pub fn start(&mut self, side: usize) {
        self.sides[side].start();
    }

    /// As by a power cut of the process: no farewell, nothing flushed.
    pub fn kill(&mut self, side: usize) {
        let mut node = self.sides[side].node.take().expect("the node runs");
        node.kill().expect("a child can be killed");
        node.wait().expect("it ends");
    }

    /// SIGTERM by way of its input ending.
    pub fn stop(&mut self, side: usize) {
        let mut node = self.sides[side].node.take().expect("the node runs");
        drop(node.stdin.take());
        assert!(node.wait().expect("it ends").success(), "a clean stop");
    }

    /// A verb of one side.
    pub fn ran(&self, side: usize, arguments: &[&str]) -> Ran {
        let home = text(&self.sides[side].home);
        ringdown(&[&["-C", home], arguments].concat())
    }

    /// The JSON value that a verb prints; it must succeed.
    pub fn json(&self, side: usize, arguments: &[&str]) -> Value {
        let ran = self.ran(side, &[arguments, &["--json"]].concat());
        assert_eq!(ran.exit, 0, "{arguments:?}: {} {}", ran.out, ran.err);
        one_value(&ran.out)
    }

    /// Sends a text; gives what `send --json` prints.
    pub fn send(&self, from: usize, precedence: &str, words: &str) -> Value {
        self.json(from, &["send", "--precedence", precedence, "--subject", "test", "--text", words])
    }

    /// Waits until a message is stored or acknowledged, as its sender sees it.
    pub fn wait(&self, side: usize, message: &Value, goal: &str) -> Value {
        let serial = message["serial"].as_str().expect("a serial");
        self.json(side, &["wait", serial, "--for", goal, "--timeout", "60"])
    }

    pub fn export(&self, side: usize, name: &str) -> Vec<u8> {
        let path = self.dir.path().join(name);
        self.json(side, &["export", text(&path)]);
        std::fs::read(path).expect("the export")
    }
}

impl Side {
    pub fn start(&mut self) {
        let mut child = Command::new(program())
            .args(["serve", text(&self.home), "--until-stdin-ends"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the node starts");
        let output = child.stdout.take().expect("piped");
        let ready = BufReader::new(output).lines().map_while(Result::ok).any(|line| line == "ready");
        assert!(ready, "the node did not become ready");
        self.node = Some(child);
    }
}

/// Tests run side by side, so each home gets a console port that the system chose.
pub fn take_a_port_of_its_own(home: &Path) {
    let port =
        std::net::TcpListener::bind(("127.0.0.1", 0)).and_then(|socket| socket.local_addr()).expect("a port");
    let path = home.join("ringdown.toml");
    let config = std::fs::read_to_string(&path).expect("the config");
    let lines = config.lines().map(|line| match line.starts_with("console_port") {
        true => format!("console_port = {}", port.port()),
        false => line.to_owned(),
    });
    std::fs::write(&path, lines.collect::<Vec<_>>().join("\n")).expect("the config");
}

impl Drop for Side {
    fn drop(&mut self) {
        if let Some(node) = &mut self.node {
            let _ = node.kill();
            let _ = node.wait();
        }
    }
}

/// A demo in this directory with these arguments; gives what it says as it says it.
pub fn demo(dir: &Path, arguments: &[&str]) -> (Child, impl Iterator<Item = String> + use<>) {
    let mut child = Command::new(program())
        .args(["demo", "--dir", text(dir)])
        .args(["--blue-port", &free_port(), "--green-port", &free_port()])
        .args(arguments)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the demo starts");
    let output = child.stdout.take().expect("piped");
    (child, BufReader::new(output).lines().map_while(Result::ok))
}

/// What a demo says, up to the line that is as wanted.
pub fn until(lines: impl Iterator<Item = String>, wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let mut seen = Vec::new();
    for line in lines {
        let ends = wanted(&line);
        seen.push(line);
        if ends {
            break;
        }
    }
    seen
}

/// Ends a demo as an operator does; it must end well.
pub fn ended(mut demo: Child) -> bool {
    let _ = Command::new("kill").args(["-TERM", &demo.id().to_string()]).status();
    demo.wait().expect("it ends").success()
}

/// A port that nobody listened at a moment ago.
pub fn free_port() -> String {
    let bound = std::net::TcpListener::bind(("127.0.0.1", 0)).and_then(|socket| socket.local_addr());
    bound.expect("a port").port().to_string()
}

/// Exactly one JSON value on exactly one line.
pub fn one_value(out: &str) -> Value {
    assert_eq!(out.lines().count(), 1, "one value: {out}");
    serde_json::from_str(out).expect("JSON")
}

/// The program under test: `RINGDOWN`, or that which was built with the tests.
pub fn program() -> OsString {
    std::env::var_os("RINGDOWN").unwrap_or_else(|| env!("CARGO_BIN_EXE_ringdown").into())
}

pub fn ringdown(arguments: &[&str]) -> Ran {
    let Output { status, stdout, stderr } =
        Command::new(program()).args(arguments).output().expect("ringdown runs");
    let err_lines = String::from_utf8(stderr).expect("UTF-8");
    Ran {
        exit: status.code().unwrap_or(-1),
        out: String::from_utf8(stdout).expect("UTF-8"),
        err: err_lines.split_whitespace().collect::<Vec<_>>().join(" "),
        err_lines,
    }
}

pub fn text(path: &Path) -> &str {
    path.to_str().expect("a path of plain characters")
}
