//! What a person does about a message: acknowledge, answer, read back, confirm. Nothing else exists.
//!
//! An act is the content of an ACT entry, signed by the officer who did it. Which act is legal when, and for whom,
//! stands in [`crate::dialogue`]; here is only its form.

use std::fmt;

use minicbor::decode::Error as CborError;
use minicbor::encode::{Error as EncodeError, Write};
use minicbor::{Decode, Decoder, Encode, Encoder};
use ringdown_record::body::Body;
use ringdown_record::encoding::{DecodeError, from_cbor, to_cbor};
use ringdown_record::{Entry, EntryHash, Side};

use crate::content::is_language;
use crate::value::{FIELDS_MAX, Field};

const VERSION: u32 = 1;

/// Longest text of an act, in bytes of UTF-8.
pub const ACT_TEXT_LEN_MAX: usize = 1_000;
/// Longest standby: a day, in minutes.
pub const STANDBY_MINUTES_MAX: u16 = 1_440;

/// The content of an ACT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// The entry that it is about: a message, or for [`Deed::Reply`] an act that asked.
    pub target: EntryHash,
    /// What was done.
    pub deed: Deed,
}

/// What of a deed is not as it must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeedFault {
    /// None, or more than a day.
    StandbyMinutes,
    /// Some where there must be none, or none where there must be some.
    WordsBeside,
    /// Longer than an answer may be.
    AnswerLength,
    /// Too many, or none and no words.
    FieldCount,
    /// One stands there twice.
    FieldNames,
    /// Longer than the words of a read-back may be.
    ReadBackLength,
    /// No language tag.
    Language,
}

/// What a person does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// A person has it. Not "read", not "understood", not "agreed".
    Acknowledge,
    /// An answer will come within this many minutes.
    Standby {
        /// 1 to [`STANDBY_MINUTES_MAX`].
        minutes: u16,
    },
    /// An answer in one of the words that the marker allows.
    Answer {
        /// Which.
        word: Answer,
        /// WILCO restates the action, UNABLE and OBJECTION give a reason; else empty.
        text: String,
    },
    /// The critical facts as the receiver understood them.
    ReadBack(ReadBack),
    /// The sender says of a read-back: that is correct.
    ThatIsCorrect {
        /// The read-back.
        read_back: EntryHash,
    },
    /// The sender says of a read-back: wrong, the message stands as sent.
    Wrong {
        /// The read-back.
        read_back: EntryHash,
    },
    /// The sender says of a read-back: our message was wrong. A CORRECTION follows.
    OurMessageWasWrong {
        /// The read-back.
        read_back: EntryHash,
    },
    /// News about where the message is with the receiver. Closes nothing.
    Notice(Notice),
    /// A question about the message itself.
    Ask(Ask),
    /// The answer to [`Deed::Ask`].
    Reply {
        /// Yes or no.
        yes: bool,
    },
}

/// See [`Deed::ReadBack`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadBack {
    /// The critical fields, by the names that the message gave them.
    pub fields: Vec<Field>,
    /// Language of `words`; `und` when not said.
    pub language: String,
    /// One sentence in the receiver's own words; may be empty.
    pub words: String,
    /// How often the message was opened again while reading back.
    pub looked_again: u8,
}

/// The words that answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Answer {
    /// Received. Not agreed.
    Roger = 1,
    /// It could not be read or understood.
    SayAgain = 2,
    /// Yes.
    Affirm = 3,
    /// No.
    Negative = 4,
    /// We will do it.
    Wilco = 5,
    /// We will not, or cannot.
    Unable = 6,
    /// We object to what you intend.
    Objection = 7,
    /// The test came through.
    CheckOk = 8,
    /// The test came through garbled.
    CheckGarbled = 9,
}

/// See [`Deed::Notice`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Notice {
    /// The one whom it concerns has it.
    HandedOn = 1,
    /// An answer is being written.
    InPreparation = 2,
}

/// See [`Deed::Ask`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Ask {
    /// The receiver asks: does this still hold?
    StillValid = 1,
    /// Either asks to speak by voice.
    Voice = 2,
    /// The sender asks: did you get this number?
    DidYouGetIt = 3,
}

impl Answer {
    /// All, in the order of the table.
    pub const ALL: [Answer; 9] = [
        Answer::Roger,
        Answer::SayAgain,
        Answer::Affirm,
        Answer::Negative,
        Answer::Wilco,
        Answer::Unable,
        Answer::Objection,
        Answer::CheckOk,
        Answer::CheckGarbled,
    ];

    /// The word on screens, in JSON and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Answer::Roger => "ROGER",
            Answer::SayAgain => "SAY AGAIN",
            Answer::Affirm => "AFFIRM",
            Answer::Negative => "NEGATIVE",
            Answer::Wilco => "WILCO",
            Answer::Unable => "UNABLE",
            Answer::Objection => "OBJECTION",
            Answer::CheckOk => "CHECK OK",
            Answer::CheckGarbled => "CHECK GARBLED",
        }
    }

    /// True for words that need words beside them: what will be done, or why not.
    pub fn needs_text(self) -> bool {
        matches!(self, Answer::Wilco | Answer::Unable | Answer::Objection)
    }

    /// True if nothing more is to be said; SAY AGAIN leaves everything open.
    pub fn closes(self) -> bool {
        self != Answer::SayAgain
    }
}

impl Act {
    /// "I have it", about the entry with this hash.
    pub fn acknowledge(target: EntryHash) -> Act {
        Act { target, deed: Deed::Acknowledge }
    }

    /// The canonical content; what the officer signs.
    pub fn content(&self) -> Vec<u8> {
        to_cbor(self)
    }

    /// Reads the content of an ACT entry.
    pub fn of(entry: &Entry) -> Result<Act, DecodeError> {
        Act::read(Body::read(entry.body())?.content)
    }

    /// Reads the canonical content of an act, and no other bytes.
    pub fn read(bytes: &[u8]) -> Result<Act, DecodeError> {
        let act: Act = from_cbor(bytes)?;
        act.deed.check().map_err(|fault| DecodeError::Invalid(fault.name()))?;
        Ok(act)
    }
}

impl<C> Encode<C> for Act {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, ctx: &mut C) -> Result<(), EncodeError<W::Error>> {
        let (number, more) = self.deed.number();
        e.array(3 + more)?.u32(VERSION)?.u8(number)?.bytes(&self.target.0)?;
        match &self.deed {
            Deed::Acknowledge => e,
            Deed::Standby { minutes } => e.u16(*minutes)?,
            Deed::Answer { word, text } => e.u8(*word as u8)?.str(text)?,
            Deed::ReadBack(read_back) => e
                .encode_with(&read_back.fields, ctx)?
                .str(&read_back.language)?
                .str(&read_back.words)?
                .u8(read_back.looked_again)?,
            Deed::ThatIsCorrect { read_back }
            | Deed::Wrong { read_back }
            | Deed::OurMessageWasWrong { read_back } => e.bytes(&read_back.0)?,
            Deed::Notice(notice) => e.u8(*notice as u8)?,
            Deed::Ask(ask) => e.u8(*ask as u8)?,
            Deed::Reply { yes } => e.bool(*yes)?,
        }
        .ok()
    }
}

impl<'b, C> Decode<'b, C> for Act {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Act, CborError> {
        let len = d.array()?;
        if d.u32()? != VERSION {
            return Err(CborError::message("version of an act"));
        }
        let number = d.u8()?;
        let target = hash(d)?;
        let deed = match number {
            1 => Deed::Acknowledge,
            2 => Deed::Standby { minutes: d.u16()? },
            3 => Deed::Answer { word: word(d)?, text: d.str()?.to_owned() },
            4 => Deed::ReadBack(ReadBack {
                fields: d.decode_with(ctx)?,
                language: d.str()?.to_owned(),
                words: d.str()?.to_owned(),
                looked_again: d.u8()?,
            }),
            5 => Deed::ThatIsCorrect { read_back: hash(d)? },
            6 => Deed::Wrong { read_back: hash(d)? },
            7 => Deed::OurMessageWasWrong { read_back: hash(d)? },
            8 => Deed::Notice(match d.u8()? {
                1 => Notice::HandedOn,
                2 => Notice::InPreparation,
                _ => return Err(CborError::message("notice")),
            }),
            9 => Deed::Ask(match d.u8()? {
                1 => Ask::StillValid,
                2 => Ask::Voice,
                3 => Ask::DidYouGetIt,
                _ => return Err(CborError::message("what an act asks")),
            }),
            10 => Deed::Reply { yes: d.bool()? },
            _ => return Err(CborError::message("kind of an act")),
        };
        if len != Some(3 + deed.number().1) {
            return Err(CborError::message("length of an act"));
        }
        Ok(Act { target, deed })
    }
}

fn word(d: &mut Decoder<'_>) -> Result<Answer, CborError> {
    let number = d.u8()?;
    let known = Answer::ALL.into_iter().find(|known| *known as u8 == number);
    known.ok_or_else(|| CborError::message("word of an answer"))
}

fn hash(d: &mut Decoder<'_>) -> Result<EntryHash, CborError> {
    let bytes = d.bytes()?.try_into();
    bytes.map(EntryHash).map_err(|_| CborError::message("32 bytes"))
}

impl Deed {
    /// Its number on the wire, and how many items follow the target.
    fn number(&self) -> (u8, u64) {
        match self {
            Deed::Acknowledge => (1, 0),
            Deed::Standby { .. } => (2, 1),
            Deed::Answer { .. } => (3, 2),
            Deed::ReadBack(_) => (4, 4),
            Deed::ThatIsCorrect { .. } => (5, 1),
            Deed::Wrong { .. } => (6, 1),
            Deed::OurMessageWasWrong { .. } => (7, 1),
            Deed::Notice(_) => (8, 1),
            Deed::Ask(_) => (9, 1),
            Deed::Reply { .. } => (10, 1),
        }
    }

    /// True if `side` may do this about a message, or an ask, of `target`'s.
    pub fn is_about(&self, side: Side, target: Side) -> bool {
        match self {
            Deed::Ask(Ask::Voice) => true,
            Deed::ThatIsCorrect { .. }
            | Deed::Wrong { .. }
            | Deed::OurMessageWasWrong { .. }
            | Deed::Ask(Ask::DidYouGetIt) => side == target,
            _ => side != target,
        }
    }

    /// Checks what a form alone can check; the word says what is wrong.
    pub fn check(&self) -> Result<(), DeedFault> {
        match self {
            Deed::Standby { minutes } if !(1..=STANDBY_MINUTES_MAX).contains(minutes) => {
                Err(DeedFault::StandbyMinutes)
            }
            Deed::Answer { word, text } if word.needs_text() == text.trim().is_empty() => {
                Err(DeedFault::WordsBeside)
            }
            Deed::Answer { text, .. } if text.len() > ACT_TEXT_LEN_MAX => Err(DeedFault::AnswerLength),
            Deed::ReadBack(read_back) => read_back.check(),
            _ => Ok(()),
        }
    }
}

impl ReadBack {
    fn check(&self) -> Result<(), DeedFault> {
        if self.fields.len() > FIELDS_MAX || self.fields.is_empty() && self.words.trim().is_empty() {
            return Err(DeedFault::FieldCount);
        }
        let names =
            self.fields.iter().map(|field| field.name.as_str()).collect::<std::collections::BTreeSet<_>>();
        if names.len() != self.fields.len() {
            return Err(DeedFault::FieldNames);
        }
        if self.words.len() > ACT_TEXT_LEN_MAX {
            return Err(DeedFault::ReadBackLength);
        }
        if is_language(&self.language) { Ok(()) } else { Err(DeedFault::Language) }
    }
}

impl DeedFault {
    /// What is wrong, in a few words.
    pub fn name(self) -> &'static str {
        match self {
            DeedFault::StandbyMinutes => "minutes of a standby",
            DeedFault::WordsBeside => "words beside an answer",
            DeedFault::AnswerLength => "length of an answer",
            DeedFault::FieldCount => "number of fields",
            DeedFault::FieldNames => "names of fields",
            DeedFault::ReadBackLength => "length of a read-back",
            DeedFault::Language => "language of a read-back",
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
