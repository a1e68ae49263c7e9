//! What SQLite reports, told in the store's own terms. No text here repeats a value from a row.

use std::path::PathBuf;

use causeway_relay::StoreError;
use rusqlite::ErrorCode;
use rusqlite::ffi;

/// Why a store was not opened. The file was left as it was.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another gateway has it open.
    #[error("{} is in use by another gateway", .path.display())]
    InUse {
        /// The store.
        path: PathBuf,
    },
    /// It is some other file.
    #[error("{} is not a causeway store", .path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// It contradicts itself.
    #[error("{} is damaged: {reason}; restore it from a backup", .path.display())]
    Damaged {
        /// The store.
        path: PathBuf,
        /// What was found first.
        reason: String,
    },
    /// It was written by a later version of Causeway.
    #[error("{} has schema version {found}, and this causeway knows only up to {known}; use a later one", .path.display())]
    Newer {
        /// The store.
        path: PathBuf,
        /// The version of the file.
        found: u32,
        /// The latest version that is known here.
        known: u32,
    },
    /// It was written by an earlier version, and is only opened for reading, so it can't be brought up to date.
    #[error("{} has schema version {found}, expected {known}; start the gateway once to bring it up to date", .path.display())]
    Older {
        /// The store.
        path: PathBuf,
        /// The version of the file.
        found: u32,
        /// The version that is needed.
        known: u32,
    },
    /// The system would not let us open, lock or write it.
    #[error("{} can't be opened: {reason}", .path.display())]
    Unavailable {
        /// The store.
        path: PathBuf,
        /// What the system reported.
        reason: String,
    },
}

/// What an error of SQLite means for whoever asked for the operation.
pub(crate) fn from_sqlite(error: rusqlite::Error) -> StoreError {
    let rusqlite::Error::SqliteFailure(failure, _) = error else {
        // The text of other errors may show a value, so it is not repeated.
        return StoreError::Damaged { reason: "a stored row can't be read".to_owned() };
    };
    match failure.code {
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreError::Damaged { reason: failure.to_string() },
        ErrorCode::ConstraintViolation => match failure.extended_code {
            ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
                StoreError::KeyInUse
            }
            _ => StoreError::Damaged { reason: failure.to_string() },
        },
        _ => StoreError::Unavailable { reason: failure.to_string() },
    }
}

pub(crate) fn damaged(reason: &str) -> StoreError {
    StoreError::Damaged { reason: reason.to_owned() }
}

pub(crate) fn unavailable(reason: &str) -> StoreError {
    StoreError::Unavailable { reason: reason.to_owned() }
}
