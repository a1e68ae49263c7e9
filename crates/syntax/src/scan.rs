//! Finding the next byte that matters, eight bytes at a time.
//!
//! Invariant: a scan returns the offset of the first byte that stops it, or the length of the input.

const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
/// The bit in which `<` and `>` differ.
const ANGLE: u64 = u64::from_ne_bytes([b'<' ^ b'>'; 8]);
const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);

/// First byte from `from` on that is `"`, `\` or a control character.
pub(crate) fn json_string(bytes: &[u8], from: usize) -> usize {
    find(
        bytes,
        from,
        |word| equal(word, b'"') | equal(word, b'\\') | below(word, 0x20),
        |byte| byte == b'"' || byte == b'\\' || byte < 0x20,
    )
}

/// First byte from `from` on that changes an attribute value or has no place in it: `<`, `&`, TAB, LF, CR.
pub(crate) fn xml_attribute(bytes: &[u8], from: usize) -> usize {
    find(
        bytes,
        from,
        |word| equal(word, b'<') | equal(word, b'&') | below(word, 0x20),
        |byte| byte == b'<' || byte == b'&' || byte < 0x20,
    )
}

/// First byte from `from` on that ends an attribute value, or that [`xml_attribute`] stops at.
pub(crate) fn xml_value(bytes: &[u8], from: usize, quote: u8) -> usize {
    find(
        bytes,
        from,
        |word| equal(word, quote) | equal(word, b'<') | equal(word, b'&') | below(word, 0x20),
        |byte| byte == quote || byte == b'<' || byte == b'&' || byte < 0x20,
    )
}

/// First byte from `from` on that text written as XML must escape or refuse: `&`, `<`, `>`, `"`, a control character, or
/// what may be the start of U+FFFE or U+FFFF.
pub(crate) fn xml_escape(bytes: &[u8], from: usize) -> usize {
    find(
        bytes,
        from,
        |word| {
            // With the bit set in which they differ, `<` and `>` are the same, and nothing else is.
            let angles = equal(word | ANGLE, b'>');
            angles | equal(word, b'&') | equal(word, b'"') | equal(word, 0xEF) | below(word, 0x20)
        },
        |byte| matches!(byte, b'<' | b'>' | b'&' | b'"' | 0xEF) || byte < 0x20,
    )
}

/// First byte from `from` on that is no blank (U+0020).
pub(crate) fn blanks_end(bytes: &[u8], from: usize) -> usize {
    find(bytes, from, |word| unequal(word, b' '), |byte| byte != b' ')
}

#[inline(always)]
fn find(bytes: &[u8], from: usize, stops: impl Fn(u64) -> u64, stop: impl Fn(u8) -> bool) -> usize {
    let mut at = from;
    while let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let hits = stops(u64::from_le_bytes(*chunk));
        if hits != 0 {
            return at + (hits.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter().position(|&byte| stop(byte)).map_or(bytes.len(), |found| at + found)
}

/// High bit of each byte that equals `byte`. Bytes above a true hit may be marked wrongly, so only the lowest counts.
fn equal(word: u64, byte: u8) -> u64 {
    let difference = word ^ u64::from_ne_bytes([byte; 8]);
    difference.wrapping_sub(ONES) & !difference & HIGH
}

/// High bit of each byte that does not equal `byte`.
fn unequal(word: u64, byte: u8) -> u64 {
    let difference = word ^ u64::from_ne_bytes([byte; 8]);
    (((difference & !HIGH) + !HIGH) | difference) & HIGH
}

/// High bit of each byte below `limit` (at most 0x80); as with [`equal`], only the lowest mark counts.
fn below(word: u64, limit: u8) -> u64 {
    word.wrapping_sub(u64::from_ne_bytes([limit; 8])) & !word & HIGH
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Naive = fn(u8) -> bool;

    proptest! {
    #![proptest_config(crate::testing::cases())]

            #[test]
            fn scans_agree_with_a_byte_at_a_time(bytes in proptest::collection::vec(prop_oneof![Just(b' '), Just(b'<'), Just(0xEF), any::<u8>()], 0..64), from in 0usize..70) {
                let naive = |stop: Naive| {
                    let start = from.min(bytes.len());
                    bytes[start..].iter().position(|&byte| stop(byte)).map_or(bytes.len(), |found| start + found)
                };
                prop_assert_eq!(blanks_end(&bytes, from), naive(|byte| byte != b' '));
                prop_assert_eq!(json_string(&bytes, from), naive(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1F)));
                let quoted: Naive = |byte| matches!(byte, b'<' | b'&' | 0..=0x1F);
                prop_assert_eq!(xml_attribute(&bytes, from), naive(quoted));
                let value: Naive = |byte| matches!(byte, b'<' | b'&' | b'"' | 0..=0x1F);
                prop_assert_eq!(xml_value(&bytes, from, b'"'), naive(value));
                let escaped: Naive = |byte| matches!(byte, b'<' | b'>' | b'&' | b'"' | 0xEF | 0..=0x1F);
                prop_assert_eq!(xml_escape(&bytes, from), naive(escaped));
            }
        }
}
