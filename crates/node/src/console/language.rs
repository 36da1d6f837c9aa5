//! Which language the pages are in: what this browser chose, else what it prefers, else English.
//!
//! The choice is a cookie, so that the first byte of a page is already in it. Its name has the port, as that of the
//! session: two consoles on one computer may be in two languages.

use std::sync::Arc;

use axum::extract::{Form, Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Json};
use ringdown_api::ApiError;
use serde::Deserialize;

use crate::console::said::spoken;
use crate::http::{Door, Node};
use crate::text::{Language, spoken_in};

/// What a script of the console sends with a request to the API, whose refusal it shows as it is.
const FOR_PAGE: &str = "ringdown-page";
/// A year, in seconds.
const KEPT_FOR: u32 = 31_536_000;

/// Answers a request in the language of its browser.
pub async fn in_language(State(node): State<Arc<Node>>, request: Request, next: Next) -> Response {
    let language = of(request.headers(), &node.gatekeeper.language_cookie());
    spoken_in(language, next.run(request)).await
}

/// Says to a page, and to its scripts, what the node refuses in the language of the page. Programs are told in English.
pub async fn in_words_of_the_page(State(node): State<Arc<Node>>, request: Request, next: Next) -> Response {
    let for_program = request.uri().path().starts_with("/v1/") && !request.headers().contains_key(FOR_PAGE);
    let response = next.run(request).await;
    match response.extensions().get::<ApiError>() {
        Some(error) if !for_program && error.said.is_some() => {
            (response.status(), Json(spoken(error, &node.texts))).into_response()
        }
        _ => response,
    }
}

fn of(headers: &HeaderMap, cookie: &str) -> Language {
    let all = |name| headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    let chosen = all(header::COOKIE)
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|each| each.trim().split_once('='))
        .filter(|(name, _)| *name == cookie)
        .find_map(|(_, value)| Language::of_tag(value));
    chosen.or_else(|| all(header::ACCEPT_LANGUAGE).find_map(Language::accepted)).unwrap_or_default()
}

#[derive(Deserialize)]
pub struct Choice {
    language: String,
}

/// Keeps the choice in the browser. A language that there is not changes nothing.
pub async fn choose(
    State(node): State<Arc<Node>>,
    Extension(door): Extension<Door>,
    Form(choice): Form<Choice>,
) -> Response {
    let Some(language) = Language::of_tag(&choice.language) else {
        return Redirect::to("/settings").into_response();
    };
    let (name, tag) = (node.gatekeeper.language_cookie(), language.tag());
    let cookie = format!("{name}={tag}; {}; Max-Age={KEPT_FOR}", door.cookie_terms());
    ([(header::SET_COOKIE, cookie)], Redirect::to("/settings")).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_counts_before_what_is_preferred() {
        let headers = |pairs: &[(header::HeaderName, &str)]| {
            pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect::<HeaderMap>()
        };
        let asked = |cookie: &str, accept: &str| {
            of(&headers(&[(header::COOKIE, cookie), (header::ACCEPT_LANGUAGE, accept)]), "language-4101")
        };
        assert_eq!(asked("other=1; language-4101=ar", "ru"), Language::Arabic);
        assert_eq!(asked("language-4102=ar", "de, ru;q=0.7, zh-CN;q=0.9"), Language::Chinese);
        assert_eq!(asked("language-4101=klingon", "ru-RU,ru;q=0.9,en;q=0.8"), Language::Russian);
        assert_eq!(asked("", "zh;q=0, de, *"), Language::English);
        assert_eq!(of(&HeaderMap::new(), "language-4101"), Language::English);
    }
}
