//! The transcript as a page that is printed, and as the API gives it: the same words, in English, on every console.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use ringdown_api::{ApiError, zulu};
use ringdown_message::transcript::{Kept, LocalNote, Source, Span, Transcript};
use ringdown_record::WallTime;
use ringdown_record::sentence;
use ringdown_store::{Numbered, Reader};
use serde::Deserialize;

use crate::console::conditions::{jump_words, refused};
use crate::console::{Here, Page, failed, page, shown, view, watch};
use crate::http::{Failure, Node};
use crate::line::{Line, unreadable};
use crate::reasons;
use crate::refusal::{bad_request, internal};
use crate::text::{Language, Texts};

/// Entries of a record that are read for one transcript; they lie in memory while it is made.
const ENTRIES_MAX: usize = 200_000;
/// Entries of one transcript; the notes of the watch have a limit of their own.
const LINES_MAX: usize = 5_000;
/// Bytes of the texts in one transcript.
const TEXTS_LEN_MAX: usize = 16 * 1024 * 1024;
/// Days that can be chosen, the newest ones.
const DAYS_MAX: u32 = 1_000;
/// Entries that are read at a time.
const PIECE: u32 = 256;

#[derive(Template)]
#[template(path = "transcript.html")]
struct TranscriptPage<'a> {
    page: Page<'a>,
    t: &'a Texts,
    transcript: Transcript,
    printed: String,
    /// In the address, in words, and whether it is the first and the last that is shown.
    days: Vec<(String, String, bool, bool)>,
}

#[derive(Deserialize)]
pub struct Wanted {
    from: Option<String>,
    to: Option<String>,
}

pub async fn show(State(node): State<Arc<Node>>, Query(wanted): Query<Wanted>) -> Response {
    let line = match node.line("-") {
        Ok(line) => line,
        Err(error) => return Failure(error).into_response(),
    };
    let days = match line.another_reader().and_then(|reader| reader.days(DAYS_MAX).map_err(unreadable)) {
        Ok(days) => days.into_iter().map(|day| zulu(day)[..10].to_owned()).collect::<Vec<_>>(),
        Err(error) => return failed(&node, &line, error),
    };
    // The newest day, where nothing was chosen.
    let newest = days.first().cloned();
    let wanted = match wanted {
        Wanted { from: None, to: None } => Wanted { from: newest.clone(), to: newest },
        wanted => wanted,
    };
    let chosen = |day: &String, end: &Option<String>| end.as_ref() == Some(day);
    let words = |day: String| {
        let (first, last) = (chosen(&day, &wanted.from), chosen(&day, &wanted.to));
        (day.clone(), view::date(&format!("{day}T00:00:00.000Z")), first, last)
    };
    let days = days.into_iter().map(words).collect();
    let t = &node.texts;
    match of(&node, &line, &wanted).await {
        Ok(transcript) => page(&TranscriptPage {
            page: Page::of(&node, &line, Here::Record),
            t,
            transcript,
            printed: super::paper::printed(&line, 1, t),
            days,
        }),
        Err(error) => failed(&node, &line, error),
    }
}

/// The transcript of a line. Reads all of its record, on a thread for that.
pub async fn of(node: &Arc<Node>, line: &Arc<Line>, wanted: &Wanted) -> Result<Transcript, ApiError> {
    let span = Span::parse(wanted.from.as_deref(), wanted.to.as_deref());
    let span = span.map_err(|error| {
        bad_request(
            reasons::of_typed(&error),
            sentence!("said-no-span-do", "Name a Zulu day as 23 NOV 2026, or a time as 232015Z NOV 26."),
        )
    })?;
    let (node, line) = (node.clone(), line.clone());
    let made = tokio::task::spawn_blocking(move || {
        let entries = all(&line.another_reader()?)?;
        let kept = entries.iter().map(|each| Kept { entry: &each.entry, arrived: Some(each.arrived) });
        let (kept, source) = (kept.collect::<Vec<_>>(), Source::Node(line.own));
        let notes = notes(&line, node.texts.of(Language::English))?;
        let transcript = Transcript::of(&line.charter, source, &kept, &notes, span, zulu);
        let texts: usize = transcript.lines.iter().map(|line| line.text.len()).sum();
        let entries = transcript.lines.iter().filter(|line| line.number > 0).count();
        if entries > LINES_MAX || texts > TEXTS_LEN_MAX { Err(too_long()) } else { Ok(transcript) }
    });
    made.await.unwrap_or_else(|error| Err(internal(error)))
}

fn all(reader: &Reader) -> Result<Vec<Numbered>, ApiError> {
    let mut entries: Vec<Numbered> = Vec::new();
    loop {
        let piece = reader.after(entries.last().map_or(0, |last| last.n), PIECE).map_err(unreadable)?;
        if piece.is_empty() {
            return Ok(entries);
        }
        entries.extend(piece);
        if entries.len() > ENTRIES_MAX {
            return Err(too_long());
        }
    }
}

/// What this node noted beside the record, each at its time: the log of the watch, and what stands on its screens now.
fn notes(line: &Line, t: &Texts) -> Result<Vec<LocalNote>, ApiError> {
    let of_watch = line.times_of_notes()?.into_iter();
    let of_watch = of_watch.map(|(at, what)| LocalNote { at, words: watch::words(&what, t) });
    let jump = line.clock.last_jump();
    let jump = jump.map(|(jump, _)| LocalNote { at: jump.found, words: jump_words(&jump, t) });
    let status = line.status();
    let at: WallTime = line.clock.now().wall;
    let refused = Some(refused(&status, t)).filter(|words| !words.is_empty());
    let since = status.alarms.iter().map(|alarm| t.one("transcript-alarm", "text", alarm)).chain(refused);
    let since = since.map(|words| LocalNote { at, words });
    let mut notes: Vec<_> = of_watch.chain(jump).chain(since).collect();
    notes.sort_by_key(|note| note.at);
    Ok(notes)
}

fn too_long() -> ApiError {
    bad_request(
        sentence!("said-transcript-too-long", "This is more than one transcript takes."),
        sentence!(
            "said-transcript-too-long-do",
            "Choose fewer days; or export the record, and print it with 'ringdown transcript --file'."
        ),
    )
}
