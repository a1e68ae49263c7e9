//! The entries of a release, put in order.

use std::collections::HashMap;

use crate::entry::{Level, NameHash};
use crate::error::LoadError;
use crate::load::Notices;
use crate::tables::whole_of;

/// An entry before its place is known.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub code: u64,
    pub level: Level,
    pub inactive: bool,
    pub unavailable: bool,
    pub unprescribable: bool,
    pub schedule: u8,
    /// The code that it is part of; 0 for none.
    pub part_of: u64,
    /// The place of what it is part of.
    pub part_of_at: Option<u32>,
    /// The code that it had before; 0 for none.
    pub previous: u64,
    /// The code that took its place; 0 for none.
    pub successor: u64,
    /// The place of what took its place.
    pub successor_at: Option<u32>,
    /// Where its name stands; nothing for a code that the release knows as a previous one only.
    pub name: (u32, u16),
    pub hashes: [Option<NameHash>; 2],
}

impl Draft {
    fn new(level: Level, code: u64) -> Self {
        Draft {
            code,
            level,
            inactive: false,
            unavailable: false,
            unprescribable: false,
            schedule: 0,
            part_of: 0,
            part_of_at: None,
            previous: 0,
            successor: 0,
            successor_at: None,
            name: (0, 0),
            hashes: [None; 2],
        }
    }

    /// Adds another name.
    pub fn called_too(&mut self, name: &str) {
        let [_, second] = &mut self.hashes;
        *second = Some(NameHash::of(name));
    }

    fn key(&self) -> (u64, Level) {
        (self.code, self.level)
    }
}

/// What an index is written from.
pub(crate) struct Content {
    /// By code and level, each once.
    pub drafts: Vec<Draft>,
    pub names: String,
}

/// Gathers the entries of a release.
#[derive(Default)]
pub(crate) struct Builder {
    drafts: Vec<Draft>,
    names: String,
    /// Schedule of each category of controlled drugs.
    categories: HashMap<String, u8>,
    /// Schedule of each virtual product that is controlled.
    schedules: HashMap<u64, u8>,
}

impl Builder {
    /// A category of controlled drugs, named for example `Schedule 2 (CD Exempt Safe Custody)`.
    pub fn category(&mut self, category: &str, name: &str) {
        let digit = name.strip_prefix("Schedule ").and_then(|rest| rest.chars().next()).and_then(|c| c.to_digit(10));
        let schedule = digit.and_then(|digit| u8::try_from(digit).ok()).filter(|digit| (1..=5).contains(digit));
        self.categories.insert(category.to_owned(), schedule.unwrap_or(0));
    }

    /// The category of a virtual product; `false` if the category is unknown.
    pub fn category_of_product(&mut self, product: u64, category: &str) -> bool {
        let schedule = self.categories.get(category).copied();
        self.schedules.extend(schedule.map(|schedule| (product, schedule)));
        schedule.is_some()
    }

    /// A new entry with its name.
    pub fn entry(&mut self, level: Level, code: u64, name: &str) -> Result<&mut Draft, String> {
        let (Ok(start), Ok(length)) = (u32::try_from(self.names.len()), u16::try_from(name.len())) else {
            return Err("names of at most 4 GiB altogether are expected".to_owned());
        };
        self.names.push_str(name);
        let hashes = [Some(NameHash::of(name)), None];
        self.drafts.push(Draft { name: (start, length), hashes, ..Draft::new(level, code) });
        self.drafts.last_mut().ok_or_else(String::new)
    }

    /// Puts the entries in order, and works out what refers to what.
    pub fn finish(mut self, notices: &mut Notices) -> Result<Content, LoadError> {
        self.once_each(notices);
        self.superseded();
        let mut drafts = self.drafts;
        if u32::try_from(drafts.len()).is_err() {
            return Err(LoadError::TooLarge);
        }
        let keys: Vec<(u64, Level)> = drafts.iter().map(Draft::key).collect();
        let place = |key: (u64, Level)| keys.binary_search(&key).ok().and_then(|place| u32::try_from(place).ok());
        for draft in &mut drafts {
            draft.successor_at = place((draft.successor, draft.level));
            let Some(level) = whole_of(draft.level).filter(|_| draft.part_of != 0) else { continue };
            draft.part_of_at = place((draft.part_of, level));
            if draft.part_of_at.is_none() {
                let (of, whole) = (draft.level, level);
                notices.add("", 0, || format!("{} is part of {} that the release lacks", of.words(), whole.words()));
            }
        }
        for number in 0..drafts.len() {
            let schedule = schedule(&drafts, &self.schedules, number);
            if let Some(draft) = drafts.get_mut(number) {
                draft.schedule = schedule;
            }
        }
        Ok(Content { drafts, names: self.names })
    }

    /// Sorts the entries. Of several of one code and level, the first that is active stays.
    fn once_each(&mut self, notices: &mut Notices) {
        self.drafts.sort_by_key(|draft| (draft.key(), draft.inactive));
        self.drafts.dedup_by(|next, first| {
            let same = next.key() == first.key();
            if same {
                let level = next.level;
                notices.add("", 0, || format!("a code of {} stands twice, and counts once", level.words()));
            }
            same
        });
    }

    /// Adds the codes that things had before, unless they have an entry of their own. An entry that is inactive gets its
    /// successor.
    fn superseded(&mut self) {
        let mut claims: Vec<((u64, Level), u64, u64)> = self
            .drafts
            .iter()
            .filter(|draft| draft.previous != 0 && draft.previous != draft.code)
            .map(|draft| ((draft.previous, draft.level), draft.code, draft.part_of))
            .collect();
        claims.sort_unstable();
        claims.dedup_by_key(|(key, ..)| *key);
        let mut added = Vec::new();
        for ((code, level), successor, part_of) in claims {
            match self.drafts.binary_search_by_key(&(code, level), Draft::key) {
                Ok(place) => {
                    if let Some(draft) = self.drafts.get_mut(place).filter(|draft| draft.inactive) {
                        draft.successor = successor;
                    }
                }
                Err(_) => added.push(Draft { inactive: true, part_of, successor, ..Draft::new(level, code) }),
            }
        }
        self.drafts.append(&mut added);
        self.drafts.sort_by_key(Draft::key);
    }
}

/// The schedule of an entry: of its virtual product, which it may be itself.
fn schedule(drafts: &[Draft], schedules: &HashMap<u64, u8>, number: usize) -> u8 {
    let mut at = Some(number);
    // An actual pack, its product, the virtual product, and the one that took its place.
    for _ in 0..4 {
        let Some(draft) = at.and_then(|at| drafts.get(at)) else { return 0 };
        if draft.level == Level::Vmp
            && let Some(schedule) = schedules.get(&draft.code)
        {
            return *schedule;
        }
        let next = if draft.level == Level::Vmp { draft.successor_at } else { draft.part_of_at };
        at = next.and_then(|next| usize::try_from(next).ok());
    }
    0
}

#[cfg(test)]
mod tests;
