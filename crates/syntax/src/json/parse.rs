//! The JSON parser: RFC 8259 without recursion.
//!
//! Invariants:
//! - The open objects and arrays stand in `open`; the call depth is constant.
//! - Duplicate names are looked for only where two names of an object have the same mark, by comparing pairs in small
//!   objects and by sorting in large ones, so no choice of names makes it slower than n log n.

use std::borrow::Cow;
use std::sync::OnceLock;

use causeway_canonical::{Finding, Rule};

use super::{JsonKind, JsonTree, Node, path, push_segment, resource_type, shown};
use crate::input;
use crate::limits::Limits;
use crate::lines::position_in;
use crate::rules::{self, MAX_NAME};
use crate::scan;
use crate::tree::{NONE, NodeId, Slice, narrow};

/// Objects with more members than this are checked for duplicates by sorting.
const PAIRWISE: usize = 16;

pub(super) fn parse<'s>(source: &'s [u8], limits: &Limits) -> Result<JsonTree<'s>, Finding> {
    let path_at_end =
        |valid: &str| Parser::new(valid, limits).document().map_or_else(|finding| finding.path, |()| String::new());
    let source = input::text(source, limits, path_at_end)?;
    let mut parser = Parser::new(source, limits);
    parser.document()?;
    Ok(JsonTree {
        source,
        nodes: parser.nodes,
        copies: parser.copies,
        lines: OnceLock::new(),
        resource_type: OnceLock::new(),
    })
}

pub(super) struct Parser<'s, 'l> {
    pub(super) source: &'s str,
    pub(super) at: usize,
    pub(super) copies: String,
    limits: &'l Limits,
    nodes: Vec<Node>,
    open: Vec<Open>,
    /// Where the value that is being read belongs.
    slot: Slot,
    members: Vec<u32>,
}

/// An object or array whose closing bracket has not come yet.
struct Open {
    id: u32,
    /// Members or elements so far.
    count: u32,
    closer: u8,
    /// The marks of the members' names.
    names: u64,
    /// Two names have the same mark, so they may be the same.
    alike: bool,
}

/// The place of the next value: a member, an element, or the root.
#[derive(Clone, Copy, Default)]
struct Slot {
    member: bool,
    /// A value was promised for this place.
    pending: bool,
    outer: usize,
    key: Slice,
    index: u32,
}

impl<'s, 'l> Parser<'s, 'l> {
    fn new(source: &'s str, limits: &'l Limits) -> Self {
        Parser {
            source,
            at: 0,
            copies: String::new(),
            limits,
            nodes: Vec::with_capacity((source.len() / 24 + 8).min(limits.max_nodes)),
            open: Vec::new(),
            slot: Slot::default(),
            members: Vec::new(),
        }
    }

    fn document(&mut self) -> Result<(), Finding> {
        self.next_byte();
        self.slot = Slot { pending: true, outer: self.at, ..Slot::default() };
        loop {
            let opened = self.value()?;
            if opened && self.first_slot()? {
                continue;
            }
            if !self.next_slot()? {
                break;
            }
        }
        match self.next_byte() {
            None => Ok(()),
            Some(b'/') => self.fail(&rules::JSON_COMMENT, self.at, "expected the end, found a comment"),
            Some(_) => {
                self.fail(&rules::JSON_TRAILING_CONTENT, self.at, "expected the end after the JSON value, found more")
            }
        }
    }

    /// Reads a scalar, or opens an object or array (then `true`).
    fn value(&mut self) -> Result<bool, Finding> {
        let start = self.at;
        let (kind, text) = match self.byte(start) {
            Some(b'"') => (JsonKind::String, self.string()?),
            Some(b'{') => return self.open(JsonKind::Object),
            Some(b'[') => return self.open(JsonKind::Array),
            Some(b'-' | b'0'..=b'9') => (JsonKind::Number, self.number()?),
            Some(b't') => (JsonKind::Bool, self.word("true")?),
            Some(b'f') => (JsonKind::Bool, self.word("false")?),
            Some(b'n') => (JsonKind::Null, self.word("null")?),
            found => return self.no_value(found),
        };
        self.push(kind, start, self.at, text)?;
        Ok(false)
    }

    fn open(&mut self, kind: JsonKind) -> Result<bool, Finding> {
        if self.open.len() >= self.limits.max_depth {
            let message = format!("expected at most {} levels of objects and arrays", self.limits.max_depth);
            return self.fail(&rules::NESTING_TOO_DEEP, self.at, message);
        }
        let id = narrow(self.nodes.len());
        self.push(kind, self.at, self.at, Slice::EMPTY)?;
        let closer = if kind == JsonKind::Object { b'}' } else { b']' };
        self.open.push(Open { id, count: 0, closer, names: 0, alike: false });
        self.at += 1;
        Ok(true)
    }

    fn push(&mut self, kind: JsonKind, start: usize, end: usize, text: Slice) -> Result<(), Finding> {
        if self.nodes.len() >= self.limits.max_nodes {
            let message = format!("expected at most {} values", self.limits.max_nodes);
            return self.fail(&rules::TOO_MANY_NODES, start, message);
        }
        let slot = std::mem::take(&mut self.slot);
        self.nodes.push(Node {
            kind,
            member: slot.member,
            outer: narrow(slot.outer),
            start: narrow(start),
            end: narrow(end),
            parent: self.open.last().map_or(NONE, |open| open.id),
            next: narrow(self.nodes.len() + 1),
            index: slot.index,
            key: slot.key,
            text,
        });
        Ok(())
    }

    /// Behind an opening bracket: `false` if the object or array is empty, and then it is closed.
    fn first_slot(&mut self) -> Result<bool, Finding> {
        if self.next_byte() == Some(self.closer()) {
            self.close()?;
            return Ok(false);
        }
        self.slot()?;
        Ok(true)
    }

    /// Behind a value: closes what ends here and finds the place of the next value; `false` at the end of the root.
    fn next_slot(&mut self) -> Result<bool, Finding> {
        while !self.open.is_empty() {
            let closer = self.closer();
            match self.next_byte() {
                Some(b',') => {
                    let comma = self.at;
                    self.at += 1;
                    if self.next_byte() == Some(closer) {
                        let message = "expected another element after the comma, found the closing bracket";
                        return self.fail(&rules::JSON_TRAILING_COMMA, comma, message);
                    }
                    self.slot()?;
                    return Ok(true);
                }
                Some(byte) if byte == closer => self.close()?,
                Some(b'/') => return self.fail(&rules::JSON_COMMENT, self.at, "expected no comment"),
                Some(_) => {
                    let message = format!("expected a comma or `{}` after a value", char::from(closer));
                    return self.fail(&rules::JSON_SYNTAX, self.at, message);
                }
                None => return self.truncated("a comma or a closing bracket"),
            }
        }
        Ok(false)
    }

    /// Reads a member's name and colon; elements have nothing before them.
    fn slot(&mut self) -> Result<(), Finding> {
        let Some(open) = self.open.last_mut() else { return Ok(()) };
        let is_object = open.closer == b'}';
        let index = open.count;
        if index as usize >= self.limits.max_entries {
            let message = format!("expected at most {} members or elements in one place", self.limits.max_entries);
            return self.fail(&rules::TOO_MANY_ENTRIES, self.at, message);
        }
        open.count += 1;
        let outer = self.at;
        let mut key = Slice::EMPTY;
        if is_object {
            key = match self.next_byte() {
                Some(b'"') => self.string()?,
                Some(b'/') => return self.fail(&rules::JSON_COMMENT, outer, "expected no comment"),
                Some(_) => {
                    return self.fail(&rules::JSON_SYNTAX, outer, "expected a member name in double quotes");
                }
                None => return self.truncated("a member name or a closing bracket"),
            };
            if self.at - outer > MAX_NAME {
                let message = format!("expected a member name of at most {MAX_NAME} bytes");
                return self.fail(&rules::NAME_TOO_LONG, outer, message);
            }
            let mark = mark(key.get(self.source, &self.copies));
            if let Some(open) = self.open.last_mut() {
                open.alike |= open.names & mark != 0;
                open.names |= mark;
            }
        }
        self.slot = Slot { member: is_object, pending: true, outer, key, index };
        if is_object {
            match self.next_byte() {
                Some(b':') => self.at += 1,
                Some(_) => return self.fail(&rules::JSON_SYNTAX, self.at, "expected a colon after the member name"),
                None => return self.truncated("a colon"),
            }
            self.next_byte();
        }
        Ok(())
    }

    fn close(&mut self) -> Result<(), Finding> {
        self.at += 1;
        let Some(open) = self.open.pop() else { return Ok(()) };
        let (end, next) = (narrow(self.at), narrow(self.nodes.len()));
        if let Some(node) = self.nodes.get_mut(open.id as usize) {
            (node.end, node.next) = (end, next);
        }
        if open.alike { self.check_names(open.id, open.count as usize) } else { Ok(()) }
    }

    /// The byte that closes the innermost object or array.
    fn closer(&self) -> u8 {
        self.open.last().map_or(b']', |open| open.closer)
    }

    /// RFC 8259 §4 leaves duplicates to the receiver, and receivers differ: refused here.
    fn check_names(&mut self, object: u32, count: usize) -> Result<(), Finding> {
        let mut members = std::mem::take(&mut self.members);
        members.clear();
        members.reserve(count);
        let mut id = object + 1;
        while let Some(node) = self.nodes.get(id as usize) {
            members.push(id);
            id = node.next;
        }
        let duplicate = if count <= PAIRWISE {
            members.iter().enumerate().find_map(|(at, &id)| {
                let name = self.name(id);
                members.iter().take(at).any(|&earlier| self.name(earlier) == name).then_some(id)
            })
        } else {
            members.sort_unstable_by(|&a, &b| self.name(a).cmp(self.name(b)).then(a.cmp(&b)));
            let equal = |pair: &[u32]| match pair {
                &[first, second] if self.name(first) == self.name(second) => Some(second),
                _ => None,
            };
            members.windows(2).filter_map(equal).min()
        };
        self.members = members;
        let Some(duplicate) = duplicate.and_then(|id| self.nodes.get(id as usize)) else { return Ok(()) };
        let (start, name) = (duplicate.outer as usize, duplicate.key.get(self.source, &self.copies));
        let message = format!("expected each member once, found {} again", shown(name));
        let path = self.path(object);
        let position = position_in(self.source.as_bytes(), start);
        Err(Finding::new(&rules::JSON_DUPLICATE_KEY, message).at(path, position))
    }

    fn name(&self, id: u32) -> &str {
        self.nodes.get(id as usize).map_or("", |node| node.key.get(self.source, &self.copies))
    }

    fn word(&mut self, word: &str) -> Result<Slice, Finding> {
        let start = self.at;
        let end = start + word.len();
        let matches = self.bytes().get(start..end) == Some(word.as_bytes());
        if !matches || self.byte(end).is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return self.no_value(self.byte(start));
        }
        self.at = end;
        Ok(Slice::source(start, end))
    }

    /// RFC 8259 §6, with the text kept.
    fn number(&mut self) -> Result<Slice, Finding> {
        let start = self.at;
        let integer = start + usize::from(self.byte(start) == Some(b'-'));
        let mut end = self.digits(integer);
        let mut valid = end > integer && (end == integer + 1 || self.byte(integer) != Some(b'0'));
        if self.byte(end) == Some(b'.') {
            let fraction = end + 1;
            end = self.digits(fraction);
            valid &= end > fraction;
        }
        if let Some(b'e' | b'E') = self.byte(end) {
            let exponent = end + 1 + usize::from(matches!(self.byte(end + 1), Some(b'+' | b'-')));
            end = self.digits(exponent);
            valid &= end > exponent;
        }
        if end >= self.source.len() && !valid {
            return self.truncated("the rest of a number");
        }
        let follows = self.byte(end);
        if !valid || follows.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-')) {
            return self.fail(&rules::JSON_NUMBER, start, "expected a number as JSON writes them");
        }
        self.check_text(start, end)?;
        self.at = end;
        Ok(Slice::source(start, end))
    }

    fn digits(&self, from: usize) -> usize {
        let rest = self.bytes().get(from..).unwrap_or_default();
        from + rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    }

    /// Says why no value starts here.
    fn no_value<T>(&self, found: Option<u8>) -> Result<T, Finding> {
        match found {
            None => self.truncated("a value"),
            Some(b'/') => self.fail(&rules::JSON_COMMENT, self.at, "expected a value, found a comment"),
            Some(b'+' | b'.') => self.fail(&rules::JSON_NUMBER, self.at, "expected a number as JSON writes them"),
            Some(byte) if byte.is_ascii_alphabetic() || byte == b'\'' => {
                let message = "expected a value, found a word that is not true, false or null";
                self.fail(&rules::JSON_LITERAL, self.at, message)
            }
            Some(_) => self.fail(&rules::JSON_SYNTAX, self.at, "expected a value"),
        }
    }

    pub(super) fn check_text(&self, start: usize, end: usize) -> Result<(), Finding> {
        if end - start > self.limits.max_text {
            let message = format!("expected a value of at most {} bytes", self.limits.max_text);
            return self.fail(&rules::TEXT_TOO_LONG, start, message);
        }
        Ok(())
    }

    pub(super) fn truncated<T>(&self, expected: &str) -> Result<T, Finding> {
        let message = format!("expected {expected}, found the end of the document");
        self.fail(&rules::JSON_TRUNCATED, self.source.len(), message)
    }

    #[cold]
    pub(super) fn fail<T>(
        &self,
        rule: &'static Rule,
        at: usize,
        message: impl Into<Cow<'static, str>>,
    ) -> Result<T, Finding> {
        let innermost = self.open.last().map(|open| open.id);
        let mut path = match innermost {
            Some(id) => self.path(id),
            None => "$".to_owned(),
        };
        if innermost.is_some() && self.slot.pending {
            let key = self.slot.member.then(|| self.slot.key.get(self.source, &self.copies));
            push_segment(&mut path, key, self.slot.index);
        }
        Err(Finding::new(rule, message).at(path, position_in(self.source.as_bytes(), at)))
    }

    /// The path of a node in what has been read so far.
    fn path(&self, id: u32) -> String {
        let root = resource_type(&self.nodes, self.source, &self.copies);
        let root = root.and_then(|id| self.nodes.get(id.index()));
        let root = root.map_or("$", |node| node.text.get(self.source, &self.copies));
        path(&self.nodes, root, self.source, &self.copies, NodeId::new(id))
    }

    /// Skips white space and gives the byte behind it.
    #[inline]
    fn next_byte(&mut self) -> Option<u8> {
        match self.byte(self.at) {
            Some(byte) if byte > b' ' => Some(byte),
            _ => self.byte_behind_space(),
        }
    }

    #[inline(never)]
    fn byte_behind_space(&mut self) -> Option<u8> {
        let bytes = self.bytes();
        let found = loop {
            match bytes.get(self.at) {
                // Lines of readable JSON start with many blanks.
                Some(b'\n') => self.at = scan::blanks_end(bytes, self.at + 1),
                Some(b' ' | b'\t' | b'\r') => self.at += 1,
                found => break found,
            }
        };
        found.copied()
    }

    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.bytes().get(at).copied()
    }

    pub(super) fn bytes(&self) -> &'s [u8] {
        self.source.as_bytes()
    }
}

/// One bit of 64 for a name; equal names have the same.
fn mark(name: &str) -> u64 {
    let ends = name.as_bytes().first().zip(name.as_bytes().last());
    let (first, last) = ends.map_or((0, 0), |(&first, &last)| (u32::from(first), u32::from(last)));
    1 << ((5 * first + 11 * last + 3 * narrow(name.len())) % 64)
}
