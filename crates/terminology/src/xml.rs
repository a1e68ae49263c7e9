//! The records of one XML file, read as a stream.
//!
//! Invariants:
//! - Memory does not grow with the file: what is held at one time is one record and one piece of markup, and both have a
//!   limit.
//! - The file is well formed as far as it matters here: one root, tags that match, an end. Document types and entities are
//!   refused, and so is any encoding but UTF-8.

use std::io::{self, BufRead, BufReader, Read};

use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesDecl, BytesRef, Event};

use crate::error::LoadError;
use crate::tables::{Field, File, Table};

/// Open elements at one time. A release has five.
const MAX_DEPTH: usize = 16;

/// Bytes of one tag, text or comment.
const MAX_PIECE: usize = 1 << 20;

/// Bytes of one value. A release has up to 3,000.
const MAX_VALUE: usize = 8192;

/// Bytes of one file. A release has up to 200 MiB.
const MAX_FILE: u64 = 2 << 30;

/// One record, as far as it is read.
pub(crate) struct Record<'a> {
    /// What it is a record of.
    pub table: &'static Table,
    /// Where its tag ends.
    pub line: u64,
    values: &'a [String],
}

impl<'a> Record<'a> {
    /// The value of a field; `None` if the record does not have it, or has it empty.
    pub fn get(&self, wanted: Field) -> Option<&'a str> {
        self.fields().find(|(field, _)| *field == wanted).map(|(_, value)| value)
    }

    /// The fields that the record has, in the order of the table.
    pub fn fields(&self) -> impl Iterator<Item = (Field, &'a str)> {
        let fields = self.table.fields.iter().zip(self.values);
        fields.map(|((field, _), value)| (*field, value.trim())).filter(|(_, value)| !value.is_empty())
    }
}

/// Reads a file and gives each record to `take`, which says in words what is wrong with it.
///
/// # Errors
/// If the file cannot be read or is not what it should be, with the line.
pub(crate) fn read(
    file: &'static File,
    name: &str,
    source: impl Read,
    take: &mut dyn FnMut(&Record<'_>) -> Result<(), String>,
) -> Result<(), LoadError> {
    let source = Pieces { inner: BufReader::with_capacity(1 << 16, source), line: 1, total: 0, piece: 0 };
    let mut walk = Walk::new(file, Reader::from_reader(source));
    walk.document(take).map_err(|problem| match problem {
        Problem::Io(reason) => LoadError::Unreadable { place: name.to_owned(), reason },
        Problem::Content(problem) => {
            LoadError::Malformed { file: name.to_owned(), line: walk.reader.get_ref().line, problem }
        }
    })
}

enum Problem {
    Io(io::Error),
    Content(String),
}

impl From<String> for Problem {
    fn from(problem: String) -> Self {
        Problem::Content(problem)
    }
}

struct Walk<R> {
    file: &'static File,
    reader: Reader<Pieces<R>>,
    /// Names of the open elements; the root first.
    open: Vec<String>,
    has_root: bool,
    /// The record that is open, and the line at which it began.
    record: Option<(&'static Table, u64)>,
    values: Vec<String>,
    /// The field that is open.
    field: Option<usize>,
}

impl<R: Read> Walk<R> {
    fn new(file: &'static File, mut reader: Reader<Pieces<R>>) -> Self {
        reader.config_mut().expand_empty_elements = true;
        Walk { file, reader, open: Vec::new(), has_root: false, record: None, values: Vec::new(), field: None }
    }

    fn document(&mut self, take: &mut dyn FnMut(&Record<'_>) -> Result<(), String>) -> Result<(), Problem> {
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            self.reader.get_mut().piece = 0;
            let event = self.reader.read_event_into(&mut buffer).map_err(problem)?;
            match event {
                Event::Start(tag) => {
                    let line = self.reader.get_ref().line;
                    self.start(tag.name().as_ref(), line)?;
                }
                Event::End(_) => self.end(take)?,
                Event::Text(text) => self.text(&text.xml10_content())?,
                Event::CData(text) => self.text(&text.xml10_content())?,
                Event::GeneralRef(reference) => self.reference(&reference)?,
                Event::Decl(declaration) => check_encoding(&declaration)?,
                Event::DocType(_) => {
                    return Err("a file without a document type is expected".to_owned().into());
                }
                Event::Comment(_) | Event::PI(_) => {}
                Event::Eof => return self.eof(),
                Event::Empty(_) => return Err("an empty element was not split".to_owned().into()),
            }
        }
    }

    fn start(&mut self, name: &str, line: u64) -> Result<(), Problem> {
        if self.open.is_empty() {
            if self.has_root {
                return Err("one root element is expected, and a second one begins".to_owned().into());
            }
            if name != self.file.root {
                return Err(format!("the root element {} is expected", self.file.root).into());
            }
            self.has_root = true;
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(format!("at most {MAX_DEPTH} elements in each other are expected").into());
        }
        match self.record {
            None => {
                let below = self.open.get(1..).unwrap_or_default();
                let is_next =
                    |table: &&Table| table.path.split_last().is_some_and(|(last, rest)| *last == name && rest == below);
                if !self.open.is_empty()
                    && let Some(table) = self.file.tables.iter().find(is_next)
                {
                    self.record = Some((table, line));
                    self.values.iter_mut().for_each(String::clear);
                    self.values.resize_with(table.fields.len(), String::new);
                }
            }
            Some((table, _)) if self.field.is_none() && self.open.len() == depth(table) => {
                self.field = table.fields.iter().position(|(_, field)| *field == name);
                if self.field.and_then(|field| self.values.get(field)).is_some_and(|value| !value.is_empty()) {
                    return Err(format!("one {name} is expected in a record, and there are two").into());
                }
            }
            Some(_) => {}
        }
        self.open.push(name.to_owned());
        Ok(())
    }

    fn end(&mut self, take: &mut dyn FnMut(&Record<'_>) -> Result<(), String>) -> Result<(), Problem> {
        // quick-xml has compared the names of the tags.
        self.open.pop();
        let Some((table, line)) = self.record else { return Ok(()) };
        if self.open.len() == depth(table) {
            self.field = None;
        } else if self.open.len() < depth(table) {
            self.record = None;
            let values = self.values.get(..table.fields.len()).unwrap_or_default();
            take(&Record { table, line, values })?;
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), Problem> {
        let Some(value) = self.value() else {
            if self.open.is_empty() && !text.trim_ascii().is_empty() {
                return Err("nothing but one root element is expected".to_owned().into());
            }
            return Ok(());
        };
        if value.len() + text.len() > MAX_VALUE {
            return Err(format!("a value of at most {MAX_VALUE} bytes is expected").into());
        }
        if text.contains(|character: char| character.is_control() && !character.is_ascii_whitespace()) {
            return Err("a value without control characters is expected".to_owned().into());
        }
        value.push_str(text);
        Ok(())
    }

    /// The value that is being read; texts of elements that a record's field holds do not belong to it.
    fn value(&mut self) -> Option<&mut String> {
        let (table, _) = self.record?;
        let field = self.field.filter(|_| self.open.len() == depth(table) + 1)?;
        self.values.get_mut(field)
    }

    fn reference(&mut self, reference: &BytesRef<'_>) -> Result<(), Problem> {
        let character = reference.resolve_char_ref().map_err(problem)?;
        let name = reference.xml10_content();
        match (character, resolve_xml_entity(&name)) {
            (Some(character), _) => self.text(character.encode_utf8(&mut [0; 4])),
            (None, Some(text)) => self.text(text),
            (None, None) => Err("only the five entities that XML itself has are expected".to_owned().into()),
        }
    }

    fn eof(&self) -> Result<(), Problem> {
        match self.open.last() {
            Some(open) => Err(format!("the file ends inside the element {open}").into()),
            None if !self.has_root => Err(format!("the root element {} is expected", self.file.root).into()),
            None => Ok(()),
        }
    }
}

/// Open elements around the fields of a record: the root, and those of the path.
fn depth(table: &Table) -> usize {
    table.path.len() + 1
}

fn check_encoding(declaration: &BytesDecl<'_>) -> Result<(), Problem> {
    let Some(encoding) = declaration.encoding() else { return Ok(()) };
    let encoding = encoding.map_err(|error| format!("a well-formed XML declaration is expected: {error}"))?;
    let known = ["utf-8", "us-ascii"].iter().any(|known| encoding.eq_ignore_ascii_case(known));
    if known { Ok(()) } else { Err("the encoding UTF-8 is expected".to_owned().into()) }
}

fn problem(error: quick_xml::Error) -> Problem {
    match error {
        quick_xml::Error::Io(error) => match error.downcast_limit() {
            Some(limit) => Problem::Content(limit),
            None => Problem::Io(io::Error::new(error.kind(), error.to_string())),
        },
        error => Problem::Content(format!("well-formed XML is expected: {error}")),
    }
}

/// A limit that was reached while reading.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Limit(String);

trait DowncastLimit {
    fn downcast_limit(&self) -> Option<String>;
}

impl DowncastLimit for io::Error {
    fn downcast_limit(&self) -> Option<String> {
        self.get_ref()?.downcast_ref::<Limit>().map(|limit| limit.0.clone())
    }
}

/// A source that counts lines, and ends at a piece of markup or a file that is too long.
struct Pieces<R> {
    inner: BufReader<R>,
    /// The line that was reached, from 1.
    line: u64,
    total: u64,
    /// Bytes since the last piece of markup.
    piece: usize,
}

impl<R: Read> Read for Pieces<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(out)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: Read> BufRead for Pieces<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.piece > MAX_PIECE {
            return Err(io::Error::other(Limit(format!("tags and texts of at most {MAX_PIECE} bytes are expected"))));
        }
        if self.total > MAX_FILE {
            return Err(io::Error::other(Limit(format!("a file of at most {MAX_FILE} bytes is expected"))));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        let consumed = self.inner.buffer().get(..amount).unwrap_or_default();
        self.line += memchr::memchr_iter(b'\n', consumed).count() as u64;
        self.total += amount as u64;
        self.piece += amount;
        self.inner.consume(amount);
    }
}

#[cfg(test)]
mod tests;
