//! The rules with which a line begins.

use ringdown_line::pairing::{SideKeys, pair};
use ringdown_record::charter::{Officer, ROLE_ACKNOWLEDGE, ROLE_DRAFT};
use ringdown_record::{Charter, Secret, SigningKey, WallTime};

use crate::pair::side_keys;

/// The charter of two sides with so many officers each, of whom `bend` changes GREEN's second.
fn paired(counts: [u16; 2], bend: impl Fn(&mut Officer)) -> Charter {
    let officer = |seed: u8, index: u16| {
        let key = SigningKey::from_seed(&[seed + index as u8; 32]);
        Officer::held_by_node(index, &format!("Officer {index}"), &key.public())
    };
    let side = |name: &str, seed: u8, count: u16| SideKeys {
        officers: (1..=count).map(|index| officer(seed + 10, index)).collect(),
        ..side_keys(name, seed)
    };
    let mut sides = [side("BLUE", 10, counts[0]), side("GREEN", 60, counts[1])];
    sides[1].officers.iter_mut().skip(1).take(1).for_each(bend);
    let paired = pair(&sides, [1; 16], &Secret([99; 32]), WallTime::from_ms(1_000));
    paired.signed.verify().expect("a good charter")
}

fn releasers(charter: &Charter) -> [u8; 4] {
    charter.rules.map(|rule| rule.releasers)
}

// REC-7, REC-13
#[test]
fn two_release_what_is_urgent_when_both_sides_have_two_who_may() {
    for counts in [[2, 2], [2, 5], [3, 2]] {
        let charter = paired(counts, |_| {});
        assert_eq!(releasers(&charter), [2, 2, 1, 1], "{counts:?}");
        assert!(charter.release_alone, "and one alone in an emergency, which is told");
    }
}

// REC-7, REC-13
#[test]
fn one_releases_everything_when_a_side_has_one_who_may() {
    for counts in [[1, 1], [1, 2], [4, 1]] {
        let charter = paired(counts, |_| {});
        assert_eq!(releasers(&charter), [1; 4], "{counts:?}");
        assert!(!charter.release_alone, "no rule asks for two");
    }
    let clerk = paired([2, 2], |officer| officer.roles = ROLE_DRAFT | ROLE_ACKNOWLEDGE);
    assert_eq!(releasers(&clerk), [1; 4], "a clerk may not release");
    assert!(!clerk.release_alone);
}
