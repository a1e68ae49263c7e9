//! Small matchers for the forms of identifiers.
//!
//! Invariant: ASCII only, and always over the whole text; a trailing newline or a blank is never let through.

/// Whether the text is a run of ASCII digits, as long as `length` says.
pub(super) fn is_digits(text: &str, length: impl std::ops::RangeBounds<usize>) -> bool {
    length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether every character stands in the class that `pattern` names at its place: `9` a digit, `A` an upper-case
/// letter, `F` an upper-case hexadecimal digit, `X` an upper-case letter or digit; anything else stands for itself.
pub(super) fn matches_shape(text: &str, pattern: &str) -> bool {
    text.len() == pattern.len() && text.bytes().zip(pattern.bytes()).all(|(byte, class)| stands_in(byte, class))
}

fn stands_in(byte: u8, class: u8) -> bool {
    match class {
        b'9' => byte.is_ascii_digit(),
        b'A' => byte.is_ascii_uppercase(),
        b'F' => matches!(byte, b'0'..=b'9' | b'A'..=b'F'),
        b'X' => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
        literal => byte == literal,
    }
}

/// Advice for a text that would have the right form but for blanks, hyphens or case. The text itself is never
/// repaired: a wrong form may come from a wrong field.
pub(super) fn mend(text: &str, right_form: impl Fn(&str) -> bool) -> Option<&'static str> {
    if right_form(&text.to_ascii_uppercase()) {
        return Some("write its letters in upper case");
    }
    let without_blanks: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    if right_form(&without_blanks) {
        return Some("leave out the blanks and line breaks");
    }
    let without_hyphens = without_blanks.replace('-', "");
    if right_form(&without_hyphens) {
        return Some("leave out the blanks and hyphens");
    }
    let upper = without_blanks.to_ascii_uppercase();
    right_form(&upper).then_some("leave out the blanks and write its letters in upper case")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_covers_the_whole_text() {
        assert!(matches_shape("12A3456E", "99A9999A"));
        for text in ["12A3456E\n", "12A3456", "12a3456E", "12A34566", "x12A3456E", ""] {
            assert!(!matches_shape(text, "99A9999A"));
        }
    }

    #[test]
    fn a_shape_counts_no_character_beyond_ascii() {
        assert!(!matches_shape("Ä", "A9"));
        assert!(!is_digits("٩٩", ..));
    }

    #[test]
    fn advice_names_blanks_hyphens_and_case() {
        let form = |text: &str| matches_shape(text, "A99");
        assert_eq!(mend("a12", form), Some("write its letters in upper case"));
        assert_eq!(mend("A 12\n", form), Some("leave out the blanks and line breaks"));
        assert_eq!(mend("A-1 2", form), Some("leave out the blanks and hyphens"));
        assert_eq!(mend("a 12", form), Some("leave out the blanks and write its letters in upper case"));
        assert_eq!(mend("A1", form), None);
    }
}
