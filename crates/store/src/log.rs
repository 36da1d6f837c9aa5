//! The write-ahead log, looked at before SQLite reads it.
//!
//! SQLite takes a log to end where a checksum is wrong, and says nothing. After a crash that is right: what follows was
//! never synced. But a byte that has changed later looks the same, and entries that were durable would be gone. Two
//! things tell them apart. A commit is synced before the next page is written behind it; and the index beside the log,
//! if it is still there, names the last page of the last commit.

/// Magic number, version, page size, generation, two salts, two sums over all of this.
const HEAD: usize = 32;
/// Page number, size of the file after a commit or zero, two salts, two sums over the first two and the page.
const FRAME_HEAD: usize = 24;
const MAGIC: u32 = 0x377f_0682;
/// The head of the index stands twice in it.
const INDEX_HEAD: usize = 48;

/// What is wrong with a log, in words, if more of it was durable than SQLite would read.
pub(crate) fn damage(log: &[u8], index: &[u8]) -> Option<String> {
    let (head, rest) = log.split_at_checked(HEAD)?;
    let magic = word(head, 0);
    let big_endian = magic & 1 == 1;
    let page = match word(head, 8) {
        1 => 65_536,
        size => size as usize,
    };
    let sums = sum(big_endian, (0, 0), &head[..24]);
    let is_good = magic & !1 == MAGIC && page.is_power_of_two() && sums == (word(head, 24), word(head, 28));
    if !is_good {
        return head_damage(head, rest);
    }
    let frames: Vec<&[u8]> = rest.chunks_exact(FRAME_HEAD + page).collect();
    let (good, sums) = chained(big_endian, sums, &head[16..24], &frames);
    let indexed = last_indexed(index, &head[16..24]).unwrap_or(0);
    let synced = good + synced_behind(big_endian, sums, &head[16..24], &frames[good..]);
    let durable = synced.max(indexed);
    (durable > good).then(|| {
        format!(
            "its write-ahead log cannot be read from page {} on, and was durable to page {durable}; the entries in it are \
             lost here",
            good + 1
        )
    })
}

/// How many of these frames, of which the first is bad, were synced: those up to a commit that another frame follows.
/// It follows if its sums go on from those of the commit; else it is what a transaction that was given up has left.
fn synced_behind(big_endian: bool, sums: (u32, u32), salts: &[u8], frames: &[&[u8]]) -> usize {
    let Some(bad) = frames.first() else { return 0 };
    // Should only its own sums have changed, the next go on from what they were.
    let meant = sum(big_endian, sum(big_endian, sums, &bad[..8]), &bad[FRAME_HEAD..]);
    let follows = |at: usize| {
        let stored = (word(frames[at], 16), word(frames[at], 20));
        let seeds = if at == 0 { vec![stored, meant] } else { vec![stored] };
        seeds.into_iter().any(|seed| chained(big_endian, seed, salts, &frames[at + 1..at + 2]).0 == 1)
    };
    let of_this_generation = frames[1..].iter().take_while(|frame| frame[8..16] == *salts).count();
    let synced = (0..of_this_generation).rev().find(|at| word(frames[*at], 4) != 0 && follows(*at));
    synced.map_or(0, |at| at + 1)
}

/// How many frames from the first on are of this generation, with good sums, and the sums of the last of them.
fn chained(big_endian: bool, start: (u32, u32), salts: &[u8], frames: &[&[u8]]) -> (usize, (u32, u32)) {
    let mut good = start;
    for (index, frame) in frames.iter().enumerate() {
        let sums = sum(big_endian, sum(big_endian, good, &frame[..8]), &frame[FRAME_HEAD..]);
        if frame[8..16] != *salts || sums != (word(frame, 16), word(frame, 20)) {
            return (index, good);
        }
        good = sums;
    }
    (frames.len(), good)
}

/// A head that does not hold, with frames behind it that do, is damaged. Only a new generation changes the head, when
/// the frames behind it are folded in already; a crash in this may leave the new generation's number.
fn head_damage(head: &[u8], rest: &[u8]) -> Option<String> {
    let restarted = |generation: u32| {
        let mut before = head.to_vec();
        before[12..16].copy_from_slice(&generation.wrapping_sub(1).to_be_bytes());
        [false, true]
            .into_iter()
            .any(|order| sum(order, (0, 0), &before[..24]) == (word(head, 24), word(head, 28)))
    };
    let holds = |page: usize, order: bool| {
        let Some(frame) = rest.get(..FRAME_HEAD + page) else { return false };
        let seeds = [(word(head, 24), word(head, 28)), sum(order, (0, 0), &head[..24])];
        seeds.into_iter().any(|seed| chained(order, seed, &frame[8..16], &[frame]).0 == 1)
    };
    let mut pages = (9..=16).map(|bits| 1 << bits);
    let any_holds = pages.any(|page| holds(page, false) || holds(page, true));
    (any_holds && !restarted(word(head, 12))).then(|| {
        "the head of its write-ahead log is not what was written, so nothing in it can be read".into()
    })
}

/// The last frame of the last commit, as the index says; it is believed if its sums hold and it is of this generation.
fn last_indexed(index: &[u8], salts: &[u8]) -> Option<usize> {
    let head = index.get(..INDEX_HEAD)?;
    let native = |at: usize| u32::from_ne_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    let is_good = sum(cfg!(target_endian = "big"), (0, 0), &head[..40]) == (native(40), native(44));
    (is_good && head[32..40] == *salts).then(|| native(16) as usize)
}

/// SQLite's sums, over pairs of words in the order that the log names.
fn sum(big_endian: bool, start: (u32, u32), bytes: &[u8]) -> (u32, u32) {
    bytes.chunks_exact(8).fold(start, |(one, two), pair| {
        let word = |at: usize| {
            let bytes = [pair[at], pair[at + 1], pair[at + 2], pair[at + 3]];
            if big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
        };
        let one = one.wrapping_add(word(0)).wrapping_add(two);
        (one, two.wrapping_add(word(4)).wrapping_add(one))
    })
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}
