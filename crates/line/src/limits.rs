//! Every maximum and interval of the link. `docs/spec/session.md` lists the same numbers.

use std::time::Duration;

/// Largest cell on a UDP carrier, in bytes of datagram.
pub const CELL_LEN_MAX: usize = 1200;
/// Header and tag of a transport cell on IP.
pub const CELL_OVERHEAD: usize = 4 + 16;
/// Bytes of one symbol on a line that has IP carriers only.
pub const SYMBOL_LEN: usize = 32;
/// Most symbols of one object.
pub const SYMBOLS_MAX: usize = 128;
/// Bytes that fit one object, less its length field.
pub const OBJECT_LEN_MAX: usize = SYMBOLS_MAX * SYMBOL_LEN - 4;
/// Partly received objects kept per session; then the oldest goes.
pub const ASSEMBLIES_MAX: usize = 1024;
/// Completed object numbers remembered per session, to know a repeat.
pub const COMPLETED_MAX: usize = 4096;
/// Entries waiting for something before they can be checked; then the highest gives way and comes again.
pub const PARKED_MAX: usize = 1024;
/// Entries cut in chunks and only partly here.
pub const CHUNKED_MAX: usize = 32;
/// Longest sync summary; ranges that do not fit are left out.
pub const SUMMARY_LEN_MAX: usize = 40;
/// How far beyond the contiguous head entries are taken; the rest comes again when the gap is filled.
pub const BEYOND_MAX: u64 = 65_536;
/// Ranges in a sync summary.
pub const SUMMARY_RANGES_MAX: usize = 4;
/// Entries asked back from the store at a time.
pub const RECALL_MAX: u64 = 256;
/// Two-histories proofs sealed per run; more add nothing.
pub const EVIDENCE_MAX: usize = 16;
/// Carriers of one line.
pub const CARRIERS_MAX: usize = 8;

/// MACs of handshake messages remembered.
pub const MAC_CACHE_MAX: usize = 1024;
/// Answered handshakes that may still become the live session.
pub const ANSWERED_MAX: usize = 4;
/// Age at which message 1 is begun anew, or eight round trips if that is longer.
pub const MESSAGE_1_AGE: Duration = Duration::from_secs(60);
/// Diffie-Hellman runs per second for message 1s never seen before.
pub const DH_RUNS_PER_SECOND: u32 = 8;
/// Shortest time between two identical message 2s.
pub const MESSAGE_2_INTERVAL: Duration = Duration::from_millis(100);
/// How long a replaced session still opens cells after its last one.
pub const PREVIOUS_SESSION: Duration = Duration::from_secs(600);
/// Age at which a session is replaced on carriers of 9600 bit/s and more.
pub const SESSION_AGE: Duration = Duration::from_secs(3600);
/// Cells of one session after which it is replaced.
pub const SESSION_CELLS: u64 = 1 << 32;
/// Width of the replay window.
pub const REPLAY_WINDOW: u64 = 1 << 12;

/// Round trip assumed before one was measured.
pub const ROUND_TRIP_INITIAL: Duration = Duration::from_millis(100);
/// Shortest round trip believed: a summary that crossed the question looks like an answer in no time.
pub const ROUND_TRIP_MIN: Duration = Duration::from_millis(1);
/// Longest round trip believed: an answer that was held back must not stretch every later wait.
pub const ROUND_TRIP_MAX: Duration = Duration::from_secs(5);
/// Longest wait before a repeat while something waits.
pub const REPEAT_MAX: Duration = Duration::from_secs(1);
/// Longest wait before message 1 is repeated while nothing waits.
pub const REPEAT_IDLE_MAX: Duration = Duration::from_secs(5);
/// Shortest time between two RECEIPT entries, except for LINE and FLASH.
pub const RECEIPT_INTERVAL: Duration = Duration::from_millis(50);
/// How often a sync summary tells that we are here.
pub const SUMMARY_INTERVAL: Duration = Duration::from_secs(30);
/// Shortest time between two summaries that were not asked for.
pub const SUMMARY_SPACING: Duration = Duration::from_millis(20);
/// How long nothing is sealed when the peer claims, for the first time, to hold more of our chain than we do.
pub const DOUBT: Duration = Duration::from_secs(5);
/// Unanswered for this long, or for eight round trips if that is longer, a path counts as down.
pub const PATH_SILENCE: Duration = Duration::from_secs(2);
/// How often a path that is down is asked while something waits.
pub const PROBE_INTERVAL: Duration = Duration::from_millis(900);
/// Bytes that may be on their way without a receipt: at start, least, most.
pub const WINDOW_INITIAL: usize = 128 * 1024;
/// See [`WINDOW_INITIAL`].
pub const WINDOW_MIN: usize = 32 * 1024;
/// See [`WINDOW_INITIAL`].
pub const WINDOW_MAX: usize = 1024 * 1024;
/// Bytes of peer entries that wait for the disk; beyond it, arriving entries are left to be repeated.
pub const UNPERSISTED_MAX: usize = 8 * 1024 * 1024;
