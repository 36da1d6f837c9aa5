//! Machine translation, as a help to someone who reads the original.
//!
//! A service that the site runs itself and names in `ringdown.toml` is asked over HTTP, in the way of LibreTranslate, and
//! only when an officer asks for it. What it answers is shown and forgotten: it is never signed, sent, kept or typed into
//! a read-back. Without the setting nothing here can run.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, header};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use ringdown_api::translation::Translation;
use ringdown_api::{ApiError, ErrorCode};
use ringdown_record::sentence;
use serde::{Deserialize, Serialize};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::line::Line;

/// How long the service may take for one text.
const TIME_MAX: Duration = Duration::from_secs(20);
/// Longest answer of the service.
const ANSWER_LEN_MAX: usize = 256 * 1024;

/// `[translation]` in `ringdown.toml`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TranslationConfig {
    /// `http://ADDRESS:PORT` of a service that speaks as LibreTranslate does.
    pub url: String,
    /// Language into which it translates, such as `en`.
    pub to: String,
}

/// A service that was configured.
#[derive(Clone, Debug)]
pub struct Translator {
    address: SocketAddr,
    to: String,
}

#[derive(Serialize)]
struct Asked<'a> {
    q: [&'a str; 2],
    source: &'a str,
    target: &'a str,
    format: &'static str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answered {
    translated_text: [String; 2],
}

impl Translator {
    /// Checks the setting; the error says what to write.
    pub fn of(config: &TranslationConfig) -> Result<Translator, String> {
        let address = config.url.strip_prefix("http://").map(|rest| rest.trim_end_matches('/'));
        let address = address.map(|address| address.replace("localhost", "127.0.0.1"));
        let address = address.and_then(|address| address.parse().ok()).ok_or_else(|| {
            format!(
                "'{}' in [translation] is no address of a service; write url = \"http://127.0.0.1:5000\"",
                config.url
            )
        })?;
        let is_tag = !config.to.is_empty()
            && config.to.len() <= 16
            && config.to.chars().all(|char| char.is_ascii_alphanumeric() || char == '-');
        if !is_tag {
            return Err(format!(
                "'{}' in [translation] is no language; write for example to = \"en\"",
                config.to
            ));
        }
        Ok(Translator { address, to: config.to.clone() })
    }

    /// Subject and text in the other language.
    async fn translate(&self, texts: [&str; 2], language: &str) -> Result<[String; 2], String> {
        let source = match language.split('-').next() {
            None | Some("" | "und") => "auto",
            Some(language) => language,
        };
        let asked = Asked { q: texts, source, target: &self.to, format: "text" };
        let body = serde_json::to_vec(&asked).map_err(|error| error.to_string())?;
        match timeout(TIME_MAX, self.ask(body)).await {
            Ok(answer) => answer,
            Err(_) => Err(format!("no answer within {} s", TIME_MAX.as_secs())),
        }
    }

    async fn ask(&self, body: Vec<u8>) -> Result<[String; 2], String> {
        let said = |error: &dyn std::fmt::Display| error.to_string();
        let stream = TcpStream::connect(self.address).await.map_err(|error| said(&error))?;
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(|error| said(&error))?;
        let request = Request::post("/translate")
            .header(header::HOST, self.address.to_string())
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body))
            .map_err(|error| said(&error))?;
        // Ends with this request, however it ends.
        let mut driver = JoinSet::new();
        driver.spawn(connection);
        let response = sender.send_request(request).await.map_err(|error| said(&error))?;
        let status = response.status();
        let body = axum::body::to_bytes(Body::new(response.into_body()), ANSWER_LEN_MAX);
        let body = body.await.map_err(|error| said(&error))?;
        if !status.is_success() {
            return Err(format!("it answered {status}"));
        }
        let answered: Answered = serde_json::from_slice(&body)
            .map_err(|_| "it answered something else than a translation".to_owned())?;
        Ok(answered.translated_text)
    }
}

impl Line {
    /// A machine's translation of a message, for whoever reads the original beside it.
    pub async fn translation(&self, name: &str) -> Result<Translation, ApiError> {
        let message = self.message_with_text(name)?;
        let Some(translator) = &self.site.translator else {
            return Err(ApiError::said(
                ErrorCode::NotFound,
                sentence!("said-no-translator", "This site has no machine translation."),
                sentence!("said-no-translator-means", "Nothing was asked of anyone."),
                sentence!(
                    "said-no-translator-do",
                    "Name a service of your own in [translation] of ringdown.toml, and start the node anew."
                ),
            ));
        };
        let text = message.text.as_deref().unwrap_or_default();
        let language = message.language.as_deref().unwrap_or("und");
        let translated = translator.translate([&message.subject, text], language).await;
        let [subject, text] = translated.map_err(|reason| {
            ApiError::said(
                ErrorCode::Failed,
                sentence!(
                    "said-not-translated",
                    "The translation service at {service} did not translate it: {reason}.",
                    service = translator.address.to_string(),
                    reason = reason
                ),
                sentence!(
                    "said-not-translated-means",
                    "The message is as it was; nothing of it was changed or sent to the other side."
                ),
                sentence!("said-not-translated-do", "Read the original, or ask someone who can."),
            )
        })?;
        Ok(Translation {
            serial: message.serial,
            language: translator.to.clone(),
            subject,
            text,
            service: translator.address.to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_that_cannot_be_meant_is_told() {
        let of = |url: &str, to: &str| Translator::of(&TranslationConfig { url: url.into(), to: to.into() });
        assert!(of("http://127.0.0.1:5000/", "en").is_ok());
        assert!(of("http://localhost:5000", "zh-Hans").is_ok());
        for (url, to) in [
            ("https://127.0.0.1:5000", "en"),
            ("http://translate.example:5000", "en"),
            ("http://127.0.0.1", "en"),
            ("http://127.0.0.1:5000", ""),
            ("http://127.0.0.1:5000", "en us"),
        ] {
            assert!(of(url, to).is_err_and(|text| text.contains("[translation]")), "{url} {to}");
        }
    }
}
