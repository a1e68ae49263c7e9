//! What arrived, octet for octet, in a folder.

use std::fs;
use std::io;
use std::path::Path;

/// Keeps a message under its place in the order of arrival, unless it is kept already. It is whole before it has its
/// name, so that whoever watches the folder never reads half a message.
pub fn keep(folder: &Path, sequence: u64, media_type: &str, source: &[u8]) -> io::Result<()> {
    let extension = if media_type.ends_with("json") { "json" } else { "xml" };
    let path = folder.join(format!("{sequence:06}.{extension}"));
    if path.exists() {
        return Ok(());
    }
    let unfinished = path.with_extension("new");
    fs::write(&unfinished, source)?;
    fs::rename(&unfinished, &path)
}
