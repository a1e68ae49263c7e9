//! Where the files of a release are.
//!
//! Invariants: every file that an index needs is there once, and all are of one day. Files that an index does not need are
//! named, never opened.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use zip::ZipArchive;

use crate::error::LoadError;
use crate::tables;

/// The most entries of an archive that are looked at.
const MAX_ENTRIES: usize = 10_000;

/// The files of one release: in folders, in zip archives, or in both.
#[derive(Debug)]
pub struct Release {
    /// What the publisher calls it: the name of the folder or archive.
    pub label: String,
    /// Its day as `YYYYMMDD`, from the names of the files.
    pub date: u32,
    /// Files that an index does not need, in their order: trade item numbers, BNF codes, schemas.
    pub skipped: Vec<String>,
    /// One a file of [`tables::FILES`], in that order.
    found: Vec<Found>,
}

/// Where a file is.
#[derive(Clone, Debug)]
struct Found {
    name: String,
    path: PathBuf,
    /// Place in the archive that `path` is.
    entry: Option<usize>,
}

impl Release {
    /// Finds the files of a release in folders and zip archives; folders and archives inside of these are not looked into.
    ///
    /// # Errors
    /// If one of them cannot be read, a file is missing or there twice, or the files are of different days.
    pub fn find<P: AsRef<Path>>(places: &[P]) -> Result<Release, LoadError> {
        let mut all = Vec::new();
        for place in places {
            let place = place.as_ref();
            let listed = if place.is_dir() { folder(place) } else { archive(place) };
            all.extend(listed.map_err(|reason| LoadError::Unreadable { place: place.display().to_string(), reason })?);
        }
        all.sort_by(|one, other| one.name.cmp(&other.name));
        let label = places.first().and_then(|place| place.as_ref().file_stem()).map(|stem| stem.to_string_lossy());
        let mut found = Vec::with_capacity(tables::FILES.len());
        let mut dates = Vec::new();
        for file in &tables::FILES {
            let mut fits = all.iter().filter_map(|found| Some((found, date(&found.name, file.prefix)?)));
            match (fits.next(), fits.next()) {
                (Some((one, date)), None) => {
                    found.push(one.clone());
                    dates.push(date);
                }
                (None, _) => return Err(LoadError::NoRelease(format!("there is no {}….xml", file.prefix))),
                (Some((one, _)), Some((other, _))) => {
                    let message = format!("one release is expected, and there are {} and {}", one.name, other.name);
                    return Err(LoadError::NoRelease(message));
                }
            }
        }
        let Some(date) = dates.first().copied().filter(|date| dates.iter().all(|other| other == date)) else {
            return Err(LoadError::NoRelease("the files are expected to be of one day, and are not".to_owned()));
        };
        let is_needed = |name: &str| found.iter().any(|found| found.name == name);
        let skipped = all.iter().map(|found| found.name.clone()).filter(|name| !is_needed(name)).collect();
        Ok(Release { label: shortened(label.as_deref().unwrap_or_default()), date, skipped, found })
    }

    /// The name of a file, and what it holds, for reading once.
    pub(crate) fn open<T>(
        &self,
        number: usize,
        read: impl FnOnce(&str, &mut dyn Read) -> Result<T, LoadError>,
    ) -> Result<T, LoadError> {
        let Some(found) = self.found.get(number) else {
            return Err(LoadError::NoRelease("the release has no such file".to_owned()));
        };
        let unreadable = |reason| LoadError::Unreadable { place: found.name.clone(), reason };
        let mut file = File::open(&found.path).map_err(unreadable)?;
        let Some(entry) = found.entry else { return read(&found.name, &mut file) };
        let mut archive = ZipArchive::new(file).map_err(|error| unreadable(error.into()))?;
        let mut content = archive.by_index(entry).map_err(|error| unreadable(error.into()))?;
        read(&found.name, &mut content)
    }
}

fn folder(path: &Path) -> io::Result<Vec<Found>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path)? {
        let path = entry?.path();
        if let Some(name) = path.file_name().filter(|_| path.is_file()) {
            found.push(Found { name: name.to_string_lossy().into_owned(), path, entry: None });
        }
    }
    Ok(found)
}

fn archive(path: &Path) -> io::Result<Vec<Found>> {
    let archive = ZipArchive::new(File::open(path)?)?;
    if archive.len() > MAX_ENTRIES {
        return Err(io::Error::other(format!("an archive of at most {MAX_ENTRIES} entries is expected")));
    }
    // A name is only compared, and never used as a path.
    let last_part = |name: &str| name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    let mut found = Vec::new();
    for entry in 0..archive.len() {
        let Some(Ok(name)) = archive.name_for_index(entry) else { continue };
        let name = last_part(&name);
        if !name.is_empty() {
            found.push(Found { name, path: path.to_owned(), entry: Some(entry) });
        }
    }
    Ok(found)
}

/// The day in a file's name, as `YYYYMMDD`: `f_vmp2_3DDMMYY.xml`, where 3 is the version of the format.
fn date(name: &str, prefix: &str) -> Option<u32> {
    let name = name.to_ascii_lowercase();
    let digits = name.strip_prefix(prefix)?.strip_suffix(".xml")?;
    if digits.len() != 7 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize| digits.get(from..from + 2)?.parse::<u32>().ok();
    Some((2000 + part(5)?) * 10_000 + part(3)? * 100 + part(1)?)
}

/// A label that fits on a line.
fn shortened(label: &str) -> String {
    label.chars().map(|character| if character.is_control() { ' ' } else { character }).take(100).collect()
}

#[cfg(test)]
mod tests;
