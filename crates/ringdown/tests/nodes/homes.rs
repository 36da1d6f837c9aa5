//! Homes as files: those of each schema version open with what was said in them, and a wrong one is refused in words.
//!
//! `fixtures/README.md` says how a home gets there.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use ringdown_api::client::Client;
use serde_json::Value;
use tempfile::TempDir;

use crate::world::{BLUE, Ran, Side, World, one_value, ringdown, take_a_port_of_its_own, text};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/nodes/fixtures");
/// Where the schema version stands in the file of a record, in four bytes.
const VERSION_AT: usize = 60;
const SECRETS: [&str; 2] = ["keys.toml", "token"];

/// A copy of BLUE's home of one fixture.
struct Copied {
    _dir: TempDir,
    home: PathBuf,
    line: PathBuf,
}

impl Copied {
    fn of(fixture: &Path) -> Copied {
        let dir = TempDir::new().unwrap();
        let home = dir.path().join("blue");
        copy(&fixture.join("blue"), &home);
        let line = fs::read_dir(home.join("lines")).unwrap().next().unwrap().unwrap().path();
        // A version control system keeps no modes, and the ports of then may be taken now.
        let secrets = SECRETS.map(|name| home.join(name));
        secrets.iter().chain([&line.join("pairing.key")]).for_each(|path| set_mode(path, 0o600));
        take_a_port_of_its_own(&home);
        edit(&line.join("line.toml"), |config| {
            let lines = config.lines().map(|line| match line.split(' ').next() {
                Some("listen") => "listen = \"127.0.0.1:0\"",
                Some("peer") => "peer = \"127.0.0.1:9\"",
                _ => line,
            });
            lines.collect::<Vec<_>>().join("\n")
        });
        Copied { _dir: dir, home, line }
    }

    fn newest() -> Copied {
        Copied::of(&Path::new(FIXTURES).join(format!("home-schema-{}", current_version())))
    }

    /// Serves it with nobody who waits for it: it ends as soon as it is ready.
    fn serve(&self) -> Ran {
        ringdown(&["serve", text(&self.home), "--until-stdin-ends"])
    }

    fn json(&self, verb: &str) -> Value {
        let ran = ringdown(&["-C", text(&self.home), verb, "--json"]);
        assert_eq!(ran.exit, 0, "{}", ran.err);
        one_value(&ran.out)
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap().path()) {
        let target = to.join(entry.file_name().unwrap());
        if entry.is_dir() {
            copy(&entry, &target);
        } else {
            fs::copy(&entry, &target).unwrap();
        }
    }
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn edit(path: &Path, change: impl FnOnce(String) -> String) {
    let changed = change(fs::read_to_string(path).unwrap());
    fs::write(path, changed).unwrap();
}

fn version_of(record: &Path) -> u32 {
    let bytes = fs::read(record).unwrap();
    u32::from_be_bytes(bytes[VERSION_AT..VERSION_AT + 4].try_into().unwrap())
}

fn set_version(record: &Path, version: u32) {
    let mut bytes = fs::read(record).unwrap();
    bytes[VERSION_AT..VERSION_AT + 4].copy_from_slice(&version.to_be_bytes());
    fs::write(record, bytes).unwrap();
}

/// The schema version that this program gives to a new record.
fn current_version() -> u32 {
    version_of(&record_of(&World::paired().sides[BLUE].home))
}

fn line_of(home: &Path) -> PathBuf {
    fs::read_dir(home.join("lines")).unwrap().next().unwrap().unwrap().path()
}

fn record_of(home: &Path) -> PathBuf {
    line_of(home).join("record.db")
}

/// Everything that was said then is said now; a later program may say more.
fn still_says(now: &Value, then: &Value) -> bool {
    match (now, then) {
        (Value::Object(now), Value::Object(then)) => {
            then.iter().all(|(key, then)| now.get(key).is_some_and(|now| still_says(now, then)))
        }
        (Value::Array(now), Value::Array(then)) => {
            now.len() == then.len() && now.iter().zip(then).all(|(now, then)| still_says(now, then))
        }
        // Since schema 1 the state says whose the officer is.
        (Value::String(now), Value::String(then)) if then.starts_with("ACKNOWLEDGED by ") => {
            now.strip_prefix(then).is_some_and(|more| more.is_empty() || more.starts_with(" of "))
        }
        _ => now == then,
    }
}

#[test]
fn a_home_of_each_schema_version_opens_with_the_same_messages_and_drafts() {
    let mut versions = Vec::new();
    for fixture in fs::read_dir(FIXTURES).unwrap().map(|entry| entry.unwrap().path()) {
        let name = fixture.file_name().unwrap().to_str().unwrap();
        let Some(version) = name.strip_prefix("home-schema-") else { continue };
        versions.push(version.parse::<u32>().unwrap());
        let said =
            |name: &str| -> Value { serde_json::from_slice(&fs::read(fixture.join(name)).unwrap()).unwrap() };
        let copied = Copied::of(&fixture);
        let mut node = Side { home: copied.home.clone(), node: None };
        for start in ["the first start", "the second start"] {
            node.start();
            let drafts: Value = Client::new(&copied.home, None).unwrap().get("drafts").unwrap();
            for (now, file) in [
                (copied.json("inbox"), "inbox.json"),
                (copied.json("outbox"), "outbox.json"),
                (drafts, "drafts.json"),
            ] {
                let then = said(file);
                assert!(!then.as_array().unwrap().is_empty(), "{name} holds something");
                assert!(
                    still_says(&now, &then),
                    "{name}, {start}, {file}:\n{now:#}\nand then it was\n{then:#}"
                );
            }
            let mut child = node.node.take().expect("it runs");
            drop(child.stdin.take());
            assert!(child.wait().unwrap().success());
        }
        // It is written on, too.
        node.start();
        let sent =
            ["-C", text(&copied.home), "send", "--precedence", "FLASH", "--subject", "new", "--text", "new"];
        assert_eq!(ringdown(&sent).exit, 0);
        assert_eq!(
            copied.json("outbox").as_array().unwrap().len(),
            said("outbox.json").as_array().unwrap().len() + 1
        );
    }
    let current = current_version();
    assert!(versions.contains(&current), "no home of schema {current} is kept: see {FIXTURES}/README.md");
}

// The canary: a message that is gone or reads otherwise is found.
#[test]
fn the_comparison_with_what_was_said_finds_a_lost_and_a_changed_message() {
    let path = Path::new(FIXTURES).join(format!("home-schema-{}", current_version())).join("outbox.json");
    let then: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    assert!(still_says(&then, &then));
    let (mut lost, mut changed, mut more) = (then.clone(), then.clone(), then.clone());
    lost.as_array_mut().unwrap().pop();
    changed[0]["text"] = "Is it one of ours?".into();
    more[0]["handed on"] = "a later program's word".into();
    assert_eq!([&lost, &changed, &more].map(|now| still_says(now, &then)), [false, false, true]);
}

/// A fault of a home, the exit code that it gives, and the words that name it and say what to do.
struct Fault {
    make: fn(&Copied),
    exit: i32,
    words: &'static [&'static str],
}

const fn fault(make: fn(&Copied), exit: i32, words: &'static [&'static str]) -> Fault {
    Fault { make, exit, words }
}

static FAULTS: [Fault; 17] = [
    fault(
        |home| edit(&home.home.join("ringdown.toml"), |text| text + "\ncolour = 1"),
        1,
        &["ringdown.toml", "colour"],
    ),
    fault(
        |home| edit(&home.line.join("line.toml"), |text| "colour = 1\n".to_owned() + &text),
        1,
        &["line.toml", "colour"],
    ),
    fault(|home| fs::remove_file(home.home.join("keys.toml")).unwrap(), 1, &["keys.toml", "restore"]),
    fault(|home| fs::remove_file(home.home.join("token")).unwrap(), 1, &["token", "restore"]),
    fault(|home| fs::remove_file(home.line.join("pairing.key")).unwrap(), 1, &["pairing.key", "restore"]),
    fault(
        |home| fs::write(home.line.join("pairing.key"), "00").unwrap(),
        1,
        &["pairing.key", "64 hex digits"],
    ),
    fault(|home| set_mode(&home.home.join("keys.toml"), 0o644), 1, &["keys.toml", "0644", "chmod 600"]),
    fault(|home| set_mode(&home.home.join("token"), 0o604), 1, &["token", "0604", "chmod 600"]),
    fault(|home| set_mode(&home.line.join("pairing.key"), 0o640), 1, &["pairing.key", "0640", "chmod 600"]),
    fault(|home| copy_from_another_line(home, "charter"), 4, &["record.db", "another line", "your copy"]),
    fault(|home| copy_from_another_line(home, "record.db"), 4, &["charter", "another home"]),
    fault(
        |home| fs::rename(&home.line, home.line.with_file_name("0".repeat(64))).unwrap(),
        4,
        &["another line"],
    ),
    fault(|home| set_version(&home.line.join("record.db"), 99), 1, &["schema version 99", "newer program"]),
    fault(
        |home| set_version(&home.line.join("record.db"), 0),
        1,
        &["damaged", "schema version 0", "restore"],
    ),
    fault(|home| fs::write(home.line.join("record.db"), [0xa5; 9_000]).unwrap(), 1, &["damaged", "restore"]),
    fault(|home| overwrite_a_page(&home.line.join("record.db")), 1, &["damaged", "restore"]),
    fault(|home| fs::remove_file(home.line.join("record.db")).unwrap(), 1, &["record.db", "restore"]),
];

fn copy_from_another_line(home: &Copied, name: &str) {
    let other = World::paired();
    fs::copy(line_of(&other.sides[BLUE].home).join(name), home.line.join(name)).unwrap();
}

fn overwrite_a_page(record: &Path) {
    let mut bytes = fs::read(record).unwrap();
    let last = bytes.len() - 4_096;
    bytes[last..].fill(0xff);
    fs::write(record, bytes).unwrap();
}

fn files_of(dir: &Path) -> Vec<(PathBuf, Option<Vec<u8>>)> {
    let names = ["charter", "line.toml", "pairing.key", "record.db", "record.db-wal"];
    names.iter().map(|name| (dir.join(name), fs::read(dir.join(name)).ok())).collect()
}

// "If `serve` refuses to start, it says which file is wrong and what to do."
#[test]
fn a_home_that_is_wrong_is_refused_with_the_file_and_what_to_do() {
    let good = Copied::newest().serve();
    assert_eq!(good.exit, 0, "{}", good.err);
    for (index, Fault { make, exit, words }) in FAULTS.iter().enumerate() {
        let copied = Copied::newest();
        make(&copied);
        let before = files_of(&copied.line);
        let ran = copied.serve();
        assert_eq!(ran.exit, *exit, "fault {index}: {} {}", ran.out, ran.err);
        assert!(!ran.out.contains("ready"), "fault {index}: {}", ran.out);
        assert!(words.iter().all(|word| ran.err.contains(word)), "fault {index}, {words:?}: {}", ran.err);
        let holds_something =
            |(_, bytes): &(PathBuf, Option<Vec<u8>>)| bytes.as_ref().is_some_and(|bytes| !bytes.is_empty());
        let left = |files: Vec<_>| files.into_iter().filter(holds_something).collect::<Vec<_>>();
        assert!(left(files_of(&copied.line)) == left(before), "fault {index}: files were changed");
    }
}

#[test]
fn a_home_that_is_served_is_not_served_twice() {
    let copied = Copied::newest();
    let mut node = Side { home: copied.home.clone(), node: None };
    node.start();
    // The console's port is the first thing that both want; give the second its own.
    take_a_port_of_its_own(&copied.home);
    let second = copied.serve();
    assert_eq!(second.exit, 1, "{}", second.out);
    assert!(second.err.contains("another ringdown process") && second.err.contains("stop"), "{}", second.err);
}
