//! The dictionary of medicines and devices (dm+d): a published release, made into one compact file that a running gateway
//! looks codes up in.
//!
//! Where to start reading: [`Release`] finds the XML files of a release, `tables` says what is read of each, [`load`] makes
//! the index of them, and [`Index`] answers questions. [`Dictionary`] is what a validator needs of all that.
//!
//! Invariants:
//! - A release is read as a stream: its files may have any size, and only what the index holds is kept in memory.
//! - Elements that are not named in `tables` are passed over by design: a release may add columns at any time. What the
//!   index needs is demanded, and a release that lacks it makes no index.
//! - An index is written beside its place and put there in one step: whoever opens it sees the old one or the new one,
//!   whole.
//! - An index is verified before it is used: form, lengths, order and checksum. One that is damaged is never used.
//! - To look up a code reads no file and allocates nothing. Names stay in the file, and are compared by their hashes.

mod builder;
mod entry;
mod error;
mod index;
mod load;
mod release;
mod tables;
#[cfg(test)]
mod testing;
mod write;
mod xml;

pub use entry::{Dictionary, Entry, Level, NameHash, Sort};
pub use error::{LoadError, OpenError};
pub use index::{Identity, Index};
pub use load::{Loaded, Notice, load};
pub use release::Release;
