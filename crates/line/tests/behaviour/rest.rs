//! Waiting costs nothing: an endpoint with nothing to do asks for no attention.

use std::time::Duration;

use ringdown_line::Input;
use ringdown_record::Precedence;

use crate::pair::{Pair, UDP};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_message_without_a_carrier_waits_without_work() {
    // A pulled cable: the probe of SES-29 has no carrier to go on, and must not be due again and again.
    let mut pair = Pair::new();
    pair.run(SECOND);
    pair.input(0, Input::CarrierDown(UDP));
    let message = pair.send(0, Precedence::Flash, "waits for a carrier");
    pair.run(SECOND * 60);
    assert!(pair.messages_on(1, 0).is_empty());
    pair.input(0, Input::CarrierUp(UDP));
    pair.run(SECOND);
    assert_eq!(pair.messages_on(1, 0), [message.hash()]);
}
