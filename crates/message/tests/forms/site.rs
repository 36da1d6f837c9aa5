//! A site's own forms: a file, no code.

use ringdown_message::Marker;
use ringdown_message::form::{Forms, SITE_FORMS_MAX, shipped};
use ringdown_message::value::Habits;
use ringdown_record::Precedence;

pub const DEPTH: &str = include_str!("depth.toml");

fn errors(files: &[(&str, &str)]) -> Vec<String> {
    let errors = Forms::with_site(files).expect_err("must be refused");
    errors.into_iter().map(|error| error.to_string()).collect()
}

#[test]
fn a_site_adds_a_form_by_a_file_alone() {
    let forms = Forms::with_site(&[("depth.toml", DEPTH)]).expect("a sound file");
    let form = forms.by_wire_id("depth-of-divers/1").expect("it is there");
    let typed =
        [("depth", "18 m"), ("divers", "WILL")].map(|(name, text)| (name.to_owned(), text.to_owned()));
    let fields =
        form.fields(Marker::Warning, &typed, &Habits::default(), None).expect("what the form asks for");
    assert_eq!(form.check(Marker::Warning, Precedence::Priority, &fields, ""), Ok(()));
    assert_eq!(form.texts("en").label("depth"), "Depth");
    assert_eq!(form.texts("zh").language, "en", "a site need not have all languages");
    assert_eq!(forms.offered().count(), shipped().len() + 1);
}

#[test]
fn a_site_may_replace_a_shipped_form_by_a_higher_version_and_both_stay() {
    let newer = DEPTH
        .replace("id = \"depth-of-divers\"", "id = \"line-check\"")
        .replace("version = 1", "version = 2")
        .replace("number = 101", "number = 1");
    let forms = Forms::with_site(&[("line-check.toml", &newer)]).expect("a higher version");
    assert_eq!(forms.newest("line-check").map(|form| form.version()), Some(2));
    assert_eq!(forms.offered().filter(|form| form.id() == "line-check").count(), 1);
    assert_eq!(forms.offered().count(), shipped().len());
    let older = forms.by_wire_id("line-check/1").expect("a message on it can still be shown");
    assert!(older.slot("clock").is_some());
}

#[test]
fn a_shipped_id_in_the_same_version_is_refused() {
    let same = DEPTH.replace("id = \"depth-of-divers\"", "id = \"distress\"");
    assert_eq!(
        errors(&[("mine.toml", &same)]),
        [
            "mine.toml: version: distress is a shipped form in version 1; give this one a higher version or another id"
        ]
    );
}

#[test]
fn two_files_of_a_site_may_not_be_the_same_form() {
    assert_eq!(
        errors(&[("one.toml", DEPTH), ("two.toml", DEPTH)]),
        ["two.toml: id: depth-of-divers/1 stands in one.toml already; choose another id or version"]
    );
    let number = DEPTH.replace("depth-of-divers", "other-divers");
    assert_eq!(
        errors(&[("one.toml", DEPTH), ("two.toml", &number)]),
        ["two.toml: number: 101 is the number of depth-of-divers; choose one from 100 on"]
    );
    let two = DEPTH.replace("version = 1", "version = 2");
    let forms =
        Forms::with_site(&[("one.toml", DEPTH), ("two.toml", &two)]).expect("two versions of one form");
    assert_eq!(forms.newest("depth-of-divers").map(|form| form.version()), Some(2));
}

#[test]
fn what_is_wrong_is_told_of_all_files_at_once() {
    let unit = DEPTH.replace("unit = \"m\"", "unit = \"fathom\"");
    let told = errors(&[("a.toml", "id = 3"), ("b.toml", DEPTH), ("c.toml", &unit)]);
    assert_eq!(told.len(), 2);
    assert!(told[0].starts_with("a.toml: line 1: "), "{}", told[0]);
    assert!(told[1].starts_with("c.toml: fields.depth.unit: 'fathom' is no unit of length; "), "{}", told[1]);
}

#[test]
fn a_folder_full_of_forms_is_refused_before_they_are_read() {
    let files = vec![("x.toml", "not read"); SITE_FORMS_MAX + 1];
    assert_eq!(
        errors(&files),
        ["the site's forms: number of files: 201 forms, the most is 200; remove some"]
    );
}
