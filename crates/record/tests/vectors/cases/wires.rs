//! Wire forms that cannot be read or that fill in wrongly, at a receiver that holds all that came before.

use ringdown_record::wire::WireForm;
use ringdown_record::{Entry, EntryHash, EntryRef};

use crate::make::{LONG, SHORT, Title, ready, wire, wired};
use crate::wire_format::WireVector;
use crate::world::{BLUE, GREEN, World, Writing, charter};

pub fn all() -> Vec<WireVector> {
    let (world, message) = ready();
    let message = message.seal();
    let mut all = taken(&world, &message);
    all.extend(varints(&world, &message));
    all.extend(frames(&world, &message));
    all.extend(filled_in(&world));
    all.extend(fields(&world));
    all.push(nothing_cited_in_an_incarnation());
    all
}

fn taken(world: &World, message: &Entry) -> Vec<WireVector> {
    let held = world.export();
    let forms = [
        ("good-short", "No optional field.", SHORT),
        ("good-long", "All optional fields.", LONG),
        ("good-prev", "The predecessor's hash goes along.", WireForm { prev: true, ..SHORT }),
        (
            "good-incarnations",
            "Both incarnations.",
            WireForm { incarnation: true, peer_incarnation: true, ..SHORT },
        ),
        ("good-key-list", "Eight bytes of the key list.", WireForm { key_list: true, ..SHORT }),
    ];
    let of = |(name, what, form)| {
        wire(Title(name, "REC-16", what), world, &held, &wired(message, form)).taken(message)
    };
    let mut all: Vec<WireVector> = forms.into_iter().map(of).collect();
    let mut listed = World::ready();
    let held = listed.export();
    let list = listed.write(listed.key_list(BLUE, listed.list_after(BLUE, |list| list.officers.truncate(2))));
    let title = Title("good-keylist", "REC-16", "A KEYLIST is under the list in its own body.");
    all.push(wire(title, &listed, &held, &wired(&list, SHORT)).taken(&list));
    all
}

/// The wire form with the varint at this offset in one byte more.
fn padded(mut wire: Vec<u8>, at: usize) -> Vec<u8> {
    wire[at] |= 0x80;
    wire.insert(at + 1, 0);
    wire
}

/// The wire form with these bytes in place of the varint of one byte at this offset.
fn replaced(wire: &[u8], at: usize, bytes: &[u8]) -> Vec<u8> {
    [&wire[..at], bytes, &wire[at + 1..]].concat()
}

fn varints(world: &World, message: &Entry) -> Vec<WireVector> {
    let (held, long, short) = (world.export(), wired(message, LONG), wired(message, SHORT));
    // form, incarnation, seq, prev, cited incarnation, cited seq, list, time, clock, kind, urgency, flags, officer
    let (incarnation, seq, cited_incarnation, cited) = (1, 2, 3 + 32, 4 + 32);
    let officer = cited + 1 + 8 + 5 + 4;
    let receipt = wired(&world.receipt(BLUE).seal(), SHORT);
    let length = 1 + 1 + 1 + 5 + 4 + 1;
    assert_eq!((receipt[length], receipt.len()), (3, length + 1 + 3 + 64));
    let canonical = "not in its one canonical form";
    let mut table: Vec<(&str, Vec<u8>, &str, &str)> = vec![
        (
            "varint-incarnation",
            padded(long.clone(), incarnation),
            canonical,
            "The incarnation in one byte too many.",
        ),
        ("varint-seq", padded(long.clone(), seq), canonical, "The number in one byte too many."),
        (
            "varint-peer-incarnation",
            padded(long.clone(), cited_incarnation),
            canonical,
            "The cited incarnation likewise.",
        ),
        ("varint-peer-seq", padded(long.clone(), cited), canonical, "The cited number likewise."),
        ("varint-officer", padded(long.clone(), officer), canonical, "The officer likewise."),
        (
            "varint-body-length",
            padded(receipt.clone(), length),
            canonical,
            "The length of the body likewise.",
        ),
    ];
    table.extend(numbers_above_their_field(&long, &short, &receipt));
    let of = |(name, bytes, detail, what): (&'static str, Vec<u8>, &str, &'static str)| {
        let rule = if detail == canonical { "REC-9" } else { "REC-16" };
        wire(Title(name, rule, what), world, &held, &bytes).unreadable(detail)
    };
    table.into_iter().map(of).collect()
}

/// Name, bytes, detail, what.
type Row = (&'static str, Vec<u8>, &'static str, &'static str);

fn numbers_above_their_field(long: &[u8], short: &[u8], receipt: &[u8]) -> [Row; 7] {
    let (incarnation, cited_incarnation, cited) = (1, 3 + 32, 4 + 32);
    let officer = cited + 1 + 8 + 5 + 4;
    let length = 1 + 1 + 1 + 5 + 4 + 1;
    let above = "varint above 2^64";
    let eleven = [0x80; 10].into_iter().chain([0x01]).collect::<Vec<u8>>();
    let two_32 = [0x80, 0x80, 0x80, 0x80, 0x10];
    [
        (
            "varint-above-2-64",
            replaced(short, 1, &[[0xff; 9].to_vec(), vec![0x02]].concat()),
            above,
            "2^64 and more.",
        ),
        ("varint-eleven-bytes", replaced(short, 1, &eleven), "varint", "Eleven bytes."),
        (
            "incarnation-2-32",
            replaced(long, incarnation, &two_32),
            "not allowed: incarnation",
            "Incarnation 2^32.",
        ),
        (
            "peer-incarnation-2-32",
            replaced(long, cited_incarnation, &two_32),
            "not allowed: cited incarnation",
            "Cited incarnation 2^32.",
        ),
        (
            "officer-2-16",
            replaced(long, officer, &[0x80, 0x80, 0x04]),
            "not allowed: officer",
            "Officer 65,536.",
        ),
        (
            "body-length-65536",
            replaced(receipt, length, &[0x80, 0x80, 0x04]),
            "not allowed: body length",
            "A body of 65,536 bytes, of which none is there.",
        ),
        (
            "peer-incarnation-without-seq",
            replaced(long, cited, &[0]),
            "not allowed: cited incarnation",
            "It cites 1/0.",
        ),
    ]
}

fn frames(world: &World, message: &Entry) -> Vec<WireVector> {
    let (held, long, short) = (world.export(), wired(message, LONG), wired(message, SHORT));
    let receipt = wired(&world.receipt(BLUE).seal(), SHORT);
    let length = 1 + 1 + 1 + 5 + 4 + 1;
    let set = |at: usize, byte: u8| {
        let mut out = short.clone();
        out[at] = byte;
        out
    };
    let urgency = 1 + 1 + 1 + 5 + 2;
    let table: [(&str, Vec<u8>, &str, &str); 11] = [
        ("empty", vec![], "end too early", "No bytes."),
        ("form-unknown", set(0, 0x10), "not allowed: form byte", "An unknown bit in the form byte."),
        ("form-unknown-high", set(0, 0x80), "not allowed: form byte", "The highest bit of the form byte."),
        ("truncated", short[..short.len() - 1].to_vec(), "end too early", "The last byte is missing."),
        ("truncated-long", long[..20].to_vec(), "end too early", "It ends within the predecessor's hash."),
        (
            "trailing-byte",
            [&short[..], &[0]].concat(),
            "bytes follow the end",
            "A byte follows the signature.",
        ),
        (
            "body-length-too-long",
            replaced(&receipt, length, &[4]),
            "end too early",
            "The length is one more than the body.",
        ),
        (
            "body-length-too-short",
            replaced(&receipt, length, &[2]),
            "bytes follow the end",
            "The length is one less.",
        ),
        ("precedence-unknown", set(urgency, 0x52), "not allowed: precedence", "Precedence 5."),
        ("class-unknown", set(urgency, 0x43), "not allowed: class", "Class 3."),
        (
            "peer-seq-without-incarnation",
            replaced(&long, 35, &[0]),
            "not allowed: cited incarnation",
            "It cites 0/2.",
        ),
    ];
    let of = |(name, bytes, detail, what): (&'static str, Vec<u8>, &str, &'static str)| {
        wire(Title(name, "REC-16", what), world, &held, &bytes).unreadable(detail)
    };
    table.into_iter().map(of).collect()
}

/// What the receiver fills in is not what was signed, or can be named because it was sent.
fn filled_in(world: &World) -> Vec<WireVector> {
    let held = world.export();
    let follows = |prev| Writing { prev, ..world.receipt(BLUE) }.seal();
    let cites = |hash| {
        let peer = EntryRef { hash, ..world.chain(GREEN).head() };
        Writing { peer, ..world.receipt(BLUE) }.seal()
    };
    let other = EntryHash([9; 32]);
    let with_prev = WireForm { prev: true, ..SHORT };
    let second = {
        let mut bytes = wired(&world.receipt(BLUE).seal(), WireForm { incarnation: true, ..SHORT });
        bytes[1] = 2;
        bytes
    };
    let body = |at_end: usize| {
        let mut bytes = wired(
            &world.message(BLUE, crate::world::ROUTINE, &crate::make::words(1, "Swapped")).seal(),
            SHORT,
        );
        let at = bytes.len() - 64 - at_end;
        bytes[at] ^= 0x20;
        bytes
    };
    let list = Writing { key_list: [5; 32], ..world.receipt(BLUE) }.seal();
    let of = |name, rule, what, bytes: &[u8], reason| {
        wire(Title(name, rule, what), world, &held, bytes).refused((reason, ""))
    };
    let node = "node-signature";
    vec![
        of(
            "prev-other",
            "REC-16",
            "It follows another 1/2; that is not said.",
            &wired(&follows(other), SHORT),
            node,
        ),
        of(
            "prev-other-named",
            "REC-3",
            "It follows another 1/2, and says so.",
            &wired(&follows(other), with_prev),
            "wrong-predecessor",
        ),
        of(
            "cites-other-history",
            "REC-16",
            "It cites another 1/2; the hash is never sent.",
            &wired(&cites(other), LONG),
            node,
        ),
        of("incarnation-two", "REC-16", "It states incarnation 2.", &second, "wrong-incarnation"),
        of("body-swapped", "REC-16", "A letter of the text changed on the way.", &body(5), node),
        of(
            "key-list-other",
            "REC-16",
            "It is signed under another list; that is not said.",
            &wired(&list, SHORT),
            node,
        ),
        of(
            "key-list-other-named",
            "REC-16",
            "It names another list, and all before it is held.",
            &wired(&list, WireForm { key_list: true, ..SHORT }),
            "wrong-key-list",
        ),
    ]
}

/// Values that the wire can carry and no entry may have.
fn fields(world: &World) -> Vec<WireVector> {
    let held = world.export();
    let bytes = wired(&world.receipt(BLUE).seal(), WireForm { prev: true, ..SHORT });
    let short = wired(&world.receipt(BLUE).seal(), SHORT);
    let set = |at: usize, byte: u8| {
        let mut out = short.clone();
        out[at] = byte;
        out
    };
    let high = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40];
    let of = |name, rule, what, bytes: &[u8], because| {
        wire(Title(name, rule, what), world, &held, bytes).refused(because)
    };
    vec![
        of("flags-unknown", "REC-4", "Flag 2.", &set(11, 2), ("body", "not allowed: flags")),
        of("seq-zero", "REC-4", "Number 0.", &replaced(&bytes, 1, &[0]), ("body", "not allowed: place")),
        of("seq-2-48", "REC-4", "Number 2^48.", &replaced(&bytes, 1, &high), ("body", "not allowed: place")),
        of(
            "gate-precedence-routine",
            "REC-4",
            "A GATE that is ROUTINE.",
            &set(9, 4),
            ("body", "precedence for this kind"),
        ),
        of("time-other", "REC-2", "Another time than the one signed.", &set(7, 9), ("node-signature", "")),
        of("clock-other", "REC-2", "Another clock than the one signed.", &set(8, 0), ("node-signature", "")),
    ]
}

fn nothing_cited_in_an_incarnation() -> WireVector {
    let world = World::found(charter(1));
    let first = world.incarnation(BLUE).seal();
    let mut bytes = wired(&first, WireForm { peer_incarnation: true, ..SHORT });
    bytes[2] = 7;
    let title = Title("peer-incarnation-seven-cites-nothing", "REC-16", "It cites 7/0.");
    wire(title, &world, &world.export(), &bytes).unreadable("not allowed: cited incarnation")
}
