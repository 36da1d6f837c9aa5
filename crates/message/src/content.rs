//! The content of a MESSAGE: what the officer wrote, in the canonical form that his key signs.

use std::fmt;

use minicbor::decode::Error as CborError;
use minicbor::{Decode, Decoder, Encode, Encoder};
use ringdown_record::encoding::{DecodeError, from_cbor, to_cbor};
use ringdown_record::{EntryHash, Precedence, TrafficClass, Urgency, WallTime};

use crate::courtesy::{Courtesy, CourtesyError};
use crate::hidden::code;
use crate::value::{FIELDS_MAX, Field};

/// Longest subject, in bytes of UTF-8.
pub const SUBJECT_LEN_MAX: usize = 200;
/// Longest text, in bytes of UTF-8; with a courtesy translation, both together.
pub const TEXT_LEN_MAX: usize = 60_000;
/// Longest language tag.
pub const LANGUAGE_LEN_MAX: usize = 35;
/// Longest id of a form with its version.
pub const FORM_LEN_MAX: usize = 48;
/// Most words of a text at FLASH and IMMEDIATE. Characters of scripts without spaces count as one word each.
pub const URGENT_WORDS_MAX: usize = 200;

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

/// What an officer writes, before it has a serial. [`Draft::default`] is an empty one of class TEST.
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
    /// The text, byte for byte. May be empty beside fields.
    pub text: String,
    /// Id and version of the form that the fields follow; empty for free text.
    pub form: String,
    /// The fields, in the order of the form.
    pub fields: Vec<Field>,
    /// The entry that it refers to: what it answers, corrects or cancels.
    pub re: Option<EntryHash>,
    /// After this it holds no longer.
    pub valid_until: Option<WallTime>,
    /// An answer is wanted by then.
    pub answer_by: Option<WallTime>,
    /// The writer's own translation, for the reader's convenience.
    pub courtesy: Option<Courtesy>,
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
    /// Id and version of the form that the fields follow; empty for free text.
    #[n(6)]
    pub form: String,
    /// The fields.
    #[n(7)]
    pub fields: Vec<Field>,
    #[n(8)]
    attachments: NoItems,
    #[cbor(n(9), with = "minicbor::bytes")]
    re: Option<[u8; 32]>,
    #[n(10)]
    valid_until: Option<u64>,
    #[n(11)]
    answer_by: Option<u64>,
    /// The sender's own translation. It is not the message.
    #[n(12)]
    pub courtesy: Option<Courtesy>,
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
    /// A CORRECTION, CANCEL or ANSWER of nothing.
    Reference,
    /// Empty, too long, or more than one line.
    Subject,
    /// More words than an urgent message may have.
    Words {
        /// How many it has.
        words: usize,
    },
    /// More fields than a message may have, or one that is not as it must be, or fields without a form.
    Fields,
    /// It would hold no longer before it was sent, or an answer is wanted after it holds no longer.
    Times,
    /// Empty or too long.
    Text {
        /// Its length in bytes.
        len: usize,
    },
    /// No language tag.
    Language,
    /// The courtesy translation is not as it must be.
    Courtesy(CourtesyError),
    /// A name has a letter of another script that looks like one of its own.
    StrangeLetter {
        /// The field with the name.
        field: String,
        /// The letter.
        letter: char,
    },
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

    /// True if a message of this marker says nothing without another one.
    pub fn refers(self) -> bool {
        matches!(self, Marker::Answer | Marker::Correction | Marker::Cancel)
    }

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
        if self.marker.refers() && self.re.is_none() {
            return Err(DraftError::Reference);
        }
        if !is_subject(&self.subject) {
            return Err(DraftError::Subject);
        }
        if !is_text(&self.text, &self.fields) {
            return Err(DraftError::Text { len: self.text.len() });
        }
        let (urgent, words) = (self.precedence <= Precedence::Immediate, words(&self.text));
        if urgent && words > URGENT_WORDS_MAX {
            return Err(DraftError::Words { words });
        }
        if !are_fields(&self.form, &self.fields) {
            return Err(DraftError::Fields);
        }
        let strange = |field: &Field| Some((field.name.clone(), field.strange_letter()?));
        if let Some((field, letter)) = self.fields.iter().find_map(strange) {
            return Err(DraftError::StrangeLetter { field, letter });
        }
        if self.answer_by.is_some_and(|by| self.valid_until.is_some_and(|until| by > until)) {
            return Err(DraftError::Times);
        }
        if !is_language(&self.language) {
            return Err(DraftError::Language);
        }
        let courtesy =
            self.courtesy.as_ref().map_or(Ok(()), |courtesy| courtesy.check(&self.language, &self.text));
        courtesy.map_err(DraftError::Courtesy)
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
            form: self.form.clone(),
            fields: self.fields.clone(),
            attachments: NoItems,
            re: self.re.map(|hash| hash.0),
            valid_until: self.valid_until.map(WallTime::ms),
            answer_by: self.answer_by.map(WallTime::ms),
            courtesy: self.courtesy.clone(),
        })
    }
}

impl Default for Draft {
    fn default() -> Draft {
        Draft {
            precedence: Precedence::Routine,
            class: TrafficClass::Test,
            marker: Marker::Information,
            subject: String::new(),
            language: "und".into(),
            text: String::new(),
            form: String::new(),
            fields: Vec::new(),
            re: None,
            valid_until: None,
            answer_by: None,
            courtesy: None,
        }
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
        if !is_text(&content.text, &content.fields) {
            return bad("length of the text");
        }
        if !is_language(&content.language) {
            return bad("language");
        }
        if !are_fields(&content.form, &content.fields) {
            return bad("form or fields");
        }
        let times = [content.valid_until, content.answer_by];
        if times.into_iter().flatten().any(|ms| ms > WallTime::MAX.ms()) {
            return bad("time");
        }
        if content.courtesy.as_ref().is_some_and(|courtesy| !courtesy.is_readable(&content.text)) {
            return bad("courtesy translation");
        }
        Ok(content)
    }

    /// The entry that it refers to.
    pub fn re(&self) -> Option<EntryHash> {
        self.re.map(EntryHash)
    }

    /// After this it holds no longer.
    pub fn valid_until(&self) -> Option<WallTime> {
        self.valid_until.map(WallTime::from_ms)
    }

    /// An answer is wanted by then.
    pub fn answer_by(&self) -> Option<WallTime> {
        self.answer_by.map(WallTime::from_ms)
    }
}

/// Words of a text. A character of a script that writes none between words counts as one.
pub fn words(text: &str) -> usize {
    let is_ideograph =
        |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}');
    text.split_whitespace()
        .map(|run| {
            let ideographs = run.chars().filter(|c| is_ideograph(*c)).count();
            ideographs + usize::from(run.chars().any(|c| c.is_alphanumeric() && !is_ideograph(c)))
        })
        .sum()
}

fn is_text(text: &str, fields: &[Field]) -> bool {
    text.len() <= TEXT_LEN_MAX && !(text.is_empty() && fields.is_empty())
}

/// Fields go with a form, each with a name of its own.
fn are_fields(form: &str, fields: &[Field]) -> bool {
    let is_form = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '/';
    let form_fits = form.len() <= FORM_LEN_MAX && form.chars().all(is_form);
    let mut names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    names.sort_unstable();
    form_fits
        && form.is_empty() == fields.is_empty()
        && fields.len() <= FIELDS_MAX
        && names.windows(2).all(|pair| pair[0] != pair[1])
        && fields.iter().all(|field| field.check().is_ok())
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

pub(crate) fn is_language(tag: &str) -> bool {
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
            DraftError::Reference => f.write_str(
                "an ANSWER, CORRECTION or CANCEL names the message that it answers, corrects or cancels",
            ),
            DraftError::Words { words } => write!(
                f,
                "the text has {words} words; at FLASH and IMMEDIATE it may have {URGENT_WORDS_MAX}, so that it is read at once"
            ),
            DraftError::Fields => write!(
                f,
                "a message has at most {FIELDS_MAX} fields, each with a name of its own, and they follow a form"
            ),
            DraftError::Times => f.write_str("an answer is wanted later than the message is valid"),
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
            DraftError::StrangeLetter { field, letter } => write!(
                f,
                "field '{field}': the name has '{letter}' ({}) beside letters of another script, which it may look like; type it in one",
                code(*letter)
            ),
            DraftError::Courtesy(error) => error.fmt(f),
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
