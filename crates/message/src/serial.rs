//! Serials: how people name messages. `BLUE 0142` is live, `BLUE X-0007` exercise, `BLUE T-0003` test.

use std::fmt;

use ringdown_record::{Charter, Side, TrafficClass};

/// Names one message of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Serial {
    /// Who sent it.
    pub side: Side,
    /// Each class counts on its own.
    pub class: TrafficClass,
    /// From 1, without gaps.
    pub number: u32,
}

/// Why a text names no message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SerialError {
    /// The first word is the name of neither side.
    UnknownSide(String),
    /// What follows is no number.
    NotANumber(String),
}

impl Serial {
    /// The text of this serial, with the side's name from the charter.
    pub fn text(&self, charter: &Charter) -> String {
        let letter = match self.class {
            TrafficClass::Live => "",
            TrafficClass::Exercise => "X-",
            TrafficClass::Test => "T-",
        };
        format!("{} {letter}{:04}", charter.party(self.side).name, self.number)
    }

    /// Reads `BLUE T-0001`; case and leading zeros do not matter.
    pub fn parse(text: &str, charter: &Charter) -> Result<Serial, SerialError> {
        let (name, number) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), ""));
        let side = [Side::Zero, Side::One]
            .into_iter()
            .find(|side| charter.party(*side).name.eq_ignore_ascii_case(name))
            .ok_or_else(|| SerialError::UnknownSide(name.to_owned()))?;
        let number = number.trim().to_ascii_uppercase();
        let (class, digits) = match number.split_once('-') {
            Some(("T", digits)) => (TrafficClass::Test, digits),
            Some(("X", digits)) => (TrafficClass::Exercise, digits),
            _ => (TrafficClass::Live, number.as_str()),
        };
        let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        match digits.parse() {
            Ok(value) if all_digits && value > 0 => Ok(Serial { side, class, number: value }),
            _ => Err(SerialError::NotANumber(number)),
        }
    }
}

impl fmt::Display for SerialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SerialError::UnknownSide(name) => write!(f, "'{name}' is the name of neither side"),
            SerialError::NotANumber(text) => {
                write!(f, "'{text}' is no message number such as 0142 or T-0001")
            }
        }
    }
}

impl std::error::Error for SerialError {}
