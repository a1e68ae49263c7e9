//! Signatures: what is prepared, and what is found out about what was received (signature.md).

mod loops;
mod prepared;
mod received;

use std::path::{Path, PathBuf};

use causeway_tests::corpus_context;

/// The context of the published pairs at another time.
fn context_at(folder: &Path, now: &str) -> Option<PathBuf> {
    let text = std::fs::read_to_string(corpus_context()?).unwrap();
    let changed = text.replace("now = \"2022-02-01T00:00:00Z\"", &format!("now = \"{now}\""));
    assert_ne!(changed, text);
    let file = folder.join("context.toml");
    std::fs::write(&file, changed).unwrap();
    Some(file)
}
