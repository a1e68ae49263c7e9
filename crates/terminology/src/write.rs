//! An index, written beside its place and put there in one step.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::builder::{Content, Draft};
use crate::entry::Level;
use crate::error::LoadError;
use crate::index::form::{Header, LEVELS, RECORD, flag};
use crate::release::Release;

/// Writes an index, and gives its size.
///
/// The file is on disk before it takes its place: at no moment does anybody see half of one.
///
/// # Errors
/// If it is too large, or cannot be written. What stood there before is then as it was.
pub(crate) fn write(release: &Release, content: &Content, path: &Path) -> Result<u64, LoadError> {
    let header = Header {
        entries: content.drafts.len() as u64,
        names: content.names.len() as u64,
        date: release.date,
        label: u32::try_from(release.label.len()).map_err(|_| LoadError::TooLarge)?,
        levels: levels(content)?,
    };
    let unwritable = |reason| LoadError::Unwritable { path: path.to_owned(), reason };
    put(path, |file| {
        let mut hasher = blake3::Hasher::new();
        let mut body = Vec::with_capacity(content.drafts.len() * RECORD);
        body.extend_from_slice(release.label.as_bytes());
        content.drafts.iter().for_each(|draft| body.extend_from_slice(&record(draft)));
        let head = header.bytes();
        hasher.update(&head).update(&body).update(content.names.as_bytes());
        file.write_all(&head)?;
        file.write_all(hasher.finalize().as_bytes())?;
        file.write_all(&body)?;
        file.write_all(content.names.as_bytes())
    })
    .map_err(unwritable)?;
    header.file_length().ok_or(LoadError::TooLarge)
}

fn levels(content: &Content) -> Result<[u32; LEVELS], LoadError> {
    let mut levels = [0; LEVELS];
    for (level, count) in Level::ALL.iter().zip(&mut levels) {
        let found = content.drafts.iter().filter(|draft| draft.level == *level).count();
        *count = u32::try_from(found).map_err(|_| LoadError::TooLarge)?;
    }
    Ok(levels)
}

/// The bytes of a record, as `index::form` says.
fn record(draft: &Draft) -> [u8; RECORD] {
    let place = |at: Option<u32>| at.map_or(0, |at| at.saturating_add(1)).to_le_bytes();
    let [first, second] = draft.hashes.map(|hash| hash.map_or(0, |hash| hash.number()).to_le_bytes());
    let (start, length) = draft.name;
    let marks = [
        (draft.inactive, flag::INACTIVE),
        (draft.unavailable, flag::UNAVAILABLE),
        (draft.unprescribable, flag::UNPRESCRIBABLE),
    ];
    let flags = marks.iter().filter(|(set, _)| *set).fold(0, |flags, (_, flag)| flags | flag);
    let mut bytes = [0; RECORD];
    let parts: [&[u8]; 8] = [
        &draft.code.to_le_bytes(),
        &place(draft.part_of_at),
        &place(draft.successor_at),
        &first,
        &second,
        &start.to_le_bytes(),
        &length.to_le_bytes(),
        &[draft.level.number(), flags | draft.schedule << flag::SCHEDULE],
    ];
    for (byte, value) in bytes.iter_mut().zip(parts.iter().copied().flatten()) {
        *byte = *value;
    }
    bytes
}

/// Puts a file in its place when it is whole and on disk.
fn put(path: &Path, write: impl FnOnce(&mut BufWriter<&mut std::fs::File>) -> io::Result<()>) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    // The name begins with a dot, so that a configuration folder takes no notice of it.
    builder.prefix(".dictionary-").suffix(".part");
    // It is published data, and the gateway may run as somebody else than who loads it.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let mut part = builder.tempfile_in(folder)?;
    let mut writer = BufWriter::new(part.as_file_mut());
    write(&mut writer)?;
    writer.flush()?;
    drop(writer);
    part.as_file().sync_all()?;
    part.persist(path).map_err(|error| error.error)?;
    std::fs::File::open(folder)?.sync_all()
}
