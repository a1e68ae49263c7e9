//! The context file: what a wire format needs and a message does not carry (DESIGN.md "Command line").

use std::collections::BTreeMap;

use causeway_canonical::Severities;
use causeway_syntax::adapter::{Compat, Context, Defect, InteractionSuffix};
use causeway_syntax::{LimitFault, Limits};
use jiff::Timestamp;
use serde::Deserialize;

/// A context as written in TOML. In a gateway the same keys belong to an endpoint or route.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ContextFile {
    /// The clock, RFC 3339; the system's clock if absent.
    pub now: Option<String>,
    /// `UK` or `SM`; `UK` if absent.
    pub interaction_suffix: Option<String>,
    /// Accredited system id of the sender.
    pub sender_asid: Option<String>,
    /// Accredited system id of the receiver.
    pub receiver_asid: Option<String>,
    /// SDS user id of the caller.
    pub sds_user_id: Option<String>,
    /// SDS role profile id of the caller.
    pub sds_role_profile_id: Option<String>,
    /// SDS job role of the caller.
    pub sds_job_role: Option<String>,
    /// `none`, `nhs-eps-api`, or a list of defects such as `EPS-D09`.
    pub compat: Option<CompatFile>,
    /// Severity by rule name.
    pub rules: Severities,
    /// Limits of what is read, by the names of [`Limits::KEYS`]; the defaults for those left out.
    pub limits: BTreeMap<String, usize>,
}

/// The key `compat`.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum CompatFile {
    /// A named set.
    Named(String),
    /// Defects one by one.
    Defects(Vec<String>),
}

/// Why a context could not be made.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum ContextError {
    /// Not TOML, or an unknown key.
    #[error("{0}")]
    Toml(String),
    /// A value outside its list.
    #[error("{key} is expected to be {expected}")]
    Value {
        /// The key.
        key: &'static str,
        /// What is allowed.
        expected: &'static str,
    },
    /// A limit outside its range.
    #[error(transparent)]
    Limit(#[from] LimitFault),
    /// A limit that does not exist.
    #[error("`limits` has the unknown key `{0}`; expected {expected}", expected = limit_names())]
    UnknownLimit(String),
}

impl ContextFile {
    /// Reads a context file.
    ///
    /// # Errors
    /// [`ContextError::Toml`], with line and column.
    pub fn parse(text: &str) -> Result<Self, ContextError> {
        toml::from_str(text).map_err(|error| ContextError::Toml(error.to_string()))
    }

    /// Makes the context; `now` is the clock where the file sets none.
    ///
    /// # Errors
    /// [`ContextError::Value`] for a value outside its list.
    pub fn build(&self, now: Timestamp) -> Result<Context, ContextError> {
        let now = match &self.now {
            Some(text) => text.parse().map_err(|_| ContextError::Value { key: "now", expected: "an RFC 3339 time" })?,
            None => now,
        };
        Ok(Context {
            now,
            interaction_suffix: suffix(self.interaction_suffix.as_deref())?,
            sender_asid: self.sender_asid.clone(),
            receiver_asid: self.receiver_asid.clone(),
            sds_user_id: self.sds_user_id.clone(),
            sds_role_profile_id: self.sds_role_profile_id.clone(),
            sds_job_role: self.sds_job_role.clone(),
            compat: compat(self.compat.as_ref())?,
            rules: self.rules.clone(),
            limits: limits(&self.limits)?,
        })
    }
}

fn limits(table: &BTreeMap<String, usize>) -> Result<Limits, ContextError> {
    let mut limits = Limits::default();
    for (name, value) in table {
        let key = Limits::KEYS.iter().find(|key| key.name == name);
        key.ok_or_else(|| ContextError::UnknownLimit(name.clone()))?.set(&mut limits, *value)?;
    }
    Ok(limits)
}

fn limit_names() -> String {
    Limits::KEYS.iter().map(|key| key.name).collect::<Vec<_>>().join(", ")
}

fn suffix(text: Option<&str>) -> Result<InteractionSuffix, ContextError> {
    match text {
        None | Some("UK") => Ok(InteractionSuffix::Uk),
        Some("SM") => Ok(InteractionSuffix::Sm),
        Some(_) => Err(ContextError::Value { key: "interaction_suffix", expected: "UK or SM" }),
    }
}

fn compat(file: Option<&CompatFile>) -> Result<Compat, ContextError> {
    let error = ContextError::Value {
        key: "compat",
        expected: "none, nhs-eps-api, or a list of defects that can be reproduced, such as EPS-D09",
    };
    match file {
        None => Ok(Compat::NONE),
        Some(CompatFile::Named(name)) if name == "none" => Ok(Compat::NONE),
        Some(CompatFile::Named(name)) if name == "nhs-eps-api" => Ok(Compat::nhs_eps_api()),
        Some(CompatFile::Named(_)) => Err(error),
        Some(CompatFile::Defects(codes)) => codes.iter().try_fold(Compat::NONE, |compat, code| {
            let defect = Defect::ALL.into_iter().find(|defect| defect.code() == *code);
            defect.map(|defect| compat.with(defect)).ok_or_else(|| error.clone())
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(text: &str) -> Result<Context, String> {
        let file = ContextFile::parse(text).map_err(|error| error.to_string())?;
        file.build(Timestamp::UNIX_EPOCH).map_err(|error| error.to_string())
    }

    #[test]
    fn a_limit_is_set_by_its_name_and_the_others_keep_their_defaults() {
        let limits = built("[limits]\nmax-depth = 12\nmax-entries = 50\n").unwrap().limits;
        assert_eq!(limits, Limits { max_depth: 12, max_entries: 50, ..Limits::default() });
        assert_eq!(built("").unwrap().limits, Limits::default());
    }

    #[test]
    fn a_limit_outside_its_range_or_without_a_meaning_is_refused() {
        assert_eq!(built("[limits]\nmax-depth = 0\n").unwrap_err(), "`max-depth` is expected to be from 1 to 256");
        assert!(built("[limits]\nmax-text = -1\n").is_err());
        let unknown = built("[limits]\nmax-deep = 1\n").unwrap_err();
        assert!(
            unknown.starts_with("`limits` has the unknown key `max-deep`; expected max-bytes, max-depth"),
            "{unknown}"
        );
    }
}
