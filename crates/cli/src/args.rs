//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Verbs of the operator.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// How the line is: state, peer, paths, heads of both chains
    Status(Common),
    /// Send a message; it is kept and sent later if the path is down
    Send(Send),
    /// Messages of the other side
    Inbox(Common),
    /// Our messages
    Outbox(Common),
    /// One message with its text and all its states
    Show(OneMessage),
    /// Tell the other side that a person has a message
    Acknowledge(OneMessage),
    /// Wait until a message is stored by the peer or acknowledged
    Wait(Wait),
    /// Follow what happens, one JSON value a line
    Events(Events),
    /// Write the whole record to a file that anyone can verify
    Export(Export),
    /// Check an exported record, offline
    Verify(Verify),
    /// Disturb path or clock of a demo
    Lab(Lab),
}

/// What every verb takes.
#[derive(Clone, Debug, Args)]
pub struct Common {
    /// Print exactly one JSON value
    #[arg(long)]
    pub json: bool,
    /// Which line, if this side has several: its id as 'status' shows it
    #[arg(long, value_name = "ID")]
    pub line: Option<String>,
}

/// `send`.
#[derive(Debug, Args)]
pub struct Send {
    /// FLASH, IMMEDIATE, PRIORITY or ROUTINE
    #[arg(long, value_name = "P")]
    pub precedence: String,
    /// LIVE, EXERCISE or TEST; may be left out only where the line was made for practice
    #[arg(long, value_name = "C")]
    pub class: Option<String>,
    /// INFORMATION, WARNING, QUESTION, ANSWER, REQUEST, INTENTION, CORRECTION, CANCEL or TEST [default: INFORMATION]
    #[arg(long, value_name = "M")]
    pub marker: Option<String>,
    /// One line
    #[arg(long, value_name = "S")]
    pub subject: String,
    /// Language tag of the text, such as en, zh, ru or ar
    #[arg(long, value_name = "TAG")]
    pub language: Option<String>,
    #[command(flatten)]
    pub text: Text,
    #[command(flatten)]
    pub common: Common,
}

/// Where a text comes from.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Text {
    /// The text
    #[arg(long, value_name = "T")]
    pub text: Option<String>,
    /// A file with the text in UTF-8; '-' is standard input
    #[arg(long, value_name = "F")]
    pub file: Option<PathBuf>,
}

/// A verb about one message.
#[derive(Debug, Args)]
pub struct OneMessage {
    /// Such as BLUE 0142 or GREEN T-0003; quotes are not needed
    #[arg(required = true, num_args = 1..=2)]
    pub serial: Vec<String>,
    #[command(flatten)]
    pub common: Common,
}

/// `wait`.
#[derive(Debug, Args)]
pub struct Wait {
    /// Such as BLUE 0142 or BLUE T-0003
    #[arg(required = true, num_args = 1..=2)]
    pub serial: Vec<String>,
    /// What to wait for
    #[arg(long = "for", value_name = "STATE")]
    pub goal: Goal,
    /// Seconds; then exit code 6 [default: without end]
    #[arg(long, value_name = "S")]
    pub timeout: Option<u64>,
    #[command(flatten)]
    pub common: Common,
}

/// A state to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Goal {
    /// The receiving node has it on disk
    Stored,
    /// A person has it
    Acknowledged,
}

/// `events`.
#[derive(Debug, Args)]
pub struct Events {
    /// Begin after this event; 0 is the beginning of the record
    #[arg(long, value_name = "N")]
    pub after: Option<u64>,
    #[command(flatten)]
    pub common: Common,
}

/// `export`.
#[derive(Debug, Args)]
pub struct Export {
    /// The file to write; it must not exist
    pub file: PathBuf,
    #[command(flatten)]
    pub common: Common,
}

/// `verify`.
#[derive(Debug, Args)]
pub struct Verify {
    /// The exported record
    pub file: PathBuf,
    /// The line's id from your signed charter
    #[arg(long, value_name = "ID", conflicts_with = "charter")]
    pub line: Option<String>,
    /// Your own copy of the signed charter
    #[arg(long, value_name = "FILE")]
    pub charter: Option<PathBuf>,
    /// Print exactly one JSON value
    #[arg(long)]
    pub json: bool,
}

/// `lab`.
#[derive(Debug, Args)]
pub struct Lab {
    /// Directory of the demo
    #[arg(long, default_value = "ringdown-demo")]
    pub dir: PathBuf,
    /// Print exactly one JSON value
    #[arg(long)]
    pub json: bool,
    #[command(subcommand)]
    pub fault: Fault,
}

/// A fault on the path between the demo's nodes, or a step of their clocks.
#[derive(Debug, Subcommand)]
pub enum Fault {
    /// Lose so many percent of all datagrams
    Loss { percent: u8 },
    /// Delay all datagrams by so many milliseconds
    Delay { ms: u32 },
    /// Let nothing pass
    Cut,
    /// Let everything pass again
    Heal,
    /// Move both nodes' clocks forward, as in +6h, +30m or +45s
    Clock { step: String },
}

impl Verb {
    /// True if the user wants JSON.
    pub fn json(&self) -> bool {
        match self {
            Verb::Status(common) | Verb::Inbox(common) | Verb::Outbox(common) => common.json,
            Verb::Send(send) => send.common.json,
            Verb::Show(one) | Verb::Acknowledge(one) => one.common.json,
            Verb::Wait(wait) => wait.common.json,
            Verb::Events(events) => events.common.json,
            Verb::Export(export) => export.common.json,
            Verb::Verify(verify) => verify.json,
            Verb::Lab(lab) => lab.json,
        }
    }
}
