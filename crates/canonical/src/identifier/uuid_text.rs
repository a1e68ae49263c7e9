//! Identifiers that are UUIDs: of messages and of prescribed items (identifiers.md §8).
//!
//! Invariant: any 8-4-4-4-12 hexadecimal text is a UUID here, version and variant bits are not looked at, and a UUID is
//! held in lower case, so that two of them are equal whatever the case they were written in.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Aspect, IdentifierFault, form};

/// Whether the text is a bare UUID of 36 characters, in either case.
pub(super) fn is_uuid(text: &str) -> bool {
    let stands = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    text.len() == 36 && text.bytes().enumerate().all(stands)
}

/// What follows `urn:uuid:` in either case of letters; `None` if the text does not begin with it.
pub(super) fn without_urn(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_at_checked("urn:uuid:".len())?;
    scheme.eq_ignore_ascii_case("urn:uuid:").then_some(rest)
}

fn fault(text: &str) -> IdentifierFault {
    let mend = match without_urn(text) {
        Some(rest) if is_uuid(rest) => Some("leave out `urn:uuid:`"),
        _ if text.len() == 37 && text.get(..36).is_some_and(is_uuid) => {
            Some("leave out the check character of a release 1 prescription id")
        }
        _ => form::mend(text, is_uuid),
    };
    IdentifierFault::error(Aspect::Format, "a UUID of 36 characters, 8-4-4-4-12 hexadecimal digits").mend(mend)
}

/// Declares an identifier whose right form is a UUID, held in lower case.
macro_rules! uuid_identifier {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Takes any text. A UUID is held in lower case; anything else stays as it is, for `check` to report.
            pub fn new(text: impl Into<String>) -> Self {
                let mut text = text.into();
                if is_uuid(&text) {
                    text.make_ascii_lowercase();
                }
                $name(text)
            }

            /// A bare UUID in either case; identifier values carry no `urn:uuid:` (identifiers.md, UUID-2).
            ///
            /// # Errors
            /// `Format` for any other text.
            pub fn parse(text: &str) -> Result<Self, IdentifierFault> {
                let id = $name::new(text);
                id.check()?;
                Ok(id)
            }

            /// Whether the text is a UUID.
            ///
            /// # Errors
            /// `Format` if it is not.
            pub fn check(&self) -> Result<(), IdentifierFault> {
                if is_uuid(&self.0) { Ok(()) } else { Err(fault(&self.0)) }
            }

            /// The text, in lower case if it is a UUID.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The UUID, to derive others from; `None` if the text is none.
            pub fn to_uuid(&self) -> Option<Uuid> {
                if is_uuid(&self.0) { Uuid::try_parse(&self.0).ok() } else { None }
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                $name(uuid.hyphenated().to_string())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                $name::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.0).finish()
            }
        }
    };
}

uuid_identifier! {
    /// The identifier of a message or event, by which it is answered and recognised when it comes again.
    MessageId
}

uuid_identifier! {
    /// The identifier of one prescribed item, which its dispensing and its claim refer to.
    LineItemId
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOWER: &str = "8ac9cc63-d959-4c4e-a544-b67fa6b4d7c6";

    #[test]
    fn uuid_1_either_case_is_accepted_and_compares_equal() {
        let mixed = "8AC9cc63-D959-4C4E-a544-B67FA6B4D7C6";
        assert_eq!(MessageId::parse(mixed).unwrap().as_str(), LOWER);
        assert_eq!(MessageId::new(mixed), MessageId::new(LOWER));
        assert_eq!(LineItemId::parse(&LOWER.to_uppercase()), LineItemId::parse(LOWER));
        let json = serde_json::to_string(&MessageId::new(mixed)).unwrap();
        assert_eq!(json, format!("\"{LOWER}\""));
        assert_eq!(serde_json::from_str::<MessageId>(&json.to_uppercase()).unwrap(), MessageId::new(LOWER));
    }

    #[test]
    fn uuid_2_an_identifier_value_carries_the_bare_uuid() {
        for text in [format!("urn:uuid:{LOWER}"), format!("URN:UUID:{LOWER}")] {
            let fault = MessageId::parse(&text).unwrap_err();
            assert_eq!((fault.aspect, fault.mend), (Aspect::Format, Some("leave out `urn:uuid:`")));
        }
    }

    #[test]
    fn uuid_4_version_and_variant_bits_are_not_tested() {
        for text in [
            "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
            "12345678-1234-1234-1234-123456789abc",
        ] {
            assert_eq!(LineItemId::new(text).check(), Ok(()), "{text}");
            assert_eq!(LineItemId::new(text).to_uuid().map(LineItemId::from), Some(LineItemId::new(text)));
        }
    }

    #[test]
    fn uuid_5_a_release_1_id_is_a_wrong_form_with_advice() {
        let fault = LineItemId::new("8AC9CC63-D959-4C4E-A544-B67FA6B4D7C69").check().unwrap_err();
        assert_eq!(fault.mend, Some("leave out the check character of a release 1 prescription id"));
    }

    #[test]
    fn anything_but_hyphenated_hexadecimal_is_a_wrong_form_and_kept() {
        for text in [
            "",
            "8ac9cc63d9594c4ea544b67fa6b4d7c6",
            "{8ac9cc63-d959-4c4e-a544-b67fa6b4d7c6}",
            "8ac9cc63-d959-4c4e-a544-b67fa6b4d7cg",
            "8ac9cc63-d959-4c4e-a544-b67fa6b4d7c6\n",
            "8ac9cc6-3d959-4c4e-a544-b67fa6b4d7c6",
            "8ac9cc63-d959-4c4e-a544-b67fa6b4d7٣",
            "MSG00001",
        ] {
            assert_eq!(MessageId::parse(text).map_err(|fault| fault.aspect), Err(Aspect::Format), "{text}");
            assert_eq!(MessageId::new(text).as_str(), text);
            assert_eq!(MessageId::new(text).to_uuid(), None);
        }
    }
}
