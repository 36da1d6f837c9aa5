//! Rules of the specification and the tests that cite them: no rule without a test, no citation of a rule that is not.
//!
//! A rule is defined where a line of a page in `docs/spec` begins with its id, as `REC-5.` or `- SES-12.`. It is cited
//! by its id anywhere in a test.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::tidy::files;

/// Letters before the number, one for each page.
const PAGES: [&str; 4] = ["REC-", "SES-", "API-", "MSG-"];

/// Rules that no test cites, and citations of rules that no page has.
pub fn findings(root: &Path) -> Vec<String> {
    let mut defined = BTreeMap::new();
    for path in files(&root.join("docs/spec"), "md") {
        let page = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        let text = fs::read_to_string(&path).unwrap_or_default();
        defined.extend(text.lines().filter_map(definition).map(|id| (id, page.clone())));
    }
    let mut cited = BTreeMap::new();
    for path in files(&root.join("crates"), "rs") {
        let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        let text = fs::read_to_string(&path).unwrap_or_default();
        let in_test = if name.contains("/tests/") || name.starts_with("crates/sim/") {
            text.as_str()
        } else {
            text.split_once("#[cfg(test)]").map_or("", |(_, tests)| tests)
        };
        for id in ids(in_test) {
            cited.entry(id).or_insert(name.clone());
        }
    }
    compare(&defined, &cited)
}

fn compare(defined: &BTreeMap<String, String>, cited: &BTreeMap<String, String>) -> Vec<String> {
    let untested = defined.iter().filter(|(id, _)| !cited.contains_key(*id));
    let unknown = cited.iter().filter(|(id, _)| !defined.contains_key(*id));
    untested
        .map(|(id, page)| format!("{page}: no test cites {id}"))
        .chain(unknown.map(|(id, test)| format!("{test} cites {id}, which no page of the specification has")))
        .collect()
}

fn definition(line: &str) -> Option<String> {
    let line = line.strip_prefix("- ").unwrap_or(line);
    let id = ids(line).into_iter().find(|id| line.starts_with(id.as_str()))?;
    line[id.len()..].starts_with('.').then_some(id)
}

/// Ids such as `REC-5` in a text.
fn ids(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for page in PAGES {
        for (at, _) in text.match_indices(page) {
            let digits: String = text[at + page.len()..].chars().take_while(char::is_ascii_digit).collect();
            let begins = !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
            if begins && !digits.is_empty() {
                found.insert(format!("{page}{digits}"));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_without_a_test_and_a_citation_without_a_rule_are_found() {
        let page =
            ["REC-1. The line is this line.", "- SES-2. Twice.", "As REC-9 says.", "- REC-3 is no rule"];
        let defined =
            page.iter().filter_map(|line| definition(line)).map(|id| (id, "page".to_owned())).collect();
        let cited =
            ids("// REC-1, XREC-4, SES-22 and SES-").into_iter().map(|id| (id, "test".to_owned())).collect();
        let findings = compare(&defined, &cited);
        assert_eq!(findings.len(), 2, "{findings:?}");
        assert!(findings[0].contains("SES-2") && findings[1].contains("SES-22"), "{findings:?}");
    }
}
