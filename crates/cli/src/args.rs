//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

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
    Show(OneMessage),
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

/// What a person does about a message.
#[derive(Debug, Subcommand)]
pub enum ActVerb {
    /// Tell the other side that a person has a message
    Acknowledge(ActOn),
    /// Answer a message in a word
    ///
    /// Which words there are follows from the marker of the message; 'ringdown show' lists them. roger: Roger - received.
    /// say-again: Say again. affirm: Affirm - yes. negative: Negative - no. wilco: Wilco - we will do it. unable: Unable
    /// - we will not. objection: Objection. check-ok: Check OK. check-garbled: Check garbled.
    Answer(AnswerArgs),
    /// Say that an answer will come, and when
    Standby(Standby),
    /// Read the critical fields of a message back, in your own units
    ///
    /// On a terminal each field is asked for with the message covered, and every further look at it is counted and
    /// signed. With --field or --words nothing is asked, and the message counts as looked at once: nobody knows what
    /// stood beside it.
    ReadBack(ReadBackArgs),
    /// Say of the read-back of our message: that is correct
    ///
    /// On a terminal each row is shown, to be held against your own order and checked. With --row nothing is asked.
    Confirm(ConfirmArgs),
    /// Say of the read-back of our message: wrong - I say again
    Wrong(Wrong),
    /// Say where a message is: with the principal, or a reply in preparation
    Notice(NoticeArgs),
    /// Ask about a message: still-valid, voice or did-you-get-it
    Ask(AskArgs),
    /// Reply to the other side's question about a message
    Reply(ReplyArgs),
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

/// An act about one message.
#[derive(Debug, Args)]
pub struct ActOn {
    #[command(flatten)]
    pub message: OneMessage,
    #[command(flatten)]
    pub signer: Signer,
}

/// `answer`.
#[derive(Debug, Args)]
pub struct AnswerArgs {
    #[command(flatten)]
    pub on: ActOn,
    /// The word
    #[arg(long = "with", value_name = "WORD")]
    pub word: String,
    /// What will be done (wilco), or why not (unable, objection)
    #[arg(long, value_name = "T", default_value = "", hide_default_value = true)]
    pub text: String,
}

/// `standby`.
#[derive(Debug, Args)]
pub struct Standby {
    #[command(flatten)]
    pub on: ActOn,
    /// The answer will come within so many minutes
    #[arg(long, value_name = "N")]
    pub minutes: u16,
}

/// `read-back`.
#[derive(Debug, Args)]
pub struct ReadBackArgs {
    #[command(flatten)]
    pub on: ActOn,
    /// A critical field as you understood it, such as height="4921 ft"; once for each
    #[arg(long = "field", value_name = "NAME=VALUE")]
    pub fields: Vec<String>,
    /// One sentence in your own words; needed where the message has no critical fields
    #[arg(long, value_name = "T", default_value = "", hide_default_value = true)]
    pub words: String,
    /// Language tag of the words
    #[arg(long, value_name = "TAG")]
    pub language: Option<String>,
}

impl ReadBackArgs {
    /// True if nothing of the read-back itself was typed.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.words.is_empty()
    }
}

/// `confirm`.
#[derive(Debug, Args)]
pub struct ConfirmArgs {
    #[command(flatten)]
    pub on: ActOn,
    /// A row of the read-back that you held against your own order, by its field's name; once for each
    #[arg(long = "row", value_name = "NAME")]
    pub rows: Vec<String>,
}

/// `wrong`.
#[derive(Debug, Args)]
pub struct Wrong {
    #[command(flatten)]
    pub on: ActOn,
    /// Our message was wrong; a correction follows
    #[arg(long)]
    pub ours: bool,
}

/// `notice`.
#[derive(Debug, Args)]
pub struct NoticeArgs {
    #[command(flatten)]
    pub on: ActOn,
    /// Where it is
    #[arg(long)]
    pub is: Whereabouts,
}

/// Where a message is with its receiver.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Whereabouts {
    /// The principal has it
    HandedOn,
    /// A reply is being prepared
    InPreparation,
}

/// `ask`.
#[derive(Debug, Args)]
pub struct AskArgs {
    #[command(flatten)]
    pub on: ActOn,
    /// What to ask
    #[arg(long = "for")]
    pub what: Asking,
}

/// What can be asked about a message.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Asking {
    /// Is it still valid?
    StillValid,
    /// Shall we speak by voice?
    Voice,
    /// Did you get it?
    DidYouGetIt,
}

/// `reply`.
#[derive(Debug, Args)]
pub struct ReplyArgs {
    #[command(flatten)]
    pub on: ActOn,
    /// Yes or no
    #[arg(long)]
    pub with: YesNo,
}

/// A reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum YesNo {
    /// Affirm
    Yes,
    /// Negative
    No,
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
            Verb::Show(one) => one.common.json,
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
            Verb::Lab(lab) => lab.json,
        }
    }
}

impl ActVerb {
    /// The message that it is about, and with which key it is signed.
    pub fn on(&self) -> &ActOn {
        match self {
            ActVerb::Acknowledge(on) => on,
            ActVerb::Confirm(confirm) => &confirm.on,
            ActVerb::Answer(answer) => &answer.on,
            ActVerb::Standby(standby) => &standby.on,
            ActVerb::ReadBack(read_back) => &read_back.on,
            ActVerb::Wrong(wrong) => &wrong.on,
            ActVerb::Notice(notice) => &notice.on,
            ActVerb::Ask(ask) => &ask.on,
            ActVerb::Reply(reply) => &reply.on,
        }
    }
}
