//! Laws of dialogues, over random scripts: what either side does about messages, well behaved or not, in any order that
//! the citations of their chains allow.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use ringdown_message::act::{Answer, Ask, Deed, Notice};
use ringdown_message::dialogue::{Circumstances, Dialogue, Flaw, Move, Phase, Violation};
use ringdown_message::value::Field;
use ringdown_message::{Act, Draft, Ledger, Marker, MessageRecord};
use ringdown_record::{Entry, EntryHash, Place, Precedence, Side, TrafficClass, Urgency, WallTime};

use crate::standing::{may_follow, may_stand};
use crate::talks::{altitude, answer_of, asked, read_back_of, with_field};
use crate::world::{BLUE, GREEN, SIDES, World};

const NOTHING: EntryHash = EntryHash([3; 32]);

/// Markers of messages that refer to others, those that change another more often.
const REFERRING: [Marker; 6] =
    [Marker::Correction, Marker::Cancel, Marker::Correction, Marker::Answer, Marker::Question, Marker::Test];

/// What a side does in one step of a script.
#[derive(Clone, Debug)]
enum What {
    /// One of the moves that its own ledger offers.
    Move(Index, Index),
    /// Any deed about any message that it holds, legal or not.
    Deed(Index, Index, Index),
    /// A message that refers to one it holds, legal or not; some are of another urgency or without fields.
    Refer(Marker, Index, u8),
    /// An act with one byte changed.
    Bent(Index, u8),
}

#[derive(Clone, Debug)]
struct Step {
    blue: bool,
    /// It takes in first what the other side wrote.
    holds: bool,
    what: What,
}

#[derive(Clone, Debug)]
struct Script {
    marker: Marker,
    critical: bool,
    /// Seconds after pairing that the first message is valid, if that is said.
    valid: Option<u64>,
    steps: Vec<Step>,
}

fn what() -> impl Strategy<Value = What> {
    let index = any::<Index>;
    prop_oneof![
        6 => (index(), index()).prop_map(|(which, how)| What::Move(which, how)),
        12 => (index(), index(), index()).prop_map(|(about, sort, deed)| What::Deed(about, sort, deed)),
        1 => (prop::sample::select(&REFERRING[..]), index(), any::<u8>())
            .prop_map(|(marker, re, how)| What::Refer(marker, re, how)),
        1 => (index(), any::<u8>()).prop_map(|(at, byte)| What::Bent(at, byte)),
    ]
}

prop_compose! {
    fn step(what: BoxedStrategy<What>)(
        blue in any::<bool>(), holds in prop::bool::weighted(0.8), what in what,
    ) -> Step {
        Step { blue, holds, what }
    }
}

/// Sides that do anything, and sides that mostly do what they are offered.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let moves = || (any::<Index>(), any::<Index>()).prop_map(|(which, how)| What::Move(which, how));
    let lawful = prop_oneof![7 => moves(), 1 => what()].boxed();
    prop_oneof![vec(step(what().boxed()), 1..40), vec(step(lawful), 1..40)]
}

prop_compose! {
    fn script()(
        marker in prop_oneof![3 => prop::sample::select(&Marker::ALL[..]), 1 => Just(Marker::Request)],
        critical in prop::bool::weighted(0.7),
        valid in prop::option::of(2..12_u64),
        steps in steps(),
    ) -> Script {
        Script { marker, critical, valid, steps }
    }
}

/// A line on which a script is played. Each side judges by what it holds.
struct Play {
    world: World,
    views: [Ledger; 2],
    /// What each view has taken in.
    taken: [BTreeSet<EntryHash>; 2],
    /// What was legal by what its writer held.
    legal: BTreeSet<EntryHash>,
    /// What a side did against the laws, and where its ledger went wrong.
    faults: Vec<String>,
    /// How often an act with a changed byte was still an act, and was none.
    bent: [usize; 2],
}

impl Play {
    fn new(script: &Script) -> Play {
        let world = World::new();
        let views = SIDES.map(|side| world.whole_ledger(side));
        let taken = SIDES.map(|_| world.entries.iter().map(|entry| entry.hash()).collect());
        let mut play = Play { world, views, taken, legal: BTreeSet::new(), faults: Vec::new(), bent: [0, 0] };
        let draft = if script.critical { with_field(script.marker) } else { asked(script.marker) };
        let valid_until = script.valid.map(|seconds| WallTime::from_ms(1_000 + seconds * 1_000));
        let re = script.marker.refers().then_some(NOTHING);
        let first = play.world.send(BLUE, &Draft { valid_until, re, ..draft }, 1);
        play.legal.insert(first.hash());
        play.take(BLUE);
        script.steps.iter().for_each(|step| play.step(step));
        play
    }

    /// The side's view takes in what it wrote, and what the other wrote as far as it was brought.
    fn take(&mut self, side: Side) {
        let held = self.world.held[side.index()].place;
        let has = |entry: &Entry| entry.header().side == side || entry.header().place <= held;
        let news: Vec<_> = self.world.entries.iter().filter(|entry| has(entry)).cloned().collect();
        for entry in news {
            if self.taken[side.index()].insert(entry.hash()) {
                self.take_entry(side, &entry);
            }
        }
    }

    fn take_entry(&mut self, side: Side, entry: &Entry) {
        let view = &mut self.views[side.index()];
        let before = dialogues(view);
        let seconds = entry.header().time.ms() / 1_000;
        let noted = entry.header().time.ms() + if seconds.is_multiple_of(3) { 4_000_000 } else { 500 };
        view.apply(entry, Some(WallTime::from_ms(noted)));
        let after = dialogues(view);
        for (hash, (dialogue, phase)) in &after {
            if let Err(what) = may_stand(dialogue, *phase) {
                self.faults.push(format!("{hash} of {side:?}: {what}"));
            }
            let Some((old, _)) = before.get(hash) else { continue };
            if let Err(what) = may_follow(old, dialogue) {
                self.faults.push(format!("{hash} of {side:?}: {what}\n{old:#?}\n{dialogue:#?}"));
            }
        }
    }

    fn step(&mut self, step: &Step) {
        let side = if step.blue { BLUE } else { GREEN };
        if step.holds {
            self.world.deliver_to(side);
            self.take(side);
        }
        match &step.what {
            What::Move(which, how) => self.play_move(side, which, how),
            What::Deed(about, sort, which) => self.play_deed(side, about, sort, which),
            What::Refer(marker, re, how) => self.refer(side, *marker, re, *how),
            What::Bent(at, byte) => {
                let hash = self.views[side.index()].messages().first().map_or(NOTHING, |first| first.hash);
                let mut content = Act { target: hash, deed: Deed::Standby { minutes: 500 } }.content();
                let at = at.index(content.len());
                content[at] = *byte;
                self.bent[usize::from(Act::read(&content).is_err())] += 1;
                self.world.raw_act(side, &content);
            }
        }
        self.take(side);
        self.compare_moves(side);
    }

    fn here(&self, side: Side, message: &MessageRecord) -> Circumstances {
        self.views[side.index()].circumstances(message, self.world.next_time())
    }

    /// What is offered is what is permitted, of each message and for each side.
    fn compare_moves(&mut self, side: Side) {
        let view = &self.views[side.index()];
        for message in view.messages() {
            let here = self.here(side, message);
            let offered = message.dialogue().moves(side, here);
            let permitted = permitted(view, message, here);
            if let Some(what) = difference(&offered, &permitted) {
                self.faults.push(format!("{} by {side:?}: {what}", message.hash));
            }
        }
    }

    fn play_move(&mut self, side: Side, which: &Index, how: &Index) {
        let view = &self.views[side.index()];
        // Mostly about one message and not to end it, so that it comes far.
        let far = how.index(4) > 0;
        let ends = |one: &Move| matches!(one, Move::Correct | Move::Cancel);
        let offered: Vec<(EntryHash, Urgency, Vec<Field>, Move)> = view
            .messages()
            .iter()
            .take(if far { 1 } else { usize::MAX })
            .flat_map(|message| {
                let dialogue = message.dialogue().into_owned();
                let moves = dialogue.moves(side, self.here(side, message));
                let of = move |one| (message.hash, message.urgency, dialogue.critical.clone(), one);
                moves.into_iter().filter(move |one| !(far && ends(one))).map(of)
            })
            .collect();
        if offered.is_empty() {
            return;
        }
        let (hash, urgency, critical, one) = offered[which.index(offered.len())].clone();
        let as_that =
            |draft| Draft { re: Some(hash), class: urgency.class, precedence: urgency.precedence, ..draft };
        let by_message = |marker| as_that(asked(marker));
        let read = if how.index(2) == 0 { vec![altitude(457)] } else { critical };
        let entry = match one {
            Move::AnswerByMessage => self.send(side, &by_message(Marker::Answer)),
            Move::QuestionByMessage => self.send(side, &by_message(Marker::Question)),
            Move::Correct => self.send(side, &as_that(with_field(Marker::Correction))),
            Move::Cancel => self.send(side, &as_that(with_field(Marker::Cancel))),
            Move::Reply(ask, _) => self.world.say(side, ask, Deed::Reply { yes: how.index(2) == 0 }),
            Move::ReadBack => self.world.say(side, hash, read_back_of(read)),
            _ => self.world.say(side, hash, deed_of(one)),
        };
        self.legal.insert(entry.hash());
    }

    fn send(&mut self, side: Side, draft: &Draft) -> Arc<Entry> {
        let number = self.views[side.index()].next_number(draft.class);
        self.world.send(side, draft, number)
    }

    fn play_deed(&mut self, side: Side, about: &Index, sort: &Index, which: &Index) {
        let view = &self.views[side.index()];
        let hashes = view.messages().iter().map(|message| message.hash).collect::<Vec<_>>();
        // Mostly about one and the same, so that it comes far.
        let target = match about.index(hashes.len() + 6).checked_sub(6) {
            None => hashes.first().copied().unwrap_or(NOTHING),
            Some(at) => hashes[at],
        };
        let sorts = deeds(view, target);
        let sort = &sorts[sort.index(sorts.len())];
        let (target, deed) = sort[which.index(sort.len())].clone();
        let may = view.messages().iter().any(|message| {
            let dialogue = message.dialogue();
            match &deed {
                Deed::Reply { .. } => dialogue.may_reply(side, &target).is_ok(),
                _ => message.hash == target && dialogue.may(side, &deed, self.here(side, message)).is_ok(),
            }
        });
        let entry = self.world.say(side, target, deed);
        if may {
            self.legal.insert(entry.hash());
        }
    }

    fn refer(&mut self, side: Side, marker: Marker, re: &Index, how: u8) {
        let view = &self.views[side.index()];
        let hashes = view.messages().iter().map(|message| message.hash).collect::<Vec<_>>();
        let target = hashes.get(re.index(hashes.len() + 1)).copied().unwrap_or(NOTHING);
        let fit = with_field(marker);
        let draft = match how % 8 {
            0 => asked(marker),
            1 => Draft { class: TrafficClass::Exercise, ..fit },
            2 => Draft { class: TrafficClass::Live, ..fit },
            3 => Draft { precedence: Precedence::Immediate, ..fit },
            _ => fit,
        };
        let draft = Draft { re: Some(target), ..draft };
        let may = view.find_entry(&target).is_none_or(|message| view.may_be_sent(&draft, message).is_ok());
        let may = may && draft.check().is_ok();
        let entry = self.send(side, &draft);
        if may {
            self.legal.insert(entry.hash());
        }
    }
}

/// A deed for a move that needs nothing but the message.
fn deed_of(one: Move) -> Deed {
    match one {
        Move::Answer(word) => answer_of(word),
        Move::Standby => Deed::Standby { minutes: 5 },
        Move::ThatIsCorrect(read_back) => Deed::ThatIsCorrect { read_back },
        Move::Wrong(read_back) => Deed::Wrong { read_back },
        Move::OurMessageWasWrong(read_back) => Deed::OurMessageWasWrong { read_back },
        Move::Notice(notice) => Deed::Notice(notice),
        Move::Ask(ask) => Deed::Ask(ask),
        _ => Deed::Acknowledge,
    }
}

/// Moves by an act on the message itself, whether they are legal or not.
fn simple_moves(read_backs: &[EntryHash]) -> Vec<Move> {
    let mut moves = vec![Move::Acknowledge, Move::Standby];
    moves.extend(Answer::ALL.map(Move::Answer));
    moves.extend([Notice::HandedOn, Notice::InPreparation].map(Move::Notice));
    moves.extend([Ask::StillValid, Ask::Voice, Ask::DidYouGetIt].map(Move::Ask));
    for read_back in read_backs {
        moves.extend([
            Move::ThatIsCorrect(*read_back),
            Move::Wrong(*read_back),
            Move::OurMessageWasWrong(*read_back),
        ]);
    }
    moves
}

/// All read-backs and asks that a ledger knows, and an entry that is neither.
fn known(view: &Ledger) -> (Vec<EntryHash>, Vec<(EntryHash, Ask)>) {
    let (mut read_backs, mut asks) = (vec![NOTHING], vec![(NOTHING, Ask::Voice)]);
    for message in view.messages() {
        let dialogue = message.dialogue();
        read_backs.extend(dialogue.rounds.iter().map(|round| round.said.entry));
        asks.extend(dialogue.asks.iter().map(|asked| (asked.said.entry, asked.ask)));
    }
    (read_backs, asks)
}

/// Deeds about a message, sort by sort, each with the entry that it names.
fn deeds(view: &Ledger, target: EntryHash) -> Vec<Vec<(EntryHash, Deed)>> {
    let (read_backs, asks) = known(view);
    let mut simple = simple_moves(&read_backs).into_iter().map(|one| (target, deed_of(one)));
    let mut next = |count: usize| simple.by_ref().take(count).collect::<Vec<_>>();
    let mut sorts = vec![next(1), next(1), next(9), next(2), next(3), next(usize::MAX)];
    let speed = Field::new("speed", true, altitude(1500).value).expect("a field");
    let fields = [
        vec![altitude(1500)],
        vec![altitude(1501)],
        vec![altitude(457)],
        vec![speed.clone()],
        vec![altitude(1500), speed],
        vec![],
    ];
    sorts.push(fields.map(|fields| (target, read_back_of(fields))).into());
    sorts.push(asks.into_iter().map(|(ask, _)| (ask, Deed::Reply { yes: true })).collect());
    sorts.push(vec![(NOTHING, Deed::Acknowledge), (target, Deed::Standby { minutes: 5 })]);
    sorts.push(vec![(target, answer_of(Answer::Wilco))]);
    let newest = read_backs.last().copied().unwrap_or(NOTHING);
    sorts.push(vec![(target, Deed::ThatIsCorrect { read_back: newest })]);
    sorts
}

/// What the ledger's own side may do about a message, asked one by one.
fn permitted(view: &Ledger, message: &MessageRecord, here: Circumstances) -> Vec<Move> {
    let (dialogue, side) = (message.dialogue(), view.own());
    let (read_backs, asks) = known(view);
    let may = |one: &Move| dialogue.may(side, &deed_of(*one), here).is_ok();
    let mut moves: Vec<_> = simple_moves(&read_backs).into_iter().filter(may).collect();
    let whole = read_back_of(dialogue.critical.clone());
    moves.extend(dialogue.may(side, &whole, here).is_ok().then_some(Move::ReadBack));
    let replies = asks.into_iter().filter(|(ask, _)| dialogue.may_reply(side, ask).is_ok());
    moves.extend(replies.map(|(ask, what)| Move::Reply(ask, what)));
    let by_message = [
        (Marker::Answer, Move::AnswerByMessage),
        (Marker::Question, Move::QuestionByMessage),
        (Marker::Correction, Move::Correct),
        (Marker::Cancel, Move::Cancel),
    ];
    let may = |(marker, _): &(Marker, Move)| view.may_refer(*marker, message).is_ok();
    moves.extend(by_message.into_iter().filter(may).map(|(_, one)| one));
    moves
}

/// What stands in one list and not in the other, or twice.
fn difference(offered: &[Move], permitted: &[Move]) -> Option<String> {
    let once = offered.iter().enumerate().all(|(at, one)| !offered[..at].contains(one));
    let only_offered: Vec<_> = offered.iter().filter(|one| !permitted.contains(one)).collect();
    let only_permitted: Vec<_> = permitted.iter().filter(|one| !offered.contains(one)).collect();
    let same = once && only_offered.is_empty() && only_permitted.is_empty();
    (!same)
        .then(|| format!("only offered {only_offered:?}, only permitted {only_permitted:?}, of {offered:?}"))
}

type Talks = BTreeMap<EntryHash, (Dialogue, Phase)>;

fn dialogues(ledger: &Ledger) -> Talks {
    let of = |message: &MessageRecord| (message.dialogue().into_owned(), ledger.phase(message));
    ledger.messages().iter().map(|message| (message.hash, of(message))).collect()
}

/// The same entries in another order: each after its predecessor and after what it cites.
fn merged(entries: &[Arc<Entry>], picks: &[bool]) -> Vec<Arc<Entry>> {
    let chain = |side: Side| entries.iter().filter(move |entry| entry.header().side == side);
    let mut chains = SIDES.map(|side| chain(side).peekable());
    let mut placed = [Place::default(); 2];
    let mut picks = picks.iter().cycle();
    let mut out = Vec::new();
    while out.len() < entries.len() {
        let ready =
            |side: Side, entry: &&Arc<Entry>| entry.header().peer.place <= placed[side.other().index()];
        let first = SIDES[usize::from(*picks.next().expect("endless"))];
        let side = [first, first.other()].into_iter().find(|side| {
            let next = chains[side.index()].peek();
            next.is_some_and(|entry| ready(*side, entry))
        });
        let entry = side.and_then(|side| chains[side.index()].next()).expect("one of both can go on");
        placed[entry.header().side.index()] = entry.header().place;
        out.push(entry.clone());
    }
    out
}

/// Dialogues for comparing: what both sides say of their own accord has no order between them.
fn compared(ledger: &Ledger) -> BTreeMap<EntryHash, String> {
    let told = |(mut dialogue, phase): (Dialogue, Phase)| {
        dialogue.asks.sort_by_key(|asked| asked.said.side);
        dialogue.violations.sort_by_key(|(said, _)| said.side);
        format!("{dialogue:?} {phase:?}")
    };
    dialogues(ledger).into_iter().map(|(hash, talk)| (hash, told(talk))).collect()
}

fn findings(world: &World, order: &[Arc<Entry>]) -> Vec<String> {
    let entries: Vec<Entry> = order.iter().map(|entry| Entry::clone(entry)).collect();
    let findings = ringdown_message::examine(world.charter(), &entries);
    let mut words: Vec<_> = findings.into_iter().map(|finding| finding.text).collect();
    words.sort();
    words
}

proptest! {
    // MSG-7, MSG-8, MSG-9, MSG-10, MSG-14
    #[test]
    fn no_script_leaves_the_table(script in script()) {
        let play = Play::new(&script);
        prop_assert!(play.faults.is_empty(), "{}", play.faults[0]);
    }

    // MSG-8, MSG-14, MSG-15
    #[test]
    fn what_was_legal_for_its_writer_is_held_against_him_by_nobody(script in script()) {
        let play = Play::new(&script);
        for side in SIDES {
            for (dialogue, _) in dialogues(&play.world.whole_ledger(side)).values() {
                let unjust = dialogue.violations.iter().find(|(said, _)| play.legal.contains(&said.entry));
                prop_assert!(unjust.is_none(), "{unjust:?} in {dialogue:#?}");
            }
        }
        let legal = play.world.entries.iter().filter(|entry| play.legal.contains(&entry.hash()));
        let legal: BTreeSet<_> = legal.map(|entry| (entry.header().side, entry.header().place)).collect();
        for finding in play.world.examined() {
            let of_legal = finding.entry.is_some_and(|place| legal.contains(&place));
            prop_assert!(!(finding.broken && of_legal), "{finding:?}");
        }
    }

    // MSG-8, MSG-13, INV-11
    #[test]
    fn both_sides_and_an_auditor_come_to_the_same_dialogues(
        script in script(), picks in [vec(any::<bool>(), 1..40), vec(any::<bool>(), 1..40)],
    ) {
        let world = Play::new(&script).world;
        let expected = compared(&world.whole_ledger(BLUE));
        let audited = findings(&world, &world.entries);
        for (side, picks) in SIDES.into_iter().zip(&picks) {
            let order = merged(&world.entries, picks);
            prop_assert_eq!(&compared(&world.ledger(side, &order)), &expected);
            prop_assert_eq!(&findings(&world, &order), &audited);
        }
        for own in SIDES {
            let ledger = world.whole_ledger(own);
            let open = |message: &&MessageRecord| ledger.phase(message) == Phase::Open;
            let open: Vec<_> = ledger.messages().iter().filter(open).map(|message| message.hash).collect();
            prop_assert_eq!(ledger.open().map(|message| message.hash).collect::<Vec<_>>(), open);
            for message in ledger.messages() {
                prop_assert_eq!(ledger.states(message).pop().map(|line| line.state), Some(ledger.state(message)));
            }
        }
    }
}

/// Scripts that are the same in each run.
fn some_scripts(count: usize) -> impl Iterator<Item = Script> {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    (0..count).map(move |_| script().new_tree(&mut runner).expect("a script").current())
}

/// Canary: the scripts come to every end, break every rule that needs no flood, and bend acts into both sorts.
#[test]
fn the_scripts_come_to_every_end() {
    let (mut phases, mut broken) = (BTreeSet::new(), BTreeSet::new());
    let (mut bent, mut confirmed, mut legal) = ([0, 0], 0, 0);
    for script in some_scripts(600) {
        let play = Play::new(&script);
        legal += play.legal.len();
        bent = [bent[0] + play.bent[0], bent[1] + play.bent[1]];
        for (dialogue, phase) in dialogues(&play.world.whole_ledger(BLUE)).values() {
            phases.insert(format!("{phase:?}"));
            broken.extend(dialogue.violations.iter().map(|(_, violation)| format!("{violation:?}")));
            let closed = *phase == Phase::Closed && !dialogue.critical.is_empty();
            confirmed += usize::from(closed);
        }
    }
    let ends = ["Cancelled", "Closed", "Open", "Superseded"];
    assert_eq!(phases.iter().map(String::as_str).collect::<Vec<_>>(), ends);
    let violations = [
        Violation::AnsweredBefore,
        Violation::ConfirmsDifferent,
        Violation::Expired,
        Violation::NoSuchReadBack,
        Violation::NotInTable,
        Violation::NothingAsked,
        Violation::OtherFields,
        Violation::Reference,
        Violation::Flawed(Flaw::OtherClass),
        Violation::Flawed(Flaw::LessUrgent),
        Violation::Flawed(Flaw::NotInFull),
        Violation::TooManyStandbys,
        Violation::WrongSide,
    ];
    assert_eq!(broken, violations.iter().map(|violation| format!("{violation:?}")).collect());
    assert!(bent.iter().all(|count| *count > 10), "{bent:?}");
    assert!(confirmed > 5 && legal > 800, "{confirmed} {legal}");
}

/// Canary: an entry too few is noticed, also where one that is against the rules stands for it; so is a move too few,
/// too many or twice. The order in which they come is none of their chain's.
#[test]
fn another_chain_and_other_moves_are_noticed() {
    let mut world = World::new();
    let question = world.send(BLUE, &asked(Marker::Question), 1);
    world.answer(GREEN, &question, Answer::Affirm);
    world.answer(GREEN, &question, Answer::Negative);
    let mut turned = world.entries.clone();
    let last = turned.len() - 1;
    turned.swap(last - 1, last);
    let whole = compared(&world.whole_ledger(BLUE));
    assert_eq!(compared(&world.ledger(BLUE, &turned)), whole);
    for missing in [last - 1, last] {
        let mut fewer = world.entries.clone();
        fewer.remove(missing);
        assert_ne!(compared(&world.ledger(BLUE, &fewer)), whole);
    }
    assert_eq!(merged(&turned, &[true, false]).len(), turned.len());
    assert!(merged(&world.entries, &[false]) != merged(&world.entries, &[true]));

    let (one, other) = (Move::Acknowledge, Move::Ask(Ask::Voice));
    assert_eq!(difference(&[one, other], &[other, one]), None);
    for (offered, permitted) in
        [(&[one][..], &[one, other][..]), (&[one, other], &[one]), (&[one, one], &[one])]
    {
        assert!(difference(offered, permitted).is_some());
    }
}
