//! Drafts: kept as written until they are released, and from then on never changed.

use ringdown_record::DraftId;
use ringdown_store::{Notice, StoredDraft};

use crate::world::{BLUE, Desk, FIRST, GREEN};

const ID: DraftId = DraftId([1; 16]);
const OTHER: DraftId = DraftId([2; 16]);

fn stored(id: DraftId, content: &[u8], released: Option<u64>) -> StoredDraft {
    StoredDraft { id, content: content.to_vec(), released }
}

// INV-4: a draft accepted from an officer is kept over a restart.
#[test]
fn a_draft_is_kept_overwritten_and_forgotten() {
    let desk = Desk::new();
    let running = desk.run();
    assert_eq!(running.reader.draft(ID), Ok(None));
    assert_eq!(running.draft(ID, Some(b"first words")), Ok(()));
    assert_eq!(running.reader.draft(ID), Ok(Some(stored(ID, b"first words", None))));
    assert_eq!(running.draft(OTHER, Some(b"")), Ok(()));
    assert_eq!(running.draft(ID, Some(b"better words")), Ok(()));
    drop(running);

    let running = desk.run();
    assert_eq!(running.reader.draft(ID), Ok(Some(stored(ID, b"better words", None))));
    let both = [stored(ID, b"better words", None), stored(OTHER, b"", None)];
    assert_eq!(running.reader.drafts().unwrap(), both);
    assert_eq!(running.draft(ID, None), Ok(()));
    assert_eq!(running.draft(ID, None), Ok(()), "forgetting it twice is no error");
    drop(running);

    let running = desk.run();
    assert_eq!(running.reader.draft(ID), Ok(None));
    assert_eq!(running.reader.drafts().unwrap(), [stored(OTHER, b"", None)]);
}

// INV-4, INV-6: a released draft has one entry, and never again becomes something to release.
#[test]
fn a_released_draft_names_its_entry_and_cannot_be_changed_or_deleted() {
    let mut desk = Desk::new();
    let running = desk.run();
    running.draft(ID, Some(b"released")).unwrap();
    running.draft(OTHER, Some(b"not released")).unwrap();
    let written = [desk.world.write(GREEN, b"received"), desk.world.write(BLUE, b"from the draft")];
    let batch = desk.world.releasing(&written, &[(ID, 1)]);
    running.append(batch);
    assert_eq!(running.durable().1, FIRST + 1);
    let released = stored(ID, b"released", Some(FIRST + 2));
    assert_eq!(running.reader.draft(ID).unwrap().unwrap(), released);
    assert_eq!(running.reader.drafts().unwrap(), [stored(OTHER, b"not released", None)]);

    assert_eq!(running.draft(ID, Some(b"other words")), Ok(()));
    assert_eq!(running.reader.draft(ID).unwrap().unwrap(), released);
    assert_eq!(running.draft(ID, None), Ok(()));
    assert_eq!(running.reader.draft(ID).unwrap().unwrap(), released);

    // A later batch that names it again does not move it to another entry.
    let later = desk.world.write(BLUE, b"later");
    running.append(desk.world.releasing(&[later], &[(ID, 0)]));
    running.durable();
    drop(running);
    let running = desk.run();
    assert_eq!(running.reader.draft(ID).unwrap().unwrap(), released);
    assert_eq!(running.reader.numbered(FIRST + 2).unwrap().unwrap().entry, written[1]);
}

#[test]
fn a_draft_put_and_released_in_one_go_is_marked() {
    let mut desk = Desk::new();
    let running = desk.run();
    let answers: Vec<_> = (0..100u8)
        .map(|n| {
            let id = DraftId([n; 16]);
            let answer = running.draft_later(id, Some(&[n]));
            let entry = desk.world.write(BLUE, &[n]);
            running.append(desk.world.releasing(&[entry], &[(id, 0)]));
            answer
        })
        .collect();
    drop(running);
    assert!(answers.iter().all(|answer| answer.try_recv() == Ok(Ok(()))));
    let running = desk.run();
    for n in 0..100u8 {
        let id = DraftId([n; 16]);
        let expected = stored(id, &[n], Some(FIRST + 1 + u64::from(n)));
        assert_eq!(running.reader.draft(id).unwrap().unwrap(), expected);
    }
    assert_eq!(running.reader.drafts().unwrap(), []);
}

// Entry and mark are one commit: when the entry is refused, the draft is still there to be released.
#[test]
fn a_draft_whose_entry_was_refused_is_not_released() {
    let mut desk = Desk::new();
    let running = desk.run();
    running.draft(ID, Some(b"words")).unwrap();
    let entry = desk.world.write(BLUE, b"from the draft");
    let second = desk.world.write_again(&entry, b"another history");
    running.append(desk.world.releasing(&[entry, second], &[(ID, 0)]));
    assert!(matches!(running.notice(), Notice::Stopped(_)));
    assert_eq!(running.reader.draft(ID).unwrap().unwrap(), stored(ID, b"words", None));
    drop(running);
    assert_eq!(desk.run().reader.drafts().unwrap(), [stored(ID, b"words", None)]);
}
