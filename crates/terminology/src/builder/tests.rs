use crate::testing::Copy;
use crate::{Dictionary, Level, Loaded, Sort};

const OLD_PRODUCT: u64 = 9_002_041_000_001_106;
const PRODUCT: u64 = 9_002_011_000_001_105;

fn texts(loaded: &Loaded) -> Vec<&str> {
    loaded.notices.iter().map(|notice| notice.text.as_str()).collect()
}

#[test]
fn everything_in_the_release_is_counted() {
    let loaded = Copy::new().load().unwrap();
    let counts: Vec<u64> = loaded.entries.iter().map(|(_, count)| *count).collect();
    // Previous codes count as entries of the level of what took their place.
    assert_eq!(counts, [4, 9, 6, 4, 4, 3, 4, 4, 3]);
    assert_eq!((loaded.inactive, loaded.noticed), (15, 0));
    assert_eq!(loaded.skipped, ["f_gtin2_0051126.xml"]);
}

#[test]
fn an_inactive_entry_that_another_claims_as_its_own_past_has_a_successor() {
    let copy = Copy::new();
    copy.change("f_vmp2_", "9002991000001102", &OLD_PRODUCT.to_string());
    let entry = copy.open().look_up(OLD_PRODUCT, Sort::Medicine).unwrap();
    assert_eq!((entry.inactive, entry.successor), (true, Some(9_002_061_000_001_107)));
}

#[test]
fn an_active_entry_stays_active_though_another_claims_it_as_its_past() {
    let copy = Copy::new();
    copy.change("f_vmp2_", "9002991000001102", &PRODUCT.to_string());
    let entry = copy.open().look_up(PRODUCT, Sort::Medicine).unwrap();
    assert_eq!((entry.inactive, entry.successor), (false, None));
}

#[test]
fn of_two_records_with_one_code_the_active_one_counts() {
    let copy = Copy::new();
    copy.change("f_vmp2_", &OLD_PRODUCT.to_string(), &PRODUCT.to_string());
    let loaded = copy.load().unwrap();
    assert_eq!(texts(&loaded)[0], "a code of a virtual medicinal product stands twice, and counts once");
    let entry = copy.open().look_up(PRODUCT, Sort::Medicine).unwrap();
    assert!(!entry.inactive && entry.is_called("Calmivol 5mg tablets"));
}

#[test]
fn what_the_release_lacks_is_told_and_what_refers_to_it_stays() {
    let copy = Copy::new();
    copy.change("f_amp2_", &format!("<VPID>{PRODUCT}</VPID>"), "<VPID>322236009</VPID>");
    let loaded = copy.load().unwrap();
    let told = "an actual medicinal product is part of a virtual medicinal product that the release lacks";
    assert_eq!((loaded.noticed, texts(&loaded)), (1, vec![told]));
    let entry = copy.open().look_up(9_003_011_000_001_101, Sort::Medicine).unwrap();
    assert_eq!((entry.part_of, entry.inactive), (None, false));
}

#[test]
fn a_category_without_a_name_is_told() {
    let copy = Copy::new();
    copy.change("f_vmp2_", "<CATCD>0002</CATCD>", "<CATCD>0042</CATCD>");
    let loaded = copy.load().unwrap();
    assert_eq!(texts(&loaded), ["a category of controlled drugs that has no name"]);
    assert_eq!(loaded.notices[0].file, "f_vmp2_3051126.xml");
    assert!(loaded.notices[0].line > 50);
}

#[test]
fn a_record_whose_code_no_message_could_hold_is_left_out_and_told() {
    let copy = Copy::new();
    copy.change("f_vmp2_", &format!("<VPID>{OLD_PRODUCT}</VPID>"), "<VPID>12</VPID>");
    let loaded = copy.load().unwrap();
    assert!(texts(&loaded).contains(&"a record was left out: its code is no SNOMED CT concept"));
    assert_eq!(copy.open().look_up(OLD_PRODUCT, Sort::Medicine), None);
}

#[test]
fn a_record_without_what_it_needs_stops_the_load_and_the_old_index_stays() {
    let copy = Copy::new();
    let before = copy.open();
    copy.change("f_amp2_", "<APID>9003021000001105</APID>", "");
    let error = copy.load().unwrap_err().to_string();
    assert_eq!(error, "f_amp2_3051126.xml:22: a record of AMPS/AMP has no APID, which it needs");
    copy.change("f_amp2_", "<VPID>9002011000001105</VPID>", "<APID>9003021000001105</APID><INVALID>2</INVALID>");
    copy.change("f_amp2_", "<APID>9003011000001101</APID>", "");
    assert!(copy.load().unwrap_err().to_string().ends_with("INVALID is expected to be 0 or 1"));
    let after = crate::Index::open(&copy.index()).unwrap();
    assert_eq!(after.identity(), before.identity());
    let left: Vec<_> = std::fs::read_dir(copy.folder()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().ends_with(".part")), "{left:?}");
}

#[test]
fn one_code_may_stand_for_a_medicine_and_for_a_unit() {
    let copy = Copy::new();
    copy.change("f_ingredient2_", "9006021000001100", "428673006");
    let index = copy.open();
    let level = |sort| index.look_up(428_673_006, sort).unwrap().level;
    assert_eq!(
        (level(Sort::Medicine), level(Sort::Unit), level(Sort::Route)),
        (Level::Ingredient, Level::Unit, Level::Ingredient)
    );
}

#[test]
fn a_release_without_the_products_that_are_prescribed_makes_no_index() {
    for (prefix, level) in [("f_vmp2_", "vmp"), ("f_amp2_", "amp")] {
        let copy = Copy::new();
        let file = copy.file(prefix);
        let text = std::fs::read_to_string(&file).unwrap();
        let tag = level.to_uppercase();
        std::fs::write(&file, text.replace(&format!("<{tag}>"), "<LATER>").replace(&format!("</{tag}>"), "</LATER>"))
            .unwrap();
        let error = copy.load().err().unwrap().to_string();
        assert_eq!(error, format!("the release is expected to have entries of the level {level}"));
    }
}
