//! What the tests over the corpus share.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use causeway_syntax::adapter::Context;

/// The published corpus, if it is there.
pub fn corpus() -> Option<PathBuf> {
    let named = std::env::var_os("CAUSEWAY_CORPUS").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"));
    if folder.is_dir() {
        return Some(folder);
    }
    // Not println: what a passing test prints is not shown.
    let _ = writeln!(std::io::stderr(), "SKIPPED: corpus not found at {}; set CAUSEWAY_CORPUS", folder.display());
    None
}

pub fn context() -> Context {
    Context::at("2022-02-01T00:00:00Z".parse().unwrap())
}
