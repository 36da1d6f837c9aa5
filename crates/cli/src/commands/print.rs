//! `print` and `transcript`: paper in plain characters. `transcript --file` speaks with no node.

use std::path::Path;

use ringdown_api::paper::Paper;
use ringdown_api::{ApiError, ErrorCode, zulu};
use ringdown_message::transcript::{Kept, Source, Span, Transcript, in_order};
use ringdown_record::audit::Verdict;

use crate::args::{Print, TranscriptArgs};
use crate::commands::{client, message_path, verify};
use crate::{output, paper};

/// One message.
pub(crate) fn message(home: &Path, arguments: &Print) -> Result<(), ApiError> {
    let path = format!("{}/paper?copy={}", message_path(&arguments.one.serial), arguments.copy);
    let printed: Paper = client(home, &arguments.one.common)?.get(&path)?;
    if arguments.one.common.json {
        output::json(&printed)
    } else {
        output::lines(&paper::message(&printed))
    }
    Ok(())
}

/// Both directions; the exit code is that of `verify` where a file is read.
pub(crate) fn transcript(home: &Path, arguments: &TranscriptArgs) -> Result<u8, ApiError> {
    let (transcript, exit) = match &arguments.file {
        Some(file) => of_file(file, arguments)?,
        None => {
            let of = |name: &str, time: &Option<String>| {
                time.as_ref().map(|time| format!("{name}={}", ringdown_api::client::segment(time)))
            };
            let wanted = [of("from", &arguments.from), of("to", &arguments.to)];
            let wanted: Vec<_> = wanted.into_iter().flatten().collect();
            (client(home, &arguments.common)?.get(&format!("transcript?{}", wanted.join("&")))?, 0)
        }
    };
    if arguments.common.json {
        output::json(&transcript)
    } else {
        output::lines(&paper::transcript(&transcript))
    }
    Ok(exit)
}

/// What a file says may be printed only as far as it verifies; what is broken in it stands above everything else.
fn of_file(file: &Path, arguments: &TranscriptArgs) -> Result<(Transcript, u8), ApiError> {
    let audit = ringdown_message::audit(&verify::read(file)?, None);
    let broken: Vec<_> = audit.findings.iter().filter(|finding| finding.broken).collect();
    let Some(charter) = audit.charter.as_ref() else {
        let first = broken.first().map_or_else(String::new, |finding| finding.text.clone());
        return Err(ApiError::new(
            ErrorCode::BadRequest,
            format!("{} cannot be printed: {first}", file.display()),
            "Without a charter that both sides signed, nothing in it can be read.",
            "Check it with 'ringdown verify'; ask the other side for its copy.",
        ));
    };
    let span = span(arguments)?;
    let entries = in_order(&audit.entries);
    let kept: Vec<_> = entries.into_iter().map(|entry| Kept { entry, arrived: None }).collect();
    let mut transcript = Transcript::of(charter, Source::File, &kept, &[], span, zulu);
    if matches!(audit.verdict, Verdict::Broken) {
        let words = "THIS FILE IS BROKEN. What did not verify is not printed; the rest may be short of it.";
        let findings = broken.iter().map(|finding| format!("BROKEN: {}", output::one(&finding.text)));
        transcript.about =
            std::iter::once(words.to_owned()).chain(findings).chain(transcript.about).collect();
        return Ok((transcript, 1));
    }
    Ok((transcript, 0))
}

fn span(arguments: &TranscriptArgs) -> Result<Span, ApiError> {
    Span::parse(arguments.from.as_deref(), arguments.to.as_deref()).map_err(|error| {
        ApiError::bad_request(format!("{error}"), "Write a day as 23 NOV 2026, a time as 232015Z NOV 26.")
    })
}
