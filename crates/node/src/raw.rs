//! A message as it is on the disk.

use ringdown_api::ApiError;
use ringdown_api::raw::{Raw, RawText};
use ringdown_message::Content;
use ringdown_message::hidden::code;
use ringdown_record::body::Body;

use crate::entropy::hex;
use crate::line::{Line, not_found};

impl Line {
    /// Bytes, hash and code points of the message of this name.
    pub fn raw(&self, name: &str) -> Result<Raw, ApiError> {
        let record = self.find(name)?;
        let entry = self.entry_at(record.side, record.place)?.ok_or_else(|| not_found(name))?;
        let content = Body::read(entry.body()).ok().and_then(|body| Content::read(body.content).ok());
        Ok(Raw {
            serial: record.serial.map_or_else(String::new, |serial| serial.text(&self.charter)),
            entry: entry.hash().to_string(),
            header: hex(&entry.header().preimage()),
            salt: hex(entry.salt()),
            signature: hex(entry.signature()),
            body: hex(entry.body()),
            texts: content.as_ref().map(texts).unwrap_or_default(),
        })
    }
}

fn texts(content: &Content) -> Vec<RawText> {
    let text = |name: &str, text: &str| RawText {
        name: name.to_owned(),
        points: text.chars().map(code).collect::<Vec<_>>().join(" "),
    };
    let fields = content.fields.iter().map(|field| text(&field.name, &field.value.as_sent()));
    let of_message = [text("subject", &content.subject), text("text", &content.text)];
    let courtesy = content.courtesy.as_ref().map(|courtesy| text("courtesy", &courtesy.text));
    let all = of_message.into_iter().chain(courtesy).chain(fields);
    all.filter(|text| !text.points.is_empty()).collect()
}
