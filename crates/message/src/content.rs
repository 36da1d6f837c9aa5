//! The content of a MESSAGE: what the officer wrote, in the canonical form that his key signs.

use std::fmt;

use minicbor::decode::Error as CborError;
use minicbor::{Decode, Decoder, Encode, Encoder};
use ringdown_record::encoding::{DecodeError, from_cbor, to_cbor};
use ringdown_record::{Precedence, TrafficClass, Urgency};

/// Longest subject, in bytes of UTF-8.
pub const SUBJECT_LEN_MAX: usize = 200;
/// Longest text, in bytes of UTF-8.
pub const TEXT_LEN_MAX: usize = 60_000;
/// Longest language tag.
pub const LANGUAGE_LEN_MAX: usize = 35;

const VERSION: u32 = 1;

/// What kind of speech act a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Marker {
    /// We tell you.
    #[n(1)]
    Information,
    /// We warn you.
    #[n(2)]
    Warning,
    /// We ask you.
    #[n(3)]
    Question,
    /// We answer you.
    #[n(4)]
    Answer,
    /// We ask you to do something.
    #[n(5)]
    Request,
    /// We will do something.
    #[n(6)]
    Intention,
    /// What we said was wrong; this is right.
    #[n(7)]
    Correction,
    /// What we said no longer stands.
    #[n(8)]
    Cancel,
    /// Only the line is tested.
    #[n(9)]
    Test,
}

/// What an officer writes, before it has a serial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// FLASH to ROUTINE.
    pub precedence: Precedence,
    /// Live, exercise or test.
    pub class: TrafficClass,
    /// The speech act.
    pub marker: Marker,
    /// One line.
    pub subject: String,
    /// Language tag of the text; `und` when the writer did not say.
    pub language: String,
    /// The text, byte for byte.
    pub text: String,
}

/// The signed content of a MESSAGE, version 1. Precedence and class stand in the entry's header.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Content {
    #[n(0)]
    version: u32,
    /// Number in the sender's direction and class.
    #[n(1)]
    pub serial: u32,
    /// The speech act.
    #[n(2)]
    pub marker: Marker,
    /// One line.
    #[n(3)]
    pub subject: String,
    /// Language tag of the text.
    #[n(4)]
    pub language: String,
    /// The text.
    #[n(5)]
    pub text: String,
    /// Id of the form that the fields follow; empty for free text, the only form of version 1.
    #[n(6)]
    form: String,
    #[n(7)]
    fields: NoItems,
    #[n(8)]
    attachments: NoItems,
}

/// A list that version 1 has no items for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct NoItems;

impl<C> Encode<C> for NoItems {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.array(0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for NoItems {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, CborError> {
        match d.array()? {
            Some(0) => Ok(NoItems),
            _ => Err(CborError::message("version 1 has no items here")),
        }
    }
}

/// Why content cannot be shown as a message. It is shown raw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Written by a later version.
    Version(u32),
    /// Not what version 1 allows.
    Malformed(DecodeError),
}

/// Why a draft cannot become a message. The text says what to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DraftError {
    /// LINE is not for people.
    Precedence,
    /// A TEST marker on a live message, or the like.
    MarkerNeedsClassTest,
    /// Empty, too long, or more than one line.
    Subject,
    /// Empty or too long.
    Text {
        /// Its length in bytes.
        len: usize,
    },
    /// No language tag.
    Language,
}

impl Marker {
    /// All, in the order of the field's own lists.
    pub const ALL: [Marker; 9] = [
        Marker::Information,
        Marker::Warning,
        Marker::Question,
        Marker::Answer,
        Marker::Request,
        Marker::Intention,
        Marker::Correction,
        Marker::Cancel,
        Marker::Test,
    ];

    /// The word on screens and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Marker::Information => "INFORMATION",
            Marker::Warning => "WARNING",
            Marker::Question => "QUESTION",
            Marker::Answer => "ANSWER",
            Marker::Request => "REQUEST",
            Marker::Intention => "INTENTION",
            Marker::Correction => "CORRECTION",
            Marker::Cancel => "CANCEL",
            Marker::Test => "TEST",
        }
    }
}

impl Draft {
    /// Checks every limit.
    pub fn check(&self) -> Result<(), DraftError> {
        if self.precedence == Precedence::Line {
            return Err(DraftError::Precedence);
        }
        if self.marker == Marker::Test && self.class != TrafficClass::Test {
            return Err(DraftError::MarkerNeedsClassTest);
        }
        if !is_subject(&self.subject) {
            return Err(DraftError::Subject);
        }
        if self.text.is_empty() || self.text.len() > TEXT_LEN_MAX {
            return Err(DraftError::Text { len: self.text.len() });
        }
        if is_language(&self.language) { Ok(()) } else { Err(DraftError::Language) }
    }

    /// The header's byte.
    pub fn urgency(&self) -> Urgency {
        Urgency { precedence: self.precedence, class: self.class }
    }

    /// The canonical content under a serial number; what the officer signs.
    pub fn content(&self, serial: u32) -> Vec<u8> {
        to_cbor(&Content {
            version: VERSION,
            serial,
            marker: self.marker,
            subject: self.subject.clone(),
            language: self.language.clone(),
            text: self.text.clone(),
            form: String::new(),
            fields: NoItems,
            attachments: NoItems,
        })
    }
}

impl Content {
    /// Reads the content of a MESSAGE.
    pub fn read(bytes: &[u8]) -> Result<Content, Unreadable> {
        let version = version_of(bytes).map_err(Unreadable::Malformed)?;
        if version != VERSION {
            return Err(Unreadable::Version(version));
        }
        let content: Content = from_cbor(bytes).map_err(Unreadable::Malformed)?;
        let bad = |what| Err(Unreadable::Malformed(DecodeError::Invalid(what)));
        if content.serial == 0 {
            return bad("serial");
        }
        if !is_subject(&content.subject) {
            return bad("subject");
        }
        if content.text.is_empty() || content.text.len() > TEXT_LEN_MAX {
            return bad("length of the text");
        }
        if !is_language(&content.language) || !content.form.is_empty() {
            return bad("language or form");
        }
        Ok(content)
    }
}

fn version_of(bytes: &[u8]) -> Result<u32, DecodeError> {
    let mut decoder = Decoder::new(bytes);
    let version = decoder.array().and_then(|_| decoder.u32());
    version.map_err(|_| DecodeError::Invalid("CBOR of a message"))
}

fn is_subject(subject: &str) -> bool {
    !subject.trim().is_empty()
        && subject.len() <= SUBJECT_LEN_MAX
        && !subject.chars().any(|c| c.is_control() || c == '\u{2028}' || c == '\u{2029}')
}

fn is_language(tag: &str) -> bool {
    !tag.is_empty()
        && tag.len() <= LANGUAGE_LEN_MAX
        && tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

impl fmt::Display for DraftError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DraftError::Precedence => f.write_str(
                "precedence must be FLASH, IMMEDIATE, PRIORITY or ROUTINE; LINE is the nodes' own",
            ),
            DraftError::MarkerNeedsClassTest => {
                f.write_str("marker TEST goes with class TEST only; choose another marker or class TEST")
            }
            DraftError::Subject => {
                write!(f, "the subject must be one line of 1 to {SUBJECT_LEN_MAX} bytes")
            }
            DraftError::Text { len: 0 } => f.write_str("the message has no text; write one"),
            DraftError::Text { len } => {
                write!(
                    f,
                    "the text has {len} bytes, the most is {TEXT_LEN_MAX}; shorten it or send it in parts"
                )
            }
            DraftError::Language => f.write_str("the language must be a tag such as en, zh, ru or ar"),
        }
    }
}

impl std::error::Error for DraftError {}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unreadable::Version(version) => {
                write!(f, "written in format version {version}, which is not known here")
            }
            Unreadable::Malformed(error) => write!(f, "not a message: {error}"),
        }
    }
}
