//! What is changed in a base message to make an example of it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use causeway_syntax::adapter::Context;
use causeway_translate::{ContextFile, registry};
use serde::Deserialize;
use serde_json::Value;

use super::place;
use crate::signed::SIGNER;
use crate::workspace;

/// Changes, made in the order of the members. Places in JSON are those of `place.rs`; a place in XML is a piece of its text, in
/// which `…` stands for whatever comes between, and white space between tags does not count.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Change {
    /// Another base message.
    pub base: Option<String>,
    /// A whole document instead of the base.
    pub text: Option<String>,
    /// What is to stand there twice.
    #[serde(default)]
    pub twice: Vec<String>,
    /// What is to stand at a place of JSON.
    #[serde(default)]
    pub set: BTreeMap<String, Value>,
    /// What is to be missing.
    #[serde(default)]
    pub remove: Vec<String>,
    /// Pieces of the text, and what is to stand there.
    #[serde(default)]
    pub replace: Vec<(String, String)>,
    /// What is to stand behind a piece of the text many times.
    #[serde(default)]
    pub many: Vec<Many>,
    /// What the text is to be cut off behind.
    pub cut: Option<String>,
    /// Keys of the context, beside those of the example; an empty text takes a key away.
    #[serde(default)]
    pub context: toml::Table,
    /// Clinical fields that may stay behind; any, where the list is missing.
    pub allow_kept: Option<Vec<String>>,
    /// `utf-16`, or `windows-1252` for characters up to U+00FF; UTF-8 if absent.
    pub encoding: Option<String>,
}

/// A text that is put behind a piece many times.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Many {
    /// The piece.
    pub behind: String,
    /// The text; `#` is the number of the time.
    pub text: String,
    /// How often.
    pub times: usize,
}

impl Change {
    /// Whether nothing is changed.
    pub fn is_none(&self) -> bool {
        let Change { base, text, twice, set, remove, replace, many, cut, context, allow_kept, encoding } = self;
        let has_text = base.is_some() || text.is_some() || cut.is_some() || encoding.is_some();
        let has_pieces = !(twice.is_empty() && remove.is_empty() && replace.is_empty() && many.is_empty());
        !has_text && !has_pieces && set.is_empty() && context.is_empty() && allow_kept.is_none()
    }

    /// The message with the changes.
    pub fn apply(&self, base: &str) -> Vec<u8> {
        let mut text = self.text.clone().unwrap_or_else(|| read(self.base.as_deref().unwrap_or(base)));
        if text.starts_with('<') {
            assert!(self.set.is_empty(), "only members of JSON can be set");
            for piece in &self.twice {
                let found = find(&text, piece);
                let copy = text[found.clone()].to_owned();
                text.insert_str(found.end, &copy);
            }
            for piece in &self.remove {
                text.replace_range(find(&text, piece), "");
            }
        } else if !(self.twice.is_empty() && self.set.is_empty() && self.remove.is_empty()) {
            text = self.apply_to_json(&text);
        }
        for (piece, other) in &self.replace {
            text.replace_range(find(&text, piece), other);
        }
        for many in &self.many {
            let more: String = (0..many.times).map(|number| many.text.replace('#', &number.to_string())).collect();
            text.insert_str(find(&text, &many.behind).end, &more);
        }
        if let Some(piece) = &self.cut {
            text.truncate(find(&text, piece).end);
        }
        encoded(&text, self.encoding.as_deref())
    }

    fn apply_to_json(&self, text: &str) -> String {
        let mut document: Value = serde_json::from_str(text).unwrap();
        for place in &self.twice {
            let pointer = place::pointer(&document, place);
            place::double(&mut document, place::entry(&pointer));
        }
        for (place, value) in &self.set {
            let pointer = place::pointer(&document, place);
            place::set(&mut document, &pointer, value.clone());
        }
        for place in &self.remove {
            let pointer = place::pointer(&document, place);
            place::remove(&mut document, place::entry(&pointer));
        }
        serde_json::to_string_pretty(&document).unwrap()
    }
}

/// The base message that is made when it is needed: an order whose signature holds.
const SIGNED: &str = "signed.v3.xml";

/// The file of a base message, from the folder of the workspace on; none of the one that is made.
pub fn file(base: &str) -> Option<String> {
    let files = ["tests/rules/base", "tests/fixtures/fhir-r4"].map(|folder| format!("{folder}/{base}"));
    let found = files.into_iter().find(|file| workspace().join(file).is_file());
    assert!(found.is_some() || base == SIGNED, "no base message is called {base:?}");
    found
}

fn read(base: &str) -> String {
    static TEXT: LazyLock<String> = LazyLock::new(signed);
    file(base).map_or_else(|| TEXT.clone(), |file| std::fs::read_to_string(workspace().join(file)).unwrap())
}

fn signed() -> String {
    let keys = std::fs::read_to_string(crate::fixtures().join("context.toml")).unwrap();
    let clock = "2026-03-02T09:16:00Z".parse().unwrap();
    let context = Context { now: clock, ..ContextFile::parse(&keys).unwrap().build(clock).unwrap() };
    let order = std::fs::read(crate::fixtures().join("fhir-r4/acute.json")).unwrap();
    let adapter = |format| registry::adapter(format).unwrap();
    let mut message = adapter("fhir-r4-json").read(&order, &context).message.unwrap();
    SIGNER.sign(&mut message, &context);
    adapter("eps-hl7v3").write(&message, &context).unwrap_or_else(|findings| panic!("{findings:#?}")).text
}

/// The first place of a piece in a text.
fn find(text: &str, piece: &str) -> Range<usize> {
    let starts = text.char_indices().map(|(start, _)| start);
    let found = starts.filter_map(|start| Some(start..start + matched(&text[start..], piece)?)).next();
    found.unwrap_or_else(|| panic!("{piece} does not stand in the message"))
}

/// How much of the text's beginning a piece matches.
fn matched(text: &str, piece: &str) -> Option<usize> {
    let (head, tail) = piece.split_once('…').map_or((piece, None), |(head, tail)| (head, Some(tail)));
    let mut rest = text;
    let mut last = ' ';
    for wanted in head.trim().chars() {
        if wanted == '<' && last == '>' {
            rest = rest.trim_start();
        }
        rest = rest.strip_prefix(wanted)?;
        last = wanted;
    }
    let length = text.len() - rest.len();
    match tail {
        None => Some(length),
        Some(tail) => rest.char_indices().find_map(|(gap, _)| Some(length + gap + matched(&rest[gap..], tail)?)),
    }
}

fn encoded(text: &str, encoding: Option<&str>) -> Vec<u8> {
    match encoding {
        None => text.as_bytes().to_vec(),
        Some("utf-16") => std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
        Some("windows-1252") => text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect(),
        Some(other) => panic!("no encoding is called {other}"),
    }
}
