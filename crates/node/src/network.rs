//! The console beyond this machine: `[console]` in `ringdown.toml`, its certificate, and what can be wrong with them.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ringdown_api::zulu;
use ringdown_record::WallTime;
use rustls::client::verify_server_name;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::{NoServerSessionStorage, ParsedCertificate, ServerConfig};
use rustls::version::TLS13;
use rustls::{Error as TlsError, InconsistentKeys};
use serde::{Deserialize, Serialize};

use crate::certificate;
use crate::config::{ConfigError, Home, HomeConfig, only_for_its_owner, write_file};
use crate::entropy::random;
use crate::http::Door;

/// Most names of one console.
const NAMES_MAX: usize = 8;
/// Most certificates in one file.
const CHAIN_MAX: usize = 8;
/// Longest file with certificates or a key.
const PEM_LEN_MAX: u64 = 256 * 1024;
/// From so long before its end on, a certificate is told of.
const TOLD_BEFORE: Duration = Duration::from_secs(14 * 24 * 60 * 60);
/// How long a certificate of the node's own is good for. Some browsers take none that is good for longer.
const OWN_LASTS: Duration = Duration::from_secs(825 * 24 * 60 * 60);
/// It begins so long before it is made, for browsers whose clock is behind.
const OWN_BEGINS_BEFORE: Duration = Duration::from_secs(24 * 60 * 60);
/// Files of the certificate that the node makes for itself, in the home.
const OWN_CERTIFICATE: &str = "console.pem";
const OWN_KEY: &str = "console.key";

/// `[console]` in `ringdown.toml`: the console beyond this machine.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsoleConfig {
    /// Address and port to listen on; an address, not a name.
    pub listen: SocketAddr,
    /// Names, or addresses, under which browsers open the console.
    #[serde(default)]
    pub names: Vec<String>,
    /// The site's certificate and what leads to its root, in PEM; the node makes one if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<PathBuf>,
    /// Its key, in PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<PathBuf>,
}

impl ConsoleConfig {
    /// Under which addresses it is opened.
    pub fn door(&self) -> Door {
        Door::network(&self.names, self.listen.port())
    }

    /// Says what is wrong, if anything is. `port` is the console's on loopback.
    pub fn check(&self, port: u16) -> Result<(), String> {
        if self.listen.port() == 0 || self.listen.port() == port {
            return Err(format!(
                "'listen' in [console] is {}; give it a port of its own, not 0 and not console_port",
                self.listen
            ));
        }
        if !(1..=NAMES_MAX).contains(&self.names.len()) {
            return Err(format!(
                "[console] opens the console to the network at {}, and so needs 1 to {NAMES_MAX} names or addresses \
                 under which browsers open it: write names = [\"console.example\"]; certificate and key may be left \
                 out, then the node makes its own",
                self.listen
            ));
        }
        if let Some(name) = self.names.iter().find(|name| !is_host(name)) {
            return Err(format!(
                "'{name}' in 'names' of [console] is neither a host's name in small letters nor an address; write it as a \
                 browser shows it, without https:// and port"
            ));
        }
        if self.certificate.is_some() != self.key.is_some() {
            return Err("[console] names one of 'certificate' and 'key'; name both files, or neither to have the node \
                        make its own certificate"
                .into());
        }
        Ok(())
    }
}

/// As browsers write it in the address: every name has one form.
fn is_host(name: &str) -> bool {
    match name.parse::<IpAddr>() {
        Ok(address) => address.to_string() == name && !address.is_unspecified(),
        Err(_) => {
            let is_name = ServerName::try_from(name).is_ok() && !name.ends_with('.');
            is_name && !name.contains(|c: char| c.is_ascii_uppercase())
        }
    }
}

/// All that the network's door needs, checked.
pub struct Network {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Under which names it is opened.
    pub door: Door,
    /// Certificate and key.
    pub tls: Arc<ServerConfig>,
    /// SHA-256 of the node's own certificate. That of the site is checked by browsers, not by people.
    pub fingerprint: Option<String>,
    certificate: PathBuf,
    ends: WallTime,
}

impl Network {
    /// As the home says; `None` if the console is for this machine alone.
    pub fn of(home: &Home, config: &HomeConfig, now: WallTime) -> Result<Option<Network>, ConfigError> {
        let Some(console) = &config.console else { return Ok(None) };
        let files = match (&console.certificate, &console.key) {
            (Some(certificate), Some(key)) => {
                Files { certificate: home.dir.join(certificate), key: home.dir.join(key), is_own: false }
            }
            _ => Files::own(home),
        };
        let chain = files.chain()?;
        let ends = files.check(&chain[0], &console.names, now)?;
        Ok(Some(Network {
            listen: console.listen,
            door: console.door(),
            fingerprint: files.is_own.then(|| certificate::fingerprint(&chain[0])),
            tls: Arc::new(files.tls(chain)?),
            certificate: files.certificate,
            ends,
        }))
    }

    /// Where a certificate of the node's own is to be made, if one is wanted and there is none.
    pub fn lacks(home: &Home, config: &HomeConfig) -> Option<PathBuf> {
        let own = Files::own(home);
        let is_wanted = config.console.as_ref().is_some_and(|console| console.certificate.is_none());
        (is_wanted && !own.certificate.exists() && !own.key.exists()).then_some(own.certificate)
    }

    /// Makes the certificate that [`Network::lacks`] tells of.
    pub fn make(home: &Home, config: &HomeConfig, now: WallTime) -> Result<(), ConfigError> {
        let (Some(_), Some(console)) = (Network::lacks(home, config), &config.console) else { return Ok(()) };
        let good =
            [before(now, OWN_BEGINS_BEFORE), WallTime::from_ms(now.ms() + OWN_LASTS.as_millis() as u64)];
        let made = certificate::make(&config.side, &console.names, good, &random(), &random());
        let made =
            made.ok_or_else(|| ConfigError("no certificate could be made; start the node again".into()))?;
        let own = Files::own(home);
        write_file(&own.key, &made.key, 0o600)?;
        write_file(&own.certificate, &made.certificate, 0o644)
    }

    /// When the certificate ends.
    pub fn ends(&self) -> WallTime {
        self.ends
    }

    /// What people are told when the certificate runs out soon.
    pub fn warning(&self, now: WallTime) -> Option<String> {
        (now >= before(self.ends, TOLD_BEFORE)).then(|| {
            format!(
                "The certificate of the console on the network, {}, runs out at {}: put a new one in its place and start \
                 the node anew",
                self.certificate.display(),
                zulu(self.ends)
            )
        })
    }
}

fn before(at: WallTime, time: Duration) -> WallTime {
    WallTime::from_ms(at.ms().saturating_sub(time.as_millis() as u64))
}

struct Files {
    certificate: PathBuf,
    key: PathBuf,
    is_own: bool,
}

impl Files {
    /// Those in the home.
    fn own(home: &Home) -> Files {
        let [certificate, key] = [OWN_CERTIFICATE, OWN_KEY].map(|name| home.dir.join(name));
        Files { certificate, key, is_own: true }
    }

    /// The error of one file, with what to do.
    fn wrong(&self, path: &Path, what: &str) -> ConfigError {
        let action = match self.is_own {
            true => format!(
                "move {OWN_CERTIFICATE} and {OWN_KEY} out of the home, and the node makes new ones when it starts; its new \
                 fingerprint is then to be compared in every browser"
            ),
            false => "get a certificate for every name in 'names' of [console] in ringdown.toml, and its key"
                .into(),
        };
        ConfigError(format!(
            "{} {what}; {action}. Without [console] the node starts, with its console on this machine alone",
            path.display()
        ))
    }

    fn chain(&self) -> Result<Vec<CertificateDer<'static>>, ConfigError> {
        let path = &self.certificate;
        let text = self.read(path)?;
        let chain = CertificateDer::pem_slice_iter(&text).take(CHAIN_MAX + 1).collect::<Result<Vec<_>, _>>();
        match chain {
            Ok(chain) if (1..=CHAIN_MAX).contains(&chain.len()) => Ok(chain),
            _ => Err(self.wrong(path, &format!("does not hold 1 to {CHAIN_MAX} certificates in PEM"))),
        }
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, ConfigError> {
        let fits = std::fs::metadata(path).map_or(true, |metadata| metadata.len() <= PEM_LEN_MAX);
        if !fits {
            return Err(self.wrong(path, &format!("is longer than {PEM_LEN_MAX} bytes")));
        }
        std::fs::read(path).map_err(|error| self.wrong(path, &format!("cannot be read: {error}")))
    }

    /// The certificate is good now and for every name; tells when it ends.
    fn check(
        &self,
        leaf: &CertificateDer<'_>,
        names: &[String],
        now: WallTime,
    ) -> Result<WallTime, ConfigError> {
        let path = &self.certificate;
        let no_certificate = || self.wrong(path, "holds no certificate that can be read");
        let [begins, ends] = certificate::validity(leaf).ok_or_else(no_certificate)?;
        if now < begins {
            let early =
                format!("is not valid before {}; look at the clock of this machine, or", zulu(begins));
            return Err(self.wrong(path, &early));
        }
        if now >= ends {
            return Err(self.wrong(path, &format!("has run out at {}", zulu(ends))));
        }
        let parsed = ParsedCertificate::try_from(leaf).map_err(|_| no_certificate())?;
        let is_for = |name: &&String| {
            ServerName::try_from(name.as_str()).is_ok_and(|name| verify_server_name(&parsed, &name).is_ok())
        };
        match names.iter().find(|name| !is_for(name)) {
            Some(name) => {
                Err(self.wrong(path, &format!("is not for '{name}' (no such subject alternative name)")))
            }
            None => Ok(ends),
        }
    }

    /// TLS 1.3 alone: every browser that can show the console speaks it. No tickets, so nothing is kept of a client.
    fn tls(&self, chain: Vec<CertificateDer<'static>>) -> Result<ServerConfig, ConfigError> {
        let path = &self.key;
        only_for_its_owner(path)?;
        let key = PrivateKeyDer::from_pem_slice(&self.read(path)?)
            .map_err(|_| self.wrong(path, "does not hold one key in PEM, without a passphrase"))?;
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[&TLS13])
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key));
        let mut config = config.map_err(|error| match error {
            TlsError::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
                self.wrong(path, &format!("is not the key of {}", self.certificate.display()))
            }
            other => self.wrong(path, &format!("cannot be used: {other}")),
        })?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 24 * 60 * 60 * 1000;
    const LASTS: u64 = 825 * DAY;

    fn opened(dir: &Path, now: u64) -> Result<Network, ConfigError> {
        let config: HomeConfig = toml::from_str(
            "side = \"BLUE\"\nconsole_port = 4101\n[console]\nlisten = \"0.0.0.0:4443\"\nnames = [\"console.blue.example\"]",
        )
        .unwrap();
        let (home, now) = (Home::at(dir), WallTime::from_ms(now));
        Network::make(&home, &config, now)?;
        let network = Network::of(&home, &config, now)?;
        Ok(network.expect("there is a console on the network"))
    }

    #[test]
    fn a_certificate_that_runs_out_is_told_before_and_refused_after() {
        let dir = tempfile::tempdir().unwrap();
        let made = 700 * DAY;
        let network = opened(dir.path(), made).unwrap();
        let told = |now| network.warning(WallTime::from_ms(now));
        assert_eq!(told(made + LASTS - 15 * DAY), None);
        let warning = told(made + LASTS - 13 * DAY).unwrap();
        assert!(warning.contains("console.pem") && warning.contains("2029-03-06"), "{warning}");
        assert!(opened(dir.path(), made + LASTS - 1000).is_ok());
        let late = opened(dir.path(), made + LASTS).err().unwrap();
        assert!(late.0.contains("console.pem has run out at 2029-03-06"), "{late}");
        let early = opened(dir.path(), made - 2 * DAY).err().unwrap();
        assert!(early.0.contains("is not valid before") && early.0.contains("clock"), "{early}");
    }

    #[test]
    fn names_are_written_as_browsers_show_them() {
        for good in ["console.blue.example", "console", "localhost", "192.0.2.7", "2001:db8::7"] {
            assert!(is_host(good), "{good}");
        }
        for bad in [
            "",
            "Console.example",
            "console.example.",
            "console.example:443",
            "[2001:db8::7]",
            "2001:0db8::7",
            "0.0.0.0",
            "*",
        ] {
            assert!(!is_host(bad), "{bad}");
        }
    }
}
