//! The ways to the console: loopback in plain HTTP, and the network with TLS.

use std::net::IpAddr;
use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, header};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// Port that an address with `https://` leaves out.
const HTTPS_PORT: u16 = 443;

/// What requests that come in one way name as their host and as their origin.
#[derive(Clone, Debug)]
pub struct Door {
    scheme: &'static str,
    hosts: Arc<[String]>,
}

impl Door {
    /// Loopback: every browser takes `localhost` for a safe place without TLS.
    pub fn loopback(port: u16) -> Door {
        let hosts = ["localhost", "127.0.0.1", "[::1]"].map(|host| format!("{host}:{port}"));
        Door { scheme: "http://", hosts: Arc::new(hosts) }
    }

    /// The network, under each of these names or addresses.
    pub fn network(names: &[String], port: u16) -> Door {
        let host = |name: &String| match name.parse() {
            Ok(IpAddr::V6(address)) => format!("[{address}]"),
            _ => name.clone(),
        };
        let host = |name| match port {
            HTTPS_PORT => host(name),
            port => format!("{}:{port}", host(name)),
        };
        Door { scheme: "https://", hosts: names.iter().map(host).collect() }
    }

    /// Every address under which a browser may open the console, the one to tell people first.
    pub fn addresses(&self) -> impl Iterator<Item = String> + '_ {
        self.hosts.iter().map(|host| format!("{}{host}", self.scheme))
    }

    /// The addresses as part of a sentence.
    pub(crate) fn in_words(&self) -> String {
        self.addresses().collect::<Vec<_>>().join(" or ")
    }

    /// What every cookie says that is set here: where TLS is, it goes out over nothing else.
    pub fn cookie_terms(&self) -> &'static str {
        match self.scheme {
            "https://" => "Path=/; HttpOnly; SameSite=Strict; Secure",
            _ => "Path=/; HttpOnly; SameSite=Strict",
        }
    }

    pub(crate) fn is_own_host(&self, headers: &HeaderMap) -> bool {
        text(headers, header::HOST).is_some_and(|host| self.hosts.iter().any(|own| own == host))
    }

    pub(crate) fn is_own_origin(&self, headers: &HeaderMap) -> bool {
        text(headers, header::ORIGIN).is_some_and(|origin| self.addresses().any(|own| own == origin))
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// A door with somebody at it.
pub struct Entrance {
    pub(super) listener: TcpListener,
    pub(super) door: Door,
    pub(super) tls: Option<TlsAcceptor>,
}

impl Entrance {
    /// In plain HTTP.
    pub(super) fn plain(listener: TcpListener, door: &Door) -> Entrance {
        Entrance { listener, door: door.clone(), tls: None }
    }

    /// With TLS.
    pub(super) fn with_tls(listener: TcpListener, door: Door, tls: TlsAcceptor) -> Entrance {
        Entrance { listener, door, tls: Some(tls) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn only_own_hosts_and_origins_pass() {
        let door = Door::loopback(4101);
        for (host, own) in [
            ("localhost:4101", true),
            ("[::1]:4101", true),
            ("localhost:4102", false),
            ("localhost", false),
            ("rebound.example:4101", false),
        ] {
            assert_eq!(door.is_own_host(&headers(header::HOST, host)), own, "{host}");
            let origin = format!("http://{host}");
            assert_eq!(door.is_own_origin(&headers(header::ORIGIN, &origin)), own, "{origin}");
        }
        assert!(!door.is_own_origin(&HeaderMap::new()));
        assert!(!door.is_own_origin(&headers(header::ORIGIN, "null")));
        assert!(!door.is_own_origin(&headers(header::ORIGIN, "https://localhost:4101")));
    }

    #[test]
    fn the_network_is_another_origin_than_loopback() {
        let names = ["console.blue.example", "192.0.2.7", "2001:db8::7"].map(String::from);
        let door = Door::network(&names, 4443);
        for origin in
            ["https://console.blue.example:4443", "https://192.0.2.7:4443", "https://[2001:db8::7]:4443"]
        {
            assert!(door.is_own_origin(&headers(header::ORIGIN, origin)), "{origin}");
            let host = origin.trim_start_matches("https://");
            assert!(door.is_own_host(&headers(header::HOST, host)), "{host}");
        }
        assert!(!door.is_own_origin(&headers(header::ORIGIN, "http://console.blue.example:4443")));
        assert!(!door.is_own_host(&headers(header::HOST, "localhost:4443")));
        assert!(!door.is_own_host(&headers(header::HOST, "console.blue.example")));
        let usual = Door::network(&names, 443);
        assert_eq!(usual.addresses().next().unwrap(), "https://console.blue.example");
        assert!(usual.is_own_host(&headers(header::HOST, "console.blue.example")));
    }
}
