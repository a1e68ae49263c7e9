//! What a prescriber signs, and whether a signature holds (signature.md).
//!
//! Where to start reading: [`prepare()`] gives what is to be signed, [`Verifier`] says whether what was signed still stands.
//! Both take the signed parts from the same XML through `parts`, so that they cannot disagree about what they are.
//!
//! Invariants:
//! - No IO: the clock, the trusted authorities and the revocation lists come in as values.
//! - No panic on input, and all that is wrong with a signature is said, but for what makes the rest unreadable.
//! - Nothing counts as proved that was not: an authority's signature is verified and not only its name, and what could
//!   not be looked up is said on the result.
//! - SHA-1 holds only under [`Sha1Policy::AllowReceived`], and its use is said on the result; nothing new is ever
//!   prepared with it.
//! - No finding holds a value of the message or of a certificate.

mod algorithm;
mod certificate;
mod fragments;
mod issued;
pub mod layer;
mod parts;
pub mod prepare;
mod revocation;
pub mod rules;
mod signed_info;
mod trust;
mod verify;
mod xml_signature;

pub use algorithm::Algorithm;
pub use prepare::{Prepared, prepare};
pub use rules::RULES;
pub use trust::{Trust, TrustError};
pub use verify::{Policy, RevocationPolicy, Sha1Policy, Verdict, Verifier};
