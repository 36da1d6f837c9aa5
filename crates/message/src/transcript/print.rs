//! The transcript as titles and sentences, for whoever lays them out.

use super::{Head, Line, Transcript};

/// A part of the transcript under a title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The title.
    pub title: &'static str,
    /// Labels with what belongs to each.
    pub facts: Vec<(String, String)>,
    /// Sentences.
    pub sentences: Vec<String>,
    /// True for what must be seen.
    pub loud: bool,
}

impl Transcript {
    /// What stands above its lines.
    pub fn above(&self) -> Vec<Section> {
        let mut line = section("THE RECORD", &self.about);
        line.facts.push(("Line".into(), groups(&self.line)));
        vec![line, heads("NEWEST ENTRIES BEFORE THE FIRST LINE", &self.start)]
    }

    /// What stands below its lines.
    pub fn below(&self) -> Vec<Section> {
        let mut below = vec![heads("NEWEST ENTRIES WITH THE LAST LINE", &self.end)];
        if !self.missing.is_empty() {
            below.push(Section { loud: true, ..section("WHAT IS MISSING", &self.missing) });
        }
        below.extend([
            section("HOW TO CHECK IT", &self.check),
            section("WHAT IT PROVES", &self.proves),
            section("WHAT IT DOES NOT PROVE", &self.proves_not),
        ]);
        below
    }
}

impl Line {
    /// Its number, kind, place and serial.
    pub fn name(&self) -> String {
        if self.number == 0 {
            return format!("{}  {}'s own, not signed", self.kind, self.place);
        }
        let parts = [self.number.to_string(), self.kind.clone(), self.place.clone(), self.serial.clone()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("  ")
    }

    /// Its times, each with what it is.
    pub fn times(&self) -> Vec<String> {
        let written = if self.number == 0 { "Noted" } else { "Written" };
        let times = [
            (written, &self.written),
            ("Arrived", &self.arrived),
            ("Held by the other side's node, by its clock and signed,", &self.held),
        ];
        let times = times.iter().filter(|(_, time)| !time.is_empty());
        times.map(|(what, time)| format!("{what} {time}")).collect()
    }

    /// Its hash in groups of four digits.
    pub fn hash_groups(&self) -> String {
        groups(&self.hash)
    }
}

fn section(title: &'static str, sentences: &[String]) -> Section {
    Section { title, facts: Vec::new(), sentences: sentences.to_vec(), loud: false }
}

fn heads(title: &'static str, heads: &[Head]) -> Section {
    let fact = |head: &Head| match head.place.as_str() {
        "" => (head.side.clone(), "no entry".to_owned()),
        place => (format!("{} {place}", head.side), groups(&head.hash)),
    };
    Section { facts: heads.iter().map(fact).collect(), ..section(title, &[]) }
}

fn groups(digits: &str) -> String {
    let digits: Vec<char> = digits.chars().collect();
    digits.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}
