//! Two sides of a line in a seeded world: the shipped `record`, `message` and `line`, a model disk, a model path.
//!
//! A seed means one world, always the same. It draws which faults there are and how hard (swarm): loss alone and in
//! bursts, doubling, delay and with it reordering, flipped bits and cut ends, partitions, one-way paths, carriers that
//! go down; crashes between inputs and between any two outputs, so before, between and after the parts of a commit;
//! batches that are lost, kept unconfirmed, or torn apart; slow and full disks; wall clocks that step both ways; and a
//! stranger who records everything and sends it again, or garbage. Officers of both sides send at all precedences and
//! classes, acknowledge, and ask again for a release after a crash. Then all faults end, and the world must come to
//! rest.
//!
//! **What it guarantees.** In every world that ran, each invariant named in [`checkers`] held, seen from outside:
//! on disks, on the wire (the world knows all keys and opens every cell), in events, on screens, in both exports. Each
//! checker is shown to fail on a planted fault ([`Plant`]). The same seed gives the same trace; `seeds.txt` keeps every
//! seed that ever failed.
//!
//! **What it does not model.** The store (its batches are atomic here, by its own tests there), sockets, threads, the
//! driver's own queues, the console. Both sides are correct: lying peers are in `crates/line/tests/behaviour`. No disk
//! returns to an older copy. One line, one officer and one key list on a side, no key lists that change, no gates that
//! shut. Sessions do not come near 2^24 cells. Whoever shifts time on the path beyond the record's own rules is not
//! here. The monotonic clock of a side is the world's: it does not drift.

pub mod checkers;

mod adversary;
mod chaos;
mod clock;
mod dice;
mod disk;
mod drive;
mod faults;
mod network;
mod node;
mod people;
mod plant;
mod run;
mod swarm;
mod trace;
mod wire;
mod world;

pub use faults::{Counts, Fault, Strange};
pub use plant::Plant;
pub use run::{Options, Outcome, kept_seeds, run, run_power_cuts};
