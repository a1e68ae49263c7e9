use std::io::Write as _;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;
use crate::testing::{Copy, fixture};
use crate::{Index, load};

fn fault(release: Result<Release, LoadError>) -> String {
    release.unwrap_err().to_string()
}

#[test]
fn a_release_is_found_by_the_names_of_its_files() {
    let release = Release::find(&[fixture()]).unwrap();
    assert_eq!((release.label.as_str(), release.date), ("release", 20_261_105));
    assert_eq!(release.skipped, ["f_gtin2_0051126.xml"]);
}

#[test]
fn a_name_tells_the_day() {
    assert_eq!(date("f_vtm2_3010226.xml", "f_vtm2_"), Some(20_260_201));
    assert_eq!(date("F_VTM2_3010226.XML", "f_vtm2_"), Some(20_260_201));
    for other in
        ["f_vtm2_3.xml", "f_vtm2_301022x.xml", "f_vtm2_3010226.xsd", "f_vtm_ing1_0010226.xml", "f_vtm2_é10226.xml"]
    {
        assert_eq!(date(other, "f_vtm2_"), None, "{other}");
    }
}

#[test]
fn files_that_do_not_make_one_release_are_refused() {
    let copy = Copy::new();
    let moieties = copy.file("f_vtm2_");
    let other = copy.folder().join("f_vtm2_3121126.xml");
    std::fs::copy(&moieties, &other).unwrap();
    let both = "one release is expected, and there are f_vtm2_3051126.xml and f_vtm2_3121126.xml";
    assert_eq!(fault(Release::find(&[copy.folder()])), both);
    std::fs::remove_file(moieties).unwrap();
    let days = "the files are expected to be of one day, and are not";
    assert_eq!(fault(Release::find(&[copy.folder()])), days);
    std::fs::remove_file(other).unwrap();
    assert_eq!(fault(Release::find(&[copy.folder()])), "there is no f_vtm2_….xml");
    assert!(fault(Release::find(&[copy.folder().join("nothing")])).contains("cannot be read"));
    assert_eq!(fault(Release::find::<&Path>(&[])), "there is no f_lookup2_….xml");
}

#[test]
fn an_archive_makes_the_same_index_as_a_folder() {
    let copy = Copy::new();
    let zipped = copy.folder().join("release.zip");
    let mut archive = ZipWriter::new(File::create(&zipped).unwrap());
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for entry in std::fs::read_dir(fixture()).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("release/{}", path.file_name().unwrap().to_string_lossy());
        archive.start_file(name, options).unwrap();
        archive.write_all(&std::fs::read(path).unwrap()).unwrap();
    }
    archive.add_directory("empty/", options).unwrap();
    archive.finish().unwrap();
    let release = Release::find(&[&zipped]).unwrap();
    assert_eq!(release.skipped, ["f_gtin2_0051126.xml"]);
    let (one, other) = (copy.folder().join("one.index"), copy.folder().join("other.index"));
    load(&release, &one).unwrap();
    load(&Release::find(&[fixture()]).unwrap(), &other).unwrap();
    assert_eq!(std::fs::read(&one).unwrap(), std::fs::read(&other).unwrap());
    assert_eq!(Index::open(&one).unwrap().label(), "release");
}

#[test]
fn a_file_that_is_no_archive_is_refused() {
    let copy = Copy::new();
    assert!(fault(Release::find(&[copy.file("f_vtm2_")])).contains("cannot be read"));
}
