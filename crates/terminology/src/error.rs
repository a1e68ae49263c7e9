//! Why there is no index.

use std::io;
use std::path::PathBuf;

/// Why a release was not made into an index. An index that was there before is as it was.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file or folder cannot be read.
    #[error("{place} cannot be read: {reason}")]
    Unreadable {
        /// The file, folder or archive.
        place: String,
        /// What the system said.
        reason: io::Error,
    },
    /// The files do not make one release.
    #[error("{0}")]
    NoRelease(String),
    /// A file is not what it should be.
    #[error("{file}:{line}: {problem}")]
    Malformed {
        /// Name of the file.
        file: String,
        /// Line, from 1: the place up to which the file was read.
        line: u64,
        /// What is wrong.
        problem: String,
    },
    /// The release is larger than an index can be.
    #[error("the release has more entries or names than an index holds")]
    TooLarge,
    /// The index cannot be written.
    #[error("{path} cannot be written: {reason}", path = .path.display())]
    Unwritable {
        /// The index.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
}

/// Why an index cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It cannot be read.
    #[error("the dictionary index {path} cannot be read: {reason}", path = .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// It is not an index that this program can use.
    #[error("{path} is not a dictionary index that can be used: {problem}", path = .path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: &'static str,
    },
}
