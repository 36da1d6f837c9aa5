//! Source rules: sizes of files and functions, names at a crate root, what a crate may name; and [`crate::rules`].

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const FILE_LINES_MAX: usize = 600;
const FUNCTION_LINES_MAX: usize = 70;
/// 25 is the aim; `record` stands above it and may not grow.
const ROOT_NAMES_MAX: usize = 37;
const SPEC_LINES_MAX: usize = 300;

/// What a crate's sources may not name, and why.
const FORBIDDEN: &[(&str, &[&str])] = &[
    ("record", &["std::fs", "std::net", "std::thread", "tokio", "Instant::now", "getrandom"]),
    ("message", &["std::fs", "std::net", "std::thread", "tokio", "Instant::now", "getrandom"]),
    ("line", &["std::fs", "std::net", "std::thread", "tokio", "Instant::now", "getrandom"]),
    ("store", &["ringdown_line", "ringdown_message", "async ", "tokio"]),
    ("sim", &["ringdown_node", "ringdown_store", "tokio", "std::net", "getrandom"]),
    ("cli", &["ringdown_line", "ringdown_store", "ringdown_node"]),
];

/// Everything that breaks a rule.
pub fn findings() -> Vec<String> {
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace").to_owned();
    let mut findings = Vec::new();
    let sources =
        ["crates", "bench", "fuzz/src", "fuzz/fuzz_targets", "xtask"].map(|dir| files(&root.join(dir), "rs"));
    for path in sources.iter().flatten() {
        let text = fs::read_to_string(path).unwrap_or_default();
        let name = path.strip_prefix(&root).unwrap_or(path).display().to_string();
        let product = text.split("#[cfg(test)]").next().unwrap_or_default();
        sizes(&name, product, &mut findings);
        names(&name, product, &mut findings);
    }
    for path in files(&root.join("docs/spec"), "md") {
        let lines = fs::read_to_string(&path).unwrap_or_default().lines().count();
        if lines > SPEC_LINES_MAX {
            findings.push(format!("{} has {lines} lines, the most is {SPEC_LINES_MAX}", path.display()));
        }
    }
    findings.extend(crate::rules::findings(&root));
    findings
}

fn sizes(name: &str, product: &str, findings: &mut Vec<String>) {
    let is_test = name.contains("/tests/");
    let lines = product.lines().count();
    if !is_test && lines > FILE_LINES_MAX {
        findings.push(format!("{name} has {lines} lines without tests, the most is {FILE_LINES_MAX}"));
    }
    for (start, length) in functions(product) {
        if length > FUNCTION_LINES_MAX {
            findings.push(format!(
                "{name}:{start} is a function of {length} lines, the most is {FUNCTION_LINES_MAX}"
            ));
        }
    }
    if name.ends_with("src/lib.rs") {
        let names = root_names(product);
        if names > ROOT_NAMES_MAX {
            findings.push(format!("{name} has {names} names at its root, the most is {ROOT_NAMES_MAX}"));
        }
    }
}

fn names(name: &str, product: &str, findings: &mut Vec<String>) {
    let words = ["TODO", "FIXME", "todo!(", "unimplemented!("];
    for (number, line) in product.lines().enumerate() {
        if words.iter().any(|word| line.contains(word)) {
            findings.push(format!("{name}:{} leaves something undone", number + 1));
        }
        for (crate_name, banned) in FORBIDDEN {
            let in_crate = name.starts_with(&format!("crates/{crate_name}/src"));
            let code = line.split("//").next().unwrap_or_default();
            if let Some(word) = banned.iter().find(|word| in_crate && code.contains(**word)) {
                findings.push(format!("{name}:{}: {crate_name} may not name {word}", number + 1));
            }
        }
    }
}

/// First line and length of each function, by indentation of rustfmt'd code.
fn functions(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut open: Option<(usize, usize)> = None;
    for (index, line) in text.lines().enumerate() {
        let indent = line.len() - line.trim_start().len();
        let code = line.trim_start();
        let starts = ["fn ", "pub fn ", "pub(crate) fn ", "pub(super) fn ", "async fn ", "pub async fn "];
        if open.is_none() && starts.iter().any(|start| code.starts_with(start)) {
            open = Some((index, indent));
        }
        if let Some((start, at)) = open
            && code.starts_with('}')
            && indent == at
        {
            found.push((start + 1, index - start + 1));
            open = None;
        }
    }
    found
}

fn root_names(text: &str) -> usize {
    let mut names = BTreeSet::new();
    let mut uses = String::new();
    for line in text.lines() {
        if let Some(module) = line.strip_prefix("pub mod ") {
            names.insert(module.trim_end_matches(';').to_owned());
        }
        if line.starts_with("pub use ") || !uses.is_empty() {
            uses.push_str(line);
            if line.contains(';') {
                let list = uses.rsplit("::").next().unwrap_or_default().to_owned();
                names.extend(
                    list.split([',', '{', '}', ';', ' ']).filter(|word| !word.is_empty()).map(str::to_owned),
                );
                uses.clear();
            }
        }
    }
    names.len()
}

/// All files below a folder with this extension, sorted.
pub fn files(dir: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_function_and_a_forbidden_name_are_found() {
        let long = format!("fn long() {{\n{}}}\n", "    work();\n".repeat(FUNCTION_LINES_MAX));
        let mut findings = Vec::new();
        sizes("crates/line/src/x.rs", &long, &mut findings);
        names("crates/line/src/x.rs", "use std::net::UdpSocket; // why\n", &mut findings);
        names("crates/node/src/x.rs", "use std::net::UdpSocket;\n", &mut findings);
        assert_eq!(findings.len(), 2, "{findings:?}");
    }
}
