//! A home on disk: which files it has, what stands in them, and errors that name file and line.
//!
//! ```text
//! DIR/ringdown.toml            side, console port
//! DIR/keys.toml                root, node and channel secrets, and the officers (mode 0600)
//! DIR/forms/*.toml             forms of this site, besides those of the program
//! DIR/console.pem, console.key certificate of the console on a network, if the node made one (key: mode 0600)
//! DIR/token                    what a browser shows to sign in as the first officer (mode 0600)
//! DIR/token-2                  the same for the second officer, and so on
//! DIR/token-view               what a browser shows to look only (mode 0600)
//! DIR/ringdown.sock            the local socket, while the node runs
//! DIR/lines/<id>/line.toml     carriers of this line, and the other way to its peer
//! DIR/lines/<id>/pairing.key   the secret from pairing (mode 0600)
//! DIR/lines/<id>/charter       signed by both roots
//! DIR/lines/<id>/record.db     the record
//! ```

use std::fs;
use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use ringdown_record::charter::KeyList;
use ringdown_record::{Charter, Secret, SignedCharter, SigningKey, charter, encoding};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::entropy::{hex, unhex};
use crate::hook::HooksConfig;
use crate::ladder::Timers;
use crate::network::ConsoleConfig;
use crate::officers::{HomeOfficer, OfficerEntry};
use crate::translate::TranslationConfig;
use crate::who::Who;

/// Longest text of [`LineConfig::other_way`]: it stands in the middle of a sentence.
const OTHER_WAY_LEN_MAX: usize = 200;

/// What a browser shows to sign in.
pub type Token = [u8; 16];

/// `ringdown.toml`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HomeConfig {
    /// Name of this side, such as `BLUE`.
    pub side: String,
    /// Port of the console on localhost; 0 until the home is joined.
    pub console_port: u16,
    /// True in homes made by `demo`: `ringdown lab` may disturb path and clock.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lab: bool,
    /// Units in which values are shown and typed here: `metric` (if left out) or `nautical`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub units: Option<String>,
    /// Form of places: `degrees`, `degrees-minutes` or `degrees-minutes-seconds`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub places: Option<String>,
    /// A service that translates texts for our own people; none if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub translation: Option<TranslationConfig>,
    /// The program that calls people; none if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hooks: Option<HooksConfig>,
    /// Timers of the ladder of alarms; the usual ones if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alarms: Option<Timers>,
    /// The console beyond this machine; nowhere if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub console: Option<ConsoleConfig>,
}

/// `lines/<id>/line.toml`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineConfig {
    /// Class of a message for which none is named: only for practice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_class: Option<String>,
    /// How people reach the other side when this line does not, in words that the console shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_way: Option<String>,
    /// Ways to the peer.
    pub carriers: Vec<CarrierConfig>,
}

/// One carrier.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, tag = "kind", rename_all = "lowercase")]
pub enum CarrierConfig {
    /// One datagram, one cell.
    Udp {
        /// From 1 to 254, the same on both sides; it stands in every nonce.
        number: u8,
        /// Where to receive.
        listen: SocketAddr,
        /// Where the peer receives.
        peer: SocketAddr,
    },
}

/// `keys.toml`, as text.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    root: String,
    node: String,
    channel: String,
    #[serde(default)]
    officers: Vec<OfficerEntry>,
    /// The one officer of a home that was made before a side had several.
    #[serde(default, skip_serializing)]
    officer: Option<String>,
    #[serde(default, skip_serializing)]
    officer_name: Option<String>,
}

/// All secrets of a side that the node holds.
#[derive(Clone, Debug)]
pub struct HomeKeys {
    /// Signs charters, key lists and node keys. Needed for pairing only.
    pub root: SigningKey,
    /// Signs entries.
    pub node: SigningKey,
    /// X25519.
    pub channel: Secret,
    /// The officers, in the order of their indexes, which begin at 1.
    pub officers: Vec<HomeOfficer>,
}

/// Why a home cannot be used. The text names the file and what to do.
#[derive(Debug)]
pub struct ConfigError(pub String);

impl std::fmt::Display for ConfigError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConfigError {}

/// Paths in one home.
#[derive(Clone, Debug)]
pub struct Home {
    /// The home itself.
    pub dir: PathBuf,
}

impl HomeConfig {
    /// Whether what it says fits the charter of a line.
    pub fn check_against(&self, charter: &Charter) -> Result<(), ConfigError> {
        let fits = self.alarms.unwrap_or_default().check_against(charter);
        fits.map_err(|text| ConfigError(format!("ringdown.toml: {text}")))
    }
}

impl Home {
    /// A home at this path, whether it exists or not.
    pub fn at(dir: &Path) -> Home {
        Home { dir: dir.to_owned() }
    }

    /// True when `init` was here.
    pub fn exists(&self) -> bool {
        self.dir.join("ringdown.toml").exists()
    }

    /// `ringdown.toml`, checked.
    pub fn config(&self) -> Result<HomeConfig, ConfigError> {
        if !self.exists() {
            return Err(ConfigError(format!(
                "{} is no home of a ringdown side; make one with 'ringdown init {} --side NAME'",
                self.dir.display(),
                self.dir.display()
            )));
        }
        let path = self.dir.join("ringdown.toml");
        let config: HomeConfig = read_toml(&path)?;
        if !charter::is_side_name(&config.side) {
            return Err(ConfigError(format!("{}: '{}' is no name of a side", path.display(), config.side)));
        }
        let hooks = config.hooks.as_ref().map_or(Ok(()), HooksConfig::check);
        hooks
            .and_then(|()| config.alarms.unwrap_or_default().check())
            .and_then(|()| {
                config.console.as_ref().map_or(Ok(()), |console| console.check(config.console_port))
            })
            .map_err(|text| ConfigError(format!("{}: {text}", path.display())))?;
        Ok(config)
    }

    /// Writes `ringdown.toml`.
    pub fn write_config(&self, config: &HomeConfig) -> Result<(), ConfigError> {
        write_file(&self.dir.join("ringdown.toml"), &to_toml(config), 0o644)
    }

    /// The side's secrets.
    pub fn keys(&self) -> Result<HomeKeys, ConfigError> {
        let path = self.dir.join("keys.toml");
        let file = self.key_file()?;
        let seed = |name: &str, text: &str| {
            unhex::<32>(text).ok_or_else(|| {
                ConfigError(format!("{}: '{name}' is not 64 hex digits; restore the file", path.display()))
            })
        };
        Ok(HomeKeys {
            root: SigningKey::from_seed(&seed("root", &file.root)?),
            node: SigningKey::from_seed(&seed("node", &file.node)?),
            channel: Secret(seed("channel", &file.channel)?),
            officers: officers(&file.officers)
                .map_err(|error| ConfigError(format!("{}: {error}", path.display())))?,
        })
    }

    /// Makes the home: directory, config, fresh keys, and a token to look only. It has no officer yet.
    pub fn create(&self, config: &HomeConfig, seeds: [[u8; 32]; 3], look: Token) -> Result<(), ConfigError> {
        make_dir(&self.dir)?;
        let [root, node, channel] = seeds;
        let keys = KeyFile {
            root: hex(&root),
            node: hex(&node),
            channel: hex(&channel),
            officers: Vec::new(),
            officer: None,
            officer_name: None,
        };
        write_file(&self.dir.join("keys.toml"), &to_toml(&keys), 0o600)?;
        write_file(&self.token_path(Who::Viewer), &hex(&look), 0o600)?;
        self.write_config(config)
    }

    /// Adds an officer, with a token of his own; gives his index. Only before the home has a line: the charter names
    /// the officers.
    pub(crate) fn add_officer(&self, entry: OfficerEntry, token: Token) -> Result<u16, ConfigError> {
        self.without_line()?;
        let mut file = self.key_file()?;
        file.officers.push(entry);
        let index = officers(&file.officers)?.len();
        let index = u16::try_from(index).map_err(|_| ConfigError("there are too many officers".into()))?;
        write_file(&self.token_path(Who::Officer(index)), &hex(&token), 0o600)?;
        write_file(&self.dir.join("keys.toml"), &to_toml(&file), 0o600)?;
        Ok(index)
    }

    /// Refuses if there is a line: its charter names the officers.
    pub(crate) fn without_line(&self) -> Result<(), ConfigError> {
        if self.lines()?.is_empty() {
            return Ok(());
        }
        Err(ConfigError(format!(
            "{} has a line, and its charter names the officers; nothing was changed: add officers before 'ringdown join'",
            self.dir.display()
        )))
    }

    fn key_file(&self) -> Result<KeyFile, ConfigError> {
        let path = self.dir.join("keys.toml");
        only_for_its_owner(&path)?;
        let mut file: KeyFile = read_toml(&path)?;
        if let (Some(secret), Some(name)) = (file.officer.take(), file.officer_name.take()) {
            file.officers.insert(0, OfficerEntry::of_earlier_home(&name, secret));
        }
        Ok(file)
    }

    fn token_path(&self, who: Who) -> PathBuf {
        self.dir.join(match who {
            Who::Officer(1) | Who::Operator(_) => "token".into(),
            Who::Officer(index) => format!("token-{index}"),
            Who::Viewer => "token-view".into(),
        })
    }

    /// What browsers show to sign in: as each officer, and to look only.
    pub fn tokens(&self, officers: &[HomeOfficer]) -> Result<Vec<(Who, String)>, ConfigError> {
        // A home that was made before there was one to look only has none.
        let look = Some(Who::Viewer).filter(|who| self.token_path(*who).exists());
        let doors = officers.iter().map(|officer| Who::Officer(officer.public.index)).chain(look);
        doors
            .map(|who| {
                let path = self.token_path(who);
                only_for_its_owner(&path)?;
                Ok((who, read_text(&path)?.trim().to_owned()))
            })
            .collect()
    }

    /// Homes of the lines of this side.
    pub fn lines(&self) -> Result<Vec<LineHome>, ConfigError> {
        let dir = self.dir.join("lines");
        let Ok(entries) = fs::read_dir(&dir) else { return Ok(Vec::new()) };
        let mut lines: Vec<LineHome> = entries
            .filter_map(|entry| entry.ok())
            .filter(|entry| entry.path().is_dir())
            .map(|entry| LineHome { dir: entry.path() })
            .collect();
        lines.sort_by(|a, b| a.dir.cmp(&b.dir));
        Ok(lines)
    }

    /// The home of a line by its id in hex.
    pub fn line(&self, id: &str) -> LineHome {
        LineHome { dir: self.dir.join("lines").join(id) }
    }
}

/// Paths of one line in a home.
#[derive(Clone, Debug)]
pub struct LineHome {
    /// `DIR/lines/<id>`.
    pub dir: PathBuf,
}

impl LineHome {
    /// The record.
    pub fn record(&self) -> PathBuf {
        self.dir.join("record.db")
    }

    /// `line.toml`, checked.
    pub fn config(&self) -> Result<LineConfig, ConfigError> {
        let path = self.dir.join("line.toml");
        let config: LineConfig = read_toml(&path)?;
        let numbers: Vec<u8> =
            config.carriers.iter().map(|CarrierConfig::Udp { number, .. }| *number).collect();
        let unique = numbers.iter().enumerate().all(|(index, number)| !numbers[..index].contains(number));
        let in_range = numbers.iter().all(|number| (1..=254).contains(number));
        if numbers.is_empty() || numbers.len() > ringdown_line::limits::CARRIERS_MAX || !unique || !in_range {
            return Err(ConfigError(format!(
                "{}: a line has 1 to {} carriers with different numbers from 1 to 254",
                path.display(),
                ringdown_line::limits::CARRIERS_MAX
            )));
        }
        let is_way = |way: &String| !way.trim().is_empty() && way.len() <= OTHER_WAY_LEN_MAX;
        if !config.other_way.as_ref().is_none_or(is_way) {
            return Err(ConfigError(format!(
                "{}: 'other_way' says in 1 to {OTHER_WAY_LEN_MAX} bytes how to reach the other side without this line",
                path.display()
            )));
        }
        Ok(config)
    }

    /// The secret from pairing.
    pub fn pairing(&self) -> Result<Secret, ConfigError> {
        let path = self.dir.join("pairing.key");
        only_for_its_owner(&path)?;
        let text = read_text(&path)?;
        let secret = unhex::<32>(text.trim());
        secret
            .map(Secret)
            .ok_or_else(|| ConfigError(format!("{}: not 64 hex digits; restore the file", path.display())))
    }

    /// The record must be of the line that this home is named after, and of the charter beside it if that is there.
    pub fn check_charter(&self, signed: &SignedCharter, line: &str) -> Result<(), ConfigError> {
        let record = self.record();
        let is_named = self.dir.file_name().is_some_and(|name| name == line);
        let is_beside =
            fs::read(self.dir.join("charter")).map_or(true, |bytes| bytes == encoding::to_cbor(signed));
        if is_named && is_beside {
            return Ok(());
        }
        let which = if is_named { "the charter beside it" } else { "its directory" };
        Err(ConfigError(format!(
            "{} is the record of line {line}, and {which} is of another line; nothing was changed: put each line's files \
             together again, from your copy of the home",
            record.display()
        )))
    }

    /// Makes the line's directory with everything but the record.
    pub fn create(
        &self,
        config: &LineConfig,
        pairing: &Secret,
        signed: &SignedCharter,
    ) -> Result<(), ConfigError> {
        make_dir(&self.dir)?;
        write_file(&self.dir.join("line.toml"), &to_toml(config), 0o644)?;
        write_file(&self.dir.join("pairing.key"), &hex(&pairing.0), 0o600)?;
        write_bytes(&self.dir.join("charter"), &encoding::to_cbor(signed), 0o644)
    }
}

/// The officers of a home, and the rules of a key list about them.
fn officers(entries: &[OfficerEntry]) -> Result<Vec<HomeOfficer>, ConfigError> {
    let officers = (1..).zip(entries).map(|(index, entry)| HomeOfficer::of_entry(index, entry));
    let officers = officers.collect::<Result<Vec<_>, _>>()?;
    let list = officers.iter().map(|officer| officer.public.clone()).collect();
    let list = KeyList { number: 1, previous: [0; 32], officers: list };
    list.check().map_err(|error| ConfigError(format!("the officers: {error}")))?;
    Ok(officers)
}

fn make_dir(dir: &Path) -> Result<(), ConfigError> {
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(dir);
    made.map_err(|error| ConfigError(format!("{} cannot be made: {error}", dir.display())))
}

/// What others could read may be in their hands.
pub(crate) fn only_for_its_owner(path: &Path) -> Result<(), ConfigError> {
    let mode = fs::metadata(path).map_or(0, |metadata| metadata.permissions().mode() & 0o777);
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let name = path.display();
    Err(ConfigError(format!(
        "{name} holds a secret and is open to other users (mode {mode:04o}); whoever has read it can act as this side or \
         sign in: if nobody can have, 'chmod 600 {name}', else make new keys"
    )))
}

fn read_text(path: &Path) -> Result<String, ConfigError> {
    fs::read_to_string(path).map_err(|error| {
        ConfigError(format!(
            "{} cannot be read: {error}; restore it from your copy of the home",
            path.display()
        ))
    })
}

fn read_toml<T: DeserializeOwned>(path: &Path) -> Result<T, ConfigError> {
    let text = read_text(path)?;
    toml::from_str(&text).map_err(|error| ConfigError(format!("{}: {error}", path.display())))
}

fn to_toml<T: Serialize>(value: &T) -> String {
    toml::to_string(value).expect("our own types have a TOML form")
}

pub(crate) fn write_file(path: &Path, text: &str, mode: u32) -> Result<(), ConfigError> {
    write_bytes(path, text.as_bytes(), mode)
}

/// Writes a new file beside the old one, makes it durable, then puts it in its place.
fn write_bytes(path: &Path, bytes: &[u8], mode: u32) -> Result<(), ConfigError> {
    let fresh = path.with_extension("new");
    let write = || -> std::io::Result<()> {
        let mut file =
            fs::OpenOptions::new().create(true).truncate(true).write(true).mode(mode).open(&fresh)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&fresh, path)
    };
    write().map_err(|error| ConfigError(format!("{} cannot be written: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_way_is_free_text_with_a_limit() {
        let dir = tempfile::tempdir().unwrap();
        let home = LineHome { dir: dir.path().to_owned() };
        let read = |first: &str| {
            let carrier = "[[carriers]]\nkind = \"udp\"\nnumber = 1\nlisten = \"127.0.0.1:1\"\npeer = \"127.0.0.1:2\"\n";
            fs::write(home.dir.join("line.toml"), format!("{first}\n{carrier}")).unwrap();
            home.config()
        };
        assert_eq!(read("").unwrap().other_way, None);
        let way = read("other_way = \"telephone +44 20 7946 0000\"").unwrap().other_way;
        assert_eq!(way.as_deref(), Some("telephone +44 20 7946 0000"));
        for bad in [String::from(" "), "x".repeat(OTHER_WAY_LEN_MAX + 1)] {
            let error = read(&format!("other_way = \"{bad}\"")).unwrap_err();
            assert!(error.0.contains("line.toml: 'other_way' says"), "{error}");
        }
    }
}
