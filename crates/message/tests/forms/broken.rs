//! Files that are refused: each kind of mistake, with the file, the place in it, the reason, and what to do.

use ringdown_message::form::{FORM_LEN_MAX, Form};

use crate::site::DEPTH;

/// What the sound file says, what it says instead, and the error without the file's name.
type Case = (&'static str, &'static str, &'static str);

const HEAD: &[Case] = &[
    ("version = 1", "version = 1\nversion = 2", "line 3: duplicate key; drop one"),
    (
        "version = 1",
        "revision = 1",
        "line 2: unknown field `revision`, expected one of `id`, `version`, `number`, `markers`, `precedences`, `default_precedence`, `text`, `offered_texts`, `fields`, `examples`, `texts`; drop it or correct it",
    ),
    ("number = 101\n", "", "line 1: missing field `number`; add it"),
    ("version = 1", "version = \"1\"", "line 2: invalid type: string \"1\", expected u32; correct it"),
    ("version = 1", "version = 0", "version: 0 is not between 1 and 9999"),
    (
        "id = \"depth-of-divers\"",
        "id = \"Depth of divers\"",
        "id: 'Depth of divers' is not 1 to 32 characters of a-z, 0-9 and '-'",
    ),
    ("id = \"depth-of-divers\"", "id = \"\"", "id: '' is not 1 to 32 characters of a-z, 0-9 and '-'"),
    (
        "markers = [\"WARNING\", \"INFORMATION\"]",
        "markers = [\"WARN\"]",
        "markers: 'WARN' is no marker; choose INFORMATION, WARNING, QUESTION, ANSWER, REQUEST, INTENTION, CORRECTION, CANCEL or TEST",
    ),
    (
        "markers = [\"WARNING\", \"INFORMATION\"]",
        "markers = []",
        "markers: names none, or one twice; name each once",
    ),
    (
        "markers = [\"WARNING\", \"INFORMATION\"]",
        "markers = [\"WARNING\", \"WARNING\"]",
        "markers: names none, or one twice; name each once",
    ),
    (
        "[\"IMMEDIATE\", \"PRIORITY\"]",
        "[\"PRIORITY\", \"IMMEDIATE\"]",
        "precedences: name at least one, each once, the most urgent first",
    ),
    (
        "[\"IMMEDIATE\", \"PRIORITY\"]",
        "[\"LINE\"]",
        "precedences: 'LINE' is no precedence; choose FLASH, IMMEDIATE, PRIORITY or ROUTINE",
    ),
    (
        "default_precedence = \"PRIORITY\"",
        "default_precedence = \"FLASH\"",
        "default_precedence: FLASH is not among the precedences; add it or choose another",
    ),
    ("text = \"optional\"", "text = \"wanted\"", "text: 'wanted' is neither required nor optional"),
    (
        "text = \"optional\"",
        "text = \"optional\"\noffered_texts = [\"ABC\", \"\"]",
        "offered_texts: has 0 characters; write 1 to 60000",
    ),
    (
        "text = \"optional\"",
        "text = \"optional\"\noffered_texts = [\"A\\u200BC\"]",
        "offered_texts: holds U+200B, which cannot be seen; drop it",
    ),
];

const FIELDS: &[Case] = &[
    (
        "name = \"depth\"",
        "name = \"Depth\"",
        "fields: name 'Depth' is not 1 to 32 characters of a-z, 0-9 and '-'",
    ),
    (
        "name = \"gas\"",
        "name = \"depth\"",
        "fields.depth.name: there is a field of this name already; name it otherwise",
    ),
    (
        "kind = \"polarity\"",
        "kind = \"yes-or-no\"",
        "fields.divers.kind: 'yes-or-no' is no kind; choose number, time, place, polarity, word, condition, text or name",
    ),
    (
        "kind = \"polarity\"",
        "kind = \"text\"",
        "fields.divers.critical: a text is not compared by machine; use another kind, or critical = false",
    ),
    (
        "kind = \"polarity\"",
        "kind = \"polarity\"\ndimension = \"length\"",
        "fields.divers.dimension: goes with kind number only, not polarity; leave it out",
    ),
    (
        "kind = \"polarity\"",
        "kind = \"polarity\"\nafter = \"from\"",
        "fields.divers.after: goes with kind time only, not polarity; leave it out",
    ),
    (
        "kind = \"polarity\"",
        "kind = \"polarity\"\ncolour = \"red\"",
        "line 44: unknown field `colour`, expected one of `name`, `kind`, `dimension`, `unit`, `resolution`, `negative`, `words`, `needs_text`, `after`, `required`, `required_when`, `critical`, `markers`; drop it or correct it",
    ),
    ("dimension = \"length\"\n", "", "fields.depth.dimension: kind number needs this key; add it"),
    ("unit = \"m\"\n", "", "fields.depth.unit: kind number needs this key; add it"),
    ("resolution = \"1\"\n", "", "fields.depth.resolution: kind number needs this key; add it"),
    ("words = [\"air\", \"mixed\"]\n", "", "fields.gas.words: kind word needs this key; add it"),
    (
        "dimension = \"length\"",
        "dimension = \"depth\"",
        "fields.depth.dimension: 'depth' is no dimension; choose length, speed, mass, bearing, temperature, pressure, activity, dose, dose-rate, power, energy, voltage, frequency, duration, volume, share, count or any",
    ),
    (
        "unit = \"m\"",
        "unit = \"kg\"",
        "fields.depth.unit: 'kg' is no unit of length; choose m, km, ft, NM, yd or FL",
    ),
    (
        "resolution = \"1\"",
        "resolution = \"0.5\"",
        "fields.depth.resolution: '0.5' is no step; write 0.000001, 0.1, 1, 10 up to 1000000",
    ),
    ("words = [\"air\", \"mixed\"]", "words = [\"air\"]", "fields.gas.words: 1 words; a list has 2 to 16"),
    (
        "words = [\"air\", \"mixed\"]",
        "words = [\"air\", \"Mixed gas\"]",
        "fields.gas.words: 'Mixed gas' is not 1 to 32 characters of a-z, 0-9 and '-'",
    ),
    (
        "words = [\"air\", \"mixed\"]",
        "words = [\"air\", \"mixed\", \"air\"]",
        "fields.gas.words: 'air' stands twice; drop one",
    ),
    (
        "needs_text = [\"mixed\"]",
        "needs_text = [\"trimix\"]",
        "fields.gas.needs_text: 'trimix' is not in the list; choose air or mixed",
    ),
    (
        "after = \"from\"",
        "after = \"depth\"",
        "fields.until.after: no field 'depth' of kind time stands before this one",
    ),
    (
        "after = \"from\"",
        "after = \"until\"",
        "fields.until.after: no field 'until' of kind time stands before this one",
    ),
    (
        "{ field = \"gas\", words = [\"mixed\"] }",
        "{ field = \"divers\", words = [\"will\"] }",
        "fields.from.required_when: no field 'divers' stands before this one; name one that does",
    ),
    (
        "{ field = \"gas\", words = [\"mixed\"] }",
        "{ field = \"depth\", words = [\"mixed\"] }",
        "fields.from.required_when: field 'depth' is not of kind word",
    ),
    (
        "{ field = \"gas\", words = [\"mixed\"] }",
        "{ field = \"gas\", words = [] }",
        "fields.from.required_when: names no word; name at least one",
    ),
    (
        "{ field = \"gas\", words = [\"mixed\"] }",
        "{ field = \"gas\", words = [\"helium\"] }",
        "fields.from.required_when: field 'gas' has no word 'helium'; choose air or mixed",
    ),
    (
        "required = false\nrequired_when",
        "required = true\nrequired_when",
        "fields.from.required_when: the field is always required; drop this key or set required = false",
    ),
    (
        "markers = [\"WARNING\"]",
        "markers = [\"QUESTION\"]",
        "fields.gas.markers: the form is not for QUESTION; leave it out",
    ),
    (
        "markers = [\"WARNING\"]",
        "markers = []",
        "fields.gas.markers: names none, or one twice; name each once",
    ),
];

const TEXTS: &[Case] = &[
    (
        "[texts.en]",
        "[texts.EN]\ntitle = \"x\"\npurpose = \"x\"\nchecked_by_native_reader = true\n[texts.en]",
        "texts: 'EN' is no language tag in lower case, such as en or zh-hant",
    ),
    (
        "[texts.en]",
        "[texts.zh]\ntitle = \"x\"\npurpose = \"x\"\nchecked_by_native_reader = false\n[texts.en]",
        "texts.zh.fields.depth: the field has no texts in this language; add label and hint",
    ),
    ("title = \"Depth of divers\"", "title = \"\"", "texts.en.title: has 0 characters; write 1 to 80"),
    (
        "purpose = \"Warns of people under water.\"",
        "purpose = \"Warns.\\nOr not.\"",
        "texts.en.purpose: holds U+000A, which cannot be seen; drop it",
    ),
    ("checked_by_native_reader = true\n", "", "line 54: missing field `checked_by_native_reader`; add it"),
    (
        "label = \"Depth\"",
        "label = \"Depth \"",
        "texts.en.fields.depth.label: begins or ends with a space; drop it",
    ),
    (
        "label = \"Depth\"",
        "label = \"De\\u202Epth\"",
        "texts.en.fields.depth.label: holds U+202E, which cannot be seen; drop it",
    ),
    (
        "label = \"Gas\"",
        "label = \"Depth\"",
        "texts.en.fields.gas.label: 'Depth' stands at another field already",
    ),
    ("label = \"Gas\"\n", "", "line 63: missing field `label`; add it"),
    (
        "hint = \"Of the deepest diver.\"\n",
        "hint = \"\"\n",
        "texts.en.fields.depth.hint: has 0 characters; write 1 to 160",
    ),
    (
        "[texts.en.fields.gas]",
        "[texts.en.fields.gass]",
        "texts.en.fields.gass: the form has no such field; drop it or correct its name",
    ),
    (
        "words.air = \"Air\"\n",
        "",
        "texts.en.fields.gas.words.air: the word has no text in this language; add one",
    ),
    (
        "words.air = \"Air\"\n",
        "words.air = \"Air\"\nwords.helium = \"Helium\"\n",
        "texts.en.fields.gas.words.helium: the field has no such word; drop it or correct it",
    ),
    (
        "words.air = \"Air\"",
        "words.air = \"Mixed gas, see the text\"",
        "texts.en.fields.gas.words.mixed: 'Mixed gas, see the text' stands at another word already",
    ),
    (
        "label = \"Depth\"",
        "label = \"Depth\"\nwords.deep = \"Deep\"",
        "texts.en.fields.depth.words.deep: the field has no such word; drop it or correct it",
    ),
];

const EXAMPLES: &[Case] = &[
    (
        "marker = \"WARNING\"",
        "marker = \"HINT\"",
        "examples.1.marker: 'HINT' is no marker; choose INFORMATION, WARNING, QUESTION, ANSWER, REQUEST, INTENTION, CORRECTION, CANCEL or TEST",
    ),
    (
        "marker = \"WARNING\"",
        "marker = \"QUESTION\"",
        "examples.1: does not keep to the form: the form is not for this marker; choose WARNING or INFORMATION",
    ),
    (
        "marker = \"WARNING\"",
        "marker = \"INFORMATION\"",
        "examples.1: does not keep to the form: field 'gas': not part of this form with INFORMATION; leave it out",
    ),
    (
        "\nprecedence = \"PRIORITY\"",
        "\nprecedence = \"FLASH\"",
        "examples.1: does not keep to the form: the form does not have this precedence; choose IMMEDIATE or PRIORITY",
    ),
    (
        "[\"divers\", \"WILL\"]",
        "[\"swimmers\", \"WILL\"]",
        "examples.1: does not keep to the form: field 'swimmers': the form has no such field; it has depth, gas, from, until, divers",
    ),
    (
        ", [\"divers\", \"WILL\"]",
        "",
        "examples.1: does not keep to the form: field 'divers': has to be filled in",
    ),
    (
        "[\"gas\", \"air\"]",
        "[\"gas\", \"mixed\"]",
        "examples.1: does not keep to the form: field 'from': has to be filled in, because 'gas' is mixed",
    ),
    (
        "[\"gas\", \"air\"]",
        "[\"gas\", \"mixed\"], [\"from\", \"251200Z NOV 26\"]",
        "examples.1: does not keep to the form: field 'gas': mixed says nothing by itself; say in the text what is meant",
    ),
    (
        "subject = \"Divers at the pier\"",
        "subject = \" \"",
        "examples.1.subject: has 1 characters; write 1 to 200",
    ),
    (
        "[\"gas\", \"air\"], ",
        "[\"gas\"], ",
        "line 52: invalid length 1, expected a tuple of size 2; correct it",
    ),
    (
        "marker = \"WARNING\"\nprecedence = \"PRIORITY\"\nsubject = \"Divers at the pier\"\ntext = \"\"\nfields = [[\"depth\", \"18 m\"], [\"gas\", \"air\"], ",
        "marker = \"INFORMATION\"\nprecedence = \"PRIORITY\"\nsubject = \"Divers at the pier\"\ntext = \"\"\nfields = [[\"depth\", \"18 m\"], ",
        "examples: no example has a marker with which field 'gas' goes; add one with WARNING",
    ),
];

fn refused(text: &str) -> String {
    match Form::read("forms/mine.toml", text) {
        Err(error) => error.to_string(),
        Ok(form) => panic!("{} was read", form.wire_id()),
    }
}

#[test]
fn the_file_that_is_broken_below_is_sound() {
    let form = Form::read("forms/mine.toml", DEPTH).expect("sound");
    assert_eq!(form.wire_id(), "depth-of-divers/1");
    assert_eq!(form.slots().len(), 5);
}

#[test]
fn each_mistake_is_told_with_file_place_and_reason() {
    let mut wrong = Vec::new();
    for (from, to, expected) in [HEAD, FIELDS, TEXTS, EXAMPLES].into_iter().flatten() {
        assert!(DEPTH.contains(from), "the sound file does not say {from}");
        let told = refused(&DEPTH.replacen(from, to, 1));
        if told != format!("forms/mine.toml: {expected}") {
            wrong.push(format!("{from} -> {to}\n  told     {told}\n  expected {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn too_many_fields_with_one_marker_are_refused() {
    let field = |index: usize| {
        format!(
            "[[fields]]\nname = \"extra-{index}\"\nkind = \"place\"\nrequired = false\ncritical = true\n\n"
        )
    };
    let added = |count: usize| {
        let fields: String = (0..count).map(field).collect();
        DEPTH.replacen("[[examples]]", &format!("{fields}[[examples]]"), 1)
    };
    assert_eq!(
        refused(&added(4)),
        "forms/mine.toml: fields: 9 fields with WARNING; a message has 1 to 8; drop some or put them into the text"
    );
    assert_eq!(refused(&added(20)), "forms/mine.toml: fields: 25 fields; a form has 1 to 24");
    let none = DEPTH.replace("[[fields]]", "[[examples]]");
    assert!(refused(&none).starts_with("forms/mine.toml: line "), "{}", refused(&none));
}

#[test]
fn a_form_without_english_is_refused_and_so_is_one_with_too_many_languages() {
    assert_eq!(
        refused(&DEPTH.replace("texts.en", "texts.zh")),
        "forms/mine.toml: texts: texts.en is missing; it is shown where others are not"
    );
    let texts = &DEPTH[DEPTH.find("[texts.en]").expect("texts")..];
    let other = |index: usize| texts.replace("texts.en", &format!("texts.x-{index}"));
    let sixteen = format!("{DEPTH}\n{}", (0..15).map(other).collect::<String>());
    assert_eq!(Form::read("x", &sixteen).map(|form| form.languages().count()), Ok(16));
    assert_eq!(
        refused(&format!("{sixteen}\n{}", other(15))),
        "forms/mine.toml: texts: 17 languages, the most is 16"
    );
}

#[test]
fn a_file_that_is_too_long_is_refused_unread() {
    let long = "#".repeat(FORM_LEN_MAX + 1);
    assert_eq!(refused(&long), "forms/mine.toml: length: 65537 bytes, the most is 65536; shorten it");
}

#[test]
fn too_many_examples_or_none_are_refused() {
    let start = DEPTH.find("[[examples]]").expect("an example");
    let end = DEPTH.find("[texts.en]").expect("texts");
    let example = &DEPTH[start..end];
    assert_eq!(
        refused(&DEPTH.replace(example, &example.repeat(9))),
        "forms/mine.toml: examples: 9 examples; a form has 1 to 8"
    );
    assert_eq!(
        refused(&DEPTH.replace(example, "")),
        "forms/mine.toml: line 1: missing field `examples`; add it"
    );
}

#[test]
fn no_cut_of_a_sound_file_is_read_as_a_form() {
    // A file that was copied in part must not pass for one with fewer fields.
    for (at, _) in DEPTH.char_indices().filter(|(at, _)| *at < DEPTH.trim_end().len()) {
        assert!(Form::read("cut.toml", &DEPTH[..at]).is_err(), "cut at {at}");
    }
}

#[test]
fn a_file_without_one_of_its_lines_is_refused_or_sound_and_never_a_panic() {
    let lines: Vec<_> = DEPTH.lines().collect();
    let mut refused = 0;
    for left_out in 0..lines.len() {
        let kept: Vec<_> =
            lines.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, line)| *line).collect();
        match Form::read("cut.toml", &kept.join("\n")) {
            Err(error) => {
                assert!(!error.place.is_empty() && !error.reason.is_empty(), "{error:?}");
                refused += 1;
            }
            Ok(form) => assert!(!form.examples().is_empty() && !form.slots().is_empty()),
        }
    }
    assert!(refused > 40, "only {refused} of {} were refused", lines.len());
}
