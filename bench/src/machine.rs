//! The machine, the program under measure, and where the files of a run lie.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::Outcome;

/// What all rows share.
#[derive(Debug)]
pub struct Bench {
    /// The release program.
    pub program: PathBuf,
    /// Fewer rounds.
    pub quick: bool,
    target: PathBuf,
    dir: TempDir,
}

impl Bench {
    /// Finds the program beside this one; under cargo it is built first, so that it is the newest.
    pub fn prepare(quick: bool) -> Outcome<Bench> {
        let own = std::env::current_exe()?;
        let beside = own.parent().ok_or("this program lies nowhere")?;
        let program = beside.join("ringdown");
        if let Some(cargo) = std::env::var_os("CARGO") {
            let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
            let built = Command::new(cargo)
                .args(["build", "--release", "--quiet", "--package", "ringdown", "--manifest-path"])
                .arg(manifest)
                .status()?;
            if !built.success() {
                return Err("the release program cannot be built".into());
            }
        }
        if !program.exists() {
            return Err(format!("{} is missing: 'cargo build --release' makes it", program.display()).into());
        }
        let target = beside.parent().unwrap_or(beside).to_owned();
        let dir = tempfile::Builder::new().prefix("bench-").tempdir_in(&target)?;
        Ok(Bench { program, quick, target, dir })
    }

    /// A directory of its own on the disk that is measured.
    pub fn directory(&self) -> Outcome<TempDir> {
        Ok(tempfile::tempdir_in(self.dir.path())?)
    }

    /// Where the results go.
    pub fn results(&self) -> PathBuf {
        self.target.join("bench.json")
    }

    /// The full count, or the quick one.
    pub fn count(&self, full: usize, quick: usize) -> usize {
        if self.quick { quick } else { full }
    }
}

/// How many cores may be used.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The machine in one line.
pub fn words() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or(": unknown processor");
    let load = read("/proc/loadavg");
    let load = load.split(' ').next().unwrap_or("?");
    let kernel = read("/proc/sys/kernel/osrelease");
    format!(
        "{} x {}, Linux {}, load {load} at the start",
        cores(),
        model.trim_start_matches([':', ' ', '\t']),
        kernel.trim()
    )
}
