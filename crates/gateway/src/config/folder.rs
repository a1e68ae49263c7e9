//! What stands in a configuration folder.
//!
//! Invariants:
//! - Nothing is passed over in silence: what is neither read nor known to have no meaning is an error, so that a slip in
//!   the name of a file can't take a route away.
//! - Links are followed, and names that begin with a dot are left alone, so that a folder may be mounted or under version
//!   control.

use std::io;
use std::path::{Component, Path, absolute};

use super::SETTINGS_FILE;
use super::error::ConfigError;
use super::nearest::nearest;

/// The folders whose `*.toml` are read.
const READ: [&str; 2] = ["endpoints", "routes"];

/// The folders that belong to a configuration and are not read at the start.
const OTHERS: [&str; 2] = ["maps", "tests"];

/// The names in a configuration folder, with `/` between the parts of a path.
#[derive(Default)]
pub(super) struct Listing {
    /// The files to read, in order.
    pub(super) files: Vec<String>,
    /// What could not be listed.
    errors: Vec<ConfigError>,
    /// What has no meaning here, and why.
    strangers: Vec<ConfigError>,
}

impl Listing {
    /// Allows a file that the configuration names, wherever it stands in the configuration folder. A relative path begins
    /// there.
    pub(super) fn admit(&mut self, folder: &Path, path: &Path) {
        let (Ok(base), Ok(path)) = (absolute(folder), absolute(folder.join(path))) else { return };
        let first = path.strip_prefix(base).ok().and_then(|below| below.components().next());
        if let Some(Component::Normal(first)) = first {
            self.strangers.retain(|stranger| first != stranger.file.trim_end_matches('/'));
        }
    }

    /// Everything that is wrong, in order.
    pub(super) fn into_errors(self) -> Vec<ConfigError> {
        let mut errors = self.errors;
        errors.extend(self.strangers);
        errors
    }
}

/// Lists a configuration folder. Blocks.
pub(super) fn list(folder: &Path) -> Listing {
    let mut listing = Listing::default();
    let entries = match entries(folder) {
        Ok(entries) => entries,
        Err(error) => {
            listing.errors.push(ConfigError::whole(".", unreadable(&error)));
            return listing;
        }
    };
    for entry in &entries {
        match entry.name.as_str() {
            SETTINGS_FILE => listing.files.insert(0, SETTINGS_FILE.to_owned()),
            name if READ.contains(&name) => list_below(folder, name, &mut listing),
            name if entry.is_folder && OTHERS.contains(&name) => {}
            _ => listing.strangers.extend(stranger(entry)),
        }
    }
    listing
}

fn list_below(folder: &Path, below: &str, listing: &mut Listing) {
    match entries(&folder.join(below)) {
        Ok(entries) => {
            for entry in &entries {
                let name = format!("{below}/{}", entry.name);
                if Path::new(&entry.name).extension().is_some_and(|extension| extension == "toml") {
                    listing.files.push(name);
                } else if !entry.is_note() {
                    listing.strangers.push(ConfigError::whole(name, not_toml(entry)));
                }
            }
        }
        Err(error) => listing.errors.push(ConfigError::whole(below, unreadable(&error))),
    }
}

/// What is wrong with a name that stands beside `causeway.toml`.
fn stranger(entry: &Entry) -> Option<ConfigError> {
    if entry.is_folder {
        let known = READ.into_iter().chain(OTHERS);
        let hint = nearest(&entry.name, known)
            .map_or_else(|| "expected endpoints/ or routes/".to_owned(), |name| format!("did you mean `{name}/`?"));
        return Some(ConfigError::whole(
            format!("{}/", entry.name),
            format!("a folder of this name is not read; {hint}"),
        ));
    }
    if entry.is_note() {
        return None;
    }
    let hint = nearest(&entry.name, [SETTINGS_FILE]).map_or_else(
        || format!("expected {SETTINGS_FILE}, or a file in endpoints/ or routes/"),
        |name| format!("did you mean `{name}`?"),
    );
    Some(ConfigError::whole(&entry.name, format!("a file of this name is not read; {hint}")))
}

/// What is wrong with a name in a folder that holds nothing but `*.toml`.
fn not_toml(entry: &Entry) -> String {
    if entry.is_folder {
        return "a folder within this one is not read; its files belong one level up".to_owned();
    }
    let near = entry
        .name
        .rsplit_once('.')
        .filter(|(_, extension)| nearest(&extension.to_ascii_lowercase(), ["toml"]).is_some())
        .map(|(stem, _)| format!("did you mean `{stem}.toml`?"));
    let hint = near.unwrap_or_else(|| "expected a file whose name ends in .toml".to_owned());
    format!("a file of this name is not read; {hint}")
}

/// One name in a folder.
struct Entry {
    name: String,
    is_folder: bool,
}

impl Entry {
    /// Whether it is a file for people.
    fn is_note(&self) -> bool {
        let name = self.name.to_ascii_lowercase();
        !self.is_folder && (name.starts_with("readme") || Path::new(&name).extension().is_some_and(|end| end == "md"))
    }
}

/// The names in a folder in order, without those that begin with a dot.
fn entries(folder: &Path) -> io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !name.starts_with('.') {
            entries.push(Entry { name, is_folder: path.is_dir() });
        }
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

/// Why a file or folder could not be read.
pub(super) fn unreadable(error: &io::Error) -> String {
    format!("can't be read: {}", error.kind())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is listed of a folder with these files; a name that ends in `/` is a folder.
    fn listing(names: &[&str]) -> Listing {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            let path = folder.path().join(name);
            if name.ends_with('/') {
                std::fs::create_dir_all(path).unwrap();
            } else {
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, "").unwrap();
            }
        }
        list(folder.path())
    }

    fn errors(names: &[&str]) -> Vec<String> {
        listing(names).into_errors().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_files_are_read_in_order_beginning_with_the_settings() {
        let listing = listing(&["routes/b.toml", "routes/a.toml", "endpoints/z.toml", "causeway.toml"]);
        assert_eq!(listing.files, ["causeway.toml", "endpoints/z.toml", "routes/a.toml", "routes/b.toml"]);
        assert!(listing.into_errors().is_empty());
    }

    #[test]
    fn notes_dot_files_and_the_folders_of_maps_and_tests_are_left_alone() {
        let names = [
            "README",
            "readme.txt",
            "notes.md",
            ".gitignore",
            ".git/config",
            "maps/x.csv",
            "tests/x.toml",
            "routes/README.md",
            "routes/.x.toml.swp",
            "endpoints/.#gp.toml",
        ];
        let listing = listing(&names);
        assert!(listing.files.is_empty());
        assert!(listing.into_errors().is_empty());
    }

    #[test]
    fn an_unknown_folder_is_an_error_with_the_nearest_known_one() {
        assert_eq!(errors(&["route/x.toml"]), ["route/: a folder of this name is not read; did you mean `routes/`?"]);
        assert_eq!(
            errors(&["endpoint/"]),
            ["endpoint/: a folder of this name is not read; did you mean `endpoints/`?"]
        );
        assert_eq!(errors(&["data/"]), ["data/: a folder of this name is not read; expected endpoints/ or routes/"]);
        assert_eq!(
            errors(&["routes/more/"]),
            ["routes/more: a folder within this one is not read; its files belong one level up"]
        );
    }

    #[test]
    fn an_unknown_file_is_an_error_with_the_nearest_known_one() {
        assert_eq!(
            errors(&["routes/x.tml"]),
            ["routes/x.tml: a file of this name is not read; did you mean `x.toml`?"]
        );
        assert_eq!(
            errors(&["routes/x.TOML"]),
            ["routes/x.TOML: a file of this name is not read; did you mean `x.toml`?"]
        );
        assert_eq!(
            errors(&["endpoints/gp.json"]),
            ["endpoints/gp.json: a file of this name is not read; expected a file whose name ends in .toml"]
        );
        assert_eq!(
            errors(&["causway.toml"]),
            ["causway.toml: a file of this name is not read; did you mean `causeway.toml`?"]
        );
        assert_eq!(
            errors(&["gp.toml"]),
            ["gp.toml: a file of this name is not read; expected causeway.toml, or a file in endpoints/ or routes/"]
        );
    }

    #[test]
    fn a_file_that_the_configuration_names_is_admitted() {
        let mut listing = listing(&["index.secret", "secrets/key", "whole", "other"]);
        let folder = Path::new("/etc/causeway");
        for path in ["./index.secret", "secrets/key", "/etc/causeway/whole", "/etc/other", "../other"] {
            listing.admit(folder, Path::new(path));
        }
        let left: Vec<String> = listing.into_errors().into_iter().map(|error| error.file).collect();
        assert_eq!(left, ["other"]);
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let errors = list(&folder.path().join("nowhere")).into_errors();
        assert_eq!(errors.len(), 1);
        assert!(errors[0].message.starts_with("can't be read"), "{errors:?}");
    }
}
