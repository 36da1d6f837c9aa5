//! Damage is named at the start, or when it is read; nothing wrong is given back.

use ringdown_record::WallTime;
use ringdown_store::{Notice, OpenError};
use rusqlite::Connection;

use crate::world::World;

/// Changes the file as a broken disk would: not through the writer.
fn tamper(world: &World, sql: &str) {
    let connection = Connection::open(world.path()).unwrap();
    assert_eq!(connection.execute(sql, []).unwrap(), 1, "{sql}");
}

#[test]
fn a_changed_byte_of_an_entry_is_named_at_the_start() {
    for column in ["preimage", "salt", "body", "hash", "signature"] {
        let world = World::new();
        let length: i64 = Connection::open(world.path())
            .unwrap()
            .query_row(&format!("SELECT length({column}) FROM entry WHERE n = 3"), [], |row| row.get(0))
            .unwrap();
        for at in (0..length).step_by(1 + length as usize / 9) {
            let world = World::new();
            let flipped = format!(
                "UPDATE entry SET {column} = CAST(substr({column}, 1, {at}) || \
                 CASE hex(substr({column}, {at} + 1, 1)) WHEN '00' THEN x'01' ELSE x'00' END || \
                 substr({column}, {at} + 2) AS BLOB) WHERE n = 3"
            );
            tamper(&world, &flipped);
            let Err(OpenError::Damaged(what)) = world.entries() else {
                panic!("{column} byte {at} was not found")
            };
            let names_it = what.contains("entry number 3") || what.contains("BLUE's entry 1/2");
            assert!(names_it, "{column} byte {at}: {what}");
        }
        drop(world);
    }
}

#[test]
fn what_changes_while_the_node_runs_is_found_when_it_is_read() {
    let mut world = World::new();
    let open = world.open();
    let entry = world.entry();
    open.writer.append(world.batch(vec![entry.clone()], None), WallTime::from_ms(1));
    assert!(matches!(open.next(), Notice::Durable { .. }));
    tamper(&world, "UPDATE entry SET body = x'00' WHERE n = 5");
    let read = open.record.reader().unwrap().at(entry.header().side, entry.header().place);
    assert!(read.is_err(), "{read:?}");
}

#[test]
fn an_overwritten_file_is_damaged_not_a_panic() {
    for (from, to) in [(0, 100), (4096, 8192), (100, 4096)] {
        let world = World::new();
        let mut file = std::fs::read(world.path()).unwrap();
        let end = to.min(file.len());
        file[from..end].fill(0xa5);
        std::fs::write(world.path(), file).unwrap();
        assert!(world.entries().is_err(), "{from}..{to}");
    }
    let world = World::new();
    std::fs::write(world.path(), b"").unwrap();
    assert!(world.entries().is_err(), "an empty file is no record");
}

#[test]
fn a_newer_schema_is_refused_with_both_versions() {
    let world = World::new();
    Connection::open(world.path()).unwrap().pragma_update(None, "user_version", 7).unwrap();
    assert!(matches!(world.entries(), Err(OpenError::TooNew { found: 7, known: 1 })));
}
