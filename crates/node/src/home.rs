//! Making homes: `init` for one side, `join` to pair two on one machine.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::path::Path;

use ringdown_line::pairing::{SideKeys, pair};
use ringdown_record::{LineId, PublicKey, Secret, charter};
use ringdown_store::Record;

use crate::clock::Clock;
use crate::config::{CarrierConfig, ConfigError, Home, HomeConfig, LineConfig};
use crate::entropy::random;
use crate::officers::{OfficerEntry, all_roles};

/// Name of the officer that `init` makes.
const OFFICER_NAME: &str = "Duty officer";
/// First console port that `join` tries.
const CONSOLE_PORT_FIRST: u16 = 4101;

/// Makes keys and config for one side, with an officer whose key the node holds. Refuses to touch a home that exists.
pub fn init(dir: &Path, side: &str, lab: bool) -> Result<(), ConfigError> {
    init_without_officer(dir, side, lab)?;
    add_officer(dir, OFFICER_NAME, &[]).map(drop)
}

/// The same without an officer, where all of them keep their keys themselves.
pub fn init_without_officer(dir: &Path, side: &str, lab: bool) -> Result<(), ConfigError> {
    if !charter::is_side_name(side) {
        return Err(ConfigError(format!(
            "'{side}' is no name of a side: use 1 to 16 capital letters, digits and hyphens, such as BLUE"
        )));
    }
    let home = Home::at(dir);
    if home.exists() {
        return Err(ConfigError(format!("{} is a home already; nothing was changed", dir.display())));
    }
    let config = HomeConfig {
        side: side.to_owned(),
        console_port: 0,
        lab,
        units: None,
        places: None,
        translation: None,
        hooks: None,
        alarms: None,
        console: None,
    };
    home.create(&config, [random(), random(), random()], random())
}

/// Adds an officer whose key the node holds; gives his index.
pub fn add_officer(dir: &Path, name: &str, may: &[String]) -> Result<u16, ConfigError> {
    let entry = OfficerEntry::held_by_node(name, &roles_or_all(may), &random());
    Home::at(dir).add_officer(entry, random())
}

/// Adds an officer who keeps the secret half of this key himself.
pub fn add_officer_with_key(
    dir: &Path,
    name: &str,
    may: &[String],
    public: &PublicKey,
) -> Result<u16, ConfigError> {
    let entry = OfficerEntry::held_in_file(name, &roles_or_all(may), public);
    Home::at(dir).add_officer(entry, random())
}

pub(crate) fn roles_or_all(may: &[String]) -> Vec<String> {
    if may.is_empty() { all_roles() } else { may.to_vec() }
}

/// Ports that the user asked for; `None` to look for free ones.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ports {
    /// Console of the first home.
    pub a: Option<u16>,
    /// Console of the second home.
    pub b: Option<u16>,
}

/// Pairs two homes on one machine: charter, shared secret, the first entries, carriers between them.
pub fn join(dir_a: &Path, dir_b: &Path, ports: Ports) -> Result<LineId, ConfigError> {
    let homes = [Home::at(dir_a), Home::at(dir_b)];
    let configs = [homes[0].config()?, homes[1].config()?];
    if configs[0].side == configs[1].side {
        return Err(ConfigError(format!("both homes are of side {}; a line has two sides", configs[0].side)));
    }
    for (home, config) in homes.iter().zip(&configs) {
        if !home.lines()?.is_empty() {
            return Err(ConfigError(format!(
                "{} of {} has a line already; nothing was changed",
                home.dir.display(),
                config.side
            )));
        }
    }
    let sides = [side_keys(&homes[0], &configs[0])?, side_keys(&homes[1], &configs[1])?];
    let pairing = Secret(random());
    let paired = pair(&sides, random(), &pairing, Clock::host().now().wall);
    let line = paired.charter.line_id();
    let addresses = [free_udp()?, free_udp()?];
    // A port that is set stays: passkeys may be for it.
    let set = configs.each_ref().map(|config| Some(config.console_port).filter(|port| *port != 0));
    let first = console_port(ports.a.or(set[0]), CONSOLE_PORT_FIRST)?;
    let next = if set[0].is_some() { CONSOLE_PORT_FIRST } else { first.saturating_add(1) };
    let consoles = [first, console_port(ports.b.or(set[1]), next)?];
    for (index, home) in homes.iter().enumerate() {
        let line_home = home.line(&line.to_string());
        let carrier = CarrierConfig::Udp { number: 1, listen: addresses[index], peer: addresses[1 - index] };
        let config =
            LineConfig { default_class: Some("TEST".into()), other_way: None, carriers: vec![carrier] };
        line_home.create(&config, &pairing, &paired.signed)?;
        Record::create(&line_home.record(), &paired.signed, &paired.entries)
            .map_err(|error| ConfigError(error.to_string()))?;
        home.write_config(&HomeConfig { console_port: consoles[index], ..configs[index].clone() })?;
    }
    Ok(line)
}

fn side_keys(home: &Home, config: &HomeConfig) -> Result<SideKeys, ConfigError> {
    let keys = home.keys()?;
    Ok(SideKeys {
        name: config.side.clone(),
        root: keys.root,
        node: keys.node,
        channel: keys.channel,
        officers: keys.officers.into_iter().map(|officer| officer.public).collect(),
    })
}

/// A UDP port that nobody has now. The socket is closed again, so it is a likely one, not a sure one.
fn free_udp() -> Result<SocketAddr, ConfigError> {
    let bound = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|socket| socket.local_addr());
    bound.map_err(|error| ConfigError(format!("no free UDP port on this machine: {error}")))
}

/// The port of this home's console. If it was not set it is now, to the first free one.
pub(crate) fn fixed_console_port(home: &Home, config: &HomeConfig) -> Result<u16, ConfigError> {
    if config.console_port != 0 {
        return Ok(config.console_port);
    }
    let port = console_port(None, CONSOLE_PORT_FIRST)?;
    home.write_config(&HomeConfig { console_port: port, ..config.clone() })?;
    Ok(port)
}

fn console_port(wanted: Option<u16>, first: u16) -> Result<u16, ConfigError> {
    let is_free = |port: u16| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
    if let Some(port) = wanted {
        return Ok(port);
    }
    (first..first.saturating_add(200))
        .find(|port| is_free(*port))
        .ok_or_else(|| ConfigError(format!("no free TCP port from {first} on; name one")))
}
