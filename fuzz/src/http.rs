//! The HTTP side as a stranger, a page of another origin and a signed-in browser meet it: requests made of the
//! fuzzer's words, given to the router without a socket.
//!
//! Who has neither token nor session learns nothing and changes nothing. Nor does a page under another name or from
//! another origin. No request makes the node fail, and every answer carries the headers that keep pages apart.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode, Uri, header};
use ringdown_line::SubmitError;
use ringdown_message::Ledger;
use ringdown_message::value::Habits;
use ringdown_node::clock::Clock;
use ringdown_node::driver::{Command, SubmitFailure, Terms};
use ringdown_node::http::{Door, Gatekeeper, Node, console_router};
use ringdown_node::ladder::Timers;
use ringdown_node::line::{Line, LineSetup};
use ringdown_node::notes::Kept;
use ringdown_node::officers::HomeOfficer;
use ringdown_node::site::Site;
use ringdown_node::text::Tongues;
use ringdown_node::who::Who;
use ringdown_record::Side;
use ringdown_store::Record;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use tower::ServiceExt;

use crate::source::Source;
use crate::world::{WORLD, officer_key};

const TOKEN: &str = "6f1d5ec2e7b04a3c9d8e7f6051423324";
const OWN: &str = "localhost:4101";
/// A subject in the record: whoever reads it was let in.
const SECRET: &str = "Ship hit";
/// Longest answer: the record of the story is far shorter.
const ANSWER_LEN_MAX: usize = 1 << 20;

const PATHS: [&str; 36] = [
    "/",
    "/sign-in",
    "/compose",
    "/messages/*",
    "/fragments/board",
    "/fragments/bar",
    "/fragments/incoming",
    "/fragments/messages/*",
    "/assets/console.css",
    "/assets/console.js",
    "/favicon.ico",
    "/v1/lines",
    "/v1/lines/*/status",
    "/v1/lines/*/messages?box=*",
    "/v1/lines/*/messages/*",
    "/v1/lines/*/messages/*/acknowledge",
    "/v1/lines/*/messages/*/acts",
    "/v1/lines/*/forms",
    "/v1/lines/*/drafts",
    "/v1/lines/*/drafts/*",
    "/v1/lines/*/drafts/*/prepare",
    "/v1/lines/*/drafts/*/sign",
    "/v1/lines/*/drafts/*/release",
    "/v1/lines/*/events",
    "/v1/lines/*/export",
    "/v1/lines/*/lab",
    "/v1/lines/*/drafts/*/send",
    "/messages",
    "/messages?box=*&before=*",
    "/compose/delete",
    "/record?before=*",
    "/record/examine",
    "/settings",
    "/fragments/messages",
    "/fragments/record?before=*",
    "/fragments/audit",
];
const WORDS: [&str; 10] = [
    "-",
    "BLUE%20T-0001",
    "GREEN%20T-0001",
    "in",
    "out",
    "0123456789abcdef0123456789abcdef",
    "..",
    "%00",
    "1",
    "",
];
const BODIES: [&str; 6] = [
    r#"{"precedence":"FLASH","subject":"s","text":"t","class":"TEST"}"#,
    r#"{"serial":"BLUE T-0001","number":1,"officer":1,"nonce":"0000000000000000","on_screen":"1/3","digest":""}"#,
    r#"{"prepared":{"serial":"","number":1,"officer":1,"nonce":"0000000000000000","on_screen":"1/3","digest":""},"signature":""}"#,
    r#"{"cut":true,"loss_percent":3}"#,
    "token=6f1d5ec2e7b04a3c9d8e7f6051423324",
    "id=0123456789abcdef0123456789abcdef&precedence=FLASH&class=TEST&marker=TEST&subject=s&language=en&text=t",
];

/// The node of one thread.
struct Served {
    runtime: Runtime,
    router: Router,
    session: String,
    commands: Arc<AtomicU64>,
    _record: (Record, tempfile::TempDir),
}

thread_local! {
    static SERVED: RefCell<Served> = RefCell::new(Served::new());
}

impl Served {
    fn new() -> Served {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path().join("record");
        Record::create(&path, &WORLD.paired.signed, &WORLD.story).expect("a record");
        let record = Record::open(&path, |_| {}).expect("the record");
        let mut ledger = Ledger::new(WORLD.paired.charter.clone(), Side::Zero);
        WORLD.story.iter().for_each(|entry| drop(ledger.apply(entry, None)));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        let (commands, requests) = mpsc::channel(16);
        let (notes, noted) = mpsc::unbounded_channel();
        let public = WORLD.paired.charter.parties[0].key_list.officers[0].clone();
        let line = Line::new(LineSetup {
            charter: WORLD.paired.charter.clone(),
            signed: WORLD.paired.signed.clone(),
            officers: vec![HomeOfficer { public, key: Some(officer_key(Side::Zero)) }],
            ledger,
            reader: record.reader().expect("a reader"),
            carriers: Vec::new(),
            clock: Clock::host(),
            commands,
            notes,
            default_class: None,
            other_way: None,
            lab: false,
            site: Arc::new(Site::with_habits(Habits::default())),
            timers: Timers::default(),
        });
        let count = Arc::new(AtomicU64::new(0));
        runtime.spawn(answer(requests, count.clone()));
        runtime.spawn(count_notes(noted, count.clone()));
        let gatekeeper = Gatekeeper::new(vec![(Who::Officer(1), TOKEN.into())], 4101);
        let node = Node {
            lines: vec![Arc::new(line)],
            texts: Tongues::default(),
            gatekeeper,
            auditor: Arc::default(),
            stopped: tokio::sync::watch::channel(false).1,
        };
        let router = console_router(Arc::new(node), Door::loopback(4101));
        let mut served =
            Served { runtime, router, session: String::new(), commands: count, _record: (record, dir) };
        served.session = served.signed_in();
        served
    }

    fn signed_in(&self) -> String {
        let form = Request::post("/sign-in")
            .header(header::HOST, OWN)
            .header(header::ORIGIN, format!("http://{OWN}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(format!("token={TOKEN}")));
        let (answer, _) = self.ask(form.expect("a request"));
        let cookie = answer.headers().get(header::SET_COOKIE).and_then(|value| value.to_str().ok());
        cookie.and_then(|cookie| cookie.split(';').next()).expect("a session").to_owned()
    }

    /// The answer and its body; that of an event stream never ends and is left alone.
    fn ask(&self, request: Request<Body>) -> (Response<()>, Vec<u8>) {
        self.runtime.block_on(async {
            let Ok(answer) = self.router.clone().oneshot(request).await;
            let (head, body) = answer.into_parts();
            let is_stream =
                head.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
            let bytes = match is_stream {
                true => Vec::new(),
                false => axum::body::to_bytes(body, ANSWER_LEN_MAX).await.expect("an answer").to_vec(),
            };
            (Response::from_parts(head, ()), bytes)
        })
    }
}

/// Stands in for the driver: nothing is sealed, drafts are kept nowhere.
async fn answer(mut requests: mpsc::Receiver<Command>, count: Arc<AtomicU64>) {
    while let Some(command) = requests.recv().await {
        count.fetch_add(1, Ordering::Relaxed);
        match command {
            Command::Terms(_, reply) => {
                let _ = reply.send(Terms { number: 2, on_screen: WORLD.head(Side::One) });
            }
            Command::Submit(_, reply) | Command::Compose(.., reply) => {
                drop(reply.send(Err(SubmitFailure::Refused(SubmitError::LineShut))))
            }
            Command::Draft(_, _, reply) | Command::Beside(_, _, reply) => drop(reply.send(Ok(()))),
            Command::Lab(_, reply) => drop(reply.send(())),
        }
    }
}

async fn count_notes(mut noted: mpsc::UnboundedReceiver<Kept>, count: Arc<AtomicU64>) {
    while noted.recv().await.is_some() {
        count.fetch_add(1, Ordering::Relaxed);
    }
}

/// What a request is, as its maker knows.
#[derive(Clone, Copy, Debug, Default)]
struct Standing {
    own_host: bool,
    own_origin: bool,
    token: bool,
    session: bool,
}

/// The target.
pub fn run(bytes: &[u8]) {
    check(bytes, false);
}

/// The target; with `forgets` the harness does not note which requests carried the token or a session, so that what
/// they are given is taken for a leak.
pub fn check(bytes: &[u8], forgets: bool) {
    SERVED.with_borrow(|served| {
        let mut source = Source(bytes);
        let Some((request, mut standing)) = request(&mut source, served) else { return };
        if forgets {
            (standing.token, standing.session) = (false, false);
        }
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let before = served.commands.load(Ordering::Relaxed);
        let (answer, body) = served.ask(request);
        let acted = served.commands.load(Ordering::Relaxed) != before;
        judge(&method, &path, standing, &answer, &body, acted);
    });
}

fn judge(method: &Method, path: &str, standing: Standing, answer: &Response<()>, body: &[u8], acted: bool) {
    let status = answer.status();
    let reads = matches!(*method, Method::GET | Method::HEAD);
    let contains = |words: &str| body.windows(words.len()).any(|window| window == words.as_bytes());
    assert!(status.as_u16() < 500, "{method} {path}: {status}");
    assert!(!contains(TOKEN), "{path}: the token is in an answer");
    for name in ["content-security-policy", "x-content-type-options", "cache-control"] {
        assert!(answer.headers().contains_key(name), "{path}: an answer without {name}");
    }
    if !standing.own_host {
        assert_eq!(status, StatusCode::FORBIDDEN, "{path}: a foreign host was answered");
    }
    if !reads && !standing.own_origin && !standing.token {
        assert_eq!(status, StatusCode::FORBIDDEN, "{path}: another origin may change something");
    }
    let known = standing.token || standing.session;
    if !known || !standing.own_host {
        assert!(!acted, "{path}: a stranger acted");
        assert!(!contains(SECRET), "{path}: a stranger reads the record");
        let open = path.starts_with("/assets/") || path == "/favicon.ico" || path == "/sign-in";
        assert!(open || !status.is_success(), "{method} {path}: {status} for a stranger");
    }
    if acted {
        assert!(!reads && (standing.own_origin || standing.token), "{method} {path}: acted");
    }
}

fn request(source: &mut Source<'_>, served: &Served) -> Option<(Request<Body>, Standing)> {
    let mut standing = Standing::default();
    let methods =
        [Method::GET, Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::HEAD, Method::OPTIONS];
    let method = match source.below(9) {
        choice @ 0..7 => methods[choice].clone(),
        _ => Method::from_bytes(source.some(8)).ok()?,
    };
    let mut request = Request::builder().method(method).uri(uri(source)?);
    let host = match source.below(8) {
        0..5 => OWN.as_bytes().to_vec(),
        5 => b"rebound.example:4101".to_vec(),
        6 => source.some(30).to_vec(),
        _ => Vec::new(),
    };
    let hosts = ["localhost:4101", "127.0.0.1:4101", "[::1]:4101"].map(str::as_bytes);
    standing.own_host = hosts.contains(&&host[..]);
    request = request.header(header::HOST, host);
    let origin = match source.below(6) {
        0..3 => format!("http://{OWN}").into_bytes(),
        3 => b"null".to_vec(),
        4 => source.some(30).to_vec(),
        _ => Vec::new(),
    };
    standing.own_origin = hosts.iter().any(|host| origin == [b"http://", *host].concat());
    request = request.header(header::ORIGIN, origin);
    match source.below(4) {
        0 => {
            standing.token = true;
            request = request.header(header::AUTHORIZATION, format!("Bearer {TOKEN}"));
        }
        1 => request = request.header(header::AUTHORIZATION, source.some(50)),
        _ => {}
    }
    match source.below(4) {
        0 => {
            standing.session = true;
            request = request.header(header::COOKIE, format!("other=1; {}", served.session));
        }
        1 => request = request.header(header::COOKIE, [b"ringdown-4101=", source.some(120)].concat()),
        _ => {}
    }
    let kinds = ["application/json", "application/x-www-form-urlencoded", "text/plain", ""];
    request = request.header(header::CONTENT_TYPE, source.pick(&kinds));
    if source.below(4) == 1 {
        request = request.header("last-event-id", source.some(24));
    }
    let mut body = match source.below(8) {
        choice @ 0..6 => BODIES[choice].as_bytes().to_vec(),
        6 => source.some(500).to_vec(),
        _ => vec![b' '; usize::from(source.two()) * 8],
    };
    for _ in 0..source.below(3) {
        let at = usize::from(source.two()) % (body.len() + 1);
        drop(body.splice(at..at, source.some(40).iter().copied()));
    }
    Some((request.body(Body::from(body)).ok()?, standing))
}

/// One of the routes with words put in, or anything.
fn uri(source: &mut Source<'_>) -> Option<Uri> {
    let choice = source.below(PATHS.len() + 2);
    let Some(path) = PATHS.get(choice) else {
        return Uri::try_from([b"/", source.some(60)].concat()).ok();
    };
    let mut out = Vec::new();
    for byte in path.bytes() {
        if byte != b'*' {
            out.push(byte);
            continue;
        }
        match source.below(12) {
            choice @ 0..10 => out.extend_from_slice(WORDS[choice].as_bytes()),
            _ => out.extend_from_slice(source.some(40)),
        }
    }
    Uri::try_from(out).ok()
}
