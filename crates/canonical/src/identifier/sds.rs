//! Users, role profiles and job roles of the Spine Directory Service (identifiers.md §1, §6.4).
//!
//! Invariant: the national services log a wrong one of these and carry on, so every fault here is a warning.

use super::{Aspect, IdentifierFault, form, identifier};

identifier! {
    /// The identifier of a smartcard user: up to 12 digits.
    #[derive(Debug)]
    SdsUserId
}

impl SdsUserId {
    /// Whether the form is right.
    ///
    /// # Errors
    /// `Format`, as a warning, unless 1 to 12 digits.
    pub fn check(&self) -> Result<(), IdentifierFault> {
        let has_form = |text: &str| form::is_digits(text, 1..=12);
        if has_form(self.as_str()) {
            return Ok(());
        }
        Err(IdentifierFault::warning(Aspect::Format, "a directory user id of 1 to 12 digits")
            .mend(form::mend(self.as_str(), has_form)))
    }
}

identifier! {
    /// The identifier of one role of a smartcard user at one organisation: up to 15 digits.
    #[derive(Debug)]
    SdsRoleProfileId
}

impl SdsRoleProfileId {
    /// Whether the form is right.
    ///
    /// # Errors
    /// `Format`, as a warning, unless 1 to 15 digits.
    pub fn check(&self) -> Result<(), IdentifierFault> {
        let has_form = |text: &str| form::is_digits(text, 1..=15);
        if has_form(self.as_str()) {
            return Ok(());
        }
        Err(IdentifierFault::warning(Aspect::Format, "a role profile id of 1 to 15 digits")
            .mend(form::mend(self.as_str(), has_form)))
    }
}

identifier! {
    /// The job role of a smartcard user, alone (`R8000`) or with area and activity before it (`S8000:G8000:R8000`).
    #[derive(Debug)]
    JobRole
}

impl JobRole {
    /// Whether the form is right.
    ///
    /// # Errors
    /// `Format`, as a warning, unless one or three groups of an upper-case letter and four digits, parted by colons.
    pub fn check(&self) -> Result<(), IdentifierFault> {
        let has_form =
            |text: &str| form::matches_shape(text, "A9999") || form::matches_shape(text, "A9999:A9999:A9999");
        if has_form(self.as_str()) {
            return Ok(());
        }
        Err(IdentifierFault::warning(Aspect::Format, "a job role such as R8000 or S8000:G8000:R8000")
            .mend(form::mend(self.as_str(), has_form)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;

    fn is_a_warning_on_the_form(check: Result<(), IdentifierFault>) -> bool {
        check.is_err_and(|fault| (fault.aspect, fault.severity) == (Aspect::Format, Severity::Warning))
    }

    #[test]
    fn s6_4_a_user_id_has_up_to_twelve_digits() {
        for text in ["1", "555254239107"] {
            assert_eq!(SdsUserId::new(text).check(), Ok(()), "{text}");
        }
        for text in ["", "5552542391071", "FFFFF", "55525423910 ", "٥"] {
            assert!(is_a_warning_on_the_form(SdsUserId::new(text).check()), "{text}");
        }
    }

    #[test]
    fn s6_4_a_role_profile_id_has_up_to_fifteen_digits() {
        for text in ["1", "100102238986", "123456789012345"] {
            assert_eq!(SdsRoleProfileId::new(text).check(), Ok(()), "{text}");
        }
        for text in ["", "1234567890123456", "R8000", "100102238986\n"] {
            assert!(is_a_warning_on_the_form(SdsRoleProfileId::new(text).check()), "{text}");
        }
    }

    #[test]
    fn s6_4_a_job_role_has_one_group_or_three() {
        for text in [
            "S8000:G8000:R8000",
            "S8001:G8001:R8001",
            "S8003:G8003:R8003",
            "S8006:G8006:R8006",
            "S0030:G0100:R0620",
            "R8000",
            "R8001",
        ] {
            assert_eq!(JobRole::new(text).check(), Ok(()), "{text}");
        }
        for text in ["", "r8000", "G8000:R8000", "S8000:G8000:R800", "R80000", "S8000-G8000-R8000"] {
            assert!(is_a_warning_on_the_form(JobRole::new(text).check()), "{text}");
        }
    }
}
