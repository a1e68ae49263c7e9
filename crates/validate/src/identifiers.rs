//! Every identifier and every SNOMED CT or dm+d code of a message, wherever it stands, checked for form, check digit and
//! kind (identifiers.md).
//!
//! Invariants:
//! - One fault an identifier, form before check before kind, each with a rule of its own.
//! - An identifier that stands in several places of the source is reported at the first.
//! - The severity is the fault's: the same rule may warn of one form and refuse another.

mod issuer;
mod professional;

use causeway_canonical::identifier::{LineItemId, MessageId, PrescriptionLongId, PrescriptionShortId};
use causeway_canonical::ledger::{At, FieldRef, Leaf, Place, Scope, place};
use causeway_canonical::model::{
    Agent, Body, Concept, Dosage, Envelope, Identifier, LineItem, Patient, Prescription, Quantity, Supply,
};
use causeway_canonical::{
    Aspect, Finding, IdentifierFault, JobRole, OdsCode, Rule, SdsRoleProfileId, SdsUserId, SnomedCode,
};
use causeway_syntax::findings::note;

use crate::catalogue as rule;
use crate::subject::{Product, Source, Subject, dosage_quantities};

/// SNOMED CT, to which dm+d belongs.
pub(crate) const SNOMED: &str = "http://snomed.info/sct";
/// dm+d, where it is told apart.
pub(crate) const DMD: &str = "https://dmd.nhs.uk";
const ODS: &str = "https://fhir.nhs.uk/Id/ods-organization-code";
const ODS_SITE: &str = "https://fhir.nhs.uk/Id/ods-site-code";
const SDS_USER: &str = "https://fhir.nhs.uk/Id/sds-user-id";
const SDS_ROLE_PROFILE: &str = "https://fhir.nhs.uk/Id/sds-role-profile-id";
const JOB_ROLE_CODE: &str = "https://fhir.nhs.uk/CodeSystem/NHSDigital-SDS-JobRoleCode";
const JOB_ROLE_NAME: &str = "https://fhir.hl7.org.uk/CodeSystem/UKCore-SDSJobRoleName";

/// Checks all identifiers of a message.
pub(crate) fn check(source: &Source<'_>, subjects: &[Subject<'_>]) -> Vec<Finding> {
    let mut checks = Checks { subject: Subject::of(source, Scope::BODY), findings: Vec::new() };
    checks.envelope(&source.message.envelope);
    checks.references(&source.message.body);
    for subject in subjects {
        checks.subject = *subject;
        checks.part(subject);
        issuer::check(subject, &mut checks.findings);
    }
    checks.findings
}

/// The rules of one sort of identifier, by what can be wrong with it.
struct Family {
    format: &'static Rule,
    check: &'static Rule,
    kind: &'static Rule,
    placeholder: &'static Rule,
}

impl Family {
    /// A family with a form and nothing else to check.
    const fn of_form(format: &'static Rule) -> Self {
        Family { format, check: format, kind: format, placeholder: format }
    }

    fn rule(&self, aspect: Aspect) -> &'static Rule {
        match aspect {
            Aspect::Format => self.format,
            Aspect::Check => self.check,
            Aspect::Kind => self.kind,
            Aspect::Placeholder => self.placeholder,
        }
    }
}

static NHS_NUMBER: Family = Family {
    format: &rule::NHS_NUMBER_FORMAT,
    check: &rule::NHS_NUMBER_CHECK,
    kind: &rule::NHS_NUMBER_FORMAT,
    placeholder: &rule::NHS_NUMBER_PLACEHOLDER,
};
static SHORT_ID: Family =
    Family { check: &rule::PRESCRIPTION_ID_CHECK, ..Family::of_form(&rule::PRESCRIPTION_ID_FORMAT) };
static LONG_ID: Family =
    Family { check: &rule::PRESCRIPTION_LONG_ID_CHECK, ..Family::of_form(&rule::PRESCRIPTION_LONG_ID_FORMAT) };
static MEDICINE: Family = Family {
    check: &rule::MEDICINE_CODE_CHECK,
    kind: &rule::MEDICINE_CODE_KIND,
    ..Family::of_form(&rule::MEDICINE_CODE_FORMAT)
};
static UNIT: Family =
    Family { check: &rule::UNIT_CODE_CHECK, kind: &rule::UNIT_CODE_KIND, ..Family::of_form(&rule::UNIT_CODE_FORMAT) };
static TERM: Family = Family {
    check: &rule::SNOMED_CODE_CHECK,
    kind: &rule::SNOMED_CODE_KIND,
    ..Family::of_form(&rule::SNOMED_CODE_FORMAT)
};
static ODS_CODE: Family = Family::of_form(&rule::ODS_CODE_FORMAT);
static USER_ID: Family = Family::of_form(&rule::SDS_USER_ID_FORMAT);
static ROLE_PROFILE_ID: Family = Family::of_form(&rule::SDS_ROLE_PROFILE_ID_FORMAT);
static JOB_ROLE: Family = Family::of_form(&rule::SDS_JOB_ROLE_FORMAT);
static PROFESSIONAL: Family = Family::of_form(&rule::PROFESSIONAL_CODE_FORMAT);
static LINE_ITEM_ID: Family = Family::of_form(&rule::LINE_ITEM_ID_FORMAT);
static MESSAGE_ID: Family = Family::of_form(&rule::MESSAGE_ID_FORMAT);

struct Checks<'a> {
    subject: Subject<'a>,
    findings: Vec<Finding>,
}

impl<'a> Checks<'a> {
    fn envelope(&mut self, envelope: &Envelope) {
        self.message_id(&envelope.id, place::MESSAGE_ID.field());
        for (id, place) in [(&envelope.transmission, place::TRANSMISSION), (&envelope.answers, place::ANSWERS)] {
            self.reference(id.as_ref(), place);
        }
        if let Some(sender) = &envelope.sender {
            self.ods(sender.ods.as_ref(), place::SENDER.at(&[]));
            self.asid(sender.asid.as_deref(), place::SENDER.at(&[]));
        }
        for (position, destination) in envelope.destination.iter().enumerate() {
            self.ods(destination.ods.as_ref(), place::DESTINATION.at(&[position]));
            self.asid(destination.asid.as_deref(), place::DESTINATION.at(&[position]));
        }
        if let Some(operator) = &envelope.operator {
            let at = place::OPERATOR.at(&[]);
            if let Some(id) = &operator.user_id {
                self.report(&USER_ID, SdsUserId::new(id).check(), at.leaf(Leaf::UserId));
            }
            if let Some(id) = &operator.role_profile_id {
                self.report(&ROLE_PROFILE_ID, SdsRoleProfileId::new(id).check(), at.leaf(Leaf::RoleProfileId));
            }
        }
    }

    /// Ids of other messages, and of the messages that this one holds.
    fn references(&mut self, body: &Body) {
        match body {
            Body::CancelResponse(response) => self.reference(response.of.as_ref(), place::ACKNOWLEDGEMENT_OF),
            Body::ReleaseResponse(response) => {
                self.reference(response.of.as_ref(), place::ACKNOWLEDGEMENT_OF);
                for (position, released) in response.released.iter().enumerate() {
                    self.message_id(&released.id, place::RELEASED_ID.at(&[position]).itself());
                }
            }
            Body::DispenseNotification(notification) => {
                self.replaced(notification.replaces.as_ref(), notification.release.as_ref());
            }
            Body::DispenseClaim(claim) => self.replaced(claim.replaces.as_ref(), claim.release.as_ref()),
            Body::Return(reversal) | Body::Withdraw(reversal) => {
                self.reference(reversal.of.as_ref(), place::ACKNOWLEDGEMENT_OF);
            }
            Body::RebuildDispenseHistory(rebuild) => {
                for (position, entry) in rebuild.history.iter().enumerate() {
                    self.message_id(&entry.id, place::HISTORY_ID.at(&[position]).itself());
                    let told = &entry.notification;
                    self.subject = Subject::of(self.subject.source, Scope::history(position));
                    self.replaced(told.replaces.as_ref(), told.release.as_ref());
                    self.subject = Subject::of(self.subject.source, Scope::BODY);
                }
            }
            Body::Acknowledgement(answer) => {
                self.reference(answer.of.as_ref(), place::ACKNOWLEDGEMENT_OF);
                if let Some(rejection) = &answer.rejection {
                    self.reference(rejection.id.as_ref(), place::REJECTION_ID);
                    self.reference(rejection.release.as_ref(), place::REJECTION_RELEASE);
                }
            }
            Body::PrescriptionOrder(_) | Body::CancelRequest(_) | Body::ReleaseRequest(_) => {}
        }
    }

    fn replaced(&mut self, replaces: Option<&MessageId>, release: Option<&MessageId>) {
        self.reference(replaces, place::REPLACES);
        self.reference(release, place::RELEASE);
    }

    fn reference(&mut self, id: Option<&MessageId>, place: Place) {
        if let Some(id) = id {
            self.report(&MESSAGE_ID, id.check(), place.field());
        }
    }

    /// An id that a message must have. One that is missing was reported by the reader, or the format has none.
    fn message_id(&mut self, id: &MessageId, field: FieldRef) {
        if self.is_given(id.as_str(), field) {
            self.report(&MESSAGE_ID, id.check(), field);
        }
    }

    fn part(&mut self, subject: &Subject<'a>) {
        if let Some(patient) = subject.patient {
            self.patient(patient);
        }
        if let Some(organisation) = subject.recipient {
            self.ods(organisation.ods.as_ref(), place::RECIPIENT.at(&[]));
        }
        if let Some(prescription) = subject.prescription {
            self.prescription(prescription);
        }
        if let Some(named) = subject.named {
            self.prescription_ids(named.id.as_ref(), named.short_id.as_ref());
        }
        for (number, agent) in subject.agents() {
            self.agent(number, agent);
        }
        for (item, line) in subject.items.iter().enumerate() {
            self.subject = *subject;
            self.item(item, line);
            for (position, supply) in line.supply.iter().enumerate() {
                self.subject = subject.in_supply(position);
                self.supply(item, line, supply);
            }
        }
    }

    fn patient(&mut self, patient: &Patient) {
        if let Some(number) = &patient.nhs_number {
            self.report(&NHS_NUMBER, number.check(), place::NHS_NUMBER.field());
        }
        for (position, identifier) in patient.identifier.iter().enumerate() {
            self.identifier(identifier, place::PATIENT_IDENTIFIER.at(&[position]));
        }
        if let Some(practice) = &patient.general_practice {
            self.ods(practice.ods.as_ref(), place::GENERAL_PRACTICE.at(&[]));
        }
    }

    fn prescription(&mut self, prescription: &Prescription) {
        self.prescription_ids(Some(&prescription.id), Some(&prescription.short_id));
        if let Some(organisation) = &prescription.nomination.organisation {
            self.ods(organisation.ods.as_ref(), place::NOMINATED_ORGANISATION.at(&[]));
        }
        if let Some(duration) = &prescription.supply_duration {
            self.unit(duration, place::SUPPLY_DURATION.at(&[]));
        }
    }

    fn prescription_ids(&mut self, long: Option<&PrescriptionLongId>, short: Option<&PrescriptionShortId>) {
        let field = place::PRESCRIPTION_SHORT_ID.field();
        if let Some(id) = short.filter(|id| self.is_given(id.as_str(), field)) {
            self.report(&SHORT_ID, id.check(), field);
        }
        let field = place::PRESCRIPTION_ID.field();
        if let Some(id) = long.filter(|id| self.is_given(id.as_str(), field)) {
            self.report(&LONG_ID, id.check(), field);
        }
    }

    fn agent(&mut self, number: usize, agent: &Agent) {
        for (position, identifier) in agent.identifier.iter().enumerate() {
            self.identifier(identifier, place::AGENT_IDENTIFIER.at(&[number, position]));
        }
        for (position, role) in agent.job_role.iter().enumerate() {
            let at = place::AGENT_JOB_ROLE.at(&[number, position]);
            self.codes(role, at, &JOB_ROLE, &[JOB_ROLE_CODE, JOB_ROLE_NAME], |code| JobRole::new(code).check());
        }
        for (position, identifier) in agent.practitioner.iter().flat_map(|person| &person.identifier).enumerate() {
            self.identifier(identifier, place::PRACTITIONER_IDENTIFIER.at(&[number, position]));
        }
        if let Some(organisation) = &agent.organisation {
            self.ods(organisation.ods.as_ref(), place::ORGANISATION.at(&[number]));
            for (position, identifier) in organisation.identifier.iter().enumerate() {
                self.identifier(identifier, place::ORGANISATION_IDENTIFIER.at(&[number, position]));
            }
            if let Some(parent) = &organisation.parent {
                self.ods(parent.ods.as_ref(), place::ORGANISATION_PARENT.at(&[number]));
            }
        }
        if let Some(service) = &agent.healthcare_service {
            self.ods(service.ods.as_ref(), place::SERVICE.at(&[number]));
            if let Some(provider) = &service.provided_by {
                self.ods(provider.ods.as_ref(), place::SERVICE_PROVIDED_BY.at(&[number]));
            }
            for (position, location) in service.location.iter().enumerate() {
                for (inner, identifier) in location.identifier.iter().enumerate() {
                    self.identifier(identifier, place::SERVICE_LOCATION_IDENTIFIER.at(&[number, position, inner]));
                }
            }
        }
        for (position, location) in agent.location.iter().enumerate() {
            for (inner, identifier) in location.identifier.iter().enumerate() {
                self.identifier(identifier, place::LOCATION_IDENTIFIER.at(&[number, position, inner]));
            }
        }
    }

    fn item(&mut self, item: usize, line: &LineItem) {
        self.line_item_id(Some(&line.id), item, place::ITEM_ID);
        self.line_item_id(line.supplied_id.as_ref(), item, place::SUPPLIED_ID);
        let original = line.based_on.as_ref().and_then(|original| original.item.as_ref());
        self.line_item_id(original, item, place::BASED_ON_ITEM);
        self.product(item, &line.identifier, &Product::asked(self.subject, item, line));
    }

    fn supply(&mut self, item: usize, line: &LineItem, supply: &Supply) {
        self.line_item_id(supply.id.as_ref(), item, place::ITEM_ID);
        self.product(item, &supply.identifier, &Product::supplied(self.subject, item, line, supply));
    }

    /// An id that is no UUID never gets into the model from FHIR: the reader reports it.
    fn line_item_id(&mut self, id: Option<&LineItemId>, item: usize, place: Place) {
        if let Some(id) = id.filter(|id| !id.as_str().is_empty()) {
            self.report(&LINE_ITEM_ID, id.check(), place.at(&[item]).itself());
        }
    }

    fn product(&mut self, item: usize, identifiers: &[Identifier], product: &Product<'_>) {
        for (position, identifier) in identifiers.iter().enumerate() {
            self.identifier(identifier, place::ITEM_IDENTIFIER.at(&[item, position]));
        }
        self.snomed(&product.medicine.code, place::MEDICINE.at(&[item]), &MEDICINE);
        if let Some(form) = &product.medicine.form {
            self.snomed(form, place::MEDICINE_FORM.at(&[item]), &TERM);
        }
        // Whatever system a medicine's quantity claims, its unit is read as one of dm+d (overview.md §8).
        if let Some(code) = product.quantity.and_then(|quantity| quantity.code.as_deref()) {
            self.report(&UNIT, SnomedCode::new(code).check(), place::QUANTITY.at(&[item]).leaf(Leaf::Code));
        }
        if let Some(duration) = product.days_supply {
            self.unit(duration, place::DAYS_SUPPLY.at(&[item]));
        }
        for (position, dosage) in product.dosage.iter().enumerate() {
            self.dosage([item, position], dosage);
        }
    }

    fn dosage(&mut self, at: [usize; 2], dosage: &Dosage) {
        let reason = dosage.as_needed.as_ref().and_then(|as_needed| as_needed.reason.as_ref());
        let concepts = [
            (reason, place::DOSAGE_AS_NEEDED_REASON),
            (dosage.site.as_ref(), place::DOSAGE_SITE),
            (dosage.route.as_ref(), place::DOSAGE_ROUTE),
            (dosage.method.as_ref(), place::DOSAGE_METHOD),
        ];
        for (concept, place) in concepts {
            if let Some(concept) = concept {
                self.snomed(concept, place.at(&at), &TERM);
            }
        }
        let [item, position] = at;
        for (inner, concept) in dosage.additional_instruction.iter().enumerate() {
            self.snomed(concept, place::DOSAGE_ADDITIONAL.at(&[item, position, inner]), &TERM);
        }
        for (quantity, at) in dosage_quantities(dosage, at) {
            self.unit(quantity, at);
        }
    }

    /// An Identifier, by its system; other systems have no form that is known here.
    fn identifier(&mut self, identifier: &Identifier, at: At) {
        let (Some(system), Some(value)) = (identifier.system.as_deref(), identifier.value.as_deref()) else { return };
        let field = at.leaf(Leaf::Value);
        match system {
            ODS | ODS_SITE => self.report(&ODS_CODE, OdsCode::new(value).check(), field),
            SDS_USER => self.report(&USER_ID, SdsUserId::new(value).check(), field),
            SDS_ROLE_PROFILE => self.report(&ROLE_PROFILE_ID, SdsRoleProfileId::new(value).check(), field),
            system => {
                if let Some(kind) = professional::register(system) {
                    self.report(&PROFESSIONAL, professional::check(kind, value), field);
                }
            }
        }
    }

    fn ods(&mut self, code: Option<&OdsCode>, at: At) {
        if let Some(code) = code {
            self.report(&ODS_CODE, code.check(), at.leaf(Leaf::Ods));
        }
    }

    /// Digits, usually twelve (identifiers.md §1).
    fn asid(&mut self, asid: Option<&str>, at: At) {
        if asid.is_some_and(|asid| asid.is_empty() || !asid.bytes().all(|byte| byte.is_ascii_digit())) {
            let message = "an accredited system id of digits is expected here";
            self.findings.push(self.subject.at_field(&rule::ASID_FORMAT, message, &[at.leaf(Leaf::Asid)]));
        }
    }

    fn snomed(&mut self, concept: &Concept, at: At, family: &'static Family) {
        self.codes(concept, at, family, &[SNOMED, DMD], |code| SnomedCode::new(code).check());
    }

    fn codes(
        &mut self,
        concept: &Concept,
        at: At,
        family: &'static Family,
        systems: &[&str],
        check: impl Fn(&str) -> Result<(), IdentifierFault>,
    ) {
        for (position, coded) in concept.coding.iter().enumerate() {
            let code = systems.iter().find_map(|system| coded.code_in(system));
            if let Some(code) = code {
                self.report(family, check(code), at.leaf(Leaf::CodingCode).nth(position));
            }
        }
    }

    fn unit(&mut self, quantity: &Quantity, at: At) {
        let is_snomed = matches!(quantity.system.as_deref(), Some(SNOMED | DMD));
        if let Some(code) = quantity.code.as_deref().filter(|_| is_snomed) {
            self.report(&UNIT, SnomedCode::new(code).check(), at.leaf(Leaf::Code));
        }
    }

    /// Whether an identifier stands in the source, be it empty. One that is missing was reported by the reader.
    fn is_given(&self, text: &str, field: FieldRef) -> bool {
        !text.is_empty() || self.subject.node_of(field).is_some()
    }

    fn report(&mut self, family: &'static Family, result: Result<(), IdentifierFault>, field: FieldRef) {
        let Err(fault) = result else { return };
        let rule = family.rule(fault.aspect);
        let mut finding = self.subject.at_field(rule, format!("{} is expected here", fault.expected), &[field]);
        finding.severity = fault.severity;
        if let Some(mend) = fault.mend {
            finding = finding.hint(mend);
        }
        note(&mut self.findings, || finding);
    }
}

#[cfg(test)]
mod tests;
