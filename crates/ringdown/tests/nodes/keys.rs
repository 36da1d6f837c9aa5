//! Officers who keep their keys themselves, in files closed by passphrases: the node never sees them.

use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::dialogue::until;
use crate::people::{FLASH, awaiting, refused};
use crate::world::{BLUE, GREEN, Ran, World, one_value, program, ringdown, text};

const WORDS: &str = "four words put together";

/// Two key files for each side, with their passphrases, in a folder.
struct Files {
    dir: PathBuf,
}

impl Files {
    fn at(dir: &Path) -> Files {
        let files = Files { dir: dir.to_owned() };
        files.write("words", WORDS, 0o600);
        files
    }

    fn path(&self, name: &str) -> String {
        text(&self.dir.join(name)).to_owned()
    }

    fn write(&self, name: &str, words: &str, mode: u32) {
        let path = self.dir.join(name);
        std::fs::write(&path, format!("{words}\n")).unwrap();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Makes a key; gives its public half.
    fn key(&self, name: &str) -> String {
        let made =
            ringdown(&["key", "new", &self.path(name), "--passphrase-file", &self.path("words"), "--json"]);
        assert_eq!(made.exit, 0, "{}{}", made.out, made.err);
        one_value(&made.out)["public"].as_str().unwrap().to_owned()
    }

    /// What says that this key signs.
    fn by(&self, name: &str) -> Vec<String> {
        vec![format!("--key={}", self.path(name)), format!("--passphrase-file={}", self.path("words"))]
    }
}

/// Two sides whose nodes hold no officer's key at all, and both run.
fn world_of_own_keys() -> (World, Files) {
    let dir = tempfile::TempDir::new().unwrap();
    let files = Files::at(dir.path());
    let homes = [dir.path().join("blue"), dir.path().join("green")];
    for (home, side) in homes.iter().zip(["BLUE", "GREEN"]) {
        let home = text(home);
        assert_eq!(ringdown(&["init", home, "--side", side, "--no-officer"]).exit, 0);
        let public = files.key(&format!("{side}-1"));
        let first = ["officer", "add", home, "--name", "First", "--public", &public];
        assert_eq!(ringdown(&first).exit, 0);
        files.key(&format!("{side}-2"));
        let second = files.path(&format!("{side}-2"));
        assert_eq!(ringdown(&["officer", "add", home, "--name", "Second", "--key", &second]).exit, 0);
    }
    let mut world = World::joined(dir, homes);
    world.start(BLUE);
    world.start(GREEN);
    (world, files)
}

fn ran(world: &World, side: usize, arguments: &[&str], signer: &[String]) -> Ran {
    let signer: Vec<_> = signer.iter().map(String::as_str).collect();
    world.ran(side, &[arguments, &signer].concat())
}

fn json(world: &World, side: usize, arguments: &[&str], signer: &[String]) -> Value {
    let done = ran(world, side, &[arguments, &["--json"]].concat(), signer);
    assert_eq!(done.exit, 0, "{arguments:?}: {}{}", done.out, done.err);
    one_value(&done.out)
}

/// API-30, API-31: all of it signed outside the node.
#[test]
fn two_key_files_release_a_flash_and_a_third_acknowledges_it() {
    let (world, files) = world_of_own_keys();
    let submitted = ran(&world, BLUE, &FLASH, &files.by("BLUE-1"));
    refused(&submitted, 5, "AWAITING RELEASE: submitted by the First");
    let id = awaiting(&world, BLUE)["id"].as_str().unwrap().to_owned();
    refused(
        &ran(&world, BLUE, &["release", &id], &files.by("BLUE-1")),
        5,
        "The same officer cannot be both.",
    );
    let message = json(&world, BLUE, &["release", &id], &files.by("BLUE-2"));
    assert_eq!(message["serial"], "BLUE 0001");
    world.wait(BLUE, &message, "stored");
    let acknowledged = json(&world, GREEN, &["acknowledge", "BLUE", "0001"], &files.by("GREEN-2"));
    assert_eq!(acknowledged["state"], "ACKNOWLEDGED by Second of GREEN");
    let answer = ["answer", "BLUE", "0001", "--with", "roger"];
    let answered = json(&world, GREEN, &answer, &files.by("GREEN-1"));
    assert_eq!(answered["dialogue"]["phase"], "OPEN", "it is FLASH, and was not read back");
    // MSG-9: without fields it is read back in own words, which the sender judges.
    let read_back = ["read-back", "BLUE", "0001"];
    refused(&ran(&world, GREEN, &read_back, &files.by("GREEN-1")), 2, "The read-back says nothing.");
    let in_words = [&read_back[..], &["--words", "BLUE asks whose ship it is"]].concat();
    let read = json(&world, GREEN, &in_words, &files.by("GREEN-1"));
    assert_eq!(read["dialogue"]["read_backs"][0]["outcome"], "IN OWN WORDS");
    until(&world, BLUE, "BLUE 0001", |message| message["state"] == "READ BACK - IN OWN WORDS");
    let closed = json(&world, BLUE, &["confirm", "BLUE", "0001"], &files.by("BLUE-1"));
    assert_eq!(closed["dialogue"]["phase"], "CLOSED");
    let alone = json(&world, BLUE, &[&FLASH[..], &["--alone"]].concat(), &files.by("BLUE-2"));
    assert_eq!(alone["released_alone"], true);
    world.wait(BLUE, &alone, "stored");

    world.export(GREEN, "record");
    let verified = ringdown(&["verify", text(&world.dir.path().join("record"))]);
    assert_eq!(verified.exit, 0, "{}", verified.out);
    assert!(
        verified.out.contains("BLUE's officer 1 (First) keeps the key, as BLUE says"),
        "{}",
        verified.out
    );
    for home in &world.sides {
        let keys = std::fs::read_to_string(home.home.join("keys.toml")).unwrap();
        assert!(!keys.contains("\nsecret"), "the home has no officer's secret");
    }
}

#[test]
fn a_node_without_the_key_signs_nothing_for_its_officer() {
    let (world, files) = world_of_own_keys();
    refused(&world.ran(BLUE, &FLASH), 5, "The First holds the key, not the node.");
    let test = ["send", "--precedence", "FLASH", "--subject", "s", "--text", "t"];
    refused(&world.ran(BLUE, &test), 5, "Name the key file with --key FILE.");
    let sent = json(&world, BLUE, &test, &files.by("BLUE-1"));
    assert_eq!(sent["serial"], "BLUE T-0001", "one person releases a test");
    let list = world.json(BLUE, &["officers"]);
    assert_eq!((&list[1]["held_by"], &list[1]["asks"]), (&"file".into(), &false.into()));
}

#[test]
fn a_wrong_passphrase_and_a_wrong_key_are_told_before_anything_is_signed() {
    let (world, files) = world_of_own_keys();
    files.write("other", "not these words", 0o600);
    let with = |key: &str, words: &str| {
        vec![format!("--key={}", files.path(key)), format!("--passphrase-file={}", files.path(words))]
    };
    let test = ["send", "--precedence", "ROUTINE", "--subject", "s", "--text", "t"];
    refused(&ran(&world, BLUE, &test, &with("BLUE-1", "other")), 2, "That is not the passphrase of");
    refused(&ran(&world, BLUE, &test, &files.by("GREEN-1")), 2, "is the key of no officer of this side");
    let second = [&test[..], &["--officer=2"]].concat();
    refused(&ran(&world, BLUE, &second, &files.by("BLUE-1")), 2, "of officer 1, not of officer 2");
    refused(&ran(&world, BLUE, &test, &with("none", "words")), 2, "none cannot be read");
    files.write("open", WORDS, 0o644);
    refused(&ran(&world, BLUE, &test, &with("BLUE-1", "open")), 2, "open to others than its owner");
    let mode = std::fs::Permissions::from_mode(0o640);
    std::fs::set_permissions(files.path("BLUE-2"), mode).unwrap();
    refused(&ran(&world, BLUE, &test, &files.by("BLUE-2")), 2, "open to others than its owner");
    assert_eq!(world.json(BLUE, &["drafts"]), Value::Array(Vec::new()), "no draft was begun");
    assert_eq!(world.json(BLUE, &["outbox"]), Value::Array(Vec::new()));
}

#[test]
fn a_key_file_is_new_closed_and_of_openssh() {
    let dir = tempfile::TempDir::new().unwrap();
    let files = Files::at(dir.path());
    let public = files.key("key");
    let path = files.path("key");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let before = std::fs::read_to_string(&path).unwrap();
    assert!(before.starts_with("-----BEGIN OPENSSH PRIVATE KEY-----\n"), "{before}");
    let again = ["key", "new", &path, "--passphrase-file", &files.path("words")];
    refused(&ringdown(&again), 1, "File exists");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), before, "a key is never written over");
    assert!(ringdown(&["key", "show", &path]).out.contains(&public));

    files.write("short", "eleven char", 0o600);
    let short = ["key", "new", &files.path("second"), "--passphrase-file", &files.path("short")];
    refused(&ringdown(&short), 2, "at least 12 characters");
    assert!(!dir.path().join("second").exists());
    files.write("text", "no key", 0o600);
    refused(&ringdown(&["key", "show", &files.path("text")]), 2, "is no private key of OpenSSH");
    refused(&ringdown(&["key", "show", &files.path("words-of-nobody")]), 2, "cannot be read");
    // Where nobody can be asked, nobody waits for ever.
    let mut without_terminal = Command::new("setsid");
    without_terminal.arg(program()).args(["key", "new", &files.path("third")]);
    let ended = without_terminal.output().unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(said.contains("There is no terminal to ask for the passphrase."), "{said}");
}

#[test]
fn the_tools_of_openssh_read_the_file_and_change_its_passphrase() {
    if Command::new("ssh-keygen").arg("-?").output().is_err() {
        return;
    }
    let dir = tempfile::TempDir::new().unwrap();
    let files = Files::at(dir.path());
    let public = files.key("key");
    let path = files.path("key");
    let keygen = |arguments: &[&str]| {
        let ended = Command::new("ssh-keygen").args(arguments).output().unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        String::from_utf8(ended.stdout).unwrap()
    };
    assert!(keygen(&["-y", "-P", WORDS, "-f", &path]).starts_with("ssh-ed25519 "));
    keygen(&["-p", "-P", WORDS, "-N", "", "-f", &path]);
    refused(&ringdown(&["key", "show", &path]), 2, "has no passphrase");
    keygen(&["-p", "-N", "other words, as many", "-f", &path]);
    assert!(ringdown(&["key", "show", &path]).out.contains(&public), "the same key");
}

#[test]
fn what_is_typed_as_a_passphrase_is_never_shown() {
    if Command::new("script").arg("--version").output().is_err() {
        return;
    }
    let dir = tempfile::TempDir::new().unwrap();
    let path = dir.path().join("key");
    // `script` gives the program a terminal of its own.
    let command = format!("'{}' key new '{}'", program().to_str().unwrap(), text(&path));
    let mut at_terminal = Command::new("script");
    at_terminal.args(["-qec", &command, "/dev/null"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = at_terminal.spawn().unwrap();
    let (mut keyboard, mut screen) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut seen = Vec::new();
    for prompt in ["for the new key: ", "Once more: "] {
        while !String::from_utf8_lossy(&seen).ends_with(prompt) {
            let mut byte = [0];
            screen.read_exact(&mut byte).unwrap();
            seen.extend(byte);
        }
        // The last letter was wrong, and is taken back.
        keyboard.write_all(format!("{WORDS}x\u{7f}\n").as_bytes()).unwrap();
    }
    screen.read_to_end(&mut seen).unwrap();
    assert!(child.wait().unwrap().success());
    let seen = String::from_utf8(seen).unwrap();
    assert!(seen.contains("public half") && !seen.contains("four"), "{seen}");
    let keygen = Command::new("ssh-keygen").args(["-y", "-P", WORDS, "-f", text(&path)]).output();
    assert!(keygen.is_err() || keygen.unwrap().status.success(), "that is the passphrase");
}
