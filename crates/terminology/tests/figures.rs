//! A release as large as the published ones: what its index costs. The figures stand in docs/decisions/0009-dictionary-index.md.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout)]

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use causeway_canonical::identifier::verhoeff_check_digit;
use causeway_terminology::{Dictionary, Index, Level, Release, Sort, load};

/// How many moieties a release has; and for each of them so many virtual products, actual products and packs of each.
struct Size {
    moieties: u64,
    virtual_products: u64,
    actual_products: u64,
}

impl Size {
    /// Entries: each product, virtual or actual, has as many packs as the others.
    fn entries(&self) -> u64 {
        self.moieties * (1 + self.virtual_products * (2 + 2 * self.actual_products)) + 4
    }
}

fn code(item: u64) -> u64 {
    let body = format!("{item}100000110");
    let check = verhoeff_check_digit(&body).unwrap();
    format!("{body}{check}").parse().unwrap()
}

/// Codes of one level do not meet those of another.
fn numbered(level: u64, number: u64) -> u64 {
    code(level * 10_000_000 + number)
}

fn write(folder: &Path, name: &str, root: &str, section: &str, records: &str) {
    let (open, close) = match section {
        "" => (String::new(), String::new()),
        section => (format!("<{section}>\n"), format!("</{section}>\n")),
    };
    let text = format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<{root}>\n{open}{records}{close}</{root}>\n");
    std::fs::write(folder.join(format!("{name}3051126.xml")), text).unwrap();
}

/// Writes a release, with names as long as the published ones.
fn release(folder: &Path, size: &Size) -> Release {
    let [mut vtm, mut vmp, mut amp, mut vmpp, mut ampp] = [const { String::new() }; 5];
    for moiety in 0..size.moieties {
        let vtm_code = numbered(1, moiety);
        writeln!(vtm, "<VTM><VTMID>{vtm_code}</VTMID><NM>Substance {moiety}</NM></VTM>").unwrap();
        for strength in 0..size.virtual_products {
            let product = moiety * size.virtual_products + strength;
            let (vmp_code, vmpp_code) = (numbered(2, product), numbered(4, product));
            let name = format!("Substance {moiety} {strength}mg/5ml modified-release oral suspension");
            writeln!(vmp, "<VMP><VPID>{vmp_code}</VPID><VTMID>{vtm_code}</VTMID><NM>{name}</NM></VMP>").unwrap();
            writeln!(vmpp, "<VMPP><VPPID>{vmpp_code}</VPPID><NM>{name} 28 tablet</NM><VPID>{vmp_code}</VPID></VMPP>")
                .unwrap();
            for supplier in 0..size.actual_products {
                let actual = product * size.actual_products + supplier;
                let (amp_code, ampp_code) = (numbered(3, actual), numbered(5, actual));
                let described = format!("{name} (Company {supplier} Pharmaceuticals Ltd)");
                writeln!(
                    amp,
                    "<AMP><APID>{amp_code}</APID><VPID>{vmp_code}</VPID><NM>{name}</NM><DESC>{described}</DESC></AMP>"
                )
                .unwrap();
                writeln!(
                    ampp,
                    "<AMPP><APPID>{ampp_code}</APPID><NM>{described} 28 tablet</NM><VPPID>{vmpp_code}</VPPID>\
                     <APID>{amp_code}</APID></AMPP>"
                )
                .unwrap();
            }
        }
    }
    let info =
        |section: &str, item| format!("<{section}><INFO><CD>{}</CD><DESC>x</DESC></INFO></{section}>\n", code(item));
    let lookup = [info("UNIT_OF_MEASURE", 11), info("FORM", 12), info("ROUTE", 13)].concat();
    write(folder, "f_lookup2_", "LOOKUP", "", &lookup);
    let substance = format!("<ING><ISID>{}</ISID><NM>x</NM></ING>\n", code(14));
    write(folder, "f_ingredient2_", "INGREDIENT_SUBSTANCES", "", &substance);
    write(folder, "f_vtm2_", "VIRTUAL_THERAPEUTIC_MOIETIES", "", &vtm);
    write(folder, "f_vmp2_", "VIRTUAL_MED_PRODUCTS", "VMPS", &vmp);
    write(folder, "f_amp2_", "ACTUAL_MEDICINAL_PRODUCTS", "AMPS", &amp);
    write(folder, "f_vmpp2_", "VIRTUAL_MED_PRODUCT_PACK", "VMPPS", &vmpp);
    write(folder, "f_ampp2_", "ACTUAL_MEDICINAL_PROD_PACKS", "AMPPS", &ampp);
    Release::find(&[folder]).unwrap()
}

#[test]
fn every_code_of_a_large_release_is_found_and_its_index_is_no_larger_than_its_names_and_32_bytes_an_entry() {
    let folder = tempfile::tempdir().unwrap();
    let size = Size { moieties: 40, virtual_products: 8, actual_products: 7 };
    let path = folder.path().join("dmd.index");
    let loaded = load(&release(folder.path(), &size), &path).unwrap();
    let index = Index::open(&path).unwrap();
    assert_eq!(index.len() as u64, size.entries());
    let mut names = 0;
    for (number, level, count) in [
        (1, Level::Vtm, 40),
        (2, Level::Vmp, 320),
        (3, Level::Amp, 2240),
        (4, Level::Vmpp, 320),
        (5, Level::Ampp, 2240),
    ] {
        for item in 0..count {
            let entry = index.look_up(numbered(number, item), Sort::Medicine).unwrap();
            assert_eq!(entry.level, level);
            assert_eq!(entry.part_of.is_some(), level != Level::Vtm);
            names += index.name(entry.code, level).unwrap().unwrap().len() as u64;
            assert_eq!(index.look_up(entry.code + 10, Sort::Medicine), None);
        }
    }
    // Four names of one letter, the header with its checksum, and the label.
    let label = index.label().len() as u64;
    assert_eq!(loaded.bytes, 104 + label + 32 * size.entries() + names + 4);
}

#[test]
#[ignore = "prints figures: cargo test -p causeway-terminology --test figures -- --ignored --nocapture"]
fn figures_of_a_release_of_half_a_million_entries() {
    let folder = tempfile::tempdir().unwrap();
    let size = Size { moieties: 3000, virtual_products: 9, actual_products: 8 };
    let release = release(folder.path(), &size);
    let path = folder.path().join("dmd.index");
    let xml: u64 = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().metadata().unwrap().len()).sum();
    let started = Instant::now();
    let loaded = load(&release, &path).unwrap();
    println!(
        "{} entries of {xml} bytes of XML: {} bytes, loaded in {:?}",
        size.entries(),
        loaded.bytes,
        started.elapsed()
    );
    let started = Instant::now();
    let index = Index::open(&path).unwrap();
    println!("opened in {:?}, {} bytes in memory", started.elapsed(), index.len() * 32);
    let codes: Vec<u64> = (0..100_000).map(|item| numbered(3, item * 2)).collect();
    let started = Instant::now();
    let found = codes.iter().filter(|code| index.look_up(black_box(**code), Sort::Medicine).is_some()).count();
    println!("{found} codes found, {:?} each", started.elapsed() / 100_000);
    let entry = index.look_up(codes[0], Sort::Medicine).unwrap();
    let started = Instant::now();
    for _ in 0..100_000 {
        black_box(entry.is_called(black_box("Substance 0 0mg/5ml modified-release oral suspension")));
    }
    println!("a name compared in {:?}", started.elapsed() / 100_000);
    assert_eq!(found, codes.len());
}
