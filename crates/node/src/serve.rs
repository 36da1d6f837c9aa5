//! Running a home: read it, check it, start everything, stop cleanly.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ringdown_api::{ErrorCode, SOCKET_NAME};
use ringdown_line::{CarrierId, Config, Endpoint};
use ringdown_message::Ledger;
use ringdown_record::{Charter, Side};
use ringdown_store::{OpenError, Record};
use tokio::io::AsyncReadExt;
use tokio::net::UnixListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, watch};

use crate::carrier::UdpCarrier;
use crate::clock::Clock;
use crate::config::{CarrierConfig, Home, HomeConfig, HomeKeys, LineHome};
use crate::driver::{COMMANDS_MAX, Driver};
use crate::entropy::random;
use crate::http::{self, Entrance, Gatekeeper, Node};
use crate::line::{Line, LineSetup};
use crate::network::Network;
use crate::officers::HomeOfficer;
use crate::site::Site;
use crate::text::Tongues;
use crate::verbs::say;
use crate::who::Who;

/// How long open requests may take to end when the node stops.
const FAREWELL: Duration = Duration::from_millis(300);
/// How often the end of the certificate is looked at.
const CERTIFICATE_LOOK: Duration = Duration::from_secs(600);

/// Why a home could not be served, and the exit code that says so.
#[derive(Debug)]
pub struct ServeError {
    /// What happened, what it means, what to do.
    pub text: String,
    /// Exit code.
    pub exit: u8,
}

impl ServeError {
    /// With exit code 1.
    pub fn new(text: impl Into<String>) -> ServeError {
        ServeError { text: text.into(), exit: 1 }
    }
}

impl From<OpenError> for ServeError {
    fn from(error: OpenError) -> Self {
        ServeError::new(error.to_string())
    }
}

/// Serves a home until SIGTERM, SIGINT, or with `until_stdin_ends` until the parent is gone.
pub fn serve(dir: &Path, until_stdin_ends: bool, json: bool) -> Result<(), ServeError> {
    let filter = tracing_subscriber::EnvFilter::try_from_env("RINGDOWN_LOG");
    let filter = filter.unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().max_blocking_threads(4).build();
    let runtime = runtime.map_err(|error| ServeError::new(format!("no runtime: {error}")))?;
    let ended = runtime.block_on(run(dir, until_stdin_ends, json));
    // A read of standard input may still be waiting on a thread of its own; the process does not wait for it.
    runtime.shutdown_background();
    ended
}

async fn run(dir: &Path, until_stdin_ends: bool, json: bool) -> Result<(), ServeError> {
    let home = Home::at(dir);
    let config = home.config()?;
    let keys = home.keys()?;
    let tokens = home.tokens(&keys.officers)?;
    let site = Arc::new(Site::of(&home, &config)?);
    let line_homes = home.lines()?;
    if line_homes.is_empty() {
        return Err(ServeError {
            text: format!(
                "{} is not paired with another side, so there is no line to serve; pair it with 'ringdown join'",
                dir.display()
            ),
            exit: ErrorCode::NotTrusted.exit(),
        });
    }
    let now = Clock::host().now().wall;
    Network::make(&home, &config, now)?;
    let network = Network::of(&home, &config, now)?;
    let mut entrances = http::bind_console(config.console_port).await.map_err(|error| {
        ServeError::new(format!(
            "port {} for the console cannot be used ({error}); stop what uses it, or change console_port in {}",
            config.console_port,
            dir.join("ringdown.toml").display()
        ))
    })?;
    if let Some(network) = &network {
        entrances.push(bind_network(network, dir).await?);
    }
    let (stop, stopped) = watch::channel(false);
    let mut lines = Vec::new();
    let mut drivers = Vec::new();
    for line_home in &line_homes {
        let (line, driver) = start_line(line_home, &config, &keys, &site, stopped.clone()).await?;
        tokio::spawn(crate::watch::run(line.clone(), config.hooks.clone(), stopped.clone()));
        lines.push(line);
        drivers.push(tokio::spawn(driver));
    }
    let gatekeeper = Gatekeeper::new(tokens.clone(), config.console_port);
    let node = Arc::new(Node {
        lines: lines.clone(),
        texts: Tongues::default(),
        gatekeeper,
        auditor: Arc::default(),
        stopped: stopped.clone(),
    });
    let socket = dir.join(SOCKET_NAME);
    let mut servers = Vec::new();
    for entrance in entrances {
        let server = http::serve_console(node.clone(), entrance, until(stopped.clone()));
        servers.push(tokio::spawn(server));
    }
    servers.push(tokio::spawn(http::serve_socket(node, bind_socket(&socket)?, until(stopped.clone()))));
    announce(&config, network.as_ref(), &keys.officers, &tokens, json);
    if let Some(network) = network {
        tokio::spawn(watch_certificate(network, lines));
    }
    wait_for_stop(until_stdin_ends).await;
    let _ = stop.send(true);
    for driver in drivers {
        let _ = driver.await;
    }
    let _ = tokio::time::timeout(FAREWELL, futures_of(servers)).await;
    let _ = std::fs::remove_file(socket);
    Ok(())
}

async fn bind_network(network: &Network, dir: &Path) -> Result<Entrance, ServeError> {
    http::bind_network(network).await.map_err(|error| {
        ServeError::new(format!(
            "{} for the console on the network cannot be used ({error}); stop what uses it, or change 'listen' in [console] \
             in {}",
            network.listen,
            dir.join("ringdown.toml").display()
        ))
    })
}

/// A certificate that runs out soon is an alarm on every line.
async fn watch_certificate(network: Network, lines: Vec<Arc<Line>>) {
    let clock = Clock::host();
    while network.warning(clock.now().wall).is_none() {
        tokio::time::sleep(CERTIFICATE_LOOK).await;
    }
    if let Some(warning) = network.warning(clock.now().wall) {
        lines.iter().for_each(|line| line.alarm(&warning));
    }
}

/// The socket's path must fit the kernel's address.
fn bind_socket(path: &Path) -> Result<UnixListener, ServeError> {
    let name = path.display();
    if path.as_os_str().len() > 107 {
        return Err(ServeError::new(format!(
            "the path of the local socket, {name}, is longer than the 107 bytes that the system allows; use a shorter home"
        )));
    }
    http::bind_socket(path)
        .map_err(|error| ServeError::new(format!("the local socket {name} cannot be made: {error}")))
}

async fn futures_of(servers: Vec<tokio::task::JoinHandle<std::io::Result<()>>>) {
    for server in servers {
        let _ = server.await;
    }
}

/// Opens and checks one line's record and makes its driver.
async fn start_line(
    home: &LineHome,
    config: &HomeConfig,
    keys: &HomeKeys,
    site: &Arc<Site>,
    stopped: watch::Receiver<bool>,
) -> Result<(Arc<Line>, impl Future<Output = ()> + 'static), ServeError> {
    let line_config = home.config()?;
    let pairing = home.pairing()?;
    let clock = Clock::host();
    let mut entries = Vec::new();
    let record = Record::open(&home.record(), |numbered| entries.push(numbered))?;
    let charter = record.charter().clone();
    let own = own_side(&charter, config, keys)?;
    home.check_charter(record.signed_charter(), &charter.line_id().to_string())
        .map_err(|error| ServeError { text: error.0, exit: ErrorCode::NotTrusted.exit() })?;
    config.check_against(&charter)?;
    let mut ledger = Ledger::new(charter.clone(), own);
    for numbered in &entries {
        let noted = if numbered.entry.header().side == own { numbered.sent } else { Some(numbered.arrived) };
        ledger.apply(&numbered.entry, noted);
    }
    let carriers = open_carriers(&line_config.carriers).await?;
    let (notify, notices) = mpsc::unbounded_channel();
    let writer = record.writer(move |notice| drop(notify.send(notice)))?;
    let endpoint_config = Config {
        charter: charter.clone(),
        side: own,
        node: keys.node.clone(),
        channel: keys.channel.clone(),
        pairing,
        carriers: carriers.iter().map(|carrier| carrier.id).collect::<Vec<CarrierId>>(),
    };
    let entries = entries.into_iter().map(|numbered| numbered.entry);
    let endpoint = Endpoint::recover(endpoint_config, entries, clock.now(), &random());
    let (commands, requests) = mpsc::channel(COMMANDS_MAX);
    let (notes, noted) = mpsc::unbounded_channel();
    let line = Arc::new(Line::new(LineSetup {
        charter,
        signed: record.signed_charter().clone(),
        officers: keys.officers.clone(),
        ledger,
        reader: record.reader()?,
        carriers: carriers.clone(),
        clock: clock.clone(),
        commands,
        notes,
        default_class: line_config.default_class,
        other_way: line_config.other_way,
        lab: config.lab,
        site: site.clone(),
        timers: config.alarms.unwrap_or_default(),
    }));
    line.recall_watch().map_err(|error| ServeError::new(error.to_string()))?;
    let driver = Driver::new(endpoint, writer, record.reader()?, carriers, clock, line.clone());
    let run = async move {
        driver.run(notices, requests, noted, until(stopped)).await;
        // The lock goes last: until here nobody else may write.
        drop(record);
    };
    Ok((line, run))
}

async fn open_carriers(configs: &[CarrierConfig]) -> Result<Vec<UdpCarrier>, ServeError> {
    let mut carriers = Vec::new();
    for CarrierConfig::Udp { number, listen, peer } in configs {
        let carrier = UdpCarrier::open(*number, *listen, *peer).await.map_err(|error| {
            ServeError::new(format!(
                "UDP {listen} cannot be used ({error}); stop what uses it, or change line.toml here and the peer's"
            ))
        })?;
        carriers.push(carrier);
    }
    Ok(carriers)
}

/// Which side of the charter this home is: by name and by keys, which must agree.
pub(crate) fn own_side(charter: &Charter, config: &HomeConfig, keys: &HomeKeys) -> Result<Side, ServeError> {
    let found = [Side::Zero, Side::One].into_iter().find(|side| {
        let party = charter.party(*side);
        party.name == config.side && party.root == keys.root.public().to_bytes()
    });
    found.ok_or_else(|| ServeError {
        text: format!(
            "the charter of this line does not name {} with this home's root key; the keys or the line belong to another \
             home",
            config.side
        ),
        exit: ErrorCode::NotTrusted.exit(),
    })
}

/// The addresses are the answer of `serve`; a parent reads "ready".
fn announce(
    config: &HomeConfig,
    network: Option<&Network>,
    officers: &[HomeOfficer],
    tokens: &[(Who, String)],
    json: bool,
) {
    let mut addresses = vec![format!("http://localhost:{}", config.console_port)];
    addresses.extend(network.iter().flat_map(|network| network.door.addresses()));
    let fingerprint = network.and_then(|network| network.fingerprint.as_deref());
    let name = |who: &Who| match who {
        Who::Officer(index) => officers.iter().find(|officer| officer.public.index == *index),
        _ => None,
    };
    if json {
        let console = |(who, token): &(Who, String)| {
            let at: Vec<_> = addresses.iter().map(|address| format!("{address}/#{token}")).collect();
            let officer = name(who).map(|officer| &officer.public.name);
            serde_json::json!({"officer": officer, "address": at[0], "network": at[1..]})
        };
        let consoles: Vec<_> = tokens.iter().map(console).collect();
        let mut said =
            serde_json::json!({"side": config.side, "console": consoles[0]["address"], "ready": true});
        if network.is_some() {
            said["network"] = consoles[0]["network"].clone();
            said["fingerprint"] = fingerprint.into();
        }
        said["consoles"] = consoles.into();
        return say(&said.to_string());
    }
    let mut said = Vec::new();
    for (who, token) in tokens {
        let name = name(who).map_or("to look only", |officer| &officer.public.name);
        said.extend(addresses.iter().map(|address| format!("{} {address}/#{token} {name}", config.side)));
    }
    said.extend(fingerprint.map(|fingerprint| {
        format!(
            "The certificate of this console is its own: a browser warns. Go on only if the SHA-256 fingerprint that the \
             browser shows is\n{fingerprint}"
        )
    }));
    say(&format!("{}\nready", said.join("\n")));
}

async fn until(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

async fn wait_for_stop(until_stdin_ends: bool) {
    let (mut terminate, mut interrupt) =
        match (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
            (Ok(terminate), Ok(interrupt)) => (terminate, interrupt),
            _ => return,
        };
    let parent_gone = async {
        if !until_stdin_ends {
            std::future::pending::<()>().await;
        }
        let _ = tokio::io::stdin().read_to_end(&mut Vec::new()).await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        () = parent_gone => {}
    }
}
