//! The loopback side: who may come in, and what a page of another origin gets. Plain HTTP, written by hand, because a
//! client library would not send what an attacker sends.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::world::{BLUE, World};

pub struct Console {
    port: u16,
    pub token: String,
}

impl Console {
    /// BLUE's.
    pub fn of(world: &World) -> Console {
        let home = &world.sides[BLUE].home;
        let config = std::fs::read_to_string(home.join("ringdown.toml")).unwrap();
        let port = config.lines().find_map(|line| line.strip_prefix("console_port = ")).unwrap();
        let token = std::fs::read_to_string(home.join("token")).unwrap();
        Console { port: port.parse().unwrap(), token }
    }

    /// Status and whole answer of one request.
    pub fn ask(&self, request_line: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let mut request =
            format!("{request_line} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
        let own_host = format!("localhost:{}", self.port);
        if !headers.iter().any(|(name, _)| *name == "Host") {
            request += &format!("Host: {own_host}\r\n");
        }
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        write!(stream, "{request}\r\n{body}").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        (status, answer)
    }

    fn origin(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    fn cookie(&self) -> String {
        let form = [("Origin", self.origin()), ("Content-Type", "application/x-www-form-urlencoded".into())];
        let headers: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let (status, answer) = self.ask("POST /sign-in", &headers, &format!("token={}", self.token));
        assert_eq!(status, 303, "{answer}");
        let cookie = answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
        assert!(cookie.starts_with(&format!("ringdown-{}=", self.port)), "the port stands in the name");
        assert!(cookie.contains(&format!("Max-Age={}", 30 * 24 * 60 * 60)), "30 days: {cookie}");
        cookie.split(';').next().unwrap().to_owned()
    }
}

// API-2.
#[test]
fn loopback_wants_a_token_and_an_own_host() {
    let world = World::running();
    let console = Console::of(&world);
    let bearer = format!("Bearer {}", console.token);
    let status = "GET /v1/lines/-/status";
    assert_eq!(console.ask(status, &[], "").0, 401);
    assert_eq!(console.ask(status, &[("Authorization", "Bearer 00")], "").0, 401);
    assert_eq!(console.ask(status, &[("Authorization", &bearer)], "").0, 200);
    let rebound = [("Authorization", bearer.as_str()), ("Host", "rebound.example:80")];
    assert_eq!(console.ask(status, &rebound, "").0, 403, "DNS rebinding");
    let (page, html) = console.ask("GET /", &[], "");
    assert_eq!(page, 401);
    assert!(
        html.contains("sign-in") && html.contains("content-security-policy: default-src 'none'"),
        "{html}"
    );
}

// API-3, API-4.
#[test]
fn a_session_reads_but_only_own_pages_change() {
    let world = World::running();
    let console = Console::of(&world);
    let cookie = console.cookie();
    let session = ("Cookie", cookie.as_str());
    assert_eq!(console.ask("GET /", &[session], "").0, 200);
    let draft = r#"{"precedence":"FLASH","subject":"s","text":"t"}"#;
    let put = format!("PUT /v1/lines/-/drafts/{}", "ab".repeat(16));
    let json = ("Content-Type", "application/json");
    assert_eq!(console.ask(&put, &[session, json], draft).0, 403, "no origin");
    assert_eq!(console.ask(&put, &[session, json, ("Origin", "http://evil.example")], draft).0, 403);
    assert_eq!(console.ask(&put, &[session, json, ("Origin", "null")], draft).0, 403);
    let origin = console.origin();
    assert_eq!(console.ask(&put, &[session, json, ("Origin", &origin)], draft).0, 200);
    let bearer = format!("Bearer {}", console.token);
    assert_eq!(
        console.ask(&put, &[("Authorization", &bearer), json], draft).0,
        200,
        "the token needs no origin"
    );
    let unknown = r#"{"precedence":"FLASH","subject":"s","text":"t","urgent":true}"#;
    let (status, answer) = console.ask(&put, &[session, json, ("Origin", &origin)], unknown);
    assert_eq!(status, 400, "unknown fields are refused: {answer}");
    assert_eq!(
        console.ask("POST /v1/lines/-/lab", &[session, json, ("Origin", &origin)], r#"{"cut":true}"#).0,
        400
    );
}

// API-4.
#[test]
fn a_session_outlives_a_restart_and_dies_with_the_token() {
    let mut world = World::running();
    let console = Console::of(&world);
    let cookie = console.cookie();
    world.stop(BLUE);
    world.start(BLUE);
    assert_eq!(console.ask("GET /", &[("Cookie", &cookie)], "").0, 200);
    world.stop(BLUE);
    std::fs::write(world.sides[BLUE].home.join("token"), "ab".repeat(16)).unwrap();
    world.start(BLUE);
    assert_eq!(console.ask("GET /", &[("Cookie", &cookie)], "").0, 401);
}

#[test]
fn a_wrong_token_opens_nothing() {
    let world = World::running();
    let console = Console::of(&world);
    let origin = console.origin();
    let headers = [("Origin", origin.as_str()), ("Content-Type", "application/x-www-form-urlencoded")];
    let (status, answer) = console.ask("POST /sign-in", &headers, "token=0123");
    assert_eq!(status, 401);
    assert!(!answer.contains("set-cookie") && answer.contains("not the token"), "{answer}");
}
