//! What the dictionary of medicines and devices says of the codes of a message.
//!
//! Invariants:
//! - Only codes that hold as identifiers are looked up: the others have been reported.
//! - Findings say what the dictionary says, and never a code or a name, be it of the message or of the dictionary.
//! - An order is refused for the level of a medicine, and nothing else is: whatever has been prescribed can be cancelled,
//!   released and told of.

use causeway_canonical::ledger::{FieldRef, Leaf, place};
use causeway_canonical::model::{Coded, Concept, Kind, Quantity};
use causeway_canonical::{Finding, Rule, Severity, SnomedCode};
use causeway_terminology::{Dictionary, Entry, Level, Sort};

use crate::catalogue as rule;
use crate::identifiers::{DMD, SNOMED};
use crate::subject::{Product, Source, Subject, dosage_quantities};

/// What may be prescribed (identifiers.md §5).
const PRESCRIBED: [Level; 2] = [Level::Vmp, Level::Amp];

/// What may be supplied and claimed for.
const SUPPLIED: [Level; 4] = [Level::Vmp, Level::Amp, Level::Vmpp, Level::Ampp];

/// Looks up all codes of medicines, units, forms and routes.
pub(crate) fn check(source: &Source<'_>, subjects: &[Subject<'_>], dictionary: &dyn Dictionary) -> Vec<Finding> {
    let mut checks = Checks { dictionary, kind: source.kind(), findings: Vec::new() };
    for subject in subjects {
        if let Some(duration) = subject.prescription.and_then(|prescription| prescription.supply_duration.as_ref()) {
            checks.unit(subject, duration, place::SUPPLY_DURATION.at(&[]).leaf(Leaf::Code));
        }
        for product in subject.products() {
            checks.product(&product);
        }
    }
    checks.findings
}

/// What is asked of the codes of one sort.
struct Family {
    sort: Sort,
    expected: &'static str,
    unknown: &'static Rule,
    inactive: &'static Rule,
}

static MEDICINE: Family = Family {
    sort: Sort::Medicine,
    expected: "a medicine",
    unknown: &rule::MEDICINE_UNKNOWN,
    inactive: &rule::MEDICINE_INACTIVE,
};
static UNIT: Family = Family {
    sort: Sort::Unit,
    expected: "a unit of measure",
    unknown: &rule::UNIT_UNKNOWN,
    inactive: &rule::UNIT_INACTIVE,
};
static FORM: Family =
    Family { sort: Sort::Form, expected: "a dose form", unknown: &rule::FORM_UNKNOWN, inactive: &rule::FORM_INACTIVE };
static ROUTE: Family = Family {
    sort: Sort::Route,
    expected: "a route of administration",
    unknown: &rule::ROUTE_UNKNOWN,
    inactive: &rule::ROUTE_INACTIVE,
};

struct Checks<'d> {
    dictionary: &'d dyn Dictionary,
    kind: Kind,
    findings: Vec<Finding>,
}

impl Checks<'_> {
    fn product(&mut self, product: &Product<'_>) {
        let Product { subject, item, .. } = product;
        for (position, coded) in codes(&product.medicine.code) {
            self.medicine(product, position, coded);
        }
        if let Some(form) = &product.medicine.form {
            for (position, coded) in codes(form) {
                let field = place::MEDICINE_FORM.at(&[*item]).leaf(Leaf::CodingCode).nth(position);
                self.look_up(&FORM, subject, coded, field);
            }
        }
        // Whatever system a medicine's quantity claims, its unit is read as one of dm+d (overview.md §8).
        if let Some(code) = product.quantity.and_then(|quantity| quantity.code.as_deref()) {
            self.look_up(&UNIT, subject, code, place::QUANTITY.at(&[*item]).leaf(Leaf::Code));
        }
        if let Some(duration) = product.days_supply {
            self.unit(subject, duration, place::DAYS_SUPPLY.at(&[*item]).leaf(Leaf::Code));
        }
        for (number, dosage) in product.dosage.iter().enumerate() {
            for (position, coded) in dosage.route.iter().flat_map(codes) {
                let field = place::DOSAGE_ROUTE.at(&[*item, number]).leaf(Leaf::CodingCode).nth(position);
                self.look_up(&ROUTE, subject, coded, field);
            }
            for (quantity, at) in dosage_quantities(dosage, [*item, number]) {
                self.unit(subject, quantity, at.leaf(Leaf::Code));
            }
        }
    }

    fn medicine(&mut self, product: &Product<'_>, position: usize, code: &str) {
        let (subject, at) = (&product.subject, place::MEDICINE.at(&[product.item]));
        let field = at.leaf(Leaf::CodingCode).nth(position);
        let Some(entry) = self.look_up(&MEDICINE, subject, code, field) else { return };
        let (levels, expected) = match product.supplied_for {
            Some(_) => (SUPPLIED.as_slice(), "a product or a pack"),
            None => (PRESCRIBED.as_slice(), "a virtual or actual medicinal product"),
        };
        if !levels.contains(&entry.level) {
            let message = format!("{expected} is expected, and the code is that of {}", entry.level.words());
            let mut finding = subject.at_field(&rule::MEDICINE_LEVEL, message, &[field]);
            if self.kind != Kind::PrescriptionOrder {
                finding.severity = Severity::Warning;
            }
            self.findings.push(finding);
            return;
        }
        if self.kind == Kind::PrescriptionOrder && entry.unprescribable {
            let message = "the dictionary says that this virtual product may not be prescribed";
            self.findings.push(subject.at_field(&rule::MEDICINE_UNPRESCRIBABLE, message, &[field]));
        }
        let display = product.medicine.code.coding.get(position).and_then(|coded| coded.display.as_deref());
        if display.is_some_and(|display| !entry.is_called(display)) {
            let field = at.leaf(Leaf::CodingDisplay).nth(position);
            let message = "the name that the dictionary has for the code is expected";
            self.findings.push(subject.at_field(&rule::MEDICINE_NAME_DIFFERS, message, &[field]));
        }
        self.schedule(product, &entry);
    }

    /// The schedule of what is asked for; nothing is said where the message does not tell one.
    fn schedule(&mut self, product: &Product<'_>, entry: &Entry) {
        let line = product.subject.items.get(product.item).filter(|_| product.supplied_for.is_none());
        let told = line.and_then(|line| line.controlled_drug.as_ref()).and_then(|drug| drug.schedule.as_ref());
        let Some(told) = told.and_then(schedule) else { return };
        if entry.schedule.unwrap_or(0) != told {
            let at = place::CD_SCHEDULE.at(&[product.item]);
            let message = match entry.schedule {
                Some(schedule) => format!("the dictionary has the medicine in schedule {schedule}"),
                None => "the dictionary has the medicine in no schedule of controlled drugs".to_owned(),
            };
            let rule = &rule::CONTROLLED_DRUG_SCHEDULE_DIFFERS;
            self.findings.push(product.subject.at_field(rule, message, &[at.leaf(Leaf::Code)]));
        }
    }

    fn unit(&mut self, subject: &Subject<'_>, quantity: &Quantity, field: FieldRef) {
        let is_snomed = matches!(quantity.system.as_deref(), Some(SNOMED | DMD));
        if let Some(code) = quantity.code.as_deref().filter(|_| is_snomed) {
            self.look_up(&UNIT, subject, code, field);
        }
    }

    /// What the dictionary says of a code; findings where that is nothing, or that it may not be used any more.
    fn look_up(&mut self, family: &Family, subject: &Subject<'_>, code: &str, field: FieldRef) -> Option<Entry> {
        SnomedCode::new(code).check().ok()?;
        let expected = family.expected;
        let entry = self.dictionary.look_up(code.parse().ok()?, family.sort);
        let is_other = |entry: &Entry| family.sort != Sort::Medicine && entry.level.sort() != family.sort;
        let unknown = match &entry {
            None => format!("the code of {expected} is expected, and the dictionary does not know the code"),
            Some(entry) if is_other(entry) => {
                format!("the code of {expected} is expected, and the dictionary has {}", entry.level.words())
            }
            Some(entry) => {
                if entry.inactive {
                    let message = match entry.successor {
                        Some(_) => "the code is no longer in use, and the dictionary names the one that took its place",
                        None => "the code is no longer in use",
                    };
                    self.findings.push(subject.at_field(family.inactive, message, &[field]));
                }
                return Some(*entry);
            }
        };
        self.findings.push(subject.at_field(family.unknown, unknown, &[field]));
        None
    }
}

/// The codes of a concept that are of SNOMED CT or dm+d, with their places.
fn codes(concept: &Concept) -> impl Iterator<Item = (usize, &str)> {
    let coding = concept.coding.iter().enumerate();
    coding.filter_map(|(position, coded)| {
        let code = coded.code_in(SNOMED).or_else(|| coded.code_in(DMD))?;
        Some((position, code))
    })
}

/// The number of a schedule (vocabularies.md §13): `CD2` is 2.
fn schedule(coded: &Coded) -> Option<u8> {
    let digits = coded.code.as_deref()?.strip_prefix("CD")?;
    digits.parse().ok().filter(|schedule| (1..=5).contains(schedule))
}

#[cfg(test)]
mod tests;
