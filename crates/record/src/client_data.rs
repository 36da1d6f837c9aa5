//! The client data of WebAuthn: JSON that a browser writes and an authenticator signs the hash of.
//!
//! Three members matter: that it is an assertion, about which challenge, on a page of which origin. A browser may add
//! others (Chromium does so at random). They are read by a strict rule, because two readers that find different
//! values in one text would split the record: one flat object without white space, names without escapes, none twice.

use std::collections::BTreeMap;
use std::fmt;

/// What is wrong with client data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientDataError {
    /// They are not one flat JSON object by the strict rule.
    Json,
    /// They are not about an assertion.
    Type,
    /// They are about another challenge than this statement's hash.
    Challenge,
    /// They come from a page of another origin.
    Origin,
    /// They come from a page within a page of another origin.
    CrossOrigin,
    /// They are written out, though they equal the template.
    Template,
}

/// What a browser writes for this challenge at this origin, if it adds nothing.
pub(crate) fn template(challenge: &[u8; 32], origin: &str) -> Vec<u8> {
    let challenge = base64url(challenge);
    let members = format!(r#""type":"webauthn.get","challenge":"{challenge}","origin":"{origin}""#);
    format!(r#"{{{members},"crossOrigin":false}}"#).into_bytes()
}

/// Checks client data that stand in a statement.
pub(crate) fn check(said: &[u8], challenge: &[u8; 32], origin: &str) -> Result<(), ClientDataError> {
    if said == template(challenge, origin) {
        return Err(ClientDataError::Template);
    }
    let members = std::str::from_utf8(said).ok().and_then(members).ok_or(ClientDataError::Json)?;
    let is =
        |name: &str, wanted: &str| members.get(name).is_some_and(|value| *value == format!("\"{wanted}\""));
    if !is("type", "webauthn.get") {
        return Err(ClientDataError::Type);
    }
    if !is("challenge", &base64url(challenge)) {
        return Err(ClientDataError::Challenge);
    }
    if !is("origin", origin) {
        return Err(ClientDataError::Origin);
    }
    let within = members.get("crossOrigin").is_some_and(|value| *value != "false");
    if within || members.contains_key("topOrigin") {
        return Err(ClientDataError::CrossOrigin);
    }
    Ok(())
}

/// Name and value of each member, as they are written; `None` if the text breaks the strict rule.
fn members(text: &str) -> Option<BTreeMap<&str, &str>> {
    let mut members = BTreeMap::new();
    let mut rest = text.strip_prefix('{')?;
    loop {
        let (name, after) = string(rest)?;
        let (value, after) = value(after.strip_prefix(':')?)?;
        let escaped = name.contains('\\');
        if escaped || members.insert(name.trim_matches('"'), value).is_some() {
            return None;
        }
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None => return (after == "}").then_some(members),
        }
    }
}

/// A string, number, `true`, `false` or `null`, and what follows it.
fn value(text: &str) -> Option<(&str, &str)> {
    let word = ["true", "false", "null"].into_iter().find(|word| text.starts_with(word));
    match word {
        Some(word) => Some(text.split_at(word.len())),
        None if text.starts_with('"') => string(text),
        None => number(text),
    }
}

/// A string with its quotes, and what follows it.
fn string(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    if bytes.first() != Some(&b'"') {
        return None;
    }
    let mut at = 1;
    loop {
        match *bytes.get(at)? {
            b'"' => return Some(text.split_at(at + 1)),
            b'\\' if bytes.get(at + 1) == Some(&b'u') => {
                let digits = bytes.get(at + 2..at + 6)?;
                if !digits.iter().all(u8::is_ascii_hexdigit) {
                    return None;
                }
                at += 6;
            }
            b'\\' if br#""\/bfnrt"#.contains(bytes.get(at + 1)?) => at += 2,
            b'\\' | 0..=0x1f => return None,
            _ => at += 1,
        }
    }
}

/// A number by the grammar of RFC 8259, and what follows it.
fn number(text: &str) -> Option<(&str, &str)> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut at = usize::from(text.starts_with('-'));
    let whole = digits(&text[at..]);
    if whole == 0 || (whole > 1 && text[at..].starts_with('0')) {
        return None;
    }
    at += whole;
    if text[at..].starts_with('.') {
        let fraction = digits(&text[at + 1..]);
        at += 1 + fraction;
        if fraction == 0 {
            return None;
        }
    }
    if text[at..].starts_with(['e', 'E']) {
        at += 1;
        at += usize::from(text[at..].starts_with(['+', '-']));
        let exponent = digits(&text[at..]);
        at += exponent;
        if exponent == 0 {
            return None;
        }
    }
    Some(text.split_at(at))
}

/// RFC 4648 section 5, without padding.
fn base64url(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let at = |index: usize| u32::from(group.get(index).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        let digit = |index: usize| char::from(DIGITS[(bits >> (18 - 6 * index)) as usize & 63]);
        out.extend((0..=group.len()).map(digit));
    }
    out
}

impl fmt::Display for ClientDataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ClientDataError::Json => "they are not one flat JSON object in the strict form",
            ClientDataError::Type => "they are not about an assertion",
            ClientDataError::Challenge => "they are about another statement",
            ClientDataError::Origin => "they come from a page of another origin",
            ClientDataError::CrossOrigin => "they come from a page within a page of another origin",
            ClientDataError::Template => "they are written out, though they equal the template",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64url_agrees_with_rfc_4648() {
        for (bytes, text) in [
            (&b""[..], ""),
            (b"f", "Zg"),
            (b"fo", "Zm8"),
            (b"foo", "Zm9v"),
            (b"foob", "Zm9vYg"),
            (b"fooba", "Zm9vYmE"),
            (b"foobar", "Zm9vYmFy"),
            (&[0xfb, 0xff, 0xbf], "-_-_"),
        ] {
            assert_eq!(base64url(bytes), text);
        }
    }

    /// REC-28. What is read is flat JSON, and a text that could be read in two ways is not.
    #[test]
    fn members_are_read_by_a_strict_rule() {
        let read =
            members(r#"{"a":"b","c":true,"d":-1.5e+9,"e":null,"f":0,"g":"\"\u00e9","é":"è"}"#).expect("flat");
        assert_eq!(read["a"], r#""b""#);
        assert_eq!((read["c"], read["d"], read["e"], read["f"]), ("true", "-1.5e+9", "null", "0"));
        assert_eq!((read["g"], read["é"]), (r#""\"\u00e9""#, r#""è""#));
        for refused in [
            "",
            "{",
            "{}",
            "[]",
            r#"{"a":"b""#,
            r#"{"a":"b"}}"#,
            r#"{"a":"b"} "#,
            r#" {"a":"b"}"#,
            r#"{"a": "b"}"#,
            r#"{"a":"b",}"#,
            r#"{,"a":"b"}"#,
            r#"{"a":"b","a":"b"}"#,
            r#"{"\u0061":"b"}"#,
            r#"{a:"b"}"#,
            r#"{"a":'b'}"#,
            r#"{"a":{}}"#,
            r#"{"a":[]}"#,
            r#"{"a":01}"#,
            r#"{"a":1.}"#,
            r#"{"a":.5}"#,
            r#"{"a":1e}"#,
            r#"{"a":-}"#,
            r#"{"a":+1}"#,
            r#"{"a":truer}"#,
            r#"{"a":}"#,
            r#"{"a"}"#,
            r#"{"a":"\x"}"#,
            r#"{"a":"\u00g0"}"#,
            r#"{"a":"\u00"}"#,
            "{\"a\":\"\n\"}",
        ] {
            assert_eq!(members(refused), None, "{refused:?}");
        }
    }
}
