//! Opening a file: is it ours, is it whole, is it of our version, and is nobody else writing it?

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::error::OpenError;
use crate::schema;

/// How long a connection waits for another one's lock. Only the forced checkpoint ever makes it wait.
const BUSY: Duration = Duration::from_secs(10);

/// Files up to this size are checked page by page whenever they are opened for writing; a check of more would take
/// longer than a start may. Larger ones get the checks that SQLite makes on every page that it reads.
const CHECK_UP_TO: u64 = 32 * 1024 * 1024;

/// How every SQLite file begins.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// A file opened for writing.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) connection: Connection,
    /// Held for as long as the store is open; the system takes it back from a process that dies.
    pub(crate) lock: File,
}

/// Opens a store for writing, and makes it if there is none.
pub(crate) fn open(path: &Path) -> Result<Opened, OpenError> {
    let lock = lock(path)?;
    let new = refuse_foreign(path)?;
    if new {
        create_private(path).map_err(|error| unavailable(path, &error))?;
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(|error| sqlite(path, error))?;
    let version = match identify(&connection).map_err(|error| sqlite(path, error))? {
        Identity::Empty => 0,
        Identity::Ours(version) => version,
        Identity::Foreign => return Err(OpenError::NotOurs { path: path.to_owned() }),
    };
    if version > schema::VERSION {
        return Err(OpenError::Newer { path: path.to_owned(), found: version, known: schema::VERSION });
    }
    configure(&connection).map_err(|error| sqlite(path, error))?;
    if connection.is_readonly("main").map_err(|error| sqlite(path, error))? {
        return Err(unavailable(path, &"the file is read-only"));
    }
    let mode: String =
        connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).map_err(|error| sqlite(path, error))?;
    if mode != "wal" {
        return Err(unavailable(path, &"its file system can't hold a write-ahead log; expected a local one"));
    }
    check(path, &connection)?;
    if version < schema::VERSION {
        schema::migrate(&mut connection, version).map_err(|error| sqlite(path, error))?;
    }
    sync_folder(path).map_err(|error| unavailable(path, &error))?;
    Ok(Opened { connection, lock })
}

/// Checks that a file can be read as a store, without changing anything.
pub(crate) fn check_readable(path: &Path) -> Result<(), OpenError> {
    if refuse_foreign(path)? {
        return Err(unavailable(path, &"there is no such store yet"));
    }
    let connection = connect_read_only(path).map_err(|error| sqlite(path, error))?;
    let known = schema::VERSION;
    match identify(&connection).map_err(|error| sqlite(path, error))? {
        Identity::Ours(found) if found > known => Err(OpenError::Newer { path: path.to_owned(), found, known }),
        Identity::Ours(found) if found < known => Err(OpenError::Older { path: path.to_owned(), found, known }),
        Identity::Ours(_) => Ok(()),
        Identity::Empty | Identity::Foreign => Err(OpenError::NotOurs { path: path.to_owned() }),
    }
}

/// A further connection that can only read.
pub(crate) fn connect_read_only(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// A further connection that can write, for checkpoints.
pub(crate) fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    configure(&connection)?;
    Ok(connection)
}

fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // Checkpoints are made by their own thread, so that no message waits for one.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    // 16 MB: the hot end of the tables and of their indexes.
    connection.pragma_update(None, "cache_size", -16_000)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

enum Identity {
    Empty,
    Ours(u32),
    Foreign,
}

fn identify(connection: &Connection) -> rusqlite::Result<Identity> {
    connection.busy_timeout(BUSY)?;
    let application: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if application == schema::APPLICATION_ID {
        return connection.pragma_query_value(None, "user_version", |row| row.get(0)).map(Identity::Ours);
    }
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(if tables == 0 && application == 0 { Identity::Empty } else { Identity::Foreign })
}

/// Whether there is no store yet. A file that is not SQLite's is not touched.
fn refuse_foreign(path: &Path) -> Result<bool, OpenError> {
    let mut start = Vec::new();
    match File::open(path) {
        Ok(file) => file.take(16).read_to_end(&mut start).map_err(|error| unavailable(path, &error))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(unavailable(path, &error)),
    };
    match start.as_slice() {
        [] => Ok(true),
        start if start == MAGIC => Ok(false),
        _ => Err(OpenError::NotOurs { path: path.to_owned() }),
    }
}

fn check(path: &Path, connection: &Connection) -> Result<(), OpenError> {
    let length = path.metadata().map_err(|error| unavailable(path, &error))?.len();
    if length > CHECK_UP_TO {
        return Ok(());
    }
    let verdict: String =
        connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(|error| sqlite(path, error))?;
    if verdict == "ok" { Ok(()) } else { Err(OpenError::Damaged { path: path.to_owned(), reason: verdict }) }
}

fn lock(path: &Path) -> Result<File, OpenError> {
    let lock = OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(false)
        .open(beside(path, ".lock"))
        .map_err(|error| unavailable(path, &error))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse { path: path.to_owned() }),
        Err(TryLockError::Error(error)) => Err(unavailable(path, &error)),
    }
}

/// The path with something appended to the file name.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

/// Makes an empty file that only its owner can read: it will hold patient data. SQLite gives its side files the same
/// permissions.
fn create_private(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.sync_all()
}

/// Without this a crash could lose the name of a new file, and with it everything that was acknowledged.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

fn unavailable(path: &Path, reason: &impl ToString) -> OpenError {
    OpenError::Unavailable { path: path.to_owned(), reason: reason.to_string() }
}

fn sqlite(path: &Path, error: rusqlite::Error) -> OpenError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => OpenError::NotOurs { path: path.to_owned() },
        Some(ErrorCode::DatabaseCorrupt) => OpenError::Damaged { path: path.to_owned(), reason: error.to_string() },
        _ => unavailable(path, &error),
    }
}
