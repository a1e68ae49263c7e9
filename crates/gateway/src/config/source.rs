//! One file of a configuration, and the table-by-table reading of it.
//!
//! Invariants:
//! - Every key must be asked for. What was not asked for is unknown, and an error with the nearest known key.
//! - An error does not end the reading: all errors of a file are gathered, each with its place.
//! - The message of an error never repeats a value.

use std::cell::RefCell;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::error::ConfigError;
use super::nearest::nearest;

/// One file with the errors found in it so far.
pub(super) struct SourceFile {
    /// Path relative to the configuration folder, with `/` between its parts.
    pub(super) name: String,
    pub(super) text: String,
    /// The configuration folder, if the file stands in one.
    folder: Option<PathBuf>,
    /// Files that this one names, with the hash of what they hold.
    named: RefCell<Vec<(String, blake3::Hash)>>,
    errors: RefCell<Vec<ConfigError>>,
    /// Every key that was asked for, with the name of its table.
    #[cfg(test)]
    asked: RefCell<Vec<(String, &'static str)>>,
}

/// A value with its place in the file.
#[derive(Clone, Debug)]
pub(super) struct Located<T> {
    pub(super) value: T,
    pub(super) at: Range<usize>,
}

impl SourceFile {
    pub(super) fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        SourceFile {
            name: name.into(),
            text: text.into(),
            folder: None,
            named: RefCell::default(),
            errors: RefCell::default(),
            #[cfg(test)]
            asked: RefCell::default(),
        }
    }

    /// The same file in a configuration folder.
    pub(super) fn below(self, folder: &Path) -> Self {
        SourceFile { folder: Some(folder.to_owned()), ..self }
    }

    /// A file that could not be read, and why.
    pub(super) fn unreadable(name: impl Into<String>, why: impl Into<String>) -> Self {
        let file = SourceFile::new(name, "");
        file.errors.borrow_mut().push(ConfigError::whole(file.name.clone(), why));
        file
    }

    /// Reads a file that this one names; a relative path begins at the configuration folder. Blocks.
    ///
    /// # Errors
    /// What the system says; that there is no such file, if there is no folder.
    pub(super) fn read_beside(&self, path: &str) -> io::Result<Vec<u8>> {
        let folder = self.folder.as_ref().ok_or(io::ErrorKind::NotFound)?;
        let content = std::fs::read(folder.join(path))?;
        self.named.borrow_mut().push((path.to_owned(), blake3::hash(&content)));
        Ok(content)
    }

    /// The files that were read because this one names them, with the hash of what they hold.
    pub(super) fn named(&self) -> Vec<(String, blake3::Hash)> {
        self.named.borrow().clone()
    }

    /// Whether an error was noted so far.
    pub(super) fn has_errors(&self) -> bool {
        !self.errors.borrow().is_empty()
    }

    /// Notes an error at a place.
    pub(super) fn error(&self, at: &Range<usize>, message: impl Into<String>) {
        let (line, column) = position(&self.text, at.start);
        let error = ConfigError { file: self.name.clone(), line, column, message: message.into() };
        self.errors.borrow_mut().push(error);
    }

    /// The outermost table. What is not TOML is noted, and the rest is read nevertheless.
    pub(super) fn root(&self) -> Section<'_> {
        let (table, faults) = DeTable::parse_recoverable(&self.text);
        for fault in faults {
            let at = fault.span().unwrap_or_default();
            self.error(&at, fault.message().replace('\n', ", "));
        }
        Section::new(self, String::new(), table.span(), table.into_inner())
    }

    #[cfg(test)]
    pub(super) fn asked(&self) -> Vec<(String, &'static str)> {
        self.asked.borrow().clone()
    }

    /// The errors in the order of the file.
    pub(super) fn into_errors(self) -> Vec<ConfigError> {
        let mut errors = self.errors.into_inner();
        errors.sort();
        errors
    }
}

/// Line and column, both from 1, of a byte offset.
fn position(text: &str, offset: usize) -> (u32, u32) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}

/// A table whose keys are taken one by one.
pub(super) struct Section<'f> {
    file: &'f SourceFile,
    /// `endpoint.gp`; empty for the outermost table.
    name: String,
    at: Range<usize>,
    entries: DeTable<'f>,
    asked: Vec<&'static str>,
}

impl<'f> Section<'f> {
    fn new(file: &'f SourceFile, name: String, at: Range<usize>, entries: DeTable<'f>) -> Self {
        Section { file, name, at, entries, asked: Vec::new() }
    }

    /// The file that the table stands in.
    pub(super) fn file(&self) -> &'f SourceFile {
        self.file
    }

    /// Where the table begins.
    pub(super) fn at(&self) -> &Range<usize> {
        &self.at
    }

    /// Notes an error about the whole table.
    pub(super) fn error(&self, message: impl Into<String>) {
        self.file.error(&self.at, message);
    }

    fn entry(&mut self, key: &'static str) -> Option<Spanned<DeValue<'f>>> {
        self.ask(key);
        self.entries.remove(key)
    }

    fn ask(&mut self, key: &'static str) {
        self.asked.push(key);
        #[cfg(test)]
        self.file.asked.borrow_mut().push((self.name.clone(), key));
    }

    /// Notes an error unless exactly one of the keys is set.
    pub(super) fn one_of(&self, keys: impl IntoIterator<Item = &'static str>, message: &str) {
        if keys.into_iter().filter(|key| self.entries.contains_key(*key)).count() != 1 {
            self.error(message);
        }
    }

    /// The value of a key that may be left out.
    pub(super) fn optional<T: Value>(&mut self, key: &'static str) -> Option<Located<T>> {
        let entry = self.entry(key)?;
        let at = entry.span();
        match T::read(entry.get_ref()) {
            Some(value) => Some(Located { value, at }),
            None => {
                self.file
                    .error(&at, format!("`{key}` is expected to be {}, not {}", T::EXPECTED, shown(entry.get_ref())));
                None
            }
        }
    }

    /// The value of a key, or the default where it is left out.
    pub(super) fn or<T: Value>(&mut self, key: &'static str, default: T) -> T {
        self.optional(key).map_or(default, |located| located.value)
    }

    /// The value of a key that must be there.
    pub(super) fn required<T: Value>(&mut self, key: &'static str) -> Option<Located<T>> {
        if !self.entries.contains_key(key) {
            self.ask(key);
            self.error(format!("{} lacks `{key}`, {}", self.title(), T::EXPECTED));
            return None;
        }
        self.optional(key)
    }

    /// A table below a key.
    pub(super) fn section(&mut self, key: &'static str) -> Option<Section<'f>> {
        let entry = self.entry(key)?;
        self.below(key, entry)
    }

    /// The named tables below a key, such as `[endpoint.gp]`.
    pub(super) fn named(&mut self, key: &'static str) -> Vec<(Located<String>, Section<'f>)> {
        let Some(parent) = self.section(key) else { return Vec::new() };
        let file = self.file;
        let tables = parent.entries.into_iter().filter_map(|(name, entry)| {
            let at = name.span();
            let name = name.into_inner().into_owned();
            let path = format!("{key}.{name}");
            match entry.into_inner() {
                DeValue::Table(table) => {
                    Some((Located { value: name, at: at.clone() }, Section::new(file, path, at, table)))
                }
                other => {
                    file.error(&at, format!("`{path}` is expected to be a table, not {}", shown(&other)));
                    None
                }
            }
        });
        tables.collect()
    }

    /// The tables of a list, such as `[[listeners]]`.
    pub(super) fn list(&mut self, key: &'static str) -> Vec<Section<'f>> {
        let Some(entry) = self.entry(key) else { return Vec::new() };
        let at = entry.span();
        match entry.into_inner() {
            DeValue::Array(entries) => entries.into_iter().filter_map(|entry| self.below(key, entry)).collect(),
            other => {
                self.file.error(&at, format!("`{key}` is expected to be a list of tables, not {}", shown(&other)));
                Vec::new()
            }
        }
    }

    /// A table that has a type of its own.
    pub(super) fn parsed<T: serde::de::DeserializeOwned>(&mut self, key: &'static str) -> Option<Located<T>> {
        let entry = self.entry(key)?;
        let at = entry.span();
        match T::deserialize(ValueDeserializer::from(entry)) {
            Ok(value) => Some(Located { value, at }),
            Err(error) => {
                self.file.error(&error.span().unwrap_or(at), format!("`{key}`: {}", error.message()));
                None
            }
        }
    }

    /// What is left: every key with its value.
    pub(super) fn rest(mut self) -> Vec<(Located<String>, Spanned<DeValue<'f>>)> {
        let entries = std::mem::take(&mut self.entries).into_iter();
        entries.map(|(key, value)| (Located { at: key.span(), value: key.into_inner().into_owned() }, value)).collect()
    }

    /// Ends the reading: every key that is left is unknown.
    pub(super) fn finish(self) {
        for key in self.entries.keys() {
            let nearest = nearest(key.get_ref(), self.asked.iter().copied());
            let known = || self.asked.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
            let hint = nearest.map_or_else(|| format!("expected {}", known()), |key| format!("did you mean `{key}`?"));
            self.file.error(&key.span(), format!("{} has the unknown key `{}`; {hint}", self.title(), key.get_ref()));
        }
    }

    fn below(&self, key: &str, entry: Spanned<DeValue<'f>>) -> Option<Section<'f>> {
        let at = entry.span();
        match entry.into_inner() {
            DeValue::Table(table) => {
                let name = if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) };
                Some(Section::new(self.file, name, at, table))
            }
            other => {
                self.file.error(&at, format!("`{key}` is expected to be a table, not {}", shown(&other)));
                None
            }
        }
    }

    fn title(&self) -> String {
        if self.name.is_empty() { "the file".to_owned() } else { format!("`{}`", self.name) }
    }
}

/// What sort of value stands there, without the value.
fn shown(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "this text",
        DeValue::Integer(_) => "this whole number",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "this list",
        DeValue::Table(_) => "a table",
    }
}

/// A type that a key can have.
pub(super) trait Value: Sized {
    /// What is expected, to follow "is expected to be".
    const EXPECTED: &'static str;

    /// The value, if it is of this type.
    fn read(value: &DeValue<'_>) -> Option<Self>;
}

impl Value for String {
    const EXPECTED: &'static str = "a text that is not empty";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        value.as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned)
    }
}

impl Value for bool {
    const EXPECTED: &'static str = "true or false";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        value.as_bool()
    }
}

impl Value for u64 {
    const EXPECTED: &'static str = "a whole number from 0";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        let number = value.as_integer()?;
        u64::from_str_radix(number.as_str(), number.radix()).ok()
    }
}

impl Value for std::num::NonZeroU32 {
    const EXPECTED: &'static str = "a whole number from 1";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        u32::try_from(u64::read(value)?).ok().and_then(Self::new)
    }
}

impl Value for Vec<Located<String>> {
    const EXPECTED: &'static str = "a list of texts";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        let texts = value
            .as_array()?
            .iter()
            .map(|entry| Some(Located { value: String::read(entry.get_ref())?, at: entry.span() }));
        texts.collect()
    }
}

impl Value for std::net::SocketAddr {
    const EXPECTED: &'static str = "an address with a port, such as 127.0.0.1:8080";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        value.as_str()?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(text: &str, read: impl FnOnce(&mut Section<'_>)) -> Vec<String> {
        let file = SourceFile::new("a.toml", text);
        let mut root = file.root();
        read(&mut root);
        root.finish();
        file.into_errors().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_error_of_a_file_is_reported_with_its_place() {
        let text = "port = \"x\"\nname = 3\n\nnmae = \"a\"\n";
        let found = errors(text, |root| {
            root.optional::<u64>("port");
            root.required::<String>("name");
            root.required::<String>("path");
        });
        assert_eq!(
            found,
            [
                "a.toml:1:1: the file lacks `path`, a text that is not empty",
                "a.toml:1:8: `port` is expected to be a whole number from 0, not this text",
                "a.toml:2:8: `name` is expected to be a text that is not empty, not this whole number",
                "a.toml:4:1: the file has the unknown key `nmae`; did you mean `name`?",
            ]
        );
    }

    #[test]
    fn text_that_is_not_toml_is_an_error_with_its_place() {
        let found = errors("a = \nb = 1\n", |root| {
            root.optional::<u64>("a");
            root.optional::<u64>("b");
        });
        assert!(found.iter().any(|error| error.starts_with("a.toml:1:")), "{found:?}");
    }

    #[test]
    fn columns_count_characters() {
        assert_eq!(position("é = 1\nää = 2", "é = 1\nää".len()), (2, 3));
    }
}
