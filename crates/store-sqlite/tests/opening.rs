//! Which files are opened, which are refused, and what a refused file looks like afterwards: as before.

#![allow(clippy::unwrap_used, reason = "helpers of tests may stop at the first surprise, as tests do")]

use std::fs;
use std::path::{Path, PathBuf};

use causeway_relay::{Query, StoreReader};
use causeway_store_sqlite::{OpenError, SqliteStore};
use rusqlite::Connection;
use tempfile::TempDir;

fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("relay.db");
    (folder, path)
}

fn make(path: &Path) {
    drop(SqliteStore::open(path).unwrap());
}

#[tokio::test]
async fn a_store_that_is_open_can_be_read_but_not_opened_twice() {
    let (_folder, path) = place();
    let first = SqliteStore::open(&path).unwrap();
    assert!(matches!(SqliteStore::open(&path), Err(OpenError::InUse { .. })));
    let reader = SqliteStore::open_read_only(&path).unwrap();
    assert_eq!(reader.search(Query::default()).await.unwrap(), []);
    drop(first);
    SqliteStore::open(&path).unwrap();
}

#[test]
fn a_clean_close_leaves_one_whole_file() {
    let (folder, path) = place();
    make(&path);
    let mut names: Vec<String> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["relay.db", "relay.db.lock"]);
}

#[cfg(unix)]
#[test]
fn a_new_store_can_be_read_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, path) = place();
    let _store = SqliteStore::open(&path).unwrap();
    for name in ["relay.db", "relay.db-wal"] {
        let mode = fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name}");
    }
}

#[test]
fn a_file_of_another_kind_is_refused_and_not_touched() {
    let (_folder, path) = place();
    fs::write(&path, "name,dose\n").unwrap();
    assert!(matches!(SqliteStore::open(&path), Err(OpenError::NotOurs { .. })));
    assert!(matches!(SqliteStore::open_read_only(&path), Err(OpenError::NotOurs { .. })));
    assert_eq!(fs::read(&path).unwrap(), b"name,dose\n");
}

#[test]
fn another_programs_database_is_refused_and_not_touched() {
    let (_folder, path) = place();
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE theirs (x)").unwrap();
    let before = fs::read(&path).unwrap();
    assert!(matches!(SqliteStore::open(&path), Err(OpenError::NotOurs { .. })));
    assert!(matches!(SqliteStore::open_read_only(&path), Err(OpenError::NotOurs { .. })));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_store_of_a_later_version_is_refused_and_not_touched() {
    let (_folder, path) = place();
    make(&path);
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let before = fs::read(&path).unwrap();
    let newer = |error| matches!(error, Err(OpenError::Newer { found: 99, known: 1, .. }));
    assert!(newer(SqliteStore::open(&path).map(drop)));
    assert!(newer(SqliteStore::open_read_only(&path).map(drop)));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_damaged_store_is_refused() {
    let (_folder, path) = place();
    make(&path);
    let mut bytes = fs::read(&path).unwrap();
    let second_page = bytes.get_mut(4096..8192).unwrap();
    second_page.fill(0xff);
    fs::write(&path, bytes).unwrap();
    let Err(error) = SqliteStore::open(&path) else { panic!("a damaged store was opened") };
    assert!(matches!(error, OpenError::Damaged { .. }), "{error}");
}

#[test]
fn a_store_that_is_not_there_is_not_made_by_a_reader() {
    let (_folder, path) = place();
    assert!(SqliteStore::open_read_only(&path).is_err());
    assert!(!path.exists());
}

#[test]
fn a_folder_that_is_not_there_is_told_clearly() {
    let (folder, _) = place();
    let error = SqliteStore::open(folder.path().join("missing/relay.db")).unwrap_err();
    assert!(matches!(error, OpenError::Unavailable { .. }));
    assert!(error.to_string().contains("missing"));
}
