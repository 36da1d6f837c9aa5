//! The verbs that need a node's keys: making homes and running them.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;
use ringdown_message::columns::wrapped;
use ringdown_record::PublicKey;

use crate::clock::Clock;
use crate::config::{ConfigError, Home};
use crate::demo::{self, Demo};
use crate::doctor;
use crate::enrol::{self, Enrolment};
use crate::entropy::unhex;
use crate::home::{self, Ports};
use crate::hook::{self, Call, HooksConfig};
use crate::ladder::Why;
use crate::officers;
use crate::serve::{self, ServeError};

/// Verbs of this crate; `ringdown` flattens them beside those of the CLI.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Try it alone: two sides on this machine, nothing to set up
    Demo {
        /// Where the homes of both sides are kept
        #[arg(long, default_value = "ringdown-demo")]
        dir: PathBuf,
        /// Port of BLUE's console [default: the first free one from 4101]
        #[arg(long, value_name = "N")]
        blue_port: Option<u16>,
        /// Port of GREEN's console [default: the next free one]
        #[arg(long, value_name = "N")]
        green_port: Option<u16>,
        /// Send the messages of the Washington-Moscow line of June 1967 over it
        #[arg(long, value_name = "YEAR", value_parser = ["1967"])]
        replay: Option<String>,
        /// Play the exchange about USS Liberty of 8 June 1967, as it goes with a read-back
        #[arg(long, value_name = "PLAY", value_parser = ["liberty"], conflicts_with = "replay")]
        play: Option<String>,
        /// Print exactly one JSON value
        #[arg(long)]
        json: bool,
    },
    /// Make keys and config for one side
    Init {
        /// The home to make
        dir: PathBuf,
        /// Name of the side: capital letters, digits and hyphens, such as BLUE
        #[arg(long, value_name = "NAME")]
        side: String,
        /// No duty officer whose key the node holds: every officer keeps his own ('ringdown officer')
        #[arg(long)]
        no_officer: bool,
        /// Print exactly one JSON value
        #[arg(long)]
        json: bool,
    },
    /// Pair two homes on one machine
    ///
    /// Makes the charter, the shared secret, the first entries and the carriers of the line.
    Join {
        /// Home of the first side
        dir_a: PathBuf,
        /// Home of the second side
        dir_b: PathBuf,
        /// Print exactly one JSON value
        #[arg(long)]
        json: bool,
    },
    /// Look whether a home can be served, and where its console can be opened
    Doctor {
        /// The home
        #[arg(default_value = ".")]
        dir: PathBuf,
        /// Print exactly one JSON value
        #[arg(long)]
        json: bool,
    },
    /// The officers of a home, before it is paired
    Officer {
        /// What is done with them.
        #[command(subcommand)]
        act: OfficerAct,
    },
    /// The program that calls people when a message waits
    Hook {
        /// What is done with it.
        #[command(subcommand)]
        act: HookAct,
    },
    /// Run the node of a home until it is stopped
    Serve {
        /// The home
        dir: PathBuf,
        /// Stop when standard input ends, as it does when the parent is gone
        #[arg(long, hide = true)]
        until_stdin_ends: bool,
        /// Print exactly one JSON value
        #[arg(long)]
        json: bool,
    },
}

/// What is done with officers.
#[derive(Debug, Subcommand)]
pub enum OfficerAct {
    /// Add an officer; with two on each side, two release what is urgent
    Add {
        /// The home
        dir: PathBuf,
        /// The role, as the other side will read it, such as 'Watch officer'
        #[arg(long, value_name = "ROLE")]
        name: String,
        /// What he may do: draft, release, acknowledge, suspend, consent, keys [default: all]
        #[arg(long, value_name = "LIST", value_delimiter = ',')]
        may: Vec<String>,
        /// He keeps his key in this file, as 'ringdown key new' makes it; the home gets the public half alone
        #[arg(long, value_name = "FILE")]
        key: Option<PathBuf>,
        /// The same, without the file on this machine: the public half, as 'ringdown key show' prints it
        #[arg(long, value_name = "HEX", conflicts_with = "key")]
        public: Option<String>,
        /// Print exactly one JSON value
        #[arg(long)]
        json: bool,
    },
    /// Add an officer who signs on the console with a passkey; his authenticator makes it on a page of this home
    Enrol(EnrolArgs),
}

/// `officer enrol`.
#[derive(Debug, clap::Args)]
pub struct EnrolArgs {
    /// The home
    dir: PathBuf,
    /// The role, as the other side will read it, such as 'Watch officer'
    #[arg(long, value_name = "ROLE")]
    name: String,
    /// What he may do: draft, release, acknowledge, suspend, consent, keys [default: all]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    may: Vec<String>,
    /// The site's name under which he opens the console, of 'names' in [console] [default: http://localhost]
    #[arg(long, value_name = "NAME")]
    site: Option<String>,
    /// Print exactly one JSON value, the address, once the page is there
    #[arg(long)]
    json: bool,
}

/// What is done with the program that calls people.
#[derive(Debug, Subcommand)]
pub enum HookAct {
    /// Call it once, as the node does, and say how it ended
    Test {
        /// The home
        #[arg(default_value = ".")]
        dir: PathBuf,
        /// Print exactly one JSON value
        #[arg(long)]
        json: bool,
    },
}

/// Runs a verb; says on standard error what went wrong.
pub fn run(verb: Verb) -> ExitCode {
    let json = verb.json();
    let result = match verb {
        Verb::Demo { dir, blue_port, green_port, replay, play, json } => {
            let ports = Ports { a: blue_port, b: green_port };
            demo::run(&Demo { dir, ports, replay: replay.is_some(), play: play.is_some(), json })
        }
        Verb::Init { dir, side, no_officer, json } => init(&dir, &side, no_officer, json),
        Verb::Join { dir_a, dir_b, json } => join(&dir_a, &dir_b, json),
        Verb::Doctor { dir, json } => return doctor::run(&dir, json),
        Verb::Officer { act: OfficerAct::Add { dir, name, may, key, public, json } } => {
            own_key(key.as_deref(), public.as_deref())
                .and_then(|key| add_officer(&dir, &name, &may, key.as_ref(), json))
        }
        Verb::Officer { act: OfficerAct::Enrol(EnrolArgs { dir, name, may, site, json }) } => {
            enrol::run(&Enrolment { dir: &dir, name: &name, may: &may, site: site.as_deref() }, json)
        }
        Verb::Hook { act: HookAct::Test { dir, json } } => hook_test(&dir, json),
        Verb::Serve { dir, until_stdin_ends, json } => serve::serve(&dir, until_stdin_ends, json),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if json {
                say(&serde_json::json!({"error": "failed", "what": error.text}).to_string());
            } else {
                complain(&error.text);
            }
            ExitCode::from(error.exit)
        }
    }
}

impl Verb {
    fn json(&self) -> bool {
        match self {
            Verb::Demo { json, .. }
            | Verb::Init { json, .. }
            | Verb::Join { json, .. }
            | Verb::Doctor { json, .. }
            | Verb::Officer {
                act: OfficerAct::Add { json, .. } | OfficerAct::Enrol(EnrolArgs { json, .. }),
            }
            | Verb::Hook { act: HookAct::Test { json, .. } }
            | Verb::Serve { json, .. } => *json,
        }
    }
}

fn init(dir: &Path, side: &str, no_officer: bool, json: bool) -> Result<(), ServeError> {
    if no_officer {
        home::init_without_officer(dir, side, false)?;
    } else {
        home::init(dir, side, false)?;
    }
    if json {
        say(&serde_json::json!({"home": dir, "side": side}).to_string());
        return Ok(());
    }
    let name = dir.display();
    tell(&format!(
        "Home of {side} made in {name}.\n\
         Next: make the other side's home, then pair them with:\n  ringdown join {name} OTHER"
    ));
    Ok(())
}

/// The public half of a key that the officer keeps himself.
fn own_key(file: Option<&Path>, public: Option<&str>) -> Result<Option<PublicKey>, ServeError> {
    if let Some(file) = file {
        return Ok(Some(officers::public_half(file)?));
    }
    let Some(text) = public else { return Ok(None) };
    let key = unhex(text).and_then(|bytes| PublicKey::from_bytes(&bytes));
    let wrong = || format!("'{text}' is no Ed25519 key of 64 hex digits; 'ringdown key show FILE' prints it");
    key.map(Some).ok_or_else(|| ServeError::new(wrong()))
}

fn add_officer(
    dir: &Path,
    name: &str,
    may: &[String],
    own: Option<&PublicKey>,
    json: bool,
) -> Result<(), ServeError> {
    let (index, holds) = match own {
        Some(key) => {
            (home::add_officer_with_key(dir, name, may, key)?, "He keeps the key and signs with --key FILE")
        }
        None => (home::add_officer(dir, name, may)?, "The node holds the key"),
    };
    if json {
        say(&serde_json::json!({"officer": index, "name": name}).to_string());
    } else {
        tell(&format!("Officer {index}, {name}. {holds}; 'ringdown serve' prints the address to sign in."));
    }
    Ok(())
}

fn join(dir_a: &Path, dir_b: &Path, json: bool) -> Result<(), ServeError> {
    let line = home::join(dir_a, dir_b, Ports::default())?;
    if json {
        say(&serde_json::json!({"line": line.to_string()}).to_string());
        return Ok(());
    }
    tell(&format!(
        "Line {line}\n\
         Write this id down with the signed charter: an auditor compares it with any export.\n\
         Next, each in a terminal of its own:\n  ringdown serve {}\n  ringdown serve {}",
        dir_a.display(),
        dir_b.display()
    ));
    Ok(())
}

fn hook_test(dir: &Path, json: bool) -> Result<(), ServeError> {
    let config = Home::at(dir).config()?;
    let Some(HooksConfig { program }) = config.hooks else {
        return Err(ServeError::new(format!(
            "{} names no program that calls people; write [hooks] and below it program = \"/full/path\"",
            dir.join("ringdown.toml").display()
        )));
    };
    let at = ringdown_api::zulu(Clock::host().now().wall);
    let call = Call { why: Why::Test, side: config.side, message: None, fault: None, unattended: false, at };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let runtime = runtime.map_err(|error| ServeError::new(format!("no runtime: {error}")))?;
    let ended = runtime.block_on(hook::call(&program, &call));
    // A program that does not even start does not hold the answer back.
    runtime.shutdown_background();
    ended.map_err(|reason| ServeError::new(format!("CONSOLE FAULT: nobody was called: {reason}")))?;
    let name = program.display();
    if json {
        say(&serde_json::json!({"program": program, "ended": 0}).to_string());
    } else {
        tell(&format!(
            "{name} was called and ended with 0. Whether anyone was reached, a person has to say."
        ));
    }
    Ok(())
}

/// The answer of a verb for people, in lines that fit a terminal.
pub(crate) fn tell(text: &str) {
    text.lines().flat_map(|line| wrapped(line, 4)).for_each(|line| say(&line));
}

/// The answer of a verb as it is. Whoever no longer reads it does not end a node by that.
pub(crate) fn say(text: &str) {
    use std::io::Write;
    let mut out = std::io::stdout();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

#[expect(clippy::print_stderr, reason = "errors of a verb are for its user")]
fn complain(text: &str) {
    format!("ringdown: {text}")
        .lines()
        .flat_map(|line| wrapped(line, 2))
        .for_each(|line| eprintln!("{line}"));
}

impl From<ConfigError> for ServeError {
    fn from(error: ConfigError) -> Self {
        ServeError { text: error.0, exit: 1 }
    }
}
