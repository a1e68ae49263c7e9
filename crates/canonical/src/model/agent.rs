//! People and the organisations they act for.

use super::{Address, Coded, Concept, HumanName, Identifier, Telecom, record};
use crate::identifier::OdsCode;

record! {
    /// A person acting in a role for an organisation: a prescriber, a responsible practitioner.
    pub struct Agent {
        /// Identifiers of the role: SDS role profile, NHSBSA spurious code.
        pub identifier: Vec<Identifier>,
        /// Job roles.
        pub job_role: Vec<Concept>,
        /// Ways to reach the person at work. `None` where the sender gave no list at all.
        pub telecom: Option<Vec<Telecom>>,
        /// The person.
        pub practitioner: Option<Practitioner>,
        /// The organisation.
        pub organisation: Option<Organisation>,
        /// The service or cost centre inside the organisation.
        pub healthcare_service: Option<HealthcareService>,
        /// Where the person works, if not said by the service.
        pub location: Vec<Location>,
    }
}

record! {
    /// A health professional.
    pub struct Practitioner {
        /// SDS user id and professional registrations.
        pub identifier: Vec<Identifier>,
        /// Names. Empty where the sender names the person by identifier only.
        pub name: Vec<HumanName>,
        /// How the sender shows a person that it names by identifier only.
        pub display: Option<String>,
        /// Ways to reach the person.
        pub telecom: Option<Vec<Telecom>>,
    }
}

record! {
    /// An organisation.
    pub struct Organisation {
        /// ODS code.
        pub ods: Option<OdsCode>,
        /// Other identifiers.
        pub identifier: Vec<Identifier>,
        /// Kind of organisation.
        pub kind: Vec<Concept>,
        /// Name.
        pub name: Option<String>,
        /// Ways to reach it.
        pub telecom: Vec<Telecom>,
        /// Addresses.
        pub address: Vec<Address>,
        /// The organisation it belongs to.
        pub parent: Option<OrganisationRef>,
    }
}

record! {
    /// An organisation named by code and name only.
    pub struct OrganisationRef {
        /// ODS code.
        pub ods: Option<OdsCode>,
        /// Name.
        pub name: Option<String>,
    }
}

record! {
    /// A service of an organisation: the cost centre of a hospital prescription.
    pub struct HealthcareService {
        /// ODS code.
        pub ods: Option<OdsCode>,
        /// Whether the service is in use.
        pub active: Option<String>,
        /// Name.
        pub name: Option<String>,
        /// Ways to reach it.
        pub telecom: Vec<Telecom>,
        /// Where it is.
        pub location: Vec<Location>,
        /// Who provides it.
        pub provided_by: Option<OrganisationRef>,
        /// Kinds of service.
        pub kind: Vec<Concept>,
        /// Speciality codes.
        pub specialty: Vec<Coded>,
    }
}

record! {
    /// A place.
    pub struct Location {
        /// Identifiers.
        pub identifier: Vec<Identifier>,
        /// `active`, `suspended` or `inactive`.
        pub status: Option<String>,
        /// `instance` or `kind`.
        pub mode: Option<String>,
        /// Name.
        pub name: Option<String>,
        /// Address.
        pub address: Option<Address>,
    }
}
