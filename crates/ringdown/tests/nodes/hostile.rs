//! What anyone on the machine can do to the console's port without the token: hold little, for a short time. Each
//! limit has a name in `ringdown_node::http`; the local socket, and with it the command line, has no part in it.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use ringdown_node::http::{
    BODY_TIME, CONNECTIONS_MAX, EVENT_STREAMS_MAX, HEADERS_LEN_MAX, HEADERS_TIME, REQUEST_LEN_MAX,
    UNREAD_TIME,
};

use crate::world::{BLUE, World};

/// Longest wait for anything: what is without a limit never comes.
const PATIENCE: Duration = Duration::from_secs(60);

fn port(world: &World) -> u16 {
    let config = std::fs::read_to_string(world.sides[BLUE].home.join("ringdown.toml")).unwrap();
    let port = config.lines().find_map(|line| line.strip_prefix("console_port = ")).unwrap();
    port.parse().unwrap()
}

fn token(world: &World) -> String {
    std::fs::read_to_string(world.sides[BLUE].home.join("token")).unwrap()
}

fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// All that comes until the node closes. It may close while something unread is on its way to it.
fn rest_of(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    let mut buffer = [0; 65_536];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(len) => answer.extend_from_slice(&buffer[..len]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => break,
            Err(error) => panic!("the node neither answers nor closes: {error}"),
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("closed")
}

/// A request of a page of the console itself, without a body.
fn head(port: u16, request_line: &str, more: &str) -> String {
    format!(
        "{request_line} HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: http://localhost:{port}\r\n{more}\r\n"
    )
}

fn ask(port: u16, request: &str) -> String {
    let mut stream = connect(port);
    let _ = stream.write_all(request.as_bytes());
    rest_of(stream)
}

fn page(port: u16) -> String {
    ask(port, &head(port, "GET /", "Connection: close\r\n"))
}

#[test]
fn huge_headers_are_refused() {
    // HEADERS_LEN_MAX
    let world = World::running();
    let port = port(&world);
    let with = |len: usize| {
        let filler = format!("X-Filler: {}\r\nConnection: close\r\n", "x".repeat(len));
        status(&ask(port, &head(port, "GET /", &filler))).to_owned()
    };
    assert_eq!(with(HEADERS_LEN_MAX / 2), "401", "the sign-in page");
    // What one read brings is looked at whole, so the end is not sharp. It may close before its answer is read.
    assert!(matches!(with(HEADERS_LEN_MAX * 3).as_str(), "431" | "closed"));
}

#[test]
fn headers_that_do_not_end_cost_the_connection() {
    // HEADERS_TIME
    let world = World::running();
    let port = port(&world);
    let mut slow = connect(port);
    slow.write_all(b"GET / HTTP/1.1\r\nHost: local").unwrap();
    let silent = connect(port);
    assert!(!rest_of(slow).contains("200"), "half a request gets no page");
    assert_eq!(rest_of(silent), "", "and a connection that says nothing ends");
    assert!(HEADERS_TIME < PATIENCE && status(&page(port)) == "401", "others are served");
}

#[test]
fn a_body_that_does_not_come_costs_the_request() {
    // BODY_TIME
    let world = World::running();
    let port = port(&world);
    let form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n";
    let mut slow = connect(port);
    slow.write_all(format!("{}token=", head(port, "POST /sign-in", form)).as_bytes()).unwrap();
    let answer = rest_of(slow);
    assert_eq!(status(&answer), "408", "{answer}");
    assert!(BODY_TIME < PATIENCE && answer.contains("did not come in time"), "{answer}");
}

#[test]
fn a_huge_body_is_refused() {
    // REQUEST_LEN_MAX
    let world = World::running();
    let port = port(&world);
    let body = "x".repeat(REQUEST_LEN_MAX + 1);
    let form = format!(
        "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\nContent-Length: {}\r\n",
        body.len()
    );
    let answer = ask(port, &(head(port, "POST /sign-in", &form) + &body));
    assert!(matches!(status(&answer), "400" | "413" | "closed"), "{answer}");
    assert!(!answer.contains("not the token"), "it was not read as a form: {answer}");
}

#[test]
fn many_connections_leave_the_node_and_its_officer_alone() {
    // CONNECTIONS_MAX
    let world = World::running();
    let port = port(&world);
    let held: Vec<_> = (0..CONNECTIONS_MAX).map(|_| connect(port)).collect();
    assert_eq!(rest_of(connect(port)), "", "one more is closed at once");
    let sent = world.send(BLUE, "FLASH", "the command line has a door of its own");
    world.wait(BLUE, &sent, "stored");
    for silent in held {
        assert_eq!(rest_of(silent), "", "who says nothing loses his place");
    }
    assert_eq!(status(&page(port)), "401", "and then others are served again");
}

#[test]
fn many_event_streams_are_refused() {
    // EVENT_STREAMS_MAX
    let world = World::running();
    let port = port(&world);
    let bearer = format!("Authorization: Bearer {}\r\n", token(&world).trim());
    let open = |more: &str| {
        let mut stream = connect(port);
        stream.write_all(head(port, "GET /v1/lines/-/events", more).as_bytes()).unwrap();
        let mut first = [0; 12];
        stream.read_exact(&mut first).unwrap();
        (stream, String::from_utf8_lossy(&first).into_owned())
    };
    assert_eq!(open("").1, "HTTP/1.1 401", "a stranger has none");
    let streams: Vec<_> = (0..EVENT_STREAMS_MAX).map(|_| open(&bearer)).collect();
    assert!(streams.iter().all(|(_, answer)| answer == "HTTP/1.1 200"));
    assert_eq!(open(&bearer).1, "HTTP/1.1 409");
    drop(streams);
    let again = (0..60).any(|_| {
        std::thread::sleep(Duration::from_millis(500));
        open(&bearer).1 == "HTTP/1.1 200"
    });
    assert!(again, "places become free when streams end");
}

#[test]
fn who_does_not_read_his_answers_loses_his_connection() {
    // UNREAD_TIME. Requests for the style sheet, and not one answer read: the node's writing comes to a stop.
    let world = World::running();
    let port = port(&world);
    let mut greedy = connect(port);
    let request = head(port, "GET /assets/console.css", "");
    let ended = (0..200_000).find_map(|_| greedy.write_all(request.as_bytes()).err());
    let closed = [ErrorKind::ConnectionReset, ErrorKind::BrokenPipe];
    assert!(ended.is_some_and(|error| closed.contains(&error.kind())), "the node keeps writing for nobody");
    assert!(UNREAD_TIME < PATIENCE);
}
