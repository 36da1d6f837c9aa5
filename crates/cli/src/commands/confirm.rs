//! "That is correct" at the terminal: each row of the read-back is held against one's own order first.

use ringdown_api::client::Client;
use ringdown_api::{Act, ApiError, Message};

use crate::output;
use crate::terminal::{ask, left, tell};

/// Goes through the read-back that waits, row by row; the act, once every row was checked.
pub(crate) fn asked(client: &Client, path: &str) -> Result<Act, ApiError> {
    let message: Message = client.get(path)?;
    let told = message.dialogue.as_ref();
    let waits = told.and_then(|told| told.read_backs.iter().find(|round| round.verdict.is_none()));
    let legal = told.is_some_and(|told| told.moves.iter().any(|name| name == "that-is-correct"));
    // Why not is for the node to say.
    let Some(round) = waits.filter(|_| legal) else { return Ok(Act::ThatIsCorrect { rows: Vec::new() }) };
    output::order(&message);
    tell(&format!("\nRead back by {}: {}", round.by, round.outcome));
    if round.looked_again > 0 {
        tell(&format!("Message opened again: {}", round.looked_again));
    }
    let mut rows = Vec::new();
    for row in &round.rows {
        tell("");
        output::row(row);
        if !ask("Held against your own order? y is checked:")?.eq_ignore_ascii_case("y") {
            return Err(left("Not every row is checked."));
        }
        rows.push(row.name.clone());
    }
    if !round.words.is_empty() {
        tell("\nIn their words, understood, not agreed:");
        output::quote(&round.words);
    }
    tell("\nA message can be read back well and still be wrong.");
    if ask("Type CORRECT to sign: That is correct:")?.eq_ignore_ascii_case("correct") {
        return Ok(Act::ThatIsCorrect { rows });
    }
    Err(left("It was not said that the read-back is correct."))
}
