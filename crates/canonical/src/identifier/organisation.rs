//! Codes of the Organisation Data Service, for organisations and for their sites (identifiers.md §7).

use super::{Aspect, IdentifierFault, identifier};

identifier! {
    /// The ODS code of an organisation or site: 1 to 8 letters, digits and hyphens, without a check digit.
    ///
    /// Codes are compared case-blind with [`OdsCode::same_as`].
    #[derive(Debug)]
    OdsCode
}

impl OdsCode {
    /// Whether the national services take this for a code (identifiers.md §7).
    ///
    /// # Errors
    /// `Format` for anything but 1 to 8 ASCII letters, digits and hyphens; as a warning for lower-case letters, which
    /// the national services accept.
    pub fn check(&self) -> Result<(), IdentifierFault> {
        let expected = "an organisation code of 1 to 8 upper-case letters, digits and hyphens";
        let text = self.as_str();
        if !has_form(text) {
            let trimmed = has_form(text.trim()).then_some("leave out the blanks and line breaks");
            return Err(IdentifierFault::error(Aspect::Format, expected).mend(trimmed));
        }
        if text.bytes().any(|byte| byte.is_ascii_lowercase()) {
            return Err(
                IdentifierFault::warning(Aspect::Format, expected).mend(Some("write its letters in upper case"))
            );
        }
        Ok(())
    }

    /// Whether both are the same code, whatever the case of their letters.
    pub fn same_as(&self, other: &Self) -> bool {
        self.as_str().eq_ignore_ascii_case(other.as_str())
    }
}

fn has_form(text: &str) -> bool {
    (1..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;

    #[test]
    fn s7_valid_codes_pass() {
        for text in [
            "A83008", "RJ1", "RJ121", "FCG71", "VNFKT", "T1450", "RQFZ1", "Z99901", "8HK48", "A1B2C", "FFFFF",
            "Z99902", "YEA",
        ] {
            assert_eq!(OdsCode::new(text).check(), Ok(()), "{text}");
        }
    }

    #[test]
    fn s7_invalid_codes_are_refused_by_form() {
        for text in ["", "ABCDEFGHI", "A 83008", "A83008.", "RJ1/1", "Ä83008", "A83008\n", "A8٣"] {
            let fault = OdsCode::new(text).check().unwrap_err();
            assert_eq!((fault.aspect, fault.severity), (Aspect::Format, Severity::Error), "{text}");
        }
    }

    #[test]
    fn s7_lower_case_is_a_warning_and_compares_equal() {
        let fault = OdsCode::new("a83008").check().unwrap_err();
        assert_eq!((fault.aspect, fault.severity), (Aspect::Format, Severity::Warning));
        assert!(OdsCode::new("a83008").same_as(&OdsCode::new("A83008")));
        assert_ne!(OdsCode::new("a83008"), OdsCode::new("A83008"));
    }
}
