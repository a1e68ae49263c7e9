//! A release, made into an index.

use std::path::Path;

use causeway_canonical::SnomedCode;

use crate::builder::Builder;
use crate::entry::Level;
use crate::error::LoadError;
use crate::release::Release;
use crate::tables::{self, Field, Makes};
use crate::write;
use crate::xml::{self, Record};

/// How many notices are told in words; the others are counted.
const NOTICES_TOLD: usize = 20;

/// What was made of a release.
#[derive(Debug)]
pub struct Loaded {
    /// What the publisher calls it.
    pub label: String,
    /// Its day as `YYYYMMDD`.
    pub date: u32,
    /// Entries of each level, codes that were superseded among them.
    pub entries: Vec<(Level, u64)>,
    /// Entries that may not be used any more.
    pub inactive: u64,
    /// Bytes of the index.
    pub bytes: u64,
    /// Files that were not read.
    pub skipped: Vec<String>,
    /// What is odd in the release, the first of it in words.
    pub notices: Vec<Notice>,
    /// How many notices there are.
    pub noticed: u64,
}

/// Something odd in a release that did not stop it: a record was left out, or is without what it refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Name of the file; empty for what was seen only when everything had been read.
    pub file: String,
    /// Line of the record; 0 without a file.
    pub line: u64,
    /// What is odd.
    pub text: String,
}

/// Notices, most of them only counted.
#[derive(Default)]
pub(crate) struct Notices {
    told: Vec<Notice>,
    count: u64,
}

impl Notices {
    pub(crate) fn add(&mut self, file: &str, line: u64, text: impl FnOnce() -> String) {
        self.count += 1;
        if self.told.len() < NOTICES_TOLD {
            self.told.push(Notice { file: file.to_owned(), line, text: text() });
        }
    }
}

/// What is prescribed: an index without them would refuse or question every prescription.
const NEEDED: [Level; 2] = [Level::Vmp, Level::Amp];

/// Reads a release and puts its index in the place of `index`, in one step.
///
/// # Errors
/// If a file cannot be read or is not what it should be, or the index cannot be written. What was there before is then as
/// it was.
pub fn load(release: &Release, index: &Path) -> Result<Loaded, LoadError> {
    let mut builder = Builder::default();
    let mut notices = Notices::default();
    for (number, file) in tables::FILES.iter().enumerate() {
        release.open(number, |name, source| {
            xml::read(file, name, source, &mut |record| take(&mut builder, &mut notices, name, record))
        })?;
    }
    let content = builder.finish(&mut notices)?;
    let count = |level| content.drafts.iter().filter(|draft| draft.level == level).count() as u64;
    if let Some(level) = NEEDED.into_iter().find(|level| count(*level) == 0) {
        return Err(LoadError::NoRelease(format!(
            "the release is expected to have entries of the level {}",
            level.as_str()
        )));
    }
    let bytes = write::write(release, &content, index)?;
    Ok(Loaded {
        label: release.label.clone(),
        date: release.date,
        entries: Level::ALL.iter().map(|level| (*level, count(*level))).collect(),
        inactive: content.drafts.iter().filter(|draft| draft.inactive).count() as u64,
        bytes,
        skipped: release.skipped.clone(),
        notices: notices.told,
        noticed: notices.count,
    })
}

fn take(builder: &mut Builder, notices: &mut Notices, file: &str, record: &Record<'_>) -> Result<(), String> {
    match record.table.makes {
        Makes::Category => builder.category(required(record, Field::Category)?, required(record, Field::Name)?),
        Makes::CategoryOfProduct => {
            let category = required(record, Field::Category)?;
            if let Some(product) = code(record, Field::Code, notices, file)?
                && !builder.category_of_product(product, category)
            {
                notices.add(file, record.line, || "a category of controlled drugs that has no name".to_owned());
            }
        }
        Makes::Entry(level) => {
            let Some(code) = code(record, Field::Code, notices, file)? else { return Ok(()) };
            let draft = builder.entry(level, code, required(record, Field::Name)?)?;
            for (field, value) in record.fields() {
                match field {
                    Field::Previous => draft.previous = parsed(value).unwrap_or_default(),
                    Field::PartOf => draft.part_of = parsed(value).unwrap_or_default(),
                    Field::Invalid => draft.inactive = flag(value)?,
                    Field::OtherName => draft.called_too(value),
                    Field::Unavailable(word) => draft.unavailable = value == word,
                    Field::Unprescribable(word) => draft.unprescribable = value == word,
                    Field::Code | Field::Name | Field::Category => {}
                }
            }
        }
    }
    Ok(())
}

fn required<'a>(record: &Record<'a>, wanted: Field) -> Result<&'a str, String> {
    record.get(wanted).ok_or_else(|| {
        let name = record.table.fields.iter().find(|(field, _)| *field == wanted).map_or("", |(_, name)| name);
        format!("a record of {} has no {name}, which it needs", record.table.path.join("/"))
    })
}

/// A code, without which there is no record; `None` for one that no message could hold.
fn code(record: &Record<'_>, field: Field, notices: &mut Notices, file: &str) -> Result<Option<u64>, String> {
    let code = parsed(required(record, field)?);
    if code.is_none() {
        notices.add(file, record.line, || "a record was left out: its code is no SNOMED CT concept".to_owned());
    }
    Ok(code)
}

fn parsed(text: &str) -> Option<u64> {
    SnomedCode::new(text).check().ok()?;
    text.parse().ok()
}

fn flag(value: &str) -> Result<bool, String> {
    match value {
        "0" => Ok(false),
        "1" => Ok(true),
        _ => Err("INVALID is expected to be 0 or 1".to_owned()),
    }
}
