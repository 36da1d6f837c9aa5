//! Who asks: what the way in shows of the person behind a request.
//!
//! Set once for each request by the door that it came through, as its language is. Where nothing is set nobody may do
//! anything.

/// Who asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Who {
    /// Through the local socket: whoever runs the node. He may name the officer that he is.
    Operator(Option<u16>),
    /// With the token of this officer.
    Officer(u16),
    /// With the token that only looks.
    #[default]
    Viewer,
}

tokio::task_local! {
    static ASKS: Who;
}

/// Answers a request of somebody.
pub async fn asked_by<F: Future>(who: Who, answer: F) -> F::Output {
    ASKS.scope(who, answer).await
}

/// Who asks for what is being answered.
pub fn who() -> Who {
    ASKS.try_get().unwrap_or_default()
}

/// True for whoever may do something here; else what asks only looks.
pub fn may_act() -> bool {
    who() != Who::Viewer
}
