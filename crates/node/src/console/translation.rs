//! A machine's translation, on a page of its own: it stands beside the original and never in its place.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use ringdown_api::{Message, Translation};

use crate::console::talk::Talk;
use crate::console::{Here, Page, failed, message, page, shown, view};
use crate::http::{Failure, Node};
use crate::text::Texts;

#[derive(Template)]
#[template(path = "translation.html")]
struct TranslationPage<'a> {
    page: Page<'a>,
    t: &'a Texts,
    message: Message,
    talk: Talk,
    translation: Translation,
    /// Whose it is.
    by: String,
}

/// Asks the service, because an officer pressed the button.
pub async fn show(State(node): State<Arc<Node>>, Path(name): Path<String>) -> Response {
    let line = match node.line("-") {
        Ok(line) => line,
        Err(error) => return Failure(error).into_response(),
    };
    let translated = line.translation(&name).await;
    let shown =
        translated.and_then(|translation| Ok((translation, message::looked_at(&line, &name, &node.texts)?)));
    match shown {
        Ok((translation, (message, talk))) => {
            let t = &node.texts;
            let by = t.with(
                "translation-by",
                &[("service", &translation.service), ("language", &translation.language)],
            );
            page(&TranslationPage {
                page: Page::of(&node, &line, Here::Messages),
                t,
                message,
                talk,
                translation,
                by,
            })
        }
        Err(error) => failed(&node, &line, error),
    }
}
