//! Which characters XML has, and which stand in names.
//!
//! Invariant: exactly the productions Char, NameStartChar and NameChar of XML 1.0 (fifth edition), without the colon in
//! names.

/// Char (XML 1.0 §2.2).
pub(super) fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// Byte offset of the first character that no XML document can hold, not even escaped.
pub fn first_illegal_xml_character(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut end = 0;
    let mut control = None;
    for chunk in bytes.chunks(64) {
        // Without an early exit the compiler compares many bytes at once.
        if chunk.iter().fold(false, |found, &byte| found | is_control(byte)) {
            control = chunk.iter().position(|&byte| is_control(byte)).map(|at| end + at);
            break;
        }
        end += chunk.len();
    }
    let noncharacter = memchr::memchr_iter(0xEF, bytes).find(|&at| starts_noncharacter(bytes, at));
    match (control, noncharacter) {
        (Some(control), Some(noncharacter)) => Some(control.min(noncharacter)),
        (control, noncharacter) => control.or(noncharacter),
    }
}

/// Whether U+FFFE or U+FFFF starts at the offset, given that its first byte is that of U+F000 to U+FFFF.
pub(super) fn starts_noncharacter(bytes: &[u8], at: usize) -> bool {
    matches!(bytes.get(at + 1..at + 3), Some([0xBF, 0xBE | 0xBF]))
}

fn is_control(byte: u8) -> bool {
    byte < 0x20 && byte != b'\t' && byte != b'\n' && byte != b'\r'
}

/// Whether the text is a name without a colon (NCName, Namespaces in XML 1.0 §3).
pub fn is_xml_name(text: &str) -> bool {
    !text.is_empty() && name_end(text, 0) == text.len()
}

/// End of the name without colon that starts at `from`; `from` itself if none does.
pub(super) fn name_end(source: &str, from: usize) -> usize {
    let bytes = source.as_bytes();
    let Some(&first) = bytes.get(from) else { return from };
    let starts = if first < 0x80 { first.is_ascii_alphabetic() || first == b'_' } else { starts_name(source, from) };
    if !starts {
        return from;
    }
    let mut at = from;
    loop {
        match bytes.get(at) {
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_') => at += 1,
            Some(0x80..) => match source.get(at..).and_then(|rest| rest.chars().next()) {
                Some(c) if is_name_start(c) || continues_name(c) => at += c.len_utf8(),
                _ => return at,
            },
            _ => return at,
        }
    }
}

fn starts_name(source: &str, at: usize) -> bool {
    source.get(at..).and_then(|rest| rest.chars().next()).is_some_and(is_name_start)
}

/// NameStartChar beyond ASCII.
fn is_name_start(c: char) -> bool {
    matches!(c,
        '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}'
        | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}'
        | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

/// NameChar beyond ASCII and beyond [`is_name_start`].
fn continues_name(c: char) -> bool {
    matches!(c, '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_start_with_letters_or_underscores_and_have_no_colon() {
        for name in ["a", "_", "A-1.b", "élément", "a\u{B7}", "\u{10000}"] {
            assert!(is_xml_name(name), "{name}");
        }
        for name in ["", "1a", "-a", ".a", "a:b", "a b", "\u{B7}a", "×", "a\u{37E}"] {
            assert!(!is_xml_name(name), "{name}");
        }
    }

    #[test]
    fn control_characters_and_noncharacters_are_not_xml() {
        assert_eq!(first_illegal_xml_character("a\t\r\n\u{7F}\u{FFFD}\u{10FFFF}é"), None);
        assert_eq!(first_illegal_xml_character("é\u{0}"), Some(2));
        assert_eq!(first_illegal_xml_character("\u{FFFE}\u{1}"), Some(0));
        assert_eq!(first_illegal_xml_character("\u{1}\u{FFFF}"), Some(0));
        assert_eq!(first_illegal_xml_character(&format!("{}\u{1F}", "x".repeat(100))), Some(100));
        for c in ['\0', '\u{B}', '\u{FFFE}', '\u{FFFF}'] {
            assert!(!is_xml_char(c));
        }
    }
}
