//! The ledger: every message with its states, and who says so.

use ringdown_message::{AtPeer, Change, Draft, Ledger, Marker, MessageRecord, State, StateLine, Voice};
use ringdown_record::statement::Purpose;
use ringdown_record::{Entry, EntryHash, Kind, Precedence, Side, TrafficClass, Urgency, WallTime};

use crate::world::{BLUE, GREEN, ROUTINE, SIDES, World, draft, noted};

fn line(state: State, at: WallTime, voice: Voice) -> StateLine {
    StateLine { state, at, voice, at_peer: None }
}

fn acknowledged(by: &str) -> State {
    State::Acknowledged { officer: format!("Watch of {by}"), side: by.into() }
}

fn time(entry: &Entry) -> WallTime {
    entry.header().time
}

#[track_caller]
fn of<'a>(ledger: &'a Ledger, entry: &Entry) -> &'a MessageRecord {
    ledger.find_entry(&entry.hash()).expect("a message of this ledger")
}

#[track_caller]
fn states(ledger: &Ledger, entry: &Entry) -> Vec<StateLine> {
    ledger.states(of(ledger, entry))
}

// R17: handed to a carrier, on the other disk and in a person's hands are four lines in four voices.
#[test]
fn an_own_message_goes_from_queued_to_acknowledged() {
    let mut world = World::new();
    let message = world.message(BLUE, 1);
    let mut ledger = world.ledger(BLUE, &world.entries[..4]);
    assert_eq!(ledger.apply(&message, None), [Change::Message(0)]);
    let queued = line(State::Queued, time(&message), Voice::Node(BLUE));
    assert_eq!(states(&ledger, &message), std::slice::from_ref(&queued));

    assert!(ledger.note_sent(&message.hash(), WallTime::from_ms(7_777)));
    let sent = line(State::Sent, WallTime::from_ms(7_777), Voice::OurNote);
    assert_eq!(states(&ledger, &message), [queued.clone(), sent.clone()]);

    world.deliver_to(GREEN);
    let receipt = world.receipt(GREEN, &[]);
    assert_eq!(ledger.apply(&receipt, None), [Change::Stored(0)]);
    let stored = line(State::StoredByPeer, time(&receipt), Voice::Node(GREEN));
    assert_eq!(states(&ledger, &message), [queued.clone(), sent.clone(), stored.clone()]);

    let act = world.acknowledge(GREEN, &message);
    assert_eq!(ledger.apply(&act, None), [Change::Acknowledged(0)]);
    let has_it = line(acknowledged("GREEN"), time(&act), Voice::Officer(GREEN));
    assert_eq!(states(&ledger, &message), [queued, sent, stored, has_it]);
    let acknowledged = of(&ledger, &message).acknowledged.map(|said| (said.officer, said.at, said.entry));
    assert_eq!(acknowledged, Some((1, time(&act), act.hash())));
}

#[test]
fn the_state_is_the_last_that_was_reached_in_the_words_of_the_screen() {
    let mut world = World::new();
    let message = world.message(BLUE, 1);
    let mut ledger = world.ledger(BLUE, &world.entries[..4]);
    ledger.apply(&message, None);
    let text = |ledger: &Ledger| ledger.state(of(ledger, &message)).text();
    assert_eq!(text(&ledger), "QUEUED - NOT SENT");
    ledger.note_sent(&message.hash(), WallTime::from_ms(7_777));
    assert_eq!(text(&ledger), "SENT");
    world.deliver_to(GREEN);
    ledger.apply(&world.receipt(GREEN, &[]), None);
    assert_eq!(text(&ledger), "STORED BY PEER");
    ledger.apply(&world.acknowledge(GREEN, &message), None);
    assert_eq!(text(&ledger), "ACKNOWLEDGED by Watch of GREEN of GREEN");
    assert_eq!(State::StoredHere.text(), "STORED HERE");
}

#[test]
fn a_message_of_the_other_side_is_sent_stored_here_and_acknowledged() {
    let mut world = World::new();
    let message = world.message(GREEN, 1);
    let mut ledger = world.ledger(BLUE, &world.entries);
    let sent = line(State::Sent, time(&message), Voice::Node(GREEN));
    let here = line(State::StoredHere, noted(&message), Voice::OurNote);
    assert_eq!(states(&ledger, &message), [sent.clone(), here.clone()]);
    assert_eq!(of(&ledger, &message).sent, None);
    world.deliver_to(BLUE);
    let act = world.acknowledge(BLUE, &message);
    assert_eq!(ledger.apply(&act, None), [Change::Acknowledged(0)]);
    let has_it = line(acknowledged("BLUE"), time(&act), Voice::Officer(BLUE));
    let has_it = StateLine { at_peer: Some(AtPeer::NotYet), ..has_it };
    assert_eq!(states(&ledger, &message), [sent, here, has_it]);
}

// R20, R47, R50: what a list shows of a message.
#[test]
fn a_message_is_listed_with_all_that_its_header_and_content_say() {
    let mut world = World::new();
    let exercise = Draft {
        precedence: Precedence::Immediate,
        class: TrafficClass::Exercise,
        marker: Marker::Warning,
        subject: "a subject".into(),
        ..draft()
    };
    let message = world.send(BLUE, &exercise, 12);
    let ledger = world.whole_ledger(BLUE);
    let [record] = ledger.messages() else { panic!("one message") };
    let expected = MessageRecord {
        side: BLUE,
        hash: message.hash(),
        place: message.header().place,
        urgency: Urgency { precedence: Precedence::Immediate, class: TrafficClass::Exercise },
        sealed: time(&message),
        officer: 1,
        drafter: None,
        second_releaser: None,
        released_alone: false,
        serial: Some(ringdown_message::Serial { side: BLUE, class: TrafficClass::Exercise, number: 12 }),
        marker: Some(Marker::Warning),
        subject: "a subject".into(),
        sent: Some(noted(&message)),
        arrived: None,
        acknowledged: None,
        dialogue: None,
    };
    assert_eq!(format!("{record:?}"), format!("{expected:?}"));
    assert_eq!(ledger.find(&expected.serial.unwrap()).unwrap().hash, message.hash());
    assert!(ledger.find(&world.serial(BLUE, 12)).is_none(), "test 12 is another message");
    assert_eq!((ledger.own(), ledger.charter()), (BLUE, world.charter()));
}

// REC-7: on both sides, from the statements that both hold.
#[test]
fn a_message_knows_who_wrote_it_who_released_it_and_whether_he_was_alone() {
    let mut world = World::with_officers(2);
    let live = Draft { class: TrafficClass::Live, precedence: Precedence::Flash, ..draft() };
    let speakers: [&[(u16, Purpose)]; 3] = [
        &[(2, Purpose::Release), (1, Purpose::Draft)],
        &[(1, Purpose::Release), (2, Purpose::Release)],
        &[(2, Purpose::ReleaseAlone)],
    ];
    for (serial, speakers) in (1..).zip(speakers) {
        world.said_by(BLUE, Kind::MESSAGE, speakers, live.urgency(), &live.content(serial));
    }
    world.message(BLUE, 1);
    for own in SIDES {
        let ledger = world.whole_ledger(own);
        let people = |message: &MessageRecord| {
            (message.officer, message.drafter, message.second_releaser, message.released_alone)
        };
        let told: Vec<_> = ledger.messages().iter().map(people).collect();
        let expected = [
            (2, Some(1), None, false),
            (1, None, Some(2), false),
            (2, None, None, true),
            (1, None, None, false),
        ];
        assert_eq!(told, expected);
    }
    assert!(world.examined().is_empty(), "all of them are in order");
}

// R17: an acknowledgement is the receiving side's to give.
#[test]
fn nobody_acknowledges_for_the_other_side() {
    let mut world = World::new();
    let ours = world.message(BLUE, 1);
    let theirs = world.message(GREEN, 1);
    SIDES.into_iter().for_each(|side| world.deliver_to(side));
    world.acknowledge(BLUE, &ours);
    world.acknowledge(GREEN, &theirs);
    for own in SIDES {
        let ledger = world.whole_ledger(own);
        assert!(ledger.messages().iter().all(|message| message.acknowledged.is_none()));
    }
}

#[test]
fn an_act_on_something_that_is_no_message_changes_nothing() {
    let mut world = World::new();
    world.message(BLUE, 1);
    world.deliver_to(GREEN);
    let mut ledger = world.whole_ledger(BLUE);
    ledger.apply(&world.receipt(GREEN, &[]), None);
    let gate = world.entries[2].clone();
    for act in
        [world.acknowledge(GREEN, &gate), world.raw_act(GREEN, b"no act"), world.raw_act(GREEN, &[7; 32])]
    {
        assert_eq!(ledger.apply(&act, None), []);
    }
    let nothing = ringdown_message::Act::acknowledge(EntryHash([7; 32])).content();
    assert_eq!(ledger.apply(&world.raw_act(GREEN, &nothing), None), []);
    assert!(ledger.messages()[0].acknowledged.is_none());
}

#[test]
fn a_second_acknowledgement_changes_nothing() {
    let mut world = World::new();
    let message = world.message(BLUE, 1);
    world.deliver_to(GREEN);
    let first = world.acknowledge(GREEN, &message);
    let mut ledger = world.whole_ledger(BLUE);
    let before = states(&ledger, &message);
    assert_eq!(before.last().unwrap().at, time(&first));
    for _ in 0..3 {
        assert_eq!(ledger.apply(&world.acknowledge(GREEN, &message), None), []);
        assert_eq!(states(&ledger, &message), before);
    }
}

#[test]
fn an_officer_who_is_not_in_the_key_list_is_shown_by_number() {
    let mut world = World::new();
    let message = world.message(BLUE, 1);
    let content = ringdown_message::Act::acknowledge(message.hash()).content();
    let body = ringdown_record::body::Body::write(&[], &content);
    world.write(GREEN, Kind::ACT, ROUTINE, 9, body);
    let ledger = world.whole_ledger(BLUE);
    assert_eq!(
        ledger.state(of(&ledger, &message)),
        State::Acknowledged { officer: "officer 9".into(), side: "GREEN".into() }
    );
}

#[test]
fn the_first_note_of_sending_counts_and_only_messages_have_one() {
    let mut world = World::new();
    let message = world.message(BLUE, 1);
    let gate = world.entries[2].clone();
    let mut ledger = Ledger::new(world.charter().clone(), BLUE);
    world.entries.iter().for_each(|entry| drop(ledger.apply(entry, None)));
    assert!(!ledger.note_sent(&gate.hash(), WallTime::from_ms(1)));
    assert!(!ledger.note_sent(&EntryHash([9; 32]), WallTime::from_ms(1)));
    assert!(ledger.note_sent(&message.hash(), WallTime::from_ms(5_000)));
    assert!(ledger.note_sent(&message.hash(), WallTime::from_ms(4_000)));
    assert_eq!(of(&ledger, &message).sent, Some(WallTime::from_ms(5_000)));
}

// R20: numbers per direction and class, from 1 without gaps.
#[test]
fn the_next_number_counts_own_messages_of_one_class() {
    let mut world = World::new();
    let next = |world: &World, own: Side| {
        let ledger = world.whole_ledger(own);
        TrafficClass::ALL.map(|class| ledger.next_number(class))
    };
    assert_eq!(next(&world, BLUE), [1, 1, 1]);
    let of_class = |class| Draft { class, ..draft() };
    world.send(BLUE, &of_class(TrafficClass::Live), 1);
    world.send(BLUE, &of_class(TrafficClass::Live), 2);
    world.send(BLUE, &of_class(TrafficClass::Exercise), 1);
    world.send(GREEN, &of_class(TrafficClass::Live), 1);
    world.send(GREEN, &of_class(TrafficClass::Test), 41);
    assert_eq!(next(&world, BLUE), [3, 2, 1]);
    assert_eq!(next(&world, GREEN), [2, 1, 42]);
    world.raw_message(BLUE, ROUTINE, b"not to be read, so without a number");
    assert_eq!(next(&world, BLUE), [3, 2, 1]);
}

#[test]
fn a_number_used_twice_finds_the_first_and_lists_both() {
    let mut world = World::new();
    let first = world.message(GREEN, 1);
    let second = world.message(GREEN, 1);
    let ledger = world.whole_ledger(BLUE);
    assert_eq!(ledger.find(&world.serial(GREEN, 1)).unwrap().hash, first.hash());
    assert_eq!(ledger.find_entry(&second.hash()).unwrap().place, second.header().place);
    assert_eq!(ledger.messages().len(), 2);
}

// What cannot be read is shown raw, with the same states, and can be acknowledged.
#[test]
fn a_message_that_cannot_be_read_is_listed_without_a_serial() {
    let mut world = World::new();
    let contents = [&b"not CBOR"[..], &[0x81, 2], b""];
    for content in contents {
        world.raw_message(GREEN, ROUTINE, content);
    }
    let empty = world.write(GREEN, Kind::MESSAGE, ROUTINE, 0, Vec::new());
    world.deliver_to(BLUE);
    world.acknowledge(BLUE, &empty);
    let ledger = world.whole_ledger(BLUE);
    assert_eq!(ledger.messages().len(), 4);
    for message in ledger.messages() {
        assert_eq!((message.serial, message.marker, message.subject.as_str()), (None, None, ""));
    }
    assert_eq!(
        ledger.state(of(&ledger, &empty)),
        State::Closed { answer: None },
        "nothing else can be said about it"
    );
    assert_eq!(ledger.state(&ledger.messages()[0]), State::StoredHere);
}

#[test]
fn the_ledger_keeps_the_gates() {
    let mut world = World::new();
    let mut ledger = world.whole_ledger(BLUE);
    assert!(ledger.gates().is_open());
    let shut = world.gate(GREEN, ringdown_record::body::GatePosition::Shut, 2);
    assert_eq!(ledger.apply(&shut, None), [Change::Line]);
    assert!(!ledger.gates().is_open());
}
