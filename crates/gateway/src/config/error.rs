//! What is wrong with a configuration, said so that it can be found and mended.

use std::fmt;

/// One thing that is wrong. A configuration with any of these is not used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConfigError {
    /// The file, relative to the configuration folder.
    pub file: String,
    /// Line, from 1; 0 if it is about the whole file.
    pub line: u32,
    /// Column in characters, from 1; 0 if it is about the whole file.
    pub column: u32,
    /// What was expected, and what stands there instead. Never a secret.
    pub message: String,
}

impl ConfigError {
    /// An error about a whole file or folder.
    pub(crate) fn whole(file: impl Into<String>, message: impl Into<String>) -> Self {
        ConfigError { file: file.into(), line: 0, column: 0, message: message.into() }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            return write!(f, "{}: {}", self.file, self.message);
        }
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)
    }
}

impl std::error::Error for ConfigError {}
