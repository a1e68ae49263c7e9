//! Whom the user of the command line trusts to certify prescribers.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use causeway_signature::{Policy, RevocationPolicy, Sha1Policy, Trust, TrustError};
use causeway_syntax::Limits;

use crate::input;

/// Options that say whose signatures hold.
#[derive(clap::Args)]
pub struct TrustArguments {
    /// Certificates of trusted authorities, PEM or DER
    #[arg(long, value_name = "FILE")]
    trust: Vec<PathBuf>,
    /// Revocation lists, PEM or DER
    #[arg(long, value_name = "FILE")]
    crl: Vec<PathBuf>,
    /// Refuse certificates that no authentic revocation list in date covers; otherwise that is a warning
    #[arg(long)]
    require_crl: bool,
    /// Accept rsa-sha1 with sha1, as in old prescriptions, with a warning for each
    #[arg(long)]
    allow_sha1: bool,
}

impl TrustArguments {
    /// Whether anybody is trusted.
    pub fn names_somebody(&self) -> bool {
        !self.trust.is_empty()
    }

    /// What is accepted.
    pub fn policy(&self) -> Policy {
        Policy {
            sha1: if self.allow_sha1 { Sha1Policy::AllowReceived } else { Sha1Policy::Refuse },
            revocation: if self.require_crl { RevocationPolicy::Require } else { RevocationPolicy::Warn },
        }
    }

    /// The authorities and their lists.
    ///
    /// # Errors
    /// If a file cannot be read, or holds something else.
    pub fn trust(&self) -> Result<Trust> {
        let mut trust = Trust::new();
        let mut add = |file: &Path, add: fn(&mut Trust, &[u8]) -> Result<(), TrustError>| {
            let bytes = input::read(&file.to_string_lossy(), &Limits::default())?;
            add(&mut trust, &bytes).with_context(|| format!("cannot use {}", file.display()))
        };
        for file in &self.trust {
            add(file, Trust::add_authorities)?;
        }
        for file in &self.crl {
            add(file, Trust::add_lists)?;
        }
        Ok(trust)
    }
}
