//! Zulu time in words.

use jiff::Timestamp;
use ringdown_record::WallTime;

/// `2026-11-23T20:15:09.123Z`
pub fn zulu(time: WallTime) -> String {
    format!("{:.3}", timestamp(time))
}

/// `20:15:09Z`
pub fn zulu_clock(time: WallTime) -> String {
    timestamp(time).strftime("%H:%M:%SZ").to_string()
}

/// `232015Z NOV 26`
pub fn date_time_group(time: WallTime) -> String {
    timestamp(time).strftime("%d%H%MZ %b %y").to_string().to_ascii_uppercase()
}

fn timestamp(time: WallTime) -> Timestamp {
    let ms = i64::try_from(time.unix_ms()).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_forms() {
        let time = WallTime::from_unix_ms(1_795_464_909_123);
        assert_eq!(zulu(time), "2026-11-23T20:15:09.123Z");
        assert_eq!(zulu_clock(time), "20:15:09Z");
        assert_eq!(date_time_group(time), "232015Z NOV 26");
    }
}
