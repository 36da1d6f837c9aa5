//! `doctor`: whether a home can be served, and under which addresses its console can be opened. It changes nothing.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::ExitCode;

use ringdown_api::{SOCKET_NAME, zulu};
use ringdown_store::Record;

use crate::clock::Clock;
use crate::config::{CarrierConfig, Home, HomeConfig, HomeKeys, LineHome};
use crate::network::Network;
use crate::serve::{ServeError, own_side};
use crate::site::Site;
use crate::verbs::say;

/// What was found, one after the other.
#[derive(Default)]
struct Findings {
    found: Vec<(&'static str, String)>,
}

impl Findings {
    fn good(&mut self, text: String) {
        self.found.push(("good", text));
    }

    fn note(&mut self, text: String) {
        self.found.push(("note", text));
    }

    fn wrong(&mut self, text: String) {
        self.found.push(("WRONG", text));
    }

    fn take<T>(&mut self, looked_at: Result<T, impl Into<ServeError>>) -> Option<T> {
        looked_at.map_err(|error| self.wrong(error.into().text)).ok()
    }

    fn is_free<T>(&mut self, bound: std::io::Result<T>, what: &str) {
        match bound {
            Ok(_) => self.good(format!("{what} is free")),
            Err(error) => self.wrong(format!("{what} cannot be used: {error}")),
        }
    }

    fn are_good(&self) -> bool {
        self.found.iter().all(|(state, _)| *state != "WRONG")
    }
}

/// Looks, and says what it found. Ends with 1 if the node would not start.
pub fn run(dir: &Path, json: bool) -> ExitCode {
    let mut findings = Findings::default();
    look(&Home::at(dir), &mut findings);
    if json {
        let found =
            findings.found.iter().map(|(state, text)| serde_json::json!({"state": state, "text": text}));
        let found: Vec<_> = found.collect();
        say(&serde_json::json!({"good": findings.are_good(), "found": found}).to_string());
    } else {
        findings.found.iter().for_each(|(state, text)| say(&format!("{state:<6} {text}")));
    }
    if findings.are_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn look(home: &Home, findings: &mut Findings) {
    let Some(config) = findings.take(home.config()) else { return };
    findings.good(format!("ringdown.toml is that of {}", config.side));
    let keys = findings.take(home.keys());
    let tokens = keys.as_ref().and_then(|keys| findings.take(home.tokens(&keys.officers)));
    if tokens.is_some() {
        findings.good("keys and tokens can be read, by their owner alone".into());
    }
    findings.take(Site::of(home, &config));
    let runs = UnixStream::connect(home.dir.join(SOCKET_NAME)).is_ok();
    if runs {
        findings.note("the node runs: record and ports are its own now; 'ringdown status' asks it".into());
    }
    let lines = findings.take(home.lines()).unwrap_or_default();
    if lines.is_empty() {
        findings.wrong("no line: pair this side with another by 'ringdown join'".into());
    }
    for line in &lines {
        line_of(line, &config, keys.as_ref(), runs, findings);
    }
    if !runs {
        let port = SocketAddr::from((Ipv4Addr::LOCALHOST, config.console_port));
        findings.is_free(TcpListener::bind(port), &format!("TCP {port} (console_port)"));
    }
    findings.good(format!(
        "http://localhost:{} opens the console here; passkeys can work there",
        config.console_port
    ));
    network(home, &config, runs, findings);
}

fn line_of(
    line: &LineHome,
    config: &HomeConfig,
    keys: Option<&HomeKeys>,
    runs: bool,
    findings: &mut Findings,
) {
    findings.take(line.pairing());
    let Some(line_config) = findings.take(line.config()) else { return };
    if runs {
        return;
    }
    for CarrierConfig::Udp { listen, .. } in &line_config.carriers {
        findings.is_free(UdpSocket::bind(listen), &format!("UDP {listen} (line.toml)"));
    }
    let mut entries = 0;
    let Some(record) = findings.take(Record::open(&line.record(), |_| entries += 1)) else { return };
    let id = record.charter().line_id().to_string();
    findings.take(line.check_charter(record.signed_charter(), &id));
    findings.take(config.check_against(record.charter()));
    if let Some(keys) = keys {
        findings.take(own_side(record.charter(), config, keys));
    }
    findings.good(format!("the record of line {id} is whole: {entries} entries"));
}

fn network(home: &Home, config: &HomeConfig, runs: bool, findings: &mut Findings) {
    let Some(console) = &config.console else {
        return findings
            .note("no [console] in ringdown.toml: nobody opens the console from another machine".into());
    };
    if !runs {
        findings.is_free(
            TcpListener::bind(console.listen),
            &format!("TCP {} ('listen' in [console])", console.listen),
        );
    }
    if let Some(own) = Network::lacks(home, config) {
        findings
            .note(format!("{} is made when the node starts; compare its fingerprint then", own.display()));
    } else if let Some(network) = findings.take(Network::of(home, config, Clock::host().now().wall)).flatten()
    {
        findings.good(format!("the certificate of the console is good until {}", zulu(network.ends())));
        if let Some(fingerprint) = network.fingerprint {
            findings.note(format!("it is the node's own, SHA-256 {fingerprint}"));
        }
    }
    for (name, address) in console.names.iter().zip(console.door().addresses()) {
        let passkeys = match name.parse::<IpAddr>() {
            Ok(_) => "passkeys cannot work under an address, only under a name",
            Err(_) => "passkeys can work there in a browser that trusts the certificate",
        };
        findings.good(format!("{address} opens the console; {passkeys}"));
    }
}
