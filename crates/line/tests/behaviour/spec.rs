//! The example of `docs/spec/record.md`, computed by this code: the page and the code must say the same bytes.

use ringdown_line::pairing::{Paired, SideKeys, pair};
use ringdown_message::{Draft, Marker};
use ringdown_record::body::{Body, Receipt};
use ringdown_record::statement::{Purpose, Statement, StatementTerms};
use ringdown_record::wire::{self, WireForm};
use ringdown_record::{
    Entry, EntryRef, Kind, Place, Precedence, SealContext, Secret, Side, TrafficClass, Urgency, WallTime,
};

use crate::pair::{officer_key, side_keys};

const PAGE: &str = include_str!("../../../../docs/spec/record.md");
const PAIRING: Secret = Secret([0x63; 32]);

fn time(ms: u64) -> WallTime {
    WallTime::from_ms(ms)
}

fn says(bytes: &[u8]) -> bool {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let page: String = PAGE.chars().filter(|c| !c.is_whitespace()).collect();
    // Long values stand on two lines with a remark behind the second.
    page.contains(&hex) || PAGE.contains(&hex[..64]) && PAGE.contains(&hex[64..])
}

struct Example {
    keys: [SideKeys; 2],
    paired: Paired,
}

impl Example {
    fn new() -> Example {
        let keys = [side_keys("BLUE", 0x0a), side_keys("GREEN", 0x3c)];
        let paired = pair(&keys, [1; 16], &PAIRING, time(59_774_400_000));
        Example { keys, paired }
    }

    fn seal(
        &self,
        prev: &Entry,
        peer: EntryRef,
        at: u64,
        kind: Kind,
        urgency: Urgency,
        body: Vec<u8>,
    ) -> Entry {
        let side = prev.header().side;
        let context = SealContext {
            line: self.paired.charter.line_id(),
            side,
            place: Place::first(prev.header().place.seq + 1),
            prev: prev.hash(),
            peer,
            time: time(at),
            clock: 0x3f,
            flags: 0,
            key_list: self.paired.charter.party(side).key_list.hash(),
            salt_key: &PAIRING.salt_key(),
            node: &self.keys[side.index()].node,
        };
        let officer = if kind == Kind::MESSAGE { 1 } else { 0 };
        Entry::seal(&context, kind, urgency, officer, body)
    }

    fn receipt(&self, prev: &Entry, cited: &Entry) -> Entry {
        let body = Receipt::default().to_body();
        self.seal(prev, cited.reference(), 59_774_460_000, Kind::RECEIPT, Urgency::LINE, body)
    }
}

#[test]
fn the_example_of_the_record_page_is_true() {
    let example = Example::new();
    let line = example.paired.charter.line_id();
    assert!(says(&line.0), "line id {line}");
    let [blue, green] = [&example.paired.entries[2], &example.paired.entries[3]];
    let [blue, green] = [example.receipt(blue, green), example.receipt(green, blue)];
    assert!(says(&blue.hash().0), "BLUE 1/3 {}", blue.hash());
    assert!(says(&green.hash().0), "GREEN 1/3 {}", green.hash());
    let draft = Draft {
        precedence: Precedence::Priority,
        class: TrafficClass::Live,
        marker: Marker::Request,
        subject: "WF 104 adrift".into(),
        language: "en".into(),
        text: "WF 104 has lost steering at 54 30 N 018 40 E. Request all vessels keep 2 NM clear.".into(),
        ..Draft::default()
    };
    let (content, purpose, nonce) = (draft.content(1), Purpose::Release, [1, 2, 3, 4, 5, 6, 7, 8]);
    let terms = StatementTerms {
        line,
        side: Side::Zero,
        incarnation: 1,
        officer: 1,
        purpose,
        urgency: draft.urgency(),
        nonce,
        on_screen: green.reference(),
        content: &content,
        over: None,
    };
    assert!(says(&terms.digest()), "what the officer signs");
    let signature = officer_key(0).sign(&terms.digest());
    assert!(says(&signature), "the officer's signature");
    let statement =
        Statement { officer: 1, purpose, nonce, on_screen: Place::first(3), signature: signature.into() };
    let body = Body::write(&[statement], &content);
    let at = 59_775_300_000;
    let message = example.seal(&blue, green.reference(), at, Kind::MESSAGE, draft.urgency(), body);
    assert!(says(message.salt()), "salt");
    assert!(says(&message.header().body_commitment), "body commitment");
    assert!(says(&message.hash().0), "E {}", message.hash());
    assert!(says(message.signature()), "the node's signature");
    assert_eq!(wire::write(&message, WireForm::default()).len(), 265);
}
