//! What can be typed.

mod acts;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

pub use acts::*;

/// Verbs of the operator.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// How the line is: state, peer, paths, heads of both chains
    Status(Common),
    /// Send a message; it is kept and sent later if the path is down
    ///
    /// On a terminal something LIVE goes out only after its precedence was typed once more. What is refused leaves no
    /// draft; what nobody knows the outcome of is kept, and goes on with --draft.
    Send(Box<Send>),
    /// Messages of the other side, the newest last
    Inbox(List),
    /// Our messages, the newest last
    Outbox(List),
    /// Messages that are being written, or await their second officer
    Drafts(Common),
    /// Release a message that another officer submitted
    Release(ReleaseArgs),
    /// Return a message that awaits release to its drafter
    Return(OneDraft),
    /// Delete a draft
    Delete(OneDraft),
    /// The officers of this side, and what each may do
    Officers(Common),
    /// One message with its text and all its states
    Show(Show),
    /// Keep our own translation of a message, or have a machine make one
    ///
    /// With --text or --file our own is kept beside the message on this side, and never sent. Without, the service that
    /// this site names in ringdown.toml is asked. Read the original beside either.
    Translate(Translate),
    /// What a person does about a message
    #[command(flatten)]
    Act(ActVerb),
    /// The forms that a message may follow, or the fields of one
    Forms(FormsArgs),
    /// Wait until a message is stored by the peer or acknowledged
    Wait(Wait),
    /// The log of the watch: what this side noted for itself
    Log(Common),
    /// The watch, from a terminal
    ///
    /// A terminal has no sound: it is never a LIVE console, and while no console is LIVE the side is UNATTENDED. What calls
    /// people then is the program that ringdown.toml names under hooks. So 'I heard it', 'Silence' and 'Take the watch' are
    /// for consoles alone.
    Watch {
        /// What is done with it.
        #[command(subcommand)]
        act: WatchAct,
    },
    /// Follow what happens, one JSON value a line
    Events(Events),
    /// One message with all that is known of it, for a printer
    Print(Print),
    /// Both directions in plain words, from a node or from a file
    ///
    /// It says what is missing, stands twice or is against the rules.
    Transcript(TranscriptArgs),
    /// Write the whole record to a file that anyone can verify
    Export(Export),
    /// Check an exported record, offline
    Verify(Verify),
    /// An officer's key in a file of his own, closed by a passphrase
    Key {
        /// What is done with it.
        #[command(subcommand)]
        act: KeyAct,
    },
    /// Disturb path or clock of a demo
    Lab(Lab),
}

/// `inbox` and `outbox`.
#[derive(Debug, Args)]
pub struct List {
    /// How many of the newest [default: 20; with --json all]
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    #[command(flatten)]
    pub common: Common,
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
    /// Act as this officer: a number that 'officers' shows [default: the first whose key the node holds]
    #[arg(long, value_name = "N")]
    pub officer: Option<u16>,
}

/// With which key it is signed.
#[derive(Clone, Debug, Default, Args)]
pub struct Signer {
    /// Sign with the officer's key in this file, as 'ringdown key new' makes it [default: the key that the node holds]
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// A file whose first line is the passphrase [default: asked at the terminal]
    #[arg(long, value_name = "FILE", requires = "key")]
    pub passphrase_file: Option<PathBuf>,
}

/// `key`.
#[derive(Debug, Subcommand)]
pub enum KeyAct {
    /// Make a key; the node's home gets its public half alone
    New {
        #[command(flatten)]
        file: KeyFileArgs,
        /// A file whose first line is the passphrase [default: asked twice at the terminal]
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
    },
    /// Print the public half
    Show {
        #[command(flatten)]
        file: KeyFileArgs,
    },
}

/// `watch`.
#[derive(Debug, Subcommand)]
pub enum WatchAct {
    /// Start watch
    Start(Common),
    /// Hand over the watch: the sign-off of the officer who leaves
    HandOver(Common),
    /// End watch
    End(Common),
}

impl WatchAct {
    /// Its name in the API, and what every verb takes.
    pub fn parts(&self) -> (&'static str, &Common) {
        match self {
            WatchAct::Start(common) => ("start", common),
            WatchAct::HandOver(common) => ("hand-over", common),
            WatchAct::End(common) => ("end", common),
        }
    }
}

/// The file of a key.
#[derive(Debug, Args)]
pub struct KeyFileArgs {
    /// The file
    pub file: PathBuf,
    /// Print exactly one JSON value
    #[arg(long)]
    pub json: bool,
}

/// A verb about one draft.
#[derive(Debug, Args)]
pub struct OneDraft {
    /// Its id, as 'drafts' shows it
    pub id: String,
    #[command(flatten)]
    pub common: Common,
}

/// `release`.
#[derive(Debug, Args)]
pub struct ReleaseArgs {
    #[command(flatten)]
    pub one: OneDraft,
    /// In an emergency, by one person where two are the rule: the other side is told
    #[arg(long)]
    pub alone: bool,
    /// Ask nothing at the terminal before something LIVE goes out
    #[arg(long)]
    pub yes: bool,
    #[command(flatten)]
    pub signer: Signer,
}

/// `send`.
#[derive(Debug, Args)]
pub struct Send {
    /// Go on with this draft, as 'drafts' shows it
    #[arg(long, value_name = "ID", conflicts_with_all = ["precedence", "class", "marker", "subject", "text", "file", "form"])]
    pub draft: Option<String>,
    /// FLASH, IMMEDIATE, PRIORITY or ROUTINE
    #[arg(
        long,
        value_name = "P",
        required_unless_present = "draft",
        default_value = "",
        hide_default_value = true
    )]
    pub precedence: String,
    /// LIVE, EXERCISE or TEST; may be left out only where the line was made for practice
    #[arg(long, value_name = "C")]
    pub class: Option<String>,
    /// INFORMATION, WARNING, QUESTION, ANSWER, REQUEST, INTENTION, CORRECTION, CANCEL or TEST [default: INFORMATION]
    #[arg(long, value_name = "M")]
    pub marker: Option<String>,
    /// One line
    #[arg(
        long,
        value_name = "S",
        required_unless_present = "draft",
        default_value = "",
        hide_default_value = true
    )]
    pub subject: String,
    /// Language tag of the text, such as en, zh, ru or ar
    #[arg(long, value_name = "TAG")]
    pub language: Option<String>,
    /// A form, as 'ringdown forms' lists them
    #[arg(long, value_name = "ID")]
    pub form: Option<String>,
    /// A field of the form, such as when="081200Z JUN 26"; once for each
    #[arg(long = "field", value_name = "NAME=VALUE", requires = "form")]
    pub fields: Vec<String>,
    /// The message that this one answers, asks about, corrects or cancels, such as "GREEN 0142"
    #[arg(long, value_name = "SERIAL")]
    pub re: Option<String>,
    /// A Zulu time after which it holds no longer
    #[arg(long, value_name = "TIME")]
    pub valid_until: Option<String>,
    /// A Zulu time by which an answer is wanted
    #[arg(long, value_name = "TIME")]
    pub answer_by: Option<String>,
    #[command(flatten)]
    pub text: Text,
    /// In an emergency, release alone what two people release: the other side is told
    #[arg(long)]
    pub alone: bool,
    /// Ask nothing at the terminal before something LIVE goes out
    #[arg(long)]
    pub yes: bool,
    /// Language tag of a courtesy translation, which goes with the message and is not the message
    #[arg(long, value_name = "TAG", requires = "translation_file")]
    pub translation_language: Option<String>,
    /// A file with the courtesy translation in UTF-8
    #[arg(long, value_name = "F", requires = "translation_language")]
    pub translation_file: Option<PathBuf>,
    #[command(flatten)]
    pub signer: Signer,
    #[command(flatten)]
    pub common: Common,
}

/// Where a text comes from.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub struct Text {
    /// The text
    #[arg(long, value_name = "T", required_unless_present_any = ["file", "form", "draft"])]
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

/// `show`.
#[derive(Debug, Args)]
pub struct Show {
    #[command(flatten)]
    pub one: OneMessage,
    /// Its bytes, its hash, and the code points of its texts
    #[arg(long)]
    pub raw: bool,
}

/// `translate`.
#[derive(Debug, Args)]
pub struct Translate {
    #[command(flatten)]
    pub one: OneMessage,
    /// Our own translation, kept beside the message on this side and never sent
    #[arg(long, value_name = "T", requires = "language")]
    pub text: Option<String>,
    /// A file with our own translation in UTF-8; '-' is standard input
    #[arg(long, value_name = "F", requires = "language", conflicts_with = "text")]
    pub file: Option<PathBuf>,
    /// Language tag of our own translation
    #[arg(long, value_name = "TAG")]
    pub language: Option<String>,
}

/// `forms`.
#[derive(Debug, Args)]
pub struct FormsArgs {
    /// Show the fields of this form
    pub id: Option<String>,
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

/// `print`.
#[derive(Debug, Args)]
pub struct Print {
    #[command(flatten)]
    pub one: OneMessage,
    /// Number of this copy
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=999))]
    pub copy: u16,
}

/// `transcript`.
#[derive(Debug, Args)]
pub struct TranscriptArgs {
    /// A Zulu day such as "23 NOV 2026", or a time such as "232015Z NOV 26", from which on
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// A Zulu day, with all of it, or a time before which
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,
    /// An exported record; no node is asked
    #[arg(long, value_name = "F", conflicts_with = "line")]
    pub file: Option<PathBuf>,
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
            Verb::Inbox(list) | Verb::Outbox(list) => list.common.json,
            Verb::Status(common) | Verb::Log(common) | Verb::Drafts(common) | Verb::Officers(common) => {
                common.json
            }
            Verb::Release(release) => release.one.common.json,
            Verb::Return(one) | Verb::Delete(one) => one.common.json,
            Verb::Send(send) => send.common.json,
            Verb::Show(show) => show.one.common.json,
            Verb::Translate(translate) => translate.one.common.json,
            Verb::Act(act) => act.on().message.common.json,
            Verb::Forms(forms) => forms.common.json,
            Verb::Wait(wait) => wait.common.json,
            Verb::Events(events) => events.common.json,
            Verb::Print(print) => print.one.common.json,
            Verb::Transcript(transcript) => transcript.common.json,
            Verb::Export(export) => export.common.json,
            Verb::Verify(verify) => verify.json,
            Verb::Key { act: KeyAct::New { file, .. } | KeyAct::Show { file } } => file.json,
            Verb::Watch { act } => act.parts().1.json,
            Verb::Lab(lab) => lab.json,
        }
    }
}
