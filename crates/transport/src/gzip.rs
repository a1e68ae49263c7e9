//! Bodies that were compressed on the way (RFC 9110 §8.4, RFC 1952).
//!
//! Invariant: never more than the limit is held, whatever the compressed form claims; what would be larger is refused as
//! soon as the first byte too many comes out.

use std::io::Read;

use bytes::Bytes;
use flate2::bufread::MultiGzDecoder;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentCoding {
    /// As it is.
    Identity,
    /// Compressed with gzip.
    Gzip,
}

impl ContentCoding {
    /// The coding that the headers state; `None` for one that is not understood, and for several.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let mut stated = headers.get_all(CONTENT_ENCODING).into_iter();
        let (first, more) = (stated.next(), stated.next());
        let Some(first) = first else { return Some(Self::Identity) };
        let text = first.to_str().ok().filter(|_| more.is_none())?.trim().to_ascii_lowercase();
        match text.as_str() {
            "" | "identity" => Some(Self::Identity),
            "gzip" | "x-gzip" => Some(Self::Gzip),
            _ => None,
        }
    }
}

/// Why a compressed body could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GunzipError {
    /// It is larger than allowed.
    #[error("the body is larger than allowed once it is decompressed")]
    TooLarge,
    /// It is not gzip, or ends early, or its check sum is wrong.
    #[error("the body is not what gzip gives, or not all of it")]
    Broken,
}

/// Decompresses a body to at most `limit` bytes. Takes the processor for as long as that takes.
///
/// # Errors
/// See [`GunzipError`].
pub fn gunzip(compressed: &[u8], limit: usize) -> Result<Bytes, GunzipError> {
    let mut content = Vec::new();
    let one_too_many = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let mut reader = MultiGzDecoder::new(compressed).take(one_too_many);
    reader.read_to_end(&mut content).map_err(|_| GunzipError::Broken)?;
    if content.len() > limit { Err(GunzipError::TooLarge) } else { Ok(content.into()) }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use http::HeaderValue;

    use super::*;

    fn gzip(content: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn what_was_compressed_comes_out_in_one_or_several_members() {
        let [one, two] = [&b"<a>"[..], b"</a>"].map(gzip);
        assert_eq!(gunzip(&one, 3).unwrap(), "<a>");
        assert_eq!(gunzip(&[one, two].concat(), 7).unwrap(), "<a></a>");
        assert_eq!(gunzip(&gzip(b""), 1).unwrap(), "");
    }

    #[test]
    fn a_limit_holds_to_the_byte_and_a_bomb_is_not_unpacked() {
        assert_eq!(gunzip(&gzip(b"1234"), 4).unwrap(), "1234");
        assert_eq!(gunzip(&gzip(b"12345"), 4), Err(GunzipError::TooLarge));
        let layer = gzip(&vec![b' '; 8 << 20]);
        let bomb: Vec<u8> = std::iter::repeat_n(layer, 64).flatten().collect();
        assert_eq!(gunzip(&bomb, 1 << 16), Err(GunzipError::TooLarge));
    }

    #[test]
    fn what_is_no_gzip_or_not_all_of_it_is_broken() {
        let whole = gzip(b"some content that is long enough to be cut");
        for end in 0..whole.len() {
            assert_eq!(gunzip(&whole[..end], 100), Err(GunzipError::Broken), "cut at {end}");
        }
        let mut wrong_sum = whole.clone();
        let place = whole.len() - 8;
        wrong_sum[place] ^= 1;
        for broken in [b"{}".to_vec(), wrong_sum, [whole, b"{}".to_vec()].concat()] {
            assert_eq!(gunzip(&broken, 100), Err(GunzipError::Broken));
        }
    }

    #[test]
    fn a_coding_is_known_by_its_names_and_no_other_is() {
        let of = |stated: &[&'static str]| {
            let headers = stated.iter().map(|text| (CONTENT_ENCODING, HeaderValue::from_static(text)));
            ContentCoding::of(&headers.collect())
        };
        for plain in [&[][..], &["identity"], &[""]] {
            assert_eq!(of(plain), Some(ContentCoding::Identity));
        }
        for gzip in ["gzip", "GZIP", "x-gzip", " gzip "] {
            assert_eq!(of(&[gzip]), Some(ContentCoding::Gzip));
        }
        for unknown in [&["br"][..], &["deflate"], &["gzip, gzip"], &["gzip", "gzip"]] {
            assert_eq!(of(unknown), None, "{unknown:?}");
        }
    }
}
