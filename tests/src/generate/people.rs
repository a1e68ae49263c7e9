//! Patients, and people who act in a role.

use causeway_canonical::model::{
    Agent, Coded, Concept, Gender, HealthcareService, HumanName, Identifier, Location, Organisation, Patient,
    Practitioner,
};

use super::Draw;
use super::values::{
    address, birth_date, code, digits, fixed_identifier, human_name, identifier, name, nhs_number, ods,
    organisation_ref, said_again, shown, telecom,
};

const ROLE_PROFILE: &str = "https://fhir.nhs.uk/Id/sds-role-profile-id";
const DIN: &str = "https://fhir.hl7.org.uk/Id/din-number";
const SPURIOUS: &str = "https://fhir.hl7.org.uk/Id/nhsbsa-spurious-code";
const USER: &str = "https://fhir.nhs.uk/Id/sds-user-id";
const JOB_ROLE: &str = "https://fhir.nhs.uk/CodeSystem/NHSDigital-SDS-JobRoleCode";
const ORGANISATION_ROLE: &str = "https://fhir.nhs.uk/CodeSystem/organisation-role";
const SPECIALTY: &str = "https://fhir.hl7.org.uk/CodeSystem/UKCore-PracticeSettingCode";
const VERIFICATION: &str = "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatus";

pub(super) fn patient(draw: &mut Draw) -> Patient {
    Patient {
        nhs_number: Some(nhs_number(draw)),
        nhs_number_status: draw.maybe(|_| shown(VERIFICATION, "01", "Number present and verified")),
        identifier: draw.list(0, 2, |draw| identifier(draw, "https://hospital.example/id")),
        name: draw.list(1, 2, human_name),
        gender: Some(draw.one(&[Gender::Male, Gender::Female, Gender::Other, Gender::Unknown])),
        birth_date: Some(birth_date(draw)),
        address: draw.list(1, 2, address),
        telecom: draw.list(0, 2, telecom),
        general_practice: draw.maybe(organisation_ref),
    }
}

/// A patient who is named by number only.
pub(super) fn numbered_patient(draw: &mut Draw) -> Patient {
    Patient { nhs_number: Some(nhs_number(draw)), ..Patient::default() }
}

fn numbered(draw: &mut Draw, system: &str, length: usize) -> Identifier {
    let number = digits(draw, length);
    fixed_identifier(draw, system, number)
}

fn job_role(draw: &mut Draw) -> Concept {
    let code = draw.one(&["S8000:G8000:R8000", "S8000:G8000:R8001", "S8000:G8000:R8003"]);
    let coded = Coded { display: draw.maybe(name), ..Coded::new(JOB_ROLE, code) };
    said_again(draw, coded)
}

fn organisation(draw: &mut Draw) -> Organisation {
    Organisation {
        ods: Some(ods(draw)),
        identifier: draw.list(0, 1, |draw| identifier(draw, "https://hospital.example/organisations")),
        kind: draw.list(0, 1, organisation_kind),
        name: Some(name(draw)),
        telecom: vec![telecom(draw)],
        address: vec![address(draw)],
        parent: None,
    }
}

fn organisation_kind(draw: &mut Draw) -> Concept {
    let coded = code(draw, ORGANISATION_ROLE, &["76", "182", "197"]);
    said_again(draw, coded)
}

/// A prescriber, known by a register and by the Spine directory.
pub(super) fn prescriber(draw: &mut Draw) -> Agent {
    let (system, value) = match draw.below(3) {
        0 => ("gmc-number", format!("C{}", digits(draw, 7))),
        1 => ("nmc-number", format!("{}A{}E", digits(draw, 2), digits(draw, 4))),
        _ => ("hcpc-number", format!("PH{}", digits(draw, 6))),
    };
    let system = format!("https://fhir.hl7.org.uk/Id/{system}");
    let user = draw.one(&[true, true, false]) || draw.fullness > 90;
    let mut known = vec![fixed_identifier(draw, &system, value)];
    known.extend(user.then(|| numbered(draw, USER, 12)));
    known.extend(draw.maybe(|draw| numbered(draw, DIN, 6)));
    let is_named = draw.one(&[true, true, true, false]);
    if !is_named {
        known.truncate(1);
    }
    let mut role = vec![numbered(draw, ROLE_PROFILE, 12)];
    role.extend(draw.maybe(|draw| numbered(draw, SPURIOUS, 6)));
    Agent {
        identifier: role,
        job_role: vec![job_role(draw)],
        telecom: Some(draw.list(1, 2, telecom)),
        practitioner: Some(Practitioner {
            identifier: known,
            name: if is_named { vec![HumanName { r#use: None, ..human_name(draw) }] } else { Vec::new() },
            display: (!is_named).then(|| name(draw)),
            telecom: draw.maybe(|draw| vec![telecom(draw)]).filter(|_| is_named),
        }),
        organisation: Some(Organisation {
            parent: Some(organisation_ref(draw))
                .map(|parent| causeway_canonical::model::OrganisationRef { name: Some(name(draw)), ..parent }),
            ..organisation(draw)
        }),
        healthcare_service: draw.maybe(service),
        location: draw.list(0, 1, location),
    }
}

/// A prescriber who cancels: known by the user id of the Spine directory.
pub(super) fn canceller(draw: &mut Draw) -> Agent {
    let mut agent = prescriber(draw);
    if let Some(practitioner) = &mut agent.practitioner {
        let is_other = |identifier: &Identifier| identifier.system.as_deref() != Some(USER);
        practitioner.identifier.retain(|identifier| practitioner.display.is_none() && is_other(identifier));
        practitioner.identifier.push(numbered(draw, USER, 12));
    }
    agent.healthcare_service = None;
    agent
}

fn service(draw: &mut Draw) -> HealthcareService {
    HealthcareService {
        ods: Some(ods(draw)),
        active: draw.maybe(|_| "true".to_owned()),
        name: Some(name(draw)),
        telecom: vec![telecom(draw)],
        location: vec![location(draw)],
        provided_by: draw.maybe(organisation_ref),
        kind: draw.list(0, 1, organisation_kind),
        specialty: draw.list(0, 1, |draw| code(draw, SPECIALTY, &["500", "700"])),
    }
}

fn location(draw: &mut Draw) -> Location {
    Location {
        identifier: draw.list(0, 1, |draw| identifier(draw, "https://hospital.example/places")),
        status: draw.maybe(|_| "active".to_owned()),
        mode: draw.maybe(|_| "instance".to_owned()),
        name: draw.maybe(name),
        address: Some(address(draw)),
    }
}

/// Somebody at a dispenser, named by identifier or by name.
pub(super) fn dispenser(draw: &mut Draw) -> Agent {
    let is_named = draw.one(&[true, false, false]);
    Agent {
        identifier: vec![numbered(draw, ROLE_PROFILE, 12)],
        job_role: vec![job_role(draw)],
        telecom: Some(vec![telecom(draw)]),
        practitioner: Some(Practitioner {
            identifier: vec![numbered(draw, USER, 12)],
            name: if is_named { vec![HumanName { r#use: None, ..human_name(draw) }] } else { Vec::new() },
            display: (!is_named).then(|| name(draw)),
            telecom: draw.maybe(|draw| vec![telecom(draw)]).filter(|_| is_named),
        }),
        organisation: Some(Organisation {
            telecom: draw.list(1, 2, telecom),
            address: draw.list(1, 2, address),
            parent: draw.maybe(organisation_ref),
            ..organisation(draw)
        }),
        ..Agent::default()
    }
}
