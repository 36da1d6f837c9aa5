//! Compiles `shim.c`, and runs this test binary again with it.
//!
//! Where that is not possible the tests say so, and why: they do not count as run.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use tempfile::TempDir;

/// The code with which a process ends that the shim has stopped.
pub const CRASHED: i32 = 77;

/// What `errno` says of a disk that is broken, and of one that is full.
pub const EIO: i32 = 5;
pub const ENOSPC: i32 = 28;

/// A compiled shim.
pub struct Shim {
    path: PathBuf,
    _dir: TempDir,
}

/// How the disk behaves for one process; see `shim.c`.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    pub at: u64,
    pub how: Option<String>,
    /// How often, and of which files, it says that they are synced, and keeps nothing.
    pub drops_sync: Option<(u32, &'static str)>,
    /// Kind (write, sync), first, how many, errno, and of which files.
    pub fail: Option<(&'static str, u64, u64, i32, &'static str)>,
    pub medium: Option<PathBuf>,
    pub report: Option<PathBuf>,
}

/// What a process said and how it ended.
pub struct Ended {
    pub code: Option<i32>,
    pub told: Vec<String>,
    pub errors: String,
}

/// The shim, or a message that the tests of this file did not run, and why.
pub fn shim() -> Option<&'static Shim> {
    static SHIM: OnceLock<Result<Shim, String>> = OnceLock::new();
    match SHIM.get_or_init(compile) {
        Ok(shim) => Some(shim),
        Err(why) => {
            let _ = writeln!(std::io::stderr(), "SKIPPED, does not count as run: {why}");
            None
        }
    }
}

fn compile() -> Result<Shim, String> {
    if !cfg!(all(target_os = "linux", target_pointer_width = "64")) {
        return Err("the shim is for Linux with 64 bits".into());
    }
    let dir = tempfile::tempdir().map_err(|error| error.to_string())?;
    let path = dir.path().join("shim.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/store/shim.c");
    let flags = ["-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o"];
    let output = Command::new("cc").args(flags).arg(&path).arg(source).arg("-lpthread").output();
    let output = output.map_err(|error| format!("no C compiler `cc` ({error})"))?;
    assert!(output.status.success(), "shim.c: {}", String::from_utf8_lossy(&output.stderr));
    let shim = Shim { path, _dir: dir };
    // Some systems ignore LD_PRELOAD; then nothing would be stopped, and everything would seem to hold.
    let (probe, report) = (directory(), shim._dir.path().join("report"));
    let ended =
        shim.run(probe.path(), "opens_a_record", &Disk { report: Some(report.clone()), ..Disk::default() });
    match std::fs::read_to_string(report) {
        Ok(_) => Ok(shim),
        Err(_) => Err(format!("LD_PRELOAD has no effect here ({})", ended.errors)),
    }
}

/// A directory in memory where there is one: what is on the medium is the shim's business, and no time is lost to it.
pub fn directory() -> TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.or_else(|_| tempfile::tempdir()).expect("a directory")
}

impl Shim {
    /// Runs the child in a directory. `steps` tells it what to do.
    pub fn run(&self, dir: &Path, steps: &str, disk: &Disk) -> Ended {
        let dir = dir.canonicalize().expect("a directory");
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command
            .args(["--exact", "scenario::child", "--ignored", "--nocapture", "--test-threads=1", "--quiet"])
            .env("LD_PRELOAD", &self.path)
            .env("SHIM_DIR", &dir)
            .env("SHIM_AT", disk.at.to_string())
            .env(crate::scenario::DIR, &dir)
            .env(crate::scenario::STEPS, steps);
        if let Some((count, name)) = disk.drops_sync {
            command.env("SHIM_DROP_SYNC", format!("{count}/{name}"));
        }
        if let Some(how) = &disk.how {
            command.env("SHIM_HOW", how);
        }
        if let Some((kind, first, count, errno, name)) = disk.fail {
            command.env("SHIM_FAIL", format!("{kind}/{first}/{count}/{errno}")).env("SHIM_FAIL_NAME", name);
        }
        if let Some(medium) = &disk.medium {
            command.env("SHIM_MEDIUM", medium);
        }
        if let Some(report) = &disk.report {
            command.env("SHIM_REPORT", report);
        }
        let Output { status, stdout, stderr } = command.output().expect("the child runs");
        let told = String::from_utf8_lossy(&stdout);
        let told = told.lines().filter_map(|line| line.strip_prefix("told ")).map(str::to_owned).collect();
        Ended { code: status.code(), told, errors: String::from_utf8_lossy(&stderr).into_owned() }
    }

    /// How many operations there are in all, and how many of those that may fail.
    pub fn count(&self, dir: &Path, steps: &str, disk: &Disk) -> (u64, u64) {
        let report = self._dir.path().join(format!("report-{}", dir.file_name().expect("a name").display()));
        let ended = self.run(dir, steps, &Disk { report: Some(report.clone()), ..disk.clone() });
        assert_eq!(ended.code, Some(0), "{:?} {}", ended.told, ended.errors);
        let report = std::fs::read_to_string(report).expect("a report");
        let numbers: Vec<u64> =
            report.split_whitespace().map(|word| word.parse().expect("a number")).collect();
        (numbers[0], numbers[1])
    }
}
