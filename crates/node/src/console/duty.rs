//! Who is on duty: the watch, and what the officer who is signed in may do.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use ringdown_record::charter::{ROLE_ACKNOWLEDGE, ROLE_DRAFT, ROLE_RELEASE};

use crate::console::{part, shown, view};
use crate::http::Node;
use crate::line::Line;
use crate::officers::HomeOfficer;
use crate::text::Texts;
use crate::who::who;

/// What officers do on pages, and the words for it.
const MAY: [(u16, &str); 3] =
    [(ROLE_DRAFT, "may-write"), (ROLE_RELEASE, "may-release"), (ROLE_ACKNOWLEDGE, "may-act")];

/// The watch, on every page.
pub struct Duty {
    /// What it is.
    pub label: String,
    /// Whether somebody has it.
    pub on: bool,
    /// ON or OFF.
    pub word: String,
    /// Who has it and since when; empty if nobody has.
    pub by: String,
}

#[derive(Template)]
#[template(path = "duty_part.html")]
struct DutyPart {
    duty: Duty,
}

impl Duty {
    /// The watch as it is now.
    pub fn of(line: &Line, t: &Texts) -> Duty {
        let on = line.watch_on();
        let by = on.as_ref().map_or_else(String::new, |on| {
            t.with("duty-by", &[("officer", &on.officer), ("since", &view::moment(&on.since, line))])
        });
        let word = t.get(if on.is_some() { "duty-on" } else { "duty-off" });
        Duty { label: t.get("duty-watch"), on: on.is_some(), word, by }
    }
}

pub async fn show_part(State(node): State<Arc<Node>>) -> Response {
    part(&node, |line| Ok(DutyPart { duty: Duty::of(line, &node.texts) }))
}

/// The officer who is signed in, with what he may do.
pub fn signed_in(line: &Line, t: &Texts) -> String {
    line.officer_asking(who()).map_or_else(|_| t.get("looks-only"), |officer| may(officer, t))
}

fn may(officer: &HomeOfficer, t: &Texts) -> String {
    let roles: Vec<String> =
        MAY.iter().filter(|(role, _)| officer.may(*role)).map(|(_, key)| t.get(key)).collect();
    let name = ("officer", officer.public.name.as_str());
    match roles.as_slice() {
        [] => t.with("officer-may-not", &[name]),
        _ => t.with("officer-may", &[name, ("roles", &roles.join(" / "))]),
    }
}

#[cfg(test)]
mod tests {
    use ringdown_record::SigningKey;
    use ringdown_record::charter::{Officer, ROLE_CONSENT};

    use super::*;

    #[test]
    fn an_officer_is_shown_with_what_he_may_do() {
        let told = |roles| {
            let held = Officer::held_by_node(1, "Clerk", &SigningKey::from_seed(&[1; 32]).public());
            may(&HomeOfficer { public: Officer { roles, ..held }, key: None }, &Texts::english())
        };
        assert_eq!(told(ROLE_DRAFT | ROLE_RELEASE | ROLE_ACKNOWLEDGE), "Clerk: may write / release / act");
        assert_eq!(told(ROLE_DRAFT | ROLE_CONSENT), "Clerk: may write");
        assert_eq!(told(ROLE_ACKNOWLEDGE), "Clerk: may act");
        assert_eq!(told(ROLE_CONSENT), "Clerk: may not write, release or act");
    }
}
