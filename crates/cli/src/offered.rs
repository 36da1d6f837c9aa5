//! What this side may do about a message, in the words of the console's buttons, and as it is typed.

/// One act: what is typed after `ringdown`, and what the button says.
pub struct Offered {
    pub command: String,
    pub words: String,
}

/// The act of this name in the API, about a message with this serial that is answered as one of this marker.
pub fn offered(name: &str, serial: &str, marker: &str) -> Offered {
    let of = |command: String, words: &str| Offered { command, words: words.into() };
    let message = |marker: &str| format!("send --re '{serial}' --marker {marker} ...");
    match name {
        "acknowledge" => of(format!("acknowledge {serial}"), "Acknowledge - I have it"),
        "read-back" => of(format!("read-back {serial}"), "Read back"),
        "standby" => of(format!("standby {serial} --minutes N"), "Standby ... min"),
        "that-is-correct" => of(format!("confirm {serial}"), "That is correct"),
        "wrong" => of(format!("wrong {serial}"), "Wrong - I say again"),
        "our-message-was-wrong" => of(format!("wrong {serial} --ours"), "Our message was wrong"),
        "handed-on" => of(format!("notice {serial} --is handed-on"), "Handed to the principal"),
        "in-preparation" => of(format!("notice {serial} --is in-preparation"), "Reply in preparation"),
        "ask-still-valid" => of(format!("ask {serial} --for still-valid"), "Ask if still valid"),
        "ask-voice" => of(format!("ask {serial} --for voice"), "Ask for voice"),
        "did-you-get-it" => of(format!("ask {serial} --for did-you-get-it"), "Did you get it?"),
        "reply" => of(format!("reply {serial} --with yes|no"), "Affirm - yes | Negative - no"),
        "answer" => of(message("ANSWER"), "Write an answer"),
        "question" => of(message("QUESTION"), "Write a question about it"),
        "correct" => of(message("CORRECTION"), &format!("Correct message {serial}")),
        "cancel" => of(message("CANCEL"), &format!("Cancel message {serial}")),
        name => match name.strip_prefix("answer ") {
            Some(word) => answer(word, serial, marker),
            None => of(format!("show {serial}"), name),
        },
    }
}

fn answer(word: &str, serial: &str, marker: &str) -> Offered {
    let words = match (word, marker) {
        ("ROGER", "INTENTION") => "Roger - received, not agreed",
        ("ROGER", _) => "Roger - received",
        ("SAY AGAIN", _) => "Say again",
        ("AFFIRM", _) => "Affirm - yes",
        ("NEGATIVE", _) => "Negative - no",
        ("WILCO", _) => "Wilco - we will do it",
        ("UNABLE", "QUESTION") => "Unable to answer",
        ("UNABLE", _) => "Unable - we will not",
        ("OBJECTION", _) => "Objection",
        ("CHECK OK", _) => "Check OK",
        ("CHECK GARBLED", _) => "Check garbled",
        (word, _) => word,
    };
    let text = match word {
        "WILCO" | "OBJECTION" => " --text ...",
        "UNABLE" => " --reason ...",
        _ => "",
    };
    let typed = word.to_lowercase().replace(' ', "-");
    Offered { command: format!("answer {serial} --with {typed}{text}"), words: words.into() }
}
