//! Translations on a page: they stand beside the original, each under its own label, and never in its place. A machine's
//! has a page of its own.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use ringdown_api::Message;
use ringdown_api::translation::{OurTranslation, Translated, Translation};

use crate::console::said::Seen;
use crate::console::talk::Talk;
use crate::console::{Here, Page, failed, message, page, shown, view};
use crate::http::{Failure, Node};
use crate::text::{Language, Texts};

/// What our officer may write beside a message of the other side.
pub struct OursForm {
    /// What is in its boxes.
    pub given: Translated,
    /// What opens it.
    pub words: String,
    /// True if it was refused, so that it stays open.
    pub open: bool,
}

impl OursForm {
    /// For this message; `typed` is what was refused. The last one is there to be corrected.
    pub fn of(message: &Message, t: &Texts, typed: &BTreeMap<String, String>) -> OursForm {
        let last = message.our_translations.last();
        let open = typed.contains_key("our_text");
        let given = match last {
            _ if open => OursForm::typed(typed),
            Some(last) => Translated { language: last.language.clone(), text: last.text.clone() },
            None => Translated { language: t.tag().into(), text: String::new() },
        };
        let words = t.get(if last.is_some() { "ours-correct" } else { "ours-write" });
        OursForm { given, words, open }
    }

    /// What a browser sends.
    pub fn typed(form: &BTreeMap<String, String>) -> Translated {
        // Browsers send CRLF for every line break; the officer wrote one.
        let of = |name: &str| form.get(name).map(|text| text.replace("\r\n", "\n")).unwrap_or_default();
        Translated { language: of("our_language"), text: of("our_text") }
    }
}

/// Whose the original is, and in which language.
pub fn original_label(message: &Message, t: &Texts) -> String {
    let said = message.language.as_deref().filter(|language| *language != "und");
    let language = said.map_or_else(|| t.get("language-unsaid"), str::to_owned);
    t.with("original-of", &[("side", &message.from), ("language", &language)])
}

/// A text in another language than the page, of which no translation into that one is here.
pub struct Unread {
    /// Which language it is in.
    pub word: String,
    /// What nobody has said here in the language of the page.
    pub text: String,
    /// What to do, on the message's own page.
    pub next: String,
}

impl Unread {
    /// `None` if it can be read here, or nobody knows its language.
    pub fn of(message: &Message, t: &Texts) -> Option<Unread> {
        let here =
            |language: &str| language.split('-').next().is_some_and(|tag| tag.eq_ignore_ascii_case(t.tag()));
        let language =
            message.language.as_deref().filter(|language| *language != "und" && !here(language))?;
        message.text.as_deref().filter(|text| !text.is_empty())?;
        let ours = message.our_translations.iter().map(|ours| ours.language.as_str());
        if message.courtesy.iter().map(|courtesy| courtesy.language.as_str()).chain(ours).any(here) {
            return None;
        }
        let tag = language.split('-').next().unwrap_or_default();
        let known = Language::ALL.into_iter().find(|known| tag.eq_ignore_ascii_case(known.tag()));
        let name = known.map_or_else(|| language.to_owned(), |known| language_name(known, t));
        let with_fields = message.dialogue.as_ref().is_some_and(|dialogue| !dialogue.fields.is_empty());
        let fields = if with_fields { format!(" {}", t.get("unread-fields")) } else { String::new() };
        Some(Unread {
            word: t.one("unread-word", "language", &name),
            text: format!("{}{fields}", t.get("unread-none")),
            next: t.one("unread-do", "side", &message.from),
        })
    }
}

/// A language in words of the page.
fn language_name(language: Language, t: &Texts) -> String {
    t.get(match language {
        Language::English => "language-english",
        Language::Chinese => "language-chinese",
        Language::Russian => "language-russian",
        Language::Arabic => "language-arabic",
    })
}

/// Who made a translation of ours, and when.
pub fn ours_label(ours: &OurTranslation, t: &Texts) -> String {
    let time = view::date_and_time(&ours.at);
    t.with("ours-by", &[("officer", &ours.officer), ("time", &time), ("language", &ours.language)])
}

/// Whose courtesy it is.
pub fn courtesy_label(message: &Message, courtesy: &Translated, t: &Texts) -> String {
    t.with("courtesy-by", &[("side", &message.from), ("language", &courtesy.language)])
}

#[derive(Template)]
#[template(path = "translation.html")]
struct TranslationPage<'a> {
    page: Page<'a>,
    t: &'a Texts,
    message: Seen,
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
                // The machine's stands right below.
                talk: Talk { unread: None, ..talk },
                translation,
                by,
            })
        }
        Err(error) => failed(&node, &line, error),
    }
}
