//! What is printed, and the file of results.

use std::path::Path;

use serde::Serialize;

use crate::Outcome;

/// One figure beside its limit.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// Row and what of it, such as `latency median`.
    pub name: String,
    /// Unit of value and limit.
    pub unit: &'static str,
    /// What was measured.
    pub value: f64,
    /// What it could be at best, of the same run.
    pub limit: Option<f64>,
    /// Value by limit.
    pub ratio: Option<f64>,
    /// What we want of it.
    #[serde(skip)]
    goal: &'static str,
}

impl Row {
    /// With its limit.
    pub fn new(name: impl Into<String>, unit: &'static str, value: f64, limit: f64) -> Row {
        Row { name: name.into(), unit, value, limit: Some(limit), ratio: Some(value / limit), goal: "" }
    }

    /// Without a limit: it explains another row.
    pub fn bare(name: impl Into<String>, unit: &'static str, value: f64) -> Row {
        Row { name: name.into(), unit, value, limit: None, ratio: None, goal: "" }
    }

    /// What we want of it.
    pub fn goal(self, goal: &'static str) -> Row {
        Row { goal, ..self }
    }
}

/// Prints rows as they come and keeps them.
#[derive(Debug)]
pub struct Table {
    rows: Vec<Row>,
    json: bool,
}

impl Table {
    /// An empty one; with `json` nothing is printed before the end.
    pub fn new(json: bool) -> Table {
        Table { rows: Vec::new(), json }
    }

    /// The machine, and the names of the columns.
    pub fn head(&self, machine: &str) {
        self.say(machine);
        self.say(&format!("{:<58} {:>10} {:>10} {:>7}  {:<7} goal", "", "value", "limit", "ratio", "unit"));
    }

    /// One more row.
    pub fn row(&mut self, row: Row) {
        let number = |value: Option<f64>| value.map_or_else(|| "-".into(), digits);
        self.say(&format!(
            "{:<58} {:>10} {:>10} {:>7}  {:<7} {}",
            row.name,
            digits(row.value),
            number(row.limit),
            row.ratio.map_or_else(|| "-".into(), |ratio| format!("{ratio:.2}")),
            row.unit,
            row.goal
        ));
        self.rows.push(row);
    }

    /// A line that explains a row.
    pub fn note(&self, text: &str) {
        self.say(&format!("    {text}"));
    }

    /// Writes the file, and the list if it was asked for.
    pub fn finish(&self, path: &Path) -> Outcome<()> {
        let list = serde_json::to_string_pretty(&self.rows)?;
        std::fs::write(path, format!("{list}\n"))?;
        if self.json {
            print(&list);
        } else {
            print(&format!("written to {}", path.display()));
        }
        Ok(())
    }

    fn say(&self, text: &str) {
        if !self.json {
            print(text);
        }
    }

    /// What went wrong.
    #[expect(clippy::print_stderr, reason = "errors are for whoever runs the bench")]
    pub fn complain(&self, text: &str) {
        eprintln!("ringdown-bench: {text}");
    }
}

#[expect(clippy::print_stdout, reason = "the table is what the bench is for")]
fn print(text: &str) {
    println!("{text}");
}

/// Three digits that count, no more than the noise allows.
fn digits(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_have_five_fields() {
        let rows = [Row::new("a", "ms", 3.0, 2.0).goal("<= 2 x"), Row::bare("b", "MB", 1.0)];
        let json = serde_json::to_value(rows).unwrap();
        let expected = serde_json::json!([
            {"name": "a", "unit": "ms", "value": 3.0, "limit": 2.0, "ratio": 1.5},
            {"name": "b", "unit": "MB", "value": 1.0, "limit": null, "ratio": null},
        ]);
        assert_eq!(json, expected);
    }

    #[test]
    fn digits_that_count() {
        assert_eq!([1234.5, 12.34, 1.234, 0.01234].map(digits), ["1234", "12.3", "1.23", "0.012"]);
    }
}
