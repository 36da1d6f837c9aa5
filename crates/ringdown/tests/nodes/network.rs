//! The console on a network: only with TLS, only under its names, and what a stranger there can hold.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ringdown_node::certificate;
use ringdown_node::clock::Clock;
use ringdown_node::http::{CONNECTIONS_MAX, HANDSHAKE_PACE, HANDSHAKE_TIME, HEADERS_TIME, UNREAD_TIME};
use ringdown_record::WallTime;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use sha2::{Digest, Sha256};

use crate::world::{BLUE, GREEN, Ran, World, free_port, one_value, ringdown, text};

/// Longest wait for anything: what is without a limit never comes.
const PATIENCE: Duration = Duration::from_secs(60);
const NAME: &str = "console.blue.test";

/// BLUE's console on the network.
struct Console {
    home: PathBuf,
    port: String,
}

impl Console {
    /// Adds it to the home.
    fn of(world: &World) -> Console {
        let console = Console { home: world.sides[BLUE].home.clone(), port: free_port() };
        console.says(&format!("listen = \"0.0.0.0:{}\"\nnames = [\"{NAME}\", \"127.0.0.1\"]", console.port));
        console
    }

    /// A world in which both nodes run, and BLUE's console is on the network.
    fn running() -> (World, Console) {
        let mut world = World::paired();
        let console = Console::of(&world);
        world.start(BLUE);
        world.start(GREEN);
        (world, console)
    }

    /// Replaces `[console]`.
    fn says(&self, keys: &str) {
        let path = self.home.join("ringdown.toml");
        let config = fs::read_to_string(&path).unwrap();
        let others = config.split("\n[console]\n").next().unwrap();
        fs::write(path, format!("{others}\n[console]\n{keys}\n")).unwrap();
    }

    /// Serves the home with nobody who waits for it: it ends as soon as it is ready.
    fn serve(&self, more: &[&str]) -> Ran {
        ringdown(&[&["serve", text(&self.home), "--until-stdin-ends"], more].concat())
    }

    fn certificate(&self) -> CertificateDer<'static> {
        CertificateDer::from_pem_file(self.home.join("console.pem")).unwrap()
    }

    fn dial(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port.parse().unwrap())).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// As a browser in which the certificate was compared, or came from the site.
    fn client(&self) -> ClientConnection {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.unwrap().with_root_certificates(roots).with_no_client_auth();
        ClientConnection::new(Arc::new(config), ServerName::try_from(NAME).unwrap()).unwrap()
    }

    fn connect(&self) -> StreamOwned<ClientConnection, TcpStream> {
        StreamOwned::new(self.client(), self.dial())
    }

    fn host(&self) -> String {
        format!("{NAME}:{}", self.port)
    }

    /// Status and whole answer of one request.
    fn ask(&self, request_line: &str, host: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
        let length = body.len();
        let mut request = format!(
            "{request_line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n"
        );
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        let mut stream = self.connect();
        write!(stream, "{request}\r\n{body}").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        (answer.split(' ').nth(1).unwrap().parse().unwrap(), answer)
    }

    fn token(&self) -> String {
        fs::read_to_string(self.home.join("token")).unwrap()
    }
}

/// All that comes until the node closes.
fn rest_of(stream: &mut impl Read) -> String {
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Ok(_) => {}
        Err(error) if matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::UnexpectedEof) => {}
        Err(error) => panic!("the node neither answers nor closes: {error}"),
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// Writes what waits, and reads nothing.
fn write_on(client: &mut ClientConnection, stream: &mut TcpStream) -> std::io::Result<()> {
    while client.wants_write() {
        client.write_tls(stream)?;
    }
    Ok(())
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

// API-22.
#[test]
fn the_console_on_the_network_is_opened_over_tls_with_the_token() {
    let (_world, console) = Console::running();
    let (origin, host) = (format!("https://{}", console.host()), console.host());
    assert_eq!(console.ask("GET /", &host, &[], "").0, 401, "the sign-in page");
    let form = [("Origin", origin.as_str()), ("Content-Type", "application/x-www-form-urlencoded")];
    let token = format!("token={}", console.token());
    let (status, answer) = console.ask("POST /sign-in", &host, &form, &token);
    assert_eq!(status, 303, "{answer}");
    let cookie = answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    assert!(cookie.contains("; Secure") && cookie.contains("; HttpOnly"), "{cookie}");
    let session = ("Cookie", cookie.split(';').next().unwrap());
    assert_eq!(console.ask("GET /", &host, &[session], "").0, 200);
    let chosen =
        console.ask("POST /settings/language", &host, &[&form[..], &[session]].concat(), "language=ru").1;
    assert!(chosen.contains("=ru; ") && chosen.contains("; Secure"), "{chosen}");
    let bearer = format!("Bearer {}", console.token());
    let status = console.ask("GET /v1/lines/-/status", &host, &[("Authorization", &bearer)], "");
    assert!(status.0 == 200 && status.1.contains("\"side\":\"BLUE\""), "{}", status.1);
}

// API-22.
#[test]
fn the_console_on_the_network_has_hosts_and_an_origin_of_its_own() {
    let (_world, console) = Console::running();
    let (port, form) = (&console.port, ("Content-Type", "application/x-www-form-urlencoded"));
    for foreign in [format!("localhost:{port}"), format!("rebound.example:{port}"), NAME.to_owned()] {
        let (status, answer) = console.ask("GET /", &foreign, &[], "");
        assert_eq!(status, 403, "{foreign}");
        assert!(
            answer.contains(&format!("Open https://{NAME}:{port} or https://127.0.0.1:{port}.")),
            "{answer}"
        );
    }
    assert_eq!(
        console.ask("GET /", &format!("127.0.0.1:{port}"), &[], "").0,
        401,
        "an address is a name too"
    );
    let token = format!("token={}", console.token());
    for foreign in [format!("http://{}", console.host()), format!("https://localhost:{port}"), "null".into()]
    {
        let headers = [("Origin", foreign.as_str()), form];
        assert_eq!(console.ask("POST /sign-in", &console.host(), &headers, &token).0, 403, "{foreign}");
    }
}

#[test]
fn serve_prints_the_addresses_and_the_fingerprint_of_a_certificate_that_it_makes_once() {
    let world = World::paired();
    let console = Console::of(&world);
    let first = console.serve(&[]);
    assert_eq!(first.exit, 0, "{}", first.err);
    let bytes = Sha256::digest(console.certificate());
    let fingerprint = bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":");
    assert!(first.out.contains(&fingerprint), "{}", first.out);
    let address = format!("https://{}/#{}", console.host(), console.token());
    assert!(first.out.contains(&format!("BLUE {address} Duty officer\n")), "{}", first.out);
    let mode = |name| fs::metadata(console.home.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("console.key"), 0o600);
    let second = one_value(&console.serve(&["--json"]).out);
    assert_eq!(second["fingerprint"], fingerprint.as_str(), "the same certificate");
    assert_eq!(second["network"][0], address.as_str());
}

/// What is wrong with `[console]` or its files, and the words that say so.
type Fault = (fn(&Console), &'static [&'static str]);

const SITE: &str = "names = [\"console.blue.test\"]\ncertificate = \"site.pem\"\nkey = \"site.key\"";

/// The files of a site whose certificate is for `console.blue.test`.
fn site(console: &Console) {
    assert_eq!(console.serve(&[]).exit, 0, "it makes a certificate");
    for (own, site) in [("console.pem", "site.pem"), ("console.key", "site.key")] {
        fs::rename(console.home.join(own), console.home.join(site)).unwrap();
    }
    console.says(&format!("listen = \"0.0.0.0:{}\"\n{SITE}", console.port));
}

static FAULTS: [Fault; 14] = [
    (|console| console.says("listen = \"192.0.2.7:4443\""), &["ringdown.toml", "[console]", "names = ["]),
    (|console| console.says("listen = \"192.0.2.7\"\nnames = [\"a.test\"]"), &["ringdown.toml", "listen"]),
    (
        |console| console.says("listen = \"0.0.0.0:0\"\nnames = [\"a.test\"]"),
        &["ringdown.toml", "'listen'", "port"],
    ),
    (
        |console| console.says("listen = \"0.0.0.0:4443\"\nnames = [\"https://a.test\"]"),
        &["ringdown.toml", "'https://a.test'", "without https://"],
    ),
    (
        |console| console.says("listen = \"0.0.0.0:4443\"\nnames = [\"a.test\"]\nkey = \"a.key\""),
        &["ringdown.toml", "'certificate' and 'key'", "both"],
    ),
    (
        |console| console.says(&format!("listen = \"0.0.0.0:4443\"\n{SITE}")),
        &["site.pem cannot be read", "Without [console]"],
    ),
    (
        |console| {
            site(console);
            fs::write(console.home.join("site.pem"), "-----BEGIN CERTIFICATE-----\n").unwrap();
        },
        &["site.pem", "certificates in PEM", "get a certificate"],
    ),
    (
        |console| {
            site(console);
            fs::write(console.home.join("site.key"), "no key").unwrap();
        },
        &["site.key", "one key in PEM"],
    ),
    (
        |console| {
            site(console);
            set_mode(&console.home.join("site.key"), 0o640);
        },
        &["site.key", "0640", "chmod 600"],
    ),
    (
        |console| {
            let other = World::paired();
            let theirs = Console::of(&other);
            site(console);
            site(&theirs);
            fs::copy(theirs.home.join("site.key"), console.home.join("site.key")).unwrap();
        },
        &["site.key is not the key of", "site.pem"],
    ),
    (
        |console| {
            site(console);
            let other = SITE.replace("console.blue.test", "other.blue.test");
            console.says(&format!("listen = \"0.0.0.0:4443\"\n{other}"));
        },
        &["site.pem is not for 'other.blue.test'", "'names'"],
    ),
    (
        |console| {
            assert_eq!(console.serve(&[]).exit, 0);
            console.says("listen = \"0.0.0.0:4443\"\nnames = [\"other.blue.test\"]");
        },
        &["console.pem is not for 'other.blue.test'", "move console.pem and console.key", "fingerprint"],
    ),
    (
        |console| {
            assert_eq!(console.serve(&[]).exit, 0);
            fs::remove_file(console.home.join("console.key")).unwrap();
        },
        &["console.key", "cannot be read"],
    ),
    (
        |console| {
            let path = console.home.join("ringdown.toml");
            let config = fs::read_to_string(&path).unwrap();
            let port = config.lines().find_map(|line| line.strip_prefix("console_port = ")).unwrap();
            console.says(&format!("listen = \"0.0.0.0:{port}\"\nnames = [\"a.test\"]"));
        },
        &["ringdown.toml", "'listen'", "console_port"],
    ),
];

// "An address beyond loopback without the rest is refused": with the file, the field, and what to do.
#[test]
fn a_console_on_the_network_that_is_not_whole_is_refused_in_words() {
    for (index, (make, words)) in FAULTS.iter().enumerate() {
        let world = World::paired();
        let console = Console::of(&world);
        make(&console);
        let ran = console.serve(&[]);
        assert_eq!(ran.exit, 1, "fault {index}: {} {}", ran.out, ran.err);
        assert!(!ran.out.contains("ready"), "fault {index}: {}", ran.out);
        assert!(words.iter().all(|word| ran.err.contains(word)), "fault {index}, {words:?}: {}", ran.err);
    }
}

#[test]
fn a_port_on_the_network_that_is_taken_is_told() {
    let world = World::paired();
    let console = Console::of(&world);
    let _taken = std::net::TcpListener::bind(("0.0.0.0", console.port.parse().unwrap())).unwrap();
    let ran = console.serve(&[]);
    assert_eq!(ran.exit, 1, "{}", ran.out);
    assert!(ran.err.contains(&console.port) && ran.err.contains("'listen' in [console]"), "{}", ran.err);
}

#[test]
fn a_certificate_of_the_site_takes_the_place_of_the_own_one() {
    let mut world = World::paired();
    let console = Console::of(&world);
    site(&console);
    let ran = console.serve(&[]);
    assert_eq!(ran.exit, 0, "{}", ran.err);
    assert!(!ran.out.contains("fingerprint"), "browsers check it, not people: {}", ran.out);
    assert!(!console.home.join("console.pem").exists(), "none was made");
    fs::copy(console.home.join("site.pem"), console.home.join("console.pem")).unwrap();
    world.start(BLUE);
    assert_eq!(console.ask("GET /", &console.host(), &[], "").0, 401, "the sign-in page");
}

#[test]
fn plain_http_on_the_network_is_told_the_address_and_nothing_else() {
    let (_world, console) = Console::running();
    let mut stream = console.dial();
    let bearer = console.token();
    let request = format!("GET /v1/lines/-/status HTTP/1.1\r\nHost: {}\r\n", console.host());
    write!(stream, "{request}Authorization: Bearer {bearer}\r\n\r\n").unwrap();
    let answer = rest_of(&mut stream);
    assert!(
        answer.starts_with("HTTP/1.1 400") && answer.contains(&format!("Open https://{}", console.host())),
        "{answer}"
    );
    assert!(!answer.contains("BLUE"), "{answer}");
}

#[test]
fn a_handshake_that_does_not_end_costs_the_connection() {
    // HANDSHAKE_TIME
    let (_world, console) = Console::running();
    let mut hello = Vec::new();
    console.client().write_tls(&mut hello).unwrap();
    let mut silent = console.dial();
    let mut half = console.dial();
    half.write_all(&hello[..hello.len() / 2]).unwrap();
    let mut unfinished = console.dial();
    unfinished.write_all(&hello).unwrap();
    let mut garbage = console.dial();
    garbage.write_all(&[0x16; 4096]).unwrap();
    assert_eq!(rest_of(&mut silent), "");
    assert_eq!(rest_of(&mut half), "");
    rest_of(&mut unfinished);
    rest_of(&mut garbage);
    assert!(HANDSHAKE_TIME < PATIENCE);
    // HEADERS_TIME: after the handshake, as on loopback.
    let mut slow = console.connect();
    slow.write_all(b"GET / HTTP/1.1\r\nHost: conso").unwrap();
    assert!(!rest_of(&mut slow).contains("200") && HEADERS_TIME < PATIENCE);
    assert_eq!(console.ask("GET /", &console.host(), &[], "").0, 401, "others are served");
}

#[test]
fn strangers_on_the_network_leave_loopback_and_the_line_alone() {
    // CONNECTIONS_MAX
    let (world, console) = Console::running();
    let mut held: Vec<_> = (0..CONNECTIONS_MAX).map(|_| console.dial()).collect();
    let sent = world.send(BLUE, "FLASH", "the command line has a door of its own");
    world.wait(BLUE, &sent, "stored");
    let config = fs::read_to_string(console.home.join("ringdown.toml")).unwrap();
    let port = config.lines().find_map(|line| line.strip_prefix("console_port = ")).unwrap();
    let mut loopback = TcpStream::connect(("127.0.0.1", port.parse().unwrap())).unwrap();
    write!(loopback, "GET / HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n").unwrap();
    assert!(rest_of(&mut loopback).starts_with("HTTP/1.1 401"), "loopback has seats of its own");
    for silent in &mut held {
        assert_eq!(rest_of(silent), "", "who says nothing loses his place");
    }
    assert_eq!(console.ask("GET /", &console.host(), &[], "").0, 401, "and then others are served again");
}

#[test]
fn who_does_not_read_his_answers_over_tls_loses_his_connection() {
    // UNREAD_TIME
    let (_world, console) = Console::running();
    let mut greedy = console.connect();
    let request = format!("GET /assets/console.css HTTP/1.1\r\nHost: {}\r\n\r\n", console.host());
    greedy.write_all(request.as_bytes()).unwrap();
    let StreamOwned { mut conn, mut sock } = greedy;
    let ended = (0..200_000).find_map(|_| {
        conn.writer().write_all(request.as_bytes()).unwrap();
        write_on(&mut conn, &mut sock).err()
    });
    let closed = [ErrorKind::ConnectionReset, ErrorKind::BrokenPipe];
    assert!(ended.is_some_and(|error| closed.contains(&error.kind())), "the node keeps writing for nobody");
    assert!(UNREAD_TIME < PATIENCE);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a lower limit that no load can break")]
fn handshakes_are_taken_at_a_pace() {
    // HANDSHAKE_PACE: however fast they come, so many handshakes and no more cost the node a signature.
    const AT_ONCE: u32 = 8;
    const EACH: u32 = 8;
    let (_world, console) = Console::running();
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                for _ in 0..EACH {
                    let mut stream = console.connect();
                    stream.conn.complete_io(&mut stream.sock).unwrap();
                }
            });
        }
    });
    assert!(begun.elapsed() >= HANDSHAKE_PACE * (AT_ONCE * EACH - 1));
}

/// Puts a certificate into the home, as the node's own, that ends so many days from now.
fn ends_in_days(console: &Console, days: i64) {
    let ends =
        WallTime::from_ms(Clock::host().now().wall.ms().saturating_add_signed(days * 24 * 60 * 60 * 1000));
    let good = [WallTime::default(), ends];
    let made =
        certificate::make("BLUE", &[NAME.into(), "127.0.0.1".into()], good, &[7; 32], &[7; 16]).unwrap();
    fs::write(console.home.join("console.pem"), made.certificate).unwrap();
    fs::write(console.home.join("console.key"), made.key).unwrap();
    set_mode(&console.home.join("console.key"), 0o600);
}

#[test]
fn a_certificate_that_runs_out_soon_is_an_alarm_and_one_that_has_is_refused() {
    let mut world = World::paired();
    let console = Console::of(&world);
    ends_in_days(&console, 15);
    world.start(BLUE);
    assert_eq!(world.json(BLUE, &["status"])["alarms"], serde_json::json!([]));
    world.stop(BLUE);
    ends_in_days(&console, 13);
    world.start(BLUE);
    let alarms = world.json(BLUE, &["status"])["alarms"].to_string();
    assert!(
        alarms.contains("console.pem, runs out at") && alarms.contains("start the node anew"),
        "{alarms}"
    );
    world.stop(BLUE);
    ends_in_days(&console, -1);
    let ran = console.serve(&[]);
    assert_eq!(ran.exit, 1, "{}", ran.out);
    assert!(
        ran.err.contains("console.pem has run out at") && ran.err.contains("Without [console]"),
        "{}",
        ran.err
    );
}

/// What `doctor` found: how it ended, and the states with their texts.
fn doctor(console: &Console) -> (i32, Vec<(String, String)>) {
    let ran = ringdown(&["doctor", text(&console.home), "--json"]);
    let value = one_value(&ran.out);
    assert_eq!(value["good"], ran.exit == 0, "{value}");
    let found = value["found"].as_array().unwrap().iter();
    let word = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    (ran.exit, found.map(|each| (word(&each["state"]), word(&each["text"]))).collect())
}

#[test]
fn the_doctor_says_where_the_console_opens_and_passkeys_can_work_and_changes_nothing() {
    let mut world = World::paired();
    let console = Console::of(&world);
    let says = |found: &[(String, String)], state: &str, words: &[&str]| {
        let is_it = |(found, text): &&(String, String)| {
            found == state && words.iter().all(|word| text.contains(word))
        };
        assert!(found.iter().find(is_it).is_some(), "{state} {words:?}: {found:#?}");
    };
    let (exit, found) = doctor(&console);
    assert_eq!(exit, 0, "{found:#?}");
    says(&found, "note", &["console.pem is made when the node starts"]);
    says(&found, "good", &["http://localhost:", "passkeys can work"]);
    says(
        &found,
        "good",
        &[&format!("https://{}", console.host()), "passkeys can work", "trusts the certificate"],
    );
    says(&found, "good", &["https://127.0.0.1:", "passkeys cannot work under an address"]);
    says(&found, "good", &["the record of line", "is whole"]);
    says(&found, "good", &["UDP 127.0.0.1:", "is free"]);
    assert!(!console.home.join("console.pem").exists(), "it only looks");
    world.start(BLUE);
    let (exit, found) = doctor(&console);
    assert_eq!(exit, 0, "{found:#?}");
    says(&found, "note", &["the node runs"]);
    says(&found, "good", &["the certificate of the console is good until"]);
    world.stop(BLUE);
    let _taken = std::net::TcpListener::bind(("0.0.0.0", console.port.parse().unwrap())).unwrap();
    set_mode(&console.home.join("token"), 0o644);
    fs::remove_file(console.home.join("console.key")).unwrap();
    let (exit, found) = doctor(&console);
    assert_eq!(exit, 1, "{found:#?}");
    says(&found, "WRONG", &["token", "chmod 600"]);
    says(&found, "WRONG", &[&console.port, "'listen' in [console]"]);
    says(&found, "WRONG", &["console.key", "cannot be read"]);
}
