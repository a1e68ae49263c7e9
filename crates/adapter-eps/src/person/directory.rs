//! `AgentPersonSDS`, variant W: a person as the Spine directory knows them, by two ids and nothing else (task.md §3).

use causeway_canonical::OdsCode;
use causeway_canonical::ledger::{Leaf, map_rule, place};
use causeway_canonical::model::{Agent, Organisation, Practitioner};
use causeway_syntax::adapter::{Compat, Defect};

use super::{Part, Refusal, identifier, of_system, read_identifier, refuse, write_identifier};
use crate::datatypes::id;
use crate::element::Element;
use crate::oid::{self, uri};
use crate::rules;
use crate::spec;
use crate::target::Target;

/// Who withdraws stands where an author stands.
const PART: Part = Part::DISPENSER;

pub(crate) fn write(target: &mut Target<'_>, agent: &Agent) {
    target.open(&spec::AGENT_PERSON_SDS);
    super::write_role_profile(target, agent, PART);
    target.open(&spec::PERSON_SDS);
    match user(agent, target.compat()) {
        Ok(User::Person(number, value)) => {
            let origin = PART.origin(PART.nth(place::PRACTITIONER_IDENTIFIER, number), None);
            write_identifier(target, value, oid::SDS_USER, origin, map_rule::NONE);
        }
        Ok(User::Organisation(ods)) => {
            let tag = PART.origin(PART.at(place::ORGANISATION), None).tag(Leaf::Ods, map_rule::NONE);
            id::write(target, ods.as_str(), oid::SDS_USER, [tag]);
        }
        Err(refusal) => refuse(target, refusal),
    }
    target.close_all(2);
}

/// What stands as the user id.
enum User<'a> {
    Person(usize, &'a str),
    Organisation(&'a OdsCode),
}

/// The SDS user id of the person, or the organisation's code where a partner depends on that (EPS-D20).
fn user(agent: &Agent, compat: Compat) -> Result<User<'_>, Refusal> {
    if stands_for_user(compat) {
        let ods = agent.organisation.as_ref().and_then(|organisation| id::present_ods(&organisation.ods));
        let message = "expected the ODS code of the organisation";
        return ods.map(User::Organisation).ok_or((
            &rules::EPS_ORGANISATION,
            PART.at(place::ORGANISATION),
            Leaf::Ods,
            message,
        ));
    }
    let refusal =
        |message| Err((&rules::EPS_SDS_USER, PART.nth(place::PRACTITIONER_IDENTIFIER, 0), Leaf::Value, message));
    let identifiers = agent.practitioner.as_ref().map(|person| person.identifier.as_slice()).unwrap_or_default();
    let mut users = of_system(identifiers, uri::SDS_USER);
    match (users.next(), users.next()) {
        (Some(_), Some(_)) => refusal("expected one sds-user-id of the person, found several"),
        (Some((number, value)), None) => Ok(User::Person(number, value)),
        (None, _) => refusal("expected the sds-user-id of the person"),
    }
}

fn stands_for_user(compat: Compat) -> bool {
    compat.reproduces(Defect::OrganisationAsUser)
}

/// Reads the `AgentPersonSDS` in a participation.
pub(crate) fn read(participation: Element<'_>) -> Option<Agent> {
    let element = participation.required(&spec::AGENT_PERSON_SDS)?;
    let mut agent = Agent::default();
    if let Some(id) = element.required(&spec::ID) {
        let at = PART.nth(place::AGENT_IDENTIFIER, 0);
        let value = read_identifier(id, &[oid::SDS_ROLE_PROFILE], at, map_rule::IDENTIFIER_ROOT);
        agent.identifier.extend(value.map(|value| identifier(uri::SDS_ROLE_PROFILE, value)));
    }
    let person = element.required(&spec::PERSON_SDS)?;
    if stands_for_user(element.compat()) {
        let field = PART.at(place::ORGANISATION).leaf(Leaf::Ods);
        let ods = id::read(person, oid::SDS_USER, field, map_rule::NONE).map(OdsCode::new);
        agent.organisation = Some(Organisation { ods, ..Organisation::default() });
    } else if let Some(id) = person.required(&spec::ID) {
        let at = PART.nth(place::PRACTITIONER_IDENTIFIER, 0);
        let value = read_identifier(id, &[oid::SDS_USER], at, map_rule::IDENTIFIER_ROOT);
        let identifier = value.map(|value| identifier(uri::SDS_USER, value)).into_iter().collect();
        agent.practitioner = Some(Practitioner { identifier, ..Practitioner::default() });
    }
    Some(agent)
}

/// What comes back of a person.
pub(crate) fn project(agent: &Agent, compat: Compat) -> Agent {
    let profile = super::role_profile(agent, PART).ok().flatten();
    let mut back = Agent {
        identifier: profile.map(|(_, value)| identifier(uri::SDS_ROLE_PROFILE, value)).into_iter().collect(),
        ..Agent::default()
    };
    match user(agent, compat) {
        Ok(User::Person(_, value)) => {
            let identifier = vec![identifier(uri::SDS_USER, value)];
            back.practitioner = Some(Practitioner { identifier, ..Practitioner::default() });
        }
        Ok(User::Organisation(ods)) => {
            back.organisation = Some(Organisation { ods: Some(ods.clone()), ..Organisation::default() });
        }
        Err(_) => {}
    }
    back
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d20_the_user_is_the_person_or_where_asked_for_the_organisation() {
        let agent = Agent {
            practitioner: Some(Practitioner {
                identifier: vec![identifier(uri::SDS_USER, "555086415105")],
                ..Practitioner::default()
            }),
            organisation: Some(Organisation { ods: Some(OdsCode::new("VNE51")), ..Organisation::default() }),
            ..Agent::default()
        };
        let right = project(&agent, Compat::NONE);
        assert!(right.organisation.is_none() && right.practitioner == agent.practitioner);
        let wrong = project(&agent, Compat::nhs_eps_api());
        assert!(wrong.practitioner.is_none() && wrong.organisation == agent.organisation);
    }
}
