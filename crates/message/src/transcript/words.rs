//! The sentences of the transcript that are about the record as a whole.

use ringdown_record::{Charter, Place, Side, WallTime};

use super::{Source, Span, both};

pub(super) fn about(
    charter: &Charter,
    source: Source,
    span: Span,
    zulu: fn(WallTime) -> String,
    entries: usize,
    lines: usize,
) -> Vec<String> {
    let mut about = match source {
        Source::Node(side) => {
            let name = &charter.party(side).name;
            vec![
                format!("As the node of {name} holds it, in the order in which entries became durable there."),
                format!(
                    "\"Written\" is by the clock of the side that wrote the entry, and signed. \"Arrived\" and every \
                     NOTE are {name}'s own notes, which nobody signed; a NOTE stands at its time among the entries, and in \
                     no export."
                ),
            ]
        }
        Source::File => vec![
            "From an exported record: each entry after what it had seen, else by the clocks of those who wrote. When an \
             entry arrived does not stand in such a file."
                .into(),
            "\"Written\" is by the clock of the side that wrote the entry, and signed.".into(),
            "What a side notes of its watch (alarms, silences, handovers, consoles) is in no such file: its own node prints it."
                .into(),
        ],
    };
    about.push(match (span.from, span.to) {
        (None, None) => "From the first entry to the last.".into(),
        (Some(from), None) => format!("From {} on.", zulu(from)),
        (None, Some(to)) => format!("Before {}.", zulu(to)),
        (Some(from), Some(to)) => format!("From {}, before {}.", zulu(from), zulu(to)),
    });
    about.push(format!("The record holds {entries} entries; {lines} lines are printed here."));
    about
}

/// What is remarkable about the place of an entry after the newest before it; `same` if both are of one incarnation.
pub(super) fn order(name: &str, place: Place, newest: Place, same: bool) -> Option<String> {
    if same && place < newest {
        return Some(format!("It came late, after later entries of {name}."));
    }
    let next = if same { newest.seq + 1 } else { 1 };
    let missing = (Place { seq: next, ..place }, Place { seq: place.seq.saturating_sub(1), ..place });
    let which = || {
        let (first, last) = missing;
        if first == last { format!("entry {first}") } else { format!("entries {first} to {last}") }
    };
    (place.seq > next).then(|| format!("GAP: {name}'s {} had not come before this one.", which()))
}

pub(super) fn gap(name: &str, first: Place, last: Place) -> String {
    let which =
        if first == last { format!("entry {first} is") } else { format!("entries {first} to {last} are") };
    format!("GAP: {name}'s {which} not in this record; a later one is.")
}

pub(super) fn missing(serial: &str) -> String {
    format!("MISSING: {serial} is not in this record; a later one is.")
}

pub(super) fn check(charter: &Charter) -> Vec<String> {
    let line = charter.line_id();
    vec![
        "Take the record itself: 'ringdown export record.ringdown' writes it, or ask either side for its file.".into(),
        format!("Check it, on any machine and without a node: ringdown verify record.ringdown --line {line}"),
        "The line id must be the one in your own signed charter, not only the one on this paper.".into(),
        "Print it again from the file: ringdown transcript --file record.ringdown".into(),
        "An entry of this transcript is genuine if the file has the same hash at the same place. The heads above must \
         be in it."
            .into(),
    ]
}

pub(super) fn proves() -> Vec<String> {
    vec![
        "This paper proves nothing: whoever printed it could have changed it. The record does, once it is verified:"
            .into(),
        "The node of the named side signed each entry, at its place, after all entries of that side before it; none \
         was changed, put in or taken out between."
            .into(),
        "The key of the named officer signed each message and each act: these words, this precedence, this class."
            .into(),
        "What an entry cites of the other side, its writer's node held when it signed.".into(),
    ]
}

pub(super) fn proves_not(charter: &Charter) -> Vec<String> {
    let named = [Side::Zero, Side::One].map(|side| charter.party(side).name.as_str());
    vec![
        "That the time is right: each time is what its writer's clock said.".into(),
        "That a message was not received, or was refused; and nothing about what came after the heads.".into(),
        "That the officer acted himself, where his node holds his key; or that he understood what he acknowledged."
            .into(),
        format!("That {} did not make it up together.", both(charter, " and ")),
        format!("What the notes say: they are the word of {} or {} alone.", named[0], named[1]),
    ]
}
