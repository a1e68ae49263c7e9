//! The invented release of `tests/fixtures/dmd`, and changes to it.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::{Index, LoadError, Loaded, Release, load};

/// The folder of the invented release.
pub(crate) fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/dmd/release")
}

/// A copy of the release that tests may change, and an index made of it.
pub(crate) struct Copy {
    folder: TempDir,
}

impl Copy {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for entry in std::fs::read_dir(fixture()).unwrap() {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
        }
        Copy { folder }
    }

    /// The file whose name begins so.
    pub(crate) fn file(&self, prefix: &str) -> PathBuf {
        let files = std::fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let fits = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().starts_with(prefix);
        files.into_iter().find(fits).unwrap()
    }

    /// Replaces the first occurrence of a text in a file.
    pub(crate) fn change(&self, prefix: &str, from: &str, to: &str) {
        let file = self.file(prefix);
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains(from), "{from} does not stand in {prefix}");
        std::fs::write(file, text.replacen(from, to, 1)).unwrap();
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn index(&self) -> PathBuf {
        self.folder.path().join("dmd.index")
    }

    pub(crate) fn load(&self) -> Result<Loaded, LoadError> {
        load(&Release::find(&[self.folder.path()])?, &self.index())
    }

    pub(crate) fn open(&self) -> Index {
        self.load().unwrap();
        Index::open(&self.index()).unwrap()
    }
}
