//! What an officer must know on every page: the line, the peer, the paths, the disks, the clock, in badges and strips.

use std::cmp::Reverse;
use std::time::Duration;

use ringdown_api::{Carrier, Status, Store, zulu};
use ringdown_message::{Ledger, Serial};
use ringdown_record::WallTime;

use crate::clock::{JUMP_MIN, Jump};
use crate::console::view::{Badge, clock, date_and_time};
use crate::line::Line;
use crate::text::Texts;

/// Numbers named of those that are missing, or stand twice.
const NUMBERS_MAX: usize = 3;
/// How long a jump of the clock is told on every page; the board tells it as long as the node runs.
const JUMP_TOLD: Duration = Duration::from_secs(3600);

/// One word for the line: shut, or open but without a path, or open.
pub(super) fn line_badge(status: &Status, texts: &Texts) -> Badge {
    let open = status.line.state == "OPEN";
    if open && up(status) == 0 {
        let values = [("since", &clock(&status.line.since)), ("by", &status.line.by)];
        let values = values.map(|(name, value)| (name, value.as_str()));
        return Badge {
            level: "serious",
            word: texts.get("line-no-path"),
            text: texts.with("line-open-but", &values),
        };
    }
    Badge {
        level: if open { "normal" } else { "serious" },
        word: texts.get(if open { "line-open" } else { "line-shut" }),
        text: texts.with("line-since", &[("since", &clock(&status.line.since)), ("by", &status.line.by)]),
    }
}

pub(super) fn peer_badge(status: &Status, texts: &Texts) -> Badge {
    let peer = ("peer", status.peer.as_str());
    if up(status) > 0 {
        return Badge { level: "normal", word: texts.with("peer-answers", &[peer]), text: String::new() };
    }
    let since = ("since", down_since(status));
    let text = texts.with("peer-since", &[(since.0, &since.1)]);
    Badge { level: "serious", word: texts.with("peer-silent", &[peer]), text }
}

pub(super) fn path_badge(carrier: &Carrier, texts: &Texts) -> Badge {
    let up = carrier.state == "UP";
    let since = clock(&carrier.since);
    let state = texts.with("path-since", &[("name", &carrier.name), ("since", &since)]);
    let heard = match &carrier.heard {
        Some(heard) => texts.with("path-heard", &[("heard", &clock(heard))]),
        None => texts.get("path-never"),
    };
    let word = texts.get(if up { "path-up" } else { "path-down" });
    Badge { level: if up { "normal" } else { "serious" }, word, text: format!("{state} {heard}") }
}

pub(super) fn up(status: &Status) -> usize {
    status.carriers.iter().filter(|carrier| carrier.state == "UP").count()
}

fn down_since(status: &Status) -> String {
    let last = status.carriers.iter().filter(|carrier| carrier.state != "UP").max_by_key(|path| &path.since);
    last.map_or_else(String::new, |carrier| clock(&carrier.since))
}

pub(super) fn refused(status: &Status, texts: &Texts) -> String {
    if status.refused_cells == 0 {
        return String::new();
    }
    texts.with("refused", &[("count", &status.refused_cells.to_string())])
}

/// How people reach the other side when this line does not, or where that is to be written down.
pub fn other_way(line: &Line, texts: &Texts) -> String {
    match &line.other_way {
        Some(way) => way.clone(),
        None => texts.with("other-way-none", &[("line", &line.id.to_string()[..8])]),
    }
}

/// What is wrong with the clock, word and text: a jump, for a while after it; a clock behind what this node signed.
pub(super) fn clock_faults(line: &Line, texts: &Texts) -> Vec<(&'static str, String)> {
    let jump = line.clock.last_jump().filter(|(_, ago)| *ago < JUMP_TOLD).map(|(jump, _)| jump);
    let signed = line.with_ledger(|ledger| {
        let own = ledger.messages().iter().rev().find(|message| message.side == ledger.own());
        own.map(|message| message.sealed)
    });
    // A jump back that is told says this too.
    let behind = signed.filter(|_| jump.is_none_or(|jump| jump.is_forward()));
    let behind = behind.and_then(|signed| behind_words(signed, line.clock.now().wall, texts));
    let jump = jump.map(|jump| ("clock-jump-word", jump_words(&jump, texts)));
    jump.into_iter().chain(behind.map(|text| ("clock-behind-word", text))).collect()
}

/// Numbers of the other side that are missing or stand twice.
pub(super) fn number_faults(ledger: &Ledger, texts: &Texts) -> Vec<(&'static str, String)> {
    let peer = ledger.own().other();
    let twice = ledger.conflicts().filter(|message| message.side == peer);
    let twice = twice.filter_map(|message| message.serial).take(NUMBERS_MAX);
    let told = |serials: Vec<Serial>, word, key: &str| {
        let names: Vec<_> = serials.iter().map(|serial| serial.text(ledger.charter())).collect();
        let peer = ledger.charter().party(peer).name.as_str();
        let values = [("peer", peer), ("serials", &names.join(", "))];
        (!names.is_empty()).then(|| (word, texts.with(key, &values)))
    };
    let missing = told(ledger.missing(peer, NUMBERS_MAX), "numbers-missing-word", "numbers-missing");
    let twice = told(twice.collect(), "numbers-twice-word", "numbers-twice");
    missing.into_iter().chain(twice).collect()
}

/// How far the clock stands behind what this node signed last, as after a jump back while it did not run.
fn behind_words(signed: WallTime, now: WallTime, texts: &Texts) -> Option<String> {
    let by = Duration::from_millis(signed.ms().saturating_sub(now.ms()));
    if by < JUMP_MIN {
        return None;
    }
    let [signed, now] = [signed, now].map(|time| date_and_time(&zulu(time)));
    Some(texts.with("clock-behind", &[("by", &span(by)), ("signed", &signed), ("now", &now)]))
}

/// From where to where the clock jumped, and what that means.
pub(super) fn jump_words(jump: &Jump, texts: &Texts) -> String {
    let [expected, found] = [zulu(jump.expected), zulu(jump.found)].map(|time| date_and_time(&time));
    let by = span(jump.by());
    let key = if jump.is_forward() { "clock-jump-forward" } else { "clock-jump-back" };
    texts.with(key, &[("by", &by), ("expected", &expected), ("found", &found)])
}

/// A span of time in its two largest units.
pub(super) fn span(time: Duration) -> String {
    let (days, hours) = (time.as_secs() / 86_400, time.as_secs() / 3_600 % 24);
    let (minutes, seconds) = (time.as_secs() / 60 % 60, time.as_secs() % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min {seconds} s"),
        (0, ..) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}

/// What an officer must know on whatever page he is, worst first. Each says what happened, what it means, what to do.
pub(super) fn conditions(
    status: &Status,
    other_way: &str,
    more: Vec<(&str, String)>,
    texts: &Texts,
) -> Vec<Badge> {
    let peer = ("peer", status.peer.as_str());
    let way = ("way", other_way);
    let alarm = |alarm: &String| Badge {
        level: "critical",
        word: texts.get("alarm-word"),
        text: texts.with("alarm-text", &[("text", alarm)]),
    };
    let mut conditions: Vec<Badge> = status.alarms.iter().map(alarm).collect();
    let mut push = |level, word: &str, text: String| {
        conditions.push(Badge { level, word: texts.get(word), text });
    };
    match &status.store {
        Store::Writable => {}
        Store::Full => push("critical", "store-word", texts.with("store-full", &[peer])),
        Store::Stopped(reason) => {
            push("critical", "store-word", texts.with("store-stopped", &[("reason", reason), peer, way]));
        }
    }
    let (down, all) = (status.carriers.len() - up(status), status.carriers.len());
    let counts = [
        ("down", down.to_string()),
        ("all", all.to_string()),
        ("since", down_since(status)),
        ("unstored", status.unstored.to_string()),
        ("peer", status.peer.clone()),
        ("way", other_way.to_owned()),
    ];
    let counts = counts.each_ref().map(|(name, value)| (*name, value.as_str()));
    if down == all {
        let key = if status.unstored > 0 { "line-down-waits" } else { "line-down" };
        push("serious", "line-down-word", texts.with(key, &counts));
    } else if down > 0 {
        push("caution", "path-down-word", texts.with("path-down-one", &counts));
    }
    if !status.peer_store_writable {
        push("serious", "peer-store-word", texts.with("peer-store-full", &[peer, way]));
    }
    for (word, text) in more {
        push("caution", word, text);
    }
    conditions.sort_by_key(|badge| Reverse(badge.level == "critical"));
    conditions
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringdown_api as api;
    use ringdown_line::pairing::{SideKeys, pair};
    use ringdown_message::Draft;
    use ringdown_record::body::Body;
    use ringdown_record::charter::Officer;
    use ringdown_record::{Entry, EntryHash, EntryRef, Kind, Place, SealContext, Secret, Side, SigningKey};

    fn status() -> Status {
        let path = |state: &str| Carrier {
            name: "udp".into(),
            state: state.into(),
            since: "2026-11-23T20:11:05.123Z".into(),
            heard: None,
            sent_bytes: 0,
        };
        Status {
            side: "BLUE".into(),
            peer: "GREEN".into(),
            line: api::Line {
                id: String::new(),
                state: "OPEN".into(),
                since: "2026-11-23T20:00:00.000Z".into(),
                by: "BLUE and GREEN".into(),
            },
            carriers: vec![path("UP")],
            head: api::Heads { own: "1/3".into(), peer: "1/3".into() },
            refused_cells: 0,
            repeated_cells: 0,
            store: Store::Writable,
            peer_store_writable: true,
            waiting: 0,
            unstored: 0,
            alarms: Vec::new(),
            consoles: api::Consoles { live: 1, ..api::Consoles::default() },
            watch: None,
            now: "2026-11-23T20:15:09.123Z".into(),
        }
    }

    fn told(status: &Status) -> Vec<(&'static str, String)> {
        words(conditions(status, "telephone 112", Vec::new(), &Texts::english()))
    }

    fn words(conditions: Vec<Badge>) -> Vec<(&'static str, String)> {
        conditions.into_iter().map(|badge| (badge.level, format!("{}: {}", badge.word, badge.text))).collect()
    }

    #[test]
    fn nothing_is_told_while_all_is_well() {
        assert!(told(&status()).is_empty());
    }

    #[test]
    fn a_line_down_says_since_when_and_what_was_not_sent() {
        let mut status = Status { unstored: 3, ..status() };
        status.carriers[0].state = "DOWN".into();
        let told = told(&status);
        assert_eq!(told.len(), 1);
        let (level, text) = &told[0];
        assert_eq!(*level, "serious");
        for part in ["LINE DOWN", "1 of 1", "since 20:11:05Z", "3", "Use fallback: telephone 112"] {
            assert!(text.contains(part), "{part} is not in: {text}");
        }
    }

    #[test]
    fn a_line_without_a_path_is_not_called_open() {
        let mut status = status();
        assert_eq!(line_badge(&status, &Texts::english()).word, "OPEN");
        status.carriers[0].state = "DOWN".into();
        let badge = line_badge(&status, &Texts::english());
        assert_eq!((badge.level, badge.word.as_str()), ("serious", "DOWN"));
        status.line.state = "SHUT".into();
        assert_eq!(line_badge(&status, &Texts::english()).word, "SHUT");
    }

    #[test]
    fn one_path_of_two_is_a_caution_not_a_line_down() {
        let mut status = status();
        status.carriers.push(Carrier { state: "DOWN".into(), ..status.carriers[0].clone() });
        let told = told(&status);
        assert_eq!(told[0].0, "caution");
        assert!(!told[0].1.contains("LINE DOWN"), "{}", told[0].1);
    }

    #[test]
    fn a_disk_that_takes_nothing_comes_first_and_says_what_to_do() {
        for store in [Store::Full, Store::Stopped("the disk was pulled".into())] {
            let mut status = Status { store, peer_store_writable: false, ..status() };
            status.carriers[0].state = "DOWN".into();
            let told = told(&status);
            assert_eq!(told.len(), 3);
            assert!(told[0].0 == "critical" && told[0].1.starts_with("CANNOT STORE"), "{told:?}");
        }
    }

    #[test]
    fn who_has_to_reach_the_peer_otherwise_is_told_how() {
        let mut down = status();
        down.carriers[0].state = "DOWN".into();
        let all = [
            down,
            Status { store: Store::Stopped("the disk was pulled".into()), ..status() },
            Status { peer_store_writable: false, ..status() },
        ];
        for status in all {
            assert!(told(&status)[0].1.ends_with(": telephone 112"), "{status:?}");
        }
    }

    #[test]
    fn a_jump_of_the_clock_says_what_jumped_by_how_much_and_which_times_are_off() {
        let jump = |by: i64| {
            let expected = 46_000_000_u64;
            Jump {
                expected: WallTime::from_ms(expected),
                found: WallTime::from_ms(expected.saturating_add_signed(by)),
                steady: Duration::ZERO,
            }
        };
        for (by, parts) in [
            (21_600_000, ["put forward by 6 h 0 min", "01 JAN 2025 12:46:40Z", "01 JAN 2025 18:46:40Z"]),
            (-90_000, ["put back by 1 min 30 s", "01 JAN 2025 12:46:40Z", "01 JAN 2025 12:45:10Z"]),
        ] {
            let clock = vec![("clock-jump-word", jump_words(&jump(by), &Texts::english()))];
            let told = words(conditions(&status(), "", clock, &Texts::english()));
            assert_eq!((told.len(), told[0].0), (1, "caution"));
            for part in parts.into_iter().chain(["CLOCK JUMPED", "wall clock", "steady clock", "before"]) {
                assert!(told[0].1.contains(part), "{part} is not in: {}", told[0].1);
            }
        }
    }

    #[test]
    fn a_clock_behind_what_this_node_signed_is_told_from_the_limit_on() {
        let behind = |by: u64| {
            let now = WallTime::from_ms(46_000_000);
            behind_words(WallTime::from_ms(46_000_000 + by), now, &Texts::english())
        };
        assert_eq!((behind(0), behind(1_999)), (None, None));
        assert!(behind(2_000).is_some());
        let words = behind(3_600_000).unwrap();
        for part in ["1 h 0 min behind", "01 JAN 2025 13:46:40Z", "01 JAN 2025 12:46:40Z"] {
            assert!(words.contains(part), "{part} is not in: {words}");
        }
    }

    #[test]
    fn an_alarm_of_the_line_goes_to_the_supervisor() {
        let told = told(&Status { alarms: vec!["GREEN signed two histories".into()], ..status() });
        assert_eq!(told[0].0, "critical");
        assert!(told[0].1.contains("supervisor") && told[0].1.contains("GREEN signed two histories"));
    }

    /// GREEN's ledger after BLUE's messages of these numbers, each with a text of its own.
    fn ledger(numbers: &[u32]) -> Ledger {
        let keys = |name: &str, seed: u8| SideKeys {
            name: name.into(),
            root: SigningKey::from_seed(&[seed; 32]),
            node: SigningKey::from_seed(&[seed + 1; 32]),
            channel: Secret([seed + 2; 32]),
            officers: vec![Officer::held_by_node(
                1,
                "Duty officer",
                &SigningKey::from_seed(&[seed + 3; 32]).public(),
            )],
        };
        let (sides, pairing) = ([keys("BLUE", 10), keys("GREEN", 60)], Secret([99; 32]));
        let paired = pair(&sides, [1; 16], &pairing, WallTime::from_ms(1_000));
        let mut ledger = Ledger::new(paired.charter.clone(), Side::One);
        paired.entries.iter().for_each(|entry| drop(ledger.apply(entry, None)));
        for (seq, number) in (3..).zip(numbers) {
            let draft = Draft { subject: "s".into(), text: format!("text {seq}"), ..Draft::default() };
            let context = SealContext {
                line: paired.charter.line_id(),
                side: Side::Zero,
                place: Place::first(seq),
                prev: EntryHash::default(),
                peer: EntryRef::NONE,
                time: WallTime::from_ms(2_000),
                clock: 0,
                flags: 0,
                key_list: [0; 32],
                salt_key: &pairing,
                node: &sides[0].node,
            };
            let body = Body::write(&[], &draft.content(*number));
            ledger.apply(&Entry::seal(&context, Kind::MESSAGE, draft.urgency(), 1, body), None);
        }
        ledger
    }

    // R20, MSG-13.
    #[test]
    fn numbers_that_are_missing_or_stand_twice_are_told() {
        let told = |numbers: &[u32]| {
            let faults = number_faults(&ledger(numbers), &Texts::english());
            words(conditions(&status(), "", faults, &Texts::english()))
        };
        assert!(told(&[1, 2, 3]).is_empty());
        let missing = told(&[1, 3, 5, 9]);
        assert_eq!(missing.len(), 1);
        assert!(
            missing[0]
                .1
                .starts_with("MISSING: BLUE T-0002, BLUE T-0004, BLUE T-0006 has not arrived from BLUE"),
            "{missing:?}"
        );
        let twice = told(&[1, 2, 2]);
        assert_eq!(twice.len(), 1);
        assert!(twice[0].1.contains("BLUE sent different messages numbered BLUE T-0002."), "{twice:?}");
    }
}
