//! What is put on paper, in words: a page of the console and the command line lay out the same.

use serde::{Deserialize, Serialize};

/// A message with its dialogue on paper. Every hidden character in it is written as `[U+202E]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Such as `BLUE T-0001`; the first digits of the entry's hash if the content cannot be read.
    pub name: String,
    /// What stands at the top and at the bottom of every sheet: class, precedence and name.
    pub marking: String,
    /// What the message says it is about.
    pub subject: String,
    /// From the top to the signatures.
    pub parts: Vec<Part>,
    /// Hash of its entry in hex.
    pub entry: String,
    /// When it was printed, for whom, and which copy this is.
    pub printed: String,
}

/// A part of a paper, under its own title.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Empty for what needs none.
    pub title: String,
    /// What stands there.
    pub content: Content,
}

/// What a part is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// Labels with what belongs to each.
    Facts(Vec<(String, String)>),
    /// What must be seen first.
    Warnings(Vec<String>),
    /// Columns, and the cells of each row.
    Table {
        /// The heads of the columns.
        columns: Vec<String>,
        /// As many cells in each as there are columns.
        rows: Vec<Vec<String>>,
    },
    /// The words of a person, with their language.
    Text {
        /// A language tag.
        language: String,
        /// The words.
        text: String,
    },
    /// Sentences.
    Notes(Vec<String>),
    /// Lines to be written on by hand.
    Blank(Vec<String>),
}
