use super::*;
use crate::tables::FILES;

/// Reads a file of moieties; the names that came, or what is wrong.
fn names(text: impl Read) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    let moieties = FILES.iter().find(|file| file.prefix == "f_vtm2_").unwrap();
    read(moieties, "vtm.xml", text, &mut |record| {
        names.push(record.get(Field::Name).unwrap_or_default().to_owned());
        Ok(())
    })
    .map_err(|error| error.to_string())?;
    Ok(names)
}

fn fault(text: &str) -> String {
    names(text.as_bytes()).unwrap_err()
}

const ROOT: &str = "VIRTUAL_THERAPEUTIC_MOIETIES";

fn moieties(inside: &str) -> String {
    format!("<{ROOT}>\n{inside}\n</{ROOT}>")
}

#[test]
fn references_and_cdata_are_decoded_and_blanks_around_a_value_do_not_count() {
    let text = moieties("<VTM><NM> A &amp; B &#945;<![CDATA[ <C>]]>\n</NM></VTM>");
    assert_eq!(names(text.as_bytes()).unwrap(), ["A & B α <C>"]);
}

#[test]
fn elements_that_nobody_named_are_passed_over() {
    let text = moieties(
        "<VTM new=\"1\"><LATER><NM>deeper</NM></LATER><NM>A<b>bold</b></NM><VTM/></VTM><OTHER><VTM/></OTHER><VTM/>",
    );
    assert_eq!(names(text.as_bytes()).unwrap(), ["A", ""]);
}

#[test]
fn a_byte_order_mark_a_declaration_and_comments_are_no_part_of_it() {
    let text = format!("\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?><!-- x --><?y z?>{}\n", moieties(""));
    assert!(names(text.as_bytes()).unwrap().is_empty());
}

#[test]
fn a_file_that_is_cut_off_is_refused_wherever_it_is_cut() {
    let text = moieties("<VTM><NM>A</NM></VTM>");
    for end in 0..text.len() {
        assert!(names(&text.as_bytes()[..end]).is_err(), "{end}");
    }
    let cut = text.replace("</NM></VTM>\n</VIRTUAL_THERAPEUTIC_MOIETIES>", "");
    assert_eq!(fault(&cut), "vtm.xml:2: the file ends inside the element NM");
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    let deep = "<X>".repeat(MAX_DEPTH);
    let long = format!("<VTM><NM>{}</NM></VTM>", "x".repeat(MAX_VALUE + 1));
    for (text, problem) in [
        ("<LOOKUP/>".to_owned(), "1: the root element VIRTUAL_THERAPEUTIC_MOIETIES is expected"),
        (String::new(), "1: the root element VIRTUAL_THERAPEUTIC_MOIETIES is expected"),
        (format!("{}\n\n<{ROOT}/>", moieties("")), "5: one root element is expected, and a second one begins"),
        (format!("{} x", moieties("")), "3: nothing but one root element is expected"),
        (moieties("<VTM><NM>A</NM><NM>B</NM></VTM>"), "2: one NM is expected in a record, and there are two"),
        (moieties("\n<VTM></VMP>"), "3: well-formed XML is expected"),
        (moieties(&deep), "2: at most 16 elements in each other are expected"),
        (moieties(&long), "2: a value of at most 8192 bytes is expected"),
        (moieties("<VTM><NM>\u{1}</NM></VTM>"), "2: a value without control characters is expected"),
        (moieties("<VTM><NM>&bull;</NM></VTM>"), "2: only the five entities that XML itself has are expected"),
        (format!("<!DOCTYPE a [<!ENTITY b \"c\">]>{}", moieties("")), "1: a file without a document type is expected"),
        (format!("<?xml version=\"1.0\" encoding=\"latin1\"?>{}", moieties("")), "1: the encoding UTF-8 is expected"),
    ] {
        let found = fault(&text);
        assert!(found.starts_with(&format!("vtm.xml:{problem}")), "{found}");
    }
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let text = moieties("<VTM><NM>A</NM></VTM>");
    let at = text.find("A</NM>").unwrap();
    let mut text = text.into_bytes();
    text[at] = 0xff;
    assert!(names(text.as_slice()).unwrap_err().starts_with("vtm.xml:2: well-formed XML is expected"));
}

#[test]
fn what_the_taker_says_is_told_with_the_line_of_the_record() {
    let moieties = FILES.iter().find(|file| file.prefix == "f_vtm2_").unwrap();
    let text = format!("<{ROOT}>\n<VTM>\n</VTM></{ROOT}>");
    let error = read(moieties, "vtm.xml", text.as_bytes(), &mut |_| Err("no".to_owned())).unwrap_err();
    assert_eq!(error.to_string(), "vtm.xml:3: no");
}

/// Repeats a text for ever.
struct Endless(&'static [u8]);

impl Read for Endless {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        for (byte, value) in out.iter_mut().zip(self.0.iter().cycle()) {
            *byte = *value;
        }
        Ok(out.len())
    }
}

#[test]
fn a_text_a_tag_or_a_comment_without_end_is_refused_before_it_fills_the_memory() {
    for start in [format!("<{ROOT}><VTM><NM>"), format!("<{ROOT} a=\""), "<!-- ".to_owned(), "<".to_owned()] {
        let found = names(start.as_bytes().chain(Endless(b"xy"))).unwrap_err();
        assert!(found.ends_with("tags and texts of at most 1048576 bytes are expected"), "{found}");
    }
}
