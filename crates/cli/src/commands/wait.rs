//! `wait`: until a message has reached a state, by its states and the event stream, not by asking over and over.

use std::path::Path;
use std::time::Duration;

use ringdown_api::{ApiError, ErrorCode, Message};

use crate::args::{Goal, Wait};
use crate::commands::{client, message_path};
use crate::output;

pub(crate) fn run(home: &Path, arguments: &Wait) -> Result<(), ApiError> {
    let client = client(home, &arguments.common)?;
    let goal = match arguments.goal {
        Goal::Stored => "STORED",
        Goal::Acknowledged => "ACKNOWLEDGED",
    };
    let reached = |message: &Message| message.states.iter().any(|line| line.state.starts_with(goal));
    let patience = arguments.timeout.map(Duration::from_secs);
    let (message, in_time) = client.wait(&message_path(&arguments.serial), patience, reached)?;
    if !in_time {
        return Err(ApiError::new(
            ErrorCode::TimedOut,
            format!("{} was not {goal} in time; it is {}.", message.serial, message.state),
            "It is still on its way; nothing was given up.",
            "Wait longer, or look at the line with 'ringdown status'.",
        ));
    }
    if arguments.common.json {
        output::json(&message);
    } else {
        output::line(&format!("{}: {}", message.serial, output::one(&message.state)));
    }
    Ok(())
}
