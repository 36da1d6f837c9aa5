//! Why a side answers UNABLE: a word of a closed list, and what it adds in words. Both stand in the answer's text, as
//! `not-possible: The tug has left.`

/// The list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Who is asked may not decide it.
    NoAuthority,
    /// It cannot be done.
    NotPossible,
    /// The time does not suffice.
    TooLate,
    /// What is asked is not known here.
    NotKnown,
    /// The side does not want to.
    NotWilling,
    /// Something else, which the words say.
    Other,
}

impl Reason {
    /// All, in the order in which they are offered.
    pub const ALL: [Reason; 6] = [
        Reason::NoAuthority,
        Reason::NotPossible,
        Reason::TooLate,
        Reason::NotKnown,
        Reason::NotWilling,
        Reason::Other,
    ];

    /// The word in the text.
    pub fn code(self) -> &'static str {
        match self {
            Reason::NoAuthority => "no-authority",
            Reason::NotPossible => "not-possible",
            Reason::TooLate => "too-late",
            Reason::NotKnown => "not-known",
            Reason::NotWilling => "not-willing",
            Reason::Other => "other",
        }
    }

    /// What people read for it.
    pub fn words(self) -> &'static str {
        match self {
            Reason::NoAuthority => "we have no authority for it",
            Reason::NotPossible => "it cannot be done",
            Reason::TooLate => "there is no time for it",
            Reason::NotKnown => "we do not know",
            Reason::NotWilling => "we do not want to",
            Reason::Other => "another reason",
        }
    }

    /// The reason in the text of an answer, and the words behind it; `None` if it begins with none, or says nothing more
    /// than that there is another.
    pub fn given(text: &str) -> Option<(Reason, &str)> {
        let (code, words) = text.split_once(':').unwrap_or((text, ""));
        let reason = Reason::ALL.into_iter().find(|reason| reason.code() == code.trim())?;
        let words = words.trim();
        (reason != Reason::Other || !words.is_empty()).then_some((reason, words))
    }

    /// The text of an answer with this reason.
    pub fn with(code: &str, words: &str) -> String {
        match (code.trim(), words.trim()) {
            (code, "") => code.to_owned(),
            ("", words) => words.to_owned(),
            (code, words) => format!("{code}: {words}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_comes_back_from_the_text_that_it_makes() {
        for reason in Reason::ALL {
            let text = Reason::with(reason.code(), "Fog: thick.");
            assert_eq!(Reason::given(&text), Some((reason, "Fog: thick.")));
        }
        assert_eq!(Reason::given("too-late"), Some((Reason::TooLate, "")));
        for text in ["", "Fog", "other", "other: ", "too-late Fog", "Too-late: x"] {
            assert_eq!(Reason::given(text), None, "{text}");
        }
        assert_eq!(Reason::with("", "Fog"), "Fog");
    }
}
