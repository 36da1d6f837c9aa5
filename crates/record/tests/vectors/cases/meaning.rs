//! What only a reader of MESSAGE and ACT sees (REC-24).

use ringdown_record::body::{Body, Gate, GatePosition};
use ringdown_record::encoding::to_cbor;
use ringdown_record::{Entry, Kind, Precedence, TrafficClass, Urgency};

use crate::format::ExportVector;
use crate::make::{Raw, Title, acknowledges, good, talked, words, words_marked};
use crate::world::{BLUE, GREEN, ROUTINE, World};

pub fn all() -> Vec<ExportVector> {
    let mut all = vec![serial_twice(), serials_of_classes(), marker_test(), serial_gap(), later_version()];
    all.extend(act_targets());
    all.extend([shut_by_gate(), shut_by_round(), unreadable_serial(), courtesy(), act_later_version()]);
    all
}

fn place(entry: &Entry) -> Option<(u8, u32, u64)> {
    Some(Raw::of(entry).place())
}

fn serial_twice() -> ExportVector {
    let mut world = talked();
    let second = world.write(world.message(BLUE, ROUTINE, &words(1, "Again number 1.")));
    let title = Title("serial-used-twice", "REC-24", "Two MESSAGEs of BLUE, class TEST, with serial 1.");
    good(title, &world).broken(place(&second), ("serial-twice", ""))
}

fn serials_of_classes() -> ExportVector {
    let mut world = talked();
    for class in [TrafficClass::Live, TrafficClass::Exercise] {
        let urgency = Urgency { precedence: Precedence::Routine, class };
        world.write(world.message(BLUE, urgency, &words(1, "Number 1 of its class.")));
    }
    world.write(world.message(GREEN, ROUTINE, &words(1, "GREEN's number 1.")));
    good(
        Title("good-serials-of-classes", "REC-24", "Serials count for each side and class on their own."),
        &world,
    )
}

fn marker_test() -> ExportVector {
    let mut world = World::ready();
    let urgency = Urgency { precedence: Precedence::Routine, class: TrafficClass::Live };
    let message = world.write(world.message(BLUE, urgency, &words_marked(1, 9, "Only a test.")));
    let title = Title("marker-test-in-class-live", "REC-24", "Marker TEST in a MESSAGE of class LIVE.");
    good(title, &world).broken(place(&message), ("marker-test", ""))
}

fn serial_gap() -> ExportVector {
    let mut world = talked();
    let third = world.write(world.message(BLUE, ROUTINE, &words(3, "Number 3.")));
    world.write(world.message(BLUE, ROUTINE, &words(4, "Number 4.")));
    let title = Title("good-serial-gap", "REC-24", "Serial 3 without serial 2: noted.");
    good(title, &world).noted(place(&third), ("serial-gap", ""))
}

fn later_version() -> ExportVector {
    let mut world = World::ready();
    let first = world.write(world.message(BLUE, ROUTINE, &[0x82, 2, 0]));
    let second = world.write(world.message(BLUE, ROUTINE, b"no CBOR at all"));
    let third = world.write(world.message(BLUE, ROUTINE, &[&words(1, "x")[..], &[0]].concat()));
    let what = "Content of version 2, content that is none, and a byte too many: shown raw.";
    good(Title("good-unreadable-content", "REC-24", what), &world)
        .noted(place(&first), ("unreadable-content", ""))
        .noted(place(&second), ("unreadable-content", ""))
        .noted(place(&third), ("unreadable-content", ""))
}

/// Fields of version 1 that have values it does not allow: the content is shown raw, and its serial does not count.
fn unreadable_serial() -> ExportVector {
    let mut world = World::ready();
    let mut places = Vec::new();
    let long = "x".repeat(201);
    let text = |subject: &str, language: &str, text: &str| {
        let mut out = vec![0x89, 0x01, 0x01, 0x01];
        out.extend(to_cbor(&subject));
        out.extend(to_cbor(&language));
        out.extend(to_cbor(&text));
        out.extend([0x60, 0x80, 0x80]);
        out
    };
    let mut form = text("S", "en", "x");
    let end = form.len() - 3;
    form.splice(end..=end, [0x61, b'f']);
    let mut marker = text("S", "en", "x");
    marker[3] = 10;
    for content in [
        words(0, "Serial 0."),
        marker,
        form,
        text("", "en", "x"),
        text(" \u{3000}", "en", "x"),
        text("two\nlines", "en", "x"),
        text("two\u{2028}lines", "en", "x"),
        text(&long, "en", "x"),
        text("S", "", "x"),
        text("S", "e n", "x"),
        text("S", &"a".repeat(36), "x"),
        text("S", "en", ""),
    ] {
        places.push(place(&world.write(world.message(BLUE, ROUTINE, &content))));
    }
    world.write(world.message(BLUE, ROUTINE, &text("S", &"a".repeat(35), "The only one that can be read.")));
    let title =
        Title("good-content-not-allowed", "REC-24", "Fields that version 1 does not allow: shown raw.");
    places
        .into_iter()
        .fold(good(title, &world), |vector, place| vector.noted(place, ("unreadable-content", "")))
}

/// The sender's own translation behind the message: read, or the whole content is shown raw.
fn courtesy() -> ExportVector {
    let mut world = World::ready();
    let content = |text: &str, courtesy: Vec<u8>| {
        let mut out = vec![0x8d, 0x01, 0x01, 0x01, 0x61, b'S', 0x62, b'r', b'u'];
        out.extend(to_cbor(&text));
        out.extend([0x60, 0x80, 0x80, 0xf6, 0xf6, 0xf6]);
        out.extend(courtesy);
        out
    };
    let pair = |language: &str, text: &str| to_cbor(&(language, text));
    let places = [
        content("да", pair("en", "")),
        content("да", pair("e n", "yes")),
        content("да", pair("", "yes")),
        content("да", to_cbor(&"yes")),
        content("да", vec![0xf6]),
        content(&"x".repeat(30_001), pair("en", &"y".repeat(30_000))),
    ]
    .map(|content| place(&world.write(world.message(BLUE, ROUTINE, &content))));
    let longest = content(&"x".repeat(30_000), pair("en", &"y".repeat(30_000)));
    world.write(world.message(BLUE, ROUTINE, &longest));
    let what =
        "A courtesy translation (MSG-18) that can be read behind six that cannot: those are shown raw.";
    places.into_iter().fold(good(Title("good-courtesy", "REC-24", what), &world), |vector, place| {
        vector.noted(place, ("unreadable-content", ""))
    })
}

fn act_targets() -> Vec<ExportVector> {
    let of = |name, what, target: fn(&World) -> [u8; 32]| {
        let mut world = talked();
        let act = world.write(world.act(GREEN, &acknowledges(&target(&world))));
        good(Title(name, "REC-24", what), &world).broken(place(&act), ("act-target", ""))
    };
    let mut all = vec![
        of("act-on-nothing", "An ACT on a hash that is no entry's.", |_| [7; 32]),
        of("act-on-gate", "An ACT on BLUE's GATE.", |world| world.entry(BLUE, 2).hash().0),
        of("act-on-act", "An ACT on an ACT.", |world| world.entry(GREEN, 3).hash().0),
    ];
    let mut world = talked();
    let own = world.write(world.act(BLUE, &acknowledges(&world.entry(BLUE, 3).hash().0)));
    let title = Title("act-on-own-message", "REC-24", "BLUE acknowledges its own MESSAGE.");
    all.push(good(title, &world).broken(place(&own), ("act-target", "")));
    all
}

fn act_later_version() -> ExportVector {
    let mut world = talked();
    let mut content = acknowledges(&world.entry(BLUE, 3).hash().0);
    content[1] = 2;
    let act = world.write(world.act(GREEN, &content));
    let title = Title("good-act-of-later-version", "REC-24", "An ACT of version 2 is noted.");
    good(title, &world).noted(place(&act), ("unreadable-content", ""))
}

fn shut_by_gate() -> ExportVector {
    let mut world = talked();
    world.write(world.gate(GREEN, GatePosition::Shut));
    let message = world.write(world.message(BLUE, ROUTINE, &words(2, "After the gate was shut.")));
    let title = Title(
        "good-message-while-shut",
        "REC-24",
        "A MESSAGE that cites the gate that shut the line: noted.",
    );
    good(title, &world).noted(place(&message), ("line-shut", ""))
}

fn shut_by_round() -> ExportVector {
    let mut world = talked();
    let gate = to_cbor(&Gate { position: GatePosition::Ready, round: 2, reason: String::new() });
    world.write(world.next(GREEN, Kind::GATE, Urgency::LINE, &Body::write(&[], &gate)));
    let message = world.write(world.message(BLUE, ROUTINE, &words(2, "In no round.")));
    world.write(world.next(BLUE, Kind::GATE, Urgency::LINE, &Body::write(&[], &gate)));
    world.write(world.message(BLUE, ROUTINE, &words(3, "In round 2.")));
    let title =
        Title("good-message-between-rounds", "REC-21", "READY in two rounds is not OPEN; in one it is.");
    good(title, &world).noted(place(&message), ("line-shut", ""))
}
