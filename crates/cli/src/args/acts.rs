//! What a person does about a message.

use clap::{Args, Subcommand, ValueEnum};

use crate::args::{OneMessage, Signer};

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
    /// Why not (unable): no-authority, not-possible, too-late, not-known, not-willing, or other with --text
    #[arg(long, value_name = "WHY", default_value = "", hide_default_value = true)]
    pub reason: String,
    /// What will be done (wilco), why not (objection), or more about it (unable)
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
