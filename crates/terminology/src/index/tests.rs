use super::*;
use crate::testing::Copy;

const PRODUCT: u64 = 9_002_011_000_001_105;

fn look_up(index: &Index, code: u64) -> Entry {
    index.look_up(code, Sort::Medicine).unwrap()
}

#[test]
fn every_level_is_found_with_what_the_release_says_of_it() {
    let index = Copy::new().open();
    for (code, level, part_of, schedule) in [
        (9_001_011_000_001_102, Level::Vtm, None, None),
        (PRODUCT, Level::Vmp, Some(9_001_011_000_001_102), None),
        (9_002_031_000_001_104, Level::Vmp, Some(9_001_021_000_001_106), Some(2)),
        (9_002_071_000_001_102, Level::Vmp, Some(9_001_021_000_001_106), Some(4)),
        (9_003_031_000_001_107, Level::Amp, Some(9_002_031_000_001_104), Some(2)),
        (9_004_031_000_001_105, Level::Vmpp, Some(9_002_031_000_001_104), Some(2)),
        (9_005_031_000_001_106, Level::Ampp, Some(9_003_031_000_001_107), Some(2)),
        (9_006_011_000_001_109, Level::Ingredient, None, None),
        (428_673_006, Level::Unit, None, None),
        (9_008_011_000_001_108, Level::Form, None, None),
        (26_643_006, Level::Route, None, None),
    ] {
        let entry = look_up(&index, code);
        assert_eq!((entry.code, entry.level, entry.part_of, entry.schedule), (code, level, part_of, schedule));
        assert!(!entry.inactive && !entry.unavailable && !entry.unprescribable && entry.successor.is_none());
    }
    assert_eq!(index.look_up(322_236_009, Sort::Medicine), None);
    assert_eq!(index.look_up(0, Sort::Medicine), None);
    assert_eq!(index.look_up(u64::MAX, Sort::Medicine), None);
}

#[test]
fn a_withdrawn_code_and_a_superseded_one_are_inactive() {
    let index = Copy::new().open();
    let withdrawn = look_up(&index, 9_002_041_000_001_106);
    assert!(withdrawn.inactive && withdrawn.unavailable && withdrawn.successor.is_none());
    let superseded = look_up(&index, 9_002_981_000_001_104);
    assert!(superseded.inactive);
    assert_eq!((superseded.level, superseded.successor), (Level::Vmp, Some(PRODUCT)));
    assert!(look_up(&index, 9_005_041_000_001_104).unavailable);
    assert!(look_up(&index, 9_002_051_000_001_109).unprescribable);
}

#[test]
fn names_are_compared_without_the_file_and_read_from_it() {
    let index = Copy::new().open();
    let product = look_up(&index, 9_003_021_000_001_105);
    for name in ["Serenil 5mg tablets", "Serenil 5mg tablets (Southquay Pharma & Sons)", "serenil 5 mg TABLETS"] {
        assert!(product.is_called(name), "{name}");
    }
    assert!(!product.is_called("Calmivol 5mg tablets"));
    let name = index.name(9_003_021_000_001_105, Level::Amp).unwrap();
    assert_eq!(name.as_deref(), Some("Serenil 5mg tablets (Southquay Pharma & Sons)"));
    assert_eq!(index.name(PRODUCT, Level::Amp).unwrap(), None);
    // A superseded code has no name of its own.
    assert!(look_up(&index, 9_002_981_000_001_104).is_called("anything"));
    let successors = index.name(9_002_981_000_001_104, Level::Vmp).unwrap();
    assert_eq!(successors.as_deref(), Some("Calmivol 5mg tablets"));
}

#[test]
fn an_index_tells_what_it_was_made_of() {
    let copy = Copy::new();
    let index = copy.open();
    assert_eq!((index.date(), index.path(), index.is_empty()), (20_261_105, copy.index().as_path(), false));
    let levels: Vec<u32> = index.levels().map(|(_, count)| count).collect();
    assert_eq!(levels, [4, 9, 6, 4, 4, 3, 4, 4, 3]);
    assert_eq!(index.len(), 41);
}

#[test]
fn an_index_in_use_is_not_changed_by_one_that_takes_its_place() {
    let copy = Copy::new();
    let before = copy.open();
    copy.change("f_vmp2_", "<NM>Calmivol 5mg tablets</NM>", "<NM>Calmivol five</NM>");
    let after = copy.open();
    assert_ne!(before.identity(), after.identity());
    assert_eq!(&Identity::of(&copy.index()).unwrap(), after.identity());
    assert_eq!(before.name(PRODUCT, Level::Vmp).unwrap().unwrap(), "Calmivol 5mg tablets");
    assert_eq!(after.name(PRODUCT, Level::Vmp).unwrap().unwrap(), "Calmivol five");
}

#[test]
fn the_same_release_makes_the_same_bytes() {
    let copy = Copy::new();
    copy.load().unwrap();
    let first = std::fs::read(copy.index()).unwrap();
    copy.load().unwrap();
    assert_eq!(first, std::fs::read(copy.index()).unwrap());
}

/// Why an index of these bytes cannot be used.
fn fault(copy: &Copy, bytes: &[u8]) -> String {
    let path = copy.folder().join("damaged.index");
    std::fs::write(&path, bytes).unwrap();
    Index::open(&path).unwrap_err().to_string()
}

#[test]
fn an_index_with_any_byte_changed_is_refused() {
    let copy = Copy::new();
    copy.load().unwrap();
    let whole = std::fs::read(copy.index()).unwrap();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        assert!(fault(&copy, &bytes).contains("is not a dictionary index that can be used"), "{at}");
    }
}

#[test]
fn an_index_that_is_cut_off_or_goes_on_is_refused() {
    let copy = Copy::new();
    copy.load().unwrap();
    let whole = std::fs::read(copy.index()).unwrap();
    for (bytes, problem) in [
        (&whole[..0], "it is too short"),
        (&whole[..HEADER + CHECKSUM - 1], "it is too short"),
        (&whole[..HEADER + CHECKSUM], "its length is not what it says"),
        (&whole[..whole.len() - 1], "its length is not what it says"),
        (&[whole.as_slice(), &[0]].concat(), "its length is not what it says"),
        (&[0; 200], "it does not begin as one"),
    ] {
        assert!(fault(&copy, bytes).ends_with(problem), "{problem}");
    }
    assert!(matches!(Index::open(Path::new("/nothing")), Err(OpenError::Unreadable { .. })));
}

/// An index whose bytes were changed by somebody who made the checksum anew.
fn forged(whole: &[u8], change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    change(&mut bytes);
    let mut hasher = blake3::Hasher::new();
    hasher.update(&bytes[..HEADER]).update(&bytes[HEADER + CHECKSUM..]);
    bytes[HEADER..HEADER + CHECKSUM].copy_from_slice(hasher.finalize().as_bytes());
    bytes
}

#[test]
fn an_index_with_a_checksum_is_still_held_to_its_form() {
    let copy = Copy::new();
    copy.load().unwrap();
    let whole = std::fs::read(copy.index()).unwrap();
    let records = HEADER + CHECKSUM + copy.folder().file_name().unwrap().len();
    let swapped = forged(&whole, |bytes| {
        let (first, rest) = bytes[records..].split_at_mut(RECORD);
        first.swap_with_slice(&mut rest[..RECORD]);
    });
    assert!(fault(&copy, &swapped).ends_with("its entries are not in order"));
    let level = forged(&whole, |bytes| bytes[records + RECORD - 2] = 9);
    assert!(fault(&copy, &level).ends_with("its entries are not in order"));
    let version = forged(&whole, |bytes| bytes[8] = 2);
    assert!(fault(&copy, &version).ends_with("load the release again"));
    // Places and names beyond the end lead nowhere.
    let lost = forged(&whole, |bytes| bytes[records + 8..records + 30].fill(0xff));
    let path = copy.folder().join("lost.index");
    std::fs::write(&path, lost).unwrap();
    let index = Index::open(&path).unwrap();
    let first = index.record(0).unwrap();
    let entry = index.look_up(first.code, Sort::Medicine).unwrap();
    assert_eq!((entry.part_of, entry.successor), (None, None));
    assert!(index.name(first.code, entry.level).is_err());
}
