//! A sentence in English, and what another language needs to say the same. Only the English goes over the API.

use std::fmt;

/// Made by [`sentence!`](crate::sentence!), which takes the values out of the English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// Under which other languages have it.
    pub key: &'static str,
    /// The whole of it in English.
    pub english: String,
    /// What stands in it, by the names that the words of the key give it.
    pub values: Vec<(&'static str, Value)>,
}

/// What stands in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// The same in every language: a name, a number, a word of the protocol, what somebody typed.
    Text(String),
    /// Sentences that are said in the language of the whole, one after another.
    Sentences(Vec<Sentence>),
}

/// A sentence: its key, its English, and the values that stand in that by name.
#[macro_export]
macro_rules! sentence {
    ($key:literal, $english:literal $(, $name:ident = $value:expr)* $(,)?) => {{
        $(let $name = $crate::audit::sentence::Value::from($value);)*
        $crate::audit::sentence::Sentence {
            key: $key,
            english: format!($english $(, $name = $name)*),
            values: vec![$((stringify!($name), $name)),*],
        }
    }};
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.english)
    }
}

impl Sentence {
    /// What is said in English elsewhere.
    pub fn told<const N: usize>(
        key: &'static str,
        english: impl fmt::Display,
        values: [(&'static str, Value); N],
    ) -> Sentence {
        Sentence { key, english: english.to_string(), values: values.into() }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Text(text) => f.write_str(text),
            Value::Sentences(sentences) => {
                for (index, sentence) in sentences.iter().enumerate() {
                    write!(f, "{}{sentence}", if index == 0 { "" } else { "; " })?;
                }
                Ok(())
            }
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Value {
        Value::Text(text.clone())
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Value {
        Value::Text(number.to_string())
    }
}

impl From<u16> for Value {
    fn from(number: u16) -> Value {
        Value::Text(number.to_string())
    }
}

impl From<Sentence> for Value {
    fn from(sentence: Sentence) -> Value {
        Value::Sentences(vec![sentence])
    }
}

impl From<Vec<Sentence>> for Value {
    fn from(sentences: Vec<Sentence>) -> Value {
        Value::Sentences(sentences)
    }
}

#[cfg(test)]
mod tests {

    #[test]
    fn a_sentence_has_its_values_in_its_english_and_beside_it() {
        let inner = |number: usize| sentence!("said-inner", "number {n}", n = number);
        let whole =
            sentence!("said-whole", "'{name}' is wrong: {why}.", name = "x", why = vec![inner(1), inner(2)]);
        assert_eq!(whole.english, "'x' is wrong: number 1; number 2.");
        let named: Vec<_> = whole.values.iter().map(|(name, _)| *name).collect();
        assert_eq!((whole.key, named), ("said-whole", vec!["name", "why"]));
    }
}
