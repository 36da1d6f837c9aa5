//! Reading back at the terminal: the message is covered, and each critical field is typed as it was understood.

use std::collections::BTreeMap;

use ringdown_api::client::Client;
use ringdown_api::read_back::{Blank, ToReadBack, Typed, Understood};
use ringdown_api::{Act, ApiError, ErrorCode, Message};

use crate::args::ReadBackArgs;
use crate::output;
use crate::terminal::{ASKED_MOST, ask, cover, left, tell};

const OWN_WORDS: &str = "In our words - understood, not agreed";
const OWN_WORDS_NEEDED: &str = "This message has no fields, and FLASH and IMMEDIATE are always read back: say what it \
                                tells you and what it asks. Its sender judges it; it agrees to nothing.";

/// Goes through the whole read-back; the act, once the officer said that it may be signed.
pub(crate) fn asked(client: &Client, path: &str, arguments: &ReadBackArgs) -> Result<Act, ApiError> {
    let asks: ToReadBack = client.get(&format!("{path}/read-back"))?;
    let mut sheet = Sheet { client, path, asks, looked: 0 };
    sheet.cover();
    let mut fields = Vec::new();
    for at in 0..sheet.asks.blanks.len() {
        fields.push(sheet.field(at)?);
    }
    let mut own = sheet.own_words(arguments)?;
    for _ in 0..ASKED_MOST {
        sheet.sum_up(&fields, &own);
        let typed = ask("SEND signs and sends it, a number: type that again, LEAVE leaves it unsent:")?;
        let again = typed.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        match again {
            _ if typed.eq_ignore_ascii_case("send") => return Ok(sheet.act(fields, own)),
            _ if typed.eq_ignore_ascii_case("leave") => break,
            Some(at) if at < fields.len() => fields[at] = sheet.field(at)?,
            Some(at) if at == fields.len() => own = sheet.own_words(arguments)?,
            _ => {}
        }
    }
    Err(left("The read-back was left unsent."))
}

/// One sentence in one's own words, and its language.
struct Own {
    words: String,
    language: String,
}

/// A read-back while it is typed.
struct Sheet<'a> {
    client: &'a Client,
    path: &'a str,
    asks: ToReadBack,
    looked: u8,
}

impl Sheet<'_> {
    fn cover(&self) {
        let ToReadBack { serial, precedence, class, marker, .. } = &self.asks;
        cover();
        tell(&format!("Read back {serial}   {precedence} {class} {marker}"));
        tell(
            "The message is covered. Type what you understood, not what you would copy. Reading back is not agreeing.",
        );
        tell("A question mark (?) shows the message again; looks are counted and signed.");
    }

    /// Shows the message, and covers it again.
    fn look(&mut self) -> Result<(), ApiError> {
        let message: Message = self.client.get(self.path)?;
        self.looked = self.looked.saturating_add(1);
        cover();
        output::message_alone(&message);
        let covered = ask(&format!("Message opened again: {}. Press Enter to cover it:", self.looked));
        self.cover();
        covered.map(drop)
    }

    /// Asks for one line; shows the message as often as that is asked for.
    fn line(&mut self, words: &str) -> Result<String, ApiError> {
        for _ in 0..ASKED_MOST {
            match ask(words)?.as_str() {
                "?" => self.look()?,
                typed => return Ok(typed.to_owned()),
            }
        }
        Err(left("The read-back was left unsent."))
    }

    fn field(&mut self, at: usize) -> Result<Understood, ApiError> {
        let blank = self.asks.blanks[at].clone();
        let of = format!("{} of {}  {}", at + 1, self.asks.blanks.len(), blank.label);
        let words = [of, choices(&blank), blank.hint.clone()];
        let words: Vec<String> = words.into_iter().filter(|line| !line.is_empty()).collect();
        for _ in 0..ASKED_MOST {
            let typed = self.line(&format!("\n{}\n>", words.join("\n")))?;
            match self.read(&blank, &typed) {
                Ok(understood) => {
                    tell(&format!("Understood as: {}", understood.words));
                    return Ok(understood);
                }
                Err(error) if error.error == ErrorCode::BadRequest => tell(&error.what),
                Err(error) => return Err(error),
            }
        }
        Err(left("The read-back was left unsent."))
    }

    fn read(&self, blank: &Blank, typed: &str) -> Result<Understood, ApiError> {
        if blank.choices.is_empty() {
            let typed = Typed { field: blank.name.clone(), typed: typed.to_owned() };
            return self.client.post(&format!("{}/read-back/understood", self.path), &typed);
        }
        let by_number = typed.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let by_word = || {
            let is = |text: &str| text.eq_ignore_ascii_case(typed);
            blank.choices.iter().find(|choice| is(&choice.value) || is(&choice.words))
        };
        let chosen = by_number.and_then(|at| blank.choices.get(at)).or_else(by_word);
        let chosen = chosen.ok_or_else(|| ApiError::bad_request("Nothing is chosen.", "Type its number."))?;
        Ok(Understood { typed: chosen.value.clone(), words: chosen.words.clone() })
    }

    fn own_words(&mut self, arguments: &ReadBackArgs) -> Result<Own, ApiError> {
        let needed = self.asks.blanks.is_empty();
        let how = if needed { OWN_WORDS_NEEDED } else { "May be left empty. It is not compared by machine." };
        let mut words = String::new();
        for _ in 0..ASKED_MOST {
            words = self.line(&format!("\n{OWN_WORDS}\n{how}\n>"))?;
            if !needed || !words.is_empty() {
                break;
            }
        }
        let language = match &arguments.language {
            Some(language) => language.clone(),
            None if words.is_empty() => String::new(),
            None => self.line("Language of that sentence (en, zh, ru, ar or another tag) [en]:")?,
        };
        let language = if language.is_empty() { "en".to_owned() } else { language };
        Ok(Own { words, language })
    }

    /// What will be signed.
    fn sum_up(&self, fields: &[Understood], own: &Own) {
        tell("\nThis will be signed:");
        for (at, (blank, understood)) in self.asks.blanks.iter().zip(fields).enumerate() {
            tell(&format!("  {}  {}: {}", at + 1, blank.label, understood.words));
        }
        let words = if own.words.is_empty() { "nothing" } else { &own.words };
        tell(&format!("  {}  {OWN_WORDS}: {words}", fields.len() + 1));
        if self.looked > 0 {
            tell(&format!("     Message opened again: {}", self.looked));
        }
    }

    fn act(self, fields: Vec<Understood>, own: Own) -> Act {
        let names = self.asks.blanks.into_iter().map(|blank| blank.name);
        let typed = fields.into_iter().map(|understood| understood.typed);
        let fields: BTreeMap<_, _> = names.zip(typed).collect();
        Act::ReadBack { fields, words: own.words, language: Some(own.language), looked_again: self.looked }
    }
}

/// The words of a closed list, by number.
fn choices(blank: &Blank) -> String {
    let numbered = blank.choices.iter().enumerate();
    let numbered: Vec<_> = numbered.map(|(at, choice)| format!("{} {}", at + 1, choice.words)).collect();
    numbered.join(if blank.choices.len() > 6 { "; " } else { "\n" })
}
