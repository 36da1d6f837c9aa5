//! A charter founds a line only if it is one: known suite, two different sides, good keys, rules that can be kept.

use ringdown_record::charter::{
    CHARTER_LEN_MAX, Charter, Officer, ROLE_ACKNOWLEDGE, ROLE_CONSENT, ROLE_DRAFT, ROLE_KEYS, ROLE_RELEASE,
    ROLE_SUSPEND, is_side_name,
};
use ringdown_record::encoding::{DecodeError, from_cbor, to_cbor};
use ringdown_record::{Precedence, SignedCharter, SigningKey, TrafficClass, Urgency};

use crate::world::{BLUE, GREEN, World, all_keys, charter, key};

/// A charter bent by `bend` and signed by both roots.
fn bent(bend: impl FnOnce(&mut Charter)) -> Result<Charter, DecodeError> {
    let mut charter = charter(1);
    bend(&mut charter);
    let keys = all_keys();
    charter.sign(&keys[0].root, &keys[1].root).verify()
}

// REC-12
#[test]
fn a_good_charter_is_read_as_it_was_signed() {
    assert_eq!(bent(|_| {}), Ok(charter(1)));
}

// REC-12
#[test]
fn a_line_is_named_by_its_whole_charter() {
    let line = charter(1).line_id();
    assert_eq!(World::found(charter(1)).line(), line);
    assert_ne!(charter(2).line_id(), line);
    let mut other = charter(1);
    other.rules[3].acknowledge_s += 1;
    assert_ne!(other.line_id(), line);
}

// REC-9
#[test]
fn a_charter_is_canonical_and_ends_where_it_ends() {
    let keys = all_keys();
    let good = charter(1).sign(&keys[0].root, &keys[1].root);
    let trailing = SignedCharter { charter: [&good.charter[..], &[0]].concat(), ..good.clone() };
    assert_eq!(trailing.verify(), Err(DecodeError::NotCanonical));
    let mut indefinite = good.clone();
    indefinite.charter[0] = 0x9f;
    indefinite.charter.push(0xff);
    assert_eq!(indefinite.verify(), Err(DecodeError::NotCanonical));
    let long_form = SignedCharter { charter: [&[0x98, 4], &good.charter[1..]].concat(), ..good };
    assert_eq!(long_form.verify(), Err(DecodeError::NotCanonical));
}

// REC-13
#[test]
fn an_unknown_suite_is_refused() {
    for suite in [1, 2, u16::MAX] {
        assert_eq!(bent(|charter| charter.suite = suite), Err(DecodeError::Invalid("suite of the charter")));
    }
}

// REC-13
#[test]
fn a_name_is_short_plain_and_in_capitals() {
    for name in ["", "blue", "BLUE ", "1BLUE", "-BLUE", "BLÜE", "BLUE\n", "ВLUE", "ABCDEFGHIJKLMNOPQ"] {
        assert!(!is_side_name(name), "{name:?}");
        let refused = bent(|charter| charter.parties[0].name = name.into());
        assert_eq!(refused, Err(DecodeError::Invalid("name of a side")), "{name:?}");
    }
    for name in ["A", "B-2", "ABCDEFGHIJKLMNOP"] {
        bent(|charter| charter.parties[0].name = name.into()).expect(name);
    }
}

// REC-13
#[test]
fn two_parties_are_two() {
    let one = Err(DecodeError::Invalid("two parties that are one"));
    assert_eq!(bent(|charter| charter.parties[1].name = "BLUE".into()), one);
    assert_eq!(bent(|charter| charter.parties[1].root = charter.parties[0].root), one);
}

// REC-13
#[test]
fn the_first_key_list_is_number_one_after_nothing() {
    let refused = Err(DecodeError::Invalid("number of the first key list"));
    for number in [0, 2] {
        assert_eq!(bent(|charter| charter.parties[1].key_list.number = number), refused);
    }
    assert_eq!(bent(|charter| charter.parties[1].key_list.previous = [1; 32]), refused);
}

// REC-14
#[test]
fn a_bad_officer_spoils_the_charter() {
    let order = bent(|charter| charter.parties[1].key_list.officers.swap(0, 2));
    assert_eq!(order, Err(DecodeError::Invalid("order of officers")));
    let doubled = bent(|charter| charter.parties[1].key_list.officers[1].index = 1);
    assert_eq!(doubled, Err(DecodeError::Invalid("order of officers")));
    let unknown = bent(|charter| charter.parties[0].key_list.officers[0].algorithm = 2);
    assert_eq!(unknown, Err(DecodeError::Invalid("key of an officer")));
}

// REC-13
#[test]
fn one_or_two_officers_release() {
    for releasers in [0, 3, 255] {
        for precedence in 0..4 {
            let refused = bent(|charter| charter.rules[precedence].releasers = releasers);
            assert_eq!(refused, Err(DecodeError::Invalid("release rule")));
        }
    }
}

// REC-13
#[test]
fn each_side_has_the_people_whom_the_rules_ask_for() {
    let refused = Err(DecodeError::Invalid("release rule"));
    let with = |side: usize, roles: &[u16]| {
        bent(|charter| {
            let officers = &mut charter.parties[side].key_list.officers;
            officers.truncate(roles.len());
            officers.iter_mut().zip(roles).for_each(|(officer, roles)| officer.roles = *roles);
        })
    };
    for side in [0, 1] {
        with(side, &[ROLE_RELEASE, ROLE_DRAFT]).expect("one writes, one releases");
        with(side, &[ROLE_RELEASE, 0, ROLE_RELEASE]).expect("two release");
        assert_eq!(with(side, &[ROLE_RELEASE]), refused, "FLASH asks for two");
        assert_eq!(with(side, &[ROLE_DRAFT, ROLE_DRAFT]), refused, "nobody may release");
        let others = ROLE_ACKNOWLEDGE | ROLE_SUSPEND | ROLE_CONSENT | ROLE_KEYS;
        assert_eq!(with(side, &[ROLE_RELEASE | ROLE_DRAFT, others]), refused, "one is not two");
    }
    let one = bent(|charter| {
        charter.rules[0].releasers = 1;
        charter.parties[1].key_list.officers = vec![Officer { roles: ROLE_DRAFT, ..officer_of(charter) }];
    });
    assert_eq!(one, refused, "a clerk alone sends nothing");
}

fn officer_of(charter: &Charter) -> Officer {
    charter.parties[1].key_list.officers[0].clone()
}

// REC-9, REC-13: charters in which nobody may are written as before there was this clause.
#[test]
fn that_one_alone_may_release_is_said_in_one_way_only() {
    let alone = Charter { release_alone: true, ..charter(1) };
    assert_eq!(bent(|charter| charter.release_alone = true), Ok(alone.clone()));
    let (without, with) = (to_cbor(&charter(1)), to_cbor(&alone));
    assert_eq!((without[0], with[0]), (0x84, 0x85));
    assert_eq!(with[1..], [&without[1..], &[0xf5]].concat());
    for not in [0xf4, 0xf6, 0xf7, 0x00, 0x01] {
        let bytes = [&with[..with.len() - 1], &[not]].concat();
        assert!(from_cbor::<Charter>(&bytes).is_err(), "{not:x}");
    }
}

// REC-13
#[test]
fn one_alone_is_named_only_where_a_rule_asks_for_two() {
    let refused = bent(|charter| {
        charter.rules[0].releasers = 1;
        charter.release_alone = true;
    });
    assert_eq!(refused, Err(DecodeError::Invalid("release by one alone where no rule asks for two")));
}

// REC-7
#[test]
fn a_test_is_released_by_one_whatever_the_rule_says() {
    let charter = charter(1);
    let of = |precedence| TrafficClass::ALL.map(|class| charter.releasers(Urgency { precedence, class }));
    assert_eq!(of(Precedence::Flash), [2, 2, 1]);
    assert_eq!(of(Precedence::Routine), [1, 1, 1]);
}

#[test]
fn a_rule_belongs_to_its_precedence() {
    let mut charter = charter(1);
    for (index, rule) in charter.rules.iter_mut().enumerate() {
        rule.acknowledge_s = index as u32;
    }
    let seconds = Precedence::ALL.map(|precedence| charter.rule(precedence).acknowledge_s);
    assert_eq!(seconds, [0, 0, 1, 2, 3], "LINE has the rule of FLASH");
}

#[test]
fn a_charter_has_an_end() {
    let officer = |index: u16| {
        let long = "x".repeat(255);
        let officer = Officer::held_by_node(index, &"N".repeat(64), &key(100).public());
        Officer { rp_id: long.clone(), origin: long, ..officer }
    };
    let fill = |charter: &mut Charter, count: u16| {
        charter.parties[0].key_list.officers = (1..=count).map(officer).collect();
    };
    let mut long = charter(1);
    fill(&mut long, 200);
    assert!(to_cbor(&long).len() > CHARTER_LEN_MAX);
    assert_eq!(bent(|charter| fill(charter, 200)), Err(DecodeError::Invalid("length of the charter")));
}

// REC-13: 65,535 bytes are a charter, 65,536 are none.
#[test]
fn a_charter_may_be_as_long_as_the_limit() {
    let with_length = |length: usize| {
        let mut charter = charter(1);
        let officer = |index: u16| {
            let mut seed = [2; 32];
            seed[..2].copy_from_slice(&index.to_be_bytes());
            let key = SigningKey::from_seed(&seed).public();
            let long = "x".repeat(255);
            let officer = Officer::held_by_node(index, &"N".repeat(64), &key);
            Officer { rp_id: long.clone(), origin: long, ..officer }
        };
        charter.parties[0].key_list.officers = (1..=105).map(officer).collect();
        // Texts of 24 to 255 bytes all have two bytes of head.
        let mut over = to_cbor(&charter).len().checked_sub(length).expect("longer than wanted");
        for officer in &mut charter.parties[0].key_list.officers {
            let cut = over.min(200);
            officer.origin.truncate(255 - cut);
            over -= cut;
        }
        assert_eq!(to_cbor(&charter).len(), length);
        let keys = all_keys();
        charter.sign(&keys[0].root, &keys[1].root).verify()
    };
    with_length(CHARTER_LEN_MAX).expect("as long as the limit");
    assert_eq!(with_length(CHARTER_LEN_MAX + 1), Err(DecodeError::Invalid("length of the charter")));
    assert_eq!(CHARTER_LEN_MAX, 65_535);
}

#[test]
fn each_side_has_its_own_part() {
    let charter = charter(1);
    assert_eq!(charter.party(BLUE).name, "BLUE");
    assert_eq!(charter.party(GREEN).name, "GREEN");
    assert_eq!(charter.root(BLUE), all_keys()[0].root.public());
    assert_eq!(charter.root(GREEN), all_keys()[1].root.public());
}
