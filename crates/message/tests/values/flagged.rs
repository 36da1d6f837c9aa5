//! What a writer is told to look at again, by exact words and places.

use ringdown_message::value::{FLAGS_MAX, FlagKind, flags};

/// The flagged words and why.
fn flagged(text: &str, language: &str) -> Vec<(String, FlagKind)> {
    flags(text, language).into_iter().map(|flag| (text[flag.range].to_owned(), flag.kind)).collect()
}

#[track_caller]
fn check(text: &str, language: &str, expected: &[(&str, FlagKind)]) {
    let expected: Vec<(String, FlagKind)> =
        expected.iter().map(|(word, kind)| ((*word).to_owned(), *kind)).collect();
    assert_eq!(flagged(text, language), expected, "{text}");
}

#[test]
fn a_plain_text_has_no_flags() {
    for (text, language) in [
        ("Two vessels left the area at 2015Z.", "en"),
        ("At 232015Z NOV 26 the convoy turns to 045 TRUE.", "en"),
        ("BLUE 0142 is answered. FL 330 and F-16 are names, and so is KAL007.", "en"),
        ("Height 1500 m, distance 12.5 NM, 85 % ready, 12 500 kg on board.", "en"),
        ("The position is 31° 22.9' N 033° 23.0' E.", "en"),
        ("On 2026-11-23 at 20:15Z and on 2026-11-24 at 04:15 +08.", "en"),
        ("It is 41 °C. Is that known?", "en"),
        ("Altitude 5 metres; 3 ships.", "en"),
        ("Корабль вышел в 20:15Z.", "ru"),
        ("高度1500米，速度20节。", "zh"),
        ("الارتفاع 1500 متر.", "ar"),
        ("", "en"),
        ("Ein ruhiger Text über 3 Schiffe.", "de"),
    ] {
        check(text, language, &[]);
    }
}

#[test]
fn words_that_depend_on_the_reader_are_found() {
    use FlagKind::Relative;
    check("Now leave. We come Tonight.", "en", &[("Now", Relative), ("Tonight", Relative)]);
    check(
        "Leave right now, not later",
        "en",
        &[("right now", Relative), ("now", Relative), ("not", FlagKind::Negation), ("later", Relative)],
    );
    check("as soon as possible", "en", &[("as soon as possible", Relative), ("soon", Relative)]);
    check("nowhere, sooner, borderline", "en", &[]);
    check("Корабль Сегодня у границы", "ru", &[("Сегодня", Relative), ("границы", Relative)]);
    check("船今晚到边境", "zh", &[("今晚", Relative), ("边境", Relative)]);
    check("نصل غدا إلى هنا", "ar", &[("غدا", Relative), ("هنا", Relative)]);
    // Each language has its own words, and others none.
    check("now", "ru", &[]);
    check("now", "de", &[]);
    check("now", "en-GB", &[("now", Relative)]);
    check("now", "EN", &[("now", Relative)]);
}

#[test]
fn negations_in_prose_are_found() {
    use FlagKind::Negation;
    check("We do not fire", "en", &[("not", Negation)]);
    check("We don't and won’t fire", "en", &[("don't", Negation), ("won’t", Negation)]);
    check(
        "We cannot, never, no longer",
        "en",
        &[("cannot", Negation), ("never", Negation), ("no longer", Negation)],
    );
    check("a knot, nothing noted", "en", &[]);
    check("Мы Не будем", "ru", &[("Не", Negation)]);
    check("небо", "ru", &[]);
    check("我们不会开火", "zh", &[("不会", Negation)]);
    check("لن نطلق", "ar", &[("لن", Negation)]);
}

#[test]
fn times_without_a_zone_are_found() {
    use FlagKind::TimeWithoutZone;
    check("at 20:15", "en", &[("20:15", TimeWithoutZone)]);
    check("at 20:15 and on", "en", &[("20:15", TimeWithoutZone)]);
    check("at 20:15Z, 20:15 UTC, 20:15+03, 2015 -04, 20:15 -04.", "en", &[]);
    check("at 20:15 - then 20:15 - 3 m", "en", &[("20:15", TimeWithoutZone), ("20:15", TimeWithoutZone)]);
    check("ships -04.", "en", &[("04", FlagKind::NumberWithoutUnit)]);
    check("at 0500 hours", "en", &[("0500 hours", TimeWithoutZone)]);
    check("at 5 pm sharp", "en", &[("5 pm", TimeWithoutZone)]);
    check("at 0500 hours Z", "en", &[]);
    check("for 2401 hours", "en", &[]);
    check("for 2400 hours", "en", &[("2400 hours", TimeWithoutZone)]);
    check("в 12 часов", "ru", &[("12 часов", TimeWithoutZone), ("12", FlagKind::LookAlikeNumber)]);
    check("8点开始", "zh", &[("8点开始", TimeWithoutZone)]);
    check("20：15 8时间", "zh", &[("20：15", TimeWithoutZone)]);
    check("الساعة 8 صباحا", "ar", &[("8 صباحا", TimeWithoutZone), ("صباحا", FlagKind::Relative)]);
}

#[test]
fn numbers_dates_and_degrees_that_lack_something_are_found() {
    use FlagKind::{AmbiguousUnit, DegreesWithoutNorth, NumberWithoutUnit, NumericDate};
    check("Keep above 1500.", "en", &[("1500", NumberWithoutUnit)]);
    check("Keep above 1500", "en", &[("1500", NumberWithoutUnit)]);
    check("from 1500 to 2000 ft", "en", &[("1500", NumberWithoutUnit)]);
    check("over ١٥٠٠.", "ar", &[("١٥٠٠", NumberWithoutUnit)]);
    check("move 3 miles, 5 tons", "en", &[("3 miles", AmbiguousUnit), ("5 tons", AmbiguousUnit)]);
    check("on 11/12", "en", &[("11/12", NumericDate)]);
    check(
        "on 11/12/2026, 11.12.26 and 1-2-2026",
        "en",
        &[("11/12/2026", NumericDate), ("11.12.26", NumericDate), ("1-2-2026", NumericDate)],
    );
    check("version 11.12 of a list, 1.5 km", "en", &[]);
    check("101/12 and 11/12/202 km", "en", &[("101/12", NumberWithoutUnit)]);
    check("turn to 045 degrees.", "en", &[("045 degrees", DegreesWithoutNorth)]);
    check("turn to 045°", "en", &[("045°", DegreesWithoutNorth)]);
    check("turn to 045° TRUE, 045 degrees magnetic, 41 degrees C", "en", &[]);
    check("курс 045 градусов", "ru", &[("045 градусов", DegreesWithoutNorth)]);
    check("航向45度。", "zh", &[("45度", DegreesWithoutNorth)]);
    // Names and serials.
    check("RE BLUE 0142 and No. 5 km, № 7, Su-27", "en", &[]);
    check("a 7", "en", &[("7", NumberWithoutUnit)]);
    check("I 7", "en", &[("7", NumberWithoutUnit)]);
}

#[test]
fn numbers_that_sound_like_another_are_found_in_their_language() {
    use FlagKind::LookAlikeNumber;
    check("15 ships and fifty men", "en", &[("15", LookAlikeNumber), ("fifty", LookAlikeNumber)]);
    for number in [13, 14, 15, 16, 17, 18, 19, 30, 40, 50, 60, 70, 80, 90] {
        let text = format!("{number} ships");
        assert_eq!(flagged(&text, "en"), [(number.to_string(), LookAlikeNumber)]);
    }
    for number in [11, 12, 20, 100, 115, 150] {
        assert_eq!(flagged(&format!("{number} ships"), "en"), []);
    }
    check("12 кораблей", "ru", &[("12", LookAlikeNumber)]);
    check("４４艘", "zh", &[("４４", LookAlikeNumber)]);
    check("٧ سفن", "ar", &[("٧", LookAlikeNumber)]);
    check("15 Schiffe", "de", &[]);
}

#[test]
fn what_is_written_whole_is_no_noise() {
    use FlagKind::{AmbiguousUnit, LookAlikeNumber, NumberWithoutUnit, TimeWithoutZone};
    for (text, language) in [
        ("We have the ship Tern 7.", "en"),
        ("The ships Tern 15, Gull 50 and Heron 7.", "en"),
        ("None of them came on 30 November 2026.", "en"),
        ("It was seen on 13 NOV 2026.", "en"),
        ("It lies 60 nautical miles off, and 15 km off.", "en"),
        ("Корабль вышел 12 ноября 2026.", "ru"),
    ] {
        check(text, language, &[]);
    }
    // None of it takes a flag from what may be misunderstood.
    check("Above 1500.", "en", &[("1500", NumberWithoutUnit)]);
    check("It sank. Above 1500.", "en", &[("1500", NumberWithoutUnit)]);
    check("the ship Tern 20:15", "en", &[("20:15", TimeWithoutZone)]);
    check("in 2026.", "en", &[("2026", NumberWithoutUnit)]);
    check("on 30 May 1500.", "en", &[("1500", NumberWithoutUnit)]);
    check(
        "15 aboard, 60 miles",
        "en",
        &[("15", LookAlikeNumber), ("60 miles", AmbiguousUnit), ("60", LookAlikeNumber)],
    );
}

#[test]
fn second_questions_and_strange_characters_are_found() {
    use FlagKind::{Hidden, MixedScript, SecondQuestion};
    check("Is it yours? Is it armed?", "en", &[("?", SecondQuestion)]);
    check("Really?!", "en", &[]);
    check("Really???", "en", &[]);
    check("你们的吗？有武器吗？ Why?", "zh", &[("？", SecondQuestion), ("?", SecondQuestion)]);
    check("هل هي لكم؟ هل هي مسلحة؟", "ar", &[("؟", SecondQuestion)]);
    let found = flags("Is it? And? And?", "en");
    assert_eq!(found.iter().map(|flag| flag.range.clone()).collect::<Vec<_>>(), [10..11, 15..16]);
    check("fire\u{202e}esaec", "en", &[("\u{202e}", Hidden)]);
    check("one\ttwo\nthree", "en", &[]);
    check("АLPHA BRAVO", "en", &[("АLPHA", MixedScript)]);
    check("ΝIKO and МОРЯК and NIKO", "en", &[("ΝIKO", MixedScript)]);
    check("МОРЯκ", "ru", &[("МОРЯκ", MixedScript)]);
}

#[test]
fn flags_are_in_order_bounded_and_have_advice() {
    let many = "now ".repeat(FLAGS_MAX + 50);
    assert_eq!(flags(&many, "en").len(), FLAGS_MAX);
    let found = flags("At 20:15 do not fire now? Not? \u{200b}", "en");
    assert!(found.windows(2).all(|pair| pair[0].range.start <= pair[1].range.start));
    let advice: std::collections::BTreeSet<&str> = FlagKind::ALL.iter().map(|kind| kind.advice()).collect();
    assert_eq!(advice.len(), FlagKind::ALL.len());
    assert!(advice.iter().all(|key| key.starts_with("flag-")));
}
